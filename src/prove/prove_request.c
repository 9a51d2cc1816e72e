/* SPDX-License-Identifier: Apache-2.0 */
/* Evidence, written down as a request. */
#include "prove/prove_request.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/day.h"
#include "prove/prove_int.h"

/* What a word of the evidence is written as; "": not stated. */
static const struct {
	enum evidence_id id;
	const char *word;
	enum request_field field;
	const char *text;
} written[] = {
	{EV_NAME, "full", RQ_GIVEN, "Maria"},
	{EV_NAME, "full", RQ_SURNAME, "Lopez"},
	{EV_NAME, "partial", RQ_SURNAME, "Lopez"},
	{EV_ADDRESS, "deliverable", RQ_STREET, "1203 N Broadway"},
	{EV_ADDRESS, "deliverable", RQ_CITY, "Baltimore"},
	{EV_ADDRESS, "deliverable", RQ_STATE, "MD"},
	{EV_ADDRESS, "deliverable", RQ_ZIP, "21213"},
	{EV_ADDRESS, "locality", RQ_CITY, "Baltimore"},
	{EV_ADDRESS, "locality", RQ_STATE, "MD"},
	{EV_ADDRESS, "locality", RQ_ZIP, "21213"},
	{EV_ADDRESS, "zip-like", RQ_ZIP, "21213"},
	{EV_AUTHORITY, "unknown", RQ_AUTHORITY, "18 USC 1001"},
	{EV_AUTHORITY, "civil", RQ_AUTHORITY, "8 USC 1229a"},
	{EV_AUTHORITY, "8-usc-1253-a-1-A", RQ_AUTHORITY, "8 USC 1253(a)(1)(A)"},
	{EV_AUTHORITY, "8-usc-1253-a-1-other", RQ_AUTHORITY,
		"8 USC 1253(a)(1)(B)"},
	{EV_AUTHORITY, "8-usc-1325", RQ_AUTHORITY, "8 USC 1325(a)"},
	{EV_AUTHORITY, "8-usc-1326", RQ_AUTHORITY, "8 USC 1326(a)"},
	{EV_OFFICER, "unregistered", RQ_OFFICER_ID, "HSI-9999"},
	{EV_OFFICER, "unregistered", RQ_OFFICER_NAME, "PAT STRANGER"},
	{EV_OFFICER, "unregistered", RQ_OFFICER_ROLE, "case agent"},
	{EV_OFFICER, "supervisor", RQ_OFFICER_ID, "HSI-0001"},
	{EV_OFFICER, "supervisor", RQ_OFFICER_NAME, "WARREN HALE"},
	{EV_OFFICER, "supervisor", RQ_OFFICER_ROLE, "Assistant Director"},
	{EV_OFFICER, "engaged", RQ_OFFICER_ID, "HSI-1001"},
	{EV_OFFICER, "engaged", RQ_OFFICER_NAME, "RUTH NELSON"},
	{EV_OFFICER, "engaged", RQ_OFFICER_ROLE, "case agent"},
	{EV_CASE, "closed", RQ_CASE_STATUS, "closed"},
	{EV_CASE, "undated", RQ_CASE_STATUS, "open"},
	{EV_CASE, "future", RQ_CASE_STATUS, "open"},
	{EV_CASE, "open", RQ_CASE_STATUS, "open"},
	{EV_PURPOSE, "unknown", RQ_PURPOSE, "research"},
	{EV_PURPOSE, "civil-removal", RQ_PURPOSE, "civil-removal"},
	{EV_PURPOSE, "administrative", RQ_PURPOSE, "administrative"},
	{EV_PURPOSE, "criminal-investigation", RQ_PURPOSE,
		"criminal-investigation"},
	{EV_PURPOSE, "criminal-proceeding", RQ_PURPOSE, "criminal-proceeding"},
	{EV_PURPOSE, "grand-jury", RQ_PURPOSE, "grand-jury"},
	{EV_UNIT, "civil-removal", RQ_OFFICER_UNIT,
		"ERO Baltimore Field Office"},
	{EV_UNIT, "other", RQ_OFFICER_UNIT, "HSI Baltimore Group 4"},
	{EV_GROUND, "unknown", RQ_ORDER_GROUND, "8 USC 1101(a)(3)"},
	{EV_GROUND, "inadmissibility", RQ_ORDER_GROUND,
		"8 USC 1182(a)(6)(A)(i)"},
	{EV_GROUND, "deportability", RQ_ORDER_GROUND, "8 USC 1227(a)(1)(B)"},
	{EV_STAY, "stayed", RQ_ORDER_STAY, "true"},
	{EV_STAY, "none", RQ_ORDER_STAY, "false"},
	{EV_TIN, "malformed", RQ_TIN, "70-1234"},
	{EV_TIN, "given", RQ_TIN, "700001203"},
	{EV_BIRTH, "malformed", RQ_BIRTH, "1980-13-45"},
	{EV_BIRTH, "given", RQ_BIRTH, "1980-05-17"},
};

static const char case_id[] = "HSI-BAL-26-104001";

static void put(struct prove_request *q, enum request_field field,
	const char *fmt, ...) PRINTF_LIKE(3, 4);

static void
put(struct prove_request *q, enum request_field field, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(q->text[field], sizeof(q->text[field]), fmt, ap);
	va_end(ap);
}

static bool
has(const struct prove_request *q, enum request_field field)
{
	return q->text[field][0] != '\0';
}

static void
put_day(struct prove_request *q, enum request_field field, int32_t day)
{
	char text[DAY_TEXT] = "";

	day_text(day, text);
	put(q, field, "%s", text);
}

/* Distinct years up to the last one, or with this one among them. */
static void
put_periods(struct prove_request *q, int32_t today)
{
	uint32_t n = q->wanted.value[EV_PERIODS];
	int year = day_year(today);
	size_t at = 0;

	if (n == 1)
		put(q, RQ_PERIODS, "ALL");
	if (n < 2)
		return;
	if (q->wanted.value[EV_PERIODS_OVER] == 2)
		year--;
	for (uint32_t i = 0; i < n - 1 && at + 6 < PROVE_REQUEST_TEXT; i++)
		at += (size_t)snprintf(q->text[RQ_PERIODS] + at, 6, "%s%04u",
			i == 0 ? "" : ",", ((unsigned)year - i) % 10000);
}

static void
put_case(struct prove_request *q, int32_t today)
{
	const struct evidence *ev = &q->wanted;

	if (ev->value[EV_CASE] <= 1)
		return;
	put(q, RQ_CASE_ID, "%s", case_id);
	if (!evidence_is(ev, EV_CASE, "undated"))
		put_day(q, RQ_CASE_OPENED,
			evidence_is(ev, EV_CASE, "future") ? today + 30
							   : today - 200);
}

/* The same days apart, on the day on which it would be received. */
static void
put_today(struct prove_request *q, int32_t today)
{
	uint32_t was = q->wanted.value[EV_TODAY];
	uint32_t is = evidence_of_day(today);

	if (was == 0)
		return;
	q->wanted.value[EV_TODAY] = is;
	if (q->wanted.value[EV_ORDER_DATE] != 0)
		q->wanted.value[EV_ORDER_DATE] += is - was;
}

static void
put_court(struct prove_request *q, int32_t today)
{
	const struct evidence *ev = &q->wanted;

	if (ev->value[EV_COURT_ORDER] <= 1)
		return;
	put(q, RQ_COURT_DOCKET, "1:26-mj-04711");
	if (!evidence_is(ev, EV_COURT_ORDER, "undated"))
		put_day(q, RQ_COURT_DATE,
			evidence_is(ev, EV_COURT_ORDER, "future") ? today + 30
								  : today - 10);
}

static void
put_order(struct prove_request *q, int32_t today)
{
	uint32_t age = q->wanted.value[EV_ORDER_AGE];

	if (q->wanted.value[EV_ORDER] == 2 && age > 0)
		put_day(q, RQ_ORDER_DATE, today - (int32_t)(age - 1));
}

/* The own case, and the name or the order's date. */
static void
put_specific(struct prove_request *q)
{
	if (evidence_is(&q->wanted, EV_NAME, "full"))
		put(q, RQ_REASON, "In case %s, %s %s failed to depart.",
			case_id, q->text[RQ_GIVEN], q->text[RQ_SURNAME]);
	else
		put(q, RQ_REASON,
			"In case %s, a final order of %s was not obeyed.",
			case_id, q->text[RQ_ORDER_DATE]);
}

/* The own case, and the surname or the order's month. */
static void
put_half(struct prove_request *q)
{
	static const char *const months[] = {"January", "February", "March",
		"April", "May", "June", "July", "August", "September",
		"October", "November", "December"};
	int32_t order;
	int year;
	int month;
	int day;

	if (has(q, RQ_SURNAME)) {
		put(q, RQ_REASON, "In case %s, %s failed to depart.", case_id,
			q->text[RQ_SURNAME]);
		return;
	}
	if (!day_parse(span_text(q->text[RQ_ORDER_DATE]), &order))
		return;
	day_split(order, &year, &month, &day);
	put(q, RQ_REASON, "In case %s, an order of %s %d was not obeyed.",
		case_id, months[month - 1], year);
}

static void
put_reason(struct prove_request *q)
{
	const struct evidence *ev = &q->wanted;

	if (evidence_is(ev, EV_REASON, "general"))
		put(q, RQ_REASON, "The person is wanted for questioning.");
	if (evidence_is(ev, EV_REASON, "contradicted"))
		put(q, RQ_REASON,
			"In case HSI-BAL-26-999999 the person failed to "
			"depart.");
	if (evidence_is(ev, EV_REASON, "borderline"))
		put_half(q);
	if (evidence_is(ev, EV_REASON, "specific"))
		put_specific(q);
}

static bool
unreadable(const struct prove_request *q)
{
	return evidence_is(&q->wanted, EV_FORM, "unreadable");
}

static bool
more_members(const struct prove_request *q)
{
	return q->wanted.value[EV_MEMBERS] == 1;
}

/* Malformed by something that no grade but the form's depends on. */
static void
put_form(struct prove_request *q)
{
	if (!evidence_is(&q->wanted, EV_FORM, "malformed") ||
		evidence_is(&q->wanted, EV_TIN, "malformed") ||
		evidence_is(&q->wanted, EV_BIRTH, "malformed"))
		return;
	put(q, RQ_SUPERSEDES, "?");
	q->request.malformed = true;
}

void
prove_request_make(const struct law *law, const struct evidence *ev,
	int32_t today, const char *id, struct prove_request *ret_request)
{
	struct prove_request *q = ret_request;

	*q = (struct prove_request){.law = law, .wanted = *ev};
	put(q, RQ_ID, "%s", id);
	q->request.unreadable = unreadable(q);
	q->request.unnamed = more_members(q);
	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++)
		if (evidence_is(ev, written[i].id, written[i].word))
			put(q, written[i].field, "%s", written[i].text);
	put_periods(q, today);
	put_case(q, today);
	put_today(q, today);
	put_order(q, today);
	put_court(q, today);
	put_reason(q);
	put_form(q);
	for (int i = 0; i < RQ_N; i++)
		if (!q->request.unreadable && has(q, (enum request_field)i))
			q->request.field[i] = span_text(q->text[i]);
	request_grade(&q->request, today, &q->graded);
}

void
prove_request_write(const struct prove_request *q, struct buf *to)
{
	if (q->request.unreadable) {
		buf_printf(to, "{\"weir:requestID\":\"%s\",\n", q->text[RQ_ID]);
		return;
	}
	request_write_json(&q->request, to);
	/* one member that the format does not name, in the outermost object */
	if (q->request.unnamed && buf_error(to) == ERR_OK && to->n >= 2) {
		to->n -= 2;
		buf_text(to, ",\"weir:fingerprintNumber\":\"0\"}\n");
	}
}

/* What is graded of the text alone, and came out otherwise.  Who is on the
 * register is no text. */
bool
prove_request_cannot(const struct prove_request *q, enum evidence_id id)
{
	return id != EV_OFFICER && id != EV_UNIT && q->graded.value[id] != 0 &&
	       q->graded.value[id] != q->wanted.value[id];
}

void
prove_request_needs(const struct prove_request *q, struct buf *to)
{
	for (int i = 0; i < EV_N; i++) {
		enum evidence_id id = (enum evidence_id)i;

		if (!prove_named(q->law, id) ||
			q->graded.value[i] == q->wanted.value[i])
			continue;
		buf_printf(to, "    %-30s ", evidence_name(id));
		evidence_show(&q->wanted, id, to);
		buf_text(to, prove_request_cannot(q, id)
				     ? " (which no request has with the rest)\n"
				     : "\n");
	}
}
