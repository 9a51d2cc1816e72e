/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * prove_html - a law as one HTML page: its prose as written, and at each rule
 * the statute's words, the rule, the plain sentence and the code side by side;
 * the properties with their verdicts, the duty list, a diagram of how a request
 * is decided.
 *
 * One file that asks for nothing else: no script, no font, no picture from
 * elsewhere.  All text of law files is escaped.  It prints, and is read on a
 * telephone.
 */

#include "proof/proof_html.h"
#include "prove/prove.h"

struct prove_html {
	const struct law *law;   /* sealed */
	const struct span *text; /* of each file, in the law's order */
	const struct prove_result *result;
	size_t n_results;
	const struct prove_summary *summary;
};

/* False, and half a page, where the texts are not those of the law. */
bool prove_html_page(const struct prove_html *page, struct buf *to);
