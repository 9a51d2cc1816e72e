/* SPDX-License-Identifier: Apache-2.0 */
#include "base/num.h"

bool
num_digits(struct span s, uint64_t max, uint64_t *ret_value)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.at[i] < '0' || s.at[i] > '9' ||
			__builtin_mul_overflow(v, 10, &v) ||
			__builtin_add_overflow(v, s.at[i] - (uint64_t)'0', &v))
			return false;
	}
	if (v > max)
		return false;
	*ret_value = v;
	return true;
}

bool
num_parse(struct span s, uint64_t max, uint64_t *ret_value)
{
	if (s.n > 1 && s.at[0] == '0')
		return false;
	return num_digits(s, max, ret_value);
}
