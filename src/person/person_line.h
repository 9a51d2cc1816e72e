/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * person_line - one delivery line into its parts, after Publication 28.  For
 * this folder only.
 */

#include "person/person_int.h"

/* What a word may be besides a name, looked up once; NULL: none of it. */
struct line_word {
	const char *suffix; /* in standard form */
	const char *direction;
};

struct line {
	char *const *at;
	const struct line_word *is; /* while it is being parsed */
	size_t n;
	size_t suffix_at; /* the word that is the suffix; n: none */
	size_t unit_at;   /* where the words of a unit begin; n: none */
	size_t street_n;  /* leading words: number, name and suffix; 0: none */
	struct person_address *address;
};

/* Fills form, number, directionals, street, suffix and unit. */
void person_line_parse(struct line *line);

/* "APT 5", "# 12", "2ND FLOOR", "5": true where all of it is a unit. */
bool person_unit_parse(
	char *const *at, size_t n, struct person_address *address);

/*
 * The words of a unit at the end of at[from..n): returns where they begin, n
 * where there are none, and adds them to `address`.
 */
size_t person_unit_cut(char *const *at, size_t from, size_t n, bool after,
	struct person_address *address);

/* Copies where it fits; false where not. */
bool person_set(char *to, size_t size, const char *text);

/* Adds `word` after a space; false where it does not fit. */
bool person_add(char *to, size_t size, const char *word);
