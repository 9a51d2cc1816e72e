/* SPDX-License-Identifier: Apache-2.0 */
#include "store/log_int.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/code.h"
#include "base/mem.h"
#include "base/read.h"
#include "crypto/crypto.h"
#include "os/file.h"

#define KEY_LINE SPAN("weir/ledger-key/v1")

enum {
	WAL_TRIM = 1 << 20, /* bytes; past it, full bundles leave the wal */
	TAIL_MAX = STORE_LOG_WAITING + 2 * STORE_LOG_GROUP,
	KEY_MAX = 1024,
	GROUP_MAX_BYTES = TAIL_MAX * LEDGER_ENTRY + 128,
};

/* ---- checkpoint and keys ---- */

static enum err
checkpoint_put(struct store_log *log)
{
	struct ledger_checkpoint cp = {.size = log->tree.size};
	OWNED_BUF(text, KEY_MAX);
	enum err e;

	cp.root = ledger_tree_root(&log->tree);
	memcpy(cp.origin, log->vkey.name, sizeof(cp.origin));
	ledger_checkpoint_text(&cp, &text);
	e = buf_error(&text);
	buf_clear(&log->scratch);
	if (e == ERR_OK)
		e = ledger_note_sign(
			&log->vkey, log->seed, buf_span(&text), &log->scratch);
	if (e == ERR_OK)
		e = store_log_file_replace(log->public_dir, "checkpoint",
			buf_span(&log->scratch), 0644);
	if (e != ERR_OK)
		return e;
	buf_clear(&log->checkpoint);
	buf_bytes(&log->checkpoint, buf_span(&log->scratch));
	return buf_error(&log->checkpoint);
}

/* First what is about to be signed, durably; then the signature. */
static enum err
sign(struct store_log *log)
{
	struct store_log_cas cas = {.size = log->tree.size};
	enum err e;

	cas.root = ledger_tree_root(&log->tree);
	e = store_log_cas_write(log->private_dir, &cas);
	return e == ERR_OK ? checkpoint_put(log) : e;
}

static enum err
vkey_put(const struct store_log *log)
{
	OWNED_BUF(text, KEY_MAX);

	ledger_vkey_text(&log->vkey, &text);
	buf_u8(&text, '\n');
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	return store_log_file_replace(
		log->public_dir, "ledger.vkey", buf_span(&text), 0644);
}

static enum err
key_put(const struct store_log *log)
{
	OWNED_BUF(text, KEY_MAX);

	buf_bytes(&text, KEY_LINE);
	buf_printf(&text, "\n%s\n", log->vkey.name);
	code_hex(&text, span_of(log->seed, sizeof(log->seed)));
	buf_u8(&text, '\n');
	if (buf_error(&text) != ERR_OK)
		return buf_error(&text);
	return store_log_file_replace(
		log->private_dir, "key", buf_span(&text), 0600);
}

static enum err
key_get(struct store_log *log)
{
	OWNED_BUF(text, KEY_MAX);
	struct reader r;
	struct span first;
	struct span name;
	struct span seed;
	char origin[LEDGER_NAME_MAX];
	uint8_t public[CRYPTO_ED_PUBLIC];
	enum err e = store_log_file_read(log->private_dir, "key", &text);

	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&text));
	first = read_line(&r);
	name = read_line(&r);
	seed = read_line(&r);
	if (!read_end(&r) || !span_eq(first, KEY_LINE) ||
		!span_copy(name, origin, sizeof(origin)) ||
		!code_hex_parse(seed, log->seed, sizeof(log->seed)))
		return ERR_DAMAGED;
	e = crypto_ed_public(log->seed, public);
	if (e != ERR_OK)
		return e;
	return ledger_vkey_make(origin, LEDGER_VKEY_ED25519, public,
		       &log->vkey) == ERR_OK
		       ? ERR_OK
		       : ERR_DAMAGED;
}

static enum err
vkey_look(struct store_log *log)
{
	OWNED_BUF(want, KEY_MAX);
	enum err e =
		store_log_file_read(log->public_dir, "ledger.vkey", &log->back);

	if (e != ERR_OK)
		return e;
	ledger_vkey_text(&log->vkey, &want);
	buf_u8(&want, '\n');
	if (buf_error(&want) != ERR_OK)
		return buf_error(&want);
	return span_eq(buf_span(&want), buf_span(&log->back)) ? ERR_OK
							      : ERR_DAMAGED;
}

/* ---- a writer ---- */

struct store_log *
store_log_free(struct store_log *log)
{
	if (log == NULL)
		return NULL;
	os_close(&log->public_dir);
	os_close(&log->private_dir);
	os_close(&log->wal);
	os_close(&log->lock);
	buf_fini(&log->tail);
	buf_fini(&log->leaves);
	buf_fini(&log->checkpoint);
	buf_fini(&log->scratch);
	buf_fini(&log->back);
	mem_wipe(log, sizeof(*log));
	return NULL;
}

static enum err
dir_again(int fd, int *ret_fd)
{
	*ret_fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret_fd < 0 ? err_origin(ERR_IO) : ERR_OK;
}

/* Holding the lock, with nothing read yet. */
static enum err
log_new(int public_dir, int private_dir, struct store_log **ret_log)
{
	OWNED(store_log) log = mem_zeroed(sizeof(*log));
	enum err e;

	if (log == NULL)
		return err_origin(ERR_NOMEM);
	log->public_dir = -1;
	log->private_dir = -1;
	log->wal = -1;
	log->lock = -1;
	buf_init(&log->tail, (size_t)TAIL_MAX * LEDGER_ENTRY);
	buf_init(&log->leaves, (size_t)TAIL_MAX * LEDGER_HASH);
	buf_init(&log->checkpoint, LEDGER_NOTE_MAX);
	buf_init(&log->scratch, GROUP_MAX_BYTES);
	buf_init(&log->back, STORE_LOG_FILE_MAX);
	e = dir_again(public_dir, &log->public_dir);
	if (e == ERR_OK)
		e = dir_again(private_dir, &log->private_dir);
	if (e == ERR_OK)
		e = os_lock(log->private_dir, "lock", false, &log->lock);
	if (e == ERR_OK)
		*ret_log = store_log_take(&log);
	return e;
}

enum err
store_log_create(int public_dir, int private_dir, const char *origin,
	const uint8_t seed[32])
{
	OWNED(store_log) log = NULL;
	uint8_t public[CRYPTO_ED_PUBLIC];
	enum err e = log_new(public_dir, private_dir, &log);

	if (e != ERR_OK)
		return e;
	/* The key is written last: without it there is no ledger yet. */
	if (os_exists(private_dir, "key"))
		return ERR_EXISTS;
	memcpy(log->seed, seed, sizeof(log->seed));
	e = crypto_ed_public(seed, public);
	if (e == ERR_OK)
		e = ledger_vkey_make(
			origin, LEDGER_VKEY_ED25519, public, &log->vkey);
	if (e == ERR_OK)
		e = store_log_wal_empty(private_dir);
	if (e == ERR_OK)
		e = vkey_put(log);
	if (e == ERR_OK)
		e = sign(log);
	return e == ERR_OK ? key_put(log) : e;
}

/* ---- open and recover ---- */

/* What the files say before they are believed. */
struct found {
	struct store_log_cas cas;
	struct ledger_checkpoint cp;
	bool has_cp;
	struct store_log_wal wal;
	bool torn;
};

static enum err
damaged(struct why *why, const char *file, const char *what)
{
	return why_set(why, ERR_DAMAGED, "%s: %s", file, what);
}

static enum err
mismatch(struct why *why, const char *file, const char *what)
{
	return why_set(why, ERR_MISMATCH, "%s: %s", file, what);
}

static enum err
found_checkpoint(struct store_log *log, struct found *f, struct why *why)
{
	enum err e = store_log_file_read(
		log->public_dir, "checkpoint", &log->checkpoint);

	if (e == ERR_NOT_FOUND)
		return ERR_OK; /* the next publish writes one */
	if (e == ERR_OK)
		e = ledger_checkpoint_open(
			buf_span(&log->checkpoint), &log->vkey, &f->cp);
	if (err_is_refusal(e))
		return damaged(why, "checkpoint", "not signed by this ledger");
	f->has_cp = true;
	return e;
}

/* The root that the tree must have at sizes that were signed. */
static enum err
compare_signed(
	const struct store_log *log, const struct found *f, struct why *why)
{
	uint64_t size = log->tree.size;
	struct ledger_hash root;

	if (size != f->cas.size && !(f->has_cp && size == f->cp.size))
		return ERR_OK;
	root = ledger_tree_root(&log->tree);
	if (size == f->cas.size && !ledger_hash_same(&root, &f->cas.root))
		return mismatch(why, "cas", "another root was signed");
	if (f->has_cp && size == f->cp.size &&
		!ledger_hash_same(&root, &f->cp.root))
		return mismatch(why, "checkpoint", "has another root");
	return ERR_OK;
}

static enum err
replay_entry(struct store_log *log, struct span bytes)
{
	struct ledger_hash leaf = ledger_hash_leaf(bytes);
	struct ledger_entry entry;

	if (ledger_entry_parse(bytes, &entry) != ERR_OK ||
		entry.index != log->tree.size)
		return ERR_DAMAGED;
	buf_bytes(&log->tail, bytes);
	buf_bytes(&log->leaves, span_of(leaf.at, LEDGER_HASH));
	ledger_tree_append(&log->tree, &leaf);
	if (buf_error(&log->tail) != ERR_OK)
		return buf_error(&log->tail);
	return buf_error(&log->leaves);
}

/* Entries of a group that does not lead to its root are not entries. */
static bool
group_holds(const struct store_log *log, const struct store_log_group *g)
{
	struct ledger_tree t = log->tree;
	struct ledger_hash root;

	for (size_t at = 0; at < g->entries.n; at += LEDGER_ENTRY) {
		struct ledger_hash leaf = ledger_hash_leaf(
			span_of(g->entries.at + at, LEDGER_ENTRY));

		ledger_tree_append(&t, &leaf);
	}
	root = ledger_tree_root(&t);
	return ledger_hash_same(&root, &g->root);
}

static enum err
replay_group(struct store_log *log, const struct found *f,
	const struct store_log_group *g, struct why *why)
{
	for (size_t at = 0; at < g->entries.n; at += LEDGER_ENTRY) {
		enum err e = replay_entry(
			log, span_of(g->entries.at + at, LEDGER_ENTRY));

		if (e == ERR_OK)
			e = compare_signed(log, f, why);
		else if (err_is_refusal(e))
			e = damaged(why, "wal", "holds what is no entry");
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
replay(struct store_log *log, struct found *f, struct why *why)
{
	struct span left = f->wal.groups;

	for (;;) {
		struct store_log_group g;
		enum store_log_next next;
		enum err e;

		next = store_log_wal_next(&left, log->tree.size, &g);
		if (next == STORE_LOG_GROUP_NONE)
			return ERR_OK;
		if (next == STORE_LOG_GROUP_WHOLE && !group_holds(log, &g))
			next = left.n > 0 ? STORE_LOG_GROUP_LOST
					  : STORE_LOG_GROUP_TORN;
		if (next == STORE_LOG_GROUP_LOST)
			return damaged(why, "wal",
				"a group is damaged and others follow it");
		if (next == STORE_LOG_GROUP_TORN) {
			f->torn = true;
			return ERR_OK;
		}
		e = replay_group(log, f, &g, why);
		if (e != ERR_OK)
			return e;
	}
}

/* The tree of what comes before the wal, from the public tiles. */
static enum err
tree_before(struct store_log *log, const struct found *f, struct why *why)
{
	struct ledger_hash root;
	enum err e;

	log->wal_first = f->wal.first;
	log->tail_first = f->wal.first;
	if (f->wal.first > f->cas.size)
		return mismatch(why, "cas", "is older than the wal");
	if (f->wal.first > (f->has_cp ? f->cp.size : 0))
		return mismatch(why, "checkpoint", "is older than the wal");
	e = store_log_tiles_load(log, f->has_cp ? f->cp.size : 0);
	if (err_is_refusal(e))
		return damaged(why, "tile", "a tile before the wal is missing");
	if (e != ERR_OK)
		return e;
	log->tree = store_log_edges_tree(log->edges, log->tail_first);
	root = ledger_tree_root(&log->tree);
	if (!ledger_hash_same(&root, &f->wal.root))
		return damaged(why, "tile", "tiles do not lead to the wal");
	return compare_signed(log, f, why);
}

static enum err
compare_sizes(
	const struct store_log *log, const struct found *f, struct why *why)
{
	if (f->has_cp && f->cp.size > f->cas.size)
		return mismatch(why, "cas", "is older than the checkpoint");
	if (f->cas.size > log->tree.size)
		return mismatch(why, "wal", "ends before what was signed");
	return ERR_OK;
}

/* Opens the wal for appending; what may never have reached the disk, though
 * it can be read, is written anew first. */
static enum err
wal_settle(struct store_log *log, const struct found *f)
{
	if (f->torn || log->tree.size > f->cas.size) {
		enum err e = store_log_wal_write(log);

		if (e != ERR_OK)
			return e;
	}
	log->wal = openat(
		log->private_dir, "wal", O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	return log->wal < 0 ? err_origin(ERR_IO) : ERR_OK;
}

static enum err
recover(struct store_log *log, struct span wal, struct why *why)
{
	struct found f = {.has_cp = false};
	bool as_written;
	enum err e = store_log_cas_read(log->private_dir, &f.cas);

	if (err_is_refusal(e))
		return damaged(why, "cas", "missing or not what we wrote");
	if (e == ERR_OK)
		e = found_checkpoint(log, &f, why);
	if (e == ERR_OK && store_log_wal_parse(wal, &f.wal) != ERR_OK)
		e = damaged(why, "wal", "not a write-ahead log");
	if (e == ERR_OK)
		e = tree_before(log, &f, why);
	if (e == ERR_OK)
		e = replay(log, &f, why);
	if (e == ERR_OK)
		e = compare_sizes(log, &f, why);
	if (e != ERR_OK)
		return e;
	log->wal_bytes = wal.n;
	log->published = f.has_cp ? f.cp.size : 0;
	e = store_log_tiles_look(log, &f.cp.root, &as_written);
	log->trusted = as_written ? log->published : 0;
	return e == ERR_OK ? wal_settle(log, &f) : e;
}

enum err
store_log_open(int public_dir, int private_dir, struct store_log **ret_log,
	struct why *reterr_why)
{
	OWNED(store_log) log = NULL;
	OWNED_BUF(wal, 2 * STORE_LOG_FILE_MAX);
	enum err e = log_new(public_dir, private_dir, &log);

	if (e == ERR_OK)
		e = key_get(log);
	if (e == ERR_NOT_FOUND)
		return why_set(reterr_why, e, "key: there is no ledger here");
	if (e == ERR_DAMAGED)
		return damaged(reterr_why, "key", "not a signing key");
	if (e != ERR_OK)
		return e;
	e = vkey_look(log);
	if (err_is_refusal(e))
		return damaged(reterr_why, "ledger.vkey", "is not our key's");
	if (e == ERR_OK)
		e = store_log_file_read(log->private_dir, "wal", &wal);
	if (err_is_refusal(e))
		return damaged(reterr_why, "wal", "missing or too large");
	if (e == ERR_OK)
		e = recover(log, buf_span(&wal), reterr_why);
	if (e == ERR_OK)
		*ret_log = store_log_take(&log);
	return e;
}

/* ---- append ---- */

/* Into the tail; undone by cutting the tail again. */
static enum err
tail_add(struct store_log *log, struct ledger_entry *entries, size_t n,
	struct ledger_tree *tree)
{
	for (size_t i = 0; i < n; i++) {
		uint8_t bytes[LEDGER_ENTRY];
		struct ledger_hash leaf;

		entries[i].index = tree->size;
		ledger_entry_write(&entries[i], bytes);
		leaf = ledger_hash_leaf(span_of(bytes, sizeof(bytes)));
		buf_bytes(&log->tail, span_of(bytes, sizeof(bytes)));
		buf_bytes(&log->leaves, span_of(leaf.at, LEDGER_HASH));
		ledger_tree_append(tree, &leaf);
	}
	if (buf_error(&log->tail) != ERR_OK)
		return buf_error(&log->tail);
	return buf_error(&log->leaves);
}

static void
buf_cut(struct buf *b, size_t n)
{
	b->n = n;
	b->error = ERR_OK;
}

static enum err
failed(struct store_log *log)
{
	log->broken = true;
	return ERR_IO;
}

static enum err
wal_add(struct store_log *log, size_t from, const struct ledger_tree *tree)
{
	struct ledger_hash root = ledger_tree_root(tree);
	enum err e;

	buf_clear(&log->scratch);
	store_log_wal_group(&log->scratch, log->tree.size,
		span_of(log->tail.at + from, log->tail.n - from), &root);
	e = buf_error(&log->scratch);
	if (e != ERR_OK)
		return e;
	e = store_log_file_add(
		log->wal, "wal", log->wal_bytes, buf_span(&log->scratch));
	if (e != ERR_OK)
		return failed(log);
	log->wal_bytes += log->scratch.n;
	return ERR_OK;
}

enum err
store_log_append(struct store_log *log, struct ledger_entry *entries, size_t n)
{
	struct ledger_tree tree;
	size_t tail_n;
	size_t leaves_n;
	enum err e = ERR_OK;

	must(n > 0 && n <= STORE_LOG_GROUP);
	if (log->broken)
		return err_origin(ERR_IO);
	if (log->tail.n / LEDGER_ENTRY + n > STORE_LOG_WAITING)
		e = store_log_publish(log);
	if (e != ERR_OK)
		return e;
	tree = log->tree;
	tail_n = log->tail.n;
	leaves_n = log->leaves.n;
	e = tail_add(log, entries, n, &tree);
	if (e == ERR_OK)
		e = wal_add(log, tail_n, &tree);
	if (e != ERR_OK) {
		buf_cut(&log->tail, tail_n);
		buf_cut(&log->leaves, leaves_n);
		return e;
	}
	log->tree = tree;
	return ERR_OK;
}

/* ---- publish ---- */

static enum err
trim(struct store_log *log)
{
	enum err e;

	if (log->wal_bytes < WAL_TRIM || log->tail_first == log->wal_first)
		return ERR_OK;
	e = store_log_wal_write(log);
	if (e != ERR_OK)
		return e;
	os_close(&log->wal);
	log->wal = openat(
		log->private_dir, "wal", O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	return log->wal < 0 ? err_origin(ERR_IO) : ERR_OK;
}

enum err
store_log_publish(struct store_log *log)
{
	uint64_t old = log->published;
	enum err e;

	if (log->broken)
		return err_origin(ERR_IO);
	if (log->checkpoint.n > 0 && old == log->tree.size &&
		log->trusted == old)
		return ERR_OK;
	e = store_log_tiles_write(log);
	if (e == ERR_OK)
		e = sign(log);
	if (e != ERR_OK)
		return failed(log);
	log->published = log->tree.size;
	log->trusted = log->tree.size;
	store_log_tiles_drop(log);
	e = store_log_tiles_tidy(log, old);
	if (e == ERR_OK)
		e = trim(log);
	return e == ERR_OK ? ERR_OK : failed(log);
}

/* ---- ask ---- */

uint64_t
store_log_size(const struct store_log *log)
{
	return log->tree.size;
}

uint64_t
store_log_published(const struct store_log *log)
{
	return log->published;
}

struct span
store_log_checkpoint(const struct store_log *log)
{
	return buf_span(&log->checkpoint);
}

const struct ledger_vkey *
store_log_vkey(const struct store_log *log)
{
	return &log->vkey;
}

enum err
store_log_entry(const struct store_log *log, uint64_t index,
	struct ledger_entry *ret_entry)
{
	struct store_log_dir from = {
		.dir = log->public_dir, .size = log->published};
	OWNED_BUF(bytes, LEDGER_ENTRY_MAX);
	enum err e;

	if (index >= log->tree.size)
		return ERR_NOT_FOUND;
	if (index >= log->tail_first)
		return ledger_entry_parse(
			store_log_tail_entry(log, index - log->tail_first),
			ret_entry);
	e = store_log_read_entry(&from, index, &bytes);
	if (e == ERR_OK)
		e = ledger_entry_parse(buf_span(&bytes), ret_entry);
	if (e == ERR_OK && ret_entry->index != index)
		e = ERR_DAMAGED;
	return err_is_refusal(e) ? ERR_DAMAGED : e;
}

enum err
store_log_prove(const struct store_log *log, uint64_t index, struct buf *to)
{
	struct store_log_dir from = {
		.dir = log->public_dir, .size = log->published};
	struct ledger_tiles tiles = {
		.read = store_log_tile, .arg = &from, .size = from.size};
	struct ledger_proof_file f = {.index = index};
	enum err e;

	if (index >= log->published)
		return ERR_NOT_FOUND;
	e = ledger_inclusion_make(&tiles, index, &f.proof);
	if (e != ERR_OK)
		return err_is_refusal(e) ? ERR_DAMAGED : e;
	f.checkpoint = store_log_checkpoint(log);
	ledger_proof_write(&f, to);
	return buf_error(to);
}

enum err
store_log_sign(const struct store_log *log, struct span text, struct buf *to)
{
	struct span rest = text;

	/* What begins as a checkpoint does would be a second history. */
	if (text.n == 0 || text.at[text.n - 1] != '\n' ||
		span_eq(span_cut(&rest, '\n'), span_text(log->vkey.name)))
		return ERR_NOT_ALLOWED;
	return ledger_note_sign(&log->vkey, log->seed, text, to);
}
