/* SPDX-License-Identifier: Apache-2.0 */
/* Ledger, witnesses, store, redo log and clock: do they agree? */
#include <inttypes.h>
#include <stdio.h>

#include "base/day.h"
#include "os/file.h"
#include "proc/proc_doctor_int.h"
#include "proc/proc_ledger.h"
#include "proc/proc_log.h"
#include "proc/proc_registers.h"

enum { ENTRY_MAX = 1 << 16, PROOF_MAX = 1 << 20 };

static const char from_backup[] =
	"nothing may leave: keep the disk as it is, restore the ledger from a "
	"mirror or a back-up, then weir recover";

/* ---- the ledger ---- */

static enum err
look_whole(struct doctor *d, const struct proc_ledger *ledger)
{
	struct store_log_fault fault = {.offset = 0};
	struct ledger_checkpoint cp;
	enum err e = store_log_verify(ledger->dir, &ledger->vkey, &cp, &fault);

	return e == ERR_OK ? ERR_OK
			   : doctor_tell(d, DOCTOR_WRONG, from_backup,
				     "ledger/%s at byte %" PRIu64 ": %s",
				     fault.file, fault.offset, fault.text);
}

static enum err
look_tail(struct doctor *d, const struct proc_ledger *ledger)
{
	OWNED_BUF(entry, ENTRY_MAX);
	OWNED_BUF(proof, PROOF_MAX);
	struct why why = {""};
	enum err e;

	if (ledger->cp.size == 0)
		return ERR_OK;
	e = proc_ledger_prove(
		ledger, ledger->cp.size - 1, &entry, &proof, &why);
	return e == ERR_OK ? ERR_OK
			   : doctor_tell(d, DOCTOR_WRONG, from_backup,
				     "ledger: its newest entry: %s", why.text);
}

enum err
doctor_ledger(struct doctor *d)
{
	struct proc_ledger ledger = PROC_LEDGER_NONE;
	struct why why = {""};
	enum err e = proc_ledger_in(d->options->path, &ledger, &why);

	if (e == ERR_OK)
		e = proc_ledger_head(&ledger, &why);
	if (e != ERR_OK)
		e = doctor_tell(
			d, DOCTOR_WRONG, from_backup, "ledger: %s", why.text);
	else
		e = d->options->deep ? look_whole(d, &ledger)
				     : look_tail(d, &ledger);
	proc_ledger_close(&ledger);
	return e;
}

/* ---- who watches it ---- */

static enum err
tell_watched(struct doctor *d, const struct proc_ledger_watched *w)
{
	if (!w->has_policy)
		return doctor_tell(d, d->sandbox ? DOCTOR_FINE : DOCTOR_LOOK,
			"docs/WITNESS.md: weir ledger policy load",
			"no policy is loaded: nobody outside watches that the "
			"ledger only grows");
	if (w->seen.quorum)
		return ERR_OK;
	return doctor_tell(d, DOCTOR_WRONG,
		"weir ledger cosign says which witness does not answer and "
		"why",
		w->before == 0 ? "no checkpoint has the signatures of a quorum "
				 "of %zu witnesses"
			       : "the newest checkpoint has no quorum of %zu "
				 "witnesses",
		w->n_witnesses);
}

enum err
doctor_watched(struct doctor *d)
{
	struct proc_ledger ledger = PROC_LEDGER_NONE;
	struct proc_ledger_watched w = {.before = 0};
	struct why why = {""};
	enum err e = proc_ledger_in(d->options->path, &ledger, &why);

	if (e == ERR_OK)
		e = proc_ledger_head(&ledger, &why);
	if (e != ERR_OK) { /* `ledger` told it */
		proc_ledger_close(&ledger);
		return ERR_OK;
	}
	e = proc_ledger_watched(&ledger, NULL, d->at + DOCTOR_DAY, &w, &why);
	e = e == ERR_OK ? tell_watched(d, &w)
			: doctor_tell(d, DOCTOR_WRONG,
				  "ask the witness, and whoever changed the "
				  "policy",
				  "witnesses: %s", why.text);
	proc_ledger_close(&ledger);
	return e;
}

/* ---- the store ---- */

static enum err
look_behind(struct doctor *d)
{
	struct proc_ledger ledger = PROC_LEDGER_NONE;
	uint64_t n = 0;
	enum err e = store_journal_count(d->in->store, &n);

	if (e != ERR_OK)
		return e;
	if (proc_ledger_in(d->options->path, &ledger, NULL) == ERR_OK &&
		proc_ledger_head(&ledger, NULL) == ERR_OK && ledger.cp.size > n)
		e = doctor_tell(d, DOCTOR_WRONG,
			"an older store was put back: weir recover brings it "
			"to where it was",
			"the ledger has %" PRIu64
			" entries, the store knows of %" PRIu64,
			ledger.cp.size, n);
	proc_ledger_close(&ledger);
	return e;
}

enum err
doctor_store(struct doctor *d)
{
	OWNED_BUF(says, 4096);
	enum err e = store_quick_check(d->in->store, &says);

	if (e == ERR_DAMAGED)
		return doctor_tell(d, DOCTOR_WRONG,
			"restore the store from a back-up, then weir recover: "
			"the redo log has what came since",
			"store.db: %.*s", (int)says.n, (const char *)says.at);
	return e == ERR_OK ? look_behind(d) : e;
}

enum err
doctor_redo(struct doctor *d)
{
	uint64_t behind = 0;
	enum err e;

	if (os_exists(d->dir, INSTANCE_RESTORED))
		return doctor_tell(d, DOCTOR_WRONG,
			"put its redo log in place, where that survived; then "
			"weir recover",
			"this instance was restored and not recovered yet");
	e = store_redo_look(d->in->store, d->dir, &behind);

	if (e == ERR_NOT_FOUND)
		return doctor_tell(d, DOCTOR_LOOK,
			"the next verb that changes something begins another; "
			"make a back-up then",
			"there is no redo log: a store put back could not be "
			"brought to its end");
	if (e != ERR_OK)
		return doctor_tell(d, DOCTOR_WRONG,
			"see to it that it can be read; it may be a link to "
			"another disk",
			"redo: %s", err_text(e));
	if (behind > 1)
		return doctor_tell(d, DOCTOR_WRONG, "weir recover",
			"the store is %" PRIu64
			" changes older than its redo log",
			behind);
	return ERR_OK;
}

/* ---- the clock ---- */

static enum err
newest_day(void *context, const struct proc_log_file *file)
{
	int32_t *day = context;

	*day = file->day;
	return ERR_OK;
}

enum err
doctor_clock(struct doctor *d)
{
	static const char todo[] =
		"set the clock (chrony, timedatectl): days count from it, and "
		"what was done later must not come before";
	int64_t last = proc_registers_last(d->in);
	int32_t day = DAY_NONE;
	char text[DAY_TIME_TEXT];
	struct span zone = zone_name(&d->in->zone);
	enum err e = proc_log_files(d->dir, newest_day, &day);

	if (e != ERR_OK)
		return e;
	if (last > d->at) {
		day_time_text(last, text);
		return doctor_tell(d, DOCTOR_WRONG, todo,
			"a register was changed at %s, which the clock has "
			"not reached",
			text);
	}
	if (day != DAY_NONE && day > day_at(d->at)) {
		day_text(day, text);
		return doctor_tell(d, DOCTOR_WRONG, todo,
			"the log has a file of %s, which the clock has not "
			"reached",
			text);
	}
	day_text(d->in->clock, text);
	return doctor_tell(d, DOCTOR_FINE, "",
		"nothing is newer than the clock; the day in %.*s is %s",
		(int)zone.n, (const char *)zone.at, text);
}
