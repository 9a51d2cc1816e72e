/* SPDX-License-Identifier: Apache-2.0 */
/* ledger policy load, policy show, cosign, stamp: who watches this ledger. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/day.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "crypto/crypto.h"
#include "proc/proc_cosign.h"
#include "proc/proc_ledger.h"

/* ---- asking ---- */

static enum cli_exit
open_all(const struct cli_args *args, struct instance *in)
{
	int32_t clock = DAY_NONE;

	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &clock))
		return CLI_USAGE;
	return cli_says(instance_open(args->instance,
				INSTANCE_LEDGER | INSTANCE_COURIER,
				cli_value(args, "key"), clock, in),
		&in->why);
}

static void
print_round(const struct proc_cosign_result *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct proc_cosign_witness *w = &r->witness[i];

		printf("%c ", w->cosigned ? ' ' : '!');
		cli_line(stdout, span_text(w->name));
		if (w->cosigned)
			printf("  cosigned\n");
		else if (!w->asked)
			printf("  the policy has no URL for it\n");
		else {
			printf("  ");
			cli_line(stdout, span_text(w->text));
			printf("\n");
		}
	}
	printf("%" PRIu64 " entries: %s\n", r->size,
		r->quorum ? "a quorum cosigned them" : "no quorum");
}

static enum cli_exit
run_cosign(const struct cli_args *args)
{
	static struct instance in;
	static struct proc_cosign_result r;
	enum cli_exit status = open_all(args, &in);

	if (status == CLI_DONE)
		status = cli_says(instance_lock_in(&in), &in.why);
	if (status == CLI_DONE)
		status = cli_says(proc_cosign_by_hand(&in, &r), &in.why);
	if (r.size > 0)
		print_round(&r);
	instance_close(&in);
	return status == CLI_DONE && !r.quorum ? CLI_NO : status;
}

static enum cli_exit
run_stamp(const struct cli_args *args)
{
	static struct instance in;
	char when[DAY_TIME_TEXT];
	uint64_t size = 0;
	int64_t at = 0;
	enum cli_exit status = open_all(args, &in);

	if (status == CLI_DONE)
		status = cli_says(instance_lock_in(&in), &in.why);
	if (status == CLI_DONE)
		status = cli_says(
			proc_cosign_stamp_by_hand(&in, &size, &at), &in.why);
	if (status == CLI_DONE) {
		day_time_text(at, when);
		printf("%" PRIu64 " entries: a timestamp of %s, in "
		       "ledger/timestamp/%" PRIu64 ".tsr\n",
			size, when, size);
	}
	instance_close(&in);
	return status;
}

/* ---- the policy ---- */

static enum cli_exit
run_load(const struct cli_args *args)
{
	static struct instance in;
	enum cli_exit status = open_all(args, &in);

	if (status == CLI_DONE)
		status =
			cli_says(proc_policy_load(&in, args->word[0]), &in.why);
	if (status == CLI_DONE)
		printf("%zu witnesses; without a quorum%s for %" PRId64
		       " seconds nothing new is decided\n",
			in.policy->policy->n_witnesses,
			in.policy->settings.timestamp_url[0] == '\0'
				? ""
				: " or a timestamp",
			in.policy->settings.stale_after);
	instance_close(&in);
	return status;
}

static enum cli_exit
run_show(const struct cli_args *args)
{
	OWNED_BUF(text, LEDGER_POLICY_MAX);
	OWNED_BUF(settings, LEDGER_SETTINGS_MAX);
	struct proc_ledger l = PROC_LEDGER_NONE;
	struct why why = {""};
	enum err e = crypto_init();

	if (e == ERR_OK)
		e = proc_ledger_in(args->instance, &l, &why);
	if (e == ERR_OK)
		e = proc_ledger_policy(&l, &text, &settings, &why);
	if (e == ERR_OK)
		e = cli_out(NULL, buf_span(&text));
	if (e == ERR_OK && settings.n > 0) {
		printf("\n# settings\n");
		e = cli_out(NULL, buf_span(&settings));
	}
	proc_ledger_close(&l);
	return cli_says(e, &why);
}

/* clang-format off: one row a line */
#define KEY_OPTION                                                             \
	{                                                                      \
		"key", "FILE.key", "who does this", false                      \
	}
#define TODAY_OPTION                                                           \
	{                                                                      \
		"today", "DAY", "in a sandbox: on that day", false             \
	}
/* clang-format on */

const struct cli_verb cli_verbs_policy[] = {
	{"ledger policy load", "FILE",
		"Say whose signatures this ledger must have",
		"A c2sp.org/tlog-policy file.  FILE.settings beside it may "
		"say `stale-after SECONDS`\n(14400), `timestamp-url URL` and "
		"`timestamp-certificate FILE.pem`.  Both become\npublic.  From "
		"then on each checkpoint is brought to the witnesses, and "
		"without a\nquorum or timestamp for so long nothing new is "
		"decided.  An administrator does this.",
		{KEY_OPTION, TODAY_OPTION}, 1, 1, true, run_load},
	{"ledger policy show", "", "Print the policy that is loaded", "", {{0}},
		0, 0, true, run_show},
	{"ledger cosign", "", "Bring the checkpoint to the witnesses now",
		"Says of each what came of it.  Exit status 1: no quorum.  "
		"Every verb that publishes\ndoes the same in passing.",
		{KEY_OPTION, TODAY_OPTION}, 0, 0, true, run_cosign},
	{"ledger stamp", "", "Have the checkpoint timestamped (RFC 3161)",
		"By the authority that the policy's settings name.  The "
		"timestamp and the bytes that\nit is over are kept in "
		"ledger/timestamp; `openssl ts -verify` checks them, too.",
		{KEY_OPTION, TODAY_OPTION}, 0, 0, true, run_stamp},
	{0},
};
