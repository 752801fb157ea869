#!/bin/sh
# Run by the self-extracting file from the folder that it unpacked: installs into the user's home, without root.
#
#   install.sh [--prefix FOLDER]       (default: ~/.local; to the self-extracting file: -- --prefix FOLDER)
#
# An older version is replaced only once the new one is wholly there; a user's data, models and settings lie elsewhere
# and are not touched.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
say() { echo "vae-desktop: $*"; }
fail() {
    say "$*" >&2
    exit 2
}

prefix=${HOME:?}/.local
case ${1-} in
"") ;;
--prefix)
    [ -n "${2-}" ] || fail "--prefix needs a folder."
    prefix=$2
    ;;
*) fail "unknown option $1; there is only -- --prefix FOLDER." ;;
esac
# makeself runs this elsewhere than where the user is.
case $prefix in /*) ;; *) prefix=${USER_PWD:-$PWD}/$prefix ;; esac
mkdir -p "$prefix" 2>/dev/null || fail "can't write to $prefix. Choose another folder by -- --prefix FOLDER."
prefix=$(cd "$prefix" && pwd)
home=$prefix/opt/vae-desktop
new=$prefix/opt/.vae-desktop.new
[ -w "$prefix" ] || fail "can't write to $prefix. Choose another folder by -- --prefix FOLDER."

if [ -e "$home" ] && [ ! -f "$home/installed-files" ]; then
    fail "$home is not what this installer made; move it away or choose another folder by -- --prefix FOLDER."
fi
link=$prefix/bin/vae-desktop
if [ -e "$link" ] && [ "$(readlink "$link")" != "$home/vae-desktop" ]; then
    fail "$link belongs to another installation, such as pip's; remove that or choose another folder by -- --prefix FOLDER."
fi

trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT TERM
rm -rf "$new"
mkdir -p "$new" 2>/dev/null || fail "can't write to $prefix/opt. Choose another folder by -- --prefix FOLDER."
needed=$(cat "$here/size-in-kilobytes")
free=$(df -Pk "$new" | awk 'NR == 2 { print $(NF - 2) }')
[ "$free" -ge "$needed" ] || fail "$prefix has $((free / 1024)) MB free, and $((needed / 1024)) MB are needed."

say "installing into $home"
unpack() { tar -xf "$here/payload.tar.xz" -C "$new" --no-same-owner 2>"$new/.errors"; }
if command -v xz >/dev/null 2>&1; then
    unpack || fail "could not unpack: $(tail -n 1 "$new/.errors")"
else
    # The bundle's own one, for systems without.
    LD_LIBRARY_PATH=$here "$here/xz" -dc "$here/payload.tar.xz" | tar -xf - -C "$new" --no-same-owner ||
        fail "could not unpack; is there room in $prefix?"
fi

# What the package puts under /usr/share goes to its place in the home folder.
share=$prefix/share
(cd "$new/usr/share" && find applications icons man metainfo -type f) >"$new/opt/vae-desktop/installed-files"
sed "s|^|$(printf %s "$share" | sed 's/[&|\\]/\\&/g')/|" "$new/opt/vae-desktop/installed-files" >"$new/.list"
echo "$link" >>"$new/.list"
mv "$new/.list" "$new/opt/vae-desktop/installed-files"
cp "$here/uninstall.sh" "$new/opt/vae-desktop/uninstall.sh"

# A menu entry needs the whole path: ~/.local/bin is not everywhere on a desktop's path. Quoted as the Desktop Entry
# Specification wants it.
quoted=$(printf %s "$home/vae-desktop" | sed -e 's/[\\"`$]/\\\\&/g' -e 's/%/%%/g')
entry=$new/usr/share/applications/vae-desktop.desktop
awk -v command="$(printf %s "$quoted" | sed 's/\\/\\\\/g')" \
    '/^Exec=/ { print "Exec=\"" command "\" %f"; next } { print }' "$entry" >"$entry.new"
mv "$entry.new" "$entry"

# A system that is too old, or of another kind, keeps the version that it has.
"$new/opt/vae-desktop/vae-desktop" --version >"$new/.errors" 2>&1 ||
    fail "this system can't run the program: $(tail -n 1 "$new/.errors")"
old=$prefix/opt/.vae-desktop.old
if [ -d "$home" ]; then
    rm -rf "$old"
    mv "$home" "$old"
fi
mv "$new/opt/vae-desktop" "$home" || { mv "$old" "$home"; fail "could not move the program to $home."; }
if [ -d "$old" ]; then
    # What only the older version had goes; what a user put beside the program stays.
    grep -vxFf "$home/installed-files" "$old/installed-files" | while IFS= read -r file; do rm -f "$file"; done
    (cd "$old" && rm -rf _internal vae-desktop installed-files uninstall.sh)
    find "$old" -mindepth 1 -maxdepth 1 -exec mv {} "$home/" \;
    rm -rf "$old"
fi
mkdir -p "$share" "$prefix/bin"
(cd "$new/usr/share" && cp -R applications icons man metainfo "$share/")
ln -sf "$home/vae-desktop" "$link"

missing=$(LD_LIBRARY_PATH=$home/_internal ldd "$home/_internal/PySide6/Qt/plugins/platforms/libqxcb.so" 2>/dev/null |
    awk '/not found/ { printf "%s ", $1 }')
[ -z "$missing" ] || say "the window needs libraries that this system lacks: $missing(Debian, Ubuntu: libegl1 libgl1 libxcb1)"
menu=
[ "$prefix" != "$HOME/.local" ] || menu="It stands in the menu; "
say "done. ${menu}on a terminal it is $link"
say "to remove it: $home/uninstall.sh"
