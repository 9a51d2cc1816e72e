# SPDX-License-Identifier: Apache-2.0
# A clock that is set back by a day, between two entries and between two
# checkpoints: the ledger's order is by number, the day that it shows does not
# fall, what was written holds, and work goes on.
. "$(dirname "$0")/lib.sh"

verify=$WEIR-verify
[ -x "$verify" ] || {
	skip "a clock set back" "weir-verify is not built beside weir"
	finish
}
instance i || finish
cp i/ledger/ledger.vkey key
later() { date -ud "$TODAY + $1 days" +%F; }
size() { sed -n 2p i/ledger/checkpoint; }
kept=0
# The folder as a whole, and that it grew out of each checkpoint seen so far.
holds() { # NAME
	local old=() n
	for n in $(seq "$kept"); do old+=(--old "checkpoint.$n"); done
	check "$1" "$verify" i/ledger --vkey key "${old[@]}"
	kept=$((kept + 1))
	cp i/ledger/checkpoint "checkpoint.$kept"
}
# told DAY LINES SEQUENCE: a batch that comes in on that day.
told() {
	head -"$2" "$WORLD/requests.jsonl" | tail -10 >"r$3.jsonl"
	certify i "r$3.jsonl" "$3"
	"$WEIR" -C i batch submit "r$3.jsonl" --manifest "r$3.jsonl.manifest" \
		--today "$1"
}
tend() { weir i tend --today "$1" >tended 2>&1 || grep -q '^lapsed' tended; }
# Whether the newest entry shows that day.
shown() {
	python3 - i/ledger "$(size)" <<'PY'
import datetime, os, sys
entries = {}
for folder, _, names in os.walk(sys.argv[1] + "/tile/entries"):
    for name in names:
        data = open(os.path.join(folder, name), "rb").read()
        for i in range(0, len(data), 258):
            e = data[i + 2:i + 258]
            entries[int.from_bytes(e[8:16], "big")] = int.from_bytes(e[16:20], "big")
n = int(sys.argv[2])
assert all(i in entries for i in range(n))
days = [entries[i] for i in range(n)]
assert days == sorted(days), "a day falls"
print(datetime.date(1970, 1, 1) + datetime.timedelta(days[-1]))
PY
}

check "a batch comes in" told "$TODAY" 10 1
check "a round, days later" tend "$(later 4)"
holds "the ledger holds"
check "another, on the day after" tend "$(later 5)"
holds "and grew out of what it was"
same "it shows the day of the publication before" "$(later 5)" "$(shown)"

# ---- back, between two entries and between two checkpoints ----
before=$(size)
check "the clock is set back by a day: an act is entered" \
	weir i ledger delay list --key i/sandbox/counsel.key --today "$(later 4)"
check "and a batch, whose day it is" told "$(later 4)" 20 2
holds "the ledger holds, and grew"
check "more was published" test "$(size)" -gt "$before"
same "the day that it shows does not fall" "$(later 5)" "$(shown)"
check "a round on the day that comes again" tend "$(later 4)"
holds "the ledger holds"
check "another clock, still behind" tend "$(later 3)"
holds "it holds still"
same "and shows the same day" "$(later 5)" "$(shown)"

# ---- and right again ----
check "the clock is put right" tend "$(later 6)"
check "what came on the day that came twice goes on" told "$(later 6)" 30 3
holds "the ledger holds, and all that it ever was"
same "it shows the day again" "$(later 6)" "$(shown)"
check "its own program says so too" weir i ledger verify
ledger_holds "an inspector finds nothing, though times fall" i
answers "from one publication to the next no more than four days" 0 \
	'^cadence  4 days' "$verify" i/ledger --vkey key --cadence 4
answers "which is more than three" 1 'nothing was published for 4 days' \
	"$verify" i/ledger --vkey key --cadence 3
answers "nor is it up to a day on which nothing was for five" 1 \
	'nothing was published for 5 days' \
	"$verify" i/ledger --vkey key --cadence 4 --today "$(later 11)"
finish
