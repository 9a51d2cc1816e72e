/* SPDX-License-Identifier: Apache-2.0 */
/*
 * No file that the checkpoint does not stand for: whoever adds one is noticed
 * as surely as whoever changes one.  A partial tile of an earlier size must
 * begin as the one that replaced it.
 */
#include "verify/verify_int.h"

enum how { SEEN, CHECKPOINT, MAP, PASSED };

static const struct {
	const char *name;
	enum how how;
} beside[] = {
#define BESIDE(name, how) {name, how},
#include "verify/beside.def"
};

enum { N_BESIDE = sizeof(beside) / sizeof(beside[0]) };

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

/* A * is digits, at least one. */
static bool
is_named(const char *path, const char *pattern)
{
	for (; *pattern != '\0'; pattern++) {
		const char *before = path;

		while (*pattern == '*' && *path >= '0' && *path <= '9')
			path++;
		if (*pattern == '*' ? path == before : *path++ != *pattern)
			return false;
	}
	return *path == '\0';
}

static enum err
check_checkpoint(struct files *f, const char *path)
{
	struct verify_given given = {path, {NULL, 0}};
	uint64_t size = 0;
	enum err e = verify_read(f->v->source, path, &f->old, f->v->fault);

	given.bytes = buf_span(&f->old);
	if (e == ERR_OK)
		e = verify_began(f->v, &given, &size);
	/* Signed, and of after the checkpoint that was read. */
	return e == ERR_DAMAGED && f->v->asked->growing &&
			       size > f->v->result->cp.size
		       ? ERR_OK
		       : e;
}

static enum err
check_beside(struct files *f, const char *path, enum how how)
{
	if (how == PASSED) {
		f->v->result->passed++;
		return ERR_OK;
	}
	f->v->result->files++;
	if (how == CHECKPOINT)
		return check_checkpoint(f, path);
	return how == MAP ? verify_map(f->v, path) : ERR_OK;
}

static enum err
check_file(void *arg, const char *path)
{
	struct files *f = arg;
	struct ledger_tile t;

	if (ledger_tile_parse(span_text(path), &t) == ERR_OK)
		return check_tile(f, path, &t);
	for (size_t i = 0; i < N_BESIDE; i++)
		if (is_named(path, beside[i].name))
			return check_beside(f, path, beside[i].how);
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
