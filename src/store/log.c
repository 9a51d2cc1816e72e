/* SPDX-License-Identifier: Apache-2.0 */
#include "store/log_int.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/file.h"

enum {
	/* Past so many bytes what is settled leaves the wal: at a close, and
	 * while it is written to. */
	WAL_TRIM = 1 << 20,
	WAL_MOST = 48 << 20,
	KEY_MAX = 1024,
	/* For small groups it grows by zeros, written ahead: a sync then waits
	 * for the bytes alone, and not for what a longer file changes. */
	WAL_AHEAD_LEAST = 256 << 10,
	WAL_AHEAD_MOST = 1 << 20,
	WAL_SMALL = 64 << 10,
	TILE_FILE = LEDGER_TILE * (2 + LEDGER_ENTRY) + 1,
};

/* ---- checkpoint and keys ---- */

static enum err
checkpoint_make(struct store_log *log)
{
	struct ledger_checkpoint cp = {.size = log->tree.size};
	OWNED_BUF(text, KEY_MAX);
	enum err e;

	cp.root = ledger_tree_root(&log->tree);
	memcpy(cp.origin, log->key.vkey.name, sizeof(cp.origin));
	ledger_checkpoint_text(&cp, &text);
	e = buf_error(&text);
	buf_clear(&log->scratch);
	return e == ERR_OK ? store_log_note(log, buf_span(&text), &log->scratch)
			   : e;
}

/* The bytes that it has, with the lines of others under it. */
static enum err
checkpoint_again(struct store_log *log)
{
	buf_clear(&log->scratch);
	buf_bytes(&log->scratch, buf_span(&log->checkpoint));
	return buf_error(&log->scratch);
}

/*
 * First what is about to be signed, durably; then the signature.  The
 * checkpoint's file may be lost with the power: `cas` says what it was, and
 * the same bytes are made again.
 */
static enum err
sign(struct store_log *log, bool again)
{
	enum err e;

	log->signed_last.size = log->tree.size;
	log->signed_last.settled = log->settled;
	log->signed_last.closed = false;
	log->signed_last.root = ledger_tree_root(&log->tree);
	e = store_log_cas_write(log);
	if (e == ERR_OK)
		e = again ? checkpoint_again(log) : checkpoint_make(log);
	store_log_unsynced(log, "checkpoint");
	store_log_unsynced(log, ".");
	if (e == ERR_OK)
		e = store_log_file_put(log->public_dir, "checkpoint",
			buf_span(&log->scratch), &log->back);
	if (e != ERR_OK)
		return e;
	buf_clear(&log->checkpoint);
	buf_bytes(&log->checkpoint, buf_span(&log->scratch));
	return buf_error(&log->checkpoint);
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
	os_close(&log->cas);
	os_close(&log->lock);
	buf_fini(&log->tail);
	buf_fini(&log->leaves);
	buf_fini(&log->checkpoint);
	buf_fini(&log->scratch);
	buf_fini(&log->back);
	buf_fini(&log->unsynced);
	buf_fini(&log->keys_file);
	mem_wipe(log, sizeof(*log));
	return NULL;
}

static enum err
dir_again(int fd, int *ret_fd)
{
	*ret_fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return *ret_fd < 0 ? err_origin(ERR_IO) : ERR_OK;
}

/* Room for what must not fail once entries are durable. */
static enum err
room(struct buf *b, size_t n)
{
	(void)buf_space(b, n);
	if (buf_error(b) != ERR_OK)
		return buf_error(b);
	buf_clear(b);
	return ERR_OK;
}

static enum err
log_room(struct store_log *log)
{
	const size_t names = (STORE_LOG_UNSYNCED + 1) * STORE_LOG_PATH;
	enum err e;

	buf_init(&log->keys_file, LEDGER_KEYS_FILE_MAX);
	buf_init(&log->tail, STORE_LOG_FILE_MAX);
	buf_init(&log->leaves, STORE_LOG_FILE_MAX);
	buf_init(&log->checkpoint, LEDGER_NOTE_MAX);
	buf_init(&log->scratch, STORE_LOG_FILE_MAX);
	buf_init(&log->back, STORE_LOG_FILE_MAX);
	buf_init(&log->unsynced, names);
	e = room(&log->scratch, TILE_FILE);
	if (e == ERR_OK)
		e = room(&log->back, TILE_FILE);
	return e == ERR_OK ? room(&log->unsynced, names) : e;
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
	log->cas = -1;
	log->lock = -1;
	e = log_room(log);
	if (e == ERR_OK)
		e = dir_again(public_dir, &log->public_dir);
	if (e == ERR_OK)
		e = dir_again(private_dir, &log->private_dir);
	if (e == ERR_OK)
		e = os_lock(log->private_dir, "lock", false, &log->lock);
	if (e == ERR_OK)
		*ret_log = store_log_take(&log);
	return e;
}

static enum err
private_open(const struct store_log *log, const char *name, int *ret_fd)
{
	*ret_fd = openat(
		log->private_dir, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	return *ret_fd < 0 ? err_origin(ERR_IO) : ERR_OK;
}

enum err
store_log_create_by(
	int public_dir, int private_dir, const struct ledger_keyfile *key)
{
	OWNED(store_log) log = NULL;
	enum err e = log_new(public_dir, private_dir, &log);

	if (e != ERR_OK)
		return e;
	/* The key is written last: without it there is no ledger yet. */
	if (os_exists(private_dir, "key"))
		return ERR_EXISTS;
	log->signed_last.root = ledger_tree_root(&log->tree);
	log->cas_next = 1;
	log->key = *key;
	ledger_keys_one(&key->vkey, &log->keys);
	e = store_log_wal_empty(private_dir);
	if (e == ERR_OK)
		e = store_log_cas_create(private_dir, &log->signed_last);
	if (e == ERR_OK)
		e = private_open(log, "cas", &log->cas);
	if (e == ERR_OK)
		e = store_log_vkey_put(log);
	if (e == ERR_OK)
		e = sign(log, false);
	if (e == ERR_OK)
		e = store_log_settle(log);
	return e == ERR_OK ? store_log_key_put(log) : e;
}

enum err
store_log_create(int public_dir, int private_dir, const char *origin,
	const uint8_t seed[32])
{
	struct ledger_keyfile key;
	enum err e = ledger_keyfile_make("ledger", origin, seed, &key);

	if (e == ERR_OK)
		e = store_log_create_by(public_dir, private_dir, &key);
	ledger_keyfile_wipe(&key);
	return e;
}

/* ---- open and recover ---- */

static enum err publish(struct store_log *log, bool again);

/* What the files say before they are believed. */
struct found {
	struct store_log_cas cas;
	struct ledger_checkpoint cp;
	bool has_cp;
	struct store_log_wal wal;
	size_t left; /* zeros behind its last group */
	bool torn;
	struct ledger_hash settled_root;
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
		return f->wal.first == 0 ? ERR_OK /* it is written again */
					 : mismatch(why, "checkpoint",
						   "is older than the wal");
	if (e == ERR_OK)
		e = ledger_checkpoint_open(
			buf_span(&log->checkpoint), &log->key.vkey, &f->cp);
	if (err_is_failure(e))
		return e;
	f->has_cp = e == ERR_OK;
	if (f->has_cp && f->wal.first > f->cp.size)
		return mismatch(why, "checkpoint", "is older than the wal");
	/* Torn by a crash only where it was not settled. */
	if (!f->has_cp && f->cas.settled == f->cas.size)
		return damaged(why, "checkpoint", "not signed by this ledger");
	return ERR_OK;
}

/* The root that the tree must have at sizes that were signed. */
static enum err
compare_signed(const struct store_log *log, struct found *f, struct why *why)
{
	uint64_t size = log->tree.size;
	struct ledger_hash root;

	if (size != f->cas.size && size != f->cas.settled &&
		!(f->has_cp && size == f->cp.size))
		return ERR_OK;
	root = ledger_tree_root(&log->tree);
	if (size == f->cas.settled)
		f->settled_root = root;
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
replay_group(struct store_log *log, struct found *f,
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

		f->left = left.n;
		next = store_log_wal_next(&left, log->tree.size, &g);
		if (next == STORE_LOG_GROUP_NONE)
			return ERR_OK;
		if (next == STORE_LOG_GROUP_WHOLE && !group_holds(log, &g))
			next = span_is_zero(left) ? STORE_LOG_GROUP_TORN
						  : STORE_LOG_GROUP_LOST;
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
tree_before(struct store_log *log, struct found *f, struct why *why)
{
	struct ledger_hash root;
	enum err e;

	log->wal_first = f->wal.first;
	log->tail_first = f->wal.first;
	if (f->wal.first > f->cas.settled)
		return mismatch(why, "cas", "is older than the wal");
	e = store_log_tiles_load(log, f->cas.settled);
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

/*
 * Whether the last writer settled what it published, and nothing was changed
 * since.  If not, some of what can be read may be in memory alone (a sync
 * failed, and the process ended) and some of what is on disk torn (the power
 * failed).  The same holds for groups of the wal that no checkpoint covers.
 */
static enum err
was_closed(struct store_log *log, const struct found *f, bool *ret_closed)
{
	bool as_written;
	enum err e = store_log_tiles_look(
		log, log->settled, &f->settled_root, &as_written);

	log->trusted = as_written ? log->settled : 0;
	if (!as_written)
		log->settled = log->wal_first;
	*ret_closed = f->cas.closed && as_written && f->has_cp &&
		      f->cp.size == f->cas.size &&
		      f->cas.settled == f->cas.size;
	return e;
}

/* Then all that was not settled is made from the wal, and what was durable and
 * not public yet becomes so. */
static enum err
settle_anew(struct store_log *log, bool again)
{
	enum err e = store_log_tiles_mend(log);

	if (e == ERR_OK)
		e = publish(log, again);
	return e == ERR_OK ? store_log_settle(log) : e;
}

static enum err
take_over(struct store_log *log, const struct found *f)
{
	bool closed = false;
	enum err e;

	log->signed_last = f->cas;
	log->published = f->cas.size;
	log->settled = f->cas.settled;
	e = was_closed(log, f, &closed);
	if (e == ERR_OK && (!closed || f->torn || log->tree.size > f->cas.size))
		e = store_log_wal_write(log);
	if (e == ERR_OK)
		e = private_open(log, "wal", &log->wal);
	if (e == ERR_OK)
		e = private_open(log, "cas", &log->cas);
	if (e != ERR_OK)
		return e;
	if (!closed)
		return settle_anew(
			log, f->has_cp && f->cp.size == log->tree.size);
	/* A publish may have been under way: what it left is not believed. */
	return log->tree.size > f->cas.size ? store_log_tiles_mend(log)
					    : ERR_OK;
}

static enum err
recover(struct store_log *log, struct span wal, struct why *why)
{
	struct found f = {.has_cp = false};
	enum err e =
		store_log_cas_read(log->private_dir, &f.cas, &log->cas_next);

	if (err_is_refusal(e))
		return damaged(why, "cas", "missing or not what we wrote");
	if (e == ERR_OK && store_log_wal_parse(wal, &f.wal) != ERR_OK)
		e = damaged(why, "wal", "not a write-ahead log");
	if (e == ERR_OK)
		e = found_checkpoint(log, &f, why);
	if (e == ERR_OK)
		e = tree_before(log, &f, why);
	if (e == ERR_OK)
		e = replay(log, &f, why);
	if (e == ERR_OK)
		e = compare_sizes(log, &f, why);
	if (e != ERR_OK)
		return e;
	log->wal_bytes = wal.n - f.left;
	log->wal_room = wal.n;
	return take_over(log, &f);
}

enum err
store_log_open(int public_dir, int private_dir, struct store_log **ret_log,
	struct why *reterr_why)
{
	OWNED(store_log) log = NULL;
	OWNED_BUF(wal, STORE_LOG_FILE_MAX);
	enum err e = log_new(public_dir, private_dir, &log);

	if (e == ERR_OK)
		e = store_log_keys_open(log, reterr_why);
	if (e != ERR_OK)
		return e;
	e = store_log_file_read(log->private_dir, "wal", &wal);
	if (err_is_refusal(e))
		return damaged(reterr_why, "wal", "missing or too large");
	if (e == ERR_OK)
		e = recover(log, buf_span(&wal), reterr_why);
	if (e == ERR_OK && !store_log_key_signed(log))
		e = store_log_sign_again(log);
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

/* How many zeros go behind a group of `n` bytes, where it does not fit into
 * those that are there: as many again as are in use. */
static size_t
wal_ahead(const struct store_log *log, size_t n)
{
	uint64_t end = log->wal_bytes + n;

	if (end <= log->wal_room || n > WAL_SMALL)
		return 0;
	if (end < WAL_AHEAD_LEAST)
		return WAL_AHEAD_LEAST;
	return end < WAL_AHEAD_MOST ? (size_t)end : WAL_AHEAD_MOST;
}

static enum err
wal_add(struct store_log *log, size_t from, const struct ledger_tree *tree)
{
	struct ledger_hash root = ledger_tree_root(tree);
	size_t ahead;
	size_t n;
	enum err e;

	buf_clear(&log->scratch);
	store_log_wal_group(&log->scratch, log->tree.size,
		span_of(log->tail.at + from, log->tail.n - from), &root);
	n = log->scratch.n;
	ahead = wal_ahead(log, n);
	(void)buf_space(&log->scratch, ahead);
	e = buf_error(&log->scratch);
	if (e != ERR_OK)
		return e;
	e = store_log_file_add(
		log->wal, "wal", log->wal_bytes, buf_span(&log->scratch));
	if (e != ERR_OK)
		return failed(log);
	log->wal_bytes += n;
	if (log->wal_bytes + ahead > log->wal_room)
		log->wal_room = log->wal_bytes + ahead;
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
	if (log->tree.size - log->published + n > STORE_LOG_WAITING)
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
	e = store_log_tiles_full(log);
	return e == ERR_OK ? ERR_OK : failed(log);
}

/* ---- publish ---- */

/* What is settled leaves the wal. */
static enum err
trim(struct store_log *log)
{
	enum err e;

	if (log->tail_first == log->wal_first || log->tail_first > log->settled)
		return ERR_OK;
	e = store_log_wal_write(log);
	if (e != ERR_OK)
		return e;
	os_close(&log->wal);
	return private_open(log, "wal", &log->wal);
}

static enum err
settled_put(struct store_log *log, bool closed)
{
	log->settled = log->published;
	log->signed_last.settled = log->settled;
	log->signed_last.closed = closed;
	return store_log_cas_write(log);
}

/* Upper tiles' old parts go only now that the full ones are durable: the wal
 * does not reach back to what they stand for. */
static enum err
settle(struct store_log *log)
{
	bool long_wal = log->wal_bytes > WAL_TRIM;
	uint64_t old = log->settled;
	enum err e = store_log_tiles_sync(log);

	if (e == ERR_OK)
		e = settled_put(log, !long_wal);
	for (int level = 1; e == ERR_OK && level < LEDGER_TILE_LEVELS; level++)
		e = store_log_tiles_tidy(log, level, old);
	if (e == ERR_OK && long_wal)
		e = trim(log);
	return e == ERR_OK && long_wal ? settled_put(log, true) : e;
}

enum err
store_log_settle(struct store_log *log)
{
	enum err e;

	if (log->broken)
		return err_origin(ERR_IO);
	if (log->settled == log->published && log->signed_last.closed)
		return ERR_OK;
	e = settle(log);
	return e == ERR_OK ? ERR_OK : failed(log);
}

static enum err
publish(struct store_log *log, bool again)
{
	enum err e = store_log_tiles_write(log);

	if (e == ERR_OK)
		e = sign(log, again);
	if (e != ERR_OK)
		return failed(log);
	log->published = log->tree.size;
	log->trusted = log->tree.size;
	return log->wal_bytes > WAL_MOST ? store_log_settle(log) : ERR_OK;
}

enum err
store_log_sign_again(struct store_log *log)
{
	bool more = log->tree.size > log->published;
	enum err e = more ? publish(log, false) : sign(log, false);

	return e == ERR_OK ? settle(log) : e;
}

enum err
store_log_publish(struct store_log *log)
{
	if (log->broken)
		return err_origin(ERR_IO);
	if (log->checkpoint.n > 0 && log->published == log->tree.size)
		return ERR_OK;
	return publish(log, false);
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
	return &log->key.vkey;
}

enum err
store_log_entry(const struct store_log *log, uint64_t index,
	struct ledger_entry *ret_entry)
{
	struct store_log_dir from = {
		.dir = log->public_dir, .size = log->tail_first};
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
		span_eq(span_cut(&rest, '\n'), span_text(log->key.vkey.name)))
		return ERR_NOT_ALLOWED;
	return store_log_note(log, text, to);
}
