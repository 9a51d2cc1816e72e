# SPDX-License-Identifier: Apache-2.0
# A certificate of destruction is about one package: what is handed over after
# it is with the recipient, is demanded back and certified on its own; and it
# moves nothing of a request whose package was neutral.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
counsel=i/sandbox/counsel.key
weir i batch decisions 1 >decisions
id=$(grep '"outcome":"approved"' decisions | field request_id | head -1)
letter() { # OUT VERB ID [option...]
	local out=$1 verb=$2 id=$3
	shift 3
	"$WEIR" package "$verb" "$@" --date "$TODAY" --out "$out" \
		--key "i/sandbox/officers/$(officer_of r.jsonl "$id").key"
}
certify_destroyed() { # NAME
	letter "ack-$1.json" acknowledge "$id" "i/outbox/1/$id.cms" \
		--officer "$(officer_of r.jsonl "$id")" --vkey i/ledger/ledger.vkey &&
		weir i letter take "ack-$1.json" --today "$TODAY" &&
		letter "des-$1.json" destroyed "$id" "ack-$1.json" \
			--method shredded --on "$TODAY" &&
		weir i letter take "des-$1.json" --today "$TODAY"
}
place_of() {
	weir i custody list --today "$TODAY" --json --key $counsel |
		grep "\"request_id\":\"$id\"" | field where
}
outcome() { weir i batch decisions 1 | grep "\"$id\"" | field outcome; }
place() { weir i hold place --ground court --docket "1:26-cv-1" --scope "$1" --key $counsel; }
lift() {
	weir i hold lift "$1" --key $counsel &&
		weir i hold lift "$1" --key i/sandbox/reviewer-1.key
}

check "a hold" place "case=$(case_of r.jsonl "$id")"
check "answered under it, neutrally" release i 1
check "the neutral package is certified destroyed" certify_destroyed one
same "it is" destroyed "$(place_of)"
rm "i/outbox/1/$id.cms"
check "the hold ends" lift 1
check "a release" release i 1
same "the address goes" delivered "$(outcome)"
same "and is there, not destroyed" outbox "$(place_of)"
check "it can be demanded back" weir i recall demand "$id" --batch 1 \
	--ground "sent by mistake" --key $counsel
matter=$(weir i matter list --kind recall --json | sed 's/.*"matter":\([0-9]*\).*/\1/')
answers "of which nothing is certified yet" 0 'destroyed: 0 of 1' \
	weir i recall show "$matter" --key $counsel
check "its own certificate" certify_destroyed two
answers "settles the demand" 0 'destroyed: 1 of 1' weir i recall show "$matter" --key $counsel
same "it is destroyed" destroyed "$(outcome)"

# Another: pulled back, answered neutrally, and that package destroyed.
id=$(weir i batch decisions 1 | grep '"outcome":"delivered"' | field request_id | tail -1)
check "a hold on all" place all
check "ends" lift 2
check "a reviewer goes" weir i register role revoke i/sandbox/reviewer-1.crt reviewer
check "a release" release i 1
check "the neutral package is certified destroyed" certify_destroyed three
same "the address that came back is not" recalled "$(outcome)"
check "the totals tie" weir i batch status 1
ledger_holds "the ledger verifies" i
finish
