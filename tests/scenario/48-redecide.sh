# SPDX-License-Identifier: Apache-2.0
# Past requests by a corrected rule, or a looser one (R30, R31, R32): which
# releases it keeps back, which refusals it grants, what follows; and that
# nothing changes by it.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
counsel=i/sandbox/counsel.key
law=$ROOT/agreements/irs-ice-2025.md
redecide() { weir i redecide --key $counsel "$@"; }
release i 1 >out
delivered i 1 | sort >delivered
weir i batch decisions 1 --key $counsel >decisions.jsonl

# What an instance is, but for its ledger, which has the readings.
state() {
	weir i batch decisions 1
	for r in officer certifier role recipient agreement; do weir i "$r" list; done
	weir i hold list --key $counsel
	weir i matter list --all --key $counsel
	(cd i && find batches sealed outbox law roll -type f -print0 | sort -z |
		xargs -0 sha256sum)
}
acts() { weir i ledger kinds | awk '$2 == "act" {print $1}'; } # an act too

# ---- by the same rule ----
check "by the agreement in use: all decided the same" redecide --agreement "$law"
cp out same
check "it says so" grep -qE '^400 requests: 400 decided the same, 0 otherwise' same
n=$(lines_of delivered)
check "it counts what left" grep -q "addresses that left: $n, of which this agreement keeps back: 0" same

# ---- by a corrected rule ----
sed 's/^setting periods-most 10 /setting periods-most 1 /; s/from 1 to 10/from 1 to 1/' \
	"$law" >strict.md
python3 - r.jsonl delivered >want <<-'PY'
	import json, sys
	left = set(open(sys.argv[2]).read().split())
	for line in open(sys.argv[1], encoding="utf-8", errors="replace"):
	    try: r = json.loads(line)
	    except ValueError: continue
	    if r.get("weir:requestID") in left and len(r["weir:taxablePeriods"]) > 1:
	        print(r["weir:requestID"])
PY
sort -o want want
bad=$(lines_of want)
check "there are releases that a stricter rule keeps back" test "$bad" -gt 3
state >before 2>&1
at=$(acts)
answers "by a stricter rule" 1 "of which this agreement keeps back: $bad\$" \
	redecide --agreement strict.md --out o
cp out table
same_files "the list has exactly those" want <(tail -n +2 o/incident.csv | cut -d, -f1 | sort)
same "each of them by its code" "$bad" "$(grep -c 'I2-B2-PERIOD' o/incident.csv)"
check "it says that nothing was changed" grep -q '^Nothing was changed: no request, register, hold or package' table
same "one act more: that it was read" "$((at + 2))" "$(acts)"
state >after 2>&1
# Listing matters and holds is no change; each has the same rows.
same_files "no request, register, hold, matter, package, law or roll is another" before after
same "no line is over 80 columns" 0 "$(awk 'length > 80' table o/incident.txt | wc -l)"
check "who has it: officer and day" grep -qE "^$(head -1 want) .*released +refused +$(officer_of r.jsonl "$(head -1 want)") +[0-9-]{10} I2-B2-PERIOD" table
answers "a folder that has them is not written over" '[13]' 'incident.csv' \
	redecide --agreement strict.md --out o

redecide --agreement strict.md --json >json 2>sums
same_files "the same as JSON Lines" want <(python3 -c '
import json, sys
for line in open("json"):
    d = json.loads(line)
    if d["left"] and d["now"] != "released":
        assert d["was"] == "released" and "I2-B2-PERIOD" in d["now_codes"], d
        print(d["request_id"])' | sort)

# ---- what follows: by the verbs that are there ----
same "a draft to each person, in the words of a notice" \
	"$(grep -c '^Notice of a disclosure' o/notices.txt)" \
	"$(grep -oE '[0-9]+  people' o/incident.txt | cut -d' ' -f1)"
same "each release stands in a draft" "$bad" "$(grep -c '^  request ' o/notices.txt)"
check "a draft of a demand, to return or destroy" grep -q '^Draft of a demand' o/demands.txt
check "with what is to be done" grep -q 'return or destroy' o/demands.txt
check "the list is without names" bash -c "! grep -qF '$(fact r.jsonl "$(head -1 want)" 4)' o/incident.csv o/incident.txt o/demands.txt"
check "no matter was opened by it" bash -c "! '$WEIR' -C i matter list --key $counsel | grep -qE 'incident|notice|recall'"
check "an incident takes the list" weir i incident open --list o/incident.csv \
	--found "on $TODAY, by deciding again" --what "name and mailing address" \
	--key $counsel
number=$(grep -oE '^incident [0-9]+' out | cut -d' ' -f2)
check "its notice is to the same people" weir i incident notice "$number" \
	--ground "it was decided by a rule that was wrong" --key $counsel
same "as many" "$(grep -oE '[0-9]+  people' o/incident.txt | cut -d' ' -f1)" \
	"$(grep -oE '[0-9]+ people' out | cut -d' ' -f1)"
check "a demand takes the list" weir i recall demand --batch 1 --list o/demands.csv \
	--ground "it was decided by a rule that was wrong" --key $counsel
same "it names as many as the draft" "$(grep -c '^  R.*officer' o/demands.txt)" \
	"$(grep -oE '[0-9]+ packages' out | cut -d' ' -f1)"
answers "after that it is still what left" 1 "of which this agreement keeps back: $bad\$" \
	redecide --agreement strict.md --batch 1

# ---- by a looser rule ----
python3 - "$law" <<-'PY' >loose.md
	import re, sys
	text = open(sys.argv[1]).read()
	for rule in ("ag.6-years", "ag.6-own", "ag.5-members"):
	    text, n = re.subn(r"rule %s\n(?:\t.*\n)+" % re.escape(rule), "", text)
	    assert n == 1, rule
	print(re.sub(r"prove duties.*?AG-HOLD}", "", text, flags=re.S))
PY
only() { # CODE...: the ids that have no code but these
	python3 -c '
import json, sys
for line in open("decisions.jsonl"):
    d = json.loads(line)
    if d["codes"] and set(d["codes"]) <= set(sys.argv[1:]): print(d["request_id"])' "$@" | sort
}
redecide --agreement loose.md --json >json 2>sums
pairs() { # WAS NOW
	python3 -c '
import json, sys
for line in open("json"):
    d = json.loads(line)
    if [d["was"], d["now"]] == sys.argv[1:]: print(d["request_id"])' "$@" | sort
}
only AG-YEARS AG-OWN-ROW >granted
check "there are refusals that a looser rule grants" test -s granted
same_files "withheld by a rule that is gone: released" granted <(pairs withheld released)
same_files "refused by a rule that is gone: open, since nobody was looked up" \
	<(only RQ-FIELD) <(pairs refused open)
check "the sums say what open is" grep -q '^open: it would have been looked up' sums

# ---- whom a screen withholds is not told by deciding again ----
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout s.key \
	-out s.crt -days 3650 -subj "/CN=Safeguards Two" 2>/dev/null
check "a safeguards officer comes" weir i register role add --role safeguards \
	--cert s.crt --key i/sandbox/operator.key
weir i redecide --agreement loose.md --json --key s.key >json 2>sums
same "who may not know of screens is not told which refusals have none" "" \
	"$(pairs withheld released)"
same_files "and is told the rest" <(only RQ-FIELD) <(pairs refused open)
weir i redecide --agreement strict.md --json --key s.key >json 2>sums
same_files "what left is no secret of a screen" want <(pairs released refused)

# ---- who, and what is wrong ----
answers "not for a reviewer" 1 'not the role' weir i redecide --agreement "$law" \
	--key i/sandbox/reviewer-1.key --out no
check "who may not leaves no folder" test ! -e no
answers "not without an agreement" 2 'agreement' redecide
answers "a law that is none" '[13]' 'no-such' redecide --agreement no-such.md
answers "a batch that is none" 1 'batch 9' redecide --agreement "$law" --batch 9
echo "a,b" >list
answers "a list of another kind" 1 'request_id,batch,line' weir i incident open \
	--list list --what W --key $counsel
sed '2s/^[^,]*/R-OTHER/' o/incident.csv >list
answers "a list that names another request" 1 'line 2 of the list' weir i incident open \
	--list list --what W --key $counsel
ledger_holds "the ledger holds" i
finish
