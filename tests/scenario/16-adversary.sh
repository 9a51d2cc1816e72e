# SPDX-License-Identifier: Apache-2.0
# Two worlds that differ only in whether the people asked for are on the roll:
# in the one everybody is found, read, shown and approved, in the other nobody,
# and no person has anything to do.  Who has the requester's lines, the replies
# and all that is public cannot tell which it was; who is told the kinds of the
# entries, or is shown them without the cover, can.
. "$(dirname "$0")/lib.sh"

ROUNDS=${ROUNDS:-8} # of each world
EACH=3              # requests

reviewed_instance all || finish
weir all batch decisions 1 | grep '"outcome":"approved"' | field request_id >./who
check "there are people who are found" test "$(lines_of who)" -ge $EACH
rm -rf all
# The other world, made in the same steps.
{ head -1 "$WORLD/roll.csv" && tail -1 "$WORLD/roll.csv"; } >one.csv
try "$WEIR" init nobody --sandbox
try "$WEIR" -C nobody sandbox enroll "$WORLD/requests.jsonl"
check "another roll has nobody of them" "$WEIR" -C nobody roll load one.csv
same "its ledger began alike" "$(sed -n 2p "$TEMPLATE/ledger/checkpoint")" \
	"$(sed -n 2p nobody/ledger/checkpoint)"

people() { # INSTANCE: what reviewers do where there is somebody to review
	local n id
	for n in 1 2; do
		weir "$1" review list --batch 1 --key "$1/sandbox/reviewer-$n.key"
		field 'weir:requestID' <few.jsonl | while read -r id; do
			weir "$1" review show --batch 1 --request "$id" \
				--key "$1/sandbox/reviewer-$n.key"
		done
	done >"$T/out" 2>"$T/err"
	approve_all "$1" 1 >"$T/out" 2>"$T/err"
}

round() { # LABEL TEMPLATE
	rm -rf i
	cp -a "$2" i
	first=$(sed -n 2p i/ledger/checkpoint)
	certify i few.jsonl 1
	submit i few.jsonl >"$T/out" 2>"$T/err" || return
	[ "$1" = nobody ] || people i || return
	release i 1 >"$T/out" 2>"$T/err" || return
	weir i ledger kinds --each >kinds || return
	{ printf '%s ' "$1"; "$ROOT/tests/scenario/adversary" look i few.jsonl "$first"; } >>seen
	{ printf '%s ' "$1"; "$ROOT/tests/scenario/adversary" look i few.jsonl "$first" kinds; } >>told
	{ printf '%s ' "$1"; "$ROOT/tests/scenario/adversary" look i few.jsonl "$first" kinds hide; } >>bare
	awk -v l="$1" '$2 == "act" {n++} END {print l, n}' kinds >>acts
}

bad=
for n in $(seq "$ROUNDS"); do
	# the same requests in both, others each time
	shuf -n $EACH --random-source=<(yes "$n") who >ids
	grep -F -f ids "$WORLD/requests.jsonl" >few.jsonl
	round found "$TEMPLATE" || bad="found $n"
	round nobody nobody || bad="nobody $n"
done
same "all were answered" '' "$bad$([ -z "$bad" ] || tell)"
check "people did more in the one than ever in the other" awk '
	$1 == "found" {if (least == "" || $2 < least) least = $2}
	$1 != "found" {if ($2 > most) most = $2}
	END {exit !(least > most)}' acts

p_of() { sed -n 's/.*p \([01]\.[0-9]*\)$/\1/p' "$1"; }
below() { awk -v p="$1" -v most="$2" 'BEGIN {exit !(p != "" && p < most)}'; }
guess() { "$ROOT/tests/scenario/adversary" guess "$1" >"$1.says" 2>&1; sed 's/^/# /' "$1.says"; }
guess seen
if below "$(p_of seen.says)" 0.001 || [ -z "$(p_of seen.says)" ]; then
	fail "nobody can tell which world it was" "$(cat seen.says)"
else
	pass "nobody can tell which world it was"
fi
# With eight of each, dealt at random, one of 143 numbers now and then tells as
# much: p was .0013 once, and is about a half where there is nothing to tell by.
for who in told bare; do
	guess $who
	below "$(p_of $who.says)" 0.01 && pass "who is $who can" ||
		fail "who is $who can" "$(cat $who.says)"
done
finish
