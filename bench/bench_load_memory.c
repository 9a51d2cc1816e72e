/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/bench_load.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/num.h"
#include "os/file.h"

enum { FILE_MAX = 1 << 16, DEEP = 8 };

/* The value of a line "Name:  value" of /proc/PID/status. */
static struct span
line_of(struct span text, const char *name)
{
	while (text.n > 0) {
		struct span value = span_cut(&text, '\n');
		struct span is = span_cut(&value, ':');

		if (span_eq(is, span_text(name)))
			return span_trim(value);
	}
	return span_of(NULL, 0);
}

static void
add(struct bench_memory *m, struct span name, uint64_t kib)
{
	size_t i = 0;

	while (i < m->n && !span_eq(span_text(m->name[i]), name))
		i++;
	if (i == MEMORY_NAMES || span_eq(name, SPAN("weir-worker")))
		return;
	if (i == m->n && !span_copy(name, m->name[m->n++], sizeof(m->name[0])))
		return;
	m->kib[i] += kib;
}

static void
read_one(uint64_t pid, struct bench_memory *m)
{
	OWNED_BUF(text, FILE_MAX);
	char path[64];
	struct span kib;
	uint64_t n = 0;

	(void)snprintf(path, sizeof(path), "/proc/%" PRIu64 "/status", pid);
	if (os_read(AT_FDCWD, path, &text) != ERR_OK)
		return;
	kib = line_of(buf_span(&text), "RssAnon");
	if (num_parse(span_cut(&kib, ' '), UINT64_MAX, &n))
		add(m, line_of(buf_span(&text), "Name"), n);
}

static void
read_all(uint64_t pid, struct bench_memory *m, unsigned deep)
{
	OWNED_BUF(text, FILE_MAX);
	char path[64];
	struct span rest;

	read_one(pid, m);
	(void)snprintf(path, sizeof(path),
		"/proc/%" PRIu64 "/task/%" PRIu64 "/children", pid, pid);
	if (deep == DEEP || os_read(AT_FDCWD, path, &text) != ERR_OK)
		return;
	rest = buf_span(&text);
	while (rest.n > 0) {
		uint64_t child;

		if (num_parse(span_cut(&rest, ' '), UINT32_MAX, &child))
			read_all(child, m, deep + 1);
	}
}

void
bench_memory_read(uint64_t pid, struct bench_memory *ret_memory)
{
	*ret_memory = (struct bench_memory){.n = 0};
	read_all(pid, ret_memory, 0);
}

static uint64_t
kib_of(const struct bench_memory *m, const char *name)
{
	for (size_t i = 0; i < m->n; i++)
		if (span_eq(span_text(m->name[i]), span_text(name)))
			return m->kib[i];
	return 0;
}

void
bench_memory_print(const struct bench_memory of[3])
{
	printf("\nmemory of its own, KiB   start     middle        end\n");
	for (size_t i = 0; i < of[0].n; i++) {
		const char *name = of[0].name[i];

		printf("%-16s %13" PRIu64 " %10" PRIu64 " %10" PRIu64 "\n",
			name, of[0].kib[i], kib_of(&of[1], name),
			kib_of(&of[2], name));
	}
}
