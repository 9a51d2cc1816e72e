/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_sandbox - what a process may still do once it serves.
 *
 * Two locks: Landlock (no file or folder but those named) and seccomp (no
 * system call but those listed; another one kills the process).  Files that
 * are open already stay usable.  Where the kernel lacks one of them the other
 * still holds, and proc_sandbox_text() says so; a build with sanitizers has
 * no seccomp, since those need calls of their own.
 */

#include <stddef.h>

#include "base/err.h"

enum proc_sandbox_profile {
	SANDBOX_FRONT,   /* parse: read what is open, write the socket */
	SANDBOX_VAULT,   /* and map memory, threads */
	SANDBOX_KEEPER,  /* and write, sync, rename below the two folders */
	SANDBOX_WITNESS, /* as the keeper, and talk on the port it listens at */
};

/* `folders` (descriptors, n of them): below these the keeper may read and
 * write; the others pass none. */
MUST_USE enum err proc_sandbox_enter(enum proc_sandbox_profile profile,
	const int *folders, size_t n_folders);

/*
 * For the judge, who serves no loop: Landlock only.  `files` (n descriptors of
 * files or folders) stay reachable, those from `n_written` on for reading only;
 * the roll, the keeper's folder and the rest of the disk do not, nor does TCP
 * where the kernel can refuse it.  For the rest of the process's life.
 */
MUST_USE enum err proc_sandbox_judge(
	const int *files, size_t n, size_t n_written);

/*
 * For the intake, once the judge's lock holds: a list of system calls besides.
 * It judges, keeps its store and its files, and starts threads; it opens no
 * socket, starts no process and no program.
 */
MUST_USE enum err proc_sandbox_intake(void);

/*
 * For the courier: sockets to the outside, `files` (n descriptors) for reading,
 * threads, and nothing else: no other file, no port to listen at where the
 * kernel can refuse it, no program, no key.
 */
MUST_USE enum err proc_sandbox_courier(const int *files, size_t n);

/*
 * For the service (serve/): its gate, with `folder` and the sockets it has, no
 * other file and no other socket; its parent, with the instance's folder and
 * the system's for reading, which its children have no more than, no program and no other
 * process; its desk, which moreover hears nobody from outside.
 */
MUST_USE enum err proc_sandbox_gate(int folder);
MUST_USE enum err proc_sandbox_parent(int folder);
MUST_USE enum err proc_sandbox_desk(void);

/* "Landlock ABI 7, seccomp" or what is missing; for `weir --version`. */
const char *proc_sandbox_text(void);
