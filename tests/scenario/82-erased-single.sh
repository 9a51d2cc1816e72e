# SPDX-License-Identifier: Apache-2.0
# An envelope that is sent again once its request is erased: the service answers
# 410, to a program as a problem and to a browser as a page, and to everybody
# else as before; nothing is entered for it, and nothing of it is told.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/serve/serve.sh"

instance i
counsel=i/sandbox/counsel.key
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout s.key \
	-out s.crt -days 9000 -subj "/CN=Safeguards" 2>err
check "a safeguards officer comes" weir i register role add --role safeguards \
	--cert s.crt --key i/sandbox/operator.key
good_line 1 kept >r.jsonl
good_line 2 gone | sed 's/"weir:caseID": *"[^"]*"/"weir:caseID":""/' >gone.jsonl
for n in $(seq 80); do # of which a sample is drawn
	sed "s/\"gone\"/\"gone-$n\"/" gone.jsonl
done >>r.jsonl
"$WEIR" request certify r.jsonl --agreement AG-IRS-ICE-2025 --certifier ICE-DIR \
	--name "ACTING DIRECTOR" --role "head of agency" \
	--key i/sandbox/certifier.key --out e.jsonl
sed -n 1p e.jsonl >kept.envelope

send() { # ENVELOPE [option of curl]: its status; the body in `body`, headers in `head`
	local envelope=$1
	shift
	serve_ask requester /api/v1/requests --data-binary "@$envelope" \
		-H 'Content-Type: application/json' -o body -D head -w '%{http_code}' "$@"
}
told() { grep -qF -e "$1" body; }

check "they come in one by one" weir i request submit e.jsonl --today "$TODAY"
check "the book is closed" weir i batch close 1 --today "$TODAY"
n=$(python3 -c 'import sqlite3
drawn = {n for n, in sqlite3.connect("i/store.db").execute("SELECT line FROM sampled")}
print(min(set(range(2, 82)) - drawn) - 1)')
sed -n "$((n + 1))p" e.jsonl >gone.envelope
serve_start i || finish
trap 'kill -9 "$SERVE_PID" 2>/dev/null; finish_early' EXIT
same "one is known" 200 "$(send kept.envelope)"
cp body kept.first
same "one that is in no sample is known" 200 "$(send gone.envelope)"
check "it was refused" told I2-A-CASE
check "its erasure is asked for" weir i ledger erase ask --request "gone-$n" \
	--ground amendment --basis "552a-17" --today "$TODAY" --key s.key
check "and granted" weir i ledger erase grant 1 --today "$TODAY" --key $counsel
weir i ledger log >before

same "sent again it is gone" 410 "$(send gone.envelope)"
check "as a problem" grep -qi '^content-type: application/problem+json' head
check "which says so" told 'what it said was erased'
check "that is not signed" bash -c "! grep -qi '^weir-signature' head"
same "and tells nothing of what it was" '' "$(grep -oE 'gone-[0-9]|refused|I2-[A-Z0-9-]*' body)"
same "to a browser it is gone too" 410 "$(send gone.envelope -H 'Accept: text/html')"
check "as a page" grep -qi '^content-type: text/html' head
check "that says what to do" told '<h1>It is not kept any more</h1>'
same "the other is known" 200 "$(send kept.envelope)"
same_files "and answered as before" body kept.first
weir i ledger log >after
same_files "nothing was entered for any of it" before after
check "it stops in order" serve_stop
ledger_holds "the ledger verifies" i
finish
