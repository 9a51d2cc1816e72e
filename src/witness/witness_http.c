/* SPDX-License-Identifier: Apache-2.0 */
#include "witness/witness_http.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/mem.h"
#include "os/file.h"

enum {
	CONNECTIONS = 64,
	PER_ADDRESS = 16,
	IDLE_S = 10,
	WHOLE_S = 30, /* of a connection, whatever it does */
	WAIT_MS = 1000,
	MEMORY = 32768, /* of a connection: its header */
};

struct connection {
	int fd; /* -1: free */
	int64_t since;
};

struct witness_http {
	struct witness *w;
	int64_t (*now)(void);
	struct MHD_Daemon *daemon;
	int wakes;
	struct connection connection[CONNECTIONS];
};

/* ---- answers ---- */

static enum MHD_Result
say(struct MHD_Connection *c, unsigned status, const char *type,
	struct span body)
{
	/* MHD copies; its type for a body is not const. */
	struct MHD_Response *r = MHD_create_response_from_buffer(
		body.n, (void *)(uintptr_t)body.at, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result done;

	if (r == NULL)
		return MHD_NO;
	(void)MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	done = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return done;
}

static enum MHD_Result
say_text(struct MHD_Connection *c, unsigned status, const char *text)
{
	return say(c, status, "text/plain; charset=utf-8", span_text(text));
}

static enum MHD_Result
add_checkpoint(
	struct witness_http *http, struct MHD_Connection *c, struct span body)
{
	enum ledger_witness_status status;
	OWNED_BUF(to, LEDGER_WITNESS_LINES);
	enum err e = witness_answer(http->w, body, http->now(), &status, &to);

	if (e != ERR_OK)
		return say_text(c, 500,
			e == ERR_DAMAGED
				? "what this witness kept of the log is damaged"
				: "this witness could not keep the checkpoint");
	return say(c, status,
		status == LEDGER_WITNESS_OTHER_SIZE
			? "text/x.tlog.size"
			: "text/plain; charset=utf-8",
		buf_span(&to));
}

/* "/HEX/checkpoint" */
static enum MHD_Result
get_checkpoint(
	struct witness_http *http, struct MHD_Connection *c, const char *url)
{
	OWNED_BUF(note, LEDGER_NOTE_MAX);
	struct span path = span_text(url);
	enum err e = ERR_NOT_FOUND;

	(void)span_cut(&path, '/');
	if (path.n > 64 && span_eq(span_of(path.at + 64, path.n - 64),
				   SPAN("/checkpoint")))
		e = witness_checkpoint(http->w, span_of(path.at, 64), &note);
	if (e == ERR_NOT_FOUND)
		return say_text(c, 404, "nothing was cosigned by that name\n");
	if (e != ERR_OK)
		return say_text(c, 500, "it cannot be read\n");
	return say(c, 200, "text/plain; charset=utf-8", buf_span(&note));
}

/* ---- requests: the body comes in pieces ---- */

struct upload {
	struct buf body;
};

static enum MHD_Result
route(struct witness_http *http, struct MHD_Connection *c, const char *url,
	const char *method, struct upload *u)
{
	bool post = strcmp(method, "POST") == 0;

	if (strcmp(url, "/add-checkpoint") == 0) {
		if (!post)
			return say_text(c, 405, "POST it\n");
		if (buf_error(&u->body) != ERR_OK)
			return say_text(c, 413, "more than 131,072 bytes\n");
		return add_checkpoint(http, c, buf_span(&u->body));
	}
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return say_text(c, 405, "GET it\n");
	return get_checkpoint(http, c, url);
}

static enum MHD_Result
on_request(void *context, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *data,
	size_t *data_size, void **state)
{
	struct upload *u = *state;

	(void)version;
	if (u == NULL) {
		u = mem_zeroed(sizeof(*u));
		if (u == NULL)
			return MHD_NO;
		buf_init(&u->body, LEDGER_WITNESS_MAX);
		*state = u;
		return MHD_YES;
	}
	if (*data_size > 0) {
		/* Past the maximum nothing is kept, and all of it refused. */
		buf_bytes(&u->body, span_of(data, *data_size));
		*data_size = 0;
		return MHD_YES;
	}
	return route(context, c, url, method, u);
}

static void
on_end(void *context, struct MHD_Connection *c, void **state,
	enum MHD_RequestTerminationCode how)
{
	struct upload *u = *state;

	(void)context;
	(void)c;
	(void)how;
	if (u == NULL)
		return;
	buf_fini(&u->body);
	mem_free(u);
	*state = NULL;
}

/* ---- connections, and how long they live ---- */

static int
socket_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info == NULL ? -1 : info->connect_fd;
}

static void
on_connection(void *context, struct MHD_Connection *c, void **state,
	enum MHD_ConnectionNotificationCode what)
{
	struct witness_http *http = context;
	int fd = socket_of(c);

	(void)state;
	for (size_t i = 0; i < CONNECTIONS; i++) {
		struct connection *slot = &http->connection[i];

		if (what == MHD_CONNECTION_NOTIFY_STARTED && slot->fd < 0) {
			*slot = (struct connection){fd, os_ticks()};
			return;
		}
		if (what == MHD_CONNECTION_NOTIFY_CLOSED && slot->fd == fd) {
			slot->fd = -1;
			return;
		}
	}
}

/* MHD's own limit is for idleness only: who sends a byte now and then would
 * stay for ever. */
static void
end_old_ones(struct witness_http *http)
{
	int64_t now = os_ticks();

	for (size_t i = 0; i < CONNECTIONS; i++)
		if (http->connection[i].fd >= 0 &&
			now - http->connection[i].since >
				(int64_t)WHOLE_S * 1000000000)
			(void)shutdown(http->connection[i].fd, SHUT_RDWR);
}

struct witness_http *
witness_http_free(struct witness_http *http)
{
	if (http == NULL)
		return NULL;
	if (http->daemon != NULL)
		MHD_stop_daemon(http->daemon);
	mem_free(http);
	return NULL;
}

enum err
witness_http_new(struct witness *w, int listen, int64_t (*now)(void),
	struct witness_http **ret_http)
{
	OWNED(witness_http) http = mem_zeroed(sizeof(*http));
	const union MHD_DaemonInfo *info;

	if (http == NULL) {
		os_close(&listen);
		return err_origin(ERR_NOMEM);
	}
	http->w = w;
	http->now = now;
	for (size_t i = 0; i < CONNECTIONS; i++)
		http->connection[i].fd = -1;
	http->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL,
		on_request, http, MHD_OPTION_LISTEN_SOCKET, listen,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)PER_ADDRESS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, http,
		MHD_OPTION_END);
	if (http->daemon == NULL) {
		os_close(&listen);
		return err_origin(ERR_IO);
	}
	info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL)
		return err_origin(ERR_IO);
	http->wakes = info->epoll_fd;
	*ret_http = witness_http_take(&http);
	return ERR_OK;
}

enum err
witness_http_step(struct witness_http *http)
{
	struct pollfd p = {.fd = http->wakes, .events = POLLIN};
	MHD_UNSIGNED_LONG_LONG most = WAIT_MS;
	int wait = WAIT_MS;

	if (MHD_get_timeout(http->daemon, &most) == MHD_YES && most < WAIT_MS)
		wait = (int)most;
	if (poll(&p, 1, wait) < 0 && errno != EINTR)
		return err_origin(ERR_IO);
	end_old_ones(http);
	return MHD_run(http->daemon) == MHD_YES ? ERR_OK : err_origin(ERR_IO);
}
