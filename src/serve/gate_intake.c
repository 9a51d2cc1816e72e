/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single requests: many on their way to the intake at once, on one socket, each
 * known by its number.  Where the intake ends before it has answered, they go to
 * the next one once more: an envelope that comes again is answered the same, and
 * nothing is done twice.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/file.h"
#include "serve/gate_int.h"

enum {
	PART = 1 << 16,
	ROOM = 1 << 22,    /* of the socket, as far as the kernel gives it */
	OUT_MAX = 1 << 26, /* that the intake has not read yet */
	IN_MAX = 1 << 20,
	SENT_MOST = 1 << 20, /* then what was sent is forgotten */
	TRIES = 2,
	RETRY_S = 1,
};

void
gate_intake_init(struct gate_intake *i)
{
	*i = (struct gate_intake){.fd = -1};
	buf_init(&i->out, OUT_MAX);
	buf_init(&i->in, IN_MAX);
}

void
gate_intake_fini(struct gate_intake *i)
{
	os_close(&i->fd);
	buf_fini(&i->out);
	buf_fini(&i->in);
}

bool
gate_intake_room(const struct gate *gate)
{
	return gate->intake.n < gate->start.settings->singles;
}

/* ---- the socket ---- */

/* One end for whichever intake takes it; it may be one that starts yet. */
static enum err
open_socket(struct gate *gate)
{
	static const int room = ROOM;
	int pair[2];
	enum err e = ERR_OK;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return err_origin(ERR_IO);
	for (size_t i = 0; i < 2; i++)
		(void)setsockopt(
			pair[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	if (fcntl(pair[0], F_SETFL, O_NONBLOCK) != 0)
		e = err_origin(ERR_IO);
	else if (wire_give(gate->start.door, SPAN("i"), pair[1]) != 1)
		e = errno == EAGAIN ? ERR_BUSY : err_origin(ERR_IO);
	os_close(&pair[1]);
	if (e != ERR_OK)
		os_close(&pair[0]);
	else
		gate->intake.fd = pair[0];
	return e;
}

static enum err
put(struct gate_request *r)
{
	struct buf *out = &r->gate->intake.out;
	size_t before = out->n;
	enum err e;

	intake_put(out, r->q.id, r->ask.actor, buf_span(&r->body));
	e = buf_error(out);
	if (e == ERR_OK) {
		r->tries++;
		return ERR_OK;
	}
	out->n = before; /* the others go on */
	out->error = ERR_OK;
	return e == ERR_TOO_LARGE ? ERR_BUSY : e;
}

/* ---- the end of one ---- */

static void
end(struct gate_request *r)
{
	struct gate_intake *i = &r->gate->intake;

	for (struct gate_request **at = &i->first; *at != NULL;
		at = &(*at)->next)
		if (*at == r) {
			*at = r->next;
			break;
		}
	i->n--;
	gate_limit_closed(r);
	gate_resume(r);
}

static void
fail(struct gate_request *r, const char *says)
{
	gate_refuse(r, 503, says);
	r->answer.retry_after = RETRY_S;
	end(r);
}

void
gate_intake_late(struct gate_request *r)
{
	gate_log(r->gate, "single %" PRIu64 ": no answer in time", r->q.id);
	fail(r, "it takes longer than it should: send the same again in a moment, "
		"nothing is done twice");
}

/* ---- the intake is gone ---- */

/* Once more to the next one; who was on the way twice is told to come back. */
static void
send_again(struct gate *gate)
{
	struct gate_intake *i = &gate->intake;
	struct gate_request *next;

	os_close(&i->fd);
	buf_clear(&i->out);
	buf_clear(&i->in);
	i->sent = 0;
	i->deaf = false;
	if (i->n == 0)
		return;
	gate_log(gate, "the intake is gone: %" PRIu64 " singles are sent again",
		i->n);
	for (struct gate_request *r = i->first; r != NULL; r = next) {
		next = r->next;
		if (r->tries < TRIES && put(r) == ERR_OK)
			continue;
		fail(r, "a process of ours ended before it answered: send the "
			"same again in a moment, nothing is done twice");
	}
	if (i->n > 0 && open_socket(gate) != ERR_OK)
		while (i->first != NULL)
			fail(i->first, "ask again in a moment");
}

/* ---- out ---- */

static void
write_some(struct gate *gate)
{
	struct gate_intake *i = &gate->intake;

	while (i->fd >= 0 && i->sent < i->out.n) {
		ssize_t n = wire_give(i->fd,
			span_of(i->out.at + i->sent, i->out.n - i->sent), -1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n <= 0) {
			/* It reads no more: what it has read it answers yet. */
			i->deaf = true;
			break;
		}
		i->sent += (size_t)n;
	}
	if (i->sent == i->out.n) {
		buf_clear(&i->out);
		i->sent = 0;
	} else if (i->sent > SENT_MOST) {
		i->out.n -= i->sent;
		memmove(i->out.at, i->out.at + i->sent, i->out.n);
		i->sent = 0;
	}
}

enum err
gate_intake_ask(struct gate_request *r)
{
	struct gate *gate = r->gate;
	struct gate_intake *i = &gate->intake;
	enum err e = i->fd >= 0 ? ERR_OK : open_socket(gate);

	r->q.id = gate->next_id++;
	r->tries = 0;
	if (e == ERR_OK)
		e = put(r);
	if (e != ERR_OK)
		return e;
	r->q.since = os_ticks();
	r->next = i->first;
	i->first = r;
	i->n++;
	gate_limit_opened(r);
	return ERR_OK;
}

/* ---- in ---- */

static void
take_answer(struct gate *gate, const struct intake_answer *is)
{
	const struct serve_site *site = gate->start.site;
	struct gate_request *r = gate->intake.first;

	while (r != NULL && r->q.id != is->id)
		r = r->next;
	if (r == NULL) /* it was given up */
		return;
	/* A browser is shown as a page what a program is told as a problem. */
	site->decided(is,
		r->face == SERVE_PAGE ? site->refuse[SERVE_PAGE] : NULL,
		&r->answer);
	end(r);
}

/* False: it spoke out of turn. */
static bool
take_answers(struct gate *gate)
{
	struct gate_intake *i = &gate->intake;
	struct span bytes = buf_span(&i->in);
	struct intake_answer is;
	struct span payload;
	enum wire_message m;
	enum err e;

	while ((e = wire_next(&bytes, &m, &payload)) == ERR_OK) {
		if (m != WIRE_INTAKE_ANSWER ||
			intake_answer_read(payload, &is) != ERR_OK ||
			is.id >= gate->next_id)
			return false;
		take_answer(gate, &is);
	}
	if (e != ERR_NOT_FOUND)
		return false;
	if (bytes.n > 0)
		memmove(i->in.at, bytes.at, bytes.n);
	i->in.n = bytes.n;
	return true;
}

static void
read_some(struct gate *gate)
{
	static uint8_t part[PART];
	struct gate_intake *i = &gate->intake;

	for (;;) {
		ssize_t n = recv(i->fd, part, sizeof(part), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n > 0)
			buf_bytes(&i->in, span_of(part, (size_t)n));
		if (n > 0 && buf_error(&i->in) == ERR_OK && take_answers(gate))
			continue;
		if (n > 0)
			gate_log(gate, "the intake spoke out of turn");
		send_again(gate);
		return;
	}
}

void
gate_intake_step(struct gate *gate, short events)
{
	struct gate_intake *i = &gate->intake;

	if (i->fd >= 0 && (events & ~POLLOUT) != 0)
		read_some(gate);
	if (i->fd >= 0 && !i->deaf)
		write_some(gate);
}
