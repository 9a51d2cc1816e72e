/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FNV-1a over the folded text and the finishing step of MurmurHash3 (both
 * public domain): byte by byte, so the same on every machine.  Not secret and
 * not collision-proof; whoever compares keys compares the text too.
 */
#include "request/request_grade_int.h"

static const uint64_t fnv_start = 0xcbf29ce484222325U;
static const uint64_t fnv_prime = 0x100000001b3U;

/* Ends with a byte that no folded text has, so that parts cannot run
 * together. */
static uint64_t
mix(uint64_t h, struct span bytes)
{
	for (size_t i = 0; i < bytes.n; i++)
		h = (h ^ bytes.at[i]) * fnv_prime;
	return (h ^ 0xff) * fnv_prime;
}

static uint64_t
mix_folded(uint64_t h, struct span text)
{
	char folded[PERSON_FOLD_MAX];

	request_fold(text, folded);
	return mix(h, span_text(folded));
}

static uint64_t
finish(uint64_t h)
{
	h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdU;
	h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53U;
	return h ^ (h >> 33);
}

/* ASCII case folded, runs of blanks one; every other byte counts. */
static uint64_t
mix_sentence(uint64_t h, struct span text)
{
	bool blank = false;

	text = span_trim(text);
	for (size_t i = 0; i < text.n; i++) {
		uint8_t c = text.at[i];

		if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			blank = true;
			continue;
		}
		if (blank)
			h = (h ^ ' ') * fnv_prime;
		blank = false;
		if (c >= 'A' && c <= 'Z')
			c |= 0x20;
		h = (h ^ c) * fnv_prime;
	}
	return h;
}

struct request_keys
request_keys(const struct request *request)
{
	const struct span *field = request->field;
	uint64_t h = fnv_start;
	char digits[10];
	int32_t birth = request_day(request, RQ_BIRTH);
	struct request_keys keys;

	h = mix_folded(h, field[RQ_GIVEN]);
	h = mix_folded(h, field[RQ_SURNAME]);
	if (request_tin(request, digits))
		h = mix(h, span_of(digits, 9));
	else
		h = mix_folded(h, field[RQ_TIN]);
	if (birth != DAY_NONE) {
		char text[DAY_TEXT];

		day_text(birth, text);
		h = mix(h, span_text(text));
	} else {
		h = mix_folded(h, field[RQ_BIRTH]);
	}
	keys.person = finish(h);
	keys.duplicate = finish(mix_folded(h, field[RQ_CASE_ID]));
	keys.reason = finish(mix_sentence(fnv_start, field[RQ_REASON]));
	return keys;
}
