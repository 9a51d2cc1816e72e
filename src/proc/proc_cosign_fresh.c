/* SPDX-License-Identifier: Apache-2.0 */
/* Timestamps, and what is too old to decide anything new by. */
#include <inttypes.h>
#include <stdio.h>

#include "base/num.h"
#include "os/file.h"
#include "proc/proc_cosign_int.h"
#include "proc/proc_courier.h"
#include "proc/proc_keeper.h"
#include "proc/proc_permit.h"

enum {
	CHECKPOINT_MAX = 1 << 16,
	AHEAD_S = 300, /* so far another clock may be before ours */
	FILE_NAME = 64,
	LATEST_MAX = 32,
};

/* ---- timestamps ---- */

static enum err
ask_stamp(struct instance *in, struct span data, const uint8_t *nonce,
	struct buf *reply)
{
	OWNED_BUF(query, COURIER_BODY);
	struct courier_errand errand = {
		COURIER_STAMP, in->policy->settings.timestamp_url, {NULL, 0}};
	struct courier_answer answer;
	OWNED_BUF(bytes, COURIER_ROUND);
	enum err e = crypto_ts_request(data, nonce, &query);

	errand.body = buf_span(&query);
	if (e == ERR_OK)
		e = courier_round(&in->courier, &errand, 1, &bytes, &answer);
	if (e != ERR_OK)
		return e;
	if (answer.status == 0)
		return instance_says(in, ERR_NOT_FOUND,
			"the time-stamping authority gives no answer: %.*s",
			(int)answer.body.n, (const char *)answer.body.at);
	if (answer.status != 200)
		return instance_says(in, ERR_NOT_FOUND,
			"the time-stamping authority answers %u",
			answer.status);
	buf_bytes(reply, answer.body);
	return buf_error(reply);
}

static enum err
stamp(struct instance *in, struct proc_cosign_public *is, int64_t *ret_at)
{
	OWNED_BUF(reply, CRYPTO_TS_MAX);
	uint8_t nonce[CRYPTO_TS_NONCE];
	struct span data = buf_span(&is->checkpoint);
	enum err e = crypto_random(nonce, sizeof(nonce));

	if (e == ERR_OK)
		e = ask_stamp(in, data, nonce, &reply);
	if (e == ERR_OK)
		e = courier_stamped(&in->courier, buf_span(&reply), data, nonce,
			in->policy->texts.certs, ret_at, &in->why);
	if (e == ERR_OK)
		e = keeper_stamp(&in->keeper, data, buf_span(&reply), &in->why);
	return e;
}

enum err
proc_cosign_stamp(struct instance *in, uint64_t *ret_size, int64_t *ret_at)
{
	struct proc_cosign_public is = {.dir = -1};
	enum err e;

	if (in->policy == NULL || in->courier.fd < 0 ||
		in->policy->settings.timestamp_url[0] == '\0')
		return instance_says(in, ERR_NOT_FOUND,
			"no time-stamping authority is named: `timestamp-url` "
			"in the policy's .settings");
	e = proc_cosign_public(in, &is);
	if (e == ERR_OK)
		e = stamp(in, &is, ret_at);
	*ret_size = is.cp.size;
	proc_cosign_public_fini(&is);
	return e;
}

enum err
proc_cosign_stamp_by_hand(
	struct instance *in, uint64_t *ret_size, int64_t *ret_at)
{
	enum err e = proc_permit(in, PERMIT_COSIGN);

	return e == ERR_OK ? proc_cosign_stamp(in, ret_size, ret_at) : e;
}

/* ---- too old? ---- */

/* A sandbox plays its day; elsewhere the clock is the machine's. */
static int64_t
now_of(const struct instance *in)
{
	return in->sandbox ? in->at : os_now();
}

/* When enough of them cosigned last; 0: never. */
static enum err
quorum_at(struct instance *in, int64_t *ret_at)
{
	OWNED_BUF(cosigned, CHECKPOINT_MAX);
	OWNED_FD dir = -1;
	struct ledger_policy_seen seen;
	int64_t until = os_now() > in->at ? os_now() : in->at;
	enum err e = os_folder(in->dir, "ledger", false, &dir);

	*ret_at = 0;
	if (e == ERR_OK)
		e = os_read(dir, "cosigned", &cosigned);
	if (e == ERR_OK)
		e = ledger_policy_check(in->policy->policy, buf_span(&cosigned),
			until + AHEAD_S, &seen);
	if (e == ERR_OK && seen.quorum)
		*ret_at = seen.at;
	return err_is_failure(e) ? e : ERR_OK;
}

/* Of the newest timestamp that holds; 0: none. */
static enum err
stamp_at(struct instance *in, int64_t *ret_at)
{
	OWNED_BUF(latest, LATEST_MAX);
	OWNED_BUF(reply, CRYPTO_TS_MAX);
	OWNED_BUF(data, CHECKPOINT_MAX);
	OWNED_FD dir = -1;
	char name[FILE_NAME];
	uint64_t size = 0;
	enum err e = os_folder(in->dir, "ledger/timestamp", false, &dir);

	*ret_at = 0;
	if (e == ERR_OK)
		e = os_read(dir, "latest", &latest);
	if (e == ERR_OK &&
		!num_parse(span_trim(buf_span(&latest)), UINT64_MAX, &size))
		e = ERR_MALFORMED;
	(void)snprintf(name, sizeof(name), "%" PRIu64 ".checkpoint", size);
	if (e == ERR_OK)
		e = os_read(dir, name, &data);
	(void)snprintf(name, sizeof(name), "%" PRIu64 ".tsr", size);
	if (e == ERR_OK)
		e = os_read(dir, name, &reply);
	if (e == ERR_OK)
		e = courier_stamped(&in->courier, buf_span(&reply),
			buf_span(&data), NULL, in->policy->texts.certs, ret_at,
			NULL);
	return err_is_failure(e) ? e : ERR_OK;
}

static bool
is_stale(const struct instance *in, int64_t at)
{
	return at == 0 || now_of(in) - at > in->policy->settings.stale_after;
}

static enum err
says_stale(struct instance *in, const char *what, int64_t at, const char *verb)
{
	char when[DAY_TIME_TEXT] = "";
	struct why reason = in->why;

	if (at != 0)
		day_time_text(at, when);
	return instance_says(in, ERR_TOO_LATE,
		"%s%s%s; %" PRId64
		" seconds are allowed: nothing new is decided, nothing is "
		"lost, holds go on.  Ask again: `weir ledger %s`%s%.120s",
		what, at == 0 ? "" : " since ", when,
		in->policy->settings.stale_after, verb,
		reason.text[0] == '\0' ? "" : ".  ", reason.text);
}

static enum err
stamp_fresh(struct instance *in)
{
	int64_t at = 0;
	uint64_t size;
	enum err e = stamp_at(in, &at);

	if (e != ERR_OK || !is_stale(in, at))
		return e;
	e = proc_cosign_stamp(in, &size, &at);
	if (err_is_failure(e))
		return e;
	return !is_stale(in, at) && e == ERR_OK
		       ? ERR_OK
		       : says_stale(in, "no timestamp", at, "stamp");
}

enum err
proc_cosign_still(struct instance *in)
{
	int64_t at = 0;
	enum err e = ERR_OK;

	if (in->policy == NULL)
		return ERR_OK;
	if (in->policy->policy->quorum != LEDGER_QUORUM_NONE) {
		e = quorum_at(in, &at);
		if (e == ERR_OK && is_stale(in, at))
			e = says_stale(
				in, "no quorum of witnesses", at, "cosign");
	}
	if (e != ERR_OK || in->policy->settings.timestamp_url[0] == '\0')
		return e;
	return stamp_fresh(in);
}

enum err
proc_cosign_fresh(struct instance *in)
{
	enum err e;

	in->deciding = true;
	if (in->policy == NULL)
		return ERR_OK;
	in->why.text[0] = '\0';
	e = proc_cosign(in, NULL, NULL);
	if (e == ERR_OK && in->put_back)
		return ERR_MISMATCH;
	return e == ERR_OK ? proc_cosign_still(in) : e;
}
