import Bytes
import Events
import Foundation
import Testing

@testable import egret

/// A sealed log of one sensor, with its key beside it.
private struct SealedLog {
    let scratch = try? Scratch()
    let key: String
    let log: String

    init() throws {
        let scratch = try #require(scratch)
        (key, log) = (scratch.path("key.pem"), scratch.path("log"))
        #expect(egret("key", "evidence", key).status == 0)
        try run("a")
    }

    func run(_ boot: String) throws {
        let start = StartReport(
            time: Timestamp(seconds: 1_800_000_000, nanoseconds: 0), mode: .offline, sources: [], catalog: "")
        let header = FileHeader(sensor: SensorIdentity(id: "gw", version: "1", boot: boot), report: start)
        var sink = try FileSink(directory: log, header: header, key: try EvidenceKey(file: key))
        var batch = LineBatch()
        batch.append(Array("{\"src\":{\"ip\":\"100.9.15.210\"}}\n".utf8), priority: .normal)
        #expect(sink.write(batch, now: start.time).written == 1)
        sink.close()
    }
}

@Test func aKeyIsMadeOnceAndItsPublicHalfIsPrinted() throws {
    let scratch = try Scratch()
    let made = egret("key", "evidence", scratch.path("key.pem"))
    #expect(made.status == 0 && made.output.hasPrefix("-----BEGIN PUBLIC KEY-----\n"))
    #expect(egret("key", "public", scratch.path("key.pem")).output == made.output)
    let again = egret("key", "evidence", scratch.path("key.pem"))
    #expect(again.status == 1 && again.errors.contains("key.pem"))
    let mode = try FileManager.default.attributesOfItem(atPath: scratch.path("key.pem"))[.posixPermissions] as? Int
    #expect(mode == 0o600)
}

@Test func verifySaysWhatIsCoveredAndEndsByWhatItFound() throws {
    let sealed = try SealedLog()
    let intact = egret("verify", "--public-key", sealed.key, sealed.log)
    #expect(intact.status == 0 && intact.output.contains("2 lines are covered by a seal, 0 are not"), "\(intact)")
    let head = try #require(intact.output.split(separator: "\n").first { $0.hasPrefix("head ") }?.dropFirst(5))
    try sealed.run("b")
    #expect(egret("verify", "--public-key", sealed.key, "--head", String(head), "--strict", sealed.log).status == 0)
    for name in ["events-gw-a-1.jsonl", "events-gw-a-1.chain"] {
        try FileManager.default.removeItem(atPath: sealed.log + "/" + name)
    }
    let gone = egret("verify", "--public-key", sealed.key, "--format", "json", sealed.log)
    #expect(gone.status == 1 && gone.output.contains("\"kind\":\"missing_file\""), "\(gone)")
    let json = try JSONSerialization.jsonObject(with: Data(gone.output.utf8)) as? [String: Any]
    #expect(json?["findings"] != nil && json?["files"] != nil)
}

@Test func anAnchorThatIsMissingIsAFaultOfTheCommand() throws {
    let sealed = try SealedLog()
    let scratch = try Scratch()
    let line = """
        <133>1 - - - {"type":"anchor","anchor":{"output":"file","file":"events-gw-a-9.jsonl","lines":1,"head":"\
        \(String(repeating: "ab", count: 32))","key":"00"}}

        """
    let anchors = try scratch.write("anchors", line)
    let result = egret("verify", "--anchors", anchors, sealed.log)
    #expect(result.status == 1 && result.output.contains("[missing_head] events-gw-a-9.jsonl"), "\(result)")
    #expect(egret("verify", "--anchors", scratch.path("none"), sealed.log).errors.contains("cannot be read"))
}

@Test func hostileNamesInADirectoryAreEscaped() throws {
    let sealed = try SealedLog()
    try Data("{}\n".utf8).write(to: URL(fileURLWithPath: sealed.log + "/events-gw-\u{1B}[31m-1.jsonl"))
    let result = egret("verify", sealed.log)
    #expect(result.status == 1 && !result.output.contains("\u{1B}") && result.output.contains("\\u{1b}"), "\(result)")
}

@Test func resolveRefusesWhatIsNotInTheLogAndWhatWouldSpoilIt() throws {
    let sealed = try SealedLog()
    let scratch = try Scratch()
    let key = scratch.path("privacy.keys")
    #expect(egret("key", "privacy", key).status == 0)
    func resolve(_ more: String...) -> CommandResult {
        egret(["resolve", "--privacy-key", key, "--audit", sealed.log, "--reason", "case 1"] + more)
    }
    let other = resolve("--evidence-key", sealed.key, "198.51.100.9")
    #expect(other.status == 1 && other.errors.contains("198.51.100.9 nowhere in the log"), "\(other)")
    let unsealed = resolve("100.9.15.210")
    #expect(
        unsealed.status == 1 && unsealed.errors.contains("--evidence-key") && unsealed.output.isEmpty, "\(unsealed)")
    let answer = resolve("--evidence-key", sealed.key, "100.9.15.210")
    #expect(answer.status == 0 && answer.output.hasPrefix("100.9.15.210 "), "\(answer)")
    let forced = resolve("--evidence-key", sealed.key, "--force", "198.51.100.9")
    #expect(forced.status == 0 && forced.output.hasPrefix("198.51.100.9 "), "\(forced)")
    let verdict = egret("verify", "--public-key", sealed.key, "--strict", sealed.log)
    #expect(verdict.status == 0, "\(verdict)")
    let current = try FileManager.default.destinationOfSymbolicLink(atPath: sealed.log + "/current")
    #expect(current == "events-gw-a-1.jsonl")
}
