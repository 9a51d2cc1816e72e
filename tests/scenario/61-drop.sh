# SPDX-License-Identifier: Apache-2.0
# Folders for agencies that only do batches: taken once whole, killed anywhere
# and harmless, the same twice and harmless, tricks refused, packages put out.
. "$(dirname "$0")/lib.sh"

drop() { "$WEIR" -C "$1" drop --today "$TODAY"; }
bring() { # INSTANCE NAME: r.jsonl and its manifest, without .done
	cp r.jsonl "$1/$in/$2.jsonl"
	cp r.jsonl.manifest "$1/$in/$2.manifest.json"
	cp r.jsonl.manifest.p7s "$1/$in/$2.manifest.json.p7s"
}
in=drop/us.dhs.ice/in
out=drop/us.dhs.ice/out

instance i
head -n 40 "$WORLD/requests.jsonl" >r.jsonl
certify i r.jsonl 1
check "a round makes the folders" drop i
bring i first
check "a round without .done" drop i
same "touches nothing" "3 " "$(ls i/$in | wc -l | tr -d ' ') $(ls i/$out)"

echo half >i/$in/second.jsonl
: >i/$in/second.done
ln -s ../../../secret/evidence.key i/$in/link.jsonl
: >i/$in/link.done
: >"i/$in/-rf.done"
: >"i/$in/a b.done"
: >i/$in/first.done
check "one with .done" drop i
grep -q '^taken .* first: batch 1$' out &&
	pass "is a batch" || fail "is a batch" "$(cat out)"
same_files "its reply is put out" <(weir i batch reply 1) i/$out/first.reply.jsonl
check "signed" test -s i/$out/first.reply.jsonl.p7s
check "with the receipt" test -s i/$out/first.receipt.json
same "what was taken is gone" '' "$(find i/$in -name 'first*')"
grep -q 'manifest' i/$out/second.problem.json &&
	pass "one without a manifest is refused, with why" ||
	fail "one without a manifest is refused, with why" "$(ls i/$out)"
check "a link is refused" test -s i/$out/link.problem.json
same "names with tricks are not even named" "-rf.done a b.done" \
	"$(cd i/$in && echo ./* | sed 's,\./,,g')"
rm -f i/$in/*

bring i again
: >i/$in/again.done
check "the same under another name" drop i
grep -q '^again .* again: batch 1$' out &&
	pass "is the same batch" || fail "is the same batch" "$(cat out)"
tail -n +2 "$WORLD/requests.jsonl" | head -n 40 >i/$in/other.jsonl
cp r.jsonl.manifest i/$in/other.manifest.json
cp r.jsonl.manifest.p7s i/$in/other.manifest.json.p7s
: >i/$in/other.done
check "other lines under the same manifest" drop i
grep -q 'SHA-384' i/$out/other.problem.json &&
	pass "are refused" || fail "are refused" "$(cat i/$out/other.problem.json)"

approve_all i 1 >/dev/null
check "released" release i 1
packages=$(ls i/outbox/1 | wc -l)
check "then a round" drop i
same "puts every package out" "$packages 0" \
	"$(ls i/$out/first.packages | wc -l) $(ls i/outbox/1 | wc -l)"
check "and the next one nothing" drop i
same "twice" '' "$(cat out)"
ledger_holds "the ledger verifies" i

# Killed ten times, each time a little later: what is left is done by the next.
instance k
certify k r.jsonl 1
drop k >/dev/null
killed=0
bring k it
: >k/$in/it.done
begun=$(date +%s%N)
cp -a k whole && drop whole >/dev/null
took=$((($(date +%s%N) - begun) / 1000000))
for n in 1 2 3 4 5 6 7 8 9 10; do
	"$WEIR" -C k drop --today "$TODAY" >out 2>&1 &
	kill_after $((took * n / 10)) $! && killed=$((killed + 1))
done
echo "# $killed rounds killed; a whole one takes $took ms"
# What a killed round started ends a moment after it, and holds its turn till then.
for n in $(seq 100); do
	try drop k
	grep -q "another round is at work" err || break
	sleep .1
done
check "after $killed killed rounds one goes through" drop k
same_files "with the same reply" whole/$out/it.reply.jsonl k/$out/it.reply.jsonl
same "and nothing is left in the folder" '' "$(ls k/$in)"
same "nor half-written out of it" '' "$(find k/$out -name '.*.new')"
ledger_holds "the ledger verifies after that" k
finish
