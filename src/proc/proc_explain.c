/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_explain.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/read.h"
#include "proc/proc_hold.h"
#include "proc/proc_letter_take.h"
#include "proc/proc_registrar.h"
#include "proc/proc_reply.h"
#include "proc/proc_screen.h"

enum { ITEM = 40, LIST_MAX = 1 << 30, REPLY_LINE_MAX = 1 << 16 };

struct explain {
	struct instance *in;
	struct store_batch batch;
	struct batch_request b;
	struct law *law; /* by which it was decided last */
	bool veiled;     /* not all is told of holds or screens */
	bool json;
	struct buf *to;
};

void
proc_explain_text(struct span text, struct buf *to)
{
	if (span_is_plain(text)) {
		buf_bytes(to, text);
		return;
	}
	for (size_t i = 0; i < text.n; i++)
		if (text.at[i] >= 0x20 && text.at[i] < 0x7f)
			buf_u8(to, text.at[i]);
		else
			buf_printf(to, "\\x%02x", (unsigned)text.at[i]);
}

/* ---- what was asked ---- */

static void
tell_head(const struct explain *x)
{
	const struct store_request *row = &x->b.row;
	enum case_state state = (enum case_state)row->state;
	enum case_answered answered = (enum case_answered)row->answered;
	char day[DAY_TEXT];

	day_text(x->batch.today, day);
	buf_printf(x->to,
		"request %s, line %" PRIu64 " of batch %" PRIu32
		", received %s under %s\n"
		"state %s: %s\nanswered %s: %s\n",
		row->id, row->line, row->batch, day, x->batch.agreement,
		case_state_text(state), case_state_meaning(state),
		case_answered_text(answered), case_answered_meaning(answered));
}

static void
tell_request(const struct explain *x)
{
	const struct request *q = &x->b.request;

	buf_text(x->to, "\nAs written:\n");
	for (int f = 0; f < RQ_N; f++) {
		enum request_field id = (enum request_field)f;

		if (q->field[f].n == 0)
			continue;
		buf_printf(x->to, "  %-34s ", request_field_text(id));
		proc_explain_text(q->field[f], x->to);
		buf_text(x->to, "\n");
	}
	if (q->says[0] != '\0')
		buf_printf(x->to, "  at fault: %s%s%s\n", q->member,
			q->member[0] == '\0' ? "" : ": ", q->says);
}

/* ---- the law and the match ---- */

static void
tell_law(const struct explain *x)
{
	bool looked = x->b.row.matched != STORE_NO_ENTRY;
	const struct account_opened *entry =
		looked ? &x->b.matched : &x->b.judged;

	buf_text(x->to, "\nThe law, files ");
	code_hex(x->to, span_of(entry->head.law, 32));
	buf_printf(x->to, ", as decided in entry %" PRIu64 ":\n",
		entry->entry.index);
	law_trace(
		x->law, &x->b.evidence, looked ? EV_RECORD : EV_REQUEST, x->to);
	if (looked) {
		buf_text(x->to, "\nThe record, graded:\n");
		match_explain(&x->b.result, &x->b.weights, x->to);
	}
}

/* ---- history ---- */

static void
tell_codes(const struct explain *x, bool veiled, struct span codes)
{
	OWNED_BUF(shown, 4096);

	if (veiled)
		proc_batch_codes(x->law, x->b.row.unmet, " ", &shown);
	else
		buf_bytes(&shown, codes);
	if (shown.n > 0) {
		buf_text(x->to, ", ");
		buf_bytes(x->to, buf_span(&shown));
	}
}

static enum err
tell_entry(const struct explain *x, char letter, uint64_t index)
{
	struct account_opened opened;
	const char *meaning;
	char day[DAY_TEXT];
	enum err e;

	if (index == STORE_NO_ENTRY)
		return ERR_OK;
	e = account_open(x->in, index, &opened);
	if (e != ERR_OK)
		return e;
	/* "S: ..." has its letter already. */
	meaning = ledger_type_meaning(opened.head.type);
	day_text(account_day(x->in, &opened), day);
	buf_printf(x->to, "  %s  %c  entry %-8" PRIu64 " %s", day, letter,
		index, meaning[1] == ':' ? meaning + 3 : meaning);
	if (span_eq(account_field(&opened, "outcome"), SPAN("review")) &&
		letter == 'Q') {
		buf_text(x->to, ": accepted"); /* all that Q can say yes to */
	} else if (account_field(&opened, "outcome").n > 0) {
		buf_text(x->to, ": ");
		buf_bytes(x->to, account_field(&opened, "outcome"));
	}
	tell_codes(
		x, letter != 'Q' && x->veiled, account_field(&opened, "codes"));
	buf_text(x->to, "\n");
	account_opened_fini(&opened);
	return ERR_OK;
}

void
proc_explain_person(
	const struct instance *in, const uint8_t print[32], struct buf *to)
{
	const struct register_entry *entry = NULL;
	struct register_row row;

	for (size_t i = register_n(in->registers, REG_ROLE); i-- > 0;) {
		entry = register_at(in->registers, REG_ROLE, i);
		register_entry_row(entry, &row);
		if (span_eq(register_get(&row, REG_ROLE_PRINT),
			    span_of(print, 32))) {
			proc_explain_text(
				register_get(&row, REG_ROLE_NAME), to);
			return;
		}
	}
	code_hex(to, span_of(print, 32));
}

/* Is the request's line in the list that was signed, and with which verdict? */
static bool
in_list(struct span list, uint64_t line, struct span *ret_verdict)
{
	for (struct reader r = read_from(list); r.left.n >= ITEM;) {
		uint64_t at = read_u64be(&r);

		*ret_verdict = read_bytes(&r, 32);
		if (at == line)
			return true;
	}
	return false;
}

static enum err
tell_approval(void *context, const struct store_approval *a)
{
	const struct explain *x = context;
	struct reader r = read_from(a->text);
	struct span verdict;
	char at[DAY_TEXT];
	struct account_opened opened;
	enum err e;

	(void)read_sized(&r, LIST_MAX);
	if (!in_list(read_sized(&r, LIST_MAX), x->b.row.line, &verdict))
		return ERR_OK;
	e = account_open(x->in, a->entry, &opened);
	if (e != ERR_OK)
		return e;
	day_text(account_day(x->in, &opened), at);
	buf_printf(x->to, "  %s     entry %-8" PRIu64 " %s by ", at, a->entry,
		a->withhold ? "withheld or given back" : "approved");
	proc_explain_person(x->in, a->signer, x->to);
	if (account_field(&opened, "ground").n > 0) {
		buf_text(x->to, ": ");
		proc_explain_text(account_field(&opened, "ground"), x->to);
	}
	if (!span_eq(verdict, span_of(x->b.row.verdict, 32)))
		buf_text(x->to, " (of another verdict than today's)");
	buf_text(x->to, "\n");
	account_opened_fini(&opened);
	return ERR_OK;
}

/* What the requester wrote about it since, and why. */
static enum err
tell_letters(struct explain *x)
{
	static struct letter letter;
	struct store_letter row = {.n = 0};
	struct account_opened opened;
	enum err e;

	while ((e = store_letter_next(x->in->store, row.n, x->b.row.batch,
			x->b.row.line, &row)) == ERR_OK) {
		char day[DAY_TEXT];

		e = proc_letter_open(x->in, row.entry, &opened, &letter);
		if (e != ERR_OK)
			return e;
		day_text(zone_day(&x->in->zone, row.at), day);
		buf_printf(x->to, "  %s  letter %s, entry %" PRIu64 ", by ",
			day, letter_kind_text(letter.kind), row.entry);
		proc_explain_text(letter.member[LETTER_M_SIGNER], x->to);
		if (letter.member[LETTER_M_REASON].n > 0)
			buf_text(x->to, ": ");
		proc_explain_text(letter.member[LETTER_M_REASON], x->to);
		buf_text(x->to, "\n");
		account_opened_fini(&opened);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
tell_history(struct explain *x)
{
	const struct store_request *row = &x->b.row;
	enum err e;

	buf_text(x->to, "\nHistory:\n");
	e = tell_entry(x, 'Q', row->judged);
	if (row->since != 0)
		buf_text(x->to,
			"              judged anew: its requester asked that the "
			"refusal be looked at again\n");
	if (e == ERR_OK)
		e = tell_entry(x, 'M', row->matched);
	if (e == ERR_OK)
		e = store_approval_each(
			x->in->store, row->batch, tell_approval, x);
	if (e == ERR_OK)
		e = tell_entry(x, 'S', row->sealed);
	if (e == ERR_OK)
		e = tell_entry(x, 'D', row->delivered);
	return e == ERR_OK ? tell_letters(x) : e;
}

/* ---- holds ---- */

static void
tell_holds(struct explain *x)
{
	struct batch_target target;
	size_t n = 0;

	proc_batch_target(
		x->in, &x->batch, &x->b.request, x->b.person, &target);
	buf_text(x->to, "\nHolds that cover it now:\n");
	for (size_t i = 0; i < hold_set_n(x->in->holds); i++) {
		const struct hold *h = hold_set_at(x->in->holds, i);

		if (!hold_covers(h, &target.target) ||
			!proc_hold_seen(x->in, h))
			continue;
		buf_printf(x->to, "  hold %" PRIu64 ", %s, to %s, %s ",
			hold_number(h), hold_ground_text(hold_ground(h)),
			hold_effect_text(hold_effect(h)),
			hold_state_text(hold_state(h)));
		proc_explain_text(span_text(hold_docket(h)), x->to);
		buf_text(x->to, "\n");
		n++;
	}
	if (n == 0)
		buf_text(x->to, "  none\n");
}

/* ---- the reply ---- */

struct reply_line {
	uint64_t want;
	uint64_t at; /* line that the next byte is in */
	struct buf text;
};

static enum err
cut_reply(void *context, struct span text)
{
	struct reply_line *l = context;

	for (size_t i = 0; i < text.n && l->at <= l->want; i++) {
		if (l->at == l->want && text.at[i] != '\n')
			buf_u8(&l->text, text.at[i]);
		l->at += text.at[i] == '\n';
	}
	return ERR_OK;
}

static enum err
tell_reply(struct explain *x)
{
	struct reply_line l = {.want = x->b.row.line, .at = 1};
	enum err e;

	buf_text(x->to, "\nThe reply that the requester saw:\n  ");
	if (x->batch.stage < STAGE_ANSWERED) {
		buf_text(x->to, "none yet\n");
		return ERR_OK;
	}
	buf_init(&l.text, REPLY_LINE_MAX);
	e = proc_reply_print(x->in, x->batch.n, cut_reply, &l);
	if (e == ERR_OK)
		e = buf_error(&l.text);
	proc_explain_text(buf_span(&l.text), x->to);
	buf_text(x->to, "\n");
	buf_fini(&l.text);
	return e;
}

/* ---- as JSON: what was asked, and the law ---- */

static void
json_member(
	const char *name, struct span text, const char *before, struct buf *to)
{
	buf_printf(to, "%s\"%s\":", before, name);
	buf_json(to, text);
}

static void
json_request(const struct explain *x)
{
	const struct request *q = &x->b.request;
	const char *before = "";

	buf_text(x->to, ",\n\"asked\":{");
	for (int f = 0; f < RQ_N; f++) {
		enum request_field id = (enum request_field)f;

		if (q->field[f].n == 0)
			continue;
		json_member(request_field_path(id), q->field[f], before, x->to);
		before = ",";
	}
	buf_text(x->to, "}");
	if (q->says[0] != '\0') {
		json_member("fault", span_text(q->says), ",\n", x->to);
		json_member("fault_member", span_text(q->member), ",", x->to);
	}
}

static void
tell_json(const struct explain *x)
{
	const struct store_request *row = &x->b.row;
	bool looked = row->matched != STORE_NO_ENTRY;
	const struct account_opened *entry =
		looked ? &x->b.matched : &x->b.judged;
	char day[DAY_TEXT];

	day_text(x->batch.today, day);
	json_member("request_id", span_text(row->id), "{", x->to);
	buf_printf(x->to, ",\"batch\":%" PRIu32 ",\"line\":%" PRIu64,
		row->batch, row->line);
	json_member("received", span_text(day), ",", x->to);
	json_member("agreement", span_text(x->batch.agreement), ",", x->to);
	json_member("state",
		span_text(case_state_text((enum case_state)row->state)), ",",
		x->to);
	json_member("answered",
		span_text(
			case_answered_text((enum case_answered)row->answered)),
		",", x->to);
	json_request(x);
	buf_printf(x->to, ",\n\"entry\":%" PRIu64 ",\"files\":\"",
		entry->entry.index);
	code_hex(x->to, span_of(entry->head.law, 32));
	buf_text(x->to, "\",\n\"law\":");
	law_trace_json(
		x->law, &x->b.evidence, looked ? EV_RECORD : EV_REQUEST, x->to);
	buf_text(x->to, "}\n");
}

/* ---- all ---- */

static enum err
find(struct instance *in, uint32_t batch, const char *id,
	struct store_request *ret_row)
{
	enum err e = batch == 0
			     ? store_request_find(in->store, id, ret_row)
			     : store_request_in(in->store, batch, id, ret_row);

	if (e == ERR_OK)
		e = proc_batch_sound(in, ret_row);
	if (e != ERR_NOT_FOUND)
		return e;
	return batch == 0 ? instance_says(in, e, "there is no request %s", id)
			  : instance_says(in, e,
				    "batch %" PRIu32 " has no request %s",
				    batch, id);
}

static enum err
tell(struct explain *x)
{
	const struct account_opened *newest = x->b.row.matched != STORE_NO_ENTRY
						      ? &x->b.matched
						      : &x->b.judged;
	enum err e = instance_law(x->in, newest->head.law, &x->law);

	if (e != ERR_OK)
		return e;
	x->veiled = proc_hold_veil(x->in, x->law, &x->batch, &x->b);
	x->veiled = proc_screen_veil(x->in, x->law, &x->b) || x->veiled;
	if (x->json) {
		tell_json(x);
		return buf_error(x->to);
	}
	tell_head(x);
	tell_request(x);
	tell_law(x);
	e = tell_history(x);
	if (e == ERR_OK) {
		tell_holds(x);
		e = tell_reply(x);
	}
	return e == ERR_OK ? buf_error(x->to) : e;
}

enum err
proc_explain(struct instance *in, uint32_t batch, const char *request,
	bool json, struct buf *to)
{
	struct explain x = {.in = in, .to = to, .json = json};
	struct store_request row;
	enum err e = proc_registrar_reader(in);

	if (e == ERR_OK)
		e = find(in, batch, request, &row);
	if (e == ERR_OK)
		e = account_reading(in, "explain", row.batch, row.id);
	if (e == ERR_OK)
		e = proc_batch_get(in, row.batch, &x.batch);
	if (e == ERR_OK)
		e = proc_batch_open(in, &row, &x.b);
	if (e != ERR_OK)
		return e;
	e = tell(&x);
	x.law = law_free(x.law);
	proc_batch_fini(&x.b);
	return e;
}
