/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service's processes are locked in: in each a forbidden open, socket and
 * ptrace is tried, by code of a site of this test's own that runs there: the
 * parent's at `ready`, the gate's where it words a refusal, a worker's (which
 * has the desk's locks, and its own) in a handler.  What a lock kills dies
 * alone, and the others answer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/code.h"
#include "os/file.h"
#include "proc/proc_incident.h"
#include "serve/service.h"

#if defined(__SANITIZE_ADDRESS__)
#define SECCOMP 0 /* sanitizers need calls of their own: Landlock alone */
#else
#define SECCOMP 1
#endif

enum plant { NOTHING, OPEN, SOCKET, PTRACE, EXEC };

/* Seen by all processes of the service. */
static struct {
	_Atomic int parent; /* what is planted where */
	_Atomic int gate;
	_Atomic int gate_did; /* errno of it; -1: it worked */
	_Atomic int port;
} * shared;

static char dir[64];
static pid_t service;

static int
planted(int what)
{
	char *const none[] = {NULL};
	long done = 0;

	if (what == OPEN)
		done = open("/etc/hostname", O_RDWR);
	else if (what == SOCKET)
		done = socket(AF_PACKET, SOCK_RAW, 0);
	else if (what == PTRACE)
		done = ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	else if (what == EXEC)
		done = execve("/bin/true", none, none);
	return done < 0 ? errno : -1;
}

/* ---- the site ---- */

static void
refuse(unsigned status, enum err e, const char *says, struct answer *answer)
{
	int what = shared->gate;

	(void)e;
	answer->status = status;
	answer->type = ANSWER_TEXT_PLAIN;
	if (status == 404 && what != NOTHING) {
		shared->gate = NOTHING; /* once */
		shared->gate_did = planted(what);
	}
	buf_text(&answer->body, says);
}

static enum err
do_it(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	uint64_t what = 0;

	(void)desk;
	(void)ask_number(ask, ASK_QUERY, "plant", EXEC, &what);
	answer->type = ANSWER_TEXT_PLAIN;
	buf_printf(&answer->body, "%d", planted((int)what));
	return ERR_OK;
}

static enum err
take_form(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	(void)desk;
	answer->type = ANSWER_TEXT_PLAIN;
	for (size_t i = 0;; i++) {
		struct span v = ask_again(ask, ASK_FORM, "a", i);

		if (v.n == 0)
			return ERR_OK;
		buf_bytes(&answer->body, v);
		buf_text(&answer->body, ";");
	}
}

static enum err
take_file(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	(void)desk;
	answer->file = dup(ask->file);
	answer->type = ANSWER_BYTES;
	return ERR_OK;
}

/* What a form brought: its file, then the value beside it. */
static enum err
take_both(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	uint8_t *to = buf_space(&answer->body, 64);
	ssize_t n = to == NULL ? -1 : read(ask->file, to, 64);

	(void)desk;
	answer->type = ANSWER_TEXT_PLAIN;
	answer->body.n = n < 0 ? 0 : (size_t)n;
	buf_text(&answer->body, ";");
	buf_bytes(&answer->body, ask_get(ask, ASK_FORM, "manifest"));
	return ERR_OK;
}

/* Which of two roles they have here. */
static enum err
tell_roles(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static const char *const roles[] = {"reviewer", "counsel"};

	(void)ask;
	answer->type = ANSWER_TEXT_PLAIN;
	for (size_t i = 0; i < 2; i++)
		if (instance_has_role(
			    &desk->in, desk->in.actor.print, roles[i]))
			buf_text(&answer->body, roles[i]);
	return ERR_OK;
}

static enum err
open_incident(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct proc_incident incident = {.field = {NULL}};
	struct proc_list named = {0};
	uint64_t n = 0;
	enum err e = proc_incident_open(&desk->in, &incident, &named, &n);

	(void)ask;
	proc_list_fini(&named);
	answer->type = ANSWER_TEXT_PLAIN;
	buf_printf(&answer->body, "incident %d", (int)n);
	return e;
}

/* The texts, each in base64 on a line, after the time. */
static enum err
show(struct desk *desk, const struct ask *ask, const struct span *text,
	size_t n, int64_t at, struct answer *answer)
{
	(void)desk;
	(void)ask;
	answer->status = 428;
	answer->type = ANSWER_TEXT_PLAIN;
	buf_printf(&answer->body, "%lld\n", (long long)at);
	for (size_t i = 0; i < n; i++) {
		code_base64(&answer->body, text[i]);
		buf_text(&answer->body, "\n");
	}
	return ERR_OK;
}

static const struct serve_route routes[] = {
	{ASK_GET, "/do", SERVE_API, SERVE_OPENS, SERVE_NONE, do_it},
	{ASK_GET, "/open", SERVE_API, 0, SERVE_NONE, do_it},
	{ASK_GET, "/roles", SERVE_API, 0, SERVE_NONE, tell_roles},
	{ASK_POST, "/incident", SERVE_PAGE, INSTANCE_LEDGER, SERVE_FORM,
		open_incident},
	{ASK_POST, "/form", SERVE_PAGE, SERVE_OPENS, SERVE_FORM, take_form},
	{ASK_POST, "/file", SERVE_API, SERVE_OPENS, SERVE_FILE, take_file},
	{ASK_POST, "/both", SERVE_PAGE, SERVE_OPENS, SERVE_FILE, take_both},
};
static const struct serve_site site = {
	.route = routes,
	.n = sizeof(routes) / sizeof(*routes),
	.refuse = {refuse, refuse},
	.unsigned_ = {show, show},
};

static void
ready(void *context, unsigned port)
{
	(void)context;
	shared->port = (int)port;
	(void)planted(shared->parent);
}

/* ---- a service ---- */

static void
start(void)
{
	const struct service_options options = {.path = dir,
		.listen = "127.0.0.1:0",
		.site = &site,
		.ready = ready};
	struct why why = {""};

	shared->port = 0;
	service = fork();
	assert_true(service >= 0);
	if (service == 0) {
		enum err e = service_run(&options, &why);

		if (e != ERR_OK)
			(void)fprintf(
				stderr, "%s: %s\n", err_text(e), why.text);
		_exit(e == ERR_OK ? 0 : 1);
	}
	while (shared->port == 0 && waitpid(service, NULL, WNOHANG) == 0)
		usleep(2000);
	assert_true(shared->port > 0);
}

static int
stop(void)
{
	int status = 0;

	(void)kill(service, SIGTERM);
	(void)waitpid(service, &status, 0);
	return status;
}

static int
begin(void **state)
{
	char command[512];
	struct why why = {""};

	(void)state;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	(void)snprintf(dir, sizeof(dir), "/tmp/weir-service-XXXXXX");
	if (shared == MAP_FAILED || mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(command, sizeof(command),
		"'%s' init %s/i --sandbox >/dev/null", getenv("WEIR"), dir);
	if (system(command) != 0)
		return -1;
	(void)strcat(dir, "/i");
	if (service_make(dir, "DNS:localhost", &why) != ERR_OK)
		return -1;
	(void)snprintf(command, sizeof(command),
		"echo 'policy counsel 2.16.840.1.101.3.2.1.3.13' "
		">>%s/service/settings",
		dir);
	if (system(command) != 0)
		return -1;
	start();
	return curl_global_init(CURL_GLOBAL_DEFAULT) == 0 ? 0 : -1;
}

static int
end(void **state)
{
	char command[512];
	int status = stop();

	(void)state;
	curl_global_cleanup();
	(void)snprintf(command, sizeof(command), "rm -rf '%.*s'",
		(int)strlen(dir) - 2, dir);
	return system(command) == 0 && status == 0 ? 0 : -1;
}

static const char *who = "reviewer-1";
static char got[1 << 16];
static size_t n_got;

static size_t
keep(char *at, size_t size, size_t n, void *context)
{
	size_t more = size * n;

	(void)context;
	if (more > sizeof(got) - 1 - n_got)
		more = sizeof(got) - 1 - n_got;
	memcpy(got + n_got, at, more);
	n_got += more;
	got[n_got] = '\0';
	return size * n;
}

/* The status; 0: the connection ended without an answer. */
static long
ask(const char *path, const char *type, const char *body, const char *header)
{
	CURL *c = curl_easy_init();
	struct curl_slist *headers = NULL;
	char url[128];
	char file[3][128];
	long status = 0;

	n_got = 0;
	got[0] = '\0';
	(void)snprintf(url, sizeof(url), "https://localhost:%d%s",
		(int)shared->port, path);
	(void)snprintf(file[0], 128, "%s/service/server.crt", dir);
	(void)snprintf(file[1], 128, "%s/sandbox/%s.crt", dir, who);
	(void)snprintf(file[2], 128, "%s/sandbox/%s.key", dir, who);
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_CAINFO, file[0]);
	curl_easy_setopt(c, CURLOPT_SSLCERT, file[1]);
	curl_easy_setopt(c, CURLOPT_SSLKEY, file[2]);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, keep);
	curl_easy_setopt(c, CURLOPT_TIMEOUT, 30L);
	if (type != NULL) {
		char line[128];

		(void)snprintf(line, sizeof(line), "Content-Type: %s", type);
		headers = curl_slist_append(headers, line);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
	}
	if (header != NULL)
		headers = curl_slist_append(headers, header);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	if (curl_easy_perform(c) == CURLE_OK)
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	return status;
}

/* Within the time of a start anew. */
static void
serves_again(void)
{
	for (int i = 0; i < 1000; i++) {
		if (ask("/do", NULL, NULL, NULL) == 200)
			return;
		usleep(5000);
	}
	fail_msg("it does not serve again");
}

/* ---- locks ---- */

static void
a_workers_locks_hold(void **state)
{
	(void)state;
	assert_int_equal(ask("/do?plant=1", NULL, NULL, NULL), 200);
	assert_int_equal(atoi(got), EACCES); /* as the desk */
	assert_int_equal(ask("/open?plant=1", NULL, NULL, NULL), 200);
	assert_int_equal(atoi(got), EACCES);
	for (int what = SOCKET; SECCOMP && what <= EXEC; what++) {
		char path[32];

		(void)snprintf(path, sizeof(path), "/do?plant=%d", what);
		assert_int_equal(ask(path, NULL, NULL, NULL), 500);
		assert_int_equal(ask("/do", NULL, NULL, NULL), 200);
	}
}

static void
the_gates_locks_hold(void **state)
{
	(void)state;
	shared->gate = OPEN;
	assert_int_equal(ask("/nothing", NULL, NULL, NULL), 404);
	assert_int_equal(shared->gate_did, EACCES);
	for (int what = SOCKET; SECCOMP && what <= EXEC; what++) {
		shared->gate = what;
		assert_int_equal(ask("/nothing", NULL, NULL, NULL), 0);
		serves_again();
	}
}

static void
the_parents_locks_hold(void **state)
{
	(void)state;
	for (int what = SOCKET; SECCOMP && what <= EXEC; what++) {
		int status;

		(void)stop();
		shared->parent = what;
		start();
		(void)waitpid(service, &status, 0);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSYS);
		shared->parent = NOTHING;
		start();
	}
	serves_again();
}

/* An older kernel's rights: seccomp holds what Landlock cannot. */
static void
the_rights_of_abi_2_are_enough(void **state)
{
	(void)stop();
	(void)setenv("WEIR_LANDLOCK_ABI", "2", 1);
	start();
	a_workers_locks_hold(state);
	the_gates_locks_hold(state);
	(void)stop();
	(void)unsetenv("WEIR_LANDLOCK_ABI");
	start();
}

/* ---- bodies ---- */

static void
forms_come_as_values(void **state)
{
	static const char many[] =
		"------weir0123456789\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n"
		"------weir0123456789\r\nContent-Disposition: form-data; name=\"a\"; "
		"filename=\"../f\"\r\n\r\n\r\ntwo\r\n------weir0123456789--\r\n";

	(void)state;
	assert_int_equal(ask("/form", "application/x-www-form-urlencoded",
				 "a=b%20c&a=%2B", NULL),
		200);
	assert_string_equal(got, "b c;+;");
	assert_int_equal(
		ask("/form", "multipart/form-data; boundary=----weir0123456789",
			many, NULL),
		200);
	assert_string_equal(got, "one;\r\ntwo;");
	assert_int_equal(ask("/form", "text/plain", "a=b", NULL), 415);
}

static void
another_sites_form_is_not_taken(void **state)
{
	static const char *const wrong[] = {"Origin: https://elsewhere.example",
		"Origin: null", "Sec-Fetch-Site: cross-site",
		"Sec-Fetch-Site: same-site", "Origin: http://localhost"};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(
			ask("/form", "application/x-www-form-urlencoded", "a=b",
				wrong[i]),
			403);
	assert_int_equal(ask("/form", "application/x-www-form-urlencoded",
				 "a=b", "Sec-Fetch-Site: same-origin"),
		200);
}

static void
a_file_goes_by_descriptor(void **state)
{
	(void)state;
	assert_int_equal(
		ask("/file", "application/jsonl", "what was sent", NULL), 200);
	assert_string_equal(got, "what was sent");
}

#define PART(name, text)                                                       \
	"--b0123\r\nContent-Disposition: form-data; name=\"" name              \
	"\"; filename=\"/etc/passwd\"\r\n\r\n" text "\r\n"

/* One part of a form goes to the disk, the others are values. */
static void
a_form_brings_a_file(void **state)
{
	static const char type[] = "multipart/form-data; boundary=b0123";

	(void)state;
	assert_int_equal(ask("/both", type,
				 PART("manifest", "{}") PART(
					 "requests", "one\ntwo") "--b0123--",
				 NULL),
		200);
	assert_string_equal(got, "one\ntwo;{}");
	assert_int_equal(
		ask("/both", type, PART("manifest", "{}") "--b0123--", NULL),
		200);
	assert_string_equal(got, ";{}");
	assert_int_equal(ask("/both", type,
				 PART("requests", "one")
					 PART("requests", "two") "--b0123--",
				 NULL),
		400);
	assert_int_equal(ask("/both", "multipart/form-data", "one", NULL), 400);
}

/* What the gate answers by itself keeps the connection too. */
static void
a_connection_is_kept(void **state)
{
	static const char *const paths[] = {"/health", "/nothing", "/do"};
	CURL *c = curl_easy_init();
	char url[128];
	char file[128];
	long made = 0;
	long more;

	(void)state;
	(void)snprintf(file, sizeof(file), "%s/service/server.crt", dir);
	curl_easy_setopt(c, CURLOPT_CAINFO, file);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, keep);
	for (size_t i = 0; i < 6; i++) {
		(void)snprintf(url, sizeof(url), "https://localhost:%d%s",
			(int)shared->port, paths[i % 3]);
		curl_easy_setopt(c, CURLOPT_URL, url);
		n_got = 0;
		assert_int_equal(curl_easy_perform(c), CURLE_OK);
		curl_easy_getinfo(c, CURLINFO_NUM_CONNECTS, &more);
		made += more;
	}
	curl_easy_cleanup(c);
	assert_int_equal(made, 1);
}

/* ---- who acts ---- */

/* Signs each text that was shown, as reviewer-1; appends to the form. */
static void
sign_shown(struct buf *form)
{
	struct span lines = span_of(got, n_got);
	struct span at = span_cut(&lines, '\n');
	struct instance_actor a = {0};
	char path[128];
	struct why why;

	(void)snprintf(path, sizeof(path), "%s/sandbox/%s.key", dir, who);
	assert_int_equal(instance_actor_read(path, &a, &why), ERR_OK);
	buf_printf(form, "act-at=%.*s", (int)at.n, at.at);
	while (lines.n > 0) {
		struct span line = span_cut(&lines, '\n');
		uint8_t text[4096];
		OWNED_BUF(signature, 1024);
		OWNED_BUF(base64, 2048);
		size_t n = 0;

		assert_true(code_base64_parse(line, text, sizeof(text), &n));
		assert_int_equal(
			crypto_sign(a.key, span_of(text, n), &signature), 0);
		code_base64(&base64, buf_span(&signature));
		buf_text(form, "&act-signature=");
		for (size_t i = 0; i < base64.n; i++)
			buf_printf(form, "%%%02x", base64.at[i]);
	}
	instance_actor_fini(&a);
}

static void
an_act_is_done_when_it_is_signed(void **state)
{
	static const char type[] = "application/x-www-form-urlencoded";
	OWNED_BUF(form, 1 << 16);
	long lines = 0;

	(void)state;
	assert_int_equal(ask("/incident", type, "a=b", NULL), 428);
	for (size_t i = 0; i < n_got; i++)
		lines += got[i] == '\n';
	assert_int_equal(lines, 3); /* when, the matter, whom it names */
	sign_shown(&form);
	buf_u8(&form, 0);
	assert_int_equal(
		ask("/incident", type, (const char *)form.at, NULL), 200);
	assert_string_equal(got, "incident 1");
	/* What was signed is done once: the number is another one now. */
	assert_int_equal(
		ask("/incident", type, (const char *)form.at, NULL), 409);
	assert_int_equal(
		ask("/incident", type, "act-at=1&act-signature=AAAA", NULL),
		409);
	assert_int_equal(ask("/incident", type, "act-at=x", NULL), 400);
}

static void
a_role_may_want_a_policy(void **state)
{
	(void)state;
	assert_int_equal(ask("/roles", NULL, NULL, NULL), 200);
	assert_string_equal(got, "reviewer");
	who = "counsel"; /* whose certificate asserts none */
	assert_int_equal(ask("/roles", NULL, NULL, NULL), 200);
	assert_string_equal(got, "");
	who = "reviewer-1";
}

/* A certificate as `openssl` makes it for a PIV card. */
static void
a_policy_is_read_from_the_certificate(void **state)
{
	OWNED_BUF(pem, 1 << 14);
	struct crypto_cert *cert = NULL;
	FILE *f = popen("openssl req -x509 -newkey ec -pkeyopt "
			"ec_paramgen_curve:P-256 -nodes -subj /CN=piv -keyout "
			"/dev/null -days 2 -addext 'certificatePolicies="
			"1.2.3.4,2.16.840.1.101.3.2.1.3.13' 2>/dev/null",
		"r");
	char some[1024];
	size_t n;

	(void)state;
	assert_non_null(f);
	while ((n = fread(some, 1, sizeof(some), f)) > 0)
		buf_bytes(&pem, span_of(some, n));
	(void)pclose(f);
	assert_int_equal(crypto_cert_parse(buf_span(&pem), &cert), ERR_OK);
	assert_true(crypto_cert_asserts(cert, "2.16.840.1.101.3.2.1.3.13"));
	assert_true(crypto_cert_asserts(cert, "1.2.3.4"));
	assert_false(crypto_cert_asserts(cert, "1.2.3"));
	assert_false(crypto_cert_asserts(cert, "2.16.840.1.101.3.2.1.3.7"));
	cert = crypto_cert_free(cert);
}

/* ---- rounds of drop ---- */

static bool
is_there(const char *name)
{
	char path[192];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	return access(path, F_OK) == 0;
}

static void
shell(const char *command)
{
	char line[512];

	(void)snprintf(line, sizeof(line), "cd '%s' && %s", dir, command);
	assert_int_equal(system(line), 0);
}

/* A round makes the folders that are missing. */
static void
a_round_is_done(const char *which)
{
	for (int i = 0; i < 6000; i++) {
		if (is_there("drop/us.dhs.ice/out"))
			return;
		usleep(5000);
	}
	fail_msg("no round of drop is done: %s", which);
}

/* The service's child of that name; how many there are. */
static size_t
children(const char *name, pid_t *ret_one)
{
	char path[64];
	char line[4096] = "";
	char comm[32];
	size_t n = 0;
	char *rest;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children",
		(int)service, (int)service);
	f = fopen(path, "re");
	assert_non_null(f);
	(void)!fgets(line, sizeof(line), f);
	(void)fclose(f);
	for (char *pid = strtok_r(line, " ", &rest); pid != NULL;
		pid = strtok_r(NULL, " ", &rest)) {
		(void)snprintf(path, sizeof(path), "/proc/%s/comm", pid);
		f = fopen(path, "re");
		if (f == NULL)
			continue;
		comm[0] = '\0';
		(void)!fgets(comm, sizeof(comm), f);
		(void)fclose(f);
		if (strncmp(comm, name, strlen(name)) != 0)
			continue;
		*ret_one = (pid_t)strtoull(pid, NULL, 10);
		n++;
	}
	return n;
}

/* A round that is at work, another than `but`; never two. */
static pid_t
round_at_work(pid_t but)
{
	pid_t one = 0;

	for (int i = 0; i < 6000; i++) {
		size_t n = children("weir-drop", &one);

		assert_true(n <= 1);
		if (n == 1 && one != but)
			return one;
		usleep(5000);
	}
	fail_msg("no round of drop is at work");
	return 0;
}

/* One at a time; one that dies is begun again, and the others serve meanwhile. */
static void
rounds_of_drop_are_done(void **state)
{
	OWNED_FD folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWNED_FD turn = -1;
	pid_t one;

	(void)state;
	assert_false(is_there("drop"));
	shell("echo 'drop 1' >>service/settings");
	assert_int_equal(kill(service, SIGHUP), 0);
	a_round_is_done("at once");
	assert_int_equal(os_lock(folder, "turn", true, &turn), ERR_OK);
	shell("rm -r drop/us.dhs.ice");
	one = round_at_work(0);
	assert_int_equal(kill(one, SIGKILL), 0);
	assert_int_not_equal(round_at_work(one), 0);
	assert_int_equal(ask("/do", NULL, NULL, NULL), 200);
	os_close(&turn);
	shell("rm -rf drop/us.dhs.ice");
	a_round_is_done("after one that was killed");
	shell("sed -i '/^drop/d' service/settings");
	assert_int_equal(kill(service, SIGHUP), 0);
	serves_again();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_come_as_values),
		cmocka_unit_test(another_sites_form_is_not_taken),
		cmocka_unit_test(a_file_goes_by_descriptor),
		cmocka_unit_test(a_form_brings_a_file),
		cmocka_unit_test(a_connection_is_kept),
		cmocka_unit_test(an_act_is_done_when_it_is_signed),
		cmocka_unit_test(a_role_may_want_a_policy),
		cmocka_unit_test(a_policy_is_read_from_the_certificate),
		cmocka_unit_test(a_workers_locks_hold),
		cmocka_unit_test(the_gates_locks_hold),
		cmocka_unit_test(the_parents_locks_hold),
		cmocka_unit_test(the_rights_of_abi_2_are_enough),
		cmocka_unit_test(rounds_of_drop_are_done),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
