/* SPDX-License-Identifier: Apache-2.0 */
#include "law/law_int.h"

#include "base/day.h"

static void
show_found(enum evidence_id id, const struct evidence *ev, bool *seen,
	struct buf *to)
{
	if (seen[id])
		return;
	seen[id] = true;
	buf_printf(to, "      found     %s: ", evidence_name(id));
	evidence_show(ev, id, to);
	buf_text(to, "\n");
}

static void
list_found(const struct law_node *node, const struct evidence *ev, bool *seen,
	struct buf *to)
{
	if (node == NULL)
		return;
	if (node->kind == LAW_NEVER)
		return;
	if (node->kind != LAW_ATOM) {
		list_found(node->left, ev, seen, to);
		list_found(node->right, ev, seen, to);
		return;
	}
	show_found(node->evidence, ev, seen, to);
	if (node->since != EV_N)
		show_found(node->since, ev, seen, to);
}

/* What it stands in for, and on which days. */
static void
trace_bounds(const struct law_rule *rule, struct buf *to)
{
	char day[DAY_TEXT];

	if (rule->docket != NULL)
		buf_printf(to, "      hold      %s\n", rule->docket);
	if (rule->excepts != NULL)
		buf_printf(to, "      excepts   %s%s\n", rule->excepts,
			rule->require[0] == '\0' ? ", and lifts it" : "");
	if (rule->from != DAY_NONE) {
		day_text(rule->from, day);
		buf_printf(to, "      from      %s\n", day);
	}
	if (rule->until != DAY_NONE) {
		day_text(rule->until, day);
		buf_printf(to, "      until     the day before %s\n", day);
	}
}

static void
trace_rule(const struct law_tree *rule, const struct evidence *ev, bool met,
	const char *state, struct buf *to)
{
	const struct law_rule *shown = &rule->shown;
	bool seen[EV_N] = {0};

	buf_printf(to, "  %s: %s (%s, line %u)\n", shown->code, state,
		shown->id, shown->line);
	trace_bounds(shown, to);
	if (shown->when[0] != '\0')
		buf_printf(to, "      only when %s\n", shown->when);
	if (shown->require[0] != '\0')
		buf_printf(to, "      required  %s\n", shown->require);
	list_found(rule->when, ev, seen, to);
	list_found(rule->require, ev, seen, to);
	if (!met)
		buf_printf(to, "      answer    %s: %s\n",
			law_answer_text(shown->answer), shown->sentence);
	buf_printf(to, "      cited     %s\n", shown->citation);
}

static const char *
state_of(const struct law *law, size_t i, const struct evidence *ev,
	size_t alone, const bool *met)
{
	if (!met[i])
		return "NOT MET";
	if (alone < law->n_rules && !law->rule[i].shown.first)
		return "does not apply";
	if (law_excepted(law, i, ev))
		return "gives way to an exception";
	if (!law_applies(law, i, ev))
		return "does not apply";
	return law->rule[i].require == NULL ? "applies, and lifts its rule"
					    : "met";
}

void
law_trace(const struct law *law, const struct evidence *ev,
	enum evidence_half half, struct buf *to)
{
	bool met[LAW_RULES_MAX];
	enum law_answer answer = law_decide(law, ev, half, met);
	size_t alone = law->n_rules;
	const char *file = NULL;

	for (size_t i = 0; i < law->n_rules; i++)
		if (law->rule[i].shown.first && !met[i])
			alone = i;
	for (size_t i = 0; i < law->n_rules; i++) {
		const struct law_rule *shown = &law->rule[i].shown;

		if (shown->reads_record && half == EV_REQUEST)
			continue;
		if (shown->file != file)
			buf_printf(to, "%s\n", shown->file);
		file = shown->file;
		trace_rule(&law->rule[i], ev, met[i],
			state_of(law, i, ev, alone, met), to);
	}
	buf_printf(to, "answer: %s\n",
		answer == LAW_REVIEW && half == EV_REQUEST
			? "accepted"
			: law_answer_text(answer));
}

static void
print_term(const struct law *law, struct buf *to)
{
	char from[DAY_TEXT];
	char until[DAY_TEXT];

	day_text(law->effective, from);
	day_text(law->expires, until);
	buf_printf(to, "in force    from %s, until the day before %s\n", from,
		until);
	buf_printf(to, "answer day  %u days after receipt\n", law->answer_days);
	buf_printf(to, "lapse       %u days after the manifest's date\n",
		law->lapse_days);
	buf_printf(to, "expiry      a package may be used for %u days\n",
		law->expiry_days);
	buf_printf(
		to, "screens     %u days old at most\n", law_screen_days(law));
}

static void
print_fields(unsigned fields, struct buf *to)
{
	const char *between = "";

	for (unsigned bit = 1; bit <= LAW_FIELD_TIN; bit <<= 1) {
		if ((fields & bit) == 0)
			continue;
		buf_printf(to, "%s%s", between,
			law_field_text((enum law_field)bit));
		between = ", ";
	}
	buf_text(to, "\n");
}

/* What waits for counsel, and what counsel is told. */
static void
print_volume(const struct law *law, struct buf *to)
{
	static const char *const of[LAW_N_CAPS] = {
		[LAW_CAP_BATCH] = "requests accepted in one batch",
		[LAW_CAP_DAY] = "requests accepted of one day",
		[LAW_CAP_OFFICER_DAY] =
			"requests accepted of one day under one named officer",
	};

	for (size_t i = 0; i < LAW_N_CAPS; i++)
		if (law->cap[i] != 0)
			buf_printf(to, "cap         %u  %s\n",
				(unsigned)law->cap[i], of[i]);
	for (size_t i = 0; i < law->n_base_rates; i++) {
		const struct law_base_rate *rate = &law->base_rate[i];

		buf_printf(to,
			"base rate   %s: %u a year, alarm over %u times as "
			"many  %s\n",
			rate->statute, (unsigned)rate->per_year,
			(unsigned)rate->times, rate->citation);
	}
}

static void
print_head(const struct law *law, struct buf *to)
{
	const struct law_file *statute = &law->file[law->narrows];

	buf_printf(to, "%s  %s\n", law_agreement_id(law),
		law_agreement_title(law));
	buf_printf(to, "custodian   %s\n", law->custodian);
	buf_printf(to, "requester   %s\n", law->requester);
	print_term(law, to);
	buf_printf(to, "narrows     %s  %s\n", statute->name, statute->title);
	for (size_t i = 0; i < law->n_files; i++)
		if (i != law->agreement && i != law->narrows)
			buf_printf(to, "designates  %s  %s\n",
				law->file[i].name, law->file[i].title);
	buf_text(to, "discloses   ");
	print_fields(law->fields, to);
	buf_printf(to, "granted by  %s: ", statute->grant_citation);
	print_fields(statute->grants, to);
	for (size_t i = 0; i < law->n_settings; i++)
		buf_printf(to, "setting     %s = %u  %s\n",
			law->setting[i].name, (unsigned)law->setting[i].value,
			law->setting[i].text);
	print_volume(law, to);
}

void
law_print(const struct law *law, struct buf *to)
{
	const char *file = NULL;

	must(law->sealed);
	print_head(law, to);
	for (size_t i = 0; i < law->n_rules; i++) {
		const struct law_rule *rule = &law->rule[i].shown;

		if (rule->file != file)
			buf_printf(to, "\n%s\n", rule->file);
		file = rule->file;
		if (rule->require[0] == '\0')
			buf_printf(to, "  %s (lifted): by exception %s\n",
				rule->code, rule->id);
		else
			buf_printf(to, "  %s (%s): %s\n", rule->code,
				law_answer_text(rule->answer), rule->sentence);
		buf_printf(to, "      %s\n", rule->citation);
		buf_printf(to, "      %s\n", rule->source);
	}
}
