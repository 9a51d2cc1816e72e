/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * gate - the process that speaks HTTP (libmicrohttpd, TLS 1.3 by GnuTLS): one
 * thread, no record, no store, no key but that of TLS.
 *
 *	gate.c           the daemon, its loop, and how long a connection may take
 *	gate_client.c    whose certificate it is, once a connection
 *	gate_limit.c     of which agency, and how much that may ask
 *	gate_request.c   a request taken apart: struct ask
 *	gate_body.c      its body: a form, bytes, a file
 *	gate_question.c  asked of a worker, and what comes back
 *	gate_intake.c    single requests, to the intake and back
 *	gate_answer.c    sent, with the headers that all have
 *
 * A request for which a question is open is suspended, so that others are served
 * meanwhile.
 */

#include "serve/board.h"
#include "serve/settings.h"

struct gate_start {
	const struct serve_site *site;
	const struct settings *settings;
	int listen; /* a socket that listens */
	int desk;   /* where questions are put: SOCK_SEQPACKET */
	int door;   /* of the intake: a socket goes there, SOCK_SEQPACKET */
	int ready;  /* one byte is written there when it serves */
	int folder; /* DIR/service */
	struct board board;
};

/* Serves until SIGUSR1 or SIGTERM: then it takes no new connection, ends those
 * there are after what they have asked (at SIGTERM who asks nothing is ended at
 * once), and returns. */
MUST_USE enum err gate_serve(const struct gate_start *start);
