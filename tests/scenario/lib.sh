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

# answers NAME STATUS PATTERN COMMAND...: that status, and standard error or
# output matches the extended regular expression.
answers() {
	local name=$1 want=$2 pattern=$3
	shift 3
	try "$@"
	if [ "$status" != "$want" ]; then
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

weir() { # INSTANCE VERB...
	local in=$1
	shift
	"$WEIR" -C "$in" "$@"
}

# field NAME: of JSON Lines on stdin, the string value a line.
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# What must hold of an instance however it was treated before.
ledger_holds() { # NAME INSTANCE
	check "$1" weir "$2" ledger verify
}

# good_line N: the line of the N-th request of the world that must resolve.
good_line() {
	local id
	id=$(awk -F, -v n="$1" '$5 == "good" && $2 == "review" && ++i == n {
		print $1; exit }' "$WORLD/truth.csv")
	grep -F "\"$id\"" "$WORLD/requests.jsonl" | head -1
}
