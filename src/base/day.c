/* SPDX-License-Identifier: Apache-2.0 */
#include "base/day.h"

#include <stdio.h>

#include "base/num.h"

/* Days from civil, after Howard Hinnant's "chrono-compatible low-level date
 * algorithms": the year begins in March, so leap days come last. */
int32_t
day_of(int year, int month, int day)
{
	int y = month <= 2 ? year - 1 : year;
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

	return era * 146097 + doe - 719468;
}

void
day_split(int32_t day, int *ret_year, int *ret_month, int *ret_day)
{
	int z = day + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;

	*ret_day = doy - (153 * mp + 2) / 5 + 1;
	*ret_month = mp < 10 ? mp + 3 : mp - 9;
	*ret_year = yoe + era * 400 + (*ret_month <= 2 ? 1 : 0);
}

int
day_year(int32_t day)
{
	int year;
	int month;
	int d;

	day_split(day, &year, &month, &d);
	return year;
}

bool
day_parse(struct span text, int32_t *ret_day)
{
	uint64_t y;
	uint64_t m;
	uint64_t d;
	int back[3];

	if (text.n != 10 || text.at[4] != '-' || text.at[7] != '-' ||
		!num_digits(span_of(text.at, 4), 2999, &y) || y < 1800 ||
		!num_digits(span_of(text.at + 5, 2), 12, &m) || m < 1 ||
		!num_digits(span_of(text.at + 8, 2), 31, &d) || d < 1)
		return false;
	*ret_day = day_of((int)y, (int)m, (int)d);
	day_split(*ret_day, &back[0], &back[1], &back[2]);
	return back[0] == (int)y && back[1] == (int)m && back[2] == (int)d;
}

void
day_text(int32_t day, char to[DAY_TEXT])
{
	int y;
	int m;
	int d;

	day_split(day, &y, &m, &d);
	(void)snprintf(to, DAY_TEXT, "%04u-%02u-%02u", (unsigned)y % 10000,
		(unsigned)m % 100, (unsigned)d % 100);
}

int32_t
day_at(int64_t at)
{
	return (int32_t)((at >= 0 ? at : at - 86399) / 86400);
}

void
day_time_text(int64_t at, char to[DAY_TIME_TEXT])
{
	char date[DAY_TEXT];
	unsigned second = (unsigned)(at - (int64_t)day_at(at) * 86400) % 86400;

	day_text(day_at(at), date);
	(void)snprintf(to, DAY_TIME_TEXT, "%sT%02u:%02u:%02uZ", date,
		second / 3600 % 24, second / 60 % 60, second % 60);
}

bool
day_time_parse(struct span text, int64_t *ret_at)
{
	int32_t day;
	uint64_t h;
	uint64_t m;
	uint64_t s;

	if (text.n != 20 || text.at[10] != 'T' || text.at[13] != ':' ||
		text.at[16] != ':' || text.at[19] != 'Z' ||
		!day_parse(span_of(text.at, 10), &day) ||
		!num_digits(span_of(text.at + 11, 2), 23, &h) ||
		!num_digits(span_of(text.at + 14, 2), 59, &m) ||
		!num_digits(span_of(text.at + 17, 2), 59, &s))
		return false;
	*ret_at = (int64_t)day * 86400 + (int64_t)(h * 3600 + m * 60 + s);
	return true;
}
