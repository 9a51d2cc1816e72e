/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_unwrap - the content of a CMS message that holds what it signs, into a
 * file: parsed by a process of its own, as it comes, whatever its length
 * (crypto_cms_unwrap()).
 */

#include "base/buf.h"
#include "base/err.h"

struct proc_unwrap {
	int file;                 /* the message, from where it stands */
	int to;                   /* where its content is put */
	uint64_t most;            /* bytes of content */
	const struct buf *signer; /* certificates of who may sign, DER */
	size_t n_signers;
	int64_t at; /* in force then */
};

/* Refuses MALFORMED, TOO_LARGE, BAD_SIGNATURE with a sentence; what is in `to`
 * then counts for nothing. */
MUST_USE enum err proc_unwrap(
	const struct proc_unwrap *unwrap, struct why *reterr_why);
