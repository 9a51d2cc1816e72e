/* SPDX-License-Identifier: Apache-2.0 */
/* The counters of people's tags, made anew from what the entries keep. */
#include <inttypes.h>

#include "base/mem.h"
#include "base/num.h"
#include "base/read.h"
#include "ledger/statement.h"
#include "proc/proc_subject.h"

enum { FIRST = 256, PERSON_LINE = 7 };

/* What is known so far: open addressing by the row, which is a hash. */
struct rebuild {
	struct instance *in;
	uint32_t first; /* month */
	struct store_subject *at;
	uint8_t *used;
	size_t n;
	size_t size;
};

/* ---- the table ---- */

static size_t
place_of(const struct rebuild *b, const uint8_t row[STORE_HASH])
{
	uint64_t start;
	size_t i;

	memcpy(&start, row, sizeof(start));
	i = (size_t)start & (b->size - 1);
	while (b->used[i] && memcmp(b->at[i].row, row, STORE_HASH) != 0)
		i = (i + 1) & (b->size - 1);
	return i;
}

static enum err
grow(struct rebuild *b)
{
	struct rebuild bigger = *b;

	bigger.size = b->size == 0 ? FIRST : 2 * b->size;
	bigger.at = mem_zeroed(bigger.size * sizeof(*bigger.at));
	bigger.used = mem_zeroed(bigger.size);
	if (bigger.at == NULL || bigger.used == NULL) {
		mem_free(bigger.at);
		mem_free(bigger.used);
		return err_origin(ERR_NOMEM);
	}
	for (size_t i = 0; i < b->size; i++) {
		size_t to;

		if (!b->used[i])
			continue;
		to = place_of(&bigger, b->at[i].row);
		bigger.at[to] = b->at[i];
		bigger.used[to] = 1;
	}
	mem_free(b->at);
	mem_free(b->used);
	*b = bigger;
	return ERR_OK;
}

/* The row as it is known; new where it is not. */
static enum err
row_of(struct rebuild *b, const uint8_t row[STORE_HASH],
	struct store_subject **ret)
{
	enum err e = b->n * 2 >= b->size ? grow(b) : ERR_OK;
	size_t i;

	if (e != ERR_OK)
		return e;
	i = place_of(b, row);
	if (!b->used[i]) {
		b->used[i] = 1;
		b->n++;
		memcpy(b->at[i].row, row, STORE_HASH);
	}
	*ret = &b->at[i];
	return ERR_OK;
}

static enum err
contradicts(struct rebuild *b, uint64_t entry)
{
	return instance_says(b->in, ERR_DAMAGED,
		"the tag of entry %" PRIu64
		" is not after the last of its person",
		entry);
}

/* In the order of the entries each tag is after the one before it: the next,
 * but for what an older program did not keep. */
static enum err
take_tag(struct rebuild *b, uint64_t entry, const uint8_t row[STORE_HASH],
	const struct proc_subject_tag *tag)
{
	struct store_subject *s = NULL;
	enum err e = row_of(b, row, &s);

	if (e != ERR_OK)
		return e;
	if (tag->period < s->period ||
		(tag->period == s->period && tag->i < s->n))
		return contradicts(b, entry);
	memcpy(s->salt, tag->salt, sizeof(s->salt));
	s->period = tag->period;
	s->n = tag->i + 1;
	return ERR_OK;
}

/* ---- whose an entry D is ---- */

static enum err
person_of(struct instance *in, uint64_t match, uint8_t ret_row[STORE_HASH],
	bool *ret_any)
{
	struct account_opened m;
	enum err e = account_open(in, match, &m);

	*ret_any = false;
	if (e != ERR_OK)
		return e;
	if (account_field(&m, "person").n > 0) {
		ledger_subject_row(in->subject_secret,
			account_field(&m, "person"), ret_row);
		*ret_any = true;
	}
	account_opened_fini(&m);
	return ERR_OK;
}

/* The match of that request that was the newest when entry D was made. */
static enum err
find_match(struct instance *in, const struct account_opened *d,
	uint64_t *ret_match)
{
	for (uint64_t i = d->entry.index; i-- > 0;) {
		enum ledger_type kind = LEDGER_NO_TYPE;
		struct account_opened m;
		bool is = false;
		enum err e = account_kind(in, i, &kind);

		if (e != ERR_OK)
			return e;
		if (kind != LEDGER_MATCH)
			continue;
		e = account_open(in, i, &m);
		if (e == ERR_ERASED)
			continue;
		if (e != ERR_OK)
			return e;
		is = span_eq(account_field(&m, "batch"),
			     account_field(d, "batch")) &&
		     span_eq(account_field(&m, "request"),
			     account_field(d, "request"));
		account_opened_fini(&m);
		*ret_match = i;
		if (is)
			return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

static enum err
row_of_delivery(struct instance *in, const struct account_opened *d,
	uint8_t ret_row[STORE_HASH])
{
	struct store_request row;
	char id[STORE_ID_MAX];
	uint64_t batch = 0;
	uint64_t match = STORE_NO_ENTRY;
	bool any = false;
	enum err e = ERR_NOT_FOUND;

	if (num_parse(account_field(d, "batch"), UINT32_MAX, &batch) &&
		span_copy(account_field(d, "request"), id, sizeof(id)))
		e = store_request_in(in->store, (uint32_t)batch, id, &row);
	/* The row names the newest; that is it unless it was made since. */
	if (e == ERR_OK)
		match = row.matched;
	if (e == ERR_OK && (match == STORE_NO_ENTRY || match > d->entry.index))
		e = find_match(in, d, &match);
	if (e == ERR_OK)
		e = person_of(in, match, ret_row, &any);
	return e == ERR_NOT_FOUND || (e == ERR_OK && !any)
		       ? instance_says(in, ERR_DAMAGED,
				 "whose tag entry %" PRIu64 " has is not known",
				 d->entry.index)
		       : e;
}

/* ---- entries ---- */

static enum err
take_delivery(struct rebuild *b, const struct account_opened *d)
{
	struct proc_subject_tag tag;
	uint8_t row[STORE_HASH];
	enum err e;

	if (!proc_subject_decode(d->private, &tag) ||
		tag.kind != SUBJECT_TAGGED)
		return ERR_OK;
	e = row_of_delivery(b->in, d, row);
	return e == ERR_OK ? take_tag(b, d->entry.index, row, &tag) : e;
}

static enum err
take_erased(struct rebuild *b, uint64_t index)
{
	struct account_erased erased;
	struct proc_subject_tag tag;
	enum err e = account_erased(b->in, index, &erased);

	if (e != ERR_OK || erased.kind != LEDGER_DELIVER)
		return e;
	if (!proc_subject_decode(
		    span_of(erased.subject, sizeof(erased.subject)), &tag) ||
		tag.kind != SUBJECT_TAGGED)
		return ERR_OK;
	return take_tag(b, index, erased.row, &tag);
}

/* Whose the first entry is that an act "account-late" tells. */
static enum err
row_of_late(struct rebuild *b, const struct account_opened *late,
	uint8_t ret_row[STORE_HASH])
{
	struct reader r = read_from(account_field(late, "object"));
	struct account_erased erased;
	struct account_opened d;
	uint64_t index;
	enum err e;

	(void)read_bytes(&r, sizeof(LEDGER_LATE) - 1);
	if (r.left.n < 8)
		return ERR_NOT_FOUND;
	index = read_u64be(&r);
	e = account_open(b->in, index, &d);
	if (e == ERR_ERASED) {
		e = account_erased(b->in, index, &erased);
		memcpy(ret_row, erased.row, STORE_HASH);
		return e;
	}
	if (e != ERR_OK)
		return e;
	e = row_of_delivery(b->in, &d, ret_row);
	account_opened_fini(&d);
	return e;
}

/* An older program kept no tag beside it: it is the next one, of a salt that is
 * known by then, or nobody can say. */
static enum err
try_next(struct rebuild *b, const struct account_opened *late,
	const uint8_t row[STORE_HASH])
{
	struct proc_subject_tag tag = {.kind = SUBJECT_TAGGED};
	struct store_subject *s = NULL;
	int64_t at;
	enum err e = row_of(b, row, &s);

	if (e != ERR_OK || s->period == 0)
		return e;
	tag.period =
		ledger_period_of(day_time_parse(account_field(late, "at"), &at)
					 ? day_at(at)
					 : late->entry.day);
	if (tag.period < b->first)
		tag.period = b->first;
	if (tag.period < s->period)
		tag.period = s->period;
	tag.i = tag.period == s->period ? s->n : 0;
	memcpy(tag.salt, s->salt, sizeof(tag.salt));
	return take_tag(b, late->entry.index, row, &tag);
}

static enum err
take_late(struct rebuild *b, const struct account_opened *late)
{
	struct proc_subject_tag tag;
	uint8_t row[STORE_HASH];
	enum err e = row_of_late(b, late, row);

	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	if (!proc_subject_decode(late->private, &tag))
		return try_next(b, late, row);
	return take_tag(b, late->entry.index, row, &tag);
}

/* A question, after "person " on its second line, with the salt beside it. */
static enum err
take_question(struct rebuild *b, const struct account_opened *act)
{
	struct span text = account_field(act, "object");
	struct proc_subject_tag salt;
	struct store_subject *s = NULL;
	struct span line;
	uint8_t row[STORE_HASH];
	enum err e;

	(void)span_cut(&text, '\n');
	line = span_cut(&text, '\n');
	if (!proc_subject_decode(act->private, &salt) ||
		!span_starts(line, SPAN("person ")))
		return ERR_OK;
	ledger_subject_row(b->in->subject_secret,
		span_of(line.at + PERSON_LINE, line.n - PERSON_LINE), row);
	e = row_of(b, row, &s);
	if (e == ERR_OK)
		memcpy(s->salt, salt.salt, sizeof(s->salt));
	return e;
}

static enum err
take_opened(struct rebuild *b, const struct account_opened *o)
{
	if (o->head.type == LEDGER_DELIVER)
		return take_delivery(b, o);
	if (span_eq(account_field(o, "act"), SPAN("account-late")))
		return take_late(b, o);
	if (span_eq(account_field(o, "act"), SPAN("account")))
		return take_question(b, o);
	return ERR_OK;
}

static enum err
take_entry(struct rebuild *b, uint64_t index)
{
	struct account_opened opened;
	enum ledger_type kind = LEDGER_NO_TYPE;
	enum err e = account_kind(b->in, index, &kind);

	if (e != ERR_OK || (kind != LEDGER_DELIVER && kind != LEDGER_ACT))
		return e;
	e = account_open(b->in, index, &opened);
	if (e == ERR_ERASED)
		return take_erased(b, index);
	if (e != ERR_OK)
		return e;
	e = take_opened(b, &opened);
	account_opened_fini(&opened);
	return e;
}

/* ---- all of them ---- */

static enum err
write_row(struct rebuild *b, const struct store_subject *s, uint64_t *n)
{
	struct store_subject known;
	enum err e = store_subject_get(b->in->store, s->row, &known);

	if (e == ERR_OK && known.period == s->period && known.n == s->n &&
		memcmp(known.salt, s->salt, sizeof(s->salt)) == 0)
		return ERR_OK;
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	(*n)++;
	return store_subject_put(b->in->store, s);
}

enum err
proc_subject_rebuild(struct instance *in, uint64_t *ret_n)
{
	struct rebuild b = {.in = in};
	enum err e = proc_subject_first(in, &b.first);

	*ret_n = 0;
	if (e == ERR_NOT_FOUND)
		return ERR_OK; /* no tag was ever made */
	for (uint64_t i = 0; e == ERR_OK && i < in->next; i++)
		e = take_entry(&b, i);
	for (size_t i = 0; e == ERR_OK && i < b.size; i++)
		if (b.used[i])
			e = write_row(&b, &b.at[i], ret_n);
	mem_free(b.at);
	mem_free(b.used);
	return e;
}
