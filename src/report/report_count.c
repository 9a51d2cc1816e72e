/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_count.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"

bool
report_in_year(const struct report_ledger *l, int64_t at, int year)
{
	return year == 0 || day_year(zone_day(&l->zone, at)) == year;
}

static const struct report_delivery *
first_of(const struct report_ledger *l, const struct report_request *q)
{
	return q->first == 0 ? NULL : &l->delivery[q->first - 1];
}

int32_t
report_disclosed(const struct report_ledger *l, const struct report_request *q)
{
	const struct report_delivery *d = first_of(l, q);

	return d == NULL ? DAY_NONE : zone_day(&l->zone, d->at);
}

uint64_t
report_group_delivered(const struct report_group *g)
{
	return g->state[REPORT_DELIVERED] + g->state[REPORT_RECALLED] +
	       g->state[REPORT_DESTROYED];
}

uint64_t
report_group_accepted(const struct report_group *g)
{
	return g->state[REPORT_OPEN] + g->state[REPORT_NEUTRAL] +
	       report_group_delivered(g);
}

/* ---- groups: few, so that a list is enough ---- */

enum { GROUPS_MAX = 4096 };

static int
compare(const struct report_ledger *l, const struct report_group *a,
	const struct report_group *b)
{
	int order = span_cmp(
		report_name_span(l, a->agency), report_name_span(l, b->agency));

	return order != 0 ? order
			  : span_cmp(report_name_span(l, a->provision),
				    report_name_span(l, b->provision));
}

static enum err
group_of(const struct report_ledger *l, struct report_groups *groups,
	const struct report_batch *batch, bool by_provision, size_t *ret)
{
	struct report_group key = {.agency = batch->agency};
	struct report_group *grown;
	size_t i = 0;

	if (by_provision)
		key.provision = batch->provision;
	while (i < groups->n && compare(l, &groups->at[i], &key) < 0)
		i++;
	*ret = i;
	if (i < groups->n && compare(l, &groups->at[i], &key) == 0)
		return ERR_OK;
	if (groups->n == GROUPS_MAX)
		return ERR_TOO_LARGE;
	grown = mem_resize(groups->at, groups->n + 1, sizeof(*grown));
	if (grown == NULL)
		return err_origin(ERR_NOMEM);
	groups->at = grown;
	memmove(grown + i + 1, grown + i, (groups->n - i) * sizeof(*grown));
	grown[i] = key;
	groups->n++;
	return ERR_OK;
}

static enum err
find_groups(const struct report_ledger *l, int year, bool by_provision,
	struct report_groups *groups)
{
	enum err e = ERR_OK;
	size_t i;

	for (size_t b = 0; e == ERR_OK && b < l->n_batches; b++)
		if (report_in_year(l, l->batch[b].at, year))
			e = group_of(l, groups, &l->batch[b], by_provision, &i);
	/* What left in the year may have been asked for in one before. */
	for (size_t d = 0; e == ERR_OK && d < l->n_deliveries; d++) {
		const struct report_delivery *x = &l->delivery[d];

		if (x->address && report_in_year(l, x->at, year))
			e = group_of(l, groups,
				&l->batch[l->request[x->request].batch],
				by_provision, &i);
	}
	return e;
}

/* ---- counting ---- */

/* A person of a group: two of these are the same person of the same group. */
struct person {
	uint32_t group;
	uint32_t
		name; /* texts of a ledger are there once: the place is enough */
};

static int
by_person(const void *a_, const void *b_)
{
	const struct person *a = a_;
	const struct person *b = b_;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return a->name < b->name ? -1 : a->name > b->name;
}

struct counting {
	const struct report_ledger *l;
	int year;
	bool by_provision;
	struct report_groups *groups;
	struct person *found;
	size_t n_found;
	struct person *left;
	size_t n_left;
};

static void
count_request(struct counting *c, const struct report_request *q, size_t group)
{
	struct report_group *g = &c->groups->at[group];
	struct person p = {(uint32_t)group, q->person.at};

	if (report_in_year(c->l, q->at, c->year)) {
		g->requests++;
		g->state[q->state]++;
		if (q->first != 0)
			c->found[c->n_found++] = p;
	}
	if (q->first != 0 &&
		report_in_year(
			c->l, c->l->delivery[q->first - 1].at, c->year)) {
		g->disclosures++;
		c->left[c->n_left++] = p;
	}
}

static enum err
count_all(struct counting *c)
{
	for (size_t i = 0; i < c->l->n_requests; i++) {
		const struct report_request *q = &c->l->request[i];
		size_t group;
		enum err e;

		if (!report_in_year(c->l, q->at, c->year) &&
			(q->first == 0 ||
				!report_in_year(c->l,
					c->l->delivery[q->first - 1].at,
					c->year)))
			continue;
		e = group_of(c->l, c->groups, &c->l->batch[q->batch],
			c->by_provision, &group);
		if (e != ERR_OK)
			return e;
		count_request(c, q, group);
	}
	return ERR_OK;
}

static uint64_t *
people_of(struct report_group *g, bool left)
{
	return left ? &g->taxpayers : &g->found;
}

/* Each once a group; and once in all. */
static void
count_people(
	struct report_groups *groups, struct person *list, size_t n, bool left)
{
	if (n == 0)
		return;
	qsort(list, n, sizeof(*list), by_person);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || by_person(&list[i - 1], &list[i]) != 0)
			++*people_of(&groups->at[list[i].group], left);
	for (size_t i = 0; i < n; i++)
		list[i].group = 0;
	qsort(list, n, sizeof(*list), by_person);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || by_person(&list[i - 1], &list[i]) != 0)
			++*people_of(&groups->all, left);
}

static void
add_up(struct report_groups *groups)
{
	for (size_t i = 0; i < groups->n; i++) {
		const struct report_group *g = &groups->at[i];

		groups->all.requests += g->requests;
		groups->all.disclosures += g->disclosures;
		for (size_t s = 0; s < REPORT_N_STATES; s++)
			groups->all.state[s] += g->state[s];
	}
}

/* The same without groups, from the deliveries' side. */
static enum err
ties(const struct report_ledger *l, int year, const struct report_groups *g,
	struct why *why)
{
	uint64_t requests = 0;
	uint64_t disclosures = 0;
	uint64_t sum = 0;

	for (size_t i = 0; i < l->n_requests; i++)
		requests += report_in_year(
			l, l->batch[l->request[i].batch].at, year);
	for (size_t i = 0; i < l->n_deliveries; i++)
		disclosures +=
			l->request[l->delivery[i].request].first == i + 1 &&
			report_in_year(l, l->delivery[i].at, year);
	for (size_t s = 0; s < REPORT_N_STATES; s++)
		sum += g->all.state[s];
	if (requests == g->all.requests && requests == sum &&
		disclosures == g->all.disclosures &&
		g->all.taxpayers <= disclosures)
		return ERR_OK;
	return why_set(why, ERR_MISMATCH,
		"the totals do not tie: %" PRIu64
		" requests by agency, %" PRIu64 " by outcome, %" PRIu64
		" in the ledger; %" PRIu64 " disclosures, %" PRIu64
		" in the ledger",
		g->all.requests, sum, requests, g->all.disclosures,
		disclosures);
}

enum err
report_groups_make(const struct report_ledger *ledger, int year,
	bool by_provision, struct report_groups *ret_groups,
	struct why *reterr_why)
{
	struct counting c = {.l = ledger,
		.year = year,
		.by_provision = by_provision,
		.groups = ret_groups};
	size_t n = ledger->n_requests + 1;
	enum err e = report_ledger_tie(ledger, reterr_why);

	*ret_groups = (struct report_groups){0};
	c.found = mem_zeroed(n * sizeof(*c.found));
	c.left = mem_zeroed(n * sizeof(*c.left));
	if (e == ERR_OK && (c.found == NULL || c.left == NULL))
		e = err_origin(ERR_NOMEM);
	if (e == ERR_OK)
		e = find_groups(ledger, year, by_provision, ret_groups);
	if (e == ERR_OK)
		e = count_all(&c);
	if (e == ERR_OK) {
		count_people(ret_groups, c.found, c.n_found, false);
		count_people(ret_groups, c.left, c.n_left, true);
		add_up(ret_groups);
		e = ties(ledger, year, ret_groups, reterr_why);
	}
	mem_free(c.found);
	mem_free(c.left);
	if (e != ERR_OK)
		report_groups_fini(ret_groups);
	return e;
}

void
report_groups_fini(struct report_groups *groups)
{
	mem_free(groups->at);
	*groups = (struct report_groups){0};
}
