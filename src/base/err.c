/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static err_hook *hook;

void
err_set_hook(err_hook *new_hook)
{
	hook = new_hook;
}

const char *
err_text(enum err e)
{
	switch (e) {
#define ERR(name, value, text)                                                 \
	case ERR_##name:                                                       \
		return text;
#include "base/err.def"
	}
	return "unlisted error";
}

enum err
why_set(struct why *why, enum err e, const char *fmt, ...)
{
	va_list ap;

	if (why == NULL)
		return e;
	va_start(ap, fmt);
	(void)vsnprintf(why->text, sizeof(why->text), fmt, ap);
	va_end(ap);
	return e;
}

enum err
err_origin_at(enum err e, const char *func, const char *file, int line)
{
	if (hook != NULL)
		hook(e, func, file, line);
	return e;
}

_Noreturn void
must_fail(const char *cond, const char *func, const char *file, int line)
{
	(void)fprintf(stderr, "weir: bug: must(%s) in %s at %s:%d\n", cond,
		func, file, line);
	abort();
}
