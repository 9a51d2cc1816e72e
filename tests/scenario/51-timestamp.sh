# SPDX-License-Identifier: Apache-2.0
# RFC 3161: a checkpoint is timestamped, whoever has the authority's certificate
# checks it, with stock openssl too; without one for too long nothing new is
# decided.
. "$(dirname "$0")/lib.sh"

instance i || finish
"$ROOT/tests/scenario/tsa" "$T/tsa" >port 2>tsa.err &
tsa=$!
trap 'kill $tsa 2>/dev/null; finish_early' EXIT
for _ in $(seq 100); do
	[ -s port ] && break
	sleep .05
done
printf 'log %s\nquorum none\n' "$(cat i/ledger/ledger.vkey)" >policy
settings() { # SECONDS
	printf 'stale-after %s\ntimestamp-url http://127.0.0.1:%s/\n' "$1" "$(cat port)"
	echo 'timestamp-certificate tsa/tsa.pem'
}
mode() { echo "$1" >tsa/mode; }

sed 's/^time.*cert.*//' < <(settings 60) >policy.settings
answers "an authority without its certificate is refused" 1 \
	'timestamp-certificate' weir i ledger policy load policy
answers "without a policy there is no timestamp" 1 'no time-stamping authority' \
	weir i ledger stamp
settings 3600 >policy.settings
check "loaded" weir i ledger policy load policy
answers "a checkpoint is timestamped" 0 'a timestamp of 20' weir i ledger stamp
size=$(cat i/ledger/timestamp/latest)
same "it is that of the checkpoint" "$(sed -n 2p i/ledger/checkpoint)" "$size"
same_files "the bytes are kept beside it" i/ledger/checkpoint \
	"i/ledger/timestamp/$size.checkpoint"
openssl_holds() {
	openssl ts -verify -in "i/ledger/timestamp/$1.tsr" \
		-data "i/ledger/timestamp/$1.checkpoint" -CAfile tsa/tsa.pem \
		-untrusted tsa/tsa.pem
}
check "stock openssl verifies it" openssl_holds "$size"
check "so do we" weir i ledger verify --tsa tsa/tsa.pem
grep -q "^stamp  $size entries" out && pass "and tell when" || fail "and tell when" "$(tell)"
answers "not by another authority" 1 'authority whose certificate' weir i \
	ledger verify --tsa i/sandbox/operator.crt

# Changed bytes.
for what in tsr checkpoint; do
	rm -rf k
	cp -a i k
	at=$(($(stat -c %s "k/ledger/timestamp/$size.$what") / 2))
	printf 'X' | dd of="k/ledger/timestamp/$size.$what" bs=1 seek=$at \
		conv=notrunc status=none
	answers "a changed byte of the .$what is noticed" 1 . weir k ledger \
		verify --tsa tsa/tsa.pem
done

# Authorities that are none.
for bad in other noise refuse; do
	mode $bad
	answers "a reply that is $bad is not kept" 1 . weir i ledger stamp
done
same "the old one stays" "$size" "$(cat i/ledger/timestamp/latest)"
mode good

# Too long.
settings 2 >policy.settings
check "two seconds are allowed" weir i ledger policy load policy
mode refuse
sleep 3
cp "$WORLD/requests.jsonl" r.jsonl
certify i r.jsonl 1
answers "without a timestamp for longer nothing new is decided" 1 \
	'no timestamp since .*nothing new is decided.*answers 503' \
	submit i r.jsonl
check "a hold is placed all the same" weir i hold place --ground court \
	--docket D --scope case=NONE --key i/sandbox/counsel.key
mode good
check "with the authority back it goes on by itself" submit i r.jsonl
settings 3600 >policy.settings
check "an hour again" weir i ledger policy load policy
check "the daily round has one made" weir i tend --today "$TODAY"
same "over the newest checkpoint" "$(sed -n 2p i/ledger/checkpoint)" \
	"$(cat i/ledger/timestamp/latest)"
check "it holds" weir i ledger verify --tsa tsa/tsa.pem
check "by openssl as well" openssl_holds "$(cat i/ledger/timestamp/latest)"
finish
