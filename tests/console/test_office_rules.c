/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds of every page, over all routes there are: an inspector's reading is
 * an entry and an inspector's act is refused; an administrator is shown no
 * record; and no two roles that must be apart come to one person.  A route that
 * this file does not know fails it.
 */
#include "console_world.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "console/console.h"
#include "console_people.h"
#include "matter/matter.h"
#include "os/file.h"
#include "proc/proc_answered.h"
#include "proc/proc_batch.h"
#include "proc/proc_look.h"
#include "register/register.h"

enum { ADDRESS = 256, FORM_MAX = 1 << 15, NUMBER = 24 };

/* ---- what the addresses of this file stand for ---- */

static struct {
	char request[STORE_ID_MAX]; /* a line that may be read */
	char waiting[STORE_ID_MAX]; /* no address of it left */
	char name[128];
	char tin[16];
	char law[65];
	uint64_t line;
	char incident[NUMBER];
	char notice[NUMBER];
	char demand[NUMBER];
	char objection[NUMBER];
	char drawn[NUMBER]; /* the line of an answer that is looked at again */
} of;

static void
put_text(struct buf *to, char c)
{
	const struct {
		char c;
		const char *text;
	} texts[] = {{'R', of.request}, {'W', of.waiting}, {'N', of.name},
		{'T', of.tin}, {'L', of.law}, {'I', of.incident},
		{'O', of.notice}, {'D', of.demand}, {'M', of.objection},
		{'K', of.drawn}};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (texts[i].c == c) {
			buf_text(to, texts[i].text);
			return;
		}
	assert_int_equal(c, '#');
	buf_printf(to, "%lu", (unsigned long)of.line);
}

/* %R, %# and the like as what they are here. */
static void
written(const char *pattern, struct buf *to)
{
	for (; *pattern != '\0'; pattern++)
		if (*pattern == '%')
			put_text(to, *++pattern);
		else
			buf_u8(to, (uint8_t)*pattern);
	buf_u8(to, 0);
	assert_int_equal(buf_error(to), ERR_OK);
}

/* ---- every route, once ---- */

enum flag {
	NO_RECORD = 1,  /* an empty form, a law, a public file */
	EVERYBODYS = 2, /* an act that every role has: it only stops or tells */
	OF_NOTHING = 4, /* computes what was typed, and keeps nothing */
};

static const struct known {
	const char *path;
	const char *address; /* NULL: the path */
	const char *form;    /* NULL: a GET; name=value joined by & */
	unsigned flags;
} known[] = {
	{"/", NULL, NULL, NO_RECORD},
	{"/queue", NULL, NULL, 0},
	{"/batches", NULL, NULL, 0},
	{"/batches/{batch}", "/batches/1", NULL, 0},
	{"/batches/{batch}/packages", "/batches/1/packages", NULL, 0},
	{"/batches/{batch}/packages", "/batches/1/packages", "request=%R", 0},
	{"/batches/{batch}/{line}/mend", "/batches/1/1/mend", NULL, 0},
	{"/batches/new", NULL, NULL, NO_RECORD},
	{"/batches/new", NULL, "format=jsonl", OF_NOTHING},
	{"/batches/{batch}/reply", "/batches/1/reply", NULL, 0},
	{"/batches/{batch}/custody", "/batches/1/custody", NULL, 0},
	{"/batches/{batch}/letters", "/batches/1/letters", NULL, 0},
	{"/batches/{batch}/letters", "/batches/1/letters",
		"letter=x&signature=y", 0},
	{"/batches/{batch}/letters/{entry}", "/batches/1/letters/9", NULL, 0},
	{"/batches/{batch}/letters/{entry}/receipt.json",
		"/batches/1/letters/9/receipt.json", NULL, 0},
	{"/batches/{batch}/letters/{entry}/receipt.json.p7s",
		"/batches/1/letters/9/receipt.json.p7s", NULL, 0},
	{"/check", NULL, NULL, NO_RECORD},
	{"/check", NULL, "lines={}", OF_NOTHING},
	{"/write", NULL, NULL, NO_RECORD},
	{"/write", NULL, "requestID=X", OF_NOTHING},
	{"/person", NULL, NULL, 0},
	{"/person", NULL, "person=P00000001&whom=self&by=A. Clerk&how=passport",
		0},
	{"/looks", "/looks?all=yes", NULL, 0},
	{"/looks/{batch}/{line}", "/looks/1/%K", NULL, 0},
	{"/looks/{batch}/{line}", "/looks/1/%K", "do=sound", 0},
	{"/review/{batch}", "/review/1", NULL, 0},
	{"/review/{batch}/sign", "/review/1/sign", NULL, 0},
	{"/review/{batch}/sign", "/review/1/sign", "list=%#:a", 0},
	{"/review/{batch}/sample", "/review/1/sample", NULL, 0},
	{"/review/{batch}/sample", "/review/1/sample", "confirm=yes", 0},
	{"/review/{batch}/plain", "/review/1/plain", "confirm=yes", 0},
	{"/review/{batch}/assign", "/review/1/assign",
		"line=%#&person=reviewer-1", 0},
	{"/review/{batch}/decide", "/review/1/decide",
		"line=%#&do=withhold&ground=x", 0},
	{"/review/{batch}/object", "/review/1/object",
		"line=%#&words=it is civil&confirm=yes", EVERYBODYS},
	{"/review/{batch}/{line}", "/review/1/%#", NULL, 0},
	{"/holds", "/holds?show=all", NULL, 0},
	{"/holds/new", NULL, NULL, NO_RECORD},
	{"/holds/new", NULL,
		"ground=counsel&docket=D&scope=case=X-1&effect=stop&"
		"confirm=yes",
		EVERYBODYS},
	{"/holds/{hold}", "/holds/1", NULL, 0},
	{"/holds/{hold}/left", "/holds/1/left", NULL, 0},
	{"/holds/{hold}/lift", "/holds/1/lift", "answer=lift", 0},
	{"/holds/{hold}/except", "/holds/1/except", NULL, 0},
	{"/holds/{hold}/except", "/holds/1/except", "docket=L&scope=case=X-1",
		0},
	{"/holds/{hold}/exceptions/{exception}", "/holds/1/exceptions/1",
		"answer=grant", 0},
	{"/matters", "/matters?show=all", NULL, 0},
	{"/matters/{matter}", "/matters/%M", NULL, 0},
	{"/matters/{matter}", "/matters/%M",
		"decision=overrule&ground=I2-A-USE: it is criminal", 0},
	{"/office", NULL, NULL, 0},
	{"/office/tend", NULL, "", 0},
	{"/office/{batch}/release", "/office/1/release", "confirm=yes", 0},
	{"/agreements", NULL, NULL, NO_RECORD},
	{"/agreements/diff", "/agreements/diff?a=%L&b=%L", NULL, NO_RECORD},
	{"/agreements/load", NULL, NULL, NO_RECORD},
	{"/agreements/load", NULL, "receipt=x&receipt-signature=y", 0},
	{"/agreements/end", NULL, "agreement=AG-IRS-ICE-2025&status=suspended",
		0},
	{"/agreements/{agreement}", "/agreements/%L", NULL, NO_RECORD},
	{"/safeguards", NULL, NULL, 0},
	{"/custody", NULL, NULL, 0},
	{"/custody/letters/{entry}", "/custody/letters/9", NULL, 0},
	{"/demands/new", NULL, NULL, 0},
	{"/demands/new", NULL, "batch=1&ground=an error&confirm=yes", 0},
	{"/demands/{demand}", "/demands/%D", NULL, 0},
	{"/incidents", NULL, NULL, 0},
	{"/incidents/new", NULL, NULL, NO_RECORD},
	{"/incidents/new", NULL, "found=a review&what=a rule was wrong",
		EVERYBODYS},
	{"/incidents/{incident}", "/incidents/%I", NULL, 0},
	{"/incidents/{incident}/text", "/incidents/%I/text", NULL, 0},
	{"/incidents/{incident}/amend", "/incidents/%I/amend", "place=Boston",
		0},
	{"/incidents/{incident}/report", "/incidents/%I/report", "unknown=yes",
		0},
	{"/incidents/{incident}/notice", "/incidents/%I/notice",
		"ground=a rule was wrong", 0},
	{"/notices", NULL, NULL, 0},
	{"/notices/{notice}", "/notices/%O", NULL, 0},
	{"/notices/{notice}", "/notices/%O", "decision=sent", 0},
	{"/delays", NULL, NULL, 0},
	{"/delays", NULL, "request=%W&ground=an order&until=2027-01-01", 0},
	{"/delays/lift", NULL, "request=%W", 0},
	{"/erasures", NULL, NULL, 0},
	{"/erasures", NULL, "scope=batch&what=1&ground=retention&basis=GRS 5.2",
		0},
	{"/erasures/{erasure}", "/erasures/1", NULL, 0},
	{"/erasures/{erasure}", "/erasures/1", "answer=grant", 0},
	{"/flow", NULL, NULL, 0},
	{"/flow/{batch}", "/flow/1", NULL, 0},
	{"/ledger/entries", NULL, NULL, 0},
	{"/ledger/find", "/ledger/find?entry=3", NULL, NO_RECORD},
	{"/ledger/entries/{entry}", "/ledger/entries/3", NULL, 0},
	{"/ledger/entries/{entry}/proof", "/ledger/entries/3/proof", NULL,
		NO_RECORD},
	{"/ledger/entries/{entry}/bytes", "/ledger/entries/3/bytes", NULL,
		NO_RECORD},
	{"/ledger/check", NULL, NULL, NO_RECORD},
	{"/ledger/keys", NULL, NULL, NO_RECORD},
	{"/ledger/map/{size}", "/ledger/map/9", NULL, NO_RECORD},
	{"/ledger/weir-verify.html", NULL, NULL, NO_RECORD},
	{"/ledger/checkpoint", NULL, NULL, NO_RECORD},
	{"/ledger/ledger.vkey", NULL, NULL, NO_RECORD},
	{"/ledger/tile/{level}/{a}", "/ledger/tile/entries/000", NULL,
		NO_RECORD},
	{"/ledger/tile/{level}/{a}/{b}", "/ledger/tile/0/x/y", NULL, NO_RECORD},
	{"/ledger/tile/{level}/{a}/{b}/{c}", "/ledger/tile/0/x/y/z", NULL,
		NO_RECORD},
	{"/ledger/tile/{level}/{a}/{b}/{c}/{d}", "/ledger/tile/0/w/x/y/z", NULL,
		NO_RECORD},
	{"/registers", "/registers?register=role&history=yes", NULL, 0},
	{"/registers/{register}/new", "/registers/officer/new", NULL, 0},
	{"/registers/{register}/new", "/registers/recipient/new",
		"id=us.x&name=X&safeguards=in-order", 0},
	{"/registers/{register}/end", "/registers/recipient/end",
		"id=us.dhs.ice", 0},
	{"/reports", NULL, NULL, NO_RECORD},
	{"/reports/make", "/reports/make?report=coverage", NULL, 0},
};

static const struct known *
known_of(const struct serve_route *route)
{
	bool post = route->method == ASK_POST;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(known[i].path, route->path) == 0 &&
			(known[i].form != NULL) == post)
			return &known[i];
	fail_msg("this test does not know %s %s: write a line for it",
		ask_method_text(route->method), route->path);
	return NULL;
}

/* As somebody; what the handler said. */
static enum err
visit(const char *who, const struct known *k)
{
	OWNED_BUF(address, ADDRESS);
	OWNED_BUF(form, FORM_MAX);
	const char *values[2 * CONSOLE_VALUES + 1] = {NULL};
	size_t n = 0;
	char *save = NULL;

	written(k->address == NULL ? k->path : k->address, &address);
	if (k->form == NULL)
		return console_visit(
			answered_path, who, (const char *)address.at, NULL);
	written(k->form, &form);
	for (char *one = strtok_r((char *)form.at, "&", &save); one != NULL;
		one = strtok_r(NULL, "&", &save)) {
		char *value = strchr(one, '=');

		assert_true(value != NULL && n + 2 <= 2 * CONSOLE_VALUES);
		*value++ = '\0';
		values[n++] = one;
		values[n++] = value;
	}
	values[n] = NULL;
	return console_visit(
		answered_path, who, (const char *)address.at, values);
}

static void
must_visit(const char *who, const char *path, const char *form)
{
	const struct known k = {path, NULL, form, 0};

	if (visit(who, &k) != ERR_OK)
		fail_msg("%s: %s", path, console_says);
	if (form != NULL && console_answer.status != 303)
		fail_msg("%s was not done: %s", path,
			console_has("<main")
				? strstr((const char *)console_answer.body.at,
					  "<main")
				: console_says);
}

/* ---- a world with one of each ---- */

/* A request with a number, whose address left. */
static bool
take_delivered(const struct store_request *row)
{
	struct batch_request b;
	OWNED_BUF(name, sizeof(of.name));
	bool has;

	answered_fine(proc_batch_open(&answered, row, &b));
	has = request_tin(&b.request, of.tin);
	buf_bytes(&name, b.request.field[RQ_GIVEN]);
	buf_u8(&name, ' ');
	buf_bytes(&name, b.request.field[RQ_SURNAME]);
	assert_true(span_copy(buf_span(&name), of.name, sizeof(of.name)));
	assert_true(
		span_copy(span_text(row->id), of.request, sizeof(of.request)));
	proc_batch_fini(&b);
	return has;
}

static void
take_requests(void)
{
	struct store_request row = {.line = 0};

	for (uint64_t line = 1; of.waiting[0] == '\0' || of.line == 0; line++) {
		answered_fine(store_request_get(answered.store, 1, line, &row));
		if (row.state == CASE_DELIVERED && of.line == 0 &&
			take_delivered(&row))
			of.line = line;
		else if (row.id[0] != '\0' &&
			 row.answered != CASE_ANSWERED_ADDRESS)
			assert_true(span_copy(span_text(row.id), of.waiting,
				sizeof(of.waiting)));
	}
}

/* The number in "/incidents/7?done=...". */
static void
number_of(const char *path, char to[NUMBER])
{
	const char *at = strrchr(console_answer.location, '/');
	struct span rest;

	assert_true(strncmp(console_answer.location, path, strlen(path)) == 0);
	rest = span_text(at + 1);
	assert_true(span_copy(span_cut(&rest, '?'), to, NUMBER));
}

/* What was said against the request. */
static void
find_objection(void)
{
	struct instance in = INSTANCE_NONE;
	struct store_matter m = {.n = 0};

	world_open(answered_path, INSTANCE_READ, "counsel", &in);
	while (store_matter_next(in.store, m.n, MATTER_OF_OBJECTION, 0, &m) ==
		ERR_OK)
		(void)snprintf(of.objection, sizeof(of.objection), "%lu",
			(unsigned long)m.n);
	instance_close(&in);
	assert_true(of.objection[0] != '\0');
}

static void
find_drawn(void)
{
	struct instance in = INSTANCE_NONE;
	uint64_t line = 0;

	world_open(answered_path, INSTANCE_LEDGER, "reviewer-1", &in);
	assert_int_equal(proc_look_next(&in, 1, &line), ERR_OK);
	(void)snprintf(of.drawn, sizeof(of.drawn), "%lu", (unsigned long)line);
	instance_close(&in);
}

static void
fill(void)
{
	char path[64];

	/* while no matter of the whole batch is open */
	must_visit("counsel", "/erasures",
		"scope=batch&what=1&ground=retention&basis=GRS 5.2");
	must_visit("counsel", "/holds/new",
		"ground=court&docket=1:26-cv-1&scope=person=%T&effect=stop&"
		"note=about %N&confirm=yes");
	must_visit("counsel", "/holds/new",
		"ground=court&docket=1:26-cv-2&scope=person=%N&effect=stop&"
		"confirm=yes");
	must_visit("counsel", "/holds/1/except",
		"docket=L&scope=person=%T,case=X-1");
	must_visit("reviewer-1", "/incidents/new",
		"found=a review&what=a rule was wrong&requests=%R&batch=1");
	number_of("/incidents/", of.incident);
	(void)snprintf(path, sizeof(path), "/incidents/%s/notice", of.incident);
	must_visit("safeguards", path, "ground=a rule was wrong");
	number_of("/notices/", of.notice);
	must_visit("counsel", "/demands/new",
		"batch=1&ground=an error&confirm=yes");
	number_of("/demands/", of.demand);
	must_visit("reviewer-1", "/review/1/object",
		"line=%#&words=%N is another&confirm=yes");
	find_objection();
	find_drawn();
}

static int
make(void **state)
{
	struct instance *in = &answered;

	if (answered_make(state) != 0)
		return 1;
	answered_as("operator");
	console_person_add(in, "inspector", "inspector", "Inspector");
	console_person_add(in, "safeguards", "safeguards", "Safeguards");
	console_person_add(in, "administrator", "administrator", "Admin");
	for (size_t i = 0; i < 32; i++)
		(void)snprintf(of.law + 2 * i, 3, "%02x", in->law_hash[i]);
	take_requests();
	instance_close(in);
	fill();
	return 0;
}

/* ---- the inspector ---- */

static uint64_t
entries(void)
{
	struct instance in = INSTANCE_NONE;
	uint64_t n = 0;

	world_open(answered_path, INSTANCE_READ, "counsel", &in);
	assert_int_equal(store_journal_count(in.store, &n), ERR_OK);
	instance_close(&in);
	return n;
}

/* All that is wrong is told, not the first alone. */
static unsigned n_wrong;

static void
wrong(const struct serve_route *route, const char *says)
{
	print_error("%s %s by an inspector: %s (%s)\n",
		ask_method_text(route->method), route->path, says,
		console_says);
	n_wrong++;
}

static bool
is_read(const struct serve_route *route)
{
	const struct known *k = known_of(route);
	uint64_t before = entries();

	if (visit("inspector", k) != ERR_OK || (k->flags & NO_RECORD) != 0)
		return false;
	if (entries() == before)
		wrong(route, "is shown, and there is no entry of it");
	return true;
}

static void
each_reading_of_an_inspector_is_an_entry(void **state)
{
	unsigned n = 0;

	(void)state;
	n_wrong = 0;
	for (size_t i = 0; i < console_n_routes; i++)
		if (console_routes[i].method == ASK_GET)
			n += is_read(&console_routes[i]);
	assert_true(n > 20);
	assert_int_equal(n_wrong, 0);
}

static void
try_act(const struct serve_route *route)
{
	const struct known *k = known_of(route);
	uint64_t before = entries();
	enum err e = visit("inspector", k);

	if ((k->flags & EVERYBODYS) != 0) {
		assert_int_equal(e, ERR_OK);
		return;
	}
	if ((k->flags & OF_NOTHING) == 0 && e != ERR_NOT_ALLOWED)
		wrong(route, "is not refused for want of a role");
	if (entries() != before)
		wrong(route, "made an entry");
}

static void
each_act_of_an_inspector_is_refused(void **state)
{
	unsigned n = 0;

	(void)state;
	n_wrong = 0;
	for (size_t i = 0; i < console_n_routes; i++)
		if (console_routes[i].method == ASK_POST) {
			try_act(&console_routes[i]);
			n++;
		}
	assert_true(n > 25);
	assert_int_equal(n_wrong, 0);
}

/* ---- the administrator ---- */

enum { SECRETS = 4096, SECRET_BYTES = 96 };

static char secret[SECRETS][SECRET_BYTES];
static size_t n_secrets;

/* Too short to be told from anything else: not looked for. */
static void
add_secret(struct span text)
{
	if (text.n < 8 || n_secrets == SECRETS)
		return;
	n_secrets += span_copy(text, secret[n_secrets], SECRET_BYTES);
}

/* By the roll's header: tin, given_name and surname, address_line. */
static void
add_row(struct span row)
{
	struct span column[18];
	OWNED_BUF(name, 256);

	for (size_t i = 0; i < 18; i++)
		column[i] = span_cut(&row, ',');
	add_secret(column[1]);
	add_secret(column[11]);
	buf_bytes(&name, column[3]);
	buf_u8(&name, ' ');
	buf_bytes(&name, column[5]);
	add_secret(buf_span(&name));
}

/* Of the people about whom a request is, and of as many others of the roll. */
static void
learn_secrets(void)
{
	char path[2 * WORLD_PATH];
	char at[WORLD_PATH];
	OWNED_BUF(roll, 1 << 26);
	struct span rest;
	unsigned n = 0;

	(void)snprintf(at, sizeof(at), "%s", world_path());
	(void)snprintf(path, sizeof(path), "%s/roll.csv", dirname(at));
	assert_int_equal(os_read(AT_FDCWD, path, &roll), ERR_OK);
	rest = buf_span(&roll);
	assert_true(span_starts(rest, SPAN("person_id,tin,tin_type,given_name,"
					   "middle_name,surname,")));
	(void)span_cut(&rest, '\n');
	add_secret(span_text(of.tin));
	add_secret(span_text(of.name));
	while (rest.n > 0) {
		struct span row = span_cut(&rest, '\n');

		if (n++ % 7 == 0)
			add_row(row);
	}
	assert_true(n_secrets > 500);
}

static const char *
secret_shown(void)
{
	for (size_t i = 0; i < n_secrets; i++)
		if (console_has(secret[i]))
			return secret[i];
	return NULL;
}

static void
an_administrator_is_shown_no_record(void **state)
{
	static const struct known review = {"/review/1/%#", NULL, NULL, 0};
	static const struct known hold = {"/holds/1", NULL, NULL, 0};
	unsigned n = 0;

	(void)state;
	learn_secrets();
	/* who may see them is shown them: so they would be found */
	assert_int_equal(visit("reviewer-1", &review), ERR_OK);
	assert_non_null(secret_shown());
	assert_int_equal(visit("counsel", &hold), ERR_OK);
	assert_non_null(secret_shown());
	for (size_t i = 0; i < console_n_routes; i++) {
		const struct serve_route *route = &console_routes[i];
		const struct known *k = known_of(route);
		enum err e = visit("administrator", k);
		const char *shown = secret_shown();

		n += e == ERR_OK;
		if (shown != NULL)
			fail_msg("%s %s shows an administrator %s",
				ask_method_text(route->method), route->path,
				shown);
	}
	assert_true(n > 15);
}

/* ---- roles apart ---- */

static const struct {
	const char *one;
	const char *other;
	bool in_sandbox;
} apart[] = {
#define ALWAYS true
#define CUSTODIAN false
#define APART(one, other, where, why) {#one, #other, (where)},
#include "register/register.def"
#undef ALWAYS
#undef CUSTODIAN
};
enum { PAIRS = sizeof(apart) / sizeof(*apart) };

/* WHO's certificate is given `role` under `name`, by the administrator. */
static bool
is_given(const char *who, const char *role, const char *name)
{
	OWNED_BUF(file, 1 << 14);
	char path[WORLD_PATH];

	(void)snprintf(
		path, sizeof(path), "%s/sandbox/%s.crt", answered_path, who);
	assert_int_equal(os_read(AT_FDCWD, path, &file), ERR_OK);
	buf_u8(&file, 0);
	assert_int_equal(
		console_visit(answered_path, "administrator",
			"/registers/role/new",
			FORM("role", role, "name", name, "agency",
				strcmp(role, "requester") == 0 ? "us.dhs.ice"
							       : "",
				"certificate-file", (const char *)file.at)),
		ERR_OK);
	if (console_answer.status == 303)
		return true;
	if (!console_has("one person is not both"))
		fail_msg("%s as %s: %.*s", who, role,
			(int)console_answer.body.n,
			(const char *)console_answer.body.at);
	return false;
}

static const char *
only(const char *role)
{
	static char who[2][64];
	static unsigned n;

	n = !n;
	(void)snprintf(who[n], sizeof(who[n]), "only-%s", role);
	return who[n];
}

static void
make_only(struct instance *in, const char *role)
{
	char path[WORLD_PATH];

	(void)snprintf(path, sizeof(path), "sandbox/%s.crt", only(role));
	if (!os_exists(in->dir, path))
		console_person_add(in, only(role), role, only(role));
}

static void
must_be_apart(const char *one, const char *other)
{
	if (is_given(only(one), other, "Another Name"))
		fail_msg("the %s was made %s too, by the same certificate", one,
			other);
	if (is_given("fresh", other, only(one)))
		fail_msg("the %s was made %s too, under the same name", one,
			other);
}

static void
no_two_roles_that_must_be_apart(void **state)
{
	struct instance in = INSTANCE_NONE;
	unsigned n = 0;

	(void)state;
	world_open(answered_path, INSTANCE_LEDGER, "operator", &in);
	console_person_make(&in, "fresh", "Fresh");
	for (size_t i = 0; i < PAIRS; i++) {
		make_only(&in, apart[i].one);
		make_only(&in, apart[i].other);
	}
	instance_close(&in);
	for (size_t i = 0; i < PAIRS; i++) {
		if (!apart[i].in_sandbox)
			continue;
		must_be_apart(apart[i].one, apart[i].other);
		must_be_apart(apart[i].other, apart[i].one);
		n++;
	}
	assert_int_equal(n, PAIRS - 3);
	/* two that may be one person's are given */
	assert_true(is_given(only("counsel"), "safeguards", only("counsel")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reading_of_an_inspector_is_an_entry),
		cmocka_unit_test(each_act_of_an_inspector_is_refused),
		cmocka_unit_test(no_two_roles_that_must_be_apart),
		cmocka_unit_test(an_administrator_is_shown_no_record),
	};

	return cmocka_run_group_tests(tests, make, world_remove);
}
