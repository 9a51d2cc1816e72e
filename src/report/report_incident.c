/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_incident.h"

#include <inttypes.h>

#include "base/day.h"

enum { COLUMNS = 80, INDENT = 4, HOUR = 3600, NEAR = 3, GROUPS = 3 };

/* ---- what must not be in it ---- */

/* How nine digits that say who or where somebody is are written. */
static const unsigned char forms[][GROUPS] = {
	{9},               /* TIN or ZIP+4 without a break */
	{3, 2, 4},         /* SSN, ITIN */
	{2, 7},            /* EIN */
	{3, 3, 3}, {5, 4}, /* ZIP+4 */
};

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* Digits from `at`; 0: none there. */
static size_t
group_at(struct span text, size_t at)
{
	size_t n = 0;

	while (at + n < text.n && is_digit(text.at[at + n]))
		n++;
	return n;
}

static bool
is_break(uint8_t c)
{
	return c == '-' || c == ' ' || c == '.';
}

static bool
has_form(struct span text, size_t at, const unsigned char form[GROUPS])
{
	for (size_t g = 0; g < GROUPS && form[g] != 0; g++) {
		if (g > 0 && (at >= text.n || !is_break(text.at[at++])))
			return false;
		if (group_at(text, at) != form[g])
			return false;
		at += form[g];
	}
	return true;
}

enum err
report_incident_digits(struct span text, struct why *reterr_why)
{
	for (size_t i = 0; i < text.n; i++) {
		if (!is_digit(text.at[i]) ||
			(i > 0 && is_digit(text.at[i - 1])))
			continue;
		for (size_t f = 0; f < sizeof(forms) / sizeof(forms[0]); f++)
			if (has_form(text, i, forms[f]))
				return why_set(reterr_why, ERR_MALFORMED,
					"it has nine digits like those of a "
					"taxpayer's number or a ZIP code: the "
					"report holds no return information");
	}
	return ERR_OK;
}

static bool
is_word_of(struct span word, struct span words)
{
	while (words.n > 0)
		if (span_eq(span_cut(&words, ' '), word))
			return true;
	return false;
}

bool
report_incident_names(
	struct span folded, struct span given, struct span surname)
{
	size_t since_given = NEAR + 1;
	size_t since_surname = NEAR + 1;

	given = span_cut(&given, ' ');
	if (given.n < 2 || surname.n < 2)
		return false;
	while (folded.n > 0) {
		struct span word = span_cut(&folded, ' ');

		since_given = span_eq(word, given) ? 0 : since_given + 1;
		since_surname =
			is_word_of(word, surname) ? 0 : since_surname + 1;
		if (since_given <= NEAR && since_surname <= NEAR &&
			since_given != since_surname)
			return true;
	}
	return false;
}

/* ---- the report ---- */

void
report_incident_clock(const struct report_incident *i, struct buf *to)
{
	char due[DAY_TIME_TEXT];
	int64_t end = i->reported_at != 0 ? i->reported_at : i->now;
	int64_t hours = (end - i->opened_at) / HOUR;

	day_time_text(i->due_at, due);
	if (i->reported_at == 0 && end <= i->due_at)
		buf_printf(to,
			"not reported yet: due %s, %" PRId64 " h are left", due,
			(i->due_at - end) / HOUR);
	else if (i->reported_at == 0)
		buf_printf(to, "not reported yet: overdue since %s", due);
	else
		buf_printf(to, "reported after %" PRId64 " h%s", hours,
			end > i->due_at ? ", later than the 24 hours" : "");
}

void
report_wrap(struct span text, struct buf *to)
{
	size_t column = 0;

	while (text.n > 0) {
		struct span word = span_cut(&text, ' ');

		if (column > 0 && column + 1 + word.n > COLUMNS) {
			buf_text(to, "\n");
			column = 0;
		}
		if (column == 0) {
			buf_printf(to, "%*s", INDENT, "");
			column = INDENT;
		} else {
			buf_text(to, " ");
			column++;
		}
		buf_bytes(to, word);
		column += word.n;
	}
	buf_text(to, "\n");
}

void
report_incident_text(const struct report_incident *i, struct buf *to)
{
	char opened[DAY_TIME_TEXT];

	day_time_text(i->opened_at, opened);
	buf_printf(to,
		"Report of a possible improper disclosure of return "
		"information\n%s\nIncident %" PRIu64 " of ",
		i->sandbox ? "SANDBOX: nobody in it exists\n" : "", i->n);
	buf_bytes(to, i->origin);
	buf_printf(to, "\nIdentified %s\n", opened);
	report_incident_clock(i, to);
	buf_text(to, "\n");
	for (size_t f = 0; f < i->n_fields; f++) {
		buf_printf(to, "\n%zu. %s\n", f + 1, i->meaning[f]);
		report_wrap(i->value[f], to);
	}
	buf_printf(to,
		"\nRequests that it names: %" PRIu64 "; of these an address "
		"was disclosed: %" PRIu64 "\nLedger entry of its opening: "
		"%" PRIu64 "\nThis report holds no return information.\n",
		i->named, i->disclosed, i->entry);
}

void
report_incident_json(const struct report_incident *i, struct buf *to)
{
	char opened[DAY_TIME_TEXT];
	char due[DAY_TIME_TEXT];
	char reported[DAY_TIME_TEXT];

	day_time_text(i->opened_at, opened);
	day_time_text(i->due_at, due);
	day_time_text(i->reported_at, reported);
	buf_printf(to, "{\"incident\":%" PRIu64 ",\"origin\":", i->n);
	buf_json(to, i->origin);
	buf_printf(to,
		",\"sandbox\":%s,\"identified\":\"%s\",\"due\":\"%s\","
		"\"reported\":",
		i->sandbox ? "true" : "false", opened, due);
	if (i->reported_at == 0)
		buf_text(to, "null");
	else
		buf_printf(to, "\"%s\"", reported);
	for (size_t f = 0; f < i->n_fields; f++) {
		buf_printf(to, ",\"%s\":", i->name[f]);
		buf_json(to, i->value[f]);
	}
	buf_printf(to,
		",\"requests_named\":%" PRIu64 ",\"disclosed\":%" PRIu64
		",\"entry\":%" PRIu64 "}\n",
		i->named, i->disclosed, i->entry);
}
