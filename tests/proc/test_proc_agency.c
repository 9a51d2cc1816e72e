/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks for an agency sees what is that agency's, and nobody else does. */
#include "proc_world.h"

#include <stdio.h>

#include "proc/proc_agency.h"
#include "proc/proc_registrar.h"

static struct instance in;
static struct instance_actor person;
static struct buf cert;
static struct instance_asker asker;

static void
be(const char *path, const char *who)
{
	struct why why;

	instance_actor_fini(&person);
	assert_int_equal(
		instance_actor_read(world_key(path, who), &person, &why),
		ERR_OK);
	buf_fini(&cert);
	buf_init(&cert, 1 << 14);
	crypto_cert_der(person.cert, &cert);
	asker = (struct instance_asker){.cert = buf_span(&cert)};
}

static int
end(void **state)
{
	instance_actor_fini(&person);
	buf_fini(&cert);
	return world_remove(state);
}

/* A requester is of its agency and of no other, and no person of ours is. */
static void
a_requester_sees_its_agency_alone(void **state)
{
	const char *path = world_copy();
	struct store_batch batch;
	struct store_batch list[4];
	size_t n = 0;

	(void)state;
	be(path, "requester");
	assert_int_equal(
		instance_open_for(path, INSTANCE_READ, &asker, &in), ERR_OK);
	assert_true(span_eq(proc_agency(&in), SPAN("us.dhs.ice")));
	assert_int_equal(proc_agency_batch(&in, 1, &batch), ERR_OK);
	assert_int_equal(proc_agency_list(&in, 0, list, 4, &n), ERR_OK);
	assert_int_equal(n, 1);
	assert_int_equal(proc_agency_list(&in, 1, list, 4, &n), ERR_OK);
	assert_int_equal(n, 0);
	instance_close(&in);

	be(path, "counsel");
	assert_int_equal(
		instance_open_for(path, INSTANCE_READ, &asker, &in), ERR_OK);
	assert_int_equal(proc_agency(&in).n, 0);
	assert_int_equal(proc_agency_batch(&in, 1, &batch), ERR_OK);
	instance_close(&in);

	be(path, "prover"); /* has a role, and reads nothing */
	assert_int_equal(
		instance_open_for(path, INSTANCE_READ, &asker, &in), ERR_OK);
	assert_int_equal(proc_agency_batch(&in, 1, &batch), ERR_NOT_ALLOWED);
	instance_close(&in);
}

/* Another agency's requester is told that there is no such batch. */
static void
another_agency_sees_nothing(void **state)
{
	const char *path = world_copy();
	struct register_row row = {.id = REG_RECIPIENT};
	struct store_batch batch;
	size_t n = 9;
	uint8_t print[32];

	(void)state;
	be(path, "certifier"); /* has no role until now */
	crypto_cert_fingerprint(person.cert, print);
	world_open(path, INSTANCE_LEDGER, "operator", &in);
	register_put(&row, REG_RECIPIENT_ID, SPAN("us.other"));
	register_put(&row, REG_RECIPIENT_NAME, SPAN("Another agency"));
	register_put(&row, REG_RECIPIENT_SAFEGUARDS, SPAN("in-order"));
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_OK);
	row = (struct register_row){.id = REG_ROLE};
	register_put(&row, REG_ROLE_PRINT, span_of(print, 32));
	register_put(&row, REG_ROLE_ROLE, SPAN("requester"));
	register_put(&row, REG_ROLE_NAME, SPAN("Another system"));
	register_put(&row, REG_ROLE_CERT, buf_span(&cert));
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_MALFORMED);
	register_put(&row, REG_ROLE_AGENCY, SPAN("us.unknown"));
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_NOT_FOUND);
	register_put(&row, REG_ROLE_AGENCY, SPAN("us.other"));
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_OK);
	register_put(&row, REG_ROLE_ROLE, SPAN("reviewer"));
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_MALFORMED);
	register_put(&row, REG_ROLE_AGENCY, SPAN(""));
	assert_int_equal(proc_registrar_add(&in, &row, false), ERR_NOT_ALLOWED);
	instance_close(&in);

	assert_int_equal(
		instance_open_for(path, INSTANCE_READ, &asker, &in), ERR_OK);
	assert_int_equal(proc_agency_batch(&in, 1, &batch), ERR_NOT_FOUND);
	assert_int_equal(proc_agency_list(&in, 0, &batch, 1, &n), ERR_OK);
	assert_int_equal(n, 0);
	assert_int_equal(proc_agency_may(&in, in.law), ERR_NOT_ALLOWED);
	instance_close(&in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_requester_sees_its_agency_alone),
		cmocka_unit_test(another_agency_sees_nothing),
	};

	return cmocka_run_group_tests(tests, world_make, end);
}
