/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lexical judgements: words that stand for "not known", gibberish, premises.
 * The rules and the reasons: docs/ADDRESSES.md.
 */
#include "person/person_int.h"

/* ---- one word ---- */

/* Does the second letter stand right of the first on the keyboard? */
static bool
is_next_key(const char *word)
{
	/* of A to Z; the rows end with P, L and M */
	static const char next[] = "SNVFRGHJOKL\0\0MP\0WTDYIBECUX";

	return word[0] >= 'A' && word[0] <= 'Z' && word[1] != '\0' &&
	       word[1] == next[word[0] - 'A'];
}

/* A row of the keyboard or the alphabet: from its start, or five of it. */
static bool
in_run(const char *word, size_t n)
{
	static const char *const runs[] = {"QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ"};

	if (word[1] != word[0] + 1 && !is_next_key(word))
		return false;
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		if (strncmp(runs[i], word, n) == 0 ||
			(n >= 5 && memmem(runs[i], strlen(runs[i]), word, n) !=
					   NULL))
			return true;
	return false;
}

static bool
is_vowelless(const char *word)
{
	return strlen(word) >= 4 && strpbrk(word, "AEIOUY0123456789") == NULL &&
	       PAIR_FIND(person_suffix_words, word) == NULL;
}

static bool
in_row(const char *word)
{
	if (word[0] != '\0' && word[1] != '\0' && !is_next_key(word))
		return false;
	return strstr("QWERTYUIOP", word) != NULL ||
	       strstr("ASDFGHJKL", word) != NULL ||
	       strstr("ZXCVBNM", word) != NULL;
}

bool
person_is_gibberish(const char *word)
{
	size_t n = strlen(word);

	if (n < 3 || person_letters(word) != n)
		return false;
	if (word[1] == word[0] &&
		word[strspn(word, (char[2]){word[0], '\0'})] == '\0')
		return true;
	if (n >= 4 && (in_run(word, n) || (is_vowelless(word) && in_row(word))))
		return true;
	return n >= 6 && n % 2 == 0 && memcmp(word, word + n / 2, n / 2) == 0 &&
	       in_run(word, n / 2);
}

/* Not a word that anybody can speak: five consonants, or keys in a row. */
static bool
is_fist(const char *word)
{
	return (strlen(word) >= 5 && is_vowelless(word)) ||
	       (strlen(word) >= 3 && in_row(word));
}

/* The entries whose words begin with `letter`: [from, to). */
static size_t
first_of(const uint16_t *at, char letter, size_t *ret_to)
{
	size_t key = (size_t)person_class(letter) * PERSON_CLASSES;

	*ret_to = at[key + PERSON_CLASSES];
	return at[key];
}

/*
 * Flags of the table's word one slip away, of those that have a flag of
 * `mask` and at least `least` letters.  The first letter is taken as right:
 * RETENTION POND is no DETENTION.
 */
static uint32_t
near_flags(const struct person_flag *table, const uint16_t *at,
	const char *word, size_t least, uint32_t mask)
{
	size_t length = strlen(word);
	uint32_t letters;
	size_t n;

	if (length + 1 < least)
		return 0;
	letters = person_letters_of(word);
	for (size_t i = first_of(at, word[0], &n); i < n; i++)
		if ((table[i].flags & mask) != 0 &&
			(table[i].flags & PLACE_E) == 0 &&
			table[i].length >= least &&
			table[i].length <= length + 1 &&
			table[i].length + 1U >= length &&
			person_may_slip(table[i].letters, letters) &&
			person_osa1(table[i].word, word))
			return table[i].flags;
	return 0;
}

enum { SLIP_STRONG = 7, SLIP_LONE = 8, SLIP_PREMISES = 9 };

/* By its first two letters. */
static bool
begins_stem(const char *word)
{
	switch (word[0]) {
	case 'D':
	case 'H':
	case 'N':
		return word[1] == 'O';
	case 'S':
		return word[1] == 'A' || word[1] == 'E' || word[1] == 'I';
	case 'U':
		return word[1] == 'N';
	default:
		return false;
	}
}

/* Words run together, and leet. */
static bool
has_stem(const char *word)
{
	static const char *const stems[] = {"DONTCARE", "DONTKNOW", "HOMELESS",
		"NOADDRESS", "NOTAVAILABLE", "NOTGIVEN", "NOTKNOWN",
		"NOTPROVIDED", "NOTSTATED", "SEEFILE", "SAMEASABOVE",
		"SINDIRECCION", "SINDOMICILIO", "UNKNOWN"};

	for (; *word != '\0'; word++) {
		if (!begins_stem(word))
			continue;
		for (size_t i = 0; i < sizeof(stems) / sizeof(stems[0]); i++)
			if (word[0] == stems[i][0] && word[1] == stems[i][1] &&
				strncmp(word, stems[i], strlen(stems[i])) == 0)
				return true;
	}
	return false;
}

/* UNKN0WN: digits among at least three letters, read as letters. */
static bool
is_leet(const char *word)
{
	static const char from[] = "0134578";
	static const char to[] = "OIEASTB";
	char plain[32];
	size_t letters = 0;
	size_t n = strlen(word);

	if (n < 4 || n >= sizeof(plain) || strpbrk(word, from) == NULL)
		return false;
	for (size_t i = 0; i <= n; i++) {
		const char *digit =
			word[i] == '\0' ? NULL : strchr(from, word[i]);

		letters += word[i] >= 'A' && word[i] <= 'Z';
		plain[i] = digit == NULL ? word[i] : to[digit - from];
	}
	return letters >= 3 && ((person_flags_find(person_placeholders,
					 person_placeholders_at, plain) &
					PLACE_S) != 0 ||
				       has_stem(plain));
}

/* Stems are looked for in the whole line: joined_has_stem(). */
static uint32_t
word_flags(const char *word)
{
	uint32_t flags = person_flags_find(
		person_placeholders, person_placeholders_at, word);

	if (flags == 0)
		flags = near_flags(person_placeholders, person_placeholders_at,
			word, SLIP_STRONG, PLACE_S);
	if (flags == 0)
		flags = near_flags(person_placeholders, person_placeholders_at,
			word, SLIP_LONE, PLACE_L);
	if (flags == 0 && is_leet(word))
		flags = PLACE_S;
	if (flags == 0 && person_is_gibberish(word))
		flags = PLACE_L;
	return flags;
}

uint32_t
person_name_placeholder(const char *word)
{
	uint32_t flags = person_flags_find(
		person_placeholders, person_placeholders_at, word);

	if (flags == 0)
		flags = near_flags(person_placeholders, person_placeholders_at,
			word, SLIP_STRONG, PLACE_S);
	if (person_is_gibberish(word) || has_stem(word))
		flags |= PLACE_N;
	return flags & (PLACE_N | PLACE_M);
}

/* ---- a line ---- */

struct tally {
	size_t own;        /* words that say something */
	size_t fists;      /* of these, such as nobody can speak */
	size_t long_fists; /* of these, the long ones */
	size_t lone;
	size_t filler;
	bool strong;
};

static bool
is_unit(const char *word)
{
	const struct person_unit *unit = person_unit_find(word);

	return unit != NULL && unit->kind != UNIT_AFTER;
}

static void
tally_word(struct tally *t, const char *word)
{
	uint32_t flags;

	if (word[0] == '#' || word[1] == '\0' || is_unit(word))
		return;
	/* NE STATE AVE: not the French word; NO is more than north */
	if (PAIR_FIND(person_directionals, word) != NULL &&
		strcmp(word, "NO") != 0)
		return;
	if (person_has_digit(word)) {
		t->strong |= is_leet(word);
		return;
	}
	flags = word_flags(word);
	if ((flags & PLACE_S) != 0)
		t->strong = true;
	else if ((flags & PLACE_L) != 0)
		t->lone++;
	else if ((flags & PLACE_F) != 0)
		t->filler++;
	else if ((flags & PLACE_A) == 0 && !person_is_bare_type(word)) {
		t->own++;
		t->fists += is_fist(word);
		t->long_fists += strlen(word) >= 8 && is_vowelless(word);
	}
}

/* "U N K N O W N": a run of single letters is read as one word. */
static void
tally_letters(struct tally *t, char *const *at, size_t n)
{
	char word[WORDS_MAX + 1];
	size_t length = 0;

	for (size_t i = 0; i <= n; i++) {
		bool letter = i < n && at[i][1] == '\0' && at[i][0] >= 'A' &&
			      at[i][0] <= 'Z';

		if (letter) {
			word[length++] = at[i][0];
			continue;
		}
		word[length] = '\0';
		if (length >= 4 || (length == 3 && person_is_gibberish(word)))
			tally_word(t, word);
		length = 0;
	}
}

/* "UN KNOWN", "NO ADD RESS": the words of a line, run together. */
static bool
joined_has_stem(char *const *at, size_t n)
{
	char joined[PERSON_FOLD_MAX];
	size_t length = 0;

	for (size_t i = 0; i < n; i++)
		for (const char *c = at[i]; *c != '\0'; c++)
			if (*c >= 'A' && *c <= 'Z' &&
				length + 1 < sizeof(joined))
				joined[length++] = *c;
	joined[length] = '\0';
	return has_stem(joined);
}

bool
person_is_placeholder(
	char *const *at, size_t n, size_t last_suffix, bool any_number)
{
	struct tally t = {0};

	for (size_t i = 0; i < n; i++) {
		if (i == last_suffix)
			continue;
		tally_word(&t, at[i]);
		/* the one name that is spelled as a placeholder is */
		t.own += i > 0 && person_is(at[i - 1], "NONE") &&
			 strcmp(at[i], "SUCH") == 0;
	}
	tally_letters(&t, at, n);
	if (t.strong || joined_has_stem(at, n))
		return true;
	/* CNTRL AVE is a street; BCDFG alone is a fist on the keyboard */
	if (t.own > 0)
		return t.own == t.long_fists ||
		       (t.own == t.fists && (last_suffix == n || t.lone > 0));
	return t.lone > 0 || t.filler >= 2 || (t.filler > 0 && !any_number);
}

/* ---- premises ---- */

/* The table's entry for a word, one slip forgiven; NULL: there is none. */
static const struct person_flag *
premises_word(const char *word)
{
	const struct person_flag *table = person_facility_words;
	const struct person_flag *near = NULL;
	uint32_t letters = person_letters_of(word);
	size_t length = strlen(word);
	size_t n;

	for (size_t i = first_of(person_facility_words_at, word[0], &n); i < n;
		i++) {
		if (table[i].length > length + 1 ||
			table[i].length + 1U < length ||
			!person_may_slip(table[i].letters, letters))
			continue;
		if (strcmp(table[i].word, word) == 0)
			return &table[i];
		if (table[i].length >= SLIP_PREMISES &&
			person_osa1(table[i].word, word))
			near = &table[i];
	}
	return near;
}

static uint32_t
pair_flags(const char *first, const char *second)
{
	const uint16_t *at = person_facility_pairs_at;
	char pair[2 * PERSON_FOLD_MAX];
	size_t key = person_key(first);
	size_t n;

	/* a letter alone begins no pair, nor do most words */
	if (first[0] != '\0' && first[1] != '\0' && at[key] == at[key + 1])
		return 0;
	n = strlen(first);
	memcpy(pair, first, n);
	pair[n] = ' ';
	memcpy(pair + n + 1, second, strlen(second) + 1);
	return person_flags_find(
		person_facility_pairs, person_facility_pairs_at, pair);
}

/* "ICE", "12 ICE": nothing but the agency's name, and no street. */
static bool
is_ice_alone(char *const *at, size_t n, size_t street)
{
	size_t ice = 0;

	for (size_t i = 0; i < n; i++)
		if (person_is(at[i], "ICE"))
			ice++;
		else if (!person_has_digit(at[i]))
			return false;
	return ice > 0 && street == 0;
}

/* "123 MAIN ST ICE": behind the street, in no name. */
static bool
ends_with_ice(char *const *at, size_t n)
{
	return n > 1 && strcmp(at[n - 1], "ICE") == 0 &&
	       person_is_bare_type(at[n - 2]);
}

/* "SPC 12" is a space in a park; KROME SPC a processing centre. */
static bool
is_space(char *const *at, size_t n, size_t i)
{
	return person_is(at[i], "SPC") &&
	       (i == 0 || (i + 1 < n && (person_has_digit(at[i + 1]) ||
						at[i + 1][1] == '\0')));
}

bool
person_is_premises(char *const *at, size_t n, size_t street)
{
	const struct person_flag *last = NULL;

	if (is_ice_alone(at, n, street) || ends_with_ice(at, n))
		return true;
	for (size_t i = 0; i < n; i++) {
		const struct person_flag *word = premises_word(at[i]);
		uint32_t flags =
			word == NULL || is_space(at, n, i) ? 0 : word->flags;
		uint32_t pair = 0;

		if (i > 0)
			pair = pair_flags(
				last == NULL ? at[i - 1] : last->word, at[i]);
		if (((flags | pair) & PREMISES_S) != 0)
			return true;
		/* not inside the name, which ends before the suffix */
		if ((flags & PREMISES_W) != 0 && i + 1 >= street)
			return true;
		if ((pair & PREMISES_W) != 0 && i + 1 >= street)
			return true;
		last = word;
	}
	return false;
}
