/* SPDX-License-Identifier: Apache-2.0 */
#include "console/console.h"

#include <inttypes.h>

#include "base/day.h"
#include "base/num.h"
#include "console/console_int.h"
#include "proc/proc_explain.h"

/* ---- refusals ---- */

/* What to do, by status. */
static const char *
what_to_do(unsigned status)
{
	switch (status) {
	case 400:
		return "Go back, mend what is named above, and send it again.";
	case 401:
		return "Choose the certificate that your agency's authority "
		       "gave you, and open the page again.";
	case 403:
		return "Who is named above as having the role can do it. An "
		       "administrator gives roles.";
	case 404:
		return "Look for it from the start page: what you see there "
		       "is what there is for you.";
	case 409:
		return "Somebody, or the calendar, was before you. Look at it "
		       "again as it is now.";
	case 410:
		return "The law has it erased after its time. What is left is "
		       "the entry that says so.";
	case 413:
		return "Send it in parts, or as a batch.";
	case 422:
		return "Sign the bytes that the page shows with the key of the "
		       "certificate that you came with.";
	case 429:
	case 503:
		return "Wait a moment, then load the page again. Nothing was "
		       "changed.";
	default:
		return status < 500 ? "Go back and look at what was sent."
				    : "Nothing was changed that the page did "
				      "not say. Quote the number to whoever "
				      "runs this service.";
	}
}

static const char *
title_of(unsigned status)
{
	if (status == 404)
		return "There is no such thing here";
	if (status == 403)
		return "Not for your certificate";
	if (status == 410)
		return "It is not kept any more";
	if (status == 413)
		return "Too large";
	if (status == 503 || status == 429)
		return "Busy";
	return status < 500 ? "Refused" : "A failure of ours";
}

void
console_refuse(
	unsigned status, enum err e, const char *says, struct answer *answer)
{
	struct page p = page_begin(
		NULL, answer, &(struct page_head){.title = title_of(status)});

	answer->status = status;
	if (says != NULL && *says != '\0')
		page_alert(&p, PAGE_ERROR, NULL, says);
	else
		page_alert(&p, PAGE_ERROR, NULL, err_text(e));
	html_put(p.to, "<p>%s</p><p><a href=\"/\">To the start page</a></p>\n",
		what_to_do(status));
	if (page_end(&p) != ERR_OK)
		buf_clear(&answer->body);
}

/* ---- what is to be signed ---- */

enum err
console_unsigned(struct desk *desk, const struct ask *ask,
	const struct span *text, size_t n, int64_t at, struct answer *answer)
{
	const struct page_act act = {
		.title = "This is yours to sign",
		.says = desk->in.why.text,
		.action = "",
		.button = "Send with my signature",
		.back = "/",
	};

	return page_sign(desk, ask, answer, &act,
		&(struct page_texts){.text = text, .n = n, .at = at});
}

/* ---- what pages share ---- */

enum err
console_batch(struct desk *desk, const struct ask *ask, uint32_t *ret_batch)
{
	uint64_t n = 0;

	if (!ask_number(ask, ASK_PATH, "batch", UINT32_MAX, &n) || n == 0)
		return instance_says(
			&desk->in, ERR_NOT_FOUND, "there is no such batch");
	*ret_batch = (uint32_t)n;
	return ERR_OK;
}

enum err
console_line(struct desk *desk, const struct ask *ask, uint64_t *ret_line)
{
	*ret_line = 0;
	if (!ask_number(ask, ASK_PATH, "line", UINT32_MAX, ret_line) ||
		*ret_line == 0)
		return instance_says(
			&desk->in, ERR_NOT_FOUND, "there is no such line");
	return ERR_OK;
}

uint64_t
console_from(const struct ask *ask)
{
	uint64_t from = 0;

	return ask_number(ask, ASK_QUERY, "from", UINT32_MAX, &from) ? from : 0;
}

enum err
console_text(struct desk *desk, const struct ask *ask, const char *name,
	const char *what, char *to, size_t size)
{
	struct span value = ask_get(ask, ASK_FORM, name);

	to[0] = '\0';
	if (!span_copy(value, to, size))
		return instance_says(&desk->in, ERR_MALFORMED,
			"%s: at most %zu bytes of text", what, size - 1);
	for (char *c = to; *c != '\0'; c++) /* a line that was broken */
		if (*c == '\r' || *c == '\n' || *c == '\t')
			*c = ' ';
	if (span_is_plain(span_text(to)))
		return ERR_OK;
	return instance_says(&desk->in, ERR_MALFORMED,
		"%s: has a character that cannot be shown", what);
}

void
console_person(struct page *p, const uint8_t print[32])
{
	OWNED_BUF(name, 1024);

	proc_explain_person(&p->desk->in, print, &name);
	html_text(p->to, buf_span(&name));
}

void
console_due(struct page *p, int32_t day)
{
	int64_t left = (int64_t)day - p->desk->in.clock;

	page_day(p, day);
	if (day == DAY_NONE)
		return;
	if (left < 0)
		html_put(p->to,
			" <span class=\"console-no\">%" PRId64 " days late"
			"</span>",
			-left);
	else if (left == 0)
		buf_text(p->to, " <span class=\"console-open\">today</span>");
	else
		html_put(p->to, " in %" PRId64 " days", left);
}

/* ---- routes ---- */

const struct serve_route console_routes[] = {
#define ROUTE(method, path, want, body, handler)                               \
	{ASK_##method, path, SERVE_PAGE, want, SERVE_##body, handler},
#include "console/route.def"
	{0},
};
const size_t console_n_routes =
	sizeof(console_routes) / sizeof(*console_routes) - 1;
