#!/usr/bin/env bash
# Checks the types of the fuzz targets against the modules of the debug build, in seconds: libFuzzer is not needed for this.
# A change of a parser that breaks a fuzz target is an error here, not in the next long run.
set -uo pipefail
cd "$(dirname "$0")/.."

output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
# SwiftPM calls the package by its directory; `package` declarations are seen only under that name.
identity=$(basename "$PWD" | tr '[:upper:]' '[:lower:]')
flags=(-typecheck -swift-version 6 -parse-as-library -strict-memory-safety -package-name "$identity" -I .build/debug/Modules
    -enable-upcoming-feature ExistentialAny -enable-upcoming-feature InternalImportsByDefault
    -enable-upcoming-feature MemberImportVisibility -enable-experimental-feature Lifetimes)
for map in $(find Sources -name module.modulemap) $(find .build/checkouts -path '*include/module.modulemap') \
    .build/debug/*.build/module.modulemap; do
    if [ -e "$map" ]; then flags+=(-Xcc "-fmodule-map-file=$map" -Xcc "-I$(dirname "$map")"); fi
done

failed=0
swiftc "${flags[@]}" -module-name FuzzSupport -emit-module -emit-module-path "$output/FuzzSupport.swiftmodule" \
    Fuzz/Support/*.swift || failed=1
for target in Fuzz/*Fuzz; do
    swiftc "${flags[@]}" -I "$output" -module-name "$(basename "$target")" "$target"/*.swift || failed=1
done
exit $failed
