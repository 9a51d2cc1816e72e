# SPDX-License-Identifier: Apache-2.0
# Single requests through the service, many clients at once, while each of its
# processes is killed in turn: what was answered stays so, each envelope is taken
# in once, a hold is obeyed at once, and nothing is handed over twice.
. "$(dirname "$0")/lib.sh"
. "$ROOT/tests/serve/serve.sh"

instance i
good_line 1 >held.jsonl
good_line 2 >free.jsonl
held=$(field weir:requestID <held.jsonl)
[ -n "$held" ] || held=$(sed -n 's/.*"weir:requestID": *"\([^"]*\)".*/\1/p' held.jsonl)
free=$(sed -n 's/.*"weir:requestID": *"\([^"]*\)".*/\1/p' free.jsonl)
{
	head -n 250 "$WORLD/requests.jsonl" | grep -vF -e "$held" -e "$free"
	cat free.jsonl held.jsonl
} | tail -n 202 >r.jsonl
"$WEIR" request certify r.jsonl --agreement AG-IRS-ICE-2025 --certifier ICE-DIR \
	--name "ACTING DIRECTOR" --role "head of agency" \
	--key i/sandbox/certifier.key --out e.jsonl
same "an envelope a line" 202 "$(lines_of e.jsonl)"

serve_start i || finish
trap 'kill -9 "$SERVE_PID" 2>/dev/null; finish_early' EXIT
singles() { # FROM TO [half]: acked grows
	"$ROOT/tests/serve/singles" "$SERVE_PORT" "$SERVE_CA" \
		i/sandbox/requester.crt i/sandbox/requester.key e.jsonl \
		"$1" "$2" acked ${3:-} 2>>singles.err
}
below() { # PID NAME: its process of that name, also further down
	local child name children=''
	read -r children 2>/dev/null <"/proc/$1/task/$1/children"
	for child in $children; do
		name=''
		read -r name 2>/dev/null <"/proc/$child/comm"
		[ "$name" != "$2" ] || echo "$child"
		below "$child" "$2"
	done
}
answered() { cut -f1 acked | sort -un | wc -l; }
: >acked

# ---- many at once, slow ones among them ----
check "eight connections at once, twenty with half an envelope" singles 0 40 half
same "all are answered, at the first try" '0 0' "$(tail -n 1 out)"
same "each once" 40 "$(answered)"
same "and judged" 201 "$(cut -f2 acked | sort -u)"
check "the same again is answered the same" bash -c "
	cut -f3- acked | sort >first; : >again
	'$ROOT/tests/serve/singles' $SERVE_PORT $SERVE_CA i/sandbox/requester.crt \
		i/sandbox/requester.key e.jsonl 0 40 again && [ \$(cut -f2 again | sort -u) = 200 ] &&
	cut -f3- again | sort | cmp - first"

# ---- a reload drops nothing ----
singles 40 60 >out &
pid=$!
for _ in 1 2 3; do
	kill -HUP "$SERVE_PID"
	sleep .1
done
wait "$pid"
same "reloaded three times under load: nothing broke" 0 "$(tail -n 1 out | cut -d' ' -f2)"
same "all are answered" 60 "$(answered)"

# ---- killed in turn ----
at=60
for victim in weir-gate weir-intake weir-front weir-keeper weir-desk weir-worker; do
	singles $at $((at + 20)) >out &
	pid=$!
	other=$pid
	killed=no
	for _ in $(seq 1000); do
		found=$(below "$SERVE_PID" "$victim" | head -n 1)
		if [ -n "$found" ] && kill -9 "$found" 2>/dev/null; then
			killed=yes
			break
		fi
		# A worker ends with its question: there is always one.
		if [ "$other" = "$pid" ] || ! kill -0 "$other" 2>/dev/null; then
			serve_ask operator '/api/v1/holds' -o /dev/null 2>>curl.err &
			other=$!
		fi
		sleep .01
	done
	[ $killed = yes ] || fail "$victim is there"
	wait "$pid" "$other" 2>/dev/null
	at=$((at + 20))
	same "$victim killed: all are answered" "$at" "$(answered)"
done
singles $at 200 >out &
pid=$!
kill -9 "$SERVE_PID"
wait "$SERVE_PID" 2>/dev/null
"$WEIR" -C i serve --listen "127.0.0.1:$SERVE_PORT" >"$SERVE_OUT" 2>>"$SERVE_LOG" &
SERVE_PID=$!
wait "$pid"
same "the parent killed, the service begun anew: all are answered" 200 "$(answered)"
weir i batch status 1 >status
check "each is a line of one book" grep -q 'received 200 =' status
cp acked before
: >acked
check "all again" singles 0 200
cut -f1,3- before | sort -u >want
cut -f1,3- acked | sort >got
same_files "what was answered is answered the same" want got

# ---- a hold, placed while it serves ----
case=$(sed -n 's/.*"weir:caseID": *"\([^"]*\)".*/\1/p' held.jsonl)
check "a hold is placed" weir i hold place --ground court \
	--docket "1:26-cv-00457" --scope "case=$case" --key i/sandbox/counsel.key
check "the next envelopes come in" singles 200 202
check "the book is closed while it serves" weir i batch close 1 --today "$TODAY"
check "approved" approve_all i 1
begin_release i 1 out
kill_child "$pid" weir-vault 10
wait "$pid" 2>/dev/null
check "released, its vault killed once" release i 1
accepted i 1 | sort >accepted
delivered i 1 >delivered
check "what the hold does not cover is delivered" grep -qx "$free" delivered
check "what it covers is not, though it is accepted" bash -c \
	"grep -qx '$held' accepted && ! grep -qx '$held' delivered"
find i/outbox/1 -name '*.cms' -printf '%f\n' | sed 's/\.cms$//' | sort >got
same_files "one package for each accepted request" accepted got
weir i ledger kinds >kinds
same "and one entry D" "$(lines_of accepted)" \
	"$(awk '$2 == "deliver" {n = $1} END {print n + 0}' kinds)"
check "it stops in order" serve_stop
ledger_holds "the ledger verifies" i
finish
