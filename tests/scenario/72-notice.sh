# SPDX-License-Identifier: Apache-2.0
# Notices (R31, F24): queued for the people an incident affects, drafted in the
# words of 26 USC 7431, suppressed only by counsel who cites a law, and only
# until a day.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
counsel=i/sandbox/counsel.key
notice() { weir i notice "$@"; }
later() { date -ud "$TODAY + $1 days" +%F; }
release i 1 >out
delivered i 1 | sort >addresses
neutral=$(accepted i 1 | sort | comm -23 - addresses | head -1)
n=$(lines_of addresses)
weir i incident open --found F --what "a rule was wrong" --key $counsel >opened
incident=$(sed -n 's/^incident \([0-9]*\):.*/\1/p' opened)
weir i incident affected "$incident" --rule AG-CONFIRM --neutral --key $counsel >out

answers "a reviewer queues no notice" 1 'not the role' weir i incident notice \
	"$incident" --ground G --key i/sandbox/reviewer-1.key
answers "nobody is told of a neutral answer" 1 'nobody is to be told' weir i \
	incident notice "$incident" "$neutral" --ground G --key $counsel
check "all that it names, one notice" weir i incident notice "$incident" \
	--ground "An error in a rule of ours." --key $counsel
cp out queued
number=$(sed -n 's/^notice \([0-9]*\):.*/\1/p' queued)
people=$(sed -n 's/^notice [0-9]*: \([0-9]*\) people.*/\1/p' queued)
weir i incident affected --rule AG-CONFIRM --key $counsel >counts
check "as many people as taxpayers were affected" grep -qE "taxpayers $people\$" counts
answers "it is in the queue" 0 "$number +$incident +$people +open" notice list --key $counsel

# ---- the drafts ----
answers "a reviewer does not read them" 1 'not the role' notice show "$number" \
	--key i/sandbox/reviewer-1.key
check "the drafts" notice show "$number" --key $counsel
cp out drafts
same "one a person" "$people" "$(grep -c '^Notice of a disclosure' drafts)"
same "every disclosure is in one" "$n" "$(grep -cE '^  request +R' drafts)"
check "the day" grep -qE "^  on +$TODAY" drafts
check "to whom, and by what authority" grep -qE '^  statute cited +8 USC 1253' drafts
check "why" grep -q 'An error in a rule of ours.' drafts
check "and what the law gives" grep -q '26 USC 7431(a)(1)' drafts
check "no brace is left" bash -c "! grep -q '[{}]' drafts"
check "no line of the words is over 80 columns" bash -c "! grep -vE '^  ' drafts | grep -qE '^.{81}'"
facts r.jsonl | cut -f5 | tr -d ' -' | grep -E '^[0-9]{9}$' >tins
check "no TIN is in it" bash -c "! tr -d ' -' <drafts | grep -qFf tins"
echo 'Dear {name}, {ground}' >mine
answers "in other words" 0 '^Dear .*An error' notice show "$number" --template mine --key $counsel
echo '{nonsense}' >mine
answers "a template that is wrong" 1 'line 1 of the template' \
	notice show "$number" --template mine --key $counsel

# ---- suppressed ----
suppress() { notice suppress "$number" "$@" --key $counsel; }
answers "with a ground" 2 ground suppress --until "$(later 10)"
answers "that cites something" 1 'cites the law' suppress --until "$(later 10)" --ground "not now"
answers "until a day" 1 'after today' suppress --until "$TODAY" --ground "26 USC 7431(e)"
answers "not by the safeguards officer" 1 'may not decide' notice suppress "$number" \
	--until "$(later 10)" --ground "26 USC 7431(e)"
answers "nor by the general verb" 1 'weir notice suppress' weir i matter answer "$number" \
	--decision suppress --ground "26 USC 7431(e)" --key $counsel
check "by counsel" suppress --until "$(later 10)" --ground "order of the court, docket 1:26-cv-1"
answers "it is shown so" 0 "suppress .*$(later 10)" notice list --all --key $counsel
weir i tend --today "$(later 9)" --json >out 2>err
answers "on the day before it stays" 0 'no notice is open' notice list --key $counsel
weir i tend --today "$(later 10)" >tended 2>err
check "on the day the daily round opens it again" grep -q 'notices due again 1' tended
notice list --json --key $counsel >open
same "for the same people" "$people" "$(sed -n 's/.*"persons":\([0-9]*\),.*/\1/p' open)"
again=$(sed -n 's/.*"notice":\([0-9]*\),.*/\1/p' open)
weir i tend --today "$(later 11)" >tended 2>err
check "once" grep -q 'notices due again 0' tended
same "its drafts are as many" "$people" "$(notice show "$again" --key $counsel |
	grep -c '^Notice of a disclosure')"
weir i incident notice "$incident" "$(head -1 addresses)" --ground G --key $counsel >queued
one=$(sed -n 's/^notice \([0-9]*\): 1 people.*/\1/p' queued)
check "one for one person is sent" notice sent "$one" --ground "by mail" --key $counsel
answers "and is out of the queue" 0 "^ *$one .* sent " notice list --all --key $counsel
ledger_holds "the ledger verifies" i
finish
