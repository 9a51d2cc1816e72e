/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_suppress.h"

#include <string.h>

#include "base/mem.h"

/*
 * Nodes: for each row and each column with children, the balance of that sum;
 * for each column without, the balance of its rows; and the ground, where the
 * wholes of the rows come from and the whole of the last row goes to.  A cell
 * flows from the sum that it is part of to what it is the sum of; in the last
 * row the other way, so that every balance is what comes in less what goes out.
 */
struct edge {
	size_t from;
	size_t to;
	uint64_t value;
};

struct net {
	const struct report_sums *sums;
	struct edge *edge; /* one for each cell */
	size_t n_edges;
	size_t n_nodes;
	uint64_t *flow; /* of a search: up (+) ... */
	uint64_t *back; /* ... and down (-) of each edge, already taken */
	size_t *came;   /* the edge by which a node was reached, + 1 */
	uint64_t *cost;
	bool *done;
};

static bool
has_children(const struct report_sums *s, size_t column)
{
	for (size_t c = 0; c < s->n_columns; c++)
		if (s->parent[c] == (int)column)
			return true;
	return false;
}

static size_t
row_node(const struct report_sums *s, size_t row, size_t column)
{
	return 1 + row * s->n_columns + column;
}

static size_t
column_node(const struct report_sums *s, size_t column)
{
	return 1 + (s->n_rows + 1) * s->n_columns + column;
}

static void
make_edge(
	const struct report_sums *s, size_t row, size_t column, struct edge *to)
{
	size_t outer = s->parent[column] < 0
			       ? 0
			       : row_node(s, row, (size_t)s->parent[column]);
	size_t inner = has_children(s, column) ? row_node(s, row, column)
					       : column_node(s, column);
	bool last = row == s->n_rows;

	*to = (struct edge){.from = last ? inner : outer,
		.to = last ? outer : inner,
		.value = s->value[row * s->n_columns + column]};
}

static void
net_fini(struct net *net)
{
	mem_free(net->edge);
	mem_free(net->flow);
	mem_free(net->back);
	mem_free(net->came);
	mem_free(net->cost);
	mem_free(net->done);
}

static enum err
net_init(struct net *net, const struct report_sums *s)
{
	*net = (struct net){.sums = s,
		.n_edges = (s->n_rows + 1) * s->n_columns,
		.n_nodes = 1 + (s->n_rows + 2) * s->n_columns};
	net->edge = mem_zeroed(net->n_edges * sizeof(*net->edge));
	net->flow = mem_zeroed(net->n_edges * sizeof(*net->flow));
	net->back = mem_zeroed(net->n_edges * sizeof(*net->back));
	net->came = mem_zeroed(net->n_nodes * sizeof(*net->came));
	net->cost = mem_zeroed(net->n_nodes * sizeof(*net->cost));
	net->done = mem_zeroed(net->n_nodes * sizeof(*net->done));
	if (net->edge == NULL || net->flow == NULL || net->back == NULL ||
		net->came == NULL || net->cost == NULL || net->done == NULL) {
		net_fini(net);
		return err_origin(ERR_NOMEM);
	}
	for (size_t r = 0; r <= s->n_rows; r++)
		for (size_t c = 0; c < s->n_columns; c++)
			make_edge(s, r, c, &net->edge[r * s->n_columns + c]);
	return ERR_OK;
}

/* ---- how far a number may move ---- */

#define UNBOUNDED (UINT64_MAX / 4)

/* What may still flow along an edge: any amount up, its value down. */
static uint64_t
left_up(const struct net *net, size_t e)
{
	return UNBOUNDED - net->flow[e] + net->back[e];
}

static uint64_t
left_down(const struct net *net, size_t e)
{
	return net->edge[e].value - net->back[e] + net->flow[e];
}

/* What a search goes over. */
struct search {
	size_t but;    /* not this edge */
	uint64_t room; /* edges that leave so much */
	const bool *hidden;
	bool printed_too; /* else only what is kept back */
};

/* The cheapest node that is not done; SIZE_MAX: none is reached. */
static size_t
nearest(const struct net *net)
{
	size_t at = SIZE_MAX;

	for (size_t i = 0; i < net->n_nodes; i++)
		if (!net->done[i] && net->cost[i] != UINT64_MAX &&
			(at == SIZE_MAX || net->cost[i] < net->cost[at]))
			at = i;
	return at;
}

/* One edge more, from a node that is done. */
static void
relax(struct net *net, const struct search *s, size_t at, size_t e)
{
	const struct edge *x = &net->edge[e];
	bool up = x->from == at && left_up(net, e) >= s->room;
	bool down = x->to == at && left_down(net, e) >= s->room;
	size_t next = up ? x->to : x->from;
	uint64_t cost = net->cost[at] + (s->hidden[e] ? 0 : x->value + 1);

	if (e == s->but || (!up && !down) ||
		(!s->hidden[e] && !s->printed_too) || cost >= net->cost[next])
		return;
	net->cost[next] = cost;
	net->came[next] = e + 1;
}

/* The cheapest way from one node to another; an edge that is printed costs its
 * number and one.  Dijkstra: a table is small. */
static bool
reach(struct net *net, const struct search *s, size_t from, size_t to)
{
	size_t at;

	for (size_t i = 0; i < net->n_nodes; i++) {
		net->cost[i] = UINT64_MAX;
		net->came[i] = 0;
		net->done[i] = false;
	}
	net->cost[from] = 0;
	while ((at = nearest(net)) != SIZE_MAX && at != to) {
		net->done[at] = true;
		for (size_t e = 0; e < net->n_edges; e++)
			relax(net, s, at, e);
	}
	return at == to;
}

/* Takes the way that reach() found: as much as fits, `most` at most. */
static uint64_t
take(struct net *net, size_t from, size_t to, uint64_t most)
{
	uint64_t room = most;

	for (size_t at = to; at != from;) {
		size_t e = net->came[at] - 1;
		bool up = net->edge[e].to == at;
		uint64_t left = up ? left_up(net, e) : left_down(net, e);

		room = left < room ? left : room;
		at = up ? net->edge[e].from : net->edge[e].to;
	}
	for (size_t at = to; at != from;) {
		size_t e = net->came[at] - 1;
		bool up = net->edge[e].to == at;

		if (up)
			net->flow[e] += room;
		else
			net->back[e] += room;
		at = up ? net->edge[e].from : net->edge[e].to;
	}
	return room;
}

/* The greatest flow from one node to another through what is kept back, without
 * one edge, and no more than `most`. */
static uint64_t
greatest(struct net *net, size_t from, size_t to, size_t but, uint64_t most,
	const bool *hidden)
{
	struct search s = {.but = but, .room = 1, .hidden = hidden};
	uint64_t sum = 0;

	memset(net->flow, 0, net->n_edges * sizeof(*net->flow));
	memset(net->back, 0, net->n_edges * sizeof(*net->back));
	while (sum < most && reach(net, &s, from, to))
		sum += take(net, from, to, most - sum);
	return sum;
}

/* Up: what an edge gains flows back round it; down: the other way. */
static uint64_t
may_move(struct net *net, size_t cell, bool up, uint64_t most,
	const bool *hidden)
{
	const struct edge *x = &net->edge[cell];

	if (x->from == x->to)
		return most;
	return up ? greatest(net, x->to, x->from, cell, most, hidden)
		  : greatest(net, x->from, x->to, cell,
			    most < x->value ? most : x->value, hidden);
}

enum err
report_suppress_bounds(const struct report_sums *sums, const bool *hidden,
	size_t cell, uint64_t *ret_least, uint64_t *ret_most)
{
	struct net net;
	uint64_t value = sums->value[cell];
	uint64_t up;
	enum err e = net_init(&net, sums);

	if (e != ERR_OK)
		return e;
	*ret_least = value;
	*ret_most = value;
	if (hidden[cell]) {
		*ret_least = value - may_move(&net, cell, false, value, hidden);
		up = may_move(&net, cell, true, UNBOUNDED, hidden);
		*ret_most = up >= UNBOUNDED ? UINT64_MAX : value + up;
	}
	net_fini(&net);
	return ERR_OK;
}

/* ---- what else is kept back ---- */

/* Keeps the cheapest way round back; false: there is none. */
static bool
hide_way(struct net *net, size_t cell, bool up, uint64_t room, bool *hidden)
{
	struct search s = {.but = cell,
		.room = room,
		.hidden = hidden,
		.printed_too = true};
	size_t from = up ? net->edge[cell].to : net->edge[cell].from;
	size_t to = up ? net->edge[cell].from : net->edge[cell].to;

	memset(net->flow, 0, net->n_edges * sizeof(*net->flow));
	memset(net->back, 0, net->n_edges * sizeof(*net->back));
	while (s.room > 0 && !reach(net, &s, from, to))
		s.room /= 2;
	if (s.room == 0)
		return false;
	for (size_t at = to; at != from;) {
		size_t e = net->came[at] - 1;

		hidden[e] = true;
		at = net->edge[e].to == at ? net->edge[e].from
					   : net->edge[e].to;
	}
	return true;
}

static size_t
count(const bool *hidden, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += hidden[i];
	return sum;
}

static bool
protect(struct net *net, size_t cell, bool up, uint64_t need, bool *hidden)
{
	while (may_move(net, cell, up, need, hidden) < need) {
		size_t before = count(hidden, net->n_edges);

		if (!hide_way(net, cell, up, need, hidden) ||
			count(hidden, net->n_edges) == before)
			return false;
	}
	return true;
}

static bool
protect_all(struct net *net, bool *hidden)
{
	const struct report_sums *s = net->sums;

	for (size_t i = 0; i < net->n_edges; i++) {
		uint64_t v = s->value[i];

		if (!s->sensitive[i])
			continue;
		if (v < s->threshold &&
			!protect(net, i, true, s->threshold - v, hidden))
			return false;
		if (!protect(net, i, false, v, hidden))
			return false;
	}
	return true;
}

/* Every sensitive number, by what is printed in the end. */
static bool
audit(struct net *net, const bool *hidden)
{
	const struct report_sums *s = net->sums;

	for (size_t i = 0; i < net->n_edges; i++) {
		uint64_t v = s->value[i];
		uint64_t need = v < s->threshold ? s->threshold - v : 0;

		if (!s->sensitive[i])
			continue;
		if (!hidden[i] || may_move(net, i, true, need, hidden) < need ||
			may_move(net, i, false, v, hidden) < v)
			return false;
	}
	return true;
}

static bool
ties(const struct report_sums *s)
{
	for (size_t r = 0; r <= s->n_rows; r++) {
		for (size_t c = 0; c < s->n_columns; c++) {
			uint64_t sum = 0;

			for (size_t k = 0; k < s->n_columns; k++)
				if (s->parent[k] == (int)c)
					sum += s->value[r * s->n_columns + k];
			if (has_children(s, c) &&
				sum != s->value[r * s->n_columns + c])
				return false;
		}
	}
	for (size_t c = 0; c < s->n_columns; c++) {
		uint64_t sum = 0;

		for (size_t r = 0; r < s->n_rows; r++)
			sum += s->value[r * s->n_columns + c];
		if (sum != s->value[s->n_rows * s->n_columns + c])
			return false;
	}
	return true;
}

enum err
report_suppress(const struct report_sums *sums, bool *hidden, bool *ret_all)
{
	struct net net;
	enum err e;

	if (sums->n_rows > REPORT_SUPPRESS_ROWS)
		return ERR_TOO_LARGE;
	must(sums->n_columns <= REPORT_SUPPRESS_COLUMNS && ties(sums));
	e = net_init(&net, sums);
	if (e != ERR_OK)
		return e;
	memcpy(hidden, sums->sensitive, net.n_edges * sizeof(*hidden));
	*ret_all = !protect_all(&net, hidden) || !audit(&net, hidden);
	for (size_t i = 0; *ret_all && i < net.n_edges; i++)
		hidden[i] = true;
	net_fini(&net);
	return ERR_OK;
}
