/* SPDX-License-Identifier: Apache-2.0 */
/* One law file.  Each function opens with its grammar rule. */
#include "law/law_int.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/day.h"
#include "base/num.h"

enum {
	DAYS_MOST = 3660,
	REQUESTS_MOST = 100000000,
	STATUTE = 1 << LAW_STATUTE,
	AGREEMENT = 1 << LAW_AGREEMENT
};

bool
law_parse_fail(struct law_parser *p, struct span at, const char *fmt, ...)
{
	va_list ap;

	if (p->error != ERR_OK)
		return false;
	p->error = ERR_MALFORMED;
	va_start(ap, fmt);
	(void)vsnprintf(p->reterr->text, sizeof(p->reterr->text), fmt, ap);
	va_end(ap);
	law_error_set(p->reterr, p->law->file[p->file].path, p->lexer.text, at);
	return false;
}

bool
law_parse_next(struct law_parser *p)
{
	const struct law_token *t = &p->token;

	if (p->error != ERR_OK)
		return false;
	if (t->text.at != NULL)
		p->end = t->text.at + t->text.n + (t->kind == LAW_STRING);
	p->token = law_lex(&p->lexer);
	if (t->kind == LAW_BAD)
		return law_parse_fail(p, t->text, "%s", t->bad);
	return true;
}

bool
law_parse_at(const struct law_parser *p, const char *word)
{
	return p->error == ERR_OK &&
	       (p->token.kind == LAW_WORD || p->token.kind == LAW_MARK) &&
	       span_eq(p->token.text, span_text(word));
}

bool
law_parse_missing(struct law_parser *p, const char *what, const char *meant)
{
	struct span at = p->token.text;

	if (p->token.kind == LAW_BREAK || p->token.kind == LAW_END)
		return law_parse_fail(
			p, at, "%s is missing before this block ends", what);
	return law_parse_fail(p, at, "%s belongs here%s", what, meant);
}

bool
law_parse_expect(struct law_parser *p, const char *word)
{
	char what[LAW_NAME_MAX];

	if (law_parse_at(p, word))
		return law_parse_next(p);
	(void)snprintf(what, sizeof(what), "`%s`", word);
	return law_parse_missing(p, what, "");
}

bool
law_parse_take(
	struct law_parser *p, enum law_token_kind kind, struct span *ret_text)
{
	if (p->error != ERR_OK)
		return false;
	if (p->token.kind != kind)
		return law_parse_missing(p,
			kind == LAW_STRING ? "a text in quotation marks"
					   : "a word",
			"");
	*ret_text = p->token.text;
	return law_parse_next(p);
}

/* Appends to text of `n` bytes; runs of blanks become one space. */
static size_t
fold(struct span from, char *to, size_t n)
{
	for (size_t i = 0; i < from.n; i++) {
		char c = (char)from.at[i];

		if (c == '\t' || c == '\n' || c == '\r')
			c = ' ';
		if (c != ' ' || (n > 0 && to[n - 1] != ' '))
			to[n++] = c;
	}
	return n;
}

/* Ends what fold() made. */
static const char *
folded(struct law_parser *p, struct span at, char *text, size_t n, size_t max)
{
	while (n > 0 && text[n - 1] == ' ')
		n--;
	text[n] = '\0';
	if (n < max)
		return text;
	(void)law_parse_fail(p, at, "this is longer than %zu bytes", max - 1);
	return NULL;
}

static char *
room(struct law_parser *p, struct span at)
{
	char *text = arena_take(&p->law->arena, at.n + 2);

	if (text == NULL)
		(void)law_parse_fail(p, at, "this is too much for one law");
	return text;
}

const char *
law_parse_keep(struct law_parser *p, struct span text, size_t max)
{
	char *to = room(p, text);

	if (to == NULL)
		return NULL;
	return folded(p, text, to, fold(text, to, 0), max);
}

/* The quotation above the block, without its marks; "" without one. */
const char *
law_parse_quote(struct law_parser *p)
{
	struct span left = p->lexer.quote;
	char *to;
	size_t n = 0;

	if (left.n == 0)
		return "";
	if (left.at == p->quote_at)
		return p->quote;
	to = room(p, left);
	if (to == NULL)
		return NULL;
	while (left.n > 0) {
		struct span line = span_cut(&left, '\n');

		if (!span_starts(line, SPAN(">")))
			continue;
		n = fold(span_of(line.at + 1, line.n - 1), to, n);
		if (n > 0 && to[n - 1] != ' ')
			to[n++] = ' ';
	}
	p->quote_at = p->lexer.quote.at;
	p->quote = folded(p, p->lexer.opens, to, n, LAW_QUOTE_MAX);
	return p->quote;
}

static struct law_file *
file_of(struct law_parser *p)
{
	return &p->law->file[p->file];
}

bool
law_parse_text(struct law_parser *p, const char **ret_text)
{
	struct span s;

	if (!law_parse_take(p, LAW_STRING, &s))
		return false;
	*ret_text = law_parse_keep(p, s, LAW_TEXT_MAX);
	if (*ret_text != NULL && (*ret_text)[0] == '\0')
		return law_parse_fail(p, s, "this text says nothing");
	return *ret_text != NULL;
}

bool
law_parse_name(struct law_parser *p, const char **ret_name)
{
	struct span s;

	if (!law_parse_take(p, LAW_WORD, &s))
		return false;
	*ret_name = law_parse_keep(p, s, LAW_NAME_MAX);
	return *ret_name != NULL;
}

/* title = "title" TEXT */
static bool
parse_title(struct law_parser *p)
{
	return law_parse_text(p, &file_of(p)->title);
}

static bool
parse_field(struct law_parser *p, unsigned allowed, unsigned *fields)
{
	struct span word;
	struct law_spell spell;
	unsigned bit = 1;

	if (!law_parse_take(p, LAW_WORD, &word))
		return false;
	spell = law_spell_of(word);
	for (; bit <= LAW_FIELD_TIN; bit <<= 1) {
		const char *known = law_field_text((enum law_field)bit);

		if (span_eq(word, span_text(known)))
			break;
		law_spell_try(&spell, known);
	}
	if (bit > LAW_FIELD_TIN)
		return law_parse_fail(p, word,
			"there is no such field; there are name, "
			"mailing-address, tin%s",
			law_spell_meant(&spell));
	if ((bit & allowed) == 0)
		return law_parse_fail(p, word,
			"%s does not grant this field: an agreement may only "
			"take away",
			p->law->file[p->law->narrows].name);
	*fields |= bit;
	return true;
}

/* field_set = "{" FIELD { "," FIELD } "}" */
static bool
parse_field_set(struct law_parser *p, unsigned allowed, unsigned *fields)
{
	if (!law_parse_expect(p, "{"))
		return false;
	do {
		if (!parse_field(p, allowed, fields))
			return false;
	} while (law_parse_at(p, ",") && law_parse_next(p));
	return law_parse_expect(p, "}");
}

/* grant = "grant" "fields" field_set "cite" TEXT */
static bool
parse_grant(struct law_parser *p)
{
	struct law_file *file = file_of(p);

	return law_parse_expect(p, "fields") &&
	       parse_field_set(p, UINT32_MAX, &file->grants) &&
	       law_parse_expect(p, "cite") &&
	       law_parse_text(p, &file->grant_citation);
}

/* The statute of that name among the files before; false with the error. */
static bool
take_statute(struct law_parser *p, size_t *ret_file)
{
	struct span at = p->token.text;
	struct law_spell spell = law_spell_of(at);
	const char *name = NULL;

	if (!law_parse_text(p, &name))
		return false;
	for (size_t i = 0; i < p->file; i++) {
		struct law_file *file = &p->law->file[i];

		law_spell_try(&spell, file->name);
		if (strcmp(name, file->name) != 0)
			continue;
		if (file->named)
			return law_parse_fail(
				p, at, "this statute is named already");
		file->named = true;
		*ret_file = i;
		return true;
	}
	return law_parse_fail(p, at,
		"no statute of this name was read before this agreement%s",
		law_spell_meant(&spell));
}

/* narrows = "narrows" TEXT */
static bool
parse_narrows(struct law_parser *p)
{
	struct span at = p->token.text;

	if (!take_statute(p, &p->law->narrows))
		return false;
	if (p->law->file[p->law->narrows].grants == 0)
		return law_parse_fail(
			p, at, "this statute grants nothing to narrow");
	return true;
}

/* designates = "designates" TEXT */
static bool
parse_designates(struct law_parser *p)
{
	size_t statute;

	return take_statute(p, &statute);
}

/* custodian = "custodian" NAME */
static bool
parse_custodian(struct law_parser *p)
{
	return law_parse_name(p, &p->law->custodian);
}

/* requester = "requester" NAME */
static bool
parse_requester(struct law_parser *p)
{
	return law_parse_name(p, &p->law->requester);
}

bool
law_parse_day(struct law_parser *p, int32_t *ret_day)
{
	struct span s;

	if (!law_parse_take(p, LAW_WORD, &s))
		return false;
	if (!day_parse(s, ret_day))
		return law_parse_fail(
			p, s, "a day is written YYYY-MM-DD and exists");
	return true;
}

/* A day of the term. */
static bool
parse_term(struct law_parser *p, int32_t *ret_day)
{
	struct span at = p->token.text;

	if (!law_parse_day(p, ret_day))
		return false;
	if (p->law->effective != DAY_NONE && p->law->expires != DAY_NONE &&
		p->law->expires <= p->law->effective)
		return law_parse_fail(
			p, at, "it must take effect before it expires");
	return true;
}

/* effective = "effective" DAY */
static bool
parse_effective(struct law_parser *p)
{
	return parse_term(p, &p->law->effective);
}

/* expires = "expires" DAY */
static bool
parse_expires(struct law_parser *p)
{
	return parse_term(p, &p->law->expires);
}

static bool
parse_days(struct law_parser *p, unsigned *ret_days)
{
	struct span s;
	uint64_t n = 0;

	if (!law_parse_take(p, LAW_WORD, &s))
		return false;
	if (!num_parse(s, DAYS_MOST, &n) || n == 0)
		return law_parse_fail(
			p, s, "a number of days is from 1 to %d", DAYS_MOST);
	*ret_days = (unsigned)n;
	return true;
}

/* answer_days = "answer-days" NUMBER */
static bool
parse_answer_days(struct law_parser *p)
{
	return parse_days(p, &p->law->answer_days);
}

/* lapse_days = "lapse-days" NUMBER */
static bool
parse_lapse_days(struct law_parser *p)
{
	return parse_days(p, &p->law->lapse_days);
}

/* expiry_days = "expiry-days" NUMBER */
static bool
parse_expiry_days(struct law_parser *p)
{
	return parse_days(p, &p->law->expiry_days);
}

/* screen_days = "screen-days" NUMBER */
static bool
parse_screen_days(struct law_parser *p)
{
	struct span at = p->token.text;

	if (!parse_days(p, &p->law->screen_days))
		return false;
	if (p->law->screen_days > LAW_SCREEN_DAYS_MOST)
		return law_parse_fail(p, at, "screens are %d days old at most",
			LAW_SCREEN_DAYS_MOST);
	return true;
}

/* A number of requests, and of how many times as many. */
static bool
parse_many(struct law_parser *p, uint32_t *ret_n)
{
	struct span s;
	uint64_t n = 0;

	if (!law_parse_take(p, LAW_WORD, &s))
		return false;
	if (!num_parse(s, REQUESTS_MOST, &n) || n == 0)
		return law_parse_fail(p, s,
			"a number from 1 to %d belongs here", REQUESTS_MOST);
	*ret_n = (uint32_t)n;
	return true;
}

/* batch_most = "batch-most" NUMBER */
static bool
parse_batch_most(struct law_parser *p)
{
	return parse_many(p, &p->law->cap[LAW_CAP_BATCH]);
}

/* day_most = "day-most" NUMBER */
static bool
parse_day_most(struct law_parser *p)
{
	return parse_many(p, &p->law->cap[LAW_CAP_DAY]);
}

/* officer_day_most = "officer-day-most" NUMBER */
static bool
parse_officer_day_most(struct law_parser *p)
{
	return parse_many(p, &p->law->cap[LAW_CAP_OFFICER_DAY]);
}

/* The statute is one that this agreement has named, and has no rate yet. */
static bool
check_rated(struct law_parser *p, struct span at, const char *statute)
{
	struct law *law = p->law;

	for (size_t i = 0; i < law->n_base_rates; i++)
		if (strcmp(law->base_rate[i].statute, statute) == 0)
			return law_parse_fail(
				p, at, "this statute has a base rate already");
	for (size_t i = 0; i < p->file; i++)
		if (law->file[i].named &&
			strcmp(law->file[i].name, statute) == 0)
			return true;
	return law_parse_fail(
		p, at, "this agreement has not named such a statute before");
}

/* base_rate = "base-rate" TEXT NUMBER "per-year" "times" NUMBER
 *             "cite" TEXT */
static bool
parse_base_rate(struct law_parser *p)
{
	struct law_base_rate rate = {0};
	struct span at = p->token.text;

	if (!law_parse_text(p, &rate.statute) ||
		!check_rated(p, at, rate.statute))
		return false;
	if (!parse_many(p, &rate.per_year) || !law_parse_expect(p, "per-year"))
		return false;
	if (!law_parse_expect(p, "times") || !parse_many(p, &rate.times))
		return false;
	if (!law_parse_expect(p, "cite") || !law_parse_text(p, &rate.citation))
		return false;
	p->law->base_rate[p->law->n_base_rates++] = rate;
	return true;
}

/* fields = "fields" field_set ; after `narrows` */
static bool
parse_fields(struct law_parser *p)
{
	struct law *law = p->law;

	if (law->narrows == LAW_FILES_MAX)
		return law_parse_fail(p, p->token.text,
			"say first which statute this narrows");
	return parse_field_set(p, law->file[law->narrows].grants, &law->fields);
}

/* setting = "setting" NAME NUMBER TEXT */
static bool
parse_setting(struct law_parser *p)
{
	struct law_setting_value *s = &p->law->setting[p->law->n_settings];
	struct span name;
	struct span number;
	uint64_t n;
	uint32_t other;

	if (p->law->n_settings == LAW_SETTINGS_MAX)
		return law_parse_fail(p, p->token.text, "too many settings");
	if (!law_parse_take(p, LAW_WORD, &name) ||
		!law_parse_take(p, LAW_WORD, &number))
		return false;
	if (num_parse(name, UINT64_MAX, &n) ||
		law_setting(p->law, name, &other))
		return law_parse_fail(p, name, "this name is taken");
	if (!num_parse(number, UINT32_MAX - 2, &n))
		return law_parse_fail(p, number, "a number belongs here");
	s->value = (uint32_t)n;
	s->name = law_parse_keep(p, name, LAW_NAME_MAX);
	if (s->name == NULL || !law_parse_text(p, &s->text))
		return false;
	p->law->n_settings++;
	return true;
}

/* codes = "{" CODE { "," CODE } "}" */
static bool
parse_codes(struct law_parser *p, struct law_proof *proof)
{
	if (!law_parse_expect(p, "{"))
		return false;
	do {
		if (proof->n_codes == LAW_RULES_MAX)
			return law_parse_fail(p, p->token.text,
				"more than %d codes", LAW_RULES_MAX);
		if (!law_parse_name(p, &proof->codes[proof->n_codes++]))
			return false;
	} while (law_parse_at(p, ",") && law_parse_next(p));
	return law_parse_expect(p, "}");
}

/* A name of its own among the proofs. */
static bool
take_proof_name(struct law_parser *p, struct law_proof *proof)
{
	struct span at = p->token.text;

	for (size_t i = 0; i < p->law->n_proofs; i++)
		if (span_eq(at, span_text(p->law->proof[i].name)))
			return law_parse_fail(
				p, at, "this is to be proved already");
	return law_parse_name(p, &proof->name);
}

/* claim = "duty" codes | "fields" field_set
 *       | "released" "implies" condition */
static bool
parse_claim(struct law_parser *p, struct law_proof *proof)
{
	if (law_parse_at(p, "duty"))
		return law_parse_next(p) && parse_codes(p, proof);
	if (law_parse_at(p, "fields"))
		return law_parse_next(p) &&
		       parse_field_set(p, UINT32_MAX, &proof->fields);
	if (!law_parse_expect(p, "released") || !law_parse_expect(p, "implies"))
		return false;
	proof->implied = law_parse_condition(p);
	return proof->implied != NULL;
}

/* proof = "prove" NAME TEXT claim */
static bool
parse_proof(struct law_parser *p)
{
	struct law_proof *proof = &p->law->proof[p->law->n_proofs];

	if (p->law->n_proofs == LAW_PROOFS_MAX)
		return law_parse_fail(p, p->token.text,
			"more than %d proofs in one law", LAW_PROOFS_MAX);
	if (!take_proof_name(p, proof) || !law_parse_text(p, &proof->sentence))
		return false;
	p->atoms = 0;
	if (!parse_claim(p, proof))
		return false;
	p->law->n_proofs++;
	return true;
}

/* end = "end" ; so that a file cut short is no smaller law */
static bool
parse_end(struct law_parser *p)
{
	while (p->error == ERR_OK && p->token.kind == LAW_BREAK)
		(void)law_parse_next(p);
	if (p->error == ERR_OK && p->token.kind != LAW_END)
		return law_parse_fail(
			p, p->token.text, "this is after the end");
	return p->error == ERR_OK;
}

static const struct entry {
	const char *word;
	bool (*parse)(struct law_parser *p);
	unsigned of; /* kinds of file that may have it */
	unsigned must_of;
	bool many;
} entries[] = {
	{"title", parse_title, STATUTE | AGREEMENT, STATUTE | AGREEMENT, false},
	{"grant", parse_grant, STATUTE, 0, false},
	{"narrows", parse_narrows, AGREEMENT, AGREEMENT, false},
	{"designates", parse_designates, AGREEMENT, 0, true},
	{"custodian", parse_custodian, AGREEMENT, AGREEMENT, false},
	{"requester", parse_requester, AGREEMENT, AGREEMENT, false},
	{"effective", parse_effective, AGREEMENT, AGREEMENT, false},
	{"expires", parse_expires, AGREEMENT, AGREEMENT, false},
	{"answer-days", parse_answer_days, AGREEMENT, AGREEMENT, false},
	{"lapse-days", parse_lapse_days, AGREEMENT, AGREEMENT, false},
	{"expiry-days", parse_expiry_days, AGREEMENT, AGREEMENT, false},
	{"screen-days", parse_screen_days, AGREEMENT, 0, false},
	{"fields", parse_fields, AGREEMENT, AGREEMENT, false},
	{"batch-most", parse_batch_most, AGREEMENT, 0, false},
	{"day-most", parse_day_most, AGREEMENT, 0, false},
	{"officer-day-most", parse_officer_day_most, AGREEMENT, 0, false},
	{"base-rate", parse_base_rate, AGREEMENT, 0, true},
	{"setting", parse_setting, AGREEMENT, 0, true},
	{"prove", parse_proof, STATUTE | AGREEMENT, 0, true},
	{"end", parse_end, STATUTE | AGREEMENT, STATUTE | AGREEMENT, false},
};

enum { N_ENTRIES = sizeof(entries) / sizeof(entries[0]) };

/* entry = title | grant | narrows | designates | custodian | requester
 *       | effective | expires | answer_days | lapse_days | expiry_days
 *       | screen_days | fields | batch_most | day_most | officer_day_most
 *       | base_rate | setting | proof | end ; as the table above says */
static bool
parse_entry(struct law_parser *p, size_t i)
{
	const struct entry *entry = &entries[i];
	struct span at = p->token.text;
	enum law_file_kind kind = file_of(p)->kind;

	if (i == 1 && kind == LAW_AGREEMENT)
		return law_parse_fail(
			p, at, "an agreement may only narrow: it cannot grant");
	if ((entry->of & 1u << kind) == 0)
		return law_parse_fail(p, at, "this belongs to an agreement");
	if ((p->seen & 1u << i) != 0 && !entry->many)
		return law_parse_fail(p, at, "this is said already");
	p->seen |= 1u << i;
	return law_parse_next(p) && entry->parse(p);
}

static bool
parse_a_rule(struct law_parser *p, struct span at)
{
	if (span_eq(at, SPAN("hold")) && file_of(p)->kind == LAW_STATUTE)
		return law_parse_fail(p, at, "this belongs to an agreement");
	return law_parse_next(p) && law_parse_rule(p, at);
}

/* item = entry | rule | exception | hold */
static bool
parse_item(struct law_parser *p)
{
	static const char *const rules[] = {"rule", "exception", "hold"};
	struct span at = p->token.text;
	struct law_spell spell = law_spell_of(at);

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (law_parse_at(p, rules[i]))
			return parse_a_rule(p, at);
		law_spell_try(&spell, rules[i]);
	}
	for (size_t i = 0; i < N_ENTRIES; i++) {
		if (law_parse_at(p, entries[i].word))
			return parse_entry(p, i);
		law_spell_try(&spell, entries[i].word);
	}
	return law_parse_fail(p, at,
		"a rule or an entry of the header begins here, and this is "
		"neither%s",
		law_spell_meant(&spell));
}

static bool
check_new_name(struct law_parser *p, struct span at)
{
	for (size_t i = 0; i < p->file; i++)
		if (strcmp(p->law->file[i].name, file_of(p)->name) == 0)
			return law_parse_fail(
				p, at, "this is in the law already");
	return true;
}

/* header = "statute" TEXT | "agreement" NAME */
static bool
parse_header(struct law_parser *p, struct span *ret_at)
{
	struct law_file *file = file_of(p);
	bool statute = law_parse_at(p, "statute");

	*ret_at = p->token.text;
	if (!statute && !law_parse_at(p, "agreement"))
		return law_parse_missing(p, "`statute` or `agreement`", "");
	file->kind = statute ? LAW_STATUTE : LAW_AGREEMENT;
	if (p->law->agreement != LAW_FILES_MAX)
		return law_parse_fail(p, p->token.text,
			"the agreement is the last file, and there is one");
	if (!statute)
		p->law->agreement = p->file;
	if (!law_parse_next(p))
		return false;
	*ret_at = p->token.text;
	if (!(statute ? law_parse_text(p, &file->name)
		      : law_parse_name(p, &file->name)))
		return false;
	return check_new_name(p, *ret_at);
}

/* U+202A to U+202E, U+2066 to U+2069: shown in an order other than read. */
static bool
turns_order(struct span s)
{
	if (s.n < 3 || s.at[0] != 0xe2)
		return false;
	if (s.at[1] == 0x80)
		return s.at[2] >= 0xaa && s.at[2] <= 0xae;
	return s.at[1] == 0x81 && s.at[2] >= 0xa6 && s.at[2] <= 0xa9;
}

static bool
is_control(uint8_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

/* Bytes that a reader would not see as they are. */
static bool
check_bytes(struct law_parser *p)
{
	struct span text = p->lexer.text;

	if (!span_is_utf8(text))
		return law_parse_fail(
			p, span_of(NULL, 0), "the file is not UTF-8");
	for (size_t i = 0; i < text.n; i++) {
		struct span at = span_of(text.at + i, text.n - i);

		if (is_control(at.at[0]))
			return law_parse_fail(
				p, span_of(at.at, 1), "a control character");
		if (turns_order(at))
			return law_parse_fail(p, span_of(at.at, 3),
				"a character that turns the reading order");
	}
	return true;
}

static void
check_complete(struct law_parser *p, struct span at)
{
	for (size_t i = 0; i < N_ENTRIES; i++)
		if ((entries[i].must_of & 1u << file_of(p)->kind) != 0 &&
			(p->seen & 1u << i) == 0)
			(void)law_parse_fail(
				p, at, "`%s` is not said", entries[i].word);
}

/* file = BREAK header { item | BREAK } END ; a BREAK opens or ends a block */
enum err
law_parse(struct law_parser *p)
{
	struct span at = {0};

	if (!check_bytes(p) || !law_parse_next(p))
		return p->error;
	if (p->token.kind == LAW_END)
		(void)law_parse_fail(
			p, span_of(NULL, 0), "the file has no ```weir block");
	if (!law_parse_next(p) || !parse_header(p, &at))
		return p->error;
	while (p->error == ERR_OK && p->token.kind != LAW_END) {
		if (p->token.kind == LAW_BREAK)
			(void)law_parse_next(p);
		else
			(void)parse_item(p);
	}
	if (p->error == ERR_OK)
		check_complete(p, at);
	return p->error;
}
