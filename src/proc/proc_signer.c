/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_signer.h"

#include "crypto/crypto.h"

enum { SIGNERS_MAX = 64 };

struct signers {
	struct crypto_cert *cert[SIGNERS_MAX];
	char name[SIGNERS_MAX][PROC_SIGNER_NAME];
	size_t n;
};

const char *
proc_signer_text(enum proc_signer who)
{
	static const char *const text[] = {
		"the prover's", "the custodian's", "the requester's"};

	return text[who];
}

const char *
proc_signer_word(enum proc_signer who)
{
	static const char *const word[] = {"prover", "custodian", "requester"};

	return word[who];
}

static bool
may_sign(enum proc_signer who, const struct register_row *row,
	struct span agreement)
{
	switch (who) {
	case SIGNER_PROVER:
		return register_is(row, REG_ROLE_ROLE, "prover");
	case SIGNER_CUSTODIAN:
		return register_is(row, REG_ROLE_ROLE, "signatory");
	case SIGNER_REQUESTER:
		return span_eq_nocase(register_get(row, REG_CERTIFIER_ROLE),
			       SPAN("head of agency")) &&
		       span_eq(register_get(row, REG_CERTIFIER_AGREEMENT),
			       agreement);
	}
	return false;
}

static enum err
add(struct signers *s, struct span der, struct span name)
{
	enum err e;

	if (s->n == SIGNERS_MAX)
		return ERR_OK; /* more than that nobody keeps */
	e = crypto_cert_parse(der, &s->cert[s->n]);
	if (e != ERR_OK)
		return e;
	if (!span_copy(name, s->name[s->n], sizeof(s->name[s->n])))
		s->name[s->n][0] = '\0';
	s->n++;
	return ERR_OK;
}

static enum err
list(const struct register_set *set, enum proc_signer who,
	struct span agreement, int64_t at, struct signers *s)
{
	bool requester = who == SIGNER_REQUESTER;
	enum register_id id = requester ? REG_CERTIFIER : REG_ROLE;
	enum err e = ERR_OK;

	for (size_t i = register_n(set, id); e == ERR_OK && i-- > 0;) {
		const struct register_entry *entry = register_at(set, id, i);
		struct register_row row;

		register_entry_row(entry, &row);
		if (register_in_force(set, entry, at) &&
			may_sign(who, &row, agreement))
			e = add(s,
				register_get(&row, requester
							   ? REG_CERTIFIER_CERT
							   : REG_ROLE_CERT),
				register_get(&row, requester
							   ? REG_CERTIFIER_NAME
							   : REG_ROLE_NAME));
	}
	return e;
}

static enum err
nobody(enum proc_signer who, struct why *why)
{
	static const char *const text[] = {
		"the register has nobody with the role prover, who could have "
		"signed it",
		"the register has nobody with the role signatory, who signs "
		"for the custodian",
		"the register has no head of agency as certifier under this "
		"agreement, who signs for the requester",
	};

	return why_set(why, ERR_NOT_FOUND, "%s", text[who]);
}

enum err
proc_signer_check(const struct register_set *set, enum proc_signer who,
	struct span agreement, int64_t at, struct span text,
	struct span signature, char ret_name[PROC_SIGNER_NAME],
	struct why *reterr_why)
{
	struct signers s = {.n = 0};
	size_t by = 0;
	enum err e = list(set, who, agreement, at, &s);

	if (e == ERR_OK && s.n == 0)
		e = nobody(who, reterr_why);
	if (e == ERR_OK)
		e = crypto_cms_verify(signature, text,
			(const struct crypto_cert *const *)s.cert, s.n, at, &by,
			reterr_why);
	if (e == ERR_OK && ret_name != NULL)
		memcpy(ret_name, s.name[by], PROC_SIGNER_NAME);
	for (size_t i = 0; i < s.n; i++)
		s.cert[i] = crypto_cert_free(s.cert[i]);
	return e;
}
