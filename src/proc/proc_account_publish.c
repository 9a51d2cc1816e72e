/* SPDX-License-Identifier: Apache-2.0 */
/* When the ledger is made public, and the cover that hides what people did. */
#include <stdio.h>

#include "base/num.h"
#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_cosign.h"
#include "proc/proc_keeper.h"
#include "store/log.h"

enum {
	COVER_LEAST = 64, /* what a publication hides, at the least */
	COVER_STEP = 4,   /* and how much more, where that is too little */
	COVER_AT_ONCE = 4096,
	/* What one transaction may add is not to publish by itself. */
	WAITING_MOST = STORE_LOG_WAITING - STORE_LOG_GROUP,
};

#define PUBLIC_DAY "public-day"

/* ---- what is hidden ---- */

/* How many of these there are is told by what a requester sent, and so no
 * secret; how many of all others hangs on what people did. */
static bool
is_told(enum ledger_type kind)
{
	return kind == LEDGER_BATCH || kind == LEDGER_REQUEST ||
	       kind == LEDGER_LOOKUP || kind == LEDGER_MATCH ||
	       kind == LEDGER_SEAL || kind == LEDGER_DELIVER;
}

void
account_count_hidden(struct instance *in, uint64_t index, unsigned kind)
{
	in->hidden += !is_told((enum ledger_type)kind);
	in->counted = index + 1;
}

enum err
account_read_hidden(struct instance *in, uint64_t published, int32_t newest_day)
{
	OWNED_BUF(day, 16);
	uint64_t number = 0;
	enum err e = ERR_OK;

	if (in->shown != published || in->counted < published ||
		in->counted > in->next) {
		in->hidden = 0;
		in->counted = published;
	}
	in->shown = published;
	while (e == ERR_OK && in->counted < in->next) {
		enum ledger_type kind = LEDGER_NO_TYPE;
		uint64_t index = in->counted;

		e = account_kind(in, index, &kind);
		if (e == ERR_OK)
			account_count_hidden(in, index, kind);
	}
	if (e != ERR_OK)
		return e;
	in->public_day = newest_day;
	e = store_get(in->store, PUBLIC_DAY, &day);
	if (e == ERR_OK && num_parse(buf_span(&day), INT32_MAX, &number) &&
		(int32_t)number > in->public_day)
		in->public_day = (int32_t)number;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- cover ---- */

static uint64_t
cover_for(uint64_t hidden)
{
	uint64_t step = COVER_LEAST;

	while (step < hidden)
		step *= COVER_STEP;
	return step - hidden;
}

static enum err
add_cover(struct instance *in, uint64_t n)
{
	char at[DAY_TIME_TEXT] = "";
	struct ledger_field field = ACCOUNT_TEXT("at", at);
	enum err e = ERR_OK;

	day_time_text(in->at, at);
	field.value = span_text(at);
	for (uint64_t i = 0; e == ERR_OK && i < n; i++)
		e = account_entry(in, LEDGER_COVER, NULL, &field, 1,
			span_of(NULL, 0), NULL);
	return e;
}

/* Entries from now on are of a publication that comes. */
static enum err
put_day(struct instance *in, int32_t day)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", (int)day);
	return store_put(in->store, PUBLIC_DAY, span_text(text));
}

static enum err
cover_chunk(struct instance *in, uint64_t n, bool last, int32_t day)
{
	enum err e = account_begin_waiting(in);

	if (e != ERR_OK)
		return e;
	e = add_cover(in, n);
	if (e == ERR_OK && last)
		e = put_day(in, day);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

static enum err
cover(struct instance *in, int32_t day)
{
	uint64_t n = cover_for(in->hidden);
	enum err e = ERR_OK;

	do {
		uint64_t more = n < COVER_AT_ONCE ? n : COVER_AT_ONCE;

		n -= more;
		e = cover_chunk(in, more, n == 0, day);
	} while (e == ERR_OK && n > 0);
	return e;
}

enum err
account_stand_in(struct instance *in, uint64_t n)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && n > 0) {
		uint64_t more = n < COVER_AT_ONCE ? n : COVER_AT_ONCE;

		n -= more;
		e = account_begin(in);
		if (e != ERR_OK)
			return e;
		e = add_cover(in, more);
		if (e == ERR_OK) {
			in->hidden -= more; /* these are told */
			e = account_commit(in);
		} else {
			account_abandon(in);
		}
	}
	return e;
}

/* ---- publishing ---- */

static enum err
sign(struct instance *in, struct buf *ret_checkpoint)
{
	enum err e = keeper_publish(&in->keeper, ret_checkpoint, &in->why);

	if (e == ERR_OK) {
		in->shown = in->counted = in->next;
		in->hidden = 0;
	}
	return e;
}

static enum err
make_public(struct instance *in, struct buf *ret_checkpoint)
{
	enum err e = sign(in, ret_checkpoint);

	in->unwatched = false;
	if (e == ERR_OK)
		e = proc_cosign(in, NULL, ret_checkpoint);
	/* A hold is placed whatever a witness says; nothing new is decided. */
	return e == ERR_OK && in->deciding && in->put_back ? ERR_MISMATCH : e;
}

static enum err
publish(struct instance *in, bool ask, struct buf *ret_checkpoint)
{
	int32_t today = day_at(in->at);
	int32_t day = in->public_day > today ? in->public_day : today;
	/* Where enough is hidden already, as where a kill came before what was
	 * covered was published, the day stays: each day has its cover. */
	bool covers = cover_for(in->hidden) > 0;
	enum err e = covers ? cover(in, day) : ERR_OK;

	in->unwatched = !ask;
	if (e == ERR_OK)
		e = ask ? make_public(in, ret_checkpoint)
			: sign(in, ret_checkpoint);
	if (e == ERR_OK && covers)
		in->public_day = day;
	return e;
}

enum err
account_publish(struct instance *in, struct buf *ret_checkpoint)
{
	return publish(in, true, ret_checkpoint);
}

enum err
account_publish_told(struct instance *in)
{
	return in->hidden == 0 ? make_public(in, NULL)
			       : account_publish(in, NULL);
}

enum err
account_publish_between(struct instance *in)
{
	return publish(in, false, NULL);
}

enum err
account_bring(struct instance *in)
{
	if (!in->unwatched)
		return ERR_OK;
	in->unwatched = false;
	return proc_cosign(in, NULL, NULL);
}

enum err
account_make_room(struct instance *in)
{
	return in->next - in->shown > WAITING_MOST ? account_publish(in, NULL)
						   : ERR_OK;
}
