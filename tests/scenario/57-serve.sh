# SPDX-License-Identifier: Apache-2.0
# The service: who is answered, what is refused and how, and that whatever one
# does to it, or to a process of it, the others are served.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/serve/serve.sh"

instance i
mkdir i/service
printf 'header 2\nworkers 2\nqueue 64\nconnections-per-address 64\npolicy counsel 1.2.3.4\n' >i/service/settings
serve_start i || finish
trap 'kill -9 "$SERVE_PID" 2>/dev/null; finish_early' EXIT
ask() { serve_ask "$@"; }
status_of() { serve_ask "$1" "$2" -o body -w '%{http_code}' "${@:3}" 2>>curl.err; }
# gives NAME STATUS WHO PATH [curl]...
gives() {
	local name=$1 want=$2
	shift 2
	same "$name" "$want" "$(status_of "$@")"
}
# shellcheck disable=SC2120 # all of them as they are
tls() { # a raw connection as reviewer-1
	timeout "${SECS:-10}" openssl s_client -quiet -connect "localhost:$SERVE_PORT" \
		-CAfile "$SERVE_CA" -cert "${WHO:-i/sandbox/reviewer-1}.crt" \
		-key "${WHO:-i/sandbox/reviewer-1}.key" "$@" 2>s_client.err
}
served() { gives "$1: others are served" 200 reviewer-2 /api/v1/me; }

# ---- who ----
gives "who is known is answered" 200 reviewer-1 /api/v1/me
curl -s --cacert "$SERVE_CA" "$SERVE_URL/health" >body
same "anybody learns that it is alive" '{"alive":true}' "$(cat body)"
same "who has no certificate is told so" 401 \
	"$(curl -s --cacert "$SERVE_CA" -o body -w '%{http_code}' "$SERVE_URL/api/v1/me")"
check "in words" grep -q 'come with the certificate' body
make_cert() { # NAME DAYS [openssl req]...
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
		-keyout "$1.key" -out "$1.crt" -days "$2" "${@:3}" 2>/dev/null
}
make_cert stranger 2
same "a stranger's certificate" 403 "$(curl -s --cacert "$SERVE_CA" --cert stranger.crt \
	--key stranger.key -o body -w '%{http_code}' "$SERVE_URL/api/v1/me")"
check "in words" grep -q 'no authority that this service knows' body
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=agency \
	-keyout ca.key -out ca.crt -days 2 -addext keyUsage=critical,keyCertSign 2>/dev/null
issue() { # NAME [openssl x509]...
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
		-keyout "$1.key" -out "$1.csr" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -out "$1.crt" "${@:2}" 2>/dev/null
}
issue of-agency -days 2
cp ca.crt i/sandbox/agency-ca.crt
kill -HUP "$SERVE_PID"
of_agency() {
	curl -s --cacert "$SERVE_CA" --cert "$1.crt" --key "$1.key" -o body -w '%{http_code}' "$SERVE_URL/api/v1/me"
}
for _ in $(seq 100); do
	[ "$(of_agency of-agency)" = 200 ] && break
	sleep .05
done
same "a certificate of an agency's authority, after a reload" 200 "$(of_agency of-agency)"
# One whose day is over: openssl ca sets dates.
mkdir ca && : >ca/index && echo 01 >ca/serial
cat >ca.conf <<CONF
[ca]
default_ca = d
[d]
dir = ca
database = ca/index
serial = ca/serial
new_certs_dir = ca
default_md = sha256
policy = p
[p]
commonName = supplied
CONF
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=expired \
	-keyout expired.key -out expired.csr 2>/dev/null
openssl ca -batch -config ca.conf -cert ca.crt -keyfile ca.key -in expired.csr -out expired.crt \
	-startdate 20200101000000Z -enddate 20200102000000Z -notext >ca.log 2>&1
same "an expired one" 403 "$(of_agency expired)"
check "is told why" grep -qE 'has expired|no authority' body
check "TLS 1.2 is not spoken" bash -c "! curl -s --tls-max 1.2 --cacert '$SERVE_CA' '$SERVE_URL/health'"

# ---- what is asked ----
gives "no such address" 404 reviewer-1 /nothing
gives "another method" 405 reviewer-1 /api/v1/me -X DELETE -D head
check "names those there are" grep -qi '^allow: GET, HEAD, OPTIONS' head
gives "OPTIONS" 204 reviewer-1 /api/v1/me -X OPTIONS
gives "HEAD" 200 reviewer-1 /api/v1/me -I
for path in '/%2e%2e/secret' '/../secret' '//readiness' '/readiness/' '/a%2fb' '/%00' '/%ff' '/a%0d%0ab' '/./readiness' '/%zz'; do
	gives "$path" 400 reviewer-1 "$path"
done
gives "an address that is too long" 414 reviewer-1 "/$(head -c 9000 /dev/zero | tr '\0' a)"
check "headers without end" bash -c "[[ $(status_of reviewer-1 /api/v1/me -H "X: $(head -c 60000 /dev/zero | tr '\0' a)") = 431 ]]"
gives "a body where there is none" 413 reviewer-1 /api/v1/me -X GET -d x
ask reviewer-1 /readiness -D head -o body
for name in content-security-policy x-content-type-options referrer-policy strict-transport-security 'cache-control: no-store'; do
	check "an answer has $name" grep -qi "^$name" head
done
style=$(ask reviewer-1 / | grep -o '/assets/[^"]*css' | head -1)
etag=$(ask reviewer-1 "$style" -D - -o body | sed -n 's/^ETag: //Ip' | tr -d '\r')
gives "a file that did not change" 304 reviewer-1 "$style" -H "If-None-Match: $etag"

# ---- slow ones ----
( printf 'GET /readiness HTTP/1.1\r\nHost: x\r\nX: '; for _ in $(seq 12); do printf a; sleep .5; done ) |
	SECS=8 tls >drip &
drip=$!
( sleep 6 ) | timeout 8 openssl s_client -quiet -connect "localhost:$SERVE_PORT" >/dev/null 2>&1 &
silent=$!
served "one byte now and then"
begun=$SECONDS
wait "$drip"
check "it is ended" [ $((SECONDS - begun)) -lt 7 ]
kill "$silent" 2>/dev/null
printf 'GET /readiness HT' | SECS=5 tls >half
served "half a request"
for _ in $(seq 40); do ( exec 3<>"/dev/tcp/localhost/$SERVE_PORT"; sleep 1 ) & done 2>/dev/null
served "forty connections that say nothing"

# ---- processes that die ----
# The process of that name, by its parent: nobody else's.
process() { pgrep -P "${2:-$SERVE_PID}" -x "$1" | head -1; }
for what in weir-gate weir-desk; do
	pid=$(process "$what")
	kill -9 "$pid"
	for _ in $(seq 100); do
		[ "$(status_of reviewer-1 /api/v1/me)" = 200 ] && break
		sleep .05
	done
	gives "$what was killed, and serves" 200 reviewer-1 /api/v1/me
	check "it is another one" [ "$pid" != "$(process "$what")" ]
done
# Each answer is whole, or says that nothing was done, while workers are killed.
for n in $(seq 4); do
	( for _ in $(seq 25); do serve_ask reviewer-1 /api/v1/me -o /dev/null -w '%{http_code}\n'; done >"codes.$n" 2>/dev/null ) &
	load[$n]=$!
done
while kill -0 "${load[@]}" 2>/dev/null; do
	desk=$(process weir-desk)
	worker=$(process weir-worker "$desk")
	[ -n "$worker" ] && kill -9 "$worker" 2>/dev/null && echo "$worker" >>killed
	jobs -r | grep -q codes || break
	sleep .05
done
wait "${load[@]}"
check "workers were killed" test -s killed
same "a hundred answers all the same" 100 "$(cat codes.* | grep -cE '^(200|500|503)$')"
check "most of them well" [ "$(cat codes.* | grep -c 200)" -gt 10 ]
gives "and it serves" 200 reviewer-1 /api/v1/me
check "the store is whole" weir i ledger verify

# ---- nothing is left ----
check "it stops in order" serve_stop
check "no process is left" bash -c "! kill -0 $SERVE_PID 2>/dev/null"

# ---- as systemd starts it ----
cat >activate.py <<'PY'
import os, signal, socket, subprocess, sys
port = socket.create_server(("127.0.0.1", 0))
told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
told.bind("notify")
told.settimeout(20)
def hear(word):
    while word not in (text := told.recv(999).decode()):
        pass
    return text
child = os.fork()
if child == 0:
    os.dup2(port.fileno(), 3)
    os.set_inheritable(3, True)
    os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1",
                      NOTIFY_SOCKET=os.path.abspath("notify"))
    os.execv(os.environ["WEIR"], ["weir", "-C", "i", "serve"])
hear("READY=1")
asked = subprocess.run(["curl", "-s", "--max-time", "20", "--cacert", "i/service/server.crt",
    f"https://localhost:{port.getsockname()[1]}/health"], capture_output=True).stdout
os.kill(child, signal.SIGHUP)
assert "MONOTONIC_USEC" in hear("RELOADING=1")
hear("READY=1")
os.kill(child, signal.SIGTERM)
hear("STOPPING=1")
assert os.waitpid(child, 0)[1] == 0
assert b"alive" in asked, asked
PY
check "the port is given, and it tells when it is ready, reloads and stops" python3 activate.py
finish
