/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_permit - who may do what: the one table of acts and roles, which every
 * verb that changes or reads something asks (R21).  proc_permit.def lists it.
 */

#include "proc/proc_instance.h"
#include "proc/proc_log.h"

enum proc_permit {
#define PERMIT(ID, what, ...) PERMIT_##ID,
#include "proc/proc_permit.def"
	PERMIT_N
};

/*
 * May the actor of this verb do it, by a role in force now?  Refuses
 * NOT_ALLOWED with a sentence that names the roles; also where nobody is named.
 * The log has the first use of a permit and every refusal; what it cannot take
 * fails IO.
 */
MUST_USE enum err proc_permit(struct instance *in, enum proc_permit what);

/* The same as a question; and of another person, by a fingerprint. */
bool proc_permitted(const struct instance *in, enum proc_permit what);
bool proc_permitted_print(const struct instance *in, enum proc_permit what,
	const uint8_t print[32]);

/* Which event of the log its use is. */
enum audit_event proc_permit_audit(enum proc_permit what);

/* "bring a batch in"; and whether a role is one of those of the act. */
const char *proc_permit_text(enum proc_permit what);
bool proc_permit_of(enum proc_permit what, const char *role);
