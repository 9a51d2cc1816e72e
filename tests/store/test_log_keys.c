/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's key is changed for the one that was committed to, and for no
 * other; whoever trusts one of its keys believes them all, each in its time; and
 * wherever the change stops, the old key is in force or the new one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "ledger/proof.h"
#include "os/file.h"
#include "store/log_int.h"

#define ORIGIN "ledger.example.org/test"
#define NONE LEDGER_SIZE_MAX

static const uint8_t first_seed[32] = "thirty-two bytes for a test log.";
static char root[64];
static int pub;
static int priv;
static struct store_log *the_log;
static struct ledger_vkey first; /* what a reader was given long ago */

/* ---- a place ---- */

static enum err
open_again(void)
{
	struct why why = {""};
	enum err e;

	the_log = store_log_free(the_log);
	e = store_log_open(pub, priv, &the_log, &why);
	if (err_is_refusal(e))
		fail_msg("%s", why.text);
	return e;
}

static int
set_up(void **state)
{
	OWNED_FD dir = -1;

	(void)state;
	/* In memory: what stops where is asked here, and not for how long. */
	(void)snprintf(root, sizeof(root), "%s/weir-keys-XXXXXX",
		access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	if (crypto_init() != ERR_OK || mkdtemp(root) == NULL ||
		os_folder(AT_FDCWD, root, false, &dir) != ERR_OK ||
		os_folder(dir, "public", true, &pub) != ERR_OK ||
		os_folder(dir, "private", true, &priv) != ERR_OK ||
		store_log_create(pub, priv, ORIGIN, first_seed) != ERR_OK ||
		open_again() != ERR_OK)
		return -1;
	first = *store_log_vkey(the_log);
	first.keys = NULL;
	return 0;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	store_log_set_hook(NULL);
	the_log = store_log_free(the_log);
	os_close(&pub);
	os_close(&priv);
	(void)snprintf(command, sizeof(command), "rm -rf %s", root);
	return system(command); /* NOLINT: a folder of ours */
}

/* One entry `act` with that object, public; the opening that shows it. */
static enum err
enter(struct span object, uint64_t *ret_index, struct buf *opening)
{
	const struct ledger_head head = {.type = LEDGER_ACT, .n_fields = 9};
	const struct ledger_field field = {"object", object};
	const uint8_t key[LEDGER_KEY] = {7};
	struct ledger_entry entry = {.day = 20000};
	struct ledger_opening o;
	enum err e = ledger_commit(&head, key, &field, 1, &entry.root);

	*ret_index = store_log_size(the_log);
	if (e == ERR_OK)
		e = store_log_append(the_log, &entry, 1);
	if (e == ERR_OK)
		e = store_log_publish(the_log);
	if (e == ERR_OK)
		e = ledger_opening_make(
			&entry, &head, key, &field, 1, "object", &o);
	if (e == ERR_OK)
		ledger_opening_write(&o, opening);
	return e;
}

static enum err
commit_to(const uint8_t hash[32], struct why *why)
{
	OWNED_BUF(text, LEDGER_KEYS_TEXT);
	OWNED_BUF(opening, 1 << 16);
	uint64_t index;
	enum err e;

	ledger_keys_commit_text(
		store_log_vkey(the_log), hash, 1767139200, &text);
	e = enter(buf_span(&text), &index, &opening);
	return e == ERR_OK ? store_log_key_commit(the_log, index,
				     buf_span(&text), buf_span(&opening), why)
			   : e;
}

static enum err
commit_next(struct why *why)
{
	struct ledger_vkey next;
	uint8_t hash[32];
	enum err e = store_log_next(the_log, true, &next, why);

	if (e != ERR_OK)
		return e;
	ledger_keys_hash(&next, hash);
	return commit_to(hash, why);
}

static enum err
rotate(uint64_t compromised_after, struct why *why)
{
	OWNED_BUF(text, LEDGER_KEYS_TEXT);
	OWNED_BUF(opening, 1 << 16);
	struct ledger_vkey next;
	uint64_t index;
	enum err e = store_log_next(the_log, false, &next, why);

	if (e != ERR_OK)
		return e;
	ledger_keys_rotate_text(store_log_vkey(the_log), &next,
		compromised_after, 1767139200, &text);
	e = enter(buf_span(&text), &index, &opening);
	return e == ERR_OK ? store_log_key_rotate(the_log, index,
				     buf_span(&text), buf_span(&opening), why)
			   : e;
}

/* ---- as readers see it ---- */

static enum err
verify_by(const struct ledger_vkey *key, struct store_log_fault *fault)
{
	struct ledger_checkpoint cp;

	*fault = (struct store_log_fault){.file = ""};
	return store_log_verify(pub, key, &cp, fault);
}

static void
verifies_by(const struct ledger_vkey *key)
{
	struct store_log_fault fault;

	if (verify_by(key, &fault) != ERR_OK)
		fail_msg("%s: %s", fault.file, fault.text);
}

static void
keep(const char *name, struct buf *to)
{
	buf_init(to, LEDGER_KEYS_FILE_MAX);
	assert_int_equal(store_log_file_read(pub, name, to), ERR_OK);
}

static void
whoever_trusts_one_key_believes_them_all_in_their_time(void **state)
{
	struct why why = {""};
	struct buf old = {.n = 0};
	struct ledger_vkey second;
	struct ledger_vkey third;
	struct ledger_checkpoint cp;
	struct ledger_vkey with = first;

	(void)state;
	assert_int_equal(commit_next(&why), ERR_OK);
	keep("checkpoint", &old);
	assert_int_equal(rotate(NONE, &why), ERR_OK);
	second = *store_log_vkey(the_log);
	assert_memory_not_equal(second.public, first.public, 32);
	assert_false(os_exists(priv, "next"));
	assert_int_equal(commit_next(&why), ERR_OK);
	assert_int_equal(rotate(NONE, &why), ERR_OK);
	third = *store_log_vkey(the_log);
	assert_int_equal(open_again(), ERR_OK);
	verifies_by(&first);
	second.keys = third.keys = NULL;
	verifies_by(&second);
	verifies_by(&third);
	/* what was kept from before: by any of them, and by the first alone */
	assert_int_equal(
		ledger_checkpoint_open(buf_span(&old), &first, &cp), ERR_OK);
	with.keys = store_log_keys(the_log);
	assert_int_equal(
		ledger_checkpoint_open(buf_span(&old), &with, &cp), ERR_OK);
	assert_int_equal(store_log_extends(pub, &with, buf_span(&old)), ERR_OK);
	/* and a stranger's key leads nowhere */
	second.public[3] ^= 1;
	assert_int_equal(
		verify_by(&second, &(struct store_log_fault){.offset = 0}),
		ERR_DAMAGED);
	buf_fini(&old);
}

/* A thief of the old key goes on with it after the change. */
static void
the_old_key_signs_nothing_more(void **state)
{
	struct why why = {""};
	struct ledger_checkpoint cp = {.origin = ORIGIN, .size = 9};
	struct ledger_vkey with = first;
	OWNED_BUF(text, 1024);
	OWNED_BUF(note, 4096);
	struct ledger_checkpoint got;

	(void)state;
	assert_int_equal(commit_next(&why), ERR_OK);
	assert_int_equal(rotate(NONE, &why), ERR_OK);
	ledger_checkpoint_text(&cp, &text);
	assert_int_equal(
		ledger_note_sign(&first, first_seed, buf_span(&text), &note),
		ERR_OK);
	with.keys = store_log_keys(the_log);
	assert_int_equal(ledger_checkpoint_open(buf_span(&note), &with, &got),
		ERR_BAD_SIGNATURE);
	with.keys = NULL;
	assert_int_equal(
		ledger_checkpoint_open(buf_span(&note), &with, &got), ERR_OK);
}

static void
what_a_stolen_key_signed_past_that_is_worth_nothing(void **state)
{
	struct why why = {""};
	struct buf before = {.n = 0};
	struct buf after = {.n = 0};
	struct ledger_vkey with = first;
	struct ledger_checkpoint cp;

	(void)state;
	assert_int_equal(commit_next(&why), ERR_OK);
	keep("checkpoint", &before); /* 1 entry */
	assert_int_equal(commit_next(&why), ERR_OK);
	keep("checkpoint", &after); /* 2 */
	assert_int_equal(rotate(1, &why), ERR_OK);
	verifies_by(&first);
	with.keys = store_log_keys(the_log);
	assert_int_equal(
		ledger_checkpoint_open(buf_span(&before), &with, &cp), ERR_OK);
	assert_int_equal(ledger_checkpoint_open(buf_span(&after), &with, &cp),
		ERR_BAD_SIGNATURE);
	/* that the ledger grew out of it can be asked still */
	assert_int_equal(
		store_log_extends(pub, &with, buf_span(&after)), ERR_OK);
	buf_fini(&before);
	buf_fini(&after);
}

static void
a_key_that_was_not_committed_to_is_refused(void **state)
{
	struct why why = {""};
	uint8_t other[32] = {1};

	(void)state;
	assert_int_equal(rotate(NONE, &why), ERR_NOT_FOUND); /* none is there */
	assert_int_equal(commit_to(other, &why), ERR_OK);
	assert_int_equal(store_log_next(the_log, true,
				 &(struct ledger_vkey){.id = 0}, &why),
		ERR_OK);
	assert_int_equal(rotate(NONE, &why), ERR_MISMATCH);
	assert_non_null(strstr(why.text, "committed to"));
	assert_int_equal(open_again(), ERR_OK);
	assert_memory_equal(store_log_vkey(the_log)->public, first.public, 32);
	verifies_by(&first);
	/* committing again takes its place */
	assert_int_equal(commit_next(&why), ERR_OK);
	assert_int_equal(rotate(NONE, &why), ERR_OK);
	verifies_by(&first);
}

/* The same of who has the old key and writes the public file himself. */
static void
a_reader_refuses_a_key_that_was_not_committed_to(void **state)
{
	static struct ledger_keys keys;
	struct why why = {""};
	struct ledger_keyfile thief;
	struct ledger_hash tree = {{0}};
	struct buf file = {.n = 0};
	OWNED_BUF(text, LEDGER_KEYS_TEXT);
	OWNED_BUF(note, 1 << 14);

	(void)state;
	assert_int_equal(commit_next(&why), ERR_OK);
	keep("keys", &file);
	assert_int_equal(
		ledger_keys_parse(buf_span(&file), &keys, &why), ERR_OK);
	assert_int_equal(
		ledger_keyfile_make("ledger", ORIGIN,
			(const uint8_t *)"another thirty-two bytes, a thief",
			&thief),
		ERR_OK);
	ledger_keys_rotate_text(&first, &thief.vkey, NONE, 1767139200, &text);
	ledger_keys_rotate_tail(9, &tree, &text);
	buf_bytes(&note, buf_span(&text));
	buf_u8(&note, '\n');
	assert_int_equal(
		ledger_note_line(&first, first_seed, 0, buf_span(&text), &note),
		ERR_OK);
	assert_int_equal(ledger_note_line(&thief.vkey, thief.seed, 0,
				 buf_span(&text), &note),
		ERR_OK);
	ledger_keys_record_write(
		true, 5, buf_span(&note), SPAN("opening\n"), &file);
	assert_int_equal(
		ledger_keys_parse(buf_span(&file), &keys, &why), ERR_MISMATCH);
	assert_non_null(strstr(why.text, "committed to"));
	buf_fini(&file);
}

/* Each byte of `keys` matters, to who checks the folder. */
static void
no_byte_of_the_keys_can_be_changed(void **state)
{
	struct why why = {""};
	static struct ledger_keys keys;
	struct store_log_fault fault;
	struct buf file = {.n = 0};
	size_t looked = 0;

	(void)state;
	assert_int_equal(commit_next(&why), ERR_OK);
	assert_int_equal(rotate(NONE, &why), ERR_OK);
	keep("keys", &file);
	for (size_t i = 0; i < file.n; i++) {
		file.at[i] ^= 1;
		/* What holds in itself is held against the entries. */
		if (ledger_keys_parse(buf_span(&file), &keys, NULL) == ERR_OK &&
			ledger_keys_find(&keys, &first) != NULL) {
			assert_int_equal(
				store_log_file_put(pub, "keys", buf_span(&file),
					&the_log->back),
				ERR_OK);
			if (verify_by(&first, &fault) == ERR_OK)
				fail_msg("byte %zu of keys", i);
			looked++;
		}
		file.at[i] ^= 1;
	}
	assert_true(looked > 100);
	assert_int_equal(store_log_file_put(
				 pub, "keys", buf_span(&file), &the_log->back),
		ERR_OK);
	verifies_by(&first);
	buf_fini(&file);
}

/* ---- faults ---- */

static int step_wanted;
static int step_now;

static int
step_hook(enum store_log_step step, const char *name)
{
	(void)step;
	(void)name;
	return step_now++ == step_wanted ? EIO : 0;
}

/* Old or new, whole, and able to go on and to be changed again. */
static void
is_good(bool was_done)
{
	struct why why = {""};
	bool new;

	assert_int_equal(open_again(), ERR_OK);
	new = memcmp(store_log_vkey(the_log)->public, first.public, 32) != 0;
	assert_true(new || !was_done);
	assert_true(store_log_key_signed(the_log));
	assert_int_equal(os_exists(priv, "next"), !new);
	verifies_by(&first);
	if (new)
		assert_int_equal(commit_next(&why), ERR_OK);
	assert_int_equal(rotate(NONE, &why), ERR_OK);
	verifies_by(&first);
}

static void
wherever_a_change_stops_one_key_is_in_force(void **state)
{
	bool old = false;
	bool new = false;

	(void)state;
	for (step_wanted = 0;; step_wanted++) {
		struct why why = {""};
		enum err e;

		assert_int_equal(commit_next(&why), ERR_OK);
		step_now = 0;
		store_log_set_hook(step_hook);
		e = rotate(NONE, &why);
		store_log_set_hook(NULL);
		if (step_now <= step_wanted) {
			assert_int_equal(e, ERR_OK);
			break;
		}
		assert_int_equal(e, ERR_IO);
		assert_int_equal(store_log_publish(the_log), ERR_IO);
		assert_int_equal(open_again(), ERR_OK);
		if (memcmp(store_log_vkey(the_log)->public, first.public, 32))
			new = true;
		else
			old = true;
		is_good(false);
		assert_int_equal(tear_down(NULL), 0);
		assert_int_equal(set_up(NULL), 0);
	}
	is_good(true);
	assert_true(old && new &&step_wanted > 20);
}

#define PROMISE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		PROMISE(whoever_trusts_one_key_believes_them_all_in_their_time),
		PROMISE(the_old_key_signs_nothing_more),
		PROMISE(what_a_stolen_key_signed_past_that_is_worth_nothing),
		PROMISE(a_key_that_was_not_committed_to_is_refused),
		PROMISE(a_reader_refuses_a_key_that_was_not_committed_to),
		PROMISE(no_byte_of_the_keys_can_be_changed),
		PROMISE(wherever_a_change_stops_one_key_is_in_force),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
