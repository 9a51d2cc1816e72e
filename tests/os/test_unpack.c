/* SPDX-License-Identifier: Apache-2.0 */
/*
 * os/unpack: what was packed comes out whole or is refused; never less of it
 * with a good ending.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "os/file.h"
#include "os/unpack.h"

enum { ROOM = 1 << 22 };

/* ---- packing and unpacking ---- */

static void
gzip(struct span s, struct buf *to)
{
	static uint8_t out[ROOM];
	z_stream z = {0};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, 0), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)s.at;
	z.avail_in = (uInt)s.n;
	z.next_out = out;
	z.avail_out = ROOM;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	buf_bytes(to, span_of(out, ROOM - z.avail_out));
	assert_int_equal(deflateEnd(&z), Z_OK);
	assert_int_equal(buf_error(to), ERR_OK);
}

static void
zstd_with(struct span s, int window_log, struct buf *to)
{
	static uint8_t out[ROOM];
	ZSTD_CCtx *c = ZSTD_createCCtx();
	ZSTD_inBuffer in = {s.at, s.n, 0};
	ZSTD_outBuffer o = {out, ROOM, 0};

	assert_false(ZSTD_isError(
		ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, 1)));
	if (window_log > 0)
		assert_false(ZSTD_isError(ZSTD_CCtx_setParameter(
			c, ZSTD_c_windowLog, window_log)));
	/* streamed: the size is not known when the frame begins */
	assert_false(
		ZSTD_isError(ZSTD_compressStream2(c, &o, &in, ZSTD_e_flush)));
	assert_int_equal(ZSTD_compressStream2(c, &o, &in, ZSTD_e_end), 0);
	(void)ZSTD_freeCCtx(c);
	buf_bytes(to, span_of(out, o.pos));
	assert_int_equal(buf_error(to), ERR_OK);
}

static void
zstd(struct span s, struct buf *to)
{
	zstd_with(s, 0, to);
}

static int
file_of(struct span s)
{
	int fd = memfd_create("unpack", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(os_write_all(fd, s), ERR_OK);
	assert_int_equal(os_rewind(fd), ERR_OK);
	return fd;
}

/* Reads to the end, `size` bytes at a time. */
static enum err
unpack_all(struct span s, size_t size, struct buf *to, struct why *why)
{
	static uint8_t piece[1 << 17];
	OWNED_FD fd = file_of(s);
	OWNED(os_unpack) u = NULL;
	enum err e = os_unpack_new(fd, &u);
	size_t n = 1;

	while (e == ERR_OK && n > 0) {
		e = os_unpack_read(u, piece, size, &n);
		assert_true(n <= size);
		if (e == ERR_OK)
			buf_bytes(to, span_of(piece, n));
	}
	assert_int_equal(buf_error(to), ERR_OK);
	assert_int_equal(os_unpack_why(u, "FILE", why), e);
	if (e == ERR_OK) { /* an end stays an end, a refusal a refusal */
		assert_int_equal(os_unpack_read(u, piece, size, &n), ERR_OK);
		assert_int_equal(n, 0);
	} else {
		assert_int_equal(os_unpack_read(u, piece, size, &n), e);
	}
	return e;
}

static void
gives(struct span packed, struct span want)
{
	static const size_t sizes[] = {1, 7, 4096, 1 << 17};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		OWNED_BUF(got, ROOM);
		struct why why = {"untouched"};

		if (sizes[i] < 4096 && want.n > 1 << 16)
			continue;
		assert_int_equal(
			unpack_all(packed, sizes[i], &got, &why), ERR_OK);
		assert_true(span_eq(buf_span(&got), want));
		assert_string_equal(why.text, "untouched");
	}
}

static void
refuses(struct span packed, enum err want, const char *says)
{
	OWNED_BUF(got, ROOM);
	struct why why = {""};

	assert_int_equal(unpack_all(packed, 4096, &got, &why), want);
	if (strncmp(why.text, "FILE: ", 6) != 0 ||
		strstr(why.text, says) == NULL)
		fail_msg("'%s' does not say '%s'", why.text, says);
}

/* Text that packs somewhat, of a size that is no multiple of anything. */
static void
fill_text(struct buf *to, size_t n)
{
	uint32_t x = 1;

	while (to->n < n) {
		x = x * 1664525 + 1013904223;
		buf_u8(to, (uint8_t)("0123456789,\nABC "[x >> 28]));
	}
	assert_int_equal(buf_error(to), ERR_OK);
}

typedef void packer(struct span s, struct buf *to);
static packer *const packers[] = {gzip, zstd};
static const size_t magic[] = {2, 4};
enum { PACKERS = 2 };

/* ---- promises ---- */

static void
plain_bytes_are_given_as_they_are(void **state)
{
	static const struct span plain[] = {
		{(const uint8_t *)"", 0},
		{(const uint8_t *)"a", 1},
		{(const uint8_t *)"abc", 3},
		{(const uint8_t *)"abcd", 4},
		{(const uint8_t *)"person_id,tin\nP1,\n", 18},
		/* like a magic, and none */
		{(const uint8_t *)"\x1f", 1},
		{(const uint8_t *)"\x1f\x8a,\n", 4},
		{(const uint8_t *)"\x28", 1},
		{(const uint8_t *)"\x28\xb5\x2f", 3},
		{(const uint8_t *)"\x28\xb5\x2f\xfc and on", 11},
		{(const uint8_t *)"(\xc2\xb5/person", 10},
		{(const uint8_t *)"P*M\x19 and on", 11},
		{(const uint8_t *)"\xef\xbb\xbfperson_id", 12},
	};
	OWNED_BUF(large, ROOM);

	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		gives(plain[i], plain[i]);
	fill_text(&large, 300001);
	gives(buf_span(&large), buf_span(&large));
}

static void
what_was_packed_comes_out(void **state)
{
	static const size_t sizes[] = {0, 1, 5000, 65536, 1000003};

	(void)state;
	for (size_t p = 0; p < PACKERS; p++)
		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			OWNED_BUF(text, ROOM);
			OWNED_BUF(packed, ROOM);

			fill_text(&text, sizes[i]);
			packers[p](buf_span(&text), &packed);
			gives(buf_span(&packed), buf_span(&text));
		}
}

/* Zeroes pack to nearly nothing: output is asked for again and again while no
 * input is left. */
static void
much_comes_out_of_little(void **state)
{
	static uint8_t zeroes[3000000];

	(void)state;
	for (size_t p = 0; p < PACKERS; p++) {
		OWNED_BUF(packed, ROOM);

		packers[p](span_of(zeroes, sizeof(zeroes)), &packed);
		assert_true(packed.n < 4000);
		gives(buf_span(&packed), span_of(zeroes, sizeof(zeroes)));
	}
}

static void
members_and_frames_are_one_stream(void **state)
{
	(void)state;
	for (size_t p = 0; p < PACKERS; p++) {
		OWNED_BUF(text, ROOM);
		OWNED_BUF(packed, ROOM);

		for (size_t i = 0; i < 40; i++) {
			size_t at = text.n;

			fill_text(&text, at + i * 300);
			packers[p](span_of(text.at + at, text.n - at), &packed);
		}
		gives(buf_span(&packed), buf_span(&text));
	}
}

static void
skippable_frames_are_skipped(void **state)
{
	OWNED_BUF(packed, ROOM);

	(void)state;
	buf_bytes(&packed, SPAN("\x50\x2a\x4d\x18\x03\0\0\0abc"));
	gives(buf_span(&packed), SPAN(""));
	zstd(SPAN("first,"), &packed);
	buf_bytes(&packed, SPAN("\x5f\x2a\x4d\x18\0\0\0\0"));
	zstd(SPAN("second"), &packed);
	gives(buf_span(&packed), SPAN("first,second"));
}

static void
a_stream_cut_anywhere_is_refused(void **state)
{
	(void)state;
	for (size_t p = 0; p < PACKERS; p++) {
		OWNED_BUF(text, ROOM);
		OWNED_BUF(packed, ROOM);
		size_t end;

		fill_text(&text, 400);
		packers[p](buf_span(&text), &packed);
		end = packed.n;
		packers[p](buf_span(&text), &packed);
		for (size_t n = magic[p]; n < packed.n; n++)
			if (n == end) /* one whole member is a file */
				gives(span_of(packed.at, n), buf_span(&text));
			else
				refuses(span_of(packed.at, n), ERR_DAMAGED,
					"cut short after ");
	}
}

/* Of a header some bits mean nothing (a time, a system); else it shows. */
static void
a_flipped_bit_never_changes_what_is_given(void **state)
{
	(void)state;
	for (size_t p = 0; p < PACKERS; p++) {
		OWNED_BUF(text, ROOM);
		OWNED_BUF(packed, ROOM);
		size_t refused = 0;

		fill_text(&text, 400);
		packers[p](buf_span(&text), &packed);
		for (size_t bit = 8 * magic[p]; bit < 8 * packed.n; bit++) {
			OWNED_BUF(got, ROOM);
			struct why why = {""};
			enum err e;

			packed.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
			e = unpack_all(buf_span(&packed), 100, &got, &why);
			packed.at[bit / 8] ^= (uint8_t)(1u << bit % 8);
			refused += e != ERR_OK;
			if (e == ERR_OK)
				assert_true(span_eq(
					buf_span(&got), buf_span(&text)));
			else
				assert_memory_equal(why.text, "FILE: ", 6);
		}
		assert_true(refused > 7 * (packed.n - 20));
	}
}

static void
anything_after_the_last_member_is_damage(void **state)
{
	(void)state;
	for (size_t p = 0; p < PACKERS; p++) {
		OWNED_BUF(packed, ROOM);

		packers[p](SPAN("some text"), &packed);
		buf_bytes(&packed, SPAN("tail"));
		refuses(buf_span(&packed), ERR_DAMAGED, "damaged near byte ");
	}
	{
		OWNED_BUF(mixed, ROOM);

		gzip(SPAN("some text"), &mixed);
		zstd(SPAN("some text"), &mixed);
		refuses(buf_span(&mixed), ERR_DAMAGED, "damaged near byte ");
	}
}

static void
a_window_past_the_maximum_is_refused(void **state)
{
	OWNED_BUF(most, ROOM);
	OWNED_BUF(more, ROOM);

	(void)state;
	zstd_with(SPAN("some text"), UNPACK_WINDOW_LOG, &most);
	gives(buf_span(&most), SPAN("some text"));
	zstd_with(SPAN("some text"), UNPACK_WINDOW_LOG + 1, &more);
	refuses(buf_span(&more), ERR_TOO_LARGE, "--long=27");
}

/* Bytes come one by one, as through a slow pipe. */
static void
a_pipe_may_give_one_byte_at_a_time(void **state)
{
	(void)state;
	for (size_t p = 0; p < PACKERS; p++) {
		OWNED_BUF(packed, ROOM);
		OWNED(os_unpack) u = NULL;
		uint8_t got[64];
		size_t n = 1, all = 0;
		int fds[2];

		packers[p](SPAN("a text through a pipe"), &packed);
		assert_int_equal(pipe(fds), 0);
		if (fork() == 0) {
			for (size_t i = 0; i < packed.n; i++) {
				(void)!write(fds[1], packed.at + i, 1);
				os_pause_ms(1);
			}
			_exit(0);
		}
		os_close(&fds[1]);
		assert_int_equal(os_unpack_new(fds[0], &u), ERR_OK);
		while (n > 0) {
			assert_int_equal(os_unpack_read(u, got + all,
						 sizeof(got) - all, &n),
				ERR_OK);
			all += n;
		}
		assert_true(span_eq(
			span_of(got, all), SPAN("a text through a pipe")));
		os_close(&fds[0]);
	}
}

static void
a_descriptor_that_cannot_be_read_is_a_failure(void **state)
{
	OWNED(os_unpack) u = NULL;
	struct why why = {""};
	uint8_t got[4];
	size_t n = 9;

	(void)state;
	assert_int_equal(os_unpack_new(-1, &u), ERR_OK);
	assert_int_equal(os_unpack_read(u, got, sizeof(got), &n), ERR_IO);
	assert_int_equal(n, 0);
	assert_int_equal(os_unpack_why(u, "FILE", &why), ERR_OK);
	mem_fail_after(0);
	assert_int_equal(
		os_unpack_new(-1, &(struct os_unpack *){NULL}), ERR_NOMEM);
	mem_fail_after(-1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_bytes_are_given_as_they_are),
		cmocka_unit_test(what_was_packed_comes_out),
		cmocka_unit_test(much_comes_out_of_little),
		cmocka_unit_test(members_and_frames_are_one_stream),
		cmocka_unit_test(skippable_frames_are_skipped),
		cmocka_unit_test(a_stream_cut_anywhere_is_refused),
		cmocka_unit_test(a_flipped_bit_never_changes_what_is_given),
		cmocka_unit_test(anything_after_the_last_member_is_damage),
		cmocka_unit_test(a_window_past_the_maximum_is_refused),
		cmocka_unit_test(a_pipe_may_give_one_byte_at_a_time),
		cmocka_unit_test(a_descriptor_that_cannot_be_read_is_a_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
