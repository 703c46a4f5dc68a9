import Bytes
public import Protocols

/// How a reading ended, without the numbers, which depend on how much was there.
public enum Ending: Equatable {
    case done, more, skip
}

/// Holds the contract of `StreamParser` on `stream`, and that what is found does not depend on how it is cut.
///
/// The parser is called as the engine does: again only where the stream holds what it asked for. Returns what it found.
@discardableResult
public func holdCuts<Parser: StreamParser>(_ type: Parser.Type, _ stream: [UInt8], step: Int) -> Findings {
    _ = Parser.probe(stream.rawSpan)
    let whole = read(type, stream, step: stream.count)
    let pieces = read(type, stream, step: step)
    requireSame(whole.findings, pieces.findings, "what was found depends on how the stream was cut")
    // One that would have been given up may wait for bytes that do not come; one that is done may not.
    let gaveUpLate = whole.ending == .skip && pieces.ending == .more
    if !gaveUpLate { requireSame(whole.ending, pieces.ending, "how it ended depends on how the stream was cut") }
    holdNames(whole.findings)
    return whole.findings
}

private func read<Parser: StreamParser>(
    _ type: Parser.Type, _ stream: [UInt8], step: Int
) -> (findings: Findings, ending: Ending) {
    var parser = Parser()
    var findings = Findings()
    var there = 0
    var needed = 1
    while there < stream.count {
        there = min(stream.count, there + step)
        if there < needed { continue }
        switch parser.parse(stream.rawSpan.extracting(0..<there), into: &findings) {
        case .done(let consumed):
            require(consumed >= 0 && consumed <= there, "more was read than is there")
            return (findings, .done)
        case .more(let atLeast):
            require(atLeast > there, "no more is asked for than is there")
            needed = atLeast
        case .skip:
            return (findings, .skip)
        }
    }
    return (findings, .more)
}
