/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * file - whole files, replaced so that a crash leaves the old or the new.
 *
 * Names are relative to an open folder, so that a process which locked itself
 * in still reaches exactly what it holds.  Every function fails IO (errno is
 * left for the message); os_read() refuses NOT_FOUND and TOO_LARGE.
 */

#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/* Opens a folder, making it (mode 0700) with `make`; close with os_close(). */
MUST_USE enum err os_folder(int at, const char *name, bool make, int *ret_fd);
void os_close(int *fd);
#define OWNED_FD __attribute__((cleanup(os_close))) int

/* Appends the whole file to `to` (whose maximum bounds it). */
MUST_USE enum err os_read(int at, const char *name, struct buf *to);
MUST_USE enum err os_read_fd(int fd, struct buf *to);

/* Back to the file's beginning; up to `size` bytes, 0 at the end. */
MUST_USE enum err os_rewind(int fd);
MUST_USE enum err os_read_some(int fd, uint8_t *to, size_t size, size_t *ret_n);

/* Where `fd` is a pipe, asks for room of a MiB in it, so that who writes and who
 * reads need not take turns.  No error where it is no pipe, or may not be. */
void os_widen_pipe(int fd);

/* Until `n` bytes came; ret_n is less only at the end of the file. */
MUST_USE enum err os_read_exact(int fd, uint8_t *to, size_t n, size_t *ret_n);

/* Temporary, fsync, rename over `name`, fsync of the folder. */
MUST_USE enum err os_write(
	int at, const char *name, struct span bytes, mode_t mode);

/* The same without any fsync: the caller makes a whole group durable with one
 * os_sync_all(). */
MUST_USE enum err os_write_loose(
	int at, const char *name, struct span bytes, mode_t mode);
MUST_USE enum err os_write_all(int fd, struct span bytes);
MUST_USE enum err os_sync(int fd);     /* a folder or a file */
MUST_USE enum err os_sync_all(int fd); /* all that is written to its disk */
bool os_exists(int at, const char *name);

/* Removes a folder and what is in it, one level of folders deep at most. */
MUST_USE enum err os_remove_tree(int at, const char *name);

/* Removes a folder and all below it; follows no link. */
MUST_USE enum err os_remove_all(const char *path);

/* An exclusive lock on `name`, held until the descriptor is closed.  Waits
 * when `wait`; else refuses BUSY. */
MUST_USE enum err os_lock(int at, const char *name, bool wait, int *ret_fd);

/* Waits so long and refuses BUSY then.  Uses SIGALRM: for one thread. */
MUST_USE enum err os_lock_within(
	int at, const char *name, unsigned ms, int *ret_fd);

/* Seconds since 1970, UTC; and a steady clock for measuring, in ns. */
int64_t os_now(void);

/* Lets others run for about so long. */
void os_pause_ms(unsigned ms);

int64_t os_ticks(void);

/* Peak resident memory of this process, in KiB. */
long os_peak_kib(void);
