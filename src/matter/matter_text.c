/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of matter.def, their words, and the page printed from them. */
#include "matter/matter_int.h"

enum { MUST = true, MAY = false };
enum {
	PROGRAM = MATTER_BY_PROGRAM,
	OPERATOR = MATTER_BY_OPERATOR,
	REVIEWER = MATTER_BY_REVIEWER,
	COUNSEL = MATTER_BY_COUNSEL,
	SAFEGUARDS = MATTER_BY_SAFEGUARDS,
	REQUESTER = MATTER_BY_REQUESTER,
	ANYBODY = MATTER_BY_ANYBODY,
};

static const struct matter_kind_row kinds[MATTER_N_KINDS] = {
#define KIND(NAME, text, who, hours, stops, meaning)                           \
	[MATTER_OF_##NAME] = {                                                 \
		(text), (who), (hours), MATTER_STOPS_##stops, (meaning)},
#include "matter/matter.def"
};

static const char *const states[MATTER_N_STATES] = {
#define STATE(NAME, text) [MATTER_##NAME] = (text),
#include "matter/matter.def"
};

static const struct matter_decision_row decisions[MATTER_N_DECISIONS] = {
#define DECISION(KIND, NAME, text, who, from, to, needs, meaning)              \
	[MATTER_##KIND##_##NAME] = {MATTER_OF_##KIND, (text), (who),           \
		MATTER_##from, MATTER_##to, MATTER_NEEDS_##needs, (meaning)},
#include "matter/matter.def"
};

static const struct matter_field_row fields[MATTER_N_FIELDS] = {
#define FIELD(KIND, NAME, name, need, most, meaning)                           \
	[MATTER_F_##KIND##_##NAME] = {                                         \
		MATTER_OF_##KIND, (name), (need), (most), (meaning)},
#include "matter/matter.def"
};

static const struct {
	const char *text;
	const char *meaning;
} notes[MATTER_N_NOTES] = {
#define NOTE(NAME, text, meaning) [MATTER_NOTED_##NAME] = {(text), (meaning)},
#include "matter/matter.def"
};

const struct matter_kind_row *
matter_kind_row(enum matter_kind kind)
{
	must(kind > MATTER_NO_KIND && kind < MATTER_N_KINDS);
	return &kinds[kind];
}

const struct matter_decision_row *
matter_decision_row(enum matter_decision decision)
{
	must(decision > MATTER_NO_DECISION && decision < MATTER_N_DECISIONS);
	return &decisions[decision];
}

const struct matter_field_row *
matter_field_row(enum matter_kind kind, size_t i)
{
	for (size_t f = 0; f < MATTER_N_FIELDS; f++)
		if (fields[f].kind == kind && i-- == 0)
			return &fields[f];
	must(!"a field of this kind");
	return NULL;
}

size_t
matter_n_fields(enum matter_kind kind)
{
	size_t n = 0;

	for (size_t f = 0; f < MATTER_N_FIELDS; f++)
		n += fields[f].kind == kind;
	must(n <= MATTER_FIELDS_MAX);
	return n;
}

const char *
matter_field_name(enum matter_kind kind, size_t i)
{
	return matter_field_row(kind, i)->name;
}

const char *
matter_field_meaning(enum matter_kind kind, size_t i)
{
	return matter_field_row(kind, i)->meaning;
}

const char *
matter_noted_text(enum matter_noted noted)
{
	must(noted > MATTER_NO_NOTE && noted < MATTER_N_NOTES);
	return notes[noted].text;
}

const char *
matter_kind_text(enum matter_kind kind)
{
	return matter_kind_row(kind)->text;
}

const char *
matter_kind_meaning(enum matter_kind kind)
{
	return matter_kind_row(kind)->meaning;
}

unsigned
matter_kind_who(enum matter_kind kind)
{
	return matter_kind_row(kind)->who;
}

enum matter_stops
matter_kind_stops(enum matter_kind kind)
{
	return matter_kind_row(kind)->stops;
}

bool
matter_kind_parse(struct span text, enum matter_kind *ret_kind)
{
	for (unsigned k = MATTER_NO_KIND + 1; k < MATTER_N_KINDS; k++)
		if (span_eq(text, span_text(kinds[k].text))) {
			*ret_kind = (enum matter_kind)k;
			return true;
		}
	return false;
}

const char *
matter_state_text(enum matter_state state)
{
	must(state > MATTER_NO_STATE && state < MATTER_N_STATES);
	return states[state];
}

const char *
matter_decision_text(enum matter_decision decision)
{
	return matter_decision_row(decision)->text;
}

const char *
matter_stands_text(const struct matter *matter)
{
	return matter->decision == MATTER_NO_DECISION
		       ? matter_state_text((enum matter_state)matter->state)
		       : matter_decision_text(
				 (enum matter_decision)matter->decision);
}

const char *
matter_decision_meaning(enum matter_decision decision)
{
	return matter_decision_row(decision)->meaning;
}

enum matter_needs
matter_decision_needs(enum matter_decision decision)
{
	return matter_decision_row(decision)->needs;
}

bool
matter_decision_parse(enum matter_kind kind, struct span text,
	enum matter_decision *ret_decision)
{
	for (unsigned d = MATTER_NO_DECISION + 1; d < MATTER_N_DECISIONS; d++)
		if (decisions[d].kind == kind &&
			span_eq(text, span_text(decisions[d].text))) {
			*ret_decision = (enum matter_decision)d;
			return true;
		}
	return false;
}

/* ---- docs/MATTERS.md ---- */

static void
print_who(unsigned who, struct buf *to)
{
	static const struct {
		unsigned bit;
		const char *text;
	} names[] = {
		{PROGRAM, "the program"},
		{OPERATOR, "operator"},
		{REVIEWER, "reviewer"},
		{COUNSEL, "counsel"},
		{SAFEGUARDS, "safeguards officer"},
		{REQUESTER, "requester"},
	};
	const char *sep = "";

	if ((who & ANYBODY) == ANYBODY) {
		buf_text(to, "anybody with a role");
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((who & names[i].bit) != 0) {
			buf_printf(to, "%s%s", sep, names[i].text);
			sep = ", ";
		}
}

static void
print_kind(enum matter_kind kind, struct buf *to)
{
	static const char *const stops[] = {
		"", "the look-up of its batch", "what it names from leaving"};
	static const char *const needs[] = {"", ", with a ground",
		", with a ground that begins with a rule's name"};
	const struct matter_kind_row *k = &kinds[kind];

	buf_printf(to, "\n## %s\n\n%s. Opened by: ", k->text, k->meaning);
	print_who(k->who, to);
	if (k->hours > 0)
		buf_printf(to, ". Due within %u hours", k->hours);
	if (k->stops != MATTER_STOPS_NONE)
		buf_printf(to, ". While open it stops %s", stops[k->stops]);
	buf_text(to, ".\n\n");
	for (size_t i = 0; i < matter_n_fields(kind); i++)
		buf_printf(to, "- `%s`: %s\n", matter_field_name(kind, i),
			matter_field_meaning(kind, i));
	buf_text(to, "\n| decision | by | from → to | what it does |\n"
		     "|---|---|---|---|\n");
	for (unsigned d = MATTER_NO_DECISION + 1; d < MATTER_N_DECISIONS; d++) {
		if (decisions[d].kind != kind)
			continue;
		buf_printf(to, "| `%s` | ", decisions[d].text);
		print_who(decisions[d].who, to);
		buf_printf(to, "%s | %s → %s | %s |\n",
			needs[decisions[d].needs], states[decisions[d].from],
			states[decisions[d].to], decisions[d].meaning);
	}
}

void
matter_print(struct buf *to)
{
	buf_text(to,
		"# Matters\n\n"
		"What an office has open beside the requests themselves. "
		"Printed from `src/matter/matter.def`; a test\ncompares this "
		"page with the program.\n\n"
		"Each opening and each decision is a signed entry of the "
		"ledger, of type `act`; its words are in the\nsealed opening "
		"of that entry. Nothing closes by itself: when its hours have "
		"passed a matter is\noverdue, which `weir matter list` and "
		"`weir tend` show, and what it stops stays stopped.\n");
	for (unsigned k = MATTER_NO_KIND + 1; k < MATTER_N_KINDS; k++)
		print_kind((enum matter_kind)k, to);
	buf_text(to, "\n## Notes\n\n"
		     "What is noted of a matter beside its opening and its "
		     "answer, each a signed act too.\n\n");
	for (unsigned i = MATTER_NO_NOTE + 1; i < MATTER_N_NOTES; i++)
		buf_printf(to, "- `%s`: %s\n", notes[i].text, notes[i].meaning);
}
