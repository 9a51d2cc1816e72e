# SPDX-License-Identifier: Apache-2.0
# The ledger: outsiders verify it with software that is not ours; a byte that
# was changed in any of its public files is noticed; it only grows.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
cp i/ledger/checkpoint old
check "release answers" release i 1
ledger_holds "it verifies" i
check "the checkpoint can be printed" weir i ledger checkpoint
check "its tail can be read" weir i ledger tail
size=$(sed -n 2p i/ledger/checkpoint)
[ "$size" -gt "$(sed -n 2p old)" ] && pass "it grew" || fail "it grew"
same "the origin says that this is a sandbox" 1 \
	"$(head -1 i/ledger/checkpoint | grep -c sandbox)"

flip() { # FILE OFFSET
	local byte
	byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\$(printf %03o $((byte ^ 1)))" |
		dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

n=0
while read -r file; do
	n=$((n + 1))
	for at in 0 $(($(stat -c %s "i/ledger/$file") / 2)); do
		rm -rf k
		cp -a i k
		flip "k/ledger/$file" "$at"
		answers "a bit of $file at $at changed is noticed" 1 . \
			weir k ledger verify
	done
done < <(cd i/ledger && find . -type f ! -name '*.vkey' | sort | sed 's|^\./||' |
	awk 'NR <= 3 || NR % 7 == 0' | head -8)
rm -rf k
cp -a i k
rm "k/ledger/$(cd i/ledger && find tile -type f | sort | head -1)"
answers "a tile that is gone is noticed" 1 . weir k ledger verify

# An older checkpoint put back: whoever kept the newer one sees it, and the
# next entry is signed on top of what was signed last, not of the old one.
rm -rf k
cp -a i k
cp old k/ledger/checkpoint
answers "an older checkpoint put back is noticed by who kept a newer one" 1 \
	'past|extend' weir k ledger verify --old i/ledger/checkpoint
check "the next act is entered" weir k hold place --ground court --docket D \
	--scope all --key k/sandbox/counsel.key
check "on top of all that was signed" weir k ledger verify \
	--old i/ledger/checkpoint
check "in the public folder alone, too" "$WEIR" ledger verify --dir k/ledger \
	--vkey i/ledger/ledger.vkey

# Outsiders.
if command -v go >/dev/null && [ -d /usr/share/gocode/src/golang.org/x/mod ]; then
	GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$T/go \
		go build -o tlogverify "$ROOT/tests/ledger/verify-go/main.go" 2>go.err
	vkey=$(cat i/ledger/ledger.vkey)
	check "stock Go verifies every entry, and that it extends what it was" \
		./tlogverify i/ledger "$vkey" 1 old
	tile=$(find i/ledger/tile/0 -type f | sort | head -1)
	flip "$tile" 99
	answers "and notices a change" 1 . ./tlogverify i/ledger "$vkey"
	flip "$tile" 99
else
	skip "stock Go verifies every entry" "no Go with golang.org/x/mod"
fi

# One entry's proof, checked apart from the instance.
entry=$(weir i batch decisions 1 | grep -oE '"entry":[0-9]+' | head -1 | cut -d: -f2)
check "an entry can be proved" weir i ledger prove "$entry"
answers "one past the end cannot" 1 . weir i ledger prove 99999999
finish
