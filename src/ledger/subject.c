/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/subject.h"

#include <stdio.h>

#include "base/buf.h"
#include "ledger/primitive.h"

enum { TEXT_MAX = 1024 };

/* HMAC over a label, then bytes. */
static void
derive(const uint8_t key[32], const char *label, struct span first,
	struct span second, uint8_t out[32])
{
	OWNED_BUF(text, TEXT_MAX);

	buf_text(&text, label);
	buf_bytes(&text, first);
	buf_bytes(&text, second);
	must(buf_error(&text) == ERR_OK);
	ledger_hmac_key(span_of(key, 32));
	ledger_hmac_next(buf_span(&text), out);
	explicit_bzero(text.at, text.n);
}

void
ledger_subject_row(const uint8_t secret[LEDGER_SECRET], struct span person,
	uint8_t ret_row[32])
{
	derive(secret, "weir/subject-row/v1", person, span_of(NULL, 0),
		ret_row);
}

void
ledger_subject_key(const uint8_t secret[LEDGER_SECRET],
	const uint8_t salt[LEDGER_SALT], struct span person,
	uint8_t ret_key[32])
{
	derive(secret, "weir/subject/v1", span_of(salt, LEDGER_SALT), person,
		ret_key);
}

void
ledger_period_key(
	const uint8_t subject[32], uint32_t period, uint8_t ret_key[32])
{
	uint8_t number[4];

	for (int i = 0; i < 4; i++)
		number[i] = (uint8_t)(period >> (24 - 8 * i));
	derive(subject, "weir/period/v1", span_of(number, 4), span_of(NULL, 0),
		ret_key);
}

void
ledger_subject_tag(
	const uint8_t period_key[32], uint64_t i, uint8_t ret_tag[32])
{
	uint8_t number[8];

	for (int k = 0; k < 8; k++)
		number[k] = (uint8_t)(i >> (56 - 8 * k));
	derive(period_key, "tag", span_of(number, 8), span_of(NULL, 0),
		ret_tag);
}

/* ---- periods ---- */

uint32_t
ledger_period_of(int32_t day)
{
	int year;
	int month;
	int of_month;

	day_split(day, &year, &month, &of_month);
	return (uint32_t)(year * 12 + month - 1);
}

int32_t
ledger_period_first(uint32_t period)
{
	return day_of((int)(period / 12), (int)(period % 12) + 1, 1);
}

int32_t
ledger_period_last(uint32_t period)
{
	return ledger_period_first(period + 1) - 1;
}

void
ledger_period_text(uint32_t period, char to[LEDGER_PERIOD_TEXT])
{
	(void)snprintf(to, LEDGER_PERIOD_TEXT, "%04u-%02u",
		(period / 12) % 10000, period % 12 + 1);
}

bool
ledger_period_parse(struct span text, uint32_t *ret_period)
{
	char day[DAY_TEXT] = "";
	int32_t first;

	if (text.n != LEDGER_PERIOD_TEXT - 1 ||
		!span_copy(text, day, sizeof(day)))
		return false;
	memcpy(day + text.n, "-01", 4);
	if (!day_parse(span_text(day), &first))
		return false;
	*ret_period = ledger_period_of(first);
	return true;
}
