/* SPDX-License-Identifier: Apache-2.0 */
/* shadow: an office tries old batches, and nothing leaves. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_shadow.h"

/* What was sent, where its columns have our names. */
static const char sent_columns[] = "request=requestID,address=address";

struct columns {
	struct proc_shadow_columns batch;
	struct proc_shadow_columns sent;
};

static bool
read_columns(const struct cli_args *args, struct columns *to)
{
	const char *batch = cli_value(args, "fields");
	const char *sent = cli_value(args, "sent-fields");
	struct why why = {""};

	if (sent != NULL && !cli_on(args, "sent")) {
		cli_error("--sent-fields goes with --sent");
		return false;
	}
	if (batch != NULL && proc_shadow_batch_columns(span_text(batch),
				     &to->batch, &why) != ERR_OK) {
		cli_error("--fields: %s", why.text);
		return false;
	}
	if (proc_shadow_sent_columns(
		    span_text(sent == NULL ? sent_columns : sent), &to->sent,
		    &why) != ERR_OK) {
		cli_error("--sent-fields: %s", why.text);
		return false;
	}
	return true;
}

static void
print_result(const struct cli_args *args, const struct proc_shadow_result *r)
{
	printf("batch %" PRIu32 "%s: %" PRIu64 " lines, nothing left\n",
		r->batch, r->again ? ", tried before" : "", r->lines);
	if (r->officers > 0)
		printf("%" PRIu64
		       " officers named in it are taken for registered\n",
			r->officers);
	if (cli_on(args, "sent")) {
		printf("sent then: %" PRIu64 " rows, %" PRIu64
		       " lines got an address",
			r->rows, r->left);
		if (r->elsewhere > 0)
			printf(", %" PRIu64
			       " of them to somebody else than the officer "
			       "named",
				r->elsewhere);
		printf("\n");
	}
	if (r->unknown + r->empty + r->twice > 0)
		printf("  of no line %" PRIu64 ", without an address %" PRIu64
		       ", of a line once more %" PRIu64 "\n",
			r->unknown, r->empty, r->twice);
	printf("\nNext:\n  weir -C %s report shadow\n", args->instance);
}

static enum cli_exit
run_try(const struct cli_args *args)
{
	static struct columns columns;
	struct proc_shadow_options o = {
		.path = args->instance,
		.file = args->word[0],
		.columns = cli_on(args, "fields") ? &columns.batch : NULL,
		.sent = cli_value(args, "sent"),
		.sent_columns = &columns.sent,
		.today = DAY_NONE,
		.progress = cli_progress,
	};
	struct proc_shadow_result r;
	struct why why = {""};
	enum cli_exit status;
	enum err e;

	if (!read_columns(args, &columns))
		return CLI_USAGE;
	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &o.today))
		return CLI_USAGE;
	e = proc_shadow_try(&o, &r, &why);
	if (err_is_refusal(e) && r.code[0] != '\0') {
		cli_error("%s: %s", r.code, why.text);
		return CLI_NO;
	}
	status = cli_says(e, &why);
	if (status == CLI_DONE)
		print_result(args, &r);
	return status;
}

const struct cli_verb cli_verbs_shadow[] = {
	{"shadow try", "FILE", "Try an old batch in a shadow",
		"FILE is JSON Lines or CSV of requests, or with --fields a CSV "
		"with columns of\nother names: a column that is not named is "
		"left out, and what the old file does\nnot have stays unsaid.  "
		"It goes the way that every batch goes, and ends there.\n"
		"--sent says what left then, a row an address; it decides "
		"nothing and is compared\nby `weir report shadow`.  "
		"docs/SHADOW.md.",
		{{"fields", "OURS=THEIRS,...",
			 "PersonSurName=LAST,StateCode=ST,...", false},
			{"sent", "FILE.csv", "what was sent then", false},
			{"sent-fields", "OURS=THEIRS,...",
				"of request, address, recipient", false},
			{"today", "DATE", "the day it came in; else today's",
				false}},
		1, 1, true, run_try},
	{0},
};
