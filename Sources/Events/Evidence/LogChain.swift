import Crypto

/// The running value of a log's hash chain: SHA-256 over everything that was written, in its order.
///
/// A line is taken by its digest, line feed included. With `|` for concatenation and `c` for the value before:
/// a file begins with `SHA-256("egret-log-1\n" | name | "\n" | previous | "\n")`, lines make it
/// `SHA-256(c | "L" | digest | digest …)`, files that were removed `SHA-256(c | "R" | name | "\n" | name …)`, and files that
/// were found `SHA-256(c | "F" | reason | "\n" | name | "\n" | lines | "\n" | chain | "\n" …)`.
struct LogChain: Equatable, Sendable {
    /// The bytes of a digest.
    static var digestBytes: Int { SHA256.byteCount }

    /// The value now, 32 bytes.
    private(set) var value: [UInt8]

    /// The value where nothing came before.
    static var origin: LogChain { LogChain(value: [UInt8](repeating: 0, count: digestBytes)) }

    private init(value: [UInt8]) {
        self.value = value
    }

    /// The value that is written as hexadecimal digits; `nil` if it is no such.
    init?(hexadecimal text: String) {
        guard let value = Hexadecimal.bytes(text), value.count == Self.digestBytes else { return nil }
        self.init(value: value)
    }

    /// The value as hexadecimal digits.
    var hexadecimal: String { Hexadecimal.text(value) }

    /// The value with which the file called `name` begins, after this one.
    func beginning(file name: String) -> LogChain {
        LogChain(value: Array(SHA256.hash(data: Array("egret-log-1\n\(name)\n\(hexadecimal)\n".utf8))))
    }

    /// The value after files called `names` were removed.
    func removing(files names: [String]) -> LogChain {
        var hash = SHA256()
        hash.update(data: value)
        hash.update(data: Array("R\(names.joined(separator: "\n"))".utf8))
        return LogChain(value: Array(hash.finalize()))
    }

    /// The value after the record `found`.
    func finding(_ found: EvidenceRecord.Found) -> LogChain {
        var hash = SHA256()
        hash.update(data: value)
        hash.update(data: found.content)
        return LogChain(value: Array(hash.finalize()))
    }

    /// Lines on their way into the chain.
    struct Lines: Sendable {
        /// The first bytes of each line's digest, by which a verifier finds the line that differs; of the first
        /// `markedLines` only.
        private(set) var marks: [UInt8] = []
        /// The lines.
        private(set) var count = 0
        /// Their bytes.
        private(set) var bytes = 0
        private var hash = SHA256()

        /// Lines behind `chain`.
        init(after chain: LogChain) {
            hash.update(data: chain.value)
            hash.update(data: [UInt8(ascii: "L")])
        }

        /// Takes a line, with its line feed. Cost: two digests of SHA-256, of the line and of 32 bytes.
        mutating func add(_ line: ArraySlice<UInt8>) {
            let digest = Array(SHA256.hash(data: line))
            hash.update(data: digest)
            if count < Self.markedLines { marks += digest.prefix(Self.markBytes) }
            count += 1
            bytes += line.count
        }

        /// The value behind these lines.
        var chain: LogChain { LogChain(value: Array(hash.finalize())) }

        /// The bytes of a mark.
        static var markBytes: Int { 4 }
        /// The most lines that have one; a bound for lines that wait because the disk is full.
        static var markedLines: Int { 65_536 }
    }
}

/// Bytes as hexadecimal digits, in lower case.
enum Hexadecimal {
    /// The digits of `bytes`.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes that `text` spells; `nil` if it is no even number of digits.
    static func bytes(_ text: String) -> [UInt8]? {
        let digits = text.utf8.map { digit -> UInt8? in
            switch digit {
            case 0x30...0x39: digit - 0x30
            case 0x61...0x66: digit - 0x57
            default: nil
            }
        }
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
