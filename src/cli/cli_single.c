/* SPDX-License-Identifier: Apache-2.0 */
/* request certify|submit: requests that come one at a time. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/code.h"
#include "cli/cli_args.h"
#include "cli/cli_letter.h"
#include "cli/cli_print.h"
#include "os/file.h"
#include "proc/proc_intake.h"
#include "proc/proc_letter.h"
#include "request/request_single.h"

enum { FILE_MAX = 1 << 28, SIGNATURE_MAX = 1 << 16 };

/* ---- certify ---- */

static enum cli_exit
manifest_of(const struct cli_args *args, struct request_manifest *m)
{
	uint64_t number = 0;

	*m = (struct request_manifest){.count = 1, .date = day_at(os_now())};
	if (cli_on(args, "number") &&
		!cli_number("--number", cli_value(args, "number"),
			MANIFEST_SEQUENCE_MAX, &number))
		return CLI_USAGE;
	if (!cli_manifest_options(args, m))
		return CLI_USAGE;
	m->sequence = (uint32_t)number;
	return CLI_DONE;
}

/* Any number, that no two envelopes of one line are the same by chance. */
static enum err
draw_number(uint32_t *ret_number)
{
	uint8_t bytes[4];
	enum err e = crypto_random(bytes, sizeof(bytes));

	*ret_number = 1 + ((uint32_t)(bytes[0] & 0x3f) << 24 |
				  (uint32_t)bytes[1] << 16 |
				  (uint32_t)bytes[2] << 8 | bytes[3]);
	return e;
}

static enum err
certify_line(const struct instance_actor *signer, struct request_manifest *m,
	struct span line, struct buf *to, struct why *why)
{
	OWNED_BUF(manifest, MANIFEST_BYTES_MAX);
	OWNED_BUF(signature, SIGNATURE_MAX);
	enum err e;

	crypto_sha384(line, m->sha384);
	proc_manifest_json(m, &manifest);
	e = buf_error(&manifest);
	if (e == ERR_OK)
		e = proc_sign_document(
			buf_span(&manifest), signer, &signature, why);
	if (e != ERR_OK)
		return e;
	request_single_write(&(struct request_single){line, buf_span(&manifest),
				     buf_span(&signature)},
		to);
	return buf_error(to);
}

static enum err
certify_all(const struct cli_args *args, const struct instance_actor *signer,
	struct request_manifest *m, struct span lines, struct buf *to)
{
	struct why why = {""};
	enum err e = ERR_OK;

	while (e == ERR_OK && lines.n > 0) {
		struct span line = span_cut(&lines, '\n');

		if (!cli_on(args, "number"))
			e = draw_number(&m->sequence);
		if (e == ERR_OK)
			e = certify_line(signer, m, line, to, &why);
		m->sequence++;
	}
	if (e != ERR_OK && why.text[0] == '\0')
		(void)why_set(&why, e, "%s", err_text(e));
	if (e != ERR_OK)
		cli_error("%s", why.text);
	return e;
}

static enum cli_exit
run_certify(const struct cli_args *args)
{
	struct instance_actor signer = {.cert = NULL};
	struct request_manifest m;
	OWNED_BUF(lines, FILE_MAX);
	OWNED_BUF(envelopes, FILE_MAX);
	enum cli_exit status = manifest_of(args, &m);

	if (status == CLI_DONE)
		status = cli_get(args->word[0], &lines);
	if (status == CLI_DONE)
		status = cli_signer(cli_value(args, "key"), &signer);
	if (status == CLI_DONE &&
		certify_all(args, &signer, &m, buf_span(&lines), &envelopes) !=
			ERR_OK)
		status = CLI_FAILURE;
	if (status == CLI_DONE)
		status = cli_put(cli_value(args, "out"), buf_span(&envelopes));
	instance_actor_fini(&signer);
	return status;
}

/* ---- submit ---- */

struct group {
	struct intake_single single[INTAKE_GROUP];
	struct intake_single *all[INTAKE_GROUP];
	size_t n;
};

struct submitting {
	struct intake *intake;
	struct group group[2];
	struct group *fill;  /* gets the next envelope */
	struct group *asked; /* is at the front; NULL: none is */
	size_t most;         /* of a group */
	int out;             /* signatures; -1 */
	bool no;             /* an envelope was refused */
};

static enum err
put_answer(struct submitting *s, const struct intake_single *single)
{
	OWNED_BUF(line, 2 * INTAKE_BODY);
	enum err e = cli_out(NULL, buf_span(&single->body));

	if (e == ERR_OK)
		e = cli_out(NULL, SPAN("\n"));
	s->no = s->no || single->status > INTAKE_AGAIN;
	if (e != ERR_OK || s->out < 0)
		return e;
	code_base64(&line, buf_span(&single->signature));
	buf_text(&line, "\n");
	return buf_error(&line) == ERR_OK
		       ? os_write_all(s->out, buf_span(&line))
		       : buf_error(&line);
}

static enum err
judge_group(struct submitting *s, struct group *group)
{
	enum err e = intake_judge(s->intake);

	for (size_t i = 0; e == ERR_OK && i < group->n; i++)
		e = put_answer(s, &group->single[i]);
	group->n = 0;
	return e == ERR_OK ? intake_let_in(s->intake) : e;
}

/* The group that is full goes to the front, and then the one before it, which
 * the front has read, is judged. */
static enum err
send_group(struct submitting *s)
{
	struct group *before = s->asked;

	if (before != NULL)
		intake_hear(s->intake);
	s->asked = s->fill->n == 0 ? NULL : s->fill;
	s->fill = &s->group[s->fill == &s->group[0]];
	if (s->asked != NULL)
		intake_ask(s->intake, s->asked->all, s->asked->n);
	return before == NULL ? ERR_OK : judge_group(s, before);
}

static enum err
send_file(struct submitting *s, struct span envelopes)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && envelopes.n > 0) {
		struct intake_single *single = &s->fill->single[s->fill->n++];

		single->bytes = span_cut(&envelopes, '\n');
		memcpy(single->actor, intake_actor(s->intake), 32);
		if (s->fill->n == s->most)
			e = send_group(s);
	}
	while (e == ERR_OK && (s->fill->n > 0 || s->asked != NULL))
		e = send_group(s);
	return e;
}

/* Before the instance is open: then no other file is within reach. */
static enum cli_exit
read_files(const struct cli_args *args, struct buf *to)
{
	enum cli_exit status = CLI_DONE;

	for (size_t i = 0; status == CLI_DONE && i < args->n_words; i++)
		status = cli_get(args->word[i], to);
	return status;
}

static enum cli_exit
open_out(const struct cli_args *args, int *ret_fd)
{
	const char *out = cli_value(args, "signatures");

	if (out == NULL)
		return CLI_DONE;
	*ret_fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (*ret_fd >= 0)
		return CLI_DONE;
	cli_error("%s: %s", out, strerror(errno));
	return CLI_FAILURE;
}

static enum cli_exit
send_all(const struct cli_args *args, struct submitting *s,
	struct span envelopes, int32_t today)
{
	struct why why = {""};
	enum err e = intake_open(args->instance, cli_value(args, "key"), today,
		&s->intake, &why);

	if (e == ERR_OK) {
		e = send_file(s, envelopes);
		if (e != ERR_OK)
			(void)why_set(&why, e, "%s", intake_says(s->intake));
	}
	if (e != ERR_OK)
		return cli_says(e, &why);
	return s->no ? CLI_NO : CLI_DONE;
}

static struct intake_single *
single_at(struct submitting *s, size_t i)
{
	return &s->group[i / INTAKE_GROUP].single[i % INTAKE_GROUP];
}

static enum cli_exit
run_submit(const struct cli_args *args)
{
	static struct submitting s;
	OWNED_BUF(envelopes, FILE_MAX);
	int32_t today = DAY_NONE;
	uint64_t most = INTAKE_GROUP;
	enum cli_exit status;

	if ((cli_on(args, "today") &&
		    !cli_day("--today", cli_value(args, "today"), &today)) ||
		(cli_on(args, "group") &&
			!cli_number("--group", cli_value(args, "group"),
				INTAKE_GROUP, &most)))
		return CLI_USAGE;
	s = (struct submitting){.fill = &s.group[0],
		.most = most == 0 ? 1 : (size_t)most,
		.out = -1};
	for (size_t i = 0; i < 2 * INTAKE_GROUP; i++) {
		buf_init(&single_at(&s, i)->body, INTAKE_BODY);
		buf_init(&single_at(&s, i)->signature, INTAKE_BODY);
		s.group[i / INTAKE_GROUP].all[i % INTAKE_GROUP] =
			single_at(&s, i);
	}
	status = open_out(args, &s.out);
	if (status == CLI_DONE)
		status = read_files(args, &envelopes);
	if (status == CLI_DONE)
		status = send_all(args, &s, buf_span(&envelopes), today);
	for (size_t i = 0; i < 2 * INTAKE_GROUP; i++) {
		buf_fini(&single_at(&s, i)->body);
		buf_fini(&single_at(&s, i)->signature);
	}
	s.intake = intake_free(s.intake);
	os_close(&s.out);
	return status;
}

const struct cli_verb cli_verbs_single[] = {
	{"request certify", "FILE", "Make envelopes of single requests",
		"One for each line of FILE, one a line: the line, a manifest of "
		"it, and its signature\n(docs/SINGLES.md has the same with "
		"stock openssl).",
		{{"agreement", "ID", "the agreement", true},
			{"certifier", "ID", "as on the register", true},
			{"name", "TEXT", "the certifier's full name", true},
			{"role", "TEXT", "the certifier's role", true},
			{"key", "K", "the certifier's key, K.crt beside", true},
			{"date", "DATE", "the day it is made (today)", false},
			{"number", "N", "of the first (any, drawn)", false},
			{"out", "E", "the envelopes (standard output)", false}},
		1, 1, false, run_certify},
	{"request submit", "FILE...", "Take single requests in, each by itself",
		"A line of FILE is an envelope.  Prints the answers, one a "
		"line, in their order.  The\nsame envelope again gives the "
		"same answer.  Exit 1: an envelope was refused.",
		{{"key", "K", "who submits (the sandbox's operator)", false},
			{"group", "N", "so many in one transaction (64)",
				false},
			{"signatures", "FILE",
				"the signature of each answer, base64", false},
			{"today", "DATE", "the day of receipt; sandbox only",
				false}},
		1, CLI_WORDS, true, run_submit},
	{0},
};
