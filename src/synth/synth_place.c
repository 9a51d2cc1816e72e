/* SPDX-License-Identifier: Apache-2.0 */
#include "synth/synth_int.h"

/*
 * Delivery lines in the forms of USPS Publication 28: numbered streets (also
 * hyphenated, fractional and grid numbers, highways, streets without suffix),
 * PO boxes, rural routes, highway contract routes, military and Puerto Rico.
 */

const struct synth_place *
synth_place_draw(const struct synth *world, struct synth_rng *rng)
{
	/* The square makes the first places many times larger. */
	uint64_t u = synth_next(rng) >> 32;

	return &world->places[((u * u) >> 32) * world->n_places >> 32];
}

static void
settle(const struct synth_place *place, struct synth_address *a)
{
	SYNTH_SET(a->city, place->city);
	SYNTH_SET(a->state, place->state);
	SYNTH_SET(a->zip, place->zip);
}

void
synth_unit_draw(struct synth_rng *rng, char to[12])
{
	static const char *const designators[] = {"APT", "APT", "APT", "APT",
		"UNIT", "UNIT", "STE", "#", "LOT", "TRLR"};
	const char *d = SYNTH_PICK(rng, designators);
	int n = synth_between(rng, 1, 40);
	int letter = 'A' + synth_between(rng, 0, 7);

	switch (synth_below(rng, 4)) {
	case 0:
		synth_format(to, 12, "%s %d", d, n);
		break;
	case 1:
		synth_format(to, 12, "%s %d%c", d, n, letter);
		break;
	case 2:
		synth_format(to, 12, "%s %c%d", d, letter, n);
		break;
	default:
		synth_format(to, 12, "%s %d", d, 100 * (n % 12 + 1) + n);
		break;
	}
}

/* "MILL CREEK": a hyphen in the table stands for a space. */
static void
draw_street_name(const struct synth *world, struct synth_rng *rng, char to[32])
{
	synth_set(to, 32, synth_word(world->streets, rng));
	for (char *c = to; *c != '\0'; c++)
		if (*c == '-')
			*c = ' ';
}

static void
draw_suffix(const struct synth *world, struct synth_rng *rng, char to[8])
{
	const char *pair = synth_word(world->suffixes, rng);
	size_t n = strcspn(pair, ":");

	memcpy(to, pair, n);
	to[n] = '\0';
}

static int
house_number(struct synth_rng *rng)
{
	if (synth_chance(rng, 250))
		return synth_between(rng, 1, 299);
	if (synth_chance(rng, 850))
		return synth_between(rng, 100, 9999);
	return synth_between(rng, 10000, 38999);
}

/* "12 N MAIN ST": the words that are not empty, in their order. */
static void
put_line(char to[48], int number, const char *const words[4])
{
	char line[96];
	size_t n = synth_number(line, (uint64_t)number, 1);

	for (size_t i = 0; i < 4; i++) {
		size_t length = strlen(words[i]);

		if (length == 0)
			continue;
		must(n + length + 2 < sizeof line);
		line[n++] = ' ';
		memcpy(line + n, words[i], length);
		n += length;
	}
	line[n] = '\0';
	synth_set(to, 48, line);
}

void
synth_street_draw(const struct synth *world, struct synth_rng *rng,
	const struct synth_place *place, struct synth_address *ret_address)
{
	static const char *const directions[] = {
		"N", "S", "E", "W", "N", "S", "E", "W", "NE", "NW", "SE", "SW"};
	struct synth_address *a = ret_address;
	char name[32], suffix[8];
	const char *before = "", *after = "";

	draw_street_name(world, rng, name);
	draw_suffix(world, rng, suffix);
	if (synth_chance(rng, 200))
		before = SYNTH_PICK(rng, directions);
	else if (synth_chance(rng, 40))
		after = SYNTH_PICK(rng, directions);
	put_line(a->line, house_number(rng),
		(const char *const[4]){before, name, suffix, after});
	a->unit[0] = '\0';
	if (synth_chance(rng, 220))
		synth_unit_draw(rng, a->unit);
	settle(place, a);
}

/* Numbers and names that a plain "number name suffix" reader trips over. */
static void
draw_odd_street(const struct synth *world, struct synth_rng *rng,
	struct synth_address *a)
{
	static const char *const roads[] = {"US HIGHWAY", "STATE HIGHWAY",
		"COUNTY ROAD", "STATE ROAD", "HIGHWAY"};
	static const char *const plain[] = {"BROADWAY", "THE ESPLANADE"};
	int n = house_number(rng);

	switch (synth_below(rng, 6)) {
	case 0: /* Queens */
		SYNTH_FORMAT(a->line, "%d-%02d %dTH AVE",
			synth_between(rng, 10, 199), synth_between(rng, 1, 60),
			synth_between(rng, 24, 99));
		break;
	case 1: /* Utah */
		SYNTH_FORMAT(a->line, "%d %c %d %c", n,
			"EW"[synth_below(rng, 2)],
			100 * synth_between(rng, 1, 95),
			"NS"[synth_below(rng, 2)]);
		break;
	case 2: /* Wisconsin */
		SYNTH_FORMAT(a->line, "N%dW%d BLUEMOUND RD",
			synth_between(rng, 1, 99),
			100 * synth_between(rng, 100, 289) + n % 100);
		break;
	case 3:
		SYNTH_FORMAT(a->line, "%d %s %d", n, SYNTH_PICK(rng, roads),
			synth_between(rng, 2, 900));
		break;
	case 4:
		SYNTH_FORMAT(a->line, "%d 1/2 %s ST", n,
			SYNTH_PICK(rng, ((const char *const[]){"MAIN", "ELM",
						"LOCUST", "CANAL"})));
		break;
	default:
		SYNTH_FORMAT(a->line, "%d %s", n, SYNTH_PICK(rng, plain));
		break;
	}
	settle(synth_place_draw(world, rng), a);
}

static void
draw_military(const struct synth *world, struct synth_rng *rng,
	struct synth_address *a)
{
	static const char *const forms[] = {"PSC", "CMR", "UNIT"};

	SYNTH_FORMAT(a->line, "%s %d BOX %d", SYNTH_PICK(rng, forms),
		synth_between(rng, 1, 9999), synth_between(rng, 1, 9999));
	settle(&world->military[synth_below(rng, (uint32_t)world->n_military)],
		a);
}

static void
draw_island(const struct synth *world, struct synth_rng *rng,
	struct synth_address *a)
{
	static const char *const streets[] = {"AMAPOLA", "LUNA", "DEL SOL",
		"SAN FRANCISCO", "ORQUIDEA", "LOS ROBLES", "GAUTIER BENITEZ",
		"BETANCES", "FLAMBOYAN", "ACACIA"};

	SYNTH_FORMAT(a->line, "%d CALLE %s", synth_between(rng, 1, 999),
		SYNTH_PICK(rng, streets));
	if (synth_chance(rng, 200))
		SYNTH_FORMAT(a->unit, "APT %d", synth_between(rng, 1, 30));
	settle(&world->island[synth_below(rng, (uint32_t)world->n_island)], a);
}

static void
draw_box(const struct synth *world, struct synth_rng *rng,
	struct synth_address *a, uint32_t at)
{
	if (at < 70)
		SYNTH_FORMAT(
			a->line, "PO BOX %d", synth_between(rng, 1, 99999));
	else if (at < 90)
		SYNTH_FORMAT(a->line, "RR %d BOX %d", synth_between(rng, 1, 9),
			synth_between(rng, 1, 499));
	else
		SYNTH_FORMAT(a->line, "HC %d BOX %d%s",
			synth_between(rng, 1, 89), synth_between(rng, 1, 499),
			synth_chance(rng, 300) ? "A" : "");
	settle(synth_place_draw(world, rng), a);
}

void
synth_address_draw(const struct synth *world, struct synth_rng *rng,
	struct synth_address *ret_address)
{
	uint32_t at = synth_below(rng, 1000);

	*ret_address = (struct synth_address){0};
	if (at < 100)
		draw_box(world, rng, ret_address, at);
	else if (at < 105 && world->n_military > 0)
		draw_military(world, rng, ret_address);
	else if (at < 115 && world->n_island > 0)
		draw_island(world, rng, ret_address);
	else if (at < 145)
		draw_odd_street(world, rng, ret_address);
	else
		synth_street_draw(
			world, rng, synth_place_draw(world, rng), ret_address);
}
