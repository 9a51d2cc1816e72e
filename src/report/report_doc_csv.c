/* SPDX-License-Identifier: Apache-2.0 */
/* One table as CSV (RFC 4180), and all of a report as JSON. */
#include <inttypes.h>

#include "report/report.h"
#include "report/report_doc.h"

static void
csv_cell(const struct report_doc *doc, const struct report_cell *cell,
	struct buf *to)
{
	if (cell->is == REPORT_CELL_TEXT)
		report_csv_cell(report_cell_span(doc, cell), to);
	else
		report_cell_plain(doc, cell, to);
}

void
report_doc_csv(const struct report_doc *doc, const struct report_table *table,
	struct buf *to)
{
	for (size_t c = 0; c < table->n_columns; c++)
		buf_printf(
			to, "%s%s", c == 0 ? "" : ",", table->column[c].name);
	buf_text(to, "\r\n");
	for (size_t r = 0; r < report_table_rows(table); r++) {
		for (size_t c = 0; c < table->n_columns; c++) {
			buf_text(to, c == 0 ? "" : ",");
			csv_cell(doc, report_table_cell(doc, table, r, c), to);
		}
		buf_text(to, "\r\n");
	}
}

/* ---- JSON ---- */

static void
json_cell(const struct report_doc *doc, const struct report_cell *cell,
	struct buf *to)
{
	switch ((enum report_cell_is)cell->is) {
	case REPORT_CELL_NONE:
		buf_text(to, "null");
		break;
	case REPORT_CELL_TEXT:
		buf_json(to, report_cell_span(doc, cell));
		break;
	case REPORT_CELL_COUNT:
		buf_printf(to, "%" PRIu64, cell->n);
		break;
	case REPORT_CELL_HIDDEN:
		buf_text(to, "\"*\"");
		break;
	}
}

static void
json_row(const struct report_doc *doc, const struct report_table *table,
	size_t row, struct buf *to)
{
	buf_text(to, row == 0 ? "\n  {" : ",\n  {");
	for (size_t c = 0; c < table->n_columns; c++) {
		buf_printf(to, "%s\"%s\":", c == 0 ? "" : ",",
			table->column[c].name);
		json_cell(doc, report_table_cell(doc, table, row, c), to);
	}
	if (row + table->n_totals >= report_table_rows(table))
		buf_text(to, ",\"total\":true");
	buf_text(to, "}");
}

static void
json_table(const struct report_doc *doc, const struct report_table *table,
	struct buf *to)
{
	buf_printf(to, "\n{\"name\":\"%s\",\"caption\":", table->name);
	buf_json(to, span_text(table->caption));
	buf_text(to, ",\"columns\":[");
	for (size_t c = 0; c < table->n_columns; c++) {
		OWNED_BUF(title, 256);

		report_title(table->column[c].title, &title);
		buf_printf(to,
			"%s{\"name\":\"%s\",\"title\":", c == 0 ? "" : ",",
			table->column[c].name);
		buf_json(to, buf_span(&title));
		buf_printf(to, ",\"kind\":\"%s\"}",
			table->column[c].kind == REPORT_COUNT ? "count"
							      : "text");
	}
	buf_text(to, "],\"rows\":[");
	for (size_t r = 0; r < report_table_rows(table); r++)
		json_row(doc, table, r, to);
	buf_text(to, "]}");
}

void
report_doc_json(const struct report_doc *doc, struct buf *to)
{
	buf_printf(to, "{\"report\":\"%s\",\"title\":", doc->name);
	buf_json(to, span_text(doc->title));
	buf_text(to, ",\"citation\":");
	buf_json(to, span_text(doc->citation));
	buf_printf(to, ",\"sandbox\":%s%s,\"facts\":{",
		doc->sandbox ? "true" : "false",
		doc->shadow ? ",\"shadow\":true" : "");
	for (size_t i = 0; i < doc->n_facts; i++) {
		buf_printf(
			to, "%s\"%s\":", i == 0 ? "" : ",", doc->fact[i].name);
		buf_json(to, report_word_span(doc, &doc->fact[i]));
	}
	buf_text(to, "},\"notes\":[");
	for (size_t i = 0; i < doc->n_notes; i++) {
		buf_text(to, i == 0 ? "" : ",");
		buf_json(to, report_word_span(doc, &doc->note[i]));
	}
	buf_text(to, "],\"tables\":[");
	for (size_t i = 0; i < doc->n_tables; i++) {
		buf_text(to, i == 0 ? "" : ",");
		json_table(doc, &doc->table[i], to);
	}
	buf_text(to, "]}\n");
}
