/* SPDX-License-Identifier: Apache-2.0 */
/* What follows when a matter is answered. */
#include "proc/proc_matter.h"
#include "proc/proc_rejudge.h"
#include "proc/proc_reply.h"
#include "proc/proc_review.h"
#include "proc/proc_volume.h"

#include <inttypes.h>

/* Within the transaction of the decision. */
typedef enum err proc_matter_effect(struct instance *in,
	const struct store_matter *row, struct span ground);

/* What is read over first, or takes more than a word, has a verb of its own. */
static enum err
by_its_verb(
	struct instance *in, const struct store_matter *row, struct span ground)
{
	static const char *const verb[MATTER_N_KINDS] = {
		[MATTER_OF_INCIDENT] = "incident report",
		[MATTER_OF_LOOK] = "look decide",
		[MATTER_OF_NOTICE] = "notice suppress",
		[MATTER_OF_SAMPLE] = "review sample",
	};

	(void)ground;
	must(row->kind < MATTER_N_KINDS && verb[row->kind] != NULL);
	return instance_says(in, ERR_NOT_ALLOWED,
		"this is decided by its own verb: weir %s", verb[row->kind]);
}

static enum err
shut(struct instance *in, const struct store_matter *row, struct span ground)
{
	(void)ground; /* it is in the decision's entry */
	return proc_volume_shut(in, row->batch);
}

static enum err
sustain(struct instance *in, const struct store_matter *row, struct span ground)
{
	(void)ground;
	return proc_review_sustain(in, row);
}

static enum err
judge_anew(
	struct instance *in, const struct store_matter *row, struct span ground)
{
	(void)ground;
	return proc_rejudge(in, row->batch, row->line);
}

/* Decisions after which nothing else changes have none; a batch whose caps are
 * cleared goes on by `batch resume`. */
static proc_matter_effect *const effects[MATTER_N_DECISIONS] = {
	[MATTER_CAP_REFUSE] = shut,
	[MATTER_INCIDENT_REPORT] = by_its_verb,
	[MATTER_LOOK_SOUND] = by_its_verb,
	[MATTER_LOOK_WRONG] = by_its_verb,
	[MATTER_NOTICE_SUPPRESS] = by_its_verb,
	[MATTER_OBJECTION_SUSTAIN] = sustain,
	[MATTER_SAMPLE_SOUND] = by_its_verb,
	[MATTER_SAMPLE_WRONG] = by_its_verb,
	[MATTER_RECONSIDER_ANEW] = judge_anew,
};

/* When it is durable: what the requester is told, and who is looked up.  Where a
 * crash cuts it off, `batch resume` does it. */
static enum err
follow(struct instance *in, const struct store_matter *row,
	enum matter_decision decision)
{
	struct store_batch batch;
	enum err e;

	if (decision == MATTER_RECONSIDER_ANEW)
		return proc_rejudge_after(in, row->batch);
	if (decision != MATTER_RECONSIDER_UPHOLD)
		return ERR_OK;
	e = proc_batch_get(in, row->batch, &batch);
	return e == ERR_OK ? proc_reply_later(in, &batch) : e;
}

enum err
proc_matter_answer(
	struct instance *in, uint64_t n, const char *word, struct span ground)
{
	struct store_matter row;
	struct matter m;
	enum matter_decision decision;
	enum err e = proc_matter_get(in, n, &row, &m);

	if (e != ERR_OK)
		return e;
	if (!matter_decision_parse(
		    (enum matter_kind)m.kind, span_text(word), &decision))
		return instance_says(in, ERR_NOT_FOUND,
			"a matter of the kind %s has no decision '%s'",
			matter_kind_text((enum matter_kind)m.kind), word);
	e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = proc_matter_decide(in, n, decision, proc_matter_roles(in), ground);
	if (e == ERR_OK && effects[decision] != NULL)
		e = effects[decision](in, &row, ground);
	if (e != ERR_OK) {
		account_abandon(in);
		return e;
	}
	e = account_commit(in);
	return e == ERR_OK ? follow(in, &row, decision) : e;
}
