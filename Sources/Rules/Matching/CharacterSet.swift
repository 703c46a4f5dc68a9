/// A set of characters: ranges, or everything outside them.
struct CharacterSet: Hashable, Sendable {
    /// The ranges.
    var ranges: [ClosedRange<UInt32>]
    /// Whether the set is what lies outside the ranges.
    var isNegated = false

    /// Whether `scalar` is in the set.
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        ranges.contains { $0.contains(scalar.value) } != isNegated
    }

    /// Every character.
    static let any = CharacterSet(ranges: [], isNegated: true)
    /// The set of one class letter: `d`, `w`, `s`, in capitals for what lies outside.
    static func named(_ letter: Unicode.Scalar) -> CharacterSet? {
        switch letter {
        case "d", "D": CharacterSet(ranges: [0x30...0x39], isNegated: letter == "D")
        case "w", "W":
            CharacterSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A], isNegated: letter == "W")
        case "s", "S": CharacterSet(ranges: [0x09...0x0D, 0x20...0x20], isNegated: letter == "S")
        default: nil
        }
    }
}
