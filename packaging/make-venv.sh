#!/bin/sh
# Makes a virtual environment with a Python that vae_desktop runs on.
#
#   make-venv.sh FOLDER     the environment to make
#   make-venv.sh --check    only says whether a suitable Python is there (exit status 0)
#
# PYTHON=/path/to/python chooses one; else the first of these that is 3.11, 3.12 or 3.13.
set -eu
here=$(dirname "$0")

found=
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
    # Running it tells more than finding it: version managers put names on the path that start nothing.
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1; then
        found=$candidate
        break
    fi
done
if [ -z "$found" ]; then
    echo "vae_desktop needs Python 3.11, 3.12 or 3.13 and found none in ${PYTHON:-the path}; install one (Debian, Ubuntu: sudo apt-get install python3 python3-venv) or name it: make PYTHON=/path/to/python" >&2
    exit 1
fi
has_venv() { "$found" -c 'import ensurepip, venv' >/dev/null 2>&1; }

if [ "${1-}" = --check ]; then
    has_venv
    exit
fi
# Debian keeps this part of Python in a package of its own.
has_venv || "$here/debian-packages.sh" "$found lacks the module venv" \
    "python$("$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"

folder=$1
# An environment that is half made would look finished the next time.
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT TERM
"$found" -m venv --clear "$folder"
trap - EXIT
