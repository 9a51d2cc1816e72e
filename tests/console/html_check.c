/* SPDX-License-Identifier: Apache-2.0 */
#include "html_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { DEPTH = 64, NAMES = 4000, NAME = 128 };

struct names {
	char name[NAMES][NAME];
	size_t n;
};

struct check {
	const char *page;
	const char *at;
	const char *end;
	char open[DEPTH][NAME];
	size_t depth;
	struct names ids;
	struct names wanted;   /* ids that must be there */
	struct names labelled; /* by <label for> */
	struct names fields;   /* ids of fields */
	unsigned n_h1;
	unsigned n_main;
	unsigned n_title;
	bool in_table;
	bool caption;
};

static void
wrong(const struct check *c, const char *what)
{
	const char *from = c->at - c->page > 150 ? c->at - 150 : c->page;

	fail_msg("%s: %s, near\n%.*s <<HERE>> %.80s", c->page, what,
		(int)(c->at - from), from, c->at);
}

static void
remember(struct check *c, struct names *names, const char *name, size_t n)
{
	if (names->n == NAMES || n >= NAME)
		wrong(c, "more names than this checks");
	memcpy(names->name[names->n], name, n);
	names->name[names->n][n] = '\0';
	names->n++;
}

static bool
has(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (strcmp(names->name[i], name) == 0)
			return true;
	return false;
}

static bool
is_void(const char *tag)
{
	static const char *const list[] = {
		"meta", "link", "input", "br", "hr", "img", "col"};

	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++)
		if (strcmp(tag, list[i]) == 0)
			return true;
	return false;
}

/* What was said of one tag. */
struct tag {
	char name[NAME];
	struct names attributes;
	char id[NAME];
	char type[NAME];
	bool scope;
	bool named; /* aria-label */
};

/* Ids with blanks between. */
static void
want_each(struct check *c, const char *text, size_t n)
{
	while (n > 0) {
		size_t part = 0;

		while (part < n && text[part] != ' ')
			part++;
		if (part > 0)
			remember(c, &c->wanted, text, part);
		part += part < n;
		text += part;
		n -= part;
	}
}

static void
take_value(struct check *c, struct tag *tag, const char *name,
	const char *value, size_t n)
{
	bool local = strcmp(name, "href") == 0 && n > 1 && *value == '#';

	if (strcmp(name, "id") == 0) {
		if (n == 0)
			wrong(c, "an empty id");
		remember(c, &c->ids, value, n);
		assert_true(span_copy(span_of(value, n), tag->id, NAME));
	}
	if (strcmp(name, "type") == 0)
		assert_true(span_copy(span_of(value, n), tag->type, NAME));
	if (strcmp(name, "for") == 0)
		remember(c, &c->labelled, value, n);
	if (strcmp(name, "aria-describedby") == 0 ||
		strcmp(name, "aria-labelledby") == 0)
		want_each(c, value, n);
	if (local)
		remember(c, &c->wanted, value + 1, n - 1);
	if (strcmp(name, "style") == 0 || strncmp(name, "on", 2) == 0)
		wrong(c, "style or script within an attribute");
	tag->scope |= strcmp(name, "scope") == 0;
	tag->named |= strcmp(name, "aria-label") == 0 ||
		      strcmp(name, "aria-labelledby") == 0;
}

static size_t
word(const char *at)
{
	return strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-"
			  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"); /* of SVG */
}

static void
take_attribute(struct check *c, struct tag *tag)
{
	char name[NAME];
	size_t n = word(c->at);
	const char *value = "";
	size_t value_n = 0;

	if (n == 0 || n >= NAME)
		wrong(c, "no attribute's name");
	assert_true(span_copy(span_of(c->at, n), name, NAME));
	if (has(&tag->attributes, name))
		wrong(c, "an attribute twice");
	remember(c, &tag->attributes, c->at, n);
	c->at += n;
	if (*c->at == '=') {
		if (c->at[1] != '"')
			wrong(c, "a value without quotes");
		value = c->at + 2;
		value_n = strcspn(value, "\"<");
		if (value[value_n] != '"')
			wrong(c, "a value that is not closed, or has a <");
		c->at = value + value_n + 1;
	}
	take_value(c, tag, name, value, value_n);
}

static bool
is_in_svg(const struct check *c)
{
	for (size_t i = 0; i < c->depth; i++)
		if (strcmp(c->open[i], "svg") == 0)
			return true;
	return false;
}

static void
judge_tag(struct check *c, const struct tag *tag)
{
	bool field = strcmp(tag->name, "textarea") == 0 ||
		     strcmp(tag->name, "select") == 0 ||
		     (strcmp(tag->name, "input") == 0 &&
			     strcmp(tag->type, "hidden") != 0);

	c->n_h1 += strcmp(tag->name, "h1") == 0;
	c->n_main += strcmp(tag->name, "main") == 0;
	c->n_title += strcmp(tag->name, "title") == 0 && !is_in_svg(c);
	if (field && !tag->named) {
		if (tag->id[0] == '\0')
			wrong(c, "a field without id");
		remember(c, &c->fields, tag->id, strlen(tag->id));
	}
	if (strcmp(tag->name, "table") == 0) {
		c->in_table = true;
		c->caption = false;
	}
	c->caption |= strcmp(tag->name, "caption") == 0;
	if (strcmp(tag->name, "tbody") == 0 && !c->caption)
		wrong(c, "a table without caption");
	if (strcmp(tag->name, "th") == 0 && !tag->scope)
		wrong(c, "a heading of a table without scope");
	if (strcmp(tag->name, "script") == 0 && !has(&tag->attributes, "src"))
		wrong(c, "script within the page");
}

static void
take_open(struct check *c)
{
	static struct tag tag;
	size_t n = word(++c->at);
	bool closed;

	tag = (struct tag){0};
	if (n == 0 || n >= NAME)
		wrong(c, "a < that opens nothing");
	assert_true(span_copy(span_of(c->at, n), tag.name, NAME));
	c->at += n;
	while (*c->at == ' ') {
		c->at += strspn(c->at, " ");
		take_attribute(c, &tag);
	}
	closed = c->at[0] == '/' && c->at[1] == '>'; /* of SVG */
	c->at += closed;
	if (*c->at != '>')
		wrong(c, "a tag that is not closed");
	judge_tag(c, &tag);
	c->at++;
	if (closed)
		return;
	if (is_void(tag.name))
		return;
	if (c->depth == DEPTH)
		wrong(c, "too deep");
	memcpy(c->open[c->depth++], tag.name, NAME);
}

static void
take_close(struct check *c)
{
	size_t n = word(c->at + 2);

	if (c->depth == 0 || strlen(c->open[c->depth - 1]) != n ||
		strncmp(c->open[c->depth - 1], c->at + 2, n) != 0)
		wrong(c, "closes what is not open here");
	c->at += 2 + n;
	if (*c->at++ != '>')
		wrong(c, "an end tag with more in it");
	c->depth--;
}

static bool
reference(const char *at)
{
	size_t n = strspn(at + 1, "abcdefghijklmnopqrstuvwxyz#0123456789");

	return n > 0 && at[1 + n] == ';';
}

static void
judge_whole(struct check *c)
{
	if (c->depth != 0)
		wrong(c, "something is not closed");
	if (c->n_h1 != 1 || c->n_main != 1 || c->n_title != 1)
		wrong(c, "not one h1, one main, one title");
	for (size_t i = 0; i < c->ids.n; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(c->ids.name[i], c->ids.name[k]) == 0)
				fail_msg("id %s twice", c->ids.name[i]);
	for (size_t i = 0; i < c->wanted.n; i++)
		if (!has(&c->ids, c->wanted.name[i]))
			fail_msg("no id %s", c->wanted.name[i]);
	for (size_t i = 0; i < c->labelled.n; i++)
		if (!has(&c->fields, c->labelled.name[i]))
			fail_msg("a label for %s, no field",
				c->labelled.name[i]);
	for (size_t i = 0; i < c->fields.n; i++)
		if (!has(&c->labelled, c->fields.name[i]))
			fail_msg("field %s without label", c->fields.name[i]);
}

void
html_check(const char *name, struct span page)
{
	static struct check c;
	static char text[1 << 24];
	static const char head[] = "<!doctype html>\n<html lang=\"en\">";

	assert_true(span_copy(page, text, sizeof(text)));
	assert_true(span_is_utf8(page));
	c = (struct check){.page = text, .at = text, .end = text + page.n};
	html_keep(name, page);
	if (strncmp(text, head, sizeof(head) - 1) != 0)
		wrong(&c, "does not begin as a page");
	c.at += strlen("<!doctype html>\n");
	while (*c.at != '\0') {
		if (c.at[0] == '<' && c.at[1] == '/')
			take_close(&c);
		else if (*c.at == '<')
			take_open(&c);
		else if (*c.at == '&' && !reference(c.at))
			wrong(&c, "an & that begins no reference");
		else
			c.at++;
	}
	judge_whole(&c);
}

void
html_keep(const char *name, struct span page)
{
	const char *folder = getenv("WEIR_PAGES");
	char path[512];
	FILE *f;

	if (folder == NULL)
		return;
	(void)snprintf(path, sizeof(path), "%s/%s.html", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(page.at, 1, page.n, f), page.n);
	assert_int_equal(fclose(f), 0);
}
