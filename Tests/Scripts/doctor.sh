#!/usr/bin/env bash
# `egret doctor` gives the right advice where nothing is missing, without rights, and where a container left none.
# Exit status 77: not root.
set -uo pipefail
cd "$(dirname "$0")/../.."
egret=${EGRET:-$PWD/.build/debug/egret}
[ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null || { echo "skipped: not root, or no setpriv"; exit 77; }

passed=0
failed=0
expect() { # expect NAME STATUS PATTERN COMMAND...
    local name=$1 status=$2 pattern=$3 output
    shift 3
    output=$("$@" doctor --interface lo 2>&1)
    local got=$?
    if [ $got -eq "$status" ] && grep -qE -- "$pattern" <<<"$output"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf '%s: status %s, and not %s in:\n%s\n' "$name" $got "$pattern" "$output"
    fi
}

expect "as root" 0 '^ok +rights: CAP_NET_RAW is there' "$egret"
expect "in a container without the capability" 1 'fix: docker run --user 0 --cap-drop ALL --cap-add NET_RAW' \
    setpriv --inh-caps -all --bounding-set -all "$egret"
# Another user must get to the program, which is not so below a closed directory.
if setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$egret"; then
    expect "without rights" 1 'fix: sudo setcap cap_net_raw=ep ' \
        setpriv --reuid 65534 --regid 65534 --clear-groups "$egret"
    expect "without rights, in a unit" 1 'fix: AmbientCapabilities=CAP_NET_RAW' \
        setpriv --reuid 65534 --regid 65534 --clear-groups --no-new-privs "$egret"
fi
echo "doctor: $passed passed, $failed failed"
[ $failed -eq 0 ]
