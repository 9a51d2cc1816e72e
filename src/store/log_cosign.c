/* SPDX-License-Identifier: Apache-2.0 */
/* Signature lines of others under the published checkpoint. */
#include "store/log_int.h"

enum err
store_log_cosigned(struct store_log *log, struct span checkpoint)
{
	struct ledger_note is;
	struct ledger_note was;
	struct ledger_checkpoint cp;
	enum err e;

	if (log->broken)
		return err_origin(ERR_IO);
	e = ledger_note_parse(buf_span(&log->checkpoint), &was);
	if (e == ERR_OK)
		e = ledger_note_parse(checkpoint, &is);
	if (e == ERR_OK)
		e = ledger_checkpoint_open(checkpoint, &log->key.vkey, &cp);
	if (e != ERR_OK)
		return err_is_failure(e) ? e : ERR_NOT_ALLOWED;
	/* The very text that was signed by publishing, and our line first. */
	if (!span_eq(is.text, was.text) ||
		!span_eq(is.sigs[0].line, was.sigs[0].line))
		return ERR_NOT_ALLOWED;
	if (span_eq(checkpoint, buf_span(&log->checkpoint)))
		return ERR_OK;
	e = store_log_file_replace(
		log->public_dir, "checkpoint", checkpoint, 0644);
	if (e == ERR_OK) {
		buf_clear(&log->checkpoint);
		buf_bytes(&log->checkpoint, checkpoint);
		e = buf_error(&log->checkpoint);
	}
	log->broken = e != ERR_OK;
	return e;
}
