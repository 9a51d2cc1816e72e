/* SPDX-License-Identifier: Apache-2.0 */
/* make-ledger DIR N [EARLIER [ORIGIN]]: a ledger of N entries, published a
 * first time with EARLIER of them; for tests that want files.
 * make-ledger DIR account: one with DIR/../p1.account, a person's account. */
#include <stdio.h>
#include <stdlib.h>

#include "account_maker.h"
#include "crypto/crypto.h"

static void
add_until(struct maker *m, size_t n)
{
	while (m->n < n) {
		struct ledger_entry e = {.index = 0};
		uint64_t i = m->n;

		e.day = 20000 + (int32_t)(i / 1000);
		crypto_sha256(span_of(&i, sizeof(i)), e.tag);
		crypto_sha256(span_of(e.tag, sizeof(e.tag)), e.root.at);
		maker_add(m, &e);
	}
}

static int
make_account(const char *dir)
{
	struct account_maker w = {.map = NULL};
	char path[512];
	FILE *f;

	account_maker_begin(&w, &(struct account_lie){0});
	maker_publish(&w.m, dir);
	(void)snprintf(path, sizeof(path), "%s/../p1.account", dir);
	f = fopen(path, "wb");
	must(f != NULL &&
		fwrite(w.account.at, 1, w.account.n, f) == w.account.n);
	must(fclose(f) == 0);
	account_maker_end(&w);
	return 0;
}

int
main(int argc, char **argv)
{
	struct maker m;

	if (argc < 3) {
		(void)fprintf(stderr,
			"usage: make-ledger DIR N [EARLIER [ORIGIN]]\n");
		return 2;
	}
	if (strcmp(argv[2], "account") == 0)
		return make_account(argv[1]);
	maker_begin(&m, argc > 4 ? argv[4] : "sandbox.example.org/made");
	if (argc > 3) {
		add_until(&m, (size_t)strtoul(argv[3], NULL, 10));
		maker_publish(&m, argv[1]);
	}
	add_until(&m, (size_t)strtoul(argv[2], NULL, 10));
	maker_publish(&m, argv[1]);
	maker_end(&m);
	return 0;
}
