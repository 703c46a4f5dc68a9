#!/usr/bin/env bash
# Builds the Debian package of the audit: deb_audit.sh [DIRECTORY]. The file is put there (out, if none is given), and its path
# is printed last. A package of its own, so that a sensor can be installed without any code that decrypts.
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-out}
command -v dpkg-shlibdeps >/dev/null || { echo "deb_audit.sh needs dpkg-shlibdeps, which is in dpkg-dev" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/egret-audit

scripts/stage_audit.sh "$root" >&2
version=$("$root/usr/bin/egret-audit" --version)
architecture=$(dpkg --print-architecture)
documents=$root/usr/share/doc/egret-audit
install -D --mode 644 deploy/debian/copyright "$documents/copyright"
gzip --best --no-name <CHANGELOG.md >"$documents/changelog.gz"
if [ -f docs/AUDIT.md ]; then install --mode 644 docs/AUDIT.md "$documents"; fi

mkdir -p "$work/debian" "$root/DEBIAN"
printf 'Source: egret\n\nPackage: egret-audit\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O "$root/usr/bin/egret-audit" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
cat >"$root/DEBIAN/control" <<TEXT
Package: egret-audit
Version: $version
Architecture: $architecture
Maintainer: The egret authors <egret@invalid>
Installed-Size: $(du --summarize --apparent-size --block-size=1K --exclude DEBIAN "$root" | cut -f1)
Depends: $depends
Enhances: egret
Section: net
Priority: optional
Description: audit of what a client really sends
 egret-audit reads a recording and the keys of its connections and lists the
 requests that a client made. It is reached as "egret audit" if egret is
 installed too. The sensor itself decrypts nothing.
TEXT
chmod -R u=rwX,go=rX "$root"

mkdir -p "$output"
file=$output/egret-audit_${version}_${architecture}.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$file" >&2
echo "$file"
