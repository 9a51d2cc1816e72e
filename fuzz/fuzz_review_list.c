/* SPDX-License-Identifier: Apache-2.0 */
/* The list that a reviewer signs: every item is a part of the text, and an item
 * written again is read as the same. */
#include "review/review.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of(data, size);
	struct review_item item;
	struct why why;
	uint64_t line = 0;

	while (review_list_next(&text, &line, &item, &why) == ERR_OK) {
		OWNED_BUF(again, 1 << 20);
		struct review_item same;
		struct span rest;
		uint64_t one = 0;

		buf_text(&again, item.withhold ? "withhold " : "approve ");
		buf_bytes(&again, item.id);
		buf_text(&again, " ");
		buf_bytes(&again, item.ground);
		if (buf_error(&again) != ERR_OK)
			continue;
		rest = buf_span(&again);
		must(review_list_next(&rest, &one, &same, &why) == ERR_OK);
		must(same.withhold == item.withhold && rest.n == 0 &&
			span_eq(same.id, item.id) &&
			span_eq(same.ground, item.ground));
	}
	must(line <= size);
	return 0;
}
