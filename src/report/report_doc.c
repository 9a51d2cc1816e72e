/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_doc.h"

#include <inttypes.h>

#include "base/day.h"
#include "base/mem.h"

enum err
report_doc_new(struct report_doc **ret_doc)
{
	struct report_doc *doc = mem_zeroed(sizeof(*doc));

	if (doc == NULL)
		return err_origin(ERR_NOMEM);
	buf_init(&doc->text, REPORT_CELL_BYTES);
	*ret_doc = doc;
	return ERR_OK;
}

struct report_doc *
report_doc_free(struct report_doc *doc)
{
	if (doc == NULL)
		return NULL;
	buf_fini(&doc->text);
	mem_free(doc->cell);
	mem_free(doc);
	return NULL;
}

enum err
report_doc_error(const struct report_doc *doc)
{
	return doc->error != ERR_OK ? doc->error : buf_error(&doc->text);
}

void
report_doc_head(struct report_doc *doc, const char *name, const char *title,
	const char *citation)
{
	doc->name = name;
	doc->title = title;
	doc->citation = citation;
}

/* ---- facts and sentences ---- */

static void
add_word(struct report_doc *doc, struct report_word *list, size_t *n,
	const char *name, const char *title, struct span text)
{
	if (*n == REPORT_WORDS_MAX) {
		doc->error = ERR_TOO_LARGE;
		return;
	}
	list[(*n)++] = (struct report_word){
		.name = name, .title = title, .at = doc->text.n, .n = text.n};
	buf_bytes(&doc->text, text);
}

void
report_doc_fact(struct report_doc *doc, const char *name, const char *title,
	struct span value)
{
	add_word(doc, doc->fact, &doc->n_facts, name, title, value);
}

void
report_doc_fact_count(
	struct report_doc *doc, const char *name, const char *title, uint64_t n)
{
	OWNED_BUF(digits, 32);

	buf_printf(&digits, "%" PRIu64, n);
	report_doc_fact(doc, name, title, buf_span(&digits));
}

void
report_doc_note(struct report_doc *doc, struct span sentence)
{
	add_word(doc, doc->note, &doc->n_notes, NULL, NULL, sentence);
}

struct span
report_word_span(const struct report_doc *doc, const struct report_word *word)
{
	return word->n == 0 ? span_of(NULL, 0)
			    : span_of(doc->text.at + word->at, word->n);
}

/* ---- tables ---- */

void
report_table_begin(struct report_doc *doc, const char *name,
	const char *caption, const struct report_column *column,
	size_t n_columns)
{
	must(n_columns > 0 && n_columns <= REPORT_COLUMNS_MAX);
	must(doc->n_tables < REPORT_TABLES_MAX);
	doc->table[doc->n_tables++] = (struct report_table){
		.name = name,
		.caption = caption,
		.column = column,
		.n_columns = n_columns,
		.first = doc->n_cells,
	};
}

static void
grow(struct report_doc *doc)
{
	size_t size = doc->size_cells == 0 ? 256 : doc->size_cells * 2;
	struct report_cell *at;

	if (doc->n_cells < doc->size_cells)
		return;
	at = size > REPORT_CELLS_MAX
		     ? NULL
		     : mem_resize(doc->cell, size, sizeof(*doc->cell));
	if (at == NULL) {
		doc->error = size > REPORT_CELLS_MAX ? ERR_TOO_LARGE
						     : err_origin(ERR_NOMEM);
		return;
	}
	doc->cell = at;
	doc->size_cells = size;
}

static void
add_cell(struct report_doc *doc, struct report_cell cell)
{
	must(doc->n_tables > 0);
	grow(doc);
	if (doc->error != ERR_OK)
		return;
	doc->cell[doc->n_cells++] = cell;
	doc->table[doc->n_tables - 1].n_cells++;
}

void
report_cell_none(struct report_doc *doc)
{
	add_cell(doc, (struct report_cell){.is = REPORT_CELL_NONE});
}

void
report_cell_text(struct report_doc *doc, struct span text)
{
	if (text.n > UINT32_MAX) {
		doc->error = ERR_TOO_LARGE;
		return;
	}
	add_cell(doc, (struct report_cell){.is = REPORT_CELL_TEXT,
			      .n = doc->text.n,
			      .size = (uint32_t)text.n});
	buf_bytes(&doc->text, text);
}

void
report_cell_text_or_none(struct report_doc *doc, struct span text)
{
	if (text.n == 0)
		report_cell_none(doc);
	else
		report_cell_text(doc, text);
}

void
report_cell_day(struct report_doc *doc, int32_t day)
{
	char text[DAY_TEXT];

	if (day == DAY_NONE) {
		report_cell_none(doc);
		return;
	}
	day_text(day, text);
	report_cell_text(doc, span_text(text));
}

void
report_cell_time(struct report_doc *doc, int64_t at)
{
	char text[DAY_TIME_TEXT];

	if (at == 0) {
		report_cell_none(doc);
		return;
	}
	day_time_text(at, text);
	report_cell_text(doc, span_text(text));
}

void
report_cell_count(struct report_doc *doc, uint64_t n)
{
	add_cell(doc, (struct report_cell){.is = REPORT_CELL_COUNT, .n = n});
}

void
report_cell_hidden(struct report_doc *doc)
{
	add_cell(doc, (struct report_cell){.is = REPORT_CELL_HIDDEN});
}

void
report_table_totals(struct report_doc *doc, size_t n)
{
	must(doc->n_tables > 0);
	doc->table[doc->n_tables - 1].n_totals = n;
}

void
report_table_marked(struct report_doc *doc)
{
	must(doc->n_tables > 0);
	doc->table[doc->n_tables - 1].marked = true;
}

size_t
report_table_rows(const struct report_table *table)
{
	return table->n_cells / table->n_columns;
}

const struct report_cell *
report_table_cell(const struct report_doc *doc,
	const struct report_table *table, size_t row, size_t column)
{
	must(column < table->n_columns && row < report_table_rows(table));
	return &doc->cell[table->first + row * table->n_columns + column];
}

struct span
report_cell_span(const struct report_doc *doc, const struct report_cell *cell)
{
	return cell->is == REPORT_CELL_TEXT && cell->size > 0
		       ? span_of(doc->text.at + cell->n, cell->size)
		       : span_of(NULL, 0);
}

void
report_plain(struct span text, struct buf *to)
{
	bool plain = span_is_plain(text);

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.at[i];

		if (!plain && (c < 0x20 || c >= 0x7f))
			buf_printf(to, "\\x%02x", (unsigned)c);
		else
			buf_u8(to, c);
	}
}

void
report_cell_plain(const struct report_doc *doc, const struct report_cell *cell,
	struct buf *to)
{
	switch ((enum report_cell_is)cell->is) {
	case REPORT_CELL_NONE:
		break;
	case REPORT_CELL_TEXT:
		report_plain(report_cell_span(doc, cell), to);
		break;
	case REPORT_CELL_COUNT:
		buf_printf(to, "%" PRIu64, cell->n);
		break;
	case REPORT_CELL_HIDDEN:
		buf_u8(to, '*');
		break;
	}
}

void
report_title(const char *title, struct buf *to)
{
	for (; *title != '\0'; title++)
		if (*title != '|')
			buf_u8(to, (uint8_t)*title);
}

const struct report_table *
report_doc_table(const struct report_doc *doc, struct span name)
{
	for (size_t i = 0; i < doc->n_tables; i++)
		if (span_eq(span_text(doc->table[i].name), name))
			return &doc->table[i];
	return NULL;
}

/* ---- charts ---- */

static struct report_chart *
add_chart(struct report_doc *doc, const char *title, const char *description)
{
	must(doc->n_tables > 0 && doc->n_charts < REPORT_CHARTS_MAX);
	doc->chart[doc->n_charts] = (struct report_chart){
		.title = title,
		.description = description,
		.table = doc->n_tables - 1,
	};
	return &doc->chart[doc->n_charts++];
}

void
report_chart_of_bars(struct report_doc *doc, const char *title,
	const char *description, size_t label, size_t value)
{
	struct report_chart *chart = add_chart(doc, title, description);

	must(label < doc->table[chart->table].n_columns);
	must(value < doc->table[chart->table].n_columns);
	chart->label = label;
	chart->value = value;
}

void
report_chart_of_flows(struct report_doc *doc, const char *title,
	const char *description, const struct report_link *link, size_t n)
{
	struct report_chart *chart = add_chart(doc, title, description);

	must(n > 0 && n <= REPORT_LINKS_MAX);
	memcpy(chart->link, link, n * sizeof(*link));
	chart->n_links = n;
}
