#!/bin/sh
# Makes what people without Python install, out of the bundle in dist/, for the system that this runs on.
#
#   make-installer.sh PYTHON
set -eu
here=$(dirname "$0")

case $(uname -s) in
Linux)
    packages=
    for tool in ar:binutils xz:xz-utils makeself:makeself; do
        command -v "${tool%%:*}" >/dev/null 2>&1 || packages="$packages ${tool#*:}"
    done
    # shellcheck disable=SC2086  # one word per package
    [ -z "$packages" ] || "$here/debian-packages.sh" "making the installers needs tools that this machine lacks" $packages
    exec "$1" "$here/linux/make_packages.py"
    ;;
Darwin) exec "$here/macos/make-dmg.sh" ;;
*)
    echo "On Windows: python packaging/build_bundle.py, then packaging/windows/make-installer.ps1" >&2
    exit 2
    ;;
esac
