/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger: how fast entries are made durable and public, and how fast all of
 * them are verified.  Each run has a new log in a folder of its own, which is
 * removed again; what is timed is the calls that the keeper makes.
 */
#include <fcntl.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/bench.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "store/log.h"

#define ORIGIN "ledger.example.org/weir/bench"

enum {
	RUNS_MAX = 101,
	ENTRIES_MAX = 10000000,
	PATH_BYTES = 4096,
	N_PLANS = 7,
	SINGLES = 100, /* one entry in so many has a checkpoint of its own */
};

/* Groups of so many entries, public after each or at the end. */
static const struct plan {
	size_t group;
	bool each;
} plans[N_PLANS] = {
	{100, false},
	{1000, false},
	{10000, false},
	{100, true},
	{1000, true},
	{10000, true},
	{1, true},
};

struct one_run {
	size_t entries;
	int64_t durable_ns; /* of all calls, each with its publish where each */
	int64_t public_ns;  /* until all are in a checkpoint, tiles durable */
	int64_t p50_ns;     /* of a call */
	int64_t p99_ns;
	int64_t most_ns;
};

struct measure {
	char path[PATH_BYTES]; /* of the folder that holds both */
	int public_dir;
	int private_dir;
	size_t entries;
	size_t runs;
	int64_t *call_ns;
	struct one_run run[N_PLANS][RUNS_MAX];
	int64_t verify_ns[RUNS_MAX];
};

/* ---- a place of its own ---- */

static enum err
place_make(struct measure *m, const char *in)
{
	OWNED_FD at = -1;
	enum err e;

	if (snprintf(m->path, sizeof(m->path), "%s/weir-bench-ledger.XXXXXX",
		    in) >= (int)sizeof(m->path))
		return err_origin(ERR_TOO_LARGE);
	if (mkdtemp(m->path) == NULL)
		return err_origin(ERR_IO);
	e = os_folder(AT_FDCWD, m->path, false, &at);
	if (e == ERR_OK)
		e = os_folder(at, "ledger", true, &m->public_dir);
	if (e == ERR_OK)
		e = os_folder(at, "keeper", true, &m->private_dir);
	return e;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void
place_drop(struct measure *m)
{
	os_close(&m->public_dir);
	os_close(&m->private_dir);
	(void)nftw(m->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- one run ---- */

static void
fill(struct ledger_entry *entries, size_t n, uint64_t first)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t number = first + i;

		entries[i] = (struct ledger_entry){.day = 20000};
		crypto_sha256(span_of(&number, sizeof(number)), entries[i].tag);
		memcpy(entries[i].root.at, entries[i].tag, 32);
	}
}

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static enum err
append_all(struct measure *m, struct store_log *log, const struct plan *plan,
	struct one_run *run)
{
	static struct ledger_entry entries[STORE_LOG_GROUP];
	size_t calls = run->entries / plan->group;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < calls; i++) {
		int64_t from;

		fill(entries, plan->group, i * plan->group);
		from = os_ticks();
		e = store_log_append(log, entries, plan->group);
		if (e == ERR_OK && plan->each)
			e = store_log_publish(log);
		m->call_ns[i] = os_ticks() - from;
		run->durable_ns += m->call_ns[i];
	}
	qsort(m->call_ns, calls, sizeof(m->call_ns[0]), by_time);
	run->p50_ns = m->call_ns[calls / 2];
	run->p99_ns = m->call_ns[calls * 99 / 100];
	run->most_ns = m->call_ns[calls - 1];
	return e;
}

static enum err
log_make(struct measure *m, struct store_log **ret_log, struct why *why)
{
	uint8_t seed[CRYPTO_ED_SEED];
	enum err e = crypto_random(seed, sizeof(seed));

	if (e == ERR_OK)
		e = store_log_create(
			m->public_dir, m->private_dir, ORIGIN, seed);
	if (e == ERR_OK)
		e = store_log_open(m->public_dir, m->private_dir, ret_log, why);
	return e;
}

static enum err
run_plan(struct measure *m, const struct plan *plan, struct one_run *run,
	struct why *why)
{
	OWNED(store_log) log = NULL;
	int64_t from;
	enum err e = log_make(m, &log, why);

	run->entries = plan->group == 1 ? m->entries / SINGLES : m->entries;
	run->entries -= run->entries % plan->group;
	if (e == ERR_OK)
		e = append_all(m, log, plan, run);
	from = os_ticks();
	if (e == ERR_OK)
		e = store_log_publish(log);
	if (e == ERR_OK)
		e = store_log_settle(log);
	run->public_ns = run->durable_ns + os_ticks() - from;
	return e;
}

static enum err
run_verify(struct measure *m, const struct ledger_vkey *vkey, int64_t *ret_ns,
	struct why *why)
{
	struct store_log_fault fault = {.file = ""};
	struct ledger_checkpoint cp = {.size = 0};
	int64_t from = os_ticks();
	enum err e = store_log_verify(m->public_dir, vkey, &cp, &fault);

	*ret_ns = os_ticks() - from;
	if (e != ERR_OK)
		return why_set(why, e, "%s: %s", fault.file, fault.text);
	return cp.size == m->entries
		       ? ERR_OK
		       : why_set(why, ERR_MISMATCH, "entries are missing");
}

static enum err
verify_all(struct measure *m, struct why *why)
{
	OWNED(store_log) log = NULL;
	struct plan plan = {.group = 10000};
	struct one_run run = {.entries = m->entries};
	struct ledger_vkey vkey;
	enum err e = log_make(m, &log, why);

	if (e == ERR_OK)
		e = append_all(m, log, &plan, &run);
	if (e == ERR_OK)
		e = store_log_publish(log);
	if (e != ERR_OK)
		return e;
	vkey = *store_log_vkey(log);
	log = store_log_free(log);
	for (size_t i = 0; e == ERR_OK && i < m->runs; i++)
		e = run_verify(m, &vkey, &m->verify_ns[i], why);
	return e;
}

/* ---- what is printed ---- */

struct spread {
	double least;
	double median;
	double most;
};

static struct spread
spread(const int64_t *ns, size_t n, size_t step)
{
	int64_t sorted[RUNS_MAX];

	for (size_t i = 0; i < n; i++)
		memcpy(&sorted[i], (const char *)ns + i * step,
			sizeof(sorted[i]));
	qsort(sorted, n, sizeof(sorted[0]), by_time);
	return (struct spread){(double)sorted[0], (double)sorted[n / 2],
		(double)sorted[n - 1]};
}

static struct spread
plan_spread(const struct measure *m, size_t plan, const int64_t *first)
{
	return spread(first, m->runs, sizeof(m->run[plan][0]));
}

static void
print_plan(const struct measure *m, size_t i)
{
	const struct one_run *first = &m->run[i][0];
	struct spread durable = plan_spread(m, i, &first->durable_ns);
	struct spread public = plan_spread(m, i, &first->public_ns);
	struct spread p50 = plan_spread(m, i, &first->p50_ns);
	struct spread p99 = plan_spread(m, i, &first->p99_ns);
	double n = (double)first->entries * 1e9;

	printf("| %zu | %s | %.0f | %.0f | %.0f | %.2f, %.2f | %.2f, %.2f "
	       "|\n",
		plans[i].group, plans[i].each ? "each" : "end",
		n / durable.median, n / durable.least, n / public.median,
		p50.least / 1e6, p50.median / 1e6, p99.least / 1e6,
		p99.median / 1e6);
}

static void
print_all(const struct measure *m)
{
	struct spread verify =
		spread(m->verify_ns, m->runs, sizeof(m->verify_ns[0]));

	printf("entries %zu (singly %zu), runs %zu\n\n", m->entries,
		m->entries / SINGLES, m->runs);
	printf("| group | public | durable/s, median | best | public/s, median "
	       "| p50 ms: least, median | p99 ms: least, median |\n"
	       "|---|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < N_PLANS; i++)
		print_plan(m, i);
	printf("\nverify all: %.2f s least, %.2f s median\n",
		verify.least / 1e9, verify.median / 1e9);
}

/* ---- the command ---- */

static enum bench_exit
measure_all(struct measure *m, const char *folder)
{
	struct why why = {""};
	enum err e = ERR_OK;

	for (size_t r = 0; e == ERR_OK && r < m->runs; r++)
		for (size_t i = 0; e == ERR_OK && i < N_PLANS; i++) {
			e = place_make(m, folder);
			if (e == ERR_OK)
				e = run_plan(m, &plans[i], &m->run[i][r], &why);
			place_drop(m);
		}
	if (e == ERR_OK)
		e = place_make(m, folder);
	if (e == ERR_OK) {
		e = verify_all(m, &why);
		place_drop(m);
	}
	return bench_says(folder, e, &why);
}

static enum bench_exit
run_ledger(const struct bench_args *args)
{
	static struct measure m;
	const char *folder = bench_value(args, "folder");
	uint64_t entries = 1000000;
	uint64_t runs = 3;
	enum bench_exit status;

	if (!bench_number(args, "entries", 10000, ENTRIES_MAX, &entries) ||
		!bench_number(args, "runs", 1, RUNS_MAX, &runs))
		return BENCH_USAGE;
	m = (struct measure){.public_dir = -1, .private_dir = -1};
	m.entries = (size_t)(entries / 10000 * 10000);
	m.runs = (size_t)runs;
	m.call_ns = mem_zeroed(m.entries / 100 * sizeof(m.call_ns[0]));
	if (m.call_ns == NULL)
		return bench_says("ledger", err_origin(ERR_NOMEM), NULL);
	status = measure_all(&m, folder == NULL ? "/var/tmp" : folder);
	if (status == BENCH_DONE)
		print_all(&m);
	mem_free(m.call_ns);
	return status;
}

const struct bench_command bench_command_ledger = {
	"ledger",
	"",
	0,
	"Times appending to a ledger, publishing it, verifying it",
	"New logs in a folder of their own, removed again: groups of 100, 1,000 "
	"and 10,000\nentries, public at the end or after each group, then one "
	"entry at a time with a\ncheckpoint each (one in 100 of --entries).  A "
	"call is timed until its entries are\ndurable, and public where each "
	"is.  Then one log of all is verified.",
	{
		{"folder", "DIR",
			"where, on the disk that is measured (/var/tmp)",
			false},
		{"entries", "N", "in tens of thousands (1000000)", false},
		{"runs", "R", "how often all is repeated (3)", false},
		{NULL, NULL, NULL, false},
	},
	run_ledger,
};
