/* SPDX-License-Identifier: Apache-2.0 */
/* Notes of rows, in the order of the file, to people with their spans. */
#include "roll/roll_int.h"

#include <string.h>

#include "base/mem.h"

/*
 * Stable order by person, by counting.  `person_of` is where an element keeps
 * its person; `ret_new` tells the new place of each old one (may be NULL).
 */
static enum err
order_by_person(struct roll_draft *draft, struct roll_vec *vec,
	size_t person_of, uint32_t *ret_new)
{
	size_t n_people = draft->dict.person_id.n;
	uint32_t *start = mem_zeroed((n_people + 1) * sizeof(*start));
	struct roll_vec sorted = {.each = vec->each};
	uint32_t person;

	if (start == NULL)
		return err_origin(ERR_NOMEM);
	sorted.at = mem_resize(NULL, vec->size, vec->each);
	if (sorted.at == NULL) {
		mem_free(start);
		return err_origin(ERR_NOMEM);
	}
	sorted.size = vec->size;
	sorted.n = vec->n;
	for (size_t i = 0; i < vec->n; i++) {
		memcpy(&person, (uint8_t *)vec->at + i * vec->each + person_of,
			sizeof(person));
		start[person + 1]++;
	}
	for (size_t i = 0; i < n_people; i++)
		start[i + 1] += start[i];
	for (size_t i = 0; i < vec->n; i++) {
		const uint8_t *from = (uint8_t *)vec->at + i * vec->each;
		uint32_t to;

		memcpy(&person, from + person_of, sizeof(person));
		to = start[person]++;
		memcpy((uint8_t *)sorted.at + to * vec->each, from, vec->each);
		if (ret_new != NULL)
			ret_new[i] = to;
	}
	mem_free(start);
	roll_vec_fini(vec);
	*vec = sorted;
	return ERR_OK;
}

static enum err
order_all(struct roll_draft *draft)
{
	struct roll_note *notes;
	uint32_t *moved;
	enum err e;

	moved = mem_resize(NULL, draft->known.n, sizeof(*moved));
	if (moved == NULL)
		return err_origin(ERR_NOMEM);
	e = order_by_person(draft, &draft->known,
		offsetof(struct roll_known, person), moved);
	if (e == ERR_OK)
		e = order_by_person(draft, &draft->notes,
			offsetof(struct roll_note, person), NULL);
	notes = draft->notes.at;
	for (size_t i = 0; e == ERR_OK && i < draft->notes.n; i++)
		notes[i].identity = moved[notes[i].identity];
	mem_free(moved);
	return e;
}

/* Adds a note to the spans of its person, which begin at `first`. */
static enum err
span_add(struct roll_draft *draft, size_t first, uint32_t first_identity,
	const struct roll_note *note)
{
	struct roll_raw_span add = {
		.years = 1u << (note->year - draft->first_year),
		.address = note->address,
		.identity = (uint16_t)(note->identity - first_identity),
		.role_origin = note->role_origin,
		.screen = note->screen,
	};
	struct roll_raw_span *all = draft->spans.at;
	struct roll_raw_span *to;
	enum err e = ERR_OK;

	for (size_t i = first; i < draft->spans.n; i++)
		if (all[i].address == add.address &&
			all[i].identity == add.identity &&
			all[i].role_origin == add.role_origin &&
			all[i].screen == add.screen) {
			all[i].years |= add.years;
			return ERR_OK;
		}
	to = roll_vec_add(&draft->spans, &draft->dict.memory, &e);
	if (to != NULL)
		*to = add;
	return e;
}

static enum err
person_add(struct roll_draft *draft, uint32_t id, size_t first_identity,
	size_t first_span)
{
	enum err e = ERR_OK;
	struct roll_raw_person *to =
		roll_vec_add(&draft->people, &draft->dict.memory, &e);

	if (to != NULL)
		*to = (struct roll_raw_person){
			id, (uint32_t)first_identity, (uint32_t)first_span};
	return e;
}

static enum err
copy_identities(struct roll_draft *draft)
{
	const struct roll_known *known = draft->known.at;
	enum err e = ERR_OK;

	for (size_t i = 0; i < draft->known.n; i++) {
		struct roll_raw_identity *to = roll_vec_add(
			&draft->identities, &draft->dict.memory, &e);

		if (to == NULL)
			return e;
		*to = known[i].is;
	}
	return e;
}

enum err
roll_group(struct roll_draft *draft)
{
	const uint32_t *ids = draft->dict.person_id.at;
	size_t n_people = draft->dict.person_id.n;
	const struct roll_known *known;
	const struct roll_note *notes;
	size_t note = 0;
	size_t identity = 0;
	enum err e = draft->sorted_first ? order_all(draft) : ERR_OK;

	notes = draft->notes.at;
	known = draft->known.at;
	for (uint32_t p = 0; e == ERR_OK && p < n_people; p++) {
		size_t first_span = draft->spans.n;
		size_t first_identity = identity;

		while (identity < draft->known.n && known[identity].person == p)
			identity++;
		e = person_add(draft, ids[p], first_identity, first_span);
		for (; e == ERR_OK && note < draft->notes.n &&
			notes[note].person == p;
			note++)
			e = span_add(draft, first_span,
				(uint32_t)first_identity, &notes[note]);
	}
	if (e == ERR_OK) /* one more, where the last one's end is read */
		e = person_add(draft, 0, draft->known.n, draft->spans.n);
	return e == ERR_OK ? copy_identities(draft) : e;
}
