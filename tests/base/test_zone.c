/* SPDX-License-Identifier: Apache-2.0 */
/*
 * zone: which day it is at a place.  The second implementation is the C
 * library's, which reads the whole file of a zone and not its rule alone.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "base/day.h"
#include "base/zone.h"

#define FILES "/usr/share/zoneinfo"
#define NEW_YORK "America/New_York EST5EDT,M3.2.0,M11.1.0"

enum { FILE_BYTES = 1 << 16, HOUR = 3600, DAY = 86400 };

/* 2026-01-01; all below is later. */
static const int64_t since = 1767225600;

static struct zone
zone_of(const char *text)
{
	struct zone zone;

	assert_true(zone_parse(span_text(text), &zone));
	return zone;
}

static int64_t
at_of(const char *text)
{
	int64_t at;

	assert_true(day_time_parse(span_text(text), &at));
	return at;
}

static void
assert_day(const struct zone *zone, const char *moment, const char *day)
{
	char text[DAY_TEXT];

	day_text(zone_day(zone, at_of(moment)), text);
	assert_string_equal(text, day);
}

/* ---- the C library's ---- */

static bool
set_libc(const char *name)
{
	char tz[1024];

	(void)snprintf(tz, sizeof(tz), ":%s", name);
	return setenv("TZ", tz, 1) == 0 && (tzset(), true);
}

static int32_t
libc_day(int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	assert_non_null(localtime_r(&t, &tm));
	return day_of(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static int
libc_offset(int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	assert_non_null(localtime_r(&t, &tm));
	return (int)tm.tm_gmtoff;
}

static enum err
zone_read(const char *name, struct zone *ret_zone)
{
	static uint8_t bytes[FILE_BYTES];
	char path[1024];
	FILE *file;
	size_t n;

	(void)snprintf(path, sizeof(path), FILES "/%s", name);
	file = fopen(path, "rb");
	if (file == NULL)
		return ERR_NOT_FOUND;
	n = fread(bytes, 1, sizeof(bytes), file);
	(void)fclose(file);
	return zone_file_parse(
		span_text(name), span_of(bytes, n), since, ret_zone);
}

static void
need_files(void)
{
	struct stat st;

	if (stat(FILES "/America/New_York", &st) != 0)
		skip();
}

/* ---- tests ---- */

static void
all_zero_is_utc(void **state)
{
	struct zone zone = {.text = ""};

	(void)state;
	for (int64_t at = -3 * DAY; at < 3 * DAY; at += 61)
		assert_int_equal(zone_day(&zone, at), day_at(at));
	assert_int_equal(zone_start(&zone, 20000), 20000LL * DAY);
	assert_int_equal(zone_end(&zone, 20000), 20001LL * DAY - 1);
	assert_true(span_eq(zone_name(&zone), SPAN("UTC")));
}

static void
in_washington_it_is_yesterday_at_two_in_the_morning_of_utc(void **state)
{
	struct zone utc = {.text = ""};
	struct zone zone = zone_of(NEW_YORK);

	(void)state;
	assert_true(span_eq(zone_name(&zone), SPAN("America/New_York")));
	assert_day(&utc, "2026-11-29T02:00:00Z", "2026-11-29");
	assert_day(&zone, "2026-11-29T02:00:00Z", "2026-11-28");
	assert_day(&zone, "2026-11-29T04:59:59Z", "2026-11-28");
	assert_day(&zone, "2026-11-29T05:00:00Z", "2026-11-29");
	assert_day(&zone, "2026-07-05T03:59:59Z", "2026-07-04");
	assert_day(&zone, "2026-07-05T04:00:00Z", "2026-07-05");
	assert_day(&zone, "2027-01-01T04:59:59Z", "2026-12-31");
	assert_day(&zone, "2027-01-01T05:00:00Z", "2027-01-01");
	assert_day(&zone, "2028-03-01T04:59:59Z", "2028-02-29");
}

static void
a_day_of_a_change_has_23_hours_or_25(void **state)
{
	struct zone zone = zone_of(NEW_YORK);
	int32_t spring = day_of(2026, 3, 8);
	int32_t autumn = day_of(2026, 11, 1);

	(void)state;
	assert_int_equal(
		zone_end(&zone, spring) + 1 - zone_start(&zone, spring),
		23 * HOUR);
	assert_int_equal(
		zone_end(&zone, autumn) + 1 - zone_start(&zone, autumn),
		25 * HOUR);
	assert_int_equal(
		zone_start(&zone, spring), at_of("2026-03-08T05:00:00Z"));
	assert_int_equal(
		zone_end(&zone, spring), at_of("2026-03-09T03:59:59Z"));
	assert_int_equal(
		zone_offset(&zone, at_of("2026-03-08T06:59:59Z")), -5 * HOUR);
	assert_int_equal(
		zone_offset(&zone, at_of("2026-03-08T07:00:00Z")), -4 * HOUR);
	assert_int_equal(
		zone_offset(&zone, at_of("2026-11-01T05:59:59Z")), -4 * HOUR);
	assert_int_equal(
		zone_offset(&zone, at_of("2026-11-01T06:00:00Z")), -5 * HOUR);
}

/* Each second near a midnight and near a change, by both. */
static void
compare_near(const struct zone *zone, int64_t at)
{
	for (int64_t t = at - 2; t <= at + 2; t++)
		if (zone_day(zone, t) != libc_day(t) ||
			zone_offset(zone, t) != libc_offset(t))
			fail_msg("%s at %lld: %d, %d", zone->text, (long long)t,
				zone_offset(zone, t), libc_offset(t));
}

static void
compare(const struct zone *zone, int from, int to)
{
	for (int32_t day = day_of(from, 1, 1); day < day_of(to, 1, 1); day++) {
		int64_t start = zone_start(zone, day);

		assert_true(zone_day(zone, start) == day &&
			    zone_day(zone, start - 1) < day);
		compare_near(zone, start);
		for (int hour = 1; hour < 24; hour++)
			if (libc_offset((day * 24LL + hour) * HOUR) !=
				libc_offset((day * 24LL + hour - 1) * HOUR))
				for (int half = 0; half <= 2; half++)
					compare_near(zone,
						(day * 24LL + hour) * HOUR -
							half * HOUR / 2);
	}
}

static void
the_library_finds_the_same_days_in_twelve_years(void **state)
{
	static const char *const names[] = {"America/New_York",
		"America/Chicago", "America/Denver", "America/Phoenix",
		"America/Los_Angeles", "America/Anchorage", "America/Adak",
		"Pacific/Honolulu", "America/Puerto_Rico", "Pacific/Guam",
		"Pacific/Pago_Pago", "Europe/Dublin", "Australia/Lord_Howe",
		"America/Santiago", "America/Nuuk", "Antarctica/Troll",
		"Pacific/Kiritimati", "Etc/GMT+12", "America/Havana"};

	(void)state;
	need_files();
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct zone zone;

		assert_int_equal(zone_read(names[i], &zone), ERR_OK);
		assert_true(set_libc(names[i]));
		compare(&zone, 2026, 2038);
	}
}

/* Every name that there is: taken, and then right, or refused. */
static void
look_at_all(const char *under, unsigned *taken, unsigned *refused)
{
	char path[1024];
	struct dirent *entry;
	DIR *dir;

	(void)snprintf(path, sizeof(path), FILES "/%s", under);
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		char name[512];
		struct zone zone;
		enum err e;

		if (entry->d_name[0] == '.' ||
			snprintf(name, sizeof(name), "%s/%s", under,
				entry->d_name) >= (int)sizeof(name))
			continue;
		if (entry->d_type == DT_DIR) {
			look_at_all(name, taken, refused);
			continue;
		}
		e = zone_read(name, &zone);
		if (e != ERR_OK) {
			print_message("%s is refused\n", name);
			++*refused;
			continue;
		}
		++*taken;
		assert_true(set_libc(name));
		compare(&zone, 2026, 2027);
	}
	(void)closedir(dir);
}

static void
every_zone_is_right_or_refused(void **state)
{
	static const char *const folders[] = {"Africa", "America", "Antarctica",
		"Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific",
		"US"};
	unsigned taken = 0;
	unsigned refused = 0;

	(void)state;
	need_files();
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++)
		look_at_all(folders[i], &taken, &refused);
	assert_true(taken > 400);
	assert_true(refused < 8);
}

static void
a_zone_whose_changes_have_no_rule_is_refused(void **state)
{
	struct zone zone;

	(void)state;
	need_files();
	assert_int_equal(
		zone_read("Africa/Casablanca", &zone), ERR_NOT_ALLOWED);
	assert_int_equal(zone_read("tzdata.zi", &zone), ERR_MALFORMED);
}

static void
a_file_that_ends_early_is_refused(void **state)
{
	static uint8_t bytes[FILE_BYTES];
	FILE *file;
	struct zone zone;
	size_t n;

	(void)state;
	need_files();
	file = fopen(FILES "/America/New_York", "rb");
	assert_non_null(file);
	n = fread(bytes, 1, sizeof(bytes), file);
	(void)fclose(file);
	assert_int_equal(zone_file_parse(SPAN("America/New_York"),
				 span_of(bytes, n), since, &zone),
		ERR_OK);
	assert_string_equal(zone.text, NEW_YORK);
	for (size_t cut = 0; cut < n; cut++)
		assert_int_not_equal(zone_file_parse(SPAN("America/New_York"),
					     span_of(bytes, cut), since, &zone),
			ERR_OK);
}

static void
what_is_no_rule_is_refused(void **state)
{
	static const char *const wrong[] = {"", " ", "EST5EDT",
		"America/New_York", "America/New_York ", "/etc/passwd EST5",
		"../x EST5", "A.B EST5", "5x EST5", "X ES5", "X EST", "X EST16",
		"X EST5:60", "X EST5EDT", "X EST5EDT,M3.2.0",
		"X EST5EDT,M3.2.0,M11.1.0 ", "X EST5EDT,M13.2.0,M11.1.0",
		"X EST5EDT,M0.2.0,M11.1.0", "X EST5EDT,M3.6.0,M11.1.0",
		"X EST5EDT,M3.0.0,M11.1.0", "X EST5EDT,M3.2.7,M11.1.0",
		"X EST5EDT,M3.2.0/168,M11.1.0", "X EST5EDT,J60,J300", "X <EST5",
		"X <E!T>5", "X AAA0BBB-4,M3.2.0,M11.1.0",
		/* clocks go back from half past midnight to half past 23 */
		"X AAA0BBB,M3.2.0,M11.1.0/0:30",
		"X AAA0BBB,M3.2.0,M11.1.0/24:01"};
	struct zone zone;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		if (zone_parse(span_text(wrong[i]), &zone))
			fail_msg("'%s' was taken", wrong[i]);
	assert_false(zone_parse(span_of("X EST5\0", 7), &zone));
	assert_true(zone_parse(SPAN("X AAA0BBB,M3.2.0,M11.1.0/24"), &zone));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_zero_is_utc),
		cmocka_unit_test(
			in_washington_it_is_yesterday_at_two_in_the_morning_of_utc),
		cmocka_unit_test(a_day_of_a_change_has_23_hours_or_25),
		cmocka_unit_test(
			the_library_finds_the_same_days_in_twelve_years),
		cmocka_unit_test(every_zone_is_right_or_refused),
		cmocka_unit_test(a_zone_whose_changes_have_no_rule_is_refused),
		cmocka_unit_test(a_file_that_ends_early_is_refused),
		cmocka_unit_test(what_is_no_rule_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
