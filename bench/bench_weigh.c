/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fellegi and Sunter's weights, log2(m / u).  u: how often two people's texts
 * stand so by chance: of an equal text by how many say it, of other levels by
 * pairs drawn evenly from the two files.  m: how often one person's do; from a
 * table to begin with, then from the links that are sure.  Nothing known of
 * which pairs are right is used anywhere.
 */
#include <math.h>

#include "bench/bench_link.h"

enum {
	DRAWN = 200000,    /* pairs, for u */
	SURE = 8000,       /* thousandths above the threshold, for m */
	TURNED = 5000,     /* taken off where two fields were turned */
	HOUSEHOLD = 16000, /* the most that an address may count */
	HOUSEHOLD_LEAST = -6000,
	SMOOTH = 20, /* links that the first table counts as */
};

static const double first_m[LINK_LEVELS] = {
	[LINK_CONFLICT] = .04,
	[LINK_FAR] = .02,
	[LINK_NEAR] = .03,
	[LINK_EDIT] = .08,
	[LINK_VARIANT] = .02,
	[LINK_EQUAL] = .81,
};

static void
draw_levels(struct link *l, double counts[LINK_FIELDS][LINK_LEVELS])
{
	uint64_t all = (uint64_t)l->side[0].n * l->side[1].n;
	uint64_t n = all < DRAWN ? all : DRAWN;

	for (uint64_t i = 0; i < n; i++) {
		/* an odd step by the golden ratio visits all evenly */
		uint64_t at =
			n == all
				? i
				: (uint64_t)((double)all *
					     fmod((double)i * .6180339887498949,
						     1.));
		struct link_pair pair;

		if (at >= all)
			continue;
		pair = (struct link_pair){.a = (uint32_t)(at / l->side[1].n),
			.b = (uint32_t)(at % l->side[1].n)};
		link_compare(l, &pair);
		if (pair.names_turned || pair.address_turned)
			continue;
		for (unsigned f = 0; f < LINK_FIELDS; f++)
			counts[f][pair.level[f]]++;
	}
}

void
link_estimate(struct link *l)
{
	static double counts[LINK_FIELDS][LINK_LEVELS];

	for (unsigned f = 0; f < LINK_FIELDS; f++)
		for (unsigned k = 0; k < LINK_LEVELS; k++)
			counts[f][k] = 0;
	draw_levels(l, counts);
	for (unsigned f = 0; f < LINK_FIELDS; f++) {
		double said = 0;

		for (unsigned k = LINK_CONFLICT; k < LINK_LEVELS; k++)
			said += counts[f][k];
		for (unsigned k = LINK_CONFLICT; k < LINK_LEVELS; k++) {
			l->u[f][k] = (counts[f][k] + .5) / (said + 3);
			l->m[f][k] = first_m[k];
		}
	}
}

/* How often somebody says just this. */
static double
term_u(const struct link *l, unsigned field, uint32_t text)
{
	double n = l->count[field][text];

	return (n < 1 ? 1 : n) / (l->said[field] < 1 ? 1 : l->said[field]);
}

static double
weight(const struct link *l, const struct link_pair *pair, unsigned f,
	bool turned, unsigned other)
{
	uint32_t a = l->side[0].record[pair->a].text[f];
	enum link_level level = pair->level[f];

	if (level == LINK_MISSING)
		return 0;
	if (level == LINK_EQUAL)
		return log2(l->m[f][level] /
			    term_u(l, turned && l->count[f][a] == 0 ? other : f,
				    a));
	return log2(l->m[f][level] / l->u[f][level]);
}

static int32_t
thousandths(double bits)
{
	return (int32_t)lround(bits * 1000);
}

/* The chance that any two are one person: as if half of the smaller file were
 * in the other. */
static double
prior(const struct link *l)
{
	double a = (double)l->side[0].n;
	double b = (double)l->side[1].n;

	return log2(.5 / (a > b ? a : b));
}

/* Is anything of the person itself the same, or but a slip away? */
static bool
is_personal(const struct link_pair *pair)
{
	for (unsigned f = 0; f < LINK_NUMBER; f++)
		if (pair->level[f] >= LINK_EDIT)
			return true;
	return false;
}

static void
score_pair(const struct link *l, struct link_pair *pair)
{
	double personal = 0;
	double home = 0;
	int32_t household;

	for (unsigned f = 0; f < LINK_NUMBER; f++)
		personal += weight(l, pair, f,
			pair->names_turned && f <= LINK_SURNAME,
			f == LINK_GIVEN ? LINK_SURNAME : LINK_GIVEN);
	for (unsigned f = LINK_NUMBER; f < LINK_FIELDS; f++)
		home += weight(l, pair, f,
			pair->address_turned &&
				(f == LINK_STREET || f == LINK_UNIT),
			f == LINK_STREET ? LINK_UNIT : LINK_STREET);
	pair->personal = thousandths(personal);
	household = thousandths(home);
	if (pair->names_turned)
		pair->personal -= TURNED;
	if (pair->address_turned)
		household -= TURNED;
	if (household > 0 && !is_personal(pair))
		household = 0;
	if (household > HOUSEHOLD)
		household = HOUSEHOLD;
	if (household < HOUSEHOLD_LEAST)
		household = HOUSEHOLD_LEAST;
	pair->score = pair->personal + household + thousandths(prior(l));
}

void
link_score(struct link *l)
{
	for (size_t i = 0; i < l->n_pairs; i++)
		score_pair(l, &l->pair[i]);
}

void
link_learn(struct link *l)
{
	double counts[LINK_FIELDS][LINK_LEVELS] = {{0}};

	for (size_t a = 0; a < l->side[0].n; a++) {
		const struct link_pair *pair;

		if (l->linked[a] == LINK_NONE)
			continue;
		pair = &l->pair[l->linked[a]];
		if (pair->score < l->threshold + SURE || pair->names_turned ||
			pair->address_turned)
			continue;
		for (unsigned f = 0; f < LINK_FIELDS; f++)
			counts[f][pair->level[f]]++;
	}
	for (unsigned f = 0; f < LINK_FIELDS; f++) {
		double said = SMOOTH;

		for (unsigned k = LINK_CONFLICT; k < LINK_LEVELS; k++)
			said += counts[f][k];
		for (unsigned k = LINK_CONFLICT; k < LINK_LEVELS; k++)
			l->m[f][k] =
				(counts[f][k] + SMOOTH * first_m[k]) / said;
	}
}
