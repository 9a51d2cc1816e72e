/* SPDX-License-Identifier: Apache-2.0 */
/* The tables, and how each version came out of the one before. */
#include <stdio.h>

#include "store/store_int.h"

/* step[i] makes version i + 1.  A later version adds a step; none is edited. */
static const char *const steps[] = {
	"CREATE TABLE named(name TEXT PRIMARY KEY, bytes BLOB NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE TABLE journal(idx INTEGER PRIMARY KEY, entry BLOB NOT NULL,"
	" sealed BLOB NOT NULL);"
	"CREATE TABLE batch(n INTEGER PRIMARY KEY, sequence INTEGER NOT NULL,"
	" agreement TEXT NOT NULL, sha384 BLOB NOT NULL, manifest BLOB NOT NULL,"
	" law BLOB NOT NULL, submitter BLOB NOT NULL, n_lines INTEGER NOT NULL,"
	" today INTEGER NOT NULL, received_at INTEGER NOT NULL,"
	" entry INTEGER NOT NULL, stage INTEGER NOT NULL,"
	" rounds INTEGER NOT NULL, clock INTEGER NOT NULL,"
	" UNIQUE(agreement, sequence));"
	"CREATE TABLE request(batch INTEGER NOT NULL, line INTEGER NOT NULL,"
	" id TEXT NOT NULL, answer INTEGER NOT NULL, state INTEGER NOT NULL,"
	" answered INTEGER NOT NULL, held INTEGER NOT NULL,"
	" unmet INTEGER NOT NULL, person_key INTEGER NOT NULL,"
	" duplicate_key INTEGER NOT NULL, reason_key INTEGER NOT NULL,"
	" officer TEXT NOT NULL, judged INTEGER NOT NULL,"
	" matched INTEGER NOT NULL, sealed INTEGER NOT NULL,"
	" delivered INTEGER NOT NULL, verdict BLOB NOT NULL,"
	" package BLOB NOT NULL, PRIMARY KEY(batch, line)) WITHOUT ROWID;"
	"CREATE INDEX request_id ON request(id);"
	"CREATE INDEX request_duplicate ON request(duplicate_key);"
	"CREATE INDEX request_reason ON request(reason_key);"
	"CREATE INDEX request_officer ON request(officer);"
	"CREATE TABLE approval(id INTEGER PRIMARY KEY, batch INTEGER NOT NULL,"
	" withhold INTEGER NOT NULL, signer BLOB NOT NULL,"
	" entry INTEGER NOT NULL, text BLOB NOT NULL, signature BLOB NOT NULL);"
	"CREATE INDEX approval_batch ON approval(batch);",
	/* 2: the day from which a request judged anew waits for its answer;
	 * open matters; letters of the requester */
	"ALTER TABLE request ADD COLUMN since INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE matter(n INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
	" state INTEGER NOT NULL, batch INTEGER NOT NULL,"
	" line INTEGER NOT NULL, opened_at INTEGER NOT NULL,"
	" due_at INTEGER NOT NULL, changed_at INTEGER NOT NULL,"
	" decision INTEGER NOT NULL, opened INTEGER NOT NULL,"
	" changed INTEGER NOT NULL);"
	"CREATE INDEX matter_batch ON matter(batch, line);"
	"CREATE INDEX matter_state ON matter(state, due_at);"
	"CREATE TABLE letter(n INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
	" batch INTEGER NOT NULL, line INTEGER NOT NULL,"
	" at INTEGER NOT NULL, entry INTEGER NOT NULL,"
	" signer BLOB NOT NULL, hash BLOB NOT NULL UNIQUE);"
	"CREATE INDEX letter_line ON letter(batch, line);",
	/* 3: how many were asked for (R22).  Of an older store only what was
	 * accepted is known to cite a statute of the agreement: 255.  Only
	 * accepted requests are ever looked for by officer. */
	"ALTER TABLE request ADD COLUMN authority INTEGER NOT NULL DEFAULT 255;"
	"ALTER TABLE batch ADD COLUMN counted INTEGER NOT NULL DEFAULT -1;"
	"CREATE TABLE tally(batch INTEGER NOT NULL, authority INTEGER NOT NULL,"
	" n INTEGER NOT NULL, accepted INTEGER NOT NULL,"
	" PRIMARY KEY(batch, authority)) WITHOUT ROWID;"
	"INSERT INTO tally SELECT batch, 255, count(*), count(*) FROM request"
	" WHERE answer <> 4 AND batch IN (SELECT n FROM batch WHERE stage >= 2)"
	" GROUP BY batch;"
	"CREATE INDEX batch_day ON batch(agreement, today);"
	"DROP INDEX request_officer;"
	"CREATE INDEX request_officer_accepted ON"
	" request(officer, batch, person_key) WHERE answer <> 4;",
	/* 4: the sample of a batch, who is to look at what, and what waits for
	 * people: the states of SQL_WAITING */
	"CREATE TABLE sampled(batch INTEGER NOT NULL, line INTEGER NOT NULL,"
	" part INTEGER NOT NULL, drawn INTEGER NOT NULL,"
	" wrong INTEGER NOT NULL, decided INTEGER NOT NULL,"
	" PRIMARY KEY(batch, line)) WITHOUT ROWID;"
	"CREATE TABLE assigned(batch INTEGER NOT NULL, line INTEGER NOT NULL,"
	" person BLOB NOT NULL, PRIMARY KEY(batch, line)) WITHOUT ROWID;"
	"CREATE INDEX request_waits ON request(batch, line)"
	" WHERE state IN (4, 8, 9);",
	/* 5: one letter may be about many requests */
	"CREATE TABLE letters(n INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
	" batch INTEGER NOT NULL, line INTEGER NOT NULL,"
	" at INTEGER NOT NULL, entry INTEGER NOT NULL,"
	" signer BLOB NOT NULL, hash BLOB NOT NULL, UNIQUE(hash, batch, line));"
	"INSERT INTO letters SELECT n, kind, batch, line, at, entry, signer,"
	" hash FROM letter;"
	"DROP TABLE letter;"
	"ALTER TABLE letters RENAME TO letter;"
	"CREATE INDEX letter_line ON letter(batch, line);",
	/* 6: the acts among the entries "WLE1"; as SQL_JOURNAL_ACT has it.
	 * Those of now name each other in their sealed records */
	"CREATE INDEX journal_act ON journal(idx)"
	" WHERE substr(entry, 5, 1) = x'09';",
	/* 7: the keys of requests, each a hash, in a table of their own that
	 * is written in their order once a batch is judged; `keyed` names the
	 * batches that have theirs.  Both are made from `request`. */
	"CREATE TABLE request_key(kind INTEGER NOT NULL, key INTEGER NOT NULL,"
	" batch INTEGER NOT NULL, line INTEGER NOT NULL,"
	" PRIMARY KEY(kind, key, batch, line)) WITHOUT ROWID;"
	"CREATE TABLE keyed(batch INTEGER PRIMARY KEY);"
	"DROP INDEX request_duplicate;"
	"DROP INDEX request_reason;"
	"DROP INDEX request_officer_accepted;",
	/* 8: the tags of people's entries; the roots over all tags; what is
	 * delayed of accounts, and which entries D that keeps out of them */
	"CREATE TABLE subject(row BLOB PRIMARY KEY, salt BLOB NOT NULL,"
	" period INTEGER NOT NULL, n INTEGER NOT NULL)"
	" WITHOUT ROWID;"
	"CREATE TABLE map(size INTEGER PRIMARY KEY, at INTEGER NOT NULL,"
	" entry INTEGER NOT NULL);"
	"CREATE TABLE delay(n INTEGER PRIMARY KEY, batch INTEGER NOT NULL,"
	" line INTEGER NOT NULL, until INTEGER NOT NULL,"
	" placed INTEGER NOT NULL, lifted INTEGER NOT NULL,"
	" told INTEGER NOT NULL);"
	"CREATE INDEX delay_line ON delay(batch, line);"
	"CREATE TABLE delayed(delivered INTEGER PRIMARY KEY,"
	" batch INTEGER NOT NULL, line INTEGER NOT NULL,"
	" told INTEGER NOT NULL);"
	"CREATE INDEX delayed_line ON delayed(batch, line);",
	/* 9: books of requests that come one at a time, and which envelope is
	 * which line */
	"CREATE TABLE book(batch INTEGER PRIMARY KEY, certifier TEXT NOT NULL,"
	" open INTEGER NOT NULL, hash BLOB NOT NULL);"
	"CREATE INDEX book_open ON book(batch) WHERE open = 1;"
	"CREATE TABLE single(manifest BLOB PRIMARY KEY,"
	" batch INTEGER NOT NULL, line INTEGER NOT NULL,"
	" judged INTEGER NOT NULL) WITHOUT ROWID;",
	/* 10: erasures; the requests of which nothing is kept any more, each
	 * with the act that says so; and the entries whose sealed records are
	 * about to be destroyed, until all of them are */
	"CREATE TABLE erasure(n INTEGER PRIMARY KEY, state INTEGER NOT NULL,"
	" asked INTEGER NOT NULL, answered INTEGER NOT NULL);"
	"CREATE TABLE erased(batch INTEGER NOT NULL, line INTEGER NOT NULL,"
	" act INTEGER NOT NULL, PRIMARY KEY(batch, line)) WITHOUT ROWID;"
	"CREATE TABLE doomed(idx INTEGER PRIMARY KEY, act INTEGER NOT NULL,"
	" batch INTEGER NOT NULL, line INTEGER NOT NULL,"
	" subject BLOB NOT NULL);",
	/* 11: `named` has rowids.  Without them a row's bytes are part of its
	 * key, and to write one name SQLite reads others whole to compare: a
	 * register of officers, megabytes, each time the redo log's number was
	 * written */
	"CREATE TABLE names(name TEXT NOT NULL PRIMARY KEY,"
	" bytes BLOB NOT NULL);"
	"INSERT INTO names SELECT name, bytes FROM named;"
	"DROP TABLE named;"
	"ALTER TABLE names RENAME TO named;",
};

enum { VERSION = sizeof(steps) / sizeof(steps[0]) };

static enum err
version_of(struct store *store, int *ret_version)
{
	sqlite3_stmt *q = NULL;
	bool ok = sqlite3_prepare_v2(store->db, "PRAGMA user_version", -1, &q,
			  NULL) == SQLITE_OK &&
		  sqlite3_step(q) == SQLITE_ROW;

	*ret_version = ok ? sqlite3_column_int(q, 0) : 0;
	(void)sqlite3_finalize(q);
	return ok ? ERR_OK : store_failed(store);
}

/* Within a transaction: another process may have been first. */
static enum err
take_steps(struct store *store)
{
	char pragma[64];
	int version = 0;
	enum err e = version_of(store, &version);

	for (; e == ERR_OK && version < VERSION; version++)
		e = store_run(store, steps[version]);
	(void)snprintf(
		pragma, sizeof(pragma), "PRAGMA user_version = %d", VERSION);
	return e == ERR_OK ? store_run(store, pragma) : e;
}

enum err
store_upgrade(struct store *store, bool make)
{
	int version = 0;
	enum err e = version_of(store, &version);

	if (e != ERR_OK || (version == VERSION && !make))
		return e;
	if (version < 0 || version > VERSION || (version == 0) != make) {
		(void)snprintf(store->error, sizeof(store->error),
			"the store is of version %d, this program knows 1 to %d",
			version, VERSION);
		return err_origin(ERR_STORE);
	}
	e = store_run(store, "BEGIN IMMEDIATE");
	if (e != ERR_OK)
		return e;
	e = take_steps(store);
	if (e == ERR_OK)
		return store_run(store, "COMMIT");
	(void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return e;
}
