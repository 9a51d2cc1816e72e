/* SPDX-License-Identifier: Apache-2.0 */
/* What was told of a law, kept for its receipt. */
#include "prove/prove.h"

#include <stdio.h>
#include <string.h>

void
prove_receipt_begin(const struct law *law, const struct proof_file *files,
	size_t n_files, int32_t today, struct proof_receipt *ret_receipt)
{
	struct proof_receipt *r = ret_receipt;

	must(n_files > 0 && n_files <= PROOF_FILES_MAX);
	*r = (struct proof_receipt){.n_files = n_files, .day = today};
	memcpy(r->file, files, n_files * sizeof(*files));
	(void)snprintf(r->agreement, sizeof(r->agreement), "%s",
		law_agreement_id(law));
	(void)snprintf(r->program, sizeof(r->program), "%s", proof_program());
	prove_solver_name(r->solver, sizeof(r->solver));
	proof_world(r->world);
}

void
prove_receipt_add(
	struct proof_receipt *receipt, const struct prove_result *result)
{
	struct proof_line *line = &receipt->line[receipt->n_lines];

	must(receipt->n_lines < PROOF_LINES_MAX);
	*line = (struct proof_line){
		.property = (enum proof_property)result->property,
		.answer = (enum proof_answer)result->answer,
	};
	if (result->about != NULL)
		(void)snprintf(
			line->about, sizeof(line->about), "%s", result->about);
	receipt->n_lines++;
}
