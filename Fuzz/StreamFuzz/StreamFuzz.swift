import Bytes
import FuzzSupport
import Protocols

/// A client's whole stream through the registry of parsers, one protocol behind another.
///
/// The input's first byte says how large the pieces are in which the stream arrives, 0 that their sizes change; the rest
/// is the stream. What is found must not depend on the pieces: the same bytes name the same host however they were cut.
@c(LLVMFuzzerTestOneInput)
public func testStream(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let input = unsafe copied(bytes, count)
    let stream = Array(input.dropFirst())
    let step = Int(input[0])
    let whole = Reading(stream) { _ in stream.count }
    let pieces = Reading(stream) { step == 0 ? 1 + $0 % 7 : step }
    requireSame(whole.findings, pieces.findings, "what was found depends on how the stream was cut")
    holdNames(whole.findings)
    return 0
}

/// What is found of a client's stream that arrives in pieces, read as a flow reads it.
private struct Reading {
    private(set) var findings = Findings()
    private var parser = AppParser.none
    private var origin = 0
    private var needed = 1
    private var layers = 0

    init(_ stream: [UInt8], size: (Int) -> Int) {
        var there = 0
        while there < stream.count {
            there = min(stream.count, there + size(there))
            if there < needed { continue }
            guard read(stream.rawSpan.extracting(0..<there)) else { return }
        }
        parser.abandon(stream.rawSpan.extracting(min(origin, stream.count)..<stream.count), into: &findings)
    }

    /// Reads as far as `stream` goes. False where nothing more is wanted.
    private mutating func read(_ stream: RawSpan) -> Bool {
        while true {
            let rest = stream.extracting(origin..<stream.byteCount)
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
                // A body, or the rest of a record, may reach beyond what is there.
                require(consumed >= 0 && consumed <= 1 << 30, "a length that is followed is bounded")
                let successor = parser.successor(findings)
                guard successor != .nothing, successor != .requestAfterBody else { return false }
                layers += 1
                if layers == 8 { return false }
                origin += consumed
                parser = successor == .hello ? .tls(ClientHelloParser(isRetry: true)) : .none
                if origin >= stream.byteCount {
                    needed = origin + 1
                    return true
                }
            case .more(let atLeast):
                require(atLeast > rest.byteCount, "no more is asked for than is there")
                needed = origin + atLeast
                return true
            case .skip:
                return false
            }
        }
    }
}
