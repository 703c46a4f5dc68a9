#!/usr/bin/env bash
# Builds egret for release, the Swift libraries linked in, and lays it out below a directory as it is to be installed:
#     stage.sh DIRECTORY
# The program, the rules, the JSON Schemas, manual pages, shell completions, the systemd unit, and what it is made of (SBOM).
# With EGRET_PROGRAM=FILE that program is laid out and none is built; with EGRET_BRIEF=yes the manual pages and the
# SBOM are left out, which need a release build.
set -euo pipefail
cd "$(dirname "$0")/.."
root=${1:?a directory}
scratch=.build-release
arguments=(--configuration release --static-swift-stdlib --scratch-path "$scratch")

program=${EGRET_PROGRAM:-}
if [ -z "$program" ]; then
    swift build "${arguments[@]}" --product egret
    program=$(swift build "${arguments[@]}" --show-bin-path)/egret
fi

mkdir -p "$root"
install -D --strip --mode 755 "$program" "$root/usr/bin/egret"
mkdir -p "$root/usr/share/egret"
cp -r rules "$root/usr/share/egret/rules"
mkdir -p "$root/usr/share/egret/schema"
install --mode 644 docs/schema/*.json "$root/usr/share/egret/schema"
install -D --mode 644 deploy/systemd/egret.service "$root/usr/lib/systemd/system/egret.service"
for unit in egret-catalog.service egret-catalog.timer; do
    install -D --mode 644 "deploy/systemd/$unit" "$root/usr/lib/systemd/system/$unit"
done
install -D --mode 644 deploy/systemd/egret.sysusers "$root/usr/lib/sysusers.d/egret.conf"

egret=$root/usr/bin/egret
completions() { # completions SHELL FILE
    mkdir -p "$(dirname "$root/$2")"
    "$egret" --generate-completion-script "$1" >"$root/$2"
}
completions bash usr/share/bash-completion/completions/egret
completions zsh usr/share/zsh/vendor-completions/_egret
completions fish usr/share/fish/vendor_completions.d/egret.fish

# The argument parser's own tool makes the pages of what the program says of itself.
[ "${EGRET_BRIEF:-no}" = no ] || exit 0
swift build --package-path "$scratch/checkouts/swift-argument-parser" --scratch-path "$scratch/manual" \
    --product generate-manual >"$scratch/manual.log" 2>&1 || { cat "$scratch/manual.log" >&2; exit 1; }
mkdir -p "$root/usr/share/man/man1"
"$scratch/manual/debug/generate-manual" "$egret" --multi-page --output-directory "$root/usr/share/man/man1" \
    --date "$(date --utc --date "@${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}" +%F)" >/dev/null

scripts/sbom.py --resolved Package.resolved --program "$egret" >"$root/usr/share/egret/sbom.cdx.json"
