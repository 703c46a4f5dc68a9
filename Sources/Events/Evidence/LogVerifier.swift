import Archive
public import Crypto
import Foundation

/// Says whether a directory of log files is what was written: whether any line was lost, changed or moved, and where.
///
/// It reads the log files, and the chain files that `FileSink` put beside them when it was given a key. It believes only what a
/// valid seal covers. The specification is in docs/EVIDENCE.md, so that others can do it too.
public struct LogVerifier {
    /// The directory.
    public let directory: String
    /// The keys whose seals count; any, if none is given.
    public let trusted: [Curve25519.Signing.PublicKey]
    private var verdict = LogVerdict()
    private var files: [String: VerifiedFile] = [:]
    /// The log files whose chain files say nothing that can be used.
    private var damaged: Set<String> = []
    private var forms: [String: LogForms] = [:]
    private var wanted: Set<String> = []
    private var heads: [String: LogHead] = [:]

    /// The forms in which a log file is there.
    private struct LogForms {
        var isPlain = false
        var isPacked = false
    }

    /// A verifier of the directory at `directory`.
    public init(directory: String, trusted: [Curve25519.Signing.PublicKey] = []) {
        self.directory = directory
        self.trusted = trusted
    }

    /// Reads everything. Cost: the files once, one at a time in memory, and a digest of each line.
    ///
    /// `noted` are heads that were noted earlier, `anchors` those that the sensor wrote elsewhere, in the order in which they
    /// came; all have to be there still, or to belong to files that the sensor has removed since.
    ///
    /// - Throws: if the directory cannot be read, or has no chain file at all.
    public mutating func verify(
        noted: [String] = [], anchors: [LogAnchor] = []
    ) throws(EvidenceError) -> LogVerdict {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw EvidenceError("\(directory): cannot be read")
        }
        (verdict, files, damaged, heads) = (LogVerdict(), [:], [], [:])
        wanted = Set(noted + anchors.map(\.head.value))
        list(names)
        let chains = names.filter { $0.hasPrefix("events-") && $0.hasSuffix(LogFileName.chainSuffix) }.sorted()
        guard !chains.isEmpty else { throw EvidenceError("\(directory): no log with evidence") }
        for name in chains { read(name) }
        for name in forms.keys.sorted() where files[name] == nil && !damaged.contains(name) { judgeUnchained(name) }
        let graph = ChainGraph(files: files, damaged: damaged, trustsAny: trusted.isEmpty)
        verdict.findings += graph.findings()
        verdict.files.sort { graph.rank($0.name) < graph.rank($1.name) }
        verdict.heads = graph.heads
        judge(noted: noted)
        judge(anchors, graph)
        return verdict
    }

    private mutating func list(_ names: [String]) {
        forms = [:]
        for name in names where name.hasPrefix("events-") {
            if name.hasSuffix(LogFileName.suffix) { forms[name, default: LogForms()].isPlain = true }
            if name.hasSuffix(LogFileName.suffix + PackedFile.suffix) {
                forms[String(name.dropLast(PackedFile.suffix.count)), default: LogForms()].isPacked = true
            }
        }
    }

    private mutating func find(
        _ kind: LogVerdict.Finding.Kind, file: String, lines: Range<Int>? = nil, detail: String
    ) {
        verdict.findings.append(
            .init(
                kind: kind, file: file, firstLine: lines.map { $0.lowerBound + 1 }, lastLine: lines?.upperBound,
                detail: detail))
    }

    private func path(_ name: String) -> String { directory + "/" + name }

    /// Reads a chain file, and compares it with its log.
    private mutating func read(_ name: String) {
        guard let log = LogFileName.log(beside: name), let parts = LogFileName(log) else {
            return find(.damaged, file: name, detail: "has no name that egret gives to a chain file")
        }
        do throws(PlainFile.Problem) {
            let data = try PlainFile.read(path(name), limit: ChainFile.limit)
            // A run that is killed between two steps leaves an empty file beside an empty file.
            if data.isEmpty, forms[log].map({ isEmpty(log, $0) }) ?? true {
                forms[log] = nil
                return
            }
            guard let chain = ChainFile(data, log: log) else {
                damaged.insert(log)
                return find(.damaged, file: name, detail: "is not as it was written; nothing proves \(log)")
            }
            take(chain, parts)
        } catch {
            damaged.insert(log)
            find(.damaged, file: name, detail: error.words)
        }
    }

    private mutating func take(_ chain: ChainFile, _ parts: LogFileName) {
        let key = chain.begin.publicKey
        if !verdict.keys.contains(key) { verdict.keys.append(key) }
        let isTrusted = trusted.isEmpty || trusted.contains { Hexadecimal.text($0.rawRepresentation) == key }
        var file = VerifiedFile(chain: chain, name: parts, seal: SealState(chain), isTrusted: isTrusted)
        if let there = forms[chain.log] { replay(&file, there) }
        files[chain.log] = file
    }

    /// Compares the chain file with its log, in each form that is there: readers may take either.
    private mutating func replay(_ file: inout VerifiedFile, _ there: LogForms) {
        file.hasLog = true
        var results: [LogReplay.Outcome?] = []
        let plain = there.isPlain ? PlainFileResult(read: path(file.log), limit: limit(file.chain)) : .absent
        switch plain {
        case .absent: break
        case .bytes(let data): results.append(compare(file.chain, data, as: file.log))
        case .problem(let words):
            find(.damaged, file: file.log, detail: words)
            results.append(nil)
        }
        // A file that was there a moment ago was packed meanwhile.
        if there.isPacked || (there.isPlain && results.isEmpty) {
            let name = file.log + PackedFile.suffix
            let data = try? PackedFile.contents(path(name), limit: limit(file.chain))
            if data == nil { find(.damaged, file: name, detail: "cannot be unpacked, or holds more than was written") }
            results.append(data.map { compare(file.chain, Data($0), as: name) })
        }
        let outcomes = results.compactMap(\.self)
        file.isReplayed = outcomes.count == results.count && outcomes.allSatisfy(\.isWhole)
        let covered = file.isBelieved ? outcomes.map(\.proven).min() ?? 0 : 0
        verdict.files.append(
            .init(
                name: file.log, lines: outcomes.map(\.lines).max() ?? 0, sealedLines: covered, isSealed: file.isSealed))
    }

    private mutating func compare(_ chain: ChainFile, _ log: Data, as name: String) -> LogReplay.Outcome {
        let outcome = LogReplay(chain, log).judge(wanted: wanted) {
            find($0.kind, file: name, lines: $0.lines, detail: $0.detail)
        }
        for (value, lines) in outcome.heads { heads[value] = LogHead(file: chain.log, lines: lines, value: value) }
        return outcome
    }

    /// The most bytes that are read of a log: some more than were written, of an open end as much as a file holds.
    private func limit(_ chain: ChainFile) -> Int {
        let (limit, isOver) = min(chain.bytes, Self.logLimit)
            .addingReportingOverflow(chain.seal == nil ? Self.openLimit : EventEncoder.lineLimit)
        return isOver ? Self.logLimit : limit
    }

    private func length(_ log: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path(log))
        return (attributes?[.size] as? NSNumber)?.intValue ?? 0
    }

    /// Whether the log called `log` is empty in each form that is there: the next run packs an empty file too.
    private func isEmpty(_ log: String, _ there: LogForms) -> Bool {
        if there.isPlain, length(log) > 0 { return false }
        guard there.isPacked else { return true }
        return (try? PackedFile.contents(path(log + PackedFile.suffix), limit: 0))?.isEmpty ?? false
    }

    private mutating func judgeUnchained(_ name: String) {
        let isPlain = forms[name]?.isPlain ?? false
        if isPlain, length(name) == 0, forms[name]?.isPacked == false { return }
        find(.missingChain, file: name, detail: "has no chain file; nothing proves its lines")
        let data = isPlain ? (try? PlainFile.read(path(name), limit: Self.openLimit)) ?? Data() : Data()
        let lines = data.reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        verdict.files.append(.init(name: name, lines: lines, sealedLines: 0, isSealed: false))
    }

    private mutating func judge(noted: [String]) {
        for head in noted where heads[head] == nil {
            find(
                .missingHead, file: "-",
                detail: "the head \(head) is not the end of any record of this log: its end was cut off")
        }
    }

    private mutating func judge(_ anchors: [LogAnchor], _ graph: ChainGraph) {
        for (sensor, anchors) in Dictionary(grouping: anchors, by: { LogFileName($0.head.file)?.sensor }) {
            let last = anchors.lastIndex { heads[$0.head.value] == $0.head } ?? 0
            for (index, anchor) in anchors.enumerated() {
                if heads[anchor.head.value] == anchor.head {
                    verdict.anchors += 1
                } else if index < last, let sensor, graph.hasExpired(sensor), !graph.knows(anchor.head.file) {
                    verdict.expiredAnchors += 1
                } else {
                    find(
                        .missingHead, file: anchor.head.file,
                        detail:
                            "the head that was anchored after \(anchor.head.lines) lines\(anchor.moment) is not in this log"
                    )
                }
            }
        }
    }

    /// The most bytes of a log that are read, whatever its chain file says.
    private static var logLimit: Int { 1 << 40 }
    /// The most bytes that are read of lines that no record counts.
    private static var openLimit: Int { 256 << 20 }
}

/// What came of reading a log file.
private enum PlainFileResult {
    case bytes(Data)
    case absent
    case problem(String)

    init(read path: String, limit: Int) {
        do throws(PlainFile.Problem) {
            self = .bytes(try PlainFile.read(path, limit: limit))
        } catch { self = error == .absent ? .absent : .problem(error.words) }
    }
}

extension PlainFile.Problem {
    /// In words, as what follows the file's name.
    var words: String {
        switch self {
        case .absent: "is gone"
        case .unreadable(let words): words
        }
    }
}

/// A chain file and the log file beside it, as far as both were looked at on their own.
struct VerifiedFile: Sendable {
    /// What the chain file says.
    let chain: ChainFile
    /// The parts of its name.
    let name: LogFileName
    /// What its seal is worth.
    let seal: SealState
    /// Whether the key that it names is one that counts.
    let isTrusted: Bool
    /// Whether its log file is there, in any form.
    var hasLog = false
    /// Whether the log was replayed to the end of the chain file without a difference.
    var isReplayed = false

    /// The name of the log file.
    var log: String { chain.log }
    /// Whether the key that counts sealed it.
    var isSealed: Bool { seal == .valid && isTrusted }
    /// Whether what its records state may be believed: the seal covers them, and they were replayed.
    var isBelieved: Bool { isSealed && isReplayed }
    /// The file that it continues.
    var previous: String? { chain.begin.previous }

    /// Whether its run found `file`, as it is now.
    func found(_ file: ChainFile) -> Bool {
        chain.found?.files.contains { $0.file == file.log && $0.chain == file.end } ?? false
    }
}
