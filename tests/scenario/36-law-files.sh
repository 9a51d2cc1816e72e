# SPDX-License-Identifier: Apache-2.0
# Every law file of the tree by the verbs that people use: proved, compared, and
# the law of another custodian put in force without a line of C.
. "$(dirname "$0")/lib.sh"

examples=$ROOT/agreements/examples
cfr=$examples/45-cfr-164-512-f-2.md

for file in "$ROOT"/statutes/*.md "$cfr"; do
	answers "$(basename "$file") is a statute" 0 'ok, a statute of [1-9]' \
		"$WEIR" agreement check "$file"
done
for name in irs-ice-2025 irs-crime-2025 examples/court-order; do
	answers "$name is proved" 0 '([0-9]+) of \1 questions proved' \
		"$WEIR" agreement prove "$ROOT/agreements/$name.md"
done
answers "the hospital's law is proved with its own statute" 0 \
	'([0-9]+) of \1 questions proved' \
	"$WEIR" agreement prove --statute "$cfr" "$examples/hospital-sheriff.md"

# An agreement for each of the memorandum's two classes: neither contains the
# other, by the statute designated.
answers "two agreements are compared" 1 'neither is the more permissive' \
	"$WEIR" agreement diff "$ROOT/agreements/irs-ice-2025.md" \
	"$ROOT/agreements/irs-crime-2025.md"
same "each keeps back what cites the other's statute" 2 \
	"$(grep -cE 'keeps back by I2-B3-AUTHORITY' out)"

# The page: whole by itself, every rule and verdict on it, all text escaped.
balanced() { python3 - "$1" <<'EOF'
import html.parser, sys
class Page(html.parser.HTMLParser):
    open, void, bad = [], {"meta", "rect", "line", "path", "!doctype"}, []
    def handle_starttag(self, tag, attrs):
        if tag == "script" or any(k in ("src", "href") for k, _ in attrs):
            self.bad.append(tag)
        if tag not in self.void:
            self.open.append(tag)
    def handle_startendtag(self, tag, attrs):
        pass
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append("/" + tag)
p = Page()
p.feed(open(sys.argv[1]).read())
sys.exit("%s %s" % (p.bad, p.open) if p.bad or p.open else 0)
EOF
}
for name in irs-ice-2025 irs-crime-2025 examples/court-order; do
	check "$name becomes a page" "$WEIR" agreement show \
		"$ROOT/agreements/$name.md" --html page.html
	check "it is well formed, and asks for nothing else" balanced page.html
	# shellcheck disable=SC2046 # a list of files
	rules=$(cat "$ROOT/agreements/$name.md" $(sed -n 's/^\(narrows\|designates\) //p' \
		"$ROOT/agreements/$name.md" | while read -r statute; do
			grep -lF "statute $statute" "$ROOT"/statutes/*.md
		done) | grep -cE '^(rule|exception|hold) ')
	same "each of its rules is on it" "$rules" \
		"$(grep -c '<section class="rule' page.html)"
done
sed -e 's/ at least deliverable/ at least locality/' \
	-e 's/^Whom a disclosure/If a < b \& c > d, whom a disclosure/' \
	"$ROOT/agreements/irs-ice-2025.md" >open.md
sed 's/ at least deliverable/ at least locality/' \
	"$ROOT/statutes/26-usc-6103-i-2.md" >statute.md
answers "what is not proved is on the page, and the status" 1 \
	'6[0-9] of 63 questions proved' "$WEIR" agreement show open.md \
	--statute statute.md,"$ROOT/statutes/8-usc-1253.md" --html page.html
check "with its counterexample" grep -q 'request.address  *locality' page.html
check "and text as it is written" grep -q 'If a &lt; b &amp; c &gt; d, whom' page.html
check "still well formed" balanced page.html
answers "a page is of a named file" 2 'name the FILE' \
	"$WEIR" agreement show --html page.html

# A lane has its own file: what one asks for does not open the other.
sed 's/^narrows .*/&\nnarrows "26 USC 6103(i)(2)"/' "$examples/court-order.md" >two.md
answers "an agreement narrows one lane" 1 'this is said already' \
	"$WEIR" agreement check two.md

instance i
sed 's/{name, mailing-address}/{name, blood-type}/' "$cfr" >blood.md
answers "a field that the rule of privacy does not list is no word" 1 \
	'there is no such field' \
	"$WEIR" agreement check --statute blood.md "$examples/hospital-sheriff.md"
"$WEIR" agreement prove --statute "$cfr" "$examples/hospital-sheriff.md" \
	--receipt receipt --key i/sandbox/prover.key >out
check "the hospital's law is put in force" weir i agreement load \
	"$cfr" "$examples/hospital-sheriff.md" --receipt receipt \
	--key i/sandbox/counsel.key
answers "it is the one in use" 0 'narrows +45 CFR 164.512\(f\)\(2\)' \
	weir i agreement show
finish
