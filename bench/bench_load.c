/* SPDX-License-Identifier: Apache-2.0 */
/*
 * load: single requests at a rate to a service, over TLS with certificates,
 * each timed from the moment at which it was to be sent until its answer is
 * here; with questions among them, an hour of mixed load.  What is told to come
 * back, or whose connection breaks, is sent again, and its time runs on.
 */
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/num.h"
#include "bench/bench.h"
#include "bench/bench_load.h"
#include "os/file.h"

enum {
	CONNS = 512,
	QUERIES = 2, /* connections: the requester's, the operator's */
	AGAIN = 1 << 13,
	PATH = 1024,
	NS = 1000000000,
	MS = 1000000,
	RETRY_MS = 1000, /* after 429, 503 */
	BROKEN_MS = 100, /* after a connection that broke */
	WARM_S = 5,      /* then memory is looked at first */
	GRACE_S = 60,    /* for the last answers */
};

/* What is asked beside the singles: so often, by whom. */
static const struct {
	const char *name;
	const char *path;
	unsigned every_ms;
	unsigned conn;
} queries[KINDS] = {
	[KIND_SINGLE] = {"single", "/api/v1/requests", 0, 0},
	[KIND_HEALTH] = {"/health", "/health", 200, 0},
	[KIND_READY] = {"/readiness", "/readiness", 1000, 0},
	[KIND_STATUS] = {"status", "/api/v1/batches?limit=10", 1000, 0},
	[KIND_METRICS] = {"/metrics", "/metrics", 2000, 1},
};

/* A single that is to be sent again. */
struct again {
	uint64_t item;
	int64_t due; /* at first */
	int64_t at;
};

struct counts {
	uint64_t decided;
	uint64_t known; /* the same answer again */
	uint64_t refused;
	uint64_t busy;   /* 429, 503: sent again */
	uint64_t broken; /* connections: sent again */
};

struct load {
	struct bench_target target;
	struct span *item;
	uint64_t n_items;
	uint64_t rate;
	uint64_t seconds;
	uint64_t each;
	bool mixed;
	uint64_t pid;
	SSL_CTX *requester;
	SSL_CTX *operator_;
	struct bench_conn conn[CONNS + QUERIES];
	size_t n_conns; /* for singles; those for queries after them */
	size_t turn;    /* whose it is next */
	struct again again[AGAIN];
	size_t first_again;
	size_t n_again;
	int64_t begun;
	uint64_t sent;
	uint64_t got;
	struct counts all;
	struct counts part; /* since the last line */
	struct bench_times times;
	struct bench_times part_times;
	struct bench_times query[KINDS];
	int64_t next_query[KINDS];
	uint64_t query_bad[KINDS];
	uint64_t lines; /* printed */
	struct bench_memory memory[3];
	unsigned n_memory;
};

/* ---- asking ---- */

static int64_t
due(const struct load *l, uint64_t i)
{
	return l->begun + (int64_t)(i * NS / l->rate);
}

static bool
is_free(const struct bench_conn *c, int64_t now)
{
	return !c->busy && c->retry <= now;
}

static void
send_again(struct load *l, const struct bench_conn *c, int64_t at)
{
	size_t i = (l->first_again + l->n_again) % AGAIN;

	must(l->n_again < AGAIN); /* take_due() leaves room */
	l->again[i] = (struct again){c->item, c->due, at};
	l->n_again++;
}

/* It broke: what was on it goes to another, and it rests a moment. */
static void
broke(struct load *l, struct bench_conn *c, int64_t now)
{
	bool single = c->busy && c->kind == KIND_SINGLE;

	bench_conn_close(c);
	c->retry = now + (int64_t)BROKEN_MS * MS;
	if (single) {
		l->all.broken++;
		l->part.broken++;
		send_again(l, c, now + (int64_t)BROKEN_MS * MS);
	}
	c->busy = false;
}

static void
ask(struct load *l, struct bench_conn *c, int64_t now)
{
	bool single = c->kind == KIND_SINGLE;
	struct span body =
		single ? l->item[c->item % l->n_items] : span_of(NULL, 0);

	if (!bench_conn_ask(c, &l->target, queries[c->kind].path,
		    single ? "application/json" : NULL, body))
		broke(l, c, now);
}

/* The next that is due; false: none is. */
static bool
take_due(struct load *l, struct bench_conn *c, int64_t now)
{
	const struct again *a = &l->again[l->first_again];

	if (l->n_again > 0 && a->at <= now) {
		c->item = a->item;
		c->due = a->due;
		l->first_again = (l->first_again + 1) % AGAIN;
		l->n_again--;
		return true;
	}
	if (l->sent == l->rate * l->seconds || due(l, l->sent) > now ||
		l->n_again + CONNS >= AGAIN)
		return false;
	c->item = l->sent;
	c->due = due(l, l->sent++);
	return true;
}

static void
ask_singles(struct load *l, int64_t now)
{
	for (size_t i = 0; i < l->n_conns; i++) {
		struct bench_conn *c = &l->conn[l->turn++ % l->n_conns];

		if (!is_free(c, now))
			continue;
		if (!take_due(l, c, now))
			return;
		c->kind = KIND_SINGLE;
		ask(l, c, now);
	}
}

static void
ask_queries(struct load *l, int64_t now)
{
	for (int kind = KIND_HEALTH; l->mixed && kind < KINDS; kind++) {
		struct bench_conn *c =
			&l->conn[l->n_conns + queries[kind].conn];

		if (l->next_query[kind] > now || !is_free(c, now))
			continue;
		c->kind = (enum bench_kind)kind;
		c->due = now;
		l->next_query[kind] =
			now + (int64_t)queries[kind].every_ms * MS;
		ask(l, c, now);
	}
}

/* ---- answers ---- */

static void
count(struct counts *to, int status)
{
	if (status == 201)
		to->decided++;
	else if (status == 200)
		to->known++;
	else
		to->refused++;
}

static void
take_answer(struct load *l, struct bench_conn *c, int status, int64_t now)
{
	uint64_t us = (uint64_t)(now - c->due) / 1000;

	if (c->kind != KIND_SINGLE) {
		bench_times_add(&l->query[c->kind], us);
		l->query_bad[c->kind] += status != 200;
		return;
	}
	if (status == 503 || status == 500 || status == 429) {
		l->all.busy++;
		l->part.busy++;
		send_again(l, c, now + (int64_t)RETRY_MS * MS);
		return;
	}
	if (status != 201 && status != 200 && l->all.refused == 0)
		bench_error("%d: %.*s", status, (int)c->in.n,
			(const char *)c->in.at);
	count(&l->all, status);
	count(&l->part, status);
	bench_times_add(&l->times, us);
	bench_times_add(&l->part_times, us);
	l->got++;
}

static void
step(struct load *l, struct bench_conn *c)
{
	bool busy = c->busy;
	int status = bench_conn_step(c);

	if (status > 0 && busy)
		take_answer(l, c, status, os_ticks());
	else if (status != 0)
		broke(l, c, os_ticks());
}

static void
wait_some(struct load *l)
{
	static struct pollfd p[CONNS + QUERIES];
	size_t n = l->n_conns + QUERIES;

	for (size_t i = 0; i < n; i++)
		p[i] = (struct pollfd){.fd = l->conn[i].fd,
			.events = l->conn[i].wants_write ? POLLIN | POLLOUT
							 : POLLIN};
	if (poll(p, n, 1) <= 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (p[i].revents != 0 && l->conn[i].fd >= 0)
			step(l, &l->conn[i]);
}

/* ---- what is printed ---- */

static void
print_part(struct load *l, uint64_t second)
{
	const struct counts *c = &l->part;

	printf("%6" PRIu64 " s %7.0f/s  p50 %7.2f  p99 %8.2f ms  wait %" PRIu64
	       "%s",
		second, (double)l->part_times.n / (double)l->each,
		bench_times_ms(&l->part_times, 500),
		bench_times_ms(&l->part_times, 990), l->sent - l->got,
		c->busy + c->broken + c->refused == 0 ? "\n" : "");
	if (c->busy + c->broken + c->refused > 0)
		printf("  refused %" PRIu64 ", busy %" PRIu64
		       ", broken %" PRIu64 "\n",
			c->refused, c->busy, c->broken);
	(void)fflush(stdout);
	l->part = (struct counts){0};
	l->part_times = (struct bench_times){.n = 0};
}

static void
look(struct load *l, int64_t now)
{
	const uint64_t end = l->seconds;
	const uint64_t warm = end / 2 < WARM_S ? end / 2 : WARM_S;
	const uint64_t when[3] = {warm, end / 2 > warm ? end / 2 : warm, end};
	uint64_t second = (uint64_t)(now - l->begun) / NS;

	if (l->n_memory < 3 && second >= when[l->n_memory] && l->pid != 0)
		bench_memory_read(l->pid, &l->memory[l->n_memory++]);
	if (second / l->each > l->lines) {
		l->lines = second / l->each;
		print_part(l, l->lines * l->each);
	}
}

static void
print_all(const struct load *l, double took)
{
	const struct bench_times *t = &l->times;

	printf("\nenvelopes        %" PRIu64 ", %" PRIu64
	       " a second asked for, %.0f had\n",
		l->got, l->rate, (double)l->got / took);
	printf("decided          %" PRIu64 ", again %" PRIu64
	       ", refused %" PRIu64 "; sent anew: busy %" PRIu64
	       ", broken %" PRIu64 "\n",
		l->all.decided, l->all.known, l->all.refused, l->all.busy,
		l->all.broken);
	printf("ms               p50 %.2f, p90 %.2f, p99 %.2f, p99.9 %.2f, most "
	       "%.2f\n",
		bench_times_ms(t, 500), bench_times_ms(t, 900),
		bench_times_ms(t, 990), bench_times_ms(t, 999),
		(double)t->most / 1000);
	for (int kind = KIND_HEALTH; l->mixed && kind < KINDS; kind++)
		printf("%-16s %" PRIu64 ", p50 %.2f, p99 %.2f ms; not 200: "
		       "%" PRIu64 "\n",
			queries[kind].name, l->query[kind].n,
			bench_times_ms(&l->query[kind], 500),
			bench_times_ms(&l->query[kind], 990),
			l->query_bad[kind]);
	if (l->n_memory == 3)
		bench_memory_print(l->memory);
}

/* ---- the run ---- */

static enum bench_exit
drive(struct load *l)
{
	const uint64_t all = l->rate * l->seconds;
	int64_t now = os_ticks();
	int64_t most = now + (int64_t)(l->seconds + GRACE_S) * NS;
	int64_t end;

	l->begun = now;
	while ((l->got < all || (now - l->begun) / NS < (int64_t)l->seconds) &&
		now < most) {
		ask_singles(l, now);
		ask_queries(l, now);
		wait_some(l);
		now = os_ticks();
		look(l, now);
	}
	end = now;
	while (l->n_memory < 3 && l->pid != 0)
		bench_memory_read(l->pid, &l->memory[l->n_memory++]);
	print_all(l, (double)(end - l->begun) / NS);
	if (l->got < all)
		bench_error("%" PRIu64 " envelopes were never answered",
			all - l->got);
	return l->got == all && l->all.refused == 0 ? BENCH_DONE : BENCH_NO;
}

static enum bench_exit
open_people(struct load *l, const char *dir, const char *who)
{
	char ca[PATH];
	char person[PATH];

	(void)snprintf(ca, sizeof(ca), "%s/service/server.crt", dir);
	(void)snprintf(person, sizeof(person), "%s/sandbox/%s", dir, who);
	l->requester = bench_client(person, ca);
	(void)snprintf(person, sizeof(person), "%s/sandbox/operator", dir);
	l->operator_ = bench_client(person, ca);
	if (l->requester == NULL || l->operator_ == NULL)
		return BENCH_FAILURE;
	for (size_t i = 0; i < l->n_conns + QUERIES; i++)
		bench_conn_init(&l->conn[i],
			i == l->n_conns + 1 ? l->operator_ : l->requester);
	return BENCH_DONE;
}

static enum bench_exit
open_items(struct load *l, const char *path)
{
	struct span all;
	enum bench_exit status = bench_map(path, &all);

	if (status != BENCH_DONE)
		return status;
	for (struct span rest = all; rest.n > 0; l->n_items++)
		(void)span_cut(&rest, '\n');
	l->item = mem_zeroed((size_t)(l->n_items + 1) * sizeof(*l->item));
	if (l->item == NULL || l->n_items == 0) {
		bench_error("%s: has no envelope", path);
		return BENCH_FAILURE;
	}
	for (uint64_t i = 0; i < l->n_items; i++)
		l->item[i] = span_cut(&all, '\n');
	return BENCH_DONE;
}

static bool
read_numbers(const struct bench_args *args, struct load *l)
{
	uint64_t conns = 64;
	uint64_t minutes = 0;

	l->rate = 1000;
	l->seconds = 10;
	l->each = 1;
	if (!bench_number(args, "rate", 1, 100000, &l->rate) ||
		!bench_number(args, "seconds", 1, 1000000, &l->seconds) ||
		!bench_number(args, "minutes", 1, 10000, &minutes) ||
		!bench_number(args, "each", 1, 3600, &l->each) ||
		!bench_number(args, "connections", 1, CONNS, &conns) ||
		!bench_number(args, "pid", 1, UINT32_MAX, &l->pid))
		return false;
	if (minutes > 0)
		l->seconds = minutes * 60;
	l->n_conns = (size_t)conns;
	l->mixed = bench_value(args, "mixed") != NULL;
	return true;
}

static enum bench_exit
run_load(const struct bench_args *args)
{
	static struct load l;
	const char *who = bench_value(args, "who");
	enum bench_exit status;

	l = (struct load){.rate = 0};
	if (!read_numbers(args, &l) ||
		!bench_target_read(bench_value(args, "url"), &l.target))
		return BENCH_USAGE;
	(void)signal(SIGPIPE, SIG_IGN);
	status = open_items(&l, args->word[1]);
	if (status == BENCH_DONE)
		status = open_people(
			&l, args->word[0], who == NULL ? "requester" : who);
	if (status == BENCH_DONE)
		status = drive(&l);
	for (size_t i = 0; l.operator_ != NULL && i < l.n_conns + QUERIES; i++)
		bench_conn_fini(&l.conn[i]);
	SSL_CTX_free(l.requester);
	SSL_CTX_free(l.operator_);
	mem_free(l.item);
	return status;
}

const struct bench_command bench_command_load = {
	"load",
	"DIR ENVELOPES",
	2,
	"Times single requests at a rate through a service, TLS and all",
	"DIR is the sandbox that `weir serve` serves at URL; ENVELOPES (weir "
	"request certify)\nare sent by people of DIR/sandbox, each at its moment "
	"where a connection is free, and\nagain where they are at their end.  An "
	"envelope's time runs from that moment to its\nanswer, also where it "
	"must be sent again.  --mixed asks for health, readiness, status\nand "
	"metrics meanwhile.  Exit 1: one was refused, or never answered.",
	{
		{"url", "URL", "https://localhost:PORT", true},
		{"who", "NAME", "who sends them (requester)", false},
		{"rate", "N", "envelopes a second (1000)", false},
		{"seconds", "N", "so long (10)", false},
		{"minutes", "N", "the same in minutes", false},
		{"connections", "N", "that are kept (64)", false},
		{"each", "N", "seconds of a line that is printed (1)", false},
		{"pid", "N", "of the service's parent: its memory is told",
			false},
		{"mixed", NULL, "questions among them", false},
		{NULL, NULL, NULL, false},
	},
	run_load,
};
