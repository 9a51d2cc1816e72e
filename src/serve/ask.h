/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * ask - one question of an agency or a person to the service, and its answer.
 *
 *	gate    reads HTTP, finds the route, takes the request apart: struct ask
 *	desk    forks a worker, which opens the instance for the asker and calls
 *	        the route's handler: struct answer
 *	gate    sends it
 *
 * The gate parses what strangers wrote and holds no record, key or ledger; a
 * worker never sees HTTP.  Both structs travel as checked bytes (ask_encode(),
 * answer_encode()), files as descriptors beside them.
 *
 * A handler does what a verb does, by the same functions of src/proc: it says
 * what it found in the answer, or returns a refusal with its sentence in
 * desk->in.why, which the face of its route words (serve_site.refuse).
 */

#include "base/buf.h"
#include "base/own.h"
#include "proc/proc_instance.h"
#include "proc/proc_intake.h"
#include "serve/answer.h"

enum {
	ASK_MAX = 1 << 21, /* bytes, encoded */
	ASK_VALUES = 512,  /* named values */
	ASK_NAME_MAX = 64, /* bytes of a name */
	ASK_VALUE_MAX = 1 << 20,
	ASK_BODY_MAX = 1 << 20,     /* of a body that is taken in memory */
	ASK_ENVELOPE_MAX = 1 << 16, /* of a single request */
};

enum ask_method { ASK_GET, ASK_POST, ASK_PUT, ASK_DELETE, ASK_METHODS };
const char *ask_method_text(enum ask_method method);

/* Where a value was. */
enum ask_part {
	ASK_PATH,   /* {batch} of the route */
	ASK_QUERY,  /* ?after=... , decoded */
	ASK_FORM,   /* of a form, urlencoded or multipart, decoded */
	ASK_HEADER, /* lower case: if-none-match, idempotency-key, accept */
	ASK_PARTS,
};

struct ask_value {
	enum ask_part part;
	struct span name;
	struct span value;
};

struct ask {
	uint32_t route;    /* place in the site's routes */
	struct span actor; /* DER of the client's certificate, whose chain and
			    * key the gate checked; empty: none */
	struct span body;  /* SERVE_JSON: as it came, unparsed */
	int file;          /* SERVE_FILE: an unlinked file, at its start; -1 */
	uint64_t id;       /* of this question, in logs on both sides */
	struct ask_value value[ASK_VALUES];
	size_t n;
};

/* The first value of that name; empty where it was not given. */
struct span ask_get(
	const struct ask *ask, enum ask_part part, const char *name);

/* The same as a number from 0 to `most`; false: not given, or no such number. */
bool ask_number(const struct ask *ask, enum ask_part part, const char *name,
	uint64_t most, uint64_t *ret_n);

/* The i-th value of a name that may repeat (boxes of a form). */
struct span ask_again(
	const struct ask *ask, enum ask_part part, const char *name, size_t i);

/* The value as a text with a 0 at its end, in `to`; false: not given, too long,
 * or it has a zero byte or a control character. */
bool ask_text(const struct ask *ask, enum ask_part part, const char *name,
	char *to, size_t size);

void ask_encode(const struct ask *ask, struct buf *to);
/* Spans point into `bytes`.  MALFORMED: our own processes speak this. */
MUST_USE enum err ask_decode(struct span bytes, struct ask *ret_ask);

/* ---- routes ---- */

/*
 * What a handler works with.  It is locked in (instance_lock_in()): below the
 * instance it reaches batches, sealed, outbox, law and the store, and reads
 * secret and ledger; no other file.  What it makes to be sent from a file is a
 * memfd.
 *
 * An act that is signed (instance_sign()) refuses UNSIGNED the first time, and
 * the desk answers by the face's `unsigned`; a handler does nothing for it.
 * The second time the form has the values act-at and act-signature, as often as
 * there are texts; an API's question the headers Weir-Act-At and
 * Weir-Act-Signature.
 */
struct board;
struct desk {
	struct instance in; /* open as the route wants it, for the asker */
	struct instance_asker asker; /* for a function that opens by itself */
	const char *path;            /* of the instance; the same */
	const struct serve_site *site;
	const struct serve_route *route;
	const struct board *board; /* what the processes share; NULL: nothing */
};

/* A route whose handler opens the instance itself, by desk->path and
 * &desk->asker (a batch's submit); desk->in is then open for nothing, and
 * the handler puts its refusal's sentence into desk->in.why. */
enum { SERVE_OPENS = 1 << 16 };

/* A route that the gate answers by itself: its handler runs there, with a
 * desk of nothing but board, site and route, and does next to nothing. */
enum { SERVE_GATE = 1 << 18 };

/* The route that says who somebody is; the gate asks it once for each
 * certificate (gate_limit.c). */
#define SERVE_WHO "/api/v1/me"

/* A route that no worker answers but the intake, a single request each:
 * serve_site.decided words what it said. */
enum { SERVE_INTAKE = 1 << 17 };

typedef enum err serve_handler(
	struct desk *desk, const struct ask *ask, struct answer *answer);

enum serve_body {
	SERVE_NONE,
	SERVE_FORM,     /* urlencoded or multipart, its files as values */
	SERVE_JSON,     /* up to ASK_BODY_MAX, in memory */
	SERVE_FILE,     /* streamed to a file, up to the site's most; of a
		     * multipart form its part `requests` is, the others are
		     * values */
	SERVE_ENVELOPE, /* JSON up to ASK_ENVELOPE_MAX, in memory */
};

enum serve_face { SERVE_API, SERVE_PAGE, SERVE_FACES };

/* How who asks reads a refusal: a browser (its Accept names text/html and no
 * JSON) as a page, who takes JSON and no page as a problem, whatever the address
 * is; others as what they asked for is read. */
enum serve_face serve_reads(enum serve_face asked_for, struct span accept);

struct serve_route {
	enum ask_method method;
	const char *path; /* "/api/v1/batches/{batch}"; a part in braces is
			   * one segment.  The first route that fits answers. */
	enum serve_face face;
	unsigned want; /* enum instance_want, or SERVE_OPENS */
	enum serve_body body;
	serve_handler *answer; /* NULL: SERVE_INTAKE */
};

/* Says a refusal: `status` of HTTP, our code for its kind (ERR_OK: the gate's
 * own), and the sentence. */
typedef void serve_refuse(
	unsigned status, enum err e, const char *says, struct answer *answer);

/* Says what became of a single request, in the gate; what was not decided by
 * `refuse` (NULL: as a problem of the API). */
typedef void serve_decided(const struct intake_answer *is, serve_refuse *refuse,
	struct answer *answer);

/* What is to be signed: 428.  `text` are the exact bytes of each signature that
 * is wanted, `at` what is to come back as act-at (seconds); `ask` has the values
 * that are to come back as they came.  desk->in.why says so in words. */
typedef enum err serve_unsigned(struct desk *desk, const struct ask *ask,
	const struct span *text, size_t n, int64_t at, struct answer *answer);

/* A file that anybody may have: styles, fonts, scripts, the API's document. */
struct serve_static {
	const char *path; /* "/assets/console.css" */
	const char *type; /* "text/css; charset=utf-8" */
	struct span bytes;
	bool wasm; /* a worker's script, which alone runs WebAssembly */
};

struct serve_site {
	const struct serve_route *route;
	size_t n;
	const struct serve_static *file;
	size_t n_files;
	serve_refuse *refuse[SERVE_FACES];
	serve_unsigned *unsigned_[SERVE_FACES];
	serve_decided *decided; /* NULL where no route is SERVE_INTAKE */
};

/* HTTP's status for what a function of ours returned: a refusal 4xx, a failure
 * 500. */
unsigned serve_status(enum err e);
