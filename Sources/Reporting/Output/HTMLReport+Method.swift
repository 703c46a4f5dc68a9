import Rules
import Text

extension HTMLReport {
    func method(_ html: inout HTMLText) {
        for words in Self.methodWords { paragraph(words, to: &html) }
        html.line("h3", "What was not collected")
        paragraph(
            "No content of encrypted connections, no prompt and no answer. Nothing is decrypted. Of requests in the clear "
                + "the path without its query is in the logs, unless it was dropped; it is not in this report.",
            to: &html)
        if !model.privacyKeys.isEmpty {
            paragraph("Some fields were hidden by the sensors: sources may be pseudonyms.", to: &html)
        }
        html.line("h3", "Inputs")
        let rows =
            report.inputs.map { input -> [ReportTable.Cell] in
                [
                    .text(input.path), input.isCapture ? .none : .count(input.events), .count(input.badLines),
                    .text(report.hashes[input.path] ?? "not computed"),
                    .text(input.failure ?? (input.isCapture ? "analyzed" : "read to its end")),
                ]
            }
            + report.audits.map { record in
                [
                    .text(record.path), .none, .count(record.badLines),
                    .text(report.hashes[record.path] ?? "not computed"),
                    .text("the record of an audit, read to its end"),
                ]
            }
        let heads = [("FILE", false), ("EVENTS", true), ("BAD", true), ("SHA-256", false), ("STATE", false)]
        table(.plain(heads, rows), caption: "Files that were read", to: &html)
        guard !report.skipped.isEmpty || !report.unread.isEmpty else { return }
        html.element("ul") { html in
            for path in report.skipped.prefix(100) { html.line("li", "\(path): skipped, holds no events") }
            for words in report.unread.prefix(100) { html.line("li", words, with: ["class": "bad"]) }
        }
    }

    private static let methodWords = [
        "Sensors read packets at a point of the network. A connection is named by the best evidence: the server name in its TLS "
            + "or QUIC handshake, a proxy request, an earlier DNS answer to the same client, a certificate, or a published range "
            + "of addresses. The name is looked up in a catalog of hosts, which says whose the host is and what it is for.",
        "An attribution says that traffic is consistent with a vendor's. A handshake is strong evidence, a DNS answer is weaker, "
            + "and an address alone is weak, because addresses are shared.",
        "Sums count each flow once, and what a flow carried once, however often it was reported. A flow that two sensors saw is "
            + "counted by both.",
        "Traffic that does not pass the sensors is not seen. Names that are hidden by Encrypted Client Hello, by a VPN or by a "
            + "relay are not read; such far ends are listed under \"Unlisted far ends\" if their behavior gives them away.",
        "The estimates of requests and interactions are described in docs/METHOD.md, with their errors against known clients.",
    ]

    func data(_ html: inout HTMLText) {
        paragraph("The rows of \"What was asked\" as comma-separated values, to be copied into a file.", to: &html)
        html.element("details") { html in
            html.line("summary", "CSV")
            html.element("pre", ["tabindex": "0", "aria-label": "Comma-separated values"]) { html in
                let table = report.table(limit: model.query.rowLimit ?? 1_000)
                for record in table.csv.split(separator: "\r\n") {
                    html.words(String(record))
                    html.raw("\n")
                }
            }
        }
    }
}
