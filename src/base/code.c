/* SPDX-License-Identifier: Apache-2.0 */
#include "base/code.h"

static const char hex_digits[] = "0123456789abcdef";
static const char b64_digits[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
code_hex(struct buf *b, struct span bytes)
{
	for (size_t i = 0; i < bytes.n; i++) {
		buf_u8(b, (uint8_t)hex_digits[bytes.at[i] >> 4]);
		buf_u8(b, (uint8_t)hex_digits[bytes.at[i] & 15]);
	}
}

static int
hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int
b64_digit(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
code_hex_parse(struct span text, uint8_t *to, size_t n)
{
	if (text.n / 2 != n || text.n % 2 != 0)
		return false;
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(text.at[2 * i]);
		int low = hex_digit(text.at[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		to[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void
code_base64(struct buf *b, struct span bytes)
{
	for (size_t i = 0; i < bytes.n; i += 3) {
		size_t left = bytes.n - i;
		uint32_t v = (uint32_t)bytes.at[i] << 16;

		if (left > 1)
			v |= (uint32_t)bytes.at[i + 1] << 8;
		if (left > 2)
			v |= bytes.at[i + 2];
		buf_u8(b, (uint8_t)b64_digits[v >> 18]);
		buf_u8(b, (uint8_t)b64_digits[v >> 12 & 63]);
		buf_u8(b, (uint8_t)(left > 1 ? b64_digits[v >> 6 & 63] : '='));
		buf_u8(b, (uint8_t)(left > 2 ? b64_digits[v & 63] : '='));
	}
}

/* Four characters; 0 when they are not canonical, else bytes written. */
static size_t
quad_parse(const uint8_t *four, bool last, uint8_t out[3])
{
	size_t pad = (size_t)(four[3] == '=') + (four[2] == '=');
	uint32_t v = 0;

	if ((pad > 0 && !last) || (four[2] == '=' && four[3] != '='))
		return 0;
	for (size_t i = 0; i < 4 - pad; i++) {
		int digit = b64_digit(four[i]);

		if (digit < 0)
			return 0;
		v |= (uint32_t)digit << (18 - 6 * i);
	}
	if ((pad == 1 && (v & 0xff) != 0) || (pad == 2 && (v & 0xffff) != 0))
		return 0;
	out[0] = (uint8_t)(v >> 16);
	out[1] = (uint8_t)(v >> 8);
	out[2] = (uint8_t)v;
	return 3 - pad;
}

bool
code_base64_parse(struct span text, uint8_t *to, size_t size, size_t *ret_n)
{
	size_t n = 0;

	if (text.n % 4 != 0)
		return false;
	for (size_t i = 0; i < text.n; i += 4) {
		uint8_t out[3];
		size_t got = quad_parse(text.at + i, i + 4 == text.n, out);

		if (got == 0 || got > size - n)
			return false;
		memcpy(to + n, out, got);
		n += got;
	}
	*ret_n = n;
	return true;
}
