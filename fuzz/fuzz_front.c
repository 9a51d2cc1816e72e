/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the front sends the judge: lines are cut off any bytes, inside them;
 * each that is taken says the same when it is written and read again, and can
 * be used as the judge and the vault use it.
 */
#include "base/buf.h"
#include "proc/proc_front.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
inside(struct span part, struct span whole)
{
	return part.n == 0 ||
	       (part.at >= whole.at && part.at + part.n <= whole.at + whole.n);
}

static void
use(const struct request *q)
{
	uint16_t years[REQUEST_PERIODS_MAX];
	char digits[10];
	size_t n = 0;

	if (request_years(q, years, &n))
		must(n <= REQUEST_PERIODS_MAX);
	if (request_tin(q, digits))
		must(strlen(digits) == 9);
	(void)request_keys(q);
}

static void
says_the_same_again(const struct front_line *line)
{
	OWNED_BUF(request, 1 << 20);
	OWNED_BUF(evidence, 1 << 16);
	struct evidence ev;
	struct request q;

	request_encode(&line->request, &request);
	must(buf_error(&request) == ERR_OK);
	must(request_from_bytes(buf_span(&request), &q) == ERR_OK);
	for (int f = 0; f < RQ_N; f++)
		must(span_eq(q.field[f], line->request.field[f]));
	evidence_encode(&line->evidence, &evidence);
	must(buf_error(&evidence) == ERR_OK);
	must(evidence_decode(buf_span(&evidence), &ev));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = span_of(data, size);
	struct span chunk = all;
	struct front_line line;

	while (chunk.n > 0) {
		size_t before = chunk.n;

		if (front_line_read(&chunk, &line) != ERR_OK)
			break;
		must(chunk.n < before && inside(chunk, all));
		must(inside(line.encoded, all));
		for (int f = 0; f < RQ_N; f++)
			must(inside(line.request.field[f], all));
		says_the_same_again(&line);
		use(&line.request);
	}
	return 0;
}
