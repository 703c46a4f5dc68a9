#!/usr/bin/env bash
# Runs every check and test from a clean clone. Every step runs, also after a failed one. The last lines count the steps and
# repeat what failed, because often nothing else of a run is kept.
set -uo pipefail
cd "$(dirname "$0")/.."

passed=0
failed=0
broken=()
skipped=()
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

step() { # step NAME COMMAND...: exit status 77 means that the step cannot run on this machine
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

# The lines of a step's output that name an error, or its last lines if there is none.
complaints() { # complaints NAME
    grep -aE '✘|error:|Program crashed|Fatal error|^BROKEN|[Tt]raceback|[Ee]rror:' "$logs/$1" | head -12 | grep . || tail -12 "$logs/$1"
}

scripts/setup.sh test || exit 1
if [ -d .build-python ]; then export PATH=$PWD/.build-python/bin:$PATH; fi
# No name here may begin with EGRET_: those are settings of the program.
export EGRET=$PWD/.build/release/egret
audit=$PWD/.build/release/egret-audit

# The unit tests run on the debug build, with all of its checks; every step that runs the program runs the release build, which
# is what people run. It is made while the unit tests run. SwiftPM lets one process at a time use the directory, so that nothing in
# between may call it.
release() {
    local product status=0
    for product in egret egret-audit; do
        [ "$status" -ne 0 ] || swift build -c release --product "$product" || status=1
    done >"$logs/release" 2>&1
    echo "$status" >"$logs/release.status"
}
released() {
    while [ ! -s "$logs/release.status" ]; do sleep 1; done
    grep -aE 'error:|Build of product' "$logs/release"
    return "$(cat "$logs/release.status")"
}

step "build without a warning" scripts/build.sh --build-tests
tests=$(swift build --show-bin-path)/egretPackageTests.xctest
step "conventions: format, documentation, imports, words" scripts/check.sh
release &
step "fuzz targets match the parsers" scripts/fuzz_types.sh
step "unit tests" "$tests" --testing-library swift-testing
step "release build" released
step "audit: records match their schema, missing keys are stated" Tests/Scripts/audit_records.py --egret-audit "$audit"
step "audit: the bundled recordings show what the demonstration says" env EGRET_AUDIT="$audit" scripts/audit_demo.sh
step "audit: wrong usage, damaged recordings, plans, reports, redaction" Tests/Scripts/audit_commands.py \
    --egret-audit "$audit"
step "golden captures" scripts/golden.py --egret "$EGRET"
step "golden events match their schema" Tests/Scripts/golden_schema.sh
step "shipped rules pass their own tests" Tests/Scripts/shipped_rules.sh
step "catalog and rules commands" Tests/Scripts/commands.py --egret "$EGRET"
step "exports of the catalog: read back by their programs" Tests/Scripts/exports.py --egret "$EGRET"
step "catalog update: minisign, HTTPS, and attacks on bundles" Tests/Scripts/catalog_update.py --egret "$EGRET"
step "catalog pipeline: readers, verdicts, drafts" Tests/Scripts/catalog_pipeline.py
step "first sightings, name hints and learned allow lists" Tests/Scripts/first_seen.py --egret "$EGRET"
step "settings: file, environment and flags" Tests/Scripts/configuration.sh
step "outputs: several at once, and a killed process" Tests/Scripts/outputs.py --egret "$EGRET"
step "reports: golden files, questions, errors, habits, signals" Tests/Scripts/reports.py --egret "$EGRET"
step "top: keys, widths, colors, and every way out" Tests/Scripts/top.py --egret "$EGRET"
step "deployment files: systemd, Kubernetes, compose, shippers" Tests/Scripts/deploy_files.py --egret "$EGRET"
step "fleet: generated tables, dashboards and recipes by their text" Tests/Scripts/fleet_files.py --egret "$EGRET"
step "privacy: pseudonyms and dropped fields" Tests/Scripts/privacy.sh
step "evidence: verified by openssl and by egret" Tests/Scripts/evidence.py --egret "$EGRET"
step "doctor: findings match the machine" Tests/Scripts/doctor.sh
step "evasions: names that someone hides, and accusations by strangers" Tests/Scripts/evasions.py --egret "$EGRET"
step "memory: a scan of 200,000 flows stays within its limit" Tests/Scripts/syn_scan.py --egret "$EGRET" --flows 200000
step "audit: recordings of OpenSSL, GnuTLS and aioquic" Tests/Scripts/audit_suites.py --egret "$EGRET"
step "audit: recordings of Go, with Encrypted Client Hello" Tests/Scripts/audit_go.py --egret "$EGRET"
step "audit: recipes for key logs" Tests/Scripts/audit_recipes.py --egret "$EGRET"
step "audit: the same requests as tshark" Tests/Scripts/audit_tshark.py --egret "$EGRET" --every 20
step "attack inputs: cost and memory within their limits" scripts/attack.py --short --egret "$EGRET"
step "attack inputs: a limit that is exceeded fails the step" Tests/Scripts/attack_limits.py --egret "$EGRET"
step "live: watch and analyze write the same events" Tests/Live/live_test.py --egret "$EGRET"
step "live: start, reload, signals and stop of a service" Tests/Live/service_test.py --egret "$EGRET"
step "live: an interface that is deleted and made again" Tests/Live/interface_test.py --egret "$EGRET"
step "live: standard error says once what begins and what ends" Tests/Live/notes_test.py --egret "$EGRET"
step "live: alerts arrive soon, and an idle sensor sleeps" scripts/alert_latency.py --egret "$EGRET" --count 60 --idle 8 \
    --most-p50 100 --most-idle 1 default
step "live: metrics and health over HTTP" Tests/Live/http_test.py --egret "$EGRET"
step "live: Linux and OpenSSL as judge of TCP evasions" Tests/Live/evasion_test.py --egret "$EGRET"
step "live: Linux and Go as judge of TCP evasions" Tests/Live/evasion_test.py --server go --egret "$EGRET"
step "live: aioquic servers as judge of QUIC evasions" Tests/Live/evasion_quic_test.py "$EGRET"
step "shared captures and lists, if present" scripts/shared.py

printf '\n'
[ ${#skipped[@]} -eq 0 ] || printf 'skipped: %s\n' "${skipped[@]}"
[ ${#broken[@]} -eq 0 ] || printf 'failed: %s\n' "${broken[@]}"
printf '%s passed, %s failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
