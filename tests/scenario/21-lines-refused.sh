# SPDX-License-Identifier: Apache-2.0
# A bad line is that line's refusal, with file, line and member; the lines
# beside it are read, and memory does not grow with it.
. "$(dirname "$0")/lib.sh"

instance i
with_id() { good_line 1 "$1"; } # a sound request under that id

{
	with_id A1
	echo 'not JSON at all'
	printf '{"weir:requestID":"NUL","weir:reason":"a\0b"}\n'
	printf '{"weir:requestID":"UTF","weir:reason":"a\377b"}\n'
	printf '{"weir:requestID":"U0","weir:reason":"a\\u0000b"}\n'
	printf '{"weir:requestID":"HALF","weir:reason":"\\ud800"}\n'
	printf '{"weir:requestID":"DEEP","x":%s%s}\n' \
		"$(printf '[%.0s' {1..2000})" "$(printf ']%.0s' {1..2000})"
	printf '{"weir:requestID":"LONG","weir:reason":"%s"}\n' \
		"$(head -c 10000000 /dev/zero | tr '\0' x)"
	printf '{"weir:requestID":"TWICE","weir:requestID":"TWICE2"}\n'
	with_id NAMED | sed 's/{/{"weir:alienNumber":"A012345678",/'
	with_id KIND | sed 's/"weir:reason": *"[^"]*"/"weir:reason":7/'
	echo
	echo '[]'
	echo '{}'
	echo '{"weir:requestID":"../../x"}'
	with_id TRAIL | sed 's/$/ {}/'
	good_line 2 | tr -d '\n'
} >r.jsonl

# The last line has no LF and is a line.
certify i r.jsonl 1 17
try env bash -c 'ulimit -v 1000000; exec "$@"' x "$WEIR" -C i batch submit \
	r.jsonl --manifest r.jsonl.manifest --today "$TODAY"
same "a batch with such lines is taken in" 0 "$status"
cp err faults
same "it counts every line" "17 requests" "$(grep requests out | head -1)"
check "the faults are told" grep -qE '^r.jsonl:2: ' faults
check "and how many more there are" grep -q 'more such lines' faults
weir i batch reply 1 >reply
same "the reply has a line a request" 17 "$(lines_of reply)"
same "the good lines are accepted" 2 "$(grep -c '"accepted"' reply)"
same "all others are refused" 15 "$(grep -c '"refused"' reply)"

line() { sed -n "$1p" reply; }
names() { # LINE WHAT CODE
	if line "$1" | grep -q "\"$3\""; then pass "$2: $3"; else
		fail "$2: $3" "$(line "$1")"; fi
}
for case in '2 no-JSON' '3 NUL-byte' '4 broken-UTF-8' '5 NUL-escape' \
	'6 half-a-surrogate' '7 deep-nesting' '8 ten-megabytes' \
	'9 a-member-twice' '11 a-member-of-another-kind' '12 an-empty-line' \
	'13 a-list' '14 nothing-in-it' '15 an-id-with-slashes' '16 something-after'; do
	names "${case% *}" "${case#* }" RQ-FORM
done
names 10 "a member nobody named" RQ-FIELD
if grep -rqa A012345678 i/store.db* i/ledger; then
	fail "a value nobody asked for is not kept"
else
	pass "a value nobody asked for is not kept"
fi
same "the reply names the member" 1 "$(line 10 | grep -c alienNumber)"
check "control bytes reach nobody" bash -c \
	"! LC_ALL=C grep -qP '[\\x00-\\x08\\x0b-\\x1f\\x7f]' reply faults"

# Two lines with one id: told, and neither answered twice.
{
	with_id A1
	with_id SAME
	with_id SAME
} >d.jsonl
certify i d.jsonl 2
try submit i d.jsonl
weir i batch reply 2 >reply
same "an id twice: a line each in the reply" 3 "$(lines_of reply)"
if [ "$(grep -c '"accepted"' reply)" -le 2 ]; then
	pass "an id twice: at most one is accepted"
else
	fail "an id twice: at most one is accepted" "$(cat reply)"
fi

# CSV: one bad quote costs one line.
head='requestID,PersonGivenName,PersonSurName,reason'
{
	echo "$head"
	echo 'C1,ANN,LEE,"a reason"'
	echo 'C2,ANN,LEE,"a quote that is closed nowhere'
	echo 'C3,AN"N,LEE,x'
	echo 'C4,ANN,LEE'
	echo 'C5,ANN,LEE,"two'
	echo 'lines"'
	echo 'C6,ANN,LEE,x'
} >c.csv
certify i c.csv 3 6
try submit i c.csv
if [ "$status" = 0 ]; then
	weir i batch reply 3 >reply
	same "CSV: a line a record" "C1 C2 C3 C4 C5 C6" \
		"$(field request_id <reply | tr '\n' ' ' | sed 's/ $//')"
	same "CSV: three records are no requests" 3 "$(grep -c 'RQ-FORM' reply)"
else
	fail "CSV with bad quotes is taken in" "$(tell)"
fi
printf 'requestID,nickname,reason,reason\nC1,x,y,z\n' >h.csv
certify i h.csv 4 1
answers "CSV: a column twice refuses the file" 1 'h.csv' submit i h.csv
finish
