/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_check - a requester's own check of a file of requests, before it is
 * certified and sent: the same reading, grading and law as the custodian's,
 * with no instance, no register and no roll.
 *
 * What the lines say of each other is found out as at the custodian's: an id,
 * a duplicate or a reason used twice, too many people under one officer.  What
 * only the custodian knows is taken to be in order (proc_check_assumed()), so
 * a file that passes may still be refused, and one that fails will be.
 *
 * The file is read twice; 72 bytes a line are kept between.
 */

#include "base/buf.h"
#include "base/err.h"
#include "law/law.h"
#include "proof/proof.h"
#include "request/request.h"

enum { PROC_CHECK_STATUTES = 7 };

/*
 * Reads an agreement with its statutes: those of `statutes`, or without any the
 * ones of the program that it names.  `path` NULL: the shipped agreement.  Refuses
 * MALFORMED, with the place shown in `ret_error`, and NOT_FOUND, TOO_LARGE (a
 * file; `reterr_why`).  A statute alone is MALFORMED too: no agreement.
 */
MUST_USE enum err proc_check_law(const char *path, const char *const *statutes,
	size_t n_statutes, struct law **ret_law, struct buf *ret_error,
	struct why *reterr_why);

/* The same, and which files these were: the agreement last. */
struct proc_check_files {
	size_t n;
	struct proof_file file[PROOF_FILES_MAX];
};
MUST_USE enum err proc_check_law_files(const char *path,
	const char *const *statutes, size_t n_statutes, struct law **ret_law,
	struct proc_check_files *ret_files, struct buf *ret_error,
	struct why *reterr_why);

/* One file as a statute by itself; errors as above. */
MUST_USE enum err proc_check_statute(const char *path, size_t *ret_n_rules,
	struct buf *ret_error, struct why *reterr_why);

struct proc_check_line {
	uint64_t line;      /* of the batch, from 1: as in the reply */
	uint64_t file_line; /* where it begins: in CSV after the header */
	const struct request *request;
	enum law_answer answer; /* LAW_REFUSED, LAW_ASK, LAW_REVIEW: accepted */
	const struct law_rule *unmet[LAW_RULES_MAX];
	size_t n_unmet;
	unsigned advice; /* bits of enum request_advice, of accepted ones */
};

/* The sentence of an unmet rule; of a form code, with the member at fault. */
void proc_check_sentence(const struct proc_check_line *line,
	const struct law_rule *rule, struct buf *to);

struct proc_check_totals {
	uint64_t lines;
	uint64_t accepted; /* with those that a person would look at first */
	uint64_t asked;
	uint64_t refused;
};

struct proc_check_options {
	int fd; /* of a file; not a pipe */
	bool csv;
	int32_t today; /* the day of receipt that is assumed */
	const struct law *law;

	/* Each line, in order; what it answers but ERR_OK ends the check. */
	enum err (*each)(void *context, const struct proc_check_line *line);
	void *context;
};

/* Refuses MALFORMED (a CSV header that cannot be read) and MISMATCH (the file
 * changed as it was read).  Fails IO, NOMEM. */
MUST_USE enum err proc_check_requests(const struct proc_check_options *options,
	struct proc_check_totals *ret_totals, struct why *reterr_why);

/* What was taken to be in order, a sentence each; NULL past the last. */
const char *proc_check_assumed(size_t i);
