/* SPDX-License-Identifier: Apache-2.0 */
/* A batch is sent from a page: its lines go to the disk as they come, and what
 * follows is what follows for the API (serve/bring.h). */
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

#include "console/agency.h"
#include "serve/bring.h"

struct sending {
	struct page_field requests;
	struct page_field format;
	struct page_field manifest;
	struct page_field signature;
	const char *refused; /* the whole batch, and why; NULL: it was not */
};

static void
init(const struct ask *ask, struct sending *s)
{
	*s = (struct sending){
		.requests = {.name = "requests",
			.label = "The lines",
			.hint = "One request a line: JSON Lines, or a CSV with "
				"its header, exactly as your certifier signed "
				"for it.",
			.accept = ".jsonl,.json,.csv",
			.must = true},
		.format = {.name = "format",
			.label = "Format",
			.must = true,
			.value = SPAN("jsonl")},
		.manifest = {.name = "manifest",
			.label = "The manifest",
			.hint = "It says agreement, number, count and hash: "
				"weir request manifest makes it.",
			.accept = ".json,.manifest",
			.must = true},
		.signature = {.name = "signature",
			.label = "Its signature",
			.hint = "Detached, by your certifier, in a file of its "
				"own (.p7s).",
			.accept = ".p7s",
			.must = true},
	};
	if (span_eq(ask_get(ask, ASK_FORM, "format"), SPAN("csv")))
		s->format.value = SPAN("csv");
}

/* With script it says how far it is, and stays the same form without. */
static void
put_form(struct page *p, const struct sending *s)
{
	const struct page_field *const all[] = {
		&s->requests, &s->manifest, &s->signature};

	page_errors(p, all, sizeof(all) / sizeof(all[0]));
	buf_text(p->to, "<form class=\"console-form\" method=\"post\" enctype="
			"\"multipart/form-data\" action=\"/batches/new\" "
			"data-upload=\"1\">\n");
	page_file(p, &s->requests);
	page_radios(p, &s->format, "jsonl=JSON, one a line|csv=CSV");
	page_file(p, &s->manifest);
	page_file(p, &s->signature);
	page_button(p, PAGE_MAIN, "Send the batch", NULL, NULL);
	page_form_end(p);
}

static enum err
put_page(struct desk *desk, struct answer *answer, const struct sending *s)
{
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "Send a batch",
			.here = "/batches",
			.lead = "A batch is three files: its lines, its "
				"manifest, and the signature over that.",
			.crumb = {{"/batches", "Batches"}}});

	if (s->refused != NULL)
		page_alert(&p, PAGE_ERROR, "The batch was refused", s->refused);
	put_form(&p, s);
	buf_text(p.to,
		"<p>The same three files sent again are no second batch: "
		"where the connection broke, send them again. "
		"<a href=\"/check\">Check the lines first</a>, and see "
		"at once what would be refused.</p>\n");
	return page_end(&p);
}

enum err
console_upload(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct sending s;
	enum err e = proc_permit(&desk->in, PERMIT_SUBMIT);

	init(ask, &s);
	return e == ERR_OK ? put_page(desk, answer, &s) : e;
}

/* ---- it came ---- */

/* What the form lacks; a file that nobody chose comes as an empty one. */
static bool
lacks(const struct ask *ask, struct sending *s)
{
	struct stat st;

	if (ask->file < 0 || fstat(ask->file, &st) != 0 || st.st_size == 0)
		s->requests.error = "choose the file";
	if (ask_get(ask, ASK_FORM, "manifest").n == 0)
		s->manifest.error = "choose the file";
	if (ask_get(ask, ASK_FORM, "signature").n == 0)
		s->signature.error = "choose the file";
	return s->requests.error != NULL || s->manifest.error != NULL ||
	       s->signature.error != NULL;
}

/* The form again, with what is wrong.  What brought the batch in opened the
 * instance by itself, so the page does now. */
static enum err
show_again(struct desk *desk, struct answer *answer, struct sending *s,
	enum err why_not)
{
	const struct why said = desk->in.why;
	enum err e = instance_open_for(
		desk->path, INSTANCE_READ, &desk->asker, &desk->in);

	if (e != ERR_OK)
		return e;
	if (why_not != ERR_OK)
		s->refused = said.text;
	e = put_page(desk, answer, s);
	answer->status = why_not == ERR_OK ? 400 : serve_status(why_not);
	return e;
}

enum err
console_uploaded(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	char to[CONSOLE_PATH];
	struct bring_sent sent;
	struct bring_taken taken = {.batch = 0};
	struct sending s;
	enum err e;

	init(ask, &s);
	if (lacks(ask, &s))
		return show_again(desk, answer, &s, ERR_OK);
	e = bring_read(desk, ask, &sent);
	if (e == ERR_OK)
		e = bring_batch(desk, &sent.given, &taken);
	bring_fini(&sent);
	if (err_is_refusal(e) && serve_status(e) < 500)
		return show_again(desk, answer, &s, e);
	if (e != ERR_OK)
		return e;
	(void)snprintf(to, sizeof(to), "/batches/%" PRIu32, taken.batch);
	return page_see(answer, to, taken.again ? "sent-before" : "sent");
}
