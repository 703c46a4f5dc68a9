#!/usr/bin/env bash
# The Debian package and the container image of the audit, made and tried: package_audit_test.sh
#   the program asks for no newer glibc than Debian 12 has; lintian, if it is here, finds no error;
#   the package holds one program, installs into a fresh Debian 12 and audits the bundled recordings there; purging leaves nothing;
#   the image is small, has one program and no shell, runs as no one, and audits the bundled recordings.
# Exit status 77: not root, or no buildah or debootstrap here.
set -euo pipefail
cd "$(dirname "$0")/../.."

for tool in buildah debootstrap dpkg-deb objdump; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
[ "$(id -u)" -eq 0 ] || { echo "skipped: not root"; exit 77; }

work=$(mktemp -d)
base=$PWD/.build-debian-12-audit
export STORAGE_DRIVER=vfs
buildah=(buildah --root "$work/storage" --runroot "$work/run")
clean() {
    umount "$work/debian/proc" 2>/dev/null || true
    "${buildah[@]}" rm --all >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean EXIT
fail() { echo "error: $*" >&2; exit 1; }
ok() { echo "ok  $*"; }

deb=$(scripts/deb_audit.sh "$work/out" 2>"$work/deb.log") || { tail -20 "$work/deb.log"; fail "no package was made"; }
dpkg-deb --extract "$deb" "$work/installed"
programs=$(find "$work/installed" -type f -perm /111 -printf '/%P ')
[ "$programs" = "/usr/bin/egret-audit " ] || fail "programs in the package: $programs"
newest=$(objdump -T "$work/installed/usr/bin/egret-audit" | grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -1)
[ "$(printf '%s\nGLIBC_2.36\n' "$newest" | sort -V | tail -1)" = GLIBC_2.36 ] || fail "the program needs $newest"
ok "the package has one program, which needs $newest; Debian 12 has GLIBC_2.36"
if command -v lintian >/dev/null; then
    # The libraries of Swift are linked in on purpose; the project has no mail address.
    lintian --allow-root --fail-on error --suppress-tags embedded-library,bogus-mail-host "$deb" || fail "lintian"
    ok "lintian finds no error"
fi

# A fresh Debian 12 with what the package depends on, kept for the next time.
depends=$(dpkg-deb --field "$deb" Depends | sed 's/([^)]*)//g; s/|[^,]*//g; s/ //g')
if [ "$(cat "$base/.complete" 2>/dev/null)" != "$depends" ]; then
    rm -rf "$base"
    debootstrap --variant=minbase --include="ca-certificates,$depends" bookworm "$base" >"$work/debootstrap.log" 2>&1 \
        || { tail "$work/debootstrap.log"; fail "debootstrap"; }
    echo "$depends" >"$base/.complete"
fi
cp -a "$base" "$work/debian"
cp "$deb" "$work/debian/audit.deb"
cp -r docs/demo/audit "$work/debian/recordings"
# A program of Swift reads its arguments there.
mount -t proc proc "$work/debian/proc"
in_debian() { chroot "$work/debian" "$@"; }
in_debian dpkg --install /audit.deb >"$work/install.log" 2>&1 || { cat "$work/install.log"; fail "the package cannot be installed"; }
[ "$(in_debian egret-audit --version)" = "$(dpkg-deb --field "$deb" Version)" ] || fail "the program's version is not the package's"
in_debian setpriv --reuid 65534 --regid 65534 --clear-groups egret-audit --format jsonl /recordings/v2-dubai-1.pcap >"$work/records" \
    || fail "the program audits no recording"
grep -q '"kind":"mark"' "$work/records" || fail "the mark is not found"
status=0
in_debian egret-audit --keys /recordings/v1-lisbon-1.keys /recordings/v2-dubai-1.pcap >/dev/null 2>&1 || status=$?
[ "$status" = 0 ] || fail "a capture with its keys beside it ends with $status"
ok "the package installs, and its program audits a recording as nobody"
in_debian dpkg --purge egret-audit >"$work/purge.log" 2>&1 || { cat "$work/purge.log"; fail "the package cannot be purged"; }
left=$(cd "$work/debian" && find etc usr -name '*egret*' -not -path '*/dpkg/*' 2>/dev/null || true)
[ -z "$left" ] || fail "purging leaves $left"
ok "purging leaves nothing"
umount "$work/debian/proc"

# The stage that compiles is left out: what it would install is there already.
seed=$("${buildah[@]}" from scratch)
"${buildah[@]}" copy --quiet "$seed" "$base" / >/dev/null
"${buildah[@]}" copy --quiet "$seed" "$work/installed" /install-audit >/dev/null
"${buildah[@]}" commit --quiet "$seed" localhost/audit-installed >/dev/null
"${buildah[@]}" build --quiet --isolation chroot --pull-never --target audit --tag localhost/egret-audit \
    --build-arg SWIFT_IMAGE=localhost/audit-installed --build-arg AUDIT_INSTALLED=localhost/audit-installed . \
    >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; fail "the image is not built"; }
"${buildah[@]}" push --quiet localhost/egret-audit "oci-archive:$work/audit.tar" >/dev/null
bytes=$(stat -c %s "$work/audit.tar")
[ "$bytes" -lt 40000000 ] || fail "the image has $bytes bytes compressed, more than 40 MB"
container=$("${buildah[@]}" from --pull-never localhost/egret-audit)
root=$("${buildah[@]}" mount "$container")
programs=$(find "$root" -xdev -type f -perm /111 -not -name '*.so*' -not -name 'ld-linux*' -printf '/%P ')
[ "$programs" = "/usr/bin/egret-audit " ] || fail "programs in the image: $programs"
[ "$("${buildah[@]}" inspect --format '{{.OCIv1.Config.User}}' "$container")" = 65532:65532 ] \
    || fail "the image does not run as nobody"
"${buildah[@]}" run --isolation chroot --volume "$PWD/docs/demo/audit:/recordings:ro" "$container" -- \
    /usr/bin/egret-audit --format jsonl /recordings/v2-dubai-1.pcap >"$work/records" || fail "the image audits no recording"
grep -q '"kind":"mark"' "$work/records" || fail "the image finds no mark"
ok "the image has $((bytes / 100000))e5 bytes compressed and one program, and audits a recording"
