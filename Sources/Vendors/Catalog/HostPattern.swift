/// A host name of the catalog and the manner in which it matches, checked when made.
///
/// Names are ASCII in lower case without a trailing dot; a name beyond ASCII is in its A-label form, `xn--...`
/// (RFC 5890 section 2.3.2.1), so that no look-alike letter can hide in a file.
public struct HostPattern: Hashable, Sendable {
    /// The manner of matching.
    public enum Kind: String, Sendable, CaseIterable {
        /// This name alone.
        case exact
        /// This name and every name below it, by label: `anthropic.com` and `api.anthropic.com`, not `notanthropic.com`.
        case suffix
        /// One star matches a whole label or a part of one: `bedrock-runtime.*.amazonaws.com`, `model-*.api.baseten.co`.
        case wildcard
    }

    /// Why a text is no pattern.
    public enum SyntaxError: Error, Equatable, Sendable {
        /// Empty, too long, an empty label, or a byte that no host name has.
        case malformed(String)
        /// A letter beyond ASCII.
        case notASCII
        /// One label alone, or an address.
        case tooBroad
        /// A star outside a wildcard, two in one label, none in a wildcard, or one in the last two labels.
        case wildcard(String)
    }

    /// The manner of matching.
    public let kind: Kind
    /// The name in lower case.
    public let name: String

    /// Checks `text` and makes it a pattern; throws what is wrong with it.
    public init(_ kind: Kind, _ text: String) throws(SyntaxError) {
        if kind != .wildcard, Self.isPlainName(text.utf8) {
            self.kind = kind
            self.name = text
            return
        }
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 < 0x80 }) else { throw .notASCII }
        guard !bytes.isEmpty, bytes.count <= Self.maximumLength else {
            throw .malformed("a host name has 1 to \(Self.maximumLength) bytes")
        }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        for label in labels { try Self.check(label, of: kind) }
        guard let last = labels.last, labels.count >= 2, !last.allSatisfy(Self.isDigit) else { throw .tooBroad }
        if kind == .wildcard {
            guard bytes.contains(Self.star) else { throw .wildcard("has no '*'; use 'exact' or 'suffix'") }
            guard labels.count >= 3, !labels.suffix(2).contains(where: { $0.contains(Self.star) }) else {
                throw .wildcard("must end in two labels without '*'")
            }
        }
        self.kind = kind
        self.name = text
    }

    /// The longest name in bytes, without the trailing dot (RFC 1035 section 2.3.4).
    public static let maximumLength = 253
    /// The longest label in bytes (RFC 1035 section 2.3.4).
    static let maximumLabelLength = 63
    static let star = UInt8(ascii: "*")

    /// Whether the bytes are a name of two labels or more without a star, in one pass: most names are. Others may be names still.
    private static func isPlainName(_ bytes: String.UTF8View) -> Bool {
        var (labels, length, last) = (1, 0, UInt8(ascii: "."))
        var total = 0
        for byte in bytes {
            total += 1
            if byte == UInt8(ascii: ".") {
                guard length > 0, last != UInt8(ascii: "-") else { return false }
                (labels, length) = (labels + 1, 0)
            } else {
                let isLeadingHyphen = length == 0 && byte == UInt8(ascii: "-")
                guard isLowerCaseNameByte(byte), length < maximumLabelLength, !isLeadingHyphen else { return false }
                length += 1
            }
            last = byte
        }
        // A last label that ends in a letter is not made of digits alone.
        return labels >= 2 && total <= maximumLength && length > 0 && (0x61...0x7A).contains(last)
    }

    private static func check(_ label: ArraySlice<UInt8>, of kind: Kind) throws(SyntaxError) {
        guard !label.isEmpty, label.count <= maximumLabelLength else {
            throw .malformed("each label has 1 to \(maximumLabelLength) bytes")
        }
        guard label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-") else {
            throw .malformed("a label neither begins nor ends with '-'")
        }
        let stars = label.count(where: { $0 == star })
        guard stars == 0 || kind == .wildcard else { throw .wildcard("'*' is allowed only in a 'wildcard'") }
        guard stars <= 1 else { throw .wildcard("a label may have at most one '*'") }
        guard label.allSatisfy({ isLowerCaseNameByte($0) || $0 == star }) else {
            throw .malformed("a host name is made of a-z, 0-9, '-', '_' and '.'")
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLowerCaseNameByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x61...0x7A).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
}
