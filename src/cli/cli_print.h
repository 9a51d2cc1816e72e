/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * cli_print - what a person sees.  Colour and progress only on a terminal;
 * nothing that came from outside reaches it unescaped.
 */

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "case/case.h"
#include "cli/cli_args.h"
#include "proc/proc_instance.h"

/* "weir: ..." on standard error. */
void cli_error(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* What the machine said of a failure (strerror()): cli_says() adds it to one of
 * input or output. */
void cli_cause(const char *text);

/* What listens says where: one line, at once, for whoever waits for it. */
void cli_tell_ready(void *context, unsigned port);

/* Prints what went wrong (NULL: `e` alone); the exit status for it. */
enum cli_exit cli_says(enum err e, const struct why *why);

struct instance;
/* Opens the instance with its ledger, as --key says, and locks itself in. */
enum cli_exit cli_open_ledger(
	const struct cli_args *args, struct instance *ret_instance);

struct law;
/* Reads an agreement with its statutes (proc_check_law()).  Prints what is
 * wrong with the files, the token marked. */
enum cli_exit cli_open_law(const char *path, const char *const *statutes,
	size_t n_statutes, struct law **ret_law);

struct proc_check_files;
/* The same, and which files these were. */
enum cli_exit cli_open_law_files(const char *path, const char *const *statutes,
	size_t n_statutes, struct law **ret_law,
	struct proc_check_files *ret_files);

/* Text from outside: control bytes, bytes that are no UTF-8, and zero-width and
 * bidirectional marks as \\xNN.  cli_line() escapes LF too: what it prints
 * stays on its line. */
void cli_text(FILE *to, struct span text);
void cli_line(FILE *to, struct span text);

/* A proc_print: to standard output. */
enum err cli_out(void *context, struct span text);

/* To a file that is made or written over, or to standard output ("-", NULL).
 * Says what went wrong itself. */
enum cli_exit cli_put(const char *file, struct span bytes);

/* Reads a whole file that a person named, up to the maximum of `to`.  Says
 * what went wrong itself; then CLI_FAILURE: no answer, neither yes nor no. */
enum cli_exit cli_get(const char *file, struct buf *to);

/* A progress line, on a terminal; NULL stage ends it. */
void cli_progress(void *context, const char *stage, uint64_t done, uint64_t of);

/* A table (libsmartcols): columns' heads, then cells row by row.  Numbers are
 * set right where `right` has the column's bit. */
void cli_table(const char *const *heads, size_t n_columns, unsigned right,
	const char *const *cells, size_t n_rows);

/* Totals of a batch by outcome, and the sums that tie. */
void cli_totals(const struct case_totals *totals);

/* A number from a word; false and a message where it is none. */
bool cli_number(
	const char *what, const char *text, uint64_t max, uint64_t *ret_value);
bool cli_day(const char *what, const char *text, int32_t *ret_day);

/* Whose days the instance counts by; UTC where there is none, of which opening
 * it then tells. */
struct zone cli_zone(const struct cli_args *args);

/*
 * A verb whose first word says what to do, each with an instance of its own,
 * closed afterwards: the words' table ends with NULL.  `all` tells them, for
 * who said another: "ledger delay place, lift or list".
 */
struct cli_word {
	const char *word;
	enum cli_exit (*run)(struct instance *in, const struct cli_args *args);
};
enum cli_exit cli_run_word(const struct cli_args *args,
	const struct cli_word *words, const char *all);
