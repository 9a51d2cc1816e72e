# SPDX-License-Identifier: Apache-2.0
# What somebody changes behind the program's back in the store, the law files,
# the roll or a frozen batch is noticed before anything leaves on it.
. "$(dirname "$0")/lib.sh"

reviewed_instance base || finish
fresh() { rm -rf i && cp -a base i; }
no_address() { # NAME: after a release, whatever it said, no address left
	local n
	n=$(delivered i 1 2>/dev/null | wc -l)
	same "$1" 0 "$n"
}
sql() { python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
print(db.execute(sys.argv[2]).rowcount)
db.commit()' i/store.db "$1"; }

fresh
check "untouched, it releases" release i 1
same "and addresses leave" 1 "$([ "$(delivered i 1 | wc -l)" -gt 0 ] && echo 1)"

# The law: another text under the same name.
fresh
law=$(find i/law -name '*irs-ice*')
sed -i 's/officer-most 100/officer-most 900/' "$law"
answers "a law file changed: noticed" 1 . release i 1
no_address "a law file changed: no address leaves"
fresh
rm "$(find i/law -name '*1253*')"
try release i 1
same "a law file gone: not released" yes "$([ "$status" != 0 ] && echo yes)"
no_address "a law file gone: no address leaves"

# The store.  Rows that were never approved are made to look so.
fresh
sql "DELETE FROM approval" >/dev/null
try release i 1
no_address "approvals deleted: no address leaves"
fresh
sql "UPDATE approval SET signer = (SELECT max(signer) FROM approval)" >/dev/null
try release i 1
no_address "both approvals by one person: no address leaves"
fresh
sql "UPDATE approval SET signature = zeroblob(length(signature))" >/dev/null
try release i 1
no_address "approvals whose signatures are not: no address leaves"
fresh
weir i batch decisions 1 | grep '"outcome":"approved"' | field request_id >approved
sql "UPDATE request SET person_key = person_key + 1, verdict = randomblob(32)" >/dev/null
try release i 1
delivered i 1 >gone
same "columns of verdicts changed: nothing leaves but what was signed" '' \
	"$(sort gone | comm -13 <(sort approved) - | head -3)"

# A withheld request made to look approved.
fresh
weir i batch decisions 1 >decisions
sql "UPDATE request SET state = (SELECT max(state) FROM request WHERE state IN
	(SELECT state FROM request GROUP BY state)) WHERE 1" >/dev/null
try release i 1
weir i batch decisions 1 2>/dev/null | grep '"outcome":"delivered"' |
	field request_id | sort >leaked
grep -E '"outcome":"(withheld|unresolved|refused)' decisions | field request_id | sort >never
same "states changed in the store: nothing withheld leaves" '' "$(comm -12 leaked never | head)"

# Registers and holds: an older copy put back.
fresh
mkdir before
cp i/store.db* before/
check "a hold is placed" weir i hold place --ground court --docket D \
	--scope all --key i/sandbox/counsel.key
rm i/store.db*
cp before/* i/
try release i 1
no_address "the store from before a hold put back: no address leaves"
check "recovered, the hold is there again" weir i recover
same "in force" 1 "$(weir i hold list | grep -c '^hold 1  placed')"

# The journal's bytes.
entry=$(weir base batch decisions 1 | grep '"approved"' | head -1 |
	grep -oE '"entry":[0-9]+' | cut -d: -f2)
for column in entry sealed; do
	fresh
	sql "UPDATE journal SET $column = zeroblob(length($column)) WHERE idx = $entry" >/dev/null
	try weir i batch decisions 1
	decisions=$status
	try release i 1
	same "a match's $column changed in the journal is noticed" yes \
		"$([ "$decisions" != 0 ] && [ "$status" != 0 ] && echo yes)"
	no_address "a match's $column changed in the journal: no address leaves"
done

# The roll's index.
fresh
index=$(realpath i/roll/current)
dd if=/dev/urandom of="$index" bs=1 seek=$(($(stat -c %s "$index") / 2)) \
	count=64 conv=notrunc status=none
try release i 1
same "the roll's bytes changed: noticed" yes "$([ "$status" != 0 ] && echo yes)"
no_address "the roll's bytes changed: no address leaves"

finish
