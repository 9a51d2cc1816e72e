/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_recall.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/read.h"
#include "os/file.h"
#include "proc/proc_hold.h"
#include "release/release.h"

enum {
	VERSION = 1,
	NAME_BYTES = 128, /* an id, the number of an entry, and endings */
	KEY_BYTES = 40,
	LIST_MAX = 1 << 28,
	HEAD_BYTES = 1 + 8 + 8 + 4,
	ITEM_BYTES = 4 + 8 + 8,
};

/* What is left to do, in the store under "recall/pending"; empty: nothing. */
enum phase { PULL = 1, DISCARD = 2 };

struct recall {
	struct instance *in;
	const struct hold *hold;
	struct buf items; /* of the list */
	size_t n;

	/* The batch that is gone through. */
	struct store_batch batch;
	int outbox;
	int sealed;
	uint8_t *flags; /* by line */
};

/* ---- in the store ---- */

static enum err
put_pending(struct instance *in, enum phase phase, uint64_t hold)
{
	OWNED_BUF(bytes, 16);

	buf_u8(&bytes, VERSION);
	buf_u8(&bytes, (uint8_t)phase);
	buf_u64be(&bytes, hold);
	if (buf_error(&bytes) != ERR_OK)
		return buf_error(&bytes);
	return store_put(in->store, "recall/pending", buf_span(&bytes));
}

enum err
proc_recall_intend(struct instance *in, uint64_t hold)
{
	return put_pending(in, PULL, hold);
}

/* *ret_phase 0: nothing is left to do. */
static enum err
get_pending(struct instance *in, unsigned *ret_phase, uint64_t *ret_hold)
{
	OWNED_BUF(bytes, 16);
	struct reader r;
	unsigned version;
	enum err e = store_get(in->store, "recall/pending", &bytes);

	*ret_phase = 0;
	if (e == ERR_NOT_FOUND || (e == ERR_OK && bytes.n == 0))
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&bytes));
	version = read_u8(&r);
	*ret_phase = read_u8(&r);
	*ret_hold = read_u64be(&r);
	if (!read_end(&r) || version != VERSION || *ret_phase < PULL ||
		*ret_phase > DISCARD)
		return instance_says(in, ERR_DAMAGED,
			"the store: what is to be pulled back cannot be read");
	return ERR_OK;
}

static void
list_key(uint64_t hold, char key[KEY_BYTES])
{
	(void)snprintf(key, KEY_BYTES, "recalled/%" PRIu64, hold);
}

/* The list as it is kept, and as the act of a hold commits to it. */
static enum err
put_list(struct instance *in, uint64_t hold, uint64_t entry, struct span items,
	struct buf *to)
{
	char key[KEY_BYTES];

	list_key(hold, key);
	buf_u8(to, VERSION);
	buf_u64be(to, entry);
	buf_u64be(to, (uint64_t)in->at);
	buf_u32be(to, (uint32_t)(items.n / ITEM_BYTES));
	buf_bytes(to, items);
	if (buf_error(to) != ERR_OK)
		return buf_error(to);
	return store_put(in->store, key, buf_span(to));
}

static void
put_item(const struct store_request *row, struct buf *to)
{
	buf_u32be(to, row->batch);
	buf_u64be(to, row->line);
	buf_u64be(to, row->delivered);
}

enum err
proc_recall_list(
	struct instance *in, uint64_t hold, struct proc_recall_list *ret_list)
{
	struct proc_recall_list list = {.n = 0};
	char key[KEY_BYTES];
	struct reader r;
	unsigned version;
	enum err e;

	list_key(hold, key);
	buf_init(&list.bytes, LIST_MAX);
	e = store_get(in->store, key, &list.bytes);
	r = read_from(buf_span(&list.bytes));
	version = read_u8(&r);
	list.entry = read_u64be(&r);
	list.at = (int64_t)read_u64be(&r);
	list.n = read_u32be(&r);
	if (e == ERR_OK && (!read_ok(&r) || version != VERSION ||
				   r.left.n != list.n * ITEM_BYTES))
		e = instance_says(in, ERR_DAMAGED,
			"the store: what hold %" PRIu64
			" pulled back cannot be read",
			hold);
	if (e != ERR_OK) {
		buf_fini(&list.bytes);
		return e;
	}
	*ret_list = list;
	return ERR_OK;
}

void
proc_recall_list_fini(struct proc_recall_list *list)
{
	buf_fini(&list->bytes);
}

struct proc_recalled
proc_recall_at(const struct proc_recall_list *list, size_t i)
{
	struct reader r = read_from(span_of(
		list->bytes.at + HEAD_BYTES + i * ITEM_BYTES, ITEM_BYTES));
	struct proc_recalled item;

	must(i < list->n);
	item.batch = read_u32be(&r);
	item.line = read_u64be(&r);
	item.delivered = read_u64be(&r);
	return item;
}

enum err
proc_recall_staged(
	struct instance *in, const struct store_request *row, uint64_t entry)
{
	struct proc_recall_list list;
	OWNED_BUF(items, LIST_MAX);
	OWNED_BUF(bytes, LIST_MAX);
	enum err e = proc_recall_list(in, PROC_RECALL_STAGED, &list);

	if (e == ERR_OK) {
		buf_bytes(&items, span_of(list.bytes.at + HEAD_BYTES,
					  list.n * ITEM_BYTES));
		proc_recall_list_fini(&list);
	}
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	put_item(row, &items);
	if (buf_error(&items) != ERR_OK)
		return buf_error(&items);
	return put_list(
		in, PROC_RECALL_STAGED, entry, buf_span(&items), &bytes);
}

static enum err
index_list(struct proc_recall_index *x, uint64_t hold,
	const struct proc_recall_list *list)
{
	struct proc_key *at =
		mem_resize(x->at, x->n + list->n + 1, sizeof(*at));

	if (at == NULL)
		return err_origin(ERR_NOMEM);
	x->at = at;
	for (size_t i = 0; i < list->n; i++)
		at[x->n++] = (struct proc_key){
			proc_recall_at(list, i).delivered, x->n_lists};
	x->list[x->n_lists++] =
		(struct proc_recall_when){hold, list->entry, list->at};
	return ERR_OK;
}

enum err
proc_recall_index(struct instance *in, struct proc_recall_index *ret_index)
{
	size_t n = hold_set_n(in->holds);
	struct proc_recall_index x = {.n = 0};
	enum err e = ERR_OK;

	x.list = mem_zeroed((n + 1) * sizeof(*x.list));
	if (x.list == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; e == ERR_OK && i <= n; i++) {
		uint64_t hold = i == n ? PROC_RECALL_STAGED
				       : hold_number(hold_set_at(in->holds, i));
		struct proc_recall_list list;

		e = proc_recall_list(in, hold, &list);
		if (e == ERR_NOT_FOUND) {
			e = ERR_OK;
			continue;
		}
		if (e == ERR_OK) {
			e = index_list(&x, hold, &list);
			proc_recall_list_fini(&list);
		}
	}
	if (e != ERR_OK) {
		proc_recall_index_fini(&x);
		return e;
	}
	proc_keys_sort(x.at, x.n);
	*ret_index = x;
	return ERR_OK;
}

void
proc_recall_index_fini(struct proc_recall_index *index)
{
	mem_free(index->at);
	mem_free(index->list);
	*index = (struct proc_recall_index){.n = 0};
}

const struct proc_recall_when *
proc_recall_find(const struct proc_recall_index *index, uint64_t delivered)
{
	size_t i = proc_keys_find(index->at, index->n, delivered);

	return i == index->n ? NULL : &index->list[index->at[i].value];
}

/* ---- files ---- */

static void
package_name(const struct store_request *row, char name[NAME_BYTES])
{
	(void)snprintf(name, NAME_BYTES, "%s.cms", row->id);
}

static void
pulled_name(const struct store_request *row, char name[NAME_BYTES])
{
	(void)snprintf(name, NAME_BYTES, "%s.cms.pulled", row->id);
}

static enum err
preserves(struct instance *in, const struct store_request *row, bool *ret_must)
{
	struct batch_request b;
	struct store_batch batch;
	bool any = false;
	enum err e;

	*ret_must = false;
	for (size_t i = 0; i < hold_set_n(in->holds); i++)
		any = any || hold_effect(hold_set_at(in->holds, i)) ==
				     HOLD_TO_PRESERVE;
	if (!any)
		return ERR_OK;
	e = proc_batch_get(in, row->batch, &batch);
	if (e == ERR_OK)
		e = proc_batch_open(in, row, &b);
	if (e != ERR_OK)
		return e;
	*ret_must = proc_hold_preserves(in, &batch, &b);
	proc_batch_fini(&b);
	return ERR_OK;
}

enum err
proc_recall_discard(struct instance *in, const struct store_request *row,
	int sealed, const char *name, uint64_t index)
{
	char kept[NAME_BYTES];
	bool keep;
	enum err e = preserves(in, row, &keep);

	if (e != ERR_OK)
		return e;
	(void)snprintf(kept, sizeof(kept), "%s.%" PRIu64 ".kept", name, index);
	if ((keep ? renameat(sealed, name, sealed, kept)
		  : unlinkat(sealed, name, 0)) == 0 ||
		errno == ENOENT)
		return ERR_OK;
	return instance_says(in, err_origin(ERR_IO),
		"sealed/%" PRIu32 "/%s cannot be %s", row->batch, name,
		keep ? "kept" : "deleted");
}

/* Is the file in sealed/ one that entry D accounts for, and that a crash kept
 * from the outbox? */
static enum err
is_accounted(const struct recall *c, const struct store_request *row,
	const char *name, bool *ret_is)
{
	OWNED_BUF(file, RELEASE_FILE_SIZE);
	uint8_t hash[32];
	enum err e = os_read(c->sealed, name, &file);

	*ret_is = false;
	if (e != ERR_OK)
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	crypto_sha256(buf_span(&file), hash);
	*ret_is = memcmp(hash, row->package, sizeof(hash)) == 0;
	return ERR_OK;
}

/* ---- what is pulled ---- */

/* Answered, and answered again when the hold ends: not what was given back, and
 * not what a person must read first, since that goes its own way (and says
 * nothing about the roll: nobody was looked up).  One that was recalled before
 * may have a neutral package out, like those for whom nobody was found. */
static bool
may_be_pulled(const struct store_request *row)
{
	return row->delivered != STORE_NO_ENTRY &&
	       row->state != CASE_RETURNED &&
	       row->state != CASE_REQUEST_REVIEW &&
	       (row->answered == CASE_ANSWERED_NEUTRAL ||
		       row->state == CASE_DELIVERED ||
		       row->state == CASE_RECALLED);
}

/* Where its package is: HOLD_OUT, or also already pulled, by us before a
 * crash. */
static enum err
find_package(const struct recall *c, const struct store_request *row,
	bool *ret_out, bool *ret_pulled)
{
	char name[NAME_BYTES];
	char pulled[NAME_BYTES];

	package_name(row, name);
	pulled_name(row, pulled);
	*ret_pulled = os_exists(c->sealed, pulled);
	*ret_out = *ret_pulled || os_exists(c->outbox, name);
	return *ret_out ? ERR_OK : is_accounted(c, row, name, ret_out);
}

static enum err
flag_row(void *context, struct store_request *row)
{
	struct recall *c = context;
	struct batch_target written;
	struct batch_target record;
	struct batch_request b;
	bool out = false;
	bool pulled = false;
	uint8_t *flag;
	enum err e = ERR_OK;

	if (row->line > c->batch.n_lines)
		return instance_says(c->in, ERR_DAMAGED,
			"the store: batch %" PRIu32 " has a line %" PRIu64,
			row->batch, row->line);
	flag = &c->flags[row->line];
	if (may_be_pulled(row))
		e = find_package(c, row, &out, &pulled);
	if (e == ERR_OK && out)
		e = proc_batch_open(c->in, row, &b);
	if (e != ERR_OK || !out)
		return e;
	proc_hold_written(c->in, &c->batch, &b, &written);
	proc_hold_record(c->in, &c->batch, &b, &record);
	*flag = HOLD_OUT;
	if (hold_covers(c->hold, &written.target))
		*flag |= HOLD_WRITTEN;
	/* An address that the vault would not seal now; and what was begun goes
	 * to its end. */
	if (pulled || (row->answered == CASE_ANSWERED_ADDRESS &&
			      hold_covers(c->hold, &record.target)))
		*flag |= HOLD_RECORD;
	proc_batch_fini(&b);
	return ERR_OK;
}

/* The rename decides: who fetched it before has it. */
static enum err
take_package(const struct recall *c, const struct store_request *row,
	bool *ret_taken)
{
	char name[NAME_BYTES];
	char pulled[NAME_BYTES];
	enum err e;

	package_name(row, name);
	pulled_name(row, pulled);
	*ret_taken = os_exists(c->sealed, pulled) ||
		     renameat(c->outbox, name, c->sealed, pulled) == 0;
	if (*ret_taken)
		return ERR_OK;
	if (errno == ENOENT) {
		e = is_accounted(c, row, name, ret_taken);
		if (e != ERR_OK || !*ret_taken)
			return e;
		if (renameat(c->sealed, name, c->sealed, pulled) == 0)
			return ERR_OK;
	}
	return instance_says(c->in, err_origin(ERR_IO),
		"outbox/%" PRIu32 "/%s cannot be pulled back", row->batch,
		name);
}

static enum err
pull_row(void *context, struct store_request *row)
{
	struct recall *c = context;
	bool taken = false;
	enum err e = ERR_OK;

	if ((c->flags[row->line] & HOLD_PULLED) != 0)
		e = take_package(c, row, &taken);
	if (e != ERR_OK || !taken)
		return e;
	put_item(row, &c->items);
	c->n++;
	return buf_error(&c->items);
}

static enum err
pull_batch(struct recall *c)
{
	uint32_t n = c->batch.n;
	size_t before = c->n;
	enum err e = proc_batch_each(c->in, n, flag_row, c);

	if (e == ERR_OK &&
		hold_pull(c->flags, (size_t)c->batch.n_lines + 1) > 0)
		e = proc_batch_each(c->in, n, pull_row, c);
	if (e == ERR_OK && c->n > before)
		e = os_sync(c->outbox);
	return e == ERR_OK && c->n > before ? os_sync(c->sealed) : e;
}

/* A batch that was never released has no folders. */
static enum err
open_and_pull(struct recall *c)
{
	enum err e =
		instance_folder(c->in, "outbox", c->batch.n, false, &c->outbox);

	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK)
		e = instance_folder(
			c->in, "sealed", c->batch.n, true, &c->sealed);
	if (e != ERR_OK)
		return e;
	c->flags = mem_zeroed((size_t)c->batch.n_lines + 1);
	if (c->flags == NULL)
		return err_origin(ERR_NOMEM);
	return pull_batch(c);
}

static enum err
pull_all(struct recall *c)
{
	uint32_t last = 0;
	enum err e = store_batch_last(c->in->store, &last);

	for (uint32_t n = 1; e == ERR_OK && n <= last; n++) {
		e = store_batch_get(c->in->store, n, &c->batch);
		if (e == ERR_NOT_FOUND) {
			e = ERR_OK;
			continue;
		}
		if (e == ERR_OK)
			e = open_and_pull(c);
		mem_free(c->flags);
		c->flags = NULL;
		os_close(&c->outbox);
		os_close(&c->sealed);
	}
	return e;
}

/* ---- what becomes of it ---- */

static enum err
enter_recall(struct recall *c, struct span object)
{
	struct instance *in = c->in;
	char ground[KEY_BYTES] = "";
	char at[DAY_TIME_TEXT] = "";
	struct ledger_field fields[] = {
		ACCOUNT_BYTES("actor", hold_placer(c->hold), CRYPTO_SHA256),
		ACCOUNT_TEXT("act", "recall"),
		{"object", object},
		{"ground", span_of(NULL, 0)},
		{"at", span_of(at, DAY_TIME_TEXT - 1)},
	};

	(void)snprintf(
		ground, sizeof(ground), "hold %" PRIu64, hold_number(c->hold));
	day_time_text(in->at, at);
	fields[3].value = span_text(ground);
	return account_entry(in, LEDGER_ACT, NULL, fields,
		sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0), NULL);
}

static enum err
move_rows(struct recall *c)
{
	struct reader r = read_from(buf_span(&c->items));
	enum err e = ERR_OK;

	while (e == ERR_OK && r.left.n > 0) {
		struct store_request row;
		uint32_t batch = read_u32be(&r);
		uint64_t line = read_u64be(&r);

		(void)read_u64be(&r);
		e = store_request_get(c->in->store, batch, line, &row);
		if (e != ERR_OK)
			break;
		if (row.state == CASE_DELIVERED)
			proc_batch_move(&row, CASE_TO_RECALL, &proc_by_keeper);
		row.held = true;
		e = store_request_update(c->in->store, &row);
	}
	return e;
}

static enum err
account_recall(struct recall *c)
{
	OWNED_BUF(list, LIST_MAX);
	uint8_t hash[32];
	enum err e = account_begin(c->in);

	if (e != ERR_OK)
		return e;
	e = put_list(c->in, hold_number(c->hold), c->in->next,
		buf_span(&c->items), &list);
	crypto_sha256(buf_span(&list), hash);
	if (e == ERR_OK)
		e = enter_recall(c, span_of(hash, sizeof(hash)));
	if (e == ERR_OK)
		e = move_rows(c);
	if (e == ERR_OK)
		e = put_pending(c->in, DISCARD, hold_number(c->hold));
	if (e == ERR_OK)
		return account_commit(c->in);
	account_abandon(c->in);
	return e;
}

static enum err
pull(struct instance *in, const struct hold *hold, uint64_t *ret_n)
{
	struct recall c = {.in = in, .hold = hold, .outbox = -1, .sealed = -1};
	enum err e;

	buf_init(&c.items, LIST_MAX);
	e = pull_all(&c);
	if (e == ERR_OK)
		e = account_recall(&c);
	*ret_n = c.n;
	buf_fini(&c.items);
	mem_free(c.flags);
	os_close(&c.outbox);
	os_close(&c.sealed);
	return e;
}

/* ---- and then the files go ---- */

static enum err
discard(struct instance *in, const struct proc_recalled *item)
{
	struct store_request row;
	char name[NAME_BYTES];
	OWNED_FD sealed = -1;
	enum err e =
		store_request_get(in->store, item->batch, item->line, &row);

	if (e == ERR_OK)
		e = instance_folder(in, "sealed", item->batch, false, &sealed);
	if (e != ERR_OK)
		return e;
	pulled_name(&row, name);
	return proc_recall_discard(in, &row, sealed, name, item->delivered);
}

static enum err
discard_all(struct instance *in, uint64_t hold)
{
	struct proc_recall_list list;
	enum err e = proc_recall_list(in, hold, &list);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < list.n; i++) {
		struct proc_recalled item = proc_recall_at(&list, i);

		e = discard(in, &item);
	}
	proc_recall_list_fini(&list);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = store_put(in->store, "recall/pending", span_of(NULL, 0));
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

enum err
proc_recall_finish(struct instance *in, uint64_t *ret_n)
{
	unsigned phase = 0;
	uint64_t hold = 0;
	uint64_t n = 0;
	enum err e = get_pending(in, &phase, &hold);

	if (ret_n != NULL)
		*ret_n = 0;
	if (e == ERR_OK && phase == PULL) {
		const struct hold *placed = hold_set_find(in->holds, hold);

		e = placed == NULL ? err_origin(ERR_STORE)
				   : pull(in, placed, &n);
		phase = DISCARD;
	}
	if (e == ERR_OK && phase == DISCARD)
		e = discard_all(in, hold);
	if (ret_n != NULL)
		*ret_n = n;
	return e;
}
