/// The server_name of a whole ClientHello, for tests of QUIC alone: it walks the message by its lengths and gives
/// nothing where any of them does not fit.
func serverName(inHello hello: [UInt8]) -> String? {
    var cursor = 0
    func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= hello.count - cursor else { return nil }
        defer { cursor += count }
        return hello[cursor..<cursor + count]
    }
    func number(_ count: Int) -> Int? { take(count)?.reduce(0) { $0 << 8 | Int($1) } }

    guard number(1) == 1, let length = number(3), length <= hello.count - cursor, take(34) != nil,
        let session = number(1), take(session) != nil, let suites = number(2), take(suites) != nil,
        let compressions = number(1), take(compressions) != nil, let extensions = number(2)
    else { return nil }
    let end = cursor + extensions
    while cursor < end {
        guard let type = number(2), let size = number(2) else { return nil }
        guard type == 0 else {
            guard take(size) != nil else { return nil }
            continue
        }
        guard number(2) != nil, number(1) == 0, let count = number(2), let name = take(count) else { return nil }
        return String(decoding: name, as: UTF8.self).lowercased()
    }
    return nil
}
