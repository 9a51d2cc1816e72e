# SPDX-License-Identifier: Apache-2.0
# The requester's side, with no instance: a manifest and signatures that stock
# openssl verifies, requests mended after a refusal or for another officer,
# letters of the certifier and of the officer.
. "$(dirname "$0")/lib.sh"

instance i
cp "$WORLD/requests.jsonl" r.jsonl
dir=i/sandbox/certifier
make_manifest() { # OUT [option...]
	local out=$1
	shift
	"$WEIR" request manifest r.jsonl --agreement AG-IRS-ICE-2025 --sequence 1 \
		--certifier ICE-DIR --name 'ACTING DIRECTOR' \
		--role 'head of agency' --date "$TODAY" --out "$out" "$@"
}

check "a manifest is made" make_manifest m.json
manifest r.jsonl 1 >by-hand.json
same "and says what one made by hand says" \
	"$(python3 -c 'import json,sys; print(json.load(open("by-hand.json")))')" \
	"$(python3 -c 'import json,sys; print(json.load(open("m.json")))')"
answers "not of a file without a request" 1 'no request' \
	"$WEIR" request manifest /dev/null --agreement A --sequence 1 \
	--certifier D --name N --role R
answers "not for a certifier whose id is none" 1 'weir:officerID' \
	"$WEIR" request manifest r.jsonl --agreement A --sequence 1 \
	--certifier ../D --name N --role R
check "it is signed" "$WEIR" request sign m.json --key $dir.key
check "and stock openssl verifies that" openssl cms -verify -binary -inform DER \
	-in m.json.p7s -content m.json -noverify -certfile $dir.crt -out seen
same_files "over these very bytes" m.json seen
head -1 r.jsonl >one.jsonl
answers "what is no manifest and no letter is not signed" 1 \
	'neither a manifest' "$WEIR" request sign one.jsonl --key $dir.key
check "the batch is taken" "$WEIR" -C i batch submit r.jsonl --manifest m.json \
	--today "$TODAY"

weir i batch reply 1 >reply.jsonl
refused=$(grep -c '"refused"' reply.jsonl)
check "each refusal is shown with what to mend" "$WEIR" request amend r.jsonl \
	--reply reply.jsonl --out mended.jsonl
same "as many as there are" "$refused" "$(grep -c '^line ' out)"
anew=$(grep -c 'write it anew' out)
same "those that can be read have a new line" $((refused - anew)) \
	"$(lines_of mended.jsonl)"
same "which names the old one" "$(lines_of mended.jsonl)" \
	"$(grep -c '"weir:supersedes":"[^"]*"}$' mended.jsonl)"
sed 1d reply.jsonl >other-reply.jsonl
answers "a reply to another file" 1 'of another file' \
	"$WEIR" request amend r.jsonl --reply other-reply.jsonl

id=$(accepted i 1 | head -1)
check "a request is mended" "$WEIR" request amend r.jsonl "$id" --id MENDED-1 \
	AddressCityName='SAN JOSÉ' nc:Person/nc:PersonBirthDate/nc:Date=
cp out line
check "by one line, with the member set, one taken out, and the old id" \
	python3 - "$id" <<-'PY'
		import json, sys
		r = json.loads(open("line", encoding="utf-8").read())
		old = [q for q in map(json.loads, (l for l in open("r.jsonl")
		       if '"' + sys.argv[1] + '"' in l))][0]
		old["weir:requestID"] = "MENDED-1"
		old["nc:Address"]["nc:AddressCityName"] = "SAN JOS\u00c9"
		old["nc:Person"].pop("nc:PersonBirthDate", None)
		old["weir:supersedes"] = sys.argv[1]
		old["weir:taxablePeriods"] = [str(y) for y in old["weir:taxablePeriods"]]
		sys.exit(r != old)
	PY
answers "not with a member that there is not" 1 'no member of a request' \
	"$WEIR" request amend r.jsonl "$id" FingerprintNumber=7
answers "nor under its old id" 1 'an id of its own' \
	"$WEIR" request amend r.jsonl "$id" --id "$id"
answers "nor what is in no line" 1 'has the id NOBODY' \
	"$WEIR" request amend r.jsonl NOBODY
answers "nor into what is not in the format" 1 'longer than 32 bytes' \
	"$WEIR" request amend r.jsonl "$id" "StateCode=$(printf '%050d' 1)"
check "another officer is named" "$WEIR" request substitute r.jsonl "$id" \
	--officer HSI-9 --name 'ANA ROE' --role 'special agent' --unit 'HSI Reno'
same "and nothing else is changed but that, the id and what it supersedes" \
	'weir:officer weir:requestID weir:supersedes' "$(python3 - "$id" <<-'PY'
		import json, sys
		r = json.loads(open("out", encoding="utf-8").read())
		old = [json.loads(l) for l in open("r.jsonl")
		       if '"' + sys.argv[1] + '"' in l][0]
		old["weir:taxablePeriods"] = [str(y) for y in old["weir:taxablePeriods"]]
		print(*sorted(k for k in r if r[k] != old.get(k)))
	PY
	)"

letter() { # OUT WORD...
	local out=$1 verb=$2
	shift 2
	"$WEIR" request "$verb" "$@" --agreement AG-IRS-ICE-2025 --sequence 1 \
		--certifier ICE-DIR --reason 'the case was closed' \
		--key $dir.key --date "$TODAY" --out "$out"
}
check "a withdrawal is written and signed" letter w.json withdraw "$id" OTHER
check "stock openssl verifies it" openssl cms -verify -binary -inform DER \
	-in w.json.p7s -content w.json -noverify -certfile $dir.crt -out seen
same "it names both" 2 "$(grep -o weir:requestID w.json | wc -l | tr -d ' ')"
answers "not the same request twice" 1 'named twice' letter x.json withdraw A A
answers "nor what is no id" 1 'is no id' letter x.json withdraw 'A B'
check "a letter by hand is signed too" "$WEIR" request sign w.json \
	--key $dir.key --out w2.p7s
sed 's/weir:reason/weir:note/' w.json >bad.json
answers "not with a member that it does not have" 1 'weir:note' \
	"$WEIR" request sign bad.json --key $dir.key
finish
