#!/usr/bin/env bash
# The rules of the house that a machine can hold. Every rule is looked at, and all that is broken is said.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=0
rule() { # rule NAME COMMAND...: a rule that holds where the command succeeds
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        printf 'ok      %s\n' "$name"
    else
        printf 'BROKEN  %s\n' "$name"
        sed 's/^/        /' <<<"$output" | head -40
        failed=1
    fi
}

# absent PATTERN PATHS...: no line of the tracked files matches. A pattern may not match this file itself.
absent() {
    local pattern=$1
    shift
    ! git grep -nIE "$pattern" -- "$@"
}

own_swift() { git ls-files -z --cached --others --exclude-standard -- '*.swift'; }
format() { own_swift | xargs -0 swift format lint --strict --configuration .swift-format; }

rule "swift-format, every public declaration documented" format
rule "imports go up the list only; strict memory safety in every target" scripts/imports.py
rule "complaints about rules and lists are named tests" scripts/complaints.py
rule "no unsafe code outside Bytes, Archive, Capture, Delivery, Host and PublicSuffix" \
    absent '\bunsafe\b|@safe\b' 'Sources/*.swift' ':!Sources/Bytes/' ':!Sources/Archive/' ':!Sources/Capture/' ':!Sources/Host/' \
    ':!Sources/PublicSuffix/' ':!Sources/Delivery/'
rule "nothing unchecked outside Bytes and Capture" \
    absent '@[u]nchecked|-O[u]nchecked|nonisolated\([u]nsafe\)' Package.swift 'Sources/*.swift' ':!Sources/Bytes/' ':!Sources/Capture/'
rule "nothing that traps on purpose" \
    absent '\btry[!]|\bas[!]|\bfatal[E]rror\(|\b(pre[c]ondition|assertion)[F]ailure\(' 'Sources/*.swift'
rule "no work left open in the sources" absent '\b(TO[D]O|FIX[M]E|XX[X])\b' Sources Tests scripts Makefile
rule "no paths of a machine" absent '(^|[^A-Za-z0-9_.])/(w[o]rk|f[a]rm|r[o]ot|h[o]me)/' .
rule "every script parses" sh -c 'for f in scripts/*.sh .ci/run; do bash -n "$f" || exit 1; done'

exit $failed
