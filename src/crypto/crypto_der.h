/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * crypto_der - walks the outer shape of a CMS message (X.690, DER: definite,
 * shortest lengths, low tags only) before OpenSSL reads it.
 *
 * OpenSSL passes over much that no signature covers: versions, algorithm sets,
 * certificates for company, attributes that nobody signed.  We hold the whole
 * message to one shape, so that no bit of it can be changed unseen and no
 * byte of it is there for another reader to find.
 *
 * Sticky, as base/read.h: ask read_end() at the end of each level.
 */

#include "base/buf.h"
#include "base/read.h"

enum {
	DER_INTEGER = 0x02,
	DER_OCTETS = 0x04,
	DER_OID = 0x06,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT_0 = 0xa0, /* [0], constructed */
	DER_KEY_ID = 0x80,    /* [0], a string */
};

/* True where the next element has that tag. */
bool crypto_der_is(const struct reader *r, uint8_t tag);

/* The contents of the next element; fails where it has another tag. */
struct span crypto_der_take(struct reader *r, uint8_t tag);

/* The same with its tag and length. */
struct span crypto_der_whole(struct reader *r, uint8_t tag);

/* Goes into the next element. */
struct reader crypto_der_enter(struct reader *r, uint8_t tag);

/* ContentInfo of that type and nothing else; then inside [0] EXPLICIT
 * SEQUENCE.  The reader returned has failed where it is not so. */
struct reader crypto_der_content(struct span cms, struct span type);

/* Tag and length of an element with `n` bytes of contents; how many bytes these
 * two take. */
void crypto_der_put(struct buf *to, uint8_t tag, size_t n);
size_t crypto_der_head(size_t n);
