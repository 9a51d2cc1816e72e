/* SPDX-License-Identifier: Apache-2.0 */
#include "base/day.h"
#include "release/release.h"

static const char *const statuses[] = {
	[RELEASE_REFUSED] = "refused",
	[RELEASE_ACCEPTED] = "accepted",
	[RELEASE_WITHDRAWN] = "withdrawn",
	[RELEASE_RETURNED] = "returned",
	[RELEASE_SUPERSEDED] = "superseded",
};

static void
put_reason(const struct release_reason *reason, struct buf *to)
{
	buf_text(to, "{\"code\":");
	buf_json(to, reason->code);
	buf_text(to, ",\"sentence\":");
	buf_json(to, reason->sentence);
	if (reason->citation.n > 0) {
		buf_text(to, ",\"citation\":");
		buf_json(to, reason->citation);
	}
	buf_text(to, "}");
}

static void
put_list(const struct release_reason *list, size_t n, struct buf *to)
{
	buf_text(to, "[");
	for (size_t i = 0; i < n; i++) {
		buf_text(to, i == 0 ? "" : ",");
		put_reason(&list[i], to);
	}
	buf_text(to, "]");
}

static void
put_words(const char *name, struct span words, struct buf *to)
{
	if (words.n == 0)
		return;
	buf_printf(to, ",\"%s\":", name);
	buf_json(to, words);
}

void
release_reply_line(const struct release_reply *reply, struct buf *to)
{
	bool accepted = reply->status == RELEASE_ACCEPTED;
	char day[DAY_TEXT];

	must(!accepted || reply->n_reasons == 0);
	must(accepted || reply->n_advice == 0);
	buf_text(to, "{\"request_id\":");
	buf_json(to, reply->request_id);
	buf_printf(
		to, ",\"status\":\"%s\",\"reasons\":", statuses[reply->status]);
	put_list(reply->reasons, reply->n_reasons, to);
	if (reply->n_advice > 0) {
		buf_text(to, ",\"advice\":");
		put_list(reply->advice, reply->n_advice, to);
	}
	if (reply->since != 0) {
		day_text(reply->since, day);
		put_words("since", span_text(day), to);
	}
	put_words("upheld", reply->upheld, to);
	put_words("reconsidered_by", reply->due, to);
	buf_text(to, "}\n");
}
