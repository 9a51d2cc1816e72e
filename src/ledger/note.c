/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/note.h"

#include "base/code.h"
#include "base/num.h"
#include "base/read.h"
#include "ledger/keys.h"
#include "ledger/note_int.h"
#include "ledger/primitive.h"

enum {
	ID = LEDGER_NOTE_ID,
	BLOB_MAX = 8192, /* a signature of any type that is to come */
	SIG_ED25519 = ID + LEDGER_ED_SIG,
	SIG_COSIGN = ID + 8 + LEDGER_ED_SIG,
};

/* ---- parse ---- */

static bool
text_ok(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.at[i] < 0x20 && s.at[i] != '\n') || s.at[i] == 0x7f)
			return false;
	return span_is_utf8(s);
}

/* Where the signatures begin: after the last empty line; 0 when nowhere. */
static size_t
sigs_at(struct span s)
{
	for (size_t i = s.n; i >= 3; i--)
		if (s.at[i - 1] == '\n' && s.at[i - 2] == '\n')
			return i;
	return 0;
}

/*
 * Base64 that another encoder would have written with other stray bits; they
 * are taken as zero.  Enough to name the key: what is not canonical never
 * verifies.
 */
static bool
code_lax(struct span code, uint8_t *blob, size_t size, size_t *ret_n)
{
	uint8_t last[4];
	uint8_t probe[4] = {0, 'A', 'A', 'A'};
	uint8_t some[3];
	size_t at;
	size_t n;

	if (code.n < 12 || code.n % 4 != 0)
		return false;
	memcpy(last, code.at + code.n - 4, sizeof(last));
	at = last[2] == '=' ? 1 : 2;
	probe[0] = last[at];
	if (last[3] != '=' ||
		!code_base64_parse(span_of(probe, 4), some, sizeof(some), &n))
		return false;
	last[at] = 'A';
	return code_base64_parse(span_of(last, 4), some, sizeof(some), &n) &&
	       code_base64_parse(
		       span_of(code.at, code.n - 4), blob, size, ret_n);
}

static enum err
sig_parse(struct span line, bool lax, struct ledger_note_sig *ret_sig)
{
	struct ledger_note_sig sig = {.line = span_of(line.at, line.n + 1)};
	uint8_t blob[BLOB_MAX];
	size_t n;

	if (!span_starts(line, LEDGER_NOTE_DASH))
		return ERR_MALFORMED;
	line = span_of(
		line.at + LEDGER_NOTE_DASH.n, line.n - LEDGER_NOTE_DASH.n);
	sig.name = span_cut(&line, ' ');
	sig.code = line;
	if (!ledger_name_ok(sig.name))
		return ERR_MALFORMED;
	if (!code_base64_parse(sig.code, blob, sizeof(blob), &n) &&
		!(lax && code_lax(sig.code, blob, sizeof(blob), &n)))
		return ERR_MALFORMED;
	if (n <= ID)
		return ERR_MALFORMED;
	sig.id = (uint32_t)blob[0] << 24 | (uint32_t)blob[1] << 16 |
		 (uint32_t)blob[2] << 8 | blob[3];
	*ret_sig = sig;
	return ERR_OK;
}

static enum err
note_parse(struct span bytes, bool lax, struct ledger_note *ret_note)
{
	size_t at;
	struct reader r;

	if (bytes.n > LEDGER_NOTE_MAX)
		return ERR_TOO_LARGE;
	if (bytes.n == 0 || bytes.at[bytes.n - 1] != '\n' || !text_ok(bytes))
		return ERR_MALFORMED;
	at = sigs_at(bytes);
	if (at == 0 || at == bytes.n)
		return ERR_MALFORMED;
	ret_note->text = span_of(bytes.at, at - 1);
	ret_note->n_sigs = 0;
	r = read_from(span_of(bytes.at + at, bytes.n - at));
	while (!read_end(&r)) {
		enum err e;

		if (ret_note->n_sigs == LEDGER_NOTE_SIGS)
			return ERR_MALFORMED;
		e = sig_parse(
			read_line(&r), lax, &ret_note->sigs[ret_note->n_sigs]);
		if (e != ERR_OK)
			return e;
		ret_note->n_sigs++;
	}
	return ERR_OK;
}

enum err
ledger_note_parse(struct span bytes, struct ledger_note *ret_note)
{
	return note_parse(bytes, false, ret_note);
}

enum err
ledger_note_parse_lax(struct span bytes, struct ledger_note *ret_note)
{
	return note_parse(bytes, true, ret_note);
}

/* ---- verify ---- */

void
ledger_cosigned_text(uint64_t at, struct span text, struct buf *to)
{
	buf_printf(to, "cosignature/v1\ntime %llu\n", (unsigned long long)at);
	buf_bytes(to, text);
}

static uint64_t
u64_at(const uint8_t *at)
{
	struct reader r = read_from(span_of(at, 8));

	return read_u64be(&r);
}

static enum err
sig_verify(const struct ledger_note_sig *sig, const struct ledger_vkey *key,
	struct span text)
{
	uint8_t blob[BLOB_MAX];
	size_t n;

	if (!code_base64_parse(sig->code, blob, sizeof(blob), &n))
		return ERR_BAD_SIGNATURE;
	if (key->type == LEDGER_VKEY_COSIGN) {
		OWNED_BUF(signed_text, LEDGER_COSIGNED_MAX);

		if (n != SIG_COSIGN)
			return ERR_BAD_SIGNATURE;
		ledger_cosigned_text(u64_at(blob + ID), text, &signed_text);
		if (buf_error(&signed_text) != ERR_OK)
			return buf_error(&signed_text);
		return ledger_ed_verify(
			key->public, buf_span(&signed_text), blob + ID + 8);
	}
	if (n != SIG_ED25519)
		return ERR_BAD_SIGNATURE;
	return ledger_ed_verify(key->public, text, blob + ID);
}

static bool
sig_is_by(const struct ledger_note_sig *sig, const struct ledger_vkey *key)
{
	return sig->id == key->id && span_eq(sig->name, span_text(key->name));
}

enum err
ledger_note_verify(const struct ledger_note *note,
	const struct ledger_vkey *keys, size_t n_keys, uint64_t *ret_signed)
{
	uint64_t found = 0;

	must(n_keys <= 64);
	for (size_t i = 0; i < note->n_sigs; i++) {
		for (size_t k = 0; k < n_keys; k++) {
			enum err e;

			if (!sig_is_by(&note->sigs[i], &keys[k]))
				continue;
			e = sig_verify(&note->sigs[i], &keys[k], note->text);
			if (e != ERR_OK)
				return e;
			found |= (uint64_t)1 << k;
		}
	}
	if (found == 0)
		return ERR_BAD_SIGNATURE;
	if (ret_signed != NULL)
		*ret_signed = found;
	return ERR_OK;
}

enum err
ledger_note_cosigned(const struct ledger_note *note,
	const struct ledger_vkey *key, int64_t *ret_at)
{
	uint8_t blob[BLOB_MAX];
	bool found = false;
	int64_t newest = 0;

	must(key->type == LEDGER_VKEY_COSIGN);
	for (size_t i = 0; i < note->n_sigs; i++) {
		const struct ledger_note_sig *sig = &note->sigs[i];
		uint64_t at;
		size_t n;
		enum err e;

		if (!sig_is_by(sig, key))
			continue;
		e = sig_verify(sig, key, note->text);
		if (e != ERR_OK)
			return e;
		must(code_base64_parse(sig->code, blob, sizeof(blob), &n));
		at = u64_at(blob + ID);
		/* No clock of anybody's says this. */
		if (at > INT64_MAX)
			return ERR_BAD_SIGNATURE;
		if (!found || (int64_t)at > newest)
			newest = (int64_t)at;
		found = true;
	}
	*ret_at = newest;
	return found ? ERR_OK : ERR_NOT_FOUND;
}

/* ---- checkpoints ---- */

void
ledger_checkpoint_text(const struct ledger_checkpoint *cp, struct buf *to)
{
	buf_printf(to, "%s\n%llu\n", cp->origin, (unsigned long long)cp->size);
	code_base64(to, span_of(cp->root.at, LEDGER_HASH));
	buf_u8(to, '\n');
	buf_bytes(to, cp->extension);
}

enum err
ledger_checkpoint_parse(struct span text, struct ledger_checkpoint *ret_cp)
{
	struct reader r = read_from(text);
	struct ledger_checkpoint cp = {.size = 0};
	struct span origin = read_line(&r);
	struct span size = read_line(&r);
	struct span root = read_line(&r);
	size_t n;

	if (!read_ok(&r) || origin.n == 0 ||
		!span_copy(origin, cp.origin, sizeof(cp.origin)) ||
		!num_parse(size, LEDGER_SIZE_MAX, &cp.size) ||
		!code_base64_parse(root, cp.root.at, LEDGER_HASH, &n) ||
		n != LEDGER_HASH)
		return ERR_MALFORMED;
	cp.extension = r.left;
	while (!read_end(&r))
		if (read_line(&r).n == 0) /* cut short, or an empty line */
			return ERR_MALFORMED;
	*ret_cp = cp;
	return ERR_OK;
}

/* By one of the keys that it has had, none of whose signatures is false. */
static enum err
signed_in_time(const struct ledger_note *note, const struct ledger_keys *keys,
	uint64_t size, bool past)
{
	struct ledger_vkey key[LEDGER_KEYS_MAX];
	uint64_t who = 0;
	enum err e;

	for (size_t i = 0; i < keys->n; i++)
		key[i] = keys->term[i].vkey;
	e = ledger_note_verify(note, key, keys->n, &who);
	for (size_t i = 0; e == ERR_OK && i < keys->n; i++) {
		const struct ledger_keys_term *t = &keys->term[i];

		if ((who >> i & 1) != 0 && size >= t->from &&
			size <= t->until && (past || size <= t->worth))
			return ERR_OK;
	}
	return e == ERR_OK ? ERR_BAD_SIGNATURE : e;
}

enum err
ledger_log_signed(const struct ledger_note *note, const struct ledger_vkey *key,
	uint64_t size, bool past)
{
	return key->keys == NULL ? ledger_note_verify(note, key, 1, NULL)
				 : signed_in_time(note, key->keys, size, past);
}

static enum err
checkpoint_open(struct span bytes, const struct ledger_vkey *key, bool past,
	struct ledger_checkpoint *ret_cp)
{
	struct ledger_note note;
	struct ledger_checkpoint cp;
	enum err e = ledger_note_parse(bytes, &note);

	if (e == ERR_OK && key->keys == NULL)
		e = ledger_note_verify(&note, key, 1, NULL);
	if (e == ERR_OK)
		e = ledger_checkpoint_parse(note.text, &cp);
	if (e == ERR_OK && key->keys != NULL)
		e = ledger_log_signed(&note, key, cp.size, past);
	if (e != ERR_OK)
		return e;
	if (key->type != LEDGER_VKEY_ED25519 ||
		strcmp(cp.origin, key->name) != 0)
		return ERR_BAD_SIGNATURE;
	*ret_cp = cp;
	return ERR_OK;
}

enum err
ledger_checkpoint_open(struct span bytes, const struct ledger_vkey *key,
	struct ledger_checkpoint *ret_cp)
{
	return checkpoint_open(bytes, key, false, ret_cp);
}

enum err
ledger_checkpoint_open_past(struct span bytes, const struct ledger_vkey *key,
	struct ledger_checkpoint *ret_cp)
{
	return checkpoint_open(bytes, key, true, ret_cp);
}
