/* SPDX-License-Identifier: Apache-2.0 */
/* batch submit, reply, decisions, status. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "os/file.h"
#include "proc/proc_book.h"
#include "proc/proc_locate.h"
#include "proc/proc_receipt.h"
#include "proc/proc_reply.h"
#include "proc/proc_submit.h"

static void
print_faults(const struct cli_args *args, const struct proc_submit_result *r)
{
	for (uint64_t i = 0; i < r->n_faults && i < SUBMIT_FAULTS; i++) {
		(void)fprintf(stderr, "%s:%" PRIu64 ": ", args->word[0],
			r->fault[i].line);
		if (r->fault[i].member[0] != '\0') {
			cli_text(stderr, span_text(r->fault[i].member));
			(void)fputs(": ", stderr);
		}
		cli_text(stderr, span_text(r->fault[i].says));
		(void)fputc('\n', stderr);
	}
	if (r->n_faults > SUBMIT_FAULTS)
		(void)fprintf(stderr,
			"... and %" PRIu64 " more such lines; the reply names "
			"them all\n",
			r->n_faults - SUBMIT_FAULTS);
}

/* What waits for counsel, line by line: some of it a requester wrote. */
static void
print_told(const struct buf *told)
{
	struct span rest = buf_span(told);

	while (rest.n > 0) {
		struct span line = span_cut(&rest, '\n');

		cli_text(stdout, line);
		(void)fputc('\n', stdout);
	}
}

static void
print_times(const struct proc_submit_result *r)
{
	int64_t all = 0;

	printf("\n  %-16s %10s\n", "stage", "ms");
	for (size_t i = 0; i < r->n_times; i++) {
		printf("  %-16s %10.1f\n", r->time[i].stage,
			(double)r->time[i].ns / 1e6);
		all += r->time[i].ns;
	}
	printf("  %-16s %10.1f\n  %-16s %10ld KiB\n", "all", (double)all / 1e6,
		"peak, judge", os_peak_kib());
}

static enum cli_exit
run_submit(const struct cli_args *args)
{
	static struct proc_submit_result r;
	struct proc_submit_options o = {
		.path = args->instance,
		.requests = args->word[0],
		.manifest = cli_value(args, "manifest"),
		.signature = cli_value(args, "signature"),
		.key = cli_value(args, "key"),
		.today = DAY_NONE,
		.progress = cli_progress,
	};
	enum err e;

	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &o.today))
		return CLI_USAGE;
	e = proc_submit(&o, &r);
	cli_progress(NULL, NULL, 0, 0);
	if (e != ERR_OK) {
		enum cli_exit status;

		buf_fini(&r.told);
		if (r.code[0] != '\0' && err_is_refusal(e))
			cli_error("the whole batch is refused: %s", r.code);
		status = cli_says(e, &r.why);
		return status;
	}
	print_faults(args, &r);
	printf("%s%" PRIu64 " requests\n",
		r.again ? "submitted before; nothing was done twice\n" : "",
		r.lines);
	cli_totals(&r.totals);
	print_told(&r.told);
	buf_fini(&r.told);
	if (cli_on(args, "times"))
		print_times(&r);
	printf("batch %" PRIu32 "\n", r.batch);
	return CLI_DONE;
}

/* Opens the instance for a verb with one batch number. */
static enum cli_exit
with_batch(const struct cli_args *args, unsigned want, const char *key,
	struct instance *in, uint32_t *ret_batch)
{
	uint64_t n = 0;
	enum err e;

	*in = INSTANCE_NONE; /* it is closed even where it was never opened */
	if (!cli_number("batch", args->word[0], UINT32_MAX, &n))
		return CLI_USAGE;
	*ret_batch = (uint32_t)n;
	e = instance_open(args->instance, want, key, DAY_NONE, in);
	return cli_says(e, &in->why);
}

static enum cli_exit
run_reply(const struct cli_args *args)
{
	static struct instance in;
	uint32_t n = 0;
	enum cli_exit status = with_batch(args, INSTANCE_READ, NULL, &in, &n);

	if (status == CLI_DONE)
		status = cli_says(
			proc_reply_print(&in, n, cli_out, NULL), &in.why);
	instance_close(&in);
	return status;
}

static enum cli_exit
run_receipt(const struct cli_args *args)
{
	static struct instance in;
	uint32_t n = 0;
	OWNED_BUF(receipt, PROC_RECEIPT_MAX);
	enum cli_exit status = with_batch(args, INSTANCE_READ, NULL, &in, &n);

	if (status == CLI_DONE)
		status = cli_says(proc_receipt_read(&in, n, &receipt), &in.why);
	if (status == CLI_DONE)
		status = cli_says(cli_out(NULL, buf_span(&receipt)), NULL);
	instance_close(&in);
	return status;
}

static enum cli_exit
run_decisions(const struct cli_args *args)
{
	static struct instance in;
	uint32_t n = 0;
	enum cli_exit status = with_batch(
		args, INSTANCE_LEDGER, cli_value(args, "key"), &in, &n);

	if (status == CLI_DONE)
		status = cli_says(
			proc_decisions_print(&in, n, cli_out, NULL), &in.why);
	instance_close(&in);
	return status;
}

static const char *
stage_text(const struct store_batch *batch)
{
	bool book = store_is_book(batch);

	switch (batch->stage) {
	case STAGE_RECEIVED:
		return book ? "an open book: `batch close` ends it"
			    : "received; submit it again to go on";
	case STAGE_JUDGED:
		return book ? "a book, closed; `batch close` goes on"
			    : "judged; submit it again to go on";
	case STAGE_ANSWERED:
		return "answered; `batch resume` goes on with looking up";
	case STAGE_LOCATED:
		break;
	}
	return "whole";
}

static enum cli_exit
run_status(const struct cli_args *args)
{
	static struct instance in;
	struct store_batch batch;
	struct case_totals totals;
	OWNED_BUF(told, SUBMIT_TOLD);
	char day[DAY_TEXT];
	uint32_t n = 0;
	enum cli_exit status = with_batch(args, INSTANCE_READ, NULL, &in, &n);

	if (status == CLI_DONE)
		status = cli_says(proc_batch_get(&in, n, &batch), &in.why);
	if (status == CLI_DONE)
		status = cli_says(proc_batch_totals(&in, n, &totals), &in.why);
	if (status == CLI_DONE)
		status = cli_says(proc_volume_tell(&in, n, &told), &in.why);
	if (status == CLI_DONE) {
		day_text(batch.today, day);
		printf("batch %" PRIu32 ": %s, sequence %" PRIu64
		       ", received %s, %" PRIu64 " requests\n%s; rounds of "
		       "release: %" PRIu32 "\n",
			n, batch.agreement, batch.sequence, day, batch.n_lines,
			stage_text(&batch), batch.rounds);
		cli_totals(&totals);
		print_told(&told);
	}
	instance_close(&in);
	return status;
}

/* One that goes on with a batch as far as it can. */
static enum cli_exit
go_on(const struct cli_args *args,
	enum err (*act)(
		struct instance *in, uint32_t n, struct store_batch *ret_batch))
{
	static struct instance in;
	struct store_batch batch;
	OWNED_BUF(told, SUBMIT_TOLD);
	int32_t today = DAY_NONE;
	uint64_t n = 0;
	enum cli_exit status;

	if (!cli_number("batch", args->word[0], UINT32_MAX, &n) ||
		(cli_on(args, "today") &&
			!cli_day("--today", cli_value(args, "today"), &today)))
		return CLI_USAGE;
	in = INSTANCE_NONE;
	status = cli_says(
		instance_open(args->instance, INSTANCE_LEDGER | INSTANCE_VAULT,
			cli_value(args, "key"), today, &in),
		&in.why);
	if (status == CLI_DONE)
		status = cli_says(instance_lock_in(&in), &in.why);
	if (status == CLI_DONE)
		status = cli_says(act(&in, (uint32_t)n, &batch), &in.why);
	if (status == CLI_DONE)
		status = cli_says(
			proc_volume_tell(&in, (uint32_t)n, &told), &in.why);
	if (status == CLI_DONE) {
		print_told(&told);
		printf("batch %" PRIu64 ": %s\n", n, stage_text(&batch));
	}
	if (status == CLI_DONE && batch.stage != STAGE_LOCATED)
		status = CLI_NO;
	instance_close(&in);
	return status;
}

static enum cli_exit
run_resume(const struct cli_args *args)
{
	return go_on(args, proc_resume);
}

/* All whose day is over. */
static enum cli_exit
close_past(const struct cli_args *args)
{
	static struct instance in;
	int32_t today = DAY_NONE;
	uint64_t n = 0;
	enum cli_exit status;

	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &today))
		return CLI_USAGE;
	in = INSTANCE_NONE;
	status = cli_says(
		instance_open(args->instance, INSTANCE_LEDGER | INSTANCE_VAULT,
			cli_value(args, "key"), today, &in),
		&in.why);
	if (status == CLI_DONE)
		status = cli_says(instance_lock_in(&in), &in.why);
	if (status == CLI_DONE)
		status = cli_says(proc_books_close(&in, &n), &in.why);
	if (status == CLI_DONE)
		printf("%" PRIu64 " books closed\n", n);
	instance_close(&in);
	return status;
}

static enum cli_exit
run_close(const struct cli_args *args)
{
	return args->n_words == 0 ? close_past(args)
				  : go_on(args, proc_book_close);
}

const struct cli_verb cli_verbs_batch[] = {
	{"batch submit", "FILE", "Take a signed batch of requests in",
		"FILE is JSON Lines, or CSV where its name ends in .csv.  "
		"Prints totals, and as the\nlast line \"batch N\".  The same "
		"batch again gives the same answer; after a crash it\ngoes on.",
		{{"manifest", "M", "the manifest of the batch", true},
			{"signature", "S", "its CMS signature (M.p7s)", false},
			{"key", "K", "who submits (the sandbox's operator)",
				false},
			{"today", "DATE", "the day of receipt; sandbox only",
				false},
			{"times", NULL, "also where the time went", false}},
		1, 1, true, run_submit},
	{"batch reply", "N", "Print the signed reply, a line a request", "",
		{{0}}, 1, 1, true, run_reply},
	{"batch receipt", "N", "Print the signed receipt of a batch", "", {{0}},
		1, 1, true, run_receipt},
	{"batch decisions", "N", "Print the decisions; custodian only",
		"For people with a role; a reading is an entry.",
		{{"key", "K", "who reads: FILE.key, with FILE.crt beside",
			false}},
		1, 1, true, run_decisions},
	{"batch resume", "N", "Go on with a batch that waited for counsel",
		"Where no cap waits any more, the accepted requests are looked "
		"up.  Exit 1: it\nstill waits.",
		{{"key", "K", "who does it (the sandbox's operator)", false},
			{"today", "DATE", "the day played; sandbox only",
				false}},
		1, 1, true, run_resume},
	{"batch close", "[N]", "End a book of single requests",
		"Without N, all books whose day is over.  A book is drawn "
		"from, counted and answered\nas a batch is, and the accepted "
		"requests are looked up.  Singles that come later\nthat day "
		"begin another.  Exit 1: it waits for counsel.",
		{{"key", "K", "who does it (the sandbox's operator)", false},
			{"today", "DATE", "the day played; sandbox only",
				false}},
		0, 1, true, run_close},
	{"batch status", "N", "Say where a batch stands", "", {{0}}, 1, 1, true,
		run_status},
	{0},
};
