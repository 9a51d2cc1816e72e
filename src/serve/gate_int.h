/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* gate_int - what the files of the gate share. */

#include <microhttpd.h>

#include "crypto/crypto.h"
#include "serve/gate.h"
#include "serve/route.h"
#include "wire/wire.h"

enum {
	GATE_DER = 1 << 14,     /* of a certificate */
	GATE_SLOWEST = 1 << 14, /* bytes a second that a peer must manage */
	GATE_MEMORY = 32768,    /* of a connection: its header */
	GATE_OVERRUN = 1 << 20, /* read and dropped of what is too long */
	GATE_DRAIN = 1 << 24,   /* the same where its length was told */
	GATE_SAYS = 240,
	GATE_REMEMBERED = 1024, /* certificates */
	GATE_UNLIMITED = -1,    /* of no agency: the custodian's own people */
};

enum gate_phase {
	GATE_NEW,    /* handshake, and the first line */
	GATE_IDLE,   /* between two requests */
	GATE_HEADER, /* after a request's first line */
	GATE_BODY,
	GATE_ASKED, /* suspended */
	GATE_ANSWER,
};

enum gate_client { GATE_UNKNOWN, GATE_NOBODY, GATE_REFUSED, GATE_KNOWN };

struct gate_connection {
	struct MHD_Connection *c; /* NULL: free */
	int fd;
	enum gate_phase phase;
	int64_t since;  /* of the phase, os_ticks() */
	uint64_t bytes; /* moved in it, or to be sent */
	enum gate_client client;
	const char *why; /* GATE_REFUSED */
	int64_t until;   /* GATE_KNOWN: when a certificate of it expires */
	struct buf der;
	uint8_t print[CRYPTO_SHA256];
	int agency;          /* its place on the board; GATE_UNLIMITED */
	int64_t known_until; /* os_ticks(); past: not known */
};

/* Of which agency a certificate was found to be. */
struct gate_known {
	uint8_t print[CRYPTO_SHA256];
	int agency;
	int64_t until; /* os_ticks() */
};

/* One question, from the ask to the answer. */
struct gate_question {
	uint64_t id;
	int fd; /* -1: none is open */
	int64_t since;
	bool taken; /* something may have been done */
	int file;   /* to be sent with the first byte; -1 */
	struct buf out;
	size_t sent;
	struct buf in;
	int got; /* a file that came; -1 */
};

/* The way to the intake, and who is on it. */
struct gate_intake {
	int fd;    /* -1: none is open */
	bool deaf; /* it ends: it answers what it has, and reads no more */
	struct gate_request *first;
	uint64_t n;
	struct buf out;
	size_t sent;
	struct buf in;
};

enum gate_state { GATE_READING, GATE_WAITING, GATE_ANSWERED };

struct gate_request {
	struct gate *gate;
	struct gate_connection *on;
	struct gate_request *next; /* of those with an open question, or of the
				    * singles on their way */
	unsigned tries;            /* so often a single was sent */
	char *raw;
	bool started; /* its header is there */
	bool begun;   /* it was looked at */
	bool dropped; /* a refusal waits for the end of the body */
	uint64_t most_dropped;
	bool head;
	bool wasm; /* what is sent runs WebAssembly */
	enum gate_state state;
	enum serve_face face;
	const struct serve_route *route;
	struct route_address address;
	struct ask ask;
	struct buf body;
	struct MHD_PostProcessor *form;
	struct buf values; /* of the form: spans are set at its end */
	size_t offset[ASK_VALUES];
	size_t first;    /* of the form's values in the ask */
	bool file_given; /* by the form's part that is a file */
	bool no_room;    /* to write it */
	uint64_t received;
	struct gate_question q;
	struct answer answer;

	int agency;   /* as of this request; gate_limit.c */
	int counted;  /* among n_open of that one; GATE_UNLIMITED: it is not */
	bool limited; /* it was counted: what is left is told */
	bool asks_who;
	bool line_open; /* its last line has no end yet */
	uint64_t lines; /* that it sent, counted on this day, of that agency */
	int64_t lines_day;
	int lines_of;
	unsigned retry_after; /* of a refusal */
};

struct gate {
	struct gate_start start;
	struct MHD_Daemon *daemon;
	int wakes;
	struct gate_connection *connection; /* settings->connections */
	struct gate_request *waiting;
	uint64_t n_waiting;
	uint64_t n_open[BOARD_AGENCIES]; /* of them, of each agency */
	struct gate_known known[GATE_REMEMBERED];
	uint32_t who; /* the route SERVE_WHO; site->n: there is none */
	struct gate_intake intake;
	uint64_t next_id;
	int64_t told; /* second of the last line in the log */
	unsigned n_told;
	bool draining;
	uint64_t idle_runs; /* in a row */
	struct buf etags;   /* of the site's files: 16 bytes each */
};

/* ---- gate_client.c ---- */
/* Who is at the other end: once a connection; at each question, that what they
 * came with has not expired since. */
void gate_client_read(struct gate *gate, struct gate_connection *on);

/* ---- gate_limit.c: each unsigned is 0, or 429 with a sentence ---- */
/* Its certificate is there. */
void gate_limit_connect(struct gate *gate, struct gate_connection *on);
bool gate_limit_knows(const struct gate_request *r);
/* From an answer. */
void gate_limit_learn(struct gate_request *r);
/* A request's header is there; a question is to be opened, was opened, is over. */
unsigned gate_limit_ask(struct gate_request *r, const char **ret_says);
unsigned gate_limit_open(struct gate_request *r, const char **ret_says);
void gate_limit_opened(struct gate_request *r);
void gate_limit_closed(struct gate_request *r);
/* Lines: so many; those of a part of a file; at its end those that came to
 * nothing are given back. */
unsigned gate_limit_lines(
	struct gate_request *r, uint64_t n, const char **ret_says);
unsigned gate_limit_part(
	struct gate_request *r, struct span part, const char **ret_says);
void gate_limit_settle(struct gate_request *r);
void gate_limit_headers(struct gate_request *r, struct MHD_Response *m);

/* ---- gate_request.c ---- */
void *gate_request_begin(void *gate, const char *uri, struct MHD_Connection *c);
enum MHD_Result gate_request_on(void *gate, struct MHD_Connection *c,
	const char *url, const char *method, const char *version,
	const char *data, size_t *size, void **state);
void gate_request_end(void *gate, struct MHD_Connection *c, void **state,
	enum MHD_RequestTerminationCode how);
/* Who asks is known now: the question itself. */
void gate_request_asked(struct gate_request *r);
const char *gate_header(const struct gate_request *r, const char *name);
struct gate_connection *gate_connection_of(
	struct gate *gate, const struct MHD_Connection *c);

/* ---- gate_body.c ---- */
/* What its header says of the body: 0, or the status of a refusal. */
unsigned gate_body_begin(struct gate_request *r, const char **ret_says);
/* The same of a part of it. */
unsigned gate_body_part(
	struct gate_request *r, struct span part, const char **ret_says);
void gate_body_end(struct gate_request *r);

/* ---- gate_question.c ---- */
/* False: nobody can take it now. */
bool gate_question_room(const struct gate *gate);
enum err gate_question_ask(struct gate_request *r);
/* First, of which agency it is: then it goes on with gate_request_asked(). */
enum err gate_question_who(struct gate_request *r);
/* Goes on with it where `fd` is ready; at its end the answer is in `r`. */
void gate_question_step(struct gate_request *r);
void gate_question_late(struct gate_request *r);
void gate_question_fini(struct gate_question *q);

/* ---- gate_intake.c ---- */
void gate_intake_init(struct gate_intake *i);
void gate_intake_fini(struct gate_intake *i);
bool gate_intake_room(const struct gate *gate);
/* BUSY: not now. */
enum err gate_intake_ask(struct gate_request *r);
/* Goes on where its socket is ready, by poll()'s events. */
void gate_intake_step(struct gate *gate, short events);
void gate_intake_late(struct gate_request *r);

/* ---- gate_answer.c ---- */
/* A refusal of the gate itself, worded by the face of the request. */
void gate_refuse(struct gate_request *r, unsigned status, const char *says);
/* By the route's own handler, which runs here: SERVE_GATE. */
enum MHD_Result gate_send_own(struct gate_request *r);
enum MHD_Result gate_send(struct gate_request *r);
enum MHD_Result gate_send_file(
	struct gate_request *r, const struct serve_static *file);
enum MHD_Result gate_send_health(struct gate_request *r);
enum MHD_Result gate_send_allowed(
	struct gate_request *r, unsigned status, const char *allow);
/* The request waits no longer. */
void gate_resume(struct gate_request *r);

/* A line to stderr, a few a second. */
void gate_log(struct gate *gate, const char *fmt, ...) PRINTF_LIKE(2, 3);
