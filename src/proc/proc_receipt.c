/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_receipt.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "os/file.h"

enum { SMALL = 1 << 16, CHECKPOINT_MAX = 1 << 14 };

enum err
proc_receipt_signer(struct instance *in, struct crypto_key **ret_key,
	struct crypto_cert **ret_cert)
{
	OWNED_BUF(key_pem, SMALL);
	OWNED_BUF(cert_pem, SMALL);
	enum err e = instance_must_answer(in->dir, &in->why);

	if (e != ERR_OK)
		return e;
	e = os_read(in->dir, "secret/signing.key", &key_pem);
	if (e == ERR_OK)
		e = os_read(in->dir, "secret/signing.crt", &cert_pem);
	if (e == ERR_OK)
		e = crypto_key_parse(buf_span(&key_pem), ret_key);
	if (e == ERR_OK)
		e = crypto_cert_parse(buf_span(&cert_pem), ret_cert);
	return e == ERR_OK ? ERR_OK
			   : instance_says(in, e, "%s/secret/signing.key: %s",
				     in->path, err_text(e));
}

static void
begin(const struct instance *in, const char *what, const uint8_t hash[32],
	struct buf *to)
{
	buf_printf(to, "{\"weir:receipt\":\"%s\",\"weir:ledger\":", what);
	buf_json(to, span_text(in->origin));
	buf_text(to, ",\"weir:sha256\":\"");
	code_hex(to, span_of(hash, CRYPTO_SHA256));
	buf_text(to, "\"");
}

/* Entry and checkpoint; then the file and its signature, the file last. */
static enum err
finish(struct instance *in, struct span taken, uint64_t entry, int folder,
	const char *name, struct buf *to)
{
	OWNED(crypto_key) key = NULL;
	OWNED(crypto_cert) cert = NULL;
	OWNED_BUF(checkpoint, CHECKPOINT_MAX);
	OWNED_BUF(signature, SMALL);
	char beside[64];
	enum err e = account_publish(in, &checkpoint);

	buf_text(to, ",\"weir:taken\":");
	buf_json(to, taken);
	buf_printf(
		to, ",\"weir:entry\":%" PRIu64 ",\"weir:checkpoint\":", entry);
	buf_json(to, buf_span(&checkpoint));
	buf_text(to, "}\n");
	if (e == ERR_OK)
		e = buf_error(to);
	if (e == ERR_OK)
		e = proc_receipt_signer(in, &key, &cert);
	if (e == ERR_OK)
		e = crypto_cms_sign(key, cert, buf_span(to), &signature);
	(void)snprintf(beside, sizeof(beside), "%s.p7s", name);
	if (e == ERR_OK)
		e = os_write(folder, beside, buf_span(&signature), 0600);
	return e == ERR_OK ? os_write(folder, name, buf_span(to), 0600) : e;
}

enum err
proc_receipt_batch(
	struct instance *in, const struct store_batch *batch, int folder)
{
	OWNED_BUF(json, PROC_RECEIPT_MAX);
	struct account_opened opened;
	enum err e;

	if (!instance_answers(in))
		return account_publish(in, NULL);
	e = account_open(in, batch->entry, &opened);
	if (e != ERR_OK)
		return e;
	begin(in, "batch", batch->manifest, &json);
	buf_text(&json, ",\"weir:agreementID\":");
	buf_json(&json, span_text(batch->agreement));
	buf_printf(&json,
		",\"weir:sequence\":%" PRIu64 ",\"weir:count\":%" PRIu64
		",\"weir:sha384\":\"",
		batch->sequence, batch->n_lines);
	code_hex(&json, span_of(batch->sha384, sizeof(batch->sha384)));
	buf_printf(&json, "\",\"weir:batch\":%" PRIu32, batch->n);
	e = finish(in, account_field(&opened, "at"), batch->entry, folder,
		"receipt.json", &json);
	account_opened_fini(&opened);
	return e;
}

enum err
proc_receipt_letter(struct instance *in, const struct proc_receipt_letter *of,
	struct buf *ret_json)
{
	char name[40];
	OWNED_FD folder = -1;
	enum err e = os_folder(in->dir, "batches/letters", true, &folder);

	if (e != ERR_OK)
		return e;
	(void)snprintf(name, sizeof(name), "%" PRIu64 ".json", of->entry);
	if (os_exists(folder, name)) /* taken before */
		return os_read(folder, name, ret_json);
	begin(in, "letter", of->hash, ret_json);
	buf_text(ret_json, ",\"weir:letter\":");
	buf_json(ret_json, span_text(letter_kind_text(of->kind)));
	buf_printf(ret_json, ",\"weir:requests\":%zu", of->n);
	return finish(in, of->taken, of->entry, folder, name, ret_json);
}

enum err
proc_receipt_read(struct instance *in, uint32_t batch, struct buf *to)
{
	OWNED_FD folder = -1;
	enum err e = instance_folder(in, "batches", batch, false, &folder);

	if (e == ERR_OK)
		e = os_read(folder, "receipt.json", to);
	return e == ERR_NOT_FOUND
		       ? instance_says(in, e,
				 "batch %" PRIu32 " has no receipt yet: "
				 "submit it again to go on",
				 batch)
		       : e;
}
