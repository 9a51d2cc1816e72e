/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * proc_instance - one custodian's gateway on disk, as a judge has it open.
 *
 *	DIR/instance        origin, kind, zone (text, one `name value` a line)
 *	DIR/ledger/         public: checkpoint, tile/, ledger.vkey
 *	DIR/keeper/         private: the ledger's key, its write-ahead log, heads
 *	DIR/store.db        the case store (SQLite)
 *	DIR/redo            its changes, one after the other: store.h
 *	DIR/secret/         evidence.key, subject.key, signing.key, signing.crt
 *	                    (the judge's)
 *	DIR/law/HEX/        one set of law files; law/current names the one in use
 *	DIR/roll/           indexes; roll/current is a link to the one that serves
 *	DIR/batches/N/      requests, manifest, signature, reply and its signature
 *	DIR/sealed/N/       packages that were made and not yet handed over
 *	DIR/outbox/N/       packages handed over
 *	DIR/log/            what was done by whom: proc_log.h
 *	DIR/lock            one verb changes things at a time
 *	DIR/turn            who waits for it stands there
 *	DIR/restored        it came from a back-up, and was not recovered yet
 *	DIR/sandbox/        test keys; only in a sandbox
 *	DIR/shadow/         the keys of who tries it; only in a shadow, which has
 *	                    no signing key, no sealed/ and no outbox/
 *
 * The judge reads no file of keeper/ or roll/: their processes do, and are
 * started before the judge reads a secret.
 */

#include "base/day.h"
#include "base/zone.h"
#include "crypto/crypto.h"
#include "hold/hold.h"
#include "law/law.h"
#include "ledger/entry.h"
#include "proc/proc_peer.h"
#include "register/register.h"
#include "store/store.h"

enum {
	INSTANCE_ORIGIN_MAX = 128,
	INSTANCE_PATH_MAX = 1024, /* of the instance */
	INSTANCE_FILE_MAX = 1280, /* of a file below it */
	INSTANCE_LOG_WHERE = 160,
	INSTANCE_BARRED = 64,
	INSTANCE_SIGNATURES = 64, /* of one act */
	INSTANCE_ACT_AGE = 600, /* seconds between the two times it is asked */
};

/* A file of an instance that came from a back-up, until it is recovered. */
#define INSTANCE_RESTORED "restored"

/* Who "certifies" the old batches that are tried in a shadow. */
#define INSTANCE_SHADOW_CERTIFIER "OLD"

/* Who does what this verb does: a certificate and its key. */
struct instance_actor {
	struct crypto_cert *cert;
	struct crypto_key *key;
	uint8_t print[CRYPTO_SHA256];
	char name[128];
};

/*
 * Who asks from afar: their key is not here.  An act that they sign is asked
 * twice (docs/SERVICE.md): the second time with its time and the signatures,
 * DER, over what the first answer showed.
 */
struct instance_asker {
	struct span cert; /* DER or PEM; empty: nobody */
	int64_t at; /* the act's time as the first answer told it; 0: now */
	struct span signature[INSTANCE_SIGNATURES];
	size_t n_signatures;
	const char *barred[INSTANCE_BARRED]; /* roles they do not have here */
	size_t n_barred;
	unsigned patience_ms; /* for DIR/lock, then BUSY; 0: for ever */
	const int32_t
		*today; /* that is played, in a sandbox; NULL: the clock's */
};

struct instance {
	char path[INSTANCE_PATH_MAX];
	int dir;
	char origin[INSTANCE_ORIGIN_MAX];
	bool sandbox;
	struct zone zone; /* whose days its days are: proc_zone.h */
	bool shadow; /* old batches are tried, and nothing leaves: docs/SHADOW.md */

	struct proc_peer keeper;
	struct proc_peer vault;
	struct proc_peer courier; /* where a policy is loaded */

	char log_where[INSTANCE_LOG_WHERE]; /* `log` of the file instance */
	struct proc_log *log;               /* proc_log.h */
	uint64_t logged; /* bit i: the use of permit i is in the log */

	/* Open after instance_unlock_secrets(). */
	int lock;             /* -1: not held */
	unsigned patience_ms; /* for the first time; 0: as long as it takes */
	struct store *store;
	uint8_t evidence_key[CRYPTO_KEY];
	uint8_t subject_secret[CRYPTO_KEY]; /* proc_subject.h */
	bool has_subject_secret;
	struct instance_actor actor;
	const struct instance_asker *asker; /* NULL: a verb, with its key */
	struct buf to_sign;                 /* sized texts: instance_sign() */
	struct register_set *registers;
	struct proc_policy *policy; /* NULL: none; proc_policy.h */
	bool deciding;  /* something new is decided: proc_cosign.h */
	bool put_back;  /* a witness knows a later state of this ledger */
	bool unwatched; /* of the newest checkpoint no witness was asked */
	struct hold_set *holds;
	struct law *law; /* NULL: no agreement is loaded */
	uint8_t law_hash[32];
	bool proved;         /* its receipt holds: proc_proof.h */
	struct why unproved; /* why not */
	uint8_t engine[32];  /* hash of versions: program, tables, ICU */
	unsigned changed;    /* registers, by bit, in this transaction */
	int32_t clock;       /* the day this verb works on */
	int64_t at;          /* its time: now.  On a played day that is not
			     * today: noon UTC of it, or the newest change of a
			     * register when that is later, so that no change
			     * goes unseen */

	/* proc_account.h */
	uint64_t next;        /* index of the next entry */
	struct buf pending;   /* entries in the store, not yet in the ledger */
	uint64_t pending_at;  /* index of the first of them */
	uint64_t reserved;    /* so many of them are not put yet */
	bool appending;       /* the keeper has them and did not answer yet */
	uint64_t last_act;    /* the newest act; STORE_NO_ENTRY */
	uint64_t pending_act; /* the same when the transaction began */
	uint64_t shown;       /* entries in the newest checkpoint */
	uint64_t hidden;  /* since, of those that a number must not tell of */
	uint64_t counted; /* entries before here are */
	uint64_t pending_hidden;
	int32_t public_day; /* that entries show: of the newest checkpoint */
	bool open;          /* the keeper has the log open for us */
	bool recover;       /* an older store may be brought to its end */
	uint64_t recovered; /* so many changes were */
	uint64_t published; /* entries in the checkpoint, when it opened */
	struct why why;     /* of the last refusal or failure */
};

enum instance_want {
	INSTANCE_READ = 0,
	INSTANCE_LEDGER = 1,  /* start the keeper, take the lock, reconcile */
	INSTANCE_VAULT = 2,   /* start the vault */
	INSTANCE_RECOVER = 4, /* with LEDGER: bring an older store to its end */
	INSTANCE_COURIER = 8, /* start the courier where no policy is loaded */
};

/*
 * Makes a new instance; with `sandbox` also test people, registers, and the
 * shipped agreement, so that a batch can be submitted at once: `prover` is the
 * program weir-prove, which makes its receipt (proc_prover.h).  Refuses EXISTS
 * where `path` holds one, NOT_ALLOWED where not all is proved.
 */
MUST_USE enum err instance_init(const char *path, bool sandbox,
	const char *prover, struct why *reterr_why);

/*
 * A shadow: an instance in which old batches are tried (docs/SHADOW.md).  Of
 * what a release takes it has nothing: no role of a reviewer and none that could
 * name one, no signing key, no officer's certificate that is valid, no sealed/
 * and outbox/.  Refuses as instance_init().
 */
MUST_USE enum err instance_init_shadow(const char *path, const char *prover,
	const char *zone, struct why *reterr_why);

/* The same with keys of the ledger that were made elsewhere: a file of the one
 * that is to sign, which names the ledger (NULL: one is made), and the hash of
 * the next (NULL: made in keeper/next); and in a zone, an IANA name (NULL: UTC:
 * proc_zone.h). */
struct instance_keys {
	const char *ledger_key;
	const uint8_t *next;
	const char *zone;
};
MUST_USE enum err instance_init_by(const char *path, bool sandbox,
	const char *prover, const struct instance_keys *keys,
	struct why *reterr_why);

/*
 * Opens.  `want` are bits of enum instance_want; `key_path` names the actor's
 * key (its certificate beside it, .key replaced by .crt), NULL: the sandbox's
 * or shadow's operator, or in another instance nobody (NOT_ALLOWED when one is
 * needed).  `clock` is DAY_NONE, or in a sandbox or shadow the day to work on.  That it was opened,
 * by whom, is a record of the log before anything else is done: fails IO where
 * that cannot be written.
 */
MUST_USE enum err instance_open(const char *path, unsigned want,
	const char *key_path, int32_t clock, struct instance *ret_instance);

/*
 * The same for who asks from afar.  `asker` and its spans must live as long as
 * the instance.  Refuses BUSY after its patience, TOO_LATE where the act's time
 * is over INSTANCE_ACT_AGE ago, MALFORMED where it is yet to come or the
 * certificate is none.
 */
MUST_USE enum err instance_open_for(const char *path, unsigned want,
	const struct instance_asker *asker, struct instance *ret_instance);
void instance_close(struct instance *in);

/*
 * The actor's signature over what is entered of an act, appended: made with
 * their key, or one that they gave, which holds over exactly these bytes.
 * Where none was given the bytes are put to in->to_sign, nothing is appended,
 * and account_commit() refuses UNSIGNED, so that one answer shows all that is
 * to be signed and nothing was done.  Where those given fit nothing of it,
 * MISMATCH: something has changed since.
 */
MUST_USE enum err instance_sign(
	struct instance *in, struct span bytes, struct buf *signature);

/* Plays it days that are not the clock's?  A sandbox, and a shadow. */
bool instance_plays(const struct instance *in);

/*
 * Has it what anybody is answered with: the key that signs replies and
 * receipts?  A shadow has none.  instance_must_answer() refuses NOT_ALLOWED with
 * a sentence where it is not there.
 */
bool instance_answers(const struct instance *in);
MUST_USE enum err instance_must_answer(int dir, struct why *reterr_why);

#define INSTANCE_NONE                                                          \
	((struct instance){.dir = -1,                                          \
		.lock = -1,                                                    \
		.keeper = {.fd = -1},                                          \
		.courier = {.fd = -1},                                         \
		.vault = {.fd = -1}})

/*
 * The judge locks itself in (proc_sandbox_judge()): from here on it reaches the
 * store, the lock, batches, sealed, outbox and law, may read secret and ledger,
 * and nothing else on the disk.  What else it needs is open by now.
 */
MUST_USE enum err instance_lock_in(struct instance *in);

/* Lets other verbs in between two chunks, and comes back: registers, holds
 * and law are read anew.  Only with INSTANCE_LEDGER. */
MUST_USE enum err instance_yield(struct instance *in);

/*
 * The same where somebody waits for the lock, and then *ret_anew; where nobody
 * does nothing can have changed, and nothing is done.  Costs little: for between
 * two small groups.
 */
MUST_USE enum err instance_let_in(struct instance *in, bool *ret_anew);

/* Has this person that role now?  Verbs ask proc_permit(). */
bool instance_has_role(
	const struct instance *in, const uint8_t print[32], const char *role);

/* The law of a hash, as it was loaded then; the caller frees it. */
MUST_USE enum err instance_law(
	struct instance *in, const uint8_t hash[32], struct law **ret_law);

/* Reads a person's certificate and key from `path`: x.key, with x.crt beside; or
 * the URI of one in a PKCS#11 module, which signs there (proc_token_person.h). */
MUST_USE enum err instance_actor_read(const char *path,
	struct instance_actor *ret_actor, struct why *reterr_why);
void instance_actor_fini(struct instance_actor *actor);

/* Their signature over a document, detached CMS appended.  Refuses as
 * crypto_cms_sign(), and where a module does not sign says why. */
MUST_USE enum err instance_actor_cms(const struct instance_actor *actor,
	struct span document, struct buf *to, struct why *reterr_why);

/* "batches/7" and the like, opened; made when `make`. */
MUST_USE enum err instance_folder(const struct instance *in, const char *kind,
	uint32_t batch, bool make, int *ret_fd);

/* Registers and holds into the store (within a transaction). */
MUST_USE enum err instance_save_registers(struct instance *in);
MUST_USE enum err instance_save_holds(struct instance *in);

/* SHA-256 of one register's bytes: its head. */
MUST_USE enum err instance_register_hash(
	struct instance *in, enum register_id id, uint8_t ret_hash[32]);
MUST_USE enum err instance_holds_hash(
	struct instance *in, uint8_t ret_hash[32]);

/* Where in->why is set, e; a helper for `return instance_says(in, ...)`. */
enum err instance_says(struct instance *in, enum err e, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
