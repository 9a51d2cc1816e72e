/* SPDX-License-Identifier: Apache-2.0 */
/* backup, restore. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "proc/proc_backup.h"

static enum cli_exit
run_backup(const struct cli_args *args)
{
	struct proc_backup_options o = {.path = args->instance,
		.key = cli_value(args, "key"),
		.file = args->word[0],
		.keys = cli_value(args, "keys"),
		.without_keys = cli_on(args, "without-keys"),
		.with_roll = cli_on(args, "with-roll")};
	struct proc_backup_result r = {.files = 0};
	struct why why = {""};
	enum cli_exit status;

	if (o.without_keys && o.keys != NULL) {
		cli_error("--keys or --without-keys, not both");
		return CLI_USAGE;
	}
	status = cli_says(proc_backup(&o, &r, &why), &why);
	if (status != CLI_DONE)
		return status;
	printf("%s: %" PRIu64 " files, %.1f MB, %" PRIu64 " entries\n", r.file,
		r.files, (double)r.bytes / 1e6, r.entries);
	if (r.without_roll)
		printf("the roll is not in it: load it again, or --with-roll\n");
	if (o.without_keys)
		printf("no key is in it: without a back-up of those it opens "
		       "nothing\n");
	return CLI_DONE;
}

static enum cli_exit
run_restore(const struct cli_args *args)
{
	struct proc_restore_options o = {.file = args->word[0],
		.path = args->word[1],
		.keys = cli_value(args, "keys"),
		.signer = cli_value(args, "signer")};
	struct proc_restore_result r = {.files = 0};
	struct why why = {""};
	enum cli_exit status = cli_says(proc_restore(&o, &r, &why), &why);

	if (status != CLI_DONE)
		return status;
	printf("%s: %" PRIu64 " files as they were at %s\nsigned by %s\n",
		o.path, r.files, r.made, r.signer);
	if (!r.has_keys)
		printf("its keys are not in it: restore them with --keys, or "
		       "put them into secret/ and keeper/\n");
	if (!r.has_roll)
		printf("its roll is not in it: weir roll load, after recover\n");
	printf("\nNext: its redo log in place of %s/redo, where that "
	       "survived, then\n  weir -C %s recover\n",
		o.path, o.path);
	return CLI_DONE;
}

const struct cli_verb cli_verbs_backup[] = {
	{"backup", "FILE|FOLDER", "All of an instance in one file",
		"A tar in zstd with a signed manifest, made while verbs run: "
		"they wait while store\nand ledger are copied.  The roll stays "
		"out unless it is asked for: it is made\nagain from its export.",
		{{"keys", "FILE", "the keys apart, in this file", false},
			{"without-keys", NULL, "no keys at all", false},
			{"with-roll", NULL, "the roll too", false},
			{"key", "K",
				"the operator or an administrator: FILE.key, "
				"with FILE.crt beside",
				false}},
		1, 1, true, run_backup},
	{"restore", "FILE DIR", "An instance out of a back-up",
		"Every byte is compared with the signed manifest before DIR "
		"gets its name; nothing\nis written over.  Then `weir recover` "
		"brings it to the end of its redo log, and\nnothing may leave "
		"before.",
		{{"keys", "FILE", "the keys, where they were kept apart",
			 false},
			{"signer", "FILE.crt",
				"who must have signed it (else its own key)",
				false}},
		2, 2, false, run_restore},
	{0},
};
