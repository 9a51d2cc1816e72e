/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever bytes are put into a page, none of them is markup, none misleads, and
 * what comes out is text. */
#include <stdint.h>
#include <string.h>

#include "console/html.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Is it text that stays within quotes and between tags? */
static void
check(struct span text, bool lines)
{
	must(span_is_utf8(text) || text.n == 0);
	for (size_t i = 0; i < text.n; i++) {
		must(strchr("<>\"'", text.at[i]) == NULL);
		must(text.at[i] >= 0x20 ||
			(lines && (text.at[i] == '\n' || text.at[i] == '\t')));
		must(text.at[i] != 0x7f);
	}
	must(lines || span_is_plain(text));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	OWNED_BUF(text, 1 << 20);
	OWNED_BUF(lines, 1 << 20);
	OWNED_BUF(url, 1 << 20);

	if (n > 1 << 16)
		return 0;
	html_text(&text, span_of(data, n));
	html_lines(&lines, span_of(data, n));
	html_url(&url, span_of(data, n));
	must(buf_error(&text) == ERR_OK && buf_error(&lines) == ERR_OK);
	must(buf_error(&url) == ERR_OK);
	check(buf_span(&text), false);
	check(buf_span(&lines), true);
	for (size_t i = 0; i < url.n; i++)
		must(strchr("<>\"'& /?#", url.at[i]) == NULL);
	return 0;
}
