import TestSupport
import Testing
import Text

@Suite struct DurationTextTests {
    @Test(
        "Durations with a unit are read",
        arguments: [
            ("0s", 0), ("1ms", 1_000_000), ("500ms", 500_000_000), ("90s", 90_000_000_000), ("15m", 900_000_000_000),
            ("1h", 3_600_000_000_000), ("7d", 604_800_000_000_000), ("007s", 7_000_000_000),
            ("36525d", 3_155_760_000_000_000_000),
        ] as [(String, Int64)])
    func reading(text: String, nanoseconds: Int64) {
        #expect(DurationText.nanoseconds(text) == nanoseconds)
    }

    @Test(
        "What is not a duration is refused",
        arguments: [
            "", "s", "90", "-5s", "+5s", "1.5s", "1 s", " 1s", "1s ", "1S", "1w", "1us", "s1", "1h30m", "0x10s", "٣s",
            "1,000s", "36526d", "9223372036854775807s", "1000000000000000s",
        ])
    func refusing(text: String) {
        #expect(DurationText.nanoseconds(text) == nil)
    }

    @Test("A duration is written in the largest unit that holds it whole, and reads back")
    func writing() {
        let cases: [(Int64, String)] = [
            (0, "0s"), (1_000_000, "1ms"), (1_500_000_000, "1500ms"), (60_000_000_000, "1m"), (90_000_000_000, "90s"),
            (3_600_000_000_000, "1h"), (86_400_000_000_000, "1d"), (90_000_000_000_000, "25h"),
        ]
        for (nanoseconds, text) in cases {
            #expect(DurationText.text(nanoseconds) == text)
            #expect(DurationText.nanoseconds(text) == nanoseconds)
        }
    }

    @Test("What no unit holds is written in nanoseconds, which is for people alone")
    func odd() {
        #expect(DurationText.text(1) == "1ns")
        #expect(DurationText.text(1_000_001) == "1000001ns")
        #expect(DurationText.nanoseconds("1ns") == nil)
    }

    @Test("Every number of every unit reads back")
    func roundTrip() {
        var generator = Xorshift(seed: 1)
        for unit: Int64 in [1_000_000, 1_000_000_000, 60_000_000_000, 3_600_000_000_000, 86_400_000_000_000] {
            for _ in 0..<200 {
                let time = Int64.random(in: 0...30_000, using: &generator) * unit
                #expect(DurationText.nanoseconds(DurationText.text(time)) == time)
            }
        }
    }
}

@Suite struct SizeTextTests {
    @Test(
        "Sizes are read in decimal and binary units",
        arguments: [
            ("0", 0), ("100", 100), ("100B", 100), ("1kB", 1_000), ("1KB", 1_000), ("5MB", 5_000_000),
            ("2GB", 2_000_000_000), ("1TB", 1_000_000_000_000), ("1KiB", 1_024), ("5MiB", 5_242_880),
            ("1GiB", 1_073_741_824), ("1TiB", 1_099_511_627_776), ("1.5kB", 1_500), ("0.5KiB", 512),
            ("1.25MiB", 1_310_720), ("1.001kB", 1_001), ("2.500GB", 2_500_000_000),
            ("9223372036854775807", Int64.max), ("8388607TiB", 9_223_370_937_343_148_032),
        ] as [(String, Int64)])
    func reading(text: String, bytes: Int64) {
        #expect(SizeText.bytes(text) == bytes)
    }

    @Test(
        "What is not a size is refused",
        arguments: [
            "", "B", "-1", "+1kB", "1 kB", "1kb", "1K", "1M", "1kiB", "1.kB", ".5kB", "1.5", "1.5B", "1.2.3kB",
            "1.0001kB", "1e3", "0x10", "٣kB", "9223372036854775808", "8388608TiB", "9223372036854776kB",
        ])
    func refusing(text: String) {
        #expect(SizeText.bytes(text) == nil)
    }

    @Test("A fraction counts exactly, in thousandths of a unit, rounded down")
    func fractions() {
        for thousandths: Int64 in [1, 7, 99, 125, 333, 500, 999] {
            let digits = String(thousandths)
            let text = "3." + String(repeating: "0", count: 3 - digits.count) + digits
            #expect(SizeText.bytes(text + "KiB") == 3_072 + 1_024 * thousandths / 1_000)
            #expect(SizeText.bytes(text + "MB") == 3_000_000 + 1_000 * thousandths)
        }
    }

    @Test("No text traps, whatever its length and characters")
    func anyText() {
        var generator = Xorshift(seed: 1)
        let pieces = ["9", "0", ".", "kB", "TiB", "MiB", "B", "-", "e", "\u{0}", "é", "٣"]
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...24, using: &generator)
            let text = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            if let bytes = SizeText.bytes(text) { #expect(bytes >= 0, "\(text)") }
            if let time = DurationText.nanoseconds(text) { #expect(time >= 0, "\(text)") }
        }
    }
}

@Suite struct DigitsTests {
    @Test("One to nine ASCII digits are a number", arguments: [("0", 0), ("007", 7), ("999999999", 999_999_999)])
    func reading(text: String, number: Int) {
        #expect(Digits.number(text) == number)
        #expect(Digits.number(Substring(text)) == number)
    }

    @Test("Anything else is none", arguments: ["", "1234567890", "-1", "+1", "1 ", " 1", "1.0", "١٢", "½", "1\u{0}"])
    func refusing(text: String) {
        #expect(Digits.number(text) == nil)
    }
}
