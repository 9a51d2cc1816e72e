/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * console_world - a test asks for pages as a browser does, without one: the
 * route is found, the instance opened for whoever asks as the route wants it,
 * by their certificate alone, and the handler called.  What comes back as a page
 * is checked (html_check()); where it wants a signature, it is signed with the
 * key that the sandbox has, and asked again, as a browser does.
 */

#include <stdbool.h>

#include "proc/proc_world.h"
#include "serve/ask.h"

enum { CONSOLE_VALUES = 32 };

/* Names and values of a form, one after the other; NULL ends. */
typedef const char *const console_form[2 * CONSOLE_VALUES + 1];

/*
 * GET of "/review/1/5?sample=1" where `form` is NULL, else POST.  `who` is a
 * name of the sandbox ("reviewer-1").  The answer is of the last question; its
 * body ends with a 0.  Returns what the handler did; a refusal's sentence is in
 * console_says, and its page is checked too.
 */
enum err console_visit(const char *instance, const char *who, const char *path,
	const char *const *form);
extern struct answer console_answer;
extern char console_says[512];

/* Must answer this status. */
#define VISIT(status_, ...)                                                    \
	do {                                                                   \
		if (console_visit(__VA_ARGS__) != ERR_OK)                      \
			fail_msg("refused: %s", console_says);                 \
		assert_int_equal(console_answer.status, status_);              \
	} while (0)
#define FORM(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Has the page this text? */
bool console_has(const char *text);
#define HAS(text)                                                              \
	do {                                                                   \
		if (!console_has(text))                                        \
			fail_msg("the page has not: %s", text);                \
	} while (0)
#define HAS_NOT(text) assert_false(console_has(text))
