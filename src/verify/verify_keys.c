/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may sign: the key that is trusted, or those that it leads to
 * (ledger/keys.h).  Where the ledger's key was never changed there is no file
 * of keys, and all is as if there were none.
 */
#include "base/mem.h"
#include "ledger/keys.h"
#include "verify/verify_int.h"

struct verify_keys {
	struct ledger_vkey trusted;
	struct ledger_keys keys;
	struct buf file; /* what they point into */
};

struct verify_keys *
verify_keys_free(struct verify_keys *keys)
{
	if (keys == NULL)
		return NULL;
	buf_fini(&keys->file);
	mem_free(keys);
	return NULL;
}

const struct ledger_vkey *
verify_keys_trusted(const struct verify *v)
{
	return &v->keys->trusted;
}

bool
verify_keys_has(const struct verify *v, const struct ledger_vkey *key)
{
	return ledger_keys_find(&v->keys->keys, key) != NULL;
}

size_t
verify_keys_all(const struct verify *v, struct ledger_vkey *to)
{
	for (size_t i = 0; i < v->keys->keys.n; i++)
		to[i] = v->keys->keys.term[i].vkey;
	return v->keys->keys.n;
}

static enum err
read_chain(struct verify *v, struct verify_keys *k)
{
	struct why why = {""};
	enum err e = v->source->read(v->source->arg, "keys", &k->file);

	if (e == ERR_NOT_FOUND) {
		ledger_keys_one(&k->trusted, &k->keys);
		return ERR_OK;
	}
	if (e == ERR_OK)
		e = buf_error(&k->file);
	if (e == ERR_OK)
		e = ledger_keys_parse(buf_span(&k->file), &k->keys, &why);
	if (err_is_refusal(e))
		return verify_fault_set(v->fault, "keys", 0, "%s",
			why.text[0] != '\0' ? why.text : err_text(e));
	if (e == ERR_OK && ledger_keys_find(&k->keys, &k->trusted) == NULL)
		return verify_fault_set(v->fault, "keys", 0,
			"the key that you trust is none of them");
	return e;
}

static enum err
check_vkey(struct verify *v)
{
	OWNED_BUF(file, LEDGER_NOTE_MAX);
	OWNED_BUF(want, 2 * LEDGER_NAME_MAX);
	enum err e = verify_read(v->source, "ledger.vkey", &file, v->fault);

	if (e != ERR_OK)
		return e;
	ledger_vkey_text(ledger_keys_last(&v->keys->keys), &want);
	buf_u8(&want, '\n');
	e = buf_error(&want);
	if (e == ERR_OK && !span_eq(buf_span(&file), buf_span(&want)))
		return verify_fault_set(v->fault, "ledger.vkey", 0,
			"not the key that you trust");
	return e;
}

enum err
verify_keys(struct verify *v)
{
	struct verify_keys *k = mem_zeroed(sizeof(*k));
	enum err e;

	if (k == NULL)
		return err_origin(ERR_NOMEM);
	v->keys = k;
	buf_init(&k->file, LEDGER_KEYS_FILE_MAX);
	k->trusted = v->asked->vkey;
	e = read_chain(v, k);
	k->trusted.keys = &k->keys;
	return e == ERR_OK ? check_vkey(v) : e;
}

/* The tree that both keys signed. */
static enum err
check_tree(struct verify *v, const struct ledger_keys_record *record)
{
	const struct verify_given given = {"keys", {NULL, 0}};
	const struct ledger_checkpoint cp = {
		.size = record->size, .root = record->root};

	return verify_grew(v, &given, &cp);
}

enum err
verify_keys_entered(struct verify *v)
{
	const struct ledger_keys *keys = &v->keys->keys;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < keys->n_records; i++) {
		const struct ledger_keys_record *record = &keys->record[i];
		struct ledger_entry entry;

		if (record->index >= v->result->cp.size)
			return verify_fault_set(v->fault, "keys", 0,
				"it names an entry that the ledger does not "
				"have");
		e = verify_entry_read(v, record->index, &entry);
		if (e == ERR_OK && ledger_keys_check(keys, i, &entry) != ERR_OK)
			return verify_fault_set(v->fault, "keys", 0,
				"entry %llu does not say what is said of it",
				(unsigned long long)record->index);
		if (e == ERR_OK && record->rotate)
			e = check_tree(v, record);
	}
	return e;
}
