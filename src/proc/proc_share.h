/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_share - one job over many things, by as many threads as there are
 * processors (at most PROC_SHARES), each over a range of its own.  What comes
 * out must not depend on where the ranges end.
 */

#include <stddef.h>

#include "base/err.h"

enum { PROC_SHARES = 4 };

/* Things `from` to `to` - 1; in a thread of its own. */
typedef enum err proc_part(void *context, size_t from, size_t to);

/* All parts ran when it returns; the error is that of the first that had one.
 * Few things are done by the caller alone, and all where no thread can be had. */
MUST_USE enum err proc_share(size_t n, proc_part *part, void *context);
