import HTTPDecoding
import Testing

@testable import Audit

/// Each channel of marks: one text that has the mark and one that only looks so.
@Suite struct MarkTests {
    private static let ordinary =
        "It's the user's file, and that's what it's for. Don't touch the others' work. It isn't ours. "

    @Test("An apostrophe that differs from the others is found, and mixed use by a person is not")
    func apostrophe() {
        for glyph in ["\u{2019}", "\u{02BC}", "\u{02B9}", "\u{FF07}"] {
            let found = marks(Self.ordinary + "Today\(glyph)s note.").filter { $0.category == "apostrophe" }
            #expect(found.first?.codePoint?.codePointText == glyph.unicodeScalars.first?.codePointText)
            #expect(found.first?.expected == "'")
        }
        #expect(categories(Self.ordinary, isTemplate: false).isEmpty)
        #expect(categories("It's his. It\u{2019}s hers. That\u{2019}s mine. Who's there?", isTemplate: false).isEmpty)
        #expect(categories("п\u{02BC}ять об\u{02BC}єкт ім\u{02BC}я з\u{02BC}їзд").isEmpty)
        #expect(categories("l\u{2019}heure d\u{2019}hiver qu\u{2019}il n\u{2019}a pas").isEmpty)
    }

    @Test("A lone apostrophe is found against the rest of the request")
    func apostropheInContext() {
        let request = exchange(
            body: #"{"system":"\#(Self.ordinary + Self.ordinary)","messages":[{"content":"Today\#u{02BC}s plan"}]}"#)
        let found = findings(request).filter { $0.category == "apostrophe" }
        #expect(found.map(\.field) == ["body.messages[0].content"])
        #expect(found.first?.grade == .signature)
    }

    @Test(
        "The documented mark of the date sentence is named, in every form",
        arguments: ["\u{2019}", "\u{02BC}", "\u{02B9}"])
    func dateSentence(_ glyph: String) {
        let found = marks("# Today\(glyph)s date is 2026-11-30.", isTemplate: false).filter {
            $0.mark == "date-sentence"
        }
        #expect(found.count == 1)
        #expect(found.first?.grade == .signature)
        let slash = marks("Today's date is 2026/11/30.", isTemplate: false).filter { $0.mark == "date-sentence" }
        #expect(slash.map { $0.codePoint } == ["/"])
        #expect(marks("Today's date is 2026-11-30.", isTemplate: false).isEmpty)
        #expect(marks("Today's date is unknown", isTemplate: false).isEmpty)
    }

    @Test("Quotation marks of no keyboard are found")
    func quotes() {
        let text = "\"one\" \"two\" \"three\" \"four\" "
        #expect(categories(text + "\u{02BA}five\u{02BA}") == ["quotation_mark"])
        #expect(categories(text + "\u{201C}five\u{201D}").isEmpty)
    }

    @Test("A dash in the place of a hyphen is found, and dashes between words are not")
    func dashes() {
        #expect(categories("on 2026\u{2011}11\u{2011}30 and well-known, re-use, up-to-date") == ["dash"])
        #expect(categories("well-known re-use e\u{2010}mail up-to-date x-y").contains("dash"))
        #expect(categories("pages 10\u{2013}20 \u{2014} and so on, 1\u{2013}2-fold, Smith\u{2013}Jones").isEmpty)
    }

    @Test("Spaces other than U+0020 are found, and those of typesetting are not")
    func spaces() {
        #expect(categories("the\u{2005}file is here") == ["space"])
        #expect(categories("the\u{00A0}file is here") == ["space"])
        #expect(categories("Quoi\u{202F}? \u{00AB}\u{00A0}oui\u{00A0}\u{00BB} 10\u{202F}000\u{00A0}km").isEmpty)
        #expect(categories("日本語\u{3000}テキスト").isEmpty)
    }

    @Test("Zero-width characters are found, and those that scripts need are not")
    func zeroWidth() {
        #expect(categories("pass\u{200B}word", .signature) == ["zero_width"])
        #expect(categories("in\u{2060}visible", .signature) == ["zero_width"])
        #expect(categories("a \u{200B}\u{200C}\u{200D}\u{200B} b", .signature) == ["zero_width"])
        #expect(categories("می\u{200C}خواهم").isEmpty)
        #expect(categories("क्\u{200D}ष 👨\u{200D}👩\u{200D}👧 👁\u{FE0F}\u{200D}🗨\u{FE0F}").isEmpty)
        #expect(categories("ភាសា\u{200B}ខ្មែរ").isEmpty)
        #expect(categories("\u{FEFF}text").isEmpty)
        #expect(categories("a/\u{200B}b", .signature).isEmpty)
    }

    @Test("Variation selectors are found where there is nothing to vary")
    func variation() {
        #expect(categories("ab\u{FE01}c", .signature) == ["variation_selector"])
        #expect(categories("x\u{E0101}\u{E0102}\u{E0145} y", .signature) == ["variation_selector"])
        #expect(categories("❤\u{FE0F} 1\u{FE0F}\u{20E3} ☎\u{FE0E} 葛\u{E0100} ≩\u{FE00}").isEmpty)
    }

    @Test("Tag characters are found outside of flags")
    func tags() {
        #expect(categories("hi\u{E0068}\u{E0069}", .signature) == ["tag_character"])
        let scotland = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}"
        #expect(categories("flag \(scotland) here").isEmpty)
    }

    @Test("A look-alike letter in a Latin word is found, and words of another script are not")
    func homoglyphs() {
        #expect(categories("please open the p\u{0430}ssword file now", .signature) == ["homoglyph"])
        #expect(categories("the \u{03BF}ffice is closed, the c\u{03BF}de is open", .signature) == ["homoglyph"])
        #expect(categories("Программа Windows и файл паpоль", .signature).isEmpty)
        #expect(categories("the Greek word λόγος and the unit µm and kΩ").isEmpty)
        #expect(categories("ﬁle naïve straße łódź İstanbul ığdır").isEmpty)
    }

    @Test("Combining marks are found where single characters are usual")
    func combining() {
        #expect(categories("the cafe\u{0301} is open") == ["combining"])
        #expect(categories("the café is open").isEmpty)
        let vietnamese = String(repeating: "tie\u{0302}\u{0301}ng Vie\u{0323}\u{0302}t ", count: 5)
        #expect(categories(vietnamese).isEmpty)
    }

    @Test("Controls of direction are found in text of one direction")
    func bidirectional() {
        #expect(categories("file \u{202E}gpj.exe", .signature) == ["bidirectional"])
        #expect(categories("a\u{200E}b", .anomaly) == ["bidirectional"])
        #expect(categories("שלום \u{202A}abc\u{202C} עולם").isEmpty)
    }

    @Test("Digits of two scripts in one number are found")
    func digits() {
        #expect(categories("code 12\u{FF13}4", .signature) == ["digit"])
        #expect(categories("۱۲۳ and 123 and १२३").isEmpty)
    }

    @Test("Tabs and spaces at line ends are found, and breaks of Markdown are not")
    func lineEnds() {
        let lines = (0..<10).map { "line \($0)" + ($0 % 2 == 0 ? " \t  \t" : "\t \t\t ") }
        #expect(categories(lines.joined(separator: "\n"), .signature) == ["line_end"])
        #expect(categories("one  \ntwo  \nthree\nfour").isEmpty)
    }

    @Test("A date that is written otherwise than the others of a template is found")
    func dates() {
        #expect(categories("2026-11-28 2026-11-29 2026-11-30 2026/12/01") == ["date_format"])
        #expect(categories("2026-11-28 and 2026-11-29").isEmpty)
        #expect(categories("12026-11-28 1999.12 2026x11x30").isEmpty)
    }

    @Test("A number that is grouped otherwise than the others of a template is found")
    func numbers() {
        let usual = "1,000 tokens, 2,500 bytes, 10,000 lines, 1,234,567 files"
        for separator in ["'", "\u{2019}", "_", "\u{202F}", "\u{02BC}"] {
            #expect(categories(usual + " and 8\(separator)000 words").contains("number_format"), "\(separator)")
        }
        #expect(categories(usual + " and 1.234.567 words") == ["number_format"])
        #expect(categories(usual).isEmpty)
        #expect(categories(usual + ", 3.141 and version 1.234 of 2026-11-30").isEmpty)
        #expect(categories("[1,200,300] 1,000 2,000 3,000 4,000 0x1_000 10.0.0.100").isEmpty)
        #expect(categories(usual + " and 8'000 words", isTemplate: false).isEmpty)
    }

    @Test("Needless escapes and odd spacing of JSON are found, and usual encoders are not")
    func jsonStyle() {
        func categories(_ body: String) -> Set<String> {
            Set(findings(exchange(body: body)).filter { $0.kind == .mark }.map(\.category))
        }
        #expect(categories(#"{"a":"\u0061bc"}"#) == ["json_escape"])
        let items = Array(repeating: "1", count: 20).joined(separator: ",")
        #expect(categories("[\(items), 2]") == ["json_spacing"])
        #expect(categories(#"{"a": "\u003c\u0027\u2019\/", "b": [1, 2, 3]}"#).isEmpty)
        #expect(categories("{\n  \"a\": [1,\n 2]\n}").isEmpty)
    }

    @Test("Header fields in another order or with other capitals than usual are found")
    func headers() {
        func request(_ number: Int, _ names: [String]) -> (Int, [(String, String)]) {
            (number, names.map { ($0, "x") })
        }
        var requests = (1...6).map { exchange($0, headers: [("Host", "x"), ("Accept", "x"), ("User-Agent", "x")]) }
        #expect(StyleRules().searchHeaders(requests).isEmpty)
        requests.append(exchange(7, headers: [("Accept", "x"), ("Host", "x"), ("User-Agent", "x")]))
        requests.append(exchange(8, headers: [("Host", "x"), ("accept", "x"), ("User-Agent", "x")]))
        let found = StyleRules().searchHeaders(requests)
        #expect(found.map(\.request) == [7, 8])
        #expect(found.map(\.finding.category) == ["header_order", "header_case"])
    }

    @Test("A finding names the place in the text and the characters")
    func place() {
        let found = marks("äö pass\u{200B}word").first
        #expect(found?.offset == 9)
        #expect(found?.codePoint == "\u{200B}")
        #expect(found?.field == "body.system")
    }
}
