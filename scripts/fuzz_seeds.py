#!/usr/bin/env python3
"""Makes first inputs for the fuzz targets out of captures, rules, the catalog and the tests' own bytes.

usage: fuzz_seeds.py DIRECTORY CAPTURE...     writes DIRECTORY/TARGET/* for every target that has a form of its own

Reads classic pcap with microseconds or nanoseconds, little-endian. What a target expects of its input is at the head
of its source.
"""
import collections
import gzip
import hashlib
import pathlib
import re
import struct
import sys

MAGICS = {0xA1B2C3D4, 0xA1B23C4D}
MOST_FRAMES = 40
MOST_BYTES = 60_000
# The place of a link type in `links` of Fuzz/PacketFuzz/PacketFuzz.swift.
LINKS = {1: 0, 101: 1, 0: 2, 108: 3, 113: 4, 276: 5, 228: 6, 229: 7, 9: 8, 104: 9, 105: 10, 127: 11}
# Where IP begins behind the link types whose flows are taken apart here.
HEADERS = {1: 14, 101: 0, 113: 16, 276: 20, 228: 0}
TCP, UDP = 6, 17
ROOT = pathlib.Path(__file__).resolve().parent.parent


class Seeds:
    """Inputs by target; each is written once."""

    def __init__(self, directory):
        self.directory = directory

    def add(self, target, *parts):
        data = b"".join(parts)[:MOST_BYTES]
        place = self.directory / target
        place.mkdir(parents=True, exist_ok=True)
        (place / hashlib.sha1(data).hexdigest()[:16]).write_bytes(data)


def frames_of(data):
    """The link type of a capture and its first frames; nothing where it is of another kind."""
    if len(data) < 24 or struct.unpack_from("<I", data)[0] not in MAGICS:
        return None, []
    link, position, frames = struct.unpack_from("<I", data, 20)[0] & 0xFFFF, 24, []
    while position + 16 <= len(data) and len(frames) < MOST_FRAMES:
        length = struct.unpack_from("<I", data, position + 8)[0]
        frame = data[position + 16:position + 16 + length]
        position += 16 + length
        if len(frame) < 65536:
            frames.append(frame)
    return link, frames


def transport_of(link, frame):
    """The ends, the protocol, the sequence number, whether it is a SYN, and the payload of a plain frame."""
    if link not in HEADERS:
        return None
    ip = frame[HEADERS[link]:]
    if len(ip) >= 20 and ip[0] >> 4 == 4 and struct.unpack_from(">H", ip, 6)[0] & 0x3FFF == 0:
        kind, ends = ip[9], (ip[12:16], ip[16:20])
        ip, start = ip[:struct.unpack_from(">H", ip, 2)[0] or len(ip)], (ip[0] & 15) * 4
    elif len(ip) >= 40 and ip[0] >> 4 == 6:
        kind, ends, start = ip[6], (ip[8:24], ip[24:40]), 40
    else:
        return None
    body = ip[start:]
    if kind == TCP and len(body) >= 20:
        return (kind, *ends, body[:4], struct.unpack_from(">I", body, 4)[0], body[13] & 2, body[(body[12] >> 4) * 4:])
    if kind == UDP and len(body) >= 8:
        return (kind, *ends, body[:4], 0, 0, body[8:])
    return None


def streams_of(link, frames):
    """Both sides of each TCP flow whose beginning is there, the client's first."""
    sides, clients = collections.defaultdict(dict), []
    for frame in frames:
        packet = transport_of(link, frame)
        if not packet or packet[0] != TCP:
            continue
        key, back = packet[1:4], (packet[2], packet[1], packet[3][2:] + packet[3][:2])
        if packet[5] and key not in clients and back not in clients:
            clients.append(key)
        if packet[6]:
            sides[key].setdefault(packet[4], packet[6])
    for key in clients:
        back = (key[1], key[0], key[2][2:] + key[2][:2])
        yield tuple(b"".join(sides[side][at] for at in sorted(sides[side])) for side in (key, back))


def datagrams_of(link, frames):
    """The datagrams of each UDP flow: from which end, and the payload."""
    flows = collections.OrderedDict()
    for frame in frames:
        packet = transport_of(link, frame)
        if not packet or packet[0] != UDP or not packet[6]:
            continue
        key, back = packet[1:4], (packet[2], packet[1], packet[3][2:] + packet[3][:2])
        if back in flows:
            flows[back].append((0x8000, packet[6]))
        else:
            flows.setdefault(key, []).append((0, packet[6]))
    return flows


def hellos_of(frames):
    """What is in a frame from the first bytes that look like a handshake record with a ClientHello."""
    for frame in frames:
        for minor in range(4):
            at = frame.find(bytes([22, 3, minor]))
            if at >= 0 and frame[at + 5:at + 6] == b"\x01":
                yield frame[at:]


def part(data, flag=0):
    return struct.pack(">H", flag | min(len(data), 0x7FFF)) + data[:0x7FFF]


def from_capture(seeds, data, number):
    link, frames = frames_of(data)
    if link in LINKS:
        seeds.add("PacketFuzz", bytes([LINKS[link]]), *(struct.pack(">H", len(frame)) + frame for frame in frames))
    for index, hello in enumerate(list(hellos_of(frames))[:2]):
        seeds.add("ClientHelloFuzz", bytes([index * 100]), hello)
    for client, server in list(streams_of(link, frames))[:3]:
        stream(seeds, client)
        if server[:1] == b"\x16":
            seeds.add("ServerHelloFuzz", b"\0\x63", server[:8_000])
    for key, datagrams in list(datagrams_of(link, frames).items())[:4]:
        target = "DNSFuzz" if b"\0\x35" in (key[2][:2], key[2][2:]) else "QUICFuzz"
        seeds.add(target, b"\x08", *(part(payload, flag) for flag, payload in datagrams[:10]))
    whole = data[:24] + b"".join(record for record in records_of(data))
    seeds.add("EngineFuzz", bytes([(0, 1 + 16, 2 + 8, 32 + 4)[number % 4]]), whole)
    seeds.add("CaptureFuzz", whole[:8_000])


def stream(seeds, client):
    """A client's stream, for every target that reads one."""
    head = client[:4_000]
    seeds.add("StreamFuzz", b"\x11", head)
    seeds.add("SegmentFuzz", b"\x05\x40", head)
    if client[:3] == b"PRI":
        seeds.add("HTTP2Fuzz", b"\x11\0", head)
    elif client[:1].isalpha():
        seeds.add("HTTPFuzz", b"\x11", head)
    for kind in range(3) if client[:1] != b"\x16" else ():
        seeds.add("ProxyFuzz", bytes([kind, 16]), head[:600])


def records_of(data):
    """The first records of a pcap file, with their headers."""
    position, taken = 24, 0
    while position + 16 <= len(data) and taken < MOST_FRAMES:
        length = 16 + struct.unpack_from("<I", data, position + 8)[0]
        yield data[position:position + length]
        position, taken = position + length, taken + 1


DIALOGUES = [
    b"EHLO a.example\r\nSTARTTLS\r\n", b"a001 CAPABILITY\r\na002 STARTTLS\r\n", b"CAPA\r\nSTLS\r\n", b"AUTH TLS\r\n",
    b"<?xml version='1.0'?><stream:stream to='a.example' xmlns='jabber:client'>"
    b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    bytes.fromhex("301d02010177188016312e332e362e312e342e312e313436362e3230303337"),
    bytes.fromhex("0000000804d2162f"), bytes.fromhex("20000001000f000000000001ff00000000000000000000000000000000000000"
                                                      "00000000"),
    bytes.fromhex("0300001302e00000000000010008000b000000"), bytes.fromhex("050100" "0501000305612e627aff01bb"),
    bytes.fromhex("0502000205010001c0000201") + b"\0\x50", bytes.fromhex("050100050100042001" + "00" * 15 + "01bb"),
    bytes.fromhex("040101bb00000001") + b"me\0a.example.com\0", bytes.fromhex("040101bbc000020100"),
    b"PROXY TCP4 192.0.2.1 198.51.100.1 40000 443\r\n", b"PROXY UNKNOWN\r\n",
    b"PROXY TCP6 2001:db8::1 2001:db8::2 40000 443\r\n",
    bytes.fromhex("0d0a0d0a000d0a515549540a2111000cc0000201c63364019c4001bb"),
]
REQUESTS = [
    b"GET /a?b=c HTTP/1.1\r\nHost: api.example.com\r\nAccept: */*\r\n\r\n",
    b"CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\r\n" + bytes.fromhex("160301"),
    b"POST http://u@Api.Example.com:8080/v1/x?y HTTP/1.0\r\nHost:\r\n a.example\r\n\tb\r\n\r\n{}",
    b"\r\nOPTIONS * HTTP/1.1\r\nhost: [2001:db8::1]:80\r\nUpgrade: h2c, TLS/1.2\r\nConnection: Upgrade\r\n\r\n\x16\x03\x01",
]
BLOCKS = ["828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be58086e6f2d6361636865", "3fe11f82878441086578616d706c652e00",
          "400a637573746f6d2d6b65790d637573746f6d2d686561646572", "040c2f73616d706c652f70617468", "82868441"
          "0f7777772e6578616d706c652e636f6d20828684be"]


def from_words(seeds):
    """What the protocols themselves say."""
    for dialogue in DIALOGUES:
        stream(seeds, dialogue)
        stream(seeds, dialogue + bytes.fromhex("16030100050100000103"))
    for request in REQUESTS:
        seeds.add("HTTPFuzz", b"\x03", request)
        seeds.add("StreamFuzz", b"\0", request)
        seeds.add("SegmentFuzz", b"\x07\x09", request)
    for block in BLOCKS:
        for frame in (b"\x05\x01", b"\x40\xFF"):
            seeds.add("HTTP2Fuzz", frame, bytes.fromhex(block))
    crypto = bytes.fromhex("06000a") + bytes(range(10))
    for first in (b"\1", b"\3"):
        seeds.add("QUICFuzz", first, part(crypto), part(b"\1\2\0\0\0\0" + b"\x06\x0a\x04abcd"), part(crypto, 0x8000))
    pieces = [b"\x06" + bytes([offset, 4]) + b"abcd" for offset in (20, 12, 4, 16, 6, 0, 8)]
    seeds.add("QUICFuzz", b"\1", *(part(piece) for piece in pieces))
    seeds.add("QUICFuzz", b"\3", part(b"".join(pieces)), *(part(piece, 0x8000) for piece in pieces))
    seeds.add("QUICFuzz", b"\1", part(b"".join(b"\x06" + struct.pack(">H", 0x4000 | offset) + b"\x01a"
                                               for offset in range(1_200, 0, -2)) + b"\x06\0\1a"))
    entry = struct.Struct(">BHHBBB").pack
    seeds.add("FragmentFuzz", entry(1, 0, 2, 1, 0, 0), entry(1, 4, 1, 0, 1, 0), entry(1, 2, 2, 1, 1, 0))
    seeds.add("FragmentFuzz", entry(2, 0, 2, 3, 0, 0), entry(2, 1, 2, 17, 1, 9), entry(3, 1, 8000, 4, 200, 7))


def from_tests(seeds):
    """The bytes that are in the tests, in hexadecimal."""
    for path in sorted((ROOT / "Tests").rglob("*.swift")):
        for text in re.findall(r'"""(.*?)"""|hex: "([0-9a-fA-F ]{16,})"', path.read_text(), re.S):
            digits = re.sub(r"\s", "", text[0] or text[1])
            if len(digits) < 16 or not re.fullmatch(r"(?:[0-9a-fA-F]{2})+", digits):
                continue
            data = bytes.fromhex(digits)
            if data[:1] == b"\x30":
                seeds.add("ServerHelloFuzz", b"\2\x20", data)
            elif data[:1] == b"\x0b":
                seeds.add("ServerHelloFuzz", b"\1\x20", data)
            elif data[:1] == b"\1" and len(data) > 40:
                frames = b"\x06\0" + struct.pack(">H", 0x4000 | len(data)) + data
                seeds.add("QUICFuzz", b"\1", part(frames))
                seeds.add("ClientHelloFuzz", b"\x40\x16\x03\1", struct.pack(">H", len(data)), data)
            elif "QUIC" in path.name or "Google" in path.name:
                seeds.add("QUICFuzz", b"\0", part(data))
            elif "DNS" in path.name:
                seeds.add("DNSFuzz", b"\x08", part(data))
            elif "HPACK" in path.name or "HTTP2" in path.name:
                seeds.add("HTTP2Fuzz", b"\x05\1", data)


def compressed(seeds, data):
    """A capture in every wrapping; the compressed ones hold it uncompressed, so that a change reaches it."""
    frame = b"\x28\xB5\x2F\xFD\x60" + struct.pack("<H", len(data) - 256)
    seeds.add("CaptureFuzz", gzip.compress(data, 0))
    seeds.add("CaptureFuzz", gzip.compress(data, 9))
    seeds.add("CaptureFuzz", frame, struct.pack("<I", len(data) << 3 | 1)[:3], data)
    seeds.add("CaptureFuzz", b"\x50\x2A\x4D\x18\4\0\0\0abcd", frame, struct.pack("<I", len(data) << 3 | 1)[:3], data)


def blocks(data, order):
    """A pcapng file with two interfaces and the records of a pcap file."""
    def block(kind, body):
        body += bytes(-len(body) % 4)
        size = struct.pack(order + "I", len(body) + 12)
        return struct.pack(order + "I", kind) + size + body + size

    link = struct.unpack_from("<I", data, 20)[0] & 0xFFFF
    options = struct.pack(order + "HHBxxxHH", 9, 1, 9, 0, 0)
    file = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1))
    file += block(1, struct.pack(order + "HHI", link, 0, 0)) + block(1, struct.pack(order + "HHI", link, 0, 64) + options)
    for index, record in enumerate(records_of(data)):
        seconds, fraction, held, length = struct.unpack_from("<IIII", record)
        if index % 7 == 6:
            file += block(3, struct.pack(order + "I", length) + record[16:])
        else:
            ticks = struct.pack(order + "II", seconds >> 12, (seconds << 20 | fraction) & 0xFFFFFFFF)
            file += block(6, struct.pack(order + "I", index % 2) + ticks + struct.pack(order + "II", held, length)
                          + record[16:])
    return file + block(5, struct.pack(order + "III", 0, 0, 0))


def main():
    seeds = Seeds(pathlib.Path(sys.argv[1]))
    files = [pathlib.Path(path).read_bytes() for path in sys.argv[2:]]
    for number, data in enumerate(files):
        from_capture(seeds, data, number)
    small = [data for data in files if 1_000 < len(data) < 30_000 and frames_of(data)[0] is not None][:6]
    for data in small:
        compressed(seeds, data)
        for order in "<>":
            seeds.add("CaptureFuzz", blocks(data, order))
            seeds.add("EngineFuzz", b"\2", blocks(data, order))
    from_words(seeds)
    from_tests(seeds)
    for path in sorted((ROOT / "rules" / "policies").glob("*.yaml")):
        seeds.add("RulesFuzz", path.read_bytes())
    for path in sorted((ROOT / "rules" / "vendors").glob("*.yaml")):
        seeds.add("VendorFuzz", path.read_bytes())


main()
