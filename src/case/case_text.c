/* SPDX-License-Identifier: Apache-2.0 */
/* The words of states and events, and the page that is drawn from them. */
#include "case/case.h"

static const struct {
	const char *text;
	const char *seen;
	const char *meaning;
} states[CASE_N_STATES] = {
#define STATE(name, text, seen, meaning)                                       \
	[CASE_##name] = {(text), (seen), (meaning)},
#include "case/case.def"
};

/* The names that EVENT lines use. */
enum {
	JUDGE = CASE_BY_JUDGE,
	VAULT = CASE_BY_VAULT,
	KEEPER = CASE_BY_KEEPER,
	REVIEWER = CASE_BY_REVIEWER,
	COUNSEL = CASE_BY_COUNSEL,
	REQUESTER = CASE_BY_REQUESTER,
};

static const struct {
	const char *text;
	unsigned who;
	const char *who_text;
	const char *entry;
	const char *meaning;
} events[CASE_N_EVENTS] = {
#define EVENT(name, text, who, entry, meaning)                                 \
	[CASE_TO_##name] = {(text), (who), #who, (entry), (meaning)},
#include "case/case.def"
};

static const struct {
	const char *text;
	const char *meaning;
} answers[CASE_N_ANSWERED] = {
#define ANSWERED(name, text, meaning)                                          \
	[CASE_ANSWERED_##name] = {(text), (meaning)},
#include "case/case.def"
};

const char *
case_state_text(enum case_state state)
{
	must(state > CASE_NO_STATE && state < CASE_N_STATES);
	return states[state].text;
}

const char *
case_state_seen(enum case_state state)
{
	must(state > CASE_NO_STATE && state < CASE_N_STATES);
	return states[state].seen;
}

const char *
case_state_meaning(enum case_state state)
{
	must(state > CASE_NO_STATE && state < CASE_N_STATES);
	return states[state].meaning;
}

const char *
case_event_text(enum case_event event)
{
	must(event > CASE_NO_EVENT && event < CASE_N_EVENTS);
	return events[event].text;
}

const char *
case_event_entry(enum case_event event)
{
	must(event > CASE_NO_EVENT && event < CASE_N_EVENTS);
	return events[event].entry;
}

const char *
case_event_meaning(enum case_event event)
{
	must(event > CASE_NO_EVENT && event < CASE_N_EVENTS);
	return events[event].meaning;
}

unsigned
case_event_who(enum case_event event)
{
	must(event > CASE_NO_EVENT && event < CASE_N_EVENTS);
	return events[event].who;
}

const char *
case_answered_text(enum case_answered answered)
{
	must((unsigned)answered < CASE_N_ANSWERED);
	return answers[answered].text;
}

const char *
case_answered_meaning(enum case_answered answered)
{
	must((unsigned)answered < CASE_N_ANSWERED);
	return answers[answered].meaning;
}

bool
case_state_parse(struct span text, enum case_state *ret_state)
{
	for (unsigned s = CASE_NO_STATE + 1; s < CASE_N_STATES; s++) {
		if (span_eq(text, span_text(states[s].text))) {
			*ret_state = (enum case_state)s;
			return true;
		}
	}
	return false;
}

bool
case_event_parse(struct span text, enum case_event *ret_event)
{
	for (unsigned v = CASE_NO_EVENT + 1; v < CASE_N_EVENTS; v++) {
		if (span_eq(text, span_text(events[v].text))) {
			*ret_event = (enum case_event)v;
			return true;
		}
	}
	return false;
}

bool
case_answered_parse(struct span text, enum case_answered *ret_answered)
{
	for (unsigned a = 0; a < CASE_N_ANSWERED; a++) {
		if (span_eq(text, span_text(answers[a].text))) {
			*ret_answered = (enum case_answered)a;
			return true;
		}
	}
	return false;
}

/* ---- docs/STATES.md ---- */

/* "VAULT | REVIEWER" as "vault, reviewer". */
static void
who_print(const char *who, struct buf *to)
{
	for (; *who != '\0'; who++) {
		if (*who >= 'A' && *who <= 'Z')
			buf_u8(to, (uint8_t)(*who + 32));
		else if (*who == '|')
			buf_text(to, ",");
		else if (who[0] == ' ' && who[1] != '|')
			buf_u8(to, ' ');
	}
}

static void
states_print(struct buf *to)
{
	buf_text(to, "## States\n\n"
		     "| state | what it is | what the requester sees |\n"
		     "|---|---|---|\n");
	for (unsigned s = CASE_NO_STATE + 1; s < CASE_N_STATES; s++)
		buf_printf(to, "| `%s` | %s | %s |\n", states[s].text,
			states[s].meaning, states[s].seen);
	buf_text(to, "\nApart from its state a request has its answer:\n\n"
		     "| answered | what went |\n|---|---|\n");
	for (unsigned a = 0; a < CASE_N_ANSWERED; a++)
		buf_printf(to, "| `%s` | %s |\n", answers[a].text,
			answers[a].meaning);
}

static void
events_print(struct buf *to)
{
	buf_text(to, "\n## Events\n\n"
		     "| event | what it is | who may | ledger entry |\n"
		     "|---|---|---|---|\n");
	for (unsigned v = CASE_NO_EVENT + 1; v < CASE_N_EVENTS; v++) {
		buf_printf(to, "| `%s` | %s | ", events[v].text,
			events[v].meaning);
		who_print(events[v].who_text, to);
		buf_printf(to, " | %s |\n", events[v].entry);
	}
}

/* One line a state: what it takes, and where that leads. */
static void
moves_print(struct buf *to)
{
	buf_text(to, "\n## Moves\n\nWhat is not here is refused.\n\n"
		     "| from | event → to |\n|---|---|\n");
	for (unsigned s = CASE_NO_STATE + 1; s < CASE_N_STATES; s++) {
		const char *comma = "";

		buf_printf(to, "| `%s` | ", states[s].text);
		for (unsigned v = CASE_NO_EVENT + 1; v < CASE_N_EVENTS; v++) {
			enum case_state next = case_move(
				(enum case_state)s, (enum case_event)v);

			if (next == CASE_NO_STATE)
				continue;
			buf_printf(to, "%s%s → `%s`", comma, events[v].text,
				states[next].text);
			comma = ", ";
		}
		buf_text(to, comma[0] == '\0' ? "final |\n" : " |\n");
	}
}

/* Moves that every open state has would hide the others: they are told. */
static bool
is_drawn(enum case_event event)
{
	return event != CASE_TO_WITHDRAW && event != CASE_TO_LAPSE &&
	       event != CASE_TO_STOP && event != CASE_TO_ANSWER;
}

/* Names in the drawing have no hyphen. */
static void
id_print(unsigned state, struct buf *to)
{
	for (const char *c = states[state].text; *c != '\0'; c++)
		buf_u8(to, *c == '-' ? '_' : (uint8_t)*c);
}

static void
arrow_print(unsigned from, unsigned to_state, const char *label, struct buf *to)
{
	buf_text(to, "    ");
	id_print(from, to);
	buf_text(to, " --> ");
	id_print(to_state, to);
	buf_printf(to, ": %s\n", label);
}

static void
drawing_print(struct buf *to)
{
	buf_text(to, "\n## Drawing\n\n"
		     "Without `answer-neutral`, `stop`, `withdraw` and "
		     "`lapse`, which open states have (a sealed one\n"
		     "is first delivered or decided anew).\n\n"
		     "```mermaid\nstateDiagram-v2\n"
		     "    [*] --> received\n");
	for (unsigned s = CASE_NO_STATE + 1; s < CASE_N_STATES; s++) {
		for (unsigned v = CASE_NO_EVENT + 1; v < CASE_N_EVENTS; v++) {
			enum case_state next = case_move(
				(enum case_state)s, (enum case_event)v);

			if (next != CASE_NO_STATE &&
				is_drawn((enum case_event)v))
				arrow_print(s, next, events[v].text, to);
		}
		if (case_is_final((enum case_state)s)) {
			buf_text(to, "    ");
			id_print(s, to);
			buf_text(to, " --> [*]\n");
		}
	}
	buf_text(to, "```\n");
}

void
case_print(struct buf *to)
{
	buf_text(to,
		"# The states of a request\n\n"
		"Printed from `src/case/case.def`; a test compares this page "
		"with the program.\n\n"
		"What a requester sees depends on the request alone: every "
		"accepted request looks the same, and\ngets one package of one "
		"size on the same day. An `act` is entered once for all "
		"requests that one\ndecision moved, so that the ledger's public "
		"bytes do not count those that found somebody.\n\n"
		"Beside the table: an approval is by a reviewer who neither "
		"submitted the batch nor signed first; a\nrequest is withdrawn "
		"only while no package went, whatever its state; it lapses only "
		"after it was\nanswered; and at every moment\n\n"
		"    received  = refused (or returned, or superseded) + accepted "
		"+ withdrawn\n"
		"    accepted  = open + answered neutrally + delivered\n"
		"    delivered = with the recipient + recalled + destroyed\n\n");
	states_print(to);
	events_print(to);
	moves_print(to);
	drawing_print(to);
}
