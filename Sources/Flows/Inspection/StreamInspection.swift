import Bytes
import Protocols

/// The reading of one direction of one TCP stream, from its first byte through every unit that names a host: the headers of
/// proxies, the TLS hellos, the requests of a connection in cleartext.
///
/// The bytes stay held until the owner of the reading says that the receiver has acknowledged them (`settle`).
struct StreamInspection: Sendable {
    /// How far the reading is.
    enum Stage: Equatable {
        /// More bytes are needed.
        case reading
        /// A hello was read, and only another one after a HelloRetryRequest would still be wanted.
        case mayRetry
        /// All that is wanted was read, or it will never be.
        case finished
        /// No one knows the stream's first bytes: only another copy of them would still be looked at.
        case unknown
    }

    /// The bytes that are held.
    private(set) var assembly: StreamAssembly?
    /// How far the reading is.
    private(set) var stage = Stage.reading
    /// The sequence number after the last unit that was read to its end; `nil` before the first.
    private(set) var unitEnd: UInt32?
    /// The sequence number after the bytes that showed that no one knows the stream.
    private(set) var unknownEnd: UInt32?
    /// Whether the last unit names the flow by itself: a request, and not the header of a tunnel.
    private(set) var isUnitNaming = false
    /// The bytes of the latest segment that contradict what is held.
    private(set) var latestConflicts = 0
    /// Whether the latest segment was taken or compared, rather than passed over.
    private(set) var isLatestTaken = false
    /// Whether Linux would keep the latest segment's bytes in place of those that they contradict.
    private(set) var isLatestKept = false
    /// Sequence numbers of bytes that the receiver takes out of the stream: urgent data.
    private var omitted: [UInt32] = []

    private var parser = AppParser.none
    /// Where the parser's protocol begins in the stream.
    private var origin = 0
    /// How many contiguous bytes are worth another look.
    private var needed = 1
    /// Protocols that were read to their end, one after another.
    private var layers = 0
    /// Whether the next request begins at some later segment, because no one knows how long the last one's body is.
    private var isSeeking = false
    /// The bytes that were passed over while seeking.
    private var passedOver = 0

    /// How many units, one after another, are followed: requests of a connection, refused CONNECTs, a proxy's header, TLS.
    static var layerLimit: Int { 64 }
    /// How many bytes of a body of unknown length are passed over before the connection's later requests are given up.
    static var seekLimit: Int { 1 << 20 }
    /// How many bytes of a stream whose beginning was not seen, and is no one's, are held for an earlier segment.
    static var floatingLimit: Int { 16_384 }
    /// How many bytes after those that were read are held until the reading is settled.
    static var heldAfterReading: Int { 32_768 }
    /// How many urgent bytes are taken out.
    static var omittedLimit: Int { 32 }

    /// Nothing read yet.
    init() {}

    /// The stream that `other` would hold had this copy of `segment` come first, to be read from its beginning.
    init?(of other: StreamInspection, overlaid segment: RawSpan, sequence: UInt32) {
        guard var held = other.assembly else { return nil }
        held.overlay(segment, sequence: sequence)
        assembly = held
        omitted = other.omitted
    }

    /// The bytes held.
    var memory: Int { (assembly?.memory ?? 0) &+ parser.memory &+ omitted.count &* 4 }

    /// The sequence number after the bytes that are there without a gap; `nil` if none are.
    var contiguousEnd: UInt32? {
        assembly.flatMap { $0.contiguous > 0 ? $0.base &+ UInt32($0.contiguous) : nil }
    }

    /// Adds a segment of the sender's and reads on. `initial` is the sequence number of the stream's first byte, or `nil` if
    /// the SYN was not seen.
    mutating func inspect(_ segment: RawSpan, sequence: UInt32, initial: UInt32?, into findings: inout Findings) {
        latestConflicts = 0
        isLatestTaken = false
        if isSeeking, !seek(segment, sequence) { return }
        if liesAfterReading(sequence) { return }
        // Taken out, so that growing it does not copy it.
        var held = assembly.take() ?? StreamAssembly(base: initial ?? sequence, isFloating: initial == nil)
        if held.isFloating, Int32(bitPattern: sequence &- held.base) > 0, beginsAnew(at: segment) {
            held = StreamAssembly(base: sequence, isFloating: true)
            restart()
        }
        let before = (base: held.base, conflicts: held.conflicts)
        let outcome = held.add(segment, sequence: sequence)
        latestConflicts = held.conflicts - before.conflicts
        isLatestTaken = true
        isLatestKept = held.replacesConflict
        if held.base != before.base, stage == .reading || stage == .unknown { restart() }
        readOn(held, into: &findings)
        if outcome == .overLimit, stage == .reading, held.contiguous >= StreamAssembly.limit {
            markOverLimit(&findings)
        }
        assembly = held
    }

    /// Whether a segment is so far after all that was read that nothing of it is wanted. What comes right after is held until
    /// the receiver has acknowledged what was read: another copy of that may continue there.
    private func liesAfterReading(_ sequence: UInt32) -> Bool {
        let end: UInt32?
        switch stage {
        case .reading, .mayRetry: return false
        case .finished: end = unitEnd
        case .unknown: end = unknownEnd
        }
        return end.map { Int32(bitPattern: sequence &- $0) >= Self.heldAfterReading } ?? false
    }

    /// Whether a segment may bring something: it reaches beyond the body that is passed over, or begins the request that is
    /// sought.
    mutating func isWanted(_ segment: RawSpan, sequence: UInt32) -> Bool {
        guard stage == .reading, let base = assembly?.base else { return true }
        if isSeeking { return Self.requestStart(in: segment) != nil || countPassedOver(segment) }
        return Int32(bitPattern: sequence &+ UInt32(truncatingIfNeeded: segment.byteCount) &- base) > 0
    }

    /// Counts a segment that is passed over while seeking; true if too many were, so that the reading has to end.
    private mutating func countPassedOver(_ segment: RawSpan) -> Bool {
        passedOver += segment.byteCount
        return passedOver > Self.seekLimit
    }

    /// Reads what is held from its beginning.
    mutating func reread(into findings: inout Findings) {
        guard let held = assembly else { return }
        restart()
        readOn(held, into: &findings)
    }

    /// Takes the byte with the sequence number `position` out of the stream.
    mutating func omit(_ position: UInt32) {
        guard omitted.count < Self.omittedLimit, !omitted.contains(position) else { return }
        omitted.append(position)
    }

    /// Drops what was read to its end: the receiver has acknowledged it.
    mutating func settle() {
        guard var held = assembly.take() else { return }
        guard stage == .reading else { return }
        held.advance(by: origin)
        origin = 0
        needed = 1
        omitted.removeAll()
        assembly = held
    }

    /// Ends the reading: no more bytes will come.
    mutating func abandon(into findings: inout Findings) {
        guard let held = assembly.take() else { return }
        guard stage == .reading else { return }
        let whole = held.bytes.rawSpan
        let stream = whole.clamped(min(origin, held.contiguous)..<held.contiguous)
        if stream.byteCount > 0 { parser.abandon(stream, into: &findings) }
        if findings.tls?.helloState == .truncated { findings.tls?.helloSegments = held.segments }
        stage = .finished
    }

    /// Lets go of what is held, for lack of memory.
    mutating func release() {
        assembly = nil
        parser = .none
        stage = .finished
    }

    // MARK: Reading

    private mutating func readOn(_ held: StreamAssembly, into findings: inout Findings) {
        guard stage == .reading || stage == .mayRetry, held.contiguous >= needed else { return }
        let isReading: Bool
        if omitted.isEmpty {
            isReading = read(held.bytes.rawSpan.clamped(0..<held.contiguous), held: held, into: &findings)
        } else {
            let stream = withoutOmitted(held)
            isReading = read(stream.rawSpan, held: held, into: &findings)
        }
        guard !isReading else { return }
        if unitEnd == nil, !findings.hasProtocol {
            giveUpBeginning(held)
        } else {
            stage = .finished
            if unitEnd == nil { unitEnd = held.base &+ UInt32(truncatingIfNeeded: held.contiguous) }
        }
    }

    /// The contiguous bytes without those that the receiver takes out.
    private func withoutOmitted(_ held: StreamAssembly) -> [UInt8] {
        var stream = Array(held.bytes.prefix(held.contiguous))
        let offsets = omitted.map { Int(Int32(bitPattern: $0 &- held.base)) }.sorted(by: >)
        for offset in offsets where stream.indices.contains(offset) { stream.remove(at: offset) }
        return stream
    }

    /// The stream's first bytes are no one's. Some stacks and middleboxes send a few bytes where the hello will be, which
    /// the server never takes; and so does anyone who wants the hello to be overlooked.
    private mutating func giveUpBeginning(_ held: StreamAssembly) {
        parser = .none
        origin = 0
        needed = held.contiguous + 1
        let mayBePiece = !held.bytes.rawSpan.hasApplicationData && held.bytes.count <= Self.floatingLimit
        guard !held.isFloating || !mayBePiece else { return }
        stage = .unknown
        unknownEnd = held.base &+ UInt32(truncatingIfNeeded: held.contiguous)
    }

    /// Whether the reading starts again at a segment of a stream whose beginning was not seen: it is a protocol's first one,
    /// and what came before it was none.
    private func beginsAnew(at segment: RawSpan) -> Bool {
        guard case .none = parser, unitEnd == nil, case .parser = AppParser.begin(segment) else { return false }
        return true
    }

    /// Reads as far as `stream`, contiguous from the first byte, goes. False if nothing more is wanted.
    private mutating func read(_ stream: RawSpan, held: StreamAssembly, into findings: inout Findings) -> Bool {
        while true {
            let rest = stream.clamped(origin...)
            guard rest.byteCount > 0 else {
                needed = origin + 1
                return true
            }
            if case .none = parser {
                switch AppParser.begin(rest) {
                case .parser(let found): parser = found
                case .unsure:
                    needed = stream.byteCount + 1
                    return true
                case .unknown: return false
                }
            }
            switch parser.parse(rest, into: &findings) {
            case .done(let consumed):
                guard endUnit(consumed, of: stream.byteCount, held: held, into: &findings) else { return false }
            case .more(let atLeast):
                needed = origin + atLeast
                return true
            case .skip:
                return false
            }
        }
    }

    /// Notes that a unit of `consumed` bytes was read. False if no other is wanted.
    private mutating func endUnit(
        _ consumed: Int, of count: Int, held: StreamAssembly, into findings: inout Findings
    ) -> Bool {
        let next = parser.successor(findings)
        origin += consumed
        unitEnd = held.base &+ UInt32(truncatingIfNeeded: min(origin, count))
        isUnitNaming = next.isNaming
        if findings.tls?.helloSegments == 0 { findings.tls?.helloSegments = held.segments }
        layers += 1
        guard layers < Self.layerLimit else { return false }
        switch next {
        case .nothing: return false
        case .another, .request: parser = .none
        case .hello:
            parser = .tls(ClientHelloParser(isRetry: true))
            stage = .mayRetry
        case .requestAfterBody:
            parser = .none
            isSeeking = true
            passedOver = 0
        }
        return true
    }

    /// Whether `segment` begins the request that is sought: the stream then begins with it.
    private mutating func seek(_ segment: RawSpan, _ sequence: UInt32) -> Bool {
        guard let start = Self.requestStart(in: segment) else {
            if countPassedOver(segment) { stage = .finished }
            return false
        }
        isSeeking = false
        assembly = StreamAssembly(base: sequence &+ UInt32(truncatingIfNeeded: start), isFloating: false)
        origin = 0
        needed = 1
        return true
    }

    /// Where a request begins in a segment: at its front, or after the last chunk of the body before it.
    private static func requestStart(in segment: RawSpan) -> Int? {
        HTTPRequest.probe(segment) == .yes ? 0 : HTTPRequest.nextRequest(afterChunksIn: segment)
    }

    private mutating func restart() {
        parser = .none
        origin = 0
        needed = 1
        stage = .reading
        unitEnd = nil
        unknownEnd = nil
    }

    private mutating func markOverLimit(_ findings: inout Findings) {
        if case .tls = parser {
            var facts = TLSFacts()
            facts.helloState = .overLimit
            findings.application = .tls
            findings.tls = facts
        }
        stage = .finished
        unitEnd = contiguousEnd
    }
}

extension RawSpan {
    /// Whether a record of TLS application data is at the front: then no beginning comes before it.
    fileprivate var hasApplicationData: Bool { byte(at: 0) == 0x17 && byte(at: 1) == 0x03 }
}

extension Findings {
    /// Whether anything was recognized.
    var hasProtocol: Bool {
        application != .unknown || !names.isEmpty || tls != nil || http != nil || proxiedClient != nil
            || isOpportunisticTLS
    }
}
