# SPDX-License-Identifier: Apache-2.0
# One request in the place of another: a mended one for a refused one, an
# amended one for one that is open; and what a requester cannot put one in the
# place of.
. "$(dirname "$0")/lib.sh"

# edited N ID [SUPERSEDES [EDIT]]: the N-th good line, under an id, in the place
# of another, with one more edit (Python, of r).
edited() {
	good_line "$1" "$2" | python3 -c '
import json, sys
r = json.loads(sys.stdin.read())
if sys.argv[1]:
    r["weir:supersedes"] = sys.argv[1]
exec(sys.argv[2])
print(json.dumps(r))' "${3:-}" "${4:-}"
}
no_years='del r["weir:taxablePeriods"]'
fewer='r["weir:taxablePeriods"] = r["weir:taxablePeriods"][:1]'
other_case='r["weir:investigation"]["weir:caseID"] += "9"
r["weir:reason"] = r["weir:reason"].replace(
    r["weir:investigation"]["weir:caseID"][:-1],
    r["weir:investigation"]["weir:caseID"])'

reply_of() { # INSTANCE BATCH ID: its status and codes
	weir "$1" batch reply "$2" | grep "\"request_id\":\"$3\"" | python3 -c '
import json, sys
r = json.loads(sys.stdin.readline())
print(r["status"], *(x["code"] for x in r["reasons"]))'
}
state_of() { # INSTANCE BATCH ID
	weir "$1" batch decisions "$2" | grep "\"request_id\":\"$3\"" |
		field state
}
replies() { # NAME INSTANCE BATCH ID WANT
	same "$1" "$5" "$(reply_of "$2" "$3" "$4")"
}

instance i
{
	edited 1 REF '' "$no_years"
	edited 1 MEND REF
	edited 2 REF2 '' "$no_years"
	edited 3 OPEN
	edited 4 OPEN2
	edited 5 SELF SELF
	edited 6 EARLY LATER
	edited 7 LATER
	edited 7 TWICE LATER "$other_case"
} >r.jsonl
certify i r.jsonl 1
check "a batch whose lines name each other" submit i r.jsonl
replies "the first is refused" i 1 REF "refused I2-B2-PERIOD"
replies "the line that mends it is accepted" i 1 MEND accepted
replies "nothing stands in its own place" i 1 SELF "refused RQ-FORM"
replies "nor in that of a later line" i 1 EARLY "refused RQ-FORM"
replies "what is accepted in the same file is not amended there" i 1 TWICE \
	"refused AG-DUPLICATE"
answers "the reply says why" 0 \
	'SELF.*weir:supersedes: no request of this agreement' \
	weir i batch reply 1

{
	edited 2 MEND2 REF2
	edited 2 MEND3 REF2 "$other_case"
	edited 3 AMEND OPEN "$fewer"
	edited 3 AMEND2 OPEN "$other_case"
	edited 4 POOR OPEN2 "$no_years"
	edited 4 PLAIN '' "$fewer"
	edited 8 LOST NOSUCH
	edited 1 AGAIN REF
	edited 5 FRESH SELF
} >s.jsonl
certify i s.jsonl 2
check "the next batch mends and amends" submit i s.jsonl
replies "a refused request is mended" i 2 MEND2 accepted
replies "by one line only" i 2 MEND3 "refused AG-DUPLICATE"
replies "an open one is amended, and is no duplicate" i 2 AMEND accepted
replies "by one line only" i 2 AMEND2 "refused AG-DUPLICATE"
replies "an amendment that is no good is refused" i 2 POOR "refused I2-B2-PERIOD"
replies "without the word it is a duplicate" i 2 PLAIN "refused AG-DUPLICATE"
replies "a request that there is not" i 2 LOST "refused RQ-FORM"
replies "one in whose place another is" i 2 AGAIN "refused AG-DUPLICATE"
replies "one refused for what it named" i 2 FRESH accepted
same "the amended one is withdrawn" withdrawn "$(state_of i 1 OPEN)"
same "the one amended badly is not" "$(state_of i 1 OPEN2)" review
same "the mended one is superseded" superseded "$(state_of i 1 REF)"
same "and the other" superseded "$(state_of i 1 REF2)"
check "the totals of the first batch tie" weir i batch status 1

# What has its package is not amended; what was withdrawn gets none.
approve_all i 1 >/dev/null
check "the first batch is answered" release i 1
same "no package for the withdrawn one" '' "$(find i -name 'OPEN.cms')"
same "one for the other" i/outbox/1/OPEN2.cms "$(find i -name 'OPEN2.cms')"
{
	edited 4 PAST OPEN2 "$other_case"
	edited 3 ANEW OPEN "$other_case"
} >t.jsonl
certify i t.jsonl 3
check "a third batch" submit i t.jsonl
replies "what was answered is not amended" i 3 PAST "refused AG-DUPLICATE"
replies "what was withdrawn may be asked anew" i 3 ANEW accepted
for n in 1 2 3; do
	check "batch $n is decided again the same" weir i replay $n
done
ledger_holds "the ledger verifies" i

# kill -9 while lines move others: the same in the end.
instance whole
certify whole r.jsonl 1
submit whole r.jsonl >/dev/null 2>&1
cp -a whole first
certify whole s.jsonl 2
begun=$(date +%s%N)
submit whole s.jsonl >/dev/null 2>&1
took=$((($(date +%s%N) - begun) / 1000000))
told() {
	{
		weir "$1" batch reply 2
		weir "$1" batch decisions 1
		weir "$1" batch decisions 2
	} | sed -E 's/"entry":[0-9]+/"entry":0/'
}
told whole >want
for n in 1 2 3 4 5 6 7 8 9; do
	rm -rf k
	cp -a first k
	begin_submit k s.jsonl out
	kill_after $((took * n / 10)) "$pid"
	submit k s.jsonl >/dev/null 2>&1
	told k >got
	same_files "killed after $n/10 of its time: the same in the end" want got
done
ledger_holds "the ledger verifies after it too" k
finish
