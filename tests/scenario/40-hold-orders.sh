# SPDX-License-Identifier: Apache-2.0
# An order as it is: several scopes, its file, its times; a later order that
# lets one case through; a review date that reminds; a sealed order.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
C=i/sandbox/counsel.key
R=i/sandbox/reviewer-1.key
hold() { weir i hold "$@"; }
weir i batch decisions 1 | grep '"outcome":"approved"' | field request_id |
	sort >approved
one=$(head -1 approved)
two=$(sed -n 2p approved)
printf 'IT IS ORDERED\n' >order.txt
printf 'EXCEPT ONE\n' >order-2.txt

check "an order with two scopes and its file" hold place --ground court \
	--docket "1:26-cv-00457 D.D.C." --order order.txt --scope batch=1 \
	--scope "case=OTHER-1,case=OTHER-2" --except "case=NONE-1" \
	--except "case=NONE-2" --effective 2026-11-01T06:00:00Z \
	--served 2026-11-01T07:30:00Z --review 2026-12-01 --note "by fax" \
	--key $C
check "it is shown" hold show 1
hash=$(sha256sum order.txt | cut -d' ' -f1)
for line in "order      $hash" "effective  2026-11-01T06:00:00Z" \
	"served     2026-11-01T07:30:00Z" "review     2026-12-01" \
	"note       by fax" "scope      batch=1" "case=OTHER-1,case=OTHER-2" \
	"except case=NONE-2" "by Counsel"; do
	if grep -qF -- "$line" out; then pass "show: $line"; else
		fail "show: $line" "$(cat out)"; fi
done
same "no line is wider than a terminal" 0 "$(awk 'length > 80' out | wc -l)"
check "as JSON" hold list --json
for part in "\"order\":\"$hash\"" '"served":"2026-11-01T07:30:00Z"' \
	'"review":"2026-12-01"' '"note":"by fax"' '"sealed":false' \
	'"scope":["batch=1","case=OTHER-1,case=OTHER-2"]'; do
	if grep -qF -- "$part" out; then pass "json: $part"; else
		fail "json: $part" "$(cat out)"; fi
done
answers "before its day the review is not due" 0 'is due$' \
	hold list --due --today 2026-11-30
answers "on its day it reminds" 0 'hold 1 .*review is due' \
	hold list --due --today 2026-12-01
answers "a hold that is not there" 1 'there is no hold 7' hold show 7
answers "an option that may not repeat" 2 'given twice' hold place \
	--ground court --docket A --docket B --scope all --key $C

# The injunction stands, and the court lets one case through.
check "a reviewer asks for an exception" hold except 1 \
	--scope "case=$(case_of r.jsonl "$one")" --docket "second order" \
	--order order-2.txt --key $R
answers "the same person cannot grant it" 1 'cannot grant' \
	hold except 1 --grant 1 --key $R
answers "nor two who are not counsel" 1 'must be counsel' \
	hold except 1 --grant 1 --key i/sandbox/reviewer-2.key
check "a round before it is granted" release i 1
same "lets nothing through" 0 "$(delivered i 1 | wc -l)"
answers "an exception names no person_id" 1 'person_id' hold except 1 \
	--scope "person=id:P1" --docket "third" --key $R
check "another is asked" hold except 1 \
	--scope "case=$(case_of r.jsonl "$two")" --docket "third order" --key $R
check "and denied by counsel" hold except 1 --deny 2 --key $C
check "counsel grants the first" hold except 1 --grant 1 --key $C
answers "a granted one cannot be denied" 1 'is granted' \
	hold except 1 --deny 1 --key $C
check "a round after it" release i 1
facts r.jsonl | awk -F'\t' -v c="$(case_of r.jsonl "$one")" '$3 == c {print $1}' |
	sort | comm -12 - approved >let
same "exactly the excepted case leaves" "$(cat let)" "$(delivered i 1 | sort)"
check "both are shown" hold show 1
same "with their states" "exception 1, granted exception 2, denied" \
	"$(grep -oE 'exception [0-9], [a-z]+' out | tr '\n' ' ' | sed 's/ $//')"
check "counsel asks to lift it" hold lift 1 --key $C
answers "and thinks again" 0 'still stands' hold lift 1 --deny --key $C
answers "nobody asked any more" 0 'still stands' hold lift 1 --key $R
check "counsel lifts it with the reviewer" hold lift 1 --key $C
check "a last round" release i 1
same "all that was approved has left" "$(cat approved)" "$(delivered i 1 | sort)"
same "one package for each" "$(accepted i 1 | wc -l)" \
	"$(find i/outbox/1 -name '*.cms' | wc -l)"
ledger_holds "the ledger verifies" i
finish
