# SPDX-License-Identifier: Apache-2.0
# The ledger's key in a PKCS#11 module (SoftHSM): an instance made with it takes a
# batch in and releases it; without token, PIN or key nothing is decided, and the
# message says which is missing.
. "$(dirname "$0")/lib.sh"

module=/usr/lib/softhsm/libsofthsm2.so
if ! command -v softhsm2-util >/dev/null || ! command -v pkcs11-tool >/dev/null ||
	[ ! -e $module ]; then
	skip "a ledger's key in a module" "softhsm2 and opensc are not installed"
	finish
fi
export SOFTHSM2_CONF=$T/softhsm2.conf
mkdir tokens
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' \
	"$T/tokens" >"$SOFTHSM2_CONF"
softhsm2-util --init-token --free --label weir --pin 1234 --so-pin 5678 >out
make_key() { # LABEL TYPE
	pkcs11-tool --module $module --token-label weir --login --pin 1234 \
		--keypairgen --key-type "$2" --label "$1" >>out 2>&1
}
make_key first EC:edwards25519
make_key second EC:edwards25519
make_key curve EC:prime256v1
echo 1234 >pin
uri() { echo "pkcs11:token=weir;object=$1?module-path=$module&pin-source=$T/pin"; }
ORIGIN=sandbox.weir.invalid/module
named() { "$WEIR" ledger key make "$1" --name $ORIGIN --module "$(uri "$2")"; }

answers "a key that the token does not have is refused" 1 "no key 'third'" \
	named k third
answers "and one of another kind" 1 'no Ed25519 key' named k curve
answers "and a URI that is none" 1 'is named so' "$WEIR" ledger key make k \
	--name $ORIGIN --module pkcs11:token=weir
check "a file names the one in the module" named first first
same "it holds no secret" 0 "$(grep -c "$(cat pin)" first)"
check "an instance is made by it" "$WEIR" init --sandbox i --ledger-key first
same "under its name" "$ORIGIN" "$(head -1 i/ledger/checkpoint)"
check "whose ledger verifies" "$WEIR-verify" i/ledger --vkey \
	"$(sed -n 's/^key   //p' <(named again first))"

cp "$WORLD/requests.jsonl" r.jsonl
weir i sandbox enroll r.jsonl >out
weir i roll load "$WORLD/roll.csv" >out
certify i r.jsonl 1
check "a batch comes in" submit i r.jsonl
check "two approve" approve_all i 1

# ---- without it ----

before=$(sed -n 2p i/ledger/checkpoint)
echo 4321 >pin
answers "a wrong PIN" 1 'PIN is wrong' release i 1
mv pin away
answers "no PIN" 1 'no PIN can be read' release i 1
echo 1234 >pin
mv tokens gone && mkdir tokens
answers "no token" 1 "no token 'weir'" release i 1
rmdir tokens && mv gone tokens
sed "s/object=first/object=second/" i/keeper/key >wrong
cp i/keeper/key right && cat wrong >i/keeper/key
answers "another key by that name" 1 'another key by that name' release i 1
cat right >i/keeper/key
same "nothing left" 0 "$(find i/outbox -name '*.cms' | wc -l)"
same "nothing was entered" "$before" "$(sed -n 2p i/ledger/checkpoint)"

# ---- with it ----

check "and with token and PIN it is released" release i 1
[ "$(find i/outbox -name '*.cms' | wc -l)" -gt 0 ] && pass "packages left" ||
	fail "packages left"
ledger_holds "and the ledger verifies" i

# ---- to the next one in the module ----

named next second >made
check "the next key in the module is committed to" weir i ledger key commit \
	--next "$(sed -n 's/^hash  //p' made)"
rm -f i/keeper/next
cp next i/keeper/next
weir i ledger key rotate >out
check "and signs from there on" weir i ledger key rotate --key \
	i/sandbox/counsel.key
same "publicly" "$(sed -n 's/^key   //p' made)" "$(cat i/ledger/ledger.vkey)"
ledger_holds "in a ledger that verifies" i
finish
