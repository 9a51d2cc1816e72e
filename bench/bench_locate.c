/* SPDX-License-Identifier: Apache-2.0 */
/*
 * locate: an index, a file of requests, and how long it takes to find everybody.
 * The stages are timed apart; what the roll costs to fetch from the disk is
 * never part of what the matcher costs.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/code.h"
#include "base/mem.h"
#include "bench/bench.h"
#include "crypto/crypto.h"
#include "match/match.h"
#include "os/file.h"
#include "request/request.h"
#include "roll/roll.h"

enum {
	RUNS_MAX = 1000,
	COUNT_MAX = 100000000,
	TOGETHER = 256, /* requests decoded, then standardised */
	PAGE = 4096,
	N_PERSON = 3, /* none, rival, confirmed */
};

struct locate {
	const char *path; /* of the index */
	struct span index;
	struct roll *roll;
	unsigned threads;
	size_t runs;

	struct span *line; /* of the requests */
	size_t n_lines;
	struct match_query *query; /* `n`, of which n_lines differ */
	struct match_result *result;
	struct match_place *place; /* twice as many: room to sort */
	size_t n;

	int64_t decode[BENCH_THREADS]; /* ns, by thread */
	int64_t standardise[BENCH_THREADS];
	size_t unreadable[BENCH_THREADS];
	enum err error[BENCH_THREADS];

	double resident_before; /* of the index, 0 to 1 */
	double resident;
	int64_t open_ns;
	int64_t page_in_ns;
	int64_t verify_ns;
	int64_t prepare_ns;
	int64_t run_ns[RUNS_MAX];
	uint64_t own_kib[3]; /* after opening, standardising, locating */
	char hash[2 * CRYPTO_SHA384 + 1];
	size_t person[N_PERSON];
	size_t cause[MATCH_N_CAUSES];
};

/* ---- the index ---- */

/* The part of the index that is in memory. */
static double
residency(struct span index)
{
	size_t pages = (index.n + PAGE - 1) / PAGE;
	uint8_t *seen = mem_zeroed(pages + 1);
	union {
		const uint8_t *in;
		void *out;
	} at = {.in = index.at};
	size_t n = 0;

	if (seen == NULL || mincore(at.out, index.n, seen) != 0) {
		mem_free(seen);
		return 0;
	}
	for (size_t i = 0; i < pages; i++)
		n += seen[i] & 1;
	mem_free(seen);
	return pages == 0 ? 0 : (double)n / (double)pages;
}

static void
touch(struct span index)
{
	volatile uint8_t sum = 0;

	for (size_t i = 0; i < index.n; i += PAGE)
		sum = (uint8_t)(sum + index.at[i]);
}

static enum err
open_once(const char *path, enum roll_check check, int64_t *ns,
	struct roll **ret_roll, struct why *why)
{
	OWNED_FD fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t below[ROLL_HASH];
	int64_t from = os_ticks();
	enum err e;

	if (fd < 0)
		return why_set(why, ERR_IO, "%s", strerror(errno));
	e = roll_open(fd, check, ret_roll, why);
	*ns = os_ticks() - from;
	if (e == ERR_OK && roll_is_delta(*ret_roll, below)) {
		*ret_roll = roll_free(*ret_roll);
		e = why_set(why, ERR_MALFORMED,
			"a delta, which tells only what changed");
	}
	return e;
}

static enum bench_exit
open_roll(struct locate *l)
{
	struct roll *checked = NULL;
	struct why why = {""};
	enum bench_exit status = bench_map(l->path, &l->index);
	int64_t from;
	enum err e;

	if (status != BENCH_DONE)
		return status;
	l->resident_before = residency(l->index);
	e = open_once(l->path, ROLL_CHECK_HEAD, &l->open_ns, &l->roll, &why);
	if (e != ERR_OK)
		return bench_says(l->path, e, &why);
	from = os_ticks();
	touch(l->index);
	l->page_in_ns = os_ticks() - from;
	l->resident = residency(l->index);
	e = open_once(l->path, ROLL_CHECK_ALL, &l->verify_ns, &checked, &why);
	(void)roll_free(checked);
	l->own_kib[0] = bench_own_kib();
	return bench_says(l->path, e, &why);
}

/* ---- the requests ---- */

static enum bench_exit
read_lines(struct locate *l, const char *path, uint64_t count)
{
	struct span bytes;
	enum bench_exit status = bench_map(path, &bytes);
	struct span rest = bytes;

	if (status != BENCH_DONE)
		return status;
	for (size_t i = 0; i < bytes.n; i++)
		l->n_lines += bytes.at[i] == '\n';
	l->n_lines += bytes.n > 0 && bytes.at[bytes.n - 1] != '\n';
	if (l->n_lines == 0) {
		bench_error("%s: no request in it", path);
		return BENCH_NO;
	}
	l->n = count == 0 ? l->n_lines : count;
	if (l->n_lines > l->n)
		l->n_lines = l->n;
	l->line = mem_zeroed(l->n_lines * sizeof(*l->line));
	l->query = mem_zeroed(l->n * sizeof(*l->query));
	l->result = mem_zeroed(l->n * sizeof(*l->result));
	l->place = mem_zeroed(2 * l->n * sizeof(*l->place));
	if (l->line == NULL || l->query == NULL || l->result == NULL ||
		l->place == NULL)
		return bench_says(path, err_origin(ERR_NOMEM), NULL);
	for (size_t i = 0; i < l->n_lines; i++)
		l->line[i] = span_cut(&rest, '\n');
	return BENCH_DONE;
}

/* Where part `i` of `n` equal parts begins. */
static size_t
part(size_t n, unsigned parts, unsigned i)
{
	return n / parts * i + n % parts * i / parts;
}

static enum err
prepare_some(struct locate *l, unsigned thread, struct request_reader *reader,
	struct arena *arena, struct request *request, size_t from, size_t to)
{
	int64_t begun = os_ticks();
	int64_t decoded;
	enum err e = ERR_OK;

	arena_reset(arena);
	for (size_t i = from; e == ERR_OK && i < to; i++) {
		struct request *r = &request[i - from];

		if (l->line[i].n > REQUEST_LINE_MAX)
			request_refuse_line(r, "too long");
		else
			e = request_decode_json(reader, l->line[i], arena, r);
	}
	decoded = os_ticks();
	for (size_t i = from; e == ERR_OK && i < to; i++) {
		match_query_from(&request[i - from], &l->query[i]);
		l->unreadable[thread] += request[i - from].unreadable;
	}
	l->decode[thread] += decoded - begun;
	l->standardise[thread] += os_ticks() - decoded;
	return e;
}

static void
prepare(void *ctx, unsigned thread)
{
	struct locate *l = ctx;
	size_t to = part(l->n_lines, l->threads, thread + 1);
	OWNED(request_reader) reader = NULL;
	struct request *request = mem_zeroed(TOGETHER * sizeof(*request));
	struct arena arena = {0};
	enum err e = request == NULL ? err_origin(ERR_NOMEM)
				     : request_reader_new(&reader);

	if (e == ERR_OK)
		e = arena_init(&arena, TOGETHER * REQUEST_ARENA_MAX);
	for (size_t i = part(l->n_lines, l->threads, thread);
		e == ERR_OK && i < to; i += TOGETHER)
		e = prepare_some(l, thread, reader, &arena, request, i,
			i + TOGETHER < to ? i + TOGETHER : to);
	arena_fini(&arena);
	mem_free(request);
	l->error[thread] = e;
}

static enum bench_exit
prepare_all(struct locate *l)
{
	int64_t from = os_ticks();

	if (!bench_threads(l->threads, prepare, l))
		return BENCH_FAILURE;
	l->prepare_ns = os_ticks() - from;
	for (unsigned i = 0; i < l->threads; i++)
		if (l->error[i] != ERR_OK)
			return bench_says("requests", l->error[i], NULL);
	for (size_t i = l->n_lines; i < l->n; i++)
		l->query[i] = l->query[i % l->n_lines];
	l->own_kib[1] = bench_own_kib();
	return BENCH_DONE;
}

/* ---- the search ---- */

static void
place_part(void *ctx, unsigned thread)
{
	struct locate *l = ctx;

	match_places(l->roll, l->query, part(l->n, l->threads, thread),
		part(l->n, l->threads, thread + 1), l->place);
}

static void
locate_part(void *ctx, unsigned thread)
{
	struct locate *l = ctx;
	size_t from = part(l->n, l->threads, thread);
	size_t to = part(l->n, l->threads, thread + 1);

	match_many(l->roll, l->query, l->place + from, to - from, l->result);
}

/* All that is done of a batch once its queries are there. */
static bool
locate_once(struct locate *l)
{
	if (!bench_threads(l->threads, place_part, l))
		return false;
	match_places_sort(l->place, l->n, l->place + l->n);
	return bench_threads(l->threads, locate_part, l);
}

static int
by_time(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static enum bench_exit
locate_all(struct locate *l)
{
	for (size_t i = 0; i < l->runs; i++) {
		int64_t from = os_ticks();

		if (!locate_once(l))
			return BENCH_FAILURE;
		l->run_ns[i] = os_ticks() - from;
	}
	l->own_kib[2] = bench_own_kib();
	qsort(l->run_ns, l->runs, sizeof(l->run_ns[0]), by_time);
	return BENCH_DONE;
}

/* Of all results in the order of the requests, each followed by the person_id
 * confirmed: two indexes of one roll give the same. */
static enum err
hash_results(struct locate *l)
{
	OWNED(crypto_sha384) hash = NULL;
	uint8_t sum[CRYPTO_SHA384];
	OWNED_BUF(bytes, 1 << 12);
	OWNED_BUF(hex, sizeof(l->hash));
	enum err e = crypto_sha384_new(&hash);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < l->n; i++) {
		const struct match_result *r = &l->result[i];

		buf_clear(&bytes);
		match_encode(r, &bytes);
		if (r->person == MATCH_CONFIRMED)
			buf_sized(&bytes, roll_person(l->roll, r->index).id);
		if (buf_error(&bytes) != ERR_OK)
			return buf_error(&bytes);
		crypto_sha384_add(hash, buf_span(&bytes));
		l->person[r->person]++;
		l->cause[r->cause]++;
	}
	crypto_sha384_end(hash, sum);
	code_hex(&hex, span_of(sum, sizeof(sum)));
	must(span_copy(buf_span(&hex), l->hash, sizeof(l->hash)));
	return buf_error(&hex);
}

/* ---- what is printed ---- */

static double
ms(int64_t ns)
{
	return (double)ns / 1e6;
}

static int64_t
longest(const struct locate *l, const int64_t *ns)
{
	int64_t most = 0;

	for (unsigned i = 0; i < l->threads; i++)
		if (ns[i] > most)
			most = ns[i];
	return most;
}

static size_t
unreadable(const struct locate *l)
{
	size_t n = 0;

	for (unsigned i = 0; i < l->threads; i++)
		n += l->unreadable[i];
	return n;
}

static double
us_each(const struct locate *l, int64_t ns)
{
	return (double)ns / 1e3 / (double)l->n;
}

/* More than its inputs are kept: queries, results and lines are counted. */
static uint64_t
most_own(const struct locate *l)
{
	uint64_t most = 0;

	for (size_t i = 0; i < 3; i++)
		if (l->own_kib[i] > most)
			most = l->own_kib[i];
	return most;
}

static void
print_table(const struct locate *l)
{
	struct roll_info info;

	roll_info(l->roll, &info);
	printf("people %" PRIu32 ", index %.1f MB (%.1f bytes a person)\n",
		info.n_people, (double)info.index_bytes / 1e6,
		(double)info.index_bytes / (double)info.n_people);
	printf("requests %zu (%zu different, %zu unreadable), threads %u, "
	       "runs %zu\n\n",
		l->n, l->n_lines, unreadable(l), l->threads, l->runs);
	printf("| stage | ms |\n|---|---|\n");
	printf("| open | %.1f |\n", ms(l->open_ns));
	printf("| page-in (%.1f %% was resident, %.1f %% is) | %.1f |\n",
		100 * l->resident_before, 100 * l->resident, ms(l->page_in_ns));
	printf("| verify checksums | %.1f |\n", ms(l->verify_ns));
	printf("| decode | %.1f |\n", ms(longest(l, l->decode)));
	printf("| standardise | %.1f |\n", ms(longest(l, l->standardise)));
	printf("| locate, least | %.1f |\n", ms(l->run_ns[0]));
	printf("| locate, median | %.1f |\n", ms(l->run_ns[l->runs / 2]));
	printf("\nlocate: %.3f us a request (median)\n",
		us_each(l, l->run_ns[l->runs / 2]));
	printf("own memory, MB: %.1f (queries %.1f, results %.1f)\n",
		(double)most_own(l) / 1024,
		(double)(l->n * sizeof(*l->query)) / 1048576,
		(double)(l->n * sizeof(*l->result)) / 1048576);
	printf("\n| outcome | requests |\n|---|---|\n");
	for (int i = 0; i < N_PERSON; i++)
		printf("| %s | %zu |\n",
			match_person_text((enum match_person)i), l->person[i]);
	for (int i = 0; i < MATCH_N_CAUSES; i++)
		printf("| ... %s | %zu |\n",
			match_cause_word((enum match_cause)i), l->cause[i]);
	printf("\nresults sha384 %s\n", l->hash);
}

static void
print_json(const struct locate *l)
{
	struct roll_info info;

	roll_info(l->roll, &info);
	printf("{\"people\":%" PRIu32 ",\"index_bytes\":%" PRIu64
	       ",\"requests\":%zu,\"different\":%zu,\"unreadable\":%zu,"
	       "\"threads\":%u,\"runs\":%zu",
		info.n_people, info.index_bytes, l->n, l->n_lines,
		unreadable(l), l->threads, l->runs);
	printf(",\"resident_before\":%.4f,\"resident\":%.4f,\"open_ms\":%.3f,"
	       "\"page_in_ms\":%.3f,\"verify_ms\":%.3f,\"decode_ms\":%.3f,"
	       "\"standardise_ms\":%.3f",
		l->resident_before, l->resident, ms(l->open_ns),
		ms(l->page_in_ns), ms(l->verify_ns), ms(longest(l, l->decode)),
		ms(longest(l, l->standardise)));
	printf(",\"locate_least_ms\":%.3f,\"locate_median_ms\":%.3f,"
	       "\"us_each\":%.4f,\"own_kib\":%" PRIu64,
		ms(l->run_ns[0]), ms(l->run_ns[l->runs / 2]),
		us_each(l, l->run_ns[l->runs / 2]), most_own(l));
	for (int i = 0; i < N_PERSON; i++)
		printf(",\"%s\":%zu", match_person_text((enum match_person)i),
			l->person[i]);
	printf(",\"causes\":{");
	for (int i = 0; i < MATCH_N_CAUSES; i++)
		printf("%s\"%s\":%zu", i == 0 ? "" : ",",
			match_cause_word((enum match_cause)i), l->cause[i]);
	printf("},\"results_sha384\":\"%s\"}\n", l->hash);
}

/* ---- the command ---- */

static enum bench_exit
run_locate(const struct bench_args *args)
{
	static struct locate l;
	uint64_t threads = 1;
	uint64_t runs = 3;
	uint64_t count = 0;
	enum bench_exit status;

	if (!bench_number(args, "threads", 1, BENCH_THREADS, &threads) ||
		!bench_number(args, "runs", 1, RUNS_MAX, &runs) ||
		!bench_number(args, "count", 1, COUNT_MAX, &count))
		return BENCH_USAGE;
	l.path = args->word[0];
	l.threads = (unsigned)threads;
	l.runs = (size_t)runs;
	status = open_roll(&l);
	if (status == BENCH_DONE)
		status = read_lines(&l, args->word[1], count);
	if (status == BENCH_DONE)
		status = prepare_all(&l);
	if (status == BENCH_DONE)
		status = locate_all(&l);
	if (status == BENCH_DONE)
		status = bench_says("results", hash_results(&l), NULL);
	if (status == BENCH_DONE && bench_value(args, "json") != NULL)
		print_json(&l);
	else if (status == BENCH_DONE)
		print_table(&l);
	l.roll = roll_free(l.roll);
	mem_free(l.line);
	mem_free(l.query);
	mem_free(l.result);
	mem_free(l.place);
	l = (struct locate){0};
	return status;
}

const struct bench_command bench_command_locate = {
	"locate",
	"ROLL REQUESTS.jsonl",
	2,
	"Times the search for everybody in a file of requests",
	"ROLL is an index as `weir roll load` makes it: the file that\n"
	"DIR/roll/current names.  The whole index is fetched into memory first, "
	"and that is\ntold apart.  The hash is of all results in their order: "
	"the same for any number of\nthreads.",
	{
		{"threads", "T", "how many (1)", false},
		{"runs", "R", "how often the search is repeated (3)", false},
		{"count", "N",
			"so many requests, the file's over and over (all, "
			"once)",
			false},
		{"json", NULL, "one JSON object instead of a table", false},
		{NULL, NULL, NULL, false},
	},
	run_locate,
};
