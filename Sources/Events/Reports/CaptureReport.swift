/// What the sources delivered and what was lost on the way: `capture` of a `stats` event.
public struct CaptureReport: Sendable {
    /// The layers whose malformed input is counted; the words of `capture.malformed`.
    public enum Layer: String, Sendable, CaseIterable { case link, ip, tcp, udp, tls, quic, dns }

    /// Why a packet belongs to no flow; the words of `capture.ignored`.
    public enum IgnoredReason: String, Sendable, CaseIterable {
        /// A frame that carries no IP: ARP, spanning tree.
        case nonIP = "non_ip"
        /// A protocol above IP that is neither TCP nor UDP.
        case ipProtocol = "ip_protocol"
        /// A tunnel that is not read, or whose content is encrypted.
        case tunnel
        /// More tunnels, one inside another, than are followed.
        case tooDeep = "too_deep"
        /// A frame without payload.
        case noPayload = "no_payload"
        /// A fragment of a datagram that could not be put together.
        case fragment
        /// A flow that found no place in the table.
        case noRoom = "no_room"
    }

    /// The names of the interfaces or files, as one text.
    public var source = ""
    /// Packets passed on.
    public var packets: UInt64 = 0
    /// Their bytes on the wire.
    public var bytes: UInt64 = 0
    /// Packets lost in the kernel because the ring was full.
    public var droppedByKernel: UInt64 = 0
    /// Packets lost in the interface or its driver.
    public var droppedByInterface: UInt64 = 0
    /// Packets of which less was captured than was on the wire.
    public var truncated: UInt64 = 0
    /// Packets left out by the filter.
    public var filtered: UInt64 = 0
    /// Records of a capture file that could not be read.
    public var damaged: UInt64 = 0
    /// Packets whose IP header claims more bytes than their frame had; they are counted by what the frame had.
    public var clamped: UInt64 = 0
    /// Packets of a link type that is not read.
    public var unsupportedLink: UInt64 = 0
    /// Files that could not be read at all; offline only.
    public var unreadFiles: UInt64 = 0
    /// Files of directories that are not captures; offline only.
    public var skippedFiles: UInt64 = 0
    /// The number of the last link type that was not read, for a message; in no event.
    public var unreadLink: UInt16?
    /// Packets that were captured a second time and are counted once.
    public var duplicates: UInt64 = 0
    /// Packets whose bytes contradict a specification, by layer.
    public var malformed = CounterSet<Layer>()
    /// Fragments of IP packets that came.
    public var fragments: UInt64 = 0
    /// Packets that were put together from fragments.
    public var fragmentsJoined: UInt64 = 0
    /// Fragments that cover bytes which another had brought, exact copies left out.
    public var fragmentsOverlapping: UInt64 = 0
    /// Fragments and datagrams in pieces that were given up; `ignored.fragment` has those that still wait too.
    public var fragmentsLost: UInt64 = 0
    /// Interfaces that are down or gone; live only, and in health events alone.
    public var interfacesDown: [String] = []
    /// Packets that belong to no flow, by reason.
    public var ignored = CounterSet<IgnoredReason>()

    /// Nothing captured yet.
    public init() {}

    /// Packets that reached the sensor and could not be judged: of a link type or in an encapsulation that is not read,
    /// with headers that contradict themselves, fragments of no whole packet, and packets of flows without a place. A
    /// frame without IP and a packet that is neither TCP nor UDP are judged: there is no name in them.
    public var unjudged: UInt64 {
        unsupportedLink &+ unreadTunnels &+ malformed[.link] &+ malformed[.ip] &+ malformed[.tcp] &+ malformed[.udp]
            &+ ignored[.fragment] &+ ignored[.noRoom]
    }

    /// Packets in an encapsulation that is not read, or in more of them than are followed.
    public var unreadTunnels: UInt64 { ignored[.tunnel] &+ ignored[.tooDeep] }
}

/// A counter for each case of a closed enumeration whose raw values are field names.
///
/// Every case is written, those at zero included: that nothing was lost is a statement too.
public struct CounterSet<Key>: Sendable
where
    Key: CaseIterable & RawRepresentable & Hashable & Sendable,
    Key.RawValue == String
{
    private var counts: [Key: UInt64] = [:]

    /// Every counter at zero.
    public init() {}

    /// The counter of `key`.
    public subscript(key: Key) -> UInt64 {
        get { counts[key, default: 0] }
        set { counts[key] = newValue == 0 ? nil : newValue }
    }

    /// The sum of all counters; stays at the end of its range.
    public var total: UInt64 {
        counts.values.reduce(0) { sum, count in
            let (value, overflow) = sum.addingReportingOverflow(count)
            return overflow ? .max : value
        }
    }
}

extension CounterSet: Equatable {}
