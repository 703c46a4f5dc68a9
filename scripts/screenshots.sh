#!/usr/bin/env bash
# Makes the pictures of the README from the bundled capture: docs/demo/report-light.png and report-dark.png.
#     screenshots.sh [PROGRAM]
set -euo pipefail
cd "$(dirname "$0")/.."
egret=${1:-.build/debug/egret}
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
    echo "screenshots.sh needs Chromium: scripts/setup.sh browser installs it" >&2
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$egret" report docs/demo/office.pcap --by vendor,product -o "$work/report.html"
for form in light dark; do
    options=(--headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=1100,900 --user-data-dir="$work/profile-$form")
    [ "$form" = light ] || options+=(--blink-settings=preferredColorScheme=0)
    "$browser" "${options[@]}" --screenshot="docs/demo/report-$form.png" "file://$work/report.html" 2>/dev/null
done
ls -l docs/demo/report-*.png
