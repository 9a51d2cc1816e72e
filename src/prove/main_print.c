/* SPDX-License-Identifier: Apache-2.0 */
/* What was proved, for people and as JSON; what two agreements differ in. */
#include <stdio.h>
#include <string.h>

#include "prove/main.h"

enum { TEXT_MAX = 1 << 16 };

static void
example_json(const struct prove_result *r, struct buf *to)
{
	buf_text(to, ",\"examples\":[");
	for (unsigned k = 0; k < r->n_shown; k++) {
		buf_text(to, k == 0 ? "" : ",");
		evidence_json(&r->shown[k], to);
	}
	buf_text(to, "]");
}

static void
tell_json(struct telling *t, const struct prove_result *r)
{
	OWNED_BUF(line, TEXT_MAX);

	buf_printf(&line, "%s{\"property\":\"%s\",\"answer\":\"%s\",\"ms\":%u",
		t->n++ == 0 ? "" : ",\n", prove_property_word(r->property),
		prove_answer_text(r->answer), (unsigned)r->ms);
	if (r->about != NULL)
		buf_printf(&line, ",\"about\":\"%s\"", r->about);
	example_json(r, &line);
	buf_text(&line, "}");
	cli_text(stdout, buf_span(&line));
}

/* What the property is about, where no rule of the law names it: that is why it
 * fails. */
static void
put_about(const struct telling *t, const struct prove_result *r, unsigned k,
	struct buf *to)
{
	enum evidence_id id;

	if (!prove_property_evidence(r->property, &id) ||
		prove_named(t->law, id))
		return;
	buf_printf(to, "  %-30s ", evidence_name(id));
	evidence_show(&r->shown[k], id, to);
	buf_text(to, ", and no rule asks\n");
}

static void
tell_text(struct telling *t, const struct prove_result *r)
{
	OWNED_BUF(line, TEXT_MAX);

	buf_printf(&line, "%-15s %-11s %5u ms  ",
		prove_property_word(r->property), prove_answer_text(r->answer),
		(unsigned)r->ms);
	buf_printf(
		&line, "%s\n  %s\n", r->about == NULL ? "" : r->about, r->text);
	for (unsigned k = 0; r->answer != PROVE_HOLDS && k < r->n_shown; k++) {
		buf_printf(&line, "  counterexample%s:\n",
			r->n_shown == 1 ? ""
			: k == 0        ? ", one request"
					: ", and another");
		put_about(t, r, k, &line);
		prove_example(t->law, NULL, &r->shown[k], &line);
	}
	cli_text(stdout, buf_span(&line));
}

void
main_tell(struct telling *t, const struct prove_result *r)
{
	if (t->json)
		tell_json(t, r);
	else
		tell_text(t, r);
}

static bool
told_before(const struct law *law, const struct prove_summary *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (s->duty[k] && strcmp(law_rule(law, k)->code,
					  law_rule(law, i)->code) == 0)
			return true;
	return false;
}

/* What the agreement refuses that the statutes would grant, code by code. */
void
main_tell_duties(const struct telling *t, const struct prove_summary *s)
{
	bool any = false;

	(void)fputs(t->json ? "],\n\"duty\":["
			    : "\nThe statutes would grant, and the agreement "
			      "keeps back, by exactly these codes:\n",
		stdout);
	for (size_t i = 0; i < law_n_rules(t->law); i++) {
		const struct law_rule *rule = law_rule(t->law, i);

		if (!s->duty[i] || told_before(t->law, s, i))
			continue;
		if (t->json)
			printf("%s\"%s\"", any ? "," : "", rule->code);
		else
			printf("  %-16s %s\n", rule->code, rule->sentence);
		any = true;
	}
	if (!any && !t->json)
		(void)fputs("  (none)\n", stdout);
}

/* ---- two agreements ---- */

static void
tell_difference(void *context, const struct prove_difference *d)
{
	const struct main_two *t = context;
	unsigned other = d->first ? 1 : 0;
	OWNED_BUF(text, TEXT_MAX);

	buf_printf(&text, "\n%s releases, and %s keeps back by %s (%s):\n",
		t->file[1 - other], t->file[other], d->rule->code, d->rule->id);
	prove_example(t->law[other], t->law[1 - other], &d->shown, &text);
	cli_text(stdout, buf_span(&text));
}

static void
tell_fields(const struct main_two *t, const unsigned fields[2])
{
	for (unsigned k = 0; k < 2; k++)
		for (unsigned bit = 1; bit <= LAW_FIELD_TIN; bit <<= 1)
			if ((fields[k] & bit) != 0) {
				printf("\nonly ");
				cli_line(stdout, span_text(t->file[k]));
				printf(" discloses %s\n",
					law_field_text((enum law_field)bit));
			}
}

enum cli_exit
main_diff(const struct main_two *t)
{
	enum prove_relation relation = PROVE_OPEN;
	unsigned fields[2];
	struct main_two context = *t;
	enum err e = prove_diff(t->law[0], t->law[1], tell_difference, &context,
		&relation, fields);

	if (e != ERR_OK)
		return cli_says(e, NULL);
	tell_fields(t, fields);
	(void)putchar('\n');
	cli_line(stdout, span_text(t->file[0]));
	if (relation == PROVE_NEITHER)
		printf(" releases some that ");
	else
		printf(": %s, beside ", prove_relation_text(relation));
	cli_line(stdout, span_text(t->file[1]));
	printf("%s\n", relation == PROVE_NEITHER
			       ? " keeps back, and keeps back some that it "
				 "releases: neither is the more permissive"
			       : "");
	return relation == PROVE_EQUIVALENT ? CLI_DONE : CLI_NO;
}
