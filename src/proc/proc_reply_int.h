/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside proc_reply*.c: a reply that is being written. */

#include "proc/proc_reply.h"
#include "release/release.h"

enum {
	REPLY_LINE_MAX = 1 << 16,
	REPLY_PIECE = 1 << 18, /* written at once */
};

struct reply {
	struct instance *in;
	const struct law *law;
	int fd;
	struct buf text; /* not written yet */
	/* Said of the next line besides. */
	struct span upheld;
	struct span due;
};

/* A line with the reasons of the request half; `ground`, a reviewer's words, is
 * added to each. */
MUST_USE enum err reply_line(struct reply *reply,
	const struct store_request *row, enum release_status status,
	struct span ground);

/* A line of one that was accepted, with the advice that its own words give. */
MUST_USE enum err reply_accepted(
	struct reply *reply, const struct store_request *row);

/*
 * The lines of a batch as they are judged, into batches/N/reply.jsonl.new: the
 * same that its entries would give.  The law must outlive it.  After
 * reply_end() they are durable; reply_close() is called in any case.
 */
MUST_USE enum err reply_begin(struct reply *ret_reply, struct instance *in,
	const struct law *law, int folder);
/* The text of one line, in the form of `reply` but appended to `to`: by any
 * thread; and the next line's text. */
MUST_USE enum err reply_make(const struct reply *reply,
	const struct store_request *row, const struct request *request,
	const struct evidence *ev, struct buf *to);
MUST_USE enum err reply_add(struct reply *reply, struct span line);
MUST_USE enum err reply_end(struct reply *reply);
void reply_close(struct reply *reply);

MUST_USE enum err reply_flush(struct reply *reply);

/* The detached signature of a whole file by the instance's key. */
MUST_USE enum err reply_sign(struct instance *in, int fd, struct buf *to);
