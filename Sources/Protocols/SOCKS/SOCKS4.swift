import Bytes

/// The fields of a SOCKS 4 request, `VN CD DSTPORT DSTIP USERID NULL`, and of 4a, where a name and a NULL follow.
struct SOCKS4 {
    /// The destination as a number; in 4a it is below 256 and means that a name follows.
    let address: UInt32
    /// The name in 4a, as far as it is there.
    let name: Range<Int>?
    /// The end of the request, if all of it is there.
    let end: Int?
    /// The end of the user id, if it is there.
    private let userEnd: Int?

    /// Reads what there is; at most 600 bytes are looked at.
    init(_ bytes: RawSpan) {
        let address = bytes.uint32(at: 4) ?? 0
        self.address = address
        self.userEnd = bytes.firstIndex(of: 0, in: Self.headerLength..<Self.headerLength &+ Self.longestText)
        if address < 256, let userEnd {
            let end = bytes.firstIndex(of: 0, in: userEnd &+ 1..<userEnd &+ 1 &+ Self.longestText)
            self.name = userEnd &+ 1..<(end ?? bytes.byteCount)
            self.end = end.map { $0 &+ 1 }
        } else {
            self.name = nil
            self.end = userEnd.map { $0 &+ 1 }
        }
    }

    /// Whether it is a request: CONNECT or BIND, a port, an address, and printable text up to its end.
    func probe(_ bytes: RawSpan) -> Probe {
        if let command = bytes.byte(at: 1), command != 1, command != 2 { return .no }
        guard bytes.byteCount >= Self.headerLength else { return .unsure }
        guard bytes.uint16(at: 2) != 0, address != 0, address >= 256 || address & 0xFF != 0 else { return .no }
        guard isPrintable(bytes, Self.headerLength..<(userEnd ?? bytes.byteCount)) else { return .no }
        if let name {
            guard isPrintable(bytes, name), name.count <= Self.longestText, end == nil || !name.isEmpty else {
                return .no
            }
        }
        if end != nil { return .yes }
        let limit = Self.headerLength &+ Self.longestText
        let isTooLong = userEnd == nil ? bytes.byteCount >= limit : (name?.count ?? 0) >= Self.longestText
        return isTooLong ? .no : .unsure
    }

    private func isPrintable(_ bytes: RawSpan, _ range: Range<Int>) -> Bool {
        for offset in range {
            guard let byte = bytes.byte(at: offset), byte >= 0x20, byte != 0x7F else { return false }
        }
        return true
    }

    private static let headerLength = 8
    /// A user id or a name longer than this is none.
    private static let longestText = 256
}
