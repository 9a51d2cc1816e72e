/* SPDX-License-Identifier: Apache-2.0 */
/* What is noted of a matter beside its opening and its answer. */
#include "base/code.h"
#include "base/day.h"
#include "base/read.h"
#include "matter/matter_int.h"

static const char magic[] = "weir/matter-note/v1";

void
matter_note_encode(const struct matter_note *note, struct buf *to)
{
	buf_printf(to, "%s\n", magic);
	buf_u64be(to, note->n);
	buf_u8(to, note->noted);
	buf_u8(to, note->what);
	buf_u32be(to, note->batch);
	buf_u64be(to, note->line);
	buf_sized(to, note->text);
}

static bool
is_field(const struct matter_note *note)
{
	return note->what < matter_n_fields(MATTER_OF_INCIDENT) &&
	       note->text.n > 0 &&
	       note->text.n <=
		       matter_field_row(MATTER_OF_INCIDENT, note->what)->most;
}

/* Can a note of this kind say this? */
static bool
may_say(const struct matter_note *note)
{
	uint8_t hash[32];
	int32_t day;
	int64_t at;

	switch ((enum matter_noted)note->noted) {
	case MATTER_NOTED_LOOKED:
		return note->line > 0 &&
		       (note->what == MATTER_LOOK_SOUND ||
			       note->what == MATTER_LOOK_WRONG);
	case MATTER_NOTED_AMENDED:
		return is_field(note);
	case MATTER_NOTED_LISTED:
		return code_hex_parse(note->text, hash, sizeof(hash));
	case MATTER_NOTED_UNTIL:
		return day_parse(note->text, &day);
	case MATTER_NOTED_AGAIN:
		return note->line > note->n;
	case MATTER_NOTED_REPORTED:
		return day_time_parse(note->text, &at);
	case MATTER_NO_NOTE:
	case MATTER_N_NOTES:
		break;
	}
	return false;
}

enum err
matter_note_decode(struct span bytes, struct matter_note *ret_note)
{
	struct reader r = read_from(bytes);
	bool is_ours = span_eq(read_line(&r), span_text(magic));
	struct matter_note note;

	note.n = read_u64be(&r);
	note.noted = read_u8(&r);
	note.what = read_u8(&r);
	note.batch = read_u32be(&r);
	note.line = read_u64be(&r);
	note.text = read_sized(&r, MATTER_GROUND_MAX);
	if (!is_ours || !read_end(&r) || note.n == 0 ||
		!span_is_plain(note.text) || !may_say(&note))
		return ERR_MALFORMED;
	*ret_note = note;
	return ERR_OK;
}
