/* SPDX-License-Identifier: Apache-2.0 */
#include "review/review.h"

#include <stdlib.h>

void
review_seed(const uint8_t key[CRYPTO_KEY], struct span batch_entry,
	uint8_t ret_seed[REVIEW_SEED])
{
	OWNED_BUF(message, 1024);

	buf_text(&message, "weir sample/v1\n");
	buf_bytes(&message, batch_entry);
	must(buf_error(&message) == ERR_OK);
	crypto_hmac_sha256(
		span_of(key, CRYPTO_KEY), buf_span(&message), ret_seed);
}

void
review_draw_init(struct review_draw *draw, const uint8_t seed[REVIEW_SEED])
{
	memset(draw, 0, sizeof(*draw));
	memcpy(draw->seed, seed, REVIEW_SEED);
}

void
review_draw_add(struct review_draw *draw, uint64_t line, enum review_part part)
{
	struct review_drawn_part *p = &draw->part[part];
	struct review_ranked new = {.line = line};
	uint8_t bytes[8];
	size_t at;

	for (unsigned k = 0; k < 8; k++)
		bytes[k] = (uint8_t)(line >> (56 - 8 * k));
	crypto_sha256_2(span_of(draw->seed, REVIEW_SEED),
		span_of(bytes, sizeof(bytes)), new.rank);
	p->lines++;
	at = p->n;
	while (at > 0 &&
		memcmp(new.rank, p->item[at - 1].rank, sizeof(new.rank)) < 0)
		at--;
	if (at == REVIEW_DRAW_MOST)
		return;
	if (p->n < REVIEW_DRAW_MOST)
		p->n++;
	memmove(&p->item[at + 1], &p->item[at],
		(p->n - 1 - at) * sizeof(p->item[0]));
	p->item[at] = new;
}

static int
by_line(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

size_t
review_draw_end(const struct review_draw *draw, enum review_part part,
	uint64_t ret_lines[REVIEW_DRAW_MOST])
{
	const struct review_drawn_part *p = &draw->part[part];
	size_t n = review_sample_size(p->lines);

	must(n <= p->n);
	for (size_t i = 0; i < n; i++)
		ret_lines[i] = p->item[i].line;
	qsort(ret_lines, n, sizeof(ret_lines[0]), by_line);
	return n;
}
