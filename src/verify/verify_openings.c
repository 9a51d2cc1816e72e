/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every entry is opened as the inspector's file says, and must be what the
 * public entry commits to; then the whole account is held against the law of
 * the log.  The public files were checked before.
 */
#include "ledger/openings.h"

#include <inttypes.h>

#include "base/code.h"
#include "base/day.h"
#include "verify/verify_int.h"
#include "verify/verify_law.h"

struct opening {
	struct verify *v;
	const struct verify_given *given;
	struct reader r;
	struct verify_law law;
	struct buf bundle;
	uint64_t bundle_n;               /* in `bundle`; UINT64_MAX: none */
	struct ledger_openings_entry at; /* for what is found at the end */
};

const char *
verify_rule_word(enum verify_rule rule)
{
	static const char *const words[] = {
#define RULE(ID, word, text, said) [VERIFY_RULE_##ID] = word,
#include "verify/rule.def"
	};

	return words[rule];
}

const char *
verify_rule_text(enum verify_rule rule)
{
	static const char *const texts[] = {
#define RULE(ID, word, text, said) [VERIFY_RULE_##ID] = text,
#include "verify/rule.def"
	};

	return texts[rule];
}

const char *
verify_rule_said(enum verify_rule rule)
{
	static const char *const said_in[] = {
#define RULE(ID, word, text, said) [VERIFY_RULE_##ID] = said,
#include "verify/rule.def"
	};

	return said_in[rule];
}

static uint64_t
offset_of(const struct opening *o)
{
	return o->given->bytes.n - o->r.left.n;
}

static enum err
malformed(struct opening *o, uint64_t offset, const char *what)
{
	return verify_fault_set(
		o->v->fault, o->given->name, offset, "%s", what);
}

/* The public entry, from its bundle. */
static enum err
public_entry(struct opening *o, uint64_t index, struct ledger_entry *ret)
{
	struct ledger_tile t = {
		.level = LEDGER_TILE_ENTRIES, .n = index / LEDGER_TILE};
	char path[LEDGER_TILE_PATH];
	struct span bytes;
	enum err e = ERR_OK;

	if (o->bundle_n != t.n) {
		t.width =
			ledger_tile_width(t.level, t.n, o->v->result->cp.size);
		e = verify_read_tile(o->v, &t, &o->bundle, path, o->v->fault);
		o->bundle_n = t.n;
	}
	if (e != ERR_OK)
		return e;
	bytes = span_of(
		o->bundle.at + index % LEDGER_TILE * VERIFY_BUNDLE_STEP + 2,
		LEDGER_ENTRY);
	if (ledger_entry_parse(bytes, ret) != ERR_OK)
		return malformed(o, offset_of(o), "the ledger has changed");
	return ERR_OK;
}

/* The act that gave an account names the file by its hash. */
static void
check_account(struct opening *o, const struct verify_account *a)
{
	OWNED_BUF(begins, 256);
	OWNED_BUF(ends, 256);
	struct span object = verify_law_field(&o->law, "object");
	char day[DAY_TEXT];

	day_text(a->as_of, day);
	buf_printf(&begins, "weir/account-query/v1\nperson %s\n", a->person);
	buf_printf(&ends, "\nas-of %s\nstatement ", day);
	code_hex(&ends, span_of(a->hash, sizeof(a->hash)));
	buf_u8(&ends, '\n');
	if (!span_eq(verify_law_field(&o->law, "act"), SPAN("account")) ||
		object.n < begins.n + ends.n ||
		!span_starts(object, buf_span(&begins)) ||
		!span_eq(span_of(object.at + object.n - ends.n, ends.n),
			buf_span(&ends)))
		verify_law_found(&o->law, VERIFY_RULE_ACCOUNT,
			"it names no such file of person %s", a->person);
}

static void
check_accounts(struct opening *o, const struct ledger_openings_entry *opened)
{
	const struct verify_result *r = o->v->result;

	for (size_t i = 0; i < r->n_accounts; i++)
		if (r->account[i].query == opened->index && !opened->erased)
			check_account(o, &r->account[i]);
}

static enum err
take_one(struct opening *o, uint64_t index)
{
	uint64_t offset = offset_of(o);
	struct ledger_openings_entry opened;
	struct ledger_entry public;
	enum err e;

	if (ledger_openings_next(&o->r, &opened) != ERR_OK)
		return malformed(o, offset, "not in the form of an opening");
	if (opened.index != index)
		return malformed(
			o, offset, "entries are not opened one after another");
	e = public_entry(o, index, &public);
	if (e != ERR_OK)
		return e;
	if (!opened.erased && ledger_commits(&public, &opened.head, opened.key,
				      opened.field, opened.n_fields) != ERR_OK)
		return verify_fault_set(o->v->fault, o->given->name, offset,
			"entry %" PRIu64 " does not commit to what is said of "
			"it here",
			index);
	e = verify_law_entry(&o->law, &opened, public.day);
	check_accounts(o, &opened);
	return e;
}

static enum err
take_all(struct opening *o)
{
	const struct verify_result *r = o->v->result;
	struct span origin;
	uint64_t size = 0;
	enum err e = ERR_OK;

	if (ledger_openings_open(&o->r, &origin, &size) != ERR_OK)
		return malformed(o, 0, "not a file of openings");
	if (!span_eq(origin, span_text(r->cp.origin)))
		return malformed(o, 0, "the openings of another ledger");
	if (size != r->cp.size)
		return verify_fault_set(o->v->fault, o->given->name, 0,
			"it opens %" PRIu64 " entries, and the ledger has "
			"%" PRIu64,
			size, r->cp.size);
	o->law.origin = origin;
	for (uint64_t i = 0; e == ERR_OK && i < size; i++)
		e = take_one(o, i);
	if (e == ERR_OK && !read_end(&o->r))
		e = malformed(
			o, offset_of(o), "something after the last entry");
	return e;
}

/* What requesters were told of a batch, and what its entries say. */
static void
check_told(struct opening *o)
{
	const struct verify_result *r = o->v->result;

	o->law.entry = &o->at;
	for (size_t i = 0; i < r->n_told; i++) {
		const struct verify_told_batch *told = &r->told_batch[i];
		const struct verify_batch *b =
			verify_book_batch(o->law.book, (uint32_t)told->batch);

		if (b == NULL || told->batch > UINT32_MAX) {
			verify_law_found(&o->law, VERIFY_RULE_TOLD,
				"a receipt of batch %" PRIu64
				", which did not come in",
				told->batch);
			continue;
		}
		o->at.index = b->entry;
		if (told->entry != b->entry || told->count != b->count)
			verify_law_found(&o->law, VERIFY_RULE_TOLD,
				"its receipt names entry %" PRIu64
				" and %" PRIu64 " requests",
				told->entry, told->count);
		if (told->replied && told->refused != b->refused)
			verify_law_found(&o->law, VERIFY_RULE_TOLD,
				"%" PRIu64 " were refused, and the reply says "
				"%" PRIu64,
				b->refused, told->refused);
	}
}

/* The day of the last entry, there; DAY_NONE: there is none. */
static int32_t
last_day(const struct opening *o)
{
	int32_t day = o->v->result->last_day;

	return day == DAY_NONE ? day
			       : zone_day(&o->law.zone, (int64_t)day * 86400);
}

/* A question is entered before its answer is given. */
static void
check_asked(struct opening *o)
{
	const struct verify_result *r = o->v->result;

	o->law.entry = &o->at;
	for (size_t i = 0; i < r->n_accounts; i++) {
		o->at.index = r->account[i].query;
		if (r->account[i].query >= r->cp.size)
			verify_law_found(&o->law, VERIFY_RULE_ACCOUNT,
				"its question was not entered");
	}
}

enum err
verify_openings(const struct verify_source *source,
	const struct verify_asked *asked, const struct verify_given *openings,
	int32_t today, struct verify_result *result, verify_finding *found,
	void *arg, struct verify_totals *ret_totals,
	struct verify_fault *reterr_fault)
{
	struct verify v = {source, asked, result, reterr_fault, true, NULL};
	struct opening o = {.v = &v,
		.given = openings,
		.r = read_from(openings->bytes),
		.law = {.found = found, .arg = arg},
		.bundle_n = UINT64_MAX};
	enum err e = verify_law_begin(&o.law);

	buf_init(&o.bundle, VERIFY_FILE_MAX);
	if (e == ERR_OK)
		e = take_all(&o);
	if (e == ERR_OK) {
		check_told(&o);
		check_asked(&o);
		verify_law_end(&o.law, today != DAY_NONE ? today : last_day(&o),
			ret_totals);
	}
	verify_law_fini(&o.law);
	buf_fini(&o.bundle);
	return e;
}
