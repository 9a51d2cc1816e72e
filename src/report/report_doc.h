/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * report_doc - a report as facts, sentences and tables of cells; and the four
 * forms in which any such report is written.
 *
 *	struct report_doc ── report_doc_text ──> 80 columns, for a terminal
 *	                  ├─ report_doc_csv  ──> one table, RFC 4180
 *	                  ├─ report_doc_json ──> all of it
 *	                  └─ report_doc_html ──> one page to print: no script,
 *	                                         nothing from elsewhere
 *
 *	report_doc_new(&doc);
 *	report_doc_head(doc, "annual", "...", "26 USC 6103(p)(3)(C)");
 *	report_doc_fact(doc, "ledger-size", "Entries in the ledger", ...);
 *	report_table_begin(doc, "agencies", "...", columns, n);
 *	report_cell_text(doc, agency);
 *	report_cell_count(doc, 12);
 *	report_doc_error(doc);
 *
 * Whatever is put in a cell is escaped by each writer for its own form, so a
 * text that a requester wrote is a text in all of them and nothing else.
 * Errors are sticky, as in base/buf.h: report_doc_error() is asked once.
 */

#include "base/buf.h"
#include "base/err.h"
#include "base/own.h"
#include "base/span.h"

enum {
	REPORT_COLUMNS_MAX = 16,
	REPORT_TABLES_MAX = 24,
	REPORT_CHARTS_MAX = 12,
	REPORT_WORDS_MAX = 64,        /* facts and notes, each */
	REPORT_CELLS_MAX = 1 << 26,   /* of all tables */
	REPORT_CELL_BYTES = 1U << 30, /* of all their text */
	REPORT_DOC_MAX = 1U << 30,    /* of what a writer writes */
	REPORT_LINKS_MAX = 16,        /* of a chart of flows */
};

/* What a column holds: counts are printed to the right and added by people. */
enum report_kind { REPORT_TEXT, REPORT_COUNT };

struct report_column {
	const char *name;  /* "disclosures": for programs */
	const char *title; /* "instances of dis|closure": for people; | is
			    * where a narrow column may break a word */
	enum report_kind kind;
};

enum report_cell_is {
	REPORT_CELL_NONE, /* there is nothing to say */
	REPORT_CELL_TEXT,
	REPORT_CELL_COUNT,
	REPORT_CELL_HIDDEN, /* a number that is kept back: printed as * */
};

struct report_cell {
	uint64_t n; /* the count; of a text where it begins */
	uint32_t size;
	uint8_t is; /* enum report_cell_is */
};

struct report_table {
	const char *name;
	const char *caption;
	const struct report_column *column; /* static */
	size_t n_columns;
	size_t first; /* of its cells */
	size_t n_cells;
	size_t n_totals; /* the last so many rows are totals */
	bool marked;     /* its rows are findings: shown with weight */
};

/* How much goes from one named number to another; where `from` is NULL, how
 * much `to` is, at whose level the drawing begins. */
struct report_link {
	uint8_t level; /* from 0: the column in which `from` stands */
	const char *from;
	const char *to;
	uint64_t n;
	bool hidden;
};

struct report_chart {
	const char *title;
	const char *description;
	size_t table; /* the chart shows this one; it is printed beside it */
	size_t label; /* bars: column of the labels ... */
	size_t value; /* ... and of the numbers */
	struct report_link link[REPORT_LINKS_MAX]; /* flows; n_links 0: bars */
	size_t n_links;
};

struct report_word {
	const char *name; /* of a fact; NULL: a sentence */
	const char *title;
	size_t at;
	size_t n;
};

struct report_doc {
	const char *name;
	const char *title;
	const char *citation;
	bool sandbox;
	bool shadow; /* of a ledger of old batches, from which nothing left */
	struct report_word fact[REPORT_WORDS_MAX];
	size_t n_facts;
	struct report_word note[REPORT_WORDS_MAX];
	size_t n_notes;
	struct report_table table[REPORT_TABLES_MAX];
	size_t n_tables;
	struct report_chart chart[REPORT_CHARTS_MAX];
	size_t n_charts;
	struct report_cell *cell;
	size_t n_cells;
	size_t size_cells;
	struct buf text;
	enum err error;
};

/* Fails NOMEM. */
MUST_USE enum err report_doc_new(struct report_doc **ret_doc);
struct report_doc *report_doc_free(struct report_doc *doc);
DEFINE_OWNED(report_doc);

/* TOO_LARGE past a limit above, NOMEM; must be ERR_OK before it is written. */
MUST_USE enum err report_doc_error(const struct report_doc *doc);

/* Names and titles are static; what is given as a span is copied. */
void report_doc_head(struct report_doc *doc, const char *name,
	const char *title, const char *citation);
void report_doc_fact(struct report_doc *doc, const char *name,
	const char *title, struct span value);
void report_doc_fact_count(struct report_doc *doc, const char *name,
	const char *title, uint64_t n);
void report_doc_note(struct report_doc *doc, struct span sentence);

void report_table_begin(struct report_doc *doc, const char *name,
	const char *caption, const struct report_column *column,
	size_t n_columns);
void report_cell_none(struct report_doc *doc);
void report_cell_text(struct report_doc *doc, struct span text);
void report_cell_text_or_none(struct report_doc *doc, struct span text);
void report_cell_day(struct report_doc *doc, int32_t day);
void report_cell_time(struct report_doc *doc, int64_t at);
void report_cell_count(struct report_doc *doc, uint64_t n);
void report_cell_hidden(struct report_doc *doc);
/* The last `n` rows of the table that was begun last are totals. */
void report_table_totals(struct report_doc *doc, size_t n);
void report_table_marked(struct report_doc *doc);

/* Of the table that was begun last. */
void report_chart_of_bars(struct report_doc *doc, const char *title,
	const char *description, size_t label, size_t value);
void report_chart_of_flows(struct report_doc *doc, const char *title,
	const char *description, const struct report_link *link, size_t n);

size_t report_table_rows(const struct report_table *table);
const struct report_cell *report_table_cell(const struct report_doc *doc,
	const struct report_table *table, size_t row, size_t column);
struct span report_cell_span(
	const struct report_doc *doc, const struct report_cell *cell);
struct span report_word_span(
	const struct report_doc *doc, const struct report_word *word);
/* As it is printed: a number in digits, "*", or the text made plain. */
void report_cell_plain(const struct report_doc *doc,
	const struct report_cell *cell, struct buf *to);

/* Text in which nothing misleads a reader: where it is not plain
 * (span_is_plain()) all but printable ASCII becomes \xNN. */
void report_plain(struct span text, struct buf *to);

/* A title of a column without its |. */
void report_title(const char *title, struct buf *to);

/* NULL: there is no table of that name. */
const struct report_table *report_doc_table(
	const struct report_doc *doc, struct span name);

/* ---- the four forms ---- */

void report_doc_text(const struct report_doc *doc, struct buf *to);
/* One table; the header names its columns. */
void report_doc_csv(const struct report_doc *doc,
	const struct report_table *table, struct buf *to);
void report_doc_json(const struct report_doc *doc, struct buf *to);
void report_doc_html(const struct report_doc *doc, struct buf *to);
