/* SPDX-License-Identifier: Apache-2.0 */
/* match: links two files one to one. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/bench.h"
#include "bench/bench_csv.h"
#include "bench/bench_link.h"
#include "os/file.h"

enum {
	ROUNDS = 3, /* of learning m */
	OUT_MAX = 1 << 30,
	THRESHOLD_MAX = 200,
};

/* ---- one to one ---- */

static int
by_score(const void *a, const void *b)
{
	const struct link_pair *x = a;
	const struct link_pair *y = b;

	if (x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

/* Who is linked, and how often each stands among pairs of one score. */
struct taken {
	bool *is[2];
	uint32_t *now[2];
};

static bool
is_open(const struct taken *t, const struct link_pair *pair)
{
	return !t->is[0][pair->a] && !t->is[1][pair->b];
}

/* Pairs [from, to) have one score, and none of them goes before another: a
 * record that stands in two of them is linked to nobody. */
static void
assign_group(struct link *l, struct taken *t, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (is_open(t, &l->pair[i])) {
			t->now[0][l->pair[i].a]++;
			t->now[1][l->pair[i].b]++;
		}
	for (size_t i = from; i < to; i++) {
		const struct link_pair *pair = &l->pair[i];

		if (t->now[0][pair->a] != 1 || t->now[1][pair->b] != 1) {
			l->n_ties += is_open(t, pair);
			continue;
		}
		if (!is_open(t, pair))
			continue;
		l->linked[pair->a] = (uint32_t)i;
		l->n_links++;
	}
	for (size_t i = from; i < to; i++) {
		const struct link_pair *pair = &l->pair[i];

		t->is[0][pair->a] |= t->now[0][pair->a] > 0;
		t->is[1][pair->b] |= t->now[1][pair->b] > 0;
	}
	for (size_t i = from; i < to; i++) {
		t->now[0][l->pair[i].a] = 0;
		t->now[1][l->pair[i].b] = 0;
	}
}

static void
assign_all(struct link *l, struct taken *t)
{
	size_t from = 0;

	qsort(l->pair, l->n_pairs, sizeof(*l->pair), by_score);
	while (from < l->n_pairs && l->pair[from].score >= l->threshold) {
		size_t to = from + 1;

		while (to < l->n_pairs &&
			l->pair[to].score == l->pair[from].score)
			to++;
		assign_group(l, t, from, to);
		from = to;
	}
}

enum err
link_assign(struct link *l)
{
	struct taken t = {0};
	enum err e = ERR_OK;

	l->n_links = l->n_ties = 0;
	for (unsigned s = 0; s < 2; s++) {
		t.is[s] = mem_zeroed(l->side[s].n + 1);
		t.now[s] = mem_zeroed((l->side[s].n + 1) * sizeof(uint32_t));
		if (t.is[s] == NULL || t.now[s] == NULL)
			e = err_origin(ERR_NOMEM);
	}
	if (e == ERR_OK && l->linked == NULL)
		l->linked = mem_zeroed((l->side[0].n + 1) * sizeof(uint32_t));
	if (l->linked == NULL)
		e = err_origin(ERR_NOMEM);
	if (e == ERR_OK) {
		for (size_t i = 0; i < l->side[0].n; i++)
			l->linked[i] = LINK_NONE;
		assign_all(l, &t);
	}
	for (unsigned s = 0; s < 2; s++) {
		mem_free(t.is[s]);
		mem_free(t.now[s]);
	}
	return e;
}

/* ---- what is asked ---- */

static bool
read_fields(const char *text, struct span column[LINK_FIELDS])
{
	struct span rest = span_text(text);

	while (rest.n > 0) {
		struct span one = span_cut(&rest, ',');
		struct span name = span_cut(&one, '=');
		unsigned f = 0;

		while (f < LINK_FIELDS &&
			!span_eq(name,
				span_text(link_field_word((enum link_field)f))))
			f++;
		if (f == LINK_FIELDS || one.n == 0 || column[f].n != 0) {
			bench_error("--fields: '%.*s' is no field, has no "
				    "column, or is given twice",
				(int)name.n, (const char *)name.at);
			return false;
		}
		column[f] = one;
	}
	return true;
}

/* Bits, whole or with decimals, also below zero; kept as thousandths. */
static bool
read_threshold(const char *text, int32_t *ret_threshold)
{
	char *end = NULL;
	double bits;

	if (text == NULL)
		return true;
	errno = 0;
	bits = strtod(text, &end);
	if (end == text || *end != '\0' || errno != 0 ||
		!(bits >= -THRESHOLD_MAX && bits <= THRESHOLD_MAX)) {
		bench_error("--threshold: '%s' is no number of bits", text);
		return false;
	}
	*ret_threshold = (int32_t)(bits * 1000);
	return true;
}

/* ---- what comes out ---- */

static void
write_link(const struct link *l, uint32_t a, bool levels, struct buf *to)
{
	static const char *const words[LINK_LEVELS] = {"missing", "conflict",
		"far", "near", "edit", "variant", "equal"};
	const struct link_pair *pair = &l->pair[l->linked[a]];

	bench_csv_write(
		to, span_text(link_text(l, l->side[0].record[pair->a].key)));
	buf_u8(to, ',');
	bench_csv_write(
		to, span_text(link_text(l, l->side[1].record[pair->b].key)));
	buf_printf(to, ",%s%" PRId32 ".%03" PRId32, pair->score < 0 ? "-" : "",
		abs(pair->score) / 1000, abs(pair->score) % 1000);
	for (unsigned f = 0; levels && f < LINK_FIELDS; f++)
		buf_printf(to, ",%s", words[pair->level[f]]);
	buf_u8(to, '\n');
}

static enum bench_exit
write_links(const struct link *l, const char *path, bool levels)
{
	OWNED_BUF(text, OUT_MAX);
	OWNED_FD file = -1;
	int fd = STDOUT_FILENO;

	buf_text(&text, "key_a,key_b,score");
	for (unsigned f = 0; levels && f < LINK_FIELDS; f++)
		buf_printf(&text, ",%s", link_field_word((enum link_field)f));
	buf_u8(&text, '\n');
	for (uint32_t a = 0; a < l->side[0].n; a++)
		if (l->linked[a] != LINK_NONE)
			write_link(l, a, levels, &text);
	if (buf_error(&text) != ERR_OK)
		return bench_says("links", buf_error(&text), NULL);
	if (path != NULL)
		fd = file = open(
			path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || os_write_all(fd, buf_span(&text)) != ERR_OK) {
		bench_error("%s: %s", path == NULL ? "standard output" : path,
			strerror(errno));
		return BENCH_FAILURE;
	}
	return BENCH_DONE;
}

/* ---- the command ---- */

static enum err
link_all(struct link *l)
{
	enum err e = link_count(l);

	if (e == ERR_OK)
		e = link_block(l);
	if (e != ERR_OK)
		return e;
	for (size_t i = 0; i < l->n_pairs; i++)
		link_compare(l, &l->pair[i]);
	link_estimate(l);
	for (unsigned i = 0; e == ERR_OK && i <= ROUNDS; i++) {
		if (i > 0)
			link_learn(l);
		link_score(l);
		e = link_assign(l);
	}
	return e;
}

static enum bench_exit
read_side(struct link *l, unsigned side, const struct bench_args *args,
	const struct span *column)
{
	const char *path = args->word[side];
	struct span bytes;
	struct why why = {""};
	enum bench_exit status = bench_map(path, &bytes);

	if (status != BENCH_DONE)
		return status;
	return bench_says(path,
		link_read(l, side, path, bytes,
			span_text(bench_value(args, "key")), column, &why),
		&why);
}

static enum bench_exit
run_match(const struct bench_args *args)
{
	static struct link l;
	struct span column[LINK_FIELDS] = {{0}};
	enum bench_exit status = BENCH_DONE;

	if (!read_fields(bench_value(args, "fields"), column) ||
		!read_threshold(bench_value(args, "threshold"), &l.threshold))
		return BENCH_USAGE;
	for (unsigned s = 0; status == BENCH_DONE && s < 2; s++)
		status = read_side(&l, s, args, column);
	if (status == BENCH_DONE)
		status = bench_says("match", link_all(&l), NULL);
	if (status == BENCH_DONE)
		status = write_links(&l, bench_value(args, "out"),
			bench_value(args, "levels") != NULL);
	if (status == BENCH_DONE)
		(void)fprintf(stderr,
			"%zu and %zu records, %zu pairs compared (%zu blocks "
			"too large), %zu links, %zu pairs dropped as ties\n",
			l.side[0].n, l.side[1].n, l.n_pairs, l.big_blocks,
			l.n_links, l.n_ties);
	link_fini(&l);
	return status;
}

const struct bench_command bench_command_match = {
	"match",
	"A.csv B.csv",
	2,
	"Links two files of people one to one",
	"By the product's comparison of names and dates and by what is usual in "
	"the files\nthemselves; no record is in two links, and what ties is "
	"left out.  Prints\nkey_a,key_b,score; the score is in bits: 0 is as "
	"likely as not.\n\nFIELDS: given_name=COLUMN,surname=...,birth_date=,"
	"id=,number=,street=,unit=,city=,\nzip=,state=; as many as there are.",
	{
		{"key", "COLUMN", "what names a record", true},
		{"fields", "FIELDS", "which column is what", true},
		{"out", "FILE", "the links (standard output)", false},
		{"threshold", "BITS", "least score of a link (0)", false},
		{"levels", NULL, "adds the level of each field", false},
		{NULL, NULL, NULL, false},
	},
	run_match,
};
