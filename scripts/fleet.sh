#!/usr/bin/env bash
# Runs the tests of a fleet: all of them on ClickHouse in a process (chdb), which scripts/setup.sh fleet installs. Every step runs, also
# after a failed one. The last line counts the steps.
set -uo pipefail
cd "$(dirname "$0")/.."
export EGRET=${EGRET:-$PWD/.build/debug/egret}
export PATH=$PWD/.build-fleet/bin:$PATH

passed=0
failed=()
step() { # step NAME COMMAND...
    local begin=$SECONDS name=$1
    shift
    printf '\n== %s\n' "$name"
    if "$@"; then passed=$((passed + 1)); else failed+=("$name"); fi
    printf -- '-- %s: %s s\n' "$name" $((SECONDS - begin))
}

step "tables: golden events, deliveries, questions, migration" python3 Tests/Fleet/schema_test.py
step "rules in SQL: the same alerts over 1,000 random pairs" python3 Tests/Fleet/property_test.py --pairs "${EGRET_PAIRS:-1000}"
step "delivery under faults" python3 Tests/Fleet/ship_test.py
step "central alerts" python3 Tests/Fleet/central_test.py
step "dashboards, scheduled rules, Sigma" python3 Tests/Fleet/dashboards_test.py
step "recipes: DuckDB, rsyslog, syslog-ng" python3 Tests/Fleet/recipes_test.py
step "the story: ten days of it" python3 scripts/fleet_story.py --days 10
step "load and size" python3 Tests/Fleet/load.py --check --slow "${EGRET_SLOW:-2}"

printf '\n'
[ ${#failed[@]} -eq 0 ] || printf 'failed: %s\n' "${failed[@]}"
printf '%s passed, %s failed\n' "$passed" "${#failed[@]}"
[ ${#failed[@]} -eq 0 ]
