public import Bytes
public import Wire

/// Reassembles fragmented IP packets (RFC 791 section 3.2, RFC 8200 section 4.5), within bounds.
///
/// It reads no clock: time is the packets', and a time that goes back counts as the latest one seen. What is held is
/// bounded by `packetLimit` and `byteLimit`; the oldest packet makes room, and a packet that is not whole after
/// `timeout` is given up. Every loss is counted. Cost of a fragment: a look-up, a copy of its payload, and a search
/// among the packet's pieces.
///
/// Where fragments of an IPv4 packet overlap the first copy of a byte wins, and what differs is counted and kept for
/// `Completion.rival`. An IPv6 packet with overlapping fragments is dropped (RFC 5722), but for exact copies of a fragment,
/// which are passed over; a fragment that comes later begins another packet, as it does in Linux.
public struct FragmentTable: ~Copyable {
    /// What is known of a packet that `add` returned.
    public struct Completion: Equatable, Sendable {
        /// How many fragments carried it: each had an IP header of its own, which its flow has to be charged for.
        public var fragments: Int
        /// The fragment at offset zero, whose protocol number is the one that counts (RFC 8200 section 4.5).
        public var first: Fragment
        /// The payload that a receiver reads which lets later fragments win; `nil` if no two of them contradict each other.
        public var rival: [UInt8]?
    }

    /// The longest payload that is put together, in bytes: what IP can count.
    public static var payloadLimit: Int { 65_535 }
    /// The most pieces of one packet: 64 KiB over links of 296 bytes.
    public static var pieceLimit: Int { 256 }

    /// The most packets that are held at once.
    public let packetLimit: Int
    /// The most bytes that are held at once, the table's own notes included.
    public let byteLimit: Int
    /// How long a packet may take from its first fragment to its last, in nanoseconds.
    public let timeout: Int64

    /// What was counted so far.
    public private(set) var counters = FragmentCounters()
    /// Of the packet that `add` returned last.
    public private(set) var completion: Completion?
    /// The bytes held.
    public private(set) var memory = 0

    private var packets: [PartialPacket.Key: PartialPacket] = [:]
    private var order = PartialPacketOrder()
    private var clock = Timestamp.distantPast
    private var serial: UInt64 = 0

    /// An empty table with these bounds, each of them at least one.
    public init(packetLimit: Int = 1024, byteLimit: Int = 4 << 20, timeout: Int64 = 30_000_000_000) {
        self.packetLimit = max(packetLimit, 1)
        self.byteLimit = max(byteLimit, 1)
        self.timeout = max(timeout, 1)
    }

    /// The number of packets that are held.
    public var count: Int { packets.count }

    /// Takes a fragment that came at `time` and whose range is of `frame`, which is borrowed for the call.
    ///
    /// - Returns: the whole payload where this fragment was the last one missing; `completion` then tells of it, and
    ///   `PacketDecoder.decode(reassembled:of:into:)` reads it with `completion.first`.
    public mutating func add(_ fragment: Fragment, _ frame: RawSpan, at time: Timestamp) -> [UInt8]? {
        expire(at: time)
        counters.fragments &+= 1
        guard isSound(fragment) else { return nil }
        let key = PartialPacket.Key(fragment)
        // Taken out, so that adding to it copies nothing.
        let known = packets.removeValue(forKey: key)
        memory -= known?.memory ?? 0
        var packet = known ?? begin(key)
        let outcome = packet.add(fragment, frame)
        counters.conflicting &+= packet.takeConflicts()
        switch outcome {
        case .added: break
        case .overlapped: counters.overlapping &+= 1
        case .dropped:
            counters.overlapping &+= 1
            return nil
        case .tooLarge: counters.tooLarge &+= 1
        case .malformed: counters.malformed &+= 1
        case .cut: counters.cut &+= 1
        }
        if let first = packet.whole {
            counters.completed &+= 1
            completion = Completion(fragments: packet.fragments, first: first, rival: packet.rival)
            return packet.joined()
        }
        memory += packet.memory
        packets[key] = packet
        evictIfNeeded()
        return nil
    }

    /// Gives up every packet that has taken too long at `time`.
    public mutating func expire(at time: Timestamp) {
        clock = max(clock, time)
        while let oldest = order.first {
            if let packet = packets[oldest.key], packet.serial == oldest.serial {
                guard clock.nanoseconds(since: packet.start) >= timeout else { return }
                counters.expired &+= 1
                drop(oldest.key, packet)
            }
            order.removeFirst()
        }
    }

    private mutating func isSound(_ fragment: Fragment) -> Bool {
        let length = fragment.payloadLength
        // All pieces but the last are whole units of eight bytes; a piece of nothing cannot help.
        guard length > 0, fragment.offset >= 0, !fragment.hasMore || length % 8 == 0 else {
            counters.malformed &+= 1
            return false
        }
        guard length <= Self.payloadLimit, fragment.offset <= Self.payloadLimit - length else {
            counters.tooLarge &+= 1
            return false
        }
        return true
    }

    private mutating func begin(_ key: PartialPacket.Key) -> PartialPacket {
        serial &+= 1
        order.append(key, serial)
        if order.count > 2 * packets.count + 1024 {
            var kept = PartialPacketOrder()
            while let entry = order.first {
                if entry.serial == serial || packets[entry.key]?.serial == entry.serial {
                    kept.append(entry.key, entry.serial)
                }
                order.removeFirst()
            }
            order = kept
        }
        return PartialPacket(start: clock, serial: serial)
    }

    private mutating func evictIfNeeded() {
        while packets.count > packetLimit || memory > byteLimit, let oldest = order.first {
            order.removeFirst()
            guard let packet = packets[oldest.key], packet.serial == oldest.serial else { continue }
            counters.evicted &+= 1
            drop(oldest.key, packet)
        }
    }

    private mutating func drop(_ key: PartialPacket.Key, _ packet: PartialPacket) {
        memory -= packet.memory
        packets[key] = nil
    }
}

/// What a fragment table counts; totals since it began.
public struct FragmentCounters: Equatable, Sendable {
    /// Fragments that came.
    public var fragments: UInt64 = 0
    /// Packets that were put together.
    public var completed: UInt64 = 0
    /// Packets that were given up because a fragment did not come in time.
    public var expired: UInt64 = 0
    /// Packets that were given up for lack of room.
    public var evicted: UInt64 = 0
    /// Fragments that cover bytes which another had brought, exact copies left out.
    public var overlapping: UInt64 = 0
    /// Bytes of fragments that had come before with another value.
    public var conflicting: UInt64 = 0
    /// Fragments that reach past what IP can count, or cut their packet into too many pieces.
    public var tooLarge: UInt64 = 0
    /// Fragments of no bytes, of an odd length, or behind their packet's end.
    public var malformed: UInt64 = 0
    /// Fragments that the capture holds less of than was sent: their packets cannot become whole.
    public var cut: UInt64 = 0

    /// Nothing counted.
    public init() {}

    /// What was lost: packets that never became whole, and fragments that could be part of none.
    public var lost: UInt64 { expired &+ evicted &+ tooLarge &+ malformed &+ cut }
}
