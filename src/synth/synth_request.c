/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth_int.h"

#include "base/day.h"
#include "base/mem.h"

/* The requests of one world, their truth and their manifest. */

enum { PIECE = 64 * 1024 };

struct run {
	struct synth_maker maker;
	struct synth_draft draft;
	struct synth_person block[SYNTH_BLOCK];
	struct synth_person other[SYNTH_BLOCK];
};

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

static void
put_truth(const struct synth_draft *d, struct buf *to)
{
	buf_printf(to, "%s,%s,%s,", d->id, d->want, d->code);
	if (d->person >= 0)
		buf_printf(to, "P%08llu", (unsigned long long)d->person);
	buf_printf(to, ",%s\n", d->kind);
}

static enum err
write_all(struct run *run, const struct synth_request_options *o,
	const struct synth_sink *requests, const struct synth_sink *truth)
{
	OWNED_BUF(lines, 16 * PIECE);
	OWNED_BUF(rows, 16 * PIECE);
	enum err r = ERR_OK;

	if (o->csv)
		synth_write_csv_header(&lines);
	buf_text(&rows, "request_id,want_outcome,any_code,person_id,kind\n");
	for (uint64_t i = 0; i < o->n && r == ERR_OK; i++) {
		synth_draft(&run->maker, i);
		if (o->csv)
			synth_write_csv(&run->draft, &lines);
		else
			synth_write_json(&run->draft, &lines);
		put_truth(&run->draft, &rows);
		if (lines.n >= PIECE)
			r = flush(&lines, requests);
		if (r == ERR_OK && rows.n >= PIECE)
			r = flush(&rows, truth);
	}
	if (r == ERR_OK)
		r = flush(&lines, requests);
	return r == ERR_OK ? flush(&rows, truth) : r;
}

static enum err
check(const struct synth_request_options *o, struct why *why)
{
	int year = day_year(o->today);

	if (o->today == DAY_NONE || year > 2200 || year <= o->world.first_year)
		return why_set(why, ERR_MALFORMED,
			"the day of the requests must come after the end of "
			"the roll's first tax year, %d",
			o->world.first_year);
	return ERR_OK;
}

enum err
synth_requests(const struct synth_request_options *options,
	const struct synth_sink *requests, const struct synth_sink *truth,
	struct why *reterr_why)
{
	OWNED(synth) world = NULL;
	struct run *run;
	enum err r = check(options, reterr_why);

	if (r == ERR_OK)
		r = synth_new(&options->world, &world, reterr_why);
	if (r != ERR_OK)
		return r;
	run = mem_zeroed(sizeof *run);
	if (run == NULL)
		return err_origin(ERR_NOMEM);
	run->maker = (struct synth_maker){.world = world,
		.options = options,
		.block = run->block,
		.other = run->other,
		.d = &run->draft};
	r = write_all(run, options, requests, truth);
	mem_free(run);
	return r;
}

void
synth_manifest(const struct synth_request_options *options, struct span sha384,
	struct buf *to)
{
	char day[DAY_TEXT];

	day_text(options->today, day);
	buf_text(to, "{\n \"weir:agreementID\": ");
	buf_json(to, span_text(options->agreement));
	buf_printf(to,
		",\n \"weir:sequence\": %llu,\n \"weir:count\": %llu,\n"
		" \"weir:sha384\": ",
		(unsigned long long)options->sequence,
		(unsigned long long)options->n);
	buf_json(to, sha384);
	buf_text(to, ",\n \"weir:certifier\": {\n  \"weir:officerID\": ");
	buf_json(to, span_text(options->certifier));
	buf_text(to, ",\n  \"nc:PersonFullName\": \"ACTING DIRECTOR\",\n"
		     "  \"weir:roleText\": \"head of agency\"\n },\n"
		     " \"weir:date\": ");
	buf_json(to, span_text(day));
	buf_text(to, "\n}\n");
}
