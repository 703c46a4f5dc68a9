import Bytes
import Foundation
import Testing

@testable import Audit

/// Text that people write brings no finding of grade signature. `make audit-corpus` does the same over 10 MB.
@Suite struct OrdinaryTextTests {
    private static let sample = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Samples/languages.txt")

    @Test("Fourteen languages bring no signature, wherever they are")
    func languages() throws {
        let text = try String(contentsOf: Self.sample, encoding: .utf8)
        let paragraphs = text.split(separator: "\n\n").map(String.init)
        #expect(paragraphs.count >= 14)
        for paragraph in paragraphs + [text] {
            for isTemplate in [true, false] {
                let found = marks(paragraph, isTemplate: isTemplate).filter { $0.grade == .signature }
                #expect(found.isEmpty, "\(found.map(\.explanation)) in \(paragraph.prefix(40))")
            }
        }
    }

    @Test("Code, Markdown and base64 bring no signature")
    func code() {
        let texts = [
            "let text = \"caf\\u00e9\"; // don't\tpanic  \nif (a != b) { return -1 }\n",
            "# Title  \n\n* it's **bold** \u{2014} \u{201C}quoted\u{201D}\u{2026}  \n* 10\u{2013}20\u{00A0}km \u{2192} `x_y-z`\n\n| a | b |\n|---|---|\n",
            String(decoding: Base64Text.encode((0..<3000).map { UInt8(truncatingIfNeeded: $0 &* 37) }), as: UTF8.self),
            "\u{1F469}\u{200D}\u{1F4BB} \u{2764}\u{FE0F} \u{1F1F5}\u{1F1F1} #\u{FE0F}\u{20E3} \u{1F44D}\u{1F3FD}",
        ]
        for text in texts { #expect(categories(text, .signature).isEmpty) }
    }
}
