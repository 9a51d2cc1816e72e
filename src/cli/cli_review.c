/* SPDX-License-Identifier: Apache-2.0 */
/* review, release: people decide, packages leave. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_release.h"
#include "proc/proc_review.h"

enum { SHOW_MAX = 1 << 20 };

/* Opens on the day on which a sandbox's batch was received. */
static enum cli_exit
open_on_batch_day(const struct cli_args *args, unsigned want, uint32_t n,
	struct instance *in)
{
	struct store_batch batch;
	int32_t clock = DAY_NONE;
	enum err e = instance_open(
		args->instance, INSTANCE_READ, NULL, DAY_NONE, in);

	if (e == ERR_OK)
		e = proc_batch_get(in, n, &batch);
	if (e == ERR_OK && in->sandbox && batch.clock != in->clock)
		clock = batch.clock;
	if (e != ERR_OK)
		return cli_says(e, &in->why);
	instance_close(in);
	e = instance_open(
		args->instance, want, cli_value(args, "key"), clock, in);
	return cli_says(e, &in->why);
}

static bool
batch_number(const struct cli_args *args, uint32_t *ret_n)
{
	uint64_t n = 0;

	if (!cli_number("--batch", cli_value(args, "batch"), UINT32_MAX, &n))
		return false;
	*ret_n = (uint32_t)n;
	return true;
}

/* ---- review ---- */

static enum err
print_item(void *context, const struct proc_review_item *item)
{
	const struct batch_request *b = item->request;
	uint64_t *n = context;

	if ((*n)++ == 0)
		printf("%-24s %-15s %-10s %s\n", "REQUEST", "STATE",
			"SIGNATURES", "RECORD, GRADED");
	printf("%-24.64s %-15s %10u ", b->row.id,
		case_state_text((enum case_state)b->row.state),
		item->approvals);
	if (b->match.n == 0) {
		printf("not looked up\n");
		return ERR_OK;
	}
	printf("name %s/%s, TIN %s, birth %s\n",
		match_level_word(
			(enum person_level)b->result.level[MATCH_F_GIVEN]),
		match_level_word(
			(enum person_level)b->result.level[MATCH_F_SURNAME]),
		match_level_word(
			(enum person_level)b->result.level[MATCH_F_TIN]),
		match_level_word(
			(enum person_level)b->result.level[MATCH_F_BIRTH]));
	return ERR_OK;
}

static enum cli_exit
run_list(const struct cli_args *args)
{
	static struct instance in;
	uint64_t n = 0;
	uint32_t batch;
	enum cli_exit status;

	if (!batch_number(args, &batch))
		return CLI_USAGE;
	status = open_on_batch_day(args, INSTANCE_LEDGER, batch, &in);
	if (status == CLI_DONE)
		status = cli_says(
			proc_review_list(&in, batch, print_item, &n), &in.why);
	if (status == CLI_DONE && n == 0)
		printf("nothing waits for a decision\n");
	instance_close(&in);
	return status;
}

static enum cli_exit
run_show(const struct cli_args *args)
{
	static struct instance in;
	OWNED_BUF(text, SHOW_MAX);
	uint32_t batch;
	enum cli_exit status;

	if (!batch_number(args, &batch))
		return CLI_USAGE;
	status = open_on_batch_day(args, INSTANCE_LEDGER, batch, &in);
	if (status == CLI_DONE)
		status = cli_says(proc_review_show(&in, batch,
					  cli_value(args, "request"), &text),
			&in.why);
	if (status == CLI_DONE)
		cli_text(stdout, buf_span(&text));
	instance_close(&in);
	return status;
}

static void
print_decided(const struct proc_review_result *r, bool withhold)
{
	printf("%" PRIu64 " requests %s", r->decided,
		withhold ? "withheld or given back" : "signed");
	if (!withhold)
		printf("; %" PRIu64 " now have two signatures", r->approved);
	printf("\n");
	if (r->cleared > 0)
		printf("%" PRIu64 " went on from request review and were "
		       "looked up\n",
			r->cleared);
	if (r->skipped > 0)
		printf("%" PRIu64 " were signed by the same reviewer before\n",
			r->skipped);
}

static enum cli_exit
decide(const struct cli_args *args, bool withhold)
{
	static struct instance in;
	struct proc_review_options o = {
		.request = cli_value(args, "request"),
		.ground = withhold ? cli_value(args, "ground") : "",
	};
	struct proc_review_result r = {0};
	enum cli_exit status;

	if (!batch_number(args, &o.batch))
		return CLI_USAGE;
	if ((o.request == NULL) == !cli_on(args, "all")) {
		cli_error("say --request ID, or --all");
		return CLI_USAGE;
	}
	status = open_on_batch_day(
		args, INSTANCE_LEDGER | INSTANCE_VAULT, o.batch, &in);
	if (status == CLI_DONE)
		status = cli_says(instance_lock_in(&in), &in.why);
	if (status == CLI_DONE)
		status = cli_says(withhold ? proc_review_withhold(&in, &o, &r)
					   : proc_review_approve(&in, &o, &r),
			&in.why);
	if (status == CLI_DONE)
		print_decided(&r, withhold);
	instance_close(&in);
	return status;
}

static enum cli_exit
run_approve(const struct cli_args *args)
{
	return decide(args, false);
}

static enum cli_exit
run_withhold(const struct cli_args *args)
{
	return decide(args, true);
}

/* ---- release ---- */

static void
print_release(const struct proc_release_result *r)
{
	printf("%" PRIu64 " packages handed over, all of one size\n"
	       "  %8" PRIu64 " with an address\n"
	       "  %8" PRIu64 " neutral\n",
		r->answered, r->addresses, r->answered - r->addresses);
	if (r->held > 0)
		printf("  %8" PRIu64 " of these because a hold covers them; "
		       "lifted, they go again\n",
			r->held);
	if (r->void_ > 0)
		printf("  %8" PRIu64 " approvals are void: decided otherwise "
		       "now\n",
			r->void_);
	if (r->nobody > 0)
		printf("  %8" PRIu64 " not made: the officer is not on the "
		       "register\n",
			r->nobody);
	if (r->finished > 0)
		printf("  %8" PRIu64 " more were accounted before and are "
		       "handed over now\n",
			r->finished);
}

static enum cli_exit
run_release(const struct cli_args *args)
{
	static struct instance in;
	struct proc_release_options o = {.progress = cli_progress};
	struct proc_release_result r = {0};
	struct case_totals totals;
	enum cli_exit status;

	if (!batch_number(args, &o.batch))
		return CLI_USAGE;
	if (cli_on(args, "today")) {
		int32_t today;

		if (!cli_day("--today", cli_value(args, "today"), &today))
			return CLI_USAGE;
		status = cli_says(instance_open(args->instance,
					  INSTANCE_LEDGER | INSTANCE_VAULT,
					  cli_value(args, "key"), today, &in),
			&in.why);
	} else {
		status = open_on_batch_day(
			args, INSTANCE_LEDGER | INSTANCE_VAULT, o.batch, &in);
	}
	if (status == CLI_DONE)
		status = cli_says(instance_lock_in(&in), &in.why);
	if (status == CLI_DONE) {
		status = cli_says(proc_release(&in, &o, &r), &in.why);
		cli_progress(NULL, NULL, 0, 0);
	}
	if (status == CLI_DONE)
		status = cli_says(
			proc_batch_totals(&in, o.batch, &totals), &in.why);
	if (status == CLI_DONE) {
		print_release(&r);
		cli_totals(&totals);
	}
	instance_close(&in);
	return status;
}

#define OPTION_BATCH                                                           \
	{                                                                      \
		"batch", "N", "the batch", true                                \
	}
#define OPTION_KEY                                                             \
	{                                                                      \
		"key", "K", "who does it: FILE.key, with FILE.crt beside",     \
			false                                                  \
	}

const struct cli_verb cli_verbs_review[] = {
	{"review list", "", "List what waits for people", "",
		{OPTION_BATCH, OPTION_KEY}, 0, 0, true, run_list},
	{"review show", "", "Show one request with its graded evidence",
		"Reviewers see grades, not the record.",
		{OPTION_BATCH, {"request", "ID", "the request", true},
			OPTION_KEY},
		0, 0, true, run_show},
	{"review approve", "", "Sign verdicts; two reviewers are needed",
		"One signature covers the ordered list of the verdicts "
		"approved.  Neither reviewer\nmay be the submitter.  A request "
		"that a person must read first (request-review) is\nlet go on "
		"by --request ID only.",
		{OPTION_BATCH, {"request", "ID", "this request", false},
			{"all", NULL, "all that wait; sandbox only", false},
			OPTION_KEY},
		0, 0, true, run_approve},
	{"review withhold", "", "Withhold, or give back from request review",
		"",
		{OPTION_BATCH, {"request", "ID", "this request", false},
			{"all", NULL, "all that wait", false},
			{"ground", "TEXT", "why", true}, OPTION_KEY},
		0, 0, true, run_withhold},
	{"release", "", "Answer every accepted request of a batch",
		"Decides anew, accounts, seals, delivers: one package for "
		"every accepted request,\naddress or neutral, all of one size. "
		"Nothing leaves before the\nanswer day; in a sandbox, while "
		"requests wait for reviewers.",
		{OPTION_BATCH,
			{"today", "DATE", "the day to act on; sandbox only",
				false},
			OPTION_KEY},
		0, 0, true, run_release},
	{0},
};
