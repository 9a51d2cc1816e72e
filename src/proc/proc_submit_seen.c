/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who was asked for under an officer, and how many in all, in the year before a
 * day: read once, then added to.  An officer with more persons than a place has
 * room for is asked of the store each time; so memory has a bound.
 */
#include <stdio.h>

#include "base/mem.h"
#include "proc/proc_submit_int.h"

enum { PLACES = 2048, PERSONS = 512 };

struct place {
	char officer[STORE_ID_MAX];
	bool known;
	uint64_t person[PERSONS];
	size_t n; /* over PERSONS: only counted */
};

struct seen {
	int32_t today;
	bool volume_known;
	uint64_t volume;
	struct place place[PLACES];
};

struct seen *
submit_seen_new(void)
{
	return mem_zeroed(sizeof(struct seen));
}

struct seen *
submit_seen_free(struct seen *seen)
{
	mem_free(seen);
	return NULL;
}

void
submit_seen_forget(struct seen *seen)
{
	seen->volume_known = false;
	for (size_t i = 0; i < PLACES; i++)
		seen->place[i].known = false;
}

static void
of_day(struct seen *seen, int32_t today)
{
	if (seen->today != today)
		submit_seen_forget(seen);
	seen->today = today;
}

static struct place *
place_of(struct seen *seen, const char *officer)
{
	return &seen->place[proc_keys_text(span_text(officer)) % PLACES];
}

static bool
has(const struct place *place, uint64_t person)
{
	size_t n = place->n < PERSONS ? place->n : PERSONS;

	for (size_t i = 0; i < n; i++)
		if (place->person[i] == person)
			return true;
	return false;
}

/* The store gives each once. */
static enum err
add_person(void *context, uint64_t person)
{
	struct place *place = context;

	if (place->n < PERSONS)
		place->person[place->n] = person;
	place->n++;
	return ERR_OK;
}

struct count {
	uint64_t person;
	uint64_t n;
	bool has;
};

static enum err
count_person(void *context, uint64_t person)
{
	struct count *count = context;

	count->n++;
	count->has = count->has || person == count->person;
	return ERR_OK;
}

static enum err
read_place(struct place *place, struct store *store, const char *officer,
	int32_t since)
{
	enum err e;

	place->n = 0;
	place->known = false;
	(void)snprintf(place->officer, sizeof(place->officer), "%s", officer);
	e = store_officer_persons(store, officer, since, 0, add_person, place);
	place->known = e == ERR_OK;
	return e;
}

enum err
submit_seen_officer(struct seen *seen, struct store *store, const char *officer,
	int32_t today, uint64_t person, uint64_t *ret_n)
{
	struct place *place = place_of(seen, officer);
	struct count count = {.person = person};
	enum err e = ERR_OK;

	of_day(seen, today);
	if (!place->known || strcmp(place->officer, officer) != 0)
		e = read_place(place, store, officer, today - SUBMIT_YEAR);
	if (e != ERR_OK)
		return e;
	if (place->n <= PERSONS) {
		*ret_n = place->n + !has(place, person);
		return ERR_OK;
	}
	e = store_officer_persons(
		store, officer, today - SUBMIT_YEAR, 0, count_person, &count);
	*ret_n = count.n + !count.has;
	return e;
}

enum err
submit_seen_volume(
	struct seen *seen, struct store *store, int32_t today, uint64_t *ret_n)
{
	enum err e = ERR_OK;

	of_day(seen, today);
	if (!seen->volume_known)
		e = store_volume(store, today - SUBMIT_YEAR, 0, &seen->volume);
	seen->volume_known = e == ERR_OK;
	*ret_n = seen->volume;
	return e;
}

void
submit_seen_add(struct seen *seen, const struct store_request *row)
{
	struct place *place = place_of(seen, row->officer);

	if (row->answer == LAW_REFUSED)
		return;
	seen->volume++;
	if (!place->known || strcmp(place->officer, row->officer) != 0 ||
		has(place, row->person_key))
		return;
	(void)!add_person(place, row->person_key);
}
