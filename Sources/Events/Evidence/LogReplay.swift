import Foundation

/// A log file held against what lies beside it.
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

    /// `log` are the bytes of the log file that `file` lies beside.
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

    /// Hands over each difference, and gives the number of lines that are vouched for.
    func judge(_ find: (Difference) -> Void) -> Int {
        guard var chain = LogChain(hexadecimal: file.begin.chain)?.beginning(file: file.begin.file) else {
            find(.init(kind: .damaged, detail: "the chain beside it begins with no value"))
            return 0
        }
        var next = 0
        for record in file.records {
            guard let after = replay(record, behind: chain, from: &next), after.hexadecimal == record.chain else {
                locate(find)
                return 0
            }
            chain = after
        }
        judgeEnd(from: next, find)
        return next
    }

    /// The chain behind `record`, by the lines that stand in the log from `next` on; nothing where what it says of them is
    /// not so.
    private func replay(_ record: EvidenceRecord, behind chain: LogChain, from next: inout Int) -> LogChain? {
        switch record {
        case .begin, .seal: return chain
        case .removed(let removed): return chain.removing(files: removed.files)
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

    /// What stands behind the last line that is vouched for.
    private func judgeEnd(from next: Int, _ find: (Difference) -> Void) {
        let rest = next..<lines.count
        if let seal = file.seal, seal.lines != next || seal.bytes != lines[..<next].reduce(0, { $0 + $1.count }) {
            find(.init(kind: .damaged, detail: "the seal counts \(seal.lines) lines, the records \(next)"))
        }
        guard !rest.isEmpty || isCut else { return }
        let whole = rest.isEmpty ? "" : "\(rest.count) lines behind the last that is vouched for"
        let cut = isCut ? "a line that was cut" : ""
        let what = [whole, cut].filter { !$0.isEmpty }.joined(separator: ", ")
        if file.seal != nil {
            find(
                .init(kind: .inserted, lines: next..<(lines.count + (isCut ? 1 : 0)), detail: "\(what), after the seal")
            )
        } else {
            find(
                .init(
                    kind: .open, lines: next..<(lines.count + (isCut ? 1 : 0)),
                    detail: "\(what): the end of a run that was ended by force, or writes now"))
        }
    }

    /// Says where the log differs, as well as the marks tell.
    private func locate(_ find: (Difference) -> Void) {
        let found = lines.map(LogChain.mark)
        guard let written = file.marks else {
            return find(.init(kind: .different, detail: "is not what was written; where, is not told"))
        }
        // Lines at an open end are not vouched for; they are no part of what is compared.
        let compared = file.seal == nil ? Self.withoutOpenEnd(found, written) : found
        let differences = LineAlignment.differences(written: written, found: compared)
        if differences.isEmpty { find(.init(kind: .damaged, detail: "what lies beside it contradicts itself")) }
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
