/* SPDX-License-Identifier: Apache-2.0 */
/* From CSV to an index: read every row, then group, key and write. */
#include "roll/roll_int.h"

#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { PROGRESS_ROWS = 65536 };

static const uint64_t default_memory = (uint64_t)4 << 30;

/* ---- sources ---- */

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

enum err
roll_draft_init(struct roll_draft *draft, int fd, uint64_t most_memory)
{
	enum err e = roll_dict_init(&draft->dict, fd,
		most_memory == 0 ? default_memory : most_memory);

	draft->replaced.each = sizeof(uint32_t);
	draft->first_year = UINT16_MAX;
	draft->ascending = true;
	if (e == ERR_OK)
		e = roll_stream_init(&draft->records, fd, REGION_RECORDS);
	if (e == ERR_OK)
		e = roll_stream_init(&draft->people, fd, REGION_PEOPLE);
	if (e == ERR_OK)
		e = roll_stream_init(&draft->lines, fd, REGION_LINES);
	for (unsigned i = 0; e == ERR_OK && i < ROLL_N_KEYS; i++)
		e = roll_stream_init(&draft->keys[i], fd,
			(enum roll_region)(REGION_TIN + i));
	return e;
}

void
roll_draft_fini(struct roll_draft *draft)
{
	roll_dict_fini(&draft->dict);
	roll_stream_fini(&draft->records);
	roll_stream_fini(&draft->people);
	roll_stream_fini(&draft->lines);
	for (unsigned i = 0; i < ROLL_N_KEYS; i++)
		roll_stream_fini(&draft->keys[i]);
	roll_vec_fini(&draft->replaced);
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
		reading->progress->tell(reading->progress->ctx, draft->n_rows,
			reading->bytes + bytes);
}

static enum err
source_read(struct roll_draft *draft, uint16_t source, struct reading *reading,
	struct why *why)
{
	struct roll_row row = {0};
	struct roll_rows rows;
	bool end = false;
	enum err e = roll_rows_init(&rows, &draft->sources[source], why);

	while (e == ERR_OK) {
		e = roll_rows_next(&rows, &row, &end, why);
		if (e != ERR_OK || end)
			break;
		e = roll_row_take(draft, &row, &rows, source, why);
		if (draft->n_rows % PROGRESS_ROWS == 0)
			tell(reading, draft, rows.csv.bytes);
	}
	if (e == ERR_TOO_LARGE && why->text[0] == '\0')
		e = why_set(why, e, "%s:%llu: more than a roll can hold",
			draft->sources[source].name,
			(unsigned long long)rows.csv.line);
	reading->bytes += rows.csv.bytes;
	roll_rows_fini(&rows);
	return e;
}

/* All rows to drafts of the sections. */
static enum err
sources_read(struct roll_draft *draft, size_t n_sources,
	struct reading *reading, struct why *why)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n_sources; i++)
		e = source_read(draft, (uint16_t)i, reading, why);
	if (e == ERR_OK && draft->n_rows == 0)
		e = why_set(why, ERR_MALFORMED, "%s: no rows",
			n_sources == 0 ? "roll" : draft->sources[0].name);
	if (e != ERR_OK)
		return e;
	tell(reading, draft, 0);
	e = roll_one_end(draft);
	return e == ERR_OK ? roll_merge(draft, why) : e;
}

enum err
roll_build(const struct roll_source *sources, size_t n_sources, int fd,
	const struct roll_build_options *options, struct roll_stats *ret_stats,
	struct why *reterr_why)
{
	const struct roll_build_options none = {0};
	const struct roll_build_options *o = options == NULL ? &none : options;
	struct reading reading = {.progress = &o->progress};
	struct roll_draft *draft = mem_zeroed(sizeof(*draft));
	struct why why = {{0}};
	uint64_t index_bytes = 0;
	enum err e;

	must(n_sources < UINT16_MAX);
	if (draft == NULL)
		return err_origin(ERR_NOMEM);
	draft->sources = sources;
	e = roll_draft_init(draft, fd, o->most_memory);
	if (e == ERR_OK)
		e = sources_read(draft, n_sources, &reading, &why);
	if (e == ERR_OK)
		e = roll_write(draft, fd, &index_bytes);
	if (e == ERR_TOO_LARGE && why.text[0] == '\0')
		e = why_set(&why, e, "more than a roll can hold");
	if (e == ERR_OK)
		*ret_stats = (struct roll_stats){
			.n_bytes = reading.bytes,
			.n_rows = draft->n_rows,
			.n_people = draft->n_people,
			.n_identities = draft->n_identities,
			.n_spans = draft->n_spans,
			.n_addresses = draft->dict.n_addresses,
			.index_bytes = index_bytes,
			.sorted_first = draft->sorted_first,
		};
	else if (ftruncate(fd, 0) != 0 && !err_is_failure(e))
		e = err_origin(ERR_IO);
	if (e != ERR_OK && reterr_why != NULL)
		*reterr_why = why;
	roll_draft_fini(draft);
	mem_wipe(draft, sizeof(*draft));
	return e;
}
