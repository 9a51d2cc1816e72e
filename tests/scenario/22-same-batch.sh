# SPDX-License-Identifier: Apache-2.0
# The same batch again gives the same answer and does nothing twice; two
# submits at once, of one batch or of two, end as if one came after the other.
. "$(dirname "$0")/lib.sh"

instance i
cp "$WORLD/requests.jsonl" r.jsonl
certify i r.jsonl 1
check "a batch comes in" submit i r.jsonl
cp out first
weir i batch decisions 1 >decisions
weir i batch reply 1 >reply
before=$(sed -n 2p i/ledger/checkpoint)
check "the same batch again is no error" submit i r.jsonl
cp out second
check "it says so" grep -q 'submitted before; nothing was done twice' second
sed -i '/^submitted before/d' second
same_files "with the same totals and number" first second
same "and no entry in the ledger" "$before" "$(sed -n 2p i/ledger/checkpoint)"
weir i batch decisions 1 >decisions.2
weir i batch reply 1 >reply.2
same_files "the same decisions" decisions decisions.2
same_files "the same reply" reply reply.2

head -30 "$WORLD/requests.jsonl" >other.jsonl
certify i other.jsonl 1
answers "another batch under its number is refused" 1 \
	'sequence 1 was used by another batch' submit i other.jsonl

# The same people again, under new ids, in the next batch: duplicates.
renamed Z r.jsonl >again.jsonl
certify i again.jsonl 2
check "the same requests under other ids" submit i again.jsonl
weir i batch reply 2 >reply.3
paste -d' ' <(field status <reply) <(field status <reply.3) | sort | uniq -c >pairs
if grep -q 'accepted accepted' pairs; then
	fail "none is accepted twice: AG-DUPLICATE" "$(cat pairs)"
else
	pass "none is accepted twice: AG-DUPLICATE"
fi
same "each names AG-DUPLICATE" "$(grep -c '"accepted"' reply)" \
	"$(paste -d' ' reply reply.3 | grep '"accepted"' | grep -c AG-DUPLICATE)"

# Two at once: the same file; then two files that both want the next number.
instance j
cp "$WORLD/requests.jsonl" s.jsonl
certify j s.jsonl 1
begin_submit j s.jsonl a.out
one=$pid
begin_submit j s.jsonl b.out
two=$pid
wait $one
a=$?
wait $two
b=$?
same "the same batch twice at once: both end well" "0 0" "$a $b"
same "and both name the batch" "batch 1 batch 1" \
	"$(tail -qn1 a.out b.out | tr '\n' ' ' | sed 's/ $//')"
weir j batch decisions 1 | sed 's/"entry":[0-9]*/"entry":0/' >decisions.j
sed 's/"entry":[0-9]*/"entry":0/' decisions >decisions.i
same_files "the decisions are those of one" decisions.i decisions.j

head -50 r.jsonl >some
renamed X some >x.jsonl
head -60 r.jsonl >some
renamed Y some >y.jsonl
certify j x.jsonl 2
certify j y.jsonl 2
begin_submit j x.jsonl a.out
one=$pid
begin_submit j y.jsonl b.out
two=$pid
wait $one
a=$?
wait $two
b=$?
same "two batches that want one number: one is taken" 1 $((a + b))
check "the other is told that the number is used" \
	grep -q 'sequence 2 was used by another batch' a.out.err b.out.err
answers "there are two batches" 1 'batch 3' weir j batch status 3
finish
