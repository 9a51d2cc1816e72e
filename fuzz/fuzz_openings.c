/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a verifier is handed from elsewhere: files of openings, which the law
 * of the log is asked about whatever they say, and receipts and replies.
 */
#include "base/day.h"
#include "verify/verify_json.h"
#include "verify/verify_law.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
ignore(void *arg, uint64_t index, enum verify_rule rule, const char *text)
{
	(void)arg;
	(void)index;
	must(verify_rule_word(rule) != NULL && text[0] != '\0');
}

static void
one_account(struct span bytes)
{
	struct verify_law law = {.found = ignore};
	struct verify_totals t;
	struct ledger_openings_entry e;
	struct reader r = read_from(bytes);
	OWNED_BUF(again, 1 << 24);
	uint64_t n;

	if (ledger_openings_open(&r, &law.origin, &n) != ERR_OK)
		return;
	must(verify_law_begin(&law) == ERR_OK);
	while (ledger_openings_next(&r, &e) == ERR_OK) {
		buf_clear(&again);
		ledger_openings_add(&e, &again);
		must(again.n <= bytes.n);
		must(verify_law_entry(&law, &e, 20000) == ERR_OK);
	}
	verify_law_end(&law, 30000, &t);
	must(t.received == t.refused + t.accepted + t.withdrawn);
	must(t.accepted == t.open + t.neutral + t.delivered);
	verify_law_fini(&law);
}

static void
one_object(struct span bytes)
{
	struct verify_json j = verify_json_from(bytes);
	struct verify_json_member m;
	OWNED_BUF(text, 1 << 20);

	while (verify_json_next(&j, &m)) {
		buf_clear(&text);
		if (m.kind == VERIFY_JSON_STRING &&
			verify_json_text(m.text, &text))
			must(text.n <= m.text.n);
	}
	must(!verify_json_end(&j) || j.left.n == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	one_account(span_of(data, size));
	one_object(span_of(data, size));
	return 0;
}
