/* SPDX-License-Identifier: Apache-2.0 */
/* The acts of an erasure, and what they destroy. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/read.h"
#include "ledger/statement.h"
#include "os/file.h"
#include "proc/proc_erase.h"
#include "proc/proc_lines.h"

enum { CHUNK = 500, OBJECT_MAX = LEDGER_OPENING_MAX };

/* ---- the act of one request, and what it dooms ---- */

struct granted {
	struct instance *in;
	uint64_t n;                /* of the erasure */
	uint8_t by[CRYPTO_SHA256]; /* who granted it */
	int32_t day;               /* on which day: it is carried out as of
				    * that, whenever and by whichever clock */
};

static enum err
enter(const struct granted *g, const struct erase_target *t, struct span object,
	uint64_t *ret_entry)
{
	char batch[16] = "";
	char ground[40] = "";
	char at[DAY_TIME_TEXT] = "";
	struct ledger_field fields[] = {
		ACCOUNT_BYTES("actor", g->by, CRYPTO_SHA256),
		ACCOUNT_TEXT("act", "erase"),
		ACCOUNT_TEXT("batch", ""),
		ACCOUNT_TEXT("request", t->id),
		{"object", object},
		ACCOUNT_TEXT("ground", ""),
		{"at", span_of(at, DAY_TIME_TEXT - 1)},
	};

	(void)snprintf(batch, sizeof(batch), "%" PRIu32, t->ref.batch);
	(void)snprintf(ground, sizeof(ground), "erasure %" PRIu64, g->n);
	day_time_text(g->in->at, at);
	fields[2].value = span_text(batch);
	fields[5].value = span_text(ground);
	return account_entry(g->in, LEDGER_ACT, NULL, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
		ret_entry);
}

/* *at is the first of its entries, and then the first of the next. */
static enum err
doom(const struct granted *g, const struct erase_survey *s, size_t target,
	size_t *at)
{
	const struct erase_target *t = &s->target[target];
	OWNED_BUF(object, OBJECT_MAX);
	size_t first = *at;
	uint64_t act = 0;
	enum err e;

	buf_text(&object, LEDGER_ERASE);
	while (*at < s->n_entries && s->entry[*at].target == target)
		buf_u64be(&object, s->entry[(*at)++].index);
	e = buf_error(&object);
	if (e == ERR_OK)
		e = enter(g, t, buf_span(&object), &act);
	if (e == ERR_OK)
		e = store_erased_add(
			g->in->store, t->ref.batch, t->ref.line, act);
	for (size_t i = first; e == ERR_OK && i < *at; i++) {
		struct store_doomed d = {.idx = s->entry[i].index,
			.act = act,
			.batch = t->ref.batch,
			.line = t->ref.line};

		memcpy(d.subject, s->entry[i].subject, sizeof(d.subject));
		e = store_doomed_add(g->in->store, &d);
	}
	return e;
}

static enum err
doom_all(const struct granted *g, const struct erase_survey *s)
{
	size_t entry = 0;
	enum err e = ERR_OK;

	for (size_t from = 0; e == ERR_OK && from < s->n; from += CHUNK) {
		e = account_begin(g->in);
		if (e != ERR_OK)
			return e;
		for (size_t i = from;
			e == ERR_OK && i < s->n && i < from + CHUNK; i++)
			e = doom(g, s, i, &entry);
		if (e == ERR_OK)
			e = account_commit(g->in);
		else
			account_abandon(g->in);
	}
	return e;
}

/* ---- records ---- */

/* The time of the act; several entries in a row have one. */
struct act_time {
	uint64_t act;
	int64_t at;
};

static enum err
time_of(struct instance *in, uint64_t act, struct act_time *known)
{
	struct account_opened o;
	enum err e;

	if (known->act == act)
		return ERR_OK;
	e = account_open(in, act, &o);
	if (e != ERR_OK)
		return e;
	if (!span_eq(account_field(&o, "act"), SPAN("erase")) ||
		!day_time_parse(account_field(&o, "at"), &known->at))
		e = instance_says(in, ERR_DAMAGED,
			"entry %" PRIu64 " is no act of erasure", act);
	known->act = act;
	account_opened_fini(&o);
	return e;
}

static enum err
shred_one(struct instance *in, const struct store_doomed *d,
	struct act_time *known)
{
	struct account_erased erased = {.act = d->act};
	enum err e = time_of(in, d->act, known);

	erased.at = known->at;
	memcpy(erased.row, d->subject, sizeof(erased.row));
	if (e == ERR_OK)
		e = account_shred(in, d->idx, &erased);
	return e == ERR_OK ? store_request_shred(in->store, d->batch, d->line)
			   : e;
}

static enum err
shred_some(struct instance *in, uint64_t *after, struct act_time *known)
{
	struct store_doomed d;
	enum err e = ERR_OK;

	for (int i = 0; e == ERR_OK && i < CHUNK; i++) {
		e = store_doomed_next(in->store, *after, &d);
		if (e != ERR_OK)
			break;
		*after = d.idx;
		e = shred_one(in, &d, known);
	}
	return e;
}

static enum err
shred_records(struct instance *in)
{
	struct act_time known = {.act = STORE_NO_ENTRY};
	uint64_t after = STORE_NO_ENTRY;
	enum err e = ERR_OK;

	while (e == ERR_OK) {
		enum err done;

		e = store_shred_begin(in->store);
		if (e == ERR_OK)
			e = shred_some(in, &after, &known);
		if (e != ERR_OK && e != ERR_NOT_FOUND) {
			store_rollback(in->store);
			return e;
		}
		done = store_commit(in->store);
		if (done != ERR_OK)
			return done;
	}
	return ERR_OK; /* NOT_FOUND: after the last */
}

/* ---- lines of a batch's file ---- */

static enum err
blank(int fd, uint64_t offset, uint64_t length)
{
	uint8_t piece[4096];
	uint64_t done = 0;

	memset(piece, ' ', sizeof(piece));
	while (done < length) {
		uint64_t left = length - done;
		size_t n = left < sizeof(piece) ? (size_t)left : sizeof(piece);
		ssize_t got = pwrite(fd, piece, n, (off_t)(offset + done));

		if (got <= 0)
			return err_origin(ERR_IO);
		done += (uint64_t)got;
	}
	return ERR_OK;
}

/* Of JSON Lines the first byte that is no blank begins a line. */
static enum err
is_csv(int fd, bool *ret_csv)
{
	uint8_t some[4096];
	size_t n = 0;
	enum err e = os_rewind(fd);

	*ret_csv = false;
	while (e == ERR_OK) {
		e = os_read_some(fd, some, sizeof(some), &n);
		if (e != ERR_OK || n == 0)
			return e;
		for (size_t i = 0; i < n; i++) {
			if (some[i] == ' ' || some[i] == '\n' ||
				some[i] == '\r' || some[i] == '\t')
				continue;
			*ret_csv = some[i] != '{';
			return ERR_OK;
		}
	}
	return e;
}

static enum err
blank_line(struct instance *in, int fd, uint32_t batch, uint64_t number,
	const struct proc_line *line)
{
	/* Its end stays, so that there are as many lines as there were. */
	uint64_t n = line->too_long ? line->length - 1 : line->bytes.n;
	uint64_t act;
	bool gone = false;
	enum err e = proc_erase_gone(in, batch, number, &gone, &act);

	return e == ERR_OK && gone ? blank(fd, line->offset, n) : e;
}

static enum err
blank_lines(struct instance *in, uint32_t batch, int fd)
{
	static struct proc_lines lines;
	uint64_t number = 0;
	bool csv = false;
	enum err e = is_csv(fd, &csv);

	if (e == ERR_OK)
		e = proc_lines_begin(&lines, fd, csv);
	for (bool header = csv; e == ERR_OK; header = false) {
		struct proc_line line;
		bool end = false;

		e = proc_lines_next(&lines, &line, &end);
		if (e != ERR_OK || end)
			break;
		if (!header)
			e = blank_line(in, fd, batch, ++number, &line);
	}
	return e == ERR_OK ? os_sync(fd) : e;
}

/* ---- files ---- */

static enum err
wipe(int folder, const char *name)
{
	static const uint8_t zeros[1 << 16];
	OWNED_FD fd = openat(folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	uint64_t left;
	enum err e = ERR_OK;

	if (fd < 0)
		return errno == ENOENT ? ERR_OK : err_origin(ERR_IO);
	if (fstat(fd, &st) != 0)
		return err_origin(ERR_IO);
	for (left = (uint64_t)st.st_size; e == ERR_OK && left > 0;) {
		size_t n = left < sizeof(zeros) ? (size_t)left : sizeof(zeros);

		e = os_write_all(fd, span_of(zeros, n));
		left -= n;
	}
	if (e == ERR_OK)
		e = os_sync(fd);
	if (e == ERR_OK && unlinkat(folder, name, 0) != 0)
		e = err_origin(ERR_IO);
	return e;
}

/* "R1.cms", "R1.cms.pulled", "R1.cms.410.kept": of a request that is gone? */
static enum err
wipe_if_gone(struct instance *in, uint32_t batch, int folder, const char *name)
{
	struct span id = span_text(name);
	char text[STORE_ID_MAX];
	struct store_request row;
	uint64_t act;
	bool gone = false;
	enum err e;

	for (size_t i = 0; i + 4 <= id.n; i++)
		if (memcmp(id.at + i, ".cms", 4) == 0) {
			id.n = i;
			break;
		}
	if (!span_copy(id, text, sizeof(text)))
		return ERR_OK;
	e = store_request_in(in->store, batch, text, &row);
	if (e == ERR_OK)
		e = proc_erase_gone(in, batch, row.line, &gone, &act);
	if (e == ERR_OK && gone)
		e = wipe(folder, name);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
wipe_sealed(struct instance *in, uint32_t batch)
{
	OWNED_FD folder = -1;
	const struct dirent *entry;
	DIR *dir;
	enum err e = instance_folder(in, "sealed", batch, false, &folder);

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	dir = fdopendir(dup(folder));
	if (dir == NULL)
		return err_origin(ERR_IO);
	rewinddir(dir);
	while (e == ERR_OK && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			e = wipe_if_gone(in, batch, folder, entry->d_name);
	(void)closedir(dir);
	return e == ERR_OK ? os_sync(folder) : e;
}

static enum err
wipe_batch(struct instance *in, uint32_t batch)
{
	OWNED_FD folder = -1;
	OWNED_FD fd = -1;
	enum err e = instance_folder(in, "batches", batch, false, &folder);

	if (e == ERR_OK)
		fd = openat(
			folder, "requests", O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (e == ERR_OK && fd < 0 && errno != ENOENT)
		e = err_origin(ERR_IO);
	if (e == ERR_OK && fd >= 0)
		e = blank_lines(in, batch, fd);
	if (e == ERR_OK)
		e = wipe_sealed(in, batch);
	return e == ERR_OK || e == ERR_NOT_FOUND
		       ? ERR_OK
		       : instance_says(in, e,
				 "what was erased of batch %" PRIu32
				 " is still in batches/ or sealed/: %s; the "
				 "next verb goes on",
				 batch, err_text(e));
}

/* Of each batch that has something doomed. */
static enum err
wipe_files(struct instance *in)
{
	struct proc_list batches = {.n = 0};
	struct store_doomed d = {.batch = 0};
	uint64_t after = STORE_NO_ENTRY;
	enum err e;

	while ((e = store_doomed_next(in->store, after, &d)) == ERR_OK) {
		after = d.idx;
		if (batches.n == 0 ||
			batches.at[batches.n - 1].batch != d.batch)
			e = proc_list_add(&batches, d.batch, 0);
		if (e != ERR_OK)
			break;
	}
	if (e == ERR_NOT_FOUND)
		e = ERR_OK;
	proc_list_sort(&batches);
	for (size_t i = 0; e == ERR_OK && i < batches.n; i++)
		e = wipe_batch(in, batches.at[i].batch);
	proc_list_fini(&batches);
	return e == ERR_OK ? wipe(in->dir, "redo.damaged") : e;
}

/* ---- to the end ---- */

static enum err
destroy(struct instance *in)
{
	enum err e = wipe_files(in);

	if (e == ERR_OK)
		e = shred_records(in);
	if (e != ERR_OK)
		return e;
	e = store_scrub(in->store);
	return e == ERR_OK ? ERR_OK
			   : instance_says(in, e,
				     "what was erased is still on the disk: "
				     "the store: %s; the next verb goes on",
				     store_error(in->store));
}

static enum err
settle(struct instance *in, struct store_erasure *erasure)
{
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	erasure->state = ERASE_DONE;
	e = store_doomed_done(in->store);
	if (e == ERR_OK)
		e = store_erasure_put(in->store, erasure);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

static enum err
granter(struct instance *in, const struct store_erasure *erasure,
	struct granted *ret)
{
	struct account_opened o;
	struct span actor;
	enum err e = account_open(in, erasure->answered, &o);

	if (e != ERR_OK)
		return e;
	actor = account_field(&o, "actor");
	if (!span_eq(account_field(&o, "act"), SPAN("erase-grant")) ||
		actor.n != sizeof(ret->by))
		e = instance_says(in, ERR_DAMAGED,
			"entry %" PRIu64 " does not grant erasure %" PRIu64,
			erasure->answered, erasure->n);
	else
		memcpy(ret->by, actor.at, actor.n);
	ret->day = account_day(in, &o);
	account_opened_fini(&o);
	return e;
}

enum err
erase_carry_out(struct instance *in, struct store_erasure *erasure,
	proc_erase_kept *kept, void *context,
	struct proc_erase_result *ret_result)
{
	struct granted g = {.in = in, .n = erasure->n};
	struct proc_erase_item item;
	struct erase_survey s = {.n = 0};
	enum err e = granter(in, erasure, &g);

	if (e == ERR_OK)
		e = proc_erase_item_read(in, erasure, &item);
	if (e == ERR_OK)
		e = erase_survey(
			in, &item.order, g.day, true, kept, context, &s);
	if (e == ERR_OK)
		e = doom_all(&g, &s);
	if (e == ERR_OK)
		e = account_publish(in, NULL);
	if (e == ERR_OK)
		e = destroy(in);
	if (e == ERR_OK)
		e = settle(in, erasure);
	*ret_result = (struct proc_erase_result){.n = erasure->n,
		.entry = erasure->answered,
		.requests = s.n,
		.entries = s.n_entries,
		.kept = s.kept,
		.with_recipient = s.with_recipient};
	erase_survey_fini(&s);
	return e;
}

enum err
proc_erase_finish(struct instance *in)
{
	struct store_erasure row = {.n = 0};
	enum err e;

	while ((e = store_erasure_next(in->store, row.n, &row)) == ERR_OK) {
		struct proc_erase_result result;

		if (row.state == ERASE_GRANTED)
			e = erase_carry_out(in, &row, NULL, NULL, &result);
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
