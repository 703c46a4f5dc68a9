import Bytes
import Flows
import TestSupport
import Testing
import Wire

private func add(
    _ bytes: [UInt8], at offset: Int, more: Bool, isIPv6: Bool = false, to table: inout FragmentTable
) -> [UInt8]? {
    let fragment = Fragment(
        source: isIPv6 ? PacketBuilder.client6 : PacketBuilder.client,
        destination: isIPv6 ? PacketBuilder.server6 : PacketBuilder.server, identification: 1, transport: .udp,
        offset: offset, hasMore: more, payload: ByteRange(offset: 0, count: bytes.count), payloadLength: bytes.count,
        envelope: Envelope())
    return table.add(fragment, bytes.rawSpan, at: Timestamp(seconds: 1, nanoseconds: 0))
}

private func filled(_ byte: UInt8, _ count: Int) -> [UInt8] { [UInt8](repeating: byte, count: count) }

@Test func fragmentsThatContradictEachOtherAreCountedAndGiveBothReadings() {
    var table = FragmentTable()
    _ = add(filled(1, 16), at: 0, more: true, to: &table)
    _ = add(filled(2, 16), at: 0, more: true, to: &table)
    let first = add(filled(3, 8), at: 16, more: false, to: &table)
    #expect(first == filled(1, 16) + filled(3, 8))
    #expect(table.completion?.rival == filled(2, 16) + filled(3, 8))
    #expect(table.counters.conflicting == 16)
}

@Test func fragmentsThatOverlapWithTheSameBytesContradictNothing() {
    var table = FragmentTable()
    _ = add(filled(1, 16), at: 0, more: true, to: &table)
    _ = add(filled(1, 16), at: 8, more: true, to: &table)
    #expect(add(filled(3, 8), at: 24, more: false, to: &table) == filled(1, 24) + filled(3, 8))
    #expect(table.completion?.rival == nil && table.counters.conflicting == 0 && table.counters.overlapping == 1)
}

@Test func contradictingIPv6FragmentsAreCountedAndDropped() {
    var table = FragmentTable()
    _ = add(filled(1, 16), at: 0, more: true, isIPv6: true, to: &table)
    #expect(add(filled(2, 16), at: 8, more: true, isIPv6: true, to: &table) == nil)
    #expect(table.counters.conflicting == 8 && table.count == 0 && table.memory == 0)
    // What the sender sends then is read, as Linux reads it.
    _ = add(filled(4, 16), at: 0, more: true, isIPv6: true, to: &table)
    #expect(add(filled(5, 8), at: 16, more: false, isIPv6: true, to: &table) == filled(4, 16) + filled(5, 8))
}
