import ByteScanning
import Bytes

/// The places of a text at which something that a rule looks for may be, found in one pass over its UTF-8.
///
/// A table says of each byte what it may begin, and of each byte what it may continue; a place is one where two bytes in a row
/// agree. What is there is for the rules to decide: none of their places is left out, and few others are in.
/// Cost: one look-up a byte; memory for the places alone, which are few in ordinary text and code.
struct TextPlaces {
    /// Apostrophes and backticks of ASCII before a letter or a character outside ASCII.
    private(set) var apostrophes: [Int] = []
    /// Numbers of four digits or more that begin with 1 or 2.
    private(set) var years: [Int] = []
    /// The word `Today`.
    private(set) var todays: [Int] = []
    /// What a fact about the machine may begin with, for `EnvironmentValues`.
    private(set) var facts: [Int] = []
    /// The last bytes before line ends that are a space, a tab or a carriage return.
    private(set) var blankEnds: [Int] = []
    /// Whether a space is beside a tab.
    private(set) var hasMixedBlanks = false

    /// The places of `text`, which is UTF-8.
    init(_ text: RawSpan) {
        Self.pairs.forEachPlace(in: text) { kinds, index in note(Kinds(rawValue: kinds), text, index) }
    }

    /// What a byte may be part of.
    private struct Kinds: OptionSet {
        let rawValue: UInt32
        static let number = Kinds(rawValue: 1)
        static let zone = Kinds(rawValue: 2)
        static let today = Kinds(rawValue: 4)
        static let directory = Kinds(rawValue: 8)
        static let address = Kinds(rawValue: 16)
        static let apostrophe = Kinds(rawValue: 32)
        static let mixedBlanks = Kinds(rawValue: 64)
        static let otherMixedBlanks = Kinds(rawValue: 128)
        static let blankEnd = Kinds(rawValue: 256)
    }

    private static let pairs: BytePairs = {
        var pairs = BytePairs()
        let letters = (0..<128).map { UInt8($0) }.filter { (0x61...0x7A).contains($0 | 0x20) }
        pairs.add(Kinds.number.rawValue, "12".utf8, "0123456789".utf8)
        pairs.add(Kinds.zone.rawValue, "AEIP".utf8, "afmnrstu".utf8)
        pairs.add(Kinds.today.rawValue, "T".utf8, "o".utf8)
        pairs.add(Kinds.directory.rawValue, "/\\".utf8, "hU".utf8)
        pairs.add(Kinds.address.rawValue, "@".utf8, letters + Array("0123456789-.".utf8))
        pairs.add(Kinds.apostrophe.rawValue, "'`".utf8, letters + (0x80...0xFF))
        pairs.add(Kinds.mixedBlanks.rawValue, " ".utf8, "\t".utf8)
        pairs.add(Kinds.otherMixedBlanks.rawValue, "\t".utf8, " ".utf8)
        pairs.add(Kinds.blankEnd.rawValue, " \t\r".utf8, "\n".utf8)
        return pairs
    }()

    private mutating func note(_ kinds: Kinds, _ text: RawSpan, _ index: Int) {
        if kinds.contains(.apostrophe) { apostrophes.append(index) }
        if kinds.contains(.blankEnd) { blankEnds.append(index) }
        if !kinds.isDisjoint(with: [.mixedBlanks, .otherMixedBlanks]) { hasMixedBlanks = true }
        if kinds.contains(.today), text.hasASCII("Today", at: index) { todays.append(index) }
        if kinds.contains(.number) { noteNumber(text, index) }
        if !kinds.isDisjoint(with: [.zone, .directory, .address]), EnvironmentValues.mayBegin(text, at: index) {
            facts.append(index)
        }
    }

    private mutating func noteNumber(_ text: RawSpan, _ index: Int) {
        if EnvironmentValues.mayBegin(text, at: index) { facts.append(index) }
        guard !Self.isDigit(text.byte(at: index &- 1)) else { return }
        for offset in 1...3 where !Self.isDigit(text.byte(at: index &+ offset)) { return }
        years.append(index)
    }

    private static func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }
}
