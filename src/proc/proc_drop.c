/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_drop_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "os/file.h"
#include "proc/proc_permit.h"
#include "proc/proc_submit_int.h"
#include "proc/proc_unwrap.h"

enum {
	FILE_NAME = 128,
	PART_MAX = 1 << 16,
	FILES_MOST = 10000, /* of one agency, in one round */
};

static const char *const what_text[] = {
	[DROP_TAKEN] = "taken",
	[DROP_AGAIN] = "again",
	[DROP_REFUSED] = "refused",
	[DROP_LATER] = "later",
	[DROP_PACKAGES] = "packages",
};

const char *
proc_drop_text(enum proc_drop_what what)
{
	must((size_t)what < sizeof(what_text) / sizeof(what_text[0]));
	return what_text[what];
}

bool
proc_drop_name_is_sound(struct span name)
{
	if (name.n == 0 || name.n >= PROC_DROP_NAME || name.at[0] == '.' ||
		name.at[0] == '-')
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!(name.at[i] >= '0' && name.at[i] <= '9') &&
			!(name.at[i] >= 'a' && name.at[i] <= 'z') &&
			!(name.at[i] >= 'A' && name.at[i] <= 'Z') &&
			name.at[i] != '.' && name.at[i] != '_' &&
			name.at[i] != '-')
			return false;
	return true;
}

void
drop_tell(const struct drop *d, enum proc_drop_what what, const char *name,
	uint32_t batch, uint64_t n, const char *says)
{
	struct proc_drop_item item = {what, d->agency, name, batch, n, says};

	if (d->options->tell != NULL)
		d->options->tell(d->options->context, &item);
}

/* ---- what is there ---- */

struct names {
	char (*at)[PROC_DROP_NAME];
	size_t n;
};

static enum err
add_name(struct names *names, struct span name)
{
	void *at = mem_resize(names->at, names->n + 1, sizeof(*names->at));

	if (at == NULL)
		return err_origin(ERR_NOMEM);
	names->at = at;
	(void)span_copy(name, names->at[names->n++], PROC_DROP_NAME);
	return ERR_OK;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Every NAME of a NAME.ending; a name with a trick in it is none. */
static enum err
find_names(int folder, struct span ending, struct names *names)
{
	struct dirent *entry;
	DIR *list = fdopendir(dup(folder));
	enum err e = list == NULL ? err_origin(ERR_IO) : ERR_OK;

	if (list != NULL)
		rewinddir(list);
	while (e == ERR_OK && names->n < FILES_MOST &&
		(entry = readdir(list)) != NULL) {
		struct span name = span_text(entry->d_name);

		if (name.n <= ending.n ||
			!span_eq(span_of(name.at + name.n - ending.n, ending.n),
				ending))
			continue;
		name.n -= ending.n;
		if (proc_drop_name_is_sound(name))
			e = add_name(names, name);
	}
	if (list != NULL)
		(void)closedir(list);
	if (names->n > 1)
		qsort(names->at, names->n, sizeof(*names->at), by_name);
	return e;
}

/* A plain file, no link, that nobody can make us wait for. */
static int
open_plain(int folder, const char *name, const char *ending)
{
	char file[FILE_NAME];
	struct stat st;
	int fd;

	(void)snprintf(file, sizeof(file), "%s%s", name, ending);
	fd = openat(
		folder, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)))
		os_close(&fd);
	return fd;
}

/* ---- one file becomes a batch ---- */

static enum err
read_part(int folder, const char *name, const char *ending, struct buf *to)
{
	OWNED_FD fd = open_plain(folder, name, ending);

	return fd < 0 ? ERR_NOT_FOUND : os_read_fd(fd, to);
}

static enum err
submit(const struct drop *d, const struct proc_submit_given *given,
	const char *name, struct proc_submit_went *went)
{
	const struct proc_submit_options o = {
		.path = d->options->path,
		.requests = name,
		.manifest = "its manifest",
		.key = d->options->key,
		.today = d->options->today,
		.given = given,
	};

	return proc_submit_apart(&o, went);
}

static enum err
refuse(struct proc_submit_went *went, enum err e, const char *says)
{
	went->e = e;
	return why_set(&went->why, ERR_OK, "%s", says);
}

/* Out of a signed message into a file without a name; an agency never sees it
 * half. */
static enum err
unwrap(const struct drop *d, int message, int *ret_lines,
	struct proc_submit_went *went)
{
	const struct proc_unwrap of = {.file = message,
		.to = openat(d->out, ".", O_RDWR | O_TMPFILE | O_CLOEXEC, 0600),
		.most = PROC_DROP_MOST,
		.signer = d->signers->cert,
		.n_signers = d->signers->n,
		.at = d->signers->at};
	enum err e;

	*ret_lines = of.to;
	if (of.to < 0)
		return err_origin(ERR_IO);
	e = proc_unwrap(&of, &went->why);
	if (e == ERR_OK)
		return os_rewind(of.to);
	if (!err_is_refusal(e))
		return e;
	went->e = e;
	(void)snprintf(went->code, sizeof(went->code), "%s",
		e == ERR_BAD_SIGNATURE ? "I2-A-SIGNER" : "RQ-FORM");
	return ERR_OK;
}

/* The one file of requests; -1 and why in *went where there is none. */
static enum err
open_requests(const struct drop *d, const char *name, int *ret_fd,
	bool *ret_csv, struct proc_submit_went *went)
{
	static const char *const endings[] = {".jsonl", ".csv", ".jsonl.cms"};
	enum { CSV = 1, CMS = 2, N = 3 };
	int fd[N];
	size_t n = 0;
	int which = 0;
	enum err e = ERR_OK;

	*ret_fd = -1;
	for (int i = 0; i < N; i++) {
		fd[i] = open_plain(d->in, name, endings[i]);
		which = fd[i] >= 0 ? i : which;
		n += fd[i] >= 0;
	}
	*ret_csv = which == CSV;
	if (n != 1)
		e = refuse(went, ERR_NOT_FOUND,
			"with NAME.done there is to be one plain file "
			"NAME.jsonl, NAME.csv or NAME.jsonl.cms");
	else if (which == CMS)
		e = unwrap(d, fd[which], ret_fd, went);
	else
		*ret_fd = dup(fd[which]);
	for (int i = 0; i < N; i++)
		os_close(&fd[i]);
	return e;
}

/* Reads the three and submits; what is wrong with them is in *went. */
static enum err
take(const struct drop *d, const char *name, struct proc_submit_went *went)
{
	OWNED_BUF(manifest, PART_MAX);
	OWNED_BUF(signature, PART_MAX);
	OWNED_FD lines = -1;
	struct proc_submit_given given = {
		.agency = span_text(d->agency), .asker = d->options->asker};
	enum err e = open_requests(d, name, &lines, &given.csv, went);

	if (e != ERR_OK || went->e != ERR_OK)
		return e;
	given.requests = lines;
	e = read_part(d->in, name, ".manifest.json", &manifest);
	if (e == ERR_OK)
		e = read_part(d->in, name, ".manifest.json.p7s", &signature);
	if (err_is_refusal(e))
		return refuse(went, e,
			"NAME.manifest.json and NAME.manifest.json.p7s are to "
			"be plain files of at most 64 KiB");
	if (e != ERR_OK)
		return e;
	given.manifest = buf_span(&manifest);
	given.signature = buf_span(&signature);
	return submit(d, &given, name, went);
}

/* ---- what goes back ---- */

static enum err
put_problem(const struct drop *d, const char *name,
	const struct proc_submit_went *went)
{
	char file[FILE_NAME];
	OWNED_BUF(json, 4096);

	(void)snprintf(file, sizeof(file), "%s.problem.json", name);
	buf_text(&json, "{\"file\":");
	buf_json(&json, span_text(name));
	buf_text(&json, ",\"code\":");
	buf_json(&json, span_text(went->code));
	buf_text(&json, ",\"detail\":");
	buf_json(&json, span_text(went->why.text[0] == '\0'
					  ? err_text((enum err)went->e)
					  : went->why.text));
	buf_text(&json, "}\n");
	return buf_error(&json) == ERR_OK
		       ? os_write(d->out, file, buf_span(&json), 0640)
		       : buf_error(&json);
}

/* That the batch came by this folder, under that name; then its files. */
static enum err
put_reply(const struct drop *d, const char *name, uint32_t batch)
{
	static const char *const files[] = {"reply.jsonl", "reply.jsonl.p7s",
		"receipt.json", "receipt.json.p7s"};
	char text[FILE_NAME];
	OWNED_FD dir = -1;
	OWNED_FD folder = -1;
	enum err e = os_folder(AT_FDCWD, d->options->path, false, &dir);

	(void)snprintf(text, sizeof(text), "batches/%" PRIu32, batch);
	if (e == ERR_OK)
		e = os_folder(dir, text, false, &folder);
	if (e == ERR_OK && !os_exists(folder, "dropped"))
		e = os_write(folder, "dropped", span_text(name), 0600);
	for (size_t i = 0; e == ERR_OK && i < 4; i++) {
		(void)snprintf(text, sizeof(text), "%s.%s", name, files[i]);
		e = drop_copy(folder, files[i], d->out, text);
	}
	(void)snprintf(text, sizeof(text), "%s.problem.json", name);
	if (e == ERR_OK && unlinkat(d->out, text, 0) != 0 && errno != ENOENT)
		e = err_origin(ERR_IO);
	return e;
}

enum err
drop_copy(int from, const char *name, int to, const char *as)
{
	static uint8_t some[1 << 16];
	char temporary[FILE_NAME + 8];
	OWNED_FD in = openat(from, name, O_RDONLY | O_CLOEXEC);
	OWNED_FD out = -1;
	size_t n = 0;
	enum err e = ERR_OK;

	if (in < 0)
		return errno == ENOENT ? ERR_OK : err_origin(ERR_IO);
	(void)snprintf(temporary, sizeof(temporary), ".%s.new", as);
	if (unlinkat(to, temporary, 0) != 0 && errno != ENOENT)
		return err_origin(ERR_IO);
	out = openat(to, temporary,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (out < 0)
		return err_origin(ERR_IO);
	do {
		e = os_read_some(in, some, sizeof(some), &n);
		if (e == ERR_OK)
			e = os_write_all(out, span_of(some, n));
	} while (e == ERR_OK && n > 0);
	if (e == ERR_OK)
		e = os_sync(out);
	if (e == ERR_OK && renameat(to, temporary, to, as) != 0)
		e = err_origin(ERR_IO);
	return e == ERR_OK ? os_sync(to) : e;
}

/* NAME.done goes first: from here on it is not taken again. */
static enum err
remove_taken(const struct drop *d, const char *name)
{
	static const char *const endings[] = {".done", ".jsonl", ".csv",
		".jsonl.cms", ".manifest.json", ".manifest.json.p7s"};
	char file[FILE_NAME];

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		(void)snprintf(file, sizeof(file), "%s%s", name, endings[i]);
		if (unlinkat(d->in, file, 0) != 0 && errno != ENOENT)
			return err_origin(ERR_IO);
	}
	return os_sync(d->in);
}

static enum err
take_one(const struct drop *d, const char *name)
{
	struct proc_submit_went went = {.e = ERR_OK};
	enum err e = take(d, name, &went);
	enum err how = (enum err)went.e;

	if (e != ERR_OK || err_is_failure(how) || how == ERR_BUSY) {
		drop_tell(d, DROP_LATER, name, 0, 0, went.why.text);
		return ERR_OK;
	}
	e = how == ERR_OK ? put_reply(d, name, went.batch)
			  : put_problem(d, name, &went);
	if (e == ERR_OK)
		e = remove_taken(d, name);
	if (e == ERR_OK)
		drop_tell(d,
			how != ERR_OK ? DROP_REFUSED
			: went.again  ? DROP_AGAIN
				      : DROP_TAKEN,
			name, went.batch, 0, went.why.text);
	return e;
}

static enum err
take_all(const struct drop *d)
{
	struct names names = {.n = 0};
	enum err e = find_names(d->in, SPAN(".done"), &names);

	for (size_t i = 0; e == ERR_OK && i < names.n; i++)
		e = take_one(d, names.at[i]);
	mem_free(names.at);
	return e;
}

/* ---- agencies ---- */

static enum err
open_drop(int dir, const char *agency, struct drop *d)
{
	OWNED_FD drop = -1;
	OWNED_FD folder = -1;
	enum err e = os_folder(dir, "drop", true, &drop);

	if (e == ERR_OK)
		e = os_folder(drop, agency, true, &folder);
	if (e == ERR_OK)
		e = os_folder(folder, "in", true, &d->in);
	return e == ERR_OK ? os_folder(folder, "out", true, &d->out) : e;
}

/* The agencies on the register whose ids can be names. */
static enum err
find_agencies(struct instance *in, struct names *names)
{
	size_t n = register_n(in->registers, REG_RECIPIENT);
	enum err e = proc_permit(in, PERMIT_SUBMIT);

	if (e == ERR_OK)
		e = proc_permit(in, PERMIT_FETCH);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		const struct register_entry *entry =
			register_at(in->registers, REG_RECIPIENT, i);
		struct register_row row;
		struct span id;

		register_entry_row(entry, &row);
		id = register_get(&row, REG_RECIPIENT_ID);
		if (register_in_force(in->registers, entry, in->at) &&
			proc_drop_name_is_sound(id))
			e = add_name(names, id);
	}
	return e;
}

static enum err
open_instance(
	const struct proc_drop_options *o, unsigned want, struct instance *in)
{
	return o->asker != NULL
		       ? instance_open_for(o->path, want, o->asker, in)
		       : instance_open(o->path, want, o->key, o->today, in);
}

static enum err
find_signers(struct instance *in, struct drop_signers *signers)
{
	static struct front_signer all[FRONT_SIGNERS];
	size_t n = submit_signers(in, all);

	signers->at = in->at;
	for (size_t i = 0; i < n; i++) {
		struct buf *cert = &signers->cert[signers->n++];

		buf_init(cert, PART_MAX);
		buf_bytes(cert, all[i].cert);
		if (buf_error(cert) != ERR_OK)
			return buf_error(cert);
	}
	return ERR_OK;
}

static enum err
find_all(const struct proc_drop_options *options, struct names *names,
	struct drop_signers *signers, struct why *why)
{
	static struct instance in;
	enum err e = open_instance(options, INSTANCE_READ, &in);

	if (e == ERR_OK)
		e = instance_must_answer(in.dir, &in.why);
	if (e == ERR_OK)
		e = find_agencies(&in, names);
	if (e == ERR_OK)
		e = find_signers(&in, signers);
	if (e != ERR_OK && why != NULL)
		*why = in.why;
	instance_close(&in);
	return e;
}

static enum err
put_out(const struct drop *d, struct why *why)
{
	static struct instance in;
	enum err e = open_instance(d->options, INSTANCE_LEDGER, &in);

	if (e == ERR_OK)
		e = drop_put_out(d, &in);
	if (e != ERR_OK && why != NULL)
		*why = in.why;
	instance_close(&in);
	return e;
}

static enum err
round_of(const struct proc_drop_options *options,
	const struct drop_signers *signers, int dir, const char *agency,
	struct why *why)
{
	struct drop d = {
		.options = options, .signers = signers, .in = -1, .out = -1};
	enum err e;

	(void)snprintf(d.agency, sizeof(d.agency), "%s", agency);
	e = open_drop(dir, agency, &d);
	if (e == ERR_OK)
		e = take_all(&d);
	if (e == ERR_OK)
		e = put_out(&d, why);
	os_close(&d.in);
	os_close(&d.out);
	return e;
}

enum err
proc_drop_round(const struct proc_drop_options *options, struct why *reterr_why)
{
	static struct drop_signers signers;
	struct names agencies = {.n = 0};
	OWNED_FD dir = -1;
	OWNED_FD drop = -1;
	OWNED_FD lock = -1;
	enum err e;

	signers.n = 0;
	e = find_all(options, &agencies, &signers, reterr_why);

	if (e == ERR_OK)
		e = os_folder(AT_FDCWD, options->path, false, &dir);
	if (e == ERR_OK)
		e = os_folder(dir, "drop", true, &drop);
	if (e == ERR_OK)
		e = os_lock(drop, ".lock", false, &lock);
	if (e == ERR_BUSY)
		(void)why_set(reterr_why, e, "another round is at work");
	for (size_t i = 0; e == ERR_OK && i < agencies.n; i++)
		e = round_of(
			options, &signers, dir, agencies.at[i], reterr_why);
	while (signers.n > 0)
		buf_fini(&signers.cert[--signers.n]);
	mem_free(agencies.at);
	return e;
}
