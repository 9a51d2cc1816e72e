/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* request_grade_int - parts of the grading, each a pure function of text. */

#include "base/span.h"
#include "person/person.h"
#include "request/request.h"

/* ---- words ---- */

/* person_fold() without blanks at either end. */
void request_fold(struct span text, char to[PERSON_FOLD_MAX]);

/* Is any of a list there, whole words only?  It ends with NULL. */
bool request_has_any(const char *folded, const char *const list[]);

/* Every word is in the list (the empty text: yes). */
bool request_has_only(const char *folded, const char *const list[]);

/* Stands for "not stated": blank, UNKNOWN, N/A, TBD, XXX, "to be assigned"... */
bool request_placeholder(struct span text);

/* ---- citations ---- */

/* Word of EV_GROUND. */
const char *request_ground_word(struct span text);

/* ---- the reason ---- */

/* Word of EV_REASON. */
const char *request_reason_word(const struct request *request);

/* A case number that is one: not a placeholder, with a digit other than 0. */
bool request_case_stated(struct span id);

/* ---- the officer ---- */

/* Word of EV_OFFICER: none, supervisor or engaged. */
const char *request_officer_word(const struct request *request);
