#!/bin/sh
# Installs Debian or Ubuntu packages when it may, else prints the exact line to run and fails. On other systems it
# names them and goes on.
#
#   debian-packages.sh WHY PACKAGE...
#
# WHY is the half sentence that tells a user what they are for. It may as root, or by a sudo that asks nothing.
set -eu
why=$1
shift

if ! command -v apt-get >/dev/null 2>&1; then
    # What another system calls them is unknown here, and what they are for may work without them.
    echo "vae_desktop: $why. Debian and Ubuntu have it in these packages: $*" >&2
    exit 0
fi
if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "vae_desktop: $why. Please run, then try again:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*" >&2
    exit 1
fi

echo "vae_desktop: $why; installing $*" >&2
# A machine with old or partly broken package lists may still have what is needed, so a failed update goes on.
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 || true
# shellcheck disable=SC2086  # as_root is two words or none
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2 </dev/null
