# SPDX-License-Identifier: Apache-2.0
# The reports, of two agencies: a recall, a destruction, a withdrawal, a hold;
# each number counted a second time, from the replies, the decisions and the
# truth of the drawn world.
. "$(dirname "$0")/lib.sh"

year=${TODAY%%-*}
reviewed_instance i || finish
counsel=i/sandbox/counsel.key
report() { weir i report "$@" --key $counsel; }
letter() { # OUT VERB ID [option...]: an officer's, about a package of batch 1
	local out=$1 verb=$2 id=$3
	shift 3
	"$WEIR" package "$verb" "$@" --date "$TODAY" --out "$out" \
		--key "i/sandbox/officers/$(officer_of r.jsonl "$id").key"
}

# ---- the first agency: answered; one destroyed, one fetched, one demanded ----
release i 1 >out
delivered i 1 | sort >addresses
gone=$(sed -n 1p addresses)
fetched=$(sed -n 2p addresses)
demanded=$(sed -n 3p addresses)
for id in $gone $fetched; do
	letter "ack-$id.json" acknowledge "$id" "i/outbox/1/$id.cms" \
		--officer "$(officer_of r.jsonl "$id")" --vkey i/ledger/ledger.vkey >out
	check "$id is acknowledged" weir i letter take "ack-$id.json" --today "$TODAY"
done
letter des.json destroyed "$gone" "ack-$gone.json" --method shredded --on "$TODAY" >out
check "one is destroyed" weir i letter take des.json --today "$TODAY"
mv "i/outbox/1/$fetched.cms" .
check "one is demanded back" weir i recall demand "$demanded" --batch 1 \
	--ground "an error of ours" --key $counsel

# ---- the second: its own agreement; nothing answered yet, some withdrawn ----
sed -e 's/us\.dhs\.ice/us.doj.dea/; s/AG-IRS-ICE-2025/AG-IRS-DEA-2026/' \
	"$ROOT/agreements/irs-ice-2025.md" >dea.md
"$WEIR" agreement prove dea.md --receipt dea.md.receipt \
	--key i/sandbox/prover.key >out
weir i agreement terminate AG-IRS-ICE-2025 --key $counsel >out
check "another agency's agreement" weir i agreement load dea.md --key $counsel
check "and its safeguards" weir i register recipient add --id us.doj.dea \
	--name "Drug Enforcement Administration" --safeguards in-order \
	--review 2999-01-01 --key i/sandbox/operator.key
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 9000 \
	-subj "/CN=ACTING ADMINISTRATOR" -keyout dea-dir.key -out dea-dir.crt 2>openssl.err
check "and its head, who certifies" weir i register certifier add --id DEA-DIR \
	--name "ACTING ADMINISTRATOR" --role "head of agency" --cert dea-dir.crt \
	--agreement AG-IRS-DEA-2026 --from 2020-01-01 --until 2999-01-01 \
	--key i/sandbox/operator.key
python3 - "$WORLD" >dea.jsonl <<-'PY'
	import csv, json, sys
	good = {row["request_id"] for row in csv.DictReader(
	    open(sys.argv[1] + "/truth.csv")) if row["want_outcome"] == "review"}
	n = 0
	for line in open(sys.argv[1] + "/requests.jsonl", "rb"):
	    try:
	        r = json.loads(line)
	    except ValueError:
	        continue
	    if r.get("weir:requestID") in good and n < 40:
	        n += 1
	        case = r["weir:investigation"]["weir:caseID"]
	        r["weir:requestID"] = "D" + r["weir:requestID"]
	        if n <= 3:
	            r["weir:statutoryAuthority"] = ""
	        # A case of that agency's own, wherever the line names it.
	        print(json.dumps(r).replace(case, case[:-1] + ("7" if case[-1] != "7" else "8")))
PY
manifest dea.jsonl 1 | sed -e 's/AG-IRS-ICE-2025/AG-IRS-DEA-2026/' \
	-e 's/ICE-DIR/DEA-DIR/; s/ACTING DIRECTOR/ACTING ADMINISTRATOR/' >dea.jsonl.manifest
sign dea.jsonl.manifest dea-dir
check "its batch" submit i dea.jsonl
accepted i 2 | sort | head -4 >taken
# shellcheck disable=SC2046 # a list of ids
"$WEIR" request withdraw --sequence 1 --agreement AG-IRS-DEA-2026 \
	--reason "the case was closed" --certifier DEA-DIR --date "$TODAY" \
	--key dea-dir.key --out wd.json $(cat taken) >out 2>&1 || tell
check "four are withdrawn" weir i letter take wd.json --today "$TODAY"

# ---- counted again ----
python3 - "$WORLD" "$WEIR" >want.json <<-'PY'
	import collections, csv, json, subprocess, sys
	run = lambda *a: subprocess.run([sys.argv[2], "-C", "i", *a],
	    capture_output=True, text=True).stdout
	want = {}
	for n, agency in ((1, "us.dhs.ice"), (2, "us.doj.dea")):
	    d = [json.loads(x) for x in run("batch", "decisions", str(n), "--key",
	        "i/sandbox/counsel.key").splitlines()]
	    c = collections.Counter(x["outcome"] for x in d)
	    left = [x for x in d if x["outcome"] in ("delivered", "recalled", "destroyed")]
	    want[agency] = {"requests": len(d), "refused": c["refused"],
	        "withdrawn": c["withdrawn"], "delivered": len(left),
	        "recalled": c["recalled"], "destroyed": c["destroyed"],
	        "people": len({x["person_id"] for x in left}),
	        "outcomes": dict(c)}
	json.dump(want, sys.stdout)
PY
check "the year" report annual --year "$year" --format json
cp out annual.json
python3 - >said 2>&1 <<-'PY'
	import json
	want, is_ = json.load(open("want.json")), json.load(open("annual.json"))
	rows = {r["agency"]: r for r in is_["tables"][0]["rows"]}
	for a, w in want.items():
	    r = rows[a]
	    assert (r["requests"], r["disclosures"], r["taxpayers"]) == (
	        w["requests"], w["delivered"], w["people"]), (r, w)
	assert rows["all"]["requests"] == sum(w["requests"] for w in want.values())
	assert rows["us.doj.dea"]["provision"] == "26 USC 6103(i)(2)"
	assert want["us.dhs.ice"]["destroyed"] == 1 and want["us.dhs.ice"]["recalled"] == 1
	assert want["us.doj.dea"]["withdrawn"] == 4, want
	purposes = is_["tables"][1]["rows"]
	assert sum(p["requests"] for p in purposes) == rows["all"]["requests"]
	assert is_["facts"]["year"] and is_["facts"]["ledger_root"]
	print("the same")
PY
same "its numbers are those counted" "the same" "$(tail -1 said)"
answers "the root is the signed one" 0 "$(sed -n 3p i/ledger/checkpoint | tr + .)" \
	cat annual.json

check "Form 5466-B" report accounting --form 5466-B --format csv
cp out form.csv
python3 - >said 2>&1 <<-'PY'
	import csv, json
	want = json.load(open("want.json"))["us.dhs.ice"]
	rows = list(csv.DictReader(open("form.csv", newline="")))
	body, total = rows[:-1], rows[-1]
	assert total["date"] == "all" and int(total["records"]) == want["delivered"]
	assert sum(int(r["records"]) for r in body) == want["delivered"]
	assert int(total["taxpayers"]) == want["people"]
	assert {r["agency"] for r in body} == {"us.dhs.ice"}
	assert {r["disclosed"] for r in body} == {"mailing-address"}
	assert {r["provision"] for r in body} == {"26 USC 6103(i)(2)"}
	print("the same")
PY
same "adds up to the same" "the same" "$(tail -1 said)"

check "for the public" report transparency --year "$year" --format json
cp out public.json
python3 - >said 2>&1 <<-'PY'
	import json
	want, is_ = json.load(open("want.json")), json.load(open("public.json"))
	t = {r["agency"]: r for r in is_["tables"][0]["rows"]}
	for a, w in want.items():
	    for k in ("requests", "refused", "withdrawn", "delivered", "recalled", "destroyed"):
	        v = t[a][k]
	        assert v == "*" or (v == w[k] and (v == 0 or v >= 10)), (a, k, v, w)
	    assert t[a]["destroyed"] == "*" or w["destroyed"] == 0
	# Whoever subtracts: each row, each column, until nothing more follows.
	tree = {"requests": ("refused", "withdrawn", "accepted"),
	        "accepted": ("open", "neutral", "delivered"),
	        "delivered": ("with_recipient", "recalled", "destroyed")}
	known = {(a, c): v for a, r in t.items() for c, v in r.items()
	         if c not in ("agency", "total", "people", "taxpayers")}
	hidden = {k for k, v in known.items() if v == "*"}
	sums = [[(a, p)] + [(a, c) for c in cs] for a in t for p, cs in tree.items()]
	sums += [[("all", c)] + [(a, c) for a in t if a != "all"]
	         for c in {c for _, c in known}]
	found, more = {}, True
	while more:
	    more = False
	    for s in sums:
	        miss = [k for k in s if known[k] == "*"]
	        if len(miss) == 1:
	            k, whole = miss[0], s[0]
	            rest = sum(known[x] for x in s[1:] if x != k)
	            known[k] = rest if k == whole else known[whole] - rest
	            found[k], more = known[k], True
	assert hidden and not found, found
	print("nothing")
PY
same "nothing small is told or can be had by subtracting" nothing "$(tail -1 said)"

# ---- the ledger against what is kept ----
answers "what was fetched and acknowledged is no finding" 0 '^  Findings +0$' report coverage
other=$(sed -n 5p addresses)
cp -a i j
mv "j/outbox/1/$other.cms" "$T/"
answers "what is gone, and nobody acknowledged, is one" 1 "$other" \
	weir j report coverage --format csv --table findings --key $counsel
same "one" 2 "$(lines_of out)"
answers "it is undetermined" 1 '^1,hand-overs,undetermined,1,' \
	weir j report coverage --format csv --table findings --key $counsel
mv "$T/$other.cms" j/outbox/1/
answers "put back, it is found" 0 'Findings +0' weir j report coverage --key $counsel
head -c 16384 /dev/urandom >j/outbox/1/X1.cms
answers "a package that no entry accounts for is one" 1 \
	'^1,files,.released without entry.,1,X1.cms,,' \
	weir j report coverage --format csv --table findings --key $counsel
rm j/outbox/1/X1.cms
cp "j/outbox/1/$other.cms" j/outbox/1/R9999999.cms
answers "so is another request's" 1 'released without entry.,1,R9999999.cms' \
	weir j report coverage --format csv --table findings --key $counsel
rm j/outbox/1/R9999999.cms

# A row that says something else than the entries.
cp -a j k
edit() { # INSTANCE ID STATE ANSWERED
	python3 -c "
import sqlite3
d = sqlite3.connect('$1/store.db')
n = d.execute('update request set state = $3, answered = $4 where id = \"$2\" and batch = 1').rowcount
d.commit()
assert n == 1, n"
}
refused=$(weir i batch reply 1 | grep '"refused"' | field request_id | head -1)
check "a refused request is made one that was answered" edit k "$refused" 11 1
answers "and is found" 1 "requests,undetermined,1,$refused,[0-9]+,\"?the store says neutral, the entries say refused" \
	weir k report coverage --format csv --table findings --key $counsel
answers "the accounting refuses" 1 'the store says neutral and the entries say refused' \
	weir k report accounting --key $counsel
check "the yearly report does not ask the row" weir k report annual \
	--year "$year" --format csv --key $counsel
same "its numbers stay" \
	"$(report annual --year "$year" --format csv)" "$(cat out)"

# ---- for a court ----
docket="1:26-cv-00457 D.D.C. <b>"
check "a hold comes" weir i hold place --ground court --docket "$docket" \
	--scope agreement=AG-IRS-ICE-2025 --key $counsel
answers "a reviewer makes no statement" 1 'not the role' \
	weir i report court --docket "$docket" --key i/sandbox/reviewer-1.key
answers "no other docket has one" 1 'no hold has the docket' report court --docket X
check "the statement" report court --docket "$docket" --out court
python3 - i/outbox/1 "$gone" "$fetched" "$demanded" >said 2>&1 <<-'PY'
	import json, os, sys
	d = json.load(open("court/court.json"))
	want = json.load(open("want.json"))["us.dhs.ice"]
	t = {x["name"]: x["rows"] for x in d["tables"]}
	where = {r["request"]: r["place"] for r in t["copies"]}
	assert where[sys.argv[2]] == "destroyed", where[sys.argv[2]]
	assert where[sys.argv[3]] == "acknowledged"
	assert where[sys.argv[4]] == "demanded back"
	assert sum(r["answer"] == "address" for r in t["copies"]) == want["delivered"]
	left = [r for r in t["left"]]
	assert sum(r["addresses"] for r in left) == want["delivered"]
	assert left[2]["packages"] == 0 and t["holds"][0]["change"] == "place"
	named = {r[k] for r in t["copies"] for k in ("entry", "place_entry") if r[k] is not None}
	named |= {r["entry"] for r in t["holds"]}
	there = {int(f.split(".")[0]) for f in os.listdir("court/proofs")}
	assert named <= there, named - there
	print("the same")
PY
same "who has what, and a proof of each entry named" "the same" "$(tail -1 said)"
n=$(python3 -c "import json; print(json.load(open('court/court.json'))['tables'][0]['rows'][0]['entry'])")
same "a proof of the hold's entry names its index" "index $n" \
	"$(sed -n 2p "court/proofs/$n.tlog-proof")"
check "as of a day before, nothing had left" report court --docket "$docket" \
	--as-of "$(date -ud "$TODAY + 1 days" +%F)" --format json
answers "as of long ago no such hold was there" 1 'no hold has the docket' \
	report court --docket "$docket" --as-of 1999-01-01
if grep -q '<b>' court/court.html; then
	fail "the docket is text on the page" "$(grep '<b>' court/court.html | head -2)"
else
	pass "the docket is text on the page"
fi

# ---- four forms of each; who made them is entered ----
before=$(sed -n 2p i/ledger/checkpoint)
for r in "annual --year $year" "annual --public --year $year" \
	"transparency --year $year" coverage accounting \
	"accounting --form 5466-B"; do
	for f in text csv json html; do
		# shellcheck disable=SC2086 # words
		try report $r --format $f
		[ "$status" = 0 ] || fail "report $r --format $f" "$(tell)"
		case $f in
		text) awk 'length > 80 { exit 1 }' out ;;
		csv) python3 -c "
import csv; rows = list(csv.reader(open('out', newline='')))
assert len({len(r) for r in rows}) == 1" ;;
		json) python3 -m json.tool out >/dev/null ;;
		html) python3 - <<-'PY' ;;
			import html.parser, sys
			class P(html.parser.HTMLParser):
			    stack, ids = [], []
			    def handle_starttag(self, t, a):
			        assert t not in ("script", "img", "link", "iframe", "a"), t
			        assert not any(k.startswith("on") or k in ("src", "href") for k, _ in a)
			        self.ids += [v for k, v in a if k == "id"]
			        if t not in ("meta",): self.stack.append(t)
			    def handle_startendtag(self, t, a): assert t in ("rect", "line", "path")
			    def handle_endtag(self, t): assert self.stack.pop() == t, t
			p = P(); p.feed(open("out").read())
			assert not p.stack and len(p.ids) == len(set(p.ids))
		PY
		esac || fail "report $r --format $f is well formed" "$(head -5 out)"
	done
done
pass "each report in four forms"
if [ "$(sed -n 2p i/ledger/checkpoint)" -ge $((before + 24)) ]; then
	pass "each is an entry"
else
	fail "each is an entry" "$before" "$(sed -n 2p i/ledger/checkpoint)"
fi
answers "who has no role makes none" 1 'no role' \
	weir i report annual --year "$year" --key i/sandbox/certifier.key
answers "a reviewer may not" 1 'not the role' \
	weir i report transparency --year "$year" --key i/sandbox/reviewer-1.key
answers "a year is needed" 2 'year' report annual
answers "a threshold is not below 3" 2 'not below 3' report transparency \
	--year "$year" --threshold 2
answers "there is no such table" 2 'no table' report coverage --format csv --table x
ledger_holds "the ledger verifies" i
finish
