/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * secret - a word that a person types at the terminal, and that is not shown.
 */

#include <stddef.h>

#include "base/err.h"

/*
 * Writes `prompt` to the terminal that this process belongs to, whatever its
 * standard input is, and reads a line there without showing it; the terminal is
 * as it was afterwards.  `to` is not terminated.  Refuses NOT_FOUND (there is no
 * terminal), TOO_LARGE, and NOT_ALLOWED: nothing was typed, or Ctrl-C.
 */
MUST_USE enum err os_secret(
	const char *prompt, char *to, size_t size, size_t *ret_n);
