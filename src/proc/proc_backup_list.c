/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/code.h"
#include "os/file.h"
#include "proc/proc_backup_int.h"

enum err
backup_list_new(int at, const char *name, struct backup_list *ret_list)
{
	struct backup_list list = BACKUP_LIST_NONE;
	enum err e = crypto_sha384_new(&list.hash);

	if (e != ERR_OK)
		return e;
	list.fd = openat(at, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (list.fd < 0 || unlinkat(at, name, 0) != 0) {
		backup_list_free(&list);
		return err_origin(ERR_IO);
	}
	*ret_list = list;
	return ERR_OK;
}

void
backup_list_free(struct backup_list *list)
{
	os_close(&list->fd);
	list->hash = crypto_sha384_free(list->hash);
}

enum err
backup_list_add(struct backup_list *list, const struct os_pack_item *item,
	const uint8_t hash[CRYPTO_SHA384])
{
	OWNED_BUF(line, BACKUP_LINE);

	switch (item->kind) {
	case OS_PACK_FILE:
		code_hex(&line, span_of(hash, CRYPTO_SHA384));
		buf_printf(&line, " %" PRIu64 " %04o %s\n", item->size,
			item->mode, item->name);
		break;
	case OS_PACK_FOLDER:
		buf_printf(&line, "folder %04o %s\n", item->mode, item->name);
		break;
	case OS_PACK_LINK:
		buf_printf(&line, "link %s %s\n", item->target, item->name);
		break;
	}
	if (buf_error(&line) != ERR_OK)
		return buf_error(&line);
	list->n++;
	crypto_sha384_add(list->hash, buf_span(&line));
	return os_write_all(list->fd, buf_span(&line));
}

enum err
backup_list_end(struct backup_list *list, uint8_t ret_hash[CRYPTO_SHA384])
{
	crypto_sha384_end(list->hash, ret_hash);
	return os_rewind(list->fd);
}

/* What a line is of: all after its last blank but one field a kind; names may
 * have blanks, so the fields before are counted. */
static const char *
name_in(const char *line)
{
	int fields = strncmp(line, "folder ", 7) == 0 ||
				     strncmp(line, "link ", 5) == 0
			     ? 2
			     : 3;

	while (fields-- > 0) {
		line = strchr(line, ' ');
		if (line == NULL)
			return "";
		line++;
	}
	return line;
}

static FILE *
reader(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	FILE *file = copy < 0 ? NULL : fdopen(copy, "r");

	if (file == NULL)
		os_close(&copy);
	else
		rewind(file);
	return file;
}

static enum err
compare(FILE *ours, FILE *theirs, struct why *why)
{
	char a[BACKUP_LINE];
	char b[BACKUP_LINE];

	for (;;) {
		const char *x = fgets(a, sizeof(a), ours);
		const char *y = fgets(b, sizeof(b), theirs);

		if (x == NULL && y == NULL)
			return ERR_OK;
		if (x != NULL && y != NULL && strcmp(x, y) == 0)
			continue;
		x = name_in(y != NULL ? y : a);
		return why_set(why, ERR_MISMATCH,
			"%.*s in the back-up is not what was backed up",
			(int)strcspn(x, "\n"), x);
	}
}

enum err
backup_list_compare(int ours, int theirs, struct why *reterr_why)
{
	FILE *a = reader(ours);
	FILE *b = reader(theirs);
	enum err e = a == NULL || b == NULL ? err_origin(ERR_IO)
					    : compare(a, b, reterr_why);

	if (a != NULL)
		(void)fclose(a);
	if (b != NULL)
		(void)fclose(b);
	return e;
}
