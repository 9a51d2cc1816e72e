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

# A lane has its own file: what one asks for does not open the other.
sed 's/^narrows .*/&\nnarrows "26 USC 6103(i)(2)"/' "$examples/court-order.md" >two.md
answers "an agreement narrows one lane" 1 'this is said already' \
	"$WEIR" agreement check two.md

instance i
sed 's/{name, mailing-address}/{name, blood-type}/' "$cfr" >blood.md
answers "a field that the rule of privacy does not list is no word" 1 \
	'there is no such field' \
	"$WEIR" agreement check --statute blood.md "$examples/hospital-sheriff.md"
check "the hospital's law is put in force" weir i agreement load \
	"$cfr" "$examples/hospital-sheriff.md" --key i/sandbox/counsel.key
answers "it is the one in use" 0 'narrows +45 CFR 164.512\(f\)\(2\)' \
	weir i agreement show
finish
