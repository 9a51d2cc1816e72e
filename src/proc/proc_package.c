/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_package.h"

#include "base/code.h"
#include "ledger/proof.h"

enum { EXTRA_MAX = RELEASE_PROOF_MAX };

enum err
proc_package_open(struct span file, const struct crypto_key *key,
	const struct crypto_cert *cert, struct proc_package *ret_package,
	struct why *reterr_why)
{
	enum err e;

	*ret_package = (struct proc_package){.signature_checked = false};
	e = arena_init(&ret_package->arena, RELEASE_ARENA);
	if (e != ERR_OK)
		return e;
	return release_package_open(file, key, cert, &ret_package->arena,
		&ret_package->package, reterr_why);
}

void
proc_package_close(struct proc_package *package)
{
	arena_fini(&package->arena);
	package->package = (struct release_package){.n_addresses = 0};
}

/* ---- the proof ---- */

/* The checkpoint: signed by `vkey` where there is one, else only read. */
static enum err
check_head(struct proc_package *p, struct span checkpoint,
	const struct ledger_vkey *vkey, struct why *why)
{
	struct ledger_note note;
	enum err e;

	if (vkey != NULL) {
		e = ledger_checkpoint_open(checkpoint, vkey, &p->cp);
		p->signature_checked = e == ERR_OK;
	} else {
		e = ledger_note_parse(checkpoint, &note);
		if (e == ERR_OK)
			e = ledger_checkpoint_parse(note.text, &p->cp);
	}
	p->cp.extension = span_of(NULL, 0);
	if (e != ERR_OK)
		return why_set(why, e, "the proof's checkpoint%s%s: %s",
			vkey == NULL ? "" : ", by the key of ",
			vkey == NULL ? "" : vkey->name, err_text(e));
	if (!span_eq(p->package.origin, span_text(p->cp.origin)))
		return why_set(why, ERR_MISMATCH,
			"the proof is of another ledger than the package "
			"names");
	return ERR_OK;
}

/* Entry S is where the proof says, in the tree of the checkpoint. */
static enum err
check_included(struct proc_package *p, const struct ledger_proof_file *file,
	struct span entry, struct why *why)
{
	struct ledger_hash leaf = ledger_hash_leaf(entry);
	enum err e = ledger_entry_parse(entry, &p->entry);

	if (e == ERR_OK && p->entry.index != file->index)
		e = ERR_MISMATCH;
	if (e == ERR_OK)
		e = ledger_inclusion_check(&file->proof, file->index,
			p->cp.size, &leaf, &p->cp.root);
	if (e != ERR_OK)
		return why_set(why, e,
			"entry S is not shown to be in the ledger: %s",
			err_text(e));
	return ERR_OK;
}

/* What entry S commits to is this package, for this officer. */
static enum err
check_same(const struct proc_package *p, const struct crypto_cert *cert,
	struct span opening, struct why *why)
{
	OWNED_BUF(value, LEDGER_OPENING_MAX);
	uint8_t print[CRYPTO_SHA256];
	uint8_t want[CRYPTO_SHA256];
	struct ledger_opening o;
	struct ledger_head head;
	enum err e = ledger_opening_parse(opening, &value, &o);

	if (e == ERR_OK && strcmp(o.field, "plain") != 0)
		e = ERR_MALFORMED;
	if (e == ERR_OK)
		e = ledger_opening_check(&p->entry, &o, &head);
	if (e == ERR_OK && head.type != LEDGER_SEAL)
		e = ERR_MALFORMED;
	if (e != ERR_OK)
		return why_set(why, e,
			"entry S does not commit to what the proof shows: %s",
			err_text(e));
	crypto_cert_fingerprint(cert, print);
	e = release_commitment(&p->package, print, want);
	if (e != ERR_OK)
		return why_set(why, e, "the package: %s", err_text(e));
	if (!span_eq(o.value, span_of(want, sizeof(want))))
		return why_set(why, ERR_MISMATCH,
			"the ledger accounts for another package, or for "
			"another officer");
	return ERR_OK;
}

enum err
proc_package_check(struct proc_package *package, const struct crypto_cert *cert,
	const struct ledger_vkey *vkey, struct why *reterr_why)
{
	uint8_t extra[EXTRA_MAX];
	struct ledger_proof_file file;
	size_t n = 0;
	enum err e;

	if (package->package.proof.n == 0)
		return why_set(reterr_why, ERR_NOT_FOUND,
			"the package carries no proof");
	e = ledger_proof_parse(package->package.proof, &file);
	if (e == ERR_OK &&
		(!code_base64_parse(file.extra, extra, sizeof(extra), &n) ||
			n <= LEDGER_ENTRY))
		e = ERR_MALFORMED;
	if (e != ERR_OK)
		return why_set(reterr_why, e, "the proof: %s", err_text(e));
	e = check_head(package, file.checkpoint, vkey, reterr_why);
	if (e == ERR_OK)
		e = check_included(package, &file, span_of(extra, LEDGER_ENTRY),
			reterr_why);
	if (e == ERR_OK)
		e = check_same(package, cert,
			span_of(extra + LEDGER_ENTRY, n - LEDGER_ENTRY),
			reterr_why);
	return e;
}
