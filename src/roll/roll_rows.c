/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records to rows: which column is which, and what each may hold.  A roll
 * repeats itself from row to row, so a column is judged only where it differs
 * from the row before.
 */
#include "roll/roll_int.h"

#include <string.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/num.h"

struct column {
	const char *name;
	size_t max;
	bool filled;
};

static const struct column columns[COL_N] = {
#define COLUMN(ID, name, max, filled) [COL_##ID] = {(name), (max), (filled)},
#include "roll/roll.def"
};

static enum err
row_bad(const struct roll_rows *rows, enum roll_column column, struct why *why,
	const char *says)
{
	return why_set(why, ERR_MALFORMED, "%s:%llu: %s: %s",
		rows->csv.from->name, (unsigned long long)rows->csv.line,
		columns[column].name, says);
}

static bool
column_find(struct span name, enum roll_column *ret_column)
{
	for (unsigned i = 0; i < COL_N; i++)
		if (span_eq(name, span_text(columns[i].name))) {
			*ret_column = (enum roll_column)i;
			return true;
		}
	return false;
}

/* For messages: letters, digits and _ of a name in somebody's file. */
static void
printable(struct span s, char to[40])
{
	size_t n = s.n < 39 ? s.n : 39;

	for (size_t i = 0; i < n; i++)
		to[i] = s.at[i] > 0x20 && s.at[i] < 0x7f ? (char)s.at[i] : '?';
	to[n] = '\0';
}

static enum err
header_bad(const struct roll_rows *rows, struct span name, struct why *why,
	const char *says)
{
	char text[40];

	printable(name, text);
	return why_set(why, ERR_MALFORMED, "%s:%llu: header: %s: %s",
		rows->csv.from->name, (unsigned long long)rows->csv.line, text,
		says);
}

static enum err
rows_header(struct roll_rows *rows, struct why *why)
{
	struct span fields[ROLL_FIELDS_MAX];
	bool seen[COL_N] = {false};
	enum err e = roll_csv_record(&rows->csv, fields, &rows->n_fields, why);

	if (e != ERR_OK)
		return e;
	if (rows->n_fields == 0)
		return why_set(why, ERR_MALFORMED,
			"%s: empty: not even a header", rows->csv.from->name);
	for (size_t i = 0; i < rows->n_fields; i++) {
		enum roll_column column;

		if (!column_find(fields[i], &column))
			return header_bad(rows, fields[i], why,
				"a roll has no such column");
		if (seen[column])
			return header_bad(rows, fields[i], why, "named twice");
		seen[column] = true;
		rows->place[column] = (uint8_t)i;
	}
	for (size_t i = 0; i < COL_N; i++)
		if (!seen[i])
			return header_bad(rows, span_text(columns[i].name), why,
				"this column is missing");
	return ERR_OK;
}

enum err
roll_rows_init(struct roll_rows *rows, const struct roll_source *from,
	struct why *reterr_why)
{
	enum err e;

	*rows = (struct roll_rows){.first = true};
	e = roll_csv_init(&rows->csv, from);
	for (size_t i = 0; e == ERR_OK && i < 2; i++) {
		rows->kept[i] = mem_zeroed(ROLL_RECORD_MAX);
		if (rows->kept[i] == NULL)
			e = err_origin(ERR_NOMEM);
	}
	return e == ERR_OK ? rows_header(rows, reterr_why) : e;
}

void
roll_rows_fini(struct roll_rows *rows)
{
	roll_csv_fini(&rows->csv);
	for (size_t i = 0; i < 2; i++)
		mem_wipe(rows->kept[i],
			rows->kept[i] == NULL ? 0 : ROLL_RECORD_MAX);
	*rows = (struct roll_rows){0};
}

/* ---- what a column may hold ---- */

static bool
is_clean(struct span s)
{
	uint8_t any = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.at[i] < 0x20 || s.at[i] == 0x7f)
			return false;
		any |= s.at[i];
	}
	return any < 0x80 || span_is_utf8(s);
}

static enum err
text_check(const struct roll_rows *rows, enum roll_column column, struct span s,
	struct why *why)
{
	if (s.n > columns[column].max)
		return why_set(why, ERR_TOO_LARGE,
			"%s:%llu: %s: more than %zu bytes",
			rows->csv.from->name,
			(unsigned long long)rows->csv.line,
			columns[column].name, columns[column].max);
	if (columns[column].filled && s.n == 0)
		return row_bad(rows, column, why, "is empty");
	if (!is_clean(s))
		return row_bad(rows, column, why,
			"holds a control character or broken UTF-8");
	return ERR_OK;
}

/* Gives the place of `s` in `words`; `n` when it is none of them. */
static size_t
word_find(struct span s, const char *const *words, size_t n)
{
	size_t i = 0;

	while (i < n && !span_eq(s, span_text(words[i])))
		i++;
	return i;
}

static bool
parse_tin(struct span s, struct roll_row *row)
{
	uint64_t tin = 0;

	if (s.n != 0 &&
		(s.n != 9 || !num_digits(s, 999999999, &tin) || tin == 0))
		return false;
	row->tin = (uint32_t)tin;
	return true;
}

static bool
parse_tin_type(struct span s, struct roll_row *row)
{
	static const char *const words[] = {
#define TIN(ID, word) (word),
#include "roll/roll.def"
	};
	size_t i = word_find(s, words, ROLL_N_TINS);

	row->tin_type = (enum roll_tin_type)i;
	return i < ROLL_N_TINS;
}

static bool
parse_birth(struct span s, struct roll_row *row)
{
	row->birth = DAY_NONE;
	return s.n == 0 || day_parse(s, &row->birth);
}

static bool
parse_role(struct span s, struct roll_row *row)
{
	static const char *const words[] = {
#define ROLE(ID, word) (word),
#include "roll/roll.def"
	};
	size_t i = word_find(s, words, ROLL_N_ROLES);

	row->role = (enum roll_role)i;
	return i < ROLL_N_ROLES;
}

static bool
parse_year(struct span s, struct roll_row *row)
{
	uint64_t year;

	if (s.n != 4 || !num_digits(s, 2999, &year) || year < 1900)
		return false;
	row->year = (uint16_t)year;
	return true;
}

static bool
parse_origin(struct span s, struct roll_row *row)
{
	static const char *const words[] = {
#define ORIGIN(ID, word) (word),
#include "roll/roll.def"
	};
	size_t i = word_find(s, words, ROLL_N_ORIGINS);

	row->origin = (enum roll_origin)i;
	return i < ROLL_N_ORIGINS;
}

static bool
parse_screen(struct span s, struct roll_row *row)
{
	static const char *const words[] = {
#define SCREEN(ID, word) (word),
#include "roll/roll.def"
	};
	size_t i = word_find(s, words, ROLL_N_SCREENS);

	row->screen = (enum roll_screen)i;
	return i < ROLL_N_SCREENS;
}

struct kind {
	bool (*parse)(struct span s, struct roll_row *row);
	const char *says;
};

static const struct kind kinds[COL_N] = {
	[COL_TIN] = {parse_tin, "is not nine digits"},
	[COL_TIN_TYPE] = {parse_tin_type, "is not SSN, ITIN or ATIN"},
	[COL_BIRTH] = {parse_birth, "is not a date (YYYY-MM-DD)"},
	[COL_ROLE] = {parse_role, "is not primary, secondary or dependent"},
	[COL_YEAR] = {parse_year, "is not a year (1900 to 2999)"},
	[COL_ORIGIN] = {parse_origin,
		"is not return, third-party, preparer or care-of"},
	[COL_SCREEN] = {parse_screen, "is not empty, informant, exam or ci"},
};

static enum err
column_read(const struct roll_rows *rows, enum roll_column column,
	struct roll_row *row, struct why *why)
{
	struct span s = row->col[column];
	enum err e = text_check(rows, column, s, why);

	if (e == ERR_OK && kinds[column].parse != NULL &&
		!kinds[column].parse(s, row))
		e = row_bad(rows, column, why, kinds[column].says);
	return e;
}

/* ---- a row ---- */

/* How many bytes are the same at the beginning of both. */
static size_t
common(const uint8_t *a, const uint8_t *b, size_t n)
{
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		uint64_t x;
		uint64_t y;

		memcpy(&x, a + i, sizeof(x));
		memcpy(&y, b + i, sizeof(y));
		if (x != y)
			break;
	}
	while (i < n && a[i] == b[i])
		i++;
	return i;
}

/*
 * Copies the record into our own memory, beside the one before, and says which
 * columns changed.  Rows of one person begin alike: what lies at the same place
 * within what they have in common is equal.
 */
static uint32_t
row_keep(
	struct roll_rows *rows, const struct span *fields, struct roll_row *row)
{
	const struct span *last = &fields[rows->n_fields - 1];
	const uint8_t *from = fields[0].at;
	size_t n = (size_t)(last->at + last->n - from);
	const uint8_t *before = rows->kept[rows->now];
	uint8_t *to = rows->kept[rows->now ^= 1];
	size_t same = common(from, before, n < rows->n_kept ? n : rows->n_kept);
	uint32_t changed = 0;

	memcpy(to, from, n);
	rows->n_kept = n;
	for (size_t i = 0; i < COL_N; i++) {
		struct span s = fields[rows->place[i]];
		size_t place = (size_t)(s.at - from);
		bool alike = !rows->first && place + s.n <= same &&
			     s.n == row->col[i].n &&
			     place == (size_t)(row->col[i].at - before);

		if (rows->first || (!alike && !span_eq(s, row->col[i])))
			changed |= 1u << i;
		row->col[i] = span_of(to + place, s.n);
	}
	rows->first = false;
	return changed;
}

enum err
roll_rows_next(struct roll_rows *rows, struct roll_row *row, bool *ret_end,
	struct why *reterr_why)
{
	struct span fields[ROLL_FIELDS_MAX];
	size_t n;
	enum err e = roll_csv_record(&rows->csv, fields, &n, reterr_why);

	*ret_end = e == ERR_OK && n == 0;
	if (e != ERR_OK || n == 0)
		return e;
	if (n != rows->n_fields)
		return why_set(reterr_why, ERR_MALFORMED,
			"%s:%llu: %zu fields, and the header has %zu",
			rows->csv.from->name,
			(unsigned long long)rows->csv.line, n, rows->n_fields);
	row->changed = row_keep(rows, fields, row);
	for (unsigned i = 0; e == ERR_OK && i < COL_N; i++)
		if ((row->changed >> i & 1) != 0)
			e = column_read(
				rows, (enum roll_column)i, row, reterr_why);
	if (e == ERR_OK && (row->tin == 0) != (row->tin_type == ROLL_NO_TIN))
		e = row_bad(rows, COL_TIN_TYPE, reterr_why,
			"must be given with a TIN and only then");
	return e;
}
