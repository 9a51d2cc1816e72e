/* SPDX-License-Identifier: Apache-2.0 */
/* The person's account as a page, and lines that are checked or written before
 * they are sent. */
#include "console_world.h"

#include <stdio.h>
#include <string.h>

static const char *path;

static int
enter(void **state)
{
	(void)state;
	path = world_copy();
	return 0;
}

static void
test_account_form_says_what_is_missing(void **state)
{
	(void)state;
	VISIT(200, path, "counsel", "/person", NULL);
	HAS("Identified by");
	VISIT(400, path, "counsel", "/person",
		FORM("person", "P1", "by", "A. Clerk", "until", "soon"));
	HAS("This is to be mended first");
	HAS("<a href=\"#how\">How: say at what</a>");
	HAS("<a href=\"#whom\">");
	HAS("<a href=\"#until\">");
	HAS("value=\"A. Clerk\"");
	HAS_NOT("<a href=\"#person\">");
	assert_int_equal(console_visit(path, "reviewer-1", "/person", NULL),
		ERR_NOT_ALLOWED);
}

/* No month has ended so long ago: refused, with the sentence. */
static void
test_account_too_early(void **state)
{
	(void)state;
	assert_int_equal(
		console_visit(path, "counsel", "/person",
			FORM("person", "P00000001", "whom", "self", "by",
				"A. Clerk", "how", "passport shown")),
		ERR_TOO_EARLY);
	assert_int_equal(console_answer.status, 409);
	HAS("Look at it again as it is now.");
}

static const char good[] =
	"{\"weir:requestID\":\"N1\",\"nc:Person\":{\"nc:PersonName\":{"
	"\"nc:PersonGivenName\":\"ANA\"}}}\n"
	"not json <b>\n";

static void
test_check(void **state)
{
	(void)state;
	VISIT(200, path, "operator", "/check", NULL);
	VISIT(200, path, "operator", "/check",
		FORM("lines", good, "format", "jsonl"));
	HAS("I2-B1-NAME");
	HAS("RQ-FORM");
	HAS("26 USC 6103(i)(2)(B)(i)");
	HAS("Would be refused</dt><dd>2</dd>");
	VISIT(200, path, "operator", "/check", FORM("format", "jsonl"));
	HAS("There is no line in it.");
	assert_int_equal(console_visit(path, "operator", "/check",
				 FORM("lines", "", "format", "csv")),
		ERR_MALFORMED);
	HAS("the CSV has no header");
}

/* What is written in the form is one line, and is checked as it will be. */
static void
test_write(void **state)
{
	(void)state;
	VISIT(200, path, "operator", "/write?supersedes=R17&requestID=R17-2",
		NULL);
	HAS("name=\"supersedes\" autocomplete=\"off\" value=\"R17\"");
	VISIT(200, path, "operator", "/write",
		FORM("requestID", "R17-2", "supersedes", "R17",
			"PersonGivenName", "ANA <b>", "PersonSurName", "ROE",
			"taxablePeriods", "2022,2023", "stayIndicator",
			"false"));
	HAS("&quot;weir:supersedes&quot;:&quot;R17&quot;");
	HAS("ANA &lt;b&gt;");
	HAS("&quot;weir:stayIndicator&quot;:false");
	HAS("download=\"request.jsonl\"");
	HAS("I2-B1-ADDRESS");
	HAS_NOT("I2-B1-NAME");
}

/* An agency sees what it sent, why lines were refused, and nothing that differs
 * among accepted ones. */
static void
test_agency(void **state)
{
	char mend[64];

	(void)state;
	VISIT(200, path, "requester", "/batches", NULL);
	HAS("href=\"/batches/1\"");
	VISIT(200, path, "requester", "/batches/1", NULL);
	HAS("Refused lines");
	HAS("26 USC 6103(i)(2)");
	HAS_NOT("request-review");
	HAS_NOT("unresolved");
	for (unsigned line = 1; line < 100; line++) {
		(void)snprintf(mend, sizeof(mend), "/batches/1/%u/mend", line);
		if (console_visit(path, "requester", mend, NULL) == ERR_OK)
			break; /* the first refused one */
	}
	HAS("<h1>Mend and send again</h1>");
	HAS("name=\"supersedes\" autocomplete=\"off\" value=\"R");
	VISIT(200, path, "requester", "/batches/1/packages", NULL);
	HAS("Packages of accepted requests");
	assert_int_equal(console_visit(path, "requester", "/queue", NULL),
		ERR_NOT_ALLOWED);
	assert_int_equal(console_visit(path, "requester", "/batches/9", NULL),
		ERR_NOT_FOUND);
}

/* What is told of an accepted line is a function of its own words: a reply that
 * names none that has no advice, and no outcome. */
static void
test_reply(void **state)
{
	(void)state;
	VISIT(200, path, "requester", "/batches/1/reply", NULL);
	HAS("<h1>Reply to batch 1</h1>");
	HAS("console-document");
	HAS("Lines with a reason or with advice");
	HAS("AD-TIN");
	HAS("26 USC 6103(i)(2)");
	HAS_NOT("unresolved");
	HAS_NOT("withheld");
	VISIT(200, path, "requester", "/batches/1/reply?from=999999", NULL);
	HAS("None of these lines has a reason or advice.");
	assert_int_equal(
		console_visit(path, "requester", "/batches/9/reply", NULL),
		ERR_NOT_FOUND);
}

static void
test_letters(void **state)
{
	(void)state;
	VISIT(200, path, "requester", "/batches/1/letters", NULL);
	HAS("Nothing was written about this batch yet.");
	HAS("name=\"signature\"");
	HAS("the officer whom the request names");
	assert_int_equal(
		console_visit(path, "requester", "/batches/1/letters/17", NULL),
		ERR_NOT_FOUND);
	assert_int_equal(console_visit(path, "requester", "/batches/1/letters",
				 FORM("letter", "", "signature", "")),
		ERR_MALFORMED);
	VISIT(400, path, "requester", "/batches/1/letters",
		FORM("letter", "{}", "signature", "none"));
	HAS("The letter was refused, and nothing was done");
}

/* A form without its files is the form again, with what is to be mended. */
static void
test_upload(void **state)
{
	(void)state;
	VISIT(200, path, "requester", "/batches/new", NULL);
	HAS("data-upload=\"1\"");
	HAS("enctype=\"multipart/form-data\"");
	VISIT(400, path, "requester", "/batches/new", FORM("format", "csv"));
	HAS("<a href=\"#requests\">The lines: choose the file</a>");
	HAS("<a href=\"#manifest\">");
	HAS("<a href=\"#signature\">");
	HAS("value=\"csv\" checked");
	assert_int_equal(
		console_visit(path, "reviewer-1", "/batches/new", NULL),
		ERR_NOT_ALLOWED);
}

/* Whoever is known may verify: what is fetched for it is public. */
static void
test_verify(void **state)
{
	(void)state;
	VISIT(200, path, "requester", "/ledger/check", NULL);
	HAS("By command line");
	HAS("weir-verify LEDGER --vkey KEY");
	HAS_NOT("href=\"/ledger/entries\"");
	VISIT(200, path, "counsel", "/ledger/check", NULL);
	HAS("href=\"/ledger/entries\"");
	VISIT(200, path, "counsel", "/ledger/entries/0", NULL);
	HAS("docs/verify-proof.sh");
	VISIT(200, path, "requester", "/ledger/checkpoint", NULL);
	VISIT(200, path, "requester", "/ledger/keys", NULL);
	assert_int_equal(
		console_visit(path, "requester", "/ledger/map/0x", NULL),
		ERR_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			test_account_form_says_what_is_missing, enter),
		cmocka_unit_test_setup(test_account_too_early, enter),
		cmocka_unit_test_setup(test_check, enter),
		cmocka_unit_test_setup(test_write, enter),
		cmocka_unit_test_setup(test_agency, enter),
		cmocka_unit_test_setup(test_reply, enter),
		cmocka_unit_test_setup(test_letters, enter),
		cmocka_unit_test_setup(test_upload, enter),
		cmocka_unit_test_setup(test_verify, enter),
	};

	return cmocka_run_group_tests(tests, world_make, world_remove);
}
