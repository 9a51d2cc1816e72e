/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/gate.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>

#include "base/mem.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "proc/proc_sandbox.h"
#include "serve/gate_int.h"

enum {
	WAIT_MS = 250,
	IDLE_RUNS = 4, /* that found nothing; then it waits all the same */
	IDLE_MS = 2,
	PEM_MAX = 1 << 22,
	ETAG_BYTES = 16,
	POLLED = 4096 + 256 + 2, /* connections wait in epoll, questions here */
	SECOND = 1000000000,
};

static const char tls[] = "NORMAL:-VERS-ALL:+VERS-TLS1.3:%SERVER_PRECEDENCE";

/* SIGUSR1: another gate serves now; SIGTERM: nobody does. */
static volatile sig_atomic_t told_to_drain;
static volatile sig_atomic_t told_to_end;

static void
on_end(int number)
{
	told_to_drain = 1;
	if (number == SIGTERM)
		told_to_end = 1;
}

/* ---- connections, and how long they live ---- */

static void
on_connection(void *context, struct MHD_Connection *c, void **state,
	enum MHD_ConnectionNotificationCode what)
{
	struct gate *gate = context;
	struct gate_connection *on = gate_connection_of(
		gate, what == MHD_CONNECTION_NOTIFY_STARTED ? NULL : c);
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

	(void)state;
	if (on == NULL)
		return;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*on = (struct gate_connection){.c = c,
			.fd = info == NULL ? -1 : info->connect_fd,
			.since = os_ticks()};
		buf_init(&on->der, GATE_DER);
		return;
	}
	buf_fini(&on->der);
	on->c = NULL;
}

/* Seconds that its phase may take; 0: as long as it takes, which others watch. */
static uint64_t
allowance(const struct gate *gate, const struct gate_connection *on)
{
	const struct settings *s = gate->start.settings;

	switch (on->phase) {
	case GATE_NEW:
	case GATE_HEADER:
		return s->header;
	case GATE_IDLE:
		return s->idle;
	case GATE_BODY:
	case GATE_ANSWER:
		return s->header + on->bytes / GATE_SLOWEST;
	case GATE_ASKED:
		break;
	}
	return 0;
}

/* MHD's own limit is for idleness only: who sends a byte now and then would
 * stay for ever. */
static void
end_slow_ones(struct gate *gate, int64_t now)
{
	for (uint64_t i = 0; i < gate->start.settings->connections; i++) {
		struct gate_connection *on = &gate->connection[i];
		uint64_t most = on->c == NULL ? 0 : allowance(gate, on);
		bool idle = on->phase == GATE_IDLE;

		if (most == 0 ||
			((uint64_t)(now - on->since) / SECOND <= most &&
				!(idle && told_to_end)))
			continue;
		if (!idle)
			gate_log(gate, "a connection was too slow");
		(void)shutdown(on->fd, SHUT_RDWR);
	}
}

static void
end_late_questions(struct gate *gate, int64_t now)
{
	const uint64_t most = gate->start.settings->answer;
	const uint64_t patience = gate->start.settings->patience;
	struct gate_request *next;

	for (struct gate_request *r = gate->waiting; r != NULL; r = next) {
		next = r->next;
		if ((uint64_t)(now - r->q.since) / SECOND > most)
			gate_question_late(r);
	}
	for (struct gate_request *r = gate->intake.first; r != NULL; r = next) {
		next = r->next;
		if ((uint64_t)(now - r->q.since) / SECOND > patience)
			gate_intake_late(r);
	}
}

/* ---- the daemon ---- */

static size_t
as_written(void *context, struct MHD_Connection *c, char *text)
{
	(void)context;
	(void)c;
	return strlen(text);
}

static void PRINTF_LIKE(2, 0) on_log(void *context, const char *fmt, va_list ap)
{
	char text[GATE_SAYS];
	size_t n;

	(void)vsnprintf(text, sizeof(text), fmt, ap);
	n = strlen(text);
	while (n > 0 && text[n - 1] == '\n')
		text[--n] = '\0';
	gate_log(context, "%s", text);
}

static enum err
read_pem(int folder, const char *name, struct buf *to)
{
	enum err e = os_read(folder, name, to);

	if (e == ERR_OK)
		buf_u8(to, 0);
	if (e == ERR_OK)
		e = buf_error(to);
	if (e != ERR_OK)
		(void)fprintf(stderr, "weir-gate: service/%s: %s\n", name,
			err_text(e));
	return e;
}

static enum err
start_daemon(struct gate *gate)
{
	const struct settings *s = gate->start.settings;
	const union MHD_DaemonInfo *info;
	OWNED_BUF(key, PEM_MAX);
	OWNED_BUF(cert, PEM_MAX);
	OWNED_BUF(clients, PEM_MAX);
	enum err e = read_pem(gate->start.folder, "server.key", &key);

	if (e == ERR_OK)
		e = read_pem(gate->start.folder, "server.crt", &cert);
	if (e == ERR_OK)
		e = read_pem(gate->start.folder, "clients.pem", &clients);
	if (e != ERR_OK)
		return e;
	gate->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_TLS |
						MHD_ALLOW_SUSPEND_RESUME |
						MHD_USE_ERROR_LOG,
		0, NULL, NULL, gate_request_on, gate,
		MHD_OPTION_EXTERNAL_LOGGER, on_log, gate,
		MHD_OPTION_LISTEN_SOCKET, gate->start.listen,
		MHD_OPTION_HTTPS_MEM_KEY, (const char *)key.at,
		MHD_OPTION_HTTPS_MEM_CERT, (const char *)cert.at,
		MHD_OPTION_HTTPS_MEM_TRUST, (const char *)clients.at,
		MHD_OPTION_HTTPS_PRIORITIES, tls, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)s->connections, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
		(unsigned)s->per_address, MHD_OPTION_CONNECTION_TIMEOUT,
		(unsigned)s->idle, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)GATE_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_UNESCAPE_CALLBACK, as_written, NULL,
		MHD_OPTION_URI_LOG_CALLBACK, gate_request_begin, gate,
		MHD_OPTION_NOTIFY_COMPLETED, gate_request_end, gate,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, gate,
		MHD_OPTION_END);
	explicit_bzero(key.at, key.n);
	if (gate->daemon == NULL)
		return err_origin(ERR_IO);
	info = MHD_get_daemon_info(gate->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL)
		return err_origin(ERR_IO);
	gate->wakes = info->epoll_fd;
	return ERR_OK;
}

/* ---- the loop ---- */

static void
step_questions(struct gate *gate, const struct pollfd *p, nfds_t n)
{
	struct gate_request *next;

	for (struct gate_request *r = gate->waiting; r != NULL; r = next) {
		next = r->next;
		for (nfds_t i = 2; i < n; i++)
			if (p[i].fd == r->q.fd && p[i].revents != 0) {
				gate_question_step(r);
				break;
			}
	}
}

static enum err
step(struct gate *gate)
{
	static struct pollfd p[POLLED];
	const struct gate_intake *in = &gate->intake;
	nfds_t n = 2;
	MHD_UNSIGNED_LONG_LONG most = WAIT_MS;
	int wait = WAIT_MS;
	int some;
	int64_t now;

	p[0] = (struct pollfd){.fd = gate->wakes, .events = POLLIN};
	p[1] = (struct pollfd){.fd = in->fd,
		.events = (short)(in->sent < in->out.n && !in->deaf
					  ? POLLIN | POLLOUT
					  : POLLIN)};
	for (struct gate_request *r = gate->waiting; r != NULL && n < POLLED;
		r = r->next) {
		bool more = r->q.sent < r->q.out.n;

		p[n++] = (struct pollfd){.fd = r->q.fd,
			.events = (short)(more ? POLLIN | POLLOUT : POLLIN)};
	}
	if (MHD_get_timeout(gate->daemon, &most) == MHD_YES && most < WAIT_MS)
		wait = (int)most;
	/* MHD never waits while a handshake is under way, and who begins one may
	 * say nothing more. */
	if (wait < IDLE_MS && gate->idle_runs >= IDLE_RUNS)
		wait = IDLE_MS;
	some = poll(p, n, wait);
	if (some < 0 && errno != EINTR)
		return err_origin(ERR_IO);
	gate->idle_runs = some == 0 ? gate->idle_runs + 1 : 0;
	step_questions(gate, p, n);
	if (p[1].revents != 0)
		gate_intake_step(gate, p[1].revents);
	now = os_ticks();
	end_late_questions(gate, now);
	end_slow_ones(gate, now);
	return MHD_run(gate->daemon) == MHD_YES ? ERR_OK : err_origin(ERR_IO);
}

static bool
has_connection(const struct gate *gate)
{
	for (uint64_t i = 0; i < gate->start.settings->connections; i++)
		if (gate->connection[i].c != NULL)
			return true;
	return false;
}

/* No new connection; those there are end after what they have asked. */
static enum err
drain(struct gate *gate)
{
	const int64_t from = os_ticks();
	const struct settings *s = gate->start.settings;
	const int64_t most =
		(int64_t)(s->idle + s->header + s->answer) * SECOND;
	enum err e = ERR_OK;

	gate->draining = true;
	(void)MHD_quiesce_daemon(gate->daemon);
	while (e == ERR_OK && has_connection(gate) && os_ticks() - from < most)
		e = step(gate);
	return e;
}

static enum err
loop(struct gate *gate)
{
	const uint8_t one = 1;
	enum err e = ERR_OK;

	if (write(gate->start.ready, &one, 1) != 1)
		return err_origin(ERR_IO);
	while (e == ERR_OK && !told_to_drain)
		e = step(gate);
	return e == ERR_OK ? drain(gate) : e;
}

static enum err
take_signals(void)
{
	struct sigaction end = {.sa_handler = on_end};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	if (sigaction(SIGTERM, &end, NULL) != 0 ||
		sigaction(SIGUSR1, &end, NULL) != 0 ||
		sigaction(SIGHUP, &ignore, NULL) != 0 ||
		sigaction(SIGINT, &ignore, NULL) != 0 ||
		sigaction(SIGPIPE, &ignore, NULL) != 0)
		return err_origin(ERR_IO);
	return ERR_OK;
}

/* Of each file of the site: the beginning of its hash. */
static enum err
make_etags(struct gate *gate)
{
	const struct serve_site *site = gate->start.site;

	buf_init(&gate->etags, (site->n_files + 1) * ETAG_BYTES);
	for (size_t i = 0; i < site->n_files; i++) {
		uint8_t hash[CRYPTO_SHA256];

		crypto_sha256(site->file[i].bytes, hash);
		buf_bytes(&gate->etags, span_of(hash, ETAG_BYTES));
	}
	return buf_error(&gate->etags);
}

static uint32_t
find_who(const struct serve_site *site)
{
	char allow[ROUTE_ALLOW_MAX];
	uint32_t n = 0;

	return route_find(site, "GET", SPAN(SERVE_WHO), &n, allow) == ERR_OK
		       ? n
		       : (uint32_t)site->n;
}

enum err
gate_serve(const struct gate_start *start)
{
	static struct gate gate;
	const uint64_t n = start->settings->connections;
	enum err e = crypto_init();

	gate.start = *start;
	gate_intake_init(&gate.intake);
	gate.connection = mem_zeroed(n * sizeof(*gate.connection));
	if (gate.connection == NULL)
		return err_origin(ERR_NOMEM);
	gate.next_id = (uint64_t)os_now() << 20;
	gate.who = find_who(start->site);
	if (e == ERR_OK)
		e = make_etags(&gate);
	if (e == ERR_OK)
		e = take_signals();
	if (e == ERR_OK)
		e = start_daemon(&gate);
	if (e == ERR_OK)
		e = board_lock(&start->board, true);
	if (e == ERR_OK)
		e = proc_sandbox_gate(start->folder);
	if (e == ERR_OK)
		e = loop(&gate);
	while (gate.intake.first != NULL)
		gate_intake_late(gate.intake.first);
	while (gate.waiting != NULL) /* MHD stops none that is suspended */
		gate_question_late(gate.waiting);
	if (gate.daemon != NULL)
		MHD_stop_daemon(gate.daemon);
	gate_intake_fini(&gate.intake);
	buf_fini(&gate.etags);
	mem_free(gate.connection);
	return e;
}
