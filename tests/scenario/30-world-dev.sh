# SPDX-License-Identifier: Apache-2.0
# The larger world beside the source tree, scored: no wrong person, nothing
# forbidden let through, nothing refused that only the roll could tell.
. "$(dirname "$0")/lib.sh"

dev=$SHARED/data/world-dev
if [ ! -d "$dev" ]; then
	skip "5,000 requests against 20,000 people, scored" "no ../shared/data/world-dev"
	finish
fi
"$WEIR" init i --sandbox >out
weir i sandbox enroll "$dev/requests.jsonl" >out
check "the roll loads" weir i roll load "$dev/roll.csv"
cp "$dev/manifest.json" m.json
sign m.json i/sandbox/certifier
check "the batch comes in" weir i batch submit "$dev/requests.jsonl" \
	--manifest m.json --today 2026-11-01
weir i batch decisions 1 >decisions.jsonl
check "the score holds" python3 "$SHARED/tools/score/score.py" \
	"$dev/truth.csv" decisions.jsonl
tail -1 out | sed 's/^/# /'
weir i batch reply 1 >reply
same "accepted reply lines are equal but for the id and advice" 1 "$(
	grep '"accepted"' reply | sed 's/"request_id":"[^"]*"/"request_id":"X"/
		s/,"advice":\[[^]]*\]//' | sort -u | wc -l)"
check "the whole batch replays" weir i replay 1
finish
