import Testing
import Text

@Test func nothingThatATerminalObeysIsLeft() {
    let harmful: [Unicode.Scalar] = [
        "\u{0}", "\u{7}", "\u{8}", "\n", "\r", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{AD}", "\u{61C}", "\u{200B}",
        "\u{200E}",
        "\u{200F}", "\u{2028}", "\u{2029}", "\u{202A}", "\u{202E}", "\u{2066}", "\u{2069}", "\u{FEFF}", "\u{E000}",
        "\u{E0041}",
    ]
    for scalar in harmful {
        let text = "a\(scalar)b"
        #expect(!text.escapedForDisplay().unicodeScalars.contains(scalar), "\(scalar.value)")
        #expect(scalar == "\n" || !text.escapedForTerminal.unicodeScalars.contains(scalar), "\(scalar.value)")
        let quoted = JSONText.quoted(text)
        #expect(scalar.value > 0xFFFF || !quoted.unicodeScalars.contains(scalar), "\(quoted)")
    }
    #expect(
        "caf\u{E9} \u{4F60}\u{597D} \u{1F600}\n\tx".escapedForTerminal == "caf\u{E9} \u{4F60}\u{597D} \u{1F600}\n\tx")
    #expect(JSONText.quoted("a\u{202E}\"\\\u{1B}") == #""a\u202e\"\\\u001b""#)
}

@Test("A character beyond U+FFFF that a reader obeys is a surrogate pair in JSON, and one escape in YAML")
func wideCharactersAreEscaped() throws {
    let text = "a\u{E0041}b\u{1F600}"
    #expect(JSONText.quoted(text) == #""a\udb40\udc41b\#u{1F600}""#)
    #expect(JSONText.yaml(text) == #""a\U000e0041b\#u{1F600}""#)
}

@Test func markupIsEscapedOnceAndNothingElse() {
    #expect(
        "<a href=\"x\" b='y'>&amp;é</a>".escapedForMarkup
            == "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;é&lt;/a&gt;")
}
