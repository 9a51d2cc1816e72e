/* SPDX-License-Identifier: Apache-2.0 */
#include "base/zone.h"

#include "base/day.h"
#include "base/num.h"

enum {
	DAY_S = 86400,
	HOUR_S = 3600,
	HOURS_EAST = 15, /* the clocks of no place are further from UTC */
	HOURS_CHANGE =
		167, /* POSIX.1-2024: a change up to a week from its day */
	SAVES_MOST = 3 * HOUR_S,
	ABBR_LEAST = 3,
	ABBR_MOST = 10,
};

static const struct span utc = {(const uint8_t *)"UTC", 3};

/* ---- reading the rule ---- */

static bool
is_letter(uint8_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
take(struct span *s, uint8_t c)
{
	if (s->n == 0 || s->at[0] != c)
		return false;
	*s = span_of(s->at + 1, s->n - 1);
	return true;
}

static bool
take_number(struct span *s, uint64_t most, int32_t *ret)
{
	uint64_t value;
	size_t n = 0;

	while (n < s->n && n < 3 && is_digit(s->at[n]))
		n++;
	if (n == 0 || !num_digits(span_of(s->at, n), most, &value))
		return false;
	*s = span_of(s->at + n, s->n - n);
	*ret = (int32_t)value;
	return true;
}

/* EST, or <+1030>. */
static bool
take_abbr(struct span *s)
{
	bool quoted = take(s, '<');
	size_t n = 0;

	while (n < s->n &&
		(is_letter(s->at[n]) ||
			(quoted && (is_digit(s->at[n]) || s->at[n] == '+' ||
					   s->at[n] == '-'))))
		n++;
	*s = span_of(s->at + n, s->n - n);
	return n >= ABBR_LEAST && n <= ABBR_MOST && (!quoted || take(s, '>'));
}

/* [+-]H[:MM[:SS]] */
static bool
take_time(struct span *s, uint64_t hours, int32_t *ret_seconds)
{
	bool back = take(s, '-');
	int32_t h;
	int32_t m = 0;
	int32_t sec = 0;

	if (!back)
		(void)take(s, '+');
	if (!take_number(s, hours, &h) ||
		(take(s, ':') &&
			(!take_number(s, 59, &m) ||
				(take(s, ':') && !take_number(s, 59, &sec)))))
		return false;
	*ret_seconds = h * HOUR_S + m * 60 + sec;
	if (back)
		*ret_seconds = -*ret_seconds;
	return true;
}

/* ,M3.2.0/2 */
static bool
take_change(struct span *s, struct zone_change *ret)
{
	int32_t month;
	int32_t week;
	int32_t weekday;

	*ret = (struct zone_change){.second = 2 * HOUR_S};
	if (!take(s, ',') || !take(s, 'M') || !take_number(s, 12, &month) ||
		!take(s, '.') || !take_number(s, 5, &week) || !take(s, '.') ||
		!take_number(s, 6, &weekday) || month < 1 || week < 1)
		return false;
	ret->month = (uint8_t)month;
	ret->week = (uint8_t)week;
	ret->weekday = (uint8_t)weekday;
	return !take(s, '/') || take_time(s, HOURS_CHANGE, &ret->second);
}

/* POSIX counts west of UTC. */
static bool
take_east(struct span *s, int32_t *ret)
{
	if (!take_time(s, HOURS_EAST, ret))
		return false;
	*ret = -*ret;
	return true;
}

/* Ireland's rule calls its summer the standard. */
static void
put_summer_last(struct zone *zone)
{
	struct zone_change change = zone->to_summer;
	int32_t offset = zone->summer;

	if (zone->summer >= zone->winter)
		return;
	zone->summer = zone->winter;
	zone->winter = offset;
	zone->to_summer = zone->to_winter;
	zone->to_winter = change;
}

static bool
day_comes_twice(const struct zone *zone)
{
	int32_t clock = ((zone->to_winter.second % DAY_S) + DAY_S) % DAY_S;

	return clock != 0 && clock < zone->summer - zone->winter;
}

static bool
parse_rule(struct span rule, struct zone *zone)
{
	if (!take_abbr(&rule) || !take_east(&rule, &zone->winter))
		return false;
	zone->summer = zone->winter;
	if (rule.n == 0)
		return true;
	if (!take_abbr(&rule))
		return false;
	zone->summer = zone->winter + HOUR_S;
	if (rule.n > 0 && rule.at[0] != ',' && !take_east(&rule, &zone->summer))
		return false;
	if (!take_change(&rule, &zone->to_summer) ||
		!take_change(&rule, &zone->to_winter) || rule.n > 0)
		return false;
	put_summer_last(zone);
	return zone->summer - zone->winter <= SAVES_MOST &&
	       !day_comes_twice(zone);
}

bool
zone_name_ok(struct span name)
{
	if (name.n == 0 || name.n >= ZONE_NAME || !is_letter(name.at[0]))
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_letter(name.at[i]) && !is_digit(name.at[i]) &&
			(name.at[i] == 0 ||
				memchr("_+-/", name.at[i], 4) == NULL))
			return false;
	return true;
}

bool
zone_parse(struct span text, struct zone *ret_zone)
{
	struct zone zone = {.text = ""};
	struct span rule = text;
	struct span name = span_cut(&rule, ' ');

	if (!span_copy(text, zone.text, sizeof(zone.text)) ||
		!zone_name_ok(name) || !parse_rule(rule, &zone))
		return false;
	*ret_zone = zone;
	return true;
}

struct span
zone_name(const struct zone *zone)
{
	struct span text = span_text(zone->text);

	return text.n == 0 ? utc : span_cut(&text, ' ');
}

bool
zone_same(const struct zone *a, const struct zone *b)
{
	return strcmp(a->text, b->text) == 0;
}

/* ---- days ---- */

static int64_t
change_at(const struct zone_change *change, int year, int32_t offset)
{
	int month = change->month;
	int32_t first = day_of(year, month, 1);
	int32_t next = month == 12 ? day_of(year + 1, 1, 1)
				   : day_of(year, month + 1, 1);
	int32_t weekday =
		((first + 4) % 7 + 7) % 7; /* 1970 began on Thursday */
	int32_t day = first + (change->weekday - weekday + 7) % 7 +
		      (change->week - 1) * 7;

	if (day >= next)
		day -= 7;
	return (int64_t)day * DAY_S + change->second - offset;
}

int32_t
zone_offset(const struct zone *zone, int64_t at)
{
	int year;
	int64_t from;
	int64_t to;
	bool summer;

	if (zone->summer == zone->winter)
		return zone->winter;
	year = day_year(day_at(at + zone->winter));
	from = change_at(&zone->to_summer, year, zone->winter);
	to = change_at(&zone->to_winter, year, zone->summer);
	summer = from < to ? at >= from && at < to : at >= from || at < to;
	return summer ? zone->summer : zone->winter;
}

int32_t
zone_day(const struct zone *zone, int64_t at)
{
	return day_at(at + zone_offset(zone, at));
}

/* Between the first second that it could be and the last; days only grow. */
int64_t
zone_start(const struct zone *zone, int32_t day)
{
	int64_t from = (int64_t)day * DAY_S - zone->summer;
	int64_t to = (int64_t)day * DAY_S - zone->winter;

	while (from < to) {
		int64_t at = from + (to - from) / 2;

		if (zone_day(zone, at) < day)
			from = at + 1;
		else
			to = at;
	}
	return from;
}

int64_t
zone_end(const struct zone *zone, int32_t day)
{
	return zone_start(zone, day + 1) - 1;
}
