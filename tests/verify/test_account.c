/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person's account held against the public folder: a true one is believed, in
 * the ledger that it is of and in what that became; and every way in which the
 * file, or the ledger that it is shown with, can be another, is found.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "account_maker.h"
#include "crypto/crypto.h"
#include "ledger/subject.h"
#include "memory.h"
#include "verify/verify.h"

static char work[64] = "/tmp/weir-account-XXXXXX";
static struct verify_fault fault;
static struct verify_result result;

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(work) != NULL ? 0 : -1;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -rf %s", work);
	return system(command);
}

struct world {
	struct account_maker of;
	struct memory files;
};

static void
publish(struct world *w)
{
	static int count;
	char dir[128];

	(void)snprintf(dir, sizeof(dir), "%s/%d", work, count++);
	maker_publish(&w->of.m, dir);
	memory_load(&w->files, dir);
}

/* `other`: the folder is another ledger's, by the same key. */
static void
begin(struct world *w, const struct account_lie *lie, bool other, size_t later)
{
	account_maker_begin(&w->of, lie);
	if (other) {
		maker_end(&w->of.m);
		maker_begin(&w->of.m, ACCOUNT_ORIGIN);
	}
	account_maker_cover(&w->of.m, other ? 200 : later);
	publish(w);
}

static void
end(struct world *w)
{
	memory_fini(&w->files);
	account_maker_end(&w->of);
}

static enum err
judge(struct world *w)
{
	struct verify_source source = memory_source(&w->files);
	static struct verify_asked asked;

	asked = (struct verify_asked){
		.vkey = w->of.m.vkey, .lanes = 1, .today = DAY_NONE};
	asked.account[asked.n_accounts++] =
		(struct verify_given){"p1.account", buf_span(&w->of.account)};
	fault = (struct verify_fault){.offset = 0};
	return verify_public(&source, &asked, &result, &fault);
}

static void
a_true_account_is_believed_now_and_later(void **state)
{
	static const size_t later[] = {0, 1, 30, 700};

	(void)state;
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++) {
		struct world w = {.of = {.map = NULL}};
		uint8_t hash[32];

		begin(&w, &(struct account_lie){0}, false, later[i]);
		assert_int_equal(judge(&w), ERR_OK);
		assert_int_equal(result.n_accounts, 1);
		assert_string_equal(result.account[0].person, "P1");
		assert_int_equal(result.account[0].disclosures, 1);
		assert_int_equal(result.account[0].as_of,
			ledger_period_last(ACCOUNT_MONTH));
		assert_int_equal(result.account[0].query, ACCOUNT_QUERY);
		crypto_sha256(buf_span(&w.of.account), hash);
		assert_memory_equal(result.account[0].hash, hash, 32);
		end(&w);
	}
}

static void
every_byte_of_an_account_counts(void **state)
{
	struct world w = {.of = {.map = NULL}};

	(void)state;
	begin(&w, &(struct account_lie){0}, false, 0);
	assert_int_equal(judge(&w), ERR_OK);
	for (size_t i = 0; i < w.of.account.n; i++) {
		w.of.account.at[i] ^= (uint8_t)(1U << i % 8);
		if (judge(&w) != ERR_DAMAGED)
			fail_msg("byte %zu changed unnoticed", i);
		assert_string_equal(fault.file, "p1.account");
		assert_true(fault.text[0] != '\0');
		w.of.account.at[i] ^= (uint8_t)(1U << i % 8);
	}
	assert_int_equal(judge(&w), ERR_OK);
	print_message("%zu bytes\n", w.of.account.n);
	for (size_t cut = 1; cut < 300; cut += 7) {
		w.of.account.n -= cut;
		assert_int_equal(judge(&w), ERR_DAMAGED);
		w.of.account.n += cut;
	}
	buf_u8(&w.of.account, '\n');
	assert_int_equal(judge(&w), ERR_DAMAGED);
	end(&w);
}

/* What the file alone cannot tell: with its own key it holds. */
static void
an_account_of_another_ledger_is_not_believed(void **state)
{
	static const struct {
		struct account_lie lie;
		bool other;
		const char *says;
	} cases[] = {{{.map_hides = true}, false, "lead to another root"},
		{{0}, true, "past was changed"},
		{{.root_is_later = true}, false, "before the question"},
		{{.untrue_words = true}, false, "not what the entries say"}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world w = {.of = {.map = NULL}};

		begin(&w, &cases[i].lie, cases[i].other, 0);
		assert_int_equal(judge(&w), ERR_DAMAGED);
		assert_string_equal(fault.file, "p1.account");
		if (strstr(fault.text, cases[i].says) == NULL)
			fail_msg("%zu: %s", i, fault.text);
		assert_int_equal(result.n_accounts, 0);
		end(&w);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_true_account_is_believed_now_and_later),
		cmocka_unit_test(every_byte_of_an_account_counts),
		cmocka_unit_test(an_account_of_another_ledger_is_not_believed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
