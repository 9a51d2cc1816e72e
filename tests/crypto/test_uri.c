/* SPDX-License-Identifier: Apache-2.0 */
/* URIs of keys in a module (RFC 7512): what is taken, and what is refused
 * before any module is loaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "crypto/crypto_uri.h"

static struct crypto_uri
taken(const char *text)
{
	struct crypto_uri u;
	struct why why = {""};

	if (crypto_uri_parse(span_text(text), &u, &why) != ERR_OK)
		fail_msg("%s: %s", text, why.text);
	return u;
}

static void
refused(const char *text, const char *what)
{
	struct crypto_uri u = {.token = "as it was"};
	struct why why = {""};

	assert_int_equal(
		crypto_uri_parse(span_text(text), &u, &why), ERR_MALFORMED);
	if (strstr(why.text, what) == NULL)
		fail_msg("%s: %s", text, why.text);
	assert_string_equal(u.token, "as it was");
}

static void
each_attribute_has_its_place(void **state)
{
	struct crypto_uri u = taken(
		"pkcs11:model=PKCS%2315;manufacturer=piv_II;serial=00a1;"
		"token=Jane%20Doe;id=%01%00%ff;object=SIGN%20key;type=private"
		"?pin-source=file:/run/pin&module-path=/usr/lib/x.so");

	(void)state;
	assert_string_equal(u.model, "PKCS#15");
	assert_string_equal(u.manufacturer, "piv_II");
	assert_string_equal(u.serial, "00a1");
	assert_string_equal(u.token, "Jane Doe");
	assert_string_equal(u.object, "SIGN key");
	assert_string_equal(u.type, "private");
	assert_string_equal(u.pin_source, "/run/pin");
	assert_string_equal(u.module_path, "/usr/lib/x.so");
	assert_int_equal(u.n_id, 3);
	assert_memory_equal(u.id, "\x01\x00\xff", 3);
}

static void
what_is_not_said_is_empty(void **state)
{
	struct crypto_uri u = taken("pkcs11:token=T;object=O");

	(void)state;
	assert_string_equal(u.module_path, "");
	assert_string_equal(u.pin_source, "");
	assert_string_equal(u.serial, "");
	assert_int_equal(u.n_id, 0);
	/* A key by its id alone; a token by its number alone. */
	assert_int_equal(taken("pkcs11:serial=1;id=%02").n_id, 1);
	assert_string_equal(
		taken("pkcs11:token=T;object=O?pin-source=pin").pin_source,
		"pin");
	assert_string_equal(
		taken("pkcs11:token=T;object=O?pin-source=file:///a")
			.pin_source,
		"/a");
}

static void
what_is_no_name_of_a_key_is_refused(void **state)
{
	static const char *const wrong[][2] = {
		{"", "begins with pkcs11:"},
		{"token=T;object=O", "begins with pkcs11:"},
		{"pkcs11:", "named so"},
		{"pkcs11:token=T", "named so"},
		{"pkcs11:object=O", "named so"},
		{"pkcs11:manufacturer=M;object=O", "named so"},
		{"pkcs11:token=T;object=O;slot-id=1", "'slot-id'"},
		{"pkcs11:token=T;object=O;token=U", "'token'"},
		{"pkcs11:token=T;object=O;id=%01;id=%02", "'id'"},
		{"pkcs11:token=T;object=", "'object'"},
		{"pkcs11:token=T;object", "'object'"},
		{"pkcs11:token=T;;object=O", "''"},
		{"pkcs11:token=T;object=O%", "'object'"},
		{"pkcs11:token=T;object=O%0", "'object'"},
		{"pkcs11:token=T;object=O%zz", "'object'"},
		{"pkcs11:token=T;object=O%00", "'object'"},
		{"pkcs11:token=T%0a;object=O", "'token'"},
		{"pkcs11:token=T;object=%e2%80%ae", "'object'"},
		{"pkcs11:token=T;object=%ff", "'object'"},
		{"pkcs11:token=T;object=O;type=cert", "private"},
		{"pkcs11:token=T;object=O;module-path=/m.so", "'module-path'"},
		{"pkcs11:token=T;object=O?token=T", "'token'"},
		{"pkcs11:token=T;object=O?pin-value=1234", "does not belong"},
		{"pkcs11:token=T;object=O?pin-source=|cat%20pin", "is a file"},
		{"pkcs11:token=T;object=O?pin-source=file:", "is a file"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		refused(wrong[i][0], wrong[i][1]);
}

static void
nothing_is_cut_to_fit(void **state)
{
	char text[CRYPTO_URI_MAX + 8];
	struct crypto_uri u;
	int n = snprintf(text, sizeof(text), "pkcs11:object=O;token=");
	size_t at = (size_t)n;

	(void)state;
	memset(text + at, 'a', sizeof(text) - at);
	assert_int_equal(
		crypto_uri_parse(
			span_of(text, at + CRYPTO_URI_TEXT - 1), &u, NULL),
		ERR_OK);
	assert_int_equal(strlen(u.token), CRYPTO_URI_TEXT - 1);
	assert_int_equal(
		crypto_uri_parse(span_of(text, at + CRYPTO_URI_TEXT), &u, NULL),
		ERR_MALFORMED);
	assert_int_equal(
		crypto_uri_parse(span_of(text, CRYPTO_URI_MAX), &u, NULL),
		ERR_TOO_LARGE);
}

static void
a_file_is_no_uri(void **state)
{
	(void)state;
	assert_true(crypto_uri_is("pkcs11:token=T;object=O"));
	assert_false(crypto_uri_is("box/sandbox/counsel.key"));
	assert_false(crypto_uri_is("./pkcs11:x.key"));
	assert_false(crypto_uri_is("PKCS11:token=T"));
	assert_false(crypto_uri_is(""));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_attribute_has_its_place),
		cmocka_unit_test(what_is_not_said_is_empty),
		cmocka_unit_test(what_is_no_name_of_a_key_is_refused),
		cmocka_unit_test(nothing_is_cut_to_fit),
		cmocka_unit_test(a_file_is_no_uri),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
