package import Bytes

/// The Huffman code of HPACK (RFC 7541 appendix B).
///
/// The code is canonical: codes of one length are consecutive numbers in the order of their symbols, so the lengths
/// alone give it. Decoding goes bit by bit with one comparison each.
package struct HuffmanCode: Sendable {
    /// The one code there is.
    package static let hpack = HuffmanCode(lengths: hpackLengths)

    /// For each length, the first code of it, the number of codes, and where their symbols begin.
    private var rows: [(firstCode: UInt32, count: UInt32, firstSymbol: Int)] = []
    private var symbols: [UInt8] = []

    private init(lengths: [UInt8]) {
        var code: UInt32 = 0
        for length in 0...Self.longest {
            let row = lengths.indices.filter { Int(lengths[$0]) == length }
            code = length == 0 ? 0 : code << 1
            rows.append((code, length == 0 ? 0 : UInt32(row.count), symbols.count))
            if length > 0 {
                symbols.append(contentsOf: row.map { UInt8(truncatingIfNeeded: $0) })
                code &+= UInt32(row.count)
            }
        }
    }

    /// The text that `bytes` encode. `malformed` where the padding is not the beginning of the end-of-string symbol, or
    /// is longer than 7 bits, or where that symbol is inside (RFC 7541 section 5.2).
    package func decode(_ bytes: RawSpan) throws(ParseError) -> [UInt8] {
        var output: [UInt8] = []
        var code: UInt32 = 0
        var length = 0
        for offset in 0..<bytes.byteCount {
            guard let byte = bytes.byte(at: offset) else { throw .truncated }
            for shift in (0..<8 as Range<UInt8>).reversed() {
                code = code << 1 | UInt32(byte >> shift & 1)
                length &+= 1
                guard length <= Self.longest else { throw .malformed }
                let row = rows[length]
                guard code >= row.firstCode, code &- row.firstCode < row.count else { continue }
                output.append(symbols[row.firstSymbol &+ Int(code &- row.firstCode)])
                code = 0
                length = 0
            }
        }
        guard length < 8, code == (1 << UInt32(length)) &- 1 else { throw .malformed }
        return output
    }

    /// The longest code of a byte. The end-of-string symbol, which must never be met, has 30 bits as well and is the
    /// last of its row, so that leaving it out of the table makes it an error by itself.
    private static let longest = 30

    /// The number of bits of each byte's code.
    private static let hpackLengths: [UInt8] = [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28,
        28, 28, 28, 28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7,
        7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21,
        23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24,
        21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    ]
}
