/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_account.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/read.h"
#include "ledger/order.h"
#include "os/file.h"
#include "proc/proc_cosign.h"
#include "proc/proc_keeper.h"
#include "proc/proc_ledger_key.h"
#include "proc/proc_log.h"
#include "store/log.h"

enum {
	PENDING_MAX = 8192 * LEDGER_ENTRY, /* entries of one transaction */
	KEEPER_TRIES = 100,
	KEEPER_PAUSE_MS = 20,
};

enum err
account_begin(struct instance *in)
{
	enum err e = account_make_room(in);

	return e == ERR_OK ? account_begin_waiting(in) : e;
}

enum err
account_begin_waiting(struct instance *in)
{
	enum err e = store_begin(in->store);

	must(in->open);
	buf_clear(&in->pending);
	in->reserved = 0;
	in->pending_at = in->next;
	in->pending_act = in->last_act;
	in->pending_hidden = in->hidden;
	(void)account_public_day(in);
	return e == ERR_OK ? ERR_OK
			   : instance_says(in, e, "the store: %s",
				     store_error(in->store));
}

void
account_abandon(struct instance *in)
{
	store_rollback(in->store);
	in->next = in->pending_at;
	in->last_act = in->pending_act;
	in->hidden = in->pending_hidden;
	in->counted = in->next;
	buf_clear(&in->pending);
}

/*
 * ---- sealing of openings: AES-256-GCM, a random nonce in front, the entry's
 * bytes as additional data, so that an opening fits one entry only ----
 *
 *	u8 kind, u8 number of fields, 32 law, 32 engine	 (not of "WLE1")
 *	32 entry key
 *	u16 n, n times: sized name, sized value
 *	sized private
 *	u64 the newest act before it			 (not of "WLE1")
 */

void
account_opening_encode(const struct ledger_head *head,
	const uint8_t key[LEDGER_KEY], const struct ledger_field *fields,
	size_t n, struct span private, struct buf *to)
{
	ledger_head_encode(head, to);
	buf_bytes(to, span_of(key, LEDGER_KEY));
	buf_u16be(to, (uint16_t)n);
	for (size_t i = 0; i < n; i++) {
		buf_sized(to, span_text(fields[i].name));
		buf_sized(to, fields[i].value);
	}
	buf_sized(to, private);
}

/* `opening` is account_opening_encode()'s; the act before is added here. */
static enum err
seal(const struct instance *in, const uint8_t nonce[CRYPTO_NONCE],
	struct buf *opening, struct account_made *made)
{
	enum err e;

	buf_u64be(opening, in->last_act);
	e = buf_error(opening);
	if (e != ERR_OK)
		return e;
	buf_clear(&made->sealed);
	buf_bytes(&made->sealed, span_of(nonce, CRYPTO_NONCE));
	return crypto_seal(in->evidence_key, nonce,
		span_of(made->entry, sizeof(made->entry)), buf_span(opening),
		&made->sealed);
}

enum err
account_reserve(struct instance *in, size_t n, uint64_t *ret_first)
{
	uint8_t *at = buf_space(&in->pending, n * LEDGER_ENTRY);
	enum err e = buf_error(&in->pending);

	if (e != ERR_OK)
		return e;
	memset(at, 0, n * LEDGER_ENTRY);
	*ret_first = in->next;
	in->next += n;
	in->reserved += n;
	return ERR_OK;
}

enum err
account_reserve_drawn(
	struct instance *in, size_t n, uint32_t *order, uint64_t *ret_first)
{
	uint8_t seed[32];
	enum err e = crypto_random(seed, sizeof(seed));

	if (e == ERR_OK)
		e = account_reserve(in, n, ret_first);
	if (e == ERR_OK)
		ledger_order(seed, order, n);
	explicit_bzero(seed, sizeof(seed));
	return e;
}

enum err
account_put(struct instance *in, const struct account_made *made)
{
	uint64_t place = made->index - in->pending_at;
	struct span entry = span_of(made->entry, sizeof(made->entry));
	enum err e;

	must(made->index >= in->pending_at && made->index < in->next);
	memcpy(in->pending.at + place * LEDGER_ENTRY, entry.at, entry.n);
	e = store_journal_add(
		in->store, made->index, entry, buf_span(&made->sealed));
	if (e != ERR_OK)
		return e;
	if (made->type == LEDGER_ACT)
		in->last_act = made->index;
	account_count_hidden(in, in->next - 1, made->type);
	in->reserved--;
	return ERR_OK;
}

enum err
account_foreign(struct instance *in, struct span entry, struct span opening)
{
	OWNED_BUF(plain, ACCOUNT_SEALED_MAX);
	struct account_made made;
	uint8_t nonce[CRYPTO_NONCE];
	enum err e = crypto_random(nonce, sizeof(nonce));

	must(entry.n == sizeof(made.entry));
	memcpy(made.entry, entry.at, entry.n);
	buf_init(&made.sealed, ACCOUNT_SEALED_MAX);
	buf_bytes(&plain, opening);
	if (e == ERR_OK)
		e = seal(in, nonce, &plain, &made);
	made.type = (enum ledger_type)plain.at[0]; /* sealed: not empty */
	if (e == ERR_OK)
		e = account_reserve(in, 1, &made.index);
	if (e == ERR_OK)
		e = account_put(in, &made);
	buf_fini(&made.sealed);
	return e;
}

int32_t
account_public_day(struct instance *in)
{
	if (in->public_day == 0)
		in->public_day = day_at(in->at);
	return in->public_day;
}

/* All that is drawn for one entry: one call costs as much as its bytes. */
struct drawn {
	uint8_t key[LEDGER_KEY];
	uint8_t tag[sizeof(((struct ledger_entry *)NULL)->tag)];
	uint8_t nonce[CRYPTO_NONCE];
};

static enum err
make(const struct instance *in, const struct ledger_head *head,
	const struct ledger_field *fields, size_t n, struct span private,
	const uint8_t *tag, struct account_made *made)
{
	struct ledger_entry entry = {
		.index = made->index, .day = in->public_day};
	OWNED_BUF(opening, ACCOUNT_SEALED_MAX);
	struct drawn drawn;
	enum err e = crypto_random((uint8_t *)&drawn, sizeof(drawn));

	if (e == ERR_OK)
		e = ledger_commit(head, drawn.key, fields, n, &entry.root);
	must(!err_is_refusal(e) || e == ERR_TOO_LARGE);
	if (e != ERR_OK)
		return e;
	made->type = head->type;
	memcpy(entry.tag, tag == NULL ? drawn.tag : tag, sizeof(entry.tag));
	ledger_entry_write(&entry, made->entry);
	account_opening_encode(head, drawn.key, fields, n, private, &opening);
	explicit_bzero(drawn.key, sizeof(drawn.key));
	return seal(in, drawn.nonce, &opening, made);
}

enum err
account_make(const struct instance *in, enum ledger_type type,
	const uint8_t law[32], const struct ledger_field *fields, size_t n,
	struct span private, struct account_made *made)
{
	struct ledger_head head = ledger_head_of(type, law, in->engine);

	must(type != LEDGER_ACT); /* each names the act before it */
	return make(in, &head, fields, n, private, NULL, made);
}

enum err
account_entry(struct instance *in, enum ledger_type type, const uint8_t law[32],
	const struct ledger_field *fields, size_t n, struct span private,
	uint64_t *ret_index)
{
	return account_tagged(
		in, type, law, fields, n, private, NULL, ret_index);
}

enum err
account_tagged(struct instance *in, enum ledger_type type,
	const uint8_t law[32], const struct ledger_field *fields, size_t n,
	struct span private, const uint8_t *tag, uint64_t *ret_index)
{
	struct ledger_head head = ledger_head_of(type, law, in->engine);
	struct account_made made = {.index = in->next};
	enum err e;

	buf_init(&made.sealed, ACCOUNT_SEALED_MAX);
	e = make(in, &head, fields, n, private, tag, &made);
	if (e == ERR_OK)
		e = account_reserve(in, 1, &made.index);
	if (e == ERR_OK)
		e = account_put(in, &made);
	buf_fini(&made.sealed);
	if (e == ERR_OK && ret_index != NULL)
		*ret_index = made.index;
	return e;
}

enum err
account_commit_ask(struct instance *in)
{
	enum err e;

	must(in->reserved == 0 && !in->appending);
	if (in->to_sign.n > 0) {
		account_abandon(in);
		return instance_says(in, ERR_UNSIGNED,
			"this is yours to sign: sign what is shown, and send it "
			"again with the signature; nothing was done yet");
	}
	e = store_commit(in->store);
	if (e != ERR_OK) {
		account_abandon(in);
		return instance_says(
			in, e, "the store: %s", store_error(in->store));
	}
	if (in->pending.n == 0)
		return ERR_OK;
	e = keeper_append_ask(
		&in->keeper, in->pending_at, buf_span(&in->pending));
	in->appending = e == ERR_OK;
	return e;
}

enum err
account_commit_hear(struct instance *in)
{
	if (!in->appending)
		return ERR_OK;
	in->appending = false;
	return keeper_append_hear(&in->keeper, &in->why);
}

enum err
account_commit(struct instance *in)
{
	enum err e = account_commit_ask(in);

	return e == ERR_OK ? account_commit_hear(in) : e;
}

enum err
account_end(struct instance *in, enum err e)
{
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

/* Before it is: what cannot be logged is not done. */
static enum err
log_act(struct instance *in, const char *act, uint32_t batch,
	const char *request)
{
	OWNED_BUF(object, 512);
	struct audit a = {
		.event = AUDIT_ACT,
		.outcome = AUDIT_SUCCESS,
		.actor = span_is_zero(span_of(
				 in->actor.print, sizeof(in->actor.print)))
				 ? NULL
				 : in->actor.print,
		.what = act,
	};
	struct why why = {""};
	enum err e;

	if (batch != 0)
		buf_printf(&object, "batch %u%s", batch,
			request[0] == '\0' ? "" : " ");
	if (request[0] != '\0')
		buf_printf(&object, "request %s", request);
	e = buf_error(&object);
	a.object = buf_span(&object);
	if (e == ERR_OK)
		e = proc_log_event(in->log, &a, &why);
	return e == ERR_OK || why.text[0] == '\0'
		       ? e
		       : instance_says(in, e, "%s", why.text);
}

enum err
account_act(struct instance *in, const char *act, uint32_t batch,
	const char *request, struct span object, uint64_t *ret_index)
{
	char number[16] = "";
	char at[DAY_TIME_TEXT] = "";
	struct ledger_field fields[] = {
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("act", act),
		ACCOUNT_TEXT("batch", batch == 0 ? "" : number),
		ACCOUNT_TEXT("request", request),
		{"object", object},
		ACCOUNT_TEXT("at", at),
	};
	enum err e = log_act(in, act, batch, request);

	(void)snprintf(number, sizeof(number), "%u", batch);
	day_time_text(in->at, at);
	fields[2].value = span_text(batch == 0 ? "" : number);
	fields[5].value = span_text(at);
	return e == ERR_OK ? account_entry(in, LEDGER_ACT, NULL, fields,
				     sizeof(fields) / sizeof(fields[0]),
				     span_of(NULL, 0), ret_index)
			   : e;
}

enum err
account_reading(struct instance *in, const char *act, uint32_t batch,
	const char *request)
{
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	e = account_act(in, act, batch, request, span_of(NULL, 0), NULL);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	return account_commit(in);
}

/* ---- reading back ---- */

static bool
is_first_form(const struct account_opened *o)
{
	return o->entry.told.type != LEDGER_NO_TYPE;
}

static bool
head_decode(struct reader *r, struct account_opened *o)
{
	if (is_first_form(o)) {
		o->head = o->entry.told;
		return true;
	}
	return ledger_head_decode(r, &o->head);
}

static bool
opening_decode(struct account_opened *o)
{
	struct reader r = read_from(buf_span(&o->bytes));
	bool head = head_decode(&r, o);
	struct span key = read_bytes(&r, LEDGER_KEY);
	size_t n = read_u16be(&r);

	if (!head || !read_ok(&r) || n > LEDGER_FIELDS)
		return false;
	memcpy(o->key, key.at, LEDGER_KEY);
	for (size_t i = 0; i < n; i++) {
		struct span name = read_sized(&r, 64);
		struct span value = read_sized(&r, ACCOUNT_SEALED_MAX);
		const char *known = NULL;

		known = read_ok(&r) ? ledger_field_known(o->head.type, name)
				    : NULL;
		if (known == NULL)
			return false;
		o->field[o->n_fields++] = (struct ledger_field){known, value};
	}
	o->private = read_sized(&r, ACCOUNT_SEALED_MAX);
	o->act_before = is_first_form(o) ? STORE_NO_ENTRY : read_u64be(&r);
	return read_end(&r);
}

/* The record's bytes, which this evidence key sealed for this very entry. */
static enum err
unseal(struct instance *in, uint64_t index, struct account_opened *o)
{
	OWNED_BUF(entry, LEDGER_ENTRY);
	OWNED_BUF(sealed, ACCOUNT_SEALED_MAX);
	struct account_erased erased;
	struct span rest;
	enum err e = store_journal_get(in->store, index, &entry, &sealed);

	rest = buf_span(&sealed);
	if (e == ERR_OK && rest.n < CRYPTO_NONCE)
		e = ERR_DAMAGED;
	if (e == ERR_OK)
		e = ledger_entry_parse(buf_span(&entry), &o->entry);
	if (e == ERR_OK && o->entry.index != index)
		e = ERR_DAMAGED;
	if (e == ERR_OK &&
		account_erased_read(in, buf_span(&entry), rest, &erased)) {
		o->head.type = erased.kind;
		e = ERR_ERASED;
	}
	if (e == ERR_OK)
		e = crypto_unseal(in->evidence_key, rest.at, buf_span(&entry),
			span_of(rest.at + CRYPTO_NONCE, rest.n - CRYPTO_NONCE),
			&o->bytes);
	return e;
}

/* Of a record "WLE1", which does not name it: the store does, by the kind that
 * stands in the entry. */
static enum err
find_act_before(struct instance *in, struct account_opened *o)
{
	uint64_t index = 0;
	enum err e;

	if (is_first_form(o)) {
		e = store_journal_act(in->store, o->entry.index, &index);
		o->act_before = e == ERR_OK ? index : STORE_NO_ENTRY;
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	if (o->act_before != STORE_NO_ENTRY && o->act_before >= o->entry.index)
		return ERR_DAMAGED;
	return ERR_OK;
}

static enum err
open_all(struct instance *in, uint64_t index, struct account_opened *o)
{
	enum err e = unseal(in, index, o);

	if (e == ERR_OK && !opening_decode(o))
		e = ERR_DAMAGED;
	if (e == ERR_OK)
		e = ledger_commits(
			&o->entry, &o->head, o->key, o->field, o->n_fields);
	return e == ERR_OK ? find_act_before(in, o) : e;
}

static enum err
does_not_hold(struct instance *in, enum err e, uint64_t index)
{
	return instance_says(in, err_is_failure(e) ? e : ERR_DAMAGED,
		"the opening of entry %" PRIu64 " does not hold: %s", index,
		err_text(e));
}

static enum err
is_gone(struct instance *in, uint64_t index)
{
	struct account_erased erased;
	char at[DAY_TIME_TEXT];
	enum err e = account_erased(in, index, &erased);

	if (e != ERR_OK)
		return e;
	day_time_text(erased.at, at);
	return instance_says(in, ERR_ERASED,
		"entry %" PRIu64 " was erased on %.10s, by the act of entry "
		"%" PRIu64 ": what it said is not kept any more",
		index, at, erased.act);
}

enum err
account_kind(struct instance *in, uint64_t index, enum ledger_type *ret_type)
{
	struct account_opened o = {.n_fields = 0};
	struct reader r;
	enum err e;

	buf_init(&o.bytes, ACCOUNT_SEALED_MAX);
	e = unseal(in, index, &o);
	r = read_from(buf_span(&o.bytes));
	if (e == ERR_OK && !head_decode(&r, &o))
		e = ERR_DAMAGED;
	*ret_type = o.head.type;
	account_opened_fini(&o);
	return e == ERR_OK || e == ERR_ERASED ? ERR_OK
					      : does_not_hold(in, e, index);
}

enum err
account_open(
	struct instance *in, uint64_t index, struct account_opened *ret_opened)
{
	enum err e;

	*ret_opened = (struct account_opened){0};
	buf_init(&ret_opened->bytes, ACCOUNT_SEALED_MAX);
	e = open_all(in, index, ret_opened);
	if (e == ERR_OK)
		return ERR_OK;
	account_opened_fini(ret_opened);
	return e == ERR_ERASED ? is_gone(in, index)
			       : does_not_hold(in, e, index);
}

void
account_opened_fini(struct account_opened *opened)
{
	explicit_bzero(opened->key, sizeof(opened->key));
	buf_fini(&opened->bytes);
}

struct span
account_field(const struct account_opened *opened, const char *name)
{
	for (size_t i = 0; i < opened->n_fields; i++)
		if (strcmp(opened->field[i].name, name) == 0)
			return opened->field[i].value;
	return span_of(NULL, 0);
}

enum err
account_show(const struct account_opened *opened, const char *name,
	struct ledger_opening *ret_opening)
{
	return ledger_opening_make(&opened->entry, &opened->head, opened->key,
		opened->field, opened->n_fields, name, ret_opening);
}

int32_t
account_day(const struct instance *in, const struct account_opened *opened)
{
	int64_t at;

	if (!day_time_parse(account_field(opened, "at"), &at))
		at = (int64_t)opened->entry.day * 86400;
	return zone_day(&in->zone, at);
}

/* ---- after a crash ---- */

static enum err
append_again(struct instance *in, uint64_t from, uint64_t to)
{
	buf_clear(&in->pending);
	for (uint64_t i = from; i < to; i++) {
		enum err e =
			store_journal_get(in->store, i, &in->pending, NULL);

		if (e != ERR_OK)
			return e;
		if (in->pending.n < PENDING_MAX && i + 1 < to)
			continue;
		e = keeper_append(
			&in->keeper, from, buf_span(&in->pending), &in->why);
		if (e != ERR_OK)
			return e;
		from = i + 1;
		buf_clear(&in->pending);
	}
	return ERR_OK;
}

/* The store's entry `index` is the ledger's: both are of one history. */
static enum err
same_entry(struct instance *in, int ledger, uint64_t size, uint64_t index)
{
	struct store_log_dir from = {.dir = ledger, .size = size};
	OWNED_BUF(public, LEDGER_ENTRY);
	OWNED_BUF(mine, LEDGER_ENTRY);
	enum err e = store_log_read_entry(&from, index, &public);

	if (e == ERR_OK)
		e = store_journal_get(in->store, index, &mine, NULL);
	if (e == ERR_OK && !span_eq(buf_span(&public), buf_span(&mine)))
		e = ERR_MISMATCH;
	return e == ERR_OK ? ERR_OK
			   : instance_says(in, e,
				     "entry %" PRIu64
				     " of the ledger is not what the store "
				     "has: they are of two histories; nothing "
				     "may leave",
				     index);
}

enum err
account_compare(struct instance *in, uint64_t from)
{
	OWNED_FD ledger = -1;
	uint64_t size = in->published;
	enum err e = os_folder(in->dir, "ledger", false, &ledger);

	for (uint64_t i = from; e == ERR_OK && i < size; i++)
		e = same_entry(in, ledger, size, i);
	return e;
}

/* We hold the instance's lock, so who has the ledger's is the keeper of a verb
 * that was killed, and dies with it: at once, but after us perhaps. */
static enum err
open_keeper(struct instance *in, struct keeper_state *ret_state)
{
	enum err e = keeper_open(&in->keeper, ret_state, &in->why);

	for (int i = 0; e == ERR_BUSY && i < KEEPER_TRIES; i++) {
		os_pause_ms(KEEPER_PAUSE_MS);
		e = keeper_open(&in->keeper, ret_state, &in->why);
	}
	return e;
}

/* Where the acts end, and what waits to be made public. */
static enum err
find_newest(struct instance *in, uint64_t published)
{
	struct account_opened newest;
	int32_t day = 0;
	enum err e;

	in->last_act = STORE_NO_ENTRY;
	if (in->next == 0)
		return ERR_OK;
	e = account_open(in, in->next - 1, &newest);
	if (e == ERR_OK) {
		day = newest.entry.day;
		in->last_act = newest.head.type == LEDGER_ACT
				       ? newest.entry.index
				       : newest.act_before;
	}
	account_opened_fini(&newest);
	return e == ERR_OK ? account_read_hidden(in, published, day) : e;
}

enum err
account_reconcile(struct instance *in)
{
	struct keeper_state state;
	uint64_t journal = 0;
	enum err e = open_keeper(in, &state);

	if (e != ERR_OK)
		return e;
	in->open = true;
	e = store_journal_count(in->store, &journal);
	if (e != ERR_OK)
		return e;
	if (state.size > journal)
		return instance_says(in, ERR_MISMATCH,
			"the ledger has %" PRIu64
			" entries, the store knows %" PRIu64
			": the store is older than the ledger; nothing may leave",
			state.size, journal);
	in->next = journal;
	in->published = state.published;
	e = state.published == 0 ? ERR_OK
				 : account_compare(in, state.published - 1);
	/* First: a ledger that was put back is left as it was found. */
	if (e == ERR_OK)
		e = proc_ledger_key_agrees(in);
	if (e == ERR_OK)
		e = proc_cosign_agrees(in);
	if (e == ERR_OK)
		e = append_again(in, state.size, journal);
	return e == ERR_OK ? find_newest(in, state.published) : e;
}

enum err
account_head(struct instance *in, uint64_t index)
{
	struct account_opened opened;
	enum err e = account_open(in, index, &opened);

	if (e != ERR_OK)
		return e;
	e = keeper_head(&in->keeper, index, &opened.head, opened.key,
		opened.field, opened.n_fields, &in->why);
	account_opened_fini(&opened);
	return e;
}
