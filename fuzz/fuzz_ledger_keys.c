/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The public chain of a ledger's keys, from whoever shows a ledger.  Of what is
 * accepted the terms follow one another, the last is in force, all are keys of one
 * ledger, and each record is where the bytes say.
 */
#include "crypto/crypto.h"
#include "ledger/keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_terms(const struct ledger_keys *k)
{
	must(k->n > 0 && k->n <= LEDGER_KEYS_MAX);
	must(k->term[0].from == 0);
	must(k->term[k->n - 1].until == LEDGER_SIZE_MAX);
	for (size_t i = 0; i < k->n; i++) {
		const struct ledger_keys_term *t = &k->term[i];
		const struct ledger_keys_term *found =
			ledger_keys_find(k, &t->vkey);

		must(t->worth <= t->until);
		must(strcmp(t->vkey.name, k->term[0].vkey.name) == 0);
		must(found != NULL &&
			memcmp(found->vkey.public, t->vkey.public, 32) == 0);
		must(i == 0 || k->term[i - 1].until <= t->until);
	}
	must(ledger_keys_last(k) == &k->term[k->n - 1].vkey);
}

static void
check_records(const struct ledger_keys *k, struct span bytes)
{
	size_t rotates = 0;

	must(k->n_records <= LEDGER_KEYS_RECORDS);
	for (size_t i = 0; i < k->n_records; i++) {
		const struct ledger_keys_record *r = &k->record[i];

		rotates += r->rotate;
		must(r->text.at >= bytes.at && r->text.n <= bytes.n);
		must(r->opening.at >= r->text.at &&
			r->opening.at + r->opening.n <= bytes.at + bytes.n);
		/* No entry of nothing has it as its object. */
		must(ledger_keys_check(
			     k, i, &(struct ledger_entry){.day = 1}) != ERR_OK);
	}
	must(rotates + 1 == k->n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ledger_keys keys;
	struct span bytes = span_of(data, size);
	struct why why = {""};
	enum err e;

	must(crypto_init() == ERR_OK);
	e = ledger_keys_parse(bytes, &keys, &why);
	must(!err_is_failure(e));
	if (e != ERR_OK)
		return 0;
	check_terms(&keys);
	check_records(&keys, bytes);
	return 0;
}
