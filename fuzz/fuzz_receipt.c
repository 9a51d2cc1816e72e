/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the receipt of a law: what is read is written again as the same
 * bytes, so one meaning has one text.
 */
#include "proof/proof.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct proof_receipt receipt;
	OWNED_BUF(text, 2 * PROOF_BYTES_MAX);
	struct why why = {""};

	if (proof_read(span_of(data, size), &receipt, &why) != ERR_OK) {
		must(why.text[0] != '\0');
		return 0;
	}
	must(receipt.n_files <= PROOF_FILES_MAX &&
		receipt.n_lines <= PROOF_LINES_MAX);
	proof_write(&receipt, &text);
	must(buf_error(&text) == ERR_OK);
	must(span_eq(buf_span(&text), span_of(data, size)));
	return 0;
}
