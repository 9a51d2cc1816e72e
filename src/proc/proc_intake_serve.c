/* SPDX-License-Identifier: Apache-2.0 */
/* The intake as a process: envelopes from its parent, answers back. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/read.h"
#include "proc/proc_intake_int.h"
#include "wire/wire.h"

enum {
	MESSAGE_MAX = 1 << 18,
	IDLE_MS = 20, /* how long somebody waits for the lock at the most */
	/* That many wait: the front reads them while others are judged.  Of
	 * fewer it would make small groups, which wait for a disk each. */
	EARLY = 16,
};

/* ---- the parent's side ---- */

enum err
intake_send(int fd, uint64_t id, struct span cert, struct span envelope)
{
	OWNED_BUF(message, 1 << 17);

	buf_u64be(&message, id);
	buf_sized(&message, cert);
	buf_sized(&message, envelope);
	if (buf_error(&message) != ERR_OK)
		return ERR_TOO_LARGE;
	return wire_send(fd, WIRE_INTAKE_SINGLE, buf_span(&message));
}

enum err
intake_receive(int fd, struct buf *payload, struct intake_answer *ret_answer)
{
	enum wire_message m;
	struct reader r;
	enum err e = wire_receive(fd, payload, &m);

	*ret_answer = (struct intake_answer){.id = 0};
	if (e != ERR_OK || m == 0)
		return e;
	r = read_from(buf_span(payload));
	ret_answer->id = read_u64be(&r);
	ret_answer->status = (enum intake_status)read_u8(&r);
	ret_answer->body = read_sized(&r, INTAKE_BODY);
	ret_answer->signature = read_sized(&r, INTAKE_BODY);
	return m == WIRE_INTAKE_ANSWER && read_end(&r) ? ERR_OK
						       : err_origin(ERR_PEER);
}

/* ---- what waits ---- */

struct waiting {
	uint64_t id;
	uint8_t actor[32];
	struct buf envelope;
};

struct group {
	struct intake_single single[INTAKE_GROUP];
	size_t n;
};

struct server {
	int fd;
	struct intake *intake;
	struct waiting *queue; /* a ring of INTAKE_QUEUE */
	size_t first;
	size_t n;
	bool ended;
	struct group group[2]; /* the first of the queue, and those behind */
	struct buf message;
	struct buf answer;
};

static enum err take_message(struct server *s);

/* Until something can be sent, what comes is taken, so that two who send to
 * each other do not both wait for the other to read. */
static enum err
wait_to_send(struct server *s)
{
	for (;;) {
		bool room = s->n < INTAKE_QUEUE && !s->ended;
		struct pollfd p = {.fd = s->fd,
			.events = room ? POLLIN | POLLOUT : POLLOUT};
		enum err e = ERR_OK;

		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			return err_origin(ERR_IO);
		if ((p.revents & ~POLLIN) != 0)
			return ERR_OK;
		if ((p.revents & POLLIN) != 0)
			e = take_message(s);
		if (e != ERR_OK)
			return e;
	}
}

static enum err
send_answer(struct server *s, const struct intake_single *single)
{
	enum err e;

	buf_clear(&s->answer);
	buf_u64be(&s->answer, single->id);
	buf_u8(&s->answer, (uint8_t)single->status);
	buf_sized(&s->answer, buf_span(&single->body));
	buf_sized(&s->answer, buf_span(&single->signature));
	e = buf_error(&s->answer);
	if (e == ERR_OK)
		e = wait_to_send(s);
	return e == ERR_OK ? wire_send(s->fd, WIRE_INTAKE_ANSWER,
				     buf_span(&s->answer))
			   : e;
}

static enum err
send_busy(struct server *s, uint64_t id)
{
	struct intake_single single = {.id = id};
	enum err e;

	buf_init(&single.body, 256);
	buf_init(&single.signature, 1);
	e = intake_answer_problem(&single, INTAKE_BUSY, "BUSY",
		"too many requests wait: send it again later");
	if (e == ERR_OK)
		e = send_answer(s, &single);
	buf_fini(&single.body);
	buf_fini(&single.signature);
	return e;
}

static enum err
take_message(struct server *s)
{
	enum wire_message m;
	struct waiting *at;
	struct reader r;
	struct span cert;
	struct span envelope;
	uint64_t id;
	enum err e = wire_receive(s->fd, &s->message, &m);

	s->ended = e == ERR_OK && m == 0;
	if (e != ERR_OK || s->ended)
		return e;
	r = read_from(buf_span(&s->message));
	id = read_u64be(&r);
	cert = read_sized(&r, INTAKE_CERT);
	envelope = read_sized(&r, 1 << 17);
	if (m != WIRE_INTAKE_SINGLE || !read_end(&r) || id == 0)
		return err_origin(ERR_PEER);
	if (s->n == INTAKE_QUEUE)
		return send_busy(s, id);
	at = &s->queue[(s->first + s->n++) % INTAKE_QUEUE];
	at->id = id;
	crypto_sha256(cert, at->actor);
	buf_clear(&at->envelope);
	buf_bytes(&at->envelope, envelope);
	return buf_error(&at->envelope);
}

/* Is there a message, within so many milliseconds? */
static enum err
is_ready(int fd, int ms, bool *ret_ready)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int n = poll(&p, 1, ms);

	if (n < 0 && errno != EINTR)
		return err_origin(ERR_IO);
	*ret_ready = n > 0;
	return ERR_OK;
}

/* All that has come; waits only where nothing does. */
static enum err
take_all(struct server *s)
{
	bool ready = false;
	enum err e = is_ready(s->fd, s->n > 0 ? 0 : IDLE_MS, &ready);

	while (e == ERR_OK && ready && !s->ended) {
		e = take_message(s);
		if (e == ERR_OK && !s->ended)
			e = is_ready(s->fd, 0, &ready);
	}
	return e;
}

/* ---- serving ---- */

/* Of those that wait behind the first `at`. */
static void
ask_next(struct server *s, struct group *group, size_t at)
{
	size_t left = s->n - at;

	group->n = left < INTAKE_GROUP ? left : INTAKE_GROUP;
	for (size_t i = 0; i < group->n; i++) {
		const struct waiting *w =
			&s->queue[(s->first + at + i) % INTAKE_QUEUE];

		group->single[i].id = w->id;
		memcpy(group->single[i].actor, w->actor, 32);
		group->single[i].bytes = buf_span(&w->envelope);
	}
	intake_ask(s->intake, group->single, group->n);
}

static enum err
judge_group(struct server *s, struct group *group)
{
	enum err e = intake_judge(s->intake);
	enum err sent = ERR_OK;

	for (size_t i = 0; sent == ERR_OK && i < group->n; i++)
		sent = send_answer(s, &group->single[i]);
	s->first = (s->first + group->n) % INTAKE_QUEUE;
	s->n -= group->n;
	group->n = 0;
	return e == ERR_OK ? sent : e;
}

/* The group that comes first, and perhaps the front is given the next. */
static enum err
serve_group(struct server *s)
{
	struct group *now = &s->group[0];
	struct group *next = &s->group[1];
	enum err e;

	if (s->group[1].n > 0) {
		now = &s->group[1];
		next = &s->group[0];
	}
	if (now->n == 0)
		ask_next(s, now, 0);
	intake_hear(s->intake);
	e = s->ended ? ERR_OK : take_all(s);
	if (s->n - now->n >= EARLY)
		ask_next(s, next, now->n);
	return e == ERR_OK ? judge_group(s, now) : e;
}

static enum err
serve(struct server *s)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && (!s->ended || s->n > 0)) {
		e = s->ended ? ERR_OK : take_all(s);
		if (e == ERR_OK && s->n > 0)
			e = serve_group(s);
		if (e == ERR_OK && !s->ended)
			e = intake_let_in(s->intake);
	}
	return e;
}

static struct intake_single *
single_at(struct server *s, size_t i)
{
	return &s->group[i / INTAKE_GROUP].single[i % INTAKE_GROUP];
}

static enum err
open_server(struct server *s)
{
	buf_init(&s->message, MESSAGE_MAX);
	buf_init(&s->answer, MESSAGE_MAX);
	for (size_t i = 0; i < 2 * INTAKE_GROUP; i++) {
		struct intake_single *single = single_at(s, i);

		buf_init(&single->body, INTAKE_BODY);
		buf_init(&single->signature, INTAKE_BODY);
	}
	s->queue = mem_zeroed(INTAKE_QUEUE * sizeof(*s->queue));
	if (s->queue == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; i < INTAKE_QUEUE; i++)
		buf_init(&s->queue[i].envelope, 1 << 17);
	return ERR_OK;
}

static void
close_server(struct server *s)
{
	for (size_t i = 0; s->queue != NULL && i < INTAKE_QUEUE; i++)
		buf_fini(&s->queue[i].envelope);
	for (size_t i = 0; i < 2 * INTAKE_GROUP; i++) {
		struct intake_single *single = single_at(s, i);

		buf_fini(&single->body);
		buf_fini(&single->signature);
	}
	mem_free(s->queue);
	buf_fini(&s->message);
	buf_fini(&s->answer);
	s->intake = intake_free(s->intake);
}

enum err
proc_intake(int fd, void *context)
{
	static struct server s;
	const struct intake_where *where = context;
	struct why why = {""};
	enum err e;

	s.fd = fd;
	e = open_server(&s);
	if (e == ERR_OK)
		e = intake_open(
			where->path, where->key, where->today, &s.intake, &why);
	if (e == ERR_OK)
		e = serve(&s);
	if (e != ERR_OK && s.intake != NULL)
		(void)why_set(&why, e, "%s", intake_says(s.intake));
	if (e != ERR_OK && why.text[0] != '\0')
		(void)fprintf(stderr, "weir: intake: %s\n", why.text);
	close_server(&s);
	return e;
}
