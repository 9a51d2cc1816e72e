/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_screen.h"

#include "proc/proc_vault.h"

enum err
proc_screen_fresh(struct instance *in, const struct law *law)
{
	int32_t day = in->clock;
	enum err e = in->sandbox ? ERR_OK
				 : vault_roll_day(&in->vault, &day, &in->why);
	int64_t age;

	if (e != ERR_OK)
		return e;
	day = register_screens_day(in->registers, day, in->at);
	age = (int64_t)in->clock - day;
	if (age <= (int64_t)law_screen_days(law))
		return ERR_OK;
	return instance_says(in, ERR_TOO_LATE,
		"the screens are %d days old, and over %u nothing leaves: "
		"`weir screen load`",
		(int)age, law_screen_days(law));
}
