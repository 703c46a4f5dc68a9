import Audit
import AuditInput
import HTTPDecoding

/// Connections, requests and findings of recordings, as records or as a report for people.
struct FindingOutput {
    /// What looks for findings.
    let auditor: Auditor
    private let display: ValueDisplay
    private let records: FindingRecords
    private let basis: [AuditSource]

    /// An output that also names `known` values. `basis`: files other than recordings that the result rests on.
    init(known: KnownValues, display: ValueDisplay, basis: [AuditSource] = []) {
        self.basis = basis
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
                let capture = recording.capture(exchange.number - 1)
                lines.append(records.line(finding, in: exchange, capture: capture).text)
            }
            let examined = recording.examined
            lines.append(
                AuditRecords.summary(
                    reading, undecoded: examined?.refused ?? 0, findingsDropped: examined?.dropped ?? 0))
            lines.append(inputs(recording.inputs + basis))
        }
        return lines
    }

    private func inputs(_ inputs: [AuditSource]) -> String {
        var line = JSONLine()
        line.add("type", "inputs")
        line.add("inputs", inputs.map(\.line))
        return line.text
    }

    /// The report for people.
    func report(_ recordings: [RecordingReader.Recording]) -> AuditReport {
        var report = AuditReport(title: "Audit of a recording")
        for recording in recordings {
            report.sections.append(opening(recording))
            let placed = findings(of: recording).map { AuditReport.Placed(finding: $0.finding, exchange: $0.exchange) }
            report.sections += AuditReport.findings(placed, display: display)
            report.sections.append(AuditReport.inputs(recording.inputs + basis))
        }
        return report
    }

    private func opening(_ recording: RecordingReader.Recording) -> AuditReport.Section {
        let requests = recording.exchanges.count
        var sentences = ["\(requests) request\(requests == 1 ? "" : "s") were read."]
        if let reading = recording.reading {
            sentences.insert(contentsOf: AuditNotice.lines(reading), at: 0)
            if recording.unopened > 0 {
                sentences.append("The contents of connections that could not be opened are not part of this report.")
            }
        } else {
            sentences.append("They are from a HAR file: what another program wrote down, not what was on the wire.")
        }
        sentences += recording.examined?.notices ?? []
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
        let arrivals = recording.reading?.arrivals ?? recording.exchanges.map(\.number)
        for (exchange, arrival) in zip(recording.exchanges, arrivals) {
            found += (recording.examined?[arrival] ?? []).map { ($0, exchange) }
        }
        let byNumber = Dictionary(recording.exchanges.map { ($0.number, $0) }) { first, _ in first }
        for (number, finding) in StyleRules().searchHeaders(recording.exchanges) {
            if let exchange = byNumber[number] { found.append((finding, exchange)) }
        }
        return found
    }
}
