# SPDX-License-Identifier: Apache-2.0
# A package opens with its own officer's key and no other, and not when a bit
# of it was changed; `weir package open` says why not.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
check "release answers" release i 1
id=$(delivered i 1 | head -1)
officer=$(officer_of r.jsonl "$id")
other=$(find i/sandbox/officers -name '*.key' | grep -vF "/$officer.key" | sort | head -1)
file=i/outbox/1/$id.cms
key=i/sandbox/officers/$officer.key

check "the officer opens it" "$WEIR" package open "$file" --key "$key" \
	--vkey i/ledger/ledger.vkey
cp out opened.txt
same "and reads whose it is" 1 "$(grep -c "^request  $id\$" opened.txt)"
check "and an address, with its year" grep -qE '^20[0-9]{2} .*, [A-Z]{2} [0-9]{5}' \
	opened.txt
check "the word sandbox is in it" grep -qi sandbox opened.txt
check "its proof holds under the ledger's key" grep -qE '^proof +holds' opened.txt
check "as JSON too" bash -c '
	"$WEIR" package open "$1" --key "$2" --json | python3 -m json.tool' \
	x "$file" "$key"
"$WEIR" init j --sandbox >out
answers "not under another ledger's key" 1 . "$WEIR" package open "$file" \
	--key "$key" --vkey j/ledger/ledger.vkey
answers "another officer does not" 1 . "$WEIR" package open "$file" --key "$other"
check "and sees nothing of it" bash -c '! [ -s "$1/out" ]' x "$T"
answers "the operator does not" 1 . \
	"$WEIR" package open "$file" --key i/sandbox/operator.key
answers "a key that is not there" [13] 'nobody.key' \
	"$WEIR" package open "$file" --key nobody.key
answers "a package that is not there" [13] 'nothing.cms' \
	"$WEIR" package open nothing.cms --key "$key"

size=$(stat -c %s "$file")
bad=0
for at in 0 4 20 60 100 200 400 800 1600 3200 6400 $((size - 400)) \
	$((size - 40)) $((size - 17)) $((size - 1)); do
	cp "$file" flipped.cms
	byte=$(od -An -tu1 -j "$at" -N 1 flipped.cms | tr -d ' ')
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\$(printf %03o $((byte ^ 1)))" |
		dd of=flipped.cms bs=1 seek="$at" conv=notrunc status=none
	"$WEIR" package open flipped.cms --key "$key" >out 2>err
	status=$?
	if [ $status != 1 ] || grep -q '"address' out; then
		bad=$((bad + 1))
		echo "# byte $at flipped: status $status"
	fi
done
same "one bit changed anywhere: refused, with status 1" 0 $bad
head -c 1000 "$file" >short.cms
answers "a package cut short" 1 '16384 bytes' \
	"$WEIR" package open short.cms --key "$key"
: >short.cms
answers "an empty one" 1 '16384 bytes' "$WEIR" package open short.cms --key "$key"
head -c 100000000 /dev/zero >large.cms
answers "one of a hundred megabytes" [13] 'large.cms' \
	"$WEIR" package open large.cms --key "$key"
rm large.cms
cp "$WORLD/requests.jsonl" other.cms
answers "a file of another kind" 1 '16384 bytes' \
	"$WEIR" package open other.cms --key "$key"
finish
