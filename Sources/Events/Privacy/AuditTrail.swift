import Archive
import Foundation

/// Writes an audit event of a command beside a sensor: a file of its own in the directory of the sensor's files.
public enum AuditTrail {
    /// Writes `notice` to a new file in the directory at `directory`, for `sensor`, and seals it if there is a `key`.
    ///
    /// `current` stays as it is: it leads readers to the sensor's newest file. No file of the trail is ever removed.
    ///
    /// - Throws: if it could not be written whole, or would spoil a sealed log; then what it is about must not be done.
    public static func write(
        _ notice: NoticeReport, as sensor: SensorIdentity, to directory: String, key: EvidenceKey?
    ) throws(SinkError) {
        try check(directory, key)
        let start = StartReport(time: notice.time, mode: .offline, sources: [], outputs: ["file"], catalog: "")
        var limits = FileLimits()
        (limits.files, limits.totalBytes) = (1 << 30, 1 << 60)
        var sink = try FileSink(
            directory: directory, header: FileHeader(sensor: sensor, report: start), limits: limits, key: key,
            leadsCurrent: false)
        var encoder = EventEncoder(sensor: sensor)
        var batch = LineBatch()
        for event in [Event.start(start), .audit(notice)] {
            encoder.encode(event)
            batch.append(encoder.line, priority: event.priority)
        }
        let outcome = sink.write(batch, now: notice.time)
        sink.close()
        if let failure = outcome.failure { throw failure }
    }

    /// A line without a seal, or with that of another key, is a fault of the whole log.
    private static func check(_ directory: String, _ key: EvidenceKey?) throws(SinkError) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
            .filter { $0.hasPrefix("events-") && $0.hasSuffix(LogFileName.chainSuffix) }.sorted()
        guard let first = names.first else { return }
        guard let key else {
            throw .system(
                "\(directory) holds a sealed log (\(first)): give its key as --evidence-key, or another directory")
        }
        for name in names {
            guard let ends = try? PlainFile.ends(directory + "/" + name, limit: 64 << 10),
                let end = ends.first.firstIndex(of: UInt8(ascii: "\n")),
                case .begin(let begin)? = EvidenceRecord(line: ends.first[..<end])
            else { continue }
            if begin.publicKey != key.publicHexadecimal {
                throw .system("\(directory)/\(name) has seals of another key: give that key, or another directory")
            }
        }
    }

    /// Those of `addresses` that are nowhere in the log files of `directory`, packed or not, as a value in quotation marks.
    ///
    /// Cost: the files once, one at a time in memory.
    public static func addressesMissing(_ addresses: [String], in directory: String) -> [String] {
        var missing = addresses
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
        for name in names where name.hasPrefix("events-") && !missing.isEmpty {
            guard let text = contents(directory + "/" + name) else { continue }
            missing.removeAll { text.range(of: Data("\"\($0)\"".utf8)) != nil }
        }
        return missing
    }

    private static func contents(_ path: String) -> Data? {
        if path.hasSuffix(LogFileName.suffix) { return try? PlainFile.read(path, limit: logLimit) }
        guard path.hasSuffix(LogFileName.suffix + PackedFile.suffix) else { return nil }
        return (try? PackedFile.contents(path, limit: logLimit)).map { Data($0) }
    }

    /// The most bytes of a file that are searched.
    private static var logLimit: Int { 2 << 30 }
}
