# SPDX-License-Identifier: Apache-2.0
# Among accepted requests everything that a requester can see is the same,
# whether or not a record was found: reply lines, packages, entries, times.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
weir i batch decisions 1 >decisions
grep -E '"outcome":"(approved|review)' decisions | field request_id | sort >found
grep -E '"outcome":"(unresolved|withheld)' decisions | field request_id | sort >others
if [ -s found ] && [ -s others ]; then
	pass "there are requests of both kinds"
else
	fail "there are requests of both kinds" "$(cut -c1-80 decisions | head)"
fi
weir i batch reply 1 >reply
same "accepted reply lines are equal but for the id and advice" 1 "$(
	grep '"accepted"' reply | sed 's/"request_id":"[^"]*"/"request_id":"X"/
		s/,"advice":\[[^]]*\]//' | sort -u | wc -l)"
check "some are advised" grep -q '"accepted".*"advice":\[{"code":"AD-' reply
# The same batch against a roll that has nobody of them.
instance elsewhere
{ head -1 "$WORLD/roll.csv" && sed -n '/^[^,]*,/p' "$WORLD/roll.csv" | tail -1; } >one.csv
"$WEIR" -C elsewhere roll load one.csv >out 2>&1
certify elsewhere r.jsonl 1
check "another custodian has nobody of them" submit elsewhere r.jsonl
same_files "and gives the same reply, byte for byte" i/batches/1/reply.jsonl \
	elsewhere/batches/1/reply.jsonl
check "release answers" release i 1

sizes() { while read -r id; do stat -c %s "i/outbox/1/$id.cms"; done <"$1" | sort -u; }
same "packages have one size, found or not" "$(sizes found)" "$(sizes others)"
modes() { while read -r id; do stat -c '%a %U %h' "i/outbox/1/$id.cms"; done <"$1" | sort -u; }
same "one mode, owner and number of links" "$(modes found)" "$(modes others)"
same "each once" "$(sort -u found others | wc -l)" \
	"$(cat found others | while read -r id; do ls "i/outbox/1/$id.cms"; done | wc -l)"

# The envelope: recipient, algorithms and lengths, without the key.
shape() { # ID: the package's ASN.1, with ids and contents left out
	openssl asn1parse -inform DER -in "i/outbox/1/$1.cms" 2>/dev/null |
		sed -E 's/^ *[0-9]+://; s/(OCTET STRING|INTEGER|BIT STRING).*//; s/(UTF8STRING|PRINTABLESTRING|UTCTIME) .*/\1/'
}
head -20 found | while read -r id; do shape "$id" | cksum; done | sort -u >a
head -20 others | while read -r id; do shape "$id" | cksum; done | sort -u >b
same_files "packages are of one shape" a b

# Files in the order of the batch, by time of change: a found one does not
# come earlier or later than its neighbours.
for id in $(facts r.jsonl | cut -f1); do
	[ -f "i/outbox/1/$id.cms" ] && stat -c '%.Y %n' "i/outbox/1/$id.cms"
done >"times"
check "handed over in the order of the file" bash -c \
	'cut -d" " -f1 times | sort -c -n 2>/dev/null || exit 1'

# Entries stand in a drawn order, S and D each in its own: neither is that of
# the file, which the packages keep.
s_of() {
	"$WEIR" package open "i/outbox/1/$1.cms" --json \
		--key "i/sandbox/officers/$(officer_of r.jsonl "$1").key" |
		grep -oE '"entry":[0-9]+' | tr -dc '0-9\n'
}
d_of() { weir i explain "$1" | awk '/ D +entry / {for (i = 1; i < NF; i++) if ($i == "entry") print $(i + 1)}'; }
facts r.jsonl | cut -f1 | while read -r id; do
	[ ! -f "i/outbox/1/$id.cms" ] || echo "$id"
done | head -40 >first
while read -r id; do s_of "$id"; done <first >order.s
head -12 first | while read -r id; do d_of "$id"; done >order.d
same "each has an S and a D" "40 12" "$(sort -u order.s | wc -l) $(sort -u order.d | wc -l)"
check "S are not in the order of the file" bash -c '! sort -c -n order.s'
check "nor are D" bash -c '! sort -c -n order.d'
# up as often as down, give or take: five sigma
ups=$(awk 'NR > 1 {n += $1 > last} {last = $1} END {print n + 0}' order.s)
check "nor nearly" test "$ups" -gt 7 -a "$ups" -lt 32

# The ledger: the same entries for each accepted request.
if weir i ledger kinds >kinds 2>/dev/null; then
	accepted=$(grep -c '"accepted"' reply)
	# Those that a person must read first wait for that; they are told
	# apart by what they ask, not by the roll.
	first=$(grep -c '"outcome":"request-review"' decisions)
	for kind in match seal deliver; do
		want=$accepted
		[ $kind != match ] || want=$((accepted - first))
		same "the ledger has one $kind entry for each accepted request" \
			"$want" "$(awk -v k=$kind '$2 == k {print $1}' kinds)"
	done
else
	fail "the ledger can be listed"
fi

# Another roll serves, and what is not out yet is looked up again: as many
# entries as if none had been given an address.
{ cat "$WORLD/roll.csv"; tail -1 "$WORLD/roll.csv" | sed 's/^[^,]*,[^,]*,/P99999999,123456789,/'; } >more.csv
check "another roll serves" "$WEIR" -C i roll load more.csv
size() { sed -n 2p i/ledger/checkpoint; }
looked=$(awk '$2 == "match" {print $1}' kinds)
before=$(size)
try release i 1
again=$(weir i ledger kinds | awk '$2 == "match" {print $1}')
check "not all are looked up again" test "$again" -lt $((2 * looked)) -a "$again" -gt "$looked"
same "and nobody can count them: a match each, the lookup, two publications" \
	$((looked + 1 + 128)) $(($(size) - before))

# A requester cannot tell them by submitting again either.
renamed AGAIN- r.jsonl >again.jsonl
certify i again.jsonl 2
try submit i again.jsonl
weir i batch reply 2 >reply.2
for set in found others; do
	while read -r id; do
		grep -F "\"AGAIN-$id\"" reply.2 | sed 's/"request_id":"[^"]*"//'
	done <$set | sort -u >"again.$set"
done
same_files "asked for again, both are refused in the same words" \
	again.found again.others
finish
