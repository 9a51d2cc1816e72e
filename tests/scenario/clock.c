/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock - goes under a program (LD_PRELOAD): its time stands at CLOCK_AT,
 * seconds since 1970.
 */
#include <stdlib.h>
#include <time.h>

time_t
time(time_t *to)
{
	static time_t at;
	const char *text = at == 0 ? getenv("CLOCK_AT") : NULL;

	if (text != NULL)
		at = (time_t)strtoll(text, NULL, 10);
	if (to != NULL)
		*to = at;
	return at;
}
