# SPDX-License-Identifier: Apache-2.0
# An agreement serves only with a receipt that all of it is proved, for exactly
# its bytes (I8), and outside a sandbox with both agencies' signatures (R19,
# R32); what the prover prints is golden; what it finds is a request.
. "$(dirname "$0")/lib.sh"

LAW=$ROOT/agreements/irs-ice-2025.md
STATUTE=$ROOT/statutes/26-usc-6103-i-2.md
OTHER=$ROOT/statutes/8-usc-1253.md
NO='nothing was loaded: the receipt: '

person() { # NAME [COMMON-NAME]
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-days 3000 -subj "/CN=${2:-$1}" -keyout "$1.key" -out "$1.crt" \
		2>/dev/null
}
prove() { # FILE KEY [options]
	local file=$1 key=$2
	shift 2
	"$WEIR" agreement prove "$file" --receipt "$file.receipt" \
		--key "$key" "$@"
}
load() { weir i agreement load "$@" --key i/sandbox/counsel.key; }

# ---- a sandbox has a receipt from its first day ----

instance i
check "a new sandbox stands on a receipt" weir i agreement status
answers "it says so" 0 '^receipt +holds: [0-9]+ properties proved on ' \
	weir i agreement status
sed 's/officer-most 100 /officer-most 50 /' "$LAW" >b.md

# ---- what is refused ----

answers "without a receipt nothing is loaded" 1 "$NO"'none is there' load b.md
check "the prover proves it, and signs" prove b.md i/sandbox/prover.key
cp b.md.receipt good.receipt
cp b.md.receipt.p7s good.receipt.p7s
rm b.md.receipt.p7s
answers "not signed: refused" 1 "$NO"'it is not signed' load b.md
cp good.receipt.p7s b.md.receipt.p7s
sed 's/^property silent proved/property silent PROVED/' good.receipt >b.md.receipt
answers "altered: refused" 1 "$NO"'the signature does not hold' load b.md
cp good.receipt b.md.receipt
printf 'x' >>b.md
answers "a byte more in the agreement: refused" 1 \
	"$NO"'it is the receipt of another file: b.md is not what was proved' \
	load b.md
sed 's/officer-most 100 /officer-most 50 /' "$LAW" >b.md
sed 's/^# /#  /' "$STATUTE" >26-usc-6103-i-2.md
answers "a byte more in a statute: refused" 1 \
	"$NO"'it was proved with another statute: 26-usc-6103-i-2.md' \
	load 26-usc-6103-i-2.md b.md
answers "by the hand of counsel, who is no prover: refused" 1 \
	"$NO"'the signer is not one of those who may sign' \
	eval 'prove b.md i/sandbox/counsel.key && load b.md'
sed 's/officer-most 100 /officer-most 500 /' "$LAW" >c.md
answers "a hundred people made five hundred: not proved" 1 'stated +fails .*load' \
	prove c.md i/sandbox/prover.key
answers "and not loaded" 1 "$NO"\''stated'\'' of load is not proved: fails' \
	load c.md
of_day() { # a receipt of DAY, signed anew by the prover
	sed "s/^day .*/day $1/" good.receipt >b.md.receipt
	openssl cms -sign -binary -outform DER -signer i/sandbox/prover.crt \
		-inkey i/sandbox/prover.key -in b.md.receipt \
		-out b.md.receipt.p7s 2>openssl.err
}
of_day 2020-02-03
answers "of years ago: refused" 1 "$NO"'it is stale: it was proved on 2020-02-03' \
	load b.md
of_day 2999-12-31
answers "of the future: refused" 1 "$NO"'its day, 2999-12-31, lies in the future' \
	load b.md
sed -i 's/^program .*/program weir-prove 0.0.1/' good.receipt
of_day "$(date -u +%F)"
answers "by another version: refused" 1 "$NO"'it is stale: weir-prove 0.0.1 proved it' \
	load b.md
check "nothing of that changed what is in use" weir i agreement status
check "proved by the prover, it is loaded" \
	eval 'prove b.md i/sandbox/prover.key && load b.md'
answers "once" 1 'is loaded with these very files and this receipt' load b.md
ledger_holds "the ledger verifies" i

# ---- at every start ----

set=i/law/$(cat i/law/current)
cp "$WORLD/requests.jsonl" r.jsonl
certify i r.jsonl 1
mv "$set/receipt" away
answers "without its receipt nothing is taken in" 1 \
	'no receipt that holds \(none is there\)' submit i r.jsonl
answers "status says so" 1 'does not hold: none is there' weir i agreement status
sed 's/duties/dutieS/' away >"$set/receipt"
answers "nor with an altered one" 1 'the signature does not hold' \
	submit i r.jsonl
mv away "$set/receipt"
check "the prover's role ends" weir i register role revoke \
	i/sandbox/prover.crt prover
answers "a receipt of nobody's holds no more" 1 \
	'the register has nobody with the role prover' submit i r.jsonl
check "counsel is made prover" weir i register role add --role prover \
	--name Counsel --cert i/sandbox/counsel.crt
check "proves what is in use" weir i agreement prove --receipt anew \
	--key i/sandbox/counsel.key
check "and it is loaded with the new receipt" load --receipt anew
check "then the batch is taken in" submit i r.jsonl
check "two people approve" approve_all i 1
mv "$set/receipt.p7s" away
answers "without it nothing leaves" 1 'AG-TERM.*nothing leaves' release i 1
same "no package" 0 "$(find i/outbox -name '*.cms' | wc -l)"
mv away "$set/receipt.p7s"
check "with it the round goes" release i 1
check "its decisions replay" weir i replay 1
ledger_holds "the ledger verifies then" i

# ---- both agencies sign, outside a sandbox ----

for who in admin counsel prover commissioner director deputy stranger; do
	person $who
done
check "a custodian's instance" "$WEIR" init own
own() { weir own "$@" --key admin.key; }
own register role add --role administrator --name admin --cert admin.crt >out
for role in counsel:counsel prover:prover commissioner:signatory; do
	own register role add --role ${role#*:} --name ${role%:*} \
		--cert ${role%:*}.crt >>out
done
for role in director:'head of agency' deputy:'inspector general'; do
	own register certifier add --id ${role%%:*} --name ${role%%:*} \
		--role "${role#*:}" --cert ${role%%:*}.crt --from 2025-01-01 \
		--agreement AG-IRS-ICE-2025 >>out
done
cp "$LAW" a.md
prove a.md prover.key >out
load_own() { weir own agreement load a.md --key counsel.key; }
sign_as() { "$WEIR" agreement sign a.md --as "$1" --key "$2"; }
answers "unsigned: refused" 1 'lacks the custodian'\''s signature' load_own
answers "the custodian signs" 0 'is signed for the custodian by commissioner' \
	sign_as custodian commissioner.key
answers "one signature is missing: refused" 1 'lacks the requester'\''s signature' \
	load_own
check "a stranger signs" sign_as requester stranger.key
answers "a wrong key: refused" 1 \
	'the requester'\''s signature: the signer is not one of those who may sign' load_own
check "an inspector general signs" sign_as requester deputy.key
answers "who is not head of agency: refused" 1 \
	'the requester'\''s signature: the signer is not one' load_own
cp a.md.custodian.p7s a.md.requester.p7s
answers "the custodian's own in its place: refused" 1 \
	'the requester'\''s signature: the signer is not one' load_own
check "the director signs" sign_as requester director.key
cp a.md signed.md
sed 's/^# /#  /' signed.md >a.md
prove a.md prover.key >out
answers "a byte changed after they signed: refused" 1 \
	'the custodian'\''s signature: the signature does not hold' load_own
cp signed.md a.md
prove a.md prover.key >out
check "with both it is loaded" load_own
answers "status says who signed" 0 '^custodian +signed by commissioner' \
	weir own agreement status
answers "for both" 0 '"custodian":"commissioner","requester":"director"' \
	weir own agreement status --json
# stock openssl makes the same
openssl cms -sign -binary -outform DER -signer director.crt -inkey director.key \
	-in a.md -out a.md.requester.p7s 2>openssl.err
weir own agreement suspend AG-IRS-ICE-2025 --key counsel.key >out
check "openssl's signature is as good" load_own

# ---- what fails, as a request ----

sed 's/order-age more than 90/order-age more than 89/' "$OTHER" >8-usc-1253.md
cp "$STATUTE" 26-usc-6103-i-2.md
answers "ninety days made eighty-nine: a counterexample" 1 \
	'request.order-age +90$' "$WEIR" agreement prove "$LAW" \
	--statute 26-usc-6103-i-2.md,8-usc-1253.md --json-request x.jsonl
same "as one request" 1 "$(lines_of x.jsonl)"
answers "that law accepts it, as the prover said" 0 '^1 requests: 1 would be accepted' \
	"$WEIR" request check x.jsonl --law "$LAW" \
	--statute 26-usc-6103-i-2.md,8-usc-1253.md
answers "the law that is proved does not" 1 'x.jsonl:1: S1253-90-DAYS' \
	"$WEIR" request check x.jsonl
"$WEIR" init s --sandbox >out
"$WEIR" -C s sandbox enroll x.jsonl >out
"$WEIR" -C s roll load "$WORLD/roll.csv" >out
TODAY=$(date -u +%F)
certify s x.jsonl 1
submit s x.jsonl >out 2>err
answers "nor a sandbox to which it is submitted" 0 \
	'"status":"refused".*"S1253-90-DAYS"' weir s batch reply 1

# ---- what the prover prints ----

golden=$ROOT/tests/prove/golden
changed() { # NAME SED
	sed "$2" "$golden/statute.md" >statute.md
	sed "$2" "$golden/agreement.md" >agreement.md
	"$WEIR" agreement prove agreement.md --statute statute.md \
		--json-request "$1.jsonl" |
		sed -E 's/ +[0-9]+ ms//; s/, [0-9]+ ms$//' >"$1.txt"
	[ -z "${WEIR_GOLDEN:-}" ] || cp "$1.txt" "$golden/"
	same_files "golden: $1" "$golden/$1.txt" "$1.txt"
}
changed whole ''
changed address 's/address at least deliverable/address at least locality/'
changed threshold 's/load-most 100/load-most 101/'
changed hold '/^rule hold/,/clause 6/d'
changed first 's/^rule form first/rule form/'
changed clause '/^rule load/,/clause 2/d'
changed wall 's/require agreement.in-force/require request.periods at least 2 and request.periods at most 1/'
finish
