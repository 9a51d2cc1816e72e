# SPDX-License-Identifier: Apache-2.0
# Letters come in: a withdrawal by the certifier, acknowledgement, custody and
# destruction by the officer; what is not in the form, not by that signer, or
# not possible any more is refused, and the answer never tells what was found.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
certifier=i/sandbox/certifier
write() { # OUT VERB WORD...
	local out=$1 verb=$2
	shift 2
	"$WEIR" request "$verb" "$@" --agreement AG-IRS-ICE-2025 --sequence 1 \
		--certifier ICE-DIR --reason 'the case was closed' \
		--key $certifier.key --date "$TODAY" --out "$out"
}
take() { # INSTANCE LETTER [option...]
	local in=$1
	shift
	"$WEIR" -C "$in" letter take "$@" --today "$TODAY"
}
decision() { weir i batch decisions 1 | grep "\"$1\""; }
outcome_of() { decision "$1" | field outcome; }

# ---- withdraw: whatever became of it inside, the same answer ----
check "a receipt of the batch is there" weir i batch receipt 1
check "and its signature holds" openssl cms -verify -binary -inform DER \
	-in i/batches/1/receipt.json.p7s -content i/batches/1/receipt.json \
	-noverify -certfile i/secret/signing.crt -out seen
weir i batch decisions 1 >decisions
first() { grep "\"outcome\":\"$1\"" decisions | field request_id | head -1; }
first approved >ids
first unresolved >>ids
first withheld >>ids
gone=$(cat ids)
n=0
for id in $gone; do
	n=$((n + 1))
	write "w$n.json" withdraw "$id"
	check "$(grep "\"$id\"" decisions | field outcome) is withdrawn" \
		take i "w$n.json"
	sed -E "s/entry [0-9]+|[0-9]+\.json/N/" out >"answer$n"
	same "it is" withdrawn "$(outcome_of "$id")"
done
same_files "no answer tells what was found: approved, unresolved" answer1 answer2
same_files "or withheld" answer1 answer3
ledger_holds "the ledger holds" i
entry=$(weir i letter list | awk '$2 == "withdraw" {print $1; exit}')
check "the receipt's signature holds" openssl cms -verify -binary -inform DER \
	-in "i/batches/letters/$entry.json.p7s" \
	-content "i/batches/letters/$entry.json" \
	-noverify -certfile i/secret/signing.crt -out seen
same "it names the letter by its hash" \
	"$(openssl dgst -sha256 -r w1.json | cut -d' ' -f1)" \
	"$(field weir:sha256 <"i/batches/letters/$entry.json")"
cp "i/batches/letters/$entry.json" before.json
answers "taken again it does nothing twice" 0 'nothing was done twice' \
	take i w1.json
same_files "and gives the same receipt" before.json "i/batches/letters/$entry.json"
same "there is one entry of it" 3 \
	"$(weir i letter list | grep -c withdraw)"
"$WEIR" -C i explain "$(head -1 ids)" >explained
check "explain tells it, with its reason" grep -q 'the case was closed' explained

# ---- refused: form, signer, request ----
id=$(first review)
[ -n "$id" ] || id=$(grep '"outcome":"approved"' decisions | field request_id | sed -n 2p)
entries() { weir i ledger verify --json | sed 's/.*"size":\([0-9]*\).*/\1/'; }
write w.json withdraw "$id"
refused=$(first refused)
write r.json withdraw "$id" "$refused"
answers "what was refused cannot be withdrawn, and nothing is done" 1 \
	'nothing to take back' take i r.json
check "the other request of that letter stays" bash -c "[ $(outcome_of "$id") != withdrawn ]"
write o.json withdraw "$id" NOBODY
answers "nor what is not in the batch" 1 'no such request' take i o.json
sed 's/closed/stolen/' w.json >x.json
cp w.json.p7s x.json.p7s
answers "a letter that was changed" 1 'signature does not hold' take i x.json
officer=$(officer_of r.jsonl "$id")
"$WEIR" request sign w.json --key "i/sandbox/officers/$officer.key" --out wrong.p7s
answers "one signed by somebody else" 1 'not one of those' \
	take i w.json --signature wrong.p7s
sed 's/"ICE-DIR"/"ICE-XYZ"/' w.json >y.json
"$WEIR" request sign y.json --key $certifier.key
answers "by nobody on the register" 1 'no certifier under that agreement' \
	take i y.json
sed 's/AG-IRS-ICE-2025/AG-OTHER/' w.json >z.json
"$WEIR" request sign z.json --key $certifier.key
answers "under another agreement" 1 'no batch 1 under the agreement' take i z.json
sed 's/"weir:sequence":1/"weir:sequence":2/' w.json >s.json
"$WEIR" request sign s.json --key $certifier.key
answers "of another batch" 1 'no batch 2' take i s.json
printf '{"weir:letter":' >half.json
cp w.json.p7s half.json.p7s
answers "half a document" 1 'not one JSON object' take i half.json
head -c 70000 /dev/zero >huge.json
answers "one that is too large" [13] 'larger than its limit' take i huge.json \
	--signature w.json.p7s
answers "without a signature" [13] 'no such file' take i w.json --signature none
"$WEIR" -C i letter take w.json --key i/sandbox/reviewer-1.key >out 2>err
same "by who may not take letters" 1 $?
instance other
answers "at another custodian" 1 'no batch 1|not one of those' take other w.json
ledger_holds "every refusal is entered" i

# ---- after the release ----
check "release answers" release i 1
answers "then it is too late, with an address" 1 'its package has gone' take i w.json
neutral=$(weir i batch decisions 1 | grep '"answered":"neutral"' |
	grep '"outcome":"unresolved"' | field request_id | head -1)
address=$(delivered i 1 | head -1)
write n.json withdraw "$neutral"
write a.json withdraw "$address"
answers "the same for another" 1 'its package has gone' take i a.json
sed "s/$address/ID/" err >late-address
answers "and in the same words without" 1 'its package has gone' take i n.json
sed "s/$neutral/ID/" err >late-neutral
same_files "to the letter" late-address late-neutral
for id in $gone; do
	[ ! -e "i/outbox/1/$id.cms" ] || break
done
check "what was withdrawn has no package" [ ! -e "i/outbox/1/$id.cms" ]

# ---- the officer's letters ----
letter() { # OUT VERB ID [option...]
	local out=$1 verb=$2 id=$3 key
	key=i/sandbox/officers/$(officer_of r.jsonl "$id").key
	shift 3
	"$WEIR" package "$verb" "$@" --key "$key" --out "$out"
}
acknowledge() { # OUT ID
	letter "$1" acknowledge "$2" "i/outbox/1/$2.cms" \
		--officer "$(officer_of r.jsonl "$2")" --vkey i/ledger/ledger.vkey
}
for kind in address neutral; do
	id=${!kind}
	check "$kind: acknowledged" acknowledge "ack-$kind.json" "$id"
	check "$kind: the acknowledgement is taken" take i "ack-$kind.json"
	check "$kind: custody is said" letter "cus-$kind.json" custody "$id" \
		"ack-$kind.json" --holder 'ANA ROE' --place 'HSI Reno' --copy print
	check "$kind: and taken" take i "cus-$kind.json"
	check "$kind: destruction is certified" letter "des-$kind.json" destroyed \
		"$id" "ack-$kind.json" --method shredded --witness 'JO LEE'
	check "$kind: and taken" take i "des-$kind.json"
	sed -E "s/entry [0-9]+|[0-9]+\.json/N/" out >"destroyed-$kind"
	letter "again-$kind.json" destroyed "$id" "ack-$kind.json" --method burned
	answers "$kind: once" 1 'certified before' take i "again-$kind.json"
	cp err "again-$kind"
done
sed -i "s/$address/ID/" again-address
sed -i "s/$neutral/ID/" again-neutral
same_files "the answers are the same" destroyed-address destroyed-neutral
same_files "also the second time" again-address again-neutral
same "inside, the address is destroyed" destroyed "$(outcome_of "$address")"
same "and the neutral one is what it was" unresolved "$(outcome_of "$neutral")"
other=$(delivered i 1 | grep -v "$address" | while read -r one; do
	[ "$(officer_of r.jsonl "$one")" = "$(officer_of r.jsonl "$address")" ] ||
		{ echo "$one"; break; }
done)
cp i/outbox/1/"$other".cms other.cms
answers "a package of another officer does not open" 1 . letter x.json \
	acknowledge "$address" other.cms --officer "$(officer_of r.jsonl "$address")"
acknowledge ok.json "$other"
sed "s/\"weir:packageHash\":\"../\"weir:packageHash\":\"00/" ok.json >bad.json
"$WEIR" request sign bad.json \
	--key "i/sandbox/officers/$(officer_of r.jsonl "$other").key"
answers "another package's hash" 1 'no package with this hash' take i bad.json
mine=$(officer_of r.jsonl "$other")
sed "s/\"weir:signer\":\"[^\"]*\"/\"weir:signer\":\"$mine\"/" \
	cus-address.json >theirs.json
"$WEIR" request sign theirs.json --key "i/sandbox/officers/$mine.key"
answers "what names another officer" 1 'names another officer' take i theirs.json
ledger_holds "the ledger holds at the end" i
check "the totals tie" weir i batch status 1
finish
