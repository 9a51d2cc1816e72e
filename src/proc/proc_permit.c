/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_permit.h"

#include <string.h>

#include "proc/proc_log.h"

enum { ROLES_MAX = 11 };

static const struct {
	const char *what;
	const char *role[ROLES_MAX]; /* NULL after the last */
} permits[PERMIT_N] = {
#define PERMIT(ID, what, ...) [PERMIT_##ID] = {(what), {__VA_ARGS__}},
#include "proc/proc_permit.def"
};

/* AUDIT_LOG_START, which no permit is, where the table names none. */
static const enum audit_event audits[PERMIT_N] = {
#define AUDIT_PERMIT(permit, audit) [PERMIT_##permit] = AUDIT_##audit,
#include "proc/proc_audit.def"
};

_Static_assert((int)PERMIT_N <= 64, "a bit each in instance.logged");

const char *
proc_permit_text(enum proc_permit what)
{
	must((unsigned)what < PERMIT_N);
	return permits[what].what;
}

bool
proc_permit_of(enum proc_permit what, const char *role)
{
	must((unsigned)what < PERMIT_N);
	for (size_t i = 0; permits[what].role[i] != NULL; i++)
		if (strcmp(permits[what].role[i], role) == 0)
			return true;
	return false;
}

bool
proc_permitted_print(const struct instance *in, enum proc_permit what,
	const uint8_t print[32])
{
	must((unsigned)what < PERMIT_N);
	for (size_t i = 0; permits[what].role[i] != NULL; i++)
		if (instance_has_role(in, print, permits[what].role[i]))
			return true;
	return false;
}

bool
proc_permitted(const struct instance *in, enum proc_permit what)
{
	return in->actor.cert != NULL &&
	       proc_permitted_print(in, what, in->actor.print);
}

/* "operator", "operator or submitter", "a, b or c" */
static void
put_roles(enum proc_permit what, struct buf *to)
{
	const char *const *role = permits[what].role;

	for (size_t i = 0; role[i] != NULL; i++) {
		if (i > 0)
			buf_text(to, role[i + 1] == NULL ? " or " : ", ");
		buf_text(to, role[i]);
	}
	buf_u8(to, 0);
}

enum audit_event
proc_permit_audit(enum proc_permit what)
{
	must((unsigned)what < PERMIT_N);
	return audits[what] == AUDIT_LOG_START ? AUDIT_ADMIN : audits[what];
}

/* The first use of a permit, and every refusal. */
static enum err
log_permit(struct instance *in, enum proc_permit what, enum err answer)
{
	uint64_t bit = (uint64_t)1 << what;
	struct audit a = {
		.event = proc_permit_audit(what),
		.outcome = answer == ERR_OK ? AUDIT_SUCCESS : AUDIT_FAILURE,
		.actor = in->actor.cert == NULL ? NULL : in->actor.print,
		.what = permits[what].what,
		.error = answer,
	};
	struct why why = {""};
	enum err e;

	if (answer == ERR_OK && (in->logged & bit) != 0)
		return ERR_OK;
	e = proc_log_event(in->log, &a, &why);
	if (answer == ERR_OK && e == ERR_OK)
		in->logged |= bit;
	return answer != ERR_OK || e == ERR_OK
		       ? answer
		       : instance_says(in, e, "%s", why.text);
}

/* Why not. */
static enum err
refuse(struct instance *in, enum proc_permit what)
{
	OWNED_BUF(roles, 256);

	if (in->actor.cert == NULL)
		return instance_says(in, ERR_NOT_ALLOWED,
			"say who does this: --key FILE.key");
	if (register_find_print(
		    in->registers, REG_ROLE, in->actor.print, in->at) == NULL)
		return instance_says(in, ERR_NOT_ALLOWED,
			"%s has no role on the register", in->actor.name);
	if (permits[what].role[1] == NULL)
		return instance_says(in, ERR_NOT_ALLOWED,
			"%s has not the role '%s' on the register",
			in->actor.name, permits[what].role[0]);
	put_roles(what, &roles);
	if (buf_error(&roles) != ERR_OK)
		return buf_error(&roles);
	return instance_says(in, ERR_NOT_ALLOWED,
		"%s has not the role to %s: %s", in->actor.name,
		permits[what].what, (const char *)roles.at);
}

enum err
proc_permit(struct instance *in, enum proc_permit what)
{
	return log_permit(
		in, what, proc_permitted(in, what) ? ERR_OK : refuse(in, what));
}
