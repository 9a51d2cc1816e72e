/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A key whose private half is elsewhere signs as one that is here: by our own
 * checks and by stock `openssl`.  Elsewhere is this file, which signs digests and
 * can be told to do it wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>

#include "crypto/crypto.h"
#include "crypto/crypto_pkcs11.h"

static char dir[64];

#define TEXT SPAN("two people approve\n")

/* ---- the shell side ---- */

PRINTF_LIKE(1, 2)
static int
run(const char *fmt, ...)
{
	char command[2048];
	int n = snprintf(
		command, sizeof(command), "cd %s && exec >>log 2>&1; ", dir);
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(command + n, sizeof(command) - (size_t)n, fmt, ap);
	va_end(ap);
	return system(command);
}

static FILE *
file_of(const char *name, const char *how)
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, how);
	assert_non_null(f);
	return f;
}

static void
spill(const char *name, struct span bytes)
{
	FILE *f = file_of(name, "wbe");

	assert_int_equal(fwrite(bytes.at, 1, bytes.n, f), bytes.n);
	(void)fclose(f);
}

static struct crypto_cert *
cert_of(const char *name)
{
	uint8_t bytes[16384];
	struct crypto_cert *cert = NULL;
	FILE *f = file_of(name, "rbe");
	size_t n = fread(bytes, 1, sizeof(bytes), f);

	(void)fclose(f);
	assert_int_equal(crypto_cert_parse(span_of(bytes, n), &cert), ERR_OK);
	return cert;
}

/* ---- elsewhere ---- */

struct elsewhere {
	EVP_PKEY *pkey;
	size_t half; /* bytes of the order */
	unsigned asked;
	unsigned ended;
	bool refuses;
	bool short_one;
};

static enum err
sign(void *context, struct span digest, struct buf *to, struct why *why)
{
	struct elsewhere *x = context;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(x->pkey, NULL);
	uint8_t der[256];
	const uint8_t *at = der;
	uint8_t raw[132];
	size_t n = sizeof(der);
	ECDSA_SIG *sig;

	x->asked++;
	assert_int_equal(digest.n, x->half < 48 ? x->half : 48);
	assert_int_equal(EVP_PKEY_sign_init(ctx), 1);
	assert_int_equal(EVP_PKEY_sign(ctx, der, &n, digest.at, digest.n), 1);
	EVP_PKEY_CTX_free(ctx);
	if (x->refuses)
		return why_set(why, ERR_NOT_ALLOWED, "the card was pulled");
	sig = d2i_ECDSA_SIG(NULL, &at, (long)n);
	assert_non_null(sig);
	(void)BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, (int)x->half);
	(void)BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + x->half, (int)x->half);
	ECDSA_SIG_free(sig);
	buf_bytes(to, span_of(raw, 2 * x->half - x->short_one));
	return buf_error(to);
}

static void
end(void *context)
{
	((struct elsewhere *)context)->ended++;
}

static struct elsewhere
elsewhere_of(const char *key, size_t half)
{
	FILE *f = file_of(key, "rbe");
	struct elsewhere x = {
		.pkey = PEM_read_PrivateKey(f, NULL, NULL, NULL),
		.half = half,
	};

	(void)fclose(f);
	assert_non_null(x.pkey);
	return x;
}

static struct crypto_key *
key_of(struct elsewhere *x, const struct crypto_cert *cert)
{
	struct crypto_elsewhere how = {sign, end, x};
	struct crypto_key *key = NULL;

	assert_int_equal(crypto_key_elsewhere(cert, &how, &key, NULL), ERR_OK);
	return key;
}

/* ---- tests ---- */

static const struct {
	const char *name;
	size_t half;
} curves[] = {{"p256", 32}, {"p384", 48}};

static void
it_signs_what_openssl_holds_to_be_signed(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char file[16];
		struct elsewhere x;
		OWNED(crypto_cert) cert = NULL;
		OWNED_BUF(signature, 4096);
		struct crypto_key *key;

		(void)snprintf(file, sizeof(file), "%s.key", curves[i].name);
		x = elsewhere_of(file, curves[i].half);
		(void)snprintf(file, sizeof(file), "%s.crt", curves[i].name);
		cert = cert_of(file);
		key = key_of(&x, cert);
		assert_true(crypto_cert_fits_key(cert, key));
		assert_int_equal(crypto_sign(key, TEXT, &signature), ERR_OK);
		assert_string_equal(crypto_key_said(key), "");
		assert_int_equal(
			crypto_verify(cert, TEXT, buf_span(&signature)),
			ERR_OK);
		spill("text", TEXT);
		spill("sig", buf_span(&signature));
		assert_int_equal(
			run("openssl x509 -in %s -pubkey -noout >pub && openssl "
			    "dgst -sha384 -verify pub -signature sig text",
				file),
			0);
		assert_int_equal(x.asked, 1);
		(void)crypto_key_free(key);
		assert_int_equal(x.ended, 1);
		EVP_PKEY_free(x.pkey);
	}
}

static void
it_signs_cms_that_openssl_holds_to_be_signed(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char file[16];
		struct elsewhere x;
		OWNED(crypto_cert) cert = NULL;
		const struct crypto_cert *allowed[1];
		OWNED_BUF(cms, 1 << 16);
		struct crypto_key *key;
		size_t who = 9;

		(void)snprintf(file, sizeof(file), "%s.key", curves[i].name);
		x = elsewhere_of(file, curves[i].half);
		(void)snprintf(file, sizeof(file), "%s.crt", curves[i].name);
		cert = cert_of(file);
		allowed[0] = cert;
		key = key_of(&x, cert);
		assert_int_equal(
			crypto_cms_sign(key, cert, TEXT, &cms), ERR_OK);
		assert_int_equal(crypto_cms_verify(buf_span(&cms), TEXT,
					 allowed, 1, time(NULL), &who, NULL),
			ERR_OK);
		assert_int_equal(
			crypto_cms_verify(buf_span(&cms), SPAN("another text"),
				allowed, 1, time(NULL), &who, NULL),
			ERR_BAD_SIGNATURE);
		spill("text", TEXT);
		spill("cms", buf_span(&cms));
		assert_int_equal(
			run("openssl cms -verify -binary -inform DER -in cms "
			    "-content text -CAfile %s -purpose any -out out && "
			    "cmp out text",
				file),
			0);
		(void)crypto_key_free(key);
		EVP_PKEY_free(x.pkey);
	}
}

/* Another key than the certificate's: the token was changed under us. */
static void
a_signature_that_does_not_hold_is_never_given(void **state)
{
	struct elsewhere x = elsewhere_of("other.key", 32);
	OWNED(crypto_cert) cert = cert_of("p256.crt");
	struct crypto_key *key = key_of(&x, cert);
	OWNED_BUF(to, 1 << 16);

	(void)state;
	assert_int_equal(crypto_sign(key, TEXT, &to), ERR_NOT_ALLOWED);
	assert_non_null(strstr(crypto_key_said(key), "not of one key"));
	assert_int_equal(
		crypto_cms_sign(key, cert, TEXT, &to), ERR_NOT_ALLOWED);
	x.short_one = true;
	assert_int_equal(crypto_sign(key, TEXT, &to), ERR_NOT_ALLOWED);
	assert_non_null(strstr(crypto_key_said(key), "as long as"));
	x.refuses = true;
	assert_int_equal(crypto_sign(key, TEXT, &to), ERR_NOT_ALLOWED);
	assert_string_equal(crypto_key_said(key), "the card was pulled");
	assert_int_equal(
		crypto_cms_sign(key, cert, TEXT, &to), ERR_NOT_ALLOWED);
	assert_int_equal(to.n, 0);
	(void)crypto_key_free(key);
	EVP_PKEY_free(x.pkey);
}

static void
it_opens_nothing(void **state)
{
	struct elsewhere x = elsewhere_of("p256.key", 32);
	OWNED(crypto_cert) cert = cert_of("p256.crt");
	struct crypto_key *key = key_of(&x, cert);
	OWNED_BUF(sealed, 1 << 16);
	OWNED_BUF(to, 1 << 16);

	(void)state;
	assert_int_equal(crypto_cms_seal(cert, TEXT, &sealed), ERR_OK);
	assert_int_equal(crypto_cms_open(key, cert, buf_span(&sealed), &to),
		ERR_NOT_ALLOWED);
	assert_int_equal(x.asked, 0);
	(void)crypto_key_free(key);
	EVP_PKEY_free(x.pkey);
}

static void
other_kinds_are_refused_and_nothing_is_ended(void **state)
{
	struct elsewhere x = {.pkey = NULL};
	struct crypto_elsewhere how = {sign, end, &x};
	static const char *const wrong[] = {"rsa.crt", "ed.crt", "p521.crt"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		OWNED(crypto_cert) cert = cert_of(wrong[i]);
		struct crypto_key *key = NULL;
		struct why why = {""};

		assert_int_equal(crypto_key_elsewhere(cert, &how, &key, &why),
			ERR_NOT_ALLOWED);
		assert_non_null(strstr(why.text, "P-256"));
		assert_null(key);
	}
	assert_int_equal(x.ended, 0);
}

/* CKF_USER_PIN_*: 0x10000 wrong before, 0x20000 the last try, 0x40000 locked. */
static void
what_a_token_tells_of_tries_is_told(void **state)
{
	(void)state;
	assert_string_equal(crypto_module_tries(0), "");
	assert_non_null(strstr(crypto_module_tries(0x10000), "a few"));
	assert_non_null(strstr(crypto_module_tries(0x30000), "one try"));
	assert_non_null(strstr(crypto_module_tries(0x70000), "locked now"));
}

static int
make_keys(void **state)
{
	static const char ec[] = "-newkey ec -pkeyopt ec_paramgen_curve:";
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/weir-elsewhere-XXXXXX");
	if (mkdtemp(dir) == NULL || crypto_init() != ERR_OK)
		return -1;
	return run("r() { n=$1; shift; openssl req -x509 -nodes -days 900 "
		   "-keyout $n.key -out $n.crt -subj /CN=$n \"$@\"; }; "
		   "r p256 %sP-256 && r p384 %sP-384 && r p521 %sP-521 && "
		   "r other %sP-256 && r rsa -newkey rsa:3072 && "
		   "r ed -newkey ed25519",
		ec, ec, ec, ec);
}

static int
remove_keys(void **state)
{
	(void)state;
	return run("rm -rf %s", dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_signs_what_openssl_holds_to_be_signed),
		cmocka_unit_test(it_signs_cms_that_openssl_holds_to_be_signed),
		cmocka_unit_test(a_signature_that_does_not_hold_is_never_given),
		cmocka_unit_test(it_opens_nothing),
		cmocka_unit_test(other_kinds_are_refused_and_nothing_is_ended),
		cmocka_unit_test(what_a_token_tells_of_tries_is_told),
	};

	return cmocka_run_group_tests(tests, make_keys, remove_keys);
}
