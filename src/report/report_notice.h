/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * report_notice - the draft of a notice to a person whose information left
 * unlawfully (26 USC 7431): a template that counsel may put another in place
 * of, and the facts of each disclosure.
 *
 * The template is text with {sandbox}, {custodian}, {today}, {name}, {person},
 * {disclosures}, {ground}, {incident} and {origin} in it.  A draft names the
 * person: it is return information, for those who send it.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

struct report_disclosure {
	struct span request;
	struct span at;     /* time of entry D, text */
	struct span agency; /* the requester's id */
	struct span officer;
	struct span authority; /* as cited */
	struct span purpose;
	uint64_t entry; /* D */
};

struct report_notice {
	struct span origin;
	struct span custodian;
	struct span name; /* as requested */
	struct span person;
	struct span ground;
	struct span incident; /* its number; may be empty */
	int32_t today;
	bool sandbox;
	const struct report_disclosure *disclosure;
	size_t n_disclosures;
};

/* The one that the program ships: data/notice.txt. */
struct span report_notice_template(void);

/* Refuses MALFORMED with the place: a brace that opens none of these words. */
MUST_USE enum err report_notice_text(const struct report_notice *notice,
	struct span template, struct buf *to, struct why *reterr_why);
