/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside the front: what is served beside the lines of a file. */

#include "base/read.h"
#include "proc/proc_front.h"

/* A letter's document; answers with its canonical bytes. */
MUST_USE enum err front_serve_letter(int fd, struct reader *r, struct why *why);

/* A document, its signature, certificates; answers with the signer's place. */
MUST_USE enum err front_serve_signed(int fd, struct reader *r, struct why *why);

/* Certifiers, kept until others are told; and envelopes, by these. */
MUST_USE enum err front_serve_signers(
	int fd, struct reader *r, struct why *why);
MUST_USE enum err front_serve_singles(int fd, struct request_reader *reader,
	struct reader *r, struct why *why);

/* One line, and a manifest, as they go to the judge. */
void front_line_put(
	struct buf *to, const struct front_line *line, struct buf *scratch);
void front_manifest_encode(const struct request_manifest *m, struct buf *to);
MUST_USE enum err front_manifest_decode(
	struct span bytes, struct request_manifest *m);
