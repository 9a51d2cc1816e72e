/* SPDX-License-Identifier: Apache-2.0 */
/* Registers: who and what the custodian knows, as of now and with history; who
 * holds which role. */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "console/console_int.h"
#include "console/registers.h"
#include "proc/proc_account.h"
#include "proc/proc_registrar.h"

/* Registers that this page shows; screens have sealed grounds and are never on
 * it (26 USC 6103(i)(6)). */
static bool
is_shown(enum register_id id)
{
	return id != REG_SCREEN;
}

/* What a column holds, as people read it. */
static void
put_value(struct page *p, enum register_column c, struct span value)
{
	const struct register_column_info *info = register_column(c);

	if (value.n == 0)
		buf_text(p->to, "not stated");
	else if (info->type == REG_HASH)
		show_hex(p, value);
	else if (info->type == REG_BYTES)
		html_put(p->to, "%zu bytes", value.n);
	else
		html_text(p->to, value);
}

static void
put_columns(struct page *p, enum register_id id, bool history)
{
	OWNED_BUF(names, 1024);

	for (size_t i = 0; i < register_n_columns(id); i++) {
		enum register_column c =
			(enum register_column)(register_first(id) + i);

		if (register_column(c)->type == REG_BYTES)
			continue;
		buf_printf(&names, "%s|", register_column(c)->name);
	}
	buf_text(&names, history ? "added|ended" : "added");
	if (console_may_change(&p->desk->in, id))
		buf_text(&names, "|change");
	buf_u8(&names, 0);
	must(buf_error(&names) == ERR_OK);
	page_table(p, register_text(id), (const char *)names.at);
}

static void
put_ended(struct page *p, const struct register_entry *entry)
{
	if (entry->revoked_at == REGISTER_AT_NEVER) {
		buf_text(p->to, "in force");
		return;
	}
	page_time(p, entry->revoked_at);
	buf_text(p->to, ", ");
	show_person(p, entry->revoked_by);
}

/* The key columns as a form sends them, and the first as an address has it. */
static void
put_change(struct page *p, const struct register_row *row)
{
	const char *name = register_name(row->id);
	char path[64];
	OWNED_BUF(hex, 128);

	if (row->id == REG_ROLE)
		code_hex(&hex, row->value[0]);
	else
		buf_bytes(&hex, row->value[0]);
	if (row->id != REG_ROLE) {
		html_put(p->to, "<a href=\"/registers/%s/new?key=", name);
		html_url(p->to, buf_span(&hex));
		buf_text(p->to, "\">Change</a>\n");
	}
	(void)snprintf(path, sizeof(path), "/registers/%s/end", name);
	page_form(p, path, false);
	for (size_t i = 0; i < register_n_columns(row->id); i++) {
		enum register_column c =
			(enum register_column)(register_first(row->id) + i);

		if (register_is_key(c) && row->value[i].n > 0)
			page_hidden(p, register_column(c)->name,
				i == 0 ? buf_span(&hex) : row->value[i]);
	}
	page_button(p, PAGE_SECOND, "End", NULL, NULL);
	page_form_end(p);
}

static void
put_row(struct page *p, const struct register_entry *entry, bool history)
{
	struct register_row row;
	unsigned i = 0;

	register_entry_row(entry, &row);
	for (size_t k = 0; k < register_n_columns(row.id); k++) {
		enum register_column c =
			(enum register_column)(register_first(row.id) + k);

		if (register_column(c)->type == REG_BYTES)
			continue;
		page_cell(p, i);
		put_value(p, c, register_get(&row, c));
		page_cell_end(p, i++);
	}
	page_cell(p, i);
	page_time(p, entry->added_at);
	buf_text(p->to, ", ");
	show_person(p, entry->added_by);
	page_cell_end(p, i++);
	if (history) {
		page_cell(p, i);
		put_ended(p, entry);
		page_cell_end(p, i++);
	}
	if (!console_may_change(&p->desk->in, row.id))
		return;
	page_cell(p, i);
	if (entry->revoked_at == REGISTER_AT_NEVER)
		put_change(p, &row);
	page_cell_end(p, i);
}

static void
put_register(struct page *p, enum register_id id, bool history)
{
	const struct register_set *set = p->desk->in.registers;
	bool begun = false;

	page_h2(p, register_name(id));
	for (size_t i = 0; i < register_n(set, id); i++) {
		const struct register_entry *entry = register_at(set, id, i);

		if (!history && !register_in_force(p->desk->in.registers, entry,
					p->desk->in.at))
			continue;
		if (!begun)
			put_columns(p, id, history);
		begun = true;
		put_row(p, entry, history);
	}
	if (begun)
		page_table_end(p);
	else
		page_empty(p, "No row.");
}

static void
put_filter(struct page *p, enum register_id id, bool history)
{
	page_form_get(p, "/registers");
	page_select_begin(p,
		&(struct page_field){
			.name = "register", .label = "Register", .must = true});
	for (unsigned r = 0; r < REG_N; r++)
		if (is_shown((enum register_id)r))
			page_option(p, register_name((enum register_id)r),
				register_text((enum register_id)r), r == id);
	page_select_end(p);
	page_check(p, "history", "yes", "With rows that ended", history);
	page_button(p, PAGE_SECOND, "Show", NULL, NULL);
	page_form_end(p);
}

enum err
console_registers(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	struct span name = ask_get(ask, ASK_QUERY, "register");
	bool history = ask_get(ask, ASK_QUERY, "history").n > 0;
	enum register_id id = REG_ROLE;
	struct page p;
	enum err e;

	if (name.n > 0 && (!register_parse(name, &id) || !is_shown(id)))
		return instance_says(
			in, ERR_NOT_FOUND, "there is no such register here");
	e = proc_permit(in, PERMIT_REGISTERS);
	if (e == ERR_OK)
		e = account_reading(in, "list-register", 0, "");
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Registers",
			.lead = "Who and what the custodian knows. A row is "
				"never changed: it ends, and another begins.",
			.here = "/registers",
			.wide = true});
	page_done(&p, ask);
	put_filter(&p, id, history);
	if (console_may_change(in, id)) {
		char path[64];

		(void)snprintf(path, sizeof(path), "/registers/%s/new",
			register_name(id));
		show_button(&p, path, "Add a row");
	}
	put_register(&p, id, history);
	return page_end(&p);
}
