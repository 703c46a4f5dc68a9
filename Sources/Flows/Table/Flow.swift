public import Bytes
public import Wire

/// One flow as the table holds it: trivial, and 128 bytes, so that a packet in order touches these two lines of a cache
/// and no other memory. What fewer packets need is in `FlowColdState`.
///
/// The two directions are those of the key: `forward` from the smaller end to the larger. `Flags.clientIsUpper` says which of
/// them is the client's.
@frozen
public struct Flow: Sendable, BitwiseCopyable {
    /// Yes-or-no facts of a flow.
    @frozen
    public struct Flags: OptionSet, Sendable, BitwiseCopyable {
        /// The bits.
        public var rawValue: UInt32

        /// The marks of the bits.
        @inlinable
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// The client is the larger end of the key.
        @inlinable public static var clientIsUpper: Flags { Flags(rawValue: 1 << 0) }
        /// A SYN from the client was seen.
        @inlinable public static var syn: Flags { Flags(rawValue: 1 << 1) }
        /// A SYN from the server was seen.
        @inlinable public static var synAck: Flags { Flags(rawValue: 1 << 2) }
        /// The smaller end has sent its FIN.
        @inlinable public static var finForward: Flags { Flags(rawValue: 1 << 3) }
        /// The larger end has sent its FIN.
        @inlinable public static var finBackward: Flags { Flags(rawValue: 1 << 4) }
        /// A RST was seen.
        @inlinable public static var rst: Flags { Flags(rawValue: 1 << 5) }
        /// Which end opened the flow is a guess: its beginning was not captured.
        @inlinable public static var midstream: Flags { Flags(rawValue: 1 << 6) }
        /// Payload of the client's still has to be looked at.
        @inlinable public static var watchesClient: Flags { Flags(rawValue: 1 << 7) }
        /// Payload of the server's still has to be looked at.
        @inlinable public static var watchesServer: Flags { Flags(rawValue: 1 << 8) }
        /// The observer was notified of the flow's name, or that there is none.
        @inlinable public static var isNamed: Flags { Flags(rawValue: 1 << 9) }
        /// The observer wants to hear of the flow's end: it concerns a vendor or a rule.
        @inlinable public static var isOfInterest: Flags { Flags(rawValue: 1 << 10) }
        /// Neither answered nor established: the class that a SYN flood fills.
        @inlinable public static var isHalfOpen: Flags { Flags(rawValue: 1 << 11) }
        /// A packet went from the smaller end to the larger.
        @inlinable public static var sawForward: Flags { Flags(rawValue: 1 << 12) }
        /// A packet went from the larger end to the smaller.
        @inlinable public static var sawBackward: Flags { Flags(rawValue: 1 << 13) }
        /// Closed, and kept only for stragglers.
        @inlinable public static var isClosed: Flags { Flags(rawValue: 1 << 16) }
        /// Of its datagrams only long headers (RFC 8999 section 5.1) are looked at: the QUIC handshake was read, or nothing is
        /// known of it.
        @inlinable public static var readsLongHeaders: Flags { Flags(rawValue: 1 << 18) }
        /// A name was found, though it may not be kept any more.
        @inlinable public static var hasName: Flags { Flags(rawValue: 1 << 19) }
        /// Its requests are counted: every payload is looked at.
        @inlinable public static var followsTraffic: Flags { Flags(rawValue: 1 << 20) }
        /// They are counted for what the flow may show yet, and no longer than a trial.
        @inlinable public static var isOnTrial: Flags { Flags(rawValue: 1 << 21) }
        /// The client has sent what it wants, and nothing was seen of the server: the class that a flood of hellos fills.
        @inlinable public static var isOneWay: Flags { Flags(rawValue: 1 << 24) }
        /// The packets of a TCP flow are looked at without payload too: bytes that were read are not acknowledged yet.
        @inlinable public static var tracksWindow: Flags { Flags(rawValue: 1 << 22) }
        /// A SYN came that would begin another connection, and was not answered yet.
        @inlinable public static var offersSYN: Flags { Flags(rawValue: 1 << 23) }
        /// The client's bytes are read although no packet of the server's was seen.
        @inlinable public static var isOneSided: Flags { Flags(rawValue: 1 << 25) }
        /// The server's first payload is awaited.
        @inlinable public static var awaitsAnswer: Flags { Flags(rawValue: 1 << 26) }
        /// The server's payload was seen, and the client has to continue after it.
        @inlinable public static var awaitsClient: Flags { Flags(rawValue: 1 << 27) }
        /// The server answered: see `FlowSnapshot.isAnswered`.
        @inlinable public static var isAnswered: Flags { Flags(rawValue: 1 << 28) }
        /// The observer was notified of whether the server answered.
        @inlinable public static var hasToldAnswer: Flags { Flags(rawValue: 1 << 29) }
        /// Packets of it came through a tunnel whose ends are not trusted.
        @inlinable public static var isUntrusted: Flags { Flags(rawValue: 1 << 30) }
        /// The slot is in use.
        @inlinable public static var isLive: Flags { Flags(rawValue: 1 << 31) }
    }

    /// What one direction counts.
    @frozen
    public struct Direction: Sendable, BitwiseCopyable {
        /// Layer-3 bytes.
        public var bytes: UInt64 = 0
        /// Packets.
        public var packets: UInt64 = 0
        /// The sequence number behind the latest byte seen.
        public var next: UInt32 = 0
        /// The sequence number of the SYN.
        public var initial: UInt32 = 0

        /// Nothing counted.
        @inlinable
        public init() {}
    }

    /// What the flow is found by.
    public var key: FlowKey
    /// Yes-or-no facts.
    public var flags: Flags
    /// Where its requests are counted.
    public var traffic: TrafficPlace
    /// The latest packet's time.
    public var end: Timestamp
    /// From the smaller end to the larger.
    public var forward: Direction
    /// From the larger end to the smaller.
    public var backward: Direction
    /// The first packet's time.
    public var start: Timestamp
    /// The source's interface that the first packet came from.
    public var interface: UInt16
    /// The number of reports written so far.
    public var parts: UInt16

    /// A flow of which only the key and the start are known.
    @inlinable
    public init(key: FlowKey, start: Timestamp, interface: UInt16) {
        self.key = key
        self.flags = [.isLive]
        self.traffic = .none
        self.end = start
        self.forward = Direction()
        self.backward = Direction()
        self.start = start
        self.interface = interface
        self.parts = 0
    }

    /// Whether packets went both ways.
    @inlinable public var isTwoWay: Bool { flags.isSuperset(of: [.sawForward, .sawBackward]) }

    /// Whether a packet in the direction comes from the client.
    @inlinable
    public func isFromClient(_ direction: PacketDirection) -> Bool { direction == client }

    /// The direction of the client's packets.
    @inlinable public var client: PacketDirection { flags.contains(.clientIsUpper) ? .backward : .forward }

    /// What is counted of a direction.
    @inlinable
    public subscript(direction: PacketDirection) -> Direction {
        @inline(__always) get { direction == .forward ? forward : backward }
        @inline(__always) _modify {
            switch direction {
            case .forward: yield &forward
            case .backward: yield &backward
            }
        }
    }
}

extension Flow.Direction {
    /// Counts a packet in this direction.
    @inlinable @inline(__always)
    mutating func add(_ packet: Packet) {
        bytes &+= UInt64(truncatingIfNeeded: packet.ipLength)
        packets &+= 1
    }

    /// A segment that does not continue the stream: it leaves a gap, fills one, or comes again.
    mutating func addOutOfOrder(_ sequence: UInt32, length: UInt32, loss: inout StreamLoss) {
        let ahead = Int32(bitPattern: sequence &- next)
        let end = sequence &+ length
        guard next != 0 || initial != 0, abs(Int64(ahead)) <= Self.window else {
            // The first segment, or numbers that belong to no stream we know.
            next = end
            return
        }
        if ahead > 0 {
            loss.open(from: next, to: sequence)
            next = end
        } else {
            loss.fill(from: sequence, to: end)
            if Int32(bitPattern: end &- next) > 0 { next = end }
        }
    }

    /// The largest jump that is taken for a gap: more than any window (RFC 7323 section 2.3).
    private static var window: Int64 { 1 << 30 }
}
