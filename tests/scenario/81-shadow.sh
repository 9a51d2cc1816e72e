# SPDX-License-Identifier: Apache-2.0
# A shadow: old batches go the one way that there is, what left then is compared
# with what could leave, in a file's own layout too; and nothing leaves a shadow,
# whatever is tried, since what is needed for it is not there.
. "$(dirname "$0")/lib.sh"

shadow() { # NAME: one with the world's roll
	"$WEIR" init "$1" --shadow >"$T/out" && weir "$1" roll load "$WORLD/roll.csv" >"$T/out" 2>&1
}
table() { weir s report shadow --format csv --table "$@"; }
inspector="--key s/shadow/inspector.key"

# ---- what was sent then: by the script of 2025, to one person for all ----
cp "$WORLD/requests.jsonl" r.jsonl
"$ROOT/tests/scenario/script-2025" r.jsonl "$WORLD/roll.csv" >released
{
	echo 'REF;x,ADDRESS,SENT TO'
	sed 's/.*/&,"1 MAIN ST, APT ""2""",Lead Architect/' released
	echo 'R-NOBODY,1 MAIN ST,x'
	echo "$(head -1 released),,x"
} >sent.csv
sent_fields='request=REF;x,address=ADDRESS,recipient=SENT TO'

check "a shadow is made" shadow s
check "its ledger says so" grep -q '^shadow\.weir\.invalid/' s/ledger/checkpoint
answers "no ledger of another kind has that word" 1 'the word shadow' \
	bash -c "'$WEIR' ledger key make a.key --name shadow.example && '$WEIR' init no --ledger-key a.key"
check "the old batch is tried" weir s shadow try r.jsonl --today "$TODAY" \
	--sent sent.csv --sent-fields "$sent_fields"
cp out tried
grep -q "$(wc -l <released) lines got an address" tried &&
	pass "with what left then" || fail "with what left then" "$(cat out)"
check "and rows that are of no line are told" grep -q 'of no line 1, without an address 1' tried

# ---- the same way: a sandbox that was sent the same says the same of each ----
instance i
certify i r.jsonl 1
submit i r.jsonl >out 2>&1
weir i batch decisions 1 --key i/sandbox/counsel.key >decisions.jsonl
# shellcheck disable=SC2086 # two words
table lines --lines $inspector >lines.csv
python3 - decisions.jsonl lines.csv released >compared <<'PY'
import collections, csv, json, sys
now = {"review": "lawful", "request-review": "read-first"}
want = {}
for line in open(sys.argv[1]):
    d = json.loads(line)
    want[d["request_id"]] = (now.get(d["outcome"], d["outcome"]), " ".join(d["codes"]))
left = set(open(sys.argv[3]).read().split())
got = {r["request"]: r for r in csv.DictReader(open(sys.argv[2]))}
bad = [r for r in want if r and (got[r]["now"], got[r]["codes"]) != want[r]]
then = [r for r in want if r and got[r]["then"].startswith("address left") != (r in left)]
print("differ", *(f"{r}: {want[r]} {got[r]}" for r in bad), *then)
kinds = collections.Counter(want[r][0] for r in left)
print(*(f"{k}={kinds[k]}" for k in ("refused", "read-first", "unresolved", "withheld", "lawful")))
print("left", len(left), "unlawful", len(left) - kinds["lawful"])
print("address", sum("I2-B1-ADDRESS" in want[r][1].split() for r in left if want[r][0] == "refused"))
PY
same "every line is what a sandbox decides" differ "$(grep ^differ compared)"
sed 's/^/# /' compared
table outcomes >outcomes.csv
same "and what left then is counted by it" "$(sed -n 2p compared)" "$(python3 -c '
import csv
n = {r["outcome"]: r["left"] for r in csv.DictReader(open("outcomes.csv"))}
print(*(f"{k}={n[k]}" for k in ("refused", "read-first", "unresolved", "withheld", "lawful")))')"
weir s report shadow --format json >report.json
fact() { python3 -c 'import json,sys; print(json.load(open("report.json"))["facts"][sys.argv[1]])' "$1"; }
same "what would not have left" "$(sed -n 3p compared)" "left $(fact left) unlawful $(fact unlawful)"
same "no useless address among it is missed" "$(sed -n 4p compared)" \
	"address $(table codes | tr -d '\r' | awk -F, '$1 == "refused" && $2 == "I2-B1-ADDRESS" {print $5}')"
check "there are some" grep -qE '^address [1-9]' compared
same "all went to one who is no officer of theirs" "$(wc -l <released)" "$(fact elsewhere)"
check "it is marked in every form" bash -c "grep -q '\"shadow\":true' report.json &&
	'$WEIR' -C s report shadow | grep -q '^SHADOW' &&
	'$WEIR' -C s report shadow --format html | grep -q 'Shadow: old batches'"
answers "a line's fate is for the inspector alone" 1 'inspector' weir s report shadow --lines
weir s report shadow --public --threshold 10 --format json >public.json
same "for everybody no small number is printed" '' "$(python3 -c '
import json
for t in json.load(open("public.json"))["tables"]:
    for row in t["rows"]:
        for k, v in row.items():
            if isinstance(v, int) and not isinstance(v, bool) and 0 < v < 10: print(t["name"], k, v)')"
cp s/batches/1/sent kept && printf x >>s/batches/1/sent
answers "a list that was changed refuses the report" 1 'not what was entered' weir s report shadow
mv kept s/batches/1/sent

# ---- the same file again is the same batch; one that was cut off goes on ----
check "again" weir s shadow try r.jsonl --today "$TODAY"
grep -q '^batch 1, tried before' out && pass "is no other batch" || fail "is no other batch" "$(cat out)"
shadow k
"$WEIR" -C k shadow try r.jsonl --today "$TODAY" >out 2>&1 &
kill_child $! weir-vault 1
wait $! 2>>err
check "a trial that was cut off goes on" weir k shadow try r.jsonl --today "$TODAY"
same "to the same" "$(table batches | cut -d, -f1-8)" \
	"$(weir k report shadow --format csv --table batches | cut -d, -f1-8)"
check "its ledger verifies" weir k ledger verify

# ---- a file in a layout of its own ----
python3 - r.jsonl >old.csv <<'PY'
import csv, json, sys
out = csv.writer(sys.stdout)
out.writerow(["FINGERPRINT", "LAST NAME", "FIRST", "TAXID", "STREET", "TOWN", "ST", "ZIP"])
for line in open(sys.argv[1], encoding="utf-8", errors="replace"):
    try:
        r = json.loads(line)
        get = lambda *path: __import__("functools").reduce(lambda d, k: d.get(k, {}), path, r) or ""
        p, a = ("nc:Person", "nc:PersonName"), ("nc:Address",)
        out.writerow(["0" * 9, get(*p, "nc:PersonSurName"), get(*p, "nc:PersonGivenName"),
            get("nc:Person", "nc:PersonTaxIdentification", "nc:IdentificationID"),
            get(*a, "nc:AddressDeliveryPointText"), get(*a, "nc:AddressCityName"),
            get(*a, "nc:AddressState", "usps:StateCode"), get(*a, "nc:AddressPostalCode")])
    except Exception:
        out.writerow(["broken"])
PY
fields='PersonSurName=LAST NAME,PersonGivenName=FIRST,PersonTaxIdentificationID=TAXID,AddressDeliveryPointText=STREET,AddressCityName=TOWN,StateCode=ST,AddressPostalCode=ZIP'
shadow m
answers "a column that is not there is refused" 1 'no column SURNAME' \
	weir m shadow try old.csv --fields 'PersonSurName=SURNAME' --today "$TODAY"
answers "and one that is none of ours" 2 'no column of ours' \
	weir m shadow try old.csv --fields 'Finger=FINGERPRINT' --today "$TODAY"
printf 'NO,ADDR\n2,1 MAIN ST\n' >few.csv
check "a file with other columns is tried" weir m shadow try old.csv --fields "$fields" \
	--sent few.csv --sent-fields request=NO,address=ADDR --today "$TODAY"
same "each row is a line, by its number" "$(wc -l <r.jsonl | tr -d ' ')" \
	"$(sed -n 's/^batch 1: \([0-9]*\) lines.*/\1/p' out)"
weir m report shadow --format csv --table codes | tr -d '\r' >codes
for code in I2-B2-PERIOD I2-B3-AUTHORITY I2-B4-REASON I2-A-CASE I2-A-OFFICER I2-A-USE; do
	check "what it does not say is not made up: $code" grep -q "^refused,$code," codes
done
check "a field that nobody needs was left out, and is no reason" bash -c \
	"! grep -q RQ-FIELD codes"
same "nobody was looked up" 0 "$(weir m report shadow --format csv --table outcomes | tr -d '\r' |
	awk -F, '/^(unresolved|withheld|lawful),/ {n += $(NF-3)} END {print n}')"
same "the copy in our layout is gone" '' "$(find m/shadow -name '*.csv')"

# ---- what it has of agreements and registers, and who could change that ----
rows() { # REGISTER FIELD: of each row
	weir s register "$1" list --json >rows.jsonl && field "$2" <rows.jsonl | sort
}
same "one agreement, of the very law that a sandbox of this program has" \
	"$(weir i register agreement list --json | field file)" "$(rows agreement file)"
same "loaded" "AG-IRS-ICE-2025 loaded" "$(rows agreement id) $(rows agreement status)"
check "and proved" bash -c "'$WEIR' -C s agreement status | grep -q '^receipt *holds'"
same "but signed for by nobody" 2 "$(weir s agreement status | grep -c 'not signed')"
same "one certifier, who certified nothing in truth" OLD "$(rows certifier id)"
same "one recipient, its safeguards taken to be in order" 'us.dhs.ice in-order' \
	"$(rows recipient id) $(rows recipient safeguards)"
same "three roles, of whom none decides" 'inspector operator prover' \
	"$(rows role role | tr '\n' ' ' | sed 's/ $//')"
python3 - r.jsonl >named <<'PY'
import json, sys
ids = set()
for line in open(sys.argv[1], encoding="utf-8", errors="replace"):
    try:
        ids.add(json.loads(line).get("weir:officer", {}).get("weir:officerID", ""))
    except Exception:
        pass
print(*sorted(ids - {""}), sep="\n")
PY
rows officer id >officers.ids
same "no officer whom the old batch does not name" '' "$(LC_ALL=C comm -13 \
	<(LC_ALL=C sort named) <(LC_ALL=C sort officers.ids))"
# Beside an instance with a hold, a screen and a finding it has none of them.
check "a hold in an instance beside" weir i hold place --ground counsel --docket D \
	--scope all --key i/sandbox/counsel.key
answers "is none in the shadow" 0 'no hold was ever placed' weir s hold list
for who in operator inspector certifier prover; do
	key=s/shadow/$who.key
	answers "no agreement of one's own: $who" 1 'role' weir s agreement load \
		"$ROOT/agreements/irs-ice-2025.md" --key "$key"
	answers "nor an end of this one" 1 'role' weir s agreement suspend AG-IRS-ICE-2025 \
		--key "$key"
	answers "no other certifier" 1 'role' weir s register certifier add --id X --name X \
		--role delegate --cert i/sandbox/certifier.crt --from 2020-01-01 \
		--agreement AG-IRS-ICE-2025 --key "$key"
	answers "no other safeguards" 1 'role' weir s register recipient add --replace \
		--id us.dhs.ice --name X --safeguards open-finding --key "$key"
	answers "no screens" 1 'role' weir s screen load sent.csv --source ci \
		--as-of "$TODAY" --key "$key"
done

# ---- nothing leaves ----
never() { # NAME COMMAND...: it is refused, for what it is and not for its words
	local name=$1
	shift
	try "$@"
	[ "$status" = 1 ] && pass "nothing leaves by $name" ||
		fail "nothing leaves by $name" "$*" "$(tell)"
}
cert=i/sandbox/reviewer-1.crt
for who in operator inspector certifier prover; do
	key=s/shadow/$who.key
	never "a review of $who" weir s review approve --batch 1 --all --key $key
	never "a release by $who" weir s release --batch 1 --today "$TODAY" --key $key
	never "a reviewer whom $who adds" weir s register role add --role reviewer \
		--cert $cert --name X --key $key
	never "an administrator whom $who adds" weir s register role add --role administrator \
		--cert $cert --name X --key $key
	never "an officer whom $who adds" weir s register officer add --id X-1 --name X \
		--unit HSI --cert $cert --key $key
	never "an account that $who gives" weir s ledger account --person P00000001 --for self \
		--identified-by X --how X --out account.json --key $key
	never "a demand of $who" weir s recall demand --batch 1 --ground x --key $key
done
answers "a release says why" 1 'no key to sign an answer' weir s release --batch 1 --today "$TODAY"
never "a reply" weir s batch reply 1
never "a receipt" weir s batch receipt 1
never "folders" weir s drop --today "$TODAY"
never "the service" weir s serve --listen 127.0.0.1:0
never "its preparation" weir s serve --init
head -1 r.jsonl >one
"$WEIR" request certify one --agreement AG-IRS-ICE-2025 --certifier OLD --name 'OLD BATCH' \
	--role x --date "$TODAY" --key s/shadow/certifier.key --out envelope
never "single requests" weir s request submit envelope --today "$TODAY"
"$WEIR" request withdraw "$(field weir:requestID <one)" --agreement AG-IRS-ICE-2025 --sequence 1 \
	--certifier OLD --reason x --key s/shadow/certifier.key --date "$TODAY" --out letter.json ||
	sed 's/.*"weir:requestID": "\([^"]*\)".*/\1/' one
never "letters" weir s letter take letter.json --today "$TODAY"
same "no package, reply, receipt or folder to put one in is there" '' "$(find s \
	\( -name '*.cms' -o -name 'reply*' -o -name 'receipt.json*' -o -name sealed -o \
	-name outbox -o -name drop -o -name service -o -name 'signing.*' \))"
# No key opens what would be sealed, and no certificate is there to seal to.
weir s register officer list --json >officers
check "there are officers" test "$(wc -l <officers)" -gt 9
same "all have one certificate" 1 \
	"$(field fingerprint <officers | sort -u | wc -l)"
same "whose key nobody has" 'certifier inspector operator prover' \
	"$(cd s/shadow && echo *.key | sed 's/\.key//g')"
weir s doctor >out 2>&1
same "a doctor finds the shadow sound" '' "$(grep -i shadow out | grep -v '^s/')"
cp i/secret/signing.key i/secret/signing.crt s/secret/
answers "and sees where it is none any more" '*' 'no key to answer with' weir s doctor
never "a release with a key that was put there" weir s release --batch 1 --today "$TODAY"
same "for it has nobody to seal to" '' "$(find s -name '*.cms')"
rm -r s/secret/signing.* s/sealed s/outbox 2>>err
check "its ledger verifies" weir s ledger verify
weir s ledger openings --out openings $inspector >out 2>&1
[ ! -x "$WEIR-verify" ] || check "and an inspector finds nothing" "$WEIR-verify" s/ledger \
	--vkey s/ledger/ledger.vkey --openings openings
answers "in another instance nothing is tried" 1 'is no shadow' weir i shadow try r.jsonl
answers "nor reported" 1 'is no shadow' weir i report shadow

# ---- the larger world ----
dev=$SHARED/data/world-dev
if [ -d "$dev" ]; then
	"$WEIR" init d --shadow >out
	weir d roll load "$dev/roll.csv" >out 2>&1
	{
		echo requestID,address
		"$ROOT/tests/scenario/script-2025" "$dev/requests.jsonl" "$dev/roll.csv" | sed 's/$/,x/'
	} >sent
	check "5,000 requests, and what the script sent" weir d shadow try "$dev/requests.jsonl" \
		--sent sent --today 2026-11-01
	weir d report shadow --format csv --table lines --lines --key d/shadow/inspector.key >lines.csv
	python3 - lines.csv "$dev/truth.csv" >counted <<'PY'
import collections, csv, sys
truth = {t["request_id"]: t for t in csv.DictReader(open(sys.argv[2]))}
left = [r for r in csv.DictReader(open(sys.argv[1])) if r["then"].startswith("address left")]
bad = [r for r in left if r["now"] != "lawful"]
kinds = collections.Counter(truth[r["request"]]["kind"] for r in bad)
junk = sum(kinds[k] for k in ("junk-address", "numbered-junk", "zip-only", "zip-in-line",
    "unknown-zip", "city-only", "jail", "facility"))
print("left then", len(left), "would not", len(bad), "for a useless address", junk)
never = [r for r in left if truth[r["request"]]["want_outcome"] == "refused" and r["now"] == "lawful"]
print("lawful and never should", len(never))
PY
	sed 's/^/# /' counted
	check "useless addresses are among what would not have left" \
		grep -qE 'for a useless address [1-9]' counted
	same "and nothing is lawful that the truth refuses" "lawful and never should 0" \
		"$(sed -n 2p counted)"
else
	skip "the larger world" "no ../shared/data/world-dev"
fi
finish
