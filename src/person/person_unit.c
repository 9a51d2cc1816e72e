/* SPDX-License-Identifier: Apache-2.0 */
/* Secondary units: Publication 28, section 213 and appendix C2. */
#include "person/person_line.h"

bool
person_set(char *to, size_t size, const char *text)
{
	size_t n = strlen(text);

	memset(to, 0, size);
	if (n >= size)
		return false;
	memcpy(to, text, n);
	return true;
}

bool
person_add(char *to, size_t size, const char *word)
{
	size_t n = strnlen(to, size);
	size_t more = strlen(word);
	size_t space = n > 0;

	if (n + space + more >= size)
		return false;
	if (space)
		to[n] = ' ';
	memcpy(to + n + space, word, more);
	return true;
}

/* "24A", "A", "PH", "3-B": what may stand behind a designator. */
static bool
is_id(const char *word)
{
	if (person_has_digit(word) || word[1] == '\0')
		return true;
	return strlen(word) <= 8 &&
	       PAIR_FIND(person_suffix_words, word) == NULL &&
	       PAIR_FIND(person_directionals, word) == NULL;
}

static bool
is_ordinal(const char *word)
{
	size_t n = person_digits(word);

	return n > 0 &&
	       (strcmp(word + n, "ST") == 0 || strcmp(word + n, "ND") == 0 ||
		       strcmp(word + n, "RD") == 0 ||
		       strcmp(word + n, "TH") == 0);
}

/*
 * Adds an identifier: letters and digits only, leading zeros gone, so that
 * "4-A", "4 A" and "04A" are one.  A floor or a building keeps its
 * designator: FL 2 is not APT 2.
 */
static void
add_id(struct person_address *a, const char *designator, const char *id)
{
	char *to = a->unit;
	size_t n = strlen(to);
	bool apart = n > 0;

	if (strcmp(designator, "FL") == 0 || strcmp(designator, "BLDG") == 0 ||
		strcmp(designator, "BOX") == 0)
		(void)person_add(to, sizeof(a->unit), designator);
	n = strlen(to);
	if (apart && to[n - 1] != '-' && n + 2 < sizeof(a->unit))
		to[n++] = '-';
	while (id[0] == '0' && id[1] != '\0')
		id++;
	for (; *id != '\0' && n + 1 < sizeof(a->unit); id++)
		if (*id != '-' && *id != '.' && *id != '/')
			to[n++] = *id;
	if (a->designator[0] == '\0')
		(void)person_set(
			a->designator, sizeof(a->designator), designator);
}

static void
add_letter(struct person_address *a, char letter)
{
	size_t n = strlen(a->unit);

	if (n + 1 < sizeof(a->unit))
		a->unit[n] = letter;
}

/* "APT5A", "STE200": the designator run together with its number. */
static const char *
glued(const char *word, const char **ret_id)
{
	static const char *const heads[] = {"APT", "BLDG", "LOT", "RM", "SPC",
		"STE", "SUITE", "TRLR", "UNIT"};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		size_t n = strlen(heads[i]);

		if (word[0] == heads[i][0] && strncmp(word, heads[i], n) == 0 &&
			word[n] >= '0' && word[n] <= '9') {
			*ret_id = word + n;
			return strcmp(heads[i], "SUITE") == 0 ? "STE"
							      : heads[i];
		}
	}
	return NULL;
}

static bool
is_number_word(const char *word)
{
	return person_is(word, "#") || person_is(word, "NO") ||
	       person_is(word, "NUM") || person_is(word, "NUMBER");
}

/* The designator of at[i], where it may be one; NULL: it is none. */
static const struct person_unit *
designator(const char *word, bool after)
{
	const struct person_unit *unit = person_unit_find(word);

	if (unit == NULL || (unit->kind == UNIT_AFTER && !after))
		return NULL;
	return unit;
}

/* One unit: its designator, its identifier, and how many words it takes. */
struct unit_found {
	const char *what;
	const char *id;
	size_t took;
};

/* "APT # 5", "UNIT NO 5"; "# 5", "NO 5". */
static bool
find_numbered(char *const *at, size_t left, size_t n, bool after,
	struct unit_found *found)
{
	const struct person_unit *unit = NULL;

	if (left >= 3 && is_number_word(at[n - 2]) && is_id(at[n - 1]))
		unit = designator(at[n - 3], true);
	if (unit != NULL) {
		*found = (struct unit_found){unit->to, at[n - 1], 3};
		return true;
	}
	if (left < 2 || !is_number_word(at[n - 2]))
		return false;
	if (at[n - 2][0] != '#' && (!after || !person_has_digit(at[n - 1])))
		return false; /* NO 3 is a number behind a suffix only */
	*found = (struct unit_found){"#", at[n - 1], 2};
	return true;
}

/* "APT 5", "STE B"; behind a word of two meanings only a number. */
static bool
find_plain(char *const *at, size_t left, size_t n, bool after,
	struct unit_found *found)
{
	const struct person_unit *unit =
		left < 2 ? NULL : designator(at[n - 2], after);

	if (unit == NULL || !is_id(at[n - 1]))
		return false;
	if (unit->kind != UNIT_NEEDS && !person_has_digit(at[n - 1]) &&
		at[n - 1][1] != '\0')
		return false;
	*found = (struct unit_found){unit->to, at[n - 1], 2};
	return true;
}

/* "2ND FLOOR", "SECOND FL". */
static bool
find_floor(char *const *at, size_t left, size_t n, struct unit_found *found)
{
	const struct person_unit *unit =
		left < 2 ? NULL : designator(at[n - 1], true);

	if (unit == NULL || strcmp(unit->to, "FL") != 0)
		return false;
	if (!is_ordinal(at[n - 2]) &&
		PAIR_FIND(person_street_words, at[n - 2]) == NULL)
		return false;
	*found = (struct unit_found){"FL", at[n - 2], 2};
	return true;
}

/* "BSMT", "REAR": no identifier. */
static bool
find_alone(char *const *at, size_t left, size_t n, bool after,
	struct unit_found *found)
{
	const struct person_unit *unit =
		left < 1 ? NULL : designator(at[n - 1], after);

	if (unit == NULL || unit->kind == UNIT_NEEDS ||
		strcmp(unit->to, "BOX") == 0 || strcmp(unit->to, "SPC") == 0 ||
		strcmp(unit->to, "LOT") == 0)
		return false;
	*found = (struct unit_found){unit->to, unit->to, 1};
	return true;
}

/* The last unit of at[from..n); false: there is none. */
static bool
last_unit(char *const *at, size_t from, size_t n, bool after,
	struct unit_found *found)
{
	size_t left = n - from;

	if (left >= 1 && (found->what = glued(at[n - 1], &found->id)) != NULL) {
		found->took = 1;
		return true;
	}
	return find_numbered(at, left, n, after, found) ||
	       find_plain(at, left, n, after, found) ||
	       find_floor(at, left, n, found) ||
	       find_alone(at, left, n, after, found);
}

/* An ordinal floor as its number: 2ND, SECOND: 2. */
static const char *
floor_id(const char *id, char to[8])
{
	const char *number = PAIR_FIND(person_street_words, id);
	size_t n = person_digits(id);

	if (number != NULL)
		return number;
	if (!is_ordinal(id) || n >= 8)
		return id;
	memcpy(to, id, n);
	to[n] = '\0';
	return to;
}

/* "APT 4 B": an identifier written apart, read as one; words taken, or 0. */
static size_t
split_unit(char *const *at, size_t from, size_t n, bool after,
	struct person_address *address)
{
	const struct person_unit *unit;

	if (n - from < 3 || at[n - 1][1] != '\0' ||
		!person_has_digit(at[n - 2]))
		return 0;
	unit = designator(at[n - 3], after);
	if (unit == NULL)
		return 0;
	add_id(address, unit->to, at[n - 2]);
	add_letter(address, at[n - 1][0]);
	return 3;
}

enum { UNITS_MAX = 4 }; /* BLDG 4 FL 2 APT 12 */

size_t
person_unit_cut(char *const *at, size_t from, size_t n, bool after,
	struct person_address *address)
{
	struct unit_found found[UNITS_MAX];
	size_t count = 0;
	size_t took = split_unit(at, from, n, after, address);

	if (took > 0)
		return n - took;
	while (count < UNITS_MAX &&
		last_unit(at, from, n, after, &found[count]))
		n -= found[count++].took;
	while (count > 0) {
		const struct unit_found *unit = &found[--count];
		char number[8];

		add_id(address, unit->what,
			strcmp(unit->what, "FL") == 0
				? floor_id(unit->id, number)
				: unit->id);
	}
	return n;
}

/* "N/A", "NONE", "-": the form's way to say that there is no unit. */
static bool
says_none(char *const *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t flags = person_flags_find(
			person_placeholders, person_placeholders_at, at[i]);

		if ((flags & (PLACE_S | PLACE_L | PLACE_F)) == 0 &&
			person_unit_find(at[i]) == NULL)
			return false;
	}
	return true;
}

bool
person_unit_parse(char *const *at, size_t n, struct person_address *address)
{
	size_t left = person_unit_cut(at, 0, n, true, address);

	if (left == 0)
		return true;
	if (says_none(at, left))
		return true;
	if (left == 2 && at[1][1] == '\0' && person_has_digit(at[0])) {
		add_id(address, "", at[0]);
		add_letter(address, at[1][0]);
		return true;
	}
	for (size_t i = 0; i < left; i++)
		add_id(address, "", at[i]);
	return left == 1;
}
