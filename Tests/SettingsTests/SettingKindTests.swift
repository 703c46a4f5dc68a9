import Settings
import Testing

/// The error of `value` for a key of `kind`, without what is the same for each; `nil` if it is accepted.
private func problem(_ kind: SettingKind, _ value: String) -> String? {
    var settings = Settings()
    let key = SettingKey("test.key", kind, summary: "A key of the tests")
    let before = settings[key]
    guard let error = settings.set(key, [value], from: .flag("--key")) else {
        #expect(settings.texts(key) == [value] && settings.isSet(key))
        return nil
    }
    #expect(settings[key] == before, "a refused value changes nothing")
    #expect(error.code == .value && error.origin == .flag("--key"))
    let text = error.description
    let start = "--key: error[C011] test.key: "
    #expect(text.hasPrefix(start), "\(text)")
    return String(text.dropFirst(start.count))
}

@Suite struct SettingKindTests {
    @Test("A text is anything but empty")
    func texts() {
        #expect(problem(.text, "") == "a value is missing")
        #expect(problem(.texts, "") == "a value is missing")
        for text in [" ", "a", "true", "0", "é", String(repeating: "x", count: 10_000)] {
            #expect(problem(.text, text) == nil)
        }
    }

    @Test("A truth value is one of two words")
    func booleans() {
        #expect(problem(.boolean, "true") == nil && problem(.boolean, "false") == nil)
        for text in ["True", "yes", "1", "", "false "] {
            #expect(problem(.boolean, text) == "write true or false, not '\(text)'")
        }
    }

    @Test("A whole number has bounds, both allowed")
    func integers() {
        let kind = SettingKind.integer(-1...10)
        for text in ["-1", "0", "10", "+10", "007"] { #expect(problem(kind, text) == nil, "\(text)") }
        for text in ["-2", "11", "1.0", "1e1", "", " 1", "0x1", "99999999999999999999"] {
            #expect(problem(kind, text) == "'\(text)' is not a whole number from -1 to 10")
        }
    }

    @Test("A size has bounds, and the error names them in units")
    func sizes() {
        let kind = SettingKind.size(1_024...(16 << 20))
        for text in ["1KiB", "1024", "16MiB", "1.5MB", "16777216"] { #expect(problem(kind, text) == nil, "\(text)") }
        for text in ["1023", "16777217", "1GiB", "1mb", "-1", ""] {
            #expect(problem(kind, text) == "'\(text)' is not a size such as 16MiB, from 1KiB to 16MiB")
        }
        #expect(problem(.size(0...1_000), "2kB") == "'2kB' is not a size such as 16MiB, from 0 to 1000")
        #expect(problem(.size(1...(1 << 40)), "0") == "'0' is not a size such as 16MiB, from 1 to 1024GiB")
    }

    @Test("A duration is a number of seconds, also with a fraction, or has a unit")
    func durations() {
        let kind = SettingKind.duration(seconds: 1...3_600)
        for text in ["1", "1.0", "1.5", "90s", "15m", "1h", "1000ms", "3600"] {
            #expect(problem(kind, text) == nil, "\(text)")
        }
        for text in ["0", "0.5", "999ms", "3601", "3600.1", "2h", "-1", "1e3", "", ".", "1..5", "s"] {
            let words = "'\(text)' is not a duration such as 90s, 15m or 1h, from 1 to 3600 seconds"
            #expect(problem(kind, text) == words, "\(text)")
        }
    }

    @Test("Milliseconds are whole ones")
    func milliseconds() {
        let kind = SettingKind.milliseconds(1...1_000)
        for text in ["1ms", "1000ms", "1s", "1", "0.5", "0.001"] { #expect(problem(kind, text) == nil, "\(text)") }
        for text in ["0", "0ms", "1001ms", "2", "0.0005", "1.0005", "m"] {
            #expect(
                problem(kind, text) == "'\(text)' is not a duration such as 10ms, from 1 to 1000 milliseconds",
                "\(text)")
        }
    }

    @Test("A keyword is one of its words, and the nearest is suggested")
    func keywords() {
        let kind = SettingKind.keyword(["auto", "required", "off"])
        for word in ["auto", "required", "off"] { #expect(problem(kind, word) == nil) }
        #expect(problem(kind, "requred") == "'requred' is none of auto, required, off; did you mean 'required'?")
        #expect(problem(kind, "Auto") == "'Auto' is none of auto, required, off; did you mean 'auto'?")
        #expect(problem(kind, "") == "'' is none of auto, required, off")
        #expect(problem(.words(["a", "b"]), "c") == "'c' is none of a, b; did you mean 'a'?")
    }

    @Test("A time zone is an IANA name or none, and the nearest is suggested")
    func zones() {
        for name in ["none", "UTC", "Europe/Berlin", "America/New_York"] {
            #expect(problem(.zone, name) == nil, "\(name)")
        }
        #expect(problem(.zone, "Europe/Berln") == "'Europe/Berln' is no time zone; did you mean 'Europe/Berlin'?")
        #expect(problem(.zone, "")?.hasPrefix("'' is no time zone") == true)
        #expect(problem(.zone, "../etc/passwd")?.hasPrefix("'../etc/passwd' is no time zone") == true)
    }

    @Test("A kind of its own says what is wrong in its own words")
    func custom() {
        let kind = SettingKind.custom("port") { Int($0) == nil ? "'\($0)' is not a port" : nil }
        #expect(problem(kind, "80") == nil)
        #expect(problem(kind, "http") == "'http' is not a port")
        #expect(kind.isList && kind.name == "list of port" && kind.valueName == "port")
    }

    @Test("The first wrong value of a list is reported, and none is taken")
    func lists() {
        var settings = Settings()
        let key = SettingKey("test.words", .words(["a", "b"]), defaults: ["a"], summary: "Words")
        let error = settings.set(key, ["b", "x", "y"], from: .variable("EGRET_TEST_WORDS"))
        #expect(error?.description.hasPrefix("EGRET_TEST_WORDS: error[C011] test.words: 'x' is none of a, b") == true)
        #expect(settings.texts(key) == ["a"] && !settings.isSet(key))
        #expect(settings.set(key, [], from: .variable("EGRET_TEST_WORDS")) == nil)
        #expect(settings.texts(key) == [] && settings.isSet(key))
    }

    @Test("An error shows control characters of a value, and is one line")
    func hostileValues() {
        let text = problem(.boolean, "\u{1B}[2J\n\u{202E}") ?? ""
        #expect(text == "write true or false, not '\\u{1b}[2J\\u{a}\\u{202e}'")
    }

    @Test(
        "What belongs there has a name for people and one for help",
        arguments: [
            (SettingKind.text, "text", "text"), (.texts, "list of texts", "text"),
            (.boolean, "true or false", "boolean"),
            (.integer(1...9), "1 to 9", "number"), (.size(0...1), "size", "size"),
            (.duration(seconds: 0...1), "duration", "duration"), (.milliseconds(0...1), "duration", "duration"),
            (.zone, "time zone, or `none`", "zone"), (.keyword(["a", "b"]), "`a` `b`", "a|b"),
            (.words(["a", "b"]), "list of `a` `b`", "a|b"),
        ] as [(SettingKind, String, String)])
    func names(kind: SettingKind, name: String, valueName: String) {
        #expect(kind.name == name && kind.valueName == valueName)
    }
}
