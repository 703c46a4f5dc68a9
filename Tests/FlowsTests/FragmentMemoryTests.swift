import Bytes
import Flows
import Testing
import Wire

private func fragment(_ identification: UInt32, offset: Int, hasMore: Bool, count: Int) -> Fragment {
    Fragment(
        source: IPAddress(ipv4: 1), destination: IPAddress(ipv4: 2), identification: identification, transport: .udp,
        offset: offset, hasMore: hasMore, payload: ByteRange(offset: 0, count: count), payloadLength: count,
        envelope: Envelope())
}

@Test func theMemoryOfFragmentsIsNeverBelowNothing() {
    var table = FragmentTable()
    let frame = [UInt8](repeating: 7, count: 64)
    for number in 0..<2_000 as Range<UInt32> {
        let time = Timestamp(nanoseconds: Int64(number))
        #expect(table.add(fragment(number, offset: 0, hasMore: true, count: 64), frame.rawSpan, at: time) == nil)
        #expect(table.memory > 64)
        let whole = table.add(fragment(number, offset: 64, hasMore: false, count: 8), frame.rawSpan, at: time)
        #expect(whole?.count == 72)
        #expect(table.memory == 0)
    }
}

@Test func packetsThatWereCompletedDoNotMakeRoomForMoreThanTheBound() {
    var table = FragmentTable(packetLimit: 1_000, byteLimit: 64 << 10)
    let frame = [UInt8](repeating: 7, count: 8_000)
    for number in 0..<1_000 as Range<UInt32> {
        let time = Timestamp(nanoseconds: Int64(number))
        _ = table.add(fragment(number, offset: 0, hasMore: false, count: 8), frame.rawSpan, at: time)
    }
    for number in 0..<100 as Range<UInt32> {
        let time = Timestamp(nanoseconds: Int64(2_000 + number))
        _ = table.add(fragment(number, offset: 0, hasMore: true, count: 8_000), frame.rawSpan, at: time)
        #expect(table.count * 8_000 <= table.byteLimit)
    }
}
