#!/bin/sh
# Puts together the files of an image without a distribution:
#     assemble.sh INSTALLED IMAGE [PROGRAM]
# the installed tree, the shared libraries that the program loads, time zones, certificates, and one user. No shell, no
# package manager, nothing else that runs.
set -eu
installed=$1
image=$2
program=${3:-egret}

mkdir -p "$image/etc" "$image/usr/share/egret" "$image/usr/bin"
cp "$installed/usr/bin/$program" "$image/usr/bin/$program"
if [ -d "$installed/usr/share/egret" ]; then cp -r "$installed/usr/share/egret/." "$image/usr/share/egret"; fi

# `ldd` names each library and the loader by the path under which they are looked for.
ldd "$installed/usr/bin/$program" | sed -nE 's/^.*[[:space:]](\/[^ ]+) \(0x.*$/\1/p' | while read -r library; do
    mkdir -p "$image$(dirname "$library")"
    cp --dereference "$library" "$image$library"
done

mkdir -p "$image/usr/share/zoneinfo" "$image/etc/ssl/certs"
cp -r /usr/share/zoneinfo/. "$image/usr/share/zoneinfo"
rm -rf "$image/usr/share/zoneinfo/right" "$image/usr/share/zoneinfo/posix"
cp --dereference /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/ca-certificates.crt"

cat >"$image/etc/passwd" <<TEXT
root:x:0:0:root:/:/nonexistent
egret:x:65532:65532:egret egress monitor:/var/lib/egret:/nonexistent
TEXT
cat >"$image/etc/group" <<TEXT
root:x:0:
egret:x:65532:
TEXT
echo 'hosts: files dns' >"$image/etc/nsswitch.conf"
for directory in etc/egret var/lib/egret var/log/egret; do mkdir -p "$image/$directory"; done
# Root without the capability to override modes is their owner, the user of the image one of their group.
chown 0:65532 "$image/var/lib/egret" "$image/var/log/egret"
chmod 0770 "$image/var/lib/egret" "$image/var/log/egret"
mkdir -p "$image/tmp"
chmod 1777 "$image/tmp"
