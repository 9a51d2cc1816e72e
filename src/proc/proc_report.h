/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_report - rows for report/report.h, from the store and its openings.
 *
 * What a requester asked comes out of entry Q, the person by whom taxpayers are
 * counted out of entry M, the day of a disclosure out of entry D.  Officers'
 * names and addresses are those of the register on the day of receipt.
 */

#include "proc/proc_batch.h"
#include "report/report.h"

/*
 * The accounting of 26 USC 6103(p)(3) over one batch, or over all (`batch` 0),
 * in order of batch and line; a reading.  `write` may be NULL.  Needs the
 * ledger.  Refuses NOT_ALLOWED (no role), NOT_FOUND, DAMAGED, and what
 * report_accounting() refuses.
 */
MUST_USE enum err proc_report_accounting(struct instance *in, uint32_t batch,
	report_write *write, void *write_arg, struct report_totals *totals);
