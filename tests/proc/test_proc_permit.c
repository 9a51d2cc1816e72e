/* SPDX-License-Identifier: Apache-2.0 */
/* Who may do what: every act with every role against a table written here by
 * hand, and the verbs that read against it. */
#include "proc_world.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "os/file.h"
#include "proc/proc_explain.h"
#include "proc/proc_people.h"
#include "proc/proc_permit.h"
#include "proc/proc_registers.h"
#include "proc/proc_replay.h"
#include "proc/proc_reply.h"
#include "proc/proc_report.h"
#include "proc/proc_review.h"

enum { N_ROLES = 9 };

static const char *const roles[N_ROLES] = {"operator", "submitter", "reviewer",
	"counsel", "screener", "safeguards", "inspector", "administrator",
	"requester"};

/* One letter a role, as in roles[]: y may, - may not. */
static const struct {
	enum proc_permit what;
	const char *may;
} want[] = {
	{PERMIT_SUBMIT, "yy------y"},
	{PERMIT_ROLL, "y--------"},
	{PERMIT_RECOVER, "y------y-"},
	{PERMIT_BACKUP, "y------y-"},
	{PERMIT_RELEASE, "y--------"},
	{PERMIT_REVIEW, "--y------"},
	{PERMIT_ASSIGN, "y-y------"},
	{PERMIT_READ, "y-yy--y--"},
	{PERMIT_ACCOUNTS, "y-yy-yy--"},
	{PERMIT_REGISTERS, "y-yyyyyy-"},
	{PERMIT_REPORTS, "y--y-yy--"},
	{PERMIT_COURT, "---y-yy--"},
	{PERMIT_PEOPLE, "-------y-"},
	{PERMIT_RECIPIENTS, "-----y---"},
	{PERMIT_SCREEN_ADD, "---yy--y-"},
	{PERMIT_SCREENS, "---yy----"},
	{PERMIT_SCREEN_LIST, "---yy----"},
	{PERMIT_SCREEN_SEEN, "---yy-y--"},
	{PERMIT_AGREEMENTS, "---y---y-"},
	{PERMIT_HOLD, "yyyyyyyy-"},
	{PERMIT_LIFT, "yyyyyy-y-"},
	{PERMIT_HOLD_SEALED, "---y-----"},
	{PERMIT_HOLD_LEFT, "y-yy-yy--"},
	{PERMIT_OUTCOMES, "--yy--y--"},
	{PERMIT_MATTERS, "y-yy-yy--"},
	{PERMIT_INCIDENT, "yyyyyyyy-"},
	{PERMIT_AMEND, "yyyyyy-y-"},
	{PERMIT_AFFECTED, "---y-yy--"},
	{PERMIT_LOOK, "--y------"},
	{PERMIT_CUSTODY, "y--y-yy--"},
	{PERMIT_RECALL, "y--y-y---"},
	{PERMIT_NOTICE, "---y-y---"},
	{PERMIT_TEND, "y--------"},
	{PERMIT_POLICY, "-------y-"},
	{PERMIT_LEDGER_KEY, "---y---y-"},
	{PERMIT_COSIGN, "y------y-"},
	{PERMIT_OPENINGS, "------y--"},
	{PERMIT_LETTER, "yy------y"},
	{PERMIT_ACCOUNT, "---y-y---"},
	{PERMIT_DELAY, "---y-----"},
	{PERMIT_DELAYS, "---y-yy--"},
	{PERMIT_ERASE, "---y-y---"},
	{PERMIT_ERASURES, "---y-yy--"},
	{PERMIT_OPEN_INSPECTOR, "---y-----"},
	{PERMIT_OPEN_COURT, "---y-----"},
	{PERMIT_OPEN_PERSON, "---y-y---"},
	{PERMIT_FETCH, "y-------y"},
	{PERMIT_SHADOW_LINES, "------y--"},
	{PERMIT_METRICS, "y-----yy-"},
};

static struct instance in;
static const char *path;

/* A person with this role alone: sandbox/only-ROLE.key. */
static void
add_person(int sandbox, const char *word)
{
	struct register_row row = {.id = REG_ROLE};
	struct crypto_cert *cert = NULL;
	OWNED_BUF(der, 1 << 14);
	uint8_t print[32];
	char name[64];

	(void)snprintf(name, sizeof(name), "only-%s", word);
	assert_int_equal(
		proc_people_make(sandbox, name, name, true, &cert), ERR_OK);
	crypto_cert_der(cert, &der);
	crypto_cert_fingerprint(cert, print);
	cert = crypto_cert_free(cert);
	if (span_eq(span_text(word), SPAN("nobody")))
		return;
	register_put(&row, REG_ROLE_PRINT, span_of(print, sizeof(print)));
	register_put(&row, REG_ROLE_ROLE, span_text(word));
	register_put(&row, REG_ROLE_NAME, span_text(name));
	register_put(&row, REG_ROLE_CERT, buf_span(&der));
	if (span_eq(span_text(word), SPAN("requester")))
		register_put(&row, REG_ROLE_AGENCY, SPAN("us.dhs.ice"));
	assert_int_equal(
		proc_registers_change(&in, REG_ADD, &row, in.at), ERR_OK);
}

static int
make_people(void **state)
{
	OWNED_FD sandbox = -1;

	if (world_make(state) != 0)
		return 1;
	path = world_path();
	world_open(path, INSTANCE_LEDGER, NULL, &in);
	assert_int_equal(os_folder(in.dir, "sandbox", false, &sandbox), ERR_OK);
	assert_int_equal(account_begin(&in), ERR_OK);
	for (size_t i = 0; i < N_ROLES; i++)
		add_person(sandbox, roles[i]);
	add_person(sandbox, "nobody");
	assert_int_equal(proc_registers_finish(&in), ERR_OK);
	instance_close(&in);
	return 0;
}

static void
open_as(const char *word, unsigned what)
{
	char who[64];

	(void)snprintf(who, sizeof(who), "only-%s", word);
	world_open(path, what, who, &in);
}

static void
every_act_with_every_role(void **state)
{
	(void)state;
	assert_int_equal(sizeof(want) / sizeof(want[0]), PERMIT_N);
	for (size_t k = 0; k < N_ROLES; k++) {
		open_as(roles[k], INSTANCE_READ);
		for (size_t i = 0; i < PERMIT_N; i++) {
			enum proc_permit what = want[i].what;
			bool may = want[i].may[k] == 'y';

			assert_int_equal(what, i);
			assert_int_equal(proc_permit_of(what, roles[k]), may);
			assert_int_equal(proc_permitted(&in, what), may);
			in.why.text[0] = '\0';
			if (proc_permit(&in, what) !=
				(may ? ERR_OK : ERR_NOT_ALLOWED))
				fail_msg("%s: %s", roles[k],
					proc_permit_text(what));
			assert_int_equal(in.why.text[0] == '\0', may);
		}
		instance_close(&in);
	}
}

/* "| bring a batch in | operator, submitter |" */
static void
the_page_of_formats_has_every_act(void **state)
{
	static const char *const lines[] = {
#define PERMIT(ID, what, ...) "\n| " what " | ",
#include "proc/proc_permit.def"
	};
	static char page[1 << 16];
	FILE *f = fopen(WEIR_SOURCE "/docs/formats/registers.md", "rb");

	(void)state;
	assert_non_null(f);
	assert_true(fread(page, 1, sizeof(page) - 1, f) > 0);
	(void)fclose(f);
	for (size_t i = 0; i < PERMIT_N; i++) {
		const char *at = strstr(page, lines[i]);
		char row[512] = "";

		if (at == NULL)
			fail_msg("not on the page: %s", lines[i] + 1);
		(void)sscanf(at + strlen(lines[i]), "%511[^|]", row);
		for (size_t k = 0; k < N_ROLES; k++)
			assert_int_equal(strstr(row, roles[k]) != NULL,
				proc_permit_of((enum proc_permit)i, roles[k]));
	}
}

static void
without_a_role_nothing_is_done(void **state)
{
	(void)state;
	open_as("nobody", INSTANCE_READ);
	for (unsigned i = 0; i < PERMIT_N; i++) {
		assert_int_equal(
			proc_permit(&in, (enum proc_permit)i), ERR_NOT_ALLOWED);
		assert_string_equal(
			in.why.text, "only-nobody has no role on the register");
	}
	instance_actor_fini(&in.actor);
	assert_int_equal(proc_permit(&in, PERMIT_READ), ERR_NOT_ALLOWED);
	assert_string_equal(in.why.text, "say who does this: --key FILE.key");
	instance_close(&in);
	open_as("administrator", INSTANCE_READ);
	assert_int_equal(proc_permit(&in, PERMIT_READ), ERR_NOT_ALLOWED);
	assert_string_equal(in.why.text,
		"only-administrator has not the role to read requests and what "
		"became of them: operator, reviewer, counsel or inspector");
	assert_int_equal(proc_permit(&in, PERMIT_REVIEW), ERR_NOT_ALLOWED);
	assert_string_equal(in.why.text,
		"only-administrator has not the role 'reviewer' on the "
		"register");
	instance_close(&in);
}

/* ---- the verbs that read ---- */

static enum err
print_nothing(void *context, struct span text)
{
	(void)context;
	(void)text;
	return ERR_OK;
}

static enum err
see_nothing(void *context, const struct proc_review_item *item)
{
	(void)context;
	(void)item;
	return ERR_OK;
}

static enum err
read_decisions(const char *id)
{
	(void)id;
	return proc_decisions_print(&in, 1, print_nothing, NULL);
}

static enum err
read_list(const char *id)
{
	(void)id;
	return proc_review_list(&in, 1, see_nothing, NULL);
}

static enum err
read_show(const char *id)
{
	OWNED_BUF(to, 1 << 20);

	return proc_review_show(&in, 1, id, &to);
}

static enum err
read_explain(const char *id)
{
	OWNED_BUF(to, 1 << 20);

	return proc_explain(&in, 1, id, false, &to);
}

static enum err
read_accounting(const char *id)
{
	struct report_totals *totals = NULL;
	enum err e = report_totals_new(&totals);

	(void)id;
	if (e == ERR_OK)
		e = proc_report_accounting(
			&in, 1, print_nothing, NULL, totals, NULL);
	totals = report_totals_free(totals);
	return e;
}

static enum err
first_id(void *context, struct store_request *row)
{
	char *id = context;

	if (row->line == 1)
		(void)snprintf(id, STORE_ID_MAX, "%s", row->id);
	return ERR_OK;
}

/* What may be read is read, and each reading is one entry; what may not is
 * refused, and no entry says that it was read. */
static void
every_reading_is_permitted_and_entered(void **state)
{
	static const struct {
		enum err (*read)(const char *id);
		enum proc_permit what;
	} verbs[] = {
		{read_decisions, PERMIT_READ},
		{read_list, PERMIT_READ},
		{read_show, PERMIT_READ},
		{read_explain, PERMIT_READ},
		{read_accounting, PERMIT_ACCOUNTS},
	};
	char id[STORE_ID_MAX] = "";

	(void)state;
	for (size_t k = 0; k < N_ROLES; k++) {
		open_as(roles[k], INSTANCE_LEDGER);
		assert_int_equal(proc_batch_each(&in, 1, first_id, id), ERR_OK);
		for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
			bool may = proc_permit_of(verbs[i].what, roles[k]);
			uint64_t before = in.next;

			assert_int_equal(verbs[i].read(id),
				may ? ERR_OK : ERR_NOT_ALLOWED);
			/* What publishes it, as a report must, adds cover. */
			if (may && verbs[i].what == PERMIT_ACCOUNTS)
				assert_true(in.next > before);
			else
				assert_int_equal(in.next, before + may);
		}
		instance_close(&in);
	}
}

static int
replay_as(void *arg)
{
	struct proc_replay_result result;
	struct why why = {""};
	char who[64];

	(void)snprintf(who, sizeof(who), "only-%s", (const char *)arg);
	return proc_replay(path, 1, world_key(path, who), &result, &why) ==
	       ERR_OK;
}

static void
a_replay_is_a_reading(void **state)
{
	(void)state;
	for (size_t k = 0; k < N_ROLES; k++)
		assert_int_equal(
			world_apart(replay_as, (void *)(uintptr_t)roles[k]),
			proc_permit_of(PERMIT_READ, roles[k]));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_act_with_every_role),
		cmocka_unit_test(the_page_of_formats_has_every_act),
		cmocka_unit_test(without_a_role_nothing_is_done),
		cmocka_unit_test(every_reading_is_permitted_and_entered),
		cmocka_unit_test(a_replay_is_a_reading),
	};

	return cmocka_run_group_tests(tests, make_people, world_remove);
}
