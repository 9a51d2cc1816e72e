# SPDX-License-Identifier: Apache-2.0
# No verb leaves a process or a file lying about; keys and secrets are read by
# their owner alone; a second verb waits for the first.
. "$(dirname "$0")/lib.sh"

reviewed_instance i || finish
check "release answers" release i 1
ours() { # processes that name this folder
	local p
	for p in /proc/[0-9]*; do
		tr '\0' ' ' <"$p/cmdline" 2>/dev/null | grep -qF -- "-C $1 " &&
			[ "$(readlink "$p/exe")" = "$WEIR" ] && basename "$p"
	done
}
cp -a i "$T/named"
begin_submit "$T/named" r.jsonl out
kill_after 30 "$pid"
for _ in $(seq 100); do # they hear of it from the system, when it comes to it
	[ -n "$(ours "$T/named")" ] || break
	sleep .1
done
same "a verb that was killed takes its processes with it" '' "$(ours "$T/named")"

check "an instance is its owner's alone" test "$(stat -c %a i)" = 700
same "and so are its keys, whatever that folder's mode" '' \
	"$(find i/secret i/keeper i/sandbox -type f -name '*key*' -perm /077 | head)"
same "and roll, batches and sealed packages" '' \
	"$(find i/roll i/batches i/sealed -maxdepth 0 -perm /077)"
same "the public ledger can be read by all" '' \
	"$(find i/ledger -type f ! -perm -044 | head -3)"

# No request text, name or number in the public folder.
facts r.jsonl | head -40 | tr '\t' '\n' | awk 'length > 5' | sort -u >words
same "nothing of a request in the public ledger" '' \
	"$(grep -rlaFf words i/ledger | head -3)"
facts r.jsonl | head -40 | cut -f3,5 | tr '\t' '\n' | awk 'length > 5' >words
same "no number or case of a request is in the store in the clear" '' \
	"$(cat i/store.db* | grep -caFf words | grep -v '^0$')"
finish
