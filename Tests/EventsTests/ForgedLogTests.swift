import Archive
import Bytes
import Crypto
import Events
import Foundation
import Testing

/// The attacks of someone who can write to the directory of a sealed log and has no key, each with the right public key and the
/// head that was noted: see docs/EVIDENCE.md.
@Suite struct ForgedLogTests {
    private let directory: LogDirectory
    private let log: TamperedLog
    private let head: String
    private var names: [String] { log.sealed["gw"] ?? [] }
    private let line = Array("{\"forged\":\"line that egret never wrote\"}\n".utf8)

    init() throws {
        directory = try LogDirectory()
        try directory.run(boot: "offline", lines: 96)
        log = try directory.contents()
        let last = try #require(log.sealed["gw"]?.last)
        head = try log.end(last)
        #expect((log.sealed["gw"] ?? []).count > 10)
        let verdict = try #require(directory.verdict(noted: [head]))
        #expect(verdict.isIntact && verdict.findings.isEmpty, "\(verdict.text)")
        #expect(verdict.head == head)
    }

    private func forge(
        _ log: inout TamperedLog, _ name: String, after previous: String?, _ chain: String, removed: [String] = [],
        lines: [[UInt8]]
    ) throws {
        log.files[name] = lines.flatMap(\.self)
        log.files[TamperedLog.chain(name)] = try Forgery.chain(
            name, previous: previous, chain: chain, lines: lines, removed: removed,
            publicKey: directory.key.publicHexadecimal)
    }

    private func remove(_ log: inout TamperedLog, _ names: some Sequence<String>) {
        for name in names {
            log.files[name] = nil
            log.files[TamperedLog.chain(name)] = nil
        }
    }

    private func kinds(_ log: TamperedLog) throws -> Set<LogVerdict.Finding.Kind> {
        try directory.write(log)
        let verdict = try #require(directory.verdict(noted: [head]))
        #expect(!verdict.isIntact && verdict.text.hasSuffix("NOT INTACT"), "\(verdict.text)")
        return Set(verdict.findings.filter(\.isFault).map(\.kind))
    }

    private var next: String { "events-gw-offline-\(names.count + 1).jsonl" }

    @Test("A: a sealed file in the middle is deleted, and an unsealed one at the end says that the sensor removed it")
    func attackA() throws {
        var forged = log
        remove(&forged, [names[9]])
        #expect(try kinds(forged) == [.missingFile])
        try forge(&forged, next, after: names.last, head, removed: [names[9]], lines: [line])
        #expect(try kinds(forged) == [.missingFile])
    }

    @Test("A2: only the log file is deleted")
    func attackA2() throws {
        var forged = log
        forged.files[names[9]] = nil
        try forge(&forged, next, after: names.last, head, removed: [names[9]], lines: [line])
        #expect(try kinds(forged) == [.missingLog])
        forged.files[names[9]] = log.files[names[9]]
        forged.files[TamperedLog.chain(names[9])] = nil
        #expect(try kinds(forged).isSuperset(of: [.missingChain, .missingFile]))
    }

    @Test("A3: the next run does not sign what was forged at the end")
    func attackA3() throws {
        var forged = log
        remove(&forged, [names[9]])
        try forge(&forged, next, after: names.last, head, removed: [names[9]], lines: [line])
        try directory.write(forged)
        let notices = try directory.run(boot: "later", lines: 6)
        #expect(notices.map(\.kind) == [.filesUnsealed])
        let after = try directory.contents()
        let begin = try object(try #require(after.records("events-gw-later-1.jsonl").first))["begin"] as? [String: Any]
        #expect(begin?["previous"] as? String == names.last)
        let verdict = try #require(directory.verdict(noted: [head]))
        #expect(verdict.findings.filter(\.isFault).map(\.kind) == [.missingFile], "\(verdict.text)")
        #expect(verdict.files.first { $0.name == next }?.sealedLines == 0)
    }

    @Test("B: the end is rolled back, and an unsealed file claims to begin at the head")
    func attackB() throws {
        var forged = log
        remove(&forged, names[5...])
        #expect(try kinds(forged) == [.missingHead])
        try forge(&forged, next, after: names.last, head, removed: [names[names.count - 1]], lines: [])
        #expect(try kinds(forged) == [.missingHead, .missingFile])
    }

    @Test("C: everything is gone but one unsealed file")
    func attackC() throws {
        var forged = log
        remove(&forged, names)
        try forge(&forged, next, after: names.last, head, removed: [names[names.count - 1]], lines: [line])
        #expect(try kinds(forged) == [.missingFile, .missingHead])
        // Alone, and without a noted head, nothing tells it from a first run that was killed: no line of it is proven.
        remove(&forged, [next])
        try forge(&forged, "events-gw-zz-1.jsonl", after: nil, String(repeating: "0", count: 64), lines: [line])
        try directory.write(forged)
        let verdict = try #require(directory.verdict())
        #expect(verdict.sealedLines == 0 && verdict.unsealedLines == 1)
        #expect(verdict.text.hasSuffix("NOTHING IS SEALED: no line of this log is proven"))
    }

    @Test("D: a second root with forged lines")
    func attackD() throws {
        var forged = log
        try forge(
            &forged, "events-gw-aaaa-1.jsonl", after: nil, String(repeating: "0", count: 64), lines: [line, line, line])
        #expect(try kinds(forged) == [.secondRoot])
        // Nor does the next run make it a part of the log.
        try directory.run(boot: "later", lines: 6)
        let verdict = try #require(directory.verdict(noted: [head]))
        #expect(verdict.findings.filter(\.isFault).map(\.kind) == [.secondRoot], "\(verdict.text)")
        #expect(verdict.unsealedLines == 3)
    }

    @Test("E1: a byte is changed. E2: two files are swapped. E3: one is copied")
    func attackE() throws {
        var forged = log
        forged.files[names[4]]?[10] ^= 1
        #expect(try kinds(forged) == [.changed])
        forged = log
        for part in [{ $0 }, TamperedLog.chain] as [(String) -> String] {
            (forged.files[part(names[4])], forged.files[part(names[5])]) = (
                log.files[part(names[5])], log.files[part(names[4])]
            )
        }
        #expect(try kinds(forged).contains(.renamed))
        forged = log
        forged.files["events-gw-offline-555.jsonl"] = log.files[names[4]]
        #expect(try kinds(forged) == [.missingChain])
        forged.files["events-gw-offline-555.chain"] = log.files[TamperedLog.chain(names[4])]
        #expect(try kinds(forged).contains(.renamed))
    }

    @Test("E4: the seal of a file in the middle is dropped")
    func attackE4() throws {
        var forged = log
        forged.files[TamperedLog.chain(names[6])] = Array(log.records(names[6]).dropLast().joined())
        #expect(try kinds(forged) == [.unsealed])
        // The seal of the last one is the end of the log: the noted head tells it only if it is a later one.
        forged = log
        let last = names[names.count - 1]
        forged.files[TamperedLog.chain(last)] = Array(log.records(last).dropLast().joined())
        try directory.write(forged)
        let verdict = try #require(directory.verdict())
        #expect(verdict.findings.map(\.kind) == [.openFile] && verdict.unsealedLines > 0, "\(verdict.text)")
    }

    @Test func aStatementIsReadInOneWayOnly() throws {
        // The same bytes enter the chain, but they say something else: a file whose name holds two.
        let directory = try LogDirectory()
        try directory.run(boot: "a", lines: 60, files: 4)
        let log = try directory.contents()
        let verdict = try #require(directory.verdict())
        #expect(verdict.isIntact && verdict.findings.map(\.kind) == [.expired], "\(verdict.text)")
        let name = try #require(log.sealed["gw"]?.last)
        let text = String(decoding: log.files[TamperedLog.chain(name)] ?? [], as: UTF8.self)
        var rewritten = log
        let changed = text.replacing(".jsonl\"]", with: ".jsonl\\n\"]")
        #expect(changed != text)
        rewritten.files[TamperedLog.chain(name)] = Array(changed.utf8)
        try directory.write(rewritten)
        #expect(directory.verdict()?.isIntact == false)
    }

    @Test func aPackedTwinOfAFileIsReadToo() throws {
        try directory.write(log)
        let twin = directory.url.appendingPathComponent(names[3])
        try Data("{\"forged\":1}\n".utf8).write(to: twin)
        try PackedFile.pack(twin.path) { true }
        try Data(log.files[names[3]] ?? []).write(to: twin)
        let verdict = try #require(directory.verdict())
        #expect(!verdict.isIntact && verdict.findings.contains { $0.file == names[3] + ".zst" }, "\(verdict.text)")
    }

    @Test func anEmptyChainFileHidesNoPackedLog() throws {
        try directory.write(log)
        let name = "events-gw-zz-1.jsonl"
        let stranger = directory.url.appendingPathComponent(name)
        try Data().write(to: directory.url.appendingPathComponent(TamperedLog.chain(name)))
        try Data().write(to: stranger)
        try PackedFile.pack(stranger.path) { true }
        #expect(directory.verdict()?.isIntact == true)
        try Data("{\"forged\":1}\n".utf8).write(to: stranger)
        try PackedFile.pack(stranger.path) { true }
        #expect(directory.verdict()?.isIntact == false)
    }
}
