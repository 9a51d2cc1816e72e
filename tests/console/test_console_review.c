/* SPDX-License-Identifier: Apache-2.0 */
/* The reviewer's pages: the queue, one request, the list that is signed, the
 * sample, all that is plain; and what they never show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "case/case.h"
#include "console_world.h"
#include "proc/proc_batch.h"
#include "proc/proc_sample.h"

static const char *path;

static int
enter(void **state)
{
	(void)state;
	path = world_copy();
	return 0;
}

/* The n-th line of batch 1 in a state. */
struct nth {
	uint8_t state;
	unsigned n;
	struct store_request row;
};

static enum err
count_down(void *context, struct store_request *row)
{
	struct nth *f = context;

	if (row->state == f->state && f->n > 0 && --f->n == 0)
		f->row = *row;
	return ERR_OK;
}

static struct store_request
nth(enum case_state state, unsigned n)
{
	static struct instance in;
	struct nth f = {.state = (uint8_t)state, .n = n};

	world_open(path, INSTANCE_READ, "reviewer-1", &in);
	assert_int_equal(proc_batch_each(&in, 1, count_down, &f), ERR_OK);
	instance_close(&in);
	assert_int_equal(f.n, 0);
	return f.row;
}

static char *
at_line(const char *what, const struct store_request *row)
{
	static char to[128];

	(void)snprintf(to, sizeof(to), "/review/1/%lu%s", row->line, what);
	return to;
}

static char *
number(uint64_t n)
{
	static char to[32];

	(void)snprintf(to, sizeof(to), "%lu", n);
	return to;
}

static void
test_home_and_queue(void **state)
{
	(void)state;
	VISIT(200, path, "reviewer-1", "/", NULL);
	HAS("wait for a person");
	HAS("href=\"/queue\"");
	VISIT(200, path, "reviewer-1", "/queue", NULL);
	HAS("first signature");
	HAS("Assigned to");
	VISIT(200, path, "reviewer-1", "/queue?mine=1", NULL);
	HAS("Nothing waits for a person.");
	VISIT(200, path, "reviewer-1", "/queue?from=50", NULL);
	HAS("rel=\"prev\" href=\"/queue?from=0\"");
	assert_int_equal(
		console_visit(path, "prover", "/queue", NULL), ERR_NOT_ALLOWED);
	assert_int_equal(console_answer.status, 403);
}

static void
test_one_request(void **state)
{
	struct store_request row = nth(CASE_REVIEW, 1);

	(void)state;
	VISIT(200, path, "reviewer-1", at_line("", &row), NULL);
	HAS(row.id);
	HAS("The request beside the record");
	HAS("console-yes\">equal");
	HAS("26 USC 6103(i)(2)");
	HAS("name=\"do\" value=\"approve\"");
	HAS("nobody yet");
	/* who may read and not decide is shown no form of deciding */
	VISIT(200, path, "counsel", at_line("", &row), NULL);
	HAS_NOT("name=\"do\"");
	assert_int_equal(
		console_visit(path, "reviewer-1", "/review/1/999999", NULL),
		ERR_NOT_FOUND);
	assert_int_equal(console_visit(path, "reviewer-1", "/review/1/x", NULL),
		ERR_NOT_FOUND);
}

/* Request review is blind. */
static void
test_request_review_is_blind(void **state)
{
	struct store_request row = nth(CASE_REQUEST_REVIEW, 1);

	(void)state;
	VISIT(200, path, "reviewer-1", at_line("", &row), NULL);
	HAS("Nobody was looked up for it yet");
	HAS("value=\"clear\"");
	HAS("value=\"return\"");
	HAS_NOT("value=\"approve\"");
	HAS_NOT("The record</th>");
	VISIT(400, path, "reviewer-1", "/review/1/decide",
		FORM("line", number(row.line), "do", "return", "ground", ""));
	HAS("say why");
	VISIT(200, path, "reviewer-1", "/review/1/decide",
		FORM("line", number(row.line), "do", "return", "ground",
			"the reason can be read either way"));
	VISIT(200, path, "reviewer-1", at_line("", &row), NULL);
	HAS("Nothing waits for a decision here.");
}

/* Decisions go along unsigned, and are signed together. */
static void
test_list(void **state)
{
	struct store_request one = nth(CASE_REVIEW, 1);
	char list[256];

	(void)state;
	VISIT(200, path, "reviewer-1", "/review/1/decide",
		FORM("line", number(one.line), "do", "approve", "ground", ""));
	(void)snprintf(list, sizeof(list),
		"name=\"list\" value=\"approve %s\n\"", one.id);
	HAS(list);
	HAS("1 decided and not signed yet.");
	HAS("<h1>Request ");
	(void)snprintf(list, sizeof(list), "<h1>Request %s</h1>", one.id);
	HAS_NOT(list); /* it is on to the next one */
}

static void
test_list_is_signed(void **state)
{
	struct store_request one = nth(CASE_REVIEW, 1);
	struct store_request two = nth(CASE_REVIEW, 2);
	char list[256];

	(void)state;
	(void)snprintf(list, sizeof(list),
		"approve %s\nwithhold %s the birth date is another's\n", one.id,
		two.id);
	VISIT(200, path, "reviewer-1", "/review/1/sign", NULL);
	VISIT(303, path, "reviewer-1", "/review/1/sign", FORM("list", list));
	assert_string_equal(
		console_answer.location, "/review/1?done=list-signed");
	assert_int_equal(nth(CASE_APPROVED_ONCE, 1).line, one.line);
	assert_int_equal(nth(CASE_WITHHELD, 1).state, CASE_WITHHELD);
	VISIT(200, path, "reviewer-1", "/review/1?done=list-signed", NULL);
	HAS("Your decisions are signed");
	assert_int_equal(console_visit(path, "reviewer-1", "/review/1/sign",
				 FORM("list", "approve nobody")),
		ERR_NOT_FOUND);
}

static void
test_sample_then_plain(void **state)
{
	static struct instance in;
	static struct proc_sample sample;

	(void)state;
	VISIT(200, path, "reviewer-1", "/review/1/sample", NULL);
	HAS("not yet");
	HAS("95 %");
	assert_int_equal(console_visit(path, "reviewer-1", "/review/1/plain",
				 FORM("x", "y")),
		ERR_TOO_EARLY);
	world_open(path, INSTANCE_LEDGER, "reviewer-1", &in);
	assert_int_equal(proc_sample_read(&in, 1, &sample), ERR_OK);
	for (size_t i = 1; i < sample.n; i++)
		assert_int_equal(
			proc_sample_decide(&in,
				&(struct proc_sample_decision){.batch = 1,
					.line = sample.item[i].line,
					.ground = ""},
				&(struct proc_sample){0}),
			ERR_OK);
	instance_close(&in);
	VISIT(303, path, "reviewer-1", "/review/1/sample",
		FORM("line", number(sample.item[0].line), "do", "right"));
	VISIT(200, path, "reviewer-1", "/review/1/plain", FORM("x", "y"));
	HAS("This cannot be taken back");
	HAS("95 % confidence");
	VISIT(303, path, "reviewer-1", "/review/1/plain",
		FORM("confirm", "yes"));
	assert_int_equal(nth(CASE_APPROVED_ONCE, 1).state, CASE_APPROVED_ONCE);
	VISIT(200, path, "reviewer-1", "/review/1/sample", NULL);
	HAS("console-yes\">right");
}

static void
test_object(void **state)
{
	struct store_request row = nth(CASE_REVIEW, 1);

	(void)state;
	VISIT(200, path, "reviewer-1", "/review/1/object",
		FORM("line", number(row.line), "words",
			"the purpose is\r\ncivil <b>"));
	HAS("This cannot be taken back");
	HAS("civil &lt;b&gt;");
	VISIT(303, path, "reviewer-1", "/review/1/object",
		FORM("line", number(row.line), "words", "the purpose is civil",
			"confirm", "yes"));
	VISIT(200, path, "reviewer-1", "/queue", NULL);
}

static void
test_assign(void **state)
{
	(void)state;
	VISIT(303, path, "reviewer-1", "/review/1/assign",
		FORM("to", "", "from", "1", "until", "100"));
	VISIT(200, path, "reviewer-1", "/queue?mine=1", NULL);
	HAS("<table");
	HAS_NOT("nobody</td>");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_home_and_queue, enter),
		cmocka_unit_test_setup(test_one_request, enter),
		cmocka_unit_test_setup(test_request_review_is_blind, enter),
		cmocka_unit_test_setup(test_list, enter),
		cmocka_unit_test_setup(test_list_is_signed, enter),
		cmocka_unit_test_setup(test_sample_then_plain, enter),
		cmocka_unit_test_setup(test_object, enter),
		cmocka_unit_test_setup(test_assign, enter),
	};

	return cmocka_run_group_tests(tests, world_make, world_remove);
}
