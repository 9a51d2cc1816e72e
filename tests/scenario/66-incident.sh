# SPDX-License-Identifier: Apache-2.0
# An incident (R30): opened at once, what is known first; the report has seven
# fields and no return information; its clock; what else left under the rule
# and the version; closed with a ground.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
counsel=i/sandbox/counsel.key
incident() { weir i incident "$@"; }
release i 1 >out
delivered i 1 >delivered
n=$(lines_of delivered)
# one that stated a TIN
id=$(facts r.jsonl | awk -F'\t' '$5 != "" {print $1}' | grep -xFf delivered | head -1)
surname=$(fact r.jsonl "$id" 4)
tin=$(fact r.jsonl "$id" 5 | tr -d ' -')

# ---- what may stand in it ----
answers "an incident by somebody without a role" 1 'no role|has no' \
	incident open --what W --key i/sandbox/certifier.key
answers "no taxpayer number" 1 'what: .*nine digits' incident open \
	--what "the address of $tin was another person's" --key $counsel
answers "not with its dashes" 1 'nine digits' incident open \
	--what "the address of ${tin:0:3}-${tin:3:2}-${tin:5} went out" --key $counsel
given=$(python3 - r.jsonl "$id" <<-'PY'
	import json, sys
	for line in open(sys.argv[1], encoding="utf-8", errors="replace"):
	    try: r = json.loads(line)
	    except ValueError: continue
	    if r.get("weir:requestID") == sys.argv[2]:
	        print(r["nc:Person"]["nc:PersonName"]["nc:PersonGivenName"])
	PY
)
answers "not the name of the person of a request it names" 1 "person of request $id" \
	incident open "$id" --what "the address of ${surname,,}, ${given,,} went out" \
	--key $counsel
answers "a request that is none" 1 'no request NOBODY' \
	incident open NOBODY --what W --key $counsel
check "nothing was opened by that" \
	bash -c "'$WEIR' -C i matter list --kind incident --key $counsel | grep -q 'nothing is open'"

# ---- opened with what is known ----
check "opened with what is known" incident open "$id" \
	--found "on $TODAY, by a letter of counsel to the agency" \
	--what "an address was given for another person; name and mailing address" \
	--key i/sandbox/reviewer-1.key
cp out opened
number=$(grep -oE '^incident [0-9]+' opened | grep -oE '[0-9]+')
check "what is missing is asked for" grep -q -- '--contact, --happened, --records' opened
check "its clock is in the list" bash -c \
	"'$WEIR' -C i matter list --key $counsel | grep -E 'incident +open .* in 2[34] h'"
answers "no report while a field is not known" 1 'contact is not known yet' \
	incident report "$number" --key $counsel
answers "nor by the general verb" 1 'weir incident report' \
	weir i matter answer "$number" --decision report --key $counsel
check "amended" incident amend "$number" --contact "the custodian, Disclosure" \
	--happened "$TODAY" --records "1" --place "the outbox of batch 1" \
	--systems "Weir" --key $counsel
answers "an amendment is read over too" 1 'nine digits' incident amend "$number" \
	--records "$tin" --key $counsel

# ---- what else left under the rule and the version ----
answers "affected: not for a reviewer" 1 'not the role' incident affected --rule AG-CONFIRM \
	--key i/sandbox/reviewer-1.key
answers "a rule that no law has" 1 'no batch was judged' \
	incident affected --rule AG-MOON --key $counsel
check "affected, by rule" incident affected --rule AG-CONFIRM --csv --key $counsel
tail -n +2 out | cut -d, -f1 | sort >affected
same_files "it names every disclosure and no other answer" <(sort delivered) affected
law=$(tail -1 out | cut -d, -f11)
check "the hash of the law is whole" grep -qE '^[0-9a-f]{64}$' <<<"$law"
check "by that law" bash -c "[ \$('$WEIR' -C i incident affected --law ${law:0:8} \
	--json --key $counsel 2>/dev/null | wc -l) = $n ]"
other=0000
[ "${law:0:4}" = 0000 ] && other=1111
check "by another law, nothing" bash -c "[ \$('$WEIR' -C i incident affected \
	--law $other --json --key $counsel 2>/dev/null | wc -l) = 0 ]"
check "since the day after, nothing" bash -c "[ \$('$WEIR' -C i incident affected \
	--since $(date -ud "$TODAY + 1 day" +%F) --json --key $counsel 2>/dev/null | wc -l) = 0 ]"
weir i incident affected --neutral --json --key $counsel >all 2>counts
same "with the neutral ones: every accepted request" "$(accepted i 1 | wc -l)" "$(lines_of all)"
check "the counts tie" grep -qE "answers $(lines_of all) = addresses disclosed $n \+ neutral $(($(lines_of all) - n));" counts
check "no line is over 80 columns" bash -c "! '$WEIR' -C i incident affected \
	--key $counsel | grep -qE '^.{81}'"
check "the incident names them" incident affected "$number" --rule AG-CONFIRM --key $counsel

# ---- the report ----
answers "a reviewer does not report" 1 'may not decide' incident report "$number" \
	--key i/sandbox/reviewer-1.key
check "reported" incident report "$number" --out report --key $counsel
for field in 'agency and contact' 'when it happened' 'when and how it was found' \
	'what happened' 'number or range' 'where' 'information technology'; do
	check "the report has: $field" grep -q "$field" report
done
check "and how the clock stood" grep -q 'reported after 0 h' report
check "and how many it is about" grep -q "names: $n; .*disclosed: $n" report
check "as JSON too" python3 -c "
import json; r = json.load(open('report.json'))
assert r['disclosed'] == $n and r['records'] == '1' and r['reported'], r"
check "no line is over 80 columns" bash -c "! grep -qE '^.{81}' report"
facts r.jsonl | cut -f5 | tr -d ' -' | grep -E '^[0-9]{9}$' >tins
check "no TIN is in it" bash -c "! cat report report.json | tr -d ' -' | grep -qFf tins"
answers "a copy later says the same" 0 'reported after 0 h' \
	incident report "$number" --key $counsel

answers "closing needs a ground" 2 ground incident close "$number" --key $counsel
check "closed" incident close "$number" --ground "demanded back, certified" --key $counsel
answers "a closed one is not amended" 1 closed incident amend "$number" --records 2 --key $counsel
ledger_holds "the ledger verifies" i
finish
