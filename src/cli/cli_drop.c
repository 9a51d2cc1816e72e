/* SPDX-License-Identifier: Apache-2.0 */
/* drop: one round over the folders of agencies that only do batches. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_drop.h"

static void
print_item(void *context, const struct proc_drop_item *item)
{
	uint64_t *later = context;

	printf("%-9s %s %s", proc_drop_text(item->what), item->agency,
		item->name);
	if (item->batch != 0)
		printf(": batch %" PRIu32, item->batch);
	if (item->what == DROP_PACKAGES)
		printf(", %" PRIu64, item->n);
	if (item->what == DROP_REFUSED || item->what == DROP_LATER) {
		(void)fputs(": ", stdout);
		cli_text(stdout, span_text(item->says));
	}
	*later += item->what == DROP_LATER;
	(void)fputc('\n', stdout);
}

static enum cli_exit
run_drop(const struct cli_args *args)
{
	uint64_t later = 0;
	struct why why = {""};
	struct proc_drop_options o = {
		.path = args->instance,
		.key = cli_value(args, "key"),
		.today = DAY_NONE,
		.tell = print_item,
		.context = &later,
	};
	enum cli_exit status;

	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &o.today))
		return CLI_USAGE;
	status = cli_says(proc_drop_round(&o, &why), &why);
	return status == CLI_DONE && later > 0 ? CLI_NO : status;
}

const struct cli_verb cli_verbs_drop[] = {
	{"drop", "", "Take in and put out what agencies exchange by folders",
		"One round, for a timer: takes every NAME in DIR/drop/AGENCY/in "
		"that has its\nNAME.done, and puts replies, and packages once "
		"they are released, to out.  Exit 1:\nsomething could not be "
		"taken now, and the next round tries again.",
		{{"key", "K", "who does it (the sandbox's operator)", false},
			{"today", "DATE", "the day played; sandbox only",
				false}},
		0, 0, true, run_drop},
	{0},
};
