/// A JA4 fingerprint, or a family of them: `t13d1713h1_5b57614c22b0_7f527383e249`, `t13d15??h2_8daaf6152771_*`.
///
/// In the first section `?` matches one character, the third may be `*`. The second, the digest of the cipher suites,
/// is always whole: without it a pattern would take stacks that have nothing in common. The form is FoxIO's
/// `technical_details/JA4.md`.
public struct JA4Pattern: Hashable, Sendable {
    /// Why a text is no pattern.
    public enum SyntaxError: Error, Equatable, Sendable {
        /// It does not have the form; what is wrong with it.
        case malformed(String)
        /// It leaves the cipher suites open.
        case tooBroad
    }

    /// The pattern as it is written.
    public let text: String
    private let prefix: [UInt8]
    /// The digest of the cipher suites.
    let suites: String
    private let extensions: [UInt8]

    /// Reads `text`.
    public init(_ text: String) throws(SyntaxError) {
        let sections = text.split(separator: "_", omittingEmptySubsequences: false).map { Array($0.utf8) }
        guard sections.count == 3 else { throw .malformed("it has three sections with '_' between them") }
        let (prefix, suites, extensions) = (sections[0], sections[1], sections[2])
        guard Self.isPrefix(prefix) else {
            throw .malformed("its first section is like 't13d1516h2', with '?' for any one character")
        }
        guard !suites.contains(Self.one), !suites.contains(Self.any) else { throw .tooBroad }
        guard Self.isDigest(suites) else { throw .malformed("its second section is 12 hexadecimal digits") }
        guard extensions == [Self.any] || Self.isDigest(extensions) else {
            throw .malformed("its third section is 12 hexadecimal digits, or '*'")
        }
        self.text = text
        self.prefix = prefix
        self.suites = String(decoding: suites, as: UTF8.self)
        self.extensions = extensions
    }

    /// A pattern in place of one that could not be read; it matches no fingerprint.
    init() {
        (text, prefix, suites, extensions) = ("", [], "", [])
    }

    /// Whether it takes one fingerprint alone.
    public var isExact: Bool { !prefix.contains(Self.one) && extensions != [Self.any] }

    /// How many characters it fixes: of two patterns that match, the one that fixes more is the nearer.
    var weight: Int { prefix.count { $0 != Self.one } + (extensions == [Self.any] ? 0 : extensions.count) }

    /// Whether it takes the fingerprint `ja4`. Allocates nothing.
    public func matches(_ ja4: String) -> Bool {
        let bytes = ja4.utf8
        guard bytes.count == Self.length else { return false }
        var index = bytes.startIndex
        for expected in prefix {
            guard expected == Self.one || expected == bytes[index] else { return false }
            index = bytes.index(after: index)
        }
        let rest = bytes[bytes.index(after: index)...]
        guard bytes[index] == Self.separator, rest.prefix(12).elementsEqual(suites.utf8) else { return false }
        return extensions == [Self.any] || rest.suffix(12).elementsEqual(extensions)
    }

    /// The digest of the cipher suites of the fingerprint `ja4`; `nil` if it has not the form of one.
    static func suites(of ja4: String) -> Substring? {
        let bytes = ja4.utf8
        guard bytes.count == length else { return nil }
        let rest = bytes.dropFirst(10)
        return rest.first == separator ? Substring(rest.dropFirst().prefix(12)) : nil
    }

    private static var length: Int { 36 }
    private static var one: UInt8 { UInt8(ascii: "?") }
    private static var any: UInt8 { UInt8(ascii: "*") }
    private static var separator: UInt8 { UInt8(ascii: "_") }

    /// Transport, version, server name, two counts of two digits, two characters of ALPN.
    private static func isPrefix(_ bytes: [UInt8]) -> Bool {
        guard bytes.count == 10 else { return false }
        let classes: [(UInt8) -> Bool] =
            [{ "tqd".utf8.contains($0) }, isLetterOrDigit, isLetterOrDigit, { "di".utf8.contains($0) }]
            + Array(repeating: isDigit, count: 4) + Array(repeating: isLetterOrDigit, count: 2)
        return zip(bytes, classes).allSatisfy { $0 == one || $1($0) }
    }

    private static func isDigest(_ bytes: [UInt8]) -> Bool {
        bytes.count == 12 && bytes.allSatisfy { isDigit($0) || (0x61...0x66).contains($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
    }
}
