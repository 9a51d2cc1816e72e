# SPDX-License-Identifier: Apache-2.0
# A second look (F15): after a round a sample of its answers is drawn, over
# addresses and neutral ones alike; each is decided by another reviewer within
# 72 hours; a wrong one opens an incident.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
cp -a i before
look() { weir i look "$@"; }
key=i/sandbox/reviewer-1.key

answers "before anything left nothing waits" 0 'no answer waits' look list --key $key
release i 1 >out
accepted i 1 | sort >answers
n=$(lines_of answers)
look list --json --key $key >drawn
size=$(((n + 9) / 10))
[ $size -ge 10 ] || size=10
same "one in ten is drawn" $size "$(lines_of drawn)"
field request_id <drawn | sort >ids
same "each once, and only what was answered" "$(lines_of ids)" \
	"$(sort -u ids | comm -12 - answers | wc -l)"
same "due 72 hours after the round" "$(date -ud "$TODAY + 3 days" +%F)" \
	"$(field due <drawn | cut -c1-10 | sort -u)"

# The drawing can be made again from the ledger: the seed chains the entries D
# of the round, the lowest ranks are drawn.
weir i matter list --all --kind look --json --key $key >m
matter=$(sed -n 's/.*"matter":\([0-9]*\).*/\1/p' m)
weir i matter show "$matter" --key $key >shown
cat >again.py <<-'PY'
	import hashlib, sqlite3, sys
	db = sqlite3.connect(sys.argv[1] + "/store.db")
	seed = bytes(32)
	lines = []
	for line, d in db.execute("SELECT line, delivered FROM request WHERE batch = 1"
	        " ORDER BY line"):
	    if d == -1: continue
	    entry, = db.execute("SELECT entry FROM journal WHERE idx = ?", (d,)).fetchone()
	    seed = hashlib.sha256(seed + entry).digest()
	    lines.append(line)
	size = min(max(10, -(-len(lines) // 10)), 299, len(lines))
	rank = lambda n: hashlib.sha256(seed + n.to_bytes(8, "big")).digest()
	print(seed.hex())
	print(",".join(map(str, sorted(sorted(lines, key=rank)[:size]))))
PY
python3 again.py i >again
same "the seed is of the round's entries" "$(sed -n 1p again)" \
	"$(awk '$1 == "seed" {print $2}' shown)"
same "and draws these lines" "$(sed -n 2p again)" \
	"$(awk '$1 == "lines" {print $2}' shown)"
check "it says what a sample without an error shows" \
	grep -qE 'bound +none wrong: with 95 % confidence at most [0-9]+ of the '"$n" shown

# ---- the other rounds ----
check "a round that hands nothing over draws nothing" bash -c \
	"'$WEIR' -C i release --batch 1 --today '$TODAY' >/dev/null; [ \$('$WEIR' -C i matter list --all \
	--kind look --json --key $key | wc -l) = 1 ]"

# ---- who looks ----
delivered i 1 | sort | comm -12 - ids >addresses
comm -23 ids addresses >neutral
address=$(head -1 addresses)
one_neutral=$(head -1 neutral)
answers "not an operator" 1 'not the role' look decide --batch 1 \
	--request "$one_neutral" --sound
answers "not what was not drawn" 1 'not drawn' look decide --batch 1 \
	--request "$(comm -23 answers ids | head -1)" --sound --key $key
answers "one of the two" 2 'one of --sound' look decide --batch 1 \
	--request "$address" --key $key
answers "the matter is not closed past its sample" 1 'weir look decide' \
	weir i matter answer "$matter" --decision sound --key $key
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
	-keyout third.key -out third.crt -days 3650 -subj "/CN=Third Reviewer" 2>/dev/null
if [ -n "$address" ]; then
	check "with only two reviewers, one of them may" look decide --batch 1 \
		--request "$address" --sound --key $key
	look list --json --key $key >left
	same "it no longer waits" $((size - 1)) "$(lines_of left)"
	answers "nor twice" 1 'is decided' look decide --batch 1 \
		--request "$address" --sound --key $key
fi
check "a third reviewer comes" weir i register role add --role reviewer \
	--cert third.crt --key i/sandbox/operator.key
for id in $(tail -n +2 addresses); do
	answers "who approved $id does not look again" 1 'decided on this request before' \
		look decide --batch 1 --request "$id" --sound --key i/sandbox/reviewer-2.key
	break
done
answers "wrong needs a ground" 1 'needs a ground' look decide --batch 1 \
	--request "$one_neutral" --wrong --key third.key
answers "a ground holds no return information" 1 'nine digits' look decide --batch 1 \
	--request "$one_neutral" --wrong --ground "is 123-45-6789" --key third.key
check "show tells the grades" look show --batch 1 --request "$one_neutral" --key third.key

# ---- wrong: the same acts for a neutral answer as for an address ----
size_now() { # entries, signed for or not
	python3 -c 'import sqlite3; print(*sqlite3.connect("i/store.db").execute(
		"SELECT max(idx) FROM journal").fetchone())'
}
before=$(size_now)
answers "a neutral answer was wrong: an incident" 0 '^incident [0-9]+' look decide --batch 1 --request "$one_neutral" \
	--wrong --ground "the compound surname was there" --key third.key
for_neutral=$(($(size_now) - before))
second=$(sed -n 2p addresses)
if [ -n "$second" ]; then
	before=$(size_now)
	check "an address was wrong" look decide --batch 1 --request "$second" \
		--wrong --ground "another person's unit" --key third.key
	cp out wrong
	same "as many entries" $for_neutral $(($(size_now) - before))
	incident=$(sed -n 's/^incident \([0-9]*\).*/\1/p' wrong)
	answers "it tells what is known" 0 "judged wrong: another person's unit" \
		weir i incident show "$incident" --key i/sandbox/counsel.key
	answers "and when" 0 "$TODAY" \
		weir i incident show "$incident" --key i/sandbox/counsel.key
fi

# ---- the rest is sound: the matter closes, as wrong ----
look list --json --key third.key | field request_id >left
while read -r id; do
	look decide --batch 1 --request "$id" --sound --key third.key >out 2>err ||
		fail "$id is looked at" "$(cat err)"
done <left
answers "nothing is left" 0 'no answer waits' look list --key third.key
weir i matter show "$matter" --key third.key >closed
check "the matter is closed as wrong" grep -qE 'decision +wrong' closed
ledger_holds "the ledger verifies" i

# ---- a round cut off before its end: the next drawing covers it ----
rm -rf i
cp -a before i
begin_release i 1 killed
kill_after 350 "$pid"
release i 1 >out
weir i look list --json --key $key >after
same "a round that was cut off is drawn whole" $size "$(lines_of after)"
finish
