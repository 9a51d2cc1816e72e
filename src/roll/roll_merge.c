/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A person whose rows do not lie together was written in pieces.  The keys of
 * person_id, sorted, bring equal ids together; each piece then tells which
 * one of its person comes next, and the records are written anew, every
 * person where its first row stood.
 */
#include "roll/roll_int.h"

#include <string.h>

#include "base/mem.h"

#define LATER 0x80000000u /* in `next`: not the first piece of its person */

struct merge {
	struct roll_draft *draft;
	struct roll reader; /* over the drafts */
	uint32_t *next;     /* piece after, of the same person; 0: none */
	uint64_t n_later;
};

static struct span
id_of(const struct merge *m, uint64_t key)
{
	return roll_person(&m->reader, (uint32_t)key).id;
}

/* A run of pieces of one hash: nearly always of one person or all of other
 * people. */
static void
link_run(struct merge *m, const uint64_t *keys, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct span id = id_of(m, keys[i]);

		for (size_t k = i; k-- > 0;)
			if (span_eq(id_of(m, keys[k]), id)) {
				uint32_t before = (uint32_t)keys[k];
				uint32_t is = (uint32_t)keys[i];

				m->next[before] =
					(m->next[before] & LATER) | is;
				m->next[is] = LATER;
				m->n_later++;
				break;
			}
	}
}

static enum err
link_keys(void *ctx, const uint64_t *keys, size_t n)
{
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && keys[end] >> 32 == keys[i] >> 32;
			end++)
			;
		link_run(ctx, keys + i, end - i);
	}
	return ERR_OK;
}

/* ---- writing anew ---- */

static enum err
year_again(const struct merge *m, uint32_t piece, struct why *why)
{
	struct roll_stream *lines = &m->draft->lines;
	uint64_t line = 0;
	uint64_t at = (uint64_t)(piece - m->draft->lines_from) * sizeof(line);
	enum err e = roll_stream_flush(lines);

	must(piece >= m->draft->lines_from);
	if (e == ERR_OK)
		e = roll_read_at(lines->fd, (uint8_t *)&line, sizeof(line),
			lines->base + at);
	if (e != ERR_OK)
		return e;
	return why_set(why, ERR_MALFORMED,
		"%s:%llu: tax_year: this person has a row for that year "
		"already, for this line or for one that follows",
		m->draft->sources[line >> 48].name,
		(unsigned long long)(line & (((uint64_t)1 << 48) - 1)));
}

/* The bytes of an address in its draft, all but the padding. */
static struct span
address_bytes(const struct merge *m, uint32_t address)
{
	struct span all = m->reader.section[SEC_ADDRESSES];
	size_t from = (size_t)address * 4;
	struct roll_raw_address raw;

	must(from < all.n && all.n - from >= ROLL_ADDRESS);
	memcpy(&raw, all.at + from, ROLL_ADDRESS);
	return span_of(all.at + from,
		ROLL_ADDRESS + (raw.lengths & 0x1ffu) + (raw.lengths >> 9));
}

/* Pieces that lay far apart may have said one address twice: the number that
 * the person has for it already, so that equal years are one span. */
static uint32_t
address_known(const struct merge *m, uint32_t address)
{
	const struct roll_one *one = &m->draft->one;
	struct span bytes = address_bytes(m, address);

	for (uint32_t i = 0; i < one->n_spans; i++)
		if (span_eq(address_bytes(m, one->span[i].address), bytes))
			return one->span[i].address;
	return address;
}

static enum err
add_piece(struct merge *m, uint32_t piece, struct why *why)
{
	struct roll_one *one = &m->draft->one;
	struct roll_person is = roll_person(&m->reader, piece);
	uint32_t years = 0;

	for (uint32_t i = 0; i < is.n_spans; i++)
		years |= roll_span_at(&m->reader, piece, i).years;
	if ((one->years & years) != 0)
		return year_again(m, piece, why);
	for (uint32_t i = 0; i < is.n_spans; i++) {
		struct roll_raw_span span = roll_span_at(&m->reader, piece, i);
		struct roll_raw_identity identity =
			roll_identity_at(&m->reader, piece, span.identity);

		span.identity = (uint8_t)roll_one_identity(one, &identity);
		span.address = address_known(m, span.address);
		roll_one_span(one, &span,
			roll_address_house(&m->reader, span.address));
	}
	return ERR_OK;
}

static enum err
write_person(struct merge *m, uint32_t first, struct why *why)
{
	struct roll_one *one = &m->draft->one;
	struct span id = roll_person(&m->reader, first).id;
	uint32_t piece = first;
	enum err e = ERR_OK;

	one->id_n = id.n;
	memcpy(one->id, id.at, id.n);
	one->n_identities = one->n_spans = one->years = 0;
	do {
		e = add_piece(m, piece, why);
		piece = m->next[piece] & ~LATER;
	} while (e == ERR_OK && piece != 0);
	return e == ERR_OK ? roll_one_end(m->draft) : e;
}

static enum err
write_all(struct merge *m, struct why *why)
{
	struct roll_draft *draft = m->draft;
	struct roll_stream lines = draft->lines;
	uint32_t n = draft->n_people;
	uint32_t lines_from = draft->lines_from;
	enum err e = ERR_OK;

	roll_stream_fini(&draft->records);
	roll_stream_fini(&draft->people);
	e = roll_stream_init(&draft->records, lines.fd, REGION_MERGED);
	if (e == ERR_OK)
		e = roll_stream_init(
			&draft->people, lines.fd, REGION_MERGED_PEOPLE);
	roll_stream_restart(&draft->keys[ROLL_BY_TIN]);
	roll_stream_restart(&draft->keys[ROLL_BY_HOUSE]);
	draft->n_people = draft->n_identities = draft->n_spans = 0;
	draft->sorted_first = true;
	for (uint32_t i = 0; e == ERR_OK && i < n; i++)
		if ((m->next[i] & LATER) == 0)
			e = write_person(m, i, why);
	must(draft->lines_from == lines_from);
	return e;
}

static enum err
map_drafts(struct merge *m)
{
	struct roll_draft *draft = m->draft;
	enum err e = roll_stream_map(
		&draft->records, &m->reader.section[SEC_RECORDS]);

	if (e == ERR_OK)
		e = roll_stream_map(
			&draft->people, &m->reader.section[SEC_PEOPLE]);
	if (e == ERR_OK)
		e = roll_stream_map(&draft->dict.address,
			&m->reader.section[SEC_ADDRESSES]);
	m->reader.header.n_people = draft->n_people;
	return e;
}

enum err
roll_merge(struct roll_draft *draft, struct why *reterr_why)
{
	struct merge m = {.draft = draft};
	struct roll_memory *memory = &draft->dict.memory;
	uint64_t bytes = (uint64_t)draft->n_people * sizeof(*m.next);
	uint32_t *places = NULL;
	enum err e;

	if (draft->ascending)
		return ERR_OK;
	if (bytes > memory->most)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"a person's rows are not adjacent, and %llu bytes to "
			"sort them are more than the memory allowed",
			(unsigned long long)bytes);
	m.next = mem_zeroed(bytes);
	e = m.next == NULL ? err_origin(ERR_NOMEM) : ERR_OK;
	if (e == ERR_OK)
		e = roll_id_keys(draft);
	if (e == ERR_OK)
		e = map_drafts(&m);
	if (e == ERR_OK)
		e = roll_keys_sort(&draft->keys[ROLL_BY_ID], memory, link_keys,
			&m, &places);
	mem_free(places);
	if (e == ERR_OK && m.n_later > 0)
		e = write_all(&m, reterr_why);
	for (unsigned i = 0; i < SEC_N; i++)
		roll_stream_unmap(m.reader.section[i]);
	mem_free(m.next);
	return e == ERR_OK && m.n_later > 0 ? roll_id_keys(draft) : e;
}
