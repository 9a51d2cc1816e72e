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

/* "weir: ..." on standard error. */
void cli_error(const char *fmt, ...) PRINTF_LIKE(1, 2);

/* Prints what went wrong; the exit status for it. */
enum cli_exit cli_says(enum err e, const struct why *why);

/* Text from outside: control and non-printing bytes as \\xNN. */
void cli_text(FILE *to, struct span text);

/* A proc_print: to standard output. */
enum err cli_out(void *context, struct span text);

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
