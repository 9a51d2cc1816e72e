/* SPDX-License-Identifier: Apache-2.0 */
/* What a crash left between entry D and the rename, or of a round. */
#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/read.h"
#include "os/file.h"
#include "proc/proc_recall.h"
#include "proc/proc_release_int.h"
#include "proc/proc_subject.h"
#include "release/release.h"

void
release_package_name(
	const struct store_request *row, char name[RELEASE_NAME_BYTES])
{
	(void)snprintf(name, RELEASE_NAME_BYTES, "%s.cms", row->id);
}

/* Is the file in sealed/ the one that entry D accounts for? */
static enum err
is_accounted(struct release *r, const struct store_request *row,
	const char *name, bool *ret_is)
{
	OWNED_BUF(file, RELEASE_FILE_SIZE);
	uint8_t hash[32];
	enum err e = os_read(r->sealed, name, &file);

	if (e != ERR_OK)
		return e;
	crypto_sha256(buf_span(&file), hash);
	*ret_is = row->delivered != STORE_NO_ENTRY &&
		  memcmp(hash, row->package, sizeof(hash)) == 0;
	return ERR_OK;
}

/* By entry D. */
static enum err
has_address(struct release *r, const struct store_request *row, bool *ret_has)
{
	struct account_opened delivered;
	enum err e = account_open(r->in, row->delivered, &delivered);

	if (e != ERR_OK)
		return e;
	*ret_has =
		span_eq(account_field(&delivered, "outcome"), SPAN("address"));
	account_opened_fini(&delivered);
	return ERR_OK;
}

/* Do two reviewers of this moment approve it still (I6)? */
static bool
is_approved(const struct release *r, const struct store_request *row)
{
	const uint8_t *two[2];

	return review_approvers(
		       r->in, &r->approvals, row->line, row->verdict, two) == 2;
}

static enum err
address_may_leave(
	struct release *r, const struct store_request *row, bool *ret_may)
{
	struct leaving *x = &r->leaving[0];
	bool stale = false;
	enum err e = release_is_stale(r, row, &stale);

	memset(x, 0, sizeof(*x));
	if (e == ERR_OK)
		e = proc_batch_open(r->in, row, &x->b);
	if (e != ERR_OK)
		return e;
	e = release_may(r, x, ret_may);
	*ret_may = *ret_may && !stale && !x->covered && is_approved(r, row);
	proc_batch_fini(&x->b);
	return e;
}

/* What was demanded back since never leaves; nor does an address that is
 * recalled or certified destroyed. */
static enum err
may_leave(struct release *r, const struct store_request *row, bool *ret_may)
{
	bool address = false;
	enum err e = ERR_OK;

	*ret_may = !proc_list_has(&r->demanded, row->batch, row->line);
	if (*ret_may && row->answered == CASE_ANSWERED_ADDRESS)
		e = has_address(r, row, &address);
	if (e != ERR_OK || !address)
		return e;
	*ret_may = row->state == CASE_DELIVERED;
	return *ret_may ? address_may_leave(r, row, ret_may) : ERR_OK;
}

/* ---- all of them, one way or the other ---- */

/* Accounted for and still staged. */
struct staged {
	struct release *r;
	struct store_request *row;
	size_t n;
	size_t size;
	bool recall; /* one of them may not leave now */
};

static enum err
take(struct staged *s, const struct store_request *row)
{
	if (s->n == s->size) {
		size_t size = s->size == 0 ? 64 : 2 * s->size;
		struct store_request *more =
			mem_resize(s->row, size, sizeof(*more));

		if (more == NULL)
			return err_origin(ERR_NOMEM);
		s->row = more;
		s->size = size;
	}
	s->row[s->n++] = *row;
	return ERR_OK;
}

static enum err
find_row(void *context, struct store_request *row)
{
	struct staged *s = context;
	struct release *r = s->r;
	char name[RELEASE_NAME_BYTES];
	bool accounted = false;
	bool may = true;
	enum err e;

	release_package_name(row, name);
	if (row->id[0] == '\0' || !os_exists(r->sealed, name))
		return ERR_OK;
	e = is_accounted(r, row, name, &accounted);
	if (e != ERR_OK)
		return e;
	/* Made and never accounted: nobody has it, it is made anew. */
	if (!accounted)
		return proc_recall_discard(
			r->in, row, r->sealed, name, row->sealed);
	e = may_leave(r, row, &may);
	s->recall = s->recall || !may;
	return e == ERR_OK ? take(s, row) : e;
}

static enum err
hand_over_all(struct staged *s)
{
	struct release *r = s->r;

	for (size_t i = 0; i < s->n; i++) {
		char name[RELEASE_NAME_BYTES];

		release_package_name(&s->row[i], name);
		if (renameat(r->sealed, name, r->outbox, name) != 0)
			return err_origin(ERR_IO);
		r->result->finished++;
	}
	return s->n > 0 ? os_sync(r->outbox) : ERR_OK;
}

static enum err
recall_row(struct staged *s, struct store_request *row, uint64_t entry)
{
	enum err e = proc_recall_staged(s->r->in, row, entry);

	if (row->state == CASE_DELIVERED)
		proc_batch_move(row, CASE_TO_RECALL, &proc_by_keeper);
	row->held = true;
	return e == ERR_OK ? store_request_update(s->r->in->store, row) : e;
}

/*
 * One may not leave now: all are recalled by one act, and answered in this
 * round like the others.  Which it was, and how many, nobody sees.
 */
static enum err
recall_all(struct staged *s)
{
	struct instance *in = s->r->in;
	uint64_t entry = 0;
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	e = account_act(
		in, "recall", s->r->batch.n, "", span_of(NULL, 0), &entry);
	for (size_t i = 0; e == ERR_OK && i < s->n; i++)
		e = recall_row(s, &s->row[i], entry);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	e = account_commit(in);
	for (size_t i = 0; e == ERR_OK && i < s->n; i++) {
		char name[RELEASE_NAME_BYTES];

		release_package_name(&s->row[i], name);
		e = proc_recall_discard(in, &s->row[i], s->r->sealed, name,
			s->row[i].delivered);
	}
	return e;
}

enum err
release_finish(struct release *r)
{
	struct staged s = {.r = r};
	enum err e = proc_batch_each(r->in, r->options->batch, find_row, &s);

	if (e == ERR_OK)
		e = s.recall ? recall_all(&s) : hand_over_all(&s);
	mem_free(s.row);
	return e;
}

/* ---- a round that was cut off ---- */

enum { BEGUN_KEY = 32, BEGUN_VERSION = 1 };

static void
begun_key(const struct release *r, char key[BEGUN_KEY])
{
	(void)snprintf(key, BEGUN_KEY, "round/%" PRIu32, r->options->batch);
}

enum err
release_read_begun(struct release *r)
{
	char key[BEGUN_KEY];
	struct reader from;
	unsigned version;
	OWNED_BUF(bytes, 8);
	enum err e;

	begun_key(r, key);
	e = store_get(r->in->store, key, &bytes);
	if (e == ERR_NOT_FOUND || (e == ERR_OK && bytes.n == 0))
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	from = read_from(buf_span(&bytes));
	version = read_u8(&from);
	r->whole = read_u8(&from) != 0;
	r->begun = true;
	return read_end(&from) && version == BEGUN_VERSION
		       ? ERR_OK
		       : instance_says(r->in, ERR_DAMAGED,
				 "the store: %s cannot be read", key);
}

static enum err
put_begun(struct release *r, struct span bytes)
{
	char key[BEGUN_KEY];

	begun_key(r, key);
	return store_put(r->in->store, key, bytes);
}

enum err
release_begin(struct release *r)
{
	const uint8_t bytes[] = {BEGUN_VERSION, r->whole};
	enum err e;

	if (r->kept)
		return ERR_OK;
	e = account_begin(r->in);
	if (e != ERR_OK)
		return e;
	e = put_begun(r, span_of(bytes, sizeof(bytes)));
	/* In an instance of an older program it is entered here, whatever the
	 * round finds. */
	if (e == ERR_OK)
		e = proc_subject_begin(r->in);
	if (e != ERR_OK) {
		account_abandon(r->in);
		return e;
	}
	r->begun = r->kept = true;
	return account_commit(r->in);
}

enum err
release_forget_begun(struct release *r)
{
	return put_begun(r, span_of(NULL, 0));
}
