#!/usr/bin/env bash
# The policies that ship are free of errors, and the tests that they carry pass.
set -euo pipefail
cd "$(dirname "$0")/../.."
egret=${EGRET:-.build/debug/egret}
"$egret" rules check rules/policies
"$egret" rules test rules/policies
# By the day of the data, not today: a clone passes on any day, and who keeps the data asks without --on.
"$egret" catalog check --on 2026-11-22
