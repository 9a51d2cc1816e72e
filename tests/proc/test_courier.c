/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The courier against servers that are none: whatever they send, what comes back
 * is a status and bytes of the form that was asked for, or a reason why not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "os/file.h"
#include "proc/proc_courier.h"

#define OK "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
#define LINE "\xe2\x80\x94 w AAAAAQI=\n"

static struct proc_peer courier = {.fd = -1};

static int
set_up(void **state)
{
	(void)state;
	return crypto_init() == ERR_OK && proc_start("courier", proc_courier,
						  NULL, -1, &courier) == ERR_OK
		       ? 0
		       : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	return proc_end(&courier) == ERR_OK ? 0 : -1;
}

/* A server that says this to whoever comes, `again` bytes of 'x' after it. */
static pid_t
serve(const char *says, size_t again, unsigned *ret_port)
{
	struct sockaddr_in at = {
		.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	pid_t pid;

	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &n), 0);
	*ret_port = ntohs(at.sin_port);
	pid = fork();
	if (pid == 0) {
		char in[4096];

		for (;;) {
			int c = accept(fd, NULL, NULL);

			(void)!read(c, in, sizeof(in));
			(void)!os_write_all(c, span_text(says));
			for (size_t i = 0; i < again; i++)
				if (write(c, "x", 1) != 1)
					break;
			(void)close(c);
		}
	}
	(void)close(fd);
	return pid;
}

static void
end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* One errand to a server that says this. */
static struct courier_answer
ask(enum courier_kind kind, const char *says, size_t again, struct buf *bytes)
{
	struct courier_answer answer;
	unsigned port;
	char url[64];
	pid_t pid = serve(says, again, &port);
	struct courier_errand errand = {kind, url, SPAN("body\n")};

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/x", port);
	assert_int_equal(
		courier_round(&courier, &errand, 1, bytes, &answer), ERR_OK);
	end(pid);
	return answer;
}

static void
answers_of_the_form_are_handed_on(void **state)
{
	OWNED_BUF(bytes, COURIER_ROUND);
	struct courier_answer a;

	(void)state;
	a = ask(COURIER_ADD, OK LINE, 0, &bytes);
	assert_int_equal(a.status, 200);
	assert_true(span_eq(a.body, SPAN(LINE)));
	a = ask(COURIER_ADD,
		"HTTP/1.1 409 Conflict\r\nConnection: close\r\n\r\n17\n", 0,
		&bytes);
	assert_int_equal(a.status, 409);
	assert_true(span_eq(a.body, SPAN("17\n")));
	/* Of before July 2026, of another root: no size, and no words. */
	a = ask(COURIER_ADD,
		"HTTP/1.1 409 Conflict\r\nConnection: close\r\n\r\nmany\n", 0,
		&bytes);
	assert_int_equal(a.status, 409);
	assert_int_equal(a.body.n, 0);
	a = ask(COURIER_GET, OK "t\n\n" LINE, 0, &bytes);
	assert_int_equal(a.status, 200);
	/* A refusal's words stay outside. */
	a = ask(COURIER_ADD,
		"HTTP/1.1 403 No\r\nConnection: close\r\n\r\n\033[2Jgo away", 0,
		&bytes);
	assert_int_equal(a.status, 403);
	assert_int_equal(a.body.n, 0);
}

static void
other_answers_are_none(void **state)
{
	static const struct {
		enum courier_kind kind;
		const char *says;
		size_t again;
	} wrong[] = {
		{COURIER_ADD, OK "\033[2Jhello\n", 0},
		{COURIER_ADD, OK "t\n\n" LINE, 0},
		{COURIER_ADD, OK, 0},
		{COURIER_ADD, OK LINE, 70000},
		{COURIER_GET, OK "no note\n", 0},
		{COURIER_STAMP, OK, 0},
		{COURIER_ADD, "", 0},
		{COURIER_ADD, "noise that is no HTTP\r\n\r\n", 0},
		{COURIER_ADD,
			"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\nx",
			0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		OWNED_BUF(bytes, COURIER_ROUND);
		struct courier_answer a = ask(
			wrong[i].kind, wrong[i].says, wrong[i].again, &bytes);

		if (a.status != 0 || a.body.n == 0 || !span_is_plain(a.body))
			fail_msg("%zu: %u", i, a.status);
	}
}

/* A witness cannot send the courier to somebody else. */
static void
it_follows_nobody(void **state)
{
	OWNED_BUF(bytes, COURIER_ROUND);
	char says[256];
	unsigned port;
	pid_t other = serve(OK "t\n\n" LINE, 0, &port);
	struct courier_answer a;

	(void)state;
	(void)snprintf(says, sizeof(says),
		"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%u/\r\n"
		"Connection: close\r\n\r\n",
		port);
	a = ask(COURIER_GET, says, 0, &bytes);
	assert_int_equal(a.status, 302);
	assert_int_equal(a.body.n, 0);
	end(other);
}

static void
who_was_silent_is_not_asked_again_at_once(void **state)
{
	OWNED_BUF(bytes, COURIER_ROUND);
	struct courier_errand errand = {
		COURIER_GET, "http://127.0.0.1:1/", {NULL, 0}};
	struct courier_answer a;

	(void)state;
	assert_int_equal(
		courier_round(&courier, &errand, 1, &bytes, &a), ERR_OK);
	assert_int_equal(a.status, 0);
	assert_int_equal(
		courier_round(&courier, &errand, 1, &bytes, &a), ERR_OK);
	assert_int_equal(a.status, 0);
	assert_true(span_eq(a.body, SPAN("it did not answer a moment ago")));
}

/* One that answers and one that does not, in one round. */
static void
one_silence_is_not_everybodys(void **state)
{
	OWNED_BUF(bytes, COURIER_ROUND);
	unsigned port;
	char url[64];
	pid_t pid = serve(OK LINE, 0, &port);
	struct courier_errand errands[3] = {
		{COURIER_ADD, "http://127.0.0.1:2/", SPAN("b\n")},
		{COURIER_ADD, url, SPAN("b\n")},
		{COURIER_ADD, "http://no-such-host.invalid/", SPAN("b\n")},
	};
	struct courier_answer a[3];

	(void)state;
	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/", port);
	assert_int_equal(
		courier_round(&courier, errands, 3, &bytes, a), ERR_OK);
	assert_int_equal(a[0].status, 0);
	assert_int_equal(a[1].status, 200);
	assert_int_equal(a[2].status, 0);
	end(pid);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_of_the_form_are_handed_on),
		cmocka_unit_test(other_answers_are_none),
		cmocka_unit_test(it_follows_nobody),
		cmocka_unit_test(who_was_silent_is_not_asked_again_at_once),
		cmocka_unit_test(one_silence_is_not_everybodys),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
