import Bytes
import Capture
import Events
import Flows
import Protocols
import Rules
import Settings
import Vendors
import Wire

/// The pipeline of every frame: decode it, count it in its flow, and inspect it while the flow has no name.
///
/// One thread owns it. Reports of flows go to its `Reporter`.
struct Engine: ~Copyable, FrameHandler {
    private var tracker: FlowTracker
    private var fragments = FragmentTable()
    private var packet = Packet()
    private(set) var decoded = DecodeCounters()
    var reporter: Reporter
    /// What is added to the number of a frame's interface: which of several handles is being read.
    var interfaceOffset: UInt16 = 0
    /// Tells the interfaces of a source that this thread reads itself, as soon as a frame comes from a new one.
    var interfaceTable: InterfaceTable?
    private var knownInterfaces = 0
    /// The first packet's time.
    private(set) var start: Timestamp?
    /// The latest time that a packet, or the owner, brought.
    private(set) var clock = Timestamp.distantPast

    /// An engine of no flows yet, which follows them by `policy` and tells `reporter`.
    init(policy: FlowPolicy, _ knowledge: ReferenceData, reporter: consuming Reporter) {
        tracker = FlowTracker(policy: policy)
        tracker.adopt(knowledge)
        self.reporter = reporter
    }

    /// Continues with what a reload read, all of it from the next frame on, or says why it stays with what it has.
    mutating func take(_ outcome: Reload.Outcome, at time: Timestamp) {
        if let knowledge = reporter.take(outcome, at: time) { tracker.adopt(knowledge) }
    }

    /// Takes one frame: see `FrameHandler`.
    mutating func handle(_ header: FrameHeader, _ bytes: RawSpan) {
        count(header)
        let result = PacketDecoder.decode(bytes, link: header.linkType, wireLength: header.wireLength, into: &packet)
        switch result {
        case .packet:
            if packet.notes.contains(.clamped) { decoded.clamped &+= 1 }
            tracker.receive(
                packet, bytes, time: header.time, interface: header.interface &+ interfaceOffset, observer: &reporter)
        case .fragment(let fragment):
            takeFragment(fragment, of: bytes, header: header)
        case .ignored(let reason):
            decoded.count(reason, link: header.linkType)
        case .malformed(let layer):
            decoded.count(layer)
        }
    }

    /// Counts a frame, whatever it is.
    @inline(__always)
    private mutating func count(_ header: FrameHeader) {
        if decoded.frames == 0 {
            start = header.time
            reporter.begin(at: header.time)
        }
        if Int(header.interface) >= knownInterfaces { learnInterfaces() }
        if header.time > clock { clock = header.time }
        decoded.frames &+= 1
        decoded.bytes &+= UInt64(truncatingIfNeeded: header.wireLength)
    }

    /// The seed under which another thread may hash flows ahead.
    var hashSeed: HashSeed { tracker.hashSeed }

    /// Takes the frames of a batch as `handle` takes one, with the hints that were worked out ahead.
    ///
    /// Headers and the memory of flows are fetched some packets ahead: with many flows none of it is in a cache, and the
    /// waits of several packets overlap.
    mutating func follow(_ batch: borrowing AnnotatedBatch) { follow(batch, 0..<batch.frames.count) }

    /// Takes some of the frames of a batch.
    mutating func follow(_ batch: borrowing AnnotatedBatch, _ run: Range<Int>) {
        let previews = batch.previews.span
        var next = 0
        while next < previews.count, previews[next].frame < run.lowerBound { next &+= 1 }
        for index in run {
            anticipate(batch, index)
            let isPreviewed = next < previews.count && previews[next].frame == index
            if isPreviewed { tracker.preview = previews[next].preview }
            batch.frames.deliver(index, to: &self)
            if isPreviewed {
                tracker.preview = nil
                next &+= 1
            }
        }
    }

    private func anticipate(_ batch: borrowing AnnotatedBatch, _ index: Int) {
        let hashes = batch.hashes.span
        if index &+ Self.far < hashes.count {
            tracker.prefetchPlace(hash: hashes[index &+ Self.far])
            batch.frames.prefetch(index &+ Self.far)
        }
        if index &+ Self.near < hashes.count { tracker.prefetchFlow(hash: hashes[index &+ Self.near]) }
    }

    /// How many packets ahead a flow's place in the index is fetched, and how many the flow itself.
    private static var far: Int { 16 }
    private static var near: Int { 8 }

    /// Keeps a fragment, and follows the packet that it completes.
    private mutating func takeFragment(_ fragment: Fragment, of bytes: RawSpan, header: FrameHeader) {
        guard let payload = fragments.add(fragment, bytes, at: header.time), let whole = fragments.completion else {
            return
        }
        let result = PacketDecoder.decode(reassembled: payload.rawSpan, of: whole.first, into: &packet)
        switch result {
        case .packet:
            // Each fragment had an IP header of its own, and the flow is charged for all of them.
            packet.ipLength &+= (whole.fragments &- 1) &* (fragment.source.isIPv4 ? 20 : 48)
            if whole.rival != nil { packet.notes.insert(.contradicted) }
            tracker.receive(
                packet, payload.rawSpan, time: header.time, interface: header.interface &+ interfaceOffset,
                observer: &reporter)
            if let rival = whole.rival { takeRival(rival, of: whole.first, header) }
        case .fragment: decoded.count(.tooDeep)
        case .ignored(let reason): decoded.count(reason)
        case .malformed(let layer): decoded.count(layer)
        }
    }

    /// Follows the other reading of a packet whose fragments contradict each other: a receiver may take either.
    private mutating func takeRival(_ payload: [UInt8], of fragment: Fragment, _ header: FrameHeader) {
        guard PacketDecoder.decode(reassembled: payload.rawSpan, of: fragment, into: &packet) == .packet else { return }
        packet.notes.insert(.contradicted)
        tracker.receive(
            rival: packet, payload.rawSpan, time: header.time, interface: header.interface &+ interfaceOffset,
            observer: &reporter)
    }

    /// Lets time pass if no packet tells it: a live source was silent until `time`.
    mutating func turn(to time: Timestamp) {
        if time > clock { clock = time }
        tracker.turn(to: time, limit: Self.endsPerTurn, observer: &reporter)
    }

    /// The most flows that end in one turn without packets: less than a tenth of a second of work.
    private static var endsPerTurn: Int { 4_096 }

    /// The names of the source's interfaces, for events.
    mutating func name(_ interfaces: [InterfaceDescription]) {
        guard interfaces.count != tracker.interfaceNames.count else { return }
        tracker.interfaceNames = interfaces.map(\.name)
        knownInterfaces = interfaces.count
    }

    /// Asks for the names of interfaces that were met since the last time; a flow needs its own from its first packet on.
    private mutating func learnInterfaces() {
        if let interfaceTable { name(interfaceTable.interfaces) }
    }

    /// Ends every flow: nothing more will come.
    mutating func finish(_ statistics: CaptureStatistics) {
        noteCoverage(statistics)
        tracker.finish(observer: &reporter)
        reporter.finish(at: clock)
    }

    /// A stats event's content at `time`, about the `interval` nanoseconds before it.
    func report(
        at time: Timestamp, interval: Int64, statistics: CaptureStatistics, source: String, isLive: Bool
    ) -> StatsReport {
        var report = StatsReport(time: time, interval: interval)
        report.capture.source = source
        fill(&report.capture, statistics)
        tracker.fill(&report)
        report.flows.conflictBytes &+= fragments.counters.conflicting
        reporter.fill(&report, isLive: isLive)
        return report
    }

    /// Tells the reporter how much of what reached the sensor could be judged, for what it says of a day.
    mutating func noteCoverage(_ statistics: CaptureStatistics) {
        var report = StatsReport(time: clock, interval: 0)
        fill(&report.capture, statistics)
        reporter.coverageRatio = report.coverageRatio
    }

    /// Fills in what the sources delivered and what could be read of it.
    private func fill(_ report: inout CaptureReport, _ statistics: CaptureStatistics) {
        report.packets = decoded.frames
        report.bytes = decoded.bytes
        report.droppedByKernel = statistics.droppedByKernel
        report.droppedByInterface = statistics.droppedByInterface
        report.truncated = statistics.truncated
        report.filtered = statistics.filtered
        report.damaged = statistics.damaged
        report.unreadFiles = statistics.unreadFiles
        report.skippedFiles = statistics.skippedFiles
        decoded.fill(&report)
        report.clamped = decoded.clamped
        report.fragmentsLost = fragments.counters.lost
        report.fragments = fragments.counters.fragments
        report.fragmentsJoined = fragments.counters.completed
        report.fragmentsOverlapping = fragments.counters.overlapping
        report.ignored[.fragment] = fragments.counters.lost &+ UInt64(fragments.count)
    }
}

extension FlowTracker {
    /// Reads flows by the lists of `knowledge` from now on.
    fileprivate mutating func adopt(_ knowledge: ReferenceData) {
        let catalog = knowledge.catalog
        adopt(resolvers: knowledge.lists.resolvers, echPublicNames: knowledge.lists.echPublicNames) { name in
            catalog.attribute(listed: NameEvidence(name: name, source: .tlsSNI))?.vendor != nil
        }
    }

    /// Fills in what the table did and what was named.
    fileprivate func fill(_ report: inout StatsReport) {
        report.take(counters)
        report.flows.active = UInt64(active)
        report.flows.memoryBytes = UInt64(memory)
        report.flows.memoryLimitBytes = UInt64(policy.memory)
        report.capture.malformed[.tls] = counters.hellosMalformed
        report.capture.malformed[.dns] = counters.malformedDNS
        report.capture.malformed[.quic] = quicCounters.malformed &+ quicCounters.malformedFrames
        report.attribution.passiveDNS = dnsCounters
        report.attribution.dnsMessages = counters.dnsMessages
        report.attribution.quicUnsupportedVersion = quicCounters.unsupportedVersion
        report.attribution.quicTruncated = quicCounters.truncated
        report.attribution.quicOverLimit = quicCounters.overLimit
        report.attribution.quicInitials = quicCounters.opened
        report.attribution.quicDecryptFailed =
            quicCounters.tagFailed &+ quicCounters.withoutKey &+ quicCounters.exhausted
    }
}
