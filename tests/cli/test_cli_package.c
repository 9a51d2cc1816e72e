/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The officer's side: a package whose proof holds, and every way in which it
 * may not.  Made here from its parts: an entry S, a ledger of a few entries,
 * the keeper's signature.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/code.h"
#include "ledger/proof.h"
#include "proc/proc_package.h"

enum { DAY = 20758, ENTRIES = 5, PLACE = 3 };

#define ORIGIN "weir.example/ledger"

/* What a test may change before the package is sealed. */
struct parts {
	const char *surname;   /* after S was made; NULL: as it was */
	const char *field;     /* that is opened */
	enum ledger_type type; /* of the entry */
	uint64_t says_index;   /* in the entry */
	const char *origin;    /* of the checkpoint */
	size_t extra_cut;      /* bytes left out at the end of `extra` */
	bool no_proof;
	bool other_officer; /* sealed to him; S is for the first */
	bool other_tree;    /* the entry is not in the ledger */
	bool other_root;    /* the entry commits to something else */
};
static const struct parts sound = {
	.field = "plain",
	.type = LEDGER_SEAL,
	.says_index = PLACE,
	.origin = ORIGIN,
};

struct person {
	struct crypto_key *key;
	struct crypto_cert *cert;
};
static struct person officer, other;
static const uint8_t seed[32] = {7};
static struct ledger_vkey vkey, another;

static void
make_person(const char *name, struct person *p)
{
	OWNED_BUF(key, 8192);
	OWNED_BUF(cert, 8192);

	assert_int_equal(
		crypto_make_identity(name, "weir sandbox", DAY * INT64_C(86400),
			(DAY + 3000) * INT64_C(86400), &key, &cert),
		ERR_OK);
	assert_int_equal(crypto_key_parse(buf_span(&key), &p->key), ERR_OK);
	assert_int_equal(crypto_cert_parse(buf_span(&cert), &p->cert), ERR_OK);
}

static int
begin(void **state)
{
	uint8_t public[32];
	uint8_t other_seed[32] = {8};

	(void)state;
	assert_int_equal(crypto_init(), ERR_OK);
	make_person("OFFICER", &officer);
	make_person("ANOTHER", &other);
	assert_int_equal(crypto_ed_public(seed, public), ERR_OK);
	assert_int_equal(
		ledger_vkey_make(ORIGIN, LEDGER_VKEY_ED25519, public, &vkey),
		ERR_OK);
	assert_int_equal(crypto_ed_public(other_seed, public), ERR_OK);
	assert_int_equal(
		ledger_vkey_make(ORIGIN, LEDGER_VKEY_ED25519, public, &another),
		ERR_OK);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	officer.key = crypto_key_free(officer.key);
	officer.cert = crypto_cert_free(officer.cert);
	other.key = crypto_key_free(other.key);
	other.cert = crypto_cert_free(other.cert);
	return 0;
}

static struct release_package
address(void)
{
	return (struct release_package){
		.request_id = SPAN("R1"),
		.issued = DAY,
		.sandbox = true,
		.answer = RELEASE_ADDRESS,
		.given = SPAN("ANA"),
		.surname = SPAN("ROJAS"),
		.address = {{.tax_year = 2022,
			.line = SPAN("12 ELM ST"),
			.city = SPAN("RENO"),
			.state = SPAN("NV"),
			.zip = SPAN("89501")}},
		.n_addresses = 1,
		.purpose = SPAN("criminal-investigation"),
		.expires = DAY + 90,
		.origin = SPAN(ORIGIN),
	};
}

/* Entry S over the package as it is now, and the opening of one field. */
static void
make_entry(const struct parts *parts, const struct release_package *p,
	struct buf *extra)
{
	static const uint8_t key[32] = {9};
	uint8_t print[32];
	uint8_t plain[32];
	uint8_t bytes[LEDGER_ENTRY];
	struct ledger_entry e = {.index = parts->says_index, .day = DAY};
	struct ledger_head head = ledger_head_of(parts->type, NULL, key);
	struct ledger_field fields[] = {
		{"plain", span_of(plain, sizeof(plain))},
		{parts->type == LEDGER_SEAL ? "recipient" : "request",
			span_of(plain, sizeof(plain))},
	};
	struct ledger_field *from =
		parts->type == LEDGER_SEAL ? fields : fields + 1;
	size_t n = parts->type == LEDGER_SEAL ? 2 : 1;
	struct ledger_opening o;

	crypto_cert_fingerprint(officer.cert, print);
	assert_int_equal(release_commitment(p, print, plain), ERR_OK);
	assert_int_equal(ledger_commit(&head, key, from, n, &e.root), ERR_OK);
	assert_int_equal(
		ledger_opening_make(&e, &head, key, from, n, parts->field, &o),
		ERR_OK);
	if (parts->other_root)
		e.root.at[0] ^= 1;
	ledger_entry_write(&e, bytes);
	buf_bytes(extra, span_of(bytes, sizeof(bytes)));
	ledger_opening_write(&o, extra);
	extra->n -= parts->extra_cut;
}

/* A ledger of ENTRIES, the entry at PLACE, proved by recomputing all. */
static void
make_proof(const struct parts *parts, struct span extra, struct buf *to)
{
	struct ledger_hash leaf[ENTRIES];
	struct ledger_hash left, right;
	struct ledger_checkpoint cp = {.size = ENTRIES};
	struct ledger_proof_file file = {.index = PLACE};
	OWNED_BUF(extra_text, 8192);
	OWNED_BUF(text, 1024);
	OWNED_BUF(note, 4096);

	for (size_t i = 0; i < ENTRIES; i++)
		leaf[i] = ledger_hash_leaf(span_of(&i, sizeof(i)));
	if (!parts->other_tree)
		leaf[PLACE] = ledger_hash_leaf(span_of(extra.at, LEDGER_ENTRY));
	left = ledger_hash_node(&leaf[0], &leaf[1]);
	right = ledger_hash_node(&leaf[2], &leaf[3]);
	cp.root = ledger_hash_node(&left, &right);
	cp.root = ledger_hash_node(&cp.root, &leaf[4]);
	file.proof = (struct ledger_proof){3, {leaf[2], left, leaf[4]}};
	(void)strcpy(cp.origin, parts->origin);
	ledger_checkpoint_text(&cp, &text);
	assert_int_equal(
		ledger_note_sign(&vkey, seed, buf_span(&text), &note), ERR_OK);
	code_base64(&extra_text, extra);
	file.extra = buf_span(&extra_text);
	file.checkpoint = buf_span(&note);
	ledger_proof_write(&file, to);
	assert_int_equal(buf_error(to), ERR_OK);
}

static void
make_package(
	const struct parts *parts, struct release_package p, struct buf *file)
{
	OWNED_BUF(extra, 4096);
	OWNED_BUF(proof, 8192);
	struct why why = {""};
	enum err e;

	make_entry(parts, &p, &extra);
	if (!parts->no_proof)
		make_proof(parts, buf_span(&extra), &proof);
	p.proof = buf_span(&proof);
	if (parts->surname != NULL)
		p.surname = span_text(parts->surname);
	e = release_package_seal(&p,
		parts->other_officer ? other.cert : officer.cert, file, &why);
	if (e != ERR_OK)
		fail_msg("%s: %s", err_text(e), why.text);
}

static enum err
checks(const struct parts *parts, const struct ledger_vkey *key,
	bool *ret_signed)
{
	const struct person *who = parts->other_officer ? &other : &officer;
	struct proc_package p;
	OWNED_BUF(file, 2 * RELEASE_FILE_SIZE);
	struct why why = {""};
	enum err e;

	make_package(parts, address(), &file);
	assert_int_equal(proc_package_open(buf_span(&file), who->key, who->cert,
				 &p, &why),
		ERR_OK);
	e = proc_package_check(&p, who->cert, key, &why);
	assert_true((e == ERR_OK) == (why.text[0] == '\0'));
	if (ret_signed != NULL)
		*ret_signed = p.signature_checked;
	if (e == ERR_OK) {
		assert_int_equal(p.entry.index, PLACE);
		assert_int_equal(p.cp.size, ENTRIES);
	}
	proc_package_close(&p);
	return e;
}

static void
a_sound_package_holds(void **state)
{
	bool is_signed = false;

	(void)state;
	assert_int_equal(checks(&sound, &vkey, &is_signed), ERR_OK);
	assert_true(is_signed);
}

static void
without_a_key_it_holds_but_says_that_nobody_signed(void **state)
{
	bool is_signed = true;

	(void)state;
	assert_int_equal(checks(&sound, NULL, &is_signed), ERR_OK);
	assert_false(is_signed);
}

static void
another_ledgers_key_does_not(void **state)
{
	(void)state;
	assert_int_equal(checks(&sound, &another, NULL), ERR_BAD_SIGNATURE);
}

static void
a_package_that_was_not_the_one_accounted_for(void **state)
{
	struct parts p = sound;

	(void)state;
	p.surname = "ROJA";
	assert_int_equal(checks(&p, &vkey, NULL), ERR_MISMATCH);
}

static void
a_package_accounted_for_another_officer(void **state)
{
	struct parts p = sound;

	(void)state;
	p.other_officer = true;
	assert_int_equal(checks(&p, &vkey, NULL), ERR_MISMATCH);
}

static void
another_field_that_holds_the_same_value(void **state)
{
	struct parts p = sound;

	(void)state;
	p.field = "recipient";
	assert_int_equal(checks(&p, &vkey, NULL), ERR_MALFORMED);
}

static void
an_opening_that_is_not_this_entrys(void **state)
{
	struct parts p = sound;

	(void)state;
	p.other_root = true;
	assert_int_equal(checks(&p, &vkey, NULL), ERR_MISMATCH);
}

static void
an_entry_that_is_no_seal(void **state)
{
	struct parts p = sound;

	(void)state;
	p.type = LEDGER_REQUEST;
	p.field = "request";
	assert_int_equal(checks(&p, &vkey, NULL), ERR_MALFORMED);
}

static void
an_entry_from_another_place_or_tree(void **state)
{
	struct parts p = sound;

	(void)state;
	p.says_index = PLACE + 1;
	assert_int_equal(checks(&p, &vkey, NULL), ERR_MISMATCH);
	p = sound;
	p.other_tree = true;
	assert_int_equal(checks(&p, &vkey, NULL), ERR_MISMATCH);
	assert_int_equal(checks(&p, NULL, NULL), ERR_MISMATCH);
}

static void
a_ledger_that_the_package_does_not_name(void **state)
{
	struct parts p = sound;

	(void)state;
	p.origin = "weir.example/other";
	assert_int_equal(checks(&p, NULL, NULL), ERR_MISMATCH);
}

static void
no_proof_or_half_of_one(void **state)
{
	struct parts p = sound;

	(void)state;
	p.no_proof = true;
	assert_int_equal(checks(&p, &vkey, NULL), ERR_NOT_FOUND);
	for (p.no_proof = false, p.extra_cut = 1; p.extra_cut < 120;
		p.extra_cut += 13)
		assert_true(err_is_refusal(checks(&p, &vkey, NULL)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_package_holds),
		cmocka_unit_test(
			without_a_key_it_holds_but_says_that_nobody_signed),
		cmocka_unit_test(another_ledgers_key_does_not),
		cmocka_unit_test(a_package_that_was_not_the_one_accounted_for),
		cmocka_unit_test(a_package_accounted_for_another_officer),
		cmocka_unit_test(another_field_that_holds_the_same_value),
		cmocka_unit_test(an_opening_that_is_not_this_entrys),
		cmocka_unit_test(an_entry_that_is_no_seal),
		cmocka_unit_test(an_entry_from_another_place_or_tree),
		cmocka_unit_test(a_ledger_that_the_package_does_not_name),
		cmocka_unit_test(no_proof_or_half_of_one),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
