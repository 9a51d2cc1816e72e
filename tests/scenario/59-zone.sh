# SPDX-License-Identifier: Apache-2.0
# The custodian's day: two instances at the same moment, 02:00 UTC, one of which
# is in New York, where it is the day before.  What is certified, released,
# delayed and verified there is of that day; the ledger says which zone is meant.
. "$(dirname "$0")/lib.sh"

${CC:-gcc} -O1 -shared -fPIC -o clock.so "$(dirname "$0")/clock.c" 2>err ||
	{ fail "clock.c compiles" "$(cat err)" && finish; }
[ -e /usr/share/zoneinfo/America/New_York ] || {
	skip "zones" "there is no tzdata"
	finish
}
rule='America/New_York EST5EDT,M3.2.0,M11.1.0'
there=2026-06-30 here=2026-07-01
moment=$(date -ud "$here 02:00:00" +%s)
at() { LD_PRELOAD=$T/clock.so CLOCK_AT=$moment "$@"; }

# ---- which zones there are ----
none() { # NAME ZONE PATTERN
	answers "$1" 1 "$3" "$WEIR" init none --zone "$2"
	if [ -e none/instance ]; then fail "$1: nothing is made"; else pass "$1: nothing is made"; fi
}
none "a zone that there is not" America/Nowhere 'Nowhere: no zone of .*such as America/New_York'
none "a file that is none" tzdata.zi 'no zone of'
none "a path" ../../etc/passwd 'no zone of'
none "a folder" America 'America: no zone of'
none "clocks without a rule" Africa/Casablanca 'do not change by one rule'

# ---- the same moment ----
check "an instance of New York" at "$WEIR" init ny --sandbox --zone America/New_York
check "one of UTC" at "$WEIR" init utc --sandbox
same "its file says so" "zone $rule" "$(grep '^zone' ny/instance)"
same "and without --zone it is what it was" 'version origin kind' "$(cut -d' ' -f1 utc/instance | xargs)"
day() { at weir "$1" doctor | sed -n 's/.*the day in \(.*\)/\1/p'; }
same "which day it is there" "America/New_York is $there" "$(day ny)"
same "and in UTC" "UTC is $here" "$(day utc)"
same "also as the system counts" "$there" "$(TZ=America/New_York date -d "@$moment" +%F)"

requests=$WORLD/requests.jsonl
# Who certifies may be where the next day has begun.
for i in ny utc; do
	check "$i: officers" at weir $i sandbox enroll "$requests"
	check "$i: a roll" at weir $i roll load "$WORLD/roll.csv"
	head -60 "$requests" >$i.jsonl
	TODAY=$here certify $i $i.jsonl 1
	check "$i: a batch" at weir $i batch submit $i.jsonl --manifest $i.jsonl.manifest
	check "$i: two reviewers" at approve_all $i 1
done
received() { at weir "$1" batch status 1 | sed -n 's/.*received \([0-9-]*\), .*/\1/p' | head -1; }
same "it came in on that day" "$there" "$(received ny)"
same "and here on the next" "$here" "$(received utc)"

# ---- a term that ends with the first day: not to come here, to come there ----
request=$(at weir ny batch decisions 1 | grep '"outcome":"approved"' | tail -1 | field request_id)
echo "An inquiry of the agency is under way." >ground
delay() {
	at weir "$1" ledger delay place --request "$request" --ground ground \
		--until "$here" --key "$1/sandbox/counsel.key"
}
# A minute later than the registers: so its time says which day it was.
moment=$((moment + 60))
check "a delay to tomorrow" delay ny
answers "which is today" 1 'a day to come' delay utc
for i in ny utc; do
	check "$i: released" at weir $i release --batch 1
	check "$i: handed over" test -n "$(ls $i/outbox/1)"
	check "$i: decided again as it was" at weir $i replay 1
	check "$i: the ledger" at weir $i ledger verify
	at inspected "$i: an inspector finds nothing" $i
done

# ---- it is bound ----
cp -a ny other
sed -i 's/^zone .*/zone America\/Chicago CST6CDT,M3.2.0,M11.1.0/' other/instance
answers "another zone than the ledger's" 1 'not that of the ledger' at weir other batch status 1
sed -i '/^zone/d' other/instance
answers "none" 1 'not that of the ledger' at weir other batch status 1
cp -a utc other2
echo "zone $rule" >>other2/instance
answers "one where there was none" 1 'not that of the ledger' at weir other2 batch status 1
echo 'zone America/New_York' >>other2/instance
answers "one without its rule" 1 'instance: ' at weir other2 batch status 1
finish
