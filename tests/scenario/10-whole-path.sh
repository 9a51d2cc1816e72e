# SPDX-License-Identifier: Apache-2.0
# The whole path on a drawn world: what comes in is refused or accepted, what
# is accepted gets one package, and the account of it verifies.
. "$(dirname "$0")/lib.sh"

instance i
cp "$WORLD/requests.jsonl" r.jsonl
n=$(lines_of r.jsonl)
certify i r.jsonl 1
check "a batch comes in" submit i r.jsonl
cp out submitted
same "the last line names it" "batch 1" "$(tail -1 submitted)"
check "the totals tie" grep -qE '^ *received [0-9]+ = refused [0-9]+ \+ accepted' submitted
weir i batch reply 1 >reply
facts r.jsonl | cut -f1 >ids
same_files "one reply line a request, in order" ids <(field request_id <reply)
check "the reply's signature is the instance's, by stock openssl" \
	openssl cms -verify -binary -inform DER -in i/batches/1/reply.jsonl.p7s \
	-content i/batches/1/reply.jsonl -certfile i/secret/signing.crt \
	-noverify -out /dev/null
same "a refusal has a code, a sentence and a citation" 0 "$(grep '"refused"' \
	reply | grep -cvE '"code":"[^"]+","sentence":"[^"]+","citation":"[^"]+"')"

answers "nothing leaves while people have to decide" 1 'wait' release i 1
same "no package is there" 0 "$(find i/outbox -name '*.cms' | wc -l)"
answers "the submitter cannot approve" 1 "reviewer" \
	weir i review approve --batch 1 --all --key i/sandbox/operator.key
check "the work list can be read" \
	weir i review list --batch 1 --key i/sandbox/reviewer-1.key
check "one reviewer signs" \
	weir i review approve --batch 1 --all --key i/sandbox/reviewer-1.key
try weir i review approve --batch 1 --all --key i/sandbox/reviewer-1.key
weir i batch status 1 >status
check "the same one again does not count twice" \
	bash -c "! grep -qE '^  approved  ' status"
check "another signs" \
	weir i review approve --batch 1 --all --key i/sandbox/reviewer-2.key

check "release answers" release i 1
accepted i 1 >accepted
find i/outbox/1 -name '*.cms' -printf '%f\n' | sed 's/\.cms$//' | sort >files
sort accepted >want
# A request whose officer is not on the register cannot be answered: there is
# no key to seal to.  The world's officers all are, but for requests that name
# none, and those are refused.
same_files "one package for each accepted request, and no other" want files
same "all of one size" 1 "$(find i/outbox/1 -name '*.cms' -printf '%s\n' | sort -u | wc -l)"
same "nothing stays between sealed and delivered" 0 \
	"$(find i/sealed -type f | wc -l)"
weir i batch status 1 >status
check "all accepted are answered" \
	grep -qE '^ *accepted [0-9]+ = open 0 \+' status

# Every package opens with its officer's key; those delivered hold an address,
# the others the one neutral text.
delivered i 1 | sort >delivered
: >with-address
: >neutral
while read -r id; do
	opened i r.jsonl "$id" >package 2>/dev/null || echo "$id" >>unopened
	case $(cat package) in
	*'"answer":"address"'*) echo "$id" >>with-address ;;
	*'"answer":"neutral"'*)
		sed "s/$id/ID/" package >>neutral
		;;
	esac
	wc -c <package >>sizes
done < <(head -60 files)
same "every package opens with its officer's key" '' \
	"$(cat unopened 2>/dev/null)"
same_files "those delivered hold an address, no other does" \
	<(comm -12 delivered <(head -60 files)) with-address
same "insides have one size" 1 "$(sort -u sizes | wc -l)"
check "the program opens them too" bash -c '
	id=$(head -1 with-address)
	"$WEIR" package open "i/outbox/1/$id.cms" \
		--key "i/sandbox/officers/$1.key"' x \
	"$(officer_of r.jsonl "$(head -1 with-address)")"

# What an address package says.
id=$(head -1 with-address)
opened i r.jsonl "$id" >package
person=$(weir i batch decisions 1 | grep "\"$id\"" | field person_id)
zips=$(grep "^$person," "$WORLD/roll.csv" | grep -oE ',[0-9]{5},' | tr -d , | sort -u)
same "the address is the person's own, from the roll" yes "$(
	for zip in $zips; do grep -q "\"$zip\"" package && echo yes && break; done)"
tin=$(grep "^$person," "$WORLD/roll.csv" | head -1 | cut -d, -f2)
check "no TIN in it" bash -c "! grep -q '$tin' package"

ledger_holds "the ledger verifies" i
check "the accounting is there" weir i report accounting
check "replay decides the same" weir i replay 1
check "explain tells why" weir i explain "$id"
cp out explained.txt
check "and for programs" weir i explain "$id" --json
cp out explained.json
check "clause by clause the same, with what was found and cited" python3 - <<'EOF'
import json, re
text = open("explained.txt").read()
said = json.load(open("explained.json"))
law = said["law"]
clauses = re.findall(r"^  (\S+): (.+) \((\S+), line (\d+)\)$", text, re.M)
assert len(clauses) == len(law["rules"]) > 20
for (code, state, rule, line), one in zip(clauses, law["rules"]):
    assert (code, rule, int(line)) == (one["code"], one["rule"], one["line"])
    assert state.lower() == one["state"], (state, one)
    assert f"      cited     {one['citation']}\n" in text
    assert one["found"] and one["sentence"]
    for name, value in one["found"].items():
        shown = "not known" if value is None else str(value)
        shown = shown.lower() if isinstance(value, bool) else shown
        assert f"      found     {name}: {shown}\n" in text, (name, value)
assert f"answer: {law['answer']}\n" in text
assert f"request {said['request_id']}, line {said['line']} " in text
for path, value in said["asked"].items():
    assert value.isascii() is False or value in text, path
EOF
answers "explain of nobody's request" 1 'NOBODY' weir i explain NOBODY

check "released again: nothing more leaves" release i 1
find i/outbox/1 -name '*.cms' | wc -l >again
same "as many packages as before" "$(lines_of files)" "$(cat again)"
finish
