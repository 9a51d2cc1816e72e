/* SPDX-License-Identifier: Apache-2.0 */
#include "base/num.h"
#include "person/person_int.h"

/* ---- city names ---- */

enum { CITY_KEY = 64 };

/* A name's words in standard form, joined: "ST PAUL" is SAINTPAUL, "MC RAE"
 * is MCRAE.  Cut where it is too long to be one. */
static void
city_key(const char *city, char to[CITY_KEY])
{
	size_t n = 0;

	while (*city != '\0') {
		char word[CITY_KEY];
		size_t length = strcspn(city, " ");
		const char *standard;
		size_t m;

		if (length >= sizeof(word))
			length = sizeof(word) - 1;
		memcpy(word, city, length);
		word[length] = '\0';
		standard = PAIR_FIND(person_city_words, word);
		standard = standard == NULL ? word : standard;
		m = strlen(standard);
		if (n + m >= CITY_KEY)
			break;
		memcpy(to + n, standard, m);
		n += m;
		city += strcspn(city, " ");
		city += *city == ' ';
	}
	to[n] = '\0';
}

static bool
same_city(const char *key, const char *name)
{
	char other[CITY_KEY];

	city_key(name, other);
	return strcmp(key, other) == 0;
}

/* ---- the table ---- */

static const struct person_zip *
zip_find(const char *zip)
{
	uint64_t want;
	size_t low;
	size_t high;

	if (strlen(zip) != 5 || !num_digits(span_text(zip), 99999, &want))
		return NULL;
	low = person_zips_at[want / 100];
	high = person_zips_at[want / 100 + 1];
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (person_zips[mid].zip == want)
			return &person_zips[mid];
		if (person_zips[mid].zip < want)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static bool
is_military(const char *state)
{
	return state[0] == 'A' &&
	       (state[1] == 'A' || state[1] == 'E' || state[1] == 'P');
}

bool
person_zip_known(const char *zip)
{
	return zip_find(zip) != NULL;
}

/*
 * A military ZIP takes any of APO, FPO and DPO: the tables are years behind
 * on which post office serves it, and none of the three is a place.
 */
bool
person_zip_agrees(const char *zip, const char *city, const char *state)
{
	const struct person_zip *found = zip_find(zip);
	char key[CITY_KEY];

	if (found == NULL || city[0] == '\0' ||
		strcmp(found->state, state) != 0)
		return false;
	if (is_military(state))
		return strcmp(city, "APO") == 0 || strcmp(city, "FPO") == 0 ||
		       strcmp(city, "DPO") == 0;
	if (strcmp(city, person_city_pool + found->city) == 0)
		return true; /* the most of them: no key is needed */
	city_key(city, key);
	if (same_city(key, person_city_pool + found->city))
		return true;
	for (uint32_t i = found->more; i != 0 && person_zip_more[i] != 0; i++)
		if (same_city(key, person_city_pool + person_zip_more[i] - 1))
			return true;
	return false;
}

bool
person_zip_at(size_t n, char zip[6], char city[ADDRESS_PART_MAX], char state[3])
{
	const struct person_zip *row;
	const char *name;
	size_t length;

	if (n >= person_zips_n)
		return false;
	row = &person_zips[n];
	for (uint32_t i = 0, left = row->zip; i < 5; i++, left /= 10)
		zip[4 - i] = (char)('0' + left % 10);
	zip[5] = '\0';
	name = person_city_pool + row->city;
	length = strnlen(name, ADDRESS_PART_MAX - 1);
	memcpy(city, name, length);
	city[length] = '\0';
	memcpy(state, row->state, 3);
	return true;
}
