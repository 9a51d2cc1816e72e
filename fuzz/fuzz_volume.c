/* SPDX-License-Identifier: Apache-2.0 */
/* The counts of a batch: what is read is written again as the same bytes, and
 * no number is too great to be held against the shipped agreement. */
#include "law/volume.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct law *law;
	struct span bytes = span_of(data, size);
	struct law_volume v;
	OWNED_BUF(again, LAW_VOLUME_BYTES);

	if (law_volume_decode(bytes, &v) != ERR_OK)
		return 0;
	law_volume_encode(&v, &again);
	must(buf_error(&again) == ERR_OK);
	must(span_eq(buf_span(&again), bytes));
	if (law == NULL && law_new_shipped(&law) != ERR_OK)
		return 0;
	for (int cap = 0; cap < LAW_N_CAPS; cap++)
		must(law_volume_over(law, &v, (enum law_cap)cap) ==
			(v.count[cap] > law_cap(law, (enum law_cap)cap)));
	if (v.n_rates > 0)
		must(law_volume_alarm(law, &v, 0) == (v.rate[0].cited > 2000));
	return 0;
}
