/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What rules ask.  Evidence appears only un-negated and only with the
 * comparisons of its type, so that a law can be read, and proved, as growing
 * with what is known.
 */
#include "base/day.h"
#include "base/num.h"
#include "law/law_int.h"

/* ", " and the words of `id`, for a message. */
static void
list_words(enum evidence_id id, struct buf *to)
{
	for (uint32_t i = 0; i < evidence_n_words(id); i++)
		buf_printf(
			to, "%s%s", i == 0 ? "" : ", ", evidence_word(id, i));
	buf_u8(to, '\0');
}

static bool
fail_words(struct law_parser *p, struct span at, enum evidence_id id,
	const char *says)
{
	OWNED_BUF(words, WHY_MAX);
	struct law_spell spell = law_spell_of(at);
	enum err e;

	for (uint32_t i = 0; i < evidence_n_words(id); i++)
		law_spell_try(&spell, evidence_word(id, i));

	list_words(id, &words);
	e = buf_error(&words);
	if (e == ERR_NOMEM) {
		p->error = e;
		return false;
	}
	return law_parse_fail(p, at, "%s %s: %s%s", evidence_name(id), says,
		e == ERR_OK ? (const char *)buf_span(&words).at : "its words",
		spell.edits == 0 ? "" : law_spell_meant(&spell));
}

static bool
parse_word(struct law_parser *p, enum evidence_id id, uint32_t *ret_value)
{
	struct span word;

	if (!law_parse_take(p, LAW_WORD, &word))
		return false;
	if (!evidence_find_word(id, word, ret_value))
		return fail_words(p, word, id, "has no such word; it has");
	return true;
}

/* grade = "at" "least" WORD */
static bool
parse_grade(struct law_parser *p, struct law_node *atom)
{
	struct span at = p->token.text;

	if (!law_parse_at(p, "at"))
		return fail_words(p, at, atom->evidence,
			"is a grade, asked with `at least` and a word of");
	if (!law_parse_next(p))
		return false;
	if (law_parse_at(p, "most"))
		return law_parse_fail(p, p->token.text,
			"a grade is asked with `at least`, so that more is "
			"never worse");
	if (!law_parse_expect(p, "least"))
		return false;
	at = p->token.text;
	if (!parse_word(p, atom->evidence, &atom->low))
		return false;
	if (atom->low == 1)
		return fail_words(
			p, at, atom->evidence, "at its least asks nothing");
	atom->high = evidence_n_words(atom->evidence);
	return true;
}

/* oneof = "is" WORD | "in" "{" WORD { "," WORD } "}" */
static bool
parse_oneof(struct law_parser *p, struct law_node *atom)
{
	bool many = law_parse_at(p, "in");
	uint32_t value = 0;

	if (!many && !law_parse_at(p, "is"))
		return fail_words(p, p->token.text, atom->evidence,
			"is asked with `is`, or `in { }`, and words of");
	if (!law_parse_next(p) || (many && !law_parse_expect(p, "{")))
		return false;
	atom->mask = 0;
	for (;;) {
		if (!parse_word(p, atom->evidence, &value))
			return false;
		atom->mask |= (uint32_t)1 << value;
		if (!many || !law_parse_at(p, ","))
			break;
		if (!law_parse_next(p))
			return false;
	}
	atom->low = 1;
	atom->high = evidence_n_words(atom->evidence);
	return !many || law_parse_expect(p, "}");
}

/* flag = [ "is" "true" ] */
static bool
parse_flag(struct law_parser *p, struct law_node *atom)
{
	atom->low = 2;
	atom->high = 2;
	if (!law_parse_at(p, "is"))
		return true;
	if (!law_parse_next(p))
		return false;
	if (!law_parse_at(p, "true"))
		return law_parse_fail(p, p->token.text,
			"a flag is only ever asked to be true");
	return law_parse_next(p);
}

/* number = NUMBER | NAME ; of a setting above */
static bool
parse_number(struct law_parser *p, uint32_t most, uint32_t *ret_value)
{
	struct span word;
	uint64_t value;

	if (!law_parse_take(p, LAW_WORD, &word))
		return false;
	if (num_parse(word, UINT32_MAX - 2, &value)) {
		*ret_value = (uint32_t)value;
	} else if (!law_setting(p->law, word, ret_value)) {
		struct law_spell spell = law_spell_of(word);

		for (size_t i = 0; i < p->law->n_settings; i++)
			law_spell_try(&spell, p->law->setting[i].name);
		return law_parse_fail(p, word,
			"a number, or the name of a setting above, belongs "
			"here%s",
			law_spell_meant(&spell));
	}
	if (*ret_value > most)
		return law_parse_fail(p, word,
			"this is counted no further than %u", (unsigned)most);
	return true;
}

/* bounds = "least" number | "most" number */
static bool
parse_at_bound(struct law_parser *p, struct law_node *atom)
{
	uint32_t most = evidence_most(atom->evidence);
	bool least = law_parse_at(p, "least");
	uint32_t n = 0;

	if (!least && !law_parse_at(p, "most"))
		return law_parse_fail(p, p->token.text,
			"`at` goes on with `least` or `most`");
	/* The greatest number stands for itself and all above. */
	if (!law_parse_next(p) || !parse_number(p, least ? most : most - 1, &n))
		return false;
	atom->low = least ? n + 1 : 1;
	atom->high = least ? most + 1 : n + 1;
	return true;
}

/* The rest of `from number to number`. */
static bool
parse_from_to(struct law_parser *p, struct law_node *atom)
{
	uint32_t most = evidence_most(atom->evidence);
	uint32_t from = 0;
	uint32_t to = 0;
	struct span at;

	if (!parse_number(p, most, &from) || !law_parse_expect(p, "to"))
		return false;
	at = p->token.text;
	if (!parse_number(p, most - 1, &to))
		return false;
	if (to < from)
		return law_parse_fail(p, at, "nothing is from %u to %u",
			(unsigned)from, (unsigned)to);
	atom->low = from + 1;
	atom->high = to + 1;
	return true;
}

/* The rest of `more than number`. */
static bool
parse_more_than(struct law_parser *p, struct law_node *atom)
{
	uint32_t most = evidence_most(atom->evidence);
	uint32_t n = 0;

	if (!law_parse_expect(p, "than") || !parse_number(p, most - 1, &n))
		return false;
	atom->low = n + 2;
	atom->high = most + 1;
	return true;
}

/* count = "at" bounds | "from" number "to" number | "more" "than" number */
static bool
parse_count(struct law_parser *p, struct law_node *atom)
{
	bool at = law_parse_at(p, "at");
	bool from = law_parse_at(p, "from");

	if (!at && !from && !law_parse_at(p, "more"))
		return law_parse_fail(p, p->token.text,
			"%s is a number, asked with `at least`, `at most`, "
			"`from` and `to`, or `more than`",
			evidence_name(atom->evidence));
	if (!law_parse_next(p))
		return false;
	if (at)
		return parse_at_bound(p, atom);
	return from ? parse_from_to(p, atom) : parse_more_than(p, atom);
}

static bool
parse_a_day(struct law_parser *p, uint32_t *ret_value)
{
	int32_t day = 0;

	if (!law_parse_day(p, &day))
		return false;
	*ret_value = evidence_of_day(day);
	return true;
}

/* The day that a span of days is counted from. */
static bool
parse_since(struct law_parser *p, struct law_node *atom)
{
	struct span name;

	if (!law_parse_expect(p, "days") || !law_parse_expect(p, "after"))
		return false;
	name = p->token.text;
	if (!law_parse_take(p, LAW_WORD, &name) ||
		!law_check_evidence(p, name, &atom->since))
		return false;
	if (evidence_type(atom->since) != EV_DATE)
		return law_parse_fail(p, name, "%s is no day to count from",
			evidence_name(atom->since));
	return true;
}

/* elapsed = ( "at" ( "least" | "most" ) | "more" "than" ) number "days"
 *           "after" EVIDENCE */
static bool
parse_elapsed(struct law_parser *p, struct law_node *atom)
{
	uint32_t most = evidence_most(atom->evidence);
	bool more = law_parse_at(p, "more");
	bool least;
	uint32_t n = 0;

	if (!law_parse_next(p))
		return false;
	least = law_parse_at(p, "least");
	if (more && !law_parse_expect(p, "than"))
		return false;
	if (!more && !least && !law_parse_at(p, "most"))
		return law_parse_fail(p, p->token.text,
			"`at` goes on with `least` or `most`");
	if ((!more && !law_parse_next(p)) || !parse_number(p, most, &n))
		return false;
	atom->low = more ? n + 2 : least ? n + 1 : 1;
	atom->high = more || least ? most + 1 : n + 1;
	return parse_since(p, atom);
}

/* day = "before" DAY | "from" DAY [ "to" DAY ] */
static bool
parse_day_bound(struct law_parser *p, struct law_node *atom)
{
	bool before = law_parse_at(p, "before");
	uint32_t most = evidence_most(atom->evidence);
	uint32_t day = 0;
	struct span at;

	if (!law_parse_next(p) || !parse_a_day(p, &day))
		return false;
	atom->low = before ? 1 : day;
	atom->high = before ? day - 1 : most + 1;
	if (before || !law_parse_at(p, "to"))
		return true;
	at = p->token.text;
	if (!law_parse_next(p) || !parse_a_day(p, &atom->high))
		return false;
	if (atom->high < atom->low)
		return law_parse_fail(p, at, "this ends before it begins");
	return true;
}

/* date = day | elapsed */
static bool
parse_date(struct law_parser *p, struct law_node *atom)
{
	if (law_parse_at(p, "before") || law_parse_at(p, "from"))
		return parse_day_bound(p, atom);
	if (law_parse_at(p, "at") || law_parse_at(p, "more"))
		return parse_elapsed(p, atom);
	return law_parse_fail(p, p->token.text,
		"%s is a day, asked with `before` or `from` a day, or `at "
		"least`, `at most`, `more than` so many `days after` another",
		evidence_name(atom->evidence));
}

static bool
parse_comparison(struct law_parser *p, struct law_node *atom)
{
	switch (evidence_type(atom->evidence)) {
	case EV_GRADE:
		return parse_grade(p, atom);
	case EV_ONEOF:
		return parse_oneof(p, atom);
	case EV_FLAG:
		return parse_flag(p, atom);
	case EV_COUNT:
	case EV_DAYS:
		return parse_count(p, atom);
	case EV_DATE:
		return parse_date(p, atom);
	}
	must(!"an evidence type that is not listed");
}

static struct law_node *
new_node(struct law_parser *p, struct span at)
{
	struct law_node *node = arena_take(&p->law->arena, sizeof(*node));
	struct law_error place = {0};

	if (node == NULL) {
		(void)law_parse_fail(p, at, "this is too much for one law");
		return NULL;
	}
	law_error_set(&place, NULL, p->lexer.text, at);
	node->line = place.line;
	node->column = place.column;
	node->mask = UINT32_MAX;
	node->since = EV_N;
	return node;
}

/* atom = EVIDENCE ( grade | oneof | flag | count | date ) */
static const struct law_node *
parse_atom(struct law_parser *p)
{
	struct span name;
	struct law_node *atom;

	if (!law_parse_take(p, LAW_WORD, &name))
		return NULL;
	if (++p->atoms > LAW_ATOMS_MAX) {
		(void)law_parse_fail(p, name, "too much for one rule");
		return NULL;
	}
	atom = new_node(p, name);
	if (atom == NULL || !law_check_evidence(p, name, &atom->evidence) ||
		!parse_comparison(p, atom))
		return NULL;
	return atom;
}

/* single = "(" condition ")" | atom */
static const struct law_node *
parse_single(struct law_parser *p)
{
	const struct law_node *inner;

	if (!law_parse_at(p, "("))
		return parse_atom(p);
	if (p->depth == LAW_DEPTH_MAX) {
		(void)law_parse_fail(
			p, p->token.text, "too many parentheses in each other");
		return NULL;
	}
	if (!law_parse_next(p))
		return NULL;
	p->depth++;
	inner = law_parse_condition(p);
	p->depth--;
	return inner != NULL && law_parse_expect(p, ")") ? inner : NULL;
}

static const struct law_node *
parse_joined(struct law_parser *p, const struct law_node *left,
	enum law_node_kind kind)
{
	struct law_node *both = new_node(p, p->token.text);

	if (both == NULL || !law_parse_next(p))
		return NULL;
	both->kind = kind;
	both->left = left;
	both->right = parse_single(p);
	return both->right == NULL ? NULL : both;
}

/*
 * condition = single { "and" single } | single { "or" single }
 *
 * Lawyers and programmers read `a or b and c` differently; so it is refused.
 */
const struct law_node *
law_parse_condition(struct law_parser *p)
{
	const struct law_node *all = parse_single(p);
	bool any = law_parse_at(p, "or");

	while (all != NULL &&
		(law_parse_at(p, "and") || law_parse_at(p, "or"))) {
		if (law_parse_at(p, "or") != any) {
			(void)law_parse_fail(p, p->token.text,
				"`and` beside `or`: say by ( ) what belongs "
				"together");
			return NULL;
		}
		all = parse_joined(p, all, any ? LAW_OR : LAW_AND);
	}
	return all;
}

const struct law_node *
law_parse_never(struct law_parser *p, struct span at)
{
	struct law_node *node = new_node(p, at);

	if (node != NULL)
		node->kind = LAW_NEVER;
	return node;
}

const struct law_node *
law_parse_in_force(struct law_parser *p, struct span at, int32_t from,
	int32_t until, const struct law_node *when)
{
	struct law_node *atom = new_node(p, at);
	struct law_node *both = when == NULL ? atom : new_node(p, at);

	if (atom == NULL || both == NULL)
		return NULL;
	atom->evidence = EV_TODAY;
	atom->low = from == DAY_NONE ? 1 : evidence_of_day(from);
	atom->high = until == DAY_NONE ? evidence_greatest(EV_TODAY)
				       : evidence_of_day(until) - 1;
	if (when == NULL)
		return atom;
	both->kind = LAW_AND;
	both->left = atom;
	both->right = when;
	return both;
}
