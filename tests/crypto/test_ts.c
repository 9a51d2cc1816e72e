/* SPDX-License-Identifier: Apache-2.0 */
/* Timestamps: an authority by `openssl ts`, and ours asks it and checks it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <fcntl.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "os/file.h"

static char dir[64] = "/tmp/weir-ts-XXXXXX";
static int folder = -1;

static int
run(const char *fmt, ...)
{
	char command[2048];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	return system(command);
}

static int
make_authority(const char *name, const char *extension)
{
	return run("cd %s && openssl req -x509 -newkey ec -pkeyopt "
		   "ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=%s "
		   "-addext '%s' -keyout %s.key -out %s.pem 2>/dev/null && "
		   "echo 01 >serial && printf '[tsa]\\ndefault_tsa=it\\n[it]\\n"
		   "serial=serial\\nsigner_cert=%s.pem\\nsigner_key=%s.key\\n"
		   "signer_digest=sha256\\ndefault_policy=1.2.3.4.1\\n"
		   "other_policies=1.2.3.4.5\\ndigests=sha256\\n"
		   "ess_cert_id_alg=sha256\\n' >%s.cnf",
		dir, name, extension, name, name, name, name, name);
}

static int
set_up(void **state)
{
	(void)state;
	if (crypto_init() != ERR_OK || mkdtemp(dir) == NULL ||
		os_folder(AT_FDCWD, dir, false, &folder) != ERR_OK)
		return -1;
	return make_authority(
		       "good", "extendedKeyUsage=critical,timeStamping") != 0 ||
			       make_authority("other",
				       "extendedKeyUsage=critical,timeStamping")
		       ? -1
		       : 0;
}

static int
tear_down(void **state)
{
	(void)state;
	os_close(&folder);
	return run("rm -r %s", dir);
}

static const uint8_t nonce[CRYPTO_TS_NONCE] = {0, 1, 2, 3, 4, 5, 6, 7};
static const uint8_t high[CRYPTO_TS_NONCE] = {
	255, 255, 255, 255, 255, 255, 255, 255};

/* The authority's reply to our question. */
static void
reply(const char *name, struct span data, const uint8_t *n, struct buf *to)
{
	OWNED_BUF(query, 4096);

	assert_int_equal(crypto_ts_request(data, n, &query), ERR_OK);
	assert_int_equal(
		os_write(folder, "query", buf_span(&query), 0600), ERR_OK);
	assert_int_equal(run("cd %s && openssl ts -reply -config %s.cnf "
			     "-section it -queryfile query -out reply "
			     "2>/dev/null",
				 dir, name),
		0);
	assert_int_equal(os_read(folder, "reply", to), ERR_OK);
}

static enum err
check(struct span token, struct span data, const uint8_t *n, const char *cert,
	int64_t *ret_at)
{
	OWNED_BUF(pem, 1 << 16);
	struct why why = {""};

	assert_int_equal(os_read(folder, cert, &pem), ERR_OK);
	return crypto_ts_check(token, data, n, buf_span(&pem), ret_at, &why);
}

static void
a_timestamp_holds_for_its_bytes_its_nonce_its_authority(void **state)
{
	OWNED_BUF(token, CRYPTO_TS_MAX);
	int64_t before = os_now();
	int64_t at = 0;

	(void)state;
	reply("good", SPAN("a checkpoint\n"), nonce, &token);
	assert_int_equal(check(buf_span(&token), SPAN("a checkpoint\n"), nonce,
				 "good.pem", &at),
		ERR_OK);
	assert_in_range(at, before - 1, os_now() + 1);
	assert_int_equal(check(buf_span(&token), SPAN("a checkpoint\n"), NULL,
				 "good.pem", &at),
		ERR_OK);
	assert_int_equal(check(buf_span(&token), SPAN("another\n"), nonce,
				 "good.pem", &at),
		ERR_BAD_SIGNATURE);
	assert_int_equal(check(buf_span(&token), SPAN("a checkpoint\n"), high,
				 "good.pem", &at),
		ERR_BAD_SIGNATURE);
	assert_int_equal(check(buf_span(&token), SPAN("a checkpoint\n"), nonce,
				 "other.pem", &at),
		ERR_BAD_SIGNATURE);
}

static void
a_nonce_of_high_bits_is_a_number_too(void **state)
{
	OWNED_BUF(token, CRYPTO_TS_MAX);
	int64_t at;

	(void)state;
	reply("good", SPAN("x"), high, &token);
	assert_int_equal(
		check(buf_span(&token), SPAN("x"), high, "good.pem", &at),
		ERR_OK);
}

static void
every_changed_or_missing_byte_is_noticed(void **state)
{
	OWNED_BUF(token, CRYPTO_TS_MAX);
	int64_t at;
	size_t kept = 0;

	(void)state;
	reply("good", SPAN("x"), nonce, &token);
	for (size_t i = 0; i < token.n; i++) {
		assert_int_not_equal(check(span_of(token.at, i), SPAN("x"),
					     nonce, "good.pem", &at),
			ERR_OK);
		token.at[i] ^= 1;
		kept += check(buf_span(&token), SPAN("x"), nonce, "good.pem",
				&at) == ERR_OK;
		token.at[i] ^= 1;
	}
	/* What says the same in other words, and is signed by nobody: the status
	 * "granted with changes", parameters and names of algorithms. */
	assert_in_range(kept, 0, 16);
	buf_u8(&token, 0);
	assert_int_equal(
		check(buf_span(&token), SPAN("x"), nonce, "good.pem", &at),
		ERR_MALFORMED);
}

static void
what_is_no_reply_is_malformed(void **state)
{
	int64_t at;

	(void)state;
	assert_int_equal(check(SPAN(""), SPAN("x"), nonce, "good.pem", &at),
		ERR_MALFORMED);
	assert_int_equal(
		check(SPAN("noise"), SPAN("x"), nonce, "good.pem", &at),
		ERR_MALFORMED);
	/* granted, with no token; and rejected */
	assert_int_equal(check(SPAN("\x30\x05\x30\x03\x02\x01\x00"), SPAN("x"),
				 nonce, "good.pem", &at),
		ERR_MALFORMED);
	assert_int_equal(check(SPAN("\x30\x05\x30\x03\x02\x01\x02"), SPAN("x"),
				 nonce, "good.pem", &at),
		ERR_BAD_SIGNATURE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_timestamp_holds_for_its_bytes_its_nonce_its_authority),
		cmocka_unit_test(a_nonce_of_high_bits_is_a_number_too),
		cmocka_unit_test(every_changed_or_missing_byte_is_noticed),
		cmocka_unit_test(what_is_no_reply_is_malformed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
