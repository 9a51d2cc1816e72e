/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * own - locals that free what they own.
 *
 *	OWNED(hold) hold = NULL;
 *	...
 *	*ret_hold = hold_take(&hold);	// the caller owns it now
 *
 * DEFINE_OWNED(T) needs `struct T *T_free(struct T *)`, which accepts NULL
 * and returns NULL.
 */

#include <stddef.h>

#define OWNED(type) __attribute__((cleanup(type##_free_at))) struct type *

#define DEFINE_OWNED(type)                                                     \
	static inline void type##_free_at(struct type **at)                    \
	{                                                                      \
		*at = type##_free(*at);                                        \
	}                                                                      \
	static inline struct type *type##_take(struct type **at)               \
	{                                                                      \
		struct type *taken = *at;                                      \
		*at = NULL;                                                    \
		return taken;                                                  \
	}                                                                      \
	struct type
