/* SPDX-License-Identifier: Apache-2.0 */
/* What stands in the place of a sealed record that was destroyed. */
#include "base/read.h"
#include "proc/proc_account.h"
#include "proc/proc_subject.h"

enum {
	VERSION = 1,
	PLAIN = 1 + 1 + 8 + 8 + CRYPTO_SHA256 + ACCOUNT_SUBJECT,
	SEALED = CRYPTO_NONCE + PLAIN + CRYPTO_TAG,
};

_Static_assert((int)ACCOUNT_SUBJECT == (int)PROC_SUBJECT_BYTES, "one length");

/* Never what a record is sealed with: that is the entry alone. */
static void
bound_to(struct span entry, struct buf *to)
{
	buf_text(to, "weir/erased/v1\n");
	buf_bytes(to, entry);
}

static bool
decode(struct span plain, struct account_erased *ret)
{
	struct reader r = read_from(plain);
	unsigned version = read_u8(&r);
	struct span row;
	struct span subject;

	*ret = (struct account_erased){.kind = (enum ledger_type)read_u8(&r)};
	ret->act = read_u64be(&r);
	ret->at = (int64_t)read_u64be(&r);
	row = read_bytes(&r, sizeof(ret->row));
	subject = read_bytes(&r, sizeof(ret->subject));
	if (!read_end(&r) || version != VERSION)
		return false;
	memcpy(ret->row, row.at, row.n);
	memcpy(ret->subject, subject.at, subject.n);
	return true;
}

bool
account_erased_read(const struct instance *in, struct span entry,
	struct span sealed, struct account_erased *ret_erased)
{
	OWNED_BUF(bound, 2 * LEDGER_ENTRY);
	OWNED_BUF(plain, SEALED);

	if (sealed.n != SEALED)
		return false;
	bound_to(entry, &bound);
	return buf_error(&bound) == ERR_OK &&
	       crypto_unseal(in->evidence_key, sealed.at, buf_span(&bound),
		       span_of(sealed.at + CRYPTO_NONCE,
			       sealed.n - CRYPTO_NONCE),
		       &plain) == ERR_OK &&
	       decode(buf_span(&plain), ret_erased);
}

enum err
account_erased(
	struct instance *in, uint64_t index, struct account_erased *ret_erased)
{
	OWNED_BUF(entry, LEDGER_ENTRY);
	OWNED_BUF(sealed, ACCOUNT_SEALED_MAX);
	enum err e = store_journal_get(in->store, index, &entry, &sealed);

	if (e != ERR_OK)
		return e;
	return account_erased_read(
		       in, buf_span(&entry), buf_span(&sealed), ret_erased)
		       ? ERR_OK
		       : ERR_NOT_FOUND;
}

static enum err
seal(const struct instance *in, struct span entry,
	const struct account_erased *erased, struct buf *to)
{
	OWNED_BUF(bound, 2 * LEDGER_ENTRY);
	OWNED_BUF(plain, PLAIN);
	uint8_t nonce[CRYPTO_NONCE];
	enum err e = crypto_random(nonce, sizeof(nonce));

	bound_to(entry, &bound);
	buf_u8(&plain, VERSION);
	buf_u8(&plain, (uint8_t)erased->kind);
	buf_u64be(&plain, erased->act);
	buf_u64be(&plain, (uint64_t)erased->at);
	buf_bytes(&plain, span_of(erased->row, sizeof(erased->row)));
	buf_bytes(&plain, span_of(erased->subject, sizeof(erased->subject)));
	buf_bytes(to, span_of(nonce, sizeof(nonce)));
	if (e == ERR_OK)
		e = buf_error(&bound);
	if (e == ERR_OK)
		e = buf_error(&plain);
	return e == ERR_OK ? crypto_seal(in->evidence_key, nonce,
				     buf_span(&bound), buf_span(&plain), to)
			   : e;
}

/* What is kept of a record: which kind, and which tag. */
static enum err
keep(struct instance *in, uint64_t index, struct account_erased *e)
{
	struct account_opened opened;
	enum err error = account_open(in, index, &opened);

	if (error != ERR_OK)
		return error;
	e->kind = opened.head.type;
	if (opened.head.type == LEDGER_DELIVER &&
		opened.private.n == sizeof(e->subject))
		memcpy(e->subject, opened.private.at, opened.private.n);
	account_opened_fini(&opened);
	return ERR_OK;
}

enum err
account_shred(struct instance *in, uint64_t index,
	const struct account_erased *erased)
{
	struct account_erased all = *erased;
	OWNED_BUF(entry, LEDGER_ENTRY);
	OWNED_BUF(sealed, SEALED);
	enum err e = keep(in, index, &all);

	if (e == ERR_ERASED)
		return ERR_OK;
	if (e == ERR_OK)
		e = store_journal_get(in->store, index, &entry, NULL);
	if (e == ERR_OK)
		e = seal(in, buf_span(&entry), &all, &sealed);
	return e == ERR_OK ? store_journal_shred(
				     in->store, index, buf_span(&sealed))
			   : e;
}
