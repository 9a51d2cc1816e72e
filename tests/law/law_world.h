/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* law_world - what both tests of the law use; include after cmocka.h. */

#include <stdlib.h>

#include "base/mem.h"
#include "law/law_int.h"

static uint64_t law_world_seed = 0x9e3779b97f4a7c15u;

static inline uint32_t
draw(uint32_t below)
{
	law_world_seed ^= law_world_seed << 13;
	law_world_seed ^= law_world_seed >> 7;
	law_world_seed ^= law_world_seed << 17;
	return (uint32_t)((law_world_seed >> 11) % below);
}

static inline uint32_t
greatest_value(enum evidence_id id)
{
	switch (evidence_type(id)) {
	case EV_GRADE:
	case EV_ONEOF:
		return evidence_n_words(id);
	case EV_FLAG:
		return 2;
	case EV_COUNT:
	case EV_DAYS:
	case EV_DATE:
		return evidence_most(id) + 1;
	}
	abort();
}

/* Any value of its type; numbers mostly near the bounds that laws use. */
static inline uint32_t
draw_value(enum evidence_id id)
{
	static const uint32_t edges[] = {0, 1, 2, 9, 10, 11, 12, 90, 91, 92,
		100, 101, 102, 2000000, 2000001, 2000002};
	uint32_t most = greatest_value(id);
	uint32_t v = draw(most + 1);

	if (most > 16 && draw(8) != 0)
		v = edges[draw(sizeof(edges) / sizeof(edges[0]))];
	return v > most ? most : v;
}

static inline struct law *
shipped(void)
{
	struct law *law = NULL;

	assert_int_equal(law_new_shipped(&law), ERR_OK);
	return law;
}
