/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "crypto/crypto.h"
#include "ledger/plain.h"
#include "store/log_int.h"

static const uint8_t seed[32] = "thirty-two bytes for a test log.";
#define ORIGIN "ledger.example.org/test"

enum { OLD_ENTRIES = 700 }; /* of the form of before */

/* ---- two folders to play in ---- */

struct place {
	char root[64];
	int pub;
	int priv;
};

static void
run(const char *fmt, ...)
{
	char command[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	assert_int_equal(system(command), 0);
}

static void
place_enter(struct place *p)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/public", p->root);
	p->pub = open(path, O_RDONLY | O_DIRECTORY);
	(void)snprintf(path, sizeof(path), "%s/private", p->root);
	p->priv = open(path, O_RDONLY | O_DIRECTORY);
	assert_true(p->pub >= 0 && p->priv >= 0);
}

static void
place_leave(struct place *p)
{
	close(p->pub);
	close(p->priv);
}

static void
place_make(struct place *p)
{
	/* In memory where we may: thousands of syncs, none of them tested. */
	(void)snprintf(p->root, sizeof(p->root), "%s/weir-log-XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	assert_non_null(mkdtemp(p->root));
	run("mkdir %s/public %s/private", p->root, p->root);
	place_enter(p);
}

static void
place_drop(struct place *p)
{
	place_leave(p);
	run("rm -rf %s", p->root);
}

/* The place as it is now, beside it. */
static void
place_save(struct place *p, const char *what)
{
	run("rm -rf %s/%s.saved && cp -r %s/%s %s/%s.saved", p->root, what,
		p->root, what, p->root, what);
}

static void
place_back(struct place *p, const char *what)
{
	place_leave(p);
	run("rm -rf %s/%s && cp -r %s/%s.saved %s/%s", p->root, what, p->root,
		what, p->root, what);
	place_enter(p);
}

static int
set_up(void **state)
{
	(void)state;
	return crypto_init() == ERR_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	store_log_set_hook(NULL);
	mem_fail_after(-1);
	return 0;
}

/* ---- a log of entries that are known by their index ---- */

static struct ledger_entry
entry_at(uint64_t i)
{
	static const uint8_t none[32];
	struct ledger_entry e = {.index = i, .day = 20000 + (int)(i / 9)};

	/* a ledger of before goes on */
	if (i < OLD_ENTRIES)
		e.told = ledger_head_of(LEDGER_ACT, none, none);
	crypto_sha256(span_of(&i, sizeof(i)), e.tag);
	crypto_sha256(span_of(e.tag, 32), e.root.at);
	return e;
}

static enum err
append(struct store_log *log, size_t n)
{
	static struct ledger_entry some[STORE_LOG_GROUP];
	uint64_t first = store_log_size(log);

	for (size_t i = 0; i < n; i++) {
		some[i] = entry_at(first + i);
		some[i].index = 77; /* the log sets it */
	}
	return store_log_append(log, some, n);
}

static void
create(struct place *p)
{
	place_make(p);
	assert_int_equal(
		store_log_create(p->pub, p->priv, ORIGIN, seed), ERR_OK);
}

static struct store_log *
opened(struct place *p)
{
	struct store_log *log = NULL;
	struct why why = {""};
	enum err e = store_log_open(p->pub, p->priv, &log, &why);

	if (e != ERR_OK)
		fail_msg("open: %s: %s", err_text(e), why.text);
	return log;
}

static enum err
open_says(struct place *p)
{
	OWNED(store_log) log = NULL;
	struct why why = {""};

	return store_log_open(p->pub, p->priv, &log, &why);
}

/* Every entry is there, is the one appended, and the tree is over them. */
static void
holds_first(struct store_log *log, uint64_t n)
{
	struct ledger_tree t = {.size = 0};
	struct ledger_hash want;
	struct ledger_hash got;

	assert_int_equal(store_log_size(log), n);
	for (uint64_t i = 0; i < n; i++) {
		struct ledger_entry e;
		struct ledger_entry wanted = entry_at(i);
		uint8_t bytes[LEDGER_ENTRY];
		struct ledger_hash leaf;

		assert_int_equal(store_log_entry(log, i, &e), ERR_OK);
		assert_int_equal(e.index, i);
		assert_memory_equal(e.tag, wanted.tag, 32);
		ledger_entry_write(&wanted, bytes);
		leaf = ledger_hash_leaf(span_of(bytes, sizeof(bytes)));
		ledger_tree_append(&t, &leaf);
	}
	want = ledger_tree_root(&t);
	got = ledger_tree_root(&log->tree);
	assert_memory_equal(got.at, want.at, 32);
}

static enum err
verify(struct place *p, uint64_t *ret_size, struct store_log_fault *fault)
{
	uint8_t public[32];
	struct ledger_vkey vkey;
	struct ledger_checkpoint cp;
	enum err e;

	assert_int_equal(crypto_ed_public(seed, public), ERR_OK);
	assert_int_equal(
		ledger_vkey_make(ORIGIN, LEDGER_VKEY_ED25519, public, &vkey),
		ERR_OK);
	e = store_log_verify(p->pub, &vkey, &cp, fault);
	if (e == ERR_OK && ret_size != NULL)
		*ret_size = cp.size;
	return e;
}

static void
verifies(struct place *p, uint64_t want)
{
	struct store_log_fault fault = {.file = ""};
	uint64_t size = 0;

	if (verify(p, &size, &fault) != ERR_OK)
		fail_msg("%s at %llu: %s", fault.file,
			(unsigned long long)fault.offset, fault.text);
	assert_int_equal(size, want);
}

/* ---- promises ---- */

static void
a_new_ledger_is_empty_and_signed(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	verifies(&p, 0);
	assert_int_equal(
		store_log_create(p.pub, p.priv, ORIGIN, seed), ERR_EXISTS);
	log = opened(&p);
	assert_int_equal(store_log_size(log), 0);
	assert_string_equal(store_log_vkey(log)->name, ORIGIN);
	assert_int_equal(store_log_publish(log), ERR_OK);
	place_drop(&p);
}

static void
a_folder_without_a_ledger_is_not_one(void **state)
{
	struct place p;

	(void)state;
	place_make(&p);
	assert_int_equal(open_says(&p), ERR_NOT_FOUND);
	assert_int_equal(store_log_create(p.pub, p.priv, "no good", seed),
		ERR_MALFORMED);
	assert_int_equal(open_says(&p), ERR_NOT_FOUND);
	place_drop(&p);
}

static void
the_seed_is_readable_by_its_owner_alone(void **state)
{
	struct place p;
	struct stat st;

	(void)state;
	create(&p);
	assert_int_equal(fstatat(p.priv, "key", &st, 0), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	place_drop(&p);
}

static void
entries_come_back_published_or_not(void **state)
{
	static const size_t groups[] = {1, 254, 1, 1, 300, 700, 5};
	struct place p;
	uint64_t n = 0;

	(void)state;
	create(&p);
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		OWNED(store_log) log = opened(&p);
		struct ledger_entry e;

		holds_first(log, n);
		assert_int_equal(append(log, groups[i]), ERR_OK);
		n += groups[i];
		holds_first(log, n);
		assert_int_equal(store_log_entry(log, n, &e), ERR_NOT_FOUND);
		if (i % 2 == 0) {
			assert_int_equal(store_log_publish(log), ERR_OK);
			assert_int_equal(store_log_published(log), n);
			verifies(&p, n);
		}
		holds_first(log, n);
	}
	place_drop(&p);
}

/* The files, byte for byte, are those that RFC 6962 and the plain recursive
 * tree ask for. */
static void
tile_is(struct place *p, const struct ledger_hash *leaves, int level,
	uint64_t n, uint64_t size)
{
	struct ledger_tile t = {level, n, ledger_tile_width(level, n, size)};
	struct plain_tiles from = {.leaves = leaves, .n = size};
	char path[LEDGER_TILE_PATH];
	uint8_t want[LEDGER_TILE_BYTES];
	OWNED_BUF(got, 1000000);

	ledger_tile_path(&t, path);
	assert_int_equal(
		plain_tile(&from, (unsigned)level, n, t.width, want), ERR_OK);
	assert_int_equal(store_log_file_read(p->pub, path, &got), ERR_OK);
	assert_true(span_eq(buf_span(&got), span_of(want, t.width * 32)));
}

static void
tiles_are(struct place *p, uint64_t size)
{
	struct ledger_hash *leaves = calloc(size, sizeof(*leaves));

	for (uint64_t i = 0; i < size; i++) {
		struct ledger_entry e = entry_at(i);
		uint8_t bytes[LEDGER_ENTRY];

		ledger_entry_write(&e, bytes);
		leaves[i] = plain_leaf(span_of(bytes, sizeof(bytes)));
	}
	for (int level = 0; level < 4; level++)
		for (uint64_t n = 0; ledger_tile_width(level, n, size) > 0; n++)
			tile_is(p, leaves, level, n, size);
	free(leaves);
}

static void
the_tiles_are_those_of_the_plain_tree(void **state)
{
	static const size_t groups[] = {255, 1, 1, 3000, 16384, 16384, 16384,
		13126, 1, 255,
		4209}; /* to 65,536, one and 256 past it, 70,000*/
	struct place p;
	OWNED(store_log) log = NULL;
	uint64_t n = 0;

	(void)state;
	create(&p);
	log = opened(&p);
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		assert_int_equal(append(log, groups[i]), ERR_OK);
		assert_int_equal(store_log_publish(log), ERR_OK);
		n += groups[i];
		tiles_are(&p, n);
		verifies(&p, n);
	}
	assert_int_equal(n, 70000);
	place_drop(&p);
}

static void
sizes_at_random_are_as_good(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;
	uint64_t n = 0;

	(void)state;
	srandom(5);
	create(&p);
	log = opened(&p);
	for (int i = 0; i < 40; i++) {
		size_t more = 1 + (size_t)random() % (i % 4 == 0 ? 3000 : 40);

		assert_int_equal(append(log, more), ERR_OK);
		n += more;
		if (i % 3 == 0) {
			assert_int_equal(store_log_publish(log), ERR_OK);
			tiles_are(&p, n);
			verifies(&p, n);
		}
		if (i % 7 == 0) {
			log = store_log_free(log);
			log = opened(&p);
			holds_first(log, n);
		}
	}
	place_drop(&p);
}

static void
a_published_entry_is_proved_to_anybody(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	log = opened(&p);
	assert_int_equal(append(log, 700), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	assert_int_equal(append(log, 10), ERR_OK);
	for (uint64_t i = 0; i < 700; i += 13) {
		OWNED_BUF(file, 100000);
		struct ledger_entry e = entry_at(i);
		uint8_t bytes[LEDGER_ENTRY];
		uint64_t index;

		ledger_entry_write(&e, bytes);
		assert_int_equal(store_log_prove(log, i, &file), ERR_OK);
		assert_int_equal(ledger_proof_check(buf_span(&file),
					 span_of(bytes, sizeof(bytes)),
					 store_log_vkey(log), &index, NULL),
			ERR_OK);
		assert_int_equal(index, i);
	}
	for (uint64_t i = 700; i < 712; i++) {
		OWNED_BUF(file, 100000);

		assert_int_equal(store_log_prove(log, i, &file), ERR_NOT_FOUND);
	}
	place_drop(&p);
}

static void
a_kept_checkpoint_shows_that_the_past_stands(void **state)
{
	struct place p;
	struct place q;
	OWNED(store_log) kept_by = NULL; /* the chain of keys in vkey is its */
	OWNED(store_log) log = NULL;
	OWNED_BUF(kept, 10000);
	struct ledger_vkey vkey;

	(void)state;
	create(&p);
	kept_by = opened(&p);
	vkey = *store_log_vkey(kept_by);
	assert_int_equal(append(kept_by, 300), ERR_OK);
	assert_int_equal(store_log_publish(kept_by), ERR_OK);
	buf_bytes(&kept, store_log_checkpoint(kept_by));
	assert_int_equal(append(kept_by, 500), ERR_OK);
	assert_int_equal(store_log_publish(kept_by), ERR_OK);
	assert_int_equal(
		store_log_extends(p.pub, &vkey, buf_span(&kept)), ERR_OK);
	/* The same key, another history. */
	create(&q);
	log = opened(&q);
	assert_int_equal(append(log, 299), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	assert_int_equal(
		store_log_extends(q.pub, &vkey, buf_span(&kept)), ERR_MISMATCH);
	assert_int_equal(append(log, 100), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	assert_int_equal(
		store_log_extends(q.pub, &vkey, buf_span(&kept)), ERR_OK);
	place_drop(&q);
	create(&q);
	log = store_log_free(log);
	log = opened(&q);
	{
		struct ledger_entry e = entry_at(5);

		assert_int_equal(store_log_append(log, &e, 1), ERR_OK);
	}
	assert_int_equal(append(log, 400), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	assert_int_equal(
		store_log_extends(q.pub, &vkey, buf_span(&kept)), ERR_MISMATCH);
	place_drop(&q);
	place_drop(&p);
}

static void
a_second_writer_is_refused(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	log = opened(&p);
	assert_int_equal(open_says(&p), ERR_BUSY);
	assert_int_equal(
		store_log_create(p.pub, p.priv, ORIGIN, seed), ERR_BUSY);
	log = store_log_free(log);
	assert_int_equal(open_says(&p), ERR_OK);
	place_drop(&p);
}

static void
old_partial_tiles_go_when_full_ones_have_come(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	log = opened(&p);
	assert_int_equal(append(log, 3), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	assert_int_equal(append(log, 4), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	assert_int_equal(faccessat(p.pub, "tile/0/000.p/3", F_OK, 0), 0);
	assert_int_equal(faccessat(p.pub, "tile/entries/000.p/7", F_OK, 0), 0);
	verifies(&p, 7);
	assert_int_equal(append(log, 300), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	assert_int_not_equal(faccessat(p.pub, "tile/0/000.p", F_OK, 0), 0);
	assert_int_not_equal(
		faccessat(p.pub, "tile/entries/000.p", F_OK, 0), 0);
	verifies(&p, 307);
	place_drop(&p);
}

/* ---- tampering ---- */

static struct place *walked;
static size_t flips;
static off_t stride_of_large; /* files over 10,000 bytes */

static int
flip_every_byte(
	const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	int fd;

	(void)ftw;
	if (type != FTW_F)
		return 0;
	fd = open(path, O_RDWR);
	assert_true(fd >= 0 && st->st_size > 0);
	for (off_t i = 0;
		i<st->st_size; i += st->st_size> 10000 ? stride_of_large : 1) {
		struct store_log_fault fault = {.file = ""};
		uint8_t was;
		uint8_t now;

		assert_int_equal(pread(fd, &was, 1, i), 1);
		now = was ^ (uint8_t)(1 << i % 8);
		assert_int_equal(pwrite(fd, &now, 1, i), 1);
		if (verify(walked, NULL, &fault) == ERR_OK)
			fail_msg("%s: byte %ld changed and nothing said", path,
				(long)i);
		assert_true(fault.file[0] != 0 && fault.text[0] != 0);
		assert_int_equal(pwrite(fd, &was, 1, i), 1);
		flips++;
	}
	close(fd);
	return 0;
}

static int
cut_and_remove(
	const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	char command[1024];

	(void)ftw;
	if (type != FTW_F)
		return 0;
	(void)snprintf(
		command, sizeof(command), "cp %s %s/kept", path, walked->root);
	assert_int_equal(system(command), 0);
	assert_int_equal(truncate(path, st->st_size - 1), 0);
	if (verify(walked, NULL, NULL) == ERR_OK)
		fail_msg("%s: cut short and nothing said", path);
	(void)snprintf(
		command, sizeof(command), "cp %s/kept %s", walked->root, path);
	assert_int_equal(system(command), 0);
	return 0;
}

static void
flip_all(size_t first, size_t second, off_t stride, size_t least)
{
	struct place p;
	OWNED(store_log) log = NULL;
	char public[128];

	create(&p);
	log = opened(&p);
	assert_int_equal(append(log, first), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	assert_int_equal(append(log, second), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	verifies(&p, first + second);
	walked = &p;
	flips = 0;
	stride_of_large = stride;
	(void)snprintf(public, sizeof(public), "%s/public", p.root);
	assert_int_equal(nftw(public, flip_every_byte, 8, FTW_PHYS), 0);
	assert_true(flips > least);
	assert_int_equal(nftw(public, cut_and_remove, 8, FTW_PHYS), 0);
	verifies(&p, first + second);
	place_drop(&p);
}

/* With old partial files beside the new ones. */
static void
every_byte_of_every_public_file_is_vouched_for(void **state)
{
	(void)state;
	flip_all(3, 4, 1, 10 * 258 + 10 * 32);
}

/* With a second level; the full bundle's 66,048 bytes are only sampled, at a
 * step that meets every offset of an entry. */
static void
every_byte_of_every_upper_tile_is_vouched_for(void **state)
{
	(void)state;
	flip_all(257, 2, 61, 8192 + 2 * 32 + 66048 / 61);
}

static void
the_fault_is_named_by_file_and_offset(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;
	struct store_log_fault fault;
	int fd;

	(void)state;
	create(&p);
	log = opened(&p);
	assert_int_equal(append(log, 600), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	fd = openat(p.pub, "tile/entries/001", O_WRONLY);
	assert_int_equal(pwrite(fd, "WLE2", 4, 258 * 7 + 2), 4);
	close(fd);
	assert_int_equal(verify(&p, NULL, &fault), ERR_DAMAGED);
	assert_string_equal(fault.file, "tile/entries/001");
	assert_int_equal(fault.offset, 258 * 7);
	place_drop(&p);
}

static void
what_does_not_belong_is_a_fault(void **state)
{
	static const char *const names[] = {"tile/readme", "tile/0/x000",
		"tile/0/000.p/1", "tile/entries/0000"};
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	log = opened(&p);
	assert_int_equal(append(log, 600), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		run("mkdir -p $(dirname %s/public/%s) && echo x > "
		    "%s/public/%s",
			p.root, names[i], p.root, names[i]);
		assert_int_equal(verify(&p, NULL, NULL), ERR_DAMAGED);
		run("rm %s/public/%s", p.root, names[i]);
	}
	run("rmdir %s/public/tile/0/000.p", p.root);
	run("mkfifo %s/public/tile/0/pipe", p.root);
	assert_int_equal(verify(&p, NULL, NULL), ERR_DAMAGED);
	run("rm %s/public/tile/0/pipe", p.root);
	run("cd %s/public/tile/0 && mv 000 elsewhere && ln -s elsewhere 000",
		p.root);
	assert_int_equal(verify(&p, NULL, NULL), ERR_DAMAGED);
	place_drop(&p);
}

static void
public_put(struct place *p, const char *name, struct span bytes)
{
	OWNED_BUF(back, 100000);

	assert_int_equal(
		store_log_file_put(p->pub, name, bytes, &back), ERR_OK);
}

/* The keeper itself lies: what it signs is right in every hash. */
static void
lie(struct place *p, size_t n, uint64_t shift, bool other_root)
{
	OWNED_BUF(bundle, 100000);
	OWNED_BUF(text, 1000);
	OWNED_BUF(note, 1000);
	struct ledger_hash leaves[8];
	struct ledger_checkpoint cp = {.origin = ORIGIN, .size = n};
	struct ledger_vkey vkey;
	uint8_t public[32];

	for (size_t i = 0; i < n; i++) {
		struct ledger_entry e = entry_at(i);
		uint8_t bytes[LEDGER_ENTRY];

		e.index += shift;
		ledger_entry_write(&e, bytes);
		leaves[i] = ledger_hash_leaf(span_of(bytes, sizeof(bytes)));
		ledger_bundle_add(&bundle, span_of(bytes, sizeof(bytes)));
	}
	cp.root = ledger_tree_over(leaves, other_root ? n - 1 : n);
	ledger_checkpoint_text(&cp, &text);
	assert_int_equal(crypto_ed_public(seed, public), ERR_OK);
	assert_int_equal(
		ledger_vkey_make(ORIGIN, LEDGER_VKEY_ED25519, public, &vkey),
		ERR_OK);
	assert_int_equal(
		ledger_note_sign(&vkey, seed, buf_span(&text), &note), ERR_OK);
	public_put(p, "checkpoint", buf_span(&note));
	public_put(p, "tile/0/000.p/3", span_of(leaves, n * 32));
	public_put(p, "tile/entries/000.p/3", buf_span(&bundle));
}

static void
a_keeper_that_lies_is_found_out(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;
	struct store_log_fault fault;

	(void)state;
	create(&p);
	log = opened(&p);
	assert_int_equal(append(log, 3), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	lie(&p, 3, 0, false);
	verifies(&p, 3);
	lie(&p, 3, 4, false);
	assert_int_equal(verify(&p, NULL, &fault), ERR_DAMAGED);
	assert_string_equal(fault.file, "tile/entries/000.p/3");
	lie(&p, 3, 0, true);
	assert_int_equal(verify(&p, NULL, &fault), ERR_DAMAGED);
	assert_string_equal(fault.file, "checkpoint");
	place_drop(&p);
}

/* The disk gives back what was not written (a bit flip retired a public log in
 * 2021): nothing is signed over it. */
static struct place *flipped;
static const char *flip_file;
static const char *flip_when;

static int
flip_hook(enum store_log_step step, const char *name)
{
	uint8_t byte;
	int fd;

	if (step != STORE_LOG_WRITE || strcmp(name, flip_when) != 0)
		return 0;
	fd = openat(flipped->pub, flip_file, O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &byte, 1, 3), 1);
	byte ^= 0x10;
	assert_int_equal(pwrite(fd, &byte, 1, 3), 1);
	close(fd);
	return 0;
}

static void
nothing_is_signed_over_a_disk_that_lies(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	log = opened(&p);
	assert_int_equal(append(log, 300), ERR_OK);
	flipped = &p;
	flip_file = "tile/0/001.p/44"; /* it was found good already */
	flip_when = "tile/1/000.p/1";
	store_log_set_hook(flip_hook);
	assert_int_equal(store_log_publish(log), ERR_IO);
	store_log_set_hook(NULL);
	verifies(&p, 0);
	log = store_log_free(log);
	log = opened(&p);
	assert_int_equal(store_log_publish(log), ERR_OK);
	verifies(&p, 300);
	place_drop(&p);
}

/* pread() of the file that was just written is asked in between. */
static const char *lying_file;

static int
lying_hook(enum store_log_step step, const char *name)
{
	int fd;

	if (step != STORE_LOG_READ || strcmp(name, lying_file) != 0)
		return 0;
	fd = openat(flipped->pub, ".new", O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, "\x77", 1, 5), 1);
	close(fd);
	return 0;
}

static void
what_is_written_is_read_back(void **state)
{
	static const char *const files[] = {"tile/entries/000", "tile/0/000",
		"tile/entries/001.p/44", "tile/0/001.p/44", "tile/1/000.p/1"};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct place p;
		OWNED(store_log) log = NULL;
		enum err e;

		create(&p);
		log = opened(&p);
		flipped = &p;
		lying_file = files[i];
		store_log_set_hook(lying_hook);
		e = append(log, 300);
		if (e == ERR_OK)
			e = store_log_publish(log);
		store_log_set_hook(NULL);
		assert_int_equal(e, ERR_IO);
		verifies(&p, 0);
		log = store_log_free(log);
		log = opened(&p);
		holds_first(log, 300);
		assert_int_equal(store_log_publish(log), ERR_OK);
		verifies(&p, 300);
		place_drop(&p);
	}
}

static void
nothing_is_signed_over_a_memory_that_lies(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	log = opened(&p);
	assert_int_equal(append(log, 300), ERR_OK);
	log->tail.at[10 * 256 + 30] ^= 2; /* after it went into the wal */
	assert_int_equal(store_log_publish(log), ERR_IO);
	verifies(&p, 0);
	log = store_log_free(log);
	log = opened(&p);
	holds_first(log, 300);
	assert_int_equal(store_log_publish(log), ERR_OK);
	verifies(&p, 300);
	place_drop(&p);
}

/* ---- crashes ---- */

/* A log of 3 + 4 + 5 entries, the first group published; gives the wal. */
static void
three_groups(struct place *p, struct buf *wal)
{
	OWNED(store_log) log = NULL;

	create(p);
	log = opened(p);
	assert_int_equal(append(log, 3), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	assert_int_equal(store_log_settle(log), ERR_OK);
	assert_int_equal(append(log, 4), ERR_OK);
	assert_int_equal(append(log, 5), ERR_OK);
	assert_int_equal(store_log_file_read(p->priv, "wal", wal), ERR_OK);
	assert_true(wal->n > log->wal_bytes && wal->n == log->wal_room);
	wal->n = log->wal_bytes; /* without the zeros behind it */
}

static void
put(struct place *p, const char *name, struct span bytes)
{
	int fd = openat(p->priv, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, bytes.at, bytes.n), (ssize_t)bytes.n);
	close(fd);
}

enum { WAL_HEAD = 48, GROUP_MORE = 48 };

static void
a_torn_wal_keeps_whole_groups_and_no_part_of_one(void **state)
{
	const size_t after_3 = WAL_HEAD + GROUP_MORE + 3 * 256;
	const size_t after_7 = after_3 + GROUP_MORE + 4 * 256;
	const size_t after_12 = after_7 + GROUP_MORE + 5 * 256;
	struct place p;
	OWNED_BUF(wal, 1000000);

	(void)state;
	three_groups(&p, &wal);
	assert_int_equal(wal.n, after_12);
	for (size_t cut = 0; cut <= wal.n; cut++) {
		OWNED(store_log) log = NULL;
		uint64_t want = cut == after_12 ? 12 : cut >= after_7 ? 7 : 3;

		put(&p, "wal", span_of(wal.at, cut));
		if (cut < after_3) {
			/* What was signed is gone: not a crash, a rollback. */
			assert_int_equal(open_says(&p),
				cut < WAL_HEAD ? ERR_DAMAGED : ERR_MISMATCH);
			continue;
		}
		log = opened(&p);
		holds_first(log, want);
		/* And it goes on from there, through another opening. */
		assert_int_equal(append(log, 2), ERR_OK);
		log = store_log_free(log);
		log = opened(&p);
		holds_first(log, want + 2);
	}
	place_drop(&p);
}

/* A torn group may also be there in length with its bytes not written. */
static void
zeros_at_the_end_of_the_wal_are_a_torn_group(void **state)
{
	struct place p;
	OWNED_BUF(wal, 1000000);

	(void)state;
	three_groups(&p, &wal);
	for (size_t from = wal.n - 5 * 256 - GROUP_MORE; from < wal.n;
		from += 7) {
		OWNED_BUF(torn, 1000000);
		OWNED(store_log) log = NULL;

		buf_bytes(&torn, buf_span(&wal));
		memset(torn.at + from, 0, torn.n - from);
		put(&p, "wal", buf_span(&torn));
		log = opened(&p);
		holds_first(log, 7);
	}
	place_drop(&p);
}

static void
a_changed_byte_in_the_wal_never_changes_an_entry(void **state)
{
	struct place p;
	OWNED_BUF(wal, 1000000);
	const size_t last = WAL_HEAD + 2 * GROUP_MORE + 7 * 256;

	(void)state;
	three_groups(&p, &wal);
	for (size_t i = 0; i < wal.n; i++) {
		OWNED(store_log) log = NULL;
		struct why why;
		enum err e;

		wal.at[i] ^= 0x41;
		put(&p, "wal", buf_span(&wal));
		e = store_log_open(p.pub, p.priv, &log, &why);
		if (e == ERR_OK) {
			assert_true(i >= last); /* as if torn */
			holds_first(log, 7);
		} else {
			assert_true(e == ERR_DAMAGED || e == ERR_MISMATCH);
			assert_true(i < last);
		}
		wal.at[i] ^= 0x41;
	}
	place_drop(&p);
}

static void
lost_tiles_come_back_from_the_wal(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	log = opened(&p);
	assert_int_equal(append(log, 700), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	log = store_log_free(log);
	run("rm -r %s/public/tile", p.root);
	log = opened(&p);
	assert_int_equal(store_log_publish(log), ERR_OK);
	verifies(&p, 700);
	log = store_log_free(log);
	run("printf x | dd of=%s/public/tile/0/001 bs=1 seek=77 conv=notrunc "
	    "2>&1 | cat > /dev/null",
		p.root);
	assert_int_equal(verify(&p, NULL, NULL), ERR_DAMAGED);
	log = opened(&p);
	assert_int_equal(store_log_publish(log), ERR_OK);
	verifies(&p, 700);
	place_drop(&p);
}

static void
a_rollback_is_refused(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	log = opened(&p);
	assert_int_equal(append(log, 300), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	log = store_log_free(log);
	place_save(&p, "public");
	place_save(&p, "private");
	log = opened(&p);
	assert_int_equal(append(log, 300), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	log = store_log_free(log);
	run("cp %s/private/cas %s/cas.kept", p.root, p.root);
	place_back(&p, "public");
	place_back(&p, "private");
	assert_int_equal(open_says(&p), ERR_OK); /* nothing can tell */
	run("cp %s/cas.kept %s/private/cas", p.root, p.root);
	assert_int_equal(open_says(&p), ERR_MISMATCH);
	place_drop(&p);
}

static void
another_history_of_the_same_size_is_refused(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;
	struct ledger_entry e = entry_at(9);

	(void)state;
	create(&p);
	place_save(&p, "public");
	place_save(&p, "private");
	log = opened(&p);
	assert_int_equal(append(log, 1), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	log = store_log_free(log);
	run("cp %s/private/cas %s/cas.kept", p.root, p.root);
	place_back(&p, "public");
	place_back(&p, "private");
	log = opened(&p);
	assert_int_equal(store_log_append(log, &e, 1), ERR_OK);
	assert_int_equal(append(log, 1), ERR_OK);
	log = store_log_free(log);
	run("cp %s/cas.kept %s/private/cas", p.root, p.root);
	assert_int_equal(open_says(&p), ERR_MISMATCH);
	place_drop(&p);
}

static void
files_of_one_ledger_that_disagree_are_refused(void **state)
{
	static const char *const files[] = {
		"private/cas", "private/wal", "private/key"};
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	run("cp %s/private/cas %s/cas.old", p.root, p.root);
	run("cp %s/public/checkpoint %s/checkpoint.old", p.root, p.root);
	log = opened(&p);
	for (int i = 0; i < 2; i++) { /* past where the wal is trimmed */
		assert_int_equal(append(log, 5000), ERR_OK);
		assert_int_equal(store_log_publish(log), ERR_OK);
		assert_int_equal(store_log_settle(log), ERR_OK);
	}
	log = store_log_free(log);
	place_save(&p, "private");
	place_save(&p, "public");
	run("cp %s/cas.old %s/private/cas", p.root, p.root);
	assert_int_equal(open_says(&p), ERR_MISMATCH);
	place_back(&p, "private");
	run("cp %s/checkpoint.old %s/public/checkpoint", p.root, p.root);
	assert_int_equal(open_says(&p), ERR_MISMATCH);
	run("rm %s/public/checkpoint", p.root);
	assert_int_equal(open_says(&p), ERR_MISMATCH);
	place_back(&p, "public");
	run("rm -r %s/public/tile", p.root);
	assert_int_equal(open_says(&p), ERR_DAMAGED);
	place_back(&p, "public");
	run("printf x >> %s/public/ledger.vkey", p.root);
	assert_int_equal(open_says(&p), ERR_DAMAGED);
	place_back(&p, "public");
	assert_int_equal(open_says(&p), ERR_OK);
	for (size_t i = 0; i < 3; i++) {
		run("printf x >> %s/%s", p.root, files[i]);
		assert_int_equal(open_says(&p),
			i == 1 ? ERR_OK /* a torn end */ : ERR_DAMAGED);
		place_back(&p, "private");
	}
	place_drop(&p);
}

/* ---- faults at every step ---- */

static int step_wanted;
static int step_now;
static bool step_kills;
static int step_errno;

static int
step_hook(enum store_log_step step, const char *name)
{
	(void)step;
	(void)name;
	if (step_now++ != step_wanted)
		return 0;
	if (step_kills)
		_exit(9);
	return step_errno;
}

/* What the processes below do: returns how many entries were acknowledged,
 * in `acked`, before the first failure. */
static enum err
work(struct place *p, uint64_t *acked)
{
	static const size_t groups[] = {3, 260, 1};
	OWNED(store_log) log = NULL;
	struct why why;
	enum err e = store_log_open(p->pub, p->priv, &log, &why);

	for (size_t i = 0; e == ERR_OK && i < 3; i++) {
		e = append(log, groups[i]);
		if (e == ERR_OK)
			*acked += groups[i];
		if (e == ERR_OK)
			e = store_log_publish(log);
	}
	return e;
}

static void
after_the_fault(struct place *p, uint64_t least)
{
	OWNED(store_log) log = NULL;
	uint64_t size;

	store_log_set_hook(NULL);
	log = opened(p);
	size = store_log_size(log);
	assert_true(size >= least && size <= 264);
	holds_first(log, size);
	verifies(p, store_log_published(log));
	assert_int_equal(append(log, 1), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	verifies(p, size + 1);
}

static void
a_failed_write_or_sync_anywhere_loses_nothing(void **state)
{
	static const int errors[] = {EIO, ENOSPC};

	(void)state;
	for (step_wanted = 0;; step_wanted++) {
		struct place p;
		uint64_t acked = 0;
		enum err e;

		create(&p);
		step_now = 0;
		step_kills = false;
		step_errno = errors[step_wanted % 2];
		store_log_set_hook(step_hook);
		e = work(&p, &acked);
		store_log_set_hook(NULL);
		if (step_now <= step_wanted) {
			assert_int_equal(e, ERR_OK);
			place_drop(&p);
			break;
		}
		assert_int_equal(e, ERR_IO);
		after_the_fault(&p, acked);
		place_drop(&p);
	}
	assert_true(step_wanted > 60);
}

static void
after_a_failure_the_log_does_nothing_more(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	log = opened(&p);
	step_wanted = 1; /* the sync of the wal */
	step_now = 0;
	step_kills = false;
	step_errno = EIO;
	store_log_set_hook(step_hook);
	assert_int_equal(append(log, 3), ERR_IO);
	store_log_set_hook(NULL);
	assert_int_equal(append(log, 3), ERR_IO);
	assert_int_equal(store_log_publish(log), ERR_IO);
	assert_int_equal(store_log_size(log), 0);
	place_drop(&p);
}

static void
a_kill_anywhere_loses_nothing(void **state)
{
	(void)state;
	for (step_wanted = 0;; step_wanted++) {
		struct place p;
		int status;
		pid_t pid;
		uint64_t *acked =
			mmap(NULL, sizeof(*acked), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		assert_ptr_not_equal(acked, MAP_FAILED);
		create(&p);
		pid = fork();
		if (pid == 0) {
			step_now = 0;
			step_kills = true;
			store_log_set_hook(step_hook);
			_exit(work(&p, acked) == ERR_OK ? 0 : 1);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		after_the_fault(&p, *acked);
		place_drop(&p);
		(void)munmap(acked, sizeof(*acked));
		if (WEXITSTATUS(status) == 0)
			break;
		assert_int_equal(WEXITSTATUS(status), 9);
	}
	assert_true(step_wanted > 60);
}

static void
a_kill_in_the_middle_of_creating_leaves_room_for_another_try(void **state)
{
	(void)state;
	for (step_wanted = 0;; step_wanted++) {
		struct place p;
		enum err e;

		place_make(&p);
		step_now = 0;
		step_kills = false;
		step_errno = EIO;
		store_log_set_hook(step_hook);
		e = store_log_create(p.pub, p.priv, ORIGIN, seed);
		store_log_set_hook(NULL);
		if (e != ERR_OK && open_says(&p) != ERR_OK)
			e = store_log_create(p.pub, p.priv, ORIGIN, seed);
		assert_int_equal(open_says(&p), ERR_OK);
		verifies(&p, 0);
		place_drop(&p);
		if (step_now <= step_wanted)
			break;
	}
	assert_true(step_wanted > 10);
}

/* The order that all of it rests on. */
static char steps[100000];

static int
recording_hook(enum store_log_step step, const char *name)
{
	static const char letters[] = "WBSRMX";
	size_t n = strlen(steps);

	if (n + 256 > sizeof(steps))
		return 0;
	(void)snprintf(
		steps + n, sizeof(steps) - n, "%c %s\n", letters[step], name);
	return 0;
}

static void
the_checkpoint_comes_last_and_cas_right_before_it(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;
	static const char *const synced[] = {"S tile/entries/000\n",
		"S tile/0/001.p/44\n", "S tile/1/000.p/1\n", "S tile/1/000.p\n",
		"S tile/1\n", "S tile\n", "S .\n", "S checkpoint\n"};
	const char *cas;
	const char *tile;

	(void)state;
	create(&p);
	log = opened(&p);
	steps[0] = 0;
	store_log_set_hook(recording_hook);
	assert_int_equal(append(log, 300), ERR_OK);
	assert_ptr_equal(strstr(steps, "W wal\nS wal\nW tile/"), steps);
	assert_non_null(strstr(steps, "W tile/entries/000\n"
				      "B tile/entries/000\n"
				      "R tile/entries/000\n"));
	assert_null(strstr(steps, "S tile"));
	steps[0] = 0;
	assert_int_equal(store_log_publish(log), ERR_OK);
	store_log_set_hook(NULL);
	cas = strstr(steps, "W cas\nS cas\nW checkpoint\nB checkpoint\n"
			    "R checkpoint\n");
	assert_non_null(cas);
	for (tile = strstr(steps, "tile/"); tile != NULL;
		tile = strstr(tile + 1, "tile/"))
		assert_true(tile < cas);
	steps[0] = 0;
	store_log_set_hook(recording_hook);
	assert_int_equal(store_log_settle(log), ERR_OK);
	store_log_set_hook(NULL);
	/* Files and folders, and only then the claim that they are durable. */
	cas = strstr(steps, "W cas\nS cas\n");
	assert_non_null(cas);
	assert_string_equal(cas, "W cas\nS cas\n");
	for (size_t i = 0; i < sizeof(synced) / sizeof(synced[0]); i++) {
		const char *at = strstr(steps, synced[i]);

		assert_non_null(at);
		assert_true(at < cas);
	}
	place_drop(&p);
}

static void
every_failed_allocation_is_survived(void **state)
{
	struct place p;

	(void)state;
	create(&p);
	for (int n = 0;; n++) {
		OWNED(store_log) log = NULL;
		struct why why;
		uint64_t acked = 0;
		enum err e;

		assert_true(n < 1000);
		mem_fail_after(n);
		e = store_log_open(p.pub, p.priv, &log, &why);
		if (e == ERR_OK) {
			acked = store_log_size(log);
			e = append(log, 40);
			acked += e == ERR_OK ? 40 : 0;
		}
		if (e == ERR_OK)
			e = store_log_publish(log);
		mem_fail_after(-1);
		assert_true(e == ERR_OK || e == ERR_NOMEM || e == ERR_IO);
		log = store_log_free(log);
		log = opened(&p);
		assert_true(store_log_size(log) >= acked);
		if (e == ERR_OK)
			break;
	}
	for (int n = 0;; n++) {
		enum err e;

		mem_fail_after(n);
		e = verify(&p, NULL, NULL);
		mem_fail_after(-1);
		if (e == ERR_OK)
			break;
		assert_true(n < 1000);
		assert_int_equal(e, ERR_NOMEM);
	}
	place_drop(&p);
}

static void
an_append_without_memory_appended_nothing(void **state)
{
	struct place p;

	(void)state;
	create(&p);
	for (int n = 0;; n++) {
		OWNED(store_log) log = opened(&p);
		uint64_t size = store_log_size(log);
		enum err e;

		assert_true(n < 100);
		mem_fail_after(n);
		e = append(log, 300);
		mem_fail_after(-1);
		assert_true(e == ERR_OK || e == ERR_NOMEM);
		holds_first(log, size + (e == ERR_OK ? 300 : 0));
		assert_int_equal(append(log, 3), ERR_OK);
		holds_first(log, size + (e == ERR_OK ? 303 : 3));
		if (e == ERR_OK)
			break;
	}
	place_drop(&p);
}

/* What was written and not yet signed may be in memory alone, when a sync
 * failed and the process was started again: it is written anew. */
static void
what_may_not_have_reached_the_disk_is_written_anew(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	log = opened(&p);
	assert_int_equal(append(log, 3), ERR_OK);
	log = store_log_free(log);
	steps[0] = 0;
	store_log_set_hook(recording_hook);
	log = opened(&p);
	assert_string_equal(steps, "W wal\nS wal\nR wal\nS .\n");
	assert_int_equal(store_log_publish(log), ERR_OK);
	assert_int_equal(store_log_settle(log), ERR_OK);
	log = store_log_free(log);
	steps[0] = 0;
	log = opened(&p);
	store_log_set_hook(NULL);
	assert_string_equal(steps, "");
	place_drop(&p);
}

static void
an_old_cas_is_refused(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	run("cp %s/private/cas %s/cas.old", p.root, p.root);
	log = opened(&p);
	assert_int_equal(append(log, 3), ERR_OK);
	assert_int_equal(store_log_publish(log), ERR_OK);
	log = store_log_free(log);
	run("cp %s/cas.old %s/private/cas", p.root, p.root);
	assert_int_equal(open_says(&p), ERR_MISMATCH);
	place_drop(&p);
}

static void
no_checkpoint_is_signed_on_demand(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;
	OWNED_BUF(note, 10000);

	(void)state;
	create(&p);
	log = opened(&p);
	assert_int_equal(store_log_sign(log, SPAN(ORIGIN "\n7\nroot\n"), &note),
		ERR_NOT_ALLOWED);
	assert_int_equal(
		store_log_sign(log, SPAN("heads"), &note), ERR_NOT_ALLOWED);
	assert_int_equal(note.n, 0);
	assert_int_equal(
		store_log_sign(log, SPAN("heads\n" ORIGIN "\n"), &note),
		ERR_OK);
	place_drop(&p);
}

static void
more_than_may_wait_publishes_itself(void **state)
{
	struct place p;
	OWNED(store_log) log = NULL;

	(void)state;
	create(&p);
	log = opened(&p);
	for (int i = 0; i < 5; i++)
		assert_int_equal(append(log, STORE_LOG_GROUP), ERR_OK);
	assert_int_equal(store_log_published(log), 4 * STORE_LOG_GROUP);
	log = store_log_free(log);
	log = opened(&p);
	assert_int_equal(store_log_size(log), 5 * STORE_LOG_GROUP);
	assert_int_equal(store_log_publish(log), ERR_OK);
	verifies(&p, 5 * STORE_LOG_GROUP);
	place_drop(&p);
}

#define PROMISE(f) cmocka_unit_test_teardown(f, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PROMISE(a_new_ledger_is_empty_and_signed),
		PROMISE(a_folder_without_a_ledger_is_not_one),
		PROMISE(the_seed_is_readable_by_its_owner_alone),
		PROMISE(entries_come_back_published_or_not),
		PROMISE(the_tiles_are_those_of_the_plain_tree),
		PROMISE(sizes_at_random_are_as_good),
		PROMISE(a_published_entry_is_proved_to_anybody),
		PROMISE(a_kept_checkpoint_shows_that_the_past_stands),
		PROMISE(a_second_writer_is_refused),
		PROMISE(old_partial_tiles_go_when_full_ones_have_come),
		PROMISE(every_byte_of_every_public_file_is_vouched_for),
		PROMISE(every_byte_of_every_upper_tile_is_vouched_for),
		PROMISE(the_fault_is_named_by_file_and_offset),
		PROMISE(what_does_not_belong_is_a_fault),
		PROMISE(a_keeper_that_lies_is_found_out),
		PROMISE(nothing_is_signed_over_a_disk_that_lies),
		PROMISE(what_is_written_is_read_back),
		PROMISE(nothing_is_signed_over_a_memory_that_lies),
		PROMISE(a_torn_wal_keeps_whole_groups_and_no_part_of_one),
		PROMISE(zeros_at_the_end_of_the_wal_are_a_torn_group),
		PROMISE(a_changed_byte_in_the_wal_never_changes_an_entry),
		PROMISE(lost_tiles_come_back_from_the_wal),
		PROMISE(a_rollback_is_refused),
		PROMISE(another_history_of_the_same_size_is_refused),
		PROMISE(files_of_one_ledger_that_disagree_are_refused),
		PROMISE(a_failed_write_or_sync_anywhere_loses_nothing),
		PROMISE(after_a_failure_the_log_does_nothing_more),
		PROMISE(a_kill_anywhere_loses_nothing),
		PROMISE(a_kill_in_the_middle_of_creating_leaves_room_for_another_try),
		PROMISE(the_checkpoint_comes_last_and_cas_right_before_it),
		PROMISE(every_failed_allocation_is_survived),
		PROMISE(an_append_without_memory_appended_nothing),
		PROMISE(what_may_not_have_reached_the_disk_is_written_anew),
		PROMISE(an_old_cas_is_refused),
		PROMISE(no_checkpoint_is_signed_on_demand),
		PROMISE(more_than_may_wait_publishes_itself),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
