import Bytes
import Flows
import FuzzSupport
import Wire

/// The table of fragments, against what is known to have been sent.
///
/// An input is a list of fragments of eight bytes: which packet, its offset in units of eight bytes (two bytes), its
/// length (two bytes), flags (1 more follow, 2 IPv6, 4 cut by the capture, 8 not a multiple of eight, 16 other content),
/// the time since the last one in quarters of a second, and the kind of content. A packet that comes out whole must hold
/// at every place one of the bytes that were sent for it; what is held stays within the bounds, and in the end nothing is.
@c(LLVMFuzzerTestOneInput)
public func testFragments(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe copied(bytes, count)
    var table = FragmentTable(packetLimit: 8, byteLimit: 128 << 10)
    var salts: [UInt32: Set<UInt8>] = [:]
    var time = Timestamp(nanoseconds: 0)
    for start in stride(from: 0, through: input.count - 8, by: 8).prefix(2_000) {
        let entry = Entry(Array(input[start..<start + 8]))
        time = time.advanced(byNanoseconds: Int64(entry.delay) * 250_000_000)
        salts[entry.key, default: []].insert(entry.salt)
        if let whole = table.add(entry.fragment, entry.frame.rawSpan, at: time) {
            hold(whole, of: entry, salts[entry.key] ?? [], table.completion)
        }
        require(table.count <= table.packetLimit, "packets without a bound")
        require(table.memory >= 0 && table.memory <= table.byteLimit, "memory without a bound")
    }
    table.expire(at: time.advanced(byNanoseconds: table.timeout))
    require(table.count == 0 && table.memory == 0, "something is held behind its time")
    return 0
}

private func hold(_ whole: [UInt8], of entry: Entry, _ salts: Set<UInt8>, _ completion: FragmentTable.Completion?) {
    require(whole.count <= FragmentTable.payloadLimit, "a packet that IP cannot count")
    require(completion.map { $0.fragments > 0 && $0.first.offset == 0 } ?? false, "a packet without its first piece")
    for (offset, byte) in whole.enumerated() {
        let isSent = salts.contains { content(entry.key, offset, $0) == byte }
        require(isSent, "a byte that was never sent at this place")
    }
    // One byte outside its place shows only where contents differ by place, which these do.
}

/// The byte that is at `offset` of the packet `key`.
private func content(_ key: UInt32, _ offset: Int, _ salt: UInt8) -> UInt8 {
    UInt8(truncatingIfNeeded: offset &* 131 &+ offset >> 8 &* 17 &+ Int(key) &* 7) ^ salt
}

/// One fragment of an input.
private struct Entry {
    let key: UInt32
    let salt: UInt8
    let delay: UInt8
    let fragment: Fragment
    let frame: [UInt8]

    init(_ bytes: [UInt8]) {
        let flags = bytes[5]
        let isIPv6 = flags & 2 != 0
        let key = UInt32(bytes[0] % 16) | (isIPv6 ? 0x100 : 0)
        let salt = flags & 16 != 0 ? bytes[7] : 0
        let offset = (Int(bytes[1]) << 8 | Int(bytes[2])) % 8192 * 8
        var length = (Int(bytes[3]) << 8 | Int(bytes[4])) % 8192 * 8
        if flags & 8 != 0 { length += Int(bytes[7]) % 8 }
        let captured = flags & 4 != 0 ? length / 2 : length
        // Something is before it, so that a range taken from the wrong place shows.
        frame = [0xAA, 0xBB, 0xCC] + (0..<captured).map { content(key, offset + $0, salt) }
        let address = isIPv6 ? IPAddress(high: 1, low: 1) : IPAddress(ipv4: 1)
        fragment = Fragment(
            source: address, destination: address, identification: key, transport: .udp, offset: offset,
            hasMore: flags & 1 != 0, payload: ByteRange(offset: 3, count: captured), payloadLength: length,
            envelope: Envelope())
        (self.key, self.salt, delay) = (key, salt, bytes[6])
    }
}
