/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a package.  Jansson finds the members; that nothing else is there, and
 * that nothing is written another way, is shown by writing the package again
 * and comparing the bytes.
 */
#include "release/release.h"

#include <jansson.h>

#include "base/day.h"

struct from {
	const json_t *object;
	struct arena *arena;
	bool failed; /* sticky */
};

static const char *const answers[] = {
	[RELEASE_NEUTRAL] = "neutral",
	[RELEASE_ADDRESS] = "address",
};

static const char *const sources[] = {
	[RELEASE_RETURN] = "return",
	[RELEASE_THIRD_PARTY] = "third-party",
};

static struct span
get_text(struct from *f, const char *name)
{
	const json_t *v = json_object_get(f->object, name);
	struct span copy;

	if (!json_is_string(v)) {
		f->failed = true;
		return span_of(NULL, 0);
	}
	copy = arena_copy(
		f->arena, span_of(json_string_value(v), json_string_length(v)));
	return copy;
}

static int32_t
get_day(struct from *f, const char *name)
{
	int32_t day = DAY_NONE;

	if (!day_parse(get_text(f, name), &day))
		f->failed = true;
	return day;
}

/* Which of two words. */
static bool
get_second(struct from *f, const char *name, const char *const words[2])
{
	struct span text = get_text(f, name);

	if (span_eq(text, span_text(words[1])))
		return true;
	if (!span_eq(text, span_text(words[0])))
		f->failed = true;
	return false;
}

static bool
get_flag(struct from *f, const char *name)
{
	const json_t *v = json_object_get(f->object, name);

	if (!json_is_boolean(v))
		f->failed = true;
	return json_is_true(v);
}

static void
get_address(struct from *f, struct release_address *a)
{
	const json_t *year = json_object_get(f->object, "tax_year");
	json_int_t value = json_integer_value(year);

	if (!json_is_integer(year) || value < 0 || value > UINT16_MAX)
		f->failed = true;
	else
		a->tax_year = (uint16_t)value;
	a->line = get_text(f, "line");
	a->unit = get_text(f, "unit");
	a->city = get_text(f, "city");
	a->state = get_text(f, "state");
	a->zip = get_text(f, "zip");
	a->source = get_second(f, "source", sources) ? RELEASE_THIRD_PARTY
						     : RELEASE_RETURN;
}

static void
get_person(struct from *f, struct release_package *p)
{
	const json_t *list = json_object_get(f->object, "addresses");
	struct from name = *f;

	name.object = json_object_get(f->object, "name");
	p->given = get_text(&name, "given");
	p->middle = get_text(&name, "middle");
	p->surname = get_text(&name, "surname");
	p->suffix = get_text(&name, "suffix");
	p->purpose = get_text(f, "purpose");
	p->expires = get_day(f, "expires");
	p->n_addresses = json_array_size(list);
	f->failed |= name.failed || p->n_addresses > RELEASE_YEARS_MAX;
	for (size_t i = 0; i < p->n_addresses && !f->failed; i++) {
		struct from one = *f;

		one.object = json_array_get(list, i);
		get_address(&one, &p->address[i]);
		f->failed |= one.failed;
	}
}

static void
get_package(struct from *f, struct release_package *p)
{
	p->sandbox = get_flag(f, "sandbox");
	p->origin = get_text(f, "origin");
	p->request_id = get_text(f, "request_id");
	p->issued = get_day(f, "issued");
	p->expires = DAY_NONE;
	p->answer = get_second(f, "answer", answers) ? RELEASE_ADDRESS
						     : RELEASE_NEUTRAL;
	if (p->answer == RELEASE_ADDRESS)
		get_person(f, p);
	p->proof = get_text(f, "proof");
}

static struct span
without_padding(struct span plain)
{
	while (plain.n > 0 && plain.at[plain.n - 1] == ' ')
		plain.n--;
	return plain;
}

/* Would we have written these bytes? */
static enum err
is_canonical(const struct release_package *p, struct span plain,
	struct why *reterr_why)
{
	OWNED_BUF(again, 8 * RELEASE_FILE_SIZE);
	enum err e = release_package_encode(p, &again, reterr_why);

	if (e != ERR_OK)
		return e == ERR_TOO_LARGE ? ERR_MALFORMED : e;
	if (span_eq(buf_span(&again), plain))
		return ERR_OK;
	return why_set(reterr_why, ERR_MALFORMED,
		"it has members or spellings that a package does not have");
}

enum err
release_package_decode(struct span plain, struct arena *arena,
	struct release_package *ret_package, struct why *reterr_why)
{
	struct span text = without_padding(plain);
	struct from f = {.arena = arena};
	struct release_package p = {0};
	json_error_t error;
	json_t *root;
	enum err e;

	if (text.n == 0 || text.n > RELEASE_PLAIN_MAX)
		return why_set(reterr_why, ERR_MALFORMED,
			"%zu bytes are not a package", text.n);
	root = json_loadb(
		(const char *)text.at, text.n, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		return json_error_code(&error) == json_error_out_of_memory
			       ? err_origin(ERR_NOMEM)
			       : why_set(reterr_why, ERR_MALFORMED,
					 "not JSON: column %d", error.column);
	f.object = root;
	get_package(&f, &p);
	json_decref(root);
	if (f.failed)
		return why_set(reterr_why, ERR_MALFORMED,
			"a member is missing or of the wrong kind");
	if (arena->overflow)
		return err_origin(ERR_NOMEM);
	e = is_canonical(&p, text, reterr_why);
	if (e == ERR_OK)
		*ret_package = p;
	return e;
}
