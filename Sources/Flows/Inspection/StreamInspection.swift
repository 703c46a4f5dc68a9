import Bytes
import Protocols

/// The reading of one direction of one TCP stream, from its first byte to its name.
///
/// While a protocol unit lies whole in the first segment nothing is copied; only what stays unfinished is held.
struct StreamInspection: Sendable {
    /// What the look at a segment led to.
    enum Verdict: Equatable {
        /// More segments are needed.
        case unfinished
        /// All that is wanted was read, or it will never be.
        case finished
    }

    /// The bytes that are held; nothing as long as none had to be.
    private(set) var assembly: StreamAssembly?
    private var parser = AppParser.none
    /// Where the parser's protocol begins in the stream.
    private var origin = 0
    /// How many contiguous bytes are worth another look.
    private var needed = 1
    /// The conflicts of what is held no longer.
    private var conflictsBefore = 0
    /// Segments with payload that were looked at.
    private var segments = 0

    /// Protocols that were read to their end, one behind another.
    private var layers = 0

    /// How many protocols, one behind another, are followed: a proxy's header, a refused CONNECT, the next, TLS.
    static var layerLimit: Int { 8 }

    /// Whether the stream's first bytes are no protocol's, and only another copy of them would still be looked at.
    private var awaitsAnotherCopy = false

    /// How many segments of a stream whose first bytes nobody knows are looked at for another copy of these bytes.
    static var copyPatience: Int { 4 }

    /// How many segments of a stream whose beginning was not seen are looked at before it is given up.
    static var floatingPatience: Int { 8 }

    /// Whether it reads in the middle of something.
    var isReading: Bool { if case .none = parser { assembly != nil } else { true } }

    /// The bytes held.
    var memory: Int { (assembly?.memory ?? 0) &+ parser.memory }

    /// The bytes that came again with another value.
    var conflicts: Int { conflictsBefore + (assembly?.conflicts ?? 0) }

    /// Looks at a segment of the client's.
    ///
    /// `initial` is the sequence number of the stream's first byte, or nothing where the SYN was not seen.
    mutating func inspect(
        _ segment: RawSpan, sequence: UInt32, initial: UInt32?, into findings: inout Findings
    ) -> Verdict {
        segments += 1
        if awaitsAnotherCopy {
            guard sequence == initial, case .parser = AppParser.begin(segment) else { return giveUpInTime() }
            awaitsAnotherCopy = false
            conflictsBefore += 1
        }
        if assembly == nil {
            if initial == nil || initial == sequence { return readInPlace(segment, sequence, initial, &findings) }
            assembly = StreamAssembly(base: initial ?? sequence, isFloating: initial == nil)
        }
        return hold(segment, sequence, into: &findings)
    }

    /// Ends the reading: no more bytes will come.
    mutating func abandon(into findings: inout Findings) {
        guard let held = assembly else { return }
        conflictsBefore += held.conflicts
        let whole = held.bytes.rawSpan
        let stream = whole.clamped(min(origin, held.contiguous)..<held.contiguous)
        if stream.byteCount > 0 { parser.abandon(stream, into: &findings) }
        if findings.tls?.helloState == .truncated { findings.tls?.helloSegments = held.segments }
        assembly = nil
    }

    /// Lets go of what is held, for want of memory.
    mutating func release() {
        assembly = nil
        parser = .none
    }

    /// The stream's first segment, read where it stands, and held only where it is not the whole of what is wanted.
    private mutating func readInPlace(
        _ segment: RawSpan, _ sequence: UInt32, _ initial: UInt32?, _ findings: inout Findings
    ) -> Verdict {
        let isReading = read(segment, &findings)
        if !isReading {
            guard findings == Findings() else {
                finish(segments: 1, &findings)
                return .finished
            }
            restart()
            if initial != nil { return awaitAnotherCopy() }
            guard Self.mayBePiece(segment) else { return .finished }
        }
        var held = StreamAssembly(base: sequence, isFloating: initial == nil)
        guard held.add(segment, sequence: sequence) == .added else {
            markOverLimit(&findings)
            return .finished
        }
        assembly = held
        return .unfinished
    }

    private mutating func hold(_ segment: RawSpan, _ sequence: UInt32, into findings: inout Findings) -> Verdict {
        // Taken out, so that growing it does not copy it.
        guard var held = assembly.take() else { return .finished }
        let base = held.base
        guard held.add(segment, sequence: sequence) == .added else {
            conflictsBefore += held.conflicts
            markOverLimit(&findings)
            return .finished
        }
        let hasMoved = held.base != base
        if hasMoved { restart() }
        var isReading = true
        if held.contiguous >= needed { isReading = read(held.bytes.rawSpan.clamped(0..<held.contiguous), &findings) }
        if !isReading, held.isFloating, findings == Findings(), segments < Self.floatingPatience {
            restart()
            needed = held.contiguous + 1
            isReading = true
        }
        if isReading {
            assembly = held
            return .unfinished
        }
        conflictsBefore += held.conflicts
        if !held.isFloating, findings == Findings() {
            guard sequence == held.base, held.conflicts > 0, case .parser = AppParser.begin(segment) else {
                return awaitAnotherCopy()
            }
            restart()
            return readInPlace(segment, sequence, sequence, &findings)
        }
        finish(segments: held.segments, &findings)
        findings.tls?.helloSegments = held.segments
        return .finished
    }

    /// Reads as far as `stream`, contiguous from the first byte, goes. False where nothing more is wanted.
    private mutating func read(_ stream: RawSpan, _ findings: inout Findings) -> Bool {
        while true {
            let rest = stream.clamped(origin...)
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
                guard parser.precedesAnother(consumed: consumed, of: rest.byteCount, findings) else { return false }
                layers += 1
                guard layers < Self.layerLimit else { return false }
                origin += consumed
                parser = .none
                if origin >= stream.byteCount {
                    needed = stream.byteCount + 1
                    return true
                }
            case .more(let atLeast):
                needed = origin + atLeast
                return true
            case .skip:
                return false
            }
        }
    }

    /// Nobody knows the stream's first bytes. Some stacks and middleboxes send a few bytes of nothing where the hello
    /// will stand, which the server never takes; and so may whoever wants the hello to be overlooked.
    private mutating func awaitAnotherCopy() -> Verdict {
        restart()
        awaitsAnotherCopy = true
        return giveUpInTime()
    }

    private func giveUpInTime() -> Verdict {
        segments < Self.copyPatience ? .unfinished : .finished
    }

    private mutating func restart() {
        parser = .none
        origin = 0
        needed = 1
    }

    private func finish(segments: Int, _ findings: inout Findings) {
        if findings.tls != nil { findings.tls?.helloSegments = segments }
    }

    private mutating func markOverLimit(_ findings: inout Findings) {
        if case .tls = parser {
            var facts = TLSFacts()
            facts.helloState = .overLimit
            findings.application = .tls
            findings.tls = facts
        }
        assembly = nil
    }

    /// Whether a segment from the middle of a stream may have a beginning before it that is still to come: not where it
    /// is a record of TLS application data.
    private static func mayBePiece(_ segment: RawSpan) -> Bool {
        !(segment.byte(at: 0) == 0x17 && segment.byte(at: 1) == 0x03)
    }
}
