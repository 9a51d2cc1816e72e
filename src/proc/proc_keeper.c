/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_keeper.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/code.h"
#include "base/num.h"
#include "base/read.h"
#include "crypto/crypto.h"
#include "ledger/map_root.h"
#include "os/file.h"
#include "proc/proc_keeper_int.h"
#include "proc/proc_sandbox.h"
#include "proc/proc_token.h"
#include "store/log.h"
#include "wire/wire.h"

enum { REPLY_MAX = 1 << 24 };

/* ---- heads ---- */

static bool
head_line(struct span line, struct keeper_a_head *ret)
{
	struct span name = span_cut(&line, ' ');
	struct span index = span_cut(&line, ' ');

	return name.n > 0 && span_copy(name, ret->name, sizeof(ret->name)) &&
	       num_parse(index, UINT64_MAX, &ret->index) &&
	       code_hex_parse(line, ret->hash, sizeof(ret->hash));
}

static enum err
heads_read(struct keeper *k)
{
	OWNED_BUF(file, 8192);
	struct reader r;
	enum err e = os_read(k->private_dir, "heads", &file);

	k->n_heads = 0;
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&file));
	while (r.left.n > 0) {
		struct span line = read_line(&r);

		if (!read_ok(&r) || k->n_heads == KEEPER_HEADS_MAX ||
			!head_line(line, &k->head[k->n_heads]))
			return ERR_DAMAGED;
		k->n_heads++;
	}
	return ERR_OK;
}

static void
heads_print(const struct keeper *k, struct buf *to)
{
	for (size_t i = 0; i < k->n_heads; i++) {
		buf_printf(to, "%s %" PRIu64 " ", k->head[i].name,
			k->head[i].index);
		code_hex(to, span_of(k->head[i].hash, 32));
		buf_text(to, "\n");
	}
}

static enum err
head_set(struct keeper *k, const struct keeper_a_head *head)
{
	OWNED_BUF(file, 8192);
	size_t i = 0;

	while (i < k->n_heads && strcmp(k->head[i].name, head->name) != 0)
		i++;
	if (i == KEEPER_HEADS_MAX)
		return ERR_TOO_LARGE;
	if (i < k->n_heads && k->head[i].index > head->index)
		return ERR_OK;
	k->head[i] = *head;
	k->n_heads += i == k->n_heads;
	heads_print(k, &file);
	if (buf_error(&file) != ERR_OK)
		return buf_error(&file);
	return os_write(k->private_dir, "heads", buf_span(&file), 0600);
}

enum err
keeper_heads_find(struct span text, struct span name, uint64_t *ret_index,
	uint8_t ret_hash[32])
{
	struct reader r = read_from(text);

	(void)read_line(&r);
	(void)read_line(&r);
	(void)read_line(&r);
	while (read_ok(&r) && r.left.n > 0) {
		struct keeper_a_head head;
		struct span line = read_line(&r);

		if (!read_ok(&r) || !head_line(line, &head))
			return ERR_MALFORMED;
		if (!span_eq(span_text(head.name), name))
			continue;
		*ret_index = head.index;
		memcpy(ret_hash, head.hash, 32);
		return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

/* ---- what a judge may ask; each answers or says why not ---- */

static enum err
serve_open(struct keeper *k, struct reader *r, struct why *why)
{
	enum err e = ERR_OK;

	if (!read_end(r))
		return ERR_MALFORMED;
	if (k->log == NULL)
		e = proc_token_check_folder(k->private_dir, why);
	if (e == ERR_OK && k->log == NULL)
		e = store_log_open(k->public_dir, k->private_dir, &k->log, why);
	if (e == ERR_OK)
		e = heads_read(k);
	if (e != ERR_OK)
		return e;
	buf_u64be(&k->reply, store_log_size(k->log));
	buf_u64be(&k->reply, store_log_published(k->log));
	return wire_send(k->fd, WIRE_KEEPER_STATE_IS, buf_span(&k->reply));
}

static enum err
serve_append(struct keeper *k, struct reader *r, struct why *why)
{
	static struct ledger_entry entries[STORE_LOG_GROUP];
	uint64_t first = read_u64be(r);
	size_t n = r->left.n / LEDGER_ENTRY;
	enum err e = ERR_OK;

	if (!read_ok(r) || n == 0 || n > STORE_LOG_GROUP ||
		r->left.n != n * LEDGER_ENTRY)
		return ERR_MALFORMED;
	if (first != store_log_size(k->log))
		return why_set(why, ERR_MISMATCH,
			"the ledger has %" PRIu64 " entries, not %" PRIu64,
			store_log_size(k->log), first);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		e = ledger_entry_parse(
			read_bytes(r, LEDGER_ENTRY), &entries[i]);
		if (e == ERR_OK && entries[i].index != first + i)
			e = ERR_MALFORMED;
	}
	if (e == ERR_OK)
		e = store_log_append(k->log, entries, n);
	if (e != ERR_OK)
		return e;
	buf_u64be(&k->reply, store_log_size(k->log));
	return wire_send(k->fd, WIRE_KEEPER_APPEND_IS, buf_span(&k->reply));
}

static enum err
serve_publish(struct keeper *k, struct reader *r, struct why *why)
{
	enum err e = read_end(r) ? store_log_publish(k->log) : ERR_MALFORMED;

	(void)why;
	if (e != ERR_OK)
		return e;
	return wire_send(
		k->fd, WIRE_KEEPER_CHECKPOINT_IS, store_log_checkpoint(k->log));
}

static enum err
serve_prove(struct keeper *k, struct reader *r, struct why *why)
{
	size_t n = r->left.n / 8;

	if (n > KEEPER_PROOFS || r->left.n != n * 8)
		return ERR_MALFORMED;
	for (size_t i = 0; i < n; i++) {
		OWNED_BUF(proof, 1 << 16);
		uint64_t index = read_u64be(r);
		enum err e = store_log_prove(k->log, index, &proof);

		if (e != ERR_OK)
			return why_set(why, e,
				"entry %" PRIu64 " has no proof yet", index);
		buf_sized(&k->reply, buf_span(&proof));
	}
	if (buf_error(&k->reply) != ERR_OK)
		return buf_error(&k->reply);
	return wire_send(k->fd, WIRE_KEEPER_PROOFS_ARE, buf_span(&k->reply));
}

/* Field `name` of an opened entry; the empty span where it is not given. */
static struct span
opened(const struct ledger_field *fields, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return fields[i].value;
	return span_of(NULL, 0);
}

static enum err
serve_head(struct keeper *k, struct reader *r, struct why *why)
{
	struct ledger_field fields[LEDGER_FIELDS];
	struct ledger_entry entry;
	struct ledger_head what;
	struct keeper_a_head head = {.index = read_u64be(r)};
	bool known = ledger_head_decode(r, &what);
	struct span key = read_bytes(r, LEDGER_KEY);
	size_t n = 0;
	enum err e;

	for (const char *name; known && n < what.n_fields &&
			       (name = ledger_field_name(what.type, n)) != NULL;
		n++)
		fields[n] = (struct ledger_field){
			name, read_sized(r, LEDGER_OPENING_MAX)};
	if (!known || !read_end(r))
		return ERR_MALFORMED;
	e = store_log_entry(k->log, head.index, &entry);
	if (e == ERR_OK && what.type != LEDGER_REGISTER)
		e = ERR_MISMATCH;
	if (e == ERR_OK)
		e = ledger_commits(&entry, &what, key.at, fields, n);
	if (e == ERR_MISMATCH)
		return why_set(why, e,
			"entry %" PRIu64 " does not say this of a register",
			head.index);
	if (e != ERR_OK)
		return e;
	if (!span_copy(opened(fields, n, "register"), head.name,
		    sizeof(head.name)) ||
		opened(fields, n, "head").n != 32)
		return ERR_MALFORMED;
	memcpy(head.hash, opened(fields, n, "head").at, 32);
	e = head_set(k, &head);
	return e == ERR_OK
		       ? wire_send(k->fd, WIRE_KEEPER_DONE, span_of(NULL, 0))
		       : e;
}

static enum err
serve_heads(struct keeper *k, struct reader *r, struct why *why)
{
	const struct ledger_vkey *vkey = store_log_vkey(k->log);
	OWNED_BUF(text, 8192);
	enum err e = read_end(r) ? ERR_OK : ERR_MALFORMED;

	(void)why;
	buf_printf(&text, "weir heads/v1\n%s\nsize %" PRIu64 "\n", vkey->name,
		store_log_size(k->log));
	heads_print(k, &text);
	if (e == ERR_OK)
		e = buf_error(&text);
	if (e == ERR_OK)
		e = store_log_sign(k->log, buf_span(&text), &k->reply);
	return e == ERR_OK ? wire_send(k->fd, WIRE_KEEPER_HEADS_ARE,
				     buf_span(&k->reply))
			   : e;
}

/* map/SIZE in the public folder; a root may be put again. */
static enum err
put_map(const struct keeper *k, uint64_t size, struct span file)
{
	OWNED_FD dir = -1;
	char name[24];
	enum err e = os_folder(k->public_dir, "map", true, &dir);

	if (e == ERR_OK && fchmod(dir, 0755) != 0)
		e = err_origin(ERR_IO);
	(void)snprintf(name, sizeof(name), "%" PRIu64, size);
	return e == ERR_OK ? os_write(dir, name, file, 0644) : e;
}

static enum err
serve_map(struct keeper *k, struct reader *r, struct why *why)
{
	struct span file = read_bytes(r, r->left.n);
	struct ledger_map_root root;
	struct ledger_entry entry;
	enum err e = ledger_map_root_parse(file, &root);

	if (e == ERR_OK)
		e = store_log_entry(k->log, root.index, &entry);
	if (e == ERR_OK)
		e = ledger_map_root_check(&root, &entry);
	if (e == ERR_MISMATCH)
		return why_set(why, e,
			"entry %" PRIu64 " does not say this of a map",
			root.index);
	if (e == ERR_OK)
		e = put_map(k, root.size, file);
	return e == ERR_OK
		       ? wire_send(k->fd, WIRE_KEEPER_DONE, span_of(NULL, 0))
		       : e;
}

static enum err
settle(struct keeper *k)
{
	return k->log == NULL ? ERR_OK : store_log_settle(k->log);
}

static enum err
serve_close(struct keeper *k, struct reader *r, struct why *why)
{
	enum err e = read_end(r) ? settle(k) : ERR_MALFORMED;

	(void)why;
	if (e != ERR_OK)
		return e;
	k->log = store_log_free(k->log);
	return wire_send(k->fd, WIRE_KEEPER_DONE, span_of(NULL, 0));
}

/* The list of what may be asked is this table; the rest ends the keeper. */
static const struct {
	enum wire_message ask;
	bool needs_log;
	enum err (*serve)(struct keeper *, struct reader *, struct why *);
} permit[] = {
	{WIRE_KEEPER_OPEN, false, serve_open},
	{WIRE_KEEPER_APPEND, true, serve_append},
	{WIRE_KEEPER_PUBLISH, true, serve_publish},
	{WIRE_KEEPER_PROVE, true, serve_prove},
	{WIRE_KEEPER_HEAD, true, serve_head},
	{WIRE_KEEPER_HEADS, true, serve_heads},
	{WIRE_KEEPER_MAP, true, serve_map},
	{WIRE_KEEPER_POLICY, true, keeper_serve_policy},
	{WIRE_KEEPER_COSIGN, true, keeper_serve_cosign},
	{WIRE_KEEPER_STAMP, true, keeper_serve_stamp},
	{WIRE_KEEPER_NEXT, true, keeper_serve_next},
	{WIRE_KEEPER_KEY, true, keeper_serve_key},
	{WIRE_KEEPER_CLOSE, false, serve_close},
};

static enum err
serve_one(struct keeper *k, enum wire_message m, struct span payload)
{
	struct reader r = read_from(payload);
	struct why why = {""};

	for (size_t i = 0; i < sizeof(permit) / sizeof(permit[0]); i++) {
		enum err e;

		if (permit[i].ask != m)
			continue;
		if (permit[i].needs_log && k->log == NULL)
			return err_origin(ERR_PEER);
		buf_clear(&k->reply);
		e = permit[i].serve(k, &r, &why);
		if (e == ERR_OK || e == ERR_PEER)
			return e;
		if (why.text[0] == '\0')
			(void)why_set(&why, e, "the ledger: %s",
				proc_token_said()[0] != '\0' ? proc_token_said()
							     : err_text(e));
		/* A log that failed to write must not be used again. */
		if (wire_refuse(k->fd, WIRE_KEEPER_REFUSE, e, &why) != ERR_OK)
			return err_origin(ERR_PEER);
		return err_is_failure(e) ? e : ERR_OK;
	}
	return err_origin(ERR_PEER);
}

static enum err
serve_all(struct keeper *k)
{
	OWNED_BUF(payload, (1 << 22) + 64);
	enum wire_message m;
	enum err e;

	while ((e = wire_receive(k->fd, &payload, &m)) == ERR_OK && m != 0) {
		e = serve_one(k, m, buf_span(&payload));
		if (e != ERR_OK)
			break;
	}
	return e;
}

/* Opens the two folders below DIR. */
static enum err
open_folders(const char *path, struct keeper *k)
{
	OWNED_FD dir = -1;
	enum err e = os_folder(AT_FDCWD, path, false, &dir);

	if (e == ERR_OK)
		e = os_folder(dir, "ledger", false, &k->public_dir);
	if (e == ERR_OK)
		e = os_folder(dir, "keeper", false, &k->private_dir);
	return e;
}

enum err
proc_keeper(int fd, void *context)
{
	struct keeper k = {.fd = fd, .public_dir = -1, .private_dir = -1};
	enum err e = crypto_init();

	buf_init(&k.reply, REPLY_MAX);
	if (e == ERR_OK)
		e = open_folders(context, &k);
	if (e == ERR_OK)
		e = proc_token_begin_folder(k.private_dir);
	if (e == ERR_OK)
		e = proc_sandbox_enter(SANDBOX_KEEPER,
			(int[]){k.public_dir, k.private_dir}, 2);
	if (e == ERR_OK)
		e = serve_all(&k);
	if (e == ERR_OK)
		e = settle(&k);
	k.log = store_log_free(k.log);
	k.policy = ledger_policy_free(k.policy);
	os_close(&k.public_dir);
	os_close(&k.private_dir);
	buf_fini(&k.reply);
	return e; /* the token ends with us: nobody waits in here */
}

/* ---- the judge's side ---- */

enum err
keeper_ask(struct proc_peer *keeper, enum wire_message what,
	struct span payload, enum wire_message want, struct buf *answer,
	struct why *reterr_why)
{
	enum err e = wire_send(keeper->fd, what, payload);

	if (e != ERR_OK)
		return e;
	return wire_expect(
		keeper->fd, want, WIRE_KEEPER_REFUSE, answer, reterr_why);
}

enum err
keeper_open(struct proc_peer *keeper, struct keeper_state *ret_state,
	struct why *reterr_why)
{
	OWNED_BUF(answer, 1 << 12);
	struct reader r;
	enum err e = keeper_ask(keeper, WIRE_KEEPER_OPEN, span_of(NULL, 0),
		WIRE_KEEPER_STATE_IS, &answer, reterr_why);

	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&answer));
	ret_state->size = read_u64be(&r);
	ret_state->published = read_u64be(&r);
	return read_end(&r) ? ERR_OK : err_origin(ERR_PEER);
}

enum err
keeper_close(struct proc_peer *keeper)
{
	OWNED_BUF(answer, 1 << 12);

	return keeper_ask(keeper, WIRE_KEEPER_CLOSE, span_of(NULL, 0),
		WIRE_KEEPER_DONE, &answer, NULL);
}

enum err
keeper_append_ask(struct proc_peer *keeper, uint64_t first, struct span entries)
{
	OWNED_BUF(question, (1 << 22) + 64);

	buf_u64be(&question, first);
	buf_bytes(&question, entries);
	if (buf_error(&question) != ERR_OK)
		return buf_error(&question);
	return wire_send(keeper->fd, WIRE_KEEPER_APPEND, buf_span(&question));
}

enum err
keeper_append_hear(struct proc_peer *keeper, struct why *reterr_why)
{
	OWNED_BUF(answer, 1 << 12);

	return wire_expect(keeper->fd, WIRE_KEEPER_APPEND_IS,
		WIRE_KEEPER_REFUSE, &answer, reterr_why);
}

enum err
keeper_append(struct proc_peer *keeper, uint64_t first, struct span entries,
	struct why *reterr_why)
{
	enum err e = keeper_append_ask(keeper, first, entries);

	return e == ERR_OK ? keeper_append_hear(keeper, reterr_why) : e;
}

enum err
keeper_publish(struct proc_peer *keeper, struct buf *ret_checkpoint,
	struct why *reterr_why)
{
	OWNED_BUF(answer, 1 << 16);
	enum err e = keeper_ask(keeper, WIRE_KEEPER_PUBLISH, span_of(NULL, 0),
		WIRE_KEEPER_CHECKPOINT_IS, &answer, reterr_why);

	if (e != ERR_OK || ret_checkpoint == NULL)
		return e;
	buf_bytes(ret_checkpoint, buf_span(&answer));
	return buf_error(ret_checkpoint);
}

enum err
keeper_prove(struct proc_peer *keeper, const uint64_t *index, size_t n,
	struct buf *to, struct why *reterr_why)
{
	OWNED_BUF(question, 1 << 14);
	OWNED_BUF(answer, 1 << 24);
	enum err e;

	must(n > 0 && n <= KEEPER_PROOFS);
	for (size_t i = 0; i < n; i++)
		buf_u64be(&question, index[i]);
	if (buf_error(&question) != ERR_OK)
		return buf_error(&question);
	e = keeper_ask(keeper, WIRE_KEEPER_PROVE, buf_span(&question),
		WIRE_KEEPER_PROOFS_ARE, &answer, reterr_why);
	if (e != ERR_OK)
		return e;
	buf_bytes(to, buf_span(&answer));
	return buf_error(to);
}

enum err
keeper_head(struct proc_peer *keeper, uint64_t index,
	const struct ledger_head *head, const uint8_t key[LEDGER_KEY],
	const struct ledger_field *fields, size_t n_fields,
	struct why *reterr_why)
{
	OWNED_BUF(question, 1 << 17);
	OWNED_BUF(answer, 1 << 12);

	buf_u64be(&question, index);
	if (head->type != LEDGER_REGISTER)
		return ERR_MISMATCH;
	ledger_head_encode(head, &question);
	buf_bytes(&question, span_of(key, LEDGER_KEY));
	for (size_t i = 0; i < head->n_fields; i++)
		buf_sized(&question,
			opened(fields, n_fields,
				ledger_field_name(LEDGER_REGISTER, i)));
	if (buf_error(&question) != ERR_OK)
		return buf_error(&question);
	return keeper_ask(keeper, WIRE_KEEPER_HEAD, buf_span(&question),
		WIRE_KEEPER_DONE, &answer, reterr_why);
}

enum err
keeper_heads(struct proc_peer *keeper, struct buf *to, struct why *reterr_why)
{
	OWNED_BUF(answer, 1 << 14);
	enum err e = keeper_ask(keeper, WIRE_KEEPER_HEADS, span_of(NULL, 0),
		WIRE_KEEPER_HEADS_ARE, &answer, reterr_why);

	if (e != ERR_OK)
		return e;
	buf_bytes(to, buf_span(&answer));
	return buf_error(to);
}

enum err
keeper_map(struct proc_peer *keeper, struct span file, struct why *reterr_why)
{
	OWNED_BUF(answer, 1 << 12);

	return keeper_ask(keeper, WIRE_KEEPER_MAP, file, WIRE_KEEPER_DONE,
		&answer, reterr_why);
}

enum err
keeper_policy(
	struct proc_peer *keeper, struct span record, struct why *reterr_why)
{
	OWNED_BUF(answer, 1 << 12);

	return keeper_ask(keeper, WIRE_KEEPER_POLICY, record, WIRE_KEEPER_DONE,
		&answer, reterr_why);
}

enum err
keeper_cosign(struct proc_peer *keeper, struct span lines,
	struct keeper_cosigned *ret_cosigned, struct buf *ret_checkpoint,
	struct why *reterr_why)
{
	OWNED_BUF(answer, 1 << 16);
	struct reader r;
	enum err e = keeper_ask(keeper, WIRE_KEEPER_COSIGN, lines,
		WIRE_KEEPER_COSIGNED_IS, &answer, reterr_why);

	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&answer));
	ret_cosigned->witnesses = read_u64be(&r);
	ret_cosigned->quorum = read_u8(&r) == 1;
	if (!read_ok(&r))
		return err_origin(ERR_PEER);
	if (ret_checkpoint == NULL)
		return ERR_OK;
	buf_bytes(ret_checkpoint, r.left);
	return buf_error(ret_checkpoint);
}

enum err
keeper_stamp(struct proc_peer *keeper, struct span checkpoint,
	struct span reply, struct why *reterr_why)
{
	OWNED_BUF(question, 1 << 18);
	OWNED_BUF(answer, 1 << 12);

	buf_sized(&question, checkpoint);
	buf_sized(&question, reply);
	if (buf_error(&question) != ERR_OK)
		return buf_error(&question);
	return keeper_ask(keeper, WIRE_KEEPER_STAMP, buf_span(&question),
		WIRE_KEEPER_DONE, &answer, reterr_why);
}
