/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * subject - how the tags of one person's entries are made.
 *
 *	subject key = HMAC-SHA-256(secret, "weir/subject/v1" || salt || person)
 *	period key  = HMAC-SHA-256(subject key, "weir/period/v1" || u32 period)
 *	tag i       = HMAC-SHA-256(period key, "tag" || u64 i)
 *
 * A period is a calendar month.  Who is given the keys of months that are over
 * finds what was entered in them and sees that nothing more was; and learns
 * nothing of any other month: later tags are not theirs to make.
 *
 * The secret is the instance's.  The salt is the person's, drawn when they are
 * first needed: who has lost it makes these tags no more.
 */

#include "base/day.h"
#include "base/span.h"

enum { LEDGER_SECRET = 32, LEDGER_SALT = 32, LEDGER_PERIOD_TEXT = 8 };

/* Under which name the store keeps a person's counter: without the secret it
 * tells nothing. */
void ledger_subject_row(const uint8_t secret[LEDGER_SECRET], struct span person,
	uint8_t ret_row[32]);

void ledger_subject_key(const uint8_t secret[LEDGER_SECRET],
	const uint8_t salt[LEDGER_SALT], struct span person,
	uint8_t ret_key[32]);
void ledger_period_key(
	const uint8_t subject[32], uint32_t period, uint8_t ret_key[32]);
void ledger_subject_tag(
	const uint8_t period_key[32], uint64_t i, uint8_t ret_tag[32]);

/* ---- periods: months, 12 times the year and the month from 0 ---- */

uint32_t ledger_period_of(int32_t day);
/* Its first and last day. */
int32_t ledger_period_first(uint32_t period);
int32_t ledger_period_last(uint32_t period);
/* "2026-11", and back: false for what is none. */
void ledger_period_text(uint32_t period, char to[LEDGER_PERIOD_TEXT]);
bool ledger_period_parse(struct span text, uint32_t *ret_period);
