import Bytes
import Capture
import Foundation

/// Why a file is no record of an audit.
public struct AuditRecordError: Error, CustomStringConvertible {
    /// The file, and if one is at fault the line; what is wrong, and what would be right.
    public let description: String
}

/// What a record of `egret audit --format jsonl` says, as a report shows it. It may be one that was redacted.
///
/// It is a file like any other: nothing is decrypted here. Memory: a buffer of 1 MiB and at most `mostRows` rows of each table; all
/// others are counted.
public struct AuditRecord: Sendable {
    /// The most rows that are kept of findings, of differences and of inputs.
    static let mostRows = 500
    /// The most requests of one recording whose names are kept for its findings.
    private static let mostRequests = 20_000

    /// One finding.
    struct Finding: Sendable {
        var kind: String
        var grade: String
        var category: String
        var request: String
        var field: String
        var words: String
        var count: Int64
    }

    /// One field that takes other values under another setting.
    struct Difference: Sendable {
        var request: String
        var field: String
        var p: Double?
        var familyP: Double?
    }

    /// The file of the record.
    public let path: String
    /// The connections in each state.
    private(set) var states: [String: Int64] = [:]
    /// The requests of all recordings.
    private(set) var requests: Int64 = 0
    /// Lines of key logs that match no connection.
    private(set) var unusedKeys: Int64 = 0
    /// Values that were not decoded, and findings that the audit had no room for.
    private(set) var unexamined: Int64 = 0
    /// The first findings of grade `signature`, and the first of grade `anomaly`.
    private(set) var signatures: [Finding] = []
    private(set) var anomalies: [Finding] = []
    /// The number of findings of each kind and grade.
    private(set) var counts: [String: [String: Int64]] = [:]
    /// The first fields that depend on a setting, and how many there are.
    private(set) var differences: [Difference] = []
    private(set) var differenceCount: Int64 = 0
    /// What the comparisons say, with their warnings.
    private(set) var sentences: [String] = []
    private(set) var warnings: [String] = []
    /// The files that the audit rests on: name, bytes, SHA-256.
    private(set) var inputs: [(name: String, bytes: Int64, hash: String)] = []
    /// Lines that are no record of an audit.
    public private(set) var badLines: Int64 = 0
    /// The number of the first of them, from 1.
    public private(set) var firstBadLine: Int64?

    /// The names of the requests of the recording that is being read.
    private var names: [Int64: String] = [:]

    /// Reads the record at `path`, plain, gzip or zstd, `-` for standard input.
    public init(path: String) throws(AuditRecordError) {
        self.path = path
        let file: DecompressedFile
        do { file = try DecompressedFile(path: path) } catch { throw AuditRecordError(description: error.description) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var (filled, line, known) = (0, Int64(0), 0)
        var isOverlong = false
        while true {
            let more = file.read(into: &buffer, from: filled)
            filled += more
            var start = 0
            while let end = buffer.rawSpan.lineFeed(in: start..<filled) ?? (more == 0 && start < filled ? filled : nil)
            {
                line += 1
                if !isOverlong, add(buffer[start..<end]) {
                    known += 1
                } else if isOverlong || end > start {
                    addBad(line)
                }
                isOverlong = false
                start = end + 1
            }
            if more == 0 { break }
            if start == 0, filled == buffer.count { (isOverlong, start) = (true, filled) }
            buffer.moveToFront(min(start, filled)..<filled)
            filled -= min(start, filled)
        }
        if let failure = file.failure { throw AuditRecordError(description: "\(path): \(failure)") }
        guard known > 0 else {
            throw AuditRecordError(
                description: "\(path): holds no record of an audit; write one with egret audit --format jsonl")
        }
        names = [:]
    }

    private mutating func addBad(_ line: Int64) {
        badLines = badLines.addingClamped(1)
        firstBadLine = firstBadLine ?? line
    }
}

extension AuditRecord {
    /// A line of a record, of whatever type; what a type does not have is not there.
    private struct Line: Decodable {
        struct Input: Decodable {
            var name: String?
            var bytes: Int64?
            var sha256: String?
        }

        var type: String
        var n, request, count, requests: Int64?
        var method, host, path, field, kind, grade, category, explanation, known, form, mark, sentence: String?
        var p, pFamily: Double?
        var keysUnused, valuesUndecoded, findingsDropped: Int64?
        var connections: [String: Int64]?
        var warnings: [String]?
        var inputs: [Input]?

        enum CodingKeys: String, CodingKey {
            case type, n, request, count, requests, method, host, path, field, kind, grade, category, explanation, known
            case form, mark, sentence, p, connections, warnings, inputs
            case pFamily = "p_family"
            case keysUnused = "keys_unused"
            case valuesUndecoded = "values_undecoded"
            case findingsDropped = "findings_dropped"
        }

        /// `POST api.example/v1/messages`.
        var name: String { [method ?? "", (host ?? "") + (path ?? "")].filter { !$0.isEmpty }.joined(separator: " ") }
    }

    /// Adds one line; false if it is no line of a record.
    private mutating func add(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let line = try? JSONDecoder().decode(Line.self, from: Data(bytes)) else { return false }
        switch line.type {
        case "connection": break
        case "request":
            if let number = line.n, names.count < Self.mostRequests { names[number] = line.name }
        case "finding": add(finding: line)
        case "summary": add(summary: line)
        case "difference":
            differenceCount = differenceCount.addingClamped(1)
            if differences.count < Self.mostRows {
                differences.append(
                    Difference(request: line.name, field: line.field ?? "", p: line.p, familyP: line.pFamily))
            }
        case "comparison":
            if let sentence = line.sentence, sentences.count < Self.mostRows { sentences.append(sentence) }
            warnings += (line.warnings ?? []).prefix(max(0, Self.mostRows - warnings.count))
        case "inputs": break
        default: return false
        }
        for input in (line.inputs ?? []).prefix(max(0, Self.mostRows - inputs.count)) {
            inputs.append((input.name ?? "-", input.bytes ?? 0, input.sha256 ?? "-"))
        }
        return true
    }

    private mutating func add(summary line: Line) {
        for (state, count) in line.connections ?? [:] { states[state] = (states[state] ?? 0).addingClamped(count) }
        requests = requests.addingClamped(line.requests ?? 0)
        unusedKeys = unusedKeys.addingClamped(line.keysUnused ?? 0)
        unexamined = unexamined.addingClamped(line.valuesUndecoded ?? 0).addingClamped(line.findingsDropped ?? 0)
        // Numbers of requests begin again with the next recording.
        names = [:]
    }

    private mutating func add(finding line: Line) {
        let (kind, grade) = (line.kind ?? "-", line.grade ?? "-")
        counts[kind, default: [:]][grade] = (counts[kind]?[grade] ?? 0).addingClamped(1)
        let number = line.request.map(String.init) ?? "-"
        let name = line.request.flatMap { names[$0] } ?? ""
        let words = line.explanation ?? line.form ?? ""
        let finding = Finding(
            kind: kind, grade: grade, category: line.category ?? "-",
            request: name.isEmpty ? number : number + " " + name,
            field: line.field ?? "-", words: line.mark.map { "\(words) (documented mark \($0))" } ?? words,
            count: line.count ?? 1)
        if grade == "signature" {
            if signatures.count < Self.mostRows { signatures.append(finding) }
        } else if anomalies.count < Self.mostRows {
            anomalies.append(finding)
        }
    }
}
