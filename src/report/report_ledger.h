/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * report_ledger - what the entries of a ledger, read in their order, say became
 * of each request.  Reports are made of this and of nothing else: a row of the
 * store that was edited is not asked.
 *
 *	entry Q   judged     ── refused | open
 *	act       returned   ── refused
 *	letter    withdrawn  ── withdrawn        (while no package went)
 *	entry D   neutral    ── neutral          (where it was open)
 *	entry D   address    ── delivered
 *	act       recalled   ── recalled
 *	letter    destroyed  ── destroyed
 *
 *   L1  requests = refused + withdrawn + open + neutral + delivered, where
 *       delivered = with the recipient + recalled + destroyed (I10).
 *   L2  Nothing is handed over for a request that was not judged, was refused
 *       or was withdrawn.  What no ledger of ours can say is MISMATCH, with a
 *       sentence that names the entry.
 *   L3  An address left of somebody: its request has a person (entry M), and
 *       its entry D names an entry S before it.
 *
 * Text is copied.  Names of people have no place in it; the person's number is
 * kept to count each taxpayer once, and is printed by no report.
 */

#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "base/own.h"
#include "base/span.h"
#include "base/zone.h"

#define REPORT_NO_INDEX UINT64_MAX

enum {
	REPORT_HASH = 32,
	REPORT_REQUESTS_MAX = 1 << 27,
	REPORT_POOL_MAX = 1 << 30,
};

enum report_state {
	REPORT_REFUSED,
	REPORT_WITHDRAWN,
	REPORT_OPEN,
	REPORT_NEUTRAL,
	REPORT_DELIVERED, /* and with the recipient */
	REPORT_RECALLED,
	REPORT_DESTROYED,
	REPORT_N_STATES
};
const char *report_state_text(enum report_state state);

/* Where a package is, as far as the entries tell. */
enum report_place {
	REPORT_HANDED_OVER,  /* to the outbox, or fetched */
	REPORT_ACKNOWLEDGED, /* the recipient wrote that it arrived */
	REPORT_PULLED_BACK,  /* before anybody fetched it */
	REPORT_DEMANDED,     /* back from the recipient, who has not answered */
	REPORT_GONE,         /* destruction certified */
	REPORT_N_PLACES
};
const char *report_place_text(enum report_place place);

/* A piece of the ledger's pool of texts. */
struct report_name {
	uint32_t at;
	uint32_t n;
};

struct report_batch {
	uint32_t n;
	uint64_t entry;
	int64_t at;
	uint64_t count; /* requests, as the manifest says */
	struct report_name agreement;
	struct report_name agency;
	struct report_name provision; /* of 26 USC 6103 */
};

struct report_request {
	uint32_t batch; /* place in batch[] */
	uint32_t state; /* enum report_state */
	uint64_t line;
	struct report_name id;
	struct report_name authority; /* the statute cited, as graded */
	struct report_name purpose;   /* as graded */
	struct report_name officer;   /* id, as written */
	struct report_name person;    /* number of the record; empty: nobody */
	int64_t at;      /* received; of one judged anew still that */
	uint64_t judged; /* the newest entry Q, M; REPORT_NO_INDEX */
	uint64_t matched;
	uint32_t first; /* its first delivery of an address, place + 1; 0 */
	uint32_t last;  /* its newest delivery, place + 1; 0 */
};

struct report_delivery {
	uint32_t request; /* place in request[] */
	bool address;
	bool pulled; /* out of the outbox; whoever acknowledged it has a copy */
	bool fetched;  /* out of the outbox, by the recipient's agency */
	uint8_t place; /* enum report_place */
	uint64_t entry;
	uint64_t seal;
	int64_t at;
	uint64_t place_entry; /* that says where it is; REPORT_NO_INDEX */
	int64_t place_at;
	uint8_t package[REPORT_HASH];
	uint8_t recipient[REPORT_HASH]; /* of the certificate sealed to */
	struct report_name holder;      /* as the recipient wrote, the newest */
};

/* Entry S: a package is about to be made. */
struct report_seal {
	uint64_t entry;
	uint32_t request; /* place in request[] */
	bool handed_over; /* an entry D names it */
};

struct report_hold {
	uint64_t number;
	uint64_t entry;
	int64_t at;
	struct report_name change; /* "place", "grant", ... */
	struct report_name ground;
	struct report_name docket;
	struct report_name scope;
	struct report_name effect;
	struct report_name effective;
	struct report_name served;
	uint8_t order[REPORT_HASH];
	bool has_order;
};

struct report_ledger {
	struct zone zone; /* whose days and years all is counted by */
	struct buf pool;
	struct report_batch *batch;
	size_t n_batches;
	struct report_request *request;
	size_t n_requests;
	struct report_delivery *delivery;
	size_t n_deliveries;
	struct report_hold *hold; /* each entry of one, in their order */
	size_t n_holds;
	struct report_seal *seal; /* entries S */
	size_t n_seals;
	uint64_t n[REPORT_N_STATES]; /* counted move by move */
	uint64_t erased;             /* entries that say nothing any more */
	struct report_index *index;  /* opaque */
};

MUST_USE enum err report_ledger_new(struct report_ledger **ret_ledger);
struct report_ledger *report_ledger_free(struct report_ledger *ledger);
DEFINE_OWNED(report_ledger);

struct span report_name_span(
	const struct report_ledger *ledger, struct report_name name);

/* ---- reading: each in the order of the entries.  All refuse MISMATCH with a
 * sentence, TOO_LARGE past a limit above; fail NOMEM ---- */

struct report_says_batch {
	uint64_t entry;
	int64_t at;
	uint32_t n;
	uint64_t count;
	struct span agreement;
	struct span agency;
	struct span provision;
};
MUST_USE enum err report_ledger_batch(struct report_ledger *ledger,
	const struct report_says_batch *says, struct why *reterr_why);

/* An entry whose key was destroyed.  What is of a request that is not known may
 * then be of one that was erased: it is passed over. */
void report_ledger_erased(struct report_ledger *ledger);

struct report_says_request {
	uint64_t entry;
	int64_t at;
	uint32_t batch;
	uint64_t line;
	bool refused;
	struct span id;
	struct span authority;
	struct span purpose;
	struct span officer;
	struct span supersedes; /* id of the request whose place it takes */
};
MUST_USE enum err report_ledger_request(struct report_ledger *ledger,
	const struct report_says_request *says, struct why *reterr_why);

/* Empty: nobody was confirmed. */
MUST_USE enum err report_ledger_match(struct report_ledger *ledger,
	uint64_t entry, uint32_t batch, struct span id, struct span person,
	struct why *reterr_why);

MUST_USE enum err report_ledger_seal(struct report_ledger *ledger,
	uint64_t entry, uint32_t batch, struct span id, struct why *reterr_why);

struct report_says_delivery {
	uint64_t entry;
	int64_t at;
	uint32_t batch;
	struct span id;
	bool address;
	uint64_t seal;
	struct span package;
	struct span recipient;
};
MUST_USE enum err report_ledger_delivery(struct report_ledger *ledger,
	const struct report_says_delivery *says, struct why *reterr_why);

/* Request review gave it back; the requester took it back. */
MUST_USE enum err report_ledger_returned(struct report_ledger *ledger,
	uint64_t entry, uint32_t batch, struct span id, struct why *reterr_why);
MUST_USE enum err report_ledger_withdrawn(struct report_ledger *ledger,
	uint64_t entry, uint32_t batch, struct span id, struct why *reterr_why);

/* The act at `entry` pulled back the package of entry D `delivered`; a demand
 * asks one back from who has it. */
MUST_USE enum err report_ledger_pulled(struct report_ledger *ledger,
	uint64_t entry, int64_t at, uint64_t delivered, struct why *reterr_why);
MUST_USE enum err report_ledger_demanded(struct report_ledger *ledger,
	uint64_t entry, int64_t at, uint32_t batch, uint64_t line,
	struct why *reterr_why);

/* The act at `entry` gave the package with that hash to who asked for it. */
MUST_USE enum err report_ledger_fetched(struct report_ledger *ledger,
	uint64_t entry, struct span package, struct why *reterr_why);

/* A letter about the package with that hash. */
enum report_letter {
	REPORT_LETTER_ACKNOWLEDGE,
	REPORT_LETTER_CUSTODY,
	REPORT_LETTER_DESTROYED
};
struct report_says_letter {
	uint64_t entry;
	int64_t at;
	enum report_letter kind;
	struct span package;
	struct span holder; /* who has it, where */
};
MUST_USE enum err report_ledger_letter(struct report_ledger *ledger,
	const struct report_says_letter *says, struct why *reterr_why);

struct report_says_hold {
	uint64_t entry;
	int64_t at;
	uint64_t number;
	struct span change;
	struct span ground;
	struct span docket;
	struct span scope;
	struct span effect;
	struct span effective;
	struct span served;
	struct span order; /* 32 bytes or none */
};
MUST_USE enum err report_ledger_hold(struct report_ledger *ledger,
	const struct report_says_hold *says, struct why *reterr_why);

/*
 * L1 and L3, counted again from the requests and the deliveries.  Refuses
 * MISMATCH with the sum that does not tie: then no report is printed.
 */
MUST_USE enum err report_ledger_tie(
	const struct report_ledger *ledger, struct why *reterr_why);

/* Place of the request; SIZE_MAX: there is none such. */
size_t report_ledger_find(
	const struct report_ledger *ledger, uint32_t batch, struct span id);
size_t report_ledger_line(
	const struct report_ledger *ledger, uint32_t batch, uint64_t line);
/* Place of the delivery whose package has that hash; SIZE_MAX. */
size_t report_ledger_package(
	const struct report_ledger *ledger, struct span package);
