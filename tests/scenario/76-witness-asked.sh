# SPDX-License-Identifier: Apache-2.0
# How often a witness is asked in a release: for the checkpoint that packages carry,
# the one that accounts for them, at both ends; and of no checkpoint twice.  Who knows another size is told as C2SP's tlog-witness has
# it, and so is a history that does not follow.
. "$(dirname "$0")/lib.sh"

pids=()
trap 'kill "${pids[@]}" 2>/dev/null; finish_early' EXIT
wait_for() { # FILE: until it says where it listens; prints the port
	for _ in $(seq 200); do
		grep -q listening "$1" 2>/dev/null && break
		sleep .02
	done
	sed -n 's/.*listening on port //p' "$1"
}

reviewed_instance i || finish
"$WEIR" witness init w --name witness.example/w >/dev/null
"$WEIR" witness add-log w i/ledger/ledger.vkey >/dev/null
"$WEIR" witness serve w --listen 127.0.0.1:0 >w.out 2>w.err &
pids+=($!)
port=$(wait_for w.out)

# Passes on what it is asked, and writes down: old size, size, status, type.
cat >between.py <<'PY'
import http.client, http.server, os, sys
class Between(http.server.BaseHTTPRequestHandler):
    def pass_on(self, body):
        c = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
        c.request(self.command, self.path, body)
        a = c.getresponse()
        said = a.read()
        if a.status == 422 and os.path.exists("old-way"):
            a.status, said = 409, b"no\n"
        if body is not None:
            head, note = body.split(b"\n\n", 1)
            print(head.split()[1].decode(), note.split(b"\n")[1].decode(), a.status,
                  a.headers["Content-Type"], file=open("asked", "a"), flush=True)
        self.send_response(a.status)
        self.send_header("Content-Type", a.headers["Content-Type"])
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)
    def do_POST(self):
        self.pass_on(self.rfile.read(int(self.headers["Content-Length"])))
    def do_GET(self):
        self.pass_on(None)
    def log_message(self, *a):
        pass
s = http.server.HTTPServer(("127.0.0.1", 0), Between)
print("listening on port", s.server_port, flush=True)
s.serve_forever()
PY
python3 between.py "$port" >b.out 2>b.err &
pids+=($!)
between=$(wait_for b.out)
{
	echo "log $(cat i/ledger/ledger.vkey)"
	echo "witness W $(cat w/witness.vkey) http://127.0.0.1:$between/"
	echo "quorum W"
} >policy

check "a policy is loaded" weir i ledger policy load policy
rm -f asked
check "a batch is released" release i 1
same "nobody was asked twice of one checkpoint" "" \
	"$(cut -d' ' -f2 asked | sort | uniq -d)"
same "one chunk of packages is four rounds" 4 "$(lines_of asked)"
same "each was cosigned at once" "200" "$(cut -d' ' -f3 asked | sort -u)"
same "the last of them is public" "$(tail -1 asked | cut -d' ' -f2)" \
	"$(sed -n 2p i/ledger/checkpoint)"
same "with its signature" 1 "$(grep -c witness.example/w i/ledger/checkpoint)"
rm -f asked
check "a release with nothing to do" release i 1
[ "$(lines_of asked)" -le 2 ] && pass "asks no more than at its ends" ||
	fail "asks no more than at its ends" "$(cat asked)"
same "nor twice" "" "$(cut -d' ' -f2 asked | sort | uniq -d)"

same "the checkpoint is cosigned all the same" 1 \
	"$(grep -c witness.example/w i/ledger/checkpoint)"

# ---- what is told, as the standard has it ----

ask() { # OLD CHECKPOINT [PROOF-LINE...]: status and type
	{
		echo "old $1"
		printf '%s\n' "${@:3}"
		[ $# -gt 2 ] && echo
		cat "$2"
	} >question
	curl -s -o answer -w '%{http_code} %{content_type}' --data-binary @question \
		"http://127.0.0.1:$port/add-checkpoint"
}
size=$(sed -n 2p i/ledger/checkpoint)
same "the size that it knows and the same root: cosigned" \
	"200 text/plain; charset=utf-8" "$(ask "$size" i/ledger/checkpoint)"
same "another old size: conflict, with the size" "409 text/x.tlog.size" \
	"$(ask 1 i/ledger/checkpoint)"
same "which is the whole body" "$size" "$(cat answer)"
same "it ends in a line feed" "$((${#size} + 1))" "$(wc -c <answer | tr -d ' ')"
same "an old size past the checkpoint: no request" 400 \
	"$(ask $((size + 1)) i/ledger/checkpoint | cut -d' ' -f1)"
same "a proof that does not hold" 422 "$(ask "$size" i/ledger/checkpoint \
	AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= | cut -d' ' -f1)"
printf 'other.example/log\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n%s\n' \
	"$(sed -n '/^—/p' i/ledger/checkpoint | head -1)" >stranger
same "a log it does not know" 404 "$(ask 0 stranger | cut -d' ' -f1)"
sed "2s/.*/$((size + 5))/" i/ledger/checkpoint >unsigned
same "a checkpoint that its log did not sign" 403 \
	"$(ask "$size" unsigned | cut -d' ' -f1)"

# The same size with another root, by the same key.  Witnesses of before July 2026
# answer 409 there, without a size; then the log looks too.
cp -a i j
place() {
	weir "$1" hold place --ground court --docket "$1" --scope case=NONE-1 \
		--key "$1/sandbox/counsel.key"
}
check "one history goes on" place i
check "another, too, of the same size" place j
size=$(sed -n 2p j/ledger/checkpoint)
same "as that of the first" "$size" "$(sed -n 2p i/ledger/checkpoint)"
same "the witness: the same size and another root" 422 \
	"$(ask "$size" j/ledger/checkpoint | cut -d' ' -f1)"
told() {
	answers "$1" 1 'did not grow out of it: an older copy was put back' \
		weir j ledger cosign
}
told "the log of that is told by 422"
touch old-way
rm -f asked
told "and by 409 without a size"
grep -q ' 409 text/plain' asked && pass "which it was" ||
	fail "which it was" "$(cat asked)"
finish
