/* SPDX-License-Identifier: Apache-2.0 */
/* explain, replay: reading what was done. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_explain.h"
#include "proc/proc_replay.h"

enum { JSON_MAX = 1 << 16, EXPLAIN_MAX = 1 << 20 };

/* "--batch N"; 0 where it is not given. */
static bool
batch_option(const struct cli_args *args, uint32_t *ret_batch)
{
	uint64_t n = 0;

	*ret_batch = 0;
	if (!cli_on(args, "batch"))
		return true;
	if (!cli_number("--batch", cli_value(args, "batch"), UINT32_MAX, &n))
		return false;
	if (n == 0)
		cli_error("--batch: batches are numbered from 1");
	*ret_batch = (uint32_t)n;
	return n != 0;
}

/* ---- explain ---- */

static enum cli_exit
run_explain(const struct cli_args *args)
{
	static struct instance in;
	OWNED_BUF(text, EXPLAIN_MAX);
	enum cli_exit status;
	uint32_t batch;
	enum err e;

	if (!batch_option(args, &batch))
		return CLI_USAGE;
	e = instance_open(args->instance, INSTANCE_LEDGER,
		cli_value(args, "key"), DAY_NONE, &in);
	if (e == ERR_OK)
		e = instance_lock_in(&in);
	if (e == ERR_OK)
		e = proc_explain(
			&in, batch, args->word[0], cli_on(args, "json"), &text);
	status = cli_says(e, &in.why);
	if (status == CLI_DONE)
		cli_text(stdout, buf_span(&text));
	instance_close(&in);
	return status;
}

/* ---- replay ---- */

static void
replay_text(uint32_t n, const struct proc_replay_result *r)
{
	printf("batch %" PRIu32 ", %" PRIu64 " requests\n", n, r->requests);
	printf("  %8" PRIu64 " openings hold, and their entries are the "
	       "ledger's\n",
		r->openings);
	printf("  %8" PRIu64 " times the law was gone through again\n",
		r->decided);
	printf("  %8" PRIu64 " requests were graded again\n", r->graded);
	printf("  %8" PRIu64 " requests were looked up again\n", r->matched);
	if (r->no_roll > 0)
		printf("  %8" PRIu64
		       " were not: their roll is not kept, or by another "
		       "version\n",
			r->no_roll);
	if (r->erased > 0) {
		printf("  %8" PRIu64 " requests were erased: nothing of them "
		       "can be decided again\n  ",
			r->erased);
		cli_text(stdout, span_text(r->first_erased.text));
		printf("\n");
	}
	if (r->other_engine > 0)
		printf("  %8" PRIu64 " openings were made by another version\n",
			r->other_engine);
	for (size_t i = 0; i < r->n_differences; i++) {
		if (r->difference[i].line == 0)
			printf("  the batch: ");
		else
			printf("  line %" PRIu64 ", %s: ",
				r->difference[i].line, r->difference[i].id);
		cli_text(stdout, span_text(r->difference[i].text));
		printf("\n");
	}
	if (r->different == 0)
		printf("the same\n");
	else
		printf("different: %" PRIu64 "\n", r->different);
}

static enum cli_exit
replay_json(uint32_t n, const struct proc_replay_result *r)
{
	OWNED_BUF(b, JSON_MAX);

	buf_printf(&b,
		"{\"batch\":%" PRIu32 ",\"same\":%s,\"requests\":%" PRIu64
		",\"openings\":%" PRIu64 ",\"decided\":%" PRIu64
		",\"graded\":%" PRIu64 ",\"matched\":%" PRIu64
		",\"no_roll\":%" PRIu64 ",\"other_engine\":%" PRIu64
		",\"erased\":%" PRIu64 ",\"different\":%" PRIu64
		",\"differences\":[",
		n, r->different == 0 ? "true" : "false", r->requests,
		r->openings, r->decided, r->graded, r->matched, r->no_roll,
		r->other_engine, r->erased, r->different);
	for (size_t i = 0; i < r->n_differences; i++) {
		buf_printf(&b, "%s{\"line\":%" PRIu64 ",\"request_id\":",
			i == 0 ? "" : ",", r->difference[i].line);
		buf_json(&b, span_text(r->difference[i].id));
		buf_text(&b, ",\"text\":");
		buf_json(&b, span_text(r->difference[i].text));
		buf_text(&b, "}");
	}
	buf_text(&b, "]}\n");
	if (buf_error(&b) != ERR_OK || cli_out(NULL, buf_span(&b)) != ERR_OK)
		return CLI_FAILURE;
	return CLI_DONE;
}

static enum cli_exit
run_replay(const struct cli_args *args)
{
	static struct proc_replay_result r;
	struct why why = {""};
	uint64_t n = 0;
	enum cli_exit status;

	if (!cli_number("batch", args->word[0], UINT32_MAX, &n))
		return CLI_USAGE;
	status = cli_says(proc_replay(args->instance, (uint32_t)n,
				  cli_value(args, "key"), &r, &why),
		&why);
	if (status != CLI_DONE)
		return status;
	if (cli_on(args, "json"))
		status = replay_json((uint32_t)n, &r);
	else
		replay_text((uint32_t)n, &r);
	return status == CLI_DONE && r.different > 0 ? CLI_NO : status;
}

const struct cli_verb cli_verbs_read[] = {
	{"explain", "REQUEST", "what became of a request, and why",
		"What was asked, each clause of the law with what it requires "
		"and what was found,\nhow far the record agreed (grades, "
		"never its words), the history, the holds that\ncover it, the "
		"reply that the requester saw.  A reading is an entry.\n"
		"With --json what was asked and the law, clause by clause.",
		{{"batch", "N", "of that batch; else the last with that id",
			 false},
			{"json", NULL, "for programs", false},
			{"key", "FILE.key", "who reads", false}},
		1, 1, true, run_explain},
	{"replay", "N", "decide a batch again, and compare",
		"From the ledger, the sealed evidence, the law files that the "
		"entries name and,\nwhere it is kept, the roll of that day: "
		"every opening, both halves of the law,\nevery grade that the "
		"request alone decides, every match.  Exit status 0: the\n"
		"same; 1: different.  Looking people up again is entered in "
		"the ledger.",
		{{"json", NULL, "counts and differences as JSON", false},
			{"key", "FILE.key", "who does this", false}},
		1, 1, true, run_replay},
	{0},
};
