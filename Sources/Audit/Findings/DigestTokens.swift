import ByteScanning
import Bytes

/// The values of a request that could be checksums, found by the first bytes of a digest.
struct DigestTokens {
    /// One such value.
    struct Token {
        var field: Field
        /// The digits or characters.
        var text: [UInt8]
        var isBase64: Bool
        var isWhole = false
    }

    private var byPrefix: [[UInt8]: [Token]] = [:]
    /// The first four bytes of the digests that the tokens may be: nearly every digest is ruled out by one look-up.
    private(set) var heads: Set<UInt32> = []
    /// The checksums that a token may be of, by its length.
    private(set) var checksums: Set<Checksum> = []
    private var count = 0

    var isEmpty: Bool { byPrefix.isEmpty }
    /// Whether a token is in the target or the header section.
    private(set) var isOutsideBody = false

    /// The bytes that a token is made of: those of digits and of both alphabets of base64.
    private static let signs = Base64Text.signs
    private static let digits = ByteSet("0123456789abcdefABCDEF".utf8)

    /// Adds the tokens of a field: the whole value, or what follows an equals sign in it.
    mutating func add(_ field: Field) {
        guard case .text(let text) = field.value, (8...4096).contains(text.utf8.count), count < 100_000 else { return }
        let bytes = text.utf8.span.raw
        let signs = Self.signs
        var start = 0
        // A token has eight bytes or more: the last of them is looked at first, and a shorter word is passed over in one step.
        while start &+ 8 <= bytes.byteCount {
            var probe = start &+ 7
            while probe >= start, let byte = bytes.byte(at: probe), signs.contains(byte) { probe &-= 1 }
            if probe >= start {
                start = probe &+ 1
                continue
            }
            var end = start &+ 8
            while let byte = bytes.byte(at: end), signs.contains(byte) { end &+= 1 }
            add(bytes, start..<end, field)
            start = end &+ 1
        }
    }

    private mutating func add(_ bytes: RawSpan, _ range: Range<Int>, _ field: Field) {
        addToken(bytes.clamped(range), field)
        if let equals = bytes.firstIndex(of: UInt8(ascii: "="), in: range), range.upperBound - equals > 8 {
            addToken(bytes.clamped((equals + 1)..<range.upperBound), field)
        }
    }

    private mutating func addToken(_ text: RawSpan, _ field: Field) {
        if (8...128).contains(text.byteCount), text.consists(of: Self.digits) {
            let lower = text.copied().map(\.lowercasedASCII)
            // A word or a decimal number is not taken for a digest that happens to begin so: 32 bits must agree.
            heads.insert(lower.prefix(8).reduce(0) { $0 << 4 | UInt32($1.hexadecimalDigit ?? 0) })
            for checksum in Checksum.allCases where checksum.length * 2 >= lower.count { checksums.insert(checksum) }
            insert(Token(field: field, text: lower, isBase64: false), under: Array(lower.prefix(8)))
        } else if let checksum = Self.checksum(ofBase64: text) {
            let text = text.copied()
            guard let plain = Base64Text.decode(text) else { return }
            heads.insert(plain.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
            checksums.insert(checksum)
            insert(Token(field: field, text: text, isBase64: true), under: Array(text.prefix(16)))
        }
    }

    /// The checksum that a text of base64 may be the whole of, by its length: a prefix is not looked for.
    private static func checksum(ofBase64 text: RawSpan) -> Checksum? {
        guard (22...88).contains(text.byteCount) else { return nil }
        var count = text.byteCount
        while text.byte(at: count - 1) == UInt8(ascii: "=") { count -= 1 }
        switch count {
        case 22: return .md5
        case 27: return .sha1
        case 43: return .sha256
        case 86: return .sha512
        default: return nil
        }
    }

    private mutating func insert(_ token: Token, under key: [UInt8]) {
        count += 1
        if !token.field.path.hasPrefix("body") { isOutsideBody = true }
        byPrefix[key, default: []].append(token)
    }

    /// The tokens that are `digest` or a prefix of it.
    func matching(_ digest: [UInt8]) -> [Token] {
        let digits = Array(digest.hexadecimalText.utf8)
        var found: [Token] = []
        for var token in byPrefix[Array(digits.prefix(8))] ?? [] where digits.starts(with: token.text) {
            token.isWhole = digits.count == token.text.count
            found.append(token)
        }
        guard digest.count >= 16 else { return found }
        for isURL in [false, true] {
            let encoded = Base64Text.encode(digest, isURL: isURL)
            let bare = encoded.filter { $0 != 0x3D }
            for var token in byPrefix[Array(encoded.prefix(16))] ?? [] where token.isBase64 {
                guard token.text.filter({ $0 != 0x3D }) == bare else { continue }
                token.isWhole = true
                found.append(token)
            }
            if !encoded.contains(where: { $0 == 0x2B || $0 == 0x2F || $0 == 0x2D || $0 == 0x5F }) { break }
        }
        return found
    }
}
