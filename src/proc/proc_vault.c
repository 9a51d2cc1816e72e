/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_vault_int.h"
#include "proc/proc_zone.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/num.h"
#include "os/file.h"
#include "person/person.h"
#include "proc/proc_roll.h"
#include "proc/proc_sandbox.h"
#include "wire/wire.h"

enum { REPLY_MAX = 1 << 26, QUESTION_MAX = 1 << 28 };

/* ---- what it believes ---- */

struct span
vault_field(const struct ledger_field field[LEDGER_FIELDS], const char *name)
{
	for (size_t i = 0; i < LEDGER_FIELDS && field[i].name != NULL; i++)
		if (strcmp(field[i].name, name) == 0)
			return field[i].value;
	return span_of(NULL, 0);
}

static enum err
check_proof(
	struct vault *v, struct span proof, struct span entry, struct why *why)
{
	struct ledger_checkpoint cp;
	uint64_t index;
	enum err e = ledger_proof_check(proof, entry, &v->vkey, &index, &cp);

	if (e != ERR_OK)
		return why_set(why, e,
			"the vault: an entry is not in the signed ledger");
	if (cp.size < v->size)
		return why_set(why, ERR_MISMATCH,
			"the vault: the ledger had %" PRIu64
			" entries and now has %" PRIu64,
			v->size, cp.size);
	v->size = cp.size;
	return ERR_OK;
}

enum err
vault_read_proved(struct vault *v, struct reader *r, enum ledger_type type,
	struct ledger_field field[LEDGER_FIELDS], struct why *why)
{
	struct span proof = read_sized(r, 1 << 16);
	struct span bytes = read_bytes(r, LEDGER_ENTRY);
	struct ledger_head head;
	bool known = ledger_head_decode(r, &head);
	struct span key = read_bytes(r, LEDGER_KEY);
	struct ledger_entry entry;
	size_t n = 0;
	enum err e;

	memset(field, 0, sizeof(*field) * LEDGER_FIELDS);
	for (const char *name; (name = ledger_field_name(type, n)) != NULL; n++)
		field[n] = (struct ledger_field){
			name, read_sized(r, LEDGER_OPENING_MAX)};
	if (!known || !read_ok(r) || n < head.n_fields)
		return ERR_MALFORMED;
	e = check_proof(v, proof, bytes, why);
	if (e != ERR_OK)
		return e;
	e = ledger_entry_parse(bytes, &entry);
	if (e == ERR_OK && head.type != type)
		e = ERR_MISMATCH;
	if (e == ERR_OK)
		e = ledger_commits(&entry, &head, key.at, field, head.n_fields);
	if (e == ERR_MISMATCH)
		return why_set(why, e,
			"the vault: an entry does not say what was claimed");
	return e;
}

/* ---- looking up ---- */

static struct span
person_of(const struct vault *v, const struct match_result *result)
{
	return result->person == MATCH_CONFIRMED
		       ? roll_person(v->roll, result->index).id
		       : span_of(NULL, 0);
}

void
vault_match(struct vault *v, const struct request *request,
	struct match_result *ret_result, struct span *ret_person)
{
	struct match_query query;

	match_query_from(request, &query);
	match_request(v->roll, &query, ret_result);
	*ret_person = person_of(v, ret_result);
}

static void
put_found(struct vault *v, const struct match_query *query,
	const struct match_result *result)
{
	OWNED_BUF(match, MATCH_BYTES);
	OWNED_BUF(weighed, 64);
	struct match_weights weights;

	match_encode(result, &match);
	match_weigh(v->rates, query, result, &weights);
	match_weights_encode(&weights, &weighed);
	must(buf_error(&match) == ERR_OK && match.n == MATCH_BYTES);
	must(buf_error(&weighed) == ERR_OK);
	buf_sized(&v->reply, buf_span(&match));
	buf_sized(&v->reply, person_of(v, result));
	buf_sized(&v->reply, buf_span(&weighed));
}

static enum err
check_lookup(struct vault *v, struct reader *r, struct span *requests,
	size_t *ret_n, struct why *why)
{
	struct ledger_field batch[LEDGER_FIELDS];
	struct ledger_field lookup[LEDGER_FIELDS];
	uint8_t hash[32];
	uint64_t count = 0;
	size_t n;
	enum err e = vault_read_proved(v, r, LEDGER_BATCH, batch, why);

	if (e == ERR_OK)
		e = vault_read_proved(v, r, LEDGER_LOOKUP, lookup, why);
	if (e != ERR_OK)
		return e;
	n = read_u32be(r);
	if (n == 0 || n > VAULT_LOOKUP)
		return ERR_MALFORMED;
	for (size_t i = 0; i < n; i++)
		requests[i] = read_sized(r, VAULT_REQUEST_MAX);
	if (!read_end(r))
		return ERR_MALFORMED;
	vault_requests_hash(requests, n, hash);
	if (!span_eq(vault_field(batch, "batch"),
		    vault_field(lookup, "batch")) ||
		!span_eq(vault_field(lookup, "request"), span_of(hash, 32)) ||
		!num_parse(
			vault_field(lookup, "count"), VAULT_LOOKUP, &count) ||
		count != n)
		return why_set(why, ERR_MISMATCH,
			"the vault: the ledger has no lookup of these "
			"requests");
	*ret_n = n;
	return ERR_OK;
}

/* Of all that were asked, in the roll's own order; the answer is in theirs. */
static enum err
look_up(struct vault *v, const struct span *requests, size_t n)
{
	static struct match_query query[VAULT_LOOKUP];
	static struct match_result result[VAULT_LOOKUP];
	static struct match_place place[2 * VAULT_LOOKUP];
	enum err e =
		v->rates == NULL ? match_rates_new(v->roll, &v->rates) : ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		struct request request;

		e = request_from_bytes(requests[i], &request);
		if (e == ERR_OK)
			match_query_from(&request, &query[i]);
	}
	if (e != ERR_OK)
		return e;
	match_places(v->roll, query, 0, n, place);
	match_places_sort(place, n, place + n);
	match_many(v->roll, query, place, n, result);
	for (size_t i = 0; i < n; i++)
		put_found(v, &query[i], &result[i]);
	return buf_error(&v->reply);
}

static enum err
serve_lookup(struct vault *v, struct reader *r, struct why *why)
{
	struct span requests[VAULT_LOOKUP];
	size_t n = 0;
	enum err e = v->roll != NULL
			     ? check_lookup(v, r, requests, &n, why)
			     : why_set(why, ERR_NOT_FOUND,
				       "no roll is loaded: `weir roll load`");

	if (e == ERR_OK)
		e = look_up(v, requests, n);
	return e == ERR_OK
		       ? wire_send(v->fd, WIRE_VAULT_FOUND, buf_span(&v->reply))
		       : e;
}

static enum err
serve_roll(struct vault *v, struct reader *r, struct why *why)
{
	if (!read_end(r))
		return ERR_MALFORMED;
	if (v->roll == NULL)
		return why_set(why, ERR_NOT_FOUND,
			"no roll is loaded: `weir roll load`");
	buf_bytes(&v->reply, span_of(v->roll_hash, sizeof(v->roll_hash)));
	buf_u32be(&v->reply, (uint32_t)v->roll_day);
	return wire_send(v->fd, WIRE_VAULT_ROLL_IS, buf_span(&v->reply));
}

/* ---- serving ---- */

static const struct {
	enum wire_message ask;
	enum err (*serve)(struct vault *, struct reader *, struct why *);
} permit[] = {
	{WIRE_VAULT_ROLL, serve_roll},
	{WIRE_VAULT_LOOKUP, serve_lookup},
	{WIRE_VAULT_REGISTERS, vault_serve_round},
	{WIRE_VAULT_PREPARE, vault_serve_prepare},
	{WIRE_VAULT_SEAL, vault_serve_seal},
};

static enum err
serve_message(struct vault *v, enum wire_message m, struct span payload)
{
	struct reader r = read_from(payload);
	struct why why = {""};

	for (size_t i = 0; i < sizeof(permit) / sizeof(permit[0]); i++) {
		enum err e;

		if (permit[i].ask != m)
			continue;
		buf_clear(&v->reply);
		e = permit[i].serve(v, &r, &why);
		if (e == ERR_OK || e == ERR_PEER)
			return e;
		if (why.text[0] == '\0')
			(void)why_set(&why, e, "the vault: %s", err_text(e));
		return wire_refuse(v->fd, WIRE_VAULT_REFUSE, e, &why);
	}
	return err_origin(ERR_PEER);
}

static enum err
serve_all(struct vault *v)
{
	OWNED_BUF(payload, QUESTION_MAX);
	enum wire_message m;
	enum err e;

	while ((e = wire_receive(v->fd, &payload, &m)) == ERR_OK && m != 0) {
		e = serve_message(v, m, buf_span(&payload));
		if (e != ERR_OK)
			break;
	}
	return e;
}

static enum err
open_roll(struct vault *v, int dir, const char *name)
{
	OWNED_FD folder = -1;
	struct roll_info info;
	struct why why = {""};
	int64_t at = 0;
	enum err e = os_folder(dir, "roll", false, &folder);

	if (e == ERR_OK)
		e = proc_roll_open(
			folder, name, ROLL_CHECK_ALL, &v->roll, &at, &why);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK) {
		(void)fprintf(stderr, "weir: roll/%s: %s\n", name, why.text);
		return e;
	}
	v->roll_day = zone_day(&v->zone, at);
	roll_info(v->roll, &info);
	memcpy(v->roll_hash, info.hash, sizeof(v->roll_hash));
	return ERR_OK;
}

static enum err
open_all(struct vault *v, const struct proc_vault_where *where)
{
	OWNED_FD dir = -1;
	OWNED_BUF(vkey, 4096);
	enum err e = os_folder(AT_FDCWD, where->path, false, &dir);

	if (e == ERR_OK)
		e = proc_zone_read(dir, &v->zone);
	if (e == ERR_OK)
		e = os_read(dir, "ledger/ledger.vkey", &vkey);
	if (e == ERR_OK)
		e = ledger_vkey_parse(span_trim(buf_span(&vkey)), &v->vkey);
	return e == ERR_OK ? open_roll(v, dir, where->roll) : e;
}

enum err
proc_vault(int fd, void *context)
{
	static struct vault v;
	enum err e = crypto_init();

	v.fd = fd;
	buf_init(&v.reply, REPLY_MAX);
	buf_init(&v.round.bytes, QUESTION_MAX);
	person_init();
	if (e == ERR_OK)
		e = open_all(&v, context);
	if (e == ERR_OK)
		e = proc_sandbox_enter(SANDBOX_VAULT, NULL, 0);
	if (e == ERR_OK)
		e = serve_all(&v);
	vault_forget_waiting(&v);
	v.round.registers = register_set_free(v.round.registers);
	v.round.law = law_free(v.round.law);
	v.round.holds = hold_set_free(v.round.holds);
	mem_free(v.round.approval);
	v.round.approval = NULL;
	buf_fini(&v.round.bytes);
	buf_fini(&v.reply);
	v.rates = match_rates_free(v.rates);
	v.roll = roll_free(v.roll);
	return e;
}
