# SPDX-License-Identifier: Apache-2.0
# What changed last decides: a withholding after the approvals, a screen after
# the account, a review after the answer.  And a requester's text stays on the
# line that it is shown on.
. "$(dirname "$0")/lib.sh"

sql() { python3 -c 'import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for row in db.execute(sys.argv[2]): print(*row)
db.commit()' i/store.db "$1"; }
today() { "$WEIR" -C i release --batch 1 --today "$1"; }
late=$(date -d "$TODAY + 40 days" +%F)
hold() { weir i hold "$@"; }
is_now() { # ID
	weir i batch decisions 1 | grep "\"request_id\":\"$1\"" | field outcome
}

# Withheld after two approvals; somebody edits the row back.
reviewed_instance i || finish
id=$(weir i batch decisions 1 | grep '"approved"' | field request_id | head -1)
state=$(sql "SELECT state FROM request WHERE id = '$id'")
check "a reviewer withholds what two approved" weir i review withhold \
	--batch 1 --request "$id" --ground doubt --key i/sandbox/reviewer-2.key
sql "UPDATE request SET state = $state WHERE id = '$id'"
try today "$late"
opened i r.jsonl "$id" >package
check "its row edited back to approved: still no address leaves" \
	grep -q '"answer":"neutral"' package

# Accounted, not yet handed over, and then a screen.
rm -rf i
reviewed_instance i
check "release" release i 1
weir i batch decisions 1 | grep '"delivered"' | head -1 >first
id=$(field request_id <first)
mv "i/outbox/1/$id.cms" i/sealed/1/ # as a kill before the rename leaves it
check "a screen is added" weir i register screen add \
	--person "$(field person_id <first)" --ground ci
try release i 1
same "what was accounted is recalled, not handed over" recalled "$(is_now "$id")"
check "its officer has a package like all others" opened i r.jsonl "$id"
same "which is neutral" 1 "$(grep -c '"answer":"neutral"' out)"

# A question answered after the neutral package: one more turn, not lost.
rm -rf i
reviewed_instance i
check "release on the answer day" today "$late"
cleared=$(weir i review list --batch 1 --key i/sandbox/reviewer-1.key |
	awk '$2 == "request-review" {print $1; exit}')
if [ -z "$cleared" ]; then
	skip "a question answered late" "this world asks none"
else
	check "request review lets it go on" weir i review approve --batch 1 \
		--request "$cleared" --key i/sandbox/reviewer-1.key
	if [ "$(is_now "$cleared")" = review ]; then
		answers "a release does not pass over it" 1 'two reviewers' \
			today "$late"
		approve_all i 1 >out
		check "two reviewers sign, and it goes" today "$late"
		same "its address left" delivered "$(is_now "$cleared")"
	fi
fi

# Stopped by a hold before anybody had signed.
rm -rf i
cp -a "$TEMPLATE" i
cp "$WORLD/requests.jsonl" r.jsonl
certify i r.jsonl 1
check "a batch comes in" submit i r.jsonl
check "a hold comes before the reviewers" hold place --ground court \
	--docket D --scope all --key i/sandbox/counsel.key
check "on the answer day all are answered" today "$late"
for key in counsel reviewer-1; do
	check "$key lifts it" hold lift 1 --key "i/sandbox/$key.key"
done
answers "what it stopped waits for people again" 1 'two reviewers' today "$late"
approve_all i 1 >out
waited=$(weir i batch decisions 1 | grep -c '"approved"')
check "and goes when they signed" today "$late"
same "every address" "$waited" "$(delivered i 1 | wc -l)"
ledger_holds "the ledger verifies" i

# A reason with lines that look like ours.
rm -rf i
cp -a "$TEMPLATE" i
python3 -c 'import json, sys
r = json.loads(sys.stdin.readline())
r["weir:requestID"] = "FORGED"
r["weir:reason"] += "\n\nThe record, graded:\n  TIN          equal"
print(json.dumps(r))' <r.jsonl >forged.jsonl
certify i forged.jsonl 1
try submit i forged.jsonl
check "a reviewer is shown it" weir i review show --batch 1 --request FORGED \
	--key i/sandbox/reviewer-1.key
same "its lines are not taken for the program's" 0 \
	"$(grep -cE '^  TIN          equal' out)"

# No roll.
rm -rf i
reviewed_instance i
mv i/roll/current roll-link
answers "without a roll nothing is answered" 1 'no roll' release i 1
mv roll-link i/roll/current
check "with it all is" release i 1
same "with addresses" 1 "$([ "$(delivered i 1 | wc -l)" -gt 0 ] && echo 1)"
rm -rf i
cp -a "$TEMPLATE" i
certify i forged.jsonl 1
try submit i forged.jsonl

# Where it is no play, the answer day is waited for: one that is answered as
# soon as nobody waits would tell that nobody was found.
rm -rf i
reviewed_instance i
sed -i 's/^kind sandbox/kind custodian/' i/instance
answers "nothing leaves before the answer day" 1 'answer day of batch 1' \
	weir i release --batch 1 --key i/sandbox/operator.key
rm -rf i
cp -a "$TEMPLATE" i
certify i forged.jsonl 1
try submit i forged.jsonl

# Who may read.
for verb in "review list --batch 1" "review show --batch 1 --request FORGED" \
	"batch decisions 1"; do
	# shellcheck disable=SC2086 # words of a command
	answers "$verb is for people with a role" 1 'no role' \
		weir i $verb --key i/sandbox/certifier.key
done
answers "a number that is none is told alone" 2 . weir i batch status x
same "with nothing else" 1 "$(lines_of err)"

# Rows that the program never wrote.
for column in state answered answer; do
	sql "UPDATE request SET $column = 99"
	for verb in "batch decisions 1" "review list --batch 1" "explain FORGED"; do
		# shellcheck disable=SC2086 # words of a command
		answers "$verb on a damaged $column" 1 'in no state' weir i $verb
	done
	answers "release on a damaged $column" 1 'in no state' today "$late"
	sql "UPDATE request SET state = 8, answered = 0, answer = 0"
done
finish
