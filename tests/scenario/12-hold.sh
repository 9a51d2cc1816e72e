# SPDX-License-Identifier: Apache-2.0
# Under a hold no address leaves, whatever was approved before it; one person
# cannot lift it; after two lifted it, the addresses leave.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
hold() { weir i hold "$@"; }
address_files() { # how many packages hold an address
	local id n=0
	while read -r id; do
		opened i r.jsonl "$id" 2>/dev/null | grep -q '"answer":"address"' &&
			n=$((n + 1))
	done < <(accepted i 1)
	echo $n
}
approved=$(weir i batch decisions 1 | grep -c '"outcome":"approved"')
if [ "$approved" -gt 0 ]; then
	pass "there are approved requests"
else
	fail "there are approved requests" "$(weir i batch status 1)"
fi

answers "a hold needs a docket" 2 docket \
	hold place --ground court --scope all --key i/sandbox/counsel.key
answers "a hold needs a scope that exists" 1 'planet|scope' hold place \
	--ground court --docket D --scope planet=mars --key i/sandbox/counsel.key
check "a hold on all is placed" hold place --ground court \
	--docket "1:26-cv-00457 D.D.C." --scope all --key i/sandbox/counsel.key
cp out placed
check "its answer names its entry" grep -qE 'entry [0-9]+' placed
check "the list shows it" hold list
check "release under it answers" release i 1
same "a package for each accepted request" "$(accepted i 1 | wc -l)" \
	"$(find i/outbox/1 -name '*.cms' | wc -l)"
same "none of them holds an address" 0 "$(address_files)"
same "the decisions say that nothing was delivered" 0 "$(delivered i 1 | wc -l)"

check "one person asks to lift it" hold lift 1 --key i/sandbox/counsel.key
check "it still stands" bash -c "'$WEIR' -C i hold list | grep -qE 'lift-asked|placed '"
answers "the same person twice does not lift it" 1 'cannot grant' \
	hold lift 1 --key i/sandbox/counsel.key
answers "nor somebody without a role for it" 1 . \
	hold lift 1 --key i/sandbox/certifier.key
check "release in between" release i 1
same "still no address" 0 "$(address_files)"
check "a second person lifts it" hold lift 1 --key i/sandbox/reviewer-1.key
answers "a lifted hold cannot be lifted again" 1 lifted \
	hold lift 1 --key i/sandbox/reviewer-2.key
check "release after it" release i 1
same "now the approved addresses leave" "$approved" "$(address_files)"
same "the decisions say so" "$approved" "$(delivered i 1 | wc -l)"
same "the packages have one size still" 1 \
	"$(find i/outbox/1 -name '*.cms' -printf '%s\n' | sort -u | wc -l)"
ledger_holds "the ledger verifies" i

# A hold on one case: what it does not cover leaves.
rm -rf i
reviewed_instance i
weir i batch decisions 1 | grep '"outcome":"approved"' | field request_id |
	sort >approved
id=$(head -1 approved)
case_id=$(case_of r.jsonl "$id")
check "a hold on one case" hold place --ground court --docket D \
	--scope "case=$case_id" --key i/sandbox/counsel.key
check "release" release i 1
opened i r.jsonl "$id" >package
check "the one it covers is answered neutrally" \
	grep -q '"answer":"neutral"' package
same "the others leave" "$(facts r.jsonl | awk -F'\t' -v c="$case_id" \
	'$3 != c {print $1}' | sort | comm -12 - approved | wc -l)" \
	"$(delivered i 1 | wc -l)"

# A hold that is placed while a release runs: no address leaves after it, and
# what left before it comes back.
rm -rf i
reviewed_instance i
begin_release i 1 out.release
sleep .05
hold place --ground court --docket E --scope all --key i/sandbox/counsel.key \
	>placed 2>&1
status=$?
wait "$pid"
same "a hold gets in while a release runs" 0 "$status"
entry=$(grep -oE 'entry [0-9]+' placed | grep -oE '[0-9]+')
check "what left is listed" hold affected 1 --json --since 2000-01-01 \
	--key i/sandbox/counsel.key
cp out left
counted() { # CONDITION: of the packages in the list
	python3 -c '
import json, sys
print(sum(1 for x in json.load(open("left"))["left"]
          if x["outcome"] == "address" and '"$1"'))'
}
echo "# $(counted "x['entry'] < $entry") addresses left before entry $entry"
same "no address left after the hold's entry" 0 "$(counted "x['entry'] > $entry")"
same "what left before it is back with the custodian" \
	"$(counted "True")" "$(counted "x['where'] == 'custodian'")"
same "nothing it covers lies in the outbox with an address" 0 \
	"$(delivered i 1 | wc -l)"
finish
