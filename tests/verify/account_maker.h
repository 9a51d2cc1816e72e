/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * account_maker - a small ledger in which one address was disclosed, and the
 * account of it (ledger/statement.h), true or with one thing wrong.
 *
 *	struct account_maker w = {.map = NULL};
 *	account_maker_begin(&w, &(struct account_lie){0});
 *	... &w.m has the ledger, w.account the file ...
 *	account_maker_end(&w);
 */

#include "ledger/map.h"
#include "maker.h"

#define ACCOUNT_ORIGIN "sandbox.example.org/account"

enum {
	ACCOUNT_MONTH = 2026 * 12 + 1,
	ACCOUNT_ENTRIES = 7,
	ACCOUNT_QUERY = 90,
};

struct account_made {
	struct ledger_entry entry;
	struct ledger_head head;
	uint8_t key[32];
	struct ledger_field field[6];
	size_t n;
};

/* What is wrong with what is told. */
struct account_lie {
	bool map_hides;     /* the map has another tag in the place of one */
	bool root_is_later; /* than the question */
	bool untrue_words;
};

struct account_maker {
	struct maker m;
	struct account_made made[ACCOUNT_ENTRIES];
	struct ledger_map *map;
	struct ledger_hash root;
	struct buf checkpoint;
	struct buf account;
};

void account_maker_begin(
	struct account_maker *w, const struct account_lie *lie);
void account_maker_end(struct account_maker *w);

/* So many entries that say nothing. */
void account_maker_cover(struct maker *m, size_t n);
