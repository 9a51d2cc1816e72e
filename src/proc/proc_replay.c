/* SPDX-License-Identifier: Apache-2.0 */
#include "proc/proc_replay.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/code.h"
#include "base/read.h"
#include "ledger/tile.h"
#include "os/file.h"
#include "person/person.h"
#include "proc/proc_laws.h"
#include "proc/proc_locate.h"
#include "proc/proc_registrar.h"
#include "proc/proc_vault.h"
#include "proc/proc_volume.h"
#include "store/log.h"
#include "wire/wire.h"

enum { BUNDLE_MAX = 1 << 25, ROLL_NAME = 80, SMALL_MAX = 1 << 20 };

/* A roll that decisions of the batch name, and the vault that has it open. */
struct replay_roll {
	uint8_t hash[32];
	struct proc_peer vault; /* not running: the roll is not kept */
};

/* The entries of one bundle of the public ledger, as read last. */
struct bundle {
	bool read;
	uint64_t n;
	struct buf bytes;
};

struct replay {
	struct instance in;
	struct proc_replay_result *result;
	struct store_batch batch;
	struct replay_roll roll[REPLAY_ROLLS];
	size_t n_rolls;
	struct proc_laws laws;
	int ledger;
	uint64_t size;           /* of the ledger */
	struct bundle bundle[2]; /* of entries Q, of entries M */
	struct account_opened entered;
	uint64_t counted;  /* line whose difference was counted; 0 none */
	uint64_t accepted; /* when the batch was judged, for all we know */
	uint64_t anew;     /* judged again since */
	struct batch_request request[VAULT_CHUNK]; /* for one vault */
	size_t n;
	size_t asked; /* place of that vault in roll */
};

/* ---- differences ---- */

static void differs(struct replay *r, uint64_t line, const char *id,
	const char *fmt, ...) PRINTF_LIKE(4, 5);

static void
differs(struct replay *r, uint64_t line, const char *id, const char *fmt, ...)
{
	struct proc_replay_result *res = r->result;
	va_list ap;

	if (line == 0 || r->counted != line)
		res->different++;
	r->counted = line;
	if (res->n_differences == REPLAY_DIFFERENCES)
		return;
	res->difference[res->n_differences].line = line;
	(void)snprintf(
		res->difference[res->n_differences].id, STORE_ID_MAX, "%s", id);
	va_start(ap, fmt);
	(void)vsnprintf(
		res->difference[res->n_differences].text, REPLAY_TEXT, fmt, ap);
	va_end(ap);
	res->n_differences++;
}

#define DIFFERS(r, row, ...) differs((r), (row)->line, (row)->id, __VA_ARGS__)

/* ---- which rolls: found by a process of its own, since vaults must start
 * before this one reads a secret ---- */

struct scout {
	const char *path;
	uint32_t batch;
	struct instance *in;
	uint8_t hash[REPLAY_ROLLS][32];
	size_t n;
};

static enum err
scout_row(void *context, struct store_request *row)
{
	struct scout *s = context;
	struct account_opened opened;
	struct span roll;
	enum err e;

	if (row->matched == STORE_NO_ENTRY)
		return ERR_OK;
	e = account_open(s->in, row->matched, &opened);
	if (e != ERR_OK) /* the replay will say so */
		return err_is_failure(e) ? e : ERR_OK;
	roll = account_field(&opened, "roll");
	for (size_t i = 0; i <= s->n && i < REPLAY_ROLLS && roll.n == 32; i++) {
		if (i == s->n)
			memcpy(s->hash[s->n++], roll.at, 32);
		if (memcmp(s->hash[i], roll.at, 32) == 0)
			break;
	}
	account_opened_fini(&opened);
	return ERR_OK;
}

static enum err
scout_main(int fd, void *context)
{
	static struct instance in;
	struct scout *s = context;
	enum err e = instance_open(s->path, INSTANCE_READ, NULL, DAY_NONE, &in);

	s->in = &in;
	if (e == ERR_OK)
		e = proc_batch_each(&in, s->batch, scout_row, s);
	instance_close(&in);
	return e == ERR_OK ? wire_send(fd, WIRE_VAULT_ROLL_IS,
				     span_of(s->hash, s->n * 32))
			   : wire_refuse(fd, WIRE_VAULT_REFUSE, e, &in.why);
}

/* An index that this program cannot read is as good as one not kept. */
static bool
is_readable(int folder, const char *name)
{
	OWNED_FD file = openat(folder, name, O_RDONLY | O_CLOEXEC);
	uint8_t head[ROLL_HEAD];

	return file >= 0 &&
	       (pread(file, head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
		       !roll_other_version(head));
}

static enum err
start_vault(const char *path, int folder, struct replay_roll *roll)
{
	OWNED_BUF(name, ROLL_NAME);
	struct proc_vault_where where = {.path = path};

	code_hex(&name, span_of(roll->hash, 32));
	buf_text(&name, ".idx");
	buf_u8(&name, 0);
	if (buf_error(&name) != ERR_OK)
		return buf_error(&name);
	where.roll = (const char *)name.at;
	if (!is_readable(folder, where.roll))
		return ERR_OK;
	return proc_start("weir-vault", proc_vault, &where, -1, &roll->vault);
}

static enum err
start_vaults(struct replay *r, const char *path, uint32_t batch)
{
	static struct scout s;
	struct proc_peer peer = PROC_PEER_NONE;
	OWNED_BUF(hashes, 1 << 12);
	OWNED_FD dir = -1;
	OWNED_FD folder = -1;
	enum err e = os_folder(AT_FDCWD, path, false, &dir);

	if (e == ERR_OK && !os_exists(dir, "instance"))
		return ERR_OK; /* which opening will say */
	if (e == ERR_OK)
		e = os_folder(dir, "roll", false, &folder);
	if (e != ERR_OK)
		return ERR_OK;
	s = (struct scout){.path = path, .batch = batch};
	e = proc_start("weir-scout", scout_main, &s, -1, &peer);
	if (e == ERR_OK)
		e = wire_expect(peer.fd, WIRE_VAULT_ROLL_IS, WIRE_VAULT_REFUSE,
			&hashes, &r->in.why);
	proc_drop(&peer);
	for (size_t i = 0; e == ERR_OK && i * 32 < hashes.n; i++) {
		struct replay_roll *roll = &r->roll[r->n_rolls++];

		memcpy(roll->hash, hashes.at + i * 32, 32);
		e = start_vault(path, folder, roll);
	}
	return err_is_failure(e) ? e : ERR_OK;
}

/* ---- the account ---- */

/* The size that is signed, whatever else is wrong below it. */
static enum err
read_checkpoint(struct replay *r, struct ledger_vkey *ret_vkey)
{
	struct ledger_checkpoint cp;
	OWNED_BUF(text, SMALL_MAX);
	OWNED_BUF(note, SMALL_MAX);
	enum err e = os_folder(r->in.dir, "ledger", false, &r->ledger);

	if (e == ERR_OK)
		e = os_read(r->ledger, "ledger.vkey", &text);
	if (e == ERR_OK)
		e = ledger_vkey_parse(span_trim(buf_span(&text)), ret_vkey);
	if (e == ERR_OK)
		e = os_read(r->ledger, "checkpoint", &note);
	if (e == ERR_OK)
		e = ledger_checkpoint_open(buf_span(&note), ret_vkey, &cp);
	if (e == ERR_OK)
		r->size = cp.size;
	return e;
}

static enum err
open_ledger(struct replay *r)
{
	struct store_log_fault fault = {.text = ""};
	struct ledger_checkpoint cp;
	struct ledger_vkey vkey;
	enum err e = read_checkpoint(r, &vkey);

	if (e == ERR_OK)
		e = store_log_verify(r->ledger, &vkey, &cp, &fault);
	if (!err_is_refusal(e))
		return e;
	differs(r, 0, "", "the ledger: %s%s%s", fault.file,
		fault.file[0] == '\0' ? "" : ": ",
		fault.text[0] == '\0' ? err_text(e) : fault.text);
	return ERR_OK;
}

static enum err
read_bundle(struct replay *r, uint64_t n, struct bundle *b)
{
	struct ledger_tile t = {.level = LEDGER_TILE_ENTRIES, .n = n};
	char path[LEDGER_TILE_PATH];
	enum err e;

	buf_clear(&b->bytes);
	t.width = ledger_tile_width(t.level, n, r->size);
	if (t.width == 0)
		return ERR_NOT_FOUND;
	ledger_tile_path(&t, path);
	e = os_read(r->ledger, path, &b->bytes);
	b->read = e == ERR_OK;
	b->n = n;
	return e;
}

/* Is this entry the public ledger's, byte for byte? */
static enum err
is_public(struct replay *r, const struct ledger_entry *entry, struct bundle *b,
	bool *ret_is)
{
	uint8_t bytes[LEDGER_ENTRY];
	struct span at = {NULL, 0};
	struct reader from;
	enum err e = ERR_OK;

	*ret_is = false;
	if (!b->read || b->n != entry->index / LEDGER_TILE)
		e = read_bundle(r, entry->index / LEDGER_TILE, b);
	if (e != ERR_OK)
		return err_is_failure(e) ? e : ERR_OK;
	from = read_from(buf_span(&b->bytes));
	for (uint64_t i = 0; i <= entry->index % LEDGER_TILE; i++)
		at = ledger_bundle_next(&from);
	ledger_entry_write(entry, bytes);
	*ret_is = read_ok(&from) && span_eq(at, span_of(bytes, sizeof(bytes)));
	return ERR_OK;
}

static enum err
check_opening(struct replay *r, const struct store_request *row,
	const struct account_opened *o, enum ledger_type type, struct bundle *b)
{
	char number[24];
	bool same = false;
	enum err e = is_public(r, &o->entry, b, &same);

	if (e != ERR_OK)
		return e;
	if (!same)
		DIFFERS(r, row,
			"entry %" PRIu64 " is not the one in the ledger",
			o->entry.index);
	r->result->openings += same;
	if (memcmp(o->head.engine, r->in.engine, 32) != 0)
		r->result->other_engine++;
	(void)snprintf(number, sizeof(number), "%" PRIu32, row->batch);
	if (o->head.type != type ||
		!span_eq(account_field(o, "batch"), span_text(number)) ||
		!span_eq(account_field(o, "request"), span_text(row->id)))
		DIFFERS(r, row, "entry %" PRIu64 " is of another request",
			o->entry.index);
	return ERR_OK;
}

/* ---- the law ---- */

/* The law of an entry; NULL where its files are not kept as they were. */
static enum err
law_of(struct replay *r, const uint8_t hash[32], struct law **ret_law)
{
	enum err e = proc_laws_get(&r->laws, &r->in, hash, ret_law);

	if (!err_is_refusal(e) || e == ERR_TOO_LARGE)
		return e;
	differs(r, 0, "", "%s", r->in.why.text);
	return ERR_OK;
}

/* What one half says now. */
struct half {
	bool decided; /* false: law or evidence are not what they were */
	enum law_answer answer;
	uint64_t unmet;
};

static void
compare_half(struct replay *r, const struct store_request *row,
	const struct account_opened *o, const char *outcome, struct span codes)
{
	struct span was = account_field(o, "outcome");

	r->result->decided++;
	if (!span_eq(was, span_text(outcome)))
		DIFFERS(r, row, "entry %" PRIu64 " says %.*s, the law now %s",
			o->entry.index, (int)was.n, (const char *)was.at,
			outcome);
	was = account_field(o, "codes");
	if (!span_eq(was, codes))
		DIFFERS(r, row, "entry %" PRIu64 " says '%.*s', the law '%.*s'",
			o->entry.index, (int)was.n, (const char *)was.at,
			(int)codes.n, (const char *)codes.at);
}

static enum err
decide_half(struct replay *r, const struct store_request *row,
	const struct account_opened *o, enum evidence_half half,
	struct half *ret_half)
{
	bool met[LAW_RULES_MAX];
	struct evidence ev;
	struct law *law = NULL;
	const char *outcome;
	OWNED_BUF(codes, 4096);
	enum err e = law_of(r, o->head.law, &law);

	*ret_half = (struct half){.decided = false};
	if (e != ERR_OK || law == NULL)
		return e;
	if (!evidence_decode(account_field(o, "evidence"), &ev)) {
		DIFFERS(r, row, "entry %" PRIu64 " holds no evidence",
			o->entry.index);
		return ERR_OK;
	}
	ret_half->decided = true;
	ret_half->answer = half == EV_REQUEST
				   ? law_decide(law, &ev, half, met)
				   : proc_batch_decide(law, &ev, met);
	ret_half->unmet = proc_batch_unmet(met, law_n_rules(law));
	outcome = half == EV_REQUEST
			  ? law_answer_text(ret_half->answer)
			  : case_state_text(case_move(CASE_ACCEPTED,
				    case_event_of(ret_half->answer, half)));
	proc_batch_codes(law, ret_half->unmet, " ", &codes);
	compare_half(r, row, o, outcome, buf_span(&codes));
	return buf_error(&codes);
}

/* The store's row against what its newest entry comes to. */
static void
compare_row(struct replay *r, const struct batch_request *b,
	const struct half *asked, const struct half *found)
{
	const struct store_request *row = &b->row;
	const struct half *newest = found->decided ? found : asked;
	bool looked = row->matched != STORE_NO_ENTRY;
	uint8_t verdict[32];

	if (asked->decided && asked->answer != (enum law_answer)row->answer)
		DIFFERS(r, row, "the store has answer %s, the law %s",
			law_answer_text((enum law_answer)row->answer),
			law_answer_text(asked->answer));
	if (newest->decided && found->decided == looked &&
		newest->unmet != row->unmet)
		DIFFERS(r, row, "the store has other rules as not met");
	if (!found->decided)
		return;
	vault_verdict_hash(
		&(struct vault_verdict){
			.batch = row->batch,
			.line = row->line,
			.request = b->encoded,
			.law = b->matched.head.law,
			.answer = (uint8_t)found->answer,
			.match = b->match,
			.person = b->person,
		},
		verdict);
	if (memcmp(verdict, row->verdict, 32) != 0)
		DIFFERS(r, row, "the verdict has another hash");
}

/* Withheld by a screen or a hold when it was looked up, and that has ended since:
 * the row then is what the law says without it (proc_screen_wake()). */
static enum err
without_stop(struct replay *r, const struct batch_request *b, struct half *half)
{
	bool met[LAW_RULES_MAX];
	struct evidence ev = b->evidence;
	struct law *law = NULL;
	uint64_t unmet;
	enum err e = ERR_OK;

	if (!half->decided || half->answer != LAW_WITHHELD ||
		half->unmet == b->row.unmet)
		return ERR_OK;
	e = law_of(r, b->matched.head.law, &law);
	if (e != ERR_OK || law == NULL)
		return e;
	evidence_set_flag(&ev, EV_SCREEN, true);
	evidence_set_flag(&ev, EV_NO_HOLD, true);
	if (proc_batch_decide(law, &ev, met) != LAW_REVIEW)
		return ERR_OK;
	unmet = proc_batch_unmet(met, law_n_rules(law));
	if (unmet == b->row.unmet)
		*half = (struct half){true, LAW_REVIEW, unmet};
	return ERR_OK;
}

static enum err
decide_again(struct replay *r, const struct batch_request *b)
{
	struct half asked = {.decided = false};
	struct half found = {.decided = false};
	enum err e = decide_half(r, &b->row, &b->judged, EV_REQUEST, &asked);

	if (e == ERR_OK && b->row.matched != STORE_NO_ENTRY)
		e = decide_half(r, &b->row, &b->matched, EV_RECORD, &found);
	if (e == ERR_OK)
		e = without_stop(r, b, &found);
	if (e == ERR_OK)
		compare_row(r, b, &asked, &found);
	return e;
}

/* ---- grades ---- */

/*
 * Evidence that needs more than the request.  The register may lower OFFICER
 * to unregistered and make UNIT civil-removal (R12).
 */
static bool
needs_more(enum evidence_id id)
{
	static const enum evidence_id ids[] = {EV_REASON_OWN, EV_SIGNER,
		EV_OFFICER_LOAD, EV_FIRST, EV_VOLUME, EV_TERM, EV_SAFEGUARDS};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (ids[i] == id)
			return true;
	return evidence_half(id) == EV_RECORD;
}

static bool
lowered(const struct evidence *ev, enum evidence_id id)
{
	return (id == EV_OFFICER && evidence_is(ev, id, "unregistered")) ||
	       (id == EV_UNIT && evidence_is(ev, id, "civil-removal"));
}

static enum err
grade_again(struct replay *r, const struct batch_request *b)
{
	struct span bytes = account_field(&b->judged, "evidence");
	struct reader r_then = read_from(bytes);
	unsigned known = read_u16be(&r_then); /* to the version of then */
	struct evidence now = {{0}};
	struct evidence then;

	if (!evidence_decode(bytes, &then))
		return ERR_OK; /* said already */
	request_grade(&b->request,
		b->row.since != 0 ? b->row.since : r->batch.today, &now);
	for (unsigned i = 0; i < known; i++) {
		enum evidence_id id = (enum evidence_id)i;
		OWNED_BUF(text, 512);

		if (then.value[i] == now.value[i] || needs_more(id) ||
			lowered(&then, id))
			continue;
		buf_printf(&text, "%s was ", evidence_name(id));
		evidence_show(&then, id, &text);
		buf_text(&text, ", and now is ");
		evidence_show(&now, id, &text);
		if (buf_error(&text) != ERR_OK)
			return buf_error(&text);
		DIFFERS(r, &b->row, "%.*s", (int)text.n, (const char *)text.at);
	}
	r->result->graded++;
	return ERR_OK;
}

/* ---- the match ---- */

/* The registers of that moment have a say in it besides the roll: they may stop
 * more, and less where a finding of then clears the person. */
static bool
screen_may_differ(const struct replay *r, const struct batch_request *b,
	const struct evidence *now)
{
	struct evidence clear = *now;
	int64_t at = 0;

	evidence_set_flag(&clear, EV_SCREEN, true);
	if (now->value[EV_SCREEN] == clear.value[EV_SCREEN])
		return true;
	return day_time_parse(account_field(&b->matched, "at"), &at) &&
	       register_cleared(r->in.registers, b->person, at);
}

static void
compare_match(struct replay *r, const struct batch_request *b,
	const struct vault_found *found)
{
	struct evidence now;
	OWNED_BUF(was, 4096); /* as bytes are written now */

	r->result->matched++;
	match_encode(&b->result, &was);
	if (!span_eq(found->match, buf_span(&was)))
		DIFFERS(r, &b->row, "the roll gives another match");
	if (!span_eq(found->person, b->person))
		DIFFERS(r, &b->row, "the roll gives another person");
	now = b->evidence;
	match_evidence(&found->result, &now);
	if (screen_may_differ(r, b, &now))
		now.value[EV_SCREEN] = b->evidence.value[EV_SCREEN];
	if (memcmp(&now, &b->evidence, sizeof(now)) != 0)
		DIFFERS(r, &b->row, "the match is other evidence");
}

static void
drop_requests(struct replay *r)
{
	for (size_t i = 0; i < r->n; i++)
		proc_batch_fini(&r->request[i]);
	r->n = 0;
}

/* Those that wait, through the vault that has their roll. */
static enum err
look_up(struct replay *r)
{
	struct proc_lookup q = {&r->in, &r->roll[r->asked].vault, &r->batch,
		&r->entered, r->roll[r->asked].hash};
	struct span requests[VAULT_CHUNK];
	OWNED_BUF(answer, PROC_LOOKUP_ANSWER);
	struct span rest;
	enum err e = ERR_OK;

	for (size_t i = 0; i < r->n; i++)
		requests[i] = r->request[i].encoded;
	if (r->n > 0)
		e = proc_lookup(
			&q, requests, r->n, r->request[0].row.line, &answer);
	rest = buf_span(&answer);
	for (size_t i = 0; e == ERR_OK && i < r->n; i++) {
		struct vault_found found;

		e = vault_found_read(&rest, &found);
		if (e == ERR_OK)
			compare_match(r, &r->request[i], &found);
	}
	drop_requests(r);
	return e;
}

/* Takes `b` over, or gives it back when its roll is not kept. */
static enum err
match_later(struct replay *r, struct batch_request *b, bool *ret_taken)
{
	struct span hash = account_field(&b->matched, "roll");
	enum err e = ERR_OK;
	size_t i = 0;

	*ret_taken = false;
	while (i < r->n_rolls && !span_eq(hash, span_of(r->roll[i].hash, 32)))
		i++;
	if (i == r->n_rolls || r->roll[i].vault.fd < 0) {
		r->result->no_roll++;
		return ERR_OK;
	}
	if (r->n == VAULT_CHUNK || (r->n > 0 && r->asked != i))
		e = look_up(r);
	if (e != ERR_OK)
		return e;
	r->asked = i;
	r->request[r->n++] = *b;
	*ret_taken = true;
	return ERR_OK;
}

/* ---- all of it ---- */

static enum err
replay_opened(struct replay *r, struct batch_request *b, bool *ret_taken)
{
	enum err e = check_opening(
		r, &b->row, &b->judged, LEDGER_REQUEST, &r->bundle[0]);

	if (e == ERR_OK && b->row.matched != STORE_NO_ENTRY)
		e = check_opening(
			r, &b->row, &b->matched, LEDGER_MATCH, &r->bundle[1]);
	if (e == ERR_OK)
		e = decide_again(r, b);
	if (e == ERR_OK)
		e = grade_again(r, b);
	if (e == ERR_OK && b->row.matched != STORE_NO_ENTRY)
		e = match_later(r, b, ret_taken);
	return e;
}

/* Nothing of it can be decided again, and that is no difference. */
static void
note_erased(struct replay *r, const struct store_request *row)
{
	if (r->result->erased++ == 0)
		(void)why_set(&r->result->first_erased, ERR_ERASED,
			"request %s: %s", row->id, r->in.why.text);
}

static enum err
replay_row(void *context, struct store_request *row)
{
	struct replay *r = context;
	struct batch_request b;
	bool taken = false;
	enum err e = proc_batch_open(&r->in, row, &b);

	r->result->requests++;
	r->anew += row->since != 0;
	r->accepted += row->since == 0 && row->answer != LAW_REFUSED;
	if (row->line != r->result->requests)
		DIFFERS(r, row, "a line before it is not in the store");
	if (e == ERR_ERASED) {
		note_erased(r, row);
		return ERR_OK;
	}
	if (err_is_refusal(e)) {
		DIFFERS(r, row, "%s", r->in.why.text);
		return ERR_OK;
	}
	if (e != ERR_OK)
		return e;
	e = replay_opened(r, &b, &taken);
	if (!taken)
		proc_batch_fini(&b);
	return e;
}

/* Has each vault the roll that its file is named by? */
static void
check_rolls(struct replay *r)
{
	for (size_t i = 0; i < r->n_rolls; i++) {
		struct replay_roll *roll = &r->roll[i];
		uint8_t hash[32] = {0};
		enum err e;

		if (roll->vault.fd < 0)
			continue;
		e = vault_roll(&roll->vault, hash, &r->in.why);
		if (e == ERR_OK && memcmp(hash, roll->hash, 32) == 0)
			continue;
		/* A vault ends when its roll is not whole. */
		differs(r, 0, "", "the roll that was asked is damaged");
		proc_drop(&roll->vault);
	}
}

/* How many were asked for, and what counsel was told of it. */
static enum err
replay_volume(struct replay *r)
{
	struct law *law = NULL;
	bool whole = r->result->requests == r->batch.n_lines;
	enum err e = law_of(r, r->batch.law, &law);

	if (e != ERR_OK || law == NULL)
		return e;
	e = proc_volume_replay(&r->in, law, &r->batch, whole ? r->accepted : 0,
		whole ? r->accepted + r->anew : UINT64_MAX);
	if (err_is_refusal(e))
		differs(r, 0, "", "%s", r->in.why.text);
	return err_is_failure(e) ? e : ERR_OK;
}

static enum err
replay_batch(struct replay *r)
{
	enum err e = account_open(&r->in, r->batch.entry, &r->entered);

	if (err_is_refusal(e)) {
		/* Without it no vault may look anything up. */
		differs(r, 0, "", "%s", r->in.why.text);
		for (size_t i = 0; i < r->n_rolls; i++)
			proc_drop(&r->roll[i].vault);
		e = ERR_OK;
	}
	if (e == ERR_OK) {
		check_rolls(r);
		e = open_ledger(r);
	}
	if (e == ERR_OK)
		e = proc_batch_each(&r->in, r->batch.n, replay_row, r);
	if (e == ERR_OK)
		e = look_up(r);
	if (e == ERR_OK)
		e = replay_volume(r);
	if (e == ERR_OK && r->result->requests != r->batch.n_lines)
		differs(r, 0, "",
			"the batch has %" PRIu64 " lines, the store %" PRIu64,
			r->batch.n_lines, r->result->requests);
	return e;
}

static enum err
begin(struct replay *r, const char *path, uint32_t n, const char *key)
{
	struct instance *in = &r->in;
	enum err e = instance_open(path, INSTANCE_LEDGER, key, DAY_NONE, in);

	person_init();
	if (e == ERR_OK)
		e = proc_registrar_reader(in);
	if (e == ERR_OK)
		e = proc_batch_get(in, n, &r->batch);
	if (e == ERR_OK && r->batch.stage < STAGE_ANSWERED)
		e = instance_says(in, ERR_TOO_EARLY,
			"batch %" PRIu32 " is not answered yet: submit it "
			"again to go on",
			n);
	if (e == ERR_OK)
		e = instance_lock_in(in);
	if (e == ERR_OK)
		e = account_reading(in, "replay", n, "");
	return e == ERR_OK ? account_publish(in, NULL) : e;
}

static void
fini(struct replay *r)
{
	drop_requests(r);
	account_opened_fini(&r->entered);
	proc_laws_fini(&r->laws);
	for (size_t i = 0; i < r->n_rolls; i++)
		proc_drop(&r->roll[i].vault);
	buf_fini(&r->bundle[0].bytes);
	buf_fini(&r->bundle[1].bytes);
	os_close(&r->ledger);
	instance_close(&r->in);
}

enum err
proc_replay(const char *path, uint32_t n, const char *key,
	struct proc_replay_result *ret_result, struct why *reterr_why)
{
	static struct replay r;
	enum err e;

	*ret_result = (struct proc_replay_result){0};
	r = (struct replay){
		.in = INSTANCE_NONE, .result = ret_result, .ledger = -1};
	for (size_t i = 0; i < REPLAY_ROLLS; i++)
		r.roll[i].vault = PROC_PEER_NONE;
	buf_init(&r.bundle[0].bytes, BUNDLE_MAX);
	buf_init(&r.bundle[1].bytes, BUNDLE_MAX);
	e = start_vaults(&r, path, n);
	if (e == ERR_OK)
		e = begin(&r, path, n, key);
	if (e == ERR_OK)
		e = replay_batch(&r);
	if (e != ERR_OK)
		*reterr_why = r.in.why;
	fini(&r);
	return e;
}
