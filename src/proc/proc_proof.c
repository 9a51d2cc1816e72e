/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_proof.h"

#include <fcntl.h>
#include <stdio.h>

#include "base/code.h"
#include "os/file.h"
#include "proof/proof.h"

enum { SIGNATURE_MAX = 1 << 16, SET_NAME = 128, PARTS = 4 };

void
proc_proof_init(struct proc_proof *proof)
{
	buf_init(&proof->receipt, PROOF_BYTES_MAX);
	buf_init(&proof->receipt_signature, SIGNATURE_MAX);
	for (size_t i = 0; i < PROC_PROOF_PARTIES; i++)
		buf_init(&proof->party[i], SIGNATURE_MAX);
}

void
proc_proof_fini(struct proc_proof *proof)
{
	buf_fini(&proof->receipt);
	buf_fini(&proof->receipt_signature);
	for (size_t i = 0; i < PROC_PROOF_PARTIES; i++)
		buf_fini(&proof->party[i]);
}

/* ---- checks ---- */

static enum proc_signer
party(size_t i)
{
	return i == 0 ? SIGNER_CUSTODIAN : SIGNER_REQUESTER;
}

enum err
proc_proof_check(const struct register_set *set, int64_t at,
	const struct law *law, const struct proc_law_file *files, size_t n,
	struct span receipt, struct span signature, struct why *reterr_why)
{
	struct proof_receipt read;
	struct proof_file of[PROC_LAW_FILES];
	enum err e;

	if (receipt.n == 0)
		return why_set(reterr_why, ERR_NOT_FOUND, "none is there");
	if (signature.n == 0)
		return why_set(
			reterr_why, ERR_BAD_SIGNATURE, "it is not signed");
	e = proc_signer_check(set, SIGNER_PROVER,
		span_text(law_agreement_id(law)), at, receipt, signature, NULL,
		reterr_why);
	if (e == ERR_OK)
		e = proof_read(receipt, &read, reterr_why);
	for (size_t i = 0; i < n && i < PROC_LAW_FILES; i++)
		proof_file_of(files[i].name, files[i].text, &of[i]);
	return e == ERR_OK ? proof_check(&read, law, of, n, reterr_why) : e;
}

enum err
proc_proof_parties(const struct register_set *set, int64_t at,
	const char *agreement, struct span text, const struct proc_proof *proof,
	char ret_name[PROC_PROOF_PARTIES][PROC_SIGNER_NAME],
	struct why *reterr_why)
{
	for (size_t i = 0; i < PROC_PROOF_PARTIES; i++) {
		enum proc_signer who = party(i);
		struct why why = {""};
		enum err e;

		ret_name[i][0] = '\0';
		if (proof->party[i].n == 0)
			continue;
		e = proc_signer_check(set, who, span_text(agreement), at, text,
			buf_span(&proof->party[i]), ret_name[i], &why);
		if (e != ERR_OK)
			return why_set(reterr_why, e, "%s signature: %s",
				proc_signer_text(who),
				why.text[0] == '\0' ? err_text(e) : why.text);
	}
	return ERR_OK;
}

/* ---- what a load demands ---- */

static enum err
demand_receipt(struct instance *in, const struct law *law,
	const struct proc_law_file *files, size_t n,
	const struct proc_proof *proof)
{
	struct proof_receipt read;
	struct why why = {""};
	enum err e = proc_proof_check(in->registers, in->at, law, files, n,
		buf_span(&proof->receipt), buf_span(&proof->receipt_signature),
		&why);

	if (e == ERR_OK)
		e = proof_read(buf_span(&proof->receipt), &read, &why);
	/* The day of the machine, also where a sandbox plays another. */
	if (e == ERR_OK)
		e = proof_check_day(&read, day_at(os_now()), &why);
	if (!err_is_refusal(e))
		return e;
	return instance_says(in, e,
		"nothing was loaded: the receipt: %s (weir agreement prove "
		"makes one)",
		why.text[0] == '\0' ? err_text(e) : why.text);
}

static enum err
demand_parties(struct instance *in, const struct law *law, struct span text,
	const struct proc_proof *proof)
{
	char name[PROC_PROOF_PARTIES][PROC_SIGNER_NAME];
	struct why why = {""};
	enum err e = proc_proof_parties(in->registers, in->at,
		law_agreement_id(law), text, proof, name, &why);

	if (err_is_refusal(e))
		return instance_says(in, e, "nothing was loaded: %s", why.text);
	for (size_t i = 0; e == ERR_OK && i < PROC_PROOF_PARTIES; i++)
		if (proof->party[i].n == 0 && !instance_plays(in))
			return instance_says(in, ERR_NOT_ALLOWED,
				"nothing was loaded: the agreement lacks %s "
				"signature (weir agreement sign --as %s)",
				proc_signer_text(party(i)),
				proc_signer_word(party(i)));
	return e;
}

enum err
proc_proof_demand(struct instance *in, const struct law *law,
	const struct proc_law_file *files, size_t n,
	const struct proc_proof *proof)
{
	enum err e = demand_receipt(in, law, files, n, proof);

	return e == ERR_OK ? demand_parties(in, law, files[n - 1].text, proof)
			   : e;
}

/* ---- files ---- */

static struct buf *
part(struct proc_proof *proof, size_t i)
{
	struct buf *const all[PARTS] = {&proof->receipt,
		&proof->receipt_signature, &proof->party[0], &proof->party[1]};

	return all[i];
}

static enum err
read_part(int dir, const char *path, struct buf *to)
{
	enum err e = os_read(dir, path, to);

	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The path of a part; false: too long. */
static bool
gather_path(const char *file, const char *receipt, size_t i,
	char to[INSTANCE_FILE_MAX])
{
	static const char *const ends[PARTS] = {
		"", ".p7s", ".custodian.p7s", ".requester.p7s"};
	const char *base = i < 2 && receipt != NULL ? receipt : file;

	return snprintf(to, INSTANCE_FILE_MAX, "%s%s%s", base,
		       i < 2 && receipt == NULL ? ".receipt" : "",
		       ends[i]) < INSTANCE_FILE_MAX;
}

enum err
proc_proof_gather(const char *file, const char *receipt,
	struct proc_proof *proof, struct why *reterr_why)
{
	size_t n = file == NULL ? 2 : PARTS;

	must(file != NULL || receipt != NULL);
	for (size_t i = 0; i < n; i++) {
		char path[INSTANCE_FILE_MAX];
		enum err e;

		if (!gather_path(file, receipt, i, path))
			return why_set(reterr_why, ERR_TOO_LARGE,
				"%s: the path is too long",
				file == NULL ? receipt : file);
		buf_clear(part(proof, i));
		e = read_part(AT_FDCWD, path, part(proof, i));
		if (e != ERR_OK)
			return why_set(
				reterr_why, e, "%s: %s", path, err_text(e));
	}
	return ERR_OK;
}

static void
kept_name(const uint8_t hash[32], size_t i, char to[SET_NAME])
{
	static const char *const names[PARTS] = {
		"receipt", "receipt.p7s", "custodian.p7s", "requester.p7s"};
	OWNED_BUF(name, SET_NAME);

	buf_text(&name, "law/");
	code_hex(&name, span_of(hash, 32));
	buf_printf(&name, "/%s", names[i]);
	must(buf_error(&name) == ERR_OK &&
		span_copy(buf_span(&name), to, SET_NAME));
}

/* The signature first: a receipt that is there is whole. */
enum err
proc_proof_keep(int dir, const uint8_t hash[32], const struct proc_proof *proof)
{
	const struct buf *all[PARTS] = {&proof->receipt,
		&proof->receipt_signature, &proof->party[0], &proof->party[1]};
	enum err e = ERR_OK;

	for (size_t i = PARTS; e == ERR_OK && i-- > 0;) {
		char name[SET_NAME];

		kept_name(hash, i, name);
		if (all[i]->n > 0)
			e = os_write(dir, name, buf_span(all[i]), 0600);
	}
	return e;
}

enum err
proc_proof_kept(int dir, const uint8_t hash[32], struct proc_proof *proof)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < PARTS; i++) {
		char name[SET_NAME];

		kept_name(hash, i, name);
		e = read_part(dir, name, part(proof, i));
	}
	return e;
}
