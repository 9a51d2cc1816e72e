/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_sample.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/read.h"
#include "proc/proc_batch.h"
#include "proc/proc_cosign.h"
#include "proc/proc_permit.h"

enum { OBJECT_MAX = 1 << 13, BOUND_MAX = 512 };

static const char *const part_text[] = {
	[REVIEW_REFUSED] = "refused",
	[REVIEW_ACCEPTED] = "accepted",
};

/* ---- the seed ---- */

static enum err
seed_of(struct instance *in, const struct store_batch *batch,
	uint8_t ret_seed[REVIEW_SEED])
{
	OWNED_BUF(entry, LEDGER_ENTRY);
	enum err e = store_journal_get(in->store, batch->entry, &entry, NULL);

	if (e != ERR_OK)
		return instance_says(in, err_is_failure(e) ? e : ERR_DAMAGED,
			"entry %" PRIu64 " of batch %" PRIu32 " is gone",
			batch->entry, batch->n);
	review_seed(in->evidence_key, buf_span(&entry), ret_seed);
	return ERR_OK;
}

enum err
proc_sample_open(struct instance *in, const struct store_batch *batch)
{
	uint8_t seed[REVIEW_SEED];
	char size[24];
	OWNED_BUF(hex, 2 * REVIEW_SEED);
	uint64_t n;
	struct proc_matter new = {
		.kind = MATTER_OF_SAMPLE,
		.who = MATTER_BY_PROGRAM,
		.batch = batch->n,
		.request = "",
	};
	enum err e = seed_of(in, batch, seed);

	if (e != ERR_OK)
		return e;
	code_hex(&hex, span_of(seed, sizeof(seed)));
	(void)snprintf(
		size, sizeof(size), "up to %d of each part", REVIEW_DRAW_MOST);
	new.words.field[0] = buf_span(&hex);
	new.words.field[1] = span_text(size);
	new.words.field[2] = SPAN(
		"none wrong: with 95 % confidence at most 1 % of the refused "
		"and at most 1 % of the accepted lines are");
	return proc_matter_open(in, &new, &n);
}

/* ---- what is entered ---- */

/* Of a drawing: for each part the number of its lines in the batch, how many
 * were drawn, and which. */
static void
encode_drawing(const uint64_t lines[REVIEW_N_PARTS],
	const size_t drawn[REVIEW_N_PARTS], const struct store_sampled *item,
	struct buf *to)
{
	size_t at = 0;

	buf_text(to, "weir sample/v1\n");
	for (size_t p = 0; p < REVIEW_N_PARTS; p++) {
		buf_u64be(to, lines[p]);
		buf_u16be(to, (uint16_t)drawn[p]);
		for (size_t i = 0; i < drawn[p]; i++)
			buf_u64be(to, item[at++].line);
	}
}

static void
encode_decision(
	const struct store_sampled *item, struct span ground, struct buf *to)
{
	buf_text(to, "weir sample-decide/v1\n");
	buf_u32be(to, item->batch);
	buf_u64be(to, item->line);
	buf_u8(to, item->wrong);
	buf_sized(to, ground);
}

/* ---- drawing ---- */

static enum err
count_one(void *context, const struct store_sampled *item)
{
	size_t *n = context;

	(void)item;
	++*n;
	return ERR_OK;
}

static enum err
draw_line(void *context, uint64_t line, uint8_t answer)
{
	review_draw_add(context, line,
		answer == LAW_REFUSED ? REVIEW_REFUSED : REVIEW_ACCEPTED);
	return ERR_OK;
}

static enum err
enter_drawing(struct instance *in, const struct store_batch *batch,
	const struct review_draw *draw)
{
	static struct store_sampled item[PROC_SAMPLE_MOST];
	uint64_t lines[REVIEW_N_PARTS];
	uint64_t drawn_line[REVIEW_DRAW_MOST];
	size_t drawn[REVIEW_N_PARTS];
	size_t n = 0;
	uint64_t entry = 0;
	OWNED_BUF(object, OBJECT_MAX);
	enum err e;

	for (unsigned p = 0; p < REVIEW_N_PARTS; p++) {
		lines[p] = draw->part[p].lines;
		drawn[p] =
			review_draw_end(draw, (enum review_part)p, drawn_line);
		for (size_t i = 0; i < drawn[p]; i++)
			item[n++] = (struct store_sampled){.batch = batch->n,
				.line = drawn_line[i],
				.part = (uint8_t)p,
				.decided = STORE_NO_ENTRY};
	}
	encode_drawing(lines, drawn, item, &object);
	e = buf_error(&object);
	if (e == ERR_OK)
		e = account_act(in, "draw-sample", batch->n, "",
			buf_span(&object), &entry);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		item[i].drawn = entry;
		e = store_sampled_add(in->store, &item[i]);
	}
	return e;
}

static enum err
find_matter(struct instance *in, uint32_t batch, struct store_matter *ret_row,
	struct matter *ret_matter)
{
	return proc_matter_next(
		in, 0, MATTER_OF_SAMPLE, batch, ret_row, ret_matter);
}

static enum err
draw_now(struct instance *in, const struct store_batch *batch,
	const struct review_draw *draw)
{
	struct store_matter row;
	struct matter m;
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	e = find_matter(in, batch->n, &row, &m);
	if (e == ERR_NOT_FOUND)
		e = proc_sample_open(in, batch);
	if (e == ERR_OK)
		e = enter_drawing(in, batch, draw);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

enum err
proc_sample_draw(struct instance *in, const struct store_batch *batch)
{
	static struct review_draw draw;
	uint8_t seed[REVIEW_SEED];
	size_t n = 0;
	enum err e = store_sampled_each(in->store, batch->n, count_one, &n);

	if (e != ERR_OK || n > 0 || batch->n_lines == 0)
		return e;
	e = seed_of(in, batch, seed);
	if (e != ERR_OK)
		return e;
	review_draw_init(&draw, seed);
	e = store_answers(in->store, batch->n, draw_line, &draw);
	return e == ERR_OK ? draw_now(in, batch, &draw) : e;
}

/* ---- reading, against the entries ---- */

static enum err
damaged(struct instance *in, uint32_t batch)
{
	return instance_says(in, ERR_DAMAGED,
		"the store: the sample of batch %" PRIu32
		" is not what was entered",
		batch);
}

static enum err
add_item(void *context, const struct store_sampled *item)
{
	struct proc_sample *s = context;

	if (s->n == PROC_SAMPLE_MOST || item->part >= REVIEW_N_PARTS)
		return ERR_DAMAGED;
	s->item[s->n++] = *item;
	s->drawn[item->part]++;
	s->n_decided += item->decided != STORE_NO_ENTRY;
	s->n_wrong += item->wrong;
	return ERR_OK;
}

/* How many lines each part of the batch has stands in the drawing alone. */
static bool
read_lines(struct span object, uint64_t ret_lines[REVIEW_N_PARTS])
{
	struct reader r = read_from(object);

	(void)read_line(&r);
	for (size_t p = 0; p < REVIEW_N_PARTS; p++) {
		ret_lines[p] = read_u64be(&r);
		(void)read_bytes(&r, 8 * (size_t)read_u16be(&r));
	}
	return read_end(&r);
}

static enum err
check_drawing(struct instance *in, struct proc_sample *s)
{
	struct account_opened opened;
	OWNED_BUF(object, OBJECT_MAX);
	enum err e = account_open(in, s->item[0].drawn, &opened);

	if (e != ERR_OK)
		return e;
	if (read_lines(account_field(&opened, "object"), s->lines))
		encode_drawing(s->lines, s->drawn, s->item, &object);
	if (!span_eq(account_field(&opened, "object"), buf_span(&object)))
		e = damaged(in, s->row.batch);
	account_opened_fini(&opened);
	return e;
}

static enum err
check_decision(struct instance *in, const struct store_sampled *item)
{
	struct account_opened opened;
	OWNED_BUF(object, MATTER_BYTES_MAX);
	enum err e;

	if (item->decided == STORE_NO_ENTRY)
		return item->wrong ? damaged(in, item->batch) : ERR_OK;
	e = account_open(in, item->decided, &opened);
	if (e != ERR_OK)
		return e;
	encode_decision(item, account_field(&opened, "ground"), &object);
	if (!span_eq(account_field(&opened, "object"), buf_span(&object)))
		e = damaged(in, item->batch);
	account_opened_fini(&opened);
	return e;
}

static enum err
check_matter(struct instance *in, struct proc_sample *s)
{
	struct proc_matter_words words;
	enum err e = proc_matter_words(in, &s->row, &words);

	if (e != ERR_OK)
		return e;
	if (!code_hex_parse(words.words.field[0], s->seed, REVIEW_SEED))
		e = damaged(in, s->row.batch);
	proc_matter_words_fini(&words);
	return e;
}

enum err
proc_sample_read(
	struct instance *in, uint32_t batch, struct proc_sample *ret_sample)
{
	struct proc_sample *s = ret_sample;
	struct store_batch of;
	enum err e = proc_batch_get(in, batch, &of);

	memset(s, 0, sizeof(*s));
	if (e == ERR_OK && of.stage < STAGE_JUDGED)
		e = ERR_NOT_FOUND;
	if (e == ERR_OK)
		e = proc_sample_draw(in, &of);
	if (e == ERR_OK)
		e = find_matter(in, batch, &s->row, &s->matter);
	if (e == ERR_NOT_FOUND)
		return instance_says(in, ERR_TOO_EARLY,
			"batch %" PRIu32 " has no sample yet: submit it again "
			"to go on",
			batch);
	if (e == ERR_OK)
		e = store_sampled_each(in->store, batch, add_item, s);
	if (e == ERR_DAMAGED)
		e = damaged(in, batch);
	if (e == ERR_OK && s->n > 0)
		e = check_drawing(in, s);
	for (size_t i = 0; e == ERR_OK && i < s->n; i++)
		e = check_decision(in, &s->item[i]);
	return e == ERR_OK ? check_matter(in, s) : e;
}

/* ---- what it shows ---- */

/* The bound that is entered (on one line) and printed. */
static void
bound_text(const struct proc_sample *s, const char *between, struct buf *to)
{
	buf_text(to, "None wrong, with 95 % confidence:");
	for (unsigned p = 0; p < REVIEW_N_PARTS; p++) {
		uint64_t most = review_sample_bound(s->lines[p], s->drawn[p]);

		if (s->lines[p] == 0)
			continue;
		buf_printf(to,
			"%sat most %" PRIu64 " of the %" PRIu64
			" %s lines are (%.2f %%; %zu were drawn)",
			between, most, s->lines[p], part_text[p],
			100.0 * (double)most / (double)s->lines[p],
			s->drawn[p]);
	}
}

void
proc_sample_says(const struct proc_sample *s, struct buf *to)
{
	if (s->matter.decision == MATTER_SAMPLE_WRONG || s->n_wrong > 0)
		buf_text(to, "One was wrong: nothing of this batch is approved "
			     "together.");
	else if (s->n_decided < s->n)
		buf_printf(to, "%zu of %zu are still to be decided.",
			s->n - s->n_decided, s->n);
	else
		bound_text(s, "\n  ", to);
}

/* ---- deciding ---- */

static enum err
may_decide(struct instance *in, const struct proc_sample_decision *d,
	struct proc_sample *s)
{
	struct store_batch batch;
	enum err e = proc_permit(in, PERMIT_REVIEW);

	if (e == ERR_OK)
		e = proc_cosign_fresh(in);
	if (e == ERR_OK)
		e = proc_batch_get(in, d->batch, &batch);
	if (e != ERR_OK)
		return e;
	if (register_same_person(
		    in->registers, in->actor.print, batch.submitter))
		return instance_says(in, ERR_NOT_ALLOWED,
			"%s submitted this batch and so cannot review it",
			in->actor.name);
	if (d->wrong && span_trim(span_text(d->ground)).n == 0)
		return instance_says(
			in, ERR_MALFORMED, "say what is wrong: --ground TEXT");
	if (!span_is_plain(span_text(d->ground)))
		return instance_says(in, ERR_MALFORMED,
			"the ground is not one line of plain text");
	e = proc_sample_read(in, d->batch, s);
	/* A sandbox that plays the batch's day is at noon of it. */
	if (e == ERR_OK && instance_plays(in) && in->at < s->matter.opened_at)
		in->at = s->matter.opened_at;
	if (e == ERR_OK && !matter_is_open(&s->matter))
		return instance_says(in, ERR_BAD_MOVE,
			"the sample of batch %" PRIu32 " is closed: %s",
			d->batch,
			matter_decision_text(
				(enum matter_decision)s->matter.decision));
	return e;
}

static enum err
find_item(struct instance *in, const struct proc_sample_decision *d,
	struct proc_sample *s, struct store_sampled **ret_item)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->item[i].line != d->line)
			continue;
		*ret_item = &s->item[i];
		if (s->item[i].decided == STORE_NO_ENTRY)
			return ERR_OK;
		return instance_says(in, ERR_EXISTS,
			"line %" PRIu64 " of the sample was decided before",
			d->line);
	}
	return instance_says(in, ERR_NOT_FOUND,
		"line %" PRIu64 " of batch %" PRIu32 " was not drawn", d->line,
		d->batch);
}

/* The last one, or a wrong one, closes it. */
static enum err
close_it(struct instance *in, const struct proc_sample_decision *d,
	struct proc_sample *s)
{
	OWNED_BUF(ground, MATTER_GROUND_MAX);

	if (s->n_wrong == 0 && s->n_decided < s->n)
		return ERR_OK;
	if (s->n_wrong > 0)
		buf_printf(&ground, "line %" PRIu64 ": %s", d->line, d->ground);
	else
		bound_text(s, " ", &ground);
	if (buf_error(&ground) != ERR_OK)
		return instance_says(in, ERR_TOO_LARGE,
			"the ground is longer than %d bytes",
			MATTER_GROUND_MAX);
	return proc_matter_decide(in, s->matter.n,
		s->n_wrong > 0 ? MATTER_SAMPLE_WRONG : MATTER_SAMPLE_SOUND,
		proc_matter_roles(in), buf_span(&ground));
}

static enum err
decide_now(struct instance *in, const struct proc_sample_decision *d,
	struct proc_sample *s, struct store_sampled *item)
{
	OWNED_BUF(object, MATTER_BYTES_MAX);
	struct span ground = span_text(d->ground);
	enum err e;

	item->wrong = d->wrong;
	encode_decision(item, ground, &object);
	if (buf_error(&object) != ERR_OK)
		return instance_says(
			in, ERR_TOO_LARGE, "the ground is too long");
	e = proc_matter_enter(in, d->wrong ? "sample-wrong" : "sample-right",
		&s->matter, "", buf_span(&object), ground, &item->decided);
	if (e == ERR_OK)
		e = store_sampled_update(in->store, item);
	s->n_decided++;
	s->n_wrong += item->wrong;
	return e == ERR_OK ? close_it(in, d, s) : e;
}

enum err
proc_sample_decide(struct instance *in, const struct proc_sample_decision *d,
	struct proc_sample *ret_sample)
{
	struct store_sampled *item = NULL;
	enum err e = may_decide(in, d, ret_sample);

	if (e == ERR_OK)
		e = find_item(in, d, ret_sample, &item);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = decide_now(in, d, ret_sample, item);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	return account_commit(in);
}

enum err
proc_sample_allows(struct instance *in, uint32_t batch)
{
	static struct proc_sample s;
	enum err e = proc_sample_read(in, batch, &s);

	if (e != ERR_OK)
		return e;
	if (s.matter.decision == MATTER_SAMPLE_WRONG || s.n_wrong > 0)
		return instance_says(in, ERR_NOT_ALLOWED,
			"the sample of batch %" PRIu32
			" has a wrong one: each is decided on its own",
			batch);
	if (s.n_decided < s.n || matter_is_open(&s.matter))
		return instance_says(in, ERR_TOO_EARLY,
			"%zu of %zu drawn requests are still to be decided: "
			"weir review sample --batch %" PRIu32,
			s.n - s.n_decided, s.n, batch);
	return ERR_OK;
}
