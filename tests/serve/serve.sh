# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
#
# For scripts that need the service: it is started on a free port, and stopped.
#
#	. tests/serve/serve.sh
#	serve_start INSTANCE [option of `weir serve`]...   # $WEIR is the program
#	serve_ask reviewer-1 /readiness [option of curl]... # as sandbox/reviewer-1
#	serve_stop
#
# After serve_start: SERVE_URL, SERVE_PORT, SERVE_CA (trust for curl --cacert,
# NODE_EXTRA_CA_CERTS and the like), SERVE_PID, SERVE_LOG (what it said on
# stderr).  Certificates of people: INSTANCE/sandbox/NAME.crt and .key.

serve_start() {
	SERVE_INSTANCE=$1
	shift
	SERVE_OUT=$(mktemp) || return 1
	SERVE_LOG=$(mktemp) || return 1
	"${WEIR:-build/weir}" -C "$SERVE_INSTANCE" serve --listen 127.0.0.1:0 \
		"$@" >"$SERVE_OUT" 2>"$SERVE_LOG" &
	SERVE_PID=$!
	# It tells its port once it serves.
	while ! grep -q '^listening' "$SERVE_OUT"; do
		if ! kill -0 "$SERVE_PID" 2>/dev/null; then
			cat "$SERVE_LOG" >&2
			return 1
		fi
		sleep .05
	done
	SERVE_PORT=$(sed -n 's/^listening on port //p;q' "$SERVE_OUT")
	SERVE_URL=https://localhost:$SERVE_PORT
	SERVE_CA=$SERVE_INSTANCE/service/server.crt
	export SERVE_URL SERVE_PORT SERVE_CA SERVE_PID SERVE_LOG
}

# WHO PATH [option]...: one request, as somebody of the sandbox.
serve_ask() {
	local who=$SERVE_INSTANCE/sandbox/$1 path=$2
	shift 2
	curl --silent --show-error --max-time 60 --path-as-is \
		--cacert "$SERVE_CA" --cert "$who.crt" --key "$who.key" \
		"$@" "$SERVE_URL$path"
}

serve_stop() {
	kill "$SERVE_PID" 2>/dev/null
	wait "$SERVE_PID"
	local status=$?
	rm -f "$SERVE_OUT"
	return $status
}
