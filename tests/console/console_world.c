/* SPDX-License-Identifier: Apache-2.0 */
#include "console_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/read.h"
#include "console/console.h"
#include "console/page.h"
#include "html_check.h"
#include "os/file.h"

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

/* ---- one question ---- */

enum { SIGNATURE_MAX = 1 << 12 };

static struct buf cert;
static struct buf signed_[INSTANCE_SIGNATURES];

static void
read_cert(const char *key)
{
	char path[WORLD_PATH];
	size_t n = strlen(key);

	(void)snprintf(path, sizeof(path), "%.*s.crt", (int)n - 4, key);
	buf_fini(&cert);
	buf_init(&cert, 1 << 16);
	assert_int_equal(os_read(AT_FDCWD, path, &cert), ERR_OK);
}

/* What the browser does with what it is shown. */
static void
sign_all(const char *key)
{
	struct instance_actor actor = {.cert = NULL};
	struct why why = {""};
	struct reader r = read_from(buf_span(&desk.in.to_sign));
	struct instance_asker *asker = &desk.asker;

	asker->at = desk.in.at;
	assert_int_equal(instance_actor_read(key, &actor, &why), ERR_OK);
	while (r.left.n > 0) {
		struct buf *to = &signed_[asker->n_signatures];

		buf_init(to, SIGNATURE_MAX);
		assert_int_equal(
			crypto_sign(actor.key, read_sized(&r, 1 << 24), to),
			ERR_OK);
		asker->signature[asker->n_signatures++] = buf_span(to);
	}
	assert_true(asker->n_signatures > 0);
	instance_actor_fini(&actor);
}

/* As the desk does. */
static enum err
ask_once(const char *instance)
{
	struct instance_asker asker = desk.asker;
	const struct serve_route *route = desk.route;
	enum err e;

	if (begun)
		answer_fini(&console_answer);
	begun = true;
	answer_init(&console_answer);
	desk = (struct desk){.in = INSTANCE_NONE,
		.asker = asker,
		.path = instance,
		.route = route};
	e = (route->want & SERVE_OPENS) != 0
		    ? ERR_OK
		    : instance_open_for(
			      instance, route->want, &desk.asker, &desk.in);
	if (e == ERR_OK)
		e = route->answer(&desk, &asked, &console_answer);
	(void)snprintf(
		console_says, sizeof(console_says), "%s", desk.in.why.text);
	return e;
}

static void
check_page(const char *who, const char *path, enum err e)
{
	char name[128];

	name_of(who, path, name);
	if (e != ERR_OK)
		console_refuse(
			serve_status(e), e, console_says, &console_answer);
	if (console_answer.type == ANSWER_HTML && console_answer.status != 303)
		html_check(name, buf_span(&console_answer.body));
}

enum err
console_visit(const char *instance, const char *who, const char *path,
	const char *const *form)
{
	char key[WORLD_PATH];
	struct span query = span_text(path);
	struct span bare = span_cut(&query, '?');
	enum err e;

	asked = (struct ask){.file = -1};
	desk = (struct desk){
		.route = find(form == NULL ? ASK_GET : ASK_POST, bare)};
	take_query(query);
	for (size_t i = 0; form != NULL && form[i] != NULL; i += 2)
		add(ASK_FORM, span_text(form[i]), span_text(form[i + 1]));
	(void)snprintf(key, sizeof(key), "%s", world_key(instance, who));
	read_cert(key);
	desk.asker = (struct instance_asker){.cert = buf_span(&cert)};
	e = ask_once(instance);
	if (e == ERR_OK && console_answer.status == 428) {
		check_page("sign", path, e);
		sign_all(key);
		instance_close(&desk.in);
		e = ask_once(instance);
	}
	instance_close(&desk.in);
	check_page(who, path, e);
	for (size_t i = 0; i < desk.asker.n_signatures; i++)
		buf_fini(&signed_[i]);
	return e;
}

bool
console_has(const char *text)
{
	const struct buf *body = &console_answer.body;

	return body->n > 0 &&
	       memmem(body->at, body->n, text, strlen(text)) != NULL;
}
