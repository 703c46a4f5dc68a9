"""Captures for the benchmarks, made from the project's own golden ones: the same bytes in every run.

A capture is so many flows, each a hello that a real client sent, and so many packets behind it. Two captures that
differ in one number only are measured, and the difference is the cost of what they differ in: start-up, output and
the end of the run cancel out.
"""
import pathlib
import struct

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "Tests/Golden/captures"
SERVER = bytes([198, 51, 100, 10])
SYN, ACK, PSH = 2, 16, 8


def frames(name):
    """The frames of a classic capture in the byte order of this machine."""
    data = (GOLDEN / f"{name}.pcap").read_bytes()
    offset = 24
    while offset + 16 <= len(data):
        length = struct.unpack_from("<I", data, offset + 8)[0]
        yield data[offset + 16:offset + 16 + length]
        offset += 16 + length


def payloads(name, protocol, port):
    """The payloads that went to `port`, in order."""
    for frame in frames(name):
        ip = frame[14:]
        if len(ip) < 28 or ip[0] != 0x45 or ip[9] != protocol or struct.unpack_from(">H", ip, 22)[0] != port:
            continue
        start = 20 + (8 if protocol == 17 else (ip[32] >> 4) * 4)
        end = struct.unpack_from(">H", ip, 2)[0]
        if end > start:
            yield ip[start:end]


def client_hello(host=None):
    """A ClientHello of 517 bytes; its name replaced by `host`, which must be as long."""
    hello = next(payloads("e-port8443-curl", 6, 8443))
    if host is None:
        return hello
    assert hello.count(b"api.anthropic.com") == 1 and len(host) == 17
    return hello.replace(b"api.anthropic.com", host)


def own_hello(flow, host):
    """The same with a cipher suite that no other flow offers: a hello like none that came before."""
    hello = bytearray(client_hello(host))
    suites = 44 + hello[43] + 2
    hello[suites + 2:suites + 4] = (0x2000 + flow).to_bytes(2, "big")
    return bytes(hello)


def initials():
    """The datagrams of one QUIC hello."""
    found = []
    for payload in payloads("e-quic-biginitial-aioquic", 17, 443):
        if payload[0] & 0xF0 != 0xC0:
            break
        found.append(payload)
    return found[:3]


class Capture:
    """A capture that is written packet by packet, a microsecond apart."""

    def __init__(self, path):
        self.file = open(path, "wb")
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
        self.time = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def write(self, flow, protocol, transport, from_client):
        ends = (client(flow), SERVER) if from_client else (SERVER, client(flow))
        ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(transport), 0, 0x4000, 64, protocol, 0) + ends[0] + ends[1]
        frame = bytes(12) + b"\x08\x00" + ip + transport
        self.time += 1
        moment = 1_767_225_600_000_000 + self.time
        self.file.write(struct.pack("<IIII", moment // 1_000_000, moment % 1_000_000, len(frame), len(frame)) + frame)

    def tcp(self, flow, sequence, acknowledged, flags, payload=b"", from_client=True):
        ports = (port(flow), 443) if from_client else (443, port(flow))
        header = struct.pack(">HHIIBBHHH", *ports, sequence & 0xFFFFFFFF, acknowledged & 0xFFFFFFFF, 0x50, flags, 64240, 0, 0)
        self.write(flow, 6, header + payload, from_client)

    def udp(self, flow, payload, from_client=True):
        ports = (port(flow), 443) if from_client else (443, port(flow))
        self.write(flow, 17, struct.pack(">HHHH", *ports, 8 + len(payload), 0) + payload, from_client)


def client(flow):
    return bytes([10, 0, flow >> 14 & 0xFF, 2])


def port(flow):
    return 20_000 + (flow & 0x3FFF)


# A TLS record that fills a segment, as far as its header says.
RECORD = b"\x17\x03\x03\x05\x73" + bytes(1395)


def tcp_flows(path, flows, packets=0, hello=b"", data=bytes(1400)):
    """TCP flows: the handshake, `hello` where there is one, then `packets` in all: two of `data`, then one of none.

    `hello` may be a function of the flow's number, of hellos that are equally long.
    """
    with Capture(path) as capture:
        for flow in range(flows):
            first = hello(flow) if callable(hello) else hello
            capture.tcp(flow, 1000, 0, SYN)
            capture.tcp(flow, 5000, 1001, SYN | ACK, from_client=False)
            if first:
                capture.tcp(flow, 1001, 5001, ACK | PSH, first)
        sequence, next_of_client = [5001] * flows, 1001 + len(first)
        for number in range(packets):
            flow = number % flows
            if number // flows % 3 == 2:
                capture.tcp(flow, next_of_client, sequence[flow], ACK)
            else:
                capture.tcp(flow, sequence[flow], next_of_client, ACK, data, from_client=False)
                sequence[flow] += len(data)


def quic_flows(path, flows, packets=0):
    """QUIC flows: a hello, then `packets` with short headers in all."""
    hello = initials()
    with Capture(path) as capture:
        for flow in range(flows):
            for datagram in hello:
                capture.udp(flow, datagram)
        for number in range(packets):
            capture.udp(number % flows, b"\x41" + bytes(1200), from_client=False)
