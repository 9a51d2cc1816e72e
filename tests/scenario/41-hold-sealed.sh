# SPDX-License-Identifier: Apache-2.0
# A sealed order is counsel's: nobody else is told of it by any list,
# explanation, count or error, and the public ledger has no entry of its kind.
. "$(dirname "$0")/lib.sh"

instance i
cp "$WORLD/requests.jsonl" r.jsonl
C=i/sandbox/counsel.key
R=i/sandbox/reviewer-1.key
O=i/sandbox/operator.key
docket="9:26-sealed-77"
check "a sealed hold on all" weir i hold place --ground court \
	--docket "$docket" --scope agreement=AG-IRS-ICE-2025 --sealed \
	--note "under seal" --key $C
number=$(grep -oE '^hold [0-9]+' out | tr -dc 0-9)
weir i ledger kinds >types
grep -q ' register ' types || fail "there are kinds" "$(cat types)"
if grep -q ' hold ' types; then fail "no entry is of kind hold" "$(cat types)"; else
	pass "no entry is of kind hold"; fi
certify i r.jsonl 1
check "a batch comes in under it" submit i r.jsonl
cp out shown.submit
weir i batch decisions 1 --key $C >decisions.counsel
id=$(grep '"AG-HOLD"' decisions.counsel | field request_id | head -1)
[ -n "$id" ] && pass "counsel sees what it stopped" ||
	fail "counsel sees what it stopped" "$(head -2 decisions.counsel)"

# All that others can be shown.
tell() { # KEY FILE
	{
		weir i hold list --key "$1"
		weir i hold list --due --json --today "$TODAY" --key "$1"
		weir i hold show "$number" --key "$1"
		weir i hold affected "$number" --key "$1"
		weir i hold lift "$number" --key "$1"
		weir i hold lift "$number" --deny --key "$1"
		weir i hold except "$number" --scope all --docket x --key "$1"
		weir i hold except "$number" --grant 1 --key "$1"
		weir i batch decisions 1 --key "$1"
		weir i batch status 1 --key "$1"
		weir i batch reply 1 --key "$1"
		weir i explain "$id" --key "$1"
		weir i review list --batch 1 --key "$1"
		weir i review show --batch 1 --request "$id" --key "$1"
		weir i report accounting --csv csv --key "$1"
		weir i report accounting --json --key "$1"
		cat csv
		weir i custody list --key "$1"
		weir i matter list --key "$1"
		weir i tend --key "$1" --today "$TODAY"
		weir i replay 1 --key "$1"
		cat shown.submit
	} >"$2" 2>&1
}
# What tells of a hold; the law's own text, and a rule that is met, do not.
leaks() { # FILE
	grep -nE "AG-HOLD|no-hold\":false|$docket|under seal|sealed hold|[Aa] hold covers" "$1" |
		grep -vE 'AG-HOLD: met'
}
for who in operator reviewer-1; do
	tell "i/sandbox/$who.key" "shown.$who"
	same "$who is told nothing of it" "" "$(leaks "shown.$who" | head -5 | cut -c1-200)"
	same "to $who hold $number is none" 6 \
		"$(grep -c "there is no hold $number" "shown.$who")"
	same "to $who no hold was ever placed" 1 \
		"$(grep -c 'no hold was ever placed' "shown.$who")"
done
if grep -q '"outcome":"withheld"' shown.operator; then
	pass "what it stops is withheld"
else
	fail "what it stops is withheld" "$(head -5 shown.operator)"
fi
tell $C shown.counsel # asks to lift, and denies
if [ "$(leaks shown.counsel | wc -l)" -gt 10 ]; then
	pass "counsel is told, and the search would find it"
else
	fail "counsel is told, and the search would find it" "$(leaks shown.counsel)"
fi

# A round: its counts tell nothing either.
check "a release" release i 1
cp out shown.release
if grep -qE 'hold' shown.release; then
	fail "the release names no hold" "$(cat shown.release)"
else
	pass "the release names no hold"
fi
same "no address left" 0 "$(delivered i 1 | wc -l)"

# An open hold that is placed next has the next number.
check "an open hold" weir i hold place --ground counsel --docket x \
	--scope case=NONE --key $O
if grep -q '^hold 1,' out; then pass "is the first"; else
	fail "is the first" "$(cat out)"; fi

# Lifted by two: whom counsel tells the number may grant, before that not.
answers "a reviewer cannot ask" 1 "there is no hold $number" \
	weir i hold lift "$number" --key $R
check "counsel asks" weir i hold lift "$number" --key $C
check "the reviewer grants" weir i hold lift "$number" --key $R
answers "then it is no hold again" 1 "there is no hold $number" \
	weir i hold lift "$number" --key $R
ledger_holds "the ledger verifies" i
finish
