/* SPDX-License-Identifier: Apache-2.0 */
#include "console/console.h"

/* Text into a page: nothing in it is markup. */
static void
put_escaped(struct buf *to, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '<':
			buf_text(to, "&lt;");
			break;
		case '>':
			buf_text(to, "&gt;");
			break;
		case '&':
			buf_text(to, "&amp;");
			break;
		case '"':
			buf_text(to, "&quot;");
			break;
		default:
			buf_u8(to, (uint8_t)*text);
		}
	}
}

void
console_refuse(
	unsigned status, enum err e, const char *says, struct answer *answer)
{
	(void)e;
	answer->status = status;
	answer->type = ANSWER_HTML;
	buf_clear(&answer->body);
	buf_text(&answer->body,
		"<!doctype html><html lang=\"en\"><title>Refused</title>"
		"<main><h1>Refused</h1><p>");
	put_escaped(&answer->body, says);
	buf_text(&answer->body, "</p></main></html>\n");
}

const struct serve_route console_routes[] = {
	{0},
};
const size_t console_n_routes = 0;

const struct serve_static console_files[] = {
	{0},
};
const size_t console_n_files = 0;
