import Audit
import AuditInput
import HTTPDecoding

/// Connections, requests and findings of recordings, as records or as a report for people.
struct FindingOutput {
    private let auditor: Auditor
    private let display: ValueDisplay
    private let records: FindingRecords

    /// An output that also names `known` values.
    init(known: KnownValues, display: ValueDisplay) {
        auditor = Auditor(known: known, unpack: ContentUnpacking.unpack)
        self.display = display
        records = FindingRecords(display: display)
    }

    /// The records: connections, requests, findings, and at the end the summary of each recording.
    func records(_ recordings: [RecordingReader.Recording]) -> [String] {
        var lines: [String] = []
        for recording in recordings {
            let reading = recording.reading ?? AuditReading(exchanges: recording.exchanges)
            lines += AuditRecords.connections(reading) + AuditRecords.requests(reading)
            for (finding, exchange) in findings(of: recording) {
                lines.append(records.line(finding, in: exchange, capture: recording.capture).text)
            }
            lines.append(AuditRecords.summary(reading))
            lines.append(inputs(recording.inputs))
        }
        return lines
    }

    private func inputs(_ inputs: [AuditSource]) -> String {
        var line = JSONLine()
        line.add("type", "inputs")
        line.add("inputs", inputs.map(\.line))
        return line.text
    }

    /// The report.
    func text(_ recordings: [RecordingReader.Recording]) -> [String] {
        var report = AuditReport(title: "Audit of a recording")
        for recording in recordings {
            report.sections.append(opening(recording))
            let placed = findings(of: recording).map { AuditReport.Placed(finding: $0.finding, exchange: $0.exchange) }
            report.sections += AuditReport.findings(placed, display: display)
            report.sections.append(AuditReport.inputs(recording.inputs))
        }
        return [report.text]
    }

    private func opening(_ recording: RecordingReader.Recording) -> AuditReport.Section {
        let requests = recording.exchanges.count
        var sentences = ["\(requests) request\(requests == 1 ? "" : "s") were read."]
        if let reading = recording.reading {
            sentences.insert(contentsOf: AuditNotice.lines(reading), at: 0)
            if recording.unopened > 0 {
                sentences.append("What stood in connections that could not be opened is not part of this report.")
            }
        } else {
            sentences.append("They are from a HAR file: what another program wrote down, not what was on the wire.")
        }
        let rows = recording.exchanges.prefix(200).map { exchange in
            [
                String(exchange.number), ValueDisplay.printable(exchange.request.method),
                ValueDisplay.printable(exchange.request.host + exchange.request.path),
                String(exchange.request.body.count),
                exchange.response?.status.map(String.init) ?? "-",
            ]
        }
        return AuditReport.Section(
            title: "What was recorded", sentences: sentences, columns: ["N", "METHOD", "WHERE", "BYTES", "STATUS"],
            rows: rows)
    }

    private func findings(of recording: RecordingReader.Recording) -> [(finding: Finding, exchange: HTTPExchange)] {
        var found: [(finding: Finding, exchange: HTTPExchange)] = []
        for exchange in recording.exchanges {
            found += auditor.audit(exchange).findings.map { ($0, exchange) }
        }
        let byNumber = Dictionary(recording.exchanges.map { ($0.number, $0) }) { first, _ in first }
        for (number, finding) in StyleRules().searchHeaders(recording.exchanges) {
            if let exchange = byNumber[number] { found.append((finding, exchange)) }
        }
        return found
    }
}
