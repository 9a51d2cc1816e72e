/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * volume - how many were asked for, held against what an agreement says of it
 * (R22): its caps, and how often its statutes are used.
 *
 * Counts, not rules: they decide no request.  Over a cap counsel looks first;
 * an alarm tells counsel.
 */

#include "law/law.h"

enum {
	LAW_RATES_MAX = 8,
	LAW_VOLUME_BYTES = 512, /* encoded, at most */
	LAW_OFFICER_MAX = 64,
};

/* As read from a store, with the batch itself. */
struct law_volume {
	uint64_t count[LAW_N_CAPS]; /* of an officer's day: the greatest */
	struct span officer;        /* whose that one is; empty: nobody's */
	uint64_t officers_over;     /* officers of the batch over that cap */
	size_t n_rates;             /* as many as the agreement has */
	struct law_cited {
		uint64_t cited; /* by requests in 365 days */
		uint64_t accepted;
	} rate[LAW_RATES_MAX];
};

/* False where the agreement sets no such cap. */
bool law_volume_over(const struct law *law, const struct law_volume *volume,
	enum law_cap cap);

/* Over so many times the use of the statute of the i-th base rate, i below both
 * numbers of rates? */
bool law_volume_alarm(
	const struct law *law, const struct law_volume *volume, size_t i);

/*
 * Canonical bytes: "weir/volume/v1\n", u8 number of caps, u64be each, sized
 * officer, u64be officers over, u8 number of rates, u64be cited and u64be
 * accepted of each.  Reading refuses MALFORMED; the officer points into
 * `bytes`.
 */
void law_volume_encode(const struct law_volume *volume, struct buf *to);
MUST_USE enum err law_volume_decode(
	struct span bytes, struct law_volume *ret_volume);
