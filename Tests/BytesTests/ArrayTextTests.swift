import Bytes
import Testing

private func text(_ write: (inout [UInt8]) -> Void) -> String {
    var bytes = Array("<".utf8)
    write(&bytes)
    return String(decoding: bytes, as: UTF8.self)
}

@Test func numbersAreWrittenInTheirDigits() {
    let numbers: [UInt64] = [
        0, 7, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 12_345, 99_999_999, 100_000_000, 1_000_000_000_000_000_001, .max,
    ]
    for number in numbers { #expect(text { $0.append(decimal: number) } == "<\(number)") }
    #expect(text { $0.append(padded: 7, width: 1) } == "<7")
    #expect(text { $0.append(padded: 7, width: 2) } == "<07")
    #expect(text { $0.append(padded: 120_300, width: 9) } == "<000120300")
    // The last digits, if there are more than that.
    #expect(text { $0.append(padded: 12_345, width: 3) } == "<345")
    #expect(text { $0.append(hexadecimal: 0xAB12, count: 6) } == "<00ab12")
    #expect(text { $0.append(hexadecimal: .max, count: 16) } == "<ffffffffffffffff")
}

@Test func aTimeOfDayHasTheDigitsOfItsSecondThatAreAskedFor() {
    let time: UInt64 = ((23 * 60 + 4) * 60 + 9) * 1_000_000_000 + 120_300
    #expect(text { $0.append(timeOfDay: time, digits: 9) } == "<T23:04:09.000120300Z")
    #expect(text { $0.append(timeOfDay: time, digits: 6) } == "<T23:04:09.000120Z")
    #expect(text { $0.append(timeOfDay: time, digits: 1) } == "<T23:04:09.0Z")
    // A count that makes no sense is brought to the nearest that does.
    #expect(text { $0.append(timeOfDay: time, digits: 0) } == "<T23:04:09.0Z")
    #expect(text { $0.append(timeOfDay: time, digits: 20) } == "<T23:04:09.000120300Z")
}

@Test func textsAreCopiedAsTheyAre() {
    for count in 0..<40 {
        let long = String(repeating: "é", count: count)
        #expect(text { $0.append(utf8: long) } == "<\(long)")
        #expect(text { $0.append(utf8: long, quoted: true) } == "<\"\(long)\"")
    }
    #expect(text { $0.append("") } == "<")
    #expect(text { $0.append("of the program's own") } == "<of the program's own")
    #expect(text { $0.append(jsonKey: "ip", withComma: false) } == "<\"ip\":")
    #expect(text { $0.append(jsonKey: "ip", withComma: true) } == "<,\"ip\":")
}

private func isPlain(_ bytes: [UInt8]) -> Bool { bytes.rawSpan.isPlainJSON }

@Test func whatNeedsAnEscapeIsFoundWhereverItStands() {
    func needsCare(_ byte: UInt8) -> Bool {
        byte < 0x20 || [0x22, 0x5C, 0x7F, 0xC2, 0xD8, 0xE2].contains(byte)
    }
    for length in 0..<34 {
        let plain = [UInt8](repeating: UInt8(ascii: " "), count: length)
        #expect(isPlain(plain))
        for place in 0..<length {
            for byte in UInt8.min...UInt8.max {
                var bytes = plain
                bytes[place] = byte
                #expect(isPlain(bytes) == !needsCare(byte), "\(byte) at \(place) of \(length)")
            }
        }
    }
    #expect("api.example.com".isPlainJSON && "münchen.example".isPlainJSON && !"a\"b".isPlainJSON)
}

@Test func quickHashesTellNeighboursApart() {
    var seen: Set<UInt64> = []
    for length in 0..<40 {
        for place in 0..<max(1, length) {
            var bytes = [UInt8](repeating: 1, count: length)
            if length > 0 { bytes[place] = 2 }
            seen.insert(bytes.rawSpan.quickHash)
        }
    }
    #expect(seen.count == 1 + (1..<40).reduce(0, +))
    let hash = Array("abc".utf8).rawSpan.quickHash
    #expect("abc".quickHash == hash)
}
