import Bytes

extension ByteReader {
    /// Reads a variable-length integer of 1, 2, 4 or 8 bytes, 0...2^62-1 (RFC 9000 section 16).
    mutating func variableInteger() throws(ParseError) -> UInt64 {
        let first = try uint8()
        var value = UInt64(first & 0x3f)
        let following = (1 << Int(first >> 6)) &- 1
        guard following <= count else { throw .truncated }
        for _ in 0..<following {
            value = value << 8 | UInt64(try uint8())
        }
        return value
    }

    /// Reads a variable-length integer that counts bytes; one past what an address space holds is `malformed`.
    mutating func variableLength() throws(ParseError) -> Int {
        let value = try variableInteger()
        guard value <= UInt64(UInt32.max) else { throw .malformed }
        return Int(value)
    }
}
