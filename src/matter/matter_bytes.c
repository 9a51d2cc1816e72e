/* SPDX-License-Identifier: Apache-2.0 */
/* What is signed and entered of a matter. */
#include "base/read.h"
#include "matter/matter_int.h"

static const char open_magic[] = "weir/matter-open/v1";
static const char decide_magic[] = "weir/matter-decide/v1";

void
matter_open_encode(const struct matter *matter,
	const struct matter_words *words, struct buf *to)
{
	size_t n = matter_n_fields((enum matter_kind)matter->kind);

	buf_printf(to, "%s\n", open_magic);
	buf_u8(to, matter->kind);
	buf_u64be(to, matter->n);
	buf_u32be(to, matter->batch);
	buf_u64be(to, matter->line);
	buf_u64be(to, (uint64_t)matter->opened_at);
	buf_u8(to, (uint8_t)n);
	for (size_t i = 0; i < n; i++)
		buf_sized(to, words->field[i]);
}

enum err
matter_open_decode(struct span bytes, struct matter *ret_matter,
	struct matter_words *ret_words)
{
	struct reader r = read_from(bytes);
	struct matter m = {0};
	struct matter_words words = {0};
	bool magic = span_eq(read_line(&r), span_text(open_magic));
	uint8_t kind = read_u8(&r);
	struct why why;
	size_t n;

	m.n = read_u64be(&r);
	m.batch = read_u32be(&r);
	m.line = read_u64be(&r);
	m.opened_at = (int64_t)read_u64be(&r);
	n = read_u8(&r);
	/* Fields are added at the end: an older opening has fewer. */
	if (!magic || kind <= MATTER_NO_KIND || kind >= MATTER_N_KINDS ||
		n > matter_n_fields((enum matter_kind)kind) ||
		m.opened_at < 0 || m.opened_at > INT64_MAX / 2)
		return ERR_MALFORMED;
	for (size_t i = 0; i < n; i++)
		words.field[i] = read_sized(&r, MATTER_BYTES_MAX);
	if (!read_end(&r) || matter_open(&m, (enum matter_kind)kind, ~0U,
				     &words, m.opened_at, &why) != ERR_OK)
		return ERR_MALFORMED;
	*ret_matter = m;
	*ret_words = words;
	return ERR_OK;
}

void
matter_decide_encode(uint64_t n, enum matter_decision decision,
	struct span ground, struct buf *to)
{
	buf_printf(to, "%s\n", decide_magic);
	buf_u64be(to, n);
	buf_u8(to, (uint8_t)decision);
	buf_sized(to, ground);
}

enum err
matter_decide_decode(struct span bytes, uint64_t *ret_n,
	enum matter_decision *ret_decision, struct span *ret_ground)
{
	struct reader r = read_from(bytes);
	bool magic = span_eq(read_line(&r), span_text(decide_magic));
	uint64_t n = read_u64be(&r);
	uint8_t decision = read_u8(&r);
	struct span ground = read_sized(&r, MATTER_GROUND_MAX);

	if (!magic || !read_end(&r) || decision <= MATTER_NO_DECISION ||
		decision >= MATTER_N_DECISIONS || !span_is_plain(ground))
		return ERR_MALFORMED;
	*ret_n = n;
	*ret_decision = (enum matter_decision)decision;
	*ret_ground = ground;
	return ERR_OK;
}
