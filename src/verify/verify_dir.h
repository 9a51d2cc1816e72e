/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * verify_dir - a ledger's public files in a folder on disk.  A symbolic link
 * is no file of a ledger, wherever it leads.
 */

#include "verify/verify.h"

struct verify_dir {
	int fd;
};
#define VERIFY_DIR_NONE ((struct verify_dir){.fd = -1})

/* Refuses NOT_FOUND (no such folder), fails IO; the folder is open until
 * verify_dir_close(). */
MUST_USE enum err verify_dir_open(const char *path, struct verify_dir *ret_dir);
void verify_dir_close(struct verify_dir *dir);

struct verify_source verify_dir_source(struct verify_dir *dir);

/* A file of any size, for as long as the program lives. */
MUST_USE enum err verify_dir_map(const char *path, struct span *ret_bytes);

/* Any file, by its path, up to the buffer's maximum. */
MUST_USE enum err verify_dir_file(const char *path, struct buf *to);
