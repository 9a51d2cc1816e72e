/* SPDX-License-Identifier: Apache-2.0 */
#include "review/review.h"

#include <inttypes.h>

static enum err
item_of(struct span text, uint64_t line, struct review_item *item,
	struct why *reterr_why)
{
	struct span act = span_cut(&text, ' ');

	item->withhold = span_eq(act, SPAN("withhold"));
	if (!item->withhold && !span_eq(act, SPAN("approve")))
		return why_set(reterr_why, ERR_MALFORMED,
			"line %" PRIu64 " of the list begins with neither "
			"approve nor withhold",
			line);
	text = span_trim(text);
	item->id = span_cut(&text, ' ');
	item->ground = span_trim(text);
	if (item->id.n == 0 || (item->ground.n == 0) == item->withhold ||
		item->ground.n > REVIEW_GROUND_MAX)
		return why_set(reterr_why, ERR_MALFORMED,
			"line %" PRIu64 " of the list is neither `approve ID` "
			"nor `withhold ID GROUND`",
			line);
	return ERR_OK;
}

enum err
review_list_next(struct span *text, uint64_t *line,
	struct review_item *ret_item, struct why *reterr_why)
{
	while (text->n > 0) {
		struct review_item item;
		struct span one = span_trim(span_cut(text, '\n'));
		enum err e;

		++*line;
		if (one.n == 0 || one.at[0] == '#')
			continue;
		if (!span_is_plain(one))
			return why_set(reterr_why, ERR_MALFORMED,
				"line %" PRIu64
				" of the list is not plain text",
				*line);
		e = item_of(one, *line, &item, reterr_why);
		if (e == ERR_OK)
			*ret_item = item;
		return e;
	}
	return ERR_NOT_FOUND;
}
