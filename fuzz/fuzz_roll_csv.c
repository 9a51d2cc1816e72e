/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as the CSV of a roll: refused with a sentence, or built into an
 * index that opens and whose every person is found again.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "crypto/crypto.h"
#include "roll/roll.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
walk(const struct roll *roll)
{
	for (uint32_t p = 0; p < roll_n_people(roll); p++) {
		struct roll_person is = roll_person(roll, p);
		uint32_t years = 0;

		must(roll_find_person(roll, is.id) == p);
		must(is.n_identities > 0 && is.n_spans > 0);
		for (uint32_t i = 0; i < is.n_spans; i++) {
			struct roll_span span = roll_span(roll, p, i);

			must((years & span.years) == 0 && span.years != 0);
			must(span.identity < is.n_identities);
			must(roll_address(roll, span.address).city.at != NULL);
			years |= span.years;
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	struct span bytes = span_of(data, size);
	struct roll_source source = roll_source_bytes("csv", &bytes);
	struct roll_stats stats;
	struct roll *roll = NULL;
	struct why why = {{0}};
	enum err e;

	if (fd < 0) {
		must(crypto_init() == ERR_OK);
		fd = memfd_create("roll", MFD_CLOEXEC);
		must(fd >= 0);
	}
	must(ftruncate(fd, 0) == 0);
	e = roll_build(&source, 1, fd, NULL, &stats, &why);
	if (e != ERR_OK) {
		must(err_is_refusal(e) && why.text[0] != '\0');
		return 0;
	}
	must(roll_open(fd, ROLL_CHECK_ALL, &roll, &why) == ERR_OK);
	walk(roll);
	roll = roll_free(roll);
	return 0;
}
