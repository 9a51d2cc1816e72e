# SPDX-License-Identifier: Apache-2.0
# What changes between two steps: after entry D and before the package is handed
# over, after the first signature and before the second, after an answer and
# before it is given back, between two rounds.
. "$(dirname "$0")/lib.sh"

reviewed_instance base || finish
cp -a base whole
check "a release" release whole 1
weir whole batch decisions 1 >decisions
first() { grep "\"outcome\":\"$1\"" decisions | field request_id | head -1; }
outcome_of() { weir "$1" batch decisions 1 | grep "\"$2\"" | field outcome; }
id=$(first delivered)
gone() { # NAME INSTANCE: the address that stayed in sealed/ went nowhere
	if opened "$2" r.jsonl "$id" 2>/dev/null | grep -q '"answer":"address"'; then
		fail "$1" "$(ls -l "$2/outbox/1/$id.cms")"
	else
		pass "$1"
	fi
}

# A crash between entry D and the rename, as it leaves the folders.
cp -a whole cut
mkdir -p cut/sealed/1
mv "cut/outbox/1/$id.cms" cut/sealed/1/
cp -a cut i
check "nothing changed: a release" release i 1
check "hands it over" [ -e "i/outbox/1/$id.cms" ]

rm -rf i
cp -a cut i
check "a reviewer's role ends" weir i register role revoke \
	i/sandbox/reviewer-1.crt reviewer
check "a release" release i 1
gone "what one person approves does not leave" i
same "it is recalled" recalled "$(outcome_of i "$id")"
ledger_holds "the ledger verifies" i

rm -rf i
cp -a cut i
neutral=$(first unresolved)
mv "i/outbox/1/$neutral.cms" i/sealed/1/
check "both are demanded back" weir i recall demand --batch 1 \
	--ground "sent by mistake" "$id" "$neutral" --key i/sandbox/counsel.key
check "a release" release i 1
check "what is demanded back is not handed over" [ ! -e "i/outbox/1/$id.cms" ]
check "address or not" [ ! -e "i/outbox/1/$neutral.cms" ]
check "the totals tie" weir i batch status 1
ledger_holds "the ledger verifies" i

# Pulled back, lifted, answered neutrally; and then a second hold.
rm -rf i
cp -a whole i
place() { weir i hold place --ground court --docket "1:26-cv-1" --scope all --key i/sandbox/counsel.key; }
check "a hold" place
check "is lifted" weir i hold lift 1 --key i/sandbox/counsel.key
check "by two" weir i hold lift 1 --key i/sandbox/reviewer-1.key
check "a person is screened" weir i register screen add --ground informant \
	--person "$(grep "\"$id\"" decisions | field person_id)" \
	--key i/sandbox/counsel.key
check "a release" release i 1
check "answers it" [ -e "i/outbox/1/$id.cms" ]
gone "neutrally" i
check "a second hold" place
find i/outbox/1 -name '*.cms' -printf '%f\n' | sort >got
grep '"request-review"' decisions | field request_id | sed 's/$/.cms/' | sort >want
same_files "pulls all back, also what was recalled before" want got
check "the totals tie" weir i batch status 1

# A round in which all are answered again, cut off between two chunks: the store
# has what it is, and the next goes on for all.
rm -rf i
cp -a whole i
rm "i/outbox/1/$neutral.cms"
check "another release" release i 1
check "answers nobody twice" [ ! -e "i/outbox/1/$neutral.cms" ]
begun() { # SQL
	python3 -c 'import sqlite3, sys
db = sqlite3.connect("i/store.db")
for row in db.execute(sys.argv[1]): print(row[0])
db.commit()' "$1"
}
same "no round is left begun" 0 \
	"$(begun "select length(bytes) from named where name = 'round/1'")"
begun "update named set bytes = x'0101' where name = 'round/1'"
check "a release after one was cut off" release i 1
check "answers them" [ -e "i/outbox/1/$neutral.cms" ]
same "and ends it" 0 \
	"$(begun "select length(bytes) from named where name = 'round/1'")"

# The first signature counts no longer when the second comes.
instance s
certify s r.jsonl 1
check "a batch" submit s r.jsonl
check "one signs" weir s review approve --batch 1 --all --key s/sandbox/reviewer-1.key
check "and is reviewer no longer" weir s register role revoke \
	s/sandbox/reviewer-1.crt reviewer
answers "another signs: the first" 0 ' 0 now have two signatures' \
	weir s review approve --batch 1 --all --key s/sandbox/reviewer-2.key
check "a release" "$WEIR" -C s release --batch 1 --today "$(date -u -d "$TODAY + 30 days" +%F)"
ledger_holds "the ledger verifies" s

# Given back after the neutral answer: mended, not judged anew.
rm -rf i
cp -a whole i
back=$(first request-review)
check "given back after its answer" weir i review return --batch 1 \
	--request "$back" --ground "name the officer" --key i/sandbox/reviewer-1.key
check "the requester asks again" "$WEIR" request reconsider "$back" \
	--agreement AG-IRS-ICE-2025 --sequence 1 --certifier ICE-DIR \
	--reason 'look again' --key i/sandbox/certifier.key --date "$TODAY" \
	--out l.json
answers "and is told to send it mended" 1 'send it mended' \
	weir i letter take l.json --today "$TODAY"

# Withdrawn when a crash had left it sealed: not deleted under an order.
rm -rf i
cp -a base i
weir i batch decisions 1 >decisions
back=$(first approved)
mkdir -p i/sealed/1
cp "whole/outbox/1/$back.cms" i/sealed/1/
check "an order to preserve" weir i hold place --ground court \
	--docket "1:26-cv-2" --scope all --effect preserve --key i/sandbox/counsel.key
check "a letter takes it back" "$WEIR" request withdraw "$back" \
	--agreement AG-IRS-ICE-2025 --sequence 1 --certifier ICE-DIR \
	--reason 'the case was closed' --key i/sandbox/certifier.key \
	--date "$TODAY" --out w.json
check "and is taken" weir i letter take w.json --today "$TODAY"
check "what was sealed stays no package" [ ! -e "i/sealed/1/$back.cms" ]
same "and is kept" 1 "$(find i/sealed/1 -name "$back.cms.*.kept" | wc -l)"
finish
