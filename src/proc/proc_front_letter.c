/* SPDX-License-Identifier: Apache-2.0 */
/* Letters and their signatures, parsed where nothing is held. */
#include "proc/proc_front_int.h"
#include "wire/wire.h"

enum {
	CERTS_MAX = 256,
	CERT_MAX = 1 << 16,
	DOCUMENT_MAX = LETTER_BYTES_MAX + 1,
	SIGNATURE_MAX = 1 << 20,
	QUESTION_MAX = 1 << 23,
};

/* ---- in the front ---- */

enum err
front_serve_letter(int fd, struct reader *r, struct why *why)
{
	static struct letter letter;
	struct span document = read_sized(r, DOCUMENT_MAX);
	struct arena arena;
	OWNED_BUF(answer, LETTER_ARENA);
	enum err e = read_end(r) ? arena_init(&arena, LETTER_ARENA)
				 : err_origin(ERR_PEER);

	if (e != ERR_OK)
		return e;
	e = letter_parse(document, &arena, &letter, why);
	if (e == ERR_OK) {
		letter_encode(&letter, &answer);
		e = buf_error(&answer);
	}
	if (e == ERR_OK)
		e = wire_send(fd, WIRE_FRONT_LETTER_IS, buf_span(&answer));
	arena_fini(&arena);
	return e;
}

enum err
front_serve_signed(int fd, struct reader *r, struct why *why)
{
	static struct crypto_cert *certs[CERTS_MAX];
	struct span document = read_sized(r, DOCUMENT_MAX);
	struct span signature = read_sized(r, SIGNATURE_MAX);
	int64_t at = (int64_t)read_u64be(r);
	size_t n = read_u32be(r);
	size_t made = 0;
	size_t signer = 0;
	OWNED_BUF(answer, 64);
	enum err e = n <= CERTS_MAX ? ERR_OK : err_origin(ERR_PEER);

	while (e == ERR_OK && made < n) {
		e = crypto_cert_parse(read_sized(r, CERT_MAX), &certs[made]);
		made += e == ERR_OK;
	}
	if (e == ERR_OK && !read_end(r))
		e = err_origin(ERR_PEER);
	if (e == ERR_OK)
		e = crypto_cms_verify(signature, document,
			(const struct crypto_cert *const *)certs, n, at,
			&signer, why);
	for (size_t i = 0; i < made; i++)
		certs[i] = crypto_cert_free(certs[i]);
	if (e != ERR_OK)
		return e;
	buf_u32be(&answer, (uint32_t)signer);
	return wire_send(fd, WIRE_FRONT_SIGNED_IS, buf_span(&answer));
}

/* ---- the judge's side ---- */

enum err
front_letter(struct proc_peer *front, struct span document, struct buf *bytes,
	struct letter *ret_letter, struct why *reterr_why)
{
	OWNED_BUF(question, LETTER_ARENA);
	enum err e;

	if (document.n > LETTER_BYTES_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"letter: longer than %d bytes", LETTER_BYTES_MAX);
	buf_sized(&question, document);
	e = buf_error(&question);
	if (e == ERR_OK)
		e = wire_send(
			front->fd, WIRE_FRONT_LETTER, buf_span(&question));
	if (e == ERR_OK)
		e = wire_expect(front->fd, WIRE_FRONT_LETTER_IS,
			WIRE_FRONT_REFUSE, bytes, reterr_why);
	if (e != ERR_OK)
		return e;
	return letter_decode(buf_span(bytes), ret_letter) == ERR_OK
		       ? ERR_OK
		       : err_origin(ERR_PEER);
}

enum err
front_signed(struct proc_peer *front, struct span document,
	struct span signature, const struct span *certs, size_t n, int64_t at,
	size_t *ret_signer, struct why *reterr_why)
{
	OWNED_BUF(question, QUESTION_MAX);
	OWNED_BUF(answer, 1 << 12);
	struct reader r;
	enum err e;

	must(n <= CERTS_MAX);
	buf_sized(&question, document);
	buf_sized(&question, signature);
	buf_u64be(&question, (uint64_t)at);
	buf_u32be(&question, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		buf_sized(&question, certs[i]);
	e = buf_error(&question);
	if (e == ERR_OK)
		e = wire_send(
			front->fd, WIRE_FRONT_SIGNED, buf_span(&question));
	if (e == ERR_OK)
		e = wire_expect(front->fd, WIRE_FRONT_SIGNED_IS,
			WIRE_FRONT_REFUSE, &answer, reterr_why);
	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&answer));
	*ret_signer = read_u32be(&r);
	return read_end(&r) && *ret_signer < n ? ERR_OK : err_origin(ERR_PEER);
}
