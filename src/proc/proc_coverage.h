/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_coverage - the ledger against what is kept: the store's journal and
 * rows, the packages in outbox/ and sealed/ (docs/formats/report-coverage.md).
 */

#include "proc/proc_report_read.h"

/* Reads and compares; the document says how it went, *ret_findings how many
 * differences there are.  Refuses NOT_ALLOWED. */
MUST_USE enum err proc_coverage(
	struct instance *in, struct report_doc *doc, uint64_t *ret_findings);
