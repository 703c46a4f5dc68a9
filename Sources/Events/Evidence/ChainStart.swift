import Foundation

/// Where a run continues the chain of its directory: after the newest file with a seal of its own key, and after no other.
///
/// Anyone who can write to the directory, but does not have the key, can put files there and take seals away. A run that continued
/// after such a file would sign it. So files without a seal are noted as found, and not continued.
struct ChainStart: Sendable {
    /// A file of the chain, or one that was found beside it, as the sensor may remove it.
    struct Member: Equatable, Sendable {
        var name: String
        /// The bytes of its lines, as its seal says; `nil` if it has none.
        var bytes: Int?
        /// The time of its newest event, RFC 3339, as its seal says; `nil` if it has none.
        var time: String?
    }

    /// The sealed file that the run continues; `nil` if it begins a new chain.
    var previous: String?
    /// The chain there.
    var chain = LogChain.origin
    /// The files of this chain, the oldest first, each followed by those found after it.
    var members: [Member] = []
    /// What is not continued.
    var found: [EvidenceRecord.Found.File] = []
    /// Why a new chain begins although there are earlier files; `nil` if there are none, or one of them is continued.
    var reason: String?

    /// What a directory looks like to its first run.
    init() {}

    /// Looks at all chain files in `directory`: the first and the last record of each, and all of those without a seal.
    init(in directory: FileDirectory, key: EvidenceKey) {
        let files = Self.files(in: directory)
        let sealed = files.filter { $0.isSealed(by: key.publicHexadecimal) }
        let continued = Set(sealed.compactMap(\.begin.previous))
        let tip = sealed.filter { !continued.contains($0.name) }.max { $0.age < $1.age }
        previous = tip?.name
        chain = tip.flatMap { $0.seal.flatMap { LogChain(hexadecimal: $0.chain) } } ?? .origin
        let open = files.filter { !$0.isSealed(by: key.publicHexadecimal) }
        members = Self.members(endingAt: tip, among: sealed, open: open)
        let before = tip?.name
        found = open.filter { file in
            guard let before else { return file.isEnd(among: open) }
            return file.begin.previous == before && file.begin.chain == tip?.seal?.chain
        }.prefix(Self.most).compactMap { $0.entry(in: directory) }
        if tip == nil, !directory.newestFirst().isEmpty {
            reason = "no earlier file of this sensor has a seal of this key"
        }
    }

    /// The record of what was found after `chain`; `nil` if there is no need of one.
    func record(after chain: LogChain) -> EvidenceRecord.Found? {
        guard !found.isEmpty || reason != nil else { return nil }
        var record = EvidenceRecord.Found(files: found, reason: reason, chain: "")
        record.chain = chain.finding(record).hexadecimal
        return record
    }

    /// For the operator, what was found; `nil` if the run continues after a seal and there is nothing else.
    var notice: String? {
        let names = found.prefix(8).map(\.file).joined(separator: ", ")
        if let reason { return "\(reason): a new chain begins" + (found.isEmpty ? "" : "; found \(names)") }
        guard !found.isEmpty else { return nil }
        return "\(found.count) files of earlier runs have no seal and are not continued: \(names)"
    }

    /// The most files that one record names.
    private static var most: Int { 64 }
    /// The bytes at the beginning and the end of a chain file in which its first and last record are looked for.
    private static var endBytes: Int { 64 << 10 }

    private static func files(in directory: FileDirectory) -> [File] {
        directory.chainNames().compactMap { name in
            guard let log = LogFileName.log(beside: name), let parts = LogFileName(log),
                parts.sensor == directory.sensor,
                let ends = try? PlainFile.ends(directory.path(of: name), limit: endBytes)
            else { return nil }
            return File(log, parts: parts, first: ends.first, last: ends.last)
        }
    }

    /// The chain that ends at `tip`, from its beginning or as far back as its files are there.
    private static func members(endingAt tip: File?, among sealed: [File], open: [File]) -> [Member] {
        let byName = Dictionary(sealed.map { ($0.name, $0) }) { first, _ in first }
        let openAfter = Dictionary(grouping: open) { $0.begin.previous ?? "" }
        var line: [File] = []
        var seen: Set<String> = []
        var next = tip
        while let file = next, seen.insert(file.name).inserted {
            line.append(file)
            next = file.begin.previous.flatMap { byName[$0] }
        }
        line.reverse()
        let roots = line.first?.begin.previous == nil ? openAfter["", default: []] : []
        return roots.map(\.member) + line.flatMap { [$0.member] + openAfter[$0.name, default: []].map(\.member) }
    }

    /// A chain file by its first and last record.
    private struct File {
        let name: String
        let parts: LogFileName
        let begin: EvidenceRecord.Begin
        let seal: EvidenceRecord.Seal?

        init?(_ name: String, parts: LogFileName, first: Data, last: Data) {
            let feed = UInt8(ascii: "\n")
            guard let end = first.firstIndex(of: feed), case .begin(let begin)? = EvidenceRecord(line: first[..<end]),
                begin.version == 1, begin.file == name
            else { return nil }
            self.name = name
            self.parts = parts
            self.begin = begin
            guard last.last == feed, let line = last.dropLast().split(separator: feed).last,
                case .seal(let seal)? = EvidenceRecord(line: line)
            else {
                seal = nil
                return
            }
            self.seal = seal
        }

        func isSealed(by key: String) -> Bool { seal.map { SealState.isValid($0, of: name, by: key) } ?? false }

        /// Which of two ends is the newer one: a run signs the time of its newest event.
        var age: (String, String, Int) { (seal?.time ?? "", parts.boot, parts.number) }

        var member: Member { Member(name: name, bytes: (seal?.bytes).map { max(0, $0) }, time: seal?.time) }

        /// Whether no other of `files` continues it.
        func isEnd(among files: [File]) -> Bool { !files.contains { $0.begin.previous == name } }

        func entry(in directory: FileDirectory) -> EvidenceRecord.Found.File? {
            guard let data = try? PlainFile.read(directory.path(of: LogFileName.chain(beside: name)), limit: 64 << 20)
            else { return nil }
            // What follows the last line feed is no record: the run was killed while it wrote.
            let whole = data[..<(data.lastIndex(of: UInt8(ascii: "\n")) ?? data.startIndex)]
            guard let file = ChainFile(whole + Data("\n".utf8), log: name), let end = file.end else { return nil }
            return .init(file: name, lines: file.lines, chain: end)
        }
    }
}
