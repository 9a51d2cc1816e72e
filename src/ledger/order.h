/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * order - in which order the lines of a batch get their entries.
 *
 * Entries in the order of the file would say whose each is.  So whoever enters
 * many takes them in an order that is drawn: 32 random bytes, which the caller
 * has from crypto and keeps to itself, make one of all n! orders, each as
 * likely as another as far as anybody can tell who has not got the bytes.
 *
 *	uint32_t at[3];
 *	ledger_order(seed, at, 3);	// e.g. 2 0 1: the third line is first
 */

#include <stddef.h>
#include <stdint.h>

/* `to` gets 0 to n - 1, each once; n is at most UINT32_MAX.  The same bytes
 * make the same order: so one that was cut off can be gone on with. */
void ledger_order(const uint8_t seed[32], uint32_t *to, size_t n);
