import Bytes
import FuzzSupport
import Protocols

/// The ClientHello of a TLS stream.
///
/// The input's first byte says how large the pieces are in which the stream arrives; the rest is the stream. What is
/// read of it must not depend on the pieces, and of a stream that ends early no half of a name may be read.
@c(LLVMFuzzerTestOneInput)
public func testClientHello(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 1 else { return 0 }
    let input = unsafe copied(bytes, count)
    let stream = [UInt8](input.dropFirst())
    _ = ClientHelloParser.probe(stream.rawSpan)
    let step = 1 + Int(input[0])
    let whole = read(stream, step: stream.count, isAbandoned: false)
    let pieces = read(stream, step: step, isAbandoned: false)
    requireSame(whole, pieces, "what was read depends on how the stream was cut")
    require(whole.names.count <= 1, "a hello with two names")
    holdNames(whole)
    let beginning = [UInt8](stream.prefix(stream.count - min(stream.count, step)))
    let abandoned = read(beginning, step: step, isAbandoned: true)
    if whole.tls?.helloState == .complete, let name = abandoned.names.first {
        require(name.name == whole.names.first?.name, "half a name was passed on as a whole one")
    }
    return 0
}

/// What a parser finds that is given `step` more bytes each time, and may be told at the end that no more will come.
private func read(_ stream: [UInt8], step: Int, isAbandoned: Bool) -> Findings {
    var parser = ClientHelloParser()
    var findings = Findings()
    var there = 0
    while there < stream.count {
        there = min(stream.count, there + step)
        let bytes = stream.rawSpan.extracting(0..<there)
        guard case .more(let least) = parser.parse(bytes, into: &findings) else { return findings }
        require(least > there, "no more is asked for than is there")
    }
    if isAbandoned { parser.abandon(stream.rawSpan, into: &findings) }
    return findings
}
