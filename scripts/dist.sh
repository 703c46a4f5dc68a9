#!/usr/bin/env bash
# Makes the files of a release, into a directory (out, if none is given):
#     dist.sh [DIRECTORY]
# egret-VERSION-linux-ARCHITECTURE.tar.gz, which runs from any prefix, the Debian package, and SHA256SUMS. The tarball is the same
# bytes for the same sources, toolchain and SOURCE_DATE_EPOCH (the time of the last commit, unless it is set).
# EGRET_PROGRAM=FILE takes that program in place of building one, and then no Debian package is made.
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:-out}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}

scripts/stage.sh "$work/tree" >&2
version=$("$work/tree/usr/bin/egret" --version)
name=egret-$version-linux-$(uname -m)
mkdir -p "$output"

# PREFIX/bin, PREFIX/share, PREFIX/lib: the program finds its rules in ../share/egret.
mv "$work/tree/usr" "$work/$name"
install --mode 644 README.md LICENSE CHANGELOG.md "$work/$name"
mkdir -p "$work/$name/share/doc/egret"
cp -r docs/*.md "$work/$name/share/doc/egret"
install -D --mode 644 deploy/systemd/egret.yaml "$work/$name/share/doc/egret/egret.yaml"
chmod -R u=rwX,go=rX "$work/$name"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$work" -cf - "$name" | gzip --best --no-name \
    >"$output/$name.tar.gz"

# What is unpacked under any prefix must find its own rules, and not those of the system or of this checkout.
mkdir "$work/elsewhere"
tar -C "$work/elsewhere" -xzf "$output/$name.tar.gz"
answer=$(cd / && "$work/elsewhere/$name/bin/egret" catalog lookup claude.ai)
case $answer in
    *anthropic*) ;;
    *) echo "dist.sh: the unpacked program does not find its catalog: $answer" >&2; exit 1 ;;
esac

files=("$name.tar.gz")
if [ -z "${EGRET_PROGRAM:-}" ] && command -v dpkg-shlibdeps >/dev/null; then
    files+=("$(basename "$(scripts/deb.sh "$output")")")
fi
(cd "$output" && sha256sum "${files[@]}" >SHA256SUMS)
printf '%s\n' "${files[@]/#/$output/}" "$output/SHA256SUMS"
