/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Debian's libsodium.a was compiled against glibc with _FORTIFY_SOURCE, and
 * asks for one function by glibc's checking name that musl has only by its
 * plain one.
 */
#include <strings.h>

#include "verify/main.h"

void __explicit_bzero_chk(void *at, size_t n, size_t room);

void
__explicit_bzero_chk(void *at, size_t n, size_t room)
{
	must(n <= room);
	explicit_bzero(at, n);
}
