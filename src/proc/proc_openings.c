/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_openings.h"

#include "ledger/openings.h"
#include "proc/proc_account.h"
#include "proc/proc_permit.h"

enum { RECORD_MAX = 1 << 21 };

static enum err
add(struct instance *in, uint64_t index, struct buf *to)
{
	struct ledger_openings_entry e = {.index = index};
	struct account_opened opened;
	enum err err = account_open(in, index, &opened);

	e.erased = err == ERR_ERASED;
	if (e.erased) {
		ledger_openings_add(&e, to);
		return buf_error(to);
	}
	if (err != ERR_OK)
		return err;
	memcpy(e.key, opened.key, sizeof(e.key));
	e.head = opened.head;
	e.n_fields = opened.n_fields;
	memcpy(e.field, opened.field, sizeof(e.field));
	ledger_openings_add(&e, to);
	explicit_bzero(e.key, sizeof(e.key));
	account_opened_fini(&opened);
	return buf_error(to);
}

enum err
proc_openings(struct instance *in, proc_openings_write *write, void *arg,
	uint64_t *ret_size)
{
	OWNED_BUF(piece, RECORD_MAX);
	enum err e = proc_permit(in, PERMIT_OPENINGS);

	if (e == ERR_OK)
		e = account_reading(in, "ledger-openings", 0, "");
	if (e == ERR_OK)
		e = account_publish(in, NULL);
	if (e != ERR_OK)
		return e;
	*ret_size = in->next;
	ledger_openings_begin(in->origin, in->next, &piece);
	for (uint64_t i = 0; e == ERR_OK && i < *ret_size; i++) {
		e = add(in, i, &piece);
		if (e == ERR_OK)
			e = write(arg, buf_span(&piece));
		buf_clear(&piece);
	}
	return e;
}
