/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds, as their entries say them.  What a scope covers is decided from what
 * the request's own entries say; where they do not say it (the record's own
 * name, an agency's name for itself), nothing is found: a finding is never a
 * guess.  A name covers where all its words stand in the request, as written
 * in ASCII.  An exception is believed as far as it could reach.
 */
#include <inttypes.h>

#include "base/day.h"
#include "base/read.h"
#include "verify/verify_law.h"

enum {
	EXCEPTED_MAX = 1 << 20,
	/* Places in the canonical bytes of a request (docs/formats/requests.md). */
	WRITTEN_GIVEN = 1,
	WRITTEN_MIDDLE = 2,
	WRITTEN_SURNAME = 3,
	WRITTEN_TIN = 5,
	WRITTEN_CASE = 17,
	WRITTEN_OFFICER = 23,
	WRITTEN_MAX = 1 << 16,
};

static struct span
written(const struct verify_request *r, unsigned field)
{
	struct reader in = read_from(r->as_written);
	unsigned n = read_u16be(&in);
	struct span value = span_of(NULL, 0);

	if (field >= n)
		return value;
	for (unsigned i = 0; i <= field; i++)
		value = read_sized(&in, WRITTEN_MAX);
	return read_ok(&in) ? value : span_of(NULL, 0);
}

/* ---- one term ---- */

enum covers { NOT, UNKNOWN, COVERS };

static enum covers
same_text(struct span value, struct span of)
{
	if (of.n == 0)
		return UNKNOWN;
	return span_eq_nocase(span_trim(value), span_trim(of)) ? COVERS : NOT;
}

/* Digits alone. */
static enum covers
same_tin(struct span value, struct span of)
{
	size_t k = 0;

	for (size_t i = 0; i < of.n; i++) {
		if (of.at[i] < '0' || of.at[i] > '9')
			continue;
		if (k == value.n || value.at[k] != of.at[i])
			return NOT;
		k++;
	}
	if (k == 0)
		return UNKNOWN;
	return k == value.n ? COVERS : NOT;
}

static bool
name_has(const struct verify_request *r, struct span word)
{
	static const unsigned parts[] = {
		WRITTEN_GIVEN, WRITTEN_MIDDLE, WRITTEN_SURNAME};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct span left = written(r, parts[i]);

		while (left.n > 0)
			if (span_eq_nocase(span_cut(&left, ' '), word))
				return true;
	}
	return false;
}

static enum covers
person_term(struct span value, const struct verify_request *r)
{
	struct span kind = span_cut(&value, ':');

	if (span_eq(kind, SPAN("tin")))
		return same_tin(value, written(r, WRITTEN_TIN));
	if (span_eq(kind, SPAN("id")))
		return same_text(value, r->person);
	while (value.n > 0)
		if (!name_has(r, span_cut(&value, ' ')))
			return UNKNOWN; /* folded otherwise, or on the record */
	return COVERS;
}

static enum covers
day_term(struct span value, int32_t day, bool from)
{
	int32_t at;

	if (!day_parse(value, &at))
		return UNKNOWN;
	return (from ? day >= at : day <= at) ? COVERS : NOT;
}

static enum covers
batch_term(struct span value, const struct verify_batch *b)
{
	uint64_t n = 0;

	for (size_t i = 0; i < value.n; i++) {
		if (value.at[i] < '0' || value.at[i] > '9' || n > UINT32_MAX)
			return NOT;
		n = n * 10 + (value.at[i] - '0');
	}
	return n == b->number ? COVERS : NOT;
}

static enum covers
term_covers(struct span term, const struct verify_request *r,
	const struct verify_batch *b)
{
	struct span value = term;
	struct span kind = span_cut(&value, '=');

	if (span_eq(kind, SPAN("all")))
		return COVERS;
	if (span_eq(kind, SPAN("agreement")))
		return same_text(value, b->agreement);
	if (span_eq(kind, SPAN("batch")))
		return batch_term(value, b);
	if (span_eq(kind, SPAN("request")))
		return same_text(value, r->id);
	if (span_eq(kind, SPAN("case")))
		return same_text(value, written(r, WRITTEN_CASE));
	if (span_eq(kind, SPAN("person")))
		return person_term(value, r);
	if (span_eq(kind, SPAN("from")))
		return day_term(value, b->day, true);
	if (span_eq(kind, SPAN("until")))
		return day_term(value, b->day, false);
	if (span_eq(kind, SPAN("recipient")) &&
		same_text(value, written(r, WRITTEN_OFFICER)) == COVERS)
		return COVERS;
	return UNKNOWN; /* an agency, a statute */
}

/* ---- a scope: terms of one kind are alternatives, kinds must all hold ---- */

static enum covers
kind_covers(struct span scope, struct span kind, const struct verify_request *r,
	const struct verify_batch *b)
{
	enum covers best = NOT;

	while (scope.n > 0) {
		struct span term = span_cut(&scope, ',');
		struct span rest = term;
		enum covers c;

		if (!span_eq(span_cut(&rest, '='), kind))
			continue;
		c = term_covers(term, r, b);
		best = c > best ? c : best;
	}
	return best;
}

static enum covers
scope_covers(struct span scope, const struct verify_request *r,
	const struct verify_batch *b)
{
	struct span left = scope;
	enum covers worst = COVERS;

	while (left.n > 0) {
		struct span term = span_cut(&left, ',');
		enum covers c = kind_covers(scope, span_cut(&term, '='), r, b);

		worst = c < worst ? c : worst;
	}
	return worst;
}

/* Some line covers it for certain, and no line excepts it, or perhaps does. */
static bool
lines_cover(struct span lines, struct span later,
	const struct verify_request *r, const struct verify_batch *b)
{
	bool covered = false;

	while (lines.n > 0) {
		struct span line = span_cut(&lines, '\n');

		if (span_starts(line, SPAN("except "))) {
			line = span_of(line.at + 7, line.n - 7);
			if (scope_covers(line, r, b) != NOT)
				return false;
		} else if (line.n > 0 && scope_covers(line, r, b) == COVERS) {
			covered = true;
		}
	}
	while (covered && later.n > 0) {
		struct span line = span_cut(&later, '\n');

		if (line.n > 0 && scope_covers(line, r, b) != NOT)
			return false;
	}
	return covered;
}

void
verify_law_held(struct verify_law *law, const struct verify_request *r)
{
	const struct verify_book *book = law->book;
	const struct verify_batch *b = verify_book_batch(book, r->batch);

	for (size_t i = 0; b != NULL && i < book->hold.n; i++) {
		const struct verify_hold *h = &book->hold.at[i];

		if (h->stops && h->state != VERIFY_LIFTED &&
			lines_cover(h->scope, buf_span(&h->excepted), r, b))
			verify_law_found(law, VERIFY_RULE_HELD,
				"hold %.*s, placed by entry %" PRIu64
				", covers it",
				(int)(h->number.n < 20 ? h->number.n : 20),
				(const char *)h->number.at, h->entry);
	}
}

/* ---- placed, lifted, excepted ---- */

static enum err
place(struct verify_law *law)
{
	struct verify_hold *h = verify_book_add_hold(law->book);

	if (h == NULL)
		return err_origin(ERR_NOMEM);
	h->number = verify_law_field(law, "hold");
	h->entry = law->entry->index;
	h->stops = span_eq(verify_law_field(law, "effect"), SPAN("stop"));
	h->scope = verify_law_field(law, "scope");
	buf_init(&h->excepted, EXCEPTED_MAX);
	if (!day_parse(verify_law_field(law, "review"), &h->review))
		h->review = DAY_NONE;
	return ERR_OK;
}

static void
two_people(struct verify_law *law, struct span asker)
{
	if (span_eq(asker, verify_law_field(law, "actor")))
		verify_law_found(law, VERIFY_RULE_HOLD_TWO,
			"granted by who asked for it");
}

static void
move(struct verify_law *law, struct verify_hold *h, enum verify_hold_state from,
	enum verify_hold_state to)
{
	if (h->state != from)
		verify_law_found(law, VERIFY_RULE_HOLD_MOVE,
			"not possible in the state that it is in");
	h->state = to;
}

static enum err
change(struct verify_law *law, struct verify_hold *h, struct span word)
{
	struct span actor = verify_law_field(law, "actor");

	if (h->state == VERIFY_LIFTED) {
		verify_law_found(
			law, VERIFY_RULE_HOLD_MOVE, "it was lifted before");
	} else if (span_eq(word, SPAN("ask"))) {
		move(law, h, VERIFY_PLACED, VERIFY_LIFT_ASKED);
		h->asker = actor;
	} else if (span_eq(word, SPAN("deny"))) {
		move(law, h, VERIFY_LIFT_ASKED, VERIFY_PLACED);
	} else if (span_eq(word, SPAN("grant"))) {
		two_people(law, h->asker);
		move(law, h, VERIFY_LIFT_ASKED, VERIFY_LIFTED);
	} else if (span_eq(word, SPAN("ask-exception"))) {
		h->except_asker = actor;
	} else if (span_eq(word, SPAN("grant-exception"))) {
		two_people(law, h->except_asker);
		buf_bytes(&h->excepted, verify_law_field(law, "scope"));
		buf_u8(&h->excepted, '\n');
		return buf_error(&h->excepted) == ERR_NOMEM
			       ? err_origin(ERR_NOMEM)
			       : ERR_OK;
	} else if (!span_eq(word, SPAN("deny-exception"))) {
		verify_law_found(
			law, VERIFY_RULE_HOLD_MOVE, "a move that there is not");
	}
	return ERR_OK;
}

enum err
verify_law_hold(struct verify_law *law)
{
	struct span word = verify_law_field(law, "change");
	struct verify_hold *h =
		verify_book_hold(law->book, verify_law_field(law, "hold"));
	bool places = span_eq(word, SPAN("place"));

	if (places == (h != NULL)) {
		verify_law_found(law, VERIFY_RULE_HOLD_MOVE,
			places ? "placed a second time"
			       : "of a hold that was not placed");
		return ERR_OK;
	}
	return places ? place(law) : change(law, h, word);
}
