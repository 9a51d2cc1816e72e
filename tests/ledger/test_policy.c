/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/code.h"
#include "crypto/crypto.h"
#include "ledger/policy.h"
#include "ledger/settings.h"

enum { N_WITNESSES = 6 };

static const uint8_t log_seed[32] = "a log's seed for these tests....";
static struct ledger_vkey log_key;
static struct ledger_vkey witness_key[N_WITNESSES];
static uint8_t witness_seed[N_WITNESSES][32];
static char vkey[N_WITNESSES][400]; /* as text */
static char log_text[400];

static void
key_text(const struct ledger_vkey *key, char to[400])
{
	OWNED_BUF(b, 1024);

	ledger_vkey_text(key, &b);
	assert_true(span_copy(buf_span(&b), to, 400));
}

static int
set_up(void **state)
{
	uint8_t public[32];

	(void)state;
	if (crypto_init() != ERR_OK ||
		crypto_ed_public(log_seed, public) != ERR_OK ||
		ledger_vkey_make("log.example/a", LEDGER_VKEY_ED25519, public,
			&log_key) != ERR_OK)
		return -1;
	key_text(&log_key, log_text);
	for (int i = 0; i < N_WITNESSES; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "witness.example/%d", i);
		memset(witness_seed[i], i + 1, 32);
		if (crypto_ed_public(witness_seed[i], public) != ERR_OK ||
			ledger_vkey_make(name, LEDGER_VKEY_COSIGN, public,
				&witness_key[i]) != ERR_OK)
			return -1;
		key_text(&witness_key[i], vkey[i]);
	}
	return 0;
}

/* log L, witnesses W0 to W5, then `rest`. */
static void
policy_text(struct buf *to, const char *rest)
{
	buf_printf(to, "log %s\n", log_text);
	for (int i = 0; i < N_WITNESSES; i++)
		buf_printf(to, "witness W%d %s http://127.0.0.1:%d/w\n", i,
			vkey[i], 8000 + i);
	buf_text(to, rest);
	assert_int_equal(buf_error(to), ERR_OK);
}

static struct ledger_policy *
policy_of(const char *rest)
{
	OWNED_BUF(text, 1 << 16);
	struct ledger_policy *p = NULL;
	struct why why = {""};

	policy_text(&text, rest);
	if (ledger_policy_parse(buf_span(&text), &p, &why) != ERR_OK)
		fail_msg("%s", why.text);
	return p;
}

/* What became of it, and the sentence. */
static enum err
refused(const char *text, struct why *why)
{
	struct ledger_policy *p = NULL;
	enum err e = ledger_policy_parse(span_text(text), &p, why);

	ledger_policy_free(p);
	return e;
}

static void
two_of_three_and_any_of_three(void **state)
{
	static const char rest[] = "group X 2 W0 W1 W2\n"
				   "group Y any W3 W4 W5\n"
				   "group both all X Y\n"
				   "quorum both\n";
	OWNED(ledger_policy) p = policy_of(rest);

	(void)state;
	assert_int_equal(p->n_logs, 1);
	assert_int_equal(p->n_witnesses, 6);
	assert_int_equal(p->n_groups, 3);
	assert_string_equal(p->witness[4].url, "http://127.0.0.1:8004/w");
	for (unsigned who = 0; who < 64; who++) {
		bool x = __builtin_popcount(who & 7) >= 2;
		bool y = (who & 0x38) != 0;

		assert_int_equal(ledger_policy_enough(p, who), x && y);
	}
}

static void
a_quorum_is_a_witness_a_group_or_none(void **state)
{
	OWNED(ledger_policy) one = policy_of("quorum W3\n");
	OWNED(ledger_policy) none = policy_of("quorum none\n");
	OWNED(ledger_policy)
	all = policy_of("group 3 all W1 W2\n  quorum\t3  \n");

	(void)state;
	assert_true(ledger_policy_enough(one, 8));
	assert_false(ledger_policy_enough(one, 0x37));
	assert_true(ledger_policy_enough(none, 0));
	assert_true(ledger_policy_enough(all, 6));
	assert_false(ledger_policy_enough(all, 2));
}

static void
blanks_and_remarks_mean_nothing(void **state)
{
	OWNED(ledger_policy)
	p = policy_of("\n \t \n# a remark\n\t# another\n"
		      "group \t g1\tall  W0 W1 \n\n quorum      g1\n");

	(void)state;
	assert_int_equal(p->group[0].least, 2);
	assert_int_equal(p->group[0].witnesses, 3);
}

static void
what_is_wrong_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *rest;
		enum err e;
		const char *says;
	} wrong[] = {
		{"", ERR_MALFORMED, "needs a line `quorum"},
		{"quorum W0\nquorum W1\n", ERR_EXISTS, "line 9: a second"},
		{"quorum W9\n", ERR_NOT_FOUND, "line 8: no line before"},
		{"quorum g\ngroup g any W0\n", ERR_NOT_FOUND, "line 8"},
		{"group g all W0 g\nquorum g\n", ERR_NOT_FOUND, "line 8"},
		{"group g all h\ngroup h all W0\nquorum g\n", ERR_NOT_FOUND,
			"line 8"},
		{"group g 0 W0\nquorum g\n", ERR_MALFORMED, "all, any"},
		{"group g -1 W0\nquorum g\n", ERR_MALFORMED, "all, any"},
		{"group g 02 W0 W1\nquorum g\n", ERR_MALFORMED, "all, any"},
		{"group g 3 W0 W1\nquorum g\n", ERR_MALFORMED, "all, any"},
		{"group g all\nquorum g\n", ERR_MALFORMED, "no member"},
		{"group g all W0 W0\nquorum g\n", ERR_EXISTS, "twice"},
		{"group g all W0\ngroup h all W0\nquorum h\n", ERR_EXISTS,
			"line 9"},
		{"group g any W0\ngroup g any W1\nquorum g\n", ERR_EXISTS,
			"name stands here twice"},
		{"group W0 any W1\nquorum W0\n", ERR_EXISTS, "name"},
		{"group none any W0\nquorum none\n", ERR_MALFORMED, "no name"},
		{"group all any W0\nquorum W0\n", ERR_MALFORMED, "no name"},
		{"quorum W0 W1\n", ERR_MALFORMED, "one name"},
		{"quorum\n", ERR_MALFORMED, "one name"},
		{"quorum W0", ERR_MALFORMED, "newline"},
		{"quorum W0\r\n", ERR_MALFORMED, "control character"},
		{"quorums W0\n", ERR_MALFORMED, "log, witness, group"},
		{"witness X\nquorum W0\n", ERR_MALFORMED, "a key is missing"},
		{"witness X a+b+c\nquorum W0\n", ERR_MALFORMED, "verifier key"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		OWNED_BUF(text, 1 << 16);
		struct why why = {""};
		enum err e;

		policy_text(&text, wrong[i].rest);
		buf_u8(&text, 0);
		e = refused((const char *)text.at, &why);
		if (e != wrong[i].e || strstr(why.text, wrong[i].says) == NULL)
			fail_msg("%zu: %s: %s", i, err_text(e), why.text);
	}
}

/* The same key under another name and id is the same key. */
static void
no_key_counts_twice(void **state)
{
	struct ledger_vkey again;
	char text[400];
	char rest[1024];
	struct why why = {""};
	OWNED_BUF(b, 1 << 16);

	(void)state;
	assert_int_equal(ledger_vkey_make("other", LEDGER_VKEY_COSIGN,
				 witness_key[0].public, &again),
		ERR_OK);
	key_text(&again, text);
	(void)snprintf(
		rest, sizeof(rest), "witness again %s\nquorum W0\n", text);
	policy_text(&b, rest);
	buf_u8(&b, 0);
	assert_int_equal(refused((const char *)b.at, &why), ERR_EXISTS);
	assert_non_null(strstr(why.text, "key stands here twice"));
}

static void
a_key_is_of_the_kind_its_line_says(void **state)
{
	char text[1024];
	struct why why = {""};

	(void)state;
	(void)snprintf(text, sizeof(text), "log %s\nquorum none\n", vkey[0]);
	assert_int_equal(refused(text, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "type 01"));
	(void)snprintf(
		text, sizeof(text), "witness w %s\nquorum w\n", log_text);
	assert_int_equal(refused(text, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "type 04"));
}

/* formats: "at least up to 32 logs, 32 witnesses, and 32 groups" */
static void
sixty_four_of_each_and_no_more(void **state)
{
	for (int n = 64; n <= 65; n++) {
		OWNED_BUF(b, 1 << 17);
		OWNED(ledger_policy) p = NULL;
		enum err e;

		(void)state;
		for (int i = 0; i < n; i++) {
			uint8_t public[32] = {7, (uint8_t)i};
			struct ledger_vkey key;
			char text[400];

			assert_int_equal(
				ledger_vkey_make(
					"w", LEDGER_VKEY_COSIGN, public, &key),
				ERR_OK);
			key_text(&key, text);
			buf_printf(&b, "witness w%d %s\n", i, text);
			if (i < 64)
				buf_printf(&b, "group g%d any w%d\n", i, i);
		}
		buf_text(&b, "quorum g63\n");
		e = ledger_policy_parse(buf_span(&b), &p, NULL);
		assert_int_equal(e, n == 64 ? ERR_OK : ERR_TOO_LARGE);
		if (n == 64)
			assert_true(ledger_policy_enough(p, 1ULL << 63));
	}
}

/* ---- checkpoints ---- */

/* A signed checkpoint, cosigned by those of `who` at `at[i]`. */
static void
checkpoint(struct buf *to, uint64_t who, const int64_t *at)
{
	static const char text[] =
		"log.example/a\n5\n"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";

	assert_int_equal(
		ledger_note_sign(&log_key, log_seed, span_text(text), to),
		ERR_OK);
	for (int i = 0; i < N_WITNESSES; i++)
		if ((who >> i & 1) != 0)
			assert_int_equal(ledger_note_line(&witness_key[i],
						 witness_seed[i], at[i],
						 span_text(text), to),
				ERR_OK);
}

static void
a_checkpoint_is_judged_by_who_cosigned_when(void **state)
{
	static const int64_t at[N_WITNESSES] = {
		100, 300, 200, 50, 400, INT64_MAX};
	OWNED(ledger_policy) p = policy_of("group X 2 W0 W1 W2\nquorum X\n");
	OWNED_BUF(b, 1 << 16);
	struct ledger_policy_seen seen;

	(void)state;
	checkpoint(&b, 7, at);
	assert_int_equal(
		ledger_policy_check(p, buf_span(&b), 1000, &seen), ERR_OK);
	assert_int_equal(seen.witnesses, 7);
	assert_true(seen.quorum);
	assert_int_equal(seen.at, 200); /* W1 and W2 */
	assert_int_equal(seen.cp.size, 5);
	/* What is of the future counts for nothing. */
	assert_int_equal(
		ledger_policy_check(p, buf_span(&b), 250, &seen), ERR_OK);
	assert_int_equal(seen.witnesses, 5);
	assert_int_equal(seen.at, 100);
	assert_int_equal(
		ledger_policy_check(p, buf_span(&b), 150, &seen), ERR_OK);
	assert_false(seen.quorum);
	assert_int_equal(seen.at, 0);
}

static void
a_checkpoint_needs_its_log(void **state)
{
	static const int64_t at[N_WITNESSES] = {1, 1, 1, 1, 1, 1};
	OWNED(ledger_policy) p = policy_of("quorum W0\n");
	OWNED_BUF(b, 1 << 16);
	struct ledger_policy_seen seen;

	(void)state;
	checkpoint(&b, 1, at);
	p->log[0].key.public[0] ^= 1;
	assert_int_equal(ledger_policy_check(p, buf_span(&b), 9, &seen),
		ERR_BAD_SIGNATURE);
	p->log[0].key.public[0] ^= 1;
	p->n_logs = 0;
	assert_int_equal(ledger_policy_check(p, buf_span(&b), 9, &seen),
		ERR_BAD_SIGNATURE);
}

/* One bit of a line of a witness that we know spoils the whole. */
static void
a_bad_cosignature_is_refused(void **state)
{
	static const int64_t at[N_WITNESSES] = {1};
	OWNED(ledger_policy) p = policy_of("quorum none\n");
	OWNED_BUF(b, 1 << 16);
	struct ledger_policy_seen seen;
	size_t n;

	(void)state;
	checkpoint(&b, 0, at);
	n = b.n;
	buf_clear(&b);
	checkpoint(&b, 1, at);
	for (size_t i = n; i < b.n; i++) {
		struct ledger_policy_seen other = {.witnesses = 0};
		enum err e;

		b.at[i] ^= 1;
		e = ledger_policy_check(p, buf_span(&b), 9, &other);
		/* Another name or id is somebody else's line. */
		assert_true(e != ERR_OK || other.witnesses == 0);
		b.at[i] ^= 1;
	}
	assert_int_equal(
		ledger_policy_check(p, buf_span(&b), 9, &seen), ERR_OK);
	assert_int_equal(seen.witnesses, 1);
}

/* ---- settings ---- */

static void
settings_say_how_old_and_whose_timestamps(void **state)
{
	struct ledger_settings s;

	(void)state;
	assert_int_equal(ledger_settings_parse(SPAN(""), &s, NULL), ERR_OK);
	assert_int_equal(s.stale_after, 14400);
	assert_string_equal(s.timestamp_url, "");
	assert_int_equal(
		ledger_settings_parse(SPAN("# x\n\nstale-after 60\n"
					   "timestamp-url https://t/x\n"
					   "timestamp-certificate t.pem\n"),
			&s, NULL),
		ERR_OK);
	assert_int_equal(s.stale_after, 60);
	assert_string_equal(s.timestamp_url, "https://t/x");
	assert_string_equal(s.timestamp_cert, "t.pem");
	assert_int_equal(s.cadence, 0);
	assert_int_equal(
		ledger_settings_parse(SPAN("cadence 366\n"), &s, NULL), ERR_OK);
	assert_int_equal(s.cadence, 366);
}

static void
other_settings_are_refused_with_their_line(void **state)
{
	static const struct {
		const char *text;
		enum err e;
		const char *says;
	} wrong[] = {
		{"stale-after 0\n", ERR_MALFORMED, "line 1: a number"},
		{"cadence 0\n", ERR_MALFORMED, "line 1: a number of days"},
		{"cadence 367\n", ERR_MALFORMED, "a number of days"},
		{"cadence 1\ncadence 1\n", ERR_EXISTS, "line 2"},
		{"stale-after -1\n", ERR_MALFORMED, "a number"},
		{"stale-after 31622401\n", ERR_MALFORMED, "a number"},
		{"stale-after\n", ERR_MALFORMED, "a number"},
		{"stale-after 1", ERR_MALFORMED, "newline"},
		{"stale-after 1\nstale-after 2\n", ERR_EXISTS, "line 2"},
		{"timestamp-url http://t/\n", ERR_MALFORMED, "certificate"},
		{"timestamp-url ftp://t/\n", ERR_MALFORMED, "http://"},
		{"timestamp-url http:///x\n", ERR_MALFORMED, "host"},
		{"timestamp-url http://a b\n", ERR_MALFORMED, "host"},
		{"stale 1\n", ERR_MALFORMED, "stale-after, timestamp-url"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct ledger_settings s;
		struct why why = {""};
		enum err e = ledger_settings_parse(
			span_text(wrong[i].text), &s, &why);

		if (e != wrong[i].e || strstr(why.text, wrong[i].says) == NULL)
			fail_msg("%zu: %s: %s", i, err_text(e), why.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_of_three_and_any_of_three),
		cmocka_unit_test(a_quorum_is_a_witness_a_group_or_none),
		cmocka_unit_test(blanks_and_remarks_mean_nothing),
		cmocka_unit_test(what_is_wrong_is_refused_with_its_line),
		cmocka_unit_test(no_key_counts_twice),
		cmocka_unit_test(a_key_is_of_the_kind_its_line_says),
		cmocka_unit_test(sixty_four_of_each_and_no_more),
		cmocka_unit_test(a_checkpoint_is_judged_by_who_cosigned_when),
		cmocka_unit_test(a_checkpoint_needs_its_log),
		cmocka_unit_test(a_bad_cosignature_is_refused),
		cmocka_unit_test(settings_say_how_old_and_whose_timestamps),
		cmocka_unit_test(other_settings_are_refused_with_their_line),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
