/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier of public files: what it must accept, and every way in which a
 * ledger can be changed, byte for byte, that it must not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/code.h"
#include "ledger/map_root.h"
#include "maker.h"
#include "memory.h"
#include "verify/verify.h"

#define ORIGIN "ledger.example.org/verify"
#define WITNESS "witness.example.org/w"

static char work[64] = "/tmp/weir-verify-XXXXXX";

static int
set_up(void **state)
{
	(void)state;
	return mkdtemp(work) != NULL ? 0 : -1;
}

static int
run(const char *fmt, ...)
{
	char command[2048];
	va_list ap;
	int status;

	va_start(ap, fmt);
	(void)vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	status = system(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	return run("rm -rf %s", work);
}

static const char *
program(void)
{
	const char *weir = getenv("WEIR");
	static char path[512];

	if (weir == NULL) {
		print_message(
			"skipped: WEIR does not say where the build is\n");
		skip();
	}
	(void)snprintf(path, sizeof(path), "%s-verify", weir);
	if (access(path, X_OK) != 0) {
		print_message("skipped: %s is not built here\n", path);
		skip();
	}
	return path;
}

/* ---- ledgers ---- */

static void
add(struct maker *m, size_t n, int32_t day)
{
	for (size_t i = 0; i < n; i++) {
		struct ledger_entry e = {.day = day};

		e.tag[0] = (uint8_t)i;
		e.root.at[3] = (uint8_t)(i >> 3);
		maker_add(m, &e);
	}
}

static char *
in_work(const char *name)
{
	static char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", work, name);
	return path;
}

/* Loaded from the disk, as it was written there. */
static void
make(struct maker *m, struct memory *files, size_t earlier, size_t n)
{
	static int count;
	char name[32];

	(void)snprintf(name, sizeof(name), "made-%d", count++);
	maker_begin(m, ORIGIN);
	if (earlier > 0) {
		add(m, earlier, 20001);
		maker_publish(m, in_work(name));
	}
	add(m, n - earlier, 20001);
	maker_publish(m, in_work(name));
	memory_load(files, in_work(name));
}

static struct verify_fault fault;
static struct verify_result result;

static enum err
judge(struct memory *files, const struct verify_asked *asked)
{
	struct verify_source source = memory_source(files);

	fault = (struct verify_fault){.offset = 0};
	return verify_public(&source, asked, &result, &fault);
}

static struct verify_asked
by(const struct maker *m)
{
	return (struct verify_asked){.vkey = m->vkey, .lanes = 1};
}

static struct memory_file *
file_of(struct memory *files, const char *path)
{
	for (size_t i = 0; i < files->n; i++)
		if (strcmp(files->file[i].path, path) == 0)
			return &files->file[i];
	fail_msg("no %s", path);
	return NULL;
}

/* ---- what holds ---- */

static void
a_ledger_of_any_size_holds(void **state)
{
	static const size_t sizes[] = {
		0, 1, 2, 255, 256, 257, 511, 512, 513, 700, 5000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (unsigned lanes = 1; lanes <= 3; lanes++) {
			struct maker m;
			struct memory files;
			struct verify_asked asked;

			make(&m, &files, sizes[i] / 2, sizes[i]);
			asked = by(&m);
			asked.lanes = lanes;
			assert_int_equal(judge(&files, &asked), ERR_OK);
			assert_int_equal(result.cp.size, sizes[i]);
			assert_int_equal(result.files, files.n);
			memory_fini(&files);
			maker_end(&m);
		}
}

/* ---- every byte ---- */

/* Each byte in turn has a bit changed, and again all its bits. */
static void
flip_all(struct memory *files, const struct verify_asked *asked,
	struct memory_file *f, size_t step)
{
	for (size_t at = 0; at < f->bytes.n; at += step) {
		uint8_t was = f->bytes.at[at];
		const uint8_t change[] = {(uint8_t)(1U << at % 8), 0xff};

		for (size_t i = 0; i < 2; i++) {
			f->bytes.at[at] = was ^ change[i];
			if (judge(files, asked) != ERR_DAMAGED)
				fail_msg("%s: byte %zu changed unnoticed",
					f->path, at);
			assert_true(
				fault.file[0] != '\0' && fault.text[0] != '\0');
		}
		f->bytes.at[at] = was;
	}
}

static void
every_byte_of_a_small_ledger_counts(void **state)
{
	struct maker m;
	struct memory files;
	struct verify_asked asked;
	size_t bytes = 0;

	(void)state;
	make(&m, &files, 9, 21);
	asked = by(&m);
	assert_int_equal(judge(&files, &asked), ERR_OK);
	assert_int_equal(files.n, 6); /* with two partial tiles left over */
	for (size_t i = 0; i < files.n; i++) {
		flip_all(&files, &asked, &files.file[i], 1);
		bytes += files.file[i].bytes.n;
	}
	assert_int_equal(judge(&files, &asked), ERR_OK);
	print_message("%zu bytes, each changed twice\n", bytes);
	memory_fini(&files);
	maker_end(&m);
}

static void
every_byte_counts_where_tiles_are_full(void **state)
{
	struct maker m;
	struct memory files;
	struct verify_asked asked;

	(void)state;
	make(&m, &files, 2, 259);
	asked = by(&m);
	assert_int_equal(judge(&files, &asked), ERR_OK);
	for (size_t i = 0; i < files.n; i++)
		flip_all(&files, &asked, &files.file[i],
			files.file[i].bytes.n > 1000 ? 97 : 1);
	memory_fini(&files);
	maker_end(&m);
}

static void
the_fault_is_named_by_file_and_byte(void **state)
{
	struct maker m;
	struct memory files;
	struct verify_asked asked;
	struct memory_file *f;

	(void)state;
	make(&m, &files, 2, 259);
	asked = by(&m);
	f = file_of(&files, "tile/0/000");
	f->bytes.at[32 * 200 + 5] ^= 1;
	assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
	assert_string_equal(fault.file, "tile/0/000");
	assert_int_equal(fault.offset, 32 * 200);
	f->bytes.at[32 * 200 + 5] ^= 1;
	f = file_of(&files, "tile/entries/001.p/3");
	f->bytes.at[258 * 2 + 2] ^= 1;
	assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
	assert_string_equal(fault.file, "tile/entries/001.p/3");
	assert_int_equal(fault.offset, 258 * 2);
	memory_fini(&files);
	maker_end(&m);
}

/* ---- files that go, come, shrink and grow ---- */

static bool
is_left_over(const char *path)
{
	return strcmp(path, "tile/0/000.p/2") == 0 ||
	       strcmp(path, "tile/entries/000.p/2") == 0;
}

/* A partial tile whose full one is there may be tidied away. */
static void
a_file_that_is_gone_is_missed(void **state)
{
	struct maker m;
	struct memory files;
	struct verify_asked asked;

	(void)state;
	make(&m, &files, 2, 259);
	asked = by(&m);
	assert_int_equal(files.n, 9);
	for (size_t i = 0; i < files.n; i++) {
		files.file[i].gone = true;
		assert_int_equal(judge(&files, &asked),
			is_left_over(files.file[i].path) ? ERR_OK
							 : ERR_DAMAGED);
		if (!is_left_over(files.file[i].path))
			assert_string_equal(fault.file, files.file[i].path);
		files.file[i].gone = false;
	}
	memory_fini(&files);
	maker_end(&m);
}

static void
a_file_cut_short_or_made_longer_is_noticed(void **state)
{
	struct maker m;
	struct memory files;
	struct verify_asked asked;

	(void)state;
	make(&m, &files, 2, 259);
	asked = by(&m);
	for (size_t i = 0; i < files.n; i++) {
		struct buf *bytes = &files.file[i].bytes;
		static const size_t cuts[] = {1, 31, 32, 258};

		for (size_t k = 0; k < 4; k++) {
			size_t n = bytes->n;

			bytes->n -= cuts[k] < n ? cuts[k] : n;
			assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
			bytes->n = n;
			for (size_t j = 0; j < cuts[k]; j++)
				buf_u8(bytes, 'x');
			assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
			bytes->n = n;
		}
	}
	assert_int_equal(judge(&files, &asked), ERR_OK);
	memory_fini(&files);
	maker_end(&m);
}

static void
a_file_that_was_added_is_noticed(void **state)
{
	static const char *const paths[] = {"x", "checkpoint.old", "tile/x",
		"tile/0/003", "tile/0/001.p/4", "tile/2/000.p/1",
		"tile/entries/002.p/1", "tile/0/000.p/0", "tile/0/x000/000",
		"tile/8/000", "tile/entries/001", "tile/0/000.p"};
	struct maker m;
	struct memory files;
	struct verify_asked asked;

	(void)state;
	make(&m, &files, 2, 259);
	asked = by(&m);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		memory_add(&files, paths[i], SPAN("something"));
		assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
		assert_string_equal(fault.file, paths[i]);
		buf_fini(&files.file[--files.n].bytes);
	}
	memory_add(&files, "tile/0/001.p/1",
		span_of(file_of(&files, "tile/0/001.p/3")->bytes.at, 32));
	assert_int_equal(judge(&files, &asked), ERR_OK);
	memory_fini(&files);
	maker_end(&m);
}

static void
only_who_says_that_it_grows_may_have_more(void **state)
{
	struct maker m;
	struct memory files;
	struct verify_asked asked;
	OWNED_BUF(later, 4096);

	(void)state;
	make(&m, &files, 2, 259);
	asked = by(&m);
	memory_add(&files, "tile/0/001.p/4", SPAN("being written"));
	assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
	asked.growing = true;
	assert_int_equal(judge(&files, &asked), ERR_OK);
	add(&m, 100, 20001);
	maker_checkpoint(&m, 300, NULL, &later);
	memory_add(&files, "cosigned", buf_span(&later));
	assert_int_equal(judge(&files, &asked), ERR_OK);
	asked.growing = false;
	files.file[files.n - 2].gone = true;
	assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
	assert_string_equal(fault.file, "cosigned");
	asked.growing = true;
	flip_all(&files, &asked, file_of(&files, "cosigned"), 1);
	memory_add(&files, "tile/0/x", SPAN("not a tile"));
	assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
	memory_fini(&files);
	maker_end(&m);
}

/* ---- what signatures cannot tell ---- */

static void
an_entry_out_of_its_place_or_day_is_noticed(void **state)
{
	(void)state;
	for (int kind = 0; kind < 4; kind++) {
		struct maker m;
		struct memory files;
		struct verify_asked asked;
		struct ledger_entry e = {.day = 20000};
		uint8_t bytes[LEDGER_ENTRY];
		char name[32];

		maker_begin(&m, ORIGIN);
		add(&m, kind == 3 ? 256 : 5, 20001);
		e.index = kind == 1 ? 7 : m.n;
		e.day = kind >= 2 ? 20000 : 20001;
		ledger_entry_write(&e, bytes);
		if (kind == 0)
			bytes[255] = 1;
		maker_add_bytes(&m, bytes);
		(void)snprintf(name, sizeof(name), "odd-%d", kind);
		maker_publish(&m, in_work(name));
		memory_load(&files, in_work(name));
		asked = by(&m);
		assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
		assert_non_null(strstr(fault.file, "tile/entries/"));
		assert_non_null(strstr(
			fault.text, kind == 0   ? "form"
				    : kind == 1 ? "says that it is entry 7"
						: "day before"));
		memory_fini(&files);
		maker_end(&m);
	}
}

static void
in_a_sandbox_days_are_played(void **state)
{
	struct maker m;
	struct memory files;
	struct verify_asked asked;

	(void)state;
	maker_begin(&m, "sandbox.example.org/verify");
	add(&m, 64, 20001);
	add(&m, 300, 20000);
	maker_publish(&m, in_work("played"));
	memory_load(&files, in_work("played"));
	asked = by(&m);
	assert_int_equal(judge(&files, &asked), ERR_OK);
	memory_fini(&files);
	maker_end(&m);
}

static void
another_key_is_not_believed(void **state)
{
	struct maker m;
	struct maker other;
	struct memory files;
	struct verify_asked asked;

	(void)state;
	make(&m, &files, 0, 5);
	maker_begin(&other, "sandbox.example.org/other");
	asked = by(&other);
	assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
	assert_string_equal(fault.file, "ledger.vkey");
	memory_fini(&files);
	maker_end(&m);
	maker_end(&other);
}

/* ---- older checkpoints, witnesses ---- */

static void
an_older_checkpoint_is_where_it_began(void **state)
{
	struct maker m;
	struct memory files;
	OWNED_BUF(old, 4096);

	(void)state;
	make(&m, &files, 100, 600);
	for (size_t n = 0; n <= 600; n += 37) {
		struct verify_asked asked = by(&m);

		buf_clear(&old);
		maker_checkpoint(&m, n, NULL, &old);
		asked.old[asked.n_old++] =
			(struct verify_given){"kept", buf_span(&old)};
		assert_int_equal(judge(&files, &asked), ERR_OK);
		assert_int_equal(result.old_size[0], n);
	}
	memory_fini(&files);
	maker_end(&m);
}

/* Another history under the same key, and a longer one. */
static void
another_past_is_noticed(void **state)
{
	(void)state;
	for (size_t n = 1; n <= 700; n += 233) {
		struct maker m;
		struct maker other;
		struct memory files;
		struct verify_asked asked;
		OWNED_BUF(old, 4096);

		make(&m, &files, 100, 600);
		maker_begin(&other, ORIGIN);
		add(&other, n - 1, n > 600 ? 20001 : 20000);
		add(&other, 1, 20009);
		maker_checkpoint(&other, n, NULL, &old);
		asked = by(&m);
		asked.old[asked.n_old++] =
			(struct verify_given){"kept", buf_span(&old)};
		assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
		assert_string_equal(fault.file, "kept");
		memory_fini(&files);
		maker_end(&m);
		maker_end(&other);
	}
}

static void
every_witness_that_is_asked_for_has_signed(void **state)
{
	struct maker m;
	struct memory files;
	struct verify_asked asked;
	struct buf *checkpoint;

	(void)state;
	make(&m, &files, 0, 5);
	asked = by(&m);
	asked.witness[asked.n_witnesses++] = maker_witness(WITNESS);
	assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
	assert_non_null(strstr(fault.text, WITNESS));
	checkpoint = &file_of(&files, "checkpoint")->bytes;
	buf_clear(checkpoint);
	maker_checkpoint(&m, 5, WITNESS, checkpoint);
	assert_int_equal(judge(&files, &asked), ERR_OK);
	flip_all(&files, &asked, file_of(&files, "checkpoint"), 1);
	asked.witness[asked.n_witnesses++] = maker_witness("another");
	assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
	memory_fini(&files);
	maker_end(&m);
}

static void
a_policy_is_kept(void **state)
{
	struct maker m;
	struct memory files;
	struct verify_asked asked;
	struct buf *checkpoint;

	(void)state;
	make(&m, &files, 0, 5);
	checkpoint = &file_of(&files, "checkpoint")->bytes;
	for (int kind = 0; kind < 5; kind++) {
		OWNED(ledger_policy) p = NULL;
		struct ledger_vkey log = m.vkey;
		struct ledger_vkey one = maker_witness(WITNESS);
		struct ledger_vkey two = maker_witness("another");
		OWNED_BUF(text, 4096);

		if (kind == 4)
			log.public[3] ^= 1;
		assert_int_equal(
			ledger_vkey_make(log.name, log.type, log.public, &log),
			ERR_OK);
		buf_text(&text, "log ");
		ledger_vkey_text(&log, &text);
		buf_text(&text, "\nwitness one ");
		ledger_vkey_text(&one, &text);
		buf_text(&text, "\nwitness two ");
		ledger_vkey_text(&two, &text);
		buf_printf(&text, "\ngroup g %s one two\nquorum g\n",
			kind == 1 ? "all" : "any");
		assert_int_equal(
			ledger_policy_parse(buf_span(&text), &p, NULL), ERR_OK);
		buf_clear(checkpoint);
		maker_checkpoint(&m, 5, kind == 2 ? NULL : WITNESS, checkpoint);
		asked = by(&m);
		asked.policy = p;
		asked.policy_until = kind == 3 ? 1767139199 : INT64_MAX;
		assert_int_equal(judge(&files, &asked),
			kind == 0 ? ERR_OK : ERR_DAMAGED);
		if (kind == 0) {
			assert_int_equal(result.cosigned, 1);
			assert_int_equal(result.cosigned_at, 1767139200);
		} else {
			assert_non_null(strstr(fault.text, "policy"));
		}
	}
	memory_fini(&files);
	maker_end(&m);
}

/* ---- cover and cadence ---- */

/* Each day's entries counted one by one. */
static uint64_t
plain_bare(const int32_t *day, uint64_t n)
{
	for (uint64_t from = 0, i = 1; i < n; i++) {
		if (day[i] == day[i - 1])
			continue;
		if (i - from < 64)
			return from;
		from = i;
	}
	return UINT64_MAX;
}

/* Days of few entries and of many, over the edges of bundles, by one thread and
 * by three. */
static void
each_day_has_its_cover(void **state)
{
	static int32_t day[3000];
	unsigned drawn = 1;
	unsigned bare = 0;

	(void)state;
	for (int round = 0; round < 120; round++) {
		struct maker m;
		struct memory files;
		struct verify_asked asked;
		char name[32];
		uint64_t want;
		size_t n = 0;

		maker_begin(&m, ORIGIN);
		while (n < 2000) {
			drawn = drawn * 1103515245 + 12345;
			size_t more = drawn >> 16 & 63;
			int32_t at = n == 0 ? 20000 : day[n - 1] + 1;

			more += (drawn >> 24) % 40 == 0 ? 1 : 64;
			add(&m, more, at);
			for (size_t i = 0; i < more; i++)
				day[n++] = at;
		}
		want = plain_bare(day, n);
		(void)snprintf(name, sizeof(name), "cover-%d", round);
		maker_publish(&m, in_work(name));
		memory_load(&files, in_work(name));
		asked = by(&m);
		asked.lanes = 1 + (unsigned)round % 3;
		assert_int_equal(judge(&files, &asked),
			want == UINT64_MAX ? ERR_OK : ERR_DAMAGED);
		bare += want != UINT64_MAX;
		if (want != UINT64_MAX) {
			assert_non_null(
				strstr(fault.text, "without the cover"));
			assert_int_equal(fault.offset, want % 256 * 258);
		}
		memory_fini(&files);
		maker_end(&m);
	}
	assert_in_range(bare, 20, 100);
}

/* Entries "WLE1" are of before there was any. */
static void
entries_of_before_have_no_cover(void **state)
{
	static const uint8_t zero[32];
	struct maker m;
	struct memory files;
	struct verify_asked asked;

	(void)state;
	maker_begin(&m, ORIGIN);
	for (int i = 0; i < 10; i++) {
		struct ledger_entry e = {.day = 20000 + i,
			.told = ledger_head_of(LEDGER_ACT, zero, zero)};

		maker_add(&m, &e);
	}
	add(&m, 64, 20010);
	add(&m, 5, 20011);
	maker_publish(&m, in_work("before"));
	memory_load(&files, in_work("before"));
	asked = by(&m);
	assert_int_equal(judge(&files, &asked), ERR_OK);
	memory_fini(&files);
	maker_end(&m);
}

static void
a_gap_longer_than_the_cadence_is_found(void **state)
{
	static const struct {
		unsigned asked;
		int32_t today;
		const char *settings;
		bool holds;
	} cases[] = {{0, DAY_NONE, NULL, true}, {3, DAY_NONE, NULL, true},
		{2, DAY_NONE, NULL, false}, {3, 20007, NULL, true},
		{3, 20008, NULL, false}, {0, 20008, NULL, true},
		{0, DAY_NONE, "cadence 3\n", true},
		{0, DAY_NONE, "cadence 2\n", false},
		{0, 20008, "cadence 3\n", false},
		{4, 20008, "cadence 2\n", true},
		{0, DAY_NONE, "stale-after 7200\n", true},
		{0, DAY_NONE, "cadence x\n", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct maker m;
		struct memory files;
		struct verify_asked asked;
		char name[32];

		maker_begin(&m, ORIGIN);
		add(&m, 100, 20000);
		add(&m, 200, 20001);
		add(&m, 10, 20004);
		(void)snprintf(name, sizeof(name), "cadence-%zu", i);
		maker_publish(&m, in_work(name));
		memory_load(&files, in_work(name));
		if (cases[i].settings != NULL)
			memory_add(&files, "policy.settings",
				span_text(cases[i].settings));
		asked = by(&m);
		asked.cadence = cases[i].asked;
		asked.today = cases[i].today;
		assert_int_equal(judge(&files, &asked),
			cases[i].holds ? ERR_OK : ERR_DAMAGED);
		if (cases[i].holds) {
			assert_int_equal(result.gap, 3);
			assert_int_equal(result.gap_at, 300);
		}
		memory_fini(&files);
		maker_end(&m);
	}
}

/* ---- what else a public folder has ---- */

/* An entry that says the root of the map over the `n` entries before it, and
 * its file; `leave` is left out of the map. */
static void
add_map(struct maker *m, size_t n, size_t leave, struct buf *file)
{
	static const uint8_t engine[32] = {4};
	static const uint8_t key[LEDGER_KEY] = {7};
	OWNED(ledger_map) map = NULL;
	struct ledger_head head = ledger_head_of(LEDGER_MAP, NULL, engine);
	struct ledger_map_root root;
	struct ledger_entry e = {.day = 20001};
	struct ledger_field field[LEDGER_MAP_OPENINGS];
	struct buf value[LEDGER_MAP_OPENINGS];
	struct buf shown[LEDGER_MAP_OPENINGS];

	assert_int_equal(ledger_map_new(&map), ERR_OK);
	for (size_t i = 0; i < n; i++)
		if (i != leave)
			assert_int_equal(
				ledger_map_add(map,
					m->entry + i * LEDGER_ENTRY + 24, i),
				ERR_OK);
	assert_int_equal(ledger_map_close(map), ERR_OK);
	root = (struct ledger_map_root){.size = n,
		.root = ledger_map_root(map),
		.at = 1728000000,
		.index = m->n};
	for (size_t i = 0; i < LEDGER_MAP_OPENINGS; i++) {
		buf_init(&value[i], 1000);
		ledger_map_root_field(&root, i, &value[i]);
		field[i] = (struct ledger_field){
			ledger_map_root_fields[i], buf_span(&value[i])};
	}
	assert_int_equal(
		ledger_commit(&head, key, field, LEDGER_MAP_OPENINGS, &e.root),
		ERR_OK);
	maker_add(m, &e);
	for (size_t i = 0; i < LEDGER_MAP_OPENINGS; i++) {
		struct ledger_opening o;
		OWNED_BUF(text, 10000);

		assert_int_equal(
			ledger_opening_make(&e, &head, key, field,
				LEDGER_MAP_OPENINGS, field[i].name, &o),
			ERR_OK);
		ledger_opening_write(&o, &text);
		buf_init(&shown[i], 20000);
		code_base64(&shown[i], buf_span(&text));
		root.opening[i] = buf_span(&shown[i]);
	}
	ledger_map_root_write(&root, file);
	for (size_t i = 0; i < LEDGER_MAP_OPENINGS; i++) {
		buf_fini(&value[i]);
		buf_fini(&shown[i]);
	}
}

static void
a_map_of_tags_is_made_anew(void **state)
{
	(void)state;
	for (size_t kind = 0; kind < 3; kind++) {
		size_t leave = kind == 0 ? 3 : SIZE_MAX; /* out of the map */
		bool bare = kind == 1; /* an entry less than there must be */
		OWNED_BUF(file, 20000);
		char dir[64];
		struct maker m;
		struct memory files;
		struct verify_asked asked;

		maker_begin(&m, ORIGIN);
		add(&m, 300, 20001);
		add_map(&m, 300, leave, &file);
		add(&m, bare ? 62 : 63, 20001);
		(void)snprintf(dir, sizeof(dir), "map-%zu", kind);
		maker_publish(&m, in_work(dir));
		memory_load(&files, in_work(dir));
		memory_add(&files, "map/300", buf_span(&file));
		asked = by(&m);
		assert_int_equal(judge(&files, &asked),
			kind == 2 ? ERR_OK : ERR_DAMAGED);
		if (bare) { /* its publication may not have ended */
			asked.growing = true;
			assert_int_equal(judge(&files, &asked), ERR_OK);
			asked.growing = false;
			assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
		}
		if (kind == 2)
			flip_all(&files, &asked, file_of(&files, "map/300"), 5);
		else
			assert_non_null(strstr(
				fault.text, bare ? "without the cover"
						 : "lead to another root"));
		memory_fini(&files);
		maker_end(&m);
	}
}

static void
what_lies_beside_is_checked_or_counted(void **state)
{
	struct maker m;
	struct maker other;
	struct memory files;
	struct verify_asked asked;
	OWNED_BUF(older, 4096);
	OWNED_BUF(another, 4096);

	(void)state;
	make(&m, &files, 10, 40);
	maker_begin(&other, ORIGIN);
	add(&other, 20, 20005);
	maker_checkpoint(&m, 20, WITNESS, &older);
	maker_checkpoint(&other, 20, WITNESS, &another);
	memory_add(&files, "cosigned", buf_span(&older));
	memory_add(&files, "timestamp/20.checkpoint", buf_span(&older));
	memory_add(&files, "timestamp/20.tsr", SPAN("DER"));
	memory_add(&files, "policy", SPAN("quorum none"));
	asked = by(&m);
	asked.witness[asked.n_witnesses++] = maker_witness(WITNESS);
	assert_int_equal(judge(&files, &asked), ERR_OK);
	assert_int_equal(result.passed, 2);
	assert_int_equal(result.cosigned_size, 20);
	flip_all(&files, &asked, file_of(&files, "cosigned"), 1);
	for (int i = 0; i < 2; i++) {
		struct buf *file = &file_of(
			&files, i == 0 ? "cosigned" : "timestamp/20.checkpoint")
					    ->bytes;

		buf_clear(file);
		buf_bytes(file, buf_span(&another));
		assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
		assert_non_null(strstr(fault.text, "past was changed"));
		buf_clear(file);
		buf_bytes(file, buf_span(&older));
	}
	assert_int_equal(judge(&files, &asked), ERR_OK);
	memory_add(&files, "timestamp/x.tsr", SPAN("DER"));
	assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
	memory_fini(&files);
	maker_end(&m);
	maker_end(&other);
}

/* ---- what requesters were told ---- */

struct told {
	struct buf receipt;
	struct buf reply;
};

static void
told_begin(struct told *t)
{
	buf_init(&t->receipt, 1 << 16);
	buf_init(&t->reply, 1 << 16);
}

static void
told_end(struct told *t)
{
	buf_fini(&t->receipt);
	buf_fini(&t->reply);
}

static void
told_receipt(struct told *t, const struct maker *m, size_t n, unsigned batch,
	unsigned count, unsigned entry)
{
	OWNED_BUF(cp, 4096);

	maker_checkpoint(m, n, NULL, &cp);
	buf_clear(&t->receipt);
	buf_printf(&t->receipt,
		"{\"weir:receipt\":\"batch\",\"weir:ledger\":\"%s\","
		"\"weir:agreementID\":\"AG\",\"weir:sequence\":%u,"
		"\"weir:count\":%u,\"weir:batch\":%u,\"weir:entry\":%u,"
		"\"weir:list\":[1,{\"a\":\"]}\"}],\"weir:checkpoint\":",
		m->vkey.name, batch, count, batch, entry);
	buf_json(&t->receipt, buf_span(&cp));
	buf_text(&t->receipt, "}\n");
}

static void
told_line(struct told *t, const char *status)
{
	buf_printf(&t->reply,
		"{\"request_id\":\"R\",\"status\":\"%s\",\"reasons\":[]}\n",
		status);
}

static void
told_ask(struct verify_asked *asked, const struct told *t)
{
	asked->receipt[asked->n_receipts] =
		(struct verify_given){"receipt", buf_span(&t->receipt)};
	asked->reply[asked->n_receipts++] =
		(struct verify_given){"reply", buf_span(&t->reply)};
}

static void
what_was_told_ties(void **state)
{
	struct maker m;
	struct memory files;
	struct verify_asked asked;
	struct told t;

	(void)state;
	make(&m, &files, 10, 40);
	told_begin(&t);
	told_receipt(&t, &m, 20, 1, 5, 19);
	told_line(&t, "accepted");
	told_line(&t, "refused");
	told_line(&t, "returned");
	told_line(&t, "accepted");
	told_line(&t, "withdrawn");
	asked = by(&m);
	told_ask(&asked, &t);
	assert_int_equal(judge(&files, &asked), ERR_OK);
	assert_int_equal(result.told.received, 5);
	assert_int_equal(result.told.refused, 2);
	assert_int_equal(result.told.accepted, 2);
	assert_int_equal(result.told.withdrawn, 1);
	/* the same again */
	told_ask(&asked, &t);
	assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
	assert_non_null(strstr(fault.text, "another receipt"));
	told_end(&t);
	memory_fini(&files);
	maker_end(&m);
}

static void
what_was_told_and_does_not_tie_is_noticed(void **state)
{
	static const char *const want[] = {"its receipt counts", "no entry 20",
		"each an entry", "past was changed", "tells no status",
		"cut off", "form of a receipt", "another ledger"};

	(void)state;
	for (int kind = 0; kind < 8; kind++) {
		struct maker m;
		struct maker other;
		struct memory files;
		struct verify_asked asked;
		struct told t;

		make(&m, &files, 10, 40);
		maker_begin(&other, kind == 7 ? "another" : ORIGIN);
		add(&other, 20, 20005);
		told_begin(&t);
		told_receipt(&t, kind == 3 || kind == 7 ? &other : &m, 20, 1,
			kind == 2 ? 40 : 1, kind == 1 ? 20 : 3);
		for (int i = kind == 2 ? 39 : 0; i >= 0; i--)
			told_line(&t, kind == 4 ? "lost" : "accepted");
		if (kind == 0)
			told_line(&t, "accepted");
		if (kind == 5)
			t.reply.n--;
		if (kind == 6)
			t.receipt.n -= 2;
		asked = by(&m);
		told_ask(&asked, &t);
		assert_int_equal(judge(&files, &asked), ERR_DAMAGED);
		assert_non_null(strstr(fault.text, want[kind]));
		told_end(&t);
		memory_fini(&files);
		maker_end(&m);
		maker_end(&other);
	}
}

/* ---- the program ---- */

static void
the_program_is_small_and_stands_alone(void **state)
{
	const char *path = program();
	struct stat st;
	Elf64_Ehdr head;
	int fd = open(path, O_RDONLY);

	(void)state;
	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	print_message("%lld bytes\n", (long long)st.st_size);
	assert_true(st.st_size < 1000000);
	assert_int_equal(read(fd, &head, sizeof(head)), sizeof(head));
	for (int i = 0; i < head.e_phnum; i++) {
		Elf64_Phdr p;

		assert_int_equal(
			pread(fd, &p, sizeof(p),
				(off_t)head.e_phoff + i * (off_t)sizeof(p)),
			sizeof(p));
		assert_int_not_equal(p.p_type, PT_DYNAMIC);
		assert_int_not_equal(p.p_type, PT_INTERP);
	}
	close(fd);
}

static int
program_judges(const char *path, const struct maker *m, const char *dir)
{
	OWNED_BUF(key, 1000);

	ledger_vkey_text(&m->vkey, &key);
	buf_u8(&key, 0);
	return run("%s %s --vkey '%s' > /dev/null 2>&1", path, dir,
		(const char *)key.at);
}

/* Some bytes of each file, by the program and the libsodium in it. */
static void
the_program_answers_as_its_functions_do(void **state)
{
	const char *path = program();
	char dir[512];
	struct maker m;
	struct memory files;

	(void)state;
	(void)snprintf(dir, sizeof(dir), "%s", in_work("told"));
	maker_begin(&m, ORIGIN);
	add(&m, 2, 20001);
	maker_publish(&m, dir);
	add(&m, 257, 20001);
	maker_publish(&m, dir);
	memory_load(&files, dir);
	assert_int_equal(program_judges(path, &m, dir), 0);
	for (size_t i = 0; i < files.n; i++)
		for (size_t at = 5; at < files.file[i].bytes.n; at += 997) {
			char file[1024];
			uint8_t byte = files.file[i].bytes.at[at] ^ 0x10;
			int fd;

			(void)snprintf(file, sizeof(file), "%s/%s", dir,
				files.file[i].path);
			fd = open(file, O_RDWR);
			assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
			assert_int_equal(program_judges(path, &m, dir), 1);
			byte ^= 0x10;
			assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
			close(fd);
		}
	assert_int_equal(program_judges(path, &m, dir), 0);
	assert_int_equal(program_judges(path, &m, in_work("nowhere")), 3);
	assert_int_equal(run("%s %s > /dev/null 2>&1", path, dir), 2);
	memory_fini(&files);
	maker_end(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ledger_of_any_size_holds),
		cmocka_unit_test(every_byte_of_a_small_ledger_counts),
		cmocka_unit_test(every_byte_counts_where_tiles_are_full),
		cmocka_unit_test(the_fault_is_named_by_file_and_byte),
		cmocka_unit_test(a_file_that_is_gone_is_missed),
		cmocka_unit_test(a_file_cut_short_or_made_longer_is_noticed),
		cmocka_unit_test(a_file_that_was_added_is_noticed),
		cmocka_unit_test(only_who_says_that_it_grows_may_have_more),
		cmocka_unit_test(an_entry_out_of_its_place_or_day_is_noticed),
		cmocka_unit_test(in_a_sandbox_days_are_played),
		cmocka_unit_test(another_key_is_not_believed),
		cmocka_unit_test(an_older_checkpoint_is_where_it_began),
		cmocka_unit_test(another_past_is_noticed),
		cmocka_unit_test(every_witness_that_is_asked_for_has_signed),
		cmocka_unit_test(a_policy_is_kept),
		cmocka_unit_test(each_day_has_its_cover),
		cmocka_unit_test(entries_of_before_have_no_cover),
		cmocka_unit_test(a_gap_longer_than_the_cadence_is_found),
		cmocka_unit_test(a_map_of_tags_is_made_anew),
		cmocka_unit_test(what_lies_beside_is_checked_or_counted),
		cmocka_unit_test(what_was_told_ties),
		cmocka_unit_test(what_was_told_and_does_not_tie_is_noticed),
		cmocka_unit_test(the_program_is_small_and_stands_alone),
		cmocka_unit_test(the_program_answers_as_its_functions_do),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
