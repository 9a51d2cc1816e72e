/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a receipt, and its text. */
#include "proof/proof.h"

#include <string.h>

#include "base/code.h"
#include "crypto/crypto.h"

enum { WORLD_MAX = 1 << 16 };

static const struct {
	const char *word;
	const char *text;
} properties[PROOF_N] = {
#define PROPERTY(ID, word, text) {word, text},
#include "proof/proof.def"
};

const char *
proof_property_word(enum proof_property property)
{
	must(property < PROOF_N);
	return properties[property].word;
}

const char *
proof_property_text(enum proof_property property)
{
	must(property < PROOF_N);
	return properties[property].text;
}

const char *
proof_answer_word(enum proof_answer answer)
{
	static const char *const word[] = {
		[PROOF_HOLDS] = "proved",
		[PROOF_FAILS] = "fails",
		[PROOF_UNKNOWN] = "undecided",
		[PROOF_DIFFERS] = "differs",
	};

	must(answer < PROOF_ANSWERS);
	return word[answer];
}

const char *
proof_program(void)
{
	return "weir-prove " WEIR_VERSION;
}

/* ---- what a proof is about ---- */

static void
put_evidence(enum evidence_id id, struct buf *to)
{
	buf_printf(to, "%s %d %d %u", evidence_name(id), (int)evidence_half(id),
		(int)evidence_type(id), evidence_greatest(id));
	for (uint32_t w = 0; w < evidence_n_words(id); w++)
		buf_printf(to, " %s", evidence_word(id, w));
	buf_text(to, "\n");
}

void
proof_world(uint8_t ret_hash[32])
{
	OWNED_BUF(text, WORLD_MAX);

	for (int id = 0; id < EV_N; id++)
		put_evidence((enum evidence_id)id, &text);
	for (int i = 0; i < PROOF_N; i++)
		buf_printf(&text, "%s: %s\n", properties[i].word,
			properties[i].text);
	must(buf_error(&text) == ERR_OK);
	crypto_sha256(buf_span(&text), ret_hash);
}

void
proof_file_of(const char *path, struct span text, struct proof_file *ret_file)
{
	const char *slash = strrchr(path, '/');
	struct span name = span_text(slash == NULL ? path : slash + 1);

	*ret_file = (struct proof_file){.name = ""};
	if (name.n >= sizeof(ret_file->name))
		name.n = sizeof(ret_file->name) - 1;
	/* One word of the text, whatever the file is called. */
	for (size_t i = 0; i < name.n; i++)
		ret_file->name[i] = name.at[i] > ' ' && name.at[i] < 0x7f
					    ? (char)name.at[i]
					    : '_';
	if (name.n == 0)
		ret_file->name[0] = '_';
	crypto_sha256(text, ret_file->hash);
}

/* ---- the text ---- */

static void
put_hash(const char *word, const uint8_t hash[32], const char *name,
	struct buf *to)
{
	buf_printf(to, "%s ", word);
	code_hex(to, span_of(hash, 32));
	buf_printf(to, "%s%s\n", name[0] == '\0' ? "" : " ", name);
}

void
proof_write(const struct proof_receipt *r, struct buf *to)
{
	char day[DAY_TEXT] = "";

	must(r->n_files > 0 && r->n_files <= PROOF_FILES_MAX &&
		r->n_lines <= PROOF_LINES_MAX);
	buf_printf(to, "weir/law-receipt/v1\nagreement %s\n", r->agreement);
	put_hash("file", r->file[r->n_files - 1].hash,
		r->file[r->n_files - 1].name, to);
	for (size_t i = 0; i + 1 < r->n_files; i++)
		put_hash("statute", r->file[i].hash, r->file[i].name, to);
	put_hash("world", r->world, "", to);
	day_text(r->day, day);
	buf_printf(to, "program %s\nsolver %s\nday %s\n", r->program, r->solver,
		day);
	for (size_t i = 0; i < r->n_lines; i++)
		buf_printf(to, "property %s %s%s%s\n",
			proof_property_word(r->line[i].property),
			proof_answer_word(r->line[i].answer),
			r->line[i].about[0] == '\0' ? "" : " ",
			r->line[i].about);
	buf_text(to, "end\n");
}
