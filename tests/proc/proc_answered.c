/* SPDX-License-Identifier: Apache-2.0 */
#include "proc_answered.h"

#include <stdio.h>
#include <stdlib.h>

#include "proc/proc_review.h"

struct instance answered;
const char *answered_path;
static char base[WORLD_PATH]; /* where all was answered */

void
answered_fine(enum err e)
{
	if (e != ERR_OK)
		fail_msg("%s: %s", err_text(e), answered.why.text);
}

void
answered_as(const char *who)
{
	instance_close(&answered);
	world_open(answered_path, INSTANCE_LEDGER, who, &answered);
}

static void
approve(const char *who)
{
	const struct proc_review_options o = {.batch = 1, .ground = ""};
	struct proc_review_result r;

	instance_close(&answered);
	world_open(answered_path, INSTANCE_LEDGER | INSTANCE_VAULT, who,
		&answered);
	answered_fine(proc_review_approve(&answered, &o, &r));
}

void
answered_release(struct proc_release_result *ret_result)
{
	const struct proc_release_options o = {.batch = 1};
	int32_t today;

	instance_close(&answered);
	assert_true(day_parse(SPAN(WORLD_TODAY), &today));
	answered_fine(instance_open(answered_path,
		INSTANCE_LEDGER | INSTANCE_VAULT, NULL, today, &answered));
	answered_fine(proc_release(&answered, &o, ret_result));
	instance_close(&answered);
}

int
answered_make(void **state)
{
	struct proc_release_result r;

	if (world_make(state) != 0)
		return 1;
	answered = INSTANCE_NONE;
	answered_path = world_copy();
	(void)snprintf(base, sizeof(base), "%s", answered_path);
	approve("reviewer-1");
	approve("reviewer-2");
	answered_release(&r);
	return r.addresses < 5 || r.addresses == r.answered;
}

int
answered_begin(void **state)
{
	char command[3 * WORLD_PATH];
	static char copy[WORLD_PATH];
	static unsigned n;

	(void)state;
	answered = INSTANCE_NONE;
	(void)snprintf(copy, sizeof(copy), "%.200s-%u", base, ++n);
	(void)snprintf(command, sizeof(command), "cp -a '%s' '%s'", base, copy);
	assert_int_equal(system(command), 0);
	answered_path = copy;
	return 0;
}

int
answered_end(void **state)
{
	(void)state;
	instance_close(&answered);
	return 0;
}
