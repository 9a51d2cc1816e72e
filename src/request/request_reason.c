/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a reason about this person and this case?  (26 USC 6103(i)(2)(B)(iv).)
 *
 *	text ──> tokens ──> own case numbers, dates, other case numbers
 *	     └─> folded words ──> name, city
 *
 * Nothing here knows a sentence: a template filled with another's facts and a
 * hand-written reason are told apart only by the facts in them.
 */
#include "base/num.h"
#include "request/request_grade_int.h"

enum {
	TEXT_MAX = 4096 + 1,
	TOKENS_MAX = 2050,
	OWN_MAX = 64,
	WORDS_MAX = 2050,
	WORDS_BYTES = 8192,
	NEAR_WORDS = 3,   /* between given name and surname */
	ORDER_WORDS = 12, /* between "order" and its date */
	CASE_DIGITS = 4,  /* a case number has at least these */
	SHAPE_SIZE = 256,
};

enum use { USE_NONE, USE_OWN, USE_DATE };

struct token {
	uint16_t at;
	uint16_t n;
	uint16_t digits;
	uint8_t use;
	uint8_t span; /* a date's tokens, at its first */
};

struct date {
	int32_t day;   /* DAY_NONE: only month and year */
	int32_t other; /* day and month the other way round, or `day` */
	uint16_t year;
	uint8_t month;
	uint8_t n; /* tokens */
	bool impossible;
};

struct reason {
	char text[TEXT_MAX];
	size_t n_text;
	struct token token[TOKENS_MAX];
	size_t n;
	bool slash_joins; /* the request's own case number has a '/' */
	int32_t order;    /* of the request, or DAY_NONE */
	/* findings */
	bool own_case;
	bool other_case;
	bool impossible;
	bool order_agrees;
	bool order_differs;
	bool fact;
	bool half_fact;
};

/* ---- text and tokens ---- */

/* Bytes of UTF-8 that are set in plain ASCII, `to` 0: left out. */
static const struct {
	uint8_t first[2];
	uint8_t least; /* of the last byte */
	uint8_t most;
	uint8_t n;
	char to;
} plain[] = {
	{{0xe2, 0x80}, 0x90, 0x95, 3, '-'}, /* U+2010 to U+2015 */
	{{0xe2, 0x88}, 0x92, 0x92, 3, '-'}, /* U+2212 */
	{{0xe2, 0x80}, 0x80, 0x8a, 3, ' '}, /* U+2000 to U+200A */
	{{0xe2, 0x80}, 0xaf, 0xaf, 3, ' '}, /* U+202F */
	{{0xe3, 0x80}, 0x80, 0x80, 3, ' '}, /* U+3000 */
	{{0xe2, 0x80}, 0x8b, 0x8f, 3, 0},   /* U+200B to U+200F */
	{{0xe2, 0x81}, 0xa0, 0xa0, 3, 0},   /* U+2060 */
	{{0xef, 0xbb}, 0xbf, 0xbf, 3, 0},   /* U+FEFF */
	{{0xc2, 0}, 0xa0, 0xa0, 2, ' '},    /* no-break space */
	{{0xc2, 0}, 0xad, 0xad, 2, 0},      /* soft hyphen */
};

/* How many bytes of `s` one entry stands for; 0: none does. */
static size_t
plain_at(struct span s, char *ret_to)
{
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		size_t n = plain[i].n;

		if (s.n < n || memcmp(s.at, plain[i].first, n - 1) != 0 ||
			s.at[n - 1] < plain[i].least ||
			s.at[n - 1] > plain[i].most)
			continue;
		*ret_to = plain[i].to;
		return n;
	}
	return 0;
}

/* Dashes of all kinds to '-', odd blanks to ' ', invisible ones to nothing. */
static size_t
plain_text(struct span s, char to[TEXT_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n + 1 < TEXT_MAX;) {
		char c = (char)s.at[i];
		size_t used =
			s.at[i] < 0x80
				? 0
				: plain_at(span_of(s.at + i, s.n - i), &c);

		if (used == 0 || c != 0)
			to[n++] = c;
		i += used == 0 ? 1 : used;
	}
	to[n] = '\0';
	return n;
}

static bool
digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes past ASCII are letters of some script. */
static bool
letter(char c)
{
	return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (uint8_t)c >= 0x80;
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c & ~0x20) : c;
}

static size_t
tokens_of(const char *text, size_t n_text, struct token *token, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < n_text && n < max; i++) {
		size_t start = i;
		size_t digits = 0;
		struct token *t = &token[n];

		if (!digit(text[i]) && !letter(text[i]))
			continue;
		*t = (struct token){.at = (uint16_t)i};
		for (; i < n_text && (digit(text[i]) || letter(text[i])); i++)
			digits += digit(text[i]) ? 1U : 0U;
		t->n = (uint16_t)(i - start);
		t->digits = (uint16_t)digits;
		n++;
	}
	return n;
}

static bool
token_is(const struct reason *r, size_t i, const char *word)
{
	const struct token *t = &r->token[i];

	/* the first letter alone refuses nearly all */
	if (i >= r->n || upper(r->text[t->at]) != word[0] ||
		strlen(word) != t->n)
		return false;
	for (size_t k = 0; k < t->n; k++)
		if (upper(r->text[t->at + k]) != word[k])
			return false;
	return true;
}

static bool
token_any(const struct reason *r, size_t i, const char *const list[])
{
	for (size_t k = 0; list[k] != NULL; k++)
		if (token_is(r, i, list[k]))
			return true;
	return false;
}

/* What stands between token i and the next. */
static struct span
gap_after(const struct reason *r, size_t i)
{
	size_t from = (size_t)r->token[i].at + r->token[i].n;
	size_t to = i + 1 < r->n ? r->token[i + 1].at : r->n_text;

	return span_of(r->text + from, to - from);
}

static bool
gap_only(struct span gap, const char *allowed)
{
	for (size_t i = 0; i < gap.n; i++)
		if (gap.at[i] == '\0' ||
			strchr(allowed, (char)gap.at[i]) == NULL)
			return false;
	return true;
}

/* Token i and the next are parts of one number or code. */
static bool
joined(const struct reason *r, size_t i)
{
	struct span gap;
	const struct token *t = &r->token[i];
	bool digits;

	if (i + 1 >= r->n)
		return false;
	gap = gap_after(r, i);
	if (gap.n != 1)
		return false;
	if (gap.at[0] == '-' || gap.at[0] == '_')
		return true;
	digits = digit(r->text[t->at + t->n - 1]) &&
		 digit(r->text[r->token[i + 1].at]);
	if (gap.at[0] == '/')
		return digits || r->slash_joins;
	return digits && (gap.at[0] == '.' || gap.at[0] == ':');
}

/* ---- the own case number ---- */

static bool
tokens_equal(const struct reason *r, size_t i, const char *own,
	const struct token *o)
{
	const struct token *t = &r->token[i];

	if (t->n != o->n)
		return false;
	for (size_t k = 0; k < t->n; k++)
		if (upper(r->text[t->at + k]) != upper(own[o->at + k]))
			return false;
	return true;
}

/* All `n` tokens of the own number at token i, and no more digits joined. */
static bool
own_at(const struct reason *r, size_t i, const char *own, const struct token *o,
	size_t n)
{
	if (i + n > r->n)
		return false;
	for (size_t k = 0; k < n; k++) {
		if (!tokens_equal(r, i + k, own, &o[k]))
			return false;
		if (k + 1 < n &&
			(gap_after(r, i + k).n > 2 ||
				!gap_only(gap_after(r, i + k), "-_/.:# ")))
			return false;
	}
	if (i > 0 && joined(r, i - 1) && r->token[i - 1].digits > 0)
		return false;
	return !joined(r, i + n - 1) || r->token[i + n].digits == 0;
}

static void
find_own_case(struct reason *r, struct span id)
{
	char own[TEXT_MAX];
	struct token o[OWN_MAX];
	size_t n = tokens_of(own, plain_text(id, own), o, OWN_MAX);

	r->slash_joins = strchr(own, '/') != NULL;
	for (size_t i = 0; n > 0 && i < r->n; i++) {
		if (!own_at(r, i, own, o, n))
			continue;
		r->own_case = true;
		for (size_t k = 0; k < n; k++)
			r->token[i + k].use = USE_OWN;
		i += n - 1;
	}
}

/* ---- dates ---- */

static unsigned
number_at(const struct reason *r, size_t i, size_t least, size_t most)
{
	const struct token *t = &r->token[i];
	uint64_t v = 0;

	if (i >= r->n || t->n < least || t->n > most || t->digits != t->n ||
		!num_digits(span_of(r->text + t->at, t->n), UINT32_MAX, &v))
		return UINT32_MAX;
	return (unsigned)v;
}

static int32_t
day_from(unsigned year, unsigned month, unsigned day)
{
	int32_t at;
	int y;
	int m;
	int d;

	if (year < 1900 || year > 2100 || month < 1 || month > 12 || day < 1 ||
		day > 31)
		return DAY_NONE;
	at = day_of((int)year, (int)month, (int)day);
	day_split(at, &y, &m, &d);
	return d == (int)day ? at : DAY_NONE;
}

/* "June", "Jun", "Sept": 1 to 12; 0 where it is no month. */
static unsigned
month_at(const struct reason *r, size_t i)
{
	static const char *const months[] = {"JANUARY", "FEBRUARY", "MARCH",
		"APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER",
		"OCTOBER", "NOVEMBER", "DECEMBER"};

	if (i >= r->n || r->token[i].digits > 0 || r->token[i].n < 3)
		return 0;
	for (unsigned m = 0; m < 12; m++) {
		char abbr[4] = {months[m][0], months[m][1], months[m][2], 0};

		if (token_is(r, i, months[m]) || token_is(r, i, abbr))
			return m + 1;
	}
	return token_is(r, i, "SEPT") ? 9 : 0;
}

/* "27", "27th": the day of a month; 0 where it is none. */
static unsigned
ordinal_at(const struct reason *r, size_t i)
{
	const struct token *t = &r->token[i];
	unsigned v;

	if (i >= r->n || t->digits == 0 || t->digits > 2)
		return 0;
	v = number_at(r, i, 1, 2);
	if (v == UINT32_MAX && t->n == t->digits + 2U && t->n > 2) {
		char c = upper(r->text[t->at + t->n - 2]);
		uint64_t d;

		if (strchr("SNRT", c) == NULL || c == '\0' ||
			!num_digits(
				span_of(r->text + t->at, t->digits), 99, &d))
			return 0;
		v = (unsigned)d;
	}
	return v == UINT32_MAX ? 0 : v;
}

/* The same separator, one byte of "-/.", after tokens i and i + 1? */
static bool
same_joints(const struct reason *r, size_t i)
{
	struct span a;
	struct span b;

	if (i + 2 >= r->n)
		return false;
	a = gap_after(r, i);
	b = gap_after(r, i + 1);
	return a.n == 1 && span_eq(a, b) && gap_only(a, "-/.");
}

static void
date_set(struct date *date, size_t n, unsigned year, int32_t day, int32_t other)
{
	*date = (struct date){.day = day == DAY_NONE ? other : day,
		.other = other == DAY_NONE ? day : other,
		.year = (uint16_t)year,
		.n = (uint8_t)n,
		.impossible = day == DAY_NONE && other == DAY_NONE};
}

static bool
year_ok(unsigned year)
{
	return year >= 1900 && year <= 2100;
}

/* Three numbers with the same joint between them and none around them. */
static bool
three_numbers(const struct reason *r, size_t i, unsigned number[3])
{
	if (!same_joints(r, i) || (i > 0 && joined(r, i - 1)) ||
		joined(r, i + 2))
		return false;
	number[0] = number_at(r, i, 1, 4);
	number[1] = number_at(r, i + 1, 1, 2);
	number[2] = number_at(r, i + 2, 1, 4);
	return number[0] != UINT32_MAX && number[1] != UINT32_MAX &&
	       number[2] != UINT32_MAX;
}

/* 2025-06-27, 06/27/2025, 27.06.2025, 6/27/25 */
static bool
date_joined(const struct reason *r, size_t i, struct date *date)
{
	unsigned v[3];

	if (!three_numbers(r, i, v))
		return false;
	if (r->token[i].n == 4 && year_ok(v[0]) && r->token[i + 2].n <= 2) {
		date_set(date, 3, v[0], day_from(v[0], v[1], v[2]), DAY_NONE);
		return true;
	}
	if (r->token[i].n > 2)
		return false;
	if (r->token[i + 2].n == 2)
		v[2] += v[2] < 70 ? 2000 : 1900;
	if (!year_ok(v[2]))
		return false;
	date_set(date, 3, v[2], day_from(v[2], v[0], v[1]),
		day_from(v[2], v[1], v[0]));
	/* 12-34-56 is just a number */
	return r->token[i + 2].n == 4 || !date->impossible;
}

/* 20250627 */
static bool
date_compact(const struct reason *r, size_t i, struct date *date)
{
	unsigned v = number_at(r, i, 8, 8);
	int32_t day;

	if (v == UINT32_MAX || (i > 0 && joined(r, i - 1)) || joined(r, i))
		return false;
	day = day_from(v / 10000, v / 100 % 100, v % 100);
	date_set(date, 1, v / 10000, day, DAY_NONE);
	return !date->impossible;
}

/* June 27, 2025; June 27th 2025; June 2025 */
static bool
date_month_first(const struct reason *r, size_t i, struct date *date)
{
	unsigned month = month_at(r, i);
	unsigned day = ordinal_at(r, i + 1);
	unsigned year = number_at(r, i + 2, 4, 4);

	if (month == 0 || !gap_only(gap_after(r, i), " .,-"))
		return false;
	if (day != 0 && year_ok(year) &&
		gap_only(gap_after(r, i + 1), " ,.-")) {
		date_set(date, 3, year, day_from(year, month, day), DAY_NONE);
		return true;
	}
	year = number_at(r, i + 1, 4, 4);
	if (!year_ok(year))
		return false;
	*date = (struct date){.day = DAY_NONE,
		.other = DAY_NONE,
		.year = (uint16_t)year,
		.month = (uint8_t)month,
		.n = 2};
	return true;
}

/* 27 June 2025; 27th of June, 2025; 27-Jun-2025 */
static bool
date_day_first(const struct reason *r, size_t i, struct date *date)
{
	unsigned day = ordinal_at(r, i);
	size_t at = i + 1 < r->n && token_is(r, i + 1, "OF") ? i + 2 : i + 1;
	unsigned month = day == 0 ? 0 : month_at(r, at);
	unsigned year = month == 0 ? 0 : number_at(r, at + 1, 4, 4);

	if (month == 0 || !year_ok(year) || !gap_only(gap_after(r, i), " -") ||
		!gap_only(gap_after(r, at), " ,.-"))
		return false;
	date_set(date, at + 2 - i, year, day_from(year, month, day), DAY_NONE);
	return true;
}

static bool
date_at(const struct reason *r, size_t i, struct date *date)
{
	if (r->token[i].use == USE_OWN)
		return false;
	return date_joined(r, i, date) || date_compact(r, i, date) ||
	       date_day_first(r, i, date) || date_month_first(r, i, date);
}

static bool
date_is_month_of(const struct date *date, int32_t day)
{
	int y;
	int m;
	int d;

	day_split(day, &y, &m, &d);
	return date->day == DAY_NONE && date->year == y && date->month == m;
}

static bool
date_is(const struct date *date, int32_t day)
{
	return day != DAY_NONE && date->day != DAY_NONE &&
	       (date->day == day || date->other == day);
}

/* ---- which date is spoken of as the order's ---- */

static bool
order_word(const struct reason *r, size_t i)
{
	static const char *const words[] = {"ORDER", "ORDERS", "ORDERED", NULL};
	static const char *const others[] = {"COURT", "BOND", "WORK",
		"PURCHASE", "MONEY", "PROTECTIVE", "PROTECTION", "RESTRAINING",
		"SUPERVISION", "SEARCH", "SEALING", "DETENTION", "GAG",
		"PROBATION", NULL};
	static const char *const kinds[] = {"SUPERVISION", "RELEASE",
		"RECOGNIZANCE", "PROTECTION", "DETENTION", NULL};

	if (!token_any(r, i, words) || (i > 0 && token_any(r, i - 1, others)))
		return false;
	if (i > 0 && token_is(r, i - 1, "IN") && i + 1 < r->n &&
		token_is(r, i + 1, "TO"))
		return false;
	return !(i + 2 < r->n && token_is(r, i + 1, "OF") &&
		 token_any(r, i + 2, kinds));
}

/* Words that may stand between an order and its own date. */
static bool
order_filler(const struct reason *r, size_t i)
{
	static const char *const words[] = {"A", "ABSENTIA", "ADMINISTRATIVELY",
		"AFFIRMED", "AN", "AS", "BECAME", "BECOMING", "BIA", "BOARD",
		"BY", "COURT", "DATE", "DATED", "DEPORTATION", "DEPORTED",
		"ENTERED", "EOIR", "EXCLUDED", "EXCLUSION", "FINAL", "FROM",
		"GIVEN", "GRANTED", "HIS", "IJ", "IMMIGRATION", "IN", "IS",
		"ISSUED", "JUDGE", "MADE", "OF", "ON", "REMOVAL", "REMOVED",
		"SIGNED", "THE", "UNDER", "WAS", "WHICH", NULL};

	return token_any(r, i, words);
}

static void
order_date(struct reason *r, const struct date *date)
{
	bool agrees;

	if (r->order == DAY_NONE || date->impossible)
		return;
	agrees = date_is(date, r->order) || date_is_month_of(date, r->order);
	r->order_agrees = r->order_agrees || agrees;
	r->order_differs = r->order_differs || !agrees;
}

/* "order of removal entered on DATE" */
static void
order_then_date(struct reason *r, size_t i)
{
	for (size_t k = i + 1; k < r->n && k <= i + ORDER_WORDS; k++) {
		struct date date;

		if (!gap_only(gap_after(r, k - 1), " ,()-:"))
			return;
		if (r->token[k].use == USE_DATE) {
			if (date_at(r, k, &date))
				order_date(r, &date);
			return;
		}
		if (!order_filler(r, k))
			return;
	}
}

/* "the DATE order", "DATE final order of removal" */
static void
date_then_order(struct reason *r, size_t i, const struct date *date)
{
	static const char *const words[] = {"FINAL", "REMOVAL", "DEPORTATION",
		"ADMINISTRATIVE", "ADMINISTRATIVELY", NULL};
	size_t k = i + date->n;

	while (k < r->n && gap_only(gap_after(r, k - 1), " ") &&
		token_any(r, k, words))
		k++;
	if (k < r->n && gap_only(gap_after(r, k - 1), " ") && order_word(r, k))
		order_date(r, date);
}

static void
find_dates(struct reason *r)
{
	struct date date;

	for (size_t i = 0; i < r->n; i++) {
		if (!date_at(r, i, &date))
			continue;
		for (size_t k = 0; k < date.n; k++)
			r->token[i + k].use = USE_DATE;
		r->impossible = r->impossible || date.impossible;
		if (date_is(&date, r->order))
			r->fact = true;
		else if (r->order != DAY_NONE &&
			 date_is_month_of(&date, r->order))
			r->half_fact = true;
		date_then_order(r, i, &date);
		i += date.n - 1U;
	}
	for (size_t i = 0; i < r->n; i++)
		if (order_word(r, i))
			order_then_date(r, i);
}

/* ---- other case numbers ---- */

/* "HSI-HOU-25-325567" is "A-A-9-9"; without a letter in it every digit
 * counts: "25-325567" is "99-999999". */
static void
shape_of(const char *text, size_t n, char to[SHAPE_SIZE])
{
	bool letters = false;
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		letters = letters || letter(text[i]);
	for (size_t i = 0; i < n && k + 1 < SHAPE_SIZE; i++) {
		char c = digit(text[i]) ? '9' : letter(text[i]) ? 'A' : '-';

		if (letters && k > 0 && to[k - 1] == c && c != '-')
			continue;
		to[k++] = c;
	}
	to[k] = '\0';
}

/* Does the text before token i say that a case number follows? */
static bool
announced(const struct reason *r, size_t i)
{
	static const char *const heads[] = {
		"CASE", "CASES", "INVESTIGATION", "MATTER", NULL};
	static const char *const numbers[] = {
		"NO", "NOS", "NUMBER", "NUM", "ID", "NR", NULL};

	if (i == 0 || !gap_only(gap_after(r, i - 1), " #.:("))
		return false;
	if (i > 1 && token_any(r, i - 1, numbers) &&
		gap_only(gap_after(r, i - 2), " #.:("))
		i--;
	return token_any(r, i - 1, heads);
}

/* The number in tokens i to `end` - 1: is it another case's? */
static bool
is_case(const struct reason *r, size_t i, size_t end, const char *own_shape)
{
	size_t from = r->token[i].at;
	size_t to = (size_t)r->token[end - 1].at + r->token[end - 1].n;
	char shape[SHAPE_SIZE];
	size_t digits = 0;
	bool coded;

	for (size_t k = i; k < end; k++) {
		if (r->token[k].use != USE_NONE)
			return false;
		digits += r->token[k].digits;
	}
	if (digits < CASE_DIGITS)
		return false;
	shape_of(r->text + from, to - from, shape);
	if (strcmp(shape, own_shape) == 0)
		return true;
	coded = end - i > 1 || strchr(shape, 'A') != NULL || digits > 4;
	return coded && announced(r, i);
}

static void
find_other_cases(struct reason *r, struct span id)
{
	char own[TEXT_MAX];
	char shape[SHAPE_SIZE];
	size_t n = plain_text(id, own);
	size_t end;

	shape_of(own, n, shape);
	for (size_t i = 0; i < r->n; i = end) {
		end = i + 1;
		while (end < r->n && joined(r, end - 1))
			end++;
		r->other_case = r->other_case || is_case(r, i, end, shape);
	}
}

/* ---- names and places ---- */

struct words {
	char text[WORDS_BYTES];
	uint16_t at[WORDS_MAX];
	uint16_t n_word[WORDS_MAX];
	bool lower[WORDS_MAX]; /* written with a small letter first */
	size_t n;
	size_t used;
	bool any_upper;
};

static void
words_add(struct words *w, struct span chunk)
{
	char folded[PERSON_FOLD_MAX];
	struct span left;
	bool lower = false;

	for (size_t i = 0; i < chunk.n; i++) {
		char c = (char)chunk.at[i];

		w->any_upper = w->any_upper || (c >= 'A' && c <= 'Z');
		if (digit(c) || letter(c)) {
			lower = c >= 'a' && c <= 'z';
			break;
		}
	}
	request_fold(chunk, folded);
	left = span_text(folded);
	while (left.n > 0) {
		struct span word = span_cut(&left, ' ');

		if (w->n == WORDS_MAX || w->used + word.n > WORDS_BYTES)
			return;
		memcpy(w->text + w->used, word.at, word.n);
		w->at[w->n] = (uint16_t)w->used;
		w->n_word[w->n] = (uint16_t)word.n;
		w->lower[w->n++] = lower;
		w->used += word.n;
	}
}

static void
words_of(const struct reason *r, struct words *w)
{
	struct span left = span_of(r->text, r->n_text);

	w->n = 0;
	w->used = 0;
	w->any_upper = false;
	while (left.n > 0) {
		struct span chunk = span_cut(&left, ' ');

		if (chunk.n > 0)
			words_add(w, chunk);
	}
}

/* A text folded and without blanks, so that DE LEON is DELEON. */
static size_t
squeezed(struct span text, char to[PERSON_FOLD_MAX])
{
	size_t n = 0;

	request_fold(text, to);
	for (size_t i = 0; to[i] != '\0'; i++)
		if (to[i] != ' ')
			to[n++] = to[i];
	to[n] = '\0';
	return n;
}

/* Words from word i on that are `phrase` together; 0 where they are not. */
static size_t
words_match(const struct words *w, size_t i, const char *phrase, size_t n)
{
	size_t done = 0;
	size_t k = i;

	for (; k < w->n && done < n; k++) {
		size_t len = w->n_word[k];

		if (len > n - done ||
			memcmp(w->text + w->at[k], phrase + done, len) != 0)
			return 0;
		done += len;
	}
	return done == n && n > 0 ? k - i : 0;
}

/* The surname within NEAR_WORDS of words i to `end` - 1, on either side? */
static bool
surname_near(const struct words *w, size_t i, size_t end, const char *surname,
	size_t n)
{
	size_t from = i > NEAR_WORDS + NAME_TOKENS_MAX
			      ? i - NEAR_WORDS - NAME_TOKENS_MAX
			      : 0;

	for (size_t k = from; k < w->n && k <= end + NEAR_WORDS; k++) {
		size_t used = words_match(w, k, surname, n);

		if (used == 0 || (k < end && k + used > i))
			continue;
		if (k >= end || k + used + NEAR_WORDS >= i)
			return true;
	}
	return false;
}

static void
find_name(
	struct reason *r, const struct words *w, const struct request *request)
{
	char given[PERSON_FOLD_MAX];
	char surname[PERSON_FOLD_MAX];
	size_t n_given = squeezed(request->field[RQ_GIVEN], given);
	size_t n_surname = squeezed(request->field[RQ_SURNAME], surname);

	if (n_surname < 2)
		return;
	for (size_t i = 0; i < w->n; i++) {
		size_t used = words_match(w, i, given, n_given);

		if (used > 0 && n_given + n_surname >= 4 &&
			surname_near(w, i, i + used, surname, n_surname))
			r->fact = true;
		if (words_match(w, i, surname, n_surname) > 0 && !w->lower[i])
			r->half_fact = true;
	}
}

/* A city is a name: "Mobile", but not "mobile". */
static void
find_city(
	struct reason *r, const struct words *w, const struct request *request)
{
	char city[PERSON_FOLD_MAX];
	size_t n = squeezed(request->field[RQ_CITY], city);

	if (n < 2 || request_placeholder(request->field[RQ_CITY]))
		return;
	for (size_t i = 0; i < w->n; i++)
		if (words_match(w, i, city, n) > 0 &&
			(!w->lower[i] || !w->any_upper))
			r->fact = true;
}

/* ---- together ---- */

bool
request_case_stated(struct span id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.at[i] >= '1' && id.at[i] <= '9')
			return !request_placeholder(id);
	return false;
}

static const char *
reason_grade(const struct reason *r, bool case_stated)
{
	if (r->impossible || (r->order_differs && !r->order_agrees))
		return "contradicted";
	if (!r->own_case)
		return case_stated && r->other_case ? "contradicted"
						    : "general";
	if (r->fact)
		return r->other_case ? "borderline" : "specific";
	return r->half_fact && !r->other_case ? "borderline" : "general";
}

const char *
request_reason_word(const struct request *request)
{
	struct span text = request->field[RQ_REASON];
	bool case_stated = request_case_stated(request->field[RQ_CASE_ID]);
	struct reason r = {0};
	struct words w;

	r.n_text = plain_text(text, r.text);
	r.n = tokens_of(r.text, r.n_text, r.token, TOKENS_MAX);
	if (r.n == 0)
		return "none";
	r.order = request_day(request, RQ_ORDER_DATE);
	if (case_stated)
		find_own_case(&r, request->field[RQ_CASE_ID]);
	find_dates(&r);
	if (case_stated)
		find_other_cases(&r, request->field[RQ_CASE_ID]);
	words_of(&r, &w);
	find_name(&r, &w, request);
	find_city(&r, &w, request);
	return reason_grade(&r, case_stated);
}
