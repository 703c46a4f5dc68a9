import ByteScanning
import Bytes

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
        let bytes = text.utf8.span.raw
        if let end = zoneEnd(bytes, at: 0), end == bytes.byteCount { return .timeZone }
        if isLocale(bytes) { return .locale }
        return (3...7).contains(bytes.byteCount) ? exact[text.lowercased()] : nil
    }

    /// Values that are categories by themselves, in lower case, of 3 to 7 bytes.
    private static let exact: [String: EnvironmentCategory] = [
        "linux": .operatingSystem, "darwin": .operatingSystem, "win32": .operatingSystem, "macos": .operatingSystem,
        "windows": .operatingSystem, "freebsd": .operatingSystem, "x64": .architecture, "x86_64": .architecture,
        "amd64": .architecture, "arm64": .architecture, "aarch64": .architecture,
    ]

    /// The values inside a longer text, of which `places` are those where one may begin (`TextPlaces.facts`).
    static func hits(in bytes: RawSpan, at places: [Int]) -> [Hit] {
        var hits: [Hit] = []
        var counts: [EnvironmentCategory: Int] = [:]
        var passed = 0
        for place in places where place >= passed {
            guard let (category, range) = value(bytes, at: place) else { continue }
            counts[category, default: 0] += 1
            if counts[category, default: 0] <= most {
                let text = bytes.text(range)
                hits.append(Hit(category: category, offset: range.lowerBound, text: text))
            }
            passed = range.upperBound
        }
        return hits
    }

    /// Whether a value may begin at `index`, by the byte there and its neighbors: a path, an at sign, the area of a time zone, or a
    /// private address.
    static func mayBegin(_ bytes: RawSpan, at index: Int) -> Bool {
        guard let byte = bytes.byte(at: index), let next = bytes.byte(at: index + 1) else { return false }
        let before = bytes.byte(at: index - 1)
        switch byte {
        case UInt8(ascii: "/"): return next == UInt8(ascii: "h") || next == UInt8(ascii: "U")
        case UInt8(ascii: "\\"): return next == UInt8(ascii: "U")
        case UInt8(ascii: "@"): return true
        case UInt8(ascii: "A"), UInt8(ascii: "E"), UInt8(ascii: "I"), UInt8(ascii: "P"):
            return before?.isASCIIWord != true && areas.contains { bytes.hasASCII($0, at: index) }
        // Of the networks of RFC 1918.
        case UInt8(ascii: "1"):
            return (next == 0x30 || next == 0x37 || next == 0x39) && before?.isASCIIWord != true && before != 0x2E
        default: return false
        }
    }

    private static func value(_ bytes: RawSpan, at index: Int) -> (EnvironmentCategory, Range<Int>)? {
        guard mayBegin(bytes, at: index) else { return nil }
        switch bytes.byte(at: index) {
        case UInt8(ascii: "/"), UInt8(ascii: "\\"): return homeEnd(bytes, at: index).map { (.home, index..<$0) }
        case UInt8(ascii: "@"): return address(bytes, around: index)
        case UInt8(ascii: "1"): return privateAddressEnd(bytes, at: index).map { (.networkAddress, index..<$0) }
        default: return zoneEnd(bytes, at: index).map { (.timeZone, index..<$0) }
        }
    }

    private static let areas: [StaticString] = [
        "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
        "Pacific/",
    ]

    /// The end of a name of the IANA time zone database at `index`: an area, a slash, and words that begin with a capital.
    private static func zoneEnd(_ bytes: RawSpan, at index: Int) -> Int? {
        guard let area = areas.first(where: { bytes.hasASCII($0, at: index) }) else { return nil }
        var end = index + area.utf8CodeUnitCount
        guard let first = bytes.byte(at: end), (0x41...0x5A).contains(first) else { return nil }
        while let byte = bytes.byte(at: end), byte.isASCIIWord || byte == 0x5F || byte == 0x2D || byte == 0x2F {
            end += 1
        }
        while end > index, let last = bytes.byte(at: end - 1), last == 0x2D || last == 0x2F { end -= 1 }
        return end - index >= area.utf8CodeUnitCount + 3 ? end : nil
    }

    /// `en-US`, `de_DE.UTF-8`.
    private static func isLocale(_ bytes: RawSpan) -> Bool {
        guard let first = bytes.byte(at: 0), let second = bytes.byte(at: 1), let mark = bytes.byte(at: 2),
            let third = bytes.byte(at: 3), let fourth = bytes.byte(at: 4)
        else { return false }
        guard (0x61...0x7A).contains(first), (0x61...0x7A).contains(second), mark == 0x2D || mark == 0x5F else {
            return false
        }
        guard (0x41...0x5A).contains(third), (0x41...0x5A).contains(fourth) else { return false }
        return bytes.byteCount == 5 || bytes.byte(at: 5) == UInt8(ascii: ".")
    }

    /// What follows the first separator of a home directory; the last one after a backslash.
    private static let homes: [StaticString] = ["home/", "Users/", "Users\\"]
    private static let placeholders: Set<String> = [
        "user", "username", "you", "name", "me", "<user>", "$user", "...", "shared", "public",
    ]

    /// The end of a home directory: `home` or `Users`, and a name. The placeholders of documents are no one's.
    private static func homeEnd(_ bytes: RawSpan, at index: Int) -> Int? {
        let isBackslash = bytes.byte(at: index) == UInt8(ascii: "\\")
        let names = isBackslash ? homes.suffix(1) : homes.prefix(2)
        guard let home = names.first(where: { bytes.hasASCII($0, at: index + 1) }) else { return nil }
        guard bytes.byte(at: index - 1)?.isASCIIWord != true || isBackslash else { return nil }
        let start = index + 1 + home.utf8CodeUnitCount
        var end = start
        while let byte = bytes.byte(at: end), byte.isASCIIWord || byte == 0x2D || byte == 0x5F || byte == 0x2E {
            end += 1
        }
        while end > start, bytes.byte(at: end - 1) == 0x2E { end -= 1 }
        let name = bytes.text(start..<end).lowercased()
        return end > start && !placeholders.contains(name) ? end : nil
    }

    /// An e-mail address or the remote of a repository around an at sign. Names that RFC 2606 keeps for examples are no one's.
    private static func address(_ bytes: RawSpan, around at: Int) -> (EnvironmentCategory, Range<Int>)? {
        var start = at
        while at - start < 64, let byte = bytes.byte(at: start - 1), isLocal(byte) { start -= 1 }
        var end = at + 1
        var hasDot = false
        while end - at <= 253, let byte = bytes.byte(at: end), byte.isASCIIWord || byte == 0x2D || byte == 0x2E {
            if byte == 0x2E, bytes.byte(at: end + 1)?.isASCIIWord == true { hasDot = true }
            end += 1
        }
        while end > at + 1, bytes.byte(at: end - 1) == 0x2E || bytes.byte(at: end - 1) == 0x2D { end -= 1 }
        guard start < at, hasDot, end - at >= 4 else { return nil }
        if bytes.byte(at: end) == 0x3A, let next = bytes.byte(at: end + 1), next.isASCIIWord || next == 0x2F {
            var stop = end
            while stop < end + 256, let byte = bytes.byte(at: stop), byte > 0x20, byte != 0x22, byte != 0x27 {
                stop += 1
            }
            return (.repository, start..<stop)
        }
        let host = bytes.text((at + 1)..<end).lowercased()
        let examples = ["example.com", "example.org", "example.net"]
        return examples.contains(host) || host.hasPrefix("noreply") ? nil : (.email, start..<end)
    }

    /// Whether a byte may be in the local part of an address.
    private static func isLocal(_ byte: UInt8) -> Bool {
        byte.isASCIIWord || byte == 0x2E || byte == 0x2D || byte == 0x5F || byte == 0x2B || byte == 0x25
    }

    /// The end of an IPv4 address of RFC 1918 at `index`.
    private static func privateAddressEnd(_ bytes: RawSpan, at index: Int) -> Int? {
        var parts: [Int] = []
        var position = index
        while parts.count < 4 {
            let start = position
            var value = 0
            while position - start < 3, let byte = bytes.byte(at: position), (0x30...0x39).contains(byte) {
                value = value * 10 + Int(byte) - 0x30
                position += 1
            }
            guard position > start, value <= 255 else { return nil }
            parts.append(value)
            if parts.count < 4 {
                guard bytes.byte(at: position) == 0x2E else { return nil }
                position += 1
            }
        }
        if bytes.byte(at: position)?.isASCIIWord == true { return nil }
        let isPrivate =
            parts[0] == 10 || (parts[0] == 192 && parts[1] == 168) || (parts[0] == 172 && (16...31).contains(parts[1]))
        return isPrivate ? position : nil
    }
}
