/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as an envelope: refused, or what it holds is written and read as
 * the same. */
#include "base/buf.h"
#include "request/request_single.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct request_reader *reader;
	static struct arena arena;
	struct request_single one;
	struct request_single two;
	struct why why = {""};
	OWNED_BUF(again, 1 << 18);
	enum err e;

	if (reader == NULL) {
		must(request_reader_new(&reader) == ERR_OK);
		must(arena_init(&arena, 8 * SINGLE_BYTES_MAX) == ERR_OK);
	}
	arena_reset(&arena);
	e = request_single_parse(
		reader, span_of(data, size), &arena, &one, &why);
	if (e != ERR_OK) {
		must(err_is_refusal(e) && why.text[0] != '\0');
		return 0;
	}
	request_single_write(&one, &again);
	must(buf_error(&again) == ERR_OK);
	if (again.n > SINGLE_BYTES_MAX)
		return 0;
	must(request_single_parse(
		     reader, buf_span(&again), &arena, &two, &why) == ERR_OK);
	must(span_eq(one.line, two.line));
	must(span_eq(one.manifest, two.manifest));
	must(span_eq(one.signature, two.signature));
	return 0;
}
