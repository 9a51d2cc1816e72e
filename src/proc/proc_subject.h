/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_subject - the tags of entries about people (ledger/subject.h), as this
 * instance makes them.
 *
 * The secret is secret/subject.key; its hash is in an entry, once, so that an
 * inspector who is shown the secret knows that it was never another.  The salt
 * of a person and the counter of their tags are in the store, under a name that
 * tells nobody who; and in the sealed opening of each entry D, from which both
 * can be told again.
 */

#include "ledger/map.h"
#include "ledger/subject.h"
#include "proc/proc_account.h"

/* Reads the secret, where there is one; then, with the ledger open, refuses
 * DAMAGED where it is not the one that was entered; an instance of an older
 * program gets one. */
MUST_USE enum err proc_subject_read(struct instance *in);
MUST_USE enum err proc_subject_ready(struct instance *in);

/* Enters the secret's hash, unless it was: within a transaction.  Before the
 * first tag. */
MUST_USE enum err proc_subject_begin(struct instance *in);

/* The month from which on there are tags; refuses NOT_FOUND: none was begun. */
MUST_USE enum err proc_subject_first(struct instance *in, uint32_t *ret_period);

/* What the opening of an entry D keeps beside its fields: as long whatever it
 * says. */
enum proc_subject_kind {
	SUBJECT_NONE,    /* nobody's address: its tag is random */
	SUBJECT_TAGGED,  /* the i-th of a person's month */
	SUBJECT_DELAYED, /* a person's, kept out for now: random */
};
enum { PROC_SUBJECT_BYTES = 2 + LEDGER_SALT + 4 + 8 };
struct proc_subject_tag {
	enum proc_subject_kind kind;
	uint8_t tag[LEDGER_TAG];
	uint8_t salt[LEDGER_SALT];
	uint32_t period;
	uint64_t i;
};
void proc_subject_encode(
	const struct proc_subject_tag *tag, uint8_t to[PROC_SUBJECT_BYTES]);
/* Not `tag` itself; false for what it is not. */
bool proc_subject_decode(struct span bytes, struct proc_subject_tag *ret_tag);

/* The next tag of a person (a person_id of the roll), within a transaction. */
MUST_USE enum err proc_subject_next(struct instance *in, struct span person,
	struct proc_subject_tag *ret_tag);

/* A person's row as it is, or with a new salt (kept, within a transaction). */
MUST_USE enum err proc_subject_row(struct instance *in, struct span person,
	struct store_subject *ret_subject);

/*
 * Makes the counters anew from the journal, within a transaction: the salt and
 * the newest tag of everybody whose tag or question is in an entry.  Rows that
 * say otherwise are written over; *ret_n is how many.  Of an act "account-late"
 * of an older program, which does not keep its tag, the next one is tried.
 * Refuses DAMAGED where the journal contradicts itself.
 */
MUST_USE enum err proc_subject_rebuild(struct instance *in, uint64_t *ret_n);

/* The key of that person for one month. */
void proc_subject_period(const struct instance *in, struct span person,
	const struct store_subject *subject, uint32_t period,
	uint8_t ret_key[32]);
