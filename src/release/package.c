/* SPDX-License-Identifier: Apache-2.0 */
#include "release/release.h"

#include "base/day.h"

#define COMMITMENT_PREFIX SPAN("weir package/v1\n")

static const char *const sources[] = {
	[RELEASE_RETURN] = "return",
	[RELEASE_THIRD_PARTY] = "third-party",
};

/* A text that may stand in a package. */
struct rule {
	const char *name;
	struct span text;
	size_t max;
	bool needed;
};

static enum err
texts_sound(const struct rule *rules, size_t n, struct why *reterr_why)
{
	for (size_t i = 0; i < n; i++) {
		const struct rule *r = &rules[i];

		if (r->text.n == 0 && r->needed)
			return why_set(reterr_why, ERR_MALFORMED, "%s: missing",
				r->name);
		if (r->text.n > r->max)
			return why_set(reterr_why, ERR_MALFORMED,
				"%s: over %zu bytes", r->name, r->max);
		if (!span_is_utf8(r->text))
			return why_set(reterr_why, ERR_MALFORMED,
				"%s: not UTF-8", r->name);
	}
	return ERR_OK;
}

/* A day that base/day.h reads back. */
static bool
day_sound(int32_t day)
{
	return day >= day_of(1800, 1, 1) && day <= day_of(2999, 12, 31);
}

static enum err
common_sound(const struct release_package *p, struct why *reterr_why)
{
	const struct rule rules[] = {
		{"request_id", p->request_id, RELEASE_ID_MAX, true},
		{"origin", p->origin, RELEASE_ORIGIN_MAX, true},
		{"proof", p->proof, RELEASE_PROOF_MAX, false},
	};

	if (!day_sound(p->issued))
		return why_set(reterr_why, ERR_MALFORMED, "issued: missing");
	return texts_sound(rules, sizeof(rules) / sizeof(*rules), reterr_why);
}

static enum err
neutral_sound(const struct release_package *p, struct why *reterr_why)
{
	if (p->given.n == 0 && p->middle.n == 0 && p->surname.n == 0 &&
		p->suffix.n == 0 && p->n_addresses == 0 && p->purpose.n == 0 &&
		(p->expires == DAY_NONE || p->expires == 0))
		return ERR_OK;
	return why_set(reterr_why, ERR_MALFORMED,
		"a neutral package holds nothing of a person");
}

static enum err
address_sound(const struct release_address *a, struct why *reterr_why)
{
	const struct rule rules[] = {
		{"line", a->line, RELEASE_FIELD_MAX, true},
		{"unit", a->unit, RELEASE_FIELD_MAX, false},
		{"city", a->city, RELEASE_FIELD_MAX, false},
		{"state", a->state, RELEASE_FIELD_MAX, false},
		{"zip", a->zip, RELEASE_FIELD_MAX, false},
	};

	if (a->tax_year < 1900 || a->tax_year > 2999)
		return why_set(reterr_why, ERR_MALFORMED,
			"tax_year: %u is none", (unsigned)a->tax_year);
	if (a->source != RELEASE_RETURN && a->source != RELEASE_THIRD_PARTY)
		return why_set(reterr_why, ERR_MALFORMED,
			"source: not one that may leave");
	return texts_sound(rules, sizeof(rules) / sizeof(*rules), reterr_why);
}

static enum err
person_sound(const struct release_package *p, struct why *reterr_why)
{
	const struct rule rules[] = {
		{"given", p->given, RELEASE_NAME_MAX, false},
		{"middle", p->middle, RELEASE_NAME_MAX, false},
		{"surname", p->surname, RELEASE_NAME_MAX, true},
		{"suffix", p->suffix, RELEASE_SUFFIX_MAX, false},
		{"purpose", p->purpose, RELEASE_PURPOSE_MAX, true},
	};
	enum err e =
		texts_sound(rules, sizeof(rules) / sizeof(*rules), reterr_why);

	if (e != ERR_OK)
		return e;
	if (!day_sound(p->expires) || p->expires <= p->issued)
		return why_set(reterr_why, ERR_MALFORMED,
			"expires: missing, or not after the day of issue");
	if (p->n_addresses == 0 || p->n_addresses > RELEASE_YEARS_MAX)
		return why_set(reterr_why, ERR_MALFORMED, "addresses: 1 to %d",
			RELEASE_YEARS_MAX);
	for (size_t i = 0; i < p->n_addresses; i++) {
		e = address_sound(&p->address[i], reterr_why);
		if (e != ERR_OK)
			return e;
		if (i > 0 &&
			p->address[i].tax_year <= p->address[i - 1].tax_year)
			return why_set(reterr_why, ERR_MALFORMED,
				"addresses: tax years must rise");
	}
	return ERR_OK;
}

static void
write_text(struct buf *to, const char *name, struct span text)
{
	buf_printf(to, ",\"%s\":", name);
	buf_json(to, text);
}

static void
write_day(struct buf *to, const char *name, int32_t day)
{
	char text[DAY_TEXT];

	day_text(day, text);
	write_text(to, name, span_text(text));
}

static void
write_address(struct buf *to, const struct release_address *a)
{
	buf_printf(to, "{\"tax_year\":%u", (unsigned)a->tax_year);
	write_text(to, "line", a->line);
	write_text(to, "unit", a->unit);
	write_text(to, "city", a->city);
	write_text(to, "state", a->state);
	write_text(to, "zip", a->zip);
	write_text(to, "source", span_text(sources[a->source]));
	buf_text(to, "}");
}

static void
write_person(struct buf *to, const struct release_package *p)
{
	buf_text(to, ",\"name\":{\"given\":");
	buf_json(to, p->given);
	write_text(to, "middle", p->middle);
	write_text(to, "surname", p->surname);
	write_text(to, "suffix", p->suffix);
	buf_text(to, "},\"addresses\":[");
	for (size_t i = 0; i < p->n_addresses; i++) {
		if (i > 0)
			buf_text(to, ",");
		write_address(to, &p->address[i]);
	}
	buf_text(to, "]");
	write_text(to, "purpose", p->purpose);
	write_day(to, "expires", p->expires);
}

/* The members in the one order they have; the proof last, so that what entry S
 * commits to is all before it. */
static void
write_package(struct buf *to, const struct release_package *p, bool with_proof)
{
	bool neutral = p->answer == RELEASE_NEUTRAL;

	buf_text(to, "{\"format\":\"weir package/v1\"");
	buf_printf(to, ",\"sandbox\":%s", p->sandbox ? "true" : "false");
	write_text(to, "origin", p->origin);
	write_text(to, "request_id", p->request_id);
	write_day(to, "issued", p->issued);
	write_text(to, "answer", neutral ? SPAN("neutral") : SPAN("address"));
	if (neutral)
		write_text(to, "text", SPAN(RELEASE_NEUTRAL_TEXT));
	else
		write_person(to, p);
	if (with_proof)
		write_text(to, "proof", p->proof);
	buf_text(to, "}\n");
}

static enum err
encode(const struct release_package *p, bool with_proof, struct buf *to,
	struct why *reterr_why)
{
	size_t before = to->n;
	enum err e = common_sound(p, reterr_why);

	if (e == ERR_OK)
		e = p->answer == RELEASE_NEUTRAL ? neutral_sound(p, reterr_why)
						 : person_sound(p, reterr_why);
	if (e != ERR_OK)
		return e;
	write_package(to, p, with_proof);
	if (buf_error(to) != ERR_OK)
		return buf_error(to);
	if (to->n - before <= RELEASE_PLAIN_MAX)
		return ERR_OK;
	to->n = before;
	return why_set(reterr_why, ERR_TOO_LARGE,
		"the addresses do not fit a package of %d bytes",
		RELEASE_FILE_SIZE);
}

enum err
release_package_encode(const struct release_package *package, struct buf *to,
	struct why *reterr_why)
{
	return encode(package, true, to, reterr_why);
}

enum err
release_commitment(const struct release_package *package,
	const uint8_t recipient[CRYPTO_SHA256],
	uint8_t ret_commitment[CRYPTO_SHA256])
{
	OWNED_BUF(core, 8 * RELEASE_FILE_SIZE);
	enum err e;

	buf_bytes(&core, COMMITMENT_PREFIX);
	buf_bytes(&core, span_of(recipient, CRYPTO_SHA256));
	e = encode(package, false, &core, NULL);
	if (e != ERR_OK)
		return e;
	crypto_sha256(buf_span(&core), ret_commitment);
	return ERR_OK;
}

enum err
release_package_seal(const struct release_package *package,
	const struct crypto_cert *recipient, struct buf *to,
	struct why *reterr_why)
{
	OWNED_BUF(plain, 8 * RELEASE_FILE_SIZE);
	enum err e = release_package_encode(package, &plain, reterr_why);

	if (e != ERR_OK)
		return e;
	e = crypto_cms_seal_to_size(
		recipient, buf_span(&plain), RELEASE_FILE_SIZE, to);
	if (e == ERR_NOT_ALLOWED)
		return why_set(reterr_why, e,
			"the recipient's certificate cannot receive packages");
	return e;
}

enum err
release_package_open(struct span file, const struct crypto_key *key,
	const struct crypto_cert *cert, struct arena *arena,
	struct release_package *ret_package, struct why *reterr_why)
{
	OWNED_BUF(plain, RELEASE_FILE_SIZE);
	enum err e;

	if (file.n != RELEASE_FILE_SIZE)
		return why_set(reterr_why, ERR_MALFORMED,
			"a package has %d bytes, this file %zu",
			RELEASE_FILE_SIZE, file.n);
	e = crypto_cms_open(key, cert, file, &plain);
	if (e == ERR_BAD_SIGNATURE)
		return why_set(reterr_why, e,
			"not sealed to this key, or changed on the way");
	if (e == ERR_MALFORMED)
		return why_set(reterr_why, e, "not a sealed package");
	if (e != ERR_OK)
		return e;
	return release_package_decode(
		buf_span(&plain), arena, ret_package, reterr_why);
}
