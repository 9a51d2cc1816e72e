/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/num.h"
#include "os/file.h"
#include "serve/gate_int.h"

enum { FORM_BUFFER = 4096, FILE_BUFFER = 1 << 16 };

/* Of a form that brings a file: the part that is streamed. */
static const char file_part[] = "requests";

/* ---- a form ---- */

static bool
begin_value(struct gate_request *r, const char *key)
{
	struct span name = span_text(key);

	if (r->ask.n == ASK_VALUES || name.n == 0 || name.n > ASK_NAME_MAX)
		return false;
	r->offset[r->ask.n] = r->values.n;
	buf_bytes(&r->values, name);
	r->ask.value[r->ask.n++] = (struct ask_value){.part = ASK_FORM,
		.name = span_of(NULL, name.n),
		.value = span_of(NULL, 0)};
	return true;
}

/* The pieces of a value come one after the other: `at` is 0 for its first. */
static enum MHD_Result
on_piece(void *context, enum MHD_ValueKind kind, const char *key,
	const char *filename, const char *type, const char *encoding,
	const char *data, uint64_t at, size_t n)
{
	struct gate_request *r = context;
	struct ask_value *v;

	(void)kind;
	(void)filename;
	(void)type;
	(void)encoding;
	if (at == 0 && !begin_value(r, key))
		return MHD_NO;
	if (r->ask.n == r->first)
		return MHD_NO;
	v = &r->ask.value[r->ask.n - 1];
	v->value.n += n;
	buf_bytes(&r->values, span_of(data, n));
	return v->value.n <= ASK_VALUE_MAX && buf_error(&r->values) == ERR_OK
		       ? MHD_YES
		       : MHD_NO;
}

/* The same where one part is the file, once: it goes to the disk. */
static enum MHD_Result
on_file_piece(void *context, enum MHD_ValueKind kind, const char *key,
	const char *filename, const char *type, const char *encoding,
	const char *data, uint64_t at, size_t n)
{
	struct gate_request *r = context;

	if (key == NULL || strcmp(key, file_part) != 0)
		return on_piece(context, kind, key, filename, type, encoding,
			data, at, n);
	if (at == 0 && r->file_given)
		return MHD_NO;
	r->file_given = true;
	r->no_room = os_write_all(r->ask.file, span_of(data, n)) != ERR_OK;
	return r->no_room ? MHD_NO : MHD_YES;
}

static bool
is_type(const struct gate_request *r, const char *type)
{
	struct span given = span_text(gate_header(r, "Content-Type"));

	given = span_trim(span_cut(&given, ';'));
	return span_eq_nocase(given, span_text(type));
}

/* ---- what its header says ---- */

static unsigned
begin_form(struct gate_request *r, const char **says)
{
	if (!is_type(r, "application/x-www-form-urlencoded") &&
		!is_type(r, "multipart/form-data")) {
		*says = "a form comes as application/x-www-form-urlencoded or "
			"multipart/form-data";
		return 415;
	}
	r->form = MHD_create_post_processor(r->on->c, FORM_BUFFER, on_piece, r);
	*says = "the form's header is not in the documented form";
	return r->form == NULL ? 400 : 0;
}

static unsigned
begin_file(struct gate_request *r, const char **says)
{
	r->ask.file = openat(r->gate->start.folder, ".",
		O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (r->ask.file < 0) {
		gate_log(r->gate, "no file for what is sent: errno %d", errno);
		*says = "there is no room for a file now";
		return 503;
	}
	if (!is_type(r, "multipart/form-data"))
		return 0;
	r->form = MHD_create_post_processor(
		r->on->c, FILE_BUFFER, on_file_piece, r);
	*says = "the form's header is not in the documented form";
	return r->form == NULL ? 400 : 0;
}

static uint64_t
most_of(const struct gate_request *r)
{
	switch (r->route->body) {
	case SERVE_NONE:
		return 0;
	case SERVE_FORM:
		return ASK_MAX;
	case SERVE_JSON:
		return ASK_BODY_MAX;
	case SERVE_ENVELOPE:
		return ASK_ENVELOPE_MAX;
	case SERVE_FILE:
		return r->gate->start.settings->upload;
	}
	return 0;
}

static bool
is_json(const struct gate_request *r)
{
	struct span type = span_text(gate_header(r, "Content-Type"));

	type = span_trim(span_cut(&type, ';'));
	return span_eq_nocase(type, SPAN("application/json")) ||
	       (type.n > 5 && span_eq_nocase(span_of(type.at + type.n - 5, 5),
				      SPAN("+json")));
}

static unsigned
begin_kind(struct gate_request *r, const char **says)
{
	switch (r->route->body) {
	case SERVE_FORM:
		return begin_form(r, says);
	case SERVE_JSON:
	case SERVE_ENVELOPE:
		*says = "this takes application/json";
		return is_json(r) ? 0 : 415;
	case SERVE_FILE:
		return begin_file(r, says);
	case SERVE_NONE:
		break;
	}
	return 0;
}

unsigned
gate_body_begin(struct gate_request *r, const char **ret_says)
{
	const char *length = gate_header(r, "Content-Length");
	bool chunked = gate_header(r, "Transfer-Encoding") != NULL;
	const char *expect = gate_header(r, "Expect");
	uint64_t n = 0;

	r->first = r->ask.n;
	if (expect != NULL &&
		!span_eq_nocase(span_text(expect), SPAN("100-continue"))) {
		*ret_says = "nothing is expected here but 100-continue";
		return 417;
	}
	if (length != NULL && !num_parse(span_text(length), UINT64_MAX, &n)) {
		*ret_says = "its length is no number";
		return 400;
	}
	if (n > most_of(r) || (chunked && most_of(r) == 0)) {
		*ret_says = "what is sent is larger than this takes";
		return 413;
	}
	if (most_of(r) == 0)
		return 0;
	if (length == NULL && !chunked) {
		*ret_says = "say how long what is sent is: Content-Length";
		return 411;
	}
	return begin_kind(r, ret_says);
}

unsigned
gate_body_part(struct gate_request *r, struct span part, const char **ret_says)
{
	r->received += part.n;
	*ret_says = "what is sent is larger than this takes";
	if (r->received > most_of(r))
		return 413;
	if (r->form != NULL) {
		if (MHD_post_process(r->form, (const char *)part.at, part.n) ==
			MHD_YES)
			return 0;
		if (r->no_room) {
			*ret_says = "there is no room for what is sent now";
			return 503;
		}
		*ret_says =
			"the form is not in the documented form, or has too "
			"much in it";
		return 400;
	}
	if (r->ask.file >= 0) {
		unsigned status = gate_limit_part(r, part, ret_says);

		if (status != 0)
			return status;
		*ret_says = "there is no room for what is sent now";
		return os_write_all(r->ask.file, part) == ERR_OK ? 0 : 503;
	}
	buf_bytes(&r->body, part);
	return buf_error(&r->body) == ERR_OK ? 0 : 413;
}

void
gate_body_end(struct gate_request *r)
{
	if (r->form != NULL) {
		(void)MHD_destroy_post_processor(r->form);
		r->form = NULL;
	}
	for (size_t i = r->first; i < r->ask.n; i++) {
		struct ask_value *v = &r->ask.value[i];

		v->name.at = r->values.at + r->offset[i];
		v->value.at = v->name.at + v->name.n;
	}
	r->ask.body = buf_span(&r->body);
}
