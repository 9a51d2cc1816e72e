/* SPDX-License-Identifier: Apache-2.0 */
/* Lifting a hold, and letting something through by a later order: two people,
 * one of them counsel. */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "console/console_int.h"
#include "console/holds.h"
#include "crypto/crypto.h"
#include "proc/proc_hold.h"

enum { PATH_BYTES = 96, SAYS_BYTES = 200 };

static enum err
number_of(struct desk *desk, const struct ask *ask, const char *name,
	uint64_t most, uint64_t *ret_n)
{
	if (ask_number(ask, ASK_PATH, name, most, ret_n))
		return ERR_OK;
	return instance_says(
		&desk->in, ERR_NOT_FOUND, "there is no such hold or exception");
}

/* ---- lift ---- */

enum err
console_hold_lift(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	bool deny = span_eq(ask_get(ask, ASK_FORM, "answer"), SPAN("deny"));
	uint64_t number = 0;
	uint64_t entry = 0;
	bool lifted = false;
	char back[PATH_BYTES];
	char action[PATH_BYTES];
	char says[SAYS_BYTES];
	const struct page_act act = {
		.title = deny ? "It is not to be lifted" : "Lift this hold",
		.says = says,
		.action = action,
		.button = deny ? "Deny the lift" : "Sign the lift",
		.back = back,
		.here = "/holds"};
	enum err e = proc_permit(&desk->in, PERMIT_LIFT);

	if (e == ERR_OK)
		e = number_of(desk, ask, "hold", UINT64_MAX, &number);
	if (e != ERR_OK)
		return e;
	(void)snprintf(back, sizeof(back), "/holds/%" PRIu64, number);
	(void)snprintf(
		action, sizeof(action), "/holds/%" PRIu64 "/lift", number);
	(void)snprintf(says, sizeof(says),
		deny ? "Hold %" PRIu64
		       " stands on; whoever asked may ask again."
		     : "Where nobody asked yet you ask, and hold %" PRIu64
		       " stands until a second person lifts it. Where another "
		       "asked, it is lifted.",
		number);
	e = proc_hold_lift(&desk->in, number, deny, &lifted, &entry);
	if (e != ERR_OK)
		return page_signed(desk, ask, answer, &act, e);
	return page_see(answer, back,
		lifted ? "hold-lifted"
		: deny ? "hold-denied"
		       : "hold-asked");
}

/* ---- exceptions ---- */

enum field { DOCKET, ORDER, SCOPE, NOTE };

static const struct page_field fields[] = {
	[DOCKET] = {.name = "docket",
		.label = "Docket of the later order",
		.hint = "A court's hold needs it"},
	[ORDER] = {.name = "order",
		.label = "The later order's file",
		.hint = "Its SHA-256 is kept, not the file"},
	[SCOPE] = {.name = "scope",
		.label = "What it lets through",
		.hint = "One scope a line, as in a hold, but no person's id",
		.must = true,
		.rows = 3},
	[NOTE] = {.name = "note", .label = "Note"},
};

static enum err
put_except_form(struct desk *desk, struct answer *answer, uint64_t number,
	const struct page_field *field)
{
	const struct page_field *all[NOTE + 1];
	char path[PATH_BYTES];
	char name[PATH_BYTES];
	char action[PATH_BYTES];
	struct page p;

	(void)snprintf(path, sizeof(path), "/holds/%" PRIu64, number);
	(void)snprintf(name, sizeof(name), "Hold %" PRIu64, number);
	(void)snprintf(
		action, sizeof(action), "/holds/%" PRIu64 "/except", number);
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Let something through",
			.lead = "The hold stands. A second person grants what "
				"you ask for here; until then it changes "
				"nothing.",
			.here = "/holds",
			.crumb = {{"/holds", "Holds"}, {path, name}}});
	for (size_t i = 0; i <= NOTE; i++)
		all[i] = &field[i];
	page_errors(&p, all, NOTE + 1);
	page_form(&p, action, true);
	page_input(&p, all[DOCKET]);
	page_file(&p, all[ORDER]);
	page_area(&p, all[SCOPE]);
	page_input(&p, all[NOTE]);
	page_button(&p, PAGE_MAIN, "Go on and sign it", NULL, NULL);
	page_form_end(&p);
	return page_end(&p);
}

enum err
console_hold_except_form(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	const struct hold *hold = NULL;
	enum err e = proc_permit(&desk->in, PERMIT_LIFT);

	if (e == ERR_OK)
		e = holds_find(desk, ask, NULL, &hold);
	return e == ERR_OK ? put_except_form(
				     desk, answer, hold_number(hold), fields)
			   : e;
}

/* What is signed goes along as text: a file as its hash. */
static const struct ask *
hashed(const struct ask *ask, const uint8_t *order, struct buf *hex)
{
	static struct ask sent;

	if (order == NULL)
		return ask;
	code_hex(hex, span_of(order, CRYPTO_SHA256));
	sent = *ask;
	for (size_t i = 0; i < sent.n; i++) {
		struct ask_value *v = &sent.value[i];

		if (v->part == ASK_FORM && span_eq(v->name, SPAN("order"))) {
			v->name = SPAN("order-hash");
			v->value = buf_span(hex);
		}
	}
	return &sent;
}

static size_t
take_scopes(struct span rest, struct span *to)
{
	size_t n = 0;

	while (rest.n > 0 && n < HOLD_SCOPES_MAX) {
		struct span line = span_trim(span_cut(&rest, '\n'));

		if (line.n > 0)
			to[n++] = line;
	}
	return n;
}

enum err
console_hold_except(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct page_field field[NOTE + 1];
	struct span scopes[HOLD_SCOPES_MAX];
	uint8_t hash[CRYPTO_SHA256];
	uint64_t number = 0;
	uint64_t entry = 0;
	uint32_t n = 0;
	char back[PATH_BYTES];
	char action[PATH_BYTES];
	struct hold_except_order order = {.scopes = scopes};
	OWNED_BUF(hex, 2 * CRYPTO_SHA256);
	const struct page_act act = {.title = "Ask for an exception",
		.says = "You ask that a later order lets through what it names. "
			"A second person grants it.",
		.action = action,
		.button = "Ask for the exception",
		.back = back,
		.here = "/holds"};
	enum err e = proc_permit(&desk->in, PERMIT_LIFT);

	if (e == ERR_OK)
		e = number_of(desk, ask, "hold", UINT64_MAX, &number);
	if (e != ERR_OK)
		return e;
	(void)snprintf(back, sizeof(back), "/holds/%" PRIu64, number);
	(void)snprintf(
		action, sizeof(action), "/holds/%" PRIu64 "/except", number);
	for (size_t i = 0; i <= NOTE; i++) {
		field[i] = fields[i];
		if (i != ORDER)
			field[i].value = ask_get(ask, ASK_FORM, field[i].name);
	}
	order.docket = span_trim(field[DOCKET].value);
	order.note = span_trim(field[NOTE].value);
	order.n_scopes = take_scopes(field[SCOPE].value, scopes);
	if (!holds_read_order(ask, hash, &order.order)) {
		field[ORDER].error = "choose the file again";
		return put_except_form(desk, answer, number, field);
	}
	e = proc_hold_except(&desk->in, number, &order, &n, &entry);
	if (e == ERR_MALFORMED) {
		field[SCOPE].error = desk->in.why.text;
		return put_except_form(desk, answer, number, field);
	}
	if (e != ERR_OK)
		return page_signed(
			desk, hashed(ask, order.order, &hex), answer, &act, e);
	return page_see(answer, back, "exception-asked");
}

enum err
console_hold_except_answer(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	bool grant = span_eq(ask_get(ask, ASK_FORM, "answer"), SPAN("grant"));
	uint64_t number = 0;
	uint64_t n = 0;
	uint64_t entry = 0;
	char back[PATH_BYTES];
	char action[PATH_BYTES];
	const struct page_act act = {
		.title = grant ? "Grant this exception" : "Deny this exception",
		.says = grant ? "What it names is not held from then on."
			      : "It lets nothing through.",
		.action = action,
		.button = grant ? "Grant it" : "Deny it",
		.back = back,
		.here = "/holds"};
	enum err e = proc_permit(&desk->in, PERMIT_LIFT);

	if (e == ERR_OK)
		e = number_of(desk, ask, "hold", UINT64_MAX, &number);
	if (e == ERR_OK)
		e = number_of(desk, ask, "exception", UINT32_MAX, &n);
	if (e != ERR_OK)
		return e;
	(void)snprintf(back, sizeof(back), "/holds/%" PRIu64, number);
	(void)snprintf(action, sizeof(action),
		"/holds/%" PRIu64 "/exceptions/%" PRIu64, number, n);
	e = proc_hold_except_answer(
		&desk->in, number, (uint32_t)n, grant, &entry);
	if (e != ERR_OK)
		return page_signed(desk, ask, answer, &act, e);
	return page_see(
		answer, back, grant ? "exception-granted" : "exception-denied");
}
