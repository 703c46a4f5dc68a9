#!/usr/bin/env bash
# The policies that ship are free of errors, and the tests that they carry pass.
set -euo pipefail
cd "$(dirname "$0")/../.."
egret=${EGRET:-.build/debug/egret}
"$egret" rules check rules/policies
"$egret" rules test rules/policies
"$egret" catalog check
