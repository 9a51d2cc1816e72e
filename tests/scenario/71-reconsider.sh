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
check "explain tells it" bash -c '"$1" -C i explain "$2" | grep -q "judged anew"' \
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

# ---- facts of other lines count as they did ----
instance k
good_line 5 >d.jsonl
good_line 5 TWICE >>d.jsonl
good_line 6 FIRST >one.jsonl
good_line 7 SECOND >two.jsonl
python3 - >>d.jsonl <<'PY'
import json
one, two = (json.load(open(n, encoding="utf-8")) for n in ("one.jsonl", "two.jsonl"))
for k in ("weir:investigation", "weir:removalOrder"):
    two[k] = one[k]
for r in (one, two):
    r["weir:reason"] = "In %s the order of %s was not obeyed" % (
        one["weir:investigation"]["weir:caseID"],
        one["weir:removalOrder"]["weir:finalDate"])
    print(json.dumps(r))
PY
certify k d.jsonl 1
check "a batch with a duplicate and a shared reason" submit k d.jsonl
weir k batch reply 1 >first-reply
same "three are refused" "AG-DUPLICATE I2-B4-REASON I2-B4-REASON" \
	"$(grep '"refused"' first-reply | field code | xargs)"
"$WEIR" request reconsider TWICE FIRST SECOND --agreement AG-IRS-ICE-2025 \
	--sequence 1 --certifier ICE-DIR --reason 'please look again' \
	--key k/sandbox/certifier.key --out k.json
check "the requester asks" weir k letter take k.json
for n in $(weir k matter list --kind reconsider --json |
	sed 's/.*"matter":\([0-9]*\).*/\1/'); do
	weir k matter answer "$n" --decision anew --ground 'read again' \
		--key k/sandbox/counsel.key >>answered 2>&1
done
weir k batch reply 1 >second-reply
same "each is refused again, by the same rule" "$(cut -d, -f1-4 first-reply)" \
	"$(cut -d, -f1-4 second-reply)"
same "and the reply says that they were judged anew" 3 \
	"$(grep -c '"since"' second-reply)"
check "replay finds the same" weir k replay 1
finish
