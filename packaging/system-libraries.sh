#!/bin/sh
# Makes sure that the shared libraries which Qt's platforms load are there, and one font. On Linux only; quick where
# nothing is missing. Qt's wheels cannot carry these: they belong to the display's side.
set -eu
here=$(dirname "$0")
[ "$(uname -s)" = Linux ] || exit 0

# ldconfig is outside the path of ordinary users on Debian.
PATH=$PATH:/usr/sbin:/sbin
command -v ldconfig >/dev/null 2>&1 || exit 0

# Library and Debian package: what `ldd` shows, and the wheel lacks, for PySide6 6.9's QtGui, QtWidgets, QtSvg and
# libqoffscreen.so, then for its window platform, less what these packages always bring along.
wanted='
libEGL.so.1              libegl1
libGL.so.1               libgl1
libX11.so.6              libx11-6
libdbus-1.so.3           libdbus-1-3
libfontconfig.so.1       libfontconfig1
libfreetype.so.6         libfreetype6
libglib-2.0.so.0         libglib2.0-0
libgthread-2.0.so.0      libglib2.0-0
libxkbcommon.so.0        libxkbcommon0
'
if [ -n "${WAYLAND_DISPLAY-}" ]; then
    wanted="$wanted
libwayland-client.so.0   libwayland-client0
libwayland-cursor.so.0   libwayland-cursor0
libwayland-egl.so.1      libwayland-egl1
"
else # libqxcb.so and its two xcbglintegrations
    wanted="$wanted
libX11-xcb.so.1          libx11-xcb1
libxcb-cursor.so.0       libxcb-cursor0
libxcb-glx.so.0          libxcb-glx0
libxcb-icccm.so.4        libxcb-icccm4
libxcb-image.so.0        libxcb-image0
libxcb-keysyms.so.1      libxcb-keysyms1
libxcb-randr.so.0        libxcb-randr0
libxcb-render-util.so.0  libxcb-render-util0
libxcb-render.so.0       libxcb-render0
libxcb-shape.so.0        libxcb-shape0
libxcb-shm.so.0          libxcb-shm0
libxcb-sync.so.1         libxcb-sync1
libxcb-util.so.1         libxcb-util1
libxcb-xfixes.so.0       libxcb-xfixes0
libxcb-xkb.so.1          libxcb-xkb1
libxcb.so.1              libxcb1
libxkbcommon-x11.so.0    libxkbcommon-x11-0
"
fi
packages=$(
    { ldconfig -p; echo ==; echo "$wanted"; } | awk '
        /^==$/                                  { listed = 1; next }
        !listed                                 { if (/64/) have[$1] = 1; next }  # not a 32-bit neighbour
        NF == 2 && !($1 in have) && !seen[$2]++ { printf "%s ", $2 }'
)

font() {
    find -L /usr/share/fonts /usr/local/share/fonts "${HOME-}/.fonts" "${HOME-}/.local/share/fonts" \
        \( -name '*.[ot]tf' -o -name '*.ttc' -o -name '*.pf[ab]' \) -print -quit 2>/dev/null
}
[ -n "$(font)" ] || packages="${packages}fonts-dejavu-core "

[ -z "$packages" ] && exit 0
# shellcheck disable=SC2086  # one word per package
exec "$here/debian-packages.sh" "the window needs shared libraries or a font that this machine lacks" $packages
