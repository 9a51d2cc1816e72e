/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SignedData with its content in it (RFC 5652), of any length, in memory that
 * does not grow with it: OpenSSL reads such a message whole.
 *
 *	ContentInfo SEQUENCE { signedData, [0] SEQUENCE {
 *	    version, digestAlgorithms SET,
 *	    SEQUENCE { data, [0] OCTET STRING, whole or in pieces },
 *	    certificates [0] OPTIONAL, signerInfos SET } }
 *
 * What is round the content is kept and put together again without it: the same
 * message, detached, which crypto_cms_sign.c then holds to its one shape.  BER's
 * indefinite lengths are taken where `openssl cms -sign -stream` writes them;
 * no signature covers how the content was cut, and nobody asks.
 */
#include "crypto/crypto.h"

#include "base/mem.h"
#include "crypto/crypto_der.h"
#include "crypto/crypto_int.h"

enum {
	BUFFER = 1 << 16,
	KEPT_MAX = 1 << 16, /* certificate and signer */
	SMALL_MAX = 256,
	DER_PIECES = 0x24, /* OCTET STRING, constructed */
	DER_SIGNED = 0xa0,
};

#define OID_SIGNED SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")
#define OID_DATA SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
#define OID_SHA2 SPAN("\x60\x86\x48\x01\x65\x03\x04\x02")

struct unwrap {
	const struct crypto_stream *stream;
	uint64_t most; /* bytes of content */
	uint8_t buffer[BUFFER];
	size_t at;
	size_t n;
	uint64_t used; /* bytes of the message */
	uint64_t content;
	bool bad;         /* sticky: not such a message */
	bool too_long;    /* sticky: more content than `most` */
	enum err error;   /* sticky: reading or writing failed */
	struct buf *copy; /* of what is read now; NULL: not wanted */
	EVP_MD_CTX *hash;
};

/* What is open: up to `end`, or until two zeros. */
struct element {
	uint8_t tag;
	bool indefinite;
	uint64_t end;
};

static bool
going(const struct unwrap *u)
{
	return !u->bad && !u->too_long && u->error == ERR_OK;
}

/* ---- bytes ---- */

static bool
fill(struct unwrap *u)
{
	if (u->at < u->n)
		return true;
	u->at = 0;
	u->n = 0;
	if (going(u))
		u->error = u->stream->read(
			u->stream->context, u->buffer, BUFFER, &u->n);
	must(u->n <= BUFFER);
	return u->n > 0;
}

static uint8_t
next(struct unwrap *u)
{
	uint8_t byte;

	if (!fill(u)) {
		u->bad = true;
		return 0;
	}
	byte = u->buffer[u->at++];
	u->used++;
	if (u->copy != NULL)
		buf_u8(u->copy, byte);
	return byte;
}

static uint64_t
take_length(struct unwrap *u, bool *ret_indefinite)
{
	uint8_t first = next(u);
	uint64_t length = 0;

	*ret_indefinite = first == 0x80;
	if (first <= 0x80)
		return first & 0x7fU;
	if (first > 0x87)
		u->bad = true;
	for (unsigned i = 0; going(u) && i < (first & 0x7fU); i++)
		length = length << 8 | next(u);
	return length;
}

/* Into an element of that tag, which must lie within `in` (NULL: the whole). */
static struct element
enter(struct unwrap *u, const struct element *in, uint8_t tag)
{
	struct element e = {.tag = next(u)};
	uint64_t length = take_length(u, &e.indefinite);

	e.end = u->used + length;
	if (e.indefinite)
		e.end = in == NULL ? UINT64_MAX : in->end;
	if (e.tag != tag || (e.indefinite && (tag & 0x20U) == 0) ||
		(in != NULL && e.end > in->end))
		u->bad = true;
	return e;
}

/* Nothing is left in it? */
static bool
is_over(struct unwrap *u, const struct element *e)
{
	if (!going(u))
		return true;
	if (!e->indefinite)
		return u->used >= e->end;
	return fill(u) && u->buffer[u->at] == 0;
}

static void
leave(struct unwrap *u, const struct element *e)
{
	if (e->indefinite && (next(u) != 0 || next(u) != 0))
		u->bad = true;
	if (!e->indefinite && u->used != e->end)
		u->bad = true;
}

/* The contents of a small element, as they are. */
static void
keep(struct unwrap *u, const struct element *in, uint8_t tag, struct buf *to)
{
	struct element e = enter(u, in, tag);

	if (e.indefinite || e.end - u->used > KEPT_MAX)
		u->bad = true;
	u->copy = to;
	while (going(u) && u->used < e.end)
		(void)next(u);
	u->copy = NULL;
	if (buf_error(to) != ERR_OK)
		u->bad = true;
}

static void
expect(struct unwrap *u, const struct element *in, struct span oid)
{
	OWNED_BUF(found, SMALL_MAX);

	keep(u, in, DER_OID, &found);
	if (!span_eq(buf_span(&found), oid))
		u->bad = true;
}

/* ---- the content ---- */

static void
pass(struct unwrap *u, uint64_t length)
{
	if (length > u->most - u->content)
		u->too_long = true;
	while (going(u) && length > 0) {
		size_t some;

		if (!fill(u)) {
			u->bad = true;
			return;
		}
		some = u->n - u->at < length ? u->n - u->at : (size_t)length;
		if (EVP_DigestUpdate(u->hash, u->buffer + u->at, some) != 1)
			u->error = crypto_failed();
		else
			u->error = u->stream->write(u->stream->context,
				span_of(u->buffer + u->at, some));
		u->at += some;
		u->used += some;
		u->content += some;
		length -= some;
	}
}

static void
pass_one(struct unwrap *u, const struct element *in)
{
	struct element e = enter(u, in, DER_OCTETS);

	if (going(u))
		pass(u, e.end - u->used);
}

/* In pieces where it was written so. */
static void
pass_content(struct unwrap *u, const struct element *in)
{
	struct element pieces;

	if (!fill(u) || u->buffer[u->at] != DER_PIECES) {
		pass_one(u, in);
		return;
	}
	pieces = enter(u, in, DER_PIECES);
	while (!is_over(u, &pieces))
		pass_one(u, &pieces);
	leave(u, &pieces);
}

/* The one hash that the message names for its content. */
static void
begin_hash(struct unwrap *u, struct span digests)
{
	struct reader set = read_from(digests);
	struct reader one = crypto_der_enter(&set, DER_SEQUENCE);
	struct span oid = crypto_der_take(&one, DER_OID);
	const EVP_MD *md = NULL;

	if (read_end(&set) && read_ok(&one) && oid.n == OID_SHA2.n + 1 &&
		span_starts(oid, OID_SHA2))
		md = oid.at[oid.n - 1] == 1   ? crypto_algorithms()->sha256
		     : oid.at[oid.n - 1] == 2 ? crypto_algorithms()->sha384
		     : oid.at[oid.n - 1] == 3 ? EVP_sha512()
					      : NULL;
	if (md == NULL)
		u->bad = true;
	else if (EVP_DigestInit_ex(u->hash, md, NULL) != 1)
		u->error = crypto_failed();
}

/* ---- the message ---- */

struct parts {
	struct buf version;
	struct buf digests;
	struct buf certs;
	bool has_certs;
	struct buf signers;
};

static void
read_content(struct unwrap *u, const struct element *in)
{
	struct element encap = enter(u, in, DER_SEQUENCE);
	struct element explicit;

	expect(u, &encap, OID_DATA);
	explicit = enter(u, &encap, DER_CONTEXT_0);
	if (going(u))
		pass_content(u, &explicit);
	leave(u, &explicit);
	leave(u, &encap);
}

static void
read_message(struct unwrap *u, struct parts *p)
{
	struct element info = enter(u, NULL, DER_SEQUENCE);
	struct element explicit;
	struct element body;

	expect(u, &info, OID_SIGNED);
	explicit = enter(u, &info, DER_SIGNED);
	body = enter(u, &explicit, DER_SEQUENCE);
	keep(u, &body, DER_INTEGER, &p->version);
	keep(u, &body, DER_SET, &p->digests);
	if (going(u))
		begin_hash(u, buf_span(&p->digests));
	if (going(u))
		read_content(u, &body);
	p->has_certs = going(u) && fill(u) && u->buffer[u->at] == DER_CONTEXT_0;
	if (p->has_certs)
		keep(u, &body, DER_CONTEXT_0, &p->certs);
	keep(u, &body, DER_SET, &p->signers);
	leave(u, &body);
	leave(u, &explicit);
	leave(u, &info);
	if (going(u) && fill(u))
		u->bad = true; /* something stands after it */
}

static void
put(struct buf *to, uint8_t tag, struct span contents)
{
	buf_u8(to, tag);
	if (contents.n < 0x80) {
		buf_u8(to, (uint8_t)contents.n);
	} else if (contents.n < 0x100) {
		buf_u8(to, 0x81);
		buf_u8(to, (uint8_t)contents.n);
	} else if (contents.n < 0x10000) {
		buf_u8(to, 0x82);
		buf_u16be(to, (uint16_t)contents.n);
	} else {
		buf_u8(to, 0x83);
		buf_u8(to, (uint8_t)(contents.n >> 16));
		buf_u16be(to, (uint16_t)contents.n);
	}
	buf_bytes(to, contents);
}

/* The same message without its content. */
static enum err
detach(const struct parts *p, struct buf *to)
{
	OWNED_BUF(type, SMALL_MAX);
	OWNED_BUF(body, 4 * KEPT_MAX);
	OWNED_BUF(inner, 4 * KEPT_MAX);
	OWNED_BUF(info, 4 * KEPT_MAX);

	put(&type, DER_OID, OID_DATA);
	put(&body, DER_INTEGER, buf_span(&p->version));
	put(&body, DER_SET, buf_span(&p->digests));
	put(&body, DER_SEQUENCE, buf_span(&type));
	if (p->has_certs)
		put(&body, DER_CONTEXT_0, buf_span(&p->certs));
	put(&body, DER_SET, buf_span(&p->signers));
	put(&inner, DER_SEQUENCE, buf_span(&body));
	put(&info, DER_OID, OID_SIGNED);
	put(&info, DER_SIGNED, buf_span(&inner));
	put(to, DER_SEQUENCE, buf_span(&info));
	if (buf_error(&body) != ERR_OK || buf_error(&inner) != ERR_OK ||
		buf_error(&info) != ERR_OK)
		return err_origin(ERR_NOMEM);
	return buf_error(to);
}

static enum err
says(const struct unwrap *u, struct why *why)
{
	if (u->error != ERR_OK)
		return u->error;
	if (u->too_long)
		return why_set(why, ERR_TOO_LARGE,
			"what is signed is longer than %llu bytes",
			(unsigned long long)u->most);
	if (u->bad)
		return why_set(why, ERR_MALFORMED,
			"not a CMS message with its content in it and one "
			"SHA-2 signer (`openssl cms -sign -nodetach -binary "
			"-outform DER` makes one)");
	return ERR_OK;
}

static enum err
verify(struct unwrap *u, const struct parts *p,
	const struct crypto_cert *const *allowed, size_t n_allowed, int64_t at,
	size_t *ret_signer, struct why *why)
{
	OWNED_BUF(detached, 4 * KEPT_MAX);
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	enum err e = detach(p, &detached);

	if (e != ERR_OK)
		return e;
	if (EVP_DigestFinal_ex(u->hash, digest, &n) != 1)
		return crypto_failed();
	return crypto_cms_verify_digest(buf_span(&detached), span_of(digest, n),
		allowed, n_allowed, at, ret_signer, why);
}

enum err
crypto_cms_unwrap(const struct crypto_stream *stream, uint64_t most,
	const struct crypto_cert *const *allowed, size_t n_allowed, int64_t at,
	size_t *ret_signer, struct why *reterr_why)
{
	struct unwrap *u = mem_zeroed(sizeof(*u));
	struct parts p = {.has_certs = false};
	AT_END(EVP_MD_CTX) hash = EVP_MD_CTX_new();
	enum err e;

	if (u == NULL || hash == NULL) {
		mem_free(u);
		return err_origin(ERR_NOMEM);
	}
	buf_init(&p.version, SMALL_MAX);
	buf_init(&p.digests, SMALL_MAX);
	buf_init(&p.certs, KEPT_MAX);
	buf_init(&p.signers, KEPT_MAX);
	u->stream = stream;
	u->most = most;
	u->hash = hash;
	read_message(u, &p);
	e = says(u, reterr_why);
	if (e == ERR_OK)
		e = verify(
			u, &p, allowed, n_allowed, at, ret_signer, reterr_why);
	buf_fini(&p.version);
	buf_fini(&p.digests);
	buf_fini(&p.certs);
	buf_fini(&p.signers);
	mem_free(u);
	return e == ERR_OK ? ERR_OK : crypto_refused(e);
}
