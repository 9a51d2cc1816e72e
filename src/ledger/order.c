/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/order.h"

#include "base/err.h"
#include "base/read.h"
#include "ledger/primitive.h"

#define PREFIX "weir/order/v1"

enum { SEED = 32, BLOCK = 32 };

/* Numbers one after the other: SHA-256(prefix || seed || u64 block), and of it
 * eight times four bytes. */
struct draw {
	uint8_t text[sizeof(PREFIX) - 1 + SEED + 8];
	uint64_t block;
	uint8_t bytes[BLOCK];
	struct reader left;
};

static uint32_t
next(struct draw *d)
{
	if (d->left.left.n == 0) {
		uint8_t *at = d->text + sizeof(d->text);

		for (uint64_t v = d->block++, i = 0; i < 8; i++, v >>= 8)
			*--at = (uint8_t)v;
		ledger_sha256(span_of(d->text, sizeof(d->text)), d->bytes);
		d->left = read_from(span_of(d->bytes, sizeof(d->bytes)));
	}
	return read_u32be(&d->left);
}

/* Below `bound`, all alike: what is past its last whole multiple is drawn
 * again. */
static uint32_t
below(struct draw *d, uint32_t bound)
{
	uint32_t past = (uint32_t)-bound % bound; /* 2^32 modulo bound */
	uint32_t v;

	do
		v = next(d);
	while (v > UINT32_MAX - past);
	return v % bound;
}

/* Fisher and Yates, from the end. */
void
ledger_order(const uint8_t seed[32], uint32_t *to, size_t n)
{
	struct draw d = {.text = PREFIX};

	must(n <= UINT32_MAX);
	memcpy(d.text + sizeof(PREFIX) - 1, seed, SEED);
	for (size_t i = 0; i < n; i++)
		to[i] = (uint32_t)i;
	for (size_t i = n; i > 1; i--) {
		uint32_t with = below(&d, (uint32_t)i);
		uint32_t kept = to[i - 1];

		to[i - 1] = to[with];
		to[with] = kept;
	}
	explicit_bzero(&d, sizeof(d));
}
