# SPDX-License-Identifier: Apache-2.0
# A wrong count, hash, sequence or signer refuses the whole batch before any
# line is read, with its code, and does not use up its sequence number.
. "$(dirname "$0")/lib.sh"

instance i
head -20 "$WORLD/requests.jsonl" >r.jsonl
refused() { # NAME CODE PATTERN
	answers "$1" 1 "$2" submit i r.jsonl
	if grep -qE -- "$3" err; then pass "$1: says why"; else
		fail "$1: says why" "wanted: $3" "$(cat err)"; fi
}

certify i r.jsonl 1 19
refused "a count too small" RQ-FORM "r.jsonl: 20 lines, the manifest counts 19"
certify i r.jsonl 1 21
refused "a count too large" RQ-FORM "20 lines, the manifest counts 21"
certify i r.jsonl 1 20 "$(printf '%096d' 0)"
refused "another file's hash" RQ-FORM "r.jsonl: its SHA-384 is not the manifest"
certify i r.jsonl 2
refused "a sequence number ahead" RQ-FORM "sequence 2 does not follow 0"

certify i r.jsonl 1
sed -i 's/ACTING/acting/' r.jsonl.manifest
refused "a manifest changed after it was signed" I2-A-SIGNER signature

manifest r.jsonl 1 >r.jsonl.manifest
sign r.jsonl.manifest i/sandbox/reviewer-1
refused "signed by somebody who is no certifier" I2-A-SIGNER "not one of those"

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 \
	-subj "$(openssl x509 -in i/sandbox/certifier.crt -noout -subject \
		-nameopt compat | sed 's/^subject=//')" \
	-keyout other.key -out other.crt 2>/dev/null
sign r.jsonl.manifest other
refused "signed by a stranger of the certifier's name" I2-A-SIGNER "not one of those"

sed 's/AG-IRS-ICE-2025/AG-NO-SUCH/' r.jsonl.manifest >m
mv m r.jsonl.manifest
sign r.jsonl.manifest i/sandbox/certifier
refused "an agreement that is not loaded" AG-TERM "AG-NO-SUCH"

manifest r.jsonl 1 | tr -d '}' >r.jsonl.manifest
sign r.jsonl.manifest i/sandbox/certifier
refused "a manifest that is no JSON" RQ-FORM "r.jsonl.manifest"
manifest r.jsonl 1 | sed 's/"weir:date"/"weir:dates"/' >r.jsonl.manifest
sign r.jsonl.manifest i/sandbox/certifier
refused "a manifest with another member" RQ-FORM "weir:date"
: >r.jsonl.manifest
sign r.jsonl.manifest i/sandbox/certifier
refused "an empty manifest" RQ-FORM "r.jsonl.manifest"

certify i r.jsonl 1
head -c 100 r.jsonl.manifest.p7s >p && mv p r.jsonl.manifest.p7s
refused "a signature cut short" RQ-FORM "r.jsonl.manifest: not a CMS signature"
rm r.jsonl.manifest.p7s
answers "no signature" 1 'manifest.p7s: there is no such file' \
	submit i r.jsonl
: >empty.jsonl
manifest empty.jsonl 1 1 >empty.jsonl.manifest
sign empty.jsonl.manifest i/sandbox/certifier
answers "an empty file" 1 'empty.jsonl: 0 lines' submit i empty.jsonl
answers "a file that is not there" 1 'nothing.jsonl: there is no such file' \
	submit i nothing.jsonl

# Usage: one line each, status 2.
answers "no verb of that name" 2 "'bacth' is not a verb" weir i bacth submit
answers "no manifest named" 2 "needs --manifest" weir i batch submit r.jsonl
answers "no instance named" 2 "works on an instance" \
	"$WEIR" batch submit r.jsonl --manifest m
answers "no instance there" 1 "nowhere" "$WEIR" -C nowhere batch status 1
answers "an option of no verb" 2 "no option" weir i batch status 1 --verbose
answers "a batch that is not there" 1 "batch 7" weir i batch status 7

# Nothing of all this was taken in, and number 1 is free still.
certify i r.jsonl 1
check "sequence 1 is free still" submit i r.jsonl
same "it is the first batch" "batch 1" "$(tail -1 out)"
if [ -n "$(find i/batches -name 'incoming*')" ]; then
	fail "no half-taken file is left" "$(ls -R i/batches)"
else
	pass "no half-taken file is left"
fi
finish
