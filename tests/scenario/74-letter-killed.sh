# SPDX-License-Identifier: Apache-2.0
# Killed while a letter is taken: all of it was done or nothing, and the same
# letter again finishes it.  Destruction waits for a hold that says to preserve.
. "$(dirname "$0")/lib.sh"

reviewed_instance first || finish
mapfile -t ids < <(accepted first 1 | head -8)
"$WEIR" request withdraw "${ids[@]}" --agreement AG-IRS-ICE-2025 --sequence 1 \
	--certifier ICE-DIR --reason 'the cases were closed' \
	--key first/sandbox/certifier.key --out w.json
withdrawn() { weir "$1" batch decisions 1 | grep -c '"outcome":"withdrawn"'; }
cp -a first whole
begun=$(date +%s%N)
check "nobody stops it" weir whole letter take w.json
took=$((($(date +%s%N) - begun) / 1000000))
bad=0
killed=0
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do
	ms=$((took * n / 15))
	rm -rf i && cp -a first i
	"$WEIR" -C i letter take w.json >/dev/null 2>&1 &
	kill_after $ms $! && killed=$((killed + 1))
	n=$(withdrawn i)
	if [ "$n" != 0 ] && [ "$n" != ${#ids[@]} ]; then
		bad=$((bad + 1))
		echo "# killed after $ms ms: $n withdrawn"
	fi
	"$WEIR" -C i letter take w.json >out 2>err || { bad=$((bad + 1)); cat err; }
	[ "$(withdrawn i)" = ${#ids[@]} ] || bad=$((bad + 1))
	[ "$(weir i letter list | grep -c withdraw)" = ${#ids[@]} ] || bad=$((bad + 1))
	[ "$(weir i batch reply 1 | grep -c '"withdrawn"')" = ${#ids[@]} ] ||
		bad=$((bad + 1))
	weir i ledger verify >out 2>err || { bad=$((bad + 1)); cat err; }
done
same "killed at many moments, it is whole or not there" 0 $bad
check "some were killed" [ $killed -gt 0 ]

# ---- preserve ----
check "release answers" release first 1
id=$(delivered first 1 | head -1)
key=first/sandbox/officers/$(officer_of r.jsonl "$id").key
letter() { # OUT VERB...
	local out=$1 verb=$2
	shift 2
	"$WEIR" package "$verb" "$@" --key "$key" --out "$out"
}
letter ack.json acknowledge "first/outbox/1/$id.cms" \
	--officer "$(officer_of r.jsonl "$id")"
letter des.json destroyed ack.json --method shredded
check "a court says to preserve" weir first hold place --ground court \
	--docket '1:26-cv-77' --scope "case=$(case_of r.jsonl "$id")" \
	--effect preserve --key first/sandbox/counsel.key
hold=$(sed -n 's/^hold \([0-9]*\).*/\1/p' out)
answers "no destruction is certified under it, with the docket" 1 \
	'docket 1:26-cv-77' weir first letter take des.json
check "the package is still with the recipient" bash -c '
	"$1" -C first batch decisions 1 | grep "\"$2\"" | grep -q delivered' \
	x "$WEIR" "$id"
check "acknowledgement is taken all the same" weir first letter take ack.json
weir first hold lift "$hold" --key first/sandbox/counsel.key >out 2>&1
weir first hold lift "$hold" --key first/sandbox/reviewer-1.key >out 2>&1
check "when it is lifted the certificate is taken" weir first letter take des.json
ledger_holds "the ledger holds" first
finish
