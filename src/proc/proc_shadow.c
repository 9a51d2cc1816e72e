/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_shadow.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/read.h"
#include "os/file.h"
#include "proc/proc_letter.h"
#include "proc/proc_people.h"
#include "proc/proc_report.h"

enum {
	PART_MAX = 1 << 16,
	SENT_LINES = 1 << 27,
	NAME_BYTES = 64,
	READ_BYTES = 1 << 16,
};

/* ---- which column is which ---- */

static bool
is_of_batch(struct span name)
{
	for (int field = 0; field < RQ_N; field++)
		if (span_eq(name, span_text(request_field_csv(
					  (enum request_field)field))))
			return true;
	return false;
}

static bool
is_of_sent(struct span name)
{
	return span_eq(name, SPAN("request")) ||
	       span_eq(name, SPAN("address")) ||
	       span_eq(name, SPAN("recipient"));
}

static enum err
read_columns(struct span text, bool (*known)(struct span name),
	struct proc_shadow_columns *ret, struct why *why)
{
	*ret = (struct proc_shadow_columns){.n = 0};
	while (text.n > 0) {
		struct span theirs = span_cut(&text, ',');
		struct span ours = span_cut(&theirs, '=');

		if (!known(ours) || theirs.n == 0)
			return why_set(why, ERR_MALFORMED,
				"'%.*s' is no column of ours, or no column is "
				"named for it (OURS=THEIRS,...)",
				(int)(ours.n < 60 ? ours.n : 60),
				(const char *)ours.at);
		for (size_t i = 0; i < ret->n; i++)
			if (span_eq(span_text(ret->at[i].ours), ours))
				return why_set(why, ERR_MALFORMED,
					"%s is named twice", ret->at[i].ours);
		if (ret->n == SHADOW_COLUMNS ||
			!span_copy(ours, ret->at[ret->n].ours, SHADOW_NAME) ||
			!span_copy(theirs, ret->at[ret->n].theirs, SHADOW_NAME))
			return why_set(why, ERR_MALFORMED,
				"too many columns, or a name of more than %d "
				"bytes",
				SHADOW_NAME - 1);
		ret->n++;
	}
	return ERR_OK;
}

enum err
proc_shadow_batch_columns(struct span text,
	struct proc_shadow_columns *ret_columns, struct why *reterr_why)
{
	return read_columns(text, is_of_batch, ret_columns, reterr_why);
}

static bool
names(const struct proc_shadow_columns *columns, const char *ours)
{
	for (size_t i = 0; i < columns->n; i++)
		if (strcmp(columns->at[i].ours, ours) == 0)
			return true;
	return false;
}

enum err
proc_shadow_sent_columns(struct span text,
	struct proc_shadow_columns *ret_columns, struct why *reterr_why)
{
	enum err e = read_columns(text, is_of_sent, ret_columns, reterr_why);

	if (e == ERR_OK && (!names(ret_columns, "request") ||
				   !names(ret_columns, "address")))
		return why_set(reterr_why, ERR_MALFORMED,
			"of what was sent two columns are needed: "
			"request=...,address=...");
	return e;
}

/* ---- one trial ---- */

struct trial {
	const struct proc_shadow_options *options;
	struct proc_shadow_result *result;
	struct why *why;
	int dir;
	int folder;                   /* DIR/shadow */
	int file;                     /* the batch, in a layout of ours */
	char name[INSTANCE_FILE_MAX]; /* its name */
	bool csv;
	struct request_manifest manifest;
	struct buf document;
	struct buf signature;
};

static bool
ends_in_csv(const char *path)
{
	size_t n = strlen(path);

	return n > 4 && span_eq_nocase(span_text(path + n - 4), SPAN(".csv"));
}

static enum err
open_file(const char *path, int *ret_fd, struct why *why)
{
	*ret_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (*ret_fd >= 0)
		return ERR_OK;
	return why_set(why, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s: %s",
		path,
		errno == ENOENT ? "there is no such file" : "cannot be read");
}

/* With its columns named anew, below the instance: DIR/shadow/batch.csv. */
static enum err
map_file(struct trial *t, int old)
{
	struct why why = {""};
	enum err e;

	if (snprintf(t->name, sizeof(t->name), "%s/shadow/batch.csv",
		    t->options->path) >= (int)sizeof(t->name))
		return ERR_TOO_LARGE;
	t->file = openat(t->folder, "batch.csv",
		O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (t->file < 0)
		return err_origin(ERR_IO);
	e = shadow_map(old, t->options->columns, t->file, &why);
	return err_is_refusal(e) ? why_set(t->why, e, "%s: %s",
					   t->options->file, why.text)
				 : e;
}

static enum err
take_file(struct trial *t)
{
	OWNED_FD old = -1;
	enum err e = open_file(t->options->file, &old, t->why);

	t->csv = t->options->columns != NULL || ends_in_csv(t->options->file);
	if (e != ERR_OK)
		return e;
	if (t->options->columns != NULL)
		return map_file(t, old);
	if (strlen(t->options->file) >= sizeof(t->name))
		return ERR_TOO_LARGE;
	(void)snprintf(t->name, sizeof(t->name), "%s", t->options->file);
	t->file = old;
	old = -1;
	return ERR_OK;
}

/* ---- who vouches for it ---- */

/* The batch of an earlier trial whose file this is; 0: none. */
static enum err
find_known(struct instance *in, const uint8_t sha384[48], uint32_t *ret_n)
{
	uint32_t last = 0;
	enum err e = store_batch_last(in->store, &last);

	*ret_n = 0;
	for (uint32_t n = 1; e == ERR_OK && n <= last && *ret_n == 0; n++) {
		struct store_batch batch;

		e = store_batch_get(in->store, n, &batch);
		if (e == ERR_OK && memcmp(batch.sha384, sha384, 48) == 0)
			*ret_n = n;
	}
	return e;
}

/* What it was certified with then: so a trial that was cut off goes on. */
static enum err
take_known(struct trial *t, struct instance *in, uint32_t n)
{
	OWNED_FD folder = -1;
	enum err e = instance_folder(in, "batches", n, false, &folder);

	if (e == ERR_OK)
		e = os_read(folder, "manifest.json", &t->document);
	return e == ERR_OK ? os_read(folder, "manifest.json.p7s", &t->signature)
			   : e;
}

static enum err
certify_new(struct trial *t, struct instance *in)
{
	char path[INSTANCE_FILE_MAX];
	struct instance_actor certifier = {0};
	struct request_manifest *m = &t->manifest;
	uint64_t last = 0;
	enum err e = store_sequence_last(in->store, m->agreement, &last);

	if (e != ERR_OK)
		return e;
	if (last >= MANIFEST_SEQUENCE_MAX ||
		snprintf(path, sizeof(path), "%s/shadow/certifier.key",
			in->path) >= (int)sizeof(path))
		return ERR_TOO_LARGE;
	m->sequence = (uint32_t)last + 1;
	proc_manifest_json(m, &t->document);
	e = buf_error(&t->document);
	if (e == ERR_OK)
		e = instance_actor_read(path, &certifier, t->why);
	if (e == ERR_OK)
		e = proc_sign_document(buf_span(&t->document), &certifier,
			&t->signature, t->why);
	instance_actor_fini(&certifier);
	return e;
}

static enum err
certify_in(struct trial *t, struct instance *in)
{
	struct request_manifest *m = &t->manifest;
	uint32_t known = 0;
	enum err e = ERR_OK;

	if (!in->shadow)
		return instance_says(in, ERR_NOT_ALLOWED,
			"%s is no shadow, and old batches are tried in such "
			"alone: weir init DIR --shadow",
			in->path);
	if (in->law == NULL)
		return instance_says(
			in, ERR_NOT_FOUND, "no agreement is loaded");
	*m = (struct request_manifest){.date = in->clock,
		.certifier_id = INSTANCE_SHADOW_CERTIFIER,
		.certifier_name = "OLD BATCH",
		.certifier_role = "nobody: it was sent before"};
	(void)snprintf(m->agreement, sizeof(m->agreement), "%s",
		law_agreement_id(in->law));
	e = proc_manifest_make(t->file, t->csv, m, &in->why);
	if (e == ERR_OK)
		e = find_known(in, m->sha384, &known);
	if (e == ERR_OK)
		e = known != 0 ? take_known(t, in, known) : certify_new(t, in);
	return e;
}

static enum err
certify(struct trial *t)
{
	static struct instance in;
	enum err e = instance_open(
		t->options->path, INSTANCE_READ, NULL, t->options->today, &in);

	if (e == ERR_OK)
		e = certify_in(t, &in);
	if (e != ERR_OK && t->why->text[0] == '\0')
		*t->why = in.why;
	instance_close(&in);
	return e;
}

/* The one way in: judged, accounted, looked up, as any batch. */
static enum err
submit(struct trial *t)
{
	const struct proc_submit_given given = {.requests = t->file,
		.csv = t->csv,
		.manifest = buf_span(&t->document),
		.signature = buf_span(&t->signature)};
	const struct proc_submit_options o = {.path = t->options->path,
		.requests = t->options->file,
		.manifest = "the shadow's manifest",
		.today = t->options->today,
		.given = &given,
		.progress = t->options->progress,
		.context = t->options->context};
	struct proc_submit_went went = {.e = ERR_OK};
	enum err e = os_rewind(t->file);

	if (e == ERR_OK)
		e = proc_submit_apart(&o, &went);
	if (e != ERR_OK)
		return e;
	t->result->batch = went.batch;
	t->result->again = went.again;
	t->result->lines = went.lines;
	memcpy(t->result->code, went.code, sizeof(went.code));
	*t->why = went.why;
	return (enum err)went.e;
}

/* ---- what was sent then ----
 *
 * batches/N/sent: "weir sent/v1" LF, u64be rows of no line, u64be rows without
 * an address, 48 SHA-384 of the file, and for each line u8 enum report_then.
 * An act commits to its SHA-256, and the store's sent/N names that act.
 */

#define SENT_BEGINS SPAN("weir sent/v1\n")

struct sent {
	struct trial *trial;
	struct instance *in;
	uint8_t *then; /* by line - 1 */
	uint64_t lines;
};

/* Is this another than the officer whom the request names? */
static enum err
is_elsewhere(struct sent *s, const struct store_request *row,
	struct span recipient, bool *ret_elsewhere)
{
	struct batch_request b;
	enum err e;

	*ret_elsewhere = false;
	if (recipient.n == 0)
		return ERR_OK;
	e = proc_batch_open(s->in, row, &b);
	if (e != ERR_OK)
		return e;
	*ret_elsewhere =
		!span_eq_nocase(recipient, b.request.field[RQ_OFFICER_ID]) &&
		!span_eq_nocase(recipient, b.request.field[RQ_OFFICER_NAME]);
	proc_batch_fini(&b);
	return ERR_OK;
}

static enum err
take_row(void *context, const struct shadow_row *of)
{
	struct sent *s = context;
	struct proc_shadow_result *r = s->trial->result;
	char id[STORE_ID_MAX];
	struct store_request row;
	bool elsewhere = false;
	enum err e = ERR_NOT_FOUND;

	r->rows++;
	if (request_id_ok(of->request) &&
		span_copy(of->request, id, sizeof(id)))
		e = store_request_in(s->in->store, r->batch, id, &row);
	if (e == ERR_NOT_FOUND) {
		r->unknown++;
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	if (row.line == 0 || row.line > s->lines)
		return err_origin(ERR_DAMAGED);
	if (!of->address) {
		r->empty++;
		return ERR_OK;
	}
	e = is_elsewhere(s, &row, of->recipient, &elsewhere);
	if (s->then[row.line - 1] != THEN_NOTHING)
		r->twice++;
	else
		r->left++;
	if (elsewhere)
		r->elsewhere += s->then[row.line - 1] != THEN_ELSEWHERE;
	if (s->then[row.line - 1] != THEN_ELSEWHERE)
		s->then[row.line - 1] = elsewhere ? THEN_ELSEWHERE : THEN_LEFT;
	return e;
}

static enum err
hash_file(int fd, struct buf *to)
{
	static uint8_t some[READ_BYTES];
	uint8_t sha384[CRYPTO_SHA384];
	OWNED(crypto_sha384) hash = NULL;
	size_t n = 0;
	enum err e = crypto_sha384_new(&hash);

	if (e == ERR_OK)
		e = os_rewind(fd);
	do {
		if (e == ERR_OK)
			e = os_read_some(fd, some, sizeof(some), &n);
		if (e == ERR_OK)
			crypto_sha384_add(hash, span_of(some, n));
	} while (e == ERR_OK && n > 0);
	if (e != ERR_OK)
		return e;
	crypto_sha384_end(hash, sha384);
	buf_bytes(to, span_of(sha384, sizeof(sha384)));
	return buf_error(to);
}

static void
sent_name(uint32_t batch, char to[NAME_BYTES])
{
	(void)snprintf(to, NAME_BYTES, "sent/%" PRIu32, batch);
}

static enum err
enter_sent(struct sent *s, struct span list)
{
	struct instance *in = s->in;
	uint8_t hash[CRYPTO_SHA256];
	char name[NAME_BYTES];
	OWNED_BUF(index, 8);
	uint64_t act = 0;
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	crypto_sha256(list, hash);
	e = account_act(in, "shadow-sent", s->trial->result->batch, "",
		span_of(hash, sizeof(hash)), &act);
	buf_u64be(&index, act);
	sent_name(s->trial->result->batch, name);
	if (e == ERR_OK)
		e = store_put(in->store, name, buf_span(&index));
	return account_end(in, e);
}

static enum err
keep_sent(struct sent *s, int file)
{
	const struct proc_shadow_result *r = s->trial->result;
	OWNED_BUF(list, SENT_LINES);
	OWNED_FD folder = -1;
	enum err e;

	buf_bytes(&list, SENT_BEGINS);
	buf_u64be(&list, r->unknown);
	buf_u64be(&list, r->empty);
	e = hash_file(file, &list);
	buf_bytes(&list, span_of(s->then, s->lines));
	if (e == ERR_OK)
		e = buf_error(&list);
	if (e == ERR_OK)
		e = instance_folder(s->in, "batches", r->batch, false, &folder);
	/* The act last: without it the list counts for nothing. */
	if (e == ERR_OK)
		e = os_write(folder, "sent", buf_span(&list), 0600);
	return e == ERR_OK ? enter_sent(s, buf_span(&list)) : e;
}

static enum err
take_sent_in(struct sent *s)
{
	const struct proc_shadow_options *o = s->trial->options;
	struct store_batch batch;
	struct why why = {""};
	OWNED_FD file = -1;
	enum err e = open_file(o->sent, &file, &s->in->why);

	if (e == ERR_OK)
		e = proc_permit(s->in, PERMIT_SUBMIT);
	if (e == ERR_OK)
		e = instance_lock_in(s->in);
	if (e == ERR_OK)
		e = store_batch_get(
			s->in->store, s->trial->result->batch, &batch);
	if (e != ERR_OK)
		return e;
	s->lines = batch.n_lines;
	s->then = mem_zeroed(s->lines + 1);
	if (s->then == NULL)
		return err_origin(ERR_NOMEM);
	memset(s->then, THEN_NOTHING, s->lines);
	e = shadow_sent(file, o->sent_columns, take_row, s, &why);
	if (err_is_refusal(e) && why.text[0] != '\0')
		return instance_says(s->in, e, "%s: %s", o->sent, why.text);
	return e == ERR_OK ? keep_sent(s, file) : e;
}

static enum err
take_sent(struct trial *t)
{
	static struct instance in;
	struct sent s = {.trial = t, .in = &in};
	enum err e;

	if (t->options->sent == NULL)
		return ERR_OK;
	e = instance_open(t->options->path, INSTANCE_LEDGER, NULL,
		t->options->today, &in);
	if (e == ERR_OK)
		e = take_sent_in(&s);
	if (e != ERR_OK)
		*t->why = in.why;
	instance_close(&in);
	mem_free(s.then);
	return e;
}

/* ---- all of it ---- */

static enum err
run(struct trial *t)
{
	uint64_t known = 0;
	enum err e = take_file(t);

	if (e == ERR_OK)
		e = certify(t);
	if (e == ERR_OK)
		e = proc_people_enroll(t->options->path, t->name,
			&t->result->officers, &known, t->why);
	if (e == ERR_OK)
		e = submit(t);
	if (t->options->columns != NULL)
		(void)unlinkat(t->folder, "batch.csv", 0);
	return e == ERR_OK ? take_sent(t) : e;
}

static enum err
open_shadow(struct trial *t)
{
	const char *path = t->options->path;
	enum err e = os_folder(AT_FDCWD, path, false, &t->dir);

	if (e == ERR_OK)
		e = os_folder(t->dir, "shadow", false, &t->folder);
	if (e == ERR_NOT_FOUND)
		return why_set(t->why, ERR_NOT_ALLOWED,
			"%s is no shadow, and old batches are tried in such "
			"alone: weir init DIR --shadow",
			path);
	return e;
}

enum err
proc_shadow_try(const struct proc_shadow_options *options,
	struct proc_shadow_result *ret_result, struct why *reterr_why)
{
	struct trial t = {.options = options,
		.result = ret_result,
		.why = reterr_why,
		.dir = -1,
		.folder = -1,
		.file = -1};
	OWNED_FD lock = -1;
	enum err e;

	*ret_result = (struct proc_shadow_result){0};
	buf_init(&t.document, PART_MAX);
	buf_init(&t.signature, PART_MAX);
	e = open_shadow(&t);
	if (e == ERR_OK)
		e = os_lock(t.folder, ".lock", false, &lock);
	if (e == ERR_BUSY)
		(void)why_set(reterr_why, e, "another batch is being tried");
	if (e == ERR_OK)
		e = crypto_init();
	if (e == ERR_OK)
		e = run(&t);
	buf_fini(&t.document);
	buf_fini(&t.signature);
	os_close(&t.file);
	os_close(&t.folder);
	os_close(&t.dir);
	return e;
}

/* ---- the report ---- */

struct telling {
	struct instance *in;
	struct report_shadow *shadow;
	struct report_doc *doc;
	uint64_t batch; /* whose list this is; 0: none yet */
	struct buf list;
	struct span then; /* in it, by line - 1; empty: not known */
};

static enum err
act_says(struct instance *in, uint32_t batch, struct span list)
{
	uint8_t hash[CRYPTO_SHA256];
	char name[NAME_BYTES];
	OWNED_BUF(index, 8);
	struct account_opened opened;
	struct reader r;
	bool holds;
	enum err e;

	sent_name(batch, name);
	e = store_get(in->store, name, &index);
	r = read_from(buf_span(&index));
	if (e == ERR_OK)
		e = account_open(in, read_u64be(&r), &opened);
	if (e != ERR_OK)
		return e;
	crypto_sha256(list, hash);
	holds = span_eq(account_field(&opened, "act"), SPAN("shadow-sent")) &&
		span_eq(account_field(&opened, "object"),
			span_of(hash, sizeof(hash)));
	account_opened_fini(&opened);
	return holds ? ERR_OK : ERR_MISMATCH;
}

/* A list counts where the act committed to it; one that is another refuses the
 * report. */
static enum err
read_sent(struct telling *t, uint32_t batch)
{
	OWNED_FD folder = -1;
	struct reader r;
	uint64_t unknown;
	uint64_t empty;
	enum err e = instance_folder(t->in, "batches", batch, false, &folder);

	t->batch = batch;
	t->then = span_of(NULL, 0);
	buf_clear(&t->list);
	if (e == ERR_OK)
		e = os_read(folder, "sent", &t->list);
	if (e == ERR_OK)
		e = act_says(t->in, batch, buf_span(&t->list));
	else if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (err_is_refusal(e))
		return instance_says(t->in, ERR_MISMATCH,
			"batches/%" PRIu32
			"/sent is not what was entered: try the batch again "
			"with --sent",
			batch);
	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&t->list));
	(void)read_bytes(&r, SENT_BEGINS.n);
	unknown = read_u64be(&r);
	empty = read_u64be(&r);
	(void)read_bytes(&r, CRYPTO_SHA384);
	t->then = r.left;
	report_shadow_strays(t->shadow, unknown, empty);
	return read_ok(&r) ? ERR_OK : err_origin(ERR_DAMAGED);
}

static enum err
tell_row(void *context, const struct report_row *row)
{
	struct telling *t = context;
	struct report_shadow_line line = {.batch = row->batch,
		.line = row->line,
		.request_id = row->request_id,
		.codes = row->codes,
		.state = row->state,
		.then = THEN_UNKNOWN};
	enum err e = ERR_OK;

	if (t->batch != row->batch)
		e = read_sent(t, (uint32_t)row->batch);
	if (e == ERR_OK && row->line > 0 && row->line <= t->then.n &&
		t->then.at[row->line - 1] < THEN_N)
		line.then = (enum report_then)t->then.at[row->line - 1];
	return e == ERR_OK ? report_shadow_add(t->shadow, &line) : e;
}

static enum err
tell_end(void *context, const struct report_about *about)
{
	const struct telling *t = context;

	return report_shadow_doc(t->shadow, about, t->doc);
}

enum err
proc_shadow_report(struct instance *in, uint32_t batch, uint64_t threshold,
	bool lines, struct report_doc *doc)
{
	struct telling t = {.in = in, .doc = doc};
	const struct proc_report_each of = {.batch = batch,
		.permit = lines ? PERMIT_SHADOW_LINES : PERMIT_REPORTS,
		.act = lines ? "report-shadow-lines" : "report-shadow",
		.each = tell_row,
		.end = tell_end,
		.context = &t};
	enum err e;

	if (!in->shadow)
		return instance_says(in, ERR_NOT_ALLOWED,
			"%s is no shadow: this report is of old batches that "
			"were tried in one",
			in->path);
	buf_init(&t.list, SENT_LINES);
	e = report_shadow_new(threshold, lines, &t.shadow);
	if (e == ERR_OK)
		e = proc_report_each(in, &of);
	t.shadow = report_shadow_free(t.shadow);
	buf_fini(&t.list);
	return e;
}
