/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * bench - weir-bench, a program of its own that measures the product's parts:
 * how fast people are found, how often wrongly, and how well the comparison
 * does on two files of anybody's.  It works on files that it is handed, or on
 * logs that it makes, and is not installed.  It opens no instance but for
 * `singles`, which starts the product's own process on a sandbox; `load` asks a
 * service over its port.
 *
 * A command is one table: its options, its help, its function.  What it prints
 * but for times is the same on every run and for every number of threads.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum { BENCH_OPTIONS = 10, BENCH_WORDS = 2, BENCH_THREADS = 64 };

/* Exit statuses, as the product's. */
enum bench_exit { BENCH_DONE, BENCH_NO, BENCH_USAGE, BENCH_FAILURE };

struct bench_option {
	const char *name;  /* "threads"; NULL ends the list */
	const char *value; /* "T"; NULL: a switch */
	const char *text;  /* for --help */
	bool needed;
};

struct bench_args;
struct bench_command {
	const char *name;
	const char *words; /* "A.csv B.csv" */
	size_t n_words;
	const char *summary;
	const char *text;
	struct bench_option option[BENCH_OPTIONS];
	enum bench_exit (*run)(const struct bench_args *args);
};
extern const struct bench_command bench_command_match;
extern const struct bench_command bench_command_accuracy;
extern const struct bench_command bench_command_locate;
extern const struct bench_command bench_command_ledger;
extern const struct bench_command bench_command_singles;
extern const struct bench_command bench_command_load;

struct bench_args {
	const struct bench_command *command;
	const char *value[BENCH_OPTIONS]; /* a switch that is on: "" */
	const char *word[BENCH_WORDS];
	size_t n_words;
};

int bench_main(int argc, char **argv);

/* NULL where it was not given. */
const char *bench_value(const struct bench_args *args, const char *name);

/* Leaves `value` where the option was not given; false after a message where
 * it is no number from `least` to `most`. */
bool bench_number(const struct bench_args *args, const char *name,
	uint64_t least, uint64_t most, uint64_t *value);

/* "weir-bench: ..." on standard error. */
void bench_error(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Prints what went wrong with `name`; the exit status for it. */
enum bench_exit bench_says(const char *name, enum err e, const struct why *why);

/*
 * Runs `work(ctx, i)` for i from 0 to n - 1, each in a thread of its own (the
 * last in the caller's), and waits for all.  False, after a message, when a
 * thread cannot be had; those that began have ended then.
 */
bool bench_threads(unsigned n, void (*work)(void *ctx, unsigned i), void *ctx);

/* A whole file mapped read-only, for as long as the process lives. */
MUST_USE enum bench_exit bench_map(const char *path, struct span *ret_bytes);

/* "RssAnon" of this process, in KiB: what is its own, mapped files apart. */
uint64_t bench_own_kib(void);
