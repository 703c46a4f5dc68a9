#!/usr/bin/env bash
# Checks the conventions that a machine can check. Every convention is checked, and every violation is printed.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=0
rule() { # rule NAME COMMAND...: a convention that holds if the command succeeds
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

rule "format: swift-format, every public declaration documented" format
rule "imports: only modules that are above; strict memory safety in every target" scripts/imports.py
rule "counters: every counter is counted and reported; every field of the schema is written" scripts/counters.py
rule "measure: sizes of files and functions, unlabeled parameters and documentation within their limits" \
    scripts/measure.py --check --sources
rule "no unsafe code outside Bytes, ByteScanning, Archive, Capture, Decompression, Delivery, Host and PublicSuffix" \
    absent '\bunsafe\b|@safe\b' 'Sources/*.swift' ':!Sources/Bytes/' ':!Sources/ByteScanning/' ':!Sources/Archive/' ':!Sources/Capture/' ':!Sources/Host/' \
    ':!Sources/PublicSuffix/' ':!Sources/Delivery/' ':!Sources/Decompression/'
rule "no unchecked code outside Bytes and Capture" \
    absent '@[u]nchecked|-O[u]nchecked|nonisolated\([u]nsafe\)' Package.swift 'Sources/*.swift' ':!Sources/Bytes/' ':!Sources/Capture/'
rule "no forced unwrapping and no deliberate trap" \
    absent '\btry[!]|\bas[!]|\bfatal[E]rror\(|\b(pre[c]ondition|assertion)[F]ailure\(' 'Sources/*.swift'
rule "no open work in the sources" absent '\b(TO[D]O|FIX[M]E|XX[X])\b' Sources Tests scripts Makefile
rule "no paths of a machine" absent '(^|[^A-Za-z0-9_.])/(w[o]rk|f[a]rm|r[o]ot|h[o]me)/' .
rule "words: no retired word of docs/GLOSSARY.md, and the check finds planted ones" \
    sh -c 'scripts/words.py && Tests/Scripts/words_check.py'
rule "links: every link of a page, its anchor and every path in it exist; this check and make measure hold" \
    sh -c 'scripts/links.py && Tests/Scripts/page_checks.py'
rule "every script parses" sh -c 'for f in scripts/*.sh .ci/run; do bash -n "$f" || exit 1; done'

exit $failed
