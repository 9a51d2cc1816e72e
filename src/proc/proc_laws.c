/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_laws.h"

enum err
proc_laws_get(struct proc_laws *laws, struct instance *in,
	const uint8_t hash[32], struct law **ret_law)
{
	enum err e;

	*ret_law = NULL;
	for (size_t i = 0; i < laws->n; i++)
		if (memcmp(laws->item[i].hash, hash, 32) == 0) {
			*ret_law = laws->item[i].law;
			return ERR_OK;
		}
	if (laws->n == PROC_LAWS)
		return instance_says(in, ERR_TOO_LARGE,
			"this was decided under more than %d laws", PROC_LAWS);
	e = instance_law(in, hash, ret_law);
	if (err_is_failure(e))
		return e;
	memcpy(laws->item[laws->n].hash, hash, 32);
	laws->item[laws->n++].law = *ret_law;
	return e;
}

void
proc_laws_fini(struct proc_laws *laws)
{
	for (size_t i = 0; i < laws->n; i++)
		laws->item[i].law = law_free(laws->item[i].law);
	laws->n = 0;
}
