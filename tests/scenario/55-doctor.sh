# SPDX-License-Identifier: Apache-2.0
# What is wrong with an installation: each check with exactly that broken, and a
# healthy sandbox has nothing wrong.
# shellcheck disable=SC2218 # doctor() is defined first, and again for another day
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
weir i tend --today "$TODAY" >out 2>err
doctor() { weir b doctor --today "$TODAY" "$@"; }
fresh() {
	rm -rf b
	cp -a i b
}
# finds NAME LEVEL CHECK PATTERN [OPTIONS]: one of that level, exit status with it.
finds() {
	local name=$1 level=$2 check=$3 pattern=$4
	shift 4
	try doctor --json "$@"
	cp out found
	if ! grep -E "\"level\":\"$level\",\"check\":\"$check\"" found | grep -qE -- "$pattern"; then
		fail "$name" "wanted $level of $check: $pattern" "$(tell)"
	elif [ "$status" != "$(grep -c '"level":"wrong"' found | sed 's/[1-9][0-9]*/1/')" ]; then
		fail "$name" "status $status is not that of what was found" "$(tell)"
	else
		pass "$name"
	fi
}

# ---- what is healthy ----
fresh
# SQLite moves its own pages about as it opens and closes: what they say counts.
state() {
	(cd b && find . -path ./log -prune -o -type f ! -name 'store.db*' -print0 |
		sort -z | xargs -0 sha256sum)
	python3 -c "import sqlite3; print(*sqlite3.connect('b/store.db').iterdump(), sep='\n')" | sha256sum
}
before=$(state)
check "a healthy sandbox has nothing wrong" doctor
same "and is as it was" "$before" "$(state)"
check "nor when all is read" doctor --deep
doctor --json >found
check "each check tells something, as JSON" python3 -c "
import json, re
rows = [json.loads(l) for l in open('found')]
names = re.findall(r'^CHECK\(\w+, +\"(\w+)\"', open('$ROOT/src/proc/proc_doctor.def').read(), re.M)
assert len(names) > 20 and {r['check'] for r in rows} == set(names), set(names) ^ {r['check'] for r in rows}"
check "groups for people" bash -c "'$WEIR' -C b doctor --today '$TODAY' | grep -qE '^fine [0-9]+, worth a look [0-9]+, wrong 0'"
answers "no folder is said" 1 'no such folder' weir nowhere doctor

# ---- files ----
fresh
chmod 644 b/secret/evidence.key
finds "a key that others can read" wrong modes 'secret/evidence.key: its mode is 0644'
fresh
chmod 755 b/keeper
finds "a folder that others can enter" wrong modes 'chmod 0700 b/keeper'
if [ "$(id -u)" = 0 ]; then
	fresh
	chown 12345 b/store.db
	finds "a file of somebody else" wrong modes 'store.db belongs to another user'
fi
fresh
touch b/law/current.new b/redo.damaged
finds "a file half written" look leftovers 'law/current.new'
finds "a redo log set aside" look leftovers 'redo.damaged'
fresh
echo 'version 1' >b/instance
finds "no origin" wrong settings 'names no origin'
fresh
echo 'log paper' >>b/instance
finds "an instance that no verb opens" wrong open 'folder, stderr, journal'

# ---- the service's certificate ----
server() { # DAYS: of its own, with another after it as an authority's is
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=weir \
		-keyout b/service/server.key -out b/service/server.crt -days "$1" 2>err
	cat b/secret/signing.crt >>b/service/server.crt
	chmod 600 b/service/server.key
}
fresh
mkdir -m 700 b/service
server 20
finds "a certificate of TLS that ends soon" look service 'ends in 2[01] days'
server 400
chmod 644 b/service/server.key
finds "a key of TLS that others can read" wrong modes 'service/server.key: its mode is 0644'
finds "a certificate that holds" fine service 'holds for 30 days'
echo none >b/service/server.crt
finds "one that is none" wrong service 'server.crt: not in the documented form'
fresh
# ---- disk ----
mkdir small
need=$(du -sk i | cut -f1)
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=$((need + 30000))k none small 2>err; then
	trap 'umount "$T/small" 2>/dev/null; finish_early' EXIT
	cp -a i small/i
	ln -sfn small/i b.link
	doctor() { weir small/i doctor --today "$TODAY" "$@"; }
	finds "no room" wrong disk 'MiB are free'
	finds "a file system of memory" look filesystem 'tmpfs'
	mount -o remount,ro small
	finds "a disk that cannot be written" wrong disk 'read-only'
	umount small
	doctor() { weir b doctor --today "$TODAY" "$@"; }
else
	skip "disks" "no tmpfs can be mounted here"
fi

# ---- keys, ledger, log ----
fresh
truncate -s 31 b/secret/evidence.key
finds "a key too short" wrong keys "evidence.key: not a key's length"
fresh
cp b/sandbox/counsel.crt b/secret/signing.crt
finds "a certificate of another key" wrong keys 'signing.key: the key and its certificate'
fresh
weir "$TEMPLATE" version >out 2>err
sed -E '3s/^../00/; 3s/..$/00/' i/keeper/key >b/keeper/key
finds "a ledger's key of another ledger" wrong keys 'not the key of ledger/ledger.vkey'
fresh
finds "the next key beside the one in use" look keys 'keeper/next.*a thief of the folder has both'
mv b/keeper/next next
doctor --json >found
grep -q 'keeper/next' found && fail "taken away, it is not told of" "$(grep next found)" ||
	pass "taken away, it is not told of"
printf 'weir/ledger-key-in-module/v1\n%s\n%s\npkcs11:token=T;object=O?module-path=M&pin-source=P\n' \
	"$(sed -n 2p next)" "$(sed -n 3p next)" >b/keeper/next
doctor --json >found
grep -q 'a thief of the folder' found && fail "nor is one in a module" "$(cat found)" ||
	pass "nor is one in a module"
fresh
sed -i '2s/.*/9999999/' b/ledger/checkpoint
finds "a checkpoint that nobody signed" wrong ledger 'signature'
fresh
# shellcheck disable=SC2046 # a list of files
python3 - $(find b/ledger/tile/entries -type f) <<'PY'
import sys
for name in sys.argv[1:]:
    with open(name, "r+b") as f:
        f.seek(-9, 2)
        byte = f.read(1)
        f.seek(-9, 2)
        f.write(bytes([byte[0] ^ 1]))
PY
finds "a changed entry" wrong ledger 'ledger'
fresh
touch b/ledger/tile/junk
check "what only a whole reading finds" doctor
finds "is found by one" wrong ledger 'junk' --deep
fresh
f=$(ls b/log/*.jsonl | tail -1)
mv "$f" b/log/2020-01-01-001.jsonl
check "a log goes on in another file" weir b batch status 1
chmod 600 b/log/2020-01-01-001.jsonl
sed -i 's/success/failure/' b/log/2020-01-01-001.jsonl
chmod 400 b/log/2020-01-01-001.jsonl
finds "a changed log" wrong log 'was changed, or one is missing'
fresh
rm b/log/*.jsonl
echo 'log stderr' >>b/instance
finds "a log that goes elsewhere" look log 'seven years'

# ---- store, redo, clock ----
fresh
weir b tend --today "$TODAY" >out 2>err
rm -f b/store.db*
cp i/store.db* b/
finds "an older store" wrong redo 'changes older than its redo log'
finds "that the ledger knows better than" wrong store 'the store knows of'
fresh
rm b/redo
finds "no redo log" look redo 'no redo log'
# b/store.db loses an index, the newest for which the condition holds.
lose_index() { # CONDITION
	fresh
	python3 - b/store.db "$1" <<'PY'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
root, = db.execute("SELECT rootpage FROM sqlite_master WHERE type = 'index'"
                   f" AND {sys.argv[2]} ORDER BY rootpage DESC").fetchone()
size = db.execute("PRAGMA page_size").fetchone()[0]
db.close()
with open(sys.argv[1], "r+b") as f:
    f.seek((root - 1) * size)
    f.write(b"\xff" * size)
PY
}
lose_index "tbl_name <> 'named'"
finds "a damaged store" wrong store 'store.db'
lose_index "tbl_name = 'named'"
finds "one that cannot be opened" wrong open 'the registers in the store'
fresh
mv "$(ls b/log/*.jsonl | tail -1)" b/log/2998-01-01-001.jsonl
finds "a clock that went back" wrong clock '2998-01-01'

# ---- law, roll, roles ----
fresh
rm b/law/*/receipt
finds "a law without its receipt" wrong law 'receipt'
fresh
rm b/roll/current
finds "no roll" look roll 'no roll is loaded'
fresh
python3 - "$(readlink -f b/roll/current)" <<'PY'
import os, sys
with open(sys.argv[1], "r+b") as f:
    f.seek(os.path.getsize(sys.argv[1]) // 2)
    byte = f.read(1)
    f.seek(-1, 1)
    f.write(bytes([byte[0] ^ 1]))
PY
finds "a damaged roll" wrong roll 'roll' --deep
fresh
try weir b doctor --json --today "$(date -ud '60 days' +%F)"
cp out found
check "an old roll" grep -qE '"look","check":"roll".*days old' found
fresh
check "a reviewer goes" weir b register role revoke b/sandbox/reviewer-2.crt reviewer
finds "one reviewer is not enough" wrong roles '1 hold the role reviewer, 2 are needed'
fresh
sed -i 's/^kind .*/kind custodian/' b/instance
doctor() { weir b doctor "$@"; }
finds "two roles that must be apart" wrong roles 'one person is not both'
finds "who looks is to be said" fine office 'say who looks'
finds "nobody watches the ledger" look witnesses 'nobody outside'
finds "no module of FIPS" look crypto 'not active'
doctor() { weir b doctor --today "$TODAY" "$@"; }

# ---- what is due ----
fresh
mkdir b/sealed/1
touch b/sealed/1/x.cms
finds "packages that a release left" look sealed 'batch 1: 1 packages'
doctor() { weir b doctor --today "$(date -ud "$TODAY + 31 days" +%F)" "$@"; }
finds "no daily round" wrong tend 'was done last at'
finds "an answer that is late" wrong office 'answer: batch 1'
doctor() { weir b doctor --today 2030-04-07 "$@"; }
finds "the agreement's end" wrong registers 'its end has come'
# The round and the doctor walk one list, but each closes, lapses and asks by itself.
doctor --json >found
weir b tend --today 2030-04-07 --json >tended 2>err
check "the doctor tells what the round tells" python3 -c "
import json
told = {w['text'] for w in map(json.loads, open('found'))}
due = [w['what'] + ': ' + w['text'] for w in map(json.loads, open('tended')) if w['what'] not in ('book', 'ledger')]
assert len(due) > 1 and set(due) <= told, set(due) - told"
doctor() { weir b doctor --today "$TODAY" "$@"; }

# ---- witnesses ----
fresh
"$WEIR" witness --help >out 2>err
openssl genpkey -algorithm ed25519 -out w.pem 2>err
python3 - "$(cat b/ledger.vkey)" >policy <<'PY'
import base64, hashlib, subprocess, sys
pub = subprocess.run(["openssl", "pkey", "-in", "w.pem", "-pubout", "-outform", "DER"], capture_output=True).stdout[-32:]
key = b"\x04" + pub
ident = hashlib.sha256(b"w.example\n" + key).hexdigest()[:8]
print("log", sys.argv[1].strip())
print("witness W1 w.example+%s+%s" % (ident, base64.b64encode(key).decode()))
print("quorum W1")
PY
check "a policy with a witness that signs nothing" weir b ledger policy load policy
finds "a checkpoint without a quorum" wrong witnesses 'quorum of 1 witnesses'

# ---- the kernel ----
if strace -o /dev/null -f -e inject=landlock_create_ruleset:retval=2 true 2>err; then
	strace -o /dev/null -e inject=landlock_create_ruleset:error=EOPNOTSUPP \
		"$WEIR" -C i doctor --json >found 2>err
	check "a kernel without Landlock" grep -q '"wrong","check":"locks"' found
	strace -o /dev/null -e inject=landlock_create_ruleset:retval=2 \
		"$WEIR" -C i doctor --json >found 2>err
	check "an old Landlock" grep -q '"look","check":"locks".*ABI 2' found
else
	skip "other kernels" "strace cannot play them"
fi
finish
