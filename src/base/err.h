/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * err - what a function returns, and why it said no.
 *
 * base/err.def is the list and holds the rule for each of its three families.
 * struct why carries one sentence for a person; a function takes it last, as
 * `reterr_why`, only when a person will read it, and accepts NULL for it.
 */

#include <stdbool.h>

#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

enum err {
#define ERR(name, value, text) ERR_##name = (value),
#include "base/err.def"
};

#define WHY_MAX 240

struct why {
	char text[WHY_MAX]; /* always terminated; cut, never overrun */
};

const char *err_text(enum err e);

/* Returns `e`, having written the sentence to `why` if there is one. */
enum err why_set(struct why *why, enum err e, const char *fmt, ...)
	PRINTF_LIKE(3, 4);

/*
 * Wraps a failure where it is first seen, so that one log line names the
 * place: return err_origin(ERR_NOMEM);
 */
#define err_origin(e) err_origin_at((e), __func__, __FILE__, __LINE__)
enum err err_origin_at(
	enum err e, const char *func, const char *file, int line);

/* Called by err_origin() with the place; each process sets its own. */
typedef void err_hook(enum err e, const char *func, const char *file, int line);
void err_set_hook(err_hook *hook);

static inline bool
err_is_failure(enum err e)
{
	return (int)e < 0;
}

static inline bool
err_is_refusal(enum err e)
{
	return (int)e > 0;
}

/* A broken promise inside our own code.  Stays on in release builds. */
#define must(cond)                                                             \
	((cond) ? (void)0 : must_fail(#cond, __func__, __FILE__, __LINE__))
_Noreturn void must_fail(
	const char *cond, const char *func, const char *file, int line);
