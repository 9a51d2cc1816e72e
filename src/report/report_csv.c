/* SPDX-License-Identifier: Apache-2.0 */
/* The accounting as CSV: one record for each request and each disclosure. */
#include "report/report.h"

static const char header[] =
	"record,date,batch,request_id,agreement,requester,officer_id,"
	"officer_name,officer_address,authority,purpose,outcome,answered,"
	"codes,disclosed,tax_years,entry_s,entry_d\r\n";

/* Would a spreadsheet run it (OWASP, "CSV injection")?  The wide forms too,
 * since some fold them. */
static bool
is_formula(struct span text)
{
	static const char *const begins[] = {"=", "+", "-", "@", "\t", "\r",
		"\n", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d",
		"\xef\xbc\xa0"};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (span_starts(text, span_text(begins[i])))
			return true;
	return false;
}

static bool
needs_quotes(struct span text)
{
	for (size_t i = 0; i < text.n; i++)
		if (strchr(",\";' ", text.at[i]) != NULL)
			return true;
	return false;
}

/* Text that could mislead a reader: its bytes, and no character of it. */
static void
escaped(struct span text, struct buf *to)
{
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.at[i];

		if (c == '"')
			buf_text(to, "\"\"");
		else if (c < 0x20 || c >= 0x7f)
			buf_printf(to, "\\x%02x", (unsigned)c);
		else
			buf_u8(to, c);
	}
}

void
report_csv_cell(struct span text, struct buf *to)
{
	bool plain = span_is_plain(text);
	bool formula = is_formula(text);
	bool quotes = formula || !plain || needs_quotes(text);

	if (quotes)
		buf_u8(to, '"');
	if (formula)
		buf_u8(to, '\'');
	if (!plain) {
		escaped(text, to);
	} else {
		for (size_t i = 0; i < text.n; i++) {
			if (text.at[i] == '"')
				buf_u8(to, '"');
			buf_u8(to, text.at[i]);
		}
	}
	if (quotes)
		buf_u8(to, '"');
}

static void
cell(struct span text, struct buf *to)
{
	buf_u8(to, ',');
	report_csv_cell(text, to);
}

static void
cell_entry(uint64_t entry, struct buf *to)
{
	buf_u8(to, ',');
	if (entry != REPORT_NO_ENTRY)
		buf_printf(to, "%llu", (unsigned long long)entry);
}

static void
cell_years(const struct report_row *row, struct buf *to)
{
	buf_u8(to, ',');
	for (size_t i = 0; i < row->n_years; i++)
		buf_printf(
			to, "%s%u", i == 0 ? "" : " ", (unsigned)row->years[i]);
}

void
report_csv_header(struct buf *to)
{
	buf_text(to, header);
}

/* `what` is "request" or "disclosure". */
static void
record(const struct report_row *row, const char *what, int32_t day,
	struct buf *to)
{
	bool disclosure = what[0] == 'd';
	char date[DAY_TEXT];

	day_text(day, date);
	buf_printf(
		to, "%s,%s,%llu", what, date, (unsigned long long)row->batch);
	cell(row->request_id, to);
	cell(row->agreement, to);
	cell(row->requester, to);
	cell(row->officer_id, to);
	cell(row->officer_name, to);
	cell(row->officer_address, to);
	cell(row->authority, to);
	cell(row->purpose, to);
	cell(span_text(case_state_text(row->state)), to);
	cell(span_text(case_answered_text(row->answered)), to);
	cell(row->codes, to);
	cell(disclosure ? SPAN("mailing-address") : SPAN(""), to);
	cell_years(row, to);
	cell_entry(disclosure ? row->entry_s : REPORT_NO_ENTRY, to);
	cell_entry(disclosure ? row->entry_d : REPORT_NO_ENTRY, to);
	buf_text(to, "\r\n");
}

void
report_csv_row(const struct report_row *row, struct buf *to)
{
	record(row, "request", row->day, to);
	if (row->answered == CASE_ANSWERED_ADDRESS)
		record(row, "disclosure", row->disclosed, to);
}
