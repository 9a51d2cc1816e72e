/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_notice.h"

#include <inttypes.h>

#include "base/day.h"
#include "report/report_template.h"

struct span
report_notice_template(void)
{
	must(report_template_files_n == 1);
	return span_of(report_template_files[0].at, report_template_files[0].n);
}

static void
put_disclosure(const struct report_disclosure *d, struct buf *to)
{
	const struct {
		const char *what;
		struct span value;
	} lines[] = {
		{"on", d->at},
		{"what", SPAN("your mailing address, with your name as the "
			      "request wrote it")},
		{"to", d->agency},
		{"officer", d->officer},
		{"statute cited", d->authority},
		{"purpose", d->purpose},
		{"request", d->request},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		buf_printf(to, "  %-14s ", lines[i].what);
		buf_bytes(to, lines[i].value);
		buf_text(to, "\n");
	}
	buf_printf(to, "  %-14s entry %" PRIu64 " of the ledger\n\n",
		"accounted for", d->entry);
}

/* The value of one word; false: there is no such word. */
static bool
put_word(const struct report_notice *n, struct span word, struct buf *to)
{
	const struct {
		const char *word;
		struct span value;
	} words[] = {
		{"custodian", n->custodian},
		{"name", n->name},
		{"person", n->person},
		{"ground", n->ground},
		{"incident", n->incident},
		{"origin", n->origin},
		{"sandbox", n->sandbox ? SPAN("SANDBOX: nobody in it exists\n")
				       : span_of(NULL, 0)},
	};
	char day[DAY_TEXT];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (span_eq(word, span_text(words[i].word))) {
			buf_bytes(to, words[i].value);
			return true;
		}
	if (span_eq(word, SPAN("today"))) {
		day_text(n->today, day);
		buf_text(to, day);
		return true;
	}
	if (!span_eq(word, SPAN("disclosures")))
		return false;
	for (size_t i = 0; i < n->n_disclosures; i++)
		put_disclosure(&n->disclosure[i], to);
	return true;
}

/* Bytes before the first `c`; all of them where there is none. */
static size_t
before(struct span text, uint8_t c)
{
	size_t n = 0;

	while (n < text.n && text.at[n] != c)
		n++;
	return n;
}

enum err
report_notice_text(const struct report_notice *notice, struct span template,
	struct buf *to, struct why *reterr_why)
{
	unsigned line = 1;

	for (;;) {
		size_t n = before(template, '{');
		struct span rest = span_of(template.at + n, template.n - n);
		size_t end = before(rest, '}');

		buf_bytes(to, span_of(template.at, n));
		for (size_t i = 0; i < n; i++)
			line += template.at[i] == '\n';
		if (rest.n == 0)
			return buf_error(to);
		if (end == rest.n ||
			!put_word(notice, span_of(rest.at + 1, end - 1), to))
			return why_set(reterr_why, ERR_MALFORMED,
				"line %u of the template: no such word in "
				"braces",
				line);
		template = span_of(rest.at + end + 1, rest.n - end - 1);
	}
}
