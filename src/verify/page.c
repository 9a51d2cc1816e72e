/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verifier as a WebAssembly module.  The page gives it what a person chose
 * (page_give), lends it files by name, runs it once, and reads the answer, the
 * JSON object that `weir-verify --json` prints; of one entry's proof what
 * page_proof() says.
 */
#include <stdio.h>

#include "base/day.h"
#include "base/mem.h"
#include "verify/page.h"

#define LENT(name) __attribute__((import_module("weir"), import_name(name)))
#define SHOWN(name) __attribute__((export_name(name)))

/* The size of a file, -1 where there is none; its bytes; the name of the i-th
 * file, its length, -1 past the last. */
LENT("file_size") double page_file_size(const char *path, size_t n);
LENT("file_read") int page_file_read(uint8_t *to, size_t n);
LENT("file_name") int page_file_name(size_t i, char *to, size_t room);

/* What page_give() is given. */
enum page_what {
	PAGE_VKEY,
	PAGE_OLD,
	PAGE_WITNESS,
	PAGE_RECEIPT,
	PAGE_REPLY,
	PAGE_ACCOUNT,
	PAGE_ENTRY,
	PAGE_PROOF,
};

enum page_says { PAGE_DONE = 0, PAGE_NO = 1, PAGE_FORM = 2, PAGE_FAILED = 3 };

static struct verify_asked asked;
static struct page_beside beside;
static struct buf answer;

uint8_t *page_space(size_t n) SHOWN("page_space");
int page_give(enum page_what what, const char *name, const uint8_t *bytes,
	size_t n) SHOWN("page_give");
int page_run(bool growing) SHOWN("page_run");
const uint8_t *page_answer(void) SHOWN("page_answer");
size_t page_answer_bytes(void) SHOWN("page_answer_bytes");

/* Never freed: what is given is kept to the end of the one run. */
uint8_t *
page_space(size_t n)
{
	return mem_zeroed(n + 1);
}

static enum err
give_file(struct verify_given *list, size_t *n, size_t most,
	struct verify_given given)
{
	if (*n == most)
		return ERR_TOO_LARGE;
	list[(*n)++] = given;
	return ERR_OK;
}

int
page_give(enum page_what what, const char *name, const uint8_t *bytes, size_t n)
{
	struct verify_given given = {name, span_of(bytes, n)};
	enum err e = ERR_MALFORMED;

	switch (what) {
	case PAGE_VKEY:
		e = ledger_vkey_parse(span_trim(given.bytes), &asked.vkey);
		break;
	case PAGE_WITNESS:
		if (asked.n_witnesses < VERIFY_WITNESSES)
			e = ledger_vkey_parse(span_trim(given.bytes),
				&asked.witness[asked.n_witnesses++]);
		break;
	case PAGE_OLD:
		e = give_file(asked.old, &asked.n_old, VERIFY_OLD, given);
		break;
	case PAGE_RECEIPT:
		e = give_file(asked.receipt, &asked.n_receipts, VERIFY_RECEIPTS,
			given);
		break;
	case PAGE_ACCOUNT:
		e = give_file(asked.account, &asked.n_accounts, VERIFY_ACCOUNTS,
			given);
		break;
	case PAGE_REPLY:
		if (asked.n_receipts > 0) {
			asked.reply[asked.n_receipts - 1] = given;
			e = ERR_OK;
		}
		break;
	case PAGE_ENTRY:
		beside.entry = given;
		e = ERR_OK;
		break;
	case PAGE_PROOF:
		beside.proof = given;
		e = ERR_OK;
		break;
	}
	return e == ERR_OK ? PAGE_DONE : PAGE_FORM;
}

static enum err
lent_read(void *arg, const char *path, struct buf *to)
{
	double n = page_file_size(path, strlen(path));
	uint8_t *at;

	(void)arg;
	if (n < 0)
		return ERR_NOT_FOUND;
	if (n > (double)(to->max - to->n))
		return ERR_TOO_LARGE;
	at = buf_space(to, (size_t)n);
	if (buf_error(to) != ERR_OK)
		return buf_error(to);
	return page_file_read(at, (size_t)n) == 0 ? ERR_OK : ERR_IO;
}

static enum err
lent_list(void *arg, verify_found *found, void *found_arg)
{
	char path[VERIFY_PATH];
	enum err e = ERR_OK;
	int n;

	(void)arg;
	for (size_t i = 0; e == ERR_OK; i++) {
		n = page_file_name(i, path, sizeof(path) - 1);
		if (n < 0)
			break;
		path[(size_t)n < sizeof(path) ? (size_t)n : 0] = '\0';
		e = found(found_arg, path);
	}
	return e;
}

/* All of the ledger, and what goes with it. */
static enum err
run_public(const struct verify_source *source, struct verify_fault *fault)
{
	static struct verify_result result;
	enum err e = verify_public(source, &asked, &result, fault);

	if (!err_is_failure(e))
		verify_answer(e, &asked, &result, fault, NULL, span_of(NULL, 0),
			&answer);
	return e;
}

int
page_run(bool growing)
{
	static struct verify_fault fault;
	const struct verify_source source = {lent_read, lent_list, NULL};
	enum err e;

	asked.growing = growing;
	asked.today = DAY_NONE;
	asked.lanes = 1;
	buf_init(&answer, 1 << 20);
	e = beside.proof.bytes.n > 0
		    ? page_proof(&source, &asked, &beside, &answer)
		    : run_public(&source, &fault);
	if (err_is_failure(e) || buf_error(&answer) != ERR_OK)
		return PAGE_FAILED;
	return e == ERR_OK ? PAGE_DONE : PAGE_NO;
}

const uint8_t *
page_answer(void)
{
	return answer.at;
}

size_t
page_answer_bytes(void)
{
	return answer.n;
}
