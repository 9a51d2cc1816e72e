# SPDX-License-Identifier: Apache-2.0
# The recipient's letters in the custody list, and a demand from its making to
# its end: nothing that was demanded back is handed over again; certificates
# for all that it names close it.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
counsel=i/sandbox/counsel.key
custody() { weir i custody list --today "$TODAY" "$@" --key $counsel; }
later() { date -ud "$TODAY + $1 days" +%F; }
take() { weir i letter take "$@"; }
letter() { # OUT VERB ID [option...]
	local out=$1 verb=$2 id=$3 key
	key=i/sandbox/officers/$(officer_of r.jsonl "$id").key
	shift 3
	"$WEIR" package "$verb" "$@" --key "$key" --date "$TODAY" --out "$out"
}
acknowledge() { # ID: written and taken
	letter "ack-$1.json" acknowledge "$1" "i/outbox/1/$1.cms" \
		--officer "$(officer_of r.jsonl "$1")" --vkey i/ledger/ledger.vkey &&
		take "ack-$1.json"
}
certificate() { # ID
	letter "des-$1.json" destroyed "$1" "ack-$1.json" --method shredded \
		--on "$TODAY" && take "des-$1.json"
}
row() { custody --json | grep "\"request_id\":\"$1\""; }

release i 1 >out
address=$(delivered i 1 | sort | head -1)
neutral=$(accepted i 1 | sort | comm -23 - <(delivered i 1 | sort) | head -1)
n=$(accepted i 1 | wc -l)
for id in $address $neutral; do
	check "$id is acknowledged" acknowledge "$id"
	letter "cus-$id.json" custody "$id" "ack-$id.json" --holder 'ANA ROE' \
		--place 'HSI Reno' --copy 'the file as received' >out
	check "and where it is" take "cus-$id.json"
	check "the list tells when" grep -q "\"acknowledged\":\"20" <(row "$id")
	check "who has it" grep -q '"kept":"ANA ROE; HSI Reno; the file as received"' <(row "$id")
done
custody >counted
check "counted" grep -q '^acknowledged 2;' counted
same "the others are overdue in time" $((n - 2)) "$(weir i custody list --overdue \
	--json --today "$(later 6)" --key $counsel | wc -l)"

# ---- demanded back ----
check "a demand for both" weir i recall demand "$address" "$neutral" --batch 1 \
	--ground "an error of ours" --key $counsel
number=$(sed -n 's/^demand \([0-9]*\):.*/\1/p' out)
before=$(stat -c '%Y %s' i/outbox/1/"$address".cms i/outbox/1/"$neutral".cms)
check "another round" release i 1
same "hands over neither of them again" "$before" \
	"$(stat -c '%Y %s' i/outbox/1/"$address".cms i/outbox/1/"$neutral".cms)"
same "the address stays recalled" recalled \
	"$(weir i batch decisions 1 | grep "\"$address\"" | field outcome)"
check "the first certificate comes" certificate "$address"
answers "one is missing" 0 'open; certified destroyed: 1 of 2' \
	weir i recall show "$number" --key $counsel
answers "after 72 hours it is overdue" 1 "! matter .*recall, overdue" \
	weir i tend --today "$(later 4)"
same "and in the custody list" 1 "$(weir i custody list --overdue --json --ack-days 30 \
	--today "$(later 4)" --key $counsel | grep -c "\"demand\":$number")"
check "the other comes" certificate "$neutral"
answers "the demand is closed by it" 0 'closed; certified destroyed: 2 of 2' \
	weir i recall show "$number" --key $counsel
custody >counted
check "both are destroyed in the count" grep -q 'destroyed 2$' counted
answers "what is destroyed is not demanded" 1 'destroyed' weir i recall demand \
	"$address" --batch 1 --ground G --key $counsel
check "another round again" release i 1
same "and nothing comes back" "$before" \
	"$(stat -c '%Y %s' i/outbox/1/"$address".cms i/outbox/1/"$neutral".cms)"
same "nothing of it expires" 0 "$(weir i custody list --overdue --json \
	--today "$(later 100)" --key $counsel | grep -cE "$address|$neutral")"
check "the batch's totals tie" weir i batch status 1
ledger_holds "the ledger verifies" i
finish
