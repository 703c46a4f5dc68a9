import Bytes
public import Protocols
import Testing

/// What every parser of bytes from the wire must survive, whatever it parses.
///
/// It runs `parse` on the input itself, on every truncation of it, and on every input with one byte changed in five
/// ways, and returns how many runs that were. That it returns at all is the first result: a trap would end the process.
@discardableResult
public func runHostileBytes(_ input: [UInt8], _ parse: (RawSpan) -> Void) -> Int {
    var runs = 1
    parse(input.rawSpan)
    for length in 0..<input.count {
        parse(Array(input[..<length]).rawSpan)
        runs += 1
    }
    var changed = input
    for index in input.indices {
        let original = input[index]
        for value in [original ^ 0xFF, original ^ 0x01, original ^ 0x80, 0x00, 0xFF] as [UInt8] where value != original
        {
            changed[index] = value
            parse(changed.rawSpan)
            runs += 1
        }
        changed[index] = original
    }
    return runs
}

/// Holds the contract of `StreamParser` on hostile bytes: progress is within the bytes, and asks for more than there is.
public func runStreamParserSuite<Parser: StreamParser>(_ type: Parser.Type, input: [UInt8]) {
    let runs = runHostileBytes(input) { bytes in
        var parser = Parser()
        var findings = Findings()
        _ = Parser.probe(bytes)
        switch parser.parse(bytes, into: &findings) {
        case .done(let consumed): #expect(consumed >= 0 && consumed <= bytes.byteCount)
        case .more(let needed): #expect(needed > bytes.byteCount)
        case .skip: break
        }
    }
    #expect(runs > input.count)
}

/// Feeds a stream to a parser in growing prefixes and returns how it ended and what it found.
///
/// The parser is called as the engine calls it: again only when the stream holds what it asked for. Growing by one byte
/// a step must give the same as all bytes at once.
public func parseStream<Parser: StreamParser>(
    _ type: Parser.Type, _ stream: [UInt8], step: Int = .max
) -> (progress: Progress, findings: Findings) {
    var parser = Parser()
    var findings = Findings()
    var needed = 1
    var length = 0
    var progress = Progress.more(atLeast: 1)
    while length < stream.count {
        length = step >= stream.count - length ? stream.count : length + step
        if length < needed { continue }
        progress = parser.parse(Array(stream[..<length]).rawSpan, into: &findings)
        guard case .more(let atLeast) = progress else { return (progress, findings) }
        needed = atLeast
    }
    return (progress, findings)
}

/// The bytes of hexadecimal text; white space is passed over.
public func bytes(hex text: String) -> [UInt8] {
    let digits = text.utf8.compactMap { byte -> UInt8? in
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
    return stride(from: 0, to: digits.count - digits.count % 2, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
