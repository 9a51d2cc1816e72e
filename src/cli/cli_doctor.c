/* SPDX-License-Identifier: Apache-2.0 */
/* doctor: what is wrong with an installation. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_doctor.h"

enum { LINES_MAX = 1 << 20, LINE_MAX = 4096 };

/* One list a level, so that they are printed in groups. */
struct printing {
	bool json;
	struct buf lines[DOCTOR_N];
};

static const char *const levels[DOCTOR_N] = {"fine", "look", "wrong"};

static enum err
print_json(const struct doctor_finding *f)
{
	OWNED_BUF(line, LINE_MAX);

	buf_printf(&line, "{\"level\":\"%s\",\"check\":\"%s\",\"text\":",
		levels[f->level], f->check);
	buf_json(&line, span_text(f->text));
	buf_text(&line, ",\"todo\":");
	buf_json(&line, span_text(f->todo));
	buf_text(&line, "}\n");
	return buf_error(&line) == ERR_OK ? cli_out(NULL, buf_span(&line))
					  : buf_error(&line);
}

static enum err
keep(void *context, const struct doctor_finding *f)
{
	struct printing *p = context;
	struct buf *to = &p->lines[f->level];

	if (p->json)
		return print_json(f);
	buf_printf(to, "  %-10s %s%s%s\n", f->check, f->text,
		f->todo[0] == '\0' ? "" : "; ", f->todo);
	return buf_error(to);
}

static void
print_groups(const struct printing *p)
{
	static const char *const heads[DOCTOR_N] = {
		"Fine", "Worth a look", "Wrong"};

	for (int level = 0; level < DOCTOR_N; level++) {
		struct span left = buf_span(&p->lines[level]);

		if (left.n == 0)
			continue;
		printf("%s%s:\n", level == 0 ? "" : "\n", heads[level]);
		cli_text(stdout, left);
	}
}

static enum cli_exit
run_doctor(const struct cli_args *args)
{
	struct printing p = {.json = cli_on(args, "json")};
	struct proc_doctor_options o = {.path = args->instance,
		.key = cli_value(args, "key"),
		.clock = DAY_NONE,
		.deep = cli_on(args, "deep")};
	struct proc_doctor_result r = {0};
	struct why why = {""};
	enum cli_exit status;

	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &o.clock))
		return CLI_USAGE;
	for (int level = 0; level < DOCTOR_N; level++)
		buf_init(&p.lines[level], LINES_MAX);
	status = cli_says(proc_doctor(&o, keep, &p, &r, &why), &why);
	if (!p.json)
		print_groups(&p);
	if (status == CLI_DONE && !p.json)
		printf("\nfine %" PRIu64 ", worth a look %" PRIu64
		       ", wrong %" PRIu64 "\n",
			r.n[DOCTOR_FINE], r.n[DOCTOR_LOOK], r.n[DOCTOR_WRONG]);
	for (int level = 0; level < DOCTOR_N; level++)
		buf_fini(&p.lines[level]);
	return status == CLI_DONE && r.n[DOCTOR_WRONG] > 0 ? CLI_NO : status;
}

const struct cli_verb cli_verbs_doctor[] = {
	{"doctor", "", "What is wrong with an installation, and what to do",
		"Looks at files, disk, keys, ledger, store, law, roll, roles, "
		"witnesses, log, kernel\nand clock, and changes nothing.  With "
		"somebody who may see what the office has\nopen it also tells "
		"what is overdue.\nExit status 1: something is wrong.",
		{{"deep", NULL, "read the whole ledger and roll", false},
			{"json", NULL, "a line of JSON each", false},
			{"today", "DAY", "in a sandbox: on that day", false},
			{"key", "K",
				"who looks: FILE.key, with FILE.crt beside",
				false}},
		0, 0, true, run_doctor},
	{0},
};
