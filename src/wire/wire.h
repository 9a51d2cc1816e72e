/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * wire - one message at a time over a socketpair.
 *
 *	u32be payload length, u16be number, payload
 *
 * The list of messages is wire.def.  A length over the message's most, an
 * unknown number, or an end in the middle is ERR_PEER: our own processes speak
 * this, so the one who receives it ends its work, and says which peer broke.
 */

#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

enum { WIRE_VERSION = 5 };

enum wire_message {
#define MESSAGE(name, number, most) WIRE_##name = (number),
#include "wire/wire.def"
};

const char *wire_message_text(enum wire_message m);

MUST_USE enum err wire_send(int fd, enum wire_message m, struct span payload);

/*
 * Reads the next message into `payload` (cleared first; its maximum must be
 * at least the message's most).  ret_message is 0 at the end of the peer.
 */
MUST_USE enum err wire_receive(
	int fd, struct buf *payload, enum wire_message *ret_message);

/* The same with a descriptor beside it; -1: none.  wire_receive_with() gives one
 * that the caller closes. */
MUST_USE enum err wire_send_with(
	int fd, enum wire_message m, struct span payload, int file);
MUST_USE enum err wire_receive_with(int fd, struct buf *payload, int *ret_file,
	enum wire_message *ret_message);

/*
 * For who may not wait: the message's bytes appended, and the next message of
 * the bytes that came so far, cut off them.  NOT_FOUND where it is not all there
 * yet; PEER as above.
 */
void wire_put(struct buf *to, enum wire_message m, struct span payload);
MUST_USE enum err wire_next(struct span *bytes, enum wire_message *ret_message,
	struct span *ret_payload);

/* One sendmsg or recvmsg of what fits, without waiting: -1 with errno.  `file`
 * goes with the first byte; what comes is put where *file is -1, another one
 * is closed. */
ssize_t wire_give(int fd, struct span bytes, int file);
ssize_t wire_take(int fd, void *to, size_t size, int *file);

/* Receives and must be `want`; else ERR_PEER.  A REFUSE message `refusal`
 * gives its stored enum err and sentence instead. */
MUST_USE enum err wire_expect(int fd, enum wire_message want,
	enum wire_message refusal, struct buf *payload, struct why *reterr_why);

/* The payload of a refusal: u32be enum err, then the sentence. */
MUST_USE enum err wire_refuse(
	int fd, enum wire_message refusal, enum err e, const struct why *why);
