/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a rule beyond its grammar: which answers it may give, and
 * that its names and codes mean one thing in the whole law.
 */
#include "base/day.h"
#include "law/law_int.h"

bool
law_check_evidence(
	struct law_parser *p, struct span name, enum evidence_id *ret_id)
{
	struct law_spell spell = law_spell_of(name);

	if (evidence_find(name, ret_id))
		return true;
	for (unsigned id = 0; id < EV_N; id++)
		law_spell_try(&spell, evidence_name((enum evidence_id)id));
	return law_parse_fail(p, name, "there is no evidence of this name%s",
		spell.nearest == NULL ? " (it is written `request.x`, "
					"`record.x`)"
				      : law_spell_meant(&spell));
}

bool
law_check_reads_record(const struct law_node *node, enum evidence_id *ret_id)
{
	if (node == NULL)
		return false;
	if (node->kind != LAW_ATOM)
		return law_check_reads_record(node->left, ret_id) ||
		       law_check_reads_record(node->right, ret_id);
	*ret_id = node->evidence;
	if (node->since != EV_N && evidence_half(node->since) == EV_RECORD)
		*ret_id = node->since;
	return evidence_half(*ret_id) == EV_RECORD;
}

static bool
check_answer(struct law_parser *p, const struct law_tree *rule,
	const struct law_rule_words *words, enum evidence_id record)
{
	bool to_requester = rule->shown.answer == LAW_REFUSED ||
			    rule->shown.answer == LAW_ASK;

	if (rule->shown.reads_record && to_requester && record == EV_N)
		return law_parse_fail(p, words->answer,
			"the rule that this excepts is looked at with the "
			"record: this may end in `unresolved` or `withhold`, "
			"never here");
	if (rule->shown.reads_record && to_requester)
		return law_parse_fail(p, words->answer,
			"this rule reads %s, which only the roll tells: it "
			"may end in `unresolved` or `withhold`, never here",
			evidence_name(record));
	if (!rule->shown.reads_record && !to_requester)
		return law_parse_fail(p, words->answer,
			"this rule reads the request alone: it may end in "
			"`refuse` or `ask`");
	if (rule->shown.first && rule->shown.answer != LAW_REFUSED)
		return law_parse_fail(p, words->answer,
			"a rule that is `first` silences the others: it must "
			"refuse");
	return true;
}

/* CODE = capital letters, digits and hyphens, a letter first. */
static bool
check_code(struct law_parser *p, struct span code)
{
	bool sound = code.n > 0 && code.n < LAW_CODE_MAX && code.at[0] >= 'A' &&
		     code.at[0] <= 'Z';

	for (size_t i = 0; sound && i < code.n; i++)
		sound = (code.at[i] >= 'A' && code.at[i] <= 'Z') ||
			(code.at[i] >= '0' && code.at[i] <= '9') ||
			code.at[i] == '-';
	if (!sound)
		return law_parse_fail(p, code,
			"a code is capital letters, digits and hyphens, %d "
			"bytes at most",
			LAW_CODE_MAX - 1);
	return true;
}

static bool
check_sentence(struct law_parser *p, const struct law_rule_words *words,
	const char *sentence)
{
	struct span s = span_trim(span_text(sentence));

	if (s.n > 0 && s.at[s.n - 1] == '.')
		return law_parse_fail(p, words->sentence,
			"the sentence is quoted in others: no full stop");
	return true;
}

/* Two versions of one rule: on no day are both in force. */
static bool
apart(const struct law_rule *a, const struct law_rule *b)
{
	if (a->file != b->file || a->excepts != NULL || b->excepts != NULL)
		return false;
	return (a->until != DAY_NONE && b->from != DAY_NONE &&
		       a->until <= b->from) ||
	       (b->until != DAY_NONE && a->from != DAY_NONE &&
		       b->until <= a->from);
}

static bool
check_others(struct law_parser *p, const struct law_rule *rule,
	const struct law_rule_words *words)
{
	for (size_t i = 0; i < p->law->n_rules; i++) {
		const struct law_rule *other = &p->law->rule[i].shown;
		bool version = strcmp(rule->id, other->id) == 0;

		if (version && !apart(rule, other))
			return law_parse_fail(p, words->id,
				"a rule of this name stands in %s, line %u, "
				"and is in force on the same days",
				other->file, other->line);
		if (strcmp(rule->code, other->code) == 0 &&
			rule->answer == other->answer && !version &&
			strcmp(rule->sentence, other->sentence) != 0)
			return law_parse_fail(p, words->sentence,
				"%s says otherwise in %s, line %u: one code, "
				"one sentence",
				rule->code, other->file, other->line);
	}
	return true;
}

bool
law_check_rule(struct law_parser *p, struct law_tree *rule,
	const struct law_rule_words *words)
{
	enum evidence_id record = EV_FORM;

	const struct law_rule *base = &p->law->rule[rule->base].shown;

	rule->shown.reads_record =
		law_check_reads_record(rule->when, &record) ||
		law_check_reads_record(rule->require, &record);
	if (rule->shown.excepts != NULL && rule->shown.reads_record &&
		!base->reads_record)
		return law_parse_fail(p, words->id,
			"this exception reads %s, which only the roll tells, "
			"and its rule does not: that would tell it",
			evidence_name(record));
	/* A hold is looked at with the record, and so told to nobody; what
	 * takes the place of a rule is looked at with it. */
	if (!rule->shown.reads_record &&
		(rule->shown.docket != NULL ||
			(rule->shown.excepts != NULL && base->reads_record))) {
		rule->shown.reads_record = true;
		record = EV_N;
	}
	if (p->law->file[p->file].kind == LAW_STATUTE &&
		rule->shown.quote[0] == '\0')
		return law_parse_fail(p, words->id,
			"a rule of a statute stands under the words (> ...) "
			"that it carries out");
	if (rule->require == NULL) /* what it lifts was checked */
		return check_others(p, &rule->shown, words);
	return check_answer(p, rule, words, record) &&
	       check_code(p, words->code) &&
	       check_sentence(p, words, rule->shown.sentence) &&
	       check_others(p, &rule->shown, words);
}
