/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * bench_load - what the files of `weir-bench load` share.
 *
 *	bench_load.c         what is asked when, what came of it, what is printed
 *	bench_load_tls.c     a connection: TLS 1.3 with a certificate, HTTP/1.1, kept
 *	bench_load_memory.c  memory of the service's processes
 *	bench_load_times.c   percentiles, in a fixed place
 */

#include <openssl/ssl.h>

#include "base/buf.h"

/* ---- times ---- */

enum { TIMES_STEPS = 64, TIMES_POWERS = 40 };

/* Microseconds, in steps of at most a 64th. */
struct bench_times {
	uint64_t n;
	uint64_t most;
	uint64_t in[TIMES_POWERS * TIMES_STEPS];
};
void bench_times_add(struct bench_times *t, uint64_t us);
/* Milliseconds within which so many of a thousand were. */
double bench_times_ms(const struct bench_times *t, unsigned per_mille);

/* ---- memory ---- */

enum { MEMORY_NAMES = 16 };

/* "RssAnon" of a process and all below it, by name; workers, who come and go,
 * are left out. */
struct bench_memory {
	char name[MEMORY_NAMES][16];
	uint64_t kib[MEMORY_NAMES];
	size_t n;
};
void bench_memory_read(uint64_t pid, struct bench_memory *ret_memory);
/* A table: a row a name, of the three in their order. */
void bench_memory_print(const struct bench_memory of[3]);

/* ---- connections ---- */

enum bench_kind {
	KIND_SINGLE,
	KIND_HEALTH,
	KIND_READY,
	KIND_STATUS,
	KIND_METRICS,
	KINDS
};

enum { CONN_IN = 1 << 20 };

struct bench_conn {
	int fd; /* -1: to be opened */
	SSL *ssl;
	SSL_CTX *who;
	bool open; /* the handshake is done */
	bool busy; /* a request is on its way, or waits for the handshake */
	enum bench_kind kind;
	uint64_t item; /* of the envelopes */
	int64_t due;   /* ns */
	int64_t retry; /* not opened again before; ns */
	struct buf out;
	size_t sent;
	struct buf in;
	bool wants_write;
};

struct bench_target {
	char host[128];
	char port[8];
};

/* "https://localhost:8443"; false after a message. */
bool bench_target_read(const char *url, struct bench_target *ret_target);

/* A client's TLS by FILE.crt and FILE.key; NULL after a message. */
SSL_CTX *bench_client(const char *path, const char *ca);

void bench_conn_init(struct bench_conn *c, SSL_CTX *who);
void bench_conn_fini(struct bench_conn *c);
/* Puts the request's bytes; the connection is opened where it is not. */
bool bench_conn_ask(struct bench_conn *c, const struct bench_target *t,
	const char *path, const char *type, struct span body);
/*
 * Goes on.  0: not yet; a status: the answer is whole, and the connection free
 * (or closed, where the other side says so).  -1: it ended before: ask again.
 */
int bench_conn_step(struct bench_conn *c);
void bench_conn_close(struct bench_conn *c);
