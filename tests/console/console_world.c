/* SPDX-License-Identifier: Apache-2.0 */
#include "console_world.h"

#include <stdio.h>
#include <string.h>

#include "console/console.h"
#include "console/page.h"
#include "html_check.h"

struct answer console_answer;
char console_says[512];

static struct desk desk;
static struct ask asked;
static bool begun;

static void
add(enum ask_part part, struct span name, struct span value)
{
	assert_true(asked.n < ASK_VALUES);
	asked.value[asked.n++] = (struct ask_value){part, name, value};
}

/* Does the path fit, a segment at a time?  Takes what stands in braces. */
static bool
fits(const char *pattern, struct span path)
{
	struct span want = span_text(pattern);

	while (want.n > 0 && path.n > 0) {
		struct span w = span_cut(&want, '/');
		struct span p = span_cut(&path, '/');

		if (w.n > 2 && *w.at == '{')
			add(ASK_PATH, span_of(w.at + 1, w.n - 2), p);
		else if (!span_eq(w, p))
			return false;
	}
	return want.n == 0 && path.n == 0;
}

static const struct serve_route *
find(enum ask_method method, struct span path)
{
	for (size_t i = 0; i < console_n_routes; i++) {
		asked.n = 0;
		if (console_routes[i].method == method &&
			fits(console_routes[i].path, path))
			return &console_routes[i];
	}
	fail_msg("no route %s %.*s", ask_method_text(method), (int)path.n,
		(const char *)path.at);
	return NULL;
}

static void
take_query(struct span query)
{
	while (query.n > 0) {
		struct span value = span_cut(&query, '&');
		struct span name = span_cut(&value, '=');

		add(ASK_QUERY, name, value);
	}
}

/* A file name of what was asked. */
static void
name_of(const char *who, const char *path, char to[128])
{
	(void)snprintf(to, 128, "%s%s", who, path);
	for (char *c = to; *c != '\0'; c++)
		if (strchr("/?=&", *c) != NULL)
			*c = '_';
}

enum err
console_visit(const char *instance, const char *who, const char *path,
	const char *const *form)
{
	char name[128];
	struct span query = span_text(path);
	struct span bare = span_cut(&query, '?');
	enum err e;

	if (begun)
		answer_fini(&console_answer);
	begun = true;
	answer_init(&console_answer);
	asked = (struct ask){.file = -1};
	desk = (struct desk){
		.route = find(form == NULL ? ASK_GET : ASK_POST, bare)};
	take_query(query);
	for (size_t i = 0; form != NULL && form[i] != NULL; i += 2)
		add(ASK_FORM, span_text(form[i]), span_text(form[i + 1]));
	world_open(instance, desk.route->want, who, &desk.in);
	e = desk.route->answer(&desk, &asked, &console_answer);
	(void)snprintf(
		console_says, sizeof(console_says), "%s", desk.in.why.text);
	if (e != ERR_OK)
		console_refuse(
			serve_status(e), e, console_says, &console_answer);
	instance_close(&desk.in);
	name_of(who, path, name);
	if (console_answer.type == ANSWER_HTML && console_answer.status != 303)
		html_check(name, buf_span(&console_answer.body));
	return e;
}

bool
console_has(const char *text)
{
	return memmem(console_answer.body.at, console_answer.body.n, text,
		       strlen(text)) != NULL;
}
