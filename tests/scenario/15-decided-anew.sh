# SPDX-License-Identifier: Apache-2.0
# Between two signatures and the answer the world goes on: another roll serves,
# reviewers are late, a reviewer withholds what was stopped.  What changed does
# not leave; what did not, leaves without being signed again.
. "$(dirname "$0")/lib.sh"

late=$(date -d "$TODAY + 40 days" +%F)
today() { "$WEIR" -C i release --batch 1 --today "$1"; }
is_now() { # ID
	weir i batch decisions 1 | grep "\"request_id\":\"$1\"" | field outcome
}
address_files() { # how many packages hold an address
	local id n=0
	while read -r id; do
		opened i r.jsonl "$id" 2>/dev/null | grep -q '"answer":"address"' &&
			n=$((n + 1))
	done < <(accepted i 1)
	echo $n
}
packages() { find i/outbox/1 -name '*.cms' -newer mark | wc -l; }

# Another roll: one of the approved has moved, and nobody else.
reviewed_instance i || finish
weir i batch decisions 1 | grep '"outcome":"approved"' >approved
n=$(wc -l <approved)
asking=$(weir i batch decisions 1 | grep -c '"outcome":"request-review"')
id=$(head -1 approved | field request_id)
person=$(head -1 approved | field person_id)
moved=$(field person_id <approved | grep -cx "$person")
awk -F, -v OFS=, -v p="$person" '$1 == p {$12 = "99998 FARAWAY RD"; $13 = ""} {print}' \
	"$WORLD/roll.csv" >moved.csv
check "another roll is loaded" weir i roll load moved.csv
check "release" release i 1
same "the one who moved is not confirmed any more" unresolved "$(is_now "$id")"
check "its package opens" opened i r.jsonl "$id"
same "and is neutral" 1 "$(grep -c '"answer":"neutral"' out)"
same "all others leave, signed once" $((n - moved)) "$(delivered i 1 | wc -l)"
same "a package for each accepted request" "$(accepted i 1 | wc -l)" \
	"$(find i/outbox/1 -name '*.cms' | wc -l)"
check "the first roll serves again" weir i roll load "$WORLD/roll.csv"
touch mark
sleep .01
answers "it waits for people, or goes by the signatures it had" 0 'packages' \
	today "$late"
same "it leaves, by the verdict that two had signed" delivered "$(is_now "$id")"
same "and with it all but those a person must read first got a package again" \
	"$(($(accepted i 1 | wc -l) - asking))" "$(packages)"
same "of those that had an address each has it again" "$n" "$(address_files)"
ledger_holds "the ledger verifies" i

# Reviewers who sign after the answer day.
rm -rf i
cp -a "$TEMPLATE" i
certify i r.jsonl 1
check "a batch comes in" submit i r.jsonl
check "on the answer day all are answered" today "$late"
same "neutrally" 0 "$(delivered i 1 | wc -l)"
approve_all i 1 >out
touch mark
sleep .01
check "two reviewers signed late: release again" today "$late"
same "every address leaves" "$n" "$(delivered i 1 | wc -l)"
same "among packages for all but those a person must read first" \
	"$(($(accepted i 1 | wc -l) - asking))" "$(packages)"
touch mark
sleep .01
check "once more" today "$late"
same "nobody is answered a third time" 0 "$(packages)"

finish
