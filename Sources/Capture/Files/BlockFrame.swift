public import Bytes

/// Where the frame of a packet block is within the block.
@usableFromInline
@frozen
struct BlockFrame: BitwiseCopyable, Sendable {
    @usableFromInline var slot: InterfaceSlot
    @usableFromInline var time: Timestamp
    @usableFromInline var offset: Int
    @usableFromInline var captured: Int
    @usableFromInline var length: Int

    @inlinable @inline(__always)
    init(slot: InterfaceSlot, time: Timestamp, offset: Int, captured: Int, length: Int) {
        self.slot = slot
        self.time = time
        self.offset = offset
        self.captured = captured
        self.length = length
    }
}

/// The blocks of pcapng that are read (draft-ietf-opsawg-pcapng section 4).
@usableFromInline
enum BlockType {
    /// A palindrome, so that it reads the same in both byte orders.
    static var sectionHeader: UInt32 { 0x0A0D_0D0A }
    @usableFromInline static var interfaceDescription: UInt32 { 1 }
    @usableFromInline static var packet: UInt32 { 2 }
    @usableFromInline static var simplePacket: UInt32 { 3 }
    static var interfaceStatistics: UInt32 { 5 }
    /// Decryption Secrets Block (section 4.7).
    static var decryptionSecrets: UInt32 { 10 }
    @usableFromInline static var enhancedPacket: UInt32 { 6 }
}

/// What a classic pcap file's magic says about its records.
@usableFromInline
@frozen
struct ClassicLayout: BitwiseCopyable, Sendable {
    @usableFromInline var isSwapped: Bool
    /// Nanoseconds in one unit of the time stamp's fraction: 1000 or 1.
    @usableFromInline var fraction: Int64
    /// 16, or 24 in the variant that also tells interface and protocol.
    @usableFromInline var headerLength: Int
    /// Until version 2.3 writers disagreed about which of a record's lengths comes first: the smaller was captured.
    @usableFromInline var hasUnorderedLengths = false

    /// The layout of a file that begins with `magic`, as the host's order reads it; `nil` if it is no pcap file.
    init?(magic: UInt32) {
        switch magic {
        case 0xA1B2_C3D4: self.init(isSwapped: false, fraction: 1000, headerLength: 16)
        case 0xA1B2_3C4D: self.init(isSwapped: false, fraction: 1, headerLength: 16)
        case 0xA1B2_CD34: self.init(isSwapped: false, fraction: 1000, headerLength: 24)
        case 0xD4C3_B2A1: self.init(isSwapped: true, fraction: 1000, headerLength: 16)
        case 0x4D3C_B2A1: self.init(isSwapped: true, fraction: 1, headerLength: 16)
        case 0x34CD_B2A1: self.init(isSwapped: true, fraction: 1000, headerLength: 24)
        default: return nil
        }
    }

    private init(isSwapped: Bool, fraction: Int64, headerLength: Int) {
        self.isSwapped = isSwapped
        self.fraction = fraction
        self.headerLength = headerLength
    }

    @inlinable @inline(__always)
    func ordered(_ value: UInt32) -> UInt32 { isSwapped ? value.byteSwapped : value }
}
