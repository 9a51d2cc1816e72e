# SPDX-License-Identifier: Apache-2.0
# The ledger's key is changed for one that was committed to before, by two
# people; whoever has the first key believes what came before and after; proofs,
# openings, packages and witnesses outlive it; a stolen key is worth nothing.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
cp i/ledger/ledger.vkey first.vkey
key() { weir i ledger key "$@"; }
counsel=i/sandbox/counsel.key
as_counsel=(--key "$counsel")

answers "a new ledger has committed to its next key" 0 '^next  [0-9a-f]{64}$' \
	weir i ledger key show
check "a batch is released under the first key" release i 1
weir i ledger prove 3 --entry e3 --out p3.tlog-proof
cp i/ledger/checkpoint old
batch=$(weir i ledger kinds --each | awk '$2 == "batch" {print $1; exit}')
check "a field is opened to a court" weir i ledger open "$batch" --field agreement \
	--for court --who "District Court" --ground "order 1" --out o "${as_counsel[@]}"
weir i ledger prove "$batch" --entry eb --out pb
"$WEIR" witness init w --name w.example >/dev/null
"$WEIR" witness add-log w i/ledger/ledger.vkey >/dev/null
printf 'log %s\nquorum none\n' "$(cat first.vkey)" >policy
check "a policy names the first key" weir i ledger policy load policy

# ---- a key that is made elsewhere ----

origin=$(head -1 i/ledger/checkpoint)
check "a key is made with no instance" "$WEIR" ledger key make away \
	--name "$origin"
"$WEIR" ledger key make other --name "$origin" >out
same "its file is nobody else's to read" 600 "$(stat -c %a away)"
rm away
"$WEIR" ledger key make away --name "$origin" >made
hash=$(sed -n 's/^hash  //p' made)
answers "a reviewer commits to none" 1 administrator weir i ledger key commit \
	--next "$hash" --key i/sandbox/reviewer-1.key
check "its hash alone is brought here" weir i ledger key commit --next "$hash"
ledger_holds "and the ledger commits to it" i
same "publicly" "next  $hash" "$(key show | tail -1)"

# ---- two people ----

answers "the key that was made at first is refused" 1 'committed to' key rotate
rm i/keeper/next
answers "and none, too" 1 'keeper/next' key rotate
cp away i/keeper/next
answers "the first person asks" 0 'a second person' key rotate
answers "and cannot grant" 1 'cannot grant it' key rotate
answers "nor another change than that" 1 'nothing of a compromise' key rotate \
	--compromised-after 5 "${as_counsel[@]}"
"$WEIR" ledger key make later --name "$origin" >made-later
later=$(sed -n 's/^hash  //p' made-later)
answers "the second grants" 0 'the new key signs' key rotate --next "$later" \
	"${as_counsel[@]}"
same "the new key is where readers look" \
	"$(sed -n 's/^key   //p' made)" "$(cat i/ledger/ledger.vkey)"
[ ! -e i/keeper/next ] && pass "its file moved" || fail "its file moved"

# ---- what came before ----

public() { # NAME VKEY
	check "$1: weir" "$WEIR" ledger verify --dir i/ledger --vkey "$2" --old old
	check "$1: weir-verify" "$WEIR-verify" i/ledger --vkey "$2" --old old
}
public "who has the first key believes all of it" first.vkey
public "who has the new one, too" i/ledger/ledger.vkey
answers "who has another does not" 1 'none of them' "$WEIR-verify" i/ledger \
	--vkey "$(sed -n 's/^key   //p' made-later)"
ledger_holds "an inspector finds nothing wrong" i
check "a policy that names the first key goes on" weir i ledger verify \
	--policy policy
opening() { "$WEIR" ledger check-opening o --entry eb --proof pb "$@"; }
check "an opening holds by the old key" opening --vkey first.vkey
answers "by the new one alone it does not" 1 . opening \
	--vkey i/ledger/ledger.vkey
check "with the public chain it does" opening --vkey i/ledger/ledger.vkey \
	--keys i/ledger/keys
one=$(accepted i 1 | head -1)
check "a package of before opens by the new key and the chain" "$WEIR" package \
	open "i/outbox/1/$one.cms" --vkey i/ledger/ledger.vkey \
	--keys i/ledger/keys --key \
	"i/sandbox/officers/$(officer_of "$WORLD/requests.jsonl" "$one").key"
check "a shell and openssl check a proof of before" bash \
	"$ROOT/docs/verify-proof.sh" "$(cat first.vkey)" p3.tlog-proof e3
weir i ledger prove 3 --entry e3 --out now.tlog-proof
check "and of now" bash "$ROOT/docs/verify-proof.sh" \
	"$(cat i/ledger/ledger.vkey)" now.tlog-proof e3
answers "a witness takes no other key by itself" 1 'must show how' "$WEIR" \
	witness add-log w i/ledger/ledger.vkey
check "but the chain" "$WEIR" witness add-log w i/ledger/ledger.vkey --keys \
	i/ledger/keys

# ---- put back ----

cp -a i k
check "a hold is placed" weir i hold place --ground court --docket D \
	--scope case=NONE-1 "${as_counsel[@]}"

# ---- stolen ----

cp i/ledger/checkpoint held
size=$(sed -n 2p held)
cp later i/keeper/next
key rotate --compromised-after 3 >out
answers "that a key was stolen is said by both" 1 \
	'--compromised-after 3' key rotate "${as_counsel[@]}"
check "it is changed" weir i ledger key rotate --compromised-after 3 \
	"${as_counsel[@]}"
answers "and everybody can see since when" 0 'compromised: past 3' key show
public "the ledger holds by its first key" first.vkey
weir i ledger prove 3 --out now.tlog-proof
check "a proof made now holds" bash "$ROOT/docs/verify-proof.sh" \
	"$(cat i/ledger/ledger.vkey)" now.tlog-proof e3
check "what the stolen key signed was of this ledger, as all see" "$WEIR-verify" \
	i/ledger --vkey first.vkey --old held
finish
