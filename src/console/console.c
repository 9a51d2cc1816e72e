/* SPDX-License-Identifier: Apache-2.0 */
#include "console/console.h"

#include "base/code.h"
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

/* ---- what is to be signed ---- */

/* Several texts of one act: each is shown, and each wants its file. */
static void
put_texts(struct page *p, const struct span *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		html_put(p->to, "<h2>Text %zu of %zu</h2><pre tabindex=\"0\">",
			i + 1, n);
		html_lines(p->to, text[i]);
		buf_text(p->to, "</pre><p><a download=\"act.bin\" href=\"data:"
				"application/octet-stream;base64,");
		code_base64(p->to, text[i]);
		buf_text(p->to, "\">Save these bytes</a>, sign them: <code>"
				"openssl dgst -sha384 -sign you.key act.bin | "
				"base64 -w0 &gt; act.sig</code></p>");
		page_file(p, &(struct page_field){.name = "act-signature",
				     .label = "The signature of this text",
				     .must = true});
	}
}

static enum err
sign_several(struct desk *desk, const struct ask *ask, const struct span *text,
	size_t n, int64_t at, struct answer *answer)
{
	struct page p = page_begin(
		desk, answer, &(struct page_head){.title = "Sign these"});

	answer->status = 428;
	page_alert(&p, PAGE_INFO, NULL, desk->in.why.text);
	page_form(&p, "", true);
	for (size_t i = 0; i < ask->n; i++) {
		const struct ask_value *v = &ask->value[i];
		char name[ASK_NAME_MAX + 1];

		if (v->part == ASK_FORM && !span_eq(v->name, SPAN("act-at")) &&
			!span_eq(v->name, SPAN("act-signature")) &&
			span_copy(v->name, name, sizeof(name)))
			page_hidden(&p, name, v->value);
	}
	page_hidden_number(&p, "act-at", (uint64_t)at);
	put_texts(&p, text, n);
	page_button(&p, PAGE_MAIN, "Send", NULL, NULL);
	page_form_end(&p);
	return page_end(&p);
}

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

	return n == 1 ? page_sign(desk, ask, answer, &act, text[0], at)
		      : sign_several(desk, ask, text, n, at, answer);
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
