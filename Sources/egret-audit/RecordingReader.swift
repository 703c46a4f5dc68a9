import Audit
import AuditInput
import Crypto
import Decryption
import Foundation
import HTTPDecoding

/// Reads recordings of both kinds: captures with their keys, and HAR files.
struct RecordingReader {
    /// One recording: what was read, and the files it rests on.
    struct Recording {
        /// The exchanges, in order.
        var exchanges: [HTTPExchange]
        /// The reading of captures, or `nil` for a HAR file.
        var reading: AuditReading?
        /// The files.
        var inputs: [AuditSource]
        /// The findings of exchanges that were examined while the recording was read.
        var examined: ExaminedFindings?

        /// The number of connections that were not opened in full.
        var unopened: Int {
            (reading?.totals.states ?? [:]).reduce(0) { $0 + ($1.key == .opened || $1.key == .clear ? 0 : $1.value) }
        }

        /// The captures by their paths.
        var sources: [String: AuditSource] = [:]

        /// The file that the exchange at `index` begins in.
        func capture(_ index: Int) -> AuditSource {
            let unknown = AuditSource(name: "-", bytes: 0, sha256: "")
            guard let reading else { return inputs.first ?? unknown }
            guard reading.captures.indices.contains(index), let file = reading.captures[index] else { return unknown }
            return sources[reading.files[file]] ?? unknown
        }
    }

    /// The largest HAR file that is read, in bytes.
    private static let largestHAR = 64 << 20

    /// The paths of key logs.
    let keys: [String]
    /// The most bytes of bodies that are in memory at a time.
    var bodies = 192 << 20

    /// Reads captures as one recording. With an auditor each request is examined as soon as it is complete, and its body
    /// is let go of.
    func read(captures: [String], auditor: Auditor? = nil) throws(AuditInputError) -> Recording {
        let examined = auditor.map { ExaminedFindings($0) }
        let reader = AuditReader(captures: captures, keys: keys, budget: BodyBudget(total: bodies))
        var examiner: AuditReader.Examiner?
        if let examined { examiner = { examined.examine($0) } }
        let reading = try reader.read(examine: examiner)
        var inputs: [AuditSource] = []
        var sources: [String: AuditSource] = [:]
        for path in reading.files where path != "-" {
            let source = try Self.digest(of: path)
            sources[path] = source
            inputs.append(source)
            let beside = KeySources.beside(path)
            if FileManager.default.fileExists(atPath: beside) { inputs.append(try Self.digest(of: beside)) }
        }
        for path in keys { inputs += try digests(of: path) }
        return Recording(
            exchanges: reading.exchanges, reading: reading, inputs: inputs, examined: examined, sources: sources)
    }

    /// Reads one path: a HAR file by its name, otherwise a capture or a directory of captures.
    func read(path: String) throws(AuditInputError) -> Recording {
        path.hasSuffix(".har") ? try read(har: path) : try read(captures: [path])
    }

    /// Reads a HAR file.
    func read(har path: String, auditor: Auditor? = nil) throws(AuditInputError) -> Recording {
        let bytes = try Self.contents(path, limit: Self.largestHAR)
        let exchanges: [HTTPExchange]
        do throws(FieldError) { exchanges = try HARReader.read(bytes) } catch {
            throw AuditInputError("\(path): not a HAR file: \(Self.words(error))")
        }
        let examined = auditor.map { ExaminedFindings($0) }
        if let examined { for exchange in exchanges { examined.examine(exchange) } }
        return Recording(exchanges: exchanges, reading: nil, inputs: try digests(of: path), examined: examined)
    }

    /// The bytes of a file.
    static func contents(_ path: String, limit: Int) throws(AuditInputError) -> [UInt8] {
        guard let file = FileHandle(forReadingAtPath: path) else { throw AuditInputError("\(path): cannot be opened") }
        do {
            let data = try file.read(upToCount: limit + 1) ?? Data()
            guard data.count <= limit else { throw AuditInputError("\(path): larger than \(limit) bytes") }
            return Array(data)
        } catch {
            throw AuditInputError("\(path): cannot be read, or larger than \(limit) bytes")
        }
    }

    private static func words(_ error: FieldError) -> String {
        switch error {
        case .malformed(let offset): offset == 0 ? "there is no log.entries" : "byte \(offset) is not JSON"
        case .limit: "it is nested too deep or holds too many values"
        }
    }

    /// The SHA-256 of a file, or of each file of a directory.
    private func digests(of path: String) throws(AuditInputError) -> [AuditSource] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            return [try Self.digest(of: path)]
        }
        var inputs: [AuditSource] = []
        for name in names.sorted() {
            let file = path + "/" + name
            let isDirectory = (try? FileManager.default.contentsOfDirectory(atPath: file)) != nil
            inputs += try isDirectory ? digests(of: file) : [Self.digest(of: file)]
        }
        return inputs
    }

    /// The SHA-256 of a file.
    static func digest(of path: String) throws(AuditInputError) -> AuditSource {
        guard let file = FileHandle(forReadingAtPath: path) else { throw AuditInputError("\(path): cannot be opened") }
        var hash = SHA256()
        var count = 0
        while let piece = try? file.read(upToCount: 1 << 20), !piece.isEmpty {
            hash.update(data: piece)
            count += piece.count
        }
        let name = String(path.split(separator: "/").last ?? "-")
        return AuditSource(name: name, bytes: count, sha256: hash.finalize().hexadecimalText)
    }
}
