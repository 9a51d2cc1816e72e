# SPDX-License-Identifier: Apache-2.0
# A hold that arrives pulls back what nobody fetched, killed at any moment, two
# at once, on a full disk; lifted, everybody has a package again.
. "$(dirname "$0")/lib.sh"

reviewed_instance whole || finish
check "a release" release whole 1
outcomes() { weir "$1" batch decisions 1 | sed -E 's/.*"request_id":"([^"]*)".*"outcome":"([^"]*)".*/\1 \2/'; }
files() { find "$1/outbox/1" -name '*.cms' -printf '%f\n' | sort; }
left() { find "$1/sealed" -type f | wc -l; }
place() { weir "$1" hold place --ground court --docket "1:26-cv-1" --scope "$2" --key "$1/sandbox/counsel.key"; }
lift() {
	weir "$1" hold lift "$2" --key "$1/sandbox/counsel.key" &&
		weir "$1" hold lift "$2" --key "$1/sandbox/reviewer-1.key"
}
outcomes whole >before
files whole >files.before
delivered whole 1 >addresses
[ -s addresses ] && pass "addresses left" || fail "addresses left" "none"
# What a person must read first was answered and stays out.
grep ' request-review$' before | sed 's/ .*/.cms/' | sort >stay

# One case: it comes back, the others stay.
cp -a whole i
id=$(head -1 addresses)
case_id=$(case_of r.jsonl "$id")
facts r.jsonl | awk -F'\t' -v c="$case_id" '$3 == c {print $1 ".cms"}' | sort >its
check "a hold on one case" place i "case=$case_id"
if grep -q 'pulled back' out; then pass "it says what it pulled back"; else
	fail "it says what it pulled back" "$(cat out)"; fi
files i >got
same_files "only that case's packages came back" <(comm -23 files.before its) got
same "its address is recalled" "$id recalled" "$(outcomes i | grep "^$id ")"
same "nothing stays sealed" 0 "$(left i)"
check "a release under it" release i 1
files i >got
same_files "brings none of them back" <(comm -23 files.before its) got
check "lifted" lift i 1
check "a release after it" release i 1
files i >got
same_files "brings them back" files.before got
same_files "with the same outcomes" <(sort before) <(outcomes i | sort)
opened i r.jsonl "$id" >package
check "the address is in its package" grep -q '"answer":"address"' package
ledger_holds "the ledger verifies" i

# An address and a neutral answer of one officer look alike from outside.
rm -rf i
cp -a whole i
officer=$(officer_of r.jsonl "$id")
facts r.jsonl | awk -F'\t' -v o="$officer" '$2 == o {print $1 ".cms"}' | sort >its
comm -12 its files.before | comm -23 - stay >want
check "a hold on one officer" place i "recipient=$officer"
files i >got
same_files "all of the officer's packages came back" \
	<(comm -23 files.before want) got

# kill -9 at any moment of placing.
rm -rf i
cp -a whole i
begun=$(date +%s%N)
check "a hold on all that nobody stops" place i all
took=$((($(date +%s%N) - begun) / 1000000))
outcomes i >held
files i >files.held
same_files "all but what a person reads first came back" stay files.held
placed=0
for n in 1 2 3 4 5 6 7 8 9 10; do
	rm -rf k
	cp -a whole k
	"$WEIR" -C k hold place --ground court --docket "1:26-cv-1" \
		--scope all --key k/sandbox/counsel.key >out.place 2>&1 &
	pid=$!
	kill_after $((took * n / 11)) "$pid"
	check "after $n/11: another verb" weir k hold list
	if grep -q '^hold 1 ' out; then
		placed=$((placed + 1))
		outcomes k >got
		same_files "after $n/11: the hold stands, all came back" held got
		files k >got
		same_files "after $n/11: nothing it covers is out" files.held got
	else
		outcomes k >got
		same_files "after $n/11: no hold, nothing changed" before got
		files k >got
		same_files "after $n/11: all is out" files.before got
	fi
	same "after $n/11: nothing stays sealed" 0 "$(left k)"
done
echo "# killed after $placed of 10 the hold stands; whole it takes $took ms"
ledger_holds "the ledger of such a one verifies" k

# Two holds at once, and one while a reviewer signs.
rm -rf k
cp -a whole k
place k all >out.1 2>&1 &
one=$!
place k batch=1 >out.2 2>&1
two=$?
wait "$one"
same "two holds at once are both placed" "0 0" "$? $two"
same "under two numbers" "hold 1 hold 2" \
	"$(cat out.1 out.2 | grep -oE '^hold [0-9]+' | sort | tr '\n' ' ' | sed 's/ $//')"
files k >got
same_files "what they cover came back once" files.held got
ledger_holds "the ledger verifies" k
rm -rf k
cp -a "$TEMPLATE" k
certify k r.jsonl 1
check "a batch" submit k r.jsonl
check "signed once" weir k review approve --batch 1 --all --key k/sandbox/reviewer-1.key
weir k review approve --batch 1 --all --key k/sandbox/reviewer-2.key >out.1 2>&1 &
one=$!
place k all >out.2 2>&1
two=$?
wait "$one"
same "a hold while a reviewer signs" "0 0" "$? $two"
check "a release" release k 1
same "no address leaves" 0 "$(delivered k 1 | wc -l)"
check "lifted" lift k 1
check "released again" release k 1
same_files "what was signed leaves" <(sort addresses) <(delivered k 1 | sort)

# A full disk: the hold stands, or nothing is changed; nothing in between.
mkdir small
if [ "$(id -u)" != 0 ] ||
	! mount -t tmpfs -o size=$(($(du -sk whole | cut -f1) + 6000))k none small 2>mount.err; then
	skip "a full disk" "no tmpfs can be mounted here"
	finish
fi
trap 'umount "$T/small" 2>/dev/null; finish_early' EXIT
for free in 0 16 64 200 600; do
	rm -rf small/*
	cp -a whole small/k
	room=$(df -k --output=avail small | tail -1)
	[ "$room" -gt "$free" ] &&
		head -c $(((room - free) * 1024)) /dev/zero >small/fill
	try place small/k all
	was=$status
	grep -q 'is placed, entry' err && was=3,placed
	rm -f small/fill
	check "with $free KiB (status $was): with room again" weir small/k hold list
	if grep -q '^hold 1 ' out; then
		[ "$was" = 3 ] && fail "with $free KiB: it said so" "$(cat err)"
		outcomes small/k >got
		same_files "with $free KiB: the hold stands, all came back" held got
		files small/k >got
		same_files "with $free KiB: nothing it covers is out" files.held got
	else
		same "with $free KiB: it failed" 3 "$was"
		outcomes small/k >got
		same_files "with $free KiB: nothing changed" before got
		files small/k >got
		same_files "with $free KiB: all is out" files.before got
	fi
done
finish
