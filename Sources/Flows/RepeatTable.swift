public import Bytes
public import Wire

/// The packets that were seen recently, to recognize packets that were captured twice: on two interfaces, on both sides of a
/// router or a tunnel, or by a mirror port that copies both directions.
///
/// Direct-mapped: a newer packet takes the place of an older one. 4,096 places of 24 bytes, whatever the traffic.
struct RepeatTable: ~Copyable {
    /// What two captures of one packet have in common, and what shows where each was made.
    struct Traits {
        /// A hash of the flow, the direction, TCP's numbers and flags, the lengths, the IP identification, and the
        /// first and last bytes of the payload.
        var packet: UInt64
        /// A hash of the interface, the link-layer header, the hop limit and what is around the packet.
        var place: UInt64
        /// Whether the packet has an IP identification that a retransmission would not repeat (RFC 6864 section 4).
        var isIdentified: Bool
    }

    struct Entry: BitwiseCopyable {
        var packet: UInt64 = 0
        var place: UInt64 = 0
        var time = Timestamp.distantPast
    }

    private var entries = FixedBuffer<Entry>(repeating: Entry(), count: Self.capacity)
    private var latest = 0

    /// The bytes of the table.
    var memory: Int { Self.capacity * MemoryLayout<Entry>.stride }

    /// Whether a packet with `traits` was seen shortly before `time`; it is remembered if not.
    ///
    /// Without an IP identification (IPv6, or zero) a retransmission looks like the packet itself, so that only a copy
    /// from another place is one that was captured twice.
    mutating func isRepeat(_ traits: Traits, at time: Timestamp) -> Bool {
        let index = Int(truncatingIfNeeded: traits.packet) & (Self.capacity - 1)
        let entry = entries[index]
        let isSame = entry.packet == traits.packet && abs(Self.distance(entry.time, time)) <= Self.window
        if isSame, traits.isIdentified || entry.place != traits.place { return true }
        entries[index] = Entry(packet: traits.packet, place: traits.place, time: time)
        latest = index
        return false
    }

    /// Forgets the packet that was remembered last: it is going to be looked at again.
    mutating func forgetLatest() { entries[latest] = Entry() }

    /// Nanoseconds from `first` to `second`, clamped so that its magnitude exists.
    private static func distance(_ first: Timestamp, _ second: Timestamp) -> Int64 {
        max(second.nanoseconds(since: first), -.max)
    }

    private static var capacity: Int { 4_096 }
    /// Copies of a packet come within this time, in nanoseconds: longer than a switch or a host takes to forward, and
    /// far shorter than a retransmission timer (RFC 6298 section 2.4).
    static var window: Int64 { 10_000_000 }
}

extension RepeatTable.Traits {
    /// The traits of `packet`, whose headers and payload are in `frame`; `nil` if it was put together from fragments.
    init?(_ packet: Packet, in frame: RawSpan, lookup: FlowLookup, interface: UInt16) {
        guard packet.ipOffset >= 0 else { return nil }
        let isIPv4 = packet.source.isIPv4
        let identification = isIPv4 ? frame.uint16(at: packet.ipOffset &+ 4) ?? 0 : 0
        let hops = frame.byte(at: packet.ipOffset &+ (isIPv4 ? 8 : 7)) ?? 0
        isIdentified = identification != 0
        let ends = Self.ends(of: frame.clamped(packet.payload.indices))
        let numbers = UInt64(packet.sequence) << 32 | UInt64(packet.acknowledgment)
        let lengths =
            UInt64(truncatingIfNeeded: packet.payloadLength) << 24
            | UInt64(identification) << 8 | UInt64(packet.flags.rawValue)
        self.packet = fold(
            fold(lookup.hash ^ (lookup.direction == .forward ? 1 : 0), numbers ^ Self.salt),
            fold(ends ^ Self.salt, ~lengths))
        let link = (frame.uint64(at: 0) ?? 0, frame.uint64(at: max(0, min(packet.ipOffset, 16) &- 8)) ?? 0)
        let around =
            UInt64(interface) << 48 | UInt64(hops) << 40 | UInt64(packet.envelope.depth) << 32
            | UInt64(packet.envelope.outerVLAN) << 16 | UInt64(packet.envelope.innerVLAN)
        place = fold(fold(link.0 ^ Self.salt, ~link.1), around ^ UInt64(packet.envelope.identifier) << 4 ^ Self.salt)
    }

    /// A hash of the payload's first and last eight bytes, all of it if it is shorter.
    private static func ends(of payload: RawSpan) -> UInt64 {
        guard let first = payload.uint64(at: 0), let last = payload.uint64(at: payload.byteCount &- 8) else {
            var bytes: UInt64 = 1
            for index in 0..<payload.byteCount { bytes = bytes << 8 | UInt64(payload.byte(at: index) ?? 0) }
            return bytes
        }
        return fold(first ^ salt, ~last)
    }

    private static var salt: UInt64 { 0x9E37_79B9_7F4A_7C15 }
}

/// How packets that were captured twice are counted once.
extension FlowTracker {
    /// Whether `packet` was captured before, at another place or by a mirror that copies both ways.
    ///
    /// The packets that begin and end connections and those whose payload is read are always compared; all others only
    /// while packets are captured twice, so that a capture without copies pays for few packets.
    @usableFromInline
    mutating func isRepeat(
        _ packet: Packet, in frame: RawSpan, lookup: FlowLookup, time: Timestamp, interface: UInt16
    ) -> Bool {
        guard let traits = RepeatTable.Traits(packet, in: frame, lookup: lookup, interface: interface) else {
            return false
        }
        let isRepeat = repeats.isRepeat(traits, at: time)
        if isRepeat {
            counters.duplicates &+= 1
            repeatChecksLeft = Self.repeatsCheckLimit
        } else if repeatChecksLeft > 0 {
            repeatChecksLeft &-= 1
        }
        watchesRepeats = repeatChecksLeft > 0
        return isRepeat
    }

    /// After so many packets without a copy they are no longer looked for in all packets.
    private static var repeatsCheckLimit: Int { 65_536 }
}
