#!/bin/sh
# Makes dist/vae-desktop-VERSION-macos-ARCH.dmg out of "dist/VAE Desktop.app", which packaging/build_bundle.py leaves.
#
# Without further settings the program gets an ad-hoc signature: Apple silicon starts nothing that has none, but after
# a download macOS still asks its user to allow the program. From the environment:
#
#   CODESIGN_IDENTITY                          a "Developer ID Application" identity in the keychain: signs with it
#   NOTARY_KEY, NOTARY_KEY_ID, NOTARY_ISSUER   an App Store Connect key (the path of its .p8 file, and its two ids),
#   NOTARY_PROFILE                             or a profile that `notarytool store-credentials` made: notarises too
set -eu

fail() {
    echo "make-dmg: $1" >&2
    exit 1
}

[ "$(uname -s)" = Darwin ] || fail "disk images are made on macOS only"
root=$(cd "$(dirname "$0")/../.." && pwd)
app="$root/dist/VAE Desktop.app"
[ -d "$app" ] || fail "there is no dist/VAE Desktop.app; first run: python packaging/build_bundle.py"
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$root/vae_desktop/__init__.py")
[ -n "$version" ] || fail "vae_desktop/__init__.py has no version"

# The program's architecture, not the machine's: a Python for Intel also runs on Apple silicon.
arch=$(lipo -archs "$app/Contents/MacOS/VAE Desktop" | tr ' ' '-')
[ -n "$arch" ] || fail "lipo cannot tell the program's architecture"
image="$root/dist/vae-desktop-$version-macos-$arch.dmg"

identity=${CODESIGN_IDENTITY-}
notary=
if [ -n "${NOTARY_PROFILE-}" ]; then
    notary=profile
elif [ -n "${NOTARY_KEY-}${NOTARY_KEY_ID-}${NOTARY_ISSUER-}" ]; then
    if [ -z "${NOTARY_KEY-}" ] || [ -z "${NOTARY_KEY_ID-}" ] || [ -z "${NOTARY_ISSUER-}" ]; then
        fail "NOTARY_KEY, NOTARY_KEY_ID and NOTARY_ISSUER are needed together"
    fi
    [ -f "$NOTARY_KEY" ] || fail "NOTARY_KEY names no file"
    notary=key
fi
[ -z "$notary" ] || [ -n "$identity" ] || fail "Apple notarises nothing that is not signed: set CODESIGN_IDENTITY"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# The bundle that was built stays as it is, so that this can be run again.
mkdir "$work/image"
ditto "$app" "$work/image/VAE Desktop.app"
ln -s /Applications "$work/image/Applications"
app="$work/image/VAE Desktop.app"

# codesign refuses files that carry Finder's attributes.
xattr -cr "$app"
if [ -z "$identity" ]; then
    codesign --force --deep --sign - "$app"
else
    # The hardened runtime forbids memory that is written, then run. libffi's callbacks and oneDNN's kernels need it.
    cat >"$work/entitlements.plist" <<'PLIST'
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
    <key>com.apple.security.cs.allow-jit</key>
    <true/>
    <key>com.apple.security.cs.allow-unsigned-executable-memory</key>
    <true/>
</dict>
</plist>
PLIST
    codesign --force --deep --options runtime --timestamp --entitlements "$work/entitlements.plist" \
        --sign "$identity" "$app"
fi
codesign --verify --deep --strict "$app" || fail "the signature does not hold"

rm -f "$image"
# Right after files were written, the image is now and then busy with their indexing.
tries=0
until hdiutil create -quiet -volname "VAE Desktop" -srcfolder "$work/image" -fs HFS+ -format UDZO \
    -imagekey zlib-level=9 "$image"; do
    tries=$((tries + 1))
    [ "$tries" -lt 5 ] || fail "hdiutil cannot make the disk image"
    rm -f "$image"
    sleep 5
done

if [ -n "$identity" ]; then
    codesign --force --timestamp --sign "$identity" "$image"
fi
case $notary in
profile) xcrun notarytool submit "$image" --wait --keychain-profile "$NOTARY_PROFILE" ;;
key)
    xcrun notarytool submit "$image" --wait --key "$NOTARY_KEY" --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER"
    ;;
esac
if [ -n "$notary" ]; then
    # Fails when Apple refused; else the program also starts without asking Apple over the network.
    xcrun stapler staple "$image"
fi
hdiutil verify -quiet "$image" || fail "the disk image is damaged"
echo "$image: $(($(wc -c <"$image") / 1000000)) MB"
