/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_lines.h"

#include <errno.h>
#include <unistd.h>

enum err
proc_lines_begin(struct proc_lines *lines, int fd, bool csv)
{
	if (lseek(fd, 0, SEEK_SET) != 0)
		return err_origin(ERR_IO);
	lines->fd = fd;
	lines->csv = csv;
	lines->end = false;
	lines->skipping = false;
	lines->offset = 0;
	lines->at = 0;
	lines->n = 0;
	return ERR_OK;
}

static enum err
fill(struct proc_lines *lines)
{
	size_t rest = lines->n - lines->at;

	memmove(lines->buffer, lines->buffer + lines->at, rest);
	lines->at = 0;
	lines->n = rest;
	while (!lines->end && lines->n < sizeof(lines->buffer)) {
		ssize_t got = read(lines->fd, lines->buffer + lines->n,
			sizeof(lines->buffer) - lines->n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_origin(ERR_IO);
		lines->end = got == 0;
		lines->n += (size_t)got;
	}
	return ERR_OK;
}

/* Length of the next line with its end; 0: not whole in the buffer. */
static size_t
line_length(const struct proc_lines *lines)
{
	struct span rest =
		span_of(lines->buffer + lines->at, lines->n - lines->at);
	const uint8_t *lf;

	if (rest.n == 0)
		return 0;
	if (lines->csv && !lines->skipping)
		return request_csv_record(rest, lines->end);
	lf = memchr(rest.at, '\n', rest.n);
	if (lf != NULL)
		return (size_t)(lf - rest.at) + 1;
	return lines->end ? rest.n : 0;
}

static struct span
without_end(struct span line)
{
	if (line.n > 0 && line.at[line.n - 1] == '\n')
		line.n--;
	if (line.n > 0 && line.at[line.n - 1] == '\r')
		line.n--;
	return line;
}

/* Passes over the rest of a line that is too long. */
static enum err
skip_rest(struct proc_lines *lines, struct proc_line *line)
{
	lines->skipping = true;
	for (;;) {
		size_t n = line_length(lines);
		size_t all = n != 0 ? n : lines->n - lines->at;
		enum err e;

		lines->at += all;
		lines->offset += all;
		line->length += all;
		if (n != 0 || (lines->end && lines->at == lines->n))
			break;
		e = fill(lines);
		if (e != ERR_OK)
			return e;
	}
	lines->skipping = false;
	return ERR_OK;
}

enum err
proc_lines_next(
	struct proc_lines *lines, struct proc_line *ret_line, bool *ret_end)
{
	size_t n = line_length(lines);
	enum err e = ERR_OK;

	if (n == 0 || (lines->csv && !lines->end && n > REQUEST_LINE_MAX)) {
		e = fill(lines);
		n = line_length(lines);
	}
	if (e != ERR_OK)
		return e;
	*ret_end = lines->n == lines->at;
	if (*ret_end)
		return ERR_OK;
	*ret_line = (struct proc_line){
		.offset = lines->offset,
		.too_long = n == 0 || n > REQUEST_LINE_MAX,
	};
	if (ret_line->too_long) {
		ret_line->bytes = span_of(lines->buffer, 0);
		return skip_rest(lines, ret_line);
	}
	ret_line->bytes = without_end(span_of(lines->buffer + lines->at, n));
	ret_line->length = n;
	lines->at += n;
	lines->offset += n;
	return ERR_OK;
}
