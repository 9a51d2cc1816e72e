/* SPDX-License-Identifier: Apache-2.0 */
/* What fields amount to: words of evidence, by field and by LAW.md's rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "law/evidence.h"
#include "request/request.h"
#include "request/request_advice.h"

static int32_t today;

/* A request nobody could refuse, as of 2026-11-01. */
static struct request
good(void)
{
	struct request r;

	memset(&r, 0, sizeof(r));
	r.field[RQ_ID] = SPAN("R1");
	r.field[RQ_GIVEN] = SPAN("BLANCA");
	r.field[RQ_SURNAME] = SPAN("TORRES SANCHEZ");
	r.field[RQ_TIN] = SPAN("402-32-6681");
	r.field[RQ_BIRTH] = SPAN("1977-08-21");
	r.field[RQ_STREET] = SPAN("112 AVON DR");
	r.field[RQ_CITY] = SPAN("SIOUX FALLS");
	r.field[RQ_STATE] = SPAN("SD");
	r.field[RQ_ZIP] = SPAN("57118");
	r.field[RQ_PERIODS] = SPAN("2021,2022");
	r.field[RQ_AUTHORITY] = SPAN("8 USC 1253(a)(1)");
	r.field[RQ_REASON] =
		SPAN("case HSI-HOU-25-325567: Blanca Torres Sanchez stayed "
		     "after the order of 2025-06-27");
	r.field[RQ_CASE_ID] = SPAN("HSI-HOU-25-325567");
	r.field[RQ_CASE_OPENED] = SPAN("2025-09-30");
	r.field[RQ_CASE_STATUS] = SPAN("open");
	r.field[RQ_ORDER_DATE] = SPAN("2025-06-27");
	r.field[RQ_ORDER_GROUND] = SPAN("8 USC 1227(a)(2)(A)");
	r.field[RQ_ORDER_STAY] = SPAN("false");
	r.field[RQ_OFFICER_ID] = SPAN("HSI-40160");
	r.field[RQ_OFFICER_NAME] = SPAN("OFFICER 0160");
	r.field[RQ_OFFICER_ROLE] = SPAN("case agent");
	r.field[RQ_OFFICER_UNIT] = SPAN("Homeland Security Investigations");
	r.field[RQ_PURPOSE] = SPAN("criminal-investigation");
	return r;
}

static void
word_is(enum evidence_id id, enum request_field field, const char *text,
	const char *want)
{
	struct request r = good();
	struct evidence ev = {{0}};

	r.field[field] = span_text(text);
	request_grade(&r, today, &ev);
	if (!evidence_is(&ev, id, want))
		fail_msg("%s of '%s' is '%s', not '%s'", evidence_name(id),
			text,
			ev.value[id] == 0 ? "not known"
					  : evidence_word(id, ev.value[id] - 1),
			want);
}

static void
a_good_request_is_good_in_every_word(void **state)
{
	struct request r = good();
	struct evidence ev = {{0}};

	(void)state;
	request_grade(&r, today, &ev);
	assert_true(evidence_is(&ev, EV_FORM, "readable"));
	assert_int_equal(ev.value[EV_MEMBERS], 2);
	assert_true(evidence_is(&ev, EV_NAME, "full"));
	assert_true(evidence_is(&ev, EV_ADDRESS, "deliverable"));
	assert_int_equal(ev.value[EV_PERIODS], 3);
	assert_int_equal(ev.value[EV_PERIODS_OVER], 2);
	assert_true(evidence_is(&ev, EV_AUTHORITY, "8-usc-1253-a-1-A"));
	assert_true(evidence_is(&ev, EV_REASON, "specific"));
	assert_true(evidence_is(&ev, EV_OFFICER, "engaged"));
	assert_true(evidence_is(&ev, EV_CASE, "open"));
	assert_true(evidence_is(&ev, EV_PURPOSE, "criminal-investigation"));
	assert_true(evidence_is(&ev, EV_UNIT, "other"));
	assert_int_equal(ev.value[EV_ORDER], 2);
	assert_int_equal(
		ev.value[EV_ORDER_AGE], 1 + today - day_of(2025, 6, 27));
	assert_true(evidence_is(&ev, EV_GROUND, "deportability"));
	assert_true(evidence_is(&ev, EV_STAY, "none"));
	assert_true(evidence_is(&ev, EV_TIN, "given"));
	assert_true(evidence_is(&ev, EV_BIRTH, "given"));
	/* what only registers know is left alone */
	assert_int_equal(ev.value[EV_SIGNER], 0);
	assert_int_equal(ev.value[EV_REASON_OWN], 0);
	assert_int_equal(ev.value[EV_FIRST], 0);
	assert_int_equal(ev.value[EV_PERSON], 0);
}

static void
authority_as_people_cite_it(void **state)
{
	static const char *const designated[] = {"8 USC 1253(a)(1)",
		"8 USC 1253(a)(1)(A)", "8 U.S.C. \xc2\xa7 1253(a)(1)(A)",
		"8 u.s.c. 1253 (a) (1)", "8USC1253(a)(1)",
		"8 U. S. C. \xc2\xa7\xc2\xa7 1253(a)(1)",
		"Title 8, United States Code, Section 1253(a)(1)",
		"Title 8 U.S.C. section 1253(a)(1)(A)",
		"section 1253(a)(1) of title 8, United States Code",
		"INA 243(a)(1)", "INA \xc2\xa7 243(a)(1)(A)",
		"section 243(a)(1) of the Immigration and Nationality Act",
		"Immigration & Nationality Act sec. 243(a)(1)",
		"Immigration and Nationality Act of 1952, section 243(a)(1)",
		"I.N.A. 243(a)(1)", "8 US Code 1253(a)(1)",
		"INA 243(a)(1), 8 U.S.C. 1253(a)(1)",
		"8 U.S.C. 1253(a)(1) (wilful failure to depart)", NULL};
	static const char *const other[] = {"8 USC 1253(a)(1)(B)",
		"8 USC 1253(a)(1)(c)", "INA 243(a)(1)(D)", NULL};
	static const char *const civil[] = {"8 USC 1324d", "8 U.S.C. 1324D",
		"8 USC 1229a", "8 USC 1231", "8 USC 1231(a)(1)",
		"8 USC 1227(a)(1)(B)", "INA 240", "INA 274D",
		"8 USC 1253(a)(1) and 1324d", "8 USC 1253(a)(1); 8 USC 1231",
		"8 USC 1325(b)", NULL};
	static const char *const unknown[] = {"8 USC 1253", "8 USC 1253(b)",
		"8 USC 1253(a)", "8 USC 1253(a)(2)", "8 USC 1253(a)(1)(E)",
		"8 USC 1253(a)(1)(A)(i)", "1253(a)(1)", "18 USC 1253(a)(1)",
		"26 USC 6103(i)(2)", "8 CFR 241.4", "8 CFR 1253(a)(1)",
		"8 USC 1253(a)(1) and 1326", "8 USC 1253(a)(1)(A), (B)",
		"8 USC 1253(a)(1)(A)-(D)", "8 USC 1253(a)(1) et seq.",
		"8 USC 1253(a)(1) and any other statute",
		"8 USC 1253(a)(1), 18 USC 371", "wilful failure to depart",
		"8 USC 12530(a)(1)", "8 USC 1253a(1)", "INA 244(a)(1)",
		"8 USC 1253(a)(1", NULL};

	(void)state;
	for (int i = 0; designated[i] != NULL; i++)
		word_is(EV_AUTHORITY, RQ_AUTHORITY, designated[i],
			"8-usc-1253-a-1-A");
	for (int i = 0; other[i] != NULL; i++)
		word_is(EV_AUTHORITY, RQ_AUTHORITY, other[i],
			"8-usc-1253-a-1-other");
	for (int i = 0; civil[i] != NULL; i++)
		word_is(EV_AUTHORITY, RQ_AUTHORITY, civil[i], "civil");
	for (int i = 0; unknown[i] != NULL; i++)
		word_is(EV_AUTHORITY, RQ_AUTHORITY, unknown[i], "unknown");
	word_is(EV_AUTHORITY, RQ_AUTHORITY, "", "none");
	word_is(EV_AUTHORITY, RQ_AUTHORITY, "N/A", "none");
	word_is(EV_AUTHORITY, RQ_AUTHORITY, "8 USC 1325", "8-usc-1325");
	word_is(EV_AUTHORITY, RQ_AUTHORITY, "INA 276(a)", "8-usc-1326");
}

static void
grounds_of_removal(void **state)
{
	(void)state;
	word_is(EV_GROUND, RQ_ORDER_GROUND, "INA 237(a)(1)(B)",
		"deportability");
	word_is(EV_GROUND, RQ_ORDER_GROUND,
		"8 U.S.C. \xc2\xa7 1227(a)(2)(A)(iii)", "deportability");
	word_is(EV_GROUND, RQ_ORDER_GROUND,
		"8 USC 1227(a)(1)(A) and 1227(a)(2)(A)", "deportability");
	word_is(EV_GROUND, RQ_ORDER_GROUND, "8 USC 1182(a)(7)",
		"inadmissibility");
	word_is(EV_GROUND, RQ_ORDER_GROUND,
		"section 212(a)(6)(A)(i) of the INA", "inadmissibility");
	word_is(EV_GROUND, RQ_ORDER_GROUND, "8 USC 1227(b)", "unknown");
	word_is(EV_GROUND, RQ_ORDER_GROUND,
		"8 USC 1227(a)(1)(A), 8 USC 1182(a)(7)", "unknown");
	word_is(EV_GROUND, RQ_ORDER_GROUND, "overstay", "unknown");
	word_is(EV_GROUND, RQ_ORDER_GROUND, "", "none");
}

static void
reason(const char *text, const char *want)
{
	word_is(EV_REASON, RQ_REASON, text, want);
}

static void
reasons_that_state_facts_of_this_person(void **state)
{
	(void)state;
	reason("HSI-HOU-25-325567, order June 27, 2025: left the last home",
		"specific");
	reason("HSI-HOU-25-325567, ordered removed 06/27/2025", "specific");
	reason("HSI-HOU-25-325567, ordered removed 27 Jun 2025", "specific");
	reason("HSI-HOU-25-325567, ordered removed on the 27th of June, 2025",
		"specific");
	reason("HSI-HOU-25-325567, ordered removed 6/27/25", "specific");
	reason("HSI-HOU-25-325567, ordered removed 27.06.2025", "specific");
	reason("HSI-HOU-25-325567, ordered removed 20250627", "specific");
	reason("HSI\xe2\x80\x91HOU\xe2\x80\x91"
	       "25\xe2\x80\x91"
	       "325567: "
	       "Torres-S\xc3\xa1nchez, Blanca, was seen at work",
		"specific");
	reason("Case No. HSI HOU 25 325567. Blanca M. Torres Sanchez moved.",
		"specific");
	reason("the lease in hsi-hou-25-325567 names Sioux Falls", "specific");
	reason("(HSI-HOU-25-325567) TORRES SANCHEZ, BLANCA: summons returned",
		"specific");
	/* other real dates, forms and statutes contradict nothing */
	reason("case HSI-HOU-25-325567: Blanca Torres Sanchez was interviewed "
	       "on 2025-09-30 and 10/02/2025; Form I-205, 8 USC 1253(a)(1), "
	       "call 605-555-0134",
		"specific");
	reason("in order to serve Blanca Torres Sanchez on 2025-12-01 in "
	       "HSI-HOU-25-325567",
		"specific");
	reason("court order of 2025-12-01; HSI-HOU-25-325567; Blanca Torres "
	       "Sanchez",
		"specific");
	reason("order of supervision of 2025-12-01; HSI-HOU-25-325567; Blanca "
	       "Torres Sanchez",
		"specific");
	reason("order of 2025-06-27, final order affirmed 2025-08-01, "
	       "HSI-HOU-25-325567",
		"specific");
}

static void
reasons_that_are_about_nobody(void **state)
{
	(void)state;
	reason("", "none");
	reason(" ?! ", "none");
	reason("Needed for investigation.", "general");
	reason("N/A", "general");
	reason("The disclosure in case HSI-HOU-25-325567 is relevant.",
		"general");
	reason("Blanca Torres Sanchez of Sioux Falls, order of 2025-06-27",
		"general");
	/* a longer number is another number */
	reason("case HSI-HOU-25-3255671: Blanca Torres Sanchez",
		"contradicted");
	reason("case HSI-HOU-25-325567-2: Blanca Torres Sanchez",
		"contradicted");
	/* a city in passing */
	reason("HSI-HOU-25-325567: the sioux falls away", "general");
}

static void
reasons_of_somebody_else(void **state)
{
	(void)state;
	reason("subject remained after the final order of 2019-02-30; case "
	       "HSI-XXX-19-000001",
		"contradicted");
	reason("case HSI-HOU-25-999999: Blanca Torres Sanchez of Sioux Falls",
		"contradicted");
	reason("case HSI-HOU-25-325567: Blanca Torres Sanchez stayed after the "
	       "order of 2024-06-27",
		"contradicted");
	reason("case HSI-HOU-25-325567: Blanca Torres Sanchez, ordered removed "
	       "in absentia by an immigration judge on March 3, 2021",
		"contradicted");
	reason("case HSI-HOU-25-325567: Blanca Torres Sanchez, the 2021-03-03 "
	       "final order",
		"contradicted");
	reason("case HSI-HOU-25-325567: Blanca Torres Sanchez, order of June "
	       "2021",
		"contradicted");
	reason("case HSI-HOU-25-325567: Blanca Torres Sanchez left on "
	       "2025-02-30",
		"contradicted");
	reason("case HSI-HOU-25-325567: Blanca Torres Sanchez left on June 31, "
	       "2025",
		"contradicted");
	reason("investigation no. 77-4455 of Sioux Falls", "contradicted");
}

static void
reasons_for_a_person_to_read(void **state)
{
	(void)state;
	reason("HSI-HOU-25-325567: Torres Sanchez was seen at work",
		"borderline");
	reason("HSI-HOU-25-325567: still here after the order of June 2025",
		"borderline");
	reason("HSI-HOU-25-325567 and HSI-HOU-25-111111: Blanca Torres Sanchez "
	       "lived in Sioux Falls",
		"borderline");
}

static void
other_shapes_of_case_numbers(void **state)
{
	static const char *const ids[][2] = {{"25-325567", "24-100001"},
		{"NY07QR25NY0001", "NY07QR25NY0002"}, {"20251234", "20259999"},
		{"1:25-cr-00123", "1:24-cr-00999"}, {"A/2025/0077", "A/2024/1"},
		{"HQ 2025 7781", "HQ 2024 1000"}};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct request r = good();
		struct evidence ev = {{0}};
		char text[200];

		r.field[RQ_CASE_ID] = span_text(ids[i][0]);
		(void)snprintf(text, sizeof(text),
			"case %s: Blanca Torres Sanchez moved", ids[i][0]);
		r.field[RQ_REASON] = span_text(text);
		request_grade(&r, today, &ev);
		assert_true(evidence_is(&ev, EV_REASON, "specific"));
		(void)snprintf(text, sizeof(text),
			"case %s: Blanca Torres Sanchez moved", ids[i][1]);
		r.field[RQ_REASON] = span_text(text);
		request_grade(&r, today, &ev);
		assert_false(evidence_is(&ev, EV_REASON, "specific"));
		assert_false(evidence_is(&ev, EV_REASON, "borderline"));
	}
}

static void
cases(void **state)
{
	(void)state;
	word_is(EV_CASE, RQ_CASE_ID, "", "none");
	word_is(EV_CASE, RQ_CASE_ID, "UNKNOWN", "none");
	word_is(EV_CASE, RQ_CASE_ID, "to be assigned", "none");
	word_is(EV_CASE, RQ_CASE_ID, "N/A", "none");
	word_is(EV_CASE, RQ_CASE_ID, "0000", "none");
	word_is(EV_CASE, RQ_CASE_ID, "XXX-000", "none");
	word_is(EV_CASE, RQ_CASE_STATUS, "", "closed");
	word_is(EV_CASE, RQ_CASE_STATUS, "closed", "closed");
	word_is(EV_CASE, RQ_CASE_STATUS, "not open", "closed");
	word_is(EV_CASE, RQ_CASE_STATUS, "closed - was active", "closed");
	word_is(EV_CASE, RQ_CASE_STATUS, "inactive", "closed");
	word_is(EV_CASE, RQ_CASE_STATUS, "Active", "open");
	word_is(EV_CASE, RQ_CASE_STATUS, "pending prosecution", "open");
	word_is(EV_CASE, RQ_CASE_STATUS, "under investigation", "open");
	word_is(EV_CASE, RQ_CASE_STATUS, "Re-opened", "open");
	word_is(EV_CASE, RQ_CASE_OPENED, "", "undated");
	word_is(EV_CASE, RQ_CASE_OPENED, "2025-02-30", "undated");
	word_is(EV_CASE, RQ_CASE_OPENED, "2026-11-02", "future");
	word_is(EV_CASE, RQ_CASE_OPENED, "2026-11-01", "open");
}

static void
officers(void **state)
{
	static const char *const engaged[] = {"special agent",
		"lead case agent", "Supervisory Special Agent, case agent",
		"Assistant United States Attorney", "deputy marshal",
		"Deputy U.S. Marshal", "criminal investigator", "co-case agent",
		"forensic accountant", NULL};
	static const char *const directs[] = {"assistant director",
		"Deputy Assistant Director", "Special Agent in Charge", "SAC",
		"ASAC", "group supervisor", "supervisory special agent",
		"Chief of Staff", "acting director", "program manager",
		"U.S. Attorney", "Attorney General", "head of agency",
		"field office director", "Executive Associate Director",
		"supervisor of the case agent", "", "N/A", "lead architect",
		"point of contact", "data liaison", NULL};
	static const char *const nobody[] = {"", "unknown", "ICE Field Office",
		"duty officer", "Duty Agent", "case agent", "HSI tip line desk",
		"hsi-houston@example.gov", "Homeland Security Investigations",
		"any officer", "TBD", "special agent in charge", "duty pool",
		"Houston Duty", "Dallas Pool", "Delta Force", "Task Force",
		"Agent Pool", "Pool", "J Pool", "Case Staff",
		"Nicholas Pool Team", "Nicholas Pool Staff", NULL};
	static const char *const people[] = {"OFFICER 0160", "Jane Roe",
		"SA Jane Roe", "Special Agent J. Roe", "Roe, Jane (HSI)",
		"Sally Field", "NICHOLAS POOL", "Pool, Nicholas (HSI)",
		"SA Grace Duty", "Special Agent Austin J. Center",
		"J. T. Staff", "Nguy\xe1\xbb\x85n V\xc4\x83n An", NULL};

	(void)state;
	for (int i = 0; engaged[i] != NULL; i++)
		word_is(EV_OFFICER, RQ_OFFICER_ROLE, engaged[i], "engaged");
	for (int i = 0; directs[i] != NULL; i++)
		word_is(EV_OFFICER, RQ_OFFICER_ROLE, directs[i], "supervisor");
	for (int i = 0; nobody[i] != NULL; i++)
		word_is(EV_OFFICER, RQ_OFFICER_NAME, nobody[i], "none");
	for (int i = 0; people[i] != NULL; i++)
		word_is(EV_OFFICER, RQ_OFFICER_NAME, people[i], "engaged");
	word_is(EV_OFFICER, RQ_OFFICER_ID, "", "none");
	word_is(EV_OFFICER, RQ_OFFICER_ID, "n/a", "none");
}

static void
an_assistant_director_by_title_alone_is_a_supervisor(void **state)
{
	struct request r = good();
	struct evidence ev = {{0}};

	(void)state;
	r.field[RQ_OFFICER_NAME] = SPAN("ASSISTANT DIRECTOR");
	r.field[RQ_OFFICER_ROLE] = SPAN("assistant director");
	request_grade(&r, today, &ev);
	assert_true(evidence_is(&ev, EV_OFFICER, "supervisor"));
}

static void
units(void **state)
{
	static const char *const civil[] = {"ERO", "ERO Chicago", "E.R.O.",
		"ICE/ERO-Houston", "Enforcement and Removal Operations",
		"Enforcement & Removal Ops", "enforcment and removal",
		"Removals Branch", "Deportation Unit 4",
		"Detention and Deportation", "Detained Docket",
		"Fugitive Operations Team", "OPLA Houston", NULL};
	static const char *const other[] = {"HSI Chicago",
		"Office of Professional Responsibility",
		"Homeland Security Investigations", "Zero Trust Group",
		"US Attorney's Office", "Heroes Squad", NULL};

	(void)state;
	for (int i = 0; civil[i] != NULL; i++)
		assert_string_equal(request_unit_word(span_text(civil[i])),
			"civil-removal");
	for (int i = 0; other[i] != NULL; i++)
		assert_string_equal(
			request_unit_word(span_text(other[i])), "other");
	assert_string_equal(request_unit_word(SPAN("")), "none");
	assert_string_equal(request_unit_word(SPAN("unknown")), "none");
}

static void
purposes(void **state)
{
	(void)state;
	word_is(EV_PURPOSE, RQ_PURPOSE, "Criminal Proceeding",
		"criminal-proceeding");
	word_is(EV_PURPOSE, RQ_PURPOSE, "GRAND_JURY", "grand-jury");
	word_is(EV_PURPOSE, RQ_PURPOSE, "civil-removal", "civil-removal");
	word_is(EV_PURPOSE, RQ_PURPOSE, "administrative", "administrative");
	word_is(EV_PURPOSE, RQ_PURPOSE, "criminal-investigation and removal",
		"unknown");
	word_is(EV_PURPOSE, RQ_PURPOSE, "", "none");
}

static void
periods_are(const char *text, unsigned n, bool over)
{
	struct request r = good();
	struct evidence ev = {{0}};

	r.field[RQ_PERIODS] = span_text(text);
	request_grade(&r, today, &ev);
	assert_int_equal(ev.value[EV_PERIODS], 1 + n);
	assert_int_equal(ev.value[EV_PERIODS_OVER], over ? 2 : 1);
}

static void
taxable_periods(void **state)
{
	(void)state;
	periods_are("2021", 1, true);
	periods_are("2021,2021", 1, true);
	periods_are("2025,2019", 2, true);
	periods_are("2019; 2020 2021", 3, true);
	periods_are("2026", 1, false);
	periods_are("2021,2026", 2, false);
	periods_are("2010,2011,2012,2013,2014,2015,2016,2017,2018,2019,2020",
		11, true);
	periods_are("", 0, false);
	periods_are("ALL", 0, false);
	periods_are("2019-2023", 0, false);
	periods_are("2019 - 2023", 0, false);
	periods_are("2021,", 1, true);
	periods_are("2021,,2022", 0, false);
	periods_are("21", 0, false);
	periods_are("0000", 0, false);
	periods_are("2021,x", 0, false);
}

static void
orders_and_stays(void **state)
{
	struct request r = good();
	struct evidence ev = {{0}};

	(void)state;
	r.field[RQ_ORDER_DATE] = SPAN("2026-11-01");
	request_grade(&r, today, &ev);
	assert_int_equal(ev.value[EV_ORDER], 2);
	assert_int_equal(ev.value[EV_ORDER_AGE], 1);
	assert_int_equal(
		evidence_day(ev.value[EV_ORDER_DATE]), day_of(2026, 11, 1));
	assert_int_equal(evidence_day(ev.value[EV_TODAY]), today);
	memset(&ev, 0, sizeof(ev));
	r.field[RQ_ORDER_DATE] = SPAN("2026-11-02");
	request_grade(&r, today, &ev);
	assert_int_equal(ev.value[EV_ORDER], 1);
	assert_int_equal(ev.value[EV_ORDER_AGE], 0);
	assert_int_equal(ev.value[EV_ORDER_DATE], 0);
	assert_true(evidence_is(&ev, EV_FORM, "readable"));
	word_is(EV_FORM, RQ_ORDER_DATE, "2025-02-30", "malformed");
	word_is(EV_FORM, RQ_ORDER_DATE, "last spring", "malformed");
	word_is(EV_FORM, RQ_ORDER_DATE, "unknown", "readable");
	word_is(EV_FORM, RQ_ORDER_DATE, "", "readable");
	word_is(EV_STAY, RQ_ORDER_STAY, "true", "stayed");
	word_is(EV_STAY, RQ_ORDER_STAY, "", "not-stated");
}

static void
court_order_is(const char *docket, const char *granted, const char *want)
{
	struct request r = good();
	struct evidence ev = {{0}};

	r.field[RQ_COURT_DOCKET] = span_text(docket);
	r.field[RQ_COURT_DATE] = span_text(granted);
	request_grade(&r, today, &ev);
	assert_true(evidence_is(&ev, EV_COURT_ORDER, want));
	assert_true(evidence_is(&ev, EV_FORM, "readable"));
}

static void
a_courts_order_has_a_docket_and_a_day_that_was(void **state)
{
	(void)state;
	court_order_is("", "", "none");
	court_order_is("", "2026-01-05", "none");
	court_order_is("unknown", "2026-01-05", "none");
	court_order_is("1:26-mj-5", "", "undated");
	court_order_is("1:26-mj-5", "2026-02-30", "undated");
	court_order_is("1:26-mj-5", "2026-11-03", "future");
	court_order_is("1:26-mj-5", "2026-01-05", "granted");
}

static void
identifiers_are_given_or_told_to_be_wrong(void **state)
{
	static const char *const bad[] = {"000000000", "000-00-0000",
		"123456789", "99999999", "1234567890", "12345678X",
		"999-99-9999", "40232668l", NULL};

	(void)state;
	for (int i = 0; bad[i] != NULL; i++) {
		word_is(EV_TIN, RQ_TIN, bad[i], "malformed");
		word_is(EV_FORM, RQ_TIN, bad[i], "malformed");
	}
	word_is(EV_TIN, RQ_TIN, "402 32 6681", "given");
	word_is(EV_TIN, RQ_TIN, "993827595", "given");
	word_is(EV_TIN, RQ_TIN, "", "none");
	word_is(EV_TIN, RQ_TIN, "unknown", "none");
	word_is(EV_FORM, RQ_TIN, "", "readable");
	word_is(EV_BIRTH, RQ_BIRTH, "1977-02-30", "malformed");
	word_is(EV_BIRTH, RQ_BIRTH, "2026-11-02", "malformed");
	word_is(EV_BIRTH, RQ_BIRTH, "1899-12-31", "malformed");
	word_is(EV_BIRTH, RQ_BIRTH, "1900-01-01", "malformed");
	word_is(EV_BIRTH, RQ_BIRTH, "1900-01-02", "given");
	word_is(EV_BIRTH, RQ_BIRTH, "0000-00-00", "malformed");
	word_is(EV_BIRTH, RQ_BIRTH, "21/08/1977", "malformed");
	word_is(EV_FORM, RQ_BIRTH, "21/08/1977", "malformed");
	word_is(EV_BIRTH, RQ_BIRTH, "", "none");
	word_is(EV_BIRTH, RQ_BIRTH, "2026-11-01", "given");
}

static void
faults_of_the_line_are_the_form(void **state)
{
	struct request r = good();
	struct evidence ev = {{0}};

	(void)state;
	r.unnamed = true;
	request_grade(&r, today, &ev);
	assert_int_equal(ev.value[EV_MEMBERS], 1);
	assert_true(evidence_is(&ev, EV_FORM, "readable"));
	r.malformed = true;
	request_grade(&r, today, &ev);
	assert_true(evidence_is(&ev, EV_FORM, "malformed"));
	request_refuse_line(&r, "x");
	request_grade(&r, today, &ev);
	assert_true(evidence_is(&ev, EV_FORM, "unreadable"));
	assert_true(evidence_is(&ev, EV_NAME, "none"));
}

static void
keys_follow_what_is_meant_alike(void **state)
{
	struct request a = good();
	struct request b = good();
	struct request_keys ka = request_keys(&a);
	struct request_keys kb;

	(void)state;
	b.field[RQ_SURNAME] = SPAN("Torres-S\xc3\xa1nchez");
	b.field[RQ_TIN] = SPAN("402326681");
	b.field[RQ_CASE_ID] = SPAN("hsi-hou-25-325567");
	b.field[RQ_REASON] =
		SPAN("Case  HSI-HOU-25-325567: BLANCA Torres Sanchez stayed "
		     "after the\norder of 2025-06-27 ");
	kb = request_keys(&b);
	assert_true(ka.person == kb.person);
	assert_true(ka.duplicate == kb.duplicate);
	assert_true(ka.reason == kb.reason);
	b.field[RQ_CASE_ID] = SPAN("HSI-HOU-25-325568");
	b.field[RQ_REASON] = SPAN("case HSI-HOU-25-325568");
	kb = request_keys(&b);
	assert_true(ka.person == kb.person);
	assert_true(ka.duplicate != kb.duplicate);
	assert_true(ka.reason != kb.reason);
	b.field[RQ_TIN] = SPAN("402326682");
	assert_true(ka.person != request_keys(&b).person);
	/* parts do not run together */
	a.field[RQ_GIVEN] = SPAN("AN");
	a.field[RQ_SURNAME] = SPAN("ABEL");
	b = a;
	b.field[RQ_GIVEN] = SPAN("ANA");
	b.field[RQ_SURNAME] = SPAN("BEL");
	assert_true(request_keys(&a).person != request_keys(&b).person);
	/* the same numbers on every machine: stored keys depend on them */
	memset(&b, 0, sizeof(b));
	b.field[RQ_REASON] = SPAN("A  b");
	assert_true(request_keys(&b).reason == 0x53ca607c98c45326U);
}

static void
years_are_told_in_order(void **state)
{
	struct request r = good();
	uint16_t years[REQUEST_PERIODS_MAX];
	size_t n;

	(void)state;
	r.field[RQ_PERIODS] = SPAN("2023,2019,2023");
	assert_true(request_years(&r, years, &n));
	assert_int_equal(n, 2);
	assert_int_equal(years[0], 2019);
	assert_int_equal(years[1], 2023);
}

/* ---- advice ---- */

static unsigned
advised(enum request_field field, const char *text)
{
	struct request r = good();
	struct evidence ev = {{0}};

	r.field[field] = span_text(text);
	request_grade(&r, today, &ev);
	return request_advise(&r, &ev);
}

static void
advice_comes_from_what_was_written(void **state)
{
	(void)state;
	assert_int_equal(advised(RQ_ID, "R1"), 0);
	assert_int_equal(advised(RQ_TIN, ""), 1U << ADVICE_TIN);
	assert_int_equal(advised(RQ_BIRTH, ""), 1U << ADVICE_BIRTH);
	assert_int_equal(advised(RQ_STREET, "112 Avon Dr."), 1U << ADVICE_FORM);
	assert_int_equal(
		advised(RQ_STREET, "112 Avon Drive"), 1U << ADVICE_FORM);
	assert_int_equal(advised(RQ_STREET, "112  avon dr"), 0);
	assert_int_equal(advised(RQ_STREET, "112 AVON DR APT 4"), 0);
	assert_int_equal(advised(RQ_STREET, "PO BOX 112"), 0);
	assert_int_equal(
		advised(RQ_STREET, "112 AVON TOWERS") & 1U << ADVICE_UNIT,
		1U << ADVICE_UNIT);
	assert_int_equal(advised(RQ_OFFICER_ROLE, "assistant director"),
		1U << ADVICE_OFFICER);
	assert_int_equal(advised(RQ_REASON,
				 "case HSI-HOU-25-325567: Torres Sanchez left "
				 "no forwarding address"),
		1U << ADVICE_REASON);
}

static void
each_advice_has_a_code_and_a_sentence_of_its_own(void **state)
{
	(void)state;
	for (int i = 0; i < ADVICE_N; i++) {
		assert_int_equal(
			strncmp(request_advice_code((enum request_advice)i),
				"AD-", 3),
			0);
		assert_true(strlen(request_advice_text(
				    (enum request_advice)i)) > 20);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(
				request_advice_code((enum request_advice)i),
				request_advice_code((enum request_advice)k));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(advice_comes_from_what_was_written),
		cmocka_unit_test(
			each_advice_has_a_code_and_a_sentence_of_its_own),
		cmocka_unit_test(a_good_request_is_good_in_every_word),
		cmocka_unit_test(authority_as_people_cite_it),
		cmocka_unit_test(grounds_of_removal),
		cmocka_unit_test(reasons_that_state_facts_of_this_person),
		cmocka_unit_test(reasons_that_are_about_nobody),
		cmocka_unit_test(reasons_of_somebody_else),
		cmocka_unit_test(reasons_for_a_person_to_read),
		cmocka_unit_test(other_shapes_of_case_numbers),
		cmocka_unit_test(cases),
		cmocka_unit_test(officers),
		cmocka_unit_test(
			an_assistant_director_by_title_alone_is_a_supervisor),
		cmocka_unit_test(units),
		cmocka_unit_test(purposes),
		cmocka_unit_test(taxable_periods),
		cmocka_unit_test(
			a_courts_order_has_a_docket_and_a_day_that_was),
		cmocka_unit_test(orders_and_stays),
		cmocka_unit_test(identifiers_are_given_or_told_to_be_wrong),
		cmocka_unit_test(faults_of_the_line_are_the_form),
		cmocka_unit_test(keys_follow_what_is_meant_alike),
		cmocka_unit_test(years_are_told_in_order),
	};

	today = day_of(2026, 11, 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
