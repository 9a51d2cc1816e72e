/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_letter_take.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

#include "os/file.h"
#include "proc/proc_demand.h"
#include "proc/proc_letter_int.h"
#include "proc/proc_permit.h"
#include "proc/proc_receipt.h"

enum { CERTS_MAX = 256, SIGNATURE_MAX = 1 << 16, ENCODED_MAX = 1 << 17 };

/* ---- what was handed in ---- */

static enum err
read_file(const char *name, struct buf *to, struct why *why)
{
	enum err e = os_read(AT_FDCWD, name, to);

	return e == ERR_OK
		       ? ERR_OK
		       : why_set(why, e, "%s: %s", name,
				 e == ERR_NOT_FOUND ? "there is no such file"
						    : err_text(e));
}

static enum err
read_files(struct taking *t)
{
	const struct proc_letter_options *o = t->options;
	struct why *why = &t->result->why;
	char name[INSTANCE_FILE_MAX];
	enum err e = ERR_OK;

	if (o->asker != NULL) {
		buf_bytes(&t->document, o->document);
		buf_bytes(&t->signature, o->signed_by);
		return buf_error(&t->document) == ERR_OK
			       ? buf_error(&t->signature)
			       : buf_error(&t->document);
	}
	e = read_file(o->letter, &t->document, why);
	if (snprintf(name, sizeof(name), "%s.p7s", o->letter) >=
		(int)sizeof(name))
		return why_set(why, ERR_TOO_LARGE, "the name is too long");
	if (e == ERR_OK)
		e = read_file(o->signature == NULL ? name : o->signature,
			&t->signature, why);
	return e;
}

/* ---- who signed ---- */

struct signers {
	const struct register_entry *entry[CERTS_MAX];
	struct span cert[CERTS_MAX];
	size_t n;
};

static void
add_signer(struct signers *s, const struct register_entry *entry,
	const struct register_row *row, enum register_column cert)
{
	if (s->n == CERTS_MAX)
		return;
	s->entry[s->n] = entry;
	s->cert[s->n++] = register_get(row, cert);
}

/* In force, under the letter's agreement. */
static void
certifiers(struct taking *t, struct signers *s)
{
	const struct register_set *set = t->in.registers;

	for (size_t i = 0; i < register_n(set, REG_CERTIFIER); i++) {
		const struct register_entry *entry =
			register_at(set, REG_CERTIFIER, i);
		struct register_row row;

		register_entry_row(entry, &row);
		if (register_in_force(t->in.registers, entry, t->in.at) &&
			span_eq(register_get(&row, REG_CERTIFIER_ID),
				t->letter.member[LETTER_M_SIGNER]) &&
			span_eq(register_get(&row, REG_CERTIFIER_AGREEMENT),
				t->letter.member[LETTER_M_AGREEMENT]))
			add_signer(s, entry, &row, REG_CERTIFIER_CERT);
	}
}

/* Every certificate that this officer ever had: an acknowledgement is by the
 * one to which the package was sealed, all else by one in force. */
static void
officers(struct taking *t, struct signers *s)
{
	const struct register_set *set = t->in.registers;

	for (size_t i = register_n(set, REG_OFFICER); i > 0; i--) {
		const struct register_entry *entry =
			register_at(set, REG_OFFICER, i - 1);
		struct register_row row;

		register_entry_row(entry, &row);
		if (span_eq(register_get(&row, REG_OFFICER_ID),
			    t->letter.member[LETTER_M_SIGNER]) &&
			(t->letter.kind == LETTER_ACKNOWLEDGE ||
				register_in_force(
					t->in.registers, entry, t->in.at)))
			add_signer(s, entry, &row, REG_OFFICER_CERT);
	}
}

static enum err
check_signer(struct taking *t)
{
	static struct signers s;
	struct crypto_cert *cert = NULL;
	struct span id = t->letter.member[LETTER_M_SIGNER];
	bool certifier =
		letter_kind_signer(t->letter.kind) == LETTER_BY_CERTIFIER;
	size_t signer = 0;
	enum err e;

	s.n = 0;
	if (certifier)
		certifiers(t, &s);
	else
		officers(t, &s);
	if (s.n == 0)
		return instance_says(&t->in, ERR_NOT_ALLOWED,
			"%.*s is no %s now", (int)id.n, (const char *)id.at,
			certifier ? "certifier under that agreement"
				  : "officer on the register");
	e = front_signed(&t->front, buf_span(&t->document),
		buf_span(&t->signature), s.cert, s.n, t->in.at, &signer,
		&t->in.why);
	if (e == ERR_OK)
		e = crypto_cert_parse(s.cert[signer], &cert);
	if (e != ERR_OK)
		return e;
	crypto_cert_fingerprint(cert, t->signer);
	cert = crypto_cert_free(cert);
	return ERR_OK;
}

/* ---- which requests ---- */

static enum err
refuse_item(struct taking *t, const struct letter_about *about, enum err e,
	const struct why *why)
{
	struct proc_letter_result *r = t->result;

	(void)span_copy(about->item->request, r->refused[r->n_refused].id,
		STORE_ID_MAX);
	r->refused[r->n_refused++].why = *why;
	return e;
}

/* To whom was it sealed, by the entry of its handing over? */
static enum err
sealed_to_signer(
	struct taking *t, const struct store_request *row, struct why *why)
{
	struct account_opened opened;
	bool same;
	enum err e = account_open(&t->in, row->delivered, &opened);

	if (e != ERR_OK)
		return e;
	same = span_eq(account_field(&opened, "recipient"),
		span_of(t->signer, sizeof(t->signer)));
	account_opened_fini(&opened);
	return same ? ERR_OK
		    : why_set(why, ERR_NOT_ALLOWED,
			      "its package was sealed to another certificate");
}

static enum err
find_item(struct taking *t, struct letter_about *about, struct why *why)
{
	struct store_request *row = &about->row;
	char id[STORE_ID_MAX];
	enum err e;

	must(span_copy(about->item->request, id, sizeof(id)));
	if (letter_kind_signer(t->letter.kind) == LETTER_BY_CERTIFIER) {
		e = store_request_in(t->in.store, t->batch.n, id, row);
		if (e == ERR_NOT_FOUND)
			return why_set(why, e, "the batch has no such request");
		return e == ERR_OK ? proc_batch_sound(&t->in, row) : e;
	}
	e = store_request_packaged(t->in.store, id, about->item->package, row);
	if (e == ERR_OK)
		e = proc_batch_sound(&t->in, row);
	if (e == ERR_NOT_FOUND ||
		(e == ERR_OK && (row->answered == CASE_ANSWERED_NONE ||
					row->delivered == STORE_NO_ENTRY)))
		return why_set(why, ERR_NOT_FOUND,
			"no package with this hash was handed over last for "
			"it");
	if (e == ERR_OK && !span_eq(span_text(row->officer),
				   t->letter.member[LETTER_M_SIGNER]))
		return why_set(
			why, ERR_NOT_ALLOWED, "it names another officer");
	if (e == ERR_OK && t->letter.kind == LETTER_ACKNOWLEDGE)
		e = sealed_to_signer(t, row, why);
	return e;
}

static enum err
find_batch(struct taking *t)
{
	char agreement[STORE_ID_MAX];
	enum err e;

	if (letter_kind_signer(t->letter.kind) != LETTER_BY_CERTIFIER)
		return ERR_OK;
	must(span_copy(t->letter.member[LETTER_M_AGREEMENT], agreement,
		sizeof(agreement)));
	e = store_batch_find(
		t->in.store, agreement, letter_sequence(&t->letter), &t->batch);
	if (e == ERR_NOT_FOUND)
		return instance_says(&t->in, e,
			"there is no batch %" PRIu32 " under the agreement %s",
			letter_sequence(&t->letter), agreement);
	if (e == ERR_OK && t->batch.stage != STAGE_LOCATED)
		return instance_says(&t->in, ERR_TOO_EARLY,
			"that batch is not whole yet: submit it again to go "
			"on");
	return e;
}

/* All are looked at, so that each refused one is named. */
static enum err
find_items(struct taking *t, bool known)
{
	enum err refused = ERR_OK;

	for (size_t i = 0; i < t->letter.n_items; i++) {
		struct letter_about *about = &t->about[i];
		struct why why = {""};
		enum err e;

		about->item = &t->letter.item[i];
		e = find_item(t, about, &why);
		if (e == ERR_OK && !known)
			e = letter_may(t, about, &why);
		if (err_is_failure(e))
			return e;
		if (e != ERR_OK) {
			e = refuse_item(t, about, e, &why);
			refused = refused == ERR_OK ? e : refused;
		}
	}
	return refused == ERR_OK
		       ? ERR_OK
		       : instance_says(&t->in, refused,
				 "%zu of %zu requests cannot be: nothing is "
				 "done",
				 t->result->n_refused, t->letter.n_items);
}

/* ---- the entry ---- */

static enum err
enter(struct taking *t)
{
	struct instance *in = &t->in;
	bool certifier =
		letter_kind_signer(t->letter.kind) == LETTER_BY_CERTIFIER;
	char act[40];
	char batch[16] = "";
	char at[DAY_TIME_TEXT];
	struct ledger_field fields[] = {
		ACCOUNT_BYTES("actor", in->actor.print, CRYPTO_SHA256),
		ACCOUNT_TEXT("act", act),
		{"batch", span_of(NULL, 0)},
		{"request", t->letter.n_items == 1 ? t->letter.item[0].request
						   : span_of(NULL, 0)},
		{"object", buf_span(&t->document)},
		{"ground", t->letter.member[LETTER_M_REASON]},
		{"signature", buf_span(&t->signature)},
		ACCOUNT_TEXT("at", ""),
	};

	(void)snprintf(act, sizeof(act), "letter-%s",
		letter_kind_text(t->letter.kind));
	if (certifier)
		(void)snprintf(batch, sizeof(batch), "%" PRIu32, t->batch.n);
	day_time_text(in->at, at);
	fields[1].value = span_text(act);
	fields[2].value = span_text(batch);
	fields[7].value = span_text(at);
	return account_entry(in, LEDGER_ACT, NULL, fields,
		sizeof(fields) / sizeof(fields[0]), buf_span(&t->encoded),
		&t->result->entry);
}

static enum err
carry_out(struct taking *t)
{
	uint64_t settled = 0;
	enum err e = account_begin(&t->in);

	if (e != ERR_OK)
		return e;
	e = enter(t);
	for (size_t i = 0; e == ERR_OK && i < t->letter.n_items; i++)
		e = letter_apply(t, &t->about[i]);
	if (e == ERR_OK && t->letter.kind == LETTER_DESTROYED)
		e = proc_demand_settle(&t->in, &settled);
	if (e == ERR_OK)
		return account_commit(&t->in);
	account_abandon(&t->in);
	return e;
}

/* R27: a letter that was refused is accounted for too. */
static enum err
account_refusal(struct taking *t)
{
	OWNED_BUF(object, 1024);
	enum err e = account_begin(&t->in);

	buf_text(&object, t->in.why.text);
	buf_text(&object, "; sha256 ");
	for (size_t i = 0; i < sizeof(t->hash); i++)
		buf_printf(&object, "%02x", t->hash[i]);
	if (e == ERR_OK)
		e = buf_error(&object);
	if (e == ERR_OK)
		e = account_act(&t->in, "refuse-letter", 0, "",
			buf_span(&object), NULL);
	if (e == ERR_OK)
		return account_commit(&t->in);
	account_abandon(&t->in);
	return e;
}

/* ---- all of it ---- */

static enum err
receipt(struct taking *t)
{
	struct proc_receipt_letter of = {.kind = t->letter.kind,
		.n = t->letter.n_items,
		.hash = t->hash,
		.entry = t->result->entry};
	struct account_opened opened;
	enum err e = account_open(&t->in, t->result->entry, &opened);

	if (e != ERR_OK)
		return e;
	of.taken = account_field(&opened, "at");
	e = proc_receipt_letter(&t->in, &of, &t->result->receipt);
	account_opened_fini(&opened);
	return e;
}

/* Form, signer, requests: whatever fails here is a refusal to be entered. */
static enum err
check(struct taking *t)
{
	enum err e = front_letter(&t->front, buf_span(&t->document),
		&t->encoded, &t->letter, &t->in.why);

	if (e == ERR_OK) {
		t->result->kind = t->letter.kind;
		t->result->n = t->letter.n_items;
		e = store_letter_known(t->in.store, t->hash, &t->result->entry);
		t->result->again = e == ERR_OK;
		e = e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	if (e == ERR_OK)
		e = find_batch(t);
	if (e == ERR_OK && !t->result->again)
		e = check_signer(t);
	if (e == ERR_OK &&
		(!t->result->again || letter_kind_signer(t->letter.kind) ==
					      LETTER_BY_CERTIFIER))
		e = find_items(t, t->result->again);
	return e;
}

static enum err
take(struct taking *t)
{
	enum err e = proc_permit(&t->in, PERMIT_LETTER);

	if (e == ERR_OK)
		e = instance_must_answer(t->in.dir, &t->in.why);

	if (e != ERR_OK)
		return e;
	crypto_sha256(buf_span(&t->document), t->hash);
	e = check(t);
	if (err_is_refusal(e)) {
		enum err accounted = account_refusal(t);

		return accounted == ERR_OK ? e : accounted;
	}
	if (e == ERR_OK && !t->result->again)
		e = carry_out(t);
	if (e == ERR_OK)
		e = letter_after(t);
	return e == ERR_OK ? receipt(t) : e;
}

static enum err
open_and_take(struct taking *t)
{
	struct proc_front_file front = {.fd = -1, .today = DAY_NONE};
	enum err e =
		proc_start("weir-front", proc_front, &front, -1, &t->front);

	if (e == ERR_OK && t->options->asker != NULL)
		e = instance_open_for(t->options->path, INSTANCE_LEDGER,
			t->options->asker, &t->in);
	else if (e == ERR_OK)
		e = instance_open(t->options->path, INSTANCE_LEDGER,
			t->options->key, t->options->today, &t->in);
	if (e == ERR_OK)
		e = instance_lock_in(&t->in);
	if (e == ERR_OK)
		e = take(t);
	if (t->result->why.text[0] == '\0')
		t->result->why = t->in.why;
	instance_close(&t->in);
	proc_drop(&t->front);
	return e;
}

enum err
proc_letter_take(const struct proc_letter_options *options,
	struct proc_letter_result *ret_result)
{
	static struct taking t;
	enum err e;

	*ret_result = (struct proc_letter_result){.n = 0};
	t = (struct taking){.options = options,
		.result = ret_result,
		.in = INSTANCE_NONE,
		.front = PROC_PEER_NONE};
	buf_init(&t.document, LETTER_BYTES_MAX);
	buf_init(&t.signature, SIGNATURE_MAX);
	buf_init(&t.encoded, ENCODED_MAX);
	buf_init(&ret_result->receipt, PROC_RECEIPT_MAX);
	e = read_files(&t);
	if (e == ERR_OK)
		e = open_and_take(&t);
	buf_fini(&t.document);
	buf_fini(&t.signature);
	buf_fini(&t.encoded);
	return e;
}

void
proc_letter_fini(struct proc_letter_result *result)
{
	buf_fini(&result->receipt);
}

enum err
proc_letter_open(struct instance *in, uint64_t entry,
	struct account_opened *ret_opened, struct letter *ret_letter)
{
	enum err e = account_open(in, entry, ret_opened);

	if (e != ERR_OK)
		return e;
	if (letter_decode(ret_opened->private, ret_letter) == ERR_OK)
		return ERR_OK;
	account_opened_fini(ret_opened);
	return instance_says(in, ERR_DAMAGED,
		"entry %" PRIu64 " does not hold a letter", entry);
}
