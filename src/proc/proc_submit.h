/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_submit - a signed batch comes in.
 *
 *	freeze ─ manifest ─ hash, count ─ gather ─ judge ─ reply ─ locate
 *	copy     certifier  before any    facts    entry Q  signed  entry L,
 *	         register   line is read  of all   each             vault, M
 *
 * Each stage is durable before the next (enum store_stage); submitting the
 * same file again goes on where a crash stopped it, or gives the same answer.
 */

#include "proc/proc_batch.h"

/* A batch that is no three files with names: it came over the network. */
struct proc_submit_given {
	int requests; /* read from where it stands */
	bool csv;
	struct span manifest;
	struct span signature;
	/* Who brings it, for instance_open_for(); NULL: by a key. */
	const struct instance_asker *asker;
	/* The batch must be under an agreement of this agency; empty: of the
	 * asker's, where that is one. */
	struct span agency;
};

struct proc_submit_options {
	const char *path;     /* of the instance */
	const char *requests; /* file; CSV where it ends in .csv */
	const char *manifest;
	const char *signature; /* NULL: the manifest's name and ".p7s" */
	const char *key; /* of who submits; NULL: the sandbox's operator */
	int32_t today;   /* DAY_NONE: the clock's */
	/* Instead of files: then the names above are for sentences alone. */
	const struct proc_submit_given *given;
	/* Called once the batch has its number, and at each later stage, which
	 * is durable then; NULL: not wanted. */
	void (*reached)(void *context, uint32_t batch, enum store_stage stage);
	/* Called now and then on long work; NULL: not wanted. */
	void (*progress)(
		void *context, const char *stage, uint64_t done, uint64_t of);
	void *context;
};

enum { SUBMIT_STAGES = 9, SUBMIT_FAULTS = 5, SUBMIT_TOLD = 1 << 16 };

struct proc_submit_result {
	uint32_t batch;
	bool again; /* was there already */
	uint64_t lines;
	struct case_totals totals;
	struct buf told; /* proc_volume_tell()'s; buf_fini() is the caller's */
	/* The first lines that could not be read as requests. */
	struct {
		uint64_t line;
		char member[96];
		char says[160];
	} fault[SUBMIT_FAULTS];
	uint64_t n_faults;
	/* Of a refused batch: the code, and why. */
	char code[LAW_CODE_MAX];
	struct why why;
	/* Where the time went. */
	struct {
		const char *stage;
		int64_t ns;
	} time[SUBMIT_STAGES];
	size_t n_times;
};

/*
 * Refuses MALFORMED, BAD_SIGNATURE, MISMATCH, EXISTS, NOT_ALLOWED: the whole
 * batch, with its code and a sentence in the result; its sequence number is
 * not used up.
 */
MUST_USE enum err proc_submit(const struct proc_submit_options *options,
	struct proc_submit_result *ret_result);

/*
 * The same in a process of its own, for who does something else afterwards: a
 * submit locks itself in for good.  How it went, a refusal or failure among it,
 * is in *ret_went; fails where that process did not tell.
 */
struct proc_submit_went {
	int32_t e; /* enum err */
	uint32_t batch;
	bool again;
	uint64_t lines;
	char code[LAW_CODE_MAX];
	struct why why;
};
MUST_USE enum err proc_submit_apart(const struct proc_submit_options *options,
	struct proc_submit_went *ret_went);
