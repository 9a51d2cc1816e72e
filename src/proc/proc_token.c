/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_token.h"

#include <stdio.h>
#include <sys/prctl.h>

#include "base/read.h"
#include "crypto/crypto_pkcs11.h"
#include "os/file.h"
#include "proc/proc_peer.h"
#include "store/log.h"
#include "wire/wire.h"

enum { QUESTION_MAX = 1 << 21, KEYS = 2 };

static struct proc_peer token = {.fd = -1};
static struct why said;

/* ---- the process ---- */

struct opened {
	char uri[LEDGER_KEYFILE_URI];
	struct crypto_module_key *key;
};

/* Once for each key: the key and the next one. */
static enum err
find(struct opened *list, const char *uri, struct crypto_module_key **ret,
	struct why *why)
{
	for (size_t i = 0; i < KEYS; i++) {
		enum err e = ERR_OK;

		if (list[i].key == NULL) {
			e = crypto_module_open(uri, &list[i].key, why);
			(void)snprintf(
				list[i].uri, sizeof(list[i].uri), "%s", uri);
		} else if (strcmp(list[i].uri, uri) != 0)
			continue;
		*ret = list[i].key;
		return e;
	}
	return why_set(why, ERR_TOO_LARGE, "more keys than two");
}

static enum err
serve(struct opened *list, struct span question, uint8_t sig[CRYPTO_ED_SIG],
	struct why *why)
{
	struct reader r = read_from(question);
	struct span uri = read_sized(&r, LEDGER_KEYFILE_URI);
	struct span want = read_bytes(&r, CRYPTO_ED_PUBLIC);
	struct span text = r.left;
	struct crypto_module_key *key = NULL;
	uint8_t public[CRYPTO_ED_PUBLIC];
	char name[LEDGER_KEYFILE_URI];
	enum err e;

	if (!read_ok(&r) || !span_copy(uri, name, sizeof(name)))
		return err_origin(ERR_PEER);
	e = find(list, name, &key, why);
	if (e != ERR_OK)
		return e;
	crypto_module_public(key, public);
	if (!span_eq(want, span_of(public, sizeof(public))))
		return why_set(why, ERR_MISMATCH,
			"the token has another key by that name");
	return crypto_module_sign(key, text, sig, why);
}

static enum err
token_main(int fd, void *context)
{
	static struct opened list[KEYS];
	OWNED_BUF(question, QUESTION_MAX);
	enum wire_message m;
	enum err e = crypto_init();

	(void)context;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_origin(ERR_IO);
	while (e == ERR_OK && (e = wire_receive(fd, &question, &m)) == ERR_OK &&
		m != 0) {
		uint8_t sig[CRYPTO_ED_SIG] = {0};
		struct why why = {""};
		enum err no =
			m == WIRE_TOKEN_SIGN
				? serve(list, buf_span(&question), sig, &why)
				: err_origin(ERR_PEER);

		e = err_is_failure(no) ? no
		    : no == ERR_OK
			    ? wire_send(fd, WIRE_TOKEN_SIGNED,
				      span_of(sig, sizeof(sig)))
			    : wire_refuse(fd, WIRE_TOKEN_REFUSE, no, &why);
	}
	for (size_t i = 0; i < KEYS; i++)
		list[i].key = crypto_module_key_free(list[i].key);
	return e;
}

/* ---- who asks ---- */

static enum err
ask(const char *uri, const uint8_t public[CRYPTO_ED_PUBLIC], struct span text,
	uint8_t ret_sig[CRYPTO_ED_SIG], struct why *why)
{
	OWNED_BUF(question, QUESTION_MAX);
	OWNED_BUF(answer, 1 << 12);
	enum err e;

	if (token.fd < 0)
		return why_set(why, ERR_NOT_FOUND,
			"the key is in a module, and none was started");
	buf_sized(&question, span_text(uri));
	buf_bytes(&question, span_of(public, CRYPTO_ED_PUBLIC));
	buf_bytes(&question, text);
	e = buf_error(&question);
	if (e == ERR_OK)
		e = wire_send(token.fd, WIRE_TOKEN_SIGN, buf_span(&question));
	if (e == ERR_OK)
		e = wire_expect(token.fd, WIRE_TOKEN_SIGNED, WIRE_TOKEN_REFUSE,
			&answer, why);
	if (e == ERR_OK && answer.n != CRYPTO_ED_SIG)
		e = err_origin(ERR_PEER);
	if (e == ERR_OK)
		memcpy(ret_sig, answer.at, CRYPTO_ED_SIG);
	return e;
}

static enum err
sign(const char *uri, const uint8_t public[CRYPTO_ED_PUBLIC], struct span text,
	uint8_t ret_sig[CRYPTO_ED_SIG])
{
	said.text[0] = '\0';
	return ask(uri, public, text, ret_sig, &said);
}

enum err
proc_token_begin(const struct ledger_keyfile *keys, size_t n_keys)
{
	bool there = false;

	for (size_t i = 0; i < n_keys; i++)
		there = there || keys[i].uri[0] != '\0';
	if (!there || token.fd >= 0)
		return ERR_OK;
	store_log_set_signer(sign);
	return proc_start("weir-token", token_main, NULL, -1, &token);
}

void
proc_token_end(void)
{
	proc_drop(&token);
}

enum err
proc_token_check(const struct ledger_keyfile *key, struct why *reterr_why)
{
	uint8_t sig[CRYPTO_ED_SIG];

	/* What it signs here is nothing that anybody reads. */
	return key->uri[0] == '\0'
		       ? ERR_OK
		       : ask(key->uri, key->vkey.public,
				 SPAN("weir/is-there/v1\n"), sig, reterr_why);
}

/* One of the private folder; none is like one that is in no module. */
static enum err
read_key(int dir, const char *name, struct ledger_keyfile *ret_key)
{
	OWNED_BUF(text, LEDGER_KEYFILE_MAX);
	enum err e = os_read(dir, name, &text);

	*ret_key = (struct ledger_keyfile){.uri = ""};
	if (e == ERR_OK)
		e = ledger_keyfile_parse("ledger", buf_span(&text), ret_key);
	return err_is_failure(e) ? e : ERR_OK;
}

enum err
proc_token_begin_folder(int private_dir)
{
	struct ledger_keyfile keys[KEYS];
	enum err e = read_key(private_dir, "key", &keys[0]);

	if (e == ERR_OK)
		e = read_key(private_dir, "next", &keys[1]);
	for (size_t i = 0; e == ERR_OK && i < KEYS; i++)
		explicit_bzero(keys[i].seed, sizeof(keys[i].seed));
	return e == ERR_OK ? proc_token_begin(keys, KEYS) : e;
}

enum err
proc_token_check_folder(int private_dir, struct why *reterr_why)
{
	struct ledger_keyfile key;
	struct why why = {""};
	enum err e = read_key(private_dir, "key", &key);

	if (e == ERR_OK)
		e = proc_token_check(&key, &why);
	ledger_keyfile_wipe(&key);
	if (err_is_refusal(e))
		(void)why_set(reterr_why, e,
			"the ledger's key is in a module: %.300s", why.text);
	return e;
}

const char *
proc_token_said(void)
{
	return said.text;
}
