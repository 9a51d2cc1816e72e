/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A witness on disk and on a port: what was cosigned once is never
 * contradicted, whatever happens between keeping and answering.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/code.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "os/listen.h"
#include "proc/proc_witness.h"
#include "witness/witness_http.h"

enum { NOW = 1800000000, LEAVES = 9, ASKERS = 12 };

static const uint8_t seed[32] = "a log's seed for these tests....";
static struct ledger_vkey key;
static struct ledger_hash leaf[LEAVES];
static char dir[64];

static int
set_up(void **state)
{
	uint8_t public[32];

	(void)state;
	if (crypto_init() != ERR_OK ||
		crypto_ed_public(seed, public) != ERR_OK ||
		ledger_vkey_make("log.example/a", LEDGER_VKEY_ED25519, public,
			&key) != ERR_OK)
		return -1;
	for (size_t i = 0; i < LEAVES; i++)
		leaf[i] = ledger_hash_leaf(span_of(&i, 1));
	return 0;
}

/* A new witness that knows the log; each test has its own. */
static int
fresh(void **state)
{
	static const uint8_t secret[32] = "a witness's seed for these tests";

	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/weir-witness-XXXXXX");
	if (mkdtemp(dir) == NULL || witness_create(dir, "witness.example/1",
					    secret, NULL) != ERR_OK)
		return -1;
	return witness_add_log(dir, &key, span_of(NULL, 0), NULL) == ERR_OK
		       ? 0
		       : -1;
}

static int
gone(void **state)
{
	char command[128];

	(void)state;
	(void)snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

static struct witness *
opened(void)
{
	struct witness *w = NULL;
	struct why why = {""};

	if (witness_open(dir, &w, &why) != ERR_OK)
		fail_msg("%s", why.text);
	return w;
}

/* ---- what the log signs ---- */

static enum err
tile(void *arg, unsigned level, uint64_t n, unsigned width, uint8_t *to)
{
	(void)level;
	(void)n;
	memcpy(to, arg, (size_t)width * LEDGER_HASH);
	return ERR_OK;
}

/* The request from `old` to `size`; `other`: of a log whose last leaf is
 * another. */
static void
request(uint64_t old, uint64_t size, bool other, struct buf *to)
{
	struct ledger_hash leaves[LEAVES];
	struct ledger_tiles tiles = {.read = tile, .arg = leaves, .size = size};
	struct ledger_checkpoint cp = {.origin = "log.example/a", .size = size};
	struct ledger_proof proof = {.n = 0};
	OWNED_BUF(text, 4096);
	OWNED_BUF(note, 4096);

	memcpy(leaves, leaf, sizeof(leaves));
	leaves[size - 1].at[0] ^= other;
	cp.root = ledger_tree_over(leaves, size);
	if (old > 0 && old < size)
		assert_int_equal(
			ledger_consistency_make(&tiles, old, &proof), ERR_OK);
	ledger_checkpoint_text(&cp, &text);
	assert_int_equal(
		ledger_note_sign(&key, seed, buf_span(&text), &note), ERR_OK);
	ledger_witness_request_write(old, &proof, buf_span(&note), to);
	assert_int_equal(buf_error(to), ERR_OK);
}

static unsigned
ask(struct witness *w, uint64_t old, uint64_t size, bool other, struct buf *to)
{
	OWNED_BUF(body, LEDGER_WITNESS_MAX);
	enum ledger_witness_status status;

	request(old, size, other, &body);
	buf_clear(to);
	if (witness_answer(w, buf_span(&body), NOW, &status, to) != ERR_OK)
		return 500;
	return status;
}

/* ---- one after the other ---- */

static void
what_is_answered_was_kept_and_verifies(void **state)
{
	OWNED(witness) w = opened();
	OWNED_BUF(line, 4096);
	OWNED_BUF(hex, 80);
	OWNED_BUF(kept, 8192);
	struct ledger_note note;
	uint8_t hash[32];
	int64_t at;

	(void)state;
	assert_int_equal(ask(w, 0, 3, false, &line), 200);
	assert_int_equal(ask(w, 3, 5, false, &line), 200);
	crypto_sha256(SPAN("log.example/a"), hash);
	code_hex(&hex, span_of(hash, 32));
	assert_int_equal(witness_checkpoint(w, buf_span(&hex), &kept), ERR_OK);
	assert_int_equal(ledger_note_parse(buf_span(&kept), &note), ERR_OK);
	assert_int_equal(note.n_sigs, 2);
	assert_true(span_eq(note.sigs[1].line, buf_span(&line)));
	assert_int_equal(
		ledger_note_cosigned(&note, witness_vkey(w), &at), ERR_OK);
	assert_int_equal(at, NOW);
	assert_int_equal(ledger_note_verify(&note, &key, 1, NULL), ERR_OK);
	assert_int_equal(
		witness_checkpoint(w, SPAN("../key"), &kept), ERR_NOT_FOUND);
}

static void
two_histories_are_never_cosigned(void **state)
{
	OWNED(witness) w = opened();
	OWNED_BUF(to, 4096);
	OWNED_BUF(again, 4096);

	(void)state;
	assert_int_equal(ask(w, 0, 5, false, &to), 200);
	assert_int_equal(ask(w, 5, 5, true, &to), 422);
	assert_int_equal(ask(w, 0, 5, true, &to), 409);
	assert_int_equal(ask(w, 3, 5, true, &to), 409);
	assert_int_equal(ask(w, 4, 4, false, &to), 409); /* put back */
	assert_true(span_eq(buf_span(&to), SPAN("5\n")));
	/* What it must not have signed is kept for whoever asks. */
	{
		OWNED_FD logs = -1;
		OWNED_BUF(hex, 80);
		char file[80];
		uint8_t hash[32];

		crypto_sha256(SPAN("log.example/a"), hash);
		code_hex(&hex, span_of(hash, 32));
		(void)snprintf(file, sizeof(file), "logs/%.64s.other",
			(const char *)hex.at);
		assert_int_equal(
			os_folder(AT_FDCWD, dir, false, &logs), ERR_OK);
		assert_int_equal(os_read(logs, file, &again), ERR_OK);
	}
	/* And it goes on with the one history. */
	assert_int_equal(ask(w, 5, 9, false, &to), 200);
}

/* Killed after it kept and before it answered: the log is told the size, and
 * gets a line for it. */
static void
killed_between_keeping_and_answering(void **state)
{
	OWNED_BUF(to, 4096);
	OWNED(witness) w = NULL;
	int status;
	pid_t pid;

	(void)state;
	w = opened();
	assert_int_equal(ask(w, 0, 3, false, &to), 200);
	w = witness_free(w);
	pid = fork();
	if (pid == 0) {
		struct witness *mine = opened();

		if (ask(mine, 3, 6, false, &to) == 200)
			(void)raise(SIGKILL);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	w = opened();
	assert_int_equal(ask(w, 3, 6, false, &to), 409);
	assert_true(span_eq(buf_span(&to), SPAN("6\n")));
	assert_int_equal(ask(w, 6, 6, true, &to), 422);
	assert_int_equal(ask(w, 6, 6, false, &to), 200);
	assert_int_equal(ask(w, 6, 9, false, &to), 200);
}

/* A disk that takes nothing more: no answer, and the old state stays. */
static void
a_full_disk_is_no_answer(void **state)
{
	OWNED_BUF(to, 4096);
	OWNED(witness) w = opened();
	struct rlimit was;
	struct rlimit none;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(ask(w, 0, 3, false, &to), 200);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	for (rlim_t n = 0; n < 200; n += 50) {
		none = (struct rlimit){n, was.rlim_max};
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
		assert_int_equal(ask(w, 3, 5, false, &to), 500);
		assert_int_equal(to.n, 0);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
		assert_int_equal(ask(w, 5, 9, false, &to), 409);
		assert_true(span_eq(buf_span(&to), SPAN("3\n")));
	}
	assert_int_equal(ask(w, 3, 5, false, &to), 200);
}

static void
damaged_is_not_nothing(void **state)
{
	OWNED_BUF(to, 4096);
	OWNED_BUF(hex, 80);
	OWNED(witness) w = opened();
	OWNED_FD logs = -1;
	char file[80];
	uint8_t hash[32];

	(void)state;
	assert_int_equal(ask(w, 0, 5, false, &to), 200);
	crypto_sha256(SPAN("log.example/a"), hash);
	code_hex(&hex, span_of(hash, 32));
	assert_true(span_copy(buf_span(&hex), file, sizeof(file)));
	assert_int_equal(os_folder(AT_FDCWD, dir, false, &logs), ERR_OK);
	{
		OWNED_FD below = -1;

		assert_int_equal(
			os_folder(logs, "logs", false, &below), ERR_OK);
		assert_int_equal(
			os_write(below, file, SPAN("x\n"), 0600), ERR_OK);
	}
	assert_int_equal(ask(w, 0, 5, false, &to), 500);
	assert_int_equal(ask(w, 0, 5, true, &to), 500);
}

static void
one_server_at_a_time(void **state)
{
	OWNED(witness) w = opened();
	struct witness *second = NULL;
	struct why why = {""};

	(void)state;
	assert_int_equal(witness_open(dir, &second, &why), ERR_BUSY);
	assert_non_null(strstr(why.text, "another process"));
}

static void
a_log_has_one_key(void **state)
{
	struct ledger_vkey other = key;
	struct ledger_vkey cosigns;
	OWNED(witness) w = opened();
	OWNED_BUF(to, 4096);

	(void)state;
	assert_int_equal(
		witness_add_log(dir, &key, span_of(NULL, 0), NULL), ERR_OK);
	other.public[0] ^= 1;
	assert_int_equal(ledger_vkey_make(other.name, LEDGER_VKEY_ED25519,
				 other.public, &other),
		ERR_OK);
	assert_int_equal(witness_add_log(dir, &other, span_of(NULL, 0), NULL),
		ERR_EXISTS);
	assert_int_equal(
		ledger_vkey_make("w", LEDGER_VKEY_COSIGN, key.public, &cosigns),
		ERR_OK);
	assert_int_equal(witness_add_log(dir, &cosigns, span_of(NULL, 0), NULL),
		ERR_NOT_ALLOWED);
	assert_int_equal(ask(w, 0, 5, false, &to), 200);
}

/* ---- on a port ---- */

static int ready_pipe[2];

static void
tell_port(void *context, unsigned port)
{
	(void)context;
	(void)!write(ready_pipe[1], &port, sizeof(port));
}

static pid_t
serve(unsigned *ret_port)
{
	pid_t pid;

	assert_int_equal(pipe(ready_pipe), 0);
	pid = fork();
	if (pid == 0)
		_exit(proc_witness_serve(dir, "127.0.0.1:0", tell_port, NULL,
			      NULL) == ERR_OK
				? 0
				: 1);
	(void)close(ready_pipe[1]);
	if (read(ready_pipe[0], ret_port, sizeof(*ret_port)) !=
		sizeof(*ret_port))
		fail_msg("it does not listen");
	(void)close(ready_pipe[0]);
	return pid;
}

static int
reach(unsigned port)
{
	struct sockaddr_in at = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 ? fd : -1;
}

/* The status of a POST; 0: the server hung up. */
static unsigned
post(unsigned port, struct span body)
{
	OWNED_BUF(out, 1 << 18);
	char in[4096] = "";
	size_t n = 0;
	OWNED_FD fd = reach(port);
	uint64_t status = 0;

	buf_printf(&out,
		"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nConnection: "
		"close\r\nContent-Length: %zu\r\n\r\n",
		body.n);
	buf_bytes(&out, body);
	(void)!os_write_all(fd, buf_span(&out));
	for (ssize_t got; n < sizeof(in) - 1 &&
			  (got = read(fd, in + n, sizeof(in) - 1 - n)) > 0;)
		n += (size_t)got;
	if (sscanf(in, "HTTP/1.1 %lu", &status) != 1)
		return 0;
	return (unsigned)status;
}

/* Many at once bring two histories of one log: one of them is cosigned, by
 * whom it may be, and the other never. */
static void
two_histories_at_once_over_http(void **state)
{
	unsigned port;
	pid_t server = serve(&port);
	pid_t asker[ASKERS];
	unsigned good[2] = {0, 0};
	int status;

	(void)state;
	{
		OWNED_BUF(body, LEDGER_WITNESS_MAX);

		request(0, 5, false, &body);
		assert_int_equal(post(port, buf_span(&body)), 200);
	}
	for (int i = 0; i < ASKERS; i++) {
		asker[i] = fork();
		if (asker[i] == 0) {
			OWNED_BUF(body, LEDGER_WITNESS_MAX);
			unsigned got;

			request(5, 6, i % 2 == 1, &body);
			got = post(port, buf_span(&body));
			_exit(got == 200 ? 1 : got == 409 ? 2 : 3);
		}
	}
	for (int i = 0; i < ASKERS; i++) {
		assert_int_equal(waitpid(asker[i], &status, 0), asker[i]);
		assert_true(WIFEXITED(status));
		assert_in_range(WEXITSTATUS(status), 1, 2);
		good[i % 2] += WEXITSTATUS(status) == 1;
	}
	assert_int_equal(good[0] + good[1], 1);
	assert_int_equal(kill(server, SIGTERM), 0);
	assert_int_equal(waitpid(server, &status, 0), server);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
hostile_bytes_do_not_end_it(void **state)
{
	static const char *const bytes[] = {"\r\n\r\n\r\n\r\n",
		"GET / HTTP/1.1\r\n\r\n", "POST /add-checkpoint HTTP/9.9\r\n",
		"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: "
		"-1\r\n\r\n",
		"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: "
		"99999999999999999999\r\n\r\nx",
		"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:"
		" chunked\r\n\r\nzz\r\n",
		"DELETE /../key HTTP/1.1\r\nHost: x\r\n\r\n"};
	unsigned port;
	pid_t server = serve(&port);
	int status;
	OWNED_BUF(body, LEDGER_WITNESS_MAX);
	OWNED_BUF(large, 1 << 18);

	(void)state;
	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		OWNED_FD fd = reach(port);

		assert_true(fd >= 0);
		(void)!os_write_all(fd, span_text(bytes[i]));
	}
	(void)buf_space(&large, LEDGER_WITNESS_MAX + 1);
	assert_int_equal(post(port, buf_span(&large)), 413);
	request(0, 5, false, &body);
	assert_int_equal(post(port, buf_span(&body)), 200);
	assert_int_equal(kill(server, SIGTERM), 0);
	assert_int_equal(waitpid(server, &status, 0), server);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void
where_it_listens_is_an_address_and_a_port(void **state)
{
	static const char *const wrong[] = {"", "8080", ":8080", "127.0.0.1",
		"127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:x", "host:80",
		"[::1]", "[::1]80", "::1:80", "[::1:80"};
	unsigned port = 0;
	unsigned again = 0;
	OWNED_FD fd = -1;
	OWNED_FD second = -1;
	char taken[32];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (os_listen(wrong[i], &fd, &port) != ERR_MALFORMED)
			fail_msg("accepted: %s", wrong[i]);
	assert_int_equal(os_listen("127.0.0.1:0", &fd, &port), ERR_OK);
	assert_true(port > 0);
	(void)snprintf(taken, sizeof(taken), "127.0.0.1:%u", port);
	assert_int_equal(os_listen(taken, &second, &again), ERR_BUSY);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, fresh, gone)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(what_is_answered_was_kept_and_verifies),
		EACH(two_histories_are_never_cosigned),
		EACH(killed_between_keeping_and_answering),
		EACH(a_full_disk_is_no_answer),
		EACH(damaged_is_not_nothing),
		EACH(one_server_at_a_time),
		EACH(a_log_has_one_key),
		EACH(two_histories_at_once_over_http),
		EACH(hostile_bytes_do_not_end_it),
		cmocka_unit_test(where_it_listens_is_an_address_and_a_port),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, set_up, NULL);
}
