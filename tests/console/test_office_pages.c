/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pages of counsel, safeguards officers, inspectors, administrators and
 * operators: each is well formed, says what there is, refuses who may not with
 * a sentence, and nothing that somebody wrote becomes markup.
 */
#include "console_visit.h"

#include <fcntl.h>
#include <stdio.h>

#include "console_people.h"
#include "html_check.h"
#include "os/file.h"
#include "proc/proc_look.h"
#include "proc/proc_matter.h"
#include "proc/proc_review.h"

#define EVIL "<script>alert('x')</script>\""
#define TAMED "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;"

static int
make(void **state)
{
	struct instance *in = &answered;

	if (answered_make(state) != 0)
		return 1;
	answered_as("operator");
	console_person_add(in, "inspector", "inspector", EVIL);
	console_person_add(in, "safeguards", "safeguards", "Safeguards");
	console_person_add(in, "administrator", "administrator", "Admin");
	instance_close(in);
	return 0;
}

static int
begin(void **state)
{
	(void)answered_begin(state);
	visit_begin(answered_path);
	return 0;
}

static int
end(void **state)
{
	visit_end();
	return answered_end(state);
}

/* ---- every page, by whom it is and by whom it is not ---- */

static const struct {
	const char *name;
	const char *address;
	const char *who;
	const char *says;
	const char *not_who; /* NULL: whoever has a role */
} pages[] = {
	{"looks", "/looks", "reviewer-1", "waits", "prover"},
	{"looks-none", "/looks?batch=99", "reviewer-1",
		"No answer waits for a second look", "administrator"},
	{"looks-all", "/looks?batch=1&all=yes", "safeguards",
		"with 95 % confidence", "administrator"},
	{"holds", "/holds", "counsel", "No hold here", NULL},
	{"hold-new", "/holds/new", "counsel", "What it covers", NULL},
	{"matters", "/matters?show=all", "inspector", "look", "prover"},
	{"matter", "/matters/1", "counsel", "About", "administrator"},
	{"agreements", "/agreements", "counsel", "AG-", "prover"},
	{"safeguards", "/safeguards", "safeguards", "us.dhs.ice",
		"operator-only"},
	{"agency-custody", "/batches/1/custody", "requester", "acknowledge it",
		"inspector"},
	{"custody", "/custody", "inspector", "in the outbox", "prover"},
	{"custody-overdue", "/custody?overdue=yes&batch=1", "counsel",
		"This ties", "reviewer-1"},
	{"demand-new", "/demands/new", "counsel", "Ground", "inspector"},
	{"incidents", "/incidents", "safeguards", "No incident", "prover"},
	{"incident-new", "/incidents/new", "counsel", "24 hours", NULL},
	{"notices", "/notices", "safeguards", "No notice", "prover"},
	{"delays", "/delays", "counsel", "Nothing is delayed", "reviewer-1"},
	{"flows", "/flow", "inspector", "Batch", "safeguards"},
	{"flow", "/flow/1", "inspector", "All totals tie", "administrator"},
	{"ledger", "/ledger/entries", "inspector", "Commitment", "prover"},
	{"ledger-older", "/ledger/entries?from=50", "counsel", "Previous",
		"administrator"},
	{"entry", "/ledger/entries/3", "inspector", "sealed record says",
		"administrator"},
	{"ledger-check", "/ledger/check", "inspector", "Verify", NULL},
	{"roles", "/registers", "administrator", "administrator", "prover"},
	{"officers", "/registers?register=officer&history=yes", "inspector",
		"officer", "prover"},
	{"recipients", "/registers?register=recipient", "safeguards",
		"in-order", "prover"},
	{"role-new", "/registers/role/new", "administrator", "Certificate",
		"inspector"},
	{"recipient-new", "/registers/recipient/new?key=us.dhs.ice",
		"safeguards", "in-order", "administrator"},
	{"reports", "/reports", "counsel", "Coverage", "reviewer-1"},
	{"report-coverage", "/reports/make?report=coverage", "inspector", "",
		"prover"},
	{"report-annual", "/reports/make?report=annual&year=2026", "safeguards",
		"6103", "administrator"},
	{"office", "/office", "operator", "Batches", "inspector"},
};

static void
every_page_is_for_whom_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(*pages); i++) {
		const char *not_who = pages[i].not_who;

		visit_as(pages[i].who);
		visit_page(pages[i].name, pages[i].address);
		if (!visit_says(pages[i].says))
			fail_msg("%s does not say '%s'", pages[i].address,
				pages[i].says);
		assert_false(visit_says("<script>alert"));
		if (not_who == NULL || strcmp(not_who, "operator-only") == 0)
			continue;
		visit_as(not_who);
		if (visit_get(pages[i].address) != ERR_NOT_ALLOWED)
			fail_msg(
				"%s is shown to %s", pages[i].address, not_who);
		assert_true(strlen(visit_why.text) > 10);
	}
}

/* The picture has a table beside it and a title; the totals are of the store. */
static void
the_flow_ties(void **state)
{
	struct case_totals totals;
	struct case_sums sums;
	char text[160];

	(void)state;
	answered_as("counsel");
	answered_fine(proc_batch_totals(&answered, 1, &totals));
	instance_close(&answered);
	sums = case_totals_sums(&totals);
	visit_as("inspector");
	visit_page("flow", "/flow/1");
	(void)snprintf(text, sizeof(text),
		"<strong>%u received</strong> = %u refused or given back + %u "
		"accepted + %u withdrawn. This ties.",
		(unsigned)sums.received, (unsigned)sums.refused,
		(unsigned)sums.accepted, (unsigned)sums.withdrawn);
	assert_true(visit_says(text));
	assert_true(visit_says("<svg role=\"img\""));
	assert_true(visit_says("<title id=\"chart-1-title\">"));
	assert_true(visit_says("Requests by state and by answer"));
}

/* ---- holds ---- */

static void
a_hold_is_seen_before_and_after(void **state)
{
	(void)state;
	/* no & within a value of these forms */
	visit_as("counsel");
	assert_int_equal(
		visit_post("/holds/new",
			"ground=court&docket=1:26-cv-1 <b>&scope=batch=1&"
			"effect=stop&effective=2026-11-01"),
		ERR_OK);
	html_check("hold-draft", buf_span(&visit_answer.body));
	assert_true(visit_says("Nothing is placed yet"));
	assert_true(visit_says("What it stops"));
	assert_true(visit_says("packages left</strong>"));
	assert_true(visit_says("1:26-cv-1 &lt;b&gt;"));
	visit_page("holds", "/holds?show=all");
	assert_true(visit_says("No hold here"));
	visit_done("/holds/new",
		"ground=court&docket=1:26-cv-1 <b>&scope=batch=1&effect=stop&"
		"effective=2026-11-01&confirm=yes",
		"/holds/1/left?done=hold-pulled");
	visit_page("hold-left", "/holds/1/left?done=hold-pulled");
	assert_true(visit_says("are pulled back"));
	assert_true(visit_says("back with the custodian"));
	visit_page("hold", "/holds/1");
	assert_true(visit_says("Ask for the lift"));
	visit_page("holds-one", "/holds");
	assert_true(visit_says("1:26-cv-1 &lt;b&gt;"));
	visit_page("report-court-form", "/reports");
	visit_page("report-court",
		"/reports/make?report=court&docket=1:26-cv-1 <b>");
	assert_true(visit_says("1:26-cv-1 &lt;b&gt;"));
}

static void
a_wrong_order_says_what_to_mend(void **state)
{
	(void)state;
	visit_as("counsel");
	assert_int_equal(
		visit_post("/holds/new", "ground=&docket=&scope=&effect=stop&"
					 "effective=soon"),
		ERR_OK);
	html_check("hold-wrong", buf_span(&visit_answer.body));
	assert_true(visit_says("This is to be mended first"));
	assert_true(visit_says("name the order"));
	assert_true(visit_says("value=\"soon\""));
	assert_int_equal(
		visit_post("/holds/new", "ground=court&docket=x&scope=planet=9&"
					 "effect=stop"),
		ERR_OK);
	html_check("hold-wrong-scope", buf_span(&visit_answer.body));
	assert_true(visit_says("planet"));
}

static void
two_people_lift(void **state)
{
	(void)state;
	visit_as("reviewer-1");
	visit_done("/holds/new",
		"ground=parties&docket=D&scope=case=X-1&effect=stop&"
		"confirm=yes",
		"/holds/1/left?done=hold-placed");
	visit_done("/holds/1/lift", "answer=lift", "/holds/1?done=hold-asked");
	visit_page("hold-asked", "/holds/1?done=hold-asked");
	assert_true(visit_says("a lift is asked"));
	assert_int_equal(
		visit_post("/holds/1/lift", "answer=lift"), ERR_NOT_ALLOWED);
	visit_as("counsel");
	visit_done("/holds/1/except", "docket=L&scope=case=X-1,request=R1",
		"/holds/1?done=exception-asked");
	visit_as("reviewer-2");
	visit_page("hold-exception", "/holds/1");
	visit_done("/holds/1/exceptions/1", "answer=grant",
		"/holds/1?done=exception-granted");
	visit_as("counsel");
	visit_done("/holds/1/lift", "answer=lift", "/holds/1?done=hold-lifted");
	visit_page("holds-lifted", "/holds?show=lifted");
	assert_true(visit_says("lifted"));
	visit_as("inspector");
	assert_int_equal(visit_get("/holds/99"), ERR_NOT_FOUND);
}

/* ---- matters ---- */

static void
an_objection_is_answered_by_a_rule(void **state)
{
	uint64_t n = 0;
	char address[64];
	char done[96];

	(void)state;
	answered_as("reviewer-1");
	answered_fine(proc_review_object(&answered, 1, NULL, EVIL, &n));
	instance_close(&answered);
	(void)snprintf(address, sizeof(address), "/matters/%u", (unsigned)n);
	(void)snprintf(done, sizeof(done), "/matters/%u?done=matter-answered",
		(unsigned)n);
	visit_as("reviewer-2");
	visit_page("objection-reviewer", address);
	assert_true(visit_says(TAMED));
	assert_false(visit_says("Answer it"));
	visit_as("counsel");
	visit_page("objection", address);
	assert_true(visit_says("overrule"));
	assert_true(visit_says("The rules of the law in use"));
	assert_int_equal(
		visit_post(address, "decision=overrule&ground=it is fine"),
		ERR_OK);
	html_check("objection-wrong", buf_span(&visit_answer.body));
	assert_true(visit_says("it is fine"));
	assert_true(visit_says("usa-error-message"));
	visit_done(address,
		"decision=overrule&ground=I2-A-USE: it is a criminal case",
		done);
	visit_page("objection-answered", address);
	assert_true(visit_says("it is a criminal case"));
}

/* ---- after release ---- */

static void
packages_are_demanded_back(void **state)
{
	(void)state;
	visit_as("counsel");
	assert_int_equal(visit_post("/demands/new", "batch=x&ground="), ERR_OK);
	html_check("demand-wrong", buf_span(&visit_answer.body));
	assert_true(visit_says("a batch has a number"));
	assert_int_equal(
		visit_post("/demands/new", "batch=1&ground=an error of ours"),
		ERR_OK);
	html_check("demand-draft", buf_span(&visit_answer.body));
	assert_true(visit_says("an error of ours"));
	assert_int_equal(
		visit_post("/demands/new", "batch=1&ground=an error of ours&"
					   "confirm=yes"),
		ERR_OK);
	assert_true(strstr(visit_answer.location, "/demands/") != NULL);
	visit_page("demand", visit_answer.location);
	visit_page("custody-demanded", "/custody");
	assert_true(visit_says("demanded back"));
}

/* "/looks/1/LINE": what waits for a reviewer. */
static void
drawn_for(const char *who, char to[64])
{
	uint64_t line = 0;

	answered_as(who);
	answered_fine(proc_look_next(&answered, 1, &line));
	instance_close(&answered);
	(void)snprintf(to, 64, "/looks/1/%lu", (unsigned long)line);
}

static void
an_answer_is_looked_at_again(void **state)
{
	char first[64];
	char second[64];
	char incident[ANSWER_TEXT];

	(void)state;
	drawn_for("reviewer-1", first);
	visit_as("reviewer-1");
	visit_page("look", first);
	assert_true(visit_says("Was this answer right?"));
	assert_true(visit_says("The law, clause by clause"));
	assert_int_equal(visit_post(first, "do=maybe"), ERR_MALFORMED);
	assert_int_equal(visit_post(first, "do=sound"), ERR_OK);
	drawn_for("reviewer-1", second);
	assert_string_not_equal(first, second);
	assert_memory_equal(visit_answer.location, second, strlen(second));
	assert_non_null(strstr(visit_answer.location, "?done=look-sound"));
	visit_page("look-decided", first);
	assert_true(visit_says("Decided by"));
	assert_false(visit_says("Was this answer right?"));
	assert_int_equal(visit_post(first, "do=sound"), ERR_NOT_FOUND);
	assert_int_equal(visit_post(second, "do=wrong&ground="), ERR_OK);
	assert_int_equal(visit_answer.status, 400);
	html_check("look-no-ground", buf_span(&visit_answer.body));
	assert_true(visit_says("say what is wrong"));
	assert_int_equal(
		visit_post(second, "do=wrong&ground=123-45-6789 is another"),
		ERR_OK);
	html_check("look-confirm", buf_span(&visit_answer.body));
	assert_true(visit_says("An incident is opened"));
	assert_int_equal(visit_post(second, "do=wrong&confirm=yes&"
					    "ground=123-45-6789 is another"),
		ERR_OK);
	assert_int_equal(visit_answer.status, 400);
	assert_true(visit_says("usa-error-message"));
	assert_int_equal(visit_post(second, "do=wrong&confirm=yes&"
					    "ground=the unit is another"),
		ERR_OK);
	assert_int_equal(visit_answer.status, 303);
	assert_memory_equal(visit_answer.location, "/incidents/", 11);
	(void)snprintf(incident, sizeof(incident), "%s", visit_answer.location);
	visit_page("look-incident", incident);
	assert_true(visit_says("this incident is open for it"));
	assert_true(visit_says("the unit is another"));
	visit_page("look-wrong", second);
	incident[strcspn(incident, "?")] = '\0';
	assert_true(visit_says(incident));
	assert_true(visit_says("the unit is another"));
}

/* The link of the first row of the page that says so. */
static void
row_that_says(const char *text, char to[64])
{
	const struct buf *body = &visit_answer.body;
	const char *page = (const char *)body->at;
	const char *says = memmem(page, body->n, text, strlen(text));
	const char *link = NULL;

	assert_non_null(says);
	for (const char *at = page; at < says; at++)
		if (strncmp(at, "href=\"/looks/", 13) == 0)
			link = at + 6;
	assert_non_null(link);
	assert_true(span_copy(
		span_of((const uint8_t *)link, strcspn(link, "\"")), to, 64));
}

/* Who approved it does not look again while there is another reviewer. */
static void
another_reviewer_takes_it(void **state)
{
	char path[64];

	(void)state;
	answered_as("operator");
	console_person_add(&answered, "reviewer-3", "reviewer", "Third");
	instance_close(&answered);
	visit_as("reviewer-1");
	visit_page("looks-another", "/looks");
	row_that_says("waits for another<", path);
	visit_page("look-another", path);
	assert_true(visit_says("Another reviewer takes the second look"));
	assert_false(visit_says("name=\"do\""));
	assert_int_equal(visit_post(path, "do=sound"), ERR_NOT_ALLOWED);
	visit_as("counsel");
	visit_page("look-counsel", path);
	assert_false(visit_says("name=\"do\""));
	assert_int_equal(visit_post(path, "do=sound"), ERR_NOT_ALLOWED);
	assert_int_equal(visit_get("/looks/1/999999"), ERR_NOT_FOUND);
	visit_as("safeguards");
	assert_int_equal(visit_get(path), ERR_NOT_ALLOWED);
	visit_as("reviewer-3");
	visit_page("look-third", path);
	assert_true(visit_says("name=\"do\""));
	assert_int_equal(visit_post(path, "do=sound"), ERR_OK);
	assert_int_equal(visit_answer.status, 303);
}

static void
an_incident_has_its_clock(void **state)
{
	char incident[ANSWER_TEXT];
	char address[2 * ANSWER_TEXT];

	(void)state;
	visit_as("reviewer-1");
	assert_int_equal(visit_post("/incidents/new",
				 "found=a review&what=the number 123-45-6789"),
		ERR_OK);
	html_check("incident-wrong", buf_span(&visit_answer.body));
	assert_true(visit_says("This is to be mended first"));
	assert_int_equal(
		visit_post("/incidents/new", "found=a review&what=" EVIL),
		ERR_OK);
	(void)snprintf(incident, sizeof(incident), "%s", visit_answer.location);
	*strchr(incident, '?') = '\0';
	visit_as("safeguards");
	visit_page("incident", incident);
	assert_true(visit_says("not reported yet: due"));
	assert_true(visit_says("&lt;script&gt;"));
	(void)snprintf(address, sizeof(address), "%s/report", incident);
	assert_int_equal(visit_post(address, ""), ERR_OK);
	html_check("incident-unknown", buf_span(&visit_answer.body));
	assert_true(visit_says("not known yet"));
	assert_int_equal(visit_post(address, "unknown=yes"), ERR_OK);
	assert_true(strstr(visit_answer.location, "incident-reported") != NULL);
	visit_page("incident-reported", incident);
	assert_true(visit_says("reported"));
	(void)snprintf(address, sizeof(address), "%s/text", incident);
	assert_int_equal(visit_get(address), ERR_OK);
	assert_int_equal(visit_answer.type, ANSWER_TEXT_PLAIN);
}

static void
people_are_told(void **state)
{
	char address[2 * ANSWER_TEXT];
	char id[STORE_ID_MAX] = "";
	struct store_request row;
	char form[256];

	(void)state;
	answered_as("counsel");
	for (uint64_t line = 1; id[0] == '\0'; line++) {
		answered_fine(store_request_get(answered.store, 1, line, &row));
		if (row.state == CASE_DELIVERED)
			(void)snprintf(id, sizeof(id), "%s", row.id);
	}
	instance_close(&answered);
	visit_as("safeguards");
	(void)snprintf(form, sizeof(form),
		"found=a review&what=a rule was wrong&requests=%s&batch=1", id);
	assert_int_equal(visit_post("/incidents/new", form), ERR_OK);
	(void)snprintf(address, sizeof(address), "%.*s/notice",
		(int)strcspn(visit_answer.location, "?"),
		visit_answer.location);
	assert_int_equal(
		visit_post(address, "ground=a rule was wrong"), ERR_OK);
	assert_true(strstr(visit_answer.location, "notice-open") != NULL);
	(void)snprintf(address, sizeof(address), "%s", visit_answer.location);
	visit_page("notice", address);
	assert_true(visit_says("a rule was wrong"));
	address[strcspn(address, "?")] = '\0';
	assert_int_equal(
		visit_post(address, "decision=suppress&ground=x"), ERR_OK);
	assert_true(visit_says("until which day"));
	assert_int_equal(visit_post(address, "decision=sent"), ERR_OK);
	assert_true(strstr(visit_answer.location, "notice-sent") != NULL);
	visit_page("notices-one", "/notices");
	assert_true(visit_says("sent"));
}

/* ---- registers ---- */

static void
safeguards_close_a_recipient(void **state)
{
	(void)state;
	visit_as("safeguards");
	visit_done("/registers/recipient/new",
		"id=us.dhs.ice&name=Enforcement <i>&safeguards=open-finding&"
		"plan=2026-12-01&replace=yes",
		"/registers?register=recipient&done=row-added");
	visit_page("recipient-changed", "/registers?register=recipient");
	assert_true(visit_says("open-finding"));
	assert_true(visit_says("Enforcement &lt;i&gt;"));
	visit_page("safeguards-finding", "/safeguards");
	assert_true(visit_says("2026-12-01"));
	visit_as("administrator");
	assert_int_equal(
		visit_post("/registers/recipient/end", "id=us.dhs.ice"),
		ERR_NOT_ALLOWED);
	assert_int_equal(visit_post("/registers/screen/new", "person=P1"),
		ERR_NOT_FOUND);
	visit_as("safeguards");
	visit_done("/registers/recipient/end", "id=us.dhs.ice",
		"/registers?register=recipient&done=row-ended");
}

static void
roles_apart_are_refused_in_words(void **state)
{
	OWNED_BUF(file, 1 << 14);
	char cert[WORLD_PATH + 32];
	OWNED_BUF(form, 1 << 15);

	(void)state;
	(void)snprintf(
		cert, sizeof(cert), "%s/sandbox/counsel.crt", answered_path);
	assert_int_equal(os_read(AT_FDCWD, cert, &file), ERR_OK);
	/* a PEM's base64 ends in =, which this form's values may have */
	buf_text(&form, "role=reviewer&name=Counsel&certificate-file=");
	buf_bytes(&form, buf_span(&file));
	buf_u8(&form, 0);
	visit_as("administrator");
	assert_int_equal(
		visit_post("/registers/role/new", (const char *)form.at),
		ERR_OK);
	html_check("role-wrong", buf_span(&visit_answer.body));
	assert_true(visit_says("answer an objection"));
}

/* ---- the law ---- */

static void
the_agreement_is_shown_with_its_proofs(void **state)
{
	char address[128];
	const char *at;

	(void)state;
	visit_as("counsel");
	visit_page("agreements", "/agreements");
	at = memmem(visit_answer.body.at, visit_answer.body.n,
		"href=\"/agreements/", 18);
	assert_non_null(at);
	(void)snprintf(address, sizeof(address), "/agreements/%.64s", at + 18);
	visit_page("agreement", address);
	assert_true(visit_says("its receipt holds for exactly these bytes"));
	assert_true(visit_says("nothing is released while a hold covers it"));
	assert_true(visit_says("proved"));
	assert_true(visit_says("Receipt, SHA-256"));
}

static void
two_agreements_are_compared(void **state)
{
	char address[256];
	char hex[65] = "";

	(void)state;
	answered_as("counsel");
	for (size_t i = 0; i < 32; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", answered.law_hash[i]);
	instance_close(&answered);
	visit_as("inspector");
	(void)snprintf(address, sizeof(address), "/agreements/diff?a=%s&b=%s",
		hex, hex);
	visit_page("agreements-same", address);
	assert_true(visit_says("byte for byte"));
	assert_int_equal(visit_get("/agreements/diff?a=..&b=x"), ERR_NOT_FOUND);
}

/* ---- letters about packages ---- */

static void
a_letter_is_found_or_is_not(void **state)
{
	(void)state;
	visit_as("safeguards");
	assert_int_equal(visit_get("/custody/letters/9"), ERR_NOT_FOUND);
	assert_int_equal(visit_get("/custody/letters/x"), ERR_NOT_FOUND);
	visit_as("reviewer-1");
	assert_int_equal(visit_get("/custody/letters/9"), ERR_NOT_ALLOWED);
}

/* ---- the operator ---- */

static void
the_round_is_done(void **state)
{
	(void)state;
	visit_as("operator");
	assert_int_equal(visit_post("/office/tend", ""), ERR_OK);
	html_check("tended", buf_span(&visit_answer.body));
	assert_int_equal(visit_post("/office/1/release", ""), ERR_OK);
	html_check("release-confirm", buf_span(&visit_answer.body));
	assert_true(visit_says("Release batch 1"));
	visit_as("counsel");
	assert_int_equal(visit_post("/office/1/release", "confirm=yes"),
		ERR_NOT_ALLOWED);
}

static void
public_files_are_served(void **state)
{
	(void)state;
	visit_as("inspector");
	assert_int_equal(visit_get("/ledger/checkpoint"), ERR_OK);
	assert_true(visit_answer.file >= 0);
	assert_int_equal(visit_get("/ledger/ledger.vkey"), ERR_OK);
	assert_int_equal(visit_get("/ledger/tile/entries/000"), ERR_OK);
	assert_int_equal(visit_get("/ledger/tile/.."
				   "/checkpoint"),
		ERR_NOT_FOUND);
	assert_int_equal(visit_get("/ledger/tile/0/.."), ERR_NOT_FOUND);
	assert_int_equal(visit_get("/ledger/entries/2/proof"), ERR_OK);
	assert_true(visit_says("c2sp.org/tlog-proof"));
	assert_int_equal(visit_get("/ledger/entries/2/bytes"), ERR_OK);
	assert_int_equal(visit_get("/ledger/entries/4000000"), ERR_NOT_FOUND);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(every_page_is_for_whom_it_is),
		TEST(the_flow_ties),
		TEST(a_hold_is_seen_before_and_after),
		TEST(a_wrong_order_says_what_to_mend),
		TEST(two_people_lift),
		TEST(an_objection_is_answered_by_a_rule),
		TEST(packages_are_demanded_back),
		TEST(an_answer_is_looked_at_again),
		TEST(another_reviewer_takes_it),
		TEST(an_incident_has_its_clock),
		TEST(people_are_told),
		TEST(safeguards_close_a_recipient),
		TEST(roles_apart_are_refused_in_words),
		TEST(the_agreement_is_shown_with_its_proofs),
		TEST(two_agreements_are_compared),
		TEST(a_letter_is_found_or_is_not),
		TEST(the_round_is_done),
		TEST(public_files_are_served),
	};

	return cmocka_run_group_tests(tests, make, world_remove);
}
