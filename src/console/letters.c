/* SPDX-License-Identifier: Apache-2.0 */
/* What an agency wrote about a batch after it was sent (docs/formats/letters.md):
 * each letter, its receipt, and another one is handed in. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console/agency.h"
#include "console/show.h"
#include "letter/letter.h"
#include "os/file.h"
#include "proc/proc_letter_take.h"

enum { LETTERS_SHOWN = 50, SIGNATURE_MAX = 1 << 14, RECEIPT_MAX = 1 << 16 };

static struct letter letter; /* large */

static void
letters_path(char to[CONSOLE_PATH], uint32_t batch)
{
	(void)snprintf(to, CONSOLE_PATH, "/batches/%" PRIu32 "/letters", batch);
}

/* ---- the list ---- */

/* Its rows of this batch are one after the other: the next letter's first. */
static enum err
next_letter(struct instance *in, uint32_t batch, struct store_letter *row,
	uint64_t *ret_requests)
{
	struct store_letter other = *row;
	uint64_t n = 0;
	enum err e;

	do {
		n++;
		e = store_letter_next(in->store, other.n, batch, 0, &other);
	} while (e == ERR_OK && other.entry == row->entry);
	*ret_requests = n;
	*row = other;
	return e;
}

static enum err
put_row(struct page *p, const struct store_letter *row, uint64_t requests)
{
	char path[CONSOLE_PATH];
	struct account_opened opened;
	enum err e =
		proc_letter_open(&p->desk->in, row->entry, &opened, &letter);

	if (e != ERR_OK)
		return e;
	letters_path(path, row->batch);
	show_cell_link(p, 0, path, row->entry);
	page_cell_text(p, 1, letter_kind_text(letter.kind));
	page_cell_number(p, 2, requests);
	show_cell_time(p, 3, row->at);
	show_cell_span(p, 4, letter.member[LETTER_M_SIGNER]);
	account_opened_fini(&opened);
	return ERR_OK;
}

static enum err
put_rows(struct page *p, uint32_t batch, uint64_t after)
{
	struct instance *in = &p->desk->in;
	struct store_letter row;
	unsigned shown = 0;
	enum err e = store_letter_next(in->store, after, batch, 0, &row);

	while (e == ERR_OK && shown < LETTERS_SHOWN) {
		struct store_letter first = row;
		uint64_t requests = 0;
		enum err next;

		if (shown++ == 0)
			page_table(p, "Letters about this batch",
				"Entry|Letter|#Requests|Taken|Signed by");
		next = next_letter(in, batch, &row, &requests);
		e = put_row(p, &first, requests);
		if (e == ERR_OK)
			e = next;
	}
	if (shown > 0)
		page_table_end(p);
	else if (e == ERR_NOT_FOUND)
		page_empty(p, "Nothing was written about this batch yet.");
	if (e == ERR_OK) /* row is the first that was not shown */
		html_put(p->to,
			"<p><a href=\"/batches/%" PRIu32
			"/letters?from=%" PRIu64 "\">Later ones</a></p>\n",
			batch, row.n - 1);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- the page, with the form that takes one ---- */

static void
put_kinds(struct page *p)
{
	page_table(p, "What a letter may say",
		"Letter|It says|Signed by|What follows");
	for (int i = LETTER_NO_KIND + 1; i < LETTER_N_KINDS; i++) {
		enum letter_kind kind = (enum letter_kind)i;

		page_cell_text(p, 0, letter_kind_text(kind));
		page_cell_text(p, 1, letter_kind_meaning(kind));
		page_cell_text(p, 2,
			letter_kind_signer(kind) == LETTER_BY_CERTIFIER
				? "a certifier of the agreement"
				: "the officer whom the request names");
		page_cell_text(p, 3, letter_kind_effect(kind));
	}
	page_table_end(p);
}

static void
put_form(struct page *p, uint32_t batch)
{
	char path[CONSOLE_PATH];

	letters_path(path, batch);
	page_h2(p, "Hand in a letter");
	page_form(p, path, true);
	page_file(
		p, &(struct page_field){.name = "letter",
			   .label = "The letter",
			   .hint = "weir request withdraw and reconsider, and "
				   "weir package acknowledge, custody and "
				   "destroyed, write it with its signature.",
			   .accept = ".json",
			   .must = true});
	page_file(p, &(struct page_field){.name = "signature",
			     .label = "Its signature",
			     .hint = "Detached, in a file of its own (.p7s).",
			     .accept = ".p7s",
			     .must = true});
	page_button(p, PAGE_MAIN, "Hand it in", NULL, NULL);
	page_form_end(p);
	put_kinds(p);
}

/* All or nothing: which requests it cannot be about, and why. */
static void
put_refused(struct page *p, const struct proc_letter_result *r)
{
	page_alert(p, PAGE_ERROR,
		"The letter was refused, and nothing was done",
		r->n_refused > 0 ? "It cannot be about these requests."
				 : r->why.text);
	if (r->n_refused == 0)
		return;
	page_table(p, "Requests that cannot be moved so", "Request|Why");
	for (size_t i = 0; i < r->n_refused; i++) {
		page_cell_text(p, 0, r->refused[i].id);
		page_cell_text(p, 1, r->refused[i].why.text);
	}
	page_table_end(p);
}

static enum err
put_page(struct desk *desk, const struct ask *ask, struct answer *answer,
	const struct proc_letter_result *refused)
{
	struct store_batch batch;
	struct page p;
	enum err e = agency_batch(desk, ask, &batch);

	if (e != ERR_OK)
		return e;
	p = agency_page_begin(desk, answer, batch.n,
		(struct page_head){.title = "Letters", .wide = true});
	page_done(&p, ask);
	if (refused != NULL)
		put_refused(&p, refused);
	e = put_rows(&p, batch.n, console_from(ask));
	if (proc_permitted(&desk->in, PERMIT_LETTER))
		put_form(&p, batch.n);
	return e == ERR_OK ? page_end(&p) : e;
}

enum err
console_letters(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return put_page(desk, ask, answer, NULL);
}

/* ---- one is taken ---- */

/* What the child says, in one write. */
struct taken {
	enum err e;
	struct proc_letter_result r; /* without its receipt */
};

/* The child; never returns. */
static _Noreturn void
be_taker(const struct proc_letter_options *o, int pipe)
{
	static struct taken taken; /* large */

	taken.e = proc_letter_take(o, &taken.r);
	proc_letter_fini(&taken.r);
	_exit(os_write_all(pipe,
		      span_of((const uint8_t *)&taken, sizeof(taken))) == ERR_OK
			? 0
			: 1);
}

/* Who takes a letter is locked in, and could not open the instance for the
 * page: so a child does. */
static enum err
take_apart(const struct proc_letter_options *o, struct taken *ret_taken)
{
	int ends[2];
	pid_t child;
	size_t n = 0;
	enum err e = ERR_OK;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_origin(ERR_IO);
	child = fork();
	if (child == 0)
		be_taker(o, ends[1]);
	os_close(&ends[1]);
	if (child > 0)
		e = os_read_exact(
			ends[0], (uint8_t *)ret_taken, sizeof(*ret_taken), &n);
	os_close(&ends[0]);
	if (child > 0)
		(void)waitpid(child, NULL, 0);
	return e == ERR_OK && n == sizeof(*ret_taken) ? ERR_OK
						      : err_origin(ERR_PEER);
}

static enum err
open_after(struct desk *desk)
{
	return instance_open_for(
		desk->path, INSTANCE_READ, &desk->asker, &desk->in);
}

/* The batch that it is about, which need not be the page's. */
static enum err
see_taken(struct desk *desk, struct answer *answer, uint64_t entry)
{
	struct store_letter row = {.n = 0};
	char to[CONSOLE_PATH];
	enum err e;

	do
		e = store_letter_next(desk->in.store, row.n, 0, 0, &row);
	while (e == ERR_OK && row.entry != entry);
	if (e != ERR_OK)
		return e;
	(void)snprintf(to, sizeof(to), "/batches/%" PRIu32 "/letters/%" PRIu64,
		row.batch, entry);
	return page_see(answer, to, "letter-taken");
}

enum err
console_letter_take(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	static struct taken taken; /* large */
	const struct proc_letter_options o = {.path = desk->path,
		.today = DAY_NONE,
		.asker = &desk->asker,
		.document = ask_get(ask, ASK_FORM, "letter"),
		.signed_by = ask_get(ask, ASK_FORM, "signature")};
	enum err e;

	if (o.document.n == 0 || o.document.n > LETTER_BYTES_MAX ||
		o.signed_by.n == 0 || o.signed_by.n > SIGNATURE_MAX)
		return instance_says(&desk->in, ERR_MALFORMED,
			"choose two files: the letter, of at most %d bytes, and "
			"its signature, of at most %d",
			LETTER_BYTES_MAX, SIGNATURE_MAX);
	e = take_apart(&o, &taken);
	desk->in.why = taken.r.why;
	if (e != ERR_OK || serve_status(taken.e) >= 500)
		return e != ERR_OK ? e : taken.e;
	e = open_after(desk);
	if (e == ERR_OK && taken.e == ERR_OK)
		return see_taken(desk, answer, taken.r.entry);
	if (e == ERR_OK)
		e = put_page(desk, ask, answer, &taken.r);
	answer->status = serve_status(taken.e);
	return e;
}

/* ---- one of them ---- */

/* A letter is of the batch of the path, or is not there. */
static enum err
find(struct desk *desk, const struct ask *ask, struct store_letter *ret_row)
{
	struct store_letter row = {.n = 0};
	struct store_batch batch;
	uint64_t entry = 0;
	enum err e = agency_batch(desk, ask, &batch);

	if (e != ERR_OK)
		return e;
	if (ask_number(ask, ASK_PATH, "entry", UINT32_MAX, &entry))
		while (store_letter_next(desk->in.store, row.n, batch.n, 0,
			       &row) == ERR_OK)
			if (row.entry == entry) {
				*ret_row = row;
				return ERR_OK;
			}
	return instance_says(&desk->in, ERR_NOT_FOUND,
		"there is no such letter about batch %" PRIu32, batch.n);
}

static void
put_letter(struct page *p, const struct store_letter *row)
{
	page_list(p);
	page_item(p, "Letter", letter_kind_text(letter.kind));
	page_item(p, "It says", letter_kind_meaning(letter.kind));
	page_item(p, "What follows", letter_kind_effect(letter.kind));
	for (int i = 0; i < LETTER_N_MEMBERS; i++) {
		if (letter.member[i].n == 0)
			continue;
		page_item_begin(p, letter_member_name((enum letter_member)i));
		html_text(p->to, letter.member[i]);
		page_item_end(p);
	}
	page_item_number(p, "Batch", row->batch);
	page_item_time(p, "Taken", row->at);
	page_item_number(p, "Its entry in the ledger", row->entry);
	page_list_end(p);
	page_h2(p, "The requests that it is about");
	buf_text(p->to, "<ul>\n");
	for (size_t i = 0; i < letter.n_items; i++) {
		buf_text(p->to, "<li>");
		html_text(p->to, letter.item[i].request);
		buf_text(p->to, "</li>\n");
	}
	buf_text(p->to, "</ul>\n");
}

/* `own`: who asks for the agency has it as a file, with its signature. */
static void
put_receipt(struct page *p, const struct store_letter *row, bool own)
{
	OWNED_BUF(receipt, RECEIPT_MAX);
	char path[CONSOLE_PATH];

	page_h2(p, "Its receipt");
	(void)snprintf(path, sizeof(path), "batches/letters/%" PRIu64 ".json",
		row->entry);
	if (os_read(p->desk->in.dir, path, &receipt) != ERR_OK) {
		page_empty(p, own ? "There is no receipt yet: hand in the same "
				    "letter again, and it is made."
				  : "There is no receipt yet.");
		return;
	}
	if (own)
		html_put(p->to,
			"<ul class=\"console-screen\"><li><a "
			"href=\"/batches/%" PRIu32 "/letters/%" PRIu64
			"/receipt.json\">The receipt</a></li><li>"
			"<a href=\"/batches/%" PRIu32 "/letters/%" PRIu64
			"/receipt.json.p7s\">Its signature</a></li></ul>\n",
			row->batch, row->entry, row->batch, row->entry);
	buf_text(p->to, "<pre tabindex=\"0\">");
	html_lines(p->to, buf_span(&receipt));
	buf_text(p->to, "</pre>\n");
}

/* Into `letter`; `title` is the page's. */
static enum err
open_row(struct desk *desk, const struct store_letter *row,
	struct account_opened *opened, char title[CONSOLE_PATH])
{
	enum err e = proc_letter_open(&desk->in, row->entry, opened, &letter);

	if (e == ERR_OK)
		(void)snprintf(title, CONSOLE_PATH, "Letter: %s",
			letter_kind_text(letter.kind));
	return e;
}

enum err
console_letter(struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct store_letter row;
	struct account_opened opened;
	char title[CONSOLE_PATH];
	char up[CONSOLE_PATH];
	char all[CONSOLE_PATH];
	struct page p;
	enum err e = find(desk, ask, &row);

	if (e == ERR_OK)
		e = open_row(desk, &row, &opened, title);
	if (e != ERR_OK)
		return e;
	(void)snprintf(up, sizeof(up), "/batches/%" PRIu32, row.batch);
	letters_path(all, row.batch);
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/batches",
			.plain = true,
			.crumb = {{"/batches", "Batches"}, {up, "The batch"},
				{all, "Letters"}}});
	page_done(&p, ask);
	put_letter(&p, &row);
	put_receipt(&p, &row, true);
	account_opened_fini(&opened);
	return page_end(&p);
}

/* ---- of a package, for the office ---- */

static bool
of_package(const struct store_letter *row)
{
	return row->kind == LETTER_ACKNOWLEDGE || row->kind == LETTER_CUSTODY ||
	       row->kind == LETTER_DESTROYED;
}

static enum err
find_of_package(
	struct desk *desk, const struct ask *ask, struct store_letter *ret_row)
{
	struct store_letter row = {.n = 0};
	uint64_t entry = 0;

	if (ask_number(ask, ASK_PATH, "entry", UINT32_MAX, &entry))
		while (store_letter_next(desk->in.store, row.n, 0, 0, &row) ==
			ERR_OK)
			if (row.entry == entry && of_package(&row)) {
				*ret_row = row;
				return ERR_OK;
			}
	return instance_says(&desk->in, ERR_NOT_FOUND,
		"there is no such letter about a package");
}

enum err
console_custody_letter(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct store_letter row;
	struct account_opened opened;
	char title[CONSOLE_PATH];
	struct page p;
	enum err e = proc_permit(&desk->in, PERMIT_CUSTODY);

	if (e == ERR_OK)
		e = find_of_package(desk, ask, &row);
	if (e == ERR_OK)
		e = account_reading(&desk->in, "show-letter", row.batch, "");
	if (e == ERR_OK)
		e = open_row(desk, &row, &opened, title);
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.here = "/custody",
			.plain = true,
			.crumb = {{"/custody", "Packages"}}});
	put_letter(&p, &row);
	put_receipt(&p, &row, false);
	account_opened_fini(&opened);
	return page_end(&p);
}

/* ---- downloads ---- */

static enum err
send(struct desk *desk, const struct ask *ask, struct answer *answer,
	const char *end, enum answer_type type)
{
	struct store_letter row;
	char path[CONSOLE_PATH];
	enum err e = find(desk, ask, &row);

	if (e != ERR_OK)
		return e;
	(void)snprintf(path, sizeof(path), "batches/letters/%" PRIu64 "%s",
		row.entry, end);
	answer->file =
		openat(desk->in.dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (answer->file < 0)
		return instance_says(&desk->in, ERR_NOT_FOUND,
			"there is no receipt of it yet");
	answer->type = type;
	(void)snprintf(answer->filename, sizeof(answer->filename),
		"letter-%" PRIu64 "%s", row.entry, end);
	return ERR_OK;
}

enum err
console_letter_receipt(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return send(desk, ask, answer, ".json", ANSWER_JSON);
}

enum err
console_letter_signature(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	return send(desk, ask, answer, ".json.p7s", ANSWER_CMS);
}
