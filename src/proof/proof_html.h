/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proof_html - the literate text of a law as markup: its prose as written, and
 * at each rule the statute's words, the rule, the plain sentence and the code
 * side by side; and a drawing of how a request is decided.
 *
 * For a page that stands by itself (weir-prove) and for the console's.  The
 * page's own heading is the h1: a file's first is an h2.  All text of law files
 * is escaped, and nothing asks for anything from elsewhere.  Classes: rule, two,
 * b, code, word, plain, cite, said, wide; in the drawing s, o, y, a, t, c, m, n.
 */

#include "law/law.h"

/* All files, the agreement first.  `text` is that of each file, in the law's
 * order.  False, and half of it, where the texts are not those of the law. */
bool proof_html_law(
	const struct law *law, const struct span *text, struct buf *to);

/* The drawing, as inline SVG. */
void proof_html_diagram(const struct law *law, struct buf *to);

/* Escaped; `code` and such marks of Markdown become tags with `marked`. */
void proof_html_text(struct span text, bool marked, struct buf *to);

/* Writes a block of rules, `line` the first one inside it. */
typedef void proof_html_block(
	void *context, size_t line, struct span block, struct buf *to);

/*
 * Markdown as law files use it: headings, paragraphs, lists, tables, quotations
 * and blocks.  `block` writes a block of rules; quotations above one that
 * `quoted` says stands with its rules are left out.
 */
struct proof_html_blocks {
	void *context;
	proof_html_block *block;
	bool (*quoted)(void *context, size_t line, struct span block);
};
void proof_html_markdown(struct span text,
	const struct proof_html_blocks *blocks, struct buf *to);
