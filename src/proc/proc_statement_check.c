/* SPDX-License-Identifier: Apache-2.0 */
/* A person's account, as anybody checks it. */
#include <inttypes.h>

#include "proc/proc_ledger.h"
#include "proc/proc_map.h"
#include "proc/proc_statement.h"

static enum err
whole(const struct proc_ledger *l, struct why *why)
{
	struct ledger_checkpoint cp;
	struct store_log_fault fault = {.text = ""};
	enum err e = store_log_verify(l->dir, &l->vkey, &cp, &fault);

	return e == ERR_OK || fault.text[0] == '\0'
		       ? e
		       : why_set(why, e,
				 "the ledger: %s: at byte %" PRIu64 ": %s",
				 fault.file, fault.offset, fault.text);
}

/* The public bytes make the root that the account is shown under. */
static enum err
same_root(const struct proc_ledger *l, const struct ledger_statement *s,
	struct why *why)
{
	struct store_log_dir from = {.dir = l->dir, .size = s->map_size};
	OWNED(ledger_map) map = NULL;
	struct ledger_hash root;
	enum err e = proc_map_build(&from, &map, why);

	if (e != ERR_OK)
		return e;
	root = ledger_map_root(map);
	return ledger_hash_same(&root, &s->map_root)
		       ? ERR_OK
		       : why_set(why, ERR_MISMATCH,
				 "the root over all tags is not that of the "
				 "ledger's first %" PRIu64 " entries",
				 s->map_size);
}

/* Tags began in the month of the first entry, or in a later one where a
 * program without them made the first. */
static enum err
whole_months(const struct proc_ledger *l, const struct ledger_statement *s,
	struct why *why)
{
	struct ledger_entry first;
	char month[LEDGER_PERIOD_TEXT];
	enum err e = proc_ledger_entry(l, 0, &first, why);

	if (e != ERR_OK || first.told.type != LEDGER_NO_TYPE ||
		s->from <= ledger_period_of(first.day))
		return e;
	ledger_period_text(ledger_period_of(first.day), month);
	return why_set(why, ERR_MISMATCH,
		"the ledger begins in %s, and this account does later", month);
}

static enum err
check_folder(struct proc_ledger *l, struct span file,
	const struct ledger_statement *s, struct why *why)
{
	struct span checkpoint;
	uint64_t size = 0;
	enum err e = proc_ledger_head(l, why);

	if (e == ERR_OK)
		e = whole(l, why);
	if (e == ERR_OK)
		e = ledger_statement_checkpoint(file, &checkpoint);
	if (e == ERR_OK)
		e = proc_ledger_began(l, checkpoint, &size, why);
	if (e == ERR_OK)
		e = whole_months(l, s, why);
	return e == ERR_OK ? same_root(l, s, why) : e;
}

enum err
proc_statement_check(struct span file, const struct proc_statement_check *by,
	struct ledger_statement *ret_statement, struct why *reterr_why)
{
	struct proc_ledger l = PROC_LEDGER_NONE;
	OWNED(proc_chain) chain = NULL;
	struct ledger_statement s = {.n = 0};
	enum err e =
		by->path == NULL
			? proc_ledger_vkey(by->vkey, &l.vkey, reterr_why)
			: proc_ledger_open(by->path, by->vkey, &l, reterr_why);

	if (e == ERR_OK && by->path == NULL && by->keys != NULL)
		e = proc_chain_file(by->keys, &l.vkey, &chain, reterr_why);
	if (e == ERR_OK)
		e = ledger_statement_check(file, &l.vkey, &s, reterr_why);
	if (e == ERR_OK && by->path != NULL)
		e = check_folder(&l, file, &s, reterr_why);
	if (by->path != NULL)
		proc_ledger_close(&l);
	if (e == ERR_OK)
		*ret_statement = s;
	else
		ledger_statement_fini(&s);
	return e;
}
