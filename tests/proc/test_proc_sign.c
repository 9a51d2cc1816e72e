/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks from afar has no key here: an act is asked twice, the second time
 * with a signature over what the first showed, and only then is it done. */
#include "proc_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/read.h"
#include "os/file.h"
#include "proc/proc_hold.h"
#include "proc/proc_incident.h"
#include "proc/proc_matter.h"
#include "proc/proc_registrar.h"
#include "proc/proc_review.h"
#include "proc/proc_sample.h"

enum { CERT_MAX = 1 << 14, TEXTS = 8 };

static struct instance in;
static struct instance_asker asker;
static struct instance_actor who;
static struct buf cert;
static struct buf signature[TEXTS];
static char texts[TEXTS][4096]; /* what the last first question showed */
static const char *path;
static uint64_t objection; /* its number */

static void
fine(enum err e)
{
	if (e != ERR_OK)
		fail_msg("%s: %s", err_text(e), in.why.text);
}

static int
begin(void **state)
{
	(void)state;
	in = INSTANCE_NONE;
	asker = (struct instance_asker){.patience_ms = 2000};
	who = (struct instance_actor){0};
	buf_init(&cert, CERT_MAX);
	for (size_t i = 0; i < TEXTS; i++)
		buf_init(&signature[i], 1024);
	path = world_copy();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	instance_close(&in);
	instance_actor_fini(&who);
	buf_fini(&cert);
	for (size_t i = 0; i < TEXTS; i++)
		buf_fini(&signature[i]);
	return 0;
}

/* Who asks, from now on. */
static void
by(const char *name)
{
	instance_actor_fini(&who);
	fine(instance_actor_read(world_key(path, name), &who, &in.why));
	buf_clear(&cert);
	crypto_cert_der(who.cert, &cert);
	asker = (struct instance_asker){
		.cert = buf_span(&cert), .patience_ms = 2000};
}

static enum err
open_for(void)
{
	instance_close(&in);
	return instance_open_for(
		path, INSTANCE_LEDGER | INSTANCE_VAULT, &asker, &in);
}

/* ---- acts ---- */

typedef enum err act_of(void);

static enum err
place_hold(void)
{
	struct span text = SPAN("all");
	const uint8_t file[HOLD_PRINT] = {7};
	struct hold_order order = {
		.ground = HOLD_BY_COURT,
		.effect = HOLD_TO_STOP,
		.docket = SPAN("1:26-cv-00457 D.D.C."),
		.note = SPAN("as served"),
		.order = file,
		.effective_at = 1700000000,
		.served_at = 1700000000,
		.review_day = day_of(2027, 1, 4),
		.scopes = &text,
		.n_scopes = 1,
	};
	struct proc_hold_placed placed;

	return proc_hold_place(&in, &order, &placed);
}

static enum err
replace_recipient(void)
{
	struct register_row row = {.id = REG_RECIPIENT};

	register_put(&row, REG_RECIPIENT_ID, span_text(law_requester(in.law)));
	register_put(&row, REG_RECIPIENT_NAME, SPAN("Renamed"));
	register_put(&row, REG_RECIPIENT_SAFEGUARDS, SPAN("open-finding"));
	return proc_registrar_add(&in, &row, true);
}

static enum err
approve_all(void)
{
	struct proc_review_result result;

	return proc_review_approve(&in,
		&(struct proc_review_options){.batch = 1, .ground = ""},
		&result);
}

static enum err
object(void)
{
	return proc_review_object(
		&in, 1, NULL, "the order names another statute", &objection);
}

static enum err
overrule(void)
{
	return proc_matter_answer(&in, objection, "overrule",
		SPAN("I2-A-USE: the statute named is the one designated"));
}

static enum err
open_incident(void)
{
	struct proc_incident incident = {.field = {NULL}};
	struct proc_list named = {0};
	uint64_t n;
	enum err e = proc_incident_open(&in, &incident, &named, &n);

	proc_list_fini(&named);
	return e;
}

/* ---- asked twice ---- */

/* Shows what is to be signed; nothing is changed. */
static void
ask_first(act_of *act, size_t want)
{
	uint64_t before;
	struct reader r;
	size_t n = 0;

	asker.at = 0;
	asker.n_signatures = 0;
	fine(open_for());
	before = in.next;
	if (act() != ERR_UNSIGNED)
		fail_msg("not shown: %s", in.why.text);
	assert_int_equal(in.next, before);
	r = read_from(buf_span(&in.to_sign));
	while (r.left.n > 0 && n < TEXTS) {
		struct span text = read_sized(&r, sizeof(texts[0]));

		assert_true(read_ok(&r) && text.n > 0);
		buf_clear(&signature[n]);
		fine(crypto_sign(who.key, text, &signature[n]));
		memcpy(texts[n], text.at, text.n);
		asker.signature[n] = buf_span(&signature[n]);
		n++;
	}
	if (n != want)
		fail_msg("%zu texts, the last: %.200s", n, texts[n - 1]);
	asker.n_signatures = n;
	asker.at = in.at;
	fine(open_for());
	assert_int_equal(in.next, before); /* in the store neither */
}

static void
ask_twice(act_of *act, size_t want)
{
	uint64_t before;

	ask_first(act, want);
	before = in.next;
	fine(act());
	assert_true(in.next > before);
	assert_int_equal(in.to_sign.n, 0);
}

/* ---- tests ---- */

static void
each_act_comes_to_the_same_bytes(void **state)
{
	(void)state;
	by("reviewer-1");
	ask_twice(approve_all, 1);
	by("reviewer-2");
	ask_twice(approve_all, 1);
	ask_twice(object, 1);
	by("counsel");
	ask_twice(overrule, 1);
	ask_twice(open_incident, 2); /* and whom it names */
	ask_twice(place_hold, 1);
	by("operator");
	ask_twice(replace_recipient, 2); /* what was, and what is */
}

/* What is entered is what was signed, and holds by the certificate. */
static void
the_entry_holds_the_signature(void **state)
{
	struct account_opened opened;

	(void)state;
	by("reviewer-1");
	ask_twice(object, 1);
	fine(account_open(&in, in.next - 1, &opened));
	fine(crypto_verify(who.cert, account_field(&opened, "object"),
		account_field(&opened, "signature")));
	account_opened_fini(&opened);
}

static void
what_changed_since_is_a_mismatch(void **state)
{
	(void)state;
	by("reviewer-1");
	ask_first(object, 1);
	fine(object()); /* the number is taken now */
	fine(open_for());
	assert_int_equal(object(), ERR_MISMATCH);
	assert_non_null(strstr(in.why.text, "changed since"));
}

static void
another_persons_signature_is_none(void **state)
{
	struct instance_actor other = {0};
	uint64_t before;

	(void)state;
	by("reviewer-1");
	ask_first(object, 1);
	before = in.next;
	fine(instance_actor_read(
		world_key(path, "reviewer-2"), &other, &in.why));
	buf_clear(&signature[0]);
	fine(crypto_sign(other.key, span_text(texts[0]), &signature[0]));
	instance_actor_fini(&other);
	asker.signature[0] = buf_span(&signature[0]);
	fine(open_for());
	assert_int_equal(object(), ERR_MISMATCH);
	fine(open_for());
	assert_int_equal(in.next, before);
}

static void
an_act_is_as_old_as_ten_minutes_at_most(void **state)
{
	(void)state;
	by("reviewer-1");
	asker.at = os_now() - INSTANCE_ACT_AGE - 5;
	assert_int_equal(open_for(), ERR_TOO_LATE);
	/* A sandbox may have played days that are yet to come; another not. */
	asker.at = os_now() + 1000;
	fine(open_for());
	assert_true(in.at < asker.at);
}

static void
who_has_no_role_signs_nothing(void **state)
{
	(void)state;
	by("certifier");
	fine(open_for());
	assert_int_equal(object(), ERR_NOT_ALLOWED);
	asker.cert = span_of(NULL, 0);
	fine(open_for());
	assert_int_equal(object(), ERR_NOT_ALLOWED);
	asker.cert = SPAN("no certificate");
	assert_int_equal(open_for(), ERR_MALFORMED);
}

/* A verb has the lock: who asks waits so long and no longer. */
static void
patience_has_an_end(void **state)
{
	OWNED_FD lock = -1;
	OWNED_FD dir = -1;
	int64_t since = os_ticks();

	(void)state;
	by("reviewer-1");
	asker.patience_ms = 60;
	fine(os_folder(AT_FDCWD, path, false, &dir));
	fine(os_lock(dir, "lock", false, &lock));
	assert_int_equal(open_for(), ERR_BUSY);
	assert_true(os_ticks() - since >= 60 * 1000000);
	os_close(&lock);
	fine(open_for());
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define SIGN(test) cmocka_unit_test_setup_teardown(test, begin, end)
		SIGN(each_act_comes_to_the_same_bytes),
		SIGN(the_entry_holds_the_signature),
		SIGN(what_changed_since_is_a_mismatch),
		SIGN(another_persons_signature_is_none),
		SIGN(an_act_is_as_old_as_ten_minutes_at_most),
		SIGN(who_has_no_role_signs_nothing),
		SIGN(patience_has_an_end),
	};

	return cmocka_run_group_tests(tests, world_make, world_remove);
}
