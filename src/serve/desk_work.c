/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/read.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "proc/proc_agency.h"
#include "serve/desk.h"
#include "wire/wire.h"

enum {
	SIGNATURE_MAX = 1024, /* of an RSA key of 8,192 bits */
	TEXT_MAX = 2048,
	SAYS = 240,
};

/* What the asker's spans point into. */
static uint8_t signatures[INSTANCE_SIGNATURES][SIGNATURE_MAX];

/* ---- who asks ---- */

/* Base64 as openssl writes it, in lines or not; or DER as it is. */
static bool
take_signature(struct instance_asker *asker, struct span text)
{
	OWNED_BUF(plain, TEXT_MAX);
	uint8_t *to;
	size_t n = 0;

	if (asker->n_signatures == INSTANCE_SIGNATURES)
		return false;
	to = signatures[asker->n_signatures];
	if (text.n > 0 && text.n <= SIGNATURE_MAX && text.at[0] == 0x30) {
		memcpy(to, text.at, text.n);
		n = text.n;
	} else {
		for (size_t i = 0; i < text.n; i++)
			if (text.at[i] > ' ')
				buf_u8(&plain, text.at[i]);
		if (buf_error(&plain) != ERR_OK ||
			!code_base64_parse(
				buf_span(&plain), to, SIGNATURE_MAX, &n) ||
			n == 0)
			return false;
	}
	asker->signature[asker->n_signatures++] = span_of(to, n);
	return true;
}

/* act-at and act-signature of a form, or the headers of these names. */
static bool
take_act(struct instance_asker *asker, const struct ask *ask)
{
	bool form = ask_get(ask, ASK_FORM, "act-at").n > 0;
	struct span list = ask_get(ask, ASK_HEADER, "weir-act-signature");
	uint64_t at = 0;
	struct span one;

	if (!form && ask_get(ask, ASK_HEADER, "weir-act-at").n == 0)
		return true;
	if (!ask_number(ask, form ? ASK_FORM : ASK_HEADER,
		    form ? "act-at" : "weir-act-at", INT64_MAX, &at))
		return false;
	asker->at = (int64_t)at;
	for (size_t i = 0; form; i++) {
		one = ask_again(ask, ASK_FORM, "act-signature", i);
		if (one.n == 0)
			break;
		if (!take_signature(asker, one))
			return false;
	}
	while (!form && list.n > 0)
		if (!take_signature(asker, span_cut(&list, ',')))
			return false;
	return true;
}

/* A role of the settings is theirs where the certificate asserts one of its
 * policies. */
static void
bar_roles(struct instance_asker *asker, const struct settings *s)
{
	uint64_t bars = settings_bars(s, asker->cert);

	for (size_t i = 0; bars >> i != 0; i++)
		if ((bars >> i & 1) != 0)
			asker->barred[asker->n_barred++] = s->policy[i].role;
}

/* ---- answered ---- */

static enum err
open_and_answer(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	unsigned want = desk->route->want;
	enum err e = ERR_OK;

	if ((want & SERVE_OPENS) == 0) {
		e = instance_open_for(
			desk->path, want, &desk->asker, &desk->in);
		if (e == ERR_OK)
			e = instance_lock_in(&desk->in);
	}
	return e == ERR_OK ? desk->route->answer(desk, ask, answer) : e;
}

/* What is to be signed, as texts of their own. */
static enum err
show_unsigned(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct span text[INSTANCE_SIGNATURES];
	struct reader r = read_from(buf_span(&desk->in.to_sign));
	size_t n = 0;

	while (r.left.n > 0 && n < INSTANCE_SIGNATURES)
		text[n++] = read_sized(&r, r.left.n);
	if (!read_end(&r) || n == 0)
		return ERR_TOO_LARGE;
	return desk->site->unsigned_[desk->route->face](
		desk, ask, text, n, desk->in.at, answer);
}

static serve_refuse *
refuse_of(const struct desk *desk, const struct ask *ask)
{
	return desk->site->refuse[serve_reads(
		desk->route->face, ask_get(ask, ASK_HEADER, "accept"))];
}

static void
say_failure(struct desk *desk, const struct ask *ask, enum err e,
	struct answer *answer)
{
	char says[SAYS];

	(void)fprintf(stderr, "weir-worker: question %" PRIu64 ": %s: %s\n",
		ask->id, err_text(e), desk->in.why.text);
	(void)snprintf(says, sizeof(says),
		"a failure of ours: quote the number %" PRIu64
		" to whoever runs this service",
		ask->id);
	refuse_of(desk, ask)(500, e, says, answer);
}

static void
say(struct desk *desk, const struct ask *ask, enum err e, struct answer *answer)
{
	unsigned status = serve_status(e);
	const char *why = desk->in.why.text;

	if (e == ERR_OK && buf_error(&answer->body) == ERR_OK)
		return;
	answer_fini(answer);
	answer_init(answer);
	if (e == ERR_UNSIGNED && desk->in.to_sign.n > 0)
		e = show_unsigned(desk, ask, answer);
	if (e == ERR_OK && buf_error(&answer->body) == ERR_OK &&
		answer->body.n > 0)
		return;
	if (e == ERR_OK || err_is_failure(e) || status == 500) {
		say_failure(desk, ask, e, answer);
		return;
	}
	refuse_of(desk, ask)(
		status, e, why[0] == '\0' ? err_text(e) : why, answer);
	if (status == 503)
		answer->retry_after = 2;
}

/* For the gate, which counts what an agency asks. */
static void
say_who(const struct instance *in, struct answer *answer)
{
	struct span agency;
	struct span print = span_of(in->actor.print, sizeof(in->actor.print));

	if (in->registers == NULL || in->actor.cert == NULL)
		return;
	agency = proc_agency(in);
	if (agency.n > 0 &&
		span_copy(agency, answer->agency, sizeof(answer->agency)))
		answer->who = ANSWER_OF;
	else
		answer->who = register_next(in->registers, REG_ROLE, print,
				      in->at, NULL) != NULL
				      ? ANSWER_OWN
				      : ANSWER_NOBODY;
}

static void
answer_it(const struct desk_start *start, const struct ask *ask,
	struct answer *answer)
{
	static struct desk desk;
	enum err e = ERR_OK;

	desk = (struct desk){.in = INSTANCE_NONE,
		.path = start->path,
		.site = start->site,
		.route = &start->site->route[ask->route],
		.board = &start->board};
	desk.asker.cert = ask->actor;
	desk.asker.today = start->today;
	desk.asker.patience_ms = (unsigned)start->settings->patience * 1000;
	bar_roles(&desk.asker, start->settings);
	if (!take_act(&desk.asker, ask))
		e = instance_says(&desk.in, ERR_MALFORMED,
			"act-at is the number that the first answer told, and "
			"act-signature the signature in base64");
	if (e == ERR_OK)
		e = open_and_answer(&desk, ask, answer);
	say(&desk, ask, e, answer);
	say_who(&desk.in, answer);
	instance_close(&desk.in);
}

/* ---- the question ---- */

static void
tell_failure(enum err e, const char *func, const char *file, int line)
{
	if (e != ERR_PEER)
		(void)fprintf(stderr,
			"weir-worker: failure: %s in %s at %s:%d: errno %d\n",
			err_text(e), func, file, line, errno);
}

static bool
ask_sound(const struct serve_site *site, const struct ask *ask)
{
	return ask->route < site->n && site->route[ask->route].answer != NULL &&
	       (ask->file >= 0) ==
		       (site->route[ask->route].body == SERVE_FILE) &&
	       (ask->body.n == 0 || site->route[ask->route].body == SERVE_JSON);
}

enum err
desk_work(const struct desk_start *start, int fd)
{
	static struct ask ask;
	OWNED_BUF(bytes, ASK_MAX);
	OWNED_BUF(out, ANSWER_MAX + 4096);
	struct answer answer;
	enum wire_message m;
	int file = -1;
	enum err e = wire_receive_with(fd, &bytes, &file, &m);

	err_set_hook(tell_failure);
	if (e != ERR_OK || m == 0)
		return e;
	if (m != WIRE_SERVE_ASK || ask_decode(buf_span(&bytes), &ask) != ERR_OK)
		return err_origin(ERR_PEER);
	ask.file = file;
	if (!ask_sound(start->site, &ask))
		return err_origin(ERR_PEER);
	e = wire_send(fd, WIRE_SERVE_TAKEN, span_of(NULL, 0));
	if (e != ERR_OK) /* nobody waits for it any more */
		return e;
	answer_init(&answer);
	answer_it(start, &ask, &answer);
	answer_encode(&answer, &out);
	e = buf_error(&out);
	if (e == ERR_OK)
		e = wire_send_with(
			fd, WIRE_SERVE_ANSWER, buf_span(&out), answer.file);
	answer_fini(&answer);
	os_close(&file);
	return e;
}
