/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/settings.h"

#include "base/num.h"
#include "base/read.h"

bool
ledger_url_ok(struct span url)
{
	size_t scheme = span_starts(url, SPAN("http://"))    ? 7
			: span_starts(url, SPAN("https://")) ? 8
							     : 0;

	for (size_t i = 0; i < url.n; i++)
		if (url.at[i] <= ' ' || url.at[i] > '~')
			return false;
	return scheme > 0 && url.n > scheme && url.at[scheme] != '/';
}

struct reading {
	struct ledger_settings *s;
	uint64_t line;
	bool has_stale;
	struct why *why;
};

static enum err
says(struct reading *r, enum err e, const char *what)
{
	return why_set(
		r->why, e, "line %llu: %s", (unsigned long long)r->line, what);
}

static enum err
read_text(struct reading *r, struct span value, char to[LEDGER_SETTINGS_TEXT])
{
	if (to[0] != '\0')
		return says(r, ERR_EXISTS, "this stands here twice");
	if (value.n == 0 || !span_is_plain(value))
		return says(r, ERR_MALFORMED, "nothing that can be used");
	return span_copy(value, to, LEDGER_SETTINGS_TEXT)
		       ? ERR_OK
		       : says(r, ERR_TOO_LARGE, "longer than 511 bytes");
}

static enum err
read_stale(struct reading *r, struct span value)
{
	uint64_t seconds;

	if (r->has_stale)
		return says(r, ERR_EXISTS, "this stands here twice");
	r->has_stale = true;
	if (!num_parse(value, LEDGER_STALE_MAX, &seconds) || seconds == 0)
		return says(r, ERR_MALFORMED,
			"a number of seconds, from 1 to a year");
	r->s->stale_after = (int64_t)seconds;
	return ERR_OK;
}

static enum err
read_cadence(struct reading *r, struct span value)
{
	uint64_t days;

	if (r->s->cadence != 0)
		return says(r, ERR_EXISTS, "this stands here twice");
	if (!num_parse(value, LEDGER_CADENCE_MAX, &days) || days == 0)
		return says(
			r, ERR_MALFORMED, "a number of days, from 1 to a year");
	r->s->cadence = (unsigned)days;
	return ERR_OK;
}

static enum err
read_one(struct reading *r, struct span line)
{
	struct span word;
	enum err e;

	line = span_trim(line);
	if (line.n == 0 || line.at[0] == '#')
		return ERR_OK;
	word = span_cut(&line, ' ');
	line = span_trim(line);
	if (span_eq(word, SPAN("stale-after")))
		return read_stale(r, line);
	if (span_eq(word, SPAN("cadence")))
		return read_cadence(r, line);
	if (span_eq(word, SPAN("timestamp-certificate")))
		return read_text(r, line, r->s->timestamp_cert);
	if (!span_eq(word, SPAN("timestamp-url")))
		return says(r, ERR_MALFORMED,
			"stale-after, timestamp-url, "
			"timestamp-certificate or cadence");
	e = read_text(r, line, r->s->timestamp_url);
	if (e == ERR_OK && !ledger_url_ok(line))
		e = says(r, ERR_MALFORMED, "http:// or https:// and a host");
	return e;
}

enum err
ledger_settings_parse(struct span bytes, struct ledger_settings *ret_settings,
	struct why *reterr_why)
{
	struct ledger_settings s = {.stale_after = LEDGER_STALE_AFTER};
	struct reading r = {.s = &s, .why = reterr_why};
	struct reader lines = read_from(bytes);
	enum err e = ERR_OK;

	if (bytes.n > LEDGER_SETTINGS_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"settings of more than 4,096 bytes");
	while (e == ERR_OK && lines.left.n > 0) {
		struct span line = read_line(&lines);

		r.line++;
		e = read_ok(&lines) ? read_one(&r, line)
				    : says(&r, ERR_MALFORMED,
					      "does not end in a newline");
	}
	if (e == ERR_OK && s.timestamp_url[0] != '\0' &&
		s.timestamp_cert[0] == '\0')
		e = why_set(reterr_why, ERR_MALFORMED,
			"timestamp-url needs a timestamp-certificate: whose "
			"timestamps hold");
	if (e == ERR_OK)
		*ret_settings = s;
	return e;
}
