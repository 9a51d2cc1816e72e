/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_backup_int - what making a back-up and restoring one share.
 *
 *	proc_backup.c		makes one
 *	proc_backup_list.c	the manifest: a line for each thing in it
 *	proc_restore.c		unpacks one, compares, gives it its name
 */

#include "crypto/crypto.h"
#include "os/pack.h"
#include "proc/proc_backup.h"

#define BACKUP_MANIFEST "backup/manifest"
#define BACKUP_SUMMARY "backup/summary"
#define BACKUP_SIGNATURE "backup/summary.p7s"

enum { BACKUP_PIECE = 1 << 15, BACKUP_LINE = 1200, BACKUP_SUMMARY_MAX = 4096 };

/* A manifest that grows in a file without a name. */
struct backup_list {
	int fd;
	uint64_t n;
	struct crypto_sha384 *hash;
};
#define BACKUP_LIST_NONE ((struct backup_list){.fd = -1})

/* In the folder `at`, under `name` for a moment. */
MUST_USE enum err backup_list_new(
	int at, const char *name, struct backup_list *ret_list);
void backup_list_free(struct backup_list *list);

/* "HEX SIZE MODE NAME", "folder MODE NAME", "link TARGET NAME"; `hash` of a
 * file. */
MUST_USE enum err backup_list_add(struct backup_list *list,
	const struct os_pack_item *item, const uint8_t hash[CRYPTO_SHA384]);

/* Of all lines; nothing is added after it. */
MUST_USE enum err backup_list_end(
	struct backup_list *list, uint8_t ret_hash[CRYPTO_SHA384]);

/* Line by line with another: MISMATCH with the name of what differs. */
MUST_USE enum err backup_list_compare(
	int ours, int theirs, struct why *reterr_why);
