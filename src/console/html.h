/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * html - markup into a buffer, with nothing unescaped in it that is not ours
 * (I12).
 *
 *	html_put(to, "<td>%s</td><td>%" PRIu64 "</td>", row->id, row->line);
 *
 * What stands in the format is markup and is a literal of ours.  What is put in
 * is text: `<`, `>`, `&`, both quotes, and what a reader could be misled by
 * (controls, marks that turn the direction of writing, bytes that are no UTF-8)
 * is shown as what it is.  So it is safe between tags and within a quoted
 * attribute.  Within an address use html_url().
 */

#include "base/buf.h"

/*
 * Conversions: %s (const char *, NULL is ""), %.*s (int, const char *), %u %d
 * %lu %ld %zu and %%.  Another one stops the process: a format is ours.
 */
void html_put(struct buf *to, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The same of bytes that may hold anything. */
void html_text(struct buf *to, struct span text);

/* Lines of a text stay lines: for <pre> and <textarea>. */
void html_lines(struct buf *to, struct span text);

/* One value within an address: all but letters, digits, - . _ ~ is %XX. */
void html_url(struct buf *to, struct span value);
