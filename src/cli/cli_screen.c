/* SPDX-License-Identifier: Apache-2.0 */
/* screen load, screen determine: 26 USC 6103(i)(6). */
#include <inttypes.h>
#include <stdio.h>

#include "base/day.h"
#include "base/num.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_screen.h"

/* The options of load; CLI_USAGE with a sentence. */
static enum cli_exit
read_load(const struct cli_args *args, struct proc_screen_load *load)
{
	const char *rows = cli_value(args, "rows");

	*load = (struct proc_screen_load){
		.file = args->word[0],
		.source = cli_value(args, "source"),
		.states_rows = rows != NULL,
	};
	if (!span_eq(span_text(load->source), SPAN("ci")) &&
		!span_eq(span_text(load->source), SPAN("exam"))) {
		cli_error("--source is ci or exam");
		return CLI_USAGE;
	}
	if (!day_parse(span_text(cli_value(args, "as-of")), &load->as_of)) {
		cli_error("--as-of is a day, YYYY-MM-DD");
		return CLI_USAGE;
	}
	if (rows != NULL &&
		!num_parse(span_text(rows), UINT32_MAX, &load->rows)) {
		cli_error("--rows is a number");
		return CLI_USAGE;
	}
	return CLI_DONE;
}

static void
print_woken(uint64_t n)
{
	if (n > 0)
		printf("%" PRIu64 " %s for reviewers\n", n,
			n == 1 ? "request waits" : "requests wait");
}

static enum cli_exit
run_load(const struct cli_args *args)
{
	struct proc_screen_load load;
	struct proc_screen_result r;
	struct why why = {""};
	enum cli_exit status = read_load(args, &load);

	if (status != CLI_DONE)
		return status;
	status = cli_says(proc_screen_load(args->instance, &load,
				  cli_value(args, "key"), &r, &why),
		&why);
	if (status != CLI_DONE)
		return status;
	printf("%" PRIu64 " rows of %s, as of %s: %" PRIu64 " new, %" PRIu64
	       " ended\n",
		r.rows, load.source, cli_value(args, "as-of"), r.added,
		r.ended);
	if (r.kept > 0)
		printf("%" PRIu64 " not on the list stay: determined to "
		       "identify or impair\n",
			r.kept);
	print_woken(r.woken);
	return CLI_DONE;
}

static enum cli_exit
run_determine(const struct cli_args *args)
{
	static struct instance in;
	uint64_t woken = 0;
	enum cli_exit status;
	enum err e = instance_open(args->instance, INSTANCE_LEDGER,
		cli_value(args, "key"), DAY_NONE, &in);

	if (e == ERR_OK)
		e = proc_screen_determine(&in, cli_value(args, "person"),
			cli_value(args, "ground"), cli_value(args, "finding"),
			&woken);
	status = cli_says(e, &in.why);
	if (status == CLI_DONE)
		print_woken(woken);
	instance_close(&in);
	return status;
}

const struct cli_verb cli_verbs_screen[] = {
	{"screen load", "FILE.csv",
		"the list of CI or Exam replaces the one before",
		"FILE has the header `person,ground` and a line for each "
		"person_id of the roll\nand ground: informant, exam or ci.  A "
		"flag withholds until it is determined.\nRows that are not on "
		"the list end, but those determined to identify or impair.\n"
		"Screener or counsel does this; the list is one signed entry.",
		{{"source", "ci|exam", "whose list", true},
			{"as-of", "DATE", "the day whose state it gives", true},
			{"rows", "N",
				"as the source states; a must where most old "
				"ones end",
				false},
			{"key", "FILE.key", "who does this", false}},
		1, 1, true, run_load},
	{"screen determine", "",
		"the custodian's determination of a flag (26 USC 6103(i)(6))",
		"FINDING: identify (it would identify a confidential "
		"informant), impair (it would\nseriously impair a civil or "
		"criminal tax investigation), clear (neither).  Only\nclear "
		"lets anything leave, also of a flag on the roll.  Screener or "
		"counsel.",
		{{"person", "ID", "person_id of the roll", true},
			{"ground", "WORD", "informant, exam or ci", true},
			{"finding", "FINDING", "what was determined", true},
			{"key", "FILE.key", "who does this", false}},
		0, 0, true, run_determine},
	{0},
};
