/* SPDX-License-Identifier: Apache-2.0 */
#include <threads.h>

#include "base/err.h"
#include "person/person_line.h"

/* ---- city, state, ZIP ---- */

static void
set_city(struct person_address *a, const struct person_words *words)
{
	for (size_t i = 0; i < words->n; i++) {
		const char *standard =
			PAIR_FIND(person_city_words, words->at[i]);

		if (!person_add(a->city, sizeof(a->city),
			    standard == NULL ? words->at[i] : standard)) {
			memset(a->city, 0, sizeof(a->city));
			return;
		}
	}
}

static bool
is_state(struct span text)
{
	return text.n == 2 && text.at[0] >= 'A' && text.at[0] <= 'Z' &&
	       text.at[1] >= 'A' && text.at[1] <= 'Z';
}

/* "NY", "New York", "N.Y." */
static void
set_state(struct person_address *a, struct span text)
{
	struct person_words words;
	char joined[PERSON_FOLD_MAX];
	const char *state;
	size_t n = 0;

	if (is_state(text)) {
		memcpy(joined, text.at, 2);
		joined[2] = '\0';
		state = PAIR_FIND(person_states, joined);
		if (state != NULL)
			memcpy(a->state, state, 2);
		return;
	}
	person_words(text, FOLD_PLAIN, &words);
	for (size_t i = 0; i < words.n; i++) {
		size_t m = strlen(words.at[i]);

		memcpy(joined + n, words.at[i], m);
		n += m;
	}
	joined[n] = '\0';
	state = PAIR_FIND(person_states, joined);
	if (state != NULL && !words.foreign)
		(void)person_set(a->state, sizeof(a->state), state);
}

/* Five digits, or nine with or without the hyphen; else "". */
static void
set_zip(struct person_address *a, struct span text)
{
	size_t digits = 0;
	bool hyphen = false;

	text = span_trim(text);
	for (size_t i = 0; i < text.n; i++) {
		if (text.at[i] >= '0' && text.at[i] <= '9')
			digits++;
		else if ((text.at[i] == '-' || text.at[i] == ' ') && i == 5)
			hyphen = true;
		else
			return;
	}
	if ((digits == 5 && !hyphen) || digits == 9)
		memcpy(a->zip, text.at, 5);
}

/* ---- the line ---- */

/*
 * A line that ends with the address's own city, state and ZIP, as forms with
 * one box for everything give it: those words are cut.
 */
static size_t
without_locality(const struct person_words *line,
	const struct person_words *city, const struct person_address *a)
{
	size_t n = line->n;

	if (a->zip[0] == '\0' || a->state[0] == '\0' || city->n == 0)
		return n;
	if (n > 1 && strncmp(line->at[n - 1], a->zip, 5) == 0 &&
		(line->at[n - 1][5] == '\0' || line->at[n - 1][5] == '-'))
		n--;
	if (n < 2 || strcmp(line->at[n - 1], a->state) != 0)
		return line->n;
	n--;
	if (n <= city->n)
		return line->n;
	for (size_t i = 0; i < city->n; i++)
		if (strcmp(line->at[n - city->n + i], city->at[i]) != 0)
			return line->n;
	return n - city->n;
}

/*
 * The ZIP or the city again where the street should be: "68010 BOYS TOWN".
 * A street that is named as its city is has a suffix.
 */
static bool
repeats_locality(const struct person_address *a)
{
	if (a->form != FORM_STREET || a->suffix[0] != '\0')
		return false;
	return strcmp(a->number, a->zip) == 0 ||
	       strcmp(a->street, a->city) == 0 ||
	       person_zip_agrees(a->zip, a->street, a->state);
}

/* ---- the gazetteer ---- */

enum { GAZETTEER_MAX = 256 };

static struct person_address gazetteer[GAZETTEER_MAX];
static once_flag gazetteer_once = ONCE_FLAG_INIT;

static void
parse_text(
	struct span text, struct person_words *words, struct person_address *a)
{
	struct line line = {.at = words->at, .address = a};

	person_words(text, FOLD_LINE, words);
	line.n = words->n;
	person_line_parse(&line);
}

static void
open_gazetteer(void)
{
	must(person_facilities_n <= GAZETTEER_MAX);
	for (size_t i = 0; i < person_facilities_n; i++) {
		struct person_words words;

		(void)person_set(gazetteer[i].zip, sizeof(gazetteer[i].zip),
			person_facilities[i].zip);
		parse_text(span_text(person_facilities[i].line), &words,
			&gazetteer[i]);
		must(gazetteer[i].form == FORM_STREET);
	}
}

/* The facilities are sorted by ZIP. */
static size_t
first_facility(const char *zip)
{
	size_t low = 0;
	size_t high = person_facilities_n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (memcmp(gazetteer[mid].zip, zip,
			    sizeof(gazetteer[mid].zip)) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Number, name and ZIP: a suffix or a directional left out hides nothing. */
static bool
in_gazetteer(const struct person_address *a)
{
	if (a->form != FORM_STREET && a->form != FORM_PUERTO_RICO)
		return false;
	call_once(&gazetteer_once, open_gazetteer);
	for (size_t i = first_facility(a->zip);
		i < person_facilities_n &&
		strcmp(gazetteer[i].zip, a->zip) == 0;
		i++)
		if (strcmp(gazetteer[i].number, a->number) == 0 &&
			strcmp(gazetteer[i].street, a->street) == 0)
			return true;
	return false;
}

/* ---- all of it ---- */

static bool
all_zero(const char *text)
{
	return text[strspn(text, "0- ")] == '\0';
}

static bool
field_is_placeholder(const struct person_words *words)
{
	return words->n > 0 &&
	       person_is_placeholder(words->at, words->n, words->n, true);
}

/* An e-mail address, or "at" a corner, is no delivery line. */
static bool
has_at_sign(struct span line)
{
	return line.n > 0 && memchr(line.at, '@', line.n) != NULL;
}

static void
set_urbanization(struct person_address *a, const struct person_words *words)
{
	if (words->n == 0 || field_is_placeholder(words))
		return;
	for (size_t i = strcmp(words->at[0], "URB") == 0; i < words->n; i++)
		(void)person_add(
			a->urbanization, sizeof(a->urbanization), words->at[i]);
}

static void
set_unit(struct person_address *a, const struct person_words *words)
{
	struct person_address own = {0};

	if (words->n == 0)
		return;
	(void)person_unit_parse(words->at, words->n, &own);
	if (own.unit[0] == '\0' || strcmp(own.unit, a->unit) == 0)
		return;
	if (a->unit[0] == '\0') {
		memcpy(a->unit, own.unit, sizeof(a->unit));
		memcpy(a->designator, own.designator, sizeof(a->designator));
	} else {
		(void)person_add(a->unit, sizeof(a->unit), own.unit);
	}
}

/* The words of an address, and how its delivery line was read. */
struct reading {
	struct person_words line;
	struct person_words city;
	struct person_words urbanization;
	struct person_words unit;
	struct line parsed;
	enum address_form form; /* of the line by itself */
};

/* All but the judgements: what comparing asks for. */
static void
read_parts(const struct address_text *text, struct person_address *a,
	struct reading *reading)
{
	struct person_words *city = &reading->city;
	struct person_words *words = &reading->line;
	struct line *line = &reading->parsed;

	memset(a, 0, sizeof(*a));
	person_words(text->city, FOLD_PLAIN, city);
	set_city(a, city);
	set_state(a, text->state);
	set_zip(a, text->zip);
	person_words(text->urbanization, FOLD_PLAIN, &reading->urbanization);
	set_urbanization(a, &reading->urbanization);
	person_words(text->line, FOLD_LINE, words);
	*line = (struct line){.at = words->at,
		.n = without_locality(words, city, a),
		.address = a};
	person_line_parse(line);
	reading->form = a->form;
	if (words->cut || words->foreign || city->cut || city->foreign ||
		all_zero(a->number) || repeats_locality(a) ||
		has_at_sign(text->line))
		a->form = a->form == FORM_PUERTO_RICO && a->number[0] == '\0'
				  ? a->form
				  : FORM_NONE;
	person_words(text->unit, FOLD_LINE, &reading->unit);
	set_unit(a, &reading->unit);
}

static bool
line_is_placeholder(const struct reading *reading)
{
	const struct line *line = &reading->parsed;
	bool number =
		reading->form != FORM_NONE && reading->form != FORM_GENERAL;
	size_t suffix = line->suffix_at < line->unit_at ? line->suffix_at
							: line->unit_at;

	return line->n > 0 &&
	       person_is_placeholder(line->at, line->unit_at, suffix, number);
}

static bool
is_premises(const struct reading *reading)
{
	const struct line *line = &reading->parsed;
	const struct person_words *city = &reading->city;
	const struct person_words *estate = &reading->urbanization;
	const struct person_words *unit = &reading->unit;

	return person_is_premises(line->at, line->n, line->street_n) ||
	       person_is_premises(city->at, city->n, 0) ||
	       person_is_premises(estate->at, estate->n, 0) ||
	       person_is_premises(unit->at, unit->n, 0);
}

void
person_address_parts(
	const struct address_text *text, struct person_address *ret_address)
{
	struct reading reading;

	read_parts(text, ret_address, &reading);
}

void
person_address(
	const struct address_text *text, struct person_address *ret_address)
{
	struct person_address *a = ret_address;
	struct reading reading;

	read_parts(text, a, &reading);
	a->placeholder = line_is_placeholder(&reading);
	if (field_is_placeholder(&reading.city) &&
		!person_zip_agrees(a->zip, a->city, a->state))
		a->placeholder = true; /* NU MINE, PA, is a place */
	a->facility = is_premises(&reading) || in_gazetteer(a);
}

/* Pub 28, 225: a box at a PSC, CMR or UNIT is one abroad, in AA, AE or AP. */
static bool
is_misplaced(const struct person_address *address)
{
	return address->form == FORM_MILITARY &&
	       strcmp(address->state, "AA") != 0 &&
	       strcmp(address->state, "AE") != 0 &&
	       strcmp(address->state, "AP") != 0;
}

enum address_grade
person_address_grade(const struct person_address *address)
{
	bool agrees =
		person_zip_agrees(address->zip, address->city, address->state);
	bool line = address->form != FORM_NONE &&
		    address->form != FORM_GENERAL && !address->placeholder &&
		    !address->facility && !is_misplaced(address);

	if (agrees)
		return line ? ADDRESS_DELIVERABLE : ADDRESS_LOCALITY;
	return address->zip[0] != '\0' ? ADDRESS_ZIP_LIKE : ADDRESS_NONE;
}

const char *
person_address_why(const struct person_address *address)
{
	if (person_address_grade(address) == ADDRESS_DELIVERABLE)
		return "";
	if (address->facility)
		return "the address is the premises of detention or of an "
		       "agency, not the person's own";
	if (address->placeholder)
		return "the address says that it is not known";
	if (is_misplaced(address))
		return "a military box is at an APO, FPO or DPO";
	if (address->form == FORM_GENERAL)
		return "general delivery is no address of the person's own";
	if (address->form == FORM_NONE)
		return "the delivery line has no form that the Postal Service "
		       "delivers to (number and street, box, or route and box)";
	if (address->zip[0] == '\0' || !person_zip_known(address->zip))
		return "the ZIP Code is not one that the Postal Service uses";
	return "city, state and ZIP Code do not agree with each other";
}

/* ---- compare ---- */

static bool
same_city_for_zip(
	const struct person_address *a, const struct person_address *b)
{
	if (strcmp(a->city, b->city) == 0)
		return true;
	return person_zip_agrees(a->zip, a->city, a->state) &&
	       person_zip_agrees(b->zip, b->city, b->state);
}

static enum person_level
unit_level(const char *asked, const char *record)
{
	if (strcmp(asked, record) == 0)
		return LEVEL_EQUAL;
	if (asked[0] == '\0')
		return LEVEL_MISSING;
	return record[0] == '\0' ? LEVEL_VARIANT : LEVEL_CONFLICT;
}

struct address_match
person_address_compare(
	const struct person_address *asked, const struct person_address *record)
{
	const struct person_address *a = asked;
	const struct person_address *r = record;

	return (struct address_match){
		.line_equal = a->form != FORM_NONE && a->form == r->form &&
			      strcmp(a->number, r->number) == 0 &&
			      strcmp(a->predir, r->predir) == 0 &&
			      strcmp(a->street, r->street) == 0 &&
			      strcmp(a->suffix, r->suffix) == 0 &&
			      strcmp(a->postdir, r->postdir) == 0 &&
			      strcmp(a->urbanization, r->urbanization) == 0 &&
			      strcmp(a->zip, r->zip) == 0 &&
			      a->zip[0] != '\0' &&
			      strcmp(a->state, r->state) == 0 &&
			      same_city_for_zip(a, r),
		.unit = unit_level(a->unit, r->unit),
	};
}

/* ---- start ---- */

void
person_init(void)
{
	static const uint8_t many[] = "\xd0\x96\xce\xa8\xe4\xb8\x8d\xe8\xa9\xb3"
				      "\xd9\x85\xd7\x90\xed\x95\x9c\xe3\x81\x82"
				      "\xe0\xa4\x85\xe0\xb8\x81\xe1\x83\x90";
	char to[PERSON_FOLD_MAX];

	call_once(&gazetteer_once, open_gazetteer);
	person_fold(span_of(many, sizeof(many) - 1), to);
	(void)person_is_native_placeholder(to);
}
