# SPDX-License-Identifier: Apache-2.0
# Back-up and restore: made in the middle of work, all is lost, and what is
# restored comes to the same end; a changed byte is refused by name.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
mkdir bk
strip() { sed -E 's/"entry":[0-9]+/"entry":0/'; }

answers "a reviewer makes none" 1 'not the role to make a back-up' weir i backup bk --key i/sandbox/reviewer-1.key
same "and none is there" "" "$(ls bk)"

# ---- in the middle of work ----
begin_release i 1 release.out
check "a back-up while a release runs" weir i backup bk/a.tar.zst --keys bk/keys.tar.zst
wait $pid
check "which comes to its end" weir i batch status 1
answers "nothing is written over" 1 'overwrites nothing' weir i backup bk/a.tar.zst
check "into a folder, with the roll" weir i backup bk --with-roll
whole=$(ls bk/weir-*.tar.zst)
check "other programs read it" bash -c "tar --zstd -tf $whole | grep -q '^roll/current'"
check "no key is where there should be none" bash -c "! tar --zstd -tf bk/a.tar.zst | grep -qE '^(secret/.*[.]key|keeper/key)$'"
check "work goes on" weir i tend --today "$TODAY"
weir i hold place --ground court --docket L --scope case=NONE-1 --key i/sandbox/counsel.key >out 2>err

# What the outside has, and what the office knew.
cp i/ledger/checkpoint last.checkpoint
weir i batch decisions 1 | strip >decisions
weir i batch status 1 >status.before
cp i/redo redo.other-disk
mkdir other-disk
cp -a i/ledger i/keeper other-disk/
n=$(ls i/outbox/1 | wc -l)
rm -rf i

# ---- with the redo log of another disk ----
check "it is restored" "$WEIR" restore bk/a.tar.zst r --keys bk/keys.tar.zst
answers "nothing may leave yet" 1 'restored from a back-up' weir r release --batch 1
answers "the doctor says so" 1 'not recovered yet' weir r doctor
cp redo.other-disk r/redo
answers "it is recovered" 0 'changes were made again' weir r recover
weir r batch decisions 1 | strip >got
same_files "to the same decisions" decisions got
weir r batch status 1 >got
same_files "and totals" status.before got
weir r ledger checkpoint >out
check "its ledger grew out of what the outside has" weir r ledger verify --old last.checkpoint
same "every package that was delivered is accounted for" "$n" "$(grep -cE '"outcome":"delivered"|"answered":"neutral"' decisions)"
check "the roll is loaded again" weir r roll load "$WORLD/roll.csv"
check "a release finds nothing left to do" weir r release --batch 1 --today "$TODAY"
check "and nothing is wrong" weir r doctor --today "$TODAY"
ledger_holds "the ledger verifies" r

# ---- with nothing but the back-up ----
check "restored alone" "$WEIR" restore "$whole" s
answers "there is nothing more to recover" 0 'agree' weir s recover
check "it works" weir s tend --today "$TODAY"
answers "but the outside knows of more" 1 '' weir s ledger verify --old last.checkpoint
# ---- the ledger survived, and no redo log ----
check "restored beside a newer ledger" "$WEIR" restore bk/a.tar.zst q --keys bk/keys.tar.zst
rm -rf q/ledger q/keeper
cp -a other-disk/ledger other-disk/keeper q/
answers "nothing may leave, what left is not known" '[13]' '.' weir q recover
answers "nor later" 1 'restored from a back-up' weir q release --batch 1
cp redo.other-disk q/redo
check "with the redo log it may" weir q recover
check "from one end to the other" weir q ledger verify --old last.checkpoint
weir q batch decisions 1 | strip >got
same_files "with the same decisions" decisions got

# ---- what is not what was backed up ----
refused() { # NAME PATTERN ARCHIVE [OPTIONS]
	local name=$1 pattern=$2 file=$3
	shift 3
	answers "$name" 1 "$pattern" "$WEIR" restore "$file" x "$@"
	[ ! -e x ] && [ ! -e x.restoring ] || fail "$name: nothing is left of it" "$(ls -d x*)"
}
flip() { # FROM TO OFFSET
	python3 - "$@" <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[int(float(sys.argv[3]) * (len(data) - 1))] ^= 1
open(sys.argv[2], "wb").write(data)
PY
}
# A bit that no file is made of (padding of the tar's end) may pass: then all that
# is restored is what was backed up.
check "one to compare with" "$WEIR" restore bk/a.tar.zst x
mv x unflipped
contents() { (cd "$1" && find . -path ./log -prune -o -type f ! -name restored -print0 | sort -z | xargs -0 sha256sum); }
for at in 0 0.4 0.99; do
	flip bk/a.tar.zst flipped $at
	try "$WEIR" restore flipped x
	if [ "$status" = 0 ] && [ "$(contents x)" = "$(contents unflipped)" ]; then
		pass "a changed byte at $at is in no file"
	elif [ "$status" = 1 ] && grep -qE '(damaged|after|is not what was)' err && [ ! -e x ] && [ ! -e x.restoring ]; then
		pass "a changed byte at $at is refused"
	else
		fail "a changed byte at $at" "$(tell)"
	fi
	rm -rf x
done
zstd -qdf bk/a.tar.zst -o plain.tar
# rewrite OUT PYTHON: the archive with each member's bytes passed through `f`.
rewrite() {
	python3 - "$1" "$2" <<'PY'
import io, sys, tarfile
exec(sys.argv[2])
src = tarfile.open("plain.tar")
out = tarfile.open("changed.tar", "w", format=tarfile.PAX_FORMAT)
for m in src:
    data = src.extractfile(m).read() if m.isfile() else b""
    for m, data in f(m, data):
        m.size = len(data)
        out.addfile(m, io.BytesIO(data))
out.close()
PY
	zstd -qf changed.tar -o "$1"
}
rewrite changed 'def f(m, d):
    yield m, bytes([d[0] ^ 1]) + d[1:] if m.name == "law/current" else d'
refused "a file changed and packed again is named" 'law/current in the back-up is not what was backed up' changed
rewrite changed 'def f(m, d):
    if m.name != "ledger/checkpoint": yield m, d'
refused "a file left out is named" 'ledger/checkpoint in the back-up' changed
rewrite changed 'import hashlib
def f(m, d):
    global sums
    if m.name == "instance": d = d.replace(b"kind sandbox", b"kind custodian")
    if m.name == "backup/summary": d = d.replace(b"files ", b"files 1")
    yield m, d'
refused "a changed summary" 'is not signed' changed
rewrite changed 'def f(m, d):
    yield m, d
    if m.name == "instance":
        n = tarfile.TarInfo("../escaped"); yield n, b"x"'
refused "a name that leads out" 'holds what no back-up of ours does' changed
check "leads nowhere" test ! -e escaped
rewrite changed 'def f(m, d):
    yield m, d
    if m.name == "instance":
        n = tarfile.TarInfo("law"); n.type = tarfile.SYMTYPE; n.linkname = "/tmp"; yield n, b""'
refused "a link that leads out" 'holds what no back-up of ours does' changed
head -c 30000 bk/a.tar.zst >short
refused "one cut short" 'damaged' short
echo no archive >none
refused "no archive" 'damaged' none
refused "signed by another" 'not signed by r/sandbox/counsel.crt' bk/a.tar.zst --signer r/sandbox/counsel.crt
refused "keys as data" 'holds what no back-up of ours does' bk/keys.tar.zst
refused "data as keys" '.' bk/a.tar.zst --keys bk/a.tar.zst
"$WEIR" init other --sandbox >out 2>err
check "another instance's keys" weir other backup other.tar.zst --keys other.keys
refused "are refused" 'another instance|is not signed' bk/a.tar.zst --keys other.keys
check "a place that is taken" mkdir -p x/y
answers "is not written over" 1 'overwrites nothing' "$WEIR" restore bk/a.tar.zst x
check "what was there stays" test -d x/y
rm -r x
check "without any key" weir r backup bk/nokeys.tar.zst --without-keys
answers "it says what is missing" 0 'keys are not in it' "$WEIR" restore bk/nokeys.tar.zst x
answers "and opens nothing" '[13]' 'evidence.key' weir x recover

# ---- a full disk ----
mkdir small
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=600k none small 2>err; then
	trap 'umount "$T/small" 2>/dev/null; finish_early' EXIT
	answers "no room for a back-up" 3 '[Nn]o space|full' weir r backup small/b.tar.zst --with-roll
	same "leaves no half file" "" "$(ls -A small)"
	answers "no room for what is restored" 3 'No space' "$WEIR" restore bk/a.tar.zst small/r
	same "leaves no half folder" "" "$(ls -A small)"
else
	skip "a full disk" "no tmpfs can be mounted here"
fi
finish
