/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stock `openssl` is the second implementation here: it reads what we write,
 * and we read what it writes.  Without it the test fails.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <pthread.h>

#include "base/code.h"
#include "base/mem.h"
#include "crypto/crypto.h"

enum { AT = 1790000000, YEAR = 365 * 86400 }; /* 2026-09-21 */

static char dir[64];
static char *program; /* whole path: the shell side works elsewhere */

#define DATA SPAN("{\"count\": 3}\n")

/* ---- the shell side ---- */

PRINTF_LIKE(1, 2)
static int
run(const char *fmt, ...)
{
	char command[2048];
	int n = snprintf(
		command, sizeof(command), "cd %s && exec 2>>log; ", dir);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(command + n, sizeof(command) - (size_t)n, fmt, ap);
	va_end(ap);
	return system(command);
}

static void
slurp(const char *name, struct buf *to)
{
	char path[256];
	FILE *f;
	int c;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rbe");
	assert_non_null(f);
	while ((c = fgetc(f)) != EOF)
		buf_u8(to, (uint8_t)c);
	(void)fclose(f);
	assert_int_equal(buf_error(to), ERR_OK);
}

static void
spill(const char *name, struct span bytes)
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wbe");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes.at, 1, bytes.n, f), bytes.n);
	(void)fclose(f);
}

static struct crypto_cert *
cert_of(const char *name)
{
	OWNED_BUF(b, 65536);
	struct crypto_cert *cert = NULL;
	char file[64];

	(void)snprintf(file, sizeof(file), "%s.crt", name);
	slurp(file, &b);
	assert_int_equal(crypto_cert_parse(buf_span(&b), &cert), ERR_OK);
	return cert;
}

static struct crypto_key *
key_of(const char *name)
{
	OWNED_BUF(b, 65536);
	struct crypto_key *key = NULL;
	char file[64];

	(void)snprintf(file, sizeof(file), "%s.key", name);
	slurp(file, &b);
	assert_int_equal(crypto_key_parse(buf_span(&b), &key), ERR_OK);
	return key;
}

static void
make(const char *name, const char *newkey, const char *more)
{
	assert_int_equal(
		run("openssl req -x509 -newkey %s -nodes -keyout %s.key "
		    "-out %s.crt -subj '/O=Agency/CN=%s' -days 3650 %s",
			newkey, name, name, name, more),
		0);
}

static void
identity(const char *name, int64_t from, int64_t to)
{
	OWNED_BUF(key, 65536);
	OWNED_BUF(cert, 65536);
	char file[64];

	assert_int_equal(
		crypto_make_identity(name, "sandbox", from, to, &key, &cert),
		ERR_OK);
	(void)snprintf(file, sizeof(file), "%s.key", name);
	spill(file, buf_span(&key));
	(void)snprintf(file, sizeof(file), "%s.crt", name);
	spill(file, buf_span(&cert));
}

static int
set_up(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/weir-crypto-XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(run("openssl version >&2"), 0);
	assert_int_equal(crypto_init(), ERR_OK);
	spill("data", DATA);
	make("p256", "ec -pkeyopt ec_paramgen_curve:P-256", "");
	make("p384", "ec -pkeyopt ec_paramgen_curve:P-384", "");
	make("rsa", "rsa:3072", "");
	identity("ours", AT - YEAR, AT + YEAR);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	free(program);
	return run("rm -rf %s", dir);
}

static const char *const kinds[] = {"p256", "p384", "rsa", "ours"};
enum { N_KINDS = sizeof(kinds) / sizeof(*kinds) };

/* ---- hashes ---- */

static void
assert_hex(const uint8_t *bytes, size_t n, const char *hex)
{
	OWNED_BUF(b, 1024);

	code_hex(&b, span_of(bytes, n));
	assert_true(span_eq(buf_span(&b), span_text(hex)));
}

static void
hashes_are_those_of_the_standards(void **state)
{
	uint8_t out[CRYPTO_SHA384];
	OWNED(crypto_sha384) pieces = NULL;

	(void)state;
	crypto_sha256(SPAN("abc"), out); /* FIPS 180-4 */
	assert_hex(out, 32,
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015"
		"ad");
	crypto_sha256_2(SPAN("a"), SPAN("bc"), out);
	assert_hex(out, 4, "ba7816bf");
	crypto_sha256(span_of(NULL, 0), out);
	assert_hex(out, 4, "e3b0c442");
	crypto_sha384(SPAN("abc"), out);
	assert_hex(out, 48,
		"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5b"
		"ed8086072ba1e7cc2358baeca134c825a7");
	crypto_hmac_sha256(SPAN("Jefe"), /* RFC 4231, 2 and 1 */
		SPAN("what do ya want for nothing?"), out);
	assert_hex(out, 32,
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec38"
		"43");
	crypto_hmac_sha256(
		SPAN("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
		     "\x0b\x0b\x0b\x0b\x0b\x0b"),
		SPAN("Hi There"), out);
	assert_hex(out, 4, "b0344c61");
	crypto_hmac_sha256_next(SPAN("Hi There"), out); /* the same key */
	assert_hex(out, 4, "b0344c61");
	crypto_hmac_sha256(span_of(NULL, 0), span_of(NULL, 0), out);
	assert_hex(out, 4, "b613679a"); /* an empty key is a key of its own */
	assert_int_equal(crypto_sha384_new(&pieces), ERR_OK);
	crypto_sha384_add(pieces, SPAN("a"));
	crypto_sha384_add(pieces, SPAN(""));
	crypto_sha384_add(pieces, SPAN("bc"));
	crypto_sha384_end(pieces, out);
	assert_hex(out, 4, "cb00753f");
}

static void *
hash_many(void *arg)
{
	uint8_t out[CRYPTO_SHA256];
	uint8_t *sum = arg;

	for (unsigned i = 0; i < 20000; i++) {
		crypto_sha256(span_of(&i, sizeof(i)), out);
		crypto_hmac_sha256(span_of(out, 32), DATA, out);
		for (unsigned k = 0; k < 32; k++)
			sum[k] ^= out[k];
	}
	return NULL;
}

static void
threads_hash_apart(void **state)
{
	uint8_t sums[3][CRYPTO_SHA256] = {0};
	pthread_t thread[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			pthread_create(&thread[i], NULL, hash_many, sums[i]),
			0);
	hash_many(sums[2]);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(thread[i], NULL), 0);
		assert_memory_equal(sums[i], sums[2], CRYPTO_SHA256);
	}
}

static void
random_bytes_differ(void **state)
{
	uint8_t a[32] = {0};
	uint8_t b[32] = {0};

	(void)state;
	assert_int_equal(crypto_random(a, 32), ERR_OK);
	assert_int_equal(crypto_random(b, 32), ERR_OK);
	assert_false(crypto_same(a, b, 32));
	assert_true(crypto_same(a, a, 32));
	assert_non_null(strstr(crypto_version(), "FIPS provider: "));
}

/* ---- Ed25519 ---- */

static void
ed25519_is_rfc_8032(void **state)
{
	uint8_t seed[32];
	uint8_t public[32];
	uint8_t sig[64];
	uint8_t message = 0x72;

	(void)state;
	assert_true(code_hex_parse(/* section 7.1, test 2 */
		SPAN("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4f"
		     "b8a6fb"),
		seed, 32));
	assert_int_equal(crypto_ed_public(seed, public), ERR_OK);
	assert_hex(public, 32,
		"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af466"
		"0c");
	assert_int_equal(
		crypto_ed_sign(seed, span_of(&message, 1), sig), ERR_OK);
	assert_hex(sig, 64,
		"92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69"
		"da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb"
		"0c00");
	assert_int_equal(
		crypto_ed_verify(public, span_of(&message, 1), sig), ERR_OK);
	for (unsigned bit = 0; bit < 64 * 8; bit++) {
		sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(
			crypto_ed_verify(public, span_of(&message, 1), sig),
			ERR_BAD_SIGNATURE);
		sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

/* ---- AES-256-GCM ---- */

static void
gcm_opens_what_it_sealed_and_nothing_else(void **state)
{
	static const uint8_t key[CRYPTO_KEY];
	static const uint8_t nonce[CRYPTO_NONCE];
	OWNED_BUF(sealed, 4096);
	OWNED_BUF(plain, 4096);

	(void)state;
	/* NIST GCM test case 13: all zero, nothing in it. */
	assert_int_equal(
		crypto_seal(key, nonce, SPAN(""), SPAN(""), &sealed), ERR_OK);
	assert_hex(sealed.at, 16, "530f8afbc74536b9a963b4f1c4cb738b");
	buf_clear(&sealed);
	assert_int_equal(
		crypto_seal(key, nonce, SPAN("where"), DATA, &sealed), ERR_OK);
	assert_int_equal(sealed.n, DATA.n + CRYPTO_TAG);
	assert_int_equal(crypto_unseal(key, nonce, SPAN("where"),
				 buf_span(&sealed), &plain),
		ERR_OK);
	assert_true(span_eq(buf_span(&plain), DATA));
	buf_clear(&plain);
	assert_int_equal(crypto_unseal(key, nonce, SPAN("there"),
				 buf_span(&sealed), &plain),
		ERR_BAD_SIGNATURE);
	for (size_t bit = 0; bit < sealed.n * 8; bit++) {
		sealed.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(crypto_unseal(key, nonce, SPAN("where"),
					 buf_span(&sealed), &plain),
			ERR_BAD_SIGNATURE);
		assert_int_equal(plain.n, 0);
		sealed.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_int_equal(crypto_unseal(key, nonce, SPAN("where"),
				 span_of(sealed.at, 15), &plain),
		ERR_BAD_SIGNATURE);
}

/* ---- certificates ---- */

static void
certificates_read_alike_in_pem_and_der(void **state)
{
	(void)state;
	for (int i = 0; i < N_KINDS; i++) {
		OWNED(crypto_cert) cert = cert_of(kinds[i]);
		OWNED(crypto_cert) again = NULL;
		OWNED(crypto_key) key = key_of(kinds[i]);
		OWNED(crypto_key) other = key_of(kinds[(i + 1) % N_KINDS]);
		OWNED_BUF(der, 65536);
		OWNED_BUF(pem, 65536);
		OWNED_BUF(theirs, 65536);
		uint8_t a[32];
		uint8_t b[32];
		char name[16];

		crypto_cert_der(cert, &der);
		assert_int_equal(
			crypto_cert_parse(buf_span(&der), &again), ERR_OK);
		crypto_cert_fingerprint(cert, a);
		crypto_cert_fingerprint(again, b);
		assert_memory_equal(a, b, 32);
		crypto_sha256(buf_span(&der), b);
		assert_memory_equal(a, b, 32);
		crypto_cert_pem(cert, &pem);
		assert_int_equal(
			run("openssl x509 -in %s.crt -out x", kinds[i]), 0);
		slurp("x", &theirs);
		assert_true(span_eq(buf_span(&pem), buf_span(&theirs)));
		crypto_cert_name(cert, name, sizeof(name));
		assert_string_equal(name, kinds[i]);
		crypto_cert_name(cert, name, 3);
		assert_int_equal(strlen(name), 2);
		assert_int_equal(crypto_cert_usable(cert, NULL), ERR_OK);
		assert_true(crypto_cert_fits_key(cert, key));
		assert_false(crypto_cert_fits_key(cert, other));
	}
}

static void
a_certificate_is_valid_within_its_dates(void **state)
{
	OWNED(crypto_cert) cert = cert_of("ours");

	(void)state;
	assert_false(crypto_cert_valid_on(cert, AT - YEAR - 1));
	assert_true(crypto_cert_valid_on(cert, AT - YEAR));
	assert_true(crypto_cert_valid_on(cert, AT + YEAR));
	assert_false(crypto_cert_valid_on(cert, AT + YEAR + 1));
}

static void
dates_of_every_century_are_read(void **state)
{
	static const int64_t ends[][2] = {
		{0, 0},
		{2524607999, 2524608000},   /* UTCTime's last, and one more */
		{-631152000, 253402300799}, /* 1950 to the end of 9999 */
		{-62135596800, -631152001}, /* year 1 */
		{951782400, 951868799},     /* 29 February 2000 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		OWNED_BUF(key, 65536);
		OWNED_BUF(pem, 65536);
		OWNED(crypto_cert) cert = NULL;

		assert_int_equal(crypto_make_identity("a", "o", ends[i][0],
					 ends[i][1], &key, &pem),
			ERR_OK);
		assert_int_equal(
			crypto_cert_parse(buf_span(&pem), &cert), ERR_OK);
		assert_false(crypto_cert_valid_on(cert, ends[i][0] - 1));
		assert_true(crypto_cert_valid_on(cert, ends[i][0]));
		assert_true(crypto_cert_valid_on(cert, ends[i][1]));
		assert_false(crypto_cert_valid_on(cert, ends[i][1] + 1));
	}
}

static void
refused_cert(struct span bytes)
{
	struct crypto_cert *cert = NULL;

	assert_int_equal(crypto_cert_parse(bytes, &cert), ERR_MALFORMED);
	assert_null(cert);
}

static void
what_is_not_one_certificate_is_refused(void **state)
{
	OWNED(crypto_cert) cert = cert_of("p256");
	OWNED(crypto_key) key = NULL;
	OWNED_BUF(der, 65536);
	OWNED_BUF(pem, 65536);

	(void)state;
	crypto_cert_der(cert, &der);
	for (size_t n = 0; n < der.n; n++)
		refused_cert(span_of(der.at, n));
	buf_u8(&der, 0);
	refused_cert(buf_span(&der));
	crypto_cert_pem(cert, &pem);
	crypto_cert_pem(cert, &pem);
	refused_cert(buf_span(&pem));
	refused_cert(
		SPAN("-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
		     "DEK-Info: AES-128-CBC,00000000000000000000000000000000"
		     "\n\nAAAA\n-----END CERTIFICATE-----\n"));
	assert_int_equal(crypto_key_parse(buf_span(&pem), &key), ERR_MALFORMED);
	assert_int_equal(crypto_key_parse(SPAN(""), &key), ERR_MALFORMED);
	assert_int_equal(
		run("openssl pkcs8 -topk8 -in p256.key -out locked.key "
		    "-passout pass:x -v2 aes-256-cbc"),
		0);
	buf_clear(&pem);
	slurp("locked.key", &pem);
	assert_int_equal(crypto_key_parse(buf_span(&pem), &key), ERR_MALFORMED);
}

static void
keys_of_other_kinds_are_refused(void **state)
{
	static const char *const bad[] = {"ed25519",
		"ec -pkeyopt ec_paramgen_curve:P-521",
		"ec -pkeyopt ec_paramgen_curve:secp256k1", "rsa:2048",
		"ec -pkeyopt ec_paramgen_curve:P-256 "
		"-pkeyopt ec_param_enc:explicit"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		OWNED(crypto_cert) cert = NULL;
		OWNED(crypto_key) key = NULL;
		OWNED_BUF(out, 65536);
		OWNED_BUF(pem, 65536);
		struct why why = {""};

		make("bad", bad[i], "");
		slurp("bad.crt", &pem);
		/* Explicit curves may not even be read. */
		if (crypto_cert_parse(buf_span(&pem), &cert) != ERR_OK)
			continue;
		key = key_of("bad");
		assert_int_equal(
			crypto_cert_usable(cert, &why), ERR_NOT_ALLOWED);
		assert_true(strlen(why.text) > 0);
		assert_int_equal(
			crypto_cms_seal(cert, DATA, &out), ERR_NOT_ALLOWED);
		assert_int_equal(crypto_sign(key, DATA, &out), ERR_NOT_ALLOWED);
		assert_int_equal(
			crypto_verify(cert, DATA, SPAN("x")), ERR_NOT_ALLOWED);
		assert_int_equal(crypto_cms_sign(key, cert, DATA, &out),
			ERR_NOT_ALLOWED);
		assert_int_equal(out.n, 0);
	}
}

static void
a_name_cannot_steer_a_terminal(void **state)
{
	OWNED_BUF(key, 65536);
	OWNED_BUF(pem, 65536);
	OWNED(crypto_cert) cert = NULL;
	char name[32];

	(void)state;
	assert_int_equal(crypto_make_identity("A\x1b[2J\xc2\x9b"
					      "B\xe2\x80\xae"
					      "C\xc3\xa9",
				 "o", AT, AT, &key, &pem),
		ERR_OK);
	assert_int_equal(crypto_cert_parse(buf_span(&pem), &cert), ERR_OK);
	crypto_cert_name(cert, name, sizeof(name));
	assert_string_equal(name, "A?[2J?B?C\xc3\xa9");
	crypto_cert_name(cert, name, 11); /* no half character at the end */
	assert_string_equal(name, "A?[2J?B?C");
}

static void
an_identity_needs_a_name_and_dates(void **state)
{
	OWNED_BUF(key, 65536);
	OWNED_BUF(pem, 65536);
	char long_name[66];

	(void)state;
	memset(long_name, 'a', 65);
	long_name[65] = '\0';
	assert_int_equal(crypto_make_identity("", "o", AT, AT, &key, &pem),
		ERR_MALFORMED);
	assert_int_equal(
		crypto_make_identity(long_name, "o", AT, AT, &key, &pem),
		ERR_MALFORMED);
	assert_int_equal(crypto_make_identity("\xff", "o", AT, AT, &key, &pem),
		ERR_MALFORMED);
	assert_int_equal(crypto_make_identity("a", "o", AT, AT - 1, &key, &pem),
		ERR_MALFORMED);
	assert_int_equal(crypto_make_identity(long_name + 1, "o",
				 AT - 10 * YEAR, AT, &key, &pem),
		ERR_OK);
}

/* ---- plain signatures ---- */

static void
plain_signatures_hold_here_and_in_openssl(void **state)
{
	(void)state;
	for (int i = 0; i < N_KINDS; i++) {
		OWNED(crypto_cert) cert = cert_of(kinds[i]);
		OWNED(crypto_cert) other = cert_of(kinds[(i + 1) % N_KINDS]);
		OWNED(crypto_key) key = key_of(kinds[i]);
		OWNED_BUF(sig, 4096);
		bool rsa = strcmp(kinds[i], "rsa") == 0;

		assert_int_equal(crypto_sign(key, DATA, &sig), ERR_OK);
		assert_int_equal(
			crypto_verify(cert, DATA, buf_span(&sig)), ERR_OK);
		assert_int_equal(crypto_verify(cert, SPAN("x"), buf_span(&sig)),
			ERR_BAD_SIGNATURE);
		assert_int_equal(crypto_verify(other, DATA, buf_span(&sig)),
			ERR_BAD_SIGNATURE);
		spill("sig", buf_span(&sig));
		assert_int_equal(
			run("openssl x509 -in %s.crt -noout -pubkey >pub && "
			    "openssl dgst -sha384 -verify pub -signature sig "
			    "%s data >&2",
				kinds[i],
				rsa ? "-sigopt rsa_padding_mode:pss "
				      "-sigopt rsa_pss_saltlen:-1"
				    : ""),
			0);
		for (size_t bit = 0; bit < sig.n * 8; bit++) {
			sig.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(
				crypto_verify(cert, DATA, buf_span(&sig)),
				ERR_BAD_SIGNATURE);
			sig.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		assert_int_equal(
			crypto_verify(cert, DATA, SPAN("")), ERR_BAD_SIGNATURE);
	}
}

/* ---- CMS signatures ---- */

static enum err
check(struct span cms, struct span data, const char *name, int64_t at,
	struct why *reterr_why)
{
	OWNED(crypto_cert) cert = cert_of(name);
	const struct crypto_cert *allowed[] = {cert};
	size_t signer = 99;
	enum err e = crypto_cms_verify(
		cms, data, allowed, 1, at, &signer, reterr_why);

	assert_int_equal(signer, e == ERR_OK ? 0 : 99);
	return e;
}

static void
openssl_signs(const char *name, const char *more, struct buf *to)
{
	assert_int_equal(run("openssl cms -sign -binary -outform DER -in data "
			     "-signer %s.crt -inkey %s.key -out cms %s",
				 name, name, more),
		0);
	buf_clear(to);
	slurp("cms", to);
}

static int64_t
now(void)
{
	return (int64_t)time(NULL);
}

static void
what_openssl_signs_holds(void **state)
{
	static const char *const ways[] = {"", "-md sha384", "-keyid",
		"-nocerts", "-md sha512 -keyid -nocerts", "-nosmimecap"};
	OWNED_BUF(cms, 65536);

	(void)state;
	for (int i = 0; i < 3; i++)
		for (size_t w = 0; w < sizeof(ways) / sizeof(*ways); w++) {
			struct why why = {""};

			openssl_signs(kinds[i], ways[w], &cms);
			assert_int_equal(check(buf_span(&cms), DATA, kinds[i],
						 now(), &why),
				ERR_OK);
			assert_int_equal(check(buf_span(&cms), SPAN("{}"),
						 kinds[i], now(), &why),
				ERR_BAD_SIGNATURE);
		}
	openssl_signs("rsa", "-keyopt rsa_padding_mode:pss", &cms);
	assert_int_equal(
		check(buf_span(&cms), DATA, "rsa", now(), NULL), ERR_OK);
}

static void
openssl_accepts_what_we_sign(void **state)
{
	(void)state;
	for (int i = 0; i < N_KINDS; i++) {
		OWNED(crypto_cert) cert = cert_of(kinds[i]);
		OWNED(crypto_key) key = key_of(kinds[i]);
		OWNED(crypto_key) other = key_of(kinds[(i + 1) % N_KINDS]);
		OWNED_BUF(cms, 65536);

		assert_int_equal(
			crypto_cms_sign(key, cert, DATA, &cms), ERR_OK);
		spill("cms", buf_span(&cms));
		assert_int_equal(
			run("openssl cms -verify -binary -inform DER -in cms "
			    "-content data -CAfile %s.crt -purpose any "
			    "-no_check_time -out got && cmp got data",
				kinds[i]),
			0);
		assert_int_equal(check(buf_span(&cms), DATA, kinds[i],
					 i < 3 ? now() : AT, NULL),
			ERR_OK);
		assert_int_equal(crypto_cms_sign(other, cert, DATA, &cms),
			ERR_NOT_ALLOWED);
	}
}

static void
a_file_is_signed_whole_or_not_at_all(void **state)
{
	OWNED(crypto_cert) cert = cert_of("p256");
	OWNED(crypto_key) key = key_of("p256");
	OWNED_BUF(cms, 65536);
	OWNED_BUF(large, 1 << 20);
	char path[128];
	int fd;

	(void)state;
	for (int i = 0; i < 20000; i++)
		buf_printf(&large, "{\"line\": %d}\n", i);
	spill("large", buf_span(&large));
	(void)snprintf(path, sizeof(path), "%s/large", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_int_equal(crypto_cms_sign_file(key, cert, fd, &cms), ERR_OK);
	(void)close(fd);
	assert_int_equal(
		check(buf_span(&cms), buf_span(&large), "p256", now(), NULL),
		ERR_OK);
	/* One that cannot be read is not an empty one. */
	buf_clear(&cms);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	assert_int_equal(crypto_cms_sign_file(key, cert, fd, &cms), ERR_IO);
	(void)close(fd);
	assert_int_equal(cms.n, 0);
}

static void
no_bit_of_a_signature_can_change(void **state)
{
	OWNED_BUF(cms, 65536);

	(void)state;
	for (int i = 0; i < 3; i++) {
		OWNED(crypto_cert) cert = cert_of(kinds[i]);
		const struct crypto_cert *allowed[] = {cert};
		size_t signer;
		int64_t at = now();

		openssl_signs(kinds[i], i == 1 ? "-keyid" : "", &cms);
		for (size_t bit = 0; bit < cms.n * 8; bit++) {
			enum err e;

			cms.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
			e = crypto_cms_verify(buf_span(&cms), DATA, allowed, 1,
				at, &signer, NULL);
			if (!err_is_refusal(e))
				fail_msg("%s: bit %zu of byte %zu: %d",
					kinds[i], bit % 8, bit / 8, e);
			cms.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		for (size_t n = 0; n < cms.n; n++)
			assert_int_equal(
				crypto_cms_verify(span_of(cms.at, n), DATA,
					allowed, 1, at, &signer, NULL),
				ERR_MALFORMED);
		buf_u8(&cms, 0);
		assert_int_equal(crypto_cms_verify(buf_span(&cms), DATA,
					 allowed, 1, at, &signer, NULL),
			ERR_MALFORMED);
	}
}

static void
another_of_the_same_name_is_refused(void **state)
{
	OWNED_BUF(cms, 65536);
	struct why why = {""};

	(void)state;
	/* Same name, same serial number, same key id written into it. */
	assert_int_equal(
		run("cp p256.crt real.crt; cp p256.key real.key; "
		    "s=$(openssl x509 -in real.crt -noout -serial); "
		    "openssl req -x509 -newkey ec -pkeyopt "
		    "ec_paramgen_curve:P-256 -nodes -keyout false.key "
		    "-out false.crt -subj /O=Agency/CN=p256 -days 3650 "
		    "-set_serial 0x${s#serial=}"),
		0);
	for (int i = 0; i < 2; i++) {
		openssl_signs("false", i == 0 ? "" : "-nocerts", &cms);
		assert_int_equal(
			check(buf_span(&cms), DATA, "real", now(), &why),
			ERR_BAD_SIGNATURE);
		assert_true(strlen(why.text) > 0);
	}
	openssl_signs("p384", "", &cms);
	assert_int_equal(check(buf_span(&cms), DATA, "real", now(), &why),
		ERR_BAD_SIGNATURE);
}

static void
the_signer_is_found_among_several(void **state)
{
	OWNED(crypto_cert) a = cert_of("p256");
	OWNED(crypto_cert) b = cert_of("p384");
	OWNED(crypto_cert) c = cert_of("rsa");
	const struct crypto_cert *allowed[] = {a, b, c};
	OWNED_BUF(cms, 65536);
	size_t signer = 99;

	(void)state;
	openssl_signs("p384", "", &cms);
	assert_int_equal(crypto_cms_verify(buf_span(&cms), DATA, allowed, 3,
				 now(), &signer, NULL),
		ERR_OK);
	assert_int_equal(signer, 1);
	assert_int_equal(crypto_cms_verify(buf_span(&cms), DATA, NULL, 0, now(),
				 &signer, NULL),
		ERR_BAD_SIGNATURE);
}

static void
other_shapes_are_refused(void **state)
{
	static const struct {
		const char *more;
		enum err expected;
		const char *says;
	} ways[] = {
		{"-nodetach", ERR_MALFORMED, "detached"},
		{"-signer p384.crt -inkey p384.key", ERR_MALFORMED,
			"one signer"},
		{"-certfile p384.crt", ERR_BAD_SIGNATURE, ""},
		{"-noattr", ERR_MALFORMED, "attributes"},
		{"-md sha1", ERR_MALFORMED, "SHA-2"},
		{"-receipt_request_all -receipt_request_to a@b", ERR_OK, ""},
		{"-econtent_type 1.2.3.4", ERR_MALFORMED, "DER"},
	};
	OWNED_BUF(cms, 65536);

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct why why = {""};

		openssl_signs("p256", ways[i].more, &cms);
		assert_int_equal(
			check(buf_span(&cms), DATA, "p256", now(), &why),
			ways[i].expected);
		assert_non_null(strstr(why.text, ways[i].says));
	}
	assert_int_equal(run("openssl cms -sign -binary -in data -signer "
			     "p256.crt -inkey p256.key -out cms"),
		0);
	buf_clear(&cms);
	slurp("cms", &cms); /* S/MIME text: the -outform was forgotten */
	assert_int_equal(check(buf_span(&cms), DATA, "p256", now(), NULL),
		ERR_MALFORMED);
}

static void
a_signer_out_of_date_or_of_purpose_is_refused(void **state)
{
	OWNED(crypto_cert) cert = cert_of("ours");
	OWNED(crypto_key) key = key_of("ours");
	OWNED_BUF(cms, 65536);
	struct why why = {""};

	(void)state;
	assert_int_equal(crypto_cms_sign(key, cert, DATA, &cms), ERR_OK);
	assert_int_equal(check(buf_span(&cms), DATA, "ours", AT, &why), ERR_OK);
	assert_int_equal(
		check(buf_span(&cms), DATA, "ours", AT + YEAR + 1, &why),
		ERR_BAD_SIGNATURE);
	assert_non_null(strstr(why.text, "not valid on that day"));
	assert_int_equal(
		check(buf_span(&cms), DATA, "ours", AT - YEAR - 1, &why),
		ERR_BAD_SIGNATURE);
	make("seal-only", "ec -pkeyopt ec_paramgen_curve:P-256",
		"-addext keyUsage=critical,keyAgreement");
	openssl_signs("seal-only", "", &cms);
	assert_int_equal(check(buf_span(&cms), DATA, "seal-only", now(), &why),
		ERR_BAD_SIGNATURE);
	assert_non_null(strstr(why.text, "not for signatures"));
	make("sign-only", "ec -pkeyopt ec_paramgen_curve:P-256",
		"-addext keyUsage=critical,digitalSignature");
	{
		OWNED(crypto_cert) sign_only = cert_of("sign-only");

		buf_clear(&cms);
		assert_int_equal(crypto_cms_seal(sign_only, DATA, &cms),
			ERR_NOT_ALLOWED);
		assert_int_equal(cms.n, 0);
	}
}

/* X.690, 10.1: only the shortest form of a length is DER.  Written longer, the
 * same message would be other bytes. */
static void
a_length_written_longer_is_refused(void **state)
{
	OWNED_BUF(cms, 65536);
	OWNED_BUF(longer, 65536);

	(void)state;
	openssl_signs("p256", "-nocerts -keyid -nosmimecap", &cms);
	assert_int_equal(
		check(buf_span(&cms), DATA, "p256", now(), NULL), ERR_OK);
	assert_int_equal(cms.at[1], 0x82); /* 30 82 hh ll -> 30 83 00 hh ll */
	buf_text(&longer, "0\x83");
	buf_u8(&longer, 0);
	buf_bytes(&longer, span_of(cms.at + 2, cms.n - 2));
	assert_int_equal(check(buf_span(&longer), DATA, "p256", now(), NULL),
		ERR_MALFORMED);
	/* ContentInfo's type, 06 09 -> 06 81 09, and the length around it. */
	buf_clear(&longer);
	buf_bytes(&longer, span_of(cms.at, 5));
	longer.at[3]++;
	buf_text(&longer, "\x81");
	buf_bytes(&longer, span_of(cms.at + 5, cms.n - 5));
	assert_int_equal(check(buf_span(&longer), DATA, "p256", now(), NULL),
		ERR_MALFORMED);
}

/* ---- envelopes ---- */

static void
openssl_opens_what_we_seal(void **state)
{
	(void)state;
	for (int i = 0; i < N_KINDS; i++) {
		OWNED(crypto_cert) cert = cert_of(kinds[i]);
		OWNED(crypto_key) key = key_of(kinds[i]);
		OWNED_BUF(cms, 65536);
		OWNED_BUF(plain, 65536);

		assert_int_equal(crypto_cms_seal(cert, DATA, &cms), ERR_OK);
		spill("cms", buf_span(&cms));
		assert_int_equal(
			run("openssl cms -decrypt -binary -inform DER -in cms "
			    "-recip %s.crt -inkey %s.key -out got && "
			    "cmp got data",
				kinds[i], kinds[i]),
			0);
		assert_int_equal(
			run("openssl cms -cmsout -print -inform DER -in cms "
			    "| grep -q 'aes-256-gcm'"),
			0);
		assert_int_equal(
			crypto_cms_open(key, cert, buf_span(&cms), &plain),
			ERR_OK);
		assert_true(span_eq(buf_span(&plain), DATA));
		buf_clear(&plain); /* the key alone will do */
		assert_int_equal(
			crypto_cms_open(key, NULL, buf_span(&cms), &plain),
			ERR_OK);
		assert_true(span_eq(buf_span(&plain), DATA));
	}
}

static void
we_open_what_openssl_seals(void **state)
{
	static const char *const bad[] = {"-aes-256-cbc", "-aes-128-gcm"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		OWNED(crypto_cert) cert = cert_of(kinds[i]);
		OWNED(crypto_key) key = key_of(kinds[i]);
		OWNED_BUF(cms, 65536);
		OWNED_BUF(plain, 65536);

		assert_int_equal(
			run("openssl cms -encrypt -binary -outform DER "
			    "-aes-256-gcm -in data -out cms %s.crt",
				kinds[i]),
			0);
		slurp("cms", &cms);
		assert_int_equal(
			crypto_cms_open(key, cert, buf_span(&cms), &plain),
			ERR_OK);
		assert_true(span_eq(buf_span(&plain), DATA));
		for (int k = 0; k < 2; k++) {
			buf_clear(&cms);
			buf_clear(&plain);
			assert_int_equal(
				run("openssl cms -encrypt -binary -outform DER "
				    "%s -in data -out cms %s.crt",
					bad[k], kinds[i]),
				0);
			slurp("cms", &cms);
			assert_int_equal(crypto_cms_open(key, cert,
						 buf_span(&cms), &plain),
				ERR_MALFORMED);
		}
	}
}

static void
a_changed_envelope_gives_nothing_else(void **state)
{
	(void)state;
	for (int i = 0; i < N_KINDS; i++) {
		OWNED(crypto_cert) cert = cert_of(kinds[i]);
		OWNED(crypto_key) key = key_of(kinds[i]);
		OWNED(crypto_key) other = key_of(kinds[(i + 1) % N_KINDS]);
		OWNED_BUF(cms, 65536);
		OWNED_BUF(plain, 65536);
		unsigned n_passed = 0;

		assert_int_equal(crypto_cms_seal(cert, DATA, &cms), ERR_OK);
		for (size_t bit = 0; bit < cms.n * 8; bit++) {
			enum err e;

			cms.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
			buf_clear(&plain);
			e = crypto_cms_open(key, cert, buf_span(&cms), &plain);
			/* A byte that takes no part in opening may change;
			 * what comes out may not. */
			assert_false(err_is_failure(e));
			n_passed += e == ERR_OK;
			assert_true(e == ERR_OK
					    ? span_eq(buf_span(&plain), DATA)
					    : plain.n == 0);
			cms.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		assert_true(n_passed < 64);
		buf_clear(&plain);
		assert_true(err_is_refusal(
			crypto_cms_open(other, NULL, buf_span(&cms), &plain)));
		assert_int_equal(plain.n, 0);
	}
}

static void
a_short_tag_is_refused(void **state)
{
	OWNED(crypto_cert) cert = cert_of("rsa");
	OWNED(crypto_key) key = key_of("rsa");
	OWNED_BUF(cms, 65536);
	OWNED_BUF(plain, 65536);

	(void)state;
	assert_int_equal(crypto_cms_seal(cert, DATA, &cms), ERR_OK);
	/* 12 bytes of tag, and the three outer lengths with it. */
	for (int i = 2; i <= 3; i++)
		assert_int_equal(cms.at[cms.n - 18], 4);
	cms.at[cms.n - 17] = 12;
	cms.n -= 4;
	for (size_t at = 1; at < 30; at++)
		if (cms.at[at] == 0x82) {
			unsigned n = cms.at[at + 1] * 256u + cms.at[at + 2] - 4;

			cms.at[at + 1] = (uint8_t)(n >> 8);
			cms.at[at + 2] = (uint8_t)n;
			if (at > 20)
				break;
		}
	assert_int_equal(crypto_cms_open(key, cert, buf_span(&cms), &plain),
		ERR_MALFORMED);
	/* It is the tag: stock OpenSSL opens this one. */
	spill("cms", buf_span(&cms));
	assert_int_equal(run("openssl cms -decrypt -binary -inform DER -in cms "
			     "-recip rsa.crt -inkey rsa.key -out got"),
		0);
}

static void
envelopes_have_the_size_asked(void **state)
{
	(void)state;
	for (int i = 0; i < N_KINDS; i++) {
		OWNED(crypto_cert) cert = cert_of(kinds[i]);
		OWNED(crypto_key) key = key_of(kinds[i]);

		for (size_t n = 0; n < 3000; n += 577) {
			OWNED_BUF(cms, 65536);
			OWNED_BUF(plain, 65536);
			uint8_t text[3000];

			memset(text, 'x', n);
			buf_text(&cms, "before");
			assert_int_equal(crypto_cms_seal_to_size(cert,
						 span_of(text, n), 4096, &cms),
				ERR_OK);
			assert_int_equal(cms.n, 6 + 4096);
			assert_int_equal(
				crypto_cms_open(key, cert,
					span_of(cms.at + 6, 4096), &plain),
				ERR_OK);
			assert_true(plain.n > n);
			assert_memory_equal(plain.at, text, n);
			for (size_t k = n; k < plain.n; k++)
				assert_int_equal(plain.at[k], ' ');
		}
	}
}

static void
what_does_not_fit_is_refused(void **state)
{
	OWNED(crypto_cert) cert = cert_of("p256");
	OWNED_BUF(cms, 65536);
	static const uint8_t text[4096];

	(void)state;
	assert_int_equal(
		crypto_cms_seal_to_size(cert, span_of(text, 4097), 4096, &cms),
		ERR_TOO_LARGE);
	assert_int_equal(
		crypto_cms_seal_to_size(cert, span_of(text, 4000), 4096, &cms),
		ERR_TOO_LARGE);
	assert_int_equal(cms.n, 0);
}

static void *
seal_many(void *arg)
{
	const struct crypto_cert *cert = arg;
	uintptr_t wrong = 0;

	for (int i = 0; i < 200; i++) {
		OWNED_BUF(cms, 65536);

		wrong += crypto_cms_seal_to_size(cert, DATA, 2048, &cms) !=
			 ERR_OK;
		wrong += cms.n != 2048;
	}
	return (void *)wrong;
}

static void
threads_seal_at_once(void **state)
{
	OWNED(crypto_cert) cert = cert_of("p256");
	pthread_t thread[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			pthread_create(&thread[i], NULL, seal_many, cert), 0);
	for (int i = 0; i < 2; i++) {
		void *wrong;

		assert_int_equal(pthread_join(thread[i], &wrong), 0);
		assert_null(wrong);
	}
}

/* What is fetched before a process locks itself in is enough for the rest. */
static void
no_file_is_opened_after_init(void **state)
{
	(void)state;
	if (system("command -v strace >/dev/null") != 0)
		skip();
	assert_int_equal(
		run("strace -f -o trace %s alone >/dev/null 2>&1; "
		    "grep -q '/begin' trace && grep -q '/end' trace && "
		    "! sed -n '/.begin/,/.end/p' trace | grep -E 'open|socket'",
			program),
		0);
}

/* ---- memory ---- */

static enum err
everything_once(void)
{
	OWNED_BUF(key_pem, 65536);
	OWNED_BUF(cert_pem, 65536);
	OWNED_BUF(cms, 65536);
	OWNED_BUF(sealed, 65536);
	OWNED_BUF(plain, 65536);
	OWNED(crypto_cert) cert = NULL;
	OWNED(crypto_key) key = NULL;
	OWNED(crypto_sha384) hash = NULL;
	const struct crypto_cert *allowed[1];
	size_t signer;
	enum err e = crypto_make_identity(
		"n", "o", AT - 1, AT + 1, &key_pem, &cert_pem);

	e = e != ERR_OK ? e : crypto_cert_parse(buf_span(&cert_pem), &cert);
	e = e != ERR_OK ? e : crypto_key_parse(buf_span(&key_pem), &key);
	e = e != ERR_OK ? e : crypto_sha384_new(&hash);
	e = e != ERR_OK ? e : crypto_cms_sign(key, cert, DATA, &cms);
	allowed[0] = cert;
	e = e != ERR_OK ? e
			: crypto_cms_verify(buf_span(&cms), DATA, allowed, 1,
				  AT, &signer, NULL);
	e = e != ERR_OK ? e
			: crypto_cms_seal_to_size(cert, DATA, 2000, &sealed);
	e = e != ERR_OK ? e
			: crypto_cms_open(key, cert, buf_span(&sealed), &plain);
	if (e == ERR_OK)
		crypto_cert_pem(cert, &plain);
	return e != ERR_OK ? e : buf_error(&plain);
}

static void
nothing_leaks_when_memory_runs_out(void **state)
{
	enum err e = ERR_NOMEM;

	(void)state;
	for (int n = 0; e != ERR_OK; n++) {
		assert_true(n < 200);
		mem_fail_after(n);
		e = everything_once();
		assert_true(e == ERR_OK || e == ERR_NOMEM);
	}
	mem_fail_after(-1);
}

/* Between two marks for the trace. */
static int
alone(void)
{
	bool init = crypto_init() == ERR_OK;
	enum err e;

	(void)access("/begin", F_OK);
	e = init ? everything_once() : ERR_CRYPTO;
	(void)access("/end", F_OK);
	return e == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_those_of_the_standards),
		cmocka_unit_test(threads_hash_apart),
		cmocka_unit_test(random_bytes_differ),
		cmocka_unit_test(ed25519_is_rfc_8032),
		cmocka_unit_test(gcm_opens_what_it_sealed_and_nothing_else),
		cmocka_unit_test(certificates_read_alike_in_pem_and_der),
		cmocka_unit_test(a_certificate_is_valid_within_its_dates),
		cmocka_unit_test(dates_of_every_century_are_read),
		cmocka_unit_test(what_is_not_one_certificate_is_refused),
		cmocka_unit_test(keys_of_other_kinds_are_refused),
		cmocka_unit_test(a_name_cannot_steer_a_terminal),
		cmocka_unit_test(an_identity_needs_a_name_and_dates),
		cmocka_unit_test(plain_signatures_hold_here_and_in_openssl),
		cmocka_unit_test(what_openssl_signs_holds),
		cmocka_unit_test(openssl_accepts_what_we_sign),
		cmocka_unit_test(a_file_is_signed_whole_or_not_at_all),
		cmocka_unit_test(no_bit_of_a_signature_can_change),
		cmocka_unit_test(another_of_the_same_name_is_refused),
		cmocka_unit_test(the_signer_is_found_among_several),
		cmocka_unit_test(other_shapes_are_refused),
		cmocka_unit_test(a_signer_out_of_date_or_of_purpose_is_refused),
		cmocka_unit_test(a_length_written_longer_is_refused),
		cmocka_unit_test(openssl_opens_what_we_seal),
		cmocka_unit_test(we_open_what_openssl_seals),
		cmocka_unit_test(a_changed_envelope_gives_nothing_else),
		cmocka_unit_test(a_short_tag_is_refused),
		cmocka_unit_test(envelopes_have_the_size_asked),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(threads_seal_at_once),
		cmocka_unit_test(no_file_is_opened_after_init),
		cmocka_unit_test(nothing_leaks_when_memory_runs_out),
	};

	if (argc > 1)
		return alone();
	program = realpath(argv[0], NULL);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
