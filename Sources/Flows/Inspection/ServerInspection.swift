import Bytes
import Protocols

/// The search for a ServerHello in the server's stream.
///
/// Where TLS begins in that stream is not known if a plain protocol ran before it, so each segment that begins with one
/// is taken for its beginning.
struct ServerInspection {
    private var parser = ServerHelloParser()
    private var assembly: StreamAssembly?
    private var needed = 1
    private var segments = 0

    /// How many segments are looked at.
    static var patience: Int { 16 }

    /// The bytes held.
    var memory: Int { (assembly?.memory ?? 0) &+ parser.memory }

    /// Looks at a segment; true if no more are wanted.
    mutating func inspect(_ segment: RawSpan, sequence: UInt32, into findings: inout Findings) -> Bool {
        segments += 1
        if assembly == nil {
            guard ServerHelloParser.probe(segment) == .yes else { return segments >= Self.patience }
            guard case .more(let atLeast) = parser.parse(segment, into: &findings) else { return true }
            needed = atLeast
            assembly = StreamAssembly(base: sequence, isFloating: false)
        }
        return hold(segment, sequence, into: &findings)
    }

    /// Lets go of what is held.
    mutating func release() {
        assembly = nil
        parser = ServerHelloParser()
    }

    private mutating func hold(_ segment: RawSpan, _ sequence: UInt32, into findings: inout Findings) -> Bool {
        guard var held = assembly.take(), held.add(segment, sequence: sequence) == .added else { return true }
        if held.contiguous >= needed {
            let stream = held.bytes.rawSpan.clamped(0..<held.contiguous)
            guard case .more(let atLeast) = parser.parse(stream, into: &findings) else { return true }
            needed = atLeast
        }
        assembly = held
        return segments >= 4 * Self.patience
    }
}
