/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/day.h"
#include "base/mem.h"
#include "release/release.h"

enum { AT = 1790000000, YEAR = 365 * 86400, TEXT_MAX = 262144 };

static char dir[64];

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
make(const char *name, const char *newkey, const char *subject,
	const char *more)
{
	assert_int_equal(
		run("openssl req -x509 -newkey %s -nodes -keyout %s.key "
		    "-out %s.crt -subj '%s' -days 3650 %s",
			newkey, name, name, subject, more),
		0);
}

/* Of a key that is kept, since it takes a minute to draw: tests/release/NAME.key,
 * which is for this test alone. */
static void
make_of(const char *name, const char *subject)
{
	assert_int_equal(
		run("cp " WEIR_SOURCE "/tests/release/%s.key %s.key && "
		    "openssl req -x509 -new -key %s.key -out %s.crt "
		    "-subj '%s' -days 3650",
			name, name, name, name, subject),
		0);
}

/* Officers' certificates of every kind: with and without a key id, short and
 * long names, the smallest and the largest key. */
static const char *const officers[] = {
	"p256", "p384", "rsa3072", "rsa8192", "nokeyid", "ours"};
enum { N_OFFICERS = sizeof(officers) / sizeof(*officers) };

static int
set_up(void **state)
{
	OWNED_BUF(key, 65536);
	OWNED_BUF(cert, 65536);

	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/weir-release-XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(run("openssl version >&2"), 0);
	assert_int_equal(crypto_init(), ERR_OK);
	make("p256", "ec -pkeyopt ec_paramgen_curve:P-256", "/CN=a", "");
	make("p384", "ec -pkeyopt ec_paramgen_curve:P-384", "/CN=b", "");
	make("rsa3072", "rsa:3072", "/CN=c", "");
	make_of("rsa8192", "/CN=d");
	make("nokeyid", "rsa:3072",
		"/C=US/ST=District of Columbia/L=Washington/O=Department of "
		"Something with a Long Name/OU=Office of the Same/CN=An "
		"Officer with a Long Name indeed",
		"-addext subjectKeyIdentifier=none "
		"-addext authorityKeyIdentifier=none "
		"-set_serial 0x7fffffffffffffffffffffffffffffffffffffff");
	assert_int_equal(crypto_make_identity("ours", "sandbox", AT - YEAR,
				 AT + YEAR, &key, &cert),
		ERR_OK);
	spill("ours.key", buf_span(&key));
	spill("ours.crt", buf_span(&cert));
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	return run("rm -rf %s", dir);
}

/* ---- packages ---- */

static struct release_package
neutral(void)
{
	return (struct release_package){
		.request_id = SPAN("R0000001"),
		.issued = day_of(2026, 11, 1),
		.answer = RELEASE_NEUTRAL,
		.expires = DAY_NONE,
		.origin = SPAN("example.gov/weir"),
		.proof = SPAN("c2sp.org/tlog-proof@v1\nindex 7\n\n"),
	};
}

static struct release_package
address(void)
{
	struct release_package p = neutral();

	p.answer = RELEASE_ADDRESS;
	p.sandbox = true;
	p.given = SPAN("Jos\xc3\xa9");
	p.surname = SPAN("O\"Brien\\");
	p.purpose = SPAN("criminal-proceeding");
	p.expires = day_of(2027, 2, 1);
	p.n_addresses = 2;
	p.address[0] = (struct release_address){2021, RELEASE_RETURN,
		SPAN("112 Avon Drive"), SPAN("APT 24A"), SPAN("Sioux Falls"),
		SPAN("SD"), SPAN("57118")};
	p.address[1] = (struct release_address){2022, RELEASE_THIRD_PARTY,
		SPAN("9 Elm St"), SPAN(""), SPAN("Yankton"), SPAN("SD"),
		SPAN("57078-0001")};
	return p;
}

/* As large as LEDGER.md's numbers make it: thirty hashes of the path, a
 * checkpoint with a log's and three witnesses' lines, the entry and its salt. */
static struct span
longest_proof(struct buf *b)
{
	static const char hash[] =
		"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n";

	buf_text(b, "c2sp.org/tlog-proof@v1\nextra ");
	for (int i = 0; i < 48; i++)
		buf_text(b, "MDEyMzQ1Njc4");
	buf_text(b, "\nindex 999999999\n");
	for (int i = 0; i < 30; i++)
		buf_text(b, hash);
	buf_text(b, "\nexample.gov/a/ledger/of/some/length\n1000000000\n");
	buf_text(b, hash);
	buf_text(b, "\n");
	for (int i = 0; i < 4; i++) {
		buf_text(
			b, "\xe2\x80\x94 example.gov/a/ledger/of/some/length ");
		for (int k = 0; k < 13; k++)
			buf_text(b, "MDEyMzQ1");
		buf_text(b, "\n");
	}
	assert_int_equal(buf_error(b), ERR_OK);
	return buf_span(b);
}

/* Ten years of an address longer than Publication 28 prints, names of the
 * greatest length made of bytes that JSON writes in six. */
static struct release_package
largest(struct span proof)
{
	static uint8_t bad[128];
	static uint8_t text[128];
	struct release_package p = address();

	memset(bad, 0x01, sizeof(bad));
	memset(text, 'W', sizeof(text));
	p.request_id = span_of(bad, RELEASE_ID_MAX);
	p.given = p.middle = p.surname = span_of(bad, RELEASE_NAME_MAX);
	p.suffix = span_of(bad, RELEASE_SUFFIX_MAX);
	p.purpose = span_of(bad, RELEASE_PURPOSE_MAX);
	p.proof = proof;
	p.n_addresses = RELEASE_YEARS_MAX;
	for (uint16_t i = 0; i < RELEASE_YEARS_MAX; i++)
		p.address[i] = (struct release_address){(uint16_t)(2016 + i),
			RELEASE_THIRD_PARTY, span_of(text, 128),
			span_of(text, 32), span_of(text, 64), SPAN("PR"),
			SPAN("00901-0001")};
	return p;
}

/*
 * Filled by assignment: gcc 12 with -ftrivial-auto-var-init clears bytes that
 * are not padding where an array of structs that hold arrays of structs is
 * initialised by calls.
 */
static void
three_packages(struct release_package packages[3], struct buf *proof)
{
	packages[0] = neutral();
	packages[1] = address();
	packages[2] = largest(longest_proof(proof));
}

static void
encoded(const struct release_package *p, struct buf *to)
{
	struct why why = {""};

	buf_clear(to);
	assert_int_equal(release_package_encode(p, to, &why), ERR_OK);
}

static void
a_package_is_these_bytes(void **state)
{
	OWNED_BUF(b, TEXT_MAX);
	struct release_package p = address();

	(void)state;
	encoded(&p, &b);
	buf_u8(&b, 0);
	assert_string_equal((char *)b.at,
		"{\"format\":\"weir package/v1\",\"sandbox\":true,"
		"\"origin\":\"example.gov/weir\",\"request_id\":\"R0000001\","
		"\"issued\":\"2026-11-01\",\"answer\":\"address\","
		"\"name\":{\"given\":\"Jos\xc3\xa9\",\"middle\":\"\","
		"\"surname\":\"O\\\"Brien\\\\\",\"suffix\":\"\"},"
		"\"addresses\":[{\"tax_year\":2021,\"line\":\"112 Avon Drive\","
		"\"unit\":\"APT 24A\",\"city\":\"Sioux Falls\",\"state\":\"SD\","
		"\"zip\":\"57118\",\"source\":\"return\"},{\"tax_year\":2022,"
		"\"line\":\"9 Elm St\",\"unit\":\"\",\"city\":\"Yankton\","
		"\"state\":\"SD\",\"zip\":\"57078-0001\","
		"\"source\":\"third-party\"}],"
		"\"purpose\":\"criminal-proceeding\",\"expires\":\"2027-02-01\","
		"\"proof\":\"c2sp.org/tlog-proof@v1\\nindex 7\\n\\n\"}\n");
	p = neutral();
	encoded(&p, &b);
	buf_u8(&b, 0);
	assert_string_equal((char *)b.at,
		"{\"format\":\"weir package/v1\",\"sandbox\":false,"
		"\"origin\":\"example.gov/weir\",\"request_id\":\"R0000001\","
		"\"issued\":\"2026-11-01\",\"answer\":\"neutral\","
		"\"text\":\"" RELEASE_NEUTRAL_TEXT "\","
		"\"proof\":\"c2sp.org/tlog-proof@v1\\nindex 7\\n\\n\"}\n");
}

/* I3, I7: what the officer gets has these members and no others. */
static void
nothing_else_is_in_a_package(void **state)
{
	static const char *const top[] = {"format", "sandbox", "origin",
		"request_id", "issued", "answer", "name", "addresses",
		"purpose", "expires", "proof"};
	static const char *const inner[] = {
		"tax_year", "line", "unit", "city", "state", "zip", "source"};
	OWNED_BUF(b, TEXT_MAX);
	struct release_package p = address();
	json_t *root;
	json_t *one;

	(void)state;
	encoded(&p, &b);
	root = json_loadb((char *)b.at, b.n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_int_equal(json_object_size(root), sizeof(top) / sizeof(*top));
	for (size_t i = 0; i < sizeof(top) / sizeof(*top); i++)
		assert_non_null(json_object_get(root, top[i]));
	one = json_array_get(json_object_get(root, "addresses"), 1);
	assert_int_equal(json_object_size(one), sizeof(inner) / sizeof(*inner));
	for (size_t i = 0; i < sizeof(inner) / sizeof(*inner); i++)
		assert_non_null(json_object_get(one, inner[i]));
	assert_int_equal(json_object_size(json_object_get(root, "name")), 4);
	json_decref(root);
}

static void
a_package_reads_back(void **state)
{
	OWNED_BUF(proof, TEXT_MAX);
	struct release_package packages[3];

	(void)state;
	three_packages(packages, &proof);
	for (int i = 0; i < 3; i++) {
		OWNED_BUF(b, TEXT_MAX);
		OWNED_BUF(again, TEXT_MAX);
		struct release_package p;
		struct arena arena;

		encoded(&packages[i], &b);
		assert_int_equal(arena_init(&arena, RELEASE_ARENA), ERR_OK);
		for (int pad = 0; pad < 2; pad++) {
			arena_reset(&arena);
			assert_int_equal(release_package_decode(buf_span(&b),
						 &arena, &p, NULL),
				ERR_OK);
			encoded(&p, &again);
			if (pad == 0)
				assert_true(span_eq(
					buf_span(&b), buf_span(&again)));
			buf_text(&b, "      ");
		}
		arena_fini(&arena);
	}
}

static void
refused_text(struct span text)
{
	struct release_package p;
	struct why why = {""};
	struct arena arena;

	assert_int_equal(arena_init(&arena, RELEASE_ARENA), ERR_OK);
	assert_int_equal(
		release_package_decode(text, &arena, &p, &why), ERR_MALFORMED);
	assert_true(strlen(why.text) > 0);
	arena_fini(&arena);
}

static void
another_spelling_of_a_package_is_refused(void **state)
{
	static const char *const swaps[][2] = {
		{"\"sandbox\":true", "\"sandbox\": true"},
		{"\"sandbox\":true", "\"sandbox\":\"true\""},
		{"\"sandbox\":true,", ""},
		{"\"proof\"", "\"tin\":\"123456789\",\"proof\""},
		{"\"proof\"", "\"issued\":\"2026-11-01\",\"proof\""},
		{"package/v1", "package/v2"},
		{"2026-11-01", "2026-11-31"},
		{"\"answer\":\"address\"", "\"answer\":\"neutral\""},
		{"\"answer\":\"address\"", "\"answer\":\"maybe\""},
		{"\"source\":\"return\"", "\"source\":\"preparer\""},
		{"\"source\":\"return\"",
			"\"source\":\"return\",\"spouse\":\"x\""},
		{"\"tax_year\":2021", "\"tax_year\":\"2021\""},
		{"\"tax_year\":2021", "\"tax_year\":2021.0"},
		{"\"tax_year\":2021", "\"tax_year\":2022"},
		{"\"tax_year\":2021", "\"tax_year\":99999999999999999999"},
		{"\"tax_year\":2021", "\"tax_year\":-1"},
		{"Avon", "\\u0041von"},
		{"Avon", "A\\u0000von"},
		{"\"given\"", "\"Given\""},
		{"\"expires\":\"2027-02-01\"", "\"expires\":\"2026-11-01\""},
		{"}\n", "}"},
		{"}\n", "}\n\n"},
		{"{\"format\"", " {\"format\""},
	};
	OWNED_BUF(b, TEXT_MAX);
	struct release_package p = address();

	(void)state;
	encoded(&p, &b);
	buf_u8(&b, 0);
	for (size_t i = 0; i < sizeof(swaps) / sizeof(*swaps); i++) {
		OWNED_BUF(changed, TEXT_MAX);
		const char *at = strstr((char *)b.at, swaps[i][0]);

		assert_non_null(at);
		buf_bytes(&changed, span_of(b.at, (size_t)(at - (char *)b.at)));
		buf_text(&changed, swaps[i][1]);
		buf_text(&changed, at + strlen(swaps[i][0]));
		refused_text(buf_span(&changed));
	}
	for (size_t n = 0; n < b.n - 1; n++)
		refused_text(span_of(b.at, n));
	refused_text(SPAN("[]"));
	refused_text(SPAN("null\n"));
}

static enum err
encode_error(const struct release_package *p)
{
	OWNED_BUF(b, TEXT_MAX);
	struct why why = {""};
	enum err e = release_package_encode(p, &b, &why);

	assert_int_equal(b.n, 0);
	assert_true(strlen(why.text) > 0);
	return e;
}

static void
what_may_not_leave_is_not_written(void **state)
{
	static uint8_t text[RELEASE_FIELD_MAX + 1];
	struct release_package p;

	(void)state;
	memset(text, 'x', sizeof(text));
#define REFUSED(from, change)                                                  \
	p = from();                                                            \
	p.change;                                                              \
	assert_int_equal(encode_error(&p), ERR_MALFORMED)

	p = neutral();
	p.expires = 0; /* a zeroed package is a neutral one */
	{
		OWNED_BUF(b, TEXT_MAX);

		encoded(&p, &b);
	}
	REFUSED(neutral, given = SPAN("A"));
	REFUSED(neutral, middle = SPAN("A"));
	REFUSED(neutral, surname = SPAN("A"));
	REFUSED(neutral, suffix = SPAN("A"));
	REFUSED(neutral, purpose = SPAN("A"));
	REFUSED(neutral, expires = day_of(2027, 1, 1));
	REFUSED(neutral, n_addresses = 1);
	REFUSED(neutral, request_id = SPAN(""));
	REFUSED(neutral, request_id = span_of(text, RELEASE_ID_MAX + 1));
	REFUSED(neutral, origin = SPAN(""));
	REFUSED(neutral, issued = DAY_NONE);
	REFUSED(address, n_addresses = 0);
	REFUSED(address, n_addresses = RELEASE_YEARS_MAX + 1);
	REFUSED(address, surname = SPAN(""));
	REFUSED(address, surname = SPAN("\xff"));
	REFUSED(address, surname = span_of(text, RELEASE_NAME_MAX + 1));
	REFUSED(address, purpose = SPAN(""));
	REFUSED(address, expires = DAY_NONE);
	REFUSED(address, expires = day_of(2026, 11, 1));
	REFUSED(address, address[0].tax_year = 2022);
	REFUSED(address, address[0].tax_year = 2023);
	REFUSED(address, address[0].tax_year = 12);
	REFUSED(address, address[0].line = SPAN(""));
	REFUSED(address, address[0].line = span_of(text, sizeof(text)));
	REFUSED(address, address[1].city = SPAN("a\0b"));
	REFUSED(address, address[1].source = 2);
#undef REFUSED
}

static void
the_largest_person_fits_and_more_is_refused(void **state)
{
	static uint8_t text[RELEASE_FIELD_MAX];
	static uint8_t longest[RELEASE_PROOF_MAX];
	OWNED_BUF(proof, TEXT_MAX);
	OWNED_BUF(b, TEXT_MAX);
	struct release_package p = largest(longest_proof(&proof));

	(void)state;
	assert_true(proof.n > 2600 && proof.n <= RELEASE_PROOF_MAX);
	encoded(&p, &b);
	assert_true(b.n <= RELEASE_PLAIN_MAX);
	/* The header's promise: 600 bytes a year beside the longest proof. */
	memset(text, 'W', sizeof(text));
	memset(longest, 'x', sizeof(longest));
	p.proof = span_of(longest, sizeof(longest));
	for (size_t i = 0; i < RELEASE_YEARS_MAX; i++) {
		p.address[i].line = p.address[i].unit =
			span_of(text, RELEASE_FIELD_MAX);
		p.address[i].city = span_of(text, 76);
	}
	encoded(&p, &b);
	memset(text, '"', sizeof(text));
	for (size_t i = 0; i < RELEASE_YEARS_MAX; i++)
		p.address[i].line = p.address[i].unit = p.address[i].city =
			span_of(text, sizeof(text));
	assert_int_equal(encode_error(&p), ERR_TOO_LARGE);
}

/* ---- sealing ---- */

/* What outsiders see is a number of bytes; it is one number. */
static void
every_package_has_one_size(void **state)
{
	OWNED_BUF(proof, TEXT_MAX);
	struct release_package packages[3];

	(void)state;
	three_packages(packages, &proof);
	for (int i = 0; i < N_OFFICERS; i++) {
		OWNED(crypto_cert) cert = cert_of(officers[i]);

		for (int k = 0; k < 12; k++) {
			OWNED_BUF(file, 65536);

			assert_int_equal(release_package_seal(&packages[k % 3],
						 cert, &file, NULL),
				ERR_OK);
			assert_int_equal(file.n, RELEASE_FILE_SIZE);
		}
	}
}

static void
a_thousand_officers_get_one_size(void **state)
{
	OWNED_BUF(proof, TEXT_MAX);
	struct release_package packages[3];

	(void)state;
	three_packages(packages, &proof);
	for (int i = 0; i < 1000; i++) {
		OWNED_BUF(key, 65536);
		OWNED_BUF(pem, 65536);
		OWNED_BUF(file, 65536);
		OWNED(crypto_cert) cert = NULL;
		char name[65];

		(void)snprintf(name, sizeof(name), "%.*s", 1 + i % 64,
			"An officer with a name of whatever length it may "
			"happen to be...");
		assert_int_equal(
			crypto_make_identity(name, "o", AT, AT + 1, &key, &pem),
			ERR_OK);
		assert_int_equal(
			crypto_cert_parse(buf_span(&pem), &cert), ERR_OK);
		assert_int_equal(release_package_seal(
					 &packages[i % 2], cert, &file, NULL),
			ERR_OK);
		assert_int_equal(file.n, RELEASE_FILE_SIZE);
	}
}

static void
the_officer_opens_it_with_stock_openssl(void **state)
{
	OWNED_BUF(proof, TEXT_MAX);
	struct release_package packages[3];

	(void)state;
	three_packages(packages, &proof);
	for (int i = 0; i < N_OFFICERS; i++)
		for (int k = 0; k < 2; k++) {
			OWNED(crypto_cert) cert = cert_of(officers[i]);
			OWNED_BUF(file, 65536);
			OWNED_BUF(plain, 65536);
			OWNED_BUF(expected, 65536);
			struct release_package p;
			struct arena arena;

			assert_int_equal(release_package_seal(&packages[k],
						 cert, &file, NULL),
				ERR_OK);
			spill("p.cms", buf_span(&file));
			assert_int_equal(
				run("openssl cms -decrypt -binary -inform DER "
				    "-in p.cms -recip %s.crt -inkey %s.key "
				    "-out p.json",
					officers[i], officers[i]),
				0);
			slurp("p.json", &plain);
			encoded(&packages[k], &expected);
			assert_true(span_starts(
				buf_span(&plain), buf_span(&expected)));
			assert_int_equal(
				arena_init(&arena, RELEASE_ARENA), ERR_OK);
			assert_int_equal(
				release_package_decode(
					buf_span(&plain), &arena, &p, NULL),
				ERR_OK);
			arena_fini(&arena);
		}
}

static void
open_gives(struct span file, const char *who, enum err expected)
{
	OWNED(crypto_cert) cert = cert_of(who);
	OWNED(crypto_key) key = key_of(who);
	struct release_package p = {0};
	struct why why = {""};
	struct arena arena;

	assert_int_equal(arena_init(&arena, RELEASE_ARENA), ERR_OK);
	assert_int_equal(
		release_package_open(file, key, cert, &arena, &p, &why),
		expected);
	if (expected == ERR_OK)
		assert_true(span_eq(p.request_id, SPAN("R0000001")));
	else
		assert_true(strlen(why.text) > 0);
	arena_fini(&arena);
}

static void
only_the_named_officer_opens_it_and_only_unchanged(void **state)
{
	OWNED(crypto_cert) cert = cert_of("p256");
	OWNED_BUF(file, 65536);
	struct release_package p = address();

	(void)state;
	assert_int_equal(release_package_seal(&p, cert, &file, NULL), ERR_OK);
	open_gives(buf_span(&file), "p256", ERR_OK);
	open_gives(buf_span(&file), "ours", ERR_BAD_SIGNATURE);
	open_gives(buf_span(&file), "rsa3072", ERR_BAD_SIGNATURE);
	open_gives(span_of(file.at, file.n - 1), "p256", ERR_MALFORMED);
	file.at[file.n - 1] ^= 1;
	open_gives(buf_span(&file), "p256", ERR_BAD_SIGNATURE);
	file.at[0] ^= 1;
	open_gives(buf_span(&file), "p256", ERR_MALFORMED);
	buf_u8(&file, 0);
	open_gives(buf_span(&file), "p256", ERR_MALFORMED);
}

/* Somebody with the officer's certificate can seal, but only a package. */
static void
what_is_no_package_inside_is_refused(void **state)
{
	OWNED(crypto_cert) cert = cert_of("p256");
	OWNED_BUF(file, 65536);
	OWNED_BUF(plain, 65536);
	struct release_package p = neutral();

	(void)state;
	assert_int_equal(crypto_cms_seal_to_size(
				 cert, SPAN("{}\n"), RELEASE_FILE_SIZE, &file),
		ERR_OK);
	open_gives(buf_span(&file), "p256", ERR_MALFORMED);
	encoded(&p, &plain); /* a good one, but not of the one size */
	buf_clear(&file);
	assert_int_equal(crypto_cms_seal_to_size(cert, buf_span(&plain),
				 RELEASE_FILE_SIZE / 2, &file),
		ERR_OK);
	open_gives(buf_span(&file), "p256", ERR_MALFORMED);
}

static void
a_certificate_that_cannot_receive_is_refused(void **state)
{
	OWNED_BUF(file, 65536);
	struct release_package p = neutral();
	struct why why = {""};

	(void)state;
	make("signer", "ec -pkeyopt ec_paramgen_curve:P-256", "/CN=s",
		"-addext keyUsage=critical,digitalSignature");
	{
		OWNED(crypto_cert) cert = cert_of("signer");

		assert_int_equal(release_package_seal(&p, cert, &file, &why),
			ERR_NOT_ALLOWED);
	}
	assert_non_null(strstr(why.text, "cannot receive"));
	assert_int_equal(file.n, 0);
}

/* ---- commitments ---- */

static void
a_commitment_is_to_content_and_recipient_without_the_proof(void **state)
{
	uint8_t one[CRYPTO_SHA256] = {1};
	uint8_t two[CRYPTO_SHA256] = {2};
	uint8_t a[CRYPTO_SHA256];
	uint8_t b[CRYPTO_SHA256];
	OWNED_BUF(core, TEXT_MAX);
	OWNED_BUF(text, TEXT_MAX);
	struct release_package p = address();
	const char *cut;

	(void)state;
	assert_int_equal(release_commitment(&p, one, a), ERR_OK);
	/* By hand: all before the proof, and the end. */
	encoded(&p, &text);
	buf_u8(&text, 0);
	cut = strstr((char *)text.at, ",\"proof\"");
	buf_text(&core, "weir package/v1\n");
	buf_bytes(&core, span_of(one, 32));
	buf_bytes(&core, span_of(text.at, (size_t)(cut - (char *)text.at)));
	buf_text(&core, "}\n");
	crypto_sha256(buf_span(&core), b);
	assert_memory_equal(a, b, 32);

	p.proof = SPAN("another");
	assert_int_equal(release_commitment(&p, one, b), ERR_OK);
	assert_memory_equal(a, b, 32);
	assert_int_equal(release_commitment(&p, two, b), ERR_OK);
	assert_memory_not_equal(a, b, 32);
	p.address[1].zip = SPAN("57079");
	assert_int_equal(release_commitment(&p, one, b), ERR_OK);
	assert_memory_not_equal(a, b, 32);
	p.n_addresses = 0;
	assert_int_equal(release_commitment(&p, one, b), ERR_MALFORMED);
}

/* ---- approvals ---- */

static struct release_approval
approval(void)
{
	struct release_approval a = {.origin = SPAN("example.gov/weir"),
		.batch = 7,
		.act = RELEASE_APPROVE,
		.count = 3};
	const struct release_verdict verdicts[] = {
		{1, {1}}, {2, {2}}, {UINT64_MAX, {3}}};

	assert_int_equal(
		release_verdicts_hash(verdicts, 3, a.verdicts), ERR_OK);
	return a;
}

static void
the_list_of_verdicts_has_one_hash(void **state)
{
	struct release_verdict v[] = {{1, {1}}, {0x0102030405060708, {2}}};
	uint8_t a[CRYPTO_SHA384];
	uint8_t b[CRYPTO_SHA384];
	uint8_t bytes[80] = {0};

	(void)state;
	assert_int_equal(release_verdicts_hash(v, 2, a), ERR_OK);
	bytes[7] = 1;
	bytes[8] = 1;
	for (uint8_t i = 0; i < 8; i++)
		bytes[40 + i] = (uint8_t)(i + 1);
	bytes[48] = 2;
	crypto_sha384(span_of(bytes, 80), b);
	assert_memory_equal(a, b, CRYPTO_SHA384);
	assert_int_equal(
		release_verdicts_hash_bytes(span_of(bytes, 80), b), ERR_OK);
	assert_memory_equal(a, b, CRYPTO_SHA384);
	for (size_t n = 0; n < 80; n++)
		assert_int_equal(
			release_verdicts_hash_bytes(span_of(bytes, n), b),
			n % 40 == 0 ? ERR_OK : ERR_MALFORMED);
	memset(bytes + 40, 0, 7);
	for (uint8_t i = 0; i < 3; i++) {
		bytes[47] = i;
		assert_int_equal(
			release_verdicts_hash_bytes(span_of(bytes, 80), b),
			i > 1 ? ERR_OK : ERR_MALFORMED);
	}
	v[1].line = 1;
	assert_int_equal(release_verdicts_hash(v, 2, b), ERR_MALFORMED);
	v[1].line = 0;
	assert_int_equal(release_verdicts_hash(v, 2, b), ERR_MALFORMED);
	assert_int_equal(release_verdicts_hash(NULL, 0, b), ERR_OK);
}

static void
an_approval_is_these_lines(void **state)
{
	OWNED_BUF(b, 1024);
	struct release_approval a = approval();
	struct release_approval back;

	(void)state;
	memset(a.verdicts, 0xab, sizeof(a.verdicts));
	release_approval_encode(&a, &b);
	assert_true(span_eq(buf_span(&b),
		SPAN("weir approval/v1\nexample.gov/weir\nbatch 7\napprove\n"
		     "count 3\nsha384 abababababababababababababababababababab"
		     "abababababababababababababababababababababababababababab"
		     "\n")));
	assert_int_equal(release_approval_decode(buf_span(&b), &back), ERR_OK);
	assert_int_equal(back.batch, 7);
	assert_int_equal(back.act, RELEASE_APPROVE);
	assert_memory_equal(back.verdicts, a.verdicts, CRYPTO_SHA384);
	/* No other bytes read as an approval and encode to the same. */
	for (size_t bit = 0; bit < b.n * 8; bit++) {
		OWNED_BUF(again, 1024);

		b.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (release_approval_decode(buf_span(&b), &back) == ERR_OK) {
			release_approval_encode(&back, &again);
			assert_true(span_eq(buf_span(&again), buf_span(&b)));
		}
		b.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	for (size_t n = 0; n < b.n; n++)
		assert_int_equal(
			release_approval_decode(span_of(b.at, n), &back),
			ERR_MALFORMED);
	buf_u8(&b, '\n');
	assert_int_equal(
		release_approval_decode(buf_span(&b), &back), ERR_MALFORMED);
}

static void
an_approval_holds_for_exactly_what_was_approved(void **state)
{
	OWNED(crypto_cert) cert = cert_of("ours");
	OWNED(crypto_cert) other = cert_of("p256");
	OWNED(crypto_key) key = key_of("ours");
	OWNED_BUF(sig, 4096);
	struct release_approval a = approval();
	struct release_approval changed;

	(void)state;
	assert_int_equal(release_approval_sign(key, &a, &sig), ERR_OK);
	assert_int_equal(
		release_approval_verify(cert, &a, buf_span(&sig)), ERR_OK);
	assert_int_equal(release_approval_verify(other, &a, buf_span(&sig)),
		ERR_BAD_SIGNATURE);
#define VOID(change)                                                           \
	changed = a;                                                           \
	changed.change;                                                        \
	assert_int_equal(                                                      \
		release_approval_verify(cert, &changed, buf_span(&sig)),       \
		ERR_BAD_SIGNATURE)

	VOID(origin = SPAN("example.gov/weir2"));
	VOID(batch = 8);
	VOID(act = RELEASE_WITHHOLD);
	VOID(count = 4);
	VOID(verdicts[47] ^= 1);
#undef VOID
}

/* ---- replies ---- */

static void
accepted_lines_differ_in_the_id_alone(void **state)
{
	OWNED_BUF(a, 1024);
	OWNED_BUF(b, 1024);
	const struct release_reason reasons[] = {
		{SPAN("I2-B1-NAME"), SPAN("no \"full\" name"),
			SPAN("26 USC 6103(i)(2)(B)(i)")},
		{SPAN("RQ-FIELD"), SPAN("x"), SPAN("y")},
	};

	(void)state;
	release_reply_line(&(struct release_reply){.request_id = SPAN("R1"),
				   .status = RELEASE_ACCEPTED},
		&a);
	assert_true(span_eq(buf_span(&a),
		SPAN("{\"request_id\":\"R1\",\"status\":\"accepted\","
		     "\"reasons\":[]}\n")));
	release_reply_line(&(struct release_reply){.request_id = SPAN("R2"),
				   .status = RELEASE_REFUSED,
				   .reasons = reasons,
				   .n_reasons = 2},
		&b);
	assert_true(span_eq(buf_span(&b),
		SPAN("{\"request_id\":\"R2\",\"status\":\"refused\","
		     "\"reasons\":[{\"code\":\"I2-B1-NAME\",\"sentence\":"
		     "\"no \\\"full\\\" name\",\"citation\":"
		     "\"26 USC 6103(i)(2)(B)(i)\"},{\"code\":\"RQ-FIELD\","
		     "\"sentence\":\"x\",\"citation\":\"y\"}]}\n")));
}

static void
what_is_said_besides_is_there_where_it_is_said(void **state)
{
	OWNED_BUF(a, 1024);
	OWNED_BUF(b, 1024);
	const struct release_reason advice = {
		.code = SPAN("AD-TIN"), .sentence = SPAN("state it")};

	(void)state;
	release_reply_line(&(struct release_reply){.request_id = SPAN("R1"),
				   .status = RELEASE_ACCEPTED,
				   .advice = &advice,
				   .n_advice = 1,
				   .since = day_of(2026, 11, 1)},
		&a);
	assert_true(span_eq(buf_span(&a),
		SPAN("{\"request_id\":\"R1\",\"status\":\"accepted\","
		     "\"reasons\":[],\"advice\":[{\"code\":\"AD-TIN\","
		     "\"sentence\":\"state it\"}],\"since\":"
		     "\"2026-11-01\"}\n")));
	release_reply_line(&(struct release_reply){.request_id = SPAN("R2"),
				   .status = RELEASE_RETURNED,
				   .upheld = SPAN("a \"b\""),
				   .due = SPAN("d")},
		&b);
	assert_true(span_eq(buf_span(&b),
		SPAN("{\"request_id\":\"R2\",\"status\":\"returned\","
		     "\"reasons\":[],\"upheld\":\"a \\\"b\\\"\","
		     "\"reconsidered_by\":\"d\"}\n")));
}

/* ---- memory ---- */

static enum err
everything_once(const struct crypto_cert *cert, const struct crypto_key *key)
{
	OWNED_BUF(file, 65536);
	struct release_package p = address();
	struct release_approval a = approval();
	uint8_t hash[CRYPTO_SHA384];
	struct arena arena = {0};
	enum err e = release_commitment(&p, hash, hash);

	e = e != ERR_OK ? e : release_package_seal(&p, cert, &file, NULL);
	e = e != ERR_OK ? e : arena_init(&arena, RELEASE_ARENA);
	e = e != ERR_OK ? e
			: release_package_open(
				  buf_span(&file), key, cert, &arena, &p, NULL);
	buf_clear(&file);
	e = e != ERR_OK ? e : release_approval_sign(key, &a, &file);
	e = e != ERR_OK ? e
			: release_approval_verify(cert, &a, buf_span(&file));
	arena_fini(&arena);
	return e;
}

static void
nothing_leaks_when_memory_runs_out(void **state)
{
	OWNED(crypto_cert) cert = cert_of("ours");
	OWNED(crypto_key) key = key_of("ours");
	enum err e = ERR_NOMEM;

	(void)state;
	for (int n = 1; e != ERR_OK; n++) {
		assert_true(n < 200);
		mem_fail_after(n);
		e = everything_once(cert, key);
		assert_true(e == ERR_OK || e == ERR_NOMEM);
	}
	mem_fail_after(-1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_package_is_these_bytes),
		cmocka_unit_test(nothing_else_is_in_a_package),
		cmocka_unit_test(a_package_reads_back),
		cmocka_unit_test(another_spelling_of_a_package_is_refused),
		cmocka_unit_test(what_may_not_leave_is_not_written),
		cmocka_unit_test(the_largest_person_fits_and_more_is_refused),
		cmocka_unit_test(every_package_has_one_size),
		cmocka_unit_test(a_thousand_officers_get_one_size),
		cmocka_unit_test(the_officer_opens_it_with_stock_openssl),
		cmocka_unit_test(
			only_the_named_officer_opens_it_and_only_unchanged),
		cmocka_unit_test(what_is_no_package_inside_is_refused),
		cmocka_unit_test(a_certificate_that_cannot_receive_is_refused),
		cmocka_unit_test(
			a_commitment_is_to_content_and_recipient_without_the_proof),
		cmocka_unit_test(the_list_of_verdicts_has_one_hash),
		cmocka_unit_test(an_approval_is_these_lines),
		cmocka_unit_test(
			an_approval_holds_for_exactly_what_was_approved),
		cmocka_unit_test(accepted_lines_differ_in_the_id_alone),
		cmocka_unit_test(
			what_is_said_besides_is_there_where_it_is_said),
		cmocka_unit_test(nothing_leaks_when_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
