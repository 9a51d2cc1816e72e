/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_instance.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include <unicode/uvernum.h>

#include "base/code.h"
#include "base/mem.h"
#include "base/read.h"
#include "os/file.h"
#include "person/person.h"
#include "proc/proc_account.h"
#include "proc/proc_cosign.h"
#include "proc/proc_courier.h"
#include "proc/proc_erase.h"
#include "proc/proc_keeper.h"
#include "proc/proc_law.h"
#include "proc/proc_log.h"
#include "proc/proc_policy.h"
#include "proc/proc_recall.h"
#include "proc/proc_registers.h"
#include "proc/proc_sandbox.h"
#include "proc/proc_subject.h"
#include "proc/proc_vault.h"
#include "proc/proc_zone.h"
#include "roll/roll.h"

enum {
	SMALL_FILE = 1 << 16,
	REGISTERS_MAX = 1 << 28,
	NOON = 12 * 3600,
	TO_SIGN_MAX = 1 << 20,
};

enum err
instance_says(struct instance *in, enum err e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(in->why.text, sizeof(in->why.text), fmt, ap);
	va_end(ap);
	return e;
}

bool
instance_plays(const struct instance *in)
{
	return in->sandbox || in->shadow;
}

enum err
instance_must_answer(int dir, struct why *reterr_why)
{
	if (os_exists(dir, "secret/signing.key"))
		return ERR_OK;
	return why_set(reterr_why, ERR_NOT_ALLOWED,
		"this instance has no key to sign an answer with: a shadow, "
		"from which nothing leaves (docs/SHADOW.md)");
}

bool
instance_answers(const struct instance *in)
{
	return instance_must_answer(in->dir, NULL) == ERR_OK;
}

/* ---- the instance file ---- */

static enum err
read_settings(struct instance *in)
{
	OWNED_BUF(file, SMALL_FILE);
	struct reader r;
	enum err e = os_read(in->dir, "instance", &file);

	if (e == ERR_NOT_FOUND)
		return instance_says(in, ERR_NOT_FOUND,
			"%s is no instance: `weir init %s` makes one", in->path,
			in->path);
	r = read_from(buf_span(&file));
	while (e == ERR_OK && r.left.n > 0) {
		struct span value = read_line(&r);
		struct span name = span_cut(&value, ' ');

		if (!read_ok(&r))
			e = ERR_DAMAGED;
		else if (span_eq(name, SPAN("origin")) &&
			 !span_copy(value, in->origin, sizeof(in->origin)))
			e = ERR_DAMAGED;
		else if (span_eq(name, SPAN("kind"))) {
			in->sandbox = span_eq(value, SPAN("sandbox"));
			in->shadow = span_eq(value, SPAN("shadow"));
		} else if (span_eq(name, SPAN("log")) &&
			   !span_copy(
				   value, in->log_where, sizeof(in->log_where)))
			e = ERR_DAMAGED;
	}
	if (e == ERR_OK && in->origin[0] == '\0')
		e = ERR_DAMAGED;
	if (e == ERR_OK)
		e = proc_zone_read(in->dir, &in->zone);
	return e == ERR_OK ? ERR_OK
			   : instance_says(in, e, "%s/instance: %s", in->path,
				     err_text(e));
}

/* ---- people ---- */

bool
instance_has_role(
	const struct instance *in, const uint8_t print[32], const char *role)
{
	const struct instance_asker *asker = in->asker;

	for (size_t i = 0; asker != NULL && i < asker->n_barred; i++)
		if (strcmp(asker->barred[i], role) == 0 &&
			memcmp(print, in->actor.print, CRYPTO_SHA256) == 0)
			return false;
	return register_has_role(in->registers, print, role, in->at);
}

/* ---- opening ---- */

static enum err
open_log(struct instance *in)
{
	return proc_log_open(in->dir, in->origin, span_text(in->log_where),
		&in->log, &in->why);
}

/* Who begins; `e` is how naming them went, and is returned. */
static enum err
log_begin(struct instance *in, enum err e)
{
	struct audit a = {
		.event = AUDIT_BEGIN,
		.outcome = e == ERR_OK ? AUDIT_SUCCESS : AUDIT_FAILURE,
		.actor = in->actor.cert == NULL ? NULL : in->actor.print,
		.error = e,
	};
	struct why why = {""};
	enum err logged = proc_log_event(in->log, &a, &why);

	if (e != ERR_OK || logged == ERR_OK)
		return e;
	return instance_says(in, logged, "%s", why.text);
}

static enum err
load_actor(struct instance *in, const char *key_path)
{
	char path[INSTANCE_FILE_MAX];

	if (key_path == NULL && !instance_plays(in))
		return ERR_OK;
	if (key_path == NULL &&
		snprintf(path, sizeof(path), "%s/%s/operator.key", in->path,
			in->shadow ? "shadow" : "sandbox") >= (int)sizeof(path))
		return ERR_TOO_LARGE;
	return instance_actor_read(
		key_path == NULL ? path : key_path, &in->actor, &in->why);
}

/* Their certificate alone: instance_sign(). */
static enum err
load_asker(struct instance *in)
{
	const struct instance_asker *asker = in->asker;
	enum err e;

	if (asker->cert.n == 0)
		return ERR_OK;
	e = crypto_cert_parse(asker->cert, &in->actor.cert);
	if (e != ERR_OK)
		return instance_says(in, e, "the certificate: %s", err_text(e));
	crypto_cert_fingerprint(in->actor.cert, in->actor.print);
	crypto_cert_name(
		in->actor.cert, in->actor.name, sizeof(in->actor.name));
	return ERR_OK;
}

static enum err
load_registers(struct instance *in)
{
	enum err e;

	in->registers = register_set_free(in->registers);
	in->holds = hold_set_free(in->holds);
	e = register_set_new(&in->registers);
	if (e == ERR_OK)
		register_set_zone(in->registers, &in->zone);
	for (int id = 0; e == ERR_OK && id < REG_N; id++) {
		OWNED_BUF(bytes, REGISTERS_MAX);
		char name[64];

		(void)snprintf(name, sizeof(name), "register/%s",
			register_name((enum register_id)id));
		e = store_get(in->store, name, &bytes);
		if (e == ERR_NOT_FOUND)
			e = ERR_OK;
		else if (e == ERR_OK)
			e = register_decode(in->registers, buf_span(&bytes));
	}
	if (e == ERR_OK) {
		OWNED_BUF(bytes, REGISTERS_MAX);

		e = store_get(in->store, "holds", &bytes);
		e = e == ERR_NOT_FOUND ? hold_set_new(&in->holds)
		    : e == ERR_OK
			    ? hold_set_decode(buf_span(&bytes), &in->holds)
			    : e;
	}
	return e == ERR_OK
		       ? ERR_OK
		       : instance_says(in, err_is_failure(e) ? e : ERR_DAMAGED,
				 "the registers in the store: %s", err_text(e));
}

enum err
instance_save_registers(struct instance *in)
{
	for (int id = 0; id < REG_N; id++) {
		OWNED_BUF(bytes, REGISTERS_MAX);
		char name[64];
		enum err e;

		(void)snprintf(name, sizeof(name), "register/%s",
			register_name((enum register_id)id));
		register_encode(in->registers, (enum register_id)id, &bytes);
		e = buf_error(&bytes);
		if (e == ERR_OK)
			e = store_put(in->store, name, buf_span(&bytes));
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err
instance_save_holds(struct instance *in)
{
	OWNED_BUF(bytes, REGISTERS_MAX);
	enum err e;

	hold_set_encode(in->holds, &bytes);
	e = buf_error(&bytes);
	return e == ERR_OK ? store_put(in->store, "holds", buf_span(&bytes))
			   : e;
}

enum err
instance_register_hash(
	struct instance *in, enum register_id id, uint8_t ret_hash[32])
{
	OWNED_BUF(bytes, REGISTERS_MAX);

	register_encode(in->registers, id, &bytes);
	if (buf_error(&bytes) != ERR_OK)
		return buf_error(&bytes);
	crypto_sha256(buf_span(&bytes), ret_hash);
	return ERR_OK;
}

enum err
instance_holds_hash(struct instance *in, uint8_t ret_hash[32])
{
	OWNED_BUF(bytes, REGISTERS_MAX);

	hold_set_encode(in->holds, &bytes);
	if (buf_error(&bytes) != ERR_OK)
		return buf_error(&bytes);
	crypto_sha256(buf_span(&bytes), ret_hash);
	return ERR_OK;
}

static enum err
load_secret(struct instance *in)
{
	OWNED_BUF(key, 4096);
	enum err e = os_read(in->dir, "secret/evidence.key", &key);

	if (e == ERR_OK && key.n != CRYPTO_KEY)
		e = ERR_DAMAGED;
	if (e != ERR_OK)
		return instance_says(in, e, "%s/secret/evidence.key: %s",
			in->path, err_text(e));
	memcpy(in->evidence_key, key.at, CRYPTO_KEY);
	return proc_subject_read(in);
}

static void
name_engine(struct instance *in)
{
	char text[256];

	(void)snprintf(text, sizeof(text),
		"weir " WEIR_VERSION
		"; evidence %d; roll %d; ICU " U_ICU_VERSION,
		EV_N, ROLL_VERSION);
	crypto_sha256(span_text(text), in->engine);
}

static enum err
open_store(struct instance *in)
{
	char path[INSTANCE_FILE_MAX];
	enum err e;

	if (snprintf(path, sizeof(path), "%s/store.db", in->path) >=
		(int)sizeof(path))
		return ERR_TOO_LARGE;
	e = store_open(path, false, &in->store);
	return e == ERR_OK
		       ? ERR_OK
		       : instance_says(in, e,
				 "%s: not a store this program can open", path);
}

/* What changes between two chunks of a long verb. */
static enum err
load_state(struct instance *in)
{
	enum err e = load_registers(in);
	int64_t last = e == ERR_OK ? proc_registers_last(in) : 0;

	/* Only a sandbox that plays another day can be behind its registers. */
	if (last > in->at)
		in->at = last;
	return e == ERR_OK ? proc_law_current(in) : e;
}

/* One change that a crash kept from the store is made; more of them means that
 * an older store was put back, and that is for a person to say. */
static enum err
follow_redo(struct instance *in)
{
	uint64_t behind = 0;
	uint64_t n = 0;
	enum err e = store_redo_attach(in->store, in->dir, &behind);

	if (e == ERR_OK && behind > 1 && !in->recover)
		return instance_says(in, ERR_MISMATCH,
			"the store is %" PRIu64
			" changes older than its redo log: nothing may leave; "
			"`weir recover` brings it to where it was",
			behind);
	if (e == ERR_OK && behind > 0)
		e = store_redo_apply(in->store, &n);
	in->recovered += n;
	return e == ERR_OK ? ERR_OK
			   : instance_says(in, e, "the store: %s",
				     store_error(in->store));
}

static enum err
wait_for(struct instance *in, const char *name, int *ret_fd)
{
	return in->patience_ms == 0
		       ? os_lock(in->dir, name, true, ret_fd)
		       : os_lock_within(in->dir, name, in->patience_ms, ret_fd);
}

/* Whoever wants the lock stands at `turn` until it has it: so one who gives it
 * back and takes it again comes after those who wait. */
static enum err
take_lock(struct instance *in)
{
	OWNED_FD turn = -1;
	enum err e = wait_for(in, "turn", &turn);

	return e == ERR_OK ? wait_for(in, "lock", &in->lock) : e;
}

static enum err
enter_ledger(struct instance *in)
{
	enum err e = take_lock(in);

	if (e == ERR_BUSY)
		return instance_says(in, e,
			"others are at work here: ask again in a moment");
	if (e != ERR_OK)
		return instance_says(
			in, e, "%s/lock: %s", in->path, err_text(e));
	in->patience_ms = 0; /* begun is brought to its end */
	if (!in->recover && os_exists(in->dir, INSTANCE_RESTORED))
		return instance_says(in, ERR_MISMATCH,
			"this instance was restored from a back-up: nothing "
			"may leave before `weir recover` (first put its redo "
			"log in place, where that survived)");
	e = follow_redo(in);
	if (e == ERR_OK)
		e = account_reconcile(in);
	if (e == ERR_OK)
		e = proc_subject_ready(in);
	if (e == ERR_OK)
		e = load_state(in);
	if (e == ERR_OK)
		e = proc_registers_heads(in);
	if (e == ERR_OK)
		e = proc_policy_open(in);
	if (e == ERR_OK)
		e = proc_recall_finish(in, NULL);
	return e == ERR_OK && !in->recover ? proc_erase_finish(in) : e;
}

static enum err
start_processes(struct instance *in, unsigned want)
{
	enum err e = ERR_OK;

	if ((want & INSTANCE_VAULT) != 0)
		e = proc_start("weir-vault", proc_vault,
			&(struct proc_vault_where){in->path, "current"}, -1,
			&in->vault);
	if (e == ERR_OK && (want & INSTANCE_LEDGER) != 0)
		e = proc_start(
			"weir-keeper", proc_keeper, in->path, -1, &in->keeper);
	if (e == ERR_OK && (want & INSTANCE_LEDGER) != 0 &&
		((want & INSTANCE_COURIER) != 0 ||
			os_exists(in->dir, "ledger/policy")))
		e = proc_start(
			"weir-courier", proc_courier, NULL, -1, &in->courier);
	return e;
}

/* Today is played as it is: what people did on it before noon was before. */
static int64_t
time_of(const struct zone *zone, int32_t clock)
{
	int64_t now = os_now();

	return clock == DAY_NONE || clock == zone_day(zone, now)
		       ? now
		       : zone_start(zone, clock) + NOON;
}

/* What was there when the act was shown is as old as that; but no older than
 * the newest change of a register (load_state()), which a sandbox may have
 * played on a day that is yet to come. */
static enum err
time_of_act(struct instance *in)
{
	int64_t now = in->at;
	int64_t at = in->asker == NULL ? 0 : in->asker->at;

	if (at == 0 || (instance_plays(in) && at > now))
		return ERR_OK;
	if (at > now)
		return instance_says(in, ERR_MALFORMED,
			"the time of the act is yet to come");
	if (now - at > INSTANCE_ACT_AGE)
		return instance_says(in, ERR_TOO_LATE,
			"this was shown more than ten minutes ago: look again, "
			"and sign anew");
	in->at = at;
	return ERR_OK;
}

static enum err
set_time(struct instance *in, int32_t clock)
{
	enum err e;

	in->at = time_of(&in->zone, clock);
	e = time_of_act(in);
	in->clock = zone_day(&in->zone, in->at);
	return e;
}

/* What is read once its processes run. */
static enum err
open_rest(struct instance *in, unsigned want, const char *key_path)
{
	enum err e = open_log(in);

	if (e == ERR_OK)
		e = log_begin(in, in->asker == NULL ? load_actor(in, key_path)
						    : load_asker(in));
	if (e == ERR_OK)
		e = open_store(in);
	if (e == ERR_OK)
		e = load_secret(in);
	if (e == ERR_OK)
		e = (want & INSTANCE_LEDGER) != 0 ? enter_ledger(in)
						  : load_state(in);
	return e == ERR_OK ? proc_zone_bound(in) : e;
}

static enum err
open_instance(const char *path, unsigned want, const char *key_path,
	int32_t clock, struct instance *in)
{
	enum err e;

	if (strlen(path) >= sizeof(in->path))
		return instance_says(in, ERR_TOO_LARGE, "the path is too long");
	(void)snprintf(in->path, sizeof(in->path), "%s", path);
	e = os_folder(AT_FDCWD, path, false, &in->dir);
	if (e != ERR_OK)
		return instance_says(in, e, "%s: %s", path,
			e == ERR_NOT_FOUND ? "there is no such folder"
					   : err_text(e));
	e = read_settings(in);
	if (e == ERR_OK && clock != DAY_NONE && !instance_plays(in))
		e = instance_says(in, ERR_NOT_ALLOWED,
			"--today is for sandboxes and shadows: this instance's "
			"day is the clock's");
	in->recover = (want & INSTANCE_RECOVER) != 0;
	if (e == ERR_OK)
		e = start_processes(in, want);
	if (e == ERR_OK)
		e = crypto_init();
	if (e == ERR_OK)
		e = set_time(in, clock);
	if (e != ERR_OK)
		return e;
	name_engine(in);
	return open_rest(in, want, key_path);
}

static void
init(struct instance *in, const struct instance_asker *asker)
{
	*in = INSTANCE_NONE;
	in->asker = asker;
	in->patience_ms = asker == NULL ? 0 : asker->patience_ms;
	buf_init(&in->pending, 1 << 22);
	buf_init(&in->to_sign, TO_SIGN_MAX);
}

enum err
instance_open(const char *path, unsigned want, const char *key_path,
	int32_t clock, struct instance *in)
{
	init(in, NULL);
	return open_instance(path, want, key_path, clock, in);
}

enum err
instance_open_for(const char *path, unsigned want,
	const struct instance_asker *asker, struct instance *in)
{
	init(in, asker);
	return open_instance(path, want, NULL,
		asker->today == NULL ? DAY_NONE : *asker->today, in);
}

/* ---- signing ---- */

static enum err
sign_as_given(struct instance *in, struct span bytes, struct buf *signature)
{
	const struct instance_asker *asker = in->asker;

	for (size_t i = 0; i < asker->n_signatures; i++) {
		if (crypto_verify(in->actor.cert, bytes, asker->signature[i]) !=
			ERR_OK)
			continue;
		buf_bytes(signature, asker->signature[i]);
		return buf_error(signature);
	}
	if (asker->n_signatures > 0)
		return instance_says(in, ERR_MISMATCH,
			"the signature is not over what would be entered now, or "
			"not by %s: something may have changed since, so look "
			"again, and sign anew",
			in->actor.name);
	buf_sized(&in->to_sign, bytes);
	return buf_error(&in->to_sign);
}

static enum err
sign_by_key(struct instance *in, struct span bytes, struct buf *signature)
{
	enum err e = crypto_sign(in->actor.key, bytes, signature);
	const char *said = crypto_key_said(in->actor.key);

	return err_is_refusal(e) && said[0] != '\0'
		       ? instance_says(in, e, "%s", said)
		       : e;
}

enum err
instance_sign(struct instance *in, struct span bytes, struct buf *signature)
{
	if (in->actor.key != NULL)
		return sign_by_key(in, bytes, signature);
	if (in->actor.cert == NULL || in->asker == NULL)
		return instance_says(in, ERR_NOT_ALLOWED,
			"say who does this: --key FILE.key");
	return sign_as_given(in, bytes, signature);
}

enum err
instance_law(struct instance *in, const uint8_t hash[32], struct law **ret_law)
{
	return proc_law_read(in, hash, ret_law);
}

enum err
instance_lock_in(struct instance *in)
{
	/* What is only read comes last.  Before it what a shadow lacks. */
	static const char *const names[] = {"store.db", "store.db-wal",
		"store.db-shm", "lock", "turn", "batches", "law", "log",
		"sealed", "outbox", "secret", "ledger"};
	enum { N = sizeof(names) / sizeof(*names), READ = 2 };
	int fds[N];
	size_t n = 0;
	size_t i = 0;
	OWNED_FD log = -1; /* also where the log goes elsewhere */
	/* A reading may be the first to come by. */
	OWNED_FD lock =
		openat(in->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	OWNED_FD turn =
		openat(in->dir, "turn", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	enum err e = os_folder(in->dir, "log", true, &log);

	for (; e == ERR_OK && i < N; i++) {
		fds[n] = openat(in->dir, names[i], O_PATH | O_CLOEXEC);
		if (fds[n] >= 0)
			n++;
		else if (!in->shadow || errno != ENOENT)
			break;
	}
	if (e == ERR_OK && i < N)
		e = instance_says(in, err_origin(ERR_IO), "%s/%s: %s", in->path,
			names[i], "cannot be opened");
	else if (e == ERR_OK)
		e = proc_sandbox_judge(fds, n, n - READ);
	while (n > 0)
		os_close(&fds[--n]);
	return e;
}

enum err
instance_yield(struct instance *in)
{
	enum err e = keeper_close(&in->keeper);

	in->open = false;
	os_close(&in->lock);
	return e == ERR_OK ? enter_ledger(in) : e;
}

enum err
instance_let_in(struct instance *in, bool *ret_anew)
{
	OWNED_FD turn = -1;
	enum err e = os_lock(in->dir, "turn", false, &turn);

	*ret_anew = e == ERR_BUSY;
	if (e != ERR_BUSY)
		return e;
	e = store_settle(in->store);
	return e == ERR_OK ? instance_yield(in)
			   : instance_says(in, e, "the store: %s",
				     store_error(in->store));
}

void
instance_close(struct instance *in)
{
	if (in->open)
		(void)!keeper_close(&in->keeper);
	proc_drop(&in->vault);
	proc_drop(&in->keeper);
	proc_drop(&in->courier);
	os_close(&in->lock);
	in->store = store_free(in->store);
	in->registers = register_set_free(in->registers);
	in->policy = proc_policy_free(in->policy);
	in->holds = hold_set_free(in->holds);
	in->law = law_free(in->law);
	proc_log_rest(in->log, in->actor.cert == NULL ? NULL : in->actor.print);
	in->log = NULL;
	instance_actor_fini(&in->actor);
	explicit_bzero(in->evidence_key, sizeof(in->evidence_key));
	explicit_bzero(in->subject_secret, sizeof(in->subject_secret));
	buf_fini(&in->pending);
	buf_fini(&in->to_sign);
	os_close(&in->dir);
}

enum err
instance_folder(const struct instance *in, const char *kind, uint32_t batch,
	bool make, int *ret_fd)
{
	OWNED_FD parent = -1;
	char name[16];
	enum err e = os_folder(in->dir, kind, make, &parent);

	(void)snprintf(name, sizeof(name), "%u", batch);
	return e == ERR_OK ? os_folder(parent, name, make, ret_fd) : e;
}
