/* SPDX-License-Identifier: Apache-2.0 */
#include "maker.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "crypto/crypto.h"
#include "ledger/tile.h"

void
maker_begin(struct maker *m, const char *origin)
{
	uint8_t public[32];

	*m = (struct maker){.n = 0};
	must(crypto_init() == ERR_OK);
	crypto_sha256(span_text(origin), m->seed);
	must(crypto_ed_public(m->seed, public) == ERR_OK);
	must(ledger_vkey_make(origin, LEDGER_VKEY_ED25519, public, &m->vkey) ==
		ERR_OK);
}

void
maker_end(struct maker *m)
{
	free(m->leaf);
	free(m->entry);
	*m = (struct maker){.n = 0};
}

void
maker_add_bytes(struct maker *m, const uint8_t bytes[LEDGER_ENTRY])
{
	if (m->n == m->room) {
		m->room = m->room == 0 ? 1024 : 2 * m->room;
		m->leaf = realloc(m->leaf, m->room * sizeof(*m->leaf));
		m->entry = realloc(m->entry, m->room * LEDGER_ENTRY);
		must(m->leaf != NULL && m->entry != NULL);
	}
	memcpy(m->entry + m->n * LEDGER_ENTRY, bytes, LEDGER_ENTRY);
	m->leaf[m->n++] = ledger_hash_leaf(span_of(bytes, LEDGER_ENTRY));
}

void
maker_add(struct maker *m, struct ledger_entry *entry)
{
	uint8_t bytes[LEDGER_ENTRY];

	entry->index = m->n;
	ledger_entry_write(entry, bytes);
	maker_add_bytes(m, bytes);
}

struct ledger_hash
maker_root(const struct maker *m, size_t n)
{
	return ledger_tree_over(m->leaf, n);
}

struct ledger_vkey
maker_witness(const char *name)
{
	struct ledger_vkey key;
	uint8_t seed[32];
	uint8_t public[32];

	crypto_sha256(span_text(name), seed);
	must(crypto_ed_public(seed, public) == ERR_OK);
	must(ledger_vkey_make(name, LEDGER_VKEY_COSIGN, public, &key) ==
		ERR_OK);
	return key;
}

void
maker_checkpoint(
	const struct maker *m, size_t n, const char *witness, struct buf *to)
{
	struct ledger_checkpoint cp = {.size = n};
	OWNED_BUF(text, 4096);

	memcpy(cp.origin, m->vkey.name, sizeof(cp.origin));
	cp.root = maker_root(m, n);
	ledger_checkpoint_text(&cp, &text);
	must(ledger_note_sign(&m->vkey, m->seed, buf_span(&text), to) ==
		ERR_OK);
	if (witness != NULL) {
		struct ledger_vkey key = maker_witness(witness);
		uint8_t seed[32];

		crypto_sha256(span_text(witness), seed);
		must(ledger_note_line(&key, seed, 1767139200, buf_span(&text),
			     to) == ERR_OK);
	}
}

/* ---- files ---- */

static void
put(const char *dir, const char *name, struct span bytes)
{
	char path[512];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	for (char *at = strchr(path + 1, '/'); at != NULL;
		at = strchr(at + 1, '/')) {
		*at = '\0';
		(void)mkdir(path, 0755);
		*at = '/';
	}
	f = fopen(path, "wb");
	must(f != NULL && fwrite(bytes.at, 1, bytes.n, f) == bytes.n);
	must(fclose(f) == 0);
}

static void
put_bundle(const struct maker *m, const char *dir, struct ledger_tile t)
{
	OWNED_BUF(b, 1 << 20);
	char path[LEDGER_TILE_PATH];

	for (unsigned i = 0; i < t.width; i++)
		ledger_bundle_add(
			&b, span_of(m->entry + (t.n * 256 + i) * LEDGER_ENTRY,
				    LEDGER_ENTRY));
	must(buf_error(&b) == ERR_OK);
	t.level = LEDGER_TILE_ENTRIES;
	ledger_tile_path(&t, path);
	put(dir, path, buf_span(&b));
}

/* A level's new tiles out of its hashes. */
static void
put_level(const char *dir, int level, const struct ledger_hash *at, size_t n,
	size_t from)
{
	for (size_t first = from / 256 * 256; first < n; first += 256) {
		size_t width = n - first < 256 ? n - first : 256;
		struct ledger_tile t = {level, first / 256, (unsigned)width};
		char path[LEDGER_TILE_PATH];

		ledger_tile_path(&t, path);
		put(dir, path, span_of(at + first, width * sizeof(*at)));
	}
}

void
maker_publish(struct maker *m, const char *dir)
{
	OWNED_BUF(b, 4096);
	struct ledger_hash *level = malloc((m->n + 1) * sizeof(*level));
	size_t n = m->n;
	size_t from = m->published;

	for (size_t i = from / 256; i * 256 < n; i++)
		put_bundle(m, dir,
			(struct ledger_tile){.n = i,
				.width = n - i * 256 < 256
						 ? (unsigned)(n - i * 256)
						 : 256});
	must(level != NULL);
	if (n > 0)
		memcpy(level, m->leaf, n * sizeof(*level));
	for (int l = 0; n > 0; l++) {
		put_level(dir, l, level, n, from);
		for (size_t i = 0; i < n / 256; i++)
			level[i] = ledger_tree_over(level + i * 256, 256);
		n /= 256;
		from /= 256;
	}
	free(level);
	m->published = m->n;
	ledger_vkey_text(&m->vkey, &b);
	buf_u8(&b, '\n');
	put(dir, "ledger.vkey", buf_span(&b));
	buf_clear(&b);
	maker_checkpoint(m, m->n, NULL, &b);
	put(dir, "checkpoint", buf_span(&b));
}
