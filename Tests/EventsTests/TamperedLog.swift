import Bytes
import Crypto
import Events
import Foundation
import Testing

/// A directory of log files as bytes in memory, so that it can be tampered with and written again and again.
struct TamperedLog {
    /// The files by name.
    var files: [String: [UInt8]] = [:]
    /// The sealed files of each sensor, the oldest first.
    var sealed: [String: [String]] = [:]
    /// The files without a seal of each sensor, by the sealed file before them; an empty name for none.
    var open: [String: [(name: String, after: String)]] = [:]

    /// The name of the chain file beside the log file `name`.
    static func chain(_ name: String) -> String { String(name.dropLast(6)) + ".chain" }

    /// The records of the chain file beside `name`, a line each.
    func records(_ name: String) -> [[UInt8]] { Self.lines(files[Self.chain(name)] ?? []) }

    /// The whole lines of `bytes`, each with its line feed.
    static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map { Array($0) + [0x0A] }
    }

    /// The chain at the end of the file `name`, as its last record says.
    func end(_ name: String) throws -> String {
        guard let last = records(name).last, let read = try? JSONSerialization.jsonObject(with: Data(last)),
            let record = (read as? [String: Any])?.values.first as? [String: Any],
            let chain = record["chain"] as? String
        else { throw NoRecord() }
        return chain
    }

    /// That a chain file has no record.
    struct NoRecord: Error {}
}

/// A directory on disk that `FileSink` and `LogVerifier` work on.
final class LogDirectory {
    let url: URL
    let key: EvidenceKey
    /// What tells the lines of one history from those of another.
    var salt = 0

    init(key: EvidenceKey = EvidenceKey()) throws {
        // In memory if there is such a place: thousands of directories are written.
        let shared = URL(fileURLWithPath: "/dev/shm")
        let base =
            FileManager.default.isWritableFile(atPath: shared.path) ? shared : FileManager.default.temporaryDirectory
        url = base.appendingPathComponent("egret-\(UUID().uuidString)")
        self.key = key
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// A run of `sensor` that writes `count` short lines, two a batch, three or four batches a file.
    @discardableResult
    func run(
        _ sensor: String = "gw", boot: String, lines count: Int, files limit: Int = 1_000, ends: Bool = true,
        compression: FileCompression = .none
    ) throws -> [SinkNotice] {
        let identity = SensorIdentity(id: sensor, version: "1.0.0", boot: boot)
        var limits = FileLimits()
        (limits.fileBytes, limits.files, limits.compression) = (1_000, limit, compression)
        let header = FileHeader(sensor: identity, report: Samples.startReport())
        var sink = try FileSink(directory: url.path, header: header, limits: limits, key: key)
        for number in stride(from: 0, to: count, by: 2) {
            var batch = LineBatch()
            for line in number..<min(count, number + 2) {
                let padding = String(repeating: "x", count: 60)
                batch.append(
                    Array("{\"run\":\"\(boot)\",\"salt\":\(salt),\"n\":\(line),\"text\":\"\(padding)\"}\n".utf8),
                    priority: .normal)
            }
            #expect(sink.write(batch, now: Samples.start.advanced(byNanoseconds: Int64(number))).failure == nil)
        }
        if ends { sink.close() }
        return sink.notices
    }

    /// What is there, with the order in which the sealed files continue each other.
    func contents() throws -> TamperedLog {
        var log = TamperedLog()
        for name in try FileManager.default.contentsOfDirectory(atPath: url.path) where name.hasPrefix("events-") {
            log.files[name] = [UInt8](try Data(contentsOf: url.appendingPathComponent(name)))
        }
        var previous: [String: String] = [:]
        var begins: [String: String] = [:]
        for chain in log.files.keys.sorted() where chain.hasSuffix(".chain") {
            let name = String(chain.dropLast(6)) + ".jsonl"
            let records = log.records(name)
            let (first, last) = (try #require(records.first), try #require(records.last))
            let begin = try #require(try object(first)["begin"] as? [String: Any])
            let before = begin["previous"] as? String ?? ""
            let sensor = String(name.split(separator: "-")[1])
            if try object(last)["seal"] == nil {
                log.open[sensor, default: []].append((name, before))
            } else {
                previous[name] = before
                begins[name] = sensor
            }
        }
        for sensor in Set(begins.values) {
            let names = begins.filter { $0.value == sensor }.map(\.key)
            // The first one continues a file that is not there.
            var next = names.first { !names.contains(previous[$0] ?? "") }
            while let name = next {
                log.sealed[sensor, default: []].append(name)
                next = names.first { previous[$0] == name }
            }
        }
        return log
    }

    /// Puts the files of `log` there, and nothing else.
    func write(_ log: TamperedLog) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: url.path) {
            try FileManager.default.removeItem(at: url.appendingPathComponent(name))
        }
        for (name, bytes) in log.files { try Data(bytes).write(to: url.appendingPathComponent(name)) }
    }

    /// What is found; `nil` if it is no log with evidence at all, which is an error of the command.
    func verdict(noted: [String] = [], anchors: [LogAnchor] = [], keys: [EvidenceKey]? = nil) -> LogVerdict? {
        var verifier = LogVerifier(directory: url.path, trusted: (keys ?? [key]).map(\.publicKey))
        return try? verifier.verify(noted: noted, anchors: anchors)
    }
}

/// The arithmetic of docs/EVIDENCE.md without the module's own: what someone without the key, or with another, can compute.
enum Forgery {
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    static func raw(_ text: String) -> [UInt8] {
        let digits = Array(text)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(String(digits[$0...($0 + 1)]), radix: 16) ?? 0 }
    }

    static func sha(_ parts: [UInt8]...) -> [UInt8] { Array(SHA256.hash(data: parts.flatMap(\.self))) }

    /// The chain file of a log file called `name` with `lines`, as someone would write it after `previous` and its `chain`, with
    /// a statement of removal, and a seal of `key` if one is given.
    static func chain(
        _ name: String, previous: String?, chain before: String, lines: [[UInt8]], removed: [String] = [],
        publicKey: String,
        signer: Curve25519.Signing.PrivateKey? = nil
    ) throws -> [UInt8] {
        var records: [[String: Any]] = []
        var begin: [String: Any] = ["version": 1, "file": name, "chain": before, "public_key": publicKey]
        begin["previous"] = previous
        records.append(["begin": begin])
        var chain = sha(Array("egret-log-1\n\(name)\n\(before)\n".utf8))
        if !removed.isEmpty {
            chain = sha(chain, Array("R".utf8), Array(removed.joined(separator: "\n").utf8))
            records.append(["removed": ["files": removed, "chain": hex(chain)] as [String: Any]])
        }
        if !lines.isEmpty {
            let digests = lines.map { sha($0) }
            chain = sha(chain, Array("L".utf8), digests.flatMap(\.self))
            records.append([
                "lines": [
                    "lines": lines.count, "bytes": lines.reduce(0) { $0 + $1.count },
                    "marks": digests.map { hex($0.prefix(4)) }.joined(), "chain": hex(chain),
                ] as [String: Any]
            ])
        }
        if let signer {
            let bytes = lines.reduce(0) { $0 + $1.count }
            let time = "2026-07-10T02:01:55.000120300Z"
            let message = "egret-seal-1\n\(name)\n\(lines.count)\n\(bytes)\n\(time)\n\(hex(chain))\n"
            records.append([
                "seal": [
                    "lines": lines.count, "bytes": bytes, "time": time, "chain": hex(chain),
                    "signature": hex(try signer.signature(for: Data(message.utf8))),
                ] as [String: Any]
            ])
        }
        return try records.flatMap { try [UInt8](JSONSerialization.data(withJSONObject: $0)) + [0x0A] }
    }
}
