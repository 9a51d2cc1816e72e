/* SPDX-License-Identifier: Apache-2.0 */
/* The keeper's part in a change of keys, both sides. */
#include "base/read.h"
#include "ledger/keys.h"
#include "proc/proc_keeper.h"
#include "proc/proc_keeper_int.h"

enum { KEYS_ANSWER = 1 << 12, KEYS_QUESTION = 1 << 19 };

enum err
keeper_serve_next(struct keeper *k, struct reader *r, struct why *why)
{
	const struct ledger_vkey *now = store_log_vkey(k->log);
	bool make = read_u8(r) == 1;
	bool needed = read_u8(r) == 1;
	struct ledger_vkey next = *now;
	enum err e;

	if (!read_end(r))
		return ERR_MALFORMED;
	e = make || needed ? store_log_next(k->log, make, &next, why) : ERR_OK;
	if (e != ERR_OK)
		return e;
	ledger_vkey_text(now, &k->reply);
	buf_u8(&k->reply, '\n');
	ledger_vkey_text(&next, &k->reply);
	buf_u8(&k->reply, '\n');
	if (buf_error(&k->reply) != ERR_OK)
		return buf_error(&k->reply);
	return wire_send(k->fd, WIRE_KEEPER_NEXT_IS, buf_span(&k->reply));
}

enum err
keeper_serve_key(struct keeper *k, struct reader *r, struct why *why)
{
	bool rotate = read_u8(r) == 1;
	uint64_t index = read_u64be(r);
	struct span text = read_sized(r, LEDGER_KEYS_TEXT);
	struct span opening = read_sized(r, KEYS_QUESTION);
	enum err e;

	if (!read_end(r))
		return ERR_MALFORMED;
	e = rotate ? store_log_key_rotate(k->log, index, text, opening, why)
		   : store_log_key_commit(k->log, index, text, opening, why);
	return e == ERR_OK
		       ? wire_send(k->fd, WIRE_KEEPER_DONE, span_of(NULL, 0))
		       : e;
}

/* ---- the judge's side ---- */

static bool
read_vkey(struct reader *r, struct ledger_vkey *ret)
{
	struct span line = read_line(r);

	return read_ok(r) && ledger_vkey_parse(line, ret) == ERR_OK;
}

enum err
keeper_next(struct proc_peer *keeper, bool make, bool needed,
	struct keeper_next *ret_keys, struct why *reterr_why)
{
	OWNED_BUF(answer, KEYS_ANSWER);
	const uint8_t question[] = {make, needed};
	struct reader r;
	enum err e = keeper_ask(keeper, WIRE_KEEPER_NEXT,
		span_of(question, sizeof(question)), WIRE_KEEPER_NEXT_IS,
		&answer, reterr_why);

	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&answer));
	return read_vkey(&r, &ret_keys->now) && read_vkey(&r, &ret_keys->next)
		       ? ERR_OK
		       : err_origin(ERR_PEER);
}

enum err
keeper_key(struct proc_peer *keeper, bool rotate, uint64_t index,
	struct span text, struct span opening, struct why *reterr_why)
{
	OWNED_BUF(question, KEYS_QUESTION);
	OWNED_BUF(answer, KEYS_ANSWER);

	buf_u8(&question, rotate);
	buf_u64be(&question, index);
	buf_sized(&question, text);
	buf_sized(&question, opening);
	if (buf_error(&question) != ERR_OK)
		return buf_error(&question);
	return keeper_ask(keeper, WIRE_KEEPER_KEY, buf_span(&question),
		WIRE_KEEPER_DONE, &answer, reterr_why);
}
