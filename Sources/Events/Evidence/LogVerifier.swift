import Archive
public import Crypto
import Foundation

/// Says whether a directory of log files is what was written: whether any line was lost, changed or moved, and where.
///
/// It reads the files, and what `FileSink` laid beside them when it was given a key. The arithmetic is in
/// docs/EVIDENCE.md, so that others can do it too.
public struct LogVerifier {
    /// The directory.
    public let directory: String
    /// Whose signatures count; any, where none is given.
    public let trusted: Curve25519.Signing.PublicKey?
    private var verdict = LogVerdict()
    private var chains: [String: ChainFile] = [:]
    private var logs: Set<String> = []
    /// Those of them that are there packed alone.
    private var packed: Set<String> = []

    /// A verifier of the directory at `directory`.
    public init(directory: String, trusted: Curve25519.Signing.PublicKey? = nil) {
        self.directory = directory
        self.trusted = trusted
    }

    /// Reads everything. Cost: the files once, one at a time in memory, and a digest of each line.
    ///
    /// `head` is a value of the chain that was noted earlier and has to be there still.
    ///
    /// - Throws: where the directory cannot be read, or holds no evidence at all.
    public mutating func verify(head: String? = nil) throws(EvidenceError) -> LogVerdict {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else {
            throw EvidenceError("\(directory): cannot be read")
        }
        verdict = LogVerdict()
        let written = names.filter { $0.hasPrefix("events-") && $0.hasSuffix(".jsonl") }
        packed = Set(
            names.filter { $0.hasPrefix("events-") && $0.hasSuffix(".jsonl" + PackedFile.suffix) }
                .map { String($0.dropLast(PackedFile.suffix.count)) }
        ).subtracting(written)
        logs = packed.union(written)
        let beside = names.filter { $0.hasPrefix("events-") && $0.hasSuffix(".chain") }.sorted()
        guard !beside.isEmpty else { throw EvidenceError("\(directory): no log with evidence") }
        for name in beside { read(name) }
        for name in logs.subtracting(chains.keys).sorted() { judgeUnproven(name) }
        let order = filesInOrder()
        let expired = Set(chains.values.flatMap(\.removed))
        for name in order { judge(name, expired) }
        verdict.head = order.last.flatMap { chains[$0]?.end }
        if let head, !chains.values.contains(where: { $0.has(head) }) {
            find(.missing, order.last ?? "-", "the head \(head) is nowhere in this log: its end was cut off")
        }
        return verdict
    }

    private mutating func find(
        _ kind: LogVerdict.Finding.Kind, _ file: String, lines: Range<Int>? = nil, _ detail: String
    ) {
        verdict.findings.append(
            .init(
                kind: kind, file: file, firstLine: lines.map { $0.lowerBound + 1 }, lastLine: lines?.upperBound,
                detail: detail))
    }

    private func contents(_ name: String) -> Data? {
        try? Data(contentsOf: URL(fileURLWithPath: directory).appendingPathComponent(name), options: .mappedIfSafe)
    }

    /// The lines of the log file called `name`, unpacked where it was packed: a line more than are vouched for at the most.
    private func lines(_ name: String, _ file: ChainFile) -> Data? {
        guard packed.contains(name) else { return contents(name) }
        let path = URL(fileURLWithPath: directory).appendingPathComponent(name + PackedFile.suffix).path
        return try? Data(PackedFile.contents(path, limit: min(file.bytes, Self.packedLimit) + EventEncoder.lineLimit))
    }

    /// The most bytes that come out of a packed file, whatever lies beside it says.
    private static var packedLimit: Int { 1 << 40 }

    private mutating func read(_ name: String) {
        let log = String(name.dropLast(6)) + ".jsonl"
        guard let data = contents(name), let file = ChainFile(data, log: log) else {
            return find(.damaged, name, "is not as it was written; nothing vouches for \(log)")
        }
        if file.begin.file != log { find(.broken, name, "belongs to \(file.begin.file): renamed") }
        chains[log] = file
    }

    private mutating func judgeUnproven(_ name: String) {
        // A run that is ended by force between two steps leaves an empty file.
        guard packed.contains(name) || contents(name)?.isEmpty == false else { return }
        find(.unproven, name, "nothing vouches for this file")
    }

    /// The files, each behind the one that it names as the one before it.
    private func filesInOrder() -> [String] {
        let followers = Dictionary(grouping: chains.values.filter { $0.begin.previous != nil }) {
            $0.begin.previous ?? ""
        }
        let roots = chains.values.filter { file in file.begin.previous.map { chains[$0] == nil } ?? true }
        var order: [String] = []
        var waiting = roots.map(\.log).sorted(by: >)
        var seen: Set<String> = []
        while let next = waiting.popLast() {
            guard seen.insert(next).inserted else { continue }
            order.append(next)
            waiting += (followers[next] ?? []).map(\.log).sorted(by: >)
        }
        // Files that name each other in a circle are behind no root.
        return order + chains.keys.filter { !seen.contains($0) }.sorted()
    }

    private mutating func judge(_ name: String, _ expired: Set<String>) {
        guard let file = chains[name] else { return }
        judgeLink(file, expired)
        judgeSeal(file)
        guard logs.contains(name) else {
            if expired.contains(name) { return }
            return find(.missing, name, "the file is gone; its lines were vouched for")
        }
        guard let log = lines(name, file) else {
            return find(.damaged, name, "cannot be read, or holds more than was written")
        }
        let count = LogReplay(file, log).judge { find($0.kind, name, lines: $0.lines, $0.detail) }
        verdict.files.append(.init(name: name, lines: count, isSealed: file.seal != nil))
    }

    private mutating func judgeLink(_ file: ChainFile, _ expired: Set<String>) {
        guard let previous = file.begin.previous else { return }
        if let before = chains[previous] {
            if before.end != file.begin.chain {
                find(
                    .broken, file.log, "does not go on where \(previous) ends: what lies beside one of them was changed"
                )
            }
            let followers = chains.values.filter { $0.begin.previous == previous }.map(\.log).sorted()
            if followers.count > 1, followers.first != file.log {
                find(.broken, file.log, "goes on behind \(previous), as \(followers[0]) does")
            }
        } else if expired.contains(previous) {
            find(.expired, previous, "was removed by the sensor, within its limits")
        } else {
            find(.missing, previous, "the file is gone: \(file.log) goes on behind it")
        }
    }

    private mutating func judgeSeal(_ file: ChainFile) {
        let text = file.begin.publicKey
        guard let bytes = Hexadecimal.bytes(text),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { return find(.damaged, file.log, "the key beside it is none") }
        if !verdict.keys.contains(text) { verdict.keys.append(text) }
        if let trusted, trusted.rawRepresentation != key.rawRepresentation {
            find(.untrusted, file.log, "is vouched for by another key, \(text)")
        }
        guard let seal = file.seal else {
            return find(.unsealed, file.log, "has no signature of its own: still written, or ended by force")
        }
        guard let signature = Hexadecimal.bytes(seal.signature),
            key.isValidSignature(signature, for: seal.message(file: file.log))
        else { return find(.forged, file.log, "the signature at its end is not of its key") }
    }
}

extension ChainFile {
    /// Whether `value` is the chain somewhere in this file.
    fileprivate func has(_ value: String) -> Bool {
        begin.chain == value || end == value || records.contains { $0.chain == value }
    }
}
