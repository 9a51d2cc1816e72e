/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_volume.h"

#include <inttypes.h>
#include <stdio.h>

#include "law/volume.h"
#include "proc/proc_matter.h"

enum { YEAR_DAYS = 365, NUMBER = 24, TEXT = 128 };

/* ---- counting ---- */

/* The value of EV_AUTHORITY that a request has which cites this statute; 0: no
 * request can. */
static uint8_t
authority_of(const char *statute)
{
	struct evidence ev = {{0}};

	evidence_set_word(
		&ev, EV_AUTHORITY, request_authority_word(span_text(statute)));
	if (evidence_is(&ev, EV_AUTHORITY, "none") ||
		evidence_is(&ev, EV_AUTHORITY, "unknown") ||
		evidence_is(&ev, EV_AUTHORITY, "civil"))
		return 0;
	return (uint8_t)ev.value[EV_AUTHORITY];
}

static enum err
read_rates(struct instance *in, const struct law *law,
	const struct store_batch *batch, struct law_volume *v)
{
	enum err e = ERR_OK;

	v->n_rates = law_n_base_rates(law);
	for (size_t i = 0; e == ERR_OK && i < v->n_rates; i++) {
		uint8_t authority =
			authority_of(law_base_rate(law, i)->statute);

		if (authority != 0)
			e = store_tally_since(in->store, batch->agreement,
				authority, batch->today - YEAR_DAYS,
				&v->rate[i].cited, &v->rate[i].accepted);
	}
	return e;
}

/* `officer` is what v->officer points into. */
static enum err
read_counts(struct instance *in, const struct law *law,
	const struct store_batch *batch, struct store_officer_day *officer,
	struct law_volume *v)
{
	uint32_t most = law_cap(law, LAW_CAP_OFFICER_DAY);
	enum err e = store_tally(in->store, batch->n);

	if (e == ERR_OK)
		e = store_tally_batch(
			in->store, batch->n, &v->count[LAW_CAP_BATCH]);
	if (e == ERR_OK)
		e = store_tally_day(in->store, batch->agreement, batch->today,
			&v->count[LAW_CAP_DAY]);
	if (e == ERR_OK && most != 0) {
		e = store_officer_day(in->store, batch->n, batch->agreement,
			batch->today, most, officer);
		v->count[LAW_CAP_OFFICER_DAY] = officer->n;
		v->officer = span_text(officer->officer);
		v->officers_over = officer->over;
	}
	return e == ERR_OK ? read_rates(in, law, batch, v) : e;
}

/* ---- matters ---- */

static void
cap_of(const struct store_batch *batch, const struct law_volume *v,
	enum law_cap cap, char to[TEXT])
{
	char day[DAY_TEXT];
	char officer[STORE_ID_MAX] = "";

	day_text(batch->today, day);
	(void)span_copy(v->officer, officer, sizeof(officer));
	if (cap == LAW_CAP_BATCH)
		(void)snprintf(to, TEXT, "batch %" PRIu32, batch->n);
	else if (cap == LAW_CAP_DAY)
		(void)snprintf(to, TEXT, "received on %s", day);
	else if (v->officers_over <= 1)
		(void)snprintf(to, TEXT, "%s on %s", officer, day);
	else
		(void)snprintf(to, TEXT, "%s and %" PRIu64 " more on %s",
			officer, v->officers_over - 1, day);
}

static enum err
open_cap(struct instance *in, const struct law *law,
	const struct store_batch *batch, const struct law_volume *v,
	enum law_cap cap)
{
	char count[NUMBER];
	char limit[NUMBER];
	char of[TEXT];
	uint64_t n;
	struct proc_matter m = {
		.kind = MATTER_OF_CAP,
		.who = MATTER_BY_PROGRAM,
		.batch = batch->n,
		.request = "",
	};

	(void)snprintf(count, sizeof(count), "%" PRIu64, v->count[cap]);
	(void)snprintf(limit, sizeof(limit), "%" PRIu32, law_cap(law, cap));
	cap_of(batch, v, cap, of);
	m.words.field[0] = span_text(law_cap_text(cap));
	m.words.field[1] = span_text(count);
	m.words.field[2] = span_text(limit);
	m.words.field[3] = span_text(of);
	return proc_matter_open(in, &m, &n);
}

/* Is this alarm of that statute and agreement? */
static enum err
is_alarm_of(struct instance *in, const struct store_matter *row,
	const char *agreement, const char *statute, bool *ret_is)
{
	struct proc_matter_words words;
	struct store_batch batch;
	enum err e = store_batch_get(in->store, row->batch, &batch);

	if (e == ERR_OK)
		e = proc_matter_words(in, row, &words);
	if (e != ERR_OK)
		return e;
	*ret_is = strcmp(batch.agreement, agreement) == 0 &&
		  span_eq(words.words.field[0], span_text(statute));
	proc_matter_words_fini(&words);
	return ERR_OK;
}

/* Was one open when entry `at` was made, or opened by this batch?  */
static enum err
find_alarm(struct instance *in, const struct store_batch *batch,
	const char *statute, uint64_t at, bool *ret_found)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	enum err e;

	*ret_found = false;
	while (!*ret_found && (e = proc_matter_next(in, row.n, MATTER_OF_ALARM,
				       0, &row, &m)) == ERR_OK) {
		if (row.batch != batch->n &&
			(row.opened > at || row.changed <= at))
			continue;
		e = is_alarm_of(in, &row, batch->agreement, statute, ret_found);
		if (e != ERR_OK)
			return e;
	}
	return *ret_found || e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
open_alarm(struct instance *in, const struct law_base_rate *rate,
	const struct store_batch *batch, const struct law_cited *cited)
{
	char count[NUMBER];
	char accepted[NUMBER];
	char per_year[NUMBER];
	bool found = false;
	uint64_t n;
	struct proc_matter m = {
		.kind = MATTER_OF_ALARM,
		.who = MATTER_BY_PROGRAM,
		.batch = batch->n,
		.request = "",
	};
	enum err e =
		find_alarm(in, batch, rate->statute, batch->counted, &found);

	if (e != ERR_OK || found)
		return e;
	(void)snprintf(count, sizeof(count), "%" PRIu64, cited->cited);
	(void)snprintf(accepted, sizeof(accepted), "%" PRIu64, cited->accepted);
	(void)snprintf(per_year, sizeof(per_year), "%" PRIu32, rate->per_year);
	m.words.field[0] = span_text(rate->statute);
	m.words.field[1] = span_text(count);
	m.words.field[2] = span_text(per_year);
	m.words.field[3] = span_text(accepted);
	return proc_matter_open(in, &m, &n);
}

enum err
proc_volume_count(
	struct instance *in, const struct law *law, struct store_batch *batch)
{
	struct store_officer_day officer = {.n = 0};
	struct law_volume v = {.n_rates = 0};
	OWNED_BUF(bytes, LAW_VOLUME_BYTES);
	enum err e = read_counts(in, law, batch, &officer, &v);

	if (e != ERR_OK)
		return e;
	law_volume_encode(&v, &bytes);
	e = buf_error(&bytes);
	if (e == ERR_OK)
		e = account_act(in, "count", batch->n, "", buf_span(&bytes),
			&batch->counted);
	for (int cap = 0; e == ERR_OK && cap < LAW_N_CAPS; cap++)
		if (law_volume_over(law, &v, (enum law_cap)cap))
			e = open_cap(in, law, batch, &v, (enum law_cap)cap);
	for (size_t i = 0; e == ERR_OK && i < v.n_rates; i++)
		if (law_volume_alarm(law, &v, i))
			e = open_alarm(
				in, law_base_rate(law, i), batch, &v.rate[i]);
	return e;
}

/* ---- the gate ---- */

static enum proc_volume_gate
gate_of(const struct matter *cap)
{
	if (matter_is_open(cap))
		return VOLUME_WAITS;
	return cap->decision == MATTER_CAP_REFUSE ? VOLUME_SHUT : VOLUME_OPEN;
}

enum err
proc_volume_gate(struct instance *in, uint32_t batch,
	enum proc_volume_gate *ret_gate, uint64_t *ret_matter)
{
	struct store_matter row = {.n = 0};
	struct matter m;
	enum err e;

	*ret_gate = VOLUME_OPEN;
	*ret_matter = 0;
	while ((e = proc_matter_next(
			in, row.n, MATTER_OF_CAP, batch, &row, &m)) == ERR_OK) {
		enum proc_volume_gate one = gate_of(&m);

		if (one <= *ret_gate)
			continue;
		*ret_gate = one;
		*ret_matter = m.n;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err
proc_volume_shut(struct instance *in, uint32_t n)
{
	struct store_batch batch;
	enum err e = proc_batch_get(in, n, &batch);

	if (e != ERR_OK || batch.stage != STAGE_ANSWERED)
		return e;
	batch.stage = STAGE_LOCATED;
	return store_batch_update(in->store, &batch);
}

/* ---- telling ---- */

static void
tell_state(const struct matter *m, struct buf *to)
{
	if (matter_is_open(m))
		buf_printf(to, "waits for counsel, matter %" PRIu64 "\n", m->n);
	else if (m->decision == MATTER_CAP_REFUSE)
		buf_printf(to,
			"refused by counsel: nobody is looked up, matter "
			"%" PRIu64 "\n",
			m->n);
	else
		buf_printf(
			to, "cleared by counsel, matter %" PRIu64 "\n", m->n);
}

static void
tell_cap(const struct matter *m, const struct span *word, struct buf *to)
{
	buf_text(to, "over the cap of ");
	buf_bytes(to, word[0]);
	buf_text(to, ": ");
	buf_bytes(to, word[1]);
	buf_text(to, " accepted, ");
	buf_bytes(to, word[2]);
	buf_text(to, " may be\n  ");
	buf_bytes(to, word[3]);
	buf_text(to, "; ");
	tell_state(m, to);
}

static void
tell_alarm(const struct matter *m, const struct span *word, struct buf *to)
{
	buf_text(to, "alarm: ");
	buf_bytes(to, word[1]);
	buf_text(to, " requests in 365 days cite ");
	buf_bytes(to, word[0]);
	buf_text(to, ",\n  ");
	buf_bytes(to, word[3]);
	buf_text(to, " were accepted; used ");
	buf_bytes(to, word[2]);
	buf_printf(to, " times a year; %s, matter %" PRIu64 "\n",
		matter_is_open(m) ? "for counsel" : "counsel has seen it",
		m->n);
}

static enum err
tell_kind(struct instance *in, enum matter_kind kind, uint32_t batch,
	struct buf *to)
{
	struct store_matter row = {.n = 0};
	struct proc_matter_words words;
	struct matter m;
	enum err e;

	while ((e = proc_matter_next(in, row.n, kind,
			kind == MATTER_OF_CAP ? batch : 0, &row, &m)) ==
		ERR_OK) {
		if (m.batch != batch && !matter_is_open(&m))
			continue;
		e = proc_matter_words(in, &row, &words);
		if (e != ERR_OK)
			return e;
		if (kind == MATTER_OF_CAP)
			tell_cap(&m, words.words.field, to);
		else
			tell_alarm(&m, words.words.field, to);
		proc_matter_words_fini(&words);
	}
	return e == ERR_NOT_FOUND ? buf_error(to) : e;
}

enum err
proc_volume_tell(struct instance *in, uint32_t batch, struct buf *to)
{
	enum err e = tell_kind(in, MATTER_OF_CAP, batch, to);

	return e == ERR_OK ? tell_kind(in, MATTER_OF_ALARM, batch, to) : e;
}

/* ---- replay ---- */

/* Is there a matter of this batch for this cap, and with this count? */
static enum err
find_cap(struct instance *in, const struct store_batch *batch,
	const struct law_volume *v, enum law_cap cap, bool *ret_found)
{
	struct store_matter row = {.n = 0};
	struct proc_matter_words words;
	struct matter m;
	char count[NUMBER];
	enum err e;

	(void)snprintf(count, sizeof(count), "%" PRIu64, v->count[cap]);
	*ret_found = false;
	while (!*ret_found && (e = proc_matter_next(in, row.n, MATTER_OF_CAP,
				       batch->n, &row, &m)) == ERR_OK) {
		e = proc_matter_words(in, &row, &words);
		if (e != ERR_OK)
			return e;
		*ret_found = span_eq(words.words.field[0],
				     span_text(law_cap_text(cap))) &&
			     span_eq(words.words.field[1], span_text(count));
		proc_matter_words_fini(&words);
	}
	return *ret_found || e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err
replay_rates(struct instance *in, const struct law *law,
	const struct store_batch *batch, const struct law_volume *v)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < v->n_rates; i++) {
		const char *statute = law_base_rate(law, i)->statute;
		bool found = false;

		if (!law_volume_alarm(law, v, i))
			continue;
		e = find_alarm(in, batch, statute, batch->counted, &found);
		if (e == ERR_OK && !found)
			return instance_says(in, ERR_MISMATCH,
				"%" PRIu64 " requests cite %s and there is no "
				"alarm",
				v->rate[i].cited, statute);
	}
	return e;
}

static enum err
replay_caps(struct instance *in, const struct law *law,
	const struct store_batch *batch, const struct law_volume *v)
{
	enum err e = ERR_OK;

	for (int i = 0; e == ERR_OK && i < LAW_N_CAPS; i++) {
		enum law_cap cap = (enum law_cap)i;
		bool over = law_volume_over(law, v, cap);
		bool found = false;

		e = find_cap(in, batch, v, cap, &found);
		if (e == ERR_OK && over != found)
			return instance_says(in, ERR_MISMATCH,
				"%" PRIu64 " is %s the cap of %s and there is "
				"%s matter of it",
				v->count[i], over ? "over" : "not over",
				law_cap_text(cap), found ? "a" : "no");
	}
	return e;
}

static enum err
replay_counts(struct instance *in, const struct law *law,
	const struct store_batch *batch, const struct law_volume *v)
{
	enum err e = replay_caps(in, law, batch, v);

	return e == ERR_OK ? replay_rates(in, law, batch, v) : e;
}

enum err
proc_volume_replay(struct instance *in, const struct law *law,
	const struct store_batch *batch, uint64_t least, uint64_t most)
{
	struct account_opened opened;
	struct law_volume v;
	enum err e;

	if (batch->counted == STORE_NO_ENTRY)
		return ERR_OK;
	e = account_open(in, batch->counted, &opened);
	if (e != ERR_OK)
		return e;
	if (law_volume_decode(account_field(&opened, "object"), &v) != ERR_OK ||
		v.n_rates != law_n_base_rates(law))
		e = instance_says(in, ERR_DAMAGED,
			"entry %" PRIu64 " does not hold the counts of batch "
			"%" PRIu32,
			batch->counted, batch->n);
	else if (v.count[LAW_CAP_BATCH] < least ||
		 v.count[LAW_CAP_BATCH] > most)
		e = instance_says(in, ERR_MISMATCH,
			"%" PRIu64 " were counted as accepted, %" PRIu64 " are",
			v.count[LAW_CAP_BATCH], least);
	if (e == ERR_OK)
		e = replay_counts(in, law, batch, &v);
	account_opened_fini(&opened);
	return e;
}
