/// A quick look at a file before it is composed, for what would make composing it costly.
///
/// It knows nothing of quotes, so that it may count a character inside a string too: it can only be too strict.
struct YAMLIndicators {
    /// The aliases (`*name`).
    private(set) var aliases = 0
    /// The offset of the first anchor (`&name`).
    private(set) var firstAnchor: Int?
    /// The deepest nesting of brackets and of `- - -` and `? ? ?`.
    private(set) var depth = 0

    /// Counts in one pass over `bytes`.
    init(of bytes: [UInt8]) {
        var brackets = 0
        var dashes = 0
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "*") where Self.startsToken(index, bytes): aliases += 1
            case UInt8(ascii: "&") where Self.startsToken(index, bytes): firstAnchor = firstAnchor ?? index
            case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
            case UInt8(ascii: "-"), UInt8(ascii: "?"):
                dashes = bytes[checked: index + 1].map { $0 <= 0x20 } ?? false ? dashes + 1 : 0
            case UInt8(ascii: " "): continue
            default: dashes = 0
            }
            depth = max(depth, brackets, dashes)
        }
    }

    /// Whether an indicator at `index` begins a token: something ends before it, and a name follows.
    private static func startsToken(_ index: Int, _ bytes: [UInt8]) -> Bool {
        guard let next = bytes[checked: index + 1], next > 0x20, next != UInt8(ascii: "*") else { return false }
        guard let previous = bytes[checked: index - 1] else { return true }
        let isWord =
            (0x30...0x39).contains(previous) || (0x41...0x5A).contains(previous) || (0x61...0x7A).contains(previous)
        return !isWord && ![UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "*")].contains(previous)
    }
}
