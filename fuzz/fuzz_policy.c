/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies, from whoever wrote one.  Of what is accepted more witnesses are
 * never less: a quorum that is reached stays reached.
 */
#include "crypto/crypto.h"
#include "ledger/policy.h"
#include "ledger/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	OWNED(ledger_policy) p = NULL;
	struct ledger_policy_seen seen;
	uint64_t who = 0;
	bool enough;

	struct ledger_settings settings;

	must(crypto_init() == ERR_OK);
	if (ledger_settings_parse(span_of(data, size), &settings, NULL) ==
		ERR_OK)
		must(settings.stale_after > 0);
	if (ledger_policy_parse(span_of(data, size), &p, NULL) != ERR_OK)
		return 0;
	must(ledger_policy_check(p, span_of(data, size), 0, &seen) != ERR_OK);
	enough = ledger_policy_enough(p, who);
	must(!enough || p->quorum == LEDGER_QUORUM_NONE);
	for (size_t i = 0; i < p->n_witnesses; i++) {
		who |= (uint64_t)1 << i;
		must(!enough || ledger_policy_enough(p, who));
		enough = ledger_policy_enough(p, who);
	}
	return 0;
}
