import Crypto
import Foundation

/// A chain file, read: what it says, none of it believed yet.
struct ChainFile: Sendable {
    /// The name of the log file that it is beside.
    let log: String
    /// The first record.
    let begin: EvidenceRecord.Begin
    /// The records after it.
    let records: [EvidenceRecord]
    /// Whether its last line was cut, as when the run was killed.
    let isCut: Bool

    /// The chain file beside the log file called `log`, from its bytes; `nil` if it is not one, or is damaged.
    init?(_ data: Data, log: String) {
        var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // After the last line feed is an empty piece, or a line that was not finished.
        isCut = lines.popLast()?.isEmpty == false
        var records: [EvidenceRecord] = []
        for line in lines {
            guard line.count <= Self.lineLimit, let record = EvidenceRecord(line: line) else { return nil }
            records.append(record)
        }
        guard case .begin(let begin)? = records.first, begin.version == 1, LogChain(hexadecimal: begin.chain) != nil,
            begin.previous != nil || begin.chain == LogChain.origin.hexadecimal
        else { return nil }
        self.log = log
        self.begin = begin
        self.records = Array(records.dropFirst())
        guard isInOrder, self.records.allSatisfy(\.isUnambiguous) else { return nil }
    }

    /// A seal is the end, a beginning and what was found at it are not in the middle.
    private var isInOrder: Bool {
        for (index, record) in records.enumerated() {
            switch record {
            case .begin: return false
            case .found where index != 0: return false
            case .seal where index != records.count - 1 || isCut: return false
            default: continue
            }
        }
        return true
    }

    /// The seal, if the file has one. It is believed only after `SealState` has looked at it.
    var seal: EvidenceRecord.Seal? {
        if case .seal(let seal)? = records.last { seal } else { nil }
    }

    /// The chain at its end, as it says.
    var end: String? {
        records.last?.chain ?? LogChain(hexadecimal: begin.chain)?.beginning(file: begin.file).hexadecimal
    }

    /// The bytes of all lines that its records count.
    var bytes: Int { sum(\.bytes) }

    /// The lines that its records count.
    var lines: Int { sum(\.lines) }

    private func sum(_ member: KeyPath<EvidenceRecord.Lines, Int>) -> Int {
        records.reduce(0) { sum, record in
            guard case .lines(let lines) = record else { return sum }
            let (total, isOver) = sum.addingReportingOverflow(max(0, lines[keyPath: member]))
            return isOver ? .max : total
        }
    }

    /// The older files that the sensor removed after it wrote this one.
    var removed: [String] {
        records.flatMap { record -> [String] in
            if case .removed(let removed) = record { removed.files } else { [] }
        }
    }

    /// What its run found at its start.
    var found: EvidenceRecord.Found? {
        if case .found(let found)? = records.first { found } else { nil }
    }

    /// The marks of all lines, in their order; `nil` if some have none.
    var marks: [UInt32]? {
        var marks: [UInt32] = []
        for record in records {
            guard case .lines(let lines) = record else { continue }
            guard let bytes = Hexadecimal.bytes(lines.marks), bytes.count.isMultiple(of: LogChain.Lines.markBytes),
                bytes.count / LogChain.Lines.markBytes == lines.lines
            else {
                return nil
            }
            for start in stride(from: 0, to: bytes.count, by: LogChain.Lines.markBytes) {
                marks.append(bytes[start..<(start + LogChain.Lines.markBytes)].reduce(0) { $0 << 8 | UInt32($1) })
            }
        }
        return marks
    }

    /// The most bytes of a record. The longest that is written holds the marks of `LogChain.Lines.markedLines`.
    static var lineLimit: Int { 4 << 20 }
    /// The most bytes of a chain file that are read.
    static var limit: Int { 1 << 30 }
}

extension EvidenceRecord {
    /// Whether the chain takes no other record for the same bytes: what is joined by line feeds has none inside.
    fileprivate var isUnambiguous: Bool {
        switch self {
        case .begin, .lines, .seal: true
        case .removed(let removed): removed.files.allSatisfy { LogFileName($0) != nil }
        case .found(let found):
            found.reason?.contains { $0.isNewline } != true
                && found.files.allSatisfy { LogFileName($0.file) != nil && LogChain(hexadecimal: $0.chain) != nil }
        }
    }
}

/// What the seal of a chain file is worth.
enum SealState: Equatable, Sendable {
    /// It has none.
    case none
    /// The key that the file names signed it.
    case valid
    /// The key that the file names did not sign it, or it names none.
    case forged

    /// Looks at the signature of `file`. Cost: one verification of Ed25519.
    init(_ file: ChainFile) {
        guard let seal = file.seal else {
            self = .none
            return
        }
        self = Self.isValid(seal, of: file.begin.file, by: file.begin.publicKey) ? .valid : .forged
    }

    /// Whether `seal` of the log file called `name` was signed by `key`, in hexadecimal digits.
    static func isValid(_ seal: EvidenceRecord.Seal, of name: String, by key: String) -> Bool {
        guard let bytes = Hexadecimal.bytes(key), let signature = Hexadecimal.bytes(seal.signature),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { return false }
        return key.isValidSignature(signature, for: seal.message(file: name))
    }
}
