# SPDX-License-Identifier: Apache-2.0
# Back-up, yesterday's store put back, yesterday's program: nothing leaves
# twice, nothing leaves unaccounted, and what happened since is brought back.
. "$(dirname "$0")/lib.sh"

packages() { find i/outbox -name '*.cms' | sort | xargs sha256sum; }
rows() { python3 -c 'import sqlite3
db = sqlite3.connect("i/store.db")
for t in ("batch", "request", "approval", "matter", "letter", "named"):
    for row in sorted(map(repr, db.execute("SELECT * FROM " + t))): print(t, row)
for row in db.execute("SELECT idx, entry FROM journal ORDER BY idx"): print(row)'; }

reviewed_instance i || finish
check "store and ledger agree: there is nothing to recover" weir i recover
cp out said
check "its answer says so" grep -q 'nothing to recover' said

# A back-up as the manual says: under the lock.
check "a back-up is taken" flock i/lock cp -a i backup
check "release" release i 1
packages >before
rows >rows.before

# Only the store is yesterday's.
rm i/store.db*
cp backup/store.db* i/
for verb in "release --batch 1" "review list --batch 1"; do
	# shellcheck disable=SC2086 # words of a command
	answers "yesterday's store: $verb is refused" 1 'weir recover' weir i $verb
done
packages >after
same_files "nothing left meanwhile" before after
check "recover" weir i recover
cp out said
check "it says what it did" grep -qE '[0-9]+ changes were made again' said
rows >rows.after
grep -v "'redo'" rows.before >a
grep -v "'redo'" rows.after | head -n -1 >b
same "the store is as it was, but for the entry of recovering" '' \
	"$(diff <(grep -v "^(" a) <(grep -v "^(" b) | head -5)"
check "a release after it" release i 1
packages >after
same_files "hands nothing over a second time" before after
ledger_holds "the ledger verifies" i
check "every decision replays" weir i replay 1

# Killed in the middle of recovering, again and again.
for ms in 5 15 30 60 120; do
	rm i/store.db*
	cp backup/store.db* i/
	"$WEIR" -C i recover >out 2>err &
	kill_after $ms $!
	check "killed after $ms ms: recovering again is enough" weir i recover
	check "and a release hands over nothing" release i 1
	packages >after
	same_files "killed after $ms ms: nothing twice" before after
done

# Without the log of changes nothing can say what left since.
rm -rf i
cp -a backup i
check "release" release i 1
packages >before
rm i/store.db* i/redo
cp backup/store.db* i/
answers "store of yesterday, no log of changes: refused" 1 \
	'older than the ledger; nothing may leave' release i 1
answers "and cannot be recovered" 1 . weir i recover
packages >after
same_files "nothing left" before after

# The ledger is yesterday's, the store is not.
rm -rf i
cp -a backup i
check "release" release i 1
rm -rf i/ledger
cp -a backup/ledger i/
answers "yesterday's public folder: made anew from what the keeper has" 0 \
	'^0 packages' release i 1
ledger_holds "and the ledger verifies" i
rm -rf i/ledger i/keeper
cp -a backup/ledger backup/keeper i/
try release i 1
check "yesterday's ledger and keeper: the store's entries are made again" \
	weir i ledger verify
same "and nothing is handed over twice" 0 \
	"$(find i/sealed -name '*.cms' | wc -l)"

# All of it is yesterday's but what was kept on another disk: the size and root
# that were signed last, or the keeper's whole folder.
rm -rf i
cp -a backup i
check "release" release i 1
packages >before
mv i today
for kept in keeper/cas keeper; do
	rm -rf i
	cp -a backup i
	rm -r "i/$kept"
	cp -a "today/$kept" "i/$kept"
	answers "an instance of yesterday, $kept of today: refused" 1 \
		'ends before what was signed|older than the ledger' release i 1
	same "an instance of yesterday, $kept of today: nothing leaves" 0 \
		"$(find i/outbox i/sealed -name '*.cms' | wc -l)"
done
cp today/redo i/
answers "with the log of changes too: refused until it is recovered" 1 \
	'weir recover' release i 1
check "it is recovered" weir i recover
cp -a today/outbox i/
answers "and a release hands nothing over" 0 '^0 packages' release i 1
packages >after
same_files "a second time" before after
ledger_holds "the ledger verifies" i

# A log that a crash tore, and one that was damaged.
rm -rf i
cp -a backup i
printf 'WEIRREDO torn' >>i/redo
check "a torn end of the log is cut off" release i 1
same "addresses left" 1 "$([ "$(delivered i 1 | wc -l)" -gt 0 ] && echo 1)"
rm -rf i
cp -a backup i
dd if=/dev/zero of=i/redo bs=1 seek=30 count=64 conv=notrunc status=none
check "a damaged log is set aside, and another begins" release i 1
same "it is kept" yes "$([ -f i/redo.damaged ] && echo yes)"

# An approved batch in a store of each version since: what a later version added
# is taken out of a back-up again, the newest first.
rm -rf i
cp -a backup i
check "release" release i 1
delivered i 1 | sort >want
older() { # VERSION: i/store.db becomes one of that version
	python3 -c 'import sqlite3, sys
out = {
    11: """CREATE TABLE old(name TEXT PRIMARY KEY, bytes BLOB NOT NULL)
WITHOUT ROWID; INSERT INTO old SELECT * FROM named; DROP TABLE named;
ALTER TABLE old RENAME TO named;""",
    10: "DROP TABLE erasure; DROP TABLE erased; DROP TABLE doomed;",
    9: "DROP TABLE book; DROP TABLE single;",
    8: "DROP TABLE delayed; DROP TABLE delay; DROP TABLE map; DROP TABLE subject;",
    7: """DROP TABLE request_key; DROP TABLE keyed;
CREATE INDEX request_duplicate ON request(duplicate_key);
CREATE INDEX request_reason ON request(reason_key);
CREATE INDEX request_officer_accepted ON
request(officer, batch, person_key) WHERE answer <> 4;""",
    6: "DROP INDEX journal_act;",
    5: """CREATE TABLE old(n INTEGER PRIMARY KEY, kind INTEGER NOT NULL,
batch INTEGER NOT NULL, line INTEGER NOT NULL, at INTEGER NOT NULL,
entry INTEGER NOT NULL, signer BLOB NOT NULL, hash BLOB NOT NULL UNIQUE);
INSERT INTO old SELECT * FROM letter; DROP TABLE letter;
ALTER TABLE old RENAME TO letter;
CREATE INDEX letter_line ON letter(batch, line);""",
    4: "DROP INDEX request_waits; DROP TABLE sampled; DROP TABLE assigned;",
    3: """DROP INDEX request_officer_accepted; DROP INDEX batch_day;
DROP TABLE tally; CREATE INDEX request_officer ON request(officer);
ALTER TABLE batch DROP COLUMN counted;
ALTER TABLE request DROP COLUMN authority;""",
}
db = sqlite3.connect("i/store.db")
now, to = db.execute("PRAGMA user_version").fetchone()[0], int(sys.argv[1])
if now != max(out):
    sys.exit(f"the store is of version {now}: say here what it added")
for version in range(now, to, -1):
    db.executescript(out[version])
db.execute(f"PRAGMA user_version = {to}")
db.commit()' "$1"
}
tables() { python3 -c 'import sqlite3
for row in sqlite3.connect("i/store.db").execute(
    "SELECT name, sql FROM sqlite_master ORDER BY name"): print(*row)'; }
tables >tables.new
for version in 10 9 8 7 6 5 4 3 2; do
	rm -rf i
	cp -a backup i
	check "a store of version $version" older $version
	check "version $version: a release" release i 1
	same "version $version: its tables are those of a new one" '' \
		"$(tables | diff tables.new -)"
	same_files "version $version: what was approved leaves" want \
		<(delivered i 1 | sort)
	packages >before
	check "version $version: another release" release i 1
	packages >after
	same_files "version $version: nothing leaves twice" before after
	check "version $version: totals tie" weir i batch status 1
	check "version $version: its decisions replay" weir i replay 1
	ledger_holds "version $version: the ledger verifies" i
done

# An instance that an earlier program made: store version 1, no redo log.
rm -rf i
tar xzf "$ROOT/tests/scenario/old/instance-v1.tar.gz"
packages >before
check "an instance of version 1 opens" weir i batch status 2
same "its tables are those of a new one" '' "$(tables | diff tables.new -)"
answers "its roll is of an earlier version, and nothing leaves" '[!0]' \
	'load the CSV again' weir i release --batch 2
packages >after
same_files "nothing left" before after
answers "which a replay cannot ask" 0 'not kept, or by another version' \
	weir i replay 1
gzip -dc "$ROOT/tests/scenario/old/roll-v1.csv.gz" >roll-v1.csv
check "the same rows are loaded anew" weir i roll load roll-v1.csv
answers "its agreement has no receipt that it is proved: nothing leaves" 1 \
	'no receipt that holds \(none is there\).*weir agreement prove' \
	weir i release --batch 1
packages >after
same "nothing left" '' "$(diff before after)"
# Its agreement has no receipt yet: one is made of the very files it has.
check "somebody is made prover" weir i register role add --role prover \
	--name Operator --cert i/sandbox/operator.crt
check "the agreement in use is proved" weir i agreement prove \
	--receipt receipt --key i/sandbox/operator.key
check "and loaded with its receipt" weir i agreement load --receipt receipt \
	--key i/sandbox/counsel.key
check "its first batch, released now, is answered no second time" \
	weir i release --batch 1
packages >after
same_files "nothing left" before after
# Their approvals name where the person lay in that roll.
answers "its second batch, approved then, is read once more" '[!0]' \
	'4 requests wait for two reviewers' weir i release --batch 2
check "by two reviewers" approve_all i 2
check "and is released now" weir i release --batch 2
same "with the addresses that two people had signed" 4 \
	"$(weir i batch decisions 2 | grep -c '"outcome":"delivered"')"
check "totals tie" weir i batch status 1
check "its decisions replay" weir i replay 2
ledger_holds "its ledger verifies, from its first entry" i
check "another roll serves it" weir i roll load w/roll.csv
finish
