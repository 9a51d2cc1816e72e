/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * main - what the program weir-prove does with the answers: print them, keep
 * them as a receipt, write what shows a failure as requests.
 */

#include "cli/cli_print.h"
#include "prove/prove.h"

struct telling {
	const struct law *law;
	bool json;
	unsigned n; /* properties told */
	struct proof_receipt receipt;
	const char *requests; /* a file for examples; NULL: none wanted */
	struct buf lines;     /* of it */
	struct buf notes;     /* what is to be said of them, for people */
	unsigned n_requests;
	int32_t today;
};

/* ---- main_print.c ---- */

/* A property, as text or JSON; then the duty list. */
void main_tell(struct telling *t, const struct prove_result *r);
void main_tell_duties(const struct telling *t, const struct prove_summary *s);

struct main_two {
	const struct law *law[2];
	const char *file[2];
};
enum cli_exit main_diff(const struct main_two *two);

/* ---- main_page.c ---- */

/* The agreement as an HTML page, its properties asked anew. */
enum cli_exit main_page(const struct law *law, const char *out);

/* ---- main_write.c ---- */

/* OUT, and OUT.p7s by this key (x.key, its certificate beside it). */
enum cli_exit main_write_receipt(
	const struct proof_receipt *receipt, const char *path, const char *key);

/* Examples of a failure, for main_write_requests(). */
void main_keep_requests(struct telling *t, const struct prove_result *r);
enum cli_exit main_write_requests(struct telling *t);
