/* SPDX-License-Identifier: Apache-2.0 */
/* The receipt, signed; and requests that show a failure. */
#include <limits.h>
#include <stdio.h>

#include "crypto/crypto.h"
#include "proc/proc_instance.h"
#include "prove/main.h"
#include "prove/prove_request.h"

enum { SIGNATURE_MAX = 1 << 14 };

static enum err
sign(struct span text, const char *key, struct buf *to, struct why *why)
{
	struct instance_actor actor = {0};
	enum err e = crypto_init();

	if (e == ERR_OK)
		e = instance_actor_read(key, &actor, why);
	if (e == ERR_OK)
		e = instance_actor_cms(&actor, text, to, why);
	instance_actor_fini(&actor);
	return e;
}

enum cli_exit
main_write_receipt(
	const struct proof_receipt *receipt, const char *path, const char *key)
{
	OWNED_BUF(text, PROOF_BYTES_MAX);
	OWNED_BUF(signature, SIGNATURE_MAX);
	char beside[PATH_MAX];
	struct why why = {""};
	enum cli_exit status;
	enum err e;

	if (snprintf(beside, sizeof(beside), "%s.p7s", path) >=
		(int)sizeof(beside)) {
		cli_error("--receipt: the path is too long");
		return CLI_USAGE;
	}
	proof_write(receipt, &text);
	e = buf_error(&text);
	if (e == ERR_OK)
		e = sign(buf_span(&text), key, &signature, &why);
	if (e != ERR_OK)
		return cli_says(e, &why);
	status = cli_put(path, buf_span(&text));
	return status == CLI_DONE ? cli_put(beside, buf_span(&signature))
				  : status;
}

/* ---- requests ---- */

static void
keep_one(struct telling *t, const struct prove_result *r, unsigned k)
{
	struct prove_request q;
	char id[PROVE_REQUEST_ID];

	(void)snprintf(id, sizeof(id), "X-%u-%s", ++t->n_requests,
		prove_property_word(r->property));
	prove_request_make(t->law, &r->shown[k], t->today, id, &q);
	prove_request_write(&q, &t->lines);
	buf_printf(&t->notes, "  %s: %s%s%s\n", id,
		prove_property_word(r->property),
		r->about == NULL ? "" : " of ",
		r->about == NULL ? "" : r->about);
	prove_request_needs(&q, &t->notes);
}

void
main_keep_requests(struct telling *t, const struct prove_result *r)
{
	if (t->requests == NULL || r->answer != PROVE_FAILS)
		return;
	for (unsigned k = 0; k < r->n_shown; k++)
		keep_one(t, r, k);
}

enum cli_exit
main_write_requests(struct telling *t)
{
	enum cli_exit status;

	if (t->requests == NULL)
		return CLI_DONE;
	if (buf_error(&t->lines) != ERR_OK || buf_error(&t->notes) != ERR_OK)
		return cli_says(ERR_TOO_LARGE, NULL);
	status = cli_put(t->requests, buf_span(&t->lines));
	if (status == CLI_DONE && !t->json) {
		(void)fputs("\nWhat fails, as requests in ", stdout);
		cli_line(stdout, span_text(t->requests));
		(void)fputs("; each with what must be so besides:\n", stdout);
		cli_text(stdout, buf_span(&t->notes));
	}
	return status;
}
