#!/bin/bash
# Installs, uses, upgrades and removes the Linux installers in a clean Debian that has no Python, and writes what was
# seen to packaging/VERIFIED.md. Stops at the first thing that is not as it should be. As root.
#
#   verify.sh [SUITE]       a Debian release, by default bookworm
#
# Needs what `make installer` made, debootstrap, strace, Xvfb, openbox and ImageMagick (installed here where they
# lack), and the network for Debian's packages. $VAE_DESKTOP_DATA names a folder with real MNIST files.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
suite=${1-bookworm}
[ "$(id -u)" = 0 ] || { echo "verify: only root can make a clean Debian" >&2; exit 2; }
# Whatever is mounted here is gone when this process is, however it ends.
[ "${VERIFY_APART-}" ] || VERIFY_APART=1 exec unshare --mount --propagation private "$0" "$@"
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$top/vae_desktop/__init__.py")
deb=$top/dist/vae-desktop_${version}_amd64.deb
run=$top/dist/vae-desktop-$version-linux-x86_64.run
old=0.0.1
for file in "$deb" "$run"; do
    [ -f "$file" ] || { echo "verify: there is no ${file#"$top/"}; first: make installer" >&2; exit 2; }
done
mnist=${VAE_DESKTOP_DATA-$top/../shared/data/mnist}
[ -d "$mnist" ] || { echo "verify: set VAE_DESKTOP_DATA to a folder with MNIST's files" >&2; exit 2; }
missing=
for tool in debootstrap:debootstrap strace:strace Xvfb:xvfb openbox:openbox import:imagemagick wmctrl:wmctrl; do
    command -v "${tool%%:*}" >/dev/null || missing="$missing ${tool#*:}"
done
# shellcheck disable=SC2086
[ -z "$missing" ] || "$top/packaging/debian-packages.sh" "verifying needs tools that this machine lacks" $missing

work=$top/build/verify
root=$work/root
user=tester
name="Ján Žižka"
home="/home/$name"
report=$work/report
mkdir -p "$work"
: >"$report"
said() { printf '%s\n' "${1//"$home"/\~}" | tee -a "$report"; }
row() { said "| $1 | $2 |"; }
wrong() { echo "verify: WRONG: $*" >&2; exit 1; }

clean_up() {
    [ -z "${screen-}" ] || kill "$screen" 2>/dev/null || true
    [ -z "${manager-}" ] || kill "$manager" 2>/dev/null || true
}
trap clean_up EXIT

# -- a clean Debian, an ordinary user whose home has a space and other letters, and a screen ------------------------
rm -rf --one-file-system "$root"
if [ ! -f "$work/$suite.tar" ]; then
    debootstrap --variant=minbase "$suite" "$work/base" >"$work/debootstrap.log" 2>&1 || wrong "debootstrap; see $work/debootstrap.log"
    tar -C "$work/base" -cf "$work/$suite.tar" .
    rm -rf "$work/base"
fi
mkdir "$root"
tar -C "$root" -xf "$work/$suite.tar"
cp /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir -p "$root/tmp/.X11-unix" "$root/full"
in_root() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }
in_root useradd --create-home --home-dir "$home" --shell /bin/sh "$user"
in_root apt-get update -qq >/dev/null
cp -r "$mnist" "$root$home/mnist"
in_root chown -R "$user" "$home"
! in_root sh -c 'command -v python3 || command -v python' || wrong "the clean Debian has a Python"

number=$((80 + RANDOM % 900))
Xvfb ":$number" -screen 0 1600x1000x24 -nolisten tcp >/dev/null 2>&1 &
screen=$!
sleep 1
DISPLAY=:$number openbox >/dev/null 2>&1 &
manager=$!
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"

# As the user, without network; the first words may be VARIABLE=VALUE.
as_user() {
    unshare --net chroot --userspec="$user" "$root" /usr/bin/env -i HOME="$home" LC_ALL=C.UTF-8 PATH=/usr/bin:/bin \
        DISPLAY=":$number" sh -c 'cd "$HOME" && exec "$@"' - /usr/bin/env "$@"
}
# One line on stderr, exit status 2, no traceback.
refuses() {
    local name=$1 status=0 lines
    shift
    "$@" >"$work/out" 2>"$work/err" || status=$?
    lines=$(grep -c . "$work/err" || true)
    if [ "$status" != 2 ] || grep -q Traceback "$work/err" || [ "$lines" -gt 2 ]; then
        cat "$work/err" >&2
        wrong "$name: exit status $status"
    fi
    row "$name" "exit 2: $(tail -n 1 "$work/err" | cut -c1-200)"
}
seconds() { awk -v from="$1" -v to="$2" 'BEGIN { printf "%.2f", to - from }'; }

# Seconds from starting the program to the painted window and to the first picture.
launch() {
    local began line painted="" picture=""
    began=$(date +%s.%N)
    while IFS= read -r line; do
        case $line in
        *"window painted"*) painted=$(seconds "$began" "$(date +%s.%N)") ;;
        *"first picture"*) picture=$(seconds "$began" "$(date +%s.%N)"); break ;;
        esac
    done < <(as_user VAE_DESKTOP_LOG=debug "$@" 2>&1 &
        # Each of the commands that start it becomes the next: in the end this is the program itself.
        echo $! >"$work/pid"
        wait)
    [ -z "${shot-}" ] || { sleep 4; DISPLAY=:$number import -window root "$shot"; }
    [ -n "$painted" ] && [ -n "$picture" ] || wrong "the window showed no picture"
    for window in $(DISPLAY=:$number wmctrl -l | cut -d' ' -f1); do DISPLAY=:$number wmctrl -i -c "$window"; done
    for _ in $(seq 40); do kill -0 "$(cat "$work/pid")" 2>/dev/null || break; sleep 0.1; done
    ! kill -0 "$(cat "$work/pid")" 2>/dev/null || wrong "the window did not close within 4 s"
    echo "$painted $picture"
}
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

# Everything a user does, with the program at $1; $2 names what was installed.
use() {
    local program=$1 name=$2 times cold
    sync && echo 3 >/proc/sys/vm/drop_caches
    cold=$(launch "$program")
    shot=$work/$name.png launch "$program" >/dev/null
    times=$(for _ in 1 2 3 4 5; do launch "$program"; done)
    row "$name: first start, cold cache: window, first picture" "${cold% *} s, ${cold#* } s"
    row "$name: warm start, median of 5: window, first picture" \
        "$(echo "$times" | cut -d' ' -f1 | median) s, $(echo "$times" | cut -d' ' -f2 | median) s"
    as_user VAE_DESKTOP_HOME="$home/self test" "$program" --self-test >"$work/$name-self-test.log" 2>&1 ||
        { cat "$work/$name-self-test.log" >&2; wrong "--self-test"; }
    row "$name: --self-test without network" "$(tail -n 1 "$work/$name-self-test.log")"
    as_user "$program" train --data "$home/mnist" --latent-dim 2 --epochs 1 --out "$home/model.safetensors" \
        >"$work/$name-train.log" 2>&1 || { cat "$work/$name-train.log" >&2; wrong "train"; }
    row "$name: one epoch on MNIST" "$(grep -a "held out" "$work/$name-train.log" | tail -n 1 | sed 's/|/,/g')"
    as_user "$program" generate "$home/model.safetensors" --out "$home/grid.png" >/dev/null || wrong "generate"
    as_user "$program" project "$home/model.safetensors" --data digits --out "$home/map.csv" >/dev/null 2>&1 ||
        wrong "project"
    row "$name: grid and t-SNE map" "$(stat -c %s "$root$home/grid.png") bytes, $(wc -l <"$root$home/map.csv") lines"

    refuses "$name: download without network" as_user "$program" download mnist
    refuses "$name: a display that does not answer" as_user DISPLAY=:7777 "$program"
    refuses "$name: no display" as_user DISPLAY= "$program"
    in_root sh -c "mkdir -p '$home/read only' && chown root '$home/read only' && chmod 555 '$home/read only'"
    refuses "$name: a read-only folder" as_user "$program" train --data digits --epochs 1 --out "$home/read only/m.safetensors"
    # Either it works all the same, or it says what is wrong.
    as_user VAE_DESKTOP_HOME="$home/read only" "$program" --self-test >"$work/$name-read-only.log" 2>&1 || [ $? = 2 ] ||
        { cat "$work/$name-read-only.log" >&2; wrong "read-only"; }
    ! grep -q Traceback "$work/$name-read-only.log" || { cat "$work/$name-read-only.log" >&2; wrong "read-only"; }
    row "$name: read-only data, state and settings" "$(tail -n 1 "$work/$name-read-only.log")"
    mount -t tmpfs -o size=200k,mode=777 full "$root/full"
    refuses "$name: a full disk" as_user "$program" train --data digits --epochs 1 --out /full/model.safetensors
    [ -z "$(ls "$root/full")" ] || wrong "half a file on the full disk"
    umount "$root/full"

    # What the machine says of Pythons and Qts must not matter, and none of them may be opened.
    in_root sh -c 'mkdir -p /trap/PySide6 /trap/platforms /usr/lib/python3.11 && echo "raise SystemExit(99)" | tee /trap/numpy.py /trap/site.py /trap/sitecustomize.py /trap/PySide6/__init__.py /usr/lib/python3.11/os.py >/dev/null && cp /bin/true /usr/bin/python3'
    as_user PYTHONPATH=/trap PYTHONHOME=/trap QT_PLUGIN_PATH=/trap QT_QPA_PLATFORM_PLUGIN_PATH=/trap/platforms \
        VAE_DESKTOP_HOME="$home/trap" "$program" --self-test >"$work/trap.log" 2>&1 || { cat "$work/trap.log" >&2; wrong "a machine's own Python or Qt mattered"; }
    strace -f -qq -e trace=openat,execve -o "$work/strace" unshare --net chroot --userspec="$user" "$root" /usr/bin/env -i HOME="$home" LC_ALL=C.UTF-8 \
        PATH=/usr/bin:/bin PYTHONPATH=/trap "$program" train --data digits --epochs 1 --out "$home/traced.safetensors" >/dev/null 2>&1 || wrong "train under strace"
    foreign=$(grep -v -e ENOENT "$work/strace" | grep -E '"(/trap|/usr/lib/python|/usr/bin/python|[^"]*libQt)[^"]*"' | grep -v '/opt/vae-desktop/' | grep -v 'resumed' || true)
    [ -z "$foreign" ] || { echo "$foreign" | head >&2; wrong "it opened what belongs to the machine"; }
    in_root rm -rf /trap /usr/lib/python3.11 /usr/bin/python3
    row "$name: with PYTHONPATH, PYTHONHOME and Qt's variables set to traps" "$(tail -n 1 "$work/trap.log"); no Python or Qt of the machine opened"
}

# A user's own things, and their checksum.
own_things() { (cd "$root$home" && find . -path './.local/opt' -prune -o -path './.local/share/applications' -prune -o \
    -path './.local/share/icons' -prune -o -path './.local/share/man' -prune -o -path './.local/share/metainfo' -prune -o \
    -path './.local/bin' -prune -o -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum); }
files() { (cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./tmp -o -path ./home -o -path ./var -o -path ./root \) -prune -o -print | sort); }

said "# What the Linux installers were seen to do"
said ""
said "Written by \`make verify-installer\` on $(date -u +%Y-%m-%d): a clean Debian $(cat "$root/etc/debian_version") made by debootstrap, without"
said "Python; Xvfb as the screen, $(nproc) processors, no graphics card; an ordinary user whose home is called \`$name\`."
said "\"Without network\" holds for everything that the program was asked to do."
said ""
said "| what | seen |"
said "| --- | --- |"
row "version" "$version"
row ".deb; .run" "$(($(stat -c %s "$deb") / 1000000)) MB; $(($(stat -c %s "$run") / 1000000)) MB"

# -- the .deb -----------------------------------------------------------------------------------------------------
"$top/build/bundler/bin/python" "$top/packaging/linux/make_packages.py" --fast --version $old >/dev/null
cp "$deb" "$run" "$top/dist/vae-desktop_${old}_amd64.deb" "$top/dist/vae-desktop-$old-linux-x86_64.run" "$root/tmp/"
rm "$top/dist/vae-desktop_${old}_amd64.deb" "$top/dist/vae-desktop-$old-linux-x86_64.run"
in_root apt-get install -y -qq man-db desktop-file-utils procps >/dev/null 2>&1
files >"$work/before"
in_root apt-get install -y -qq --no-install-recommends "/tmp/vae-desktop_${old}_amd64.deb" >"$work/apt.log" 2>&1 || { tail "$work/apt.log" >&2; wrong "apt install of the older version"; }
as_user vae-desktop train --data digits --epochs 1 --out "$home/kept.safetensors" >/dev/null 2>&1 || wrong "train"
launch vae-desktop >/dev/null
own=$(own_things)
began=$(date +%s.%N)
in_root apt-get install -y -qq --no-install-recommends "/tmp/$(basename "$deb")" >"$work/apt.log" 2>&1 || { tail "$work/apt.log" >&2; wrong "apt install"; }
row ".deb: upgrade from $old" "$(seconds "$began" "$(date +%s.%N)") s; model, data and settings unchanged"
[ "$(own_things)" = "$own" ] || wrong "the upgrade touched the user's own files"
[ "$(in_root dpkg-query -W -f '${Version}' vae-desktop)" = "$version" ] || wrong "the version after the upgrade"
! as_user touch /opt/vae-desktop/file 2>/dev/null || wrong "an ordinary user may write to /opt/vae-desktop"
row ".deb: installed" "$(($(du -sk "$root/opt/vae-desktop" | cut -f1) * 1024 / 1000000)) MB in /opt/vae-desktop, no write access for the user"
in_root desktop-file-validate /usr/share/applications/vae-desktop.desktop || wrong "the menu entry"
in_root man -w vae-desktop >/dev/null || wrong "the manual page"
use vae-desktop deb
own=$(own_things)
in_root apt-get purge -y -qq vae-desktop >/dev/null 2>&1
in_root apt-get autoremove -y -qq --purge >/dev/null 2>&1
files >"$work/after"
left=$(comm -13 "$work/before" "$work/after" | grep -v -E 'ld.so.cache|/etc/(ssl|fonts)|/usr/local|/usr/share/(fonts|mime)' || true)
[ -z "$left" ] || { echo "$left" | head >&2; wrong "something is left after removal"; }
[ "$(own_things)" = "$own" ] || wrong "the removal touched the user's own files"
row ".deb: removed" "nothing is left but the user's own data"

# -- the .run, without root -----------------------------------------------------------------------------------------
in_root apt-get install -y -qq --no-install-recommends libegl1 libgl1 libxcb1 libwayland-client0 libwayland-cursor0 \
    libwayland-egl1 fonts-dejavu-core libstdc++6 >/dev/null 2>&1
! in_root sh -c 'command -v xz' >/dev/null || in_root rm -f /usr/bin/xz
program="$home/.local/opt/vae-desktop/vae-desktop"
find "$root$home" -name 'vae-desktop*' -path '*.local*' | grep -q . && wrong "the home has files of the program's already"
as_user "/tmp/vae-desktop-$old-linux-x86_64.run" >"$work/run.log" 2>&1 || { cat "$work/run.log" >&2; wrong "the older .run"; }
touch "$root$home/.local/opt/vae-desktop/_internal/of-an-older-version"
own=$(own_things)
began=$(date +%s.%N)
as_user "/tmp/$(basename "$run")" >"$work/run.log" 2>&1 || { cat "$work/run.log" >&2; wrong "the .run"; }
row ".run: upgrade from $old, on a system without xz" "$(seconds "$began" "$(date +%s.%N)") s; model, data and settings unchanged"
[ "$(own_things)" = "$own" ] || wrong "the upgrade touched the user's own files"
[ ! -e "$root$home/.local/opt/vae-desktop/_internal/of-an-older-version" ] || wrong "files of the older version are left"
in_root desktop-file-validate "$home/.local/share/applications/vae-desktop.desktop" || wrong "the menu entry"
use "$program" run
mount -t tmpfs -o size=60m,mode=777 full "$root/full"
refuses ".run: a full disk" as_user "/tmp/$(basename "$run")" --quiet -- --prefix /full/here
umount "$root/full"
own=$(own_things)
as_user "$home/.local/opt/vae-desktop/uninstall.sh" >/dev/null || wrong "uninstall"
left=$(find "$root$home/.local/opt" "$root$home/.local/bin" "$root$home/.local/share" -iname '*vae-desktop*' 2>/dev/null || true)
[ -z "$left" ] || { echo "$left" >&2; wrong "something is left after removal"; }
[ "$(own_things)" = "$own" ] || wrong "the removal touched the user's own files"
row ".run: removed by its uninstall.sh" "nothing is left but the user's own data"

cp "$report" "$top/packaging/VERIFIED.md"
echo "verify: all is as it should be; pictures of the window in ${work#"$top/"}"
