import Foundation

/// What lies beside a log file, read.
struct ChainFile: Sendable {
    /// The name of the log file that it lies beside.
    let log: String
    /// The first record.
    let begin: EvidenceRecord.Begin
    /// The records behind it.
    let records: [EvidenceRecord]
    /// Whether its last line was cut, as where the run was ended by force.
    let isCut: Bool

    /// The file beside the log file called `log`, from its bytes; nothing where it is none, or is damaged.
    init?(_ data: Data, log: String) {
        var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        // Behind the last line feed is nothing, or a line that was not finished.
        isCut = lines.popLast()?.isEmpty == false
        var records: [EvidenceRecord] = []
        for line in lines {
            guard let record = EvidenceRecord(line: line) else { return nil }
            records.append(record)
        }
        guard case .begin(let begin)? = records.first, begin.version == 1,
            begin.previous != nil || begin.chain == LogChain.origin.hexadecimal
        else { return nil }
        self.log = log
        self.begin = begin
        self.records = Array(records.dropFirst())
        // A seal is the end, and a beginning is not in the middle.
        for (index, record) in self.records.enumerated() {
            if case .begin = record { return nil }
            if case .seal = record, index != self.records.count - 1 { return nil }
        }
    }

    /// The seal, where the file has one.
    var seal: EvidenceRecord.Seal? {
        if case .seal(let seal)? = records.last { seal } else { nil }
    }

    /// The chain at its end, as it says.
    var end: String? {
        records.last?.chain ?? LogChain(hexadecimal: begin.chain)?.beginning(file: begin.file).hexadecimal
    }

    /// The bytes of all lines that are vouched for.
    var bytes: Int {
        records.reduce(0) { sum, record in
            guard case .lines(let lines) = record else { return sum }
            let (total, isOver) = sum.addingReportingOverflow(max(0, lines.bytes))
            return isOver ? .max : total
        }
    }

    /// The older files that the sensor removed while it wrote this one.
    var removed: [String] {
        records.flatMap { record -> [String] in
            if case .removed(let removed) = record { removed.files } else { [] }
        }
    }

    /// The marks of all lines, in their order; nothing where some have none.
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
}
