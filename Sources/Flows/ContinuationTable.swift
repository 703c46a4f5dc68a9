import Bytes
import Protocols
import Wire

/// The state of a flow that ended although its connection may continue.
struct Continuation {
    /// The flow's key.
    let key: FlowKey
    /// Its id.
    let identity: UInt64
    /// Whether the client was the larger end.
    let clientIsUpper: Bool
    /// The next sequence number of each direction of the key.
    let next: (forward: UInt32, backward: UInt32)
    /// What was read of it.
    let findings: Findings
    /// How its requests were counted.
    let method: FlowTraffic.Method?
    /// Whether its own beginning had not been captured.
    let isMidstream: Bool

    /// Whether a segment with this sequence number may continue it: near the next byte, since a connection that was
    /// silent continues if it was. Another connection of the same ends begins anywhere: one in two thousand fits.
    func fits(_ sequence: UInt32, in direction: PacketDirection) -> Bool {
        let distance = Int32(bitPattern: sequence &- (direction == .forward ? next.forward : next.backward))
        return (-Self.reach...Self.reach).contains(distance)
    }

    private static var reach: Int32 { 1 << 20 }
}

/// Named flows of interest that ended for lack of packets or of room, and whose connections may continue: a client that
/// uses one connection all day says its name once.
///
/// Holds `capacity` flows at most, and forgets the one first that ended first.
struct ContinuationTable {
    private var entries: [UInt64: Continuation] = [:]
    private var order: [UInt64] = []
    private var oldest = 0
    private let capacity: Int
    /// The bytes of what was read of all of them.
    private var found = 0

    /// An empty table for at most `capacity` flows.
    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// The number of flows that are remembered.
    var count: Int { entries.count }

    /// The memory in bytes.
    var memory: Int { entries.capacity &* Self.bytesPerEntry &+ order.capacity &* 8 &+ found }

    /// Remembers a flow under its key's hash.
    mutating func insert(_ entry: Continuation, hash: UInt64) {
        found &+= entry.findings.heapBytes(withShared: true)
        if let before = entries.updateValue(entry, forKey: hash) {
            found &-= before.findings.heapBytes(withShared: true)
            return
        }
        if order.count < capacity {
            order.append(hash)
            return
        }
        // A place whose flow continued is free; otherwise its flow is the oldest.
        remove(order[oldest])
        order[oldest] = hash
        oldest = oldest + 1 < capacity ? oldest + 1 : 0
    }

    private mutating func remove(_ hash: UInt64) {
        guard let entry = entries.removeValue(forKey: hash) else { return }
        found &-= entry.findings.heapBytes(withShared: true)
    }

    /// Takes out the flow of `lookup` if a segment with this sequence number continues it. Any other is left: a forged
    /// segment does not make a connection lose its name.
    mutating func take(_ lookup: FlowLookup, sequence: UInt32) -> Continuation? {
        guard let entry = entries[lookup.hash], entry.key == lookup.key,
            entry.fits(sequence, in: lookup.direction)
        else { return nil }
        remove(lookup.hash)
        return entry
    }

    /// A key, a value and a bit of the dictionary's own.
    private static var bytesPerEntry: Int { MemoryLayout<Continuation>.stride + 9 }
}

/// How a connection that was silent for long keeps its name.
extension FlowTracker {
    /// The flow that `packet`, which has none, continues.
    mutating func earlierPart(of packet: Packet, _ lookup: FlowLookup) -> Continuation? {
        // A SYN begins another connection.
        guard packet.transport == .tcp, continuations.count > 0, !packet.flags.contains(.syn) else { return nil }
        return continuations.take(lookup, sequence: packet.sequence)
    }

    /// Gives the flow in `slot` what was read of the connection before.
    mutating func adopt(_ earlier: Continuation, _ slot: Int) {
        counters.continued &+= 1
        let detail = madeDetail(slot)
        detail.findings = earlier.findings
        detail.continues = earlier.identity
        detail.continuedMethod = earlier.method
        account(slot)
    }

    /// Remembers a flow that ends although its connection may continue, if its name matters to a vendor or a rule.
    mutating func remember(_ slot: Int) {
        let flow = table[slot]
        guard flow.key.transport == .tcp, !flow.flags.contains(.isClosed), flow.flags.contains(.isOfInterest),
            let detail = details[slot], !detail.findings.names.isEmpty
        else { return }
        var findings = detail.findings
        findings.preview = nil
        let entry = Continuation(
            key: flow.key, identity: flow.key.identity(start: flow.start),
            clientIsUpper: flow.flags.contains(.clientIsUpper), next: (flow.forward.next, flow.backward.next),
            findings: findings, method: traffic.summary(flow.traffic)?.method,
            isMidstream: flow.flags.contains(.midstream))
        continuations.insert(entry, hash: table.hash(flow.key))
    }
}

extension Flow {
    /// Begins where `earlier` ended: the streams continue, and nothing has to be read to name the flow.
    mutating func resume(_ earlier: Continuation) {
        flags.remove([.watchesClient, .watchesServer, .clientIsUpper])
        if earlier.clientIsUpper { flags.insert(.clientIsUpper) }
        if earlier.isMidstream { flags.insert(.midstream) }
        forward.next = earlier.next.forward
        backward.next = earlier.next.backward
    }
}
