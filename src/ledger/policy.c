/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/policy.h"

#include "base/mem.h"
#include "base/num.h"
#include "base/read.h"
#include "ledger/keys.h"

struct ledger_policy *
ledger_policy_free(struct ledger_policy *policy)
{
	mem_free(policy);
	return NULL;
}

/* ---- words and names ---- */

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* The next word of a line; empty where none is left. */
static struct span
word_next(struct span *line)
{
	struct span word;

	while (line->n > 0 && is_blank(line->at[0])) {
		line->at++;
		line->n--;
	}
	word = span_of(line->at, 0);
	while (line->n > 0 && !is_blank(line->at[0])) {
		line->at++;
		line->n--;
		word.n++;
	}
	return word;
}

static bool
bytes_ok(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.at[i] < 0x20 && s.at[i] != '\t' && s.at[i] != '\n') ||
			s.at[i] == 0x7f)
			return false;
	return true;
}

/* What could also be read as something else is no name. */
static bool
name_ok(struct span name)
{
	return name.n > 0 && name.n < LEDGER_NAME_MAX &&
	       !span_eq(name, SPAN("none")) && !span_eq(name, SPAN("all")) &&
	       !span_eq(name, SPAN("any"));
}

static bool
find_witness(const struct ledger_policy *p, struct span name, size_t *ret)
{
	for (*ret = 0; *ret < p->n_witnesses; (*ret)++)
		if (span_eq(span_text(p->witness[*ret].name), name))
			return true;
	return false;
}

static bool
find_group(const struct ledger_policy *p, struct span name, size_t *ret)
{
	for (*ret = 0; *ret < p->n_groups; (*ret)++)
		if (span_eq(span_text(p->group[*ret].name), name))
			return true;
	return false;
}

static bool
key_stands(const struct ledger_policy *p, const struct ledger_vkey *key)
{
	for (size_t i = 0; i < p->n_logs; i++)
		if (memcmp(p->log[i].key.public, key->public, 32) == 0)
			return true;
	for (size_t i = 0; i < p->n_witnesses; i++)
		if (memcmp(p->witness[i].key.public, key->public, 32) == 0)
			return true;
	return false;
}

/* ---- lines ---- */

struct reading {
	struct ledger_policy *p;
	uint64_t line;
	uint64_t used_witnesses; /* members of a group already */
	uint64_t used_groups;
	bool has_quorum;
	struct why *why;
};

static enum err
says(struct reading *r, enum err e, const char *what)
{
	return why_set(
		r->why, e, "line %llu: %s", (unsigned long long)r->line, what);
}

/* A key of `type`, and after it a URL or nothing. */
static enum err
read_key(struct reading *r, struct span *line, uint8_t type,
	struct ledger_vkey *ret_key, char url[LEDGER_POLICY_URL])
{
	struct span text = word_next(line);
	struct span where;

	if (text.n == 0)
		return says(r, ERR_MALFORMED, "a key is missing");
	if (ledger_vkey_parse(text, ret_key) != ERR_OK)
		return says(r, ERR_MALFORMED,
			"not a verifier key, NAME+ID+BASE64, of a kind that is "
			"known here");
	if (ret_key->type != type)
		return says(r, ERR_MALFORMED,
			type == LEDGER_VKEY_COSIGN
				? "a witness's key is of type 04, cosignature/v1"
				: "a log's key is of type 01, Ed25519");
	if (key_stands(r->p, ret_key))
		return says(r, ERR_EXISTS, "this key stands here twice");
	where = word_next(line);
	if (!span_copy(where, url, LEDGER_POLICY_URL))
		return says(r, ERR_TOO_LARGE, "the URL is too long");
	return word_next(line).n == 0
		       ? ERR_OK
		       : says(r, ERR_MALFORMED, "more words than belong here");
}

static enum err
read_log(struct reading *r, struct span line)
{
	struct ledger_policy_log log = {.url = ""};
	enum err e = read_key(r, &line, LEDGER_VKEY_ED25519, &log.key, log.url);

	if (e != ERR_OK)
		return e;
	if (r->p->n_logs == LEDGER_POLICY_EACH)
		return says(r, ERR_TOO_LARGE, "more than 64 logs");
	r->p->log[r->p->n_logs++] = log;
	return ERR_OK;
}

/* A name that no line had yet. */
static enum err
new_name(struct reading *r, struct span *line, char to[LEDGER_NAME_MAX])
{
	struct span name = word_next(line);
	size_t at;

	if (!name_ok(name) || !span_copy(name, to, LEDGER_NAME_MAX))
		return says(r, ERR_MALFORMED, "no name stands here");
	if (find_witness(r->p, name, &at) || find_group(r->p, name, &at))
		return says(r, ERR_EXISTS, "this name stands here twice");
	return ERR_OK;
}

static enum err
read_witness(struct reading *r, struct span line)
{
	struct ledger_policy_witness w = {.url = ""};
	enum err e = new_name(r, &line, w.name);

	if (e == ERR_OK)
		e = read_key(r, &line, LEDGER_VKEY_COSIGN, &w.key, w.url);
	if (e != ERR_OK)
		return e;
	if (r->p->n_witnesses == LEDGER_POLICY_EACH)
		return says(r, ERR_TOO_LARGE, "more than 64 witnesses");
	r->p->witness[r->p->n_witnesses++] = w;
	return ERR_OK;
}

static enum err
add_member(struct reading *r, struct ledger_policy_group *g, struct span name)
{
	uint64_t *bits = &g->witnesses;
	uint64_t *used = &r->used_witnesses;
	size_t at;

	if (!find_witness(r->p, name, &at)) {
		if (!find_group(r->p, name, &at))
			return says(r, ERR_NOT_FOUND,
				"no line before this has that member's name");
		bits = &g->groups;
		used = &r->used_groups;
	}
	if ((*used & (uint64_t)1 << at) != 0)
		return says(r, ERR_EXISTS,
			"a member is in a group already: it would count twice");
	*used |= (uint64_t)1 << at;
	*bits |= (uint64_t)1 << at;
	return ERR_OK;
}

/* "all", "any" or a number, of n members. */
static enum err
set_least(struct reading *r, struct ledger_policy_group *g, struct span least,
	unsigned n)
{
	uint64_t k = span_eq(least, SPAN("any")) ? 1 : n;

	if (n == 0)
		return says(r, ERR_MALFORMED, "a group has no member");
	if (!span_eq(least, SPAN("all")) && !span_eq(least, SPAN("any")) &&
		(!num_parse(least, n, &k) || k == 0))
		return says(r, ERR_MALFORMED,
			"all, any, or a number from 1 to that of the members");
	g->least = (unsigned)k;
	return ERR_OK;
}

static enum err
read_group(struct reading *r, struct span line)
{
	struct ledger_policy_group g = {.least = 0};
	enum err e = new_name(r, &line, g.name);
	struct span least = word_next(&line);
	unsigned n = 0;

	for (struct span member;
		e == ERR_OK && (member = word_next(&line)).n > 0; n++)
		e = add_member(r, &g, member);
	if (e == ERR_OK)
		e = set_least(r, &g, least, n);
	if (e != ERR_OK)
		return e;
	if (r->p->n_groups == LEDGER_POLICY_EACH)
		return says(r, ERR_TOO_LARGE, "more than 64 groups");
	r->p->group[r->p->n_groups++] = g;
	return ERR_OK;
}

static enum err
read_quorum(struct reading *r, struct span line)
{
	struct span name = word_next(&line);

	if (r->has_quorum)
		return says(r, ERR_EXISTS, "a second quorum");
	if (name.n == 0 || word_next(&line).n > 0)
		return says(r, ERR_MALFORMED, "quorum and one name, or none");
	r->has_quorum = true;
	if (span_eq(name, SPAN("none")))
		r->p->quorum = LEDGER_QUORUM_NONE;
	else if (find_witness(r->p, name, &r->p->quorum_at))
		r->p->quorum = LEDGER_QUORUM_WITNESS;
	else if (find_group(r->p, name, &r->p->quorum_at))
		r->p->quorum = LEDGER_QUORUM_GROUP;
	else
		return says(r, ERR_NOT_FOUND,
			"no line before this has the quorum's name");
	return ERR_OK;
}

static enum err
read_one(struct reading *r, struct span line)
{
	struct span word = word_next(&line);

	if (word.n == 0 || word.at[0] == '#')
		return ERR_OK;
	if (span_eq(word, SPAN("log")))
		return read_log(r, line);
	if (span_eq(word, SPAN("witness")))
		return read_witness(r, line);
	if (span_eq(word, SPAN("group")))
		return read_group(r, line);
	if (span_eq(word, SPAN("quorum")))
		return read_quorum(r, line);
	return says(r, ERR_MALFORMED, "log, witness, group or quorum");
}

enum err
ledger_policy_parse(struct span bytes, struct ledger_policy **ret_policy,
	struct why *reterr_why)
{
	OWNED(ledger_policy) p = mem_zeroed(sizeof(*p));
	struct reading r = {.p = p, .why = reterr_why};
	struct reader lines = read_from(bytes);
	enum err e = ERR_OK;

	if (p == NULL)
		return err_origin(ERR_NOMEM);
	if (bytes.n > LEDGER_POLICY_MAX)
		return why_set(reterr_why, ERR_TOO_LARGE,
			"a policy of more than 131,072 bytes");
	while (e == ERR_OK && lines.left.n > 0) {
		struct span line = read_line(&lines);

		r.line++;
		if (!read_ok(&lines))
			e = says(
				&r, ERR_MALFORMED, "does not end in a newline");
		else if (!bytes_ok(line))
			e = says(&r, ERR_MALFORMED, "a control character");
		else
			e = read_one(&r, line);
	}
	if (e == ERR_OK && !r.has_quorum)
		e = why_set(reterr_why, ERR_MALFORMED,
			"a policy needs a line `quorum NAME` or `quorum none`");
	if (e == ERR_OK)
		*ret_policy = ledger_policy_take(&p);
	return e;
}

/* ---- judging ---- */

bool
ledger_policy_enough(const struct ledger_policy *p, uint64_t witnesses)
{
	uint64_t groups = 0;

	/* Groups refer backwards only, so one pass is enough. */
	for (size_t i = 0; i < p->n_groups; i++) {
		const struct ledger_policy_group *g = &p->group[i];
		int n = __builtin_popcountll(g->witnesses & witnesses) +
			__builtin_popcountll(g->groups & groups);

		if ((unsigned)n >= g->least)
			groups |= (uint64_t)1 << i;
	}
	switch (p->quorum) {
	case LEDGER_QUORUM_NONE:
		return true;
	case LEDGER_QUORUM_WITNESS:
		return (witnesses >> p->quorum_at & 1) != 0;
	case LEDGER_QUORUM_GROUP:
		break;
	}
	return (groups >> p->quorum_at & 1) != 0;
}

void
ledger_policy_know(struct ledger_policy *p, const struct ledger_vkey *key)
{
	for (size_t i = 0; key->keys != NULL && i < p->n_logs; i++)
		if (ledger_keys_find(key->keys, &p->log[i].key) != NULL)
			p->log[i].key.keys = key->keys;
}

/* Some log of the policy, whose name is the origin, signed it. */
static enum err
check_log(const struct ledger_policy *p, const struct ledger_note *note,
	const struct ledger_checkpoint *cp)
{
	for (size_t i = 0; i < p->n_logs; i++) {
		if (strcmp(p->log[i].key.name, cp->origin) != 0)
			continue;
		if (ledger_log_signed(note, &p->log[i].key, cp->size, false) ==
			ERR_OK)
			return ERR_OK;
	}
	return ERR_BAD_SIGNATURE;
}

/* The newest time from which on enough of them signed. */
static int64_t
since_when(const struct ledger_policy *p, const int64_t *at, uint64_t who)
{
	int64_t newest = 0;

	for (size_t i = 0; i < p->n_witnesses; i++) {
		uint64_t by_then = 0;

		if ((who >> i & 1) == 0 || at[i] <= newest)
			continue;
		for (size_t k = 0; k < p->n_witnesses; k++)
			if ((who >> k & 1) != 0 && at[k] >= at[i])
				by_then |= (uint64_t)1 << k;
		if (ledger_policy_enough(p, by_then))
			newest = at[i];
	}
	return newest;
}

enum err
ledger_policy_check(const struct ledger_policy *p, struct span checkpoint,
	int64_t until, struct ledger_policy_seen *ret_seen)
{
	struct ledger_policy_seen seen = {.witnesses = 0};
	int64_t at[LEDGER_POLICY_EACH] = {0};
	struct ledger_note note;
	enum err e = ledger_note_parse(checkpoint, &note);

	if (e == ERR_OK)
		e = ledger_checkpoint_parse(note.text, &seen.cp);
	if (e == ERR_OK)
		e = check_log(p, &note, &seen.cp);
	for (size_t i = 0; e == ERR_OK && i < p->n_witnesses; i++) {
		e = ledger_note_cosigned(&note, &p->witness[i].key, &at[i]);
		if (e == ERR_OK && at[i] <= until)
			seen.witnesses |= (uint64_t)1 << i;
		if (e == ERR_NOT_FOUND)
			e = ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	seen.quorum = ledger_policy_enough(p, seen.witnesses);
	if (p->quorum != LEDGER_QUORUM_NONE)
		seen.at = since_when(p, at, seen.witnesses);
	*ret_seen = seen;
	return ERR_OK;
}
