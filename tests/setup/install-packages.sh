#!/bin/sh
# Installs packages of Debian or Ubuntu by their names, and prints those that it does not know.
# Their own services stay off: the tests start what they need, on ports of their own.
set -eu
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
fi
apt-get update -qq >&2
known=
for name in "$@"; do
  if apt-cache policy "$name" | grep -q 'Candidate: [^(]'; then
    known="$known $name"
  else
    echo "$name"
  fi
done
# shellcheck disable=SC2086
[ -z "$known" ] || apt-get install -y -qq --no-install-recommends $known >&2
