import Bytes
import Crypto
import Foundation
import Rules
import Text

/// A report as one file for a browser: no other file is loaded, and it is complete without its script.
///
/// Every value from a log is escaped, for host names come from the wire. A policy in the file itself (CSP) lets nothing run and
/// nothing load but the style and the script that are in it, by their hashes.
struct HTMLReport {
    let report: Report
    let coverage: Coverage
    let rules: [AlertTable.RuleSum]

    /// The report of `report`.
    init(_ report: Report) {
        self.report = report
        coverage = report.coverage
        rules = report.model.alerts.rules
    }

    var model: ReportModel { report.model }
    var cells: CellFormat { report.cells }

    /// Whether single sources may be shown: only if the report was asked by source.
    var showsSources: Bool { model.query.dimensions.contains(.source) }

    /// The sections in the order of reading.
    private var sections: [(id: StaticString, title: StaticString, content: (inout HTMLText) -> Void)] {
        let audits: [(id: StaticString, title: StaticString, content: (inout HTMLText) -> Void)] =
            report.audits.isEmpty ? [] : [("audit", "Audit findings", audit)]
        return [
            ("asked", "What was asked", asked), ("coverage", "What could be seen", writeCoverage),
            ("days", "Vendors by day", days), ("who", "Who", who), ("products", "Products and roles", products),
            ("telemetry", "Telemetry", telemetry), ("volume", "Volume", volume),
            ("unlisted", "Unlisted far ends", unlisted),
            ("exceptions", "Exceptions", exceptions), ("alerts", "Alerts", alerts),
        ] + audits + [
            ("method", "Method and limits", method),
            ("data", "Data", data),
        ]
    }

    /// The whole file.
    var text: String {
        var html = HTMLText()
        html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"")
        html.words(
            "default-src 'none'; style-src '\(Self.hash(HTMLStyle.css))'; script-src '\(Self.hash(HTMLStyle.script))'; "
                + "base-uri 'none'; form-action 'none'")
        html.raw("\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        html.raw("<meta name=\"referrer\" content=\"no-referrer\">\n")
        html.line("title", "AI traffic, \(report.period)")
        var markup = html.text + "<style>\(HTMLStyle.css)</style>\n</head>\n<body>\n"
        markup += body + "<script>\(HTMLStyle.script)</script>\n</body>\n</html>\n"
        return markup
    }

    private var body: String {
        var html = HTMLText()
        html.element("header") { head(&$0) }
        html.element("nav", ["aria-label": "Sections"]) { html in
            html.element("ul") { html in
                for section in sections {
                    html.element("li") { $0.line("a", "\(section.title)", with: ["href": "#\(section.id)"]) }
                }
            }
        }
        html.element("main") { html in
            for section in sections {
                html.element("section", ["aria-labelledby": "\(section.id)"]) { html in
                    html.line("h2", "\(section.title)", with: ["id": "\(section.id)"])
                    section.content(&html)
                }
            }
        }
        html.element("footer") { html in
            html.words("egret \(report.tool). egret observes and blocks nothing. An attribution says that traffic is ")
            html.words("consistent with a vendor's, with the evidence that is stated.")
        }
        return html.text + "\n"
    }

    private static func hash(_ text: String) -> String {
        "sha256-" + Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
    }

    private func head(_ html: inout HTMLText) {
        html.line("h1", "AI traffic")
        html.line("p", "\(report.period); \(report.sensorWords)", with: ["class": "muted"])
        html.line("p", verdict, with: ["class": "verdict"])
        html.element("ul", ["class": "tiles"]) { html in
            for (value, words) in tiles {
                html.element("li") { html in
                    html.line("b", value)
                    html.words(words)
                }
            }
        }
    }

    private var tiles: [(String, String)] {
        let interactions = model.all.counted > 0 ? cells.text(.count(model.all.interactions.clamped.value)) : "-"
        return [
            (cells.text(.count(Int64(model.allSources.count))), "sources with AI traffic"),
            (cells.text(.count(model.all.flows)), "flows"), (interactions, "interactions (estimated)"),
            (cells.text(.bytes(model.all.bytesUp)), "sent"), (cells.text(.bytes(model.all.bytesDown)), "received"),
            (cells.text(.count(rules.reduce(Int64(0)) { $0.addingClamped($1.alerts) })), "alerts"),
        ]
    }

    /// The answer in a sentence, with how sure it is.
    private var verdict: String {
        let alerts = rules.reduce(Int64(0)) { $0.addingClamped($1.alerts) }
        let judged =
            coverage.ratio.map { "\(Report.percent($0)) of the packets could be judged" }
            ?? "it is not known how many packets could be judged"
        guard model.all.flows > 0 else { return "No AI traffic was seen; \(judged)." }
        let names = Set(model.table(.products).rows.keys.map { model.texts[$0.values[0]] })
        let vendors = names.count { !$0.hasPrefix("(") }
        let broken =
            alerts == 0
            ? "No rule raised an alert." : "\(Self.count(alerts, one: "alert was", many: "alerts were")) raised."
        let share = Report.percent(Double(model.all.high) / Double(max(1, model.all.flows)))
        let words =
            "\(Self.count(Int64(model.allSources.count), one: "source", many: "sources")) exchanged traffic that is consistent with "
            + "\(Self.count(Int64(vendors), one: "AI vendor", many: "AI vendors")). \(broken) \(share) of the flows are attributed with high "
            + "confidence; \(judged)."
        return words.replacing(" %", with: "\u{A0}%")
    }

    /// `1 source`, `2 sources`.
    private static func count(_ count: Int64, one: String, many: String) -> String {
        "\(TextTable.count(UInt64(clamping: count))) \(count == 1 ? one : many)"
    }
}
