/* SPDX-License-Identifier: Apache-2.0 */
/* An agreement is loaded from a page: what it would change and what it stands on
 * is seen before, every refusal has its sentence, and nothing is changed before
 * it is signed. */
#include "console_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "os/file.h"
#include "proc/proc_proof.h"

enum { FORM_MAX = 1 << 20, COMMAND = 5 * WORLD_PATH };

/* Not the 100 people of before; and a clause more. */
#define LATER                                                                  \
	"s/^setting officer-most 100/setting officer-most 90/; "               \
	"s/^rule ag.7-volume/rule ag.7-quantity/"

static const char *path;
static char file[2 * WORLD_PATH]; /* the agreement that is to be loaded */

/* What a form brings of it, in base64. */
static struct {
	struct buf agreement;
	struct buf receipt;
	struct buf signature;
} sent;

static int
enter(void **state)
{
	(void)state;
	path = world_copy();
	buf_init(&sent.agreement, FORM_MAX);
	buf_init(&sent.receipt, FORM_MAX);
	buf_init(&sent.signature, FORM_MAX);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	buf_fini(&sent.agreement);
	buf_fini(&sent.receipt);
	buf_fini(&sent.signature);
	return 0;
}

static void
encode(struct span bytes, struct buf *to)
{
	buf_clear(to);
	code_base64(to, bytes);
	buf_u8(to, 0);
	assert_int_equal(buf_error(to), ERR_OK);
}

static void
take(const char *end, struct buf *to)
{
	OWNED_BUF(bytes, FORM_MAX);
	char name[3 * WORLD_PATH];

	(void)snprintf(name, sizeof(name), "%s%s", file, end);
	assert_int_equal(os_read(AT_FDCWD, name, &bytes), ERR_OK);
	encode(buf_span(&bytes), to);
}

/* The shipped agreement, edited and proved. */
static void
write_agreement(const char *name, const char *sed)
{
	char command[COMMAND];

	(void)snprintf(file, sizeof(file), "%s/%s", path, name);
	(void)snprintf(command, sizeof(command),
		"sed '%s' " WEIR_SOURCE "/agreements/irs-ice-2025.md > '%s'",
		sed, file);
	assert_int_equal(system(command), 0);
	world_prove(path, file);
	take("", &sent.agreement);
	take(".receipt", &sent.receipt);
	take(".receipt.p7s", &sent.signature);
}

/* The receipt, signed by somebody. */
static void
sign_receipt(struct span receipt, const char *who)
{
	struct instance_actor actor = {.cert = NULL};
	struct why why = {""};
	OWNED_BUF(cms, 1 << 16);

	assert_int_equal(
		instance_actor_read(world_key(path, who), &actor, &why),
		ERR_OK);
	assert_int_equal(
		instance_actor_cms(&actor, receipt, &cms, &why), ERR_OK);
	instance_actor_fini(&actor);
	encode(receipt, &sent.receipt);
	encode(buf_span(&cms), &sent.signature);
}

#define TEXT(name) ((const char *)sent.name.at)
#define FILES(...)                                                             \
	FORM("encoded", "yes", "agreement", TEXT(agreement), "receipt",        \
		TEXT(receipt), "receipt-signature", TEXT(signature),           \
		__VA_ARGS__)
#define AT "/agreements/load"

struct is {
	uint8_t law[32];
	uint8_t receipt[32];
	uint64_t next;
};

static struct is
as_it_is(void)
{
	struct instance in = INSTANCE_NONE;
	struct is is;
	OWNED_PROOF(proof);

	world_open(path, INSTANCE_LEDGER, "counsel", &in);
	memcpy(is.law, in.law_hash, sizeof(is.law));
	is.next = in.next;
	assert_int_equal(proc_proof_kept(in.dir, in.law_hash, &proof), ERR_OK);
	crypto_sha256(buf_span(&proof.receipt), is.receipt);
	instance_close(&in);
	return is;
}

/* Refused, with the sentence, and without a button to go on. */
static void
must_refuse(unsigned status, const char *says)
{
	struct is before = as_it_is();
	struct is after;

	/* nor without having looked */
	assert_true(console_visit(path, "counsel", AT,
			    FILES("confirm", "yes")) != ERR_OK ||
		    console_answer.status == 400);
	VISIT(status, path, "counsel", AT, FILES("statute", ""));
	HAS(says);
	HAS_NOT("Go on and sign it");
	after = as_it_is();
	assert_memory_equal(&before, &after, sizeof(before));
}

static void
test_form_says_what_is_missing(void **state)
{
	(void)state;
	VISIT(200, path, "counsel", AT, NULL);
	HAS("weir agreement prove agreement.md");
	HAS("A sandbox asks for neither.");
	VISIT(400, path, "counsel", AT, FORM("agreement", "", "statute", ""));
	HAS("<a href=\"#receipt\">");
	HAS("<a href=\"#receipt-signature\">");
	VISIT(400, path, "counsel", AT,
		FORM("receipt", "no receipt", "receipt-signature", "x",
			"statute", "a statute"));
	HAS("<a href=\"#receipt\">");
	HAS("<a href=\"#statute\">");
	assert_int_equal(
		console_visit(path, "reviewer-1", AT, NULL), ERR_NOT_ALLOWED);
	assert_int_equal(
		console_visit(path, "reviewer-1", AT, FORM("receipt", "x")),
		ERR_NOT_ALLOWED);
	HAS_NOT("form");
}

static void
test_long_files_are_refused(void **state)
{
	static char line[(512 << 10) + 2];

	(void)state;
	write_agreement("agreement.md", LATER);
	memset(line, 'x', sizeof(line) - 1);
	VISIT(400, path, "counsel", AT,
		FORM("agreement", line, "receipt", "r", "receipt-signature",
			"s"));
	HAS("longer than 512 KiB");
}

static void
test_a_wrong_line_is_shown(void **state)
{
	OWNED_BUF(text, FORM_MAX);
	char command[COMMAND];

	(void)state;
	write_agreement("agreement.md", LATER);
	(void)snprintf(command, sizeof(command),
		"sed -i 's/^narrows/narrow <b>/' '%s'", file);
	assert_int_equal(system(command), 0);
	take("", &sent.agreement);
	must_refuse(400, "agreement.md:17:1: ");
	HAS_NOT("<b>");
	/* what is no text at all */
	encode(SPAN("\x7f"
		    "ELF\0\xff\xfe"),
		&sent.agreement);
	must_refuse(400, "agreement.md: the file is not UTF-8");
}

static void
test_what_it_stands_on_is_asked(void **state)
{
	OWNED_BUF(receipt, 1 << 16);
	char name[3 * WORLD_PATH];
	char *line;

	(void)state;
	write_agreement("agreement.md", LATER);
	(void)snprintf(name, sizeof(name), "%s.receipt", file);
	assert_int_equal(os_read(AT_FDCWD, name, &receipt), ERR_OK);
	/* not by a prover: what it claims is not told */
	sign_receipt(buf_span(&receipt), "counsel");
	must_refuse(422, "the signer is not one of those who may sign");
	HAS_NOT("What was proved");
	encode(SPAN("no signature"), &sent.signature);
	must_refuse(422, "the receipt: ");
	HAS_NOT("What was proved");
	/* a property that is not proved is told of */
	line = memmem(receipt.at, receipt.n, "monotone proved", 15);
	assert_non_null(line);
	memmove(line + 9, "fails", 5);
	memmove(line + 14, line + 15,
		receipt.n - (size_t)(line + 15 - (char *)receipt.at));
	receipt.n--;
	sign_receipt(buf_span(&receipt), "prover");
	must_refuse(422, "is not proved: fails");
	HAS("What was proved");
	HAS("console-overdue\">fails<");
	/* another file than was proved */
	write_agreement("agreement.md", LATER);
	encode(SPAN("another"), &sent.agreement);
	must_refuse(400, "the files make no law");
	write_agreement("agreement.md", LATER);
	(void)snprintf(
		file, sizeof(file), WEIR_SOURCE "/agreements/irs-ice-2025.md");
	take("", &sent.agreement);
	must_refuse(422, "it is the receipt of another file");
	HAS_NOT("What was proved");
}

static void
test_a_signature_of_a_party_must_hold(void **state)
{
	struct is before = as_it_is();
	struct is after;

	(void)state;
	write_agreement("agreement.md", LATER);
	VISIT(422, path, "counsel", AT, FILES("custodian", TEXT(signature)));
	HAS("the custodian&#39;s signature: ");
	HAS("a signature that does not hold");
	HAS_NOT("Go on and sign it");
	after = as_it_is();
	assert_memory_equal(&before, &after, sizeof(before));
}

static void
test_what_it_would_change_is_seen_and_then_done(void **state)
{
	struct is before = as_it_is();
	struct is after;

	(void)state;
	write_agreement("agreement.md", LATER);
	VISIT(200, path, "counsel", AT, FILES("statute", ""));
	HAS("Nothing is loaded yet");
	HAS("What was proved");
	HAS("<code>ag.7-quantity</code>");
	HAS("added");
	HAS("<code>ag.7-volume</code>");
	HAS("removed");
	HAS("<ins>+ setting     officer-most = 90");
	HAS("<del>- setting officer-most 100");
	HAS("not signed");
	HAS_NOT("These very files are older");
	HAS("Go on and sign it");
	after = as_it_is();
	assert_memory_equal(&before, &after, sizeof(before));

	VISIT(303, path, "counsel", AT, FILES("confirm", "yes"));
	assert_string_equal(
		console_answer.location, "/agreements?done=agreement-loaded");
	after = as_it_is();
	assert_memory_not_equal(before.law, after.law, sizeof(before.law));
	assert_true(after.next > before.next);
	VISIT(200, path, "counsel", "/agreements?done=agreement-loaded", NULL);
	HAS("The agreement is in force.");
	must_refuse(422, "is loaded with these very files");

	/* What was there before is known again. */
	write_agreement("irs-ice-2025.md", "");
	VISIT(200, path, "counsel", AT, FILES("statute", ""));
	HAS("These very files are older");
	VISIT(303, path, "counsel", AT, FILES("confirm", "yes"));
	after = as_it_is();
	assert_memory_equal(before.law, after.law, sizeof(before.law));
}

/* The new receipt is nowhere until it is signed for. */
static void
test_another_receipt_for_the_one_in_use(void **state)
{
	struct is before = as_it_is();
	struct is after;
	OWNED_BUF(receipt, 1 << 16);
	char name[3 * WORLD_PATH];
	char *solver;

	(void)state;
	write_agreement("irs-ice-2025.md", "");
	(void)snprintf(name, sizeof(name), "%s.receipt", file);
	assert_int_equal(os_read(AT_FDCWD, name, &receipt), ERR_OK);
	solver = memmem(receipt.at, receipt.n, "solver none", 11);
	assert_non_null(solver);
	memcpy(solver + 7, "more", 4);
	sign_receipt(buf_span(&receipt), "prover");
	buf_clear(&sent.agreement);
	buf_u8(&sent.agreement, 0);
	VISIT(200, path, "counsel", AT, FILES("statute", ""));
	HAS("No clause differs");
	after = as_it_is();
	assert_memory_equal(&before, &after, sizeof(before));
	VISIT(303, path, "counsel", AT, FILES("confirm", "yes"));
	after = as_it_is();
	assert_memory_equal(before.law, after.law, sizeof(before.law));
	assert_memory_not_equal(
		before.receipt, after.receipt, sizeof(before.receipt));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)
	const struct CMUnitTest tests[] = {
		TEST(test_form_says_what_is_missing),
		TEST(test_long_files_are_refused),
		TEST(test_a_wrong_line_is_shown),
		TEST(test_what_it_stands_on_is_asked),
		TEST(test_a_signature_of_a_party_must_hold),
		TEST(test_what_it_would_change_is_seen_and_then_done),
		TEST(test_another_receipt_for_the_one_in_use),
	};

	return cmocka_run_group_tests(tests, world_make, world_remove);
}
