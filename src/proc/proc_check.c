/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_check.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/mem.h"
#include "crypto/crypto.h"
#include "os/file.h"
#include "person/person.h"
#include "proc/proc_keys.h"
#include "proc/proc_lines.h"
#include "request/request_advice.h"

const char *
proc_check_assumed(size_t i)
{
	static const char *const assumed[] = {
		"the certifier who signs the batch is in force",
		"the officers are on the register, in no civil removal unit",
		"no earlier batch had the same request, or the same reason for "
		"another person",
		"no earlier batch counts towards an officer's load or the "
		"volume",
		"the agreement is loaded, neither suspended nor terminated",
		"the recipient's safeguards are in order",
	};

	return i < sizeof(assumed) / sizeof(assumed[0]) ? assumed[i] : NULL;
}

/* ---- law files ---- */

/* A file that was read is one of the law's. */
static void
note_file(struct proc_check_files *files, const char *path, struct span text)
{
	if (files != NULL && files->n < PROOF_FILES_MAX)
		proof_file_of(path, text, &files->file[files->n++]);
}

static enum err
add_file(struct law *law, const char *path, struct proc_check_files *files,
	struct law_error *error, struct why *why)
{
	OWNED_BUF(text, LAW_FILE_MAX);
	enum err e = os_read(AT_FDCWD, path, &text);

	if (e != ERR_OK)
		return why_set(why, e, "%s: %s", path,
			e == ERR_NOT_FOUND ? "there is no such file"
					   : err_text(e));
	note_file(files, path, buf_span(&text));
	return law_add(law, path, buf_span(&text), error);
}

/* The statutes of the program but those in `without`, by place. */
static enum err
add_shipped(struct law *law, unsigned without, struct proc_check_files *files,
	struct law_error *error)
{
	const char *name;
	struct span text;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && law_statute(i, &name, &text); i++)
		if ((without >> i & 1) == 0) {
			note_file(files, name, text);
			e = law_add(law, name, text, error);
		}
	return e;
}

/* One attempt; `without` statutes of the program are left out. */
static enum err
try_law(const char *path, const char *const *statutes, size_t n_statutes,
	unsigned without, struct law **ret_law, struct proc_check_files *files,
	struct law_error *error, struct why *why)
{
	OWNED(law) law = NULL;
	enum err e = law_new(&law);

	if (files != NULL)
		files->n = 0;
	for (size_t i = 0; e == ERR_OK && i < n_statutes; i++)
		e = add_file(law, statutes[i], files, error, why);
	if (e == ERR_OK && n_statutes == 0)
		e = add_shipped(law, without, files, error);
	if (e == ERR_OK)
		e = add_file(law, path, files, error, why);
	if (e == ERR_OK)
		e = law_seal(law, error);
	if (e == ERR_OK)
		*ret_law = law_take(&law);
	return e;
}

/* The statute of the program that the refusal of a whole law is about, as a
 * bit. */
static unsigned
needless(const struct law_error *error)
{
	const char *name;
	struct span text;

	for (size_t i = 0; law_statute(i, &name, &text); i++)
		if (error->line == 0 && strcmp(name, error->file) == 0)
			return 1U << i;
	return 0;
}

static enum err
open_shipped(struct law **ret_law, struct proc_check_files *files)
{
	const char *name;
	struct span text;

	for (size_t i = 0; law_shipped(i, &name, &text); i++)
		note_file(files, name, text);
	return law_new_shipped(ret_law);
}

enum err
proc_check_law(const char *path, const char *const *statutes, size_t n_statutes,
	struct law **ret_law, struct buf *ret_error, struct why *reterr_why)
{
	return proc_check_law_files(path, statutes, n_statutes, ret_law, NULL,
		ret_error, reterr_why);
}

enum err
proc_check_law_files(const char *path, const char *const *statutes,
	size_t n_statutes, struct law **ret_law, struct proc_check_files *files,
	struct buf *ret_error, struct why *reterr_why)
{
	struct law_error error;
	unsigned without = 0;
	unsigned also = 0;
	enum err e;

	if (path == NULL)
		return open_shipped(ret_law, files);
	do {
		error = (struct law_error){.line = 0};
		e = try_law(path, statutes, n_statutes, without, ret_law, files,
			&error, reterr_why);
		also = e == ERR_MALFORMED ? needless(&error) & ~without : 0;
		without |= also;
	} while (also != 0);
	if (error.text[0] != '\0')
		law_error_show(&error, ret_error);
	return e;
}

enum err
proc_check_statute(const char *path, size_t *ret_n_rules, struct buf *ret_error,
	struct why *reterr_why)
{
	struct law_error error = {.line = 0};
	OWNED(law) law = NULL;
	enum err e = law_new(&law);

	if (e == ERR_OK)
		e = add_file(law, path, NULL, &error, reterr_why);
	if (e == ERR_OK)
		*ret_n_rules = law_n_rules(law);
	else if (error.text[0] != '\0')
		law_error_show(&error, ret_error);
	return e;
}

/* ---- requests ---- */

/* What is kept of a line between the two readings. */
struct fact {
	uint64_t person;
	uint64_t duplicate;
	uint64_t reason;  /* 0: none */
	uint64_t officer; /* hash of the id */
	uint64_t id;      /* hash; 0: none */
	uint64_t load;    /* people under this officer */
	bool ok_own;      /* accepted, were the reason its own */
	bool ok_shared;   /* accepted, were it not */
	bool accepted;    /* by all but loads */
	bool own_reason;
	bool first;
	bool same_id; /* an earlier line has this id */
};

struct check {
	const struct proc_check_options *options;
	struct proc_check_totals *totals;
	struct why *why;
	struct request_reader *reader;
	struct arena arena;
	struct request_csv csv;
	struct request request; /* of the line at hand */
	uint64_t file_line;     /* of it */
	struct fact *fact;
	size_t n;
	size_t size;
	struct proc_key *list; /* for sorting; as long as `fact` */
	uint64_t volume;
	struct proc_lines lines;
};

static uint64_t
hash_text(struct span s)
{
	uint8_t out[CRYPTO_SHA256];
	uint64_t v = 0;

	crypto_sha256(s, out);
	for (size_t i = 0; i < 8; i++)
		v = v << 8 | out[i];
	return v;
}

/* What the law says of the line at hand with these facts. */
static enum law_answer
decide(const struct check *c, const struct evidence *graded,
	const struct fact *fact, bool own_reason, bool met[LAW_RULES_MAX])
{
	const struct law *law = c->options->law;
	int32_t today = c->options->today;
	struct evidence ev = *graded;

	if (!c->request.unreadable) {
		evidence_set_flag(&ev, EV_SIGNER, true);
		evidence_set_flag(&ev, EV_REASON_OWN, own_reason);
		evidence_set_flag(&ev, EV_FIRST, fact->first);
		evidence_set_flag(&ev, EV_TERM,
			law_effective(law) <= today &&
				today < law_expires(law));
		evidence_set_flag(&ev, EV_SAFEGUARDS, true);
		evidence_set_number(&ev, EV_OFFICER_LOAD, fact->load);
		evidence_set_number(&ev, EV_VOLUME, c->volume);
		if (fact->same_id)
			evidence_set_word(&ev, EV_FORM, "malformed");
	}
	return law_decide(law, &ev, EV_REQUEST, met);
}

/* Decodes and grades one line into c->request. */
static enum err
read_line_of(struct check *c, const struct proc_line *raw, struct evidence *ev)
{
	enum err e = ERR_OK;

	arena_reset(&c->arena);
	c->request = (struct request){.unreadable = false};
	if (raw->too_long)
		request_refuse_line(
			&c->request, "the line is longer than 64 KiB");
	else if (c->options->csv)
		e = request_decode_csv(
			&c->csv, raw->bytes, &c->arena, &c->request);
	else
		e = request_decode_json(
			c->reader, raw->bytes, &c->arena, &c->request);
	*ev = (struct evidence){{0}};
	if (e == ERR_OK)
		request_grade(&c->request, c->options->today, ev);
	return e;
}

/* Line ends inside a CSV record, in quotes. */
static uint64_t
count_lf(struct span bytes)
{
	uint64_t n = 0;

	for (size_t i = 0; i < bytes.n; i++)
		n += bytes.at[i] == '\n';
	return n;
}

/* Goes through the file; `each` is told the line's number from 1. */
static enum err
each_line(struct check *c, enum err (*each)(struct check *c, uint64_t line,
				   const struct evidence *ev))
{
	struct proc_line raw;
	bool end = false;
	uint64_t line = 0;
	uint64_t file_line = 1;
	enum err e =
		proc_lines_begin(&c->lines, c->options->fd, c->options->csv);

	if (e == ERR_OK && c->options->csv) {
		e = proc_lines_next(&c->lines, &raw, &end);
		if (e == ERR_OK && (end || raw.too_long))
			e = why_set(c->why, ERR_MALFORMED,
				"the CSV has no header that can be read");
		if (e == ERR_OK)
			e = request_csv_header(raw.bytes, &c->csv, c->why);
		if (e == ERR_OK)
			file_line += 1 + count_lf(raw.bytes);
	}
	while (e == ERR_OK) {
		struct evidence ev;

		e = proc_lines_next(&c->lines, &raw, &end);
		if (e != ERR_OK || end)
			break;
		c->file_line = file_line;
		file_line += 1 + count_lf(raw.bytes);
		e = read_line_of(c, &raw, &ev);
		if (e == ERR_OK)
			e = each(c, ++line, &ev);
	}
	return e;
}

/* ---- first reading ---- */

static enum err
grow(struct check *c)
{
	size_t size = c->size == 0 ? 1024 : 2 * c->size;
	struct fact *fact;

	if (c->n < c->size)
		return ERR_OK;
	fact = mem_resize(c->fact, size, sizeof(*fact));
	if (fact == NULL)
		return err_origin(ERR_NOMEM);
	c->fact = fact;
	c->size = size;
	return ERR_OK;
}

static enum err
gather(struct check *c, uint64_t line, const struct evidence *ev)
{
	const struct request *q = &c->request;
	struct request_keys keys = request_keys(q);
	struct fact fact = {
		.person = keys.person,
		.duplicate = keys.duplicate,
		.officer = hash_text(q->field[RQ_OFFICER_ID]),
		.first = true,
	};
	enum err e = grow(c);

	(void)line;
	if (e != ERR_OK)
		return e;
	if (!q->unreadable && q->field[RQ_REASON].n > 0)
		fact.reason = keys.reason;
	if (q->field[RQ_ID].n > 0)
		fact.id = hash_text(q->field[RQ_ID]);
	fact.ok_own = decide(c, ev, &fact, true, NULL) != LAW_REFUSED;
	fact.ok_shared = decide(c, ev, &fact, false, NULL) != LAW_REFUSED;
	c->fact[c->n++] = fact;
	return ERR_OK;
}

/* ---- between: what the lines say of each other ---- */

static void
find_same_ids(struct check *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		if (c->fact[i].id != 0)
			c->list[n++] = (struct proc_key){c->fact[i].id, i};
	proc_keys_sort(c->list, n);
	for (size_t i = 1; i < n; i++)
		if (c->list[i].key == c->list[i - 1].key)
			c->fact[c->list[i].value].same_id = true;
}

/* A reason is one's own where no other person has the same sentence. */
static void
find_own_reasons(struct check *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		if (c->fact[i].reason != 0)
			c->list[n++] = (struct proc_key){
				c->fact[i].reason, c->fact[i].person};
	proc_keys_sort(c->list, n);
	for (size_t i = 0; i < c->n; i++) {
		struct fact *fact = &c->fact[i];
		size_t from = proc_keys_find(c->list, n, fact->reason);

		if (fact->reason == 0)
			continue;
		fact->own_reason =
			c->list[from].value == fact->person &&
			c->list[proc_keys_run(c->list, n, from) - 1].value ==
				fact->person;
	}
}

/* Of accepted lines of one kind only the first stays. */
static void
find_duplicates(struct check *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		struct fact *fact = &c->fact[i];

		fact->accepted =
			!fact->same_id &&
			(fact->own_reason ? fact->ok_own : fact->ok_shared);
		if (fact->accepted)
			c->list[n++] = (struct proc_key){fact->duplicate, i};
	}
	proc_keys_sort(c->list, n);
	for (size_t i = 1; i < n; i++) {
		struct fact *fact = &c->fact[c->list[i].value];

		if (c->list[i].key != c->list[i - 1].key)
			continue;
		fact->first = false;
		fact->accepted = false;
	}
}

/* Distinct people of accepted lines under each officer. */
static void
count_loads(struct check *c)
{
	size_t n = 0;
	size_t distinct = 0;

	for (size_t i = 0; i < c->n; i++)
		if (c->fact[i].accepted)
			c->list[n++] = (struct proc_key){
				c->fact[i].officer, c->fact[i].person};
	c->volume = n;
	proc_keys_sort(c->list, n);
	for (size_t i = 0, to; i < n; i = to) {
		uint64_t officer = c->list[i].key;
		uint64_t people = 1;

		to = proc_keys_run(c->list, n, i);
		for (size_t k = i + 1; k < to; k++)
			people += c->list[k].value != c->list[k - 1].value;
		/* over what was counted already */
		c->list[distinct++] = (struct proc_key){officer, people};
	}
	for (size_t i = 0; i < c->n; i++) {
		size_t at =
			proc_keys_find(c->list, distinct, c->fact[i].officer);

		c->fact[i].load = at < distinct ? c->list[at].value : 0;
	}
}

static enum err
compare(struct check *c)
{
	c->list = mem_resize(NULL, c->n + 1, sizeof(*c->list));
	if (c->list == NULL)
		return err_origin(ERR_NOMEM);
	find_same_ids(c);
	find_own_reasons(c);
	find_duplicates(c);
	count_loads(c);
	return ERR_OK;
}

/* ---- second reading ---- */

static enum err
judge(struct check *c, uint64_t number, const struct evidence *ev)
{
	struct proc_check_line line = {.line = number,
		.file_line = c->file_line,
		.request = &c->request};
	struct request *q = &c->request;
	const struct fact *fact;
	bool met[LAW_RULES_MAX];

	if (number > c->n)
		return why_set(c->why, ERR_MISMATCH,
			"the file grew while it was read");
	fact = &c->fact[number - 1];
	if (fact->same_id && q->says[0] == '\0') {
		(void)snprintf(q->member, sizeof(q->member), "weir:requestID");
		(void)snprintf(q->says, sizeof(q->says),
			"an earlier line of this file has the same id");
	}
	line.answer = decide(c, ev, fact, fact->own_reason, met);
	line.n_unmet = law_unmet(c->options->law, met, line.unmet);
	if (line.answer != LAW_REFUSED)
		line.advice = request_advise(q, ev);
	c->totals->lines++;
	if (line.answer == LAW_REFUSED)
		c->totals->refused++;
	else
		c->totals->accepted++;
	if (line.answer == LAW_ASK)
		c->totals->asked++;
	return c->options->each(c->options->context, &line);
}

static void
check_fini(struct check *c)
{
	c->reader = request_reader_free(c->reader);
	arena_fini(&c->arena);
	mem_free(c->fact);
	mem_free(c->list);
}

enum err
proc_check_requests(const struct proc_check_options *options,
	struct proc_check_totals *ret_totals, struct why *reterr_why)
{
	struct check *c = mem_zeroed(sizeof(*c));
	enum err e;

	if (c == NULL)
		return err_origin(ERR_NOMEM);
	*ret_totals = (struct proc_check_totals){.lines = 0};
	c->options = options;
	c->totals = ret_totals;
	c->why = reterr_why;
	person_init();
	e = crypto_init();
	if (e == ERR_OK)
		e = request_reader_new(&c->reader);
	if (e == ERR_OK)
		e = arena_init(&c->arena, 4 * REQUEST_ARENA_MAX);
	if (e == ERR_OK)
		e = each_line(c, gather);
	if (e == ERR_OK)
		e = compare(c);
	if (e == ERR_OK)
		e = each_line(c, judge);
	check_fini(c);
	mem_free(c);
	return e;
}

void
proc_check_sentence(const struct proc_check_line *line,
	const struct law_rule *rule, struct buf *to)
{
	const struct request *q = line->request;

	buf_text(to, rule->sentence);
	if (strncmp(rule->code, "RQ-", 3) != 0 || q->says[0] == '\0')
		return;
	buf_printf(to, ": line %" PRIu64 ": ", line->line);
	if (q->member[0] != '\0')
		buf_printf(to, "%s: ", q->member);
	buf_text(to, q->says);
}
