/* SPDX-License-Identifier: Apache-2.0 */
/* request manifest|sign|withdraw|reconsider|amend|substitute: the requester's
 * side, with no instance. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli_args.h"
#include "cli/cli_letter.h"
#include "cli/cli_print.h"
#include "os/file.h"
#include "proc/proc_amend.h"
#include "proc/proc_letter.h"

enum {
	LINE_MAX_BYTES = 1 << 18,
	DOCUMENT_MAX = 1 << 17,
	SIGNATURE_MAX = 1 << 16
};

/* ---- what the verbs share ---- */

static bool
is_csv(const char *path)
{
	size_t n = strlen(path);

	return n > 4 && strcmp(path + n - 4, ".csv") == 0;
}

/* A file of requests, which is read more than once. */
static enum cli_exit
open_requests(const char *path, int *ret_fd)
{
	*ret_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*ret_fd < 0) {
		cli_error("%s: %s", path, strerror(errno));
		return CLI_FAILURE;
	}
	if (lseek(*ret_fd, 0, SEEK_SET) == 0)
		return CLI_DONE;
	cli_error("%s: it is read from its beginning, so it must be a file",
		path);
	return CLI_FAILURE;
}

enum cli_exit
cli_signer(const char *key, struct instance_actor *ret_signer)
{
	struct why why = {""};
	enum err e = crypto_init();

	if (e == ERR_OK)
		e = instance_actor_read(key, ret_signer, &why);
	if (e == ERR_OK)
		return CLI_DONE;
	(void)cli_says(e, &why);
	return CLI_FAILURE;
}

/* FILE and FILE.p7s. */
static enum cli_exit
put_signed(const char *out, struct span document, struct span signature)
{
	char name[PROC_SIGNED_NAME];
	enum cli_exit status;

	if (snprintf(name, sizeof(name), "%s.p7s", out) >= (int)sizeof(name)) {
		cli_error("--out: the name is too long");
		return CLI_USAGE;
	}
	status = cli_put(out, document);
	return status == CLI_DONE ? cli_put(name, signature) : status;
}

enum cli_exit
cli_letter_put(const struct letter *letter, const struct instance_actor *signer,
	const char *out)
{
	struct why why = {""};
	OWNED_BUF(document, LETTER_BYTES_MAX);
	OWNED_BUF(signature, SIGNATURE_MAX);
	enum err e =
		proc_letter_sign(letter, signer, &document, &signature, &why);

	if (e != ERR_OK)
		return cli_says(e, &why);
	return put_signed(out, buf_span(&document), buf_span(&signature));
}

enum cli_exit
cli_letter_day(
	const struct cli_args *args, const char *option, char to[DAY_TEXT])
{
	const char *text = cli_value(args, option);
	int32_t day = day_at(os_now());

	if (text != NULL && !cli_day(option, text, &day))
		return CLI_USAGE;
	day_text(day, to);
	return CLI_DONE;
}

static bool
put_word(const struct cli_args *args, const char *option, char *to, size_t size)
{
	if (span_copy(span_text(cli_value(args, option)), to, size))
		return true;
	cli_error("--%s: longer than %zu bytes", option, size - 1);
	return false;
}

bool
cli_manifest_options(const struct cli_args *args, struct request_manifest *m)
{
	if (cli_on(args, "date") &&
		!cli_day("--date", cli_value(args, "date"), &m->date))
		return false;
	return put_word(
		       args, "agreement", m->agreement, sizeof(m->agreement)) &&
	       put_word(args, "certifier", m->certifier_id,
		       sizeof(m->certifier_id)) &&
	       put_word(args, "name", m->certifier_name,
		       sizeof(m->certifier_name)) &&
	       put_word(args, "role", m->certifier_role,
		       sizeof(m->certifier_role));
}

/* ---- manifest ---- */

static enum cli_exit
manifest_of(const struct cli_args *args, struct request_manifest *m)
{
	uint64_t sequence = 0;

	*m = (struct request_manifest){.date = day_at(os_now())};
	if (!cli_number("--sequence", cli_value(args, "sequence"),
		    MANIFEST_SEQUENCE_MAX, &sequence) ||
		!cli_manifest_options(args, m))
		return CLI_USAGE;
	m->sequence = (uint32_t)sequence;
	return CLI_DONE;
}

/* Reads back what was made: a name or an id may not be in the form. */
static enum cli_exit
put_manifest(const struct cli_args *args, const struct request_manifest *m)
{
	OWNED(request_reader) reader = NULL;
	OWNED_BUF(json, MANIFEST_BYTES_MAX);
	struct request_manifest again;
	struct why why = {""};
	enum err e = request_reader_new(&reader);

	proc_manifest_json(m, &json);
	if (e == ERR_OK)
		e = buf_error(&json);
	if (e == ERR_OK)
		e = request_manifest_parse(
			reader, buf_span(&json), &again, &why);
	return e == ERR_OK ? cli_put(cli_value(args, "out"), buf_span(&json))
			   : cli_says(e, &why);
}

static enum cli_exit
run_manifest(const struct cli_args *args)
{
	struct request_manifest m;
	struct why why = {""};
	OWNED_FD fd = -1;
	enum cli_exit status = manifest_of(args, &m);
	enum err e = crypto_init();

	if (status == CLI_DONE)
		status = open_requests(args->word[0], &fd);
	if (status != CLI_DONE)
		return status;
	if (e == ERR_OK)
		e = proc_manifest_make(fd, is_csv(args->word[0]), &m, &why);
	return e == ERR_OK ? put_manifest(args, &m) : cli_says(e, &why);
}

/* ---- sign ---- */

static enum cli_exit
run_sign(const struct cli_args *args)
{
	struct instance_actor signer = {.cert = NULL};
	struct why why = {""};
	char name[PROC_SIGNED_NAME];
	OWNED_BUF(document, DOCUMENT_MAX);
	OWNED_BUF(signature, SIGNATURE_MAX);
	enum cli_exit status = cli_get(args->word[0], &document);

	if (status == CLI_DONE)
		status = cli_signer(cli_value(args, "key"), &signer);
	if (status == CLI_DONE)
		status = cli_says(proc_sign_document(buf_span(&document),
					  &signer, &signature, &why),
			&why);
	if (snprintf(name, sizeof(name), "%s.p7s", args->word[0]) >=
		(int)sizeof(name))
		status = CLI_USAGE;
	if (status == CLI_DONE)
		status = cli_put(
			cli_on(args, "out") ? cli_value(args, "out") : name,
			buf_span(&signature));
	instance_actor_fini(&signer);
	return status;
}

/* ---- withdraw, reconsider ---- */

static enum cli_exit
certifier_letter(const struct cli_args *args, enum letter_kind kind)
{
	static struct letter letter;
	struct instance_actor signer = {.cert = NULL};
	char day[DAY_TEXT];
	enum cli_exit status = cli_letter_day(args, "date", day);

	letter = (struct letter){.kind = kind, .n_items = args->n_words};
	letter.member[LETTER_M_SIGNER] =
		span_text(cli_value(args, "certifier"));
	letter.member[LETTER_M_DATE] = span_text(day);
	letter.member[LETTER_M_AGREEMENT] =
		span_text(cli_value(args, "agreement"));
	letter.member[LETTER_M_SEQUENCE] =
		span_text(cli_value(args, "sequence"));
	letter.member[LETTER_M_REASON] = span_text(cli_value(args, "reason"));
	for (size_t i = 0; i < args->n_words; i++)
		letter.item[i].request = span_text(args->word[i]);
	if (status == CLI_DONE)
		status = cli_signer(cli_value(args, "key"), &signer);
	if (status == CLI_DONE)
		status = cli_letter_put(
			&letter, &signer, cli_value(args, "out"));
	instance_actor_fini(&signer);
	return status;
}

static enum cli_exit
run_withdraw(const struct cli_args *args)
{
	return certifier_letter(args, LETTER_WITHDRAW);
}

static enum cli_exit
run_reconsider(const struct cli_args *args)
{
	return certifier_letter(args, LETTER_RECONSIDER);
}

/* ---- amend ---- */

struct sets {
	struct proc_amend_set set[CLI_WORDS];
	size_t n;
};

/* MEMBER=VALUE words from the i-th on. */
static bool
read_sets(const struct cli_args *args, size_t i, struct sets *s)
{
	s->n = 0;
	for (; i < args->n_words; i++) {
		struct span value = span_text(args->word[i]);
		struct span member = span_cut(&value, '=');

		if (strchr(args->word[i], '=') == NULL) {
			cli_error("%s: what is set is MEMBER=VALUE",
				args->word[i]);
			return false;
		}
		s->set[s->n++] = (struct proc_amend_set){member, value};
	}
	return true;
}

static enum cli_exit
amend_one(const struct cli_args *args, int fd, const struct sets *s,
	const char *id)
{
	struct proc_amend amend = {fd, is_csv(args->word[0]), s->set, s->n};
	struct why why = {""};
	OWNED_BUF(line, LINE_MAX_BYTES);
	enum err e =
		proc_amend_one(&amend, id, cli_value(args, "id"), &line, &why);

	return e == ERR_OK ? cli_put(cli_value(args, "out"), buf_span(&line))
			   : cli_says(e, &why);
}

struct mending {
	int out; /* -1: only said */
	uint64_t refused;
	uint64_t anew;
};

static enum err
mend_line(void *context, const struct proc_amend_line *line)
{
	struct mending *m = context;

	m->refused++;
	printf("line %" PRIu64 ", ", line->line);
	cli_line(stdout, line->id.n > 0 ? line->id : SPAN("no id"));
	printf("%s\n", line->mended.n > 0 ? "" : ": write it anew");
	for (size_t i = 0; i < line->n_reasons; i++) {
		printf("  ");
		cli_line(stdout, line->code[i]);
		printf(": ");
		cli_line(stdout, line->sentence[i]);
		printf("\n");
	}
	if (line->mended.n == 0) {
		m->anew++;
		return ERR_OK;
	}
	return m->out < 0 ? ERR_OK : os_write_all(m->out, line->mended);
}

static enum cli_exit
amend_reply(const struct cli_args *args, int fd)
{
	struct proc_amend amend = {.fd = fd, .csv = is_csv(args->word[0])};
	struct mending m = {.out = -1};
	struct why why = {""};
	OWNED_FD reply = -1;
	OWNED_FD out = -1;
	enum cli_exit status = open_requests(cli_value(args, "reply"), &reply);

	if (status == CLI_DONE && cli_on(args, "out")) {
		out = open(cli_value(args, "out"),
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (out < 0) {
			cli_error("%s: %s", cli_value(args, "out"),
				strerror(errno));
			return CLI_FAILURE;
		}
	}
	m.out = out;
	if (status == CLI_DONE)
		status = cli_says(
			proc_amend_reply(&amend, reply, mend_line, &m, &why),
			&why);
	if (status == CLI_DONE)
		printf("%" PRIu64 " refused, %" PRIu64
		       " of them to be written anew\n",
			m.refused, m.anew);
	return status;
}

static enum cli_exit
run_amend(const struct cli_args *args)
{
	struct sets s;
	OWNED_FD fd = -1;
	enum cli_exit status;

	if (cli_on(args, "reply") != (args->n_words == 1)) {
		cli_error("say which request, or --reply with the file alone");
		return CLI_USAGE;
	}
	if (!read_sets(args, 2, &s))
		return CLI_USAGE;
	status = open_requests(args->word[0], &fd);
	if (status != CLI_DONE)
		return status;
	return cli_on(args, "reply") ? amend_reply(args, fd)
				     : amend_one(args, fd, &s, args->word[1]);
}

static enum cli_exit
run_substitute(const struct cli_args *args)
{
	const struct sets s = {
		.set = {{SPAN("weir:officer/weir:officerID"),
				span_text(cli_value(args, "officer"))},
			{SPAN("weir:officer/nc:PersonFullName"),
				span_text(cli_value(args, "name"))},
			{SPAN("weir:officer/weir:roleText"),
				span_text(cli_value(args, "role"))},
			{SPAN("weir:officer/weir:unitText"),
				span_text(cli_value(args, "unit"))}},
		.n = 4,
	};
	OWNED_FD fd = -1;
	enum cli_exit status = open_requests(args->word[0], &fd);

	return status == CLI_DONE ? amend_one(args, fd, &s, args->word[1])
				  : status;
}

/* ---- the verbs ---- */

#define CERTIFIER_OPTIONS                                                      \
	{"agreement", "ID", "the agreement of the batch", true},               \
		{"sequence", "N", "the batch, by its manifest's number",       \
			true},                                                 \
		{"certifier", "ID", "who signs, as on the register", true},    \
		{"reason", "TEXT", "why, in one line", true},                  \
		{"key", "K", "the certifier's key, K.crt beside", true},       \
		{"out", "FILE", "the letter; its signature is FILE.p7s",       \
			true},                                                 \
	{                                                                      \
		"date", "DATE", "the day it is written (today)", false         \
	}

const struct cli_verb cli_verbs_request[] = {
	{"request manifest", "FILE", "Make the manifest of a file of requests",
		"Counts and hashes FILE, which must not change afterwards.  "
		"The certifier signs what\nis made: weir request sign, or "
		"stock openssl.",
		{{"agreement", "ID", "the agreement", true},
			{"sequence", "N", "one more than the batch before",
				true},
			{"certifier", "ID", "as on the register", true},
			{"name", "TEXT", "the certifier's full name", true},
			{"role", "TEXT", "the certifier's role", true},
			{"date", "DATE", "the day it is made (today)", false},
			{"out", "M", "the manifest (standard output)", false}},
		1, 1, false, run_manifest},
	{"request sign", "FILE", "Sign a manifest or a letter",
		"As `openssl cms -sign -binary -outform DER` does: detached "
		"CMS.  What is neither a\nmanifest nor a letter is not signed.",
		{{"key", "K", "who signs: K.key, with K.crt beside", true},
			{"out", "S", "the signature (FILE.p7s)", false}},
		1, 1, false, run_sign},
	{"request withdraw", "REQUEST...", "Take requests back",
		"Makes the letter and its signature.  A request can be "
		"withdrawn until its package\nhas gone.",
		{CERTIFIER_OPTIONS}, 1, CLI_WORDS, false, run_withdraw},
	{"request reconsider", "REQUEST...",
		"Ask that refusals be looked at again",
		"Makes the letter and its signature.  The custodian answers "
		"within 240 hours: judged\nanew by the law and the registers "
		"of that day, or upheld with reasons.",
		{CERTIFIER_OPTIONS}, 1, CLI_WORDS, false, run_reconsider},
	{"request amend", "FILE [REQUEST MEMBER=VALUE...]",
		"Write a request anew that takes another's place",
		"FILE is the file that was sent.  The new line has an id of "
		"its own and names the old\none in weir:supersedes; it goes "
		"with the next batch.  MEMBER is a path or a CSV name\nof "
		"docs/formats/requests.md; an empty VALUE takes it out.  With "
		"--reply: every line\nthat was refused, with what to mend.",
		{{"id", "ID", "the new id (the old one and -2)", false},
			{"reply", "R", "the custodian's reply to FILE", false},
			{"out", "F", "the new lines (standard output)", false}},
		1, CLI_WORDS, false, run_amend},
	{"request substitute", "FILE REQUEST", "Name another officer",
		"An amendment with another officer: the package goes to that "
		"officer's key, and to\nnobody else's.",
		{{"officer", "ID", "the officer's id", true},
			{"name", "TEXT", "full name", true},
			{"role", "TEXT", "role on the case", true},
			{"unit", "TEXT", "unit", true},
			{"id", "ID", "the new id (the old one and -2)", false},
			{"out", "F", "the new line (standard output)", false}},
		2, 2, false, run_substitute},
	{0},
};
