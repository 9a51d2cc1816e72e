# SPDX-License-Identifier: Apache-2.0
# How much an agency may ask of the service: what is over it is told when to come
# back, the others are served meanwhile, and a reload or a crash forgets nothing.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/serve/serve.sh"

instance i
key() { # NAME: somebody's key and certificate, self-signed as all of a sandbox's
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout "i/sandbox/$1.key" -out "i/sandbox/$1.crt" -days 300 \
		-subj "/CN=$1" 2>/dev/null
}
by=i/sandbox/operator.key
key safeguards
key other
key second
check "a safeguards officer comes" weir i register role add --role safeguards \
	--cert i/sandbox/safeguards.crt --key $by
check "another agency is on the register" weir i register recipient add --id us.ssa \
	--name "Another Agency" --safeguards in-order --review 2030-01-01 \
	--key i/sandbox/safeguards.key
check "and has a system" weir i register role add --role requester \
	--agency us.ssa --cert i/sandbox/other.crt --key $by
check "the first agency has a second system" weir i register role add --role requester \
	--agency us.dhs.ice --cert i/sandbox/second.crt --key $by
mkdir i/service
settings() { printf '%s\n' "$@" >i/service/settings; }
settings 'agency us.dhs.ice questions-a-day 8' 'agency us.dhs.ice lines-a-day 50'
serve_start i || finish
trap 'kill -9 "$SERVE_PID" 2>/dev/null; finish_early' EXIT
status_of() { serve_ask "$1" "$2" -o body -D head -w '%{http_code}' "${@:3}" 2>>curl.err; }
gives() { # NAME STATUS WHO PATH [curl]...
	local name=$1 want=$2
	shift 2
	same "$name" "$want" "$(status_of "$@")"
}
header() { sed -n "s/^$1: *\([^\r]*\).*/\1/Ip" head; }
send() { # NAME STATUS FILE
	gives "$1" "$2" requester /api/v1/batches -H 'Content-Type: application/jsonl' \
		-H "Weir-Manifest: $(base64 -w0 "$3.manifest")" \
		-H "Weir-Manifest-Signature: $(base64 -w0 "$3.manifest.p7s")" \
		--data-binary "@$3"
}
reload() { # and wait until another gate has the port
	local before
	before=$(pgrep -P "$SERVE_PID" -x weir-gate | sort | tail -1)
	kill -HUP "$SERVE_PID"
	for _ in $(seq 200); do
		case $(pgrep -P "$SERVE_PID" -x weir-gate) in
		"$before" | '') sleep .02 ;;
		*) break ;;
		esac
	done
	for _ in $(seq 200); do
		[ "$(status_of reviewer-1 /readiness)" = 200 ] && break
		sleep .02
	done
}

# ---- lines ----
head -n 40 "$WORLD/requests.jsonl" >a.jsonl
sed -n 41,60p "$WORLD/requests.jsonl" >b.jsonl
certify i a.jsonl 1
certify i b.jsonl 2
send "forty lines" 201 a.jsonl
check "ten are left" grep -qi '^ratelimit: .*"lines";r=10;t=' head
check "of fifty" grep -qi '^ratelimit-policy: .*"lines";q=50;w=86400' head
head -n 8 b.jsonl >c.jsonl
cp a.jsonl.manifest c.jsonl.manifest
cp a.jsonl.manifest.p7s c.jsonl.manifest.p7s
send "eight that nobody certified" 409 c.jsonl
send "are not taken in, and take nothing" 409 c.jsonl
send "twenty more" 429 b.jsonl
check "are refused with a problem" grep -qi '^content-type: application/problem+json' head
check "whose type is the page of the code" grep -q '"type":"/codes/TOO_MANY"' body
check "that says why" grep -q 'as many requests today' body
check "and when to come back: tomorrow" [ "$(header retry-after)" -gt 1 -a "$(header retry-after)" -le 86400 ]
gives "the page is there" 200 other /codes/TOO_MANY
send "the first again, which takes none" 429 a.jsonl
settings 'agency us.dhs.ice questions-a-day 8' 'agency us.dhs.ice lines-a-day 60'
reload
send "settings are read anew; what was taken stays taken" 201 b.jsonl
check "what was refused did not count" grep -qi '"lines";r=0;t=' head
gives "a single request is a line, too" 429 requester /api/v1/requests \
	-H 'Content-Type: application/json' -d '{}'

# ---- questions ----
gives "the other system of the agency" 200 second /api/v1/me
gives "asks for the same agency" 429 second /api/v1/me
check "which may ask no more today" grep -q 'asked as much today' body
gives "nor may the first" 429 requester /api/v1/me
gives "another agency is served" 200 other /api/v1/me
check "and is told what it has left" grep -qi '^ratelimit: "rate";r=' head
gives "so are the custodian's people" 200 reviewer-1 /api/v1/me
check "whom no limit is told" bash -c '! grep -qi ^ratelimit head'
gives "readiness is no question" 200 requester /readiness
kill -9 "$(pgrep -P "$SERVE_PID" -x weir-gate)"
for _ in $(seq 200); do
	[ "$(status_of reviewer-1 /readiness)" = 200 ] && break
	sleep .02
done
status_of requester /api/v1/me >first # whose agency it is, another gate asks anew
gives "a gate that was killed forgets nothing" 429 requester /api/v1/me

# ---- so many a second, so many at once ----
settings 'agency us.dhs.ice rate 1' 'agency us.dhs.ice burst 2'
reload
status_of requester /api/v1/me >first
for _ in 1 2 3 4 5 6 7 8; do printf 'url = "%s/api/v1/me"\noutput = /dev/null\n' "$SERVE_URL"; done >eight
crowd() { # WHO: nine at once, and the status of each
	serve_ask "$1" /api/v1/me -o /dev/null -K eight --parallel -w '%{http_code}\n' 2>>curl.err
}
crowd requester >codes
check "one too fast is told so" grep -qx 429 codes
gives "another agency at the same time" 200 other /api/v1/me
status_of requester /api/v1/me >first
for _ in $(seq 20); do
	[ "$(cat first)" = 429 ] && break
	status_of requester /api/v1/me >first
done
same "a second is enough" 1 "$(header retry-after)"
settings 'agency us.dhs.ice at-once 1' 'workers 1'
reload
status_of requester /api/v1/me >first
desk=$(pgrep -P "$SERVE_PID" -x weir-desk)
kill -STOP "$desk"
crowd requester >codes &
for _ in $(seq 200); do
	grep -qx 429 codes && break
	sleep .02
done
kill -CONT "$desk"
wait $!
check "one too many at once is told so" grep -qx 429 codes
check "one of them is answered" grep -qx 200 codes
gives "nobody of a certificate is named in the numbers" 200 operator /metrics
check "that count what was refused" grep -qE '^weir_limited_lines_total [1-3]$' body
check "of each kind" [ "$(grep -cE '^weir_limited_[a-z_]+_total [1-9]' body)" = 4 ]
check "without a label" bash -c "! grep -v '^#' body | grep -q '{'"
settings 'agency us.dhs.ice rate many'
kill -HUP "$SERVE_PID"
for _ in $(seq 100); do
	grep -q 'nothing is reloaded' "$SERVE_LOG" && break
	sleep .02
done
check "settings that are wrong change nothing, and say the line" grep -q 'line 1: rate is a number' "$SERVE_LOG"

# ---- readiness, by what the parent knows ----
gives "it is ready" 200 other /readiness
same "in a sandbox" '{"ready":true,"sandbox":true}' "$(cat body)"
touch i/restored
for _ in $(seq 150); do
	[ "$(status_of other /readiness)" = 503 ] && break
	sleep .02
done
gives "an instance that was put back is not" 503 other /readiness
check "and says so" grep -q 'restored and not recovered' body
rm i/restored
for _ in $(seq 150); do
	[ "$(status_of other /readiness)" = 200 ] && break
	sleep .02
done
gives "until it is recovered" 200 other /readiness
kill -STOP "$(pgrep -P "$SERVE_PID" -x weir-desk)"
gives "it forks nobody: a desk that stands still does not hold it up" 200 other /readiness
kill -CONT "$(pgrep -P "$SERVE_PID" -x weir-desk)"
kill -STOP "$SERVE_PID"
for _ in $(seq 200); do
	[ "$(status_of other /readiness)" = 503 ] && break
	sleep .02
done
gives "a parent that looks no more is not believed" 503 other /readiness
kill -CONT "$SERVE_PID"
check "it stops in order" serve_stop
ledger_holds "the ledger verifies" i
finish
