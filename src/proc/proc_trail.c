/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_trail.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/code.h"
#include "base/mem.h"
#include "base/read.h"

enum { TRAIL_MAX = 1 << 20, LIST_MAX = 1 << 28, REF = 12, NAME = 48 };

static void
name_of(uint64_t n, const char *what, char to[NAME])
{
	(void)snprintf(to, NAME, "matter/%" PRIu64 "/%s", n, what);
}

static enum err
read_named(struct instance *in, const char *name, struct buf *to)
{
	enum err e = store_get(in->store, name, to);

	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
proc_trail_add(struct instance *in, const struct matter *m, const char *request,
	const struct matter_note *note)
{
	char name[NAME];
	char act[64];
	OWNED_BUF(object, MATTER_BYTES_MAX);
	OWNED_BUF(trail, TRAIL_MAX);
	uint64_t entry = 0;
	enum err e;

	must(note->n == m->n);
	(void)snprintf(act, sizeof(act), "%s-%s",
		matter_noted_text((enum matter_noted)note->noted),
		matter_kind_text((enum matter_kind)m->kind));
	matter_note_encode(note, &object);
	if (buf_error(&object) != ERR_OK)
		return buf_error(&object);
	name_of(m->n, "trail", name);
	e = read_named(in, name, &trail);
	if (e == ERR_OK)
		e = proc_matter_enter(in, act, m, request, buf_span(&object),
			span_of(NULL, 0), &entry);
	buf_u64be(&trail, entry);
	if (e == ERR_OK)
		e = buf_error(&trail);
	return e == ERR_OK ? store_put(in->store, name, buf_span(&trail)) : e;
}

static enum err
read_note(struct instance *in, uint64_t n, uint64_t entry,
	const struct account_opened *opened, struct proc_note *ret_note)
{
	struct matter_note *note = &ret_note->note;

	if (matter_note_decode(account_field(opened, "object"), note) !=
			ERR_OK ||
		note->n != n)
		return instance_says(in, ERR_DAMAGED,
			"entry %" PRIu64 " is no note of matter %" PRIu64,
			entry, n);
	ret_note->actor = account_field(opened, "actor");
	ret_note->at = account_field(opened, "at");
	ret_note->entry = entry;
	return ERR_OK;
}

enum err
proc_trail_each(struct instance *in, uint64_t n,
	enum err (*each)(void *context, const struct proc_note *note),
	void *context)
{
	char name[NAME];
	OWNED_BUF(trail, TRAIL_MAX);
	struct reader r;
	enum err e;

	name_of(n, "trail", name);
	e = read_named(in, name, &trail);
	r = read_from(buf_span(&trail));
	while (e == ERR_OK && r.left.n > 0) {
		uint64_t entry = read_u64be(&r);
		struct account_opened opened;
		struct proc_note note;

		if (!read_ok(&r))
			return instance_says(in, ERR_DAMAGED,
				"the store: the trail of matter %" PRIu64
				" is cut off",
				n);
		e = account_open(in, entry, &opened);
		if (e != ERR_OK)
			break;
		e = read_note(in, n, entry, &opened, &note);
		if (e == ERR_OK)
			e = each(context, &note);
		account_opened_fini(&opened);
	}
	return e;
}

/* ---- lists ---- */

enum err
proc_list_add(struct proc_list *list, uint32_t batch, uint64_t line)
{
	if (list->n == list->size) {
		size_t size = list->size == 0 ? 64 : list->size * 2;
		struct proc_ref *at = mem_resize(list->at, size, sizeof(*at));

		if (at == NULL)
			return err_origin(ERR_NOMEM);
		list->at = at;
		list->size = size;
	}
	list->at[list->n++] = (struct proc_ref){batch, line};
	return ERR_OK;
}

static int
by_place(const void *a, const void *b)
{
	const struct proc_ref *x = a;
	const struct proc_ref *y = b;

	if (x->batch != y->batch)
		return x->batch < y->batch ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

void
proc_list_sort(struct proc_list *list)
{
	size_t n = 0;

	if (list->n == 0)
		return;
	qsort(list->at, list->n, sizeof(*list->at), by_place);
	for (size_t i = 0; i < list->n; i++)
		if (n == 0 || by_place(&list->at[n - 1], &list->at[i]) != 0)
			list->at[n++] = list->at[i];
	list->n = n;
}

bool
proc_list_has(const struct proc_list *sorted, uint32_t batch, uint64_t line)
{
	struct proc_ref want = {batch, line};

	return sorted->n > 0 && bsearch(&want, sorted->at, sorted->n,
					sizeof(want), by_place) != NULL;
}

void
proc_list_fini(struct proc_list *list)
{
	mem_free(list->at);
	*list = (struct proc_list){0};
}

static void
hash_of(struct span bytes, struct buf *hex)
{
	uint8_t hash[CRYPTO_SHA256];

	crypto_sha256(bytes, hash);
	code_hex(hex, span_of(hash, sizeof(hash)));
}

enum err
proc_list_save(
	struct instance *in, const struct matter *m, struct proc_list *list)
{
	struct matter_note note = {.n = m->n, .noted = MATTER_NOTED_LISTED};
	char name[NAME];
	OWNED_BUF(bytes, LIST_MAX);
	OWNED_BUF(hex, 128);
	enum err e;

	proc_list_sort(list);
	for (size_t i = 0; i < list->n; i++) {
		buf_u32be(&bytes, list->at[i].batch);
		buf_u64be(&bytes, list->at[i].line);
	}
	hash_of(buf_span(&bytes), &hex);
	note.line = list->n;
	note.text = buf_span(&hex);
	name_of(m->n, "list", name);
	e = buf_error(&bytes);
	if (e == ERR_OK)
		e = buf_error(&hex);
	if (e == ERR_OK)
		e = store_put(in->store, name, buf_span(&bytes));
	return e == ERR_OK ? proc_trail_add(in, m, "", &note) : e;
}

struct listed {
	uint64_t n;
	uint8_t hex[64];
	bool is;
};

static enum err
newest_list(void *context, const struct proc_note *note)
{
	struct listed *l = context;

	if (note->note.noted != MATTER_NOTED_LISTED)
		return ERR_OK;
	l->is = true;
	l->n = note->note.line;
	must(note->note.text.n == sizeof(l->hex));
	memcpy(l->hex, note->note.text.at, sizeof(l->hex));
	return ERR_OK;
}

enum err
proc_list_load(struct instance *in, uint64_t n, struct proc_list *ret_list)
{
	struct listed listed = {0};
	struct reader r;
	char name[NAME];
	OWNED_BUF(bytes, LIST_MAX);
	OWNED_BUF(hex, 128);
	enum err e = proc_trail_each(in, n, newest_list, &listed);

	*ret_list = (struct proc_list){0};
	name_of(n, "list", name);
	if (e == ERR_OK)
		e = read_named(in, name, &bytes);
	if (e != ERR_OK || !listed.is)
		return e;
	hash_of(buf_span(&bytes), &hex);
	if (bytes.n != listed.n * REF ||
		!span_eq(buf_span(&hex), span_of(listed.hex, 64)))
		return instance_says(in, ERR_DAMAGED,
			"the store: the list of matter %" PRIu64
			" is not the one that was noted",
			n);
	r = read_from(buf_span(&bytes));
	while (e == ERR_OK && r.left.n > 0) {
		uint32_t batch = read_u32be(&r);

		e = proc_list_add(ret_list, batch, read_u64be(&r));
	}
	if (e != ERR_OK)
		proc_list_fini(ret_list);
	return e;
}
