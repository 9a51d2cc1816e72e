/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_incident - a possible improper disclosure, from its opening to its
 * report (R30).
 *
 *	open ── amend, name ── report ── notice ── close
 *	  '---- 24 hours -------'
 *
 * A matter (matter/matter.h) whose seven fields may be written anew until they
 * are right, and that names the requests it is about.  What goes into a report
 * is read over first: nine digits, or the name, birth date or address of a
 * request that it names, are refused.  Functions below do one act each, durable
 * and published, unless they say "within a transaction".
 */

#include "proc/proc_batch.h"
#include "proc/proc_trail.h"
#include "report/report_incident.h"

/* What stands in a field that nobody has written. */
#define PROC_INCIDENT_UNKNOWN "not known yet"

/* By place, as matter.def has them; NULL: not known yet. */
struct proc_incident {
	const char *field[MATTER_FIELDS_MAX];
	uint32_t batch; /* 0: of no one batch */
};

/* `named` may be empty; it is sorted.  Refuses NOT_ALLOWED (no role),
 * MALFORMED (return information in a field; a field's form). */
MUST_USE enum err proc_incident_open(struct instance *in,
	const struct proc_incident *incident, struct proc_list *named,
	uint64_t *ret_n);

/* Within a transaction, by `who`; the words are the caller's own. */
MUST_USE enum err proc_incident_enter(struct instance *in, unsigned who,
	const struct proc_incident *incident, struct proc_list *named,
	uint64_t *ret_n);

/* One text that is to stand in a report, against the requests it is about;
 * refuses MALFORMED with `name` and what is wrong. */
MUST_USE enum err proc_incident_read_over(struct instance *in, const char *name,
	struct span text, const struct proc_list *named);

/* Fields not NULL are written anew.  Refuses BAD_MOVE once it is closed. */
MUST_USE enum err proc_incident_amend(
	struct instance *in, uint64_t n, const struct proc_incident *incident);

/* Names these requests too. */
MUST_USE enum err proc_incident_name(
	struct instance *in, uint64_t n, const struct proc_list *more);

/* As it stands now; spans live in `words`, which the caller frees. */
struct proc_incident_words {
	struct matter matter;
	struct report_incident report;
	struct buf field[MATTER_FIELDS_MAX];
	struct proc_list named; /* sorted */
};
/* Refuses NOT_FOUND: no matter, or another kind. */
MUST_USE enum err proc_incident_read(
	struct instance *in, uint64_t n, struct proc_incident_words *ret_words);
void proc_incident_fini(struct proc_incident_words *words);

/*
 * Read over once more; where it was not yet reported, that it is now, by
 * counsel or a safeguards officer.  Refuses MALFORMED: return information in
 * it, or a field that says "not known yet" for which `unknown` is false.
 */
MUST_USE enum err proc_incident_report(struct instance *in, uint64_t n,
	bool unknown, struct proc_incident_words *ret_words);

/* Requests by id into a list; of `batch`, 0: the last with that id.  Refuses
 * NOT_FOUND with the id. */
MUST_USE enum err proc_incident_find(struct instance *in, uint32_t batch,
	const char *const *ids, size_t n, struct proc_list *to);

/*
 * Requests by a list, as `incident affected --csv` and `redecide --out` write
 * it: id, batch and line begin each line, and the first line says so.  Refuses
 * MALFORMED with the line's number, NOT_FOUND where no request is that one.
 */
MUST_USE enum err proc_incident_find_listed(
	struct instance *in, struct span csv, struct proc_list *to);
