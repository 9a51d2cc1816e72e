/* SPDX-License-Identifier: Apache-2.0 */
/* Safeguards of recipients: findings, corrective plans, reviews, and what of
 * their duties after release is overdue. */
#include <inttypes.h>
#include <stdio.h>

#include "console/console_int.h"
#include "console/show.h"
#include "proc/proc_custody.h"
#include "proc/proc_matter.h"

/* A day that is past says so. */
static void
put_day(struct page *p, unsigned i, int32_t day, const char *past)
{
	page_cell(p, i);
	page_day(p, day);
	if (day != DAY_NONE && day <= p->desk->in.clock)
		html_put(p->to,
			" <strong class=\"console-overdue\">%s</strong>", past);
	page_cell_end(p, i);
}

static void
put_recipient(struct page *p, const struct register_entry *entry)
{
	const struct instance *in = &p->desk->in;
	struct why why = {""};
	struct register_row row;
	struct span id;
	bool may;

	register_entry_row(entry, &row);
	id = register_get(&row, REG_RECIPIENT_ID);
	may = register_safeguards(in->registers, id, in->at, &why);
	show_cell_span(p, 0, id);
	show_cell_span(p, 1, register_get(&row, REG_RECIPIENT_NAME));
	show_cell_span(p, 2, register_get(&row, REG_RECIPIENT_SAFEGUARDS));
	put_day(p, 3, register_day(&row, REG_RECIPIENT_PLAN), "past");
	put_day(p, 4, register_day(&row, REG_RECIPIENT_REVIEW), "due");
	page_cell(p, 5);
	html_put(p->to,
		may ? "yes"
		    : "<strong class=\"console-overdue\">no</strong>: %s",
		why.text);
	page_cell_end(p, 5);
	page_cell(p, 6);
	if (proc_permitted(in, PERMIT_RECIPIENTS)) {
		buf_text(p->to, "<a href=\"/registers/recipient/new?key=");
		html_url(p->to, id);
		buf_text(p->to, "\">Change</a>");
	}
	page_cell_end(p, 6);
}

static void
put_recipients(struct page *p)
{
	const struct register_set *set = p->desk->in.registers;
	bool begun = false;

	page_h2(p, "Recipients");
	for (size_t i = 0; i < register_n(set, REG_RECIPIENT); i++) {
		const struct register_entry *entry =
			register_at(set, REG_RECIPIENT, i);

		if (!register_in_force(
			    p->desk->in.registers, entry, p->desk->in.at))
			continue;
		if (!begun)
			page_table(p, "Recipients and their safeguards",
				"Id|Name|Safeguards|Corrective plan by|"
				"Review due|May anything leave to it?|Change");
		begun = true;
		put_recipient(p, entry);
	}
	if (begun)
		page_table_end(p);
	else
		page_empty(p, "No recipient is on the register: nothing leaves "
			      "to anybody.");
	if (proc_permitted(&p->desk->in, PERMIT_RECIPIENTS))
		show_button(p, "/registers/recipient/new", "Add a recipient");
}

/* ---- what is overdue ---- */

static enum err
put_packages(struct page *p)
{
	const struct proc_custody_options o = {
		.ack_days = PROC_CUSTODY_ACK_DAYS};
	struct proc_custody_counts n;
	enum err e = proc_custody(&p->desk->in, &o, NULL, NULL, &n);

	if (e != ERR_OK)
		return e;
	page_h2(p, "Packages");
	page_list(p);
	page_item_number(p, "With the recipients", n.recipient);
	page_item_number(p, "Not acknowledged in 5 days", n.late);
	page_item_number(p, "Use ended, not certified destroyed", n.expired);
	page_item_number(p, "Use ends within 14 days", n.expiring);
	page_item_number(p, "Destroyed, as certified", n.destroyed);
	page_list_end(p);
	if (n.overdue > 0)
		html_put(p->to,
			"<p><a href=\"/custody?overdue=yes\">The %" PRIu64
			" that are overdue</a></p>\n",
			n.overdue);
	else
		page_empty(p, "No package is overdue.");
	return ERR_OK;
}

/* Open recalls, incidents and notices: the clocks that are running. */
static enum err
put_clocks(struct page *p)
{
	static const enum matter_kind kinds[] = {
		MATTER_OF_RECALL, MATTER_OF_INCIDENT, MATTER_OF_NOTICE};
	struct instance *in = &p->desk->in;
	bool begun = false;
	enum err e = ERR_NOT_FOUND;

	page_h2(p, "Clocks that run");
	for (size_t k = 0; k < 3 && e == ERR_NOT_FOUND; k++) {
		struct store_matter row = {.n = 0};
		struct matter m;

		while ((e = proc_matter_next(
				in, row.n, kinds[k], 0, &row, &m)) == ERR_OK) {
			if (!matter_is_open(&m))
				continue;
			if (!begun)
				page_table(p,
					"Open demands, incidents and notices",
					"#Matter|Kind|State|Opened|Due");
			begun = true;
			show_cell_link(p, 0, "/matters", m.n);
			page_cell_text(p, 1,
				matter_kind_text((enum matter_kind)m.kind));
			page_cell_text(p, 2,
				matter_state_text((enum matter_state)m.state));
			show_cell_time(p, 3, m.opened_at);
			page_cell(p, 4);
			show_clock(p, m.due_at, m.state == MATTER_OPEN, in->at);
			page_cell_end(p, 4);
		}
	}
	if (begun)
		page_table_end(p);
	else
		page_empty(p, "No demand, incident or notice is open.");
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
console_safeguards(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	struct page p;
	enum err e = proc_permit(in, PERMIT_AFFECTED);

	if (e == ERR_OK)
		e = account_reading(in, "list-safeguards", 0, "");
	if (e != ERR_OK)
		return e;
	p = page_begin(desk, answer,
		&(struct page_head){.title = "Safeguards",
			.lead = "What a recipient must keep in order for "
				"anything to leave to it, and what it owes "
				"after it did.",
			.here = "/safeguards",
			.wide = true});
	page_done(&p, ask);
	put_recipients(&p);
	e = put_packages(&p);
	if (e == ERR_OK)
		e = put_clocks(&p);
	return e == ERR_OK ? page_end(&p) : e;
}
