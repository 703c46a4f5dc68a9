#!/usr/bin/env bash
# Builds the Debian package: deb.sh [DIRECTORY]. The file is in the directory then (out, where none is given), and its path
# is printed last. The program runs from the glibc of the machine that it was built on upwards.
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-out}
command -v dpkg-shlibdeps >/dev/null || { echo "deb.sh needs dpkg-shlibdeps, which is in dpkg-dev" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/egret

scripts/stage.sh "$root" >&2
version=$("$root/usr/bin/egret" --version)
architecture=$(dpkg --print-architecture)

install -D --mode 644 deploy/systemd/egret.yaml "$root/etc/egret/egret.yaml"
install -d "$root/etc/egret/policies"
cp rules/policies/default.yaml "$root/etc/egret/policies/default.yaml"
documents=$root/usr/share/doc/egret
install -D --mode 644 deploy/debian/copyright "$documents/copyright"
gzip --best --no-name <CHANGELOG.md >"$documents/changelog.gz"
install --mode 644 README.md docs/*.md "$documents"
find "$root/usr/share/man" -type f -exec gzip --best --no-name {} +

install -d "$root/DEBIAN"
install --mode 755 deploy/debian/postinst deploy/debian/prerm deploy/debian/postrm "$root/DEBIAN"
(cd "$root" && find etc -type f -printf '/%p\n' | sort) >"$root/DEBIAN/conffiles"

# What the program links decides what the package depends on.
mkdir "$work/debian"
printf 'Source: egret\n\nPackage: egret\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O "$root/usr/bin/egret" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
cat >"$root/DEBIAN/control" <<TEXT
Package: egret
Version: $version
Architecture: $architecture
Maintainer: The egret authors <egret@invalid>
Installed-Size: $(du --summarize --apparent-size --block-size=1K --exclude DEBIAN "$root" | cut -f1)
Depends: $depends, adduser, tzdata
Recommends: libcurl4t64 | libcurl4, libsodium23
Section: net
Priority: optional
Description: monitor of AI traffic that leaves a network
 egret reads packets, live or from capture files, and says which AI vendors the
 traffic goes to and where that breaks a policy: from the wire alone, without a
 proxy, an agent or decryption. It writes flows and alerts as JSON lines.
TEXT
chmod -R u=rwX,go=rX "$root"
chmod 755 "$root/DEBIAN"/p*

mkdir -p "$output"
file=$output/egret_${version}_${architecture}.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$file" >&2
echo "$file"
