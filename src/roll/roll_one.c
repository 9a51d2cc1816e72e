/* SPDX-License-Identifier: Apache-2.0 */
/* Rows to people, one at a time: written as soon as the next one begins. */
#include "roll/roll_int.h"

#include <string.h>

/* ---- one row ---- */

#define BIT(column) (1u << (column))

static const uint32_t identity_columns =
	BIT(COL_PERSON_ID) | BIT(COL_TIN) | BIT(COL_TIN_TYPE) | BIT(COL_GIVEN) |
	BIT(COL_MIDDLE) | BIT(COL_SURNAME) | BIT(COL_SUFFIX) | BIT(COL_BIRTH);
static const uint32_t town_columns =
	BIT(COL_CITY) | BIT(COL_STATE) | BIT(COL_ZIP);
static const uint32_t address_columns = BIT(COL_LINE) | BIT(COL_UNIT) |
					BIT(COL_CITY) | BIT(COL_STATE) |
					BIT(COL_ZIP);

static bool
any_changed(const struct roll_row *row, uint32_t columns)
{
	return (row->changed & columns) != 0;
}

uint32_t
roll_one_identity(
	struct roll_one *one, const struct roll_raw_identity *identity)
{
	uint32_t i = 0;

	while (i < one->n_identities &&
		memcmp(&one->identity[i], identity, sizeof(*identity)) != 0)
		i++;
	if (i == one->n_identities) {
		must(i < ROLL_YEARS_MAX);
		one->identity[one->n_identities++] = *identity;
	}
	return i;
}

void
roll_one_span(
	struct roll_one *one, const struct roll_raw_span *span, uint32_t house)
{
	one->years |= span->years;
	for (uint32_t i = 0; i < one->n_spans; i++)
		if (one->span[i].address == span->address &&
			one->span[i].identity == span->identity &&
			one->span[i].says == span->says) {
			one->span[i].years |= span->years;
			return;
		}
	must(one->n_spans < ROLL_YEARS_MAX);
	one->house[one->n_spans] = house;
	one->span[one->n_spans++] = *span;
}

static enum err
take_identity(struct roll_draft *draft, const struct roll_row *row)
{
	struct roll_raw_identity is = {
		.tin = row->tin | (uint32_t)row->tin_type << 30,
		.birth = row->birth,
	};
	enum err e;

	if (!any_changed(row, identity_columns) && draft->one.n_spans > 0)
		return ERR_OK;
	e = roll_dict_names(&draft->dict, row->col[COL_GIVEN],
		row->col[COL_MIDDLE], row->col[COL_SURNAME],
		row->col[COL_SUFFIX], &is);
	if (e == ERR_OK)
		draft->identity = roll_one_identity(&draft->one, &is);
	return e;
}

static enum err
take_town(struct roll_draft *draft, const struct roll_row *row)
{
	if (!any_changed(row, town_columns))
		return ERR_OK;
	return roll_dict_town(&draft->dict, row->col[COL_CITY],
		row->col[COL_STATE], row->col[COL_ZIP], &draft->town);
}

static enum err
take_address(struct roll_draft *draft, const struct roll_row *row)
{
	const struct address_text text = {
		.line = row->col[COL_LINE],
		.unit = row->col[COL_UNIT],
		.city = row->col[COL_CITY],
		.state = row->col[COL_STATE],
		.zip = row->col[COL_ZIP],
	};
	enum err e;

	if (!any_changed(row, address_columns))
		return ERR_OK;
	e = take_town(draft, row);
	return e == ERR_OK ? roll_dict_address(&draft->dict, draft->town, &text,
				     &draft->address, &draft->house)
			   : e;
}

/* One row per person and tax year, all of them within ROLL_YEARS_MAX: so that
 * a year modulo 32 is one year. */
static enum err
take_year(struct roll_draft *draft, const struct roll_row *row,
	const struct roll_rows *rows, struct why *why)
{
	if (row->year < draft->first_year)
		draft->first_year = row->year;
	if (row->year > draft->last_year)
		draft->last_year = row->year;
	if (draft->last_year - draft->first_year >= ROLL_YEARS_MAX)
		return why_set(why, ERR_TOO_LARGE,
			"%s:%llu: tax_year: the years of one roll lie %d or "
			"more apart",
			rows->csv.from->name,
			(unsigned long long)rows->csv.line,
			(int)ROLL_YEARS_MAX);
	if ((draft->one.years >> row->year % 32 & 1) != 0)
		return why_set(why, ERR_MALFORMED,
			"%s:%llu: tax_year: this person has a row for that "
			"year already",
			rows->csv.from->name,
			(unsigned long long)rows->csv.line);
	return ERR_OK;
}

static enum err
take_person(struct roll_draft *draft, const struct roll_row *row,
	const struct roll_rows *rows, uint16_t source)
{
	struct roll_one *one = &draft->one;
	struct span id = row->col[COL_PERSON_ID];
	enum err e;

	/* Each source tells its first row as changed in every column. */
	if (!any_changed(row, BIT(COL_PERSON_ID)) ||
		span_eq(id, span_of(one->id, one->id_n)))
		return ERR_OK;
	e = roll_one_end(draft);
	if (e != ERR_OK)
		return e;
	must(id.n <= ROLL_ID_MAX);
	one->id_n = id.n;
	memcpy(one->id, id.at, id.n);
	one->n_identities = one->n_spans = one->years = 0;
	one->line = rows->csv.line;
	one->source = source;
	return ERR_OK;
}

enum err
roll_row_take(struct roll_draft *draft, const struct roll_row *row,
	const struct roll_rows *rows, uint16_t source, struct why *reterr_why)
{
	struct roll_raw_span span = {.years = 1u << row->year % 32};
	enum err e = take_person(draft, row, rows, source);

	if (e == ERR_OK)
		e = take_year(draft, row, rows, reterr_why);
	if (e == ERR_OK)
		e = take_identity(draft, row);
	if (e == ERR_OK)
		e = take_address(draft, row);
	if (e != ERR_OK)
		return e;
	span.address = draft->address;
	span.identity = (uint8_t)draft->identity;
	span.says = (uint8_t)((unsigned)row->role | (unsigned)row->origin << 2 |
			      (unsigned)row->screen << 4);
	roll_one_span(&draft->one, &span, draft->house);
	draft->n_rows++;
	return ERR_OK;
}

/* ---- one person ---- */

struct record {
	uint8_t at[sizeof(struct roll_raw_record) +
		   ROLL_YEARS_MAX * (sizeof(struct roll_raw_identity) +
					    sizeof(struct roll_raw_span)) +
		   ROLL_ID_MAX + 4];
	size_t n;
};

static void
put(struct record *record, const void *from, size_t n)
{
	must(n <= sizeof(record->at) - record->n);
	memcpy(record->at + record->n, from, n);
	record->n += n;
}

static void
put_number(struct record *record, uint32_t number)
{
	put(record, &number, sizeof(number));
}

static void
record_of(const struct roll_one *one, struct record *record)
{
	const struct roll_raw_record head = {
		.id_n = (uint8_t)one->id_n,
		.n_identities = (uint8_t)one->n_identities,
		.n_spans = (uint8_t)one->n_spans,
	};
	static const uint8_t zeroes[4];

	record->n = 0;
	put(record, &head, sizeof(head));
	for (uint32_t i = 0; i < one->n_identities; i++) {
		const struct roll_raw_identity *is = &one->identity[i];

		put(record, is, 8); /* tin, birth */
		put_number(
			record, is->given | (is->middle != 0 ? ROLL_MORE : 0));
		put_number(record,
			is->surname | (is->suffix != 0 ? ROLL_MORE : 0));
		if (is->middle != 0)
			put_number(record, is->middle);
		if (is->suffix != 0)
			put_number(record, is->suffix);
	}
	for (uint32_t i = 0; i < one->n_spans; i++)
		put(record, &one->span[i], ROLL_SPAN);
	put(record, one->id, one->id_n);
	put(record, zeroes, (0 - record->n) & 3);
}

static enum err
key_add(struct roll_draft *draft, unsigned which, uint32_t key)
{
	uint64_t both = (uint64_t)key << 32 | draft->n_people;

	return roll_stream_add(
		&draft->keys[which], span_of(&both, sizeof(both)));
}

/* Each once, however many identities and spans have it. */
static enum err
keys_of(struct roll_draft *draft)
{
	const struct roll_one *one = &draft->one;
	enum err e = ERR_OK;

	for (uint32_t i = 0; e == ERR_OK && i < one->n_identities; i++) {
		uint32_t tin = one->identity[i].tin & ROLL_TIN_BITS;
		bool said = tin == 0;

		for (uint32_t k = 0; k < i; k++)
			said |= (one->identity[k].tin & ROLL_TIN_BITS) == tin;
		if (!said)
			e = key_add(draft, ROLL_BY_TIN, roll_tin_key(tin));
	}
	for (uint32_t i = 0; e == ERR_OK && i < one->n_spans; i++) {
		bool said = one->house[i] == 0;

		for (uint32_t k = 0; k < i; k++)
			said |= one->house[k] == one->house[i];
		if (!said)
			e = key_add(draft, ROLL_BY_HOUSE, one->house[i]);
	}
	return e;
}

/* Ascending ids come once each, and need no keys: they are searched as they
 * lie.  Where they do not ascend, lines are kept from there on, for the
 * sentence about one that comes again. */
static enum err
note_order(struct roll_draft *draft)
{
	const struct roll_one *one = &draft->one;
	struct span id = span_of(one->id, one->id_n);
	uint64_t line = (uint64_t)one->source << 48 | one->line;

	if (draft->ascending && draft->last_id_n > 0 &&
		span_cmp(span_of(draft->last_id, draft->last_id_n), id) >= 0) {
		draft->ascending = false;
		draft->lines_from = draft->n_people;
	}
	draft->last_id_n = one->id_n;
	memcpy(draft->last_id, one->id, one->id_n);
	return draft->ascending ? ERR_OK
				: roll_stream_add(&draft->lines,
					  span_of(&line, sizeof(line)));
}

enum err
roll_one_end(struct roll_draft *draft)
{
	const struct roll_one *one = &draft->one;
	uint32_t at = (uint32_t)(draft->records.n / 4);
	struct record record;
	enum err e;

	if (one->id_n == 0)
		return ERR_OK;
	if (draft->n_people >= INT32_MAX || UINT32_MAX - draft->n_spans < 64)
		return ERR_TOO_LARGE;
	e = note_order(draft);
	record_of(one, &record);
	if (e == ERR_OK)
		e = roll_stream_add(&draft->people, span_of(&at, sizeof(at)));
	if (e == ERR_OK)
		e = roll_stream_add(
			&draft->records, span_of(record.at, record.n));
	if (e == ERR_OK)
		e = keys_of(draft);
	draft->n_people++;
	draft->n_identities += one->n_identities;
	draft->n_spans += one->n_spans;
	return e;
}
