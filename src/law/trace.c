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
	if (!met && shown->quote[0] != '\0')
		buf_printf(to, "      words     %s\n", shown->quote);
}

/* ---- of one rule ---- */

enum state { NOT_MET, MET, SILENCED, EXCEPTED, ASIDE, LIFTS };

static enum state
state_of(const struct law *law, size_t i, const struct evidence *ev,
	size_t alone, const bool *met)
{
	if (!met[i])
		return NOT_MET;
	if (alone < law->n_rules && !law->rule[i].shown.first)
		return SILENCED;
	if (law_excepted(law, i, ev))
		return EXCEPTED;
	if (!law_applies(law, i, ev))
		return ASIDE;
	return law->rule[i].require == NULL ? LIFTS : MET;
}

/* For people, and for programs. */
static const char *const states[][2] = {
	[NOT_MET] = {"NOT MET", "not met"},
	[MET] = {"met", "met"},
	[SILENCED] = {"does not apply", "silenced"},
	[EXCEPTED] = {"gives way to an exception", "excepted"},
	[ASIDE] = {"does not apply", "does not apply"},
	[LIFTS] = {"applies, and lifts its rule", "lifts"},
};

/* ---- the whole ---- */

struct tracing {
	const struct law *law;
	const struct evidence *ev;
	enum evidence_half half;
	enum law_answer answer;
	size_t alone; /* rule marked `first` that is not met; n_rules */
	bool met[LAW_RULES_MAX];
};

static struct tracing
trace(const struct law *law, const struct evidence *ev, enum evidence_half half)
{
	struct tracing t = {.law = law, .ev = ev, .half = half};

	t.answer = law_decide(law, ev, half, t.met);
	t.alone = law->n_rules;
	for (size_t i = 0; i < law->n_rules; i++)
		if (law->rule[i].shown.first && !t.met[i])
			t.alone = i;
	return t;
}

static bool
is_looked_at(const struct tracing *t, size_t i)
{
	return t->half == EV_RECORD || !t->law->rule[i].shown.reads_record;
}

static const char *
answer_of(const struct tracing *t)
{
	return t->answer == LAW_REVIEW && t->half == EV_REQUEST
		       ? "accepted"
		       : law_answer_text(t->answer);
}

void
law_trace(const struct law *law, const struct evidence *ev,
	enum evidence_half half, struct buf *to)
{
	struct tracing t = trace(law, ev, half);
	const char *file = NULL;

	for (size_t i = 0; i < law->n_rules; i++) {
		const struct law_rule *shown = &law->rule[i].shown;
		enum state state = state_of(law, i, ev, t.alone, t.met);

		if (!is_looked_at(&t, i))
			continue;
		if (shown->file != file)
			buf_printf(to, "%s\n", shown->file);
		file = shown->file;
		trace_rule(&law->rule[i], ev, t.met[i], states[state][0], to);
	}
	buf_printf(to, "answer: %s\n", answer_of(&t));
}

/* ---- a clause at a time ---- */

enum { FOUND_MAX = 1 << 14 };

static void
lines_found(const struct law_node *node, const struct evidence *ev, bool *seen,
	struct buf *to)
{
	if (node == NULL || node->kind == LAW_NEVER)
		return;
	if (node->kind != LAW_ATOM) {
		lines_found(node->left, ev, seen, to);
		lines_found(node->right, ev, seen, to);
		return;
	}
	for (int k = 0; k < 2; k++) {
		enum evidence_id id = k == 0 ? node->evidence : node->since;

		if (id == EV_N || seen[id])
			continue;
		seen[id] = true;
		buf_printf(to, "%s: ", evidence_name(id));
		evidence_show(ev, id, to);
		buf_text(to, "\n");
	}
}

void
law_trace_clauses(const struct law *law, const struct evidence *ev,
	enum evidence_half half, law_trace_each *each, void *context)
{
	struct tracing t = trace(law, ev, half);
	OWNED_BUF(found, FOUND_MAX);

	for (size_t i = 0; i < law->n_rules; i++) {
		const struct law_tree *rule = &law->rule[i];
		struct law_traced traced = {
			.rule = &rule->shown,
			.state =
				states[state_of(law, i, ev, t.alone, t.met)][1],
			.met = t.met[i],
		};
		bool seen[EV_N] = {false};

		if (!is_looked_at(&t, i))
			continue;
		buf_clear(&found);
		lines_found(rule->when, ev, seen, &found);
		lines_found(rule->require, ev, seen, &found);
		traced.found = buf_span(&found);
		each(context, &traced);
	}
}

/* ---- as JSON ---- */

static void
json_text(const char *name, const char *text, struct buf *to)
{
	if (text == NULL || text[0] == '\0')
		return;
	buf_printf(to, ",\"%s\":", name);
	buf_json(to, span_text(text));
}

static void
json_day(const char *name, int32_t day, struct buf *to)
{
	char text[DAY_TEXT];

	if (day == DAY_NONE)
		return;
	day_text(day, text);
	json_text(name, text, to);
}

static void
json_value(enum evidence_id id, const struct evidence *ev, bool *seen,
	struct buf *to)
{
	bool first = true;

	if (seen[id])
		return;
	for (int i = 0; i < EV_N; i++)
		first = first && !seen[i];
	seen[id] = true;
	buf_printf(to, "%s\"%s\":", first ? "" : ",", evidence_name(id));
	evidence_value_json(ev, id, to);
}

static void
json_found(const struct law_node *node, const struct evidence *ev, bool *seen,
	struct buf *to)
{
	if (node == NULL || node->kind == LAW_NEVER)
		return;
	if (node->kind != LAW_ATOM) {
		json_found(node->left, ev, seen, to);
		json_found(node->right, ev, seen, to);
		return;
	}
	json_value(node->evidence, ev, seen, to);
	if (node->since != EV_N)
		json_value(node->since, ev, seen, to);
}

static void
json_rule(const struct tracing *t, size_t i, struct buf *to)
{
	const struct law_tree *rule = &t->law->rule[i];
	const struct law_rule *shown = &rule->shown;
	enum state state = state_of(t->law, i, t->ev, t->alone, t->met);
	bool seen[EV_N] = {false};

	buf_printf(to, "{\"state\":\"%s\"", states[state][1]);
	json_text("rule", shown->id, to);
	json_text("code", shown->code, to);
	json_text("file", shown->file, to);
	buf_printf(to, ",\"line\":%u", shown->line);
	json_text("excepts", shown->excepts, to);
	json_text("docket", shown->docket, to);
	json_day("from", shown->from, to);
	json_day("until", shown->until, to);
	json_text("when", shown->when, to);
	json_text("require", shown->require, to);
	buf_text(to, ",\"found\":{");
	json_found(rule->when, t->ev, seen, to);
	json_found(rule->require, t->ev, seen, to);
	buf_text(to, "}");
	if (state == NOT_MET)
		json_text("answer", law_answer_text(shown->answer), to);
	json_text("sentence", shown->sentence, to);
	json_text("citation", shown->citation, to);
	json_text("quote", shown->quote, to);
	buf_text(to, "}");
}

void
law_trace_json(const struct law *law, const struct evidence *ev,
	enum evidence_half half, struct buf *to)
{
	struct tracing t = trace(law, ev, half);
	const char *before = "";

	buf_printf(to, "{\"answer\":\"%s\",\"rules\":[", answer_of(&t));
	for (size_t i = 0; i < law->n_rules; i++) {
		if (!is_looked_at(&t, i))
			continue;
		buf_text(to, before);
		json_rule(&t, i, to);
		before = ",\n";
	}
	buf_text(to, "]}");
}

/* ---- the law itself ---- */

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
