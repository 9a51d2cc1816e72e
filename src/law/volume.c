/* SPDX-License-Identifier: Apache-2.0 */
#include "law/volume.h"

#include "base/read.h"

static const char head[] = "weir/volume/v1\n";

bool
law_volume_over(const struct law *law, const struct law_volume *volume,
	enum law_cap cap)
{
	uint32_t most = law_cap(law, cap);

	return most != 0 && volume->count[cap] > most;
}

bool
law_volume_alarm(
	const struct law *law, const struct law_volume *volume, size_t i)
{
	const struct law_base_rate *rate = law_base_rate(law, i);

	must(i < volume->n_rates);
	/* both are at most 10^8 */
	return volume->rate[i].cited > (uint64_t)rate->per_year * rate->times;
}

void
law_volume_encode(const struct law_volume *volume, struct buf *to)
{
	must(volume->n_rates <= LAW_RATES_MAX);
	must(volume->officer.n <= LAW_OFFICER_MAX);
	buf_text(to, head);
	buf_u8(to, LAW_N_CAPS);
	for (size_t i = 0; i < LAW_N_CAPS; i++)
		buf_u64be(to, volume->count[i]);
	buf_sized(to, volume->officer);
	buf_u64be(to, volume->officers_over);
	buf_u8(to, (uint8_t)volume->n_rates);
	for (size_t i = 0; i < volume->n_rates; i++) {
		buf_u64be(to, volume->rate[i].cited);
		buf_u64be(to, volume->rate[i].accepted);
	}
}

enum err
law_volume_decode(struct span bytes, struct law_volume *ret_volume)
{
	struct reader r = read_from(bytes);
	struct law_volume v = {.n_rates = 0};

	if (!span_eq(read_bytes(&r, sizeof(head) - 1), span_text(head)) ||
		read_u8(&r) != LAW_N_CAPS)
		return ERR_MALFORMED;
	for (size_t i = 0; i < LAW_N_CAPS; i++)
		v.count[i] = read_u64be(&r);
	v.officer = read_sized(&r, LAW_OFFICER_MAX);
	v.officers_over = read_u64be(&r);
	v.n_rates = read_u8(&r);
	if (!read_ok(&r) || v.n_rates > LAW_RATES_MAX)
		return ERR_MALFORMED;
	for (size_t i = 0; i < v.n_rates; i++) {
		v.rate[i].cited = read_u64be(&r);
		v.rate[i].accepted = read_u64be(&r);
	}
	if (!read_end(&r))
		return ERR_MALFORMED;
	*ret_volume = v;
	return ERR_OK;
}
