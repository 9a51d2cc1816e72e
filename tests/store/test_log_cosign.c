/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of witnesses under the published checkpoint: kept, proved with, gone
 * with the next one; and no way to put another text there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <errno.h>
#include <fcntl.h>

#include <cmocka.h>

#include "crypto/crypto.h"
#include "os/file.h"
#include "store/log_int.h"

#define ORIGIN "ledger.example.org/test"

static const uint8_t seed[32] = "thirty-two bytes for a test log.";
static const uint8_t its_seed[32] = "a witness's seed for these tests";
static struct ledger_vkey witness;
static char root[64];
static int pub;
static int priv;
static struct store_log *the_log;

static void
reopen(void)
{
	struct why why = {""};

	the_log = store_log_free(the_log);
	if (store_log_open(pub, priv, &the_log, &why) != ERR_OK)
		fail_msg("%s", why.text);
}

static int
set_up(void **state)
{
	uint8_t public[32];
	OWNED_FD dir = -1;

	(void)state;
	(void)snprintf(root, sizeof(root), "/tmp/weir-cosign-XXXXXX");
	if (crypto_init() != ERR_OK || mkdtemp(root) == NULL ||
		os_folder(AT_FDCWD, root, false, &dir) != ERR_OK ||
		os_folder(dir, "public", true, &pub) != ERR_OK ||
		os_folder(dir, "private", true, &priv) != ERR_OK ||
		crypto_ed_public(its_seed, public) != ERR_OK ||
		ledger_vkey_make("w", LEDGER_VKEY_COSIGN, public, &witness) !=
			ERR_OK ||
		store_log_create(pub, priv, ORIGIN, seed) != ERR_OK)
		return -1;
	reopen();
	return 0;
}

static int
tear_down(void **state)
{
	char command[128];

	(void)state;
	the_log = store_log_free(the_log);
	os_close(&pub);
	os_close(&priv);
	(void)snprintf(command, sizeof(command), "rm -r %s", root);
	return system(command);
}

static void
grow(void)
{
	struct ledger_entry entry = {.day = 20000};

	assert_int_equal(store_log_append(the_log, &entry, 1), ERR_OK);
	assert_int_equal(store_log_publish(the_log), ERR_OK);
}

/* The published checkpoint with a line more. */
static void
cosigned(struct buf *to)
{
	struct ledger_note note;
	struct span is = store_log_checkpoint(the_log);

	buf_bytes(to, is);
	assert_int_equal(ledger_note_parse(is, &note), ERR_OK);
	assert_int_equal(
		ledger_note_line(&witness, its_seed, 5, note.text, to), ERR_OK);
}

static size_t
lines_on_disk(void)
{
	OWNED_BUF(file, 1 << 16);
	struct ledger_note note;

	assert_int_equal(os_read(pub, "checkpoint", &file), ERR_OK);
	assert_int_equal(ledger_note_parse(buf_span(&file), &note), ERR_OK);
	return note.n_sigs;
}

static void
lines_stay_until_the_next_checkpoint(void **state)
{
	OWNED_BUF(note, 1 << 16);
	OWNED_BUF(proof, 1 << 16);
	struct ledger_proof_file f;
	struct ledger_note in_proof;

	(void)state;
	grow();
	cosigned(&note);
	assert_int_equal(store_log_cosigned(the_log, buf_span(&note)), ERR_OK);
	assert_int_equal(lines_on_disk(), 2);
	reopen();
	assert_true(span_eq(store_log_checkpoint(the_log), buf_span(&note)));
	assert_int_equal(
		store_log_publish(the_log), ERR_OK); /* nothing to do */
	assert_int_equal(lines_on_disk(), 2);
	assert_int_equal(store_log_prove(the_log, 0, &proof), ERR_OK);
	assert_int_equal(ledger_proof_parse(buf_span(&proof), &f), ERR_OK);
	assert_int_equal(ledger_note_parse(f.checkpoint, &in_proof), ERR_OK);
	assert_int_equal(in_proof.n_sigs, 2);
	grow();
	assert_int_equal(lines_on_disk(), 1);
	reopen();
}

static void
nothing_but_lines_can_be_added(void **state)
{
	OWNED_BUF(old, 1 << 16);
	OWNED_BUF(note, 1 << 16);
	OWNED_BUF(other, 1 << 16);
	struct ledger_note parsed;

	(void)state;
	grow();
	cosigned(&old);
	grow();
	/* An older one, whatever its signatures are. */
	assert_int_equal(
		store_log_cosigned(the_log, buf_span(&old)), ERR_NOT_ALLOWED);
	cosigned(&note);
	assert_int_equal(ledger_note_parse(buf_span(&note), &parsed), ERR_OK);
	/* The witness's line before ours, or alone. */
	buf_bytes(&other, parsed.text);
	buf_u8(&other, '\n');
	buf_bytes(&other, parsed.sigs[1].line);
	assert_int_equal(
		store_log_cosigned(the_log, buf_span(&other)), ERR_NOT_ALLOWED);
	buf_bytes(&other, parsed.sigs[0].line);
	assert_int_equal(
		store_log_cosigned(the_log, buf_span(&other)), ERR_NOT_ALLOWED);
	assert_int_equal(
		store_log_cosigned(the_log, SPAN("")), ERR_NOT_ALLOWED);
	/* Another text under our line. */
	note.at[strlen(ORIGIN) + 1] ^= 1;
	assert_int_equal(
		store_log_cosigned(the_log, buf_span(&note)), ERR_NOT_ALLOWED);
	assert_int_equal(lines_on_disk(), 1);
}

static int
no_room(enum store_log_step step, const char *name)
{
	return step == STORE_LOG_WRITE && strcmp(name, "checkpoint") == 0
		       ? ENOSPC
		       : 0;
}

/* On a full disk the checkpoint that was published stays. */
static void
a_full_disk_leaves_the_checkpoint(void **state)
{
	OWNED_BUF(note, 1 << 16);

	(void)state;
	grow();
	cosigned(&note);
	store_log_set_hook(no_room);
	assert_int_equal(store_log_cosigned(the_log, buf_span(&note)), ERR_IO);
	store_log_set_hook(NULL);
	/* As after any failure to write: it must be opened anew. */
	assert_int_equal(store_log_cosigned(the_log, buf_span(&note)), ERR_IO);
	assert_int_equal(lines_on_disk(), 1);
	reopen();
	assert_int_equal(store_log_cosigned(the_log, buf_span(&note)), ERR_OK);
	assert_int_equal(lines_on_disk(), 2);
}

#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		EACH(lines_stay_until_the_next_checkpoint),
		EACH(nothing_but_lines_can_be_added),
		EACH(a_full_disk_leaves_the_checkpoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
