/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* console_people - people of roles that the sandbox has nobody of. */

#include "proc/proc_instance.h"

/* A key and a certificate, sandbox/WHO.key, and the one role; `in` has the
 * ledger open, by who may give roles. */
void console_person_add(struct instance *in, const char *who, const char *role,
	const char *name);

/* Only key and certificate. */
void console_person_make(
	struct instance *in, const char *who, const char *name);
