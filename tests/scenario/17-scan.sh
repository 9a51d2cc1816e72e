# SPDX-License-Identifier: Apache-2.0
# No identifier, and no unsalted hash of one, is in any public byte of a ledger
# in which everything happened: a batch, people, a hold, packages.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
check "a hold is placed on somebody" weir i hold place --ground court \
	--docket "1:26-cv-00457" --scope "case=$(case_of r.jsonl "$(accepted i 1 | head -1)")" \
	--key i/sandbox/counsel.key
check "release answers" release i 1
check "an account is asked for" weir i report accounting
check "the day ends" weir i tend
mapfile -t more < <(weir i batch decisions 1 | field person_id | sort -u)
check "a ledger that nobody has asked anything of" "$WEIR" init fresh --sandbox
scan() { "$ROOT/tests/scenario/scan" "$1" fresh/ledger "$WORLD/roll.csv" r.jsonl "${more[@]}" 1:26-cv-00457; }
check "nothing of it is public" scan i/ledger
sed 's/^/# /' out
# The scan finds what is there: one of each way, in a copy.
tin=$(fact r.jsonl "$(accepted i 1 | head -1)" 5)
surname=$(sed -n 2p "$WORLD/roll.csv" | cut -d, -f6)
plant() { # WHAT: appended to a file of a copy
	rm -rf copy
	cp -a i/ledger copy
	cat >>"$(find copy/tile/entries -type f | sort | head -1)"
	answers "but would be: $1" 1 "1 found|[2-9] found|[1-9][0-9]+ found" scan copy
}
plant "a number as it is" < <(printf %s "$tin")
plant "the hash of a name" < <(printf %s "$surname" | openssl dgst -sha256 -binary)
plant "the hash of a number in hexadecimal" < <(printf %s "$tin" | openssl dgst -md5 -r | cut -c1-32)
plant "the same in base64" < <(printf %s "$tin" | openssl dgst -sha1 -binary | base64)
finish
