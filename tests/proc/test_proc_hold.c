/* SPDX-License-Identifier: Apache-2.0 */
/* What an act on a hold enters, who may lift and except, who sees which. */
#include "proc_world.h"

#include <stdio.h>

#include "os/file.h"
#include "proc/proc_hold.h"
#include "proc/proc_people.h"
#include "proc/proc_registers.h"

static struct instance in;
static const char *path;

static void
fine(enum err e)
{
	if (e != ERR_OK)
		fail_msg("%s: %s", err_text(e), in.why.text);
}

/* As that person; what was open is closed. */
static void
as(const char *who)
{
	instance_close(&in);
	world_open(path, INSTANCE_LEDGER, who, &in);
}

static int
begin(void **state)
{
	(void)state;
	in = INSTANCE_NONE;
	path = world_copy();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	instance_close(&in);
	return 0;
}

/* Places as the actor of `in`. */
static enum err
place(const char *scope, bool sealed, uint64_t *ret_number, uint64_t *ret_entry)
{
	struct span text = span_text(scope);
	const uint8_t file[HOLD_PRINT] = {7};
	struct hold_order order = {
		.ground = HOLD_BY_COURT,
		.effect = HOLD_TO_STOP,
		.sealed = sealed,
		.docket = SPAN("1:26-cv-00457 D.D.C."),
		.note = SPAN("as served"),
		.order = file,
		.effective_at = in.at - 3600,
		.served_at = in.at - 60,
		.review_day = day_of(2027, 1, 4),
		.scopes = &text,
		.n_scopes = 1,
	};
	struct proc_hold_placed placed;
	enum err e;

	e = proc_hold_place(&in, &order, &placed);
	*ret_number = placed.number;
	*ret_entry = placed.entry;
	return e;
}

static enum err
except(uint64_t number, const char *scope, uint32_t *ret_n)
{
	struct span text = span_text(scope);
	struct hold_except_order order = {
		.docket = SPAN("1:26-cv-00457, second order"),
		.scopes = &text,
		.n_scopes = 1,
	};
	uint64_t entry;

	return proc_hold_except(&in, number, &order, ret_n, &entry);
}

/* A new certificate, sandbox/WHO.crt; `name` may be on the register already. */
static void
make_person(const char *who, const char *name)
{
	struct crypto_cert *cert = NULL;
	OWNED_FD sandbox = -1;

	as("operator");
	fine(os_folder(in.dir, "sandbox", false, &sandbox));
	fine(proc_people_make(sandbox, who, name, true, &cert));
	cert = crypto_cert_free(cert);
}

/* Gives or takes one role of a certificate. */
static void
change_role(enum register_verb verb, const char *who, const char *role)
{
	struct register_row row = {.id = REG_ROLE};
	struct instance_actor actor = {0};
	OWNED_BUF(der, 1 << 14);

	as("operator");
	fine(instance_actor_read(world_key(path, who), &actor, &in.why));
	crypto_cert_der(actor.cert, &der);
	register_put(&row, REG_ROLE_PRINT, span_of(actor.print, 32));
	register_put(&row, REG_ROLE_ROLE, span_text(role));
	if (verb == REG_ADD) {
		register_put(&row, REG_ROLE_NAME, span_text(actor.name));
		register_put(&row, REG_ROLE_CERT, buf_span(&der));
	}
	fine(account_begin(&in));
	fine(proc_registers_change(&in, verb, &row, in.at));
	fine(proc_registers_finish(&in));
	instance_actor_fini(&actor);
}

static void
field_is(const struct account_opened *o, const char *name, const char *want)
{
	struct span have = account_field(o, name);

	if (!span_eq(have, span_text(want)))
		fail_msg("%s: %.*s", name, (int)have.n, (const char *)have.at);
}

static unsigned
type_of(uint64_t index)
{
	struct account_opened o;
	unsigned type;

	fine(account_open(&in, index, &o));
	type = o.head.type;
	account_opened_fini(&o);
	return type;
}

/* ---- what is entered ---- */

static void
the_entry_says_all_that_was_placed(void **state)
{
	const uint8_t file[HOLD_PRINT] = {7};
	char served[DAY_TIME_TEXT];
	struct account_opened o;
	uint64_t number = 0;
	uint64_t entry = 0;
	OWNED_BUF(placed, 1 << 16);

	(void)state;
	as("reviewer-1");
	fine(place("batch=1,person=Maria Lopez", false, &number, &entry));
	assert_int_equal(number, 1);
	fine(account_open(&in, entry, &o));
	assert_int_equal(o.head.type, LEDGER_HOLD);
	field_is(&o, "hold", "1");
	field_is(&o, "change", "place");
	field_is(&o, "docket", "1:26-cv-00457 D.D.C.");
	field_is(&o, "scope", "batch=1,person=name:MARIA LOPEZ\n");
	field_is(&o, "review", "2027-01-04");
	day_time_text(in.at - 60, served);
	field_is(&o, "served", served);
	day_time_text(in.at - 3600, served);
	field_is(&o, "effective", served);
	assert_true(span_eq(account_field(&o, "order"), span_of(file, 32)));
	account_opened_fini(&o);
	/* All that was signed, the note too, stands in the next. */
	fine(account_open(&in, entry + 1, &o));
	assert_int_equal(o.head.type, LEDGER_REGISTER);
	hold_place_bytes(hold_set_find(in.holds, 1), &placed);
	assert_true(span_eq(account_field(&o, "record"), buf_span(&placed)));
	assert_int_equal(account_field(&o, "head").n, 32);
	account_opened_fini(&o);
}

/* Too much for an entry is refused with a sentence, and nothing is placed. */
static void
an_order_too_long_for_an_entry_is_refused(void **state)
{
	static char many[1 << 17];
	uint64_t number;
	uint64_t entry;
	uint64_t before;
	size_t at = 0;

	(void)state;
	for (int i = 0; i < 4000; i++)
		at += (size_t)snprintf(many + at, sizeof(many) - at,
			"%scase=HSI-HOU-25-%06d", i == 0 ? "" : ",", i);
	as("counsel");
	before = in.next;
	assert_int_equal(place(many, false, &number, &entry), ERR_TOO_LARGE);
	assert_non_null(strstr(in.why.text, "place it as several"));
	as("counsel");
	assert_int_equal(in.next, before);
	assert_int_equal(hold_set_n(in.holds), 0);
}

/* ---- two people ---- */

static void
another_certificate_is_no_second_person(void **state)
{
	uint64_t number;
	uint64_t entry;
	uint32_t n;
	bool lifted = true;

	(void)state;
	make_person("second", "Counsel");
	change_role(REG_ADD, "second", "counsel");
	as("counsel");
	fine(place("all", false, &number, &entry));
	fine(proc_hold_lift(&in, number, false, &lifted, &entry));
	assert_false(lifted);
	fine(except(number, "case=A", &n));
	as("second");
	assert_true(register_same_person(in.registers, in.actor.print,
		hold_asker(hold_set_find(in.holds, number))));
	assert_int_equal(proc_hold_lift(&in, number, false, &lifted, &entry),
		ERR_NOT_ALLOWED);
	assert_int_equal(proc_hold_except_answer(&in, number, n, true, &entry),
		ERR_NOT_ALLOWED);
	assert_non_null(strstr(in.why.text, "cannot grant it"));
	as("reviewer-1");
	fine(proc_hold_except_answer(&in, number, n, true, &entry));
	fine(proc_hold_lift(&in, number, false, &lifted, &entry));
	assert_true(lifted);
}

/* The role counts at the moment of the second act. */
static void
who_asked_must_have_the_role_still(void **state)
{
	uint64_t number;
	uint64_t entry;
	bool lifted = true;

	(void)state;
	make_person("other", "Another counsel");
	change_role(REG_ADD, "other", "counsel");
	change_role(REG_ADD, "other", "safeguards");
	as("other");
	fine(place("all", false, &number, &entry));
	fine(proc_hold_lift(&in, number, false, &lifted, &entry));
	/* counsel no more: then the other must be */
	change_role(REG_REVOKE, "other", "counsel");
	as("reviewer-1");
	assert_int_equal(proc_hold_lift(&in, number, false, &lifted, &entry),
		ERR_NOT_ALLOWED);
	assert_non_null(strstr(in.why.text, "not counsel any more"));
	change_role(REG_REVOKE, "other", "safeguards");
	as("counsel");
	assert_int_equal(proc_hold_lift(&in, number, false, &lifted, &entry),
		ERR_NOT_ALLOWED);
	fine(proc_hold_lift(&in, number, true, &lifted, &entry));
	assert_false(lifted);
	as("reviewer-1");
	fine(proc_hold_lift(&in, number, false, &lifted, &entry));
	as("counsel");
	fine(proc_hold_lift(&in, number, false, &lifted, &entry));
	assert_true(lifted);
}

/* ---- exceptions ---- */

static void
an_exception_is_entered_and_counts_once_granted(void **state)
{
	struct hold_target t = {.case_id = SPAN("A"), .day = DAY_NONE};
	struct account_opened o;
	uint64_t number;
	uint64_t entry;
	uint32_t n = 0;

	(void)state;
	as("operator");
	fine(place("all", false, &number, &entry));
	as("reviewer-1");
	fine(except(number, "case=A", &n));
	assert_int_equal(n, 1);
	as("reviewer-2");
	assert_true(hold_covers(hold_set_find(in.holds, number), &t));
	assert_int_equal(proc_hold_except_answer(&in, number, n, true, &entry),
		ERR_NOT_ALLOWED); /* neither is counsel */
	as("counsel");
	assert_true(hold_covers(hold_set_find(in.holds, number), &t));
	fine(proc_hold_except_answer(&in, number, n, true, &entry));
	fine(account_open(&in, entry, &o));
	assert_int_equal(o.head.type, LEDGER_HOLD);
	field_is(&o, "change", "grant-exception");
	field_is(&o, "docket", "1:26-cv-00457, second order");
	field_is(&o, "scope", "case=A\n");
	account_opened_fini(&o);
	as("operator");
	assert_false(hold_covers(hold_set_find(in.holds, number), &t));
	t.case_id = SPAN("B");
	assert_true(hold_covers(hold_set_find(in.holds, number), &t));
}

/* ---- sealed ---- */

/* Entries of types that a new officer has too; a number that tells of no
 * other. */
static void
a_sealed_hold_is_entered_like_a_register(void **state)
{
	uint64_t number;
	uint64_t open_number;
	uint64_t entry;
	uint64_t before;

	(void)state;
	as("counsel");
	fine(place("batch=9", false, &open_number, &entry));
	before = in.next;
	fine(place("batch=1", true, &number, &entry));
	assert_int_equal(entry, before);
	assert_int_equal(number, HOLD_SEALED_FROM + before);
	for (uint64_t i = before; i < in.next; i++)
		assert_int_not_equal(type_of(i), LEDGER_HOLD);
	assert_int_equal(type_of(before), LEDGER_REGISTER);
	assert_int_equal(type_of(before + 1), LEDGER_REGISTER);
	/* the heads are the keeper's: it opens again, and the next open hold
	 * has the next number */
	as("operator");
	fine(place("batch=8", false, &number, &entry));
	assert_int_equal(number, open_number + 1);
}

static void
only_counsel_sees_a_sealed_hold(void **state)
{
	const struct hold *hold = NULL;
	uint64_t number;
	uint64_t entry;
	uint32_t n;
	bool lifted = true;

	(void)state;
	as("operator");
	fine(place("batch=1", true, &number, &entry));
	/* not even who placed it */
	assert_false(proc_hold_seen(&in, hold_set_find(in.holds, number)));
	assert_int_equal(proc_hold_get(&in, number, &hold), ERR_NOT_FOUND);
	assert_int_equal(proc_hold_lift(&in, number, false, &lifted, &entry),
		ERR_NOT_FOUND);
	assert_int_equal(proc_hold_lift(&in, number, true, &lifted, &entry),
		ERR_NOT_FOUND);
	assert_int_equal(except(number, "case=A", &n), ERR_NOT_FOUND);
	assert_int_equal(proc_hold_except_answer(&in, number, 1, true, &entry),
		ERR_NOT_FOUND);
	as("counsel");
	fine(proc_hold_get(&in, number, &hold));
	fine(except(number, "case=A", &n));
	fine(proc_hold_lift(&in, number, false, &lifted, &entry));
	/* what counsel asked for, a second person grants, and nothing else */
	as("reviewer-1");
	assert_int_equal(proc_hold_get(&in, number, &hold), ERR_NOT_FOUND);
	assert_int_equal(proc_hold_lift(&in, number, true, &lifted, &entry),
		ERR_NOT_FOUND);
	assert_int_equal(proc_hold_except_answer(&in, number, n, false, &entry),
		ERR_NOT_FOUND);
	fine(proc_hold_except_answer(&in, number, n, true, &entry));
	fine(proc_hold_lift(&in, number, false, &lifted, &entry));
	assert_true(lifted);
}

/* ---- the veil ---- */

static struct batch_request b;
static struct store_batch batch;
static struct law *law;

static enum err
take_waiting(void *context, struct store_request *row)
{
	(void)context;
	if (row->state == CASE_REVIEW && b.row.id[0] == '\0')
		fine(proc_batch_open(&in, row, &b));
	return ERR_OK;
}

/* The bits of the rule that asks whether a hold covers. */
static uint64_t
hold_rule(void)
{
	for (size_t i = 0; i < law_n_rules(law); i++)
		if (strcmp(law_rule(law, i)->code, "AG-HOLD") == 0)
			return 1ULL << i;
	fail_msg("no rule AG-HOLD");
	return 0;
}

/* Does `who` see that a hold stopped it? */
static bool
sees(const char *who)
{
	struct batch_request copy;
	uint64_t rule = hold_rule();
	bool veiled;

	as(who);
	copy = b;
	evidence_set_flag(&copy.evidence, EV_NO_HOLD, false);
	copy.row.unmet |= rule;
	veiled = proc_hold_veil(&in, law, &batch, &copy);
	assert_int_equal(veiled, copy.row.unmet == b.row.unmet);
	assert_int_equal(veiled, copy.evidence.value[EV_NO_HOLD] == 2);
	return !veiled;
}

/* By a sealed hold alone: counsel's. Lifted it tells no more than before. */
static void
what_a_sealed_hold_stops_looks_withheld(void **state)
{
	static const char *const others[] = {
		"operator", "reviewer-1", "counsel"};
	uint64_t number;
	uint64_t entry;
	bool lifted;

	(void)state;
	as("counsel");
	memset(&b, 0, sizeof(b));
	fine(proc_batch_get(&in, 1, &batch));
	fine(instance_law(&in, batch.law, &law));
	fine(proc_batch_each(&in, 1, take_waiting, NULL));
	fine(place("batch=1", true, &number, &entry));
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(sees(others[i]), i == 2);
	as("counsel");
	fine(proc_hold_lift(&in, number, false, &lifted, &entry));
	as("reviewer-1");
	fine(proc_hold_lift(&in, number, false, &lifted, &entry));
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(sees(others[i]), i == 2);
	/* an open one beside it explains it to everybody */
	as("counsel");
	fine(place("all", false, &number, &entry));
	for (size_t i = 0; i < 3; i++)
		assert_true(sees(others[i]));
	/* once lifted too: it was no secret */
	as("counsel");
	fine(proc_hold_lift(&in, number, false, &lifted, &entry));
	as("reviewer-1");
	fine(proc_hold_lift(&in, number, false, &lifted, &entry));
	assert_true(sees("operator"));
	proc_batch_fini(&b);
	law = law_free(law);
}

/* ---- preserving ---- */

static void
what_a_hold_preserves(void **state)
{
	struct span scope = SPAN("batch=1");
	struct hold_order order = {
		.ground = HOLD_BY_COUNSEL,
		.effect = HOLD_TO_PRESERVE,
		.review_day = DAY_NONE,
		.scopes = &scope,
		.n_scopes = 1,
	};
	struct proc_hold_placed placed;
	uint64_t number;
	uint64_t entry;
	char person[128];
	char id[128] = "";

	(void)state;
	as("counsel");
	memset(&b, 0, sizeof(b));
	fine(proc_batch_get(&in, 1, &batch));
	fine(proc_batch_each(&in, 1, take_waiting, NULL));
	assert_false(proc_hold_preserves(&in, &batch, &b));
	fine(proc_hold_place(&in, &order, &placed));
	assert_true(proc_hold_preserves(&in, &batch, &b));
	/* by the record too; and in doubt: the TIN may be the record's */
	instance_close(&in);
	path = world_copy();
	as("counsel");
	(void)snprintf(person, sizeof(person), "person=id:%.100s",
		(const char *)memcpy(id, b.person.at, b.person.n));
	scope = span_text(person);
	fine(proc_hold_place(&in, &order, &placed));
	assert_true(proc_hold_preserves(&in, &batch, &b));
	/* a hold that stops preserves nothing */
	instance_close(&in);
	path = world_copy();
	as("counsel");
	fine(place("all", false, &number, &entry));
	assert_false(proc_hold_preserves(&in, &batch, &b));
	proc_batch_fini(&b);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(the_entry_says_all_that_was_placed),
		TEST(an_order_too_long_for_an_entry_is_refused),
		TEST(another_certificate_is_no_second_person),
		TEST(who_asked_must_have_the_role_still),
		TEST(an_exception_is_entered_and_counts_once_granted),
		TEST(a_sealed_hold_is_entered_like_a_register),
		TEST(only_counsel_sees_a_sealed_hold),
		TEST(what_a_sealed_hold_stops_looks_withheld),
		TEST(what_a_hold_preserves),
	};

	return cmocka_run_group_tests(tests, world_make, world_remove);
}
