/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * witness_http - a witness on a TCP port (libmicrohttpd).
 *
 *	POST /add-checkpoint		ledger/witness.h
 *	GET  /HEX/checkpoint		what was cosigned last; HEX is SHA-256
 *					of the log's origin
 *
 * One thread, one request after the other.  At most 64 connections, 16 of one
 * address; each ends after 30 seconds, whatever it did meanwhile, and a body
 * over 131,072 bytes is refused (413).  There is no TLS here: what is to be
 * reached from elsewhere stands behind a server that has it (docs/WITNESS.md).
 */

#include "witness/witness.h"

struct witness_http;

/* `listen` is a socket that listens; it is ours from now on. */
MUST_USE enum err witness_http_new(struct witness *w, int listen,
	int64_t (*now)(void), struct witness_http **ret_http);
struct witness_http *witness_http_free(struct witness_http *http);
DEFINE_OWNED(witness_http);

/* Serves what waits, and waits for more for at most a second. */
MUST_USE enum err witness_http_step(struct witness_http *http);
