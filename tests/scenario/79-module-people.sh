# SPDX-License-Identifier: Apache-2.0
# People's keys in a PKCS#11 module (SoftHSM): two approve a batch and a third
# releases it with keys that never leave the module; stock openssl holds each
# signature to be theirs.  What is missing or wrong is said, and nothing is done.
. "$(dirname "$0")/lib.sh"

module=/usr/lib/softhsm/libsofthsm2.so
if ! command -v softhsm2-util >/dev/null || ! command -v pkcs11-tool >/dev/null ||
	[ ! -e $module ]; then
	skip "people's keys in a module" "softhsm2 and opensc are not installed"
	finish
fi
export SOFTHSM2_CONF=$T/softhsm2.conf
mkdir tokens
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' \
	"$T/tokens" >"$SOFTHSM2_CONF"

# ---- three people, each with a token ----

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 900 \
	-keyout ca.key -out ca.crt -subj "/CN=TEST AUTHORITY" 2>openssl.err
tool() { # TOKEN PIN OPTION...
	pkcs11-tool --module $module --token-label "$1" --login --pin "$2" "${@:3}" \
		>>tool.out 2>&1
}
person() { # TOKEN PIN CURVE [OPTION...]
	softhsm2-util --init-token --free --label "$1" --pin "$2" --so-pin 87654321 \
		>>tool.out
	tool "$1" "$2" --keypairgen --key-type "EC:$3" --label sign --id 01 "${@:4}"
	# pkcs11-tool 0.23 reads no P-384 key out, but prints its point.
	pkcs11-tool --module $module --token-label "$1" --list-objects \
		--type pubkey 2>>tool.out | python3 -c '
import re, sys
point = bytes.fromhex(re.search(r"EC_POINT: *([0-9a-f]+)", sys.stdin.read())[1])[2:]
head = {65: "3059301306072a8648ce3d020106082a8648ce3d030107034200",
        97: "3076301006072a8648ce3d020106052b81040022036200"}
sys.stdout.buffer.write(bytes.fromhex(head[len(point)]) + point)' >"$1.pub"
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout none.key -subj "/CN=$1" -out "$1.csr" 2>openssl.err
	openssl pkey -pubin -inform DER -in "$1.pub" -out "$1.pem"
	openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -days 900 \
		-force_pubkey "$1.pem" -out "$1.crt" 2>openssl.err
	openssl x509 -in "$1.crt" -outform DER -out "$1.der"
	tool "$1" "$2" --write-object "$1.der" --type cert --label sign --id 01
	echo "$2" >"$1.pin"
}
uri() { # TOKEN [OBJECT]
	echo "pkcs11:token=$1;object=${2-sign}?module-path=$module&pin-source=$T/$1.pin"
}
person ann 111111 prime256v1
person bob 222222 secp384r1 --always-auth
person desk 333333 prime256v1
reads_it() { openssl pkey -pubin -in "$1.pem" -noout; }
check "the tokens have keys" reads_it ann && check "each" reads_it bob

instance i || finish
for one in ann:reviewer bob:reviewer desk:operator; do
	weir i register role add --role "${one#*:}" --cert "${one%:*}.crt" \
		--key i/sandbox/operator.key >out 2>err ||
		fail "${one%:*} is entered" "$(tell)"
done

# ---- a batch through their hands ----

cp "$WORLD/requests.jsonl" r.jsonl
manifest r.jsonl 1 >r.jsonl.manifest
check "a manifest is signed in a module" "$WEIR" request sign r.jsonl.manifest \
	--key "$(uri ann)" --out ann.p7s
check "as openssl sees it" openssl cms -verify -binary -inform DER -in ann.p7s \
	-content r.jsonl.manifest -CAfile ca.crt -purpose any -out out2
sign r.jsonl.manifest i/sandbox/certifier
check "a batch comes in, by the desk's" weir i batch submit r.jsonl \
	--manifest r.jsonl.manifest --today "$TODAY" --key "$(uri desk)"
approve() { weir i review approve --batch 1 --all --key "$1"; }
check "one approves with P-256" approve "$(uri ann)"
answers "once only" 0 '^0 requests signed' approve "$(uri ann)"
check "another with P-384, that wants its PIN for each signature" \
	approve "$(uri bob)"
check "a hold is placed and signed for" weir i hold place --ground court \
	--docket D --scope case=NONE-9999 --key "$(uri bob)"
check "the desk releases" weir i release --batch 1 --today "$TODAY" \
	--key "$(uri desk)"
[ "$(find i/outbox -name '*.cms' | wc -l)" -gt 0 ] && pass "packages left" ||
	fail "packages left"
ledger_holds "the ledger verifies" i

if [ -e /usr/share/p11-kit/modules/softhsm2.module ] &&
	[ -n "$(find /usr/lib -name p11-kit-proxy.so 2>/dev/null)" ]; then
	check "a module that the machine knows need not be named" weir i hold place \
		--ground court --docket D --scope case=NONE-9997 \
		--key "pkcs11:token=ann;object=sign;type=private?pin-source=ann.pin"
else
	skip "a module that the machine knows" "p11-kit does not know SoftHSM here"
fi

# Each approval as it is kept: its text and its signature.
python3 - <<'PY'
import sqlite3
rows = sqlite3.connect("i/store.db").execute(
    "SELECT hex(signer), text, signature FROM approval ORDER BY id").fetchall()
for n, (who, text, signature) in enumerate(rows):
    size = int.from_bytes(text[:4], "big")
    open("approval.%d" % n, "wb").write(text[4:4 + size])
    open("approval.%d.sig" % n, "wb").write(signature)
print(len(rows), file=open("approvals", "w"))
PY
same "two approvals are kept" 2 "$(cat approvals)"
holds() { openssl dgst -sha384 -verify "$1.pem" -signature "$2.sig" "$2"; }
check "openssl: the first is ann's" holds ann approval.0
check "openssl: the second is bob's" holds bob approval.1
answers "openssl: and not ann's" 1 . holds ann approval.1
same "of what was decided" "weir approval/v1" "$(head -1 approval.0)"

# ---- what is missing, or wrong ----

before=$(sed -n 2p i/ledger/checkpoint)
hold() { # URI
	weir i hold place --ground court --docket E --scope all --key "$1"
}
answers "a module that is not there" 1 'no PKCS#11 module can be loaded' hold \
	"pkcs11:token=ann;object=sign?module-path=/none.so&pin-source=ann.pin"
answers "a token that is not there" 1 "no token 'eve': is it plugged in" hold \
	"$(uri eve)"
answers "a key that is not there" 1 "no key 'other'" hold "$(uri ann other)"
tool ann 111111 --keypairgen --key-type EC:prime256v1 --label twin --id 02
tool ann 111111 --keypairgen --key-type EC:prime256v1 --label twin --id 03
answers "two keys of one name" 1 "more than one private key 'twin'.* id=" hold \
	"$(uri ann twin)"
answers "of which one is named by its id, without a certificate" 1 \
	'no certificate with that key' hold \
	"pkcs11:token=ann;object=twin;id=%02?module-path=$module&pin-source=ann.pin"
tool ann 111111 --write-object desk.der --type cert --label twin --id 02
answers "a certificate of another key" 1 'not of one key' hold \
	"pkcs11:token=ann;object=twin;id=%02?module-path=$module&pin-source=ann.pin"
tool ann 111111 --keypairgen --key-type rsa:2048 --label rsa --id 04
answers "an RSA key" 1 'no P-256 or P-384 key' hold "$(uri ann rsa)"
echo 999999 >ann.pin
answers "a wrong PIN" 1 'PIN is wrong, and the token locks itself after a few' \
	hold "$(uri ann)"
echo 111111 >ann.pin
answers "no PIN file" 1 'no PIN can be read' hold \
	"pkcs11:token=ann;object=sign?module-path=$module&pin-source=gone"
answers "a PIN in the command" 1 'does not belong in a command' hold \
	"pkcs11:token=ann;object=sign?module-path=$module&pin-value=111111"
answers "no PIN and no terminal" 1 'no terminal to ask' setsid -w "$WEIR" -C i \
	hold place --ground court --docket E --scope all \
	--key "pkcs11:token=ann;object=sign?module-path=$module"
answers "a package is not opened with it" '[13]' 'opens nothing' "$WEIR" package open \
	"$(find i/outbox -name '*.cms' | head -1)" --key "$(uri ann)"
same "nothing of this was entered" "$before" "$(sed -n 2p i/ledger/checkpoint)"

# ---- asked at the terminal ----

# Types WORD when asked; meanwhile looks who has the module loaded.
cat >typist <<'PY'
import os, pty, sys
word, command = sys.argv[1], sys.argv[2:]
pid, tty = pty.fork()
if pid == 0:
    os.execv(command[0], command)
shown = b""
def loaded(pid): # None: it lets nobody look
    try:
        return "softhsm" in open("/proc/%d/maps" % pid).read()
    except OSError:
        return None
while b"PIN of" not in shown or b": " not in shown:
    shown += os.read(tty, 1000)
children = open("/proc/%d/task/%d/children" % (pid, pid)).read().split()
who = {open("/proc/%s/comm" % c).read().strip(): loaded(int(c)) for c in children}
who["weir"] = loaded(pid)
print(sorted(n for n, has in who.items() if has or (has is None and n == "weir-token")))
os.write(tty, word.encode() + b"\n")
try:
    while True:
        more = os.read(tty, 1000)
        if not more:
            break
        shown += more
except OSError:
    pass
print(shown.decode(errors="replace"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
typed() { # WORD
	python3 typist "$1" "$(realpath "$WEIR")" -C i hold place --ground court \
		--docket F --scope case=NONE-9998 \
		--key "pkcs11:token=ann;object=sign?module-path=$module"
}
answers "a wrong PIN that is typed" 1 'PIN is wrong' typed 000000
answers "and the right one" 0 "PIN of the token 'ann'" typed 111111
grep -q 111111 out && fail "the PIN is not shown" "$(cat out)" ||
	pass "the PIN is not shown"
same "only the process for it has the module" "['weir-token']" "$(head -1 out)"
answers "Ctrl-C ends it" 1 'no PIN was given' typed "$(printf '\003')"
ledger_holds "and the ledger verifies" i
finish
