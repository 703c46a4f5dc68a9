"""Packets and captures of hostile input, byte by byte, with nothing but the standard library: see attack.py."""
import functools
import hashlib
import hmac
import struct

TIME = 1_790_000_000


def ipv4_text(text):
    return bytes(int(part) for part in text.split("."))


def checksum(data):
    """The internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\0"
    total = int.from_bytes(data, "big") % 0xFFFF
    return 0xFFFF - total if total or not any(data) else 0


class CaptureFile:
    """A capture: packets of Ethernet a microsecond apart, or raw blocks of pcapng."""

    def __init__(self, path):
        self.file = open(path, "wb", buffering=1 << 20)
        self.packets = self.bytes = 0
        self.started = False
        self.is_pcapng = False

    def add(self, frame):
        if not self.started:
            self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
            self.started = True
        microseconds = self.packets * 10
        self.file.write(struct.pack("<IIII", TIME + microseconds // 1_000_000, microseconds % 1_000_000, len(frame), len(frame)))
        self.file.write(frame)
        self.packets += 1
        self.bytes += len(frame)

    def use_blocks(self):
        self.started = self.is_pcapng = True
        self.add_block(0x0A0D0D0A)
        self.add_block(1)
        self.packets = self.bytes = 0

    def add_block(self, kind):
        body = {0x0A0D0D0A: struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1), 1: struct.pack("<HHI", 1, 0, 262144),
                5: struct.pack("<III", 0, 0, 0)}.get(kind, b"")
        length = len(body) + 12
        self.file.write(struct.pack("<II", kind, length) + body + struct.pack("<I", length))
        self.packets += 1
        self.bytes += length

    def close(self):
        if not self.started:
            self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        self.file.close()


# Link, network, transport

ETHERNET = bytes.fromhex("020000000002020000000001")


def eth(packet):
    return ETHERNET + (b"\x86\xdd" if packet[0] >> 4 == 6 else b"\x08\x00") + packet


def ipv4(source, destination, protocol, payload, identification=0, offset=0):
    length = 20 + len(payload)
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, length & 0xFFFF, identification & 0xFFFF, offset, 64, protocol, 0,
                         source, destination)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + payload


def transport_checksum(source, destination, protocol, segment):
    return checksum(source + destination + struct.pack("!HH", protocol, len(segment) & 0xFFFF) + segment)


def tcp(source, destination, source_port, port, sequence, acknowledgment, flags, payload=b"", urgent=0):
    header = struct.pack("!HHIIBBHHH", source_port, port, sequence % 2**32, acknowledgment % 2**32, 0x50, flags, 65535, 0,
                         urgent)
    value = transport_checksum(source, destination, 6, header + payload)
    return header[:16] + struct.pack("!HH", value, urgent) + payload


def udp(source, destination, source_port, port, payload):
    header = struct.pack("!HHHH", source_port, port, 8 + len(payload), 0)
    value = transport_checksum(source, destination, 17, header + payload) or 0xFFFF
    return header[:6] + struct.pack("!H", value) + payload


def fragment(source, destination, protocol, identification, offset, more, payload):
    return ipv4(source, destination, protocol, payload, identification, (0x2000 if more else 0) | offset // 8)


def vxlan(source, destination, frame):
    header = struct.pack("!BBHI", 8, 0, 0, 77 << 8)
    return eth(ipv4(source, destination, 17, udp(source, destination, 50000, 4789, header + frame)))


def chain_of_vlans(packet, tags):
    return ETHERNET + b"\x81\x00\x00\x05" * tags + b"\x08\x00" + packet


def ipv6_options(number, count):
    """IPv6 with `count` headers of destination options in a row."""
    source, destination = b"\x20\x01\x0d\xb8" + struct.pack("!Q", number) + bytes(4), b"\x20\x01\x0d\xb8" + bytes(11) + b"\x01"
    options = b"".join((b"\x3c" if n < count - 1 else b"\x06") + b"\x00\x01\x04" + bytes(4) for n in range(count))
    payload = options + tcp(source[:4], destination[:4], 1024, 443, number, 0, 2)
    return eth(struct.pack("!IHBB", 6 << 28, len(payload), 60, 64) + source + destination + payload)


# TLS

def extension(number, body):
    return struct.pack("!HH", number, len(body)) + body


def sni(name):
    entry = b"\0" + struct.pack("!H", len(name)) + name
    return extension(0, struct.pack("!H", len(entry)) + entry)


def client_hello(extensions, ciphers=(0x1301, 0x1302, 0x1303), versions=(0x0304, 0x0303), salt=0):
    suites = b"".join(struct.pack("!H", cipher) for cipher in ciphers)
    more = [extension(10, b"\x00\x04\x00\x1d\x00\x17"), extension(13, struct.pack("!HHH", 4, 0x0403, 0x0804 + salt % 3))]
    if versions:
        more.append(extension(43, bytes([2 * len(versions)]) + b"".join(struct.pack("!H", v) for v in versions)))
    if salt:
        more.append(extension(0x5000 + salt % 0x8000, b""))
    listed = b"".join(list(extensions) + more)
    body = (b"\x03\x03" + hashlib.sha256(b"%d" % salt).digest() + b"\x20" + bytes(32) + struct.pack("!H", len(suites)) + suites
            + b"\x01\x00" + struct.pack("!H", len(listed)) + listed)
    return b"\x01" + struct.pack("!I", len(body))[1:] + body


def records(message, size=16000, version=b"\x03\x01"):
    return b"".join(b"\x16" + version + struct.pack("!H", len(message[at:at + size])) + message[at:at + size]
                    for at in range(0, len(message), size))


def server_hello():
    """The handshake message of a ServerHello of TLS 1.3."""
    body = b"\x03\x03" + bytes(range(32)) + b"\0\x13\x01\0\0\x06" + extension(43, b"\x03\x04")
    return b"\x02" + struct.pack("!I", len(body))[1:] + body


def der(tag, body):
    size = len(body)
    if size < 128:
        length = bytes([size])
    else:
        encoded = size.to_bytes((size.bit_length() + 7) // 8, "big")
        length = bytes([0x80 | len(encoded)]) + encoded
    return bytes([tag]) + length + body


def tls12_certificate(names):
    """A ServerHello of TLS 1.2 and a certificate for `names`."""
    hello = b"\x03\x03" + bytes(32) + b"\0" + b"\xc0\x2f\0"
    hello = b"\x02" + struct.pack("!I", len(hello))[1:] + hello
    alternatives = der(0x30, b"".join(der(0x82, name) for name in names))
    entry = der(0x30, der(0x06, b"\x55\x1d\x11") + der(0x04, alternatives))
    body = (der(0xA0, der(2, b"\x02")) + der(2, b"\x01") + der(0x30, b"") + der(0x30, b"") + der(0x30, b"") + der(0x30, b"")
            + der(0x30, b"") + der(0xA3, der(0x30, entry)))
    certificate = der(0x30, der(0x30, body))
    listed = struct.pack("!I", len(certificate))[1:] + certificate
    listed = struct.pack("!I", len(listed))[1:] + listed
    message = b"\x0b" + struct.pack("!I", len(listed))[1:] + listed
    return records(hello + message, version=b"\x03\x03")


# QUIC

def _box(value):
    return (value << 1 ^ 0x11B if value & 0x80 else value << 1) & 0xFF


@functools.cache
def _sbox():
    """The substitution box of AES (FIPS 197 section 5.1.1)."""
    exponents, logarithms, value = [0] * 256, [0] * 256, 1
    for place in range(255):
        exponents[place], logarithms[value] = value, place
        value ^= _box(value)
    box = [0x63] + [0] * 255
    for number in range(1, 256):
        inverse = exponents[(255 - logarithms[number]) % 255]
        result = 0x63
        for turn in range(5):
            result ^= (inverse << turn | inverse >> 8 - turn) & 0xFF
        box[number] = result
    return box


def aes(key, block):
    """AES-128 of one block."""
    box, words = _sbox(), [list(key[at:at + 4]) for at in range(0, 16, 4)]
    constant = 1
    for place in range(4, 44):
        word = words[place - 1]
        if place % 4 == 0:
            word = [box[value] for value in word[1:] + word[:1]]
            word[0] ^= constant
            constant = _box(constant)
        words.append([left ^ right for left, right in zip(words[place - 4], word)])
    keys = [sum(words[at:at + 4], []) for at in range(0, 44, 4)]
    state = [left ^ right for left, right in zip(block, keys[0])]
    for turn in range(1, 11):
        state = [box[state[(place + 4 * (place % 4)) % 16]] for place in range(16)]
        if turn < 10:
            mixed = []
            for at in range(0, 16, 4):
                a, b, c, d = state[at:at + 4]
                mixed += [_box(a) ^ _box(b) ^ b ^ c ^ d, a ^ _box(b) ^ _box(c) ^ c ^ d,
                          a ^ b ^ _box(c) ^ _box(d) ^ d, _box(a) ^ a ^ b ^ c ^ _box(d)]
            state = mixed
        state = [left ^ right for left, right in zip(state, keys[turn])]
    return bytes(state)


def gcm(key, nonce, plain, associated):
    """AES-128-GCM (NIST SP 800-38D)."""
    secret = int.from_bytes(aes(key, bytes(16)), "big")

    def product(left):
        result, value = 0, secret
        for bit in range(127, -1, -1):
            if left >> bit & 1:
                result ^= value
            value = value >> 1 ^ (0xE1 << 120 if value & 1 else 0)
        return result

    stream = b"".join(aes(key, nonce + struct.pack("!I", n + 2)) for n in range((len(plain) + 15) // 16))
    sealed = bytes(left ^ right for left, right in zip(plain, stream))
    state = 0
    for part in (associated, sealed):
        for at in range(0, len(part), 16):
            state = product(state ^ int.from_bytes(part[at:at + 16].ljust(16, b"\0"), "big"))
    state = product(state ^ (len(associated) * 8 << 64 | len(sealed) * 8))
    return sealed + bytes(left ^ right for left, right in zip(state.to_bytes(16, "big"), aes(key, nonce + b"\0\0\0\1")))


def _expand(secret, label, size):
    label = b"tls13 " + label
    return hmac.new(secret, struct.pack("!HB", size, len(label)) + label + b"\0\1", hashlib.sha256).digest()[:size]


def _variable(number):
    return bytes([number]) if number < 64 else struct.pack("!H", 0x4000 | number)


@functools.cache
def quic_initial(message, number=0, piece=1100, gap=0, size=1200, identifier=b"\x83\x94\xc8\xf0\x3e\x51\x57\x08"):
    """A client's Initial packet (RFC 9001 section 5) with `message` in CRYPTO frames of `piece` bytes, `gap` bytes apart."""
    secret = hmac.new(bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a"), identifier, hashlib.sha256).digest()
    secret = _expand(secret, b"client in", 32)
    key, vector, mask_key = (_expand(secret, label, size) for label, size in ((b"quic key", 16), (b"quic iv", 12), (b"quic hp", 16)))
    frames, at = b"", 1 if gap else 0
    while at < len(message) and len(frames) + piece + 6 < size - 60:
        part = message[at:at + piece]
        frames += b"\x06" + _variable(at) + _variable(len(part)) + part
        at += piece + gap
    header = b"\xc3\0\0\0\1\x08" + identifier + b"\0\0"
    frames = frames.ljust(size - len(header) - 22, b"\0")
    header += struct.pack("!H", 0x4000 | len(frames) + 20)
    packet_number = struct.pack("!I", number)
    nonce = (int.from_bytes(vector, "big") ^ number).to_bytes(12, "big")
    sealed = gcm(key, nonce, frames, header + packet_number)
    mask = aes(mask_key, sealed[:16])
    hidden = bytes(left ^ right for left, right in zip(packet_number, mask[1:]))
    return bytes([header[0] ^ mask[0] & 15]) + header[1:] + hidden + sealed


# DNS

def dns_name(name):
    return b"".join(bytes([len(label)]) + label for label in name.split(b".")) + b"\0"


def dns_message(question, answers, number=1):
    return struct.pack("!HHHHHH", number, 0x8180, 1, len(answers), 0, 0) + question + b"\0\1\0\1" + b"".join(answers)


def dns_record(owner, kind, data):
    return owner + struct.pack("!HHIH", kind, 1, 60, len(data)) + data


def dns_addresses(count, name=b"www.example.org"):
    return dns_message(dns_name(name), [dns_record(b"\xc0\x0c", 1, struct.pack("!I", 0xC6336400 + n)) for n in range(count)])


def dns_chain():
    """An answer whose chain is in reverse order, with names that differ in their last byte only."""
    label = b"\x3f" + b"\1" * 63
    long = label * 3 + bytes([61]) + b"\1" * 60
    question = long + b"q\0"
    links = [b"\1" + bytes([65 + n]) + b"\0" for n in range(7)]
    answers = [dns_record(links[n - 1], 5, links[n]) for n in range(6, 0, -1)]
    answers += [dns_record(b"\xc0\x0c", 5, links[0])] + [dns_record(b"\xc0\x0c", 5, b"\xc0\x0c")] * 28
    place = 12 + len(question) + 4 + sum(map(len, answers))
    answers.append(dns_record(long + b"x\0", 5, b"\xc0\x0c"))
    answers += [dns_record(struct.pack("!H", 0xC000 | place), 5, b"\xc0\x0c")] * (64 - len(answers))
    return dns_message(question, answers)


def dns_compressed():
    """An answer in which each name is a pointer into one name of 127 labels, another one for each record."""
    question = b"\1\1" * 127 + b"\0"
    answers = [dns_record(struct.pack("!H", 0xC00C + 2 * n), 5, struct.pack("!H", 0xC00C + 2 * (n + 1))) for n in range(90)]
    return dns_message(question, answers)


# HTTP

def http2_block(size):
    """HTTP/2 with prior knowledge: a header block of Huffman code that is added to the table, and of references to it."""
    field = b"\x40\x8a" + b"\x8f" * 10 + b"\x9e" + b"\x07" * 30
    block = (field + b"\xbe" * 40) * (size // (len(field) + 40))
    out = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"
    parts = [block[at:at + 16000] for at in range(0, len(block), 16000)]
    for place, part in enumerate(parts):
        kind, flags = 1 if place == 0 else 9, 4 if place == len(parts) - 1 else 0
        out += struct.pack("!I", len(part))[1:] + bytes([kind, flags]) + b"\0\0\0\1" + part
    return out


def http_lines(size):
    return b"GET / HTTP/1.1\r\n" + b"a:\n" * (size // 3) + b"Host: a.example\r\n\r\n"
