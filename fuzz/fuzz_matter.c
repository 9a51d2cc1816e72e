/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bytes of an opening, a decision or a note.  What is accepted is written again as
 * the same bytes, but for an opening by an older program, which has fewer
 * fields.
 */
#include "matter/matter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
try_open(struct span bytes)
{
	struct matter m = {0};
	struct matter_words words;
	OWNED_BUF(again, MATTER_BYTES_MAX);

	if (matter_open_decode(bytes, &m, &words) != ERR_OK)
		return;
	must(matter_check(&m) == ERR_OK);
	must(matter_is_open(&m));
	matter_open_encode(&m, &words, &again);
	must(buf_error(&again) == ERR_OK);
	must(span_eq(buf_span(&again), bytes) || again.n > bytes.n);
}

static void
try_decide(struct span bytes)
{
	uint64_t n;
	enum matter_decision decision;
	struct span ground;
	OWNED_BUF(again, MATTER_BYTES_MAX);

	if (matter_decide_decode(bytes, &n, &decision, &ground) != ERR_OK)
		return;
	matter_decide_encode(n, decision, ground, &again);
	must(span_eq(buf_span(&again), bytes));
}

static void
try_note(struct span bytes)
{
	struct matter_note note;
	OWNED_BUF(again, MATTER_BYTES_MAX);

	if (matter_note_decode(bytes, &note) != ERR_OK)
		return;
	matter_note_encode(&note, &again);
	must(span_eq(buf_span(&again), bytes));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	try_open(span_of(data, size));
	try_decide(span_of(data, size));
	try_note(span_of(data, size));
	return 0;
}
