/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * verify_book - what the entries read so far amount to: batches, requests,
 * holds, people.  Spans point into the openings, which outlive it.
 */

#include "base/own.h"
#include "ledger/openings.h"

#define VERIFY_NO_ENTRY UINT64_MAX

struct verify_batch {
	uint32_t number;
	uint64_t entry;
	uint64_t count;
	uint64_t judged;  /* requests, each once */
	uint64_t refused; /* of them, when first judged */
	uint64_t lookup;  /* newest; VERIFY_NO_ENTRY */
	uint64_t release; /* newest act of release */
	int32_t day;      /* of receipt; DAY_NONE */
	struct span agreement;
	struct span sequence;
	struct span actor;
	struct span roll; /* of the newest lookup */
	bool book;        /* its lines came one after the other */
	bool closed;      /* a book that no line comes to any more */
	uint8_t law[32];
	uint64_t room; /* lines that there are bits for */
	uint8_t *line; /* a bit for each */
};

struct verify_request {
	uint32_t batch;
	struct span id;
	uint64_t judged; /* newest entry of each; VERIFY_NO_ENTRY: none */
	uint64_t matched;
	uint64_t sealed;
	uint64_t delivered;
	uint64_t withheld;
	bool refused;
	bool asked; /* a person reads it first */
	bool returned;
	bool withdrawn;
	bool confirmed;  /* by the newest match, all conditions met */
	bool by_address; /* ever */
	uint8_t law[32]; /* of the newest judgment or match */
	struct span as_written;
	struct span person;
	uint64_t line;        /* as it was first judged */
	bool twin;            /* its id is that of a line before it */
	struct span manifest; /* of a single */
};

/* An entry S, until it is handed over. */
struct verify_seal {
	uint64_t entry;
	uint64_t request; /* place in the book */
	bool address;
	bool delivered;
	struct span recipient;
	uint8_t law[32];
};

/* An act that can be looked for: approve, withhold, return, release. */
struct verify_act {
	uint64_t entry;
	uint32_t batch;
	struct span actor;
	struct span request; /* empty: of the batch, or those of `object` */
	struct span object;
};

enum verify_hold_state { VERIFY_PLACED, VERIFY_LIFT_ASKED, VERIFY_LIFTED };

struct verify_hold {
	struct span number;
	uint64_t entry;
	enum verify_hold_state state;
	bool stops;
	struct span scope;
	struct span asker;
	struct span except_asker;
	struct buf excepted; /* scopes that later orders let through */
	int32_t review;      /* DAY_NONE */
};

/* What an account does not tell until a day. */
struct verify_delay {
	uint64_t n;
	uint64_t entry;
	uint64_t request; /* place in the book */
	int32_t until;    /* the first day on which it does not stand */
	int32_t lifted;   /* on that day; DAY_NONE */
	bool told;        /* by an act account-late */
};

/* An address that left under a delay. */
struct verify_kept {
	uint64_t entry;
	uint64_t request; /* place in the book */
	bool sure;        /* else the delay may have ended before */
	bool told;
};

/* An erasure that was asked for. */
struct verify_erasure {
	uint64_t n;
	struct span asker;
	bool granted;
};

/* An entry that says nothing any more. */
struct verify_erased {
	uint64_t entry;
	bool named; /* by an act of erasure */
};

/* A role that a person has or had. */
struct verify_role {
	struct span person;
	struct span role;
	bool in_force;
};

#define VERIFY_LIST(type)                                                      \
	struct {                                                               \
		struct type *at;                                               \
		size_t n;                                                      \
		size_t room;                                                   \
	}

struct verify_book {
	VERIFY_LIST(verify_batch) batch;
	VERIFY_LIST(verify_request) request;
	VERIFY_LIST(verify_seal) seal;
	VERIFY_LIST(verify_act) approve;
	VERIFY_LIST(verify_hold) hold;
	VERIFY_LIST(verify_role) role;
	VERIFY_LIST(verify_delay) delay;
	VERIFY_LIST(verify_kept) kept;
	VERIFY_LIST(verify_erasure) erasure;
	VERIFY_LIST(verify_erased) erased;
	uint64_t *found; /* hash table: place of a request + 1 */
	size_t n_found;
};

struct verify_book *verify_book_new(void);
struct verify_book *verify_book_free(struct verify_book *book);
DEFINE_OWNED(verify_book);

/* Each returns NULL where memory runs out. */
struct verify_batch *verify_book_add_batch(struct verify_book *book);
struct verify_request *verify_book_add_request(
	struct verify_book *book, uint32_t batch, struct span id);
struct verify_seal *verify_book_add_seal(struct verify_book *book);
struct verify_act *verify_book_add_approve(struct verify_book *book);
struct verify_hold *verify_book_add_hold(struct verify_book *book);
struct verify_role *verify_book_add_role(struct verify_book *book);
struct verify_delay *verify_book_add_delay(struct verify_book *book);
struct verify_kept *verify_book_add_kept(struct verify_book *book);
struct verify_erasure *verify_book_add_erasure(struct verify_book *book);
struct verify_erased *verify_book_add_erased(struct verify_book *book);

/* NULL: there is none. */
struct verify_batch *verify_book_batch(
	const struct verify_book *book, uint32_t number);
struct verify_request *verify_book_request(
	const struct verify_book *book, uint32_t batch, struct span id);
/* Where an id was used twice, the one of that line. */
struct verify_request *verify_book_request_at(const struct verify_book *book,
	uint32_t batch, struct span id, uint64_t line);
struct verify_hold *verify_book_hold(
	const struct verify_book *book, struct span number);
struct verify_seal *verify_book_seal(
	const struct verify_book *book, uint64_t entry);
