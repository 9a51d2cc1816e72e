/* SPDX-License-Identifier: Apache-2.0 */
/* wire: frames come whole or the peer is told to be broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "wire/wire.h"

static const struct {
	enum wire_message m;
	size_t most;
	const char *name;
} messages[] = {
#define MESSAGE(name, number, most) {WIRE_##name, (most), #name},
#include "wire/wire.def"
};
enum { N_MESSAGES = sizeof(messages) / sizeof(messages[0]) };

static void
pair_up(int pair[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
}

/* A child writes these bytes in pieces of `piece` and closes. */
static pid_t
feed(int pair[2], struct span bytes, size_t piece)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(pair[0]);
		while (bytes.n > 0) {
			size_t n = bytes.n < piece ? bytes.n : piece;
			ssize_t done = send(pair[1], bytes.at, n, MSG_NOSIGNAL);

			if (done <= 0)
				break;
			bytes.at += done;
			bytes.n -= (size_t)done;
		}
		_exit(0);
	}
	(void)close(pair[1]);
	return pid;
}

static enum err
receive(struct span bytes, size_t piece, size_t max, enum wire_message *ret)
{
	OWNED_BUF(payload, max);
	int pair[2];
	pid_t pid;
	enum err e;

	pair_up(pair);
	pid = feed(pair, bytes, piece);
	e = wire_receive(pair[0], &payload, ret);
	(void)close(pair[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	return e;
}

static void
numbers_are_never_shared_and_have_a_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_MESSAGES; i++) {
		assert_string_equal(
			wire_message_text(messages[i].m), messages[i].name);
		assert_true(messages[i].most > 0);
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(messages[i].m, messages[k].m);
	}
	assert_string_equal(
		wire_message_text((enum wire_message)9999), "unlisted message");
}

static void
every_message_comes_as_it_was_sent_up_to_its_most(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_MESSAGES; i++) {
		size_t most = messages[i].most;
		size_t sizes[] = {0, 1, most < 100000 ? most : 100000};

		for (size_t k = 0; k < 3; k++) {
			OWNED_BUF(sent, most);
			OWNED_BUF(got, most);
			enum wire_message m = (enum wire_message)0;
			int pair[2];
			pid_t pid;

			(void)buf_space(&sent, sizes[k]);
			for (size_t b = 0; b < sizes[k]; b++)
				sent.at[b] = (uint8_t)(b * 7 + i);
			pair_up(pair);
			pid = fork();
			if (pid == 0)
				_exit(wire_send(pair[1], messages[i].m,
					      buf_span(&sent)) != ERR_OK);
			buf_text(&got, "x"); /* cleared first */
			assert_int_equal(
				wire_receive(pair[0], &got, &m), ERR_OK);
			assert_int_equal(m, messages[i].m);
			assert_true(span_eq(buf_span(&got), buf_span(&sent)));
			assert_int_equal(waitpid(pid, NULL, 0), pid);
			(void)close(pair[0]);
			(void)close(pair[1]);
		}
	}
}

static void
bytes_may_come_in_any_pieces(void **state)
{
	/* VAULT_ROLL (47), three bytes */
	static const uint8_t frame[] = {0, 0, 0, 3, 0, 47, 'a', 'b', 'c'};

	(void)state;
	for (size_t piece = 1; piece <= sizeof(frame); piece++) {
		enum wire_message m = (enum wire_message)0;

		assert_int_equal(
			receive(span_of(frame, sizeof(frame)), piece, 64, &m),
			ERR_OK);
		assert_int_equal(m, WIRE_VAULT_ROLL);
	}
}

static void
the_end_between_two_frames_is_no_error_and_inside_one_is(void **state)
{
	static const uint8_t frame[] = {0, 0, 0, 3, 0, 47, 'a', 'b', 'c'};

	(void)state;
	for (size_t n = 0; n < sizeof(frame); n++) {
		enum wire_message m = WIRE_VAULT_SEAL;
		enum err e = receive(span_of(frame, n), 64, 64, &m);

		if (n == 0) {
			assert_int_equal(e, ERR_OK);
			assert_int_equal(m, 0);
		} else
			assert_int_equal(e, ERR_PEER);
	}
}

static void
an_unknown_number_or_too_long_a_payload_breaks_the_peer(void **state)
{
	(void)state;
	for (unsigned number = 0; number < 300; number++) {
		uint8_t head[6] = {
			0, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number};
		enum wire_message m = (enum wire_message)0;
		size_t most = 0;
		enum err e;

		for (size_t i = 0; i < N_MESSAGES; i++)
			if (messages[i].m == number)
				most = messages[i].most;
		e = receive(span_of(head, 6), 6, 1 << 20, &m);
		assert_int_equal(e, most == 0 ? ERR_PEER : ERR_OK);
		/* one byte over, and as long as can be said */
		head[0] = (uint8_t)((most + 1) >> 24);
		head[1] = (uint8_t)((most + 1) >> 16);
		head[2] = (uint8_t)((most + 1) >> 8);
		head[3] = (uint8_t)(most + 1);
		assert_int_equal(
			receive(span_of(head, 6), 6, 1 << 20, &m), ERR_PEER);
		/* though every byte of it comes */
		if (most > 0 && most <= 1 << 16) {
			static uint8_t frame[6 + (1 << 16) + 1];

			memcpy(frame, head, 6);
			assert_int_equal(receive(span_of(frame, 6 + most + 1),
						 6 + most + 1, 1 << 20, &m),
				ERR_PEER);
			frame[0] = (uint8_t)(most >> 24);
			frame[1] = (uint8_t)(most >> 16);
			frame[2] = (uint8_t)(most >> 8);
			frame[3] = (uint8_t)most;
			assert_int_equal(receive(span_of(frame, 6 + most),
						 6 + most, 1 << 20, &m),
				ERR_OK);
		}
		memset(head, 0xff, 4);
		assert_int_equal(
			receive(span_of(head, 6), 6, 1 << 20, &m), ERR_PEER);
	}
}

static void
a_payload_over_the_buffer_or_the_memory_is_told(void **state)
{
	static const uint8_t frame[] = {0, 0, 0, 3, 0, 47, 'a', 'b', 'c'};
	enum wire_message m;

	(void)state;
	assert_int_equal(
		receive(span_of(frame, sizeof(frame)), 9, 2, &m), ERR_PEER);
	mem_fail_after(0);
	assert_int_equal(
		receive(span_of(frame, sizeof(frame)), 9, 64, &m), ERR_NOMEM);
	mem_fail_after(-1);
}

static void
a_refusal_travels_with_its_sentence(void **state)
{
	struct why why = {""};
	struct why got = {""};
	OWNED_BUF(payload, 1 << 12);
	int pair[2];

	(void)state;
	pair_up(pair);
	(void)why_set(&why, ERR_HELD, "docket 1:25-cv-1 covers it");
	assert_int_equal(
		wire_refuse(pair[1], WIRE_VAULT_REFUSE, ERR_HELD, &why),
		ERR_OK);
	assert_int_equal(wire_expect(pair[0], WIRE_VAULT_DONE,
				 WIRE_VAULT_REFUSE, &payload, &got),
		ERR_HELD);
	assert_string_equal(got.text, "docket 1:25-cv-1 covers it");
	/* a failure too, without a sentence, and nobody to read it */
	assert_int_equal(
		wire_refuse(pair[1], WIRE_VAULT_REFUSE, ERR_STORE, NULL),
		ERR_OK);
	assert_int_equal(wire_expect(pair[0], WIRE_VAULT_DONE,
				 WIRE_VAULT_REFUSE, &payload, NULL),
		ERR_STORE);
	/* "refused, all is well" is nothing a peer of ours says */
	assert_int_equal(
		wire_refuse(pair[1], WIRE_VAULT_REFUSE, ERR_OK, NULL), ERR_OK);
	assert_int_equal(wire_expect(pair[0], WIRE_VAULT_DONE,
				 WIRE_VAULT_REFUSE, &payload, &got),
		ERR_PEER);
	assert_int_equal(
		wire_send(pair[1], WIRE_VAULT_REFUSE, SPAN("\0\0")), ERR_OK);
	assert_int_equal(wire_expect(pair[0], WIRE_VAULT_DONE,
				 WIRE_VAULT_REFUSE, &payload, &got),
		ERR_PEER);
	/* a long sentence is cut */
	{
		OWNED_BUF(longer, 1 << 12);

		buf_u32be(&longer, ERR_HELD);
		memset(buf_space(&longer, 2000), 'x', 2000);
		assert_int_equal(wire_send(pair[1], WIRE_VAULT_REFUSE,
					 buf_span(&longer)),
			ERR_OK);
	}
	assert_int_equal(wire_expect(pair[0], WIRE_VAULT_DONE,
				 WIRE_VAULT_REFUSE, &payload, &got),
		ERR_HELD);
	assert_int_equal(strlen(got.text), WHY_MAX - 1);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void
another_answer_than_the_expected_names_both(void **state)
{
	struct why why = {""};
	OWNED_BUF(payload, 1 << 12);
	int pair[2];

	(void)state;
	pair_up(pair);
	assert_int_equal(
		wire_send(pair[1], WIRE_VAULT_DONE, span_of(NULL, 0)), ERR_OK);
	assert_int_equal(wire_expect(pair[0], WIRE_VAULT_ROLL_IS,
				 WIRE_VAULT_REFUSE, &payload, &why),
		ERR_PEER);
	assert_string_equal(
		why.text, "expected VAULT_ROLL_IS, received VAULT_DONE");
	(void)close(pair[1]);
	assert_int_equal(wire_expect(pair[0], WIRE_VAULT_ROLL_IS,
				 WIRE_VAULT_REFUSE, &payload, &why),
		ERR_PEER);
	assert_string_equal(
		why.text, "expected VAULT_ROLL_IS, received the end");
	(void)close(pair[0]);
}

/* Sending to nobody is an answer, not a signal. */
static void
a_peer_that_is_gone_is_told_and_kills_nobody(void **state)
{
	enum wire_message m;
	OWNED_BUF(payload, 64);
	int pair[2];

	(void)state;
	pair_up(pair);
	(void)close(pair[1]);
	assert_int_equal(
		wire_send(pair[0], WIRE_VAULT_DONE, SPAN("x")), ERR_PEER);
	(void)close(pair[0]);
	assert_int_equal(
		wire_send(pair[0], WIRE_VAULT_DONE, SPAN("x")), ERR_PEER);
	assert_int_equal(wire_receive(pair[0], &payload, &m), ERR_PEER);
}

/* Our own bug: more than the message's most is never sent. */
static void
more_than_the_most_is_never_sent(void **state)
{
	int status = 0;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		uint8_t much[65] = {0};

		(void)!freopen("/dev/null", "w", stderr);
		(void)!wire_send(0, WIRE_VAULT_DONE, span_of(much, 65));
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_never_shared_and_have_a_name),
		cmocka_unit_test(
			every_message_comes_as_it_was_sent_up_to_its_most),
		cmocka_unit_test(bytes_may_come_in_any_pieces),
		cmocka_unit_test(
			the_end_between_two_frames_is_no_error_and_inside_one_is),
		cmocka_unit_test(
			an_unknown_number_or_too_long_a_payload_breaks_the_peer),
		cmocka_unit_test(
			a_payload_over_the_buffer_or_the_memory_is_told),
		cmocka_unit_test(a_refusal_travels_with_its_sentence),
		cmocka_unit_test(another_answer_than_the_expected_names_both),
		cmocka_unit_test(a_peer_that_is_gone_is_told_and_kills_nobody),
		cmocka_unit_test(more_than_the_most_is_never_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
