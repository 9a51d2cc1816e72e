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

/* ---- parts, for this folder ---- */

/* Escaped; `code` and such marks of Markdown become tags with `marked`. */
void prove_html_text(struct span text, bool marked, struct buf *to);

/* Writes a block of rules, `line` the first one inside it. */
typedef void prove_html_block(
	void *context, size_t line, struct span block, struct buf *to);

/*
 * Markdown as law files use it: headings, paragraphs, lists, tables, quotations
 * and blocks.  `block` writes a block of rules; quotations above one that
 * `quoted` says stands with its rules are left out.
 */
struct prove_html_blocks {
	void *context;
	prove_html_block *block;
	bool (*quoted)(void *context, size_t line, struct span block);
};
void prove_html_markdown(struct span text,
	const struct prove_html_blocks *blocks, struct buf *to);

/* The diagram, as inline SVG. */
void prove_html_diagram(const struct law *law, struct buf *to);
