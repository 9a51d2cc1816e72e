/* SPDX-License-Identifier: Apache-2.0 */
/* Replies of a time-stamping authority, and certificates as PEM: no bytes are a
 * timestamp of an authority that nobody named. */
#include "crypto/crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of(data, size);
	int64_t at;

	must(crypto_init() == ERR_OK);
	must(crypto_ts_check(bytes, SPAN("x"), NULL, span_of(NULL, 0), &at,
		     NULL) != ERR_OK);
	must(crypto_ts_check(bytes, bytes, NULL, bytes, &at, NULL) != ERR_OK);
	return 0;
}
