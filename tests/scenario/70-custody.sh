# SPDX-License-Identifier: Apache-2.0
# What was handed over (R29): where it is, until when it may be used, what is
# overdue; demanded back by a signed document that does not tell what was
# answered (F16).
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
counsel=i/sandbox/counsel.key
custody() { weir i custody list --today "$TODAY" "$@"; }
later() { date -ud "$TODAY + $1 days" +%F; }
release i 1 >out
accepted i 1 | sort >answers
delivered i 1 | sort >addresses
n=$(lines_of answers)
comm -23 answers addresses >neutral

answers "a reviewer does not see where packages are" 1 'not the role' \
	custody --key i/sandbox/reviewer-1.key
check "the list" custody --key $counsel
cp out list
same "a line for each package" "$n" "$(($(lines_of list) - 4))"
check "the totals tie" grep -qF "packages $n = in the outbox $n + with the recipient 0" list
check "no line is over 80 columns" bash -c "! grep -qE '^.{81}' list"
custody --json --key $counsel >json
same_files "each request once" answers <(field request_id <json | sort)
same "use ends when the package says it does" "$(later 90)" \
	"$(field use_ends <json | sort -u)"
id=$(head -1 addresses)
same "the same day as in the package" "$(later 90)" \
	"$(opened i r.jsonl "$id" | grep -oE '"expires":"[^"]*"' | cut -d'"' -f4)"

# ---- for the recipient's eyes: an address and a neutral answer alike ----
custody --recipient --json --key $counsel >seen
strip() { sed -E 's/"(request_id|officer|package)":"[^"]*"//g' | sort -u; }
same "nothing but names differs" 1 "$(strip <seen | wc -l)"
check "and nothing of the inside is there" bash -c \
	"! grep -qE 'address|neutral|delivered|approved|unresolved|withheld|entry' seen"

# ---- fetched, not acknowledged, expired ----
mkdir fetched
mv i/outbox/1/"$id".cms fetched/
answers "what was fetched is with the recipient" 0 \
	"outbox $((n - 1)) \+ with the recipient 1" custody --key $counsel
same "nothing is overdue" 0 "$(custody --overdue --json --key $counsel | wc -l)"
same "after five days all is, unacknowledged" "$n" "$(weir i custody list \
	--overdue --json --today "$(later 6)" --key $counsel | wc -l)"
same "or after as many as are given" 0 "$(weir i custody list --ack-days 30 \
	--overdue --json --today "$(later 6)" --key $counsel | wc -l)"
answers "on the day before its use ends it is not expired" 0 'use ended 0, ends within 14 days '"$n" \
	weir i custody list --today "$(later 89)" --key $counsel
answers "on the day it is" 0 "use ended $n, ends within 14 days 0" \
	weir i custody list --today "$(later 90)" --key $counsel

# ---- demanded back ----
answers "by a reviewer, no" 1 'not the role' weir i recall demand --batch 1 \
	--ground G --key i/sandbox/reviewer-1.key
answers "with a ground" 2 ground weir i recall demand --batch 1 --key $counsel
answers "that holds no return information" 1 'nine digits' \
	weir i recall demand --batch 1 --ground "for 123-45-6789" --key $counsel
refused=$(weir i batch reply 1 | grep '"refused"' | field request_id | head -1)
answers "nothing that was not answered" 1 'not answered' \
	weir i recall demand "$refused" --batch 1 --ground G --key $counsel
other=$(head -1 neutral)
weir i batch decisions 1 >before
check "one address and one neutral answer" weir i recall demand "$id" "$other" \
	--batch 1 --ground "an error of the custodian" --key $counsel
cp out demanded
number=$(sed -n 's/^demand \([0-9]*\):.*/\1/p' demanded)
doc=i/batches/1/demand-$number.json
check "it is signed, by stock openssl" openssl cms -verify -binary -inform DER \
	-in "$doc.p7s" -content "$doc" -certfile i/secret/signing.crt -noverify \
	-out /dev/null
check "it is JSON, and names both" python3 -c "
import json; d = json.load(open('$doc'))
assert sorted(r['request_id'] for r in d['requests']) == sorted(['$id', '$other']), d
assert d['ground'] and d['due'] and len(d['do']) == 4, d"
grep '"request_id"' "$doc" | strip | sed 's/,$//' | sort -u >told
same "the two lines differ in names alone" 1 "$(lines_of told)"
check "no line of its words is over 80 columns" bash -c "! grep -qE '^.{81}' '${doc%.json}.txt'"
check "it says what to do" grep -q 'certificate of destruction' "${doc%.json}.txt"
answers "the states inside know" 0 "\"$id\".*recalled" bash -c \
	"'$WEIR' -C i batch decisions 1 | grep '\"$id\"'"
weir i batch decisions 1 | grep -vF "\"$id\"" >after
same_files "no other changed" <(grep -vF "\"$id\"" before) after
answers "the demand is shown" 0 'certified destroyed: 0 of 2' \
	weir i recall show "$number" --key $counsel
answers "its clock is in the list" 0 'recall +open .* in 7[12] h' \
	weir i matter list --key $counsel
same "both are marked" 2 "$(custody --json --key $counsel |
	grep -c "\"demand\":$number")"
answers "a document that was changed is not shown" 1 'is not what was signed' bash -c \
	"sed -i 's/error/whim/' '$doc'; '$WEIR' -C i recall show $number --key $counsel"

# ---- a hold pulls back what nobody fetched: it is not with the recipient ----
cp -a i j
# what a person must read first stays: it goes its own way
rr=$(weir j batch decisions 1 | grep -c '"outcome":"request-review"')
check "an order on all" weir j hold place --ground court --docket D --scope all \
	--key j/sandbox/counsel.key
answers "all but the one fetched is back" 0 \
	"outbox $rr \\+ with the recipient 1" weir j custody list --key j/sandbox/counsel.key
weir j custody list --key j/sandbox/counsel.key >counted
check "the counts tie" grep -qF "back with the custodian $((n - 1 - rr)) + destroyed 0" counted
answers "only what was fetched is demanded" 0 ": $((rr + 1)) packages" weir j recall demand \
	--batch 1 --ground G --key j/sandbox/counsel.key

# ---- under an order to preserve, nothing is to be destroyed ----
check "an order to preserve" weir i hold place --ground court --docket D \
	--scope all --effect preserve --key $counsel
answers "then nothing expires" 0 'use ended 0,' \
	weir i custody list --today "$(later 120)" --key $counsel
answers "and a demand says to seal, not to destroy" 0 'sealed, not destroyed' \
	weir i recall demand --batch 1 --ground "the order" --key $counsel
number=$(sed -n 's/^demand \([0-9]*\):.*/\1/p' out)
check "it names all" grep -q "Requests ($n)" "i/batches/1/demand-$number.txt"
check "in its words too" grep -q 'do not destroy it' "i/batches/1/demand-$number.txt"
check "the batch's totals tie" weir i batch status 1
ledger_holds "the ledger verifies" i
finish
