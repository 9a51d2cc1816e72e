/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The drawn world of ../shared/data/world-dev, where it is there: every
 * request decodes as a second, simple reader (Jansson) reads it; the same
 * requests written as CSV give the same structs; and each kind of case is
 * graded so that the rule it breaks, and no other, is the one that says no.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "law/evidence.h"
#include "request/request.h"
#include "request/request_manifest.h"

#define WORLD WEIR_SOURCE "/../shared/data/world-dev/"

static struct request_reader *reader;
static struct arena arena;
static char *requests;
static size_t n_requests;

struct truth {
	char id[16];
	char kind[32];
};
static struct truth *truth;
static size_t n_truth;

static char *
slurp(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *text = NULL;

	*n = 0;
	if (f == NULL)
		return NULL;
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	*n = (size_t)ftell(f);
	rewind(f);
	text = malloc(*n + 1);
	assert_int_equal(fread(text, 1, *n, f), *n);
	text[*n] = '\0';
	(void)fclose(f);
	return text;
}

/* request_id first, kind last; no quotes in this file. */
static void
read_truth(void)
{
	size_t n;
	char *text = slurp(WORLD "truth.csv", &n);
	struct span left = span_of(text, n);

	truth = calloc(6000, sizeof(*truth));
	(void)span_cut(&left, '\n');
	while (left.n > 0 && n_truth < 6000) {
		struct span line = span_trim(span_cut(&left, '\n'));
		struct span id = span_cut(&line, ',');
		struct span kind = id;

		while (line.n > 0)
			kind = span_cut(&line, ',');
		assert_true(span_copy(id, truth[n_truth].id, 16));
		assert_true(span_copy(kind, truth[n_truth++].kind, 32));
	}
	free(text);
}

static int
set_up(void **state)
{
	(void)state;
	requests = slurp(WORLD "requests.jsonl", &n_requests);
	if (requests != NULL)
		read_truth();
	if (request_reader_new(&reader) != ERR_OK)
		return -1;
	return arena_init(&arena, REQUEST_ARENA_MAX) == ERR_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	reader = request_reader_free(reader);
	arena_fini(&arena);
	free(requests);
	free(truth);
	return 0;
}

static void
need_world(void)
{
	if (requests != NULL)
		return;
	print_message("skipped: " WORLD " is not there\n");
	skip();
}

static struct request
decode(struct span line)
{
	struct request r;

	arena_reset(&arena);
	assert_int_equal(request_decode_json(reader, line, &arena, &r), ERR_OK);
	return r;
}

/* ---- the second reader ---- */

static void
simple_value(json_t *root, enum request_field field, char *to, size_t size)
{
	struct span path = span_text(request_field_path(field));
	json_t *at = root;
	char name[64];
	size_t n = 0;

	while (path.n > 0) {
		assert_true(span_copy(span_cut(&path, '/'), name, 64));
		at = json_object_get(at, name);
	}
	to[0] = '\0';
	if (json_is_boolean(at)) {
		(void)snprintf(
			to, size, "%s", json_is_true(at) ? "true" : "false");
	} else if (json_is_array(at)) {
		for (size_t i = 0; i < json_array_size(at); i++)
			n += (size_t)snprintf(to + n, size - n, "%s%s",
				i > 0 ? "," : "",
				json_string_value(json_array_get(at, i)));
	} else if (at != NULL) {
		(void)snprintf(to, size, "%s", json_string_value(at));
	}
}

static void
csv_put(struct buf *b, const char *text)
{
	buf_u8(b, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buf_u8(b, '"');
		buf_u8(b, (uint8_t)*text);
	}
	buf_u8(b, '"');
}

static bool
has_extra(json_t *root)
{
	return json_object_get(root, "nc:PersonRaceText") != NULL ||
	       json_object_get(root, "weir:alienNumber") != NULL ||
	       json_object_get(root, "weir:fingerprintNumber") != NULL;
}

static void
check_twice(struct span line, const struct request_csv *csv)
{
	char text[5000];
	struct request r = decode(line);
	struct request twin;
	struct arena other;
	json_t *root = json_loadb((const char *)line.at, line.n, 0, NULL);
	OWNED_BUF(record, 65536);

	assert_non_null(root);
	assert_false(r.unreadable || r.malformed);
	assert_int_equal(r.unnamed, has_extra(root));
	for (int i = 0; i < RQ_N; i++) {
		simple_value(root, (enum request_field)i, text, sizeof(text));
		assert_true(span_eq(span_trim(span_text(text)), r.field[i]));
		buf_text(&record, i > 0 ? "," : "");
		csv_put(&record, text);
	}
	buf_text(&record, has_extra(root) ? ",x\r\n" : ",\r\n");
	assert_int_equal(
		request_csv_record(buf_span(&record), false), record.n);
	assert_int_equal(arena_init(&other, REQUEST_ARENA_MAX), ERR_OK);
	assert_int_equal(
		request_decode_csv(csv, buf_span(&record), &other, &twin),
		ERR_OK);
	assert_int_equal(twin.unnamed, r.unnamed);
	assert_false(twin.unreadable || twin.malformed);
	for (int i = 0; i < RQ_N; i++)
		assert_true(span_eq(twin.field[i], r.field[i]));
	arena_fini(&other);
	json_decref(root);
}

static void
two_readers_and_csv_agree_on_every_request(void **state)
{
	struct span left = span_of(requests, n_requests);
	struct request_csv csv;
	OWNED_BUF(header, 4096);
	size_t n = 0;

	(void)state;
	need_world();
	for (int i = 0; i < RQ_N; i++)
		buf_printf(&header, "%s,",
			request_field_csv((enum request_field)i));
	buf_text(&header, "alienNumber\r\n");
	assert_int_equal(
		request_csv_header(buf_span(&header), &csv, NULL), ERR_OK);
	while (left.n > 0) {
		check_twice(span_cut(&left, '\n'), &csv);
		n++;
	}
	assert_int_equal(n, 5000);
}

/* ---- kinds ---- */

/* What is wanted where it differs from a good request's evidence. */
static const struct want {
	const char *kind;
	enum evidence_id id;
	const char *words; /* any of these, by '|' */
} wants[] = {
	{"boilerplate", EV_REASON, "general"},
	{"long-boilerplate", EV_REASON, "general"},
	{"borrowed-reason", EV_REASON, "contradicted"},
	{"case-in-future", EV_CASE, "future"},
	{"case-undated", EV_CASE, "undated"},
	{"closed-case", EV_CASE, "closed"},
	{"no-case", EV_CASE, "none"},
	{"no-case", EV_REASON, "general"},
	{"civil-authority", EV_AUTHORITY, "civil|none"},
	{"civil-purpose", EV_PURPOSE, "civil-removal|administrative|none"},
	{"civil-unit", EV_UNIT, "civil-removal"},
	{"no-officer", EV_OFFICER, "none"},
	{"no-officer", EV_UNIT, "none"},
	{"supervisor", EV_OFFICER, "supervisor"},
	{"supervisor", EV_UNIT, "none"},
	{"no-name", EV_NAME, "none|partial"},
	{"inadmissibility-ground", EV_GROUND, "inadmissibility"},
	{"no-order", EV_ORDER, "false"},
	{"no-order", EV_GROUND, "none"},
	{"no-order", EV_STAY, "not-stated"},
	{"stay", EV_STAY, "stayed"},
	{"stay-not-stated", EV_STAY, "not-stated"},
	{"no-period", EV_PERIODS, "0"},
	{"no-period", EV_PERIODS_OVER, "false"},
	{"unneeded-field", EV_MEMBERS, "false"},
	{"city-only", EV_ADDRESS, "none|zip-like|locality"},
	{"zip-only", EV_ADDRESS, "none|zip-like"},
	{"street-no-number", EV_ADDRESS, "none|zip-like|locality"},
	{"junk-address", EV_ADDRESS, "none|zip-like|locality"},
	{"numbered-junk", EV_ADDRESS,
		"none|zip-like|locality|deliverable"}, /* or not on the roll */
	{"jail", EV_ADDRESS, "none|zip-like|locality"},
	{"zip-city-clash", EV_ADDRESS, "none|zip-like|locality"},
	{"zip-state-clash", EV_ADDRESS, "none|zip-like|locality"},
	/* a city mistyped is no city of that ZIP: refused, or not */
	{"good-hard", EV_ADDRESS, "none|zip-like|locality|deliverable"},
	{"two-records", EV_ADDRESS, "none|zip-like|locality|deliverable"},
	/* Nan Kulikowski: what NAN alone is worth is for src/person to say */
	{"borrowed-reason", EV_NAME, "full|partial"},
};

static const struct {
	enum evidence_id id;
	const char *words;
} usual[] = {
	{EV_FORM, "readable"},
	{EV_MEMBERS, "true"},
	{EV_NAME, "full"},
	{EV_ADDRESS, "deliverable"},
	{EV_PERIODS, "1|2"},
	{EV_PERIODS_OVER, "true"},
	{EV_AUTHORITY, "8-usc-1253-a-1-A"},
	{EV_REASON, "specific"},
	{EV_OFFICER, "engaged"},
	{EV_CASE, "open"},
	{EV_PURPOSE, "criminal-investigation|criminal-proceeding|grand-jury"},
	{EV_UNIT, "other"},
	{EV_ORDER, "true"},
	{EV_GROUND, "deportability"},
	{EV_STAY, "none"},
	{EV_TIN, "given|none"},
	{EV_BIRTH, "given|none"},
};

static const char *
wanted(const char *kind, size_t i)
{
	for (size_t k = 0; k < sizeof(wants) / sizeof(wants[0]); k++)
		if (wants[k].id == usual[i].id &&
			strcmp(wants[k].kind, kind) == 0)
			return wants[k].words;
	return usual[i].words;
}

static void
shown(const struct evidence *ev, enum evidence_id id, char *to, size_t size)
{
	OWNED_BUF(b, 256);

	evidence_show(ev, id, &b);
	assert_true(span_copy(buf_span(&b), to, size));
}

static bool
among(const char *word, const char *words)
{
	struct span left = span_text(words);

	while (left.n > 0)
		if (span_eq(span_cut(&left, '|'), span_text(word)))
			return true;
	return false;
}

/* The number of words of one request that are not as wanted. */
static unsigned
kind_faults(const struct request *r, const char *kind)
{
	struct evidence ev = {{0}};
	unsigned faults = 0;
	char word[64];
	uint32_t age;

	request_grade(r, day_of(2026, 11, 1), &ev);
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		shown(&ev, usual[i].id, word, sizeof(word));
		if (among(word, wanted(kind, i)))
			continue;
		faults++;
		print_message("%.*s (%s): %s is %s\n", (int)r->field[RQ_ID].n,
			(const char *)r->field[RQ_ID].at, kind,
			evidence_name(usual[i].id), word);
	}
	age = ev.value[EV_ORDER_AGE];
	if (strcmp(kind, "day-90") == 0)
		faults += age != 1 + 90;
	else if (strcmp(kind, "under-90-days") == 0)
		faults += age == 0 || age > 1 + 90;
	else if (strcmp(kind, "no-order") == 0)
		faults += age != 0;
	else
		faults += age <= 1 + 90;
	faults += (strcmp(kind, "no-identifier") == 0) !=
		  (evidence_is(&ev, EV_TIN, "none") &&
			  evidence_is(&ev, EV_BIRTH, "none"));
	return faults;
}

static void
each_kind_is_graded_as_its_rule_wants(void **state)
{
	struct span left = span_of(requests, n_requests);
	unsigned faults = 0;

	(void)state;
	need_world();
	for (size_t i = 0; i < n_truth; i++) {
		struct request r = decode(span_cut(&left, '\n'));

		assert_true(span_eq(r.field[RQ_ID], span_text(truth[i].id)));
		faults += kind_faults(&r, truth[i].kind);
	}
	assert_int_equal(faults, 0);
}

/* Every request drawn as a duplicate shares its key with one before it. */
static void
duplicates_share_a_key(void **state)
{
	struct span left = span_of(requests, n_requests);
	uint64_t *keys = calloc(n_truth + 1, sizeof(*keys));
	size_t found = 0;
	size_t drawn = 0;
	size_t others = 0;

	(void)state;
	if (requests == NULL)
		free(keys);
	need_world();
	for (size_t i = 0; i < n_truth; i++) {
		struct request r = decode(span_cut(&left, '\n'));
		bool before = false;
		bool is = strcmp(truth[i].kind, "duplicate") == 0;

		keys[i] = request_keys(&r).duplicate;
		for (size_t k = 0; k < i; k++)
			before = before || keys[k] == keys[i];
		drawn += is;
		found += is && before;
		others += !is && before;
	}
	free(keys);
	print_message("%zu duplicates, %zu found, %zu others\n", drawn, found,
		others);
	assert_int_equal(found, drawn);
	assert_int_equal(others, 0);
}

static void
the_manifest_of_the_world_is_read(void **state)
{
	size_t n;
	char *text = slurp(WORLD "manifest.json", &n);
	struct request_manifest m;

	(void)state;
	need_world();
	assert_int_equal(
		request_manifest_parse(reader, span_of(text, n), &m, NULL),
		ERR_OK);
	assert_string_equal(m.agreement, "AG-IRS-ICE-2025");
	assert_int_equal(m.count, 5000);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_readers_and_csv_agree_on_every_request),
		cmocka_unit_test(each_kind_is_graded_as_its_rule_wants),
		cmocka_unit_test(duplicates_share_a_key),
		cmocka_unit_test(the_manifest_of_the_world_is_read),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
