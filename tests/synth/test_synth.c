/* SPDX-License-Identifier: Apache-2.0 */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <jansson.h>

#include "base/day.h"
#include "base/mem.h"
#include "base/num.h"
#include "person/person.h"
#include "synth/synth_int.h"

/* ---- sinks ---- */

static int
keep(void *user, struct span bytes)
{
	buf_bytes(user, bytes);
	return buf_error(user) != ERR_OK;
}

static int
refuse(void *user, struct span bytes)
{
	(void)user;
	(void)bytes;
	return 1;
}

struct watch { /* what a run holds while it writes */
	size_t bytes;
	size_t most_used;
};

static int
watch(void *user, struct span bytes)
{
	struct watch *w = user;
	size_t used = mallinfo2().uordblks + mallinfo2().hblkhd;

	w->bytes += bytes.n;
	if (used > w->most_used)
		w->most_used = used;
	return 0;
}

enum { ALL = 256 << 20 };

static struct synth_options
world_of(uint64_t persons, uint64_t seed)
{
	return (struct synth_options){.persons = persons,
		.seed = seed,
		.first_year = 2020,
		.last_year = 2024};
}

static struct synth_request_options
requests_of(uint64_t persons, uint64_t n, bool csv)
{
	return (struct synth_request_options){.world = world_of(persons, 7),
		.n = n,
		.requests_seed = 11,
		.today = day_of(2026, 11, 1),
		.agreement = "AG-IRS-ICE-2025",
		.sequence = 1,
		.certifier = "ICE-DIR",
		.csv = csv,
		.malformed = true,
		.over_long = true,
		.overload = 130};
}

static void
draw_roll(uint64_t persons, uint64_t seed, struct buf *to)
{
	struct synth_options o = world_of(persons, seed);
	struct synth_sink sink = {keep, to};

	assert_int_equal(synth_roll(&o, &sink, NULL), ERR_OK);
}

static void
draw_requests(const struct synth_request_options *o, struct buf *lines,
	struct buf *truth)
{
	struct synth_sink a = {keep, lines}, b = {keep, truth};

	assert_int_equal(synth_requests(o, &a, &b, NULL), ERR_OK);
}

/* ---- a plain reader of RFC 4180 ---- */

enum { CELLS = 40 };

struct record {
	size_t n;
	char text[CELLS][512];
};

static bool
next_record(struct span *in, struct record *r)
{
	bool quoted = false;
	size_t at = 0;

	memset(r, 0, sizeof *r);
	if (in->n == 0)
		return false;
	r->n = 1;
	while (in->n > 0) {
		uint8_t c = *in->at;

		in->at++;
		in->n--;
		if (c == '"') {
			if (quoted && in->n > 0 && *in->at == '"') {
				in->at++;
				in->n--;
			} else {
				quoted = !quoted;
				continue;
			}
		} else if (!quoted && c == ',') {
			r->n++;
			assert_true(r->n <= CELLS);
			at = 0;
			continue;
		} else if (!quoted && c == '\n') {
			return true;
		}
		if (at < sizeof r->text[0] - 1)
			r->text[r->n - 1][at++] = (char)c;
	}
	fail_msg("a record without an end");
	return false;
}

/* ---- the roll ---- */

static void
same_seed_same_bytes(void **state)
{
	OWNED_BUF(a, ALL);
	OWNED_BUF(b, ALL);
	OWNED_BUF(c, ALL);

	(void)state;
	draw_roll(3000, 7, &a);
	draw_roll(3000, 7, &b);
	draw_roll(3000, 8, &c);
	assert_true(span_eq(buf_span(&a), buf_span(&b)));
	assert_false(span_eq(buf_span(&a), buf_span(&c)));
}

static int
by_text(const void *a, const void *b)
{
	return memcmp(a, b, 10);
}

/* N people, ids in order, each one's rows adjacent and its years ascending,
 * no TIN twice. */
static void
a_roll_of_n_has_n_people(void **state)
{
	static const uint64_t sizes[] = {1, 63, 64, 65, 5000};
	static char tins[5000][10];

	(void)state;
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		OWNED_BUF(roll, ALL);
		struct record r;
		struct span in;
		uint64_t people = 0;
		char id[16] = "", year[8] = "";

		draw_roll(sizes[i], 7, &roll);
		in = buf_span(&roll);
		assert_true(next_record(&in, &r));
		assert_string_equal(r.text[17], "screen");
		while (next_record(&in, &r)) {
			assert_int_equal(r.n, 18);
			if (strcmp(id, r.text[0]) != 0) {
				SYNTH_FORMAT(id, "P%08u", (unsigned)people);
				assert_string_equal(id, r.text[0]);
				memcpy(tins[people++], r.text[1], 10);
			} else {
				assert_true(strcmp(year, r.text[10]) < 0);
			}
			SYNTH_SET(year, r.text[10]);
		}
		assert_int_equal(people, sizes[i]);
		qsort(tins, people, 10, by_text);
		for (size_t k = 1; k < people; k++)
			assert_int_not_equal(
				memcmp(tins[k - 1], tins[k], 10), 0);
	}
}

static int
year_of(const char *text)
{
	uint64_t year;

	assert_true(num_parse(span_text(text), 2100, &year));
	return (int)year;
}

static void
row_is(const struct synth *world, const struct synth_person *p,
	const struct record *r)
{
	int y = year_of(r->text[10]) - world->options.first_year;
	const struct synth_row *row = &p->row[y];
	const struct synth_address *a = &p->address[row->address];

	assert_true(row->present);
	assert_string_equal(p->tin, r->text[1]);
	assert_string_equal(p->given, r->text[3]);
	assert_string_equal(p->middle, r->text[4]);
	assert_string_equal(p->surname, r->text[5]);
	assert_string_equal(p->suffix, r->text[6]);
	assert_string_equal(a->line, r->text[11]);
	assert_string_equal(a->unit, r->text[12]);
	assert_string_equal(a->zip, r->text[15]);
}

/* Person k drawn alone is person k of the stream. */
static void
anybody_is_drawn_again_alone(void **state)
{
	struct synth_person block[SYNTH_BLOCK];
	struct synth_options o = world_of(2000, 7);
	OWNED(synth) world = NULL;
	OWNED_BUF(roll, ALL);
	static struct record r;
	struct span in;

	(void)state;
	assert_int_equal(synth_new(&o, &world, NULL), ERR_OK);
	draw_roll(2000, 7, &roll);
	in = buf_span(&roll);
	assert_true(next_record(&in, &r));
	while (next_record(&in, &r)) {
		uint64_t k;

		assert_true(
			num_digits(span_text(r.text[0] + 1), UINT32_MAX, &k));
		synth_block(world, k / SYNTH_BLOCK, block);
		row_is(world, &block[k % SYNTH_BLOCK], &r);
	}
}

/* Who has a TIN is known without a list: and nobody else has it. */
static void
a_tin_leads_to_its_owner(void **state)
{
	struct synth_person block[SYNTH_BLOCK];
	struct synth_options o = world_of(1000, 7);
	OWNED(synth) world = NULL;

	(void)state;
	assert_int_equal(synth_new(&o, &world, NULL), ERR_OK);
	for (uint64_t b = 0; b < world->n_blocks + 5; b++) {
		size_t n = synth_block(world, b, block);

		for (size_t i = 0; i < SYNTH_BLOCK; i++)
			assert_int_equal(synth_tin_owner(world, block[i].tin),
				i < n ? (int64_t)block[i].id : -1);
	}
	assert_int_equal(synth_tin_owner(world, "000120001"), -1);
	assert_int_equal(synth_tin_owner(world, "666120001"), -1);
	assert_int_equal(synth_tin_owner(world, "912010001"), -1);
}

/* Everybody of a block, by counter: whose they are, and that the roll can hold
 * them; `seen` gets their numbers. */
static void
block_is_sound(const struct synth *world, uint64_t b, char (*seen)[10])
{
	static struct synth_person block[SYNTH_BLOCK], again[SYNTH_BLOCK];
	size_t n = synth_block(world, b, block);

	assert_int_equal(n, SYNTH_BLOCK);
	assert_int_equal(synth_block(world, b, again), n);
	for (size_t i = 0; i < n; i++) {
		const struct synth_person *p = &block[i];
		unsigned rows = 0;

		assert_int_equal(p->id, b * SYNTH_BLOCK + i);
		assert_int_equal(
			synth_tin_owner(world, p->tin), (int64_t)p->id);
		assert_string_equal(p->tin, again[i].tin);
		assert_string_equal(p->surname, again[i].surname);
		assert_true(p->surname[0] != '\0' && p->given[0] != '\0');
		assert_true((p->tin[0] == '9') == p->itin);
		for (int y = 0; y < synth_n_years(world); y++)
			if (p->row[y].present) {
				rows++;
				assert_true(p->row[y].address < p->n_addresses);
			}
		assert_true(rows > 0);
		SYNTH_SET(seen[i], p->tin);
	}
}

static int
tin_order(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* A nation is drawn anywhere, its last people as quickly as its first; and of
 * those drawn nobody shares a number. */
static void
people_of_a_nation_are_sound_by_counter(void **state)
{
	enum { EACH = 10, PLACES = 3 };
	static const uint64_t persons[] = {100000000, SYNTH_PERSONS_MAX};
	static char seen[PLACES * EACH * SYNTH_BLOCK][10];

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		struct synth_options o = world_of(persons[k], 7);
		static struct synth_person block[SYNTH_BLOCK];
		OWNED(synth) world = NULL;
		size_t n = 0;

		assert_int_equal(synth_new(&o, &world, NULL), ERR_OK);
		assert_int_equal(world->n_blocks * SYNTH_BLOCK, persons[k]);
		for (uint64_t place = 0; place < PLACES; place++)
			for (uint64_t i = 0; i < EACH; i++) {
				uint64_t first = (world->n_blocks - EACH) *
						 place / (PLACES - 1);

				block_is_sound(world, first + i, seen + n);
				n += SYNTH_BLOCK;
			}
		qsort(seen, n, sizeof(seen[0]), tin_order);
		for (size_t i = 1; i < n; i++)
			assert_string_not_equal(seen[i - 1], seen[i]);
		assert_int_equal(synth_block(world, world->n_blocks, block), 0);
		assert_int_equal(synth_tin_owner(world, block[0].tin), -1);
	}
}

/* The people that make matching hard are there. */
static void
the_hard_people_are_there(void **state)
{
	struct synth_person block[SYNTH_BLOCK];
	struct synth_options o = world_of(20000, 7);
	OWNED(synth) world = NULL;
	size_t itin = 0, twice = 0, twins = 0, suffixed = 0, two = 0,
	       movers = 0, boxes = 0, in_a_row = 0;

	(void)state;
	assert_int_equal(synth_new(&o, &world, NULL), ERR_OK);
	for (uint64_t b = 0; b < world->n_blocks; b++) {
		size_t n = synth_block(world, b, block);

		for (size_t i = 0; i < n; i++) {
			const struct synth_person *p = &block[i];

			itin += p->itin;
			twice += p->same_as >= 0;
			twins += p->twin >= 0;
			suffixed += p->suffix[0] != '\0';
			two += strchr(p->surname, ' ') != NULL;
			movers += p->n_addresses > 1;
			boxes += strncmp(p->address[0].line, "PO BOX", 6) == 0;
			in_a_row += i > 0 &&
				    memcmp(p->tin, block[i - 1].tin, 8) == 0;
		}
	}
	assert_in_range(itin, 1000, 3000);
	assert_in_range(twice, 100, 600);
	assert_in_range(twins, 200, 1200);
	assert_in_range(suffixed, 200, 1200);
	assert_in_range(two, 1500, 5000);
	assert_in_range(movers, 5000, 11000);
	assert_in_range(boxes, 600, 2000);
	assert_in_range(in_a_row, 200, 2500);
}

static void
a_world_that_cannot_be_is_refused(void **state)
{
	struct synth_options o = world_of(0, 1);
	struct synth *world = NULL;
	struct why why;

	(void)state;
	assert_int_equal(synth_new(&o, &world, &why), ERR_MALFORMED);
	assert_non_null(strstr(why.text, "not 0"));
	o = world_of((uint64_t)SYNTH_PERSONS_MAX + 1, 1);
	assert_int_equal(synth_new(&o, &world, &why), ERR_MALFORMED);
	o = world_of(5, 1);
	o.last_year = 2019;
	assert_int_equal(synth_new(&o, &world, &why), ERR_MALFORMED);
	o.last_year = 2032;
	assert_int_equal(synth_new(&o, &world, &why), ERR_MALFORMED);
	assert_null(world);
}

static void
a_sink_that_fails_ends_the_run(void **state)
{
	struct synth_options o = world_of(500, 1);
	struct synth_request_options q = requests_of(500, 50, false);
	struct synth_sink bad = {refuse, NULL};

	(void)state;
	assert_int_equal(synth_roll(&o, &bad, NULL), ERR_IO);
	assert_int_equal(synth_requests(&q, &bad, &bad, NULL), ERR_IO);
}

/* ---- requests ---- */

static bool
is_outcome(struct span word)
{
	static const char *const words[] = {"review", "request-review",
		"unresolved", "withheld", "refused"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (span_eq(word, span_text(words[i])))
			return true;
	return false;
}

/* One truth row for each request, in order, in known words. */
static void
every_request_has_its_truth(void **state)
{
	struct synth_request_options o = requests_of(5000, 2500, false);
	OWNED_BUF(lines, ALL);
	OWNED_BUF(truth, ALL);
	struct record r;
	struct span in, out, wants;
	size_t n = 0, read = 0;

	(void)state;
	draw_requests(&o, &lines, &truth);
	in = buf_span(&truth);
	out = buf_span(&lines);
	assert_true(next_record(&in, &r));
	for (; next_record(&in, &r); n++) {
		struct span line = span_cut(&out, '\n');
		json_t *j = json_loadb((const char *)line.at, line.n,
			JSON_REJECT_DUPLICATES, NULL);
		char id[32];

		SYNTH_FORMAT(id, "R%07zu", n);
		assert_int_equal(r.n, 5);
		assert_string_equal(r.text[0], id);
		for (wants = span_text(r.text[1]); wants.n > 0;)
			assert_true(is_outcome(span_cut(&wants, '|')));
		if (strcmp(r.text[1], "refused") == 0)
			assert_true(
				r.text[2][0] != '\0' && r.text[3][0] == '\0');
		if (strcmp(r.text[1], "review") == 0)
			assert_true(r.text[3][0] == 'P');
		if (strcmp(r.text[4], "malformed") != 0) {
			assert_non_null(j);
			assert_string_equal(json_string_value(json_object_get(
						    j, "weir:requestID")),
				id);
			read++;
		}
		json_decref(j);
	}
	assert_int_equal(n, o.n);
	assert_int_equal(out.n, 0);
	assert_in_range(read, n - 60, n - 1);
}

static void
requests_are_drawn_alike(void **state)
{
	struct synth_request_options o = requests_of(2000, 700, false);
	OWNED_BUF(a, ALL);
	OWNED_BUF(b, ALL);
	OWNED_BUF(c, ALL);
	OWNED_BUF(truth, ALL);

	(void)state;
	draw_requests(&o, &a, &truth);
	draw_requests(&o, &b, &truth);
	o.requests_seed++;
	draw_requests(&o, &c, &truth);
	assert_true(span_eq(buf_span(&a), buf_span(&b)));
	assert_false(span_eq(buf_span(&a), buf_span(&c)));
}

static void
csv_parses_back(void **state)
{
	struct synth_request_options o = requests_of(5000, 2000, true);
	OWNED_BUF(lines, ALL);
	OWNED_BUF(truth, ALL);
	struct record r, t;
	struct span in, rows;
	size_t n = 0, columns;

	(void)state;
	draw_requests(&o, &lines, &truth);
	in = buf_span(&lines);
	rows = buf_span(&truth);
	assert_true(next_record(&in, &r));
	columns = r.n;
	assert_string_equal(r.text[0], "requestID");
	assert_true(next_record(&rows, &t));
	while (next_record(&in, &r)) {
		assert_true(next_record(&rows, &t));
		assert_string_equal(r.text[0], t.text[0]);
		if (strcmp(t.text[4], "malformed") != 0)
			assert_int_equal(r.n, columns);
		n++;
	}
	assert_int_equal(n, o.n);
}

/* ---- the truth is true ---- */

static struct synth_maker *
maker_of(const struct synth *world, const struct synth_request_options *o)
{
	static struct synth_draft draft;
	static struct synth_person block[SYNTH_BLOCK], other[SYNTH_BLOCK];
	static struct synth_maker m;

	m = (struct synth_maker){.world = world,
		.options = o,
		.block = block,
		.other = other,
		.d = &draft};
	return &m;
}

static enum address_grade
grade_of(const struct synth_draft *d)
{
	struct address_text text = {.line = span_text(d->line),
		.unit = span_text(d->unit),
		.city = span_text(d->city),
		.state = span_text(d->state),
		.zip = span_text(d->zip)};
	struct person_address address;

	person_address(&text, &address);
	return person_address_grade(&address);
}

/* An address that a sound request gives is one that mail reaches; the junk,
 * the facilities and the clashes are not. */
static void
addresses_are_what_they_are_called(void **state)
{
	struct synth_request_options o = requests_of(20000, 6000, false);
	OWNED(synth) world = NULL;
	struct synth_maker *m;
	size_t good = 0, bad = 0, wrong = 0;

	(void)state;
	assert_int_equal(synth_new(&o.world, &world, NULL), ERR_OK);
	m = maker_of(world, &o);
	for (uint64_t i = 0; i < o.n; i++) {
		const struct synth_draft *d = m->d;
		bool reached;

		synth_draft(m, i);
		reached = grade_of(d) == ADDRESS_DELIVERABLE;
		if (strcmp(d->want, "review") == 0) {
			good++;
			wrong += !reached;
		} else if (strcmp(d->want, "refused") == 0 &&
			   strcmp(d->code, "I2-B1-ADDRESS") == 0) {
			bad++;
			wrong += reached;
		} else {
			continue;
		}
		if (reached != (strcmp(d->want, "review") == 0))
			print_message("%s: %s | %s | %s %s %s\n", d->kind,
				d->line, d->unit, d->city, d->state, d->zip);
	}
	assert_in_range(good, 1500, 3500);
	assert_in_range(bad, 400, 1500);
	assert_int_equal(wrong, 0);
}

/* A second, stupid reader of the roll: whoever has the TIN, else the day. */
static bool
could_be(const struct synth_draft *d, const struct synth_person *p)
{
	char tin[24], birth[DAY_TEXT];
	char *to = tin;

	for (const char *c = d->tin; *c != '\0'; c++)
		if (*c != '-')
			*to++ = *c;
	*to = '\0';
	day_text(p->birth, birth);
	if (tin[0] != '\0' && strcmp(tin, p->tin) != 0)
		return false;
	return d->birth[0] == '\0' || strcmp(d->birth, birth) == 0;
}

/* The person's own: of a filer, from a return or a third party. */
static bool
zip_is_own(const struct synth_draft *d, const struct synth_person *p)
{
	for (int y = 0; y < SYNTH_YEARS_MAX; y++) {
		const struct synth_row *row = &p->row[y];

		if (row->present && row->role != SYNTH_DEPENDENT &&
			row->source != SYNTH_PREPARER &&
			row->source != SYNTH_CARE_OF &&
			memcmp(p->address[row->address].zip, d->zip, 5) == 0)
			return true;
	}
	return false;
}

/* One of the years asked has something of the person's own to give. */
static bool
year_is_own(const struct synth_draft *d, const struct synth_person *p)
{
	for (size_t i = 0; i < d->n_years; i++) {
		const struct synth_row *row =
			&p->row[year_of(d->year[i]) - 2020];

		if (row->present && row->source != SYNTH_PREPARER &&
			row->source != SYNTH_CARE_OF)
			return true;
	}
	return false;
}

/*
 * The identifiers of a good request are one person's on the whole roll, and
 * its ZIP is in that person's own history; those that must not resolve by
 * their identifiers are nobody's.
 */
static void
identifiers_are_whose_they_are_called(void **state)
{
	static const char *const nobodys[] = {"one-digit-tin",
		"swapped-digits-tin", "birth-date-off", "father-tin-son-birth",
		"not-on-roll"};
	struct synth_request_options o = requests_of(3000, 600, false);
	struct synth_person block[SYNTH_BLOCK];
	OWNED(synth) world = NULL;
	struct synth_maker *m;

	(void)state;
	assert_int_equal(synth_new(&o.world, &world, NULL), ERR_OK);
	m = maker_of(world, &o);
	for (uint64_t i = 0; i < o.n; i++) {
		size_t found = 0, owner = 0;
		bool nobody = false;

		synth_draft(m, i);
		for (size_t k = 0; k < sizeof nobodys / sizeof *nobodys; k++)
			nobody |= strcmp(m->d->kind, nobodys[k]) == 0;
		for (uint64_t b = 0; b < world->n_blocks; b++) {
			size_t n = synth_block(world, b, block);

			for (size_t k = 0; k < n; k++)
				if (could_be(m->d, &block[k]) &&
					zip_is_own(m->d, &block[k])) {
					found++;
					owner += (int64_t)block[k].id ==
							 m->d->person &&
						 year_is_own(m->d, &block[k]);
				}
		}
		if (strcmp(m->d->want, "review") == 0)
			assert_true(found == 1 && owner == 1);
		if (nobody)
			assert_int_equal(found, 0);
	}
}

static void
count_kind(const struct synth_maker *m, const struct synth_kind *kinds,
	size_t n_kinds, size_t *counts)
{
	for (size_t k = 0; k < n_kinds; k++)
		counts[k] += strcmp(m->d->kind, kinds[k].name) == 0;
}

/* A maker that never succeeds would go unseen: a good request stands in. */
static void
every_kind_is_drawn(void **state)
{
	struct synth_request_options o = requests_of(20000, 6000, false);
	size_t wrong[64] = {0}, refuse[64] = {0};
	OWNED(synth) world = NULL;
	struct synth_maker *m;

	(void)state;
	assert_int_equal(synth_new(&o.world, &world, NULL), ERR_OK);
	m = maker_of(world, &o);
	for (uint64_t i = 0; i < o.n; i++) {
		synth_draft(m, i);
		count_kind(m, synth_wrong_kinds, synth_n_wrong_kinds, wrong);
		count_kind(m, synth_refuse_kinds, synth_n_refuse_kinds, refuse);
	}
	for (size_t k = 0; k < synth_n_wrong_kinds; k++)
		if (wrong[k] * 20 < synth_wrong_kinds[k].weight)
			fail_msg(
				"%s: %zu", synth_wrong_kinds[k].name, wrong[k]);
	for (size_t k = 0; k < synth_n_refuse_kinds; k++)
		if (refuse[k] * 20 < synth_refuse_kinds[k].weight)
			fail_msg("%s: %zu", synth_refuse_kinds[k].name,
				refuse[k]);
}

/* The officer with too many matters has as many as asked, of as many people;
 * at a hundred nothing is wrong with them. */
static void
one_officer_is_overloaded(void **state)
{
	struct synth_request_options o = requests_of(5000, 1500, false);
	OWNED(synth) world = NULL;
	struct synth_maker *m;

	(void)state;
	assert_int_equal(synth_new(&o.world, &world, NULL), ERR_OK);
	m = maker_of(world, &o);
	for (uint32_t load = 100; load <= 130; load += 30) {
		static char tins[130][24];
		size_t n = 0;

		o.overload = load;
		for (uint64_t i = 0; i < o.n; i++) {
			synth_draft(m, i);
			if (strcmp(m->d->officer_id, "HSI-99999") != 0)
				continue;
			assert_string_equal(
				m->d->want, load > 100 ? "refused" : "review");
			for (size_t k = 0; k < n; k++)
				assert_string_not_equal(tins[k], m->d->tin);
			SYNTH_SET(tins[n++], m->d->tin);
		}
		assert_int_equal(n, load);
	}
}

/* ---- cost ---- */

static void
memory_does_not_grow_with_the_world(void **state)
{
	struct watch small = {0}, large = {0};
	struct synth_sink to_small = {watch, &small},
			  to_large = {watch, &large};
	struct synth_options o = world_of(2000, 7);

	(void)state;
	assert_int_equal(synth_roll(&o, &to_small, NULL), ERR_OK);
	o.persons = 200000;
	assert_int_equal(synth_roll(&o, &to_large, NULL), ERR_OK);
	assert_true(large.bytes > 90 * small.bytes);
	assert_true(large.most_used < small.most_used + (1 << 20));
}

static void
every_allocation_may_fail(void **state)
{
	struct synth_request_options o = requests_of(200, 20, false);
	enum err r = ERR_NOMEM;

	(void)state;
	for (int n = 0; r != ERR_OK; n++) {
		struct watch w = {0};
		struct synth_sink to = {watch, &w};

		assert_true(n < 100);
		mem_fail_after(n);
		r = synth_roll(&o.world, &to, NULL);
		if (r == ERR_OK)
			r = synth_requests(&o, &to, &to, NULL);
		mem_fail_after(-1);
		assert_true(r == ERR_OK || r == ERR_NOMEM);
	}
}

static void
the_manifest_says_what_was_drawn(void **state)
{
	struct synth_request_options o = requests_of(200, 20, false);
	OWNED_BUF(text, 4096);
	json_t *j;

	(void)state;
	synth_manifest(&o, SPAN("ab12"), &text);
	j = json_loadb((const char *)text.at, text.n, 0, NULL);
	assert_non_null(j);
	assert_int_equal(
		json_integer_value(json_object_get(j, "weir:count")), 20);
	assert_string_equal(
		json_string_value(json_object_get(j, "weir:sha384")), "ab12");
	assert_string_equal(json_string_value(json_object_get(j, "weir:date")),
		"2026-11-01");
	json_decref(j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_seed_same_bytes),
		cmocka_unit_test(a_roll_of_n_has_n_people),
		cmocka_unit_test(anybody_is_drawn_again_alone),
		cmocka_unit_test(a_tin_leads_to_its_owner),
		cmocka_unit_test(people_of_a_nation_are_sound_by_counter),
		cmocka_unit_test(the_hard_people_are_there),
		cmocka_unit_test(a_world_that_cannot_be_is_refused),
		cmocka_unit_test(a_sink_that_fails_ends_the_run),
		cmocka_unit_test(every_request_has_its_truth),
		cmocka_unit_test(requests_are_drawn_alike),
		cmocka_unit_test(csv_parses_back),
		cmocka_unit_test(addresses_are_what_they_are_called),
		cmocka_unit_test(identifiers_are_whose_they_are_called),
		cmocka_unit_test(every_kind_is_drawn),
		cmocka_unit_test(one_officer_is_overloaded),
		cmocka_unit_test(memory_does_not_grow_with_the_world),
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(the_manifest_says_what_was_drawn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
