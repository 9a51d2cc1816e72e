/* SPDX-License-Identifier: Apache-2.0 */
/*
 * At start-up the store says whether the ledger's folder is of before a change of
 * its key: each answer that proc_ledger_key_agrees() has.
 */
#include <stdio.h>
#include <stdlib.h>

#include "proc/proc_ledger_key.h"
#include "proc_world.h"

static const char *box;

PRINTF_LIKE(1, 2)
static void
shell(const char *fmt, ...)
{
	char command[1024];
	int n = snprintf(command, sizeof(command), "cd %s && ", box);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(command + n, sizeof(command) - (size_t)n, fmt, ap);
	va_end(ap);
	assert_int_equal(system(command), 0); /* NOLINT: a folder of ours */
}

/* Two people; whoever does it second grants it. */
static void
change_key(void)
{
	static const char *const who[] = {"operator", "counsel"};
	const struct proc_ledger_key_rotate how = {
		.compromised_after = LEDGER_SIZE_MAX};

	for (size_t i = 0; i < 2; i++) {
		struct instance in;
		bool done = false;
		enum err e;

		world_open(box, INSTANCE_LEDGER, who[i], &in);
		e = proc_ledger_key_rotate(&in, &how, &done);
		if (e != ERR_OK)
			fail_msg("%s", in.why.text);
		assert_int_equal(done, i == 1);
		instance_close(&in);
	}
}

/* The answer, asked of an instance that was opened to read: no keeper is
 * needed for it. */
static void
answers(enum err want, const char *what)
{
	struct instance in;
	enum err e;

	world_open(box, INSTANCE_READ, "operator", &in);
	in.why.text[0] = '\0';
	e = proc_ledger_key_agrees(&in);
	if (e != want || strstr(in.why.text, what) == NULL)
		fail_msg("%d: %s", (int)e, in.why.text);
	instance_close(&in);
}

/* What a verb that writes says, which asks it. */
static void
nothing_may_leave(const char *what)
{
	struct instance in;
	enum err e = instance_open(box, INSTANCE_LEDGER,
		world_key(box, "operator"), DAY_NONE, &in);

	assert_true(err_is_refusal(e));
	if (strstr(in.why.text, what) == NULL)
		fail_msg("%s", in.why.text);
	instance_close(&in);
}

static void
a_key_that_was_never_changed_agrees(void **state)
{
	(void)state;
	box = world_copy();
	answers(ERR_OK, "");
	/* Whatever the folder says: the store has nothing to hold against it. */
	shell("rm ledger/keys");
	answers(ERR_OK, "");
}

static void
a_folder_of_after_the_change_agrees(void **state)
{
	(void)state;
	box = world_copy();
	change_key();
	answers(ERR_OK, "");
	change_key(); /* the chain has it still, in its place */
	answers(ERR_OK, "");
}

static void
a_folder_of_before_the_change_does_not(void **state)
{
	(void)state;
	box = world_copy();
	shell("cp -a ledger ledger.was && cp -a keeper keeper.was");
	change_key();
	shell("rm -rf ledger keeper && mv ledger.was ledger && mv keeper.was "
	      "keeper");
	answers(ERR_MISMATCH, "before the ledger's key was changed");
	nothing_may_leave("before the ledger's key was changed");
}

static void
a_folder_that_cannot_be_read_is_said(void **state)
{
	(void)state;
	box = world_copy();
	change_key();
	shell("mv ledger/keys keys.was && printf 'no keys\n' >ledger/keys");
	answers(ERR_DAMAGED, "not the keys of a ledger");
	shell("mv keys.was ledger/keys");
	answers(ERR_OK, "");
}

static void
a_store_that_names_no_key_is_damaged(void **state)
{
	(void)state;
	box = world_copy();
	change_key();
	world_sql(box, "UPDATE named SET bytes = x'00' WHERE name = "
		       "'ledger-key'");
	answers(ERR_DAMAGED, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_that_was_never_changed_agrees),
		cmocka_unit_test(a_folder_of_after_the_change_agrees),
		cmocka_unit_test(a_folder_of_before_the_change_does_not),
		cmocka_unit_test(a_folder_that_cannot_be_read_is_said),
		cmocka_unit_test(a_store_that_names_no_key_is_damaged),
	};

	return cmocka_run_group_tests(tests, world_make, world_remove);
}
