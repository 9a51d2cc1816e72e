# SPDX-License-Identifier: Apache-2.0
# Review that is real: the sample decided one by one before anything is signed
# together, lists for what is borderline, a request given back with reasons, and
# objections that only counsel answers.
. "$(dirname "$0")/lib.sh"

one=i/sandbox/reviewer-1.key
two=i/sandbox/reviewer-2.key
review() { weir i review "$@"; }
sql() { python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for row in db.execute(sys.argv[2]): print(*row)
db.commit()' i/store.db "$1"; }
waiting() { # STATE: ids
	review list --batch 1 --key $one | awk -v s="$1" '$2 == s {print $1}'
}
answer_of() { # ID
	opened i r.jsonl "$1" 2>/dev/null | grep -oE '"answer":"[a-z]+"' | cut -d'"' -f4
}
is_now() { # ID
	weir i batch decisions 1 | grep "\"request_id\":\"$1\"" | field outcome
}

cp -a "$TEMPLATE" i
cp "$WORLD/requests.jsonl" r.jsonl
certify i r.jsonl 1
check "a batch comes in" submit i r.jsonl

# The sample, drawn by the seed alone.
answers "nothing is signed together before the sample" 1 'still to be decided' \
	review approve --batch 1 --all --plain --key $one
check "the sample is listed" review sample --batch 1 --key $one
cp out sample
seed=$(sed -n 's/^Drawn from the seed //p' sample)
awk '$2 == "refused" || $2 == "accepted" {print $1, $2}' sample | sort -n >drawn
weir i batch reply 1 | python3 -c '
import hashlib, json, sys
seed = bytes.fromhex(sys.argv[1])
parts = {"refused": [], "accepted": []}
for n, line in enumerate(sys.stdin, 1):
    parts[json.loads(line)["status"]].append(n)
def size(lines): # the smallest that finds one of over 1 % in 19 of 20 drawings
    wrong, n = lines // 100 + 1, 0
    from math import comb
    while n < lines and 20 * comb(lines - wrong, n) > comb(lines, n):
        n += 1
    return n
rank = lambda n: hashlib.sha256(seed + n.to_bytes(8, "big")).digest()
print(*sorted((n, p) for p, lines in parts.items()
              for n in sorted(lines, key=rank)[:size(len(lines))]), sep="\n")
' "$seed" | tr -d "(,')" >again
same_files "whoever has the seed draws the same" drawn again
line=$(awk 'NR == 1 {print $1}' drawn)
answers "who submitted does not decide it" 1 reviewer review sample --batch 1 \
	--line "$line" --agree --key i/sandbox/operator.key
answers "a wrong one needs a ground" 1 'ground' \
	review sample --batch 1 --line "$line" --wrong --key $one
answers "nor is it answered as a matter" 1 'review sample' weir i \
	matter answer 1 --decision sound --ground "all right" --key $one
n=0
while read -r line _; do
	review sample --batch 1 --line "$line" --agree --key $one >said 2>&1 ||
		break
	n=$((n + 1))
done <drawn
same "each is decided" "$(lines_of drawn)" "$n"
check "the bound is told" grep -q 'with 95 % confidence' said

# Together what is plain; each of the others by a person, in lists.
answers "what is borderline is left" 0 'are borderline' \
	review approve --batch 1 --all --plain --key $one
check "by the second too" review approve --batch 1 --all --plain --key $two
waiting review >left
for key in $one $two; do
	sed 's/^/approve /' left >list
	answers "a list is signed" 0 "$(lines_of left) requests signed" \
		review sign --batch 1 --list list --key $key
done
same "nothing waits for a signature" 0 "$(waiting review | wc -l)"

# Given back, and told.
id=$(waiting request-review | head -1)
if [ -z "$id" ]; then
	skip "request review gives back" "this world asks none"
else
	review show --batch 1 --request "$id" --key $one >shown
	same "request review is shown nothing of the roll" 0 \
		"$(grep -cE 'record\.|The record' shown)"
	check "request review gives back" review return --batch 1 \
		--request "$id" --ground "name who prosecutes" --key $one
	weir i batch reply 1 >reply
	check "the requester reads why" grep -q \
		"\"$id\",\"status\":\"returned\".*name who prosecutes" reply
	same "the reply has a line for each" "$(lines_of r.jsonl)" \
		"$(lines_of reply)"
	weir i request amend r.jsonl --reply reply --out mended >said 2>&1
	check "and mends it as a refused one" grep -q "\"$id\"" mended
	check "the later reply is signed" openssl cms -verify -binary \
		-inform DER -noverify -in i/batches/1/reply-later.jsonl.p7s \
		-content i/batches/1/reply-later.jsonl -out /dev/null
fi

# Objections.
weir i batch decisions 1 | grep '"outcome":"approved"' | field request_id |
	sort >approved
a=$(sed -n 1p approved)
b=$(sed -n 2p approved)
answers "somebody objects" 0 'matter 2' review object --batch 1 \
	--request "$a" --ground "the purpose is civil" --key $one
check "and to another" review object --batch 1 --request "$b" \
	--ground "no case is open" --key i/sandbox/counsel.key
answers "not answered by who releases" 1 . weir i matter answer 2 \
	--decision overrule --ground "I2-A-USE: no" --key i/sandbox/operator.key
answers "nor without a rule" 1 'rule' weir i matter answer 2 \
	--decision overrule --ground "go on" --key i/sandbox/counsel.key
check "release" release i 1
same "neither address left" "neutral neutral" \
	"$(answer_of "$a") $(answer_of "$b")"
same "all others left" $(($(lines_of approved) - 2)) "$(delivered i 1 | wc -l)"
check "counsel overrules one by its rule" weir i matter answer 2 \
	--decision overrule --ground "I2-A-USE: a criminal code is stated" \
	--key i/sandbox/counsel.key
check "and sustains the other" weir i matter answer 3 --decision sustain \
	--ground "I2-A-CASE: it is closed" --key i/sandbox/counsel.key
answers "who objected sees the answer" 0 'overrule' weir i matter show 2 \
	--key $one
check "release again" release i 1
same "what was overruled left" "address delivered" \
	"$(answer_of "$a") $(is_now "$a")"
same "what was sustained did not" "neutral withheld" \
	"$(answer_of "$b") $(is_now "$b")"

# A row deleted behind the program's back.
c=$(sed -n 3p approved)
check "a third objection" review object --batch 1 --request "$c" \
	--ground "late" --key $two
sql "DELETE FROM matter WHERE n = 4"
answers "a deleted objection stops the release" 1 'not as entry' release i 1
ledger_holds "the ledger verifies" i
finish
