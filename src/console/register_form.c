/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of a register: added, changed (the old one ends, another begins) or
 * ended.  The form is made from register.def, so that a new column is on it by
 * itself.
 */
#include <inttypes.h>
#include <stdio.h>

#include "base/code.h"
#include "console/console_int.h"
#include "console/registers.h"
#include "proc/proc_registrar.h"

enum { PATH_BYTES = 96, TITLE_BYTES = 128, CERT_HEX = 2 * 16384 + 2 };

bool
console_may_change(const struct instance *in, enum register_id id)
{
	switch (id) {
	case REG_OFFICER:
	case REG_CERTIFIER:
	case REG_ROLE:
		return proc_permitted(in, PERMIT_PEOPLE);
	case REG_RECIPIENT:
		return proc_permitted(in, PERMIT_RECIPIENTS);
	case REG_SCREEN:    /* grounds are sealed: by weir screen */
	case REG_AGREEMENT: /* by weir agreement */
	case REG_SCREENING: /* by weir screen load */
	case REG_N:
		break;
	}
	return false;
}

static enum err
register_of(struct desk *desk, const struct ask *ask, enum register_id *ret_id)
{
	struct instance *in = &desk->in;

	if (!register_parse(ask_get(ask, ASK_PATH, "register"), ret_id) ||
		*ret_id == REG_SCREEN)
		return instance_says(
			in, ERR_NOT_FOUND, "there is no such register here");
	if (console_may_change(in, *ret_id))
		return ERR_OK;
	return proc_permit(in,
		*ret_id == REG_RECIPIENT ? PERMIT_RECIPIENTS : PERMIT_PEOPLE);
}

/* ---- the form ---- */

/* Columns that a certificate gives. */
static bool
is_of_cert(const struct register_column_info *info)
{
	return info->type == REG_BYTES ||
	       strcmp(info->name, "fingerprint") == 0;
}

static bool
has_cert(enum register_id id)
{
	for (size_t i = 0; i < register_n_columns(id); i++)
		if (register_column(
			    (enum register_column)(register_first(id) + i))
				->type == REG_BYTES)
			return true;
	return false;
}

static void
put_words(struct page *p, const struct page_field *f, const char *words)
{
	struct span rest = span_text(words);

	page_select_begin(p, f);
	if (!f->must)
		page_option(p, "", "not stated", f->value.n == 0);
	while (rest.n > 0) {
		struct span word = span_cut(&rest, '|');
		char text[64];

		if (span_copy(word, text, sizeof(text)))
			page_option(p, text, text, span_eq(word, f->value));
	}
	page_select_end(p);
}

static void
put_column(struct page *p, const struct register_column_info *info,
	struct span value)
{
	struct page_field f = {.name = info->name,
		.label = info->name,
		.hint = info->text,
		.value = value,
		.must = info->need == REG_KEY || info->need == REG_MUST};

	switch (info->type) {
	case REG_WORD:
		put_words(p, &f, info->words);
		break;
	case REG_DAY:
	case REG_FROM:
	case REG_UNTIL:
		f.type = "date";
		page_input(p, &f);
		break;
	case REG_HASH:
	case REG_TEXT:
	case REG_BYTES:
		page_input(p, &f);
	}
}

/* Of the row that is changed, or of what was sent. */
static struct span
value_of(const struct ask *ask, const struct register_row *old,
	enum register_column c, struct buf *hex)
{
	const struct register_column_info *info = register_column(c);
	struct span value = ask_get(ask, ASK_FORM, info->name);

	if (value.n > 0 || old == NULL)
		return value;
	value = register_get(old, c);
	if (info->type != REG_HASH)
		return value;
	code_hex(hex, value);
	return buf_span(hex);
}

static void
put_fields(struct page *p, const struct ask *ask, enum register_id id,
	const struct register_row *old)
{
	for (size_t i = 0; i < register_n_columns(id); i++) {
		enum register_column c =
			(enum register_column)(register_first(id) + i);
		const struct register_column_info *info = register_column(c);
		OWNED_BUF(hex, 128);

		if (!is_of_cert(info))
			put_column(p, info, value_of(ask, old, c, &hex));
	}
}

static enum err
put_form(struct desk *desk, const struct ask *ask, struct answer *answer,
	enum register_id id, const struct register_row *old, const char *error)
{
	char path[PATH_BYTES];
	char list[PATH_BYTES];
	char title[TITLE_BYTES];
	struct page p;

	(void)snprintf(title, sizeof(title), "%s a row of: %s",
		old == NULL ? "Add" : "Change", register_name(id));
	(void)snprintf(list, sizeof(list), "/registers?register=%s",
		register_name(id));
	(void)snprintf(
		path, sizeof(path), "/registers/%s/new", register_name(id));
	p = page_begin(desk, answer,
		&(struct page_head){.title = title,
			.lead = "A row is never changed: the old one ends, and "
				"yours begins.",
			.here = "/registers",
			.crumb = {{list, "Registers"}}});
	if (error != NULL)
		page_alert(&p, PAGE_ERROR, "This is to be mended first", error);
	page_form(&p, path, true);
	put_fields(&p, ask, id, old);
	if (has_cert(id))
		page_file(&p,
			&(struct page_field){.name = "certificate-file",
				.label = "Certificate",
				.hint = old == NULL
						? "X.509, PEM or DER"
						: "X.509, PEM or DER; without "
						  "one the row keeps its own",
				.accept = ".crt,.pem,.der,.cer",
				.must = old == NULL});
	if (old != NULL || ask_get(ask, ASK_FORM, "replace").n > 0)
		page_hidden(&p, "replace", SPAN("yes"));
	page_button(&p, PAGE_MAIN, "Go on and sign it", NULL, NULL);
	page_form_end(&p);
	return page_end(&p);
}

/* The row in force with that first key. */
static const struct register_entry *
find_row(const struct instance *in, enum register_id id, struct span key)
{
	uint8_t print[CRYPTO_SHA256];

	if (id == REG_ROLE) {
		if (!code_hex_parse(key, print, sizeof(print)))
			return NULL;
		key = span_of(print, sizeof(print));
	}
	return register_find(in->registers, id, key, in->at);
}

enum err
console_register_new(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	struct span key = ask_get(ask, ASK_QUERY, "key");
	const struct register_entry *entry = NULL;
	enum register_id id = REG_N;
	struct register_row old;
	enum err e = register_of(desk, ask, &id);

	if (e != ERR_OK)
		return e;
	if (key.n == 0)
		return put_form(desk, ask, answer, id, NULL, NULL);
	entry = find_row(in, id, key);
	if (entry == NULL)
		return instance_says(in, ERR_NOT_FOUND,
			"no row in force has this key any more");
	register_entry_row(entry, &old);
	return put_form(desk, ask, answer, id, &old, NULL);
}

/* ---- adding and changing ---- */

static enum err
take_columns(const struct ask *ask, struct arena *arena,
	struct register_row *row, struct why *why)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < register_n_columns(row->id);
		i++) {
		const struct register_column_info *info = register_column(
			(enum register_column)(register_first(row->id) + i));
		struct span value =
			span_trim(ask_get(ask, ASK_FORM, info->name));

		if (value.n > 0 && !is_of_cert(info))
			e = register_put_text(
				row, span_text(info->name), value, arena, why);
	}
	return e;
}

/* A file; or, once it was read, its bytes in hex, which go along as text. */
static enum err
take_cert(struct desk *desk, const struct ask *ask, struct arena *arena,
	struct register_row *row, struct buf *hex)
{
	struct instance *in = &desk->in;
	struct span file = ask_get(ask, ASK_FORM, "certificate-file");
	struct span sent = ask_get(ask, ASK_FORM, "certificate-hex");
	OWNED_BUF(bytes, CERT_HEX);
	const struct register_entry *entry;
	struct register_row old;

	if (file.n == 0 && sent.n > 0 && sent.n % 2 == 0 && sent.n < CERT_HEX) {
		uint8_t *at = buf_space(&bytes, sent.n / 2);

		if (at == NULL || !code_hex_parse(sent, at, sent.n / 2))
			return instance_says(in, ERR_MALFORMED,
				"choose the certificate again");
		file = buf_span(&bytes);
	}
	if (file.n > 0) {
		code_hex(hex, file);
		return proc_registrar_cert_of(
			in, file, "the certificate", arena, row);
	}
	/* A change without a file keeps what the row has. */
	entry = row->value[0].n == 0 ? NULL
				     : register_find(in->registers, row->id,
					       row->value[0], in->at);
	if (entry == NULL)
		return instance_says(
			in, ERR_MALFORMED, "the certificate's file is needed");
	register_entry_row(entry, &old);
	for (size_t i = 0; i < register_n_columns(row->id); i++)
		if (is_of_cert(register_column((enum register_column)(
			    register_first(row->id) + i))))
			row->value[i] = old.value[i];
	return ERR_OK;
}

/* What was sent, the certificate's file as text. */
static const struct ask *
as_text(const struct ask *ask, const struct buf *hex)
{
	static struct ask sent;

	if (hex->n == 0)
		return ask;
	sent = *ask;
	for (size_t i = 0; i < sent.n; i++) {
		struct ask_value *v = &sent.value[i];

		if (v->part == ASK_FORM &&
			span_eq(v->name, SPAN("certificate-file"))) {
			v->name = SPAN("certificate-hex");
			v->value = buf_span(hex);
		}
	}
	return &sent;
}

static enum err
add(struct desk *desk, const struct ask *ask, struct answer *answer,
	enum register_id id, struct arena *arena)
{
	struct instance *in = &desk->in;
	struct register_row row = {.id = id};
	bool replace = ask_get(ask, ASK_FORM, "replace").n > 0;
	OWNED_BUF(hex, CERT_HEX);
	char path[PATH_BYTES];
	char back[PATH_BYTES];
	struct why why;
	const struct page_act act = {.title = "Change this register",
		.says = replace ? "The row ends, and what you wrote begins."
				: "What you wrote is added.",
		.action = path,
		.button = replace ? "Sign the change" : "Sign the new row",
		.back = back,
		.here = "/registers"};
	enum err e = take_columns(ask, arena, &row, &in->why);

	(void)snprintf(
		path, sizeof(path), "/registers/%s/new", register_name(id));
	(void)snprintf(back, sizeof(back), "/registers?register=%s",
		register_name(id));
	if (e == ERR_OK && has_cert(id))
		e = take_cert(desk, ask, arena, &row, &hex);
	if (e == ERR_OK)
		e = proc_registrar_add(in, &row, replace);
	why = in->why;
	if (e == ERR_OK)
		return page_see(answer, back, "row-added");
	if (e == ERR_UNSIGNED || err_is_failure(e))
		return page_signed(desk, as_text(ask, &hex), answer, &act, e);
	return put_form(desk, ask, answer, id, NULL,
		why.text[0] == '\0' ? err_text(e) : why.text);
}

enum err
console_register_add(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	enum register_id id = REG_N;
	struct arena arena = {0};
	enum err e = register_of(desk, ask, &id);

	if (e == ERR_OK)
		e = arena_init(&arena, REGISTRAR_ARENA);
	if (e == ERR_OK)
		e = add(desk, ask, answer, id, &arena);
	arena_fini(&arena);
	return e;
}

/* ---- ending ---- */

enum err
console_register_end(
	struct desk *desk, const struct ask *ask, struct answer *answer)
{
	struct instance *in = &desk->in;
	enum register_id id = REG_N;
	struct register_row row;
	struct arena arena = {0};
	char path[PATH_BYTES];
	char back[PATH_BYTES];
	const struct page_act act = {.title = "End this row",
		.says = "From then on it no longer counts. What was decided "
			"under it stays as it was.",
		.action = path,
		.button = "End the row",
		.back = back,
		.here = "/registers"};
	enum err e = register_of(desk, ask, &id);

	if (e != ERR_OK)
		return e;
	row = (struct register_row){.id = id};
	(void)snprintf(
		path, sizeof(path), "/registers/%s/end", register_name(id));
	(void)snprintf(back, sizeof(back), "/registers?register=%s",
		register_name(id));
	e = arena_init(&arena, REGISTRAR_ARENA);
	for (size_t i = 0; e == ERR_OK && i < register_n_columns(id); i++) {
		enum register_column c =
			(enum register_column)(register_first(id) + i);
		struct span name = span_text(register_column(c)->name);
		struct span value =
			ask_get(ask, ASK_FORM, register_column(c)->name);

		if (register_is_key(c) && value.n > 0)
			e = register_put_text(
				&row, name, value, &arena, &in->why);
	}
	if (e == ERR_OK)
		e = proc_registrar_revoke(in, &row);
	arena_fini(&arena);
	return e == ERR_OK ? page_see(answer, back, "row-ended")
			   : page_signed(desk, ask, answer, &act, e);
}
