#!/usr/bin/env bash
# Builds egret-audit for release, the Swift libraries linked in, and lays it out below a directory as it is to be installed:
#     stage_audit.sh DIRECTORY
# The build is in .build-release, or where EGRET_SCRATCH says.
set -euo pipefail
cd "$(dirname "$0")/.."
root=${1:?a directory}
scratch=${EGRET_SCRATCH:-.build-release}
arguments=(--configuration release --static-swift-stdlib --scratch-path "$scratch")

swift build "${arguments[@]}" --product egret-audit
install -D --strip --mode 755 "$(swift build "${arguments[@]}" --show-bin-path)/egret-audit" "$root/usr/bin/egret-audit"
