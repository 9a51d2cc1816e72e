/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages that hold what they sign, as stock `openssl` writes them, whole and
 * in pieces: the content comes out whatever the size of what is read at once,
 * and nothing of it counts where a byte was changed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "crypto/crypto.h"

enum { AT = 1790000000, YEAR = 365 * 86400, LONG = 300000 };

static char dir[64];
static struct crypto_cert *certs[2];

static int
run(const char *command)
{
	char line[1024];

	(void)snprintf(
		line, sizeof(line), "cd %s && exec 2>>log; %s", dir, command);
	return system(line);
}

static void
slurp(const char *name, struct buf *to)
{
	char path[128];
	FILE *f;
	int c;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rbe");
	assert_non_null(f);
	while ((c = fgetc(f)) != EOF)
		buf_u8(to, (uint8_t)c);
	(void)fclose(f);
	assert_int_equal(buf_error(to), ERR_OK);
}

static void
spill(const char *name, struct span bytes)
{
	char path[128];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wbe");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes.at, 1, bytes.n, f), bytes.n);
	(void)fclose(f);
}

static void
identity(const char *name, int64_t from, int64_t to, size_t place)
{
	OWNED_BUF(key, 65536);
	OWNED_BUF(cert, 65536);
	char file[64];

	assert_int_equal(
		crypto_make_identity(name, "test", from, to, &key, &cert),
		ERR_OK);
	assert_int_equal(
		crypto_cert_parse(buf_span(&cert), &certs[place]), ERR_OK);
	(void)snprintf(file, sizeof(file), "%s.key", name);
	spill(file, buf_span(&key));
	(void)snprintf(file, sizeof(file), "%s.crt", name);
	spill(file, buf_span(&cert));
}

static int
set_up(void **state)
{
	OWNED_BUF(lines, LONG + 64);

	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/weir-unwrap-XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(crypto_init(), ERR_OK);
	identity("one", AT - YEAR, AT + YEAR, 0);
	identity("two", AT - YEAR, AT + YEAR, 1);
	while (lines.n < LONG)
		buf_printf(&lines, "{\"n\":%zu}\n", lines.n);
	spill("lines", buf_span(&lines));
	spill("nothing", SPAN(""));
	return run(
		"openssl cms -sign -nodetach -binary -outform DER -signer "
		"one.crt -inkey one.key -in lines -out whole && "
		"openssl cms -sign -nodetach -binary -stream -outform DER "
		"-md sha512 -nocerts -signer one.crt -inkey one.key -in "
		"lines -out pieces && "
		"openssl cms -sign -nodetach -binary -outform DER -md sha384 "
		"-keyid -signer one.crt -inkey one.key -in nothing -out "
		"empty && "
		"openssl cms -sign -nodetach -binary -outform DER -signer "
		"one.crt -inkey one.key -signer two.crt -inkey two.key -in "
		"lines -out both && "
		"openssl cms -sign -binary -outform DER -signer one.crt "
		"-inkey one.key -in lines -out detached");
}

static int
tear_down(void **state)
{
	(void)state;
	crypto_cert_free(certs[0]);
	crypto_cert_free(certs[1]);
	return run("rm -rf $PWD");
}

/* ---- a message in memory, given in steps ---- */

struct memory {
	struct span left;
	size_t step;
	struct buf out;
};

static enum err
read_step(void *context, uint8_t *to, size_t size, size_t *ret_n)
{
	struct memory *m = context;
	size_t n = m->left.n < m->step ? m->left.n : m->step;

	n = n < size ? n : size;
	if (n > 0)
		memcpy(to, m->left.at, n);
	m->left = span_of(m->left.at + n, m->left.n - n);
	*ret_n = n;
	return ERR_OK;
}

static enum err
write_out(void *context, struct span piece)
{
	struct memory *m = context;

	buf_bytes(&m->out, piece);
	return buf_error(&m->out);
}

static enum err
unwrap(struct span message, size_t step, uint64_t most, size_t n_certs,
	struct buf *to)
{
	struct memory m = {.left = message, .step = step};
	const struct crypto_stream stream = {read_step, write_out, &m};
	size_t signer = 9;
	struct why why = {""};
	enum err e;

	buf_init(&m.out, 1 << 20);
	e = crypto_cms_unwrap(&stream, most,
		(const struct crypto_cert *const *)certs + (2 - n_certs),
		n_certs, AT, &signer, &why);
	if (e == ERR_OK)
		assert_int_equal(signer, 2 - 2);
	else
		assert_true(why.text[0] != '\0');
	if (to != NULL)
		buf_bytes(to, buf_span(&m.out));
	buf_fini(&m.out);
	return e;
}

static void
the_content_comes_out(void **state)
{
	static const struct {
		const char *message;
		const char *content;
	} all[] = {
		{"whole", "lines"}, {"pieces", "lines"}, {"empty", "nothing"}};
	static const size_t steps[] = {1, 7, 65536, SIZE_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		for (size_t s = 0; s < 4; s++) {
			OWNED_BUF(message, 1 << 20);
			OWNED_BUF(want, 1 << 20);
			OWNED_BUF(out, 1 << 20);

			slurp(all[i].message, &message);
			slurp(all[i].content, &want);
			assert_int_equal(unwrap(buf_span(&message), steps[s],
						 1 << 20, 2, &out),
				ERR_OK);
			assert_true(span_eq(buf_span(&want), buf_span(&out)));
		}
}

static void
what_is_too_long_is_refused(void **state)
{
	OWNED_BUF(message, 1 << 20);
	OWNED_BUF(lines, 1 << 20);

	(void)state;
	slurp("pieces", &message);
	slurp("lines", &lines);
	assert_int_equal(
		unwrap(buf_span(&message), SIZE_MAX, lines.n, 2, NULL), ERR_OK);
	assert_int_equal(
		unwrap(buf_span(&message), SIZE_MAX, lines.n - 1, 2, NULL),
		ERR_TOO_LARGE);
}

static void
only_who_may_sign_signs(void **state)
{
	OWNED_BUF(message, 1 << 20);

	(void)state;
	slurp("whole", &message);
	assert_int_equal(unwrap(buf_span(&message), SIZE_MAX, 1 << 20, 1, NULL),
		ERR_BAD_SIGNATURE);
	buf_clear(&message);
	slurp("both", &message);
	assert_int_equal(unwrap(buf_span(&message), SIZE_MAX, 1 << 20, 2, NULL),
		ERR_MALFORMED);
	buf_clear(&message);
	slurp("detached", &message);
	assert_int_equal(unwrap(buf_span(&message), SIZE_MAX, 1 << 20, 2, NULL),
		ERR_MALFORMED);
}

/* Every bit but those of the framing round the content in the message in
 * pieces, of which no signature says how they are cut; and every end. */
static void
nothing_of_it_can_be_changed(void **state)
{
	OWNED_BUF(message, 1 << 20);
	OWNED_BUF(short_lines, 4096);

	(void)state;
	buf_text(&short_lines, "{\"a\":1}\n{\"b\":2}\n");
	spill("short", buf_span(&short_lines));
	assert_int_equal(run("openssl cms -sign -nodetach -binary -outform DER "
			     "-signer one.crt -inkey one.key -in short -out "
			     "small"),
		0);
	slurp("small", &message);
	assert_int_equal(
		unwrap(buf_span(&message), SIZE_MAX, 4096, 2, NULL), ERR_OK);
	for (size_t bit = 0; bit < message.n * 8; bit++) {
		message.at[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_int_not_equal(
			unwrap(buf_span(&message), SIZE_MAX, 4096, 2, NULL),
			ERR_OK);
		message.at[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	for (size_t n = 0; n < message.n; n++)
		assert_int_equal(
			unwrap(span_of(message.at, n), SIZE_MAX, 4096, 2, NULL),
			ERR_MALFORMED);
	buf_u8(&message, 0);
	assert_int_equal(unwrap(buf_span(&message), SIZE_MAX, 4096, 2, NULL),
		ERR_MALFORMED);
}

static enum err
fails(void *context, struct span piece)
{
	(void)context;
	(void)piece;
	return ERR_IO;
}

static void
a_full_disk_is_no_refusal(void **state)
{
	OWNED_BUF(message, 1 << 20);
	struct memory m = {.step = SIZE_MAX};
	const struct crypto_stream stream = {read_step, fails, &m};
	size_t signer;
	struct why why = {""};

	(void)state;
	slurp("whole", &message);
	m.left = buf_span(&message);
	assert_int_equal(crypto_cms_unwrap(&stream, 1 << 20,
				 (const struct crypto_cert *const *)certs, 2,
				 AT, &signer, &why),
		ERR_IO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_content_comes_out),
		cmocka_unit_test(what_is_too_long_is_refused),
		cmocka_unit_test(only_who_may_sign_signs),
		cmocka_unit_test(nothing_of_it_can_be_changed),
		cmocka_unit_test(a_full_disk_is_no_refusal),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
