# SPDX-License-Identifier: Apache-2.0
# docs/OPERATIONS.md is true: every command in it is run, in its order, on an
# instance of a custodian's; the units do what they say; each finding of the
# doctor and each metric is on the page.
. "$(dirname "$0")/lib.sh"

DOC=$ROOT/docs/OPERATIONS.md
R=$T/root # the machine: paths of the page are below it
mkdir -p "$R"/{var/lib,var/backups,etc,mnt/keys,mnt/other,usr/src}
ln -s "$ROOT" "$R/usr/src/weir"
head -n 400 "$WORLD/roll.csv" >"$R/mnt/other/roll.csv"
echo 'person,ground' | tee "$R/mnt/other/exam.csv" >"$R/mnt/other/ci.csv"
# The journal: who listens there says so when it does.
python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("journald")
while True:
    open("journald.got", "ab").write(s.recv(1 << 16))' &
journald=$!
trap 'kill -9 $journald $(cat "$T/pid" 2>/dev/null) 2>/dev/null; finish_early' EXIT

# ---- the machine: what only root does, and a build ----

# The paths of a command, below $R; the port of the service is a free one.
here() {
	sed -E "s#(^|[ =\"'>])/(var/lib/weir|var/backups/weir|etc/weir|mnt/keys|mnt/other|usr/src/weir)#\1$R/\2#g
		s#https://localhost:8443#https://localhost:$(cat "$T/port" 2>/dev/null)#g
		s#(log folder journal)#\1=$T/journald#"
}
export R T ROOT WEIR DOC
cat >machine.sh <<'MACHINE'
weir() { "$WEIR" "$@"; }
make() { [ "$*" = "build install" ] && [ -x "$WEIR" ] && grep -q '^install:' Makefile; }
adduser() { [ "${*: -1}" = weir ]; }
install() { # without owners: there is one user here
	local args=()
	while [ $# -gt 0 ]; do
		case $1 in
		-o | -g) shift 2 ;;
		*) args+=("$1") && shift ;;
		esac
	done
	command install "${args[@]}"
}
journalctl() { cat "$T/journal"; }
# The commands of a unit as systemd would run them; which ran is kept.
run_unit() {
	local line status=0 fine
	fine=$(sed -n 's/^SuccessExitStatus=//p' "$ROOT/systemd/$1")
	while read -r line; do
		eval "${line//\$\$/\$}" >>"$T/journal" 2>&1 || status=$?
		echo "$1 $status $line" >>"$T/units.run"
		[ "$status" = "${fine:-0}" ] && status=0
		[ $status = 0 ] || break
	done < <(sed -nE 's/^Exec(Start|Condition)=//p' "$ROOT/systemd/$1" | here |
		sed "s#%d/#$R/etc/weir/#g; s#/usr/bin/weir#$WEIR#g")
	return $status
}
start_service() {
	"$WEIR" -C "$R/var/lib/weir" serve --listen 127.0.0.1:0 >"$T/serve.out" 2>>"$T/journal" &
	echo $! >"$T/pid"
	until grep -q '^listening' "$T/serve.out"; do
		kill -0 "$(cat "$T/pid")" || return
		sleep .05
	done
	sed -n 's/^listening on port //p;q' "$T/serve.out" >"$T/port"
}
stop_service() {
	kill "$(cat "$T/pid")" || return
	while kill -0 "$(cat "$T/pid")" 2>/dev/null; do sleep .02; done
	rm "$T/pid"
}
gates() { pgrep -P "$(cat "$T/pid")" -x weir-gate | sort; }
reload_service() {
	local before
	before=$(gates)
	kill -HUP "$(cat "$T/pid")"
	while [ "$(gates)" = "$before" ]; do sleep .02; done
}
systemctl() {
	local verb=$1 unit
	shift
	case $verb in
	daemon-reload) return ;;
	list-timers | --failed) ls "$ROOT"/systemd/*.timer && return ;;
	esac
	[ "$1" = --now ] && shift
	for unit; do
		[ -f "$ROOT/systemd/$unit" ] || return 4
		case $verb/$unit in
		enable/weir.service | start/weir.service) start_service ;;
		disable/weir.service | stop/weir.service) stop_service ;;
		reload/weir.service) reload_service ;;
		start/*.service) run_unit "$unit" || [ $? = 1 ] ;;
		enable/*.timer | enable/*.socket | disable/*) ;;
		*) return 5 ;;
		esac || return
	done
}
MACHINE
declare -f here >>machine.sh

# ---- the units ----

mkdir units && cp -r "$ROOT/systemd/." units/
sed -i "s#/usr/bin/weir#$WEIR#" units/*.service
if command -v systemd-analyze >/dev/null; then
	export SYSTEMD_UNIT_PATH=$T/units:
	systemd-analyze verify --man=no units/*.service units/*.timer units/*.socket >verified 2>&1
	same "systemd finds no fault in the units" '' "$(grep -F "$T/units" verified)"
	same "each is locked in as the service is" 1 "$(for unit in units/*.service; do
		systemd-analyze security --offline=true --no-pager "$unit" 2>&1 |
			sed -n 's/.*exposure level for .*: \([0-9.]*\) .*/\1/p'
	done | sort -u | grep -c .)"
else
	skip "systemd finds no fault in the units" "no systemd-analyze"
fi
same "each service but one has a timer" weir "$(for unit in units/*.service; do
	[ -f "${unit%.service}.timer" ] || basename "$unit" .service
done)"
for unit in units/weir-*.service; do
	name=$(basename "$unit" .service)
	check "$name is installed" grep -q "'${name#weir-}'" "$ROOT/meson.build"
	check "$name is on the page" grep -q "^| \`$name\` |" "$DOC"
done

# ---- the page ----

box() { awk -v n="$1" '/^```sh$/ {on = ++i == n; next} /^```$/ {on = 0} on' "$DOC"; }
under() { awk -v n="$1" '/^## / {h = substr($0, 4)} /^```sh$/ && ++i == n {print h; exit}' "$DOC"; }
for n in $(seq "$(grep -c '^```sh$' "$DOC")"); do
	: >journal
	box "$n" | here >box.sh
	if (cd / && bash -ec '. "$T/machine.sh"; . "$T/box.sh"') >box.out 2>&1; then
		pass "box $n, $(under "$n")"
	else
		fail "box $n, $(under "$n")" "$(tail -n 12 box.out)" "$(tail -n 6 journal)"
	fi
	cp box.out "box.$n"
done
check "the page has boxes" test "$n" -gt 20
check "the journal has the log" grep -q '"event.action":"verb-begin"' journald.got
check "the unit of the round ran what it says" grep -q '^weir-tend.service [01] .* tend --key' units.run
check "and that of the back-up" grep -q '^weir-backup.service 0 .*find' units.run
for unit in doctor witness drop; do
	(cd / && bash -ec '. "$T/machine.sh"; run_unit "weir-$0.service" || [ $? = 1 ]' $unit) >box.out 2>&1
	check "the unit of the $unit is a command" grep -qE "^weir-$unit.service [01] " units.run
done
checks_of() { sed -nE 's/^CHECK\(\w+, +"(\w+)".*/\1/p' "$ROOT/src/proc/proc_doctor.def" | sort; }
same "each finding of the doctor is on the page" "$(checks_of)" \
	"$(awk '/^## What the doctor/ {on = 1} /^## The log/ {on = 0} on' "$DOC" | sed -nE 's/^\| `(\w+)` .*/\1/p' | sort)"
same "and each metric" "$(grep -hoE '^weir_[a-z_]+' box.[0-9]* | sort -u)" \
	"$(awk '/^## Monitoring/ {on = 1} /^## Upgrading/ {on = 0} on' "$DOC" | grep -oE 'weir_[a-z_]+' | sort -u)"
finish
