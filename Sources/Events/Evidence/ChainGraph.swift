/// How the files of a directory follow each other, and what of that is not as a sensor leaves it: the rules of
/// docs/EVIDENCE.md that concern more than one file.
struct ChainGraph {
    typealias Kind = LogVerdict.Finding.Kind

    private let files: [String: VerifiedFile]
    private let damaged: Set<String>
    private let trustsAny: Bool
    /// The files that continue each.
    private let followers: [String: [VerifiedFile]]
    /// The files that a believed file says the sensor removed.
    private let removed: Set<String>
    /// The greatest number of a sealed file of each run, by sensor and run.
    private let lastNumbers: [String: Int]
    private let ranks: [String: Int]

    /// The graph of `files`, by the names of their logs. `damaged` are logs whose chain files say nothing, and `trustsAny` is
    /// whether no key was given to trust.
    init(files: [String: VerifiedFile], damaged: Set<String>, trustsAny: Bool) {
        self.files = files
        self.damaged = damaged
        self.trustsAny = trustsAny
        followers = Dictionary(grouping: files.values.filter { $0.previous != nil }.sorted { $0.log < $1.log }) {
            $0.previous ?? ""
        }
        // A statement counts for files of the same sensor alone.
        removed = Set(
            files.values.filter(\.isBelieved).flatMap { file in
                file.chain.removed.filter { LogFileName($0)?.sensor == file.name.sensor }
            })
        lastNumbers = Dictionary(
            files.values.filter(\.isSealed).map { ($0.name.run, $0.name.number) }, uniquingKeysWith: max)
        ranks = Self.ranks(files, followers)
    }

    /// The place of the file called `name` in the order in which they were written.
    func rank(_ name: String) -> Int { ranks[name] ?? .max }

    /// Whether there is a chain file of the log file called `name`.
    func knows(_ name: String) -> Bool { files[name] != nil || damaged.contains(name) }

    /// Whether the chain of `sensor` begins with a file whose predecessor the sensor removed.
    func hasExpired(_ sensor: String) -> Bool {
        files.values.contains { $0.name.sensor == sensor && isExpiredStart($0) }
    }

    /// The chain at the end of the newest sealed file of each sensor.
    var heads: [String] {
        let sealed = files.values.filter(\.isBelieved)
        return Dictionary(grouping: sealed, by: \.name.sensor).sorted { $0.key < $1.key }.compactMap { _, files in
            files.max { rank($0.log) < rank($1.log) }?.chain.end
        }
    }

    /// Everything that is to be said of the files beside their lines.
    func findings() -> [LogVerdict.Finding] {
        var findings: [LogVerdict.Finding] = []
        let add: (Kind, String, String) -> Void = { kind, file, detail in
            findings.append(.init(kind: kind, file: file, detail: detail))
        }
        for file in files.values.sorted(by: { rank($0.log) < rank($1.log) }) {
            judgeFile(file, add)
            judgeLink(file, add)
            if file.seal == .none { judgeOpen(file, add) }
            judgeFound(file, add)
        }
        for (sensor, files) in Dictionary(grouping: files.values, by: \.name.sensor).sorted(by: { $0.key < $1.key }) {
            judgeStarts(files, add)
            if trustsAny { judgeKeys(files, of: sensor, add) }
        }
        return findings
    }

    private func judgeFile(_ file: VerifiedFile, _ add: (Kind, String, String) -> Void) {
        if file.chain.begin.file != file.log {
            add(.renamed, file.log, "was written as \(file.chain.begin.file)")
        }
        if !file.isTrusted {
            add(.untrusted, file.log, "names another key, \(file.chain.begin.publicKey)")
        }
        if file.seal == .forged {
            add(.forged, file.log, "the signature of its seal is not of the key that it names")
        }
        if !file.hasLog, !removed.contains(file.log) {
            add(.missingLog, file.log, "the log file is gone; its chain file is there")
        }
    }

    private func judgeLink(_ file: VerifiedFile, _ add: (Kind, String, String) -> Void) {
        guard let previous = file.previous else { return }
        guard LogFileName(previous)?.sensor == file.name.sensor else {
            return add(.brokenLink, file.log, "continues \(previous), which is no file of this sensor")
        }
        guard let before = files[previous] else {
            if damaged.contains(previous) { return }
            if file.seal == .none, removed.contains(previous), isFound(file) { return }
            if isExpiredStart(file) {
                return add(.expired, previous, "was removed by the sensor, within its limits")
            }
            return add(.missingFile, previous, "the file is gone: \(file.log) continues it")
        }
        if before.chain.end != file.chain.begin.chain {
            add(.brokenLink, file.log, "does not continue where \(previous) ends")
        }
        let sealed = followers[previous, default: []].filter(\.isSealed)
        if sealed.count > 1, file.isSealed, sealed.first?.log != file.log {
            add(.fork, file.log, "continues \(previous), as \(sealed[0].log) does")
        }
    }

    /// A file without a seal is the last of its run, and nothing continues it; and it is at the end of the chain, or a sealed
    /// file that continues the same one says that it was found like this.
    private func judgeOpen(_ file: VerifiedFile, _ add: (Kind, String, String) -> Void) {
        if let next = followers[file.log]?.first {
            return add(.unsealed, file.log, "has no seal, although \(next.log) continues it")
        }
        let rivals =
            file.previous.map { followers[$0, default: []] }
            ?? files.values.filter {
                $0.previous == nil && $0.name.sensor == file.name.sensor
            }
        let sealed = rivals.filter(\.isSealed)
        if !isFound(file), let last = lastNumbers[file.name.run], last > file.name.number {
            return add(.unsealed, file.log, "has no seal, although it is not the last file of its run")
        }
        let isAtEnd = file.previous == nil ? !hasSeal(file.name.sensor) : sealed.isEmpty
        if isAtEnd || isFound(file) {
            return add(
                .openFile, file.log,
                "has no seal: it is still written, or the run was killed; its lines are not proven"
            )
        }
        if file.previous == nil {
            return add(.secondRoot, file.log, "begins a chain without a seal beside the sensor's own")
        }
        add(.unsealed, file.log, "has no seal, and no sealed file says that it was found")
    }

    /// What a run found at its start is still there as it was.
    private func judgeFound(_ file: VerifiedFile, _ add: (Kind, String, String) -> Void) {
        guard file.isBelieved, let found = file.chain.found else { return }
        for entry in found.files where LogFileName(entry.file)?.sensor == file.name.sensor {
            if let there = files[entry.file] {
                if there.chain.end != entry.chain {
                    add(.damaged, entry.file, "its chain file is not as \(file.log) found it")
                }
            } else if !removed.contains(entry.file), !damaged.contains(entry.file) {
                add(.missingFile, entry.file, "the file is gone: \(file.log) found it")
            }
        }
    }

    /// A sensor has one chain. Only another key begins a second one, and says so.
    private func judgeStarts(_ files: [VerifiedFile], _ add: (Kind, String, String) -> Void) {
        let starts = files.filter { $0.isSealed && ($0.previous == nil || isExpiredStart($0)) }
            .sorted { (age($0), rank($0.log)) < (age($1), rank($1.log)) }
        for (index, start) in starts.enumerated().dropFirst() {
            let earlier = starts[..<index]
            let isNewKey = earlier.allSatisfy { $0.chain.begin.publicKey != start.chain.begin.publicKey }
            let hasNoted =
                start.isBelieved && start.chain.found?.reason != nil
                && files.contains {
                    $0.isBelieved && $0.chain.begin.publicKey == earlier.last?.chain.begin.publicKey
                        && start.found($0.chain) && followers[$0.log, default: []].isEmpty
                }
            if isNewKey, hasNoted {
                add(.restarted, start.log, "begins a chain of another key after those before it")
            } else {
                add(
                    .secondRoot, start.log,
                    "begins another chain of this sensor: \(earlier.last?.log ?? "-") begins one too")
            }
        }
    }

    private func judgeKeys(_ files: [VerifiedFile], of sensor: String, _ add: (Kind, String, String) -> Void) {
        let keys = Set(files.map(\.chain.begin.publicKey))
        guard keys.count > 1 else { return }
        add(
            .mixedKeys, "events-\(sensor)",
            "\(keys.count) keys are named; give those that are right as --public-key")
    }

    /// Whether a believed file says that its run found `file` as it is.
    private func isFound(_ file: VerifiedFile) -> Bool {
        files.values.contains { $0.isBelieved && $0.previous == file.previous && $0.found(file.chain) }
    }

    private func hasSeal(_ sensor: String) -> Bool {
        files.values.contains { $0.name.sensor == sensor && $0.isSealed }
    }

    /// Whether the file before it was removed by the sensor. Only a seal shows what that file's chain was.
    private func isExpiredStart(_ file: VerifiedFile) -> Bool {
        guard let previous = file.previous, files[previous] == nil, !damaged.contains(previous) else { return false }
        return file.isSealed && removed.contains(previous)
    }

    private func age(_ file: VerifiedFile) -> String { file.chain.seal?.time ?? "" }

    /// Each file after the one that it continues; those that continue each other in a circle last.
    private static func ranks(
        _ files: [String: VerifiedFile], _ followers: [String: [VerifiedFile]]
    ) -> [String: Int] {
        func isEarlier(_ one: VerifiedFile, _ other: VerifiedFile) -> Bool {
            // Sealed files continue the chain: they come after what was found beside it.
            (one.name.sensor, one.isSealed ? 1 : 0, one.chain.seal?.time ?? "", one.name.boot, one.name.number)
                < (
                    other.name.sensor, other.isSealed ? 1 : 0, other.chain.seal?.time ?? "", other.name.boot,
                    other.name.number
                )
        }
        let roots = files.values.filter { file in file.previous.map { files[$0] == nil } ?? true }
        var waiting = Array(roots.sorted(by: isEarlier).reversed())
        var ranks: [String: Int] = [:]
        while let next = waiting.popLast() {
            guard ranks[next.log] == nil else { continue }
            ranks[next.log] = ranks.count
            waiting += followers[next.log, default: []].sorted(by: isEarlier).reversed()
        }
        for name in files.keys.sorted() where ranks[name] == nil { ranks[name] = ranks.count }
        return ranks
    }
}

extension LogFileName {
    /// The run of the sensor.
    fileprivate var run: String { "\(sensor)-\(boot)" }
}
