/* SPDX-License-Identifier: Apache-2.0 */
#include "os/pack.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/mem.h"

enum { BLOCK = 1 << 16, MODES = 0777 };

/* ---- writing ---- */

struct os_pack {
	struct archive *archive;
	struct archive_entry *entry;
	uint64_t left; /* of the item's size */
};

/* errno as libarchive has it, for the message. */
static enum err
failed(struct archive *archive)
{
	int code = archive_errno(archive);

	if (code == ENOMEM)
		return err_origin(ERR_NOMEM);
	errno = code > 0 ? code : EIO;
	return err_origin(ERR_IO);
}

enum err
os_pack_new(int fd, struct os_pack **ret_pack)
{
	OWNED(os_pack) pack = mem_zeroed(sizeof(*pack));

	if (pack == NULL)
		return err_origin(ERR_NOMEM);
	pack->archive = archive_write_new();
	pack->entry = archive_entry_new();
	if (pack->archive == NULL || pack->entry == NULL)
		return err_origin(ERR_NOMEM);
	if (archive_write_set_format_pax_restricted(pack->archive) !=
			ARCHIVE_OK ||
		archive_write_add_filter_zstd(pack->archive) != ARCHIVE_OK ||
		archive_write_set_bytes_in_last_block(pack->archive, 1) !=
			ARCHIVE_OK ||
		archive_write_open_fd(pack->archive, fd) != ARCHIVE_OK)
		return failed(pack->archive);
	*ret_pack = os_pack_take(&pack);
	return ERR_OK;
}

struct os_pack *
os_pack_free(struct os_pack *pack)
{
	if (pack == NULL)
		return NULL;
	if (pack->entry != NULL)
		archive_entry_free(pack->entry);
	if (pack->archive != NULL) {
		/* Or freeing would write an end to it. */
		(void)archive_write_fail(pack->archive);
		(void)archive_write_free(pack->archive);
	}
	mem_free(pack);
	return NULL;
}

enum err
os_pack_next(struct os_pack *pack, const struct os_pack_item *item)
{
	static const unsigned kinds[] = {AE_IFREG, AE_IFDIR, AE_IFLNK};
	struct archive_entry *entry = archive_entry_clear(pack->entry);

	if (pack->left > 0) { /* of the one before */
		errno = EIO;
		return err_origin(ERR_IO);
	}
	archive_entry_set_pathname(entry, item->name);
	archive_entry_set_filetype(entry, kinds[item->kind]);
	archive_entry_set_perm(entry, (mode_t)(item->mode & MODES));
	archive_entry_set_mtime(entry, item->at, 0);
	if (item->kind == OS_PACK_LINK)
		archive_entry_set_symlink(entry, item->target);
	pack->left = item->kind == OS_PACK_FILE ? item->size : 0;
	archive_entry_set_size(entry, (int64_t)pack->left);
	return archive_write_header(pack->archive, entry) == ARCHIVE_OK
		       ? ERR_OK
		       : failed(pack->archive);
}

enum err
os_pack_bytes(struct os_pack *pack, struct span bytes)
{
	while (bytes.n > 0) {
		la_ssize_t n = bytes.n > pack->left
				       ? -1
				       : archive_write_data(pack->archive,
						 bytes.at, bytes.n);

		if (n <= 0)
			return failed(pack->archive);
		bytes.at += n;
		bytes.n -= (size_t)n;
		pack->left -= (uint64_t)n;
	}
	return ERR_OK;
}

enum err
os_pack_end(struct os_pack *pack)
{
	if (pack->left > 0) {
		errno = EIO;
		return err_origin(ERR_IO);
	}
	return archive_write_close(pack->archive) == ARCHIVE_OK
		       ? ERR_OK
		       : failed(pack->archive);
}

/* ---- reading ---- */

struct os_packed {
	struct archive *archive;
	bool damaged;
};

enum err
os_packed_new(int fd, struct os_packed **ret_packed)
{
	OWNED(os_packed) packed = mem_zeroed(sizeof(*packed));

	if (packed == NULL)
		return err_origin(ERR_NOMEM);
	packed->archive = archive_read_new();
	if (packed->archive == NULL)
		return err_origin(ERR_NOMEM);
	if (archive_read_support_filter_zstd(packed->archive) != ARCHIVE_OK ||
		archive_read_support_format_tar(packed->archive) != ARCHIVE_OK)
		return failed(packed->archive);
	/* What is no archive shows here already: it is told of the first item. */
	packed->damaged =
		archive_read_open_fd(packed->archive, fd, BLOCK) != ARCHIVE_OK;
	*ret_packed = os_packed_take(&packed);
	return ERR_OK;
}

struct os_packed *
os_packed_free(struct os_packed *packed)
{
	if (packed == NULL)
		return NULL;
	if (packed->archive != NULL)
		(void)archive_read_free(packed->archive);
	mem_free(packed);
	return NULL;
}

static bool
is_safe(struct span name)
{
	if (name.n == 0 || name.n >= OS_PACK_NAME || name.at[0] == '/')
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (name.at[i] < 0x20 || name.at[i] == 0x7f)
			return false;
	while (name.n > 0) {
		struct span part = span_cut(&name, '/');

		if (span_eq(part, SPAN("..")) || span_eq(part, SPAN(".")))
			return false;
	}
	return true;
}

static bool
copy_name(const char *from, char to[OS_PACK_NAME])
{
	struct span name = span_text(from);

	/* A folder's may end in a slash. */
	if (name.n > 1 && name.at[name.n - 1] == '/')
		name.n--;
	return is_safe(name) && span_copy(name, to, OS_PACK_NAME);
}

enum err
os_packed_next(struct os_packed *packed, struct os_pack_item *ret_item)
{
	struct archive_entry *entry;
	int rc = packed->damaged
			 ? ARCHIVE_FATAL
			 : archive_read_next_header(packed->archive, &entry);

	*ret_item = (struct os_pack_item){.kind = OS_PACK_FILE};
	if (rc == ARCHIVE_EOF)
		return ERR_NOT_FOUND;
	if (rc != ARCHIVE_OK) {
		packed->damaged = true;
		return ERR_DAMAGED;
	}
	if (!copy_name(archive_entry_pathname(entry), ret_item->name) ||
		archive_entry_hardlink(entry) != NULL ||
		archive_entry_size(entry) < 0)
		return ERR_MALFORMED;
	ret_item->mode = (unsigned)archive_entry_perm(entry) & MODES;
	ret_item->at = archive_entry_mtime(entry);
	switch (archive_entry_filetype(entry)) {
	case AE_IFREG:
		ret_item->size = (uint64_t)archive_entry_size(entry);
		return ERR_OK;
	case AE_IFDIR:
		ret_item->kind = OS_PACK_FOLDER;
		return ERR_OK;
	case AE_IFLNK:
		ret_item->kind = OS_PACK_LINK;
		return copy_name(archive_entry_symlink(entry), ret_item->target)
			       ? ERR_OK
			       : ERR_MALFORMED;
	default:
		return ERR_MALFORMED;
	}
}

enum err
os_packed_read(
	struct os_packed *packed, uint8_t *to, size_t size, size_t *ret_n)
{
	la_ssize_t n = packed->damaged
			       ? -1
			       : archive_read_data(packed->archive, to, size);

	*ret_n = n > 0 ? (size_t)n : 0;
	packed->damaged = packed->damaged || n < 0;
	return n < 0 ? ERR_DAMAGED : ERR_OK;
}
