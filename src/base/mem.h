/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * mem - the only callers of malloc and free.
 *
 * mem_fail_after(n) lets the next n allocations succeed and makes the one
 * after fail, once; a test counts n up from 0 until the call under test gets
 * through, and so visits every out-of-memory path.  Negative n: never.
 */

#include <stddef.h>

void *mem_zeroed(size_t size);

/*
 * Grows `at` (NULL: new) to `n` elements of `size` bytes; NULL, with `at`
 * left as it was, when memory or the product runs out.  New bytes are not
 * zeroed.
 */
void *mem_resize(void *at, size_t n, size_t size);

/* Accept NULL.  mem_wipe() clears `n` bytes first: for keys and names. */
void mem_free(void *at);
void mem_wipe(void *at, size_t n);

void mem_fail_after(int n);
