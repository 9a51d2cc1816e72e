/* SPDX-License-Identifier: Apache-2.0 */
#include "console/html.h"

#include <inttypes.h>
#include <stdarg.h>

/* Bytes of the character at the start; 0: none that may be shown. */
static size_t
shown(struct span text)
{
	size_t most = text.n < 4 ? text.n : 4;

	for (size_t n = 1; n <= most; n++)
		if (span_is_plain(span_of(text.at, n)))
			return n;
	return 0;
}

static void
put_text(struct buf *to, struct span text, bool lines)
{
	while (text.n > 0) {
		size_t n = shown(text);

		if (n > 0)
			buf_markup(to, span_of(text.at, n));
		else if (lines && (*text.at == '\n' || *text.at == '\t'))
			buf_u8(to, *text.at);
		else if (!lines || *text.at != '\r' || text.n < 2 ||
			 text.at[1] != '\n')
			buf_printf(to, "\\x%02x", (unsigned)*text.at);
		n = n == 0 ? 1 : n;
		text = span_of(text.at + n, text.n - n);
	}
}

void
html_text(struct buf *to, struct span text)
{
	put_text(to, text, false);
}

void
html_lines(struct buf *to, struct span text)
{
	put_text(to, text, true);
}

void
html_url(struct buf *to, struct span value)
{
	for (size_t i = 0; i < value.n; i++) {
		uint8_t c = value.at[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			(c >= '0' && c <= '9') || c == '-' || c == '.' ||
			c == '_' || c == '~')
			buf_u8(to, c);
		else
			buf_printf(to, "%%%02X", (unsigned)c);
	}
}

/* ---- formats ---- */

static void
put_bounded(struct buf *to, int n, const char *text)
{
	if (n > 0 && text != NULL)
		html_text(to, span_of(text, strnlen(text, (size_t)n)));
}

/* One conversion, `fmt` behind its %; what is behind it. */
static const char *
put_one(struct buf *to, const char *fmt, va_list *args)
{
	if (span_starts(span_text(fmt), SPAN(".*s"))) {
		int n = va_arg(*args, int);

		put_bounded(to, n, va_arg(*args, const char *));
		return fmt + 3;
	}
	if (span_starts(span_text(fmt), SPAN("lu"))) {
		buf_printf(to, "%lu", va_arg(*args, unsigned long));
		return fmt + 2;
	}
	if (span_starts(span_text(fmt), SPAN("ld"))) {
		buf_printf(to, "%ld", va_arg(*args, long));
		return fmt + 2;
	}
	if (span_starts(span_text(fmt), SPAN("zu"))) {
		buf_printf(to, "%zu", va_arg(*args, size_t));
		return fmt + 2;
	}
	must(*fmt == 's' || *fmt == 'u' || *fmt == 'd' || *fmt == '%');
	if (*fmt == 's')
		html_text(to, span_text(va_arg(*args, const char *)));
	else if (*fmt == 'u')
		buf_printf(to, "%u", va_arg(*args, unsigned));
	else if (*fmt == 'd')
		buf_printf(to, "%d", va_arg(*args, int));
	else
		buf_u8(to, '%');
	return fmt + 1;
}

void
html_put(struct buf *to, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	while (*fmt != '\0') {
		size_t n = strcspn(fmt, "%");

		buf_bytes(to, span_of(fmt, n));
		fmt += n;
		if (*fmt == '%')
			fmt = put_one(to, fmt + 1, &args);
	}
	va_end(args);
}
