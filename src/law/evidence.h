/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * evidence - what is known of one request, in the finite words of
 * evidence.def, and nothing else.
 *
 * Value 0 is "not known".  GRADE and ONEOF: 1 + the word's place in its list.
 * FLAG: 1 false, 2 true.  COUNT and DAYS: 1 + the number, capped at its most.
 * DATE: 1 + the days since 1900-01-01; an earlier or later day than there is
 * stands as the first or the last.
 * The enums below name the words: EV_ADDRESS_DELIVERABLE and so on are written
 * by hand only where code needs them; use evidence_word() for the rest.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

enum evidence_id {
#define GRADE(half, ID, name, ...) EV_##ID,
#define ONEOF(half, ID, name, ...) EV_##ID,
#define FLAG(half, ID, name) EV_##ID,
#define COUNT(half, ID, name, most) EV_##ID,
#define DAYS(half, ID, name) EV_##ID,
#define DATE(half, ID, name) EV_##ID,
#include "law/evidence.def"
	EV_N
};

enum evidence_half { EV_REQUEST, EV_RECORD };

enum evidence_type { EV_GRADE, EV_ONEOF, EV_FLAG, EV_COUNT, EV_DAYS, EV_DATE };

struct evidence {
	uint32_t value[EV_N];
};

const char *evidence_name(enum evidence_id id);
enum evidence_half evidence_half(enum evidence_id id);
enum evidence_type evidence_type(enum evidence_id id);

/* Words of a GRADE or ONEOF; 0 for the other types. */
uint32_t evidence_n_words(enum evidence_id id);
const char *evidence_word(enum evidence_id id, uint32_t word);

/* Greatest number of a COUNT or DAYS; of a DATE, of days since its first. */
uint32_t evidence_most(enum evidence_id id);

/* Greatest stored value of any type. */
uint32_t evidence_greatest(enum evidence_id id);

/* False where no evidence has that name. */
bool evidence_find(struct span name, enum evidence_id *ret_id);

/* The value that means `word`; false where `id` has no such word. */
bool evidence_find_word(
	enum evidence_id id, struct span word, uint32_t *ret_value);

/* Set by what is meant; each must() that `id` has that type. */
void evidence_set_word(
	struct evidence *ev, enum evidence_id id, const char *word);
void evidence_set_flag(struct evidence *ev, enum evidence_id id, bool yes);
void evidence_set_number(
	struct evidence *ev, enum evidence_id id, uint64_t number);
void evidence_set_day(struct evidence *ev, enum evidence_id id, int32_t day);

/* The stored value that means `day` (base/day.h), and the day of one. */
uint32_t evidence_of_day(int32_t day);
int32_t evidence_day(uint32_t value);

bool evidence_is(
	const struct evidence *ev, enum evidence_id id, const char *word);

/* "deliverable", "true", "12", "2025-04-07", or "not known". */
void evidence_show(
	const struct evidence *ev, enum evidence_id id, struct buf *to);

/* One value: `"deliverable"`, `true`, `12`, `"2025-04-07"` or `null`. */
void evidence_value_json(
	const struct evidence *ev, enum evidence_id id, struct buf *to);

/* `{"request.address":"deliverable",...}`, unknown ones left out. */
void evidence_json(const struct evidence *ev, struct buf *to);

/*
 * The canonical bytes that commitments and replays use: EV_N of u32be after
 * u16be count.  evidence_decode() refuses (false) values out of their type and
 * accepts fewer values than EV_N (an older version's), the rest unknown.
 */
void evidence_encode(const struct evidence *ev, struct buf *to);
bool evidence_decode(struct span bytes, struct evidence *ret_ev);
