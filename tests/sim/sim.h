/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * sim - the pure middle driven by drawn steps, with a clerk's account beside.
 *
 *	sim_world.c      people, rolls, what requesters write: the truth
 *	sim_disk.c       what a crash keeps: store, journal, ledger, packages
 *	sim_register.c   registers, holds, matters, rolls
 *	sim_intake.c     submit, look up, review, withdraw, judge anew
 *	sim_release.c    a round: decide anew, S, package, D, hand over
 *	sim_clerk.c      the model: plain tables, none of the program's folders
 *	sim_check.c      I1 to I10, each a function
 *	sim_step.c       the steps, and how they are drawn
 *	sim.c            runs, planted faults, twins
 *
 * The shell (disk, register, intake, release) decides nothing that a folder of
 * src/ decides; it carries values between them, in the order of
 * docs/ARCHITECTURE.md.  docs/SIMULATION.md says what is left out.
 *
 * Every step draws from (seed, number of the step) alone, and never by what the
 * roll says: so a seed repeats itself, and two worlds that differ in the roll
 * alone see the same steps.
 */

#include <stdio.h>

#include "base/mem.h"
#include "case/case_anew.h"
#include "crypto/crypto.h"
#include "hold/hold.h"
#include "law/law.h"
#include "ledger/entry.h"
#include "ledger/tile.h"
#include "match/match.h"
#include "matter/matter.h"
#include "register/register.h"
#include "release/release.h"
#include "request/request.h"
#include "roll/roll.h"

enum {
	SIM_HUMANS = 32,
	SIM_HOUSES = 16, /* the last one is a preparer's office */
	SIM_ROLLS = 6,
	SIM_FIRST_YEAR = 2018,
	SIM_YEARS = 16,
	SIM_LAWS = 4,
	SIM_OFFICERS = 6,
	SIM_CERTIFIERS = 2,
	SIM_STAFF = 10,
	SIM_CERTS = 2,      /* of one person */
	SIM_LINES = 6,      /* of a batch, at most */
	SIM_WINDOW = 48,    /* batches that steps speak of */
	SIM_APPROVALS = 24, /* of one batch */
	SIM_HOLDS = 4,      /* that stand at a time */
	SIM_TRAIL = 20,
	SIM_SAY = 240,
	SIM_CHUNK = 3,
	SIM_NOBODY = -1,
};
#define SIM_NO_ENTRY UINT64_MAX

/* ---- drawing ---- */

uint32_t sim_draw(uint64_t *state, uint32_t below);
uint64_t sim_mix(uint64_t a, uint64_t b);

/* ---- planted faults: the shell forgets one thing ---- */

enum sim_fault {
	SIM_SOUND,
#define FAULT(id, word, seed, invariants, text) SIM_FAULT_##id,
#include "sim/fault.def"
	SIM_N_FAULTS
};

/* ---- the truth ---- */

enum sim_kind { SIM_DRAWN, SIM_ALL_FOUND, SIM_NONE_FOUND };

struct sim_human {
	const char *given;
	const char *surname;
	uint32_t tin;
	int32_t birth;
	int home[2];
	int moved; /* from this year on, home[1] */
};

/* What one roll says of one person in one year. */
struct sim_record {
	bool there;
	bool dependent;
	bool own; /* source return or third-party */
	bool third_party;
	int house;
};

struct sim_world {
	enum sim_kind kind;
	struct sim_human human[SIM_HUMANS];
	struct sim_record record[SIM_ROLLS][SIM_HUMANS][SIM_YEARS];
	bool doubled[SIM_ROLLS][SIM_HUMANS]; /* a second record of the same */
	char folded[SIM_HUMANS][256];
	char tin[SIM_HUMANS][16];
	struct roll *roll[SIM_ROLLS];
	struct law *law[SIM_LAWS];
	uint8_t law_hash[SIM_LAWS][32];
	char rule[SIM_LAWS][LAW_NAME_MAX]; /* a rule's name, for counsel */
};

/* How a request is written: sound, or with one fault of form or law. */
enum sim_flaw {
#define FLAW(id, text) SIM_FLAW_##id,
#include "sim/flaw.def"
	SIM_N_FLAWS
};

/* What a requester means and writes; people and houses by number. */
struct sim_ask {
	enum sim_flaw flaw;
	int about;    /* whom it is about, in truth; NOBODY: on no roll */
	int name_of;  /* whose name is written; NOBODY: a stranger's */
	int tin_of;   /* NOBODY: none; SIM_HUMANS: one that nobody has */
	int birth_of; /* as tin_of */
	int house;
	int year[3];
	int n_years;
	int officer;
	uint32_t case_number;
	int32_t order; /* day */
	int32_t opened;
	int64_t mends; /* row that it supersedes, or NOBODY */
};

const struct sim_house *sim_house(int i);
struct sim_house {
	const char *line;
	const char *city;
	const char *state;
	const char *zip;
};

void sim_world_new(uint64_t seed, enum sim_kind kind, struct sim_world *world);
void sim_world_fini(struct sim_world *world);
void sim_ask_write(const struct sim_world *world, const struct sim_ask *ask,
	const char *id, const char *mends, struct buf *to);
void sim_person_id(int human, bool second, char to[16]);
/* Of a person_id; NOBODY where it is none. */
int sim_human_of(struct span person_id);

/* ---- the shell: what was received, never changed ---- */

struct sim_given {
	uint32_t batch;
	uint32_t line; /* from 1 */
	char id[12];
	struct sim_ask ask;
	uint8_t *bytes; /* request_encode() */
	size_t n_bytes;
	struct request q; /* points into bytes */
	struct request_keys keys;
	char folded[256];
	char tin[16];
	char batch_text[16];
};

/* ---- the shell: what the store keeps ---- */

struct sim_row {
	struct case_request c;
	uint8_t answer; /* of the law, from the request alone */
	bool looked;
	bool held;   /* answered while something public was in the way */
	bool pulled; /* its package was pulled back by a hold */
	bool sustained;
	int8_t roll;   /* on which it was looked up */
	int16_t human; /* confirmed; NOBODY */
	int32_t since; /* day from which its answer day counts */
	struct match_result match;
	struct evidence ev; /* as judged from the request */
	uint8_t verdict[32];
	uint8_t package[32]; /* of entry D */
	uint64_t sealed;     /* entry S */
	uint64_t delivered;  /* entry D */
};

enum sim_stage { SIM_JUDGED, SIM_LOCATED };

struct sim_batch {
	uint8_t stage;
	uint8_t law;
	uint8_t certifier;
	uint8_t n;
	bool refused; /* counsel: nobody is looked up */
	int8_t submitter;
	uint8_t by[32]; /* the submitter's certificate */
	int32_t day;
	uint32_t first;   /* row */
	uint32_t n_looks; /* entries M that every accepted line should have */
	uint8_t n_approvals;
	uint32_t approval[SIM_APPROVALS];
};

/* As signed; never changed. */
struct sim_approval {
	uint32_t batch;
	bool withhold;
	uint8_t signer[32];
	uint8_t signature[32]; /* a stand-in: HMAC under the certificate */
	uint8_t text[256];
	size_t n_text;
	size_t n;
	struct release_verdict item[SIM_LINES];
};

struct sim_store {
	struct sim_row *row;
	struct sim_batch *batch; /* from 1 */
	struct matter *matter;   /* from 1 */
	uint32_t n_rows;
	uint32_t n_batches;
	uint32_t n_matters;
	uint32_t n_approvals;
	uint64_t n_journal;
	int roll;         /* that serves; NOBODY */
	int law;          /* that batches are judged by */
	size_t n_acts;    /* bytes of register acts */
	struct buf holds; /* hold_set_encode() */
};

/* An entry of the journal, and what of it is asked later. */
struct sim_entry {
	uint8_t bytes[LEDGER_ENTRY];
	enum ledger_type type; /* which no byte tells */
	uint32_t batch;
};

struct sim_log {
	struct ledger_hash *leaf;
	struct ledger_hash *tile; /* over 256 leaves */
	uint64_t n;
	uint64_t durable;
	struct ledger_tree tree;
	uint64_t signed_size; /* the checkpoint */
	struct ledger_hash signed_root;
};

struct sim_file {
	bool there;
	bool synced;
	bool address;
	bool torn;
	bool fetched;
	uint64_t seal;    /* its entry S */
	uint64_t deliver; /* and D */
	uint8_t hash[32];
	uint8_t recipient[32];
	uint8_t approver[2][32];
	char *json; /* owned; gone once it is handed over for good */
	size_t n_json;
};

/* A request's places on disk: sealed/ and outbox/. */
struct sim_files {
	struct sim_file sealed;
	struct sim_file outbox;
	struct sim_file before; /* in outbox/ until the folder is synced */
	bool renamed;           /* not yet synced */
};

/* ---- the clerk ---- */

enum clerk_stand {
	CLERK_REFUSED,
	CLERK_ASKED, /* a person reads it first */
	CLERK_ACCEPTED,
	CLERK_RETURNED,
	CLERK_WITHDRAWN,
	CLERK_LAPSED,
	CLERK_SUPERSEDED,
};

struct clerk_approval {
	int pair; /* person and certificate */
	int about;
	int roll;
};

/* The clerk's card of one request. */
struct clerk_card {
	uint32_t batch;
	uint32_t line;
	struct sim_ask ask;
	enum clerk_stand stand;
	bool law_refused; /* and counts for nothing */
	bool had_package; /* neutral, when it was given back or superseded */
	int answered;     /* 0 no, 1 neutrally, 2 by an address */
	int where; /* of an address: 0 recipient, 1 recalled, 2 destroyed */
	bool looked;
	bool give; /* when looked up: one person, something of their own */
	int about; /* who that was */
	int roll;  /* on which roll */
	bool refused_by_reviewer;
	int objections; /* open */
	bool sustained;
	int n_approvals;
	struct clerk_approval approval[SIM_APPROVALS];
};

enum clerk_scope {
	CLERK_ALL,
	CLERK_AGENCY,
	CLERK_AGREEMENT,
	CLERK_STATUTE,
	CLERK_OFFICER,
	CLERK_CASE,
	CLERK_NAME,
	CLERK_TIN,
	CLERK_PERSON,
	CLERK_BATCH,
	CLERK_REQUEST,
	CLERK_N_SCOPES
};

/* Where a request counts; every card is in one of them. */
enum clerk_sum {
	CLERK_SUM_REFUSED,
	CLERK_SUM_WITHDRAWN,
	CLERK_SUM_OPEN,
	CLERK_SUM_NEUTRAL,
	CLERK_SUM_RECIPIENT,
	CLERK_SUM_RECALLED,
	CLERK_SUM_DESTROYED,
	CLERK_N_SUMS
};

struct clerk_hold {
	bool stands;
	bool stops; /* else it preserves */
	enum clerk_scope scope;
	int64_t value;
	int32_t from;    /* first day of receipt */
	int64_t except;  /* a case number, 0: none */
	int64_t granted; /* excepted by a later order; 0: none */
};

struct clerk_batch {
	int law;
	int certifier;
	int submitter;
	int32_t day;
	uint32_t first;
	uint32_t n;
	bool refused;
	uint32_t lookups; /* entries M there must be */
	int cap;          /* 0, 1 waits for counsel */
};

struct clerk {
	const struct sim_world *world;
	int32_t today;
	bool officer[SIM_OFFICERS];
	bool civil[SIM_OFFICERS];
	uint32_t only[SIM_OFFICERS]; /* engaged in this case alone; 0: any */
	bool certifier[SIM_CERTIFIERS];
	bool reviewer[SIM_STAFF][SIM_CERTS];
	bool operator_[SIM_STAFF][SIM_CERTS];
	bool counsel[SIM_STAFF][SIM_CERTS];
	bool agency;
	bool finding;
	int32_t review; /* day, DAY_NONE */
	bool screen[SIM_HUMANS];
	int32_t screens_day[2]; /* ci, exam */
	int agreement; /* law loaded; NOBODY: suspended or terminated */
	int roll;
	struct clerk_hold *hold;
	uint32_t n_holds;
	struct clerk_card *card;
	uint32_t n_cards;
	struct clerk_batch *batch; /* from 1 */
	uint32_t n_batches;
	uint64_t sum[CLERK_N_SUMS];
};

/* What the clerk, at the door, sees of one hand-over. */
struct sim_seen {
	uint32_t row;
	bool address;
	bool s_durable;
	bool d_durable;
	bool moment; /* I2 */
	bool fields; /* I3 */
	bool person; /* I4 */
	bool gate;   /* I5 */
	bool people; /* I6 */
	bool third;  /* I7: nobody else's address */
	bool force;  /* I8 */
	bool turn;   /* I9: not before the answer day */
};

/* ---- one run ---- */

enum sim_outcome { SIM_DONE, SIM_REFUSED, SIM_CRASHED };

struct sim_staff {
	char name[24];
	uint8_t print[SIM_CERTS][32];
};

/* What the clerk writes when the store has it: drawn up in a transaction. */
enum sim_news {
	NEWS_JUDGED,
	NEWS_LOOKED,
	NEWS_CLEARED,
	NEWS_RETURNED,
	NEWS_APPROVED,
	NEWS_WITHHELD,
	NEWS_WITHDRAWN,
	NEWS_SUPERSEDED,
	NEWS_LAPSED,
	NEWS_NEUTRAL,
	NEWS_ADDRESS,
	NEWS_REISSUED,
	NEWS_RECALLED,
	NEWS_DESTROYED,
	NEWS_OBJECTED,
	NEWS_SUSTAINED,
	NEWS_OVERRULED,
	NEWS_BATCH,
	NEWS_CAP_REFUSED,
	NEWS_CAP_CLEARED,
	NEWS_OFFICER,
	NEWS_CERTIFIER,
	NEWS_ROLE,
	NEWS_AGENCY,
	NEWS_SCREEN,
	NEWS_SCREENS,
	NEWS_AGREEMENT,
	NEWS_HOLD,
	NEWS_EXCEPTED,
	NEWS_LIFTED,
	NEWS_ROLL,
};

struct sim_item {
	enum sim_news news;
	int64_t a;
	int64_t b;
	int64_t c;
	struct clerk_hold hold;
};

struct sim {
	uint64_t seed;
	uint64_t rng; /* of this step */
	uint64_t step;
	enum sim_fault fault;
	bool sandbox;
	bool twin; /* what may not be compared is not drawn */
	struct sim_world world;
	struct sim_staff staff[SIM_STAFF];

	int64_t at;
	int32_t today;

	struct sim_given *given;
	struct sim_files *files;
	struct sim_store mem;
	struct sim_store disk;
	struct sim_approval *approval;
	struct sim_entry *journal;
	struct sim_log log;
	struct register_set *registers;
	struct buf acts;     /* sized register acts since the snapshot */
	struct buf snapshot; /* register_encode() of each, sized */
	struct hold_set *holds;

	/* the transaction */
	bool open;
	uint32_t dirty_row[64];
	size_t n_dirty_rows;
	uint32_t dirty_batch[8];
	size_t n_dirty_batches;
	uint32_t dirty_matter[8];
	size_t n_dirty_matters;
	bool dirty_holds;
	bool acted; /* an entry of it names its actor */
	bool by_person;
	struct sim_item item[96];
	size_t n_items;
	uint32_t entered; /* entries of the transaction */

	uint64_t moment; /* grows with each change that a release asks for */
	bool door;       /* a round is past its seals: for planted faults */
	uint64_t restarts;
	bool up;
	unsigned crash_in; /* points left; 0: none is drawn */
	uint32_t first_open_matter;
	int16_t same[SIM_STAFF * SIM_CERTS][SIM_STAFF * SIM_CERTS];
	size_t same_n; /* of the role register when `same` was filled */

	struct clerk clerk;
	uint64_t viewed;    /* entries that the view has */
	uint64_t seen_size; /* of the ledger, by the auditor */
	struct ledger_hash seen_root;
	struct sim_seen seen[256];
	size_t n_seen;
	struct sim_store_totals {
		struct case_totals old; /* rows before the window */
		uint32_t until;
	} totals;
	int violated; /* number of the invariant; 0: none */
	char says[SIM_SAY];
	char trail[SIM_TRAIL][SIM_SAY];
	char now[SIM_SAY];
	uint64_t done[64]; /* how often each step did something */
	struct buf *view;  /* the requester's, in a twin run */
	unsigned depth;    /* of steps within steps */
};

/* ---- sim_disk.c ---- */

/* False: the machine stopped here.  What called must return at once. */
bool sim_point(struct sim *s, const char *where);
void sim_say(struct sim *s, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Notes the first violation of the run. */
void sim_violate(struct sim *s, int invariant, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
void sim_view(struct sim *s, const char *fmt, ...) PRINTF_LIKE(2, 3);

struct sim_row *sim_row(struct sim *s, uint32_t row); /* to be changed */
struct sim_batch *sim_batch(struct sim *s, uint32_t batch);
struct matter *sim_matter(struct sim *s, uint32_t n);
uint32_t sim_row_add(struct sim *s);
uint32_t sim_batch_add(struct sim *s);
uint32_t sim_matter_add(struct sim *s);

void sim_begin(struct sim *s);
struct ledger_head sim_head(
	const struct sim *s, enum ledger_type type, uint32_t batch);
uint64_t sim_enter(struct sim *s, enum ledger_type type, uint32_t batch,
	const struct ledger_field *fields, size_t n);
/* An act of a person's; its object is any text. */
void sim_act(struct sim *s, int staff, int cert, const char *act,
	uint32_t batch, struct span object);
void sim_tell(
	struct sim *s, enum sim_news news, int64_t a, int64_t b, int64_t c);
bool sim_commit(struct sim *s);
void sim_abandon(struct sim *s);
/* The keeper: appends what is in the journal, syncs, signs. */
bool sim_publish(struct sim *s);
void sim_entry_key(const struct sim *s, uint64_t index, uint8_t key[32]);
bool sim_is_durable(const struct sim *s, uint64_t index, enum ledger_type type);
/* Inclusion in the signed checkpoint. */
bool sim_prove(struct sim *s, uint64_t index);
/* The ledger only grew since the auditor looked last. */
bool sim_audit(struct sim *s);

bool sim_sealed_sync(struct sim *s, uint32_t row, size_t n);
bool sim_rename(struct sim *s, uint32_t row);
bool sim_outbox_sync(struct sim *s, uint32_t row, size_t n);
void sim_unlink(struct sim *s, uint32_t row);
void sim_file_drop(struct sim_file *file);

void sim_crash(struct sim *s);
void sim_restart(struct sim *s);

/* ---- sim_register.c ---- */

struct sim_signer {
	int staff;
	int cert;
	const uint8_t *print;
};
bool sim_has(
	const struct sim *s, const struct sim_signer *who, const char *role);
bool sim_same_person(struct sim *s, const uint8_t *a, const uint8_t *b);

/* `only` 0, or the one case that the officer is engaged in. */
enum sim_outcome sim_officer(
	struct sim *s, int officer, bool there, bool civil, uint32_t only);
enum sim_outcome sim_certifier(struct sim *s, int certifier, bool there);
enum sim_outcome sim_role(
	struct sim *s, int staff, int cert, const char *role, bool there);
enum sim_outcome sim_agency(struct sim *s, bool finding, int32_t review);
enum sim_outcome sim_screen(struct sim *s, int human, bool there);
enum sim_outcome sim_screens(struct sim *s, int source);
/* `law` NOBODY: suspended. */
enum sim_outcome sim_agreement(struct sim *s, int law);
enum sim_outcome sim_roll_load(struct sim *s, int roll);
enum sim_outcome sim_hold_place(struct sim *s, const struct sim_signer *who,
	const struct clerk_hold *hold);
enum sim_outcome sim_hold_move(struct sim *s, const struct sim_signer *who,
	uint64_t number, enum hold_event event);
enum sim_outcome sim_hold_except(struct sim *s, const struct sim_signer *who,
	const struct sim_signer *other, uint64_t number, uint32_t case_number);
enum sim_outcome sim_matter_open(struct sim *s, const struct sim_signer *who,
	enum matter_kind kind, unsigned by, uint32_t batch, uint32_t row);
enum sim_outcome sim_matter_answer(struct sim *s, const struct sim_signer *who,
	uint32_t n, unsigned by, enum matter_decision decision);
/* The first open matter of that kind and place; 0: none.  batch, row 0: any. */
uint32_t sim_matter_find(const struct sim *s, enum matter_stops stops,
	enum matter_kind kind, uint32_t batch, uint32_t row);
/* What a hold compares, once for all. */
void sim_given_names(struct sim_given *g);
bool sim_covered(const struct sim *s, uint32_t row, int human);

/* ---- sim_intake.c ---- */

enum sim_outcome sim_submit(struct sim *s, const struct sim_signer *who,
	int certifier, const struct sim_ask *asks, size_t n);
enum sim_outcome sim_locate(struct sim *s, uint32_t batch);
enum sim_outcome sim_review(struct sim *s, const struct sim_signer *who,
	uint32_t batch, int line, bool withhold);
enum sim_outcome sim_withdraw(struct sim *s, uint32_t batch, int line);
enum sim_outcome sim_lapse(struct sim *s, uint32_t batch);
enum sim_outcome sim_rejudge(
	struct sim *s, const struct sim_signer *who, uint32_t row);
enum sim_outcome sim_destroy(struct sim *s, uint32_t row);
enum sim_outcome sim_demand(
	struct sim *s, const struct sim_signer *who, uint32_t row);
enum sim_outcome sim_fetch(struct sim *s, uint32_t batch);
/* The registers' part of the evidence, as of this moment. */
void sim_moment(struct sim *s, uint32_t row, int human, struct evidence *ev);
bool sim_screened(const struct sim *s, int human);
/* The law over it, request review aside: a person has read it. */
enum law_answer sim_decide(const struct law *law, const struct evidence *ev);
void sim_match(struct sim *s, uint32_t row, struct match_result *ret_result,
	int *ret_human);
void sim_verdict(const struct sim *s, uint32_t row,
	const struct match_result *result, int human, uint8_t ret_hash[32]);
size_t sim_approvers(struct sim *s, uint32_t row, const uint8_t *verdict,
	const uint8_t *two[2]);
bool sim_withheld(const struct sim *s, uint32_t row, const uint8_t *verdict);

/* ---- sim_release.c ---- */

enum sim_outcome sim_release(
	struct sim *s, const struct sim_signer *who, uint32_t batch);
/* Pulls back what a new hold covers and nobody fetched. */
bool sim_pull_back(struct sim *s, const struct sim_signer *who);

/* ---- sim_clerk.c ---- */

void clerk_write(struct sim *s, const struct sim_item *item);
/* Must an address leave: all is there, on the roll that serves. */
bool clerk_due(const struct clerk *c, uint32_t row);
/* At the door: may this file leave, at this moment? */
void clerk_look_at(struct sim *s, uint32_t row, const struct sim_file *file,
	struct sim_seen *seen);
/* Two people, neither the submitter, approved what stands there. */
bool clerk_two_people(const struct clerk *c, uint32_t row, bool in_force);

/* ---- sim_check.c, sim_step.c, sim.c ---- */

/* After every step; true: all hold. */
bool sim_check(struct sim *s);
void sim_step(struct sim *s);
/* Something else comes in while a round waits for the lock. */
void sim_interlope(struct sim *s);
const char *sim_step_text(size_t i);
size_t sim_n_steps(void);
