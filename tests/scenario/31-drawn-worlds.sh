# SPDX-License-Identifier: Apache-2.0
# Worlds with other people, other junk and other reasons, in both formats,
# against the truth of how each request was made.
. "$(dirname "$0")/lib.sh"

world() { # SEED REQUESTS-SEED [options]
	local seed=$1 requests=$2
	shift 2
	rm -rf w i
	"$WEIR" synth roll --persons 6000 --seed "$seed" --out roll.csv &&
		"$WEIR" synth requests --persons 6000 --seed "$seed" \
			--count 2500 --requests-seed "$requests" \
			--today "$TODAY" --out w "$@" >out &&
		"$WEIR" init i --sandbox >out &&
		"$WEIR" -C i sandbox enroll w/requests.* >out &&
		"$WEIR" -C i roll load roll.csv >out &&
		sign w/manifest.json i/sandbox/certifier &&
		"$WEIR" -C i batch submit w/requests.* --today "$TODAY" \
			--manifest w/manifest.json >out 2>err &&
		"$WEIR" -C i batch decisions 1 >decisions.jsonl
}

while read -r seed requests options; do
	name="people $seed, requests $requests ${options:-}"
	# shellcheck disable=SC2086 # a list of words
	if world "$seed" "$requests" $options; then
		check "$name: as the truth says" "$ROOT/tests/scenario/score" \
			w/truth.csv decisions.jsonl
		sed 's/^/# /' out
	else
		fail "$name: runs" "$(cat err)"
	fi
done <<WORLDS
101 5
202 6 --csv
303 8 --malformed
WORLDS
finish
