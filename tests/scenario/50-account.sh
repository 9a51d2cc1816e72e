# SPDX-License-Identifier: Apache-2.0
# The person's own account: disclosed twice, never found, refused, delayed; and
# no changed account is believed.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
counsel=i/sandbox/counsel.key
forge=$ROOT/tests/scenario/account-forge
later() { date -ud "$TODAY + $1 days" +%F; }
month_end() { date -ud "$(date -ud "$1 + 1 month" +%Y-%m-01) - 1 day" +%F; }
account() { # PERSON FILE DAY [options]
	local person=$1 file=$2 day=$3
	shift 3
	weir i ledger account --person "$person" --for "${whom:-self}" \
		--identified-by "A. Clerk" --how "passport shown" \
		--out "$file" --today "$day" --key $counsel "$@"
}
checked() { "$WEIR" ledger check-account "$1" --ledger "${2:-i/ledger}" --vkey i/ledger.vkey; }
told() { "$forge" told "$1" -; }
tend() { weir i tend --today "$1" >tended 2>&1 || grep -q '^lapsed' tended; }

# The agreement's answer-days after the month's end.
end=$(month_end "$TODAY")
first=$(date -ud "$end + 30 days" +%F)

# ---- one of those who will be disclosed is delayed before anything leaves ----
line_of_last() { weir i batch decisions 1 | grep '"outcome":"approved"' | tail -1; }
secret=$(line_of_last | field request_id)
echo "An inquiry of the agency is under way." >ground
answers "a delay needs counsel" 1 'not the role' weir i ledger delay place \
	--request "$secret" --ground ground --until "$(later 90)"
answers "and an end" 1 'ends within 366 days' weir i ledger delay place \
	--request "$secret" --ground ground --until "$(later 900)" --key $counsel
: >empty
answers "and a ground" 1 'written ground' weir i ledger delay place \
	--request "$secret" --ground empty --until "$(later 90)" --key $counsel
check "it is placed" weir i ledger delay place --request "$secret" \
	--ground ground --until "$(later 90)" --key $counsel --today "$TODAY"
answers "and listed" 0 "$secret stands" weir i ledger delay list --key $counsel --today "$TODAY"

release i 1 >out
check "the daily round" tend "$first"
check "the root over all tags is public" test "$(ls i/ledger/map)" -gt 0
ledger_holds "the ledger verifies with it" i

weir i batch decisions 1 | grep '"answered":"address"' | field person_id >all
hidden=$(weir i batch decisions 1 | grep "\"$secret\"" | field person_id)
twice=$(sort all | uniq -c | awk '$1 == 2 {print $2}' | grep -vxF "$hidden" | head -1)
once=$(sort all | uniq -u | grep -vxF "$hidden" | head -1)
never=$(tail -n +2 "$WORLD/roll.csv" | cut -d, -f1 | sort -u | grep -vxFf all | head -1)

# ---- who may ask, and when ----
answers "not the operator of an office" 1 'not the role' weir i ledger account \
	--person "$once" --for self --identified-by A --how B --out x --today "$first" \
	--key i/sandbox/reviewer-1.key
whom=anybody answers "for whom is said" 2 'self or representative' account "$once" x "$first"
answers "a month is told of when its answer day is over" 1 "from $first on, to everybody" \
	account "$once" x "$(date -ud "$first - 1 day" +%F)"
answers "also where a day is asked for" 1 'to everybody' \
	account "$once" x "$first" --until "$(date -ud "$end + 40 days" +%F)"

# ---- told ----
check "an account of one disclosed twice" account "$twice" twice "$first"
same "tells both" 2 "$(told twice)"
answers "and is believed" 0 '^ok +2 disclosures' checked twice
check "with date, purpose, agreement and officer" bash -c "
	grep -q 'purpose  criminal' twice && grep -q 'basis    agreement AG-IRS-ICE-2025' twice &&
	grep -q 'name,mailing-address' twice && grep -qE '^ +[0-9a-f]{64}$' twice"
same "it is its reader's alone" 600 "$(stat -c %a twice)"
check "once" account "$once" once "$first"
same "is told once" 1 "$(told once)"
answers "and believed by its key alone" 0 'was not checked' \
	"$WEIR" ledger check-account once --vkey i/ledger.vkey
whom=representative check "never found" account "$never" never "$first"
same "is told nothing" 0 "$(told never)"
answers "with a proof of it" 0 '^ok +0 disclosures' checked never
query=$(sed -n 's/^query //p' never)
check "the question is an entry, after the root" test "$query" -gt "$(ls i/ledger/map | sort -n | tail -1)"

# ---- delayed ----
check "of whom it is delayed" account "$hidden" delayed "$first"
others=$(($(grep -cxF "$hidden" all) - 1))
same "is not told of it" "$others" "$(told delayed)"
answers "and that is believed" 0 "^ok +$others disclosures" checked delayed
words() { sed -n '/^What this shows/,/^    weir/p' "$1" | sed 's/[0-9]\+ entries/N entries/; s/entry [0-9]* of/entry N of/'; }
same "in the same words as everybody" "$(words never)" "$(words delayed)"
answers "the inspector's list tells of it" 0 "$secret stands" weir i ledger delay list --key $counsel --today "$first"
answers "after an address left it is too late" 1 'left already' weir i ledger delay place \
	--request "$(weir i batch decisions 1 | grep '"answered":"address"' | field request_id | grep -vxF "$secret" | head -1)" \
	--ground ground --until "$(later 90)" --key $counsel --today "$first"
answers "overdue it is shown" 1 "! 1 $secret overdue" weir i ledger delay list --key $counsel --today "$(later 95)"
tend "$(later 95)"
check "and the daily round tells and enters it" grep -q '! delay .*ended 5 days ago' tended
second=$(date -ud "$(month_end "$(later 95)") + 30 days" +%F)
tend "$second"
check "then" account "$hidden" lapsed "$second"
same "it is told" "$((others + 1))" "$(told lapsed)"
answers "and that it was late" 0 'told after a delay' checked lapsed
answers "what was given before holds still" 0 '^ok' checked delayed

# ---- forged ----
believed() { # NAME HOW FILE [OTHER]
	"$forge" "$2" "$3" forged "${@:4}"
	answers "$1" 1 'weir:' checked forged
}
believed "one left out is not believed" left-out twice
believed "nor a neighbour changed" neighbour never
believed "nor the root of another day" epoch never lapsed
believed "nor words that are others" words twice
believed "nor another recipient" recipient once
believed "nor a month left out" month lapsed

# ---- by a program that shares nothing with the custodian's ----
verify=$WEIR-verify
another() { # FILE [options]
	"$verify" i/ledger --vkey i/ledger.vkey --account "$@"
}
if [ -x "$verify" ]; then
	answers "another program believes it too" 0 '^account .*: 2 disclosures' another twice
	answers "of several, each" 0 '^account .*: 0 disclosures' another never --account once
	answers "also as JSON" 0 '"accounts":\[{"person":"[^"]*","as_of":"[^"]*","disclosures":2,' \
		another twice --json
	for how in left-out words; do
		"$forge" $how twice forged
		answers "and not what is forged: $how" 1 'weir-verify: forged' another forged
	done
	cp -a i opened
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout inspector.key -out inspector.crt -days 300 -subj "/CN=INSPECTOR" 2>err
	check "an inspector is named" weir opened register role add --role inspector \
		--cert inspector.crt --key i/sandbox/operator.key
	check "and opens every entry" weir opened ledger openings --out all.opened --key inspector.key
	answers "the delay was told when it had ended, and this file was the answer" 0 \
		'^findings 0' "$verify" opened/ledger --vkey i/ledger.vkey \
		--openings all.opened --account lapsed --account twice
	rm -rf opened
else
	skip "another program" "weir-verify is not built beside weir"
fi
cp -a i/ledger other
printf 'x' | dd of="$(find other/tile/entries -type f | head -1)" bs=1 seek=40 conv=notrunc 2>err
answers "nor any over a changed ledger" 1 'weir:' checked once other
finish
