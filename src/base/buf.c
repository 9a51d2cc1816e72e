/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

void
buf_fini(struct buf *b)
{
	mem_wipe(b->at, b->size);
	buf_init(b, b->max);
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->error = ERR_OK;
}

enum err
buf_error(const struct buf *b)
{
	return b->error;
}

struct span
buf_span(const struct buf *b)
{
	return span_of(b->at, b->n);
}

/* Room for `n` more; false with the error set when there is none. */
static bool
buf_room(struct buf *b, size_t n)
{
	size_t want;
	size_t size = b->size == 0 ? 64 : b->size;
	uint8_t *at;

	if (b->error != ERR_OK)
		return false;
	if (__builtin_add_overflow(b->n, n, &want) || want > b->max) {
		b->error = ERR_TOO_LARGE;
		return false;
	}
	if (want <= b->size)
		return true;
	while (size < want)
		size = size > b->max / 2 ? b->max : size * 2;
	at = mem_resize(b->at, size, 1);
	if (at == NULL) {
		b->error = err_origin(ERR_NOMEM);
		return false;
	}
	b->at = at;
	b->size = size;
	return true;
}

uint8_t *
buf_space(struct buf *b, size_t n)
{
	uint8_t *at;

	if (!buf_room(b, n))
		return NULL;
	if (n == 0 && b->at == NULL)
		return NULL; /* NULL + 0 is not C */
	at = b->at + b->n;
	memset(at, 0, n);
	b->n += n;
	return at;
}

void
buf_bytes(struct buf *b, struct span bytes)
{
	if (bytes.n == 0 || !buf_room(b, bytes.n))
		return;
	memcpy(b->at + b->n, bytes.at, bytes.n);
	b->n += bytes.n;
}

void
buf_text(struct buf *b, const char *text)
{
	buf_bytes(b, span_text(text));
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	must(n >= 0);
	if (!buf_room(b, (size_t)n + 1))
		return;
	va_start(ap, fmt);
	(void)vsnprintf((char *)b->at + b->n, (size_t)n + 1, fmt, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void
buf_u8(struct buf *b, uint8_t v)
{
	buf_bytes(b, span_of(&v, 1));
}

static void
buf_be(struct buf *b, uint64_t v, size_t n)
{
	uint8_t out[8];

	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	buf_bytes(b, span_of(out, n));
}

void
buf_u16be(struct buf *b, uint16_t v)
{
	buf_be(b, v, 2);
}

void
buf_u32be(struct buf *b, uint32_t v)
{
	buf_be(b, v, 4);
}

void
buf_u64be(struct buf *b, uint64_t v)
{
	buf_be(b, v, 8);
}

void
buf_sized(struct buf *b, struct span bytes)
{
	if (bytes.n > UINT32_MAX) {
		b->error = b->error != ERR_OK ? b->error : ERR_TOO_LARGE;
		return;
	}
	buf_u32be(b, (uint32_t)bytes.n);
	buf_bytes(b, bytes);
}

void
buf_json(struct buf *b, struct span text)
{
	buf_u8(b, '"');
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.at[i];

		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c == '\n')
			buf_text(b, "\\n");
		else if (c < 0x20 || c == 0x7f)
			buf_printf(b, "\\u%04x", (unsigned)c);
		else
			buf_u8(b, c);
	}
	buf_u8(b, '"');
}

void
buf_markup(struct buf *b, struct span text)
{
	for (size_t i = 0; i < text.n; i++) {
		switch (text.at[i]) {
		case '&':
			buf_text(b, "&amp;");
			break;
		case '<':
			buf_text(b, "&lt;");
			break;
		case '>':
			buf_text(b, "&gt;");
			break;
		case '"':
			buf_text(b, "&quot;");
			break;
		case '\'':
			buf_text(b, "&#39;");
			break;
		default:
			buf_u8(b, text.at[i]);
		}
	}
}
