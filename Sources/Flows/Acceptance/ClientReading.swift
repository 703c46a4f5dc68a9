import Bytes
import Protocols
import Wire

/// The inspection of the client's stream while it is not known which bytes the server accepts.
///
/// Bytes are provisional until the server acknowledges them. The first copy of each byte is read as the stream's own, as
/// Linux takes it. A later copy with another value, before the acknowledgment, is a contradiction: it is counted, and the
/// stream as it would be with that copy is read beside the first, so that both names can be reported.
struct ClientReading {
    /// The stream as it would be with other copies of some bytes.
    private struct Copy {
        var reading: StreamInspection
        var findings = Findings()
        /// Whether it contains a segment that the server most likely dropped.
        var isDoubtful = false
        /// Whether a wrong checksum is the only reason for that: if the server acknowledges the bytes, the checksum was
        /// finished by the sender's card after the packet was captured.
        var isDoubtedByChecksum = false
        /// Whether urgent bytes are left out of it, as Linux leaves them out.
        var omitsUrgent = false
        /// Whether the server reads this copy rather than the first one, by its policy.
        var isPreferred = false

        /// Whether its names lead.
        var leads: Bool { omitsUrgent || isPreferred }

        mutating func inspect(_ bytes: RawSpan, sequence: UInt32, initial: UInt32?) {
            reading.inspect(bytes, sequence: sequence, initial: initial, into: &findings)
        }

        mutating func reread() {
            findings = Findings()
            reading.reread(into: &findings)
        }

        mutating func abandon() { reading.abandon(into: &findings) }
    }

    /// The stream of first copies.
    private(set) var primary = StreamInspection()
    /// Bytes that came again with another value before they were acknowledged.
    private(set) var conflictingBytes = 0
    /// Segments that came before the server's SYN-ACK.
    var early = EarlySegments()
    /// The acknowledgment number of the first segment that was taken.
    private var firstAcknowledgment: UInt32?
    /// Whether a later segment acknowledged more: the server has answered, though it may not be seen.
    private(set) var isAnswered = false
    /// Which of two copies the server keeps.
    var policy = OverlapPolicy.linux
    /// Whether a name is a vendor's, so that it is kept if there are too many.
    var isListed: @Sendable (String) -> Bool = { _ in false }
    private var copies: [Copy] = []
    /// The segments that contradict the first copies.
    private var rivals = RivalSegments()
    /// The numbers of urgent bytes, in the order in which they were announced.
    private var urgent: [UInt32] = []
    /// The bytes that may be copied for readings beside the first.
    private var forkBudget = ClientReading.forkLimit

    /// How many copies are read beside the first.
    static var copyLimit: Int { 8 }
    /// How many bytes may be copied for readings beside the first, whatever came: it bounds the work of small pieces.
    static var forkLimit: Int { 4 << 20 }
    /// How many more for each byte that came. A copy of a whole hello pays for its own readings, so that no number of them
    /// uses up the patience, and the work is linear in what came.
    private static var forkShare: Int { 16 }
    /// What a reading costs beside the bytes that are copied for it.
    private static var forkCost: Int { 2_048 }

    /// How many readings of contradicting segments are parsed at the end, whatever came, and how many for each of the segments.
    private static var searchParses: (least: Int, share: Int) { (48, 8) }

    /// The memory that is held, in bytes.
    var memory: Int {
        primary.memory + early.memory + rivals.memory + urgent.heapBytes + copies.reduce(0) { $0 + $1.reading.memory }
    }

    /// Takes bytes that the server can take. `initial` is as in `StreamInspection.inspect`.
    mutating func take(_ bytes: RawSpan, sequence: UInt32, initial: UInt32?, into findings: inout Findings) {
        primary.inspect(bytes, sequence: sequence, initial: initial, into: &findings)
        conflictingBytes += primary.latestConflicts
        if primary.latestConflicts > 0 { rivals.keep(bytes, sequence: sequence) }
        guard !copies.isEmpty || primary.latestConflicts > 0 else { return }
        var contradicted = primary.latestConflicts
        // A reading that passes the segment over says nothing of it.
        var isExplained = primary.latestConflicts == 0 && primary.isLatestTaken
        for index in copies.indices.reversed() {
            copies[index].inspect(bytes, sequence: sequence, initial: initial)
            let reading = copies[index].reading
            if copies[index].isDoubtful {
                if reading.latestConflicts > 0 { copies.remove(at: index) }
            } else if reading.latestConflicts > 0 {
                contradicted = max(contradicted, reading.latestConflicts)
            } else if reading.isLatestTaken {
                isExplained = true
            }
        }
        guard !isExplained, contradicted > 0 else { return }
        if primary.latestConflicts == 0 { conflictingBytes += contradicted }
        findings.conflicts += 1
        forkBudget = min(forkBudget + Self.forkShare * bytes.byteCount, Self.forkLimit)
        let isKept = policy == .last || policy == .linux && isLatestKept
        fork(bytes, at: sequence, isDoubtful: false)
        if isKept { preferLatest() }
    }

    /// Whether Linux would keep the latest segment in place of what it contradicts in the reading that leads.
    private var isLatestKept: Bool {
        let leading = copies.last(where: \.isPreferred)?.reading ?? primary
        return leading.latestConflicts > 0 && leading.isLatestKept
    }

    /// Has the copy with the latest bytes lead.
    private mutating func preferLatest() {
        guard let latest = copies.lastIndex(where: { !$0.isDoubtful && !$0.omitsUrgent }) else { return }
        for index in copies.indices { copies[index].isPreferred = index == latest }
    }

    /// Whether a segment of a connection whose name is known may still bring something: it is not part of a body.
    mutating func isWanted(_ bytes: RawSpan, sequence: UInt32) -> Bool {
        !copies.isEmpty || primary.isWanted(bytes, sequence: sequence)
    }

    /// Remembers bytes of a segment that a server drops as a rule: they are read for the case that it took them after all.
    mutating func takeDoubtful(_ bytes: RawSpan, sequence: UInt32, initial: UInt32?, fault: SegmentFault?) {
        let isByChecksum = fault == .checksum
        for index in copies.indices where copies[index].isDoubtful && copies[index].isDoubtedByChecksum == isByChecksum
        {
            copies[index].inspect(bytes, sequence: sequence, initial: initial)
            if copies[index].reading.latestConflicts == 0 { return }
        }
        if primary.assemblyIsEmpty {
            guard let initial, spend(bytes.byteCount) else { return }
            var copy = Copy(reading: StreamInspection(), isDoubtful: true, isDoubtedByChecksum: isByChecksum)
            copy.inspect(bytes, sequence: sequence, initial: initial)
            add(copy)
        } else {
            fork(bytes, at: sequence, isDoubtful: true)
        }
    }

    /// Notes that the byte at `position` is urgent: Linux takes it out of the stream, others leave it in.
    mutating func noteUrgent(at position: UInt32, initial: UInt32?, into findings: inout Findings) {
        findings.conflicts += 1
        if urgent.count < StreamInspection.omittedLimit, !urgent.contains(position) { urgent.append(position) }
        if !copies.contains(where: \.omitsUrgent) {
            add(Copy(reading: primary, findings: Findings(), omitsUrgent: true))
        }
        guard let index = copies.firstIndex(where: \.omitsUrgent) else { return }
        copies[index].reading.omit(position)
        copies[index].reread()
    }

    /// Notes the acknowledgment number of a segment of the client's that was taken.
    mutating func noteAcknowledgment(_ number: UInt32) {
        guard let first = firstAcknowledgment else {
            firstAcknowledgment = number
            return
        }
        if Int32(bitPattern: number &- first) > 0 { isAnswered = true }
    }

    /// Starts again: what was read was taken for the stream although the server's answer shows another one.
    mutating func beginAgain(_ findings: inout Findings) {
        findings.conflicts += 1
        add(Copy(reading: primary, findings: findings))
        findings = findings.onlyConflicts
        primary = StreamInspection()
    }

    /// Whether bytes came with two values, or are urgent, so that only the server's answer shows that it has all that it wants.
    var isContradicted: Bool {
        !rivals.segments.isEmpty || !urgent.isEmpty || copies.contains { !$0.isDoubtful }
    }

    /// Whether some reading has come to its end before the byte that the server expects next.
    func hasEnded(_ isAcknowledged: (UInt32) -> Bool) -> Bool {
        if let end = primary.settlingEnd, isAcknowledged(end) { return true }
        return copies.contains { copy in copy.reading.settlingEnd.map(isAcknowledged) ?? false }
    }

    /// Ends the doubt: the names of all copies are added, and what was read to its end is let go.
    ///
    /// `isAcknowledged` says of a sequence number whether the server has all bytes before it.
    mutating func settle(into findings: inout Findings, _ isAcknowledged: (UInt32) -> Bool) {
        let isPrimaryWhole = primary.settlingEnd.map(isAcknowledged) ?? false
        let first = primary.assembly
        for copy in copies {
            if copy.isDoubtful {
                // The server took bytes of which only this copy was seen.
                guard !isPrimaryWhole, copy.reading.settlingEnd.map(isAcknowledged) ?? false else { continue }
                if !copy.isDoubtedByChecksum || copies.count > 1 { findings.conflicts += 1 }
            }
            findings.merge(copy.findings, leads: copy.leads, isListed)
        }
        if !isPrimaryWhole, let copy = copies.first(where: { $0.reading.settlingEnd.map(isAcknowledged) ?? false }) {
            primary = copy.reading
        }
        addReadings(of: first, into: &findings, isAcknowledged)
        forgetCopies()
        forkBudget = Self.forkLimit
        primary.settle()
    }

    /// The stream that is held: that of first copies, or that of doubtful segments if there is no other.
    var held: StreamAssembly? { primary.assemblyIsEmpty ? copies.first?.reading.assembly : primary.assembly }

    /// Ends the reading: no more bytes will come.
    mutating func abandon(into findings: inout Findings) {
        let isPrimaryEmpty = primary.assemblyIsEmpty
        let first = primary.assembly
        primary.abandon(into: &findings)
        for index in copies.indices { copies[index].abandon() }
        for copy in copies where !copy.isDoubtful || isPrimaryEmpty {
            if copy.isDoubtful { findings.conflicts += 1 }
            findings.merge(copy.findings, leads: copy.leads, isListed)
        }
        addReadings(of: first, into: &findings) { _ in true }
        forgetCopies()
    }

    /// Lets go of what is held, for lack of memory.
    mutating func release() {
        primary.release()
        early = EarlySegments()
        forgetCopies()
    }

    private mutating func forgetCopies() {
        copies.removeAll()
        rivals.removeAll()
        urgent.removeAll()
    }

    /// Adds the names that are known before the doubt ends.
    func addNames(into findings: inout Findings, _ isAcknowledged: (UInt32) -> Bool) {
        for copy in copies where !copy.isDoubtful {
            for name in copy.findings.names { findings.add(rival: name, isListed) }
        }
        addReadings(of: primary.assembly, into: &findings, isAcknowledged)
    }

    /// Adds the names of what else the server may have read: `stream` holds the first copies.
    private func addReadings(
        of stream: StreamAssembly?, into findings: inout Findings, _ isAcknowledged: (UInt32) -> Bool
    ) {
        guard let stream, !rivals.segments.isEmpty || urgent.count > 1 else { return }
        let omissions = omissions
        let parses = Self.searchParses.least + Self.searchParses.share * rivals.segments.count
        var search = RivalSearch(
            stream, rivals: rivals, end: stream.count { isAcknowledged($0) }, readings: parses / omissions.count)
        search.run { bytes in
            for omitted in omissions {
                var found = Findings()
                var reading = StreamInspection()
                for position in omitted { reading.omit(position) }
                reading.inspect(bytes.rawSpan, sequence: stream.base, initial: stream.base, into: &found)
                // A server takes a whole hello or none.
                guard reading.settlingEnd != nil, found.names.allSatisfy(\.isSound) else { continue }
                findings.merge(found, leads: false, isListed)
            }
        }
    }

    /// Which urgent bytes the server may have taken out: those whose announcements arrived, and that it read before another was
    /// announced.
    private var omissions: [[UInt32]] {
        if urgent.count > 3 { return [urgent, [], urgent.dropLast()] + urgent.suffix(5).map { [$0] } }
        return (0..<1 << urgent.count).reversed().map { set in
            urgent.indices.filter { set >> $0 & 1 == 1 }.map { urgent[$0] }
        }
    }

    /// Begins a copy of the stream with these bytes in place of the first ones, and one of the latest other copy, so that pieces
    /// that belong together meet in one of them.
    private mutating func fork(_ bytes: RawSpan, at sequence: UInt32, isDoubtful: Bool) {
        // A copy of the stream's first bytes that is no one's cannot name anything.
        if primary.begins(at: sequence), case .unknown = AppParser.begin(bytes) { return }
        let latest = copies.last { !$0.isDoubtful && !$0.omitsUrgent }?.reading
        fork(primary, overlaid: bytes, at: sequence, isDoubtful: isDoubtful)
        if let latest, !isDoubtful { fork(latest, overlaid: bytes, at: sequence, isDoubtful: false) }
    }

    private mutating func fork(
        _ other: StreamInspection, overlaid bytes: RawSpan, at sequence: UInt32, isDoubtful: Bool
    ) {
        guard spend(other.memory), let reading = StreamInspection(of: other, overlaid: bytes, sequence: sequence)
        else { return }
        var copy = Copy(reading: reading, isDoubtful: isDoubtful)
        copy.reread()
        add(copy)
    }

    /// Takes what a reading of `count` bytes costs from what there is for readings beside the first; `false` if it is used up.
    private mutating func spend(_ count: Int) -> Bool {
        guard forkBudget > 0 else { return false }
        forkBudget -= count + Self.forkCost
        return true
    }

    /// Adds a copy; the oldest gives way, and the next older one keeps its names.
    private mutating func add(_ copy: Copy) {
        if copies.count >= Self.copyLimit {
            let oldest = copies.removeFirst()
            if !oldest.isDoubtful, !copies.isEmpty { copies[0].findings.merge(oldest.findings, leads: false, isListed) }
        }
        copies.append(copy)
    }
}

extension StreamInspection {
    /// Whether no byte is held.
    var assemblyIsEmpty: Bool { assembly?.bytes.isEmpty ?? true }

    /// Whether the stream that is held begins with the sequence number `sequence`.
    func begins(at sequence: UInt32) -> Bool { assembly?.base == sequence }

    /// The sequence number up to which the server must have acknowledged before what was read counts; `nil` while nothing
    /// can be told.
    var settlingEnd: UInt32? {
        switch stage {
        case .finished, .mayRetry: unitEnd
        case .unknown: unknownEnd
        case .reading: isUnitNaming ? unitEnd : nil
        }
    }
}
