/* SPDX-License-Identifier: Apache-2.0 */
/* An objection of law (I5), and what follows when counsel sustains it. */
#include <inttypes.h>
#include <stdio.h>

#include "os/file.h"
#include "proc/proc_recall.h"
#include "proc/proc_review.h"
#include "release/release.h"

enum { NAME_BYTES = 96 };

/* ---- objecting ---- */

static enum err
find_named(struct instance *in, uint32_t batch, const char *request,
	struct store_request *ret_row)
{
	struct store_batch of;
	enum err e = proc_batch_get(in, batch, &of);

	*ret_row = (struct store_request){.line = 0};
	if (e != ERR_OK || request == NULL)
		return e;
	e = proc_review_find(in, batch, request, ret_row);
	if (e == ERR_OK && ret_row->answer == LAW_REFUSED)
		return instance_says(in, ERR_BAD_MOVE,
			"request %s is refused: nothing can leave for it",
			request);
	return e;
}

enum err
proc_review_object(struct instance *in, uint32_t batch, const char *request,
	const char *words, uint64_t *ret_matter)
{
	struct store_request row;
	struct proc_matter new = {
		.kind = MATTER_OF_OBJECTION,
		.who = proc_matter_roles(in),
		.batch = batch,
		.request = request == NULL ? "" : request,
		.words = {.field = {span_text(words)}},
	};
	enum err e = find_named(in, batch, request, &row);

	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	new.line = row.line;
	e = proc_matter_open(in, &new, ret_matter);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	return account_commit(in);
}

/* ---- destroying what is staged ---- */

/* Accounted as handed over: a crash left it here, and it goes to the outbox. */
static enum err
is_accounted(int sealed, const char *name, const struct store_request *row,
	bool *ret_is)
{
	uint8_t hash[32];
	OWNED_BUF(file, RELEASE_FILE_SIZE);
	enum err e = os_read(sealed, name, &file);

	crypto_sha256(buf_span(&file), hash);
	*ret_is = row->delivered != STORE_NO_ENTRY &&
		  memcmp(hash, row->package, sizeof(hash)) == 0;
	return e;
}

enum err
proc_review_destroy(struct instance *in, const struct store_request *row)
{
	char name[NAME_BYTES];
	OWNED_FD sealed = -1;
	bool leave = false;
	enum err e = instance_folder(in, "sealed", row->batch, false, &sealed);

	(void)snprintf(name, sizeof(name), "%s.cms", row->id);
	if (e == ERR_OK)
		e = is_accounted(sealed, name, row, &leave);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK && !leave)
		e = proc_recall_discard(in, row, sealed, name, in->next);
	return e == ERR_OK ? os_sync(sealed) : e;
}

/* ---- sustaining ---- */

static enum err
withhold_row(void *context, struct store_request *row)
{
	struct instance *in = context;
	struct case_act act = {.who = CASE_BY_COUNSEL, .by = in->actor.print};
	enum err e;

	/* Not yet looked up: release stops it, since the objection stands. */
	if (row->state == CASE_ACCEPTED ||
		case_move((enum case_state)row->state, CASE_TO_WITHHOLD) ==
			CASE_NO_STATE)
		return ERR_OK;
	proc_batch_move(row, CASE_TO_WITHHOLD, &act);
	e = store_request_update(in->store, row);
	return e == ERR_OK ? proc_review_destroy(in, row) : e;
}

enum err
proc_review_sustain(struct instance *in, const struct store_matter *objection)
{
	struct store_request row;
	enum err e;

	if (objection->line == 0)
		return proc_batch_each(in, objection->batch, withhold_row, in);
	e = store_request_get(
		in->store, objection->batch, objection->line, &row);
	if (e == ERR_OK)
		e = proc_batch_sound(in, &row);
	return e == ERR_OK ? withhold_row(in, &row) : e;
}
