/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "base/day.h"
#include "verify/page.h"
#include "verify/verify_int.h"

/* ---- whose signatures hold ---- */

/* As verify_keys(): the key that was named, or those that it leads to. */
static enum err
read_keys(const struct verify_source *source, const struct verify_asked *asked,
	struct page_beside *b, struct why *why)
{
	enum err e;

	buf_init(&b->keys_file, LEDGER_KEYS_FILE_MAX);
	b->believed = asked->vkey;
	e = source->read(source->arg, "keys", &b->keys_file);
	if (e == ERR_NOT_FOUND) {
		ledger_keys_one(&asked->vkey, &b->keys);
		e = ERR_OK;
	} else if (e == ERR_OK) {
		e = ledger_keys_parse(buf_span(&b->keys_file), &b->keys, why);
		if (e == ERR_OK &&
			ledger_keys_find(&b->keys, &asked->vkey) == NULL)
			e = why_set(why, ERR_MISMATCH,
				"the key that you trust is none of the "
				"ledger's");
	}
	b->believed.keys = &b->keys;
	return e;
}

/* ---- one entry ---- */

static const char *
proof_fault(enum err e, const struct why *why)
{
	if (why->text[0] != '\0')
		return why->text;
	if (e == ERR_MISMATCH)
		return "the entry's path does not lead to the root that was "
		       "signed";
	if (e == ERR_BAD_SIGNATURE)
		return "the key that you named did not sign its checkpoint";
	return "not in the form of a proof";
}

static void
answer_entry(struct span entry, uint64_t index,
	const struct ledger_checkpoint *cp, struct buf *to)
{
	struct ledger_entry read;
	char day[DAY_TEXT];

	buf_printf(to, "{\"ok\":true,\"entry\":%" PRIu64 ",\"origin\":", index);
	buf_json(to, span_text(cp->origin));
	buf_printf(to, ",\"size\":%" PRIu64 ",\"root\":\"", cp->size);
	code_base64(to, span_of(cp->root.at, LEDGER_HASH));
	buf_text(to, "\"");
	if (ledger_entry_parse(entry, &read) == ERR_OK) {
		day_text(read.day, day);
		buf_printf(to, ",\"day\":\"%s\"", day);
	}
	buf_text(to, "}\n");
}

enum err
page_proof(const struct verify_source *source, const struct verify_asked *asked,
	struct page_beside *b, struct buf *answer)
{
	struct ledger_checkpoint cp;
	struct why why = {""};
	uint64_t index = 0;
	enum err e = read_keys(source, asked, b, &why);

	if (e == ERR_OK)
		e = ledger_proof_check(b->proof.bytes, b->entry.bytes,
			&b->believed, &index, &cp);
	if (e == ERR_OK) {
		answer_entry(b->entry.bytes, index, &cp, answer);
		return e;
	}
	buf_text(answer, "{\"ok\":false,\"file\":");
	buf_json(answer, span_text(b->proof.name));
	buf_text(answer, ",\"offset\":0,\"fault\":");
	buf_json(answer, span_text(proof_fault(e, &why)));
	buf_text(answer, "}\n");
	return e;
}
