/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Zones: days only grow, each begins where the one before ended, and its text
 * says all of it.  What begins as a file of time zones is read as one.
 */
#include "base/day.h"
#include "base/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_follow(const struct zone *zone, int32_t day)
{
	int64_t from = zone_start(zone, day);
	int64_t to = zone_end(zone, day);

	must(zone_day(zone, from) == day && zone_day(zone, from - 1) < day);
	must(zone_day(zone, to) == day && zone_day(zone, to + 1) > day);
	must(to - from >= 20 * 3600 && to - from < 28 * 3600);
}

static void
must_hold(const struct zone *zone)
{
	static const int years[] = {1999, 2024, 2026, 2100};
	struct zone again;

	must(zone_parse(span_text(zone->text), &again));
	must(zone_same(zone, &again));
	for (size_t i = 0; i < sizeof(years) / sizeof(*years); i++)
		for (int32_t day = day_of(years[i], 1, 1) - 8;
			day < day_of(years[i] + 1, 1, 1) + 8; day++)
			must_follow(zone, day);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of(data, size);
	struct zone zone;

	if (span_starts(bytes, SPAN("TZif"))) {
		if (zone_file_parse(SPAN("Some/Place"), bytes, 1767225600,
			    &zone) == ERR_OK)
			must_hold(&zone);
		return 0;
	}
	if (zone_parse(bytes, &zone))
		must_hold(&zone);
	return 0;
}
