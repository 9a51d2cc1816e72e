/* SPDX-License-Identifier: Apache-2.0 */
#include "roll/roll_int.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static enum err
write_at(int fd, struct span bytes, uint64_t at)
{
	while (bytes.n > 0) {
		ssize_t n = pwrite(fd, bytes.at, bytes.n, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_origin(ERR_IO);
		bytes = span_of(bytes.at + n, bytes.n - (size_t)n);
		at += (uint64_t)n;
	}
	return ERR_OK;
}

static uint64_t
aligned(uint64_t at)
{
	return (at + ROLL_ALIGN - 1) / ROLL_ALIGN * ROLL_ALIGN;
}

/* The hash is taken of what the file holds, not of what we meant to write. */
static enum err
seal_file(int fd, const struct roll_header *header)
{
	size_t n = header->file_bytes;
	uint8_t *at = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	enum err e;

	if (at == MAP_FAILED)
		return err_origin(ERR_IO);
	memcpy(at, header, sizeof(*header));
	roll_seal(at, n);
	e = write_at(fd, span_of(at, ROLL_HEADER), 0);
	(void)munmap(at, n);
	return e;
}

enum err
roll_write(int fd, struct roll_sections *sections, uint64_t *ret_bytes)
{
	struct roll_header *header = &sections->header;
	uint64_t at = ROLL_HEADER;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < SEC_N; i++) {
		at = aligned(at);
		header->section[i].offset = at;
		header->section[i].bytes = sections->bytes[i].n;
		e = write_at(fd, sections->bytes[i], at);
		at += sections->bytes[i].n;
	}
	if (e != ERR_OK)
		return e;
	at = aligned(at);
	if (ftruncate(fd, (off_t)at) != 0)
		return err_origin(ERR_IO);
	memcpy(header->magic, "WEIRROLL", sizeof(header->magic));
	header->order = ROLL_ORDER;
	header->version = ROLL_VERSION;
	header->tables = roll_tables();
	header->n_sections = SEC_N;
	header->file_bytes = at;
	*ret_bytes = at;
	return seal_file(fd, header);
}
