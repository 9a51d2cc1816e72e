# SPDX-License-Identifier: Apache-2.0
# README.md is true: what it says to type under "In your own hands" is typed,
# in its order, in a folder with nothing in it but the law files.
. "$(dirname "$0")/lib.sh"

# The program by its short name, and the files that README names.
mkdir bin && ln -s "$WEIR" bin/weir
ln -s "$ROOT/agreements" "$ROOT/statutes" .
PATH=$T/bin:$PATH

# The commands of a section, one a line.
under() {
	awk -v want="## $1" '/^## / { on = $0 == want }
		on && /^    / { print substr($0, 5) }' "$ROOT/README.md" |
		sed -e ':join' -e '/\\$/ { N; s/\\\n *//; b join' -e '}'
}

under "In your own hands" >commands
check "README has commands to type" test "$(lines_of commands)" -gt 12
served=no
while read -r line <&3; do
	name=$(sed 's/ *# .*//' <<<"$line")
	if [[ $name == *" serve" ]]; then
		# It stays: on a free port here, until it is told to end.
		bash -c "exec $name --listen 127.0.0.1:0" >serve.out 2>serve.err &
		pid=$!
		for _ in $(seq 600); do
			grep -q '^listening on port' serve.out && served=yes && break
			kill -0 $pid || break
			sleep .05
		done
		check "$name" test $served = yes
		kill $pid 2>/dev/null
		wait $pid
	elif [[ $name == *" redecide "* ]]; then
		# As diff: 1 where the rules differ in anything.
		answers "$name" 1 '^addresses that left: [1-9]' bash -c "$line"
	else
		check "$name" bash -c "$line"
	fi
done 3<commands
check "one of them serves" test $served = yes
# What the comments beside them say.
check "the packages are there" test -s box/outbox/1/R0000000.cms
check "the receipt holds" bash -c 'weir -C box agreement status | grep -q holds'

# The two commands, and the others that `make` lists.
under "Two commands" | sed -nE 's/^make ([a-z]+) .*/\1/p' >targets
same "two commands" "run test" "$(xargs <targets)"
make -s -C "$ROOT" help >listed
for target in $(cat targets) lint fuzz bench install; do
	check "make $target is listed" grep -q "^make $target " listed
	check "and there" grep -q "^$target:" "$ROOT/Makefile"
done
# Each verb that a page says to type is a verb.
"$WEIR" --help >help
grep -ohE '^ *weir( -C [a-z]+)? [a-z]+' "$ROOT/README.md" | awk '{print $NF}' | sort -u >verbs
while read -r verb; do
	check "weir $verb is a verb" grep -qE "^  $verb" help
done <verbs
finish
