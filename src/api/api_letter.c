/* SPDX-License-Identifier: Apache-2.0 */
/* A letter and its signature (docs/formats/letters.md), from the network. */
#include <inttypes.h>
#include <stdio.h>

#include "api/api_int.h"
#include "api/api_once.h"
#include "base/code.h"
#include "proc/proc_letter_take.h"

enum { SIGNATURE_MAX = 1 << 14 };

/* base64 of the very bytes that were signed. */
static enum err
decode(struct desk *desk, const char *name, struct span text, size_t most,
	struct buf *to)
{
	uint8_t *space = buf_space(to, most);
	size_t n = 0;

	if (space == NULL)
		return buf_error(to);
	if (!code_base64_parse(text, space, most, &n) || n == 0)
		return instance_says(&desk->in, ERR_MALFORMED,
			"%s: base64, of at most %zu bytes", name, most);
	to->n = n;
	return ERR_OK;
}

static void
put_refused(const struct proc_letter_result *r, struct answer *answer)
{
	struct buf *to = &answer->body;

	api_refuse(409, ERR_BAD_MOVE,
		"some requests of the letter cannot be moved so: nothing was "
		"done",
		answer);
	to->n -= sizeof("}\n") - 1; /* goes on */
	buf_text(to, ",\"refused\":[");
	for (size_t i = 0; i < r->n_refused; i++) {
		buf_text(to, i == 0 ? "{" : ",{");
		api_word(to, "request_id", r->refused[i].id);
		api_word(to, "detail", r->refused[i].why.text);
		buf_text(to, "}");
	}
	buf_text(to, "]}\n");
}

static enum err
take(struct desk *desk, const struct proc_letter_options *o,
	struct answer *answer)
{
	static struct proc_letter_result r;
	struct buf *to = &answer->body;
	enum err e = proc_letter_take(o, &r);

	if (err_is_refusal(e) && r.n_refused > 0) {
		put_refused(&r, answer);
		e = ERR_OK;
	} else if (e == ERR_OK) {
		answer->status = r.again ? 200 : 201;
		buf_text(to, "{");
		api_word(to, "letter", letter_kind_text(r.kind));
		api_count(to, "requests", r.n);
		api_count(to, "entry", r.entry);
		buf_text(to, ",\"receipt\":");
		buf_bytes(to, span_trim(buf_span(&r.receipt)));
		buf_text(to, "}\n");
		e = buf_error(to);
	} else {
		desk->in.why = r.why;
	}
	proc_letter_fini(&r);
	return e;
}

enum err
api_letter(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static const struct api_member members[] = {
		{"letter", API_TEXT, 2 * LETTER_BYTES_MAX, true},
		{"signature", API_TEXT, 2 * SIGNATURE_MAX, true}};
	OWNED_BUF(document, LETTER_BYTES_MAX);
	OWNED_BUF(signature, SIGNATURE_MAX);
	struct api_once once = API_ONCE_NONE;
	struct proc_letter_options o = {
		.path = desk->path, .today = DAY_NONE, .asker = &desk->asker};
	struct api_body body;
	enum err e = api_body_read(ask->body, members, 2, &body, &desk->in.why);

	if (e != ERR_OK)
		return e;
	e = decode(desk, "letter", body.value[0].text, LETTER_BYTES_MAX,
		&document);
	if (e == ERR_OK)
		e = decode(desk, "signature", body.value[1].text, SIGNATURE_MAX,
			&signature);
	api_body_fini(&body);
	if (e != ERR_OK)
		return e;
	o.document = buf_span(&document);
	o.signed_by = buf_span(&signature);
	e = api_once_begin(desk, ask, &ask->body, 1, answer, &once);
	if (e == ERR_OK && !once.again)
		e = take(desk, &o, answer);
	return api_once_end(&once, e, answer);
}
