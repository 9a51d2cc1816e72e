# SPDX-License-Identifier: Apache-2.0
# The daily round of an office: what lapses, what is due, what is overdue; as
# many entries each time, whatever it found.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
counsel=i/sandbox/counsel.key
later() { date -ud "$TODAY + $1 days" +%F; }
tend() { weir i tend "$@"; }
entries() { weir i ledger checkpoint | sed -n 2p; }
lapsed() { weir i batch decisions 1 | grep -c '"outcome":"lapsed"'; }

answers "only an operator" 1 'not the role' tend --key i/sandbox/reviewer-1.key
check "a new instance has nothing overdue" tend --today "$TODAY"
answers "the answer day comes near" 0 'answer +.*batch 1: [0-9]+ not answered' \
	tend --today "$(later 30)"
answers "and passes" 1 '! answer' tend --today "$(later 31)"
check "no line is over 80 columns" bash -c "! '$WEIR' -C i tend --today '$(later 31)' | grep -qE '^.{81}'"

release i 1 >out
open=$(weir i batch decisions 1 | grep -c '"answered":"neutral"')
check "after the answers nothing is overdue" tend --today "$TODAY"
answers "the second look is" 1 '! matter .*look, overdue' tend --today "$(later 4)"
tend --today "$(later 6)" >tended 2>err
check "packages that nobody acknowledged" grep -qE '^! package .*not acknowledged' tended
tend --today "$(later 80)" >tended 2>err
check "packages whose use ends" grep -qE '^  package .*ends within 14 days' tended
tend --today "$(later 90)" >tended 2>err
check "and has ended" grep -qE '^! package .*use ended' tended
tend --today "$(later 90)" --json >json 2>err
check "as JSON" python3 -c "
import json
rows = [json.loads(l) for l in open('json')]
assert any(r['what'] == 'package' and r['overdue'] for r in rows), rows"

# ---- lapsing: 180 days after the manifest's date ----
check "a hold on one case" weir i hold place --ground court --docket D \
	--scope "case=$(case_of r.jsonl "$(weir i batch decisions 1 |
		grep '"answered":"neutral"' | field request_id | head -1)")" --key $counsel
before=$(entries)
tend --today "$(later 179)" >tended 2>err
same "two publications: of the round, and of the root over all tags" 128 "$(($(entries) - before))"
same "on the day before nothing lapses" 0 "$(lapsed)"
before=$(entries)
tend --today "$(later 180)" >tended 2>err
same "of one size, whatever lapsed" 128 "$(($(entries) - before))"
gone=$(lapsed)
check "on the day it lapses" grep -q "^lapsed $gone," tended
check "what was answered neutrally, but for what a hold reaches" \
	test "$gone" -lt "$open" -a "$gone" -gt 0
held=$((open - gone))
check "the batch's totals tie" weir i batch status 1
check "lapsed is final: nothing is left of it in a release" release i 1
same "as many are lapsed" "$gone" "$(lapsed)"
check "the hold is lifted by one" weir i hold lift 1 --key $counsel
check "and another" weir i hold lift 1 --key i/sandbox/reviewer-1.key
check "what the hold pulled back is answered again" release i 1
tend --today "$(later 181)" >tended 2>err
same "then the rest lapses" "$((gone + held))" "$(lapsed)"

# ---- registers: a review, a plan, the agreement's end, certificates ----
tend --today 2030-03-15 >tended 2>err
check "the agreement's end" grep -qE '^  agreement .*its end comes within 30 days' tended
tend --today 2030-04-07 >tended 2>err
check "has come" grep -qE '^! agreement .*its end has come' tended
ledger_holds "the ledger verifies" i
finish
