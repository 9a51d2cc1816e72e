# SPDX-License-Identifier: Apache-2.0
# A full disk: the verb fails and says so, nothing is lost, and with room again
# the same command goes on to the same end.
. "$(dirname "$0")/lib.sh"

reviewed_instance whole || finish
need=$(du -sk whole | cut -f1)
mkdir small
if [ "$(id -u)" != 0 ] ||
	! mount -t tmpfs -o size=$((need * 3 + 20000))k none small 2>mount.err; then
	skip "a full disk, in submit and release" "no tmpfs can be mounted here"
	finish
fi
# In place of the harness's own: unmount first.
trap 'umount "$T/small" 2>/dev/null; finish_early' EXIT

strip() { sed -E 's/"entry":[0-9]+/"entry":0/'; }
weir whole batch decisions 1 | sed 's/"outcome":"approved"/"outcome":"review"/; s/"state":"approved"/"state":"review"/' | strip >want

cp -a "$TEMPLATE" small/i
certify small/i r.jsonl 1
fill() { # KIB that stay free
	rm -f small/fill
	local free
	free=$(df -k --output=avail small | tail -1)
	[ "$free" -gt "$1" ] &&
		head -c $(((free - $1) * 1024)) /dev/zero >small/fill
}
failed=0
for left in 0 8 64 200 400 700; do
	fill $left
	try submit small/i r.jsonl
	if [ "$status" = 3 ]; then
		failed=$((failed + 1))
		[ -s err ] || fail "with $left KiB: it says why" "$(tell)"
	elif [ "$status" != 0 ]; then
		fail "with $left KiB: status 3, or done" "$(tell)"
	fi
done
[ $failed -gt 0 ] && pass "a submit on a full disk fails with status 3" ||
	fail "a submit on a full disk fails with status 3" "none failed"
rm -f small/fill
check "with room again it goes on" submit small/i r.jsonl
weir small/i batch decisions 1 | strip >got
same_files "to the same decisions" want got
ledger_holds "the ledger verifies" small/i

check "approved" approve_all small/i 1
failed=0
for left in 0 8 64 500 1500; do
	fill $left
	try release small/i 1
	[ "$status" = 3 ] && failed=$((failed + 1))
done
[ $failed -gt 0 ] && pass "a release on a full disk fails with status 3" ||
	fail "a release on a full disk fails with status 3" "none failed"
rm -f small/fill
check "with room again it goes on" release small/i 1
same_files "one package for each accepted request" \
	<(accepted small/i 1 | sort) \
	<(find small/i/outbox/1 -name '*.cms' -printf '%f\n' | sed 's/\.cms//' | sort)
ledger_holds "the ledger verifies still" small/i
finish
