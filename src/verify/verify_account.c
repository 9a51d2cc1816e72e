/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person's account (ledger/statement.h) held against the ledger: its proofs
 * are under a checkpoint that this ledger began as, and the root under which
 * nothing more is shown to be is that of the ledger's own tags.
 */
#include <inttypes.h>
#include <stdio.h>

#include "ledger/primitive.h"
#include "ledger/statement.h"
#include "verify/verify_int.h"

static enum err
check_map(struct verify *v, const struct verify_given *given,
	const struct ledger_statement *s)
{
	struct ledger_hash anew;
	enum err e;

	if (s->map_size > s->map_entry || s->map_entry >= s->size ||
		s->query <= s->map_entry)
		return verify_fault_set(v->fault, given->name, 0,
			"the root over all tags is not that of a ledger from "
			"before the question");
	e = verify_map_anew(v, s->map_size, &anew);
	if (e == ERR_OK && !ledger_hash_same(&anew, &s->map_root))
		return verify_fault_set(v->fault, given->name, 0,
			"the tags of the first %" PRIu64
			" entries lead to another root",
			s->map_size);
	return e;
}

static enum err
check_past(struct verify *v, const struct verify_given *given)
{
	struct verify_given checkpoint = {given->name, {NULL, 0}};
	uint64_t size;
	enum err e =
		ledger_statement_checkpoint(given->bytes, &checkpoint.bytes);

	return e == ERR_OK ? verify_began(v, &checkpoint, &size) : e;
}

static void
keep(struct verify *v, const struct verify_given *given,
	const struct ledger_statement *s)
{
	struct verify_account *a = &v->result->account[v->result->n_accounts++];

	(void)snprintf(a->person, sizeof(a->person), "%s", s->person);
	a->as_of = s->as_of;
	a->query = s->query;
	a->disclosures = s->n;
	ledger_sha256(given->bytes, a->hash);
}

enum err
verify_account(struct verify *v, const struct verify_given *given)
{
	struct ledger_statement s;
	struct why why = {""};
	enum err e = ledger_statement_check(
		given->bytes, verify_keys_trusted(v), &s, &why);

	if (err_is_refusal(e))
		return verify_fault_set(v->fault, given->name, 0, "%s",
			why.text[0] != '\0' ? why.text : err_text(e));
	if (e != ERR_OK)
		return e;
	e = check_past(v, given);
	if (e == ERR_OK)
		e = check_map(v, given, &s);
	if (e == ERR_OK)
		keep(v, given, &s);
	ledger_statement_fini(&s);
	return e;
}
