/* SPDX-License-Identifier: Apache-2.0 */
/* ledger key show, make, commit, rotate: who signs this ledger, and who next. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/day.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "crypto/crypto.h"
#include "crypto/crypto_pkcs11.h"
#include "ledger/keyfile.h"
#include "os/file.h"
#include "proc/proc_ledger.h"
#include "proc/proc_ledger_key.h"

enum { HASH = 32, TEXT_MAX = 1024, PATH_BYTES = 1280 };

static void
print_vkey(const char *before, const struct ledger_vkey *key, const char *tail)
{
	OWNED_BUF(text, TEXT_MAX);

	ledger_vkey_text(key, &text);
	printf("%s%.*s%s\n", before, (int)text.n, (const char *)text.at, tail);
}

static void
print_hash(const char *before, const uint8_t hash[HASH])
{
	OWNED_BUF(hex, 2 * HASH);

	code_hex(&hex, span_of(hash, HASH));
	printf("%s%.*s\n", before, (int)hex.n, (const char *)hex.at);
}

/* ---- show ---- */

static void
print_term(const struct ledger_keys_term *t)
{
	char until[128] = "";

	if (t->until != LEDGER_SIZE_MAX)
		(void)snprintf(until, sizeof(until),
			"  until %" PRIu64 " entries", t->until);
	if (t->worth < t->until)
		(void)snprintf(until, sizeof(until),
			"  until %" PRIu64
			" entries; compromised: past %" PRIu64
			" what it signed is worth nothing",
			t->until, t->worth);
	print_vkey("key   ", &t->vkey, until);
}

static enum cli_exit
run_show(const struct cli_args *args)
{
	struct proc_ledger l = PROC_LEDGER_NONE;
	struct why why = {""};
	enum err e = crypto_init();

	if (e == ERR_OK)
		e = proc_ledger_in(args->instance, &l, &why);
	if (e != ERR_OK)
		return cli_says(e, &why);
	for (size_t i = 0; i < l.chain->keys.n; i++)
		print_term(&l.chain->keys.term[i]);
	if (l.chain->keys.has_next)
		print_hash("next  ", l.chain->keys.next);
	else
		printf("next  none is committed to: `weir ledger key "
		       "commit`\n");
	proc_ledger_close(&l);
	return CLI_DONE;
}

/* ---- make ---- */

static enum err
write_secret(const char *file, struct span bytes)
{
	const char *slash = strrchr(file, '/');
	char folder[PATH_BYTES] = ".";
	OWNED_FD dir = -1;
	enum err e;

	if (slash != NULL &&
		!span_copy(span_of(file, (size_t)(slash - file) + 1), folder,
			sizeof(folder)))
		return ERR_TOO_LARGE;
	e = os_folder(AT_FDCWD, folder, false, &dir);
	return e == ERR_OK ? os_write(dir, slash == NULL ? file : slash + 1,
				     bytes, 0600)
			   : e;
}

/* A new one; or one that is in a module, which must be there already. */
static enum err
make_key(const struct cli_args *args, struct ledger_keyfile *key,
	struct why *why)
{
	const char *name = cli_value(args, "name");
	const char *uri = cli_value(args, "module");
	OWNED(crypto_module_key) held = NULL;
	uint8_t seed[CRYPTO_ED_SEED];
	enum err e;

	if (uri == NULL) {
		e = crypto_random(seed, sizeof(seed));
		if (e == ERR_OK)
			e = ledger_keyfile_make("ledger", name, seed, key);
		explicit_bzero(seed, sizeof(seed));
		return e;
	}
	if (!span_copy(span_text(uri), key->uri, sizeof(key->uri)))
		return why_set(why, ERR_TOO_LARGE, "the URI is too long");
	e = crypto_module_open(uri, &held, why);
	if (e != ERR_OK)
		return e;
	crypto_module_public(held, seed);
	return ledger_vkey_make(name, LEDGER_VKEY_ED25519, seed, &key->vkey);
}

static enum cli_exit
run_make(const struct cli_args *args)
{
	const char *file = args->word[0];
	uint8_t hash[HASH];
	struct ledger_keyfile key = {.uri = ""};
	struct why why = {""};
	OWNED_BUF(text, LEDGER_KEYFILE_MAX);
	enum err e = crypto_init();

	if (e == ERR_OK && os_exists(AT_FDCWD, file))
		e = why_set(&why, ERR_EXISTS, "%s is there already", file);
	if (e == ERR_OK)
		e = make_key(args, &key, &why);
	if (e == ERR_MALFORMED && why.text[0] == '\0')
		(void)why_set(&why, e,
			"--name is the ledger's origin: a host and a path, "
			"without a space or a +");
	if (e == ERR_OK) {
		ledger_keyfile_write("ledger", &key, &text);
		e = buf_error(&text);
	}
	if (e == ERR_OK)
		e = write_secret(file, buf_span(&text));
	if (e == ERR_OK) {
		ledger_keys_hash(&key.vkey, hash);
		print_vkey("key   ", &key.vkey, "");
		print_hash("hash  ", hash);
	}
	ledger_keyfile_wipe(&key);
	if (e != ERR_OK && why.text[0] == '\0')
		(void)why_set(&why, e, "%s: %s", file, err_text(e));
	return cli_says(e, &why);
}

/* ---- commit, rotate ---- */

static enum cli_exit
read_next(const struct cli_args *args, uint8_t hash[HASH])
{
	if (!cli_on(args, "next") ||
		code_hex_parse(span_text(cli_value(args, "next")), hash, HASH))
		return CLI_DONE;
	cli_error("--next is the hash of a key, 64 hex digits, as `weir ledger "
		  "key make` prints it");
	return CLI_USAGE;
}

static enum cli_exit
open_all(const struct cli_args *args, struct instance *in)
{
	int32_t clock = DAY_NONE;

	if (cli_on(args, "today") &&
		!cli_day("--today", cli_value(args, "today"), &clock))
		return CLI_USAGE;
	return cli_says(instance_open(args->instance, INSTANCE_LEDGER,
				cli_value(args, "key"), clock, in),
		&in->why);
}

static enum cli_exit
run_commit(const struct cli_args *args)
{
	static struct instance in;
	uint8_t next[HASH];
	enum cli_exit status = read_next(args, next);

	if (status != CLI_DONE)
		return status;
	status = open_all(args, &in);
	if (status == CLI_DONE)
		status = cli_says(proc_ledger_key_commit(&in,
					  cli_on(args, "next") ? next : NULL),
			&in.why);
	if (status == CLI_DONE)
		printf("the next key is committed to%s\n",
			cli_on(args, "next")
				? ""
				: "; its file is keeper/next: keep it "
				  "elsewhere, and bring it back to rotate");
	instance_close(&in);
	return status;
}

static enum cli_exit
rotate(const struct cli_args *args, struct instance *in,
	const struct proc_ledger_key_rotate *how)
{
	bool done = false;
	enum cli_exit status =
		cli_says(proc_ledger_key_rotate(in, how, &done), &in->why);

	if (status == CLI_DONE && !done)
		printf("asked for; a second person grants it by the same "
		       "command\n");
	else if (status == CLI_DONE)
		printf("the new key signs; ledger/ledger.vkey holds it, "
		       "ledger/keys leads to it from the first\n"
		       "the next one is committed to%s\n",
			cli_on(args, "next") ? ""
					     : "; its file is keeper/next");
	return status;
}

static enum cli_exit
run_rotate(const struct cli_args *args)
{
	static struct instance in;
	uint8_t next[HASH];
	struct proc_ledger_key_rotate how = {
		.compromised_after = LEDGER_SIZE_MAX,
		.next = cli_on(args, "next") ? next : NULL};
	enum cli_exit status = read_next(args, next);

	if (status == CLI_DONE && cli_on(args, "compromised-after") &&
		!cli_number("--compromised-after",
			cli_value(args, "compromised-after"),
			LEDGER_SIZE_MAX - 1, &how.compromised_after))
		status = CLI_USAGE;
	if (status != CLI_DONE)
		return status;
	status = open_all(args, &in);
	if (status == CLI_DONE && cli_on(args, "withdraw"))
		status = cli_says(proc_ledger_key_withdraw(&in), &in.why);
	else if (status == CLI_DONE)
		status = rotate(args, &in, &how);
	instance_close(&in);
	return status;
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

const struct cli_verb cli_verbs_ledger_key[] = {
	{"ledger key show", "", "Print the keys that the ledger has had",
		"From ledger/keys, checked; and the hash of the next one.",
		{{0}}, 0, 0, true, run_show},
	{"ledger key make", "FILE", "Make a key for a ledger, anywhere",
		"Needs no instance: on a machine that is kept apart, say.  "
		"FILE is secret; what is\nprinted is not: the key's public "
		"half, and the hash for `ledger key commit --next`.",
		{{"name", "ORIGIN", "the ledger's name, as in ledger.vkey",
			 true},
			{"module", "URI",
				"it is in a PKCS#11 module: pkcs11:token=T;"
				"object=O?module-path=FILE.so&pin-source=FILE",
				false}},
		1, 1, false, run_make},
	{"ledger key commit", "", "Commit to the ledger's next key",
		"Its hash becomes an entry that everybody can read; only that "
		"key can then take this\none's place.  Without --next a key is "
		"made, in keeper/next.  Committing again takes\nthe place of "
		"what was committed to before.",
		{{"next", "HASH", "of a key that was made elsewhere", false},
			KEY_OPTION, TODAY_OPTION},
		0, 0, true, run_commit},
	{"ledger key rotate", "", "Let the ledger's next key sign",
		"Its file is keeper/next.  Two people: the first asks, the "
		"second, another person,\ngrants.  Both keys sign the change, "
		"in ledger/keys, and the key after is committed\nto.  With "
		"--compromised-after N readers believe nothing that the old "
		"key signed past\nN entries.",
		{{"next", "HASH", "of the key after; else one is made", false},
			{"compromised-after", "N",
				"the old key was stolen: past N entries it is "
				"worth nothing",
				false},
			{"withdraw", NULL,
				"what was asked for is asked no more", false},
			KEY_OPTION, TODAY_OPTION},
		0, 0, true, run_rotate},
	{0},
};
