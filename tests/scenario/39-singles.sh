# SPDX-License-Identifier: Apache-2.0
# Requests that come one at a time: the same answers as in one file, each
# envelope once, a book that is closed like a batch, and nothing that was
# answered lost when a process of it is killed.
. "$(dirname "$0")/lib.sh"

head -80 "$WORLD/requests.jsonl" >r.jsonl
envelopes() { # REQUESTS OUT [options]
	local file=$1 out=$2
	shift 2
	"$WEIR" request certify "$file" --agreement AG-IRS-ICE-2025 \
		--certifier ICE-DIR --name "ACTING DIRECTOR" \
		--role "head of agency" --key s/sandbox/certifier.key \
		--date "$TODAY" --out "$out" "$@"
}
single() { # INSTANCE FILE [options]
	local in=$1
	shift
	"$WEIR" -C "$in" request submit "$@" --today "$TODAY"
}
replies() { # the reply of each answer, as in a reply file
	python3 -c 'import json, sys
for line in sys.stdin:
    print(json.dumps(json.loads(line)["reply"]))'
}
normal() { python3 -c 'import json, sys
for line in sys.stdin: print(json.dumps(json.loads(line)))'; }

# ---- the same judge ----

instance b
instance s
certify b r.jsonl 1
check "the lines come in as a batch" submit b r.jsonl
weir b batch reply 1 | normal >want
check "they are certified one by one" envelopes r.jsonl e.jsonl
same "an envelope a line" 80 "$(lines_of e.jsonl)"
check "they come in one by one" single s e.jsonl --group 1 --signatures sig
cp out one
replies <one | diff want - >difference
same "each is answered as in the file" '' "$(cat difference)"
instance g
check "they come in in groups" single g e.jsonl --group 37
replies <out | diff want - >difference
same "groups change nothing" '' "$(cat difference)"

# ---- once ----

before=$(weir s ledger log | wc -l)
check "the same envelopes again" single s e.jsonl
same_files "are answered as before" one out
same "and nothing is entered" "$before" "$(weir s ledger log | wc -l)"
weir s batch status 1 >status
check "they are one book" grep -q 'an open book' status
check "of all lines" grep -q 'received 80 =' status
head -1 one | tr -d '\n' >1.json
head -1 sig | base64 -d >1.p7s
check "an answer is signed by the instance" openssl cms -verify -binary \
	-inform DER -in 1.p7s -content 1.json -noverify \
	-certfile s/secret/signing.crt -out verified

# ---- by stock openssl, and what is no envelope ----

head -1 r.jsonl | sed 's/"weir:requestID": *"[^"]*"/"weir:requestID":"STOCK"/' >l.json
envelope() { # LINE MANIFEST: signed by openssl
	sign "$2" s/sandbox/certifier
	printf '{"weir:line":"%s","weir:manifest":"%s","weir:signature":"%s"}\n' \
		"$(base64 -w0 "$1")" "$(base64 -w0 "$2")" "$(base64 -w0 "$2.p7s")"
}
manifest l.json 77 1 >m.json
envelope l.json m.json >stock
check "stock tools make an envelope" single s stock
refused() { # NAME CODE WORDS, of the envelope `bad`
	answers "$1: $2" 1 "\"code\":\"$2\".*$3" single s bad
}
manifest l.json 78 2 >m.json
envelope l.json m.json >bad
refused "two lines are counted" RQ-FORM 'weir:count'
manifest r.jsonl 79 1 >m.json
envelope l.json m.json >bad
refused "another line is hashed" RQ-FORM 'weir:sha384'
manifest l.json 80 1 | sed 's/"ICE-DIR"/"NOBODY"/' >m.json
envelope l.json m.json >bad
refused "no such certifier" I2-A-SIGNER 'NOBODY'
manifest l.json 81 1 >m.json
envelope l.json m.json | sed 's/"weir:line":"./"weir:line":"A/' >bad
refused "a byte changed" RQ-FORM ''
manifest l.json 82 1 | sed "s/$TODAY/2020-01-02/" >m.json
envelope l.json m.json >bad
refused "certified long ago" RQ-FORM 'weir:date'
echo '{"weir:line":"AAAA"}' >bad
refused "half an envelope" RQ-FORM 'is missing'
echo 'not JSON' >bad
refused "no JSON" RQ-FORM 'envelope'
manifest l.json 83 1 >m.json
envelope l.json m.json >bad
answers "who has no role brings nothing in" 1 NOT-ALLOWED \
	single s bad --key s/sandbox/certifier.key
check "the same line under another number" single s bad
cp out twice
check "is no second request: the id is taken" \
	grep -q 'has the same id' twice

# ---- closing ----

answers "a file's batch is no book" 1 'is no book' weir b batch close 1
check "the book is closed" weir s batch close 1 --today "$TODAY"
check "closing it again does nothing more" weir s batch close 1 --today "$TODAY"
weir s batch status 1 >status
check "it is whole" grep -q '^whole' status
check "the whole book replays" weir s replay 1
weir s batch reply 1 | normal | head -80 | diff want - >difference
same "its reply file has the same lines" '' "$(cat difference)"
same "accepted ones were looked up" 0 "$(weir s batch decisions 1 |
	grep -c '"state":"accepted"')"
check "the ledger verifies" weir s ledger verify
head -1 r.jsonl | sed 's/"weir:requestID": *"[^"]*"/"weir:requestID":"LATER"/' >l2
envelopes l2 later
check "one that comes later" single s later
cp out first
check "begins another book" grep -q '"batch":2,"line":1,' first
check "books whose day is over are closed together" weir s batch close \
	--today "$(date -u -d "$TODAY + 1 day" +%F)"
same "that one was" '1 books closed' "$(cat out)"
ledger_holds "the ledger holds, and the law of books" s

# ---- the daily round closes what is over ----

day() { date -u -d "$TODAY + $1 day" +%F; }
tend() { weir s tend --today "$(day "$1")"; }
sed 's/LATER/NEXT/' l2 >l3
envelopes l3 next
check "one of the next day" "$WEIR" -C s request submit next --today "$(day 1)"
tend 1 >tended 2>err
check "while its day lasts the round leaves it" bash -c "! grep -q closed tended"
weir s batch status 3 >status
check "it is open" grep -q 'an open book' status
mv s/roll/current roll.away
answers "a round that can look nobody up says so" 1 '^! book .*no roll' tend 2
mv roll.away s/roll/current
tend 2 >tended 2>err
check "the next goes on where it stopped" grep -q '^books .* closed: 1$' tended
weir s batch status 3 >status
check "and the book is whole" grep -q '^whole' status
tend 2 >tended 2>err
check "once" bash -c "! grep -q closed tended"
check "the ledger verifies still" weir s ledger verify

# ---- killed ----

# killed_at N WHICH: takes the envelopes of e.jsonl and, once N answers are read,
# kills the process WHICH of it.  What was answered goes into acked.  The pipe
# holds one page, so that it cannot come to its end meanwhile.
cat >killed_at.py <<-'PY'
	import fcntl, os, signal, subprocess, sys
	n, which, command = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
	taken = subprocess.Popen(command, stdout=subprocess.PIPE)
	fcntl.fcntl(taken.stdout, fcntl.F_SETPIPE_SZ, 4096)
	out = b""
	while out.count(b"\n") < n:
	    more = os.read(taken.stdout.fileno(), 512)
	    if not more: sys.exit("it ended after %d answers" % out.count(b"\n"))
	    out += more
	below = open("/proc/%d/task/%d/children" % (taken.pid, taken.pid)).read().split()
	names = {open("/proc/%s/comm" % p).read().strip(): int(p) for p in below}
	os.kill(taken.pid if which == "weir" else names[which], signal.SIGKILL)
	out += taken.stdout.read()
	open("acked", "wb").write(out)
	if taken.wait() == 0: sys.exit("it came to its end")
PY
killed() { # WHICH N
	rm -rf k
	cp -a "$TEMPLATE" k
	rm -f acked
	python3 killed_at.py "$2" "$1" "$WEIR" -C k request submit e.jsonl \
		--group 3 --today "$TODAY" 2>err || return
	# What was answered is known, and is answered the same; the rest goes on.
	single k e.jsonl >out 2>err
	n=$(tr -cd '\n' <acked | wc -c)
	[ "$n" -ge "$2" ] && [ "$n" -lt 80 ] &&
		head -n "$n" acked | cmp -s - <(head -n "$n" out) &&
		[ "$(lines_of out)" = 80 ] && "$WEIR" -C k ledger verify >log &&
		replies <out | diff -q want - >log &&
		"$WEIR" -C k batch close 1 --today "$TODAY" >log &&
		"$WEIR" -C k replay 1 >log
}
for at in 1 30; do
	for which in weir weir-keeper weir-front; do
		if killed "$which" $at; then
			pass "$which killed once $at are answered: $n answers hold, nothing twice"
		else
			fail "$which killed once $at are answered" "$(tail -n 3 err log)"
		fi
	done
done
finish
