/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_registrar.h"

#include <fcntl.h>
#include <stdio.h>

#include "base/code.h"
#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_law.h"
#include "proc/proc_permit.h"
#include "proc/proc_proof.h"
#include "proc/proc_registers.h"
#include "proc/proc_screen.h"

enum { CERT_MAX = 1 << 16, SIGNED_MAX = 1 << 12 };

/* ---- who may ---- */

/* The first role of an instance: who makes himself administrator. */
static bool
is_first_role(const struct instance *in, const struct register_row *row)
{
	return row != NULL && row->id == REG_ROLE && in->actor.cert != NULL &&
	       register_n(in->registers, REG_ROLE) == 0 &&
	       register_is(row, REG_ROLE_ROLE, "administrator") &&
	       span_eq(register_get(row, REG_ROLE_PRINT),
		       span_of(in->actor.print, sizeof(in->actor.print)));
}

/* Which act it is to change a register; agreements have verbs of their own, and
 * a list of screens brings its row with it. */
static enum proc_permit
change_of(enum register_id id, enum register_verb verb)
{
	switch (id) {
	case REG_OFFICER:
	case REG_CERTIFIER:
	case REG_ROLE:
		return PERMIT_PEOPLE;
	case REG_RECIPIENT:
		return PERMIT_RECIPIENTS;
	case REG_SCREEN:
		return verb == REG_ADD ? PERMIT_SCREEN_ADD : PERMIT_SCREENS;
	case REG_SCREENING:
		return PERMIT_SCREENS;
	case REG_AGREEMENT:
		return PERMIT_AGREEMENTS;
	case REG_N:
		break;
	}
	must(!"a register");
	return PERMIT_PEOPLE;
}

static enum err
may_change(struct instance *in, const struct register_row *row,
	enum register_verb verb)
{
	return is_first_role(in, row)
		       ? ERR_OK
		       : proc_permit(in, change_of(row->id, verb));
}

/* A requester asks for one agency on the register, and nobody else does. */
static enum err
check_agency(struct instance *in, const struct register_row *row)
{
	struct span agency = register_get(row, REG_ROLE_AGENCY);
	bool requester = register_is(row, REG_ROLE_ROLE, "requester");

	if (!requester && agency.n == 0)
		return ERR_OK;
	if (!requester)
		return instance_says(
			in, ERR_MALFORMED, "only a requester is of an agency");
	if (agency.n == 0)
		return instance_says(in, ERR_MALFORMED,
			"say for which agency a requester asks: --agency ID");
	if (register_find(in->registers, REG_RECIPIENT, agency, in->at) == NULL)
		return instance_says(in, ERR_NOT_FOUND,
			"the agency is not on the recipient register");
	return ERR_OK;
}

/* What else an addition must meet, beside its form. */
static enum err
check_row(struct instance *in, const struct register_row *row)
{
	if (row->id == REG_ROLE) {
		enum err e = check_agency(in, row);

		return e == ERR_OK ? register_apart(in->registers, row, in->at,
					     in->sandbox, &in->why)
				   : e;
	}
	if (row->id == REG_CERTIFIER &&
		span_eq_nocase(register_get(row, REG_CERTIFIER_ROLE),
			SPAN("delegate")) &&
		register_get(row, REG_CERTIFIER_DELEGATION).n == 0)
		return instance_says(in, ERR_MALFORMED,
			"a delegate signs by a delegation: give the SHA-256 of "
			"the document on file");
	return ERR_OK;
}

/* ---- one change ---- */

/* The row in force with the same KEY columns. */
static bool
find_same(const struct instance *in, const struct register_row *row,
	struct register_row *ret_row)
{
	size_t first = register_first(row->id);
	size_t n = register_n_columns(row->id);

	for (size_t i = register_n(in->registers, row->id); i-- > 0;) {
		const struct register_entry *entry =
			register_at(in->registers, row->id, i);
		bool same = entry->revoked_at == REGISTER_AT_NEVER;

		register_entry_row(entry, ret_row);
		for (size_t c = 0; same && c < n; c++)
			if (register_is_key((enum register_column)(first + c)))
				same = span_eq(
					row->value[c], ret_row->value[c]);
		if (same)
			return true;
	}
	return false;
}

static enum err
begun(struct instance *in, enum err e)
{
	if (e == ERR_OK)
		e = proc_registers_finish(in);
	else
		account_abandon(in);
	return e == ERR_OK ? account_publish(in, NULL) : e;
}

enum err
proc_registrar_add(
	struct instance *in, const struct register_row *row, bool replace)
{
	struct register_row old;
	enum err e = register_check(row, false, &in->why);

	if (e == ERR_OK)
		e = may_change(in, row, replace ? REG_REVOKE : REG_ADD);
	if (e == ERR_OK)
		e = check_row(in, row);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	if (replace && find_same(in, row, &old))
		e = proc_registers_change(in, REG_REVOKE, &old, in->at);
	if (e == ERR_OK)
		e = proc_registers_change(in, REG_ADD, row, in->at);
	return begun(in, e);
}

static size_t
count_administrators(const struct instance *in)
{
	size_t n = 0;

	for (size_t i = register_n(in->registers, REG_ROLE); i-- > 0;) {
		const struct register_entry *entry =
			register_at(in->registers, REG_ROLE, i);
		struct register_row row;

		register_entry_row(entry, &row);
		if (register_in_force(in->registers, entry, in->at) &&
			register_is(&row, REG_ROLE_ROLE, "administrator"))
			n++;
	}
	return n;
}

enum err
proc_registrar_revoke(struct instance *in, const struct register_row *row)
{
	uint64_t woken;
	enum err e = register_check(row, true, &in->why);

	if (e == ERR_OK)
		e = may_change(in, row, REG_REVOKE);
	if (e == ERR_OK && row->id == REG_ROLE &&
		register_is(row, REG_ROLE_ROLE, "administrator") &&
		count_administrators(in) < 2)
		e = instance_says(in, ERR_NOT_ALLOWED,
			"nobody else is administrator: name another one first");
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	e = begun(in, proc_registers_change(in, REG_REVOKE, row, in->at));
	return e == ERR_OK && row->id == REG_SCREEN
		       ? proc_screen_wake(in, &woken)
		       : e;
}

enum err
proc_registrar_list(struct instance *in, enum register_id id)
{
	enum err e;

	if (id != REG_SCREEN)
		return ERR_OK;
	e = proc_permit(in, PERMIT_SCREEN_LIST);
	return e == ERR_OK ? account_reading(in, "list-screens", 0, "") : e;
}

enum err
proc_registrar_reader(struct instance *in)
{
	return proc_permit(in, PERMIT_READ);
}

/* ---- certificates ---- */

static enum err
parse_cert(struct instance *in, struct span file, const char *path,
	struct crypto_cert **ret_cert)
{
	OWNED(crypto_cert) cert = NULL;
	enum err e = crypto_cert_parse(file, &cert);

	if (e != ERR_OK)
		return instance_says(
			in, e, "%s: not one X.509 certificate", path);
	e = crypto_cert_usable(cert, &in->why);
	if (e == ERR_OK && !crypto_cert_valid_on(cert, in->at))
		e = instance_says(in, ERR_TOO_LATE,
			"%s: the certificate is not valid today", path);
	if (e == ERR_OK)
		*ret_cert = crypto_cert_take(&cert);
	return e;
}

/* The columns of a register with a certificate, by their names. */
static void
put_if(struct register_row *row, const char *column, struct span value,
	bool only_empty)
{
	size_t first = register_first(row->id);

	for (size_t i = 0; i < register_n_columns(row->id); i++) {
		const struct register_column_info *info =
			register_column((enum register_column)(first + i));

		if (strcmp(info->name, column) == 0 &&
			!(only_empty && row->value[i].n > 0))
			row->value[i] = value;
	}
}

enum err
proc_registrar_cert(struct instance *in, const char *path, struct arena *arena,
	struct register_row *row)
{
	OWNED_BUF(file, CERT_MAX);
	enum err e = os_read(AT_FDCWD, path, &file);

	if (e != ERR_OK)
		return instance_says(in, e, "%s: %s", path,
			e == ERR_NOT_FOUND ? "there is no such file"
					   : err_text(e));
	return proc_registrar_cert_of(in, buf_span(&file), path, arena, row);
}

enum err
proc_registrar_cert_of(struct instance *in, struct span file, const char *path,
	struct arena *arena, struct register_row *row)
{
	OWNED(crypto_cert) cert = NULL;
	OWNED_BUF(der, CERT_MAX);
	uint8_t print[CRYPTO_SHA256];
	char name[129] = "";
	enum err e = parse_cert(in, file, path, &cert);

	if (e != ERR_OK)
		return e;
	crypto_cert_fingerprint(cert, print);
	crypto_cert_der(cert, &der);
	crypto_cert_name(cert, name, sizeof(name));
	if (buf_error(&der) != ERR_OK)
		return buf_error(&der);
	put_if(row, "fingerprint",
		arena_copy(arena, span_of(print, sizeof(print))), false);
	put_if(row, "certificate", arena_copy(arena, buf_span(&der)), false);
	if (name[0] != '\0')
		put_if(row, "name", arena_copy(arena, span_text(name)), true);
	return arena->overflow ? err_origin(ERR_NOMEM) : ERR_OK;
}

/* ---- agreements ---- */

/*
 * What the actor signs, and the entry:
 *
 *	weir agreement/v1
 *	ORIGIN
 *	load AG-IRS-ICE-2025
 *	HEX
 *	2026-11-01T12:00:00Z
 */
static enum err
enter_agreement(struct instance *in, const char *id, const char *change,
	const uint8_t file[32], struct span receipt)
{
	char at[DAY_TIME_TEXT] = "";
	OWNED_BUF(text, SIGNED_MAX);
	OWNED_BUF(signature, SIGNED_MAX);
	enum err e;

	day_time_text(in->at, at);
	buf_printf(&text, "weir agreement/v1\n%s\n%s %s\n", in->origin, change,
		id);
	code_hex(&text, span_of(file, 32));
	buf_printf(&text, "\n%s\n", at);
	e = buf_error(&text);
	if (e == ERR_OK)
		e = instance_sign(in, buf_span(&text), &signature);
	if (e != ERR_OK)
		return e;
	return account_entry(in, LEDGER_AGREEMENT, file,
		(struct ledger_field[]){
			ACCOUNT_TEXT("agreement", id),
			ACCOUNT_TEXT("change", change),
			ACCOUNT_BYTES("file", file, 32),
			{"receipt", receipt},
			ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
			{"signature", buf_span(&signature)},
			ACCOUNT_TEXT("at", at),
		},
		7, span_of(NULL, 0), NULL);
}

/* The row of the register, replaced; and the entry. */
static enum err
set_agreement(struct instance *in, const char *id, const char *change,
	const char *status, const uint8_t file[32], struct span receipt)
{
	struct register_row row = {.id = REG_AGREEMENT};
	struct register_row old;
	enum err e = ERR_OK;

	register_put(&row, REG_AGREEMENT_ID, span_text(id));
	register_put(&row, REG_AGREEMENT_FILE, span_of(file, 32));
	register_put(&row, REG_AGREEMENT_STATUS, span_text(status));
	if (find_same(in, &row, &old))
		e = proc_registers_change(in, REG_REVOKE, &old, in->at);
	if (e == ERR_OK)
		e = proc_registers_change(in, REG_ADD, &row, in->at);
	return e == ERR_OK ? enter_agreement(in, id, change, file, receipt) : e;
}

enum err
proc_registrar_end(
	struct instance *in, const char *agreement, const char *status)
{
	struct register_row row = {.id = REG_AGREEMENT};
	struct register_row old;
	uint8_t file[32];
	enum err e = proc_permit(in, PERMIT_AGREEMENTS);

	register_put(&row, REG_AGREEMENT_ID, span_text(agreement));
	if (e == ERR_OK && !find_same(in, &row, &old))
		e = instance_says(in, ERR_NOT_FOUND,
			"the register has no agreement %s", agreement);
	if (e == ERR_OK && register_is(&old, REG_AGREEMENT_STATUS, status))
		e = instance_says(
			in, ERR_EXISTS, "%s is %s already", agreement, status);
	if (e == ERR_OK &&
		register_is(&old, REG_AGREEMENT_STATUS, "terminated"))
		e = instance_says(
			in, ERR_BAD_MOVE, "%s is terminated", agreement);
	if (e == ERR_OK)
		e = account_begin(in);
	if (e != ERR_OK)
		return e;
	must(register_get(&old, REG_AGREEMENT_FILE).n == sizeof(file));
	memcpy(file, register_get(&old, REG_AGREEMENT_FILE).at, sizeof(file));
	return begun(in, set_agreement(in, agreement,
				 strcmp(status, "suspended") == 0 ? "suspend"
								  : "terminate",
				 status, file, span_of(NULL, 0)));
}

static const char *
without_folders(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

/* A statute of this name that is there already stays, or is replaced. */
static void
use_file(struct proc_registrar_law *l, const char *path, struct span text,
	bool replace)
{
	const char *name = without_folders(path);

	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->file[i].name, name) == 0) {
			if (replace)
				l->file[i].text = text;
			return;
		}
	must(l->n < 2 * PROC_LAW_FILES);
	(void)snprintf(
		l->file[l->n].name, sizeof(l->file[l->n].name), "%s", name);
	l->file[l->n++].text = text;
}

static enum err
use_statutes(struct instance *in, struct proc_registrar_law *l)
{
	struct proc_law_file files[PROC_LAW_FILES];
	struct span text;
	const char *name;
	size_t n = 0;
	enum err e = ERR_OK;

	if (in->law != NULL)
		e = proc_law_files(in, in->law_hash, files, l->current, &n);
	/* The agreement stands last. */
	for (size_t i = 0; e == ERR_OK && i + 1 < n; i++)
		use_file(l, files[i].name, files[i].text, false);
	for (size_t i = 0; e == ERR_OK && law_statute(i, &name, &text); i++)
		use_file(l, name, text, false);
	return e;
}

/* The set in use as it is, to be loaded with another receipt. */
static enum err
use_current(struct instance *in, struct proc_registrar_law *l)
{
	struct proc_law_file files[PROC_LAW_FILES];
	size_t n = 0;
	enum err e;

	if (in->law == NULL)
		return instance_says(
			in, ERR_NOT_FOUND, "no agreement is loaded");
	e = proc_law_files(in, in->law_hash, files, l->current, &n);
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		use_file(l, files[i].name, files[i].text, false);
	return e == ERR_OK ? proc_proof_kept(in->dir, in->law_hash, &l->proof)
			   : e;
}

/* What is given takes the place of what is kept. */
static void
replace(struct buf *kept, struct span given)
{
	buf_clear(kept);
	buf_bytes(kept, given);
}

static enum err
use_proof(struct instance *in, const struct proc_registrar_given *given,
	struct proc_proof *proof)
{
	enum err e;

	replace(&proof->receipt, given->receipt);
	replace(&proof->receipt_signature, given->receipt_signature);
	e = buf_error(&proof->receipt);
	if (e == ERR_OK)
		e = buf_error(&proof->receipt_signature);
	for (size_t i = 0; e == ERR_OK && i < PROC_PROOF_PARTIES; i++) {
		if (given->n > 0 || given->party[i].n > 0)
			replace(&proof->party[i], given->party[i]);
		e = buf_error(&proof->party[i]);
	}
	return e != ERR_TOO_LARGE
		       ? e
		       : instance_says(in, e,
				 "nothing was loaded: a receipt or a signature "
				 "is longer than one can be");
}

static enum err
check_names(struct instance *in, const struct proc_registrar_given *given)
{
	must(given->n <= REGISTRAR_FILES);
	for (size_t i = 0; i < given->n; i++)
		if (strlen(given->file[i].name) > PROC_LAW_NAME)
			return instance_says(in, ERR_TOO_LARGE,
				"nothing was loaded: the name of a file has "
				"more than %d bytes",
				PROC_LAW_NAME);
	return ERR_OK;
}

static enum err
use_given(struct instance *in, const struct proc_registrar_given *given,
	struct proc_registrar_law *l)
{
	enum err e = given->n == 0 ? use_current(in, l) : use_statutes(in, l);

	for (size_t i = 0; e == ERR_OK && i < given->n; i++)
		use_file(l, given->file[i].name, given->file[i].text, true);
	return e == ERR_OK ? use_proof(in, given, &l->proof) : e;
}

static bool
was_given(const struct proc_registrar_given *given, struct span text)
{
	for (size_t i = 0; i < given->n; i++)
		if (text.at == given->file[i].text.at)
			return true;
	return false;
}

/*
 * Leaves out, one by one, the statutes that the agreement does not name: only
 * those that were not given.  The refusal of a whole law has no line.
 */
static enum err
parse_law(struct proc_registrar_law *l,
	const struct proc_registrar_given *given, struct law_error *reterr)
{
	const char *file = "";

	for (;;) {
		size_t i = 0;
		enum err e = proc_law_parse(
			l->file, l->n, &l->law, l->hash, reterr, &file);

		if (e != ERR_MALFORMED || reterr->line != 0)
			return e;
		while (i < l->n && strcmp(l->file[i].name, reterr->file) != 0)
			i++;
		if (i == l->n || was_given(given, l->file[i].text))
			return e;
		memmove(&l->file[i], &l->file[i + 1],
			(--l->n - i) * sizeof(*l->file));
	}
}

/* Is this the receipt that is kept with the files? */
static bool
is_kept(struct instance *in, const uint8_t hash[32],
	const struct proc_proof *proof)
{
	OWNED_PROOF(kept);

	return proc_proof_kept(in->dir, hash, &kept) == ERR_OK &&
	       span_eq(buf_span(&kept.receipt), buf_span(&proof->receipt));
}

/* What was terminated stays so; a new agreement is a new file. */
static enum err
check_not_over(struct instance *in, const struct proc_registrar_law *l)
{
	const char *id = law_agreement_id(l->law);
	struct register_row row = {.id = REG_AGREEMENT};
	struct register_row old;

	register_put(&row, REG_AGREEMENT_ID, span_text(id));
	if (!find_same(in, &row, &old) ||
		!span_eq(register_get(&old, REG_AGREEMENT_FILE),
			span_of(l->hash, 32)))
		return ERR_OK;
	if (register_is(&old, REG_AGREEMENT_STATUS, "terminated"))
		return instance_says(in, ERR_BAD_MOVE,
			"%s was terminated with these very files", id);
	if (register_is(&old, REG_AGREEMENT_STATUS, "loaded") &&
		is_kept(in, l->hash, &l->proof))
		return instance_says(in, ERR_EXISTS,
			"%s is loaded with these very files and this receipt",
			id);
	return ERR_OK;
}

void
proc_registrar_law_init(struct proc_registrar_law *l)
{
	memset(l, 0, sizeof(*l));
	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_init(&l->current[i], LAW_FILE_MAX);
	proc_proof_init(&l->proof);
}

void
proc_registrar_law_fini(struct proc_registrar_law *l)
{
	for (size_t i = 0; i < PROC_LAW_FILES; i++)
		buf_fini(&l->current[i]);
	proc_proof_fini(&l->proof);
	l->law = law_free(l->law);
}

enum err
proc_registrar_weigh(struct instance *in,
	const struct proc_registrar_given *given, struct proc_registrar_law *l,
	struct buf *ret_error)
{
	struct law_error at = {0};
	enum err e = proc_permit(in, PERMIT_AGREEMENTS);

	if (e == ERR_OK)
		e = check_names(in, given);
	if (e == ERR_OK)
		e = use_given(in, given, l);
	if (e != ERR_OK)
		return e;
	e = parse_law(l, given, &at);
	if (err_is_refusal(e)) {
		law_error_show(&at, ret_error);
		return instance_says(
			in, e, "nothing was loaded: the files make no law");
	}
	if (e == ERR_OK && l->n > PROC_LAW_FILES)
		e = instance_says(in, ERR_TOO_LARGE,
			"a law has %d files at most", PROC_LAW_FILES);
	if (e == ERR_OK)
		e = check_not_over(in, l);
	return e == ERR_OK
		       ? proc_proof_demand(in, l->law, l->file, l->n, &l->proof)
		       : e;
}

/*
 * Once it is signed, and before it is told: files that no store names count for
 * nothing, and a receipt takes another's place by nobody's word but a signed one.
 */
static enum err
write_law(struct instance *in, const struct proc_registrar_law *l)
{
	enum err e = proc_law_write_set(in->dir, l->file, l->n, l->hash);

	if (e == ERR_OK)
		e = proc_proof_keep(in->dir, l->hash, &l->proof);
	return e == ERR_OK ? proc_law_choose(in, l->hash) : e;
}

static enum err
load_law(struct instance *in, const struct proc_registrar_law *l)
{
	uint8_t receipt[CRYPTO_SHA256];
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	crypto_sha256(buf_span(&l->proof.receipt), receipt);
	e = set_agreement(in, law_agreement_id(l->law), "load", "loaded",
		l->hash, span_of(receipt, sizeof(receipt)));
	if (e == ERR_OK && in->to_sign.n == 0) /* else it is only asked for */
		e = write_law(in, l);
	e = begun(in, e);
	return e == ERR_OK ? proc_law_current(in) : e;
}

enum err
proc_registrar_load_given(struct instance *in,
	const struct proc_registrar_given *given, struct buf *ret_error)
{
	struct proc_registrar_law l;
	enum err e;

	proc_registrar_law_init(&l);
	e = proc_registrar_weigh(in, given, &l, ret_error);
	if (e == ERR_OK)
		e = load_law(in, &l);
	proc_registrar_law_fini(&l);
	return e;
}

/* ---- from files ---- */

static enum err
read_given(struct instance *in, const char *const *paths, size_t n,
	struct buf *text, struct proc_registrar_given *given)
{
	if (n > REGISTRAR_FILES)
		return instance_says(in, ERR_TOO_LARGE,
			"a law has %d files at most", REGISTRAR_FILES);
	for (; given->n < n; given->n++) {
		struct proc_law_file *file = &given->file[given->n];
		const char *path = paths[given->n];
		enum err e = os_read(AT_FDCWD, path, &text[given->n]);

		if (e != ERR_OK)
			return instance_says(in, e, "%s: %s", path,
				e == ERR_NOT_FOUND ? "there is no such file"
						   : err_text(e));
		file->text = buf_span(&text[given->n]);
		(void)snprintf(file->name, sizeof(file->name), "%s",
			without_folders(path));
	}
	return ERR_OK;
}

static enum err
load_files(struct instance *in, const char *const *paths, size_t n,
	const char *receipt, struct buf *text, struct buf *ret_error)
{
	struct proc_registrar_given given = {.n = 0};
	OWNED_PROOF(proof);
	enum err e = read_given(in, paths, n, text, &given);

	if (e == ERR_OK)
		e = proc_proof_gather(n == 0 ? NULL : paths[n - 1], receipt,
			&proof, &in->why);
	if (e != ERR_OK)
		return e;
	given.receipt = buf_span(&proof.receipt);
	given.receipt_signature = buf_span(&proof.receipt_signature);
	for (size_t i = 0; i < PROC_PROOF_PARTIES; i++)
		given.party[i] = buf_span(&proof.party[i]);
	return proc_registrar_load_given(in, &given, ret_error);
}

enum err
proc_registrar_load(struct instance *in, const char *const *paths,
	size_t n_paths, const char *receipt, struct buf *ret_error)
{
	struct buf text[REGISTRAR_FILES];
	enum err e = proc_permit(in, PERMIT_AGREEMENTS);

	for (size_t i = 0; i < REGISTRAR_FILES; i++)
		buf_init(&text[i], LAW_FILE_MAX);
	if (e == ERR_OK)
		e = load_files(in, paths, n_paths, receipt, text, ret_error);
	for (size_t i = 0; i < REGISTRAR_FILES; i++)
		buf_fini(&text[i]);
	return e;
}
