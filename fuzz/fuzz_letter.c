/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A letter as its document and as its canonical bytes: what is accepted is
 * sound, and is written again so that it is read the same (T3).
 */
#include "letter/letter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
same(const struct letter *one, const struct letter *other)
{
	OWNED_BUF(a, 2 * LETTER_BYTES_MAX);
	OWNED_BUF(b, 2 * LETTER_BYTES_MAX);

	letter_encode(one, &a);
	letter_encode(other, &b);
	must(buf_error(&a) == ERR_OK && buf_error(&b) == ERR_OK);
	must(span_eq(buf_span(&a), buf_span(&b)));
}

static void
try_json(struct span bytes, struct arena *arena)
{
	static struct letter letter;
	static struct letter again;
	struct arena second;
	struct why why;
	OWNED_BUF(json, 2 * LETTER_BYTES_MAX);

	if (letter_parse(bytes, arena, &letter, &why) != ERR_OK)
		return;
	must(letter_check(&letter, &why) == ERR_OK);
	letter_json(&letter, &json);
	if (buf_error(&json) != ERR_OK || json.n > LETTER_BYTES_MAX)
		return;
	must(arena_init(&second, LETTER_ARENA) == ERR_OK);
	must(letter_parse(buf_span(&json), &second, &again, &why) == ERR_OK);
	same(&letter, &again);
	arena_fini(&second);
}

static void
try_bytes(struct span bytes)
{
	static struct letter letter;
	static struct letter again;
	OWNED_BUF(b, 2 * LETTER_BYTES_MAX);

	if (letter_decode(bytes, &letter) != ERR_OK)
		return;
	letter_encode(&letter, &b);
	must(letter_decode(buf_span(&b), &again) == ERR_OK);
	same(&letter, &again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;

	letter_init();
	must(arena_init(&arena, LETTER_ARENA) == ERR_OK);
	try_json(span_of(data, size), &arena);
	arena_fini(&arena);
	try_bytes(span_of(data, size));
	return 0;
}
