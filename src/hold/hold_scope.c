/* SPDX-License-Identifier: Apache-2.0 */
/* Scopes: read what an order covers, and see whether it covers something. */
#include "base/day.h"
#include "base/mem.h"
#include "base/num.h"
#include "hold/hold_int.h"

void
hold_terms_init(struct hold_terms *terms)
{
	*terms = (struct hold_terms){.n = 0};
	buf_init(&terms->texts, HOLD_TEXTS_MAX);
}

void
hold_terms_fini(struct hold_terms *terms)
{
	mem_free(terms->at);
	buf_fini(&terms->texts);
	hold_terms_init(terms);
}

struct span
hold_term_text(const struct hold_terms *terms, const struct hold_term *term)
{
	if (term->n == 0)
		return span_of(NULL, 0);
	return span_of(terms->texts.at + term->at, term->n);
}

/* ---- canonical values ---- */

static bool
is_alnum(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

/* The next run of letters and digits; stops inside are no break ("U.S.C."). */
static size_t
next_word(struct span *text, char *to, size_t size)
{
	size_t n = 0;

	while (text->n > 0 && !is_alnum(text->at[0]))
		*text = span_of(text->at + 1, text->n - 1);
	while (text->n > 0 && (is_alnum(text->at[0]) || text->at[0] == '.')) {
		uint8_t c = text->at[0];

		if (c != '.' && n + 1 < size)
			to[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
		*text = span_of(text->at + 1, text->n - 1);
	}
	to[n] = '\0';
	return n;
}

static bool
all_digits(const char *word)
{
	uint64_t v;

	return num_digits(span_text(word), UINT64_MAX, &v);
}

/* The word belongs in a citation at this place: "8", "usc", "1253", ... */
static bool
cite_word_fits(size_t place, const char *word)
{
	if (place == 0)
		return all_digits(word);
	if (place == 1)
		return strcmp(word, "usc") == 0;
	return place > 2 || (word[0] >= '0' && word[0] <= '9');
}

bool
hold_statute(struct span text, char to[HOLD_VALUE_MAX])
{
	char word[32];
	size_t n = 0;
	size_t place = 0;

	while (next_word(&text, word, sizeof(word)) > 0) {
		size_t length = strlen(word);

		if (strcmp(word, "section") == 0 || strcmp(word, "sec") == 0)
			continue;
		if (!cite_word_fits(place, word) ||
			n + length + 2 > HOLD_VALUE_MAX)
			return false;
		if (place > 0)
			to[n++] = '-';
		memcpy(to + n, word, length);
		n += length;
		place++;
	}
	to[n] = '\0';
	return place >= 2;
}

/* Nine digits, with or without blanks and hyphens between. */
static bool
tin_digits(struct span text, char to[HOLD_VALUE_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.at[i];

		if (c == '-' || c == ' ')
			continue;
		if (c < '0' || c > '9' || n == 9)
			return false;
		to[n++] = (char)c;
	}
	to[n] = '\0';
	return n == 9;
}

/*
 * Upper-case ASCII words with one blank between: how many have a letter (a
 * number of ten digits is a mistake and no name); 0: not so written.
 */
static size_t
folded_words(struct span text)
{
	size_t n = 0;

	while (text.n > 0) {
		struct span rest = text;
		struct span word = span_cut(&rest, ' ');
		bool letter = false;

		for (size_t i = 0; i < word.n; i++) {
			uint8_t c = word.at[i];

			if (!is_alnum(c) || (c >= 'a' && c <= 'z'))
				return 0;
			letter = letter || c >= 'A';
		}
		if (word.n == 0 || text.n == word.n + 1)
			return 0; /* two blanks, or one at the end */
		n += letter;
		text = rest;
	}
	return n;
}

/* `prefix` and `text` after each other; false: too long. */
static bool
join(const char *prefix, struct span text, char to[HOLD_VALUE_MAX])
{
	size_t n = strlen(prefix);

	return span_copy(span_text(prefix), to, HOLD_VALUE_MAX) &&
	       span_copy(text, to + n, HOLD_VALUE_MAX - n);
}

static bool
person_name_value(struct span text, hold_fold *fold, char to[HOLD_VALUE_MAX])
{
	char folded[256];
	struct span out = text;

	if (fold != NULL)
		out = span_of(folded, fold(text, folded));
	return folded_words(out) >= 2 && join("name:", out, to);
}

static bool
cut_prefix(struct span *text, struct span prefix)
{
	if (!span_starts(*text, prefix))
		return false;
	*text = span_trim(span_of(text->at + prefix.n, text->n - prefix.n));
	return true;
}

static bool
has_blank(struct span text)
{
	return text.n > 0 && memchr(text.at, ' ', text.n) != NULL;
}

/* Not empty, no blank at an end, no comma: so that it prints as it reads. */
static bool
is_id(struct span text)
{
	return text.n > 0 && span_eq(text, span_trim(text)) &&
	       memchr(text.at, ',', text.n) == NULL;
}

/* Digits that are not nine would be a mistyped TIN that holds nobody: only
 * `id:` before them makes them an id. */
static bool
is_person_id(struct span text, bool said_so)
{
	bool digits = true;

	for (size_t i = 0; i < text.n; i++)
		digits = digits && text.at[i] >= '0' && text.at[i] <= '9';
	return is_id(text) && !has_blank(text) && (said_so || !digits);
}

/* "tin:123456789", "name:MARIA LOPEZ" or "id:P0000017". */
static bool
person_value(struct span text, hold_fold *fold, char to[HOLD_VALUE_MAX])
{
	char digits[HOLD_VALUE_MAX];
	bool tin = cut_prefix(&text, SPAN("tin:"));
	bool name = !tin && cut_prefix(&text, SPAN("name:"));
	bool id = !tin && !name && cut_prefix(&text, SPAN("id:"));

	if (!name && !id && tin_digits(text, digits))
		return join("tin:", span_text(digits), to);
	if (name || (!tin && !id && has_blank(text)))
		return person_name_value(text, fold, to);
	if (tin || !is_person_id(text, id))
		return false;
	return join("id:", text, to);
}

/* Writes the canonical value; false: not one of this kind. */
static bool
value_of(enum hold_kind kind, struct span text, hold_fold *fold,
	char to[HOLD_VALUE_MAX], int32_t *ret_day)
{
	uint64_t n;

	switch (kind) {
	case HOLD_OF_ALL:
		to[0] = '\0';
		return text.n == 0;
	case HOLD_OF_STATUTE:
		return hold_statute(text, to);
	case HOLD_OF_PERSON:
		return person_value(text, fold, to);
	case HOLD_OF_FROM:
	case HOLD_OF_UNTIL:
		return day_parse(text, ret_day) &&
		       span_copy(text, to, HOLD_VALUE_MAX);
	case HOLD_OF_BATCH:
		return num_parse(text, UINT32_MAX, &n) &&
		       span_copy(text, to, HOLD_VALUE_MAX);
	case HOLD_OF_RECIPIENT:
	case HOLD_OF_AGREEMENT:
	case HOLD_OF_REQUEST:
	case HOLD_OF_CASE:
		return is_id(text) && span_copy(text, to, HOLD_VALUE_MAX);
	case HOLD_NO_KIND:
	case HOLD_N_KINDS:
		break;
	}
	return false;
}

static const char *
kind_form(enum hold_kind kind)
{
	if (kind == HOLD_OF_STATUTE)
		return "a section of the Code, as 8 USC 1253(a)(1)";
	if (kind == HOLD_OF_PERSON)
		return "a TIN of nine digits, a name of two words or more, or "
		       "a person_id";
	if (kind == HOLD_OF_FROM || kind == HOLD_OF_UNTIL)
		return "a day, as 2026-11-01";
	if (kind == HOLD_OF_BATCH)
		return "a batch's number";
	return kind == HOLD_OF_ALL ? "nothing" : "an id";
}

/* ---- reading ---- */

static enum err
terms_grow(struct hold_terms *terms)
{
	size_t size = terms->size == 0 ? 4 : terms->size * 2;
	struct hold_term *at;

	if (terms->n < terms->size)
		return ERR_OK;
	at = mem_resize(terms->at, size, sizeof(*at));
	if (at == NULL)
		return err_origin(ERR_NOMEM);
	terms->at = at;
	terms->size = size;
	return ERR_OK;
}

enum err
hold_term_add(struct hold_terms *terms, bool except, uint8_t scope,
	enum hold_kind kind, struct span value, hold_fold *fold,
	struct why *reterr_why)
{
	struct hold_term term = {
		.except = except, .scope = scope, .kind = kind};
	char text[HOLD_VALUE_MAX];
	enum err e;

	if (!span_is_plain(value) ||
		!value_of(kind, value, fold, text, &term.day))
		return why_set(reterr_why, ERR_MALFORMED,
			"in the scope, '%s' takes %s", hold_kind_text(kind),
			kind_form(kind));
	if (terms->n == HOLD_TERMS_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"a hold has at most %d terms", HOLD_TERMS_MAX);
	term.at = (uint32_t)terms->texts.n;
	term.n = (uint32_t)strlen(text);
	e = terms_grow(terms);
	if (e != ERR_OK)
		return e;
	buf_text(&terms->texts, text);
	if (buf_error(&terms->texts) != ERR_OK)
		return buf_error(&terms->texts);
	terms->at[terms->n++] = term;
	return ERR_OK;
}

static bool
kind_parse(struct span text, enum hold_kind *ret_kind)
{
	for (unsigned k = HOLD_NO_KIND + 1; k < HOLD_N_KINDS; k++) {
		if (span_eq_nocase(text,
			    span_text(hold_kind_text((enum hold_kind)k)))) {
			*ret_kind = (enum hold_kind)k;
			return true;
		}
	}
	return false;
}

static enum err
part_add(struct hold_terms *terms, bool except, uint8_t scope, struct span part,
	hold_fold *fold, struct why *reterr_why)
{
	struct span value = part;
	struct span name = span_trim(span_cut(&value, '='));
	enum hold_kind kind;

	if (!kind_parse(name, &kind))
		return why_set(reterr_why, ERR_MALFORMED,
			"a scope is 'all', or terms like case=HSI-1 joined by "
			"',': recipient, agreement, statute, batch, request, "
			"case, person, from, until");
	if (name.n == part.n && kind != HOLD_OF_ALL)
		value = span_of(NULL, 0);
	return hold_term_add(
		terms, except, scope, kind, span_trim(value), fold, reterr_why);
}

/* The terms of one scope: [first, end). */
static size_t
scope_end(const struct hold_terms *terms, size_t first)
{
	size_t i = first;

	while (i < terms->n && terms->at[i].except == terms->at[first].except &&
		terms->at[i].scope == terms->at[first].scope)
		i++;
	return i;
}

static enum err
scope_check(const struct hold_terms *terms, size_t first, size_t end,
	struct why *reterr_why)
{
	int32_t from = DAY_NONE;
	int32_t until = INT32_MAX;
	unsigned n[HOLD_N_KINDS] = {0};

	for (size_t i = first; i < end; i++) {
		n[terms->at[i].kind]++;
		if (terms->at[i].kind == HOLD_OF_FROM)
			from = terms->at[i].day;
		if (terms->at[i].kind == HOLD_OF_UNTIL)
			until = terms->at[i].day;
	}
	if (n[HOLD_OF_FROM] > 1 || n[HOLD_OF_UNTIL] > 1 || from > until)
		return why_set(reterr_why, ERR_MALFORMED,
			"a scope has one 'from' and one 'until' after it");
	if (n[HOLD_OF_ALL] > 0 &&
		end - first != 1u + n[HOLD_OF_FROM] + n[HOLD_OF_UNTIL])
		return why_set(reterr_why, ERR_MALFORMED,
			"'all' goes with nothing but days");
	return ERR_OK;
}

enum err
hold_terms_check(const struct hold_terms *terms, struct why *reterr_why)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < terms->n;) {
		size_t end = scope_end(terms, i);

		e = scope_check(terms, i, end, reterr_why);
		i = end;
	}
	return e;
}

enum err
hold_terms_add(struct hold_terms *terms, bool except, uint8_t scope,
	struct span text, hold_fold *fold, struct why *reterr_why)
{
	size_t first = terms->n;
	bool more = true;
	enum err e = ERR_OK;

	while (e == ERR_OK && more) {
		struct span part;

		more = text.n > 0 && memchr(text.at, ',', text.n) != NULL;
		part = span_cut(&text, ',');
		e = part_add(terms, except, scope, span_trim(part), fold,
			reterr_why);
	}
	if (e != ERR_OK)
		return e;
	return scope_check(terms, first, terms->n, reterr_why);
}

enum err
hold_scope_check(struct span scope, hold_fold *fold, struct why *reterr_why)
{
	struct hold_terms terms;
	enum err e;

	hold_terms_init(&terms);
	e = hold_terms_add(&terms, false, 0, scope, fold, reterr_why);
	hold_terms_fini(&terms);
	return e;
}

void
hold_term_print(const struct hold_terms *terms, const struct hold_term *term,
	struct buf *to)
{
	buf_text(to, hold_kind_text(term->kind));
	if (term->kind == HOLD_OF_ALL)
		return;
	buf_u8(to, '=');
	buf_bytes(to, hold_term_text(terms, term));
}

/* ---- covering ---- */

/*
 * How far a term fits what is about to leave.  A scope covers from UNKNOWN on,
 * an exception excepts only at YES: doubt never lets anything out.
 */
enum fit { FIT_NO, FIT_UNKNOWN, FIT_YES };

static enum fit
id_fit(struct span asked, struct span is)
{
	if (is.n == 0)
		return FIT_UNKNOWN;
	return span_eq_nocase(asked, span_trim(is)) ? FIT_YES : FIT_NO;
}

static enum fit
either_fit(struct span asked, struct span agency, struct span officer)
{
	enum fit a = id_fit(asked, agency);
	enum fit b = id_fit(asked, officer);

	return a > b ? a : b;
}

/* The same but for case, blanks and marks: perhaps the same case. */
static enum fit
case_fit(struct span asked, struct span is)
{
	size_t i = 0;
	size_t k = 0;

	if (is.n == 0)
		return FIT_NO;
	if (id_fit(asked, is) == FIT_YES)
		return FIT_YES;
	for (;;) {
		while (i < asked.n && !is_alnum(asked.at[i]))
			i++;
		while (k < is.n && !is_alnum(is.at[k]))
			k++;
		if (i == asked.n || k == is.n)
			break;
		if (!span_eq_nocase(
			    span_of(asked.at + i, 1), span_of(is.at + k, 1)))
			return FIT_NO;
		i++;
		k++;
	}
	return i == asked.n && k == is.n ? FIT_UNKNOWN : FIT_NO;
}

/* A section covers all below it.  A citation that stops above it, or says
 * "other", may mean it. */
static enum fit
statute_fit(struct span asked, struct span is)
{
	char cited[HOLD_VALUE_MAX];
	struct span have;

	if (!hold_statute(is, cited))
		return FIT_UNKNOWN;
	have = span_text(cited);
	while (asked.n > 0) {
		struct span want = span_cut(&asked, '-');
		struct span got = span_cut(&have, '-');

		if (got.n == 0 || span_eq(got, SPAN("other")))
			return FIT_UNKNOWN;
		if (!span_eq(want, got))
			return FIT_NO;
	}
	return FIT_YES;
}

static bool
has_word(struct span text, struct span word)
{
	while (text.n > 0)
		if (span_eq(span_cut(&text, ' '), word))
			return true;
	return false;
}

static bool
same_letters(struct span a, struct span b)
{
	size_t i = 0;
	size_t k = 0;

	while (i < a.n || k < b.n) {
		if (i < a.n && a.at[i] == ' ')
			i++;
		else if (k < b.n && b.at[k] == ' ')
			k++;
		else if (i == a.n || k == b.n || a.at[i++] != b.at[k++])
			return false;
	}
	return true;
}

static enum fit
name_fit(struct span asked, struct span is)
{
	if (is.n == 0)
		return FIT_NO;
	if (same_letters(asked, is))
		return FIT_YES;
	while (asked.n > 0)
		if (!has_word(is, span_cut(&asked, ' ')))
			return FIT_NO;
	return FIT_UNKNOWN;
}

/* May the record's name be the one asked for? */
static bool
name_unseen(struct span asked, const struct hold_target *target)
{
	if (target->name_unseen != HOLD_UNSEEN_MORE)
		return target->name_unseen == HOLD_UNSEEN_ALL;
	while (asked.n > 0)
		if (has_word(target->name[0], span_cut(&asked, ' ')))
			return true;
	return false;
}

static enum fit
person_fit(struct span asked, const struct hold_target *target)
{
	enum fit best = FIT_NO;
	bool tin = cut_prefix(&asked, SPAN("tin:"));
	bool name = !tin && cut_prefix(&asked, SPAN("name:"));

	if (!tin && !name) {
		(void)cut_prefix(&asked, SPAN("id:"));
		return target->person.n > 0 &&
				       span_eq_nocase(asked, target->person)
			       ? FIT_YES
			       : FIT_NO;
	}
	for (size_t i = 0; i < 2; i++) {
		enum fit fit = FIT_NO;

		if (name)
			fit = name_fit(asked, target->name[i]);
		else if (span_eq(asked, target->tin[i]))
			fit = FIT_YES;
		best = fit > best ? fit : best;
	}
	if (best == FIT_NO &&
		(name ? name_unseen(asked, target) : target->tin_unseen))
		best = FIT_UNKNOWN;
	return best;
}

static enum fit
day_fit(const struct hold_term *term, int32_t day)
{
	bool in = term->kind == HOLD_OF_FROM ? day >= term->day
					     : day <= term->day;

	if (day == DAY_NONE)
		return FIT_UNKNOWN;
	return in ? FIT_YES : FIT_NO;
}

static enum fit
term_fit(const struct hold_term *term, struct span text,
	const struct hold_target *target)
{
	switch (term->kind) {
	case HOLD_OF_ALL:
		return FIT_YES;
	case HOLD_OF_RECIPIENT:
		return either_fit(text, target->recipient, target->officer);
	case HOLD_OF_AGREEMENT:
		return id_fit(text, target->agreement);
	case HOLD_OF_STATUTE:
		return statute_fit(text, target->statute);
	case HOLD_OF_BATCH:
		return id_fit(text, target->batch);
	case HOLD_OF_REQUEST:
		return case_fit(text, target->request);
	case HOLD_OF_CASE:
		return case_fit(text, target->case_id);
	case HOLD_OF_PERSON:
		return person_fit(text, target);
	case HOLD_OF_FROM:
	case HOLD_OF_UNTIL:
		return day_fit(term, target->day);
	case HOLD_NO_KIND:
	case HOLD_N_KINDS:
		break;
	}
	must(false); /* a term has a kind */
	return FIT_YES;
}

/*
 * A term that looks at what was not read: as `unread` says, which is the other
 * way round for what takes out.  An agency is known before the officer is; and
 * nobody's id is ever written in a request.
 */
static enum fit
term_sight(const struct hold_term *term, struct span text, bool takes_out,
	const struct hold_target *target, struct hold_unread unread)
{
	bool id =
		term->kind == HOLD_OF_PERSON && span_starts(text, SPAN("id:"));

	if ((unread.kinds & (1u << term->kind)) == 0 || id)
		return term_fit(term, text, target);
	if (term->kind == HOLD_OF_RECIPIENT &&
		id_fit(text, target->recipient) == FIT_YES)
		return FIT_YES;
	return unread.covered != takes_out ? FIT_YES : FIT_NO;
}

/* The best of each kind, and the worst of the kinds. */
static enum fit
scope_fit(const struct hold_terms *terms, size_t first, size_t end,
	bool takes_out, const struct hold_target *target,
	struct hold_unread unread)
{
	enum fit best[HOLD_N_KINDS] = {FIT_NO};
	bool asked[HOLD_N_KINDS] = {false};
	enum fit worst = FIT_YES;

	for (size_t i = first; i < end; i++) {
		const struct hold_term *term = &terms->at[i];
		enum fit fit = term_sight(term, hold_term_text(terms, term),
			takes_out, target, unread);

		asked[term->kind] = true;
		if (fit > best[term->kind])
			best[term->kind] = fit;
	}
	for (unsigned k = 0; k < HOLD_N_KINDS; k++)
		if (asked[k] && best[k] < worst)
			worst = best[k];
	return worst;
}

bool
hold_terms_surely(const struct hold_terms *terms,
	const struct hold_target *target, struct hold_unread unread)
{
	for (size_t i = 0; i < terms->n;) {
		size_t end = scope_end(terms, i);

		if (scope_fit(terms, i, end, true, target, unread) == FIT_YES)
			return true;
		i = end;
	}
	return false;
}

bool
hold_terms_cover(const struct hold_terms *terms,
	const struct hold_target *target, struct hold_unread unread)
{
	bool covered = false;

	for (size_t i = 0; i < terms->n;) {
		size_t end = scope_end(terms, i);
		enum fit fit = scope_fit(
			terms, i, end, terms->at[i].except, target, unread);

		if (terms->at[i].except && fit == FIT_YES)
			return false;
		if (!terms->at[i].except && fit >= FIT_UNKNOWN)
			covered = true;
		i = end;
	}
	return covered;
}
