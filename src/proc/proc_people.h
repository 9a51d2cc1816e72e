/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* proc_people - keys and certificates that we make, and a sandbox's officers. */

#include "proc/proc_instance.h"

/* Writes path.key (0600) and path.crt below `dir`: a P-256 key and its
 * self-signed certificate, in a sandbox valid from ten years back.  LOOSE: they
 * are durable only once the caller calls os_sync_all(). */
enum people_kind { PEOPLE_REAL, PEOPLE_SANDBOX, PEOPLE_SANDBOX_LOOSE };
MUST_USE enum err proc_people_make(int dir, const char *path, const char *name,
	enum people_kind kind, struct crypto_cert **ret_cert);

/*
 * Puts every officer that a file of requests names on the register, with the
 * unit that most of its lines give (one line with another unit is that line's
 * affair); makes sandbox/officers/ID.{key,crt}.  Officers that
 * are on the register stay as they are.  Only in a sandbox, and in a shadow,
 * where all have one certificate, of no use, whose key nobody has.  A front of
 * its own parses the file.
 */
MUST_USE enum err proc_people_enroll(const char *path, const char *requests,
	uint64_t *ret_new, uint64_t *ret_known, struct why *reterr_why);
