/* SPDX-License-Identifier: Apache-2.0 */
/* buf, read, arena, mem, own: what is built, read back and given back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/own.h"
#include "base/read.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

static uint32_t
draw(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (*seed >> 8) % below;
}

/* ---- buf ---- */

/* One append of each kind, `size` bytes where the kind leaves it open. */
static void
append(struct buf *b, unsigned kind, const uint8_t *bytes, size_t size)
{
	switch (kind) {
	case 0:
		buf_bytes(b, span_of(bytes, size));
		break;
	case 1:
		buf_u8(b, bytes[0]);
		break;
	case 2:
		buf_u16be(b, 0x1234);
		break;
	case 3:
		buf_u32be(b, 0x12345678);
		break;
	case 4:
		buf_u64be(b, 0x123456789abcdef0);
		break;
	case 5:
		buf_sized(b, span_of(bytes, size));
		break;
	default:
		(void)buf_space(b, size);
	}
}

static size_t
plain_append(uint8_t *to, unsigned kind, const uint8_t *bytes, size_t size)
{
	static const uint8_t digits[] = {
		0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0};
	static const size_t width[] = {0, 1, 2, 4, 8};

	if (kind == 1) {
		to[0] = bytes[0];
		return 1;
	}
	if (kind >= 2 && kind <= 4) {
		memcpy(to, digits, width[kind]);
		return width[kind];
	}
	if (kind == 5) {
		to[0] = to[1] = 0;
		to[2] = (uint8_t)(size >> 8);
		to[3] = (uint8_t)size;
		memcpy(to + 4, bytes, size);
		return size + 4;
	}
	if (kind == 0)
		memcpy(to, bytes, size);
	else
		memset(to, 0, size);
	return size;
}

static void
a_buffer_holds_what_was_appended_up_to_its_maximum(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 3000; round++) {
		static uint8_t plain[8192];
		uint8_t bytes[300];
		size_t max = draw(&seed, 1500);
		size_t n = 0;
		bool full = false;
		OWNED_BUF(b, max);

		for (unsigned i = 0; i < 20; i++) {
			unsigned kind = draw(&seed, 7);
			size_t size = draw(&seed, sizeof(bytes));
			size_t more;

			memset(bytes, (int)draw(&seed, 256), sizeof(bytes));
			append(&b, kind, bytes, size);
			more = plain_append(plain + n, kind, bytes, size);
			/* A sized text that does not fit leaves its length. */
			if (!full && n + more > max) {
				full = true;
				assert_true(buf_span(&b).n <= max);
				n = buf_span(&b).n;
			}
			if (!full)
				n += more;
			assert_int_equal(
				buf_error(&b), full ? ERR_TOO_LARGE : ERR_OK);
			assert_int_equal(buf_span(&b).n, n);
			if (n > 0)
				assert_memory_equal(buf_span(&b).at, plain, n);
		}
	}
}

static void
after_the_first_failure_every_append_does_nothing(void **state)
{
	OWNED_BUF(b, 4);

	(void)state;
	buf_text(&b, "abcd");
	assert_int_equal(buf_error(&b), ERR_OK);
	buf_u8(&b, 'e');
	assert_int_equal(buf_error(&b), ERR_TOO_LARGE);
	buf_bytes(&b, span_of(NULL, 0));
	assert_null(buf_space(&b, 0));
	buf_printf(&b, "%s", "");
	buf_json(&b, SPAN(""));
	assert_true(span_eq(buf_span(&b), SPAN("abcd")));
	assert_int_equal(buf_error(&b), ERR_TOO_LARGE);
	buf_clear(&b);
	buf_text(&b, "wxyz");
	assert_int_equal(buf_error(&b), ERR_OK);
	assert_true(span_eq(buf_span(&b), SPAN("wxyz")));
	buf_fini(&b);
	buf_fini(&b);
	buf_text(&b, "again");
	assert_int_equal(buf_error(&b), ERR_TOO_LARGE);
}

static void
no_sum_of_sizes_wraps_round(void **state)
{
	OWNED_BUF(b, SIZE_MAX);

	(void)state;
	buf_u8(&b, 1);
	assert_null(buf_space(&b, SIZE_MAX));
	assert_int_equal(buf_error(&b), ERR_TOO_LARGE);
	buf_clear(&b);
	buf_sized(&b, span_of(b.at, (size_t)UINT32_MAX + 1));
	assert_int_equal(buf_error(&b), ERR_TOO_LARGE);
	assert_int_equal(buf_span(&b).n, 0);
}

static void
printing_needs_room_for_its_terminator(void **state)
{
	OWNED_BUF(b, 6);
	OWNED_BUF(small, 5);

	(void)state;
	buf_printf(&b, "%s%d", "abc", 12);
	assert_int_equal(buf_error(&b), ERR_OK);
	assert_true(span_eq(buf_span(&b), SPAN("abc12")));
	buf_printf(&small, "%s%d", "abc", 12);
	assert_int_equal(buf_error(&small), ERR_TOO_LARGE);
	assert_int_equal(buf_span(&small).n, 0);
}

static void
json_strings_read_back_as_the_same_bytes(void **state)
{
	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		uint8_t text[3] = {'a', (uint8_t)c, 'z'};
		char want[16];
		OWNED_BUF(b, 64);

		buf_json(&b, span_of(text, 3));
		assert_int_equal(buf_error(&b), ERR_OK);
		if (c == '"' || c == '\\')
			(void)snprintf(
				want, sizeof(want), "\"a\\%cz\"", (int)c);
		else if (c == '\n')
			(void)snprintf(want, sizeof(want), "\"a\\nz\"");
		else if (c < 32 || c == 127)
			(void)snprintf(want, sizeof(want), "\"a\\u%04xz\"", c);
		else
			(void)snprintf(want, sizeof(want), "\"a%cz\"", (int)c);
		assert_true(span_eq(buf_span(&b), span_text(want)));
	}
}

static void
memory_that_runs_out_is_told_and_loses_nothing(void **state)
{
	int n = 0;

	(void)state;
	for (bool through = false; !through; n++) {
		OWNED_BUF(b, 1 << 16);

		mem_fail_after(n);
		for (unsigned i = 0; i < 1000; i++)
			buf_u32be(&b, i);
		mem_fail_after(-1);
		through = buf_error(&b) == ERR_OK;
		assert_int_equal(buf_error(&b), through ? ERR_OK : ERR_NOMEM);
		for (uint32_t i = 0; i < b.n / 4; i++)
			assert_int_equal(
				b.at[4 * i + 2] << 8 | b.at[4 * i + 3], i);
	}
	assert_true(n > 3);
}

/* ---- read ---- */

static bool
read_all(struct span bytes, size_t max)
{
	struct reader r = read_from(bytes);

	return read_u8(&r) == 0xfe && read_u16be(&r) == 0x1234 &&
	       read_u32be(&r) == 0x89abcdef &&
	       read_u64be(&r) == 0x123456789abcdef0 &&
	       span_eq(read_sized(&r, max), SPAN("name")) &&
	       span_eq(read_line(&r), SPAN("a line")) &&
	       span_eq(read_bytes(&r, 3), SPAN("xyz")) && read_end(&r);
}

static void
what_was_written_is_read_and_nothing_shorter_or_longer(void **state)
{
	OWNED_BUF(b, 256);
	size_t whole;

	(void)state;
	buf_u8(&b, 0xfe);
	buf_u16be(&b, 0x1234);
	buf_u32be(&b, 0x89abcdef);
	buf_u64be(&b, 0x123456789abcdef0);
	buf_sized(&b, SPAN("name"));
	buf_text(&b, "a line\nxyz");
	assert_int_equal(buf_error(&b), ERR_OK);
	whole = b.n;
	assert_true(read_all(buf_span(&b), 4));
	assert_false(read_all(buf_span(&b), 3));
	for (size_t n = 0; n < whole; n++)
		assert_false(read_all(span_of(b.at, n), 4));
	buf_u8(&b, 0);
	assert_false(read_all(buf_span(&b), 4));
}

static void
after_the_first_failure_every_getter_gives_zero(void **state)
{
	struct reader r = read_from(SPAN("\1\2\3\4\5\n"));

	(void)state;
	assert_true(read_ok(&r));
	assert_int_equal(read_u64be(&r), 0);
	assert_false(read_ok(&r));
	assert_int_equal(read_u8(&r), 0);
	assert_int_equal(read_u16be(&r), 0);
	assert_int_equal(read_u32be(&r), 0);
	assert_int_equal(read_line(&r).n, 0);
	assert_int_equal(read_bytes(&r, 0).n, 0);
	assert_int_equal(read_sized(&r, SIZE_MAX).n, 0);
	assert_false(read_end(&r));
}

static void
lengths_past_the_end_never_wrap(void **state)
{
	struct reader r = read_from(SPAN("\xff\xff\xff\xff rest"));

	(void)state;
	assert_int_equal(read_sized(&r, SIZE_MAX).n, 0);
	assert_false(read_ok(&r));
	r = read_from(SPAN("abc"));
	assert_int_equal(read_bytes(&r, SIZE_MAX).n, 0);
	assert_false(read_ok(&r));
	r = read_from(span_of(NULL, 0));
	assert_true(read_end(&r));
	assert_int_equal(read_line(&r).n, 0);
	assert_false(read_ok(&r));
	r = read_from(SPAN("\n"));
	assert_int_equal(read_line(&r).n, 0);
	assert_true(read_end(&r));
	r = read_from(SPAN("no end"));
	assert_int_equal(read_line(&r).n, 0);
	assert_false(read_ok(&r));
}

/* ---- arena ---- */

static void
an_arena_gives_zeroed_aligned_memory_until_it_is_full(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (unsigned round = 0; round < 500; round++) {
		size_t size = draw(&seed, 600);
		struct arena a;
		size_t used = 0;
		bool full = false;

		assert_int_equal(arena_init(&a, size), ERR_OK);
		for (unsigned pass = 0; pass < 2; pass++) {
			for (unsigned i = 0; i < 12; i++) {
				size_t n = draw(&seed, 130);
				size_t start = (used + 15) / 16 * 16;
				uint8_t *at = arena_take(&a, n);

				full = full || start + n > size;
				assert_int_equal(at == NULL, full);
				assert_int_equal(a.overflow, full);
				if (full)
					continue;
				assert_int_equal((uintptr_t)at % 16, 0);
				for (size_t k = 0; k < n; k++)
					assert_int_equal(at[k], 0);
				memset(at, 0xee, n);
				used = start + n;
			}
			arena_reset(&a);
			used = 0;
			full = false;
		}
		arena_fini(&a);
		arena_fini(&a);
	}
}

static void
an_arena_copy_is_terminated_and_none_is_half(void **state)
{
	struct arena a;
	struct span s;

	(void)state;
	assert_int_equal(arena_init(&a, 16), ERR_OK);
	s = arena_copy(&a, SPAN("fifteen letters"));
	assert_true(span_eq(s, SPAN("fifteen letters")));
	assert_int_equal(s.at[15], 0);
	arena_reset(&a);
	assert_int_equal(arena_copy(&a, SPAN("sixteen letters!")).n, 0);
	assert_true(a.overflow);
	assert_null(arena_take(&a, 1));
	arena_reset(&a);
	s = arena_copy(&a, span_of(NULL, 0));
	assert_non_null(s.at);
	assert_int_equal(s.n, 0);
	assert_null(arena_take(&a, SIZE_MAX));
	arena_reset(&a);
	assert_int_equal(arena_copy(&a, span_of(a.at, SIZE_MAX)).n, 0);
	arena_fini(&a);
	mem_fail_after(0);
	assert_int_equal(arena_init(&a, 16), ERR_NOMEM);
	arena_fini(&a);
}

/* ---- mem, own ---- */

static void
exactly_the_allocation_named_fails(void **state)
{
	(void)state;
	for (int n = 0; n < 5; n++) {
		mem_fail_after(n);
		for (int i = 0; i < 8; i++) {
			void *at = i % 2 == 0 ? mem_zeroed(8)
					      : mem_resize(NULL, 2, 4);

			assert_int_equal(at == NULL, i == n);
			mem_free(at);
		}
	}
	mem_free(NULL);
	mem_wipe(NULL, 4);
}

static void
a_product_too_large_leaves_the_memory_as_it_was(void **state)
{
#if SANITIZED
	(void)state;
	skip(); /* its allocator ends the program instead of answering NULL */
#else
	uint8_t *at = mem_zeroed(4);

	(void)state;
	assert_non_null(at);
	at[3] = 9;
	assert_null(mem_resize(at, SIZE_MAX / 2, 4));
	assert_int_equal(at[3], 9);
	mem_wipe(at, 4);
#endif
}

struct thing {
	int *freed;
};
static struct thing *
thing_free(struct thing *thing)
{
	if (thing != NULL)
		(*thing->freed)++;
	return NULL;
}
DEFINE_OWNED(thing);

static struct thing *
keep_or_lose(struct thing *given, bool keep)
{
	OWNED(thing) thing = given;

	return keep ? thing_take(&thing) : NULL;
}

static void
an_owner_frees_once_unless_it_was_taken(void **state)
{
	int freed = 0;
	struct thing thing = {&freed};

	(void)state;
	assert_ptr_equal(keep_or_lose(&thing, true), &thing);
	assert_int_equal(freed, 0);
	assert_null(keep_or_lose(&thing, false));
	assert_int_equal(freed, 1);
	assert_null(keep_or_lose(NULL, true));
	assert_int_equal(freed, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_buffer_holds_what_was_appended_up_to_its_maximum),
		cmocka_unit_test(
			after_the_first_failure_every_append_does_nothing),
		cmocka_unit_test(no_sum_of_sizes_wraps_round),
		cmocka_unit_test(printing_needs_room_for_its_terminator),
		cmocka_unit_test(json_strings_read_back_as_the_same_bytes),
		cmocka_unit_test(
			memory_that_runs_out_is_told_and_loses_nothing),
		cmocka_unit_test(
			what_was_written_is_read_and_nothing_shorter_or_longer),
		cmocka_unit_test(
			after_the_first_failure_every_getter_gives_zero),
		cmocka_unit_test(lengths_past_the_end_never_wrap),
		cmocka_unit_test(
			an_arena_gives_zeroed_aligned_memory_until_it_is_full),
		cmocka_unit_test(an_arena_copy_is_terminated_and_none_is_half),
		cmocka_unit_test(exactly_the_allocation_named_fails),
		cmocka_unit_test(
			a_product_too_large_leaves_the_memory_as_it_was),
		cmocka_unit_test(an_owner_frees_once_unless_it_was_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
