/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One JSON line: whatever it is, it gives a request that is encodable, reads
 * back as the same bytes and can be graded.  The same bytes as a manifest.
 */
#include <stdlib.h>

#include "request/request.h"
#include "request/request_manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A sound request, written as JSON, is read the same. */
static void
written(const struct request *r)
{
	static struct request_reader *reader;
	static struct arena arena;
	struct request back;
	OWNED_BUF(line, 1 << 17);
	OWNED_BUF(bytes, 65536);
	OWNED_BUF(again, 65536);

	if (r->unreadable || r->malformed || r->unnamed)
		return;
	if (reader == NULL &&
		(request_reader_new(&reader) != ERR_OK ||
			arena_init(&arena, REQUEST_ARENA_MAX) != ERR_OK))
		abort();
	arena_reset(&arena);
	request_write_json(r, &line);
	if (request_decode_json(reader, buf_span(&line), &arena, &back) !=
		ERR_OK)
		abort();
	request_encode(r, &bytes);
	request_encode(&back, &again);
	if (!span_eq(buf_span(&bytes), buf_span(&again)))
		abort();
}

static void
check(const struct request *r)
{
	struct request back;
	struct evidence ev = {{0}};
	OWNED_BUF(bytes, 65536);
	OWNED_BUF(again, 65536);

	request_encode(r, &bytes);
	if (buf_error(&bytes) != ERR_OK ||
		request_from_bytes(buf_span(&bytes), &back) != ERR_OK)
		abort();
	request_encode(&back, &again);
	if (!span_eq(buf_span(&bytes), buf_span(&again)))
		abort();
	written(r);
	request_grade(r, 20758, &ev);
	if (request_keys(r).person != request_keys(&back).person)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct request_reader *reader;
	static struct arena arena;
	struct request_manifest manifest;
	struct request r;
	struct why why;

	if (reader == NULL &&
		(request_reader_new(&reader) != ERR_OK ||
			arena_init(&arena, REQUEST_ARENA_MAX) != ERR_OK))
		abort();
	arena_reset(&arena);
	if (request_decode_json(reader, span_of(data, size), &arena, &r) !=
		ERR_OK)
		abort();
	check(&r);
	if (request_manifest_parse(
		    reader, span_of(data, size), &manifest, &why) == ERR_OK &&
		(!request_id_ok(span_text(manifest.agreement)) ||
			manifest.count < 1 || manifest.sequence < 1))
		abort();
	return 0;
}
