/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How long nothing was published.  A day without a round is no change of the
 * ledger, so this is asked last, when all else holds; how many days it may be
 * is the asker's to say, or what the custodian promised in policy.settings.
 */
#include <inttypes.h>

#include "base/day.h"
#include "ledger/settings.h"
#include "verify/verify_int.h"

#define SETTINGS "policy.settings"

static enum err
read_promise(struct verify *v, unsigned *ret_days)
{
	OWNED_BUF(file, LEDGER_SETTINGS_MAX);
	struct ledger_settings settings;
	struct why why = {""};
	enum err e = v->source->read(v->source->arg, SETTINGS, &file);

	*ret_days = 0;
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = buf_error(&file);
	if (e == ERR_OK)
		e = ledger_settings_parse(buf_span(&file), &settings, &why);
	if (err_is_refusal(e))
		return verify_fault_set(v->fault, SETTINGS, 0, "%s",
			why.text[0] != '\0' ? why.text : err_text(e));
	if (e == ERR_OK)
		*ret_days = settings.cadence;
	return e;
}

/* A round shows its day in the entries that come after its first publication,
 * and in the time of its map. */
static int32_t
last_known(const struct verify_result *r)
{
	return r->map_day > r->last_day ? r->map_day : r->last_day;
}

enum err
verify_cadence(struct verify *v)
{
	struct verify_result *r = v->result;
	int32_t last = last_known(r);
	unsigned days = v->asked->cadence;
	enum err e = ERR_OK;

	if (days == 0)
		e = read_promise(v, &days);
	if (e != ERR_OK || days == 0)
		return e;
	if (r->gap > (int32_t)days)
		return verify_fault_set(v->fault, "checkpoint", 0,
			"before entry %" PRIu64 " nothing was published for "
			"%d days, and %u are allowed; all else holds",
			r->gap_at, (int)r->gap, days);
	if (v->asked->today != DAY_NONE && last != DAY_NONE &&
		(int64_t)v->asked->today - last > days)
		return verify_fault_set(v->fault, "checkpoint", 0,
			"nothing was published for %d days, and %u are "
			"allowed; all else holds",
			(int)((int64_t)v->asked->today - last), days);
	r->cadence = days;
	return ERR_OK;
}
