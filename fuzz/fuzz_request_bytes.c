/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical bytes from another process: refused, or the only spelling. */
#include <stdlib.h>

#include "request/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct request r;
	struct request back;
	struct evidence ev = {{0}};
	OWNED_BUF(bytes, 65536);

	if (request_from_bytes(span_of(data, size), &r) != ERR_OK)
		return 0;
	request_encode(&r, &bytes);
	if (buf_error(&bytes) != ERR_OK ||
		request_from_bytes(buf_span(&bytes), &back) != ERR_OK)
		abort();
	/* an older version's bytes are shorter; ours are the same again */
	if (size >= 2 && data[0] == 0 && data[1] == RQ_N &&
		!span_eq(buf_span(&bytes), span_of(data, size)))
		abort();
	request_grade(&r, 20758, &ev);
	return 0;
}
