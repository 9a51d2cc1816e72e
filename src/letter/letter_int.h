/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* letter_int - the rows of letter.def, for this folder. */

#include "letter/letter.h"

enum letter_type { LETTER_ID, LETTER_DAY, LETTER_NUMBER, LETTER_TEXT };
enum letter_need { LETTER_NOT, LETTER_MAY, LETTER_MUST };

struct letter_member_row {
	const char *name;
	enum letter_type type;
	size_t most;
	const char *meaning;
};

const struct letter_member_row *letter_member_row(enum letter_member member);
enum letter_need letter_need(enum letter_kind kind, enum letter_member member);
