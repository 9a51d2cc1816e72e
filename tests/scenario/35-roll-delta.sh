# SPDX-License-Identifier: Apache-2.0
# What changed is loaded onto a roll that stays: a batch is decided as by the
# roll that holds all of it, and replays so; and a delta whose roll is gone, or
# that has none, serves nobody.
. "$(dirname "$0")/lib.sh"

csv=$WORLD/roll.csv
cp "$WORLD/requests.jsonl" r.jsonl

# The roll of some time ago: the last year is not in yet, some people never
# filed, and some lived elsewhere.
python3 - "$csv" <<'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1])))
head, rows = rows[0], rows[1:]
at = {name: i for i, name in enumerate(head)}
last = max(r[at["tax_year"]] for r in rows)
people = sorted({r[at["person_id"]] for r in rows})
new = set(people[::7])
moved = set(people[3::5]) - new
old, news = [], []
for r in rows:
    if r[at["tax_year"]] == last or r[at["person_id"]] in new:
        news.append(r)
    elif r[at["person_id"]] in moved:
        was = list(r)
        was[at["address_line"]] = "1 ELSEWHERE ST"
        old.append(was)
        news.append(r)
    else:
        old.append(r)
def put(name, some):
    with open(name, "w", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows([head] + some)
put("old.csv", old)
half = len({r[at["person_id"]] for r in news}) // 2
ids = sorted({r[at["person_id"]] for r in news})[:half]
put("first.csv", [r for r in news if r[at["person_id"]] in set(ids)])
put("second.csv", [r for r in news if r[at["person_id"]] not in set(ids)])
PY

decided() { # INSTANCE: submits, and what each was decided
	certify "$1" r.jsonl 1 && submit "$1" r.jsonl >out 2>err &&
		weir "$1" batch decisions 1 |
		python3 -c '
import json, sys
for line in sys.stdin:
    d = json.loads(line)
    print(d["request_id"], d["outcome"], d["codes"], d["person_id"])' >"$1.decided"
}

instance whole
check "a batch by the whole roll" decided whole

instance before
check "the roll of some time ago" weir before roll load old.csv
check "a batch by that" decided before
try cmp -s whole.decided before.decided
same "which decides otherwise" 1 "$status"

instance i
check "that roll once more" weir i roll load old.csv
answers "half of what changed" 0 '^[0-9]+ rows, [0-9]+ people' \
	weir i roll load --delta first.csv
gzip -n second.csv
answers "and the other half, packed" 0 '^[0-9]+ rows' \
	weir i roll load --delta second.csv.gz
answers "roll info tells of the delta" 0 '^a delta of [0-9]+ people' \
	weir i roll info --check
check "a batch by the roll and its delta" decided i
same_files "decides as the whole" whole.decided i.decided
answers "and replays" 0 'the same' weir i replay 1
check "two reviewers approve" approve_all i 1
check "and it is released" release i 1
check "as the whole is" approve_all whole 1
check "and released" release whole 1
same "as many packages" "$(find whole/outbox -name '*.cms' | wc -l)" \
	"$(find i/outbox -name '*.cms' | wc -l)"
leftovers=$(find i/roll -name 'building-*' -o -name 'news-*' | wc -l)
same "nothing is left of the building" 0 "$leftovers"

# A delta that nothing lies below is no roll.
link=$(readlink i/roll/current)
weir i roll info --json >info
lower=
for file in i/roll/*.idx; do
	cp -a i j && rm "j/roll/$(basename "$file")"
	if [ "$(basename "$file")" != "$link" ] &&
		! weir j roll info >out 2>err; then
		lower=$file
		cp err lower.err
	fi
	rm -rf j
done
same "one other file is the roll below" 1 "$([ -n "$lower" ] && echo 1)"
answers "and without it the roll is refused" 0 'roll below this delta' \
	cat lower.err

check "an instance without a roll" "$WEIR" init empty --sandbox
answers "has nothing to be a delta of" 1 'no roll serves' \
	weir empty roll load --delta first.csv
answers "a delta that is no roll is refused" 1 'r.jsonl:1' \
	weir i roll load --delta r.jsonl
same "and the one that serves goes on" "$link" "$(readlink i/roll/current)"
finish
