#!/bin/sh
# Compiles installer.nsi against a small stand-in for the program, so that a mistake in it shows before the release
# does, and on any system that has makensis (Debian and Ubuntu: the package nsis). Warnings count as mistakes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
script=$here/installer.nsi

makensis=${MAKENSIS:-makensis}
if ! command -v "$makensis" >/dev/null 2>&1; then
    echo "check-nsis: there is no $makensis (Debian, Ubuntu: sudo apt-get install nsis)" >&2
    exit 1
fi
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$here/../../vae_desktop/__init__.py")
file_version=$(printf '%s\n' "$version" | sed -n 's/^\([0-9]*\.[0-9]*\.[0-9]*\).*/\1.0/p')
if [ -z "$file_version" ]; then
    echo "check-nsis: vae_desktop/__init__.py has no version such as 0.1.0" >&2
    exit 1
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The random bytes can't be compressed: they show by the installer's size that the payload is in it.
python3 - "$work" <<'PYTHON'
import os, struct, sys
from pathlib import Path

work = Path(sys.argv[1])
payload = work / "payload"
for name, content in {
    "VAE Desktop.exe": b"window",
    "vae-desktop.exe": b"console",
    "_internal/python312.dll": os.urandom(300_000),
    "_internal/torch/lib/torch cpu.dll": b"library",
    "_internal/vae_desktop/resources/icon.svg": b"<svg/>",
    "licences/torch/LICENSE.txt": b"licence",
    "licences/index.txt": b"torch\n",
}.items():
    file = payload / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)

# One picture of 16 x 16 pixels: its header counts colours and mask as one, hence the double height.
side = 16
bitmap = struct.pack("<IiiHHIIiiII", 40, side, 2 * side, 1, 32, 0, 0, 0, 0, 0, 0)
bitmap += b"\x80\x40\x20\xff" * side * side + bytes(4 * side)
(work / "icon.ico").write_bytes(struct.pack("<HHH BBBBHHII", 0, 1, 1, side, side, 0, 0, 1, 32, len(bitmap), 22) + bitmap)
PYTHON

echo "== installer.nsi with all that it needs"
"$makensis" -V3 -WX "-DVERSION=$version" "-DFILE_VERSION=$file_version" "-DPAYLOAD=$work/payload" \
    "-DOUTFILE=$work/vae-desktop-windows.exe" "-DICON=$work/icon.ico" "$script" >"$work/log" 2>&1 || {
    cat "$work/log"
    echo "check-nsis: installer.nsi does not compile" >&2
    exit 1
}
tail -n 12 "$work/log"

size=$(wc -c <"$work/vae-desktop-windows.exe")
if [ "$size" -lt 300000 ]; then
    echo "check-nsis: the installer has only $size bytes; the payload is not in it" >&2
    exit 1
fi
if command -v 7z >/dev/null 2>&1; then
    # Into a file first: grep -q would leave before 7z has written all.
    7z l "$work/vae-desktop-windows.exe" >"$work/list"
    for name in 'VAE Desktop.exe' vae-desktop.exe python312.dll 'torch cpu.dll' index.txt; do
        if ! grep -qF "$name" "$work/list"; then
            echo "check-nsis: $name is not in the installer" >&2
            exit 1
        fi
    done
fi

echo "== it says what is missing"
# All that it needs, less one thing each time.
for left_out in VERSION PAYLOAD OUTFILE ICON; do
    set --
    for definition in "VERSION=$version" "PAYLOAD=$work/payload" "OUTFILE=$work/not.exe" "ICON=$work/icon.ico"; do
        [ "${definition%%=*}" = "$left_out" ] || set -- "$@" "-D$definition"
    done
    if "$makensis" -V2 "$@" "$script" >"$work/log" 2>&1 || ! grep -qF "needs -D$left_out=" "$work/log"; then
        cat "$work/log"
        echo "check-nsis: without $left_out there is no clear error" >&2
        exit 1
    fi
done
mv "$work/payload/licences" "$work/payload/licenses"
if "$makensis" -V2 "-DVERSION=$version" "-DPAYLOAD=$work/payload" "-DOUTFILE=$work/not.exe" "-DICON=$work/icon.ico" \
    "$script" >"$work/log" 2>&1 || ! grep -qF 'PAYLOAD has no _internal' "$work/log"; then
    cat "$work/log"
    echo "check-nsis: with a part of the payload missing there is no clear error" >&2
    exit 1
fi

echo "check-nsis: installer.nsi compiles without warnings"
