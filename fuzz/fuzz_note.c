/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Signed notes, checkpoints and verifier keys.  What is accepted has one text
 * only: written again, it is the bytes that were read.
 */
#include "crypto/crypto.h"
#include "ledger/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
one_vkey(struct span bytes)
{
	struct ledger_vkey key;
	OWNED_BUF(again, 4096);

	if (ledger_vkey_parse(bytes, &key) != ERR_OK)
		return;
	ledger_vkey_text(&key, &again);
	must(span_eq(buf_span(&again), bytes));
}

static void
one_checkpoint(struct span text)
{
	struct ledger_checkpoint cp;
	OWNED_BUF(again, LEDGER_NOTE_MAX);

	if (ledger_checkpoint_parse(text, &cp) != ERR_OK)
		return;
	ledger_checkpoint_text(&cp, &again);
	must(span_eq(buf_span(&again), text));
}

static void
one_note(struct span bytes)
{
	static const uint8_t public[32] = {7};
	struct ledger_vkey keys[2];
	struct ledger_note note;
	size_t n = 0;

	if (ledger_note_parse(bytes, &note) != ERR_OK)
		return;
	must(note.n_sigs > 0 && note.n_sigs <= LEDGER_NOTE_SIGS);
	for (size_t i = 0; i < note.n_sigs; i++)
		n += note.sigs[i].line.n;
	must(note.text.n + 1 + n == bytes.n);
	one_checkpoint(note.text);
	must(ledger_vkey_make("n", LEDGER_VKEY_ED25519, public, &keys[0]) ==
		ERR_OK);
	must(ledger_vkey_make("n", LEDGER_VKEY_COSIGN, public, &keys[1]) ==
		ERR_OK);
	/* As if the keys were known: nobody has signed with them. */
	keys[0].id = note.sigs[0].id;
	keys[1].id = note.sigs[note.n_sigs - 1].id;
	must(ledger_note_verify(&note, keys, 2, NULL) == ERR_BAD_SIGNATURE);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of(data, size);

	must(crypto_init() == ERR_OK);
	one_vkey(bytes);
	one_checkpoint(bytes);
	one_note(bytes);
	return 0;
}
