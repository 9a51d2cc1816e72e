/* SPDX-License-Identifier: Apache-2.0 */
/* What an office has due, and what is overdue. */
#include <inttypes.h>
#include <stdio.h>

#include "os/file.h"
#include "proc/proc_custody.h"
#include "proc/proc_delay.h"
#include "proc/proc_hold.h"
#include "proc/proc_matter.h"
#include "proc/proc_tend.h"

enum {
	DAY_S = 86400,
	SOON_S = 24 * 3600, /* a matter is told of so long before */
	ANSWER_DAYS = 7,    /* an answer day */
	AHEAD_DAYS = 30,    /* a review, a plan, an agreement, a certificate */
	SCREEN_DAYS = 7,    /* screens that become too old */
	CERT_MAX = 1 << 15,
};

/* ---- matters ---- */

enum err
tend_matters(struct proc_tend *t)
{
	struct instance *in = t->in;
	struct store_matter row = {.n = 0};
	struct matter m;
	enum err e;

	while ((e = proc_matter_next(in, row.n, MATTER_NO_KIND, 0, &row, &m)) ==
		ERR_OK) {
		bool late = matter_overdue(&m, in->at);
		int64_t hours =
			(late ? in->at - m.due_at : m.due_at - in->at) / 3600;

		if (m.state != MATTER_OPEN || m.due_at == 0 ||
			in->at < m.due_at - SOON_S)
			continue;
		e = tend_tell(t, "matter", zone_day(&in->zone, m.due_at), late,
			"matter %" PRIu64 ", %s, %s %" PRId64 " h", m.n,
			matter_kind_text((enum matter_kind)m.kind),
			late ? "overdue by" : "due in", hours);
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- holds ---- */

enum err
tend_holds(struct proc_tend *t)
{
	struct instance *in = t->in;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < hold_set_n(in->holds); i++) {
		const struct hold *hold = hold_set_at(in->holds, i);

		if (hold_review_due(hold, in->clock) &&
			proc_hold_seen(in, hold))
			e = tend_tell(t, "hold", DAY_NONE, true,
				"hold %" PRIu64 ": its review day has come",
				hold_number(hold));
	}
	return e;
}

/* ---- packages ---- */

static void
add_counts(struct proc_custody_counts *to, const struct proc_custody_counts *n)
{
	to->expired += n->expired;
	to->late += n->late;
	to->expiring += n->expiring;
}

/* Batch by batch; a hold that waits for the lock comes in between. */
static enum err
count_packages(struct instance *in, struct proc_custody_counts *to)
{
	struct proc_custody_options o = {.ack_days = PROC_CUSTODY_ACK_DAYS};
	uint32_t last = 0;
	enum err e = store_batch_last(in->store, &last);

	for (o.batch = 1; e == ERR_OK && o.batch <= last; o.batch++) {
		struct proc_custody_counts n;

		e = proc_custody(in, &o, NULL, NULL, &n);
		if (e == ERR_OK)
			add_counts(to, &n);
		if (e == ERR_OK && o.batch < last && in->open)
			e = instance_yield(in);
	}
	return e;
}

enum err
tend_packages(struct proc_tend *t)
{
	struct proc_custody_counts n = {0};
	enum err e = count_packages(t->in, &n);

	if (e == ERR_OK && n.expired > 0)
		e = tend_tell(t, "package", DAY_NONE, true,
			"%" PRIu64 " packages: their use ended, no "
			"certificate of destruction came",
			n.expired);
	if (e == ERR_OK && n.late > 0)
		e = tend_tell(t, "package", DAY_NONE, true,
			"%" PRIu64 " packages: not acknowledged in %d days",
			n.late, PROC_CUSTODY_ACK_DAYS);
	if (e == ERR_OK && n.expiring > 0)
		e = tend_tell(t, "package", DAY_NONE, false,
			"%" PRIu64 " packages: their use ends within 14 days",
			n.expiring);
	return e;
}

/* ---- answers ---- */

static uint64_t
unanswered(const struct case_totals *totals, enum case_state state)
{
	return totals->n[state][CASE_ANSWERED_NONE];
}

static enum err
tell_answer(struct proc_tend *t, const struct store_batch *batch, int32_t day,
	const struct case_totals *totals)
{
	uint64_t open = case_totals_sums(totals).open;
	bool late = t->in->clock > day;

	if (open == 0 || t->in->clock < day - ANSWER_DAYS)
		return ERR_OK;
	return tend_tell(t, "answer", day, late,
		"batch %" PRIu32 ": %" PRIu64
		" not answered; in request review %" PRIu64
		", for two signatures %" PRIu64 ", for one %" PRIu64,
		batch->n, open, unanswered(totals, CASE_REQUEST_REVIEW),
		unanswered(totals, CASE_REVIEW),
		unanswered(totals, CASE_APPROVED_ONCE));
}

static enum err
tend_batch(struct proc_tend *t, uint32_t n)
{
	struct instance *in = t->in;
	struct store_batch batch;
	struct case_totals totals;
	OWNED(law) law = NULL;
	enum err e = proc_batch_get(in, n, &batch);

	if (e == ERR_OK && batch.stage != STAGE_LOCATED)
		return tend_tell(t, "batch", batch.today,
			in->clock > batch.today,
			store_is_book(&batch)
				? "batch %" PRIu32 " is a book of single "
				  "requests: `weir tend` closes it when its "
				  "day is over"
				: "batch %" PRIu32 " is not whole: submit it "
				  "again, or answer its matters",
			n);
	if (e == ERR_OK)
		e = instance_law(in, batch.law, &law);
	if (e == ERR_OK)
		e = proc_batch_totals(in, n, &totals);
	return e == ERR_OK
		       ? tell_answer(t, &batch,
				 batch.today + (int32_t)law_answer_days(law),
				 &totals)
		       : e;
}

enum err
tend_answers(struct proc_tend *t)
{
	uint32_t last = 0;
	enum err e = store_batch_last(t->in->store, &last);

	for (uint32_t n = 1; e == ERR_OK && n <= last; n++)
		e = tend_batch(t, n);
	return e;
}

/* ---- delays of accounts ---- */

enum err
tend_delays(struct proc_tend *t)
{
	struct instance *in = t->in;
	struct store_delay d = {.n = 0};
	enum err e;

	while ((e = store_delay_next(in->store, d.n, &d)) == ERR_OK) {
		if (proc_delay_state(in, &d) != DELAY_STANDS ||
			in->clock < d.until - AHEAD_DAYS)
			continue;
		e = tend_tell(t, "delay", d.until, false,
			"delay %" PRIu64 " of an account ends within 30 days",
			d.n);
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- registers ---- */

/* A day that is near or past. */
static enum err
tell_day(struct proc_tend *t, const char *what, int32_t day, const char *whose,
	struct span id, const char *of)
{
	int32_t now = t->in->clock;

	if (day == DAY_NONE || now < day - AHEAD_DAYS)
		return ERR_OK;
	return tend_tell(t, what, day, now >= day, "%s%s%.*s: %s %s", whose,
		id.n > 0 ? " " : "", (int)id.n, (const char *)id.at, of,
		now >= day ? "has come" : "comes within 30 days");
}

static enum err
tend_recipients(struct proc_tend *t)
{
	struct instance *in = t->in;
	enum err e = ERR_OK;

	for (size_t i = 0;
		e == ERR_OK && i < register_n(in->registers, REG_RECIPIENT);
		i++) {
		const struct register_entry *entry =
			register_at(in->registers, REG_RECIPIENT, i);
		struct register_row row;
		struct span id;

		if (!register_in_force(in->registers, entry, in->at))
			continue;
		register_entry_row(entry, &row);
		id = register_get(&row, REG_RECIPIENT_ID);
		e = tell_day(t, "safeguards",
			register_day(&row, REG_RECIPIENT_REVIEW), "recipient",
			id, "the day of its safeguards review");
		if (e == ERR_OK)
			e = tell_day(t, "safeguards",
				register_day(&row, REG_RECIPIENT_PLAN),
				"recipient", id,
				"the day of its corrective plan");
	}
	return e;
}

static enum err
tend_law(struct proc_tend *t)
{
	struct instance *in = t->in;
	int32_t day;
	enum err e;

	if (in->law == NULL)
		return tend_tell(t, "agreement", DAY_NONE, true,
			"no agreement is loaded: nothing is accepted");
	e = tell_day(t, "agreement", law_expires(in->law), "agreement",
		span_text(law_agreement_id(in->law)), "its end");
	if (e != ERR_OK || in->sandbox)
		return e;
	/* A roll that was loaded before its day was kept is asked of the vault
	 * alone; here it says nothing. */
	day = register_screens_day(in->registers, in->clock, in->at) +
	      (int32_t)law_screen_days(in->law);
	if (in->clock < day - SCREEN_DAYS)
		return ERR_OK;
	return tend_tell(t, "screens", day, in->clock > day,
		"the screens %s: weir screen load",
		in->clock > day ? "are too old for anything to leave"
				: "become too old within 7 days");
}

/* The first day in `AHEAD_DAYS` on which it is not valid; DAY_NONE: it is. */
static int32_t
ends_on(const struct instance *in, const struct crypto_cert *cert)
{
	for (int d = 0; d <= AHEAD_DAYS; d++)
		if (!crypto_cert_valid_on(cert, in->at + (int64_t)d * DAY_S))
			return in->clock + d;
	return DAY_NONE;
}

static enum err
tell_cert(
	struct proc_tend *t, struct span der, const char *whose, struct span id)
{
	OWNED(crypto_cert) cert = NULL;
	enum err e = crypto_cert_parse(der, &cert);
	int32_t day;

	if (e != ERR_OK)
		return err_is_failure(e)
			       ? e
			       : tend_tell(t, "certificate", DAY_NONE, true,
					 "%s %.*s: a certificate that cannot "
					 "be read",
					 whose, (int)id.n, (const char *)id.at);
	day = ends_on(t->in, cert);
	return tell_day(
		t, "certificate", day, whose, id, "its certificate's end");
}

/* Of several roles of one certificate the first tells. */
static bool
is_told(const struct proc_tend *t, size_t i, struct span print)
{
	const struct register_set *set = t->in->registers;

	for (size_t k = 0; k < i; k++) {
		const struct register_entry *entry =
			register_at(set, REG_ROLE, k);
		struct register_row row;

		register_entry_row(entry, &row);
		if (register_in_force(t->in->registers, entry, t->in->at) &&
			span_eq(register_get(&row, REG_ROLE_PRINT), print))
			return true;
	}
	return false;
}

static enum err
tend_certs(struct proc_tend *t, enum register_id id, enum register_column name,
	enum register_column cert)
{
	struct instance *in = t->in;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < register_n(in->registers, id);
		i++) {
		const struct register_entry *entry =
			register_at(in->registers, id, i);
		struct register_row row;

		if (!register_in_force(in->registers, entry, in->at))
			continue;
		register_entry_row(entry, &row);
		if (id == REG_ROLE &&
			is_told(t, i, register_get(&row, REG_ROLE_PRINT)))
			continue;
		e = tell_cert(t, register_get(&row, cert), register_name(id),
			register_get(&row, name));
	}
	return e;
}

static enum err
tend_own_cert(struct proc_tend *t)
{
	OWNED_BUF(pem, CERT_MAX);
	enum err e = os_read(t->in->dir, "secret/signing.crt", &pem);

	if (e != ERR_OK)
		return instance_says(t->in, e, "%s/secret/signing.crt: %s",
			t->in->path, err_text(e));
	return tell_cert(t, buf_span(&pem), "the instance", span_of(NULL, 0));
}

enum err
tend_registers(struct proc_tend *t)
{
	enum err e = tend_recipients(t);

	if (e == ERR_OK)
		e = tend_law(t);
	if (e == ERR_OK)
		e = tend_own_cert(t);
	if (e == ERR_OK)
		e = tend_certs(t, REG_ROLE, REG_ROLE_NAME, REG_ROLE_CERT);
	if (e == ERR_OK)
		e = tend_certs(
			t, REG_CERTIFIER, REG_CERTIFIER_ID, REG_CERTIFIER_CERT);
	return e == ERR_OK ? tend_certs(t, REG_OFFICER, REG_OFFICER_ID,
				     REG_OFFICER_CERT)
			   : e;
}

/* ---- all of it ---- */

enum err
tend_due(struct proc_tend *t, unsigned groups)
{
	static const struct {
		enum err (*tell)(struct proc_tend *t);
		unsigned group;
	} list[] = {
#define DUE(function, group) {tend_##function, TEND_##group},
#include "proc/proc_tend.def"
	};
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < sizeof(list) / sizeof(*list); i++)
		if ((groups & list[i].group) != 0)
			e = list[i].tell(t);
	return e;
}
