/* SPDX-License-Identifier: Apache-2.0 */
/* Rules, their exceptions, and holds.  Each function opens with its grammar
 * rule. */
#include "law/law_int.h"

#include "base/day.h"
#include "base/num.h"

enum { PRIORITY_MOST = 99 };

/* The text from `from` to the end of the token taken last. */
static struct span
taken_since(const struct law_parser *p, const uint8_t *from)
{
	return span_of(from, (size_t)(p->end - from));
}

static bool
parse_asked(struct law_parser *p, const struct law_node **ret_condition,
	const char **ret_text)
{
	const uint8_t *from = p->token.text.at;

	*ret_condition = law_parse_condition(p);
	if (*ret_condition == NULL)
		return false;
	*ret_text = law_parse_keep(p, taken_since(p, from), LAW_SOURCE_MAX);
	return *ret_text != NULL;
}

/* answer = "refuse" | "ask" | "unresolved" | "withhold" */
static bool
parse_answer(struct law_parser *p, struct law_rule *rule)
{
	static const struct {
		const char *word;
		enum law_answer answer;
	} answers[] = {{"refuse", LAW_REFUSED}, {"ask", LAW_ASK},
		{"unresolved", LAW_UNRESOLVED}, {"withhold", LAW_WITHHELD}};
	struct law_spell spell = law_spell_of(p->token.text);

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		if (law_parse_at(p, answers[i].word)) {
			rule->answer = answers[i].answer;
			return law_parse_next(p);
		}
		law_spell_try(&spell, answers[i].word);
	}
	return law_parse_missing(p,
		"`refuse`, `ask`, `unresolved` or `withhold`",
		law_spell_meant(&spell));
}

/* period = [ "from" DAY ] [ "until" DAY ] */
static bool
parse_period(struct law_parser *p, struct law_rule *rule)
{
	struct span at;

	if (law_parse_at(p, "from") &&
		(!law_parse_next(p) || !law_parse_day(p, &rule->from)))
		return false;
	if (!law_parse_at(p, "until"))
		return p->error == ERR_OK;
	if (!law_parse_next(p))
		return false;
	at = p->token.text;
	if (!law_parse_day(p, &rule->until))
		return false;
	if (rule->from != DAY_NONE && rule->until <= rule->from)
		return law_parse_fail(
			p, at, "it must take effect before it ends");
	return true;
}

/* The condition, and that today is in the period. */
static bool
join_period(struct law_parser *p, struct law_tree *rule, struct span at)
{
	if (rule->shown.from == DAY_NONE && rule->shown.until == DAY_NONE)
		return true;
	rule->when = law_parse_in_force(
		p, at, rule->shown.from, rule->shown.until, rule->when);
	return rule->when != NULL;
}

/* applies = period [ "when" condition ] */
static bool
parse_applies(struct law_parser *p, struct law_tree *rule)
{
	struct span at = p->token.text;

	if (!parse_period(p, &rule->shown))
		return false;
	if (law_parse_at(p, "when") &&
		(!law_parse_next(p) ||
			!parse_asked(p, &rule->when, &rule->shown.when)))
		return false;
	return join_period(p, rule, at);
}

/* says = CODE TEXT */
static bool
parse_says(struct law_parser *p, struct law_tree *rule,
	struct law_rule_words *words)
{
	words->code = p->token.text;
	if (!law_parse_name(p, &rule->shown.code))
		return false;
	words->sentence = p->token.text;
	return law_parse_text(p, &rule->shown.sentence);
}

/* must = "require" condition "else" answer says */
static bool
parse_must(struct law_parser *p, struct law_tree *rule,
	struct law_rule_words *words)
{
	if (!law_parse_expect(p, "require") ||
		!parse_asked(p, &rule->require, &rule->shown.require) ||
		!law_parse_expect(p, "else"))
		return false;
	words->answer = p->token.text;
	return parse_answer(p, &rule->shown) && parse_says(p, rule, words);
}

/* cite = "cite" TEXT */
static bool
parse_cite(struct law_parser *p, struct law_tree *rule)
{
	return law_parse_expect(p, "cite") &&
	       law_parse_text(p, &rule->shown.citation);
}

/* ---- exceptions ---- */

static bool
fail_no_rule(struct law_parser *p, struct span name)
{
	struct law_spell spell = law_spell_of(name);

	for (size_t i = 0; i < p->law->n_rules; i++)
		if (p->law->rule[i].file == p->file)
			law_spell_try(&spell, p->law->rule[i].shown.id);
	return law_parse_fail(p, name,
		"this file has no rule of this name above%s",
		law_spell_meant(&spell));
}

/* The one rule of this file that has the name; false with the error set. */
static bool
take_base(struct law_parser *p, size_t *ret_rule)
{
	struct span name = p->token.text;
	struct span word;
	size_t n = 0;

	if (!law_parse_take(p, LAW_WORD, &word))
		return false;
	for (size_t i = 0; i < p->law->n_rules; i++) {
		const struct law_tree *rule = &p->law->rule[i];

		if (!span_eq(word, span_text(rule->shown.id)))
			continue;
		if (rule->file != p->file)
			return law_parse_fail(p, name,
				"this is a rule of %s: an exception stands in "
				"the file of its rule",
				rule->shown.file);
		*ret_rule = i;
		n++;
	}
	if (n == 0)
		return fail_no_rule(p, name);
	if (n > 1)
		return law_parse_fail(p, name,
			"this rule has versions: an exception stands in for "
			"one rule alone");
	if (p->law->rule[*ret_rule].shown.first)
		return law_parse_fail(
			p, name, "a rule that is `first` has no exceptions");
	return true;
}

/* priority = [ "priority" NUMBER ] */
static bool
parse_priority(struct law_parser *p, struct law_tree *rule)
{
	struct span at = p->token.text;
	uint64_t n = 0;

	if (law_parse_at(p, "priority")) {
		if (!law_parse_next(p))
			return false;
		at = p->token.text;
		if (!law_parse_take(p, LAW_WORD, &at))
			return false;
		if (!num_parse(at, PRIORITY_MOST, &n))
			return law_parse_fail(p, at,
				"a priority is a number up to %d",
				PRIORITY_MOST);
	}
	rule->priority = (unsigned)n;
	for (size_t i = 0; i < p->law->n_rules; i++)
		if (p->law->rule[i].shown.excepts != NULL &&
			p->law->rule[i].base == rule->base &&
			p->law->rule[i].priority == rule->priority)
			return law_parse_fail(p, at,
				"%s has this priority already: say by "
				"`priority` which comes first",
				p->law->rule[i].shown.id);
	return true;
}

/* Without a requirement of its own it lifts its rule, and is never told. */
static void
lift(struct law_parser *p, struct law_tree *rule, struct law_rule_words *words)
{
	const struct law_rule *base = &p->law->rule[rule->base].shown;

	rule->shown.require = "";
	rule->shown.code = base->code;
	rule->shown.sentence = base->sentence;
	rule->shown.answer = base->answer;
	words->code = words->answer = words->sentence = words->id;
}

/* exception = "exception" NAME "to" NAME priority period "when" condition
 *             [ must ] cite */
static bool
parse_exception(struct law_parser *p, struct law_tree *rule,
	struct law_rule_words *words)
{
	struct span at;

	if (!law_parse_expect(p, "to") || !take_base(p, &rule->base))
		return false;
	rule->shown.excepts = p->law->rule[rule->base].shown.id;
	at = p->token.text;
	if (!parse_priority(p, rule) || !parse_period(p, &rule->shown) ||
		!law_parse_expect(p, "when") ||
		!parse_asked(p, &rule->when, &rule->shown.when) ||
		!join_period(p, rule, at))
		return false;
	if (law_parse_at(p, "require")) {
		if (!parse_must(p, rule, words))
			return false;
	} else {
		lift(p, rule, words);
	}
	return parse_cite(p, rule);
}

/* ---- the three ---- */

/* rule = "rule" NAME [ "first" ] applies must cite */
static bool
parse_plain(struct law_parser *p, struct law_tree *rule,
	struct law_rule_words *words)
{
	rule->shown.first = law_parse_at(p, "first");
	if (rule->shown.first && !law_parse_next(p))
		return false;
	return parse_applies(p, rule) && parse_must(p, rule, words) &&
	       parse_cite(p, rule);
}

/* hold = "hold" NAME "docket" TEXT applies "withhold" says cite */
static bool
parse_hold(struct law_parser *p, struct law_tree *rule,
	struct law_rule_words *words)
{
	struct span at = p->token.text;

	if (!law_parse_expect(p, "docket") ||
		!law_parse_text(p, &rule->shown.docket) ||
		!parse_applies(p, rule))
		return false;
	rule->require = law_parse_never(p, at);
	rule->shown.require = "that nothing is given";
	rule->shown.answer = LAW_WITHHELD;
	words->answer = p->token.text;
	return rule->require != NULL && law_parse_expect(p, "withhold") &&
	       parse_says(p, rule, words) && parse_cite(p, rule);
}

bool
law_parse_rule(struct law_parser *p, struct span at)
{
	struct law_tree *rule = &p->law->rule[p->law->n_rules];
	struct law_rule_words words = {.id = p->token.text};
	struct law_error place = {0};
	bool excepts = span_eq(at, SPAN("exception"));
	bool holds = span_eq(at, SPAN("hold"));

	if (p->law->n_rules == LAW_RULES_MAX)
		return law_parse_fail(
			p, at, "more than %d rules in one law", LAW_RULES_MAX);
	law_error_set(&place, NULL, p->lexer.text, at);
	p->atoms = 0;
	rule->file = p->file;
	rule->base = p->law->n_rules;
	rule->column = place.column;
	rule->shown.line = place.line;
	rule->shown.file = p->law->file[p->file].path;
	rule->shown.when = "";
	rule->shown.from = DAY_NONE;
	rule->shown.until = DAY_NONE;
	rule->shown.quote = law_parse_quote(p);
	if (rule->shown.quote == NULL || !law_parse_name(p, &rule->shown.id) ||
		!(excepts       ? parse_exception(p, rule, &words)
			: holds ? parse_hold(p, rule, &words)
				: parse_plain(p, rule, &words)) ||
		!law_check_rule(p, rule, &words))
		return false;
	rule->shown.source =
		law_parse_keep(p, taken_since(p, at.at), LAW_SOURCE_MAX);
	if (rule->shown.source == NULL)
		return false;
	p->law->n_rules++;
	return true;
}
