/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folding: UTF-8 of any script to upper-case ASCII.  Three speeds: ASCII by
 * itself; Latin-1, Latin Extended-A and the marks of punctuation by a table;
 * everything else by ICU's Any-Latin; Latin-ASCII over the whole text, since
 * a letter's transliteration depends on its neighbours.
 */
#include <threads.h>

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/err.h"
#include "person/person_int.h"

/* U+00C0 to U+017F, in order; "" is no letter. */
static const char *const latin[] = {"A", "A", "A", "A", "A", "A", "AE", "C",
	"E", "E", "E", "E", "I", "I", "I", "I", "D", "N", "O", "O", "O", "O",
	"O", "", "O", "U", "U", "U", "U", "Y", "TH", "SS", "A", "A", "A", "A",
	"A", "A", "AE", "C", "E", "E", "E", "E", "I", "I", "I", "I", "D", "N",
	"O", "O", "O", "O", "O", "", "O", "U", "U", "U", "U", "Y", "TH", "Y",
	/* U+0100 */
	"A", "A", "A", "A", "A", "A", "C", "C", "C", "C", "C", "C", "C", "C",
	"D", "D", "D", "D", "E", "E", "E", "E", "E", "E", "E", "E", "E", "E",
	"G", "G", "G", "G", "G", "G", "G", "G", "H", "H", "H", "H", "I", "I",
	"I", "I", "I", "I", "I", "I", "I", "I", "IJ", "IJ", "J", "J", "K", "K",
	"K", "L", "L", "L", "L", "L", "L", "L", "L", "L", "L", "N", "N", "N",
	"N", "N", "N", "N", "N", "N", "O", "O", "O", "O", "O", "O", "OE", "OE",
	"R", "R", "R", "R", "R", "R", "S", "S", "S", "S", "S", "S", "S", "S",
	"T", "T", "T", "T", "T", "T", "U", "U", "U", "U", "U", "U", "U", "U",
	"U", "U", "U", "U", "W", "W", "Y", "Y", "Y", "Z", "Z", "Z", "Z", "Z",
	"Z", "S"};
_Static_assert(sizeof(latin) / sizeof(latin[0]) == 0x180 - 0xc0,
	"one entry for every letter from U+00C0 to U+017F");

enum { TEXT_MAX = 4 * PERSON_FOLD_MAX }; /* bytes looked at; more is cut */

static UTransliterator *transliterator;
static char (*native)[PERSON_FOLD_MAX];
static once_flag native_once = ONCE_FLAG_INIT;
static once_flag icu_once = ONCE_FLAG_INIT;

struct fold {
	char *to;
	size_t n;
	enum fold_mode mode;
	bool space;   /* a separator stands before the next letter */
	bool letters; /* the word so far is letters joined by marks */
	bool foreign;
};

static void
fold_put(struct fold *f, char c)
{
	if (f->space) {
		f->letters = false;
		if (f->n > 0 && f->n + 1 < PERSON_FOLD_MAX)
			f->to[f->n++] = ' ';
	}
	f->space = false;
	if (f->n + 1 < PERSON_FOLD_MAX)
		f->to[f->n++] = c;
}

static void
fold_text(struct fold *f, const char *text)
{
	for (; *text != '\0'; text++)
		fold_put(f, *text);
}

static bool
is_digit(int c)
{
	return (unsigned)c - '0' < 10;
}

static bool
is_alnum(int c)
{
	return is_digit(c) || ((unsigned)c | 32) - 'a' < 26;
}

/* "N/A", "C/O", "P.O.", "T.B.D.": single letters on either side. */
static bool
joins_letters(struct fold *f, struct span text, size_t i)
{
	bool one = f->n > 0 && !f->space && !is_digit(f->to[f->n - 1]) &&
		   (f->letters || f->n == 1 || f->to[f->n - 2] == ' ');
	bool next = i + 1 < text.n && is_alnum(text.at[i + 1]) &&
		    !is_digit(text.at[i + 1]) &&
		    (i + 2 >= text.n || !is_alnum(text.at[i + 2]));

	if (one && next)
		f->letters = true;
	return one && next;
}

/* "12-34", "4-A": a hyphen with a digit on one side. */
static bool
is_number_hyphen(int last, int next)
{
	return is_alnum(last) && is_alnum(next) &&
	       (is_digit(last) || is_digit(next));
}

/* A mark of an address line that is part of a number or an abbreviation. */
static bool
fold_mark(struct fold *f, struct span text, size_t i)
{
	int c = text.at[i];
	int next = i + 1 < text.n ? text.at[i + 1] : 0;
	int last = f->n > 0 && !f->space ? f->to[f->n - 1] : 0;
	bool stroke = c == '/' || c == '.';

	if (c == '#') {
		f->space = true;
		fold_put(f, '#');
		f->space = true;
		return true;
	}
	if (stroke && joins_letters(f, text, i))
		return true;
	if ((stroke && is_digit(last) && is_digit(next)) ||
		(c == '-' && is_number_hyphen(last, next))) {
		fold_put(f, (char)c);
		return true;
	}
	return false;
}

static void
fold_ascii(struct fold *f, struct span text, size_t i)
{
	int c = text.at[i];

	if (is_alnum(c))
		fold_put(f, (char)(is_digit(c) ? c : c & ~32));
	else if (c != '\'' && c != '`' &&
		 !(f->mode == FOLD_LINE && fold_mark(f, text, i)))
		f->space = true;
}

/* Letters and digits from `i` on, as fold_put() takes each; where they end. */
static size_t
fold_run(struct fold *f, struct span text, size_t i)
{
	size_t n;

	fold_ascii(f, text, i++);
	if (f->space)
		return i;
	for (n = f->n; i < text.n && is_alnum(text.at[i]); i++)
		if (n + 1 < PERSON_FOLD_MAX)
			f->to[n++] =
				(char)(is_digit(text.at[i]) ? text.at[i]
							    : text.at[i] & ~32);
	f->n = n;
	return i;
}

struct range {
	uint32_t first;
	uint32_t last;
};

static bool
in_ranges(uint32_t c, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

/* Apostrophes, invisible marks and accents that stand by themselves. */
static bool
vanishes(uint32_t c)
{
	static const struct range none[] = {{0xad, 0xad}, {0xb4, 0xb4},
		{0x2b9, 0x2bc}, {0x2c8, 0x2c8}, {0x300, 0x36f},
		{0x200b, 0x200f}, {0x2018, 0x2019}, {0x201b, 0x201b},
		{0x202a, 0x202e}, {0x2032, 0x2032}, {0x2060, 0x2060},
		{0xfeff, 0xfeff}};

	return in_ranges(c, none, sizeof(none) / sizeof(none[0]));
}

static bool
separates(uint32_t c)
{
	static const struct range blanks[] = {{0, 0xbf}, {0xd7, 0xd7},
		{0xf7, 0xf7}, {0x2000, 0x206f}, {0x3000, 0x3003},
		{0xfffd, 0xfffd}};

	return in_ranges(c, blanks, sizeof(blanks) / sizeof(blanks[0]));
}

/* False: not in the table. */
static bool
fold_table(struct fold *f, uint32_t c)
{
	static const char *const fractions[] = {"1/4", "1/2", "3/4"};

	if (vanishes(c))
		return true;
	if (c >= 0xc0 && c < 0x180 && *latin[c - 0xc0] != '\0') {
		fold_text(f, latin[c - 0xc0]);
	} else if (c >= 0xbc && c <= 0xbe && f->mode == FOLD_LINE) {
		f->space = true;
		fold_text(f, fractions[c - 0xbc]);
	} else if (c == 0xaa || c == 0xba) { /* ordinal marks, as in 5a */
		fold_put(f, c == 0xaa ? 'A' : 'O');
	} else if (separates(c)) {
		f->space = true;
	} else {
		return false;
	}
	return true;
}

/* One well-formed sequence from `i`; 0xfffd for a byte that begins none. */
static uint32_t
next_point(struct span s, size_t *i)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t c = s.at[(*i)++];
	unsigned more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc2 ? 1 : 0;
	unsigned n = more + 1;

	if (more == 0)
		return c < 0x80 ? c : 0xfffd;
	if (s.n - *i < more || c > 0xf4)
		return 0xfffd;
	c &= 0x3fU >> more;
	for (size_t k = 0; k < more; k++) {
		if ((s.at[*i + k] & 0xc0) != 0x80)
			return 0xfffd;
		c = c << 6 | (s.at[*i + k] & 0x3fU);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0xfffd;
	*i += more;
	return c;
}

/* Fold without ICU; false where a character needs it. */
static bool
fold_fast(struct fold *f, struct span text, bool last_chance)
{
	for (size_t i = 0; i < text.n;) {
		uint32_t c = text.at[i];

		if (c < 0x80) {
			i = fold_run(f, text, i);
			continue;
		}
		c = next_point(text, &i);
		if (c >= 0xff01 && c <= 0xff5e) { /* full-width ASCII */
			uint8_t ascii = (uint8_t)(c - 0xfee0);

			fold_ascii(f, span_of(&ascii, 1), 0);
		} else if (!fold_table(f, c) && !last_chance) {
			return false;
		}
	}
	return true;
}

static bool
is_foreign(struct span text)
{
	for (size_t i = 0; i < text.n;) {
		uint32_t c = next_point(text, &i);
		UErrorCode error = U_ZERO_ERROR;
		UScriptCode script;

		if (c < 0x80 || !u_isalpha((UChar32)c))
			continue;
		script = uscript_getScript((UChar32)c, &error);
		if (script != USCRIPT_LATIN && script != USCRIPT_COMMON &&
			script != USCRIPT_INHERITED)
			return true;
	}
	return false;
}

static void
open_icu(void)
{
	static const UChar id[] = u"Any-Latin; Latin-ASCII";
	UErrorCode error = U_ZERO_ERROR;

	transliterator =
		utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &error);
	must(U_SUCCESS(error) && transliterator != NULL);
}

/* `text` through ICU into UTF-8; the number of bytes, 0 where it fails. */
static size_t
transliterate(struct span text, char *to, size_t size)
{
	UChar wide[4 * TEXT_MAX];
	const int32_t most = (int32_t)(sizeof(wide) / sizeof(wide[0]));
	UErrorCode error = U_ZERO_ERROR;
	int32_t n = 0;
	int32_t limit;

	call_once(&icu_once, open_icu);
	u_strFromUTF8WithSub(wide, most, &n, (const char *)text.at,
		(int32_t)text.n, ' ', NULL, &error);
	limit = n;
	if (U_SUCCESS(error))
		utrans_transUChars(
			transliterator, wide, &n, most, 0, &limit, &error);
	if (U_FAILURE(error) || n > most)
		return 0;
	error = U_ZERO_ERROR;
	n = 0;
	u_strToUTF8WithSub(
		to, (int32_t)size, &n, wide, limit, ' ', NULL, &error);
	return U_SUCCESS(error) ? (size_t)n : 0;
}

size_t
person_fold_as(struct span text, enum fold_mode mode, char to[PERSON_FOLD_MAX],
	bool *ret_foreign)
{
	struct fold f = {.to = to, .mode = mode};

	if (text.n > TEXT_MAX)
		text.n = TEXT_MAX;
	if (!fold_fast(&f, text, false)) {
		char ascii[4 * TEXT_MAX];

		f = (struct fold){.to = to, .mode = mode};
		f.foreign = is_foreign(text);
		text.n = transliterate(text, ascii, sizeof(ascii));
		text.at = (const uint8_t *)ascii;
		(void)fold_fast(&f, text, true);
	}
	to[f.n] = '\0';
	if (ret_foreign != NULL)
		*ret_foreign = f.foreign;
	return f.n;
}

size_t
person_fold(struct span text, char to[PERSON_FOLD_MAX])
{
	return person_fold_as(text, FOLD_PLAIN, to, NULL);
}

/* ---- placeholders of other scripts, folded once ---- */

enum { NATIVE_MAX = 128 };

static void
fold_native(void)
{
	static char folded[NATIVE_MAX][PERSON_FOLD_MAX];

	must(person_native_n <= NATIVE_MAX);
	for (size_t i = 0; i < person_native_n; i++)
		person_fold(span_text(person_native[i]), folded[i]);
	native = folded;
}

bool
person_is_native_placeholder(const char *folded)
{
	call_once(&native_once, fold_native);
	for (size_t i = 0; i < person_native_n; i++)
		if (native[i][0] != '\0' && strcmp(native[i], folded) == 0)
			return true;
	return false;
}

/* ---- words ---- */

void
person_words(
	struct span text, enum fold_mode mode, struct person_words *ret_words)
{
	size_t n = person_fold_as(
		text, mode, ret_words->text, &ret_words->foreign);
	char *at = ret_words->text;

	ret_words->n = 0;
	ret_words->cut = n + 1 >= PERSON_FOLD_MAX;
	while (*at != '\0') {
		char *end = at;
		bool last;

		while (*end != '\0' && *end != ' ')
			end++;
		last = *end == '\0';

		if (ret_words->n == WORDS_MAX) {
			ret_words->cut = true;
			return;
		}
		ret_words->at[ret_words->n++] = at;
		*end = '\0';
		at = last ? end : end + 1;
	}
}
