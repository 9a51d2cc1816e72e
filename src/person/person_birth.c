/* SPDX-License-Identifier: Apache-2.0 */
#include "base/day.h"
#include "person/person.h"

/* Of two days written YYYYMMDD. */
static int
digits_apart(int a, int b)
{
	int apart = 0;

	for (; a != 0 || b != 0; a /= 10, b /= 10)
		apart += a % 10 != b % 10;
	return apart;
}

/*
 * A digit of the decade is a generation, not a slip: JOHN SMITH, born on 3 May
 * 1962, and his father JOHN SMITH, born on 3 May 1932, at one address.
 */
enum { GENERATION = 10 };

enum person_level
person_birth_compare(int32_t asked, int32_t record)
{
	int year[2];
	int month[2];
	int day[2];

	if (asked == DAY_NONE || record == DAY_NONE)
		return LEVEL_MISSING;
	if (asked == record)
		return LEVEL_EQUAL;
	day_split(asked, &year[0], &month[0], &day[0]);
	day_split(record, &year[1], &month[1], &day[1]);
	if (year[0] == year[1] && month[0] == day[1] && day[0] == month[1])
		return LEVEL_VARIANT;
	if (year[0] - year[1] >= GENERATION || year[1] - year[0] >= GENERATION)
		return LEVEL_CONFLICT;
	if (digits_apart(year[0] * 10000 + month[0] * 100 + day[0],
		    year[1] * 10000 + month[1] * 100 + day[1]) == 1)
		return LEVEL_EDIT;
	return LEVEL_CONFLICT;
}
