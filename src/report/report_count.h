/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * report_count - a ledger's requests and disclosures counted by agency, or by
 * agency and provision of law, for one calendar year.
 *
 * A request counts in the year in which it was received; a disclosure in the
 * year of its entry D, once for each request however often its package was
 * handed over; a taxpayer once a group and year.
 */

#include "report/report_ledger.h"

struct report_group {
	struct report_name agency;
	struct report_name provision;
	uint64_t requests;
	uint64_t state[REPORT_N_STATES]; /* of these requests */
	uint64_t found;       /* distinct people, of these requests */
	uint64_t disclosures; /* in the year */
	uint64_t taxpayers;   /* distinct, of these disclosures */
};

struct report_groups {
	struct report_group *at; /* by agency, then provision, as text */
	size_t n;
	struct report_group all;
};

/*
 * `year` 0: all.  Refuses MISMATCH where the groups do not add up to what the
 * ledger holds, counted once more without groups (I10); fails NOMEM.
 */
MUST_USE enum err report_groups_make(const struct report_ledger *ledger,
	int year, bool by_provision, struct report_groups *ret_groups,
	struct why *reterr_why);
void report_groups_fini(struct report_groups *groups);

/* Delivered: an address left, whatever became of it. */
uint64_t report_group_delivered(const struct report_group *group);
uint64_t report_group_accepted(const struct report_group *group);

/* Is the day in the year?  Year 0 is all. */
bool report_in_year(const struct report_ledger *l, int64_t at, int year);

/* The day on which the request's first address left; DAY_NONE. */
int32_t report_disclosed(
	const struct report_ledger *ledger, const struct report_request *q);
