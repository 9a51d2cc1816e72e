/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/*
 * The 95 % upper bound, one-sided and exact (Clopper and Pearson), of a rate of
 * which `k` of `n` were seen: the rate at which so few are seen in 5 of 100
 * such counts.  With none seen it is about 3 / n.  1 where n is 0.
 */
double bench_bound(uint64_t k, uint64_t n);
