/* SPDX-License-Identifier: Apache-2.0 */
#include "serve/service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "os/file.h"
#include "os/listen.h"
#include "proc/proc_sandbox.h"
#include "serve/desk.h"
#include "serve/gate.h"
#include "serve/ready.h"
#include "serve/service_int.h"

enum {
	FIRST_FD = 3,   /* of those that systemd gives */
	PAUSE_MS = 100, /* before the first start anew */
	PAUSE_MOST = 30000,
	CALM_MS = 60000, /* after which all is forgotten */
	OLD = 12,        /* of all kinds, that end */
	LOOK_MS = 1000,
	MS = 1000000,
};

/* Those that serve; and one that ends by itself, and is started again at the
 * interval that the settings say. */
enum kind { GATE, DESK, INTAKE, SERVERS, DROP = SERVERS, KINDS };
static const char *const names[KINDS] = {
	"weir-gate", "weir-desk", "weir-intake", "weir-drop"};

struct child {
	pid_t pid;     /* 0: does not run */
	int ready;     /* -1: it is, or it does not run */
	int64_t since; /* ms */
	int64_t at;    /* to be started at; 0: now */
	int64_t pause; /* ms, before the next start */
};

struct service {
	const struct service_options *options;
	struct settings settings;
	int folder;
	int listen;
	int question[2]; /* the gate's end, the desk's */
	int door[2];     /* the gate's end, the intake's */
	struct child child[KINDS];
	pid_t old[OLD]; /* that end */
	struct board board;
	struct ready ready;
	int64_t looked; /* ms */
	sigset_t calm;
	bool told;   /* the service manager, that it is ready */
	bool said;   /* the port, to who started it */
	bool ending; /* told to */
};

static volatile sig_atomic_t told_to_end;
static volatile sig_atomic_t told_to_reload;

static void
on_signal(int number)
{
	if (number == SIGHUP)
		told_to_reload = 1;
	else if (number != SIGCHLD)
		told_to_end = 1;
}

static enum err
take_signals(sigset_t *calm)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
	const struct sigaction act = {.sa_handler = on_signal};
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t own;
	enum err e = ERR_OK;

	(void)sigemptyset(&own);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		(void)sigaddset(&own, numbers[i]);
		if (sigaction(numbers[i], &act, NULL) != 0)
			e = err_origin(ERR_IO);
	}
	if (sigprocmask(SIG_BLOCK, &own, calm) != 0 ||
		sigaction(SIGPIPE, &ignore, NULL) != 0)
		e = err_origin(ERR_IO);
	return e;
}

static int64_t
now_ms(void)
{
	return os_ticks() / MS;
}

/* ---- settings ---- */

static enum err
read_settings(const struct service *s, struct settings *ret, struct why *why)
{
	OWNED_BUF(text, SETTINGS_MAX);
	const char *path = s->options->path;
	struct why of = {""};
	enum err e = os_read(s->folder, "settings", &text);

	if (e != ERR_OK)
		return why_set(
			why, e, "%s/service/settings: %s", path, err_text(e));
	e = settings_parse(buf_span(&text), ret, &of);
	return e == ERR_OK ? ERR_OK
			   : why_set(why, e, "%s/service/settings: %s", path,
				     of.text);
}

static enum err
check_files(const struct service *s, uint64_t drop, struct why *why)
{
	/* The last where rounds of drop are done. */
	static const char *const files[] = {
		"server.key", "server.crt", "clients.pem", "drop.crt"};
	size_t n = sizeof(files) / sizeof(*files) - (drop == 0 ? 1 : 0);

	for (size_t i = 0; i < n; i++)
		if (!os_exists(s->folder, files[i]))
			return why_set(why, ERR_NOT_FOUND,
				"%s/service/%s is missing: "
				"docs/formats/service.md says what it is",
				s->options->path, files[i]);
	return ERR_OK;
}

/* ---- children ---- */

/* The descriptors of a process of ours and no other. */
static void
keep_only(const int *fds, size_t n)
{
	for (int fd = FIRST_FD; fd < 64; fd++) {
		bool kept = false;

		for (size_t i = 0; i < n; i++)
			kept = kept || fds[i] == fd;
		if (!kept)
			(void)close(fd);
	}
	(void)close_range(64, ~0U, 0);
}

static enum err
run_gate(const struct service *s, int ready)
{
	const int fds[] = {
		s->listen, s->question[0], s->door[0], s->folder, ready};
	const struct gate_start start = {
		.site = s->options->site,
		.settings = &s->settings,
		.listen = s->listen,
		.desk = s->question[0],
		.door = s->door[0],
		.ready = ready,
		.folder = s->folder,
		.board = s->board,
	};

	keep_only(fds, sizeof(fds) / sizeof(*fds));
	return gate_serve(&start);
}

static enum err
run_desk(const struct service *s, int ready)
{
	const int fds[] = {s->question[1], ready};
	const struct desk_start start = {
		.path = s->options->path,
		.site = s->options->site,
		.settings = &s->settings,
		.today = s->options->today,
		.questions = s->question[1],
		.ready = ready,
		.board = s->board,
	};

	keep_only(fds, sizeof(fds) / sizeof(*fds));
	return desk_serve(&start);
}

static enum err
run_drop(const struct service *s)
{
	keep_only(&s->folder, 1);
	return drop_round(s->options->path, s->folder);
}

static enum err
run_intake(const struct service *s, int ready)
{
	const int fds[] = {s->door[1], ready};

	keep_only(fds, sizeof(fds) / sizeof(*fds));
	return service_intake(
		s->options->path, &s->settings, s->door[1], ready);
}

static enum err
run(const struct service *s, enum kind kind, int ready)
{
	switch (kind) {
	case GATE:
		return run_gate(s, ready);
	case DESK:
		return run_desk(s, ready);
	case INTAKE:
		return run_intake(s, ready);
	case DROP:
		return run_drop(s);
	case KINDS:
		break;
	}
	return ERR_OK;
}

static _Noreturn void
be_child(const struct service *s, enum kind kind, int ready, pid_t parent)
{
	enum err e;

	(void)prctl(PR_SET_NAME, names[kind]);
	/* Nothing of a gate outlives us; the others end what they do; a round
	 * of drop that was cut off is done again. */
	(void)prctl(PR_SET_PDEATHSIG, kind == GATE ? SIGKILL : SIGTERM);
	if (getppid() != parent)
		_exit(EXIT_FAILURE);
	(void)sigprocmask(SIG_SETMASK, &s->calm, NULL);
	e = run(s, kind, ready);
	if (e != ERR_OK)
		(void)fprintf(stderr, "%s: %s\n", names[kind], err_text(e));
	_exit(e == ERR_OK ? EXIT_SUCCESS : EXIT_FAILURE);
}

static enum err
start(struct service *s, enum kind kind)
{
	struct child *c = &s->child[kind];
	const pid_t parent = getpid();
	int ready[2];
	pid_t pid;

	(void)fflush(NULL);
	if (pipe2(ready, O_CLOEXEC) != 0)
		return err_origin(ERR_IO);
	pid = fork();
	if (pid == 0)
		be_child(s, kind, ready[1], parent);
	os_close(&ready[1]);
	if (pid < 0) {
		os_close(&ready[0]);
		return err_origin(ERR_IO);
	}
	os_close(&c->ready);
	c->pid = pid;
	c->ready = ready[0];
	c->since = now_ms();
	if (kind == DROP) /* which ends by itself, and for which nobody waits */
		os_close(&c->ready);
	else
		atomic_fetch_add(kind == GATE ? &s->board.parent->gates
					      : &s->board.parent->others,
			1);
	return ERR_OK;
}

/* It ended by itself: again, after a pause that grows. */
static void
ended(struct service *s, enum kind kind, int status)
{
	struct child *c = &s->child[kind];
	int64_t now = now_ms();

	if (kind == DROP && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		c->pid = 0;
		c->pause = PAUSE_MS;
		c->at = now + (int64_t)s->settings.drop * 1000;
		return;
	}
	if (now - c->since > CALM_MS)
		c->pause = PAUSE_MS;
	if (!s->ending)
		(void)fprintf(stderr,
			"weir: %s ended (%s %d): again in %lld ms\n",
			names[kind], WIFSIGNALED(status) ? "signal" : "status",
			WIFSIGNALED(status) ? WTERMSIG(status)
					    : WEXITSTATUS(status),
			(long long)c->pause);
	os_close(&c->ready);
	c->pid = 0;
	c->at = now + c->pause;
	c->pause = c->pause * 2 > PAUSE_MOST ? PAUSE_MOST : c->pause * 2;
}

static void
reap(struct service *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (int kind = 0; kind < KINDS; kind++)
			if (s->child[kind].pid == pid)
				ended(s, (enum kind)kind, status);
		for (size_t i = 0; i < OLD; i++)
			if (s->old[i] == pid)
				s->old[i] = 0;
	}
}

static bool
has_old(const struct service *s)
{
	for (size_t i = 0; i < OLD; i++)
		if (s->old[i] != 0)
			return true;
	return false;
}

/* ---- reload: the new one serves before the old one ends ---- */

static void
let_go(struct service *s, pid_t pid, int number)
{
	if (pid == 0)
		return;
	(void)kill(pid, number);
	for (size_t i = 0; i < OLD; i++)
		if (s->old[i] == 0) {
			s->old[i] = pid;
			return;
		}
	(void)kill(pid, SIGKILL); /* reloaded all too often */
}

static void
reload(struct service *s)
{
	struct settings settings;
	struct why why = {""};
	struct child before[SERVERS];
	enum err e = service_make(s->options->path, "DNS:localhost", &why);

	if (e == ERR_OK)
		e = read_settings(s, &settings, &why);
	if (e == ERR_OK)
		e = check_files(s, settings.drop, &why);
	if (e != ERR_OK) {
		(void)fprintf(
			stderr, "weir: nothing is reloaded: %s\n", why.text);
		return;
	}
	service_notify("RELOADING=1");
	s->settings = settings;
	s->told = false;
	s->child[DROP].at = 0; /* the interval may be another */
	memcpy(before, s->child, sizeof(before));
	for (int kind = 0; kind < SERVERS; kind++) {
		struct child *c = &s->child[kind];

		os_close(&c->ready);
		c->pid = 0;
		if (start(s, (enum kind)kind) != ERR_OK) {
			*c = before[kind];
			continue;
		}
		let_go(s, before[kind].pid, kind == GATE ? SIGUSR1 : SIGTERM);
	}
}

/* ---- the loop ---- */

static void
take_ready(struct service *s, enum kind kind)
{
	uint8_t one;
	struct child *c = &s->child[kind];

	if (read(c->ready, &one, 1) == 1)
		os_close(&c->ready);
}

/* The intake may wait for the instance yet; what is sent to it waits too. */
static bool
all_serve(const struct service *s)
{
	for (int kind = 0; kind < INTAKE; kind++)
		if (s->child[kind].pid == 0 || s->child[kind].ready >= 0)
			return false;
	return true;
}

/* What /readiness says, on the board: of the processes at once, of the instance
 * once a second. */
static void
look(struct service *s)
{
	struct board_parent *b = s->board.parent;
	int64_t now = now_ms();

	if (!all_serve(s))
		atomic_store(&b->state, BOARD_STARTING);
	else if (now - s->looked >= LOOK_MS ||
		 atomic_load(&b->state) == BOARD_STARTING) {
		s->looked = now;
		atomic_store(&b->sandbox, ready_sandbox(s->options->path));
		atomic_store(&b->state,
			ready_look(&s->ready, s->options->path, os_now()));
	}
	atomic_store(&b->looked, os_ticks());
}

/* All serve: whoever waits for it hears it once. */
static void
tell_ready(struct service *s)
{
	if (!all_serve(s) || s->told)
		return;
	s->told = true;
	service_notify("READY=1");
	if (s->said)
		return;
	s->said = true;
	s->options->ready(s->options->context, os_port(s->listen));
}

static enum err
start_due(struct service *s, int *ret_wait)
{
	int64_t now = now_ms();
	enum err e = ERR_OK;

	*ret_wait = LOOK_MS;
	for (int kind = 0; e == ERR_OK && kind < KINDS; kind++) {
		struct child *c = &s->child[kind];

		if (c->pid != 0 || (kind == DROP && s->settings.drop == 0))
			continue;
		if (c->at <= now)
			e = start(s, (enum kind)kind);
		else if (c->at - now < *ret_wait)
			*ret_wait = (int)(c->at - now);
	}
	return e;
}

static enum err
wait_some(struct service *s, int ms)
{
	const struct timespec most = {
		.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * MS};
	struct pollfd p[SERVERS];
	int n;

	for (int kind = 0; kind < SERVERS; kind++)
		p[kind] = (struct pollfd){
			.fd = s->child[kind].ready, .events = POLLIN};
	n = ppoll(p, SERVERS, &most, &s->calm);
	if (n < 0 && errno != EINTR)
		return err_origin(ERR_IO);
	for (int kind = 0; n > 0 && kind < SERVERS; kind++)
		if ((p[kind].revents & POLLIN) != 0)
			take_ready(s, (enum kind)kind);
	return ERR_OK;
}

static void
tell_to_end(struct service *s, enum kind kind)
{
	if (s->child[kind].pid != 0)
		(void)kill(s->child[kind].pid, SIGTERM);
}

/* The gate first, which ends what it has asked; then those whom it asked.  A
 * round of drop ends where it is. */
static enum err
end_all(struct service *s)
{
	enum err e = ERR_OK;

	s->ending = true;
	service_notify("STOPPING=1");
	tell_to_end(s, GATE);
	tell_to_end(s, DROP);
	for (size_t i = 0; i < OLD; i++)
		if (s->old[i] != 0)
			(void)kill(s->old[i], SIGTERM);
	while (e == ERR_OK && (s->child[GATE].pid != 0 || has_old(s))) {
		e = wait_some(s, 1000);
		reap(s);
	}
	tell_to_end(s, DESK);
	tell_to_end(s, INTAKE);
	while (e == ERR_OK &&
		(s->child[DESK].pid != 0 || s->child[INTAKE].pid != 0 ||
			s->child[DROP].pid != 0)) {
		e = wait_some(s, 1000);
		reap(s);
	}
	return e;
}

static enum err
loop(struct service *s)
{
	enum err e = ERR_OK;
	int wait;

	while (e == ERR_OK && !told_to_end) {
		if (told_to_reload) {
			told_to_reload = 0;
			reload(s);
		}
		e = start_due(s, &wait);
		if (e == ERR_OK)
			e = wait_some(s, wait);
		reap(s);
		look(s);
		tell_ready(s);
	}
	return e == ERR_OK ? end_all(s) : e;
}

/* ---- opening ---- */

/* A socket that systemd opened for us, or our own. */
static enum err
open_port(struct service *s, struct why *why)
{
	const char *pid = getenv("LISTEN_PID");
	const char *n = getenv("LISTEN_FDS");
	const char *where = s->options->listen == NULL ? s->settings.listen
						       : s->options->listen;
	uint64_t number;
	unsigned port;
	enum err e;

	if (pid != NULL && n != NULL &&
		num_parse(span_text(pid), INT32_MAX, &number) &&
		number == (uint64_t)getpid() &&
		num_parse(span_text(n), 64, &number) && number == 1 &&
		os_port(FIRST_FD) != 0) {
		s->listen = FIRST_FD;
		return ERR_OK;
	}
	e = os_listen(where, &s->listen, &port);
	if (e == ERR_MALFORMED)
		return why_set(why, e,
			"%s: an address and a port, 127.0.0.1:8443 or "
			"[::1]:8443",
			where);
	return e == ERR_OK ? ERR_OK
			   : why_set(why, e, "%s: %s", where,
				     e == ERR_BUSY ? "this port is taken"
						   : err_text(e));
}

static enum err
open_folder(struct service *s, struct why *why)
{
	OWNED_FD dir = -1;
	const char *path = s->options->path;
	enum err e = os_folder(AT_FDCWD, path, false, &dir);

	if (e == ERR_OK)
		e = os_folder(dir, "service", false, &s->folder);
	return e == ERR_OK ? ERR_OK
			   : why_set(why, e,
				     "%s/service: %s: `weir -C %s serve "
				     "--init` makes it",
				     path, err_text(e), path);
}

/* From here on it opens nothing but below the instance. */
static enum err
lock_in(const char *path)
{
	OWNED_FD dir = -1;
	enum err e = os_folder(AT_FDCWD, path, false, &dir);

	(void)fprintf(stderr, "weir: locks: %s\n", proc_sandbox_text());
	return e == ERR_OK ? proc_sandbox_parent(dir) : e;
}

static bool
open_pair(int pair[2])
{
	return socketpair(AF_UNIX,
		       SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		       pair) == 0;
}

static enum err
open_all(struct service *s, struct why *why)
{
	enum err e = open_folder(s, why);

	if (e == ERR_OK)
		e = read_settings(s, &s->settings, why);
	if (e == ERR_OK)
		e = check_files(s, s->settings.drop, why);
	if (e == ERR_OK)
		e = open_port(s, why);
	if (e == ERR_OK)
		e = board_make(&s->board);
	if (e == ERR_OK)
		e = lock_in(s->options->path);
	if (e == ERR_OK && !open_pair(s->question))
		e = err_origin(ERR_IO);
	if (e == ERR_OK && !open_pair(s->door))
		e = err_origin(ERR_IO);
	return e == ERR_OK ? take_signals(&s->calm) : e;
}

enum err
service_run(const struct service_options *options, struct why *reterr_why)
{
	static struct service s;
	enum err e;

	s = (struct service){.options = options,
		.folder = -1,
		.listen = -1,
		.question = {-1, -1},
		.door = {-1, -1}};
	for (int kind = 0; kind < KINDS; kind++)
		s.child[kind] = (struct child){.ready = -1, .pause = PAUSE_MS};
	e = open_all(&s, reterr_why);
	if (e == ERR_OK)
		e = loop(&s);
	os_close(&s.listen);
	os_close(&s.question[0]);
	os_close(&s.question[1]);
	os_close(&s.door[0]);
	os_close(&s.door[1]);
	os_close(&s.folder);
	return e;
}
