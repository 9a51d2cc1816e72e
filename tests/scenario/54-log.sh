# SPDX-License-Identifier: Apache-2.0
# The log: each verb and each refusal leaves its record, no record names anybody,
# and what cannot be logged is not done.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
tail_of() { tail -n "$1" i/log/*.jsonl; }
# has NAME PYTHON: an expression over rows, the records of the whole log.
has() {
	check "$1" python3 -c "
import glob, json
rows = [json.loads(l) for f in sorted(glob.glob('i/log/*.jsonl')) for l in open(f)]
assert ($2), rows[-6:]"
}

has "each record has its time, event, outcome and host" \
	"all(r['@timestamp'] and r['event.action'] and r['event.outcome'] and
	r['host.hostname'] and r['ecs.version'] for r in rows)"
has "the batch was taken by its submitter" \
	"any(r.get('event.action') == 'batch-change' and r['weir.verb'] == 'batch submit' for r in rows)"
has "two people reviewed" \
	"len({r['user.id'] for r in rows if r.get('weir.what') == 'review requests'}) == 2"
has "every verb that began has ended" \
	"{r['process.pid'] for r in rows if r['event.action'] == 'verb-begin'} ==
	{r['process.pid'] for r in rows if r['event.action'] == 'verb-end'}"

answers "a refusal" 1 'not the role' weir i release --batch 1 --key i/sandbox/reviewer-1.key
has "is a record, by whom" \
	"rows[-2]['event.action'] == 'fti-disclose' and rows[-2]['event.outcome'] == 'failure' and
	rows[-2]['error.code'] == 'NOT_ALLOWED' and len(rows[-2]['user.id']) == 64 and
	rows[-1]['event.action'] == 'verb-end' and rows[-1]['weir.status'] == 1"
answers "a key that is none" '[13]' 'nobody.key' weir i tend --key nobody.key
has "is one too" "rows[-2]['event.action'] == 'verb-begin' and rows[-2]['event.outcome'] == 'failure'"

before=$(cat i/log/*.jsonl | wc -l)
try weir i explain $'no\nsuch\e[2J "request'
has "junk in an id stays on its line" "len(rows) > $before"

weir i release --batch 1 --today "$TODAY" >out 2>err
id=$(accepted i 1 | head -1)
try weir i explain "$id" --key i/sandbox/counsel.key
has "who looked at which request" "any('request $id' in r.get('weir.object', '') for r in rows)"
python3 - "$WORLD/requests.jsonl" >names <<'PY'
import json, sys
for line in open(sys.argv[1]):
    try:
        subject = json.loads(line)
    except ValueError:
        continue
    def texts(v, key=''):
        if isinstance(v, dict):
            for k, w in v.items():
                yield from texts(w, k)
        elif isinstance(v, list):
            for w in v:
                yield from texts(w, key)
        elif isinstance(v, str) and any(s in key.lower() for s in ('surname', 'tin', 'street', 'birth')):
            yield v
    for text in texts(subject):
        if len(text) > 5:
            print(text)
PY
check "the world's requests have names" test "$(wc -l <names)" -gt 50
check "none of them is in the log" bash -c '! grep -qFf names i/log/*.jsonl'

# ---- a month, and seven years ----
for d in 2026-01-30 2026-02-10; do
	echo '{}' >"i/log/$d-001.jsonl"
	chmod 400 "i/log/$d-001.jsonl"
done
today=$(basename -a i/log/*jsonl* | tail -1)
weir i tend --today 2033-03-01 >out 2>err
check "the files of before seven years are gone" test ! -e i/log/2026-01-30-001.jsonl
check "but for those that no later one is sealed with" test -e i/log/2026-02-10-001.jsonl
check "what is written now stays" test -e "i/log/$today"
has "that they went is a record" \
	"any(r.get('event.action') == 'log-remove' and r['weir.object'] == '2026-01-30-001.jsonl' for r in rows)"
has "the month's hash is an act" "any(r.get('weir.what') == 'log' for r in rows)"
weir i tend --today 2033-03-02 >out 2>err
has "one a month" "sum(r.get('weir.what') == 'log' for r in rows) == 1"
check "a hold that preserves" weir i hold place --ground counsel --docket P --effect preserve \
	--scope all --key i/sandbox/counsel.key
echo '{}' >i/log/2026-01-30-001.jsonl
chmod 400 i/log/2026-01-30-001.jsonl
weir i tend --today 2033-03-03 >out 2>err
check "keeps them" test -e i/log/2026-01-30-001.jsonl

# ---- a disk that is full of the log ----
check "an instance with a batch" cp -a i full
rm -rf full/log
mkdir full/log
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=64k none full/log 2>err; then
	trap 'umount "$T/full/log" 2>/dev/null; finish_early' EXIT
	check "a log on a small disk" weir full batch status 1
	size=$(stat -c %s full/log/*.jsonl)
	head -c 1000000 /dev/zero >full/log/fill 2>err
	before=$(weir i ledger checkpoint | sed -n 2p)
	truncate -s "$size" full/log/*.jsonl
	head -c 8000 /dev/zero >>full/log/fill 2>err
	for n in 1 2 3 4 5 6 7 8 9 10 11 12; do try weir full batch status 1; done
	answers "what cannot be logged is not done" 3 'what cannot be logged is not done' \
		weir full release --batch 1
	check "no line is torn" python3 -c "
import glob, json
[json.loads(l) for f in glob.glob('full/log/*.jsonl') for l in open(f)]"
	rm full/log/fill
	check "with room again it is" weir full batch status 1
else
	skip "a disk that is full of the log" "no tmpfs can be mounted here"
fi

# ---- elsewhere ----
echo 'log stderr' >>i/instance
try weir i batch status 1; cp err told
check "to standard error" grep -q '^{"@timestamp".*"event.action":"verb-begin"' told
ledger_holds "the ledger verifies" i
finish
