/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * board - two pages of memory that the service's processes share, so that what
 * one knows need not be asked of it.
 *
 *	parent  what the parent saw when it looked last: is the service ready?
 *	        Written by the parent alone.
 *	gate    what agencies have asked (limit.h), and what was refused for it.
 *	        Written by gates; a new one goes on with it after a reload or a
 *	        crash.  Where two gates are at work for a moment (one ends its
 *	        connections) a question may be counted once for two.
 *
 * No record, key, name of a person or outcome is on it.  Who reads believes
 * nothing: what stands there is a number of a known range or taken as one.
 */

#include <stdatomic.h>

#include "base/err.h"
#include "serve/ask.h"
#include "serve/limit.h"

/* READY_STATE(name, "sentence"): the first that is so. */
enum board_state {
#define READY_STATE(name, says) BOARD_##name,
#include "serve/board.def"
	BOARD_STATES
};

struct board_parent {
	_Atomic int64_t looked; /* os_ticks(); 0: not yet */
	_Atomic uint32_t state; /* enum board_state */
	_Atomic uint32_t sandbox;
	_Atomic uint64_t gates; /* that were started */
	_Atomic uint64_t others;
};

enum {
	BOARD_AGENCIES = 256,
	BOARD_NOBODY = 0, /* who has no role, or is not known yet */
	BOARD_STALE_MS = 2500,
};

struct board_agency {
	char id[ANSWER_AGENCY];
	struct limit_state state;
};

struct board_gate {
	_Atomic uint64_t limited[LIMIT_KINDS]; /* refused for it */
	_Atomic uint64_t questions;            /* asked of a worker */
	uint64_t n; /* of agencies, with BOARD_NOBODY */
	struct board_agency agency[BOARD_AGENCIES];
};

struct board {
	struct board_parent *parent;
	struct board_gate *gate;
};

/* Before the first fork; fails NOMEM. */
MUST_USE enum err board_make(struct board *ret_board);

/* For a process that writes none of it from here on, or the gate's alone. */
MUST_USE enum err board_lock(const struct board *board, bool gate);

/* NULL: the service is ready; else why not.  What the parent has not looked at
 * for BOARD_STALE_MS is not ready. */
const char *board_says(const struct board *board, int64_t ticks);

/* The place of an agency, made where there is none; the last one is for all that
 * have no other. */
size_t board_agency(struct board *board, const char *id);
