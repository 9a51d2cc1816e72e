/* SPDX-License-Identifier: Apache-2.0 */
/* review, release: people decide, packages leave. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_registrar.h"
#include "proc/proc_release.h"
#include "proc/proc_review.h"
#include "proc/proc_sample.h"

enum { SHOW_MAX = 1 << 24, SIGN_MAX = 1 << 26 };

enum act { APPROVE, WITHHOLD, RETURN, SIGN };

typedef enum err decide_verb(struct instance *in,
	const struct proc_review_options *options,
	struct proc_review_result *ret_result);

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
			"SIGNATURES", "PLAIN, OR BORDERLINE");
	printf("%-24.64s %-15s %10u ", b->row.id,
		case_state_text((enum case_state)b->row.state),
		item->approvals);
	if (b->match.n == 0)
		printf("not looked up\n");
	else
		printf("%s\n",
			item->borderline == NULL ? "plain" : item->borderline);
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

static bool
line_number(const struct cli_args *args, uint64_t *ret_line)
{
	*ret_line = 0;
	return !cli_on(args, "line") ||
	       cli_number(
		       "--line", cli_value(args, "line"), UINT32_MAX, ret_line);
}

static enum cli_exit
run_show(const struct cli_args *args)
{
	static struct instance in;
	OWNED_BUF(text, SHOW_MAX);
	uint32_t batch;
	uint64_t line;
	enum cli_exit status;

	if (!batch_number(args, &batch) || !line_number(args, &line))
		return CLI_USAGE;
	status = open_on_batch_day(args, INSTANCE_LEDGER, batch, &in);
	if (status == CLI_DONE)
		status = cli_says(
			line != 0
				? proc_review_show_line(&in, batch, line, &text)
				: proc_review_show(&in, batch,
					  cli_value(args, "request"), &text),
			&in.why);
	if (status == CLI_DONE && text.n == 0)
		printf("nothing waits for a decision\n");
	if (status == CLI_DONE)
		cli_text(stdout, buf_span(&text));
	instance_close(&in);
	return status;
}

static void
print_decided(const struct proc_review_result *r, enum act act)
{
	if (act == WITHHOLD || act == RETURN)
		printf("%" PRIu64 " requests %s\n", r->decided,
			act == WITHHOLD ? "withheld" : "given back");
	else
		printf("%" PRIu64 " requests signed; %" PRIu64
		       " now have two signatures\n",
			r->decided - r->withheld, r->approved);
	if (act == SIGN)
		printf("%" PRIu64 " withheld\n", r->withheld);
	if (r->cleared > 0)
		printf("%" PRIu64 " went on from request review and were "
		       "looked up\n",
			r->cleared);
	if (r->skipped > 0)
		printf("%" PRIu64 " were signed by the same reviewer before\n",
			r->skipped);
	if (r->borderline > 0)
		printf("%" PRIu64 " are borderline and wait for a decision "
		       "each: weir review list,\nthen weir review sign\n",
			r->borderline);
}

static enum cli_exit
decide(const struct cli_args *args, enum act act, struct proc_review_options *o,
	decide_verb *verb)
{
	static struct instance in;
	struct proc_review_result r = {0};
	enum cli_exit status;

	if (!batch_number(args, &o->batch))
		return CLI_USAGE;
	status = open_on_batch_day(
		args, INSTANCE_LEDGER | INSTANCE_VAULT, o->batch, &in);
	if (status == CLI_DONE)
		status = cli_says(instance_lock_in(&in), &in.why);
	if (status == CLI_DONE)
		status = cli_says(verb(&in, o, &r), &in.why);
	if (status == CLI_DONE)
		print_decided(&r, act);
	instance_close(&in);
	return status;
}

static bool
one_or_all(const struct cli_args *args)
{
	if (cli_on(args, "request") != cli_on(args, "all"))
		return true;
	cli_error("say --request ID, or --all");
	return false;
}

static enum cli_exit
run_approve(const struct cli_args *args)
{
	struct proc_review_options o = {
		.request = cli_value(args, "request"),
		.ground = "",
		.plain = cli_on(args, "plain"),
	};

	if (!one_or_all(args))
		return CLI_USAGE;
	return decide(args, APPROVE, &o, proc_review_approve);
}

static enum cli_exit
run_withhold(const struct cli_args *args)
{
	struct proc_review_options o = {
		.request = cli_value(args, "request"),
		.ground = cli_value(args, "ground"),
	};

	if (!one_or_all(args))
		return CLI_USAGE;
	return decide(args, WITHHOLD, &o, proc_review_withhold);
}

static enum cli_exit
run_return(const struct cli_args *args)
{
	struct proc_review_options o = {
		.request = cli_value(args, "request"),
		.ground = cli_value(args, "ground"),
	};

	return decide(args, RETURN, &o, proc_review_return);
}

static enum cli_exit
run_sign(const struct cli_args *args)
{
	OWNED_BUF(list, SIGN_MAX);
	struct proc_review_options o = {.ground = ""};
	const char *file = cli_value(args, "list");
	enum cli_exit status =
		cli_get(strcmp(file, "-") == 0 ? "/dev/stdin" : file, &list);

	o.list = buf_span(&list);
	return status == CLI_DONE ? decide(args, SIGN, &o, proc_review_sign)
				  : status;
}

/* ---- objections ---- */

static enum cli_exit
run_object(const struct cli_args *args)
{
	static struct instance in;
	const char *request = cli_value(args, "request");
	uint64_t matter = 0;
	uint32_t batch;
	enum cli_exit status;

	if (!batch_number(args, &batch))
		return CLI_USAGE;
	/* Today, in a sandbox too: counsel answers it today. */
	status = cli_says(instance_open(args->instance, INSTANCE_LEDGER,
				  cli_value(args, "key"), DAY_NONE, &in),
		&in.why);
	if (status == CLI_DONE)
		status = cli_says(proc_review_object(&in, batch, request,
					  cli_value(args, "ground"), &matter),
			&in.why);
	if (status == CLI_DONE)
		printf("matter %" PRIu64 ": no address of %s %s leaves until "
		       "counsel has answered it\n",
			matter, request == NULL ? "the" : "request",
			request == NULL ? "batch" : request);
	instance_close(&in);
	return status;
}

/* ---- the sample ---- */

static void
print_sample(const struct proc_sample *s)
{
	OWNED_BUF(text, SHOW_MAX);

	proc_sample_says(s, &text);
	cli_text(stdout, buf_span(&text));
	printf("\n");
}

static enum err
print_drawn(struct instance *in, const struct proc_sample *s)
{
	OWNED_BUF(hex, 2 * REVIEW_SEED);
	enum err e = ERR_OK;

	code_hex(&hex, span_of(s->seed, sizeof(s->seed)));
	printf("%-8s %-9s %-24s %s\n", "LINE", "ANSWER", "REQUEST", "DECIDED");
	for (size_t i = 0; e == ERR_OK && i < s->n; i++) {
		const struct store_sampled *item = &s->item[i];
		struct store_request row;

		e = store_request_get(in->store, item->batch, item->line, &row);
		if (e != ERR_OK)
			break;
		printf("%-8" PRIu64 " %-9s %-24.64s %s\n", item->line,
			item->part == REVIEW_REFUSED ? "refused" : "accepted",
			row.id[0] == '\0' ? "-" : row.id,
			item->decided == STORE_NO_ENTRY ? "-"
			: item->wrong                   ? "wrong"
							: "right");
	}
	printf("Drawn from the seed %.*s\n(entry %" PRIu64
	       "): docs/REVIEW.md says how.\n",
		(int)hex.n, (const char *)hex.at, s->row.opened);
	return e;
}

static enum cli_exit
list_sample(const struct cli_args *args, uint32_t batch)
{
	static struct instance in;
	static struct proc_sample sample;
	enum cli_exit status =
		open_on_batch_day(args, INSTANCE_LEDGER, batch, &in);

	if (status == CLI_DONE)
		status = cli_says(proc_registrar_reader(&in), &in.why);
	if (status == CLI_DONE)
		status =
			cli_says(account_reading(&in, "list-sample", batch, ""),
				&in.why);
	if (status == CLI_DONE)
		status = cli_says(
			proc_sample_read(&in, batch, &sample), &in.why);
	if (status == CLI_DONE)
		status = cli_says(print_drawn(&in, &sample), &in.why);
	if (status == CLI_DONE)
		print_sample(&sample);
	instance_close(&in);
	return status;
}

static enum cli_exit
decide_sample(const struct cli_args *args, uint32_t batch, uint64_t line)
{
	static struct instance in;
	static struct proc_sample sample;
	const char *ground = cli_value(args, "ground");
	struct proc_sample_decision d = {
		.batch = batch,
		.line = line,
		.wrong = cli_on(args, "wrong"),
		.ground = ground == NULL ? "" : ground,
	};
	struct store_request row = {.line = line};
	enum cli_exit status =
		open_on_batch_day(args, INSTANCE_LEDGER, batch, &in);

	if (status == CLI_DONE && cli_on(args, "request"))
		status = cli_says(proc_review_find(&in, batch,
					  cli_value(args, "request"), &row),
			&in.why);
	d.line = row.line;
	if (status == CLI_DONE)
		status =
			cli_says(proc_sample_decide(&in, &d, &sample), &in.why);
	if (status == CLI_DONE)
		print_sample(&sample);
	instance_close(&in);
	return status;
}

static enum cli_exit
run_sample(const struct cli_args *args)
{
	bool decides = cli_on(args, "agree") || cli_on(args, "wrong");
	bool names = cli_on(args, "request") || cli_on(args, "line");
	uint32_t batch;
	uint64_t line;

	if (!batch_number(args, &batch) || !line_number(args, &line))
		return CLI_USAGE;
	if (!decides && !names)
		return list_sample(args, batch);
	if (cli_on(args, "agree") != cli_on(args, "wrong") &&
		cli_on(args, "request") != cli_on(args, "line"))
		return decide_sample(args, batch, line);
	cli_error("say --request ID or --line N, and --agree or --wrong");
	return CLI_USAGE;
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
	{"review show", "", "Show one request, or each that waits",
		"Reviewers see grades, not the record; of a request in request "
		"review nothing of\nthe roll.  Without --request and --line "
		"each that waits is shown, by one entry.",
		{OPTION_BATCH, {"request", "ID", "the request", false},
			{"line", "N", "the line", false}, OPTION_KEY},
		0, 0, true, run_show},
	{"review approve", "", "Sign verdicts; two reviewers are needed",
		"One signature covers the ordered list of the verdicts "
		"approved.  Neither reviewer\nmay be the submitter.  A request "
		"that a person must read first (request-review) is\nlet go on "
		"by --request ID only.  Outside a sandbox --all waits for the "
		"sample (weir\nreview sample) and leaves what is borderline; "
		"and what was found is otherwise\nsigned by list (weir review "
		"sign).",
		{OPTION_BATCH, {"request", "ID", "this request", false},
			{"all", NULL, "all that wait", false},
			{"plain", NULL, "as outside a sandbox", false},
			OPTION_KEY},
		0, 0, true, run_approve},
	{"review withhold", "", "Withhold",
		"What waits or is approved, sealed or stopped.  A package that "
		"is staged for it is\ndestroyed, unless a hold preserves it.",
		{OPTION_BATCH, {"request", "ID", "this request", false},
			{"all", NULL, "all that may be", false},
			{"ground", "TEXT", "why", true}, OPTION_KEY},
		0, 0, true, run_withhold},
	{"review return", "", "Give back from request review, with reasons",
		"The requester reads the ground: weir batch reply.",
		{OPTION_BATCH, {"request", "ID", "this request", true},
			{"ground", "TEXT", "why; goes to the requester", true},
			OPTION_KEY},
		0, 0, true, run_return},
	{"review sign", "", "Sign a list of approvals and withholdings",
		"Lines are `approve ID` and `withhold ID GROUND`; # begins a "
		"comment.  Each list is\nthe same two entries, an empty one "
		"too, so that entries do not count what was\nfound.",
		{OPTION_BATCH, {"list", "FILE", "the list; - reads it", true},
			OPTION_KEY},
		0, 0, true, run_sign},
	{"review object", "", "Object that the law forbids what is to leave",
		"Whoever has a role may.  It stops every address of what it "
		"names, nobody can take it\nback, and counsel alone answers "
		"it, citing a rule: weir matter answer.  weir matter\nshow "
		"has the answer.",
		{OPTION_BATCH,
			{"request", "ID", "of this request; else of all",
				false},
			{"ground", "TEXT", "what forbids it, and why", true},
			OPTION_KEY},
		0, 0, true, run_object},
	{"review sample", "", "List the sample of a batch, or decide one of it",
		"Drawn over refused and accepted lines from a seed entered "
		"before they were read.\nWhen each was decided and none was "
		"wrong, what is plain may be approved together,\nand the error "
		"that can be left is told.  One wrong ends that for the batch.",
		{OPTION_BATCH, {"request", "ID", "this request", false},
			{"line", "N", "this line", false},
			{"agree", NULL, "it was answered rightly", false},
			{"wrong", NULL, "it was not", false},
			{"ground", "TEXT", "why", false}, OPTION_KEY},
		0, 0, true, run_sample},
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
