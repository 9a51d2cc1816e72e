/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/code.h"
#include "base/day.h"
#include "verify/verify.h"

static void
answer_yes(const struct verify_asked *asked, const struct verify_result *r,
	struct buf *to)
{
	char day[DAY_TEXT];

	buf_text(to, ",\"origin\":");
	buf_json(to, span_text(r->cp.origin));
	buf_printf(to, ",\"size\":%" PRIu64 ",\"root\":\"", r->cp.size);
	code_base64(to, span_of(r->cp.root.at, LEDGER_HASH));
	buf_printf(to, "\",\"files\":%" PRIu64, r->files);
	if (r->first_day != DAY_NONE) {
		day_text(r->first_day, day);
		buf_printf(to, ",\"first_day\":\"%s\"", day);
		day_text(r->last_day, day);
		buf_printf(to, ",\"last_day\":\"%s\"", day);
	}
	buf_text(to, ",\"old\":[");
	for (size_t i = 0; i < asked->n_old; i++) {
		buf_text(to, i > 0 ? ",{\"name\":" : "{\"name\":");
		buf_json(to, span_text(asked->old[i].name));
		buf_printf(to, ",\"size\":%" PRIu64 "}", r->old_size[i]);
	}
	buf_text(to, "],\"witnesses\":[");
	for (size_t i = 0; i < asked->n_witnesses; i++) {
		buf_text(to, i > 0 ? "," : "");
		buf_json(to, span_text(asked->witness[i].name));
	}
	buf_printf(to,
		"],\"told\":{\"batches\":%" PRIu64 ",\"requests\":%" PRIu64
		",\"received\":%" PRIu64 ",\"refused\":%" PRIu64
		",\"accepted\":%" PRIu64 ",\"withdrawn\":%" PRIu64 "}",
		r->told.batches, r->told.requests, r->told.received,
		r->told.refused, r->told.accepted, r->told.withdrawn);
}

void
verify_answer(enum err e, const struct verify_asked *asked,
	const struct verify_result *r, const struct verify_fault *fault,
	struct buf *to)
{
	buf_printf(to, "{\"ok\":%s", e == ERR_OK ? "true" : "false");
	if (e == ERR_OK) {
		answer_yes(asked, r, to);
	} else {
		buf_text(to, ",\"file\":");
		buf_json(to, span_text(fault->file));
		buf_printf(to,
			",\"offset\":%" PRIu64 ",\"fault\":", fault->offset);
		buf_json(to, span_text(fault->text));
	}
	buf_text(to, "}\n");
}
