# SPDX-License-Identifier: Apache-2.0
# Witnesses: each checkpoint carries their signatures; who does not answer stops
# nothing until it has been too long; then nothing new is decided, nothing is
# lost, and the next quorum ends it.  An older copy that is put back, or a second
# history, is noticed.
. "$(dirname "$0")/lib.sh"

pids=()
# In place of the harness's own: what was started is ended.
trap 'kill "${pids[@]}" 2>/dev/null; finish_early' EXIT

# serve N: on the port it had before, else on a free one; $T/N.port has it.
serve() {
	local at=0
	[ -f "$1.port" ] && at=$(cat "$1.port")
	"$WEIR" witness serve "$1" --listen "127.0.0.1:$at" >"$1.out" 2>"$1.err" &
	pids[$1]=$!
	for _ in $(seq 100); do
		grep -q listening "$1.out" && break
		sleep .05
	done
	sed -n 's/listening on port //p' "$1.out" >"$1.port"
}
end() {
	kill "${pids[$1]}" 2>/dev/null
	wait "${pids[$1]}" 2>/dev/null
}

instance i || finish
for n in 1 2 3; do
	"$WEIR" witness init $n --name "witness.example/$n" >/dev/null
	"$WEIR" witness add-log $n i/ledger/ledger.vkey >/dev/null
	serve $n
done
make_policy() {
	echo "log $(cat i/ledger/ledger.vkey)"
	for n in 1 2 3; do
		echo "witness W$n $(cat $n/witness.vkey) http://127.0.0.1:$(cat $n.port)/"
	done
	printf 'group two 2 W1 W2 W3\nquorum two\n'
}
make_policy >policy

# ---- loading ----

answers "without a policy it says that nobody watches" 0 'watched by nobody' \
	weir i ledger verify
answers "and there is nobody to ask" 1 'no policy is loaded' weir i ledger cosign
answers "a reviewer loads none" 1 'administrator' weir i ledger policy load \
	policy --key i/sandbox/reviewer-1.key
sed 's/^quorum two/quorum three/' policy >wrong
answers "what is wrong is told with its line" 1 'wrong: line 6' weir i ledger \
	policy load wrong
sed '/^log/d' policy >wrong
answers "a policy of another log is refused" 1 "this ledger's key" weir i \
	ledger policy load wrong
check "an administrator loads one" weir i ledger policy load policy
same "which all can read" "$(cat policy)" "$(cat i/ledger/policy)"

# What people did since is published with its cover, whoever asks for it.
before=$(sed -n 2p i/ledger/checkpoint)
check "an act waits" weir i ledger delay list --key i/sandbox/counsel.key
same "and is not published by itself" "$before" "$(sed -n 2p i/ledger/checkpoint)"
check "witnesses are asked" weir i ledger cosign
same "with 64 entries, of which it is one" $((before + 64)) \
	"$(sed -n 2p i/ledger/checkpoint)"
check "and again" weir i ledger cosign
same "nothing waited" $((before + 64)) "$(sed -n 2p i/ledger/checkpoint)"

# ---- each checkpoint ----

lines() { grep -c "witness.example/" "$1"; }
same "the checkpoint has three cosignatures" 3 "$(lines i/ledger/checkpoint)"
check "it is good by the policy" weir i ledger verify --policy policy
cp "$WORLD/requests.jsonl" r.jsonl
certify i r.jsonl 1
check "a batch comes in" submit i r.jsonl
check "and its checkpoint is cosigned" "$WEIR" ledger verify --dir i/ledger \
	--vkey "$(cat i/ledger/ledger.vkey)" --policy policy
weir i ledger prove 3 --out p.tlog-proof
same "a proof carries the cosignatures" 3 "$(lines p.tlog-proof)"
end 1
check "one that is gone stops nothing" weir i hold place --ground court \
	--docket D --scope case=NONE-9999 --key i/sandbox/counsel.key
same "the others cosigned" 2 "$(lines i/ledger/checkpoint)"
answers "who did not is told" 0 'W1 .*no answer' weir i ledger cosign
serve 1
check "back again, it catches up" weir i ledger cosign
same "from the size it had" 3 "$(lines i/ledger/checkpoint)"
check "approved" approve_all i 1
cp -a i before
check "released" release i 1
one=$(accepted i 1 | head -1)
opened i r.jsonl "$one" >opened.json
same "a package carries the cosignatures" 3 \
	"$(grep -o 'witness.example/' opened.json | wc -l)"
check "and its officer checks it" "$WEIR" package open "i/outbox/1/$one.cms" \
	--key "i/sandbox/officers/$(officer_of r.jsonl "$one").key" \
	--vkey i/ledger/ledger.vkey
if command -v go >/dev/null && [ -d /usr/share/gocode/src/golang.org/x/mod ]; then
	GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$T/go \
		go build -o tlogverify "$ROOT/tests/ledger/verify-go/main.go" 2>go.err
	check "Go's sumdb reads the cosigned ledger" ./tlogverify i/ledger \
		"$(cat i/ledger/ledger.vkey)"
fi

# ---- an older copy, a second history ----

answers "an older copy of the whole instance decides nothing" 1 \
	'did not grow out of it' weir before review approve --batch 1 --all \
	--key before/sandbox/reviewer-1.key
answers "nor releases" 1 'older copy was put back' release before 1
check "but places a hold" weir before hold place --ground court --docket E \
	--scope all --key before/sandbox/counsel.key
same "and nothing left it" 0 "$(find before/outbox -name '*.cms' | wc -l)"

# Two with one key go apart from here; the witnesses have one of them.
cp -a i twin
check "one history goes on" weir i hold place --ground court --docket F \
	--scope case=NONE-9998 --key i/sandbox/counsel.key
weir twin hold place --ground court --docket G --scope case=NONE-9997 \
	--key twin/sandbox/counsel.key >out 2>err
same "of the same size" "$(sed -n 2p i/ledger/checkpoint)" \
	"$(sed -n 2p twin/ledger/checkpoint)"
same "the other gets no cosignature" 0 "$(lines twin/ledger/checkpoint)"
answers "and is told why" 1 "older copy was put back|did not grow out" \
	weir twin ledger cosign
renamed Z- r.jsonl >z.jsonl
certify twin z.jsonl 2
answers "nor takes a batch in" 1 'did not grow out' submit twin z.jsonl
[ -f "$(find 1/logs -name '*.other' | head -1)" ] &&
	pass "the witness kept what it must not have signed" ||
	fail "the witness kept what it must not have signed"

# Only the ledger's folders put back: the store knows what was cosigned.
cp -a i/ledger old-ledger
cp -a i/keeper old-keeper
check "it goes on" weir i hold place --ground court --docket I \
	--scope case=NONE-8 --key i/sandbox/counsel.key
rm -rf k
cp -a i k
rm -rf k/ledger k/keeper
cp -a old-ledger k/ledger
cp -a old-keeper k/keeper
answers "the ledger's folders alone put back are refused" 1 \
	'cosigned this ledger with .*put back.*weir recover' weir k hold list
answers "nothing leaves" 1 'weir recover' release k 1
check "recover brings them to where they were" weir k recover
check "as the witnesses have it" weir k ledger verify --policy policy \
	--old i/ledger/checkpoint
# It is the one that they know from here on.
rm -rf i
mv k i
rm i/ledger/policy
check "a policy that somebody took away stands there again" weir i hold list
same_files "as it was loaded" policy i/ledger/policy
sed -i 's/^group two 2/group two 1/' i/ledger/policy
check "so does one that was changed" weir i hold list
same_files "as it was" policy i/ledger/policy

# Nor is a policy believed that the ledger's entry does not name.
rm -rf k
cp -a i k
python3 - k/store.db <<-'PY'
	import sqlite3, sys
	db = sqlite3.connect(sys.argv[1])
	(was,), = db.execute("SELECT bytes FROM named WHERE name = 'policy'")
	now = was.replace(b"group two 2", b"group two 1")
	assert now != was
	db.execute("UPDATE named SET bytes = ? WHERE name = 'policy'", (now,))
	db.commit()
	PY
answers "a store with another policy is refused" 1 'its entry names' weir k \
	hold list
python3 - k/store.db <<-'PY'
	import sqlite3, sys
	db = sqlite3.connect(sys.argv[1])
	db.execute("DELETE FROM named WHERE name = 'policy'")
	db.commit()
	PY
answers "and one without any" 1 'the store was changed' weir k hold list

# ---- too long ----

printf 'stale-after 2\n' >policy.settings
check "two seconds are allowed" weir i ledger policy load policy
end 1
end 2
sleep 3
certify i z.jsonl 2
answers "without a quorum for longer no batch is taken in" 1 \
	'no quorum of witnesses.*nothing new is decided.*ledger cosign' \
	submit i z.jsonl
answers "nothing is released" 1 'nothing new is decided' release i 1
answers "and no review decides" 1 'nothing new is decided' weir i review \
	approve --batch 1 --all --key i/sandbox/reviewer-1.key
check "a hold is placed all the same" weir i hold place --ground court \
	--docket H --scope case=NONE-9996 --key i/sandbox/counsel.key
check "and what was decided can be read" weir i batch decisions 1
answers "the daily round says it" 1 'no quorum' weir i tend --today "$TODAY"
serve 1
check "with a quorum again it goes on by itself" submit i z.jsonl
check "the ledger verifies" weir i ledger verify # in no copy: it would be cosigned
check "and is cosigned" weir i ledger verify --policy policy

# In a sandbox the day is given.
printf 'stale-after 3600\n' >policy.settings
check "an hour is allowed" weir i ledger policy load policy
later=$(date -u -d '+40 days' +%F)
renamed Y- r.jsonl >y.jsonl
TODAY=$later certify i y.jsonl 3
answers "forty days later that is too long" 1 'no quorum of witnesses' \
	"$WEIR" -C i batch submit y.jsonl --manifest y.jsonl.manifest \
	--today "$later"

# ---- a witness that is killed ----

for n in 1 3; do
	for _ in 1 2 3 4 5; do
		weir i hold place --ground court --docket K --scope case=NONE-9990 \
			--key i/sandbox/counsel.key >out 2>err &
		busy=$!
		kill -9 "${pids[$n]}" 2>/dev/null
		wait "${pids[$n]}" 2>/dev/null
		wait $busy
		serve $n
	done
done
serve 2
check "killed again and again, they cosign what came of it" weir i ledger cosign
same "all three" 3 "$(lines i/ledger/checkpoint)"
finish
