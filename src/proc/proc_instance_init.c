/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new instance: folders, keys, the ledger, the store, the shipped law; in a
 * sandbox also test people, ten years old, so that any day can be played.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/code.h"
#include "ledger/keyfile.h"
#include "os/file.h"
#include "proc/proc_account.h"
#include "proc/proc_law.h"
#include "proc/proc_ledger_key.h"
#include "proc/proc_people.h"
#include "proc/proc_prover.h"
#include "proc/proc_registers.h"
#include "proc/proc_subject.h"
#include "proc/proc_token.h"
#include "proc/proc_zone.h"
#include "store/log.h"

enum { PEM_MAX = 1 << 14, SANDBOX_YEARS = 10, YEAR = 366 * 86400 };

/* Each kind has its word in the name of its ledger, so that none is taken for
 * another: the word of one that is real is in none. */
enum kind { CUSTODIAN, SANDBOX, SHADOW };
static const struct {
	const char *text;
	const char *origin;
	const char *people; /* folder of those that it is made with; NULL */
} kinds[] = {
	[CUSTODIAN] = {"custodian", "weir.invalid/", NULL},
	[SANDBOX] = {"sandbox", "sandbox.weir.invalid/", "sandbox"},
	[SHADOW] = {"shadow", "shadow.weir.invalid/", "shadow"},
};

static enum err
make_folders(int dir, enum kind kind)
{
	/* The last two are where packages stand: a shadow has neither. */
	static const char *const names[] = {"ledger", "keeper", "secret", "law",
		"roll", "batches", "sealed", "outbox"};
	size_t n = sizeof(names) / sizeof(*names) - (kind == SHADOW ? 2 : 0);
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		OWNED_FD fd = -1;

		e = os_folder(dir, names[i], true, &fd);
	}
	/* Outsiders may read these two. */
	if (e == ERR_OK && (fchmodat(dir, "ledger", 0755, 0) != 0 ||
				   (kind != SHADOW && fchmodat(dir, "outbox",
							      0755, 0) != 0)))
		e = err_origin(ERR_IO);
	return e;
}

static enum err
write_pair(int dir, const char *name, struct span key, struct span cert,
	bool loose)
{
	enum err (*put)(int, const char *, struct span, mode_t) =
		loose ? os_write_loose : os_write;
	char path[128];
	enum err e;

	(void)snprintf(path, sizeof(path), "%s.key", name);
	e = put(dir, path, key, 0600);
	(void)snprintf(path, sizeof(path), "%s.crt", name);
	return e == ERR_OK ? put(dir, path, cert, 0644) : e;
}

enum err
proc_people_make(int dir, const char *path, const char *name,
	enum people_kind kind, struct crypto_cert **ret_cert)
{
	bool sandbox = kind != PEOPLE_REAL;
	OWNED_BUF(key, PEM_MAX);
	OWNED_BUF(cert, PEM_MAX);
	int64_t now = os_now();
	int64_t from = sandbox ? now - (int64_t)SANDBOX_YEARS * YEAR : now;
	enum err e =
		crypto_make_identity(name, sandbox ? "Weir sandbox" : "Weir",
			from, now + (int64_t)SANDBOX_YEARS * YEAR, &key, &cert);

	if (e == ERR_OK)
		e = write_pair(dir, path, buf_span(&key), buf_span(&cert),
			kind == PEOPLE_SANDBOX_LOOSE);
	if (e == ERR_OK && ret_cert != NULL)
		e = crypto_cert_parse(buf_span(&cert), ret_cert);
	return e;
}

static enum err
make_origin(enum kind kind, char origin[INSTANCE_ORIGIN_MAX])
{
	OWNED_BUF(text, INSTANCE_ORIGIN_MAX);
	uint8_t some[8];
	enum err e = crypto_random(some, sizeof(some));

	buf_text(&text, kinds[kind].origin);
	code_hex(&text, span_of(some, sizeof(some)));
	if (e == ERR_OK)
		e = buf_error(&text);
	if (e == ERR_OK)
		must(span_copy(buf_span(&text), origin, INSTANCE_ORIGIN_MAX));
	return e;
}

/* The key that was brought, which has the ledger's name; else a new one. */
static enum err
make_key(enum kind kind, const char *file, struct ledger_keyfile *ret_key)
{
	OWNED_BUF(text, LEDGER_KEYFILE_MAX);
	char origin[INSTANCE_ORIGIN_MAX] = "";
	uint8_t seed[CRYPTO_ED_SEED];
	enum err e;

	if (file != NULL) {
		e = os_read(AT_FDCWD, file, &text);
		return e == ERR_OK ? ledger_keyfile_parse(
					     "ledger", buf_span(&text), ret_key)
				   : e;
	}
	e = make_origin(kind, origin);
	if (e == ERR_OK)
		e = crypto_random(seed, sizeof(seed));
	if (e == ERR_OK)
		e = ledger_keyfile_make("ledger", origin, seed, ret_key);
	explicit_bzero(seed, sizeof(seed));
	return e;
}

/* The words `sandbox` and `shadow` are in the names of the ledgers of such, and
 * in no other. */
static bool
name_fits(const char *name, enum kind kind)
{
	return strlen(name) < INSTANCE_ORIGIN_MAX &&
	       (strstr(name, "sandbox") != NULL) == (kind == SANDBOX) &&
	       (strstr(name, "shadow") != NULL) == (kind == SHADOW);
}

static enum err
make_ledger(int dir, const struct ledger_keyfile *key)
{
	OWNED_FD public = -1;
	OWNED_FD private = -1;
	enum err e = os_folder(dir, "ledger", false, &public);

	if (e == ERR_OK)
		e = os_folder(dir, "keeper", false, &private);
	return e == ERR_OK ? store_log_create_by(public, private, key) : e;
}

static enum err
make_secret(int dir, const char *name)
{
	uint8_t key[CRYPTO_KEY];
	enum err e = crypto_random(key, sizeof(key));

	if (e == ERR_OK)
		e = os_write(dir, name, span_of(key, sizeof(key)), 0600);
	explicit_bzero(key, sizeof(key));
	return e;
}

static enum err
make_secrets(int dir, enum kind kind)
{
	enum err e = make_secret(dir, "secret/evidence.key");

	if (e == ERR_OK)
		e = make_secret(dir, "secret/subject.key");
	if (e != ERR_OK || kind == SHADOW) /* which answers nobody */
		return e;
	return proc_people_make(dir, "secret/signing", "Weir custodian",
		kind == SANDBOX ? PEOPLE_SANDBOX : PEOPLE_REAL, NULL);
}

static enum err
make_law(int dir)
{
	struct proc_law_file files[PROC_LAW_FILES];
	struct law_error at = {0};
	struct law *law = NULL;
	const char *file = "";
	const char *name;
	uint8_t hash[32];
	size_t n = 0;
	enum err e;

	while (n < PROC_LAW_FILES && law_shipped(n, &name, &files[n].text)) {
		const char *base = strrchr(name, '/');

		(void)snprintf(files[n].name, sizeof(files[n].name), "%s",
			base == NULL ? name : base + 1);
		n++;
	}
	e = proc_law_parse(files, n, &law, hash, &at, &file);
	must(!err_is_refusal(e)); /* what we ship is sound */
	if (e == ERR_OK)
		e = proc_law_write(dir, files, n, hash);
	law = law_free(law);
	return e;
}

static enum err
make_store(const char *path, int dir)
{
	char name[INSTANCE_FILE_MAX];
	OWNED(store) store = NULL;
	enum err e;

	if (snprintf(name, sizeof(name), "%s/store.db", path) >=
		(int)sizeof(name))
		return ERR_TOO_LARGE;
	e = store_open(name, true, &store);
	/* SQLite gives its other files the mode of this one. */
	if (e == ERR_OK && fchmodat(dir, "store.db", 0600, 0) != 0)
		e = err_origin(ERR_IO);
	return e;
}

struct made {
	const char *file;
	const char *name;
};

static enum err
make_people(int dir, enum kind kind)
{
	static const struct made sandbox[] = {
		{"certifier", "ICE-DIR"},
		{"reviewer-1", "Reviewer One"},
		{"reviewer-2", "Reviewer Two"},
		{"counsel", "Counsel"},
		{"operator", "Operator"},
		{"prover", "Prover"},
		{"signatory", "Commissioner"},
		{"requester", "Requester"},
		{NULL, NULL},
	};
	static const struct made shadow[] = {
		{"certifier", "OLD BATCH"},
		{"operator", "Operator"},
		{"inspector", "Inspector"},
		{"prover", "Prover"},
		{NULL, NULL},
	};
	const struct made *who = kind == SANDBOX ? sandbox : shadow;
	OWNED_FD people = -1;
	enum err e = os_folder(dir, kinds[kind].people, true, &people);

	for (; e == ERR_OK && who->file != NULL; who++)
		e = proc_people_make(
			people, who->file, who->name, PEOPLE_SANDBOX, NULL);
	return e;
}

static enum err
make_files(const char *path, int dir, enum kind kind,
	const struct ledger_keyfile *key, const struct zone *zone)
{
	OWNED_BUF(settings, 1024);
	enum err e = make_folders(dir, kind);

	if (e == ERR_OK)
		e = make_ledger(dir, key);
	/* Also where somebody looks who was given only DIR. */
	if (e == ERR_OK &&
		symlinkat("ledger/ledger.vkey", dir, "ledger.vkey") != 0)
		e = err_origin(ERR_IO);
	if (e == ERR_OK)
		e = make_secrets(dir, kind);
	if (e == ERR_OK)
		e = make_law(dir);
	if (e == ERR_OK)
		e = make_store(path, dir);
	if (e == ERR_OK && kind != CUSTODIAN)
		e = make_people(dir, kind);
	buf_printf(&settings, "version 1\norigin %s\nkind %s\n", key->vkey.name,
		kinds[kind].text);
	if (zone->text[0] != '\0')
		buf_printf(&settings, "zone %s\n", zone->text);
	if (e == ERR_OK)
		e = buf_error(&settings);
	/* Last: a folder without it is no instance. */
	return e == ERR_OK
		       ? os_write(dir, "instance", buf_span(&settings), 0644)
		       : e;
}

/* ---- the first entries ---- */

static enum kind
kind_of(const struct instance *in)
{
	return in->shadow ? SHADOW : in->sandbox ? SANDBOX : CUSTODIAN;
}

static enum err
enter_open(struct instance *in)
{
	char at[DAY_TIME_TEXT] = "";
	struct ledger_field fields[] = {
		ACCOUNT_TEXT("origin", in->origin),
		ACCOUNT_TEXT("kind", kinds[kind_of(in)].text),
		ACCOUNT_TEXT("software", "weir " WEIR_VERSION),
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("at", ""),
		ACCOUNT_TEXT("zone", in->zone.text),
	};
	enum err e = account_begin(in);

	day_time_text(in->at, at);
	fields[4].value = span_text(at);
	if (e == ERR_OK)
		e = account_entry(in, LEDGER_OPEN, NULL, fields,
			sizeof(fields) / sizeof(fields[0]), span_of(NULL, 0),
			NULL);
	if (e == ERR_OK)
		e = proc_subject_begin(in);
	if (e == ERR_OK)
		return account_commit(in);
	account_abandon(in);
	return e;
}

static enum err
add_role(struct instance *in, const char *who, const char *role, int64_t at)
{
	char path[INSTANCE_FILE_MAX];
	struct instance_actor actor = {0};
	OWNED_BUF(der, PEM_MAX);
	struct register_row row = {.id = REG_ROLE};
	enum err e;

	if (snprintf(path, sizeof(path), "%s/%s/%s.key", in->path,
		    kinds[kind_of(in)].people, who) >= (int)sizeof(path))
		return ERR_TOO_LARGE;
	e = instance_actor_read(path, &actor, &in->why);
	if (e != ERR_OK)
		return e;
	crypto_cert_der(actor.cert, &der);
	register_put(&row, REG_ROLE_PRINT, span_of(actor.print, 32));
	register_put(&row, REG_ROLE_ROLE, span_text(role));
	register_put(&row, REG_ROLE_NAME, span_text(actor.name));
	register_put(&row, REG_ROLE_CERT, buf_span(&der));
	if (strcmp(role, "requester") == 0)
		register_put(&row, REG_ROLE_AGENCY,
			span_text(law_requester(in->law)));
	e = buf_error(&der);
	if (e == ERR_OK)
		e = proc_registers_change(in, REG_ADD, &row, at);
	instance_actor_fini(&actor);
	return e;
}

static enum err
add_certifier(struct instance *in, int64_t at)
{
	char path[INSTANCE_FILE_MAX];
	char from[DAY_TEXT] = "";
	struct instance_actor actor = {0};
	OWNED_BUF(der, PEM_MAX);
	struct register_row row = {.id = REG_CERTIFIER};
	enum err e;

	(void)snprintf(path, sizeof(path), "%s/%s/certifier.key", in->path,
		kinds[kind_of(in)].people);
	e = instance_actor_read(path, &actor, &in->why);
	if (e != ERR_OK)
		return e;
	crypto_cert_der(actor.cert, &der);
	day_text(zone_day(&in->zone, at), from);
	register_put(&row, REG_CERTIFIER_ID,
		in->shadow ? SPAN(INSTANCE_SHADOW_CERTIFIER) : SPAN("ICE-DIR"));
	register_put(&row, REG_CERTIFIER_NAME,
		in->shadow ? span_text(actor.name) : SPAN("ACTING DIRECTOR"));
	register_put(&row, REG_CERTIFIER_ROLE,
		in->shadow ? SPAN("nobody: it was sent before")
			   : SPAN("head of agency"));
	register_put(&row, REG_CERTIFIER_PRINT, span_of(actor.print, 32));
	register_put(&row, REG_CERTIFIER_CERT, buf_span(&der));
	register_put(&row, REG_CERTIFIER_FROM, span_text(from));
	register_put(&row, REG_CERTIFIER_AGREEMENT,
		span_text(law_agreement_id(in->law)));
	e = buf_error(&der);
	if (e == ERR_OK)
		e = proc_registers_change(in, REG_ADD, &row, at);
	instance_actor_fini(&actor);
	return e;
}

static enum err
add_parties(struct instance *in, int64_t at)
{
	struct register_row row = {.id = REG_RECIPIENT};
	enum err e;

	register_put(&row, REG_RECIPIENT_ID, span_text(law_requester(in->law)));
	register_put(&row, REG_RECIPIENT_NAME,
		in->shadow ? SPAN("who asked then (shadow)")
			   : SPAN("Immigration enforcement (sandbox)"));
	register_put(&row, REG_RECIPIENT_SAFEGUARDS, SPAN("in-order"));
	e = proc_registers_change(in, REG_ADD, &row, at);
	if (e != ERR_OK)
		return e;
	row = (struct register_row){.id = REG_AGREEMENT};
	register_put(
		&row, REG_AGREEMENT_ID, span_text(law_agreement_id(in->law)));
	register_put(&row, REG_AGREEMENT_FILE, span_of(in->law_hash, 32));
	register_put(&row, REG_AGREEMENT_STATUS, SPAN("loaded"));
	return proc_registers_change(in, REG_ADD, &row, at);
}

/* In another instance the same rows are added by people, with
 * `weir register add` and `weir agreement load`. */
static enum err
fill_registers(struct instance *in)
{
	/* Nobody here could name a reviewer, an officer, a requester. */
	static const char *const shadow[][2] = {{"operator", "operator"},
		{"inspector", "inspector"}, {"prover", "prover"}};
	static const char *const sandbox[][2] = {
		{"operator", "operator"},
		{"operator", "administrator"},
		{"operator", "safeguards"},
		{"reviewer-1", "reviewer"},
		{"reviewer-2", "reviewer"},
		{"counsel", "counsel"},
		{"prover", "prover"},
		{"signatory", "signatory"},
		{"requester", "requester"},
	};
	const char *const(*roles)[2] = in->shadow ? shadow : sandbox;
	size_t n = (in->shadow ? sizeof(shadow) : sizeof(sandbox)) /
		   sizeof(*sandbox);
	int64_t at = os_now() - (int64_t)SANDBOX_YEARS * YEAR + 86400;
	enum err e = account_begin(in);

	if (e != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = add_role(in, roles[i][0], roles[i][1], at);
	if (e == ERR_OK)
		e = add_certifier(in, at);
	if (e == ERR_OK)
		e = add_parties(in, at);
	if (e == ERR_OK)
		return proc_registers_finish(in);
	account_abandon(in);
	return e;
}

/* Of the law that the program ships, which is the one in use. */
static enum err
make_receipt(const char *path, int dir, enum kind kind, const char *prover,
	struct why *why)
{
	OWNED_BUF(text, 65);
	char hex[65] = "";
	char out[INSTANCE_FILE_MAX];
	char key[INSTANCE_FILE_MAX];
	const char *const words[] = {
		"weir-prove", "prove", "--receipt", out, "--key", key, NULL};
	enum err e = os_read(dir, "law/current", &text);

	if (e != ERR_OK)
		return e;
	if (!span_copy(buf_span(&text), hex, sizeof(hex)) ||
		snprintf(out, sizeof(out), "%s/law/%s/receipt", path, hex) >=
			(int)sizeof(out) ||
		snprintf(key, sizeof(key), "%s/%s/prover.key", path,
			kinds[kind].people) >= (int)sizeof(key))
		return ERR_TOO_LARGE;
	return proc_prover_run(prover, words, why);
}

static enum err
first_entries(const char *path, const uint8_t *next, struct why *reterr_why)
{
	static struct instance in;
	uint64_t index = 0;
	enum err e = instance_open(path, INSTANCE_LEDGER, NULL, DAY_NONE, &in);

	if (e == ERR_OK)
		e = enter_open(&in);
	if (e == ERR_OK && instance_plays(&in))
		e = fill_registers(&in);
	if (e == ERR_OK)
		e = proc_ledger_key_begin(&in, next, &index);
	if (e == ERR_OK)
		e = account_publish(&in, NULL);
	if (e == ERR_OK)
		e = proc_ledger_key_put(&in, index);
	if (e == ERR_OK && instance_plays(&in))
		e = proc_law_current(&in);
	if (e == ERR_OK && instance_plays(&in))
		e = proc_law_proved(&in, &in.why);
	if (e != ERR_OK)
		*reterr_why = in.why;
	instance_close(&in);
	return e;
}

enum err
instance_init(const char *path, bool sandbox, const char *prover,
	struct why *reterr_why)
{
	const struct instance_keys made = {.ledger_key = NULL};

	return instance_init_by(path, sandbox, prover, &made, reterr_why);
}

/* The ledger's key, tried where it is in a module. */
static enum err
take_key(enum kind kind, const char *file, struct ledger_keyfile *ret_key,
	struct why *why)
{
	enum err e = make_key(kind, file, ret_key);

	if (e != ERR_OK && file != NULL)
		return why_set(why, e, "%s: %s", file,
			e == ERR_DAMAGED ? "not a key of a ledger, as `weir "
					   "ledger key make` writes it"
					 : err_text(e));
	if (e == ERR_OK && !name_fits(ret_key->vkey.name, kind))
		return why_set(why, ERR_NOT_ALLOWED,
			"%s: the name of a sandbox's ledger has the word "
			"sandbox in it, that of a shadow's the word shadow, and "
			"that of no other either",
			ret_key->vkey.name);
	if (e == ERR_OK)
		e = proc_token_begin(ret_key, 1);
	return e == ERR_OK ? proc_token_check(ret_key, why) : e;
}

static enum err
make_all(const char *path, enum kind kind, const char *prover,
	const struct instance_keys *keys, const struct ledger_keyfile *key,
	struct why *why)
{
	struct zone zone = {.text = ""};
	OWNED_FD dir = -1;
	enum err e = keys->zone == NULL
			     ? ERR_OK
			     : proc_zone_find(keys->zone, &zone, why);

	if (e != ERR_OK)
		return e;
	e = os_folder(AT_FDCWD, path, true, &dir);
	if (e == ERR_OK && os_exists(dir, "instance"))
		return why_set(
			why, ERR_EXISTS, "%s holds an instance already", path);
	if (e == ERR_OK)
		e = make_files(path, dir, kind, key, &zone);
	proc_token_end(); /* the keeper has its own */
	if (e != ERR_OK)
		return why_set(why, e, "%s: %s", path, err_text(e));
	if (kind != CUSTODIAN)
		e = make_receipt(path, dir, kind, prover, why);
	return e == ERR_OK ? first_entries(path, keys->next, why) : e;
}

static enum err
init(const char *path, enum kind kind, const char *prover,
	const struct instance_keys *keys, struct why *why)
{
	struct ledger_keyfile key = {.uri = ""};
	enum err e = crypto_init();

	if (e == ERR_OK)
		e = take_key(kind, keys->ledger_key, &key, why);
	if (e == ERR_OK)
		e = make_all(path, kind, prover, keys, &key, why);
	proc_token_end();
	ledger_keyfile_wipe(&key);
	return e;
}

enum err
instance_init_by(const char *path, bool sandbox, const char *prover,
	const struct instance_keys *keys, struct why *reterr_why)
{
	return init(
		path, sandbox ? SANDBOX : CUSTODIAN, prover, keys, reterr_why);
}

enum err
instance_init_shadow(const char *path, const char *prover, const char *zone,
	struct why *reterr_why)
{
	const struct instance_keys made = {.zone = zone};

	return init(path, SHADOW, prover, &made, reterr_why);
}
