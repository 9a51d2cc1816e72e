/* SPDX-License-Identifier: Apache-2.0 */
/* An agreement as one page, with its verdicts. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "os/file.h"
#include "prove/main.h"
#include "prove/prove_html.h"
#include "prove/prove_int.h"

enum { RESULTS_MAX = 512, PAGE_MAX = 1 << 24 };

struct gathering {
	struct prove_result result[RESULTS_MAX];
	size_t n;
};

static void
gather(void *context, const struct prove_result *r)
{
	struct gathering *g = context;

	must(g->n < RESULTS_MAX);
	g->result[g->n++] = *r;
}

/* A statute of the program has no file of its own. */
static enum err
read_text(const char *path, struct buf *to)
{
	const char *name;
	struct span text;
	enum err e = os_read(AT_FDCWD, path, to);

	for (size_t i = 0; e == ERR_NOT_FOUND && law_statute(i, &name, &text);
		i++) {
		if (strcmp(name, path) != 0)
			continue;
		buf_bytes(to, text);
		e = buf_error(to);
	}
	return e;
}

static enum err
write_page(const char *path, struct span page)
{
	OWNED_FD fd =
		open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	return fd < 0 ? err_origin(ERR_IO) : os_write_all(fd, page);
}

static enum err
make_page(struct prove_html *page, const char *out)
{
	OWNED_BUF(html, PAGE_MAX);
	struct buf text[LAW_FILES_MAX];
	struct span spans[LAW_FILES_MAX];
	size_t n = page->law->n_files;
	enum err e = ERR_OK;
	bool same = true;

	for (size_t i = 0; i < n; i++)
		buf_init(&text[i], LAW_FILE_MAX);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		e = read_text(page->law->file[i].path, &text[i]);
		spans[i] = buf_span(&text[i]);
	}
	page->text = spans;
	if (e == ERR_OK)
		same = prove_html_page(page, &html);
	if (e == ERR_OK)
		e = same ? buf_error(&html) : ERR_MISMATCH;
	if (e == ERR_OK)
		e = write_page(out, buf_span(&html));
	page->text = NULL;
	for (size_t i = 0; i < n; i++)
		buf_fini(&text[i]);
	return e;
}

enum cli_exit
main_page(const struct law *law, const char *out)
{
	static struct gathering g;
	struct prove_tell how = {gather, &g, NULL};
	struct prove_summary s;
	struct prove_html page = {
		.law = law, .result = g.result, .summary = &s};
	struct why why = {""};
	enum err e = prove_law(law, &how, &s);

	page.n_results = g.n;
	if (e == ERR_OK)
		e = make_page(&page, out);
	if (e == ERR_MISMATCH)
		e = why_set(&why, e, "the files changed while they were read");
	else if (e != ERR_OK)
		e = why_set(&why, e, "%s: %s", out, err_text(e));
	if (e != ERR_OK)
		return cli_says(e, &why);
	cli_line(stdout, span_text(out));
	printf(": %s, %zu of %zu questions proved\n", law_agreement_id(law),
		s.n_held, s.n_asked);
	return s.n_held == s.n_asked ? CLI_DONE : CLI_NO;
}
