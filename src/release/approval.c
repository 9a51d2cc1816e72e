/* SPDX-License-Identifier: Apache-2.0 */
#include "release/release.h"

#include "base/code.h"
#include "base/num.h"
#include "base/read.h"

enum { APPROVAL_MAX = 1024 };

static const char *const acts[] = {
	[RELEASE_APPROVE] = "approve",
	[RELEASE_WITHHOLD] = "withhold",
};

enum err
release_verdicts_hash(const struct release_verdict *verdicts, size_t n,
	uint8_t ret_hash[CRYPTO_SHA384])
{
	OWNED(crypto_sha384) hash = NULL;
	enum err e = crypto_sha384_new(&hash);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < n; i++) {
		uint8_t bytes[RELEASE_VERDICT_BYTES];

		if (i > 0 && verdicts[i].line <= verdicts[i - 1].line)
			return ERR_MALFORMED;
		for (unsigned k = 0; k < 8; k++)
			bytes[k] = (uint8_t)(verdicts[i].line >> (56 - 8 * k));
		memcpy(bytes + 8, verdicts[i].hash, 32);
		crypto_sha384_add(hash, span_of(bytes, sizeof(bytes)));
	}
	crypto_sha384_end(hash, ret_hash);
	return ERR_OK;
}

enum err
release_verdicts_hash_bytes(struct span list, uint8_t ret_hash[CRYPTO_SHA384])
{
	struct reader r = read_from(list);
	uint64_t before = 0;

	for (bool first = true; r.left.n > 0; first = false) {
		uint64_t line = read_u64be(&r);

		(void)read_bytes(&r, 32);
		if (!read_ok(&r) || (!first && line <= before))
			return ERR_MALFORMED;
		before = line;
	}
	crypto_sha384(list, ret_hash);
	return ERR_OK;
}

/* One line: a line feed in it would let one text mean two things. */
static bool
origin_sound(struct span origin)
{
	return origin.n > 0 && origin.n <= RELEASE_ORIGIN_MAX &&
	       span_is_plain(origin);
}

void
release_approval_encode(const struct release_approval *approval, struct buf *to)
{
	must(origin_sound(approval->origin));
	buf_text(to, "weir approval/v1\n");
	buf_bytes(to, approval->origin);
	buf_printf(to, "\nbatch %llu\n%s\ncount %llu\nsha384 ",
		(unsigned long long)approval->batch, acts[approval->act],
		(unsigned long long)approval->count);
	code_hex(to, span_of(approval->verdicts, CRYPTO_SHA384));
	buf_text(to, "\n");
}

/* "WORD number" */
static bool
line_number(struct span line, const char *word, uint64_t *ret_value)
{
	return span_eq(span_cut(&line, ' '), span_text(word)) &&
	       num_parse(line, UINT64_MAX, ret_value);
}

enum err
release_approval_decode(struct span text, struct release_approval *ret_approval)
{
	struct reader r = read_from(text);
	struct release_approval a = {0};
	struct span head = read_line(&r);
	struct span act;
	struct span hash;
	bool sound;

	a.origin = read_line(&r);
	sound = span_eq(head, SPAN("weir approval/v1")) &&
		origin_sound(a.origin) &&
		line_number(read_line(&r), "batch", &a.batch);
	act = read_line(&r);
	a.act = span_eq(act, span_text(acts[RELEASE_WITHHOLD]))
			? RELEASE_WITHHOLD
			: RELEASE_APPROVE;
	sound = sound && span_eq(act, span_text(acts[a.act])) &&
		line_number(read_line(&r), "count", &a.count);
	hash = read_line(&r);
	if (!sound || !span_eq(span_cut(&hash, ' '), SPAN("sha384")) ||
		!code_hex_parse(hash, a.verdicts, CRYPTO_SHA384) ||
		!read_end(&r))
		return ERR_MALFORMED;
	*ret_approval = a;
	return ERR_OK;
}

enum err
release_approval_sign(const struct crypto_key *key,
	const struct release_approval *approval, struct buf *to)
{
	OWNED_BUF(text, APPROVAL_MAX);

	release_approval_encode(approval, &text);
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	return crypto_sign(key, buf_span(&text), to);
}

enum err
release_approval_verify(const struct crypto_cert *cert,
	const struct release_approval *approval, struct span signature)
{
	OWNED_BUF(text, APPROVAL_MAX);

	release_approval_encode(approval, &text);
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	return crypto_verify(cert, buf_span(&text), signature);
}
