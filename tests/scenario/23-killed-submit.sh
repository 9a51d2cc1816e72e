# SPDX-License-Identifier: Apache-2.0
# kill -9 at any moment of a submit: submitting again goes on, with the same
# decisions and replies as a run that nobody stopped, nothing in the ledger
# twice, and the ledger whole.
. "$(dirname "$0")/lib.sh"

strip() { sed -E 's/"entry":[0-9]+/"entry":0/'; }

instance whole
cp "$WORLD/requests.jsonl" r.jsonl
certify whole r.jsonl 1
begun=$(date +%s%N)
check "a run that nobody stops" submit whole r.jsonl
took=$((($(date +%s%N) - begun) / 1000000))
weir whole batch decisions 1 | strip >want.decisions
weir whole batch reply 1 >want.reply

# One instance, killed again and again, each time a little later.
instance i
points=24
killed=0
for n in $(seq $points); do
	begin_submit i r.jsonl out
	kill_after $((took * n * 11 / points / 10)) $pid && killed=$((killed + 1))
	# Half the time another verb meets what the killed one left.
	[ $((n % 2)) = 0 ] || weir i batch status 1 >/dev/null 2>&1
	tail -n1 out | grep -q '^batch 1$' && break
done
echo "# $killed submits killed; a whole one takes $took ms"
check "after the last of them it ends" submit i r.jsonl
same "as batch 1" "batch 1" "$(tail -1 out)"
weir i batch decisions 1 | strip >got.decisions
weir i batch reply 1 >got.reply
same_files "the decisions are the same" want.decisions got.decisions
same_files "the reply is the same" want.reply got.reply
same "no entry names two requests of the batch" '' \
	"$(weir i batch decisions 1 | grep -o '"entry":[0-9]*' | sort | uniq -d)"
same "nothing half-taken is left" '' "$(find i -name 'incoming*')"
ledger_holds "the ledger verifies" i

# From the start each time: killed once, at one point each.
for n in 1 2 3 4 5 6 7 8; do
	rm -rf k
	instance k
	begin_submit k r.jsonl out
	kill_after $((took * n / 9)) $pid
	try submit k r.jsonl
	weir k batch decisions 1 2>/dev/null | strip >got.decisions
	same_files "killed after $n/9 of its time: the same decisions" \
		want.decisions got.decisions
	ledger_holds "killed after $n/9 of its time: the ledger verifies" k
done

# One of its processes killed: the verb fails, says so, and goes on next time.
for process in weir-front weir-keeper weir-vault; do
	# Sooner, where it was over before.
	for delay in 60 30 10 2 0; do
		rm -rf k
		instance k
		begin_submit k r.jsonl out
		kill_child "$pid" $process $delay
		wait "$pid"
		status=$?
		[ $status = 0 ] || break
	done
	if [ $status = 3 ] && [ -s out.err ]; then
		pass "$process killed: the submit fails and says so"
	else
		fail "$process killed: the submit fails and says so" \
			"status $status" "$(cat out out.err)"
	fi
	try submit k r.jsonl
	weir k batch decisions 1 2>/dev/null | strip >got.decisions
	same_files "$process killed, and submitted again: the same decisions" \
		want.decisions got.decisions
done
finish
