/* SPDX-License-Identifier: Apache-2.0 */
/* Drafts to an index: sections to their places, keys in order, the seal. */
#include "roll/roll_int.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"

enum { PIECE = 1024 * 1024 };

struct writing {
	struct roll_draft *draft;
	int fd;
	struct roll_header header;
	uint64_t at;
	uint8_t *piece; /* PIECE bytes */
	unsigned bits;  /* of the key that is being written */
};

static void
section_begin(struct writing *w, unsigned section)
{
	w->header.section[section].offset = w->at;
}

static enum err
write_on(struct writing *w, struct span bytes)
{
	enum err e = roll_write_at(w->fd, bytes, w->at);

	w->at += bytes.n;
	return e;
}

/* Zeroes up to the next: a draft may have lain there. */
static enum err
section_end(struct writing *w, unsigned section)
{
	static const uint8_t zeroes[ROLL_ALIGN];

	w->header.section[section].bytes =
		w->at - w->header.section[section].offset;
	return write_on(w, span_of(zeroes, (0 - w->at) % ROLL_ALIGN));
}

/* From its draft, unless that lies where it shall. */
static enum err
section_move(struct writing *w, unsigned section, struct roll_stream *draft)
{
	enum err e = roll_stream_flush(draft);

	section_begin(w, section);
	if (draft->base == w->at)
		w->at += draft->n;
	else
		for (uint64_t i = 0; e == ERR_OK && i < draft->n;) {
			size_t n = draft->n - i < PIECE ? draft->n - i : PIECE;

			e = roll_read_at(w->fd, w->piece, n, draft->base + i);
			if (e == ERR_OK)
				e = write_on(w, span_of(w->piece, n));
			i += n;
		}
	return e == ERR_OK ? section_end(w, section) : e;
}

/* ---- keys ---- */

static enum err
write_keys(void *ctx, const uint64_t *keys, size_t n)
{
	struct writing *w = ctx;
	size_t size = roll_key_bytes(w->bits);
	size_t held = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		uint64_t key = keys[i];

		if (held + 8 > PIECE) {
			e = write_on(w, span_of(w->piece, held));
			held = 0;
		}
		memcpy(w->piece + held, &key, size);
		held += size;
	}
	return e == ERR_OK ? write_on(w, span_of(w->piece, held)) : e;
}

static enum err
section_keys(struct writing *w, unsigned which)
{
	struct roll_stream *keys = &w->draft->keys[which];
	unsigned section = roll_key_section(which);
	size_t n = keys->n / sizeof(uint64_t);
	uint32_t *places = NULL;
	enum err e;

	w->bits = roll_place_bits(n);
	w->header.n_keys[which] = (uint32_t)n;
	section_begin(w, section);
	e = roll_keys_sort(
		keys, &w->draft->dict.memory, write_keys, w, &places);
	if (e == ERR_OK)
		e = section_end(w, section);
	section_begin(w, section + 1);
	if (e == ERR_OK)
		e = write_on(w, span_of(places, (((size_t)1 << w->bits) + 1) *
							sizeof(*places)));
	mem_free(places);
	return e == ERR_OK ? section_end(w, section + 1) : e;
}

static enum err
sections_put(struct writing *w)
{
	struct roll_draft *draft = w->draft;
	struct roll_dict *dict = &draft->dict;
	uint32_t end = (uint32_t)(draft->records.n / 4);
	enum err e;

	/* One more, where the last one's end is read. */
	e = roll_stream_add(&draft->people, span_of(&end, sizeof(end)));
	if (e == ERR_OK)
		e = section_move(w, SEC_RECORDS, &draft->records);
	if (e == ERR_OK)
		e = section_move(w, SEC_PEOPLE, &draft->people);
	if (e == ERR_OK)
		e = section_move(w, SEC_TEXT, &dict->text);
	if (e == ERR_OK)
		e = section_move(w, SEC_TOWNS, &dict->town);
	if (e == ERR_OK)
		e = section_move(w, SEC_ADDRESSES, &dict->address);
	for (unsigned i = 0; e == ERR_OK && i < ROLL_N_KEYS; i++)
		e = section_keys(w, i);
	section_begin(w, SEC_REPLACED);
	if (e == ERR_OK)
		e = write_on(w, span_of(draft->replaced.at,
					draft->replaced.n * sizeof(uint32_t)));
	return e == ERR_OK ? section_end(w, SEC_REPLACED) : e;
}

/* ---- the seal ---- */

/* The hash is taken of what the file holds, not of what we meant to write. */
static enum err
seal_file(int fd, struct roll_header *header)
{
	size_t n = header->file_bytes;
	void *at = mmap(NULL, n, PROT_READ, MAP_SHARED, fd, 0);
	enum err e;

	if (at == MAP_FAILED)
		return err_origin(ERR_IO);
	e = roll_seal_header(header, at, n, true);
	(void)munmap(at, n);
	return e == ERR_OK
		       ? roll_write_at(fd, span_of(header, sizeof(*header)), 0)
		       : e;
}

static void
header_fill(struct writing *w)
{
	const struct roll_draft *draft = w->draft;
	struct roll_header *header = &w->header;

	memcpy(header->magic, "WEIRROLL", sizeof(header->magic));
	header->order = ROLL_ORDER;
	header->version = ROLL_VERSION;
	header->tables = roll_tables();
	header->n_sections = SEC_N;
	header->file_bytes = w->at;
	header->n_rows = draft->n_rows;
	header->n_people = draft->n_people;
	header->n_identities = draft->n_identities;
	header->n_spans = draft->n_spans;
	header->n_addresses = draft->dict.n_addresses;
	header->first_year = draft->first_year;
	header->last_year = draft->last_year;
	memcpy(header->below, draft->below, sizeof(header->below));
	header->flags = (draft->sorted_first ? ROLL_SORTED_FIRST : 0) |
			(draft->ascending ? ROLL_ASCENDING : 0);
}

enum err
roll_write(struct roll_draft *draft, int fd, uint64_t *ret_bytes)
{
	struct writing *w = mem_zeroed(sizeof(*w));
	enum err e;

	if (w == NULL)
		return err_origin(ERR_NOMEM);
	w->draft = draft;
	w->fd = fd;
	w->at = ROLL_HEADER;
	w->piece = mem_resize(NULL, PIECE, 1);
	e = w->piece == NULL ? err_origin(ERR_NOMEM) : sections_put(w);
	if (e == ERR_OK && ftruncate(fd, (off_t)w->at) != 0)
		e = err_origin(ERR_IO);
	header_fill(w);
	if (e == ERR_OK)
		e = seal_file(fd, &w->header);
	*ret_bytes = w->at;
	if (w->piece != NULL)
		mem_wipe(w->piece, PIECE);
	mem_free(w);
	return e;
}
