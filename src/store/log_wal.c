/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The write-ahead log and the record of what was signed.
 *
 *	wal	"weirwal1"  u64 first	32 root of the tree of `first`
 *	group	"WGRP"	    u32 n	u64 index of its first entry
 *		n * 256 bytes		32 root of the tree after it
 *	cas	"weircas1"  u64 size	32 root	  32 SHA-256 of these 48 bytes
 *
 * A group is sealed by the root that it leads to: bytes torn, changed or of
 * another ledger do not lead there.
 */
#include "base/read.h"
#include "crypto/crypto.h"
#include "store/log_int.h"

#define WAL_MAGIC SPAN("weirwal1")
#define GROUP_MAGIC SPAN("WGRP")
#define CAS_MAGIC SPAN("weircas1")

enum {
	GROUP_HEAD = 16,
	CAS_BYTES = 80,
};

enum err
store_log_cas_read(int dir, struct store_log_cas *ret_cas)
{
	OWNED_BUF(bytes, CAS_BYTES);
	uint8_t hash[CRYPTO_SHA256];
	struct reader r;
	struct span magic;
	struct span root;
	struct span seal;
	uint64_t size;
	enum err e = store_log_file_read(dir, "cas", &bytes);

	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&bytes));
	magic = read_bytes(&r, CAS_MAGIC.n);
	size = read_u64be(&r);
	root = read_bytes(&r, LEDGER_HASH);
	seal = read_bytes(&r, sizeof(hash));
	if (!read_end(&r) || !span_eq(magic, CAS_MAGIC))
		return ERR_DAMAGED;
	crypto_sha256(span_of(bytes.at, CAS_BYTES - sizeof(hash)), hash);
	if (!span_eq(seal, span_of(hash, sizeof(hash))))
		return ERR_DAMAGED;
	ret_cas->size = size;
	memcpy(ret_cas->root.at, root.at, LEDGER_HASH);
	return ERR_OK;
}

enum err
store_log_cas_write(int dir, const struct store_log_cas *cas)
{
	OWNED_BUF(bytes, CAS_BYTES);
	uint8_t hash[CRYPTO_SHA256];

	buf_bytes(&bytes, CAS_MAGIC);
	buf_u64be(&bytes, cas->size);
	buf_bytes(&bytes, span_of(cas->root.at, LEDGER_HASH));
	if (buf_error(&bytes) != ERR_OK)
		return buf_error(&bytes);
	crypto_sha256(buf_span(&bytes), hash);
	buf_bytes(&bytes, span_of(hash, sizeof(hash)));
	if (buf_error(&bytes) != ERR_OK)
		return buf_error(&bytes);
	return store_log_file_replace(dir, "cas", buf_span(&bytes), 0600);
}

/* ---- write ---- */

static void
head_write(struct buf *to, uint64_t first, const struct ledger_hash *root)
{
	buf_bytes(to, WAL_MAGIC);
	buf_u64be(to, first);
	buf_bytes(to, span_of(root->at, LEDGER_HASH));
}

void
store_log_wal_group(struct buf *to, uint64_t first, struct span entries,
	const struct ledger_hash *root)
{
	buf_bytes(to, GROUP_MAGIC);
	buf_u32be(to, (uint32_t)(entries.n / LEDGER_ENTRY));
	buf_u64be(to, first);
	buf_bytes(to, entries);
	buf_bytes(to, span_of(root->at, LEDGER_HASH));
}

enum err
store_log_wal_empty(int dir)
{
	struct ledger_tree none = {.size = 0};
	struct ledger_hash root = ledger_tree_root(&none);
	OWNED_BUF(bytes, 64);

	head_write(&bytes, 0, &root);
	if (buf_error(&bytes) != ERR_OK)
		return buf_error(&bytes);
	return store_log_file_replace(dir, "wal", buf_span(&bytes), 0600);
}

enum err
store_log_wal_write(struct store_log *log)
{
	struct ledger_tree before =
		store_log_edges_tree(log->edges, log->tail_first);
	struct ledger_hash root = ledger_tree_root(&before);
	struct ledger_hash after = ledger_tree_root(&log->tree);
	enum err e;

	buf_clear(&log->scratch);
	head_write(&log->scratch, log->tail_first, &root);
	if (log->tail.n > 0)
		store_log_wal_group(&log->scratch, log->tail_first,
			buf_span(&log->tail), &after);
	e = buf_error(&log->scratch);
	if (e == ERR_OK)
		e = store_log_file_replace(
			log->private_dir, "wal", buf_span(&log->scratch), 0600);
	if (e != ERR_OK)
		return e;
	log->wal_first = log->tail_first;
	log->wal_bytes = log->scratch.n;
	return ERR_OK;
}

/* ---- read ---- */

enum err
store_log_wal_parse(struct span bytes, struct store_log_wal *ret_wal)
{
	struct reader r = read_from(bytes);
	struct span magic = read_bytes(&r, WAL_MAGIC.n);
	uint64_t first = read_u64be(&r);
	struct span root = read_bytes(&r, LEDGER_HASH);

	if (!read_ok(&r) || !span_eq(magic, WAL_MAGIC) ||
		first % LEDGER_TILE != 0 || first > LEDGER_SIZE_MAX)
		return ERR_DAMAGED;
	ret_wal->first = first;
	memcpy(ret_wal->root.at, root.at, LEDGER_HASH);
	ret_wal->groups = r.left;
	return ERR_OK;
}

/* The head of a group whose first entry is `first`: how many it has. */
static bool
group_head(struct reader *r, uint64_t first, size_t *ret_n)
{
	struct span magic = read_bytes(r, GROUP_MAGIC.n);
	size_t n = read_u32be(r);
	uint64_t index = read_u64be(r);

	*ret_n = n;
	return read_ok(r) && span_eq(magic, GROUP_MAGIC) && index == first &&
	       n > 0 && n <= STORE_LOG_WAITING + STORE_LOG_GROUP;
}

/*
 * A torn group is the last one: nothing was ever written behind it.  So where
 * a group's head stands behind bytes that are none, an acknowledged group was
 * damaged, and that must not pass for a torn one.
 */
static bool
wal_follows(struct span left, uint64_t first)
{
	size_t step = LEDGER_ENTRY;
	size_t at = GROUP_HEAD + LEDGER_HASH + step;

	for (uint64_t n = 1; at + GROUP_HEAD <= left.n; n++, at += step) {
		struct reader r = read_from(span_of(left.at + at, left.n - at));
		size_t ignored;

		if (group_head(&r, first + n, &ignored))
			return true;
	}
	return false;
}

enum store_log_next
store_log_wal_next(
	struct span *left, uint64_t first, struct store_log_group *ret_group)
{
	struct reader r = read_from(*left);
	struct span root;
	size_t n;

	if (left->n == 0)
		return STORE_LOG_GROUP_NONE;
	if (!group_head(&r, first, &n))
		return wal_follows(*left, first) ? STORE_LOG_GROUP_LOST
						 : STORE_LOG_GROUP_TORN;
	ret_group->entries = read_bytes(&r, n * LEDGER_ENTRY);
	root = read_bytes(&r, LEDGER_HASH);
	if (!read_ok(&r))
		return wal_follows(*left, first) ? STORE_LOG_GROUP_LOST
						 : STORE_LOG_GROUP_TORN;
	memcpy(ret_group->root.at, root.at, LEDGER_HASH);
	*left = r.left;
	return STORE_LOG_GROUP_WHOLE;
}
