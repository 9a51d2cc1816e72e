/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * code - bytes as text: lower-case hex (RFC 4648 section 8, case folded) and
 * canonical, padded base64 (section 4).
 */

#include "base/buf.h"

void code_hex(struct buf *b, struct span bytes);
void code_base64(struct buf *b, struct span bytes);

/* Exactly `n` bytes; refuses (false) upper case, blanks, another length. */
bool code_hex_parse(struct span text, uint8_t *to, size_t n);

/*
 * At most `size` bytes into `to`.  Refuses (false) what another encoder would
 * have written differently: no padding, stray bits, blanks, CR or LF.
 */
bool code_base64_parse(
	struct span text, uint8_t *to, size_t size, size_t *ret_n);
