import Foundation

/// One line of the chain file beside a log file: `events-….chain` beside `events-….jsonl`.
enum EvidenceRecord: Equatable, Sendable {
    /// The log file begins, after another or as the first.
    case begin(Begin)
    /// What a run found in the directory at its start: files without a seal, and why it begins a new chain if it does.
    case found(Found)
    /// Lines were written.
    case lines(Lines)
    /// Older files are removed once this file is sealed, because there are too many or too much.
    case removed(Removed)
    /// The file has ended, and a key signs it and all that came before.
    case seal(Seal)

    struct Begin: Codable, Equatable, Sendable {
        /// The form of these files: 1.
        var version = 1
        /// The log file's name.
        var file: String
        /// The sealed file before it, of this run or an earlier one; `nil` for the first of a chain.
        var previous: String?
        /// The chain at the end of that file.
        var chain: String
        /// The public key of the sensor that writes, in hexadecimal digits.
        var publicKey: String
    }

    struct Found: Codable, Equatable, Sendable {
        /// A file that was there and was not continued.
        struct File: Codable, Equatable, Sendable {
            var file: String
            /// The lines that its records count.
            var lines: Int
            /// The chain at its end, as its records say.
            var chain: String
        }

        /// Those files, in the order of their names.
        var files: [File]
        /// Why the run begins a new chain although there are earlier files; `nil` if it continues one.
        var reason: String?
        var chain: String

        /// What the chain takes of the record.
        var content: [UInt8] {
            Array("F\(reason ?? "")\n".utf8) + files.flatMap { Array("\($0.file)\n\($0.lines)\n\($0.chain)\n".utf8) }
        }
    }

    struct Lines: Codable, Equatable, Sendable {
        var lines: Int
        var bytes: Int
        var marks: String
        var chain: String
    }

    struct Removed: Codable, Equatable, Sendable {
        var files: [String]
        var chain: String
    }

    struct Seal: Codable, Equatable, Sendable {
        /// All lines and bytes of the file.
        var lines: Int
        var bytes: Int
        /// The time of the newest event by then, RFC 3339.
        var time: String
        var chain: String
        /// Of `message(file:)`, Ed25519, in hexadecimal digits.
        var signature = ""

        /// What is signed.
        func message(file: String) -> [UInt8] {
            Array("egret-seal-1\n\(file)\n\(lines)\n\(bytes)\n\(time)\n\(chain)\n".utf8)
        }
    }

    /// The chain after the record, as it says.
    var chain: String {
        switch self {
        case .begin(let begin): begin.chain
        case .found(let found): found.chain
        case .lines(let lines): lines.chain
        case .removed(let removed): removed.chain
        case .seal(let seal): seal.chain
        }
    }
}

extension EvidenceRecord: Codable {
    private enum Key: String, CodingKey { case begin, found, lines, removed, seal }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch container.allKeys.first {
        case .begin: self = .begin(try container.decode(Begin.self, forKey: .begin))
        case .found: self = .found(try container.decode(Found.self, forKey: .found))
        case .lines: self = .lines(try container.decode(Lines.self, forKey: .lines))
        case .removed: self = .removed(try container.decode(Removed.self, forKey: .removed))
        case .seal: self = .seal(try container.decode(Seal.self, forKey: .seal))
        case nil:
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no record of a chain"))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .begin(let begin): try container.encode(begin, forKey: .begin)
        case .found(let found): try container.encode(found, forKey: .found)
        case .lines(let lines): try container.encode(lines, forKey: .lines)
        case .removed(let removed): try container.encode(removed, forKey: .removed)
        case .seal(let seal): try container.encode(seal, forKey: .seal)
        }
    }

    /// The record as a line; `nil` if the encoder fails, which it has no reason to.
    var line: [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return (try? encoder.encode(self)).map { Array($0) + [UInt8(ascii: "\n")] }
    }

    /// The record that `line` is, without its line feed.
    init?(line: some Collection<UInt8>) {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let record = try? decoder.decode(Self.self, from: Data(line)) else { return nil }
        self = record
    }
}
