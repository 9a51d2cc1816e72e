/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * person_int - what the files of this folder share: the tables that
 * tools/gen-person makes of data/, and the folding of one line into words.
 * For this folder and its tests only.
 */

#include "person/person.h"

/* ---- tables, each sorted by key and bytes of its first member ---- */

/*
 * The first two characters of a word as a number: table_at[key] and
 * table_at[key + 1] bound the words of that key, which are none or few.
 * tools/gen-person counts with the same classes.
 */
enum { PERSON_CLASSES = 29, PERSON_KEYS = PERSON_CLASSES * PERSON_CLASSES };

static inline unsigned
person_class(char c)
{
	unsigned byte = (uint8_t)c;

	if (byte == 0)
		return 0;
	return byte < 'A' ? 1 : byte <= 'Z' ? byte - 'A' + 2 : 28;
}

static inline size_t
person_key(const char *word)
{
	unsigned first = person_class(word[0]);

	return (size_t)first * PERSON_CLASSES +
	       (first == 0 ? 0 : person_class(word[1]));
}

struct person_pair {
	const char *word;
	const char *to;
};

enum unit_kind { UNIT_NEEDS, UNIT_ALONE, UNIT_AFTER };

struct person_unit {
	const char *word;
	const char *to;
	enum unit_kind kind;
};

struct person_flag {
	const char *word;
	uint32_t flags;
	uint32_t letters; /* person_letters_of() the word */
	uint8_t length;   /* of the word */
};

/* Words that begin a form of address, and kinds of road. */
enum head_kind {
	HEAD_PO_BOX,
	HEAD_RURAL,
	HEAD_CONTRACT,
	HEAD_MILITARY,
	HEAD_GENERAL,
	HEAD_ROAD,
};

struct person_head {
	const char *words;
	const char *to; /* of a road: standard words; else "" */
	enum head_kind kind;
};

enum {                    /* data/placeholders.txt tells what each means */
	PLACE_S = 1 << 0, /* strong */
	PLACE_L = 1 << 1, /* lone */
	PLACE_F = 1 << 2, /* filler */
	PLACE_A = 1 << 3, /* article */
	PLACE_N = 1 << 4, /* nobody's name */
	PLACE_M = 1 << 5, /* a rare surname */
	PLACE_E = 1 << 6, /* no slip forgiven */
	PREMISES_S = 1 << 0,
	PREMISES_W = 1 << 1,
};

struct person_facility {
	const char *zip;
	const char *line;
	const char *name;
};

enum { NICKNAME_CLASSES = 24, NICKNAME_HEAD = 1 << 15 };

struct person_nickname {
	const char *name;
	uint16_t classes[NICKNAME_CLASSES]; /* 0 ends; one of them may
					     * carry NICKNAME_HEAD */
};

struct person_zip {
	uint32_t zip;
	uint32_t city; /* into person_city_pool */
	uint32_t more; /* into person_zip_more; 0: no other name */
	char state[3];
};

extern const struct person_pair person_suffix_words[];
extern const uint16_t person_suffix_words_at[];
extern const struct person_pair person_street_words[];
extern const uint16_t person_street_words_at[];
extern const struct person_pair person_city_words[];
extern const uint16_t person_city_words_at[];
extern const struct person_pair person_directionals[];
extern const uint16_t person_directionals_at[];
extern const struct person_pair person_states[];
extern const uint16_t person_states_at[];
extern const struct person_unit person_units[];
extern const uint16_t person_units_at[];
extern const struct person_head person_heads[];
extern const uint16_t person_heads_at[]; /* by the first word */
extern const struct person_flag person_placeholders[];
extern const uint16_t person_placeholders_at[];
extern const struct person_flag person_facility_words[];
extern const uint16_t person_facility_words_at[];
extern const struct person_flag person_facility_pairs[];
extern const uint16_t person_facility_pairs_at[];
extern const struct person_facility person_facilities[]; /* by ZIP */
extern const size_t person_facilities_n;
extern const char *const person_native[];
extern const size_t person_native_n;
extern const char *const person_given_names[];
extern const size_t person_given_names_n;
extern const uint16_t person_given_names_at[];
extern const struct person_nickname person_nicknames[];
extern const uint16_t person_nicknames_at[];
extern const char person_city_pool[];
extern const uint32_t person_zip_more[];
extern const struct person_zip person_zips[];
extern const size_t person_zips_n;
extern const uint16_t person_zips_at[]; /* by the first three digits */

/* ---- table look-ups; NULL or 0 where the word is not there ---- */

const char *person_pair_find(
	const struct person_pair *table, const uint16_t *at, const char *word);
const struct person_unit *person_unit_find(const char *word);
uint32_t person_flags_find(
	const struct person_flag *table, const uint16_t *at, const char *word);
const struct person_nickname *person_nickname_find(const char *name);
bool person_list_has(const char *const *table, size_t n, const char *word);

#define PAIR_FIND(table, word) person_pair_find(table, table##_at, (word))

/* ---- characters of a folded word ---- */

static inline bool
person_is(const char *word, const char *text)
{
	return word[0] == text[0] && strcmp(word, text) == 0;
}

static inline size_t
person_digits(const char *word)
{
	size_t n = 0;

	while (word[n] >= '0' && word[n] <= '9')
		n++;
	return n;
}

static inline size_t
person_letters(const char *word)
{
	size_t n = 0;

	while (word[n] >= 'A' && word[n] <= 'Z')
		n++;
	return n;
}

static inline bool
person_has_digit(const char *word)
{
	for (; *word != '\0'; word++)
		if (*word >= '0' && *word <= '9')
			return true;
	return false;
}

/* Which letters a word has: bit 0 is A; digits and the rest are bit 26. */
static inline uint32_t
person_letters_of(const char *word)
{
	uint32_t letters = 0;

	for (; *word != '\0'; word++)
		letters |= 1u
			   << (*word >= 'A' && *word <= 'Z' ? *word - 'A' : 26);
	return letters;
}

/* One slip changes a letter for another at most: false where more differ. */
static inline bool
person_may_slip(uint32_t letters, uint32_t others)
{
	uint32_t differ = letters ^ others;

	differ &= differ - 1;
	differ &= differ - 1;
	return differ == 0;
}

/* ---- folding ---- */

/*
 * PLAIN is person_fold().  LINE keeps what an address line needs: '#' as a
 * word of its own; '-', '/' and '.' inside numbers; "N/A" becomes "NA".
 */
enum fold_mode { FOLD_PLAIN, FOLD_LINE };

/* `ret_foreign`, where not NULL: a letter of another script than Latin. */
size_t person_fold_as(struct span text, enum fold_mode mode,
	char to[PERSON_FOLD_MAX], bool *ret_foreign);

/* The folded phrase is one of data/placeholders_native.txt. */
bool person_is_native_placeholder(const char *folded);

/* ---- words ---- */

enum { WORDS_MAX = 24 };

struct person_words {
	char text[PERSON_FOLD_MAX];
	char *at[WORDS_MAX];
	size_t n;
	bool foreign; /* letters of another script */
	bool cut;     /* more than WORDS_MAX words, or too long */
};

void person_words(
	struct span text, enum fold_mode mode, struct person_words *ret_words);

/* ---- lexical judgements (person_junk.c) ---- */

/*
 * The words of a delivery line, without the number and the final suffix:
 * nothing but placeholders?  `last_suffix` is the index of the suffix word,
 * or `n` for none.
 */
bool person_is_placeholder(
	char *const *at, size_t n, size_t last_suffix, bool any_number);

/* A word stands for "not known" as a name: flags PLACE_N, PLACE_M, or 0. */
uint32_t person_name_placeholder(const char *word);

/* ST, AVE, RD: a kind of road that says nothing by itself. */
bool person_is_bare_type(const char *word);

/* Keyboard runs, one letter repeated, five consonants and no vowel. */
bool person_is_gibberish(const char *word);

/*
 * Premises of detention or of an agency.  `street` is the number of leading
 * words that are a numbered street with its suffix, whose name may carry such
 * a word; 0: there is none.
 */
bool person_is_premises(char *const *at, size_t n, size_t street);
