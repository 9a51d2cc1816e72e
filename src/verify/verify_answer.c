/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/code.h"
#include "base/day.h"
#include "verify/verify.h"

static void
answer_accounts(const struct verify_result *r, struct buf *to)
{
	char day[DAY_TEXT];

	buf_text(to, "],\"accounts\":[");
	for (size_t i = 0; i < r->n_accounts; i++) {
		day_text(r->account[i].as_of, day);
		buf_text(to, i > 0 ? ",{\"person\":" : "{\"person\":");
		buf_json(to, span_text(r->account[i].person));
		buf_printf(to,
			",\"as_of\":\"%s\",\"disclosures\":%zu"
			",\"query\":%" PRIu64 "}",
			day, r->account[i].disclosures, r->account[i].query);
	}
}

static void
answer_yes(const struct verify_asked *asked, const struct verify_result *r,
	struct buf *to)
{
	char day[DAY_TEXT];

	buf_text(to, ",\"origin\":");
	buf_json(to, span_text(r->cp.origin));
	buf_printf(to, ",\"size\":%" PRIu64 ",\"root\":\"", r->cp.size);
	code_base64(to, span_of(r->cp.root.at, LEDGER_HASH));
	buf_printf(to, "\",\"files\":%" PRIu64 ",\"passed\":%" PRIu64, r->files,
		r->passed);
	if (r->first_day != DAY_NONE) {
		day_text(r->first_day, day);
		buf_printf(to, ",\"first_day\":\"%s\"", day);
		day_text(r->last_day, day);
		buf_printf(to, ",\"last_day\":\"%s\",\"gap\":%d,\"cadence\":%u",
			day, (int)r->gap, r->cadence);
	}
	buf_text(to, ",\"old\":[");
	for (size_t i = 0; i < asked->n_old; i++) {
		buf_text(to, i > 0 ? ",{\"name\":" : "{\"name\":");
		buf_json(to, span_text(asked->old[i].name));
		buf_printf(to, ",\"size\":%" PRIu64 "}", r->old_size[i]);
	}
	buf_text(to, "],\"witnesses\":[");
	for (size_t i = 0; i < asked->n_witnesses; i++) {
		buf_text(to, i > 0 ? "," : "");
		buf_json(to, span_text(asked->witness[i].name));
	}
	answer_accounts(r, to);
	buf_printf(to,
		"],\"cosigned\":%zu,\"told\":{\"batches\":%" PRIu64
		",\"requests\":%" PRIu64 ",\"received\":%" PRIu64
		",\"refused\":%" PRIu64 ",\"accepted\":%" PRIu64
		",\"withdrawn\":%" PRIu64 "}",
		r->cosigned, r->told.batches, r->told.requests,
		r->told.received, r->told.refused, r->told.accepted,
		r->told.withdrawn);
}

void
verify_answer_finding(
	uint64_t index, enum verify_rule rule, const char *text, struct buf *to)
{
	buf_printf(to, "%s{\"entry\":%" PRIu64 ",\"rule\":\"%s\",\"says\":",
		to->n > 0 ? "," : "", index, verify_rule_word(rule));
	buf_json(to, span_text(verify_rule_text(rule)));
	buf_text(to, ",\"found\":");
	buf_json(to, span_text(text));
	buf_u8(to, '}');
}

static void
answer_openings(
	const struct verify_totals *t, struct span findings, struct buf *to)
{
	buf_printf(to,
		",\"totals\":{\"batches\":%" PRIu64 ",\"received\":%" PRIu64
		",\"refused\":%" PRIu64 ",\"withdrawn\":%" PRIu64
		",\"accepted\":%" PRIu64 ",\"open\":%" PRIu64
		",\"neutral\":%" PRIu64 ",\"delivered\":%" PRIu64
		",\"holds\":%" PRIu64 ",\"delays\":%" PRIu64
		",\"erased\":%" PRIu64 "},\"findings\":[",
		t->batches, t->received, t->refused, t->withdrawn, t->accepted,
		t->open, t->neutral, t->delivered, t->holds, t->delays,
		t->erased);
	buf_bytes(to, findings);
	buf_u8(to, ']');
}

void
verify_answer(enum err e, const struct verify_asked *asked,
	const struct verify_result *r, const struct verify_fault *fault,
	const struct verify_totals *totals, struct span findings,
	struct buf *to)
{
	bool ok = e == ERR_OK && (totals == NULL || totals->findings == 0);

	buf_printf(to, "{\"ok\":%s", ok ? "true" : "false");
	if (e == ERR_OK) {
		answer_yes(asked, r, to);
		if (totals != NULL)
			answer_openings(totals, findings, to);
	} else {
		buf_text(to, ",\"file\":");
		buf_json(to, span_text(fault->file));
		buf_printf(to,
			",\"offset\":%" PRIu64 ",\"fault\":", fault->offset);
		buf_json(to, span_text(fault->text));
	}
	buf_text(to, "}\n");
}
