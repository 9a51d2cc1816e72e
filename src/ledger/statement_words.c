/* SPDX-License-Identifier: Apache-2.0 */
/* What is printed of an account.  But for the list these are the same words
 * for everybody. */
#include <inttypes.h>

#include "base/code.h"
#include "ledger/statement.h"

static void
put_told(const struct ledger_disclosure *d, struct buf *to)
{
	buf_printf(to, "%s (entry %" PRIu64 ")%s\n", d->at, d->entry,
		d->late ? ", told after a delay" : "");
	buf_printf(to, "   what     %s\n", d->fields);
	buf_printf(to, "   purpose  %s\n", d->purpose);
	buf_printf(to, "   basis    agreement %s\n", d->agreement);
	buf_text(to, "   to       the officer whose certificate has SHA-256\n"
		     "            ");
	code_hex(to, span_of(d->recipient, sizeof(d->recipient)));
	buf_text(to, "\n");
}

static void
put_erased(const struct ledger_disclosure *d, struct buf *to)
{
	buf_printf(to,
		"(entry %" PRIu64 ")%s\n"
		"   erased on %.10s by the act of entry %" PRIu64
		": an address was disclosed;\n"
		"   to whom, when and for what is not kept any more\n",
		d->entry, d->late ? ", told after a delay" : "", d->at,
		d->erased_by);
}

static void
put_list(const struct ledger_statement *s, struct buf *to)
{
	buf_printf(to, "\nDisclosures in this account: %zu\n", s->n);
	for (size_t i = 0; i < s->n; i++) {
		buf_printf(to, "\n%zu. ", i + 1);
		if (s->list[i].erased)
			put_erased(&s->list[i], to);
		else
			put_told(&s->list[i], to);
	}
}

void
ledger_statement_words(const struct ledger_statement *s, struct buf *to)
{
	char as_of[DAY_TEXT];
	char from[LEDGER_PERIOD_TEXT];
	char map_at[DAY_TIME_TEXT];

	day_text(s->as_of, as_of);
	ledger_period_text(s->from, from);
	day_time_text(s->map_at, map_at);
	buf_text(to, "ACCOUNT OF DISCLOSURES\n\n");
	buf_printf(
		to, "person   %s, as the custodian's roll has it\n", s->person);
	buf_printf(to, "ledger   %s\n", s->origin);
	buf_printf(to,
		"from     the beginning of %s\n"
		"up to    the end of %s, the same day for everybody\n"
		"question entry %" PRIu64 "\n",
		from, as_of, s->query);
	put_list(s, to);
	buf_text(to,
		"\nWhat this shows.  Each disclosure above is an entry of the "
		"public ledger and\n"
		"says what is printed here.  Beyond them no entry of those "
		"months is in this\n"
		"person's account: the keys that are given in this file make "
		"the tags that such\n"
		"entries have, and the next tag of each month is not among "
		"all tags of the\n");
	buf_printf(to,
		"ledger's first %" PRIu64
		" entries, whose root is entry %" PRIu64 " of\n%s.\n",
		s->map_size, s->map_entry, map_at);
	buf_text(to,
		"\nWhat may lie outside it.  The law lets disclosures to law "
		"enforcement be kept out\n"
		"of an account for a time (5 USC 552a(c)(3)), on a written "
		"ground with an end date;\n"
		"they come into it when that time is over.  Delayed entries "
		"may lie outside this\n"
		"account as they may lie outside any other: these words are "
		"in all of them, and say\n"
		"nothing about this one.\n"
		"\nWhoever has this file, the public ledger and its key "
		"checks it with\n"
		"    weir ledger check-account FILE --ledger LEDGER --vkey KEY\n");
}
