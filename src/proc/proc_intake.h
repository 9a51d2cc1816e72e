/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_intake - requests that come one at a time (docs/SINGLES.md).
 *
 *	envelopes ─ front ─ judged as batches of one line ─ durable ─ answers
 *	a group             (proc_submit_int.h)             store,
 *	                                                    ledger
 *
 * A group is one transaction: each envelope of it is answered when all of it is
 * durable, and whoever sends one again gets the same answer.  Nobody is looked
 * up here: that follows when the book is closed (proc_book.h).
 *
 * No bytes from outside are parsed here: the front does it.  Who brings an
 * envelope in is known by the SHA-256 of a certificate that the caller has
 * checked; the register says whether that person may.
 */

#include <signal.h>

#include "proc/proc_book.h"
#include "proc/proc_front.h"

enum {
	INTAKE_GROUP = 64, /* envelopes of one transaction */
	INTAKE_QUEUE =
		1024, /* that wait; who comes then is told to come back */
	INTAKE_BODY = 1 << 17,
	INTAKE_CERT = 1 << 14,
	INTAKE_RETRY_MS = 250,
};

enum intake_status {
	INTAKE_DECIDED = 1, /* accepted or refused: the reply, signed */
	INTAKE_AGAIN,       /* the same, of an envelope that came before */
	INTAKE_REFUSED,     /* the envelope: a code and a sentence */
	INTAKE_FORBIDDEN,   /* who sent it may not bring requests in */
	INTAKE_BUSY,        /* the queue is full: come back */
	INTAKE_FAILED,      /* ours; nothing was taken in, or it is known on the
			     * next try */
};

/* One envelope, and what comes of it. */
struct intake_single {
	uint64_t id;               /* the caller's */
	uint8_t actor[32];         /* SHA-256 of the certificate */
	struct span bytes;         /* of the envelope */
	const char *const *barred; /* roles they do not have here; NULL: none */
	size_t n_barred;
	enum intake_status status;
	uint32_t batch;   /* the book of DECIDED and AGAIN; 0 */
	enum err refused; /* what kind of a problem it is; ERR_OK: none */
	char code[LAW_CODE_MAX];
	struct why why;
	struct buf body;      /* JSON; the caller's, initialised */
	struct buf signature; /* detached CMS over it, of DECIDED and AGAIN */
};

/*
 * The body of DECIDED and AGAIN is the line of a reply file
 * (docs/formats/requests.md), without its end, in
 *
 *	{"reply":{...},"batch":N,"line":N,"sequence":N,"taken":"TIME",
 *	 "manifest":"SHA-256"}
 *
 * of the others {"code":"RQ-FORM","sentence":"..."}; BUSY has "retry_ms".
 */

struct intake;

/* Starts the front, opens the instance at `path` (key and day as
 * instance_open()) and locks itself in.  ret_why of a refusal or failure. */
MUST_USE enum err intake_open(const char *path, const char *key, int32_t today,
	struct intake **ret_intake, struct why *reterr_why);

/* The same for who serves others: nobody acts but who sends an envelope. */
MUST_USE enum err intake_open_for_all(
	const char *path, struct intake **ret_intake, struct why *reterr_why);
struct intake *intake_free(struct intake *intake);
DEFINE_OWNED(intake);

/* The actor of the instance (the verb's key), as intake_single.actor. */
const uint8_t *intake_actor(const struct intake *intake);

/*
 * Up to INTAKE_GROUP of them: judged in their order, durable, answered.  Fails
 * as a whole: then every status is FAILED, nothing of it was kept that is not
 * known on the next try, and the intake is to be freed.
 *
 * In three steps, so that the front reads what comes while what came before is
 * judged.  intake_ask() gives the front more of them; intake_hear() waits for its
 * answer; intake_judge() judges all that was heard, and what was asked and not
 * heard is of the next group.  One question at a time; what is heard before it is
 * judged is no more than a group: intake_room() says how many may be asked for it.
 * What is asked is the caller's, unchanged until it was judged.  What fails is
 * told by intake_judge().
 */
size_t intake_room(const struct intake *intake);
void intake_ask(
	struct intake *intake, struct intake_single *const *single, size_t n);
void intake_hear(struct intake *intake);
MUST_USE enum err intake_judge(struct intake *intake);

/* How many were heard, and the descriptor on which an answer of the front comes;
 * -1: none is on its way. */
size_t intake_n_heard(const struct intake *intake);
int intake_front(const struct intake *intake);

/* Called by intake_judge() between two lines: it may ask and hear, no more. */
typedef void intake_meanwhile(void *context);
void intake_set_meanwhile(
	struct intake *intake, intake_meanwhile *meanwhile, void *context);

/* Lets others in who wait for the instance; cheap where nobody does.  Called
 * between groups and while nothing comes.  What was asked is asked again where
 * they were let in. */
MUST_USE enum err intake_let_in(struct intake *intake);

/* Something was loaded since that wants a process which it did not start: a
 * policy of the ledger, the courier.  It is to be opened anew. */
bool intake_is_old(const struct intake *intake);

/* Why the last call failed. */
const char *intake_says(const struct intake *intake);

/* ---- the process ---- */

/* The child: `context` is a struct intake_where.  It serves until its parent
 * closes its end; many envelopes may be on their way at once. */
struct intake_where {
	const char *path;
	const char *key; /* or NULL */
	int32_t today;
};
enum err proc_intake(int fd, void *context);

/*
 * The service's: several who send, each on a socket of its own (SOCK_STREAM),
 * which comes as the descriptor of a packet at `door`.  Serves until `told` is
 * set, by a signal that is open in `calm` alone: then what was sent until then
 * is answered, and it returns.  Where a group fails it returns at once and
 * answers none of it: the sockets end, and who sent sends again.
 *
 * Who sends closes its end or is closed on where it speaks out of turn; how
 * slowly it reads holds nobody up.
 */
enum { INTAKE_PEERS = 16 };
typedef uint64_t intake_bars(void *context, struct span cert);
struct intake_serving {
	const char *path;
	int door;
	enum err (*begin)(
		void *context); /* when it is open, before it serves */
	const volatile sig_atomic_t *told;
	const sigset_t *calm;
	intake_bars *bars; /* which roles a certificate (DER) is barred from, as
			    * bits: bit i is role[i]; NULL: none is */
	void *context;
	const char *role[INSTANCE_BARRED];
};
MUST_USE enum err intake_serve(
	const struct intake_serving *serving, struct why *reterr_why);

/* Its other end.  One message each: INTAKE_SINGLE and INTAKE_ANSWER. */
MUST_USE enum err intake_send(
	int fd, uint64_t id, struct span cert, struct span envelope);
/* For who may not wait: the message appended to `to`, for wire_give(). */
void intake_put(
	struct buf *to, uint64_t id, struct span cert, struct span envelope);

/* Spans point into the payload (at least INTAKE_ANSWER's most).  *ret_id 0: it
 * has ended. */
struct intake_answer {
	uint64_t id;
	enum intake_status status;
	uint32_t batch;
	enum err refused; /* of a problem: its kind, code, sentence */
	struct span code;
	struct span sentence;
	struct span body;
	struct span signature;
};
MUST_USE enum err intake_answer_read(
	struct span payload, struct intake_answer *ret_answer);
MUST_USE enum err intake_receive(
	int fd, struct buf *payload, struct intake_answer *ret_answer);
