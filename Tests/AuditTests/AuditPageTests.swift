import Audit
import Testing

@Suite struct AuditPageTests {
    private static let hostile = "<script>alert(1)</script>\u{202E}\u{200B}\u{1B}[31m\"'&"

    private func page(_ text: String) -> String {
        let section = AuditReport.Section(title: text, sentences: [text], columns: ["A", text], rows: [[text, "b"]])
        return AuditPage.html([AuditReport(title: text, sections: [section])], version: "1")
    }

    @Test func keepsHostileTextText() {
        let page = page(Self.hostile)
        #expect(!page.contains("<script"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;\\u{202e}\\u{200b}\\u{1b}[31m&quot;&#39;&amp;"))
        let allowed = page.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value < 0x7F || $0 == "\n" }
        #expect(allowed)
    }

    @Test func refersToNothingElse() {
        let page = page("plain")
        for reference in ["src=", "href=", "url(", "@import", "<link", "<script", "http://", "https://"] {
            #expect(!page.contains(reference), "\(reference)")
        }
        #expect(page.contains("default-src 'none'; style-src 'sha256-"))
    }

    @Test func isTheSameForTheSameReport() {
        #expect(page("plain") == page("plain"))
        #expect(page("plain").contains("<th scope=\"col\">A</th><th scope=\"col\">plain</th>"))
    }

    @Test func writesOutWhatATerminalWouldObey() {
        let section = AuditReport.Section(
            title: "T", sentences: ["s\u{1B}]0;x\u{7}"], columns: ["A"], rows: [["c\u{1B}[2J"]])
        let text = AuditReport(title: "R", sections: [section]).text
        #expect(!text.contains("\u{1B}"))
        #expect(text.contains("c\\u{1b}[2J"))
    }
}
