/* SPDX-License-Identifier: Apache-2.0 */
/* Who may change the registers; and that an agreement's row, entry and files
 * change as one. */
#include "proc_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/code.h"
#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_law.h"
#include "proc/proc_people.h"
#include "proc/proc_registrar.h"

static struct instance in;

/* A row with the certificate of one of the sandbox's people. */
static struct register_row
role_row(struct arena *arena, const char *path, const char *who,
	const char *role)
{
	struct register_row row = {.id = REG_ROLE};
	char cert[2 * WORLD_PATH];

	(void)snprintf(cert, sizeof(cert), "%s/sandbox/%s.crt", path, who);
	assert_int_equal(arena_init(arena, REGISTRAR_ARENA), ERR_OK);
	register_put(&row, REG_ROLE_ROLE, span_text(role));
	assert_int_equal(proc_registrar_cert(&in, cert, arena, &row), ERR_OK);
	return row;
}

static struct register_row
screen_row(void)
{
	struct register_row row = {.id = REG_SCREEN};

	register_put(&row, REG_SCREEN_PERSON, SPAN("P00000017"));
	register_put(&row, REG_SCREEN_GROUND, SPAN("ci"));
	return row;
}

/* In the sandbox the operator is administrator and safeguards officer. */
static void
only_the_safeguards_officer_changes_recipients(void **state)
{
	const char *path = world_copy();
	struct register_row row = {.id = REG_RECIPIENT};

	(void)state;
	register_put(&row, REG_RECIPIENT_ID, SPAN("us.other"));
	register_put(&row, REG_RECIPIENT_NAME, SPAN("Another agency"));
	register_put(&row, REG_RECIPIENT_SAFEGUARDS, SPAN("in-order"));
	world_open(path, INSTANCE_LEDGER, "counsel", &in);
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_NOT_ALLOWED);
	instance_close(&in);
	world_open(path, INSTANCE_LEDGER, "operator", &in);
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_OK);
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_EXISTS);
	instance_close(&in);
	world_open(path, INSTANCE_READ, NULL, &in);
	assert_non_null(register_find(
		in.registers, REG_RECIPIENT, SPAN("us.other"), in.at));
	instance_close(&in);
}

/* In force without a moment between: what was, and what is. */
static void
a_replaced_row_leaves_its_history(void **state)
{
	const char *path = world_copy();
	struct register_row row = {.id = REG_RECIPIENT};

	(void)state;
	world_open(path, INSTANCE_LEDGER, "operator", &in);
	register_put(&row, REG_RECIPIENT_ID, span_text(law_requester(in.law)));
	register_put(&row, REG_RECIPIENT_NAME, SPAN("Renamed"));
	register_put(&row, REG_RECIPIENT_SAFEGUARDS, SPAN("open-finding"));
	assert_int_equal(proc_registrar_add(&in, &row, true), ERR_OK);
	assert_int_equal(register_n(in.registers, REG_RECIPIENT), 2);
	assert_int_equal(
		register_at(in.registers, REG_RECIPIENT, 0)->revoked_at,
		register_at(in.registers, REG_RECIPIENT, 1)->added_at);
	assert_false(register_safeguards(
		in.registers, span_text(law_requester(in.law)), in.at, NULL));
	instance_close(&in);
}

static void
screens_are_for_the_screener_and_counsel(void **state)
{
	const char *path = world_copy();
	struct register_row row = screen_row();
	struct register_row role;
	struct arena arena;
	uint64_t before;

	(void)state;
	world_open(path, INSTANCE_LEDGER, "operator", &in);
	assert_int_equal(proc_registrar_list(&in, REG_SCREEN), ERR_NOT_ALLOWED);
	role = role_row(&arena, path, "reviewer-1", "screener");
	assert_int_equal(
		proc_registrar_add(&in, &role, false), ERR_NOT_ALLOWED);
	arena_fini(&arena);
	role = role_row(&arena, path, "certifier", "screener");
	assert_int_equal(proc_registrar_add(&in, &role, false), ERR_OK);
	arena_fini(&arena);
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_OK);
	assert_int_equal(proc_registrar_revoke(&in, &row), ERR_NOT_ALLOWED);
	assert_int_equal(proc_registrar_add(&in, &row, true), ERR_NOT_ALLOWED);
	instance_close(&in);
	world_open(path, INSTANCE_LEDGER, "reviewer-2", &in);
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_NOT_ALLOWED);
	assert_int_equal(proc_registrar_list(&in, REG_SCREEN), ERR_NOT_ALLOWED);
	instance_close(&in);
	world_open(path, INSTANCE_LEDGER, "certifier", &in);
	assert_int_equal(proc_registrar_add(&in, &row, true), ERR_OK);
	before = in.next;
	assert_int_equal(proc_registrar_list(&in, REG_SCREEN), ERR_OK);
	assert_int_equal(in.next, before + 1); /* an act */
	instance_close(&in);
	world_open(path, INSTANCE_LEDGER, "counsel", &in);
	assert_int_equal(proc_registrar_list(&in, REG_SCREEN), ERR_OK);
	instance_close(&in);
}

static void
the_last_administrator_stays(void **state)
{
	const char *path = world_copy();
	struct register_row one;
	struct register_row two;
	struct arena a;
	struct arena b;

	(void)state;
	world_open(path, INSTANCE_LEDGER, "operator", &in);
	one = role_row(&a, path, "operator", "administrator");
	two = role_row(&b, path, "certifier", "administrator");
	assert_int_equal(proc_registrar_revoke(&in, &one), ERR_NOT_ALLOWED);
	assert_int_equal(proc_registrar_add(&in, &two, false), ERR_OK);
	assert_int_equal(proc_registrar_revoke(&in, &one), ERR_OK);
	/* and is no administrator any more */
	assert_int_equal(proc_registrar_revoke(&in, &two), ERR_NOT_ALLOWED);
	arena_fini(&a);
	arena_fini(&b);
	instance_close(&in);
}

static void
roles_that_must_be_apart_are_refused(void **state)
{
	const char *path = world_copy();
	struct register_row row;
	struct arena a;
	uint64_t before;

	(void)state;
	world_open(path, INSTANCE_LEDGER, "operator", &in);
	before = in.next;
	row = role_row(&a, path, "operator", "reviewer");
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_NOT_ALLOWED);
	arena_fini(&a);
	/* the same person by name, with another's certificate */
	row = role_row(&a, path, "certifier", "reviewer");
	register_put(&row, REG_ROLE_NAME, SPAN("OPERATOR"));
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_NOT_ALLOWED);
	assert_int_equal(in.next, before);
	register_put(&row, REG_ROLE_NAME, SPAN("Somebody else"));
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_OK);
	arena_fini(&a);
	instance_close(&in);
}

static void
a_delegate_has_a_delegation(void **state)
{
	const char *path = world_copy();
	struct register_row row = {.id = REG_CERTIFIER};
	char cert[2 * WORLD_PATH];
	static const uint8_t hash[32] = {7};
	struct arena a;

	(void)state;
	(void)snprintf(cert, sizeof(cert), "%s/sandbox/certifier.crt", path);
	assert_int_equal(arena_init(&a, REGISTRAR_ARENA), ERR_OK);
	world_open(path, INSTANCE_LEDGER, "operator", &in);
	assert_int_equal(proc_registrar_cert(&in, cert, &a, &row), ERR_OK);
	register_put(&row, REG_CERTIFIER_ID, SPAN("ICE-DEP"));
	register_put(&row, REG_CERTIFIER_ROLE, SPAN("Delegate"));
	register_put(&row, REG_CERTIFIER_FROM, SPAN("2026-11-01"));
	register_put(&row, REG_CERTIFIER_AGREEMENT,
		span_text(law_agreement_id(in.law)));
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_MALFORMED);
	register_put(&row, REG_CERTIFIER_DELEGATION, span_of(hash, 32));
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_OK);
	arena_fini(&a);
	instance_close(&in);
}

/* A custodian's instance, in which nobody has a role yet. */
static void
the_first_role_is_ones_own(void **state)
{
	const char *path = world_copy();
	char own[2 * WORLD_PATH];
	char key[2 * WORLD_PATH];
	struct why why = {""};
	struct register_row row;
	struct arena a;

	(void)state;
	(void)snprintf(own, sizeof(own), "%s-own", path);
	(void)snprintf(key, sizeof(key), "%s", world_key(path, "counsel"));
	assert_int_equal(instance_init(own, false, NULL, &why), ERR_OK);
	assert_int_equal(
		instance_open(own, INSTANCE_LEDGER, key, DAY_NONE, &in),
		ERR_OK);
	row = role_row(&a, path, "counsel", "reviewer");
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_NOT_ALLOWED);
	arena_fini(&a);
	row = role_row(&a, path, "operator", "administrator");
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_NOT_ALLOWED);
	arena_fini(&a);
	row = role_row(&a, path, "counsel", "administrator");
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_OK);
	arena_fini(&a);
	instance_close(&in);
	/* Once. */
	(void)snprintf(key, sizeof(key), "%s", world_key(path, "operator"));
	assert_int_equal(
		instance_open(own, INSTANCE_LEDGER, key, DAY_NONE, &in),
		ERR_OK);
	row = role_row(&a, path, "operator", "administrator");
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_NOT_ALLOWED);
	arena_fini(&a);
	instance_close(&in);
}

static void
a_file_that_is_no_certificate_is_refused(void **state)
{
	const char *path = world_copy();
	struct register_row row = {.id = REG_OFFICER};
	struct arena a;

	(void)state;
	assert_int_equal(arena_init(&a, REGISTRAR_ARENA), ERR_OK);
	world_open(path, INSTANCE_READ, NULL, &in);
	assert_int_equal(
		proc_registrar_cert(&in, world_key(path, "counsel"), &a, &row),
		ERR_MALFORMED);
	assert_int_equal(proc_registrar_cert(&in, "/nowhere.crt", &a, &row),
		ERR_NOT_FOUND);
	instance_close(&in);
	arena_fini(&a);
}

/* ---- agreements ---- */

static const char *
edited(const char *path, const char *sed)
{
	static char file[2 * WORLD_PATH];
	char command[5 * WORLD_PATH];

	(void)snprintf(file, sizeof(file), "%s/agreement.md", path);
	(void)snprintf(command, sizeof(command),
		"sed '%s' " WEIR_SOURCE "/agreements/irs-ice-2025.md > '%s'",
		sed, file);
	assert_int_equal(system(command), 0);
	return file;
}

static enum err
load(const char *path, const char *who, const char *file)
{
	OWNED_BUF(wrong, 1 << 16);
	enum err e;

	world_prove(path, file);
	world_open(path, INSTANCE_LEDGER, who, &in);
	e = proc_registrar_load(&in, &file, 1, NULL, &wrong);
	assert_true(e == ERR_OK || in.why.text[0] != '\0');
	instance_close(&in);
	return e;
}

static bool
is_loaded(const char *path)
{
	bool loaded;

	world_open(path, INSTANCE_READ, NULL, &in);
	loaded = register_agreement_loaded(in.registers,
		span_text(law_agreement_id(in.law)), in.law_hash, in.at);
	instance_close(&in);
	return loaded;
}

static void
counsel_ends_an_agreement_and_loads_the_next(void **state)
{
	const char *path = world_copy();
	const char *id = "AG-IRS-ICE-2025";

	(void)state;
	world_open(path, INSTANCE_LEDGER, "reviewer-1", &in);
	assert_int_equal(
		proc_registrar_end(&in, id, "suspended"), ERR_NOT_ALLOWED);
	instance_close(&in);
	world_open(path, INSTANCE_LEDGER, "counsel", &in);
	assert_int_equal(proc_registrar_end(&in, id, "suspended"), ERR_OK);
	assert_int_equal(proc_registrar_end(&in, id, "suspended"), ERR_EXISTS);
	assert_int_equal(
		proc_registrar_end(&in, "AG-NO", "suspended"), ERR_NOT_FOUND);
	instance_close(&in);
	assert_false(is_loaded(path));
	/* The same files end a suspension, and never a termination. */
	assert_int_equal(load(path, "counsel", edited(path, "")), ERR_OK);
	assert_true(is_loaded(path));
	assert_int_equal(load(path, "counsel", edited(path, "")), ERR_EXISTS);
	world_open(path, INSTANCE_LEDGER, "counsel", &in);
	assert_int_equal(proc_registrar_end(&in, id, "terminated"), ERR_OK);
	assert_int_equal(
		proc_registrar_end(&in, id, "suspended"), ERR_BAD_MOVE);
	instance_close(&in);
	assert_int_equal(load(path, "counsel", edited(path, "")), ERR_BAD_MOVE);
	assert_false(is_loaded(path));
	assert_int_equal(
		load(path, "counsel", edited(path, "$ a more words")), ERR_OK);
	assert_true(is_loaded(path));
}

static void
an_unsound_agreement_changes_nothing(void **state)
{
	const char *path = world_copy();
	OWNED_BUF(wrong, 1 << 16);
	const char *file = edited(path, "s/^narrows/narrow/");
	uint64_t before;

	(void)state;
	world_open(path, INSTANCE_LEDGER, "counsel", &in);
	before = in.next;
	assert_int_equal(proc_registrar_load(&in, &file, 1, NULL, &wrong),
		ERR_MALFORMED);
	buf_u8(&wrong, 0);
	assert_non_null(strstr((char *)wrong.at, "agreement.md:17:1: "));
	assert_int_equal(in.next, before);
	instance_close(&in);
	assert_true(is_loaded(path));
}

/* An agreement that is proved, as bytes; counsel has the instance open. */
struct sent {
	struct buf text;
	struct proc_proof proof;
	struct proc_registrar_given given;
};

static void
send_agreement(const char *path, struct sent *s)
{
	const char *file = edited(path, "$ a more words");

	world_prove(path, file);
	buf_init(&s->text, LAW_FILE_MAX);
	proc_proof_init(&s->proof);
	assert_int_equal(os_read(AT_FDCWD, file, &s->text), ERR_OK);
	assert_int_equal(
		proc_proof_gather(file, NULL, &s->proof, &in.why), ERR_OK);
	s->given = (struct proc_registrar_given){
		.file = {{.name = "agreement.md", .text = buf_span(&s->text)}},
		.n = 1,
		.receipt = buf_span(&s->proof.receipt),
		.receipt_signature = buf_span(&s->proof.receipt_signature)};
	world_open(path, INSTANCE_LEDGER, "counsel", &in);
}

static void
end_sent(struct sent *s)
{
	instance_close(&in);
	buf_fini(&s->text);
	proc_proof_fini(&s->proof);
}

/* What is weighed is all that a load asks, and nothing is changed. */
static void
an_agreement_is_weighed_before_it_is_loaded(void **state)
{
	OWNED_BUF(wrong, 1 << 16);
	struct sent s;
	struct proc_registrar_given bare;
	struct proc_registrar_law l;
	uint8_t before[32];
	uint64_t next;

	(void)state;
	send_agreement(world_copy(), &s);
	memcpy(before, in.law_hash, sizeof(before));
	next = in.next;

	/* Without its receipt: refused, and the law is told of all the same. */
	bare = s.given;
	bare.receipt = bare.receipt_signature = span_of(NULL, 0);
	proc_registrar_law_init(&l);
	assert_int_equal(
		proc_registrar_weigh(&in, &bare, &l, &wrong), ERR_NOT_FOUND);
	assert_non_null(l.law);
	assert_memory_not_equal(l.hash, before, sizeof(before));
	proc_registrar_law_fini(&l);

	proc_registrar_law_init(&l);
	assert_int_equal(
		proc_registrar_weigh(&in, &s.given, &l, &wrong), ERR_OK);
	assert_string_equal(law_agreement_id(l.law), "AG-IRS-ICE-2025");
	assert_string_equal(l.file[l.n - 1].name, "agreement.md");
	assert_int_equal(in.next, next);
	assert_memory_equal(in.law_hash, before, sizeof(before));
	assert_int_equal(
		proc_registrar_load_given(&in, &s.given, &wrong), ERR_OK);
	assert_memory_equal(in.law_hash, l.hash, sizeof(before));
	proc_registrar_law_fini(&l);
	end_sent(&s);
}

static void
who_may_not_load_weighs_nothing(void **state)
{
	const char *path = world_copy();
	OWNED_BUF(wrong, 1 << 16);
	struct sent s;
	struct proc_registrar_law l;

	(void)state;
	send_agreement(path, &s);
	instance_close(&in);
	world_open(path, INSTANCE_LEDGER, "reviewer-1", &in);
	proc_registrar_law_init(&l);
	assert_int_equal(proc_registrar_weigh(&in, &s.given, &l, &wrong),
		ERR_NOT_ALLOWED);
	assert_null(l.law);
	proc_registrar_law_fini(&l);
	end_sent(&s);
}

/* A set that could not be found again is none: its files have longer names. */
static void
a_name_that_is_too_long_is_refused(void **state)
{
	const char *path = world_copy();
	OWNED_BUF(wrong, 1 << 16);
	struct sent s;
	char *name = s.given.file[0].name;

	(void)state;
	send_agreement(path, &s);
	memset(name, 'a', sizeof(s.given.file[0].name) - 1);
	assert_int_equal(proc_registrar_load_given(&in, &s.given, &wrong),
		ERR_TOO_LARGE);
	name[PROC_LAW_NAME] = '\0';
	assert_int_equal(
		proc_registrar_load_given(&in, &s.given, &wrong), ERR_OK);
	end_sent(&s);
	assert_true(is_loaded(path));
}

/* An agreement that designates no second statute is loaded without it. */
static void
a_statute_that_is_not_named_is_left_out(void **state)
{
	const char *path = world_copy();

	(void)state;
	assert_int_equal(
		load(path, "counsel",
			edited(path, "/^designates/d;/^base-rate/,+1d")),
		ERR_OK);
	world_open(path, INSTANCE_READ, NULL, &in);
	for (size_t i = 0; i < law_n_rules(in.law); i++)
		assert_null(strstr(law_rule(in.law, i)->file, "8-usc-1253"));
	instance_close(&in);
	/* and comes back with the next that names it */
	assert_int_equal(load(path, "counsel", edited(path, "")), ERR_OK);
	assert_true(is_loaded(path));
}

/* The store changed, and the process died before the file did. */
static void
a_crash_leaves_the_new_set(void **state)
{
	const char *path = world_copy();
	uint8_t old[32];
	uint8_t new[32];
	OWNED_BUF(hex, 65);

	(void)state;
	world_open(path, INSTANCE_READ, NULL, &in);
	memcpy(old, in.law_hash, 32);
	instance_close(&in);
	assert_int_equal(
		load(path, "counsel", edited(path, "$ a more words")), ERR_OK);
	world_open(path, INSTANCE_READ, NULL, &in);
	memcpy(new, in.law_hash, 32);
	assert_memory_not_equal(new, old, 32);
	code_hex(&hex, span_of(old, 32));
	assert_int_equal(
		os_write(in.dir, "law/current", buf_span(&hex), 0600), ERR_OK);
	instance_close(&in);
	world_open(path, INSTANCE_READ, NULL, &in);
	assert_memory_equal(in.law_hash, new, 32);
	buf_clear(&hex);
	assert_int_equal(os_read(in.dir, "law/current", &hex), ERR_OK);
	instance_close(&in);
	assert_true(is_loaded(path));
}

/* The files were written, and the process died before the store changed. */
static void
a_crash_leaves_the_old_set(void **state)
{
	const char *path = world_copy();
	struct proc_law_file file = {"x.md", SPAN("no law at all\n")};
	uint8_t hash[32] = {1};

	(void)state;
	world_open(path, INSTANCE_LEDGER, "counsel", &in);
	assert_int_equal(proc_law_write_set(in.dir, &file, 1, hash), ERR_OK);
	assert_int_equal(account_begin(&in), ERR_OK);
	assert_int_equal(proc_law_choose(&in, hash), ERR_OK);
	account_abandon(&in);
	instance_close(&in);
	assert_true(is_loaded(path));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			only_the_safeguards_officer_changes_recipients),
		cmocka_unit_test(a_replaced_row_leaves_its_history),
		cmocka_unit_test(screens_are_for_the_screener_and_counsel),
		cmocka_unit_test(the_last_administrator_stays),
		cmocka_unit_test(roles_that_must_be_apart_are_refused),
		cmocka_unit_test(a_delegate_has_a_delegation),
		cmocka_unit_test(the_first_role_is_ones_own),
		cmocka_unit_test(a_file_that_is_no_certificate_is_refused),
		cmocka_unit_test(counsel_ends_an_agreement_and_loads_the_next),
		cmocka_unit_test(an_unsound_agreement_changes_nothing),
		cmocka_unit_test(an_agreement_is_weighed_before_it_is_loaded),
		cmocka_unit_test(who_may_not_load_weighs_nothing),
		cmocka_unit_test(a_name_that_is_too_long_is_refused),
		cmocka_unit_test(a_statute_that_is_not_named_is_left_out),
		cmocka_unit_test(a_crash_leaves_the_new_set),
		cmocka_unit_test(a_crash_leaves_the_old_set),
	};

	return cmocka_run_group_tests(tests, world_make, world_remove);
}
