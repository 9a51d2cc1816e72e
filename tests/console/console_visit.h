/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * console_visit - asks the console's routes as the desk does, in one process:
 * the first route that fits the address, the instance opened as it wants it.
 */

#include "proc/proc_answered.h"

#include "console/console.h"

extern struct answer visit_answer; /* of the last visit */
extern struct why visit_why;       /* of its refusal */

/* Sets up for a test on this instance, and ends it. */
void visit_begin(const char *instance);
void visit_end(void);

/* Who asks from now on: "counsel". */
void visit_as(const char *who);

/* "/holds?show=all"; what the handler returned. */
enum err visit_get(const char *address);
/* `form` is name=value joined by & , not encoded: no value has one. */
enum err visit_post(const char *address, const char *form);

/* Must be a page that html_check() passes; kept under `name`. */
void visit_page(const char *name, const char *address);
/* Must lead to that address. */
void visit_done(const char *address, const char *form, const char *to);

/* Is the text on the page? */
bool visit_says(const char *text);
