# SPDX-License-Identifier: Apache-2.0
# An agency's system and the custodian's people over HTTPS, with curl as
# docs/formats/api.md has it: a batch from its upload to its packages.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/serve/serve.sh"

instance i
head -n 40 "$WORLD/requests.jsonl" >r.jsonl
certify i r.jsonl 1
serve_start i || finish
trap 'kill -9 "$SERVE_PID" 2>/dev/null; finish_early' EXIT
gives() { # NAME STATUS WHO PATH [curl]...: the answer is in body, head
	local name=$1 want=$2
	shift 2
	same "$name" "$want" "$(serve_ask "$1" "$2" -o body -D head \
		-w '%{http_code}' "${@:3}" 2>>curl.err)"
}
send() { # NAME STATUS FILE [curl]...
	gives "$1" "$2" requester /api/v1/batches -H 'Content-Type: application/jsonl' \
		-H "Weir-Manifest: $(base64 -w0 r.jsonl.manifest)" \
		-H "Weir-Manifest-Signature: $(base64 -w0 r.jsonl.manifest.p7s)" \
		--data-binary "@$3" "${@:4}"
}
# twice NAME STATUS WHO PATH JSON [curl]...: asked, signed by stock openssl, done
twice() {
	local key=i/sandbox/$3.key
	gives "$1: first it is to be signed" 428 "$3" "$4" \
		-H 'Content-Type: application/json' -d "$5" "${@:6}"
	grep -o '"to_sign":\["[^"]*' body | cut -d'"' -f4 | base64 -d >to_sign
	openssl dgst -sha384 -sign "$key" -out signature to_sign
	gives "$1" "$2" "$3" "$4" -H 'Content-Type: application/json' -d "$5" \
		-H "Weir-Act-At: $(grep -o '"act_at":[0-9]*' body | cut -d: -f2)" \
		-H "Weir-Act-Signature: $(base64 -w0 signature)" "${@:6}"
}

gives "who asks" 200 requester /api/v1/me
check "is of an agency" grep -q '"agency":"us.dhs.ice"' body
gives "there is no batch yet" 200 requester /api/v1/batches
same "none" '{"batches":[]}' "$(cat body)"
send "other lines than certified" 409 /dev/null
check "are refused by a code" grep -q 'RQ-FORM' body
send "a batch" 201 r.jsonl -H 'Idempotency-Key: one'
check "has a place" grep -qi '^location: /api/v1/batches/1' head
cp body first
send "the same key" 201 r.jsonl -H 'Idempotency-Key: one'
same_files "has the same answer" first body
send "for something else" 422 /dev/null -H 'Idempotency-Key: one'
send "the same batch without a key" 200 r.jsonl
gives "the same as a form" 200 requester /api/v1/batches -F requests=@r.jsonl \
	-F manifest=@r.jsonl.manifest -F signature=@r.jsonl.manifest.p7s
same_files "has the same answer too" first body
gives "a form without its manifest" 400 requester /api/v1/batches -F requests=@r.jsonl
check "says what it lacks" grep -q 'manifest is not given' body
gives "a browser asks for what is not there" 404 requester /api/v1/batches/9 \
	-H 'Accept: text/html'
check "and reads a page" grep -q '<h1>There is no such thing here</h1>' body
gives "a system asks the console for it" 404 requester /batches/9 -H 'Accept: application/json'
check "and reads a problem" grep -q 'application/problem+json' head
gives "its state" 200 requester /api/v1/batches/1
check "is told" grep -q '"requests":40,"state":"answered"' body
tag=$(sed -n 's/^[Ee][Tt]ag: *\([^\r]*\).*/\1/p' head)
gives "unchanged" 304 requester /api/v1/batches/1 -H "If-None-Match: $tag"
gives "the reply" 200 requester /api/v1/batches/1/reply
same_files "is the batch's" <(weir i batch reply 1) body
gives "its signature" 200 requester /api/v1/batches/1/files/reply.jsonl.p7s
same_files "is the one beside it" i/batches/1/reply.jsonl.p7s body
gives "the decisions" 403 requester /api/v1/batches/1/decisions
check "are not the agency's" grep -q 'application/problem+json' head
for _ in $(seq 100); do # whoever was accepted is looked up meanwhile
	weir i batch status 1 2>/dev/null | grep -q '^whole' && break
	sleep .1
done
gives "the decisions, for a reviewer" 200 reviewer-1 /api/v1/batches/1/decisions
same "are one a line" 40 "$(lines_of body)"

# one request in its envelope
sed -n 41p "$WORLD/requests.jsonl" >line.json
"$WEIR" request certify line.json --agreement AG-IRS-ICE-2025 --certifier ICE-DIR \
	--name "ACTING DIRECTOR" --role "head of agency" \
	--key i/sandbox/certifier.key --out envelope.json
one() { # NAME STATUS WHO FILE
	gives "$1" "$2" "$3" /api/v1/requests -H 'Content-Type: application/json' \
		--data-binary "@$4"
}
one "one request" 201 requester envelope.json
check "is a line of the day's book" grep -q '"batch":2,"line":1,' body
check "which has a place" grep -qi '^location: /api/v1/batches/2' head
cp body answer.json
sed -n 's/^[Ww]eir-[Ss]ignature: //p' head | tr -d '\r' | base64 -d >answer.p7s
check "the answer is signed" openssl cms -verify -binary -inform DER -in answer.p7s \
	-content answer.json -CAfile i/secret/signing.crt -purpose any -out /dev/null
one "the same envelope" 200 requester envelope.json
same_files "has the same answer" answer.json body
gives "the book" 200 requester /api/v1/batches/2
check "has it" grep -q '"requests":1,"state":"judging","judged":1' body
one "who may not bring it in" 403 reviewer-1 envelope.json
weir i register recipient add --id us.other --name "Another agency" --safeguards in-order \
	--key i/sandbox/operator.key >other.log 2>&1
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=other \
	-keyout i/sandbox/other.key -out i/sandbox/other.crt -days 2 2>/dev/null
check "another agency's system" weir i register role add --role requester --agency us.other \
	--cert i/sandbox/other.crt --key i/sandbox/operator.key
kill -HUP "$SERVE_PID"
for _ in $(seq 100); do
	[ "$(serve_ask other /api/v1/me -o me -w '%{http_code}' 2>>curl.err)" != 200 ] || break
	sleep .05
done
one "is not answered for this one's" 403 other envelope.json
check "in words" grep -q 'for another agency' body
echo '{}' >none.json
one "what is no envelope" 400 requester none.json
check "is refused by a code" grep -q '"type":"/codes/RQ-FORM"' body
head -c 70000 /dev/zero | tr '\0' a >large.json
one "what is too large" 413 requester large.json

twice "a hold" 201 counsel /api/v1/holds \
	'{"ground":"court","docket":"1:26-cv-1","scopes":["case=HSI-0"]}'
gives "is on the list" 200 counsel /api/v1/holds
check "with its docket" grep -q '1:26-cv-1' body
twice "counsel asks to lift it" 200 counsel /api/v1/holds/1/lift '{}'
twice "another grants it" 200 operator /api/v1/holds/1/lift '{}'
check "it is lifted" grep -q '"lifted":true' body
gives "a member twice" 400 counsel /api/v1/holds \
	-H 'Content-Type: application/json' -d '{"ground":"court","ground":"court"}'
gives "a form is no JSON" 415 counsel /api/v1/holds -d 'ground=court'

approve_all i 1 >/dev/null
check "released" release i 1
gives "packages" 200 requester /api/v1/batches/1/packages
same "all are ready" '"ready"' "$(grep -o '"package":"[^"]*"' body | cut -d: -f2 | sort -u)"
request=$(grep -o '"request_id":"[^"]*"' body | head -1 | cut -d'"' -f4)
cp "i/outbox/1/$request.cms" want.cms
gives "one is fetched" 200 requester "/api/v1/batches/1/packages/$request" -X POST
same_files "as it was sealed" want.cms body
check "and has left the outbox" test ! -e "i/outbox/1/$request.cms"
gives "a tile" 200 requester /api/v1/ledger/tile/0/000
gives "numbers" 200 operator /metrics
check "are Prometheus's" grep -q '^weir_batches_total 2$' body
gives "a code" 200 requester /codes/I2-B1-ADDRESS -H 'Accept: text/html'
check "is a page" grep -qi '<!doctype html' body
gives "the document" 200 requester /openapi.json
same_files "is the one here" "$ROOT/web/openapi.json" body
serve_stop
answers "what was fetched is accounted for" 0 '^  Findings +0$' weir i report \
	coverage --key i/sandbox/counsel.key
other=$(basename "$(find i/outbox/1 -name '*.cms' | sort | head -1)" .cms)
mv "i/outbox/1/$other.cms" taken.cms
answers "what was taken otherwise is not" 1 "1,hand-overs,undetermined,1,$other," \
	weir i report coverage --format csv --table findings \
	--key i/sandbox/counsel.key
ledger_holds "the ledger verifies" i
finish
