import Bytes
import Foundation
import TestSupport
import Testing

/// What `write` appends to an empty array, as a string.
private func written(_ write: (inout [UInt8]) -> Void) -> String {
    var bytes: [UInt8] = []
    write(&bytes)
    return String(decoding: bytes, as: UTF8.self)
}

/// Numbers at the edges of their digits, and random ones of every length.
private func numbers(seed: UInt64) -> [UInt64] {
    var generator = Xorshift(seed: seed)
    var numbers: [UInt64] = [0, 1, 9, .max, .max - 1]
    var power: UInt64 = 1
    for _ in 0..<19 {
        power *= 10
        numbers += [power - 1, power, power + 1]
    }
    for shift in 0..<64 { numbers.append(generator.next() >> UInt64(shift)) }
    return numbers
}

@Suite struct NumberTextTests {
    @Test("Decimal digits are those of the standard library")
    func decimal() {
        for number in numbers(seed: 1) { #expect(written { $0.append(decimal: number) } == String(number)) }
    }

    @Test("Padded digits are the last ones, with zeros in front")
    func padded() {
        for number in numbers(seed: 2) {
            for width in 1...20 {
                let digits = String(number)
                let expected = String((String(repeating: "0", count: 20) + digits).suffix(width))
                #expect(written { $0.append(padded: number, width: width) } == expected, "\(number) in \(width)")
            }
        }
    }

    @Test("Hexadecimal digits are the last ones, in lower case")
    func hexadecimal() {
        for number in numbers(seed: 3) {
            for count in 0...16 {
                let digits = String(repeating: "0", count: 16) + String(number, radix: 16)
                let expected = String(digits.suffix(count))
                #expect(written { $0.append(hexadecimal: number, count: count) } == expected, "\(number) in \(count)")
            }
        }
    }

    @Test("A time of day is written with each number of digits of its second")
    func timeOfDay() {
        let moment: UInt64 = (23 * 3_600 + 59 * 60 + 58) * 1_000_000_000 + 987_654_321
        for digits in 1...9 {
            let fraction = "987654321".prefix(digits)
            #expect(written { $0.append(timeOfDay: moment, digits: digits) } == "T23:59:58.\(fraction)Z")
        }
        #expect(written { $0.append(timeOfDay: 0, digits: 3) } == "T00:00:00.000Z")
    }

    @Test("Text is copied, with marks around it if asked for, whatever the array held before")
    func copies() {
        for text in ["", "a", "é漢🙂", String(repeating: "long ", count: 2_000)] {
            for before in [0, 1, 15, 1_000] {
                var bytes = [UInt8](repeating: 0x78, count: before)
                bytes.append(utf8: text)
                bytes.append(utf8: text, quoted: true)
                let expected = String(repeating: "x", count: before) + text + "\"" + text + "\""
                #expect(String(decoding: bytes, as: UTF8.self) == expected)
            }
        }
    }
}

@Suite struct CivilDateTests {
    @Test("Dates are those of the Gregorian calendar, in every year that there may be")
    func calendar() throws {
        var day = try #require(CivilDate(year: 1970, month: 1, day: 1)?.dayNumber)
        #expect(CivilDate(year: 1970, month: 1, day: 1)?.dayNumber == 0)
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        for year in 1970..<2200 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for month in 1...12 {
                let length = month == 2 && isLeap ? 29 : lengths[month - 1]
                for date in [1, length] {
                    let found = try #require(CivilDate(year: year, month: month, day: date))
                    #expect(found.dayNumber == day + Int64(date) - 1)
                    #expect(found.description == String(format: "%04d-%02d-%02d", year, month, date))
                }
                #expect(CivilDate(year: year, month: month, day: length + 1) == nil)
                day += Int64(length)
            }
        }
    }

    @Test(
        "What is no date is refused",
        arguments: [(2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 1, -1), (2026, 2, 30)])
    func refused(year: Int, month: Int, day: Int) {
        #expect(CivilDate(year: year, month: month, day: day) == nil)
    }

    @Test("Weekdays follow one another, and 1970-01-01 was a Thursday")
    func weekdays() {
        let thursday = CivilDate(dayNumber: 0).weekday
        for day: Int64 in -1_000...1_000 {
            let expected = ((thursday - 1 + Int(day % 7) + 7) % 7) + 1
            let found = CivilDate(dayNumber: day).weekday
            #expect(found % 7 == expected % 7, "\(day)")
        }
    }

    @Test("A day begins at its first nanosecond in UTC, and days are ordered by number")
    func starts() {
        #expect(CivilDate(dayNumber: 0).startInUTC == Timestamp(nanoseconds: 0))
        #expect(CivilDate(dayNumber: 1).startInUTC == Timestamp(seconds: 86_400, nanoseconds: 0))
        #expect(CivilDate(dayNumber: -1).startInUTC == Timestamp(seconds: -86_400, nanoseconds: 0))
        #expect(CivilDate(dayNumber: -1) < CivilDate(dayNumber: 0))
    }
}

@Suite struct PrefixTests {
    @Test("A prefix holds what a comparison of the first bits says")
    func model() throws {
        var generator = Xorshift(seed: 5)
        for _ in 0..<2_000 {
            let isIPv4 = generator.below(2) == 0
            func address() -> IPAddress {
                isIPv4
                    ? IPAddress(ipv4: UInt32(truncatingIfNeeded: generator.next()))
                    : IPAddress(high: generator.next() | 1 << 61, low: generator.next())
            }
            let base = address()
            let length = generator.below(base.bitWidth + 1)
            let prefix = try #require(AddressPrefix(base, length: length))
            var other = address()
            if generator.below(2) == 0 {
                // The same network, and other bits behind it.
                other =
                    isIPv4
                    ? IPAddress(ipv4: base.ipv4 ^ UInt32(generator.below(256)))
                    : IPAddress(high: base.high, low: other.low)
            }
            #expect(prefix.contains(other) == sameBits(base, other, length), "\(prefix) \(other)")
            #expect(prefix.contains(base) && prefix.contains(prefix.address))
        }
    }

    /// Whether the first `length` bits are the same, by the text of the bits.
    private func sameBits(_ left: IPAddress, _ right: IPAddress, _ length: Int) -> Bool {
        func bits(_ address: IPAddress) -> String {
            func padded(_ number: UInt64, _ width: Int) -> String {
                let digits = String(number, radix: 2)
                return String(repeating: "0", count: width - digits.count) + digits
            }
            return address.isIPv4
                ? padded(UInt64(address.ipv4), 32) : padded(address.high, 64) + padded(address.low, 64)
        }
        return bits(left).prefix(length) == bits(right).prefix(length)
    }

    @Test("A prefix is written as it is read, with the bits past it cleared")
    func roundTrip() throws {
        let cases = [
            ("10.20.30.40/8", "10.0.0.0/8"), ("192.0.2.1", "192.0.2.1/32"), ("0.0.0.0/0", "0.0.0.0/0"),
            ("2001:db8::1/32", "2001:db8::/32"), ("::/0", "::/0"), ("2001:db8::1", "2001:db8::1/128"),
        ]
        for (text, canonical) in cases {
            let prefix = try #require(AddressPrefix(text))
            #expect(prefix.description == canonical)
            #expect(AddressPrefix(canonical) == prefix)
        }
    }

    @Test(
        "What is no prefix is refused",
        arguments: [
            "", "/", "10.0.0.0/", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0/8", "10.0.0.0/8/8", "2001:db8::/129",
            "10.0.0.0/8 ", " 10.0.0.0/8", "10.0.0.0/+8", "10.0.0.0/0x8", "example.org/8", "10.0.0.256/8",
            "fe80::1%eth0/64",
        ])
    func refused(text: String) {
        #expect(AddressPrefix(text) == nil)
    }

    @Test("A prefix of one family holds no address of the other")
    func families() throws {
        let every4 = try #require(AddressPrefix("0.0.0.0/0"))
        let address6 = try #require(IPAddress("2001:db8::1"))
        let address4 = try #require(IPAddress("192.0.2.1"))
        #expect(every4.contains(address4) && !every4.contains(address6))
    }
}

@Suite struct AddressTextTests {
    @Test("Every text that the system reads is read the same, and written in its canonical form")
    func system() throws {
        var generator = Xorshift(seed: 9)
        for _ in 0..<2_000 {
            let address = IPAddress(
                high: generator.next() >> UInt64(generator.below(64)) | 1 << 61,
                low: generator.next() >> UInt64(generator.below(64)))
            #expect(IPAddress(address.description) == address)
            #expect(IPAddress(address.description.uppercased()) == address)
        }
        for _ in 0..<500 {
            let address = IPAddress(ipv4: UInt32(truncatingIfNeeded: generator.next()))
            let number = address.ipv4
            let text = [24, 16, 8, 0].map { String(number >> UInt32($0) & 255) }.joined(separator: ".")
            #expect(address.description == text && IPAddress(text) == address)
            #expect(IPAddress("::ffff:" + text) == address, "the mapped form is the same address")
        }
    }

    @Test("Texts of random characters never trap")
    func noise() {
        var generator = Xorshift(seed: 10)
        let pieces = Array("0123456789abcdefABCDEF.:%/[]x \u{0}é").map(String.init)
        for _ in 0..<20_000 {
            let text = (0..<generator.below(50)).map { _ in pieces[generator.below(pieces.count)] }.joined()
            guard let address = IPAddress(text) else { continue }
            #expect(IPAddress(address.description) == address, "\(text)")
        }
    }
}
