/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a packed stream, read in pieces of two sizes: the same bytes
 * and the same ending, memory bounded, a sentence with each refusal.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "os/file.h"
#include "os/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 1 << 24 }; /* read of one input: it may be a bomb */

struct seen {
	enum err e;
	uint64_t n;
	uint64_t sum;
};

static struct seen
read_all(int fd, size_t size)
{
	static uint8_t piece[1 << 16];
	OWNED(os_unpack) u = NULL;
	struct why why = {""};
	struct seen seen = {ERR_OK, 0, 0};
	size_t n = 1;

	must(os_rewind(fd) == ERR_OK && os_unpack_new(fd, &u) == ERR_OK);
	while (seen.e == ERR_OK && n > 0 && seen.n < MOST) {
		seen.e = os_unpack_read(u, piece, size, &n);
		must(n <= size);
		if (seen.e != ERR_OK)
			break;
		for (size_t i = 0; i < n; i++)
			seen.sum = seen.sum * 31 + piece[i];
		seen.n += n;
	}
	must(!err_is_failure(seen.e));
	must(os_unpack_why(u, "input", &why) == seen.e);
	must((seen.e == ERR_OK) == (why.text[0] == '\0'));
	return seen;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct seen large, small;

	if (fd < 0)
		fd = memfd_create("packed", MFD_CLOEXEC);
	must(fd >= 0 && ftruncate(fd, 0) == 0 && os_rewind(fd) == ERR_OK);
	must(os_write_all(fd, span_of(data, size)) == ERR_OK);
	large = read_all(fd, 1 << 16);
	small = read_all(fd, 61);
	must(large.e == small.e);
	if (large.e == ERR_OK && large.n < MOST)
		must(large.n == small.n && large.sum == small.sum);
	return 0;
}
