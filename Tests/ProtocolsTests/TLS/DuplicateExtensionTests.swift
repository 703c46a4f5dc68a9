import Bytes
import Protocols
import TestSupport
import Testing

/// A hello with these two server_name extensions, found by fuzzing: the second one, empty, took the first one's place.
private func hello(_ names: [[UInt8]]) -> [UInt8] {
    let extensions = names.flatMap { name -> [UInt8] in
        let entry = [0] + PacketBuilder.word(name.count) + name
        let list = PacketBuilder.word(entry.count) + entry
        return PacketBuilder.word(0) + PacketBuilder.word(list.count) + list
    }
    let body: [UInt8] =
        [3, 3] + [UInt8](repeating: 7, count: 32) + [0] + PacketBuilder.word(2) + [0x13, 0x01] + [1, 0]
        + PacketBuilder.word(extensions.count) + extensions
    return [1, 0] + PacketBuilder.word(body.count) + body
}

@Test func aSecondServerNameDoesNotHideTheFirst() throws {
    let first = Array("api.example.com".utf8)
    for second in [[], Array("other.example".utf8)] as [[UInt8]] {
        let bytes = hello([first, second])
        let read = try ClientHello(bytes.rawSpan)
        #expect(read.state == .malformed)
        #expect(Array(bytes[read.serverName.indices]) == first)
    }
    let single = hello([first])
    #expect(try ClientHello(single.rawSpan).state == .complete)
}
