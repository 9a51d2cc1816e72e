/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_explain - one request, told to a person with a role.
 *
 *	what was asked      as written, escaped
 *	the law             each clause: required, found, cited, under the files
 *	                    that the newest entry names
 *	the record, graded  how far each field agreed; never a word of the record
 *	the history         entries with their days, approvals and by whom
 *	the holds           that cover it now; sealed ones for counsel only
 *	the reply           the line that the requester saw
 */

#include "proc/proc_batch.h"

/*
 * Appends the text; with `json` the object of docs/formats/explain.md, which has
 * the first two of these.  `batch` 0: the last request with that id.  A reading;
 * needs the ledger.  Refuses NOT_FOUND, NOT_ALLOWED (no role), DAMAGED.
 */
MUST_USE enum err proc_explain(struct instance *in, uint32_t batch,
	const char *request, bool json, struct buf *to);

/* Text from outside as it may be shown: what could mislead is \xNN. */
void proc_explain_text(struct span text, struct buf *to);

/* The name that the role register gives a person; else the fingerprint. */
void proc_explain_person(
	const struct instance *in, const uint8_t print[32], struct buf *to);
