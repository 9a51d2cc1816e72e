/* SPDX-License-Identifier: Apache-2.0 */
/* The front's part in requests that come one at a time. */
#include "proc/proc_front_int.h"

#include <stdio.h>

#include "request/request_single.h"
#include "wire/wire.h"

enum {
	ENCODED_MAX = 1 << 17,
	LINE_SENT_MAX = 1 << 18,
	MANIFEST_SENT_MAX = 1 << 12,
	CERT_MAX = 1 << 16,
};

/* ---- certifiers ---- */

static struct {
	char id[FRONT_SIGNERS][65];
	struct crypto_cert *cert[FRONT_SIGNERS];
	size_t n;
} signers;

static void
forget_signers(void)
{
	for (size_t i = 0; i < signers.n; i++)
		signers.cert[i] = crypto_cert_free(signers.cert[i]);
	signers.n = 0;
}

enum err
front_serve_signers(int fd, struct reader *r, struct why *why)
{
	OWNED_BUF(answer, 4);
	size_t n = read_u32be(r);
	enum err e = n <= FRONT_SIGNERS ? ERR_OK : ERR_TOO_LARGE;

	(void)why;
	forget_signers();
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		if (!span_copy(read_sized(r, 64), signers.id[i],
			    sizeof(signers.id[i])))
			return ERR_MALFORMED;
		e = crypto_cert_parse(
			read_sized(r, CERT_MAX), &signers.cert[i]);
		signers.n += e == ERR_OK;
	}
	if (e == ERR_OK && !read_end(r))
		e = ERR_MALFORMED;
	if (e != ERR_OK)
		return e;
	buf_u32be(&answer, (uint32_t)n);
	return wire_send(fd, WIRE_FRONT_SIGNERS_ARE, buf_span(&answer));
}

/* ---- one envelope ---- */

struct opened {
	struct request_single single;
	struct request_manifest manifest;
	struct front_line line;
};

static enum err
check_signature(const struct opened *o, int64_t at, struct why *why)
{
	struct span id = span_text(o->manifest.certifier_id);
	const struct crypto_cert *cert = NULL;
	size_t signer = 0;

	for (size_t i = 0; cert == NULL && i < signers.n; i++)
		if (span_eq(span_text(signers.id[i]), id))
			cert = signers.cert[i];
	if (cert == NULL)
		return why_set(why, ERR_BAD_SIGNATURE,
			"manifest: no certifier %s is on the register",
			o->manifest.certifier_id);
	return crypto_cms_verify(o->single.signature, o->single.manifest, &cert,
		1, at, &signer, why);
}

/* The line's own bytes, without its end; false: there is more than one. */
static bool
one_line(struct span bytes, struct span *ret_line)
{
	struct span rest = bytes;
	struct span line = span_cut(&rest, '\n');

	if (rest.n > 0)
		return false;
	if (line.n > 0 && line.at[line.n - 1] == '\r')
		line.n--;
	*ret_line = line;
	return true;
}

static enum err
check_line(const struct opened *o, struct span *ret_line, struct why *why)
{
	OWNED(crypto_sha384) hash = NULL;
	uint8_t is[CRYPTO_SHA384];
	enum err e = crypto_sha384_new(&hash);

	if (e != ERR_OK)
		return e;
	crypto_sha384_add(hash, o->single.line);
	crypto_sha384_end(hash, is);
	if (o->manifest.count != 1 || !one_line(o->single.line, ret_line))
		return why_set(why, ERR_MISMATCH,
			"manifest: weir:count: an envelope has one line");
	if (memcmp(is, o->manifest.sha384, sizeof(is)) != 0)
		return why_set(why, ERR_MISMATCH,
			"manifest: weir:sha384 is not the line's");
	return ERR_OK;
}

struct places {
	struct request_reader *reader;
	struct arena *envelope;
	struct arena *line;
	int64_t at;
	int32_t today;
};

static enum err
open_one(const struct places *p, struct span bytes, struct opened *o,
	struct why *why)
{
	struct span line = SPAN("");
	enum err e;

	arena_reset(p->envelope);
	e = request_single_parse(
		p->reader, bytes, p->envelope, &o->single, why);
	if (e == ERR_OK)
		e = request_manifest_parse(
			p->reader, o->single.manifest, &o->manifest, why);
	if (e == ERR_OK)
		e = check_signature(o, p->at, why);
	if (e == ERR_OK)
		e = check_line(o, &line, why);
	if (e == ERR_OK)
		e = front_grade(p->reader, line, p->today, p->line, &o->line);
	o->line.line = 1;
	return e;
}

static enum err
put_one(const struct opened *o, struct buf *to)
{
	OWNED_BUF(manifest, MANIFEST_SENT_MAX);
	OWNED_BUF(line, LINE_SENT_MAX);
	OWNED_BUF(scratch, ENCODED_MAX);
	uint8_t hash[CRYPTO_SHA256];
	enum err e;

	crypto_sha256(o->single.manifest, hash);
	front_manifest_encode(&o->manifest, &manifest);
	front_line_put(&line, &o->line, &scratch);
	e = buf_error(&manifest);
	if (e == ERR_OK)
		e = buf_error(&line);
	buf_bytes(to, span_of(hash, sizeof(hash)));
	buf_sized(to, buf_span(&manifest));
	buf_sized(to, o->single.manifest);
	buf_sized(to, o->single.signature);
	buf_sized(to, o->single.line);
	buf_sized(to, buf_span(&line));
	return e == ERR_OK ? buf_error(to) : e;
}

static enum err
answer_one(const struct places *p, struct span bytes, struct buf *to)
{
	struct opened o = {.manifest = {.sequence = 0}};
	struct why why = {""};
	enum err e = open_one(p, bytes, &o, &why);

	if (err_is_failure(e))
		return e;
	if (e != ERR_OK && why.text[0] == '\0')
		(void)why_set(&why, e, "%s", err_text(e));
	buf_u32be(to, (uint32_t)e);
	if (e == ERR_OK)
		return put_one(&o, to);
	buf_sized(to, span_text(why.text));
	return buf_error(to);
}

static enum err
answer_all(const struct places *p, struct reader *r, size_t n, struct buf *to)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = answer_one(p, read_sized(r, REQUEST_LINE_MAX), to);
	return e == ERR_OK && !read_end(r) ? ERR_MALFORMED : e;
}

enum err
front_serve_singles(int fd, struct request_reader *reader, struct reader *r,
	struct why *why)
{
	OWNED_BUF(answer, FRONT_SINGLES_ANSWER);
	struct arena envelope = {.at = NULL};
	struct arena line = {.at = NULL};
	struct places p = {reader, &envelope, &line,
		.at = (int64_t)read_u64be(r), .today = (int32_t)read_u32be(r)};
	size_t n = read_u32be(r);
	enum err e = n <= FRONT_SINGLES ? ERR_OK : ERR_MALFORMED;

	(void)why;
	if (e == ERR_OK)
		e = arena_init(&envelope, 2 * SINGLE_BYTES_MAX);
	if (e == ERR_OK)
		e = arena_init(&line, 4 * REQUEST_ARENA_MAX);
	if (e == ERR_OK)
		e = answer_all(&p, r, n, &answer);
	arena_fini(&envelope);
	arena_fini(&line);
	return e == ERR_OK ? wire_send(fd, WIRE_FRONT_SINGLES_ARE,
				     buf_span(&answer))
			   : e;
}

/* ---- the judge's side ---- */

enum err
front_signers(struct proc_peer *front, const struct front_signer *all, size_t n,
	struct why *reterr_why)
{
	OWNED_BUF(question, 1 << 23);
	OWNED_BUF(answer, 64);
	enum err e;

	must(n <= FRONT_SIGNERS);
	buf_u32be(&question, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		buf_sized(&question, all[i].id);
		buf_sized(&question, all[i].cert);
	}
	e = buf_error(&question);
	if (e == ERR_OK)
		e = wire_send(
			front->fd, WIRE_FRONT_SIGNERS, buf_span(&question));
	return e == ERR_OK ? wire_expect(front->fd, WIRE_FRONT_SIGNERS_ARE,
				     WIRE_FRONT_REFUSE, &answer, reterr_why)
			   : e;
}

enum err
front_singles_ask(struct proc_peer *front, int64_t at, int32_t today,
	const struct span *envelopes, size_t n)
{
	OWNED_BUF(question, 1 << 23);
	enum err e;

	must(n <= FRONT_SINGLES);
	buf_u64be(&question, (uint64_t)at);
	buf_u32be(&question, (uint32_t)today);
	buf_u32be(&question, (uint32_t)n);
	for (size_t i = 0; i < n; i++)
		buf_sized(&question, envelopes[i]);
	e = buf_error(&question);
	return e == ERR_OK ? wire_send(front->fd, WIRE_FRONT_SINGLES,
				     buf_span(&question))
			   : e;
}

enum err
front_singles_hear(
	struct proc_peer *front, struct buf *answer, struct why *reterr_why)
{
	return wire_expect(front->fd, WIRE_FRONT_SINGLES_ARE, WIRE_FRONT_REFUSE,
		answer, reterr_why);
}

enum err
front_single_read(struct span *answer, struct front_single *ret_single)
{
	struct reader r = read_from(*answer);
	struct front_single one = {.refused = (enum err)read_u32be(&r)};
	struct span hash;
	struct span manifest;
	struct span line;
	enum err e;

	if (one.refused != ERR_OK) {
		one.why = read_sized(&r, WHY_MAX);
		*answer = r.left;
		*ret_single = one;
		return read_ok(&r) && err_is_refusal(one.refused)
			       ? ERR_OK
			       : err_origin(ERR_PEER);
	}
	hash = read_bytes(&r, sizeof(one.hash));
	manifest = read_sized(&r, MANIFEST_SENT_MAX);
	one.manifest_bytes = read_sized(&r, REQUEST_LINE_MAX);
	one.signature = read_sized(&r, REQUEST_LINE_MAX);
	one.line_bytes = read_sized(&r, REQUEST_LINE_MAX);
	line = read_sized(&r, LINE_SENT_MAX);
	if (!read_ok(&r))
		return err_origin(ERR_PEER);
	memcpy(one.hash, hash.at, sizeof(one.hash));
	e = front_manifest_decode(manifest, &one.manifest);
	if (e == ERR_OK)
		e = front_line_read(&line, &one.line);
	if (e == ERR_OK && (line.n > 0 || one.line.line != 1))
		e = err_origin(ERR_PEER);
	*answer = r.left;
	*ret_single = one;
	return e;
}
