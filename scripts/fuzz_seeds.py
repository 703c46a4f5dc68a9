#!/usr/bin/env python3
"""Makes first inputs for the fuzz targets out of captures.

usage: fuzz_seeds.py FOLDER CAPTURE...     writes FOLDER/PacketFuzz/* and FOLDER/ClientHelloFuzz/*

Reads classic pcap with microseconds or nanoseconds, little-endian. An input of PacketFuzz is the first frames of a
capture; one of ClientHelloFuzz is a segment that begins like a ClientHello.
"""
import pathlib
import struct
import sys

MAGICS = {0xA1B2C3D4, 0xA1B23C4D}
MOST_FRAMES = 40
MOST_BYTES = 60_000
# The place of a link type in `links` of Fuzz/PacketFuzz/PacketFuzz.swift.
LINKS = {1: 0, 101: 1, 0: 2, 108: 3, 113: 4, 276: 5, 228: 6, 229: 7, 9: 8, 104: 9, 105: 10, 127: 11}


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


def hellos_of(frames):
    """What stands in a frame from the first bytes that look like a handshake record with a ClientHello."""
    for frame in frames:
        for minor in range(4):
            at = frame.find(bytes([22, 3, minor]))
            if at >= 0 and frame[at + 5:at + 6] == b"\x01":
                yield frame[at:]


def main():
    folder = pathlib.Path(sys.argv[1])
    packets, hellos = folder / "PacketFuzz", folder / "ClientHelloFuzz"
    for place in (packets, hellos):
        place.mkdir(parents=True, exist_ok=True)
    for number, path in enumerate(sys.argv[2:]):
        link, frames = frames_of(pathlib.Path(path).read_bytes())
        if link not in LINKS:
            continue
        seed = bytes([LINKS[link]]) + b"".join(struct.pack(">H", len(frame)) + frame for frame in frames)
        (packets / f"{number:04}").write_bytes(seed[:MOST_BYTES])
        for index, hello in enumerate(list(hellos_of(frames))[:2]):
            (hellos / f"{number:04}-{index}").write_bytes(bytes([index * 100]) + hello)


main()
