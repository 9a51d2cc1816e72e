/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log in the daily round: once a month the hash of the last file that was
 * closed before it comes into the ledger, and with it that of every file
 * before, since each begins with the hash of the one before; and what is older
 * than seven years and in such a chain goes, where no hold preserves.
 *
 * Both follow the calendar alone: the act more that a month has tells nothing
 * of a person (I9).
 */
#include <stdio.h>

#include "base/code.h"
#include "proc/proc_account.h"
#include "proc/proc_log.h"
#include "proc/proc_tend.h"

enum { KEEP_YEARS = 7, SEAL_MAX = 256 };

static const char sealed_name[] = "log/sealed"; /* in the store */

/* ---- into the ledger ---- */

/* "2026-10-31-001.jsonl HEX" */
static enum err
seal_text(const struct proc_log_file *file, const uint8_t hash[32],
	struct buf *to)
{
	buf_printf(to, "%s ", file->name);
	code_hex(to, span_of(hash, 32));
	return buf_error(to);
}

static enum err
enter_seal(struct instance *in, struct span text)
{
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	e = store_put(in->store, sealed_name, text);
	if (e == ERR_OK)
		e = account_act(in, "log", 0, "", text, NULL);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

static enum err
seal(struct instance *in)
{
	OWNED_BUF(text, SEAL_MAX);
	OWNED_BUF(before, SEAL_MAX);
	struct proc_log_file file;
	uint8_t hash[32];
	int year;
	int month;
	int day;
	enum err e;

	day_split(in->clock, &year, &month, &day);
	e = proc_log_closed(in->dir, day_of(year, month, 1), &file, hash);
	if (e == ERR_OK)
		e = seal_text(&file, hash, &text);
	if (e == ERR_OK)
		e = store_get(in->store, sealed_name, &before);
	if (e == ERR_OK && span_eq(buf_span(&text), buf_span(&before)))
		return ERR_OK;
	/* No file is closed yet, or none was ever sealed. */
	if (e == ERR_NOT_FOUND && text.n == 0)
		return ERR_OK;
	return e == ERR_OK || e == ERR_NOT_FOUND
		       ? enter_seal(in, buf_span(&text))
		       : e;
}

/* ---- the end of their time ---- */

static bool
is_preserved(const struct instance *in)
{
	for (size_t i = 0; i < hold_set_n(in->holds); i++) {
		const struct hold *hold = hold_set_at(in->holds, i);

		if (hold_state(hold) != HOLD_LIFTED &&
			hold_effect(hold) == HOLD_TO_PRESERVE)
			return true;
	}
	return false;
}

/* The day of the newest file that the ledger has the hash of; refuses
 * NOT_FOUND. */
static enum err
sealed_day(struct instance *in, int32_t *ret_day)
{
	OWNED_BUF(text, SEAL_MAX);
	enum err e = store_get(in->store, sealed_name, &text);

	if (e != ERR_OK)
		return e;
	return text.n >= DAY_TEXT - 1 &&
			       day_parse(
				       span_of(text.at, DAY_TEXT - 1), ret_day)
		       ? ERR_OK
		       : ERR_DAMAGED;
}

static enum err
remove_old(struct instance *in, uint64_t *ret_n)
{
	int32_t before;
	int32_t sealed = 0;
	int year;
	int month;
	int day;
	enum err e = sealed_day(in, &sealed);

	*ret_n = 0;
	if (e == ERR_NOT_FOUND || is_preserved(in))
		return ERR_OK;
	if (e != ERR_OK)
		return instance_says(in, e, "the store's %s", sealed_name);
	day_split(in->clock, &year, &month, &day);
	/* The last of February of a leap year: on the day after. */
	before = day_of(year - KEEP_YEARS, month, day > 28 ? 28 : day);
	return proc_log_remove(in->log, before <= sealed ? before : sealed,
		in->actor.print, ret_n, &in->why);
}

enum err
tend_log(struct proc_tend *t)
{
	enum err e = seal(t->in);

	return e == ERR_OK ? remove_old(t->in, &t->result->unlogged) : e;
}
