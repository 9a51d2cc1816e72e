/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* show - parts that pages about holds, matters, packages and registers share. */

#include "base/zone.h"
#include "console/page.h"

/* The name that the role register gives a person; else the fingerprint. */
void show_person(struct page *p, const uint8_t print[32]);

/* Lines of a text, each on its own; every one escaped. */
void show_lines(struct page *p, struct span text);

/* Bytes in hexadecimal, in <code>, that breaks anywhere. */
void show_hex(struct page *p, struct span bytes);

void show_item_lines(struct page *p, const char *name, struct span text);
void show_item_person(
	struct page *p, const char *name, const uint8_t print[32], int64_t at);

void show_cell_span(struct page *p, unsigned i, struct span text);
void show_cell_time(struct page *p, unsigned i, int64_t at); /* 0: none */
/* A cell that leads to "PATH/n". */
void show_cell_link(struct page *p, unsigned i, const char *path, uint64_t n);

/* A link that looks like a button. */
void show_button(struct page *p, const char *href, const char *text);

/* The form above a list at `path`: of which batch (0: all), and whether only
 * some are meant, or more. */
struct show_only {
	const char *name;
	const char *label;
	bool on;
};
void show_filter(struct page *p, const char *path, uint64_t batch,
	const struct show_only *only);

/* A clock: "overdue by 3 h", "in 20 h", or nothing to wait for. */
void show_clock(struct page *p, int64_t due_at, bool open, int64_t now);

/* "18 left = 12 with an address + 6 neutral": whether the parts add up is said
 * in words, by a check that is made here. */
struct show_part {
	const char *name;
	uint64_t n;
};
void show_sum(struct page *p, const char *whole, uint64_t n,
	const struct show_part *part, size_t n_parts);

/* A day, or a time as 2026-11-01T12:00:00Z, of a form; 0 where it is empty.
 * False: neither. */
bool show_read_time(const struct zone *zone, struct span text, int64_t *ret_at);
/* DAY_NONE where it is empty. */
bool show_read_day(struct span text, int32_t *ret_day);
