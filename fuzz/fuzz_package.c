/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An opened package, and the text of an approval.  What is read must be what
 * we would write.
 */
#include <stdint.h>

#include "release/release.h"

static void
read_package(struct span text)
{
	OWNED_BUF(again, 1 << 20);
	struct release_package package;
	struct why why;
	struct arena arena;

	must(arena_init(&arena, RELEASE_ARENA) == ERR_OK);
	if (release_package_decode(text, &arena, &package, &why) == ERR_OK) {
		must(release_package_encode(&package, &again, NULL) == ERR_OK);
		must(span_starts(text, buf_span(&again)));
		for (size_t i = again.n; i < text.n; i++)
			must(text.at[i] == ' ');
	}
	arena_fini(&arena);
}

static void
read_approval(struct span text)
{
	OWNED_BUF(again, 4096);
	struct release_approval approval;

	if (release_approval_decode(text, &approval) != ERR_OK)
		return;
	release_approval_encode(&approval, &again);
	must(span_eq(text, buf_span(&again)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_package(span_of(data, size));
	read_approval(span_of(data, size));
	return 0;
}
