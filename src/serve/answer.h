/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* answer - what the service answers to one question (serve/ask.h). */

#include "base/buf.h"

enum {
	ANSWER_MAX = 16 << 20, /* of a body; what is longer is a file */
	ANSWER_TEXT = 256,
	ANSWER_AGENCY = 64,
	ANSWER_SIGNATURE = 1 << 13,
};

enum answer_type {
	ANSWER_JSON,
	ANSWER_PROBLEM, /* application/problem+json, RFC 9457 */
	ANSWER_LINES,   /* application/jsonl */
	ANSWER_HTML,
	ANSWER_TEXT_PLAIN,
	ANSWER_CSV,
	ANSWER_SVG,
	ANSWER_CMS, /* application/cms */
	ANSWER_BYTES,
	ANSWER_TYPES,
};
const char *answer_type_text(enum answer_type type);

/* Who asked, as the worker found it in the registers. */
enum answer_who {
	ANSWER_UNSAID,
	ANSWER_NOBODY, /* no role in force */
	ANSWER_OWN,    /* of the custodian's people */
	ANSWER_OF,     /* of the agency that is named */
	ANSWER_WHOS,
};

struct answer {
	unsigned status; /* 200 */
	enum answer_type type;
	struct buf body;
	int file;               /* read-only, sent instead of body; -1 */
	char etag[ANSWER_TEXT]; /* without its quotes; "" none */
	char location[ANSWER_TEXT];
	char filename[ANSWER_TEXT]; /* a download's name */
	enum answer_who who;
	char agency[ANSWER_AGENCY];
	struct buf signature; /* over the body, DER: sent as Weir-Signature */
	unsigned retry_after; /* seconds; 0: not said */
};

void answer_init(struct answer *answer);
void answer_fini(struct answer *answer); /* closes the file too */

/* 303 to a page of ours: after a form was done. */
void answer_see(struct answer *answer, const char *location);

void answer_encode(const struct answer *answer, struct buf *to);
MUST_USE enum err answer_decode(struct span bytes, struct answer *ret_answer);
