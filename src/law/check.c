/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a rule beyond its grammar: which answers it may give, and
 * that its names and codes mean one thing in the whole law.
 */
#include "law/law_int.h"

/* Edits from one text to the other, by the usual rows. */
static size_t
distance(struct span a, struct span b)
{
	size_t row[LAW_NAME_MAX];

	if (a.n >= LAW_NAME_MAX || b.n >= LAW_NAME_MAX)
		return LAW_NAME_MAX;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t best = corner + (a.at[i - 1] != b.at[j - 1]);

			corner = row[j];
			if (corner + 1 < best)
				best = corner + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[b.n];
}

bool
law_check_evidence(
	struct law_parser *p, struct span name, enum evidence_id *ret_id)
{
	size_t best = LAW_NAME_MAX;
	const char *nearest = "";

	if (evidence_find(name, ret_id))
		return true;
	for (unsigned id = 0; id < EV_N; id++) {
		const char *known = evidence_name((enum evidence_id)id);
		size_t d = distance(name, span_text(known));

		if (d < best) {
			best = d;
			nearest = known;
		}
	}
	if (best > 3)
		return law_parse_fail(p, name,
			"there is no evidence of this name (it is written "
			"`request.x`, `record.x`)");
	return law_parse_fail(p, name,
		"there is no evidence of this name; is `%s` meant?", nearest);
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

	if (s.n == 0)
		return law_parse_fail(
			p, words->sentence, "the sentence says nothing");
	if (s.at[s.n - 1] == '.')
		return law_parse_fail(p, words->sentence,
			"the sentence is quoted in others: no full stop");
	return true;
}

static bool
check_others(struct law_parser *p, const struct law_rule *rule,
	const struct law_rule_words *words)
{
	for (size_t i = 0; i < p->law->n_rules; i++) {
		const struct law_rule *other = &p->law->rule[i].shown;

		if (strcmp(rule->id, other->id) == 0)
			return law_parse_fail(p, words->id,
				"a rule of this name stands in %s, line %u",
				other->file, other->line);
		if (strcmp(rule->code, other->code) == 0 &&
			rule->answer == other->answer &&
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

	rule->shown.reads_record =
		law_check_reads_record(rule->when, &record) ||
		law_check_reads_record(rule->require, &record);
	if (p->law->file[p->file].kind == LAW_STATUTE &&
		rule->shown.quote[0] == '\0')
		return law_parse_fail(p, words->id,
			"a rule of a statute stands under the words (> ...) "
			"that it carries out");
	return check_answer(p, rule, words, record) &&
	       check_code(p, words->code) &&
	       check_sentence(p, words, rule->shown.sentence) &&
	       check_others(p, &rule->shown, words);
}
