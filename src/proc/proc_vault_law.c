/* SPDX-License-Identifier: Apache-2.0 */
/* The law, as the vault reads it for itself. */
#include "base/day.h"
#include "os/file.h"
#include "proc/proc_batch.h"
#include "proc/proc_law.h"
#include "proc/proc_proof.h"
#include "proc/proc_vault_int.h"
#include "proof/proof.h"

enum { CLOCK_SKEW = 3600 };

void
vault_law_encode(const struct proc_law_file *files, size_t n,
	const struct proc_proof *proof, struct buf *to)
{
	buf_u32be(to, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		buf_sized(to, span_text(files[i].name));
		buf_sized(to, files[i].text);
	}
	buf_sized(to, buf_span(&proof->receipt));
	buf_sized(to, buf_span(&proof->receipt_signature));
}

static bool
read_files(struct span bytes, struct proc_law_file files[PROC_LAW_FILES],
	size_t *ret_n, struct span ret_proof[2])
{
	struct reader r = read_from(bytes);
	size_t n = read_u32be(&r);

	if (!read_ok(&r) || n > PROC_LAW_FILES)
		return false;
	for (size_t i = 0; i < n; i++) {
		struct span name = read_sized(&r, sizeof(files[i].name) - 1);

		files[i].text = read_sized(&r, LAW_FILE_MAX);
		if (!read_ok(&r) ||
			!span_copy(name, files[i].name, sizeof(files[i].name)))
			return false;
	}
	*ret_n = n;
	ret_proof[0] = read_sized(&r, PROOF_BYTES_MAX);
	ret_proof[1] = read_sized(&r, PROOF_BYTES_MAX);
	return read_end(&r);
}

enum err
vault_read_law(struct vault *v, struct span bytes, struct why *why)
{
	struct vault_state *s = &v->round;
	struct proc_law_file files[PROC_LAW_FILES];
	struct span proof[2];
	struct law_error at = {0};
	const char *file = "";
	uint8_t hash[32];
	size_t n = 0;
	enum err e;

	s->law = law_free(s->law);
	if (!read_files(bytes, files, &n, proof))
		return ERR_MALFORMED;
	e = proc_law_parse(files, n, &s->law, hash, &at, &file);
	if (err_is_failure(e))
		return e;
	if (e == ERR_OK && memcmp(hash, s->law_hash, sizeof(hash)) == 0 &&
		span_eq(span_text(law_agreement_id(s->law)), s->agreement))
		return ERR_OK;
	s->law = law_free(s->law);
	return why_set(why, ERR_MISMATCH,
		"the vault: these are not the law files of the batch's "
		"agreement");
}

enum err
vault_check_proof(struct vault *v, struct span bytes, struct why *why)
{
	struct vault_state *s = &v->round;
	struct proc_law_file files[PROC_LAW_FILES];
	struct span proof[2];
	struct why says = {""};
	size_t n = 0;
	enum err e;

	if (!read_files(bytes, files, &n, proof))
		return ERR_MALFORMED;
	e = proc_proof_check(s->registers, s->at, s->law, files, n, proof[0],
		proof[1], &says);
	if (!err_is_refusal(e))
		return e;
	return why_set(why, ERR_NOT_ALLOWED,
		"the vault: the law has no receipt that holds: %s", says.text);
}

enum err
vault_check_time(const struct vault_state *s, struct why *why)
{
	int64_t now = os_now();

	if (s->sandbox ||
		(s->at > now - CLOCK_SKEW && s->at < now + CLOCK_SKEW &&
			s->issued == zone_day(&s->zone, s->at)))
		return ERR_OK;
	return why_set(why, ERR_MISMATCH,
		"the vault: the time it is told is not this hour's");
}

/* I8, from registers whose heads the keeper signed. */
static bool
in_force(const struct vault_state *s)
{
	return law_effective(s->law) <= s->issued &&
	       s->issued < law_expires(s->law) &&
	       register_agreement_loaded(
		       s->registers, s->agreement, s->law_hash, s->at);
}

const char *
vault_law_says(const struct vault_state *s, struct span evidence,
	const struct match_result *result)
{
	const unsigned need = LAW_FIELD_NAME | LAW_FIELD_MAILING_ADDRESS;
	struct evidence ev;
	bool met[LAW_RULES_MAX];

	if ((law_fields(s->law) & need) != need)
		return "the agreement does not name the fields";
	if (!in_force(s))
		return "the agreement is not in force";
	if (!register_safeguards(s->registers, span_text(law_requester(s->law)),
		    s->at, NULL))
		return "the recipient's safeguards are not in order";
	if (!evidence_decode(evidence, &ev))
		return "the evidence cannot be read";
	match_evidence(result, &ev);
	/* asked of holds and screens themselves, where this is called */
	evidence_set_flag(&ev, EV_NO_HOLD, true);
	evidence_set_flag(&ev, EV_SCREEN, true);
	return proc_batch_decide(s->law, &ev, met) == LAW_REVIEW
		       ? NULL
		       : "the law does not let it leave";
}
