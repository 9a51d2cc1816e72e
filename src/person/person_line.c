/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms of Publication 28: section 24 rural routes, 25 highway contract
 * routes, 26 general delivery, 28 post office boxes, 29 Puerto Rico, 225 and
 * 226 military, 23 streets with their highways (appendix F), grids and
 * hyphens (appendix D).
 */
#include "person/person_line.h"

#include "base/err.h"

static bool
is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (person_is(word, list[i]))
			return true;
	return false;
}

#define ONE_OF(word, ...)                                                      \
	is_one_of((word), (const char *const[]){__VA_ARGS__},                  \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static bool
has_letter(const char *word)
{
	for (; *word != '\0'; word++)
		if (*word >= 'A' && *word <= 'Z')
			return true;
	return false;
}

static bool
all_digits(const char *word)
{
	return word[person_digits(word)] == '\0' && *word != '\0';
}

static bool
is_letter(const char *word)
{
	return word[0] >= 'A' && word[0] <= 'Z' && word[1] == '\0';
}

/* The words of `phrase` from at[i]; how many there are, 0 where they differ. */
static size_t
phrase_at(const struct line *l, size_t i, const char *phrase)
{
	size_t count = 0;

	while (*phrase != '\0') {
		size_t n = strcspn(phrase, " ");

		if (i + count >= l->n ||
			strncmp(l->at[i + count], phrase, n) != 0 ||
			l->at[i + count][n] != '\0')
			return 0;
		count++;
		phrase += n;
		phrase += *phrase == ' ';
	}
	return count;
}

/*
 * The longest head of `kind` from at[i] that has `least` words behind it: how
 * many words it is, 0 where there is none.
 */
static size_t
head_at(const struct line *l, size_t i, enum head_kind kind, size_t least,
	const struct person_head **ret_head)
{
	const uint16_t *key;
	size_t best = 0;

	if (i >= l->n)
		return 0;
	key = &person_heads_at[person_key(l->at[i])];
	for (size_t k = key[0]; k < key[1]; k++) {
		size_t took;

		if (person_heads[k].kind != kind)
			continue;
		took = phrase_at(l, i, person_heads[k].words);
		if (took > best && i + took + least <= l->n) {
			best = took;
			*ret_head = &person_heads[k];
		}
	}
	return best;
}

static size_t
words_of_head(const struct line *l, size_t i, enum head_kind kind)
{
	const struct person_head *head;

	return head_at(l, i, kind, 0, &head);
}

/* "#", "NO", "NUMBER" before an identifier. */
static size_t
skip_number_word(const struct line *l, size_t i)
{
	return i < l->n && ONE_OF(l->at[i], "#", "NO", "NUM", "NUMBER", "NRO")
		       ? i + 1
		       : i;
}

/* A box or route number: digits, perhaps with letters; one letter but X. */
static bool
is_box_id(const char *word)
{
	size_t n = strlen(word);

	if (n > 10 || (n == 1 && is_letter(word)))
		return n == 1 && word[0] != 'X';
	if (word[strspn(word, "0")] == '\0')
		return false;
	return person_has_digit(word) &&
	       strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == n;
}

static const char *
without_zeros(const char *word)
{
	while (word[0] == '0' && word[1] != '\0')
		word++;
	return word;
}

/* ---- what a word may be besides a name ---- */

static const char *
direction(const struct line *l, size_t i)
{
	return l->is[i].direction;
}

static const char *
suffix(const struct line *l, size_t i)
{
	return l->is[i].suffix;
}

/* ---- PO boxes ---- */

static bool
parse_po_box(struct line *l)
{
	struct person_address *a = l->address;
	size_t i = words_of_head(l, 0, HEAD_PO_BOX);
	const char *id;

	if (i == 0 && l->n == 1 && strncmp(l->at[0], "POBOX", 5) == 0)
		id = l->at[0] + 5;
	else if (i == 0 || (i = skip_number_word(l, i)) >= l->n)
		return false;
	else
		id = l->at[i];
	if (!is_box_id(id))
		return false;
	/* "PO BOX 45 A" is 45A; anything else behind the number must be a
	 * unit, which boxes do not have but people write */
	if (i + 2 == l->n && i > 0 && is_letter(l->at[i + 1]) &&
		all_digits(id) && strlen(id) < 10) {
		memcpy(a->number, id, strlen(id));
		a->number[strlen(id)] = l->at[i + 1][0];
		a->form = FORM_PO_BOX;
		return true;
	}
	if (i + 1 < l->n &&
		person_unit_cut(l->at, i + 1, l->n, true, a) > i + 1)
		return false;
	a->form = FORM_PO_BOX;
	return person_set(a->number, sizeof(a->number), without_zeros(id));
}

/* ---- rural and highway contract routes ---- */

/* The number of a route, together with its head or apart from it: "RR2". */
static const char *
route_number(const struct line *l, size_t *i, enum head_kind kind)
{
	size_t took = words_of_head(l, *i, kind);
	const uint16_t *key;

	if (took > 0) {
		took = skip_number_word(l, *i + took);
		*i = took + 1;
		return took < l->n && is_box_id(l->at[took]) ? l->at[took]
							     : NULL;
	}
	if (*i >= l->n)
		return NULL;
	key = &person_heads_at[person_key(l->at[*i])];
	for (size_t k = key[0]; k < key[1]; k++) {
		size_t n = strlen(person_heads[k].words);

		if (person_heads[k].kind == kind && n < 4 &&
			strncmp(l->at[*i], person_heads[k].words, n) == 0 &&
			all_digits(l->at[*i] + n))
			return l->at[(*i)++] + n;
	}
	return NULL;
}

static const char *
box_number(const struct line *l, size_t *i)
{
	const char *id;

	if (*i < l->n && ONE_OF(l->at[*i], "BOX", "BX", "BUZON", "BZN"))
		*i = skip_number_word(l, *i + 1);
	else if (*i < l->n && person_is(l->at[*i], "#"))
		(*i)++;
	else if (*i < l->n && strncmp(l->at[*i], "BOX", 3) == 0 &&
		 person_has_digit(l->at[*i] + 3))
		return l->at[(*i)++] + 3;
	else
		return NULL;
	if (*i >= l->n || !is_box_id(l->at[*i]))
		return NULL;
	id = l->at[(*i)++];
	return id;
}

/*
 * What follows the box: nothing, a letter of it, a unit, or the name of a
 * road, which section 24 says to leave out.
 */
static bool
route_rest(struct line *l, size_t i)
{
	size_t end = person_unit_cut(l->at, i, l->n, true, l->address);

	return end == i || (end - i <= 4 && suffix(l, end - 1) != NULL);
}

static bool
parse_route(struct line *l, enum address_form form, enum head_kind kind)
{
	struct person_address *a = l->address;
	const char *route;
	const char *box;
	size_t i = 0;

	box = box_number(l, &i); /* "BOX 15 RR 2" */
	route = route_number(l, &i, kind);
	if (route == NULL)
		return false;
	if (box == NULL)
		box = box_number(l, &i);
	if (box == NULL || !route_rest(l, i))
		return false;
	a->form = form;
	return person_set(a->street, sizeof(a->street), without_zeros(route)) &&
	       person_set(a->number, sizeof(a->number), without_zeros(box));
}

static bool
parse_rural(struct line *l)
{
	return parse_route(l, FORM_RURAL, HEAD_RURAL);
}

static bool
parse_highway(struct line *l)
{
	return parse_route(l, FORM_HIGHWAY, HEAD_CONTRACT);
}

/* ---- military, general delivery ---- */

static bool
parse_military(struct line *l)
{
	struct person_address *a = l->address;
	size_t i = words_of_head(l, 0, HEAD_MILITARY);
	const char *box;

	if (i == 0 || (i = skip_number_word(l, i)) >= l->n ||
		!is_box_id(l->at[i]))
		return false;
	if (!person_set(a->street, sizeof(a->street), l->at[0]) ||
		!person_add(
			a->street, sizeof(a->street), without_zeros(l->at[i])))
		return false;
	i++;
	box = box_number(l, &i);
	if (box == NULL)
		return false;
	while (i < l->n &&
		ONE_OF(l->at[i], "APO", "FPO", "DPO", "AA", "AE", "AP"))
		i++;
	a->form = FORM_MILITARY;
	return i == l->n &&
	       person_set(a->number, sizeof(a->number), without_zeros(box));
}

static bool
parse_general(struct line *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (words_of_head(l, i, HEAD_GENERAL) > 0) {
			l->address->form = FORM_GENERAL;
			return true;
		}
	return false;
}

/* ---- streets ---- */

/*
 * A house number: 123, 123A, 12-34, 39.2, N6W23001, 1/2 behind it.  Not an
 * ordinal (5TH AVE has no number) and not zero.
 */
static bool
is_house_number(const char *word)
{
	size_t n = strlen(word);
	size_t digits = person_digits(word);
	const char *rest = word + digits;

	if (n >= 12 || digits > 7 || !person_has_digit(word) ||
		strchr(word, '/') != NULL)
		return false;
	if (digits == 0) /* N6W23001, W300N1234, B17, A-12 */
		return strchr(word + 1, '.') == NULL && n <= 10 &&
		       person_letters(word) <= 2;
	if (word[strspn(word, "0-.")] == '\0')
		return false;
	if (ONE_OF(rest, "ST", "ND", "RD", "TH"))
		return false;
	if (*rest == '-' || *rest == '.')
		return strchr(rest + 1, '-') == NULL && strlen(rest) <= 6;
	return strlen(rest) <= 2 || person_has_digit(rest); /* 12W345 */
}

static bool
is_fraction(const char *word)
{
	return word[0] >= '1' && word[0] <= '9' && word[1] == '/' &&
	       all_digits(word + 2);
}

/* "N W", "NORTH WEST": two words that are one of the four corners. */
static const char *
corner(const struct line *l, size_t i)
{
	static const char *const corners[4] = {"NE", "NW", "SE", "SW"};
	const char *a = direction(l, i);
	const char *b = direction(l, i + 1);

	if (a == NULL || b == NULL || a[1] != '\0' || b[1] != '\0' ||
		(a[0] != 'N' && a[0] != 'S') || (b[0] != 'E' && b[0] != 'W'))
		return NULL;
	return corners[(a[0] == 'S') * 2 + (b[0] == 'W')];
}

/* AVE, AVE N, N: no name is left for what stands before it. */
static bool
no_name_from(const struct line *l, size_t i, size_t end)
{
	if (i < end && suffix(l, i) == NULL && direction(l, i) == NULL)
		return false;
	for (i++; i < end; i++)
		if (direction(l, i) == NULL)
			return false;
	return true;
}

/* The directional before the name: how many words it takes. */
static size_t
cut_predir(struct line *l, size_t i, size_t end)
{
	struct person_address *a = l->address;
	const char *d = i < end ? direction(l, i) : NULL;
	const char *c = i + 1 < end ? corner(l, i) : NULL;
	size_t took = 1;

	if (c != NULL && i + 2 < end && !no_name_from(l, i + 2, end)) {
		d = c;
		took = 2;
	}
	if (d == NULL || i + took >= end)
		return 0;
	/* NORTH AVE, E ST NW: the directional is the name */
	if (suffix(l, i + took) != NULL && no_name_from(l, i + took, end))
		return 0;
	(void)person_set(a->predir, sizeof(a->predir), d);
	return took;
}

/* The directional behind the name: how many words it takes. */
static size_t
cut_postdir(struct line *l, size_t i, size_t end)
{
	struct person_address *a = l->address;
	const char *d = end > i + 1 ? direction(l, end - 1) : NULL;
	const char *c = end > i + 2 ? corner(l, end - 2) : NULL;
	size_t took = c != NULL ? 2 : 1;

	if (d == NULL)
		return 0;
	/* AVENUE E: a letter, not east; STREET N too */
	if (is_letter(l->at[end - 1]) && end == i + 2 &&
		ONE_OF(l->at[i], "AVENUE", "AVE", "STREET", "CALLE", "AVENIDA"))
		return 0;
	if (end - took == i) /* the name itself */
		return 0;
	(void)person_set(a->postdir, sizeof(a->postdir), c != NULL ? c : d);
	return took;
}

/* ---- highways (appendix F) ---- */

/* The number of a highway: 61, 410W, A049, J; MM behind "STATE". */
static bool
is_highway_number(const char *word)
{
	size_t n = strlen(word);

	return n <= 6 && word[0] != '#' && strchr(word, '/') == NULL &&
	       (person_has_digit(word) || n == 1 ||
		       (n == 2 && word[0] == word[1]));
}

/*
 * The number of a highway at at[i], NULL where there is none.  STATE ROAD NORTH
 * and STATE RD N are written for each other, whichever of the two is meant; N W
 * is a corner and no number.
 */
static const char *
highway_number(const struct line *l, size_t i)
{
	const char *word = l->at[i];
	const char *d = direction(l, i);

	if (i + 1 < l->n && corner(l, i) != NULL)
		return NULL;
	if (d != NULL && d[1] == '\0' && !person_is(word, "NO"))
		return d;
	return is_highway_number(word) ? word : NULL;
}

/*
 * 98 AVE S is the 98th avenue, south, without a house number; Avenue S has its
 * houses from Brooklyn's lowest hundred on.
 */
static bool
is_ordinal_avenue(
	const struct line *l, size_t at, const struct person_head *road)
{
	const struct person_address *a = l->address;

	return person_is(road->to, "AVE") && direction(l, at) != NULL &&
	       strlen(a->number) <= 2 && strncmp(a->zip, "112", 3) != 0;
}

/* The end of a highway's words: whatever follows is a unit or nothing. */
static bool
highway_rest(struct line *l, size_t i)
{
	size_t end = person_unit_cut(l->at, i, l->n, true, l->address);

	if (i < end && direction(l, i) != NULL) {
		const char *c = i + 1 < end ? corner(l, i) : NULL;

		(void)person_set(l->address->postdir,
			sizeof(l->address->postdir),
			c != NULL ? c : direction(l, i));
		i += c != NULL ? 2 : 1;
	}
	if (i + 1 == end && person_has_digit(l->at[i])) /* a bare unit */
		return person_unit_parse(l->at + i, 1, l->address);
	return i == end;
}

/* "US HIGHWAY 1 S", "AVENUE J", "CALLE 4": a kind of road and its number. */
static bool
parse_numbered_road(struct line *l, size_t i)
{
	struct person_address *a = l->address;
	const struct person_head *road;
	const char *number;
	size_t took;
	bool old = i < l->n && person_is(l->at[i], "OLD");

	took = head_at(l, i + old, HEAD_ROAD, 1, &road);
	if (took == 0)
		return false;
	number = highway_number(l, i + old + took);
	if (number == NULL || is_ordinal_avenue(l, i + old + took, road))
		return false;
	/* "AVE N MAIN"?  No: the number ends the name. */
	if (!highway_rest(l, i + old + took + 1)) {
		memset(a->unit, 0, sizeof(a->unit));
		memset(a->designator, 0, sizeof(a->designator));
		memset(a->postdir, 0, sizeof(a->postdir));
		return false;
	}
	l->street_n = i + old + took + 1;
	a->form = FORM_STREET;
	return (!old || person_add(a->street, sizeof(a->street), "OLD")) &&
	       person_add(a->street, sizeof(a->street), road->to) &&
	       person_add(a->street, sizeof(a->street), number);
}

/* ---- the name ---- */

static size_t
ordinal_digits(const char *word)
{
	size_t n = person_digits(word);

	return n > 0 && n < 6 && ONE_OF(word + n, "ST", "ND", "RD", "TH") ? n
									  : 0;
}

/* TWENTY FIRST, 21ST: 21. */
static const char *
tens(const char *word)
{
	static const char *const words[] = {"TWENTY", "THIRTY", "FORTY",
		"FIFTY", "SIXTY", "SEVENTY", "EIGHTY", "NINETY"};
	static const char *const digits[] = {
		"2", "3", "4", "5", "6", "7", "8", "9"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (person_is(word, words[i]))
			return digits[i];
	return NULL;
}

/* One standard word of a name into `to`; how many words it took. */
static size_t
name_word(const struct line *l, size_t i, size_t end, char to[16])
{
	const char *word = l->at[i];
	const char *next =
		i + 1 < end ? PAIR_FIND(person_street_words, l->at[i + 1])
			    : NULL;
	size_t digits = ordinal_digits(word);
	const char *standard = PAIR_FIND(person_street_words, word);

	if (tens(word) != NULL && next != NULL && all_digits(next) &&
		next[1] == '\0') {
		to[0] = tens(word)[0];
		to[1] = next[0];
		to[2] = '\0';
		return 2;
	}
	if (digits > 0) {
		memcpy(to, word, digits);
		to[digits] = '\0';
		memmove(to, without_zeros(to), strlen(without_zeros(to)) + 1);
		return 1;
	}
	if (standard == NULL &&
		!person_is(word, "LA")) /* lane, but not inside */
		standard = suffix(l, i);
	if (standard == NULL || !person_set(to, 16, standard))
		to[0] = '\0';
	return 1;
}

/* "C C A RD" is CCA RD: letters in a row are one word. */
static bool
add_name_word(struct person_address *a, const char *word, bool *was_letter)
{
	size_t n = strlen(a->street);
	bool joins = *was_letter && is_letter(word);

	*was_letter = is_letter(word);
	if (!joins || n + 1 >= sizeof(a->street))
		return person_add(a->street, sizeof(a->street), word);
	a->street[n] = word[0];
	return true;
}

static bool
set_name(struct line *l, size_t i, size_t end)
{
	struct person_address *a = l->address;
	bool was_letter = false;

	while (i < end) {
		char to[16];
		size_t took = name_word(l, i, end, to);
		const char *word = to[0] == '\0' ? l->at[i] : to;

		if (person_is(word, "#") ||
			!add_name_word(a, word, &was_letter))
			return false;
		i += took;
	}
	return a->street[0] != '\0';
}

/* Kinds of road so common that one alone is no name (123 STREET). */
bool
person_is_bare_type(const char *word)
{
	const char *s = PAIR_FIND(person_suffix_words, word);

	return s != NULL &&
	       ONE_OF(s, "ALY", "AVE", "BLVD", "CIR", "CT", "CV", "DR", "HWY",
		       "LN", "PL", "RD", "RTE", "ST", "TER", "TRL", "WAY", "PT",
		       "SQ", "XING", "HTS", "EXT", "CTR");
}

/* 10 MILE RD: the number is the road's, as the plats of Michigan name them. */
static bool
is_mile_road(const struct line *l, size_t i, size_t end)
{
	return end == i + 1 && strlen(l->address->number) <= 2 &&
	       (l->address->suffix[0] == '\0' ||
		       person_is(l->address->suffix, "RD")) &&
	       ONE_OF(l->at[i], "MILE", "MI");
}

/*
 * A name that can be one: letters, or a numbered street that something else
 * marks as one (66 ST, E 6800 S); one letter only before a suffix (A ST).
 */
static bool
is_name(const struct line *l, size_t i, size_t end)
{
	const struct person_address *a = l->address;
	bool marked = a->suffix[0] != '\0';
	bool any = false;

	if (i >= end)
		return false;
	if (!marked && end - i == 2 && person_is_bare_type(l->at[i]) &&
		direction(l, i + 1) != NULL)
		return false; /* 98 AVE S */
	for (size_t k = i; k < end; k++)
		any |= has_letter(l->at[k]) && !is_letter(l->at[k]);
	if (any)
		return !is_mile_road(l, i, end);
	if (end - i > 1 && all_digits(l->at[i]) && all_digits(l->at[i + 1]))
		return false; /* 16 1 2 ST: no name */
	return marked ||
	       (person_has_digit(l->at[i]) &&
		       (a->predir[0] != '\0' || a->postdir[0] != '\0'));
}

/* 12 APT 5, 12 HC 5, 12 PO BOX: a number before another form's words. */
static bool
is_other_form(const struct line *l, size_t i, size_t end)
{
	const struct person_unit *unit;

	if (i >= end || l->address->suffix[0] != '\0')
		return false;
	unit = person_unit_find(l->at[i]);
	return (unit != NULL && unit->kind != UNIT_AFTER) ||
	       ONE_OF(l->at[i], "HC", "PSC", "CMR", "RR", "POBOX") ||
	       (person_is(l->at[i], "PO") && i + 1 < end &&
		       person_is(l->at[i + 1], "BOX")) ||
	       ONE_OF(l->at[end - 1], "BOX", "POBOX");
}

/* 12 OAK ST 4B, 12 OAK ST C: a unit without a designator. */
static bool
has_bare_unit(const struct line *l, size_t i)
{
	const char *last = l->at[l->n - 1];

	return l->n > i + 2 && suffix(l, l->n - 2) != NULL &&
	       ordinal_digits(last) == 0 &&
	       (person_has_digit(last) ||
		       (is_letter(last) && direction(l, l->n - 1) == NULL));
}

/* The units at the end of a street's line, into `to`; where they begin. */
static size_t
cut_units(const struct line *l, size_t i, struct person_address *to)
{
	bool has_suffix = false;

	for (size_t k = i + 1; k < l->n; k++)
		has_suffix |= suffix(l, k) != NULL;
	return person_unit_cut(l->at, i + 1, l->n, has_suffix, to);
}

/* From behind: a unit, a directional, the suffix; what is left is the name. */
static bool
parse_name(struct line *l, size_t i)
{
	struct person_address *a = l->address;
	size_t end = cut_units(l, i, a);
	size_t name;

	if (end == l->n && has_bare_unit(l, i)) {
		(void)person_unit_parse(l->at + end - 1, 1, a);
		end--;
	}
	l->unit_at = end;
	name = i + cut_predir(l, i, end);
	l->street_n = end;
	end -= cut_postdir(l, name, end);
	if (end > name + 1 && suffix(l, end - 1) != NULL) {
		l->suffix_at = --end;
		(void)person_set(a->suffix, sizeof(a->suffix), suffix(l, end));
	} else {
		l->street_n = 0;
	}
	if (end == name + 1 && l->suffix_at == l->n &&
		person_is_bare_type(l->at[name]))
		return false;
	a->form = FORM_STREET;
	return !is_other_form(l, name, end) && is_name(l, name, end) &&
	       set_name(l, name, end);
}

/* "123 1/2" and "123-1/2": the words taken; 0 where it is no number. */
static size_t
cut_number(struct line *l)
{
	struct person_address *a = l->address;
	const char *hyphen = strchr(l->at[0], '-');
	char whole[16] = "";

	if (hyphen != NULL && is_fraction(hyphen + 1)) {
		size_t n = (size_t)(hyphen - l->at[0]);

		if (n >= sizeof(whole))
			return 0;
		memcpy(whole, l->at[0], n);
		return is_house_number(whole) &&
				       person_set(a->number, sizeof(a->number),
					       whole) &&
				       person_add(a->number, sizeof(a->number),
					       hyphen + 1)
			       ? 1
			       : 0;
	}
	if (!is_house_number(l->at[0]) ||
		!person_set(a->number, sizeof(a->number), l->at[0]))
		return 0;
	if (l->n > 2 && is_fraction(l->at[1]))
		return person_add(a->number, sizeof(a->number), l->at[1]) ? 2
									  : 0;
	return 1;
}

static bool
parse_street(struct line *l)
{
	struct person_address *a = l->address;
	struct person_address units = {0};
	size_t i = l->n < 2 ? 0 : cut_number(l);
	size_t predir;

	if (i == 0)
		return false;
	if (parse_numbered_road(l, i))
		return true;
	memset(a->street, 0, sizeof(a->street));
	/* WEST AVE N APT 3: what is a directional shows without the unit */
	predir = cut_predir(l, i, cut_units(l, i, &units));
	if (predir > 0 && parse_numbered_road(l, i + predir))
		return true;
	memset(a->predir, 0, sizeof(a->predir));
	memset(a->street, 0, sizeof(a->street));
	return parse_name(l, i);
}

/* ---- Puerto Rico ---- */

/* CALLE AMAPOLA 123: the number behind the name. */
static bool
parse_calle(struct line *l)
{
	struct person_address *a = l->address;
	size_t end;

	if (l->n < 3 ||
		!ONE_OF(l->at[0], "CALLE", "CLL", "AVE", "AVENIDA", "AVDA",
			"CARR", "CARRETERA", "CAMINO", "PASEO", "VIA"))
		return false;
	end = l->n;
	if (!ONE_OF(l->at[end - 2], "#", "NUM", "NO", "NRO"))
		end = person_unit_cut(l->at, 2, l->n, false, a);
	if (end < 3 || !is_house_number(l->at[end - 1]))
		return false;
	l->street_n = end - 1;
	if (end > 3 && ONE_OF(l->at[end - 2], "#", "NUM", "NO", "NRO"))
		l->street_n--;
	a->form = FORM_PUERTO_RICO;
	return person_set(a->number, sizeof(a->number), l->at[end - 1]) &&
	       set_name(l, 0, l->street_n);
}

static bool
is_puerto_rico(const struct person_address *a)
{
	return person_is(a->state, "PR") || strncmp(a->zip, "006", 3) == 0 ||
	       strncmp(a->zip, "007", 3) == 0 || strncmp(a->zip, "009", 3) == 0;
}

/* URB HIGHLAND GDNS B22; COND ASHFORD PALACE APT 1A; RES LLORENS EDIF 3. */
static bool
parse_complex(struct line *l)
{
	struct person_address *a = l->address;
	size_t end;

	if (l->n < 3 ||
		!ONE_OF(l->at[0], "URB", "URBANIZACION", "COND", "CONDOMINIO",
			"RES", "RESIDENCIAL", "EXT", "VILLA", "VILLAS", "BO",
			"BARRIO", "SECT", "SECTOR", "PARC", "PARCELAS", "REPTO",
			"JARD", "MANS", "ALT", "EDIF"))
		return false;
	end = person_unit_cut(l->at, 2, l->n, true, a);
	if (end == l->n) {
		end--;
		if (end < 2 || !is_house_number(l->at[end]) ||
			!person_set(a->number, sizeof(a->number), l->at[end]))
			return false;
		end -= end > 2 && person_is(l->at[end - 1], "#");
	}
	a->form = FORM_PUERTO_RICO;
	return (a->number[0] != '\0' || person_has_digit(a->unit)) &&
	       set_name(l, 0, end);
}

/* URB LAS GLADIOLAS 150 CALLE A: the urbanization is its own part. */
static bool
parse_urbanized(struct line *l)
{
	struct person_address *a = l->address;
	struct line rest = *l;
	size_t i = 2;

	if (l->n < 4 || !ONE_OF(l->at[0], "URB", "URBANIZACION"))
		return false;
	while (i < l->n && !is_house_number(l->at[i]) &&
		!ONE_OF(l->at[i], "CALLE", "AVE", "AVENIDA"))
		i++;
	rest.at = l->at + i;
	rest.is = l->is + i;
	rest.n = l->n - i;
	rest.suffix_at = rest.n;
	if (rest.n < 2 || !(parse_street(&rest) || parse_calle(&rest)))
		return false;
	memset(a->urbanization, 0, sizeof(a->urbanization));
	for (size_t k = 1; k < i; k++)
		if (!person_add(
			    a->urbanization, sizeof(a->urbanization), l->at[k]))
			return false;
	l->suffix_at = rest.suffix_at + i;
	l->street_n = rest.street_n == 0 ? 0 : rest.street_n + i;
	a->form = FORM_PUERTO_RICO;
	return true;
}

/* ---- the whole line ---- */

typedef bool parse_form(struct line *l);

/* What a form that did not fit has left behind. */
static void
clear_parts(struct line *l)
{
	struct person_address *a = l->address;

	a->form = FORM_NONE;
	memset((char *)a + offsetof(struct person_address, number), 0,
		offsetof(struct person_address, urbanization) -
			offsetof(struct person_address, number));
	l->suffix_at = l->n;
	l->unit_at = l->n;
	l->street_n = 0;
}

static bool
parse_first(struct line *line, parse_form *const *forms, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (forms[i](line))
			return true;
		clear_parts(line);
	}
	return false;
}

void
person_line_parse(struct line *line)
{
	static parse_form *const island[] = {
		parse_urbanized, parse_calle, parse_complex};
	static parse_form *const mainland[] = {parse_general, parse_military,
		parse_po_box, parse_highway, parse_rural, parse_street};
	struct line_word is[WORDS_MAX];

	clear_parts(line);
	if (line->n == 0)
		return;
	must(line->n <= WORDS_MAX);
	for (size_t i = 0; i < line->n; i++)
		is[i] = (struct line_word){
			PAIR_FIND(person_suffix_words, line->at[i]),
			PAIR_FIND(person_directionals, line->at[i])};
	line->is = is;
	if (!parse_first(
		    line, mainland, sizeof(mainland) / sizeof(*mainland)) &&
		is_puerto_rico(line->address))
		(void)parse_first(
			line, island, sizeof(island) / sizeof(*island));
	line->is = NULL;
}
