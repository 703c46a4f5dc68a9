#!/usr/bin/env bash
# The Debian package and the container image, made and tried: package_test.sh
#   the program asks for no newer glibc than Debian 12 has;
#   the package installs into a fresh Debian 12, its program runs there, its service's command writes events under the
#   service's user with NET_RAW alone, and purging it leaves nothing;
#   the image is small, has no shell, runs as no one, analyses a capture, and watches an interface with NET_RAW alone.
# Exit status 77: not root, or no buildah, debootstrap or network namespaces here.
set -euo pipefail
cd "$(dirname "$0")/../.."

for tool in buildah debootstrap dpkg-deb ip setpriv objdump; do
    command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
[ "$(id -u)" -eq 0 ] || { echo "skipped: not root"; exit 77; }
space=egretpkg$$
ip netns add "$space" 2>/dev/null || { echo "skipped: no network namespaces"; exit 77; }

work=$(mktemp -d)
base=$PWD/.build-debian-12
export STORAGE_DRIVER=vfs
buildah=(buildah --root "$work/storage" --runroot "$work/run")
clean() {
    ip netns delete "$space" || true
    umount "$work/debian/proc" 2>/dev/null || true
    "${buildah[@]}" rm --all >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean EXIT
fail() { echo "error: $*" >&2; exit 1; }
ok() { echo "ok  $*"; }
ip -n "$space" link set lo up

deb=$(scripts/deb.sh "$work/out" 2>"$work/deb.log") || { tail -20 "$work/deb.log"; fail "no package was made"; }
dpkg-deb --extract "$deb" "$work/installed"
program=$work/installed/usr/bin/egret

newest=$(objdump -T "$program" | grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -1)
[ "$(printf '%s\nGLIBC_2.36\n' "$newest" | sort -V | tail -1)" = GLIBC_2.36 ] || fail "the program needs $newest"
ok "the program needs $newest, and Debian 12 has GLIBC_2.36"
man_pages=("$work"/installed/usr/share/man/man1/*.gz)
for page in "${man_pages[@]}"; do
    zcat "$page" >"$work/page.1"
    if command -v mandoc >/dev/null; then mandoc -T lint -W error "$work/page.1" || fail "$page"; fi
    grep -q '^\.Nm' "$work/page.1" || fail "$page names nothing"
done
ok "${#man_pages[@]} manual pages"
bash -n "$work/installed/usr/share/bash-completion/completions/egret"
grep -q analyze "$work/installed/usr/share/fish/vendor_completions.d/egret.fish" || fail "completions of fish"
python3 - "$work/installed/usr/share/egret/sbom.cdx.json" <<'PYTHON'
import json, sys
bill = json.load(open(sys.argv[1]))
names = {component["name"] for component in bill["components"]}
missing = {"swift-crypto", "swift-argument-parser", "Yams", "libpcap0.8", "libpsl5", "libc6"} - names
assert not missing, f"the bill of materials lacks {missing}"
assert all(component["version"] and component["purl"] for component in bill["components"])
print(f"ok  the bill of materials names {len(names)} components")
PYTHON

# MARK: The package

# A fresh Debian 12 with what the package depends on, kept for the next time.
depends=$(dpkg-deb --field "$deb" Depends | sed 's/([^)]*)//g; s/|[^,]*//g; s/ //g')
if [ "$(cat "$base/.complete" 2>/dev/null)" != "$depends" ]; then
    rm -rf "$base"
    debootstrap --variant=minbase --include="ca-certificates,$depends" bookworm "$base" >"$work/debootstrap.log" 2>&1 \
        || { tail "$work/debootstrap.log"; fail "debootstrap"; }
    echo "$depends" >"$base/.complete"
fi

cp -a "$base" "$work/debian"
mount -t proc proc "$work/debian/proc"
cp "$deb" "$work/debian/egret.deb"
in_debian() { chroot "$work/debian" env DEBIAN_FRONTEND=noninteractive LC_ALL=C PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
in_debian dpkg --install /egret.deb >"$work/install.log" 2>&1 || { cat "$work/install.log"; fail "the package does not install"; }
[ "$(in_debian egret --version)" = "$("$program" --version)" ] || fail "the installed program does not run"
[ "$(in_debian stat -c '%U %a' /var/log/egret)" = "egret 750" ] || fail "/var/log/egret is not egret's"
in_debian egret catalog check >/dev/null || fail "the installed catalog does not pass"
in_debian egret rules test >/dev/null || fail "the installed policies do not pass"

# What the unit starts, as it starts it: the user, one capability, no new privileges.
sed -i 's/interfaces: .*/interfaces: [lo]/' "$work/debian/etc/egret/egret.yaml"
command=$(sed -n 's/^ExecStart=//p' "$work/debian/usr/lib/systemd/system/egret.service")
uid=$(in_debian id -u egret)
gid=$(in_debian id -g egret)
# shellcheck disable=SC2086
ip netns exec "$space" chroot "$work/debian" setpriv --reuid "$uid" --regid "$gid" --clear-groups --no-new-privs \
    --bounding-set -all,+net_raw --inh-caps -all,+net_raw --ambient-caps -all,+net_raw $command 2>"$work/watch.log" &
watch=$!
await() { # await WORDS COMMAND...: until the command succeeds
    local words=$1 i
    shift
    for i in $(seq 300); do
        if "$@"; then return 0; fi
        sleep 0.1
    done
    cat "$work/watch.log" >&2
    fail "waited in vain for $words"
}
wrote() { cat "$work/debian/var/log/egret/"events-*.jsonl 2>/dev/null | grep -q "\"type\":\"$1\""; }
await "the start event" wrote start
kill -TERM "$watch"
wait "$watch" || { cat "$work/watch.log"; fail "the service does not end well"; }
wrote stop || fail "the service wrote no stop event"
ok "the package installs, and its service's command runs as egret with NET_RAW alone"

in_debian dpkg --purge egret >"$work/purge.log" 2>&1 || { cat "$work/purge.log"; fail "the package cannot be purged"; }
left=$(cd "$work/debian" && find etc usr var/lib/egret var/log/egret -name '*egret*' -not -path '*/dpkg/*' 2>/dev/null || true)
[ -z "$left" ] || fail "purging leaves $left"
ok "purging leaves nothing"
umount "$work/debian/proc"

# MARK: The image

# The stage that compiles is left out: what it would install is there already.
seed=$("${buildah[@]}" from scratch)
"${buildah[@]}" copy --quiet "$seed" "$base" / >/dev/null
"${buildah[@]}" copy --quiet "$seed" "$work/installed" /install >/dev/null
"${buildah[@]}" commit --quiet "$seed" localhost/egret-installed >/dev/null
"${buildah[@]}" build --quiet --isolation chroot --pull-never --tag localhost/egret \
    --build-arg SWIFT_IMAGE=localhost/egret-installed --build-arg INSTALLED=localhost/egret-installed . \
    >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; fail "the image is not built"; }
"${buildah[@]}" push --quiet localhost/egret "oci-archive:$work/egret.tar" >/dev/null
bytes=$(stat -c %s "$work/egret.tar")
[ "$bytes" -lt 60000000 ] || fail "the image has $bytes bytes compressed, more than 60 MB"
ok "the image has $((bytes / 100000))e5 bytes compressed"

container=$("${buildah[@]}" from --pull-never localhost/egret)
root=$("${buildah[@]}" mount "$container")
programs=$(find "$root" -xdev -type f -perm /111 -not -name '*.so*' -not -name 'ld-linux*' -printf '/%P ')
[ "$programs" = "/usr/bin/egret " ] || fail "programs in the image: $programs"
ok "the only program in the image is egret"
[ "$("${buildah[@]}" inspect --format '{{.OCIv1.Config.User}}' "$container")" = 65532:65532 ] \
    || fail "the image does not run as nobody"
in_image() { "${buildah[@]}" run --isolation chroot "$@"; }
in_image --volume "$PWD/docs/demo:/captures:ro" "$container" -- /usr/bin/egret analyze \
    --rules /usr/share/egret/rules/policies/vendor-ban.yaml /captures/office.pcap >"$work/events" \
    || fail "the image analyses no capture"
grep -q '"rule":{"id":"anthropic-ban"' "$work/events" || fail "the image's rules raise no alert"
ok "the image analyses a capture"
# With chroot isolation, buildah takes `--cap-drop all` after what it adds: every other capability by its name.
drops=()
for name in chown dac_override fowner fsetid kill net_bind_service setfcap setgid setpcap setuid sys_chroot mknod audit_write; do
    drops+=(--cap-drop "cap_$name")
done
ip netns exec "$space" "${buildah[@]}" run --isolation chroot --user 0:0 "${drops[@]}" --cap-add cap_net_raw "$container" -- \
    /usr/bin/egret watch --interface lo --output /var/log/egret 2>"$work/watch.log" &
watch=$!
watched() { cat "$root"/var/log/egret/events-*.jsonl 2>/dev/null; }
starts() { watched | grep -q '"type":"start"'; }
await "the start event in the container" starts
sensor=$(ip netns pids "$space" | while read -r pid; do
    if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = egret ]; then echo "$pid"; fi
done)
# It could open the interface with what it was given, and has given that up.
held=$(grep -E '^Cap(Inh|Prm|Eff|Amb):' "/proc/$sensor/status" | grep -vE '\s0000000000000000$') || true
[ -z "$held" ] || fail "the sensor keeps capabilities: $held"
kill -TERM "$sensor"
wait "$watch" || { cat "$work/watch.log"; fail "egret ends with an error in the container"; }
watched | grep -q '"type":"stop"' || fail "the container does not end well"
ok "the image watches an interface with NET_RAW alone, and keeps no capability"
