/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_world - for the tests of proc: a sandbox with a drawn roll and one
 * batch, made once in a temporary folder; each test works on a copy.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proc/proc_instance.h"

enum { WORLD_REQUESTS = 300, WORLD_PATH = 256 };

/* Group setup and teardown.  WORLD_TODAY is the day of receipt. */
#define WORLD_TODAY "2026-11-01"
int world_make(void **state);
int world_remove(void **state);

/* Runs in a process of its own, as verbs that lock themselves in need; its exit
 * status. */
int world_apart(int (*run)(void *arg), void *arg);

/* Where the world's instance is, and a fresh copy of it for this test. */
const char *world_path(void);
const char *world_copy(void);

/* "sandbox/counsel.key" of an instance; until the next call. */
const char *world_key(const char *instance, const char *who);

/* Must open; the caller closes. */
void world_open(const char *instance, unsigned want, const char *who,
	struct instance *ret_in);

/*
 * A receipt by the sandbox's prover that says of all that is asked that it is
 * proved, whether it is or not: the tests of proc know no solver.  Of these
 * files; or written beside an agreement's file.
 */
struct proc_proof;
struct proc_law_file;
void world_prove_files(const char *instance, const struct law *law,
	const struct proc_law_file *files, size_t n, struct proc_proof *ret);
void world_prove(const char *instance, const char *file);

/* One statement on an instance's store. */
void world_sql(const char *instance, const char *sql);

/* Changes one byte of the first file that `pattern` (glob) names. */
void world_damage(const char *instance, const char *pattern, long at);
