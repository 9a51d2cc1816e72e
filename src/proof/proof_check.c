/* SPDX-License-Identifier: Apache-2.0 */
/* Does a receipt prove this law, for this program? */
#include "proof/proof.h"

#include <string.h>

#include "law/law_int.h"

static bool
has_hash(const struct proof_file *files, size_t n, const uint8_t hash[32])
{
	for (size_t i = 0; i < n; i++)
		if (memcmp(files[i].hash, hash, 32) == 0)
			return true;
	return false;
}

/* The agreement stands last; statutes may have been read in another order. */
static enum err
check_files(const struct proof_receipt *r, const struct proof_file *files,
	size_t n, struct why *why)
{
	if (memcmp(r->file[r->n_files - 1].hash, files[n - 1].hash, 32) != 0)
		return why_set(why, ERR_MISMATCH,
			"it is the receipt of another file: %s is not what was "
			"proved, byte for byte",
			files[n - 1].name);
	for (size_t i = 0; i + 1 < n; i++)
		if (!has_hash(r->file, r->n_files - 1, files[i].hash))
			return why_set(why, ERR_MISMATCH,
				"it was proved with another statute: %s is not "
				"one of its files",
				files[i].name);
	for (size_t i = 0; i + 1 < r->n_files; i++)
		if (!has_hash(files, n - 1, r->file[i].hash))
			return why_set(why, ERR_MISMATCH,
				"it was proved with another statute: %s is not "
				"among those that would be loaded",
				r->file[i].name);
	return ERR_OK;
}

static enum err
check_world(const struct proof_receipt *r, struct why *why)
{
	uint8_t world[32];

	if (strcmp(r->program, proof_program()) != 0)
		return why_set(why, ERR_TOO_LATE,
			"it is stale: %s proved it, and this program goes with "
			"%s",
			r->program, proof_program());
	proof_world(world);
	if (memcmp(world, r->world, sizeof(world)) != 0)
		return why_set(why, ERR_TOO_LATE,
			"it is stale: this program knows other evidence or "
			"asks other properties");
	return ERR_OK;
}

static bool
was_asked(const struct proof_receipt *r, enum proof_property property,
	const char *about)
{
	for (size_t i = 0; i < r->n_lines; i++)
		if (r->line[i].property == property &&
			(about == NULL || strcmp(r->line[i].about, about) == 0))
			return true;
	return false;
}

static enum err
check_complete(
	const struct proof_receipt *r, const struct law *law, struct why *why)
{
	for (int i = 0; i < PROOF_STATED; i++)
		if (!was_asked(r, (enum proof_property)i, NULL))
			return why_set(why, ERR_NOT_ALLOWED,
				"it does not say whether '%s' is proved",
				proof_property_word((enum proof_property)i));
	for (size_t i = 0; i < law->n_proofs; i++) {
		const struct law_proof *proof = &law->proof[i];

		if (!was_asked(r,
			    proof->implied != NULL ? PROOF_STATED
						   : PROOF_COMPARED,
			    proof->name))
			return why_set(why, ERR_NOT_ALLOWED,
				"it does not say whether `prove %s` of the law "
				"is so",
				proof->name);
	}
	return ERR_OK;
}

static enum err
check_answers(const struct proof_receipt *r, struct why *why)
{
	for (size_t i = 0; i < r->n_lines; i++) {
		const struct proof_line *line = &r->line[i];

		if (line->answer != PROOF_HOLDS)
			return why_set(why, ERR_NOT_ALLOWED,
				"'%s'%s%s is not proved: %s",
				proof_property_word(line->property),
				line->about[0] == '\0' ? "" : " of ",
				line->about, proof_answer_word(line->answer));
	}
	return ERR_OK;
}

enum err
proof_check(const struct proof_receipt *receipt, const struct law *law,
	const struct proof_file *files, size_t n_files, struct why *reterr_why)
{
	enum err e;

	must(n_files > 0 && receipt->n_files > 0);
	e = check_files(receipt, files, n_files, reterr_why);
	if (e == ERR_OK && strcmp(receipt->agreement, law_agreement_id(law)))
		e = why_set(reterr_why, ERR_MISMATCH, "it is the receipt of %s",
			receipt->agreement);
	if (e == ERR_OK)
		e = check_world(receipt, reterr_why);
	if (e == ERR_OK)
		e = check_complete(receipt, law, reterr_why);
	return e == ERR_OK ? check_answers(receipt, reterr_why) : e;
}

enum err
proof_check_day(const struct proof_receipt *receipt, int32_t today,
	struct why *reterr_why)
{
	char day[DAY_TEXT] = "";

	day_text(receipt->day, day);
	if (receipt->day > today)
		return why_set(reterr_why, ERR_TOO_EARLY,
			"its day, %s, lies in the future", day);
	if (receipt->day < today - PROOF_DAYS)
		return why_set(reterr_why, ERR_TOO_LATE,
			"it is stale: it was proved on %s, more than %d days "
			"ago",
			day, PROOF_DAYS);
	return ERR_OK;
}
