/* SPDX-License-Identifier: Apache-2.0 */
#include "release/release.h"

void
release_reply_line(struct span request_id, enum release_status status,
	const struct release_reason *reasons, size_t n_reasons, struct buf *to)
{
	static const char *const text[] = {
		[RELEASE_REFUSED] = "refused",
		[RELEASE_ACCEPTED] = "accepted",
		[RELEASE_RETURNED] = "returned",
	};

	must(status != RELEASE_ACCEPTED || n_reasons == 0);
	buf_text(to, "{\"request_id\":");
	buf_json(to, request_id);
	buf_text(to, ",\"status\":");
	buf_json(to, span_text(text[status]));
	buf_text(to, ",\"reasons\":[");
	for (size_t i = 0; i < n_reasons; i++) {
		buf_text(to, i == 0 ? "{\"code\":" : ",{\"code\":");
		buf_json(to, reasons[i].code);
		buf_text(to, ",\"sentence\":");
		buf_json(to, reasons[i].sentence);
		buf_text(to, ",\"citation\":");
		buf_json(to, reasons[i].citation);
		buf_text(to, "}");
	}
	buf_text(to, "]}\n");
}
