/* SPDX-License-Identifier: Apache-2.0 */
#include "request/request.h"

#include <stdlib.h>

#include "base/num.h"
#include "request/request_grade_int.h"

/* ---- values ---- */

int32_t
request_day(const struct request *request, enum request_field field)
{
	int32_t day;

	must(field < RQ_N);
	return day_parse(request->field[field], &day) ? day : DAY_NONE;
}

static bool
all_same(const char digits[10])
{
	for (int i = 1; i < 9; i++)
		if (digits[i] != digits[0])
			return false;
	return true;
}

bool
request_tin(const struct request *request, char digits[10])
{
	struct span tin = request->field[RQ_TIN];
	size_t n = 0;

	for (size_t i = 0; i < tin.n; i++) {
		uint8_t c = tin.at[i];

		if (c == '-' || c == ' ')
			continue;
		if (c < '0' || c > '9' || n == 9)
			return false;
		digits[n++] = (char)c;
	}
	digits[n] = '\0';
	return n == 9 && !all_same(digits) &&
	       strcmp(digits, "123456789") != 0 &&
	       strcmp(digits, "987654321") != 0 &&
	       strcmp(digits, "012345678") != 0;
}

static int
year_compare(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* Cuts the next year's text off `left`: they are set apart by ',', ';' or
 * blanks. */
static struct span
next_period(struct span *left)
{
	size_t n = 0;
	struct span text;

	while (n < left->n && strchr(",; \t\r\n", left->at[n]) == NULL)
		n++;
	text = span_of(left->at, n);
	if (n < left->n && (left->at[n] == ',' || left->at[n] == ';'))
		n++;
	*left = span_trim(span_of(left->at + n, left->n - n));
	return text;
}

bool
request_years(const struct request *request,
	uint16_t years[REQUEST_PERIODS_MAX], size_t *ret_n)
{
	struct span left = span_trim(request->field[RQ_PERIODS]);
	size_t n = 0;
	size_t kept = 0;

	while (left.n > 0) {
		struct span text = next_period(&left);
		uint64_t year;

		if (text.n != 4 || !num_digits(text, 2999, &year) ||
			year < 1900 || n == REQUEST_PERIODS_MAX)
			return false;
		years[n++] = (uint16_t)year;
	}
	if (n == 0)
		return false;
	qsort(years, n, sizeof(years[0]), year_compare);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || years[kept - 1] != years[i])
			years[kept++] = years[i];
	*ret_n = kept;
	return true;
}

/* ---- grades ---- */

/* A birth date a living person can have; 1900-01-01 stands for "unknown". */
static bool
birth_ok(const struct request *request, int32_t today)
{
	int32_t day = request_day(request, RQ_BIRTH);

	return day != DAY_NONE && day <= today && day > day_of(1900, 1, 1);
}

/* False for nothing and for words like "unknown"; a row of zeros is stated. */
static bool
stated(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.at[i] >= '0' && text.at[i] <= '9')
			return true;
	return !request_placeholder(text);
}

static const char *
identifier_word(struct span text, bool sound)
{
	if (!stated(text))
		return "none";
	return sound ? "given" : "malformed";
}

static void
grade_person(const struct request *r, int32_t today, struct evidence *ev)
{
	static const char *const names[] = {"none", "partial", "full"};
	char digits[10];

	evidence_set_word(ev, EV_NAME,
		names[person_name_grade(r->field[RQ_GIVEN], r->field[RQ_MIDDLE],
			r->field[RQ_SURNAME])]);
	evidence_set_word(ev, EV_TIN,
		identifier_word(r->field[RQ_TIN], request_tin(r, digits)));
	evidence_set_word(ev, EV_BIRTH,
		identifier_word(r->field[RQ_BIRTH], birth_ok(r, today)));
}

static void
grade_address(const struct request *r, struct evidence *ev)
{
	static const char *const grades[] = {
		"none", "zip-like", "locality", "deliverable"};
	struct address_text text = {.line = r->field[RQ_STREET],
		.unit = r->field[RQ_ADDR_UNIT],
		.urbanization = r->field[RQ_URBANIZATION],
		.city = r->field[RQ_CITY],
		.state = r->field[RQ_STATE],
		.zip = r->field[RQ_ZIP]};
	struct person_address address;

	person_address(&text, &address);
	evidence_set_word(
		ev, EV_ADDRESS, grades[person_address_grade(&address)]);
}

static void
grade_periods(const struct request *r, int32_t today, struct evidence *ev)
{
	uint16_t years[REQUEST_PERIODS_MAX];
	size_t n = 0;
	bool known = request_years(r, years, &n);

	evidence_set_number(ev, EV_PERIODS, known ? n : 0);
	evidence_set_flag(
		ev, EV_PERIODS_OVER, known && years[n - 1] < day_year(today));
}

/* Words of a status; one that closes wins over one that opens. */
static bool
status_open(struct span status)
{
	static const char *const closing[] = {"ABANDONED", "ARCHIVED",
		"CANCELLED", "CANCELED", "CLOSE", "CLOSED", "CLOSING",
		"COMPLETE", "COMPLETED", "CONCLUDED", "CONVICTED", "DECLINED",
		"DISMISSED", "FORMER", "FORMERLY", "INACTIVE", "NEVER", "NO",
		"NON", "NOT", "PREVIOUSLY", "PROPOSED", "RESOLVED", "SEALED",
		"SUSPENDED", "TERMINATED", "UNOPENED", "VOID", "WITHDRAWN",
		NULL};
	static const char *const opening[] = {"ACTIVE", "CHARGED", "CURRENT",
		"INDICTED", "IN PROGRESS", "INVESTIGATION", "ONGOING", "OPEN",
		"OPENED", "PENDING PROSECUTION", "PENDING TRIAL", "PROSECUTION",
		"REOPENED", "RE OPENED", NULL};
	char folded[PERSON_FOLD_MAX];

	request_fold(status, folded);
	return !request_has_any(folded, closing) &&
	       request_has_any(folded, opening);
}

static const char *
case_word(const struct request *r, int32_t today)
{
	int32_t opened = request_day(r, RQ_CASE_OPENED);

	if (!request_case_stated(r->field[RQ_CASE_ID]))
		return "none";
	if (!status_open(r->field[RQ_CASE_STATUS]))
		return "closed";
	if (opened == DAY_NONE)
		return "undated";
	return opened > today ? "future" : "open";
}

static const char *
purpose_word(struct span purpose)
{
	static const char *const words[][2] = {
		{"CRIMINAL INVESTIGATION", "criminal-investigation"},
		{"CRIMINAL PROCEEDING", "criminal-proceeding"},
		{"GRAND JURY", "grand-jury"},
		{"CIVIL REMOVAL", "civil-removal"},
		{"ADMINISTRATIVE", "administrative"},
	};
	char folded[PERSON_FOLD_MAX];

	if (request_placeholder(purpose))
		return "none";
	request_fold(purpose, folded);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(folded, words[i][0]) == 0)
			return words[i][1];
	return "unknown";
}

static const char *
stay_word(struct span stay)
{
	if (span_eq(stay, SPAN("true")))
		return "stayed";
	return span_eq(stay, SPAN("false")) ? "none" : "not-stated";
}

static void
grade_order(const struct request *r, int32_t today, struct evidence *ev)
{
	int32_t day = request_day(r, RQ_ORDER_DATE);
	bool final = day != DAY_NONE && day <= today;

	evidence_set_flag(ev, EV_ORDER, final);
	if (final) {
		evidence_set_number(
			ev, EV_ORDER_AGE, (uint64_t)((int64_t)today - day));
		evidence_set_day(ev, EV_ORDER_DATE, day);
	}
	evidence_set_word(
		ev, EV_GROUND, request_ground_word(r->field[RQ_ORDER_GROUND]));
	evidence_set_word(ev, EV_STAY, stay_word(r->field[RQ_ORDER_STAY]));
}

/* An order of a court is its docket and the day on which it was granted. */
static const char *
court_order_word(const struct request *r, int32_t today)
{
	int32_t day = request_day(r, RQ_COURT_DATE);

	if (!stated(r->field[RQ_COURT_DOCKET]))
		return "none";
	if (day == DAY_NONE)
		return "undated";
	return day > today ? "future" : "granted";
}

/* An identifier given wrongly is never passed over, and a date of an order
 * that is no date is not one merely left out. */
static const char *
form_word(const struct request *r, const struct evidence *ev)
{
	struct span order = r->field[RQ_ORDER_DATE];

	if (r->unreadable)
		return "unreadable";
	if (r->malformed || evidence_is(ev, EV_TIN, "malformed") ||
		evidence_is(ev, EV_BIRTH, "malformed") ||
		(stated(order) && request_day(r, RQ_ORDER_DATE) == DAY_NONE))
		return "malformed";
	return "readable";
}

void
request_grade(const struct request *request, int32_t today, struct evidence *ev)
{
	const struct span *field = request->field;

	grade_person(request, today, ev);
	grade_address(request, ev);
	grade_periods(request, today, ev);
	grade_order(request, today, ev);
	evidence_set_day(ev, EV_TODAY, today);
	evidence_set_word(ev, EV_COURT_ORDER, court_order_word(request, today));
	evidence_set_word(
		ev, EV_AUTHORITY, request_authority_word(field[RQ_AUTHORITY]));
	evidence_set_word(ev, EV_REASON, request_reason_word(request));
	evidence_set_word(ev, EV_OFFICER, request_officer_word(request));
	evidence_set_word(ev, EV_CASE, case_word(request, today));
	evidence_set_word(ev, EV_PURPOSE, purpose_word(field[RQ_PURPOSE]));
	evidence_set_word(
		ev, EV_UNIT, request_unit_word(field[RQ_OFFICER_UNIT]));
	evidence_set_flag(ev, EV_MEMBERS, !request->unnamed);
	evidence_set_word(ev, EV_FORM, form_word(request, ev));
}
