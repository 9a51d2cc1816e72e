#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# verify-proof.sh VKEY PROOF ENTRY: that the bytes of the file ENTRY are an
# entry of the ledger whose key is VKEY, by the proof in the file PROOF
# (c2sp.org/tlog-proof@v1), with bash, coreutils, xxd and openssl alone.
set -euo pipefail
no() { echo "no: $*" >&2; exit 1; }
hex() { xxd -p -c 256; }
unhex() { xxd -r -p; }
sha256() { openssl dgst -sha256 -binary | hex; }
[ $# = 3 ] || { sed -n '4,6s/^# //p' "$0" >&2; exit 2; }

# The key: NAME+ID+BASE64(01 || 32 bytes), the ID being a hash of the rest.
name=${1%%+*} rest=${1#*+}
id=${rest%%+*} key=$(base64 -d <<<"${rest#*+}" | hex)
[ ${#key} = 66 ] && [ "${key:0:2}" = 01 ] || no "not an Ed25519 key of a ledger"
[ "$({ printf '%s\n' "$name"; unhex <<<"$key"; } | sha256 | cut -c1-8)" = "$id" ] || no "the key's id is not its own"

# The proof: a head, an empty line, the checkpoint's text, an empty line, signatures.
t=$(mktemp -d) && trap 'rm -rf "$t"' EXIT
awk -v t="$t" 'part < 2 && $0 == "" { part++; next } { print > (t "/" part + 0) }' "$2"
mapfile -t head <"$t/0" && mapfile -t text <"$t/1"
[ "${head[0]}" = c2sp.org/tlog-proof@v1 ] || no "not a proof"
at=1 && [[ ${head[1]} != "extra "* ]] || at=2
[[ ${head[at]} =~ ^index\ (0|[1-9][0-9]{0,17})$ && ${text[1]} =~ ^[1-9][0-9]{0,17}$ ]] || no "no index, or no size"
index=${head[at]#index } size=${text[1]} root=$(base64 -d <<<"${text[2]}" | hex)
[ "${text[0]}" = "$name" ] && ((index < size)) || no "another ledger's, or an entry past its end"

# The signature over the checkpoint's text.
line=$(grep -F "— $name " "$t/2" | head -n 1) || no "$name has not signed it"
sig=$(base64 -d <<<"${line##* }" | hex) && [ "${sig:0:8}" = "$id" ] || no "signed by another key"
unhex <<<"${sig:8}" >"$t/sig" && unhex <<<"302a300506032b6570032100${key:2}" >"$t/key"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$t/key" -rawin -in "$t/1" -sigfile "$t/sig" >/dev/null 2>&1 ||
	no "the signature does not hold"

# From the entry to the signed root: RFC 9162, section 2.1.3.2.
hash=$({ printf '\0'; cat "$3"; } | sha256) last=$((size - 1))
for line in "${head[@]:at+1}"; do
	((last > 0)) || no "the proof is too long"
	side=$(base64 -d <<<"$line" | hex)
	if ((index & 1 || index == last)); then
		hash=$(unhex <<<"01$side$hash" | sha256)
		until ((index & 1 || index == 0)); do index=$((index >> 1)) last=$((last >> 1)); done
	else
		hash=$(unhex <<<"01$hash$side" | sha256)
	fi
	index=$((index >> 1)) last=$((last >> 1))
done
((last == 0)) && [ "$hash" = "$root" ] || no "the proof does not lead to the signed root"
echo "yes: an entry of $name, in the checkpoint of $size entries"
