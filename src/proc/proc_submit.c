/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_submit_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "os/file.h"
#include "proc/proc_agency.h"
#include "proc/proc_cosign.h"
#include "proc/proc_law.h"
#include "proc/proc_locate.h"
#include "proc/proc_permit.h"
#include "proc/proc_receipt.h"
#include "proc/proc_reply.h"
#include "proc/proc_sample.h"
#include "proc/proc_zone.h"

enum {
	COPY_BYTES = 1 << 20,
	SMALL_MAX = 1 << 20,
	NOON = 12 * 3600,
	LONG_FILE = 1 << 23,
	/* bytes: worth a second front */
};

void
submit_stage(struct submit *s, const char *stage)
{
	struct proc_submit_result *r = s->result;
	int64_t now = os_ticks();

	if (r->n_times < SUBMIT_STAGES) {
		r->time[r->n_times].stage = stage;
		r->time[r->n_times++].ns = now - s->clock;
	}
	s->clock = now;
}

void
submit_progress(struct submit *s, const char *stage, uint64_t done, uint64_t of)
{
	if (s->options->progress != NULL)
		s->options->progress(s->options->context, stage, done, of);
}

/* ---- freezing: what is hashed is what is parsed ---- */

static enum err
copy_fd(int in, const char *from, int folder, const char *name, struct why *why)
{
	static uint8_t some[COPY_BYTES];
	OWNED_FD out = openat(
		folder, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t n = 0;
	enum err e = ERR_OK;

	if (out < 0)
		return err_origin(ERR_IO);
	do {
		e = os_read_some(in, some, sizeof(some), &n);
		if (e == ERR_OK)
			e = os_write_all(out, span_of(some, n));
	} while (e == ERR_OK && n > 0);
	if (e == ERR_OK)
		e = os_sync(out);
	return e == ERR_OK
		       ? ERR_OK
		       : why_set(why, e, "copying %s: %s", from, err_text(e));
}

static enum err
copy_file(const char *from, int folder, const char *name, struct why *why)
{
	OWNED_FD in = open(from, O_RDONLY | O_CLOEXEC);

	if (in < 0)
		return why_set(why, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
			"%s: %s", from,
			errno == ENOENT ? "there is no such file"
					: "cannot be read");
	return copy_fd(in, from, folder, name, why);
}

static enum err
copy_files(struct submit *s)
{
	const struct proc_submit_options *o = s->options;
	struct why *why = &s->result->why;
	char signature[INSTANCE_PATH_MAX];
	enum err e = copy_file(o->requests, s->folder, "requests", why);

	if (o->signature == NULL)
		(void)snprintf(
			signature, sizeof(signature), "%s.p7s", o->manifest);
	if (e == ERR_OK)
		e = copy_file(o->manifest, s->folder, "manifest.json", why);
	if (e == ERR_OK)
		e = copy_file(o->signature == NULL ? signature : o->signature,
			s->folder, "manifest.json.p7s", why);
	return e;
}

static enum err
copy_given(struct submit *s)
{
	const struct proc_submit_given *g = s->options->given;
	enum err e = copy_fd(g->requests, s->options->requests, s->folder,
		"requests", &s->result->why);

	if (e == ERR_OK)
		e = os_write(s->folder, "manifest.json", g->manifest, 0600);
	if (e == ERR_OK)
		e = os_write(
			s->folder, "manifest.json.p7s", g->signature, 0600);
	return e;
}

static enum err
freeze(struct submit *s, int dir, char incoming[64])
{
	const struct proc_submit_options *o = s->options;
	struct why *why = &s->result->why;
	OWNED_FD batches = -1;
	enum err e = os_folder(dir, "batches", true, &batches);

	(void)snprintf(incoming, 64, "batches/incoming-%ld", (long)getpid());
	if (e == ERR_OK)
		e = os_remove_tree(dir, incoming);
	if (e == ERR_OK)
		e = os_folder(dir, incoming, true, &s->folder);
	if (e != ERR_OK)
		return why_set(why, e, "%s/%s: %s", o->path, incoming,
			e == ERR_NOT_FOUND ? "there is no instance"
					   : err_text(e));
	return o->given == NULL ? copy_files(s) : copy_given(s);
}

static bool
is_csv(const struct proc_submit_options *o)
{
	const char *path = o->requests;
	size_t n = strlen(path);

	if (o->given != NULL)
		return o->given->csv;
	return n > 4 && span_eq_nocase(span_text(path + n - 4), SPAN(".csv"));
}

static enum err
start_front(struct submit *s, const struct zone *zone,
	struct proc_peer *ret_front, off_t *ret_bytes)
{
	OWNED_FD file = openat(s->folder, "requests", O_RDONLY | O_CLOEXEC);
	struct stat st;
	struct proc_front_file front = {
		.fd = file,
		.csv = is_csv(s->options),
		.today = s->options->today == DAY_NONE
				 ? zone_day(zone, os_now())
				 : s->options->today,
	};

	if (file < 0 || fstat(file, &st) != 0)
		return err_origin(ERR_IO);
	*ret_bytes = st.st_size;
	return proc_start("weir-front", proc_front, &front, file, ret_front);
}

/* Before a secret is read: each is a fork of this process. */
static enum err
start_fronts(struct submit *s, int dir)
{
	struct zone zone;
	off_t bytes = 0;
	enum err e = proc_zone_read(dir, &zone);

	if (e == ERR_OK)
		e = start_front(s, &zone, &s->front[0], &bytes);

	s->n_fronts = 1;
	if (e != ERR_OK || bytes < LONG_FILE)
		return e;
	s->n_fronts = 2;
	return start_front(s, &zone, &s->front[1], &bytes);
}

/* ---- the manifest ---- */

enum err
submit_refuse(
	struct submit *s, enum err e, const char *code, const char *fmt, ...)
{
	va_list ap;

	(void)snprintf(s->result->code, sizeof(s->result->code), "%s", code);
	va_start(ap, fmt);
	(void)vsnprintf(
		s->result->why.text, sizeof(s->result->why.text), fmt, ap);
	va_end(ap);
	return e;
}

/* The certifiers in force on this day. */
size_t
submit_signers(const struct instance *in, struct front_signer to[FRONT_SIGNERS])
{
	size_t n = 0;
	size_t all = register_n(in->registers, REG_CERTIFIER);

	for (size_t i = 0; i < all && n < FRONT_SIGNERS; i++) {
		const struct register_entry *entry =
			register_at(in->registers, REG_CERTIFIER, i);
		struct register_row row;

		if (!register_in_force(in->registers, entry, in->at))
			continue;
		register_entry_row(entry, &row);
		to[n++] = (struct front_signer){
			register_get(&row, REG_CERTIFIER_ID),
			register_get(&row, REG_CERTIFIER_CERT)};
	}
	return n;
}

static enum err
check_manifest(struct submit *s)
{
	struct front_signer signers[FRONT_SIGNERS];
	OWNED_BUF(manifest, SMALL_MAX);
	OWNED_BUF(signature, SMALL_MAX);
	struct why why = {""};
	enum err e = os_read(s->folder, "manifest.json", &manifest);

	if (e == ERR_OK)
		e = os_read(s->folder, "manifest.json.p7s", &signature);
	if (e == ERR_TOO_LARGE)
		return submit_refuse(s, e, "RQ-FORM",
			"the manifest or its signature is over 1 MiB");
	if (e != ERR_OK)
		return e;
	crypto_sha256(buf_span(&manifest), s->batch.manifest);
	e = front_manifest(&s->front[0], buf_span(&manifest),
		buf_span(&signature), signers, submit_signers(s->in, signers),
		s->in->at, &s->manifest, &why);
	if (e == ERR_MALFORMED || e == ERR_TOO_LARGE)
		return submit_refuse(s, e, "RQ-FORM", "%s: %s",
			s->options->manifest, why.text);
	return err_is_refusal(e) ? submit_refuse(s, e, "I2-A-SIGNER", "%s: %s",
					   s->options->manifest, why.text)
				 : e;
}

/* A sandbox that plays a day may have registers that changed after it: the
 * batch is still received on the day that is played. */
static int64_t
received_at(const struct instance *in)
{
	return zone_day(&in->zone, in->at) == in->clock
		       ? in->at
		       : zone_start(&in->zone, in->clock) + NOON;
}

/* A certifier may be at another place than the custodian: a day that has begun
 * here or by UTC is not yet to come. */
static bool
is_to_come(const struct instance *in, int32_t date)
{
	return date > in->clock && date > day_at(received_at(in));
}

/* The codes of a batch: term, signer's agreement, safeguards. */
enum err
submit_check(struct submit *s)
{
	struct instance *in = s->in;
	const struct request_manifest *m = &s->manifest;
	const struct register_entry *entry = register_find(in->registers,
		REG_CERTIFIER, span_text(m->certifier_id), in->at);
	struct register_row row;
	struct why why = {""};

	if (in->law == NULL ||
		strcmp(m->agreement, law_agreement_id(in->law)) != 0)
		return submit_refuse(s, ERR_NOT_ALLOWED, "AG-TERM",
			"no agreement %s is loaded here", m->agreement);
	if (proc_agency_may(in, in->law) != ERR_OK)
		return submit_refuse(
			s, ERR_NOT_ALLOWED, "I2-A-SIGNER", "%s", in->why.text);
	if (in->clock < law_effective(in->law) ||
		in->clock >= law_expires(in->law) ||
		!register_agreement_loaded(in->registers,
			span_text(m->agreement), in->law_hash, in->at))
		return submit_refuse(s, ERR_NOT_ALLOWED, "AG-TERM",
			"the agreement %s is not in force on this day",
			m->agreement);
	if (proc_law_proved(in, &why) != ERR_OK)
		return submit_refuse(
			s, ERR_NOT_ALLOWED, "AG-TERM", "%s", why.text);
	if (entry == NULL) /* the front must name a certifier of ours */
		return err_origin(ERR_PEER);
	register_entry_row(entry, &row);
	if (!span_eq(register_get(&row, REG_CERTIFIER_AGREEMENT),
		    span_text(m->agreement)))
		return submit_refuse(s, ERR_NOT_ALLOWED, "I2-A-SIGNER",
			"certifier %s signs under another agreement",
			m->certifier_id);
	if (is_to_come(in, m->date))
		return submit_refuse(s, ERR_MALFORMED, "RQ-FORM",
			"%s: weir:date lies in the future",
			s->options->manifest);
	if (!register_safeguards(in->registers,
		    span_text(law_requester(in->law)), in->at, &why))
		return submit_refuse(
			s, ERR_NOT_ALLOWED, "AG-SAFEGUARDS", "%s", why.text);
	return ERR_OK;
}

static enum err
check_file(struct submit *s, const struct front_file *file)
{
	const struct request_manifest *m = &s->manifest;

	if (memcmp(file->sha384, m->sha384, sizeof(m->sha384)) != 0)
		return submit_refuse(s, ERR_MISMATCH, "RQ-FORM",
			"%s: its SHA-384 is not the manifest's",
			s->options->requests);
	if (file->lines != m->count)
		return submit_refuse(s, ERR_MISMATCH, "RQ-FORM",
			"%s: %" PRIu64 " lines, the manifest counts %" PRIu32,
			s->options->requests, file->lines, m->count);
	return ERR_OK;
}

/* ---- this batch, new or known ---- */

/* Is it known under its sequence number?  The same again is no error. */
static enum err
find_batch(struct submit *s, bool *ret_known)
{
	struct store_batch known;
	uint64_t last = 0;
	enum err e = store_batch_find(s->in->store, s->manifest.agreement,
		s->manifest.sequence, &known);

	*ret_known = e == ERR_OK;
	if (e == ERR_OK) {
		if (memcmp(known.sha384, s->manifest.sha384, 48) != 0 ||
			memcmp(known.manifest, s->batch.manifest, 32) != 0)
			return submit_refuse(s, ERR_EXISTS, "RQ-FORM",
				"sequence %" PRIu32
				" was used by another batch",
				s->manifest.sequence);
		s->batch = known;
		return ERR_OK;
	}
	if (e != ERR_NOT_FOUND)
		return e;
	e = store_sequence_last(s->in->store, s->manifest.agreement, &last);
	if (e == ERR_OK && s->manifest.sequence != last + 1)
		return submit_refuse(s, ERR_MISMATCH, "RQ-FORM",
			"sequence %" PRIu32 " does not follow %" PRIu64,
			s->manifest.sequence, last);
	return e;
}

enum err
submit_enter(struct submit *s, int32_t from)
{
	struct instance *in = s->in;
	char text[3][24] = {""};
	char at[DAY_TIME_TEXT] = "";
	OWNED_BUF(date, 4);
	struct ledger_field fields[] = {
		ACCOUNT_TEXT("batch", text[0]),
		ACCOUNT_TEXT("agreement", s->batch.agreement),
		ACCOUNT_TEXT("sequence", text[1]),
		ACCOUNT_TEXT("count", text[2]),
		ACCOUNT_BYTES("file", s->batch.sha384, 48),
		ACCOUNT_BYTES("manifest", s->batch.manifest, 32),
		ACCOUNT_TEXT("certifier", s->manifest.certifier_id),
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("at", at),
	};

	(void)snprintf(text[0], sizeof(text[0]), "%" PRIu32, s->batch.n);
	(void)snprintf(text[1], sizeof(text[1]), "%" PRIu64, s->batch.sequence);
	(void)snprintf(text[2], sizeof(text[2]), "%" PRIu64, s->batch.n_lines);
	day_time_text(received_at(in), at);
	fields[0].value = span_text(text[0]);
	fields[2].value = span_text(text[1]);
	fields[3].value = span_text(text[2]);
	fields[8].value = span_text(at);
	buf_u32be(&date, (uint32_t)from);
	return account_entry(in, LEDGER_BATCH, in->law_hash, fields,
		sizeof(fields) / sizeof(fields[0]), buf_span(&date),
		&s->batch.entry);
}

enum err
submit_number(struct submit *s)
{
	const struct instance *in = s->in;
	uint32_t last = 0;
	enum err e = store_batch_last(in->store, &last);

	s->batch.n = last + 1;
	s->batch.sequence = s->manifest.sequence;
	(void)snprintf(s->batch.agreement, sizeof(s->batch.agreement), "%s",
		s->manifest.agreement);
	memcpy(s->batch.sha384, s->manifest.sha384, 48);
	memcpy(s->batch.law, in->law_hash, 32);
	memcpy(s->batch.submitter, in->actor.print, 32);
	s->batch.n_lines = s->manifest.count;
	s->batch.today = in->clock;
	s->batch.clock = in->clock;
	s->batch.received_at = in->at;
	s->batch.stage = STAGE_RECEIVED;
	s->batch.counted = STORE_NO_ENTRY;
	return e;
}

static enum err
new_batch(struct submit *s, const char *incoming)
{
	struct instance *in = s->in;
	char name[32];
	OWNED_FD batches = -1;
	enum err e = submit_number(s);

	(void)snprintf(name, sizeof(name), "batches/%" PRIu32, s->batch.n);
	if (e == ERR_OK)
		e = os_remove_tree(
			in->dir, name); /* of a crash before the row */
	if (e == ERR_OK && renameat(in->dir, incoming, in->dir, name) != 0)
		e = err_origin(ERR_IO);
	if (e == ERR_OK)
		e = os_folder(in->dir, "batches", false, &batches);
	if (e == ERR_OK)
		e = os_sync(batches);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = submit_enter(s, s->manifest.date);
	if (e == ERR_OK)
		e = store_batch_add(in->store, &s->batch);
	if (e == ERR_OK)
		e = proc_sample_open(in, &s->batch);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

static void
reached(struct submit *s)
{
	if (s->options->reached != NULL)
		s->options->reached(
			s->options->context, s->batch.n, s->batch.stage);
}

static enum err
advance(struct submit *s, enum store_stage stage)
{
	enum err e = account_begin(s->in);

	if (e != ERR_OK)
		return e;
	s->batch.stage = stage;
	e = store_batch_update(s->in->store, &s->batch);
	if (e != ERR_OK) {
		account_abandon(s->in);
		return e;
	}
	e = account_commit(s->in);
	if (e == ERR_OK)
		reached(s);
	return e;
}

enum err
submit_finish(struct submit *s)
{
	enum err e = ERR_OK;

	/* Before the vault is asked: the reply cannot depend on the roll. */
	if (s->batch.stage < STAGE_ANSWERED) {
		e = proc_sample_draw(s->in, &s->batch);
		if (e == ERR_OK)
			e = proc_reply_write(
				s->in, &s->batch, s->folder, s->replied);
		if (e == ERR_OK)
			e = proc_receipt_batch(s->in, &s->batch, s->folder);
		if (e == ERR_OK)
			e = advance(s, STAGE_ANSWERED);
		submit_stage(s, "reply");
		if (e == ERR_OK)
			e = store_keys_settle(s->in->store);
		submit_stage(s, "keys");
	}
	if (e == ERR_OK && s->batch.stage < STAGE_LOCATED) {
		e = proc_locate_rest(s->in, &s->batch,
			&(struct proc_locate_options){s->options->progress,
				s->options->context, &s->kept});
		submit_stage(s, "locate");
	}
	return e;
}

/* The stages that are not behind it yet. */
static enum err
go_on(struct submit *s, const struct front_file *file)
{
	enum err e = ERR_OK;

	if (s->batch.stage < STAGE_JUDGED)
		e = submit_judge(s, file);
	return e == ERR_OK ? submit_finish(s) : e;
}

static enum err
take_in(struct submit *s, int dir, const char *incoming)
{
	struct front_file file;
	bool known = false;
	enum err e = proc_permit(s->in, PERMIT_SUBMIT);

	if (e == ERR_OK)
		e = proc_cosign_fresh(s->in);
	if (e == ERR_OK)
		e = check_manifest(s);
	if (e == ERR_OK)
		e = submit_check(s);
	if (e == ERR_OK)
		e = find_batch(s, &known);
	if (e == ERR_OK) {
		e = front_begin(&s->front[0], &file, &s->in->why);
		if (err_is_refusal(e))
			e = submit_refuse(s, e, "RQ-FORM", "%s: %s",
				s->options->requests, s->in->why.text);
	}
	if (e == ERR_OK)
		e = check_file(s, &file);
	submit_stage(s, "hash");
	if (e != ERR_OK)
		return e;
	s->result->again = known && s->batch.stage == STAGE_LOCATED;
	if (known)
		e = os_remove_tree(dir, incoming);
	else
		e = new_batch(s, incoming);
	os_close(&s->folder);
	if (e == ERR_OK)
		e = instance_folder(
			s->in, "batches", s->batch.n, true, &s->folder);
	if (e == ERR_OK)
		reached(s);
	return e == ERR_OK ? go_on(s, &file) : e;
}

/* R25: a batch that was refused whole is accounted for too. */
enum err
submit_account_refusal(struct submit *s)
{
	OWNED_BUF(object, 1024);

	buf_printf(&object, "%s: %s", s->result->code, s->result->why.text);
	return buf_error(&object) == ERR_OK
		       ? account_act(s->in, "refuse-batch", 0, "",
				 buf_span(&object), NULL)
		       : buf_error(&object);
}

static enum err
account_refusal(struct submit *s)
{
	enum err e = account_begin(s->in);

	if (e == ERR_OK)
		e = submit_account_refusal(s);
	if (e == ERR_OK)
		return account_commit(s->in);
	account_abandon(s->in);
	return e;
}

/* Copies of submits that were killed before their batch had a number. */
static enum err
remove_left_over(int dir)
{
	OWNED_FD batches = -1;
	struct dirent *entry;
	DIR *list;
	enum err e = os_folder(dir, "batches", false, &batches);

	if (e != ERR_OK)
		return e;
	list = fdopendir(dup(batches));
	if (list == NULL)
		return err_origin(ERR_IO);
	while (e == ERR_OK && (entry = readdir(list)) != NULL) {
		struct span name = span_text(entry->d_name);
		uint64_t pid = 0;

		if (!span_starts(name, SPAN("incoming-")))
			continue;
		(void)span_cut(&name, '-');
		if (num_parse(name, INT_MAX, &pid) && pid > 1 &&
			kill((pid_t)pid, 0) != 0 && errno == ESRCH)
			e = os_remove_tree(batches, entry->d_name);
	}
	(void)closedir(list);
	return e;
}

static enum err
open_instance(struct submit *s)
{
	const struct proc_submit_options *o = s->options;
	unsigned want = INSTANCE_LEDGER | INSTANCE_VAULT;

	return o->given != NULL && o->given->asker != NULL
		       ? instance_open_for(
				 o->path, want, o->given->asker, s->in)
		       : instance_open(o->path, want, o->key, o->today, s->in);
}

static enum err
submit(struct submit *s, int dir, const char *incoming)
{
	enum err e = start_fronts(s, dir);

	if (e == ERR_OK) {
		e = open_instance(s);
		submit_stage(s, "open");
	}
	if (e == ERR_OK)
		e = remove_left_over(dir);
	if (e == ERR_OK)
		e = instance_lock_in(s->in);
	if (e == ERR_OK)
		e = take_in(s, dir, incoming);
	if (e == ERR_OK) {
		s->result->batch = s->batch.n;
		s->result->lines = s->batch.n_lines;
		e = proc_batch_totals(s->in, s->batch.n, &s->result->totals);
	}
	if (e == ERR_OK)
		e = proc_volume_tell(s->in, s->batch.n, &s->result->told);
	if (err_is_refusal(e) && s->result->code[0] != '\0') {
		enum err accounted = account_refusal(s);

		if (accounted != ERR_OK)
			e = accounted;
	}
	if (s->result->why.text[0] == '\0')
		s->result->why = s->in->why;
	proc_kept_close(&s->kept);
	instance_close(s->in);
	for (size_t i = 0; i < s->n_fronts; i++)
		proc_drop(&s->front[i]);
	return e;
}

enum err
proc_submit(const struct proc_submit_options *options,
	struct proc_submit_result *ret_result)
{
	static struct instance in;
	static struct submit s;
	OWNED_FD dir = -1;
	char incoming[64] = "";
	enum err e;

	in = INSTANCE_NONE;
	*ret_result = (struct proc_submit_result){0};
	buf_init(&ret_result->told, SUBMIT_TOLD);
	s = (struct submit){.options = options,
		.result = ret_result,
		.in = &in,
		.front = {PROC_PEER_NONE, PROC_PEER_NONE},
		.folder = -1,
		.kept = PROC_KEPT_NONE,
		.clock = os_ticks()};
	e = os_folder(AT_FDCWD, options->path, false, &dir);
	if (e != ERR_OK)
		return why_set(&ret_result->why, e, "%s: %s", options->path,
			e == ERR_NOT_FOUND ? "there is no such folder"
					   : err_text(e));
	if (!os_exists(dir, "instance"))
		return why_set(&ret_result->why, ERR_NOT_FOUND,
			"%s is no instance: `weir init %s` makes one",
			options->path, options->path);
	e = freeze(&s, dir, incoming);
	submit_stage(&s, "freeze");
	if (e == ERR_OK)
		e = submit(&s, dir, incoming);
	os_close(&s.folder);
	if (incoming[0] != '\0')
		(void)!os_remove_tree(dir, incoming);
	return e;
}
