/* SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include <stdio.h>

#include "verify/verify_dir.h"

static enum err
memory_read(void *arg, const char *path, struct buf *to)
{
	struct memory *m = arg;

	for (size_t i = 0; i < m->n; i++)
		if (!m->file[i].gone && strcmp(m->file[i].path, path) == 0) {
			buf_bytes(to, buf_span(&m->file[i].bytes));
			return buf_error(to);
		}
	return ERR_NOT_FOUND;
}

static enum err
memory_list(void *arg, verify_found *found, void *found_arg)
{
	struct memory *m = arg;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < m->n; i++)
		if (!m->file[i].gone)
			e = found(found_arg, m->file[i].path);
	return e;
}

struct verify_source
memory_source(struct memory *m)
{
	return (struct verify_source){memory_read, memory_list, m};
}

void
memory_add(struct memory *m, const char *path, struct span bytes)
{
	struct memory_file *f = &m->file[m->n++];

	must(m->n <= MEMORY_FILES);
	*f = (struct memory_file){.gone = false};
	(void)snprintf(f->path, sizeof(f->path), "%s", path);
	buf_init(&f->bytes, 1 << 20);
	buf_bytes(&f->bytes, bytes);
}

struct loading {
	struct memory *m;
	struct verify_source from;
};

static enum err
load_file(void *arg, const char *path)
{
	struct loading *l = arg;
	OWNED_BUF(bytes, 1 << 20);
	enum err e = l->from.read(l->from.arg, path, &bytes);

	if (e == ERR_OK)
		memory_add(l->m, path, buf_span(&bytes));
	return e;
}

void
memory_load(struct memory *m, const char *dir)
{
	struct verify_dir d = VERIFY_DIR_NONE;
	struct loading l = {.m = m};

	*m = (struct memory){.n = 0};
	must(verify_dir_open(dir, &d) == ERR_OK);
	l.from = verify_dir_source(&d);
	must(l.from.list(l.from.arg, load_file, &l) == ERR_OK);
	verify_dir_close(&d);
}

void
memory_fini(struct memory *m)
{
	for (size_t i = 0; i < m->n; i++)
		buf_fini(&m->file[i].bytes);
	m->n = 0;
}
