/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The intake as a process: envelopes from those who send, answers back.  It
 * waits for its work and for nobody's reading: what cannot be sent yet is kept
 * for that peer, and a peer who lets too much lie is closed.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/read.h"
#include "os/file.h"
#include "os/signals.h"
#include "proc/proc_intake_int.h"
#include "proc/proc_sandbox.h"
#include "wire/wire.h"

enum {
	MESSAGE_MAX = 1 << 18,
	PART = 1 << 16,
	OUT_MAX = 1 << 25, /* answers that a peer lets lie */
	IDLE_MS = 20, /* how long somebody waits for the lock at the most */
	KNOWN = 64,   /* certificates whose roles are known */
};

/* ---- messages ---- */

void
intake_put(struct buf *to, uint64_t id, struct span cert, struct span envelope)
{
	OWNED_BUF(message, 1 << 17);

	buf_u64be(&message, id);
	buf_sized(&message, cert);
	buf_sized(&message, envelope);
	if (buf_error(&message) == ERR_OK)
		wire_put(to, WIRE_INTAKE_SINGLE, buf_span(&message));
	else
		to->error = ERR_TOO_LARGE;
}

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
intake_answer_read(struct span payload, struct intake_answer *ret_answer)
{
	struct reader r = read_from(payload);
	struct intake_answer a = {.id = read_u64be(&r)};
	uint8_t status = read_u8(&r);

	a.status = (enum intake_status)status;
	a.batch = read_u32be(&r);
	a.refused = (enum err)(int32_t)read_u32be(&r);
	a.code = read_sized(&r, LAW_CODE_MAX);
	a.sentence = read_sized(&r, WHY_MAX);
	a.body = read_sized(&r, INTAKE_BODY);
	a.signature = read_sized(&r, INTAKE_BODY);
	*ret_answer = a;
	return read_end(&r) && a.id != 0 && status >= INTAKE_DECIDED &&
			       status <= INTAKE_FAILED
		       ? ERR_OK
		       : err_origin(ERR_PEER);
}

enum err
intake_receive(int fd, struct buf *payload, struct intake_answer *ret_answer)
{
	enum wire_message m;
	enum err e = wire_receive(fd, payload, &m);

	*ret_answer = (struct intake_answer){.id = 0};
	if (e != ERR_OK || m == 0)
		return e;
	return m == WIRE_INTAKE_ANSWER
		       ? intake_answer_read(buf_span(payload), ret_answer)
		       : err_origin(ERR_PEER);
}

/* ---- who sends, and what waits ---- */

struct peer {
	int fd;        /* -1: free */
	uint32_t turn; /* of this place: an answer is for whom sent */
	bool ended;    /* nothing more comes */
	struct buf in;
	struct buf out;
	size_t sent;
	size_t n; /* of theirs that wait */
};

struct waiting {
	struct intake_single single;
	const char *barred[INSTANCE_BARRED];
	size_t peer;
	uint32_t turn;
	struct buf envelope;
};

/* What a certificate is barred from: asked once. */
struct known {
	bool is;
	uint8_t print[32];
	uint64_t barred;
};

struct server {
	const struct intake_serving *serving; /* NULL: one peer */
	struct intake *intake;
	struct peer peer[INTAKE_PEERS];
	/* A ring of INTAKE_QUEUE: those that are judged, those that the front has
	 * or had, and those that wait for it. */
	struct waiting *queue;
	size_t first;
	size_t n;
	size_t asked;
	bool ending;
	bool broke; /* what comes cannot be waited for */
	struct known known[KNOWN];
	struct buf answer;
};

static void
drop_peer(struct peer *p)
{
	os_close(&p->fd);
	buf_fini(&p->in);
	buf_fini(&p->out);
	p->turn++;
	p->sent = 0;
	p->n = 0;
	p->ended = false;
}

static void
add_peer(struct server *s, int fd)
{
	struct peer *p = s->peer;

	while (p < s->peer + INTAKE_PEERS && p->fd >= 0)
		p++;
	if (p == s->peer + INTAKE_PEERS ||
		fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
		os_close(&fd);
		return;
	}
	p->fd = fd;
}

/* What fits goes out; the rest when it can. */
static void
flush(struct peer *p)
{
	while (p->fd >= 0 && p->sent < p->out.n) {
		ssize_t n = wire_give(p->fd,
			span_of(p->out.at + p->sent, p->out.n - p->sent), -1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			drop_peer(p);
			return;
		}
		p->sent += (size_t)n;
	}
	buf_clear(&p->out);
	p->sent = 0;
}

static void
put_answer(struct server *s, struct peer *p, const struct intake_single *single)
{
	buf_clear(&s->answer);
	buf_u64be(&s->answer, single->id);
	buf_u8(&s->answer, (uint8_t)single->status);
	buf_u32be(&s->answer, single->batch);
	buf_u32be(&s->answer, (uint32_t)single->refused);
	buf_sized(&s->answer, span_text(single->code));
	buf_sized(&s->answer, span_text(single->why.text));
	buf_sized(&s->answer, buf_span(&single->body));
	buf_sized(&s->answer, buf_span(&single->signature));
	if (buf_error(&s->answer) == ERR_OK)
		wire_put(&p->out, WIRE_INTAKE_ANSWER, buf_span(&s->answer));
	if (buf_error(&s->answer) != ERR_OK || buf_error(&p->out) != ERR_OK)
		drop_peer(p);
}

static void
put_busy(struct server *s, struct peer *p, uint64_t id)
{
	struct intake_single single = {.id = id};

	buf_init(&single.body, 256);
	buf_init(&single.signature, 1);
	if (intake_answer_problem(&single, INTAKE_BUSY, ERR_BUSY, "BUSY",
		    "too many requests wait: send it again in a moment") ==
		ERR_OK)
		put_answer(s, p, &single);
	buf_fini(&single.body);
	buf_fini(&single.signature);
}

/* What was sent by now is read, and nothing that comes after. */
static void
begin_end(struct server *s)
{
	s->ending = true;
	for (size_t i = 0; i < INTAKE_PEERS; i++)
		if (s->peer[i].fd >= 0)
			(void)shutdown(s->peer[i].fd, SHUT_RD);
}

/* ---- taking ---- */

static uint64_t
barred_of(struct server *s, const uint8_t print[32], struct span cert)
{
	struct known *k = &s->known[print[0] % KNOWN];

	if (s->serving == NULL || s->serving->bars == NULL)
		return 0;
	if (!k->is || memcmp(k->print, print, 32) != 0) {
		k->is = true;
		memcpy(k->print, print, 32);
		k->barred = s->serving->bars(s->serving->context, cert);
	}
	return k->barred;
}

static struct waiting *
waiting_at(const struct server *s, size_t i)
{
	return &s->queue[(s->first + i) % INTAKE_QUEUE];
}

static void
name_barred(const struct server *s, struct waiting *at, uint64_t barred)
{
	at->single.barred = at->barred;
	at->single.n_barred = 0;
	for (size_t k = 0; barred >> k != 0; k++)
		if ((barred >> k & 1) != 0)
			at->barred[at->single.n_barred++] = s->serving->role[k];
}

static bool
take_message(struct server *s, struct peer *p, enum wire_message m,
	struct span payload)
{
	struct reader r = read_from(payload);
	uint64_t id = read_u64be(&r);
	struct span cert = read_sized(&r, INTAKE_CERT);
	struct span envelope = read_sized(&r, 1 << 17);
	struct waiting *at;

	if (m != WIRE_INTAKE_SINGLE || !read_end(&r) || id == 0)
		return false;
	if (s->n == INTAKE_QUEUE) {
		put_busy(s, p, id);
		return true;
	}
	at = waiting_at(s, s->n);
	at->peer = (size_t)(p - s->peer);
	at->turn = p->turn;
	buf_clear(&at->envelope);
	buf_bytes(&at->envelope, envelope);
	if (buf_error(&at->envelope) != ERR_OK)
		return false;
	at->single.id = id;
	at->single.bytes = buf_span(&at->envelope);
	crypto_sha256(cert, at->single.actor);
	name_barred(s, at, barred_of(s, at->single.actor, cert));
	s->n++;
	p->n++;
	return true;
}

/* All messages that are whole; false: they spoke out of turn. */
static bool
take_messages(struct server *s, struct peer *p)
{
	struct span bytes = buf_span(&p->in);
	struct span payload;
	enum wire_message m;
	enum err e;

	while ((e = wire_next(&bytes, &m, &payload)) == ERR_OK)
		if (!take_message(s, p, m, payload) || p->fd < 0)
			return false;
	if (e != ERR_NOT_FOUND)
		return false;
	if (bytes.n > 0)
		memmove(p->in.at, bytes.at, bytes.n);
	p->in.n = bytes.n;
	return true;
}

static void
take_from(struct server *s, struct peer *p)
{
	static uint8_t part[PART];

	while (p->fd >= 0 && !p->ended && s->n < INTAKE_QUEUE) {
		ssize_t n = recv(p->fd, part, sizeof(part), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		p->ended = n <= 0;
		if (n <= 0)
			return;
		buf_bytes(&p->in, span_of(part, (size_t)n));
		if (buf_error(&p->in) != ERR_OK || !take_messages(s, p))
			drop_peer(p);
	}
}

static void
take_peer(struct server *s)
{
	uint8_t one;
	int fd = -1;
	ssize_t n = wire_take(s->serving->door, &one, sizeof(one), &fd);

	if (n > 0 && fd >= 0)
		add_peer(s, fd);
	else
		os_close(&fd);
	if (n == 0 && !s->ending) /* nobody is left who could come */
		begin_end(s);
}

/* ---- waiting ---- */

static short
events_of(const struct server *s, const struct peer *p)
{
	bool room = s->n < INTAKE_QUEUE && !p->ended;

	return (short)((room ? POLLIN : 0) |
		       (p->sent < p->out.n ? POLLOUT : 0));
}

static void
go_on(struct server *s, struct peer *p, short events)
{
	if ((events & ~POLLIN) != 0)
		flush(p);
	if ((events & ~POLLOUT) != 0)
		take_from(s, p);
}

static void
ask_more(struct server *s)
{
	struct intake_single *single[INTAKE_GROUP];
	size_t n = intake_room(s->intake);

	if (n > s->n - s->asked)
		n = s->n - s->asked;
	for (size_t i = 0; i < n; i++)
		single[i] = &waiting_at(s, s->asked + i)->single;
	if (n > 0)
		intake_ask(s->intake, single, n);
	s->asked += n;
}

/* What comes is taken, and the front is heard and asked. */
static enum err
wait_some(struct server *s, int ms)
{
	const struct timespec most = {.tv_nsec = (long)ms * 1000000};
	const struct intake_serving *serving = s->serving;
	struct pollfd p[INTAKE_PEERS + 2];
	int n;

	for (size_t i = 0; i < INTAKE_PEERS; i++) {
		short events = events_of(s, &s->peer[i]);

		p[i] = (struct pollfd){
			.fd = events == 0 ? -1 : s->peer[i].fd, events, 0};
	}
	p[INTAKE_PEERS] = (struct pollfd){
		.fd = serving == NULL || s->ending ? -1 : serving->door,
		.events = POLLIN};
	if (intake_front(s->intake) < 0)
		intake_hear(s->intake); /* none of them may send */
	p[INTAKE_PEERS + 1] = (struct pollfd){
		.fd = intake_front(s->intake), .events = POLLIN};
	n = ppoll(p, INTAKE_PEERS + 2, &most,
		serving == NULL ? NULL : serving->calm);
	if (n < 0 && errno != EINTR)
		return err_origin(ERR_IO);
	for (size_t i = 0; n > 0 && i < INTAKE_PEERS; i++)
		go_on(s, &s->peer[i], p[i].revents);
	if (n > 0 && (p[INTAKE_PEERS].revents & POLLIN) != 0)
		take_peer(s);
	if (n > 0 && p[INTAKE_PEERS + 1].revents != 0)
		intake_hear(s->intake);
	ask_more(s);
	return ERR_OK;
}

/* Between two lines: the front never waits for us. */
static void
meanwhile(void *context)
{
	struct server *s = context;

	s->broke = s->broke || wait_some(s, 0) != ERR_OK;
}

/* Who has ended, has no more that waits, and has all its answers. */
static void
drop_ended(struct server *s)
{
	for (size_t i = 0; i < INTAKE_PEERS; i++) {
		struct peer *p = &s->peer[i];

		if (p->fd >= 0 && p->ended && p->n == 0 && p->out.n == 0)
			drop_peer(p);
	}
}

static bool
has_peer(const struct server *s)
{
	for (size_t i = 0; i < INTAKE_PEERS; i++)
		if (s->peer[i].fd >= 0)
			return true;
	return false;
}

/* ---- serving ---- */

/* To whom sent the first `n`. */
static void
give(struct server *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct waiting *at = waiting_at(s, i);
		struct peer *p = &s->peer[at->peer];

		if (p->fd < 0 || p->turn != at->turn)
			continue;
		p->n--;
		put_answer(s, p, &at->single);
	}
	for (size_t i = 0; i < INTAKE_PEERS; i++)
		flush(&s->peer[i]);
	s->first = (s->first + n) % INTAKE_QUEUE;
	s->n -= n;
	s->asked -= n;
}

static enum err
serve_group(struct server *s)
{
	size_t n = intake_n_heard(s->intake);
	enum err e = intake_judge(s->intake);

	if (e == ERR_OK)
		give(s, n);
	return s->broke ? err_origin(ERR_IO) : e;
}

static enum err
serve(struct server *s)
{
	enum err e;

	for (;;) {
		if (s->serving != NULL && !s->ending &&
			(*s->serving->told || intake_is_old(s->intake)))
			begin_end(s);
		drop_ended(s);
		if ((s->serving == NULL || s->ending) && !has_peer(s))
			return ERR_OK;
		e = wait_some(s, intake_n_heard(s->intake) > 0 ? 0 : IDLE_MS);
		if (s->serving != NULL)
			os_let_signals_in(s->serving->calm);
		if (e == ERR_OK && intake_n_heard(s->intake) > 0)
			e = serve_group(s);
		if (e == ERR_OK)
			e = intake_let_in(s->intake);
		if (e != ERR_OK)
			return e;
	}
}

static enum err
open_server(struct server *s)
{
	buf_init(&s->answer, MESSAGE_MAX);
	for (size_t i = 0; i < INTAKE_PEERS; i++) {
		s->peer[i].fd = -1;
		buf_init(&s->peer[i].in, MESSAGE_MAX + PART);
		buf_init(&s->peer[i].out, OUT_MAX);
	}
	s->queue = mem_zeroed(INTAKE_QUEUE * sizeof(*s->queue));
	if (s->queue == NULL)
		return err_origin(ERR_NOMEM);
	for (size_t i = 0; i < INTAKE_QUEUE; i++) {
		buf_init(&s->queue[i].envelope, 1 << 17);
		buf_init(&s->queue[i].single.body, INTAKE_BODY);
		buf_init(&s->queue[i].single.signature, INTAKE_BODY);
	}
	return ERR_OK;
}

static void
close_server(struct server *s)
{
	for (size_t i = 0; s->queue != NULL && i < INTAKE_QUEUE; i++) {
		buf_fini(&s->queue[i].envelope);
		buf_fini(&s->queue[i].single.body);
		buf_fini(&s->queue[i].single.signature);
	}
	for (size_t i = 0; i < INTAKE_PEERS; i++)
		drop_peer(&s->peer[i]);
	mem_free(s->queue);
	buf_fini(&s->answer);
	s->intake = intake_free(s->intake);
}

static struct server server;

enum err
proc_intake(int fd, void *context)
{
	const struct intake_where *where = context;
	struct why why = {""};
	enum err e = open_server(&server);

	if (e == ERR_OK) {
		add_peer(&server, fd);
		e = intake_open(where->path, where->key, where->today,
			&server.intake, &why);
	}
	if (e == ERR_OK) {
		intake_set_meanwhile(server.intake, meanwhile, &server);
		e = serve(&server);
	}
	if (e != ERR_OK && server.intake != NULL)
		(void)why_set(&why, e, "%s", intake_says(server.intake));
	if (e != ERR_OK && why.text[0] != '\0')
		(void)fprintf(stderr, "weir: intake: %s\n", why.text);
	close_server(&server);
	return e;
}

enum err
intake_serve(const struct intake_serving *serving, struct why *reterr_why)
{
	enum err e = open_server(&server);

	server.serving = serving;
	if (e == ERR_OK)
		e = intake_open_for_all(
			serving->path, &server.intake, reterr_why);
	if (e == ERR_OK)
		e = proc_sandbox_intake();
	if (e == ERR_OK)
		e = serving->begin(serving->context);
	if (e == ERR_OK) {
		intake_set_meanwhile(server.intake, meanwhile, &server);
		e = serve(&server);
	}
	if (e != ERR_OK && server.intake != NULL)
		(void)why_set(reterr_why, e, "%s", intake_says(server.intake));
	close_server(&server);
	return e;
}
