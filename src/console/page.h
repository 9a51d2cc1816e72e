/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * page - the frame of the console's pages and their parts, in USWDS.
 * docs/CONSOLE.md says how a page is written.
 *
 *	struct page p = page_begin(desk, answer, &(struct page_head){
 *		.title = "Holds", .here = "/holds"});
 *
 *	page_table(&p, "Holds in force", "Number|Ground|Placed|What it stops");
 *	for (...)
 *		html_put(p.to, "<tr><th scope=\"row\">%u</th>...", ...);
 *	page_table_end(&p);
 *	return page_end(&p);
 *
 * Every page is whole without script, has one h1, and names its fields.  What
 * is put in by html_put() is escaped; a part's text arguments are too, except where
 * it says markup.
 */

#include "console/html.h"
#include "proc/proc_permit.h"
#include "serve/ask.h"

/* nav.def: what the navigation may show. */
struct page_nav {
	const char *href;
	const char *name;
	enum proc_permit permit; /* who may do this sees it */
	const char *says;        /* what is there */
};
/* The lines that the one who asks sees: NULL, then the one before. */
const struct page_nav *page_nav_next(
	const struct instance *in, const struct page_nav *after);

struct page_crumb {
	const char *href;
	const char *name;
};

struct page_head {
	const char *title; /* of the page: one h1 */
	const char *lead;  /* a sentence below it; NULL: none */
	const char
		*here; /* the navigation's address that is shown as current */
	struct page_crumb crumb[4]; /* above this page, from the top */
	bool wide;                  /* a table or two columns */
	bool plain; /* a document to print: no navigation on paper */
};

struct page {
	struct desk *desk; /* NULL: of nobody, as a refusal is */
	struct answer *answer;
	struct buf *to;   /* the body so far */
	unsigned n_label; /* of the table that is open: its columns */
	char label[12][40];
};

/* Paths with the hash of what they name. */
extern const char page_style_path[];
extern const char page_script_path[];

struct page page_begin(
	struct desk *desk, struct answer *answer, const struct page_head *head);
/* TOO_LARGE with a sentence where the page is longer than an answer may be. */
MUST_USE enum err page_end(struct page *p);

/* Has the one who asks the role of a requester? */
bool page_requester(const struct instance *in);

/* ---- parts ---- */

enum page_alert { PAGE_INFO, PAGE_WARNING, PAGE_ERROR, PAGE_SUCCESS };
void page_alert(struct page *p, enum page_alert kind, const char *heading,
	const char *text);

/* Nothing here: what it would be, and what to do. */
void page_empty(struct page *p, const char *text);

void page_h2(struct page *p, const char *text);

/* A table with a caption; `columns` are joined by |, and one that begins with #
 * holds numbers.  The rows are the caller's, cells by page_cell(). */
void page_table(struct page *p, const char *caption, const char *columns);
/* Begins the i-th cell of a row (0: the row's head), ends it.  The column's name
 * goes along for narrow screens. */
void page_cell(struct page *p, unsigned i);
void page_cell_end(struct page *p, unsigned i);
/* A whole cell of text. */
void page_cell_text(struct page *p, unsigned i, const char *text);
void page_cell_number(struct page *p, unsigned i, uint64_t n);
void page_cell_day(struct page *p, unsigned i, int32_t day);
void page_table_end(struct page *p);

/* Name and value, one below the other. */
void page_list(struct page *p);
void page_item(struct page *p, const char *name, const char *text);
void page_item_number(struct page *p, const char *name, uint64_t n);
void page_item_day(struct page *p, const char *name, int32_t day);
void page_item_time(struct page *p, const char *name, int64_t at);
/* The value is markup of the caller's, between these two. */
void page_item_begin(struct page *p, const char *name);
void page_item_end(struct page *p);
void page_list_end(struct page *p);

/* A day or a time as people read it, in <time>. */
void page_day(struct page *p, int32_t day);
void page_time(struct page *p, int64_t at);

/* Part of a list: the items from `first` (from 0) on of `of`, `step` of them or
 * those that are left.  `base` is the address with its query, to which from=N is
 * added.  Nothing where the list is empty. */
struct page_range {
	uint64_t first;
	uint64_t step;
	uint64_t of;
};
void page_pages(
	struct page *p, const char *base, const struct page_range *range);

/* ---- forms ---- */

/* `action` is the path.  `files`: it sends files (multipart). */
void page_form(struct page *p, const char *action, bool files);
void page_form_get(struct page *p, const char *action); /* a search */
/* A button that sends it; `name` and `value` NULL: nothing goes along. */
enum page_button { PAGE_MAIN, PAGE_SECOND, PAGE_DANGER };
void page_button(struct page *p, enum page_button kind, const char *text,
	const char *name, const char *value);
void page_form_end(struct page *p);

struct page_field {
	const char *name;
	const char *label;
	const char *hint;   /* NULL: none */
	const char *error;  /* NULL: none; goes with page_errors() */
	struct span value;  /* as it was sent */
	const char *type;   /* "text", "date", "number", "search"; NULL: text */
	const char *accept; /* of a file; NULL: any */
	bool must;
	bool several; /* files */
	unsigned rows;
};
void page_input(struct page *p, const struct page_field *field);
void page_area(struct page *p, const struct page_field *field);
void page_file(struct page *p, const struct page_field *field);
/* `words` are joined by |, "value=What is shown" or both the same; `field.value`
 * is the one chosen. */
void page_select(
	struct page *p, const struct page_field *field, const char *words);
/* Options one by one, for what is not known as text: */
void page_select_begin(struct page *p, const struct page_field *field);
void page_option(
	struct page *p, const char *value, const char *text, bool chosen);
void page_select_end(struct page *p);
void page_radios(
	struct page *p, const struct page_field *field, const char *words);
void page_check(struct page *p, const char *name, const char *value,
	const char *label, bool on);
void page_hidden(struct page *p, const char *name, struct span value);
void page_hidden_number(struct page *p, const char *name, uint64_t n);

/* The summary above a form of what is to be mended; each a link to its field.
 * Nothing where no field has an error. */
void page_errors(
	struct page *p, const struct page_field *const field[], size_t n);

/* ---- acts ---- */

/*
 * A page that asks once more before what cannot be taken back: the words of
 * what will be done; the form goes back to `action` with all that was sent and
 * `confirm`=yes, which page_confirmed() looks for.
 */
struct page_act {
	const char *title;
	const char *says;   /* what will be done, in words */
	const char *action; /* the path of the form */
	const char *button; /* "Withhold 12 requests" */
	const char *back;   /* where "No, go back" leads */
	const char *here;
};
bool page_confirmed(const struct ask *ask);
MUST_USE enum err page_confirm(struct desk *desk, const struct ask *ask,
	struct answer *answer, const struct page_act *act);

/*
 * The page that asks for the signatures of who acts: what will be done, the
 * exact texts and their SHA-256, how to sign them with openssl, or with a key
 * that the browser reads and keeps to itself.  Status 428.  The form sends all
 * that was sent before, `act-at` (seconds) and an `act-signature` (DER, base64)
 * for each text.  `act->action` "": to where it was asked.
 */
struct page_texts {
	const struct span *text;
	size_t n;
	int64_t at;
};
MUST_USE enum err page_sign(struct desk *desk, const struct ask *ask,
	struct answer *answer, const struct page_act *act,
	const struct page_texts *of);

/*
 * What a handler may return after an act, to have it told in words of its own
 * what is signed: where `e` is UNSIGNED that page, else `e`.  A handler that
 * returns UNSIGNED is answered by console_unsigned().
 */
MUST_USE enum err page_signed(struct desk *desk, const struct ask *ask,
	struct answer *answer, const struct page_act *act, enum err e);

/* Back to a page after an act, which says `done` there (page_done()). */
MUST_USE enum err page_see(
	struct answer *answer, const char *location, const char *done);
/* Shows what page_see() said; `ask` has it in its query, and only sentences of
 * done.def are shown. */
void page_done(struct page *p, const struct ask *ask);
