/* SPDX-License-Identifier: Apache-2.0 */
/*
 * RFC 4180, strictly: records end in CRLF or LF, a field that begins with a
 * quote ends with one and doubles those within, no quote elsewhere.  A byte
 * order mark before the first record is skipped.
 */
#include "roll/roll_int.h"

#include <string.h>

#include "base/mem.h"

enum { CSV_BUFFER = 4 * ROLL_RECORD_MAX };

enum err
roll_csv_init(struct roll_csv *csv, const struct roll_source *from)
{
	*csv = (struct roll_csv){.from = from, .next_line = 1};
	csv->at = mem_zeroed(CSV_BUFFER);
	return csv->at == NULL ? err_origin(ERR_NOMEM) : ERR_OK;
}

void
roll_csv_fini(struct roll_csv *csv)
{
	if (csv->at != NULL)
		mem_wipe(csv->at, CSV_BUFFER);
	*csv = (struct roll_csv){0};
}

static enum err
csv_fill(struct roll_csv *csv)
{
	bool first = csv->bytes == 0;
	enum err e = ERR_OK;

	memmove(csv->at, csv->at + csv->used, csv->n - csv->used);
	csv->n -= csv->used;
	csv->used = 0;
	while (e == ERR_OK && !csv->ended && csv->n < CSV_BUFFER) {
		size_t got = 0;

		e = csv->from->read(csv->from->ctx, csv->at + csv->n,
			CSV_BUFFER - csv->n, &got);
		if (e != ERR_OK)
			return e;
		must(got <= CSV_BUFFER - csv->n);
		csv->ended = got == 0;
		csv->n += got;
		csv->bytes += got;
	}
	if (first && csv->n >= 3 && memcmp(csv->at, "\xef\xbb\xbf", 3) == 0)
		csv->used = 3;
	return e;
}

static enum err
csv_bad(const struct roll_csv *csv, struct why *why, const char *says)
{
	return why_set(why, ERR_MALFORMED, "%s:%llu: %s", csv->from->name,
		(unsigned long long)csv->line, says);
}

/* Length of the record that begins at `at`, its LF included; 0: no end seen.
 * A quote is open after an odd number of them. */
static size_t
record_length(const uint8_t *at, size_t n, bool *ret_quotes)
{
	const uint8_t *lf = memchr(at, '\n', n);
	size_t line = lf == NULL ? n : (size_t)(lf - at);
	bool quoted = false;

	*ret_quotes = memchr(at, '"', line) != NULL;
	if (lf == NULL)
		return 0;
	if (!*ret_quotes)
		return line + 1;
	for (size_t i = 0; i < n; i++) {
		if (at[i] == '"')
			quoted = !quoted;
		else if (at[i] == '\n' && !quoted)
			return i + 1;
	}
	return 0;
}

/* The quoted field at `at` in [0, n), unquoted in place.  Gives the place
 * after its closing quote; 0: it never closes. */
static size_t
field_unquote(uint8_t *at, size_t n, struct span *ret_field)
{
	size_t to = 0;
	size_t i = 1;

	while (i < n) {
		if (at[i] == '"') {
			if (i + 1 >= n || at[i + 1] != '"') {
				*ret_field = span_of(at, to);
				return i + 1;
			}
			i++;
		}
		at[to++] = at[i++];
	}
	return 0;
}

/* Splits at[0, n), the record without its line end. */
static enum err
record_split(const struct roll_csv *csv, uint8_t *at, size_t n,
	struct span *fields, size_t *ret_n, struct why *why)
{
	size_t i = 0;

	for (*ret_n = 0; *ret_n < ROLL_FIELDS_MAX;) {
		struct span *field = &fields[(*ret_n)++];

		if (i < n && at[i] == '"') {
			size_t after = field_unquote(at + i, n - i, field);

			if (after == 0)
				return csv_bad(csv, why, "a quote never ends");
			i += after;
		} else {
			const uint8_t *comma = memchr(at + i, ',', n - i);
			size_t end = comma == NULL ? n : (size_t)(comma - at);

			*field = span_of(at + i, end - i);
			if (memchr(at + i, '"', end - i) != NULL)
				return csv_bad(csv, why,
					"a quote inside a field that does not "
					"begin with one");
			i = end;
		}
		if (i == n)
			return ERR_OK;
		if (at[i++] != ',')
			return csv_bad(csv, why, "text after a closing quote");
	}
	return csv_bad(csv, why, "more fields than any roll has");
}

/* The same of a record without a quote in it, as nearly all are. */
static enum err
plain_split(const struct roll_csv *csv, const uint8_t *at, size_t n,
	struct span *fields, size_t *ret_n, struct why *why)
{
	size_t from = 0;

	*ret_n = 0;
	for (size_t i = 0; i < n; i++) {
		if (at[i] != ',')
			continue;
		fields[(*ret_n)++] = span_of(at + from, i - from);
		from = i + 1;
		if (*ret_n == ROLL_FIELDS_MAX)
			return csv_bad(
				csv, why, "more fields than any roll has");
	}
	fields[(*ret_n)++] = span_of(at + from, n - from);
	return ERR_OK;
}

static uint64_t
count_lf(const uint8_t *at, size_t n)
{
	uint64_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += at[i] == '\n';
	return count;
}

enum err
roll_csv_record(struct roll_csv *csv, struct span fields[ROLL_FIELDS_MAX],
	size_t *ret_n, struct why *reterr_why)
{
	uint8_t *at = csv->at + csv->used;
	size_t left = csv->n - csv->used;
	bool quotes = false;
	size_t whole = record_length(at, left, &quotes);
	size_t n;

	*ret_n = 0;
	if (whole == 0 && !csv->ended) {
		enum err e = csv_fill(csv);

		if (e != ERR_OK)
			return e;
		at = csv->at + csv->used;
		left = csv->n - csv->used;
		whole = record_length(at, left, &quotes);
	}
	if (left == 0)
		return ERR_OK;
	csv->line = csv->next_line;
	if (whole == 0 && csv->ended)
		whole = left;
	if (whole == 0 || whole > ROLL_RECORD_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"%s:%llu: a record of more than %d bytes (is a quote "
			"left open?)",
			csv->from->name, (unsigned long long)csv->line,
			(int)ROLL_RECORD_MAX);
	csv->next_line += quotes ? count_lf(at, whole) : 1;
	csv->used += whole;
	n = whole;
	if (at[n - 1] == '\n')
		n--;
	if (n > 0 && n < whole && at[n - 1] == '\r')
		n--;
	return quotes ? record_split(csv, at, n, fields, ret_n, reterr_why)
		      : plain_split(csv, at, n, fields, ret_n, reterr_why);
}
