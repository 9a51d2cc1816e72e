/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside proc_intake*.c: what the intake holds, and a group on its way. */

#include "proc/proc_intake.h"

enum { INTAKE_BOOKS = 64, INTAKE_SENDERS = 64 };

/* A place of a group. */
struct intake_place {
	struct intake_single *single;
	struct front_single front;
	struct proc_book *book;
	struct submit_line line;
	struct store_single known; /* AGAIN */
	bool is_new;
	bool links; /* it took another one's place */
	enum err refused;
	char code[LAW_CODE_MAX];
	struct why why;
};

/* What the front was asked about: the first `heard` of them were answered. */
struct intake_group {
	struct intake_single *single[2 * INTAKE_GROUP];
	size_t n;
	size_t heard;
	bool reads;        /* the rest is at the front, or some of it */
	int32_t today;     /* of the grades */
	struct buf answer; /* the front's, of those who may bring requests in */
	enum err e;
};

struct intake {
	struct instance in;
	struct instance_asker asker; /* of the single at hand; for_all */
	struct proc_peer front;
	struct proc_submit_options options;
	struct proc_submit_result result; /* of the envelope at hand */
	struct submit s;
	struct judge judge; /* of one line */
	struct fact fact[1];
	struct proc_key list[4];
	struct seen *seen;
	struct proc_book book[INTAKE_BOOKS];
	size_t n_books;
	struct crypto_key *key; /* of the instance: answers are signed by it */
	struct crypto_cert *cert;
	uint8_t sender[INTAKE_SENDERS][32]; /* whose use is in the log */
	bool played;      /* its day is a sandbox's, and stays */
	int64_t fresh_at; /* when the ledger's policy was last asked */
	struct why stale; /* why nothing new is decided */
	struct intake_place place[INTAKE_GROUP];
	uint32_t order[INTAKE_GROUP];
	struct intake_group next;
	struct intake_group now; /* is judged */
	bool judges;
	intake_meanwhile *meanwhile;
	void *context;
	struct buf private;
};

/* ---- proc_intake_answer.c ---- */

/* Of a line that is durable, of one that came before, of what is refused. */
MUST_USE enum err intake_answer_new(
	struct intake *k, struct intake_place *place);
MUST_USE enum err intake_answer_again(
	struct intake *k, struct intake_place *place);
MUST_USE enum err intake_answer_problem(struct intake_single *single,
	enum intake_status status, enum err kind, const char *code,
	const char *sentence);
