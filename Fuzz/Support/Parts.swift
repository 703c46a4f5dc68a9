import Bytes

/// The parts of an input that are each behind two bytes of length, big-endian; the last may be shorter than it says.
public func parts(of input: [UInt8], from start: Int) -> [(word: UInt16, bytes: [UInt8])] {
    var parts: [(word: UInt16, bytes: [UInt8])] = []
    var position = start
    while position + 2 <= input.count {
        let word = UInt16(input[position]) << 8 | UInt16(input[position + 1])
        position += 2
        // The top bit is the target's own: which end sent it, and the like.
        let end = min(input.count, position + Int(word & 0x7FFF))
        parts.append((word, Array(input[position..<end])))
        position = end
    }
    return parts
}

/// The bytes that libFuzzer gives for one run, copied: what reads past them is found.
public func copied(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> [UInt8] {
    // SAFETY: libFuzzer gives `count` readable bytes for the call.
    unsafe [UInt8](UnsafeBufferPointer(start: bytes, count: count))
}
