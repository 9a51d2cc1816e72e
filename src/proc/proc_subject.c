/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_subject.h"

#include "base/read.h"
#include "os/file.h"

enum { VERSION = 1, NAMED_BYTES = CRYPTO_SHA256 + 4 };

#define KEY_FILE "secret/subject.key"
#define NAMED "subject/key"

/* ---- the secret ---- */

enum err
proc_subject_read(struct instance *in)
{
	OWNED_BUF(key, 4096);
	enum err e = os_read(in->dir, KEY_FILE, &key);

	in->has_subject_secret = false;
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	if (e == ERR_OK && key.n != LEDGER_SECRET)
		e = ERR_DAMAGED;
	if (e != ERR_OK)
		return instance_says(
			in, e, "%s/" KEY_FILE ": %s", in->path, err_text(e));
	memcpy(in->subject_secret, key.at, LEDGER_SECRET);
	explicit_bzero(key.at, key.n);
	in->has_subject_secret = true;
	return ERR_OK;
}

/* What was entered: the secret's hash, and the first month. */
static enum err
read_named(struct instance *in, uint8_t hash[CRYPTO_SHA256], uint32_t *period)
{
	OWNED_BUF(bytes, NAMED_BYTES);
	struct reader r;
	enum err e = store_get(in->store, NAMED, &bytes);

	if (e != ERR_OK)
		return e;
	r = read_from(buf_span(&bytes));
	if (bytes.n == NAMED_BYTES)
		memcpy(hash, read_bytes(&r, CRYPTO_SHA256).at, CRYPTO_SHA256);
	*period = read_u32be(&r);
	return read_end(&r) ? ERR_OK : ERR_DAMAGED;
}

static enum err
make_secret(struct instance *in)
{
	enum err e = crypto_random(in->subject_secret, LEDGER_SECRET);

	if (e == ERR_OK)
		e = os_write(in->dir, KEY_FILE,
			span_of(in->subject_secret, LEDGER_SECRET), 0600);
	in->has_subject_secret = e == ERR_OK;
	return e == ERR_OK ? ERR_OK
			   : instance_says(in, e, "%s/" KEY_FILE ": %s",
				     in->path, err_text(e));
}

enum err
proc_subject_ready(struct instance *in)
{
	uint8_t named[CRYPTO_SHA256];
	uint8_t hash[CRYPTO_SHA256];
	uint32_t period;
	enum err e = read_named(in, named, &period);

	if (e == ERR_NOT_FOUND)
		return in->has_subject_secret ? ERR_OK : make_secret(in);
	if (err_is_failure(e))
		return e;
	crypto_sha256(span_of(in->subject_secret, LEDGER_SECRET), hash);
	if (e == ERR_OK && in->has_subject_secret &&
		crypto_same(hash, named, sizeof(hash)))
		return ERR_OK;
	return instance_says(in, ERR_DAMAGED,
		"%s/" KEY_FILE
		" is not the one that was entered in the ledger: nobody's "
		"account can be told without it; put it back",
		in->path);
}

enum err
proc_subject_begin(struct instance *in)
{
	OWNED_BUF(bytes, NAMED_BYTES);
	uint8_t hash[CRYPTO_SHA256];
	uint32_t period;
	enum err e = read_named(in, hash, &period);

	if (e != ERR_NOT_FOUND)
		return e;
	crypto_sha256(span_of(in->subject_secret, LEDGER_SECRET), hash);
	buf_bytes(&bytes, span_of(hash, sizeof(hash)));
	buf_u32be(&bytes, ledger_period_of(day_at(in->at)));
	e = buf_error(&bytes);
	if (e == ERR_OK)
		e = store_put(in->store, NAMED, buf_span(&bytes));
	return e == ERR_OK ? account_act(in, "subject-key", 0, "",
				     span_of(hash, sizeof(hash)), NULL)
			   : e;
}

enum err
proc_subject_first(struct instance *in, uint32_t *ret_period)
{
	uint8_t hash[CRYPTO_SHA256];

	return read_named(in, hash, ret_period);
}

/* ---- beside an entry D ---- */

void
proc_subject_encode(
	const struct proc_subject_tag *tag, uint8_t to[PROC_SUBJECT_BYTES])
{
	OWNED_BUF(bytes, PROC_SUBJECT_BYTES);

	buf_u8(&bytes, VERSION);
	buf_u8(&bytes, (uint8_t)tag->kind);
	buf_bytes(&bytes, span_of(tag->salt, LEDGER_SALT));
	buf_u32be(&bytes, tag->period);
	buf_u64be(&bytes, tag->i);
	must(buf_error(&bytes) == ERR_OK);
	memcpy(to, bytes.at, PROC_SUBJECT_BYTES);
}

bool
proc_subject_decode(struct span bytes, struct proc_subject_tag *ret_tag)
{
	struct reader r = read_from(bytes);
	unsigned version = read_u8(&r);
	unsigned kind = read_u8(&r);
	struct span salt = read_bytes(&r, LEDGER_SALT);

	*ret_tag =
		(struct proc_subject_tag){.kind = (enum proc_subject_kind)kind,
			.period = read_u32be(&r),
			.i = read_u64be(&r)};
	if (!read_end(&r) || version != VERSION || kind > SUBJECT_DELAYED)
		return false;
	memcpy(ret_tag->salt, salt.at, LEDGER_SALT);
	return true;
}

/* ---- tags ---- */

enum err
proc_subject_row(struct instance *in, struct span person,
	struct store_subject *ret_subject)
{
	struct store_subject s = {.n = 0};
	uint8_t row[CRYPTO_SHA256];
	enum err e;

	must(in->has_subject_secret);
	ledger_subject_row(in->subject_secret, person, row);
	e = store_subject_get(in->store, row, &s);
	if (e != ERR_OK && e != ERR_NOT_FOUND)
		return e;
	memcpy(s.row, row, sizeof(row));
	if (e == ERR_NOT_FOUND) {
		e = crypto_random(s.salt, sizeof(s.salt));
		if (e == ERR_OK)
			e = store_subject_put(in->store, &s);
	}
	if (e == ERR_OK)
		*ret_subject = s;
	return e;
}

void
proc_subject_period(const struct instance *in, struct span person,
	const struct store_subject *subject, uint32_t period,
	uint8_t ret_key[32])
{
	uint8_t key[32];

	ledger_subject_key(in->subject_secret, subject->salt, person, key);
	ledger_period_key(key, period, ret_key);
	explicit_bzero(key, sizeof(key));
}

/* Never before the first month, and never back: a sandbox may play. */
static enum err
period_now(const struct store_subject *s, struct instance *in, uint32_t *ret)
{
	uint32_t now = ledger_period_of(day_at(in->at));
	uint32_t first = 0;
	enum err e = proc_subject_first(in, &first);

	*ret = now;
	if (*ret < first)
		*ret = first;
	if (*ret < s->period)
		*ret = s->period;
	return e;
}

enum err
proc_subject_next(struct instance *in, struct span person,
	struct proc_subject_tag *ret_tag)
{
	struct store_subject s;
	struct proc_subject_tag t = {.kind = SUBJECT_TAGGED};
	uint8_t key[32];
	enum err e;

	if (person.n == 0 || person.n > STORE_ID_MAX)
		return instance_says(in, ERR_DAMAGED,
			"an address is handed over and its person is not known");
	e = proc_subject_row(in, person, &s);
	if (e == ERR_OK)
		e = period_now(&s, in, &t.period);
	if (e != ERR_OK)
		return e;
	if (t.period != s.period) {
		s.period = t.period;
		s.n = 0;
	}
	t.i = s.n++;
	memcpy(t.salt, s.salt, sizeof(t.salt));
	proc_subject_period(in, person, &s, t.period, key);
	ledger_subject_tag(key, t.i, t.tag);
	explicit_bzero(key, sizeof(key));
	*ret_tag = t;
	return store_subject_put(in->store, &s);
}
