/* SPDX-License-Identifier: Apache-2.0 */
#include "verify/verify_law.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/num.h"
#include "base/read.h"
#include "verify/verify_int.h"

enum {
	LINES_MAX = 100000000,
	ROLE_NAME = 16,
	DAY_S = 86400,
	BOOK_SEQUENCE = 1 << 30, /* docs/SINGLES.md: no batch gets so far */
};

enum err
verify_law_begin(struct verify_law *law)
{
	law->book = verify_book_new();
	return law->book == NULL ? err_origin(ERR_NOMEM) : ERR_OK;
}

void
verify_law_fini(struct verify_law *law)
{
	law->book = verify_book_free(law->book);
}

void
verify_law_found(
	struct verify_law *law, enum verify_rule rule, const char *fmt, ...)
{
	char text[WHY_MAX];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	verify_make_plain(text);
	law->findings++;
	law->found(law->arg, law->entry->index, rule, text);
}

struct span
verify_law_field(const struct verify_law *law, const char *name)
{
	for (size_t i = 0; i < law->entry->n_fields; i++)
		if (strcmp(law->entry->field[i].name, name) == 0)
			return law->entry->field[i].value;
	return span_of(NULL, 0);
}

static uint64_t
number_field(const struct verify_law *law, const char *name)
{
	uint64_t n = 0;

	(void)num_parse(verify_law_field(law, name), UINT32_MAX, &n);
	return n;
}

bool
verify_law_at(const struct verify_law *law, int64_t *ret_at)
{
	return day_time_parse(verify_law_field(law, "at"), ret_at);
}

int32_t
verify_law_day(const struct verify_law *law)
{
	int64_t at;

	return zone_day(&law->zone,
		verify_law_at(law, &at) ? at : (int64_t)law->day * DAY_S);
}

bool
verify_law_day_is_sure(const struct verify_law *law)
{
	int64_t at;

	return verify_law_at(law, &at) && at > law->register_at;
}

struct verify_batch *
verify_law_batch(struct verify_law *law)
{
	uint64_t n = number_field(law, "batch");
	struct verify_batch *b = verify_book_batch(law->book, (uint32_t)n);

	/* What was erased may have been what it comes after. */
	if (b == NULL && law->erased == 0)
		verify_law_found(law, VERIFY_RULE_OF_BATCH,
			"of batch %" PRIu64 ", which did not come in", n);
	return b;
}

struct verify_request *
verify_law_request(struct verify_law *law)
{
	struct span id = verify_law_field(law, "request");
	uint64_t n = number_field(law, "batch");
	struct verify_request *r =
		verify_book_request(law->book, (uint32_t)n, id);

	if (r == NULL && law->erased == 0)
		verify_law_found(law, VERIFY_RULE_OF_BATCH,
			"of request %.*s of batch %" PRIu64
			", which was not judged",
			(int)(id.n < 64 ? id.n : 64), (const char *)id.at, n);
	return r;
}

/* ---- the beginning ---- */

static enum err
take_open(struct verify_law *law)
{
	struct span zone = verify_law_field(law, "zone");

	if (law->entry->index != 0)
		verify_law_found(law, VERIFY_RULE_OPEN, "it opens again");
	else if (!span_eq(verify_law_field(law, "origin"), law->origin))
		verify_law_found(law, VERIFY_RULE_OPEN, "under another name");
	else if (zone.n > 0 && !zone_parse(zone, &law->zone))
		verify_law_found(law, VERIFY_RULE_OPEN, "in no zone");
	return ERR_OK;
}

/* ---- people ---- */

/* "weir/register-act/v1" LF, u8 act, u32 length, u8 register, u8 columns, then
 * the columns, each with its length: of a role, who and which. */
static bool
role_of(struct span record, struct span *ret_person, struct span *ret_role)
{
	struct reader r = read_from(record);

	if (!span_eq(read_line(&r), SPAN("weir/register-act/v1")))
		return false;
	(void)read_bytes(&r, 1 + 4 + 2);
	*ret_person = read_sized(&r, 32);
	*ret_role = read_sized(&r, ROLE_NAME);
	return read_ok(&r) && ret_person->n == 32;
}

static enum err
take_register(struct verify_law *law)
{
	struct verify_book *book = law->book;
	bool add = span_eq(verify_law_field(law, "change"), SPAN("add"));
	struct verify_role *role = NULL;
	struct span person;
	struct span word;

	if (!span_eq(verify_law_field(law, "register"), SPAN("role")) ||
		!role_of(verify_law_field(law, "record"), &person, &word))
		return ERR_OK;
	for (size_t i = 0; i < book->role.n && role == NULL; i++)
		if (span_eq(book->role.at[i].person, person) &&
			span_eq(book->role.at[i].role, word))
			role = &book->role.at[i];
	if (role == NULL)
		role = verify_book_add_role(book);
	if (role == NULL)
		return err_origin(ERR_NOMEM);
	*role = (struct verify_role){person, word, add};
	return ERR_OK;
}

bool
verify_law_has_role(
	const struct verify_law *law, struct span person, struct span role)
{
	const struct verify_book *book = law->book;

	for (size_t i = 0; i < book->role.n; i++)
		if (book->role.at[i].in_force &&
			span_eq(book->role.at[i].person, person) &&
			span_eq(book->role.at[i].role, role))
			return true;
	return false;
}

/* ---- batches and judgments ---- */

static void
check_batch(struct verify_law *law, const struct verify_batch *b)
{
	const struct verify_book *book = law->book;

	if (b->number != book->batch.n)
		verify_law_found(law, VERIFY_RULE_NUMBER,
			"batch %u is the %zuth", b->number, book->batch.n);
	for (size_t i = 0; i + 1 < book->batch.n; i++) {
		const struct verify_batch *other = &book->batch.at[i];

		if (span_eq(other->agreement, b->agreement) &&
			span_eq(other->sequence, b->sequence))
			verify_law_found(law, VERIFY_RULE_SEQUENCE,
				"the number that batch %u had", other->number);
	}
}

static enum err
take_batch(struct verify_law *law)
{
	struct verify_batch *b = verify_book_add_batch(law->book);

	if (b == NULL)
		return err_origin(ERR_NOMEM);
	b->number = (uint32_t)number_field(law, "batch");
	b->entry = law->entry->index;
	b->count = number_field(law, "count");
	b->lookup = VERIFY_NO_ENTRY;
	b->release = VERIFY_NO_ENTRY;
	b->day = verify_law_day(law);
	b->agreement = verify_law_field(law, "agreement");
	b->sequence = verify_law_field(law, "sequence");
	b->actor = verify_law_field(law, "actor");
	if (b->count > LINES_MAX)
		b->count = LINES_MAX;
	b->book = number_field(law, "sequence") >= BOOK_SEQUENCE;
	memcpy(b->law, law->entry->head.law, sizeof(b->law));
	b->room = b->count;
	b->line = mem_zeroed((size_t)b->room / 8 + 1);
	if (b->line == NULL)
		return err_origin(ERR_NOMEM);
	check_batch(law, b);
	return ERR_OK;
}

/* A book counts its lines as they come; those of a group stand in any order. */
static enum err
grow(struct verify_batch *b, uint64_t line)
{
	uint64_t room = b->room;
	uint8_t *bits;

	if (!b->book || line <= b->count || line > LINES_MAX)
		return ERR_OK;
	b->count = line;
	while (room < line)
		room = 2 * room + 64;
	if (room == b->room)
		return ERR_OK;
	bits = mem_resize(b->line, (size_t)room / 8 + 1, 1);
	if (bits == NULL)
		return err_origin(ERR_NOMEM);
	memset(bits + b->room / 8 + 1, 0,
		(size_t)(room / 8) - (size_t)(b->room / 8));
	b->line = bits;
	b->room = room;
	return ERR_OK;
}

/* The first time that a request of this batch is judged. */
static enum err
count_line(struct verify_law *law, struct verify_batch *b, bool refused)
{
	uint64_t line = number_field(law, "line");
	uint8_t bit = (uint8_t)(1U << line % 8);
	enum err e = grow(b, line);

	if (e != ERR_OK)
		return e;
	b->judged++;
	b->refused += refused;
	if (line == 0 || line > b->count)
		verify_law_found(law, VERIFY_RULE_COUNT,
			"line %" PRIu64 " of batch %u, which has %" PRIu64,
			line, b->number, b->count);
	else if ((b->line[line / 8] & bit) != 0)
		verify_law_found(law, VERIFY_RULE_COUNT,
			"line %" PRIu64 " of batch %u a second time", line,
			b->number);
	else
		b->line[line / 8] |= bit;
	return ERR_OK;
}

/* A request that was not judged before. */
static enum err
take_first(struct verify_law *law, struct verify_batch *b,
	struct verify_request **ret_request)
{
	struct span id = verify_law_field(law, "request");
	bool refused =
		span_eq(verify_law_field(law, "outcome"), SPAN("refused"));
	struct verify_request *r =
		verify_book_add_request(law->book, b->number, id);

	if (r == NULL)
		return err_origin(ERR_NOMEM);
	*ret_request = r;
	r->line = number_field(law, "line");
	r->manifest = verify_law_field(law, "manifest");
	if (r->twin && !refused)
		verify_law_found(law, VERIFY_RULE_AGAIN,
			"another line of batch %u has its id", b->number);
	verify_law_book_line(law, b, r);
	return count_line(law, b, refused);
}

static enum err
take_judged(struct verify_law *law)
{
	struct span outcome = verify_law_field(law, "outcome");
	struct span id = verify_law_field(law, "request");
	struct verify_batch *b = verify_law_batch(law);
	struct verify_request *r;
	enum err e;

	if (b == NULL)
		return ERR_OK;
	r = verify_book_request_at(
		law->book, b->number, id, number_field(law, "line"));
	if (r == NULL) {
		e = take_first(law, b, &r);
		if (e != ERR_OK)
			return e;
	} else if (!r->refused && !r->returned) {
		verify_law_found(law, VERIFY_RULE_AGAIN,
			"judged again, and entry %" PRIu64 " accepted it",
			r->judged);
	}
	r->judged = law->entry->index;
	r->matched = VERIFY_NO_ENTRY;
	r->confirmed = false;
	r->returned = false;
	r->refused = span_eq(outcome, SPAN("refused"));
	r->asked = span_eq(outcome, SPAN("request-review"));
	r->as_written = verify_law_field(law, "as_written");
	memcpy(r->law, law->entry->head.law, sizeof(r->law));
	return ERR_OK;
}

/* ---- lookups and matches ---- */

static enum err
take_lookup(struct verify_law *law)
{
	struct verify_batch *b = verify_law_batch(law);

	if (b == NULL)
		return ERR_OK;
	verify_law_book_first(law, b);
	b->lookup = law->entry->index;
	b->roll = verify_law_field(law, "roll");
	return ERR_OK;
}

static bool
was_read(const struct verify_law *law, const struct verify_request *r)
{
	const struct verify_book *book = law->book;

	for (size_t i = 0; i < book->approve.n; i++)
		if (book->approve.at[i].entry > r->judged &&
			verify_law_act_is_of(&book->approve.at[i], r))
			return true;
	return false;
}

static enum err
take_match(struct verify_law *law)
{
	struct verify_request *r = verify_law_request(law);
	struct verify_batch *b =
		r == NULL ? NULL : verify_book_batch(law->book, r->batch);

	if (b == NULL)
		return ERR_OK;
	if (b->lookup == VERIFY_NO_ENTRY || b->lookup < r->judged)
		verify_law_found(law, VERIFY_RULE_LOOK_FIRST,
			"no lookup since it was judged");
	else if (!span_eq(b->roll, verify_law_field(law, "roll")))
		verify_law_found(law, VERIFY_RULE_LOOK_FIRST,
			"on another roll than entry %" PRIu64 " names",
			b->lookup);
	if (r->refused || r->returned || r->withdrawn)
		verify_law_found(law, VERIFY_RULE_LOOKED, "it was %s",
			r->refused    ? "refused"
			: r->returned ? "given back"
				      : "withdrawn");
	else if (r->asked && !was_read(law, r))
		verify_law_found(
			law, VERIFY_RULE_LOOKED, "nobody had read it first");
	r->matched = law->entry->index;
	r->confirmed =
		span_eq(verify_law_field(law, "outcome"), SPAN("review")) &&
		verify_law_field(law, "codes").n == 0;
	r->person = verify_law_field(law, "person");
	memcpy(r->law, law->entry->head.law, sizeof(r->law));
	return ERR_OK;
}

/* ---- acts ---- */

/* `id` is the first word of a line of the list. */
static bool
list_has(struct span list, struct span id)
{
	while (list.n > 0) {
		struct span line = span_cut(&list, '\n');

		if (span_eq(span_cut(&line, ' '), id))
			return true;
	}
	return false;
}

bool
verify_law_act_is_of(
	const struct verify_act *act, const struct verify_request *r)
{
	if (act->batch != r->batch)
		return false;
	if (act->request.n > 0)
		return span_eq(act->request, r->id);
	return act->object.n == 0 || list_has(act->object, r->id);
}

/* A letter names requests as JSON does: between quotes. */
static bool
letter_has(struct span document, struct span id)
{
	for (size_t i = 0; i + id.n + 2 <= document.n; i++)
		if (document.at[i] == '"' && document.at[i + id.n + 1] == '"' &&
			memcmp(document.at + i + 1, id.at, id.n) == 0)
			return true;
	return false;
}

static enum err
take_approve(struct verify_law *law, const struct verify_act *act)
{
	struct verify_act *kept = verify_book_add_approve(law->book);

	if (kept == NULL)
		return err_origin(ERR_NOMEM);
	*kept = *act;
	if (!verify_law_has_role(law, act->actor, SPAN("reviewer")))
		verify_law_found(law, VERIFY_RULE_REVIEWER,
			"by a person who is no reviewer");
	return ERR_OK;
}

static void
give_back(struct verify_law *law, const struct verify_act *act,
	struct verify_request *r)
{
	if (!verify_law_has_role(law, act->actor, SPAN("reviewer")))
		verify_law_found(law, VERIFY_RULE_GIVEN_BACK,
			"by a person who is no reviewer");
	else if (!r->asked || r->matched != VERIFY_NO_ENTRY)
		verify_law_found(law, VERIFY_RULE_GIVEN_BACK,
			r->asked ? "it was looked up"
				 : "nobody was to read it first");
	r->returned = true;
}

static void
take_back(struct verify_law *law, struct verify_request *r)
{
	if (r->delivered != VERIFY_NO_ENTRY)
		verify_law_found(law, VERIFY_RULE_WITHDRAWN,
			"entry %" PRIu64 " handed its package over",
			r->delivered);
	r->withdrawn = true;
}

/*
 * What an act does to each request that it is about.  Who signs a list enters
 * a `withhold` beside the `approve` whether he withheld anything or not: then
 * it names none.
 */
static void
take_act_of(struct verify_law *law, struct span word,
	const struct verify_act *act, struct verify_request *r)
{
	bool about = (act->request.n > 0 || act->object.n > 0) &&
		     verify_law_act_is_of(act, r);

	if (span_eq(word, SPAN("withhold")) && about)
		r->withheld = law->entry->index;
	else if (span_eq(word, SPAN("return")) && about)
		give_back(law, act, r);
	else if (span_eq(word, SPAN("letter-withdraw")) &&
		 act->batch == r->batch &&
		 (act->request.n > 0 ? about : letter_has(act->object, r->id)))
		take_back(law, r);
}

static enum err
take_act(struct verify_law *law)
{
	struct span word = verify_law_field(law, "act");
	const struct verify_act act = {
		.entry = law->entry->index,
		.batch = (uint32_t)number_field(law, "batch"),
		.actor = verify_law_field(law, "actor"),
		.request = verify_law_field(law, "request"),
		.object = verify_law_field(law, "object"),
	};
	struct verify_batch *b = verify_book_batch(law->book, act.batch);

	if (span_eq(word, SPAN("approve")))
		return take_approve(law, &act);
	if (b != NULL && span_eq(word, SPAN("release")))
		b->release = act.entry;
	if (b != NULL && span_eq(word, SPAN("close-book")))
		return verify_law_book_close(law, b, act.object);
	if (span_starts(word, SPAN("erase")))
		return verify_law_erasure(law, word, &act);
	if (span_eq(word, SPAN("delay")) || span_eq(word, SPAN("delay-lift")) ||
		span_eq(word, SPAN("account-late")))
		return verify_law_delay(law, word, &act);
	if (!span_eq(word, SPAN("withhold")) &&
		!span_eq(word, SPAN("return")) &&
		!span_eq(word, SPAN("letter-withdraw")))
		return ERR_OK;
	for (size_t i = 0; i < law->book->request.n; i++)
		if (!law->book->request.at[i].twin)
			take_act_of(law, word, &act, &law->book->request.at[i]);
	return ERR_OK;
}

/* ---- every entry ---- */

static enum err
take_entry(struct verify_law *law)
{
	switch (law->entry->head.type) {
	case LEDGER_OPEN:
		return take_open(law);
	case LEDGER_REGISTER:
		return take_register(law);
	case LEDGER_BATCH:
		return take_batch(law);
	case LEDGER_REQUEST:
		return take_judged(law);
	case LEDGER_LOOKUP:
		return take_lookup(law);
	case LEDGER_MATCH:
		return take_match(law);
	case LEDGER_ACT:
		return take_act(law);
	case LEDGER_SEAL:
		return verify_law_seal(law);
	case LEDGER_DELIVER:
		return verify_law_deliver(law);
	case LEDGER_HOLD:
		return verify_law_hold(law);
	case LEDGER_AGREEMENT:
	case LEDGER_ROLL:
	case LEDGER_COVER:
	case LEDGER_MAP:
	case LEDGER_NO_TYPE:
	default:
		return ERR_OK;
	}
}

enum err
verify_law_entry(struct verify_law *law,
	const struct ledger_openings_entry *entry, int32_t day)
{
	int64_t at;

	law->entry = entry;
	law->day = day;
	if (entry->erased)
		return verify_law_erased(law);
	if (entry->index == 0 && entry->head.type != LEDGER_OPEN)
		verify_law_found(law, VERIFY_RULE_OPEN,
			"the first entry does not open it");
	if (entry->head.type == LEDGER_REGISTER && verify_law_at(law, &at) &&
		at > law->register_at)
		law->register_at = at;
	return take_entry(law);
}

/* ---- the end ---- */

static void
count_request(struct verify_totals *t, const struct verify_request *r)
{
	t->received++;
	if (r->withdrawn)
		t->withdrawn++;
	else if (r->refused || r->returned)
		t->refused++;
	else if (r->by_address)
		t->delivered++;
	else if (r->delivered != VERIFY_NO_ENTRY)
		t->neutral++;
	else
		t->open++;
}

void
verify_law_end(
	struct verify_law *law, int32_t today, struct verify_totals *ret_totals)
{
	const struct verify_book *book = law->book;
	struct verify_totals t = {.batches = book->batch.n};
	struct ledger_openings_entry at = {.index = 0};

	law->entry = &at; /* until the end of this function */
	for (size_t i = 0; i < book->batch.n; i++) {
		const struct verify_batch *b = &book->batch.at[i];

		at.index = b->entry;
		if (b->judged != b->count && law->erased == 0)
			verify_law_found(law, VERIFY_RULE_COUNT,
				"%" PRIu64 " requests were judged, and it "
				"counts %" PRIu64,
				b->judged, b->count);
	}
	for (size_t i = 0; i < book->request.n; i++)
		count_request(&t, &book->request.at[i]);
	t.accepted = t.open + t.neutral + t.delivered;
	for (size_t i = 0; i < book->hold.n; i++) {
		const struct verify_hold *h = &book->hold.at[i];

		t.holds += h->state != VERIFY_LIFTED;
		at.index = h->entry;
		if (h->state != VERIFY_LIFTED && h->review != DAY_NONE &&
			h->review < today)
			verify_law_found(law, VERIFY_RULE_OVERDUE, "hold %.*s",
				(int)h->number.n, (const char *)h->number.at);
	}
	t.delays = verify_law_delays_end(law, &at, today);
	verify_law_books_end(law, &at, today);
	verify_law_erased_end(law, &at);
	law->entry = NULL;
	t.findings = law->findings;
	t.erased = law->erased;
	*ret_totals = t;
}
