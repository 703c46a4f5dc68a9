import Foundation

/// A log file compared with its chain file.
struct LogReplay {
    /// What differs.
    struct Difference {
        var kind: LogVerdict.Finding.Kind
        /// From 0.
        var lines: Range<Int>?
        var detail: String
    }

    private let file: ChainFile
    /// The whole lines of the log, each with its line feed.
    private let lines: [ArraySlice<UInt8>]
    private let isCut: Bool

    /// `log` are the bytes of the log file that `file` is beside.
    init(_ file: ChainFile, _ log: Data) {
        self.file = file
        let bytes = [UInt8](log)
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(bytes[start...end])
            start = end + 1
        }
        self.lines = lines
        isCut = start < bytes.count
    }

    /// The result of a comparison.
    struct Outcome: Equatable {
        /// The lines that the records count, all of them as they were written; 0 if anything differs.
        var proven = 0
        /// The whole lines of the log.
        var lines = 0
        /// Whether every record was replayed.
        var isWhole = false
        /// Those of the wanted heads that are the end of a replayed record, with the lines up to there.
        var heads: [String: Int] = [:]
    }

    /// Passes on each difference, and says what was replayed. `wanted` are heads to look for.
    func judge(wanted: Set<String> = [], _ find: (Difference) -> Void) -> Outcome {
        var outcome = Outcome(lines: lines.count)
        guard var chain = LogChain(hexadecimal: file.begin.chain)?.beginning(file: file.begin.file) else {
            find(.init(kind: .damaged, detail: "the chain beside it begins with no value"))
            return outcome
        }
        var next = 0
        for record in file.records {
            guard let after = replay(record, behind: chain, from: &next), after.hexadecimal == record.chain else {
                locate(find)
                return Outcome(lines: lines.count)
            }
            chain = after
            if wanted.contains(record.chain) { outcome.heads[record.chain] = next }
        }
        outcome.proven = next
        outcome.isWhole = judgeEnd(from: next, find)
        return outcome
    }

    /// The chain after `record`, by the lines in the log from `next` on; `nil` if what it says of them is not so.
    private func replay(_ record: EvidenceRecord, behind chain: LogChain, from next: inout Int) -> LogChain? {
        switch record {
        case .begin, .seal: return chain
        case .removed(let removed): return chain.removing(files: removed.files)
        case .found(let found): return chain.finding(found)
        case .lines(let batch):
            let start = next
            next += min(lines.count - next, max(0, batch.lines))
            var taken = LogChain.Lines(after: chain)
            for line in lines[start..<next] { taken.add(line) }
            let isSo =
                taken.count == batch.lines && taken.bytes == batch.bytes
                && Hexadecimal.text(taken.marks) == batch.marks
            return isSo ? taken.chain : nil
        }
    }

    /// Looks at what is after the last line that a record counts; false if that is a fault.
    private func judgeEnd(from next: Int, _ find: (Difference) -> Void) -> Bool {
        let rest = next..<lines.count
        if let seal = file.seal, seal.lines != next || seal.bytes != lines[..<next].reduce(0, { $0 + $1.count }) {
            find(.init(kind: .damaged, detail: "the seal counts \(seal.lines) lines, the records \(next)"))
            return false
        }
        guard !rest.isEmpty || isCut else { return true }
        let whole = rest.isEmpty ? "" : "\(rest.count) lines after the last that a record counts"
        let cut = isCut ? "a line that was cut" : ""
        let what = [whole, cut].filter { !$0.isEmpty }.joined(separator: ", ")
        let lines = next..<(lines.count + (isCut ? 1 : 0))
        guard file.seal == nil else {
            find(.init(kind: .inserted, lines: lines, detail: "\(what), after the seal"))
            return false
        }
        find(.init(kind: .open, lines: lines, detail: "\(what): the end of a run that was killed, or is still writing"))
        return true
    }

    /// Says where the log differs, as well as the marks tell.
    private func locate(_ find: (Difference) -> Void) {
        let found = lines.map(LogChain.mark)
        guard let written = file.marks else {
            return find(.init(kind: .different, detail: "is not what was written; no marks say where"))
        }
        // Lines at an open end are counted by no record; they are no part of what is compared.
        let compared = file.seal == nil ? Self.withoutOpenEnd(found, written) : found
        let differences = LineAlignment.differences(written: written, found: compared)
        if differences.isEmpty { find(.init(kind: .damaged, detail: "its chain file contradicts itself")) }
        for difference in differences {
            find(.init(kind: difference.kind, lines: difference.lines, detail: Self.words(difference)))
        }
    }

    private static func withoutOpenEnd(_ found: [UInt32], _ written: [UInt32]) -> [UInt32] {
        guard let last = written.last, let end = found.lastIndex(of: last) else { return found }
        return Array(found[...end])
    }

    private static func words(_ difference: LineAlignment) -> String {
        let count = difference.lines.count
        let lines = count == 1 ? "1 line" : "\(count) lines"
        return switch difference.kind {
        case .changed: "\(lines) changed"
        case .removed: "\(lines) removed, as numbered when they were written"
        case .inserted: "\(lines) inserted"
        case .reordered: "\(lines) in another order"
        default: "\(lines) are not those that were written"
        }
    }
}

extension LogChain {
    /// The mark of a line, as a number.
    static func mark(_ line: ArraySlice<UInt8>) -> UInt32 {
        var lines = Lines(after: .origin)
        lines.add(line)
        return lines.marks.reduce(0) { $0 << 8 | UInt32($1) }
    }
}
