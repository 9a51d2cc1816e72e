/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * settings - what a ledger's operator says beside a policy, since the policy's
 * own format has no place for it:
 *
 *	stale-after 14400		seconds without a quorum, or without a
 *					timestamp, after which nothing new is
 *					decided
 *	cadence 1			a promise: so many days at the most
 *					from one publication to the next
 *	timestamp-url http://...	where timestamps are asked for (RFC 3161)
 *	timestamp-certificate FILE	whose timestamps hold: PEM, beside this
 *
 * Lines end in LF; empty ones and those that begin with # mean nothing; each
 * word stands once at most.
 */

#include "base/err.h"
#include "base/span.h"

enum {
	LEDGER_SETTINGS_MAX = 4096,
	LEDGER_SETTINGS_TEXT = 512,
	LEDGER_STALE_AFTER = 14400, /* where nothing is said */
	LEDGER_STALE_MAX = 366 * 86400,
	LEDGER_CADENCE_MAX = 366, /* days */
};

struct ledger_settings {
	int64_t stale_after;
	unsigned cadence;                          /* 0: nothing is promised */
	char timestamp_url[LEDGER_SETTINGS_TEXT];  /* "": none are asked for */
	char timestamp_cert[LEDGER_SETTINGS_TEXT]; /* "": none is named */
};

/* Refuses MALFORMED, TOO_LARGE, EXISTS (a word that stands twice); a URL needs
 * a certificate.  The empty text is all that is said above. */
MUST_USE enum err ledger_settings_parse(struct span bytes,
	struct ledger_settings *ret_settings, struct why *reterr_why);

/* "http://host..." or "https://host...", printable ASCII without a blank. */
bool ledger_url_ok(struct span url);
