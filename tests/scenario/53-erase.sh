# SPDX-License-Identifier: Apache-2.0
# Erasure: two people, what blocks it, what goes and what stays, and a crash
# between the act and the destruction.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
counsel=i/sandbox/counsel.key
later() { date -ud "$TODAY + $1 days" +%F; }
sixth=$(later 2200) # past five years
release i 1 >out
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout s.key \
	-out s.crt -days 9000 -subj "/CN=Safeguards" 2>err
check "a safeguards officer comes" weir i register role add --role safeguards \
	--cert s.crt --key i/sandbox/operator.key

ask() { # DAY [options]
	local day=$1
	shift
	weir i ledger erase ask --ground retention --basis "GRS 5.2, item 020" \
		--today "$day" --key s.key "$@"
}
grant() { weir i ledger erase grant "$1" --today "${2:-$sixth}" --key $counsel; }
decision() { weir i batch decisions 1 | grep "\"$1\""; }
of() { weir i batch decisions 1 | grep "\"answered\":\"$1\"" | field request_id; }
# Who was drawn for a sample or a second look waits for that.
{
	python3 -c 'import sqlite3
for (line,) in sqlite3.connect("i/store.db").execute("SELECT line FROM sampled"):
    print("R%07d" % (line - 1))'
	weir i look list --batch 1 --key i/sandbox/reviewer-1.key | grep -oE 'R[0-9]{7}'
} >drawn
mapfile -t left < <(of address | grep -vxFf drawn)
id=${left[0]}
other=${left[1]}
entry=$(decision "$id" | sed 's/.*"entry":\([0-9]*\).*/\1/')

# ---- who, and why not ----
answers "an operator asks for none" 1 'not the role' weir i ledger erase ask \
	--request "$id" --ground retention --basis x --key i/sandbox/reviewer-1.key
answers "a ground is one of three" 2 'retention, court or amendment' weir i ledger \
	erase ask --request "$id" --ground tidying --basis x --key s.key
answers "nothing that is not there" 1 'no request R9' ask "$sixth" --request R9
answers "not what nobody fetched" 1 'fetched its package' ask "$sixth" --request "$id"
rm "i/outbox/1/$id.cms"
answers "not within five years" 1 "five years from the last hand-over, to" \
	ask "$TODAY" --request "$id"
answers "nor while the record lives" 1 'as long as the record itself' \
	ask "$sixth" --request "$id"
order="case=$(case_of r.jsonl "$id")"
check "a court says to preserve" weir i hold place --ground court --effect preserve \
	--docket "1:26-cv-77" --scope "$order" --key $counsel
answers "not what a hold preserves, which is named" 1 'hold 1 says to preserve it .*1:26-cv-77' \
	ask "$sixth" --request "$id" --record-ended "$TODAY"
weir i hold lift 1 --key $counsel >out && weir i hold lift 1 --key s.key >out
check "then it is asked for" ask "$sixth" --request "$id" --record-ended "$TODAY"
answers "who asked does not grant" 1 'another person does' weir i ledger erase grant 1 \
	--key s.key
answers "it is listed" 0 '^1 asked' weir i ledger erase list --key $counsel


# ---- what goes, and what stays as it is ----
# The sealed records of a request's entries, 32 bytes of each, in hex.
records_of() {
	python3 - "$@" <<-'PY'
		import sqlite3, sys
		db = sqlite3.connect("i/store.db")
		for n in sys.argv[1:]:
		    row = db.execute("SELECT judged, matched, sealed, delivered FROM request"
		                     " WHERE id = ?", (n,)).fetchone()
		    for idx in row:
		        if idx is None or idx < 0: continue
		        (blob,) = db.execute("SELECT sealed FROM journal WHERE idx = ?",
		                             (idx,)).fetchone()
		        print(idx, blob[:32].hex())
	PY
}
# How many of them any file of the instance still holds.
still_there() { # FILE
	python3 - "$1" <<-'PY'
		import os, sys
		want = [bytes.fromhex(l.split()[1]) for l in open(sys.argv[1])]
		n = 0
		for at, _, files in os.walk("i"):
		    for name in files:
		        held = open(os.path.join(at, name), "rb").read()
		        n += sum(w in held for w in want)
		print(n)
	PY
}
records_of "$id" >records
check "the store and the redo log hold its records" test "$(still_there records)" -ge 8
name=$(python3 -c 'import json, sys
for line in open("r.jsonl"):
    if "\"" + sys.argv[1] + "\"" in line: print(line.strip())' "$id")
grep -qF "$name" i/batches/1/requests || fail "its line is in the batch's file"
person=$(decision "$id" | field person_id)
weir i ledger checkpoint >old
cp -a i/ledger before
cp i/batches/1/requests requests.before
answers "counsel grants it" 0 'done: 1 requests, 4 entries, 0 kept' grant 1
cp out said
check "and it says what is not gone" grep -q 'back-ups and copies made before' said
same "no file of the instance holds its records any more" 0 "$(still_there records)"
same "nor its line" 0 "$(grep -cF "$id" i/batches/1/requests)"
same "the lines of others are as they were" 1 \
	"$(diff requests.before i/batches/1/requests | grep -c '^>')"
changed=$(cd before && find . -name '*.p' -prune -o -type f -print | while read -r f; do
	case $f in *checkpoint*) ;; *) cmp -s "$f" "../i/ledger/$f" || echo "$f" ;; esac
done)
same "the public ledger is byte for byte what it was" "" "$changed"
check "and has grown out of its old checkpoint" weir i ledger verify --old old
ledger_holds "the ledger verifies" i

# ---- what is said of it ----
act=$(sed -n 's/.*by the act of entry \([0-9]*\).*/\1/p' <(weir i explain "$id" 2>&1))
answers "it is not explained, and by which act" 1 'was erased on .*, by the act of entry' \
	weir i explain "$id"
answers "its entry is not opened" 1 "act of entry $act" weir i ledger open "$entry" \
	--field outcome --for inspector --who x --ground y --out z --key $counsel
answers "decisions say erased" 0 "\"$id\".*\"outcome\":\"erased\".*\"entry\":$act}" \
	weir i batch decisions 1
answers "replay says so, and finds no difference" 0 "request $id: .*act of entry $act" \
	weir i replay 1
cp out said
check "with the rest the same" grep -q '^the same' said
answers "custody counts it" 0 '^1 more were handed over and are erased' weir i custody list \
	--today "$TODAY" --key $counsel
answers "reports count it" 0 'Entries erased, which are in no sum here' weir i report \
	annual --year "${TODAY%%-*}" --key $counsel
check "coverage finds nothing of it" weir i report coverage --key $counsel
same "which it would" 0 "$(grep -c "$id" out)"
told=$(date -ud "$sixth + 70 days" +%F)
weir i tend --today "$told" >tended 2>&1
check "a person's account" weir i ledger account --person "$person" --for self \
	--identified-by "A. Clerk" --how "passport shown" --out account \
	--today "$told" --key $counsel
answers "tells that it is erased, when and by which act" 0 \
	"erased on $sixth by the act of entry $act" "$WEIR" ledger check-account account \
	--ledger i/ledger --vkey i/ledger.vkey
answers "twice is once" 1 'nothing of request' ask "$sixth" --request "$id"

# ---- a crash between the act and what it destroys ----
rm "i/outbox/1/$other.cms"
records_of "$other" >records
check "another is asked for" ask "$sixth" --request "$other" --record-ended "$TODAY"
mv i/batches/1/requests aside && mkdir i/batches/1/requests
answers "the act is entered, and then it breaks off" '*' 'the next verb goes on' grant 2
check "its records are still there" test "$(still_there records)" -ge 4
rmdir i/batches/1/requests && mv aside i/batches/1/requests
check "the next verb of all" weir i batch status 1
check "and one that takes the ledger" weir i ledger erase list --key $counsel
cp out said
check "which is done" grep -q '^2 done' said
same "ends it" 0 "$(still_there records)"

# Killed, all its processes, before one of its calls that change a file
# (faulty.c): it is whole after the next verb, which plays another day, or not
# begun.  No clock says when.
# shellcheck disable=SC2086
${CC:-gcc} -O1 -shared -fPIC -D_GNU_SOURCE -o faulty.so \
	"$(dirname "$0")/faulty.c" -ldl 2>err ||
	{ fail "faulty.c compiles" "$(cat err)" && finish; }
third=${left[2]}
rm -f "i/outbox/1/$third.cms"
check "a third is asked for" ask "$sixth" --request "$third" --record-ended "$TODAY"
records_of "$third" >records
cp -a i asked
granted() { # N: killed at the N-th call; 0: at none
	rm -rf i calls && cp -a asked i
	env LD_PRELOAD="$T/faulty.so" FAULTY_COUNT="$T/calls" FAULTY_AT="$1" \
		FAULTY_HOW=kill setsid --wait "$WEIR" -C i ledger erase grant 3 \
		--today "$sixth" --key $counsel >out 2>err
	status=$?
}
left_as() { # of a copy: who opens the store mends it
	rm -rf copy && mkdir copy && cp i/store.db* copy
	python3 -c 'import sqlite3
db = sqlite3.connect("copy/store.db")
state, = db.execute("SELECT state FROM erasure WHERE n = 3").fetchone()
doomed, = db.execute("SELECT count(*) FROM doomed").fetchone()
print({1: "asked", 2: "acting" if doomed else "granted", 3: "done"}[state])'
}
ended() { # the next verb, and what is true then
	weir i ledger erase list --key $counsel >listed 2>err ||
		echo "the next verb is refused: $(tail -n 1 err)"
	local n
	n=$(still_there records)
	if grep -q '^3 done' listed; then
		[ "$n" = 0 ] || echo "done, and $n records are still there"
		weir i explain "$third" >out 2>err
		grep -q 'was erased on' out err || echo "done, and explained"
	else
		grep -q '^3 asked' listed || echo "neither done nor asked"
		[ "$n" -ge 4 ] || echo "not begun, and $n records are there"
	fi
	weir i ledger verify >out 2>err || echo "no ledger: $(tail -n 1 err)"
}
granted 0
same "nobody kills it" 0 $status
all=$(od -An -tu8 calls | tr -d ' ')
bad=0
: >states
for n in $(seq 10 7 87) $(seq 100 $((all / 5)) "$all") $((all - 2)); do
	granted "$n"
	# 137, or 3 where the call was one of its keeper's.
	[ $status != 0 ] || fail "it is killed at call $n of $all" "$(cat out)"
	left_as >>states
	said=$(ended)
	[ -z "$said" ] && continue
	bad=$((bad + 1))
	fail "killed at call $n of $all, while $(tail -n 1 states)" "$said"
done
same "killed at $(lines_of states) of its calls, it is whole or not begun" 0 $bad
for state in asked granted acting; do
	check "killed while it was $state" grep -qx $state states
done

# ---- counters of tags, from the entries ----
subjects() { python3 -c 'import sqlite3
for r in sqlite3.connect("i/store.db").execute("SELECT hex(row), hex(salt), period, n"
                                               " FROM subject ORDER BY row"): print(*r)'; }
subjects >counted
check "there are counters" test -s counted
python3 -c 'import sqlite3
db = sqlite3.connect("i/store.db"); db.execute("DELETE FROM subject"); db.commit()'
answers "lost, they are made anew" 0 "$(wc -l <counted) counters of tags" weir i recover
subjects >again
same_files "and are what they were" counted again
finish
