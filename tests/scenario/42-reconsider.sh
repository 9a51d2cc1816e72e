# SPDX-License-Identifier: Apache-2.0
# A refusal is looked at again: upheld with reasons, or judged anew by the law
# and the registers of the day, and by nothing else.
. "$(dirname "$0")/lib.sh"

instance i
certifier=i/sandbox/certifier
# Two good requests whose officer is not on the register, one that no law
# lets through, one that is in order.
for n in 1 2; do
	good_line $n | sed -E 's/"weir:officerID" *: *"[^"]*"/"weir:officerID": "HSI-NEW"/'
done >r.jsonl
good_line 3 | sed -E 's/8 USC 1253[^"]*/8 USC 1324d/' >>r.jsonl
good_line 4 >>r.jsonl
mapfile -t ids < <(facts r.jsonl | cut -f1)
certify i r.jsonl 1
check "the batch is taken" submit i r.jsonl
status_of() { weir i batch reply 1 | grep "\"$1\"" | field status; }
line_of() { weir i batch reply 1 | grep "\"$1\""; }
same "three are refused, one accepted" "refused refused refused accepted" \
	"$(for id in "${ids[@]}"; do status_of "$id"; done | xargs)"

ask() { # OUT ID...
	local out=$1
	shift
	"$WEIR" request reconsider "$@" --agreement AG-IRS-ICE-2025 --sequence 1 \
		--certifier ICE-DIR --reason 'the officer is registered now' \
		--key $certifier.key --out "$out" &&
		"$WEIR" -C i letter take "$out"
}
answer() { # MATTER DECISION KEY
	"$WEIR" -C i matter answer "$1" --decision "$2" \
		--ground 'read again with the file' --key "i/sandbox/$3.key"
}
answers "what was accepted is not reconsidered" 1 'accepted, not refused' \
	ask a.json "${ids[3]}"
check "the requester asks for three" ask l.json "${ids[@]:0:3}"
same "a matter each" 3 "$(weir i matter list --kind reconsider --json | wc -l | tr -d ' ')"
check "with a clock of ten days" bash -c '
	"$1" -C i matter list --kind reconsider | grep -qE "in (239|240) h"' x "$WEIR"
check "the reply says by when" bash -c 'grep -q "\"reconsidered_by\":\"20" <<<"$1"' \
	x "$(line_of "${ids[0]}")"
answers "asked twice it is told so" 1 'being looked at again' ask m.json "${ids[0]}"
mapfile -t matters < <(weir i matter list --kind reconsider --json |
	sed 's/.*"matter":\([0-9]*\).*/\1/')

answers "the operator does not answer it" 1 . answer "${matters[0]}" anew operator
check "judged anew as things are" answer "${matters[0]}" anew reviewer-1
same "it is refused again: nobody can wave it through" refused "$(status_of "${ids[0]}")"
check "the reply says since when" bash -c 'grep -q "\"since\":\"20" <<<"$1"' \
	x "$(line_of "${ids[0]}")"
check "the third is upheld" answer "${matters[2]}" uphold counsel
same "with its reasons" 'read again with the file' \
	"$(line_of "${ids[2]}" | field upheld)"
answers "upheld is upheld" 1 'send it mended' ask u.json "${ids[2]}"

# The officer is registered: now the second is judged by another register.
check "the officer comes on the register" weir i sandbox enroll r.jsonl
weir i ledger verify --json >before
check "judged anew" answer "${matters[1]}" anew counsel
same "it is accepted" accepted "$(status_of "${ids[1]}")"
check "and was looked up like any other" bash -c '
	"$1" -C i batch decisions 1 | grep "\"$2\"" | grep -q "\"match\""' \
	x "$WEIR" "${ids[1]}"
check "openssl verifies the reply that says so" openssl cms -verify -binary \
	-inform DER -in i/batches/1/reply-later.jsonl.p7s \
	-content i/batches/1/reply-later.jsonl -noverify \
	-certfile i/secret/signing.crt -out seen
check "the totals tie" weir i batch status 1
check "a second look was due to the first too" ask n.json "${ids[0]}"
mapfile -t more < <(weir i matter list --kind reconsider --json |
	sed 's/.*"matter":\([0-9]*\).*/\1/')
check "which is accepted as well" answer "${more[0]}" anew reviewer-2
same "now" accepted "$(status_of "${ids[0]}")"
check "replay finds all the same" weir i replay 1
check "explain tells it" bash -c '"$1" -C i explain "$2" | grep -q reconsider' \
	x "$WEIR" "${ids[1]}"

# The release: what was judged anew has an answer day of its own.
check "two sign" approve_all i 1
days() { date -u -d "$TODAY + $1 days" +%F; }
check "a round before that day" release i 1
check "answers the one that was accepted at once" [ -e "i/outbox/1/${ids[3]}.cms" ]
check "and nothing else" [ "$(find i/outbox/1 -name '*.cms' | wc -l)" = 1 ]
check "a round on that day" "$WEIR" -C i release --batch 1 --today "$(days 30)"
same "answers the two judged anew" 3 "$(find i/outbox/1 -name '*.cms' | wc -l)"
check "the refused have none" [ ! -e "i/outbox/1/${ids[2]}.cms" ]
ledger_holds "the ledger holds" i
check "replay after the release" weir i replay 1
finish
