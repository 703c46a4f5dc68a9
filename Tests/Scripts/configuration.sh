#!/usr/bin/env bash
# The configuration as a person meets it: file, environment and flags of the program itself.
set -euo pipefail
cd "$(dirname "$0")/../.."
egret=${EGRET:-.build/debug/egret}
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

fail() {
    printf 'configuration: %s\n' "$*" >&2
    exit 1
}

# holds TEXT COMMAND...: the command succeeds and prints the text.
holds() {
    local text=$1 output
    shift
    output=$("$@") || fail "$* fails"
    grep -qF -- "$text" <<<"$output" || fail "$* does not say '$text'"
}

# breaks STATUS TEXT COMMAND...: the command ends with the status and says the text on standard error.
breaks() {
    local status=$1 text=$2 output
    shift 2
    set +e
    output=$("$@" 2>&1 >/dev/null)
    local got=$?
    set -e
    [ $got -eq "$status" ] || fail "$* ends with $got, not $status: $output"
    grep -qF -- "$text" <<<"$output" || fail "$* does not say '$text' but '$output'"
}

file=$directory/egret.yaml
printf 'filters:\n  flows: none\n  dns: true\nlimits: {flow_memory: 512MiB}\n' >"$file"

holds "flow_memory: 512MiB" "$egret" config show --config "$file"
holds "$file:4:10" "$egret" config show --config "$file"
holds "flows: all" env EGRET_FILTERS_FLOWS=all "$egret" config show --config "$file"
holds "# EGRET_FILTERS_FLOWS" env EGRET_FILTERS_FLOWS=all EGRET_CONFIG="$file" "$egret" config show
holds "# --flows" env EGRET_FILTERS_FLOWS=all EGRET_CONFIG="$file" "$egret" config show --flows ai
holds "dns: false" "$egret" config show --config "$file" --no-dns
holds "no errors" "$egret" config check --config "$file"
holds "no errors" "$egret" config check "$file"
# What is shown is a file that says the same.
"$egret" config show --config "$file" >"$directory/shown.yaml"
diff <(sed 's/ *#.*//' "$directory/shown.yaml") <("$egret" config show --config "$directory/shown.yaml" | sed 's/ *#.*//')

# The configuration of the system's sensor is read if no other is named, by commands that concern it and never by a run over files.
if unshare -rm true 2>/dev/null; then
    cp -a /etc "$directory/etc" 2>/dev/null || true
    mkdir -p "$directory/etc/egret"
    cp "$file" "$directory/etc/egret/egret.yaml"
    as_system() { unshare -rm sh -c 'mount --bind "$0" /etc && exec "$@"' "$directory/etc" "$@"; }
    program=$(realpath "$egret")
    holds "flow_memory: 512MiB" as_system "$program" config show
    holds "/etc/egret/egret.yaml:4:10" as_system "$program" config show
    as_system "$program" config show 2>&1 >/dev/null | grep -qF "configuration /etc/egret/egret.yaml; --config names another" \
        || fail "config show does not say that it reads /etc/egret/egret.yaml"
    holds "no errors" as_system "$program" config check
    printf 'limits: {flow_memory: 64MiB}\n' >"$directory/other.yaml"
    holds "flow_memory: 64MiB" as_system "$program" config show --config "$directory/other.yaml"
    holds "flow_memory: 64MiB" as_system env EGRET_CONFIG="$directory/other.yaml" "$program" config show
    # With flows: none of that file, a run over a capture would write none.
    as_system "$program" analyze -q docs/demo/office.pcap | grep -q '"type":"flow"' || fail "analyze reads /etc/egret/egret.yaml"
    printf 'filter: {flows: none}\n' >"$directory/etc/egret/egret.yaml"
    breaks 1 "/etc/egret/egret.yaml:1:1: error[C010]" as_system "$program" config check
    breaks 1 "/etc/egret/egret.yaml:1:1: error[C010]" as_system "$program" watch --interface lo
else
    echo "configuration: /etc/egret/egret.yaml is not tested: no user namespaces here" >&2
fi

# Every key is a flag of watch, and each that is not for live runs alone one of analyze.
help=$("$egret" help watch)
for flag in $(grep -oE '^\| `[a-z_]+\.[a-z_]+` \| `--(\[no-\])?[a-z-]+' docs/CONFIGURATION.md | sed -E 's/.*--(\[no-\])?//'); do
    grep -qE -- "--(no-)?$flag" <<<"$help" || fail "watch has no --$flag"
done

printf 'filter:\n  flows: none\n' >"$directory/bad.yaml"
breaks 1 "bad.yaml:1:1: error[C010] unknown key 'filter' at the top of the file; did you mean 'filters'?" \
    "$egret" config check --config "$directory/bad.yaml"
breaks 1 "did you mean 'filters'?" "$egret" analyze --config "$directory/bad.yaml" /dev/null
breaks 1 "EGRET_FILTERS_FLOW: error[C010]" env EGRET_FILTERS_FLOW=all "$egret" config check
breaks 1 "cannot be read" "$egret" config check "$directory/none.yaml"
breaks 2 "no output" "$egret" config check --output ftp://host
breaks 2 "--flow-memory: error[C011]" "$egret" config check --flow-memory 1kB
breaks 2 "no interface" "$egret" watch
echo "the configuration holds from file to flag"
