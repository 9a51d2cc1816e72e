/* SPDX-License-Identifier: Apache-2.0 */
#include "console_visit.h"

#include <stdio.h>

#include "console/page.h"
#include "html_check.h"

enum { ADDRESS = 512, FORM = 1 << 14 };

struct answer visit_answer;
struct why visit_why;

static struct desk desk;
static struct ask asked;
static const char *path;
static char actor[32];
static char address_kept[ADDRESS];
static char form_kept[FORM];

void
visit_begin(const char *instance)
{
	path = instance;
	answer_init(&visit_answer);
	desk = (struct desk){.in = INSTANCE_NONE};
}

void
visit_end(void)
{
	answer_fini(&visit_answer);
}

void
visit_as(const char *who)
{
	(void)snprintf(actor, sizeof(actor), "%s", who);
}

static void
put(enum ask_part part, struct span name, struct span value)
{
	assert_true(asked.n < ASK_VALUES);
	asked.value[asked.n++] =
		(struct ask_value){.part = part, .name = name, .value = value};
}

/* Does it fit?  Its parts in braces are put into what is asked. */
static bool
fits(const struct serve_route *route, enum ask_method method, struct span at)
{
	struct span want = span_text(route->path);

	asked.n = 0;
	if (route->method != method)
		return false;
	while (want.n > 0 && at.n > 0) {
		struct span part = span_cut(&want, '/');
		struct span here = span_cut(&at, '/');

		if (part.n > 0 && *part.at == '{')
			put(ASK_PATH, span_of(part.at + 1, part.n - 2), here);
		else if (!span_eq(part, here))
			return false;
	}
	return want.n == 0 && at.n == 0;
}

static void
put_all(enum ask_part part, struct span text)
{
	while (text.n > 0) {
		struct span value = span_cut(&text, '&');
		struct span name = span_cut(&value, '=');

		put(part, name, value);
	}
}

static enum err
ask_it(enum ask_method method, const char *address, const char *form)
{
	const struct serve_route *route = NULL;
	struct span query;
	struct span at;
	enum err e;

	(void)snprintf(address_kept, sizeof(address_kept), "%s", address);
	(void)snprintf(form_kept, sizeof(form_kept), "%s", form);
	query = span_text(address_kept);
	at = span_cut(&query, '?');
	asked = (struct ask){.file = -1};
	for (size_t i = 0; route == NULL && i < console_n_routes; i++)
		if (fits(&console_routes[i], method, at))
			route = &console_routes[i];
	if (route == NULL)
		fail_msg("no route fits %s", address);
	put_all(ASK_QUERY, query);
	put_all(ASK_FORM, span_text(form_kept));
	answer_fini(&visit_answer);
	answer_init(&visit_answer);
	desk.route = route;
	world_open(path, route->want, actor, &desk.in);
	e = route->answer(&desk, &asked, &visit_answer);
	visit_why = desk.in.why;
	instance_close(&desk.in);
	return e;
}

enum err
visit_get(const char *address)
{
	return ask_it(ASK_GET, address, "");
}

enum err
visit_post(const char *address, const char *form)
{
	return ask_it(ASK_POST, address, form);
}

void
visit_page(const char *name, const char *address)
{
	enum err e = visit_get(address);

	if (e != ERR_OK)
		fail_msg("%s: %s: %s", address, err_text(e), visit_why.text);
	assert_int_equal(visit_answer.type, ANSWER_HTML);
	html_check(name, buf_span(&visit_answer.body));
}

void
visit_done(const char *address, const char *form, const char *to)
{
	enum err e = visit_post(address, form);

	if (e != ERR_OK)
		fail_msg("%s: %s: %s", address, err_text(e), visit_why.text);
	if (strcmp(visit_answer.location, to) != 0) {
		html_keep("not-done", buf_span(&visit_answer.body));
		fail_msg("%s leads to '%s', not to '%s'", address,
			visit_answer.location, to);
	}
}

bool
visit_says(const char *text)
{
	return memmem(visit_answer.body.at, visit_answer.body.n, text,
		       strlen(text)) != NULL;
}
