/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * html_check - is a page one that every browser reads the same way, and are its
 * fields named?  Strict: each element that is opened is closed where it was
 * opened; attributes are quoted and stand once; ids are unique; every field has
 * a label of its own, every `for`, `aria-describedby` and local link leads to
 * an id that is there; one h1, one main, a title, a language; each table has
 * its caption and its headings a scope.
 */

#include "base/span.h"

/* Fails the test with the fault and the text around it. */
void html_check(const char *name, struct span page);

/* The page of a handler, kept as NAME.html where WEIR_PAGES names a folder. */
void html_keep(const char *name, struct span page);
