import Bytes
import Capture
import Crypto
import Rules
import Text

/// A form of a report.
public enum ReportFormat: String, CaseIterable, Sendable {
    case table, csv, json, markdown, html
}

/// A report that can be written: the answers, and what they were read from.
public struct Report: Sendable {
    let model: ReportModel
    let inputs: [EventReader.Input]
    let skipped: [String]
    let unread: [String]
    /// What a person may repeat to get the same; names and values as they were given.
    let command: String
    let tool: String
    let hashes: [String: String]
    let audits: [AuditRecord]

    /// The report of what `reader` read into `model`.
    ///
    /// `command` is the line that made it, `tool` the version of egret. With `hashesInputs` every file is read once more for its
    /// SHA-256. `audits` are shown in a section of the HTML form; the other forms have none.
    public init(
        _ model: ReportModel, _ reader: EventReader, command: String, tool: String, hashesInputs: Bool = false,
        audits: [AuditRecord] = []
    ) {
        self.audits = audits
        self.model = model
        inputs = reader.inputs
        skipped = reader.skipped
        unread = reader.unread
        self.command = command
        self.tool = tool
        var hashes: [String: String] = [:]
        if hashesInputs {
            for path in inputs.map(\.path) + audits.map(\.path) where path != "-" {
                hashes[path] = Self.hash(of: path)
            }
        }
        self.hashes = hashes
    }

    /// The SHA-256 of the file itself; `nil` if it cannot be read again.
    private static func hash(of path: String) -> String? {
        guard let file = try? DecompressedFile(path: path, isRaw: true) else { return nil }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        var hash = SHA256()
        while true {
            let count = file.read(into: &buffer, from: 0)
            if count == 0 { break }
            hash.update(data: buffer[..<count])
        }
        guard file.failure == nil else { return nil }
        return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The report in `format`; `width` is that of the terminal, for the table.
    public func text(_ format: ReportFormat, width: Int? = nil) -> String {
        switch format {
        case .table: terminalText(width: width)
        case .csv: table.csv
        case .json: jsonText
        case .markdown: markdownText
        case .html: HTMLReport(self).text
        }
    }

    var cells: CellFormat { CellFormat(clock: model.query.clock) }

    var table: ReportTable { table(limit: model.query.rowLimit) }

    /// What was asked for, at most `limit` rows and the rest as one.
    func table(limit: Int?) -> ReportTable {
        model.query.isOfAlerts
            ? ReportTable(model.alerts.rules, limit: limit) : ReportTable(model.usage, model.texts, limit: limit)
    }

    /// What is written in place of a table without rows; `nil` if there are some.
    var emptyWords: String? {
        if model.query.isOfAlerts { return model.alerts.rules.isEmpty ? "No alerts" : nil }
        return model.usage.rows.isEmpty ? "No AI traffic" : nil
    }

    /// The coverage of all runs.
    var coverage: Coverage {
        var sum = Coverage()
        for run in model.runs.values where run.hasEvents {
            if let growth = run.growth { sum.add(growth) } else { sum.runsWithout += 1 }
        }
        return sum
    }

    /// Events that the sensors numbered and that were not read.
    var missing: Int64 { model.runs.values.reduce(Int64(0)) { $0.addingClamped($1.sequence.missing) } }

    /// The period in words: what was asked for, or what the events reach over.
    var period: String {
        let zone = model.query.clock.zone
        let from = (model.query.from ?? model.first).map(cells.time)
        let to = (model.query.to ?? model.last).map(cells.time)
        guard let from, let to else { return "no events" }
        return "\(from) to \(to) (\(zone))"
    }

    /// The conditions in words; `nil` without any.
    var conditions: String? {
        let words = model.query.conditions.map {
            $0.dimension.rawValue + ($0.isNegated ? "!=" : "=") + $0.texts.joined(separator: ",")
        }
        return words.isEmpty ? nil : words.joined(separator: " and ")
    }
}
