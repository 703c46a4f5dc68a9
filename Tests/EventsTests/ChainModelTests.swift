import Bytes
import Crypto
import Events
import Foundation
import TestSupport
import Testing

/// The object in `line`.
private func read(_ line: [UInt8]) throws -> [String: Any] {
    guard let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else {
        throw TamperedLog.NoRecord()
    }
    return object
}

/// A plain model of docs/EVIDENCE.md: which changes of a directory have to be found. It looks at bytes alone, and shares no code
/// with the verifier.
private struct ChainModel {
    let honest: TamperedLog

    /// Whether `log`, which was made from the honest one by someone without the key, has to be a fault.
    func mustFind(_ log: TamperedLog) -> Bool {
        if log.files.keys.contains(where: { $0.hasSuffix(".chain") }) == false { return true }
        return honest.sealed.keys.contains { mustFind($0, log) } || hasStranger(log)
    }

    /// The sealed files of `sensor` from the first that are there as they were.
    func intact(_ sensor: String, _ log: TamperedLog) -> Int {
        (honest.sealed[sensor] ?? []).prefix { isSame($0, log) }.count
    }

    /// Whether the end was cut off, so that the head is nowhere. A seal alone that is gone takes no line with it.
    func isCut(_ log: TamperedLog) -> Bool {
        honest.sealed.contains { sensor, names in
            let count = intact(sensor, log)
            guard count < names.count else { return false }
            guard count == names.count - 1 else { return true }
            let records = log.records(names[count])
            return records != honest.records(names[count]).dropLast() || !hasLines(names[count], records, log)
        }
    }

    private func mustFind(_ sensor: String, _ log: TamperedLog) -> Bool {
        let names = honest.sealed[sensor] ?? []
        let count = intact(sensor, log)
        let rest = names.dropFirst(count)
        // What is left after the cut shows it; but the first one may look like the file that was being written.
        if rest.dropFirst().contains(where: { hasTrace($0, log) }) { return true }
        if let first = rest.first, hasTrace(first, log), !looksOpen(first, log) { return true }
        let order = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
        return (honest.open[sensor] ?? []).contains { file in
            let place = order[file.after] ?? -1
            if place + 1 < count { return !isAsFound(file.name, log) }
            return place >= count && hasTrace(file.name, log) && log.files[file.name]?.isEmpty == false
        }
    }

    /// Files that were not there: all of them are to be found but those that look like what is being written at the end.
    private func hasStranger(_ log: TamperedLog) -> Bool {
        for name in log.files.keys where honest.files[name] == nil {
            let base = name.hasSuffix(".chain") ? String(name.dropLast(6)) : String(name.dropLast(6))
            guard hasTrace(base + ".jsonl", log) else { continue }
            let (text, chain) = (log.files[base + ".jsonl"] ?? [], log.files[base + ".chain"])
            guard let chain else {
                if !text.isEmpty { return true }
                continue
            }
            guard let first = TamperedLog.lines(chain).first,
                let begin = (try? read(first))?["begin"] as? [String: Any]
            else { return true }
            // With a seal it would have to be the sensor's own.
            if String(decoding: chain, as: UTF8.self).contains("\n{\"seal\"") { return true }
            let sensor = String(base.split(separator: "-")[1])
            guard let names = honest.sealed[sensor] else { continue }
            let count = intact(sensor, log)
            let tip = count == 0 ? nil : names[count - 1]
            if begin["previous"] as? String != tip { return true }
            if begin["file"] as? String != base + ".jsonl" { return true }
        }
        return false
    }

    private func isSame(_ name: String, _ log: TamperedLog) -> Bool {
        log.files[name] == honest.files[name]
            && log.files[TamperedLog.chain(name)] == honest.files[TamperedLog.chain(name)]
    }

    private func hasTrace(_ name: String, _ log: TamperedLog) -> Bool {
        // An empty file beside none, or beside an empty one, is what a run leaves that is killed between two steps.
        log.files[name]?.isEmpty == false || log.files[TamperedLog.chain(name)]?.isEmpty == false
    }

    /// Whether the file's records are some of the first that it had, without its seal, and count lines that are there.
    private func looksOpen(_ name: String, _ log: TamperedLog) -> Bool {
        guard let chain = log.files[TamperedLog.chain(name)], let was = honest.files[TamperedLog.chain(name)] else {
            return log.files[name]?.isEmpty ?? true
        }
        if chain.isEmpty, log.files[name]?.isEmpty ?? true { return true }
        let records = TamperedLog.lines(chain)
        guard was.starts(with: records.joined()), !records.isEmpty, records.count < TamperedLog.lines(was).count,
            // What follows the last whole record is a record that was cut.
            !chain.dropFirst(records.joined().count).contains(0x0A)
        else { return false }
        return hasLines(name, records, log)
    }

    private func isAsFound(_ name: String, _ log: TamperedLog) -> Bool {
        guard let chain = log.files[TamperedLog.chain(name)] else { return false }
        let records = TamperedLog.lines(chain)
        return records == TamperedLog.lines(honest.files[TamperedLog.chain(name)] ?? []) && hasLines(name, records, log)
    }

    /// Whether the log begins with the lines that `records` count.
    private func hasLines(_ name: String, _ records: [[UInt8]], _ log: TamperedLog) -> Bool {
        let count = records.reduce(0) { sum, record in
            let lines = (try? read(record))?["lines"] as? [String: Any]
            return sum + (lines?["lines"] as? Int ?? 0)
        }
        let lines = TamperedLog.lines(honest.files[name] ?? []).prefix(count)
        guard let text = log.files[name] else { return false }
        return text.starts(with: lines.joined())
    }
}

/// Someone who can write to the directory, and has no key: random changes, one after another.
private struct Tamperer {
    var random: Xorshift
    let publicKey: String
    let other: TamperedLog
    let signer = Curve25519.Signing.PrivateKey()

    mutating func pick<Element>(_ items: [Element]) -> Element? {
        items.isEmpty ? nil : items[random.below(items.count)]
    }

    /// Changes `log` in one way, and says in which.
    mutating func change(_ log: inout TamperedLog) throws -> String {
        let names = log.files.keys.filter { $0.hasSuffix(".jsonl") }.sorted()
        guard let name = pick(names) else { return "nothing" }
        let chain = TamperedLog.chain(name)
        let way = random.below(20)
        switch way {
        case 0: log.files[name] = nil
        case 1: log.files[chain] = nil
        case 2: (log.files[name], log.files[chain]) = (nil, nil)
        case 3: cut(&log.files[name])
        case 4: cut(&log.files[chain])
        case 5: flip(&log.files[name])
        case 6: flip(&log.files[chain])
        case 7: rollBack(&log)
        case 8, 9: changeLines(&log.files[name])
        case 10: changeLines(&log.files[chain])
        case 11: log.files[chain] = Array(TamperedLog.lines(log.files[chain] ?? []).dropLast().joined())
        case 12: move(name, to: pick(names) ?? name, &log)
        case 13: move(name, to: "events-gw-\(pick(["a", "b", "zz"]) ?? "a")-\(1 + random.below(30)).jsonl", &log)
        case 14: copy(name, to: "events-\(pick(["gw", "nw"]) ?? "gw")-b-\(1 + random.below(30)).jsonl", &log)
        case 15: splice(name, &log)
        case 16: try replaceKey(name, &log)
        case 17: try forge(after: pick(names), &log)
        case 18: try forge(after: nil, &log)
        default: try forge(after: log.sealed["gw"]?.last, &log)
        }
        return "way \(way) with \(name)"
    }

    private mutating func cut(_ bytes: inout [UInt8]?) {
        guard let all = bytes, !all.isEmpty else { return }
        bytes = Array(all.prefix(random.below(all.count)))
    }

    private mutating func flip(_ bytes: inout [UInt8]?) {
        guard let all = bytes, !all.isEmpty else { return }
        bytes?[random.below(all.count)] ^= 1 << UInt8(random.below(7))
    }

    private mutating func changeLines(_ bytes: inout [UInt8]?) {
        guard let all = bytes else { return }
        var lines = TamperedLog.lines(all)
        guard lines.count > 1 else { return }
        let place = random.below(lines.count)
        switch random.below(4) {
        case 0: lines.remove(at: place)
        case 1: lines.insert(lines[place], at: place)
        case 2: lines.swapAt(place, random.below(lines.count))
        default: lines.insert(Array("{\"forged\":\(random.below(1_000))}\n".utf8), at: place)
        }
        bytes = Array(lines.joined())
    }

    private mutating func rollBack(_ log: inout TamperedLog) {
        guard let sealed = log.sealed[pick(log.sealed.keys.sorted()) ?? "gw"], !sealed.isEmpty else { return }
        for name in sealed.suffix(1 + random.below(sealed.count)) {
            (log.files[name], log.files[TamperedLog.chain(name)]) = (nil, nil)
        }
    }

    private func move(_ name: String, to other: String, _ log: inout TamperedLog) {
        for part in [{ $0 }, TamperedLog.chain] as [(String) -> String] {
            (log.files[part(name)], log.files[part(other)]) = (log.files[part(other)], log.files[part(name)])
        }
    }

    private func copy(_ name: String, to other: String, _ log: inout TamperedLog) {
        for part in [{ $0 }, TamperedLog.chain] as [(String) -> String] {
            log.files[part(other)] = log.files[part(name)]
        }
    }

    /// Takes the file of the same name, or of any, from another log of the same key.
    private mutating func splice(_ name: String, _ log: inout TamperedLog) {
        let names = other.files.keys.filter { $0.hasSuffix(".jsonl") }.sorted()
        guard let source = other.files[name] == nil ? pick(names) : name else { return }
        // The first file of a chain alone is a whole log that was replaced: only a head shows that.
        guard !log.sealed.values.contains(where: { $0.first == name }) else { return }
        log.files[name] = other.files[source]
        log.files[TamperedLog.chain(name)] = other.files[TamperedLog.chain(source)]
    }

    /// Seals a file, or a changed one, with another key.
    private mutating func replaceKey(_ name: String, _ log: inout TamperedLog) throws {
        guard let first = log.records(name).first, let begin = (try? read(first))?["begin"] as? [String: Any] else {
            return
        }
        changeLines(&log.files[name])
        let key = random.below(2) == 0 ? publicKey : Forgery.hex(signer.publicKey.rawRepresentation)
        log.files[TamperedLog.chain(name)] = try Forgery.chain(
            name, previous: begin["previous"] as? String, chain: begin["chain"] as? String ?? "",
            lines: TamperedLog.lines(log.files[name] ?? []), publicKey: key, signer: signer)
    }

    /// Adds a file without a seal that claims to continue `previous`, and that files were removed.
    private mutating func forge(after previous: String?, _ log: inout TamperedLog) throws {
        let name = "events-gw-\(pick(["a", "b", "zz"]) ?? "a")-\(20 + random.below(20)).jsonl"
        guard log.files[name] == nil else { return }
        let lines = (0..<random.below(3)).map { Array("{\"forged\":\($0)}\n".utf8) }
        let end = previous.flatMap { try? log.end($0) } ?? String(repeating: "0", count: 64)
        let gone = log.sealed.values.flatMap(\.self).filter { log.files[$0] == nil }
        log.files[name] = lines.flatMap(\.self)
        log.files[TamperedLog.chain(name)] = try Forgery.chain(
            name, previous: previous, chain: end, lines: lines, removed: gone, publicKey: publicKey)
    }
}

/// The histories that honest sensors leave: one run, several, retention, runs that were killed, two sensors.
private func histories(_ directory: LogDirectory) throws -> [TamperedLog] {
    let ways: [(LogDirectory) throws -> Void] = [
        { try $0.run(boot: "a", lines: 20) },
        { directory in for boot in ["a", "b", "c"] { try directory.run(boot: boot, lines: 9) } },
        { try $0.run(boot: "a", lines: 30, files: 4) },
        { directory in
            try directory.run(boot: "a", lines: 10)
            try directory.run(boot: "b", lines: 9, ends: false)
            try directory.run(boot: "c", lines: 9)
        },
        { directory in
            try directory.run(boot: "a", lines: 3, ends: false)
            try directory.run(boot: "b", lines: 3, ends: false)
            try directory.run(boot: "c", lines: 8)
            try directory.run(boot: "d", lines: 3, ends: false)
        },
        { directory in
            for boot in ["a", "b"] {
                try directory.run(boot: boot, lines: 9, files: 4)
                try directory.run("nw", boot: boot, lines: 9)
            }
            try directory.run(boot: "c", lines: 14, files: 4, ends: false)
        },
        { directory in
            for boot in ["a", "b", "c", "d"] { try directory.run(boot: boot, lines: 7, files: 3, ends: boot != "b") }
        },
    ]
    return try ways.map { way in
        try directory.write(TamperedLog())
        directory.salt += 1
        try way(directory)
        return try directory.contents()
    }
}

@Test func whatHonestSensorsLeaveIsIntact() throws {
    let directory = try LogDirectory()
    for (number, log) in try histories(directory).enumerated() {
        try directory.write(log)
        let verdict = try #require(directory.verdict())
        #expect(verdict.isIntact, "history \(number): \(verdict.text)")
        let model = ChainModel(honest: log)
        #expect(!model.mustFind(log) && !model.isCut(log))
        #expect(verdict.isIntact == directory.verdict(noted: verdict.heads)?.isIntact)
        // And so does another run after it.
        try directory.run(boot: "later", lines: 5)
        #expect(directory.verdict(noted: verdict.heads)?.isIntact == true, "history \(number)")
    }
}

@Test func packedFilesOfHonestSensorsAreIntact() throws {
    let directory = try LogDirectory()
    for boot in ["a", "b", "c"] { try directory.run(boot: boot, lines: 12, files: 5, compression: .zstd) }
    let verdict = try #require(directory.verdict())
    #expect(verdict.isIntact && verdict.files.count > 3, "\(verdict.text)")
}

@Test func everyTamperingThatTheSpecificationNamesIsFound() throws {
    let directory = try LogDirectory()
    let all = try histories(directory)
    var count = (must: 0, cut: 0, free: 0)
    for seed in 0..<2_000 {
        let honest = all[seed % all.count]
        let model = ChainModel(honest: honest)
        var tamperer = Tamperer(
            random: Xorshift(seed: UInt64(seed + 1)), publicKey: directory.key.publicHexadecimal,
            other: all[(seed + 1) % all.count])
        var log = honest
        var changes: [String] = []
        for _ in 0...tamperer.random.below(4) { changes.append(try tamperer.change(&log)) }
        let heads = try honest.sealed.values.compactMap(\.last).map(honest.end)
        let (must, isCut) = (model.mustFind(log), model.isCut(log))
        if must { count.must += 1 } else if isCut { count.cut += 1 } else { count.free += 1 }
        try directory.write(log)
        if must || isCut {
            let verdict = directory.verdict(noted: must ? [] : heads)
            #expect(verdict?.isIntact != true, "seed \(seed), \(changes), \(verdict?.text ?? "")")
        } else {
            _ = directory.verdict(noted: heads)
        }
        guard seed % 3 == 0 else { continue }
        // A later run does not make it right.
        try directory.run(boot: "later", lines: 4)
        if must || isCut {
            // If nothing at all is left, only the head says that there was something.
            let isEmpty = !log.files.keys.contains { $0.hasSuffix(".chain") }
            let verdict = directory.verdict(noted: must && !isEmpty ? [] : heads)
            #expect(verdict?.isIntact != true, "seed \(seed) and a later run, \(changes), \(verdict?.text ?? "")")
        }
    }
    // The model is of use only if there are enough of each.
    #expect(count.must > 1_000 && count.cut > 50, "\(count)")
}
