import Rules
import Text

extension HTMLReport {
    /// What audits of recordings found, each from its record.
    func audit(_ html: inout HTMLText) {
        paragraph(
            "An audit reads recordings of an endpoint with the keys that its owner has. It is a program of its own, and its "
                + "records were given to this report as files. The sensors decrypt nothing.", to: &html)
        for record in report.audits {
            html.line("h3", record.path)
            openings(record, to: &html)
            findings(record, to: &html)
            comparisons(record, to: &html)
            sources(record, to: &html)
        }
        paragraph(
            "A finding shows what was sent over the leg that was recorded. It does not show why, and not who put it there: a relay "
                + "between the client and the recording may have changed the request. docs/AUDIT.md says what each kind means.",
            to: &html)
    }

    /// Which connections were opened: without that no finding, and no absence of one, means anything.
    private func openings(_ record: AuditRecord, to html: inout HTMLText) {
        if record.badLines > 0 {
            let first = record.firstBadLine.map { ", the first is line \($0)" } ?? ""
            html.line(
                "p", "\(record.badLines) lines of the record are no lines of an audit\(first).", with: ["class": "bad"])
        }
        guard !record.states.isEmpty else { return }
        let unopened = record.states.filter { $0.key != "opened" && $0.key != "clear" }.values.reduce(Int64(0)) {
            $0.addingClamped($1)
        }
        let requests = cells.text(.count(record.requests))
        if unopened > 0 {
            html.line(
                "p",
                "\(requests) requests were read. \(cells.text(.count(unopened))) connections were not opened in full; what they carried "
                    + "is not among the findings.", with: ["class": "bad"])
        } else {
            html.line("p", "\(requests) requests were read. Every connection was opened.", with: ["class": "good"])
        }
        if record.unusedKeys > 0 {
            paragraph(
                "\(cells.text(.count(record.unusedKeys))) lines of the key logs match no connection of the recordings.",
                to: &html)
        }
        if record.unexamined > 0 {
            html.line(
                "p",
                "\(cells.text(.count(record.unexamined))) values were not decoded or findings not kept, because a bound was reached.",
                with: ["class": "bad"])
        }
        let rows = record.states.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map {
            [ReportTable.Cell.text($0.key), .count($0.value)]
        }
        table(.plain([("STATE", false), ("CONNECTIONS", true)], rows), caption: "Connections by state", to: &html)
    }

    private func findings(_ record: AuditRecord, to html: inout HTMLText) {
        guard !record.counts.isEmpty else {
            if record.sentences.isEmpty { paragraph("The audit found nothing in these requests.", to: &html) }
            return
        }
        let sums = record.counts.sorted { $0.key < $1.key }.map { kind, grades in
            [ReportTable.Cell.text(kind), .count(grades["signature"] ?? 0), .count(grades["anomaly"] ?? 0)]
        }
        table(
            .plain([("KIND", false), ("SIGNATURE", true), ("ANOMALY", true)], sums),
            caption: "Findings by kind and grade",
            to: &html)
        paragraph(
            "Grade signature: the place has no ordinary explanation, or it is consistent with a mark that is documented in public. "
                + "Grade anomaly: worth a look, and no more.", to: &html)
        let kept = record.signatures + record.anomalies
        let rows = kept.prefix(AuditRecord.mostRows).map { finding -> [ReportTable.Cell] in
            [
                .text(finding.grade), .text(finding.kind), .text(finding.category), .text(finding.request),
                .text(finding.field), .text(finding.words), .count(finding.count),
            ]
        }
        let heads = [
            ("GRADE", false), ("KIND", false), ("CATEGORY", false), ("REQUEST", false), ("FIELD", false),
            ("WHAT", false),
            ("PLACES", true),
        ]
        let all = record.counts.values.flatMap(\.values).reduce(Int64(0)) { $0.addingClamped($1) }
        let caption =
            all > Int64(rows.count)
            ? "The first \(rows.count) of \(cells.text(.count(all))) findings, those of grade signature first"
            : "Findings"
        table(.plain(heads, rows), caption: caption, to: &html)
    }

    private func comparisons(_ record: AuditRecord, to html: inout HTMLText) {
        for sentence in record.sentences { paragraph(sentence, to: &html) }
        for warning in record.warnings { html.line("p", warning, with: ["class": "warn"]) }
        guard !record.differences.isEmpty else { return }
        let rows = record.differences.map { difference -> [ReportTable.Cell] in
            [
                .text(difference.request), .text(difference.field), .text(Self.probability(difference.p)),
                .text(Self.probability(difference.familyP)),
            ]
        }
        let heads = [("REQUEST", false), ("FIELD", false), ("P", false), ("P OF FAMILY", false)]
        let caption =
            record.differenceCount > Int64(rows.count)
            ? "The first \(rows.count) of \(cells.text(.count(record.differenceCount))) fields that depend on a setting"
            : "Fields that depend on a setting"
        table(.plain(heads, rows), caption: caption, to: &html)
    }

    private static func probability(_ value: Double?) -> String { value.map { "\($0)" } ?? "-" }

    private func sources(_ record: AuditRecord, to html: inout HTMLText) {
        guard !record.inputs.isEmpty else { return }
        let rows = record.inputs.map { [ReportTable.Cell.text($0.name), .bytes($0.bytes), .text($0.hash)] }
        table(
            .plain([("FILE", false), ("SIZE", true), ("SHA-256", false)], rows),
            caption: "Files that the audit rests on",
            to: &html)
    }
}
