# SPDX-License-Identifier: Apache-2.0
# An inspector opens every entry, which is an entry itself, and holds the whole
# account against the law of the log with a program that is not the
# custodian's; what was told to requesters ties with it.
. "$(dirname "$0")/lib.sh"

verify=$WEIR-verify
[ -x "$verify" ] || {
	skip "an inspector's verifier" "weir-verify is not built beside weir"
	finish
}
reviewed_instance i || finish
check "release answers" release i 1
cp i/ledger/ledger.vkey trusted.vkey

answers "who is no inspector opens nothing" 1 'inspector' \
	weir i ledger openings --out openings --key i/sandbox/counsel.key
[ ! -s openings ] && pass "and has no file" || fail "and has no file"
rm -f openings
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	-keyout inspector.key -out inspector.crt -days 300 \
	-subj "/CN=TEST INSPECTOR" 2>openssl.err
check "an inspector is named" weir i register role add --role inspector \
	--cert inspector.crt --key i/sandbox/operator.key
before=$(sed -n 2p i/ledger/checkpoint)
check "an inspector opens every entry" \
	weir i ledger openings --out openings --key inspector.key
size=$(sed -n 2p i/ledger/checkpoint)
[ "$size" -gt "$before" ] && pass "which is an entry, and public" ||
	fail "which is an entry, and public" "$before, $size"
same "the file is for nobody else" 600 "$(stat -c %a openings)"
answers "a file that is there is not written over" 3 'exists' \
	weir i ledger openings --out openings --key inspector.key

inspect() {
	"$verify" i/ledger --vkey trusted.vkey --openings openings \
		--receipt i/batches/1/receipt.json --reply "$@"
}
check "all commitments hold, and the law of the log" \
	inspect i/batches/1/reply.jsonl
cp out said
lines=$(lines_of r.jsonl)
grep -q "^received $lines in 1 batches" said &&
	pass "every request is accounted for" ||
	fail "every request is accounted for" "$(cat said)"
same "as many addresses left as the custodian counts" \
	"$(delivered i 1 | wc -l)" \
	"$(sed -n 's/.* + \([0-9]*\) delivered$/\1/p' said)"
answers "as JSON" 0 '"ok":true.*"findings":\[\]' \
	inspect i/batches/1/reply.jsonl --json

# One refused line told as accepted: the reply ties with its receipt, and not
# with the entries.
awk '!done && /"status":"refused"/ {
	sub(/"status":"refused"/, "\"status\":\"accepted\""); done = 1 } 1' \
	i/batches/1/reply.jsonl >lying
answers "a requester who was told otherwise is found" 1 'told: .*refused' \
	inspect lying
head -n -1 i/batches/1/reply.jsonl >short
answers "so is one who was told less" 1 'its receipt counts' inspect short

# What is said of an entry is what it commits to.
cp openings kept
python3 - openings <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
at = data.rindex(b"neutral")
data[at:at + 7] = b"address"
open(sys.argv[1], "wb").write(data)
PY
answers "an opening that says something else is found" 1 'does not commit' \
	inspect i/batches/1/reply.jsonl
head -c -40 kept >openings
answers "so is one that is cut" 1 'openings' inspect i/batches/1/reply.jsonl
cp kept openings
check "a step more" weir i hold place --ground court --docket D --scope all \
	--key i/sandbox/counsel.key
check "opened again" weir i ledger openings --out later --key inspector.key
answers "openings of before are not those of now" 1 'it opens' \
	inspect i/batches/1/reply.jsonl
cp later openings
answers "a hold stands, and nothing left under it" 0 '^holds    1 stand' \
	inspect i/batches/1/reply.jsonl

# The same checks by somebody without openings.
check "in public: nothing but the folder, the key and what was kept" \
	"$verify" i/ledger --vkey trusted.vkey --receipt i/batches/1/receipt.json
finish
