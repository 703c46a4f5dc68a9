import Bytes
import Crypto
import Text

/// An audit report as one HTML page: no script, no other file, and a content security policy that allows neither.
///
/// Names of hosts, paths and values come from the wire: every one of them is escaped, and what shows nothing or changes the direction
/// of writing is written out as an escape.
package enum AuditPage {
    private static let style = """
        :root{color-scheme:light dark}
        body{font:1rem/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}
        table{border-collapse:collapse;width:100%;font-size:.9rem}
        caption{position:absolute;clip-path:inset(50%)}
        th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid GrayText;overflow-wrap:anywhere}
        .scroll{overflow-x:auto}
        @media print{body{margin:0;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}
        """

    /// The page of `reports`, one after another. The first gives the title. Same input, same bytes.
    package static func html(_ reports: [AuditReport], version: String) -> String {
        let digest = String(decoding: Base64Text.encode(SHA256.hash(data: Array(style.utf8))), as: UTF8.self)
        let policy = "default-src 'none'; style-src 'sha256-\(digest)'; base-uri 'none'; form-action 'none'"
        let title = escaped(reports.first?.title ?? "Audit")
        var page = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="\(policy)">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="egret-audit \(escaped(version))">
            <title>\(title)</title>
            <style>\(style)</style>
            </head>
            <body>
            <main>

            """
        for report in reports { page += sections(report) }
        return page + "</main>\n</body>\n</html>\n"
    }

    /// A report as a heading with its sections, to stand in this page or as a part of another one.
    package static func sections(_ report: AuditReport) -> String {
        var text = "<h1>\(escaped(report.title))</h1>\n"
        for section in report.sections {
            text += "<section>\n<h2>\(escaped(section.title))</h2>\n"
            for sentence in section.sentences { text += "<p>\(escaped(sentence))</p>\n" }
            if !section.rows.isEmpty { text += table(section) }
            text += "</section>\n"
        }
        return text
    }

    private static func table(_ section: AuditReport.Section) -> String {
        let heads = section.columns.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined()
        var text = "<div class=\"scroll\" tabindex=\"0\"><table>\n<caption>\(escaped(section.title))</caption>\n"
        text += "<thead><tr>\(heads)</tr></thead>\n<tbody>\n"
        for row in section.rows {
            text += "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n"
        }
        return text + "</tbody>\n</table></div>\n"
    }

    /// The text with the characters of markup as references (HTML section 13.1.4).
    static func escaped(_ text: String) -> String {
        ValueDisplay.printable(text).escapedForMarkup
    }
}
