/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_recover.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "proc/proc_account.h"
#include "proc/proc_cosign.h"
#include "proc/proc_erase.h"
#include "proc/proc_permit.h"
#include "proc/proc_subject.h"

enum err
proc_recover(struct instance *in, struct proc_recover_result *ret_result)
{
	char changes[24];
	enum err e = proc_permit(in, PERMIT_RECOVER);

	*ret_result = (struct proc_recover_result){
		.changes = in->recovered, .entries = in->published};
	(void)snprintf(changes, sizeof(changes), "%llu",
		(unsigned long long)in->recovered);
	if (e == ERR_OK)
		e = account_compare(in, 0);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = proc_subject_rebuild(in, &ret_result->counters);
	if (e == ERR_OK)
		e = account_act(in, "recover", 0, "", span_text(changes), NULL);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	e = account_commit(in);
	if (e == ERR_OK)
		e = account_publish(in, NULL);
	in->recover = false; /* all is published: now it must agree */
	if (e == ERR_OK)
		e = proc_cosign_agrees(in);
	if (e == ERR_OK)
		e = proc_erase_finish(in);
	if (e == ERR_OK && unlinkat(in->dir, INSTANCE_RESTORED, 0) != 0 &&
		errno != ENOENT)
		e = err_origin(ERR_IO);
	return e;
}
