/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* num - numbers from text, refusing what is not wholly one. */

#include "base/span.h"

/* Digits only, no sign, no blank, no leading zero but "0" itself. */
bool num_parse(struct span s, uint64_t max, uint64_t *ret_value);

/* Exactly the digits, leading zeros allowed. */
bool num_digits(struct span s, uint64_t max, uint64_t *ret_value);
