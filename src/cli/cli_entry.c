/* SPDX-License-Identifier: Apache-2.0 */
/* ledger kinds: what the custodian's sealed records say of the entries. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_entry.h"

static void
print_kinds(const uint64_t count[PROC_KINDS], bool json)
{
	const char *before = "{";

	for (unsigned kind = 0; kind < PROC_KINDS; kind++) {
		enum ledger_type type = (enum ledger_type)kind;

		if (count[kind] == 0)
			continue;
		if (json)
			printf("%s\"%s\":%" PRIu64, before,
				ledger_type_text(type), count[kind]);
		else
			printf("%8" PRIu64 "  %-10s %s\n", count[kind],
				ledger_type_text(type),
				ledger_type_meaning(type));
		before = ",";
	}
	if (json)
		printf("%s}\n", before[0] == '{' ? "{" : "");
}

static enum cli_exit
run_kinds(const struct cli_args *args)
{
	static struct instance in;
	static uint64_t count[PROC_KINDS];
	enum cli_exit status;
	uint64_t from = 0;

	if (cli_on(args, "from") &&
		!cli_number("--from", cli_value(args, "from"), LEDGER_SIZE_MAX,
			&from))
		return CLI_USAGE;
	status = cli_open_ledger(args, &in);
	if (status == CLI_DONE)
		status = cli_says(proc_entry_kinds(&in, from, count), &in.why);
	if (status == CLI_DONE)
		print_kinds(count, cli_on(args, "json"));
	instance_close(&in);
	return status;
}

const struct cli_verb cli_verbs_entry[] = {
	{"ledger kinds", "",
		"Count the entries of each kind, for the custodian",
		"No public byte tells what an entry is; the sealed records do. "
		" Asking is an entry.",
		{{"from", "INDEX", "the first entry that counts (0)", false},
			{"key", "FILE", "who asks (the sandbox's operator)",
				false},
			{"json", NULL, "one JSON object", false}},
		0, 0, true, run_kinds},
	{0},
};
