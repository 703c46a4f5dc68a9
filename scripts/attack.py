#!/usr/bin/env python3
"""Measures what the worst input for each parser costs, against limits kept in git.

Each kind of input is written as a capture, and `egret analyze` reads it. The table has the processor time for a packet
and for a byte, less what a start costs, and the peak memory. Timed figures depend on the machine and on the build, so
each kind also has the ratio of its time for a packet to that of the reference kind (`reference`: complete connections of
ordinary size to unlisted hosts), measured in the same run. `scripts/attack.json` has the limits. The exit status is 1 if
one is exceeded, and 2 if a run failed.

usage: attack.py [--egret PATH] [--short] [--kind NAME ...] [--limits FILE] [--markdown] [--keep DIRECTORY]
    --short      a fortieth of the packets, and only limits on ratios and memory: for debug builds and noisy machines
    --markdown   the table of docs/PERFORMANCE.md
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from attack_packets import (CaptureFile, chain_of_vlans, client_hello, dns_addresses, dns_chain, dns_compressed, eth,
                            extension, fragment, http2_block, http_lines, ipv4, ipv4_text, ipv6_options, quic_initial,
                            records, server_hello, sni, tcp, tls12_certificate, udp, vxlan)

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIMITS = pathlib.Path(__file__).with_suffix(".json")
SERVER = ipv4_text("203.0.113.10")
RESOLVER = ipv4_text("192.0.2.53")
RULES = ["--rules", str(ROOT / "rules/policies"), "--catalog", str(ROOT / "rules/vendors")]
SYN, SYNACK, ACK, PUSH = 2, 0x12, 0x10, 0x18


def client(number):
    """An address of a client of its own."""
    return struct.pack("!I", 0x0B000000 + number)


def one_packet_streams(capture, count, payload, flags=ACK):
    """The same first segment from `count` clients."""
    for n in range(count):
        capture.add(eth(ipv4(client(n), SERVER, 6, tcp(client(n), SERVER, 1024 + n % 60000, 443, 1, 1, flags, payload))))


def connection(capture, n, up, down=b"", size=1400, port=443):
    """A handshake, what the client sends, and what the server answers."""
    c, sp = client(n), 1024 + n % 60000
    capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, sp, port, 0, 0, SYN))))
    capture.add(eth(ipv4(SERVER, c, 6, tcp(SERVER, c, port, sp, 0, 1, SYNACK))))
    sent = received = 1
    for start in range(0, len(up), size):
        piece = up[start:start + size]
        capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, sp, port, sent, received, PUSH, piece))))
        sent += len(piece)
    for start in range(0, len(down), size):
        piece = down[start:start + size]
        capture.add(eth(ipv4(SERVER, c, 6, tcp(SERVER, c, port, sp, received, sent, PUSH, piece))))
        received += len(piece)
    return sent, received


def datagrams(capture, count, payload, port=443, source_port=None):
    for n in range(count):
        sp = source_port or 1024 + n % 60000
        capture.add(eth(ipv4(client(n), SERVER, 17, udp(client(n), SERVER, sp, port, payload))))


def answers(capture, count, message):
    for n in range(count):
        capture.add(eth(ipv4(RESOLVER, client(n), 17, udp(RESOLVER, client(n), 53, 33000, message))))


# The kinds. Each fills a capture with about `count` packets and may return more arguments for egret.

def reference(capture, count):
    hello = records(client_hello([sni(b"www.example.org")]))
    data = b"\x17\x03\x03\x05\x73" + bytes(1395)
    for n in range(count // 10):
        connection(capture, n, hello + data * 2, data * 4)


def syn_flood(capture, count):
    for n in range(count):
        capture.add(eth(ipv4(client(n), SERVER, 6, tcp(client(n), SERVER, 1024 + n % 60000, 443, n, 0, SYN))))


def unique_hellos(capture, count):
    for n in range(count):
        hello = records(client_hello([sni(b"host-%d.example.org" % n)], ciphers=range(0x1301, 0x1320), salt=n))
        c = client(n)
        capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, 1024 + n % 60000, 443, 1, 1, PUSH, hello))))


def alert_flood(capture, count):
    one_packet_streams(capture, count, records(client_hello([sni(b"claude.ai")])))
    return RULES


def alert_flood_answered(capture, count):
    hello = records(client_hello([sni(b"claude.ai")]))
    for n in range(count // 4):
        connection(capture, n, hello, b"\x17\x03\x03\x00\x10" + bytes(16))
    return RULES


def hello_of_ciphers(capture, count):
    hello = records(client_hello([sni(b"claude.ai")], ciphers=[0x1000 + n % 50000 for n in range(31000)]))
    for n in range(max(1, count // 46)):
        connection(capture, n, hello)


def hello_of_alpn(capture, count):
    names = b"\x01a" * 31000
    hello = records(client_hello([sni(b"claude.ai"), extension(16, struct.pack("!H", len(names)) + names)]))
    for n in range(max(1, count // 46)):
        connection(capture, n, hello)


def hello_in_one_byte_records(capture, count):
    hello = records(client_hello([sni(b"claude.ai")]), size=1)
    for n in range(max(1, count // 4)):
        connection(capture, n, hello)


def reassembly_gaps(capture, count):
    hello = records(client_hello([sni(b"claude.ai")], ciphers=range(0x1000, 0x1800)))
    for n in range(max(1, count // 252)):
        c, sp = client(n), 1024 + n % 60000
        capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, sp, 443, 0, 0, SYN))))
        capture.add(eth(ipv4(SERVER, c, 6, tcp(SERVER, c, 443, sp, 0, 1, SYNACK))))
        for place in reversed(range(250)):
            at = place * 4 + 1
            capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, sp, 443, 1 + at, 1, ACK, hello[at:at + 2]))))


def rival_hellos(capture, count):
    rivals = [records(client_hello([sni(b"decoy-%d.example" % n)])) for n in range(40)]
    for n in range(max(1, count // 43)):
        c, sp = client(n), 1024 + n % 60000
        capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, sp, 443, 0, 0, SYN))))
        capture.add(eth(ipv4(SERVER, c, 6, tcp(SERVER, c, 443, sp, 0, 1, SYNACK))))
        for hello in rivals:
            capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, sp, 443, 1, 1, ACK, hello))))
        capture.add(eth(ipv4(SERVER, c, 6, tcp(SERVER, c, 443, sp, 1, 1 + len(rivals[-1]), ACK))))


def rival_bytes(capture, count):
    hello = records(client_hello([sni(b"claude.ai")], ciphers=range(0x1000, 0x1800)))
    for n in range(max(1, count // 204)):
        sent, received = connection(capture, n, hello[:-1])
        c, sp = client(n), 1024 + n % 60000
        for place in range(200):
            piece = bytes([place & 0xFF])
            capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, sp, 443, sent - 1 - place * 5, received, ACK, piece))))


def rival_choices(capture, count):
    """A hello, twelve short copies of its bytes that differ, three urgent pointers, and the server's hello: the search for what may have
    been read is made once in 20 packets."""
    hello = records(client_hello([sni(b"claude.ai")]))
    for n in range(max(1, count // 20)):
        sent, received = connection(capture, n, hello)
        c, sp = client(n), 1024 + n % 60000
        for place in range(3):
            capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, sp, 443, 1, received, ACK | 0x20, b"",
                                                         50 + place))))
        for place in range(12):
            piece = bytes([n & 0xFF, place])
            at = 1 + (place * 13 + n) % (len(hello) - 2)
            capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, sp, 443, at, received, ACK, piece))))
        answer = records(server_hello())
        capture.add(eth(ipv4(SERVER, c, 6, tcp(SERVER, c, 443, sp, received, sent, PUSH, answer))))


def byte_far_ahead(capture, count):
    for n in range(count // 3):
        c, sp = client(n), 1024 + n % 60000
        capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, sp, 443, 0, 0, SYN))))
        capture.add(eth(ipv4(SERVER, c, 6, tcp(SERVER, c, 443, sp, 0, 1, SYNACK))))
        capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, sp, 443, 60001, 1, ACK, b"x"))))


def certificate_names(capture, count):
    hello = records(client_hello([], ciphers=[0xC02F], versions=None))
    down = tls12_certificate([b"n%d.example" % n for n in range(3000)])
    for n in range(max(1, count // (3 + len(down) // 1400))):
        connection(capture, n, hello, down)


def record_search(size):
    def kind(capture, count):
        hello = records(client_hello([sni(b"claude.ai")]))
        sent, received = connection(capture, 0, hello, b"\x17\x03\x03\x00\x10" + bytes(16))
        c, sp = client(0), 1024
        broken = (b"\x17\x03\x03\x00\x01\x00" * (size // 6 + 1))[:size - 5] + b"\x01\x02\x03\x04\x05"
        whole = (b"\x17\x03\x03\x00\x01\x00" * (size // 6 + 1))[:size // 6 * 6]
        for n in range(max(8, count * 1400 // size // 8)):
            # Each after a gap; a good one now and then, so that the search does not give up.
            sent += 20000
            data = whole if n % 15 == 0 else broken
            capture.add(eth(ipv4(c, SERVER, 6, tcp(c, SERVER, sp, 443, sent % 2**32, received, ACK, data))))
            sent += len(data)
        return ["--flows", "all"]
    return kind


def quic_unique(capture, count):
    for n in range(count // 4):
        packet = bytearray(quic_initial(b"", number=n % 4))
        packet[6:14] = struct.pack("!Q", n)
        datagrams_from(capture, n, bytes(packet))


def datagrams_from(capture, n, payload):
    capture.add(eth(ipv4(client(n), SERVER, 17, udp(client(n), SERVER, 1024 + n % 60000, 443, payload))))


def quic_hellos(capture, count):
    datagrams(capture, count // 4, quic_initial(client_hello([sni(b"claude.ai")])))


def quic_crypto_gaps(capture, count):
    hello = client_hello([sni(b"claude.ai")], ciphers=range(0x1000, 0x1400))
    datagrams(capture, count // 4, quic_initial(hello, piece=2, gap=1))


def quic_bad_initials(same):
    def kind(capture, count):
        for n in range(count // 10):
            whole = b""
            for place in range(38):
                number = n if same else n * 38 + place
                whole += b"\xc3\x00\x00\x00\x01\x08" + struct.pack("!Q", number) + b"\x00\x00\x40\x14" + bytes(20)
            datagrams_from(capture, n, whole)
    return kind


def dns_bomb(capture, count):
    answers(capture, count // 10, dns_chain())


def dns_text(capture, count):
    answers(capture, count // 10, dns_compressed())


def dns_many_addresses(capture, count):
    answers(capture, count // 10, dns_addresses(64))


def dns_unique_names(capture, count):
    for n in range(count):
        message = dns_addresses(1, name=b"%d.%s.example" % (n, b"a" * 60))
        c = client(n)
        capture.add(eth(ipv4(RESOLVER, c, 17, udp(RESOLVER, c, 53, 33000, message))))


def dns_over_tcp(capture, count):
    query = dns_addresses(1)
    small = struct.pack("!H", len(query)) + query
    for n in range(count // 25):
        connection(capture, n, small, small * 400, port=53)


def fragments(capture, count):
    for n in range(count):
        capture.add(eth(fragment(client(n // 100), SERVER, 17, n // 100, n % 100 * 16, True, b"\0" * 8)))


def fragments_unique(capture, count):
    for n in range(count):
        capture.add(eth(fragment(client(n), SERVER, 17, n, 8, True, b"\0" * 8)))


def deep_tunnels(capture, count):
    for n in range(count):
        inner = eth(ipv4(client(n), SERVER, 6, tcp(client(n), SERVER, 1024, 443, n, 0, SYN)))
        for _ in range(8):
            inner = vxlan(client(n), SERVER, inner)
        capture.add(inner)


def vlan_tags(capture, count):
    for n in range(count):
        capture.add(chain_of_vlans(ipv4(client(n), SERVER, 6, tcp(client(n), SERVER, 1024, 443, n, 0, SYN)), 360))


def extension_headers(capture, count):
    for n in range(count):
        capture.add(ipv6_options(n, 40))


def http2(capture, count):
    for n in range(max(1, count // 46)):
        connection(capture, n, http2_block(60000), port=80)


def http_headers(capture, count):
    for n in range(max(1, count // 46)):
        connection(capture, n, http_lines(60000), port=80)


def http_requests(capture, count):
    request = b"GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"
    for n in range(max(1, count // 50)):
        connection(capture, n, request * 1800, port=80)


def pcapng_blocks(capture, count):
    capture.use_blocks()
    for n in range(count):
        capture.add_block(0x0A0D0D0B if n % 3 == 0 else 1 if n % 3 == 1 else 5)


KINDS = {
    "reference": (reference, 100_000),
    "syn_flood": (syn_flood, 200_000),
    "unique_hellos": (unique_hellos, 60_000),
    "alert_flood": (alert_flood, 60_000),
    "alert_flood_answered": (alert_flood_answered, 100_000),
    "hello_of_ciphers": (hello_of_ciphers, 20_000),
    "hello_of_alpn": (hello_of_alpn, 20_000),
    "hello_in_one_byte_records": (hello_in_one_byte_records, 40_000),
    "reassembly_gaps": (reassembly_gaps, 40_000),
    "rival_hellos": (rival_hellos, 40_000),
    "rival_bytes": (rival_bytes, 40_000),
    "rival_choices": (rival_choices, 40_000),
    "byte_far_ahead": (byte_far_ahead, 60_000),
    "certificate_names": (certificate_names, 20_000),
    "record_search_1400": (record_search(1400), 80_000),
    "record_search_64k": (record_search(64_000), 80_000),
    "quic_unique": (quic_unique, 40_000),
    "quic_hellos": (quic_hellos, 40_000),
    "quic_crypto_gaps": (quic_crypto_gaps, 40_000),
    "quic_bad_initials": (quic_bad_initials(False), 40_000),
    "quic_bad_initials_one_id": (quic_bad_initials(True), 40_000),
    "dns_chain": (dns_bomb, 40_000),
    "dns_compressed": (dns_text, 40_000),
    "dns_64_addresses": (dns_many_addresses, 40_000),
    "dns_unique_names": (dns_unique_names, 100_000),
    "dns_over_tcp": (dns_over_tcp, 40_000),
    "fragments": (fragments, 100_000),
    "fragments_unique": (fragments_unique, 100_000),
    "deep_tunnels": (deep_tunnels, 60_000),
    "vlan_tags": (vlan_tags, 40_000),
    "extension_headers": (extension_headers, 60_000),
    "http2": (http2, 20_000),
    "http_headers": (http_headers, 20_000),
    "http_requests": (http_requests, 20_000),
    "pcapng_blocks": (pcapng_blocks, 300_000),
}


def run(egret, path, arguments):
    """Processor time in seconds and peak memory in MiB of one run. Without rules the catalog is one vendor's, so that a start costs
    little."""
    rules = [] if "--rules" in arguments else ["--no-rules", "--catalog", str(path.parent / "catalog")]
    command = [egret, "analyze", str(path), *rules, *arguments]
    with open(os.devnull, "wb") as out, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=out, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            raise RuntimeError(f"{path}: exit status {process.returncode}: {errors.read()[-400:].decode('utf-8', 'replace')}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


starts = {}


def measure(egret, name, directory, short):
    kind, count = KINDS[name]
    path = pathlib.Path(directory) / f"{name}.pcap"
    capture = CaptureFile(path)
    random.seed(7)
    arguments = kind(capture, max(500, count // 40) if short else count) or []
    capture.close()
    empty = pathlib.Path(directory) / "empty.pcap"
    if tuple(arguments) not in starts:
        CaptureFile(empty).close()
        starts[tuple(arguments)] = min(run(egret, empty, arguments)[0] for _ in range(2))
    start = starts[tuple(arguments)]
    times, peaks = zip(*(run(egret, path, arguments) for _ in range(1 if short else 2)))
    nanoseconds = max(0.0, min(times) - start) * 1e9
    return {"packets": capture.packets, "ns_per_packet": nanoseconds / capture.packets,
            "ns_per_byte": nanoseconds / capture.bytes, "bytes": capture.bytes / capture.packets,
            "peak_mib": max(peaks), "path": path}


def exceeded(found, limits, reference, short):
    """The limits that a kind exceeds, in words."""
    ratio = found["ns_per_packet"] / max(reference, 1.0)
    checks = [("ratio", ratio), ("peak_mib", found["peak_mib"])]
    if not short:
        checks += [("ns_per_packet", found["ns_per_packet"]), ("ns_per_byte", found["ns_per_byte"])]
    return [f"{key} {value:.3g} is more than {limits[key]:.3g}" for key, value in checks
            if key in limits and value > limits[key]]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--egret", default=str(ROOT / ".build/release/egret"))
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--kind", action="append", choices=sorted(KINDS))
    parser.add_argument("--limits", default=LIMITS, type=pathlib.Path)
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    limits = json.loads(arguments.limits.read_text())
    names = ["reference"] + [name for name in arguments.kind or KINDS if name != "reference"]
    faults, reference_time = [], 0.0
    row = "| {} | {} | {} | {} | {} |" if arguments.markdown else "{:26} {:>9} {:>12} {:>10} {:>9}"
    print(row.format("kind", "bytes", "ns a packet", "ns a byte", "peak MiB"))
    if arguments.markdown:
        print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        directory = arguments.keep or temporary
        catalog = pathlib.Path(directory) / "catalog"
        catalog.mkdir(exist_ok=True)
        shutil.copy(ROOT / "rules/vendors/anthropic.yaml", catalog)
        for name in names:
            try:
                found = measure(arguments.egret, name, directory, arguments.short)
            except (RuntimeError, OSError) as error:
                print(f"{name}: {error}", file=sys.stderr)
                return 2
            if name == "reference":
                reference_time = found["ns_per_packet"]
            print(row.format(name, f"{found['bytes']:.0f}", f"{found['ns_per_packet']:.0f}",
                             f"{found['ns_per_byte']:.1f}", f"{found['peak_mib']:.0f}"), flush=True)
            bounds = {**limits["all"], **limits["kinds"].get(name, {})}
            faults += [f"{name}: {text}" for text in exceeded(found, bounds, reference_time, arguments.short)]
            if not arguments.keep:
                found["path"].unlink()
    for fault in faults:
        print(f"limit exceeded: {fault}", file=sys.stderr)
    print(f"attack inputs: {len(names)} kinds, {len(faults)} limits exceeded")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
