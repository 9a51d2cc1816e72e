/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_entry.h"

#include "proc/proc_account.h"
#include "proc/proc_permit.h"

enum err
proc_entry_kinds(struct instance *in, uint64_t from, proc_entry_each each,
	uint64_t ret_count[PROC_KINDS])
{
	uint64_t end = in->next;
	enum err e = proc_permit(in, PERMIT_ACCOUNTS);

	memset(ret_count, 0, PROC_KINDS * sizeof(*ret_count));
	if (e == ERR_OK)
		e = account_reading(in, "kinds", 0, "");
	for (uint64_t i = from; e == ERR_OK && i < end; i++) {
		enum ledger_type kind = LEDGER_NO_TYPE;

		e = account_kind(in, i, &kind);
		ret_count[(uint8_t)kind] += e == ERR_OK;
		if (e == ERR_OK && each != NULL)
			each(i, kind);
	}
	return e;
}
