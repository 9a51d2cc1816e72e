/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A message that holds what it signs, as an agency leaves it.  First byte: how
 * much of it is read at once; however it is cut, the same is said and the same
 * is put out, and never more than may be.  Nobody may sign, so nothing verifies.
 */
#include <stdint.h>

#include "crypto/crypto.h"

enum { MOST = 4096 };

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
unwrap(struct memory *m, struct span message, size_t step)
{
	const struct crypto_stream stream = {read_step, write_out, m};
	struct why why = {""};
	size_t signer = 0;
	enum err e;

	*m = (struct memory){.left = message, .step = step};
	buf_init(&m->out, MOST); /* a byte more would be a failure */
	e = crypto_cms_unwrap(&stream, MOST, NULL, 0, 1, &signer, &why);
	must(err_is_refusal(e) && why.text[0] != '\0');
	return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span message =
		size == 0 ? SPAN("") : span_of(data + 1, size - 1);
	struct memory whole;
	struct memory cut;

	must(crypto_init() == ERR_OK);
	must(unwrap(&whole, message, SIZE_MAX) ==
		unwrap(&cut, message, size == 0 ? 1 : 1 + data[0] % 64U));
	must(span_eq(buf_span(&whole.out), buf_span(&cut.out)));
	buf_fini(&whole.out);
	buf_fini(&cut.out);
	return 0;
}
