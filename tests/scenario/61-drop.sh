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

# ---- lines in a signed message ----
wrap() { # LINES OUT [openssl option...]
	openssl cms -sign -nodetach -binary -outform DER -signer i/sandbox/certifier.crt \
		-inkey i/sandbox/certifier.key -in "$1" -out "$2" "${@:3}" 2>openssl.err
}
signed() { # NAME MESSAGE: the batch w.jsonl, but for its lines
	cp "$2" "i/$in/$1.jsonl.cms"
	cp w.jsonl.manifest "i/$in/$1.manifest.json"
	cp w.jsonl.manifest.p7s "i/$in/$1.manifest.json.p7s"
	: >"i/$in/$1.done"
}
sed -n 41,80p "$WORLD/requests.jsonl" >w.jsonl
certify i w.jsonl 2
wrap w.jsonl whole.cms
wrap w.jsonl pieces.cms -stream -nocerts -md sha512
wrap r.jsonl other.cms
openssl cms -sign -nodetach -binary -outform DER -signer i/sandbox/reviewer-1.crt \
	-inkey i/sandbox/reviewer-1.key -in w.jsonl -out stranger.cms 2>openssl.err
openssl cms -sign -binary -outform DER -signer i/sandbox/certifier.crt \
	-inkey i/sandbox/certifier.key -in w.jsonl -out detached.cms 2>openssl.err
head -c 3000 whole.cms >cut.cms
for name in whole pieces other stranger detached cut; do signed "m-$name" $name.cms; done
signed m-two whole.cms
cp w.jsonl "i/$in/m-two.jsonl"
check "messages that hold the lines" drop i
grep -q '^taken .* m-pieces: batch 2$' out && grep -q '^again .* m-whole: batch 2$' out &&
	pass "whole or in pieces they are the batch" ||
	fail "whole or in pieces they are the batch" "$(cat out)"
same_files "with its reply" <(weir i batch reply 2) i/$out/m-whole.reply.jsonl
problem() { # NAME CODE WORDS
	grep -q "\"$2\".*$3" "i/$out/m-$1.problem.json" && pass "refused: $1" ||
		fail "refused: $1" "$(cat "i/$out/m-$1.problem.json" 2>&1)"
}
problem other RQ-FORM SHA-384
problem stranger I2-A-SIGNER 'may sign'
problem detached RQ-FORM 'with its content in it'
problem cut RQ-FORM 'with its content in it'
problem two '' 'one plain file'
same "and none stays" '' "$(ls i/$in)"

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
