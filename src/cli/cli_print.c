/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli_print.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libsmartcols.h>

#include "base/day.h"
#include "base/num.h"
#include "os/file.h"
#include "proc/proc_check.h"
#include "proc/proc_instance.h"
#include "proc/proc_zone.h"

void
cli_error(const char *fmt, ...)
{
	va_list ap;

	(void)fflush(stdout);
	(void)fputs("weir: ", stderr);
	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
}

enum { LAW_ERROR_MAX = 1 << 14 };

/* What the machine said of the last failure; empty: nothing. */
static char cause[128];

void
cli_cause(const char *text)
{
	(void)snprintf(cause, sizeof(cause), "%s", text);
}

enum cli_exit
cli_says(enum err e, const struct why *why)
{
	OWNED_BUF(text, 4096);

	if (e == ERR_OK)
		return CLI_DONE;
	buf_text(&text,
		why == NULL || why->text[0] == '\0' ? err_text(e) : why->text);
	if (e == ERR_IO && cause[0] != '\0')
		buf_printf(&text, " (%s)", cause);
	(void)fflush(stdout);
	(void)fputs("weir: ", stderr);
	cli_text(stderr, buf_span(&text));
	(void)fputc('\n', stderr);
	return err_is_failure(e) ? CLI_FAILURE : CLI_NO;
}

/* What a refused law file says goes to standard error as it is: it shows the
 * line with the token marked. */
enum cli_exit
cli_open_law(const char *path, const char *const *statutes, size_t n_statutes,
	struct law **ret_law)
{
	return cli_open_law_files(path, statutes, n_statutes, ret_law, NULL);
}

enum cli_exit
cli_open_law_files(const char *path, const char *const *statutes,
	size_t n_statutes, struct law **ret_law,
	struct proc_check_files *ret_files)
{
	OWNED_BUF(error, LAW_ERROR_MAX);
	struct why why = {""};
	enum err e = proc_check_law_files(
		path, statutes, n_statutes, ret_law, ret_files, &error, &why);

	if (error.n > 0 && err_is_refusal(e)) {
		(void)fflush(stdout);
		cli_text(stderr, buf_span(&error));
		return CLI_NO;
	}
	(void)cli_says(e, &why);
	return e == ERR_OK ? CLI_DONE : CLI_FAILURE;
}

enum cli_exit
cli_open_ledger(const struct cli_args *args, struct instance *in)
{
	enum cli_exit status =
		cli_says(instance_open(args->instance, INSTANCE_LEDGER,
				 cli_value(args, "key"), DAY_NONE, in),
			&in->why);

	return status == CLI_DONE ? cli_says(instance_lock_in(in), &in->why)
				  : status;
}

/* Code points that would steer a terminal or mislead a reader: C1 controls,
 * zero-width and bidirectional marks. */
static const struct {
	uint32_t first;
	uint32_t last;
} marks[] = {
	{0x0080, 0x009f},
	{0x200b, 0x200f},
	{0x2028, 0x202e},
	{0x2060, 0x206f},
	{0xfeff, 0xfeff},
};

/* Bytes of the one that begins here, in UTF-8; 0: something else does. */
static size_t
misleads(struct span at)
{
	const uint8_t *c = at.at;
	uint32_t code = 0;
	size_t n = 0;

	if (at.n >= 2 && c[0] >= 0xc0 && c[0] < 0xe0) {
		n = 2;
		code = (c[0] & 0x1fU) << 6 | (c[1] & 0x3fU);
	} else if (at.n >= 3 && c[0] >= 0xe0 && c[0] < 0xf0) {
		n = 3;
		code = (c[0] & 0x0fU) << 12 | (c[1] & 0x3fU) << 6 |
		       (c[2] & 0x3fU);
	}
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (code >= marks[i].first && code <= marks[i].last)
			return n;
	return 0;
}

static void
put_text(FILE *to, struct span text, bool lines)
{
	bool utf8 = span_is_utf8(text);

	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.at[i];
		size_t n =
			utf8 ? misleads(span_of(text.at + i, text.n - i)) : 0;

		for (; n > 1; n--, c = text.at[++i])
			(void)fprintf(to, "\\x%02x", c);
		if (n == 0 &&
			((c == '\n' && lines) ||
				(c >= 0x20 && c != 0x7f && (c < 0x80 || utf8))))
			(void)fputc(c, to);
		else
			(void)fprintf(to, "\\x%02x", c);
	}
}

void
cli_text(FILE *to, struct span text)
{
	put_text(to, text, true);
}

void
cli_line(FILE *to, struct span text)
{
	put_text(to, text, false);
}

enum err
cli_out(void *context, struct span text)
{
	(void)context;
	if (fwrite(text.at, 1, text.n, stdout) != text.n)
		return err_origin(ERR_IO);
	return ERR_OK;
}

enum cli_exit
cli_put(const char *file, struct span bytes)
{
	OWNED_FD fd = -1;

	if (file == NULL || strcmp(file, "-") == 0)
		return cli_says(cli_out(NULL, bytes), NULL);
	fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd >= 0 && os_write_all(fd, bytes) == ERR_OK)
		return CLI_DONE;
	cli_error("%s: %s", file, strerror(errno));
	return CLI_FAILURE;
}

enum cli_exit
cli_get(const char *file, struct buf *to)
{
	OWNED_FD fd = open(file, O_RDONLY | O_CLOEXEC);
	enum err e;

	if (fd < 0) {
		cli_error("%s: %s", file, strerror(errno));
		return CLI_FAILURE;
	}
	e = os_read_fd(fd, to);
	if (e == ERR_OK)
		return CLI_DONE;
	cli_error("%s: %s", file, e == ERR_IO ? strerror(errno) : err_text(e));
	return CLI_FAILURE;
}

void
cli_progress(void *context, const char *stage, uint64_t done, uint64_t of)
{
	(void)context;
	if (isatty(STDERR_FILENO) == 0)
		return;
	if (stage == NULL) {
		(void)fputs("\r\033[K", stderr);
		return;
	}
	(void)fprintf(
		stderr, "\r\033[K%s: %" PRIu64 " of %" PRIu64, stage, done, of);
}

void
cli_table(const char *const *heads, size_t n_columns, unsigned right,
	const char *const *cells, size_t n_rows)
{
	struct libscols_table *table = scols_new_table();

	if (table == NULL)
		return;
	if (isatty(STDOUT_FILENO) == 0)
		(void)scols_table_set_termforce(table, SCOLS_TERMFORCE_NEVER);
	for (size_t c = 0; c < n_columns; c++)
		(void)scols_table_new_column(table, heads[c], 0,
			(right >> c & 1) != 0 ? SCOLS_FL_RIGHT : 0);
	for (size_t r = 0; r < n_rows; r++) {
		struct libscols_line *line = scols_table_new_line(table, NULL);

		for (size_t c = 0; line != NULL && c < n_columns; c++)
			(void)scols_line_set_data(
				line, c, cells[r * n_columns + c]);
	}
	(void)scols_print_table(table);
	(void)fputc('\n', stdout);
	scols_unref_table(table);
}

void
cli_totals(const struct case_totals *totals)
{
	struct case_sums s = case_totals_sums(totals);

	for (int i = CASE_NO_STATE + 1; i < CASE_N_STATES; i++) {
		uint64_t n = 0;

		for (int a = 0; a < CASE_N_ANSWERED; a++)
			n += totals->n[i][a];
		if (n > 0)
			printf("  %-16s %8" PRIu64 "  %.*s\n",
				case_state_text((enum case_state)i), n,
				(int)strcspn(
					case_state_meaning((enum case_state)i),
					";:,"),
				case_state_meaning((enum case_state)i));
	}
	printf("  received %" PRIu64 " = refused %" PRIu64
	       " + accepted %" PRIu64 " + withdrawn %" PRIu64 "\n",
		s.received, s.refused, s.accepted, s.withdrawn);
	printf("  accepted %" PRIu64 " = open %" PRIu64
	       " + answered neutrally %" PRIu64 " + delivered %" PRIu64 "\n",
		s.accepted, s.open, s.neutral, s.delivered);
}

bool
cli_number(
	const char *what, const char *text, uint64_t max, uint64_t *ret_value)
{
	if (num_parse(span_text(text), max, ret_value))
		return true;
	cli_error("%s: '%s' is not a number up to %" PRIu64, what, text, max);
	return false;
}

bool
cli_day(const char *what, const char *text, int32_t *ret_day)
{
	if (day_parse(span_text(text), ret_day))
		return true;
	cli_error("%s: '%s' is not a day like 2026-11-01", what, text);
	return false;
}

struct zone
cli_zone(const struct cli_args *args)
{
	struct zone zone = {.text = ""};
	OWNED_FD dir = -1;

	if (os_folder(AT_FDCWD, args->instance, false, &dir) != ERR_OK ||
		proc_zone_read(dir, &zone) != ERR_OK)
		return (struct zone){.text = ""};
	return zone;
}

void
cli_tell_ready(void *context, unsigned port)
{
	(void)context;
	printf("listening on port %u\n", port);
	(void)fflush(stdout);
}

enum cli_exit
cli_run_word(const struct cli_args *args, const struct cli_word *words,
	const char *all)
{
	static struct instance in;

	for (; words->word != NULL; words++) {
		enum cli_exit status;

		if (strcmp(args->word[0], words->word) != 0)
			continue;
		in = INSTANCE_NONE;
		status = words->run(&in, args);
		instance_close(&in);
		return status;
	}
	cli_error("%s", all);
	return CLI_USAGE;
}
