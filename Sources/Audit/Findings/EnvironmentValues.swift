/// Forms of values that say what they are, whatever their field is called.
enum EnvironmentValues {
    /// One place in a text.
    struct Hit {
        var category: EnvironmentCategory
        var offset: Int
        var text: String
    }

    /// The most hits of one category that are reported of one text.
    private static let most = 8

    /// The category of a text that is nothing but such a value.
    static func category(ofValue text: String) -> EnvironmentCategory? {
        guard (2...64).contains(text.utf8.count) else { return nil }
        let bytes = Array(text.utf8)
        if let end = zoneEnd(bytes, at: 0), end == bytes.count { return .timeZone }
        if isLocale(bytes) { return .locale }
        return exact[text.lowercased()]
    }

    private static let exact: [String: EnvironmentCategory] = [
        "linux": .operatingSystem, "darwin": .operatingSystem, "win32": .operatingSystem, "macos": .operatingSystem,
        "windows": .operatingSystem, "freebsd": .operatingSystem, "x64": .architecture, "x86_64": .architecture,
        "amd64": .architecture, "arm64": .architecture, "aarch64": .architecture,
    ]

    /// The values inside a longer text.
    static func hits(in bytes: [UInt8]) -> [Hit] {
        var hits: [Hit] = []
        var counts: [EnvironmentCategory: Int] = [:]
        var index = 0
        while index < bytes.count {
            guard mayBegin(bytes[index]), let (category, range) = value(bytes, at: index) else {
                index += 1
                continue
            }
            counts[category, default: 0] += 1
            if counts[category, default: 0] <= most {
                let text = String(decoding: bytes[range], as: UTF8.self)
                hits.append(Hit(category: category, offset: range.lowerBound, text: text))
            }
            index = max(range.upperBound, index + 1)
        }
        return hits
    }

    /// Whether a value may begin with `byte`: a path, an at sign, the area of a time zone, or a private address.
    private static func mayBegin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x2F, 0x31, 0x32, 0x40, 0x41, 0x45, 0x49, 0x50, 0x5C: true
        default: false
        }
    }

    private static func value(_ bytes: [UInt8], at index: Int) -> (EnvironmentCategory, Range<Int>)? {
        switch bytes[index] {
        case UInt8(ascii: "/"), UInt8(ascii: "\\"):
            return homeEnd(bytes, at: index).map { (.home, index..<$0) }
        case UInt8(ascii: "@"): return address(bytes, around: index)
        case 0x41...0x5A:
            guard index == 0 || !bytes[index - 1].isASCIIWord else { return nil }
            return zoneEnd(bytes, at: index).map { (.timeZone, index..<$0) }
        case 0x31, 0x32:
            guard index == 0 || (!bytes[index - 1].isASCIIWord && bytes[index - 1] != 0x2E) else { return nil }
            return privateAddressEnd(bytes, at: index).map { (.networkAddress, index..<$0) }
        default: return nil
        }
    }

    private static let areas = [
        "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
        "Pacific/",
    ].map { Array($0.utf8) }

    /// The end of a name of the IANA time zone database at `index`: an area, a slash, and words that begin with a capital.
    private static func zoneEnd(_ bytes: [UInt8], at index: Int) -> Int? {
        guard let area = areas.first(where: { bytes[index...].starts(with: $0) }) else { return nil }
        var end = index + area.count
        guard end < bytes.count, (0x41...0x5A).contains(bytes[end]) else { return nil }
        while end < bytes.count,
            bytes[end].isASCIIWord || bytes[end] == 0x5F || bytes[end] == 0x2D || bytes[end] == 0x2F
        {
            end += 1
        }
        while end > index, bytes[end - 1] == 0x2D || bytes[end - 1] == 0x2F { end -= 1 }
        return end - index >= area.count + 3 ? end : nil
    }

    /// `en-US`, `de_DE.UTF-8`.
    private static func isLocale(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 5, bytes[0..<2].allSatisfy({ (0x61...0x7A).contains($0) }) else { return false }
        guard bytes[2] == 0x2D || bytes[2] == 0x5F, bytes[3..<5].allSatisfy({ (0x41...0x5A).contains($0) }) else {
            return false
        }
        return bytes.count == 5 || bytes[5] == UInt8(ascii: ".")
    }

    private static let homes =
        [["", "home", ""], ["", "Users", ""]].map { Array($0.joined(separator: "/").utf8) } + [
            Array("\\Users\\".utf8)
        ]
    private static let placeholders: Set<String> = [
        "user", "username", "you", "name", "me", "<user>", "$user", "...", "shared", "public",
    ]

    /// The end of a home directory: `home` or `Users`, and a name. The placeholders of documents are no one's.
    private static func homeEnd(_ bytes: [UInt8], at index: Int) -> Int? {
        guard let home = homes.first(where: { bytes[index...].starts(with: $0) }) else { return nil }
        guard index == 0 || !bytes[index - 1].isASCIIWord || bytes[index] == 0x5C else { return nil }
        let start = index + home.count
        var end = start
        while end < bytes.count,
            bytes[end].isASCIIWord || bytes[end] == 0x2D || bytes[end] == 0x5F || bytes[end] == 0x2E
        {
            end += 1
        }
        while end > start, bytes[end - 1] == 0x2E { end -= 1 }
        let name = String(decoding: bytes[start..<end], as: UTF8.self).lowercased()
        return end > start && !placeholders.contains(name) ? end : nil
    }

    /// An e-mail address or the remote of a repository around an at sign. Names that RFC 2606 keeps for examples are no one's.
    private static func address(_ bytes: [UInt8], around at: Int) -> (EnvironmentCategory, Range<Int>)? {
        func isLocal(_ byte: UInt8) -> Bool { byte.isASCIIWord || [0x2E, 0x2D, 0x5F, 0x2B, 0x25].contains(byte) }
        var start = at
        while start > 0, at - start < 64, isLocal(bytes[start - 1]) { start -= 1 }
        var end = at + 1
        var hasDot = false
        while end < bytes.count, end - at <= 253, bytes[end].isASCIIWord || bytes[end] == 0x2D || bytes[end] == 0x2E {
            if bytes[end] == 0x2E, end + 1 < bytes.count, bytes[end + 1].isASCIIWord { hasDot = true }
            end += 1
        }
        while end > at + 1, bytes[end - 1] == 0x2E || bytes[end - 1] == 0x2D { end -= 1 }
        guard start < at, hasDot, end - at >= 4 else { return nil }
        if end + 1 < bytes.count, bytes[end] == 0x3A, bytes[end + 1].isASCIIWord || bytes[end + 1] == 0x2F {
            let stop = bytes[end...].firstIndex { $0 <= 0x20 || $0 == 0x22 || $0 == 0x27 } ?? bytes.count
            return (.repository, start..<min(stop, end + 256))
        }
        let host = String(decoding: bytes[(at + 1)..<end], as: UTF8.self).lowercased()
        let examples = ["example.com", "example.org", "example.net"]
        return examples.contains(host) || host.hasPrefix("noreply") ? nil : (.email, start..<end)
    }

    /// The end of an IPv4 address of RFC 1918 at `index`.
    private static func privateAddressEnd(_ bytes: [UInt8], at index: Int) -> Int? {
        var parts: [Int] = []
        var position = index
        while parts.count < 4 {
            let start = position
            var value = 0
            while position < bytes.count, position - start < 3, (0x30...0x39).contains(bytes[position]) {
                value = value * 10 + Int(bytes[position]) - 0x30
                position += 1
            }
            guard position > start, value <= 255 else { return nil }
            parts.append(value)
            if parts.count < 4 {
                guard position < bytes.count, bytes[position] == 0x2E else { return nil }
                position += 1
            }
        }
        if position < bytes.count, bytes[position].isASCIIWord { return nil }
        let isPrivate =
            parts[0] == 10 || (parts[0] == 192 && parts[1] == 168) || (parts[0] == 172 && (16...31).contains(parts[1]))
        return isPrivate ? position : nil
    }
}
