/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * unpack - a descriptor read as what is packed in it: gzip (RFC 1952) and
 * zstd (RFC 8878) are told by their first bytes, never by a name, and any
 * other bytes are given as they are.  Nothing is sought back, so a pipe will
 * do.
 *
 * Several gzip members, or several zstd frames (and skippable ones), one after
 * another are one stream.  Anything else after the last is damage.  Output is
 * made as it is asked for and never kept, so memory is bounded whatever the
 * bytes are: 64 KiB of input, and a window of 32 KiB (gzip) or of at most
 * 2^UNPACK_WINDOW_LOG bytes (zstd; a frame that asks for more is refused).
 *
 * What was cut short or is damaged was partly given before that shows: only
 * the end (0 bytes, ERR_OK) says that all of it is sound.  gzip always carries
 * a checksum; zstd where the packer wrote one (zstd(1) does).  Fewer than the
 * 2 or 4 bytes of a magic are given as they are.
 */

#include "base/err.h"
#include "base/own.h"
#include "base/span.h"

enum {
	UNPACK_WINDOW_LOG = 27
}; /* 128 MiB: the most that zstd(1) makes
				    without --long=28 or more */

struct os_unpack;

/* `fd` must outlive it and is not closed.  Reads nothing yet.  Fails NOMEM. */
MUST_USE enum err os_unpack_new(int fd, struct os_unpack **ret_unpack);
struct os_unpack *os_unpack_free(struct os_unpack *unpack);
DEFINE_OWNED(os_unpack);

/*
 * Up to `size` bytes, 0 at the end; `ctx` is the struct os_unpack.  Refuses
 * DAMAGED and TOO_LARGE, and then again at every call.  Fails IO, NOMEM.
 */
MUST_USE enum err os_unpack_read(
	void *ctx, uint8_t *to, size_t size, size_t *ret_n);

/* Why os_unpack_read() refused, after `name` and a colon; returns its refusal,
 * ERR_OK (and `reterr_why` as it was) where it did not. */
enum err os_unpack_why(const struct os_unpack *unpack, const char *name,
	struct why *reterr_why);
