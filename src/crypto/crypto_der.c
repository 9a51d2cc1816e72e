/* SPDX-License-Identifier: Apache-2.0 */
#include "crypto/crypto_der.h"

bool
crypto_der_is(const struct reader *r, uint8_t tag)
{
	return read_ok(r) && r->left.n > 0 && r->left.at[0] == tag;
}

/* Length octets, the shortest form only (X.690, 10.1); up to 4 GiB. */
static size_t
take_length(struct reader *r)
{
	uint8_t first = read_u8(r);
	size_t length = 0;

	if (first < 0x80)
		return first;
	if (first == 0x80 || first > 0x84) {
		r->failed = true;
		return 0;
	}
	for (unsigned i = 0; i < (first & 0x7fU); i++) {
		uint8_t byte = read_u8(r);

		if (i == 0 && byte == 0)
			r->failed = true;
		length = length << 8 | byte;
	}
	if (length < 0x80)
		r->failed = true;
	return length;
}

struct span
crypto_der_take(struct reader *r, uint8_t tag)
{
	if (!crypto_der_is(r, tag))
		r->failed = true;
	(void)read_u8(r);
	return read_bytes(r, take_length(r));
}

struct span
crypto_der_whole(struct reader *r, uint8_t tag)
{
	const uint8_t *from = r->left.at;
	struct span inside = crypto_der_take(r, tag);

	if (!read_ok(r))
		return span_of(NULL, 0);
	return span_of(from, (size_t)(inside.at - from) + inside.n);
}

struct reader
crypto_der_enter(struct reader *r, uint8_t tag)
{
	struct reader inside = read_from(crypto_der_take(r, tag));

	inside.failed = !read_ok(r);
	return inside;
}

struct reader
crypto_der_content(struct span cms, struct span type)
{
	struct reader whole = read_from(cms);
	struct reader info = crypto_der_enter(&whole, DER_SEQUENCE);
	struct span found = crypto_der_take(&info, DER_OID);
	struct reader explicit = crypto_der_enter(&info, DER_CONTEXT_0);
	struct reader body = crypto_der_enter(&explicit, DER_SEQUENCE);

	if (!read_end(&whole) || !read_end(&info) || !read_end(&explicit) ||
		!span_eq(found, type))
		body.failed = true;
	return body;
}

size_t
crypto_der_head(size_t n)
{
	size_t bytes = 2;

	for (size_t left = n; n >= 0x80 && left > 0; left >>= 8)
		bytes++;
	return bytes;
}

void
crypto_der_put(struct buf *to, uint8_t tag, size_t n)
{
	size_t more = crypto_der_head(n) - 2;

	buf_u8(to, tag);
	buf_u8(to, more == 0 ? (uint8_t)n : (uint8_t)(0x80 | more));
	for (; more > 0; more--)
		buf_u8(to, (uint8_t)(n >> 8 * (more - 1)));
}
