/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What others wrote is judged by us, and what we write by others: Go's
 * golang.org/x/mod/sumdb, a reference writer and prover in Python, openssl on
 * the command line, and the test vectors of the projects that use the same
 * formats.  Each is skipped, by name, where it is not installed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <jansson.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/code.h"
#include "crypto/crypto.h"
#include "ledger/proof.h"
#include "ledger/tile.h"
#include "os/file.h"
#include "plain.h"
#include "store/log.h"

#define SHARED WEIR_SOURCE "/../shared"
#define TLOG SHARED "/data/tlog"
#define DATA WEIR_SOURCE "/tests/ledger/data"
#define TOOLS SHARED "/tools/ledger"
#define GOCODE "/usr/share/gocode"

static char work[64] = "/tmp/weir-others-XXXXXX";

static int
set_up(void **state)
{
	(void)state;
	return crypto_init() == ERR_OK && mkdtemp(work) != NULL ? 0 : -1;
}

static int
run(const char *fmt, ...)
{
	char command[2048];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	return system(command);
}

static int
tear_down(void **state)
{
	(void)state;
	return run("rm -rf %s", work);
}

static void
needs(const char *path)
{
	if (access(path, R_OK) != 0) {
		print_message("skipped: %s is not here\n", path);
		skip();
	}
}

/* ---- notes of eight projects ---- */

static const char *
text_of(const json_t *in, const char *name)
{
	return json_string_value(json_object_get(in, name));
}

static void
note_is_judged_as_they_do(const json_t *record)
{
	const json_t *vkeys = json_object_get(record, "vkeys");
	struct ledger_vkey keys[8];
	struct ledger_note note;
	size_t n = json_array_size(vkeys);
	enum err e =
		ledger_note_parse(span_text(text_of(record, "note")), &note);
	uint64_t who = 0;

	for (size_t i = 0; i < n; i++)
		assert_int_equal(
			ledger_vkey_parse(span_text(json_string_value(
						  json_array_get(vkeys, i))),
				&keys[i]),
			ERR_OK);
	if (e == ERR_OK)
		e = ledger_note_verify(&note, keys, n, &who);
	if ((e == ERR_OK) != json_is_true(json_object_get(record, "want_ok")))
		fail_msg("%s: %s", text_of(record, "name"), err_text(e));
}

/* Their published test keys sign the same bytes with our code. */
static bool
seed_of(const json_t *record, uint8_t seed[32])
{
	const char *skey = text_of(record, "skey");
	const char *hex = text_of(record, "ed25519_seed_hex");
	uint8_t raw[33];
	size_t n;

	if (hex != NULL)
		return code_hex_parse(span_text(hex), seed, 32);
	if (skey == NULL)
		return false;
	/* ...+NAME+id+base64(type || seed): the code may hold a '+' itself */
	for (int i = 0; i < 3; i++)
		skey = strchr(skey, '+') + 1;
	assert_true(code_base64_parse(span_text(skey), raw, 33, &n) && n == 33);
	memcpy(seed, raw + 1, 32);
	return true;
}

static size_t
note_is_signed_as_they_do(const json_t *record)
{
	struct ledger_vkey key;
	struct ledger_note note;
	uint8_t seed[32];
	OWNED_BUF(line, 10000);
	bool found = false;
	json_int_t at =
		json_integer_value(json_object_get(record, "timestamp"));

	if (!seed_of(record, seed))
		return 0;
	assert_int_equal(ledger_vkey_parse(
				 span_text(json_string_value(json_array_get(
					 json_object_get(record, "vkeys"), 0))),
				 &key),
		ERR_OK);
	assert_int_equal(
		ledger_note_parse(span_text(text_of(record, "note")), &note),
		ERR_OK);
	assert_int_equal(
		ledger_note_line(&key, seed, at, note.text, &line), ERR_OK);
	for (size_t i = 0; i < note.n_sigs; i++)
		found = found || span_eq(note.sigs[i].line, buf_span(&line));
	if (!found)
		fail_msg("%s: another line", text_of(record, "name"));
	return 1;
}

static void
notes_of_other_projects_are_read_and_signed_alike(void **state)
{
	json_t *all;
	size_t n_signed = 0;

	(void)state;
	needs(DATA "/notes.json");
	all = json_load_file(DATA "/notes.json", 0, NULL);
	assert_true(json_array_size(all) >= 27);
	for (size_t i = 0; i < json_array_size(all); i++) {
		note_is_judged_as_they_do(json_array_get(all, i));
		n_signed += note_is_signed_as_they_do(json_array_get(all, i));
	}
	assert_true(n_signed > 15);
	json_decref(all);
}

/* ---- proofs of transparency-dev/merkle ---- */

static bool
hash_of(const json_t *text, struct ledger_hash *ret)
{
	size_t n;

	return json_is_string(text) &&
	       code_base64_parse(
		       span_text(json_string_value(text)), ret->at, 32, &n) &&
	       n == 32;
}

static bool
proof_of(const json_t *record, struct ledger_proof *p)
{
	const json_t *hashes = json_object_get(record, "proof");

	p->n = json_array_size(hashes);
	if (p->n > LEDGER_PROOF_MAX)
		return false;
	for (size_t i = 0; i < p->n; i++)
		if (!hash_of(json_array_get(hashes, i), &p->at[i]))
			return false;
	return true;
}

static uint64_t
number_of(const json_t *record, const char *name)
{
	double d = json_number_value(json_object_get(record, name));

	return d > 9e18 ? UINT64_MAX : (uint64_t)d; /* -1, in one of them */
}

static size_t n_vectors;

static int
vector_inclusion(
	const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	json_t *r;
	struct ledger_proof p;
	struct ledger_hash leaf;
	struct ledger_hash root;
	enum err e = ERR_MALFORMED;

	(void)st;
	(void)ftw;
	if (type != FTW_F)
		return 0;
	r = json_load_file(path, JSON_DECODE_INT_AS_REAL, NULL);
	assert_non_null(r);
	if (proof_of(r, &p) && hash_of(json_object_get(r, "leafHash"), &leaf) &&
		hash_of(json_object_get(r, "root"), &root))
		e = ledger_inclusion_check(&p, number_of(r, "leafIdx"),
			number_of(r, "treeSize"), &leaf, &root);
	if ((e != ERR_OK) != json_is_true(json_object_get(r, "wantErr")))
		fail_msg("%s (%s): %s", path, text_of(r, "desc"), err_text(e));
	json_decref(r);
	n_vectors++;
	return 0;
}

/* One of theirs has roots that are no hashes and proves nothing with them. */
static bool
is_about_hashes(const json_t *r)
{
	struct ledger_hash h;

	return hash_of(json_object_get(r, "root1"), &h) &&
	       hash_of(json_object_get(r, "root2"), &h);
}

static int
vector_consistency(
	const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	json_t *r;
	struct ledger_proof p;
	struct ledger_hash old;
	struct ledger_hash now;
	enum err e = ERR_MALFORMED;
	bool wrong;

	(void)st;
	(void)ftw;
	if (type != FTW_F)
		return 0;
	r = json_load_file(path, JSON_DECODE_INT_AS_REAL, NULL);
	assert_non_null(r);
	wrong = json_is_true(json_object_get(r, "wantErr"));
	if (proof_of(r, &p) && hash_of(json_object_get(r, "root1"), &old) &&
		hash_of(json_object_get(r, "root2"), &now))
		e = ledger_consistency_check(&p, number_of(r, "size1"),
			number_of(r, "size2"), &old, &now);
	if ((e != ERR_OK) != wrong && is_about_hashes(r))
		fail_msg("%s (%s): %s", path, text_of(r, "desc"), err_text(e));
	json_decref(r);
	n_vectors++;
	return 0;
}

static void
proofs_of_other_projects_are_judged_alike(void **state)
{
	(void)state;
	needs(TLOG "/merkle/testdata");
	n_vectors = 0;
	assert_int_equal(nftw(TLOG "/merkle/testdata/inclusion",
				 vector_inclusion, 8, FTW_PHYS),
		0);
	assert_int_equal(nftw(TLOG "/merkle/testdata/consistency",
				 vector_consistency, 8, FTW_PHYS),
		0);
	assert_int_equal(n_vectors, 196);
}

/* ---- logs of other projects ---- */

static void
check_their_log(const char *dir, const char *vkey, uint64_t want)
{
	OWNED_FD fd = open(dir, O_RDONLY | O_DIRECTORY);
	OWNED_BUF(bytes, 100000);
	struct ledger_vkey key;
	struct ledger_checkpoint cp;
	struct store_log_dir from = {.dir = fd};
	struct ledger_tiles tiles = {.read = store_log_tile, .arg = &from};

	assert_true(fd >= 0);
	assert_int_equal(ledger_vkey_parse(span_text(vkey), &key), ERR_OK);
	assert_int_equal(os_read(fd, "checkpoint", &bytes), ERR_OK);
	assert_int_equal(
		ledger_checkpoint_open(buf_span(&bytes), &key, &cp), ERR_OK);
	assert_int_equal(cp.size, want);
	from.size = cp.size;
	tiles.size = cp.size;
	for (uint64_t i = 0; i < cp.size; i++) {
		OWNED_BUF(entry, 70000);
		struct ledger_proof p;
		struct ledger_hash leaf;

		assert_int_equal(
			store_log_read_entry(&from, i, &entry), ERR_OK);
		leaf = ledger_hash_leaf(buf_span(&entry));
		assert_int_equal(ledger_inclusion_make(&tiles, i, &p), ERR_OK);
		assert_int_equal(
			ledger_inclusion_check(&p, i, cp.size, &leaf, &cp.root),
			ERR_OK);
	}
}

static const char tessera_key[] = "example.com/log/testdata+33d7b496+"
				  "AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+"
				  "oO5xCFkkSx";

static void
a_log_of_tessera_is_read(void **state)
{
	(void)state;
	needs(TLOG "/tessera-log/testdata/log");
	check_their_log(TLOG "/tessera-log/testdata/log", tessera_key, 15);
}

static void
tesseras_checkpoints_are_consistent(void **state)
{
	OWNED_FD dir = -1;
	struct ledger_vkey key;

	(void)state;
	needs(TLOG "/tessera-log/testdata/log");
	dir = open(TLOG "/tessera-log/testdata/log", O_RDONLY | O_DIRECTORY);
	assert_int_equal(
		ledger_vkey_parse(span_text(tessera_key), &key), ERR_OK);
	for (int i = 0; i <= 15; i++) {
		OWNED_BUF(old, 10000);
		char name[32];

		(void)snprintf(name, sizeof(name), "checkpoint.%d", i);
		assert_int_equal(os_read(dir, name, &old), ERR_OK);
		assert_int_equal(
			store_log_extends(dir, &key, buf_span(&old)), ERR_OK);
	}
}

static void
a_log_of_257_with_a_witness_is_read(void **state)
{
	OWNED_BUF(vkeys, 10000);
	struct span left;
	char vkey[LEDGER_NAME_MAX];

	(void)state;
	needs(TLOG "/log257/vkeys.txt");
	assert_int_equal(
		os_read(AT_FDCWD, TLOG "/log257/vkeys.txt", &vkeys), ERR_OK);
	left = buf_span(&vkeys);
	for (struct span word = span_cut(&left, '\n'); word.n > 0;
		word = span_cut(&left, '\n')) {
		struct ledger_vkey key;
		const uint8_t *at = memmem(word.at, word.n, "ledger.", 7);

		if (at == NULL)
			continue;
		word = span_trim(span_of(at, word.n - (size_t)(at - word.at)));
		assert_true(span_copy(word, vkey, sizeof(vkey)));
		assert_int_equal(ledger_vkey_parse(word, &key), ERR_OK);
		check_their_log(TLOG "/log257", vkey, 257);
		return;
	}
	fail_msg("no key in vkeys.txt");
}

static void
their_proof_files_hold(void **state)
{
	static const int indices[] = {0, 7, 14};
	struct ledger_vkey key;

	(void)state;
	needs(DATA);
	assert_int_equal(
		ledger_vkey_parse(span_text(tessera_key), &key), ERR_OK);
	for (int i = 0; i < 3; i++) {
		OWNED_BUF(file, 10000);
		OWNED_BUF(entry, 10000);
		OWNED_BUF(again, 10000);
		struct ledger_proof_file f;
		char path[512];
		uint64_t index;

		(void)snprintf(path, sizeof(path),
			DATA "/tessera-%d.tlog-proof", indices[i]);
		assert_int_equal(os_read(AT_FDCWD, path, &file), ERR_OK);
		(void)snprintf(path, sizeof(path),
			DATA "/tessera-%d.tlog-proof.entry", indices[i]);
		assert_int_equal(os_read(AT_FDCWD, path, &entry), ERR_OK);
		assert_int_equal(ledger_proof_check(buf_span(&file),
					 buf_span(&entry), &key, &index, NULL),
			ERR_OK);
		assert_int_equal(index, indices[i]);
		assert_int_equal(
			ledger_proof_parse(buf_span(&file), &f), ERR_OK);
		ledger_proof_write(&f, &again);
		assert_true(span_eq(buf_span(&again), buf_span(&file)));
	}
}

/* ---- the reference writer, byte for byte ---- */

static void
same_file(const char *dir, const char *path, struct span want)
{
	OWNED_BUF(got, 1000000);
	char name[256];

	(void)snprintf(name, sizeof(name), "%s/%s", dir, path);
	assert_int_equal(os_read(AT_FDCWD, name, &got), ERR_OK);
	if (!span_eq(buf_span(&got), want))
		fail_msg("%s differs", path);
}

static void
same_bundles(const char *dir, size_t n, struct ledger_hash *leaves)
{
	OWNED_BUF(bundle, 100000);
	struct ledger_tile t = {.level = LEDGER_TILE_ENTRIES};
	char path[LEDGER_TILE_PATH];

	for (size_t i = 0; i < n; i++) {
		char entry[32];
		int length = snprintf(entry, sizeof(entry), "entry %zu", i);

		leaves[i] = ledger_hash_leaf(span_of(entry, (size_t)length));
		ledger_bundle_add(&bundle, span_of(entry, (size_t)length));
		t.n = i / 256;
		t.width = ledger_tile_width(t.level, t.n, n);
		if (i % 256 + 1 < t.width)
			continue;
		ledger_tile_path(&t, path);
		same_file(dir, path, buf_span(&bundle));
		buf_clear(&bundle);
	}
}

static void
same_tiles(const char *dir, size_t n, const struct ledger_hash *leaves)
{
	for (int level = 0; level < 4; level++) {
		size_t under = (size_t)1 << (8 * level);

		for (uint64_t k = 0; ledger_tile_width(level, k, n) > 0; k++) {
			struct ledger_tile t = {
				level, k, ledger_tile_width(level, k, n)};
			struct ledger_hash tile[256];
			char path[LEDGER_TILE_PATH];

			for (size_t i = 0; i < t.width; i++)
				tile[i] = ledger_tree_over(
					leaves + (k * 256 + i) * under, under);
			ledger_tile_path(&t, path);
			same_file(dir, path, span_of(tile, t.width * 32));
		}
	}
}

static void
make_key(const char *name, uint8_t type, const char *phrase, uint8_t seed[32],
	struct ledger_vkey *key)
{
	uint8_t public[32];

	crypto_sha256(span_text(phrase), seed);
	assert_int_equal(crypto_ed_public(seed, public), ERR_OK);
	assert_int_equal(ledger_vkey_make(name, type, public, key), ERR_OK);
}

static void
same_checkpoint(const char *dir, size_t n, const struct ledger_hash *leaves)
{
	struct ledger_checkpoint cp = {.size = n};
	struct ledger_vkey log;
	struct ledger_vkey witness;
	uint8_t log_seed[32];
	uint8_t witness_seed[32];
	OWNED_BUF(text, 1000);
	OWNED_BUF(note, 1000);

	make_key("ledger.example.org/test", LEDGER_VKEY_ED25519, "test log",
		log_seed, &log);
	make_key("witness.example.org/w1", LEDGER_VKEY_COSIGN, "test witness",
		witness_seed, &witness);
	cp.root = ledger_tree_over(leaves, n);
	memcpy(cp.origin, log.name, sizeof(cp.origin));
	ledger_checkpoint_text(&cp, &text);
	assert_int_equal(
		ledger_note_sign(&log, log_seed, buf_span(&text), &note),
		ERR_OK);
	assert_int_equal(ledger_note_line(&witness, witness_seed, 1767139200,
				 buf_span(&text), &note),
		ERR_OK);
	same_file(dir, "checkpoint", buf_span(&note));
}

static void
same_ledger(size_t n)
{
	struct ledger_hash *leaves = calloc(n, sizeof(*leaves));
	char dir[128];

	(void)snprintf(dir, sizeof(dir), "%s/ref-%zu", work, n);
	assert_int_equal(
		run("python3 " TOOLS "/mklog.py %s %zu > /dev/null", dir, n),
		0);
	same_bundles(dir, n, leaves);
	same_tiles(dir, n, leaves);
	same_checkpoint(dir, n, leaves);
	assert_int_equal(run("rm -rf %s", dir), 0);
	free(leaves);
}

static void
we_write_what_the_reference_writer_writes(void **state)
{
	static const size_t sizes[] = {1, 255, 256, 257, 5000, 65537};

	(void)state;
	needs(TOOLS "/mklog.py");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		same_ledger(sizes[i]);
}

/* Others each time; the number printed draws the same again. */
static void
we_write_it_at_sizes_that_are_drawn(void **state)
{
	const char *again = getenv("WEIR_SEED");
	unsigned seed = again != NULL ? (unsigned)strtoul(again, NULL, 10)
				      : (unsigned)time(NULL);

	(void)state;
	needs(TOOLS "/mklog.py");
	print_message("WEIR_SEED=%u\n", seed);
	for (int i = 0; i < 8; i++)
		same_ledger(1 + (size_t)rand_r(&seed) % 70000);
}

/* ---- a log of ours ---- */

static struct store_log *
our_log(const char *name, size_t n, size_t step)
{
	static struct ledger_entry some[STORE_LOG_GROUP];
	OWNED_FD public = -1;
	OWNED_FD private = -1;
	char path[128];
	uint8_t seed[32] = {1, 2, 3};
	struct store_log *log = NULL;

	assert_int_equal(
		run("mkdir -p %s/%s %s/%s-private", work, name, work, name), 0);
	(void)snprintf(path, sizeof(path), "%s/%s", work, name);
	public = open(path, O_RDONLY | O_DIRECTORY);
	(void)snprintf(path, sizeof(path), "%s/%s-private", work, name);
	private = open(path, O_RDONLY | O_DIRECTORY);
	assert_int_equal(store_log_create(public, private,
				 "weir.example.gov/sandbox", seed),
		ERR_OK);
	assert_int_equal(store_log_open(public, private, &log, NULL), ERR_OK);
	for (size_t at = 0; at < n; at += step) {
		size_t more = n - at < step ? n - at : step;

		for (size_t i = 0; i < more; i++) {
			some[i] = (struct ledger_entry){.day = 20100};
			some[i].tag[0] = (uint8_t)i;
		}
		assert_int_equal(store_log_append(log, some, more), ERR_OK);
		assert_int_equal(store_log_publish(log), ERR_OK);
		if (at == 0)
			assert_int_equal(run("cp %s/%s/checkpoint %s/%s.old",
						 work, name, work, name),
				0);
	}
	return log;
}

static const char *
go_verifier(void)
{
	static char program[128];

	needs(GOCODE "/src/golang.org/x/mod/sumdb/tlog");
	if (system("command -v go > /dev/null") != 0) {
		print_message("skipped: go is not here\n");
		skip();
	}
	(void)snprintf(program, sizeof(program), "%s/verify", work);
	if (access(program, X_OK) != 0)
		assert_int_equal(
			run("cd %s && cp " WEIR_SOURCE
			    "/tests/ledger/verify-go/main.go . && HOME=%s "
			    "GO111MODULE=off GOPATH=" GOCODE
			    " GOFLAGS=-buildvcs=false GOCACHE=%s/gocache "
			    "go build -o verify main.go",
				work, work, work),
			0);
	return program;
}

static void
go_accepts_every_log_of_ours(void **state)
{
	static const struct {
		size_t n;
		size_t step;
		int every;
	} logs[] = {{1, 1, 1}, {300, 7, 1}, {66000, 16000, 211}};
	const char *program = go_verifier();

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		OWNED(store_log) log = NULL;
		OWNED_BUF(vkey, 1000);
		char name[32];

		(void)snprintf(name, sizeof(name), "go-%zu", logs[i].n);
		log = our_log(name, logs[i].n, logs[i].step);
		ledger_vkey_text(store_log_vkey(log), &vkey);
		buf_u8(&vkey, 0);
		assert_int_equal(run("%s %s/%s '%s' %d %s/%s.old", program,
					 work, name, (const char *)vkey.at,
					 logs[i].every, work, name),
			0);
	}
}

static void
go_refuses_a_changed_byte(void **state)
{
	static const char *const files[] = {"checkpoint", "tile/0/000",
		"tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"};
	const char *program = go_verifier();
	OWNED(store_log) log = NULL;
	OWNED_BUF(vkey, 1000);

	(void)state;
	log = our_log("changed", 300, 300);
	ledger_vkey_text(store_log_vkey(log), &vkey);
	buf_u8(&vkey, 0);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[256];
		uint8_t byte;
		int fd;

		(void)snprintf(
			path, sizeof(path), "%s/changed/%s", work, files[i]);
		fd = open(path, O_RDWR);
		assert_true(fd >= 0 && pread(fd, &byte, 1, 30) == 1);
		byte ^= 4;
		assert_int_equal(pwrite(fd, &byte, 1, 30), 1);
		assert_int_not_equal(
			run("%s %s/changed '%s' > /dev/null", program, work,
				(const char *)vkey.at),
			0);
		byte ^= 4;
		assert_int_equal(pwrite(fd, &byte, 1, 30), 1);
		close(fd);
	}
	assert_int_equal(
		run("%s %s/changed '%s'", program, work, (const char *)vkey.at),
		0);
}

/* ---- provers and verifiers with nothing of ours ---- */

static void
put(const char *path, struct span bytes)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes.at, bytes.n), (ssize_t)bytes.n);
	close(fd);
}

static void
our_proof_files_are_those_of_the_reference_prover(void **state)
{
	OWNED(store_log) log = NULL;

	(void)state;
	needs(TOOLS "/mkproof.py");
	log = our_log("proved", 601, 200);
	for (uint64_t i = 0; i < 601; i += 150) {
		OWNED_BUF(ours, 10000);
		OWNED_BUF(theirs, 10000);
		char path[128];

		(void)snprintf(path, sizeof(path), "%s/p", work);
		assert_int_equal(store_log_prove(log, i, &ours), ERR_OK);
		assert_int_equal(
			run("python3 " TOOLS "/mkproof.py %s/proved %d %s",
				work, (int)i, path),
			0);
		assert_int_equal(os_read(AT_FDCWD, path, &theirs), ERR_OK);
		assert_true(span_eq(buf_span(&ours), buf_span(&theirs)));
	}
}

static void
a_court_checks_our_proof_with_openssl_alone(void **state)
{
	static const uint64_t indices[] = {0, 123, 255, 256, 299};
	OWNED(store_log) log = NULL;
	OWNED_BUF(vkey, 1000);
	char path[128];
	const char *check = "bash " WEIR_SOURCE "/docs/verify-proof.sh '%s' "
			    "%s/court.proof %s/court.entry > /dev/null 2>&1";

	(void)state;
	log = our_log("court", 300, 300);
	ledger_vkey_text(store_log_vkey(log), &vkey);
	buf_u8(&vkey, 0);
	for (size_t i = 0; i < sizeof(indices) / sizeof(indices[0]); i++) {
		OWNED_BUF(proof, 10000);
		OWNED_BUF(wrong, 10000);
		struct ledger_entry e;
		uint8_t bytes[LEDGER_ENTRY];

		assert_int_equal(
			store_log_prove(log, indices[i], &proof), ERR_OK);
		assert_int_equal(store_log_entry(log, indices[i], &e), ERR_OK);
		ledger_entry_write(&e, bytes);
		(void)snprintf(path, sizeof(path), "%s/court.entry", work);
		put(path, span_of(bytes, sizeof(bytes)));
		(void)snprintf(path, sizeof(path), "%s/court.proof", work);
		put(path, buf_span(&proof));
		assert_int_equal(
			run(check, (const char *)vkey.at, work, work), 0);
		/* The index, a hash, the size, the signature. */
		for (size_t at = 29; at < proof.n; at += 131) {
			buf_clear(&wrong);
			buf_bytes(&wrong, buf_span(&proof));
			wrong.at[at] ^= 1;
			put(path, buf_span(&wrong));
			assert_int_not_equal(
				run(check, (const char *)vkey.at, work, work),
				0);
		}
		put(path, buf_span(&proof));
		(void)snprintf(path, sizeof(path), "%s/court.entry", work);
		bytes[200] ^= 1;
		put(path, span_of(bytes, sizeof(bytes)));
		assert_int_not_equal(
			run(check, (const char *)vkey.at, work, work), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			notes_of_other_projects_are_read_and_signed_alike),
		cmocka_unit_test(proofs_of_other_projects_are_judged_alike),
		cmocka_unit_test(a_log_of_tessera_is_read),
		cmocka_unit_test(tesseras_checkpoints_are_consistent),
		cmocka_unit_test(a_log_of_257_with_a_witness_is_read),
		cmocka_unit_test(their_proof_files_hold),
		cmocka_unit_test(we_write_what_the_reference_writer_writes),
		cmocka_unit_test(we_write_it_at_sizes_that_are_drawn),
		cmocka_unit_test(go_accepts_every_log_of_ours),
		cmocka_unit_test(go_refuses_a_changed_byte),
		cmocka_unit_test(
			our_proof_files_are_those_of_the_reference_prover),
		cmocka_unit_test(a_court_checks_our_proof_with_openssl_alone),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
