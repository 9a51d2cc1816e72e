/* SPDX-License-Identifier: Apache-2.0 */
#include "console/console.h"

#include "console/console_int.h"
#include "console/page.h"

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

/* ---- routes ---- */

const struct serve_route console_routes[] = {
#define ROUTE(method, path, want, body, handler)                               \
	{ASK_##method, path, SERVE_PAGE, want, SERVE_##body, handler},
#include "console/route.def"
	{0},
};
const size_t console_n_routes =
	sizeof(console_routes) / sizeof(*console_routes) - 1;
