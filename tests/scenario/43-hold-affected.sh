# SPDX-License-Identifier: Apache-2.0
# A court asks what left since its order took effect, to whom, and where
# each copy is now.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
C=i/sandbox/counsel.key
check "a release" release i 1
delivered i 1 | sort >addresses
# Two officers fetch what is theirs before the order is served.
one=$(head -1 addresses)
officer=$(officer_of r.jsonl "$one")
facts r.jsonl | awk -F'\t' -v o="$officer" '$2 == o {print $1}' |
	sort | comm -12 - <(accepted i 1 | sort) >fetched
while read -r id; do mv "i/outbox/1/$id.cms" "$id.cms"; done <fetched
check "the order comes" weir i hold place --ground court \
	--docket "1:26-cv-00457 D.D.C." --scope "agreement=AG-IRS-ICE-2025" \
	--effective "$TODAY" --served "${TODAY}T09:00:00Z" --key $C
check "the clerk asks" weir i hold affected 1 --key $C
same "no line is wider than a terminal" 0 "$(awk 'length > 80' out | wc -l)"
if grep -qE '^  as of +[0-9T:Z-]+, entry [0-9]+$' out; then
	pass "as of a time and an entry"
else
	fail "as of a time and an entry" "$(head -5 out)"
fi
check "the same as JSON" weir i hold affected 1 --json --key $C
cp out left.json
python3 - left.json <<-'PY' >sums 2>&1
	import json, sys
	d = json.load(open(sys.argv[1]))
	t, left = d["totals"], d["left"]
	n = lambda f: sum(1 for x in left if f(x))
	tie = (t["left"] == len(left) == t["addresses"] + t["neutral"]
	       == t["outbox"] + t["recipient"] + t["custodian"] + t["destroyed"]
	       and t["addresses"] == n(lambda x: x["outcome"] == "address")
	       and all(t[w] == n(lambda x: x["where"] == w) for w in
	               ("outbox", "recipient", "custodian", "destroyed")))
	print("ties" if tie else "does not tie")
	print(len({x["entry"] for x in left}) == len(left))
	open("ids", "w").write("".join(sorted(x["request"] + "\n" for x in left)))
	open("recipients", "w").write("".join(sorted(
	    x["request"] + "\n" for x in left if x["where"] == "recipient")))
	open("given", "w").write("".join(sorted(
	    x["request"] + "\n" for x in left if x["outcome"] == "address")))
PY
same "the totals tie with the list" "ties True" "$(tr '\n' ' ' <sums | sed 's/ $//')"
same_files "every accepted request had its package" <(accepted i 1 | sort) ids
same_files "the addresses are those that left" addresses given
same_files "what was fetched is with its recipients" fetched recipients
answers "since a later time nothing left" 0 '^ +0 packages left$' \
	weir i hold affected 1 --since 2999-01-01 --key i/sandbox/operator.key
acts() { weir i ledger kinds | awk '$2 == "act" {print $1}'; }
before=$(acts)
check "the operator may ask" weir i hold affected 1
if grep -qE ' (address|neutral) ' out; then
	fail "and is not told which held an address" "$(grep -E ' (address|neutral) ' out | head -2)"
else
	pass "and is not told which held an address"
fi
answers "who has no role may not" 1 'no role' \
	weir i hold affected 1 --key i/sandbox/certifier.key
same "asking is an entry, each time" $((before + 2)) "$(acts)"
# After the hold the fetched stay where they are, the others go again.
check "lifted" weir i hold lift 1 --key $C
check "by two" weir i hold lift 1 --key i/sandbox/reviewer-1.key
check "a release" release i 1
check "the clerk asks again" weir i hold affected 1 --json --key $C
python3 -c '
import json, collections
d = json.load(open("out"))
c = collections.Counter(x["where"] for x in d["left"])
t = d["totals"]
print(t["left"] == len(d["left"]), c["custodian"] <= c["outbox"], c["recipient"])' >sums
same "both packages of a request are listed, each where it is" \
	"True True $(wc -l <fetched)" "$(cat sums)"
finish
