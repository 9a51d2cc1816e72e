/* SPDX-License-Identifier: Apache-2.0 */
/* A report as one page that prints: docs/REPORTS.md. */
#include "report/report_html.h"

enum { SHORT = 26, WIDE_COLUMNS = 9 };

/* Letter or A4; black on white; a row is never broken; headings repeat. */
static const char style[] =
	"@page{margin:2cm}\n"
	"body{font:16px/1.5 \"Source Sans Pro\",\"Public Sans\",Arial,"
	"sans-serif;color:#1b1b1b;background:#fff;max-width:64rem;"
	"margin:2rem auto;padding:0 1rem}\n"
	"h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}\n"
	"h2{font-size:1.15rem;margin:2rem 0 .5rem}\n"
	"p{margin:.4rem 0;max-width:44rem}\n"
	".citation{color:#3d4551;margin-bottom:1rem}\n"
	".sandbox{border:2px solid #8b0a03;color:#8b0a03;padding:.3rem .6rem;"
	"font-weight:bold;display:inline-block}\n"
	"dl{display:grid;grid-template-columns:minmax(9rem,max-content) 1fr;"
	"gap:.15rem 1.25rem;margin:1rem 0}\n"
	"dt{font-weight:bold}\n"
	"dd{margin:0;overflow-wrap:anywhere}\n"
	"section{margin:1.75rem 0}\n"
	".scroll{overflow-x:auto}\n"
	"table{border-collapse:collapse;font-size:.9rem;"
	"font-variant-numeric:tabular-nums}\n"
	"caption{text-align:left;font-weight:bold;padding:.3rem 0;"
	"white-space:nowrap}\n"
	"th,td{border-bottom:1px solid #a9aeb1;padding:.25rem .6rem;"
	"text-align:left;vertical-align:top}\n"
	"thead th{border-bottom:2px solid #1b1b1b;vertical-align:bottom}\n"
	".n{text-align:right}\n"
	".s{white-space:nowrap}\n"
	".l{word-break:break-all;min-width:11rem}\n"
	".total th,.total td{border-top:2px solid #1b1b1b;font-weight:bold}\n"
	".marked tbody tr{background:#fff1d2}\n"
	"figure{margin:1rem 0;break-inside:avoid}\n"
	"figcaption{font-weight:bold;margin-bottom:.3rem}\n"
	"svg{width:100%;max-width:46rem;height:auto;display:block}\n"
	"svg text{font-family:inherit;fill:#1b1b1b}\n"
	"@media print{body{font-size:10pt;margin:0;padding:0;max-width:none}"
	"h2{break-after:avoid}tr{break-inside:avoid}thead{display:"
	"table-header-group}table{font-size:8.5pt}th,td{padding:2pt 4pt}"
	".wide{font-size:6.5pt}.wide .s{white-space:normal}.l{min-width:0}"
	".scroll{overflow:visible}"
	"svg{max-width:16cm}svg *,.marked tbody tr{"
	"-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n";

void
report_html_text(struct span text, struct buf *to)
{
	OWNED_BUF(plain, (size_t)REPORT_DOC_MAX);

	report_plain(text, &plain);
	buf_markup(to, buf_span(&plain));
}

static void
tag(const char *open, struct span text, const char *close, struct buf *to)
{
	buf_text(to, open);
	report_html_text(text, to);
	buf_text(to, close);
}

/* A short text stays on its line; one long word breaks anywhere. */
static const char *
wrapping(struct span text)
{
	if (text.n <= SHORT)
		return "s";
	return memchr(text.at, ' ', text.n) == NULL ? "l" : "t";
}

static void
put_cell(const struct report_doc *doc, const struct report_table *table,
	size_t row, size_t column, struct buf *to)
{
	const struct report_cell *cell =
		report_table_cell(doc, table, row, column);
	bool count = table->column[column].kind == REPORT_COUNT;
	/* The first column says what the row is about. */
	bool head = column == 0 && !count;
	OWNED_BUF(text, (size_t)REPORT_DOC_MAX);

	report_cell_plain(doc, cell, &text);
	buf_printf(to,
		head ? "<th scope=\"row\" class=\"%s\">" : "<td class=\"%s\">",
		count ? "n" : wrapping(buf_span(&text)));
	if (cell->is == REPORT_CELL_HIDDEN)
		buf_text(to, "<abbr title=\"kept back\">*</abbr>");
	else
		report_html_text(buf_span(&text), to);
	buf_text(to, head ? "</th>" : "</td>");
}

static void
put_headings(const struct report_table *table, struct buf *to)
{
	buf_text(to, "<thead><tr>");
	for (size_t c = 0; c < table->n_columns; c++) {
		OWNED_BUF(title, 256);

		report_title(table->column[c].title, &title);
		tag(table->column[c].kind == REPORT_COUNT
				? "<th scope=\"col\" class=\"n\">"
				: "<th scope=\"col\">",
			buf_span(&title), "</th>", to);
	}
	buf_text(to, "</tr></thead>\n<tbody>\n");
}

static void
put_table(const struct report_doc *doc, const struct report_table *table,
	struct buf *to)
{
	size_t rows = report_table_rows(table);

	if (rows == 0) {
		tag("<p><strong>", span_text(table->caption),
			"</strong>: none.</p>\n", to);
		return;
	}
	buf_printf(to, "<div class=\"scroll\"><table class=\"%s%s\">\n",
		table->marked ? "marked " : "",
		table->n_columns >= WIDE_COLUMNS ? "wide" : "narrow");
	tag("<caption>", span_text(table->caption), "</caption>\n", to);
	put_headings(table, to);
	for (size_t r = 0; r < rows; r++) {
		buf_text(to, r + table->n_totals >= rows
				     ? "<tr class=\"total\">"
				     : "<tr>");
		for (size_t c = 0; c < table->n_columns; c++)
			put_cell(doc, table, r, c, to);
		buf_text(to, "</tr>\n");
	}
	buf_text(to, "</tbody></table></div>\n");
}

static void
put_facts(const struct report_doc *doc, struct buf *to)
{
	buf_text(to, "<dl>\n");
	for (size_t i = 0; i < doc->n_facts; i++) {
		tag("<dt>", span_text(doc->fact[i].title), "</dt>", to);
		tag("<dd>", report_word_span(doc, &doc->fact[i]), "</dd>\n",
			to);
	}
	buf_text(to, "</dl>\n");
}

static void
put_head(const struct report_doc *doc, struct buf *to)
{
	buf_text(to,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
		"<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" "
		"content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, "
		"initial-scale=1\">\n");
	tag("<title>", span_text(doc->title), "</title>\n", to);
	buf_printf(to, "<style>\n%s</style>\n</head>\n<body>\n<main>\n", style);
	tag("<h1>", span_text(doc->title), "</h1>\n", to);
	tag("<p class=\"citation\">", span_text(doc->citation), "</p>\n", to);
	if (doc->sandbox)
		buf_text(to, "<p class=\"sandbox\">Sandbox: nobody in it "
			     "exists</p>\n");
	if (doc->shadow)
		buf_text(to, "<p class=\"sandbox\">Shadow: old batches were "
			     "tried, nothing left</p>\n");
}

void
report_doc_html(const struct report_doc *doc, struct buf *to)
{
	put_head(doc, to);
	put_facts(doc, to);
	for (size_t i = 0; i < doc->n_tables; i++) {
		buf_text(to, "<section>\n");
		for (size_t c = 0; c < doc->n_charts; c++)
			if (doc->chart[c].table == i)
				report_chart_svg(doc, &doc->chart[c], c, to);
		put_table(doc, &doc->table[i], to);
		buf_text(to, "</section>\n");
	}
	if (doc->n_notes > 0)
		buf_text(to, "<section>\n<h2>How to read it</h2>\n");
	for (size_t i = 0; i < doc->n_notes; i++)
		tag("<p>", report_word_span(doc, &doc->note[i]), "</p>\n", to);
	if (doc->n_notes > 0)
		buf_text(to, "</section>\n");
	buf_text(to, "</main>\n</body>\n</html>\n");
}
