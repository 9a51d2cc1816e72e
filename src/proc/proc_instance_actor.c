/* SPDX-License-Identifier: Apache-2.0 */
/* Who does what a verb does: a certificate and its key, in files or a module. */
#include <fcntl.h>
#include <stdio.h>

#include "crypto/crypto_uri.h"
#include "os/file.h"
#include "proc/proc_instance.h"
#include "proc/proc_token_person.h"

enum { SMALL_FILE = 1 << 16 };

/* FILE.key, and FILE.crt beside it. */
static enum err
read_files(const char *path, struct instance_actor *a, struct why *why)
{
	OWNED_BUF(key, SMALL_FILE);
	OWNED_BUF(cert, SMALL_FILE);
	char cert_path[INSTANCE_FILE_MAX];
	size_t n = strlen(path);
	enum err e;

	if (n < 4 || n + 1 > sizeof(cert_path) ||
		strcmp(path + n - 4, ".key") != 0)
		return why_set(why, ERR_MALFORMED,
			"%s: a key file ends in .key, its certificate in .crt; a "
			"key in a module is named by its URI, pkcs11:...",
			path);
	(void)snprintf(
		cert_path, sizeof(cert_path), "%.*s.crt", (int)n - 4, path);
	e = os_read(AT_FDCWD, path, &key);
	if (e != ERR_OK)
		return why_set(why, e, "%s: %s", path, err_text(e));
	e = os_read(AT_FDCWD, cert_path, &cert);
	if (e != ERR_OK)
		return why_set(why, e, "%s: %s", cert_path, err_text(e));
	e = crypto_key_parse(buf_span(&key), &a->key);
	if (e == ERR_OK)
		e = crypto_cert_parse(buf_span(&cert), &a->cert);
	if (e == ERR_OK && !crypto_cert_fits_key(a->cert, a->key))
		e = ERR_MISMATCH;
	return e == ERR_OK
		       ? ERR_OK
		       : why_set(why, e, "%s: the key and its certificate: %s",
				 path, err_text(e));
}

enum err
instance_actor_read(const char *path, struct instance_actor *ret_actor,
	struct why *reterr_why)
{
	struct instance_actor a = {0};
	enum err e = crypto_uri_is(path) ? proc_token_person(path, &a.key,
						   &a.cert, reterr_why)
					 : read_files(path, &a, reterr_why);

	if (e != ERR_OK) {
		instance_actor_fini(&a);
		return e;
	}
	crypto_cert_fingerprint(a.cert, a.print);
	crypto_cert_name(a.cert, a.name, sizeof(a.name));
	*ret_actor = a;
	return ERR_OK;
}

enum err
instance_actor_cms(const struct instance_actor *actor, struct span document,
	struct buf *to, struct why *reterr_why)
{
	enum err e = crypto_cms_sign(actor->key, actor->cert, document, to);
	const char *said = crypto_key_said(actor->key);

	return err_is_refusal(e) && said[0] != '\0'
		       ? why_set(reterr_why, e, "%s", said)
		       : e;
}

void
instance_actor_fini(struct instance_actor *actor)
{
	actor->cert = crypto_cert_free(actor->cert);
	actor->key = crypto_key_free(actor->key);
}
