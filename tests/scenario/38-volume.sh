# SPDX-License-Identifier: Apache-2.0
# How many: over a cap of the agreement a batch is judged and answered like any
# other, and waits for counsel before anybody is looked up (R22, F8, F9); far
# over the statute's use counsel hears of it.
. "$(dirname "$0")/lib.sh"

# capped INSTANCE BATCH DAY OFFICER-DAY [TIMES]: a sandbox whose agreement has
# these caps, and an alarm over 2 times as many; "-" for none.
capped() {
	local in=$1 word
	instance "$in"
	sed -e "s/^batch-most .*/batch-most $2/" -e "s/^day-most .*/day-most $3/" \
		-e "s/^officer-day-most .*/officer-day-most $4/" \
		-e "s/ per-year times 1000/ per-year times ${5:-1000}/" \
		-e '/^[a-z-]*-most -$/d' \
		"$ROOT/agreements/irs-ice-2025.md" >"$in.md"
	"$WEIR" agreement prove "$in.md" --receipt "$in.md.receipt" \
		--key "$in/sandbox/prover.key" >/dev/null ||
		fail "an agreement with caps: prove"
	for word in terminate load; do
		weir "$in" agreement "$word" --key "$in/sandbox/counsel.key" \
			"$([ $word = load ] && echo "$in.md" || echo AG-IRS-ICE-2025)" \
			>/dev/null || fail "an agreement with caps: $word"
	done
}

# of N FROM [EDIT]: the N good lines from the FROM-th, as one officer's, or with
# another edit (Python, of r; `one` is the first line's officer).
good_lines=$T/good.lines
of() {
	[ -f "$good_lines" ] || python3 - "$WORLD" >"$good_lines" <<-'PY'
		import csv, json, sys
		good = {row["request_id"] for row in csv.DictReader(
		    open(sys.argv[1] + "/truth.csv"))
		    if row["kind"] == "good" and row["want_outcome"] == "review"}
		for line in open(sys.argv[1] + "/requests.jsonl", "rb"):
		    try:
		        if json.loads(line).get("weir:requestID") in good:
		            sys.stdout.buffer.write(line)
		    except ValueError:
		        pass
	PY
	python3 - "$good_lines" "$1" "$2" "${3:-}" <<-'PY'
		import json, sys
		lines = open(sys.argv[1]).readlines()
		one = json.loads(lines[0])["weir:officer"]
		at = int(sys.argv[3]) - 1
		for line in lines[at:at + int(sys.argv[2])]:
		    r = json.loads(line)
		    exec(sys.argv[4])
		    print(json.dumps(r))
	PY
}
one='r["weir:officer"] = one'

numbered() { # INSTANCE: its caps and alarms: number, kind, state
	weir "$1" matter list --json --all --key "$1/sandbox/counsel.key" |
		sed -nE 's/.*"matter":([0-9]+),"kind":"(cap|alarm)","state":"([a-z]*)".*/\1 \2 \3/p'
}
matters() { numbered "$1" | awk '{ print NR, $2, $3 }'; }
nth() { numbered "$1" | awk -v n="$2" 'NR == n { print $1 }'; }
decide() { # INSTANCE N WORD [WHO]
	weir "$1" matter answer "$(nth "$1" "$2")" --decision "$3" \
		--ground "counsel has read what is asked" \
		--key "$1/sandbox/${4:-counsel}.key"
}
looked_up() { weir "$1" batch decisions "$2" | grep -c '"person_id":"'; }
take() { # INSTANCE FILE SEQUENCE
	certify "$1" "$2" "$3" && submit "$1" "$2" >told
}
says() { # NAME PATTERN: in what the last of those printed
	if grep -qE -- "$2" told; then pass "$1"; else fail "$1" "$(cat told)"; fi
}
resume() { weir "$1" batch resume "$2" --today "$TODAY"; }

# ---- just under, at, over ----

of 6 1 >six
of 5 1 >five
of 4 1 >four
for n in five four; do
	capped under-$n 5 100 100
	check "a batch of $n where five may be" take under-$n $n 1
	same "is looked up" "$(lines_of $n)" "$(looked_up under-$n 1)"
	same "and nothing waits" '' "$(matters under-$n)"
done

capped over 5 100 100
instance without
take without six 1 >/dev/null 2>&1
check "a batch of six where five may be is taken in" take over six 1
says "it is told" '^over the cap of batch-most: 6 accepted, 5 may be$'
says "with whom it waits for" 'waits for counsel, matter [0-9]+$'
same "the last line is the batch's" "batch 1" "$(tail -1 told)"
same "nobody is looked up" 0 "$(looked_up over 1)"
weir over batch reply 1 >got
weir without batch reply 1 >want
same_files "the reply is that of an agreement without caps" want got
same "one matter is open" "1 cap open" "$(matters over)"
for word in 'cap +batch-most' 'count +6' 'limit +5' 'of +batch 1'; do
	answers "its words: $word" 0 "$word$" weir over matter show "$(nth over 1)" \
		--key over/sandbox/counsel.key
done
answers "status tells it" 0 'waits for counsel, matter [0-9]+$' weir over batch status 1
check "submitting it again goes on with nothing" take over six 1
same "still nobody is looked up" 0 "$(looked_up over 1)"
answers "nor by resuming it" 1 'waits for counsel, matter [0-9]+' resume over 1
same "one matter is open still" "1 cap open" "$(matters over)"
for who in operator reviewer-1 certifier; do
	answers "$who does not clear it" 1 '.' decide over 1 clear $who
done
answers "a ground is needed" '[12]' 'ground' weir over matter answer "$(nth over 1)" \
	--decision clear --key over/sandbox/counsel.key
same "it waits" "1 cap open" "$(matters over)"
cp -a over refused
cp -a over late
cp -a over again
check "counsel clears it" decide over 1 clear
answers "the operator resumes it" 0 'cleared by counsel' resume over 1
same "all are looked up" 6 "$(looked_up over 1)"
weir without batch decisions 1 | sed -E 's/"(entry|law)":"?[0-9a-f]*"?//g' >want
weir over batch decisions 1 | sed -E 's/"(entry|law)":"?[0-9a-f]*"?//g' >got
same_files "as without caps" want got
check "resuming again does nothing" resume over 1
approve_all over 1 >/dev/null
check "the batch is answered" release over 1
same "with six addresses" 6 "$(delivered over 1 | wc -l)"
check "it replays" weir over replay 1
ledger_holds "the ledger verifies" over
answers "it is answered once" 1 '.' decide over 1 refuse

check "counsel clears it, and it is submitted again" decide again 1 clear
check "as it was" take again six 1
same "all are looked up" 6 "$(looked_up again 1)"

# ---- refused: all are answered neutrally, and nothing tells ----

check "counsel refuses the batch" decide refused 1 refuse
cp -a refused straight
check "it may be answered straight away" release straight 1
same "with six packages" 6 "$(find straight/outbox -name '*.cms' | wc -l)"
check "submitting it again" take refused six 1
says "says so" 'refused by counsel: nobody is looked up, matter [0-9]+'
check "resuming it" resume refused 1
same "nobody is looked up" 0 "$(looked_up refused 1)"
check "it is answered" release refused 1
same "with six packages" 6 "$(find refused/outbox -name '*.cms' | wc -l)"
same "of one size" 1 \
	"$(find refused/outbox -name '*.cms' -printf '%s\n' | sort -u | wc -l)"
same "as those with addresses" \
	"$(find over/outbox -name '*.cms' -printf '%s %f\n' | sort)" \
	"$(find refused/outbox -name '*.cms' -printf '%s %f\n' | sort)"
neutral=0
for id in $(accepted refused 1); do
	opened refused six "$id" 2>&1 | grep -q '"answer":"neutral"' &&
		neutral=$((neutral + 1))
done
same "and all neutral" 6 $neutral
check "it replays" weir refused replay 1
ledger_holds "the ledger verifies" refused

# ---- it waits past its answer day: neutral now, the address when cleared ----

check "a batch that waits is answered on its answer day" release late 1
same "neutrally" 6 "$(find late/outbox -name '*.cms' | wc -l)"
same "to nobody's address" 0 "$(delivered late 1 | wc -l)"
check "counsel clears it then" decide late 1 clear
check "and it goes on" resume late 1
approve_all late 1 >/dev/null
check "it is answered anew" release late 1
same "with six addresses" 6 "$(delivered late 1 | wc -l)"
check "it replays" weir late replay 1

# ---- two batches on a day; an officer's day ----

capped day 100 8 100
of 3 6 >three
check "five on a day where eight may be" take day five 1
check "and three more" take day three 2
same "nothing waits" '' "$(matters day)"
of 1 9 >ninth
check "a ninth" take day ninth 3
says "is over the cap of the day" '^over the cap of day-most: 9 accepted, 8 may be$'
says "which is named" "^  received on $TODAY; waits for counsel"
same "it alone waits" "5 3 0" \
	"$(looked_up day 1) $(looked_up day 2) $(looked_up day 3)"
check "the day is told from the batch" weir day replay 3

capped officer 100 100 3
of 3 1 "$one" >a
of 2 4 >b
cat a b >r.jsonl
check "three under one officer where three may be" take officer r.jsonl 1
same "nothing waits" '' "$(matters officer)"
of 1 6 "$one" >s.jsonl
check "a fourth" take officer s.jsonl 2
says "is over the cap of the officer's day" '^over the cap of officer-day-most: 4 accepted, 3 may be$'
id=$(python3 -c 'import json; print(json.loads(open("s.jsonl").read())["weir:officer"]["weir:officerID"])')
says "who is named" "^  $id on $TODAY; waits for counsel, matter [0-9]+$"
same "nobody of it is looked up" 0 "$(looked_up officer 2)"
of 2 7 >t.jsonl
check "another officer's" take officer t.jsonl 3
same "does not wait" 2 "$(looked_up officer 3)"

capped all 2 2 2
check "over all three caps" take all a 1
same "three matters" "1 cap open
2 cap open
3 cap open" "$(matters all)"
decide all 1 clear >/dev/null
decide all 3 clear >/dev/null
answers "two cleared are not all" 1 'waits for counsel, matter [0-9]+' resume all 1
decide all 2 refuse >/dev/null
check "one refused is the batch refused" resume all 1
same "nobody is looked up" 0 "$(looked_up all 1)"

# ---- the alarm ----

capped alarm 1000 1000 1000 4
of 8 1 >r.jsonl
check "eight citing a statute that is used twice a year" take alarm r.jsonl 1
same "with an alarm over four times as many: none yet" '' "$(matters alarm)"
# A refused request cites it too.
of 1 9 'del r["weir:taxablePeriods"]' >s.jsonl
check "a ninth, refused" take alarm s.jsonl 2
says "raises the alarm" '^alarm: 9 requests in 365 days cite 8 USC 1253\(a\)\(1\)\(A\),$'
says "and is told of" '^  8 were accepted; used 2 times a year; for counsel, matter [0-9]+$'
of 1 10 >t.jsonl
check "a tenth" take alarm t.jsonl 3
same "raises no other while one is open" "1 alarm open" "$(matters alarm)"
same "and is looked up" 1 "$(looked_up alarm 3)"
answers "its status tells the alarm that is open" 0 'for counsel, matter [0-9]+$' \
	weir alarm batch status 3
answers "the operator does not answer it" 1 '.' decide alarm 1 note operator
check "counsel does" decide alarm 1 note
of 1 11 >u.jsonl
check "an eleventh" take alarm u.jsonl 4
same "raises the next" "1 alarm closed
2 alarm open" "$(matters alarm)"
for n in 1 2 3 4; do
	check "batch $n replays" weir alarm replay $n
done

# ---- the shape of 2025: one officer for all ----

capped shape 100 100 100 40
python3 - "$good_lines" >shape.jsonl <<-'PY'
	import json, sys
	lines = [json.loads(l) for l in open(sys.argv[1])]
	one = lines[0]["weir:officer"]
	for n in range(150):
	    r = json.loads(json.dumps(lines[n % len(lines)]))
	    r["weir:requestID"] = "S%d" % n
	    r["weir:officer"] = one
	    r["nc:Person"]["nc:PersonName"]["nc:PersonGivenName"] += "QZ%s" % (
	        "".join(chr(65 + int(d)) for d in str(n)))
	    r["weir:reason"] = r["weir:reason"] + " Matter %d." % n
	    print(json.dumps(r))
PY
check "a batch under one officer" take shape shape.jsonl 1
same "is refused by the load" 150 "$(weir shape batch reply 1 | grep -c AG-OFFICER-LOAD)"
same "over no cap, for nothing was accepted; but counsel hears of it" \
	"1 alarm open" "$(matters shape)"
answers "how many asked is told" 0 '^alarm: 150 requests' weir shape batch status 1
answers "and for how many it was right" 0 '^  0 were accepted; used 2 times a year' \
	weir shape batch status 1

# ---- kill -9 between judging and the matter, and at any other moment ----

capped base 5 100 3 2
cp -a base whole
begun=$(date +%s%N)
take whole a 1 >/dev/null 2>&1
of 6 4 >./more
begun=$(date +%s%N)
take whole more 2 >/dev/null 2>&1
took=$((($(date +%s%N) - begun) / 1000000))
matters whole >want
take base a 1 >/dev/null 2>&1
certify base more 2
for n in 1 2 3 4 5 6 7 8 9; do
	rm -rf k
	cp -a base k
	begin_submit k more got
	kill_after $((took * n / 10)) "$pid"
	# Judged or not: nobody is looked up unless counsel cleared it.
	same "killed after $n/10 of its time: nobody looked up" 0 \
		"$(looked_up k 2 2>/dev/null || true)"
	submit k more >/dev/null 2>&1
	matters k >got
	same_files "and in the end the same matters" want got
	same "and nobody looked up" 0 "$(looked_up k 2)"
done
check "it replays" weir k replay 2
ledger_holds "the ledger verifies" k

# What was counted and what was opened hold each other.
cp -a whole cut
python3 -c 'import sqlite3
db = sqlite3.connect("cut/store.db")
db.execute("DELETE FROM matter WHERE kind = 1 AND batch = 2")
db.commit()'
answers "a matter taken away is seen" 1 'there is no matter of it' weir cut replay 2
finish
