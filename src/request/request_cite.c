/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Statutory citations as people write them: "8 U.S.C. § 1253(a)(1)(A)",
 * "Title 8, United States Code, Section 1253(a)(1)", "INA 243(a)(1)".
 *
 *	citation = [title] code section {"(" part ")"}
 *	         | section {"(" part ")"} "of" (title | "INA")
 *
 * A code holds for the sections after it until another is named ("8 USC
 * 1253(a)(1) and 1326" cites two of title 8).  Whatever cannot be read as one
 * clear designation is "unknown": the designated statute must be the only one
 * (26 USC 6103(i)(2)(B)(iii); 26 CFR 301.6103(i)-1(a)).
 */
#include "request/request_grade_int.h"

enum {
	TOKENS_MAX = 64,
	CITES_MAX = 8,
	PARTS_MAX = 4,
	PART_SIZE = 5,
	WORD_SIZE = 16
};

enum token_kind { T_END, T_WORD, T_NUMBER, T_PART, T_BREAK };

struct token {
	enum token_kind kind;
	unsigned number;
	char suffix; /* the d of 1324d */
	char text[WORD_SIZE];
};

enum code { CODE_NONE, CODE_USC, CODE_INA, CODE_OTHER };

struct cite {
	enum code code;
	unsigned title;
	unsigned section;
	char suffix;
	size_t n_parts;
	char part[PARTS_MAX][PART_SIZE];
};

struct cites {
	struct cite cite[CITES_MAX];
	size_t n;
	bool vague; /* "and any other", parts in a list, too much of it */
};

/* Sections of the Immigration and Nationality Act as 8 USC has them. */
static const struct {
	unsigned section;
	char suffix;
	unsigned usc;
	char usc_suffix;
} ina[] = {
	{212, 0, 1182, 0},
	{237, 0, 1227, 0},
	{238, 0, 1228, 0},
	{239, 0, 1229, 0},
	{240, 0, 1229, 'a'},
	{241, 0, 1231, 0},
	{243, 0, 1253, 0},
	{274, 0, 1324, 0},
	{274, 'a', 1324, 'a'},
	{274, 'c', 1324, 'c'},
	{274, 'd', 1324, 'd'},
	{275, 0, 1325, 0},
	{276, 0, 1326, 0},
	{287, 0, 1357, 0},
};

/* ---- lex ---- */

static bool
digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static uint8_t
upper(uint8_t c)
{
	return letter(c) ? (uint8_t)(c & ~0x20) : c;
}

/* "(a)" and "( 1 )"; other brackets hold prose, which is skipped. */
static size_t
lex_part(struct span s, struct token *t)
{
	const uint8_t *close = memchr(s.at, ')', s.n);
	size_t n = close == NULL ? s.n : (size_t)(close - s.at);
	struct span in = span_trim(span_of(s.at + 1, n - 1));

	t->kind = T_PART;
	for (size_t i = 0; i < in.n; i++) {
		if (i + 1 >= PART_SIZE ||
			!(letter(in.at[i]) || digit(in.at[i]))) {
			t->kind = T_END;
			break;
		}
		t->text[i] = (char)(in.at[i] | 0x20);
	}
	if (in.n == 0 || close == NULL)
		t->kind = T_END;
	return close == NULL ? n : n + 1;
}

/* Letters, the dots of "U.S.C." dropped. */
static size_t
lex_word(struct span s, struct token *t)
{
	size_t n = 0;
	size_t i = 0;

	t->kind = T_WORD;
	while (i < s.n && (letter(s.at[i]) || s.at[i] == '.')) {
		if (s.at[i] != '.' && n + 1 < WORD_SIZE)
			t->text[n++] = (char)upper(s.at[i]);
		i++;
	}
	return i;
}

static size_t
lex_number(struct span s, struct token *t)
{
	size_t i = 0;

	t->kind = T_NUMBER;
	for (; i < s.n && digit(s.at[i]); i++)
		if (t->number < 1000000)
			t->number = t->number * 10 + (s.at[i] - '0');
	if (i < s.n && letter(s.at[i]) && s.at[i] != 'U' && s.at[i] != 'u' &&
		(i + 1 == s.n || !letter(s.at[i + 1])))
		t->suffix = (char)(s.at[i++] | 0x20);
	return i;
}

/* One token or nothing (T_END: blank, sign of section, brackets of prose). */
static size_t
lex(struct span s, struct token *t)
{
	memset(t, 0, sizeof(*t));
	if (letter(s.at[0]))
		return lex_word(s, t);
	if (digit(s.at[0]))
		return lex_number(s, t);
	if (s.at[0] == '(')
		return lex_part(s, t);
	if (strchr(",;/&-+", s.at[0]) != NULL && s.at[0] != '\0')
		t->kind = T_BREAK;
	return 1;
}

/* A list of `n` tokens that ends with T_END; false when there are more. */
static bool
lex_all(struct span s, struct token tokens[TOKENS_MAX], size_t *ret_n)
{
	size_t n = 0;

	while (s.n > 0) {
		size_t used = lex(s, &tokens[n]);

		if (tokens[n].kind != T_END && ++n == TOKENS_MAX)
			return false;
		s = span_of(s.at + used, s.n - used);
	}
	memset(&tokens[n], 0, sizeof(tokens[n]));
	*ret_n = n;
	return true;
}

/* ---- parse ---- */

static bool
word_is(const struct token *t, const char *word)
{
	return t->kind == T_WORD && strcmp(t->text, word) == 0;
}

/* "USC", "U S C", "US Code", "United States Code" at `t`? */
static bool
usc_at(const struct token *t)
{
	return word_is(t, "USC") || word_is(t, "USCA") || word_is(t, "USCS") ||
	       (word_is(t, "US") &&
		       (word_is(t + 1, "CODE") || word_is(t + 1, "C"))) ||
	       (word_is(t, "U") && word_is(t + 1, "S") &&
		       (word_is(t + 2, "C") || word_is(t + 2, "CODE"))) ||
	       (word_is(t, "UNITED") && word_is(t + 1, "STATES") &&
		       word_is(t + 2, "CODE"));
}

static bool
ina_at(const struct token *t)
{
	return word_is(t, "INA") ||
	       (word_is(t, "I") && word_is(t + 1, "N") &&
		       word_is(t + 2, "A")) ||
	       (word_is(t, "IMMIGRATION") && word_is(t + 1, "AND") &&
		       word_is(t + 2, "NATIONALITY")) ||
	       (word_is(t, "IMMIGRATION") && t[1].kind == T_BREAK &&
		       word_is(t + 2, "NATIONALITY"));
}

/* Words after which nobody knows which statutes are meant. */
static bool
vague(const struct token *t)
{
	static const char *const words[] = {"ANY", "OTHER", "OTHERS", "ETC",
		"SEQ", "VARIOUS", "NOT", "EXCEPT", "APPLICABLE", "RELATED",
		"ALL", "RELEVANT", "CIVIL", NULL};

	for (size_t i = 0; words[i] != NULL; i++)
		if (word_is(t, words[i]))
			return true;
	return false;
}

struct parse {
	const struct token *token;
	size_t n;
	enum code code;
	unsigned title;
	struct cites *out;
};

/* "... of title 8", "... of the INA": names the code of what stands before. */
static void
code_for_those_before(struct parse *p)
{
	for (size_t i = 0; i < p->out->n; i++) {
		if (p->out->cite[i].code != CODE_NONE)
			continue;
		p->out->cite[i].code = p->code;
		p->out->cite[i].title = p->title;
	}
}

/* A section and its parts; returns the tokens used. */
static size_t
parse_section(struct parse *p, size_t at)
{
	const struct token *t = &p->token[at];
	struct cite *cite;
	size_t n = 1;

	if (p->out->n == CITES_MAX) {
		p->out->vague = true;
		return 1;
	}
	cite = &p->out->cite[p->out->n++];
	*cite = (struct cite){.code = p->code,
		.title = p->title,
		.section = t->number,
		.suffix = t->suffix};
	for (; t[n].kind == T_PART; n++) {
		if (cite->n_parts == PARTS_MAX) {
			p->out->vague = true;
			break;
		}
		memcpy(cite->part[cite->n_parts++], t[n].text, PART_SIZE);
	}
	return n;
}

static bool
is_year_of_act(const struct parse *p, size_t at)
{
	unsigned n = p->token[at].number;

	return at > 0 && word_is(&p->token[at - 1], "OF") && n >= 1900 &&
	       n < 2100 && p->token[at + 1].kind != T_PART;
}

static size_t
parse_number(struct parse *p, size_t at)
{
	const struct token *t = &p->token[at];
	const struct token *next = t[1].kind == T_BREAK ? t + 2 : t + 1;

	if (usc_at(next) || (at > 0 && word_is(t - 1, "TITLE"))) {
		p->code = CODE_USC;
		p->title = t->number;
		code_for_those_before(p);
		return 1;
	}
	if (word_is(next, "CFR") ||
		(word_is(next, "C") && word_is(next + 1, "F") &&
			word_is(next + 2, "R"))) {
		p->code = CODE_OTHER;
		return 1;
	}
	if (is_year_of_act(p, at))
		return 1;
	return parse_section(p, at);
}

static size_t
parse_one(struct parse *p, size_t at)
{
	const struct token *t = &p->token[at];

	if (t->kind == T_NUMBER)
		return parse_number(p, at);
	/* parts away from their section are a list or a range of them */
	if (t->kind == T_PART || vague(t))
		p->out->vague = true;
	if (t->kind == T_WORD && ina_at(t)) {
		p->code = CODE_INA;
		code_for_those_before(p);
		return word_is(t, "INA") ? 1 : 3;
	}
	return 1;
}

/* INA sections in the numbers of title 8. */
static void
cite_resolve(struct cite *cite)
{
	if (cite->code != CODE_INA)
		return;
	cite->code = CODE_OTHER;
	for (size_t i = 0; i < sizeof(ina) / sizeof(ina[0]); i++) {
		if (ina[i].section != cite->section ||
			ina[i].suffix != cite->suffix)
			continue;
		cite->code = CODE_USC;
		cite->title = 8;
		cite->section = ina[i].usc;
		cite->suffix = ina[i].usc_suffix;
		return;
	}
}

static void
parse_all(struct span text, struct cites *out)
{
	struct token tokens[TOKENS_MAX + 3] = {0};
	struct parse p = {.token = tokens, .out = out};

	memset(out, 0, sizeof(*out));
	if (!lex_all(text, tokens, &p.n)) {
		out->vague = true;
		return;
	}
	for (size_t at = 0; at < p.n;)
		at += parse_one(&p, at);
	for (size_t i = 0; i < out->n; i++)
		cite_resolve(&out->cite[i]);
}

/* ---- what a citation is for us ---- */

static bool
part_is(const struct cite *cite, size_t i, const char *part)
{
	return i < cite->n_parts && strcmp(cite->part[i], part) == 0;
}

static const char *
authority_1253(const struct cite *cite)
{
	if (!part_is(cite, 0, "a") || !part_is(cite, 1, "1") ||
		cite->n_parts > 3)
		return "unknown";
	if (cite->n_parts == 2 || part_is(cite, 2, "a"))
		return "8-usc-1253-a-1-A";
	if (part_is(cite, 2, "b") || part_is(cite, 2, "c") ||
		part_is(cite, 2, "d"))
		return "8-usc-1253-a-1-other";
	return "unknown";
}

/* Civil and administrative provisions of title 8 (LAW.md 2.3, R7). */
static bool
civil(const struct cite *cite)
{
	static const struct {
		unsigned section;
		char suffix;
	} sections[] = {{1101, 0}, {1103, 0}, {1182, 0}, {1225, 0}, {1226, 0},
		{1226, 'a'}, {1227, 0}, {1228, 0}, {1229, 0}, {1229, 'a'},
		{1229, 'b'}, {1229, 'c'}, {1231, 0}, {1252, 0}, {1324, 'c'},
		{1324, 'd'}, {1357, 0}};

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (sections[i].section == cite->section &&
			sections[i].suffix == cite->suffix)
			return true;
	return false;
}

static const char *
authority_of(const struct cite *cite)
{
	if (cite->code != CODE_USC || cite->title != 8)
		return "unknown";
	if (cite->suffix == 0 && cite->section == 1253)
		return authority_1253(cite);
	/* 1325(b) is a civil penalty */
	if (cite->suffix == 0 && cite->section == 1325)
		return part_is(cite, 0, "b") ? "civil" : "8-usc-1325";
	if (cite->suffix == 0 && cite->section == 1326)
		return "8-usc-1326";
	return civil(cite) ? "civil" : "unknown";
}

static const char *
ground_of(const struct cite *cite)
{
	if (cite->code != CODE_USC || cite->title != 8 || cite->suffix != 0)
		return "unknown";
	if (cite->section == 1227 && part_is(cite, 0, "a"))
		return "deportability";
	return cite->section == 1182 ? "inadmissibility" : "unknown";
}

/* One word for all: theirs if they agree, "civil" if one is, else unknown. */
static const char *
word_for(struct span text, const char *(*word_of)(const struct cite *))
{
	struct cites cites;
	const char *word = NULL;
	bool clear;

	if (request_placeholder(text))
		return "none";
	parse_all(text, &cites);
	clear = !cites.vague && cites.n > 0;
	for (size_t i = 0; i < cites.n; i++) {
		const char *one = word_of(&cites.cite[i]);

		if (strcmp(one, "civil") == 0)
			return one;
		clear = clear && (word == NULL || strcmp(word, one) == 0);
		word = one;
	}
	return clear ? word : "unknown";
}

const char *
request_authority_word(struct span text)
{
	return word_for(text, authority_of);
}

const char *
request_ground_word(struct span text)
{
	return word_for(text, ground_of);
}
