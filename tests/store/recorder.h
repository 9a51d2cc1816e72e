/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * recorder - system calls that change files, taken down and made to fail.
 *
 * It defines openat(), pwrite(), fsync(), fdatasync(), syncfs(), renameat(),
 * mkdirat() and unlinkat() of the program that it is linked into.  What is done
 * below the root is done, and taken down; from that every state is built that a
 * disk may be in when the power fails:
 *
 *	data	of a file is on the disk after a sync of the file
 *	names	of a folder are after a sync of the folder
 *	all	is after syncfs()
 *
 * and what was not synced may be there or not, each change by itself, in any
 * order; bytes may be there in part.  That is less than any file system
 * promises.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes down what happens below `root` (absolute) from now on. */
void rec_start(const char *root);
void rec_stop(void);

/* A number that the program stands by from here on. */
void rec_say(uint64_t acknowledged);

/* ---- faults ---- */

enum rec_fault { REC_NO_FAULT, REC_FAIL, REC_SHORT };

/*
 * The call number `at`, from 0, that changes or syncs fails with `error`, or
 * (REC_SHORT) writes half; a failed sync spoils what it was to make durable: it
 * can be read, and is on no disk, whatever is synced later.
 */
void rec_fault(int at, enum rec_fault fault, int error);
int rec_calls(void);       /* so far */
int rec_calls_after(void); /* since the fault, what only spoils not counted */
bool rec_fault_was_sync(void);

/* ---- states after a crash ---- */

/* How many points there are at which it may crash; 0 is before everything. */
size_t rec_points(void);
/* Changes that were not durable at that point. */
size_t rec_open_changes(size_t point);
/* What had been said by then; 0 where nothing. */
uint64_t rec_said(size_t point);

enum rec_choice { REC_LOST, REC_DONE, REC_TORN };

/* Builds the state at `point` in an empty folder: choice(ctx, i) is asked for
 * each change that was not durable, in order. */
void rec_build(size_t point, const char *folder,
	enum rec_choice (*choice)(void *ctx, size_t i), void *ctx);
