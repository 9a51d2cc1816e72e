# SPDX-License-Identifier: Apache-2.0
# One field of one entry to one audience: what a court, a person or an inspector
# is shown, that they check it with no instance, and that nothing else opens.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
check "release answers" release i 1
C=i/sandbox/counsel.key
id=$(delivered i 1 | head -1)
other=$(delivered i 1 | sed -n 2p)
person() { weir i batch decisions 1 | grep -F "\"request_id\":\"$1\"" | field person_id; }
entry() { # LETTER ID: of its S or D
	weir i explain "$2" --key $C | sed -nE "s/^ .* $1 +entry ([0-9]+) .*/\1/p" | tail -1
}
mine=$(person "$id")
others=$(person "$other")
s=$(entry S "$id")
d=$(entry D "$id")
check "the request has an S and a D" test -n "$s" -a -n "$d"
check "S is proved" weir i ledger prove "$s" --entry s.entry --out s.proof
check "D is proved" weir i ledger prove "$d" --entry d.entry --out d.proof
cp i/ledger/ledger.vkey vkey

open_to() { # AUDIENCE INDEX FIELD [options]
	local to=$1 index=$2 name=$3
	shift 3
	weir i ledger open "$index" --field "$name" --for "$to" --who "1:26-cv-00457" \
		--ground "ordered" --key $C "$@"
}
verified() { # OPENING S|D
	"$WEIR" ledger check-opening "$1" --entry "$2.entry" --proof "$2.proof" --vkey vkey
}

acts() { weir i ledger kinds | awk '$2 == "act" {print $1}'; }
before=$(acts)
check "a court is shown to whom it went" open_to court "$s" recipient --out to
check "and for what" open_to court "$s" purpose --out what
same "each is an act" $((before + 3)) "$(acts)"
check "which it checks with no instance" verified to s
same "it is who the officer's certificate is" "$(openssl x509 -in \
	"i/sandbox/officers/$(officer_of r.jsonl "$id").crt" -outform DER |
	openssl dgst -sha256 -r | cut -d' ' -f1)" "$(sed -n 's/^bytes   //p' out)"
check "the purpose is text" verified what s
cp out shown
check "of an entry seal" grep -q '^kind    seal' shown
for field in plain approvals evidence request outcome; do
	answers "a court is not shown $field" 1 "not opened to the audience 'court'" \
		open_to court "$s" $field
done
answers "nor what somebody did" 1 "not opened" open_to court 0 kind
check "an inspector is" open_to inspector "$s" evidence --out seen
check "and checks it" verified seen s

check "a person is shown their own" open_to person "$d" at --person "$mine" --out own
check "and checks it" verified own d
answers "not another's" 1 'no address of that person' \
	open_to person "$d" at --person "$others"
answers "nor nobody's" 1 'whose own' open_to person "$d" at
answers "nor who asked for what reason" 1 'not opened' \
	open_to person "$s" evidence --person "$mine"

answers "there is no such audience" 1 'there are: inspector, court, person' open_to press "$s" recipient
answers "no such field" 1 'no field' open_to inspector "$s" address
answers "no such entry" 1 'no entry' open_to inspector 99999999 at
answers "an operator opens nothing" 1 'counsel' weir i ledger open "$s" --field recipient \
	--for court --who X --ground Y
answers "without a reason neither does counsel" 1 'why' weir i ledger open "$s" \
	--field recipient --for court --who X --ground "" --key $C
# two openings for the court, two for others; and each time kinds are asked for
same "what was refused was no act" $((before + 6)) "$(acts)"
last=$(($(weir i ledger kinds --each | tail -1 | awk '{print $1}') + 1))
answers "what is not public yet cannot be proved" 1 'not public yet' open_to inspector "$last" at

# What was shown cannot be changed, nor said of another entry.
sed "s/^value .*/value $(printf %s 'MAYOR' | base64)/" what >lie
answers "another value is noticed" 1 'does not commit' verified lie s
sed 's/^kind seal/kind deliver/' to >lie
answers "another kind too" 1 . verified lie s
sed "s/^law .*/law $(head -c 32 /dev/zero | base64)/" to >lie
answers "and another law" 1 'does not commit' verified lie s
answers "it is not of another entry" 1 . verified to d
"$WEIR" -C i ledger prove 0 --entry x.entry --out x.proof
cp d.proof x.proof
answers "nor is that entry there" 1 'not shown to be in the ledger' verified to x
try "$WEIR" init j --sandbox
answers "nor in another's ledger" 1 'not shown to be in the ledger' "$WEIR" \
	ledger check-opening to --entry s.entry --proof s.proof --vkey j/ledger/ledger.vkey
finish
