/* SPDX-License-Identifier: Apache-2.0 */
/* init, sandbox, roll, recover, version. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "base/code.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "crypto/crypto.h"
#include "proc/proc_instance.h"
#include "proc/proc_people.h"
#include "proc/proc_prover.h"
#include "proc/proc_recover.h"
#include "proc/proc_roll.h"
#include "proc/proc_sandbox.h"

static enum cli_exit
run_version(const struct cli_args *args)
{
	(void)args;
	if (crypto_init() != ERR_OK)
		return CLI_FAILURE;
	printf("weir " WEIR_VERSION "\n%s\n%s\n", crypto_version(),
		proc_sandbox_text());
	return CLI_DONE;
}

static enum cli_exit
init_shadow(const struct cli_args *args, const char *prover)
{
	const char *dir = args->word[0];
	struct why why = {""};
	enum err e;

	if (cli_on(args, "sandbox") || cli_on(args, "ledger-key") ||
		cli_on(args, "next-key")) {
		cli_error("--shadow goes with no other option but --zone");
		return CLI_USAGE;
	}
	e = instance_init_shadow(dir, prover, cli_value(args, "zone"), &why);
	if (e != ERR_OK)
		return cli_says(e, &why);
	printf("%s: a new shadow, from which nothing can leave\n\n"
	       "Next:\n"
	       "  weir -C %s roll load ROLL.csv\n"
	       "  weir -C %s shadow try OLD.csv --sent SENT.csv --today "
	       "DATE\n"
	       "  weir -C %s report shadow\n",
		dir, dir, dir, dir);
	return CLI_DONE;
}

static enum cli_exit
run_init(const struct cli_args *args)
{
	bool sandbox = cli_on(args, "sandbox");
	bool shadow = cli_on(args, "shadow");
	const char *dir = args->word[0];
	char prover[PATH_MAX] = "";
	uint8_t next[CRYPTO_SHA256];
	const struct instance_keys keys = {
		.ledger_key = cli_value(args, "ledger-key"),
		.next = cli_on(args, "next-key") ? next : NULL,
		.zone = cli_value(args, "zone")};
	struct why why = {""};
	enum err e;

	if (cli_on(args, "next-key") &&
		!code_hex_parse(span_text(cli_value(args, "next-key")), next,
			sizeof(next))) {
		cli_error("--next-key is the hash of a key, 64 hex digits");
		return CLI_USAGE;
	}
	if ((sandbox || shadow) && !proc_prover_path(prover, sizeof(prover))) {
		cli_error("where weir-prove stands cannot be told");
		return CLI_FAILURE;
	}
	if (shadow)
		return init_shadow(args, prover);
	e = instance_init_by(dir, sandbox, prover, &keys, &why);

	if (e != ERR_OK)
		return cli_says(e, &why);
	printf("%s: a new %s\n\n", dir, sandbox ? "sandbox" : "instance");
	if (sandbox)
		printf("Next:\n"
		       "  weir -C %s sandbox enroll REQUESTS.jsonl\n"
		       "  weir -C %s roll load ROLL.csv\n"
		       "  weir -C %s batch submit REQUESTS.jsonl --manifest "
		       "manifest.json\n",
			dir, dir, dir);
	else
		printf("Next: roles, certifiers, recipients and officers\n"
		       "  weir -C %s register role add --help\n",
			dir);
	return CLI_DONE;
}

static enum cli_exit
run_enroll(const struct cli_args *args)
{
	struct why why = {""};
	uint64_t n_new = 0;
	uint64_t n_known = 0;
	enum err e = proc_people_enroll(
		args->instance, args->word[0], &n_new, &n_known, &why);

	if (e != ERR_OK)
		return cli_says(e, &why);
	printf("%" PRIu64 " officers enrolled, %" PRIu64
	       " were on the register\n",
		n_new, n_known);
	return CLI_DONE;
}

static enum cli_exit
run_roll_load(const struct cli_args *args)
{
	struct proc_roll_result r = {0};
	struct why why = {""};
	enum err e = proc_roll_load(args->instance, args->word, args->n_words,
		cli_on(args, "delta"), cli_value(args, "key"), &r, &why);
	OWNED_BUF(hex, 65);

	if (e != ERR_OK)
		return cli_says(e, &why);
	code_hex(&hex, span_of(r.hash, 32));
	printf("%" PRIu64 " rows, %" PRIu32 " people, %.2f s%s\n"
	       "roll %.*s\n",
		r.stats.n_rows, r.stats.n_people, (double)r.ns / 1e9,
		r.stats.sorted_first
			? " (a person's rows were not adjacent: sorted first)"
			: "",
		(int)hex.n, (const char *)hex.at);
	return CLI_DONE;
}

static void
print_info(const struct roll_info *is, const char *at, const char *hash)
{
	printf("roll       %s\n"
	       "loaded     %s\n"
	       "people     %" PRIu32 "\n"
	       "identities %" PRIu32 "\n"
	       "spans      %" PRIu32 "\n"
	       "addresses  %" PRIu32 "\n"
	       "rows       %" PRIu64 "\n"
	       "years      %u to %u\n"
	       "bytes      %" PRIu64 " (%.1f a person)\n"
	       "version    %" PRIu32 ", address rules %08" PRIx32 "\n%s",
		hash, at, is->n_people, is->n_identities, is->n_spans,
		is->n_addresses, is->n_rows, is->first_year, is->last_year,
		is->index_bytes, (double)is->index_bytes / is->n_people,
		is->version, is->tables,
		is->sorted_first ? "a person's rows were not adjacent: sorted "
				   "first\n"
				 : "");
	if (is->n_delta > 0)
		printf("a delta of %" PRIu32 " people, %" PRIu32
		       " of them on the roll below\n",
			is->n_delta, is->n_replaced);
}

static void
print_info_json(const struct roll_info *is, const char *at, const char *hash)
{
	printf("{\"roll\":\"%s\",\"loaded\":\"%s\",\"people\":%" PRIu32
	       ",\"identities\":%" PRIu32 ",\"spans\":%" PRIu32
	       ",\"addresses\":%" PRIu32 ",\"rows\":%" PRIu64
	       ",\"first_year\":%u,\"last_year\":%u,\"bytes\":%" PRIu64
	       ",\"sorted_first\":%s,\"delta_people\":%" PRIu32
	       ",\"version\":%" PRIu32 ",\"tables\":\"%08" PRIx32 "\"}\n",
		hash, at, is->n_people, is->n_identities, is->n_spans,
		is->n_addresses, is->n_rows, is->first_year, is->last_year,
		is->index_bytes, is->sorted_first ? "true" : "false",
		is->n_delta, is->version, is->tables);
}

static enum cli_exit
run_roll_info(const struct cli_args *args)
{
	struct roll_info is;
	struct why why = {""};
	char at[DAY_TIME_TEXT];
	char hash[2 * ROLL_HASH + 1];
	OWNED_BUF(hex, 2 * ROLL_HASH + 1);
	int64_t loaded = 0;
	enum err e = crypto_init();

	if (e == ERR_OK)
		e = proc_roll_info(args->instance, cli_on(args, "check"), &is,
			&loaded, &why);
	if (e != ERR_OK)
		return cli_says(e, &why);
	day_time_text(loaded, at);
	code_hex(&hex, span_of(is.hash, sizeof(is.hash)));
	(void)span_copy(buf_span(&hex), hash, sizeof(hash));
	if (cli_on(args, "json"))
		print_info_json(&is, at, hash);
	else
		print_info(&is, at, hash);
	return CLI_DONE;
}

static enum cli_exit
run_recover(const struct cli_args *args)
{
	static struct instance in;
	struct proc_recover_result r = {0};
	enum err e = instance_open(args->instance,
		INSTANCE_LEDGER | INSTANCE_RECOVER, cli_value(args, "key"),
		DAY_NONE, &in);
	enum cli_exit status;

	if (e == ERR_OK)
		e = proc_recover(&in, &r);
	status = cli_says(e, &in.why);
	if (status == CLI_DONE && r.changes == 0)
		printf("nothing to recover: store and ledger agree, %" PRIu64
		       " entries\n",
			r.entries);
	else if (status == CLI_DONE)
		printf("%" PRIu64 " changes were made again; store and ledger "
		       "agree, %" PRIu64 " entries\n",
			r.changes, r.entries);
	if (status == CLI_DONE && r.counters > 0)
		printf("%" PRIu64 " counters of tags were made anew from the "
		       "entries\n",
			r.counters);
	instance_close(&in);
	return status;
}

const struct cli_verb cli_verbs_instance[] = {
	{"init", "DIR", "Make an instance",
		"--sandbox also makes test people (below DIR/sandbox), their "
		"registers and the\nshipped agreement, so that a batch can be "
		"submitted at once.",
		{{"sandbox", NULL, "a sandbox: the word is in all it makes",
			 false},
			{"shadow", NULL,
				"for old batches: nothing can leave it "
				"(docs/SHADOW.md)",
				false},
			{"ledger-key", "FILE",
				"the ledger's key, made elsewhere; it names the "
				"ledger",
				false},
			{"next-key", "HASH",
				"of the ledger's next key (else keeper/next is "
				"made)",
				false},
			{"zone", "NAME",
				"whose days it counts by, for good, such as "
				"America/New_York (else UTC)",
				false}},
		1, 1, false, run_init},
	{"sandbox enroll", "FILE", "Enrol the officers that a file names",
		"Their keys come to DIR/sandbox/officers/ID.{key,crt}.", {{0}},
		1, 1, true, run_enroll},
	{"roll load", "FILE...|-", "Build another roll and switch to it",
		"The roll that serves goes on serving until the new one is "
		"whole.  A FILE, or\nstandard input (-), is CSV, or gzip or zstd "
		"of it: its first bytes tell.  With "
		"--delta, FILE holds what changed: a row\ntakes the place of "
		"that person's row of that year, all else stays, and nothing\n"
		"is built again.",
		{{"delta", NULL, "what changed of the roll that serves", false},
			{"key", "K", "who loads it (the sandbox's operator)",
				false}},
		1, CLI_WORDS, true, run_roll_load},
	{"roll info", "", "What is in the roll that serves",
		"Counts, years, bytes and hash, from the header of its index.",
		{{"check", NULL, "read all of it: checksums and hash", false},
			{"json", NULL, "one line of JSON", false}},
		0, 0, true, run_roll_info},
	{"recover", "", "Bring a store that was put back to where it was",
		"A store from a back-up lacks what happened since. The redo "
		"log (DIR/redo) has\neach change; they are made again, every "
		"entry is compared with the ledger, and\nonly then may "
		"anything leave.",
		{{"key", "K", "who does it (the sandbox's operator)", false}},
		0, 0, true, run_recover},
	{"version", "", "Versions of the program and what it stands on", "",
		{{0}}, 0, 0, false, run_version},
	{0},
};
