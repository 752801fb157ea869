#!/bin/sh
# Removes what the self-extracting file installed; a user's data, models and settings stay.
set -eu
home=$(cd "$(dirname "$0")" && pwd)
list=$home/installed-files
if [ "$(basename "$home")" != vae-desktop ] || [ ! -f "$list" ]; then
    echo "vae-desktop: $home is not what the installer made; nothing was removed." >&2
    exit 2
fi
prefix=${home%/opt/vae-desktop}
while IFS= read -r file; do
    # Another installation may have put its own link there.
    case $file in */bin/vae-desktop) [ "$(readlink "$file")" = "$home/vae-desktop" ] || continue ;; esac
    rm -f "$file"
    # Folders that are empty now go too, up to those that others use.
    folder=$(dirname "$file")
    while [ "$folder" != "$prefix" ] && rmdir "$folder" 2>/dev/null; do folder=$(dirname "$folder"); done
done <"$list"
(cd "$home" && rm -rf _internal vae-desktop installed-files uninstall.sh)
rmdir "$home" 2>/dev/null || echo "vae-desktop: $home holds files of yours and stays." >&2
rmdir "$prefix/opt" "$prefix" 2>/dev/null || true
echo "vae-desktop: removed. Your own data, models and settings are where they were."
