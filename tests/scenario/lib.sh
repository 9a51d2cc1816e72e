# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# lib.sh - what the scenario scripts share.  A script sources it, does things
# to instances in its own temporary folder ($T, its working directory too),
# and prints TAP: one line a check.  It ends with `finish`.
#
#	WEIR    the program            WORLD   a drawn world: roll.csv,
#	ROOT    of the source tree             requests.jsonl, truth.csv, today
#	SHARED  folder with larger data, beside the source tree; may be absent

set -u
: "${WEIR:?}" "${WORLD:?}" "${TEMPLATE:?}"
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck disable=SC2034 # for the scripts
SHARED=$ROOT/../shared
TODAY=$(cat "$WORLD/today")
T=$(mktemp -d "${TMPDIR:-/tmp}/weir-scenario.XXXXXX") || exit 2
trap 'finish_early' EXIT
cd "$T" || exit 2
checks=0
failures=0

finish_early() {
	rm -rf "$T"
	[ "${finished:-no}" = yes ] && return
	echo "not ok $((checks + 1)) - the script ran to its end"
}

finish() {
	finished=yes
	echo "1..$checks"
	[ "$failures" = 0 ]
	exit
}

# ---- checks ----

pass() {
	checks=$((checks + 1))
	echo "ok $checks - $1"
}

fail() {
	checks=$((checks + 1))
	failures=$((failures + 1))
	echo "not ok $checks - $1"
	shift
	printf '%s\n' "$@" | head -40 | sed 's/^/#   /'
}

skip() { # NAME REASON
	checks=$((checks + 1))
	echo "ok $checks - $1 # SKIP $2"
}

# Runs a command; its status is in $status, its words in out and err.
try() {
	"$@" >"$T/out" 2>"$T/err"
	status=$?
}

tell() { echo "status $status"; tail -n 15 "$T/out" "$T/err"; }

# check NAME COMMAND...: it ends with 0.
check() {
	local name=$1
	shift
	try "$@"
	if [ "$status" = 0 ]; then pass "$name"; else fail "$name" "$*" "$(tell)"; fi
}

# answers NAME STATUS PATTERN COMMAND...: that status (a shell pattern), and
# standard error or output matches the extended regular expression.
answers() {
	local name=$1 want=$2 pattern=$3
	shift 3
	try "$@"
	# shellcheck disable=SC2053 # a pattern
	if [[ $status != $want ]]; then
		fail "$name" "wanted status $want of: $*" "$(tell)"
	elif ! grep -qE -- "$pattern" "$T/err" "$T/out"; then
		fail "$name" "wanted a line with: $pattern" "$(tell)"
	else
		pass "$name"
	fi
}

# same NAME WANT GOT: equal as text.
same() {
	if [ "$2" = "$3" ]; then
		pass "$1"
	else
		fail "$1" "wanted: $2" "got:    $3"
	fi
}

same_files() { # NAME A B
	if cmp -s "$2" "$3"; then
		pass "$1"
	else
		fail "$1" "$(diff "$2" "$3" 2>&1 | head -10)"
	fi
}

# ---- instances and batches ----

# instance NAME: a sandbox that has the world's officers and its roll.
instance() { cp -a "$TEMPLATE" "$1"; }

# reviewed_instance NAME: one in which the world's requests are batch 1 and two
# reviewers approved all that waits.  The file is $T/r.jsonl.  Whichever script
# wants it first makes it; others wait.
reviewed_instance() {
	local first=$TEMPLATE.reviewed
	cp "$WORLD/requests.jsonl" r.jsonl
	exec 9>"$TEMPLATE.turn"
	flock 9
	if [ ! -d "$first" ]; then
		cp -a "$TEMPLATE" "$first.new" || return
		certify "$first.new" r.jsonl 1 &&
			submit "$first.new" r.jsonl >"$T/out" 2>"$T/err" 9>&- &&
			approve_all "$first.new" 1 >"$T/out" 2>"$T/err" 9>&- &&
			mv "$first.new" "$first" || {
			fail "an instance with a batch, reviewed" "$(tail "$T/out" "$T/err")"
			exec 9>&-
			return 1
		}
	fi
	exec 9>&-
	cp -a "$first" "$1"
}

approve_all() { # INSTANCE BATCH
	local n
	for n in 1 2; do
		weir "$1" review approve --batch "$2" --all \
			--key "$1/sandbox/reviewer-$n.key" || return
	done
}

release() { # INSTANCE BATCH
	"$WEIR" -C "$1" release --batch "$2" --today "$TODAY"
}

lines_of() { wc -l <"$1" | tr -d ' '; }
sha384_of() { openssl dgst -sha384 -r "$1" | cut -d' ' -f1; }

# manifest REQUESTS SEQUENCE [COUNT [SHA384]]: manifest.json on stdout.
manifest() {
	cat <<-JSON
		{"weir:agreementID": "AG-IRS-ICE-2025", "weir:sequence": $2,
		 "weir:count": ${3:-$(lines_of "$1")},
		 "weir:sha384": "${4:-$(sha384_of "$1")}",
		 "weir:certifier": {"weir:officerID": "ICE-DIR",
		  "nc:PersonFullName": "ACTING DIRECTOR",
		  "weir:roleText": "head of agency"},
		 "weir:date": "$TODAY"}
	JSON
}

# sign MANIFEST KEY-WITHOUT-SUFFIX: MANIFEST.p7s, by stock openssl.
sign() {
	openssl cms -sign -binary -outform DER -signer "$2.crt" \
		-inkey "$2.key" -in "$1" -out "$1.p7s" 2>"$T/openssl.err"
}

# certify INSTANCE REQUESTS SEQUENCE [COUNT [SHA384]]: REQUESTS.manifest and
# its signature, by the sandbox's certifier.
certify() {
	local in=$1
	shift
	manifest "$@" >"$1.manifest"
	sign "$1.manifest" "$in/sandbox/certifier"
}

submit() { # INSTANCE REQUESTS [options]
	local in=$1 file=$2
	shift 2
	"$WEIR" -C "$in" batch submit "$file" --manifest "$file.manifest" \
		--today "$TODAY" "$@"
}

# begin_submit INSTANCE REQUESTS OUT: the same in the background; $pid is the
# program itself (a function's would be a shell's).
begin_submit() {
	"$WEIR" -C "$1" batch submit "$2" --manifest "$2.manifest" \
		--today "$TODAY" >"$3" 2>"$3.err" &
	# shellcheck disable=SC2034 # for the scripts
	pid=$!
}

begin_release() { # INSTANCE BATCH OUT
	"$WEIR" -C "$1" release --batch "$2" --today "$TODAY" >"$3" 2>"$3.err" &
	# shellcheck disable=SC2034
	pid=$!
}

# kill_after MS PID: SIGKILL, after so long.  Fails where it had ended.
kill_after() {
	sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
	kill -9 "$2" 2>/dev/null
	wait "$2" 2>/dev/null
	[ $? = 137 ]
}

# kill_child PID NAME MS: SIGKILL for its process of that name, so long after
# it is there.
kill_child() {
	local child n
	for n in $(seq 300); do
		for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
			[ "$(cat "/proc/$child/comm" 2>/dev/null)" = "$2" ] || continue
			sleep "$(printf '0.%03d' "$3")"
			kill -9 "$child" 2>/dev/null
			return
		done
		sleep .002
	done
}

weir() { # INSTANCE VERB...
	local in=$1
	shift
	"$WEIR" -C "$in" "$@"
}

# field NAME: of JSON Lines on stdin, the string value a line.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# The ids that a batch accepted; those that were delivered an address.
accepted() { weir "$1" batch reply "$2" | grep '"accepted"' | field request_id; }
delivered() {
	weir "$1" batch decisions "$2" | grep '"outcome":"delivered"' |
		field request_id
}

# facts FILE: of each request that can be read, tab-separated: id, officer,
# case, surname, TIN.  Made once a file.
facts() {
	[ -f "$1.facts" ] || python3 - "$1" >"$1.facts" <<-'PY'
		import json, sys
		for line in open(sys.argv[1], encoding="utf-8", errors="replace"):
		    try:
		        r = json.loads(line)
		        get = lambda *path: str(__import__("functools").reduce(
		            lambda d, k: (d or {}).get(k), path, r) or "")
		        print("\t".join((get("weir:requestID"),
		            get("weir:officer", "weir:officerID"),
		            get("weir:investigation", "weir:caseID"),
		            get("nc:Person", "nc:PersonName", "nc:PersonSurName"),
		            get("nc:Person", "nc:PersonTaxIdentification",
		                "nc:IdentificationID"))))
		    except (ValueError, AttributeError):
		        pass
	PY
	cat "$1.facts"
}

# fact FILE ID N: its N-th fact.
fact() { facts "$1" | awk -F'\t' -v id="$2" -v n="$3" '$1 == id {print $n; exit}'; }
officer_of() { fact "$1" "$2" 2; }
case_of() { fact "$1" "$2" 3; }

# opened INSTANCE FILE-OF-REQUESTS ID: a package's inside, by stock openssl.
opened() {
	local officer
	officer=$(officer_of "$2" "$3")
	openssl cms -decrypt -binary -inform DER -in "$1/outbox/1/$3.cms" \
		-recip "$1/sandbox/officers/$officer.crt" \
		-inkey "$1/sandbox/officers/$officer.key"
}

# What must hold of an instance however it was treated before.
ledger_holds() { # NAME INSTANCE
	check "$1" weir "$2" ledger verify
	[ ! -x "$WEIR-verify" ] || inspected "$1: an inspector finds nothing" "$2"
}

# inspected NAME INSTANCE: weir-verify finds no fault in the public files, and
# none in any entry, opened for an inspector of a copy of it.
inspected() {
	local at=$T/inspected
	rm -rf "$at"
	cp -a "$2" "$at" &&
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
			-keyout "$T/inspector.key" -out "$T/inspector.crt" -days 300 \
			-subj "/CN=TEST INSPECTOR" 2>"$T/openssl.err" &&
		weir "$at" register role add --role inspector \
			--cert "$T/inspector.crt" \
			--key "$at/sandbox/operator.key" >"$T/out" 2>"$T/err" &&
		rm -f "$T/openings" &&
		weir "$at" ledger openings --out "$T/openings" \
			--key "$T/inspector.key" >"$T/out" 2>"$T/err" || {
		fail "$1" "$(tail "$T/out" "$T/err")"
		return
	}
	check "$1" "$WEIR-verify" "$at/ledger" --vkey "$2/ledger/ledger.vkey" \
		--openings "$T/openings"
	rm -rf "$at"
}

# good_line N: the line of the N-th request of the world that must resolve,
# under an id of its own.
good_line() {
	local id
	id=$(tr -d '\r' <"$WORLD/truth.csv" | awk -F, -v n="$1" '
		$5 == "good" && $2 == "review" && ++i == n { print $1 }')
	python3 - "$WORLD/requests.jsonl" "$id" "${2:-$id}" <<-'PY'
		import json, sys
		for line in open(sys.argv[1], encoding="utf-8", errors="replace"):
		    try:
		        r = json.loads(line)
		    except ValueError:
		        continue
		    if r.get("weir:requestID") == sys.argv[2]:
		        r["weir:requestID"] = sys.argv[3]
		        print(json.dumps(r))
		        break
	PY
}

# renamed PREFIX FILE: the requests of a file under other ids.
renamed() {
	sed -E 's/("weir:requestID" *: *")/\1'"$1"'/' "$2"
}
