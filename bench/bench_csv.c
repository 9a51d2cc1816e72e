/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/bench_csv.h"

#include "base/buf.h"

void
bench_csv_init(struct bench_csv *csv, const char *name, struct span bytes)
{
	*csv = (struct bench_csv){.name = name, .left = bytes, .next_line = 1};
	if (span_starts(bytes, SPAN("\xef\xbb\xbf")))
		csv->left = span_of(bytes.at + 3, bytes.n - 3);
}

static enum err
bad(const struct bench_csv *csv, enum err e, struct why *why, const char *says)
{
	return why_set(why, e, "%s:%llu: %s", csv->name,
		(unsigned long long)csv->line, says);
}

static uint8_t
peek(const struct bench_csv *csv)
{
	return csv->left.n == 0 ? '\n' : csv->left.at[0];
}

static void
skip(struct bench_csv *csv, size_t n)
{
	if (n > csv->left.n)
		n = csv->left.n;
	csv->left = span_of(csv->left.at + n, csv->left.n - n);
}

static void
skip_blanks(struct bench_csv *csv)
{
	while (peek(csv) == ' ' || peek(csv) == '\t')
		skip(csv, 1);
}

/* Behind the opening quote, up to and with the closing one. */
static enum err
quoted(struct bench_csv *csv, struct span *ret_field, struct why *why)
{
	size_t from = csv->n_text;

	for (;;) {
		uint8_t c = peek(csv);

		if (csv->left.n == 0)
			return bad(csv, ERR_MALFORMED, why,
				"a quote that never ends");
		skip(csv, 1);
		if (c == '"') {
			if (csv->left.n == 0 || peek(csv) != '"')
				break;
			skip(csv, 1);
		}
		csv->next_line += c == '\n';
		if (csv->n_text == BENCH_CSV_TEXT)
			return bad(
				csv, ERR_TOO_LARGE, why, "a record too long");
		csv->text[csv->n_text++] = c;
	}
	*ret_field = span_of(csv->text + from, csv->n_text - from);
	return ERR_OK;
}

static enum err
plain(struct bench_csv *csv, struct span *ret_field, struct why *why)
{
	const uint8_t *from = csv->left.at;
	size_t n = 0;

	while (n < csv->left.n && from[n] != ',' && from[n] != '\n')
		if (from[n++] == '"')
			return bad(csv, ERR_MALFORMED, why,
				"a quote inside a field that does not begin "
				"with one");
	skip(csv, n);
	*ret_field = span_of(from, n);
	return ERR_OK;
}

static enum err
field(struct bench_csv *csv, struct why *why)
{
	struct span *f = &csv->field[csv->n++];
	enum err e;

	skip_blanks(csv);
	if (csv->left.n > 0 && peek(csv) == '"') {
		skip(csv, 1);
		e = quoted(csv, f, why);
		skip_blanks(csv);
		if (e == ERR_OK && peek(csv) == '\r')
			skip(csv, 1);
		if (e == ERR_OK && peek(csv) != ',' && peek(csv) != '\n')
			e = bad(csv, ERR_MALFORMED, why,
				"text after a closing quote");
	} else {
		e = plain(csv, f, why);
	}
	*f = span_trim(*f);
	return e;
}

enum err
bench_csv_next(struct bench_csv *csv, struct why *reterr_why)
{
	enum err e = ERR_OK;

	csv->n = 0;
	csv->n_text = 0;
	csv->line = csv->next_line;
	while (csv->left.n > 0) {
		bool ends;

		if (csv->n == BENCH_CSV_FIELDS)
			return bad(csv, ERR_TOO_LARGE, reterr_why,
				"too many fields");
		e = field(csv, reterr_why);
		if (e != ERR_OK)
			return e;
		ends = peek(csv) == '\n';
		/* a comma at the end of the file is before an empty field */
		if (!ends && csv->left.n == 1 && csv->n < BENCH_CSV_FIELDS)
			csv->field[csv->n++] = SPAN("");
		skip(csv, 1);
		if (ends)
			break;
	}
	csv->next_line++;
	return ERR_OK;
}

void
bench_csv_write(struct buf *to, struct span text)
{
	bool quote = false;

	for (size_t i = 0; i < text.n; i++)
		quote |= text.at[i] == ',' || text.at[i] == '"' ||
			 text.at[i] == '\n' || text.at[i] == '\r';
	if (!quote) {
		buf_bytes(to, text);
		return;
	}
	buf_u8(to, '"');
	for (size_t i = 0; i < text.n; i++) {
		if (text.at[i] == '"')
			buf_u8(to, '"');
		buf_u8(to, text.at[i]);
	}
	buf_u8(to, '"');
}
