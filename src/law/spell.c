/* SPDX-License-Identifier: Apache-2.0 */
/* A word that is not known, and the known one that it is nearest to. */
#include "law/law_int.h"

#include <stdio.h>

enum { EDITS_MOST = 3 };

/* Edits from one text to the other, by the usual rows. */
static size_t
distance(struct span a, struct span b)
{
	size_t row[LAW_NAME_MAX];

	if (a.n >= LAW_NAME_MAX || b.n >= LAW_NAME_MAX)
		return LAW_NAME_MAX;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t best = corner + (a.at[i - 1] != b.at[j - 1]);

			corner = row[j];
			if (corner + 1 < best)
				best = corner + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[b.n];
}

struct law_spell
law_spell_of(struct span word)
{
	return (struct law_spell){.word = word, .edits = EDITS_MOST + 1};
}

/* Of a short word, fewer edits than half of it: `a` is not `at`. */
void
law_spell_try(struct law_spell *spell, const char *known)
{
	size_t d = distance(spell->word, span_text(known));

	if (d < spell->edits && 2 * d <= spell->word.n) {
		spell->edits = d;
		spell->nearest = known;
	}
}

const char *
law_spell_meant(struct law_spell *spell)
{
	if (spell->nearest == NULL)
		return "";
	(void)snprintf(spell->meant, sizeof(spell->meant), "; is `%s` meant?",
		spell->nearest);
	return spell->meant;
}
