/* SPDX-License-Identifier: Apache-2.0 */
/* From CSV to an index: read every row, then group, key and write. */
#include "roll/roll_int.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_ROWS = 65536, YEARS_WINDOW = 64 };

static const uint64_t default_memory = (uint64_t)16 << 30;

/* ---- sources ---- */

static enum err
fd_read(void *ctx, uint8_t *to, size_t size, size_t *ret_n)
{
	const int *fd = ctx;
	ssize_t n;

	do
		n = read(*fd, to, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return err_origin(ERR_IO);
	*ret_n = (size_t)n;
	return ERR_OK;
}

struct roll_source
roll_source_fd(const char *name, int *fd)
{
	return (struct roll_source){name, fd_read, fd};
}

static enum err
bytes_read(void *ctx, uint8_t *to, size_t size, size_t *ret_n)
{
	struct span *left = ctx;
	size_t n = left->n < size ? left->n : size;

	if (n > 0)
		memcpy(to, left->at, n);
	*left = span_of(left->at + n, left->n - n);
	*ret_n = n;
	return ERR_OK;
}

struct roll_source
roll_source_bytes(const char *name, struct span *left)
{
	return (struct roll_source){name, bytes_read, left};
}

/* ---- the draft ---- */

static void
draft_init(struct roll_draft *draft, uint64_t most_memory)
{
	*draft = (struct roll_draft){
		.notes.each = sizeof(struct roll_note),
		.known.each = sizeof(struct roll_known),
		.last_known.each = sizeof(uint32_t),
		.seen.each = sizeof(uint64_t),
		.first_year = UINT16_MAX,
		.people.each = sizeof(struct roll_raw_person),
		.identities.each = sizeof(struct roll_raw_identity),
		.spans.each = sizeof(struct roll_raw_span),
	};
	roll_dict_init(&draft->dict, most_memory);
	for (size_t i = 0; i < 3; i++) {
		draft->keys[i].each = sizeof(struct roll_key);
		draft->places[i].each = sizeof(uint32_t);
	}
}

static void
draft_fini(struct roll_draft *draft)
{
	roll_dict_fini(&draft->dict);
	roll_vec_fini(&draft->notes);
	roll_vec_fini(&draft->known);
	roll_vec_fini(&draft->last_known);
	roll_vec_fini(&draft->seen);
	roll_vec_fini(&draft->people);
	roll_vec_fini(&draft->identities);
	roll_vec_fini(&draft->spans);
	for (size_t i = 0; i < 3; i++) {
		roll_vec_fini(&draft->keys[i]);
		roll_vec_fini(&draft->places[i]);
	}
}

/* ---- one row ---- */

static bool
any_changed(const struct roll_row *row, uint32_t columns)
{
	return (row->changed & columns) != 0;
}

#define BIT(column) (1u << (column))

static const uint32_t identity_columns =
	BIT(COL_PERSON_ID) | BIT(COL_TIN) | BIT(COL_TIN_TYPE) | BIT(COL_GIVEN) |
	BIT(COL_MIDDLE) | BIT(COL_SURNAME) | BIT(COL_SUFFIX) | BIT(COL_BIRTH);
static const uint32_t address_columns = BIT(COL_LINE) | BIT(COL_UNIT) |
					BIT(COL_CITY) | BIT(COL_STATE) |
					BIT(COL_ZIP);

static enum err
note_person(struct roll_draft *draft, const struct roll_row *row,
	struct roll_note *note)
{
	struct roll_memory *memory = &draft->dict.memory;
	uint32_t *last;
	uint64_t *seen;
	bool is_new;
	enum err e;

	if (!any_changed(row, BIT(COL_PERSON_ID)))
		return ERR_OK;
	e = roll_dict_person(
		&draft->dict, row->col[COL_PERSON_ID], &note->person, &is_new);
	if (e != ERR_OK)
		return e;
	/* Each source tells its first row as changed in every column. */
	if (!is_new)
		draft->sorted_first |=
			note->person + 1 != draft->dict.person_id.n;
	if (!is_new)
		return ERR_OK;
	last = roll_vec_add(&draft->last_known, memory, &e);
	seen = last == NULL ? NULL : roll_vec_add(&draft->seen, memory, &e);
	if (seen == NULL)
		return e;
	*last = UINT32_MAX;
	*seen = 0;
	return ERR_OK;
}

static enum err
identity_texts(struct roll_draft *draft, const struct roll_row *row,
	struct roll_raw_identity *is)
{
	struct roll_dict *dict = &draft->dict;
	enum err e = roll_dict_text(dict, row->col[COL_GIVEN], &is->given);

	if (e == ERR_OK)
		e = roll_dict_text(dict, row->col[COL_MIDDLE], &is->middle);
	if (e == ERR_OK)
		e = roll_dict_text(dict, row->col[COL_SURNAME], &is->surname);
	if (e == ERR_OK)
		e = roll_dict_text(dict, row->col[COL_SUFFIX], &is->suffix);
	return e;
}

static enum err
note_identity(struct roll_draft *draft, const struct roll_row *row,
	struct roll_note *note)
{
	struct roll_raw_identity is = {
		.tin = row->tin | (uint32_t)row->tin_type << 30,
		.birth = row->birth,
	};
	uint32_t *last = (uint32_t *)draft->last_known.at + note->person;
	struct roll_known *known = draft->known.at;
	enum err e;

	if (!any_changed(row, identity_columns))
		return ERR_OK;
	e = identity_texts(draft, row, &is);
	if (e != ERR_OK)
		return e;
	for (uint32_t i = *last; i != UINT32_MAX; i = known[i].before)
		if (memcmp(&known[i].is, &is, sizeof(is)) == 0) {
			note->identity = i;
			return ERR_OK;
		}
	known = roll_vec_add(&draft->known, &draft->dict.memory, &e);
	if (known == NULL)
		return e;
	*known = (struct roll_known){is, note->person, *last};
	*last = note->identity = (uint32_t)(draft->known.n - 1);
	return ERR_OK;
}

static enum err
note_address(struct roll_draft *draft, const struct roll_row *row,
	struct roll_note *note)
{
	struct roll_dict *dict = &draft->dict;
	struct roll_raw_address is = {0};
	enum err e;

	if (!any_changed(row, address_columns))
		return ERR_OK;
	e = roll_dict_text(dict, row->col[COL_LINE], &is.line);
	if (e == ERR_OK)
		e = roll_dict_text(dict, row->col[COL_UNIT], &is.unit);
	if (e == ERR_OK)
		e = roll_dict_text(dict, row->col[COL_CITY], &is.city);
	if (e == ERR_OK)
		e = roll_dict_text(dict, row->col[COL_STATE], &is.state);
	if (e == ERR_OK)
		e = roll_dict_text(dict, row->col[COL_ZIP], &is.zip);
	if (e == ERR_OK)
		e = roll_dict_address(dict, &is, &note->address);
	return e;
}

/* One row per person and tax year, all of them within ROLL_YEARS_MAX. */
static enum err
note_year(struct roll_draft *draft, const struct roll_row *row,
	const struct roll_rows *rows, struct roll_note *note, struct why *why)
{
	uint64_t *seen = (uint64_t *)draft->seen.at + note->person;
	uint64_t bit;

	if (draft->notes.n == 0)
		draft->base_year = (uint16_t)(row->year - YEARS_WINDOW / 2);
	draft->first_year =
		row->year < draft->first_year ? row->year : draft->first_year;
	draft->last_year =
		row->year > draft->last_year ? row->year : draft->last_year;
	if (draft->last_year - draft->first_year >= ROLL_YEARS_MAX)
		return why_set(why, ERR_TOO_LARGE,
			"%s:%llu: tax_year: the years of one roll lie %d or "
			"more apart",
			rows->csv.from->name,
			(unsigned long long)rows->csv.line,
			(int)ROLL_YEARS_MAX);
	bit = (uint64_t)1 << (row->year - draft->base_year);
	if ((*seen & bit) != 0)
		return why_set(why, ERR_MALFORMED,
			"%s:%llu: tax_year: this person has a row for that "
			"year already",
			rows->csv.from->name,
			(unsigned long long)rows->csv.line);
	*seen |= bit;
	note->year = row->year;
	return ERR_OK;
}

static enum err
row_take(struct roll_draft *draft, const struct roll_row *row,
	const struct roll_rows *rows, struct roll_note *note, struct why *why)
{
	struct roll_note *to;
	enum err e = note_person(draft, row, note);

	if (e == ERR_OK)
		e = note_identity(draft, row, note);
	if (e == ERR_OK)
		e = note_address(draft, row, note);
	if (e == ERR_OK)
		e = note_year(draft, row, rows, note, why);
	if (e != ERR_OK)
		return e;
	note->role_origin =
		(uint8_t)((unsigned)row->role | (unsigned)row->origin << 4);
	note->screen = (uint8_t)row->screen;
	if (draft->notes.n >= INT32_MAX)
		return ERR_TOO_LARGE;
	to = roll_vec_add(&draft->notes, &draft->dict.memory, &e);
	if (to != NULL)
		*to = *note;
	return e;
}

/* ---- all of it ---- */

struct reading {
	const struct roll_progress *progress;
	uint64_t bytes; /* of the sources before */
};

static void
tell(const struct reading *reading, const struct roll_draft *draft,
	uint64_t bytes)
{
	if (reading->progress->tell != NULL)
		reading->progress->tell(reading->progress->ctx, draft->notes.n,
			reading->bytes + bytes);
}

static enum err
source_read(struct roll_draft *draft, const struct roll_source *source,
	struct reading *reading, struct why *why)
{
	struct roll_note note = {0};
	struct roll_row row = {0};
	struct roll_rows rows;
	bool end = false;
	enum err e = roll_rows_init(&rows, source, why);

	while (e == ERR_OK) {
		e = roll_rows_next(&rows, &row, &end, why);
		if (e != ERR_OK || end)
			break;
		e = row_take(draft, &row, &rows, &note, why);
		if (draft->notes.n % PROGRESS_ROWS == 0)
			tell(reading, draft, rows.csv.bytes);
	}
	if (e == ERR_TOO_LARGE && why != NULL && why->text[0] == '\0')
		e = why_set(why, e,
			"%s:%llu: more than the memory allowed for a roll",
			source->name, (unsigned long long)rows.csv.line);
	reading->bytes += rows.csv.bytes;
	roll_rows_fini(&rows);
	return e;
}

static struct span
vec_span(const struct roll_vec *vec)
{
	return span_of(vec->at, vec->n * vec->each);
}

static void
sections_of(const struct roll_draft *draft, struct roll_sections *to)
{
	*to = (struct roll_sections){
		.bytes =
			{
				[SEC_TEXT] = vec_span(&draft->dict.text),
				[SEC_PEOPLE] = vec_span(&draft->people),
				[SEC_IDENTITIES] = vec_span(&draft->identities),
				[SEC_SPANS] = vec_span(&draft->spans),
				[SEC_ADDRESSES] =
					vec_span(&draft->dict.address),
				[SEC_TIN_KEYS] =
					vec_span(&draft->keys[ROLL_BY_TIN]),
				[SEC_TIN_PLACES] =
					vec_span(&draft->places[ROLL_BY_TIN]),
				[SEC_HOUSE_KEYS] =
					vec_span(&draft->keys[ROLL_BY_HOUSE]),
				[SEC_HOUSE_PLACES] =
					vec_span(&draft->places[ROLL_BY_HOUSE]),
				[SEC_ID_KEYS] =
					vec_span(&draft->keys[ROLL_BY_ID]),
				[SEC_ID_PLACES] =
					vec_span(&draft->places[ROLL_BY_ID]),
			},
		.header =
			{
				.n_rows = draft->notes.n,
				.n_people = (uint32_t)draft->dict.person_id.n,
				.n_identities = (uint32_t)draft->identities.n,
				.n_spans = (uint32_t)draft->spans.n,
				.n_addresses = (uint32_t)draft->dict.address.n,
				.first_year = draft->first_year,
				.last_year = draft->last_year,
				.flags = draft->sorted_first ? ROLL_SORTED_FIRST
							     : 0,
			},
	};
}

static enum err
draft_write(struct roll_draft *draft, int fd, const struct reading *reading,
	struct roll_stats *ret_stats)
{
	struct roll_sections sections;
	uint64_t index_bytes = 0;
	enum err e = roll_group(draft);

	if (e == ERR_OK)
		e = roll_key_all(draft);
	if (e != ERR_OK)
		return e;
	sections_of(draft, &sections);
	e = roll_write(fd, &sections, &index_bytes);
	if (e != ERR_OK)
		return e;
	*ret_stats = (struct roll_stats){
		.n_bytes = reading->bytes,
		.n_rows = draft->notes.n,
		.n_people = sections.header.n_people,
		.n_identities = sections.header.n_identities,
		.n_spans = sections.header.n_spans,
		.n_addresses = sections.header.n_addresses,
		.index_bytes = index_bytes,
		.sorted_first = draft->sorted_first,
	};
	return ERR_OK;
}

enum err
roll_build(const struct roll_source *sources, size_t n_sources, int fd,
	const struct roll_build_options *options, struct roll_stats *ret_stats,
	struct why *reterr_why)
{
	const struct roll_build_options none = {0};
	const struct roll_build_options *o = options == NULL ? &none : options;
	struct reading reading = {.progress = &o->progress};
	struct why why = {{0}};
	struct roll_draft draft;
	enum err e = ERR_OK;

	draft_init(
		&draft, o->most_memory == 0 ? default_memory : o->most_memory);
	for (size_t i = 0; e == ERR_OK && i < n_sources; i++)
		e = source_read(&draft, &sources[i], &reading, &why);
	if (e == ERR_OK && draft.notes.n == 0)
		e = why_set(&why, ERR_MALFORMED, "%s: no rows",
			n_sources == 0 ? "roll" : sources[0].name);
	if (e == ERR_OK)
		tell(&reading, &draft, 0);
	if (e == ERR_OK)
		e = draft_write(&draft, fd, &reading, ret_stats);
	if (e == ERR_TOO_LARGE && why.text[0] == '\0')
		e = why_set(&why, e, "more than the memory allowed for a roll");
	if (e != ERR_OK && reterr_why != NULL)
		*reterr_why = why;
	draft_fini(&draft);
	return e;
}
