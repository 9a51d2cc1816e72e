# SPDX-License-Identifier: Apache-2.0
# A long file of lines that are worth nothing, each with an officer of its own:
# an answer for each in a time that grows with the file, and no failure.
. "$(dirname "$0")/lib.sh"

n=120000
awk -v n=$n 'BEGIN { for (i = 0; i < n; i++) printf \
	"{\"weir:requestID\":\"L%d\",\"weir:officer\":{\"weir:officerID\":\"O-%d\"}}\n", i, i }' >long.jsonl
cp -a "$TEMPLATE" i
certify i long.jsonl 1
begun=$SECONDS
check "it comes in" timeout 100 "$WEIR" -C i batch submit long.jsonl \
	--manifest long.jsonl.manifest --today "$TODAY"
echo "# $n lines in $((SECONDS - begun)) s"
same "every line is answered" $n "$(weir i batch reply 1 | grep -c '"refused"')"
check "the totals can be counted" weir i batch status 1
finish
