/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_token_person.h"

#include <stdio.h>
#include <sys/prctl.h>

#include "base/mem.h"
#include "crypto/crypto_pkcs11.h"
#include "crypto/crypto_uri.h"
#include "os/secret.h"
#include "proc/proc_peer.h"
#include "wire/wire.h"

enum { MESSAGE_MAX = 1 << 14, PROMPT = 128 };

/* ---- the process ---- */

static enum err
ask_pin(const char *token, char *to, size_t size, size_t *ret_n,
	struct why *why)
{
	char prompt[PROMPT];
	enum err e;

	(void)snprintf(
		prompt, sizeof(prompt), "PIN of the token '%.64s': ", token);
	e = os_secret(prompt, to, size, ret_n);
	if (e == ERR_NOT_FOUND)
		return why_set(why, e,
			"no PIN is named (pin-source=FILE in the key's URI), and "
			"there is no terminal to ask for it");
	return err_is_refusal(e)
		       ? why_set(why, ERR_NOT_ALLOWED, "no PIN was given")
		       : e;
}

static enum err
find(struct span uri, struct crypto_module_key **key, struct buf *cert,
	struct why *why)
{
	char name[CRYPTO_URI_MAX];

	if (*key != NULL || !span_copy(uri, name, sizeof(name)))
		return err_origin(ERR_PEER);
	return crypto_module_open_person(name, ask_pin, key, cert, why);
}

static enum err
answer(int fd, enum wire_message m, struct span question,
	struct crypto_module_key **key)
{
	OWNED_BUF(to, MESSAGE_MAX);
	struct why why = {""};
	enum err e;

	if (m == WIRE_TOKEN_PERSON)
		e = find(question, key, &to, &why);
	else if (m == WIRE_TOKEN_DIGEST && *key != NULL)
		e = crypto_module_sign_digest(*key, question, &to, &why);
	else
		e = err_origin(ERR_PEER);
	if (err_is_failure(e))
		return e;
	if (e != ERR_OK)
		return wire_refuse(fd, WIRE_TOKEN_REFUSE, e, &why);
	return wire_send(fd,
		m == WIRE_TOKEN_PERSON ? WIRE_TOKEN_PERSON_IS
				       : WIRE_TOKEN_DIGEST_IS,
		buf_span(&to));
}

static enum err
person_main(int fd, void *context)
{
	OWNED(crypto_module_key) key = NULL;
	OWNED_BUF(question, MESSAGE_MAX);
	enum wire_message m;
	enum err e = crypto_init();

	(void)context;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return err_origin(ERR_IO);
	while (e == ERR_OK && (e = wire_receive(fd, &question, &m)) == ERR_OK &&
		m != 0)
		e = answer(fd, m, buf_span(&question), &key);
	return e;
}

/* ---- who asks ---- */

static enum err
sign(void *context, struct span digest, struct buf *to, struct why *why)
{
	struct proc_peer *peer = context;
	OWNED_BUF(raw, MESSAGE_MAX);
	enum err e = wire_send(peer->fd, WIRE_TOKEN_DIGEST, digest);

	if (e == ERR_OK)
		e = wire_expect(peer->fd, WIRE_TOKEN_DIGEST_IS,
			WIRE_TOKEN_REFUSE, &raw, why);
	if (e != ERR_OK)
		return e;
	buf_bytes(to, buf_span(&raw));
	return buf_error(to);
}

static void
end(void *context)
{
	struct proc_peer *peer = context;

	proc_drop(peer);
	mem_free(peer);
}

static enum err
ask_cert(struct proc_peer *peer, const char *uri, struct crypto_cert **ret_cert,
	struct why *why)
{
	OWNED_BUF(der, MESSAGE_MAX);
	enum err e = wire_send(peer->fd, WIRE_TOKEN_PERSON, span_text(uri));

	if (e == ERR_OK)
		e = wire_expect(peer->fd, WIRE_TOKEN_PERSON_IS,
			WIRE_TOKEN_REFUSE, &der, why);
	if (e != ERR_OK)
		return e;
	e = crypto_cert_parse(buf_span(&der), ret_cert);
	return err_is_refusal(e)
		       ? why_set(why, e,
				 "the certificate in the token cannot be read")
		       : e;
}

enum err
proc_token_person(const char *uri, struct crypto_key **ret_key,
	struct crypto_cert **ret_cert, struct why *reterr_why)
{
	struct crypto_elsewhere how = {.sign = sign, .end = end};
	OWNED(crypto_cert) cert = NULL;
	struct proc_peer *peer;
	enum err e;

	if (strlen(uri) >= CRYPTO_URI_MAX)
		return why_set(
			reterr_why, ERR_TOO_LARGE, "the key's URI is too long");
	peer = mem_zeroed(sizeof(*peer));
	if (peer == NULL)
		return err_origin(ERR_NOMEM);
	how.context = peer;
	*peer = PROC_PEER_NONE;
	e = proc_start("weir-token", person_main, NULL, -1, peer);
	if (e == ERR_OK)
		e = ask_cert(peer, uri, &cert, reterr_why);
	if (e == ERR_OK)
		e = crypto_key_elsewhere(cert, &how, ret_key, reterr_why);
	if (e != ERR_OK) {
		end(peer);
		return e;
	}
	*ret_cert = crypto_cert_take(&cert);
	return ERR_OK;
}
