/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/file.h"
#include "serve/gate_int.h"

enum {
	PART = 1 << 16,
	IN_MAX = ANSWER_MAX + (1 << 16),
	OUT_MAX = ASK_MAX + 64,
};

bool
gate_question_room(const struct gate *gate)
{
	const struct settings *s = gate->start.settings;

	return gate->n_waiting < s->workers + s->queue;
}

/* Its socket: one end for whoever takes the question. */
static enum err
open_socket(struct gate *gate, struct gate_question *q)
{
	int pair[2];
	uint8_t id[8];
	ssize_t n;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return err_origin(ERR_IO);
	for (size_t i = 0; i < sizeof(id); i++)
		id[i] = (uint8_t)(q->id >> (56 - 8 * i));
	n = fcntl(pair[0], F_SETFL, O_NONBLOCK) == 0
		    ? wire_give(gate->start.desk, span_of(id, sizeof(id)),
			      pair[1])
		    : -1;
	os_close(&pair[1]);
	if (n == sizeof(id)) {
		q->fd = pair[0];
		return ERR_OK;
	}
	os_close(&pair[0]);
	return errno == EAGAIN ? ERR_BUSY : err_origin(ERR_IO);
}

static enum err
put(struct gate_request *r, struct ask *ask)
{
	struct gate_question *q = &r->q;
	OWNED_BUF(bytes, ASK_MAX);
	enum err e;

	*q = (struct gate_question){.fd = -1, .file = -1, .got = -1};
	buf_init(&q->out, OUT_MAX);
	buf_init(&q->in, IN_MAX);
	q->id = r->gate->next_id++;
	ask->id = q->id;
	if (ask->file >= 0 && os_rewind(ask->file) != ERR_OK)
		return err_origin(ERR_IO);
	ask_encode(ask, &bytes);
	e = buf_error(&bytes);
	if (e != ERR_OK)
		return e;
	wire_put(&q->out, WIRE_SERVE_ASK, buf_span(&bytes));
	e = buf_error(&q->out);
	if (e == ERR_OK)
		e = open_socket(r->gate, q);
	if (e != ERR_OK)
		return e;
	q->file = ask->file;
	q->since = os_ticks();
	r->next = r->gate->waiting;
	r->gate->waiting = r;
	r->gate->n_waiting++;
	gate_limit_opened(r);
	return ERR_OK;
}

enum err
gate_question_ask(struct gate_request *r)
{
	enum err e = put(r, &r->ask);

	if (e != ERR_OK)
		gate_question_fini(&r->q);
	return e;
}

enum err
gate_question_who(struct gate_request *r)
{
	static struct ask who;
	enum err e;

	if (r->gate->who >= r->gate->start.site->n)
		return ERR_NOT_FOUND;
	who = (struct ask){
		.route = r->gate->who, .actor = r->ask.actor, .file = -1};
	r->asks_who = true;
	e = put(r, &who);
	if (e == ERR_OK)
		return ERR_OK;
	r->asks_who = false;
	gate_question_fini(&r->q);
	return e;
}

void
gate_question_fini(struct gate_question *q)
{
	os_close(&q->fd);
	os_close(&q->got);
	buf_fini(&q->out);
	buf_fini(&q->in);
}

/* ---- what comes back ---- */

/* It is over: with an answer, or with what can be said without one. */
static void
end(struct gate_request *r)
{
	for (struct gate_request **at = &r->gate->waiting; *at != NULL;
		at = &(*at)->next)
		if (*at == r) {
			*at = r->next;
			break;
		}
	r->gate->n_waiting--;
	gate_limit_closed(r);
	gate_limit_learn(r);
	gate_question_fini(&r->q);
	if (!r->asks_who) {
		gate_resume(r);
		return;
	}
	r->asks_who = false;
	answer_fini(&r->answer);
	answer_init(&r->answer);
	gate_request_asked(r);
}

static void
fail(struct gate_request *r, unsigned status, const char *says)
{
	char text[GATE_SAYS];

	(void)snprintf(
		text, sizeof(text), "%s (question %" PRIu64 ")", says, r->q.id);
	gate_log(r->gate, "question %" PRIu64 ": %u", r->q.id, status);
	gate_refuse(r, status, text);
	end(r);
}

static void
fail_ended(struct gate_request *r)
{
	if (r->q.taken)
		fail(r, 500,
			"a process of ours ended before it answered: look "
			"whether it was done before you ask again");
	else
		fail(r, 503, "nothing was done: ask again in a moment");
}

void
gate_question_late(struct gate_request *r)
{
	fail(r, r->q.taken ? 504 : 503,
		r->q.taken ? "it takes longer than an answer may: it may still "
			     "be done"
			   : "nothing was done: ask again in a moment");
}

static bool
take_answer(struct gate_request *r, struct span payload)
{
	struct answer a;

	if (answer_decode(payload, &a) != ERR_OK)
		return false;
	answer_fini(&r->answer);
	r->answer = a;
	r->answer.file = r->q.got;
	r->q.got = -1;
	return true;
}

/*
 * The permit table of a question's socket: TAKEN once, then ANSWER once, and
 * nothing else.  Who says something else is heard no more.
 */
static bool
take_message(struct gate_request *r, enum wire_message m, struct span payload)
{
	if (m == WIRE_SERVE_TAKEN && !r->q.taken && r->q.sent == r->q.out.n) {
		r->q.taken = true;
		return true;
	}
	if (m != WIRE_SERVE_ANSWER || !r->q.taken || !take_answer(r, payload))
		return false;
	end(r);
	return true;
}

/* All messages that have come whole.  False: it is over. */
static bool
take_messages(struct gate_request *r)
{
	struct gate_question *q = &r->q;
	struct span bytes = buf_span(&q->in);
	struct span payload;
	enum wire_message m;
	enum err e;

	while ((e = wire_next(&bytes, &m, &payload)) == ERR_OK) {
		if (!take_message(r, m, payload)) {
			e = ERR_PEER;
			break;
		}
		if (q->fd < 0)
			return false;
	}
	if (e != ERR_NOT_FOUND) {
		gate_log(r->gate, "question %" PRIu64 ": spoke out of turn",
			q->id);
		fail_ended(r);
		return false;
	}
	if (bytes.n > 0)
		memmove(q->in.at, bytes.at, bytes.n);
	q->in.n = bytes.n;
	return true;
}

/* True while more may be read. */
static bool
read_some(struct gate_request *r)
{
	static uint8_t part[PART];
	struct gate_question *q = &r->q;
	ssize_t n = wire_take(q->fd, part, sizeof(part), &q->got);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (n > 0)
		buf_bytes(&q->in, span_of(part, (size_t)n));
	if (n <= 0 || buf_error(&q->in) != ERR_OK) {
		fail_ended(r);
		return false;
	}
	return take_messages(r);
}

/* False where it can never be sent. */
static bool
write_some(struct gate_question *q)
{
	ssize_t n = wire_give(q->fd,
		span_of(q->out.at + q->sent, q->out.n - q->sent), q->file);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	q->file = -1;
	q->sent += (size_t)n;
	return true;
}

void
gate_question_step(struct gate_request *r)
{
	if (r->q.sent < r->q.out.n && !write_some(&r->q)) {
		fail_ended(r);
		return;
	}
	while (r->q.fd >= 0 && read_some(r))
		continue;
}
