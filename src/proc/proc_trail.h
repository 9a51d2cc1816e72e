/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_trail - what is noted of a matter while it is open or after: each note
 * one signed act, found again by the matter's number.
 *
 *	store "matter/N/trail"	indices of the acts, u64 each, as made
 *	store "matter/N/list"	requests it names: u32 batch, u64 line, each
 *
 * The notes themselves are in their entries; a list is one by the hash that
 * the newest LISTED note has of it.
 */

#include "proc/proc_matter.h"

/* Within a transaction.  Refuses as proc_matter_enter() does. */
MUST_USE enum err proc_trail_add(struct instance *in,
	const struct matter *matter, const char *request,
	const struct matter_note *note);

/* A note as its entry says it; spans live until `each` returns. */
struct proc_note {
	struct matter_note note;
	struct span actor; /* fingerprint */
	struct span at;    /* time, text */
	uint64_t entry;
};

/* Every note, oldest first; what `each` returns ends it unless ERR_OK.
 * DAMAGED: an entry of the trail is no note of this matter. */
MUST_USE enum err proc_trail_each(struct instance *in, uint64_t n,
	enum err (*each)(void *context, const struct proc_note *note),
	void *context);

/* ---- the requests that a matter names ---- */

struct proc_ref {
	uint32_t batch;
	uint64_t line;
};

struct proc_list {
	struct proc_ref *at;
	size_t n;
	size_t size;
};

MUST_USE enum err proc_list_add(
	struct proc_list *list, uint32_t batch, uint64_t line);
/* By batch and line, each once. */
void proc_list_sort(struct proc_list *list);
bool proc_list_has(
	const struct proc_list *sorted, uint32_t batch, uint64_t line);
void proc_list_fini(struct proc_list *list);

/* Within a transaction: sorts, keeps, and notes the hash. */
MUST_USE enum err proc_list_save(struct instance *in,
	const struct matter *matter, struct proc_list *list);
/* Empty where none was saved; DAMAGED where the hash is another. */
MUST_USE enum err proc_list_load(
	struct instance *in, uint64_t n, struct proc_list *ret_list);
