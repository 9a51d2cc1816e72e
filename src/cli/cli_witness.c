/* SPDX-License-Identifier: Apache-2.0 */
/* witness init, add-log, serve: who watches that logs only grow. */
#include <stdio.h>

#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "crypto/crypto.h"
#include "proc/proc_ledger.h"
#include "proc/proc_witness.h"
#include "witness/witness.h"

static enum cli_exit
run_init(const struct cli_args *args)
{
	const char *dir = args->word[0];
	uint8_t seed[CRYPTO_ED_SEED];
	struct why why = {""};
	enum err e = crypto_init();

	if (e == ERR_OK)
		e = crypto_random(seed, sizeof(seed));
	if (e == ERR_OK)
		e = witness_create(dir, cli_value(args, "name"), seed, &why);
	explicit_bzero(seed, sizeof(seed));
	if (e != ERR_OK)
		return cli_says(e, &why);
	printf("%s: a new witness; its key, for policies: %s/witness.vkey\n\n"
	       "Next:\n"
	       "  weir witness add-log %s VKEY\n"
	       "  weir witness serve %s --listen 127.0.0.1:8080\n",
		dir, dir, dir, dir);
	return CLI_DONE;
}

static enum cli_exit
run_add_log(const struct cli_args *args)
{
	struct ledger_vkey key;
	struct why why = {""};
	OWNED_BUF(keys, LEDGER_KEYS_FILE_MAX);
	enum err e = crypto_init();
	enum cli_exit status = cli_on(args, "keys")
				       ? cli_get(cli_value(args, "keys"), &keys)
				       : CLI_DONE;

	if (status != CLI_DONE)
		return status;
	if (e == ERR_OK)
		e = proc_ledger_vkey(args->word[1], &key, &why);
	if (e == ERR_OK)
		e = witness_add_log(args->word[0], &key, buf_span(&keys), &why);
	if (e == ERR_OK)
		printf("%s is known\n", key.name);
	return cli_says(e, &why);
}

static enum cli_exit
run_serve(const struct cli_args *args)
{
	struct why why = {""};

	return cli_says(
		proc_witness_serve(args->word[0], cli_value(args, "listen"),
			cli_tell_ready, NULL, &why),
		&why);
}

const struct cli_verb cli_verbs_witness[] = {
	{"witness init", "DIR", "Make a witness: a key and an empty folder",
		"A witness cosigns checkpoints of the logs it knows, and of "
		"each log one history only.\nThis needs no instance.  NAME is "
		"a host and a path, without a scheme.",
		{{"name", "NAME", "the witness's name, in its key", true}}, 1,
		1, false, run_init},
	{"witness add-log", "DIR VKEY", "Let a witness know a log",
		"VKEY is the log's verifier key, or a file that holds it "
		"(ledger.vkey).  A server\nthat runs knows it at once.  "
		"Where the log's key was changed, --keys is its public "
		"file\n`keys`: each key in it is shown to follow from the one "
		"before.",
		{{"keys", "FILE", "all keys that the log has had", false}}, 2,
		2, false, run_add_log},
	{"witness serve", "DIR", "Cosign what is brought, until SIGTERM",
		"c2sp.org/tlog-witness: POST /add-checkpoint, and GET "
		"/HEX/checkpoint with HEX the\nSHA-256 of a log's origin.  "
		"Port 0 takes a free one; the first line tells it.",
		{{"listen", "ADDRESS:PORT", "127.0.0.1:8080, [::1]:8080",
			true}},
		1, 1, false, run_serve},
	{0},
};
