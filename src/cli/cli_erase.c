/* SPDX-License-Identifier: Apache-2.0 */
/* ledger erase: asked by one, granted by another. */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/num.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_erase.h"

static enum cli_exit
open_instance(const struct cli_args *args, struct instance *in)
{
	int32_t today = DAY_NONE;

	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &today))
		return CLI_USAGE;
	return cli_says(instance_open(args->instance, INSTANCE_LEDGER,
				cli_value(args, "key"), today, in),
		&in->why);
}

static enum err
print_kept(void *context, const char *request, const char *why)
{
	(void)context;
	printf("kept %s: %s\n", request, why);
	return ERR_OK;
}

/* ---- asking ---- */

static bool
read_scope(const struct cli_args *args, struct proc_erase_order *o)
{
	static const struct {
		const char *option;
		enum proc_erase_scope scope;
	} scopes[] = {{"request", ERASE_OF_REQUEST}, {"batch", ERASE_OF_BATCH},
		{"person", ERASE_OF_PERSON},
		{"received-before", ERASE_OF_BEFORE}};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		if (!cli_on(args, scopes[i].option))
			continue;
		n++;
		o->scope = scopes[i].scope;
		if (!span_copy(span_text(cli_value(args, scopes[i].option)),
			    o->what, sizeof(o->what)))
			n = 2;
	}
	if (n == 1)
		return true;
	cli_error("ledger erase ask needs one of --request, --batch, --person "
		  "and --received-before");
	return false;
}

static bool
read_order(const struct cli_args *args, struct proc_erase_order *o)
{
	*o = (struct proc_erase_order){.record_ended = DAY_NONE};
	if (!read_scope(args, o))
		return false;
	if (!cli_on(args, "ground") ||
		!proc_erase_ground_parse(
			span_text(cli_value(args, "ground")), &o->ground)) {
		cli_error("--ground is retention, court or amendment");
		return false;
	}
	if (!cli_on(args, "basis") ||
		!span_copy(span_text(cli_value(args, "basis")), o->basis,
			sizeof(o->basis))) {
		cli_error("--basis says which schedule or order, in one line");
		return false;
	}
	return !cli_on(args, "record-ended") ||
	       cli_day("--record-ended", cli_value(args, "record-ended"),
		       &o->record_ended);
}

static enum cli_exit
ask(struct instance *in, const struct cli_args *args)
{
	struct proc_erase_order o;
	struct proc_erase_result r;
	enum cli_exit status;

	if (args->n_words != 1 || !read_order(args, &o))
		return CLI_USAGE;
	status = open_instance(args, in);
	if (status == CLI_DONE)
		status = cli_says(
			proc_erase_ask(in, &o, print_kept, NULL, &r), &in->why);
	if (status == CLI_DONE)
		printf("erasure %" PRIu64 " asked, entry %" PRIu64 ": %" PRIu64
		       " requests with %" PRIu64 " entries would go, %" PRIu64
		       " are kept; another "
		       "person grants it\n",
			r.n, r.entry, r.requests, r.entries, r.kept);
	return status;
}

/* ---- answering ---- */

static bool
read_number(const struct cli_args *args, uint64_t *ret_n)
{
	if (args->n_words == 2 &&
		num_parse(span_text(args->word[1]), UINT64_MAX, ret_n))
		return true;
	cli_error("which erasure: ledger erase %s N", args->word[0]);
	return false;
}

static void
print_done(const struct proc_erase_result *r)
{
	printf("erasure %" PRIu64 " done: %" PRIu64 " requests, %" PRIu64
	       " entries, %" PRIu64 " kept\n",
		r->n, r->requests, r->entries, r->kept);
	printf("gone: their keys and records in store.db, its free pages and "
	       "its log; the redo log,\n  which begins anew; their lines in "
	       "batches/; what lay of them in sealed/\n");
	printf("not gone: back-ups and copies made before now; packages with "
	       "their recipients (%" PRIu64
	       "\n  whose destruction nobody certified); the roll; blocks that "
	       "the disk itself has set aside\n",
		r->with_recipient);
	printf("a store of a back-up from before now cannot be brought here "
	       "any more: make one now\n");
}

static enum cli_exit
grant(struct instance *in, const struct cli_args *args)
{
	struct proc_erase_result r;
	uint64_t n = 0;
	enum cli_exit status;

	if (!read_number(args, &n))
		return CLI_USAGE;
	status = open_instance(args, in);
	if (status == CLI_DONE)
		status = cli_says(proc_erase_grant(in, n, print_kept, NULL, &r),
			&in->why);
	if (status == CLI_DONE)
		print_done(&r);
	return status;
}

static enum cli_exit
deny(struct instance *in, const struct cli_args *args)
{
	uint64_t n = 0;
	enum cli_exit status;

	if (!read_number(args, &n))
		return CLI_USAGE;
	status = open_instance(args, in);
	if (status == CLI_DONE)
		status = cli_says(proc_erase_deny(in, n), &in->why);
	if (status == CLI_DONE)
		printf("erasure %" PRIu64 " denied\n", n);
	return status;
}

/* ---- the list ---- */

static void
put_json(const struct proc_erase_item *item, const char *at, struct buf *to)
{
	char day[DAY_TEXT] = "";

	buf_printf(to,
		"{\"erasure\":%" PRIu64 ",\"state\":\"%s\",\"scope\":\"%s\","
		"\"of\":",
		item->row.n,
		proc_erase_state_text((enum proc_erase_state)item->row.state),
		proc_erase_scope_text(item->order.scope));
	buf_json(to, span_text(item->order.what));
	buf_printf(to, ",\"ground\":\"%s\",\"basis\":",
		proc_erase_ground_text(item->order.ground));
	buf_json(to, span_text(item->order.basis));
	if (item->order.record_ended != DAY_NONE)
		day_text(item->order.record_ended, day);
	buf_printf(to,
		",\"record_ended\":%s%s%s,\"asked_at\":\"%s\",\"asked\":%" PRIu64
		",\"asked_by\":\"",
		day[0] == '\0' ? "" : "\"", day[0] == '\0' ? "null" : day,
		day[0] == '\0' ? "" : "\"", at, item->row.asked);
	code_hex(to, span_of(item->asker, sizeof(item->asker)));
	buf_text(to, "\",\"answered\":");
	if (item->row.answered == STORE_NO_ENTRY)
		buf_text(to, "null}\n");
	else
		buf_printf(to, "%" PRIu64 "}\n", item->row.answered);
}

static enum err
print_item(void *context, const struct proc_erase_item *item)
{
	const bool *json = context;
	char at[DAY_TIME_TEXT];
	OWNED_BUF(line, 1 << 14);

	day_time_text(item->asked_at, at);
	if (*json) {
		put_json(item, at, &line);
		return buf_error(&line) == ERR_OK
			       ? cli_out(NULL, buf_span(&line))
			       : buf_error(&line);
	}
	printf("%" PRIu64 " %s, asked %s (entry %" PRIu64 "): %s ", item->row.n,
		proc_erase_state_text((enum proc_erase_state)item->row.state),
		at, item->row.asked, proc_erase_scope_text(item->order.scope));
	cli_line(stdout, span_text(item->order.what));
	printf("\n    %s: ", proc_erase_ground_text(item->order.ground));
	cli_line(stdout, span_text(item->order.basis));
	printf("\n");
	return ERR_OK;
}

static enum cli_exit
list(struct instance *in, const struct cli_args *args)
{
	bool json = cli_on(args, "json");
	enum cli_exit status = open_instance(args, in);

	if (status == CLI_DONE)
		status = cli_says(
			proc_erase_list(in, print_item, &json), &in->why);
	return status;
}

static enum cli_exit
run_erase(const struct cli_args *args)
{
	static const struct cli_word words[] = {{"ask", ask}, {"grant", grant},
		{"deny", deny}, {"list", list}, {NULL, NULL}};

	return cli_run_word(
		args, words, "ledger erase ask, grant, deny or list");
}

const struct cli_verb cli_verbs_erase[] = {
	{"ledger erase", "ask|grant|deny|list [N]",
		"Destroy the keys of what is kept of requests",
		"One asks, another grants, one of the two is counsel.  The "
		"public ledger stays as it\nis.  What is open, held to be "
		"preserved, delayed, or in an account that must be kept is\n"
		"not erased: it is told, and why.",
		{{"request", "ID", "ask: one request", false},
			{"batch", "N", "ask: the requests of a batch", false},
			{"person", "ID", "ask: those that confirmed them",
				false},
			{"received-before", "DAY", "ask: all older requests",
				false},
			{"ground", "WORD", "ask: retention, court, amendment",
				false},
			{"basis", "TEXT", "ask: which schedule, which order",
				false},
			{"record-ended", "DAY",
				"ask: when the persons' records were destroyed",
				false},
			{"json", NULL, "list: JSON Lines", false},
			{"today", "DAY", "in a sandbox: on that day", false},
			{"key", "K", "who does it", false}},
		1, 2, true, run_erase},
	{0},
};
