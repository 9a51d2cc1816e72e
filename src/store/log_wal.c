/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The write-ahead log and the record of what was signed.
 *
 *	wal	"weirwal1"  u64 first	32 root of the tree of `first`
 *	group	"WGRP"	    u32 n	u64 index of its first entry
 *		n * 256 bytes		32 root of the tree after it
 *		Behind the last group: zeros, or nothing.
 *	cas	two slots, at 0 and 512, written in turn, the rest zero; each
 *		"weircas2"  u64 serial	u64 size   u64 settled	 u8 closed
 *		7 zero	 32 root   32 SHA-256 of these 72 bytes
 *
 * A group is sealed by the root that it leads to: bytes torn, changed or of
 * another ledger do not lead there.
 */
#include "base/read.h"
#include "crypto/crypto.h"
#include "store/log_int.h"

#define WAL_MAGIC SPAN("weirwal1")
#define GROUP_MAGIC SPAN("WGRP")
#define CAS_MAGIC SPAN("weircas2")
#define CLOSED (1ULL << 56)

enum {
	GROUP_HEAD = 16,
	CAS_SLOT = 104,
	CAS_STEP = 512, /* a sector: a torn write spoils one slot */
	CAS_BYTES = 2 * CAS_STEP,
};

static bool
cas_slot(struct span bytes, struct store_log_cas *ret_cas)
{
	struct reader r = read_from(bytes);
	struct span magic = read_bytes(&r, CAS_MAGIC.n);
	struct store_log_cas cas = {.serial = read_u64be(&r)};
	uint64_t closed;
	struct span root;
	struct span seal;
	uint8_t hash[CRYPTO_SHA256];

	cas.size = read_u64be(&r);
	cas.settled = read_u64be(&r);
	closed = read_u64be(&r);
	root = read_bytes(&r, LEDGER_HASH);
	seal = read_bytes(&r, sizeof(hash));
	if (!read_ok(&r) || !span_eq(magic, CAS_MAGIC) ||
		cas.settled > cas.size || (closed & ~CLOSED) != 0)
		return false;
	cas.closed = closed != 0;
	crypto_sha256(span_of(bytes.at, CAS_SLOT - sizeof(hash)), hash);
	if (!span_eq(seal, span_of(hash, sizeof(hash))))
		return false;
	memcpy(cas.root.at, root.at, LEDGER_HASH);
	*ret_cas = cas;
	return true;
}

static enum err
cas_bytes(const struct store_log_cas *cas, struct buf *to)
{
	uint8_t hash[CRYPTO_SHA256];

	must(cas->settled <= cas->size);
	buf_bytes(to, CAS_MAGIC);
	buf_u64be(to, cas->serial);
	buf_u64be(to, cas->size);
	buf_u64be(to, cas->settled);
	buf_u64be(to, cas->closed ? CLOSED : 0);
	buf_bytes(to, span_of(cas->root.at, LEDGER_HASH));
	if (buf_error(to) != ERR_OK)
		return buf_error(to);
	crypto_sha256(buf_span(to), hash);
	buf_bytes(to, span_of(hash, sizeof(hash)));
	return buf_error(to);
}

enum err
store_log_cas_create(int dir, const struct store_log_cas *cas)
{
	OWNED_BUF(bytes, CAS_BYTES);
	enum err e = cas_bytes(cas, &bytes);

	if (e == ERR_OK)
		(void)buf_space(&bytes, CAS_BYTES - bytes.n);
	if (e == ERR_OK)
		e = buf_error(&bytes);
	if (e != ERR_OK)
		return e;
	return store_log_file_replace(dir, "cas", buf_span(&bytes), 0600);
}

/* As it was before there were slots: 80 bytes, all of it settled. */
static enum err
cas_first_form(struct span bytes, struct store_log_cas *ret_cas)
{
	struct reader r = read_from(bytes);
	struct span magic = read_bytes(&r, CAS_MAGIC.n);
	uint64_t size = read_u64be(&r);
	struct span root = read_bytes(&r, LEDGER_HASH);
	struct span seal = read_bytes(&r, CRYPTO_SHA256);
	uint8_t hash[CRYPTO_SHA256];

	if (!read_end(&r) || !span_eq(magic, SPAN("weircas1")))
		return ERR_DAMAGED;
	crypto_sha256(span_of(bytes.at, bytes.n - sizeof(hash)), hash);
	if (!span_eq(seal, span_of(hash, sizeof(hash))))
		return ERR_DAMAGED;
	*ret_cas = (struct store_log_cas){
		.size = size, .settled = size, .closed = true};
	memcpy(ret_cas->root.at, root.at, LEDGER_HASH);
	return ERR_OK;
}

static enum err
cas_convert(int dir, struct span bytes, struct store_log_cas *ret_cas,
	unsigned *ret_next)
{
	enum err e = cas_first_form(bytes, ret_cas);

	*ret_next = 1;
	return e == ERR_OK ? store_log_cas_create(dir, ret_cas) : e;
}

enum err
store_log_cas_read(int dir, struct store_log_cas *ret_cas, unsigned *ret_next)
{
	OWNED_BUF(bytes, CAS_BYTES);
	struct store_log_cas cas[2];
	bool holds[2];
	unsigned newest;
	enum err e = store_log_file_read(dir, "cas", &bytes);

	if (e != ERR_OK)
		return e;
	if (bytes.n != CAS_BYTES)
		return cas_convert(dir, buf_span(&bytes), ret_cas, ret_next);
	for (unsigned i = 0; i < 2; i++)
		holds[i] = cas_slot(
			span_of(bytes.at + i * CAS_STEP, CAS_SLOT), &cas[i]);
	if (!holds[0] && !holds[1])
		return ERR_DAMAGED;
	newest = !holds[0] || (holds[1] && cas[1].serial > cas[0].serial);
	*ret_cas = cas[newest];
	*ret_next = 1 - newest;
	return ERR_OK;
}

enum err
store_log_cas_write(struct store_log *log)
{
	OWNED_BUF(bytes, CAS_SLOT);
	enum err e;

	log->signed_last.serial++;
	e = cas_bytes(&log->signed_last, &bytes);

	if (e == ERR_OK)
		e = store_log_file_add(log->cas, "cas",
			(uint64_t)log->cas_next * CAS_STEP, buf_span(&bytes));
	if (e == ERR_OK)
		log->cas_next = 1 - log->cas_next;
	else
		store_log_file_spoil(log->cas, "cas",
			(uint64_t)log->cas_next * CAS_STEP, CAS_SLOT);
	return e;
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
	log->wal_room = log->scratch.n;
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
	       n > 0 && n <= STORE_LOG_FILE_MAX / LEDGER_ENTRY;
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

	if (span_is_zero(*left))
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
