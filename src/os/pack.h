/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * pack - many files in one: a tar (pax) in zstd, written and read as a stream
 * in bounded memory, by libarchive.  No name is opened or made here: the caller
 * says what goes in, and gets what is in it, byte by byte.
 *
 *	os_pack_new(fd, &p);
 *	os_pack_next(p, &item); os_pack_bytes(p, some) ...	// once a file
 *	os_pack_end(p);
 *
 * Nothing is sought, so a pipe will do.  All fail IO (errno is left) and NOMEM.
 */

#include "base/err.h"
#include "base/own.h"
#include "base/span.h"

enum { OS_PACK_NAME = 512 };

enum os_pack_kind { OS_PACK_FILE, OS_PACK_FOLDER, OS_PACK_LINK };

struct os_pack_item {
	enum os_pack_kind kind;
	char name[OS_PACK_NAME];   /* relative; "a/b" */
	char target[OS_PACK_NAME]; /* of a link */
	uint64_t size;             /* of a file */
	unsigned mode;             /* permissions alone */
	int64_t at;                /* changed at, seconds since 1970 */
};

/* ---- writing ---- */

struct os_pack;
MUST_USE enum err os_pack_new(int fd, struct os_pack **ret_pack);
/* Frees it; what was written without os_pack_end() is no archive. */
struct os_pack *os_pack_free(struct os_pack *pack);
DEFINE_OWNED(os_pack);

MUST_USE enum err os_pack_next(
	struct os_pack *pack, const struct os_pack_item *item);
/* All bytes of the item, in any pieces; fails IO where they are too many. */
MUST_USE enum err os_pack_bytes(struct os_pack *pack, struct span bytes);
MUST_USE enum err os_pack_end(struct os_pack *pack);

/* ---- reading ---- */

struct os_packed;
MUST_USE enum err os_packed_new(int fd, struct os_packed **ret_packed);
struct os_packed *os_packed_free(struct os_packed *packed);
DEFINE_OWNED(os_packed);

/*
 * The next item.  Refuses NOT_FOUND (the end), DAMAGED (no such archive, or its
 * bytes are others), MALFORMED (another kind of file, a name too long, absolute
 * or with a part ".." or a control character).
 */
MUST_USE enum err os_packed_next(
	struct os_packed *packed, struct os_pack_item *ret_item);

/* Up to `size` bytes of it, 0 at its end.  Refuses DAMAGED. */
MUST_USE enum err os_packed_read(
	struct os_packed *packed, uint8_t *to, size_t size, size_t *ret_n);
