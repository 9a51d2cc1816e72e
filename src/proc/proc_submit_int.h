/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Inside proc_submit*.c: one batch on its way in. */

#include "proc/proc_front.h"
#include "proc/proc_submit.h"

struct submit {
	const struct proc_submit_options *options;
	struct proc_submit_result *result;
	struct instance in;
	struct proc_peer front;
	struct request_manifest manifest;
	struct store_batch batch;
	int folder; /* batches/N, or batches/incoming before it has a number */
	uint8_t registers[32]; /* hash of all heads, as read */
	int64_t clock;         /* os_ticks() of the last stage's end */
};

/* Closes a stage's time. */
void submit_stage(struct submit *s, const char *stage);
void submit_progress(
	struct submit *s, const char *stage, uint64_t done, uint64_t of);

/* proc_submit_judge.c: lines to rows and entries; resumes after `done` lines. */
MUST_USE enum err submit_judge(struct submit *s, const struct front_file *file);
