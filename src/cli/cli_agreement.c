/* SPDX-License-Identifier: Apache-2.0 */
/* agreement sign, status: who stands behind an agreement. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/code.h"
#include "cli/cli_args.h"
#include "cli/cli_print.h"
#include "os/file.h"
#include "proc/proc_check.h"
#include "proc/proc_proof.h"
#include "proof/proof.h"

enum { HEX = 65, SIGNATURE_MAX = 1 << 14, JSON_MAX = 1 << 14 };

static void
hex_of(const uint8_t hash[32], char to[HEX])
{
	OWNED_BUF(b, HEX);

	code_hex(&b, span_of(hash, 32));
	must(span_copy(buf_span(&b), to, HEX));
}

/* ---- sign ---- */

struct signing {
	const char *file;
	const char *as; /* custodian, requester */
	struct buf text;
	struct instance_actor actor;
};

/* The bytes, and that they are an agreement: nobody signs a broken one. */
static enum cli_exit
read_agreement(struct signing *s, char id[LAW_NAME_MAX], char hex[HEX])
{
	OWNED(law) law = NULL;
	struct proc_check_files files = {0};
	struct proof_file mine;
	enum cli_exit status =
		cli_open_law_files(s->file, NULL, 0, &law, &files);

	if (status == CLI_DONE)
		status = cli_get(s->file, &s->text);
	if (status != CLI_DONE)
		return status;
	proof_file_of(s->file, buf_span(&s->text), &mine);
	if (memcmp(mine.hash, files.file[files.n - 1].hash, 32) != 0) {
		cli_error("%s: it changed while it was read", s->file);
		return CLI_FAILURE;
	}
	hex_of(mine.hash, hex);
	(void)snprintf(id, LAW_NAME_MAX, "%s", law_agreement_id(law));
	return CLI_DONE;
}

static enum cli_exit
sign_it(struct signing *s, const char *key)
{
	OWNED_BUF(signature, SIGNATURE_MAX);
	char out[PATH_MAX];
	struct why why = {""};
	enum err e = instance_actor_read(key, &s->actor, &why);

	if (e == ERR_OK)
		e = instance_actor_cms(
			&s->actor, buf_span(&s->text), &signature, &why);
	if (e != ERR_OK)
		return cli_says(e, &why);
	if (snprintf(out, sizeof(out), "%s.%s.p7s", s->file, s->as) >=
		(int)sizeof(out)) {
		cli_error("%s: the path is too long", s->file);
		return CLI_USAGE;
	}
	return cli_put(out, buf_span(&signature));
}

static enum cli_exit
run_sign(const struct cli_args *args)
{
	struct signing s = {.file = args->word[0], .as = cli_value(args, "as")};
	char id[LAW_NAME_MAX] = "";
	char hex[HEX] = "";
	enum cli_exit status;

	if (strcmp(s.as, "custodian") != 0 && strcmp(s.as, "requester") != 0) {
		cli_error("--as: custodian or requester");
		return CLI_USAGE;
	}
	status = cli_says(crypto_init(), NULL);
	if (status != CLI_DONE)
		return status;
	buf_init(&s.text, LAW_FILE_MAX);
	status = read_agreement(&s, id, hex);
	if (status == CLI_DONE)
		status = sign_it(&s, cli_value(args, "key"));
	if (status == CLI_DONE) {
		printf("%s is signed for the %s by ", id, s.as);
		cli_line(stdout, span_text(s.actor.name));
		printf(", SHA-256 %s\n", hex);
	}
	instance_actor_fini(&s.actor);
	buf_fini(&s.text);
	return status;
}

/* ---- status ---- */

struct standing {
	struct instance in;
	char word[16]; /* of the register */
	struct proc_proof proof;
	struct proof_receipt receipt;
	bool has_receipt; /* one that can be read */
	char name[PROC_PROOF_PARTIES][PROC_SIGNER_NAME];
	struct why party; /* what is wrong with a signature */
};

static void
find_status(struct standing *s)
{
	struct instance *in = &s->in;
	const struct register_entry *entry = register_find(in->registers,
		REG_AGREEMENT, span_text(law_agreement_id(in->law)), in->at);
	struct register_row row;

	(void)snprintf(s->word, sizeof(s->word), "not loaded");
	if (entry == NULL)
		return;
	register_entry_row(entry, &row);
	if (span_eq(register_get(&row, REG_AGREEMENT_FILE),
		    span_of(in->law_hash, 32)))
		(void)span_copy(register_get(&row, REG_AGREEMENT_STATUS),
			s->word, sizeof(s->word));
}

static enum err
find_parties(struct standing *s)
{
	struct instance *in = &s->in;
	struct proc_law_file files[PROC_LAW_FILES];
	struct buf text[PROC_LAW_FILES];
	size_t n = 0;
	enum err e;

	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_init(&text[i], LAW_FILE_MAX);
	e = proc_law_files(in, in->law_hash, files, text, &n);
	if (e == ERR_OK && n > 0)
		e = proc_proof_parties(in->registers, in->at,
			law_agreement_id(in->law), files[n - 1].text, &s->proof,
			s->name, &s->party);
	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_fini(&text[i]);
	return err_is_failure(e) ? e : ERR_OK;
}

static enum cli_exit
find_standing(const struct cli_args *args, struct standing *s)
{
	struct instance *in = &s->in;
	enum err e = instance_open(
		args->instance, INSTANCE_READ, NULL, DAY_NONE, in);

	if (e == ERR_OK && in->law == NULL) {
		cli_error("%s: no agreement is loaded", args->instance);
		return CLI_NO;
	}
	if (e == ERR_OK) {
		find_status(s);
		e = proc_proof_kept(in->dir, in->law_hash, &s->proof);
	}
	if (e == ERR_OK)
		s->has_receipt = proof_read(buf_span(&s->proof.receipt),
					 &s->receipt, NULL) == ERR_OK;
	if (e == ERR_OK)
		e = find_parties(s);
	return cli_says(e, &in->why);
}

static void
print_party(const struct standing *s, size_t i, const char *word)
{
	printf("%-10s ", word);
	if (s->proof.party[i].n == 0)
		printf("not signed%s\n",
			s->in.sandbox ? " (a sandbox asks for no signature)"
				      : "");
	else if (s->name[i][0] == '\0')
		printf("a signature that does not hold now: %s\n",
			s->party.text);
	else {
		printf("signed by ");
		cli_line(stdout, span_text(s->name[i]));
		(void)putchar('\n');
	}
}

static void
print_standing(const struct standing *s)
{
	char hex[HEX];
	char day[DAY_TEXT] = "";

	hex_of(s->in.law_hash, hex);
	printf("agreement  %s, %s\n"
	       "law        %s\n"
	       "receipt    ",
		law_agreement_id(s->in.law), s->word, hex);
	if (!s->in.proved)
		printf("does not hold: %s\n", s->in.unproved.text);
	else {
		day_text(s->receipt.day, day);
		printf("holds: %zu properties proved on %s by %s, %s\n",
			s->receipt.n_lines, day, s->receipt.program,
			s->receipt.solver);
	}
	print_party(s, 0, "custodian");
	print_party(s, 1, "requester");
}

static void
json_party(const struct standing *s, size_t i, const char *word, struct buf *to)
{
	buf_printf(to, ",\"%s\":", word);
	if (s->name[i][0] == '\0')
		buf_text(to, "null");
	else
		buf_json(to, span_text(s->name[i]));
}

static enum cli_exit
json_standing(const struct standing *s)
{
	OWNED_BUF(b, JSON_MAX);
	char day[DAY_TEXT] = "";
	char hex[HEX];

	hex_of(s->in.law_hash, hex);
	buf_printf(&b,
		"{\"agreement\":\"%s\",\"status\":\"%s\",\"law\":\"%s\","
		"\"proved\":%s",
		law_agreement_id(s->in.law), s->word, hex,
		s->in.proved ? "true" : "false");
	if (!s->in.proved) {
		buf_text(&b, ",\"why\":");
		buf_json(&b, span_text(s->in.unproved.text));
	}
	if (s->has_receipt) {
		day_text(s->receipt.day, day);
		buf_printf(&b, ",\"properties\":%zu,\"day\":\"%s\"",
			s->receipt.n_lines, day);
	}
	json_party(s, 0, "custodian", &b);
	json_party(s, 1, "requester", &b);
	buf_text(&b, "}\n");
	if (buf_error(&b) != ERR_OK || cli_out(NULL, buf_span(&b)) != ERR_OK)
		return CLI_FAILURE;
	return CLI_DONE;
}

static enum cli_exit
run_status(const struct cli_args *args)
{
	static struct standing s;
	enum cli_exit status;

	proc_proof_init(&s.proof);
	status = find_standing(args, &s);
	if (status == CLI_DONE && cli_on(args, "json"))
		status = json_standing(&s);
	else if (status == CLI_DONE)
		print_standing(&s);
	if (status == CLI_DONE &&
		!(s.in.proved && strcmp(s.word, "loaded") == 0 &&
			s.party.text[0] == '\0'))
		status = CLI_NO;
	proc_proof_fini(&s.proof);
	instance_close(&s.in);
	return status;
}

const struct cli_verb cli_verbs_agreement[] = {
	{"agreement sign", "FILE", "Sign an agreement for one of its parties",
		"Writes FILE.custodian.p7s or FILE.requester.p7s: CMS over "
		"the exact bytes of FILE, as\nopenssl cms -sign -binary -outform "
		"DER makes it.  Outside a sandbox agreement load\nasks for "
		"both: of the custodian by somebody with the role signatory, "
		"of the\nrequester by a certifier under the agreement who is "
		"head of agency.",
		{{"as", "PARTY", "custodian or requester", CLI_NEEDED},
			{"key", "FILE.key", "who signs", CLI_NEEDED}},
		1, 1, false, run_sign},
	{"agreement status", "", "What the loaded agreement stands on",
		"Whether it is in use, whether its receipt holds, who signed "
		"it for which agency.\nExit status 0 where it is loaded and "
		"the receipt and every signature hold, 1\nwhere not.",
		{{"json", NULL, "one line of JSON", false}}, 0, 0, true,
		run_status},
	{0},
};
