/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole CSV file: its records end at the same places however the file is
 * cut into reads, and each gives a request that is encodable.
 */
#include <stdlib.h>

#include "request/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct request_csv *csv, struct span record, struct arena *arena)
{
	struct request r;
	struct request back;
	OWNED_BUF(bytes, 65536);

	arena_reset(arena);
	if (request_decode_csv(csv, record, arena, &r) != ERR_OK)
		abort();
	request_encode(&r, &bytes);
	if (buf_error(&bytes) != ERR_OK ||
		request_from_bytes(buf_span(&bytes), &back) != ERR_OK)
		abort();
}

/* The next record; aborts where a shorter read would have said otherwise. */
static size_t
next_record(struct span left)
{
	size_t n = request_csv_record(left, true);
	size_t cut = left.n / 2;
	size_t early = request_csv_record(span_of(left.at, cut), false);

	if (n > left.n || (early != 0 && early != n))
		abort();
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	struct span left = span_of(data, size);
	struct request_csv csv;
	struct why why;
	size_t n = next_record(left);

	if (arena.at == NULL && arena_init(&arena, REQUEST_ARENA_MAX) != ERR_OK)
		abort();
	if (request_csv_header(span_of(data, n), &csv, &why) != ERR_OK) {
		if (why.text[0] == '\0')
			abort();
		return 0;
	}
	left = span_of(data + n, size - n);
	while (left.n > 0 && (n = next_record(left)) > 0) {
		check(&csv, span_of(left.at, n), &arena);
		left = span_of(left.at + n, left.n - n);
	}
	return 0;
}
