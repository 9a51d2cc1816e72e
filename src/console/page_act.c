/* SPDX-License-Identifier: Apache-2.0 */
/* Acts: asked once more, and signed by who does them. */
#include <inttypes.h>

#include "base/code.h"
#include "base/read.h"
#include "console/page.h"

enum {
	SHOWN_MAX = 1 << 16, /* of what is signed, as text */
	ECHO_MAX = 3000,     /* of it within the command, as base64 */
	BASE64_MAX = 1 << 22,
};

bool
page_confirmed(const struct ask *ask)
{
	return span_eq(ask_get(ask, ASK_FORM, "confirm"), SPAN("yes"));
}

/* Names that this page sends itself. */
static bool
is_ours(struct span name)
{
	return span_eq(name, SPAN("act-at")) ||
	       span_eq(name, SPAN("act-signature"));
}

/* All that was sent goes along. */
static void
put_sent(struct page *p, const struct ask *ask)
{
	for (size_t i = 0; i < ask->n; i++) {
		const struct ask_value *v = &ask->value[i];
		char name[ASK_NAME_MAX + 1];

		if (v->part == ASK_FORM && !is_ours(v->name) &&
			span_copy(v->name, name, sizeof(name)))
			page_hidden(p, name, v->value);
	}
}

enum err
page_confirm(struct desk *desk, const struct ask *ask, struct answer *answer,
	const struct page_act *act)
{
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = act->title, .here = act->here});

	page_alert(&p, PAGE_WARNING, "This cannot be taken back", act->says);
	page_form(&p, act->action, false);
	put_sent(&p, ask);
	page_hidden(&p, "confirm", SPAN("yes"));
	buf_text(p.to, "<p class=\"console-buttons\">");
	page_button(&p, PAGE_DANGER, act->button, NULL, NULL);
	html_put(p.to,
		"<a class=\"usa-button usa-button--outline\" href=\"%s\">"
		"No, go back</a></p>",
		act->back);
	page_form_end(&p);
	return page_end(&p);
}

/* ---- signing ---- */

static void
put_shown(struct page *p, struct span bytes)
{
	struct span shown =
		span_of(bytes.at, bytes.n < SHOWN_MAX ? bytes.n : SHOWN_MAX);

	buf_text(p->to, "<details class=\"console-exact\"><summary>The exact "
			"bytes</summary><pre tabindex=\"0\">");
	html_lines(p->to, shown);
	buf_text(p->to, "</pre>");
	if (shown.n < bytes.n)
		html_put(p->to, "<p>The first %zu of %zu bytes.</p>", shown.n,
			bytes.n);
	buf_text(p->to, "</details>\n");
}

/* How it is done without script; `base64` is of what is signed. */
static void
put_command(struct page *p, struct span base64, size_t i)
{
	html_put(p->to,
		"<div class=\"console-openssl\"><p>Sign it with openssl where "
		"your key is: <a download=\"act-%zu.bin\" href=\"data:"
		"application/octet-stream;base64,",
		i);
	buf_bytes(p->to, base64);
	html_put(p->to,
		"\">save the bytes as act-%zu.bin</a>, then</p><pre tabindex="
		"\"0\">openssl dgst -sha384 -sign you.key act-%zu.bin | "
		"base64 -w0 &gt; act-%zu.sig</pre>\n",
		i, i, i);
	if (base64.n <= ECHO_MAX) {
		buf_text(p->to, "<p>or without saving them</p><pre tabindex="
				"\"0\">printf %s '");
		buf_bytes(p->to, base64);
		html_put(p->to,
			"' | base64 -d |\n\topenssl dgst -sha384 -sign you.key "
			"| base64 -w0 &gt; act-%zu.sig</pre>\n",
			i);
	}
	html_put(p->to,
		"<div class=\"usa-form-group\"><label class=\"usa-label\" "
		"for=\"act-signature-%zu\">The file act-%zu.sig</label><input "
		"class=\"console-file\" type=\"file\" name=\"act-signature\" "
		"id=\"act-signature-%zu\" required data-sign=\"",
		i, i, i);
	buf_bytes(p->to, base64);
	buf_text(p->to, "\"></div></div>\n");
}

static enum err
put_one(struct page *p, struct span bytes, size_t i)
{
	uint8_t hash[CRYPTO_SHA256];
	OWNED_BUF(base64, BASE64_MAX);

	crypto_sha256(bytes, hash);
	code_base64(&base64, bytes);
	if (buf_error(&base64) != ERR_OK)
		return buf_error(&base64);
	html_put(p->to, "<h2>What you sign: text %zu</h2>\n", i);
	page_list(p);
	page_item_number(p, "Bytes", bytes.n);
	page_item_begin(p, "SHA-256 of them");
	buf_text(p->to, "<code>");
	code_hex(p->to, span_of(hash, sizeof(hash)));
	buf_text(p->to, "</code>");
	page_item_end(p);
	page_list_end(p);
	put_shown(p, bytes);
	put_command(p, buf_span(&base64), i);
	return ERR_OK;
}

static void
put_sign_form(
	struct page *p, const struct page_act *act, const struct page_texts *of)
{
	buf_text(p->to,
		"<p>Nothing was done yet. It is done when what is below "
		"comes back with your signature, within ten minutes "
		"of ");
	page_time(p, of->at);
	buf_text(p->to, ".</p><form class=\"console-form console-sign\" "
			"method=\"post\" enctype=\"multipart/form-data\"");
	if (act->action[0] != '\0')
		html_put(p->to, " action=\"%s\"", act->action);
	buf_text(p->to, ">\n");
}

enum err
page_sign(struct desk *desk, const struct ask *ask, struct answer *answer,
	const struct page_act *act, const struct page_texts *of)
{
	struct page p = page_begin(desk, answer,
		&(struct page_head){.title = "Sign this", .here = act->here});
	enum err e = ERR_OK;

	answer->status = 428;
	page_alert(&p, PAGE_INFO, act->title, act->says);
	put_sign_form(&p, act, of);
	put_sent(&p, ask);
	page_hidden_number(&p, "act-at", (uint64_t)of->at);
	for (size_t i = 0; e == ERR_OK && i < of->n; i++)
		e = put_one(&p, of->text[i], i + 1);
	if (e != ERR_OK)
		return e;
	buf_text(p.to, "<p class=\"console-buttons\">");
	page_button(&p, PAGE_MAIN, act->button, NULL, NULL);
	html_put(p.to,
		"<a class=\"usa-button usa-button--outline\" href=\"%s\">"
		"No, go back</a></p>",
		act->back);
	page_form_end(&p);
	return page_end(&p);
}

enum err
page_signed(struct desk *desk, const struct ask *ask, struct answer *answer,
	const struct page_act *act, enum err e)
{
	struct span text[INSTANCE_SIGNATURES];
	struct page_texts of = {.text = text, .at = desk->in.at};
	struct reader r = read_from(buf_span(&desk->in.to_sign));

	if (e != ERR_UNSIGNED)
		return e;
	while (of.n < INSTANCE_SIGNATURES && r.left.n > 0 && read_ok(&r))
		text[of.n++] = read_sized(&r, BASE64_MAX);
	return read_ok(&r) ? page_sign(desk, ask, answer, act, &of) : e;
}
