# SPDX-License-Identifier: Apache-2.0
# A roll is the same roll as CSV, as gzip and as zstd, from a file or a pipe,
# whatever the name; a packed file that is not whole is refused by name, and
# the roll that serves goes on serving.
. "$(dirname "$0")/lib.sh"

instance i
csv=$WORLD/roll.csv
half=$(($(lines_of "$csv") / 2))
gzip -nc "$csv" >roll.gz
zstd -qc "$csv" >roll.zst
{
	head -n "$half" "$csv" | gzip -n
	tail -n +"$((half + 1))" "$csv" | gzip -n
} >two.gz
{
	head -n "$half" "$csv" | zstd -q
	tail -n +"$((half + 1))" "$csv" | zstd -q
} >two.zst
cp roll.zst named.csv

roll_of() { sed -n 's/^roll //p' out; }
load() { # NAME FILE: from a file
	check "it loads $1" weir i roll load "$2"
	same "the same roll of $1" "$want" "$(roll_of)"
}
load_pipe() { # NAME FILE: from a pipe, a little at a time
	try bash -c 'cat "$2" | dd bs=1000 status=none | "$1" -C i roll load -' \
		x "$WEIR" "$2"
	same "it loads $1 from a pipe" 0 "$status"
	same "the same roll of $1 from a pipe" "$want" "$(roll_of)"
}

check "it loads CSV" weir i roll load "$csv"
want=$(roll_of)
same "and says which roll" 64 "${#want}"
load_pipe CSV "$csv"
load gzip roll.gz
load_pipe gzip roll.gz
load zstd roll.zst
load_pipe zstd roll.zst
load "gzip of two members" two.gz
load "zstd of two frames" two.zst
load "zstd that is named .csv" named.csv

head -c 5000 roll.gz >cut.gz
head -c 5000 roll.zst >cut.zst
flip() { # FILE: one byte in its middle is another
	local at=$(($(stat -c %s "$1") / 2)) byte
	byte=$(xxd -s "$at" -l 1 -p "$1")
	cp "$1" "flipped-$1"
	printf '%02x' $((0x$byte ^ 0x55)) | xxd -r -p |
		dd of="flipped-$1" bs=1 seek="$at" conv=notrunc status=none
}
flip roll.gz
flip roll.zst
{ cat roll.gz && echo more; } >tail.gz
zstd -q --long=28 -c <"$csv" >window.zst

before=$(readlink i/roll/current)
answers "a gzip that was cut is refused" 1 \
	'^weir: cut.gz: cut short after 5000 bytes of gzip' weir i roll load cut.gz
answers "a zstd that was cut is refused" 1 \
	'^weir: cut.zst: cut short after 5000 bytes of zstd' weir i roll load cut.zst
answers "a damaged gzip is refused" 1 '^weir: flipped-roll.gz:' \
	weir i roll load flipped-roll.gz
answers "a damaged zstd is refused" 1 '^weir: flipped-roll.zst:' \
	weir i roll load flipped-roll.zst
answers "what follows the last member is refused" 1 \
	'^weir: tail.gz: damaged near byte ' weir i roll load tail.gz
answers "a window past the maximum is refused" 1 \
	'^weir: window.zst: .*--long=27' weir i roll load window.zst
answers "a cut one among several is named" 1 '^weir: cut.gz: cut short' \
	weir i roll load "$csv" cut.gz
same "the roll that served serves" "$before" "$(readlink i/roll/current)"
check "nothing is left of them" bash -c '! ls i/roll/building-* 2>/dev/null'
finish
