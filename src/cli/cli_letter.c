/* SPDX-License-Identifier: Apache-2.0 */
/* letter take|list: what a requester writes after a batch comes in. */
#include <inttypes.h>
#include <stdio.h>

#include "base/day.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_letter_take.h"
#include "proc/proc_permit.h"

/* ---- take ---- */

static void
print_refused(const struct proc_letter_result *r)
{
	for (size_t i = 0; i < r->n_refused; i++) {
		cli_line(stderr, span_text(r->refused[i].id));
		(void)fputs(": ", stderr);
		cli_line(stderr, span_text(r->refused[i].why.text));
		(void)fputc('\n', stderr);
	}
}

static enum cli_exit
print_taken(const struct cli_args *args, const struct proc_letter_result *r)
{
	if (cli_on(args, "json"))
		return cli_says(cli_out(NULL, buf_span(&r->receipt)), NULL);
	if (r->again)
		printf("taken before; nothing was done twice\n");
	printf("%s: %zu request%s\nentry %" PRIu64
	       "\nreceipt batches/letters/%" PRIu64 ".json\n",
		letter_kind_text(r->kind), r->n, r->n == 1 ? "" : "s", r->entry,
		r->entry);
	return CLI_DONE;
}

static enum cli_exit
run_take(const struct cli_args *args)
{
	static struct proc_letter_result r;
	struct proc_letter_options o = {
		.path = args->instance,
		.letter = args->word[0],
		.signature = cli_value(args, "signature"),
		.key = cli_value(args, "key"),
		.today = DAY_NONE,
	};
	enum cli_exit status;
	enum err e;

	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &o.today))
		return CLI_USAGE;
	e = proc_letter_take(&o, &r);
	if (e == ERR_OK) {
		status = print_taken(args, &r);
	} else {
		print_refused(&r);
		status = cli_says(e, &r.why);
	}
	proc_letter_fini(&r);
	return status;
}

/* ---- list ---- */

static enum cli_exit
print_row(struct instance *in, const struct store_letter *row)
{
	static struct letter letter;
	struct account_opened opened;
	struct store_request request;
	char at[DAY_TIME_TEXT];
	enum err e =
		store_request_get(in->store, row->batch, row->line, &request);

	if (e == ERR_OK)
		e = proc_letter_open(in, row->entry, &opened, &letter);
	if (e != ERR_OK)
		return cli_says(e, &in->why);
	day_time_text(row->at, at);
	printf("%7" PRIu64 "  %-11s  %5" PRIu32 "  ", row->entry,
		letter_kind_text(letter.kind), row->batch);
	cli_line(stdout, span_text(request.id));
	printf("  %s  ", at);
	cli_line(stdout, letter.member[LETTER_M_SIGNER]);
	printf("\n");
	account_opened_fini(&opened);
	return CLI_DONE;
}

static enum cli_exit
list(struct instance *in, uint32_t batch)
{
	struct store_letter row = {.n = 0};
	enum cli_exit status = CLI_DONE;
	enum err e;

	printf("%7s  %-11s  %5s  %s\n", "ENTRY", "LETTER", "BATCH",
		"REQUEST  TAKEN  SIGNER");
	while (status == CLI_DONE && (e = store_letter_next(in->store, row.n,
					      batch, 0, &row)) == ERR_OK)
		status = print_row(in, &row);
	if (status == CLI_DONE && e != ERR_NOT_FOUND)
		status = cli_says(e, &in->why);
	return status;
}

static enum cli_exit
run_list(const struct cli_args *args)
{
	static struct instance in;
	uint64_t batch = 0;
	enum err e;
	enum cli_exit status;

	if (cli_on(args, "batch") &&
		!cli_number("--batch", cli_value(args, "batch"), UINT32_MAX,
			&batch))
		return CLI_USAGE;
	e = instance_open(args->instance, INSTANCE_LEDGER,
		cli_value(args, "key"), DAY_NONE, &in);
	if (e == ERR_OK)
		e = proc_permit(&in, PERMIT_READ);
	if (e == ERR_OK)
		e = account_reading(&in, "list-letters", (uint32_t)batch, "");
	status = cli_says(e, &in.why);
	if (status == CLI_DONE)
		status = list(&in, (uint32_t)batch);
	instance_close(&in);
	return status;
}

const struct cli_verb cli_verbs_letter[] = {
	{"letter take", "FILE", "Take a requester's signed letter in",
		"A withdrawal, a reconsideration, an acknowledgement, custody, "
		"destruction:\ndocs/formats/letters.md.  All or nothing; the "
		"same letter again does nothing twice.\nGives a signed "
		"receipt.",
		{{"signature", "S", "its CMS signature (FILE.p7s)", false},
			{"key", "K", "who takes it (the sandbox's operator)",
				false},
			{"today", "DATE", "the day of receipt; sandbox only",
				false},
			{"json", NULL, "print the receipt itself", false}},
		1, 1, true, run_take},
	{"letter list", "", "List the letters that were taken", "",
		{{"batch", "N", "about requests of that batch", false},
			{"key", "K",
				"who reads: FILE.key, with FILE.crt beside",
				false}},
		0, 0, true, run_list},
	{0},
};
