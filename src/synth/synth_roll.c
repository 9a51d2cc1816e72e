/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth_int.h"

#include "base/day.h"

/* The roll as CSV: DESIGN.md "Files in and out". */

enum { PIECE = 64 * 1024 }; /* bytes handed to the sink at a time */

static const char roll_header[] =
	"person_id,tin,tin_type,given_name,middle_name,surname,suffix,"
	"birth_date,filing_role,joint_id,tax_year,address_line,unit,city,"
	"state,zip,address_source,screen\n";

/* Over what a row can hold: the sum of the arrays it is made of. */
enum { ROW_MAX = 512 };
_Static_assert(sizeof(struct synth_person) -
			       sizeof(((struct synth_person *)0)->address) -
			       sizeof(((struct synth_person *)0)->row) +
			       sizeof(struct synth_address) + 3 * 24 + 64 <=
		       ROW_MAX,
	"a row may be longer");

/* A person's rows as they are written; room for one more row than years. */
struct rows {
	char text[(SYNTH_YEARS_MAX + 1) * ROW_MAX];
	size_t n;
};

static void
put(struct rows *r, const char *text)
{
	size_t n = strlen(text);

	memcpy(r->text + r->n, text, n);
	r->n += n;
}

static void
put_number(struct rows *r, uint64_t value, unsigned width)
{
	r->n += synth_number(r->text + r->n, value, width);
}

/* What all rows of a person begin with. */
static void
put_person(const struct synth_person *p, struct rows *r)
{
	char birth[DAY_TEXT];
	const char *cells[] = {p->tin, p->itin ? "ITIN" : "SSN", p->given,
		p->middle, p->surname, p->suffix, birth};

	day_text(p->birth, birth);
	put(r, "P");
	put_number(r, p->id, 8);
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		put(r, ",");
		put(r, cells[i]);
	}
	put(r, ",");
}

/* Returns where the year stands, four digits as all that are allowed. */
static size_t
put_row(const struct synth_person *p, const struct synth_row *row, int year,
	struct rows *r)
{
	static const char *const roles[] = {
		"primary", "secondary", "dependent"};
	static const char *const sources[] = {
		"return", "third-party", "preparer", "care-of"};
	static const char *const screens[] = {"", "informant", "exam", "ci"};
	const struct synth_address *a = &p->address[row->address];
	const char *cells[] = {a->line, a->unit, a->city, a->state, a->zip,
		sources[row->source], screens[row->screen]};
	size_t at;

	put(r, roles[row->role]);
	put(r, ",");
	if (p->joint >= 0) {
		put(r, "JP");
		put_number(r, (uint64_t)p->joint, 8);
	}
	put(r, ",");
	at = r->n;
	put_number(r, (uint64_t)year, 4);
	for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
		put(r, ",");
		put(r, cells[i]);
	}
	put(r, "\n");
	return at;
}

/* Most rows of a person differ from the one before in the year only; then they
 * are copied, which is most of what a large roll takes. */
static void
put_rows(
	const struct synth *world, const struct synth_person *p, struct rows *r)
{
	int years = synth_n_years(world);
	const struct synth_row *before = NULL;
	size_t from = 0, length = 0, year_at = 0, start;

	r->n = 0;
	put_person(p, r);
	start = r->n;
	for (int y = 0; y < years; y++) {
		const struct synth_row *row = &p->row[y];
		int year = world->options.first_year + y;

		if (!row->present)
			continue;
		if (before != NULL && memcmp(before, row, sizeof *row) == 0) {
			memcpy(r->text + r->n, r->text + from, length);
			(void)synth_number(
				r->text + r->n + year_at, (uint64_t)year, 4);
			r->n += length;
			continue;
		}
		if (before != NULL) {
			from = r->n;
			memcpy(r->text + r->n, r->text, start);
			r->n += start;
		}
		year_at = put_row(p, row, year, r) - from;
		length = r->n - from;
		before = row;
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
	struct rows rows;
	struct synth_person block[SYNTH_BLOCK];
	enum err r = synth_new(options, &world, reterr_why);

	if (r != ERR_OK)
		return r;
	buf_text(&out, roll_header);
	for (uint64_t b = 0; b < world->n_blocks; b++) {
		size_t n = synth_block(world, b, block);

		for (size_t i = 0; i < n; i++) {
			put_rows(world, &block[i], &rows);
			buf_bytes(&out, span_of(rows.text, rows.n));
		}
		if (out.n >= PIECE || b + 1 == world->n_blocks)
			r = flush(&out, to);
		if (r != ERR_OK)
			return r;
	}
	return ERR_OK;
}
