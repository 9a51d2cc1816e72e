# SPDX-License-Identifier: Apache-2.0
# kill -9 at any moment of a release: released again, everything accepted is
# answered once; no package stands in the outbox without its entry D in the
# ledger; and the answers are those of a run that nobody stopped.
. "$(dirname "$0")/lib.sh"

reviewed_instance whole || finish
begun=$(date +%s%N)
check "a release that nobody stops" release whole 1
took=$((($(date +%s%N) - begun) / 1000000))
outcomes() { weir "$1" batch decisions 1 | sed -E 's/.*"request_id":"([^"]*)".*"outcome":"([^"]*)".*/\1 \2/'; }
outcomes whole >want
accepted whole 1 | sort >accepted

files() { find "$1/outbox/1" -name '*.cms' -printf '%f\n' 2>/dev/null | sed 's/\.cms$//' | sort; }
d_entries() {
	weir "$1" ledger kinds >kinds 2>kinds.err ||
		echo "status $?" >>kinds.err
	awk '$2 == "deliver" {n = $1} END {print n + 0}' kinds
}

checked() { # WHEN INSTANCE
	try release "$2" 1
	[ "$status" = 0 ] || fail "$1: released again" "$(tell)"
	outcomes "$2" >got
	same_files "$1: the same outcomes" want got
	files "$2" >got
	same_files "$1: one package for each accepted request" accepted got
	same "$1: no entry D without its package, nor twice" \
		"$(lines_of accepted)" "$(d_entries "$2")"
	[ ! -s kinds.err ] || sed 's/^/# /' kinds.err
	same "$1: nothing stays sealed" 0 "$(find "$2/sealed" -type f | wc -l)"
}

# Killed once, at one point each.
for n in 1 2 3 4 5 6 7 8 9 10; do
	rm -rf k
	reviewed_instance k
	begin_release k 1 out
	kill_after $((took * n / 11)) "$pid"
	# What is out has its entry.
	there=$(files k | wc -l)
	if [ "$there" -le "$(d_entries k)" ]; then
		pass "after $n/11 of its time: $there packages, each with entry D"
	else
		fail "after $n/11 of its time: $there packages, each with entry D" \
			"$(d_entries k) entries"
	fi
	checked "killed after $n/11 of its time" k
done
ledger_holds "the ledger of such a one verifies" k

# One instance, killed again and again.
reviewed_instance i
killed=0
for n in $(seq 20); do
	begin_release i 1 out
	kill_after $((took * n / 16)) "$pid" && killed=$((killed + 1))
	grep -q 'handed over' out && break
done
echo "# $killed releases killed; a whole one takes $took ms"
checked "killed $killed times" i
ledger_holds "the ledger verifies" i

# The vault or the keeper killed.
for process in weir-vault weir-keeper; do
	rm -rf k
	reviewed_instance k
	begin_release k 1 out
	kill_child "$pid" $process 40
	wait "$pid"
	checked "$process killed" k
done
finish
