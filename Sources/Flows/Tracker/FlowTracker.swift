public import Bytes
public import Protocols
public import Wire

/// Follows every flow from its first packet to its end: counts it, has its name read, and notifies an observer.
///
/// It reads no clock: time is the packets'. One thread owns it. A packet of a flow whose name is known costs one look-up
/// and a few additions in one place of memory; nothing is allocated for it.
public struct FlowTracker: ~Copyable {
    /// What was counted so far.
    public internal(set) var counters = FlowCounters()
    @usableFromInline var table: FlowTable
    @usableFromInline var nextTurn = Int64.min
    var wheel = TimerWheel()
    var details: [FlowInspection?] = []
    var due: [Int] = []
    /// The next of `due` that is looked at.
    var dueNext = 0
    var unanswered = SlotQueue()
    var unansweredCount = 0
    /// Flows whose client has sent its hello and no one has answered.
    var oneWay = SlotQueue()
    var oneWayCount = 0
    var holders = SlotQueue()
    /// The readings that held something when `holders` was last pruned.
    var holdersKept = 0
    var held = 0
    /// The bytes of what is known of all flows, without unfinished readings.
    var detailBytes = 0
    /// The shapes of hellos whose lists are counted with a flow, each at the place that `ClientHelloCache` gives it.
    var countedShapes: [UInt64] = []
    var clockHand = 0
    var quicDecryptor = QUICDecryptor()
    var dnsMemory = PassiveDNS()
    var dnsAnswers = DNSAnswerSet()
    /// Which keys the hellos with an encrypted_client_hello extension named recently.
    var echSightings = ECHSightings()
    /// What another thread has made of the payload of the packet that is received next; the owner sets and clears it.
    public var preview: SpeculativeParse?
    /// The name of a connection that no one answered, while the packet is read that begins another between the same ends.
    var rivalName: String?
    /// The hellos that came recently.
    public internal(set) var shapes = ClientHelloCache()
    /// The names of the source's interfaces.
    public var interfaceNames: [String] = []
    /// The latest time that a packet brought.
    public private(set) var clock = Timestamp.distantPast
    /// The bounds that it keeps.
    public private(set) var policy: FlowPolicy

    /// A tracker of no flows; `seed` hashes its table.
    public init(policy: FlowPolicy, seed: HashSeed = .random()) {
        self.policy = policy
        table = FlowTable(capacity: policy.capacity, seed: seed.with(policy.scope))
        continuations = ContinuationTable(capacity: policy.continuationCapacity)
        traffic = TrafficTable(limit: min(policy.trafficMemory, policy.memory / 8))
    }

    /// Continues with other lists from the next packet on. What was read of a flow by those before stays as it is.
    public mutating func adopt(
        resolvers: KnownResolvers, echPublicNames: Set<String>, isListed: @escaping @Sendable (String) -> Bool
    ) {
        policy.resolvers = resolvers
        policy.echPublicNames = echPublicNames
        policy.isListed = isListed
    }

    /// The number of flows that are being followed.
    public var active: Int { table.count }

    /// The memory of tables, of what is known of flows and of unfinished readings, in bytes: within 10 % of what the allocator
    /// holds for them.
    public var memory: Int {
        table.memory + wheel.memory + held + details.count * MemoryLayout<FlowInspection?>.stride + detailBytes
            + traffic.memory + unanswered.memory + oneWay.memory + holders.memory
            + repeats.memory + continuations.memory
    }

    /// What QUIC packets came to.
    public var quicCounters: QUICCounters { quicDecryptor.counters }

    /// What DNS answers taught.
    public var dnsCounters: PassiveDNS.Counters { dnsMemory.counters }

    /// The packets that came recently, by which a packet that was captured twice is recognized.
    var repeats = RepeatTable()
    /// Whether packets were captured twice recently, so that each is compared with those before it.
    @usableFromInline var watchesRepeats = false
    /// How many more packets are compared before none of them is a copy.
    var repeatChecksLeft = 0
    /// Named flows that ended although their connection may go on.
    var continuations: ContinuationTable
    /// The number of flows of which more than counters is known.
    var detailCount = 0
    /// The counting of requests, for flows that need it.
    var traffic: TrafficTable

    /// The seed of the flow table, for anyone who hashes keys ahead.
    @inlinable public var hashSeed: HashSeed { table.seed }

    /// Has the place in the index brought into the cache of a flow that is received soon. Cost: a few instructions, and nothing
    /// waits for it.
    @inlinable @inline(__always)
    public func prefetchPlace(hash: UInt64) { table.prefetchPlace(hash: hash) }

    /// Has the flow itself brought in, some packets after its place was. Cost: as above.
    @inlinable @inline(__always)
    public func prefetchFlow(hash: UInt64) { table.prefetchFlow(hash: hash) }

    /// Takes a packet of the time `time`; its ranges are of `frame`, which is borrowed for the call.
    @inlinable
    public mutating func receive<Observer: FlowObserver & ~Copyable>(
        _ packet: Packet, _ frame: RawSpan, time: Timestamp, interface: UInt16, observer: inout Observer
    ) {
        let lookup = FlowLookup(packet, seed: hashSeed)
        receive(packet, frame, lookup: lookup, time: time, interface: interface, observer: &observer)
    }

    /// The same, if it is known already what the packet's flow is looked up by.
    @inlinable
    public mutating func receive<Observer: FlowObserver & ~Copyable>(
        _ packet: Packet, _ frame: RawSpan, lookup: FlowLookup, time: Timestamp, interface: UInt16,
        observer: inout Observer
    ) {
        if time.nanoseconds >= nextTurn { turn(to: time, limit: policy.endsPerPacket, observer: &observer) }
        var slot = table.find(lookup.key, hash: lookup.hash)
        if slot < 0 || packet.flags.isControl {
            slot = control(
                packet, in: frame, lookup: lookup, slot: slot, time: time, interface: interface, observer: &observer)
            if slot < 0 { return }
        }
        let context = PacketContext(slot: slot, direction: lookup.direction, time: time)
        let watches = count(packet, at: context)
        if watches || watchesRepeats || packet.flags.isControl {
            // A flow whose requests are counted, and a datagram flow that is only looked at for long headers, were compared
            // when they began.
            let isCompared =
                watchesRepeats || packet.flags.isControl
                || table[slot].flags.isDisjoint(with: [.followsTraffic, .readsLongHeaders])
            let isRepeat =
                isCompared
                ? isRepeat(packet, in: frame, lookup: lookup, time: time, interface: interface) : false
            if isRepeat { uncount(packet, at: context) }
            if watches {
                inspect(packet, in: frame, at: context, isRepeat: isRepeat, observer: &observer)
            }
        }
    }

    /// Counts the packet in its flow; true if its payload still has to be looked at.
    @inlinable @inline(__always)
    mutating func count(_ packet: Packet, at context: PacketContext) -> Bool {
        var flags = table[context.slot].flags
        let seen: Flow.Flags = context.isForward ? [.sawForward] : [.sawBackward]
        if !flags.contains(seen) {
            flags.insert(seen)
            table[context.slot].flags = flags
            noteEnvelope(packet.envelope, at: context)
            if flags.isSuperset(of: [.sawForward, .sawBackward]) { markAnswered(context.slot) }
        }
        if table[context.slot].end < context.time { table[context.slot].end = context.time }
        if context.isForward {
            table[context.slot].forward.add(packet)
        } else {
            table[context.slot].backward.add(packet)
        }
        if packet.payloadLength > 0, packet.transport == .tcp {
            let next = context.isForward ? table[context.slot].forward.next : table[context.slot].backward.next
            if packet.sequence == next {
                let end = next &+ UInt32(truncatingIfNeeded: packet.payloadLength)
                if context.isForward {
                    table[context.slot].forward.next = end
                } else {
                    table[context.slot].backward.next = end
                }
            } else {
                addOutOfOrder(packet, at: context)
            }
        }
        let isClient = context.isForward != flags.contains(.clientIsUpper)
        let watched: Flow.Flags =
            isClient
            ? [.watchesClient, .followsTraffic, .tracksWindow, .awaitsClient]
            : [.watchesServer, .followsTraffic, .tracksWindow, .awaitsAnswer]
        // An urgent pointer counts without payload too.
        return !flags.isDisjoint(with: watched)
            && (packet.payload.count > 0 || flags.contains(.tracksWindow) || packet.flags.contains(.urg))
    }

    /// Keeps the VLANs and tunnels of a direction's first packet.
    @usableFromInline
    mutating func noteEnvelope(_ envelope: Envelope, at context: PacketContext) {
        if context.isForward {
            table[aside: context.slot].forwardEnvelope = envelope
        } else {
            table[aside: context.slot].backwardEnvelope = envelope
        }
    }

    /// Counts a segment that does not continue its stream. One beyond the receiver's window shows no gap: no receiver takes
    /// it, and no sender that keeps to the window sends it.
    @usableFromInline
    mutating func addOutOfOrder(_ packet: Packet, at context: PacketContext) {
        // Data on a SYN begins after the number of the SYN (RFC 9293 section 3.4).
        let sequence = packet.flags.contains(.syn) ? packet.sequence &+ 1 : packet.sequence
        let length = UInt32(truncatingIfNeeded: packet.payloadLength)
        var aside = table[aside: context.slot]
        let isTracked = table[context.slot].flags.isSuperset(of: [.tracksWindow, .syn, .synAck])
        if context.isForward {
            if isTracked, aside.forwardWindow.isBeyond(sequence) { return }
            table[context.slot].forward.addOutOfOrder(sequence, length: length, loss: &aside.forward)
        } else {
            if isTracked, aside.backwardWindow.isBeyond(sequence) { return }
            table[context.slot].backward.addOutOfOrder(sequence, length: length, loss: &aside.backward)
        }
        table[aside: context.slot] = aside
    }

    /// Turns the clock to `time`: flows that have been idle too long end, flows that live long are reported; at most `limit` of them in
    /// one call, and the others in the calls that follow.
    public mutating func turn<Observer: FlowObserver & ~Copyable>(
        to time: Timestamp, limit: Int = .max, observer: inout Observer
    ) {
        if dueNext >= due.count {
            guard clock < time else { return }
            clock = time
            due.removeAll(keepingCapacity: true)
            dueNext = 0
            wheel.turn(to: time, due: &due)
        }
        var left = limit
        while dueNext < due.count, left > 0 {
            lookAt(due[dueNext], observer: &observer)
            dueNext += 1
            left -= 1
        }
        nextTurn =
            dueNext < due.count
            ? .min
            : (clock.nanoseconds / 1_000_000_000).addingReportingOverflow(1).partialValue
                .multipliedReportingOverflow(by: 1_000_000_000).partialValue
    }

    /// Ends every flow, in the order in which they began: the capture is over.
    public mutating func finish<Observer: FlowObserver & ~Copyable>(observer: inout Observer) {
        var slots: [(start: Timestamp, identity: UInt64, slot: Int)] = []
        for slot in 0..<table.slots where table[slot].flags.contains(.isLive) {
            slots.append((table[slot].start, table[slot].key.identity(start: table[slot].start), slot))
        }
        slots.sort { ($0.start, $0.identity) < ($1.start, $1.identity) }
        for entry in slots {
            end(entry.slot, .endOfCapture, observer: &observer)
        }
    }
}
