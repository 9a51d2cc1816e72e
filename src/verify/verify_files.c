/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No file that the checkpoint does not stand for: whoever adds one is noticed
 * as surely as whoever changes one.  A partial tile of an earlier size must
 * begin as the one that replaced it.
 */
#include "verify/verify_int.h"

/* Besides tiles.  What has a place in the folder and is checked elsewhere, or
 * is no part of the ledger's truth, is named here. */
static const char *const known[] = {"checkpoint", "ledger.vkey"};

struct files {
	struct verify *v;
	struct buf old;
	struct buf now;
};

static enum err
check_left_over(struct files *f, const char *path, const struct ledger_tile *t)
{
	struct verify *v = f->v;
	struct ledger_tile now = *t;
	char now_path[LEDGER_TILE_PATH];
	size_t step = t->level == LEDGER_TILE_ENTRIES ? VERIFY_BUNDLE_STEP
						      : LEDGER_HASH;
	size_t want = t->width * step;
	enum err e = verify_read(v->source, path, &f->old, v->fault);

	now.width = ledger_tile_width(t->level, t->n, v->result->cp.size);
	if (e == ERR_OK)
		e = verify_read_tile(v, &now, &f->now, now_path, v->fault);
	if (e != ERR_OK)
		return e;
	v->result->files++;
	if (f->old.n != want)
		return verify_fault_set(v->fault, path, 0,
			"%zu bytes where %zu belong", f->old.n, want);
	for (size_t i = 0; i < want; i++)
		if (f->old.at[i] != f->now.at[i])
			return verify_fault_set(v->fault, path, i,
				"not as %s begins", now_path);
	return ERR_OK;
}

static enum err
check_tile(struct files *f, const char *path, const struct ledger_tile *t)
{
	unsigned width =
		ledger_tile_width(t->level, t->n, f->v->result->cp.size);

	if (t->width < width)
		return check_left_over(f, path, t);
	if (t->width == width || f->v->asked->growing)
		return ERR_OK;
	return verify_fault_set(f->v->fault, path, 0,
		"past the checkpoint: it was added, or the ledger is being "
		"written");
}

static enum err
check_file(void *arg, const char *path)
{
	struct files *f = arg;
	struct ledger_tile t;

	if (ledger_tile_parse(span_text(path), &t) == ERR_OK)
		return check_tile(f, path, &t);
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(path, known[i]) == 0) {
			f->v->result->files++;
			return ERR_OK;
		}
	return verify_fault_set(
		f->v->fault, path, 0, "a file that no ledger has");
}

enum err
verify_files(struct verify *v)
{
	struct files f = {.v = v};
	enum err e;

	buf_init(&f.old, VERIFY_FILE_MAX);
	buf_init(&f.now, VERIFY_FILE_MAX);
	e = v->source->list(v->source->arg, check_file, &f);
	buf_fini(&f.old);
	buf_fini(&f.now);
	return e;
}
