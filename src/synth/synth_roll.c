/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth_int.h"

#include "base/day.h"

/* The roll as CSV: DESIGN.md "Files in and out". */

enum { PIECE = 64 * 1024 }; /* bytes handed to the sink at a time */

static const char roll_header[] =
	"person_id,tin,tin_type,given_name,middle_name,surname,suffix,"
	"birth_date,filing_role,joint_id,tax_year,address_line,unit,city,"
	"state,zip,address_source,screen\n";

static void
put_id(struct buf *to, const char *prefix, uint64_t id)
{
	char digits[24];

	SYNTH_FORMAT(digits, "%s%08llu", prefix, (unsigned long long)id);
	buf_text(to, digits);
}

/* What all rows of a person begin with. */
static void
put_person(const struct synth_person *p, struct buf *to)
{
	char birth[DAY_TEXT];
	const char *cells[] = {p->tin, p->itin ? "ITIN" : "SSN", p->given,
		p->middle, p->surname, p->suffix, birth};

	day_text(p->birth, birth);
	put_id(to, "P", p->id);
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		buf_u8(to, ',');
		buf_text(to, cells[i]);
	}
	buf_u8(to, ',');
}

static void
put_row(const struct synth_person *p, const struct synth_row *row,
	const char *year, struct buf *to)
{
	static const char *const roles[] = {
		"primary", "secondary", "dependent"};
	static const char *const sources[] = {
		"return", "third-party", "preparer", "care-of"};
	static const char *const screens[] = {"", "informant", "exam", "ci"};
	const struct synth_address *a = &p->address[row->address];
	const char *cells[] = {year, a->line, a->unit, a->city, a->state,
		a->zip, sources[row->source], screens[row->screen]};

	buf_text(to, roles[row->role]);
	buf_u8(to, ',');
	if (p->joint >= 0)
		put_id(to, "JP", (uint64_t)p->joint);
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		buf_u8(to, ',');
		buf_text(to, cells[i]);
	}
	buf_u8(to, '\n');
}

static void
put_rows(const struct synth *world, const struct synth_person *p,
	struct buf *start, struct buf *to)
{
	int years = synth_n_years(world);

	buf_clear(start);
	put_person(p, start);
	for (int y = 0; y < years; y++) {
		char year[16];

		if (!p->row[y].present)
			continue;
		SYNTH_FORMAT(year, "%d", world->options.first_year + y);
		buf_bytes(to, buf_span(start));
		put_row(p, &p->row[y], year, to);
	}
}

static enum err
flush(struct buf *b, const struct synth_sink *to)
{
	if (buf_error(b) != ERR_OK)
		return buf_error(b);
	if (b->n > 0 && to->write(to->user, buf_span(b)) != 0)
		return err_origin(ERR_IO);
	buf_clear(b);
	return ERR_OK;
}

enum err
synth_roll(const struct synth_options *options, const struct synth_sink *to,
	struct why *reterr_why)
{
	OWNED(synth) world = NULL;
	OWNED_BUF(out, 16 * PIECE);
	OWNED_BUF(start, 1024);
	struct synth_person block[SYNTH_BLOCK];
	enum err r = synth_new(options, &world, reterr_why);

	if (r != ERR_OK)
		return r;
	buf_text(&out, roll_header);
	for (uint64_t b = 0; b < world->n_blocks; b++) {
		size_t n = synth_block(world, b, block);

		for (size_t i = 0; i < n; i++)
			put_rows(world, &block[i], &start, &out);
		if (out.n >= PIECE || b + 1 == world->n_blocks)
			r = flush(&out, to);
		if (r != ERR_OK)
			return r;
	}
	return ERR_OK;
}
