/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * report_html - what the page and its charts share: text that is nothing but
 * text, and the charts themselves, as SVG in the page.
 */

#include "report/report_doc.h"

/* Plain (report_plain()), and & < > " ' as character references. */
void report_html_text(struct span text, struct buf *to);

/*
 * One chart, `n` its number on the page: an image with a title and a
 * description, no script, no resource, sizes in units that a printer scales.
 * Bars: one for each row of the table but its totals.  Flows: bands whose
 * height is the number, from left to right.
 */
void report_chart_svg(const struct report_doc *doc,
	const struct report_chart *chart, size_t n, struct buf *to);
