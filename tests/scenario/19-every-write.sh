# SPDX-License-Identifier: Apache-2.0
# Every call of the whole program that changes a file, in all its processes:
# it fails with EIO, or everything is killed just before it, or just after it
# (faulty.c).  Whatever was acknowledged is there; nothing is in the outbox
# without its entry; the same verb again comes to the same end; and the ledger
# is whole.  STRIDE=1 takes each call; else every so many, other ones each way.
. "$(dirname "$0")/lib.sh"
STRIDE=${STRIDE:-60}

# shellcheck disable=SC2086 # a list of words
${CC:-gcc} -O1 -shared -fPIC -D_GNU_SOURCE -o faulty.so \
	"$(dirname "$0")/faulty.c" -ldl 2>err ||
	{ fail "faulty.c compiles" "$(cat err)" && finish; }
strip() { sed -E 's/"entry":[0-9]+/"entry":0/'; }

# under HOW N COMMAND...: counted in n; a session of its own, since the kill is
# meant for all of it.
under() {
	local how=$1 n=$2
	shift 2
	try env LD_PRELOAD="$T/faulty.so" FAULTY_COUNT="$T/n" FAULTY_AT="$n" \
		FAULTY_HOW="$how" setsid --wait "$@"
}
calls() { od -An -tu8 n | tr -d ' '; }
state() {
	weir "$1" batch status 1 | grep -v received
	weir "$1" batch decisions 1 | strip
	weir "$1" batch reply 1
	find "$1/outbox" -name '*.cms' -printf '%P\n' | sort
	find "$1/sealed" -type f -printf 'sealed %P\n'
}

submit_small() { # INSTANCE
	echo "$WEIR" -C "$1" batch submit s.jsonl --manifest s.jsonl.manifest --today "$TODAY"
}
release_small() { echo "$WEIR" -C "$1" release --batch 1 --today "$TODAY"; }

# Nothing in the outbox without its entry D.
accounted() { # NAME INSTANCE
	local there
	there=$(find "$2/outbox" -name '*.cms' | wc -l)
	if [ "$there" -le "$(weir "$2" ledger kinds | awk '$2 == "deliver" {n = $1} END {print n + 0}')" ]; then
		pass "$1: what is in the outbox has its entry"
	else
		fail "$1: what is in the outbox has its entry" "$there packages"
	fi
}

# each VERB FROM: FROM copied, VERB hurt at one call, checked, done again.
each() {
	local verb=$1 from=$2 all how n start=0
	rm -rf whole && cp -a "$from" whole
	: >n
	# shellcheck disable=SC2046 # words
	under none 0 $("$verb" whole)
	all=$(calls)
	[ "$status" = 0 ] && [ "$all" -gt 40 ] ||
		fail "$verb: unhurt, $all calls" "$(tell)"
	state whole >want
	for how in eio kill after; do
		start=$((start + STRIDE / 3 + 1))
		for n in $(seq $((start % STRIDE + 1)) "$STRIDE" "$all"); do
			one "$verb" "$from" "$how" "$n"
		done
	done
	ledger_holds "$verb: of the last one, an inspector" k
}

one() { # VERB FROM HOW N
	local verb=$1 from=$2 how=$3 n=$4 name="$1: $3 at call $4" first
	rm -rf k && cp -a "$from" k
	rm -f n
	# shellcheck disable=SC2046
	under "$how" "$n" $("$verb" k)
	first=$status
	if [ "$first" = 0 ]; then
		state k >got
		cmp -s want got ||
			fail "$name: what it said was done is done" "$(diff want got | head)"
	fi
	accounted "$name" k
	# shellcheck disable=SC2046
	try $("$verb" k)
	[ "$status" = 0 ] || fail "$name: again" "first $first" "$(tell)"
	state k >got
	same_files "$name: the same end" want got
	check "$name: the ledger verifies" weir k ledger verify
}

"$(dirname "$0")/world" small 300 12 >out 2>err
"$WEIR" init empty --sandbox >out 2>err &&
	weir empty sandbox enroll small/requests.jsonl >out 2>err &&
	weir empty roll load small/roll.csv >out 2>err
cp small/requests.jsonl s.jsonl
certify empty s.jsonl 1
each submit_small empty

cp -a empty reviewed
submit reviewed s.jsonl >out 2>err
approve_all reviewed 1 >out 2>err
same "two packages or more have an address to give" yes \
	"$([ "$(weir reviewed batch decisions 1 | grep -c '"approved"')" -ge 2 ] && echo yes)"
each release_small reviewed
finish
