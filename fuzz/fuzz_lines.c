/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of requests, cut into lines, against the plain cutter over the whole
 * file.  First byte: odd is CSV.  In the rest, 0xfe C K stands for 64 * K times
 * C, so that a short input reaches the limit of a line.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "lines_plain.h"
#include "proc/proc_lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { FILE_MAX = 1 << 20 };

static size_t
unfold(const uint8_t *data, size_t size, uint8_t to[FILE_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < size && n < FILE_MAX; i++) {
		size_t times = 1;

		if (data[i] == 0xfe && i + 2 < size) {
			times = 64 * (size_t)data[i + 2];
			if (times > FILE_MAX - n)
				times = FILE_MAX - n;
			memset(to + n, data[i + 1], times);
			i += 2;
		} else {
			to[n] = data[i];
		}
		n += times;
	}
	return n;
}

static void
compare(struct proc_lines *lines, struct span rest, bool csv)
{
	const uint8_t *begin = rest.at;

	for (;;) {
		struct proc_line line;
		struct plain_line want;
		bool end = false;

		must(proc_lines_next(lines, &line, &end) == ERR_OK);
		must(end == (rest.n == 0));
		if (end)
			return;
		want = plain_next(rest, csv);
		must(line.offset == (uint64_t)(rest.at - begin));
		must(line.length == want.length);
		must(line.too_long == want.too_long);
		must(span_eq(line.bytes, want.bytes));
		rest.at += want.length;
		rest.n -= want.length;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct proc_lines lines;
	static uint8_t file[FILE_MAX];
	bool csv = size > 0 && data[0] % 2 == 1;
	size_t n = size == 0 ? 0 : unfold(data + 1, size - 1, file);
	int fd = memfd_create("lines", MFD_CLOEXEC);

	must(fd >= 0);
	must(n == 0 || write(fd, file, n) == (ssize_t)n);
	must(proc_lines_begin(&lines, fd, csv) == ERR_OK);
	compare(&lines, span_of(file, n), csv);
	(void)close(fd);
	return 0;
}
