#!/usr/bin/env bash
# Everything that must hold, from a clean clone. Every step runs, whatever became of the one before it, and the last
# lines count them and say again what broke: often they are all that is kept of a run.
set -uo pipefail
cd "$(dirname "$0")/.."

passed=0
failed=0
broken=()
skipped=()
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

step() { # step NAME COMMAND...: exit status 77 says that the step could not be done here
    local name=$1 begin=$SECONDS status
    shift
    printf '\n== %s\n' "$name"
    "$@" 2>&1 | tee "$logs/$name"
    status=${PIPESTATUS[0]}
    case $status in
        0) passed=$((passed + 1)) ;;
        77) skipped+=("$name") ;;
        *) failed=$((failed + 1)) broken+=("$name (exit status $status)"$'\n'"$(complaints "$name" | cut -c1-300 | sed 's/^/    /')") ;;
    esac
    printf -- '-- %s: %s s\n' "$name" $((SECONDS - begin))
}

# The lines of a step's output that say what is wrong, or its last ones where none does.
complaints() { # complaints NAME
    grep -aE '✘|error:|Program crashed|Fatal error|^BROKEN|[Tt]raceback|[Ee]rror:' "$logs/$1" | head -12 | grep . || tail -12 "$logs/$1"
}

scripts/setup.sh test || exit 1
if [ -d .build-python ]; then export PATH=$PWD/.build-python/bin:$PATH; fi
export EGRET=$PWD/.build/debug/egret

step "build without a warning" scripts/build.sh --build-tests
step "the rules of the house" scripts/check.sh
step "unit tests" swift test --skip-build
step "golden captures" scripts/golden.py --egret "$EGRET"
step "events keep to their schema" Tests/Scripts/golden_schema.sh
step "the shipped rules pass their own tests" Tests/Scripts/shipped_rules.sh
step "the commands on catalog and rules" Tests/Scripts/commands.py --egret "$EGRET"
step "configuration: file, environment and flags" Tests/Scripts/configuration.sh
step "outputs: several at once, and killed" Tests/Scripts/outputs.py --egret "$EGRET"
step "what is deployed keeps to its word" Tests/Scripts/deploy_files.py --egret "$EGRET"
step "what is to be hidden is hidden" Tests/Scripts/privacy.sh
step "evidence holds by other tools too" Tests/Scripts/evidence.py --egret "$EGRET"
step "the doctor knows where it is" Tests/Scripts/doctor.sh
step "a scan of 200,000 flows stays within its bound" Tests/Scripts/syn_scan.py --egret "$EGRET" --flows 200000
step "live: watch says what analyze says" Tests/Live/live_test.py --egret "$EGRET"
step "live: the life of a service" Tests/Live/service_test.py --egret "$EGRET"
step "live: metrics and health over HTTP" Tests/Live/http_test.py --egret "$EGRET"
step "shared captures and lists" scripts/shared.py

printf '\n'
[ ${#skipped[@]} -eq 0 ] || printf 'skipped: %s\n' "${skipped[@]}"
[ ${#broken[@]} -eq 0 ] || printf 'failed: %s\n' "${broken[@]}"
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
